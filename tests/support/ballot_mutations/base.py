"""A good election with all its secrets, and the means to change one thing in it
and make everything else fit again, as a dishonest server would.

Every mutation is a function of the scene that gives the bytes of an archive,
registered with the fault that must be found and the event at which it must be
found (kind None: before the event's kind is known).
"""
import functools
import json

from ballot_reference import (archive, ballots, credentials, made, meeting,
                              questions, records, trustees)
from ballot_reference.archive import (BALLOT, DECRYPTION, END, RESULT, SETUP,
                                      TALLY, Step)
from ballot_reference.group import G, P, Q, Chance, generate
from ballot_reference.questions import Question

SEED = 20261128
PLAN = ["single", (2, 3)]
ASKED = [Question(["Đồng ý", "Không đồng ý"], 1, 1, "Thông qua?"),
         Question(["A", "B", "C"], 1, 2, 'Bầu "tối đa" 2 người', blank=True)]
VOTERS = 4
# Voter 0 votes twice, voter 3 not at all.
VOTES = [(0, [[1, 0], [0, 1, 1, 0]]), (1, [[0, 1], [1, 0, 0, 0]]),
         (0, [[0, 1], [0, 0, 0, 1]]), (2, [[1, 0], [0, 0, 1, 0]])]
OWNERS = [1, 2, 4]
# Heights of the events.
FIRST, SECOND, AGAIN, LAST = 1, 2, 3, 4
ENDED, TALLIED = 5, 6
OPENED_1, OPENED_2, OPENED_4, PUBLISHED = 7, 8, 9, 10

MUTATIONS = []


class Mutation:
    def __init__(self, name, make, fault, event, kind, lenient):
        self.name = name
        self.make = make
        self.fault = fault
        self.event = event
        self.kind = kind
        # What must be said of it as an election of others: the same, or
        # anything, where there is more freedom.
        self.lenient = lenient

    def __repr__(self):
        return self.name

    @property
    def expected(self):
        return self.fault, self.event, self.kind


KINDS = {0: SETUP, **{i: BALLOT for i in (FIRST, SECOND, AGAIN, LAST)},
         ENDED: END, TALLIED: TALLY,
         **{i: DECRYPTION for i in (OPENED_1, OPENED_2, OPENED_4)},
         PUBLISHED: RESULT}
SAME = "same"
ANY = "any"


def register(name, make, fault, event, kind=SAME, lenient=SAME):
    assert all(m.name != name for m in MUTATIONS), name
    MUTATIONS.append(Mutation(
        name, make, fault, event, KINDS.get(event) if kind == SAME else kind,
        lenient))


def mutation(fault, event, kind=SAME, lenient=SAME):
    """Registers a function under its own name."""
    def keep(make):
        register(make.__name__, make, fault, event, kind, lenient)
        return make
    return keep


class Scene:
    def __init__(self):
        self.chance = Chance(SEED)
        self.good = self.play()

    def play(self, *, asked=ASKED, votes=VOTES, plan=PLAN, owners=OWNERS,
             finish=True, voters=VOTERS, **rules):
        one = made.Made(plan, asked, voters, chance=Chance(SEED),
                        rules={"paper": 3, **rules})
        for voter, choices in votes:
            one.vote(voter, choices)
        if finish:
            one.end()
            one.decrypt_all(owners)
            one.publish(paper=paper_of(asked))
        return one

    @property
    def steps(self):
        return [step.copy() for step in self.good.steps]

    @functools.cached_property
    def file(self):
        return self.good.file()

    # -- records --

    def record(self, event, i=0):
        return self.good.steps[event].data[i]

    def value(self, event, i=0):
        """The record as parsed, to be changed."""
        return records.read(self.record(event, i))

    def put(self, event, *data):
        """The archive with other records at one event, chained anew."""
        steps = self.steps
        steps[event].data = list(data)
        return archive.write(steps, made.TIME)

    def put_one(self, event, i, data):
        """One record changed; those that name it name it again."""
        all_of = list(self.record(event, j)
                      for j in range(len(self.good.steps[event].data)))
        old, all_of[i] = all_of[i], data
        for j in range(i + 1, len(all_of)):
            all_of[j] = all_of[j].replace(records.hex_hash(old).encode(),
                                          records.hex_hash(data).encode())
        return self.put(event, *all_of)

    def changed(self, event, i, change):
        value = self.value(event, i)
        return self.put_one(event, i, records.write(change(value) or value))

    # -- the chain --

    def chained(self, edit, steps=None):
        """edit(height, event) gives the event, or its bytes; what hangs on it
        hangs on what it has become."""
        entries = [("BELENIOS", archive.write_header(made.TIME))]
        parent = None
        for height, step in enumerate(steps or self.steps):
            entries += [(archive.data_name(d), d) for d in step.data]
            event = edit(height, archive.event_of(step, parent, height))
            event = event if isinstance(event, bytes) else records.write(event)
            entries.append((archive.event_name(event), event))
            parent = records.hex_hash(event)
        return pack(entries)

    def entries(self):
        return archive.entries_of(self.steps, made.TIME)

    # -- an election set up in another way, everything else done right --

    def election(self, change):
        """election.json changed, and all that follows made anew."""
        value = self.value(0)
        value = change(value) or value
        return self.again(election=records.write(value))

    def again(self, *, election=None, record=None, listed=None, votes=VOTES,
              owners=OWNERS, secrets=None, keys=None):
        """The same votes cast under other records; the committee signs the
        trustees anew if they are others."""
        good = self.good
        record = record or good.record
        if election is None:
            election = self.signed_for(record, keys) if record != good.record \
                else good.election.data
        one = made.Made.__new__(made.Made)
        one.__dict__.update(good.__dict__)
        one.trustees = trustees.Made.__new__(trustees.Made)
        one.trustees.secrets = {**good.trustees.secrets, **(secrets or {})}
        one.votes = {}
        one.set_up(election, record, listed or good.credential_record)
        for voter, choices in votes:
            one.vote(voter, choices)
        one.end()
        one.decrypt_all(owners)
        one.publish(good_counts(good), paper_of(good.election.questions))
        return one.file()

    def signed_for(self, record, keys=None, **rules):
        """election.json for other trustees: {owner: key}."""
        good = self.good
        if keys is None:
            keys = keys_of(record)
        value = records.read(good.election.data)
        value["public_key"] = str(keys.pop("all", None)
                                  or trustees.read(record, True).key)
        value["meeting"] = meeting.make(
            record, keys, good.uuid, ["choose"] * len(ASKED), own=VOTERS,
            paper=3, **rules)
        return records.write(value)

    def trustees(self, change):
        """The trustees' record changed; the committee signs it as it is."""
        value = records.read(self.good.record)
        value = change(value) or value
        return self.with_record(records.write(value))

    def with_record(self, record):
        return self.setup(election=self.signed_for(record), record=record)

    def setup(self, election=None, record=None, listed=None):
        """Another Setup, and nothing else made anew."""
        good = self.good
        return self.put(0, *made.setup_step(*(
            new if new is not None else old for new, old in (
                (election, good.election.data), (record, good.record),
                (listed, good.credential_record)))).data)

    # -- ballots --

    def ballot(self, event, change, *, voter=None, resign=True):
        """One ballot changed and signed anew by its voter."""
        value = self.value(event)
        value = change(value) or value
        if resign:
            voter = self.voter_of(event) if voter is None else voter
            return self.put(event, ballots.sign(
                value, self.good.secrets[voter], self.chance))
        return self.put(event, records.write(value))

    @staticmethod
    def voter_of(event):
        return VOTES[event - 1][0]

    def cast(self, choices, voter=0):
        """The first ballot replaced by one made for these choices."""
        return self.put(FIRST, ballots.make(
            self.good.election, self.good.secrets[voter], choices,
            self.chance))


def good_counts(good):
    return records.read(good.steps[-1].data[0])["result"]


def keys_of(record):
    """The keys by owner, without asking whether they are good ones."""
    keys = []
    for kind, value in json.loads(record):
        rows = value["verification_keys"] if kind == "Pedersen" else [value]
        keys += [int(row["public_key"]) for row in rows]
    whole = 1
    for kind, value in json.loads(record):
        parts = [json.loads(c["message"])["coefexps"][0]
                 for c in value["coefexps"]] if kind == "Pedersen" else [
                     value["public_key"]]
        for part in parts:
            whole = whole * int(part) % P
    return {**dict(enumerate(keys, 1)), "all": whole or 1}


def paper_of(asked):
    """Two valid papers of three: all for the first answer."""
    counts = [2 * (j == q.blank) for q in asked for j in range(q.positions)]
    return {"issued": 3, "returned": 3, "valid": 2, "invalid": 1,
            "counts": counts}


def pack(entries, time=made.TIME):
    return b"".join(archive.tar_entry(n, d, time) for n, d in entries)


__all__ = [name for name in dir() if not name.startswith("_")]
