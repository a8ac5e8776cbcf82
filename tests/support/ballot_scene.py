"""A meeting that holds secret ballots, with chibod and one chibo a member.

A Scene is a server, a cell and its devices, in an open meeting whose roll is
confirmed. A Ballot is one ballot of it; its steps are methods, in the order of
Ballot.STEPS, each of which ends when what it waits for is in the log. A test
goes as far as it wants with run(), and does what it is about between two steps,
by `after` or `before` (functions by the name of a step).

What chibo does by itself (keys, attestations, confirmations, decryptions,
verification) is not done here, but waited for.
"""
import concurrent.futures
import json
import os
import time

import chibo_process as play
from ballot_outcome import check_archive
from chibo_process import BUILD, Failure
from relay import Relay

NAME = "Bầu chi uỷ"
QUESTIONS = [
    {"answers": [f"Đảng viên Mẫu {i:02}" for i in range(11, 14)],
     "blank": True, "min": 0, "max": 2,
     "question": "Bầu hai đồng chí vào chi uỷ"},
    {"answers": ["Tán thành", "Không tán thành"], "min": 0, "max": 1,
     "question": "Đảng viên Mẫu 21"}]
FORMS = ["choose", "agree"]
# What voters mark in turn: a question's blank first, if it has one.
MARKS = [[[0, 1, 1, 0], [1, 0]], [[0, 1, 0, 0], [0, 1]], [[1, 0, 0, 0], [0, 0]],
         [[0, 0, 1, 1], [1, 0]], [[0, 0, 0, 0], [1, 0]]]
SITE = "Hội trường Mẫu"
QUICK = {"closing_ms": 500}  # nobody has to be waited for here
PATIENCE_S = 90
CHEAP = BUILD / "tests/cheap_scrypt.so"
FALSE = BUILD / "tests/chibo_false"
MOTION = "Thông qua phiếu bầu và ban kiểm phiếu"


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def form_of(name=NAME, questions=None, forms=None):
    """The form as `draft_ballot` takes it: its order of names is fixed."""
    def question(q):
        blank = {"blank": True} if q.get("blank") else {}
        return {"answers": q["answers"], **blank, "min": q["min"],
                "max": q["max"], "question": q["question"]}
    return canonical({"name": name,
                      "questions": [question(q) for q in questions or QUESTIONS],
                      "forms": forms or FORMS})


def sum_of(marks):
    """The counts that these votes come to: all positions in turn."""
    flat = [[mark for row in vote for mark in row] for vote in marks]
    return [sum(column) for column in zip(*flat)]


def preload(*libraries, **more):
    """Surroundings of a process that has these libraries before its own."""
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"),
                                     "verify_asan_link_order=0"]))
    return dict(LD_PRELOAD=":".join(map(str, libraries)), ASAN_OPTIONS=options,
                **more)


def side_by_side(work, things):
    """Does `work` with each, on as many threads as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, things))


class Device(play.Member):
    """A chibo whose events and stages of ballots are kept by kind."""

    def __init__(self, directory, holder, name, **surroundings):
        super().__init__(directory, holder, name,
                         **(preload(CHEAP) | surroundings))
        self.heard = {}  # kind of event -> {seq: event}
        self.stages = []

    def join(self, meeting, *options):
        self.heard, self.stages = {}, []
        return super().join(meeting, "--audio", "none", *options)

    def read_line(self, text):
        line = json.loads(text)
        if "ev" in line:
            self.heard.setdefault(line["ev"], {})[line["seq"]] = line
        elif "stage" in line:
            self.stages.append(line)
        return line

    def events(self, ev, **fields):
        """Those of the meeting with these fields, in the order of the log."""
        found = sorted(dict(self.heard.get(ev, {})).items())
        return [event for _, event in found if all(
            event.get(name) == value for name, value in fields.items())]

    def told(self, stage, **fields):
        return [line for line in list(self.stages)
                if line["stage"] == stage and all(
                    line.get(name) == value for name, value in fields.items())]

    def until(self, condition, what, timeout_s=PATIENCE_S):
        """Waits until it gives something; that. Looked at with each line."""
        end = time.monotonic() + timeout_s
        output = self.output
        with output.changed:
            while not (found := condition()):
                left = end - time.monotonic()
                if left <= 0 or output.is_over:
                    why = "it ended" if output.is_over else f"{timeout_s} s"
                    raise Failure(f"{self.name} waited in vain for {what} "
                                  f"({why}); stages: "
                                  f"{[s['stage'] for s in self.stages][-8:]}, "
                                  f"failures: {self.told('failed')}")
                output.changed.wait(left)
        return found

    def until_event(self, ev, count=1, timeout_s=PATIENCE_S, **fields):
        """The newest of these events, when there are so many."""
        return self.until(
            lambda: len(found := self.events(ev, **fields)) >= count and found,
            f"{count} {ev} {fields or ''}", timeout_s)[-1]

    def until_told(self, stage, timeout_s=PATIENCE_S, **fields):
        return self.until(lambda: self.told(stage, **fields), stage,
                          timeout_s)[-1]

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None


class Scene:
    """Official members: `size` with a device of their own, m1 in the chair and
    m2 taking the minutes, then `paper_size` in the room without one, then
    `hall_size` at site s1.

    By holder: `false` names what a member's planted chibo_false does wrong,
    `options` are surroundings of a member's processes. The lines of those in
    `relayed` can be cut (cut_line)."""

    def __init__(self, directory, size=7, hall_size=0, paper_size=0,
                 vouched="optional", binary=None, rules=None,
                 surroundings=None, false=None, options=None, relayed=()):
        self.directory = directory
        self.size, self.hall_size = size, hall_size
        self.paper_size = paper_size
        self.false = false or {}
        self.options = options or {}
        self.relays = dict.fromkeys(relayed)
        self.devices = {}
        self.meeting = None
        self.server = play.Server(directory / "server", vouched=vouched,
                                  binary=binary, rules=QUICK | (rules or {}),
                                  surroundings=surroundings)

    # -- who there is --

    @property
    def chair(self):
        return self.devices["m1"]

    @property
    def member_count(self):
        return self.size + self.paper_size + self.hall_size

    def holders_from(self, first, count):
        return [f"m{i}" for i in range(first + 1, first + count + 1)]

    @property
    def by_device(self):
        return self.holders_from(0, self.size)

    @property
    def on_paper(self):
        return self.holders_from(self.size, self.paper_size)

    @property
    def at_hall(self):
        return self.holders_from(self.size + self.paper_size, self.hall_size)

    def everybody(self):
        return [d for d in self.devices.values() if d.is_running]

    # -- before the meeting --

    def found(self):
        """The server, its cell, and a device for everybody."""
        people = self.directory / "members.csv"
        people.write_text("name,category,office,party_group\n" + "".join(
            f"Đảng viên Mẫu {i:02},official,"
            f"{'cell_leader' if i == 1 else 'none'},\n"
            for i in range(1, self.member_count + 1)), encoding="utf-8")
        self.server.start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        holders = list(self.by_device)
        if self.hall_size:
            self.server.control("site", "add", SITE, "--keeper",
                                "Đảng viên Mẫu 02")
            holders.append("s1")
        links = self.server.invite(*holders)
        side_by_side(lambda holder: self.enrol(holder, links[holder]), holders)
        # In the order of the list, whoever was ready first.
        self.devices = {holder: self.devices[holder] for holder in holders}

    def enrol(self, holder, link, name=None):
        name = name or holder
        device = Device(self.directory / name, holder, name,
                        **self.options.get(name, {}))
        if name in self.false:
            device.binary = FALSE
            device.surroundings |= {"CHIBO_FALSE": self.false[name]}
        if name in self.relays:
            self.relays[name] = Relay(self.server.port)
            link = link.replace(f":{self.server.port}/",
                                f":{self.relays[name].port}/")
        device.enroll(link)
        self.devices[name] = device
        return device

    def add_device(self, holder, name):
        """One more of this member, which comes in at once."""
        link = self.server.invite(holder)[holder]
        device = self.enrol(holder, link, name).join(self.meeting)
        self.wait_caught_up(device)
        return device

    def call(self):
        made = self.server.control(
            "meeting", "schedule", "--title", "Đại hội chi bộ", "--at",
            "2026-11-25 19:30", "--place", SITE, "--chair", "m1",
            "--minute-taker", "m2", "--item", "Bầu chi uỷ")
        self.meeting = made[0]["made"]

    # -- the meeting --

    def come_in(self):
        for device in self.devices.values():
            device.join(self.meeting)
        for device in self.devices.values():
            device.wait(lambda l: l.get("connection") == "connected",
                        "a connection", timeout_s=PATIENCE_S)
        self.chair.do("open_lobby")
        for device in self.devices.values():
            device.wait(lambda l: "joined" in l or "waiting" in l, "a place",
                        timeout_s=PATIENCE_S)
        if len(self.devices) > 2:
            self.chair.do("admit_all")
        for device in self.devices.values():
            self.wait_caught_up(device)

    def wait_caught_up(self, device, since=0):
        device.wait(lambda l: l.get("log") == self.meeting
                    and "caught_up" in l, "the record", since, PATIENCE_S)

    def open(self):
        self.chair.do("open_meeting")
        self.seat()
        side_by_side(lambda h: self.devices[h].do("confirm_presence"),
                     self.by_device)
        self.chair.until(lambda: len(self.chair.events("presence_confirmed"))
                         >= len(self.by_device), "everybody's presence")
        self.chair.do("confirm_roll")
        self.chair.until_event("checkpoint", reason="roll_confirmed")

    def seat(self):
        """Those who have no device of their own are seen and ticked."""
        for holder in self.on_paper:
            self.devices["m2"].do("tick", member=holder, mode="in_person")
        for holder in self.at_hall:
            self.devices["s1"].do("tick", member=holder, mode="site",
                                  site="s1")

    def begin(self):
        """All of the above."""
        self.found()
        self.call()
        self.come_in()
        self.open()
        return self

    # -- accidents --

    def stop_server(self):
        """Kills it; every device notices."""
        running = self.everybody()
        marks = [d.mark() for d in running]
        self.server.kill()
        for device, mark in zip(running, marks):
            device.wait(lambda l: l.get("connection") == "lost", "the loss",
                        since=mark)

    def start_server(self):
        running = self.everybody()
        marks = [d.mark() for d in running]
        self.server.start()
        for device, mark in zip(running, marks):
            self.wait_caught_up(device, mark)

    def restart_server(self):
        self.stop_server()
        self.start_server()

    def leave(self, name):
        """A device is gone from one moment to the next."""
        self.devices[name].kill()

    def come_back(self, name, **surroundings):
        device = self.devices[name]
        device.surroundings = dict(device.surroundings, **surroundings)
        device.join(self.meeting)
        self.wait_caught_up(device)
        return device

    def cut_line(self, name):
        """Nothing gets through until mend_line()."""
        device = self.devices[name]
        mark = device.mark()
        self.relays[name].cut()
        device.wait(lambda l: l.get("connection") == "lost", "the loss", mark)

    def mend_line(self, name):
        device = self.devices[name]
        mark = device.mark()
        self.relays[name].lead(self.server.port)
        self.wait_caught_up(device, mark)

    def close(self):
        for device in self.devices.values():
            device.kill()
        for relay in self.relays.values():
            if relay:
                relay.close()
        self.server.stop()


class Ballot:
    """One ballot of a scene. `tellers` by holder; `marks` by voter."""

    STEPS = ["draft", "hands", "adopt", "keys", "take", "close", "attest",
             "open", "cast", "end", "include", "count", "result", "verified"]

    def __init__(self, scene, tellers=("m1", "m2", "m3"), threshold=0,
                 revote=True, halls=False, questions=None, forms=None,
                 marks=None, absent=()):
        self.scene = scene
        self.tellers = list(tellers)
        self.threshold = threshold or (len(tellers) if len(tellers) < 3
                                       else len(tellers) // 2 + 1)
        self.given_threshold = threshold
        self.revote, self.halls = revote, halls
        self.form = form_of(questions=questions, forms=forms)
        self.voters = [h for h in scene.by_device if h not in absent]
        self.marks = marks or {
            holder: MARKS[i % len(MARKS)]
            for i, holder in enumerate(self.voters)}
        self.id = None
        self.is_knowingly = False
        self.before, self.after = {}, {}
        self.expected_extra = []  # votes that no own device casts

    # -- looking --

    @property
    def chair(self):
        return self.scene.chair

    def device(self, holder):
        return self.scene.devices[holder]

    def events(self, ev, **fields):
        return self.chair.events(ev, ballot=self.id, **fields)

    def event(self, ev, count=1, **fields):
        """The newest of these events that the chair has, waited for."""
        return self.chair.until_event(ev, count, ballot=self.id, **fields)

    def do(self, op, by="m1", **fields):
        return self.device(by).do(op, ballot=self.id, **fields)

    def refusal(self, op, by="m1", **fields):
        return self.device(by).refusal(op, ballot=self.id, **fields)

    def told(self, holder, stage, **fields):
        return self.device(holder).until_told(stage, ballot=self.id, **fields)

    @property
    def uuid(self):
        return self.event("keys_begun")["uuid"]

    # -- the steps --

    def draft(self):
        self.id = self.chair.do(
            "draft_ballot", form=self.form, candidates=[],
            tellers=[{"member": t} for t in self.tellers],
            threshold=self.given_threshold, revote=self.revote,
            halls=self.halls)["made"]

    def hands(self):
        self.vote = self.chair.do("start_vote", item="",
                                  motion=MOTION)["made"]
        enough = self.scene.member_count // 2 + 1
        side_by_side(lambda h: self.device(h).do("vote", vote=self.vote,
                                                 choice="yes"),
                     self.voters[:enough])
        self.chair.do("close_vote", vote=self.vote)

    def adopt(self):
        self.do("adopt_ballot", vote=self.vote)
        self.event("keys_begun")

    def keys(self):
        self.event("ballot_ready")
        self.wait_for("issue_wanted", self.voters)

    def take(self):
        side_by_side(lambda h: self.do("ballot_take", by=h), self.voters)
        self.wait_for("issued_here", self.voters)

    def close(self):
        before = len(self.events("ballot_listed"))
        self.do("close_issue")
        self.event("ballot_listed", before + 1)

    def attest(self):
        setup = self.event("ballot_listed")["setup"]
        self.event("ballot_attested", len(self.voters), setup=setup)
        attested = self.events("ballot_attested", setup=setup)[-1]["seq"]
        self.chair.until(lambda: [
            e for e in self.chair.events("checkpoint", reason="list_attested")
            if e["upto"] >= attested], "everybody's signature of the list")

    def open(self):
        self.do("open_ballot", knowingly=self.is_knowingly)
        self.wait_for("ready_to_vote", self.voters)

    def cast(self):
        side_by_side(self.cast_one, [h for h in self.voters if h in self.marks])

    def cast_one(self, holder, marks=None):
        """One vote, up to its receipt; that."""
        device = self.device(holder)
        before = len(device.told("receipt", ballot=self.id))
        self.do("ballot_cast", by=holder, marks=marks or self.marks[holder])
        device.until(lambda: len(device.told("receipt", ballot=self.id))
                     > before, "a receipt")
        return device.told("receipt", ballot=self.id)[-1]

    def end(self):
        self.do("end_ballot")
        self.event("ballots_ended")
        self.event("ballot_tallied")

    def include(self):
        self.wait_for("included", [h for h in self.voters
                                   if self.device(h).is_running])

    def count(self):
        self.do("count_ballot", knowingly=self.is_knowingly)
        self.event("ballot_decrypted", owner=1)

    def result(self):
        return self.event("ballot_result")

    def verified(self):
        """Every device has verified the whole, and wiped what it held."""
        self.wait_for("verified", [d.name for d in self.scene.everybody()])

    def wait_for(self, stage, holders):
        for holder in holders:
            self.told(holder, stage)

    def run(self, upto="verified", since="draft"):
        """The steps from `since` to `upto`, both included."""
        first, last = self.STEPS.index(since), self.STEPS.index(upto)
        for name in self.STEPS[first:last + 1]:
            self.before.get(name, lambda: None)()
            getattr(self, name)()
            self.after.get(name, lambda: None)()
        return self

    # -- afterwards --

    def expected(self):
        return sum_of([self.marks[h] for h in self.voters if h in self.marks]
                      + self.expected_extra)

    def export(self, holder, folder=None):
        folder = folder or self.scene.directory / f"export-{holder}"
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.uuid}.bel"
        while True:
            path.unlink(missing_ok=True)
            try:
                self.do("ballot_export", by=holder, path=str(path))
                return path
            except play.Refused as refused:
                if refused.code != "busy":  # with verifying, for a moment
                    raise

    def check(self, first="m1", second="m4"):
        """The archives of two members are the same bytes, and everybody's
        verifier finds in them what was voted."""
        one, other = self.export(first), self.export(second)
        if one.read_bytes() != other.read_bytes():
            raise Failure(f"the archives of {first} and {second} differ")
        counts = [row["count"] for row in self.result()["counts"]]
        if counts != self.expected():
            raise Failure(f"counted {counts}, voted {self.expected()}")
        check_archive(one, counts, self.result()["head"])
        return one
