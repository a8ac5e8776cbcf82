"""Ballots. Where a secret is known the ballot is signed anew."""
from ballot_reference import ballots, proofs

from . import base
from .base import (AGAIN, BALLOT, FIRST, LAST, P, Q, SECOND, Step, archive,
                   generate, made, mutation, records, register)
from .trustee import plus_one

# Elements of small order, which divide (P - 1) / Q.
MINUS_ONE = P - 1
ORDER_3 = next(e for e in (pow(a, (P - 1) // 3, P) for a in range(2, 20))
               if e != 1)


def answer(value, i=0):
    return value["answers"][i]


def _ballot(name, fault, change, lenient=base.SAME, event=FIRST):
    register(f"ballot_with_{name}", lambda scene: scene.ballot(
        event, change), fault, event, lenient=lenient)


def _raw(name, fault, change, lenient=base.SAME):
    register(f"ballot_with_{name}", lambda scene: scene.put(
        FIRST, change(scene.record(FIRST))), fault, FIRST, lenient=lenient)


# -- votes that are not allowed, with the best proofs that a liar can make --

for _name, _choices, _fault in (
        ("two_votes_for_one_answer", [[2, 0], [0, 1, 0, 0]],
         "individual_proof"),
        ("a_vote_below_zero", [[1, 0], [0, -1, 1, 1]], "individual_proof"),
        ("a_vote_of_q_minus_one", [[1, 0], [0, Q - 1, 1, 1]],
         "individual_proof"),
        ("a_thousand_votes", [[1000, 0], [0, 1, 0, 0]], "individual_proof"),
        ("both_answers_of_one", [[1, 1], [0, 1, 0, 0]], "overall_proof"),
        ("no_answer_of_one", [[0, 0], [0, 1, 0, 0]], "overall_proof"),
        ("three_answers_of_two", [[1, 0], [0, 1, 1, 1]], "overall_proof"),
        ("neither_an_answer_nor_blank", [[1, 0], [0, 0, 0, 0]],
         "overall_proof"),
        ("blank_and_an_answer", [[1, 0], [1, 1, 0, 0]], "blank_proof"),
        ("blank_twice", [[1, 0], [2, 0, 0, 0]], "individual_proof")):
    register(f"ballot_with_{_name}",
             lambda scene, choices=_choices: scene.cast(choices), _fault,
             FIRST)


# -- numbers and elements --

def _cipher(part, change, i=0):
    def make(value):
        choice = answer(value, i)["choices"][0]
        choice[part] = change(choice[part])
    return make


def _proof(part, change, at=0):
    def make(value):
        proof = answer(value)["individual_proofs"][at][0]
        proof[part] = change(proof[part])
    return make


for _part in ("alpha", "beta"):
    for _name, _factor in (("of_even_order", MINUS_ONE),
                           ("of_an_order_with_3", ORDER_3)):
        _ballot(f"{_part}_{_name}", "not_in_group", _cipher(
            _part, lambda t, f=_factor: str(int(t) * f % P)))
    _ballot(f"{_part}_zero", "not_in_group", _cipher(_part, lambda t: "0"))
for _name, _spell in (
        ("a_zero_before", lambda t: "0" + t), ("a_plus", lambda t: "+" + t),
        ("a_minus", lambda t: "-" + t), ("a_space", lambda t: t + " "),
        ("an_underscore", lambda t: t[:3] + "_" + t[3:]),
        ("nothing", lambda t: ""), ("letters", lambda t: hex(int(t))),
        ("a_point", lambda t: t + ".0")):
    _ballot(f"an_element_spelled_with_{_name}", "bad_number" if _name != "a_space"
            else "wrong_field", _cipher("alpha", _spell))
    _ballot(f"a_scalar_spelled_with_{_name}", "bad_number" if _name != "a_space"
            else "wrong_field", _proof("challenge", _spell))
_ballot("an_element_above_p", "bad_number",
        _cipher("alpha", lambda t: str(int(t) + P)))
_ballot("an_element_of_many_digits", "bad_number",
        _cipher("alpha", lambda t: "9" * 5000))
_ballot("an_element_that_is_no_text", "wrong_field", _cipher("alpha", int))
for _part in ("challenge", "response"):
    _ballot(f"a_{_part}_above_q", "bad_number",
            _proof(_part, lambda t: str(int(t) + Q)))
    _ballot(f"a_{_part}_altered", "individual_proof",
            _proof(_part, lambda t: str((int(t) + 1) % Q)))
_raw("a_credential_with_a_zero_before", "bad_number", lambda b: b.replace(
    b'"credential":"', b'"credential":"0'))


@mutation("bad_number", FIRST)
def ballot_with_a_signature_above_q(scene):
    value = scene.value(FIRST)
    proof = value["signature"]["proof"]
    proof["response"] = str(int(proof["response"]) + Q)
    return scene.put(FIRST, records.write(value))


# -- proofs --

def _swap(rows, i=0, j=1):
    rows[i], rows[j] = rows[j], rows[i]


_ballot("individual_proofs_of_other_places", "individual_proof",
        lambda v: _swap(answer(v)["individual_proofs"]))
_ballot("branches_of_a_proof_exchanged", "individual_proof",
        lambda v: _swap(answer(v)["individual_proofs"][0]))
_ballot("ciphertexts_exchanged", "individual_proof",
        lambda v: _swap(answer(v)["choices"]))
_ballot("an_overall_proof_altered", "overall_proof", lambda v: answer(v)[
    "overall_proof"].__setitem__(0, plus_one(answer(v)["overall_proof"][0])))
_ballot("a_blank_proof_altered", "blank_proof", lambda v: answer(v, 1)[
    "blank_proof"].__setitem__(0, plus_one(answer(v, 1)["blank_proof"][0])))
_ballot("an_overall_proof_of_blanks_altered", "overall_proof",
        lambda v: answer(v, 1)["overall_proof"].__setitem__(
            0, plus_one(answer(v, 1)["overall_proof"][0])))
_ballot("one_part_of_an_individual_proof", "choice_count",
        lambda v: answer(v)["individual_proofs"][0].pop() and None)
_ballot("three_parts_of_an_individual_proof", "choice_count",
        lambda v: answer(v)["individual_proofs"][0].append(
            answer(v)["individual_proofs"][0][0]))
_ballot("an_individual_proof_missing", "choice_count",
        lambda v: answer(v)["individual_proofs"].pop() and None)
_ballot("an_individual_proof_more", "choice_count",
        lambda v: answer(v)["individual_proofs"].append(
            answer(v)["individual_proofs"][0]))
_ballot("an_overall_proof_of_no_parts", "choice_count",
        lambda v: answer(v).update(overall_proof=[]))
_ballot("an_overall_proof_of_more_parts", "choice_count",
        lambda v: answer(v)["overall_proof"].append(
            answer(v)["overall_proof"][0]))
_ballot("a_blank_proof_of_one_part", "choice_count",
        lambda v: answer(v, 1)["blank_proof"].pop() and None)
_ballot("a_ciphertext_missing", "choice_count",
        lambda v: answer(v)["choices"].pop() and None)
_ballot("a_ciphertext_more", "choice_count",
        lambda v: answer(v)["choices"].append(answer(v)["choices"][0]))
_ballot("an_answer_missing", "choice_count",
        lambda v: v["answers"].pop() and None)
_ballot("an_answer_more", "choice_count",
        lambda v: v["answers"].append(answer(v)))
_ballot("no_blank_proof", "wrong_field",
        lambda v: answer(v, 1).pop("blank_proof") and None)
_ballot("a_blank_proof_too_many", "unknown_field",
        lambda v: answer(v).update(blank_proof=answer(v, 1)["blank_proof"]))


@mutation("overall_proof", FIRST)
def ballot_with_the_overall_proof_of_another(scene):
    def change(value):
        value["answers"][0]["overall_proof"] = scene.value(SECOND)[
            "answers"][0]["overall_proof"]
    return scene.ballot(FIRST, change)


@mutation("overall_proof", FIRST)
def ballot_with_ciphertexts_blinded_again(scene):
    """Individual proofs made anew for other randomness, the overall one kept."""
    good = scene.good
    fresh = ballots.make_answer(good.election, base.ASKED[0], [1, 0],
                                ballots.context_of(good.election, generate(
                                    good.secrets[0])), scene.chance)

    def change(value):
        fresh["overall_proof"] = value["answers"][0]["overall_proof"]
        value["answers"][0] = fresh
    return scene.ballot(FIRST, change)


# -- of whom, and of which election --

_ballot("the_id_of_another_election", "other_election",
        lambda v: v.update(election_uuid="a" * 14))
_ballot("the_hash_of_another_election", "other_election",
        lambda v: v.update(election_hash="A" * 43))
_ballot("a_hash_with_padding", "other_election",
        lambda v: v.update(election_hash=v["election_hash"] + "="))


@mutation("individual_proof", FIRST)
def ballot_made_for_another_election(scene):
    """Under another hash, and then relabelled and signed for this one."""
    good = scene.good
    other = base.questions.Election(good.election.data.replace(
        "Mẫu".encode(), b"M"))
    value = records.read(ballots.make(other, good.secrets[0],
                                      base.VOTES[0][1], scene.chance))
    value["election_hash"] = good.election.fingerprint
    return scene.put(FIRST, ballots.sign(value, good.secrets[0],
                                         scene.chance))


@mutation("not_in_list", FIRST)
def ballot_by_a_credential_that_nobody_has(scene):
    return scene.put(FIRST, ballots.make(
        scene.good.election, 12345, base.VOTES[0][1], scene.chance))


@mutation("not_in_list", FIRST)
def ballot_by_the_identity(scene):
    """Everybody knows its secret."""
    return scene.put(FIRST, ballots.make(
        scene.good.election, 0, base.VOTES[0][1], scene.chance))


@mutation("not_in_list", FIRST)
def ballot_by_a_credential_outside_the_group(scene):
    def change(value):
        value["credential"] = str(P - int(value["credential"]))
    return scene.ballot(FIRST, change, resign=False)


@mutation("individual_proof", LAST)
def ballot_copied_under_another_credential(scene):
    """Whoever copies a vote signs it with a credential of his own."""
    copy = scene.value(FIRST)
    copy["credential"] = str(generate(scene.good.secrets[2]))
    return scene.put(LAST, ballots.sign(copy, scene.good.secrets[2],
                                        scene.chance))


@mutation("individual_proof", LAST)
def ballot_with_one_answer_of_another_voter(scene):
    def change(value):
        value["answers"][1] = scene.value(FIRST)["answers"][1]
    return scene.ballot(LAST, change)


@mutation("ballot_signature", LAST)
def ballot_signed_with_another_credential(scene):
    return scene.ballot(LAST, lambda v: None, voter=1)


@mutation("ballot_signature", FIRST)
def ballot_with_its_signature_altered(scene):
    def change(value):
        value["signature"]["proof"] = plus_one(value["signature"]["proof"])
    return scene.ballot(FIRST, change, resign=False)


@mutation("ballot_signature", AGAIN)
def ballot_with_the_signature_of_another_of_its_voter(scene):
    """The hash right, the proof that of the first ballot."""
    def change(value):
        value["signature"]["proof"] = scene.value(FIRST)["signature"]["proof"]
    return scene.ballot(AGAIN, change, resign=False)


@mutation("ballot_hash", FIRST)
def ballot_with_its_hash_altered(scene):
    def change(value):
        digest = value["signature"]["hash"]
        value["signature"]["hash"] = ("A" if digest[0] != "A" else "B") + \
            digest[1:]
    return scene.ballot(FIRST, change, resign=False)


@mutation("ballot_hash", FIRST)
def ballot_signed_over_another_hash(scene):
    """A signature that holds for a hash which is not the ballot's."""
    value = scene.value(FIRST)
    digest = "A" * 43
    proof = proofs.make(scene.good.secrets[0], f"sig|{digest}|", scene.chance)
    value["signature"] = {"hash": digest, "proof": proofs.as_json(proof)}
    return scene.put(FIRST, records.write(value))


@mutation("ballot_hash", FIRST)
def ballot_changed_by_whoever_carries_it(scene):
    """An answer made anew, with proofs that hold, not signed again."""
    good = scene.good
    fresh = ballots.make_answer(good.election, base.ASKED[0], [0, 1],
                                ballots.context_of(good.election, generate(
                                    good.secrets[0])), scene.chance)
    return scene.ballot(FIRST, lambda v: v["answers"].__setitem__(0, fresh),
                        resign=False)


# -- again --

@mutation("replay", LAST + 1, BALLOT)
def ballot_once_more(scene):
    """What the server can do to undo a second vote."""
    steps = scene.steps
    steps.insert(LAST + 1, Step(BALLOT, scene.record(FIRST)))
    return archive.write(steps, made.TIME)


@mutation("replay", AGAIN)
def ballot_instead_of_the_second_of_its_voter(scene):
    return scene.put(AGAIN, scene.record(FIRST))


@mutation("too_often", 6, BALLOT, lenient=base.ANY)
def ballots_of_one_voter_without_end(scene):
    return scene.play(votes=[base.VOTES[0]] * 6).file()


@mutation("too_often", AGAIN, lenient=base.ANY)
def ballot_again_where_one_is_all(scene):
    return scene.play(revote=False).file()


# -- form --

LEVELS = {"": lambda v: v, "answer": answer,
          "ciphertext": lambda v: answer(v)["choices"][0],
          "proof": lambda v: answer(v)["individual_proofs"][0][0],
          "overall_proof": lambda v: answer(v)["overall_proof"][0],
          "signature": lambda v: v["signature"],
          "signature_proof": lambda v: v["signature"]["proof"]}


def _form(change):
    def make(level):
        return lambda scene: scene.ballot(
            FIRST, lambda v: change(level(v)), resign=False)
    return make


def _reverse(holder):
    turned = dict(reversed(holder.items()))
    holder.clear()
    holder.update(turned)


def _drop(holder):
    holder.pop(list(holder)[-1])


for _name, _level in LEVELS.items():
    _where = f"_in_{_name}" if _name else ""
    for _what, _change, _fault in (
            ("a_field_more", lambda h: h.update(zz=1), "unknown_field"),
            ("its_fields_in_another_order", _reverse, "wrong_field"),
            ("a_field_missing", _drop, "wrong_field")):
        register(f"ballot_with_{_what}{_where}", _form(_change)(_level),
                 _fault, FIRST)
_raw("a_space", "not_canonical", lambda b: b.replace(b",", b", ", 1))
_raw("a_line_end", "not_canonical", lambda b: b + b"\n")
_raw("a_letter_escaped", "not_canonical", lambda b: b.replace(
    b'"election_uuid":"', b'"election_uuid":"\\u0061', 1))
_raw("a_name_escaped", "wrong_field", lambda b: b.replace(
    b'"credential"', b'"\\u0063redential"', 1))
_raw("a_field_twice", "wrong_field", lambda b: b.replace(
    b'"credential":', b'"credential":"1","credential":', 1))
_raw("its_last_field_twice", "unknown_field", lambda b: b[:-1] + b[b.rindex(
    b',"signature"'):])
_raw("another_value_behind_it", "not_canonical", lambda b: b + b)
_raw("nothing_in_it", "not_canonical", lambda b: b"")
_raw("an_empty_object", "wrong_field", lambda b: b"{}")
_raw("a_list_instead", "not_canonical", lambda b: b"[" + b + b"]")
_raw("no_text_for_its_election", "wrong_field", lambda b: b.replace(
    b'"election_uuid":"', b'"election_uuid":1,"x":"', 1))
