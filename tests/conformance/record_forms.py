"""The encodings of the record, written a second time from their description.

Nothing here is shared with the C sources: a mistake has to be made twice, in
two languages, before the vectors agree on it.
"""

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def domain(tag):
    return b"chibo-v1:" + tag.encode("ascii") + b"\0"


def number(value):
    return value.to_bytes(8, "big")


def prefixed(*fields):
    return b"".join(len(f).to_bytes(4, "big") + f for f in fields)


def sha256(data):
    return hashlib.sha256(data).digest()


def private_key(seed):
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(seed):
    return private_key(seed).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)


def statement(tag, signer, scope, fields):
    """`fields` are bytes already, in order."""
    return domain(tag) + prefixed(signer, scope.encode("utf-8"), *fields)


def leaf(event):
    return sha256(domain("leaf") + event)


def link(previous, seq, leaf_hash):
    return sha256(domain("link") + (previous or bytes(32)) + number(seq)
                  + leaf_hash)


def commitment(scope, field, salt, value):
    return sha256(domain("open") + prefixed(
        scope.encode(), field.encode(), salt, value.encode("utf-8")))


def made(room_key, what, seq, field):
    return hmac.new(room_key,
                    prefixed(what.encode(), number(seq), field.encode()),
                    hashlib.sha256).digest()


def event_nonce(room_key, seq):
    return made(room_key, "nonce", seq, "")[:16]


def salt(room_key, seq, field):
    return made(room_key, "salt", seq, field)


def key_hash(key):
    return sha256(domain("fpr") + prefixed(key))


def device_code(key):
    digits = "%020d" % (int.from_bytes(key_hash(key)[:16], "big") % 10**20)
    return " ".join(digits[i:i + 4] for i in range(0, 20, 4))


def fingerprint(key):
    return base64.urlsafe_b64encode(key_hash(key)).decode().rstrip("=")
