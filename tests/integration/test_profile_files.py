"""The key and the journal of a device, as chibo meets them in its profile: wrong
passphrase, every truncation, modes, a later version. Each has its words, in
both languages, and nothing that was whole before is lost."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from profile_files import (PASSPHRASE, World,  # noqa: E402
                           both_languages, put, whoami_works)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.stop()


@pytest.fixture
def profile(world, tmp_path):
    """A copy of the enrolled profile that a test may spoil."""
    return world.profile.copy(tmp_path / "profile")


# --- the key ----------------------------------------------------------------------


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


# --- the journal ------------------------------------------------------------------


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
