"""Credentials: from a text to the list of the public ones."""
import hashlib

from . import records
from .group import BASE58, Q, generate
from .records import array, require

MAX_WEIGHT = 1_000_000


def random_text(chance):
    """XXXXX-XXXXXX-XXXXX-XXXXXX, the form since 2.4."""
    raw = chance.text(22)
    return "-".join((raw[:5], raw[5:11], raw[11:16], raw[16:]))


def secret(uuid, text):
    if len(text) == 19:  # the form of 2.0
        return int.from_bytes(hashlib.pbkdf2_hmac(
            "sha256", text.encode(), uuid.encode(), 1000, 32), "big") % Q
    halves = [records.hex_hash(f"derive_credential|{uuid}|{i}|{text}".encode())
              for i in (0, 1)]
    return int("".join(halves), 16) % Q


def check_character(text):
    """The last one of a text of 2.0."""
    n = 0
    for c in text.replace("-", ""):
        n = n * 58 + BASE58.index(c)
    return BASE58[53 - n % 53]


def write(secrets):
    """By value, so that nothing of the list of voters shows."""
    return records.write([str(k) for k in sorted(map(generate, secrets))])


def read(data, lenient=False):
    """{credential: weight}"""
    found = {}
    order = []
    for entry in array(records.read(data)):
        entry, comma, weight = records.string(entry).partition(",")
        require(lenient or not comma, "credential", "weight")
        key = records.element(entry)
        require(key not in found, "same_credential")
        found[key] = _weight(weight) if comma else 1
        order.append(entry)
    # Programs differ in whether digits are sorted as numbers or as text.
    require(order in (sorted(order, key=int), sorted(order)), "credential",
            "order")
    for key in found:
        records.key(key)
    return found


def _weight(text):
    require(records.CANONICAL_NUMBER.fullmatch(text) is not None
            and 0 < int(text) <= MAX_WEIGHT, "credential", "weight")
    return int(text)
