"""The tables of benchmarks say what was found: a median, and whether it meets
what is asked for; and they stand in their sections of the page."""
import argparse
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))
import bench_lines  # noqa: E402
import bench_mouth_to_ear  # noqa: E402
import bench_slow_listeners  # noqa: E402
import relay  # noqa: E402
import target_table  # noqa: E402


def row(found, at_least=False):
    made = target_table.Row("x", "what", *((2.0, 4.0) if at_least else (4.0, 2.0)),
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


def test_without_a_stretch_figure_it_is_met_or_not_and_has_no_column_for_it():
    rows = [target_table.Row("x", "what", 1.2), target_table.Row("y", "y", 9)]
    rows[0].found = [1.0]
    rows[1].found, rows[1].remark = [10.0], "(9 to 11)"
    assert target_table.markdown(rows).splitlines() == [
        "| what | must | found |  |", "|---|---|---|---|",
        "| what | ≤ 1.20 | **1.00** | met |",
        "| y | ≤ 9.00 | **10.00** (9 to 11) | NOT MET |"]


def test_a_table_is_summed_up():
    rows = [target_table.Row("x", "what", 4.0, 2.0) for _ in range(5)]
    for made, found in zip(rows, ([1.0], [3.0], [3.9], [5.0], [])):
        made.found = found
    assert target_table.summary(rows) == (
        "Met: 3 of 5, 1 of them up to the stretch figure; not measured: 1.")
    assert target_table.summary(rows[1:3]) == "Met: 2 of 2."


def test_a_table_says_when_at_which_commit_where_and_how_it_came_about(
        tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- slow-listeners: begin -->\nold\n"
                    "<!-- slow-listeners: end -->\nafter\n")
    monkeypatch.setattr(target_table, "PAGE", page)
    options = argparse.Namespace(write=True, save=None)
    row = target_table.Row("x", "what", 1.2)
    row.found = [1.5]
    target_table.report(options, "slow-listeners", "Medians of 3 runs", [row],
                        ["first", "second"])
    text = page.read_text()
    assert re.match(r"before\n<!-- slow-listeners: begin -->\n"
                    r"\d{4}-\d\d-\d\d, commit \w+( with changes)?, \d+ processors"
                    r" \(.*\), Linux [\d.]+\. Medians of 3 runs\. Met: 0 of 1\.\n\n\| what ", text)
    assert "| what | ≤ 1.20 | **1.50** | NOT MET |" in text
    assert "- first\n- second\n" in text and "old" not in text
    assert text.endswith("<!-- slow-listeners: end -->\nafter\n")
    assert "NOT MET" in capsys.readouterr().out
    options.write = False
    page.write_text("as it is")
    target_table.report(options, "slow-listeners", "One run", [row])
    assert page.read_text() == "as it is"


@pytest.mark.parametrize("section", ["relay", "slow-listeners",
                                     "mouth-to-ear", "lines"])
def test_each_section_that_is_written_has_its_place_in_the_page(section):
    text = target_table.PAGE.read_text()
    for mark in ("begin", "end"):
        assert text.count(f"<!-- {section}: {mark} -->\n") == 1
    assert text.index(f"<!-- {section}: begin") < text.index(f"{section}: end")


def test_the_page_is_written_between_its_marks_and_nowhere_else(tmp_path):
    page = tmp_path / "page.md"
    text = target_table.PAGE.read_text()
    page.write_text(text)
    target_table.write(page, "relay", "new\n")
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


def test_the_other_tables_ask_for_what_is_asked_for():
    rows = bench_slow_listeners.make_rows(["silent", "flood"])
    assert [row.key for row in rows] == [
        "silent before", "silent beside", "flood before", "flood beside"]
    assert {row.must for row in rows} == {1.2}
    assert [(row.must, row.digits) for row in
            bench_mouth_to_ear.make_rows([3, 200])] == [(120, 0), (120, 0)]


def line(cell, direction, variant, **figures):
    """As a measurement over a line tells it."""
    found = {"cell": cell, "direction": direction, "seed": 1,
             "variant": variant, "J": 1.0, "lost": 0.0, "p50_ms": 100.0,
             "p99_ms": None, "defects": 0.5, "delay_ms": 50.0, "kbps": 40.0,
             "line": {"up": {"late_max_ms": 2.0}, "down": {"late_max_ms": 3.0}},
             "first_s": 1.0, "live_s": 1.0, "stale": 0}
    found |= {f"concealed_{bound}": 0.1 for bound in (120, 200, 400)}
    return found | figures


def test_the_tables_of_lines_say_what_is_met_and_what_was_not_measured():
    results = [line("A2", direction, variant, J=j)
               for variant in bench_lines.VARIANTS
               for direction, j in (("down", 0.8), ("up", 0.9))]
    results += [line("A3", "down", "chibo", J=2.5),
                line("X1", "down", "chibo", live_s=1.4),
                line("X1", "up", "chibo", live_s=1.6),
                line("X2", "down", "chibo", live_s=None),
                line("B2", "up", "chibo") | {"error": "no line"}]
    rows = {row.text: row for row in bench_lines.target_rows(results)}
    said = {text: row.cells()[-2:] for text, row in rows.items()}
    assert said["A2: 1 %, 50 ms, 64 kb/s: J"] == ["**0.85**", "met"]
    assert said["A3: 2 %, 200 ms, 64 kb/s: J"] == ["**2.50**", "NOT MET"]
    cut = "{}, a cut of 10 s: live after"
    assert said[cut.format("X1: 1 %, 200 ms, 64 kb/s")] == ["**1.5 s**", "met"]
    assert said[cut.format("X2: 1 %, 200 ms, 24 kb/s")] == [
        "**never**", "NOT MET"]
    assert said["B2: 5 %, 200 ms, 24 kb/s: J"] == ["not measured", ""]
    text = "\n".join(text for part in (
        bench_lines.write_table, bench_lines.write_cuts,
        bench_lines.write_targets, bench_lines.write_end)
        for text in part(results))
    assert "| A2: 1 %, 50 ms, 64 kb/s | chibo | **0.85** (0.8–0.9) |" in text
    assert "| X2: 1 %, 200 ms, 24 kb/s | chibo | 1.0 | never; never | 0 |" in text
    assert "1 failed; the lines were at most 3.0 ms late." in text
