"""What `make endurance` finds, and what it does not take for a fault: its
judgement over made-up samples, and a real server that loses memory."""
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "endurance"))
import endurance              # noqa: E402
import chibo_process as play  # noqa: E402


def samples(kb_at, minutes=30):
    chance = random.Random(4)
    return [(second, kb_at(second / 60) + chance.uniform(-40, 40))
            for second in range(0, 60 * minutes)]


def judge(kb_at, events=0):
    return endurance.judge_memory("server", samples(kb_at), 600,
                                  lambda begin, end: events)[1]


def test_what_does_not_grow_is_flat():
    assert judge(lambda minute: 14000) is None
    # What is there from the beginning on, or comes with the first minutes.
    assert judge(lambda minute: 14000 + min(minute, 8) * 500) is None
    assert judge(lambda minute: 14000 - 20 * minute) is None


def test_what_grows_is_found_early_or_late():
    assert judge(lambda minute: 14000 + 60 * minute) == "server grows"
    assert judge(lambda minute: 14000 + max(0, minute - 22) * 150) == \
        "server grows"
    assert judge(lambda minute: 14000 + (2000 if minute > 21 else 0)) == \
        "server grows"


def test_events_may_take_their_room_and_no_more():
    assert judge(lambda minute: 14000 + 55 * minute, events=400) is None
    assert judge(lambda minute: 14000 + 140 * minute, events=400) == \
        "server grows"


def test_few_samples_are_no_verdict():
    few = [(second, 14000) for second in range(10)]
    assert "too few" in endurance.judge_memory("server", few, 0,
                                               lambda *_: 0)[1]


def test_a_drift_is_found_and_a_busy_computer_is_none():
    calm = [(52, 20), (60, 36), (55, 20), (71, 54), (240, 20)]
    busy = [(166, 130), (300, 280), (410, 360), (180, 150), (512, 400)]
    late = [(410, 20), (420, 36), (433, 40), (415, 20), (470, 25)]
    assert endurance.judge_delay(calm, busy)[1] is None
    assert endurance.judge_delay(busy, calm)[1] is None
    assert endurance.judge_delay(calm, late)[1] == "sound comes later"
    assert endurance.judge_delay(calm, [])[1] is not None


def test_a_server_that_loses_memory_is_found(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "tests/endurance/endurance.py", "--minutes",
         "0.7", "--measurements", "1", "--directory", tmp_path, "--chibod",
         play.BUILD / "tests/chibod_growing"],
        env=dict(os.environ, CHIBO_LEAK_BYTES="8000"), timeout=600, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "server grows" in done.stdout.splitlines()[-1], done.stdout
    assert "chair grows" not in done.stdout
