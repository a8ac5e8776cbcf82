"""A secret ballot in two versions, and one whose server went back: the victim's
device (chibo) finds out, and says nothing more in it."""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, BallotPlay, sha  # noqa: E402
from lying_ballot import ballot_under_lies  # noqa: E402
from lying_server import save_log  # noqa: E402
from server_process import BUILD  # noqa: E402
from wire_client import wait_all  # noqa: E402


def test_two_versions_of_an_open_ballot_are_found_at_the_next_act(tmp_path):
    """The victim is shown another opening than the others, if only by a byte;
    the server signs a head for her and another one for them."""
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="attest")
        ballot.hall.lie(edits=[{"ev": "ballot_opened",
                                "set": {"n": "ab" * 16}}])
        BallotPlay.open(ballot, knowingly=True)
        ballot.victim.stage("ready_to_vote")
        BallotPlay.vote(ballot)

        ballot.act("end_ballot")

        ballot.victim.alarm("fork")
        ballot.victim.stays_silent("included", "receipt")
        prove(ballot, tmp_path)


def kept(client, log, path):
    """The newest head that the server signed for this device, as anchors."""
    said = client.signed[log]
    body = "\n".join([
        "chibo-anchors 1", "organisation " + log.rsplit(".", 1)[0],
        "log " + log, "signed {seq} {head} {reason} {server} {sig}".format(
            **said), ""]).encode()
    path.write_bytes(body + b"sum " + sha(body).hex().encode() + b"\n")
    return path


def signed_up_to(anchors, log):
    """The newest head of this log that the server signed, by these anchors."""
    text = anchors.read_text().split(f"log {log}\n")[1].split("log ")[0]
    return max(map(int, re.findall(r"^signed (\d+) ", text, re.MULTILINE)))


def prove(ballot, folder):
    """The victim's anchors hold the head that the server signed for her at the
    opening, or behind it. The others' record has none behind the list, until
    the next checkpoint; their devices have."""
    mine = folder / "mine"
    ballot.victim.chibo("anchors", "export", mine)
    opened = ballot.event("ballot_opened")["seq"]
    told = signed_up_to(mine, ballot.meeting)
    assert told >= opened
    wait_all(ballot.clients, lambda: told <= ballot.clients[1].signed[
        ballot.meeting]["seq"] < len(ballot.log.events),
        "the server's word for the others")
    record = save_log(ballot.log, folder / "theirs.jsonl")
    theirs = kept(ballot.clients[1], ballot.meeting, folder / "theirs")

    code, text = compare(mine, record, "--anchor", theirs)
    assert code == 1, text
    assert int(re.search(r"sự kiện (\d+)", text).group(1)) >= opened

    wait_all(ballot.clients, lambda: [
        e for e in ballot.log.all("checkpoint") if e["upto"] >= told],
        "the next confirmed head")
    save_log(ballot.log, record)
    code, text = compare(mine, record)
    assert code == 1, text


def test_a_server_that_forgot_votes_does_not_go_on(tmp_path):
    """It goes back to before the victim's vote: she has its word for what it
    forgot."""
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="open")
        other = ballot.hall.copy_server(tmp_path / "other", ballot)
        ballot.victim_votes()
        ballot.hall.go_over_to(other, ballot)

        ballot.victim.alarm("fork", "head")
        ballot.victim.stays_silent("included")


# --- two ends ---------------------------------------------------------------------

def compare(*files):
    """(exit code, text) of what two devices kept, held against each other."""
    done = subprocess.run([BUILD / "bin/chibo-verify", "--fork", *files],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    return done.returncode, done.stdout + done.stderr


def end_with_all(ballot):
    """The version of m1 to m4: m4 has voted, and everybody confirms. It goes
    on until a head is confirmed that lies behind all of the victim's version."""
    last = ballot.voters[3]
    last.cast(last.make(MARKS[3]))
    ballot.end()
    BallotPlay.include(ballot)
    for number in range(20):
        ballot.chair.do("chat", ballot.meeting, text=f"Ý kiến {number}")
    ballot.chair.do("start_vote", ballot.meeting, motion="Thông qua")
    wait_all(ballot.clients, lambda: ballot.log.all("checkpoint")[-1][
        "reason"] == "vote_started", "the signatures of all")
    ballot.settle()
    return ballot.event("ballots_ended")


def end_without_one(ballot):
    """The victim's, in which the server lost that vote. The chair, who lies
    with it, confirms this one, too; the other devices signed the first."""
    ballot.end()
    ballot.voters[0].include()
    ballot.wait_count("ballot_included", 2)
    ballot.count()
    return ballot.event("ballots_ended")


def test_who_is_shown_another_end_asks_and_the_files_prove_it(tmp_path):
    """The victim is a teller, and her version has everything that the others'
    has but one vote: her device verifies it, and misses the others' word."""
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        hall, victim = ballot.hall, ballot.victim
        ballot.run(upto="open")
        for voter, marks in zip(ballot.voters[:3], MARKS):
            voter.cast(voter.make(marks))
        ballot.victim_votes()
        ballot.settle()
        other = hall.copy_server(tmp_path / "other", ballot,
                                 with_victim=False)
        first = hall.server
        theirs = end_with_all(ballot)
        shown = save_log(ballot.log, tmp_path / "theirs.jsonl")
        hall.go_over_to(other, ballot)

        hers = end_without_one(ballot)

        assert (theirs["count"], hers["count"]) == (5, 4)
        asked = victim.stage("asked")
        assert (asked["count"], asked["text"]) == (3, "m2,m3,m4")
        victim.stays_silent("decrypted")
        hall.stop_server()
        victim.quit()
        victim.chibo("anchors", "export", tmp_path / "hers")
        code, text = compare(tmp_path / "hers", shown)
        assert code == 1 and ballot.meeting in text, text
        assert compare(shown, shown)[0] == 0
        # Led to the others, she does not decrypt theirs, either.
        hall.server = ballot.server = first.start()
        hall.lead(ballot, keeps_logs=False)
        victim.join(ballot.meeting, "--audio", "none")
        victim.alarm("fork", "head")
        victim.stays_silent("decrypted", "verified")
