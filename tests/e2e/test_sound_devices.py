"""Choosing microphone and loudspeaker at the terminal, with devices made of
nothing, from a PulseAudio server that this test starts."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from pulse_server import PATIENCE_S, PulseServer  # noqa: E402

BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD", "build/release"))
CHIBO = (ROOT / BUILD / "bin" / "chibo").resolve()


def chibo(pulse, folder, *words, language="en"):
    return subprocess.run(
        [CHIBO, "audio", *words, "--profile", f"{folder}/hồ sơ", "--language",
         language],
        env=dict(pulse.environment, HOME=str(folder)), timeout=PATIENCE_S,
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False)


def listed(pulse, folder):
    done = chibo(pulse, folder, "list", "--json")
    assert done.returncode == 0, done.stderr
    return {device["name"]: device for device in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def pulse():
    with PulseServer(("mic", "mic2"), ("spk", "spk2")) as server:
        yield server


def test_devices_are_listed_for_people_and_for_the_machine(pulse, tmp_path):
    devices = listed(pulse, tmp_path)
    assert {"vmic", "vmic2", "spk", "spk2"} <= set(devices)
    assert devices["vmic"]["device"] == "microphone"
    assert devices["spk"]["device"] == "loudspeaker"
    assert devices["spk.monitor"]["monitor"]
    assert devices["vmic"]["default"] and devices["spk"]["default"]
    assert not devices["vmic2"]["default"]
    assert not any(device["chosen"] for device in devices.values())
    text = chibo(pulse, tmp_path, "list", language="vi").stdout
    assert "vmic2" in text and "spk2" in text
    assert "spk.monitor" not in text
    assert "(mặc định)" in text


def chosen_in(kept):
    settings = json.loads(kept.read_text())
    return {name: settings[name] for name in ("microphone", "loudspeaker")}


def test_what_is_chosen_is_kept_in_the_profile(pulse, tmp_path):
    done = chibo(pulse, tmp_path, "use", "--microphone", "vmic2",
                 "--loudspeaker", "spk2")
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "hồ sơ" / "sound"
    assert chosen_in(kept) == {"microphone": "vmic2", "loudspeaker": "spk2"}
    assert kept.stat().st_mode & 0o777 == 0o600
    devices = listed(pulse, tmp_path)
    assert {name for name in devices if devices[name]["chosen"]} == {
        "vmic2", "spk2"}
    done = chibo(pulse, tmp_path, "use", "--microphone", "default")
    assert done.returncode == 0, done.stderr
    assert chosen_in(kept) == {"microphone": "", "loudspeaker": "spk2"}


def test_a_device_can_be_chosen_by_the_name_that_people_read(pulse, tmp_path):
    subprocess.run(["pactl", "load-module", "module-null-sink",
                    "sink_name=tai", "sink_properties="
                    "device.description=Tai-nghe"], check=True,
                   env=pulse.environment, stdout=subprocess.DEVNULL)
    done = chibo(pulse, tmp_path, "use", "--loudspeaker", "Tai-nghe")
    assert done.returncode == 0, done.stderr
    devices = listed(pulse, tmp_path)
    assert devices["tai"]["chosen"]
    # Which of several that are called the same cannot be known.
    assert devices["spk"]["description"] == devices["spk2"]["description"]
    done = chibo(pulse, tmp_path, "use", "--loudspeaker",
                 devices["spk"]["description"])
    assert done.returncode == 1
    assert listed(pulse, tmp_path)["tai"]["chosen"]


def numbers(text):
    """What the list of devices shows: {machine's name: number}."""
    lines = text.split("\n")
    return {lines[i + 1].strip(): lines[i].split(".")[0].strip()
            for i in range(len(lines) - 1)
            if lines[i].strip().split(".")[0].isdigit()}


def test_a_device_can_be_chosen_by_its_number_in_the_list(pulse, tmp_path):
    shown = numbers(chibo(pulse, tmp_path, "list").stdout)
    done = chibo(pulse, tmp_path, "use", "--microphone", shown["vmic2"],
                 "--loudspeaker", shown["spk2"])
    assert done.returncode == 0, done.stderr
    assert chosen_in(tmp_path / "hồ sơ" / "sound") == {
        "microphone": "vmic2", "loudspeaker": "spk2"}
    for wrong in (shown["spk"], "0", "99", "-1", "1x"):
        done = chibo(pulse, tmp_path, "use", "--microphone", wrong)
        assert done.returncode == 1, wrong
        assert f"there is no microphone {wrong}" in done.stderr
    assert chosen_in(tmp_path / "hồ sơ" / "sound")["microphone"] == "vmic2"


def test_settings_tell_the_devices_too(pulse, tmp_path):
    shown = chibo(pulse, tmp_path, "settings").stdout
    assert "Microphone: the default of the system." in shown
    assert "Loudspeaker: the default of the system." in shown
    chibo(pulse, tmp_path, "use", "--microphone", "vmic2")
    description = listed(pulse, tmp_path)["vmic2"]["description"]
    assert f"Microphone: {description}." in chibo(pulse, tmp_path,
                                                  "settings").stdout
    environment = dict(pulse.environment,
                       PULSE_SERVER=f"unix:{tmp_path}/native")
    done = subprocess.run(
        [CHIBO, "audio", "settings", "--language", "en", "--profile",
         f"{tmp_path}/hồ sơ"], env=environment, timeout=PATIENCE_S,
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        check=True)
    assert "Microphone: vmic2." in done.stdout


def test_what_is_muted_in_the_settings_of_sound_is_marked(pulse, tmp_path):
    for command in ("set-sink-mute spk2 1", "set-source-volume vmic2 0"):
        subprocess.run(["pactl", *command.split()], check=True,
                       env=pulse.environment)
    try:
        devices = listed(pulse, tmp_path)
        assert {name for name in devices if devices[name]["muted"]} == {
            "vmic2", "spk2"}
        assert chibo(pulse, tmp_path, "list").stdout.count("(MUTED)") == 2
    finally:
        for command in ("set-sink-mute spk2 0",
                        "set-source-volume vmic2 65536"):
            subprocess.run(["pactl", *command.split()], check=True,
                           env=pulse.environment)


def test_what_is_not_there_is_not_chosen(pulse, tmp_path):
    done = chibo(pulse, tmp_path, "use", "--microphone", "spk")
    assert done.returncode == 1
    assert "there is no microphone spk" in done.stderr
    assert not (tmp_path / "hồ sơ" / "sound").exists()
    assert chibo(pulse, tmp_path, "use").returncode == 2


def test_a_damaged_choice_is_told_and_the_defaults_are_taken(pulse, tmp_path):
    kept = tmp_path / "hồ sơ" / "sound"
    kept.parent.mkdir()
    kept.write_text('{"microphone": 1}')
    kept.chmod(0o600)
    done = chibo(pulse, tmp_path, "list")
    assert done.returncode == 0
    assert "cannot read" in done.stderr
    assert "(chosen)" not in done.stdout


def test_without_a_server_and_a_sound_card_that_is_said(pulse, tmp_path):
    alsa = tmp_path / "asound.conf"
    alsa.write_text("pcm.!default { type hw card 77 }\n"
                    "ctl.!default { type hw card 77 }\n")
    environment = dict(pulse.environment, ALSA_CONFIG_PATH=str(alsa),
                       JACK_NO_START_SERVER="1",
                       PULSE_SERVER=f"unix:{tmp_path}/native")
    done = subprocess.run([CHIBO, "audio", "list", "--language", "en"],
                          env=environment, timeout=PATIENCE_S, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr
    assert "There is no sound server" in done.stdout
    assert done.stdout.count("no device") == 2
