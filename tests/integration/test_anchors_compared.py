"""Anchors that leave their profile: exported, imported elsewhere, and held against
those of others and against records."""
import hashlib
import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import chibo_process as play  # noqa: E402
from profile_files import (World, anchors_of, both_languages,  # noqa: E402
                           chain, filled, head, lines_of, put, summed)


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


# --- export, import ---------------------------------------------------------------


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


# --- check ------------------------------------------------------------------------


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
