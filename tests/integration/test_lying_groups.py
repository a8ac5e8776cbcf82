"""A server that tells everybody, from the beginning, another roll or other votes
of a party group than its record holds. Who was shown nothing else cannot know;
whoever has the record of the meeting has the groups' own logs in it, and
chibo-verify holds them against what the meeting says."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lies import the_groups_are_gathered  # noqa: E402
from lying_scene import Hall, grounds  # noqa: E402, F401
from server_process import BUILD, planted  # noqa: E402

SO_FAR, INVALID = 3, 1  # exit codes; none of the devices is vouched for
PRESENT = {"official_came": 2, "yes": 2}  # of two who came, both in favour


@pytest.fixture
def hall(grounds, tmp_path):  # noqa: F811
    hall = Hall(grounds.of(strict=False, by_groups=True), tmp_path)
    yield hall
    hall.close()


def verdict(hall, directory):
    """Exit code, and the failure in the record of the meeting that is held."""
    hall.open()
    the_groups_are_gathered(hall)
    hall.clients[0].do("close_meeting", hall.id)
    hall.wait_for("checkpoint", reason="closed")
    record = directory / "record.chibo"
    hall.server.control("record", "export", hall.id, "--out", str(record),
                        binary=planted("chiboctl_unjudged"))
    done = subprocess.run([BUILD / "bin/chibo-verify", record, "--json"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    said = json.loads(done.stdout)
    return done.returncode, said["failure"]


def test_the_record_of_a_truthful_server_holds(hall, tmp_path):
    hall.server.prompt("lie", gathered=PRESENT)  # which is so
    code, failure = verdict(hall, tmp_path)
    assert code in (0, SO_FAR) and failure is None, failure


@pytest.mark.parametrize("numbers", [{"official_came": 1}, {"yes": 1}],
                         ids=["roll", "votes"])
def test_the_groups_own_log_gives_the_lie_away(numbers, hall, tmp_path):
    hall.server.prompt("lie", gathered=numbers)
    code, failure = verdict(hall, tmp_path)
    assert (code, failure["fault"]) == (INVALID, "group"), failure
    # Everybody was told so, and signed it.
    told = hall.find("group_gathered")
    shown = {"official_came": told["official_came"],
             "yes": told["votes"][0]["yes"]}
    assert shown == PRESENT | numbers
