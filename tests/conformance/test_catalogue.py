"""The Vietnamese catalogue against the sources it translates."""
import ast
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "client/cli/po/vi.po"
ARGUMENT = re.compile(r"\{[a-z_]+\}")


def entries(text):
    """(flags, msgid, msgstr) of each entry, without the head."""
    flags, field, values = "", None, {}
    found = []
    for line in text.splitlines() + [""]:
        if line.startswith("#,"):
            flags += line
        elif line.startswith(("msgid ", "msgstr ")):
            field, rest = line.split(" ", 1)
            values[field] = ast.literal_eval(rest)
        elif line.startswith('"'):
            values[field] += ast.literal_eval(line)
        elif not line.strip():
            if values.get("msgid"):
                found.append((flags, values["msgid"], values.get("msgstr", "")))
            flags, field, values = "", None, {}
    return found


def extract(paths, *keywords):
    text = subprocess.run(
        ["xgettext", "--language=C", "--from-code=UTF-8", "--keyword",
         *keywords, "--output=-", *map(str, paths)], cwd=ROOT, check=True,
        capture_output=True, text=True).stdout
    return {msgid for _, msgid, _ in entries(text)}


def sources():
    screens = [*ROOT.glob("client/cli/*.c"),
               *ROOT.glob("client/bench/*.c"),
               *ROOT.glob("server/control/chiboctl*.[ch]"),
               ROOT / "server/control/ruleset_words.c",
               ROOT / "protocol/meeting/spoken_words.c",
               ROOT / "protocol/ballot/ballot_fault_words.c",
               *ROOT.glob("protocol/program/*.c"),
               ROOT / "server/platform/config_file.c",
               *ROOT.glob("server/chibod*.c"),
               *ROOT.glob("protocol/verify/*.c")]
    refusals = [ROOT / "protocol/meeting/refusal.h"]
    faults = [ROOT / "protocol/verify/verify_fault.h"]
    differences = [ROOT / "protocol/meeting/snapshot_check.h",
                   ROOT / "protocol/document/document_fault.h"]
    imports = [ROOT / "server/control/member_import.h"]
    return (extract(screens, "--keyword=_", "--keyword=N_")
            | extract(refusals, "--keyword=X:4")
            | extract(faults, "--keyword=X:3")
            | extract(imports, "--keyword=X:2")
            | extract(differences, "--keyword=X:2"))


def catalogue():
    return entries(CATALOGUE.read_text(encoding="utf-8"))


def test_every_text_of_the_programs_is_translated_and_no_other():
    translated = {msgid for _, msgid, msgstr in catalogue() if msgstr}
    wanted = sources()
    assert len(wanted) > 400
    assert wanted - translated == set()
    assert translated - wanted == set()


def test_no_translation_is_fuzzy():
    assert [msgid for flags, msgid, _ in catalogue() if "fuzzy" in flags] == []


def test_the_catalogue_compiles_with_all_checks():
    done = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null",
                           str(CATALOGUE)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_arguments_of_refusals_are_kept():
    for _, msgid, msgstr in catalogue():
        assert sorted(ARGUMENT.findall(msgid)) == \
            sorted(ARGUMENT.findall(msgstr)), msgid


def test_commands_named_in_translations_are_commands_of_the_program():
    """A hint such as "/tro-giup" has to be something that can be typed."""
    table = "".join(path.read_text(encoding="utf-8") for path in
                    sorted(ROOT.glob("client/cli/cli_command*.c")))
    words = set(re.findall(r'"([a-z]+)"', table))
    for _, _, msgstr in catalogue():
        for hint in re.findall(r"(?<![\w/.<|])/([a-z][a-z-]*)", msgstr):
            assert hint.replace("-", "") in words, hint


def phrases_of_the_server():
    """What it puts into refusals as argument "who"."""
    found = set()
    for folder in ("domain", "room"):
        for path in (ROOT / "server" / folder).glob("*.c"):
            text = path.read_text(encoding="utf-8")
            for pattern in (r'ROW\([^"]*?"([a-z\', ]+)"\)',
                            r'refuse_who\([^";{]*?"([a-z\', ]+)"',
                            r'refuse_all_but\([^";{]*?"([a-z\', ]+)"',
                            r'"who",[^;]*?TEXT_LITERAL\(\s*"([^"]+)"',
                            r'"who",[^;]*?: TEXT_LITERAL\(\s*"([^"]+)"'):
                found.update(re.findall(pattern, text))
    return found


def test_whoever_may_do_something_is_named_in_vietnamese():
    table = (ROOT / "client/cli/cli_refusal.c").read_text(encoding="utf-8")
    words = set(re.findall(r'\{ "([^"]+)",\s*N_\(', table))
    phrases = phrases_of_the_server()
    assert "the officers of the cell" in phrases and len(phrases) > 12
    assert phrases - words == set()
