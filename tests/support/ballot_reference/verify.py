"""The verifier: a whole archive, in our profile or (lenient) as belenios-tool
makes them. Raises records.Fault at the first thing that is wrong."""
from . import (archive, ballots, credentials, meeting, questions, records, tally,
               trustees)
from .archive import BALLOT, DECRYPTION, END, RESULT, SETUP, TALLY
from .records import fields, require

MAX_BALLOTS = 5  # of one credential
MOST_RECORDS = max(archive.RECORD_COUNT.values())  # before one event
# What may come after an event of each type.
NEXT = {None: [SETUP], SETUP: [BALLOT, END], BALLOT: [BALLOT, END],
        END: [TALLY], TALLY: [DECRYPTION], DECRYPTION: [DECRYPTION, RESULT],
        RESULT: []}


class Report:
    """What the archive says, as far as it goes."""

    def __init__(self):
        self.election = None
        self.trustees = None
        self.weights = {}
        self.ballots = []
        self.total = None
        self.count = self.weight = 0
        self.decryptions = {}
        self.result = None
        self.head = None
        self.events = 0
        self.last = None

    @property
    def is_complete(self):
        return self.last == RESULT


def verify(data, lenient=False):
    """Report of an archive's bytes."""
    return Verifier(lenient).run(data)


class Verifier:
    def __init__(self, lenient):
        self.lenient = lenient
        self.report = Report()
        self.pending = []
        self.kind = None
        self.seen = set()

    def run(self, data):
        try:
            self._run(data)
        except records.Fault as fault:
            if fault.event is None:
                fault.event = self.report.events
                fault.kind = self.kind
            raise
        return self.report

    def _run(self, data):
        time = None
        for entry in archive.entries(data):
            self.kind = None
            if time is None:
                time = archive.read_first(entry)
                continue
            archive.check_entry(entry, time)
            hash_part, _, rest = entry.name.partition(".")
            require(rest in ("data.json", "event.json")
                    and hash_part == records.hex_hash(entry.data),
                    "name_is_not_hash", entry.name)
            if rest == "data.json":
                require(len(self.pending) < MOST_RECORDS,
                        "unreferenced_record")
                self.pending.append(entry.data)
            else:
                self._event(entry.data)
        require(time is not None, "archive_header", "empty")
        require(not self.pending, "unreferenced_record")

    def _event(self, data):
        event = archive.read_event(data)
        report = self.report
        kind = event["type"]
        self.kind = kind if kind in archive.TYPES else None
        require(kind not in ("Shuffle", "EndShuffles"), "not_homomorphic")
        require(report.last != RESULT, "more_after_result")
        require(kind in NEXT[report.last], "event_order", kind)
        records_of_event, self.pending = self.pending, []
        archive.check_event(event, kind, records_of_event, report.events,
                            report.head)
        getattr(self, f"_on_{kind}")(*records_of_event)
        report.head = records.hex_hash(data)
        report.events += 1
        report.last = kind
        self.kind = None

    # -- the events --

    def _on_Setup(self, election, trustee_record, credential_record, setup):
        report = self.report
        value = fields(records.read(setup),
                       ["election", "trustees", "credentials"], (),
                       self.lenient)
        for name, data in (("election", election),
                           ("trustees", trustee_record),
                           ("credentials", credential_record)):
            require(records.hash_text(value[name]) == records.hex_hash(data),
                    "setup_hash", name)
        report.election = questions.Election(election, self.lenient)
        report.trustees = trustees.read(trustee_record, self.lenient)
        require(report.election.key == report.trustees.key, "election_key")
        if not self.lenient and report.election.meeting is not None:
            meeting.check(report.election.meeting, report.election.uuid,
                          trustee_record, report.trustees.keys)
        report.weights = credentials.read(credential_record, self.lenient)
        if not self.lenient and report.election.meeting is not None:
            meeting.check_count(report.election.meeting, len(report.weights))

    def _on_Ballot(self, data):
        report = self.report
        ballot = ballots.check(data, report.election, report.weights)
        require(data not in self.seen, "replay")
        self.seen.add(data)
        report.ballots.append(ballot)
        rules = report.election.meeting or {}
        most = 1 if rules.get("revote") is False else MAX_BALLOTS
        mine = [b for b in report.ballots if b.credential == ballot.credential]
        require(self.lenient or len(mine) <= most, "too_often")

    def _on_EndBallots(self):
        report = self.report
        report.total, report.count, report.weight = tally.total(
            report.election, report.ballots, report.weights)

    def _on_EncryptedTally(self, total, sized):
        report = self.report
        tally.check_total(total, report.total, self.lenient)
        tally.check_sized(sized, total, report.count, report.weight,
                          self.lenient)

    def _on_PartialDecryption(self, data, owned):
        report = self.report
        owner = tally.check_owned(owned, data, report.trustees.keys,
                                  report.decryptions, self.lenient)
        report.decryptions[owner] = tally.check_decryption(
            data, report.election, owner, report.trustees.keys[owner],
            report.total, self.lenient)

    def _on_Result(self, data):
        report = self.report
        plain = tally.combined(report.trustees, report.decryptions,
                               report.total)
        require(plain is not None, "too_few_decryptions")
        report.result = tally.check_result(data, plain, report.weight,
                                           self.lenient)
