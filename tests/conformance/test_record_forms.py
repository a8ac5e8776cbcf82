"""Golden chain, commitments, nonces and codes: tests/vectors/record.json.

`test_record_forms.py --write` writes the file anew; the test compares. The C
unit tests read the same file.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import record_forms as forms  # noqa: E402

VECTORS = pathlib.Path(__file__).parents[1] / "vectors" / "record.json"

ROOM_KEY = bytes(range(0x80, 0xa0))
EVENTS = [
    '{"seq":0,"ev":"genesis"}',
    '{"seq":1,"ev":"opened"}',
    '{"seq":2,"n":"00112233445566778899aabbccddeeff","at":1742000000123,'
    '"ev":"hand_raised","member":"m7"}',
]
VALUES = [
    ("M1", "text", bytes(32), "Đồng ý"),
    ("M1", "text", bytes(range(32)), "Đồng ý"),
    ("M1", "reason", bytes(range(32)), ""),
    ("hop-2025.03", "members", bytes([0xff] * 32), '["Đảng viên Mẫu 01","m2"]'),
]
MADE = [(0, "text"), (7, "text"), (7, "reason"), (2**32 + 5, "label")]
SEEDS = [bytes(range(32)), bytes([0x53] * 32), bytes([0x4b] * 32)]


def chain():
    out, head = [], None
    for seq, event in enumerate(EVENTS):
        leaf = forms.leaf(event.encode("utf-8"))
        head = forms.link(head, seq, leaf)
        out.append({"event": event, "leaf": leaf.hex(), "head": head.hex()})
    return out


def vectors():
    return {
        "chain": chain(),
        "commitments": [
            {"scope": scope, "field": field, "salt": salt.hex(),
             "value": value,
             "c": forms.commitment(scope, field, salt, value).hex()}
            for scope, field, salt, value in VALUES],
        "room_key": ROOM_KEY.hex(),
        "made": [
            {"seq": seq, "field": field,
             "nonce": forms.event_nonce(ROOM_KEY, seq).hex(),
             "salt": forms.salt(ROOM_KEY, seq, field).hex()}
            for seq, field in MADE],
        "keys": [
            {"seed": seed.hex(), "key": forms.public_key(seed).hex(),
             "device_code": forms.device_code(forms.public_key(seed)),
             "fingerprint": forms.fingerprint(forms.public_key(seed))}
            for seed in SEEDS],
    }


def text():
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


def test_the_golden_values_are_what_their_description_gives():
    assert VECTORS.read_text(encoding="utf-8") == text()


def test_the_values_published_with_the_description_come_out():
    made = vectors()
    assert made["chain"][0]["leaf"] == (
        "f975d64cae025cbdfa2ffc0bcd50c262171a3407830c1f5e6cfc31eac3ee378d")
    assert made["chain"][0]["head"] == (
        "03152367e6ddc5eec20a28f6de2b1046d36f74f57b0dc9fa332c44e8e33b2b9d")
    assert made["chain"][1]["head"] == (
        "bbacbbf1f8eb3dfa5f7473f31c45e39236d90ee576462a2648c39e06d26740df")
    assert made["commitments"][0]["c"] == (
        "d666028cc2dbaa5eba615304a5ac81ebd6ea47a20f8c4044ac76ba74de34778f")
    assert made["keys"][0]["device_code"] == "8895 5061 6269 9391 5455"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: test_record_forms.py --write")
    VECTORS.write_text(text(), encoding="utf-8")
