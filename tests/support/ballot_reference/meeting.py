"""The field `meeting` of election.json: what binds the archive to a meeting,
and the committee's signatures over the trustees' keys. Those are statements of
the protocol, written a second time in tests/conformance."""
import functools
import pathlib
import re
import sys

from . import records
from .records import array, fields, hash_text, integer, require, string

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "conformance"))
import curve25519  # noqa: E402
import record_forms  # noqa: E402

NAMES = ["v", "meeting", "genesis", "round", "attempt", "roll", "rules",
         "revote", "channels", "trustees", "committee", "forms"]
ID = re.compile(r"[a-z0-9.-]{1,47}", re.ASCII)
MAX_VOTERS = 5000
# How a question is drawn, and how many answers it has then: any, or the columns
# of a table of which it is a row.
FORMS = {"choose": range(1, 201), "agree": (2, 3), "level3": (3,),
         "level4": (4,)}


# -- making --

def make(record, keys, uuid, forms, *, own, hall=0, paper=0, revote=True,
         name="hop-mau-01", attempt=1, seeds=None):
    """`record` of the trustees, `keys` theirs by owner; `seeds` the devices'
    by owner."""
    value = {"v": 1, "meeting": name, "genesis": "11" * 32, "round": 1,
             "attempt": attempt, "roll": "22" * 32, "rules": "33" * 32,
             "revote": revote,
             "channels": {"own": own, "hall": hall, "paper": paper},
             "trustees": records.hex_hash(record), "committee": []}
    for owner, key in sorted(keys.items()):
        seed = (seeds or {}).get(owner, bytes([owner]) * 32)
        value["committee"].append(sign_owner(
            value, uuid, owner, "server" if owner == 1 else f"m{owner}", key,
            seed))
    return {**value, "forms": forms}


def statement(value, uuid, owner, member, device, key):
    return record_forms.statement("trustees", device, value["meeting"], [
        member.encode(), uuid.encode(),
        record_forms.number(value["attempt"]), record_forms.number(owner),
        records.sha256(str(key).encode()), bytes.fromhex(value["trustees"])])


def sign_owner(value, uuid, owner, member, key, seed):
    device = record_forms.public_key(seed)
    signed = statement(value, uuid, owner, member, device, key)
    return {"owner": owner, "member": member, "key": device.hex(),
            "sig": record_forms.private_key(seed).sign(signed).hex()}


# -- checking --

is_signed = functools.lru_cache(maxsize=None)(curve25519.verify)


def identifier(value):
    require(ID.fullmatch(string(value)) is not None, "meeting_fields", "id")


def check_form(value, questions):
    """What the field says by itself."""
    fields(value, NAMES)
    require(integer(value["v"]) == 1, "meeting_fields", "v")
    identifier(value["meeting"])
    for name in ("genesis", "roll", "rules", "trustees"):
        hash_text(value[name])
    for name in ("round", "attempt"):
        integer(value[name], high=2**53 - 1)
    require(isinstance(value["revote"], bool), "wrong_field", "revote")
    channels = fields(value["channels"], ["own", "hall", "paper"])
    for name in channels:
        integer(channels[name], high=MAX_VOTERS)
    for owner, row in enumerate(array(value["committee"]), 1):
        fields(row, ["owner", "member", "key", "sig"])
        require(integer(row["owner"]) == owner, "meeting_fields", "owner")
        identifier(row["member"])
        hash_text(row["key"])
        hash_text(row["sig"], 128)
    rows = value["committee"]
    require(rows, "meeting_fields", "nobody")
    for name in ("member", "key"):
        require(len({row[name] for row in rows}) == len(rows),
                "meeting_fields", f"a {name} twice")
    forms = array(value["forms"], "meeting_fields", len(questions))
    for form, question in zip(forms, questions):
        require(form in FORMS, "meeting_fields", "form")
        require(len(question.answers) in FORMS[form] and (
            form == "choose" or question.high == 1 and not question.blank),
            "meeting_fields", "a form that does not fit")


def check(value, uuid, record, keys):
    """What it says of the other records."""
    require(value["trustees"] == records.hex_hash(record), "meeting_fields",
            "trustees")
    require(len(value["committee"]) == len(keys), "meeting_fields",
            "committee")
    for owner, row in enumerate(value["committee"], 1):
        device = bytes.fromhex(row["key"])
        require(is_signed(device, statement(
            value, uuid, owner, row["member"], device, keys[owner]),
            bytes.fromhex(row["sig"])), "committee_signature", owner)


def check_count(value, voters):
    """Who did not confirm the list in time is dropped: it may be shorter."""
    channels = value["channels"]
    require(voters <= channels["own"] + channels["hall"], "credential_count")
