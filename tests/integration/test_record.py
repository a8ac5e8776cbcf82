"""The file of a record, exported from a real server while it runs: what
chibo-verify says of it where it is right, and what is in it."""
import json
import pathlib
import subprocess
import sys
import zipfile

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from exported_record import (ATTACHED, COMPLETE, DOCUMENTS,  # noqa: E402
                             INVALID, SO_FAR, TEMPLATES, UNUSABLE, Exported,
                             carried, chiboctl, report, verify)
from record_file import (EVENTS, MANIFEST, OPENINGS, REGISTER,  # noqa: E402
                         lines_of)
from server_process import BUILD  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


def test_a_record_that_both_signed_is_valid_and_complete(exported):
    code, said, errors = verify(exported.full)
    assert (code, said["gaps"], said["failure"], errors) == (
        COMPLETE, [], None, "")
    assert said["head"] == exported.meeting.heads[-1].hex()
    assert said["register_given"] and said["snapshots_unreached"] == 0
    assert said["record"] == {
        "files": 6 + len(DOCUMENTS) + len(TEMPLATES), "attachments": 1,
        "recordings": 0,
        "documents": len(DOCUMENTS), "documents_compared": len(DOCUMENTS),
        "documents_unknown": 0, "minutes_compared": "whole",
        "templates_other": [],
        "signed_by": [{"role": "server", "holder": ""}], "signed_off": True,
        "level": "full", "files_hidden": []}
    assert all(row["sealed"] == row["opened"] for row in said["texts"])


def test_an_archive_tells_that_it_was_signed_and_finds_its_facts(exported,
                                                                 tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "chibod.conf").write_text('data_directory = "data";\n')

    def rows(*words):
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "record", *map(str, words), "--json",
             "--config", tmp_path / "chibod.conf"], capture_output=True,
            text=True, timeout=60, check=True)
        return list(map(json.loads, done.stdout.splitlines()))
    assert rows("import", exported.full)[0]["signed_off"]
    assert rows("list")[0]["signed"]
    assert {row["where"] for row in rows("search", "du_thao")} == {
        "document", "minutes"}
    assert rows("verify", "--all")[-1]["complete"] == 1


def test_the_parts_of_a_record_are_what_the_devices_hold(exported):
    record = exported.file()
    assert record.events() == exported.meeting.events
    assert record.files["attachments/d1.txt"] == ATTACHED
    assert record.files["minutes.json"] == exported.minutes
    minutes = json.loads(exported.minutes)
    assert minutes["format"] == 4 and len(minutes["votes"]) == 1
    assert [line["fact"] for line in minutes["opening"]][0]
    assert [record.events()[seq].count(b'"ev":"minutes_signed"')
            for seq in record.json(MANIFEST)["signed"]] == [1, 1]
    register = lines_of(record.files[REGISTER])
    assert register == exported.register.events[:len(register)]
    assert b'"ev":"meeting_ended"' in register[-1]


def test_the_documents_of_the_templates_are_in_it(exported):
    record = exported.file()
    assert sorted(n for n in record.files if n.startswith("documents/")) == \
        DOCUMENTS
    assert [n for n in record.files if n.startswith("templates/")] == TEMPLATES
    signed = record.json(MANIFEST)["signed"][-1]
    code = "Mã kiểm tra: " + exported.meeting.heads[signed].hex()
    for name in ("minutes", "attendance", "voting"):
        text = carried(record, f"documents/{name}.docx")
        assert text.endswith(f"\n{code}\n"), name
    text = carried(record, "documents/minutes.docx")
    assert "Chi bộ đã nghe và thảo luận báo cáo." in text
    assert "DỰ THẢO" not in text and "Hội nghị kết thúc lúc" in text
    rows = record.files["documents/attendance.csv"].decode("utf-8-sig")
    assert rows.startswith("TT,Họ và tên,") and "ốm" not in rows
    draft = carried(exported.file("running"), "documents/minutes.docx")
    assert "DỰ THẢO" in draft and draft.endswith("\nBiên bản chưa ký.\n")


def test_a_record_of_a_meeting_under_way_verifies_so_far(exported):
    code, said, _ = verify(exported.running)
    assert (code, said["gaps"]) == (SO_FAR, ["open", "not_signed"])
    assert said["record"]["minutes_compared"] == "none"
    assert said["record"]["documents_compared"] == len(DOCUMENTS)


def test_later_days_give_the_same_bytes(exported):
    assert exported.full.read_bytes() == exported.again.read_bytes()


def test_another_writer_gives_the_same_bytes_but_for_the_version(exported):
    written = exported.file().bytes()
    assert len(written) == len(exported.full.read_bytes())
    path = exported.directory / "other-writer.chibo"
    path.write_bytes(written)
    assert verify(path)[0] == COMPLETE


def test_anchors_are_held_against_a_record(exported):
    seq = len(exported.meeting.heads) - 1
    head = exported.meeting.heads[-1].hex()
    code, said, _ = verify(exported.full, "--head", f"{seq}:{head}")
    assert (code, said["anchors"][0]["status"]) == (COMPLETE, "equal")
    code, said, _ = verify(exported.full, "--head", f"{seq}:{'0' * 64}")
    assert (code, said["failure"]["fault"]) == (INVALID, "head")


def test_what_lies_inside_is_not_given_again(exported):
    assert verify(exported.full, "--register", exported.full)[0] == UNUSABLE


def test_two_records_of_one_meeting_are_no_fork(exported):
    code, said, _ = verify("--fork", exported.full, exported.running)
    assert (code, said["proven"]) == (COMPLETE, False)


def test_a_meeting_that_is_not_there_is_not_exported(exported):
    said = chiboctl(exported.play.server, "record", "export", "khong-co",
                    "--out", exported.directory / "none", code=1)
    assert "khong-co" in said
    assert not (exported.directory / "none").exists()


# --- the container ----------------------------------------------------------------


def test_a_file_that_was_cut_is_told_from_one_that_is_wrong(exported,
                                                            tmp_path):
    path = tmp_path / "cut.chibo"
    path.write_bytes(exported.full.read_bytes()[:-40])
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"], said["failure"]["zip"]) == (
        INVALID, "zip", "cut")
    assert "it was cut short" in report(path)


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.chibo"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(EVENTS, bytes(200 * 1024 * 1024))
    code, said, _ = verify(path)
    assert (code, said["failure"]["zip"], said["failure"]["name"]) == (
        INVALID, "compressed", EVENTS)


def test_lines_take_no_more_memory_than_they_have_bytes(exported, tmp_path):
    """20 MB of them, read where no more than 160 MB can be had."""
    record = exported.file().copy()
    record.files[OPENINGS] = b"\n" * 20_000_000
    path = tmp_path / "large.chibo"
    path.write_bytes(record.bytes())
    done = subprocess.run(
        ["prlimit", f"--as={160 * 1024 * 1024}", BUILD / "bin/chibo-verify",
         path, "--json"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (INVALID, "")
    assert json.loads(done.stdout)["failure"]["fault"] == "file_opening"
