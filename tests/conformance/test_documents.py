"""What the documents say of settings, commands and files is so.

protocol/README.md has a test of its own; here are the smaller things that a
reader would type: settings of the server, commands of the terminal client,
scenarios of chibo-bench, links between documents.
"""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("client", "config", "docs", "protocol", "server", "tests")


def read(path):
    return (ROOT / path).read_text()


# --- settings ----------------------------------------------------------------

def settings_of_code():
    table = read("server/platform/config_file.c")
    table = table[table.index("struct setting settings[]"):]
    table = table[:table.index("};")]
    return set(re.findall(r"(?:TEXT|NUMBER)\((\w+),", table)
               + re.findall(r'PATH\("(\w+)"', table))


def settings_of_page(text):
    return set(word for line in re.findall(r"^\.It Ic (.*)$", text, re.M)
               for word in re.findall(r"\b[a-z_]+\b", line.replace("Ic", "")))


def settings_of_example(text):
    return set(re.findall(r"^#?([a-z_]+) = .*;$", text, re.M))


def test_the_page_has_every_setting_and_no_other():
    assert len(settings_of_code()) > 10
    assert settings_of_page(read("man/chibod.conf.5")) == settings_of_code()


def test_the_example_has_every_setting_and_no_other():
    assert settings_of_example(read("config/chibod.conf")) == settings_of_code()


@pytest.mark.parametrize("right, wrong", [
    (".It Ic grace_ms", ".It Ic graze_ms"),
    (".It Ic log_level", ".It Ic log_level , Ic log_file")])
def test_a_fault_of_the_page_is_found(right, wrong):
    page = read("man/chibod.conf.5")

    assert right in page
    assert settings_of_page(page.replace(right, wrong)) != settings_of_code()


# --- what is typed in a meeting ------------------------------------------------

def words_of_client():
    table = "".join(path.read_text(encoding="utf-8") for path in
                    sorted(ROOT.glob("client/cli/cli_command*.c")))
    rows = re.findall(r"\{\s*\{([^}]*)\},\s*CLI_ACTION", table)
    return {word for names in rows for word in re.findall(r'"([^"]+)"', names)}


def words_typed(text):
    """Commands in documents: `/word …` in code spans and indented lines."""
    spans = re.findall(r"`(/[^`]*)`", text) + re.findall(r"^    (/.*)$", text,
                                                          re.M)
    return {match.group(1).replace("-", "") for span in spans
            if (match := re.match(r"/([a-z-]+)(?: |$)", span))}


DOCUMENTS_OF_COMMANDS = ("README.md", "docs/meeting.md")


@pytest.mark.parametrize("path", DOCUMENTS_OF_COMMANDS)
def test_every_command_in_the_documents_is_one(path):
    typed = words_typed(read(path)) - {"healthz", "metrics"}

    assert len(typed) > 5
    assert typed - words_of_client() == set()


def test_a_command_that_is_none_is_found():
    assert words_typed("`/biểu` `/nonsense x`") - words_of_client()


# --- figures -------------------------------------------------------------------

def figures_of_code():
    return set(re.findall(r'"((?:chibo|process)_[a-z_]+)"', read("server/metrics.c")))


def figures_of_page(text):
    return set(name for row in re.findall(r"^\| (`(?:chibo|process)_[^|]*)\|", text,
                                       re.M)
               for name in re.findall(r"`(\w+)`", row))


def reasons_of_code():
    table = read("server/metrics.c")
    table = table[table.index("why[SOUND_DROP_COUNT]"):]
    return set(re.findall(r'= "([a-z_]+)"', table[:table.index("};")]))


def reasons_of_page(text):
    text = text[text.index("`reason` of dropped sound:"):]
    return set(re.findall(r"`([a-z_]+)` \(", text[:text.index("\n\n")]))


def test_the_page_has_every_figure_and_no_other():
    page = read("docs/administration.md")

    assert len(figures_of_code()) > 15
    assert figures_of_page(page) == figures_of_code()
    assert len(reasons_of_code()) > 4
    assert reasons_of_page(page) == reasons_of_code()


@pytest.mark.parametrize("right, wrong", [
    ("`chibo_rooms`", "`chibo_roms`"), ("`chibo_sessions`", "sessions"),
    ("`stale` (", "stale (")])
def test_a_fault_of_the_table_of_figures_is_found(right, wrong):
    page = read("docs/administration.md")

    assert right in page
    page = page.replace(right, wrong)
    assert (figures_of_page(page), reasons_of_page(page)) != (
        figures_of_code(), reasons_of_code())


# --- scenarios -----------------------------------------------------------------

def test_the_page_of_the_bench_has_every_scenario():
    table = read("client/bench/bench_main.c")
    table = table[table.index("scenario scenarios[]"):]
    in_code = re.findall(r'\{ "([a-z-]+)",', table[:table.index("\n};")])
    in_page = re.findall(r"^\.It Ic ([a-z-]+)", read("man/chibo-bench.1"), re.M)

    assert len(in_code) > 3
    assert in_page == in_code


# --- links ---------------------------------------------------------------------

def documents():
    return sorted([*ROOT.glob("*.md"),
                   *(path for folder in FOLDERS
                     for path in (ROOT / folder).rglob("*.md"))])


def dead_links(path, text):
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    return [target for target in targets
            if not (path.parent / target).exists()]


def test_links_between_documents_lead_somewhere():
    assert len(documents()) > 10
    assert {str(path): dead for path in documents()
            if (dead := dead_links(path, path.read_text()))} == {}


def test_a_dead_link_is_found():
    assert dead_links(ROOT / "README.md", "[x](docs/nothing.md)")
