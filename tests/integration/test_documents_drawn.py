"""The documents of the templates, as PDF and DOCX, read by other programs."""

import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import unicodedata
import zipfile
import xml.etree.ElementTree

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "support"))
from pdf_words import (difference, said_by, without_foot, words,  # noqa: E402
                       words_of_pdf)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("CHIBO_BUILD", "build/release")
DRAW = BUILD / "tests/integration/paper_draw"
TEMPLATES = ROOT / "config/templates/documents"
VALUES = ROOT / "tests/vectors/documents"
CREATED_MS = 1770257400000  # 2026-02-05T02:10:00Z
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.mustache"))
TONES = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def draw(folder, template, values, **environment):
    name = pathlib.Path(template).stem
    paths = [folder / f"{name}.{kind}" for kind in ("pdf", "docx", "txt")]
    done = subprocess.run(
        [DRAW, template, values, str(CREATED_MS), *paths],
        env={**os.environ, **environment}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=300)
    return done.returncode, done.stderr.decode(), paths


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """All templates over the example, and the minutes of forty names."""
    folder = tmp_path_factory.mktemp("drawn")
    for name in NAMES:
        code, said, _ = draw(folder, TEMPLATES / f"{name}.mustache",
                             VALUES / "meeting.json")
        assert (code, said) == (0, ""), name
    long = folder / "forty_names.mustache"
    long.write_text((TEMPLATES / "minutes.mustache").read_text())
    code, said, _ = draw(folder, long, VALUES / "forty_names.json")
    assert (code, said) == (0, "")
    return folder


def many_candidates(folder, name, count):
    """The paper of a ballot with so many on its list."""
    values = json.loads((VALUES / "meeting.json").read_text())
    values["ballot"]["candidates"] = [
        {"number": number, "name": f"Đảng viên Mẫu {number:02d}", "end": ";"}
        for number in range(1, count + 1)]
    path = folder / f"{name}_{count}.json"
    path.write_text(json.dumps(values))
    template = folder / f"{name}_{count}.mustache"
    template.write_text((TEMPLATES / f"{name}.mustache").read_text())
    code, said, _ = draw(folder, template, path)
    assert (code, said) == (0, "")
    return template.stem


LONG_LISTS = [("ballot_surplus", 8, 2, 1), ("ballot_surplus", 9, 1, 1),
              ("ballot_confidence", 20, 1, 1), ("ballot_rating", 60, 1, 3)]


@pytest.fixture(scope="module")
def long_lists(drawn):
    """Papers of long lists beside those of the example."""
    return [many_candidates(drawn, name, count)
            for name, count, _, _ in LONG_LISTS]


@pytest.fixture(scope="module")
def shown(drawn, long_lists):
    """How LibreOffice draws each DOCX: as PDF."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{drawn}/profile",
         "--headless", "--convert-to", "pdf", "--outdir", drawn / "shown",
         *sorted(drawn.glob("*.docx"))],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
        timeout=900)
    return drawn / "shown"


@pytest.fixture(scope="module")
def converted(drawn):
    """What LibreOffice reads in each DOCX."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{drawn}/profile",
         "--headless", "--convert-to", "txt:Text", "--outdir", drawn / "read",
         *sorted(drawn.glob("*.docx"))],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
        timeout=900)
    return drawn / "read"


def canonical(folder, name):
    return (folder / f"{name}.txt").read_text()


def footer_of(name):
    values = json.loads((VALUES / "meeting.json").read_text())
    source = (TEMPLATES / f"{name}.mustache").read_text()
    return values["footer"] if "@footer" in source else ""


def test_minutes_of_forty_names_are_three_pages_with_every_letter(drawn):
    pdf = drawn / "forty_names.pdf"
    assert "Pages:           3\n" in said_by("pdfinfo", pdf)
    text = said_by("pdftotext", pdf, "-")
    assert unicodedata.is_normalized("NFC", text)
    letters = {unicodedata.normalize("NFC", vowel + tone)
               for vowel, tone in itertools.product("aăâeêioôơuưy", TONES)}
    letters |= {"đ"}
    letters |= {letter.upper() for letter in letters}
    assert len(letters) == 146
    assert letters <= set(text)
    joined = " ".join(words_of_pdf(pdf, footer_of("minutes")))
    for number in range(1, 41):
        assert joined.count(f"Đảng viên Mẫu {number:02d} tên rất dài") == 1


def test_what_is_read_in_a_pdf_is_its_canonical_text(drawn):
    for name in ("forty_names", "minutes", "tally", "resolution", "notice",
                 "attendance", "tasks", "voting", "attendance_form"):
        footer = footer_of(name.replace("forty_names", "minutes"))
        assert (words_of_pdf(drawn / f"{name}.pdf", footer) ==
                without_foot(canonical(drawn, name), footer)), name


def test_what_is_read_in_a_ballot_paper_is_its_canonical_text(drawn):
    for name in NAMES:
        if name.startswith("ballot_"):
            assert difference(drawn / f"{name}.pdf", papers=2) is None, name


def test_another_word_in_a_pdf_is_found(drawn, tmp_path):
    """The planted fault: pages that show another text than they carry."""
    pdf = (drawn / "tasks.pdf").read_bytes()
    carried = pdf.index("PHÂN CÔNG".encode(), pdf.index(b"/EmbeddedFile"))
    size = len("PHÂN CÔNG".encode())
    path = tmp_path / "tasks.pdf"
    path.write_bytes(pdf[:carried] + "PHÂN CÂNG".encode() +
                     pdf[carried + size:])
    assert difference(drawn / "tasks.pdf") is None
    assert difference(path) == ("CÔNG", "CÂNG")


def test_what_is_read_in_a_docx_is_the_text_of_the_pdf(drawn, converted):
    for name in [*NAMES, "forty_names"]:
        footer = footer_of(name.replace("forty_names", "minutes"))
        expected = without_foot(canonical(drawn, name), footer)
        if name.startswith("ballot_"):
            expected *= 2  # two of them on a page
        read = (converted / f"{name}.txt").read_text("utf-8-sig")
        # Written as text, it shows the marks of items as other ones.
        read = [{"•": "-", "◦": "+"}.get(word, word) for word in words(read)]
        assert read == expected, name


def lines_of(path, page):
    """xMin, yMin, xMax, yMax and words of each line, in points."""
    told = said_by("pdftotext", "-bbox-layout", "-f", str(page), "-l",
                   str(page), path, "-")
    for *box, inner in re.findall(
            r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" '
            r'yMax="([\d.]+)">(.*?)</line>', told, re.S):
        yield [*map(float, box),
               " ".join(re.findall(r">([^<]+)</word>", inner))]


def test_a_page_keeps_the_measures_of_the_rules(drawn):
    mm = 72 / 25.4
    first = list(lines_of(drawn / "minutes.pdf", 1))
    second = list(lines_of(drawn / "minutes.pdf", 2))
    *text, foot = first
    assert foot[4].startswith("Mã kiểm tra: ") and foot[3] < 287 * mm
    for line in [*text, *second[:-1]]:
        assert 30 * mm - 0.1 < line[0] and line[2] < 195 * mm + 0.1, line
        assert line[3] < 277 * mm, line
    assert min(line[1] for line in text) > 20 * mm
    # 10 mm in, lines 19 pt apart, letters 14 pt: so high is their line.
    begin = next(i for i, line in enumerate(text)
                 if line[4].startswith("Đồng chí Đảng viên Mẫu 01 tuyên bố"))
    one, two = text[begin:begin + 2]
    assert one[0] == pytest.approx(40 * mm, abs=0.1)
    assert two[0] == pytest.approx(30 * mm, abs=0.1)
    assert two[1] - one[1] == pytest.approx(19, abs=0.01)
    assert one[3] - one[1] == pytest.approx(14 * 1.107, abs=0.1)
    title = next(line for line in text if line[4] == "BIÊN BẢN")
    assert title[3] - title[1] == pytest.approx(16 * 1.107, abs=0.1)
    assert (title[0] + title[2]) / 2 == pytest.approx(112.5 * mm, abs=0.5)
    # The page number in the middle of the head, from the second page on.
    number = next(line for line in second if line[4] == "2")
    assert 10 * mm < number[1] and number[3] < 20 * mm
    assert (number[0] + number[2]) / 2 == pytest.approx(112.5 * mm, abs=0.5)
    assert not [line for line in text if line[4] == "1"]


def pages_of(path):
    return int(re.search(r"Pages: +(\d+)", said_by("pdfinfo", path))[1])


def places_of(path):
    """Of each page where the lines of each text stand, from the top down."""
    for page in range(1, pages_of(path) + 1):
        places = {}
        for line in sorted(lines_of(path, page), key=lambda line: line[1::-1]):
            places.setdefault(line[4], []).append(line)
        yield places


def test_a_docx_keeps_the_measures_of_the_pdf(drawn, shown, long_lists):
    """In LibreOffice: font, size of the sheet, margins, where lines stand and
    how wide they are, so how large their letters. Tables grow a little with
    their borders, so lines may be lower."""
    mm = 72 / 25.4
    for name in [*NAMES, "forty_names"]:
        ours, theirs = drawn / f"{name}.pdf", shown / f"{name}.pdf"
        fonts = said_by("pdffonts", theirs).splitlines()[2:]
        assert fonts and all("+LiberationSerif" in line for line in fonts), name
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)",
                         said_by("pdfinfo", theirs))
        wide = name == "attendance"
        assert sorted(map(float, size.groups())) == [
            pytest.approx(595.3, abs=0.3), pytest.approx(841.9, abs=0.3)]
        assert (float(size[1]) > float(size[2])) == wide
        assert pages_of(theirs) == pages_of(ours), name
        found = 0
        for here, there in zip(places_of(ours), places_of(theirs)):
            for text in here.keys() & there.keys():
                if len(here[text]) != len(there[text]):
                    continue
                for one, other in zip(here[text], there[text]):
                    assert other[0] == pytest.approx(one[0], abs=2), text
                    assert other[2] == pytest.approx(one[2], abs=3), text
                    assert -5 < other[1] - one[1] < 30, (name, text)
                    found += 1
        assert found >= 6, name
        if name.startswith("ballot_"):
            continue
        for page in range(1, pages_of(theirs) + 1):
            for line in lines_of(theirs, page):
                assert 30 * mm - 1.2 < line[0], (name, line)
                assert line[2] < (282 if wide else 195) * mm + 1.2, (name, line)


def test_a_docx_names_times_new_roman_and_no_other_font(drawn):
    for name in NAMES:
        with zipfile.ZipFile(drawn / f"{name}.docx") as docx:
            parts = {part: docx.read(part).decode()
                     for part in docx.namelist() if part.endswith(".xml")}
        fonts = [font for part in parts.values()
                 for font in re.findall(r"<w:rFonts [^>]*>", part)]
        assert fonts == [
            '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
            'w:eastAsia="Times New Roman" w:cs="Times New Roman"/>']
        # No theme, whose fonts would come before those of the style.
        assert not [part for part in parts if "theme" in part]
        assert "asciiTheme" not in "".join(parts.values())
        styles = parts["word/styles.xml"]
        assert '<w:sz w:val="28"/><w:szCs w:val="28"/>' in styles
        assert 'w:line="380" w:lineRule="exact"' in styles


def test_a_heading_is_on_the_page_of_its_table(drawn, shown):
    for folder in (drawn, shown):
        pages = said_by("pdftotext", "-raw", folder / "tally.pdf",
                        "-").split("\f")
        assert "Kết quả kiểm phiếu\nTT Họ và tên" in pages[1]


def test_headings_of_a_table_are_on_the_page_of_its_first_row(drawn, tmp_path):
    values = json.loads((VALUES / "meeting.json").read_text())
    for lines in range(25, 36):
        values["conclusions"] = [f"Dòng {number}" for number in range(lines)]
        values["tasks"][0]["text"] = " ".join(["Việc rất dài"] * 12)
        (tmp_path / "long.json").write_text(json.dumps(values))
        code, said, paths = draw(tmp_path, TEMPLATES / "minutes.mustache",
                                 tmp_path / "long.json")
        assert (code, said) == (0, "")
        page = next(page for page in
                    said_by("pdftotext", "-raw", paths[0], "-").split("\f")
                    if "Thời hạn\n" in page)
        assert "Việc rất dài" in page, lines


def test_a_word_longer_than_its_line_is_broken_without_a_hyphen(tmp_path):
    values = json.loads((VALUES / "meeting.json").read_text())
    values["tasks"][0]["text"] = "x" * 200
    (tmp_path / "long.json").write_text(json.dumps(values))
    code, said, paths = draw(tmp_path, TEMPLATES / "tasks.mustache",
                             tmp_path / "long.json")
    assert (code, said) == (0, "")
    text = said_by("pdftotext", "-raw", paths[0], "-")
    assert text.count("x") >= 200 and "x-" not in text


def test_a_long_list_has_fewer_papers_on_a_page_or_goes_on(drawn, shown,
                                                           long_lists):
    for stem, (name, count, papers, pages) in zip(long_lists, LONG_LISTS):
        for pdf in (drawn / f"{stem}.pdf", shown / f"{stem}.pdf"):
            text = said_by("pdftotext", "-raw", pdf, "-")
            assert text.count("PHIẾU BẦU") == papers, stem
            for number in range(1, count + 1):
                assert text.count(f"Đảng viên Mẫu {number:02d}") == papers
        if count < 60:
            assert pages_of(drawn / f"{stem}.pdf") == pages
            assert pages_of(shown / f"{stem}.pdf") == pages


def test_a_ballot_paper_is_on_its_page_as_often_as_it_says(drawn):
    for name in ("ballot_surplus", "ballot_agree"):
        text = said_by("pdftotext", "-raw", drawn / f"{name}.pdf", "-")
        assert words(text) == 2 * words(canonical(drawn, name))


def test_fonts_of_a_pdf_are_embedded_and_none_stands_in(drawn):
    lines = said_by("pdffonts", drawn / "forty_names.pdf").splitlines()[2:]
    assert len(lines) >= 3
    for line in lines:
        assert re.match(r"[A-Z]{6}\+LiberationSerif(-\w+)? ", line), line
        assert re.search(r" yes yes yes +\d+ +0$", line), line


def test_a_pdf_says_what_it_is(drawn):
    said = said_by("pdfinfo", "-isodates", drawn / "minutes.pdf")
    for line in ("Title:           Biên bản Sinh hoạt chi bộ thường kỳ tháng",
                 "Subject:         Số 05-BB/CB",
                 "Author:          Chi bộ thôn Mẫu",
                 "CreationDate:    2026-02-05T02:10:00Z",
                 "ModDate:         2026-02-05T02:10:00Z",
                 "Tagged:          yes",
                 "Page size:       595.276 x 841.89 pts (A4)"):
        assert line in said, line
    structure = said_by("pdfinfo", "-struct-text", drawn / "minutes.pdf")
    assert "H1 (block)" in structure and "BIÊN BẢN" in structure
    assert re.search(rb"/Lang \(vi-VN\)", (drawn / "minutes.pdf").read_bytes())


def test_the_canonical_text_is_attached_to_a_pdf_and_a_part_of_a_docx(drawn):
    for name in (*NAMES, "forty_names"):
        subprocess.run(["pdfdetach", "-save", "1", "-o", drawn / "attached",
                        drawn / f"{name}.pdf"], check=True, timeout=60)
        text = (drawn / "attached").read_text()
        assert text == canonical(drawn, name)
        with zipfile.ZipFile(drawn / f"{name}.docx") as docx:
            part = docx.read("customXml/item1.xml")
        assert xml.etree.ElementTree.fromstring(part).text == text


def test_a_docx_is_sound_xml_that_nothing_is_packed_in(drawn):
    with zipfile.ZipFile(drawn / "minutes.docx") as docx:
        assert docx.testzip() is None
        for part in docx.infolist():
            assert part.compress_type == zipfile.ZIP_STORED
            assert part.date_time == (1980, 1, 1, 0, 0, 0)
            xml.etree.ElementTree.fromstring(docx.read(part))
        core = docx.read("docProps/core.xml").decode()
        document = docx.read("word/document.xml").decode()
    assert core.count(">2026-02-05T02:10:00Z<") == 2
    assert "<w:tblHeader/>" in document
    assert '<w:pStyle w:val="Heading2"/>' in document


def test_the_same_document_has_the_same_bytes_on_another_day(drawn, tmp_path):
    code, said, again = draw(tmp_path, TEMPLATES / "minutes.mustache",
                             VALUES / "meeting.json", LD_PRELOAD=str(FAKETIME),
                             FAKETIME="@2031-07-01 12:00:00", TZ="Asia/Tokyo",
                             LANG="C", HOME=str(tmp_path),
                             ASAN_OPTIONS="verify_asan_link_order=0")
    assert (code, said) == (0, "")
    for path in again:
        assert path.read_bytes() == (drawn / path.name).read_bytes()


# What may be nothing, by config/templates/documents/README.md, and is not the
# ground on which its document is drawn at all.
MAY_BE_NOTHING = """
    place meeting.place meeting.permission meeting.planned meeting.closed
    meeting.has_sites sites site organisation.upper organisation.upper_caps
    chair.post minute_taker.post dues has_previous_tasks previous_tasks score
    has_reservations reservations adopted resolution resolved grounds review
    plan conclusions has_tasks tasks has_votes votes has_documents documents
    recipients attendance.has_excused attendance.excused
    attendance.has_unexcused attendance.unexcused attendance.has_unnoted
    attendance.unnoted attendance.has_guests attendance.guests
    ballot.ways ballot.basis ballot.invalid_reason ballot.has_elected
    ballot.elected ballot.conclusion ballot.method ballot.is_decided
    ballot.has_rows ballot.rows
""".split()
HALF = re.compile(r"[:,;(] *[.,;:)]|[(“] *[)”]|^ *[.,;:]| [.,;]"
                  r"|(tại|theo|(?<!\d )đồng chí) *[.,;:)]")


def half_sentences(text):
    return [line for line in text.splitlines()
            if HALF.search(re.sub(r"\.{6}", "", line))]


def without(values, name):
    """A copy without this fact, as the program leaves it out."""
    values = json.loads(json.dumps(values))
    *path, last = name.split(".")
    group = values
    for part in path:
        group = group[part]
    assert last in group, name
    group[last] = {list: [], bool: False, str: ""}.get(type(group[last]))
    return values


def drawn_without(folder, template, names):
    values = json.loads((VALUES / "meeting.json").read_text())
    for name in names:
        values = without(values, name)
    (folder / "values.json").write_text(json.dumps(values))
    code, said, (_, _, text) = draw(folder, template, folder / "values.json")
    assert (code, said) == (0, ""), template
    return text.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_leaves_no_half_sentence(drawn, tmp_path, name):
    template = TEMPLATES / f"{name}.mustache"
    assert half_sentences(canonical(drawn, name)) == []
    used = [[one] for one in MAY_BE_NOTHING
            if f"{one}}}}}" in template.read_text()]
    for missing in used + [MAY_BE_NOTHING]:
        text = drawn_without(tmp_path, template, missing)
        assert half_sentences(text) == [], missing


def test_parts_of_a_resolution_that_nothing_is_in_have_dots(tmp_path):
    values = json.loads((VALUES / "meeting.json").read_text())
    values.update(review=[], has_previous_tasks=False, plan=[])
    (tmp_path / "empty.json").write_text(json.dumps(values))
    code, said, paths = draw(tmp_path, TEMPLATES / "resolution.mustache",
                             tmp_path / "empty.json")
    assert (code, said) == (0, "")
    assert ("I. ĐÁNH GIÁ KẾT QUẢ THÁNG TRƯỚC\n......\n"
            "II. PHƯƠNG HƯỚNG, NHIỆM VỤ THÁNG TỚI\n......\n"
            "III. PHÂN CÔNG VÀ TỔ CHỨC THỰC HIỆN\n") in paths[2].read_text()


def test_a_meeting_without_a_place_has_none_in_its_documents(tmp_path):
    nowhere = ["place", "meeting.place", "meeting.permission"]

    def lines(name):
        return drawn_without(
            tmp_path, TEMPLATES / f"{name}.mustache", nowhere).splitlines()

    for name, day in (("minutes", "05 tháng 02"), ("notice", "30 tháng 01")):
        assert "- Hình thức: trực tiếp kết hợp trực tuyến." in lines(name)
        assert f"Ngày {day} năm 2026" in lines(name)
    assert any(line.startswith("Ngày 05/02/2026, Chi bộ thôn Mẫu tổ chức ")
               for line in lines("resolution"))
    assert ("Hôm nay, vào 09 giờ 20, ngày 05/02/2026, ban kiểm phiếu gồm:"
            in lines("tally"))
    assert "Ngày ...... tháng ...... năm 2026" in lines("attendance_form")


@pytest.mark.parametrize("line, name", [
    ("- Địa điểm: {{meeting.place}}.", "meeting.place"),
    ("Hôm nay, tại {{meeting.place}}, họp.", "meeting.place"),
    ("{{place}}, ngày 05", "place"),
    ("Chủ trì (theo {{meeting.place}}).", "meeting.place"),
    ("Nghị quyết “{{meeting.place}}”", "meeting.place"),
    ("Thư ký: đồng chí {{meeting.place}}.", "meeting.place"),
])
def test_a_half_sentence_is_found(tmp_path, line, name):
    template = tmp_path / "half.mustache"
    template.write_text(line + "\n")
    assert half_sentences(drawn_without(tmp_path, template, [])) == []
    assert half_sentences(drawn_without(tmp_path, template, [name])) != []


def test_a_missing_font_is_told_and_nothing_stands_in(tmp_path):
    (tmp_path / "fonts.conf").write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'>"
        "<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>")
    code, said, paths = draw(tmp_path, TEMPLATES / "minutes.mustache",
                             VALUES / "meeting.json",
                             FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    assert code == 1
    assert said == ("0: a font is missing on this machine: "
                    "Liberation Serif\n")
    assert not paths[0].exists()


def test_a_slip_in_a_template_is_told_with_its_line(tmp_path):
    source = (TEMPLATES / "minutes.mustache").read_text()
    lines = source.splitlines()
    at = next(i for i, line in enumerate(lines) if "{{meeting.place}}" in line)
    lines[at] = lines[at].replace("{{meeting.place}}", "{{meeting.palce}}")
    (tmp_path / "slip.mustache").write_text("\n".join(lines))
    code, said, _ = draw(tmp_path, tmp_path / "slip.mustache",
                         VALUES / "meeting.json")
    assert code == 1
    assert said == f"{at + 1}: there is no such name here: meeting.palce\n"
