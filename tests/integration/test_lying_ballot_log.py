"""A secret ballot that is over, and a lying server that tells a member who
comes late (chibo) another course of it; chibo-verify reads the same from
files."""
import json
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lying_ballot import LATE, Ballot, Hall, Victim  # noqa: E402
from lying_server import save_log  # noqa: E402
from lying_victims import NaiveClient, NaiveLog  # noqa: E402
from server_process import BUILD  # noqa: E402
from wire_client import act_terms, forms, text  # noqa: E402

VERIFIER = BUILD / "bin/chibo-verify"


class Scene:
    def __init__(self, directory, kind=Ballot):
        self.hall = Hall(directory, deputy=True)
        try:
            self.directory = directory
            self.enrolled = Victim(self.hall, directory / "late")
            self.hall.enrol(LATE, self.enrolled)
            self.device = self.hall.cell.enrol(LATE, "Máy thứ hai")
            self.ballot = kind(self.hall)
            self.ballot.run()
            self.hall.settle()
        except BaseException:
            self.hall.close()
            raise

    # -- the truth --

    def find(self, name, **fields):
        return next(e for e in self.ballot.events(name) if all(
            e[k] == v for k, v in fields.items()))

    def client(self, member):
        return next(c for c in self.hall.clients if c.device.holder == member)

    def sign(self, member, tag, event, *fields):
        """seen, head and a signature as of a statement that this member made
        when it made that of the event."""
        device = self.client(member).device
        seen, head = event["seen"], bytes.fromhex(event["head"])
        sig = device.sign(tag, self.hall.id, text(member),
                          text(self.ballot.uuid), *fields,
                          forms.number(seen), head)
        return {"member": member, "device": device.key.hex(), "seen": seen,
                "head": head.hex(), "sig": sig.hex()}

    def act(self, member, op, seen, **fields):
        """An act that the server was never sent, over the log up to `seen`."""
        device = self.client(member).device
        number = device.next_request()
        subject, value = act_terms(op, self.hall.id, fields)
        head = self.ballot.log.heads[seen]
        sig = device.sign("act", self.hall.id, text(member), text(op),
                          forms.number(number), text(subject), text(value),
                          forms.number(seen), head)
        return {"member": member, "device": device.key.hex(), "op": op,
                "request": number, "subject": subject, "value": value,
                "seen": seen, "head": head.hex(), "sig": sig.hex()}

    # -- the lie --

    def tell(self, edits):
        """What is told ends with the lie: nobody signed anything after it."""
        self.hall.server.truth()
        last = max(edit["seq"] for edit in edits)
        self.hall.server.lie(self.hall.id, [LATE], edits=edits, until=last + 1)

    def come(self, directory, unchecked=None):
        late = Victim(self.hall, directory / "late", unchecked)
        shutil.copytree(self.enrolled.directory / "profile", late.profile)
        return late.join(self.hall.id, "--audio", "none")

    def verify(self, directory, *options):
        """(exit code, fault) of chibo-verify over what a client that believes
        everything keeps of it."""
        register = self.hall.admin.organisation
        logs = {log: NaiveLog(log) for log in (register, self.hall.id)}
        client = self.hall.server.connect(self.device, client=NaiveClient,
                                          logs=logs)
        client.login()
        for log in logs:
            client.ask("join", log=log, **{"from": 0})
        client.settle()
        client.close()
        files = [save_log(logs[log], directory / f"{name}.jsonl")
                 for log, name in ((self.hall.id, "meeting"),
                                   (register, "register"))]
        done = subprocess.run([VERIFIER, files[0], "--register", files[1],
                               "--json", *options],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        failure = json.loads(done.stdout)["failure"]
        return done.returncode, failure and failure["fault"]

    def close(self):
        self.hall.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("over"))
    yield scene
    scene.close()


def without_place(event, **changes):
    return {k: v for k, v in event.items()
            if k not in ("seq", "n")} | changes


# --- what is told -------------------------------------------------------------------

def an_attestation_of_another(scene):
    one = scene.find("ballot_attested", member="m3")
    other = scene.find("ballot_attested", member="m4")
    return [{"seq": one["seq"], "set": {"sig": other["sig"]}}]


def as_signed(event, other):
    """Signed by what this device signed as something else."""
    return [{"seq": event["seq"], "set": {
        name: other[name] for name in ("seen", "head", "sig")}}]


def an_attestation_used_as_a_confirmation(scene):
    return as_signed(scene.find("ballot_included", member="m2"),
                     scene.find("ballot_attested", member="m2"))


def a_confirmation_used_as_a_decryption(scene):
    return as_signed(scene.find("ballot_decrypted", member="m2"),
                     scene.find("ballot_included", member="m2"))


def a_certificate_used_as_an_attestation(scene):
    return as_signed(scene.find("ballot_attested", member="m2"),
                     scene.find("teller_certified", member="m2"))


def a_certificate_used_for_the_trustees(scene):
    signed = scene.find("trustees_signed", member="m2")
    return [{"seq": signed["seq"], "set": {
        "sig": scene.find("teller_certified", member="m2")["sig"]}}]


def a_confirmation_of_none_instead(scene):
    """Of a member whose device said that a vote is in it."""
    said = scene.find("ballot_included", member="m2")
    return [{"seq": said["seq"], "set": {"what": "none"}}]


def a_second_confirmation(scene):
    """The member signs two."""
    said = scene.find("ballot_included", member="m2")
    again = scene.sign(
        "m2", "included", said, bytes.fromhex(said["setup"]),
        bytes.fromhex(said["end"]), forms.number(said["count"]), text("none"))
    return [{"seq": said["seq"],
             "after": [without_place(said, what="none", **again)]}]


def voting_before_all_attested(scene):
    """With the chair's help."""
    listed = scene.find("ballot_listed")
    last = scene.ballot.events("ballot_attested")[-1]
    opened = scene.find("ballot_opened")
    act = scene.act("m1", "open_ballot", listed["seq"],
                    ballot=scene.ballot.ballot, knowingly=True)
    return [{"seq": last["seq"], "drop": True,
             "before": [without_place(opened, act=act)]}]


def voting_without_anybody_s_attestation(scene):
    listed = scene.find("ballot_listed")
    opened = scene.find("ballot_opened")
    act = scene.act("m1", "open_ballot", listed["seq"] - 1,
                    ballot=scene.ballot.ballot, knowingly=True)
    return [{"seq": listed["seq"],
             "after": [without_place(opened, act=act)]}]


def a_list_with_one_more(scene):
    listed = scene.find("ballot_listed")
    return [{"seq": listed["seq"], "set": {
        "length": 6, "voters.5": {"member": LATE}}}]


def a_vote_that_is_there_twice(scene):
    ended = scene.find("ballots_ended")
    first = scene.ballot.recorded()[0]
    return [{"seq": ended["seq"], "before": [
        without_place(first, height=ended["count"] + 1,
                      returned=ended["returned"])]}]


def a_time_at_which_somebody_voted(scene):
    vote = scene.ballot.recorded()[1]
    return [{"seq": vote["seq"], "set": {"at": vote["at"] + 1}}]


def an_end_of_another_record(scene):
    ended = scene.find("ballots_ended")
    return [{"seq": ended["seq"], "set": {"end": "ab" * 32}}]


def an_end_without_a_vote(scene):
    ended = scene.find("ballots_ended")
    return [{"seq": ended["seq"], "set": {"count": ended["count"] - 1}}]


def a_tally_of_fewer(scene):
    tallied = scene.find("ballot_tallied")
    return [{"seq": tallied["seq"],
             "set": {"returned": tallied["returned"] - 1}}]


def a_decryption_before_the_server_s(scene):
    """With a teller's help."""
    first = scene.find("ballot_decrypted", owner=1)
    own = scene.find("ballot_decrypted", member="m2")
    signed = scene.sign(
        "m2", "decrypt", first, forms.number(2), bytes.fromhex(own["end"]),
        bytes.fromhex(own["tally"]), bytes.fromhex(own["payload"]))
    return [{"seq": first["seq"], "drop": True,
             "before": [without_place(own, **signed)]}]


def a_decryption_by_another_teller(scene):
    own = scene.find("ballot_decrypted", member="m2")
    return [{"seq": own["seq"], "set": {"owner": 3}}]


def a_result_before_the_tellers(scene):
    own = scene.find("ballot_decrypted", member="m2")
    return [{"seq": own["seq"], "drop": True,
             "before": [without_place(scene.find("ballot_result"))]}]


def a_result_after_one_teller(scene):
    own = scene.find("ballot_decrypted", member="m2")
    return [{"seq": own["seq"],
             "after": [without_place(scene.find("ballot_result"))]}]


def paper_after_a_decryption(scene):
    """With a teller's help."""
    first = scene.find("ballot_decrypted", owner=1)
    numbers = {"issued": 0, "returned": 0, "valid": 0, "invalid": 0}
    counts = [0] * 7
    record = forms.sha256(json.dumps(
        numbers | {"counts": counts}, separators=(",", ":")).encode())
    said = scene.find("ballot_included", member="m2")
    device = scene.client("m2").device
    sig = device.sign("paper", scene.hall.id, text("m2"), text("enter"),
                      text(scene.ballot.uuid), bytes.fromhex(first["end"]),
                      record, forms.number(said["seen"]),
                      bytes.fromhex(said["head"]))
    return [{"seq": first["seq"], "after": [{
        "ev": "paper_entered", "ballot": scene.ballot.ballot,
        "end": first["end"], **numbers,
        "counts": [{"count": n} for n in counts], "record": record.hex(),
        "member": "m2", "device": device.key.hex(), "seen": said["seen"],
        "head": said["head"], "sig": sig.hex()}]}]


def a_ballot_void_after_a_decryption(scene):
    own = scene.find("ballot_decrypted", member="m2")
    sealed = {"c": "ab" * 32}
    return [{"seq": own["seq"], "after": [{
        "ev": "ballot_voided", "ballot": scene.ballot.ballot, "why": "keys",
        "reason": sealed, "act": None}]}]


def a_ballot_void_by_no_objection(scene):
    listed = scene.find("ballot_listed")
    return [{"seq": listed["seq"], "after": [{
        "ev": "ballot_voided", "ballot": scene.ballot.ballot,
        "why": "objection", "reason": {"c": "ab" * 32}, "act": None}]}]


def keys_that_failed_without_a_word(scene):
    """After the record was signed by all."""
    ready = scene.find("ballot_ready")
    return [{"seq": ready["seq"], "after": [{
        "ev": "keys_failed", "ballot": scene.ballot.ballot, "attempt": 1,
        "reason": "bad_share", "guilty": 2, "act": None}]}]


def another_record_of_trustees(scene):
    ready = scene.find("ballot_ready")
    return [{"seq": ready["seq"], "set": {"trustees": "ab" * 32}}]


# What is told, chibo's reason, the verifier's.
LIES = [
    (an_attestation_of_another, "act", "act"),
    (an_attestation_used_as_a_confirmation, "act", "act"),
    (a_confirmation_used_as_a_decryption, "act", "act"),
    (a_certificate_used_as_an_attestation, "act", "act"),
    (a_certificate_used_for_the_trustees, "act", "act"),
    (a_confirmation_of_none_instead, "act", "act"),
    (a_second_confirmation, "event", "state"),
    (voting_before_all_attested, "event", "state"),
    (voting_without_anybody_s_attestation, "event", "state"),
    (a_list_with_one_more, "event", "state"),
    (a_vote_that_is_there_twice, "event", "state"),
    (a_time_at_which_somebody_voted, "event", "state"),
    (an_end_of_another_record, "event", "state"),
    (an_end_without_a_vote, "event", "state"),
    (a_tally_of_fewer, "event", "state"),
    (a_decryption_before_the_server_s, "event", "state"),
    (a_decryption_by_another_teller, "act", "act"),
    (a_result_before_the_tellers, "event", "state"),
    (a_result_after_one_teller, "event", "state"),
    (paper_after_a_decryption, "event", "state"),
    (a_ballot_void_after_a_decryption, "event", "state"),
    (a_ballot_void_by_no_objection, "event", "state"),
    (keys_that_failed_without_a_word, "event", "state"),
    (another_record_of_trustees, "event", "state"),
]


@pytest.mark.parametrize("lie, reason, fault", LIES,
                         ids=lambda value: getattr(value, "__name__", ""))
def test_is_found(scene, tmp_path, lie, reason, fault):
    scene.tell(lie(scene))

    late = scene.come(tmp_path)
    try:
        late.alarm(reason)
        assert scene.verify(tmp_path) == (1, fault)
    finally:
        late.kill()


@pytest.mark.parametrize("check, lie", [
    ("act_check", an_attestation_of_another),
    ("act_check", a_confirmation_used_as_a_decryption),
    ("meeting_state_apply", a_vote_that_is_there_twice),
    ("meeting_state_apply", a_result_after_one_teller),
    ("meeting_state_apply", an_end_of_another_record),
    ("meeting_state_apply", voting_before_all_attested)],
    ids=lambda value: getattr(value, "__name__", value))
def test_is_not_found_without_its_check(scene, tmp_path, check, lie):
    """By a chibo that leaves it out: it is what finds the lie."""
    scene.tell(lie(scene))

    late = scene.come(tmp_path, check)
    try:
        late.until(lambda line: line.get("log") == scene.hall.id
                   and "caught_up" in line, "the record")
        late.state()
        assert not late.is_gone
    finally:
        late.kill()


def test_a_result_other_than_the_record_s_is_not_verified(scene, tmp_path):
    """One vote more for one candidate, one less for another."""
    result = scene.find("ballot_result")
    scene.tell([{"seq": result["seq"], "set": {
        "counts.1.count": result["counts"][1]["count"] + 1,
        "counts.2.count": result["counts"][2]["count"] - 1}}])

    late = scene.come(tmp_path)
    try:
        late.stage("failed")
        assert not late.has_said("verified")
    finally:
        late.kill()


def test_the_truth_is_believed(scene, tmp_path):
    """Told by the same machinery."""
    scene.tell([{"seq": len(scene.ballot.log.events) - 1, "set": {}}])

    late = scene.come(tmp_path)
    try:
        late.stage("verified")
        assert not late.is_gone
        assert scene.verify(tmp_path)[1] is None
    finally:
        late.kill()
