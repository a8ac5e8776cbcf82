"""The secret ballot of the demo meeting: four members vote at their own devices,
two at the hall's; two of a committee of three count. What is left of it is an
archive that anybody can verify.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_held import form_of, sum_of  # noqa: E402
from ballot_outcome import check_archive  # noqa: E402

NAME = "Bầu bí thư chi bộ"
CANDIDATES = ("m6",)
QUESTIONS = [{"answers": ["Đồng ý", "Không đồng ý"], "min": 0, "max": 1,
              "question": "Đảng viên Mẫu 06 giữ chức vụ bí thư chi bộ"}]
FORMS = ["agree"]
COMMITTEE = ("m2", "m3", "m4")
MOTION = "Thông qua phiếu bầu và ban kiểm phiếu gồm ba đồng chí"
VOTES = {"m1": [[1, 0]], "m2": [[1, 0]], "m3": [[1, 0]], "m4": [[0, 1]],
         "m6": [[1, 0]], "m7": [[1, 0]]}
OWN, AT_HALL = ("m1", "m2", "m3", "m4"), ("m6", "m7")
PINS = {"m6": "135706", "m7": "246807"}


class DemoBallot:
    def __init__(self, demo):
        self.demo = demo
        self.people = demo.people
        self.chair = demo.people["m1"]
        self.site = demo.people["s1"]

    def do(self, holder, op, **fields):
        return self.people[holder].do(op, ballot=self.id, **fields)

    def told(self, holder, stage):
        return self.people[holder].wait(
            lambda line: line.get("stage") == stage
            and line["ballot"] == self.id, stage)

    def event(self, ev, **fields):
        return self.chair.event(ev, ballot=self.id, **fields)

    def raise_hands(self, motion):
        """On procedure, by all; the vote's id."""
        vote = self.chair.do("start_vote", item="a2", matter="procedure",
                             motion=motion)["made"]
        for holder in OWN:
            self.people[holder].event("vote_started", vote=vote)
            self.people[holder].do("vote", vote=vote, choice="yes")
        self.site.event("vote_started", vote=vote)
        self.site.do("enter_hall_votes", vote=vote, site="s1", yes=2, no=0,
                     other=0, abstain=0)
        self.chair.do("close_vote", vote=vote)
        return vote

    # -- what is voted on, and who counts --

    def adopt(self):
        chair, demo = self.chair, self.demo
        demo.say("the hall's voters choose a PIN each, the minute-taker looking")
        for holder in AT_HALL:
            self.people["m3"].do("allow_pin", member=holder, site="s1")
            self.site.do("set_pin", member=holder, pin=PINS[holder])
        election = chair.do("call_election", item="a2", post="leader",
                            seats=1, title=NAME)["made"]
        for name in CANDIDATES:
            chair.do("nominate", election=election, member=name,
                     source="committee")
        listed = self.raise_hands("Thông qua danh sách bầu cử")
        chair.do("close_list", election=election, vote=listed)
        self.id = chair.do(
            "draft_ballot", form=form_of(NAME, QUESTIONS, FORMS),
            candidates=[{"member": c} for c in CANDIDATES],
            tellers=[{"member": t} for t in COMMITTEE], threshold=2,
            revote=True, halls=True, matter="election", seats=1,
            election=election)["made"]
        self.do("m1", "adopt_ballot", vote=self.raise_hands(MOTION))
        rows = self.event("ballot_adopted")["channels"]
        channels = {row["member"]: row["channel"] for row in rows}
        demo.check(channels == dict.fromkeys(OWN, "own")
                   | dict.fromkeys(AT_HALL, "hall"),
                   "a secret ballot is adopted: four vote at their own "
                   "devices, two at the hall's")

    def make_keys(self):
        for teller in COMMITTEE:
            self.told(teller, "keys_signed")
        self.event("ballot_ready")
        self.demo.check(True, "three tellers' devices and the server have made "
                        "the key that two tellers and the server open together")

    # -- the list --

    def make_list(self):
        for holder in OWN:
            self.told(holder, "issue_wanted")
            self.do(holder, "ballot_take")
        for holder in (*OWN, "s1"):
            self.told(holder, "issued_here")
        self.do("m1", "close_issue")
        pool = self.event("hall_attested")
        self.do("m3", "confirm_hall", site="s1", **{
            name: pool[name] for name in ("setup", "k", "pool", "members")})
        for holder in OWN:
            self.told(holder, "attested")
        attested = max(self.event(ev, **by)["seq"] for ev, by in (
            ("hall_confirmed", {"site": "s1"}),
            *(("ballot_attested", {"member": holder}) for holder in OWN)))
        self.chair.wait(
            lambda line: line.get("reason") == "list_attested"
            and line["upto"] >= attested, "everybody's signature of the list")
        self.do("m1", "open_ballot")
        opened = self.event("ballot_opened")
        self.demo.check((opened["own"], opened["hall"], opened["length"]) ==
                        (4, 2, 6), "every device has found the list right; "
                        "voting is open")

    # -- votes --

    def vote(self):
        for holder in (*OWN, "s1"):
            self.told(holder, "ready_to_vote")
        for holder in OWN:
            self.do(holder, "ballot_cast", marks=VOTES[holder])
        for holder in AT_HALL:
            mark = self.site.mark()
            self.do("s1", "hall_unlock", member=holder, pin=PINS[holder])
            self.do("s1", "hall_cast", marks=VOTES[holder])
            self.site.wait(lambda l: l.get("stage") == "receipt", "a receipt",
                           since=mark)
        for holder in OWN:
            self.told(holder, "receipt")
        self.do("m1", "end_ballot")
        ended = self.event("ballots_ended")
        for holder in (*OWN, "s1"):
            self.told(holder, "included")
        self.demo.check((ended["count"], ended["returned"]) == (6, 6),
                        "six ballots are in; every device has found its own in "
                        "the count")

    def count(self):
        self.do("m1", "count_ballot")
        for teller in COMMITTEE[:2]:
            asked = self.told(teller, "asked")
            self.do(teller, "ballot_decrypt")
        self.demo.check((asked["cast"], asked["counted"]) == (4, 4),
                        "the tellers' devices ask before they decrypt: only "
                        "four ballots are from members' own devices")
        result = self.event("ballot_result")
        self.counts = [row["count"] for row in result["counts"]]
        self.demo.check(self.counts == sum_of(VOTES.values()),
                        f"the result is what was voted: {self.counts}")
        for holder in self.people:
            told = self.told(holder, "verified")
            self.demo.check(told["head"] == result["head"],
                            f"the device of {holder} has verified all of it")
        self.head = result["head"]
        decided = self.event("ballot_decided")
        self.demo.check(
            [(row["member"], row["votes"], row["standing"])
             for row in decided["chosen"]]
            == [("m6", 5, "chosen")],
            "the leader is elected: 5 of 6 full members agree, more than half "
            f"is {decided['need']}")

    # -- afterwards --

    def keep(self):
        uuid = self.event("keys_begun")["uuid"]
        paths = [self.demo.directory / f"{uuid}.bel",
                 self.demo.directory / "m4" / f"{uuid}.bel"]
        for holder, path in zip(("m5", "m4"), paths):
            self.do(holder, "ballot_export", path=str(path))
        self.demo.check(paths[0].read_bytes() == paths[1].read_bytes(),
                        "two members have exported the same archive, byte for "
                        "byte")
        check_archive(paths[0], self.counts, self.head)
        self.demo.check(True, "chibo-verify and belenios-tool 2.0 accept it, "
                        "with these counts")
        return paths[0]

    def play(self):
        """The archive's path."""
        self.demo.say("a secret ballot: two of three tellers count")
        self.adopt()
        self.make_keys()
        self.make_list()
        self.vote()
        self.count()
        return self.keep()
