"""Ballots: made for given votes, and checked."""
from . import proofs, records
from .group import G, P, Q, generate, power, product
from .records import array, base64_hash, fields, require


# -- making --

def encrypt(y, r, value):
    return generate(r), power(y, r) * power(G, value) % P


def make_answer(election, question, choices, context, chance):
    y = election.key
    r = [chance.scalar() for _ in choices]
    ciphers = [encrypt(y, ri, m) for ri, m in zip(r, choices)]
    whole = context_of_answer(context, ciphers)
    answer = {
        "choices": [{"alpha": str(a), "beta": str(b)} for a, b in ciphers],
        "individual_proofs": [
            _prove(y, _shifted(ri, m, (0, 1)), 1 if m else 0,
                   proofs.interval_prefix(context, c), chance)
            for c, ri, m in zip(ciphers, r, choices)]}
    values = range(question.low, question.high + 1)
    if question.blank:
        _blank_proofs(answer, y, values, choices, r, whole, chance)
    else:
        answer["overall_proof"] = _prove(
            y, _shifted(sum(r), sum(choices), values),
            _branch(values, sum(choices)),
            proofs.interval_prefix(whole, _sum(ciphers)), chance)
    return answer


def _prove(y, secrets, true, prefix, chance):
    return [proofs.as_json(p)
            for p in proofs.make_one_of(y, secrets, true, prefix, chance)]


def _shifted(r, m, values):
    return [(r, m - v) for v in values]


def _branch(values, total):
    """Of a vote that is not allowed: some branch, and the proof will fail."""
    return min(max(total - values[0], 0), len(values) - 1)


def _blank_proofs(answer, y, values, choices, r, whole, chance):
    first, total, rest = choices[0], sum(choices[1:]), sum(r[1:])
    answer["overall_proof"] = _prove(
        y, [(r[0], first - 1)] + _shifted(rest, total, values),
        0 if first else 1 + _branch(values, total), f"bproof1|{whole}|",
        chance)
    answer["blank_proof"] = _prove(y, [(r[0], first), (rest, total)],
                                   1 if first else 0, f"bproof0|{whole}|",
                                   chance)


def _sum(ciphers):
    return product(a for a, _ in ciphers), product(b for _, b in ciphers)


def context_of_answer(context, ciphers):
    return context + "|" + ",".join(f"{a},{b}" for a, b in ciphers)


def context_of(election, credential):
    return f"{election.fingerprint}|{credential}"


def make(election, secret, votes, chance, *, answers=None):
    """The ballot's bytes. `votes`: for each question its 0/1 values, the blank
    one first. `answers` instead: given ones, only to be signed."""
    credential = generate(secret)
    context = context_of(election, credential)
    if answers is None:
        answers = [make_answer(election, q, c, context, chance)
                   for q, c in zip(election.questions, votes, strict=True)]
    return sign({"election_uuid": election.uuid,
                 "election_hash": election.fingerprint,
                 "credential": str(credential), "answers": answers},
                secret, chance)


def sign(body, secret, chance):
    body = {k: v for k, v in body.items() if k != "signature"}
    digest = base64_hash(records.write(body))
    proof = proofs.make(secret, f"sig|{digest}|", chance)
    return records.write({**body, "signature": {
        "hash": digest, "proof": proofs.as_json(proof)}})


# -- checking --

class Ballot:
    def __init__(self, data, credential, ciphers):
        self.data = data
        self.credential = credential
        self.ciphers = ciphers  # for each question
        self.tracker = base64_hash(data)


# Ballots whose proofs hold in the election of this fingerprint: tests ask the
# same of one ballot in many archives.
_good = set()


def check(data, election, credentials):
    """The ballot, all its proofs and its signature checked."""
    value = fields(records.read(data), [
        "election_uuid", "election_hash", "credential", "answers", "signature"])
    require(value["election_uuid"] == election.uuid
            and value["election_hash"] == election.fingerprint,
            "other_election")
    credential = records.number(value["credential"], P)
    require(credential in credentials, "not_in_list")
    answers = array(value["answers"], "choice_count", len(election.questions))
    read = [_read_answer(a, q) for a, q in zip(answers, election.questions)]
    signature = _read_signature(value["signature"])
    if (data, election.fingerprint) not in _good:
        context = context_of(election, credential)
        for question, answer in zip(election.questions, read):
            _check_answer(election.key, question, answer, context)
        _check_signature(value, signature, credential)
        _good.add((data, election.fingerprint))
    return Ballot(data, credential, [ciphers for ciphers, *_ in read])


def _read_proofs(value, size):
    return [proofs.parse(p) for p in array(value, "choice_count", size)]


def _read_answer(value, question):
    names = ["choices", "individual_proofs", "overall_proof"]
    fields(value, names + ["blank_proof"] if question.blank else names)
    count = question.positions
    ciphers = []
    for choice in array(value["choices"], "choice_count", count):
        fields(choice, ["alpha", "beta"])
        ciphers.append((records.element(choice["alpha"]),
                        records.element(choice["beta"])))
    single = [_read_proofs(p, 2) for p in array(
        value["individual_proofs"], "choice_count", count)]
    overall = _read_proofs(value["overall_proof"],
                           question.high - question.low + 1 + question.blank)
    blank = _read_proofs(value["blank_proof"], 2) if question.blank else None
    return ciphers, single, overall, blank


def _check_answer(y, question, answer, context):
    ciphers, single, overall, blank = answer
    for cipher in ciphers:
        for element in cipher:
            records.member(element)
    whole = context_of_answer(context, ciphers)
    for cipher, proof in zip(ciphers, single):
        proofs.check_one_of(y, proofs.shifted(cipher, (0, 1)),
                            proofs.interval_prefix(context, cipher), proof,
                            "individual_proof")
    values = range(question.low, question.high + 1)
    if not question.blank:
        total = _sum(ciphers)
        proofs.check_one_of(y, proofs.shifted(total, values),
                            proofs.interval_prefix(whole, total), overall,
                            "overall_proof")
        return
    first, rest = ciphers[0], _sum(ciphers[1:])
    proofs.check_one_of(y, proofs.shifted(first, [1]) +
                        proofs.shifted(rest, values),
                        f"bproof1|{whole}|", overall, "overall_proof")
    proofs.check_one_of(y, [first, rest], f"bproof0|{whole}|", blank,
                        "blank_proof")


def _read_signature(value):
    fields(value, ["hash", "proof"])
    records.string(value["hash"])
    return value["hash"], proofs.parse(value["proof"])


def _check_signature(value, signature, credential):
    digest, proof = signature
    body = {k: v for k, v in value.items() if k != "signature"}
    require(digest == base64_hash(records.write(body)), "ballot_hash")
    require(proofs.check(credential, f"sig|{digest}|", proof),
            "ballot_signature")
