"""election.json: what is asked, and what it is asked under."""
import re

from . import group, records
from .records import array, fields, integer, require, string

VERSION = 1
NAMES = ["version", "description", "name", "group", "public_key", "questions",
         "uuid", "administrator", "credential_authority", "meeting"]
OPTIONAL = ["administrator", "credential_authority", "meeting"]
UUID = re.compile(f"[{group.BASE58}]{{14,}}", re.ASCII)


class Question:
    def __init__(self, answers, low, high, text="", blank=False):
        self.answers = list(answers)
        self.low = low
        self.high = high
        self.text = text
        self.blank = blank

    @property
    def positions(self):
        return len(self.answers) + self.blank

    def as_json(self):
        blank = {"blank": True} if self.blank else {}
        return {"answers": self.answers, **blank, "min": self.low,
                "max": self.high, "question": self.text}

    def allows(self, choices):
        """Whether 0/1 values, the blank one first, are a valid vote."""
        if len(choices) != self.positions or set(choices) - {0, 1}:
            return False
        if self.blank and choices[0]:
            return sum(choices) == 1
        return self.low <= sum(choices) <= self.high


def read_question(value, lenient=False):
    fields(value, ["answers", "blank", "min", "max", "question"], ["blank"],
           lenient)
    answers = [string(a) for a in array(value["answers"])]
    blank = value.get("blank", False)
    require(blank is True or "blank" not in value or
            (lenient and blank is False), "wrong_field", "blank")
    low = integer(value["min"], word="question")
    high = integer(value["max"], word="question")
    string(value["question"])
    require(answers, "question", "no answers")
    require(low <= high <= len(answers), "question", f"{low}..{high}")
    return Question(answers, low, high, value["question"], blank)


class Election:
    """election.json as read or made: the exact bytes and what they say."""

    def __init__(self, data, lenient=False):
        self.data = data
        self.fingerprint = records.base64_hash(data)
        value = fields(records.read(data, lenient), NAMES, OPTIONAL,
                       lenient)
        require(integer(value["version"]) == VERSION, "election", "version")
        for name in ("name", "description", *OPTIONAL[:2]):
            string(value.get(name, ""))
        self.uuid = string(value["uuid"])
        require(UUID.fullmatch(self.uuid) is not None, "election", "uuid")
        require(string(value["group"]) == group.NAME, "group")
        self.key = records.key(value["public_key"])
        group.prepare(self.key)
        self.questions = [self._question(q, lenient)
                          for q in array(value["questions"])]
        require(self.questions, "question", "none")
        self.meeting = value.get("meeting")
        require("meeting" not in value or isinstance(self.meeting, dict),
                "meeting_fields")

    @staticmethod
    def _question(value, lenient):
        if isinstance(value, dict) and "type" in value:
            raise records.Fault("question", "not homomorphic")
        return read_question(value, lenient)


def write(uuid, key, questions, name="Thử", description="", meeting=None):
    value = {"version": VERSION, "description": description, "name": name,
             "group": group.NAME, "public_key": str(key),
             "questions": [q.as_json() for q in questions], "uuid": uuid}
    if meeting is not None:
        value["meeting"] = meeting
    return records.write(value)
