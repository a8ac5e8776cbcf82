"""The file of a record with less in it, for a member and for the body above: it
verifies, and lists exactly what is missing."""
import pathlib
import sqlite3
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from exported_record import (ATTACHED, COMPLETE, DOCUMENTS,  # noqa: E402
                             INVALID, Exported, report, verify)
from record_file import (EVENTS, MANIFEST, REDACTION, SIGNATURES,  # noqa: E402
                         RecordFile)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


def test_a_member_gets_no_reasons_and_no_labels(exported):
    record = exported.file("member")
    code, said, _ = verify(exported.member)
    assert (code, said["failure"]) == (COMPLETE, None)
    assert (said["record"]["level"], said["record"]["files_hidden"]) == (
        "member", [*DOCUMENTS, "minutes.json"])
    assert said["record"]["minutes_compared"] == "hidden"
    assert "were not compared with the log" in report(exported.member)
    everything = b"".join(record.files.values())
    assert "ốm".encode() not in everything
    assert "Tôi đồng ý với báo cáo.".encode() in everything
    assert record.files["attachments/d1.txt"] == ATTACHED
    assert any(row["ev"] == "absence_noted" and row["count"] == 1
               for row in record.json(REDACTION)["openings"])


def test_the_body_above_gets_no_texts_and_still_the_decisions(exported):
    code, said, _ = verify(exported.upper)
    assert (code, said["failure"]) == (COMPLETE, None)
    assert said["record"]["files_hidden"] == [
        "attachments/d1.txt", *DOCUMENTS, "minutes.json"]
    everything = b"".join(exported.file("upper").files.values())
    for text in ("ốm", "Tôi đồng ý với báo cáo.", "Chi bộ đã nghe",
                 "du_thao"):
        assert text.encode() not in everything
    assert "Thông qua nghị quyết".encode() in everything
    assert said["votes"][0]["result_recomputed"]
    shown = report(exported.upper)
    assert "documents/minutes.txt" in shown and "chat_said text: 2" in shown
    assert "đã lược bỏ ở mức cho cấp trên" in report(exported.upper, "vi")


def test_a_record_with_less_has_the_same_manifest(exported):
    for level in ("member", "upper"):
        record = exported.file(level)
        for name in (MANIFEST, SIGNATURES, EVENTS):
            assert record.files[name] == exported.file().files[name]


def test_less_can_be_made_of_less_and_never_more(exported):
    assert (exported.redact("upper", exported.member).read_bytes()
            == exported.upper.read_bytes())
    exported.redact("member", exported.upper, code=1)
    assert "more than that is left out" in exported.said


def test_what_the_server_lost_is_listed_as_such(exported):
    data = exported.play.server.data
    path = next(data.glob("*.db"))
    kept = path.read_bytes()
    database = sqlite3.connect(path)
    with database:
        gone = database.execute(
            "DELETE FROM opening WHERE field = 'text' AND (value LIKE "
            "'%Tôi cũng đồng ý.%' OR value LIKE '%và thảo luận báo cáo.%')"
            ).rowcount
    database.close()
    try:
        lost = exported.export("lost")
    finally:
        for beside in data.glob(path.name + "-*"):
            beside.unlink()
        path.write_bytes(kept)
    assert gone == 2
    code, said, _ = verify(lost)
    assert (code, said["record"]["level"]) == (COMPLETE, "as_kept")
    assert RecordFile(lost.read_bytes()).json(REDACTION)["openings"] == [
        {"ev": "chat_said", "field": "text", "count": 1},
        {"ev": "entry_edited", "field": "text", "count": 1}]
    # What was adopted still says it, and is what the minutes are drawn of.
    assert said["record"]["minutes_compared"] == "partly"
    assert said["record"]["documents_compared"] == len(DOCUMENTS)
    assert verify(exported.redact("member", lost))[0] == COMPLETE


@pytest.mark.parametrize("change", [
    lambda r: r["openings"].pop(), lambda r: r["files"].pop(),
    lambda r: r["openings"][0].update(count=99),
    lambda r: r["openings"].insert(0, {"ev": "a", "field": "b", "count": 1}),
    lambda r: r["files"].append("z"),
])
def test_a_redaction_lists_exactly_what_is_missing(exported, tmp_path, change):
    record = exported.file("upper").copy()
    redaction = record.json(REDACTION)
    change(redaction)
    record.sign_redaction(exported.seed, redaction)
    path = tmp_path / "other.chibo"
    path.write_bytes(record.bytes())
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"]) == (INVALID, "redaction")


def test_a_redaction_belongs_to_its_manifest(exported, tmp_path):
    record = exported.file("upper").copy()
    redaction = record.files[REDACTION]
    record.files[REDACTION] = redaction.replace(b'"upper"', b'"member"')
    path = tmp_path / "other.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[1]["failure"]["fault"] == "record_signature"


def test_a_verifier_that_checks_no_redaction_is_found_out(exported, tmp_path):
    record = exported.file("upper").copy()
    record.files[REDACTION] = record.files[REDACTION].replace(b'"upper"',
                                                              b'"member"')
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[0] == INVALID
    assert verify(path, without="record_redaction_verify")[0] == COMPLETE
