"""Errata: what a real server takes of whom after the meeting has ended, and to
whom it shows their text."""
import contextlib
import datetime
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import types

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
import errata  # noqa: E402
import played_record  # noqa: E402
import record_forms as forms  # noqa: E402
from exported_record import carried, chiboctl, verify  # noqa: E402
from record_file import (REGISTER, REGISTER_OPENINGS, RecordFile,  # noqa: E402
                         dump, join, lines_of)
from server_process import BUILD  # noqa: E402
from test_destroy import TERMS, destroy  # noqa: E402
from test_destroy import export as destroyed_export  # noqa: E402
from wire_client import Refused  # noqa: E402


def export(play, name):
    path = play.server.data.parent / f"{name}.chibo"
    chiboctl(play.server, "record", "export", play.meeting, "--out", path)
    return path


def page(path, language="en"):
    return subprocess.run(
        [BUILD / "bin/chibo-verify", path, "--language", language],
        capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL).stdout


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A meeting that is over, with its minutes adopted; m1 presided, m3 took
    the minutes."""
    play = played_record.Play(tmp_path_factory.mktemp("errata") / "server",
                              silent=())
    try:
        play.found()
        play.come()
        play.call_the_roll()
        play.discuss()
        play.minutes = errata.adopt(play)
        with pytest.raises(Refused) as play.early:
            errata.propose(play.clients["m3"], play, 1, play.minutes["c"],
                           "minute-taker")
        play.end()
        for client in play.clients.values():
            client.close()
        play.clients = {}
        # It is read again when somebody asks for it.
        play.admin.close()
        play.server.stop()
        play.server.start()
        play.admin = play.server.admin()
        play.before = export(play, "before")
        yield play
    finally:
        play.close()


def test_while_a_meeting_goes_on_nothing_of_it_is_past(ended):
    assert ended.early.value.code == "meeting_not_ended"


@pytest.fixture(scope="module")
def in_force(ended):
    """Number 1, which both sign: its two events, and its text."""
    with ended.in_register("m3") as taker:
        proposed = errata.propose(taker, ended, 1, ended.minutes["c"],
                                  "minute-taker")
    with ended.in_register("m1") as chair:
        chair.settle()
        signed = errata.sign(chair, ended, proposed, "chair")
        text = chair.log(ended.organisation).opened[proposed["seq"], "erratum"]
    return proposed, signed, text


@pytest.fixture(scope="module")
def waiting(ended, in_force):
    """Number 2, which waits for m3: what was answered to the request, which
    came twice."""
    with ended.in_register("m1") as chair:
        chair.settle()
        message = chair.command_message(
            "propose_erratum", ended.organisation, meeting=ended.meeting,
            number=2, minutes=ended.minutes["c"], role="chair",
            erratum=errata.erratum_text(should="Chi bộ đã nghe báo cáo."))
        answers = []
        for _ in range(2):
            chair.send(message)
            answers.append(chair.answer(message["id"]))
    return answers


def test_both_sign_what_was_wrong_and_it_is_in_force(in_force):
    proposed, signed, text = in_force
    assert (proposed["member"], proposed["role"]) == ("m3", "minute-taker")
    assert (signed["member"], signed["role"]) == ("m1", "chair")
    assert signed["c"] == proposed["erratum"]["c"]
    assert text == errata.erratum_text()


@pytest.mark.parametrize("holder, role, code", [
    ("m2", "chair", "not_allowed"), ("m4", "minute-taker", "not_allowed"),
    ("m1", "minute-taker", "not_allowed"), ("m3", "member", "not_allowed")])
def test_nobody_else_does(ended, holder, role, code):
    with ended.in_register(holder) as client:
        client.settle()
        number = len(client.log(ended.organisation).all(
            "erratum_proposed")) + 1
        with pytest.raises(Refused) as refusal:
            errata.propose(client, ended, number, ended.minutes["c"], role)
    assert refusal.value.code == code


def test_a_request_that_is_sent_again_is_answered_again(ended, waiting):
    assert waiting[0] == waiting[1] and "seq" in waiting[0]
    with ended.in_register("m1") as chair:
        with pytest.raises(Refused) as refusal:
            errata.propose(chair, ended, 2, ended.minutes["c"], "chair")
    assert refusal.value.code == "erratum_number"


def test_it_is_over_these_minutes_and_this_text(ended):
    with ended.in_register("m1") as chair:
        chair.settle()
        with pytest.raises(Refused) as refusal:
            errata.propose(chair, ended, 3, "ab" * 32, "chair")
        assert refusal.value.code == "bad_commitment"
        with pytest.raises(Refused) as refusal:
            errata.propose(chair, ended, 3, ended.minutes["c"], "chair",
                           reason="")
        assert refusal.value.code == "bad_message"


def test_its_text_is_for_the_cell_alone(ended, in_force):
    other = played_record.Cell(ended.server, ended.admin)
    stranger = other.add_member("Đảng viên Mẫu 09", office="cell_leader")
    device = other.enrol(stranger, "Máy của chi bộ khác")
    with ended.server.login(device) as client:
        client.join(ended.organisation)
        client.wait_event(ended.organisation, "erratum_proposed")
        client.settle()
        assert not any(f["field"] == "erratum" for f in client.log(
            ended.organisation).opening_frames)
    with ended.in_register("m4") as member:
        member.wait_event(ended.organisation, "erratum_proposed")
        member.settle()
        assert any(f["field"] == "erratum" for f in member.log(
            ended.organisation).opening_frames)


# --- in the record ----------------------------------------------------------------


@pytest.fixture(scope="module")
def after(ended, waiting):
    """Number 1 is in force, number 2 waits for m3."""
    return export(ended, "after")


def pdf_text(path, tmp_path):
    pdf = tmp_path / "minutes.pdf"
    pdf.write_bytes(RecordFile(path.read_bytes()).files[
        "documents/minutes.pdf"])
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], check=True,
                          stdout=subprocess.PIPE, timeout=60)
    return " ".join(done.stdout.decode().split())


def test_the_record_of_before_verifies_as_it_did(ended):
    code, said, _ = verify(ended.before)
    assert (code, said["failure"]) == (0, None)
    assert said["record"]["minutes_compared"] == "whole"


def test_a_later_record_tells_of_them_in_every_paper(ended, after, tmp_path):
    code, said, _ = verify(after)
    assert (code, said["failure"]) == (0, None)
    assert said["record"]["minutes_compared"] == "whole"
    assert said["record"]["documents_unknown"] == 0
    record = RecordFile(after.read_bytes())
    for text in (pdf_text(after, tmp_path),
                 " ".join(carried(record, "documents/minutes.docx").split()),
                 " ".join(record.files["documents/minutes.txt"].decode()
                          .split())):
        assert errata.STANDS in text
        assert "ĐÍNH CHÍNH" in text and errata.SHOULD in text
        assert errata.REASON in text and "29/11/2026" in text
        assert "người chủ trì" in text and "Đảng viên Mẫu 01" in text
        assert "Chi bộ đã nghe báo cáo." not in text  # number 2
        at = text.index(errata.STANDS)
        assert "ính chính số 1" in text[at:at + 80]


def test_what_was_adopted_is_what_it_was(ended, after):
    before = RecordFile(ended.before.read_bytes()).files
    later = RecordFile(after.read_bytes()).files
    assert before["minutes.json"] == later["minutes.json"]
    assert before["log/events.jsonl"] == later["log/events.jsonl"]
    assert later["register/events.jsonl"].startswith(
        before["register/events.jsonl"])
    assert "ĐÍNH CHÍNH" not in carried(RecordFile(ended.before.read_bytes()),
                                       "documents/minutes.docx")


def test_the_minutes_that_a_server_draws_tell_of_them(ended, in_force):
    with ended.server.login(ended.devices["m4"]) as member:
        member.join(ended.meeting)
        drawn = member.ask("minutes", log=ended.meeting, language="en")
        text = member.get_blob(drawn["blob"]).decode()
    assert "APPENDIX: ERRATA" in text and errata.SHOULD in text
    assert "Erratum 1: see the appendix" in text


# --- what a server can do to them, which has its own key and the chain ------------


def registered(record):
    return [json.loads(line) for line in lines_of(record.files[REGISTER])]


def put_register(record, events, gone=()):
    """The chain is computed by whoever reads it; places close up."""
    place = {seq: at for at, seq in enumerate(
        s for s in range(len(events) + len(gone)) if s not in gone)}
    for event in events:
        event["seq"] = place[event["seq"]]
    record.files[REGISTER] = join(map(dump, events))
    openings = [json.loads(line) for line in
                lines_of(record.files[REGISTER_OPENINGS])]
    for opening in openings:
        opening["open"] = place.get(opening["open"])
    record.files[REGISTER_OPENINGS] = join(
        dump(o) for o in openings if o["open"] is not None)


def find(events, name, number=1):
    return next(e for e in events if e["ev"] == name
                and e["number"] == number)


def changed(change, name="erratum_proposed", number=1):
    def do(record, _):
        events = registered(record)
        change(find(events, name, number))
        put_register(record, events)
    return do


def without_events(*wanted):
    def do(record, _):
        events = registered(record)
        gone = {find(events, name, number)["seq"] for name, number in wanted}
        put_register(record, [e for e in events if e["seq"] not in gone],
                     gone)
    return do


def another_text(record, _):
    """A text of the server's own, sealed as it should be."""
    events = registered(record)
    event = find(events, "erratum_proposed")
    text = errata.erratum_text(should="Chi bộ không thống nhất.")
    salt = "11" * 32
    event["erratum"] = {"c": forms.commitment(
        events[0]["organisation"], "erratum", bytes.fromhex(salt),
        text).hex()}
    put_register(record, events)
    openings = [json.loads(line) for line in
                lines_of(record.files[REGISTER_OPENINGS])]
    for opening in openings:
        if opening["field"] == "erratum" and opening["open"] == event["seq"]:
            opening.update(salt=salt, value=text)
    record.files[REGISTER_OPENINGS] = join(map(dump, openings))


def resigned(play, event, by, tag="erratum"):
    """The event as this member's device signs it."""
    device = play.devices[by]
    c = event["erratum"]["c"] if "erratum" in event else event["c"]
    event.update(signer=device.key.hex())
    event["sig"] = device.sign(
        tag, event["meeting"], event["member"].encode(),
        event["role"].encode(), forms.number(event["number"]),
        bytes.fromhex(event["minutes"]), bytes.fromhex(c),
        forms.number(event["seen"]), bytes.fromhex(event["head"])).hex()


def signed_by(name, by, **fields):
    def do(record, play):
        events = registered(record)
        event = find(events, name)
        event.update(fields)
        resigned(play, event, by)
        gone = {find(events, "erratum_proposed", 2)["seq"]}
        put_register(record, [e for e in events if e["seq"] not in gone],
                     gone)
    return do


def over_other_minutes(record, play):
    """Both sign, of minutes that nobody adopted."""
    events = registered(record)
    for name, by in (("erratum_proposed", "m3"), ("erratum_signed", "m1")):
        event = find(events, name)
        event["minutes"] = "ab" * 32
        if name == "erratum_signed":
            event["seen"] = find(events, "erratum_proposed")["seen"]
            event["head"] = find(events, "erratum_proposed")["head"]
        resigned(play, event, by)
    gone = {find(events, "erratum_proposed", 2)["seq"]}
    put_register(record, [e for e in events if e["seq"] not in gone], gone)


TAMPERED = {
    "its text opened otherwise": (lambda r, _: r.files.update({
        REGISTER_OPENINGS: r.files[REGISTER_OPENINGS].replace(
            errata.SHOULD.encode(), "Chi bộ không nghe báo cáo.".encode())}),
        "opening"),
    "its text changed": (another_text, "erratum"),
    "another place": (changed(lambda e: e.update(number=3),
                              "erratum_proposed", 2), "erratum_number"),
    "the first left out": (without_events(("erratum_proposed", 1),
                                          ("erratum_signed", 1)),
                           "erratum_number"),
    "the second signature left out": (without_events(
        ("erratum_signed", 1), ("erratum_proposed", 2)), "document"),
    "the same, with a later one over it": (without_events(
        ("erratum_signed", 1)), "statement_head"),
    "the second signature changed": (changed(
        lambda e: e.update(sig="00" * 64), "erratum_signed"), "erratum"),
    "the second over another text": (changed(
        lambda e: e.update(c="ab" * 32), "erratum_signed"), "erratum_text"),
    "the second over other minutes": (changed(
        lambda e: e.update(minutes="ab" * 32), "erratum_signed"),
        "erratum_minutes"),
    "both over other minutes": (over_other_minutes, "erratum_minutes"),
    "a chair who was none": (signed_by(
        "erratum_signed", "m2", member="m2"), "erratum_signer"),
    "the device of another member": (signed_by(
        "erratum_signed", "m2"), "erratum_signer"),
    "the chair twice": (signed_by(
        "erratum_signed", "m3", member="m3", role="minute-taker"),
        "erratum_signer"),
    "in the other's role": (signed_by(
        "erratum_proposed", "m3", role="chair"), "erratum_signer"),
    "another meeting": (changed(lambda e: e.update(meeting="khac")),
                        "state"),
    "another member's name": (changed(
        lambda e: e.update(member="m2"), "erratum_signed"),
        "erratum_signer"),
    "seen elsewhere": (changed(lambda e: e.update(head="ab" * 32)),
                       "statement_head"),
    "a signature of another kind": (lambda r, play: other_kind(r, play),
                                    "erratum"),
}


def other_kind(record, play):
    events = registered(record)
    resigned(play, find(events, "erratum_signed"), "m1", tag="minutes")
    put_register(record, events)


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_is_done_to_an_erratum_is_found(ended, after, tmp_path, name):
    change, fault = TAMPERED[name]
    record = RecordFile(after.read_bytes())
    change(record, ended)
    seed = bytes.fromhex((ended.server.data / "identity.key")
                         .read_text().strip())
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.reseal(seed).bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (1, "")
    assert said["failure"]["fault"] == fault
    assert "NOT VALID" in page(path)


def proposed_by_a_member(record, play):
    """Number 2, which waits, as m4 proposes it."""
    events = registered(record)
    event = find(events, "erratum_proposed", 2)
    event.update(member="m4")
    resigned(play, event, "m4")
    put_register(record, events)


def unsigned(record, _):
    """Nothing stands behind the one whose signature is none."""
    events = registered(record)
    find(events, "erratum_signed")["sig"] = "00" * 64
    gone = {find(events, "erratum_proposed", 2)["seq"]}
    put_register(record, [e for e in events if e["seq"] not in gone], gone)


@pytest.mark.parametrize("check, change", [
    ("erratum_standing", proposed_by_a_member),
    ("register_check", unsigned)])
def test_a_verifier_without_a_check_is_found_out(ended, after, tmp_path, check,
                                                 change):
    record = RecordFile(after.read_bytes())
    change(record, ended)
    seed = bytes.fromhex((ended.server.data / "identity.key")
                         .read_text().strip())
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.reseal(seed).bytes())
    assert verify(path)[0] == 1
    assert verify(path, without=check)[0] == 0


def test_sealing_it_anew_changes_nothing(ended, after, tmp_path):
    """The test of the tests above: what they do besides is not found."""
    record = RecordFile(after.read_bytes())
    events = registered(record)
    resigned(ended, find(events, "erratum_signed"), "m1")
    put_register(record, events)
    seed = bytes.fromhex((ended.server.data / "identity.key")
                         .read_text().strip())
    path = tmp_path / "resealed.chibo"
    path.write_bytes(record.reseal(seed).bytes())
    assert verify(path)[0] == 0


def test_the_verifier_says_what_is_in_force_and_who_signed(after):
    _, said, _ = verify(after)
    assert [(row["number"], row["in_force"],
             [s["member"] for s in row["signed_by"]])
            for row in said["errata"]] == [(1, True, ["m3", "m1"]),
                                           (2, False, ["m1"])]
    text = page(after)
    assert "errata of the minutes, signed by devices" in text
    assert errata.SHOULD in text and "NOT IN FORCE" in text
    assert "đính chính" in page(after, "vi")


# --- less in it -------------------------------------------------------------------


@pytest.mark.parametrize("level, is_opened", [("member", True),
                                              ("upper", False)])
def test_their_text_goes_where_the_text_of_the_minutes_goes(
        ended, after, tmp_path, level, is_opened):
    out = tmp_path / f"{level}.chibo"
    chiboctl(ended.server, "record", "redact", "--level", level, after, out)
    code, said, _ = verify(out)
    assert (code, said["failure"]) == (0, None)
    assert [row["opened"] for row in said["errata"]] == [is_opened] * 2
    assert [row["in_force"] for row in said["errata"]] == [True, False]
    entries = next(row for row in said["texts"]
                   if (row["event"], row["field"]) == ("entry_written", "text"))
    assert (entries["opened"] > 0) == is_opened
    assert any(errata.SHOULD.encode() in data for data in
               RecordFile(out.read_bytes()).files.values()) == is_opened


def test_an_archive_takes_the_record_with_more_of_them(ended, after, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "chibod.conf").write_text('data_directory = "data";\n')

    def imported(path):
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "record", "import", path, "--json",
             "--config", tmp_path / "chibod.conf"], capture_output=True,
            text=True, timeout=60, check=True)
        return json.loads(done.stdout.splitlines()[0])["result"]
    assert [imported(path) for path in (ended.before, after, ended.before,
                                        after)] == [
        "stored", "extended", "older", "same"]


def texts_of_errata(server):
    with contextlib.closing(sqlite3.connect(server.data / "chibo.db")) as db:
        return db.execute("SELECT count(*) FROM opening WHERE field = "
                          "'erratum'").fetchone()[0]


def test_with_the_texts_of_the_minutes_theirs_are_destroyed(ended, after,
                                                            tmp_path):
    there = ended.server.data.parent
    copied = types.SimpleNamespace(
        data=tmp_path / "copy" / ended.server.data.name,
        config=tmp_path / "copy" / ended.server.config.name,
        meeting=ended.meeting)
    ended.admin.close()
    ended.server.stop()
    shutil.copytree(there, tmp_path / "copy", symlinks=True)
    ended.server.start()
    ended.admin = ended.server.admin()
    copied.config.write_text(copied.config.read_text() + TERMS + "\n")
    assert texts_of_errata(copied) == 2
    in_30_months = datetime.date.today() + datetime.timedelta(days=913)
    destroy(copied, in_30_months.isoformat())
    assert texts_of_errata(copied) == 0
    code, said, _ = verify(destroyed_export(copied, tmp_path / "rest.chibo"))
    assert (code, said["failure"]) == (0, None)
    assert [row["opened"] for row in said["errata"]] == [False, False]
