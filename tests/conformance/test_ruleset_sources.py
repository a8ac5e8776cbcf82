"""Holds config/rules/party-2026.conf against what is known of its rules.

Every rule names its source, and whatever was not read in an official text is
`unverified`, so that whoever presides and the minutes are told. Whatever a
shipped ruleset has as verified can be looked up: its source has number, date
and clause of each document, or a public address. Minutes quote sources as they
stand, so they are Vietnamese. The files are read here by their own reader, not by
the program's; that reader and the checks are shown what they have to find.
"""

import pathlib
import re
import unicodedata

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FILE = ROOT / "config/rules/party-2026.conf"
RULE_IDS = ROOT / "protocol/rules/rule_id.h"

# What no official text was found for, or only a part of it, by subject.
NOT_READ = {
    "online meetings: what they may not deal with, votes, approval": [
        "remote", "online_eligibility", "declaration"],
    "quorum of monthly meetings and of committees": [
        "quorum.meeting", "quorum.committee"],
    "elections: which ballots are not valid, ties and second rounds": [
        "validity.list_surplus", "validity.list_no_surplus", "validity.single",
        "election.second_round"],
    "confidence: what it is measured against, which marks are not valid": [
        "confidence", "quorum.confidence", "validity.levels"],
    "rating: the cap on the best level, forms of each quarter": [
        "rating", "forms.rating", "thresholds.rating"],
    "discipline: whether its subject votes, proposals without a majority": [
        "discipline", "validity.one_of"],
    "discipline: the clauses of 296-QĐ/TW, which is in force": [
        "thresholds.reprimand", "thresholds.warning", "thresholds.removal",
        "thresholds.expulsion", "forms.discipline"],
    "votes of members for a time, suspended members in the denominator": [
        "categories.temp_here", "categories.suspended", "denominator",
        "denominators.meeting"],
    "how often in a year party groups may meet instead": ["party_groups"],
    "cell meetings: the text of 42-HD/BTCTW": [
        "length", "deadlines.documents", "deadlines.posting", "score_sheet",
        "agenda.changes"],
}

SHIPPED = sorted((ROOT / "config/rules").glob("*.conf"))

# "190-QĐ/TW (10/10/2024), Điều 14.3": documents stand one behind the other,
# with ";" between.
NUMBER = r"(\d+-[A-ZĐ]{2,3}/[A-ZĐ]+|\d+/\d{4}/[A-ZĐ]+\d*|Điều lệ Đảng)"
DATE = r"\((0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/(19|20)\d\d\)"
CLAUSE = r"((Điều|khoản|Mục|Mẫu|Phụ lục) [\dIVX]+(\.\d+)*|\d+(\.\d+)+)"
COMPLETE = re.compile(rf"{NUMBER} {DATE},( {CLAUSE})+( .*)?")
# Words that English texts on sources can hardly do without.
ENGLISH = re.compile(r"\b(a|an|and|as|by|custom|example|for|found|general|in|inferred"
                     r"|inference|is|known|knowledge|not|of|official|on|or|our|practice"
                     r"|program|read|rule|source|that|the|this|to|was|what|who|with"
                     r"|your)\b", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[\w-]+(\.[\w-]+)+(/\S*)?")

TOKEN = re.compile(r"""\s+|\#[^\n]*                # passed over
                   |(?P<name>[A-Za-z_]\w*)
                   |(?P<number>-?\d+)
                   |(?P<text>"(?:[^"\\]|\\.)*")
                   |(?P<mark>[={}\[\],;])""", re.VERBOSE)


# --- reading ----------------------------------------------------------------------

def tokens(text):
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, f"no setting: {text[at:at + 40]!r}"
        at = match.end()
        if match.lastgroup:
            yield match.lastgroup, match.group()
    yield "end", ""


class Reader:
    """Groups as dictionaries, lists as lists."""

    def __init__(self, text):
        self.rest = tokens(text)
        self.next = next(self.rest)

    def take(self, *wanted):
        kind, word = self.next
        assert kind in wanted or word in wanted, f"{word!r}, not {wanted}"
        self.next = next(self.rest, ("end", ""))
        return kind, word

    def group(self, end):
        out = {}
        while end not in self.next:
            _, name = self.take("name")
            assert name not in out, f"{name} stands there twice"
            self.take("=")
            out[name] = self.value()
            self.take(";")
        self.take(end)
        return out

    def value(self):
        kind, word = self.take("name", "number", "text", "{", "[")
        if word == "{":
            return self.group("}")
        if word == "[":
            return self.list()
        if kind == "name":
            return {"true": True, "false": False}[word]
        return int(word) if kind == "number" else word[1:-1]

    def list(self):
        out = []
        while "]" not in self.next:
            out.append(self.value())
            if "," in self.next:
                self.take(",")
        self.take("]")
        return out


def groups_of(text):
    """All groups by their place: "election.surplus"."""
    out = {}

    def walk(group, place):
        for name, value in group.items():
            if isinstance(value, dict):
                out[place + name] = value
                walk(value, f"{place}{name}.")

    walk(Reader(text).group("end"), "")
    return out


# --- the checks -------------------------------------------------------------------

# No document lets a cell be recorded: without the rule nobody can.
NOT_SHIPPED = {"recording"}


def rule_names():
    names = re.findall(r'X\(RULE_ID_\w+,\s*"([^"]+)"\)', RULE_IDS.read_text())
    assert NOT_SHIPPED < set(names)
    return [name for name in names if name not in NOT_SHIPPED]


def test_no_shipped_ruleset_lets_anybody_record():
    for path in SHIPPED:
        assert NOT_SHIPPED.isdisjoint(groups_of(path.read_text())), path


def without_source(text):
    """Rules that do not say where they come from, and settings of no rule."""
    groups = groups_of(text)
    faults = []
    for name in rule_names():
        rule = groups.get(name)
        if rule is None:
            faults.append(f"{name}: not there")
        elif not str(rule.get("source", "")).strip():
            faults.append(f"{name}: no source")
        elif not isinstance(rule.get("unverified"), bool):
            faults.append(f"{name}: does not say whether it is verified")
    for place, group in groups.items():
        parts = place.split(".")
        above = [".".join(parts[:i + 1]) for i in range(len(parts))]
        has_settings = any(not isinstance(value, dict)
                           for value in group.values())
        if has_settings and not any("source" in groups[a] for a in above):
            faults.append(f"{place}: settings of no rule")
    return faults


def held_for_verified(text):
    """Rules that were not read, but that the file has as verified."""
    groups = groups_of(text)
    return [name for names in NOT_READ.values() for name in names
            if groups[name].get("unverified") is not True]


def can_be_looked_up(source):
    """Each document with its date and clause; the last one is in force."""
    parts = [part.strip() for part in source.split(";")]
    return all(COMPLETE.fullmatch(part) or ADDRESS.fullmatch(part)
               for part in parts)


def cannot_be_looked_up(text):
    """Rules that the file has as verified, and nobody can verify again."""
    return [name for name, group in groups_of(text).items()
            if group.get("unverified") is False
            and not can_be_looked_up(str(group.get("source", "")))]


def not_vietnamese(text):
    """Rules whose source has an English word, or letters that are not composed:
    those would be found by no search."""
    return [name for name, group in groups_of(text).items()
            for source in [str(group.get("source", ""))]
            if ENGLISH.search(unicodedata.normalize("NFC", source))
            or not unicodedata.is_normalized("NFC", source)]


def test_every_rule_names_its_source():
    assert without_source(FILE.read_text()) == []


def test_there_are_rulesets_and_verified_rules():
    assert {path.name for path in SHIPPED} >= {
        "association.conf", "interim.conf", "party-2026.conf"}
    assert any(group.get("unverified") is False
               for group in groups_of(FILE.read_text()).values())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_verified_can_be_looked_up(path):
    assert cannot_be_looked_up(path.read_text()) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_sources_are_vietnamese(path):
    assert not_vietnamese(path.read_text()) == []


def test_what_was_not_read_is_marked_so():
    assert held_for_verified(FILE.read_text()) == []


def test_the_names_are_those_of_rules():
    names = [name for some in NOT_READ.values() for name in some]
    assert set(names) <= set(rule_names())
    assert len(names) == len(set(names))


# --- faults that are planted ------------------------------------------------------

def changed(name, setting, value):
    """The file with this setting of a rule otherwise; None takes it out."""
    text = FILE.read_text()
    at = 0
    for depth, part in enumerate(name.split(".")):
        opening = re.compile(rf"^ {{{4 * depth}}}{part} = \{{", re.MULTILINE)
        at = opening.search(text, at).end()
    found = re.compile(rf'\b{setting} = ("[^"]*"|\w+);').search(text, at)
    new = "" if value is None else f"{setting} = {value};"
    return text[:found.start()] + new + text[found.end():]


@pytest.mark.parametrize("name", rule_names())
def test_a_rule_without_a_source_is_found(name):
    assert f"{name}: no source" in without_source(changed(name, "source", None))
    assert without_source(changed(name, "source", '" "')) == [
        f"{name}: no source"]


@pytest.mark.parametrize(
    "name", [name for some in NOT_READ.values() for name in some])
def test_a_rule_that_passes_for_verified_is_found(name):
    assert held_for_verified(changed(name, "unverified", "false")) == [name]


VERIFIED = [name for name, group in groups_of(FILE.read_text()).items()
            if group.get("unverified") is False]


@pytest.mark.parametrize("name", VERIFIED)
@pytest.mark.parametrize("source, is_found", [
    ("190-QĐ/TW (10/10/2024), Điều 14.3", False),
    ("117/2025/QH15 (10/12/2025), Điều 17", False),
    ("Điều lệ Đảng (1/2/2003), Điều 9.5", False),
    ("294-QĐ/TW (26/5/2025), 9.3.2", False),
    ("42-HD/BTCTW (28/10/2025), Mục II", False),
    ("30-QĐ/TW (26/7/2016), Điều 38; 22-QĐ/TW (28/7/2021), Điều 15", False),
    ("https://example.org/dieu-le", False),
    ("190-QĐ/TW (10/10/2024), Điều 14.3; https://example.org/", False),
    ("", True),
    ("cách làm của phần mềm này", True),
    ("190-QĐ/TW", True),
    ("190-QĐ/TW, Điều 14.3", True),
    ("190-QĐ/TW (10/10/2024)", True),
    ("190-QĐ/TW (10/10/2024), về phiếu bầu", True),
    ("190-QĐ/TW (2024), Điều 14.3", True),
    ("190-QĐ/TW (32/10/2024), Điều 14.3", True),
    ("(10/10/2024), Điều 14.3", True),
    ("Điều lệ Đảng, Điều 5", True),
    ("Điều lệ Đảng", True),
    ("30-QĐ/TW (26/7/2016), Điều 38; 296-QĐ/TW", True),
    ("30-QĐ/TW (26/7/2016), Điều 38; 296-QĐ/TW (30/5/2025)", True),
    ("190-QĐ/TW (10/10/2024), Điều 14; hiểu biết chung", True),
    ("http://", True),
])
def test_a_source_that_nobody_can_look_up_is_found(name, source, is_found):
    text = changed(name, "source", f'"{source}"')
    assert cannot_be_looked_up(text) == ([name] if is_found else [])


@pytest.mark.parametrize("source, is_found", [
    ("thực tiễn; chưa tìm thấy quy định", False),
    ("38-HD/BTCTW, Mẫu 6-KNĐ và 13-KNĐ", False),
    ("practice: no rule was found", True),
    ("general knowledge", True),
    ("190-QĐ/TW (10/10/2024), Điều 15 and 30", True),
    ("296-QĐ/TW (30/5/2025), its clause was not read", True),
    (unicodedata.normalize("NFD", "thực tiễn"), True),
])
def test_a_source_in_english_is_found(source, is_found):
    text = changed("quorum.meeting", "source", f'"{source}"')
    assert not_vietnamese(text) == (["quorum.meeting"] if is_found else [])


def test_settings_outside_every_rule_are_found():
    text = FILE.read_text() + "\nquota = { women = 15; };\n"
    assert without_source(text) == ["quota: settings of no rule"]
