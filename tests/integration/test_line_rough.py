"""Sound over several lanes of one line: each frame is heard once, however many
copies come over however many connections; lanes that are cut are opened again;
and a line of constant rate shows nobody who speaks.

Real chibo and chibod. What is asserted are counts; times are printed.
"""
import pathlib
import sys
import time

import numpy as np
import pytest

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))
import chibo_process as play  # noqa: E402
import make_speech            # noqa: E402
from relayed_scene import FAR, RelayedScene  # noqa: E402

RATE = 48000
CONTROL_SIZE = 40  # of a ping's record, at most
LANES = 3  # beside the line, of a line that is kept rough


class Scene(RelayedScene):
    def speech(self, seconds):
        path = self.folder / f"speech-{seconds}.wav"
        make_speech.write_wav(str(path),
                              make_speech.make_speech(1, seconds, RATE), RATE)
        return path

    def say(self, member, path):
        mark = member.mark()
        member.do("speak", file=str(path))
        member.wait(lambda line: line.get("spoken") == str(path),
                    "the end of the speech", mark)

    def statistics(self, member):
        mark = member.mark()
        member.do("stats")
        return member.wait(lambda line: "statistics" in line, "figures",
                           mark)["statistics"]

    def await_received(self, member, count):
        """Copies, and what was held back, come behind."""
        end = time.monotonic() + play.PATIENCE_S
        while True:
            heard = self.statistics(member)
            if heard["received"] >= count:
                return heard
            assert time.monotonic() < end, f"{heard} instead of {count} frames"

    def await_lanes(self, count):
        """A lane that comes or goes makes no line by itself."""
        end = time.monotonic() + play.PATIENCE_S
        while True:
            line = self.far.state()["speech_line"]
            if line["connections"] == count + 1:
                return
            assert time.monotonic() < end, f"{line} instead of {count} lanes"


@pytest.fixture
def rough(tmp_path):
    made = Scene(tmp_path, "--line", "rough")
    yield made
    made.close()


@pytest.fixture
def plain(tmp_path):
    made = Scene(tmp_path)
    yield made
    made.close()


def test_over_lanes_each_frame_comes_once_both_ways(rough):
    rough.await_lanes(LANES)
    passed = [sum(sizes) for sizes in rough.relay.passed()]
    path = rough.speech(3)
    for speaker, listener in ((rough.chair, rough.far),
                              (rough.far, rough.chair)):
        if speaker is rough.far:
            rough.chair.do("give_floor", member=FAR)
            play.settle([rough.chair, rough.far])
        sent_before = rough.statistics(speaker)["sent"]
        before = rough.statistics(listener)
        rough.say(speaker, path)
        sent = rough.statistics(speaker)["sent"] - sent_before
        assert sent > 100
        # What a busy machine held up for half a second is not sent any more.
        heard = rough.await_received(listener,
                                     before["received"] + sent * 9 // 10)
        came = heard["received"] - before["received"]
        assert came <= sent and heard["duplicate"] == 0
        print(f"{speaker.name} sent {sent} frames, {came} came, once each")
    used = [sum(sizes) - before
            for sizes, before in zip(rough.relay.passed(), passed)]
    print(f"bytes over each connection: {used}")
    assert sum(size > 3000 for size in used) >= LANES + 1


def test_handshakes_go_by_the_ticket_of_the_line_also_after_a_cut(rough):
    rough.await_lanes(LANES)
    greetings = rough.relay.greetings()
    whole = max(greetings)
    print(f"the server's part of each handshake: {greetings}")
    assert sum(size < whole / 2 for size in greetings) >= LANES
    mark = rough.far.mark()
    rough.relay.lead(rough.server.port)
    rough.far.wait(lambda line: line.get("connection") == "connected",
                   "another connection", mark)
    again = rough.relay.greetings()[len(greetings):]
    print(f"after the cut: {again}")
    assert any(0 < size < whole / 2 for size in again)


def test_lanes_that_are_cut_are_opened_again(rough):
    rough.await_lanes(LANES)
    connections = rough.relay.accepted
    mark = rough.far.mark()
    rough.relay.cut_one(-1)
    assert rough.relay.await_more_than(connections, play.PATIENCE_S)
    rough.await_lanes(LANES)
    assert all("connection" not in line
               for line in rough.far.output.lines[mark:])


def test_what_the_user_chooses_is_told_and_undone(plain):
    mark = plain.far.mark()
    plain.far.do("use_line", line="rough")
    told = plain.far.wait(lambda line: "speech_line" in line, "the change",
                          mark)["speech_line"]
    assert (told["state"], told["times"], told["rate"]) == ("rough", 2, 12000)
    plain.await_lanes(LANES)
    plain.far.do("use_line", line="plain")
    plain.await_lanes(0)
    assert plain.far.refusal("use_line", line="golden") == "bad_message"


def test_a_silence_of_seconds_ends_with_sound_on_all_lanes(rough):
    rough.await_lanes(LANES)
    mark = rough.far.mark()
    rough.relay.fall_silent()
    rough.far.wait(lambda line: line.get("speech_line", {}).get("state") ==
                   "silent", "a silence that is noticed", mark)
    mark = rough.far.mark()
    rough.relay.speak_again()
    spoke = time.monotonic()
    before = rough.statistics(rough.far)["received"]
    rough.chair.do("speak", file=str(rough.speech(10)))
    rough.await_received(rough.far, before + 50)
    print(f"a second of sound {time.monotonic() - spoke:.1f} s after the line "
          "was back")
    rough.await_lanes(LANES)
    assert rough.far.state()["speech_line"]["choice"] == "rough"
    play.settle([rough.chair, rough.far])


def test_it_is_said_on_the_screen_in_the_users_words(plain):
    plain.far.quit()
    plain.far.join_lines(None, "--audio", "null")
    plain.far.types_until("/duong-truyen", "Đường truyền tốt: tiếng được gửi "
                          "như thường lệ.")
    plain.far.type("/duong-truyen kém")
    plain.far.sees("Đường truyền kém: tiếng được gửi hai lần trên tối đa 4 kết "
                   "nối, nghe chậm hơn khoảng 0,1 giây.")
    plain.far.types_until("/duong-truyen", "bạn đã chọn kém")
    plain.far.type("/thong-ke")
    plain.far.sees("Chưa nghe thấy ai nói.")
    plain.far.type("/gui-deu bật")
    plain.far.sees("lúc im lặng cũng gửi nhiều như lúc nói")
    plain.far.type("/duong-truyen tự động")
    plain.far.sees("Cách gửi tiếng do máy tự chọn.")


# --- constant rate -------------------------------------------------------------


def words_and_silence(path):
    """A second of speech, two of silence, and a second of speech."""
    speech = make_speech.make_speech(1, 1, RATE)
    make_speech.write_wav(str(path), np.concatenate(
        [speech, np.zeros(2 * RATE), speech]), RATE)
    return path


@pytest.mark.parametrize("is_constant", [True, False])
def test_a_line_of_constant_rate_shows_nobody_who_speaks(tmp_path,
                                                         is_constant):
    scene = Scene(tmp_path, *(["--constant-rate"] if is_constant else []))
    try:
        scene.chair.do("give_floor", member=FAR, limit_ms=300000)
        play.settle([scene.chair, scene.far])
        path = words_and_silence(tmp_path / "words.wav")
        mark = scene.far.mark()
        scene.far.do("speak", file=str(path))
        first = len(scene.relay.records)
        scene.far.wait(lambda line: line.get("spoken") == str(path),
                       "the end of the speech", mark)
        # Less the frames of the codec's own beginning and end.
        sizes = [size for size in scene.relay.records[first:]
                 if size > CONTROL_SIZE][2:-2]
        print(f"{len(sizes)} records of {sorted(set(sizes))} bytes")
        if is_constant:
            assert len(sizes) > 180 and len(set(sizes)) == 1
        else:  # what this would find
            assert len(sizes) < 150 and len(set(sizes)) > 5
    finally:
        scene.close()
