"""Records as bytes: canonical JSON, hashes of texts, and reading that refuses
whatever would not be written."""
import base64
import hashlib
import json
import re
import unicodedata

from . import group

CANONICAL_NUMBER = re.compile(r"0|[1-9][0-9]*", re.ASCII)
WORD = re.compile(r"[!#-\[\]-~]*")  # neither quote nor backslash
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n",
           "\r": "\\r", "\t": "\\t"}
SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')


class Fault(Exception):
    """Why records are not valid: the word, and where once it is known."""

    def __init__(self, word, detail=""):
        super().__init__(word, detail)
        self.word = word
        self.detail = detail
        self.event = None
        self.kind = None

    def __str__(self):
        return f"{self.word} at event {self.event} ({self.kind}) {self.detail}"


def require(condition, word, detail=""):
    if not condition:
        raise Fault(word, detail)


# -- hashes --

def sha256(data):
    return hashlib.sha256(data).digest()


def hex_hash(data):
    return sha256(data).hex()


def base64_hash(data):
    return base64.b64encode(sha256(data)).decode().rstrip("=")


def challenge(text):
    """H(text) of the specification."""
    return int.from_bytes(sha256(text.encode()), "big") % group.Q


# -- writing --

def text(value):
    """A string as the tool escapes it."""
    return '"' + SPECIAL.sub(lambda m: ESCAPES.get(m[0]) or
                             f"\\u{ord(m[0]):04x}", value) + '"'


def write_text(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{text(k)}:{write_text(v)}"
                              for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_text, value)) + "]"
    if isinstance(value, str):
        return text(value)
    if value is True or value is False:
        return "true" if value else "false"
    if value is None:
        return "null"
    return str(value)


def write(value):
    return write_text(value).encode()


# -- reading --

class Object(dict):
    """A JSON object that still knows its keys as they came."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.keys_as_read = [k for k, _ in pairs]


class Reader:
    """Reads only what write() writes. Bytes that are no UTF-8 become lone
    surrogates, which string() refuses."""

    TEXT = re.compile(r'"((?:[^"\\\x00-\x1f\x7f]|\\(?:["\\bfnrt]|u00[0-9a-f]{2}))*)"')
    BARE = re.compile(r"[-+.0-9A-Za-z]+")
    DEPTH = 64

    def __init__(self, data):
        self.text = data.decode("utf-8", "surrogateescape")
        self.at = 0

    def read(self):
        value = self.value(0)
        require(self.at == len(self.text), "not_canonical", "more behind")
        return value

    def take(self, wanted):
        require(self.text.startswith(wanted, self.at), "not_canonical",
                f"{wanted!r} at {self.at}")
        self.at += len(wanted)

    def comes(self, wanted):
        if self.text.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def value(self, depth):
        require(depth < self.DEPTH, "not_canonical", "nested")
        if self.comes("{"):
            return Object(self.items("}", depth, self.pair))
        if self.comes("["):
            return self.items("]", depth, self.value)
        if self.text.startswith('"', self.at):
            return self.string()
        return self.bare()

    def items(self, end, depth, one):
        found = []
        while not self.comes(end):
            if found:
                self.take(",")
            found.append(one(depth + 1))
        return found

    def pair(self, depth):
        # A name that needs escapes is none of ours, so it stays as it stands.
        match = self.TEXT.match(self.text, self.at)
        require(match is not None, "not_canonical", f"name at {self.at}")
        self.at = match.end()
        key = match[1]
        self.take(":")
        return key, self.value(depth)

    def string(self):
        match = self.TEXT.match(self.text, self.at)
        require(match is not None, "not_canonical", f"string at {self.at}")
        self.at = match.end()
        value = json.loads(match[0])
        require(text(value) == match[0], "not_canonical", "escapes")
        return value

    def bare(self):
        match = self.BARE.match(self.text, self.at)
        require(match is not None, "not_canonical", f"value at {self.at}")
        self.at = match.end()
        if match[0] in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[match[0]]
        require(CANONICAL_NUMBER.fullmatch(match[0]) is not None,
                "bad_number", match[0])
        return int(match[0])


def read(data):
    """Parsed JSON, in the one spelling that it may have."""
    return Reader(data).read()


def fields(value, names, optional=(), lenient=False):
    """An object with `names` in this order; those `optional` may be left out.
    Lenient: in any order, and others besides."""
    require(isinstance(value, dict), "not_canonical", f"no object of {names}")
    if lenient:
        for name in names:
            require(name in value or name in optional, "wrong_field", name)
        return value
    keys = list(value.keys_as_read)
    for name in names:
        if keys and keys[0] == name:
            keys.pop(0)
        else:
            require(name in optional, "wrong_field", name)
    require(not keys, "unknown_field", keys[:1])
    return value


def array(value, word="wrong_field", size=None):
    require(isinstance(value, list), "not_canonical", "no list")
    require(size is None or len(value) == size, word,
            f"{len(value)} instead of {size}")
    return value


def string(value):
    require(isinstance(value, str), "wrong_field", "no string")
    return value


def word(value):
    """A text of digits, an id, a hash: printable and without spaces."""
    require(WORD.fullmatch(string(value)) is not None, "wrong_field", "no word")
    return value


def shown(value, lines=False, lenient=False):
    """A text that is shown to people."""
    string(value)
    require(re.search("[\ud800-\udfff]", value) is None, "bad_text",
            "no UTF-8")
    forbidden = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f"
                          "\u2028-\u202e\u2066-\u206f\U000e0000-\U000e007f"
                          "\ufeff\ufffe\uffff]" + ("" if lines else "|[\t\n]"),
                          value)
    require(forbidden is None, "bad_text", "a character of control")
    require(lenient or unicodedata.is_normalized("NFC", value), "bad_text",
            "not composed")
    return value


def integer(value, low=0, high=2**53, word="bad_number"):
    require(isinstance(value, int) and not isinstance(value, bool),
            "bad_number", "no integer")
    require(low <= value <= high, word, f"{value} out of range")
    return value


def number(value, below):
    word(value)
    require(CANONICAL_NUMBER.fullmatch(value) is not None, "bad_number",
            value[:40])
    require(len(value) <= 620 and int(value) < below, "bad_number", "too large")
    return int(value)


def scalar(value):
    return number(value, group.Q)


def element(value):
    """Whether it is in the group is asked by member() or key()."""
    return number(value, group.P)


def member(result):
    require(group.contains(result), "not_in_group")
    return result


def key(result):
    """An element that may stand for somebody."""
    require(member(result) != 1, "identity")
    return result


def hash_text(value, size=64):
    string(value)
    require(len(value) == size and not set(value) - set("0123456789abcdef"),
            "wrong_field", "hash")
    return value
