"""Errata: what a real server takes of whom after the meeting has ended, and to
whom it shows their text."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
import errata  # noqa: E402
import played_record  # noqa: E402
from wire_client import Refused  # noqa: E402


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A meeting that is over, with its minutes adopted; m1 presided, m3 took
    the minutes."""
    play = played_record.Play(tmp_path_factory.mktemp("errata") / "server")
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
        yield play
    finally:
        play.close()


def test_while_a_meeting_goes_on_nothing_of_it_is_past(ended):
    assert ended.early.value.code == "meeting_not_ended"


def test_both_sign_what_was_wrong_and_it_is_in_force(ended):
    with ended.in_register("m3") as taker:
        proposed = errata.propose(taker, ended, 1, ended.minutes["c"],
                                  "minute-taker")
    with ended.in_register("m1") as chair:
        chair.settle()
        signed = errata.sign(chair, ended, proposed, "chair")
        text = chair.log(ended.organisation).opened[proposed["seq"], "erratum"]
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


def test_a_request_that_is_sent_again_is_answered_again(ended):
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
        assert answers[0] == answers[1] and "seq" in answers[0]
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


def test_its_text_is_for_the_cell_alone(ended):
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
