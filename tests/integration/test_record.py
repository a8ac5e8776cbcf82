"""The file of a record, exported from a real server while it runs: what
chibo-verify says of it, of forms with less in it, and of each thing that can be
done to it, by somebody who has no key, or by the server itself."""
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import zipfile

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
import played_record  # noqa: E402
from lying_ballot import ballot_under_lies  # noqa: E402
from pdf_words import carried_text, difference, joined  # noqa: E402
from record_file import (EVENTS, MANIFEST, OPENINGS, REDACTION,  # noqa: E402
                         REGISTER, REGISTER_OPENINGS, SIGNATURES, RecordFile,
                         dump, join, lines_of)
from server_process import BUILD  # noqa: E402
from test_lying_ballot_count import (count_to_the_end,  # noqa: E402
                                     some_vote_on_paper)

COMPLETE, INVALID, UNUSABLE, SO_FAR = 0, 1, 2, 3
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# Of a meeting with a hall, an open vote and no tasks.
PAPERS = ["attendance", "attendance_form", "attendance_form-1", "minutes",
          "notice", "voting"]
DOCUMENTS = sorted(
    [f"documents/{name}.{kind}" for name in PAPERS for kind in
     ("docx", "pdf")] + ["documents/attendance.csv", "documents/minutes.txt",
                         "documents/voting.csv"])
TEMPLATES = [f"templates/{name}.mustache" for name in PAPERS if "-" not in name]
ATTACHED = "Dự thảo nghị quyết\n".encode()


def verify(*arguments, without=None):
    name = f"tests/chibo-verify_without_{without}" if without else \
        "bin/chibo-verify"
    done = subprocess.run([BUILD / name, *map(str, arguments), "--json"], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


def report(path, language="en"):
    return subprocess.run(
        [BUILD / "bin/chibo-verify", path, "--language", language],
        capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL).stdout


def chiboctl(server, *words, code=0, **environment):
    done = subprocess.run([BUILD / "bin/chiboctl", *map(str, words),
                           "--config", server.config, "--language", "en"],
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment},
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


class Exported:
    """A meeting that was played, and its record at each level."""

    def __init__(self, directory):
        self.directory = directory
        play = self.play = played_record.Play(
            directory / "server", binary=BUILD / "tests/chibod_undrawn")
        try:
            play.found()
            play.come()
            play.call_the_roll()
            chair = play.clients["m1"]
            blob = chair.put_blob(ATTACHED)
            play.do("m1", "attach_document", blob=blob, size=len(ATTACHED),
                    name="du_thao.txt", type="txt", item="a2")
            play.discuss()
            play.vote()
            self.running = self.export("running")
            self.falsify()
            self.adopt()
            play.change_devices()
            play.end()
            self.meeting = play.meeting_record()
            self.register = play.register_record()
            self.full = self.export("full")
            play.cell.add_member("Đảng viên Mẫu 08")
            self.again = self.export(
                "again", LD_PRELOAD=str(FAKETIME), TZ="Asia/Tokyo",
                FAKETIME="@2031-07-01 12:00:00", LANG="C",
                ASAN_OPTIONS="verify_asan_link_order=0")
        finally:
            play.close()
        self.member = self.redact("member", self.full)
        self.upper = self.redact("upper", self.full)

    def falsify(self):
        """m3 reads back minutes with one word that is not the log's."""
        play, author = self.play, self.play.clients["m3"]
        drawn = author.ask("draw_minutes", log=play.meeting)
        text = author.get_blob(drawn["blob"])
        false = text.replace("Hội trường Mẫu".encode(),
                             "Hội trường khác".encode())
        assert false != text
        play.do("m3", "present_minutes", minutes=author.put_blob(false),
                size=len(false), upto=drawn["upto"])
        path = self.directory / "false.chibo"
        self.refused = play.beside(lambda: chiboctl(
            play.server, "record", "export", play.meeting, "--out", path,
            code=1))
        assert not path.exists()
        later = false.replace(b'"format":4,', b'"format":5,')
        assert later != false
        play.do("m3", "present_minutes", minutes=author.put_blob(later),
                size=len(later), upto=drawn["upto"])
        self.later = self.export("later")

    def signed_head(self):
        """In hex, as the chair's device computed it."""
        last = [seq for seq, event in enumerate(self.meeting.events)
                if b'"ev":"minutes_signed"' in event][-1]
        return self.meeting.heads[last].hex()

    def adopt(self):
        """m3, who has the minutes by now, reads them back; they are adopted
        and signed by both."""
        play, author = self.play, self.play.clients["m3"]
        drawn = author.ask("draw_minutes", log=play.meeting)
        play.do("m3", "present_minutes", minutes=drawn["blob"],
                size=drawn["size"], upto=drawn["upto"])
        self.minutes = play.clients["m2"].get_blob(drawn["blob"])
        play.do("m1", "start_vote", matter="minutes", motion="Thông qua")
        play.confirmed("vote_started", 3)
        for holder in ("m1", "m2", "m3", "m4"):
            play.do(holder, "vote", vote="v3", choice="yes")
        play.do("m1", "close_vote", vote="v3")
        play.confirmed("vote_closed", 2)
        for holder, role in (("m3", "minute-taker"), ("m1", "chair")):
            log = play.clients[holder].log(play.meeting)
            adopted = log.all("minutes_adopted")[0]
            play.do(holder, "sign_minutes", role=role,
                    version=adopted["version"], c=adopted["c"])
        play.settle()

    def export(self, name, **environment):
        path = self.directory / f"{name}.chibo"
        self.play.beside(lambda: chiboctl(
            self.play.server, "record", "export", self.play.meeting, "--out",
            path, **environment))
        return path

    def redact(self, level, path, code=0):
        out = self.directory / f"{level}-{path.name}"
        self.said = chiboctl(self.play.server, "record", "redact", "--level",
                             level, path, out, code=code)
        return out

    @property
    def seed(self):
        """What only the server has."""
        return bytes.fromhex((self.play.server.data / "identity.key")
                             .read_text().strip())

    def file(self, level="full"):
        return RecordFile(getattr(self, level).read_bytes())


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


def carried(record, name):
    """The canonical text in a DOCX."""
    import xml.etree.ElementTree
    with zipfile.ZipFile(io.BytesIO(record.files[name])) as docx:
        part = docx.read("customXml/item1.xml")
    return xml.etree.ElementTree.fromstring(part).text


# --- the papers of a meeting as a folder ----------------------------------------


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
    assert "File exists" in said


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


# --- a record that is right -----------------------------------------------------


def test_a_record_that_both_signed_is_valid_and_complete(exported):
    code, said, errors = verify(exported.full)
    assert (code, said["gaps"], said["failure"], errors) == (
        COMPLETE, [], None, "")
    assert said["head"] == exported.meeting.heads[-1].hex()
    assert said["register_given"] and said["snapshots_unreached"] == 0
    assert said["record"] == {
        "files": 6 + len(DOCUMENTS) + len(TEMPLATES), "attachments": 1,
        "recordings": 0,
        "documents": len(DOCUMENTS), "documents_compared": len(DOCUMENTS),
        "documents_unknown": 0, "minutes_compared": "whole",
        "templates_other": [],
        "signed_by": [{"role": "server", "holder": ""}], "signed_off": True,
        "level": "full", "files_hidden": []}
    assert all(row["sealed"] == row["opened"] for row in said["texts"])


def test_an_archive_tells_that_it_was_signed_and_finds_its_facts(exported,
                                                                 tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "chibod.conf").write_text('data_directory = "data";\n')

    def rows(*words):
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "record", *map(str, words), "--json",
             "--config", tmp_path / "chibod.conf"], capture_output=True,
            text=True, timeout=60, check=True)
        return list(map(json.loads, done.stdout.splitlines()))
    assert rows("import", exported.full)[0]["signed_off"]
    assert rows("list")[0]["signed"]
    assert {row["where"] for row in rows("search", "du_thao")} == {
        "document", "minutes"}
    assert rows("verify", "--all")[-1]["complete"] == 1


def test_the_parts_of_a_record_are_what_the_devices_hold(exported):
    record = exported.file()
    assert record.events() == exported.meeting.events
    assert record.files["attachments/d1.txt"] == ATTACHED
    assert record.files["minutes.json"] == exported.minutes
    minutes = json.loads(exported.minutes)
    assert minutes["format"] == 4 and len(minutes["votes"]) == 1
    assert [line["fact"] for line in minutes["opening"]][0]
    assert [record.events()[seq].count(b'"ev":"minutes_signed"')
            for seq in record.json(MANIFEST)["signed"]] == [1, 1]
    register = lines_of(record.files[REGISTER])
    assert register == exported.register.events[:len(register)]
    assert b'"ev":"meeting_ended"' in register[-1]


def test_the_documents_of_the_templates_are_in_it(exported):
    record = exported.file()
    assert sorted(n for n in record.files if n.startswith("documents/")) == \
        DOCUMENTS
    assert [n for n in record.files if n.startswith("templates/")] == TEMPLATES
    signed = record.json(MANIFEST)["signed"][-1]
    code = "Mã kiểm tra: " + exported.meeting.heads[signed].hex()
    for name in ("minutes", "attendance", "voting"):
        text = carried(record, f"documents/{name}.docx")
        assert text.endswith(f"\n{code}\n"), name
    text = carried(record, "documents/minutes.docx")
    assert "Chi bộ đã nghe và thảo luận báo cáo." in text
    assert "DỰ THẢO" not in text and "Hội nghị kết thúc lúc" in text
    rows = record.files["documents/attendance.csv"].decode("utf-8-sig")
    assert rows.startswith("TT,Họ và tên,") and "ốm" not in rows
    draft = carried(exported.file("running"), "documents/minutes.docx")
    assert "DỰ THẢO" in draft and draft.endswith("\nBiên bản chưa ký.\n")


def test_a_record_of_a_meeting_under_way_verifies_so_far(exported):
    code, said, _ = verify(exported.running)
    assert (code, said["gaps"]) == (SO_FAR, ["open", "not_signed"])
    assert said["record"]["minutes_compared"] == "none"
    assert said["record"]["documents_compared"] == len(DOCUMENTS)


def test_later_days_give_the_same_bytes(exported):
    assert exported.full.read_bytes() == exported.again.read_bytes()


def test_another_writer_gives_the_same_bytes_but_for_the_version(exported):
    written = exported.file().bytes()
    assert len(written) == len(exported.full.read_bytes())
    path = exported.directory / "other-writer.chibo"
    path.write_bytes(written)
    assert verify(path)[0] == COMPLETE


def test_anchors_are_held_against_a_record(exported):
    seq = len(exported.meeting.heads) - 1
    head = exported.meeting.heads[-1].hex()
    code, said, _ = verify(exported.full, "--head", f"{seq}:{head}")
    assert (code, said["anchors"][0]["status"]) == (COMPLETE, "equal")
    code, said, _ = verify(exported.full, "--head", f"{seq}:{'0' * 64}")
    assert (code, said["failure"]["fault"]) == (INVALID, "head")


def test_what_lies_inside_is_not_given_again(exported):
    assert verify(exported.full, "--register", exported.full)[0] == UNUSABLE


def test_two_records_of_one_meeting_are_no_fork(exported):
    code, said, _ = verify("--fork", exported.full, exported.running)
    assert (code, said["proven"]) == (COMPLETE, False)


def test_a_meeting_that_is_not_there_is_not_exported(exported):
    said = chiboctl(exported.play.server, "record", "export", "khong-co",
                    "--out", exported.directory / "none", code=1)
    assert "khong-co" in said
    assert not (exported.directory / "none").exists()


# --- less in it -----------------------------------------------------------------


def test_a_member_gets_no_reasons_and_no_labels(exported):
    record = exported.file("member")
    code, said, _ = verify(exported.member)
    assert (code, said["failure"]) == (COMPLETE, None)
    assert (said["record"]["level"], said["record"]["files_hidden"]) == (
        "member", [*DOCUMENTS, "minutes.json"])
    assert said["record"]["minutes_compared"] == "hidden"
    assert "were not compared with the log" in report(exported.member)
    everything = b"".join(record.files.values())
    assert "ốm".encode() not in everything
    assert "Tôi đồng ý với báo cáo.".encode() in everything
    assert record.files["attachments/d1.txt"] == ATTACHED
    assert any(row["ev"] == "absence_noted" and row["count"] == 1
               for row in record.json(REDACTION)["openings"])


def test_the_body_above_gets_no_texts_and_still_the_decisions(exported):
    code, said, _ = verify(exported.upper)
    assert (code, said["failure"]) == (COMPLETE, None)
    assert said["record"]["files_hidden"] == [
        "attachments/d1.txt", *DOCUMENTS, "minutes.json"]
    everything = b"".join(exported.file("upper").files.values())
    for text in ("ốm", "Tôi đồng ý với báo cáo.", "Chi bộ đã nghe",
                 "du_thao"):
        assert text.encode() not in everything
    assert "Thông qua nghị quyết".encode() in everything
    assert said["votes"][0]["result_recomputed"]
    shown = report(exported.upper)
    assert "documents/minutes.txt" in shown and "chat_said text: 2" in shown
    assert "đã lược bỏ ở mức cho cấp trên" in report(exported.upper, "vi")


def test_a_record_with_less_has_the_same_manifest(exported):
    for level in ("member", "upper"):
        record = exported.file(level)
        for name in (MANIFEST, SIGNATURES, EVENTS):
            assert record.files[name] == exported.file().files[name]


def test_less_can_be_made_of_less_and_never_more(exported):
    assert (exported.redact("upper", exported.member).read_bytes()
            == exported.upper.read_bytes())
    exported.redact("member", exported.upper, code=1)
    assert "more than that is left out" in exported.said


def test_what_the_server_lost_is_listed_as_such(exported):
    data = exported.play.server.data
    path = next(data.glob("*.db"))
    kept = path.read_bytes()
    database = sqlite3.connect(path)
    with database:
        gone = database.execute(
            "DELETE FROM opening WHERE field = 'text' AND (value LIKE "
            "'%Tôi cũng đồng ý.%' OR value LIKE '%và thảo luận báo cáo.%')"
            ).rowcount
    database.close()
    try:
        lost = exported.export("lost")
    finally:
        for beside in data.glob(path.name + "-*"):
            beside.unlink()
        path.write_bytes(kept)
    assert gone == 2
    code, said, _ = verify(lost)
    assert (code, said["record"]["level"]) == (COMPLETE, "as_kept")
    assert RecordFile(lost.read_bytes()).json(REDACTION)["openings"] == [
        {"ev": "chat_said", "field": "text", "count": 1},
        {"ev": "entry_edited", "field": "text", "count": 1}]
    # What was adopted still says it, and is what the minutes are drawn of.
    assert said["record"]["minutes_compared"] == "partly"
    assert said["record"]["documents_compared"] == len(DOCUMENTS)
    assert verify(exported.redact("member", lost))[0] == COMPLETE


# --- what can be done to it without a key -----------------------------------------


def change_json(name, change):
    def do(record, _):
        value = record.json(name)
        change(value)
        record.put(name, value)
    return do


def flip(name):
    def do(record, _):
        data = bytearray(record.files[name])
        data[len(data) // 2] ^= 1
        record.files[name] = bytes(data)
    return do


def drop(name):
    return lambda record, _: record.files.pop(name)


def add(name, data=b"x"):
    return lambda record, _: record.files.update({name: data})


def change_opening(where, change):
    def do(record, _):
        place, opening = record.opening(where)
        openings = record.openings()
        change(opening)
        openings[place] = dump(opening)
        record.put_openings(openings)
    return do


def change_openings(change):
    def do(record, _):
        openings = record.openings()
        change(openings)
        record.put_openings(openings)
    return do


def swap(name, other):
    def do(record, _):
        record.files[name], record.files[other] = (record.files[other],
                                                   record.files[name])
    return do


def respell(name):
    def do(record, _):
        record.files[name] = json.dumps(record.json(name)).encode()
    return do


def of_a_text(opening):
    return opening.get("field") == "text"


def of_a_file(opening):
    return "file" in opening


def with_minutes(rows):
    return next(row for row in rows if row["path"].startswith("documents"))


# name: what is done, and the faults of which one is found
WITHOUT_KEY = {
    "an event changed": (flip(EVENTS), {"file"}),
    "an event cut off": (lambda r, _: r.put_events(r.events()[:-1]), {"file"}),
    "the register changed": (flip(REGISTER), {"file"}),
    "the register cut": (lambda r, _: r.files.update(
        {REGISTER: join(lines_of(r.files[REGISTER])[:-1])}), {"file"}),
    "the ruleset changed": (flip("ruleset/interim-2026-11.conf"), {"file"}),
    "an attachment changed": (flip("attachments/d1.txt"), {"file"}),
    "the minutes changed": (flip("minutes.json"), {"file"}),
    "a document changed": (flip("documents/minutes.txt"), {"file"}),
    "two files swapped": (swap("documents/minutes.txt", "attachments/d1.txt"),
                          {"file"}),
    "no manifest": (drop(MANIFEST), {"file_missing"}),
    "no signatures": (drop(SIGNATURES), {"file_missing"}),
    "no openings": (drop(OPENINGS), {"file_missing"}),
    "no events": (drop(EVENTS), {"file_missing"}),
    "no register": (drop(REGISTER), {"file_missing"}),
    "no openings of the register": (drop(REGISTER_OPENINGS),
                                    {"file_missing"}),
    "no ruleset": (drop("ruleset/interim-2026-11.conf"), {"file_missing"}),
    # its opening stays, so that what it was is told
    "an attachment left out": (drop("attachments/d1.txt"), {"redaction"}),
    "a file that nobody named": (add("documents/other.txt"),
                                 {"file_unnamed"}),
    "an archive that nobody named": (add("ballots/x.bel"), {"file_unnamed"}),
    "the manifest's head changed": (change_json(
        MANIFEST, lambda m: m.update(head="0" * 64)), {"record_signature"}),
    "the manifest's end changed": (change_json(
        MANIFEST, lambda m: m.update(seq=m["seq"] - 1)),
        {"record_signature"}),
    "another meeting": (change_json(
        MANIFEST, lambda m: m.update(meeting="khac")), {"record_signature"}),
    "another organisation": (change_json(
        MANIFEST, lambda m: m.update(organisation="khac")),
        {"record_signature"}),
    "events that sign": (change_json(
        MANIFEST, lambda m: m.update(signed=[3])), {"record_signature"}),
    "a file out of the manifest": (change_json(
        MANIFEST, lambda m: m["files"].pop()), {"record_signature"}),
    "a hideable file out of it": (change_json(
        MANIFEST, lambda m: m["hideable"].pop()), {"record_signature"}),
    "another size": (change_json(
        MANIFEST, lambda m: m["files"][0].update(size=1)),
        {"record_signature"}),
    "a field more": (change_json(
        MANIFEST, lambda m: m.update(more=1)), {"file_form"}),
    "another version": (change_json(
        MANIFEST, lambda m: m.update(v=2)), {"file_form"}),
    "files not in order": (change_json(
        MANIFEST, lambda m: m["files"].reverse()), {"file_form"}),
    "a path that plays tricks": (change_json(
        MANIFEST, lambda m: m["files"][0].update(path="../x")),
        {"file_form"}),
    "the manifest respelled": (respell(MANIFEST), {"file_form"}),
    "the signatures respelled": (respell(SIGNATURES), {"file_form"}),
    "a manifest that is none": (add(MANIFEST, b"[]"), {"file_form"}),
    "a manifest that is deep": (add(MANIFEST, b"[" * 100000), {"file_form"}),
    "no signature": (change_json(
        SIGNATURES, lambda s: s["signatures"].clear()), {"record_signer"}),
    "a role that is none": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(role="member")),
        {"file_form"}),
    "the server's signature as the chair's": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(role="chair")),
        {"record_signature"}),
    "a signature changed": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(sig="00" * 64)),
        {"record_signature"}),
    "a key of small order": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(key="00" * 32)),
        {"record_signature"}),
    "an opened text changed": (change_opening(
        of_a_text, lambda o: o.update(value="Tôi không đồng ý.")),
        {"opening"}),
    "a guessed salt": (change_opening(
        of_a_text, lambda o: o.update(salt="00" * 32)), {"opening"}),
    "an opening moved to another field": (change_opening(
        of_a_text, lambda o: o.update(field="title")), {"opening"}),
    "an opening left out": (change_openings(lambda o: o.pop(0)),
                            {"redaction"}),
    "all openings left out": (change_openings(lambda o: o.clear()),
                              {"file_opening"}),
    "an opening twice": (change_openings(lambda o: o.insert(0, o[0])),
                         {"opening_stray"}),
    "an opening of no event": (change_openings(lambda o: o.insert(
        0, dump({"open": 9999, "field": "text", "salt": "00" * 32,
                 "value": "x"}))), {"opening"}),
    "a line that is no opening": (change_openings(
        lambda o: o.insert(0, b"{}")), {"file_opening"}),
    "a file's opening left out": (change_openings(lambda o: o.pop()),
                                  {"file_opening"}),
    "a file's opening twice": (change_openings(lambda o: o.append(o[-1])),
                               {"file_opening"}),
    "a file's salt changed": (change_opening(
        of_a_file, lambda o: o.update(salt="00" * 32)), {"file_opening"}),
    "a file's value changed": (change_opening(
        of_a_file, lambda o: o.update(value="00" * 32)), {"file_opening"}),
    "an opening of no file": (change_opening(
        of_a_file, lambda o: o.update(file="attachments/d0.txt")),
        {"file_opening"}),
    "a redaction that nobody signed": (add(REDACTION, dump(
        {"v": 1, "level": "member", "openings": [], "files": [],
         "key": "00" * 32, "sig": "00" * 64})), {"record_signature"}),
    "a redaction that is none": (add(REDACTION, b"{}"), {"file_form"}),
}


@pytest.mark.parametrize("name", WITHOUT_KEY)
def test_without_a_key_nothing_can_be_changed(exported, tmp_path, name):
    record = exported.file().copy()
    change, faults = WITHOUT_KEY[name]
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (INVALID, "")
    assert said["failure"]["fault"] in faults
    assert "NOT VALID" in report(path)


# --- what the server itself can do ------------------------------------------------


def in_an_event(name, change):
    """The chain is computed anew, as a server would; checkpoints are not."""
    def do(record, _):
        events = record.events()
        seq = next(i for i, raw in enumerate(events)
                   if json.loads(raw)["ev"] == name)
        event = json.loads(events[seq])
        change(event)
        events[seq] = dump(event)
        record.put_events(events)
    return do


def forget_the_attachment(record, _):
    record.files.pop("attachments/d1.txt")


def other_ruleset(record, _):
    name = "ruleset/interim-2026-11.conf"
    record.files[name] = record.files[name].replace(b"k_min = 5",
                                                    b"k_min = 4")


BY_THE_SERVER = {
    "an event changed": (in_an_event(
        "entry_written", lambda e: e.update(at=e["at"] + 1)), {},
        {"act_head", "checkpoint_head"}),
    "a choice changed": (in_an_event(
        "vote_cast", lambda e: e.update(choice="no")), {},
        {"act", "act_head", "checkpoint_head"}),
    "a result changed": (in_an_event(
        "vote_closed", lambda e: e.update(passed=True)), {},
        {"result", "act_head", "checkpoint_head"}),
    "the end cut off": (lambda r, _: r.put_events(r.events()[:-3]), {},
                        {"manifest_end"}),
    "a meeting of another name": (None, {"meeting": "khac"},
                                  {"file_opening"}),
    "an earlier end": (None, {"seq": 3}, {"manifest_end"}),
    "another head": (None, {"head": "0" * 64}, {"manifest_end"}),
    "events that do not sign": (None, {"signed": [3, 4]},
                                {"manifest_signed"}),
    "one who signed kept back": (lambda r, _: None, lambda r: {
        "signed": r.json(MANIFEST)["signed"][:1]}, {"manifest_signed"}),
    "other minutes": (add("minutes.json", b"{}"), {}, {"minutes"}),
    "no minutes": (drop("minutes.json"), {}, {"file_missing"}),
    "an attachment that is another": (add("attachments/d1.txt", b"khac"), {},
                                      {"attachment"}),
    "an attachment of no document": (
        lambda r, _: r.files.update({"attachments/d7.txt": b"x"}), {},
        {"attachment"}),
    "another ruleset": (other_ruleset, {}, {"rules"}),
    "a ruleset that is none": (add("ruleset/interim-2026-11.conf"), {},
                               {"rules"}),
    "two rulesets": (lambda r, _: r.files.update(
        {"ruleset/x.conf": r.files["ruleset/interim-2026-11.conf"].replace(
            b"interim-2026-11", b"interim-2026-12")}), {}, {"file_missing"}),
    "an archive of no ballot": (add("ballots/x.bel"), {}, {"archive"}),
    "a register that is none": (add(REGISTER, b"{}\n"), {},
                               {"file_form"}),
    "a register cut before its end": (lambda r, _: r.files.update(
        {REGISTER: join(lines_of(r.files[REGISTER])[:3])}), {},
        {"opening"}),
    "a log that is none": (add(EVENTS, b"{}\n"), {}, {"line", "no_genesis",
                                                      "file_form"}),
}


@pytest.mark.parametrize("name", BY_THE_SERVER)
def test_the_server_itself_cannot_change_it(exported, tmp_path, name):
    record = exported.file().copy()
    change, manifest, faults = BY_THE_SERVER[name]
    if change:
        change(record, exported)
    if callable(manifest):
        manifest = manifest(record)
    record.reseal(exported.seed, **manifest)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (INVALID, "")
    assert said["failure"]["fault"] in faults


# --- documents --------------------------------------------------------------------


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


MINUTES_PDF, MINUTES_DOCX = "documents/minutes.pdf", "documents/minutes.docx"
TEMPLATE = "templates/minutes.mustache"
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


def without_part(record, name):
    docx = RecordFile(record.files[name])
    docx.files.pop("customXml/item1.xml")
    return docx.bytes()


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


def test_lines_take_no_more_memory_than_they_have_bytes(exported, tmp_path):
    """20 MB of them, read where no more than 160 MB can be had."""
    record = exported.file().copy()
    record.files[OPENINGS] = b"\n" * 20_000_000
    path = tmp_path / "large.chibo"
    path.write_bytes(record.bytes())
    done = subprocess.run(
        ["prlimit", f"--as={160 * 1024 * 1024}", BUILD / "bin/chibo-verify",
         path, "--json"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (INVALID, "")
    assert json.loads(done.stdout)["failure"]["fault"] == "file_opening"


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


def test_sealing_it_anew_changes_nothing(exported, tmp_path):
    """The test of the tests above: what they do besides is not found."""
    path = tmp_path / "resealed.chibo"
    path.write_bytes(exported.file().copy().reseal(exported.seed).bytes())
    assert verify(path)[0] == COMPLETE


def test_another_key_is_not_the_server(exported, tmp_path):
    path = tmp_path / "resealed.chibo"
    path.write_bytes(exported.file().copy().reseal(bytes(32)).bytes())
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"]) == (INVALID, "record_signer")


def test_a_signature_for_another_meeting_is_not_taken(exported, tmp_path):
    record = exported.file().copy()
    record.put(SIGNATURES, {"signatures": [record.sign(exported.seed,
                                                       scope="khac")]})
    path = tmp_path / "resealed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[1]["failure"]["fault"] == "record_signature"


@pytest.mark.parametrize("change", [
    lambda r: r["openings"].pop(), lambda r: r["files"].pop(),
    lambda r: r["openings"][0].update(count=99),
    lambda r: r["openings"].insert(0, {"ev": "a", "field": "b", "count": 1}),
    lambda r: r["files"].append("z"),
])
def test_a_redaction_lists_exactly_what_is_missing(exported, tmp_path, change):
    record = exported.file("upper").copy()
    redaction = record.json(REDACTION)
    change(redaction)
    record.sign_redaction(exported.seed, redaction)
    path = tmp_path / "other.chibo"
    path.write_bytes(record.bytes())
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"]) == (INVALID, "redaction")


def test_a_redaction_belongs_to_its_manifest(exported, tmp_path):
    record = exported.file("upper").copy()
    redaction = record.files[REDACTION]
    record.files[REDACTION] = redaction.replace(b'"upper"', b'"member"')
    path = tmp_path / "other.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[1]["failure"]["fault"] == "record_signature"


# --- the checkers of the checks ---------------------------------------------------


@pytest.mark.parametrize("check, level, change", [
    ("record_signature_verify", "full", WITHOUT_KEY["a signature changed"][0]),
    ("record_redaction_verify", "upper", lambda r, _: r.files.update(
        {REDACTION: r.files[REDACTION].replace(b'"upper"', b'"member"')})),
    ("verify_signoff_read", "full", lambda r, e: r.reseal(
        e.seed, signed=[3, 4])),
    ("verify_documents_judge", "full", lambda r, e: (
        OF_DOCUMENTS["a word of the plain text"][0](r, e),
        r.reseal(e.seed))),
    ("docx_text_check", "full", lambda r, e: (
        OF_DOCUMENTS["a letter that a DOCX shows"][0](r, e),
        r.reseal(e.seed))),
])
def test_a_verifier_without_a_check_is_found_out(exported, tmp_path, check,
                                                 level, change):
    record = exported.file(level).copy()
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[0] == INVALID
    assert verify(path, without=check)[0] == COMPLETE


# --- the container ----------------------------------------------------------------


def test_a_file_that_was_cut_is_told_from_one_that_is_wrong(exported,
                                                            tmp_path):
    path = tmp_path / "cut.chibo"
    path.write_bytes(exported.full.read_bytes()[:-40])
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"], said["failure"]["zip"]) == (
        INVALID, "zip", "cut")
    assert "it was cut short" in report(path)


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    import zipfile
    path = tmp_path / "bomb.chibo"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(EVENTS, bytes(200 * 1024 * 1024))
    code, said, _ = verify(path)
    assert (code, said["failure"]["zip"], said["failure"]["name"]) == (
        INVALID, "compressed", EVENTS)


# --- with a secret ballot ---------------------------------------------------------


@pytest.fixture(scope="module")
def balloted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("balloted")
    with ballot_under_lies(folder, with_teller=True) as ballot:
        some_vote_on_paper(ballot)
        count_to_the_end(ballot)
        path = folder / "record.chibo"
        server = ballot.hall.server
        chiboctl(server, "record", "export", ballot.log.id, "--out", path)
        yield (path, ballot.uuid, ballot.archive(), bytes.fromhex(
            (server.data / "identity.key").read_text().strip()))


def test_the_archive_of_a_ballot_is_in_the_record(balloted):
    path, uuid, archive, _ = balloted
    assert RecordFile(path.read_bytes()).files[f"ballots/{uuid}.bel"] == archive
    code, said, _ = verify(path)
    assert (code, said["failure"]) == (SO_FAR, None)
    assert said["ballots"] == [{"archive": uuid, "ballot": "b1",
                                "status": "equal", "fault": "",
                                "differs": ""}]


def test_the_tally_of_a_ballot_is_in_the_record(balloted):
    record = RecordFile(balloted[0].read_bytes())
    assert "documents/tally-b1.pdf" in record.files
    text = carried(record, "documents/tally-b1.docx")
    assert "KIỂM PHIẾU" in text and "Kết quả kiểm phiếu" in text


@pytest.mark.parametrize("keep, fault", [
    (0, "archive_missing"), (0.5, "archive"), (1, "archive_short")])
def test_no_ballot_can_be_kept_from_it(balloted, tmp_path, keep, fault):
    path, uuid, archive, seed = balloted
    record = RecordFile(path.read_bytes())
    name = f"ballots/{uuid}.bel"
    if keep == 0:
        record.files.pop(name)
    elif keep == 0.5:
        record.files[name] = archive[:len(archive) // 2]
    else:  # without its result: two records of the tar
        record.files[name] = archive[:without_the_end(archive)]
    changed = tmp_path / "changed.chibo"
    changed.write_bytes(record.reseal(seed).bytes())
    code, said, _ = verify(changed)
    assert (code, said["failure"]["fault"]) == (INVALID, fault)


def without_the_end(archive):
    """Where the data record of the last event begins."""
    places, at = [], 0
    while at < len(archive):
        places.append(at)
        size = int(archive[at + 124:at + 135], 8)
        at += 512 + (size + 511) // 512 * 512
    return places[-2]
