"""make DIR: writes a random election and its secrets; verify FILE: checks one.

    python3 -m ballot_reference make DIR [--seed N] [--voters N] [--plan PLAN]
        PLAN: trustees, "single" or T-of-N, joined by commas
    python3 -m ballot_reference verify FILE [--belenios]

verify prints JSON: {"valid":true,...} and exits with 0 (complete) or 3 (so
far); {"valid":false,"fault":...,"event":...,"kind":...} and exits with 1.
"""
import argparse
import json
import pathlib
import sys

from . import made, records, verify
from .group import Chance
from .questions import Question

COMPLETE, INVALID, SO_FAR = 0, 1, 3


def plan_of(text):
    plan = []
    for word in text.split(","):
        threshold, _, size = word.partition("-of-")
        plan.append("single" if word == "single"
                    else (int(threshold), int(size)))
    return plan


def make(options):
    chance = Chance(options.seed)
    asked = [Question(["Đồng ý", "Không đồng ý"], 1, 1, "Thông qua?"),
             Question(["A", "B", "C"], 1, 2, "Bầu tối đa 2", blank=True)]
    election = made.Made(plan_of(options.plan), asked, options.voters,
                         chance=chance)
    for voter in range(options.voters - 1):
        election.vote(voter, [made.random_vote(q, chance) for q in asked])
    election.finish()
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{election.uuid}.bel").write_bytes(election.file())
    (folder / "secrets.json").write_text(json.dumps({
        "uuid": election.uuid, "credentials": election.texts,
        "votes": election.votes, "expected": election.expected(),
        "trustees": {o: str(x) for o, x in election.trustees.secrets.items()}}))
    return COMPLETE


def check(options):
    try:
        report = verify.verify(pathlib.Path(options.file).read_bytes(),
                               options.belenios)
    except records.Fault as fault:
        print(json.dumps({"valid": False, "fault": fault.word,
                          "event": fault.event, "kind": fault.kind,
                          "detail": str(fault.detail)}))
        return INVALID
    print(json.dumps({
        "valid": True, "complete": report.is_complete,
        "events": report.events, "head": report.head,
        "uuid": report.election and report.election.uuid,
        "ballots": [b.tracker for b in report.ballots],
        "counted": report.count, "result": report.result}))
    return COMPLETE if report.is_complete else SO_FAR


def main():
    parser = argparse.ArgumentParser(prog="ballot_reference")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("make")
    command.add_argument("folder")
    command.add_argument("--seed", type=int)
    command.add_argument("--voters", type=int, default=4)
    command.add_argument("--plan", default="single,2-of-3")
    command.set_defaults(run=make)
    command = commands.add_parser("verify")
    command.add_argument("file")
    command.add_argument("--belenios", action="store_true")
    command.set_defaults(run=check)
    options = parser.parse_args()
    return options.run(options)


sys.exit(main())
