"""The record of a whole meeting, played against a real server: its log and its
register as "chibo log" writes them, for tests of those who verify records.

A cell of seven with vouched devices and a hall. m1 (chair) and m2 (minute-taker)
vouch for each other, and both for m3, m4 and the hall; m5's device is new and
nobody vouches for it; m6 sits in the hall, m7 is absent. While the meeting is on
m4 adds a second device and the one of m5 is revoked; m2 hands the minutes to m3.
Two votes, one of them with the hall. Heads are confirmed at every moment; m5
never signs, and all the others do in the time that is given to them.
"""
import copy
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
from server_process import (Cell, ServerProcess, copy_data,  # noqa: E402
                            open_meeting)
from wire_client import (Device, Refused, read_beside,  # noqa: E402
                         wait_all)

ROLES = {"m1": "chair", "m2": "minute-taker", "s1": "site"}
WAIT_MS = 4000


def opening_line(frame):
    """An opening as the server writes it."""
    return json.dumps({name: frame[name] for name in
                       ("open", "field", "salt", "value")},
                      ensure_ascii=False, separators=(",", ":")).encode()


class Record:
    """A log as its file has it: exact events, openings."""

    def __init__(self, log):
        self.id = log.id
        self.events = list(log.events)
        self.heads = list(log.heads)
        self.openings = [opening_line(f) for f in log.opening_frames]

    def write(self, path, events=None, openings=None):
        events = self.events if events is None else events
        openings = self.openings if openings is None else openings
        path.write_bytes(b"".join(e + b"\n" for e in events))
        path.with_name(path.name + ".openings").write_bytes(
            b"".join(o + b"\n" for o in openings))
        return path

    def parsed(self, seq):
        return json.loads(self.events[seq])

    def find(self, name, where=lambda event: True):
        """The first event of this name."""
        return next(event for event in map(json.loads, self.events)
                    if event["ev"] == name and where(event))


class Play:
    """`silent`: those whose devices do not sign heads."""

    def __init__(self, directory, silent=("m5",), **options):
        self.server = ServerProcess(directory, vouched="required",
                                    **{"checkpoint_ms": WAIT_MS, **options})
        self.server.start()
        self.admin = self.server.admin()
        self.organisation = self.admin.organisation
        self.silent = silent
        self.devices = {}
        self.clients = {}
        self.roles = {"m1": "chair", "m2": "minute-taker", "s1": "site"}

    # -- before the meeting --

    def found(self):
        cell = self.cell = Cell(self.server, self.admin)
        for i in range(1, 8):
            office = "cell_leader" if i == 1 else "none"
            member = cell.add_member(f"Đảng viên Mẫu {i:02}", office=office)
            if i < 6:
                self.devices[member] = cell.enrol(member, f"Máy của {member}")
        site = cell.add_site("Hội trường Mẫu", "m4")
        self.devices[site] = cell.enrol(site, "Máy hội trường")
        for holder, by in (("m1", "m2"), ("m2", "m1"), ("m3", "m1"),
                           ("m3", "m2"), ("m4", "m1"), ("m4", "m2"),
                           ("s1", "m1"), ("s1", "m2")):
            with self.in_register(by) as client:
                client.do("vouch_device", self.organisation, holder=holder,
                          device=self.devices[holder].key.hex(), how="sight")

    def in_register(self, holder):
        client = self.server.login(self.devices[holder])
        client.join(self.organisation)
        return client

    def come(self):
        self.meeting = self.cell.schedule("m1", "m2", deputy="m3",
                                          agenda=["Báo cáo", "Nghị quyết"])
        for holder in self.devices:
            self.connect(holder)
        open_meeting(self.meeting, self.clients["m1"],
                     [c for h, c in self.clients.items() if h != "m1"])
        self.confirmed("opened")

    def connect(self, holder, logs=None):
        client = self.server.login(self.devices[holder], logs=logs)
        if holder not in self.silent:
            client.cosigns_as = self.roles.get(holder, "member")
        self.clients[holder] = client
        for one in self.live():  # who would be given up after 15 s
            one.pump()
        return client

    # -- doing things in it --

    def do(self, holder, op, **fields):
        return self.clients[holder].do(op, self.meeting, **fields)

    def refused(self, holder, code, op, **fields):
        try:
            self.do(holder, op, **fields)
        except Refused as refusal:
            assert refusal.code == code, refusal
            return
        raise AssertionError(f"{op} of {holder} was taken")

    def live(self):
        return [c for c in self.clients.values()
                if not c.is_over and c.close_code is None]

    def beside(self, act):
        """What `act` gives; the devices stay connected, however long it
        takes."""
        return read_beside(self.live(), act)

    def settle(self):
        """Everybody holds what the chair holds."""
        chair = self.clients["m1"]
        chair.settle()
        wait_all(self.live(), lambda: all(
            len(c.log(self.meeting).events)
            >= len(chair.log(self.meeting).events) for c in self.live()),
            "the same events")

    def confirmed(self, reason, count=1):
        """Waits for the checkpoint while all devices do their part."""
        log = self.clients["m1"].log(self.meeting)
        wait_all(self.live(), lambda: sum(
            e["reason"] == reason for e in log.all("checkpoint")) >= count,
            f"checkpoint {reason}")
        self.settle()

    def roster_changed(self, act):
        log = self.clients["m1"].log(self.meeting)
        before = len(log.all("roster_changed"))
        act()
        wait_all(self.live(), lambda: len(log.all("roster_changed")) > before,
                 "the change of a device")
        self.settle()

    # -- the meeting --

    def call_the_roll(self):
        self.do("m2", "tick", member="m6", mode="site", site="s1")
        self.do("m2", "note_absence", member="m7", absence="absent_excused",
                reason="ốm")
        self.do("m2", "confirm_roll")
        self.confirmed("roll_confirmed")

    def change_devices(self):
        second = Device("m4", "Máy thứ hai")
        old = self.clients["m4"]

        def enrol():
            with self.server.connect(second) as new:
                new.enrol(self.cell.invite("m4"))

        def add():
            old.join(self.organisation)
            old.do("add_device", self.organisation, device=second.key.hex(),
                   label="Máy thứ hai")

        self.roster_changed(enrol)
        self.roster_changed(add)
        self.roster_changed(lambda: self.cell.revoke(self.devices["m5"]))
        self.clients["m5"].wait_close()

    def discuss(self):
        self.do("m1", "start_item", item="a1")
        self.do("m3", "chat", text="Tôi đồng ý với báo cáo.")
        self.do("m4", "chat", text="Tôi cũng đồng ý.")
        self.do("m4", "raise_hand", member="")
        self.do("m1", "give_floor", member="m4", limit_ms=60000)
        self.do("m4", "end_floor")
        self.do("m2", "write_entry", item="a1", text="Chi bộ đã nghe báo cáo.")
        self.do("m2", "edit_entry", entry="e1", version=1,
                text="Chi bộ đã nghe và thảo luận báo cáo.")
        self.do("m1", "end_item", item="a1")
        self.do("m2", "hand_over_minutes", member="m3")
        self.roles["m2"], self.roles["m3"] = "member", "minute-taker"
        for holder in ("m2", "m3"):
            self.clients[holder].cosigns_as = self.roles[holder]
        self.settle()

    def vote(self):
        self.do("m1", "start_vote", item="a2", motion="Thông qua nghị quyết")
        self.confirmed("vote_started")
        self.refused("m5", "not_vouched", "vote", vote="v1", choice="yes")
        for holder, choice in (("m1", "yes"), ("m2", "yes"), ("m3", "no"),
                               ("m4", "other")):
            self.do(holder, "vote", vote="v1", choice=choice)
        self.do("s1", "enter_hall_votes", vote="v1", site="s1", yes=0, no=1,
                other=0, abstain=0)
        self.do("s1", "enter_hall_votes", vote="v1", site="s1", yes=1, no=0,
                other=0, abstain=0)
        self.do("m1", "close_vote", vote="v1")
        self.confirmed("vote_closed")
        self.do("m1", "start_vote", motion="Biểu quyết thử")
        self.confirmed("vote_started", 2)
        self.do("m1", "cancel_vote", vote="v2", reason="Để kỳ sau")

    def end(self):
        self.do("m1", "share_minutes")
        self.do("m1", "close_meeting")
        if self.roles:
            self.confirmed("closed")

    # -- what is left of it --

    def meeting_record(self):
        """As the chair holds it."""
        self.settle()
        return Record(self.clients["m1"].log(self.meeting))

    def register_record(self):
        """With every text, as the leader of the cell may open it."""
        self.clients.pop("m1").close()
        with self.in_register("m1") as client:
            client.wait_event(self.organisation, "meeting_ended")
            client.settle()
            return Record(client.log(self.organisation))

    def close(self):
        for client in self.clients.values():
            client.close()
        self.admin.close()
        self.server.close()


def play(directory):
    """(meeting, register, play): the play is over, its devices are left."""
    one = Play(directory)
    try:
        one.found()
        one.come()
        one.call_the_roll()
        one.discuss()
        one.vote()
        one.change_devices()
        one.end()
        meeting = one.meeting_record()
        return meeting, one.register_record(), one
    finally:
        one.close()


def play_twice(directory):
    """Two records of one meeting, by the same server from one copy of its
    data: the first half is the same, then each shows something else. All sign."""
    one = Play(directory / "one", silent=())
    other = None
    try:
        one.found()
        one.come()
        one.settle()
        logs = {h: copy.deepcopy(c.logs) for h, c in one.clients.items()}
        states = {h: d.state() for h, d in one.devices.items()}
        for client in one.clients.values():
            client.drop()
        one.admin.close()
        one.server.stop()
        copy_data(one.server.data, directory / "two" / "data")
        other = Play(directory / "two", silent=())
        other.devices = {h: Device.of_state(s) for h, s in states.items()}
        records = []
        one.server.start()
        one.admin = one.server.admin()
        for play_of, choice in ((one, "yes"), (other, "no")):
            play_of.meeting = one.meeting
            for holder in list(play_of.devices):
                client = play_of.connect(holder, copy.deepcopy(logs[holder]))
                client.join(play_of.meeting)
            play_of.do("m1", "start_vote", motion="Thông qua")
            play_of.confirmed("vote_started")
            play_of.do("m1", "vote", vote="v1", choice=choice)
            play_of.do("m1", "close_vote", vote="v1")
            play_of.confirmed("vote_closed")
            play_of.do("m1", "close_meeting")
            play_of.confirmed("closed")
            records.append(play_of.meeting_record())
        return records
    finally:
        one.close()
        if other:
            other.close()


if __name__ == "__main__":
    import tempfile
    with tempfile.TemporaryDirectory() as scratch:
        whole, registered, _ = play(pathlib.Path(scratch))
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    whole.write(target / "meeting")
    registered.write(target / "register")
