"""One listener does not read, or reads next to nothing, or floods: the others
of its meeting lose no frame, it loses sound first and then its connection, with
a reason, and nobody ever hears what is stale.

The real server over TLS. What is asserted counts frames; how long they take is
compared by `make bench-slow-listeners`.
"""

import fcntl
import pathlib
import re
import struct
import sys
import termios
import time

import OpenSSL.SSL
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from slow_listeners import (EVERY_S, PAYLOAD, Stage, after,  # noqa: E402
                            pretend_to_live, ratio, speak)
from wire_client import PATIENCE  # noqa: E402

LISTENERS = 6
RECORD_SIZE = 80 + 14 + 2 + 22  # as its line carries a frame
STALE_S = 0.5  # LIMIT_AUDIO_AGE_MS
TOO_SLOW, TOO_FAST = 4005, 4006


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path, LISTENERS)
    yield made
    made.close()


def test_the_comparison_finds_who_is_slower_by_more_than_a_fifth():
    alone = [0.010, 0.050, 0.012, 0.011, 0.013]
    assert ratio([(a * 1.19, a) for a in alone]) < 1.2
    assert ratio([(a * 1.21, a) for a in alone]) > 1.2
    # One window in which the machine did something else decides nothing.
    assert ratio([(0.4, 0.01), *((a, a) for a in alone)]) == 1


def each_second(is_over):
    """Asks only so often what the server has to answer."""
    end = time.monotonic() + PATIENCE
    due = time.monotonic() + 1

    def look():
        nonlocal due
        assert time.monotonic() < end
        if time.monotonic() < due:
            return False
        due = time.monotonic() + 1
        return is_over()

    return look


NOTHING_SENT = "closed with 4005, nothing could be sent"
SILENT = "its line is gone, or fell silent"


@pytest.mark.parametrize("pretends, bytes_a_second, reason", [
    (False, 0, SILENT), (True, 0, NOTHING_SENT), (True, 1, NOTHING_SENT)])
def test_who_does_not_read_loses_sound_then_the_line_and_nobody_else_any(
        stage, pretends, bytes_a_second, reason):
    room = stage.room
    number = re.findall(rf"session (\d+): {room.bad_device.holder} is there",
                        stage.server.log_text())[-1]
    told = f"session {number}: {reason}"
    speak([stage.room], after(1))
    begun = touched = time.monotonic()

    def is_ended():
        nonlocal touched
        if time.monotonic() > touched + 1:
            touched = time.monotonic()
            if told in stage.server.log_text():
                return True
            try:
                if bytes_a_second:
                    room.bad.stream.socket.recv(bytes_a_second)
                if pretends:
                    pretend_to_live(room.bad)
            except (OSError, OpenSSL.SSL.Error):
                pass  # it ended a moment ago; the log says why
        assert time.monotonic() < begun + PATIENCE
        return False

    speak([stage.room], is_ended)
    took = time.monotonic() - begun
    print(f"its connection ended after {took:.1f} s: {reason}")
    assert stage.lost() > 0
    if pretends and not bytes_a_second:
        assert room.bad.wait_close() in (TOO_SLOW, None)
    speak([stage.room], after(1))


def test_who_reads_again_is_sent_what_is_said_now_and_no_second_of_the_past(
        stage):
    room = stage.room
    speak([stage.room], after(1))
    heard = len(room.bad.audio)
    room.bad.pump()
    assert len(room.bad.audio) > heard

    def is_behind():
        pretend_to_live(room.bad)
        return stage.lost() > 50

    speak([stage.room], each_second(is_behind))
    resumed, known = time.monotonic(), len(room.bad.audio)
    own = struct.unpack("i", fcntl.ioctl(room.bad, termios.FIONREAD,
                                         bytes(4)))[0] // RECORD_SIZE

    before = room.delays

    def is_current():
        assert time.monotonic() < resumed + PATIENCE
        room.bad.pump()
        return room.bad.audio[-1][1] >= room.sent - STALE_S / EVERY_S and \
            time.monotonic() > resumed + 1

    speak([stage.room], is_current)
    came = room.bad.audio[known:]
    # How late a busy server was for all at that time.
    late_s = max(before[-100 * LISTENERS:] + room.delays[:50 * LISTENERS])
    stale = [p for _, _, p in came
             if PAYLOAD.unpack(p)[0] < resumed - STALE_S - 0.1 - late_s]
    sequences = [sequence for _, sequence, _ in came]
    print(f"{len(stale)} frames of the past were heard, {own} of them in its "
          f"own kernel: {(len(stale) - own) * EVERY_S:.2f} s from the server, "
          f"which was {late_s:.2f} s late for the others")
    assert sequences == sorted(set(sequences))
    assert (len(stale) - own) * EVERY_S <= 1


def test_who_floods_is_cut_off_and_nobody_else_loses_a_frame(stage):
    room = stage.room
    speak([stage.room], after(1))
    begun = time.monotonic()

    def is_ended():
        room.flood()
        assert time.monotonic() < begun + PATIENCE
        return room.is_bad_cut_off()

    speak([room], is_ended, rest_s=0)
    assert room.bad.wait_close() == TOO_FAST
    assert [e["code"] for e in room.bad.errors][-1] == "too_fast"
    assert stage.dropped("rate") > 1000
    speak([stage.room], after(1))
