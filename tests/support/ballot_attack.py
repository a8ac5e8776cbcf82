"""An attack on the secrecy of a ballot: who cast which, from what is on disks.

Given every file that a server, a backup, a record and the members' profiles
leave behind, it guesses in three ways, each against the truth that only a test
knows:

  value  in a file, what names a member stands close to what names a ballot
  order  members stand somewhere in the order in which the ballots are counted
  time   something of a member happened when something of a ballot did

A way is a leak where it is right far more often than chance: than the same
guesses are against members exchanged at random (Poisson for numbers of right
guesses, Spearman's coefficient for orders). A ballot's own place in the record,
the list of participants and their public statements are no leak.
"""
import base64
import bisect
import hashlib
import itertools
import json
import math
import re
import sqlite3

import numpy

NEAR = 400         # bytes between what belongs together
CHANCE = 1e-7      # of a guess being so right by chance; below it is a leak
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
DECIMAL = re.compile(rb"(?<!\d)\d{300,620}(?!\d)")
ID = re.compile(rb"(?<![0-9A-Za-z_.])m(\d{1,4})(?![0-9A-Za-z_.])")
BASE64 = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])")
STAMP = re.compile(r"(?<!\d)1[6-9]\d{11}(?!\d)")


def sha256(data):
    return hashlib.sha256(data).digest()


class Truth:
    """Who cast which ballot: what names each of them, by the same number.

    `people`: (id, device key) of each member; `ballots`: the bytes of the
    ballot of each, in the same order; `heights`: its place in the record."""

    def __init__(self, people, ballots, heights):
        self.count = len(people)
        self.heights = heights
        self.member, self.raw = {}, []
        self.ballot = {}
        for number, (holder, device) in enumerate(people):
            self.member[holder.encode()] = number
            self.member[device.hex().encode()] = number
            self.raw.append(("member", number, device))
        for number, data in enumerate(ballots):
            credential = json.loads(data)["credential"].encode()
            self.ballot[credential] = number
            for named in (sha256(data), sha256(credential)):
                self.ballot[named.hex().encode()] = number
                self.ballot[base64.b64encode(named).rstrip(b"=")] = number
                self.raw.append(("ballot", number, named))

    def members_in(self, data):
        """[(place, number)] of what names a member."""
        found = [(m.start(), self.member[m.group()])
                 for m in ID.finditer(data) if m.group() in self.member]
        found += [(m.start(), self.member[m.group()])
                  for m in HEX.finditer(data) if m.group() in self.member]
        return sorted(found + self._raw_in(data, "member"))

    def ballots_in(self, data):
        found = [(m.start(), self.ballot[m.group()])
                 for pattern in (HEX, DECIMAL, BASE64)
                 for m in pattern.finditer(data) if m.group() in self.ballot]
        return sorted(found + self._raw_in(data, "ballot"))

    def _raw_in(self, data, kind):
        """Bytes as they are. Few places begin as one of them does."""
        values = {value: number for of, number, value in self.raw if of == kind}
        begins = numpy.zeros(1 << 16, bool)
        for value in values:
            begins[value[0] << 8 | value[1]] = True
        pairs = numpy.frombuffer(data, numpy.uint8).astype(numpy.uint16)
        pairs = pairs[:-1] << 8 | pairs[1:]
        return [(at, values[data[at:at + 32]])
                for at in numpy.flatnonzero(begins[pairs]).tolist()
                if data[at:at + 32] in values]


class Finding:
    """What one way found in one place, and how likely that is by chance."""

    def __init__(self, way, place, chance, detail):
        self.way, self.place = way, place
        self.chance, self.detail = chance, detail

    @property
    def is_leak(self):
        return self.chance < CHANCE

    def __repr__(self):
        return f"{self.way} in {self.place}: {self.detail}, " \
               f"chance {self.chance:.1e}"


# --- chance ---------------------------------------------------------------------


def poisson_tail(hits, mean):
    """Chance of so many hits or more."""
    if hits == 0 or mean == 0:
        return 1.0
    term = math.exp(-mean + hits * math.log(mean) - math.lgamma(hits + 1))
    total, k = 0.0, hits
    while term > total * 1e-12 and k < hits + 10000:
        total += term
        k += 1
        term *= mean / k
    return min(1.0, total)


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0] * len(values)
    for rank, i in enumerate(order):
        result[i] = rank
    return result


def spearman_chance(xs, ys):
    """Of two orders being so alike, or so opposite."""
    n = len(xs)
    xs, ys = ranks(xs), ranks(ys)
    r = 1 - 6 * sum((a - b) ** 2 for a, b in zip(xs, ys)) / (n * (n * n - 1))
    return r, math.erfc(abs(r) * math.sqrt(n - 1) / math.sqrt(2))


# --- ways -----------------------------------------------------------------------


def judge_guesses(way, place, guesses, truth):
    """`guesses`: {ballot's number: {member's number}}."""
    hits = sum(ballot in members for ballot, members in guesses.items())
    mean = sum(len(members) for members in guesses.values()) / truth.count
    return Finding(way, place, poisson_tail(hits, mean),
                   f"{hits} of {len(guesses)} right, {mean:.1f} expected")


def by_value(place, data, truth):
    """Each ballot's nearest member before it, and after it."""
    ballots, members = truth.ballots_in(data), truth.members_in(data)
    places = [at for at, _ in members]
    before, after = {}, {}
    for at, ballot in ballots:
        i = bisect.bisect_left(places, at)
        if i > 0 and at - places[i - 1] <= NEAR:
            before.setdefault(ballot, set()).add(members[i - 1][1])
        if i < len(places) and places[i] - at <= NEAR:
            after.setdefault(ballot, set()).add(members[i][1])
    return [judge_guesses(f"value {side}", place, guesses, truth)
            for side, guesses in (("before", before), ("after", after))
            if guesses]


def template_of(line):
    """The line without what differs from one member, or moment, to another."""
    return re.sub(rb"[0-9a-f]{32,}|\d+", b"#", line)[:160]


def grouped(lines, truth):
    """{template: [line]} of those lines that name one member, or one ballot."""
    groups = {"member": {}, "ballot": {}}
    data = b"\n".join(lines)
    begins = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    for kind, found in (("member", truth.members_in(data)),
                        ("ballot", truth.ballots_in(data))):
        named = {}
        for at, number in found:
            named.setdefault(bisect.bisect_right(begins, at) - 1,
                             set()).add(number)
        for line, numbers in sorted(named.items()):
            if len(numbers) == 1:
                groups[kind].setdefault(template_of(lines[line]), []).append(
                    (numbers.pop(), lines[line]))
    return groups


def by_order(place, groups, truth):
    """Members in the order of their first and last lines of one kind."""
    findings = []
    for template, rows in groups["member"].items():
        for name, sequence in (("first", rows), ("last", rows[::-1])):
            seen = list(dict.fromkeys(number for number, _ in sequence))
            if len(seen) < truth.count // 2:
                continue
            r, chance = spearman_chance(
                range(len(seen)), [truth.heights[n] for n in seen])
            findings.append(Finding(f"order of {name} lines", place, chance,
                                    f"r = {r:.2f} over {len(seen)} of "
                                    f"{template.decode(errors='replace')!r}"))
    return findings


def stamps_of(rows):
    """[(time, number)] of lines that have one."""
    found = []
    for number, line in rows:
        for stamp in STAMP.findall(line.decode(errors="replace")):
            found.append((int(stamp), number))
    return sorted(found)


def by_time(place, members, ballots, truth):
    """Each ballot's moments, and the member to whom the closest one belongs."""
    if len({at for at, _ in ballots}) < truth.count // 2:
        return []  # all at one moment: nothing is said
    times, guesses = [at for at, _ in members], {}
    for at, ballot in ballots:
        i = bisect.bisect_left(times, at)
        near = [members[k] for k in (i - 1, i) if 0 <= k < len(members)]
        if near:
            closest = min(abs(t - at) for t, _ in near)
            guesses.setdefault(ballot, set()).update(
                number for t, number in near if abs(t - at) == closest)
    return [judge_guesses("time", place, guesses, truth)] if guesses else []


# --- files ----------------------------------------------------------------------


def rows_of(database):
    """The rows of a database as lines, in the order in which they lie."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [name for name, in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        yield table, [b" ".join(
            v if isinstance(v, bytes) else str(v).encode() for v in row)
            for row in connection.execute(f"SELECT * FROM {table}")]
    connection.close()


class Attack:
    """Goes through files, and gathers what was found."""

    def __init__(self, truth):
        self.truth = truth
        self.findings = []
        self.looked_at = 0
        self.seen = set()
        self.member_stamps, self.ballot_stamps = {}, {}

    def file(self, path, name=None):
        data = path.read_bytes()
        if sha256(data) in self.seen:
            return
        self.seen.add(sha256(data))
        self.looked_at += 1
        name = name or path.name
        self.findings += by_value(name, data, self.truth)
        if data.startswith(b"SQLite format 3\0"):
            for table, lines in rows_of(path):
                self.lines(f"{name}, table {table}", lines)
        else:
            self.lines(name, data.splitlines())

    def lines(self, place, lines):
        groups = grouped(lines, self.truth)
        self.findings += by_order(place, groups, self.truth)
        for kind, stamps in (("member", self.member_stamps),
                             ("ballot", self.ballot_stamps)):
            for template, rows in groups[kind].items():
                if found := stamps_of(rows):
                    stamps[place, template] = found

    def order_of(self, place, numbers):
        """Members in an order that the caller knows, as of files' times."""
        r, chance = spearman_chance(
            range(len(numbers)), [self.truth.heights[n] for n in numbers])
        self.findings.append(Finding("order", place, chance,
                                     f"r = {r:.2f} over {len(numbers)}"))

    def finish(self):
        """Compares the times of all kinds of lines with each other."""
        for (ballots_at, _), ballots in self.ballot_stamps.items():
            for (place, template), members in self.member_stamps.items():
                self.findings += by_time(
                    f"{ballots_at} and {place}, {template[:60]!r}", members,
                    ballots, self.truth)
        return [f for f in self.findings if f.is_leak]
