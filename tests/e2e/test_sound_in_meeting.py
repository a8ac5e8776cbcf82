"""Devices in a meeting, as a person at a terminal meets them: listed, chosen,
pulled out and put in again, and how loud it is."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play          # noqa: E402
from pulse_server import PulseServer  # noqa: E402


def pactl(pulse, *words):
    done = subprocess.run(["pactl", *words], env=pulse.environment, check=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True)
    return done.stdout.strip()


def test_devices_are_chosen_pulled_out_and_put_in_again(tmp_path):
    with PulseServer() as pulse:
        module = pactl(pulse, "load-module", "module-null-sink",
                       "sink_name=tai", "sink_properties="
                       "device.description=Tai-nghe")
        server = play.Server(tmp_path / "server").start()
        people = tmp_path / "members.csv"
        people.write_text("name,category,office\nĐảng viên Mẫu 01,official,"
                          "none\nĐảng viên Mẫu 02,official,none\n",
                          encoding="utf-8")
        server.control("unit", "add", "cell", "Chi bộ Mẫu")
        server.control("member", "import", people)
        member = play.Member(
            tmp_path / "m1", "m1", "m1",
            **{name: pulse.environment[name] for name in
               ("XDG_RUNTIME_DIR", "HOME", "PULSE_SERVER")})
        try:
            member.enroll(server.invite("m1")["m1"])
            meeting = server.control(
                "meeting", "schedule", "--title", "Sinh hoạt chi bộ",
                "--at", "2026-11-25 19:30", "--chair", "m1",
                "--minute-taker", "m2")[0]["made"]
            member.join_lines(meeting, "--audio", "pulse")
            line = member.types_until("/am-thanh", "Tai-nghe")
            number = line.split(".")[0].strip()
            member.type(f"/am-thanh {number}")
            member.sees("Đang dùng các thiết bị đã chọn")
            pactl(pulse, "unload-module", module)
            member.sees("Loa đã chọn không có: tạm dùng")
            pactl(pulse, "load-module", "module-null-sink", "sink_name=tai",
                  "sink_properties=device.description=Tai-nghe")
            member.sees("Loa đã chọn có lại rồi: Tai-nghe")
            member.type("/muc-tieng")
            member.sees("Micrô: không có gì cả")
            member.sees("Loa: không có gì cả")
            mark = member.mark()
            member.type("/am-thanh mac-dinh")
            member.sees("Đang dùng các thiết bị đã chọn", since=mark)
            assert json.loads((tmp_path / "m1" / "profile" / "sound")
                              .read_text())["loudspeaker"] == ""
            mark = member.mark()
            line = member.types_until("/am-thanh", "Tai-nghe")
            member.type(f"/am-thanh {line.split('.')[0].strip()}")
            member.sees("Đang dùng các thiết bị đã chọn", since=mark)
            pactl(pulse, "set-sink-mute", "tai", "1")
            member.sees("Loa đang bị tắt tiếng trong cài đặt âm thanh")
            pactl(pulse, "set-sink-mute", "tai", "0")
            member.sees("Loa đã được bật lại trong cài đặt âm thanh")
            member.type("/noi")
            member.sees("Micrô của đồng chí không có tiếng")
        finally:
            member.kill()
            server.stop()


ALSA_OF_NOTHING = ('pcm.!default { type null hint { show on description '
                   '"nothing" } }\nctl.!default { type null }\n')


def test_without_a_sound_server_the_sound_card_is_used(tmp_path):
    alsa = tmp_path / "asound.conf"
    alsa.write_text(ALSA_OF_NOTHING)
    server = play.Server(tmp_path / "server").start()
    people = tmp_path / "members.csv"
    people.write_text("name,category,office\nĐảng viên Mẫu 01,official,none\n"
                      "Đảng viên Mẫu 02,official,none\n", encoding="utf-8")
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import", people)
    member = play.Member(tmp_path / "m1", "m1", "m1",
                         HOME=str(tmp_path), ALSA_CONFIG_PATH=str(alsa),
                         XDG_RUNTIME_DIR=str(tmp_path),
                         PULSE_SERVER=f"unix:{tmp_path}/nobody",
                         JACK_NO_START_SERVER="1")
    try:
        member.enroll(server.invite("m1")["m1"])
        meeting = server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--chair", "m1", "--minute-taker",
            "m2")[0]["made"]
        member.join_lines(meeting, "--audio", "auto")
        member.sees("Máy này không có máy chủ âm thanh")
        member.types_until("/muc-tieng", "Loa: không có gì cả")
        errors = (tmp_path / "m1" / "chibo.err").read_text()
        assert "ALSA" not in errors and "jack" not in errors.lower()
    finally:
        member.kill()
        server.stop()
