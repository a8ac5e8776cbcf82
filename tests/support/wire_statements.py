"""Devices, and what they sign: the commands of chibo.v1 as statements."""
import hashlib
import pathlib
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402
from wire_errors import WireError  # noqa: E402

# The signed commands: their fields in the order of the statement. "*" marks a
# first field that is the act's subject, "~" a text that its author seals, "?"
# a yes or no, "#" a text that stands by its hash, "+" a list of members.
SIGNED = {
    "open_lobby": "", "admit": "*holder", "admit_all": "",
    "turn_away": "*holder ~reason", "open_meeting": "", "adjourn_meeting": "",
    "resume_meeting": "", "close_meeting": "", "take_chair": "",
    "hand_over_minutes": "*member", "confirm_presence": "",
    "tick": "*member mode site", "untick": "*member",
    "note_absence": "*member absence ~reason ?throughout",
    "confirm_roll": "", "open_check_in": "*site", "close_check_in": "*site",
    "count_heads": "*site count",
    "declare_open_content": "", "set_authority": "#number #date ~issuer",
    "set_floor_mode": "mode order",
    "appoint_officer": "*member role", "dismiss_officer": "*member role",
    "give_chair": "*member", "propose_chair": "*subject ~motion",
    "settle_chair": "*vote",
    "complete_score": "time attendance preparation conduct principles results "
                      "closing ~note",
    "note_left": "*member",
    "gather_group": "*meeting final_seq head",
    "decide_by_groups": "*item ~motion matter +votes",
    "open_subrooms": "count ?spread", "return_all": "",
    "chat": "~text", "set_recording": "?allowed",
    "start_recording": "", "stop_recording": "",
    "start_item": "*item", "end_item": "*item", "start_vote": "*item ~motion matter subject",
    "vote": "*vote choice",
    "enter_hall_votes": "*vote site yes no other abstain",
    "close_vote": "*vote", "cancel_vote": "*vote ~reason",
    "write_entry": "*item kind member behind ~text",
    "edit_entry": "*entry version ~text",
    "remove_entry": "*entry version", "share_minutes": "",
    "hide_minutes": "", "number_document": "paper *ballot number",
    "present_minutes": "upto size ~minutes",
    "raise_objection": "kind version *entry line ~text",
    "answer_objection": "*objection answer ~text",
    "restored": "from lost_seq lost_head",
    "prepare_meeting": "", "add_item": "~title presenter planned_min vote",
    "plan_item": "*item presenter planned_min", "move_item": "*item before vote",
    "drop_item": "*item vote ~reason",
    "attach_document": "blob size ~name type item",
    "withdraw_document": "*document", "read_document": "*document",
    "show_document": "*document",
    "comment": "*item document ~text", "set_task": "*item member due_ms ~text",
    "report_task": "*task result ~text",
    "call_election": "*item post seats ~title",
    "nominate": "*election member source",
    "withdraw_nomination": "*election member",
    "note_support": "*election member vote", "close_list": "*election vote",
    "draft_ballot":
        "*item ~form +candidates +tellers threshold ?revote ?halls matter "
        "seats subject ?post ?subject_votes election again",
    "adopt_ballot": "*ballot vote transcribed",
    "set_channel": "*ballot member channel site", "restart_keys": "*ballot",
    "close_issue": "*ballot", "drop_voter": "*ballot member",
    "open_ballot": "*ballot ?knowingly", "end_ballot": "*ballot",
    "count_ballot": "*ballot ?knowingly", "void_ballot": "*ballot ~reason",
    "deal": "*ballot attempt index #deal",
    "confirm_share": "*ballot attempt index #key",
    "dispute_keys": "*ballot attempt index against #evidence",
    "object_ballot":
        "*ballot kind height tracker at_ms record receipt ~reason",
}
# Commands with a statement of their own: what their sealed texts are.
STATEMENTS = {"add_device": "~label", "vouch_device": "", "revoke_device": "",
              "sign_minutes": "", "propose_erratum": "~erratum",
              "sign_erratum": ""}
# Of the register, over the minutes of a meeting, which is their scope.
ERRATA = ("propose_erratum", "sign_erratum")
# Those about a ballot: the tag, and the fields after the member and the uuid of
# its election (of which "$" ones are its own: how many tellers, and how many of
# them are needed). "=" is a fixed text before the uuid.
BALLOT_STATEMENTS = {
    "certify": ("trustee", "attempt index $tellers $threshold message"),
    "sign_trustees": ("trustees", "attempt owner key trustees"),
    "attest_ballot": ("attest", "setup length"),
    "attest_hall": ("attest-hall", "setup k pool ,members"),
    "confirm_hall": ("hall-confirm", "setup k pool ,members"),
    "include_ballot": ("included", "setup end count what"),
    "include_hall": ("included-hall", "setup end count own"),
    "enter_paper": ("paper", "=enter end record"),
    "confirm_paper": ("paper", "=confirm end record"),
    "decrypt": ("decrypt", "owner end tally payload"),
}
NUMBERS = {"yes", "no", "other", "abstain", "version", "size", "from",
           "behind", "upto", "line", "number",
           "lost_seq", "threshold", "seats", "attempt", "index", "against",
           "height", "at_ms", "planned_min", "due_ms", "owner", "length", "k", "count", "own",
           "$tellers", "$threshold", "time", "attendance", "preparation",
           "conduct", "principles", "results", "closing", "final_seq"}
HASHES = {"message", "key", "trustees", "setup", "pool", "end", "record",
          "tally", "payload"}


class Device:
    """A key, whose it is, and the request ids it has used."""

    def __init__(self, holder="", label="Máy thử"):
        self.private = Ed25519PrivateKey.generate()
        self.key = self.private.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        self.holder = holder
        self.label = label
        self.last_request = 0

    def next_request(self):
        self.last_request += 1
        return self.last_request

    def sign(self, tag, scope, *fields):
        return self.private.sign(forms.statement(tag, self.key, scope, fields))

    def state(self):
        """What another process needs to be this device from now on."""
        return {"seed": self.private.private_bytes_raw().hex()
                if hasattr(self.private, "private_bytes_raw")
                else _raw_private(self.private).hex(),
                "holder": self.holder, "last_request": self.last_request}

    @classmethod
    def of_state(cls, state):
        device = cls(state["holder"])
        device.private = Ed25519PrivateKey.from_private_bytes(
            bytes.fromhex(state["seed"]))
        device.key = device.private.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        device.last_request = state["last_request"]
        return device


def _raw_private(private):
    from cryptography.hazmat.primitives.serialization import (
        NoEncryption, PrivateFormat)
    return private.private_bytes(Encoding.Raw, PrivateFormat.Raw,
                                 NoEncryption())


def verify(key, tag, scope, fields, signature):
    """Raises WireError unless `key` made this signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, forms.statement(tag, key, scope, fields))
    except InvalidSignature:
        raise WireError(f"a bad signature of {tag}") from None


def walk(succession, scope, server):
    """The keys of a server, oldest first; WireError unless each of them signed
    the next."""
    keys = [bytes.fromhex(step["server"]) for step in succession] + [server]
    for i, step in enumerate(succession):
        new = bytes.fromhex(step["new"])
        if new != keys[i + 1]:
            raise WireError("a gap in the succession of the server's keys")
        verify(keys[i], "server-key", scope,
               [new, forms.number(step["seen"]), bytes.fromhex(step["head"])],
               bytes.fromhex(step["sig"]))
    if len(set(keys)) != len(keys) or len(succession) > 64:
        raise WireError("no succession of keys")
    return keys


def text(value):
    return value.encode("utf-8")


def seal(scope, field, value):
    salt = hashlib.sha256(str(time.monotonic_ns()).encode()
                          + text(value)).digest()
    return {"c": forms.commitment(scope, field, salt, value).hex(),
            "salt": salt.hex(), "value": value}


def act_terms(op, scope, fields):
    """Subject and value of the statement; `fields` are sealed already."""
    names = SIGNED[op].split()
    subject = scope
    if names and names[0][0] == "*":
        subject = fields.get(names.pop(0)[1:], "")
    values = []
    for name in names:
        kind, plain = (name[0], name[1:]) if name[0] in "~?#+" else ("", name)
        if kind == "~":
            values.append(fields[plain]["c"])
        elif kind == "?":
            values.append("1" if fields.get(plain) else "0")
        elif kind == "#":
            values.append(forms.sha256(text(fields.get(plain, ""))).hex())
        elif kind == "+":
            values.append("+".join("".join(m.values())
                                   for m in fields.get(plain, [])))
        elif plain in NUMBERS:
            values.append(str(fields.get(plain, 0)))
        else:
            values.append(fields.get(plain, ""))
    return subject, ",".join(values)


def ballot_terms(log, fields):
    """What a ballot's statement says beside the command: the uuid of the
    attempt, the number of tellers, how many of them are needed."""
    ballot = fields["ballot"]
    draft = next(e for e in log.all("ballot_drafted") if e["ballot"] == ballot)
    begun = [e for e in log.all("keys_begun") if e["ballot"] == ballot
             and fields.get("attempt", e["attempt"]) == e["attempt"]]
    tellers = len(draft["tellers"])
    default = tellers if tellers < 3 else tellers // 2 + 1
    return {"uuid": begun[-1]["uuid"], "$tellers": tellers,
            "$threshold": draft["threshold"] or default}


def ballot_statement(op, log, holder, fields):
    terms = ballot_terms(log, fields)
    tag, names = BALLOT_STATEMENTS[op]
    names = names.split()
    first = fields["site"] if op == "confirm_hall" else holder
    signed = [text(first)]
    if names[0][0] == "=":
        signed.append(text(names.pop(0)[1:]))
    signed.append(text(terms["uuid"]))
    for name in names:
        value = terms.get(name, fields.get(name))
        if name in NUMBERS:
            signed.append(forms.number(value))
        elif name == ",members":
            signed.append(text(",".join(m["member"]
                                        for m in fields["members"])))
        elif name in HASHES:
            signed.append(bytes.fromhex(value))
        else:
            signed.append(text(value))
    return tag, signed


def statement_of(op, scope, number, holder, fields):
    """Tag and fields, up to seen, of what the sender of a command signs."""
    if op == "add_device":
        return "device-add", (text(holder), bytes.fromhex(fields["device"]),
                              text(fields["label"]["value"]))
    if op == "vouch_device":
        return "vouch", (text(fields["holder"]),
                         bytes.fromhex(fields["device"]), text(fields["how"]))
    if op == "revoke_device":
        return "revoke", (text(holder), bytes.fromhex(fields["device"]),
                          text(fields.get("reason", "")))
    if op == "sign_minutes":
        return "minutes", (text(holder), text(fields["role"]),
                           forms.number(fields["version"]),
                           bytes.fromhex(fields["c"]))
    if op in ERRATA:
        erratum = (fields["erratum"]["c"] if op == "propose_erratum"
                   else fields["c"])
        return "erratum", (text(holder), text(fields["role"]),
                           forms.number(fields["number"]),
                           bytes.fromhex(fields["minutes"]),
                           bytes.fromhex(erratum))
    subject, value = act_terms(op, scope, fields)
    return "act", (text(holder), text(op), forms.number(number),
                   text(subject), text(value))
