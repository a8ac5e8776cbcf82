"""What can be done to the file of a record, by somebody who has no key, or by the
server itself: chibo-verify finds each for its own reason."""
import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from exported_record import (COMPLETE, INVALID, Exported, add,  # noqa: E402
                             drop, flip, other_ruleset, report, verify)
from record_file import (EVENTS, MANIFEST, OPENINGS, REDACTION,  # noqa: E402
                         REGISTER, REGISTER_OPENINGS, SIGNATURES, dump, join,
                         lines_of)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


# --- without a key ----------------------------------------------------------------


def change_json(name, change):
    def do(record, _):
        value = record.json(name)
        change(value)
        record.put(name, value)
    return do


def change_opening(where, change):
    def do(record, _):
        place, opening = record.opening(where)
        openings = record.openings()
        change(opening)
        openings[place] = dump(opening)
        record.put_openings(openings)
    return do


def change_openings(change):
    def do(record, _):
        openings = record.openings()
        change(openings)
        record.put_openings(openings)
    return do


def swap(name, other):
    def do(record, _):
        record.files[name], record.files[other] = (record.files[other],
                                                   record.files[name])
    return do


def respell(name):
    def do(record, _):
        record.files[name] = json.dumps(record.json(name)).encode()
    return do


def of_a_text(opening):
    return opening.get("field") == "text"


def of_a_file(opening):
    return "file" in opening


# name: what is done, and the faults of which one is found
WITHOUT_KEY = {
    "an event changed": (flip(EVENTS), {"file"}),
    "an event cut off": (lambda r, _: r.put_events(r.events()[:-1]), {"file"}),
    "the register changed": (flip(REGISTER), {"file"}),
    "the register cut": (lambda r, _: r.files.update(
        {REGISTER: join(lines_of(r.files[REGISTER])[:-1])}), {"file"}),
    "the ruleset changed": (flip("ruleset/interim-2026-11.conf"), {"file"}),
    "an attachment changed": (flip("attachments/d1.txt"), {"file"}),
    "the minutes changed": (flip("minutes.json"), {"file"}),
    "a document changed": (flip("documents/minutes.txt"), {"file"}),
    "two files swapped": (swap("documents/minutes.txt", "attachments/d1.txt"),
                          {"file"}),
    "no manifest": (drop(MANIFEST), {"file_missing"}),
    "no signatures": (drop(SIGNATURES), {"file_missing"}),
    "no openings": (drop(OPENINGS), {"file_missing"}),
    "no events": (drop(EVENTS), {"file_missing"}),
    "no register": (drop(REGISTER), {"file_missing"}),
    "no openings of the register": (drop(REGISTER_OPENINGS),
                                    {"file_missing"}),
    "no ruleset": (drop("ruleset/interim-2026-11.conf"), {"file_missing"}),
    # its opening stays, so that what it was is told
    "an attachment left out": (drop("attachments/d1.txt"), {"redaction"}),
    "a file that nobody named": (add("documents/other.txt"),
                                 {"file_unnamed"}),
    "an archive that nobody named": (add("ballots/x.bel"), {"file_unnamed"}),
    "the manifest's head changed": (change_json(
        MANIFEST, lambda m: m.update(head="0" * 64)), {"record_signature"}),
    "the manifest's end changed": (change_json(
        MANIFEST, lambda m: m.update(seq=m["seq"] - 1)),
        {"record_signature"}),
    "another meeting": (change_json(
        MANIFEST, lambda m: m.update(meeting="khac")), {"record_signature"}),
    "another organisation": (change_json(
        MANIFEST, lambda m: m.update(organisation="khac")),
        {"record_signature"}),
    "events that sign": (change_json(
        MANIFEST, lambda m: m.update(signed=[3])), {"record_signature"}),
    "a file out of the manifest": (change_json(
        MANIFEST, lambda m: m["files"].pop()), {"record_signature"}),
    "a hideable file out of it": (change_json(
        MANIFEST, lambda m: m["hideable"].pop()), {"record_signature"}),
    "another size": (change_json(
        MANIFEST, lambda m: m["files"][0].update(size=1)),
        {"record_signature"}),
    "a field more": (change_json(
        MANIFEST, lambda m: m.update(more=1)), {"file_form"}),
    "another version": (change_json(
        MANIFEST, lambda m: m.update(v=2)), {"file_form"}),
    "files not in order": (change_json(
        MANIFEST, lambda m: m["files"].reverse()), {"file_form"}),
    "a path that plays tricks": (change_json(
        MANIFEST, lambda m: m["files"][0].update(path="../x")),
        {"file_form"}),
    "the manifest respelled": (respell(MANIFEST), {"file_form"}),
    "the signatures respelled": (respell(SIGNATURES), {"file_form"}),
    "a manifest that is none": (add(MANIFEST, b"[]"), {"file_form"}),
    "a manifest that is deep": (add(MANIFEST, b"[" * 100000), {"file_form"}),
    "no signature": (change_json(
        SIGNATURES, lambda s: s["signatures"].clear()), {"record_signer"}),
    "a role that is none": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(role="member")),
        {"file_form"}),
    "the server's signature as the chair's": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(role="chair")),
        {"record_signature"}),
    "a signature changed": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(sig="00" * 64)),
        {"record_signature"}),
    "a key of small order": (change_json(
        SIGNATURES, lambda s: s["signatures"][0].update(key="00" * 32)),
        {"record_signature"}),
    "an opened text changed": (change_opening(
        of_a_text, lambda o: o.update(value="Tôi không đồng ý.")),
        {"opening"}),
    "a guessed salt": (change_opening(
        of_a_text, lambda o: o.update(salt="00" * 32)), {"opening"}),
    "an opening moved to another field": (change_opening(
        of_a_text, lambda o: o.update(field="title")), {"opening"}),
    "an opening left out": (change_openings(lambda o: o.pop(0)),
                            {"redaction"}),
    "all openings left out": (change_openings(lambda o: o.clear()),
                              {"file_opening"}),
    "an opening twice": (change_openings(lambda o: o.insert(0, o[0])),
                         {"opening_stray"}),
    "an opening of no event": (change_openings(lambda o: o.insert(
        0, dump({"open": 9999, "field": "text", "salt": "00" * 32,
                 "value": "x"}))), {"opening"}),
    "a line that is no opening": (change_openings(
        lambda o: o.insert(0, b"{}")), {"file_opening"}),
    "a file's opening left out": (change_openings(lambda o: o.pop()),
                                  {"file_opening"}),
    "a file's opening twice": (change_openings(lambda o: o.append(o[-1])),
                               {"file_opening"}),
    "a file's salt changed": (change_opening(
        of_a_file, lambda o: o.update(salt="00" * 32)), {"file_opening"}),
    "a file's value changed": (change_opening(
        of_a_file, lambda o: o.update(value="00" * 32)), {"file_opening"}),
    "an opening of no file": (change_opening(
        of_a_file, lambda o: o.update(file="attachments/d0.txt")),
        {"file_opening"}),
    "a redaction that nobody signed": (add(REDACTION, dump(
        {"v": 1, "level": "member", "openings": [], "files": [],
         "key": "00" * 32, "sig": "00" * 64})), {"record_signature"}),
    "a redaction that is none": (add(REDACTION, b"{}"), {"file_form"}),
}


@pytest.mark.parametrize("name", WITHOUT_KEY)
def test_without_a_key_nothing_can_be_changed(exported, tmp_path, name):
    record = exported.file().copy()
    change, faults = WITHOUT_KEY[name]
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (INVALID, "")
    assert said["failure"]["fault"] in faults
    assert "NOT VALID" in report(path)


# --- by the server itself ---------------------------------------------------------


def in_an_event(name, change):
    """The chain is computed anew, as a server would; checkpoints are not."""
    def do(record, _):
        events = record.events()
        seq = next(i for i, raw in enumerate(events)
                   if json.loads(raw)["ev"] == name)
        event = json.loads(events[seq])
        change(event)
        events[seq] = dump(event)
        record.put_events(events)
    return do


BY_THE_SERVER = {
    "an event changed": (in_an_event(
        "entry_written", lambda e: e.update(at=e["at"] + 1)), {},
        {"act_head", "checkpoint_head"}),
    "a choice changed": (in_an_event(
        "vote_cast", lambda e: e.update(choice="no")), {},
        {"act", "act_head", "checkpoint_head"}),
    "a result changed": (in_an_event(
        "vote_closed", lambda e: e.update(passed=True)), {},
        {"result", "act_head", "checkpoint_head"}),
    "the end cut off": (lambda r, _: r.put_events(r.events()[:-3]), {},
                        {"manifest_end"}),
    "a meeting of another name": (None, {"meeting": "khac"},
                                  {"file_opening"}),
    "an earlier end": (None, {"seq": 3}, {"manifest_end"}),
    "another head": (None, {"head": "0" * 64}, {"manifest_end"}),
    "events that do not sign": (None, {"signed": [3, 4]},
                                {"manifest_signed"}),
    "one who signed kept back": (lambda r, _: None, lambda r: {
        "signed": r.json(MANIFEST)["signed"][:1]}, {"manifest_signed"}),
    "other minutes": (add("minutes.json", b"{}"), {}, {"minutes"}),
    "no minutes": (drop("minutes.json"), {}, {"file_missing"}),
    "an attachment that is another": (add("attachments/d1.txt", b"khac"), {},
                                      {"attachment"}),
    "an attachment of no document": (
        lambda r, _: r.files.update({"attachments/d7.txt": b"x"}), {},
        {"attachment"}),
    "another ruleset": (other_ruleset, {}, {"rules"}),
    "a ruleset that is none": (add("ruleset/interim-2026-11.conf"), {},
                               {"rules"}),
    "two rulesets": (lambda r, _: r.files.update(
        {"ruleset/x.conf": r.files["ruleset/interim-2026-11.conf"].replace(
            b"interim-2026-11", b"interim-2026-12")}), {}, {"file_missing"}),
    "an archive of no ballot": (add("ballots/x.bel"), {}, {"archive"}),
    "a register that is none": (add(REGISTER, b"{}\n"), {},
                               {"file_form"}),
    "a register cut before its end": (lambda r, _: r.files.update(
        {REGISTER: join(lines_of(r.files[REGISTER])[:3])}), {},
        {"opening"}),
    "a log that is none": (add(EVENTS, b"{}\n"), {}, {"line", "no_genesis",
                                                      "file_form"}),
}


@pytest.mark.parametrize("name", BY_THE_SERVER)
def test_the_server_itself_cannot_change_it(exported, tmp_path, name):
    record = exported.file().copy()
    change, manifest, faults = BY_THE_SERVER[name]
    if change:
        change(record, exported)
    if callable(manifest):
        manifest = manifest(record)
    record.reseal(exported.seed, **manifest)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said, errors = verify(path)
    assert (code, errors) == (INVALID, "")
    assert said["failure"]["fault"] in faults


def test_sealing_it_anew_changes_nothing(exported, tmp_path):
    """The test of the tests above: what they do besides is not found."""
    path = tmp_path / "resealed.chibo"
    path.write_bytes(exported.file().copy().reseal(exported.seed).bytes())
    assert verify(path)[0] == COMPLETE


def test_another_key_is_not_the_server(exported, tmp_path):
    path = tmp_path / "resealed.chibo"
    path.write_bytes(exported.file().copy().reseal(bytes(32)).bytes())
    code, said, _ = verify(path)
    assert (code, said["failure"]["fault"]) == (INVALID, "record_signer")


def test_a_signature_for_another_meeting_is_not_taken(exported, tmp_path):
    record = exported.file().copy()
    record.put(SIGNATURES, {"signatures": [record.sign(exported.seed,
                                                       scope="khac")]})
    path = tmp_path / "resealed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[1]["failure"]["fault"] == "record_signature"


# --- the checkers of the checks ---------------------------------------------------


@pytest.mark.parametrize("check, change", [
    ("record_signature_verify", WITHOUT_KEY["a signature changed"][0]),
    ("verify_signoff_read", lambda r, e: r.reseal(e.seed, signed=[3, 4])),
])
def test_a_verifier_without_a_check_is_found_out(exported, tmp_path, check,
                                                 change):
    record = exported.file().copy()
    change(record, exported)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    assert verify(path)[0] == INVALID
    assert verify(path, without=check)[0] == COMPLETE
