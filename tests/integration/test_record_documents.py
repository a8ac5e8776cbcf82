"""Documents in the file of a record say what its log gives: chibo-verify draws
them again, even where the server itself seals others."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from exported_record import (COMPLETE, DOCUMENTS, INVALID,  # noqa: E402
                             SO_FAR, TEMPLATE, Exported, add, chiboctl,
                             drop, other_ruleset, verify)
from record_file import RecordFile  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


def test_minutes_that_say_something_else_than_the_log_are_found(exported):
    assert "minutes.json: the minutes in it say something else than the log" \
        in exported.refused


def test_minutes_of_a_later_form_are_not_called_false(exported):
    code, said, _ = verify(exported.later)
    assert (code, said["gaps"]) == (SO_FAR, ["open", "not_signed",
                                             "documents"])
    assert said["record"]["minutes_compared"] == "unknown"
    assert said["record"]["documents_compared"] == len(DOCUMENTS)


def within(name, before, after, count=1):
    """One letter of a file, or of a part of a DOCX, is another."""
    path, _, part = name.partition("!")

    def do(record, _):
        holder = RecordFile(record.files[path]) if part else record
        data = holder.files[part or path]
        assert data.count(before.encode()) >= 1, name
        holder.files[part or path] = data.replace(before.encode(),
                                                  after.encode(), count)
        if part:
            record.files[path] = holder.bytes()
    return do


def with_part(name, part, data):
    def do(record, _):
        docx = RecordFile(record.files[name])
        docx.files[part] = data
        record.files[name] = docx.bytes()
    return do


def copy_of(name, other):
    return lambda record, _: record.files.update({name: record.files[other]})


def without_part(record, name):
    docx = RecordFile(record.files[name])
    docx.files.pop("customXml/item1.xml")
    return docx.bytes()


MINUTES_PDF, MINUTES_DOCX = "documents/minutes.pdf", "documents/minutes.docx"
OF_DOCUMENTS = {
    "a letter of the text in a PDF": (within(
        MINUTES_PDF, "Chi bộ đã nghe", "Chi bộ đã nghệ"),
        {"document", "document_form"}),
    "the code at the foot of a PDF": (within(
        "documents/voting.pdf", "Mã kiểm tra: ", "Mã kiểm trạ: "),
        {"document", "document_form"}),
    "a PDF cut short": (lambda r, _: r.files.update(
        {MINUTES_PDF: r.files[MINUTES_PDF][:-9]}), {"document_form"}),
    "a PDF that is none": (add(MINUTES_PDF), {"document_form"}),
    "the PDF of another document": (copy_of(
        MINUTES_PDF, "documents/voting.pdf"), {"document"}),
    "a letter of the text in a DOCX": (within(
        MINUTES_DOCX + "!customXml/item1.xml", "đã nghe", "đã nghệ"),
        {"document"}),
    "a letter that a DOCX shows": (within(
        MINUTES_DOCX + "!word/document.xml", "đã nghe", "đã nghệ"),
        {"document_shown"}),
    "a number that a DOCX shows": (within(
        "documents/voting.docx!word/document.xml", ">3/7<", ">4/7<"),
        {"document_shown"}),
    "the code at the foot of a DOCX": (within(
        MINUTES_DOCX + "!word/footer1.xml", "Mã kiểm tra: ",
        "Mã kiểm tra: 0"), {"document_shown"}),
    "the head of a page of a DOCX": (within(
        MINUTES_DOCX + "!word/header1.xml", "PAGE", "DATE"),
        {"document_shown"}),
    "hidden text in a DOCX": (within(
        MINUTES_DOCX + "!word/document.xml", "<w:rPr>",
        "<w:rPr><w:vanish/>"), {"document_shown"}),
    "a style of a DOCX that hides": (within(
        MINUTES_DOCX + "!word/styles.xml", "<w:rPr></w:rPr>",
        "<w:rPr><w:vanish/></w:rPr>"), {"document_shown"}),
    "a mark of a DOCX that is a word": (within(
        MINUTES_DOCX + "!word/numbering.xml", 'w:val="-"', 'w:val="không"'),
        {"document_shown"}),
    "another page of a DOCX": (within(
        MINUTES_DOCX + "!_rels/.rels", "word/document.xml",
        "word/settings.xml"), {"document_shown"}),
    "a picture in a DOCX": (with_part(
        MINUTES_DOCX, "word/media/image1.png", b"x"), {"document_shown"}),
    "a DOCX that is none": (add(MINUTES_DOCX), {"document_form"}),
    "a DOCX without its text": (lambda r, _: r.files.update(
        {MINUTES_DOCX: without_part(r, MINUTES_DOCX)}), {"document_form"}),
    "the DOCX of another document": (copy_of(
        "documents/notice.docx", "documents/voting.docx"), {"document"}),
    "a cell of a list": (within(
        "documents/attendance.csv", "Mẫu 03", "Mẫu 30"), {"document"}),
    "a number of a list": (within(
        "documents/voting.csv", ",3,7,", ",4,7,"), {"document"}),
    "a word of the plain text": (within(
        "documents/minutes.txt", "đã nghe", "đã nghệ"), {"document"}),
    "a word of a template": (within(
        TEMPLATE, "= BIÊN BẢN", "= BẢN SAO"), {"document"}),
    "a slip in a template": (within(
        TEMPLATE, "{{footer}}", "{{foter}}"), {"template"}),
    "a template that never ends": (add(
        TEMPLATE, b"{{#meeting}}" * 100), {"template"}),
    "no template": (drop(TEMPLATE), {"file_missing"}),
    "a template for another": (copy_of(
        TEMPLATE, "templates/voting.mustache"), {"document"}),
    "no form": (drop("documents.json"), {"file_missing"}),
    "a form that is none": (add("documents.json", b"{}"), {"file_form"}),
    "the form respelled": (add(
        "documents.json", b'{"v":1, "format":4}'), {"file_form"}),
    "documents of another form than they are": (add(
        "documents.json", b'{"v":1,"format":3}'), {"document"}),
    "no PDF": (drop(MINUTES_PDF), {"file_missing"}),
    "no list": (drop("documents/voting.csv"), {"file_missing"}),
    "no plain text": (drop("documents/minutes.txt"), {"file_missing"}),
    "a document more": (copy_of(
        "documents/resolution.pdf", MINUTES_PDF), {"document_unknown"}),
    "a list of no document": (add(
        "documents/minutes.csv"), {"document_unknown"}),
}


@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_documents_say_what_the_record_gives(exported, tmp_path, name):
    """Even where the server itself seals it anew."""
    record = exported.file().copy()
    change, faults = OF_DOCUMENTS[name]
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.reseal(exported.seed).bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (INVALID, "")
    assert said["failure"]["fault"] in faults
    assert said["failure"]["name"] in record.files or "no " in name


def test_a_ruleset_of_another_version_is_not_called_false(exported, tmp_path):
    """A verifier that cannot read it, for whatever reason."""
    code, said, _ = verify(exported.full, without="ruleset_shelf_add")
    assert (code, said["failure"], said["gaps"]) == (
        SO_FAR, None, ["documents", "ruleset"])
    record = exported.file().copy()
    other_ruleset(record, exported)
    path = tmp_path / "other.chibo"
    path.write_bytes(record.reseal(exported.seed).bytes())
    code, said, _ = verify(path, without="ruleset_shelf_add")
    assert (code, said["failure"]["fault"]) == (INVALID, "rules")


def test_documents_of_a_later_form_are_not_called_false(exported, tmp_path):
    record = exported.file().copy()
    record.files["documents.json"] = b'{"v":1,"format":99}'
    path = tmp_path / "later.chibo"
    path.write_bytes(record.reseal(exported.seed).bytes())
    code, said, _ = verify(path)
    assert (code, said["gaps"]) == (SO_FAR, ["documents"])
    assert said["record"]["documents_unknown"] == len(DOCUMENTS)
    assert said["record"]["minutes_compared"] == "unknown"


def test_papers_that_were_not_compared_are_not_given_without_a_word(
        exported, tmp_path):
    """Whoever declares a form that nobody knows may put anything there."""
    record = exported.file().copy()
    record.files["documents.json"] = b'{"v":1,"format":99}'
    within(MINUTES_DOCX + "!word/document.xml", "đã nghe", "đã nghệ")(record,
                                                                    None)
    path = tmp_path / "later.chibo"
    path.write_bytes(record.reseal(exported.seed).bytes())
    server = exported.play.server
    said = chiboctl(server, "record", "folder", path, "--out", tmp_path / "a")
    assert "was not compared" in said
    assert "was not compared" not in chiboctl(
        server, "record", "folder", exported.full, "--out", tmp_path / "b")


@pytest.mark.parametrize("check, change", [
    ("verify_documents_judge", lambda r, e: (
        OF_DOCUMENTS["a word of the plain text"][0](r, e),
        r.reseal(e.seed))),
    ("docx_text_check", lambda r, e: (
        OF_DOCUMENTS["a letter that a DOCX shows"][0](r, e),
        r.reseal(e.seed))),
])
def test_a_verifier_without_a_check_is_found_out(exported, tmp_path, check,
                                                 change):
    record = exported.file().copy()
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[0] == INVALID
    assert verify(path, without=check)[0] == COMPLETE
