"""A secret ballot on a resolution, and a lying server that tells a member who
comes late (chibo) another decision than the counts come to by the ruleset, or
none; chibo-verify reads the same from files."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import Teller, form_text  # noqa: E402
from ballot_reference import questions  # noqa: E402
from lying_ballot import Ballot  # noqa: E402
from test_lying_ballot_log import Scene, without_place  # noqa: E402

AGREE = [[1, 0]]


class Resolution(Ballot):
    """All agree."""

    def draft(self):
        counters = self.clients[1:1 + self.teller_count]
        asked = [questions.Question(["Tán thành", "Không tán thành"], 0, 1,
                                    "Thông qua nghị quyết")]
        self.ballot = self.chair.do(
            "draft_ballot", self.meeting, item="", matter="resolution",
            form=form_text("Nghị quyết", asked, ["agree"]), candidates=[],
            tellers=[{"member": c.device.holder} for c in counters],
            threshold=self.threshold, revote=self.is_revote,
            halls=False)["made"]
        self.tellers = [Teller(self, c, i)
                        for i, c in enumerate(counters, 1)]
        return self.ballot

    def vote(self):
        for voter in self.voters:
            voter.cast(voter.make(AGREE))
            self.breathe()
        self.victim_votes(AGREE)
        self.settle()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("decided"), Resolution)
    # What nobody signs, behind the decision.
    scene.hall.clients[0].do("raise_hand", scene.hall.id, member="")
    scene.hall.settle()
    yield scene
    scene.close()


def hand(scene):
    return scene.ballot.log.all("hand_raised")[-1]


def left_out(scene):
    return [{"seq": scene.find("ballot_decided")["seq"], "drop": True},
            {"seq": hand(scene)["seq"], "set": {}}]


def fewer_in_favour(scene):
    decided = scene.find("ballot_decided")
    return [{"seq": decided["seq"], "set": {"yes": decided["yes"] - 1,
                                            "no": decided["no"] + 1}}]


def another_end(scene):
    decided = scene.find("ballot_decided")
    assert decided["end"] == "passed"
    return [{"seq": decided["seq"], "set": {"end": "failed"}}]


def another_test(scene):
    decided = scene.find("ballot_decided")
    return [{"seq": decided["seq"], "set": {"need": decided["need"] + 1}}]


def before_the_result(scene):
    result = scene.find("ballot_result")
    return [{"seq": result["seq"],
             "before": [without_place(scene.find("ballot_decided"))]}]


@pytest.mark.parametrize("lie, fault", [
    (left_out, "decision_omitted"), (fewer_in_favour, "result"),
    (another_end, "result"), (another_test, "result"),
    (before_the_result, "result")],
    ids=lambda value: getattr(value, "__name__", ""))
def test_is_found(scene, tmp_path, lie, fault):
    rules = scene.hall.server.directory / "rules"
    scene.tell(lie(scene))

    late = scene.come(tmp_path)
    try:
        late.alarm("event")
        assert scene.verify(tmp_path, "--rules", rules) == (1, fault)
    finally:
        late.kill()


def test_the_truth_is_believed(scene, tmp_path):
    """Told by the same machinery."""
    rules = scene.hall.server.directory / "rules"
    scene.tell([{"seq": hand(scene)["seq"], "set": {}}])

    late = scene.come(tmp_path)
    try:
        late.stage("verified")
        assert not late.is_gone
        assert scene.verify(tmp_path, "--rules", rules)[1] is None
    finally:
        late.kill()
