"""chibo-verify over archives of secret ballots that other programs made: what it
says of good ones, of those that were tampered with, and of what was announced."""
import base64
import hashlib
import json
import os
import pathlib
import pty
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from ballot_mutations import Scene  # noqa: E402

BUILD = HERE.parents[1] / os.environ.get("CHIBO_BUILD", "build/release")
VERIFY = BUILD / "bin/chibo-verify"
VECTORS = HERE.parent / "vectors/ballot"
GOOD = VECTORS / "tampered/00-good.bel"
PROFILE = VECTORS / "profile.bel"
OTHERS = [VECTORS / "single.bel", VECTORS / "single-made-by-2.0.bel",
          VECTORS / "weights.bel", VECTORS / "threshold/P95SQruW9N4q8N.bel"]
BLOCK = 512
COMPLETE, INVALID, UNUSABLE, SO_FAR = 0, 1, 2, 3
BARE = ("consistent; who is in the list and whose keys these are is shown only "
        "by the meeting record")


def run(*arguments, language="en"):
    done = subprocess.run([VERIFY, *map(str, arguments), "--language",
                           language], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def told(*arguments):
    code, out, errors = run(*arguments, "--json")
    assert errors == ""
    return code, json.loads(out)


def records(path):
    """(name, bytes, position behind it) of each record of an archive."""
    data, position, found = path.read_bytes(), 0, []
    while position < len(data):
        name = data[position:position + 100].rstrip(b"\0").decode()
        size = int(data[position + 124:position + 135], 8)
        content = data[position + BLOCK:position + BLOCK + size]
        position += BLOCK + -(-size // BLOCK) * BLOCK
        found.append((name, content, position))
    return found


def events(path):
    return [(hashlib.sha256(content).hexdigest(), json.loads(content), end)
            for name, content, end in records(path)
            if name.endswith(".event.json")]


def trackers(path):
    return [base64.b64encode(hashlib.sha256(content).digest()).decode()
            .rstrip("=") for _, content, _ in records(path)
            if content.startswith(b'{"election_uuid"')]


def cut(path, event, folder):
    """The archive up to and with an event."""
    shorter = folder / f"{event}.bel"
    shorter.write_bytes(path.read_bytes()[:events(path)[event][2]])
    return shorter


# -- good ones --

def test_the_first_line_of_a_bare_archive_says_what_it_does_not_show():
    code, out, errors = run(PROFILE)
    assert (code, errors) == (COMPLETE, "")
    assert out.splitlines()[0] == BARE
    assert "not bound to a meeting" in out
    code, out, _ = run(PROFILE, language="vi")
    assert code == COMPLETE
    assert out.splitlines()[0].startswith("nhất quán; ")


def test_report_and_json_say_what_was_checked_and_counted():
    code, said = told(PROFILE)
    assert code == COMPLETE
    assert (said["valid"], said["verdict"], said["fault"], said["event"],
            said["kind"]) == (True, "complete", "", None, "")
    chain = events(PROFILE)
    listed = hashlib.sha256(records(PROFILE)[3][1]).hexdigest()
    assert (said["events"], said["head"]) == (len(chain), chain[-1][0])
    assert (said["list"], said["voters"]) == (listed, 5)
    assert said["election"] == "9pacCwweY9eGDZ"
    assert said["bound"] is False and said["meeting"] is None
    assert [q["counts"] for q in said["questions"]] == [[2, 2, 1],
                                                        [1, 4, 1, 0]]
    assert said["decrypted"] == [2, 3]
    assert [row["tracker"] for row in said["trackers"]] == trackers(PROFILE)
    _, out, _ = run(PROFILE)
    for value in (chain[-1][0], listed, said["fingerprint"],
                  *trackers(PROFILE), "Không: 2", "blank: 1"):
        assert value in out


def test_the_last_ballot_of_a_credential_is_counted():
    code, said = told(GOOD)
    assert code == COMPLETE
    assert (said["ballots"], said["counted"]) == (5, 4)
    assert [row["replaced_by"] for row in said["trackers"]] == [
        None, 5, None, None, None]


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_elections_of_others_need_the_option(path):
    code, said = told(path, "--belenios")
    assert (code, said["verdict"], said["dialect"]) == (COMPLETE, "complete",
                                                        "belenios")
    assert (said["ballots"], said["counted"]) == (5, 4)
    code, said = told(path)
    assert (code, said["valid"]) == (INVALID, False)
    assert said["fault"] == ("credential" if path.stem == "weights"
                             else "strong_proof_missing")


def test_weights_are_counted():
    _, said = told(OTHERS[2], "--belenios")
    assert said["weight"] == 7
    assert said["questions"][0]["counts"] == [3, 3, 1]


# -- bound to a meeting --

def device_code(key):
    """What people read aloud: protocol/README.md, section 2."""
    digest = hashlib.sha256(b"chibo-v1:fpr\0" + len(key).to_bytes(4, "big")
                            + key).digest()
    digits = f"{int.from_bytes(digest[:16], 'big') % 10**20:020}"
    return " ".join(digits[i:i + 4] for i in range(0, 20, 4))


def test_the_report_says_which_meeting_and_whose_keys(tmp_path):
    path = tmp_path / "bound.bel"
    path.write_bytes(Scene().file)
    terms = json.loads(records(path)[1][1])["meeting"]
    code, said = told(path)
    assert (code, said["bound"], said["paper"]) == (COMPLETE, True, True)
    assert said["meeting"] == {
        **{name: terms[name] for name in (
            "meeting", "genesis", "round", "attempt", "roll", "rules",
            "revote", "channels")},
        "committee": [{name: row[name] for name in ("owner", "member", "key")}
                      for row in terms["committee"]]}
    code, out, _ = run(path)
    assert code == COMPLETE
    assert out.splitlines()[0] == BARE
    assert "not bound to a meeting" not in out
    for value in (terms["meeting"], terms["roll"], terms["rules"],
                  *[f"signed as {row['member']} by device "
                    + device_code(bytes.fromhex(row["key"]))
                    for row in terms["committee"]]):
        assert value in out
    assert "Paper ballots are not among these" in out


# -- tampered ones --

TAMPERED = {
    "A03-ballot-event-cut-out": ("event_height", 2, "Ballot"),
    "A12-ballot-after-EndBallots": ("event_order", 2, "Ballot"),
    "B05-two-votes-for-one-candidate": ("individual_proof", 1, "Ballot"),
    "B10-ballot-copied-credential-replaced": ("individual_proof", 6, "Ballot"),
    "B19-alpha-outside-group": ("not_in_group", 1, "Ballot"),
    "C05-certificate-signature-altered": ("certificate_signature", 0, "Setup"),
    "D06-decryption-factor-altered": ("decryption_proof", 8,
                                      "PartialDecryption"),
    "D12-result-changed": ("result_numbers", 10, "Result"),
}


def test_every_sample_that_was_tampered_with_is_known():
    assert {path.stem for path in (VECTORS / "tampered").glob("*.bel")} == {
        GOOD.stem, *TAMPERED}


@pytest.mark.parametrize("option", [[], ["--belenios"]], ids=["own", "lenient"])
@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_refused_with_its_first_reason(name, option):
    path = VECTORS / f"tampered/{name}.bel"
    code, said = told(path, *option)
    assert (code, said["valid"], said["verdict"]) == (INVALID, False,
                                                      "invalid")
    assert (said["fault"], said["event"], said["kind"]) == TAMPERED[name]
    for language in ("en", "vi"):
        code, out, errors = run(path, *option, language=language)
        assert (code, errors) == (INVALID, "")
        assert str(TAMPERED[name][1]) in out.splitlines()[1]


def test_every_byte_of_the_archive_counts(tmp_path):
    """In the first kilobytes one by one, then one in a thousand."""
    data = bytearray(PROFILE.read_bytes())
    changed = tmp_path / "changed.bel"
    for position in [*range(9, 600, 37), *range(600, len(data), 9973)]:
        data[position] ^= 1
        changed.write_bytes(data)
        code, _, _ = run(changed)
        assert code == INVALID, position
        data[position] ^= 1


# -- unfinished ones --

def test_an_unfinished_archive_is_valid_so_far(tmp_path):
    last = len(events(GOOD)) - 1
    for event in (0, 3, 6, 7, last - 1):
        code, said = told(cut(GOOD, event, tmp_path))
        assert (code, said["verdict"], said["valid"]) == (SO_FAR, "so_far",
                                                          True)
        assert said["events"] == event + 1
        assert all(q["counts"] is None for q in said["questions"])
    code, out, _ = run(cut(GOOD, 4, tmp_path))
    assert code == SO_FAR
    assert out.splitlines()[0].startswith("consistent so far, not finished; ")


def test_a_file_that_ends_inside_a_record_is_not_valid(tmp_path):
    shorter = tmp_path / "cut.bel"
    shorter.write_bytes(GOOD.read_bytes()[:-1])
    code, said = told(shorter)
    assert (code, said["fault"], said["event"]) == (INVALID, "truncated", 10)
    shorter.write_bytes(GOOD.read_bytes() + bytes(2 * BLOCK))
    code, said = told(shorter)
    assert (code, said["fault"]) == (INVALID, "end_blocks")


# -- what was announced --

def test_announced_heads_and_list_are_compared(tmp_path):
    chain = events(GOOD)
    listed = hashlib.sha256(records(GOOD)[3][1]).hexdigest()
    code, said = told(GOOD, "--head", chain[-1][0], "--head",
                      f"6:{chain[6][0]}", "--list", listed)
    assert (code, said["list_given"]) == (COMPLETE, "equal")
    assert [row["status"] for row in said["heads"]] == ["equal", "equal"]
    code, said = told(GOOD, "--head", chain[6][0])
    assert (code, said["fault"], said["event"]) == (INVALID, "other_head", None)
    code, said = told(GOOD, "--head", f"5:{chain[6][0]}")
    assert (code, said["heads"][0]["status"]) == (INVALID, "differs")
    code, said = told(GOOD, "--head", f"11:{chain[6][0]}")
    assert (code, said["heads"][0]["status"]) == (INVALID, "differs")
    code, said = told(GOOD, "--list", chain[-1][0])
    assert (code, said["fault"]) == (INVALID, "other_list")
    # Cut off: the head at the end is of an event that is not there.
    shorter = cut(GOOD, 6, tmp_path)
    code, said = told(shorter, "--head", f"10:{chain[10][0]}")
    assert (code, said["heads"][0]["status"]) == (SO_FAR, "beyond")
    code, out, _ = run(GOOD, "--head", chain[6][0])
    assert code == INVALID
    assert "This is not the archive whose head was announced." in out


def test_a_voter_finds_the_own_ballot(tmp_path):
    own = trackers(GOOD)
    code, said = told(GOOD, "--tracker", own[0])
    assert (code, said["own"]) == (COMPLETE, {
        "event": 1, "tracker": own[0], "counted": True, "replaced_by": None})
    code, said = told(GOOD, "--tracker", own[1])
    assert (code, said["own"]) == (COMPLETE, {
        "event": 2, "tracker": own[1], "counted": False, "replaced_by": 5})
    code, said = told(GOOD, "--tracker", trackers(PROFILE)[0])
    assert (code, said["fault"]) == (INVALID, "tracker_not_found")
    assert said["own"]["event"] is None
    # While voting goes on it may still come.
    shorter = cut(GOOD, 3, tmp_path)
    code, said = told(shorter, "--tracker", own[4])
    assert (code, said["own"]["event"]) == (SO_FAR, None)
    _, out, _ = run(GOOD, "--tracker", own[1])
    assert "is event 2, and is not counted: event 5" in out
    _, out, _ = run(GOOD, "--tracker", trackers(PROFILE)[0])
    assert "IS NOT IN IT" in out


# -- the command line --

@pytest.mark.parametrize("arguments", [
    ["--head", "12"], ["--head", "x:" + 64 * "0"], ["--list", 63 * "0"],
    ["--list", "1:" + 64 * "0"], ["--tracker", "short"],
    ["--tracker", 43 * "="], ["--register", str(GOOD)], ["--rules", str(GOOD)],
    ["--anchor", str(GOOD)], ["--openings", str(GOOD)]],
    ids=lambda arguments: arguments[0] + " " + arguments[1][:5])
def test_options_that_do_not_fit_are_refused(arguments):
    code, out, errors = run(GOOD, *arguments)
    assert (code, out) == (UNUSABLE, "")
    assert errors.startswith("chibo-verify: ")


@pytest.mark.parametrize("arguments", [["--belenios"], ["--list", 64 * "0"],
                                       ["--tracker", 43 * "A"]],
                         ids=lambda arguments: arguments[0])
def test_options_of_elections_are_not_for_other_files(arguments, tmp_path):
    other = tmp_path / "log"
    other.write_text("{}\n")
    code, out, errors = run(other, *arguments)
    assert (code, out) == (UNUSABLE, "")
    assert "are for the archive of an election" in errors


def test_a_file_that_is_not_there_is_unusable(tmp_path):
    code, out, errors = run(tmp_path / "no.bel")
    assert (code, out) == (UNUSABLE, "")
    assert errors.startswith("chibo-verify: ")


def test_nothing_is_said_of_progress_to_a_file():
    _, _, errors = run(GOOD)
    assert errors == ""


def test_a_short_verification_leaves_a_terminal_clean():
    main, other = pty.openpty()
    done = subprocess.run([VERIFY, PROFILE, "--json"], stdout=subprocess.PIPE,
                          stderr=other, timeout=60, check=True)
    os.close(other)
    os.set_blocking(main, False)
    try:
        shown = os.read(main, 65536).decode()
    except OSError:
        shown = ""
    os.close(main)
    assert json.loads(done.stdout)["valid"]
    assert shown == "" or shown.endswith("\r\x1b[K")
