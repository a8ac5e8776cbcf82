"""The trustees' record. The committee signs it as it is, and election.json has
the product of the keys, so that only the record's own checks can find it."""
from ballot_reference import proofs

from . import base
from .base import (PLAN, P, Q, generate, made, mutation,
                   records, register, trustees)

SETUP = 0
G2 = generate(2)


def single(value):
    return value[0][1]


def group(value):
    return value[1][1]


def _trustees(name, fault, change, lenient=base.SAME):
    register(f"trustees_with_{name}",
             lambda scene: scene.trustees(lambda v: change(v, scene)),
             fault, SETUP, lenient=lenient)


def _raw(name, fault, change, lenient=base.SAME):
    register(f"trustees_with_{name}", lambda scene: scene.with_record(
        change(scene.good.record)), fault, SETUP, lenient=lenient)


def members(scene):
    return scene.good.trustees.groups[0][2]


def plus_one(proof, name="response"):
    return {**proof, name: str((int(proof[name]) + 1) % Q)}


def _set(holder, **more):
    holder.update(more)


# -- a single key --

_trustees("a_proof_altered", "key_proof", lambda v, s: _set(
    single(v), pok=plus_one(single(v)["pok"])))
_trustees("a_challenge_altered", "key_proof", lambda v, s: _set(
    single(v), pok=plus_one(single(v)["pok"], "challenge")))
_trustees("the_proof_of_another", "key_proof", lambda v, s: _set(
    single(v), pok=group(v)["verification_keys"][0]["pok"]))
_trustees("a_key_of_which_nobody_knows_the_secret", "key_proof",
          lambda v, s: _set(single(v), public_key=str(
              int(single(v)["public_key"]) * G2 % P)))
_trustees("the_identity", "identity", lambda v, s: v.__setitem__(
    0, ["Single", trustees.single_key(0, s.chance)]))
_trustees("a_proof_without_a_challenge", "wrong_field", lambda v, s: _set(
    single(v), pok={"response": "1"}))
_trustees("a_field_more", "unknown_field", lambda v, s: _set(single(v), zz=1),
          base.ANY)
_trustees("a_name", "unknown_field", lambda v, s: _set(
    single(v), name="m1"), base.ANY)
_trustees("its_fields_in_another_order", "wrong_field", lambda v, s: v.
          __setitem__(0, ["Single", dict(reversed(single(v).items()))]),
          base.ANY)
_trustees("an_unknown_kind", "wrong_field", lambda v, s: v.__setitem__(
    0, ["Double", single(v)]))
register("trustees_with_nobody", lambda scene: scene.setup(record=b"[]"),
         "threshold", SETUP)
_raw("a_response_above_q", "bad_number", lambda b: _replaced_number(
    b, b'"response":"', Q))
_raw("a_response_with_a_zero_before", "bad_number", lambda b: b.replace(
    b'"response":"', b'"response":"0', 1))
_raw("a_key_above_p", "bad_number", lambda b: _replaced_number(
    b, b'"public_key":"', P))
_raw("a_space", "not_canonical", lambda b: b.replace(b",", b", ", 1),
     base.ANY)
_raw("a_line_end", "not_canonical", lambda b: b + b"\n", base.ANY)


def _replaced_number(data, before, more):
    """The first number behind `before` made larger by `more`."""
    start = data.index(before) + len(before)
    end = data.index(b'"', start)
    return data[:start] + str(int(data[start:end]) + more).encode() + data[end:]


@mutation("not_in_group", SETUP)
def trustees_with_a_key_of_even_order(scene):
    """-X with a proof that holds: half of the challenges are even."""
    value = records.read(scene.good.record)
    x = scene.good.trustees.secrets[1]
    key = P - generate(x)
    while True:
        w = scene.chance.scalar()
        c = records.challenge(
            f"pok|{trustees.NAME}|{key}|{generate(w)}")
        if c % 2 == 0:
            break
    value[0][1] = {"pok": proofs.as_json((c, (w - x * c) % Q)),
                   "public_key": str(key)}
    return scene.with_record(records.write(value))


@mutation("same_key", SETUP, lenient=base.ANY)
def trustees_with_one_key_twice(scene):
    value = records.read(scene.good.record)
    return scene.with_record(records.write([value[0], *value]))


@mutation("same_key", SETUP, lenient=base.ANY)
def trustees_with_a_share_as_a_key_of_its_own(scene):
    value = records.read(scene.good.record)
    x = scene.good.trustees.secrets[2]
    return scene.with_record(records.write(
        [["Single", trustees.single_key(x, scene.chance)], value[1]]))


@mutation("election_key", SETUP)
def election_key_without_one_of_the_trustees(scene):
    key = int(group(records.read(scene.good.record))[
        "verification_keys"][0]["public_key"])
    return scene.election(lambda v: {**v, "public_key": str(key)})


@mutation("election_key", SETUP)
def election_key_that_is_the_product_of_all_verification_keys(scene):
    keys = trustees.read(scene.good.record).keys
    return scene.election(lambda v: {**v, "public_key": str(
        trustees.product(keys.values()))})


@mutation("election_key", SETUP)
def election_key_of_the_server_alone(scene):
    """All that the server needs to open every ballot by itself."""
    keys = trustees.read(scene.good.record).keys
    return scene.election(lambda v: {**v, "public_key": str(keys[1])})


# -- a group --

def rewritten(scene, *, threshold=2, certs=None, rows=None, x=None,
              sign_rows=None):
    """The group's record written anew by its members, after changes:
    certs(i, message) and rows(i, message) give what is signed instead."""
    chance, all_of = scene.chance, members(scene)

    def signed(member, message, change):
        value = records.read(message.encode())
        if change:
            value = change(member.index, value) or value
        text = value if isinstance(value, str) else records.write_text(value)
        return member.signed(text, chance)
    cert_rows = [signed(m, m.message, certs) for m in all_of]
    coefexps = [signed(m, m.coefexps(), rows) for m in all_of]
    secrets = x or [m.x for m in all_of]
    keys = []
    for m, secret in zip(all_of, secrets):
        key = trustees.single_key(secret, chance)
        keys.append({**key, "signature": proofs.as_json(
            proofs.sign(m.signing, key["public_key"], chance))})
    own = sign_rows or [records.read(c["message"].encode()).get("coefexps")
                        for c in coefexps]
    return {"threshold": threshold, "certs": cert_rows, "coefexps": coefexps,
            "signatures": [proofs.as_json(proofs.sign(
                m.signing, trustees.certs_message(cert_rows, row), chance))
                for m, row in zip(all_of, own)],
            "verification_keys": keys}


def _group(name, fault, lenient=base.SAME, **how):
    def make(scene):
        value = records.read(scene.good.record)
        made_of = {k: v(scene) if callable(v) and k in ("x", "sign_rows")
                   else v for k, v in how.items()}
        return scene.with_record(records.write(
            [value[0], ["Pedersen", rewritten(scene, **made_of)]]))
    register(f"group_with_{name}", make, fault, SETUP, lenient=lenient)


def only(index, change):
    return lambda i, value: change(value) if i == index else None


def context(**more):
    return lambda value: value["context"].update(more)


_group("a_certificate_of_another_index", "certificate_context",
       certs=only(2, context(index=3)))
_group("a_certificate_of_index_zero", "certificate_context",
       certs=only(1, context(index=0)))
_group("a_certificate_of_another_size", "certificate_context",
       certs=only(2, context(size=4)))
_group("a_certificate_of_another_threshold", "certificate_context",
       certs=only(3, context(threshold=1)))
_group("certificates_of_another_threshold", "certificate_context",
       certs=lambda i, value: context(threshold=3)(value))
_group("a_certificate_of_another_group", "certificate",
       certs=only(2, context(group="RFC-3526-2048")))
_group("a_certificate_without_its_context", "certificate_context", base.ANY,
       certs=only(2, lambda v: v.pop("context") and None))
_group("a_certificate_with_a_field_more", "certificate",
       certs=only(1, lambda v: v.update(zz=1)))
_group("a_certificate_with_a_context_more", "certificate",
       certs=only(1, lambda v: v["context"].update(zz=1)))
_group("a_certificate_in_another_order", "certificate",
       certs=only(1, lambda v: {"context": v["context"],
                                "encryption": v["encryption"],
                                "verification": v["verification"]}))
_group("a_certificate_with_a_space", "certificate",
       certs=only(1, lambda v: records.write_text(v).replace(",", ", ", 1)))
_group("a_certificate_with_a_zero_before_a_key", "certificate",
       certs=only(1, lambda v: v.update(verification="0" + v["verification"])))
_group("a_certificate_that_is_no_object", "certificate",
       certs=only(1, lambda v: "1"))
_group("the_identity_to_encrypt_for", "identity",
       certs=only(2, lambda v: v.update(encryption="1")))
_group("a_key_to_encrypt_for_outside_the_group", "not_in_group",
       certs=only(2, lambda v: v.update(
           encryption=str(P - int(v["encryption"])))))
_group("one_key_for_two_to_encrypt_for", "same_key",
       certs=lambda i, v: v.update(encryption=str(G2)))
_group("a_threshold_of_one", "certificate_context", threshold=1)
_group("a_threshold_of_three", "certificate_context", threshold=3)
_group("a_threshold_of_zero", "threshold", threshold=0)
_group("a_threshold_above_its_size", "threshold", threshold=4)
_group("a_threshold_that_is_huge", "bad_number", threshold=2**40)
_group("a_threshold_above_its_coefficients", "coefficients", threshold=3,
       certs=lambda i, value: context(threshold=3)(value))
_group("a_threshold_below_its_coefficients", "coefficients", threshold=1,
       certs=lambda i, value: context(threshold=1)(value))
_group("a_coefficient_missing", "coefficients",
       rows=only(2, lambda v: v["coefexps"].pop() and None))
_group("a_coefficient_more", "coefficients",
       rows=only(2, lambda v: v["coefexps"].append("1")))
_group("a_coefficient_outside_the_group", "not_in_group",
       rows=only(2, lambda v: v["coefexps"].__setitem__(
           1, str(P - int(v["coefexps"][1])))))
_group("a_coefficient_above_p", "coefficients",
       rows=only(2, lambda v: v["coefexps"].__setitem__(
           1, str(P + int(v["coefexps"][1])))))
_group("coefficients_with_a_field_more", "coefficients",
       rows=only(2, lambda v: v.update(zz=1)))
_group("another_coefficient", "verification_key",
       rows=only(2, lambda v: v["coefexps"].__setitem__(1, str(G2))))
_group("another_constant_coefficient", "verification_key",
       rows=only(3, lambda v: v["coefexps"].__setitem__(0, str(G2))))
_group("a_share_that_is_not_what_the_coefficients_say", "verification_key",
       x=lambda s: [m.x + (m.index == 2) for m in members(s)])
_group("a_share_that_is_the_identity", "identity",
       x=lambda s: [m.x * (m.index != 2) for m in members(s)])
_group("signatures_over_other_coefficients", "certs_signature",
       sign_rows=lambda s: [m.row()[::-1] for m in members(s)])
_group("signatures_over_the_coefficients_of_all", "certs_signature",
       sign_rows=lambda s: [[m.row()[0] for m in members(s)]] * 3)


def _swap(rows, i=0, j=1):
    rows[i], rows[j] = rows[j], rows[i]


def _in_group(name, fault, change, lenient=base.SAME):
    _trustees(name, fault, lambda v, s: change(group(v), s), lenient)


_in_group("a_certificate_signature_altered", "certificate_signature",
          lambda g, s: _set(g["certs"][1], signature=plus_one(
              g["certs"][1]["signature"])))
_in_group("a_certificate_signed_by_another", "certificate_signature",
          lambda g, s: g["certs"].__setitem__(
              1, members(s)[0].signed(g["certs"][1]["message"], s.chance)))
_in_group("certificates_in_another_order", "certificate_context",
          lambda g, s: _swap(g["certs"]))
_in_group("one_certificate_for_two", "certificate_context",
          lambda g, s: g["certs"].__setitem__(1, g["certs"][0]))
_in_group("a_certificate_of_another_attempt", "certs_signature",
          lambda g, s: g["certs"].__setitem__(1, _other_cert(s)))
_in_group("a_coefficients_signature_altered", "coefficients_signature",
          lambda g, s: _set(g["coefexps"][2], signature=plus_one(
              g["coefexps"][2]["signature"])))
_in_group("coefficients_in_another_order", "coefficients_signature",
          lambda g, s: _swap(g["coefexps"]))
_in_group("coefficients_signed_by_another", "coefficients_signature",
          lambda g, s: g["coefexps"].__setitem__(1, members(s)[0].signed(
              g["coefexps"][1]["message"], s.chance)))
_in_group("a_signature_of_certificates_altered", "certs_signature",
          lambda g, s: g["signatures"].__setitem__(
              1, plus_one(g["signatures"][1])))
_in_group("signatures_in_another_order", "certs_signature",
          lambda g, s: _swap(g["signatures"]))
_in_group("certificates_signed_in_the_form_of_2", "certificate_context",
          lambda g, s: g.update(trustees.write_group(
              _old_members(s), 2, s.chance, three=False)), base.ANY)
_in_group("no_signatures", "wrong_field",
          lambda g, s: g.pop("signatures") and None, base.ANY)
_in_group("a_signature_missing", "certs_signature",
          lambda g, s: g["signatures"].pop() and None)
_in_group("coefficients_missing", "coefficients",
          lambda g, s: g["coefexps"].pop() and None)
_in_group("coefficients_more", "coefficients",
          lambda g, s: g["coefexps"].append(g["coefexps"][0]))
_in_group("a_verification_key_missing", "verification_key",
          lambda g, s: g["verification_keys"].pop() and None)
_in_group("a_verification_key_more", "verification_key",
          lambda g, s: g["verification_keys"].append(
              g["verification_keys"][0]))
_in_group("verification_keys_in_another_order", "key_signature",
          lambda g, s: _swap(g["verification_keys"]))
_in_group("a_verification_key_without_proof", "key_proof",
          lambda g, s: _set(g["verification_keys"][1], pok=plus_one(
              g["verification_keys"][1]["pok"])))
_in_group("a_verification_key_not_signed", "key_signature",
          lambda g, s: g["verification_keys"][1].pop("signature") and None)
_in_group("a_verification_key_signed_by_another", "key_signature",
          lambda g, s: _set(g["verification_keys"][1], signature=proofs.as_json(
              proofs.sign(members(s)[0].signing,
                          g["verification_keys"][1]["public_key"],
                          s.chance))))
_in_group("no_certificates", "threshold",
          lambda g, s: g.update(certs=[]))
_in_group("nobody_in_the_group", "threshold",
          lambda g, s: g.update(certs=[], coefexps=[], signatures=[],
                                verification_keys=[]))
_in_group("a_field_more_in_the_group", "unknown_field",
          lambda g, s: g.update(zz=1), base.ANY)


def _other_cert(scene):
    other = trustees.Member(2, 3, 2, scene.chance)
    return other.signed(other.message, scene.chance)


def _old_members(scene):
    found = []
    for m in members(scene):
        old = trustees.Member(m.index, 3, 2, scene.chance, False, m.seed)
        old.polynomial, old.x = m.polynomial, m.x
        found.append(old)
    return found


# -- what only other records can show --

@mutation("committee_signature", SETUP, lenient=base.ANY)
def trustees_of_the_server_alone(scene):
    """All keys exchanged for the server's own, everything proven and done anew:
    nothing but the devices' signatures is against it."""
    mine = made.Made(PLAN, base.ASKED, base.VOTERS, chance=base.Chance(99))
    record = mine.trustees.write()
    value = records.read(scene.good.election.data)
    keys = trustees.read(record)
    value["public_key"] = str(keys.key)
    value["meeting"]["trustees"] = records.hex_hash(record)
    return scene.again(election=records.write(value), record=record,
                       secrets=mine.trustees.secrets)


