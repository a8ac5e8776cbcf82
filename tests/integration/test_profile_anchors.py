"""The anchors in a device's profile, however they are cut, damaged, removed or
contradicted: nothing that was seen is forgotten without a word."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from profile_files import (World, anchors_of, both_languages,  # noqa: E402
                           filled, head, lines_of, put, summed)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.stop()


@pytest.fixture
def profile(world, tmp_path):
    """A copy of the enrolled profile that a test may spoil."""
    return world.profile.copy(tmp_path / "profile")


def test_a_new_profile_has_private_anchors_that_know_its_device(world):
    lines = lines_of(world.profile.anchors)
    assert lines[0] == "chibo-anchors 1"
    assert lines[2].startswith("device ") and lines[2].endswith(" added")
    assert len(lines) == 3
    assert world.profile.anchors.stat().st_mode & 0o7777 == 0o600


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
