"""A congress of a cell, partly in halls and partly online.

Forty sample members, all official: fifteen at their own computers, ten in each
of two halls, two whom the minute-taker hears over the radio, three absent with a
reason that was accepted for the whole congress. m1 is in the chair, m4 and
m3 lead with m1, m2 takes the minutes.
"""
from ballot_device import side_by_side
from ballot_held import PIN, Ballot
from ballot_scene import Scene

DOCUMENT = {"number": "01-MẪU/ĐU", "date": "2026-11-20",
            "issuer": "Đảng uỷ phường Mẫu (văn bản mẫu)"}
REASON = "Đi công tác dài ngày ở nước ngoài"


class Congress(Scene):
    def __init__(self, directory):
        super().__init__(directory, size=15, hall_size=20, site_count=2,
                         away_size=5, ruleset="party-2026")

    @property
    def by_radio(self):
        return self.away[:2]

    @property
    def excused(self):
        return self.away[2:]

    def call(self):
        made = self.server.control(
            "meeting", "schedule", "--kind", "congress", "--title",
            "Đại hội chi bộ nhiệm kỳ 2026 - 2031", "--at", "2026-11-25 07:30",
            "--place", "Hội trường Mẫu", "--chair", "m1", "--minute-taker",
            "m2", "--item", "Báo cáo chính trị", "--item", "Bầu chi uỷ")
        self.meeting = made[0]["made"]

    def before_admission(self):
        """What has to be said before a remote seat opens."""
        self.chair.do("declare_open_content")

    def seat(self):
        super().seat()
        minutes = self.devices["m2"]
        for holder in self.by_radio:
            minutes.do("tick", member=holder, mode="voice_relay", site="")
        for holder in self.excused:
            minutes.do("note_absence", member=holder, absence="absent_excused",
                       reason=REASON, throughout=True)

    def lead(self):
        """Two members lead beside the chair."""
        for member in ("m4", "m3"):
            self.chair.do("appoint_officer", member=member, role="co_chair")

    def take_turns(self, giver, taker):
        self.devices[giver].do("give_chair", member=taker)
        self.devices[taker].until_event("chair_given", member=taker)

    # -- votes by hand --

    def resolve(self, motion, yes, no=(), halls=None, radio=(0, 0, 0, 0),
                by="m1", matter="resolution"):
        """A resolution: devices in `yes` and `no`; halls: the four numbers of
        each site; radio: those of the minute-taker. The closing event."""
        leader = self.devices[by]
        vote = leader.do("start_vote", item="", motion=motion, matter=matter,
                         subject="")["made"]
        for choice, holders in (("yes", yes), ("no", no)):
            side_by_side(lambda h: self.hand(h, vote, choice), holders)
        for site, numbers in (halls or {}).items():
            self.enter(site, vote, site, numbers)
        if any(radio):
            self.enter("m2", vote, "", radio)
        leader.do("close_vote", vote=vote)
        return self.chair.until_event("vote_closed", vote=vote)

    def hand(self, holder, vote, choice):
        device = self.devices[holder]
        device.until_event("vote_started", vote=vote)
        device.do("vote", vote=vote, choice=choice)

    def enter(self, holder, vote, site, numbers):
        device = self.devices[holder]
        device.until_event("vote_started", vote=vote)
        device.do("enter_hall_votes", vote=vote, site=site,
                  **dict(zip(("yes", "no", "other", "abstain"), numbers)))


class Election(Ballot):
    """Three of four names, with the halls' devices. The committee proposed them,
    and the congress takes the list by hands."""

    SEATS = 3

    def __init__(self, scene, candidates, marks, tellers=("m5", "m6", "m7")):
        self.candidates = candidates
        names = [f"Đảng viên Mẫu {int(c[1:]):02}" for c in candidates]
        super().__init__(
            scene, tellers, halls=True, revote=False, marks=marks,
            questions=[{"answers": names, "blank": True, "min": 1,
                        "max": self.SEATS, "question": "Bầu chi uỷ"}],
            forms=["choose"],
            matter={"matter": "election", "seats": self.SEATS,
                    "candidates": [{"member": c} for c in candidates]})

    def draft(self):
        """The list first: called, named, taken."""
        chair = self.chair
        called = chair.do("call_election", item="", post="committee",
                          seats=self.SEATS, title="Chi uỷ")["made"]
        for candidate in self.candidates:
            chair.do("nominate", election=called, member=candidate,
                     source="committee")
        vote = self.scene.resolve(
            "Chốt danh sách bầu cử", self.voters,
            halls={site: (10, 0, 0, 0) for site in self.sites},
            matter="procedure")["vote"]
        chair.do("close_list", election=called, vote=vote)
        self.matter["election"] = called
        super().draft()


__all__ = ["Congress", "DOCUMENT", "Election", "PIN", "REASON"]
