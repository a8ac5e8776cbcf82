"""A secret ballot with a hall device that is over, and a lying server that tells
a member who comes late (chibo) another course of it: pools, lists and numbers
that nobody signed, or that one signed who lies with it. Nobody can prove what
was marked at the device; how many are counted for it, and for whom, everybody
counts."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS  # noqa: E402
from ballot_play import Hall as HallDevice  # noqa: E402
from lying_ballot import LATE, Ballot, Hall, Victim  # noqa: E402
from test_lying_ballot_log import Scene, without_place  # noqa: E402
from wire_client import forms, text  # noqa: E402

PIN = "135791"


class HallScene(Scene):
    """As that of an own-device ballot, and two members more at a site."""

    def __init__(self, directory):
        self.hall = Hall(directory, deputy=True)
        self.site = None
        try:
            self.directory = directory
            self.enrolled = Victim(self.hall, directory / "late")
            self.hall.enrol(LATE, self.enrolled)
            self.device = self.hall.cell.enrol(LATE, "Máy thứ hai")
            self.seat()
            self.hold()
        except BaseException:
            self.close()
            raise

    def seat(self):
        hall, cell = self.hall, self.hall.cell
        chair, minutes = hall.clients[:2]
        name = cell.add_site("Nhà văn hoá", hall.members[1])
        self.site = hall.server.login(cell.enrol(name))
        self.site.cosigns_as = "site"
        assert self.site.join(hall.id) in ("joined", "waiting")
        chair.settle()
        chair.do("admit_all", hall.id)
        self.site.wait_caught_up(hall.id)
        self.at_site = [cell.add_member(f"Đảng viên Mẫu {i}")
                        for i in (31, 32)]
        for member in self.at_site:
            minutes.settle()
            minutes.do("tick", hall.id, member=member, mode="site", site=name)
            minutes.ask("allow_pin", log=hall.id, member=member, site=name)
            self.site.ask("set_pin", member=member, pin=PIN)
        chair.settle()
        chair.do("confirm_roll", hall.id)
        hall.settle()

    def hold(self):
        ballot = self.ballot = Ballot(self.hall)
        ballot.has_halls = True
        ballot.others = [self.site]
        ballot.hands = [(self.site.device.holder, len(self.at_site))]
        ballot.run(upto="make_keys")
        device = self.pool = HallDevice(ballot, self.site, self.at_site)
        ballot.take()
        self.site.settle()
        device.take()
        ballot.settle()
        ballot.close_issue()
        self.site.settle()
        ballot.attest()
        device.attest(ballot.tellers[0])
        ballot.open()
        for member in device.members:
            device.unlock(member, PIN)
            device.cast(MARKS[0])
        ballot.vote()
        ballot.end()
        ballot.include()
        self.site.settle()
        device.include()
        ballot.run(since="count")
        self.hall.settle()

    def client(self, member):
        return self.site if member == self.site.device.holder \
            else super().client(member)

    def signed_pool(self, tag, event, by, **changes):
        """The event with other fields, signed as what it is by this holder."""
        said = without_place(event, **changes)
        members = ",".join(m["member"] for m in said["members"])
        return said | self.sign(
            by, tag, event, bytes.fromhex(said["setup"]),
            forms.number(said["k"]), bytes.fromhex(said["pool"]),
            text(members))

    def close(self):
        if self.site:
            self.site.drop()
        super().close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    scene = HallScene(tmp_path_factory.mktemp("over"))
    yield scene
    scene.close()


# --- what is told -------------------------------------------------------------------

def a_pool_with_one_more(scene):
    made = scene.find("hall_attested")
    return [{"seq": made["seq"], "set": {"k": made["k"] + 1}}]


def a_confirmation_that_is_the_device_s_own(scene):
    confirmed = scene.find("hall_confirmed")
    return [{"seq": confirmed["seq"], "set": {
        "sig": scene.find("hall_attested")["sig"]}}]


def a_pool_with_one_more_that_the_device_signed(scene):
    """The operators lie with the server."""
    made = scene.find("hall_attested")
    return [{"seq": made["seq"], "drop": True, "before": [scene.signed_pool(
        "attest-hall", made, made["member"], k=made["k"] + 1)]}]


def a_pool_that_a_teller_confirmed_with_one_more(scene):
    made = scene.find("hall_confirmed")
    return [{"seq": made["seq"], "drop": True, "before": [
        hall_confirmed(scene, made, made["member"], k=made["k"] + 1)]}]


def hall_confirmed(scene, made, by, **changes):
    """`site` stands in the event; the statement is about the site, too."""
    said = without_place(made, **changes)
    members = ",".join(m["member"] for m in said["members"])
    device = scene.client(by).device
    sig = device.sign("hall-confirm", scene.hall.id, text(said["site"]),
                      text(scene.ballot.uuid), bytes.fromhex(said["setup"]),
                      forms.number(said["k"]), bytes.fromhex(said["pool"]),
                      text(members), forms.number(said["seen"]),
                      bytes.fromhex(said["head"]))
    return said | {"member": by, "device": device.key.hex(), "sig": sig.hex()}


def a_pool_that_no_teller_confirmed(scene):
    """One of the members does, who is in no committee."""
    made = scene.find("hall_confirmed")
    return [{"seq": made["seq"], "drop": True,
             "before": [hall_confirmed(scene, made, "m1")]}]


def a_member_of_the_hall_in_the_list_too(scene):
    listed = scene.find("ballot_listed")
    voters = sorted([*listed["voters"], {"member": scene.at_site[0]}],
                    key=lambda row: row["member"])
    return [{"seq": listed["seq"], "set": {
        "length": listed["length"] + 1, "voters": voters}}]


def a_list_with_one_more_for_the_hall(scene):
    listed = scene.find("ballot_listed")
    return [{"seq": listed["seq"], "set": {
        "length": listed["length"] + 1,
        "halls.0.k": listed["halls"][0]["k"] + 1}}]


def a_pool_for_a_member_with_a_device(scene):
    made = scene.find("pool_issued")
    return [{"seq": made["seq"], "set": {
        "k": made["k"] + 1,
        "members": [{"member": "m3"}, *made["members"]]}}]


def a_pool_of_a_device_of_the_server(scene):
    made = scene.find("pool_issued")
    return [{"seq": made["seq"], "set": {
        "device": scene.ballot.server_device.key.hex()}}]


def a_pool_of_a_site_that_is_none(scene):
    made = scene.find("pool_issued")
    return [{"seq": made["seq"], "after": [without_place(
        made, member="s9", members=[{"member": "m9"}], k=1)]}]


def voting_before_the_pool_is_confirmed(scene):
    """With the chair's help."""
    last = scene.find("hall_confirmed")
    opened = scene.find("ballot_opened")
    act = scene.act("m1", "open_ballot", last["seq"] - 1,
                    ballot=scene.ballot.ballot, knowingly=True)
    return [{"seq": last["seq"], "drop": True,
             "before": [without_place(opened, act=act)]}]


def more_votes_at_the_hall_than_it_has_members(scene):
    """Signed by its device."""
    said = scene.find("hall_included")
    own = scene.find("hall_confirmed")["k"] + 1
    signed = scene.sign(
        said["member"], "included-hall", said, bytes.fromhex(said["setup"]),
        bytes.fromhex(said["end"]), forms.number(said["count"]),
        forms.number(own))
    return [{"seq": said["seq"], "drop": True,
             "before": [without_place(said, own=own, **signed)]}]


def fewer_members_by_own_device(scene):
    opened = scene.find("ballot_opened")
    return [{"seq": opened["seq"], "set": {
        "own": opened["own"] - 1, "hall": opened["hall"] + 1}}]


# What is told, chibo's reason, the verifier's.
LIES = [
    (a_pool_with_one_more, "act", "act"),
    (a_confirmation_that_is_the_device_s_own, "act", "act"),
    (a_pool_with_one_more_that_the_device_signed, "event", "state"),
    (a_pool_that_a_teller_confirmed_with_one_more, "event", "state"),
    (a_pool_that_no_teller_confirmed, "event", "state"),
    (a_member_of_the_hall_in_the_list_too, "event", "state"),
    (a_list_with_one_more_for_the_hall, "event", "state"),
    (a_pool_for_a_member_with_a_device, "event", "state"),
    (a_pool_of_a_device_of_the_server, "event", "state"),
    (a_pool_of_a_site_that_is_none, "event", "state"),
    (voting_before_the_pool_is_confirmed, "event", "state"),
    (more_votes_at_the_hall_than_it_has_members, "event", "state"),
    (fewer_members_by_own_device, "event", "state"),
]


@pytest.mark.parametrize("lie, reason, fault", LIES,
                         ids=lambda value: getattr(value, "__name__", ""))
def test_is_found(scene, tmp_path, lie, reason, fault):
    scene.tell(lie(scene))

    late = scene.come(tmp_path)
    try:
        late.alarm(reason)
        assert scene.verify(tmp_path) == (1, fault)
    finally:
        late.kill()


@pytest.mark.parametrize("check, lie", [
    ("act_check", a_confirmation_that_is_the_device_s_own),
    ("meeting_state_apply", more_votes_at_the_hall_than_it_has_members)],
    ids=lambda value: getattr(value, "__name__", value))
def test_is_not_found_without_its_check(scene, tmp_path, check, lie):
    scene.tell(lie(scene))

    late = scene.come(tmp_path, check)
    try:
        late.until(lambda line: line.get("log") == scene.hall.id
                   and "caught_up" in line, "the record")
        late.state()
        assert not late.is_gone
    finally:
        late.kill()


def test_the_truth_is_believed(scene, tmp_path):
    """Told by the same machinery."""
    scene.tell([{"seq": len(scene.ballot.log.events) - 1, "set": {}}])

    late = scene.come(tmp_path)
    try:
        late.stage("verified")
        assert not late.is_gone
        assert scene.verify(tmp_path)[1] is None
    finally:
        late.kill()
