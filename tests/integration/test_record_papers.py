"""The papers in the file of a record: as a folder of files, in words that read
alike in every form, drawn by templates that are ours or not."""
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from exported_record import (COMPLETE, PAPERS, TEMPLATE,  # noqa: E402
                             Exported, carried, chiboctl, report, verify)
from pdf_words import carried_text, difference, joined  # noqa: E402
from record_file import RecordFile  # noqa: E402
from server_process import BUILD  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


def words_read(text):
    """Without the marks of items, which a reader shows in its own way, and the
    pages' numbers."""
    return [word for word in text.replace("\u00a0", " ").split()
            if word not in ("-", "+", "•", "◦") and not word.isdigit()]


@pytest.fixture(scope="module")
def folder(exported):
    """Of a file, as one would who got it from the cell."""
    path = exported.directory / "papers"
    chiboctl(exported.play.server, "record", "folder", exported.full, "--out",
             path, "--separator", ";")
    return path


def test_the_papers_of_a_record_become_a_folder(exported, folder):
    record = exported.file()
    names = {path.name for path in folder.iterdir()}
    assert names == {
        f"{name}.{kind}" for name in ("bien-ban", "danh-sach-diem-danh",
                                      "thong-bao", "tong-hop-bieu-quyet")
        for kind in ("pdf", "docx")} | {
        "danh-sach-diem-danh.csv", "tong-hop-bieu-quyet.csv", "lich-hop.ics"}
    for kind in ("pdf", "docx"):
        assert (folder / f"bien-ban.{kind}").read_bytes() == \
            record.files[f"documents/minutes.{kind}"]
    people = (folder / "danh-sach-diem-danh.csv").read_bytes()
    assert people.startswith("\ufeffTT;Họ và tên;Diện;".encode())
    assert b"SUMMARY:" in (folder / "lich-hop.ics").read_bytes()
    said = chiboctl(exported.play.server, "record", "folder", exported.full,
                    "--out", folder, code=2)
    assert "there is something in its place" in said


def test_lists_of_a_folder_go_without_the_mark_if_asked(exported, folder,
                                                        tmp_path):
    plain = tmp_path / "plain"
    chiboctl(exported.play.server, "record", "folder", exported.full, "--out",
             plain, "--separator", ";", "--no-bom")
    for name in ("danh-sach-diem-danh.csv", "tong-hop-bieu-quyet.csv"):
        marked = (folder / name).read_bytes()
        assert marked == b"\xef\xbb\xbf" + (plain / name).read_bytes()


def test_the_minutes_of_a_meeting_read_alike_in_every_form(exported, folder):
    text = carried(exported.file(), "documents/minutes.docx")
    footer = text.rstrip("\n").rsplit("\n", 1)[1]
    pdf = subprocess.run(["pdftotext", "-raw", folder / "bien-ban.pdf", "-"],
                         stdout=subprocess.PIPE, check=True, timeout=60)
    read = pdf.stdout.decode()
    assert footer in read
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder.parent}/profile",
         "--headless", "--convert-to", "txt:Text", "--outdir", folder.parent,
         folder / "bien-ban.docx"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=True, timeout=300)
    opened = (folder.parent / "bien-ban.txt").read_text("utf-8-sig")
    expected = words_read(text.replace(footer, ""))
    assert joined(words_read(read.replace(footer, "")), expected) == expected
    assert words_read(opened.replace(footer, "")) == expected


def test_each_page_shows_the_text_that_its_pdf_carries(exported, tmp_path):
    record = exported.file()
    code = f"Mã kiểm tra: {exported.signed_head()}\n"
    for name in PAPERS:
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(record.files[f"documents/{name}.pdf"])
        assert difference(path) is None, name
        assert carried_text(path).endswith(code), name


def test_a_notice_has_no_code_before_both_have_signed(exported, tmp_path):
    record = RecordFile(exported.running.read_bytes())
    for name, is_told in (("notice", False), ("attendance_form", False),
                          ("minutes", True), ("attendance", True)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(record.files[f"documents/{name}.pdf"])
        assert difference(path) is None, name
        text = carried_text(path)
        assert text.endswith("\nBiên bản chưa ký.\n") == is_told, name
        assert "Mã kiểm tra" not in text and ("chưa ký" in text) == is_told


def export_by(exported, folder, change):
    """A record whose minutes are drawn by a template that was changed."""
    for part in ("rules", "templates"):
        shutil.copytree(exported.play.server.directory / part, folder / part)
    template = folder / "templates/documents/minutes.mustache"
    template.write_text(change(template.read_text()))
    config = folder / "chibod.conf"
    config.write_text(
        f'data_directory = "{exported.play.server.data}";\n'
        f'rules_directory = "{folder}/rules";\n')
    path = folder / "changed.chibo"
    subprocess.run([BUILD / "bin/chiboctl", "record", "export",
                    exported.play.meeting, "--out", path, "--config", config],
                   check=True, capture_output=True, timeout=60)
    return path


def test_templates_that_are_not_ours_are_named(exported, tmp_path):
    """They can say of a vote whatever they like."""
    path = export_by(exported, tmp_path, lambda text: text.replace(
        "# I. NỘI DUNG", "Tán thành 7/7 đồng chí.\n# I. NỘI DUNG"))
    assert "Tán thành 7/7" in carried(RecordFile(path.read_bytes()),
                                      "documents/minutes.docx")
    code, said, _ = verify(path)
    assert code == COMPLETE
    assert said["record"]["templates_other"] == [TEMPLATE]
    assert "ATTENTION: these templates" in report(path)
    assert f"\n    {TEMPLATE}\n" in report(path)
    assert "ATTENTION" not in report(exported.full)
