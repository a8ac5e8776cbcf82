"""Minutes that were adopted and signed turn out to be wrong: who presided and who
took them correct them in two terminals, and every later paper says so."""
import pathlib
import subprocess
import sys
import zipfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "support"))

import chibo_process as play  # noqa: E402

WRITTEN = "Chi bộ đã thu đảng phí 21 triệu đồng."
WRONG, RIGHT = "21 triệu đồng", "12 triệu đồng"
REASON = "Ghi nhầm số tiền so với sổ thu."


class Cell:
    """m1 presides, m2 takes the minutes, m3 is a member."""

    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.members = {}
        people = directory / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2, 3)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2", "--item",
            "Báo cáo tháng | 10 | m1")[0]["made"]
        links = self.server.invite("m1", "m2", "m3")
        for holder in ("m1", "m2", "m3"):
            member = play.Member(directory / holder, holder, holder)
            member.enroll(links[holder])
            self.members[holder] = member

    def meet(self):
        """Held, read back, adopted, signed and closed."""
        chair, taker, other = (self.members[m] for m in ("m1", "m2", "m3"))
        chair.join_lines(self.meeting)
        chair.sees("chờ chủ trì mở phòng chờ")
        chair.type("/phong-cho")
        for member in (taker, other):
            member.join_lines(self.meeting)
        chair.sees("đang chờ ở phòng chờ")
        chair.type("/cho-vao tat ca")
        other.sees("để xem các lệnh")
        taker.sees("để xem các lệnh")
        chair.type("/khai-mac")
        taker.sees("Khai mạc cuộc họp")
        chair.type("/noi-dung 1")
        taker.sees("Nội dung: Báo cáo tháng")
        taker.type("/ghi " + WRITTEN)
        taker.sees("Đã lưu: mục e1, bản 1.")
        taker.type("/doc-bien-ban")
        chair.sees("Biên bản được đọc lại: bản 1")
        chair.type("/bieu-quyet-ve bien-ban Thông qua biên bản")
        for member in (chair, taker, other):
            member.sees("v1, về biên bản")
            member.type("/bieu-quyet tan-thanh")
        chair.sees("Đảng viên Mẫu 02 biểu quyết v1: tán thành")
        chair.sees("Đảng viên Mẫu 03 biểu quyết v1: tán thành")
        chair.type("/ket-thuc-bieu-quyet")
        taker.sees("Biên bản được thông qua: bản 1, bằng biểu quyết v1")
        taker.type("/ky-bien-ban")
        chair.sees("ký biên bản với tư cách thư ký")
        chair.type("/ky-bien-ban")
        taker.sees("ký biên bản với tư cách chủ trì")
        taker.type("/dinh-chinh e1")
        taker.sees("Cuộc họp chưa kết thúc")
        chair.type("/be-mac")
        chair.types_until("/da-xac-nhan", "khi bế mạc: đã được")
        for member in (chair, taker, other):
            member.sees("Bế mạc")
            assert member.quit() == 0

    def export(self, name):
        path = self.directory / f"{name}.chibo"
        self.server.control("record", "export", self.meeting, "--out", path)
        return path

    def open(self, holder):
        """The closed meeting, as one opens it to read it."""
        member = self.members[holder].join_lines(self.meeting)
        member.sees("để xem các lệnh")
        return member


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    cell = Cell(tmp_path_factory.mktemp("errata"))
    try:
        cell.meet()
        cell.before = cell.export("before")
        yield cell
    finally:
        for member in cell.members.values():
            member.kill()
        cell.server.stop()


def verified(path):
    return subprocess.run(
        [play.BUILD / "bin/chibo-verify", path, "--language", "vi"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def told(path, directory):
    """The minutes of a record, as a reader of the PDF sees them."""
    with zipfile.ZipFile(path) as packed:
        (directory / "minutes.pdf").write_bytes(
            packed.read("documents/minutes.pdf"))
    text = play.run(["pdftotext", "-raw", directory / "minutes.pdf", "-"],
                    "pdftotext")
    return " ".join(text.split())


@pytest.fixture(scope="module")
def corrected(cell):
    """m2 writes an erratum and signs it, m1 signs it, too; the records of
    between and of after are kept."""
    taker = cell.open("m2")
    taker.types_until("/dinh-chinh e1", "Đoạn ghi e1: " + WRITTEN)
    taker.type("22 triệu đồng")
    taker.sees("Trong đoạn ghi không có những chữ này.")
    taker.type(WRONG)
    taker.sees("Đúng ra phải ghi thế nào?")
    taker.type(RIGHT)
    taker.sees("Lý do?")
    taker.type(REASON)
    taker.sees("với tư cách người ghi biên bản bằng khóa của thiết bị này?")
    taker.type("có")
    taker.sees("do đồng chí Đảng viên Mẫu 02 lập và ký")
    chair = cell.open("m1")
    chair.types_until("/cac-dinh-chinh", "CHƯA CÓ HIỆU LỰC")
    cell.between = cell.export("between")
    mark = chair.mark()
    chair.type("/ky-dinh-chinh 1")
    chair.sees("đính chính là: " + RIGHT, since=mark)
    chair.type("có")
    chair.sees("đã có thêm chữ ký của", since=mark)
    taker.sees("và có hiệu lực")
    mark = taker.mark()
    taker.type("/bien-ban")
    taker.sees("(đã đính chính, số 1: xem /cac-dinh-chinh)", since=mark)
    assert taker.quit() == 0 and chair.quit() == 0

    cell.after = cell.export("after")
    return cell


def test_every_later_paper_says_what_was_corrected(corrected, tmp_path):
    text = told(corrected.after, tmp_path)
    assert WRITTEN + " (đính chính số 1)" in text
    assert "ĐÍNH CHÍNH BIÊN BẢN" in text
    assert "Biên bản ghi: " + WRONG in text
    assert "Đính chính là: " + RIGHT in text and REASON in text
    for signer in ("Đảng viên Mẫu 02, người ghi biên bản",
                   "Đảng viên Mẫu 01, người chủ trì"):
        assert "Ký: đồng chí " + signer in text
    done = verified(corrected.after)
    assert done.returncode == 0, done.stdout
    assert "đính chính biên bản" in done.stdout and "có hiệu lực" in done.stdout


@pytest.mark.parametrize("which", ["before", "between"])
def test_until_both_have_signed_papers_are_what_they_were(corrected, which,
                                                          tmp_path):
    path = getattr(corrected, which)
    done = verified(path)
    assert done.returncode == 0, done.stdout
    assert "ĐÍNH CHÍNH" not in told(path, tmp_path)


def test_other_members_read_errata_and_sign_none(corrected):
    member = corrected.open("m3")
    member.types_until("/cac-dinh-chinh", "đính chính là: " + RIGHT)
    member.type("/dinh-chinh e1")
    member.sees("Đính chính do người chủ trì và thư ký lúc bế mạc ký;")
    assert member.quit() == 0
