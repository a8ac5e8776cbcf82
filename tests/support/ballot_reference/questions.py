"""election.json: what is asked, and what it is asked under."""
import re

from . import group, meeting, records
from .records import array, fields, integer, require, shown, string

VERSION = 1
NAMES = ["version", "description", "name", "group", "public_key", "questions",
         "uuid", "administrator", "credential_authority", "meeting"]
OPTIONAL = ["administrator", "credential_authority", "meeting"]
UUID = re.compile(f"[{group.BASE58}]{{14,64}}", re.ASCII)
MAX_QUESTIONS = MAX_ANSWERS = 200


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
    if isinstance(value, dict) and "type" in value:
        raise records.Fault("not_homomorphic")
    fields(value, ["answers", "blank", "min", "max", "question"], ["blank"],
           lenient)
    answers = [shown(a, lenient=lenient) for a in array(value["answers"])]
    blank = value.get("blank", False)
    require(blank is True or "blank" not in value or
            (lenient and blank is False), "wrong_field", "blank")
    low = integer(value["min"], high=2**32 - 1)
    high = integer(value["max"], high=2**32 - 1)
    shown(value["question"], lines=True, lenient=lenient)
    require(0 < len(answers) <= MAX_ANSWERS, "question", "answers")
    require(low <= high <= len(answers) and high > 0, "question",
            f"{low}..{high}")
    return Question(answers, low, high, value["question"], blank)


class Election:
    """election.json as read or made: the exact bytes and what they say."""

    def __init__(self, data, lenient=False):
        self.data = data
        self.fingerprint = records.base64_hash(data)
        value = fields(records.read(data), NAMES, OPTIONAL, lenient)
        require(integer(value["version"]) == VERSION, "election", "version")
        shown(value["description"], lines=True, lenient=lenient)
        for name in ("name", *OPTIONAL[:2]):
            shown(value.get(name, ""), lenient=lenient)
        require(string(value["group"]) == group.NAME, "group")
        self.key = records.element(value["public_key"])
        self.questions = [read_question(q, lenient)
                          for q in array(value["questions"])]
        require(0 < len(self.questions) <= MAX_QUESTIONS, "question", "number")
        self.uuid = string(value["uuid"])
        require(UUID.fullmatch(self.uuid) is not None, "election", "uuid")
        self.meeting = value.get("meeting")
        if "meeting" in value and not lenient:
            meeting.check_form(self.meeting, self.questions)
        group.prepare(self.key)


def write(uuid, key, questions, name="Thử", description="", extra=None):
    value = {"version": VERSION, "description": description, "name": name,
             "group": group.NAME, "public_key": str(key),
             "questions": [q.as_json() for q in questions], "uuid": uuid}
    if extra is not None:
        value["meeting"] = extra
    return records.write(value)
