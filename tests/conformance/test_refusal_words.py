"""Each refusal has its sentence in both languages, down to the words in it.

That every sentence is translated is test_catalogue's; here are the words of the
vocabulary that the server puts into them.
"""
import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from chibo_process import BUILD  # noqa: E402

spec = importlib.util.spec_from_file_location(
    "catalogue", ROOT / "tests/conformance/test_catalogue.py")
catalogue = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalogue)


def told():
    return json.loads(subprocess.run(
        [BUILD / "tests/conformance/describe_protocol"], check=True,
        capture_output=True, text=True).stdout)["refusals"]


def refusals():
    """(code, rule, message) of each, as the program has them."""
    return [(r["code"], r["rule"], r["message"]) for r in told()]


def rules_of_the_page():
    """(rule, Vietnamese, file, section) of each row of docs/meeting.md."""
    page = (ROOT / "docs/meeting.md").read_text(encoding="utf-8")
    table = page.partition("## When something is refused")[2]
    return re.findall(r"^\| ([^|]+) \| ([^|]+) \| \[([^]]+)\]\([^)]+\), "
                      r"([^|]+) \|$", table, re.M)


def is_section(file, section):
    text = (ROOT / file).read_text(encoding="utf-8")
    return re.search(rf"^#+ {re.escape(section)}", text, re.M) is not None


def missing_rules(rules):
    """What a person could not look up, of the rules that refusals name."""
    vietnamese = {m: s for _, m, s in catalogue.catalogue()}
    page = {(words, translated, f"{file}, {section}")
            for words, translated, file, section in rules_of_the_page()}
    return sorted(
        words for words, place in rules
        if (words, vietnamese.get(words), place) not in page
        or not is_section(*place.split(", ", 1)))


# Shown as they are written: places in a file, endings of files.
AS_WRITTEN = {"rule_id", "document_type"}


def vocabularies_in_refusals():
    found = set()
    for folder in ("domain", "room"):
        for path in (ROOT / "server" / folder).glob("*.c"):
            found.update(re.findall(
                r"refusal_add_text\([^;]*?enum_word\(\s*&(\w+)_words",
                path.read_text(encoding="utf-8")))
    return found - AS_WRITTEN


def words_of_vocabularies():
    """Tag of a vocabulary -> its words, from the headers that list them."""
    text = "".join(path.read_text(encoding="utf-8") for path in
                   sorted(ROOT.glob("protocol/*/*.h"))).replace("\\\n", " ")
    lists = {name: re.findall(r'X\(\w+,\s*"([^"]*)"\)', body) for name, body in
             re.findall(r"#define (\w+_LIST)\(X\)([^\n]*)", text)}
    return {tag: lists[name] for tag, name in
            re.findall(r"VOCABULARY_ENUM\((\w+), (\w+_LIST)\)", text)}


def words_for_people():
    tables = "".join(
        (ROOT / path).read_text(encoding="utf-8") for path in
        ("client/cli/cli_refusal.c", "protocol/meeting/spoken_words.c"))
    return dict(re.findall(r'\{ "([^"]+)",\s*N_\(\s*"([^"]+)', tables))


def without_words(vocabularies, words, people):
    return sorted(f"{name}: {word}" for name in vocabularies
                  for word in words[name] if word not in people)


def test_every_refusal_has_a_rule_and_two_languages():
    vietnamese = {m: s for _, m, s in catalogue.catalogue()}
    assert len(refusals()) > 100
    for code, rule, message in refusals():
        assert rule, code
        assert vietnamese.get(message) and vietnamese[message] != message, code


def test_the_rule_of_every_refusal_can_be_looked_up():
    rules = {(r["words"], r["place"]) for r in told()}
    assert len(rules) > 25
    assert missing_rules(rules) == []
    assert len(rules_of_the_page()) == len(rules)


@pytest.mark.parametrize("rule", [
    ("the weather", "docs/meeting.md, The roll"),
    ("the roll", "docs/meeting.md, The weather")])
def test_a_rule_that_stands_nowhere_is_found(rule):
    assert missing_rules({rule}) == [rule[0]]


def test_every_word_in_a_refusal_is_one_for_people():
    assert {"category", "matter", "presence_mode"} <= vocabularies_in_refusals()
    assert without_words(vocabularies_in_refusals(), words_of_vocabularies(),
                         words_for_people()) == []


@pytest.mark.parametrize("word", ["probationary", "co_chair", "voice_relay"])
def test_a_word_that_is_missing_is_found(word):
    people = words_for_people()
    del people[word]
    assert without_words(vocabularies_in_refusals(), words_of_vocabularies(),
                         people) != []
