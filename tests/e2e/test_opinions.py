"""A draft is sent to two cells and a member, who answer with their own
programs; what they said is gathered by cell."""
import csv
import io
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from chibo_process import (BUILD, PATIENCE_S, Member, Server,  # noqa: E402
                           environment)

DRAFT = "Điều 1. Chi bộ họp mỗi tháng một lần.\nĐiều 2. Ghi biên bản.\n"


class Place:
    """u2 and u3 below u1; m1 to m3 in u2, m4 and m5 in u3; u4 elsewhere."""

    def __init__(self, directory):
        self.directory = directory
        self.server = Server(directory / "server")
        self.server.start()
        self.control = self.server.control
        self.control("unit", "add", "party_org", "Đảng bộ phường Mẫu")
        self.control("unit", "add", "cell", "Chi bộ Mẫu 1", "--under", "u1")
        self.control("unit", "add", "cell", "Chi bộ Mẫu 2", "--under", "u1")
        self.control("unit", "add", "cell", "Chi bộ Mẫu 3")
        for number, cell in enumerate(("u2", "u2", "u2", "u3", "u3", "u4"), 1):
            office = ("--office", "bí thư") if number in (1, 4) else ()
            self.control("member", "add", f"Đảng viên Mẫu {number:02}",
                         "--category", "official", "--cell", cell, *office)
        holders = ["m1", "m2", "m4", "m5", "m6"]
        links = self.server.invite(*holders)
        self.people = {}
        for holder in holders:
            self.people[holder] = Member(directory / holder, holder, holder)
            self.people[holder].enroll(links[holder])

    def chibo(self, holder, *words, typed=None, code=0):
        done = subprocess.run(
            [BUILD / "bin/chibo", "opinions", *words, "--profile",
             self.people[holder].profile, "--language", "en"],
            input=typed, capture_output=True, text=True, encoding="utf-8",
            timeout=PATIENCE_S, env=environment())
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def report(self, *words):
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "report", "opinions", *words, "--config",
             self.server.config, "--language", "vi"], capture_output=True,
            timeout=PATIENCE_S, env=environment())
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.decode("utf-8-sig")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("opinions"))
    draft = place.directory / "du-thao.txt"
    draft.write_text(DRAFT)
    made = place.control("opinions", "ask", "Dự thảo quy chế", draft,
                         "--unit", "Chi bộ Mẫu 1", "--member", "m4",
                         "--due", "2099-12-31 17:00")
    assert made[0]["made"] == "q1"
    yield place
    place.server.stop()


def test_who_is_asked_sees_the_draft_and_nobody_else(place):
    shown = place.chibo("m2")
    assert "q1" in shown and "Dự thảo quy chế" in shown
    assert "not answered yet" in shown
    assert DRAFT.strip() in place.chibo("m4", "q1")
    assert place.chibo("m5") == ""
    assert "you are not asked for an opinion on q1" in place.chibo(
        "m6", "q1", code=1)


def test_opinions_are_given_and_gathered_by_cell(place):
    file = place.directory / "gop-y.txt"
    file.write_text("Đề nghị sửa Điều 1:\n- mỗi tháng, vào ngày 3.\n")
    place.chibo("m2", "q1", "--give", file)
    place.chibo("m4", "q1", "--give", "-", typed="Nhất trí.\n")
    place.chibo("m1", "q1", "--give", "-", typed="Chưa có ý kiến.\n")
    place.chibo("m1", "q1", "--give", "-", typed="=Nhất trí với Điều 2.\n")
    assert "you have answered" in place.chibo("m1")
    refused = place.chibo("m5", "q1", "--give", "-", typed="Tôi nữa.\n",
                          code=1)
    assert "you are not asked for an opinion on q1" in refused
    rows = list(csv.DictReader(io.StringIO(place.report("q1"))))
    assert [(row["Đơn vị"], row["Họ và tên"], row["Nội dung góp ý"])
            for row in rows] == [
        ("Chi bộ Mẫu 1", "Đảng viên Mẫu 02",
         "Đề nghị sửa Điều 1:\n'- mỗi tháng, vào ngày 3."),
        ("Chi bộ Mẫu 1", "Đảng viên Mẫu 01", "'=Nhất trí với Điều 2."),
        ("Chi bộ Mẫu 2", "Đảng viên Mẫu 04", "Nhất trí.")]
    assert place.control("opinions", "list")[0]["answered"] == 3
    text = place.report("q1", "--text")
    assert text.splitlines()[0] == "Dự thảo quy chế"
    assert text.index("Chi bộ Mẫu 1") < text.index("2. Đảng viên Mẫu 01:") \
        < text.index("Chi bộ Mẫu 2") < text.index("1. Đảng viên Mẫu 04:")
    assert "Chưa có ý kiến" not in text


def test_the_leader_of_the_cell_reads_what_its_members_said(place):
    shown = place.chibo("m1", "q1")
    assert "\nĐảng viên Mẫu 02:\nĐề nghị sửa Điều 1:\n" in shown
    assert "Đảng viên Mẫu 04" not in shown and "Chưa có" not in shown
    assert "Đề nghị sửa" not in place.chibo("m2", "q1")


def test_wrong_usage_says_what_is_right(place):
    assert "chibo opinions q1 --give" in place.chibo(
        "m1", "--give", "-", code=2)
    assert "no number of a draft" in place.chibo("m1", "Q 1", code=2)
