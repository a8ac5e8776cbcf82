"""One secret ballot of a Scene, from its draft to everybody's verification.

Its steps are methods of Ballot, in the order of Ballot.STEPS, each of which ends
when what it waits for is in the log. A test goes as far as it wants with run(),
and does what it is about between two steps, by `after` or `before` (functions by
the name of a step).

What chibo does by itself (keys, attestations, confirmations, decryptions,
verification) is not done here, but waited for.
"""
import hashlib
import json

import chibo_process as play
from ballot_device import side_by_side
from ballot_outcome import check_archive
from chibo_process import Failure

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
PIN = "135791"  # of everybody at the hall
MOTION = "Thông qua phiếu bầu và ban kiểm phiếu"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


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


class Ballot:
    """One ballot of a scene. `tellers` by holder; `marks` by voter."""

    STEPS = ["draft", "hands", "adopt", "keys", "take", "close", "attest",
             "open", "cast", "end", "include", "paper", "count", "result",
             "verified"]

    def __init__(self, scene, tellers=("m1", "m2", "m3"), threshold=0,
                 revote=True, halls=False, questions=None, forms=None,
                 marks=None, absent=(), matter=None):
        self.scene = scene
        self.tellers = list(tellers)
        self.threshold = threshold or (len(tellers) if len(tellers) < 3
                                       else len(tellers) // 2 + 1)
        self.given_threshold = threshold
        self.revote, self.halls = revote, halls
        self.matter = matter or {}  # fields of the draft, as seats
        self.form = form_of(questions=questions, forms=forms)
        self.voters = [h for h in scene.by_device if h not in absent]
        self.at_hall = scene.at_hall if halls else []
        self.sites = scene.sites if halls else []
        self.marks = marks or {
            holder: MARKS[i % len(MARKS)] for i, holder in enumerate(
                self.voters + scene.on_paper + self.at_hall)}
        self.id = None
        self.is_knowingly = False
        self.cast_order = None  # that of the voters
        self.before, self.after = {}, {}
        # Members in the list whose devices are not waited for; a test sees to
        # their votes.
        self.others = []

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
            "draft_ballot", **dict({"candidates": []}, **self.matter),
            form=self.form, tellers=[{"member": t} for t in self.tellers],
            threshold=self.given_threshold, revote=self.revote,
            halls=self.halls)["made"]

    def hands(self):
        self.vote = self.chair.do("start_vote", item="", matter="procedure",
                                  motion=MOTION)["made"]
        enough = self.scene.member_count // 2 + 1
        side_by_side(self.raise_hand, self.voters[:enough])
        for site in self.sites:
            self.device(site).do(
                "enter_hall_votes", vote=self.vote, site=site,
                yes=len(self.scene.at_site(site)), no=0, other=0, abstain=0)
        self.chair.do("close_vote", vote=self.vote)

    def raise_hand(self, holder):
        device = self.device(holder)
        device.until_event("vote_started", vote=self.vote)
        device.do("vote", vote=self.vote, choice="yes")

    def adopt(self):
        self.do("adopt_ballot", vote=self.vote)
        self.event("keys_begun")

    def keys(self):
        self.event("ballot_ready")
        self.wait_for("issue_wanted", self.voters)

    def take(self):
        side_by_side(lambda h: self.do("ballot_take", by=h), self.voters)
        self.wait_for("issued_here", self.voters + self.sites)

    def close(self):
        before = len(self.events("ballot_listed"))
        self.do("close_issue")
        self.event("ballot_listed", before + 1)

    def attest(self):
        setup = self.event("ballot_listed")["setup"]
        last = self.event("ballot_attested",
                          len(self.voters) + len(self.others), setup=setup)
        for site in self.sites:
            last = self.confirm_hall(setup, site)
        self.chair.until(lambda: [
            e for e in self.chair.events("checkpoint", reason="list_attested")
            if e["upto"] >= last["seq"]], "everybody's signature of the list")

    def confirm_hall(self, setup, site="s1"):
        """A teller has looked at the hall's device."""
        made = self.device(self.tellers[0]).until_event(
            "hall_attested", ballot=self.id, setup=setup, member=site)
        self.do("confirm_hall", by=self.tellers[0], site=site, **{
            name: made[name] for name in ("setup", "k", "pool", "members")})
        return self.event("hall_confirmed", setup=setup, site=site)

    def open(self):
        self.do("open_ballot", knowingly=self.is_knowingly)
        self.wait_for("ready_to_vote", self.voters + self.sites)

    def cast(self):
        side_by_side(self.cast_one, [h for h in self.cast_order or self.voters
                                     if h in self.marks])
        for holder in self.at_hall:
            self.cast_at_hall(holder)

    def cast_one(self, holder, marks=None):
        """One vote, up to its receipt; that."""
        device = self.device(holder)
        before = len(device.told("receipt", ballot=self.id))
        self.do("ballot_cast", by=holder, marks=marks or self.marks[holder])
        device.until(lambda: len(device.told("receipt", ballot=self.id))
                     > before, "a receipt")
        return device.told("receipt", ballot=self.id)[-1]

    def cast_at_hall(self, holder):
        site = self.scene.site_of(holder)
        hall = self.device(site)
        before = len(hall.told("receipt", ballot=self.id))
        self.do("hall_unlock", by=site, member=holder, pin=PIN)
        self.do("hall_cast", by=site, marks=self.marks[holder])
        hall.until(lambda: len(hall.told("receipt", ballot=self.id)) > before,
                   "a receipt")

    def end(self):
        self.do("end_ballot")
        self.event("ballots_ended")
        self.event("ballot_tallied")

    def include(self):
        self.wait_for("included", [h for h in self.voters + self.sites
                                   if self.device(h).is_running])

    def paper(self):
        """Two of the committee count what was in the box."""
        if self.scene.on_paper:
            self.enter_paper(self.tellers[0])
            self.confirm_paper(self.tellers[1])

    def enter_paper(self, teller):
        votes = [self.marks[h] for h in self.scene.on_paper]
        numbers = {"issued": len(votes), "returned": len(votes),
                   "valid": len(votes), "invalid": 0}
        counts = sum_of(votes)
        record = canonical(dict(numbers, counts=counts)).encode()
        self.do("enter_paper", by=teller,
                end=self.event("ballots_ended")["end"], record=sha256(record),
                counts=[{"count": count} for count in counts], **numbers)

    def confirm_paper(self, teller):
        entered = self.device(teller).until_event("paper_entered",
                                                  ballot=self.id)
        self.do("confirm_paper", by=teller, end=entered["end"],
                record=entered["record"])

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
        return sum_of([self.marks[h] for h in
                       self.voters + self.others + self.at_hall
                       if h in self.marks])

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
