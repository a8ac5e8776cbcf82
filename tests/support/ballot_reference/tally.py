"""From ballots to the result: the sum of what was encrypted, its decryption by
the trustees, and the counts."""
from . import proofs, records
from .group import G, P, divide, power
from .records import array, fields, hex_hash, integer, require

MAX_NUMBER = 2**30 - 1


def counted(ballots):
    """The last ballot of each credential, in the order of the archive."""
    last = {b.credential: b for b in ballots}
    return list(last.values())


def total(election, ballots, weights):
    """([[(alpha, beta)]], number counted, their weight)"""
    result = [[(1, 1)] * q.positions for q in election.questions]
    weight = 0
    chosen = counted(ballots)
    for ballot in chosen:
        w = weights[ballot.credential]
        weight += w
        for row, ciphers in zip(result, ballot.ciphers):
            row[:] = [(a * power(c, w) % P, b * power(d, w) % P)
                      for (a, b), (c, d) in zip(row, ciphers)]
    return result, len(chosen), weight


def write_total(total):
    return records.write([[{"alpha": str(a), "beta": str(b)} for a, b in row]
                          for row in total])


def sized(number):
    return number if number <= MAX_NUMBER else str(number)


def write_sized(data, count, weight):
    return records.write({"num_tallied": count, "total_weight": sized(weight),
                          "encrypted_tally": hex_hash(data)})


def check_total(data, expected, lenient=False):
    value = records.read(data)
    rows = array(value, "tally", len(expected))
    for row, wanted in zip(rows, expected):
        for cipher, pair in zip(array(row, "tally", len(wanted)), wanted):
            fields(cipher, ["alpha", "beta"], (), lenient)
            found = tuple(records.element(cipher[n]) for n in ("alpha", "beta"))
            require(found == pair, "tally")


def check_sized(data, tally, count, weight, lenient=False):
    value = fields(records.read(data),
                   ["num_tallied", "total_weight", "encrypted_tally"], (),
                   lenient)
    require(records.hash_text(value["encrypted_tally"]) == hex_hash(tally),
            "tally_reference")
    found = value["total_weight"]
    if lenient and isinstance(found, str):
        found = records.number(found, 2**64)
    require(integer(value["num_tallied"], high=2**64) == count
            and integer(found, high=2**64) == weight, "tally_numbers")


# -- decryption --

def prefix(election):
    return f"decrypt|{election.fingerprint}|"


def strong_prefix(election, owner, key, alpha, beta, factor):
    return (f"decrypt-strong|{election.fingerprint}|{owner}|{key}|{alpha},{beta}"
            f"|{factor}|")


def decrypt(election, owner, x, total, chance, strong=True):
    """The partial decryption of a trustee with the secret x."""
    key = power(G, x)
    factors, plain, strict = [], [], []
    for row in total:
        for out in (factors, plain, strict):
            out.append([])
        for alpha, beta in row:
            factor = power(alpha, x)
            factors[-1].append(str(factor))
            plain[-1].append(proofs.as_json(proofs.make_equal(
                x, alpha, f"{prefix(election)}{key}|", chance)))
            strict[-1].append(proofs.as_json(proofs.make_equal(
                x, alpha, strong_prefix(election, owner, key, alpha, beta,
                                        factor), chance)))
    value = {"decryption_factors": factors, "decryption_proofs": plain}
    return records.write({**value, "strong_proofs": strict} if strong
                         else value)


def write_owned(owner, data):
    return records.write({"owner": owner, "payload": hex_hash(data)})


def check_owned(data, decryption, owners, seen, lenient=False):
    value = fields(records.read(data), ["owner", "payload"], (),
                   lenient)
    owner = integer(value["owner"])
    require(owner in owners, "owner")
    require(owner not in seen, "owner_twice")
    require(records.hash_text(value["payload"]) == hex_hash(decryption),
            "event_payload")
    return owner


def check_decryption(data, election, owner, key, total, lenient=False):
    """The factors, all proofs checked."""
    value = records.read(data)
    names = ["decryption_factors", "decryption_proofs"]
    if not lenient:
        if isinstance(value, dict) and value.keys_as_read == names:
            raise records.Fault("strong_proof_missing")
        names.append("strong_proofs")
    fields(value, names, (), lenient)
    factors, plain, *strict = (_shaped(value[n], total) for n in names)
    factors = [[records.element(f) for f in row] for row in factors]
    for row in factors:
        for factor in row:
            records.member(factor)
    plain, *strict = ([[proofs.parse(p) for p in row] for row in rows]
                      for rows in (plain, *strict))
    for i, row in enumerate(total):
        for j, (alpha, beta) in enumerate(row):
            factor = factors[i][j]
            require(proofs.check_equal(
                key, alpha, factor, f"{prefix(election)}{key}|", plain[i][j]),
                "decryption_proof")
            require(not strict or proofs.check_equal(
                key, alpha, factor, strong_prefix(
                    election, owner, key, alpha, beta, factor),
                strict[0][i][j]), "strong_proof")
    return factors


def _shaped(value, total):
    rows = array(value, "decryption_shape", len(total))
    return [array(row, "decryption_shape", len(wanted))
            for row, wanted in zip(rows, total)]


# -- result --

def combined(trustees, decryptions, total):
    """[[beta / F = g^count]] from {owner: factors}; None if there are too
    few."""
    result = []
    for i, row in enumerate(total):
        result.append([])
        for j, (_, beta) in enumerate(row):
            factor = trustees.combine(
                {o: f[i][j] for o, f in decryptions.items()})
            if factor is None:
                return None
            result[-1].append(divide(beta, factor))
    return result


def counts(plain, most):
    return [[_count(p, most) for p in row] for row in plain]


def _count(element, most):
    value = 1
    for count in range(most + 1):
        if value == element:
            return count
        value = value * G % P
    raise ValueError("no count up to the number of ballots")


def write_result(counts, paper=None):
    value = {"result": counts}
    return records.write(value if paper is None else {**value, "paper": paper})


def check_result(data, plain, weight, lenient=False):
    value = fields(records.read(data), ["result", "paper"], ["paper"],
                   lenient)
    require("paper" not in value or isinstance(value["paper"], dict),
            "paper_fields")
    rows = array(value["result"], "result_shape", len(plain))
    for row, wanted in zip(rows, plain):
        for count, element in zip(array(row, "result_shape", len(wanted)),
                                  wanted):
            integer(count, high=2**64)
            require(count <= weight and power(G, count) == element,
                    "result_numbers")
    return value["result"]
