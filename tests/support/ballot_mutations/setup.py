"""What is voted on, under what, and by whom."""
import unicodedata

from . import base
from .base import (G, P, credentials, meeting, mutation, records, register,
                   trustees)

SETUP = 0


def _setup_record(change):
    def make(scene):
        value = change(scene.value(SETUP, 3))
        return scene.put(SETUP, *[scene.record(SETUP, i) for i in range(3)],
                         value if isinstance(value, bytes)
                         else records.write(value))
    return make


for _name, _change, _fault in (
        ("names_another_election", lambda v: {**v, "election": "00" * 32},
         "setup_hash"),
        ("names_other_trustees", lambda v: {**v, "trustees": "00" * 32},
         "setup_hash"),
        ("names_other_credentials", lambda v: {**v, "credentials": "00" * 32},
         "setup_hash"),
        ("names_one_record_as_another", lambda v: {
            **v, "election": v["trustees"], "trustees": v["election"]},
         "setup_hash"),
        ("has_a_hash_in_capitals", lambda v: {
            **v, "election": v["election"].upper()}, "wrong_field"),
        ("lacks_one", lambda v: {"election": v["election"],
                                 "trustees": v["trustees"]}, "wrong_field")):
    register(f"setup_that_{_name}", _setup_record(_change), _fault, SETUP)
for _name, _change, _fault in (
        ("has_one_more", lambda v: {**v, "more": 1}, "unknown_field"),
        ("has_another_order", lambda v: dict(reversed(v.items())),
         "wrong_field")):
    register(f"setup_that_{_name}", _setup_record(_change), _fault, SETUP,
             lenient=base.ANY)


@mutation("setup_hash", SETUP)
def records_of_the_setup_in_another_order(scene):
    one, other, *rest = (scene.record(SETUP, i) for i in range(4))
    return scene.put(SETUP, other, one, *rest)


# -- election.json; what follows is made anew --

def _election(name, fault, change, lenient=base.SAME):
    register(f"election_with_{name}", lambda scene: scene.election(change),
             fault, SETUP, lenient=lenient)


def _changed(**more):
    return lambda value: {**value, **more}


def _question(i, **more):
    def change(value):
        value["questions"][i] = {**value["questions"][i], **more}
    return change


def _questions(change):
    return lambda value: value.__setitem__(
        "questions", change(value["questions"]))


_election("a_key_of_nobody", "election_key", lambda value: {
    **value, "public_key": str(int(value["public_key"]) * G % P)})
_election("a_field_more", "unknown_field", _changed(zz="x"),
          lenient=base.ANY)


# Records of an election that cannot even be read: nothing can be made anew.
def _raw(name, fault, change, lenient=base.SAME):
    def make(scene):
        return scene.setup(election=change(scene.record(SETUP)))
    register(f"election_with_{name}", make, fault, SETUP, lenient=lenient)


def _parsed(change):
    def make(data):
        value = records.read(data)
        return records.write(change(value) or value)
    return make


_raw("another_version", "election", _parsed(_changed(version=2)))
_raw("an_id_that_is_too_short", "election", _parsed(_changed(uuid="a" * 13)))
_raw("an_id_that_is_too_long", "election", _parsed(_changed(uuid="a" * 65)))
_raw("an_id_of_other_characters", "election", _parsed(
    _changed(uuid="0" * 14)))
_raw("a_key_above_p", "bad_number", _parsed(lambda value: {
    **value, "public_key": str(int(value["public_key"]) + P)}))
_raw("no_name", "wrong_field", _parsed(
    lambda value: {k: v for k, v in value.items() if k != "name"}))
_raw("a_name_that_is_a_number", "wrong_field", _parsed(_changed(name=1)))
_raw("another_group", "group", _parsed(_changed(group="RFC-3526-2048")))
_raw("a_key_with_a_zero_before", "bad_number",
     lambda b: b.replace(b'"public_key":"', b'"public_key":"0'))
_raw("no_questions", "question", _parsed(_changed(questions=[])))
_raw("a_question_without_answers", "question", _parsed(
    _question(0, answers=[])))
_raw("a_minimum_above_the_maximum", "question", _parsed(
    _question(0, min=2, max=1)))
_raw("a_maximum_above_the_answers", "question", _parsed(_question(0, max=3)))
_raw("a_maximum_of_zero", "question", _parsed(_question(0, min=0, max=0)))
_raw("a_huge_maximum", "question", _parsed(_question(0, max=2**32 - 1)))
_raw("a_maximum_of_many_digits", "bad_number", _parsed(
    _question(0, max=10**40)))
_raw("a_minimum_as_text", "bad_number", _parsed(_question(0, min="1")))
_raw("a_minimum_below_zero", "bad_number", _parsed(_question(0, min=-1)))
_raw("too_many_answers", "question", _parsed(
    _question(0, answers=[f"{i}" for i in range(201)])))
_raw("too_many_questions", "question", _parsed(_questions(
    lambda all_of: all_of[:1] * 201)))
_raw("a_question_to_be_ranked", "not_homomorphic", _parsed(_questions(
    lambda all_of: all_of + [{"type": "NonHomomorphic", "value": {
        "answers": ["A", "B"], "question": "?"}}])))
_raw("a_question_of_lists", "not_homomorphic", _parsed(_questions(
    lambda all_of: [{"type": "Lists", "value": {
        "answers": [["A", "B"]], "question": "?"}}] + all_of)))
_raw("a_question_of_an_unknown_type", "not_homomorphic", _parsed(_questions(
    lambda all_of: [{"type": "Other", "value": {}}] + all_of)))
_raw("blank_that_is_false", "wrong_field",
     lambda b: b.replace(b'"blank":true', b'"blank":false'), base.ANY)
_raw("blank_that_is_a_number", "wrong_field",
     lambda b: b.replace(b'"blank":true', b'"blank":1'))
_raw("a_field_more_in_a_question", "unknown_field", _parsed(
    _question(0, zz=1)), base.ANY)
_raw("a_question_in_another_order", "wrong_field", _parsed(_questions(
    lambda all_of: [dict(reversed(all_of[0].items())), all_of[1]])),
     base.ANY)
_raw("its_fields_in_another_order", "wrong_field", _parsed(
    lambda v: dict(reversed(v.items()))), base.ANY)
_raw("a_field_twice", "wrong_field", lambda b: b.replace(
    b'"name":', b'"name":"x","name":'), base.ANY)
_raw("a_space", "not_canonical", lambda b: b.replace(b'"version":1,',
                                                     b'"version":1, '),
     base.ANY)
_raw("a_line_end", "not_canonical", lambda b: b + b"\n", base.ANY)
_raw("two_values", "not_canonical", lambda b: b + b"{}")
_raw("an_escape_that_is_not_needed", "not_canonical", lambda b: b.replace(
    "Mẫu".encode(), b"M\\u1eabu"), base.ANY)
_raw("a_slash_escaped", "not_canonical", lambda b: b.replace(
    "Mẫu".encode(), b"M\\/u"), base.ANY)
_raw("a_text_that_is_no_utf8", "bad_text", lambda b: b.replace(
    "Mẫu".encode(), b"M\xff"), base.ANY)
_raw("a_text_of_overlong_utf8", "bad_text", lambda b: b.replace(
    "Mẫu".encode(), b"M\xc0\xaf"), base.ANY)
_raw("a_text_not_composed", "bad_text", lambda b: b.replace(
    "Mẫu".encode(), unicodedata.normalize("NFD", "Mẫu").encode()), base.ANY)
_raw("a_text_that_turns_around", "bad_text", lambda b: b.replace(
    "Mẫu".encode(), "M\u202eu".encode()), base.ANY)
_raw("a_control_character", "bad_text", lambda b: b.replace(
    "Mẫu".encode(), b"M\\u0007u"), base.ANY)
_raw("nothing_at_all", "not_canonical", lambda b: b"")
_raw("a_list_around_it", "not_canonical", lambda b: b"[" + b + b"]", base.ANY)
_raw("deep_nesting", "not_canonical", lambda b: b"[" * 1000 + b"]" * 1000,
     base.ANY)


# -- the meeting --

def _meeting(name, fault, change):
    """Lenient readers do not look at the field."""
    def whole(value):
        value["meeting"] = change(value["meeting"]) or value["meeting"]
    def make(scene):
        # What only the check of the meeting can find is made to fit.
        if fault in ("wrong_field", "unknown_field"):
            return scene.setup(election=_parsed(whole)(scene.record(SETUP)))
        return scene.election(whole)
    register(f"meeting_with_{name}", make, fault, SETUP, lenient=base.ANY)


def _row(i, **more):
    return lambda value: value["committee"][i].update(more)


def _others(value):
    rows = value["committee"]
    for name in ("member", "key", "sig"):
        rows[0][name], rows[1][name] = rows[1][name], rows[0][name]


def _flipped(value):
    sig = bytearray.fromhex(value["committee"][2]["sig"])
    sig[5] ^= 1
    value["committee"][2]["sig"] = sig.hex()


_meeting("another_version", "meeting_fields", _changed(v=2))
_meeting("an_id_in_capitals", "meeting_fields", _changed(meeting="HOP"))
_meeting("an_empty_id", "meeting_fields", _changed(meeting=""))
_meeting("other_trustees", "meeting_fields", _changed(trustees="44" * 32))
_meeting("a_committee_of_fewer", "meeting_fields",
         lambda v: v["committee"].pop() and None)
_meeting("a_committee_of_nobody", "meeting_fields", _changed(committee=[]))
_meeting("a_committee_of_more", "meeting_fields", lambda v: v[
    "committee"].append({**v["committee"][0], "owner": 5}))
_meeting("owners_in_another_order", "meeting_fields",
         lambda v: v["committee"].reverse())
_meeting("an_owner_zero", "meeting_fields", _row(0, owner=0))
_meeting("a_signature_altered", "committee_signature", _flipped)
_meeting("owners_exchanged", "committee_signature", _others)
_meeting("a_member_renamed", "committee_signature", _row(1, member="m9"))
_meeting("a_device_of_nobody", "committee_signature", _row(1, key="55" * 32))
_meeting("another_attempt", "committee_signature", _changed(attempt=2))
_meeting("another_meeting", "committee_signature", _changed(meeting="hop-2"))
_meeting("a_short_key", "wrong_field", _row(1, key="55" * 31))
_meeting("a_signature_in_capitals", "wrong_field", lambda v: _row(
    1, sig=v["committee"][1]["sig"].upper())(v))
_meeting("a_roll_that_is_no_hash", "wrong_field", _changed(roll="x"))
_meeting("too_few_forms", "meeting_fields", _changed(forms=["choose"]))
_meeting("too_many_forms", "meeting_fields", _changed(forms=["choose"] * 3))
_meeting("an_unknown_form", "meeting_fields",
         _changed(forms=["choose", "other"]))
_meeting("a_form_that_does_not_fit", "meeting_fields",
         _changed(forms=["level3", "choose"]))
_meeting("a_form_of_one_mark_for_more", "meeting_fields",
         _changed(forms=["agree", "agree"]))
_meeting("revote_as_text", "wrong_field", _changed(revote="true"))
_meeting("fewer_voters_than_are_listed", "credential_count",
         _changed(channels={"own": base.VOTERS - 1, "hall": 0, "paper": 3}))
_meeting("voters_on_paper_listed", "credential_count",
         _changed(channels={"own": 0, "hall": 0, "paper": 99}))
_meeting("a_channel_missing", "wrong_field",
         _changed(channels={"own": 4, "paper": 0}))
_meeting("a_field_more", "unknown_field", _changed(zz=1))
_meeting("a_field_missing", "wrong_field",
         lambda v: {k: x for k, x in v.items() if k != "rules"})
_meeting("its_fields_in_another_order", "wrong_field",
         lambda v: dict(reversed(v.items())))
_meeting("a_field_more_in_the_committee", "unknown_field", _row(0, zz=1))


def _twice(member, seed):
    """Owner 3 is another member, or another device; signed by that."""
    def make(scene):
        def change(value):
            value["meeting"]["committee"][2] = meeting.sign_owner(
                value["meeting"], value["uuid"], 3, member, keys[3], seed)
        keys = trustees.read(scene.good.record).keys
        return scene.election(change)
    return make


register("meeting_with_a_member_who_has_two_keys", _twice("m2", b"\x09" * 32),
         "meeting_fields", SETUP, lenient=base.ANY)
register("meeting_with_a_device_that_has_two_keys", _twice("m3", b"\x02" * 32),
         "meeting_fields", SETUP, lenient=base.ANY)


# -- credentials --

def _list(name, fault, change, lenient=base.SAME):
    def make(scene):
        rows = change(records.read(scene.good.credential_record), scene)
        data = rows if isinstance(rows, bytes) else records.write(rows)
        return scene.setup(listed=data)
    register(f"list_with_{name}", make, fault, SETUP, lenient=lenient)


_list("its_order_reversed", "credential", lambda v, s: v[::-1])
_list("its_order_as_drawn", "credential", lambda v, s: [v[1], v[0], *v[2:]])
_list("a_credential_twice", "same_credential", lambda v, s: [v[0], *v])
_list("a_credential_twice_apart", "same_credential", lambda v, s: [*v, v[0]])
_list("the_identity", "identity", lambda v, s: ["1", *v[1:]])
_list("zero", "not_in_group", lambda v, s: ["0", *v[1:]])
_list("a_credential_of_order_2", "not_in_group",
      lambda v, s: [*v[1:], str(P - 1)])
_list("a_credential_outside_the_group", "not_in_group", lambda v, s: sorted(
    [str(P - int(v[0])), *v[1:]], key=int))
_list("a_credential_above_p", "bad_number", lambda v, s: [
    *v[:-1], str(int(v[-1]) + P)])
_list("a_zero_before", "bad_number", lambda v, s: ["0" + v[0], *v[1:]])
_list("a_plus_sign", "bad_number", lambda v, s: ["+" + v[0], *v[1:]])
_list("a_weight", "credential", lambda v, s: [v[0] + ",2", *v[1:]],
      base.ANY)
_list("a_weight_of_zero", "credential", lambda v, s: [v[0] + ",0", *v[1:]])
_list("a_weight_below_zero", "credential", lambda v, s: [
    v[0] + ",-1", *v[1:]])
_list("a_name_of_a_voter", "credential", lambda v, s: [
    v[0] + ",,mau01", *v[1:]])
_list("a_number_for_a_text", "wrong_field", lambda v, s: [1, *v])
_list("a_space", "not_canonical", lambda v, s: records.write(v).replace(
    b",", b", ", 1), base.ANY)


@mutation("credential_count", SETUP, lenient=base.ANY)
def list_with_a_stuffed_credential(scene):
    """One more than the roll has, and everything else done anew for it."""
    return scene.again(listed=credentials.write([*scene.good.secrets, 12345]))
