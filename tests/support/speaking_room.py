#!/usr/bin/python3
"""Three members of a meeting that goes on while a server is mistreated.

The chair speaks all the time, the floor goes round between the two others, and
all three vote on one motion after the other. A process of its own, so that
nothing but the server can hold it up.

stdin: one line of JSON {"port", "fingerprint", "meeting", "people": [device,
device, device]} (Device.state(), the chair first; all are admitted already and
the meeting is open), then "report" as often as wanted, then the end.
stdout: "ready", and for each "report" a line of JSON: what was sent and heard
since the one before, how many events each holds, and the head they agree on.
"""
import json
import os
import pathlib
import select
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import slot_of  # noqa: E402
from wire_client import (Device, WireClient, WireError,  # noqa: E402
                         audio_frame)

FRAME_S = 0.02
TURN_S = 0.5
LATE_S = 20.0  # what has not come after so long is lost


class Room:
    def __init__(self, setup):
        self.meeting = setup["meeting"]
        self.people = []
        for state in setup["people"]:
            client = WireClient(setup["port"], Device.of_state(state),
                                fingerprint=setup["fingerprint"]).login()
            if client.join(self.meeting) != "joined":
                raise WireError("not admitted")
            client.slot = slot_of(client, self.meeting)
            client.sequence = 0
            client.heard = {}  # slot -> frames
            self.people.append(client)
        self.chair = self.people[0]
        self.speaking = {0}
        self.votes = 0
        self.next_frame = time.monotonic()
        self.parts = [self.go_round(), self.vote()]

    # -- what goes on, step by step: each `yield` waits for a condition --

    def answered(self, client, number):
        return lambda: number in client.answers

    def take(self, client, number):
        answer = client.answers.pop(number)
        if not answer.get("ok"):
            raise WireError(f"refused in the room: {answer}")
        return answer

    def go_round(self):
        while True:
            for index in (1, 2):
                speaker = self.people[index]
                number = self.chair.command("give_floor", self.meeting,
                                            member=speaker.device.holder)
                yield self.answered(self.chair, number)
                seq = self.take(self.chair, number)["seq"]
                yield lambda: len(speaker.log(self.meeting).events) > seq
                self.speaking.add(index)
                end = time.monotonic() + TURN_S
                yield lambda: time.monotonic() >= end
                self.speaking.discard(index)
                # All that was said is heard before the floor goes on.
                number = speaker.request("ping")
                yield self.answered(speaker, number)
                self.take(speaker, number)

    def vote(self):
        while True:
            number = self.chair.command("start_vote", self.meeting,
                                        motion="Đề nghị biểu quyết")
            yield self.answered(self.chair, number)
            answer = self.take(self.chair, number)
            vote, seq = answer["made"], answer["seq"]
            numbers = []
            for client, choice in zip(self.people, ("yes", "yes", "no")):
                yield lambda: len(client.log(self.meeting).events) > seq
                numbers.append((client, client.command(
                    "vote", self.meeting, vote=vote, choice=choice)))
            for client, number in numbers:
                yield self.answered(client, number)
                self.take(client, number)
            number = self.chair.command("close_vote", self.meeting, vote=vote)
            yield self.answered(self.chair, number)
            seq = self.take(self.chair, number)["seq"]
            result = self.chair.log(self.meeting).parsed(seq)
            if (result["yes"], result["no"]) != (2, 1):
                raise WireError(f"three voted, but {result}")
            self.votes += 1
            end = time.monotonic() + TURN_S
            yield lambda: time.monotonic() >= end

    # -- running --

    def speak(self):
        now = time.monotonic()
        if now < self.next_frame:
            return
        self.next_frame = max(self.next_frame + FRAME_S, now - FRAME_S)
        for index in self.speaking:
            client = self.people[index]
            client.send_binary(audio_frame(client.slot, client.sequence,
                                           bytes([index]) * 60))
            client.sequence += 1

    def pump(self):
        for client in self.people:
            client.pump()
            for slot, _, _ in client.audio:
                client.heard[slot] = client.heard.get(slot, 0) + 1
            client.audio.clear()
            if client.is_over:
                raise WireError(f"closed with {client.close_code}")
            if client.errors:
                raise WireError(f"errors in the room: {client.errors}")

    def step(self):
        self.pump()
        for index, part in enumerate(self.parts):
            if self.conditions[index]():
                self.conditions[index] = next(part)
        self.speak()

    def begin(self):
        self.conditions = [next(part) for part in self.parts]

    def wait(self, seconds):
        left = min(seconds, self.next_frame - time.monotonic())
        ready, _, _ = select.select([*self.people, 0], [], [], max(0, left))
        return 0 in ready

    def missing(self):
        """(speaker, listener) -> frames that should have been heard and were
        not."""
        return {(speaker.slot, listener.slot):
                speaker.sequence - listener.heard.get(speaker.slot, 0)
                for speaker in self.people for listener in self.people
                if speaker is not listener}

    def report(self):
        """Nothing new is said until all that was said and done is here."""
        logs = [client.log(self.meeting) for client in self.people]
        end = time.monotonic() + LATE_S
        while time.monotonic() < end and (
                any(self.missing().values())
                or len({log.head for log in logs}) > 1):
            self.pump()
            select.select(self.people, [], [], 0.01)
        slots = {client.slot for client in self.people}
        report = {"sent": sum(c.sequence for c in self.people),
                  "lost": sum(n for n in self.missing().values() if n > 0),
                  "extra": -sum(n for n in self.missing().values() if n < 0),
                  "votes": self.votes,
                  "missing": {f"{speaker} by {listener}": count
                              for (speaker, listener), count
                              in self.missing().items() if count},
                  "events": [len(log.events) for log in logs],
                  "heads": sorted({log.head.hex() for log in logs}),
                  "strange_slots": sorted({slot for c in self.people
                                           for slot in c.heard} - slots)}
        for client in self.people:
            client.sequence = 0
            client.heard.clear()
        self.votes = 0
        return report


def main():
    room = Room(json.loads(sys.stdin.buffer.readline()))
    room.begin()
    print("ready", flush=True)
    while True:
        room.step()
        if room.wait(0.05):
            line = os.read(0, 4096)
            if not line:
                break
            print(json.dumps(room.report()), flush=True)
    for client in room.people:
        client.close()


if __name__ == "__main__":
    main()
