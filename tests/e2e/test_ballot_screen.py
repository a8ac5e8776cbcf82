"""A secret ballot as people see it: chair, tellers, voters, a hall device."""
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from ballot_outcome import check_archive  # noqa: E402

SAMPLE = play.ROOT / "tests/e2e/sample"
PEOPLE = ("m1", "m2", "m3", "m4", "m6", "m7")
OTHER_PAGE = "\x1b[?1049h"
FIRST_PAGE = "\x1b[?1049l"
WIPE = "\x1b[H\x1b[2J\x1b[3J"


def joined(text):
    """Without the line feeds that the width of a terminal makes."""
    return " ".join(text.split())


class Terminal:
    """chibo join in a terminal of its own: what is typed is echoed by it."""

    def __init__(self, member, meeting, columns=80, rows=24):
        self.member = member
        self.text = ""
        self.changed = threading.Condition()
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))
        self.slave = os.dup(slave)
        member.directory.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [str(play.BUILD / "bin/chibo"), "join", meeting, "--profile",
             str(member.profile), "--audio", "none", "--language", "vi"],
            stdin=slave, stdout=slave, stderr=subprocess.DEVNULL,
            env=play.environment())
        os.close(slave)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        rest = b""
        while True:
            try:
                got = os.read(self.master, 65536)
            except OSError:
                return
            rest += got
            text = rest.decode("utf-8", "ignore")
            rest = rest[len(text.encode("utf-8")):]
            with self.changed:
                self.text += text.replace("\r\n", "\n")
                self.changed.notify_all()

    def type(self, line):
        os.write(self.master, (line + "\n").encode("utf-8"))

    def mark(self):
        with self.changed:
            return len(self.text)

    def sees(self, words, since=0, timeout_s=play.PATIENCE_S):
        end = time.monotonic() + timeout_s
        with self.changed:
            while words not in joined(self.text[since:]):
                left = end - time.monotonic()
                if left <= 0:
                    raise play.Failure(f"{self.member.name}: no {words!r} in "
                                       f"{self.text[since:]!r}")
                self.changed.wait(left)
            return self.text[since:]

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def off_page(self):
        """All that was written outside pages of its own."""
        return re.sub(re.escape(OTHER_PAGE) + ".*?" + re.escape(FIRST_PAGE), "",
                      self.text, flags=re.S)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.slave)
        self.thread.join(play.PATIENCE_S)
        os.close(self.master)


class Cell:
    """The sample cell in an open meeting, its roll confirmed."""

    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", SAMPLE / "members.csv")
        self.devices = {}
        self.terminals = []
        self.server.control("site", "add", "Hội trường Mẫu", "--keeper", "m4")
        for holder, link in self.server.invite(*PEOPLE, "s1").items():
            self.enrol(holder, link)
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--place", "Nhà văn hoá", "--chair", "m1",
            "--minute-taker", "m3", "--item", "Bầu cử")[0]["made"]

    def enrol(self, holder, link):
        device = play.Member(self.directory / holder, holder, holder)
        device.enroll(link, "Máy " + holder)
        self.devices[holder] = device
        return device

    def terminal(self, holder, **size):
        terminal = Terminal(self.devices[holder], self.meeting, **size)
        self.terminals.append(terminal)
        return terminal

    def let_in(self, holder, **size):
        """On a terminal if a size is given."""
        chair = self.devices["m1"]
        mark = chair.mark()
        member = (self.terminal(holder, **size) if size
                  else self.devices[holder].join_lines(self.meeting))
        if holder != "m3":
            chair.sees("đang chờ ở phòng chờ", since=mark)
            chair.type("/cho-vao tat-ca")
        member.sees("/tro-giup")
        return member

    def open(self, *others, **terminals):
        """Everybody is in; `terminals` are sizes by holder."""
        chair = self.devices["m1"].join_lines(self.meeting)
        chair.sees("chờ chủ trì mở phòng chờ")
        chair.type("/phong-cho")
        chair.sees("phòng chờ đã mở")
        members = [chair]
        for holder in others:
            members.append(self.let_in(holder, **terminals.get(holder, {})))
        chair.type("/khai-mac")
        chair.sees("Khai mạc cuộc họp")
        chair.type("/chot-diem-danh")
        chair.sees("Kết quả điểm danh")
        return members

    def adopt(self, draft, tellers, members):
        """Drafts and adopts a ballot; all members vote for it."""
        chair = members[0]
        mark = chair.mark()
        chair.type(f"/soan-phieu {draft} {tellers}")
        chair.sees("Trình phiếu này ra cuộc họp?", since=mark)
        chair.type("có")
        chair.sees("Tiếp theo: để chi bộ giơ tay", since=mark)
        chair.type("/de-xuat Thông qua phiếu và tổ kiểm phiếu")
        for member in members:
            member.sees("Thông qua phiếu và tổ kiểm phiếu")
            member.type("/bieu-quyet tan-thanh")
        for number in PEOPLE[:len(members)]:
            chair.sees(f"Mẫu 0{number[1]} biểu quyết", since=mark)
        chair.type("/ket-thuc-bieu-quyet")
        chair.sees("ĐƯỢC THÔNG QUA", since=mark)
        chair.type("/thong-qua-phieu")
        chair.sees("khóa đã sẵn sàng", since=mark)

    def hand_out(self, voters):
        """Everybody has a ballot, and the list is attested."""
        chair = voters[0]
        for voter in voters:
            voter.sees("mời nhận phiếu trên thiết bị này")
            voter.type("/nhan-phieu")
            voter.sees("đã nhận phiếu của đồng chí trên thiết bị này")
        # What a member's device has seen, the chair's may see later.
        for number in PEOPLE[:len(voters)]:
            chair.sees(f"Mẫu 0{number[1]} nhận phiếu kín")
        mark = chair.mark()
        chair.type("/chot-phieu")
        chair.sees("Chốt danh sách này?", since=mark)
        shown = "\n".join(chair.output.lines[mark:])
        for number in PEOPLE[:len(voters)]:
            assert re.search(rf"Mẫu 0{number[1]}: thiết bị Máy {number}, MỚI: "
                             "đăng ký chưa đầy một giờ", shown), shown
        chair.type("có")
        chair.sees("mọi thiết bị đã xác nhận danh sách", since=mark)

    def close(self):
        for terminal in self.terminals:
            terminal.close()
        for device in self.devices.values():
            device.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path):
    cell = Cell(tmp_path)
    yield cell
    cell.close()


def cast(voter, marks):
    # Each device asks when it has seen for itself that voting is open.
    voter.sees("MỜI ĐỒNG CHÍ BỎ PHIẾU")
    mark = voter.mark()
    voter.type("/bo-phieu")
    voter.sees("Nhấn phím Enter để xem phiếu", since=mark)
    voter.type("")
    voter.sees("PHIẾU", since=mark)
    for line in marks:
        voter.type(line)
    voter.sees("sẽ được bỏ như sau", since=mark)
    voter.type("BỎ PHIẾU")
    voter.sees("BIÊN NHẬN", since=mark)


# --- a whole ballot --------------------------------------------------------------


def test_a_ballot_from_the_draft_to_the_verified_result(cell, tmp_path):
    members = cell.open("m2", "m3", "m4", "m6", "m7",
                        m2={"columns": 80})
    chair, voter = members[:2]
    cell.adopt(SAMPLE / "phieu-bau-chi-uy.txt", "Mẫu 03, Mẫu 06, Mẫu 07 2",
               members)
    cell.hand_out(members)
    chair.type("/mo-bo-phieu")
    for member in members:
        member.sees("MỜI ĐỒNG CHÍ BỎ PHIẾU")
    # Who types marks without the booth tells them to nobody.
    for line in ("1 2", "trắng", "Đảng viên Mẫu 01", "bỏ phiếu"):
        mark = voter.mark()
        voter.type(line)
        voter.sees("giống dấu trên phiếu kín", since=mark)
    voter.type("Tôi đã sẵn sàng")
    chair.sees("Mẫu 02: Tôi đã sẵn sàng")
    assert not [line for line in chair.output.lines if "Mẫu 02: " in line
                and "Tôi đã sẵn sàng" not in line
                and "Mẫu 02: thiết bị" not in line]
    for member, marks in zip(members, ("1", "1 2", "2 3", "trắng", "1 3", "2")):
        cast(member, [marks])
    # The last one counts.
    cast(voter, ["3"])
    chair.sees("đã thu về 6 trên 6 phiếu")
    chair.type("/dong-hom-phieu")
    for member in members:
        member.sees("đã kiểm tra hòm phiếu và ký")
    chair.type("/kiem-phieu")
    for member in members:
        shown = member.sees("KẾT QUẢ ĐÚNG: thiết bị này đã tải cả hồ sơ")
    chair.sees("Trên thiết bị: hợp lệ 5, phiếu trắng 1")
    chair.sees("1. Đảng viên Mẫu 01: 2/6 (33,33 %)")
    chair.sees("2. Đảng viên Mẫu 02: 2/6 (33,33 %)")
    chair.sees("3. Đảng viên Mẫu 04: 3/6 (50,00 %)")
    check_privacy(voter)
    assert shown
    check_record(cell, tmp_path)


def check_privacy(voter):
    """Marks were on pages of their own, which were wiped."""
    assert "[X]" in voter.text
    assert "[X]" not in voter.off_page()
    assert "sẽ được bỏ như sau" not in voter.off_page()
    assert voter.text.count(OTHER_PAGE) == voter.text.count(FIRST_PAGE) == 2
    for end in re.finditer(re.escape(FIRST_PAGE), voter.text):
        assert voter.text[:end.start()].endswith(WIPE)
    # What was typed into the booth was said to nobody.
    assert "Đồng chí Đảng viên Mẫu 02: 1 2" not in voter.text


def check_record(cell, tmp_path):
    chair = cell.devices["m1"]
    path = tmp_path / "b1.bel"
    chair.type(f"/xuat-phieu {path}")
    chair.sees("Đã ghi hồ sơ bỏ phiếu ra tệp")
    check_archive(path, [1, 2, 2, 3])  # blank first
    assert chair.quit() == 0
    text = chair.chibo("ballot", "show", cell.meeting, "b1", "--language", "vi")
    assert "KẾT QUẢ: thiết bị này đã kiểm tra" in text
    again = tmp_path / "again.bel"
    chair.chibo("ballot", "export", cell.meeting, "b1", "-o", again)
    assert again.read_bytes() == path.read_bytes()


# --- when something is in the way --------------------------------------------------


def ask(cell, members, question="Có đồng ý không?"):
    cell.adopt(f'"{question}"', "m3, m4", members)


def test_what_is_typed_when_voting_ends_is_said_to_nobody(cell):
    members = cell.open("m2", "m3", "m4", m2={"columns": 40})
    chair, voter = members[:2]
    ask(cell, members)
    cell.hand_out(members)
    chair.type("/mo-bo-phieu")
    chair.sees("ít hơn 5")
    chair.sees("/mo-bo-phieu van-mo")
    chair.type("/mo-bo-phieu van-mo")
    voter.sees("MỜI ĐỒNG CHÍ BỎ PHIẾU")
    voter.type("/bo-phieu")
    # Twenty-four lines of forty columns do not hold it all at once.
    voter.sees("-- còn nữa: nhấn Enter --")
    assert "không bỏ phiếu, thì gõ: hủy" not in voter.text
    voter.type("")
    voter.sees("ít hơn mức quy định.")
    voter.sees("không bỏ phiếu, thì gõ: hủy")
    voter.type("")
    voter.sees("Gõ chữ của ô được chọn")
    # Meanwhile others talk and vote: nothing of it disturbs the paper.
    chair.type("Xin mời các đồng chí")
    for member in (chair, *members[2:]):
        cast(member, ["A"])
    mark = voter.mark()
    chair.type("/dong-hom-phieu")
    voter.sees("CHÚ Ý: hòm phiếu đóng lúc", since=mark)
    assert "Xin mời các đồng chí" not in voter.text
    voter.sees("Đã đóng hòm phiếu.", since=mark)
    voter.sees("Phiếu của đồng chí chưa được bỏ", since=mark)
    assert "Xin mời các đồng chí" in joined(voter.off_page())
    voter.type("B")
    voter.sees("Dòng đồng chí vừa gõ không được gửi cho ai.", since=mark)
    voter.type("Tôi nói với mọi người")
    chair.sees("Đồng chí Đảng viên Mẫu 02: Tôi nói với mọi người")
    assert not any(line.endswith("Mẫu 02: B") for line in chair.output.lines)
    assert all(len(line) <= 40 for line in pages(voter)), \
        [line for line in pages(voter) if len(line) > 40]
    chair.type("/kiem-phieu")
    chair.sees("/kiem-phieu van-kiem")
    chair.type("/kiem-phieu van-kiem")
    # Three ballots: the tellers' devices decide nothing by themselves.
    for teller in members[2:]:
        teller.sees("ĐỒNG CHÍ QUYẾT ĐỊNH")
        teller.sees("chủ trì biết điều đó và vẫn tiếp tục")
        teller.type("/van-giai-ma")
    chair.sees("KẾT QUẢ ĐÚNG")
    chair.sees("Tán thành: 3/6 (50,00 %)")
    chair.sees("không đánh dấu: 0")


def pages(voter):
    """The lines on pages of their own, as far as they were not typed."""
    text = "".join(re.findall(re.escape(OTHER_PAGE) + "(.*?)" +
                              re.escape(FIRST_PAGE), voter.text, flags=re.S))
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).split("\n")


def test_a_draft_that_is_wrong_is_told_with_its_line(cell, tmp_path):
    chair, _ = cell.open("m3")
    draft = tmp_path / "phieu.txt"
    draft.write_text("Phiếu: Thử\n\nChọn 1-3: Bầu\n- A\n- B\n",
                     encoding="utf-8")
    chair.type(f"/soan-phieu {draft} m3")
    chair.sees("Dòng 3: được chọn tới 3 nhưng chỉ có 2 dòng để chọn")
    chair.type("/soan-phieu")
    chair.sees("Bỏ phiếu về việc gì?")
    chair.type(str(SAMPLE / "phieu-bau-chi-uy.txt"))
    chair.sees("Tổ kiểm phiếu gồm những ai?")
    chair.type("Mẫu 09")
    chair.sees('không có ai tên "Mẫu 09"')
    chair.type("Mẫu 03, Mẫu 04")
    chair.sees("Mẫu 04 có tên trên phiếu nên không kiểm phiếu này được")
    chair.type("Mẫu 06, Mẫu 07, m3")
    chair.sees("Trong 3 thành viên, bao nhiêu người phải cùng giải mã?")
    chair.type("1")
    chair.sees("Xin gõ một số từ 2 đến 3.")
    chair.type("3")
    chair.sees("Có cho bỏ lại phiếu")
    chair.type("không")
    chair.sees("Đảng viên ở điểm cầu có bỏ phiếu trên thiết bị của điểm cầu")
    chair.type("không")
    chair.sees("3 trong 3 người phải cùng giải mã")
    chair.sees("Phiếu đã bỏ thì không đổi được.")
    chair.type("không")
    chair.sees("Chưa làm gì cả.")


# --- halls and paper ---------------------------------------------------------------


def come_in_with_hall(cell):
    """m1 to m3 by own devices, m4 and m6 at the site, m7 in the room."""
    chair, second, minutes, hall = cell.open("m2", "m3", "s1",
                                             s1={"columns": 80})
    for name, where in (("Mẫu 04", hall), ("Mẫu 06", hall), ("Mẫu 07", minutes)):
        where.type(f"/ghi-nhan {name}")
        chair.sees(f"{name} có mặt")
    for name, pin in (("Mẫu 04", "135791"), ("Mẫu 06", "246802")):
        set_pin(minutes, hall, name, pin)
    return chair, second, minutes, hall


def set_pin(minutes, hall, name, pin):
    mark = minutes.mark()
    minutes.type(f"/cho-phep-pin {name} Hội trường Mẫu")
    minutes.sees("Đã xong.", since=mark)
    mark = hall.mark()
    hall.type(f"/pin {name}")
    hall.sees("Mã PIN:", since=mark)
    assert not hall.echoes()
    hall.type("12")
    hall.sees("Mã PIN gồm 6 đến", since=mark)
    hall.type(pin)
    hall.sees("Gõ lại lần nữa:", since=mark)
    hall.type(pin)
    hall.sees("Đã đặt mã PIN.", since=mark)
    assert hall.echoes()
    assert pin not in hall.text


def adopt_for_all(chair, second, minutes, hall, how=""):
    mark = chair.mark()
    chair.type('/soan-phieu "Có đồng ý không?" Mẫu 02, Mẫu 03')
    chair.sees("bỏ phiếu trên thiết bị của điểm cầu")
    chair.type("có")
    chair.sees("Tiếp theo: để chi bộ giơ tay", since=mark)
    chair.type("/de-xuat Thông qua phiếu và tổ kiểm phiếu")
    for member in (chair, second, minutes):
        member.sees("Thông qua phiếu và tổ kiểm phiếu")
        member.type("/bieu-quyet tan-thanh")
        chair.sees("biểu quyết v1", since=mark)
    hall.type("/hoi-truong 2 0 0 0")
    chair.sees("nhập", since=mark)
    for number in "123":
        chair.sees(f"Mẫu 0{number} biểu quyết v1", since=mark)
    chair.type("/ket-thuc-bieu-quyet")
    chair.sees("ĐƯỢC THÔNG QUA", since=mark)
    chair.type("/thong-qua-phieu" + how)
    chair.sees("khóa đã sẵn sàng", since=mark)


def vote_in_hall(hall, name, pin, marks):
    mark = hall.mark()
    hall.type(f"/bo-phieu {name}")
    hall.sees("Mã PIN của đồng chí", since=mark)
    assert not hall.echoes()
    hall.type(pin)
    hall.sees(f"Mời bỏ phiếu: đồng chí Đảng viên {name}", since=mark)
    assert hall.echoes()
    hall.sees("Thiết bị này nhiều người dùng chung: nó thấy phiếu", since=mark)
    hall.type("")
    hall.sees("Gõ chữ của ô được chọn", since=mark)
    hall.type(marks)
    hall.sees("sẽ được bỏ như sau", since=mark)
    hall.type("bo phieu")
    shown = hall.sees("rồi chuyển máy cho người tiếp theo", since=mark)
    tracker = re.search(r"ghi\s+lại:\n    (.*)\n",
                        shown).group(1)
    hall.type("")
    hall.sees("Mời đồng chí tiếp theo: /bo-phieu TÊN", since=mark)
    # Nothing of it stays where the next one looks.
    assert tracker not in hall.off_page()
    assert "[X]" not in hall.off_page()


def test_a_hall_device_is_passed_from_hand_to_hand_and_paper_stays_apart(cell):
    chair, second, minutes, hall = come_in_with_hall(cell)
    chair.type("/chot-diem-danh")
    adopt_for_all(chair, second, minutes, hall)
    mark = chair.mark()
    for voter in (chair, second, minutes):
        voter.sees("mời nhận phiếu trên thiết bị này")
        voter.type("/nhan-phieu")
        voter.sees("đã nhận phiếu của đồng chí trên thiết bị này")
    hall.sees("thiết bị này giữ các phiếu")
    chair.type("/chot-phieu")
    chair.sees("Chốt danh sách này?", since=mark)
    chair.type("có")
    minutes.sees("gõ /xac-nhan-diem-cau")
    minutes.type("/xac-nhan-diem-cau Hội trường Mẫu")
    minutes.sees("giữ 2 phiếu, cho:")
    minutes.sees("đồng chí Đảng viên Mẫu 04, đồng chí Đảng viên Mẫu 06")
    minutes.type("có")
    chair.sees("mọi thiết bị đã xác nhận danh sách", since=mark)
    chair.type("/mo-bo-phieu")
    hall.sees("ĐẢNG VIÊN Ở ĐIỂM CẦU BỎ PHIẾU")
    hall.type("/bo-phieu Mẫu 04")
    hall.sees("Mã PIN của đồng chí")
    hall.type("999999")
    hall.sees("mã PIN sai")
    vote_in_hall(hall, "Mẫu 04", "135791", "A")
    vote_in_hall(hall, "Mẫu 06", "246802", "B")
    for voter in (chair, second, minutes):
        cast(voter, ["A"])
    chair.type("/dong-hom-phieu")
    second.sees("đếm phiếu giấy, rồi /phieu-giay")
    enter_paper(second, minutes)
    chair.type("/kiem-phieu van-kiem")
    for teller in (second, minutes):
        teller.sees("ĐỒNG CHÍ QUYẾT ĐỊNH")
        teller.type("/van-giai-ma")
    check_parts(chair)


def enter_at_the_hall(hall, number, marks):
    mark = hall.mark()
    hall.type("/bo-phieu")
    hall.sees(f"Nhập phiếu giấy thứ {number} trên 3", since=mark)
    hall.sees("Đánh dấu đúng như trên phiếu giấy", since=mark)
    hall.type("")
    hall.sees("Gõ chữ của ô được chọn", since=mark)
    hall.type(marks)
    hall.sees("sẽ được bỏ như sau", since=mark)
    hall.type("bo phieu")
    shown = hall.sees("Rồi nhập phiếu tiếp theo", since=mark)
    tracker = re.search(r"Hãy ghi mã phiếu này (?:.|\n)*?:\n    (.*)\n",
                        shown).group(1)
    hall.type("")
    hall.sees("Thiết bị đã sẵn sàng nhập phiếu giấy tiếp theo", since=mark)
    assert tracker not in hall.off_page()
    assert "[X]" not in hall.off_page()


def test_the_committee_enters_paper_at_the_hall_s_device(cell):
    chair, second, minutes, hall = come_in_with_hall(cell)
    chair.type("/chot-diem-danh")
    adopt_for_all(chair, second, minutes, hall, " nhap-giay Hội trường Mẫu")
    mark = chair.mark()
    chair.type("/danh-sach-phieu")
    chair.sees("Mẫu 07: phiếu giấy, được nhập trên thiết bị của điểm cầu",
               since=mark)
    chair.sees("3 phiếu giấy được nhập", since=mark)
    for voter in (chair, second, minutes):
        voter.sees("mời nhận phiếu trên thiết bị này")
        voter.type("/nhan-phieu")
        voter.sees("đã nhận phiếu của đồng chí trên thiết bị này")
    hall.sees("thiết bị này giữ các phiếu")
    chair.type("/chot-phieu")
    chair.sees("Chốt danh sách này?", since=mark)
    chair.type("có")
    minutes.sees("/xac-nhan-diem-cau và tên điểm cầu")
    minutes.type("/xac-nhan-diem-cau Hội trường Mẫu")
    minutes.sees("tổ kiểm phiếu nhập 3 phiếu giấy, của:")
    minutes.type("có")
    chair.sees("mọi thiết bị đã xác nhận danh sách", since=mark)
    chair.type("/mo-bo-phieu")
    hall.sees("ĐẢNG VIÊN Ở ĐIỂM CẦU BỎ PHIẾU")
    hall.type("/bo-phieu Mẫu 04")
    hall.sees("thiết bị này dùng để nhập phiếu giấy: /bo-phieu, không kèm tên")
    for number, marks in enumerate("ABB", 1):
        enter_at_the_hall(hall, number, marks)
    hall.type("/bo-phieu")
    hall.sees("việc này đã làm rồi")
    for voter in (chair, second, minutes):
        cast(voter, ["A"])
    chair.sees("Trong đó 3 là phiếu giấy do")
    chair.type("/dong-hom-phieu")
    for member in (chair, second, minutes):
        member.sees("đã kiểm tra hòm phiếu và ký")
    chair.type("/kiem-phieu van-kiem")
    for teller in (second, minutes):
        teller.sees("ĐỒNG CHÍ QUYẾT ĐỊNH")
        teller.type("/van-giai-ma")
    chair.sees("KẾT QUẢ ĐÚNG")
    for words in (
            "Trên thiết bị: phát ra 6, thu về 6",
            "trong đó 3 phiếu giấy do tổ kiểm phiếu nhập trên thiết bị của điểm "
            "cầu Hội trường Mẫu, đồng chí Đảng viên Mẫu 04 nhập, đồng chí Đảng "
            "viên Mẫu 03 xác nhận: chỉ đúng như khi đếm lại phiếu giấy đã niêm "
            "phong",
            "Tán thành: 4/6 (66,67 %)", "Không tán thành: 2/6 (33,33 %)"):
        chair.sees(words)
    chair.type("/van-ban-bien-ban")
    chair.sees("3 phiếu giấy do tổ kiểm phiếu nhập trên thiết bị điểm cầu Hội "
               "trường Mẫu")


def enter_paper(one, other):
    mark = one.mark()
    one.type("/phieu-giay")
    for question, number in (("Số phiếu giấy phát ra?", 2),
                             ("Số phiếu giấy thu về?", 1),
                             ("Trong đó hợp lệ?", 1),
                             ("Trong đó không hợp lệ?", 0),
                             ("Số phiếu giấy phát ra?", 1),
                             ("Số phiếu giấy thu về?", 1),
                             ("Trong đó hợp lệ?", 1),
                             ("Trong đó không hợp lệ?", 1),
                             ("Số phiếu giấy phát ra?", 1),
                             ("Số phiếu giấy thu về?", 1),
                             ("Trong đó hợp lệ?", 1),
                             ("Trong đó không hợp lệ?", 0),
                             ("Tán thành?", 0), ("Không tán thành?", 1)):
        one.sees(question, since=mark)
        mark = one.mark()
        one.type(str(number))
    one.sees("phát ra (2) nhiều hơn số đảng viên bỏ phiếu giấy (1)")
    one.sees("cộng lại là 2, nhưng thu về 1: xin đếm lại")
    one.sees("Có đúng như đã đếm không?")
    one.type("có")
    other.sees("một đồng chí khác: so với chính các phiếu giấy")
    other.type("/xac-nhan-phieu-giay")
    other.sees("đồng chí Đảng viên Mẫu 02 đã nhập:")
    other.type("có")
    one.sees("xác nhận số phiếu giấy của phiếu kín b1")


def check_parts(chair):
    chair.sees("KẾT QUẢ ĐÚNG")
    for words in (
            "Trên thiết bị: phát ra 5, thu về 5",
            "trong đó 2 phiếu bỏ trên thiết bị của điểm cầu Hội trường Mẫu, "
            "người giữ đồng chí Đảng viên Mẫu 04, đồng chí Đảng viên Mẫu 03 "
            "xác nhận: không chứng minh được; thiết bị ấy thấy phiếu",
            "Phiếu giấy: phát ra 1, thu về 1, hợp lệ 1, không hợp lệ 0",
            "niêm phong: có người chứng kiến, không chứng minh được",
            "Tán thành: 4 trên thiết bị + 0 phiếu giấy = 4/6 (66,67 %)",
            "Không tán thành: 1 trên thiết bị + 1 phiếu giấy = 2/6 (33,33 %)"):
        chair.sees(words)
    mark = chair.mark()
    chair.type("/van-ban-bien-ban")
    chair.sees("CHỦ TRÌ HỘI NGHỊ", since=mark)
    minutes = joined("\n".join(chair.output.lines[mark:]))
    for words in (
            "Bỏ phiếu kín (phiếu b1):",
            "Tổ kiểm phiếu: đồng chí Đảng viên Mẫu 02, đồng chí Đảng viên Mẫu "
            "03; 2 trong 2 người cùng máy chủ giải mã.",
            "Phiếu và tổ kiểm phiếu được thông qua bằng biểu quyết v1.",
            "danh sách có 5 người: 3 người do thiết bị riêng ký xác nhận, 2 "
            "người qua thiết bị của điểm cầu.",
            "Trên thiết bị: phát ra 5 phiếu, thu về 5 phiếu.",
            "- 2 phiếu bỏ trên thiết bị điểm cầu Hội trường Mẫu, người giữ "
            "đồng chí Đảng viên Mẫu 04, đồng chí Đảng viên Mẫu 03 xác nhận: "
            "không chứng minh được; thiết bị ấy thấy phiếu.",
            "- Phiếu giấy: phát ra 1, thu về 1, hợp lệ 1, không hợp lệ 0; do "
            "đồng chí Đảng viên Mẫu 02 đếm, đồng chí Đảng viên Mẫu 03 xác nhận, "
            "niêm phong: có người chứng kiến, không chứng minh được.",
            "- Tán thành: 4 trên thiết bị và 0 phiếu giấy, cộng 4/6 (66,67 %).",
            "- Không tán thành: 1 trên thiết bị và 1 phiếu giấy, cộng 2/6 "
            "(33,33 %)."):
        assert words in minutes, minutes
    assert re.search(r"\(tệp \.bel\) có mã: [0-9a-f]{64} ", minutes)
