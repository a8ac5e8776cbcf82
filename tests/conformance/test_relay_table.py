"""The table of `make bench-relay` says what was found: a median, and whether it
meets what is asked for."""
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))
import relay  # noqa: E402


def row(found, at_least=False):
    made = relay.Row("x", "what", *((2.0, 4.0) if at_least else (4.0, 2.0)),
                     at_least=at_least)
    made.found = found
    return made.cells()


@pytest.mark.parametrize("found, at_least, verdict", [
    ([4.01], False, "NOT MET"), ([4.0], False, "met"), ([2.01], False, "met"),
    ([2.0], False, "stretch met"), ([1.99], True, "NOT MET"),
    ([2.0], True, "met"), ([3.99], True, "met"), ([4.0], True, "stretch met"),
    # The median decides: no single run that was lucky, or unlucky.
    ([1.0, 5.0, 6.0], False, "NOT MET"), ([9.0, 3.0, 3.5], False, "met"),
    ([0.0, 3.0, 3.1], True, "met"), ([], False, ""), ([0.0], True, "NOT MET"),
])
def test_a_row_is_met_if_its_median_is(found, at_least, verdict):
    assert row(found, at_least)[-1] == verdict


def test_a_row_shows_median_and_all_runs():
    assert row([3.0, 1.5, 2.5])[3] == "**2.50** (3.00, 1.50, 2.50)"
    assert row([3.0])[3] == "**3.00**"
    assert row([])[3] == "not measured"


def test_the_page_is_written_between_its_marks_and_nowhere_else(tmp_path):
    page = tmp_path / "page.md"
    text = relay.PAGE.read_text()
    page.write_text(text)
    relay.write(page, "new\n")
    before, after = page.read_text().split("new\n")
    assert text.startswith(before) and text.endswith(after)
    assert before.endswith("<!-- relay: begin -->\n")
    assert after.startswith("<!-- relay: end -->")


def test_every_row_has_its_place_and_is_found_by_some_part():
    rows = relay.make_rows()
    source = (ROOT / "tests/bench/relay.py").read_text()
    assert len(rows) == 11
    for key in rows:
        named = key in source.split("def make_rows")[1].split("class Relay")[1]
        assert named or key.rstrip("13") in ("cpu", "mumble", "mosquitto"), key
