"""A secret ballot whose server dies at steps of its disk taken at random; all
of them in turn are `make sweep` (support/ballot_sweep.py).

CHIBO_SEED=n repeats a run.
"""
import os
import pathlib
import random
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from ballot_sweep import Lost, Prepared, check_reach, one  # noqa: E402
from server_process import planted  # noqa: E402

DEATHS = 4  # of each kind


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def whole(prepared, tmp_path_factory):
    """A ballot in which nothing happens."""
    run = one(prepared, tmp_path_factory.mktemp("whole"))
    check_reach(run)
    return run


@pytest.fixture
def chance():
    seed = int(os.environ.get("CHIBO_SEED", random.randrange(10**6)))
    print(f"CHIBO_SEED={seed}")
    return random.Random(seed)


@pytest.mark.parametrize("cuts_power", [False, True])
def test_a_ballot_goes_on_where_it_was_when_the_server_died(
        prepared, whole, chance, tmp_path, cuts_power):
    # One in each part of the ballot.
    part = len(whole.steps) // DEATHS
    for i in range(DEATHS):
        first, last = i * part + 1, (i + 1) * part - part // 4
        at = chance.randint(first, last)

        # What comes together shares a commit: a ballot may have fewer steps.
        while not one(prepared, tmp_path, at, cuts_power=cuts_power).death:
            assert at > first, "a ballot without its last quarter"
            at = chance.randint(first, at - 1)


def test_a_receipt_given_before_the_commit_is_found(prepared, whole, chance,
                                                    tmp_path):
    steps = list(range(whole.before["vote"] + 1, whole.before["end"] + 1))
    chance.shuffle(steps)

    with pytest.raises(Lost, match="a receipt is lost"):
        for at in steps:
            one(prepared, tmp_path, at, binary=planted("chibod_early_receipt"))


def test_a_commit_that_does_not_wait_for_the_disk_is_found(
        prepared, whole, chance, tmp_path):
    at = chance.randint(whole.before["end"] + 1, whole.before["count"])

    with pytest.raises(Lost, match="a receipt is lost"):
        one(prepared, tmp_path, at, cuts_power=True,
            binary=planted("chibod_unsafe"))
