"""Golden keys and signatures to be refused: tests/vectors/keys.json.

`test_keys.py --write` writes the file anew; the test compares. The C unit test
test_signing_key.c reads the same file. The points of small order are computed
here, not copied from a list.
"""

import functools
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import curve25519 as curve  # noqa: E402
import record_forms as forms  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors/keys.json"

SEED = bytes(range(32))
MESSAGE = "Đồng ý".encode()
SIGN_BIT = 1 << 255


def encoded(number):
    return number.to_bytes(32, "little")


def small_order():
    """Both forms, by sign bit, of each y below P of a point of small order."""
    values = sorted({y for _, y in curve.torsion()})
    return [encoded(y | sign) for y in values for sign in (0, SIGN_BIT)]


def not_reduced():
    return [encoded(y | sign) for y in range(curve.P, 2**255)
            for sign in (0, SIGN_BIT)]


def neighbours():
    """Beside what is refused, by one; and P with each byte one less."""
    values = {y + step for _, y in curve.torsion() for step in (-1, 1)}
    values |= {curve.P - (1 << 8 * i) for i in range(1, 32)}
    values |= {1 | 1 << 248}
    refused = {y for _, y in curve.torsion()} | set(range(curve.P, 2**255))
    return [encoded(y | sign) for y in sorted(values - refused) if y > 0
            for sign in (0, SIGN_BIT)]


def forgery(key):
    """A signature that the bare equation takes, made without a secret: S is
    zero and R a point of small order; the message is looked for."""
    for attempt in range(1000):
        message = MESSAGE + b" %d" % attempt
        for point in curve.torsion():
            signature = curve.encode(point) + bytes(32)
            if curve.verify(key, message, signature):
                return {"key": key.hex(), "message": message.hex(),
                        "signature": signature.hex()}
    raise AssertionError("no forgery was found")


def forged():
    doubles = [key for key in not_reduced() if curve.decode(key) in
               curve.torsion()]
    return [forgery(key) for key in small_order() + doubles]


def second_forms(signature):
    """The same point R, and S plus multiples of L: modulo L nothing changed."""
    s = int.from_bytes(signature[32:], "little")
    forms_of_s = [s + i * curve.L for i in range(1, 16)
                  if s + i * curve.L < 2**256]
    return [(signature[:32] + encoded(value)).hex() for value in forms_of_s]


@functools.lru_cache(maxsize=None)
def vectors():
    key = forms.private_key(SEED)
    good = key.sign(MESSAGE)
    return {
        "small_order": [k.hex() for k in small_order()],
        "not_reduced": [k.hex() for k in not_reduced()],
        "neighbours": [k.hex() for k in neighbours()],
        "forged": forged(),
        "signed": {"seed": SEED.hex(), "message": MESSAGE.hex(),
                   "signature": good.hex(),
                   "second_forms": second_forms(good)},
    }


def text():
    return json.dumps(vectors(), indent=1) + "\n"


def test_the_golden_keys_are_what_their_description_gives():
    assert VECTORS.read_text(encoding="utf-8") == text()


def test_the_keys_of_the_document_are_those_that_are_computed():
    """The document lists the canonical y and the two that are y + P."""
    document = (ROOT / "protocol/README.md").read_text(encoding="utf-8")
    part = document[document.index("**Refusing keys.**"):]
    part = part[:part.index("**Device code.**")]
    listed = {line.strip() for line in part.splitlines()
              if len(line.strip()) == 64}
    doubles = [k for k in not_reduced() if curve.decode(k) in curve.torsion()]

    assert listed == {k.hex() for k in small_order() + doubles
                      if k[31] < 0x80}
    assert len(listed) == 7


def test_the_plain_equations_take_what_the_library_signed():
    for seed in (SEED, bytes([0x53] * 32)):
        signature = forms.private_key(seed).sign(MESSAGE)
        key = forms.public_key(seed)

        assert curve.encode(curve.decode(key)) == key
        assert curve.verify(key, MESSAGE, signature)
        assert not curve.verify(key, MESSAGE + b"!", signature)
        for other in second_forms(signature):
            assert not curve.verify(key, MESSAGE, bytes.fromhex(other))


def test_every_point_of_small_order_is_one():
    for point in curve.torsion():
        assert curve.times(8, point) == curve.NEUTRAL
    assert len(set(curve.torsion())) == 8


@pytest.mark.parametrize("forged_one", vectors()["forged"],
                         ids=lambda v: v["key"][:8] + v["key"][-2:])
def test_a_forgery_needs_no_secret(forged_one):
    """What the check of keys is there for: the equation alone takes it."""
    assert curve.verify(*(bytes.fromhex(forged_one[name])
                          for name in ("key", "message", "signature")))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: test_keys.py --write")
    VECTORS.write_text(text(), encoding="utf-8")
