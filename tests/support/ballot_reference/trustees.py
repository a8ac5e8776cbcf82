"""Trustees: single keys, and groups of which a threshold is needed (Pedersen,
with the certificates of 3.x); their keys, shares and the public record.

The boxes in which shares travel are no part of the record; here shares are
handed over as they are.
"""
import functools

from . import proofs, records
from .group import NAME, P, Q, generate, power, product
from .records import array, fields, hex_hash, integer, require

PEDERSEN = ["threshold", "certs", "coefexps", "signatures", "verification_keys"]
MAX_SIZE = 1000


# -- making --

def single_key(x, chance, name=None):
    key = generate(x)
    value = {"pok": proofs.as_json(proofs.make(x, f"pok|{NAME}|{key}|", chance)),
             "public_key": str(key)}
    return value if name is None else {**value, "name": name}


class Member:
    """One of a group that holds its key together."""

    def __init__(self, index, size, threshold, chance, context=True, seed=None):
        self.index = index
        self.seed = seed or chance.text(22)
        self.signing, self.decryption = (
            int(hex_hash(f"{tag}|{self.seed}".encode()), 16) % Q
            for tag in ("sk", "dk"))
        self.message = records.write_text({
            **({"context": {"group": NAME, "size": size, "threshold": threshold,
                            "index": index}} if context else {}),
            "verification": str(generate(self.signing)),
            "encryption": str(generate(self.decryption))})
        self.polynomial = [chance.scalar() for _ in range(threshold)]
        self.x = None

    def signed(self, message, chance):
        return {"message": message, "signature": proofs.as_json(
            proofs.sign(self.signing, message, chance))}

    def row(self):
        return [str(generate(a)) for a in self.polynomial]

    def coefexps(self):
        return records.write_text({"coefexps": self.row()})

    def share_for(self, index):
        return sum(a * index**k for k, a in enumerate(self.polynomial)) % Q

    def take(self, shares):
        self.x = sum(shares) % Q


def certs_message(certs, row):
    """What a member signs: all certificates, and the row of its own."""
    return "certs_sig|" + records.write_text({"certs": certs, "coefexps": row})


def write_group(members, threshold, chance, three=True):
    """The record of a group whose members have their x. `three`: with what 3.x
    added to the form of 2.x."""
    certs = [m.signed(m.message, chance) for m in members]
    coefexps = [m.signed(m.coefexps(), chance) for m in members]
    keys = []
    for m in members:
        key = single_key(m.x, chance)
        if three:
            key["signature"] = proofs.as_json(
                proofs.sign(m.signing, key["public_key"], chance))
        keys.append(key)
    value = {"threshold": threshold, "certs": certs, "coefexps": coefexps}
    if three:
        value["signatures"] = [
            proofs.as_json(proofs.sign(m.signing, certs_message(
                certs, m.row()), chance)) for m in members]
    return {**value, "verification_keys": keys}


class Made:
    """Trustees with their secrets. `plan`: for each entry of the record "single"
    or (threshold, size). `secrets` by owner, from 1."""

    def __init__(self, plan, chance, three=True):
        self.plan = plan
        self.record = []
        self.secrets = {}
        self.groups = []  # (first owner, threshold, [member])
        for entry in plan:
            owner = len(self.secrets) + 1
            if entry == "single":
                x = chance.scalar()
                self.secrets[owner] = x
                self.record.append(["Single", single_key(x, chance)])
                continue
            threshold, size = entry
            members = [Member(i + 1, size, threshold, chance, three)
                       for i in range(size)]
            for m in members:
                m.take([other.share_for(m.index) for other in members])
                self.secrets[owner + m.index - 1] = m.x
            self.groups.append((owner, threshold, members))
            self.record.append(
                ["Pedersen", write_group(members, threshold, chance, three)])

    def write(self):
        return records.write(self.record)

    def key(self):
        return read(self.write(), lenient=True).key

    def enough(self, chance):
        """Owners that together can open the tally: as few as will do."""
        owners = set(self.secrets)
        for first, threshold, members in self.groups:
            spare = [first + m.index - 1 for m in members]
            while len(spare) > threshold:
                owner = chance.choice(spare)
                spare.remove(owner)
                owners.discard(owner)
        return sorted(owners)


# -- reading --

class Trustees:
    """The record read and checked: `keys` by owner from 1; `key`, what ballots
    are encrypted to."""

    def __init__(self, data):
        self.data = data
        self.keys = {}
        self.groups = []  # (first owner, size, threshold); single: threshold 0
        self.key = 1

    def add(self, keys, threshold, part, lenient):
        first = len(self.keys) + 1
        for key in keys:
            # Of a group of which any one is enough, all have the same.
            require(lenient or key not in self.keys.values(), "same_key")
            self.keys[len(self.keys) + 1] = key
        self.groups.append((first, len(keys), threshold))
        self.key = self.key * part % P

    def combine(self, factors):
        """The factor of all, from {owner: factor}; None if they are too few."""
        result = 1
        for first, size, threshold in self.groups:
            have = [o for o in range(first, first + size) if o in factors]
            if not threshold:
                if not have:
                    return None
                result = result * factors[first] % P
                continue
            if len(have) < threshold:
                return None
            have = have[:threshold]
            for owner in have:
                result = result * power(factors[owner], lagrange(
                    owner - first + 1, [o - first + 1 for o in have])) % P
        return result


def lagrange(index, indices):
    result = 1
    for other in indices:
        if other != index:
            result = result * other * pow(other - index, -1, Q) % Q
    return result


@functools.lru_cache(maxsize=None)  # tests ask the same many times
def read(data, lenient=False):
    value = array(records.read(data))
    require(value, "threshold", "no trustees")
    trustees = Trustees(data)
    for entry in value:
        array(entry, size=2)
        if entry[0] == "Single":
            key, proof, _ = _read_key(entry[1], ["name"], lenient)
            _check_key(key, proof)
            trustees.add([key], 0, key, lenient)
        else:
            require(entry[0] == "Pedersen", "wrong_field", "kind of trustee")
            _read_group(trustees, entry[1], lenient)
    return trustees


def _read_key(value, more, lenient):
    """The key, its proof, and the signature if it has one."""
    if not lenient:
        more = [m for m in more if m != "name"]
    fields(value, ["pok", "public_key"] + more, more, lenient)
    proof = proofs.parse(value["pok"])
    signature = proofs.parse(value["signature"]) if "signature" in value \
        else None
    return records.element(value["public_key"]), proof, signature


def _check_key(key, proof):
    records.key(key)
    require(proofs.check(key, f"pok|{NAME}|{key}|", proof), "key_proof")


def _read_group(trustees, value, lenient):
    """Everything is read first; then one after the other is checked."""
    fields(value, PEDERSEN, ["signatures"] if lenient else [], lenient)
    threshold = integer(value["threshold"], high=2**32 - 1)
    certs = [_read_cert(c, lenient) for c in array(value["certs"])]
    size = len(certs)
    require(certs, "threshold", "nobody in the group")
    rows = [_read_coefexps(c, lenient)
            for c in array(value["coefexps"], "coefficients", size)]
    bound = "signatures" in value
    signatures = [proofs.parse(p) for p in array(
        value["signatures"], "certs_signature", size)] if bound else None
    keys = [_read_key(k, ["signature"], lenient)
            for k in array(value["verification_keys"], "verification_key",
                           size)]
    require(1 <= threshold <= size <= MAX_SIZE, "threshold")
    for index, cert in enumerate(certs, 1):
        _check_cert(cert, index, size, threshold)
    owned = [k for c in certs for k in (c.verification, c.encryption)]
    require(len(set(owned)) == len(owned), "same_key", "of certificates")
    for index, row in enumerate(rows):
        _check_coefexps(row, certs[index].verification, threshold)
        require(not bound or proofs.signature_is_good(
            certs[index].verification, certs_message(
                value["certs"], [str(a) for a in row.elements]),
            signatures[index]), "certs_signature")
    elements = [row.elements for row in rows]
    for index, (key, proof, signature) in enumerate(keys, 1):
        _check_key(key, proof)
        require((signature is not None) == bound and (
            not bound or proofs.signature_is_good(
                certs[index - 1].verification, str(key), signature)),
            "key_signature")
        require(key == expected_key(elements, index), "verification_key")
    trustees.add([k for k, *_ in keys], threshold,
                 product(row[0] for row in elements), lenient)


class Signed:
    """A message of a member with its signature."""

    def __init__(self, value, word, lenient):
        fields(value, ["message", "signature"], (), lenient)
        self.message = records.string(value["message"])
        self.proof = proofs.parse(value["signature"])
        self.word = word

    def is_signed_by(self, key):
        return proofs.signature_is_good(key, self.message, self.proof)

    def read(self, parse):
        """What is signed has one spelling, whoever made it."""
        try:
            parse(records.read(self.message.encode("utf-8", "surrogateescape")))
        except records.Fault as fault:
            if fault.word == "certificate_context":
                raise
            raise records.Fault(self.word, fault.word) from None
        return self


def _read_cert(value, lenient):
    cert = Signed(value, "certificate", lenient)

    def parse(message):
        cert.context = None
        if isinstance(message, dict) and "context" not in message:
            require(lenient, "certificate_context", "the form of 2.x")
            fields(message, ["verification", "encryption"])
        else:
            fields(message, ["context", "verification", "encryption"])
            cert.context = fields(message["context"], [
                "group", "size", "threshold", "index"])
            require(cert.context["group"] == NAME, "certificate", "group")
            for name in ("size", "threshold", "index"):
                integer(cert.context[name], high=2**32 - 1)
        cert.verification = records.element(message["verification"])
        cert.encryption = records.element(message["encryption"])
    return cert.read(parse)


def _check_cert(cert, index, size, threshold):
    require(cert.context is None or list(cert.context.values())[1:] == [
        size, threshold, index], "certificate_context")
    records.key(cert.verification)
    records.key(cert.encryption)
    require(cert.is_signed_by(cert.verification), "certificate_signature")


def _read_coefexps(value, lenient):
    row = Signed(value, "coefficients", lenient)

    def parse(message):
        fields(message, ["coefexps"])
        row.elements = [records.element(a) for a in array(message["coefexps"])]
    return row.read(parse)


def _check_coefexps(row, signer, threshold):
    require(len(row.elements) == threshold, "coefficients")
    for element in row.elements:
        records.member(element)
    require(row.is_signed_by(signer), "coefficients_signature")


def expected_key(coefexps, index):
    return product(power(a, index**k) for row in coefexps
                   for k, a in enumerate(row))
