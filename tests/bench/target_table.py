"""What benchmarks found beside what is asked for, as a table on a terminal and
in a page: with date, commit and machine, between the two marks of its section.
"""
import argparse
import datetime
import math
import os
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/performance.md"
HEAD = ["what", "must", "stretch", "found", ""]


class Row:
    """What is asked for, and how it is read off what was found."""

    def __init__(self, key, text, must, stretch=None, unit="", at_least=False,
                 digits=2, remark=""):
        self.key, self.text, self.unit = key, text, unit
        self.must, self.stretch = must, stretch
        self.at_least, self.digits = at_least, digits
        self.remark = remark  # behind what was found
        self.found = []

    def is_met(self, value, target):
        if target is None:
            return False
        return value >= target if self.at_least else value <= target

    def number(self, value):
        return f"{value:.{self.digits}f}"

    def shown(self, value):
        return "never" if math.isinf(value) else self.number(value) + self.unit

    def target(self, value):
        sign = "≥" if self.at_least else "≤"
        return "–" if value is None else f"{sign} {self.number(value)}{self.unit}"

    def verdict(self):
        """Of the median; "" if nothing was found."""
        if not self.found:
            return ""
        middle = statistics.median(self.found)
        return ("stretch met" if self.is_met(middle, self.stretch) else
                "met" if self.is_met(middle, self.must) else "NOT MET")

    def cells(self):
        asked = [self.text, self.target(self.must), self.target(self.stretch)]
        if not self.found:
            return [*asked, "not measured", ""]
        middle = statistics.median(self.found)
        runs = ", ".join(map(self.number, self.found))
        return [*asked, f"**{self.shown(middle)}**"
                + (f" ({runs})" if len(self.found) > 1 else "")
                + (f" {self.remark}" if self.remark else ""), self.verdict()]


def summary(rows):
    """How many of them are met."""
    verdicts = [row.verdict() for row in rows]
    met, stretched = (sum(v.endswith(end) for v in verdicts)
                      for end in ("met", "stretch met"))
    missing = verdicts.count("")
    return (f"Met: {met} of {len(rows)}"
            + (f", {stretched} of them up to the stretch figure"
               if stretched else "")
            + (f"; not measured: {missing}" if missing else "") + ".")


def columns(rows):
    """The head and the cells of all rows; no column of which nothing is in."""
    table = [HEAD] + [row.cells() for row in rows]
    if all(row.stretch is None for row in rows):
        table = [line[:2] + line[3:] for line in table]
    return table


def markdown(rows):
    head, *lines = ["| " + " | ".join(line) + " |" for line in columns(rows)]
    rule = "|" + "---|" * (head.count("|") - 1)
    return "\n".join([head, rule, *lines])


def plain(rows):
    table = columns(rows)
    widths = [max(len(line[i]) for line in table)
              for i in range(len(table[0]))]
    return "\n".join("  ".join(cell.replace("**", "").ljust(width) for cell,
                               width in zip(line, widths)).rstrip()
                     for line in table)


def write(page, section, text):
    """Between the two marks of a section of the page, which stay."""
    begin, end = (f"<!-- {section}: {mark} -->" for mark in ("begin", "end"))
    before, rest = page.read_text().split(begin + "\n")
    page.write_text(f"{before}{begin}\n{text.rstrip()}\n{end}"
                    + rest.split(end)[1])


def said(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                          text=True, check=False).stdout.strip()


def commit():
    """The commit, and whether anything else than its pages was changed."""
    changed = said("git", "status", "--porcelain", "--untracked-files=no",
                   "--", ".", ":!docs")
    return (said("git", "rev-parse", "--short", "HEAD") or "unknown") + (
        " with changes" if changed else "")


def where_and_when():
    model = re.search(r"^model name\s*: (.*)$",
                      pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return (f"{datetime.date.today()}, commit {commit()}, "
            f"{os.cpu_count()} processors ({model[1] if model else 'unknown'})"
            f", Linux {platform.release().split('-')[0]}")


def add_options(parser):
    parser.add_argument("--build", required=True)
    parser.add_argument("--write", action="store_true",
                        help=f"put the table into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--save", type=pathlib.Path,
                        help="put table and measurements into this file")


def details(notes):
    return ("<details><summary>Each measurement</summary>\n\n"
            + "\n".join(f"- {note}" for note in notes) + "\n\n</details>")


def report(options, section, how, rows, notes=(), warning=""):
    """Prints the table; where --write is given, it goes into the page, too.
    `how`: what was counted, as "Medians of 3 runs"."""
    head = (f"{where_and_when()}. {how}. {summary(rows)}\n"
            + (warning and f"\n{warning}\n"))
    text = f"{head}\n{plain(rows)}"
    print("\n" + text, flush=True)
    if options.save:
        options.save.write_text("\n".join([text, "", *notes, ""]))
    if options.write:
        write(PAGE, section, f"{head}\n{markdown(rows)}\n"
              + (f"\n{details(notes)}\n" if notes else ""))


def new_parser(documentation):
    parser = argparse.ArgumentParser(
        description=documentation,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    return parser
