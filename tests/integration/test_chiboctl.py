"""chiboctl against a real server: what an administrator types, and what she is
told, with the exit codes 0 (done), 1 (refused), 2 (usage or connection)."""
import base64
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from server_process import BUILD, ServerProcess  # noqa: E402
from wire_client import PATIENCE, Device, Refused  # noqa: E402


class Chiboctl:
    def __init__(self, server):
        self.server = server

    def run(self, *words, code=0, text=None, language="en_US.UTF-8"):
        environment = dict(os.environ, LANGUAGE="", LC_ALL=language,
                           LC_MESSAGES="", LANG="")
        done = subprocess.run(
            [BUILD / "bin/chiboctl", *words, "--config", self.server.config],
            input=text, stdin=None if text is not None else subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, env=environment)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def rows(self, *words):
        return [json.loads(line) for line
                in self.run(*words, "--json").stdout.splitlines()]

    def make(self, *words):
        """The id of what was made."""
        return self.rows(*words)[0]["made"]


def folder_for_all():
    """One of those for temporary files that others may pass through; that of a
    run of the suites they may not."""
    for name in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        path = pathlib.Path(name).resolve()
        if all(part.is_dir() and part.stat().st_mode & 0o001
               for part in (path, *path.parents)):
            return path
    raise AssertionError("no folder for temporary files is open to others")


def test_what_root_founds_belongs_to_whom_the_directory_belongs():
    """chibod, which does not run as root, could not open it otherwise."""
    owner = 65534 if os.geteuid() == 0 else os.geteuid()
    with tempfile.TemporaryDirectory(prefix="chibo-init-",
                                     dir=folder_for_all()) as folder:
        os.chmod(folder, 0o755)
        data = pathlib.Path(folder) / "data"
        data.mkdir(0o700)
        os.chown(data, owner, -1)
        config = pathlib.Path(folder) / "chibod.conf"
        config.write_text('data_directory = "data";\n')
        subprocess.run([BUILD / "bin/chiboctl", "init", "--name",
                        "Đảng bộ Mẫu", "--config", config], check=True,
                       timeout=PATIENCE)
        made = {path.name: path.stat().st_uid for path in data.iterdir()}
    assert {"chibo.db", "identity.key"} <= set(made)
    assert set(made.values()) == {owner}


@pytest.fixture
def server(tmp_path):
    server = ServerProcess(tmp_path / "server",
                           settings=['public_host = "chibo.example.vn";'])
    server.start()
    yield server
    server.close()


@pytest.fixture
def ctl(server):
    return Chiboctl(server)


@pytest.fixture
def cell(ctl):
    """u1 above the cell u2 with the party group u3; m1, m2 and m3."""
    ctl.make("unit", "add", "party_org", "Đảng bộ cơ sở Mẫu")
    ctl.make("unit", "add", "cell", "Chi bộ Mẫu 1", "--under", "u1")
    ctl.make("unit", "add", "party_group", "Tổ đảng số 1",
             "--under", "chi bộ mẫu 1")
    ctl.make("member", "add", "Đảng viên Mẫu 01", "--category", "official",
             "--office", "bí thư", "--group", "Tổ đảng số 1")
    ctl.make("member", "add", "Đảng viên Mẫu 02", "--category", "chính thức",
             "--office", "deputy_leader")
    ctl.make("member", "add", "Đảng viên Mẫu 03", "--category", "dự bị")
    return ctl


def enrol(server, holder, link, label="Điện thoại"):
    token = link.split("/i/")[1].split("#")[0]
    device = Device(holder, label)
    with server.connect(device) as client:
        client.enrol(base64.urlsafe_b64decode(token + "=="))
    return device


def test_units_are_a_tree_found_by_id_or_name(cell):
    assert cell.rows("unit", "list") == [
        {"unit": "u1", "kind": "party_org", "parent": "",
         "name": "Đảng bộ cơ sở Mẫu"},
        {"unit": "u2", "kind": "cell", "parent": "u1", "name": "Chi bộ Mẫu 1"},
        {"unit": "u3", "kind": "party_group", "parent": "u2",
         "name": "Tổ đảng số 1"}]
    decomposed = unicodedata.normalize("NFD", "Chi bộ Mẫu 1")
    cell.run("unit", "rename", decomposed, "Chi bộ Mẫu Một")
    assert cell.rows("unit", "list")[1]["name"] == "Chi bộ Mẫu Một"
    refused = cell.run("unit", "add", "cell", "Chi bộ", "--under", "u2", code=1)
    assert "u2 is not a party organisation" in refused.stderr
    cell.run("unit", "add", "cell", "Chi bộ", "--under", "u9", code=2)
    cell.run("unit", "add", "đoàn", "Chi đoàn", code=2)


def test_members_are_added_changed_removed_and_listed(cell):
    rows = cell.rows("member", "list")
    assert [(row["member"], row["category"], row["office"], row["group"])
            for row in rows] == [
        ("m1", "official", "cell_leader", "u3"),
        ("m2", "official", "deputy_leader", ""),
        ("m3", "probationary", "none", "")]
    cell.run("member", "change", "Đảng viên Mẫu 03", "--category", "official",
             "--name", "Đảng viên Mẫu Ba", "--ground", "đi biển")
    assert cell.rows("member", "list")[2] == {
        "member": "m3", "name": "Đảng viên Mẫu Ba", "unit": "u2", "group": "",
        "category": "official", "office": "none", "ground": "at_sea",
        "probation_end": "", "considered": "", "devices": 0}
    cell.run("member", "change", "m3", "--ground", "")
    assert cell.rows("member", "list")[2]["ground"] == ""
    refused = cell.run("member", "change", "m3", "--ground", "bận", code=2)
    assert "bận" in refused.stderr
    refused = cell.run("member", "change", "m3", "--office", "cell_leader",
                       code=1)
    assert "u2 has a leader of the cell already: m1" in refused.stderr
    cell.run("member", "remove", "m3", "--reason", "chuyển sinh hoạt")
    assert len(cell.rows("member", "list", "--cell", "u2")) == 2
    cell.run("member", "remove", "m3", code=2)


def test_lists_are_in_words_of_people_in_either_language(cell):
    cell.make("member", "change", "m2", "--ground", "at_sea")
    cell.make("meeting", "schedule", "--title", "Họp", "--at",
              "2026-12-25 19:30", "--chair", "m1", "--minute-taker", "m2")

    def said(language, *words):
        return words_of(cell.run(*words, "list", language=language).stdout)

    assert said("vi_VN.UTF-8", "member")[1:] == [
        "m2|Đảng viên Mẫu 02|u2|đảng viên chính thức|phó bí thư chi bộ|"
        "trên biển, đảo|0",
        "m3|Đảng viên Mẫu 03|u2|đảng viên dự bị|0"]
    assert said("en_US.UTF-8", "member")[1:] == [
        "m2|Đảng viên Mẫu 02|u2|full member|deputy leader of the cell|"
        "at sea or on an island|0",
        "m3|Đảng viên Mẫu 03|u2|probationary member|0"]
    assert said("vi_VN.UTF-8", "unit")[1:] == [
        "u1|Đảng bộ cơ sở Mẫu (đảng bộ)", "u2|Chi bộ Mẫu 1 (chi bộ)",
        "u3|Tổ đảng số 1 (tổ đảng)"]
    assert "|đã lên lịch|sinh hoạt thường kỳ|Họp|" in said(
        "vi_VN.UTF-8", "meeting")[0]
    assert "|scheduled|regular meeting|Họp|" in said(
        "en_US.UTF-8", "meeting")[0]


def words_of(text):
    """Lines, with one bar where columns are parted."""
    return [re.sub(" {2,}", "|", line) for line in text.splitlines()]


def test_who_calls_a_meeting_is_told_whether_it_may_be_online(tmp_path):
    server = ServerProcess(tmp_path / "server",
                           settings=['ruleset = "party-2026-07";'])
    rules = pathlib.Path(server.directory / "rules/party-2026.conf")
    rules.write_text((RULES / "party-2026.conf").read_text())
    server.start()
    try:
        ctl = Chiboctl(server)
        ctl.make("unit", "add", "cell", "Chi bộ Mẫu 1")
        for number, more in ((1, ("--ground", "đi biển")), (2, ()),
                             (3, ("--ground", "on_duty"))):
            ctl.make("member", "add", f"Đảng viên Mẫu 0{number}",
                     "--category", "official", *more)
        ctl.make("member", "add", "Đảng viên Mẫu 04", "--category", "exempt",
                 "--ground", "at_sea")
        found = ctl.rows("meeting", "online")[0]
        assert (found["unable"], found["members"], found["need"],
                found["met"], found["test"]) == (2, 3, 2, True, "2*yes > D")
        assert found["rule"] == "online_eligibility" and found["unverified"]
        assert [(p["member"], p["ground"], p["counts"])
                for p in found["people"]] == [
            ("m1", "at_sea", True), ("m2", "", True), ("m3", "on_duty", True),
            ("m4", "at_sea", False)]

        call = ("meeting", "schedule", "--title", "Họp", "--at",
                "2026-12-25 19:30", "--chair", "m1", "--minute-taker", "m2")
        assert "2 of 3 members cannot come to one place" in ctl.run(
            *call).stderr
        assert "(not compared" in ctl.run("meeting", "online").stdout
        ctl.run("member", "change", "m3", "--ground", "")
        told = words_of(ctl.run("meeting", "online", "--cell", "u1",
                                language="vi_VN.UTF-8").stdout)
        assert told[:5] == [
            "Chi bộ Mẫu 1 (u1):",
            "m1|Đảng viên Mẫu 01|đảng viên chính thức|trên biển, đảo",
            "m2|Đảng viên Mẫu 02|đảng viên chính thức|dự được tại một nơi",
            "m3|Đảng viên Mẫu 03|đảng viên chính thức|dự được tại một nơi",
            "m4|Đảng viên Mẫu 04|"
            "đảng viên được miễn công tác và sinh hoạt đảng|không tính"]
        assert "KHÔNG đạt điều kiện" in told[5]
        assert told[6] == "Phép tính: 2×1 = 2 ≤ 1×3 = 3"
        assert "căn cứ: 03-HD/TW (27/12/2022)" in told[7]
    finally:
        server.close()


def test_a_template_that_is_not_there_is_answered_with_those_that_are(ctl):
    call = ("meeting", "schedule", "--at", "2026-12-25 19:30", "--chair", "m1",
            "--minute-taker", "m2", "--template")
    told = ctl.run(*call, "nonsuch", code=2).stderr
    assert ("no template is called nonsuch; there are: committee, congress, "
            "extraordinary, party_group, regular, thematic") in told
    assert "nonsuch.conf cannot be read" in ctl.run(
        *call, "./nonsuch.conf", code=2).stderr


def test_a_ruleset_may_ask_nothing_of_who_meets_online(cell):
    assert "asks nothing of a cell that meets online" in cell.run(
        "meeting", "online").stdout
    assert cell.rows("meeting", "online") == []
    cell.run("meeting", "online", "--cell", "u1", code=2)


LIST = ("\ufeffHọ và tên;Loại;Chức vụ;Tổ đảng\r\n"
        '"Nguyễn Văn ""An""";Chính thức;;Tổ đảng số 1\r\n'
        "Trần Thị Bình;dự bị;;\r\n")


def test_a_list_is_imported_whole_or_not_at_all(cell, tmp_path):
    path = tmp_path / "danh-sach.csv"
    bad = (LIST + ";chính thức;;\r\nLê C;abc;;\r\nLê D;chính thức;bí thư;\r\n"
           "Lê E;chính thức;;Tổ 9\r\n")
    path.write_text(bad, encoding="utf-8", newline="")
    refused = cell.run("member", "import", path, code=1).stderr
    for line, words in ((4, "the name is missing"),
                        (5, "unknown category: abc"),
                        (6, "the cell has a leader already"),
                        (7, "this cell has no party group Tổ 9")):
        assert f"line {line}: {words}" in refused
    assert len(cell.rows("member", "list")) == 3
    assert cell.rows("member", "import", path, "--skip-bad") == [
        {"imported": 2, "skipped": 4}]
    assert [(row["name"], row["group"]) for row
            in cell.rows("member", "list")][3:] == [
        ('Nguyễn Văn "An"', "u3"), ("Trần Thị Bình", "")]
    path.write_text(unicodedata.normalize("NFD", LIST), encoding="utf-8")
    cell.run("member", "import", path)
    assert cell.rows("member", "list")[6]["name"] == "Trần Thị Bình"


def test_a_large_cell_is_imported_at_once(cell):
    lines = "name,category\n" + "".join(
        f"Đảng viên Mẫu {number},official\n" for number in range(1000, 2997))
    assert cell.run("member", "import", "-", text=lines).returncode == 0
    rows = cell.rows("member", "list")
    assert len(rows) == 2000 and rows[-1]["member"] == "m2000"
    one_more = "name,category\nĐảng viên Mẫu,official\n"
    refused = cell.run("member", "import", "-", text=one_more, code=1)
    assert "no more than 2000" in refused.stderr


def test_a_link_enrols_one_device_once(cell, server):
    row = cell.rows("invite", "Đảng viên Mẫu 01", "--valid", "36h")[0]
    hello = server.admin()
    assert row["holder"] == "m1" and row["name"] == "Đảng viên Mẫu 01"
    assert row["link"].startswith(f"chibo://chibo.example.vn:{server.port}/i/")
    assert row["link"].endswith("#" + hello.fingerprint)
    hello.close()
    device = enrol(server, "m1", row["link"], "Máy tính của Mẫu")
    with pytest.raises(Exception, match="invitation_unknown"):
        enrol(server, "m1", row["link"])
    with server.login(device):
        pass
    listed = cell.rows("device", "list", "m1")
    assert [(one["device"], one["label"], one["state"]) for one in listed] == [
        (device.key.hex(), "Máy tính của Mẫu", "new")]
    assert cell.rows("member", "list")[0]["devices"] == 1
    cell.run("device", "revoke", listed[0]["code"], "--reason", "mất máy")
    assert cell.rows("device", "list") == []
    assert cell.rows("device", "list", "--all")[0]["state"] == "revoked"
    with pytest.raises(Exception, match="device_revoked"):
        server.login(device)


def test_links_are_listed_and_withdrawn(cell, server):
    everybody = cell.rows("invite", "--all", "u2")
    assert [row["holder"] for row in everybody] == ["m1", "m2", "m3"]
    assert len({row["link"] for row in everybody}) == 3
    enrol(server, "m1", everybody[0]["link"])
    assert [row["holder"] for row in cell.rows("invite", "--all", "u1",
                                               "--new")] == ["m2", "m3"]
    assert [row["invitation"] for row in cell.rows("invitation", "list")] == [
        "i2", "i3", "i4", "i5"]
    cell.run("invitation", "withdraw", "i2")
    cell.run("invitation", "withdraw", "i2", code=1)
    with pytest.raises(Exception, match="invitation_unknown"):
        enrol(server, "m2", everybody[1]["link"])
    assert [row["state"] for row in cell.rows("invitation", "list",
                                              "--all")][:3] == [
        "over", "over", "open"]
    shown = cell.run("invite", "m3", "--qr").stdout
    assert "chibo://" in shown and "█" in shown
    for wrong in ("7", "0d", "7w", "-1d", "1d2", ""):
        cell.run("invite", "m3", "--valid", wrong, code=2)
    cell.run("invite", "m3", "--valid", "91d", code=1)


def test_meetings_are_called_changed_and_cancelled(cell):
    meeting = cell.make(
        "meeting", "schedule", "--title", "Sinh hoạt thường kỳ tháng 11",
        "--at", "2026-11-25 19:30", "--place", "Hội trường tầng 2",
        "--chair", "Đảng viên Mẫu 01", "--deputy", "m2",
        "--minute-taker", "đảng viên mẫu 03",
        "--item", "Kiểm điểm tháng trước", "--item", "Nghị quyết")
    row = cell.rows("meeting", "list")[0]
    assert row == {
        "meeting": meeting, "unit": "u2", "starts_at": 1795609800000,
        "zone": "Asia/Ho_Chi_Minh", "state": "scheduled", "kind": "regular",
        "title": "Sinh hoạt thường kỳ tháng 11", "chair": "m1", "deputy": "m2",
        "minute_taker": "m3", "place": "Hội trường tầng 2",
        "agenda": ["Kiểm điểm tháng trước", "Nghị quyết"]}
    cell.run("meeting", "change", meeting, "--kind", "chuyên đề",
             "--zone", "Europe/Berlin", "--deputy", "")
    assert cell.rows("meeting", "list") == [
        {**row, "kind": "thematic", "zone": "Europe/Berlin", "deputy": "",
         "starts_at": 1795609800000 + 6 * 3600 * 1000}]
    cell.run("meeting", "change", meeting, "--minute-taker", "m1", code=2)
    cell.run("meeting", "change", meeting, "--at", "25/11/2026", code=2)
    cell.run("meeting", "change", meeting, "--zone", "Mars/Base", code=2)
    cell.run("meeting", "cancel", meeting, "--reason", "bão số 9")
    cell.run("meeting", "cancel", meeting, code=1)
    assert cell.rows("meeting", "list") == []
    assert cell.rows("meeting", "list", "--all")[0]["state"] == "cancelled"
    cell.run("meeting", "schedule", "--title", "Thiếu", code=2)


def test_sites_have_keepers(cell):
    assert cell.make("site", "add", "Điểm cầu A", "--keeper", "m3") == "s1"
    cell.run("site", "change", "điểm cầu a", "--keeper", "m2")
    assert cell.rows("site", "list") == [
        {"site": "s1", "name": "Điểm cầu A", "unit": "u2", "keeper": "m2",
         "keeper_name": "Đảng viên Mẫu 02"}]
    assert cell.rows("invite", "Điểm cầu A")[0]["holder"] == "s1"
    cell.run("site", "add", "Điểm cầu B", code=2)


def test_a_name_of_two_is_no_name(cell):
    cell.run("member", "add", "Đảng viên Mẫu 03", "--category", "official")
    said = cell.run("invite", "Đảng viên Mẫu 03", code=2).stderr
    assert "several are called" in said


@pytest.mark.parametrize("unseen", "\u200b\u200c\u200d\u2060\u00ad")
def test_a_name_has_no_letters_that_nobody_sees(cell, server, unseen, tmp_path):
    """Neither typed, nor in a list, nor past chiboctl; and whoever looks for a
    name that was copied with one finds it."""
    name = f"Đảng viên{unseen} Mẫu 02"
    cell.run("member", "add", name, "--category", "official", code=2)
    cell.run("unit", "rename", "u2", f"Chi{unseen} bộ", code=2)
    people = tmp_path / "list.csv"
    people.write_text(f"name,category,office\n{name},official,none\n",
                      encoding="utf-8")
    cell.run("member", "import", people, code=1)
    admin = server.admin()
    with pytest.raises(Refused, match="has letters that nobody sees"):
        admin.do("add_member", unit="u2", category="official", office="none",
                 name=name)
    admin.close()
    assert len(cell.rows("member", "list")) == 3
    assert cell.rows("invite", name)[0]["holder"] == "m2"


def test_wrong_usage_says_what_is_right(ctl):
    assert "unit add" in ctl.run("unit", code=2).stderr
    assert "chiboctl --help" in ctl.run("bogus", code=2).stderr
    assert "KIND NAME" in ctl.run("unit", "add", code=2).stdout
    ctl.run("status", "--bogus", code=2)
    ctl.run("status", "more", code=2)
    for words in ((), ("unit", "add"), ("member", "import"), ("invite",),
                  ("meeting", "schedule"), ("init",), ("verify",)):
        assert ctl.run(*words, "--help").stdout.startswith("Usage: chiboctl")


def test_lists_and_faults_are_told_in_the_language_of_the_program(cell, tmp_path):
    def vietnamese(*words, code=0):
        return cell.run(*words, code=code, language="vi_VN.UTF-8")

    members = vietnamese("member", "list").stdout
    assert "đảng viên chính thức" in members and "official" not in members
    assert "(chi bộ)" in vietnamese("unit", "list").stdout
    status = vietnamese("status").stdout
    assert re.search(r"^đảng viên +\d+$", status, re.MULTILINE), status
    assert re.search(r"^tạm khóa +không có$", status, re.MULTILINE), status
    path = tmp_path / "danh-sach.csv"
    path.write_text("họ và tên;loại\nMẫu 09;abc\n", encoding="utf-8")
    said = vietnamese("member", "import", path, code=1).stderr
    assert 'không rõ loại "abc"; các loại: chính thức' in said


def test_help_fits_a_terminal(ctl):
    for words in ((), ("meeting", "schedule"), ("member", "import")):
        for language in ("en_US.UTF-8", "vi_VN.UTF-8"):
            text = ctl.run(*words, "--help", language=language).stdout
            assert max(map(len, text.splitlines()[1:])) <= 79, text


CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z-]*[A-Z](?![\w-])")


@pytest.mark.parametrize("words", [
    (), ("unit", "add"), ("member", "add"), ("meeting", "schedule"),
    ("meeting", "by-groups"), ("report", "months"), ("record", "verify")])
def test_help_names_values_in_the_language_of_its_reader(ctl, words):
    english = ctl.run(*words, "--help").stdout
    vietnamese = ctl.run(*words, "--help", language="vi_VN.UTF-8").stdout
    names = set(CAPITALS.findall(english)) - {"CSV", "DOCX", "JSON", "PDF",
                                              "SHA-256"}
    assert names and not names & set(CAPITALS.findall(vietnamese))
    assert max(map(len, (english + vietnamese).splitlines())) <= 79


def test_the_servers_help_is_vietnamese_unless_another_language_is_named():
    def said(*words, language="C", code=0):
        done = subprocess.run(
            [BUILD / "bin/chibod", *words], capture_output=True, text=True,
            timeout=PATIENCE, env=dict(os.environ, LANGUAGE="",
                                       LC_ALL=language))
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout or done.stderr

    vietnamese, english = said("--help"), said("--help", "--language", "en")
    assert vietnamese.startswith("Cách dùng: chibod [--config TỆP]")
    assert english.startswith("Usage: chibod [--config FILE]")
    assert said("-h", language="en_US.UTF-8") == english
    assert said("-h", language="vi_VN.UTF-8") == vietnamese
    assert set(re.findall(r"--[a-z]+", english)) == set(
        re.findall(r"--[a-z]+", vietnamese))
    assert max(map(len, (english + vietnamese).splitlines())) <= 79
    assert said("more", code=2) == vietnamese
    assert "chibod --help" in said("--bogus", code=2)
    assert "--language" in said("--help", "--language", "fr", code=2)


@pytest.mark.parametrize("settings, vietnamese, english", [
    (None, "không đọc được", "cannot be read"),
    ("listen_port = 99999;\n", "listen_port: phải là số nguyên từ 0 đến 65535",
     "listen_port: must be a whole number from 0 to 65535"),
    ("nguoi_nghe = 5;\n", "nguoi_nghe: không có thiết lập này",
     "nguoi_nghe: unknown setting")])
def test_the_server_says_what_is_wrong_with_its_settings_in_both_languages(
        tmp_path, settings, vietnamese, english):
    config = tmp_path / "chibod.conf"
    if settings:
        config.write_text(settings)

    def said(*words, **variables):
        done = subprocess.run(
            [BUILD / "bin/chibod", "--config", config, *words],
            capture_output=True, text=True, timeout=PATIENCE,
            env={**os.environ, "LANGUAGE": "", "LC_ALL": "C", **variables})
        assert done.returncode != 0
        return done.stderr

    assert vietnamese in said()
    assert english in said("--language", "en")
    assert english in said(LC_ALL="en_US.UTF-8")


def test_it_speaks_vietnamese_unless_another_language_is_named(tmp_path):
    ctl = Chiboctl(ServerProcess(tmp_path / "server"))
    english = ctl.run("status", code=2).stderr
    vietnamese = ctl.run("status", "--language", "vi", code=2).stderr
    assert "is chibod running?" in english != vietnamese
    for language in ("vi_VN.UTF-8", "C", "POSIX", "C.UTF-8", ""):
        said = ctl.run("status", code=2, language=language).stderr
        assert said == vietnamese, language
    assert ctl.run("status", "--language", "en", code=2,
                   language="C").stderr == english
    assert "--language" in ctl.run("status", "--language", "fr", code=2).stderr


def test_without_a_server_it_says_so(tmp_path):
    server = ServerProcess(tmp_path / "server")
    said = Chiboctl(server).run("status", code=2).stderr
    assert "is chibod running?" in said


RULES = HERE.parent.parent / "config/rules"


def check_ruleset(path, *more, code=0):
    done = subprocess.run(
        [BUILD / "bin/chiboctl", "ruleset", "check", path, *more,
         "--language", "en"], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=PATIENCE)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("name, rules_min", [
    ("interim", 6), ("party-2026", 67), ("association", 38)])
def test_a_shipped_ruleset_is_right_and_says_what_is_not_verified(
        name, rules_min):
    path = RULES / (name + ".conf")
    text = path.read_text()
    found = json.loads(check_ruleset(path, "--json").stdout)
    shown = check_ruleset(path).stdout

    assert found["hash"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found["rules"] == len(re.findall("(?<!`)unverified = ", text))
    assert found["rules"] >= rules_min
    assert len(found["unverified"]) == \
        len(re.findall("(?<!`)unverified = true", text))
    assert found["name"] in text and found["valid_from"] in text
    for word in (found["name"], found["valid_from"], found["hash"]):
        assert word in shown
    lines = text.splitlines()
    for rule in found["unverified"]:
        assert rule["rule"].split(".")[-1] + " = {" in lines[rule["line"] - 1]
        assert rule["source"] in text
        # Its place in the file, for who mends it, then its name.
        assert re.search(re.escape(f"line {rule['line']}, {rule['rule']} (“")
                         + "[^”]+" + re.escape(f"”): {rule['source']}"), shown)


FAULTS = [
    ("ms = 30000;", "ms 30000;", "this cannot be read", 0),
    ("k_min = 5", "k_min = 0", "ballot.k_min has to be from 1 to 1000", 0),
    ("k_min", "kmin", "no rule is called ballot.kmin", 0),
    ('votes = [ "all" ]', 'votes = [ "al" ]',
     "categories.official.votes has to be one of: resolution, agenda", 0),
    ("numerator = 2; denominator = 3; strict = false; of = \"meeting\";\n"
     "        source = \"Điều lệ Đảng, Điều 4.3",
     "numerator = 4; denominator = 3; strict = false; of = \"meeting\";\n"
     "        source = \"Điều lệ Đảng, Điều 4.3",
     "thresholds.admission asks for more than the whole", -1),
    ('if_present = [ "exempt" ]', "if_present = [ ]",
     "categories.exempt has a vote, but denominators.meeting does not", None),
    ("time = 5", "time = 6", "score_sheet.points: the numbers have to add up",
     None),
    ("2026-07-26\"", "26/7/2026\"", "valid_from has to be a date", 0),
]


@pytest.mark.parametrize("right, wrong, reason, below", FAULTS)
def test_a_broken_ruleset_is_told_by_file_line_and_reason(
        tmp_path, right, wrong, reason, below):
    text = (RULES / "party-2026.conf").read_text()
    path = tmp_path / "hỏng.conf"
    path.write_text(text.replace(right, wrong, 1))
    told = check_ruleset(path, code=1)
    faults = [line.split(":", 2) for line in told.stderr.splitlines()]
    line = next(line for _, line, words in faults if reason in words)

    assert right in text and told.stdout == ""
    assert {file for file, _, _ in faults} == {str(path)}
    if below is not None:
        assert int(line) == text[:text.index(right)].count("\n") + 1 + below


def test_every_fault_of_a_ruleset_is_told_in_the_order_of_its_lines(tmp_path):
    text = (RULES / "party-2026.conf").read_text()
    path = tmp_path / "rules.conf"
    path.write_text(text.replace("k_min = 5", "k_min = 0", 1)
                    .replace("cumulates = true", "cumulates = 1", 1)
                    .replace("minutes = 90;", "", 1))
    faults = [json.loads(line) for line
              in check_ruleset(path, "--json", code=1).stderr.splitlines()]

    assert [fault["place"] for fault in faults] == [
        "ballot.k_min", "discipline.cumulates", "length.minutes"]
    assert [fault["line"] for fault in faults] == sorted(
        fault["line"] for fault in faults)


def test_a_ruleset_that_cannot_be_read_is_another_failure(tmp_path):
    told = check_ruleset(tmp_path / "none.conf", code=2)

    assert "none.conf" in told.stderr


def test_the_database_belongs_to_the_running_server(ctl, tmp_path):
    for words in (("verify",), ("restore", str(tmp_path / "copy")),
                  ("init", "--name", "Đảng bộ khác")):
        assert "stop chibod first" in ctl.run(*words, code=2).stderr


def test_verify_finds_one_changed_byte(cell, server):
    server.stop()
    checked = cell.rows("verify")[0]
    assert checked["logs"] == 1 and checked["openings"] > 6
    database = sqlite3.connect(server.data / "chibo.db")
    for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND tbl_name = 'event'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    database.execute(
        "UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), "
        "'\"probationary\"', '\"official\"') AS BLOB) WHERE seq = 6")
    database.commit()
    assert database.total_changes == 1
    database.close()
    assert "event 6" in cell.run("verify", code=1).stderr


def test_the_register_holds_what_was_typed(cell, server):
    """An independent reader computes the head that status shows."""
    admin = server.admin()
    admin.ask("join", log=admin.organisation)
    events, caught_up = [], False
    while not caught_up:
        line = admin.reader.readline()
        message = json.loads(line)
        if "ev" in message:
            events.append(line.rstrip(b"\n"))
        caught_up = "caught_up" in message
    admin.close()
    head = b"\0" * 32
    for seq, event in enumerate(events):
        leaf = forms.sha256(b"chibo-v1:leaf\0" + event)
        head = forms.sha256(b"chibo-v1:link\0" + head
                            + seq.to_bytes(8, "big") + leaf)
    status = cell.rows("status")[0]
    assert status["events"] == len(events) == 7
    assert status["head"] == head.hex()
    assert not any("Mẫu".encode() in event for event in events)
