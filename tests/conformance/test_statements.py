"""Golden statements: tests/vectors/statements.json is what this file makes.

`test_statements.py --write` writes the file anew; the test compares. The C
unit test reads the same file and has to build the same bytes.
"""

import itertools
import json
import pathlib
import re
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import curve25519 as curve  # noqa: E402
import record_forms as forms  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors/statements.json"

SEED = bytes(range(32))
SERVER = forms.public_key(bytes([0x53] * 32))
OTHER = forms.public_key(bytes([0x4b] * 32))
MEETING = "hop-2025.03"
UNIT = "dang-bo.mau"
UUID = "0b5fd2c4-6e2b-4c0e-9a57-3c2f6d1e8a90"


def h(text):
    return forms.sha256(text.encode("utf-8"))


SEEN = [("seq", "U", 41), ("head", "H", h("đầu chuỗi 41"))]
NO_SEEN = [("seq", "U", 0), ("head", "H", bytes(32))]

# (tag, scope, [(name of the field, kind, value)])
CASES = [
    ("hello", UNIT, [("exporter", "H", h("exporter")),
                     ("nonce", "H", h("nonce")),
                     ("protocol", "T", "chibo.v1")]),
    ("login", UNIT, [("server", "K", SERVER), ("exporter", "H", h("exporter")),
                     ("nonce", "H", h("nonce")), ("member", "T", "m7")]),
    ("enrol", UNIT, [("server", "K", SERVER), ("exporter", "H", h("exporter")),
                     ("token", "H", forms.sha256(bytes(range(16)))),
                     ("member", "T", "m7"),
                     ("label", "T", "Máy tính của Đảng viên Mẫu 07")]),
    ("device-add", UNIT, [("member", "T", "m7"), ("new", "K", OTHER),
                          ("label", "T", "Điện thoại")] + SEEN),
    ("vouch", UNIT, [("member", "T", "m7"), ("device", "K", OTHER),
                     ("how", "T", "sight")] + SEEN),
    ("vouch", UNIT, [("member", "T", "s1"), ("device", "K", SERVER),
                     ("how", "T", "voice")] + NO_SEEN),
    ("revoke", UNIT, [("member", "T", "m7"), ("device", "K", OTHER),
                      ("reason", "T", "Mất máy ở Huế")] + SEEN),
    ("revoke", UNIT, [("member", "T", "m7"), ("device", "K", OTHER),
                      ("reason", "T", "")] + NO_SEEN),
    ("server-key", UNIT, [("new", "K", OTHER)] + SEEN),
    ("checkpoint", MEETING, [("role", "T", "server"),
                             ("reason", "T", "opened")] + SEEN),
    ("checkpoint", MEETING, [("role", "T", "minute-taker"),
                             ("reason", "T", "roll_confirmed")] + SEEN),
    ("act", MEETING, [("member", "T", "m7"), ("op", "T", "cast_vote"),
                      ("request_id", "U", 1001), ("subject", "T", "v3"),
                      ("value", "T", "agree")] + SEEN),
    ("act", MEETING, [("member", "T", "m7"), ("op", "T", "open_meeting"),
                      ("request_id", "U", 2**53 - 1), ("subject", "T", ""),
                      ("value", "T", "")] + NO_SEEN),
    ("trustee", MEETING, [("member", "T", "m2"), ("uuid", "T", UUID),
                          ("attempt", "U", 1), ("index", "U", 2),
                          ("n", "U", 3), ("t", "U", 2),
                          ("certificate", "H", h("M"))] + SEEN),
    ("trustees", MEETING, [("member", "T", "server"), ("uuid", "T", UUID),
                           ("attempt", "U", 1), ("owner", "U", 4),
                           ("key", "H", h("S(X)")),
                           ("record", "H", h("trustees"))]),
    ("issue", MEETING, [("member", "T", "m7"), ("uuid", "T", UUID),
                        ("election", "H", h("election.json")),
                        ("credential", "H", h("S(g^s)"))] + SEEN),
    ("issued", MEETING, [("member", "T", "m7"), ("uuid", "T", UUID),
                         ("election", "H", h("election.json")),
                         ("credential", "H", h("S(g^s)"))]),
    ("attest", MEETING, [("member", "T", "m7"), ("uuid", "T", UUID),
                         ("setup", "H", h("setup")),
                         ("length", "U", 25)] + SEEN),
    ("attest-hall", MEETING, [("site", "T", "s1"), ("uuid", "T", UUID),
                              ("setup", "H", h("setup")), ("k", "U", 3),
                              ("credentials", "H", h("1\n2\n3\n")),
                              ("members", "T", "m10,m11,m12")] + SEEN),
    ("hall-confirm", MEETING, [("site", "T", "s1"), ("uuid", "T", UUID),
                               ("setup", "H", h("setup")), ("k", "U", 3),
                               ("credentials", "H", h("1\n2\n3\n")),
                               ("members", "T", "m10,m11,m12")] + SEEN),
    ("receipt", MEETING, [("uuid", "T", UUID), ("setup", "H", h("setup")),
                          ("ballot", "H", h("ballot")), ("height", "U", 17),
                          ("event", "H", h("Ballot")),
                          ("milliseconds", "U", 1742000000123)]),
    ("included", MEETING, [("member", "T", "m7"), ("uuid", "T", UUID),
                           ("setup", "H", h("setup")),
                           ("end", "H", h("EndBallots")),
                           ("ballots", "U", 24),
                           ("how", "T", "cast")] + SEEN),
    ("included-hall", MEETING, [("site", "T", "s1"), ("uuid", "T", UUID),
                                ("setup", "H", h("setup")),
                                ("end", "H", h("EndBallots")),
                                ("ballots", "U", 24),
                                ("own", "U", 3)] + SEEN),
    ("paper", MEETING, [("member", "T", "m2"), ("step", "T", "enter"),
                        ("uuid", "T", UUID), ("end", "H", h("EndBallots")),
                        ("record", "H", h("paper"))] + SEEN),
    ("decrypt", MEETING, [("member", "T", "server"), ("uuid", "T", UUID),
                          ("owner", "U", 4), ("end", "H", h("EndBallots")),
                          ("tally", "H", h("tally")),
                          ("payload", "H", h("payload"))] + SEEN),
    ("minutes", MEETING, [("member", "T", "m3"), ("role", "T", "minute-taker"),
                          ("version", "U", 2),
                          ("commitment", "H", h("biên bản"))] + SEEN),
    ("erratum", MEETING, [("member", "T", "m1"), ("role", "T", "chair"),
                          ("number", "U", 1), ("minutes", "H", h("biên bản")),
                          ("erratum", "H", h("đính chính"))] + SEEN),
    ("manifest", MEETING, [("role", "T", "chair"),
                           ("manifest", "H", h("manifest.json")),
                           ("seq", "U", 2**63 - 1), ("head", "H", h("cuối"))]),
]


def encode(kind, value):
    if kind == "U":
        return forms.number(value)
    if kind == "T":
        assert unicodedata.is_normalized("NFC", value)
        return value.encode("utf-8")
    assert len(value) == 32
    return value


def shown(kind, value):
    """Numbers as text, because readers of JSON differ on large ones."""
    if kind == "U":
        return str(value)
    return value if kind == "T" else value.hex()


def build(tag, scope, fields):
    return forms.statement(tag, forms.public_key(SEED), scope,
                           [encode(kind, value) for _, kind, value in fields])


def vector(tag, scope, fields):
    key = forms.private_key(SEED)
    data = build(tag, scope, fields)
    return {
        "tag": tag,
        "scope": scope,
        "fields": [{"name": name, "kind": kind, "value": shown(kind, value)}
                   for name, kind, value in fields],
        "bytes": data.hex(),
        "sha256": forms.sha256(data).hex(),
        "signature": key.sign(data).hex(),
    }


def vectors():
    return {
        "seed": SEED.hex(),
        "signer": forms.public_key(SEED).hex(),
        "statements": [vector(*case) for case in CASES],
    }


def text():
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


def test_the_golden_statements_are_what_their_description_gives():
    assert VECTORS.read_text(encoding="utf-8") == text()


def letters(fields):
    return "".join(kind for _, kind, _ in fields)


def test_there_is_a_statement_of_each_kind_of_the_document():
    document = (ROOT / "protocol/README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([UTKH]+) \|", document, re.M))

    assert len(rows) == 24
    assert {tag: letters(fields) for tag, _, fields in CASES} == rows
    for tag, _, fields in CASES:
        assert letters(fields) == rows[tag]


def test_the_golden_signatures_are_good_by_the_plain_equations():
    for row in vectors()["statements"]:
        assert curve.verify(forms.public_key(SEED), bytes.fromhex(row["bytes"]),
                            bytes.fromhex(row["signature"]))


def misread():
    """(what was signed, what it is taken for) where only that differs."""
    for (tag, scope, fields), (other, _, other_fields) in itertools.product(
            CASES, CASES):
        if tag != other and letters(fields) == letters(other_fields):
            yield (tag, scope, fields), (other, scope, fields)
    for tag, scope, fields in CASES:
        yield (tag, scope, fields), (tag, scope + "x", fields)
        yield (tag, scope, fields), (tag, UNIT if scope == MEETING else MEETING,
                                     fields)
        for i, j in itertools.combinations(range(len(fields)), 2):
            if fields[i][1] == fields[j][1] and fields[i][2] != fields[j][2]:
                swapped = list(fields)
                swapped[i], swapped[j] = fields[j], fields[i]
                yield (tag, scope, fields), (tag, scope, swapped)
        for i in range(len(fields) - 1):
            if letters(fields)[i:i + 2] == "TT" and fields[i][2]:
                (one, _, text_), (next_, _, more) = fields[i:i + 2]
                cut = [(one, "T", text_[:-1]), (next_, "T", text_[-1] + more)]
                yield (tag, scope, fields), (
                    tag, scope, fields[:i] + cut + fields[i + 2:])


def test_no_statement_can_be_read_as_another():
    pairs = list(misread())

    assert sum(one[0] != other[0] for one, other in pairs) > 8
    for one, other in pairs:
        assert build(*one) != build(*other)
    # No two of them are even beginnings of each other.
    golden = sorted({build(*case) for case in CASES})
    assert len(golden) == len(CASES)
    assert not any(later.startswith(earlier)
                   for earlier, later in zip(golden, golden[1:]))


def test_the_checkpoint_of_the_description_has_its_published_signature():
    leaves = [forms.leaf(b'{"seq":0,"ev":"genesis"}'),
              forms.leaf(b'{"seq":1,"ev":"opened"}')]
    head = forms.link(forms.link(None, 0, leaves[0]), 1, leaves[1])
    data = forms.statement("checkpoint", forms.public_key(SEED), "M1",
                           [b"chair", b"closing", forms.number(1), head])
    assert len(data) == 130
    assert forms.sha256(data).hex() == (
        "bc3476527bcd4ce4e911a4a1835cdb3cacf19659a5deb6659f2f2360f0dc2ee1")
    assert forms.private_key(SEED).sign(data).hex() == (
        "eafb09c899a056fca4fa0479a6a2f6aae8cd4b70451ba55eb5d35618274f441c"
        "810a6b81482fd8fb9d3e8a0e1013f12a8c5f13bd237907e6c9918f4600372e0a")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: test_statements.py --write")
    VECTORS.write_text(text(), encoding="utf-8")
