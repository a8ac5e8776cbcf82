"""Data directories whose database is one of tests/vectors/schema: a meeting that
was held, and one that is under way, as a program of some version left them; or,
in `adopted`, one whose minutes were adopted and signed."""
import pathlib
import shutil
import sqlite3

from server_process import ROOT, ServerProcess

VECTORS = ROOT / "tests/vectors/schema"
ADOPTED = VECTORS / "adopted"
APPLICATION_ID = 0x6368626F
VERSIONS = sorted(int(path.stem.split("-")[1])
                  for path in VECTORS.glob("schema-*.sql"))
NEWEST = VERSIONS[-1]


def write_database(path, version=NEWEST, rows=VECTORS):
    """`rows`: the folder of what was written in it."""
    database = sqlite3.connect(path)
    database.executescript(
        (VECTORS / f"schema-{version}.sql").read_text(encoding="utf-8"))
    for older in range(1, version + 1):
        written = rows / f"rows-{older}.sql"
        if written.exists():
            database.executescript(
                "BEGIN;" + written.read_text(encoding="utf-8") + "COMMIT;")
    database.executescript(f"PRAGMA application_id = {APPLICATION_ID};"
                           f"PRAGMA user_version = {version};")
    database.close()
    path.chmod(0o600)


def write_templates(directory):
    """Documents of one line: what is drawn is for other tests."""
    folder = directory / "templates/documents"
    folder.mkdir(parents=True)
    for template in (ROOT / "config/templates/documents").glob("*.mustache"):
        (folder / template.name).write_text("Văn bản mẫu.\n")
    (directory / "templates/agenda").symlink_to(
        ROOT / "config/templates/agenda")


def stored_server(directory, version=NEWEST, rows=VECTORS, **options):
    """A server over such a directory, not started."""
    directory = pathlib.Path(directory)
    if rows == VECTORS:
        write_templates(directory)
    data = directory / "data"
    data.mkdir(mode=0o700, parents=True)
    write_database(data / "chibo.db", version, rows)
    shutil.copy(rows / "identity.key", data / "identity.key")
    (data / "identity.key").chmod(0o600)
    server = ServerProcess(directory, vouched="required", **options)
    shutil.copy(rows / "interim.conf", directory / "rules/interim.conf")
    return server


def held_meeting(path):
    """The id of the meeting that was held."""
    database = sqlite3.connect(path)
    try:
        return database.execute(
            "SELECT name FROM log WHERE is_closed = 1").fetchone()[0]
    finally:
        database.close()
