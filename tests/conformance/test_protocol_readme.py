"""Holds protocol/README.md against the code, in both directions.

The code speaks through describe_protocol (schemas, refusals, statements) and
through three lists that exist only as C: limits, close codes, operations of a
session. The document speaks through its headings and tables. Whatever one of
them has and the other has not, or has differently, is a difference.

The second half plants faults in a copy of the document and in a copy of what
the code says: the checker has to name each of them.
"""

import copy
import json
import os
import pathlib
import re
import subprocess

import pytest

import record_forms

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD", ROOT / "build/release"))
README = ROOT / "protocol/README.md"

GROUPS = {
    "meeting_events": "Meeting event",
    "register_events": "Register event",
    "meeting_commands": "Meeting command",
    "register_commands": "Register command",
    "lists": "List",
}
COMMAND_LISTS = {"agenda_title", "asked_unit", "group_meeting", "row"}
# What a command may leave out: see protocol/wire/field.h.
OPTIONAL_TYPES = {"optional_id", "optional_enum", "sealed", "number", "flag", "items", "act"}
ENUM_TYPES = ("enum", "optional_enum", "later_enum")
NUMBER_MAX = 2**53 - 1


# --- the code ----------------------------------------------------------------

def uncommented(path):
    return re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(), flags=re.S)


def product(expression):
    """LIMIT_X = 64 * 1024: only factors, so that nothing is evaluated."""
    value = 1
    for factor in expression.split("*"):
        value *= int(factor.strip())
    return value


def read_code():
    text = subprocess.run([BUILD / "tests/conformance/describe_protocol"],
                          check=True, capture_output=True).stdout
    code = json.loads(text)
    code["limits"] = {
        name: product(value) for name, value in
        re.findall(r"\bLIMIT_(\w+)\s*=\s*([^,}]+)",
                   uncommented("protocol/base/limits.h"))}
    code["closes"] = {
        name.lower(): int(value) for name, value in
        re.findall(r"\bCLOSE_(\w+) = (\d+)",
                   uncommented("server/room/transport.h"))}
    table = re.search(r"session_ops\[\] = \{(.*?)\n\};",
                      uncommented("server/room/session_request.c"), re.S)
    code["operations"] = re.findall(r'\{\s*"(\w+)",', table.group(1))
    return code


def limit_of(field):
    maximum = field.get("max")
    if maximum is None:
        return ""
    return "2^53-1" if maximum == NUMBER_MAX else str(maximum)


def expected_row(field, is_command, words):
    """The row of the document that a field of the code asks for."""
    kind = field["type"]
    if kind in ENUM_TYPES:
        names = [name for name, known in words.items()
                 if known == field["words"]]
        kind = (f"{kind} `{names[0]}`" if names
                else f"{kind} of {field['words']}")
    elif kind == "items":
        kind = f"items `{field['items']}`"
    if is_command:
        last = "no" if field["type"] in OPTIONAL_TYPES else "yes"
    else:
        last = field.get("audience", "")
    return [f"`{field['name']}`", kind, limit_of(field), last]


def sealed_paths(message, lists, prefix=""):
    for field in message["fields"]:
        if field["type"] == "sealed":
            yield prefix + field["name"], field["audience"]
        elif field["type"] == "items":
            yield from sealed_paths(lists[field["items"]], lists,
                                    f"{prefix}{field['name']}.<i>.")


# --- the document ------------------------------------------------------------

def sections(text):
    """Heading -> lines below it, up to the next heading; headings are unique."""
    found, lines = {}, []
    is_code = False
    for line in text.split("\n"):
        if line.startswith("```"):
            is_code = not is_code
        if line.startswith("#") and not is_code:
            title = line.lstrip("#").strip()
            assert title not in found, f"two headings {title!r}"
            lines = found[title] = []
        else:
            lines.append(line)
    return found


def rows(lines, header):
    """The rows of the table with this header; None if there is no such table."""
    wanted = "| " + " | ".join(header) + " |"
    for start, line in enumerate(lines):
        if line == wanted:
            break
    else:
        return None
    out = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        out.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return out


def names_below(found, prefix):
    return [match.group(1) for title in found
            if (match := re.fullmatch(re.escape(prefix) + r" `(\S+)`", title))]


def section(found, ending):
    """The numbered section of this name, whatever its number is."""
    for title, lines in found.items():
        if re.fullmatch(r"\d+\. " + re.escape(ending), title):
            return lines
    return []


def bare(cell):
    return cell.strip("`")


# --- differences ---------------------------------------------------------------

def compare_names(what, code, document):
    out = [f"{what} `{name}` is not in the document"
           for name in code if name not in document]
    return out + [f"{what} `{name}` of the document is not in the code"
                  for name in document if name not in code]


def compare_rows(what, code, document):
    """Rows by their first cell; in order, where nothing else differs."""
    ours = {row[0]: row for row in code}
    theirs = {row[0]: row for row in document}
    out = compare_names(what, ours, theirs)
    out += [f"{what}: code {row}, document {theirs[name]}"
            for name, row in ours.items()
            if name in theirs and theirs[name] != row]
    if not out and [row[0] for row in code] != [row[0] for row in document]:
        out.append(f"{what}: not in the order of the code")
    return out


def compare_message(title, message, lines, is_command, words):
    out = []
    header = ["Field", "Type", "Limit", "Required" if is_command
              else "Opening to"]
    table = rows(lines, header)
    if table is None:
        table = []
        if message["fields"] or (is_command and "No fields." not in lines):
            out.append(f"{title}: there is no table of its fields")
    if "signed" in message:
        wanted = "Signed: " + ("yes" if message["signed"] else "no") + "."
        if not any(line.startswith(wanted) for line in lines):
            out.append(f"{title}: does not say {wanted!r}")
    return out + compare_rows(
        title, [expected_row(field, is_command, words)
                for field in message["fields"]], table)


def vocabulary(found):
    return {name: [bare(row[0]) for row in
                   rows(found[f"Words `{name}`"], ["Word", "Meaning"]) or []]
            for name in names_below(found, "Words")}


def used_words(code):
    return [field["words"] for group in GROUPS for message in code[group]
            for field in message["fields"]
            if field["type"] in ENUM_TYPES]


def compare_vocabulary(code, words):
    used = used_words(code)
    out = [f"the words {known} are not in the document"
           for known in used if known not in words.values()]
    return out + [f"words `{name}` of the document are not in the code"
                  for name, known in words.items() if known not in used]


def compare_sealed(code, found):
    lists = {message["name"]: message for message in code["lists"]}
    ours = [[log, f"`{message['name']}`", f"`{path}`", audience]
            for group, log in (("meeting_events", "meeting"),
                               ("register_events", "register"))
            for message in code[group]
            for path, audience in sealed_paths(message, lists)]
    theirs = rows(section(found, "Sealed fields and audiences"),
                  ["Log", "Event", "Field", "Opening to"]) or []
    return ([f"sealed field {row} is not in the document"
             for row in ours if row not in theirs]
            + [f"sealed field {row} of the document is not in the code"
               for row in theirs if row not in ours])


def compare_tables(code, found):
    refusals = rows(section(found, "Refusals"), ["Code", "Rule", "Message"])
    closes = rows(section(found, "Close codes"), ["Code", "Name", "When"])
    limits = rows(section(found, "Limits"), ["Name", "Value", "What"])
    statements = rows(section(found, "Statements"),
                      ["Tag", "Kinds after signer and scope", "Fields"])
    return (
        compare_rows("refusal",
                     [[f"`{r['code']}`", r["rule"], r["message"]]
                      for r in code["refusals"]], refusals or [])
        + compare_rows("close code",
                       [[str(value), f"`{name}`"]
                        for name, value in code["closes"].items()],
                       [row[:2] for row in closes or []])
        + compare_rows("limit", [[f"`{name}`", str(value)] for name, value
                                 in code["limits"].items()],
                       [row[:2] for row in limits or []])
        + compare_rows("statement", [[f"`{s['tag']}`", s["fields"]]
                                     for s in code["statements"]],
                       [row[:2] for row in statements or []])
        + compare_names("operation", code["operations"],
                        names_below(found, "Operation")))


def differences(text, code):
    found = sections(text)
    words = vocabulary(found)
    out = []
    for group, prefix in GROUPS.items():
        ours = {message["name"]: message for message in code[group]}
        out += compare_names(prefix, ours, names_below(found, prefix))
        for name, message in ours.items():
            title = f"{prefix} `{name}`"
            is_command = "commands" in group or name in COMMAND_LISTS
            if title in found:
                out += compare_message(title, message, found[title],
                                       is_command, words)
    return (out + compare_vocabulary(code, words) + compare_sealed(code, found)
            + compare_tables(code, found))


@pytest.fixture(scope="module")
def code():
    return read_code()


@pytest.fixture(scope="module")
def text():
    return README.read_text()


def test_document_and_code_say_the_same(text, code):
    assert differences(text, code) == []


def test_the_code_was_really_read(code):
    assert len(code["meeting_events"]) > 40
    assert "join" in code["operations"]
    assert code["limits"]["MESSAGE_SIZE"] == 65536
    assert code["closes"]["login_failed"] == 4001


# --- what stands in sentences --------------------------------------------------

PHASES = {
    "RUNNING": "open",
    "BEGUN": "open, adjourned",
    "ASSEMBLED": "lobby, open, adjourned",
    "NOT_OVER": "before closed",
    "IN(MEETING_ADJOURNED)": "adjourned",
    "EVER": "only while the log is held (section 8b)",
    "IN(MEETING_SCHEDULED) | IN(MEETING_LOBBY)": "lobby",
    "IN(MEETING_SCHEDULED)": "the log may have no event yet; needs no `join` "
                             "before it",
}


def phases_of_code():
    """Command -> the phases in which the permission table takes it."""
    rows_of_code = re.findall(
        r"ROW\(\w+, (\w+),\s*([^,]+?),\s*\"",
        uncommented("server/domain/meeting_rules.c"))
    return {name: PHASES[" ".join(phases.split())]
            for name, phases in rows_of_code}


def compare_phases(text, phases):
    found = sections(text)
    return [f"`{name}` is for: {when}" for name, when in phases.items()
            if not any(f" When: {when}." in line
                       for line in found[f"Meeting command `{name}`"])]


def test_the_phases_of_commands_are_those_of_the_permission_table(text, code):
    phases = phases_of_code()

    assert set(phases) == {c["name"] for c in code["meeting_commands"]}
    assert compare_phases(text, phases) == []


def test_a_wrong_phase_is_found(text):
    phases = phases_of_code()
    vote = text.index("### Meeting command `vote`")
    wrong = text[:vote] + text[vote:].replace("When: open.", "When: lobby.", 1)

    assert len(compare_phases(wrong, phases)) == 1


def test_refusals_named_at_commands_exist(text, code):
    known = {refusal["code"] for refusal in code["refusals"]}
    named = {word for line in text.split("\n")
             if line.startswith(("Refused with:", "Refusals:"))
             for word in re.findall(r"`(\w+)`",
                                    re.sub(r"\([^)]*\)", "", line))}

    assert len(named) > 40
    assert named - known == set()


def test_acts_are_required_where_clients_require_them(text, code):
    """As protocol/meeting/act_check.c has it; what has no act says nothing."""
    found = sections(text)
    required = {name.lower(): word == "true" for name, word in re.findall(
        r"\{ EVENT_(\w+)_KIND,\s*(true|false)",
        uncommented("protocol/meeting/act_check.c"))}
    for event in code["meeting_events"]:
        body = "\n".join(found[f"Meeting event `{event['name']}`"])
        has_act = any(f["type"] == "act" for f in event["fields"])

        assert (event["name"] in required) == has_act
        assert ("`act` is never null." in body) == required.get(
            event["name"], False)
        assert ("`act` is null unless" in body) == (
            required.get(event["name"]) is False)


# --- golden examples -----------------------------------------------------------

def test_every_golden_example_is_a_vector(text):
    golden = "\n".join(section(sections(text), "Golden examples"))
    vectors = ((ROOT / "tests/vectors/record.json").read_text()
               + (ROOT / "tests/vectors/statements.json").read_text())
    examples = re.findall(r"\b[0-9a-f]{64,}\b", golden)

    assert len(examples) > 20
    assert [e for e in examples if f'"{e}"' not in vectors] == []


def test_the_example_of_an_act_is_right(text):
    lines = section(sections(text), "Signed acts")
    request = json.loads(next(line for line in lines
                              if line.startswith('{"id":')))
    terms = dict(re.findall(r"^(\w+) {2,}(\S+)$", "\n".join(lines), re.M))
    sealed = request["text"]

    assert sealed["c"] == record_forms.commitment(
        request["log"], "text", bytes.fromhex(sealed["salt"]),
        sealed["value"]).hex()
    assert terms == {"op": request["op"], "request": str(request["id"]),
                     "subject": request["item"], "value": ",,0," + sealed["c"]}


# --- the checker, checked --------------------------------------------------------

# A line of the document, and what stands there in the faulty copy.
DOCUMENT_FAULTS = {
    "an event left out": ("### Meeting event `hand_raised`", "### Hands"),
    "an event too many": ("### Meeting event `hand_raised`",
                          "### Meeting event `hand_waved`\n\n"
                          "### Meeting event `hand_raised`"),
    "a command left out": ("### Register command `invite`", "### Inviting"),
    "a field left out": ("| `spoken_ms` | number | 2^53-1 |  |\n", ""),
    "a field too many": ("| `spoken_ms` | number | 2^53-1 |  |",
                         "| `spoken_ms` | number | 2^53-1 |  |\n"
                         "| `mood` | number | 2^53-1 |  |"),
    "a wrong type": ("| `spoken_ms` | number |", "| `spoken_ms` | time |"),
    "a wrong limit": ("| `text` | sealed | 2000 | members |",
                      "| `text` | sealed | 2001 | members |"),
    "a wrong audience": ("| `text` | sealed | 2000 | members |",
                         "| `text` | sealed | 2000 | all |"),
    "wrongly required": ("| `text` | sealed | 2000 | no |",
                         "| `text` | sealed | 2000 | yes |"),
    "two fields exchanged": (
        "| `yes` | number | 2000 | no |\n| `no` | number | 2000 | no |",
        "| `no` | number | 2000 | no |\n| `yes` | number | 2000 | no |"),
    "a word left out": ("| `abstain` | không biểu quyết |\n", ""),
    "a word too many": ("| `abstain` |", "| `perhaps` | có lẽ |\n| `abstain` |"),
    "words of no field": ("### Words `choice`",
                          "### Words `mood`\n\n| Word | Meaning |\n|---|---|\n"
                          "| `good` | vui |\n\n### Words `choice`"),
    "a sealed field left out": (
        "| meeting | `chat_said` | `text` | members |\n", ""),
    "a sealed field too many": (
        "| meeting | `chat_said` | `text` | members |",
        "| meeting | `chat_said` | `text` | members |\n"
        "| meeting | `chat_said` | `mood` | members |"),
    "a signed command called unsigned": (
        "### Meeting command `vote`\n\nSigned: yes.",
        "### Meeting command `vote`\n\nSigned: no."),
    "a refusal left out": ("| `busy` | limits |", "| `idle` | limits |"),
    "a wrong message": ("| you are not muted |", "| you are muted |"),
    "a wrong close code": ("| 4003 | `revoked` |", "| 4103 | `revoked` |"),
    "a limit left out": ("| `HANDS` | 2000 |", "| `FEET` | 2000 |"),
    "a limit of another value": ("| `HANDS` | 2000 |", "| `HANDS` | 2001 |"),
    "a statement of another form": ("| `login` | KHHT |", "| `login` | KHH |"),
    "an operation left out": ("### Operation `ping`", "### Pinging"),
    "an operation too many": ("### Operation `ping`",
                              "### Operation `pong`\n\n### Operation `ping`"),
}


@pytest.mark.parametrize("fault", DOCUMENT_FAULTS)
def test_a_fault_of_the_document_is_found(fault, text, code):
    right, wrong = DOCUMENT_FAULTS[fault]

    assert right in text
    assert differences(text.replace(right, wrong, 1), code) != []


def append_field(code):
    code["meeting_events"][5]["fields"].append(
        {"name": "mood", "type": "number", "max": 3})


def drop_field(code):
    code["meeting_commands"][-1]["fields"].pop()


def append_event(code):
    code["register_events"].append({"name": "unit_closed", "fields": []})


def drop_event(code):
    code["register_events"].pop()


def open_to_all(code):
    for event in code["meeting_events"]:
        if event["name"] == "entry_written":
            event["fields"][2]["audience"] = "all"


def append_word(code):
    for command in code["meeting_commands"]:
        if command["name"] == "vote":
            command["fields"][1]["words"].append("perhaps")


def append_refusal(code):
    code["refusals"].append({"code": "tired", "rule": "r", "message": "m"})


def append_close_code(code):
    code["closes"]["bored"] = 4099


def append_limit(code):
    code["limits"]["PATIENCE"] = 7


def append_operation(code):
    code["operations"].append("pong")


@pytest.mark.parametrize("plant", [
    append_field, drop_field, append_event, drop_event, open_to_all,
    append_word, append_refusal, append_close_code, append_limit,
    append_operation])
def test_a_change_of_the_code_is_found(plant, text, code):
    changed = copy.deepcopy(code)
    plant(changed)

    assert differences(text, changed) != []
