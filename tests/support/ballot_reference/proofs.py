"""Zero-knowledge proofs: of one secret, of an equal exponent, and that a
ciphertext holds one of several values."""
from . import records
from .group import G, P, Q, divide, generate, power
from .records import challenge, require


def as_json(proof):
    return {"challenge": str(proof[0]), "response": str(proof[1])}


def parse(value):
    records.fields(value, ["challenge", "response"])
    return records.scalar(value["challenge"]), records.scalar(value["response"])


# -- one secret: a signature, a proof of knowledge --

def make(secret, prefix, chance):
    """`prefix`: what is hashed before the commitment."""
    w = chance.scalar()
    c = challenge(f"{prefix}{generate(w)}")
    return c, (w - secret * c) % Q


def check(key, prefix, proof):
    c, response = proof
    commitment = generate(response) * power(key, c) % P
    return challenge(f"{prefix}{commitment}") == c


def sign(secret, message, chance):
    return make(secret, f"sigmsg|{message}|", chance)


def signature_is_good(key, message, proof):
    return check(key, f"sigmsg|{message}|", proof)


# -- one exponent of two bases: a decryption --

def make_equal(secret, alpha, prefix, chance):
    w = chance.scalar()
    c = challenge(f"{prefix}{generate(w)},{power(alpha, w)}")
    return c, (w - secret * c) % Q


def check_equal(key, alpha, factor, prefix, proof):
    c, response = proof
    a = generate(response) * power(key, c) % P
    b = power(alpha, response) * power(factor, c) % P
    return challenge(f"{prefix}{a},{b}") == c


# -- one of several values --
# A branch is a ciphertext that encrypts 0 where the branch is true.

def _commitments(y, branches, proof):
    parts = []
    for (alpha, beta), (c, response) in zip(branches, proof):
        parts.append(str(generate(response) * power(alpha, c) % P))
        parts.append(str(power(y, response) * power(beta, c) % P))
    return ",".join(parts)


def make_one_of(y, secrets, true, prefix, chance):
    """`secrets`: for each branch the randomness r and the plaintext m of its
    ciphertext, which are 0 in the true one; with them nothing but powers of g
    and y is needed. A lie about which is true gives a proof that fails."""
    proof = [(chance.scalar(), chance.scalar()) for _ in secrets]
    # With challenge 0 the response is the commitment's exponent.
    proof[true] = (0, chance.scalar())
    parts = []
    for (r, m), (c, response) in zip(secrets, proof):
        e = (response + r * c) % Q
        parts += [str(generate(e)),
                  str(power(y, e) * generate(m * c) % P)]
    total = challenge(prefix + ",".join(parts))
    c = (total - sum(c for c, _ in proof)) % Q
    proof[true] = (c, (proof[true][1] - secrets[true][0] * c) % Q)
    return proof


def check_one_of(y, branches, prefix, proof, word):
    require(len(proof) == len(branches), "choice_count", word)
    total = challenge(prefix + _commitments(y, branches, proof))
    require(sum(c for c, _ in proof) % Q == total, word)


def shifted(cipher, values):
    """Branches "the ciphertext holds M" for each of the values."""
    alpha, beta = cipher
    return [(alpha, divide(beta, power(G, m))) for m in values]


def interval_prefix(context, cipher):
    return f"prove|{context}|{cipher[0]},{cipher[1]}|"
