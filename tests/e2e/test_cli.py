"""chibo as people use it: the command line, lines read and lines typed."""
import fcntl
import hashlib
import json
import os
import pathlib
import pty
import stat
import struct
import subprocess
import sys
import termios
import time
import unicodedata
import wave

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
import make_speech  # noqa: E402

CHIBO = str(play.BUILD / "bin/chibo")


def chibo(*words, home, language="en_US.UTF-8", **options):
    env = play.environment(XDG_DATA_HOME=str(home), HOME=str(home))
    env["LANG"] = language
    return subprocess.run([CHIBO, *map(str, words)], env=env, text=True,
                          capture_output=True, timeout=play.PATIENCE_S,
                          stdin=subprocess.DEVNULL, start_new_session=True,
                          **options)


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    """A server, its sample cell, and devices of chair, minute-taker, site."""
    directory = tmp_path_factory.mktemp("cell")
    server = play.Server(directory / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    server.control("site", "add", "Hội trường Mẫu", "--keeper", "m4")
    server.devices = {}
    for holder, link in server.invite("m1", "m3", "m4", "s1").items():
        server.devices[holder] = play.Member(directory / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    server.stop()


@pytest.fixture
def meeting(cell):
    """A meeting that was called; whoever joined has gone at the end."""
    made = cell.control("meeting", "schedule", "--title", "Sinh hoạt chi bộ",
                        "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá",
                        "--chair", "m1", "--minute-taker", "m3", "--item",
                        "Đánh giá tháng trước", "--item", "Phương hướng")
    yield made[0]["made"]
    for device in cell.devices.values():
        device.kill()


def begin(cell, meeting, *others):
    """The chair, in lines, opens lobby and meeting; the others join by JSON."""
    chair = cell.devices["m1"].join_lines(meeting)
    chair.sees("chờ chủ trì mở phòng chờ")
    chair.type("/phòng-chờ")
    chair.sees("phòng chờ đã mở")
    for other in others:
        mark = chair.mark()
        cell.devices[other].join(meeting, "--audio", "none")
        if other != "m3":  # who takes the minutes does not wait
            chair.sees("đang chờ ở phòng chờ", since=mark)
            chair.type("/cho-vao tất cả")
        cell.devices[other].caught_up()
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    return chair


# --- the command line ----------------------------------------------------------


def test_a_wrong_command_line_ends_with_2_and_says_why(tmp_path):
    for words, why in ((["fly"], "there is no command fly"),
                       (["join", "--fly"], "unknown option --fly"),
                       (["enroll"], "something is missing"),
                       (["join", "a", "b"], "too many arguments: b"),
                       (["log", "a.1"], "a file with -o"),
                       (["anchors", "export"], "something is missing"),
                       (["anchors", "fly", "a"], "export FILE, import FILE"),
                       (["anchors", "export", "a", "b"], "export FILE"),
                       (["whoami", "--language", "fr"], "vi or en"),
                       (["whoami", "--profile"], "needs a value")):
        done = chibo(*words, home=tmp_path)
        assert done.returncode == 2
        assert why in done.stderr and done.stdout == ""


def test_help_of_each_command_ends_with_0(tmp_path):
    for command in ("enroll", "meetings", "join", "minutes", "log", "anchors",
                    "whoami", "devices", "vouch", "device-add", "invite",
                    "revoke", "passphrase", "alarms"):
        done = chibo(command, "--help", home=tmp_path)
        assert done.returncode == 0 and f"chibo {command}" in done.stdout


def test_the_language_of_help_may_stand_behind_it(tmp_path):
    for language, word in (("en", "usage: chibo"), ("vi", "cách dùng: chibo")):
        done = chibo("--help", "--language", language, home=tmp_path)
        assert done.returncode == 0 and done.stdout.startswith(word)


def test_what_is_no_invitation_link_is_refused_without_a_connection(tmp_path):
    done = chibo("enroll", "https://example.org", home=tmp_path)
    assert done.returncode == 1 and "not an invitation link" in done.stderr


def all_of(terminal):
    """What was written to a terminal by those who have closed it: one reading
    may give a part of it."""
    text = b""
    while True:
        try:
            text += os.read(terminal, 65536)
        except OSError:  # nobody has it open any more
            return text


def test_what_is_wrong_is_folded_between_words_on_a_terminal(tmp_path):
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("4H", 24, 40, 0, 0))
    env = play.environment(XDG_DATA_HOME=str(tmp_path), HOME=str(tmp_path))
    words = ["enroll", "khong-phai-lien-ket", "--language", "vi"]
    subprocess.run([CHIBO, *words], env=env, stdin=there, stdout=there,
                   stderr=there, start_new_session=True,
                   timeout=play.PATIENCE_S)
    os.close(there)
    shown = all_of(here).decode()
    os.close(here)
    plain = chibo(*words, home=tmp_path).stderr
    assert shown.split() == plain.split()
    assert len(plain.splitlines()) == 1 and len(plain) > 80
    assert max(map(len, shown.splitlines())) <= 40


def test_without_a_key_the_way_to_one_is_shown(tmp_path):
    done = chibo("meetings", home=tmp_path)
    assert done.returncode == 1 and "chibo enroll LINK" in done.stderr


def test_vietnamese_is_spoken_where_no_vietnamese_locale_is_installed(tmp_path):
    asked = chibo("meetings", "--language", "vi", home=tmp_path)
    assert "chưa có khóa thiết bị" in asked.stderr
    for language in ("vi_VN.UTF-8", "C", "POSIX", "C.UTF-8", ""):
        said = chibo("meetings", home=tmp_path, language=language)
        assert said.stderr == asked.stderr, language


def test_english_is_spoken_where_it_is_asked_for(tmp_path):
    asked = chibo("meetings", "--language", "en", home=tmp_path, language="C")
    by_locale = chibo("meetings", home=tmp_path, language="en_GB.UTF-8")
    assert "chibo enroll LINK" in asked.stderr
    assert asked.stderr == by_locale.stderr
    assert "chưa có" not in asked.stderr


# --- enrolment -----------------------------------------------------------------


def test_a_key_is_made_private_and_opens_with_its_passphrase_only(
        cell, tmp_path):
    link = cell.invite("m5")["m5"]
    (tmp_path / "good").write_text("câu mật khẩu dài\n", encoding="utf-8")
    (tmp_path / "bad").write_text("câu khác\n", encoding="utf-8")
    done = chibo("enroll", link, "--passphrase-file", tmp_path / "good",
                 "--label", "Máy bàn", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Đảng viên Mẫu 05" in done.stdout and "Máy bàn" in done.stdout
    code = done.stdout.split("Device code:")[1].splitlines()[0].strip()
    assert [len(part) for part in code.split()] == [4, 4, 4, 4, 4]
    key = tmp_path / "chibo/default/keystore"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    shown = chibo("whoami", "--passphrase-file", tmp_path / "good",
                  home=tmp_path)
    assert code in shown.stdout and shown.returncode == 0
    wrong = chibo("whoami", "--passphrase-file", tmp_path / "bad",
                  home=tmp_path)
    assert wrong.returncode == 1 and "passphrase is wrong" in wrong.stderr
    nobody = chibo("whoami", home=tmp_path)
    assert nobody.returncode == 1 and "no terminal" in nobody.stderr


def test_a_link_works_once_and_leaves_no_key_behind_when_refused(
        cell, tmp_path):
    link = cell.invite("m6")["m6"]
    first = chibo("enroll", link, "--insecure-empty-passphrase",
                  "--profile", "một", home=tmp_path)
    again = chibo("enroll", link, "--insecure-empty-passphrase",
                  "--profile", "hai", home=tmp_path)
    assert first.returncode == 0 and again.returncode == 1
    assert "used or withdrawn" in again.stderr
    assert not (tmp_path / "chibo/hai/keystore").exists()


def test_an_empty_passphrase_has_to_be_wanted(cell, tmp_path):
    (tmp_path / "empty").write_text("\n")
    done = chibo("enroll", cell.invite("m7")["m7"], "--passphrase-file",
                 tmp_path / "empty", home=tmp_path)
    assert done.returncode == 1 and "protects nothing" in done.stderr


# --- lines ---------------------------------------------------------------------


def test_a_name_may_be_typed_in_any_form(cell, meeting):
    chair = begin(cell, meeting, "m4")
    for typed in ("Đảng viên Mẫu 04", unicodedata.normalize(
            "NFD", "Đảng viên Mẫu 04"), "dang vien mau 04", "mẫu 04", "m4"):
        mark = chair.mark()
        chair.type(f"/phat-bieu {typed} 5")
        chair.sees("Mời đồng chí Đảng viên Mẫu 04 phát biểu trong 5 phút",
                   since=mark)
        chair.type("/het")
        chair.sees("thôi phát biểu", since=mark)
    mark = chair.mark()
    chair.type("/phat-bieu đảng viên")
    chair.sees("trùng với nhiều tên", since=mark)
    chair.type("/phat-bieu Nguyễn Văn Không")
    chair.sees("không có ai tên là", since=mark)


def test_plain_text_is_said_to_all_and_refusals_are_explained(cell, meeting):
    chair = begin(cell, meeting, "m4")
    chair.type("Chào các đồng chí")
    said = cell.devices["m4"].event("chat_said", holder="m1")
    cell.devices["m4"].wait(
        lambda line: line.get("open") == said["seq"] and
        line.get("value") == "Chào các đồng chí", "the text")
    mark = chair.mark()
    for typed, why in (("/khai-mac", "cuộc họp đã khai mạc"),
                       ("/battieng", "đồng chí không bị tắt tiếng"),
                       ("/bay", "không có lệnh /bay"),
                       ("/bieu-quyet tán thành", "không có biểu quyết nào")):
        chair.type(typed)
        chair.sees(why, since=mark)


def test_a_vote_and_its_hall_are_typed_in_words(cell, meeting):
    chair = begin(cell, meeting, "m3", "m4", "s1")
    minutes, site = cell.devices["m3"], cell.devices["s1"]
    site.do("tick", member="m6", mode="site", site="s1")
    chair.type("/noi-dung 1")
    chair.sees("Nội dung: Đánh giá tháng trước")
    chair.type("/de-xuat Nhất trí với báo cáo")
    # Of the six full members four are more than half.
    chair.sees("Biểu quyết giơ tay v1, về nghị quyết, kết luận; cần 4/6 phiếu "
               "tán thành: Nhất trí với báo cáo")
    chair.type("/biểu-quyết tán thành")
    chair.sees("Đảng viên Mẫu 01 biểu quyết v1: tán thành")
    minutes.do("vote", vote="v1", choice="other")
    site.do("enter_hall_votes", vote="v1", site="s1", yes=1, no=0, other=0,
            abstain=0)
    chair.type("/ket-thuc-bieu-quyet")
    # 2 of 6 is not more than half.
    chair.sees("tán thành 2, không tán thành 0, ý kiến khác 1, "
               "không biểu quyết 0; trên 6 (33,33 %), cần 4")
    chair.sees("KHÔNG được thông qua")
    assert chair.quit() == 0


def test_minutes_are_typed_read_back_adopted_and_signed(cell, meeting,
                                                        tmp_path):
    (tmp_path / "phrases.conf").write_text("tn = Hội nghị nhất trí thông qua\n")
    chair = begin(cell, meeting, "m4", "s1")
    minutes = cell.devices["m3"].join_lines(
        meeting, "--phrases", tmp_path / "phrases.conf")
    minutes.sees("Gõ chữ để gửi cho mọi người")
    member, site = cell.devices["m4"], cell.devices["s1"]
    site.do("tick", member="m6", mode="site", site="s1")
    # A key that there is not: nothing is written.
    minutes.type("/ket-luan ;tx")
    minutes.sees("không có câu mẫu ;tx")
    minutes.type("/kết-luận ;tn; giao chi ủy")
    written = "kết luận: Hội nghị nhất trí thông qua; giao chi ủy"
    chair.sees("mục ghi e1, " + written)
    minutes.sees("Đã lưu: mục e1, bản 1.")
    minutes.type("/doc-bien-ban")
    chair.sees("Biên bản được đọc lại: bản 1")
    member.do("raise_objection", kind="objection", version=1, entry="e1",
              line=0, text="đề nghị ghi rõ thời hạn")
    minutes.sees("đề nghị sửa biên bản (o1), mục ghi e1: đề nghị ghi rõ thời "
                 "hạn")
    minutes.type("/sua e1 ;tn; giao chi ủy trước ngày 20/12/2026")
    minutes.sees("Đã lưu: mục e1, bản 2.")
    minutes.type("/tra-loi o1 tiep-thu đã bổ sung")
    answered = "Ý kiến o1 về biên bản được trả lời: tiếp thu: đã bổ sung"
    chair.sees(answered)
    minutes.sees(answered)
    minutes.type("/doc-bien-ban")
    chair.sees("Biên bản được đọc lại: bản 2")
    chair.type("/bieu-quyet-ve bien-ban Thông qua biên bản")
    chair.sees("v1, về biên bản")
    chair.type("/bieu-quyet tan-thanh")
    minutes.sees("Biểu quyết giơ tay v1")
    minutes.type("/bieu-quyet tan-thanh")
    member.do("vote", vote="v1", choice="yes")
    site.do("enter_hall_votes", vote="v1", site="s1", yes=1, no=0, other=0,
            abstain=0)
    chair.sees("Đảng viên Mẫu 03 biểu quyết v1: tán thành")
    chair.type("/ket-thuc-bieu-quyet")
    minutes.sees("Biên bản được thông qua: bản 2, bằng biểu quyết v1")
    # The adopted text does not change any more.
    minutes.type("/sua e1 khác")
    minutes.sees("nội dung không sửa được nữa")
    minutes.type("/danh-so bien-ban 5")
    chair.sees("Số 05 là số của biên bản")
    chair.type("/danh-so nghi-quyet")
    minutes.sees("Số 01 là số của nghị quyết")
    minutes.type("/ky-bien-ban")
    chair.sees("ký biên bản với tư cách thư ký")
    chair.type("/ky-bien-ban")
    minutes.sees("ký biên bản với tư cách chủ trì")
    chair.sees("ký biên bản với tư cách chủ trì")
    chair.type("/tinh-trang-bien-ban")
    chair.sees("Đã ký:        đồng chí Đảng viên Mẫu 01, với tư cách chủ trì")
    assert minutes.quit() == 0 and chair.quit() == 0


def test_loss_and_return_of_the_line_are_said_plainly(cell, meeting):
    chair = begin(cell, meeting)
    cell.kill()
    chair.sees("Mất kết nối")
    cell.start()
    chair.sees("Đã kết nối lại")
    mark = chair.mark()
    chair.type("Tôi đã quay lại")
    chair.sees("Đồng chí Đảng viên Mẫu 01: Tôi đã quay lại", since=mark)


def end(cell, meeting, chair):
    """All that there are confirm the end before they go, and the register has
    it: nothing is added to either log by this meeting any more."""
    chair.type("/be-mac")
    cell.devices["m4"].event("checkpoint", reason="closed")
    assert chair.quit() == 0 and cell.devices["m4"].quit() == 0
    late = time.monotonic() + play.PATIENCE_S
    while next(row["state"] for row in
               cell.control("meeting", "list", "--all")
               if row["meeting"] == meeting) != "ended":
        assert time.monotonic() < late, "the register knows of no end"


def test_the_record_in_the_file_is_the_chain_that_is_claimed(
        cell, meeting, tmp_path):
    chair = begin(cell, meeting, "m4")
    cell.devices["m4"].do("chat", text="Đồng ý")
    end(cell, meeting, chair)
    path = tmp_path / "record"
    text = cell.devices["m4"].chibo("log", meeting, "-o", path,
                                    "--language", "en")
    lines = path.read_bytes().splitlines()
    head = bytes(32)
    for seq, line in enumerate(lines):
        assert json.loads(line)["seq"] == seq
        leaf = hashlib.sha256(b"chibo-v1:leaf\0" + line).digest()
        head = hashlib.sha256(b"chibo-v1:link\0" + head +
                              seq.to_bytes(8, "big") + leaf).digest()
    assert f"{len(lines)} events" in text and head.hex() in text
    openings = [json.loads(line) for line in
                (tmp_path / "record.openings").read_bytes().splitlines()]
    assert "Đồng ý" in [opening["value"] for opening in openings]
    assert all(len(opening["salt"]) == 64 for opening in openings)


def test_meeting_and_register_in_files_are_verified_without_a_server(
        cell, meeting, tmp_path):
    chair = begin(cell, meeting, "m4")
    end(cell, meeting, chair)
    log, register = tmp_path / "log", tmp_path / "register"
    cell.devices["m4"].chibo("log", meeting, "-o", log)
    text = cell.devices["m4"].chibo("log", "register", "-o", register,
                                    "--language", "en")
    names = [json.loads(line)["ev"]
             for line in register.read_bytes().splitlines()]
    assert f"{len(names)} events" in text
    assert (names[0], names[-1]) == ("genesis", "meeting_ended")
    done = subprocess.run([play.BUILD / "bin/chibo-verify", log, "--register",
                           register, "--json"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (0, "complete")
    assert said["snapshots_compared"] >= 1
    again = tmp_path / "again"
    cell.devices["m4"].chibo("log", meeting.split(".")[0], "-o", again)
    assert again.read_bytes() == register.read_bytes()


# --- sound ---------------------------------------------------------------------


def test_a_file_given_with_speak_is_said_when_the_floor_comes(
        cell, meeting, tmp_path):
    path = tmp_path / "speech.wav"
    make_speech.write_wav(str(path), make_speech.make_speech(1, 0.5, 16000),
                          16000)
    chair = begin(cell, meeting, "m4")
    speaker = cell.devices["m4"]
    speaker.quit()
    speaker.join(meeting, "--speak", path)
    speaker.caught_up()
    chair.type("/phat-bieu mẫu 04")
    given = speaker.event("floor_given", member="m4")
    speaker.wait(lambda line: line.get("spoken") == str(path), "the speech")
    lines = speaker.output.lines
    assert lines.index(given) < lines.index({"spoken": str(path)})


def test_nothing_is_recorded_but_while_the_chair_allows_it(
        cell, meeting, tmp_path):
    first, second = tmp_path / "heard.wav", tmp_path / "heard-2.wav"
    chair = begin(cell, meeting, "m3")
    listener = cell.devices["m3"]
    listener.quit()
    listener.join(meeting, "--record", first)
    listener.caught_up()
    assert listener.state()["recording"] is False and not first.exists()
    for path in (first, second):
        chair.type("/ghi-am bật")
        listener.wait(lambda line: line.get("recording") == str(path),
                      "the recording to begin")
        chair.type("/ghi-am tắt")
        listener.wait(lambda line: line.get("recorded") == str(path) and
                      line["ok"], "the recording to end")
    with wave.open(str(second)) as recording:
        assert recording.getframerate() == 48000


def check_states_are_behind_their_events(lines, meeting):
    """How many states there were; each knows only what was told before it."""
    told, log, states = 0, meeting, 0
    for line in lines:
        log = line.get("log", log) if set(line) == {"log"} else log
        if "ev" in line and log == meeting:
            told = line["seq"] + 1
        if line.get("op") is None and "state" in line:
            states += 1
            assert line["state"]["next"] <= told, f"{told} were told"
    return states


def test_a_state_knows_of_no_event_that_was_not_told_before_it(cell, meeting):
    chair = begin(cell, meeting, "m3")
    other = cell.devices["m3"]
    asked = 0
    for number in range(40):
        mark = other.mark()
        chair.type(f"Câu số {number}")
        # Asked for without a pause, until the event is there.
        late = time.monotonic() + play.PATIENCE_S
        while not any(line.get("ev") == "chat_said"
                      for line in list(other.output.lines[mark:])):
            assert time.monotonic() < late, f"line {number} is not said"
            other.state()
            asked += 1
    lines = list(other.output.lines)
    assert check_states_are_behind_their_events(lines, meeting) == asked
    at = next(at for at, line in enumerate(lines)
              if line.get("op") is None and "state" in line)
    event = max(i for i, line in enumerate(lines[:at]) if "ev" in line)
    with pytest.raises(AssertionError):
        check_states_are_behind_their_events(
            lines[:event] + [lines[at], lines[event]], meeting)


def test_without_its_name_the_meeting_to_join_is_asked_for_if_there_are_some(
        tmp_path):
    server = play.Server(tmp_path / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    member = play.Member(tmp_path / "m1", "m1", "m1")
    member.enroll(server.invite("m1")["m1"])

    def join():
        return chibo("join", "--audio", "none", "--profile", member.profile,
                     "--language", "en", home=tmp_path).stderr

    assert "no meeting is under way or scheduled" in join()
    called = [server.control(
        "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
        "2026-11-25 19:30", "--chair", "m1", "--minute-taker", "m3",
        "--item", "Phương hướng")[0]["made"] for _ in range(2)]
    assert "which meeting?" in join()
    for meeting in called:
        server.control("meeting", "cancel", meeting, "--reason", "Hoãn họp")
    assert "no meeting is under way or scheduled" in join()
    server.stop()


def test_a_meeting_that_is_unknown_fails_at_the_end_of_input(cell):
    done = subprocess.run(
        [CHIBO, "join", "c1.99", "--json", "--audio", "none", "--profile",
         str(cell.devices["m1"].profile)], env=play.environment(),
        input='{"op":"status"}\n', text=True, capture_output=True,
        timeout=play.PATIENCE_S)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "unknown_log" in done.stdout and "unknown_op" in done.stdout
