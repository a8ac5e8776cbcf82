"""Real clients read the minutes back and sign them: what their devices draw from
the record is what the server draws, whoever came late to the work, and nothing
else is signed."""
import pathlib
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))

import chibo_process as play  # noqa: E402
from test_minutes_loss import Room, Writer  # noqa: E402


class Meeting(Room):
    """The chair, the minute-taker m2, and m3, who takes over from her."""

    def set_up(self, client):
        super().set_up(client)
        self.server.control("member", "add", "Đảng viên Mẫu 03", "--category",
                            "official")
        self.other = Writer(self.directory / "m3", "m3", "m3")
        self.other.enroll(self.server.invite("m3")["m3"])
        self.other.join(self.meeting, "--audio", "none")
        self.chair.event("knocked")
        self.chair.do("admit", holder="m3")
        self.other.caught_up()

    def close(self):
        if getattr(self, "other", None):
            self.other.kill()
        super().close()

    def drawn(self, writer):
        """What the server draws, as the command that reads it back."""
        answer = writer.do("draw_minutes")
        return {"minutes": answer["blob"], "size": answer["size"],
                "upto": answer["upto"]}


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    with Meeting(tmp_path_factory.mktemp("signed")) as meeting:
        meeting.taker.write("Chi bộ đã nghe báo cáo.")
        meeting.taker.all_saved()
        yield meeting


def once_ready(member, op, **fields):
    """The answer, or the code of the refusal, as soon as the device has the
    ruleset, which it asks for when it comes in."""
    end = time.monotonic() + play.PATIENCE_S
    while True:
        try:
            return member.do(op, **fields)
        except play.Refused as refused:
            if refused.code != "busy" or time.monotonic() > end:
                return refused.code


def test_other_minutes_than_those_of_the_record_are_not_read_back(meeting):
    drawn = meeting.drawn(meeting.taker)
    other = dict(drawn, minutes="0" * 64)
    assert once_ready(meeting.taker, "present_minutes", **other) \
        == "minutes_differ"
    # Who knows better has it sent: then it is for the server to refuse.
    assert meeting.taker.refusal("present_minutes", **other, unchecked=True) \
        == "no_such_blob"


def test_a_substitute_reads_back_what_was_written_before(meeting):
    meeting.chair.do("hand_over_minutes", member="m3")
    meeting.other.event("minutes_handed_over")
    meeting.other.write("Chi bộ thảo luận.")
    meeting.other.all_saved()
    drawn = meeting.drawn(meeting.other)
    assert "seq" in once_ready(meeting.other, "present_minutes", **drawn)


def test_chair_and_substitute_sign_after_they_came_back(meeting):
    meeting.chair.event("minutes_presented")
    meeting.chair.do("start_vote", matter="minutes", motion="Thông qua")
    for member in (meeting.chair, meeting.taker, meeting.other):
        member.event("vote_started")
        member.do("vote", vote="v1", choice="yes")
    meeting.chair.do("close_vote", vote="v1")
    for member, role in ((meeting.other, "minute-taker"),
                         (meeting.chair, "chair")):
        member.kill()
        member.join(meeting.meeting, "--audio", "none")
        member.caught_up()
        adopted = member.event("minutes_adopted")
        assert "seq" in once_ready(member, "sign_minutes", role=role,
                                   version=adopted["version"], c=adopted["c"])
        assert member.refusal("sign_minutes", role=role, c="0" * 64,
                              version=adopted["version"]) == "minutes_differ"
