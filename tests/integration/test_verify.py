"""chibo-verify over records that a real server wrote: what it says of a whole
one, of parts, of each thing that can be done to one, of two histories; and that
a build of it with one check left out is found out."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
import played_record  # noqa: E402
import test_loss_of_events as loss  # noqa: E402
from server_process import BUILD, ROOT  # noqa: E402
from tampered import COMPLETE, INVALID, UNUSABLE, Case, Tampering  # noqa: E402

VERIFY = BUILD / "bin/chibo-verify"
# The checks of which there is a build without it (tests/support/planted), and
# words of a case to try first, as it needs that check.
PLANTED = {
    "act_check": "signature of", "act_ledger_take": "used a second time",
    "command_roles": "adjourns", "meeting_device_is_vouched": "vouched for",
    "verify_meeting_result": "which makes it pass",
    "checkpoint_check": "server's signature",
    "snapshot_check_genesis": "in each other's place",
    "snapshot_check_changed": "left out",
    "register_check": "statement of device_enrolled",
    "commitment_check": "another text in opening",
    "meeting_state_apply": "more against",
    "verify_anchors_compare": "contradict", "verify_head_compare": "another head"}


def run(*arguments, language="en"):
    done = subprocess.run([VERIFY, *map(str, arguments), "--language",
                           language], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    meeting, register, play = played_record.play(
        tmp_path_factory.mktemp("played"))
    return meeting, register, play.devices


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    return played_record.play_twice(tmp_path_factory.mktemp("forked"))


@pytest.fixture
def tampering(played, tmp_path):
    return Tampering(*played, tmp_path)


def whole(tampering, *arguments):
    """The JSON of the untouched record."""
    code, said, errors = tampering.run(VERIFY, Case("", COMPLETE,
                                                    arguments=arguments))
    assert (code, errors) == (COMPLETE, "")
    return said


# --- a record that is right -----------------------------------------------------


def test_a_whole_record_is_valid_and_complete(tampering):
    said = whole(tampering)
    meeting = tampering.meeting
    assert (said["verdict"], said["gaps"], said["failure"]) == (
        "complete", [], None)
    assert said["events"] == len(meeting.events)
    assert said["head"] == meeting.heads[-1].hex()
    assert said["genesis"] == meeting.heads[0].hex()
    assert said["closed"] and said["vouching_required"]
    assert said["snapshots_compared"] == 1 + sum(
        json.loads(e)["ev"] == "roster_changed" for e in meeting.events)
    assert said["snapshots_unreached"] == 0


def test_who_signed_how_much_is_counted(tampering):
    wanted = {}
    for raw in tampering.meeting.events:
        act = json.loads(raw).get("act")
        if act:
            wanted.setdefault(act["member"], set()).add(act["request"])
    said = {row["holder"]: row for row in whole(tampering)["signers"]}
    assert {h: len(ids) for h, ids in wanted.items()} == {
        h: row["acts"] for h, row in said.items()}
    assert said["m1"]["name"] == "Đảng viên Mẫu 01"
    assert said["m1"]["founding"] == said["m1"]["acts"]
    assert said["m3"]["founding"] == 0
    assert (said["m2"]["ticks"], said["m2"]["absences"]) == (1, 1)
    assert said["s1"]["hall_entries"] == 2


def test_results_are_derived_again_and_told_from_what_was_entered(tampering):
    said = whole(tampering)
    first, second = said["votes"]
    # m1 and m2 in favour, m3 against, m4 of another opinion; the hall, which
    # corrected itself, one in favour. Seven official members.
    assert (first["yes"], first["no"], first["other"], first["abstain"],
            first["denominator"], first["test"], first["passed"]) == (
        3, 1, 1, 0, 7, "2*yes > D", False)
    assert first["signed_votes"] == 4
    assert first["result_recomputed"]
    assert not first["denominator_recomputed"]  # without the ruleset
    assert first["motion"] == "Thông qua nghị quyết"
    assert second["phase"] == "cancelled"
    assert [(h["by"], h["yes"], h["no"], h["ticked"])
            for h in said["halls"]] == [("s1", 1, 0, 1)]


def test_who_did_not_confirm_the_heads_is_named(tampering):
    said = whole(tampering)
    assert [c["reason"] for c in said["checkpoints"]] == [
        "opened", "roll_confirmed", "vote_started", "vote_closed",
        "vote_started", "closed"]
    assert all(c["complete"] for c in said["checkpoints"])
    assert [(c["signed"], c["asked"]) for c in said["checkpoints"]][:5] == [
        (5, 6)] * 5
    assert said["missing"] == []  # m5 was revoked before the closing
    code, said, _ = tampering.run(VERIFY, Case(
        "", None, openings=[],
        events=tampering.meeting.events[:tampering.seq_of("vote_closed")]))
    assert code == 3
    assert said["missing"] == [{
        "holder": "m5", "device": tampering.devices["m5"].key.hex()}]


def test_a_text_that_is_not_opened_is_counted_as_hidden(tampering):
    code, said, _ = tampering.run(VERIFY, Case("", None, openings=[]))
    assert code == COMPLETE
    assert all(row["opened"] == 0 for row in said["texts"])
    names = {(row["event"], row["field"]): row["sealed"]
             for row in said["texts"]}
    assert names["chat_said", "text"] == 2
    assert names["genesis", "roster.*.name"] == 7
    assert all(row["opened"] == row["sealed"]
               for row in whole(tampering)["texts"])


def test_the_register_is_verified_like_any_record(tampering, tmp_path):
    path = tampering.register.write(tmp_path / "register")
    code, out, errors = run(path, "--json")
    said = json.loads(out)
    assert (code, errors, said["kind"], said["verdict"]) == (
        COMPLETE, "", "register", "complete")
    names = [json.loads(e)["ev"] for e in tampering.register.events]
    assert said["statements"] == sum(n in (
        "device_enrolled", "device_vouched", "device_added", "device_revoked",
        "server_key_changed") for n in names)
    assert said["statements_hidden"] == 0
    path.with_name("register.openings").unlink()
    said = json.loads(run(path, "--json")[1])
    assert said["statements"] == names.count("device_vouched")
    assert said["statements_hidden"] > 0


def test_the_report_says_what_is_proven_and_by_whom(tampering, tmp_path):
    path = tampering.meeting.write(tmp_path / "log")
    register = tampering.register.write(tmp_path / "register")
    code, out, errors = run(path, "--register", register)
    assert (code, errors) == (COMPLETE, "")
    for wanted in ("VALID AND COMPLETE.", "PROVEN: signed by members' devices",
                   "PROVEN: computed again", "RECORDED BY THE SERVER",
                   "ENTERED BY PEOPLE", "comrade Đảng viên Mẫu 01",
                   "site Hội trường Mẫu", "NOT ADOPTED", "founding pair",
                   "5 of 5 devices, complete", "none given"):
        assert wanted in out, wanted
    code, out, errors = run(path, language="vi")
    assert (code, errors) == (COMPLETE, "")
    for wanted in ("HỢP LỆ VÀ TRỌN VẸN.", "đồng chí Đảng viên Mẫu 01",
                   "ĐÃ CHỨNG MINH", "DO MÁY CHỦ GHI", "KHÔNG ĐƯỢC THÔNG QUA",
                   "theo lời máy chủ"):
        assert wanted in out, wanted


def test_a_failure_names_the_event_and_the_reason(tampering, tmp_path):
    seq = tampering.seq_of("vote_cast")
    path = tampering.meeting.write(tmp_path / "log", tampering.changed(
        seq, lambda e: e.update(choice="no")))
    code, out, _ = run(path)
    assert code == INVALID
    assert f"event {seq} (vote_cast)" in out and "NOT VALID." in out
    assert "comrade Đảng viên Mẫu 01" in out


def test_the_ruleset_of_the_meeting_settles_the_number_of_members(
        tampering, played, tmp_path, tmp_path_factory):
    rules = next(tmp_path_factory.getbasetemp().glob(
        "played*/rules/interim.conf"))
    path = tampering.meeting.write(tmp_path / "log")
    code, out, errors = run(path, "--rules", rules, "--json")
    assert (code, errors) == (COMPLETE, "")
    assert json.loads(out)["votes"][0]["denominator_recomputed"]


def test_the_ruleset_is_found_in_a_folder_or_is_another_one(
        tampering, tmp_path, tmp_path_factory):
    folder = next(tmp_path_factory.getbasetemp().glob("played*/rules"))
    both, others = tmp_path / "both", tmp_path / "others"
    for rules in (both, others):
        rules.mkdir()
        (rules / "association.conf").write_bytes(
            (ROOT / "config/rules/association.conf").read_bytes())
    (both / "interim.conf").write_bytes((folder / "interim.conf").read_bytes())
    path = tampering.meeting.write(tmp_path / "log")

    code, out, errors = run(path, "--rules", both, "--json")
    assert (code, errors) == (COMPLETE, "")
    assert json.loads(out)["votes"][0]["denominator_recomputed"]
    code, out, _ = run(path, "--rules", others)
    assert code == INVALID and "held under another ruleset" in out


# --- a record that was changed --------------------------------------------------


def test_whatever_is_changed_is_found_for_its_own_reason(tampering):
    cases = list(tampering.cases())
    assert len(cases) > 500
    misfits = [m for case in cases
               if (m := tampering.misfit(VERIFY, case)) is not None]
    assert not misfits, "\n".join(misfits)


@pytest.mark.parametrize("check", PLANTED)
def test_a_verifier_without_one_check_is_found_out(tampering, check):
    binary = BUILD / f"tests/chibo-verify_without_{check}"
    cases = sorted(tampering.cases(),
                   key=lambda case: PLANTED[check] not in case.name)
    assert any(tampering.misfit(binary, case) is not None for case in cases)


def test_the_end_alone_is_covered_only_from_outside(tampering, tmp_path):
    """Without the register or an anchor nothing covers the nonce of the last
    event: that is what anchors are for."""
    end = len(tampering.meeting.events) - 1
    path = tampering.meeting.write(tmp_path / "log", tampering.changed(
        end, lambda e: e.update(n="00" * 16)))
    assert run(path)[0] == COMPLETE
    head = tampering.meeting.heads[end].hex()
    assert run(path, "--head", f"{end}:{head}")[0] == INVALID


# --- two histories ----------------------------------------------------------------


def test_one_server_that_showed_two_histories_is_proven(forked, tmp_path):
    one, other = (record.write(tmp_path / f"log{i}")
                  for i, record in enumerate(forked))
    assert run(one)[0] == run(other)[0] == COMPLETE
    code, out, errors = run("--fork", one, other, "--json")
    said = json.loads(out)
    assert (code, errors, said["proven"]) == (INVALID, "", True)
    assert said["log"] == forked[0].id
    # The devices signed both, too, because the test let them.
    assert said["server_key"] and said["one"]["role"] == "server"
    assert said["one"]["key"] == forked[0].parsed(0)["server"]
    assert said["one"]["key"] == said["other"]["key"]
    check_statement(said, said["one"], forked)
    check_statement(said, said["other"], forked)
    assert said["head"] != said["one"]["head"]
    code, out, _ = run("--fork", other, one)
    assert code == INVALID and "the server's key has signed two" in out


def check_statement(said, statement, forked):
    """The proof holds for whoever has nothing of ours."""
    from wire_client import forms, text, verify
    verify(bytes.fromhex(statement["key"]), "checkpoint", said["log"],
           [text(statement["role"]), text(statement["reason"]),
            forms.number(statement["seq"]), bytes.fromhex(statement["head"])],
           bytes.fromhex(statement["sig"]))
    assert any(r.heads[statement["seq"]].hex() == statement["head"]
               for r in forked)


def test_a_record_and_its_own_part_are_no_contradiction(forked, tmp_path):
    record = forked[0]
    path = record.write(tmp_path / "log")
    part = record.write(tmp_path / "part", record.events[:-3], [])
    for one, other in ((path, path), (path, part), (part, path)):
        code, out, errors = run("--fork", one, other, "--json")
        assert (code, errors) == (COMPLETE, "")
        assert json.loads(out) == {"proven": False, "explained": False}


def server_head(record, reason):
    """A head that the server signed, as anchors have it."""
    point = record.find("checkpoint", lambda e: e["reason"] == reason)
    return (point["upto"], point["head"], point["reason"],
            record.parsed(0)["server"], point["sig"])


def test_anchors_prove_it_too(forked, tmp_path):
    first, second = forked
    where = Tampering(first, first, {}, tmp_path)
    where.register = type("Register", (), {
        "id": first.parsed(0)["organisation"]})
    log = second.write(tmp_path / "log")
    signed = "signed {} {} {} {} {}".format(*server_head(first, "vote_closed"))
    anchors = where.anchors("signed", [f"genesis {first.heads[0].hex()}",
                                       signed])
    for one, other in ((anchors, log), (log, anchors)):
        code, out, errors = run("--fork", one, other, "--json")
        assert (code, errors) == (INVALID, "")
        assert json.loads(out)["proven"]
    other = where.anchors("other", [
        "signed {} {} {} {} {}".format(*server_head(second, "vote_closed"))])
    code, out, _ = run("--fork", anchors, other, "--json")
    said = json.loads(out)
    assert (code, said["by_chain_in"]) == (INVALID, None)
    # A signature of nobody proves nothing, but to who believes every one.
    worthless = where.anchors("worthless", [signed[:-1] + (
        "0" if signed[-1] != "0" else "1")])
    for pair in ((worthless, log), (worthless, other)):
        assert run("--fork", *pair)[0] == COMPLETE
        done = subprocess.run(
            [BUILD / "tests/chibo-verify_without_signed_head_check", "--fork",
             *pair], capture_output=True, timeout=60,
            stdin=subprocess.DEVNULL)
        assert done.returncode == INVALID


def test_anchors_against_a_record_say_whether_the_server_signed(forked,
                                                                tmp_path):
    first, second = forked
    where = Tampering(first, first, {}, tmp_path)
    where.register = type("Register", (), {
        "id": first.parsed(0)["organisation"]})
    log = second.write(tmp_path / "log")
    anchors = where.anchors("signed", ["signed {} {} {} {} {}".format(
        *server_head(first, "closed"))])
    code, out, _ = run(log, "--anchor", anchors, "--json")
    said = json.loads(out)["anchors"][0]
    assert (code, said["status"], said["signed"]) == (
        INVALID, "contradicts", True)


# --- a loss that was given up -----------------------------------------------------


@pytest.fixture
def given_up(tmp_path):
    """(what was lost as one device still holds it, the newest head that the
    server had signed of it, the record of the meeting that went on)."""
    one = loss.Meeting(tmp_path)
    try:
        one.begin()
        loss.say_a_lot(one, 12)
        old = played_record.Record(one.logs[2][one.id])
        signed = one.signed[2][one.id]
        one.lose()
        one.forget()
        chair, minute_taker, member, _ = one.login()
        with pytest.raises(loss.Refused):
            member.ask("join", log=one.id, head=signed["head"], signed={
                k: v for k, v in signed.items() if k != "log"},
                **{"from": signed["seq"] + 1})
        for client in (chair, minute_taker, member):
            client.join(one.id)
        note = loss.held_note(chair, one.id)
        loss.accept(chair, one, note)
        loss.accept(minute_taker, one, note)
        for client in (chair, minute_taker, member):
            client.wait(lambda c=client: loss.retries(c, one.id), "going on")
            client.join(one.id)
        for i in range(20):
            chair.do("chat", one.id, text=f"Họp tiếp {i}")
        chair.do("close_meeting", one.id)
        loss.wait_all(one.clients, lambda: [
            e for e in chair.log(one.id).all("checkpoint")
            if e["reason"] == "closed"], "the closing")
        yield old, signed, played_record.Record(chair.log(one.id))
    finally:
        one.close()


def test_a_loss_that_was_given_up_is_shown_and_explains_its_anchors(
        given_up, tmp_path):
    old, signed, new = given_up
    log = new.write(tmp_path / "log", openings=[])
    lost = old.write(tmp_path / "old")
    where = Tampering(new, type("Register", (), {
        "id": new.parsed(0)["organisation"]}), {}, tmp_path)
    seq = new.find("restored")["seq"]
    line = "signed {seq} {head} {reason} {server} {sig}".format(**signed)
    assert signed["seq"] >= seq
    anchors = where.anchors("lost", [f"genesis {old.heads[0].hex()}", line])

    code, out, errors = run(log, "--anchor", anchors, "--json")
    said = json.loads(out)
    assert (code, errors, said["failure"]) == (COMPLETE, "", None)
    assert said["losses"] == [{
        "from": seq, "lost_seq": signed["seq"], "lost_head": signed["head"],
        "by": new.find("restored")["act"]["member"],
        "second": new.find("restored")["second"]["member"]}]
    assert (said["anchors"][0]["status"], said["anchors"][0]["lost"]) == (
        "equal", 1)
    assert "LOST AND GIVEN UP" in run(log)[1]

    # What lies behind the stretch that was given up contradicts.
    end = len(new.events) - 1
    assert end > signed["seq"]
    code, _, _ = run(log, "--head", f"{signed['seq'] + 1}:{'ab' * 32}")
    assert code == INVALID
    # Two heads of one key, and the reason why.
    code, out, errors = run("--fork", anchors, log, "--json")
    said = json.loads(out)
    assert (code, errors) == (COMPLETE, "")
    assert (said["proven"], said["explained"]) == (False, True)
    # The old record stands for itself, and nothing in it says so.
    assert run(lost)[0] == 3


# --- what cannot be used ------------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    [], ["--fork"], ["--fork", "a"], ["a", "b"], ["--nonsense", "a"],
    ["/nonexistent"], ["--register"], ["--language", "fr", "a"],
    ["--fork", "/nonexistent", "/nonexistent"]])
def test_what_cannot_be_used_ends_with_2(arguments):
    done = subprocess.run([VERIFY, *arguments], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == UNUSABLE
    assert done.stderr and not done.stdout


def test_files_of_another_kind_end_with_2(tampering, tmp_path):
    path = tampering.meeting.write(tmp_path / "log")
    picture = tmp_path / "picture"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    for arguments in ([picture], [path, "--register", picture],
                      [path, "--anchor", picture], [path, "--rules", picture],
                      [path, "--head", "5"], [path, "--head", "5:zz"],
                      [path, "--openings", tmp_path / "none"],
                      ["--fork", path, picture]):
        code, out, errors = run(*arguments)
        assert (code, out) == (UNUSABLE, ""), arguments
        assert errors


def test_records_of_different_meetings_are_not_compared(tampering, forked,
                                                        tmp_path):
    one = tampering.meeting.write(tmp_path / "one")
    other = forked[0].write(tmp_path / "other")
    code, out, errors = run("--fork", one, other)
    assert (code, out) == (UNUSABLE, "")
    assert "different records" in errors


def test_help_and_version_end_with_0():
    code, out, _ = run("--help")
    assert code == COMPLETE and out.startswith("usage: chibo-verify")
    assert run("--version")[1].startswith("chibo-verify ")
