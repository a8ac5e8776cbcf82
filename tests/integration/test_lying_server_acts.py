"""Lies that are whole acts of a server: confirmations left out, devices enrolled
for others, two versions of one meeting, keys and hellos of another time. By a
client that was written from the protocol's text."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from honest_client import HonestClient  # noqa: E402
from lies import cast  # noqa: E402
from lying_scene import VICTIM, Fork, Hall, grounds, hall  # noqa: E402, F401
from lying_server import twin  # noqa: E402
from lying_victims import WireVictim  # noqa: E402
from wire_client import Refused, WireError  # noqa: E402


# --- a confirmation that is left out -------------------------------------------------


def test_a_device_says_that_its_confirmation_was_left_out(hall):
    hall.open()
    victim = WireVictim(hall)
    victim.come()
    hall.guests = [victim.client]
    hall.lie(swallows=["checkpoint"])
    hall.talk()
    victim.stay()
    point = hall.find("checkpoint", reason="vote_closed")
    assert ("left_out", point["upto"]) in victim.client.warnings
    for client in hall.clients:
        assert client.warnings == []
        assert {"holder": VICTIM, "device": victim.device.key.hex()} in \
            client.log(hall.id).parsed(point["seq"])["missing"]


def test_a_device_whose_confirmation_is_in_it_has_nothing_to_say(hall):
    hall.open()
    victim = WireVictim(hall)
    victim.come()
    hall.guests = [victim.client]
    hall.talk()
    victim.stay()
    assert victim.is_content()
    assert VICTIM in [row["holder"] for row in hall.find(
        "checkpoint", reason="vote_closed")["signers"]]


def test_a_device_that_does_not_confirm_has_nothing_to_say(hall):
    hall.open()
    victim = WireVictim(hall)
    victim.come()
    victim.client.cosigns_as = None
    hall.talk()
    victim.stay()
    assert victim.is_content()
    assert hall.find("checkpoint", reason="vote_closed")["missing"]


# --- a device that its holder did not add ----------------------------------------------


def is_vouched(client, meeting, device):
    rows = [row for event in client.log(meeting).all("roster_changed")
            for row in event["roster"]]
    return [d["vouched_by"] != "" for row in rows for d in row["devices"]
            if d["device"] == device.key.hex()][-1]


def test_a_member_who_is_there_learns_of_a_foreign_device_at_once(hall):
    hall.open()
    victim = WireVictim(hall)
    victim.come()
    victim.stay()
    assert victim.is_content()
    foreign = hall.cell.enrol(VICTIM, "Máy lạ")
    hall.settle()
    hall.wait_for("roster_changed", register_seq=hall.find(
        "device_enrolled", hall.register, device=foreign.key.hex())["seq"])
    victim.stay()
    assert victim.client.warnings == [("foreign_device", foreign.key.hex())]
    assert not victim.found
    for client in hall.clients:
        assert client.warnings == []
        assert not is_vouched(client, hall.id, foreign)


@pytest.fixture
def strict_hall(grounds, tmp_path):
    """Formal votes ask for vouched devices; m1 to m4 are."""
    hall = Hall(grounds.of(strict=True), tmp_path)
    yield hall
    hall.close()


def test_a_device_enrolled_for_an_absent_member_cannot_vote(strict_hall):
    hall = strict_hall
    victim = WireVictim(hall)
    foreign = hall.cell.enrol(VICTIM, "Máy lạ")
    hall.open()
    with hall.server.connect(foreign, client=HonestClient) as thief:
        thief.login().join(hall.register)
        thief.join(hall.id)
        vote = hall.clients[0].do("start_vote", hall.id, motion="Thông qua")
        thief.wait_event(hall.id, "vote_started")
        with pytest.raises(Refused) as refused:
            thief.do("vote", hall.id, vote=vote["made"], choice="yes")
        assert refused.value.code == "not_vouched"
    victim.come()
    victim.stay()
    assert not victim.found
    assert victim.client.warnings == [("foreign_device", foreign.key.hex())]


def test_a_vote_that_the_rules_refuse_is_not_believed_of_the_server(
        strict_hall):
    """The server takes the vote all the same, with the thief's signature."""
    hall = strict_hall
    victim = WireVictim(hall)
    foreign = hall.cell.enrol("m4", "Máy lạ")
    hall.open()
    with hall.server.connect(foreign, client=HonestClient) as thief:
        thief.login().join(hall.register)
        thief.join(hall.id)
        vote = hall.clients[0].do("start_vote", hall.id, motion="Thông qua")
        thief.wait_event(hall.id, "vote_started")
        hall.settle()
        hall.lie(edits=[{"seq": len(hall.log().events) - 1,
                         "after": [cast(thief, hall.id, vote["made"])]}])
    victim.come()
    victim.stay()
    assert "nobody vouched" in victim.found


# --- two versions of one meeting ---------------------------------------------------------


@pytest.fixture
def fork(hall, tmp_path):
    fork = Fork(hall, tmp_path, WireVictim(hall))
    yield fork
    fork.close()


def test_two_versions_are_found_by_whoever_sees_both(fork):
    """Each side for itself has nothing to complain of but who is missing."""
    fork.part()
    meeting = fork.hall.id
    mine, theirs = fork.one[1].log(meeting), fork.two[1].log(meeting)
    results = [log.all("vote_closed")[0] for log in (mine, theirs)]
    assert [(r["yes"], r["no"]) for r in results] == [(1, 0), (0, 1)]
    for client in [*fork.one, *fork.two]:
        client.settle()
        assert client.warnings == []
    assert not fork.victim.found
    for log in (mine, theirs):
        assert len(log.all("checkpoint")[-1]["signers"]) < 5
    shared = min(len(mine.heads), len(theirs.heads)) - 1
    assert mine.heads[0] == theirs.heads[0]
    assert mine.heads[shared] != theirs.heads[shared]


def test_a_device_that_is_led_to_the_other_version_says_so(fork):
    fork.part()
    fork.one[1].close()
    with pytest.raises(WireError, match="denies our history"):
        fork.enter(fork.other, 2)


def make_as_long(fork):
    """Something is said in the version that is shorter, until none is."""
    meeting = fork.hall.id
    while True:
        for client in [*fork.one, *fork.two]:
            client.settle()
        one, two = (len(side[1].log(meeting).events)
                    for side in (fork.one, fork.two))
        if one == two:
            return
        shorter = fork.one if one < two else fork.two
        shorter[1].do("chat", meeting, text="Xin tiếp tục")


def test_a_device_that_is_led_there_under_a_pretence_says_so(fork):
    """The other server takes it from where it is, and goes on from there."""
    fork.part()
    make_as_long(fork)
    fork.one[1].close()
    fork.other.lie(fork.hall.id, [fork.hall.members[2]])
    with pytest.raises(WireError, match="another h"):
        client = fork.enter(fork.other, 2)
        fork.two[1].do("chat", fork.hall.id, text="Tiếp tục")
        client.settle()


# --- who the server is ---------------------------------------------------------------------


def test_a_hello_that_was_recorded_elsewhere_is_refused(hall):
    hall.login()
    hall.server.prompt("lie", hello={"nonce": "ab" * 32})
    with pytest.raises(WireError, match="bad signature of hello"):
        hall.server.connect(hall.devices[0], client=HonestClient)
    hall.server.truth()
    hall.server.login(hall.devices[0], client=HonestClient).close()


def test_an_older_key_of_the_server_is_not_taken_again(hall, tmp_path):
    hall.login()[0].close()
    kept = hall.clients[0].kept
    hall.close_clients()
    hall.server.stop()
    old = twin(hall.server, tmp_path / "old")
    hall.server.control("identity", "rotate")
    hall.server.start()
    with hall.server.login(hall.devices[0], client=HonestClient, kept=kept):
        pass
    with old.start().connect(hall.devices[1], client=HonestClient):
        pass  # who has not heard of the new key cannot know better
    with pytest.raises(WireError, match="another server"):
        old.connect(hall.devices[0], client=HonestClient, kept=kept)
    old.close()
