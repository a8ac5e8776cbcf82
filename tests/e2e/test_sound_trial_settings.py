"""chibo audio test where the settings are wrong: a device chosen that is not
there, one that the computer's own sound settings mute."""
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from sound_trial import Prompt, chibo, tried  # noqa: E402


@pytest.fixture(scope="module")
def pulse():
    with Prompt() as server:
        yield server


def test_a_chosen_device_that_is_not_there_is_told(pulse, tmp_path):
    for name in ("microphone", "loudspeaker"):
        chibo(pulse, tmp_path, "use", f"--{name}",
              {"microphone": "vmic", "loudspeaker": "spk"}[name])
    kept = tmp_path / "profile" / "sound"
    kept.write_text(kept.read_text().replace('"spk"', '"spk\\u001b[2J"'))
    done = chibo(pulse, tmp_path, "test", "--language", "vi")
    assert "Không có loa đã chọn" in done.stdout
    assert "Không có micrô đã chọn" not in done.stdout
    done = chibo(pulse, tmp_path, "list", "--language", "vi")
    assert "đã chọn, nhưng hiện không có: spk?[2J" in done.stdout


def test_a_loudspeaker_that_is_muted_is_told(pulse, tmp_path):
    subprocess.run(["pactl", "set-sink-mute", "spk", "1"], check=True,
                   env=pulse.environment)
    try:
        found = tried(pulse, tmp_path)
        assert found["loudspeaker_muted"] and not found["ok"]
        done = chibo(pulse, tmp_path, "test", "--language", "vi")
        assert "Loa đang bị tắt tiếng trong cài đặt âm thanh" in done.stdout
    finally:
        subprocess.run(["pactl", "set-sink-mute", "spk", "0"], check=True,
                       env=pulse.environment)
    assert "loudspeaker_muted" not in tried(pulse, tmp_path)


def test_a_microphone_that_is_muted_there_is_told(pulse, tmp_path):
    subprocess.run(["pactl", "set-source-mute", "vmic", "1"], check=True,
                   env=pulse.environment)
    try:
        done = chibo(pulse, tmp_path, "test", "--language", "vi")
        assert done.returncode == 1
        assert "Micrô đang bị tắt tiếng trong cài đặt âm thanh" in done.stdout
    finally:
        subprocess.run(["pactl", "set-source-mute", "vmic", "0"], check=True,
                       env=pulse.environment)
