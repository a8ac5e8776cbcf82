"""Plays the meetings of tests/vectors/schema and writes the rows of their
database: tests/support/make_stored_meeting.py tests/vectors/schema. Only needed
again when what is stored there no longer shows what it should; then the older
rows stay what older programs wrote."""
import pathlib
import sqlite3
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import played_record  # noqa: E402
from server_process import open_meeting  # noqa: E402

ATTACHED = "Dự thảo nghị quyết về nông thôn mới\n".encode()
TABLES = ("log", "room_key", "event", "opening", "request", "blob",
          "blob_piece")


def attach(play):
    blob = play.clients["m1"].put_blob(ATTACHED)
    play.do("m1", "attach_document", blob=blob, size=len(ATTACHED),
            name="du_thao_nong_thon_moi.txt", type="txt", item="a2")


def second_meeting(play):
    """One that is under way when the database is read."""
    meeting = play.cell.schedule("m1", "m2", agenda=["Kết nạp đảng viên"])
    chair = play.connect("m1")
    open_meeting(meeting, chair, [])
    chair.do("start_item", meeting, item="a1")
    chair.settle()


def literal(value):
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def rows(database, table):
    for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
        yield (f"INSERT INTO {table} VALUES ("
               + ", ".join(map(literal, row)) + ");\n")


def main(target):
    with tempfile.TemporaryDirectory() as scratch:
        play = played_record.Play(pathlib.Path(scratch))
        try:
            play.found()
            play.come()
            play.call_the_roll()
            attach(play)
            play.discuss()
            play.vote()
            play.end()
            play.register_record()
            second_meeting(play)
        finally:
            play.close()
        database = sqlite3.connect(play.server.data / "chibo.db")
        with open(target / "rows-1.sql", "w", encoding="utf-8") as out:
            for table in TABLES:
                out.writelines(rows(database, table))
        key = (play.server.data / "identity.key").read_text()
        (target / "identity.key").write_text(key)
        rules = (play.server.directory / "rules/interim.conf").read_text()
        (target / "interim.conf").write_text(rules)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
