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


def refusals():
    """(code, rule, message) of each, as the program has them."""
    told = json.loads(subprocess.run(
        [BUILD / "tests/conformance/describe_protocol"], check=True,
        capture_output=True, text=True).stdout)
    return [(r["code"], r["rule"], r["message"]) for r in told["refusals"]]


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
    table = (ROOT / "client/cli/cli_refusal.c").read_text(encoding="utf-8")
    return dict(re.findall(r'\{ "([^"]+)",\s*N_\(\s*"([^"]+)', table))


def without_words(vocabularies, words, people):
    return sorted(f"{name}: {word}" for name in vocabularies
                  for word in words[name] if word not in people)


def test_every_refusal_has_a_rule_and_two_languages():
    vietnamese = {m: s for _, m, s in catalogue.catalogue()}
    assert len(refusals()) > 100
    for code, rule, message in refusals():
        assert rule, code
        assert vietnamese.get(message) and vietnamese[message] != message, code


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
