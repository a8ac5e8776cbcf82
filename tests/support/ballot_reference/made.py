"""Whole elections with all their secrets, for tests to play with."""
from . import (archive, ballots, credentials, meeting, questions, records, tally,
               trustees)
from .archive import BALLOT, DECRYPTION, END, RESULT, SETUP, TALLY, Step
from .group import Chance

TIME = 1795168850


class Made:
    """An election made step by step; `steps` are what the archive holds.

    plan       of the trustees, see trustees.Made
    asked      questions.Question objects
    voters     number of credentials
    rules      what meeting.make() is told for the extra field of election.json;
               None: there is none
    """

    def __init__(self, plan, asked, voters, *, chance=None, rules=None,
                 profile=True, three=True, name="Thử bỏ phiếu kín"):
        self.chance = chance or Chance()
        self.profile = profile
        self.uuid = self.chance.text(14)
        self.trustees = trustees.Made(plan, self.chance, three)
        self.texts = [credentials.random_text(self.chance)
                      for _ in range(voters)]
        self.secrets = [credentials.secret(self.uuid, t) for t in self.texts]
        self.votes = {}
        record = self.trustees.write()
        keys = trustees.read(record, lenient=True)
        extra = None if rules is None else meeting.make(
            record, keys.keys, self.uuid, ["choose"] * len(asked),
            **{"own": voters, **rules})
        self.set_up(questions.write(self.uuid, keys.key, asked, name, "Mẫu",
                                    extra),
                    record, credentials.write(self.secrets))

    def set_up(self, election, record, credential_record):
        """Begins anew with these records, whatever they say."""
        self.election = questions.Election(election, lenient=True)
        self.record = record
        self.credential_record = credential_record
        self.steps = [setup_step(election, record, credential_record)]
        self.cast = []
        self.total = None
        self.decryptions = {}

    def vote(self, voter, choices):
        """Voter from 0."""
        self.votes[voter] = choices
        data = ballots.make(self.election, self.secrets[voter], choices,
                            self.chance)
        self.add_ballot(data)
        return data

    def add_ballot(self, data):
        self.steps.append(Step(BALLOT, data))

    def expected(self):
        """The counts that the votes put in must give."""
        return [[sum(v[i][j] for v in self.votes.values())
                 for j in range(q.positions)]
                for i, q in enumerate(self.election.questions)]

    def weights(self):
        return credentials.read(self.credential_record, lenient=True)

    def end(self, total=None):
        """Closes and tallies; `total` instead of what the ballots give."""
        self.steps.append(Step(END))
        cast = [read_ballot(s.data[0]) for s in self.steps
                if s.kind == BALLOT]
        right, count, weight = tally.total(self.election, cast, {
            b.credential: 1 for b in cast} | self.weights())
        self.total = total or right
        data = tally.write_total(self.total)
        self.steps.append(Step(TALLY, data,
                               tally.write_sized(data, count, weight)))
        self.weight = weight

    def decrypt(self, owner):
        data = tally.decrypt(self.election, owner,
                             self.trustees.secrets[owner], self.total,
                             self.chance, self.profile)
        self.decryptions[owner] = data
        self.steps.append(Step(DECRYPTION, data,
                               tally.write_owned(owner, data)))

    def decrypt_all(self, owners=None):
        for owner in owners or self.trustees.enough(self.chance):
            self.decrypt(owner)

    def counts(self):
        made = trustees.read(self.record, lenient=True)
        return tally.counts(tally.combined(made, {
            owner: factors_of(data)
            for owner, data in self.decryptions.items()}, self.total),
            max(self.weight, 10) * 4)

    def publish(self, counts=None, paper=None):
        self.steps.append(Step(RESULT, tally.write_result(
            counts or self.counts(), paper)))

    def finish(self, owners=None):
        self.end()
        self.decrypt_all(owners)
        self.publish()

    def file(self):
        return archive.write(self.steps, TIME)


def setup_step(*data):
    return Step(SETUP, *data, records.write(dict(zip(
        ("election", "trustees", "credentials"), map(records.hex_hash, data)))))


def read_ballot(data):
    """A ballot without any check, for ballots that are not good."""
    value = records.read(data)
    return ballots.Ballot(data, int(value["credential"]), [
        [(int(c["alpha"]), int(c["beta"])) for c in answer["choices"]]
        for answer in value["answers"]])


def factors_of(data):
    return [[int(f) for f in row]
            for row in records.read(data)["decryption_factors"]]


def random_vote(question, chance):
    """A valid one; blank now and then where it is allowed."""
    if question.blank and chance.number(0, 3) == 0:
        return [1] + [0] * len(question.answers)
    count = chance.number(question.low, question.high)
    marked = set()
    while len(marked) < count:
        marked.add(chance.number(0, len(question.answers) - 1))
    return [0] * question.blank + [int(i in marked)
                                   for i in range(len(question.answers))]
