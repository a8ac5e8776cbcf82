"""Whose devices: codes, vouching, invitations, as people type them."""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from signed_heads import await_signed, newest_seq  # noqa: E402

PEOPLE = ("m1", "m2", "m3", "m4")


class Cell:
    """A server that asks for vouched devices; the people of its sample cell."""

    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server",
                                  vouched="required").start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import",
                            play.ROOT / "tests/e2e/sample/members.csv")
        self.devices = {}
        for holder, link in self.server.invite(*PEOPLE).items():
            self.enrol(holder, link)

    def enrol(self, holder, link, name=None, label="Máy mẫu"):
        name = name or holder
        device = play.Member(self.directory / name, holder, name)
        text = device.enroll(link, label)
        device.code = re.search(r"(\d{4} ){4}\d{4}", text).group()
        self.devices[name] = device
        return device

    def call(self):
        """A meeting with m1 in the chair; its id."""
        return self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--place", "Nhà văn hoá", "--chair", "m1",
            "--minute-taker", "m3", "--item", "Đánh giá tháng trước")[0]["made"]

    def enter(self, meeting, *names):
        """Everybody is in, in lines; the first one is the chair."""
        chair, *others = [self.devices[name] for name in names]
        chair.join_lines(meeting)
        chair.sees("chờ chủ trì mở phòng chờ")
        chair.type("/phong-cho")
        chair.sees("phòng chờ đã mở")
        for other in others:
            mark = chair.mark()
            other.join_lines(meeting)
            if other.holder != "m3":  # who takes the minutes does not wait
                chair.sees("đang chờ ở phòng chờ", since=mark)
                chair.type("/cho-vao tat-ca")
            other.sees("/tro-giup")
        return [chair, *others]

    def close(self):
        for device in self.devices.values():
            device.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path):
    cell = Cell(tmp_path)
    yield cell
    cell.close()


def last_group(code):
    return code.split()[-1]


def vouch(member, other, code=None):
    """Types what `other` reads out; nothing is known of its end."""
    mark = member.mark()
    member.type(f"/xac-nhan {other.holder} nghe")
    member.sees("đồng chí gõ vào", since=mark)
    member.type(code or last_group(other.code))
    return mark


def found(one, two):
    """Both compare each other's devices."""
    marks = [(member, member.mark()) for member in (one, two)]
    vouch(one, two)
    two.sees("hãy đối chiếu lại: /xac-nhan " + one.holder, since=marks[1][1])
    vouch(two, one)
    for member, mark in marks:
        member.sees("đã đối chiếu lẫn nhau: thiết bị của cả hai", since=mark)


def meet(cell):
    """The founding: all are vouched for in pairs, and the cell has met."""
    meeting = cell.call()
    chair, deputy, minutes, fourth = cell.enter(meeting, *PEOPLE)
    found(chair, minutes)
    found(deputy, fourth)
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    chair.type("/be-mac")
    # The last word of a record: whose devices confirmed it.
    chair.types_until("/da-xac-nhan", "khi bế mạc: đã được")
    for member in (chair, deputy, minutes, fourth):
        member.sees("Bế mạc cuộc họp")
        assert member.quit() == 0


# --- codes ---------------------------------------------------------------------


def test_the_code_is_shown_in_groups_digit_by_digit(cell):
    chair, = cell.enter(cell.call(), "m1")
    chair.type("/ma")
    for number, group in enumerate(chair.code.split(), 1):
        chair.sees(f"nhóm {number}:  {' '.join(group)}")
    chair.sees("Tình trạng của thiết bị này: mới, chưa được xác nhận.")


# --- vouching in pairs ------------------------------------------------------------


def test_two_devices_are_vouched_for_once_each_compared_the_other(cell):
    chair, minutes = cell.enter(cell.call(), "m1", "m3")
    chair.type("/khai-mac")
    chair.sees("thiết bị này chưa được xác nhận")
    chair.sees("gõ /ma để xem mã")
    mark = vouch(chair, minutes)
    chair.sees("còn chờ đồng chí Đảng viên Mẫu 03 đối chiếu lại", since=mark)
    chair.type("/thiet-bi m3")
    chair.sees("mới, chưa được xác nhận; đồng chí Đảng viên Mẫu 01 đã đối "
               "chiếu", since=mark)
    minutes.sees("hãy đối chiếu lại: /xac-nhan m1")
    vouch(minutes, chair)
    chair.sees("đã đối chiếu lẫn nhau", since=mark)
    mark = chair.mark()
    chair.type("/thiet-bi")
    chair.sees("theo cặp với đồng chí Đảng viên Mẫu 03 (lúc thành lập)",
               since=mark)
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp", since=mark)


def test_vouching_is_told_also_where_the_meeting_was_not_named(cell):
    cell.call()
    chair, minutes = cell.enter(None, "m1", "m3")
    found(chair, minutes)
    for member in (chair, minutes):
        assert "Danh sách đảng viên hoặc thiết bị" not in "\n".join(
            member.output.lines)


def test_the_last_group_is_not_on_the_screen_of_who_types_it(cell):
    chair, minutes = cell.enter(cell.call(), "m1", "m3")
    mark = chair.mark()
    chair.type("/xac-nhan m3")
    chair.sees("Gõ 2: nghe đọc mã", since=mark)
    chair.type("2")
    chair.sees("đồng chí gõ vào", since=mark)
    chair.type("/huy")
    chair.sees("Chưa làm gì cả", since=mark)
    shown = "\n".join(chair.output.lines[mark:])
    *groups, last = [" ".join(group) for group in minutes.code.split()]
    assert all(group in shown for group in groups)
    # Once for each of the other groups that happens to be the same.
    assert shown.count(last) == groups.count(last)
    assert last_group(minutes.code) not in shown


def test_three_wrong_codes_end_with_a_warning_and_sign_nothing(cell):
    chair, minutes = cell.enter(cell.call(), "m1", "m3")
    wrong = f"{(int(last_group(minutes.code)) + 1) % 10000:04}"
    mark = vouch(chair, minutes, wrong)
    chair.sees("lần 2 trên 3", since=mark)
    chair.type("không phải mã")
    chair.sees("Gõ bốn chữ số của nhóm cuối", since=mark)
    chair.type(wrong)
    chair.sees("lần 3 trên 3", since=mark)
    chair.type(" ".join(minutes.code.split()[:-1] + [wrong]))
    chair.sees("CẢNH BÁO: ba lần mã không giống nhau", since=mark)
    chair.sees("một thiết bị không phải của đồng chí Đảng viên Mẫu 03",
               since=mark)
    # Nothing is asked any more: what is typed goes to everybody again.
    chair.type(last_group(minutes.code))
    chair.sees(f"Đảng viên Mẫu 01: {last_group(minutes.code)}", since=mark)
    mark = chair.mark()
    chair.type("/thiet-bi m3")
    chair.sees("mới, chưa được xác nhận", since=mark)
    assert "đã đối chiếu" not in "\n".join(chair.output.lines[mark:])


# --- a lost device -----------------------------------------------------------------


def test_a_lost_device_is_replaced_by_one_that_two_members_vouch_for(cell):
    meet(cell)
    meeting = cell.call()
    chair, deputy, minutes, lost = cell.enter(meeting, *PEOPLE)
    cell.devices.pop("m4")
    mark = chair.mark()
    chair.type(f"/thu-hoi mẫu 04 {last_group(lost.code)} mất máy")
    chair.sees(f"mã {lost.code}", since=mark)
    chair.type("có")
    chair.sees("của đồng chí Đảng viên Mẫu 04 đã bị thu hồi", since=mark)
    lost.sees("  Thiết bị này đã bị thu hồi: hãy xin lời mời mới.")
    assert lost.process.wait(play.PATIENCE_S) == 1
    chair.type("/moi mẫu 04")
    link = chair.sees("chibo://", since=mark)
    chair.sees("Dùng được một lần", since=mark)
    new = cell.enrol("m4", link, "m4 again", "Máy mới")
    chair.sees("Có thêm thiết bị Máy mới của đồng chí Đảng viên Mẫu 04",
               since=mark)
    mark = vouch(chair, new)
    chair.sees("còn cần thêm một đồng chí", since=mark)
    vouch(minutes, new)
    chair.sees("nay thiết bị đã được xác nhận", since=mark)
    deputy.sees("nay thiết bị đã được xác nhận")
    deputy.type("/thiet-bi m4")
    deputy.sees("đã được xác nhận bởi đồng chí Đảng viên Mẫu 01 và đồng chí "
                "Đảng viên Mẫu 03")


def test_a_yes_meant_for_others_does_not_revoke(cell):
    chair, minutes = cell.enter(cell.call(), "m1", "m3")
    mark = chair.mark()
    chair.type("/thu-hoi m3 1")
    chair.sees("Gõ có hoặc không", since=mark)
    chair.type("/diem-danh")
    chair.sees("Chưa làm gì cả", since=mark)
    chair.type("có")
    minutes.sees("Đồng chí Đảng viên Mẫu 01: có")
    assert "thu hồi" not in "\n".join(minutes.output.lines)


# --- votes --------------------------------------------------------------------------


def test_a_vote_of_a_device_that_nobody_vouched_for_is_refused(cell):
    chair, deputy, minutes = cell.enter(cell.call(), "m1", "m2", "m3")
    found(chair, minutes)
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    chair.type("/de-xuat Nhất trí")
    deputy.sees("Biểu quyết giơ tay v1")
    mark = deputy.mark()
    deputy.type("/bieu-quyet tan-thanh")
    deputy.sees("thiết bị này chưa được xác nhận", since=mark)
    deputy.sees("hai đồng chí đối chiếu lẫn nhau", since=mark)
    found(deputy, chair)
    # The meeting takes over what the register says, a moment later.
    chair.type("/ket-thuc-bieu-quyet")
    deputy.sees("Kết thúc biểu quyết v1")
    chair.type("/de-xuat Nhất trí lần nữa")
    deputy.sees("Biểu quyết giơ tay v2")
    deputy.type("/bieu-quyet tan-thanh")
    chair.sees("Đảng viên Mẫu 02 biểu quyết v2: tán thành")


# --- outside of a meeting ---------------------------------------------------------------


def run(device, *words):
    """A subcommand without questions: code, output and complaints."""
    done = subprocess.run(
        [str(play.BUILD / "bin/chibo"), *map(str, words), "--profile",
         str(device.profile), "--language", "vi"], env=play.environment(),
        stdin=subprocess.DEVNULL, text=True, capture_output=True,
        timeout=play.PATIENCE_S)
    return done.returncode, done.stdout, done.stderr


def end_of(device):
    """The exit code of a subcommand that has nothing more to ask."""
    code = device.process.wait(play.PATIENCE_S)
    device.output.thread.join(play.PATIENCE_S)
    return code


def vouch_by_command(one, two):
    one.begin("vouch", two.holder, "--how", "sight")
    one.sees("đồng chí gõ vào")
    one.type(last_group(two.code))
    assert end_of(one) == 0


def test_a_pair_is_made_without_a_meeting(cell):
    one, two = cell.devices["m1"], cell.devices["m2"]
    assert "mới, chưa được xác nhận" in run(one, "whoami")[1]
    vouch_by_command(one, two)
    vouch_by_command(two, one)
    for device in (one, two):
        code, shown, _ = run(device, "whoami")
        assert code == 0 and device.code in shown
        assert "đã được xác nhận theo cặp" in shown


def test_a_second_device_is_added_by_the_first_one(cell):
    one, two = cell.devices["m1"], cell.devices["m2"]
    code, _, complaint = run(one, "device-add")
    assert code == 1 and "chính thiết bị này chưa được xác nhận" in complaint
    vouch_by_command(one, two)
    vouch_by_command(two, one)
    one.begin("device-add")
    link = one.sees("chibo://")
    one.sees("Ai có liên kết này đều đăng ký được thay cho đồng chí: không")
    one.sees("Đang chờ thiết bị mới")
    new = cell.enrol("m1", link, "m1 again", "Máy tính xách tay")
    one.sees("Thiết bị Máy tính xách tay của đồng chí Đảng viên Mẫu 01")
    one.type("0 0 0 0" if last_group(new.code) != "0000" else "1111")
    one.sees("lần 2 trên 3")
    one.type(last_group(new.code))
    one.sees("Thiết bị mới đã được xác nhận")
    assert end_of(one) == 0
    assert "do một thiết bị khác của cùng người giữ" in run(new, "whoami")[1]
    listed = run(two, "devices", "m1")[1]
    assert one.code in listed and new.code in listed


def test_a_device_that_was_enrolled_before_is_added_afterwards(cell):
    one, two = cell.devices["m1"], cell.devices["m2"]
    vouch_by_command(one, two)
    vouch_by_command(two, one)
    new = cell.enrol("m1", cell.server.invite("m1")["m1"], "m1 again", "Máy B")
    one.begin("device-add")
    one.sees("Thiết bị Máy B của đồng chí Đảng viên Mẫu 01")
    one.type(new.code)
    assert end_of(one) == 0
    assert "do một thiết bị khác" in run(new, "whoami")[1]


def test_links_and_lost_devices_have_commands_of_their_own(cell):
    leader, lost = cell.devices["m1"], cell.devices["m4"]
    code, shown, _ = run(leader, "invite", "mẫu 05", "--valid", "90m")
    assert code == 0 and "chibo://" in shown
    cell.enrol("m5", re.search(r"chibo://\S+", shown).group())
    code, _, complaint = run(cell.devices["m4"], "invite", "m5")
    assert code == 1 and "chỉ bí thư, phó bí thư và thư ký" in complaint
    leader.begin("revoke", "m4", last_group(lost.code), "--reason", "mất máy")
    leader.sees(f"mã {lost.code}")
    leader.type("không")
    leader.sees("Chưa làm gì cả")
    assert end_of(leader) == 1
    leader.begin("revoke", "m4", "1")
    leader.sees("Gõ có hoặc không")
    leader.type("có")
    leader.sees("ĐÃ BỊ THU HỒI")
    assert end_of(leader) == 0
    code, _, complaint = run(lost, "devices")
    assert code == 1 and "đã bị thu hồi" in complaint


def test_without_a_line_a_device_knows_its_code_all_the_same(cell):
    cell.server.stop()
    code, shown, _ = run(cell.devices["m1"], "whoami")
    assert code == 0 and cell.devices["m1"].code in shown
    assert "Xác nhận:         lúc này chưa rõ" in shown


def test_scripts_see_devices_and_vouch_through_json(cell):
    chair, minutes = cell.devices["m1"], cell.devices["m3"]
    meeting = cell.call()
    chair.join(meeting, "--audio", "none")
    chair.do("open_lobby")
    chair.caught_up()
    minutes.join(meeting, "--audio", "none")
    minutes.caught_up()
    for one, two in ((chair, minutes), (minutes, chair)):
        device, = one.do("devices", holder=two.holder)["devices"]
        assert device["code"] == two.code and device["state"] == "new"
        assert device["label"] == "Máy mẫu" and not device["own"]
        one.do("vouch_device", log=meeting.split(".")[0], holder=two.holder,
               device=device["device"], how="sight")
    own, = minutes.do("devices")["devices"]
    assert own["own"] and own["state"] == "founding"
    assert own["vouched_by"] == ["m1"]
    assert not [line for line in chair.output.lines
                if str(line.get("ev", "")).startswith("device_")]


# --- what is confirmed ----------------------------------------------------------------------


def test_a_checkpoint_is_one_calm_line_and_names_who_is_missing(cell):
    chair, deputy, minutes = cell.enter(cell.call(), "m1", "m2", "m3")
    found(chair, minutes)
    mark = chair.mark()
    chair.type("/da-xac-nhan")
    chair.sees("chưa có lần xác nhận nào", since=mark)
    chair.type("/khai-mac")
    line = chair.sees("thiết bị xác nhận", since=mark)
    assert "Đã được 3 trên 3 thiết bị xác nhận" in line
    assert "chưa đủ" not in line
    minutes.process.send_signal(signal.SIGSTOP)
    try:
        mark = chair.mark()
        chair.type("/chot-diem-danh")
        line = chair.sees("thiết bị xác nhận", since=mark)
        assert line.endswith("Đã được 2 trên 3 thiết bị xác nhận; chưa đủ: "
                             "thiếu thư ký")
        chair.type("/da-xac-nhan")
        chair.sees("khi chốt điểm danh: đã được 2 trên 3", since=mark)
        chair.sees("Chưa xác nhận:", since=mark)
        chair.sees("Thiết bị Máy mẫu của đồng chí Đảng viên Mẫu 03",
                   since=mark)
    finally:
        minutes.process.send_signal(signal.SIGCONT)


# --- devices in one's own name ----------------------------------------------------------------


def test_a_device_in_ones_name_is_warned_of_until_it_is_accepted(cell):
    chair, = cell.enter(cell.call(), "m1")
    mark = chair.mark()
    new = cell.enrol("m1", cell.server.invite("m1")["m1"], "m1 again", "Máy lạ")
    warning = chair.sees("CẢNH BÁO: có một thiết bị đứng tên đồng chí",
                         since=mark)
    assert "Máy lạ" in warning and new.code in warning
    chair.sees(f"/thu-hoi m1 {last_group(new.code)}", since=mark)
    assert chair.quit() == 0
    one = cell.devices["m1"]
    assert "KHÔNG PHẢI THÊM TỪ ĐÂY" in run(one, "devices")[1]
    one.begin("devices", "--accept", last_group(new.code))
    one.sees("Có phải chính đồng chí đã đăng ký thiết bị này")
    one.type("không")
    one.sees("Vậy hãy thu hồi nó")
    assert end_of(one) == 1
    one.begin("devices", "--accept", new.code)
    one.type("có")
    one.sees("Từ nay nó được coi là của đồng chí")
    assert end_of(one) == 0
    assert "KHÔNG PHẢI THÊM TỪ ĐÂY" not in run(one, "devices")[1]


# --- losses ---------------------------------------------------------------------------------------


def say_what_gets_lost(cell, meeting, chair, minutes):
    """More than the backup, which is made before, knows; its file. Both devices
    have it with the server's signature, without which it may be given up."""
    backup = cell.directory / "backup"
    cell.server.control("backup", backup)
    chair.type("Điều sẽ bị mất")
    minutes.sees("Điều sẽ bị mất")
    mark = chair.mark()
    chair.type("/noi-dung 1")
    chair.sees("Nội dung: Đánh giá tháng trước", since=mark)
    await_signed([chair, minutes], meeting, newest_seq(cell.server, meeting))
    return backup


def put_back(cell, backup):
    cell.server.stop()
    cell.server.control("restore", backup)
    cell.server.start()


def open_with(cell):
    meeting = cell.call()
    chair, minutes = cell.enter(meeting, "m1", "m3")
    found(chair, minutes)
    chair.type("/khai-mac")
    for member in (chair, minutes):
        member.sees("Đã được 2 trên 2 thiết bị xác nhận")
    return meeting, chair, minutes


def test_what_a_server_lost_comes_back_from_those_who_hold_it(cell):
    meeting, chair, minutes = open_with(cell)
    backup = say_what_gets_lost(cell, meeting, chair, minutes)
    assert minutes.quit() == 0
    mark = chair.mark()
    put_back(cell, backup)
    # The second where it took so long that the chair was warned before.
    chair.wait(lambda line: "các thiết bị đã đưa lại cho máy chủ" in line
               or "Hết phải chờ: cuộc họp tiếp tục" in line, "it back", mark)
    minutes.join_lines(meeting)
    minutes.sees("/tro-giup")
    chair.type("Sau khi mất")
    minutes.sees("Đảng viên Mẫu 01: Sau khi mất")
    newcomer = cell.devices["m2"].join_lines(meeting)
    chair.sees("đang chờ ở phòng chờ", since=mark)
    chair.type("/cho-vao tat-ca")
    newcomer.sees("/tro-giup")
    newcomer.type("/chuong-trinh")
    newcomer.sees(">  1. Đánh giá tháng trước")


def test_chair_and_minute_taker_go_on_without_what_nobody_holds(cell):
    meeting, chair, minutes = open_with(cell)
    chair.type("/chap-nhan-mat")
    chair.sees("Không thiếu gì cả")
    backup = say_what_gets_lost(cell, meeting, chair, minutes)
    for member in (chair, minutes):
        member.kill()
    put_back(cell, backup)
    for member in (chair, minutes):
        member.join_lines(meeting)
        member.sees("CẢNH BÁO: máy chủ có thể đã mất một phần cuộc họp này")
    mark = chair.mark()
    chair.type("/noi-dung 1")
    chair.sees("có thể đã mất", since=mark)
    chair.type("/chap-nhan-mat")
    chair.sees("Gõ có hoặc không", since=mark)
    chair.type("không")
    chair.sees("Chưa làm gì cả", since=mark)
    for member, seen in ((chair, "Còn cần chữ ký của người kia"),
                         (minutes, "Hết phải chờ: cuộc họp tiếp tục")):
        mark = member.mark()
        member.type("/chap-nhan-mat")
        member.sees("Gõ có hoặc không", since=mark)
        member.type("có")
        member.sees(seen, since=mark)
    chair.sees("Hết phải chờ: cuộc họp tiếp tục")
    mark = minutes.mark()
    chair.type("/noi-dung 1")
    minutes.sees("Nội dung: Đánh giá tháng trước", since=mark)


# --- the passphrase ------------------------------------------------------------------------


class Terminal:
    """A process on a terminal of its own, as people have it before them."""

    def __init__(self, *command):
        words, environment = list(map(str, command)), play.environment()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, environment)
        self.seen = b""

    def sees(self, words):
        end = time.monotonic() + play.PATIENCE_S
        while words.encode() not in self.seen:
            ready, _, _ = select.select([self.fd], [], [],
                                        max(0, end - time.monotonic()))
            assert ready, f"waited in vain for {words!r}: {self.seen!r}"
            try:
                self.seen += os.read(self.fd, 4096)
            except OSError:  # the other end is closed
                assert words.encode() in self.seen, self.seen
        self.seen = self.seen.split(words.encode(), 1)[1]

    def type(self, text):
        os.write(self.fd, text.encode() + b"\n")

    def end(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def test_a_passphrase_is_set_on_the_terminal_and_asked_for_from_then_on(cell):
    device = cell.devices["m1"]
    command = [str(play.BUILD / "bin/chibo"), "passphrase", "--profile",
               device.profile, "--language", "vi"]
    terminal = Terminal(*command)
    terminal.sees("Mật khẩu mới cho thiết bị này")
    terminal.type("câu mật khẩu dài")
    terminal.sees("Nhập lại mật khẩu")
    terminal.type("câu mật khẩu dài")
    terminal.sees("Đã đặt mật khẩu mới")
    assert terminal.end() == 0
    assert run(device, "whoami")[0] == 1
    (device.directory / "one").write_text("câu mật khẩu dài\n")
    assert run(device, "whoami", "--passphrase-file",
               device.directory / "one")[0] == 0


def test_who_answers_for_the_meeting_is_warned_of_a_key_without_passphrase(
        cell):
    chair, deputy, minutes, fourth = cell.enter(cell.call(), *PEOPLE)
    for careless in (chair, deputy, minutes):
        careless.sees("CẢNH BÁO: khóa của thiết bị này không có mật khẩu")
    fourth.type("/ma")
    fourth.sees("Mã của thiết bị này")
    assert "không có mật khẩu" not in "\n".join(fourth.output.lines)
