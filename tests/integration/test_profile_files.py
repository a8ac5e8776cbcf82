"""What a profile keeps on disk, however it is cut, damaged, lost or shown.

The key, the journal and the anchors of a device, as chibo itself meets them:
wrong passphrase, every truncation, modes, a later version, the power cut or the
disk failing at every step of a write. Each has its words, in both languages,
and nothing that was whole before is lost.

Anchors and chains are made here by code that shares nothing with chibo.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
sys.path.insert(0, str(ROOT / "tests/support/undo_fs"))
import apply as undo  # noqa: E402
import chibo_process as play  # noqa: E402

CHIBO = str(play.BUILD / "bin/chibo")
UNDO_FS = str(play.BUILD / "tests/undo_fs.so")
PASSPHRASE = "mật khẩu của Mẫu 01"
STEPS_MAX = 60  # more changes than any command makes


# --- anchors by other code ------------------------------------------------------


def chain(events):
    """The heads of these events, each the exact bytes of one."""
    heads, head = [], bytes(32)
    for seq, event in enumerate(events):
        leaf = hashlib.sha256(b"chibo-v1:leaf\0" + event).digest()
        head = hashlib.sha256(b"chibo-v1:link\0" + head +
                              seq.to_bytes(8, "big") + leaf).digest()
        heads.append(head.hex())
    return heads


def summed(lines):
    text = "".join(line + "\n" for line in lines).encode()
    return text + b"sum " + hashlib.sha256(text).hexdigest().encode() + b"\n"


def anchors_of(organisation, *logs):
    """Each log is its id and the lines below."""
    lines = ["chibo-anchors 1", "organisation " + organisation]
    for log, *below in sorted(logs):
        lines += ["log " + log, *below]
    return summed(lines)


def lines_of(path):
    """An anchors file's lines, whose sum has to be right."""
    text = pathlib.Path(path).read_bytes()
    lines = text.decode().splitlines()
    assert summed(lines[:-1]) == text
    return lines[:-1]


def head(letter):
    return letter * 64


def put(path, data, mode=0o600):
    path.write_bytes(data)
    path.chmod(mode)


# --- the scene ------------------------------------------------------------------


class Profile:
    """A folder with a device's files, and chibo run upon it."""

    def __init__(self, folder, passphrase_file):
        self.folder = pathlib.Path(folder)
        self.passphrase_file = passphrase_file

    def __getattr__(self, name):
        if name in ("keystore", "journal", "anchors"):
            return self.folder / name
        raise AttributeError(name)

    def chibo(self, *words, language="en", passphrase_file=None, typed="",
              **more):
        command = [CHIBO, *words, "--profile", self.folder, "--language",
                   language, "--passphrase-file",
                   passphrase_file or self.passphrase_file]
        return subprocess.run([str(word) for word in command], text=True,
                              capture_output=True, input=typed,
                              timeout=play.PATIENCE_S,
                              env=play.environment(**more))

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return Profile(folder, self.passphrase_file)

    def older(self):
        return self.folder / "anchors.old"


class World:
    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        members = directory / "members.csv"
        members.write_text("name,category,office,party_group\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,"
            f"{'cell_leader' if n == 1 else 'none'},\n"
            for n in range(1, 61)), encoding="utf-8")
        self.server.control("member", "import", members)
        self.passphrase_file = directory / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self.holders = iter(f"m{n}" for n in range(2, 61))
        self.profile = self.new_profile("m1")
        done = self.enroll(self.profile, self.link("m1"))
        assert done.returncode == 0, done.stderr
        self.organisation = lines_of(self.profile.anchors)[1].split()[1]

    def new_profile(self, name):
        return Profile(self.directory / name, self.passphrase_file)

    def link(self, holder):
        return self.server.invite(holder)[holder]

    def enroll(self, profile, link, **more):
        return profile.chibo("enroll", link, "--label", "Máy mẫu", **more)

    def device_count(self, holder):
        return len([d for d in self.server.control("device", "list", holder)
                    if d.get("holder", holder) == holder])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.stop()


@pytest.fixture
def profile(world, tmp_path):
    """A copy of the enrolled profile that a test may spoil."""
    return world.profile.copy(tmp_path / "profile")


@pytest.fixture(scope="module")
def record(world):
    """A meeting's record, as chibo wrote it; its id and its path."""
    made = world.server.control(
        "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
        "2026-11-25 19:30", "--place", "Nhà văn hoá", "--chair", "m1",
        "--minute-taker", "m2", "--item", "Phương hướng")
    meeting = made[0]["made"]
    chair = play.Member(world.directory / "chair", "m1", "chair")
    chair.enroll(world.link("m1"))
    chair.join(meeting, "--audio", "none")
    chair.do("open_lobby")
    chair.caught_up()
    chair.do("open_meeting")
    for n in range(8):
        chair.do("chat", text=f"Ý kiến {n}")
    chair.quit()
    path = world.directory / "meeting.jsonl"
    chair.chibo("log", meeting, "-o", path)
    return meeting, path


def both_languages(profile, *words, code, english, vietnamese, **more):
    """Runs a command in both; each has its words on one of the outputs."""
    for language, expected in (("en", english), ("vi", vietnamese)):
        done = profile.chibo(*words, language=language, **more)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        for sentence in expected:
            assert sentence in said, said
    return done


def whoami_works(profile):
    done = profile.chibo("whoami")
    return done.returncode == 0 and "Device code:" in done.stdout


# --- the key --------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_and_harms_nothing(profile, tmp_path):
    wrong = tmp_path / "wrong"
    for text in ("mật khẩu khác", PASSPHRASE + " ", ""):
        wrong.write_text(text + "\n", encoding="utf-8")
        both_languages(profile, "whoami", code=1, passphrase_file=wrong,
                       english=["the passphrase is wrong"],
                       vietnamese=["sai mật khẩu"])
    assert whoami_works(profile)


def test_a_key_cut_at_any_length_is_damaged(profile):
    whole = profile.keystore.read_bytes()
    for size in range(len(whole)):
        put(profile.keystore, whole[:size])
        done = profile.chibo("whoami")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{profile.keystore} is damaged" in done.stderr
    both_languages(profile, "whoami", code=1,
                   english=[f"chibo anchors import {profile.anchors}"],
                   vietnamese=[f"{profile.keystore} bị hỏng",
                               f"chibo anchors import {profile.anchors}"])
    put(profile.keystore, whole)
    assert whoami_works(profile)


def test_a_key_that_others_may_read_is_not_used(profile):
    for mode in (0o640, 0o604, 0o620, 0o666):
        profile.keystore.chmod(mode)
        both_languages(profile, "whoami", code=1,
                       english=["may be read by others", "chmod 600"],
                       vietnamese=["người khác đọc được", "chmod 600"])
    profile.keystore.chmod(0o600)
    assert whoami_works(profile)


def test_a_key_of_a_later_version_is_left_alone(profile):
    later = bytearray(profile.keystore.read_bytes())
    later[9] = 2
    put(profile.keystore, bytes(later))
    both_languages(profile, "whoami", code=1,
                   english=["written by a later version: update chibo"],
                   vietnamese=["phiên bản mới hơn ghi: hãy cập nhật chibo"])
    assert profile.keystore.read_bytes() == bytes(later)


# --- the journal ----------------------------------------------------------------


def test_a_journal_cut_at_any_length_is_damaged_and_left_alone(profile):
    whole = profile.journal.read_bytes()
    for size in (*range(0, len(whole), 9), len(whole) - 1):
        put(profile.journal, whole[:size])
        done = profile.chibo("meetings")
        assert done.returncode == 1
        assert f"{profile.journal} is damaged" in done.stderr
        assert profile.journal.read_bytes() == whole[:size]
    both_languages(profile, "meetings", code=1,
                   english=["enrol this computer again"],
                   vietnamese=[f"{profile.journal} bị hỏng",
                               "đăng ký lại máy này"])


def test_a_missing_journal_is_said_and_not_begun_anew(profile):
    profile.journal.unlink()
    both_languages(profile, "meetings", code=1,
                   english=[f"{profile.journal} is missing"],
                   vietnamese=[f"{profile.journal} không còn"])
    assert not profile.journal.exists()


# --- the anchors ----------------------------------------------------------------


def test_a_new_profile_has_private_anchors_that_know_its_device(world):
    lines = lines_of(world.profile.anchors)
    assert lines[0] == "chibo-anchors 1"
    assert lines[2].startswith("device ") and lines[2].endswith(" added")
    assert len(lines) == 3
    assert world.profile.anchors.stat().st_mode & 0o7777 == 0o600


def filled(world, profile):
    """Anchors of two saves: the older says 7, the newer 9."""
    for path, seq in ((profile.older(), 7), (profile.anchors, 9)):
        put(path, anchors_of(world.organisation,
                             ("hop.1", f"last {seq} {head('a')}")))


def test_anchors_cut_at_any_length_are_read_from_the_version_before(
        world, profile, tmp_path):
    filled(world, profile)
    export = tmp_path / "export"
    put(export, anchors_of(world.organisation, ("hop.1", f"last 7 {head('a')}")))
    whole = profile.anchors.read_bytes()
    for size in range(len(whole)):
        put(profile.anchors, whole[:size])
        done = profile.chibo("anchors", "check", export)
        assert done.returncode == 0
        assert "hop.1: agrees up to event 7" in done.stdout
        assert "cannot be read: the version before it is used" in done.stderr
    both_languages(profile, "anchors", "check", export, code=0,
                   english=["agrees up to event 7"],
                   vietnamese=["không đọc được", "dùng bản trước đó",
                               "khớp đến sự kiện 7"])
    # Nobody has written, so nothing was moved.
    assert profile.anchors.read_bytes() == whole[:-1]


def test_damaged_anchors_are_told_recovered_and_kept(world, profile):
    for damage, english, vietnamese in (
            (lambda whole: whole[:50], "was cut short", "bị cắt cụt"),
            (lambda whole: whole.replace(b"last", b"lost"), "is damaged",
             "bị hỏng"),
            (None, "is missing: the version before it is used",
             "không còn: dùng bản trước đó")):
        for language, words in (("en", english), ("vi", vietnamese)):
            filled(world, profile)
            spoiled = damage and damage(profile.anchors.read_bytes())
            if damage:
                put(profile.anchors, spoiled)
            else:
                profile.anchors.unlink()
            done = profile.chibo("meetings", language=language)
            assert done.returncode == 0
            assert f"{profile.anchors} {words}" in done.stderr
            kept = profile.folder / "anchors.damaged"
            if damage:
                assert kept.read_bytes() == spoiled
                kept.unlink()
            assert f"last 7 {head('a')}" in lines_of(profile.anchors)
            # It was told once, and is whole from now on.
            assert profile.chibo("meetings").stderr == ""


def test_anchors_and_their_older_version_damaged_are_not_begun_anew(
        world, profile, tmp_path):
    filled(world, profile)
    put(profile.anchors, b"chibo-anchors 1\n")
    put(profile.older(), b"chibo-anchors 1\n")
    for words in (["meetings"], ["anchors", "export", tmp_path / "x"]):
        both_languages(profile, *words, code=1,
                       english=["neither", "anchors.old",
                                "chibo anchors import FILE"],
                       vietnamese=["không đọc được", "anchors.old",
                                   "chibo anchors import TỆP"])
    assert profile.anchors.read_bytes() == b"chibo-anchors 1\n"
    # As it says: moved away, and begun anew.
    profile.anchors.rename(tmp_path / "a")
    profile.older().rename(tmp_path / "b")
    assert profile.chibo("meetings").returncode == 0
    assert lines_of(profile.anchors)[1] == f"organisation {world.organisation}"


def test_anchors_that_were_removed_are_missed(world, profile):
    put(profile.journal, summed(["chibo-journal 1", "request 1001",
                                 f"log hop.1 9 {head('a')}",
                                 f"log hop.2 3 {head('b')}"]))
    for language, words in (
            ("en", "is missing although this device has followed 2 records"),
            ("vi", "không còn, dù thiết bị này đã theo dõi 2 nhật ký")):
        profile.anchors.unlink()
        profile.older().unlink(missing_ok=True)
        done = profile.chibo("meetings", language=language)
        assert done.returncode == 0 and words in done.stderr
        assert {f"last 9 {head('a')}", f"last 3 {head('b')}"} <= \
            set(lines_of(profile.anchors))


def test_anchors_of_another_story_than_the_journal_are_told(world, profile):
    for language, words in (("en", "CONTRADICT this device's journal"),
                            ("vi", "MÂU THUẪN với sổ ghi")):
        put(profile.anchors, anchors_of(world.organisation,
                                        ("hop.1", f"last 9 {head('a')}")))
        put(profile.journal, summed(["chibo-journal 1", "request 1001",
                                     f"log hop.1 9 {head('b')}"]))
        done = profile.chibo("meetings", language=language)
        assert words in done.stderr
        assert (f"alarm open fork 9 {head('a')} - {head('b')} -"
                in lines_of(profile.anchors))


def test_an_alarm_is_shown_with_both_heads_until_it_is_forgotten(
        world, profile):
    both_languages(profile, "alarms", code=0, english=["no alarm"],
                   vietnamese=["Không có cảnh báo nào"])
    put(profile.anchors, anchors_of(
        world.organisation,
        ("hop.1", f"last 9 {head('a')}",
         f"alarm open fork 9 {head('a')} - {head('b')} -")))
    profile.older().unlink(missing_ok=True)
    both_languages(profile, "alarms", code=0,
                   english=["hop.1, at event 9", "another record than us",
                            head("a"), head("b")],
                   vietnamese=["hop.1, tại sự kiện 9", head("a"), head("b")])
    kept = profile.chibo("alarms", "--forget", "hop.1", typed="no\n")
    assert kept.returncode == 1 and "Go on?" in kept.stdout
    assert head("b") in profile.chibo("alarms").stdout
    done = profile.chibo("alarms", "--forget", "hop.1", typed="what\nyes\n")
    assert done.returncode == 0 and "stays on record" in done.stdout
    assert "no alarm" in profile.chibo("alarms").stdout
    assert any(line.startswith("alarm forgotten fork 9")
               for line in lines_of(profile.anchors))
    none = profile.chibo("alarms", "--accept-loss", typed="yes\n")
    assert none.returncode == 1 and "nothing is missing here" in none.stderr


def test_anchors_that_others_may_change_are_not_used(profile, tmp_path):
    for mode in (0o640, 0o602, 0o666):
        profile.anchors.chmod(mode)
        for words in (["meetings"], ["anchors", "export", tmp_path / "x"]):
            both_languages(profile, *words, code=1,
                           english=[f"{profile.anchors} may be read by others"],
                           vietnamese=[f"người khác đọc được {profile.anchors}"])


def test_anchors_of_a_later_version_are_left_alone(profile, tmp_path):
    later = summed(["chibo-anchors 2", "everything is other"])
    put(profile.anchors, later)
    for words in (["meetings"], ["anchors", "export", tmp_path / "x"]):
        both_languages(profile, *words, code=1,
                       english=["written by a later version: update chibo"],
                       vietnamese=["phiên bản mới hơn ghi: hãy cập nhật chibo"])
    assert profile.anchors.read_bytes() == later


def test_anchors_of_another_organisation_are_refused(profile):
    put(profile.anchors, anchors_of("dang-bo.khac"))
    both_languages(profile, "meetings", code=1,
                   english=["is of another organisation"],
                   vietnamese=["thuộc về tổ chức khác"])


# --- export, import -------------------------------------------------------------


def test_an_export_is_private_and_overwrites_nothing(world, profile, tmp_path):
    filled(world, profile)
    export = tmp_path / "export"
    done = profile.chibo("anchors", "export", export,
                         passphrase_file=tmp_path / "is not there")
    assert done.returncode == 0 and "anchors of 1 records" in done.stdout
    assert export.read_bytes() == profile.anchors.read_bytes()
    assert export.stat().st_mode & 0o7777 == 0o600
    put(export, b"something else")
    both_languages(profile, "anchors", "export", export, code=1,
                   english=["there is a file", "choose another name"],
                   vietnamese=["đã có tệp", "hãy chọn tên khác"])
    assert export.read_bytes() == b"something else"


def test_a_new_profile_takes_the_anchors_of_the_old_one_over(world, tmp_path):
    old = world.profile.copy(tmp_path / "old")
    lines = ["genesis " + head("0"),
             f"checkpoint 10 {head('1')} vote_closed 11 {head('2')} 3 4 stands",
             f"last 19 {head('3')}", "footer of a later version"]
    put(old.anchors, anchors_of(world.organisation, ("hop.1", *lines)))
    assert old.chibo("anchors", "export", tmp_path / "export").returncode == 0
    new = world.new_profile("reinstalled")
    assert world.enroll(new, world.link("m1")).returncode == 0
    both_languages(new, "anchors", "import", tmp_path / "export", code=0,
                   english=["Taken over: anchors of 1 records"],
                   vietnamese=["Đã nạp: mốc đối chiếu của 1 nhật ký"])
    found = lines_of(new.anchors)
    assert found[found.index("log hop.1"):] == ["log hop.1", *lines]
    done = new.chibo("anchors", "check", tmp_path / "export")
    assert done.stdout == "hop.1: agrees up to event 19\n"


def test_an_import_that_contradicts_is_loud_and_keeps_both_heads(
        world, profile, tmp_path):
    export = tmp_path / "export"
    put(export, anchors_of(world.organisation,
                           ("hop.1", f"genesis {head('0')}",
                            f"last 9 {head('b')}"),
                           ("hop.2", f"last 4 {head('c')}")))
    put(profile.anchors, anchors_of(world.organisation,
                                    ("hop.1", f"genesis {head('0')}",
                                     f"last 9 {head('a')}")))
    both_languages(profile, "anchors", "import", export, code=1,
                   english=["hop.1: agrees up to event 0",
                            "hop.1: CONTRADICTS at event 9",
                            f"kept here:   {head('a')}",
                            f"in the file: {head('b')}",
                            "the file CONTRADICTS what this device has seen"],
                   vietnamese=["hop.1: MÂU THUẪN tại sự kiện 9", head("a"),
                               head("b"),
                               "MÂU THUẪN với những gì thiết bị này đã thấy"])
    found = lines_of(profile.anchors)
    assert f"last 9 {head('a')}" in found
    assert f"alarm open fork 9 {head('a')} - {head('b')} -" in found
    assert f"last 4 {head('c')}" in found


def test_what_cannot_be_imported_is_told_apart(world, profile, tmp_path):
    export = tmp_path / "export"
    whole = anchors_of(world.organisation, ("hop.1", f"last 9 {head('b')}"))
    before = profile.anchors.read_bytes()
    for data, english, vietnamese in (
            (whole[:-1], "was cut short", "bị cắt cụt"),
            (b"", "was cut short", "bị cắt cụt"),
            (whole.replace(b"last 9", b"last 8"), "is damaged", "bị hỏng"),
            (summed(["chibo-anchors 1", "organisation x", "last 1 2"]),
             "is damaged", "bị hỏng"),
            (b"bi\xc3\xaan b\xe1\xba\xa3n", "is no file of anchors",
             "không phải là tệp mốc đối chiếu"),
            (summed(["chibo-anchors 7"]), "written by a later version",
             "phiên bản mới hơn ghi"),
            (anchors_of("dang-bo.khac"), "of another organisation",
             "thuộc về tổ chức khác")):
        put(export, data, mode=0o644)
        both_languages(profile, "anchors", "import", export, code=1,
                       english=[english], vietnamese=[vietnamese])
        assert profile.anchors.read_bytes() == before
    both_languages(profile, "anchors", "import", tmp_path / "nothing", code=1,
                   english=["there is no file"], vietnamese=["không có tệp"])


def test_an_import_cut_at_any_length_changes_nothing(world, profile, tmp_path):
    export = tmp_path / "export"
    whole = anchors_of(world.organisation, ("hop.1", f"last 9 {head('b')}"))
    before = profile.anchors.read_bytes()
    for size in range(0, len(whole), 7):
        put(export, whole[:size])
        done = profile.chibo("anchors", "check", export)
        assert done.returncode == 1 and "was cut short" in done.stderr
    assert profile.anchors.read_bytes() == before


# --- check ----------------------------------------------------------------------


def test_exports_are_compared_log_by_log(world, profile, tmp_path):
    put(profile.anchors, anchors_of(
        world.organisation, ("hop.1", f"last 9 {head('a')}"),
        ("hop.2", f"last 5 {head('b')}"), ("hop.3", f"last 5 {head('c')}")))
    export = tmp_path / "export"
    put(export, anchors_of(
        world.organisation, ("hop.1", f"last 9 {head('a')}"),
        ("hop.2", f"last 6 {head('b')}"), ("hop.4", f"last 5 {head('c')}")))
    done = profile.chibo("anchors", "check", export)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "hop.1: agrees up to event 9",
        "hop.2: the two have no event in common", "hop.4: unknown here"]
    done = profile.chibo("anchors", "check", export, language="vi")
    assert done.stdout.splitlines() == [
        "hop.1: khớp đến sự kiện 9",
        "hop.2: hai bên không có sự kiện chung để đối chiếu",
        "hop.4: ở đây chưa biết"]
    contradicting = tmp_path / "other"
    put(contradicting, anchors_of(world.organisation,
                                  ("hop.3", f"last 5 {head('d')}")))
    done = profile.chibo("anchors", "check", export, contradicting)
    assert done.returncode == 1
    assert "hop.3: CONTRADICTS at event 5" in done.stdout


def test_a_record_is_held_against_the_anchors(world, profile, record,
                                              tmp_path):
    meeting, path = record
    events = path.read_bytes().splitlines()
    heads = chain(events)
    last = len(events) - 1

    def checked(*lines, file=path, language="en"):
        put(profile.anchors, anchors_of(world.organisation,
                                        (meeting, *lines)))
        return profile.chibo("anchors", "check", file, language=language)

    done = checked(f"genesis {heads[0]}", f"last {last} {heads[last]}")
    assert (done.returncode, done.stdout) == \
        (0, f"{meeting}: agrees up to event {last}\n")

    done = checked(f"genesis {heads[0]}", f"last 5 {head('e')}")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{meeting}: agrees up to event 0",
        f"{meeting}: CONTRADICTS at event 5",
        f"  kept here:   {head('e')}", f"  in the file: {heads[5]}"]

    changed = tmp_path / "changed.jsonl"
    changed.write_bytes(b"\n".join(
        [*events[:3], events[3].replace(b'"at":1', b'"at":2'), *events[4:],
         b""]))
    done = checked(f"checkpoint 2 {heads[2]} opened 3 {heads[3]} 1 1 stands",
                   f"last {last} {heads[last]}", file=changed)
    assert done.returncode == 1
    assert f"{meeting}: agrees up to event 2\n" in done.stdout
    assert f"{meeting}: CONTRADICTS at event 3\n" in done.stdout

    done = checked(f"last {last + 10} {head('e')}")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"{meeting}: the two have no event in common",
        f"{meeting}: the file has {len(events)} events; this device has "
        f"verified event {last + 10}, too"]
    done = checked(f"last {last + 10} {head('e')}", language="vi")
    assert f"đã kiểm tra đến cả sự kiện {last + 10}" in done.stdout

    put(profile.anchors, anchors_of(world.organisation))
    done = profile.chibo("anchors", "check", path)
    assert (done.returncode, done.stdout) == (0, f"{meeting}: unknown here\n")


def test_hidden_events_of_a_record_keep_their_place(world, profile, record,
                                                    tmp_path):
    meeting, path = record
    events = path.read_bytes().splitlines()
    heads = chain(events)
    last = len(events) - 1
    leaf = hashlib.sha256(b"chibo-v1:leaf\0" + events[4]).hexdigest()
    hidden = tmp_path / "hidden.jsonl"
    put(profile.anchors, anchors_of(
        world.organisation, (meeting, f"last {last} {heads[last]}")))
    for line, code in ((json.dumps({"hidden": 4, "leaf": leaf},
                                   separators=(",", ":")), 0),
                       (json.dumps({"hidden": 4, "leaf": head("e")},
                                   separators=(",", ":")), 1),
                       (json.dumps({"hidden": 5, "leaf": leaf},
                                   separators=(",", ":")), 1)):
        hidden.write_bytes(b"\n".join([*events[:4], line.encode(),
                                       *events[5:], b""]))
        assert profile.chibo("anchors", "check", hidden).returncode == code


def test_a_record_of_a_stretch_that_was_given_up_is_no_contradiction(
        world, profile, record):
    meeting, path = record
    heads = chain(path.read_bytes().splitlines())
    last = len(heads) - 1
    put(profile.anchors, anchors_of(
        world.organisation,
        (meeting, f"genesis {heads[0]}",
         f"checkpoint 6 {head('d')} opened 7 {head('e')} 1 1 stands",
         f"last 20 {head('f')}", f"lost 5 {last} {heads[last]} -")))
    both_languages(profile, "anchors", "check", path, code=0,
                   english=["agrees up to event 0",
                            "events from 5 on that the server lost"],
                   vietnamese=["khớp đến sự kiện 0",
                               "từ sự kiện 5, tệp chứa phần mà máy chủ đã mất"])


def test_a_record_that_is_not_whole_is_told(world, profile, record, tmp_path):
    _, path = record
    whole = path.read_bytes()
    cut = tmp_path / "cut.jsonl"
    first = whole.index(b"\n")
    for size in (1, first, first + 2, len(whole) - 1):
        cut.write_bytes(whole[:size])
        both_languages(profile, "anchors", "check", cut, code=1,
                       english=["is no whole record"],
                       vietnamese=["không phải là nhật ký trọn vẹn"])
    # Cut between two events it is a shorter record.
    cut.write_bytes(whole[:first + 1])
    assert profile.chibo("anchors", "check", cut).returncode == 0


# --- the power is cut, or the disk fails, at every step --------------------------


class Disk:
    """A folder on the disk that forgets."""

    def __init__(self, folder, log):
        self.folder = pathlib.Path(folder).resolve()
        self.log = log

    def stopping_at(self, step):
        return self._environment(UNDO_FS_STOP_AT=str(step))

    def failing_at(self, step):
        return self._environment(UNDO_FS_FAIL_AT=str(step))

    def _environment(self, **step):
        return dict(LD_PRELOAD=UNDO_FS, UNDO_FS_DIR=str(self.folder),
                    UNDO_FS_LOG=str(self.log),
                    ASAN_OPTIONS="verify_asan_link_order=0", **step)

    def cut_power(self):
        undo.apply(self.folder, self.log)


def steps(run):
    """Runs `run(step)` from 1 up, until one ends without being killed. How many
    were killed."""
    for step in range(1, STEPS_MAX):
        done = run(step)
        if done.returncode != -signal.SIGKILL:
            return step - 1
    raise AssertionError("there is no end of steps")


def fresh_disk(directory, step):
    folder = directory / f"step-{step}"
    folder.mkdir()
    return Disk(folder, directory / f"step-{step}.log")


def test_the_power_cut_at_any_step_of_an_enrolment_loses_no_key(world,
                                                                tmp_path):
    seen = set()

    def enroll_and_cut(step):
        holder = next(world.holders)
        link = world.link(holder)
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        done = world.enroll(profile, link, **disk.stopping_at(step))
        disk.cut_power()
        enrolled = world.device_count(holder)
        if not profile.keystore.exists():
            # Nothing was promised; the same link makes the device now.
            assert enrolled == 0, step
            retry = world.enroll(profile, link)
            assert retry.returncode == 0, retry.stderr
            seen.add("no key")
            return done
        # A key that is there is whole, whether the server has heard or not.
        assert whoami_works(profile), step
        seen.add("enrolled" if enrolled else "key")
        if enrolled:
            used = profile.chibo("meetings")
            assert used.returncode == 0, used.stderr
        else:
            again = world.enroll(profile, link)
            assert "choose another --profile" in again.stderr
            other = Profile(disk.folder.parent / "other", world.passphrase_file)
            again = world.enroll(other, link)
            assert again.returncode == 0, again.stderr
        return done

    killed = steps(enroll_and_cut)
    # Key, journal and anchors: write, sync, rename, sync of the folder.
    assert killed >= 12
    assert seen == {"no key", "key", "enrolled"}


def test_a_key_that_was_not_synced_is_found_lost(world, tmp_path):
    """The planted fault: this very test has to see it."""
    lost = 0
    for step in (5, 9, 13):
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        world.enroll(profile, world.link(next(world.holders)), UNDO_FS_LIE="1",
                     **disk.stopping_at(step))
        disk.cut_power()
        lost += profile.keystore.exists() and not whoami_works(profile)
    assert lost > 0


def test_a_disk_failing_at_any_step_of_an_enrolment_is_told(world, tmp_path):
    told = 0
    for step in range(1, 14):
        holder = next(world.holders)
        link = world.link(holder)
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        done = world.enroll(profile, link, **disk.failing_at(step))
        if done.returncode == 0:
            assert whoami_works(profile)
            continue
        told += 1
        assert done.returncode == 1
        if world.device_count(holder):
            assert whoami_works(profile), step
            continue
        assert "cannot write" in done.stderr, (step, done.stderr)
        # Nothing stands in the way of the next try.
        retry = world.enroll(profile, link)
        assert retry.returncode == 0, (step, retry.stderr)
    assert told >= 12


def passphrase_scene(world, directory, step):
    """A profile whose passphrase is about to change, and the new one."""
    disk = fresh_disk(directory, step)
    profile = world.profile.copy(disk.folder / "profile")
    disk.folder = profile.folder
    new = directory / f"new-{step}"
    new.write_text("mật khẩu mới\n", encoding="utf-8")
    return disk, profile, new


def opens_with(profile, *passphrase_files):
    """With which of these the key opens."""
    return [file for file in passphrase_files if profile.chibo(
        "whoami", passphrase_file=file).returncode == 0]


def test_the_power_cut_at_any_step_of_a_new_passphrase_leaves_old_or_new(
        world, tmp_path):
    seen = []

    def change_and_cut(step):
        disk, profile, new = passphrase_scene(world, tmp_path, step)
        done = profile.chibo("passphrase", "--new-passphrase-file", new,
                             **disk.stopping_at(step))
        disk.cut_power()
        opened = opens_with(profile, world.passphrase_file, new)
        assert len(opened) == 1, step
        assert done.returncode != 0 or opened == [new]
        seen.append(opened[0] == new)
        return done

    assert steps(change_and_cut) >= 4
    # Once it is the new one it stays so.
    assert seen == sorted(seen) and seen[0] != seen[-1]


def test_a_disk_failing_at_any_step_of_a_new_passphrase_is_told(world,
                                                                tmp_path):
    for step in range(1, 5):
        disk, profile, new = passphrase_scene(world, tmp_path, step)
        language, words = [("en", "cannot write"), ("vi", "không ghi được")][
            step % 2]
        done = profile.chibo("passphrase", "--new-passphrase-file", new,
                             language=language, **disk.failing_at(step))
        assert done.returncode == 1
        assert f"{words} {profile.keystore}" in done.stderr
        assert len(opens_with(profile, world.passphrase_file, new)) == 1


def anchors_scene(world, directory, step, damaged):
    """A profile with anchors of 9 (and 7 before), and an export of 11."""
    disk = fresh_disk(directory, step)
    profile = world.profile.copy(disk.folder / "profile")
    filled(world, profile)
    if damaged:
        put(profile.anchors, profile.anchors.read_bytes()[:60])
    export = directory / f"export-{step}"
    put(export, anchors_of(world.organisation,
                           ("hop.1", f"last 11 {head('a')}")))
    disk.folder = profile.folder
    return disk, profile, export


def last_of(profile):
    """The last seq that chibo itself reads from the profile's anchors."""
    export = profile.folder.parent / "read"
    done = profile.chibo("anchors", "export", export)
    assert done.returncode == 0, done.stderr
    line = [l for l in lines_of(export) if l.startswith("last ")]
    export.unlink()
    return int(line[0].split()[1])


@pytest.mark.parametrize("damaged", [False, True])
def test_the_power_cut_at_any_step_of_a_save_leaves_old_or_new(world, tmp_path,
                                                               damaged):
    before = 7 if damaged else 9
    seen = set()

    def import_and_cut(step):
        disk, profile, export = anchors_scene(world, tmp_path, step, damaged)
        done = profile.chibo("anchors", "import", export,
                             **disk.stopping_at(step))
        disk.cut_power()
        found = last_of(profile)
        assert found in (before, 11), step
        assert found == 11 or done.returncode != 0, step
        seen.add(found)
        again = profile.chibo("anchors", "import", export)
        assert again.returncode == 0, again.stderr
        assert last_of(profile) == 11
        return done

    killed = steps(import_and_cut)
    assert killed >= (5 if damaged else 8)
    assert seen == {before, 11}


@pytest.mark.parametrize("damaged", [False, True])
def test_a_disk_failing_at_any_step_of_a_save_is_told(world, tmp_path,
                                                      damaged):
    before = 7 if damaged else 9
    for step in range(1, 6 if damaged else 9):
        disk, profile, export = anchors_scene(world, tmp_path, step, damaged)
        done = profile.chibo("anchors", "import", export,
                             **disk.failing_at(step))
        assert done.returncode == 1, (step, done.stdout, done.stderr)
        assert f"cannot write {profile.anchors}: the disk or" in done.stderr
        assert last_of(profile) in (before, 11)
        again = profile.chibo("anchors", "import", export)
        assert again.returncode == 0, again.stderr
        assert last_of(profile) == 11


def test_a_failing_disk_is_told_in_vietnamese(world, tmp_path):
    disk, profile, export = anchors_scene(world, tmp_path, 1, False)
    done = profile.chibo("anchors", "import", export, language="vi",
                         **disk.failing_at(1))
    assert f"không ghi được {profile.anchors}: ổ đĩa hoặc" in done.stderr
