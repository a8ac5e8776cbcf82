"""Tally, decryption, result."""
from ballot_reference import proofs, tally

from . import base
from .base import (DECRYPTION, FIRST, G, OPENED_1, OPENED_2, OPENED_4, P,
                   PUBLISHED, Q, RESULT, TALLIED, Step, archive, generate, made,
                   mutation, records, register)
from .ballot import MINUS_ONE, ORDER_3
from .trustee import plus_one


# -- tally --

def _tally(name, fault, change, lenient=base.SAME):
    register(f"tally_with_{name}", lambda scene: scene.changed(
        TALLIED, 0, change), fault, TALLIED, lenient=lenient)


def _sized(name, fault, change, lenient=base.SAME):
    register(f"tally_with_{name}", lambda scene: scene.changed(
        TALLIED, 1, change), fault, TALLIED, lenient=lenient)


def _cipher(change, part="beta"):
    def make(value):
        cipher = value[0][0]
        cipher[part] = change(cipher[part])
    return make


_tally("a_vote_more", "tally", _cipher(lambda t: str(int(t) * G % P)))
_tally("an_element_of_even_order", "tally", _cipher(lambda t: str(P - int(t))))
_tally("an_element_above_p", "bad_number", _cipher(lambda t: str(int(t) + P)))
_tally("a_zero_before", "bad_number", _cipher(lambda t: "0" + t))
_tally("a_place_missing", "tally", lambda v: v[0].pop() and None)
_tally("a_place_more", "tally", lambda v: v[0].append(v[0][0]))
_tally("a_question_missing", "tally", lambda v: v.pop() and None)
_tally("a_question_more", "tally", lambda v: v.append(v[0]))
_tally("answers_exchanged", "tally", lambda v: v[0].reverse())
_tally("a_field_more", "unknown_field", lambda v: v[0][0].update(zz=1),
       base.ANY)
_tally("fields_in_another_order", "wrong_field", lambda v: v[0].__setitem__(
    0, dict(reversed(v[0][0].items()))), base.ANY)
_sized("fewer_counted", "tally_numbers", lambda v: v.update(num_tallied=2))
_sized("more_counted", "tally_numbers", lambda v: v.update(num_tallied=4))
_sized("another_weight", "tally_numbers", lambda v: v.update(total_weight=4))
_sized("a_number_as_text", "bad_number", lambda v: v.update(num_tallied="3"))
_sized("a_weight_as_text", "bad_number", lambda v: v.update(
    total_weight="3"), base.ANY)
_sized("another_reference", "tally_reference", lambda v: v.update(
    encrypted_tally="00" * 32))
_sized("a_reference_that_is_no_hash", "wrong_field", lambda v: v.update(
    encrypted_tally="x"))
_sized("a_field_more_beside_it", "unknown_field", lambda v: v.update(zz=1),
       base.ANY)
_sized("a_number_missing", "wrong_field", lambda v: v.pop(
    "total_weight") and None)


def _with_tally(scene, total):
    """Decrypted and published for another tally, all proofs right."""
    good = scene.play(finish=False)
    good.end(total)
    good.decrypt_all(base.OWNERS)
    good.publish(paper=base.paper_of(base.ASKED))
    return good.file()


@mutation("tally", TALLIED)
def a_vote_put_into_the_tally(scene):
    """And the result agrees with it."""
    total = [list(row) for row in scene.good.total]
    alpha, beta = total[0][0]
    total[0][0] = (alpha, beta * G % P)
    return _with_tally(scene, total)


@mutation("tally", TALLIED)
def a_tally_of_all_ballots_instead_of_the_last_of_each(scene):
    cast = [made.read_ballot(s.data[0]) for s in scene.good.steps
            if s.kind == base.BALLOT]
    for i, ballot in enumerate(cast):
        ballot.credential = i + 1
    total, _, _ = tally.total(scene.good.election, cast,
                              dict.fromkeys(range(1, 9), 1))
    return _with_tally(scene, total)


@mutation("tally", TALLIED)
def a_tally_of_the_first_ballot_of_each(scene):
    cast = [made.read_ballot(s.data[0]) for s in scene.good.steps
            if s.kind == base.BALLOT][::-1]
    total, _, _ = tally.total(scene.good.election, cast, dict.fromkeys(
        [b.credential for b in cast], 1))
    return _with_tally(scene, total)


@mutation("tally", TALLIED)
def a_tally_of_one_ballot(scene):
    """What would open a single vote."""
    return _with_tally(scene, made.read_ballot(scene.record(FIRST)).ciphers)


# -- decryption --

def _decryption(name, fault, change, lenient=base.SAME, event=OPENED_2):
    register(f"decryption_with_{name}", lambda scene: scene.changed(
        event, 0, change), fault, event, lenient=lenient)


def _owned(name, fault, change, lenient=base.SAME, event=OPENED_2):
    register(f"decryption_with_{name}", lambda scene: scene.changed(
        event, 1, change), fault, event, lenient=lenient)


def _factor(change):
    def make(value):
        row = value["decryption_factors"][0]
        row[0] = change(row[0])
    return make


def _proof(kind):
    def make(value):
        value[kind][1][2] = plus_one(value[kind][1][2])
    return make


_owned("owner_zero", "owner", lambda v: v.update(owner=0))
_owned("an_owner_that_is_not_there", "owner", lambda v: v.update(owner=5))
_owned("a_huge_owner", "owner", lambda v: v.update(owner=2**31))
_owned("an_owner_who_has_decrypted", "owner_twice", lambda v: v.update(
    owner=1))
_owned("the_owner_of_another", "decryption_proof", lambda v: v.update(owner=3))
_owned("an_owner_as_text", "bad_number", lambda v: v.update(owner="2"))
_owned("another_reference", "event_payload", lambda v: v.update(
    payload="00" * 32))
_owned("a_field_more_beside_it", "unknown_field", lambda v: v.update(zz=1),
       base.ANY)
_owned("its_owner_missing", "wrong_field", lambda v: v.pop("owner") and None)
_decryption("a_factor_altered", "decryption_proof",
            _factor(lambda t: str(int(t) * G % P)))
for _name, _by in (("of_even_order", MINUS_ONE), ("with_3", ORDER_3)):
    _decryption(f"a_factor_of_an_order_{_name}", "not_in_group",
                _factor(lambda t, by=_by: str(int(t) * by % P)))
_decryption("a_factor_of_zero", "not_in_group", _factor(lambda t: "0"))
_decryption("a_factor_above_p", "bad_number", _factor(
    lambda t: str(int(t) + P)))
_decryption("a_factor_with_a_zero_before", "bad_number", _factor(
    lambda t: "0" + t))
_decryption("factors_exchanged", "decryption_proof",
            lambda v: v["decryption_factors"][0].reverse())
_decryption("a_proof_altered", "decryption_proof", _proof("decryption_proofs"))
_decryption("a_strong_proof_altered", "strong_proof", _proof("strong_proofs"),
            base.ANY)
_decryption("no_strong_proofs", "strong_proof_missing",
            lambda v: v.pop("strong_proofs") and None, base.ANY)
_decryption("the_common_proofs_as_strong_ones", "strong_proof",
            lambda v: v.update(strong_proofs=v["decryption_proofs"]),
            base.ANY)
_decryption("the_strong_proofs_as_common_ones", "decryption_proof",
            lambda v: v.update(decryption_proofs=v["strong_proofs"]))
_decryption("proofs_of_other_places", "decryption_proof",
            lambda v: v["decryption_proofs"][0].reverse())
_decryption("strong_proofs_of_other_places", "strong_proof",
            lambda v: v["strong_proofs"][0].reverse(), base.ANY)
for _kind in ("decryption_factors", "decryption_proofs", "strong_proofs"):
    _lenient = base.ANY if _kind == "strong_proofs" else base.SAME
    _decryption(f"a_row_missing_in_{_kind}", "decryption_shape",
                lambda v, k=_kind: v[k].pop() and None, _lenient)
    _decryption(f"a_place_missing_in_{_kind}", "decryption_shape",
                lambda v, k=_kind: v[k][1].pop() and None, _lenient)
    _decryption(f"a_place_more_in_{_kind}", "decryption_shape",
                lambda v, k=_kind: v[k][1].append(v[k][1][0]), _lenient)
_decryption("a_field_more", "unknown_field", lambda v: v.update(zz=1),
            base.ANY)
_decryption("its_fields_in_another_order", "wrong_field",
            lambda v: dict(reversed(v.items())), base.ANY)


def _decrypted(scene, change):
    """All opened again, and the result agrees where it can."""
    good = scene.play(finish=False)
    good.end()
    counts = change(good)
    good.publish(counts or base.good_counts(scene.good),
                 base.paper_of(base.ASKED))
    return good.file()


@mutation("decryption_proof", OPENED_2)
def a_trustee_who_uses_another_key(scene):
    """Factors and proofs right for a key that is not the trustee's."""
    def change(good):
        good.trustees.secrets = {**good.trustees.secrets,
                                 2: scene.chance.scalar()}
        good.decrypt_all(base.OWNERS)
    return _decrypted(scene, change)


@mutation("decryption_proof", OPENED_2)
def a_trustee_who_decrypts_another_tally(scene):
    """The proofs of one ballot, put beside the tally."""
    def change(good):
        good.decrypt(1)
        right, good.total = good.total, made.read_ballot(
            scene.record(FIRST)).ciphers
        good.decrypt(2)
        good.total = right
        good.decrypt(4)
    return _decrypted(scene, change)


@mutation("decryption_proof", OPENED_2)
def decryptions_under_the_owners_of_each_other(scene):
    steps = scene.steps
    for event, owner in ((OPENED_2, 4), (OPENED_4, 2)):
        data = scene.record(event)
        steps[event] = Step(DECRYPTION, data, tally.write_owned(owner, data))
    return archive.write(steps, made.TIME)


@mutation("decryption_proof", OPENED_2)
def decryption_proven_for_another_election(scene):
    good = scene.good
    other = base.questions.Election(good.election.data.replace(
        "Mẫu".encode(), b"M"))
    data = tally.decrypt(other, 2, good.trustees.secrets[2], good.total,
                         scene.chance)
    return scene.put(OPENED_2, data, tally.write_owned(2, data))


@mutation("strong_proof", OPENED_2, lenient=base.ANY)
def strong_proofs_made_for_another_owner(scene):
    good = scene.good
    value = scene.value(OPENED_2)
    x = good.trustees.secrets[2]
    other = records.read(tally.decrypt(good.election, 3, x, good.total,
                                       scene.chance))
    value["strong_proofs"] = other["strong_proofs"]
    return scene.put_one(OPENED_2, 0, records.write(value))


@mutation("strong_proof", OPENED_2, lenient=base.ANY)
def a_false_factor_with_a_common_proof_that_holds(scene):
    """The common challenge does not hash the statement: whoever chooses the
    commitment first finds a false factor for which the proof holds."""
    good = scene.good
    x = good.trustees.secrets[2]
    key = generate(x)
    alpha = good.total[0][0][0]
    w = scene.chance.scalar()
    a, b = generate(w), base.generate(scene.chance.scalar())
    c = records.challenge(f"{tally.prefix(good.election)}{key}|{a},{b}")
    response = (w - x * c) % Q
    factor = pow(b * pow(alpha, -response, P) % P, pow(c, -1, Q), P)
    assert factor != pow(alpha, x, P)
    value = scene.value(OPENED_2)
    value["decryption_factors"][0][0] = str(factor)
    value["decryption_proofs"][0][0] = proofs.as_json((c, response))
    return scene.put_one(OPENED_2, 0, records.write(value))


@mutation("owner_twice", OPENED_4)
def one_trustee_decrypting_twice(scene):
    return _decrypted(scene, lambda good: good.decrypt_all([1, 2, 2, 4]))


@mutation("too_few_decryptions", OPENED_4, RESULT)
def a_result_below_the_threshold(scene):
    steps = scene.steps
    del steps[OPENED_4]
    return archive.write(steps, made.TIME)


@mutation("too_few_decryptions", PUBLISHED, RESULT)
def a_result_without_the_single_key(scene):
    return _decrypted(scene, lambda good: good.decrypt_all([2, 3, 4]))


# -- result --

def _result(name, fault, change, lenient=base.SAME):
    register(f"result_with_{name}", lambda scene: scene.changed(
        PUBLISHED, 0, change), fault, PUBLISHED, lenient=lenient)


def _raw(name, fault, change, lenient=base.SAME):
    register(f"result_with_{name}", lambda scene: scene.put(
        PUBLISHED, change(scene.record(PUBLISHED))), fault, PUBLISHED,
        lenient=lenient)


def _count(change, i=0, j=0):
    def make(value):
        value["result"][i][j] = change(value["result"][i][j])
    return make


_result("a_vote_more", "result_numbers", _count(lambda n: n + 1))
_result("a_vote_less", "result_numbers", _count(lambda n: n - 1))
_result("votes_moved", "result_numbers", lambda v: v["result"][0].reverse())
_result("q_more", "bad_number", _count(lambda n: n + Q))
_result("more_votes_than_ballots", "result_numbers", _count(lambda n: 4))
_result("a_huge_count", "result_numbers", _count(lambda n: 2**31))
_result("a_count_below_zero", "bad_number", _count(lambda n: -1))
_result("a_count_as_text", "bad_number", _count(str))
_result("a_count_that_is_true", "bad_number", _count(lambda n: True))
_raw("a_zero_before_a_count", "bad_number", lambda b: b.replace(
    b"[[", b"[[0", 1))
_raw("a_point_in_a_count", "bad_number", lambda b: b.replace(
    b",", b".0,", 1))
_result("a_place_missing", "result_shape", lambda v: v["result"][1].pop()
        * 0 or None)
_result("a_place_more", "result_shape", lambda v: v["result"][0].append(0))
_result("a_question_missing", "result_shape", lambda v: v["result"].pop()
        and None)
_result("a_question_more", "result_shape", lambda v: v["result"].append([0]))
_result("a_field_more", "unknown_field", lambda v: v.update(zz=1), base.ANY)
_result("no_result", "wrong_field", lambda v: v.pop("result") and None)
_raw("nothing", "not_canonical", lambda b: b"")
_raw("an_empty_object", "wrong_field", lambda b: b"{}")
_raw("a_space", "not_canonical", lambda b: b.replace(b",", b", ", 1),
     base.ANY)


for _name, _value in (("a_list", []), ("a_text", "x"), ("a_number", 1),
                      ("nothing", None), ("true", True)):
    _result(f"{_name}_for_its_paper", "paper_fields",
            lambda v, value=_value: v.update(paper=value), base.ANY)
_result("its_paper_first", "wrong_field", lambda v: dict(
    reversed(v.items())), base.ANY)
_raw("a_space_in_its_paper", "not_canonical", lambda b: b.replace(
    b'"issued":', b'"issued": '), base.ANY)
