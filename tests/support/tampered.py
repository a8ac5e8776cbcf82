"""Everything that can be done to a record, with what chibo-verify has to say of
each: the same list for the program itself and for builds of it in which one
check was left out.
"""
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402
from wire_client import act_terms, seal, text  # noqa: E402

COMPLETE, INVALID, UNUSABLE, SO_FAR = 0, 1, 2, 3
FLIPS_PER_EVENT = 4


def encode(event):
    """A changed event, in the only spelling that is taken."""
    return json.dumps(event, ensure_ascii=False,
                      separators=(",", ":")).encode()


def heads_of(events):
    heads = []
    for seq, raw in enumerate(events):
        heads.append(forms.link(heads[-1] if heads else None, seq,
                                forms.leaf(raw)))
    return heads


class Case:
    """Files as they are given, and what has to come of them. `fault` None: it
    need not be one of a kind."""

    def __init__(self, name, exit_code, fault=None, seq=None, *, events=None,
                 openings=None, register=None, register_openings=None,
                 file_bytes=None, arguments=(), snapshot=None):
        self.name = name
        self.exit_code = exit_code
        self.fault = fault
        self.seq = seq
        self.events = events
        self.openings = openings
        self.register = register
        self.register_openings = register_openings
        self.file_bytes = file_bytes
        self.arguments = list(arguments)
        self.snapshot = snapshot


class Tampering:
    def __init__(self, meeting, register, devices, directory):
        self.meeting = meeting
        self.register = register
        self.devices = devices
        self.directory = pathlib.Path(directory)
        self.random = random.Random(20261128)

    # -- running --

    def run(self, binary, case):
        """(exit code, what the program says as JSON or None, stderr)"""
        path = self.directory / "log"
        self.meeting.write(path, case.events, case.openings)
        if case.file_bytes is not None:
            path.write_bytes(case.file_bytes)
        other = self.register.write(self.directory / "register", case.register,
                                    case.register_openings)
        done = subprocess.run(
            [binary, path, "--register", other, "--json", "--language", "en",
             *map(str, case.arguments)], capture_output=True, timeout=60,
            stdin=subprocess.DEVNULL)
        out = done.stdout.decode()
        return (done.returncode, json.loads(out) if out.strip() else None,
                done.stderr.decode())

    def misfit(self, binary, case):
        """What differs from the expectation, or None."""
        code, said, errors = self.run(binary, case)
        failure = (said or {}).get("failure") or {}
        found = (code, failure.get("fault"), failure.get("seq"))
        wanted = case.exit_code if isinstance(case.exit_code, tuple) else \
            (case.exit_code,)
        if (code in wanted
                and case.fault in (None, failure.get("fault"))
                and case.seq in (None, failure.get("seq"))
                and case.snapshot in (None, failure.get("snapshot"))):
            return None
        return f"{case.name}: {found} {failure} {errors}"

    # -- helpers --

    def changed(self, seq, change):
        """The events with one of them changed, in canonical spelling."""
        event = self.meeting.parsed(seq)
        change(event)
        events = list(self.meeting.events)
        events[seq] = encode(event)
        return events

    def seq_of(self, name, where=lambda event: True):
        return self.meeting.find(name, where)["seq"]

    def register_seq(self, name, where=lambda event: True):
        return self.register.find(name, where)["seq"]

    def changed_register(self, seq, change):
        event = self.register.parsed(seq)
        change(event)
        events = list(self.register.events)
        events[seq] = encode(event)
        return events

    def forged(self, count, name, fields, *, op, holder, request=9000,
               seen=None, device=None, texts=(), head=None):
        """A prefix of `count` events and one more, with an act that a real
        device signs over it."""
        events = self.meeting.events[:count]
        seen = count - 1 if seen is None else seen
        head = self.meeting.heads[seen] if head is None else head
        device = device or self.devices[holder]
        body = dict(fields)
        for field in texts:
            body[field] = seal(self.meeting.id, field, body[field])
        subject, value = act_terms(op, self.meeting.id, body)
        sig = device.sign("act", self.meeting.id, text(holder), text(op),
                          forms.number(request), text(subject), text(value),
                          forms.number(seen), head)
        body = {k: {"c": v["c"]} if isinstance(v, dict) else v
                for k, v in body.items()}
        event = {"seq": count, "n": "00" * 16,
                 "at": self.meeting.parsed(count - 1)["at"], "ev": name, **body,
                 "act": {"member": holder, "device": device.key.hex(),
                         "op": op, "request": request, "subject": subject,
                         "value": value, "seen": seen, "head": head.hex(),
                         "sig": sig.hex()}}
        return events + [encode(event)]

    # -- the list --

    def cases(self):
        """What is hard to find first: a build without a check fails soon."""
        yield from self.acts()
        yield from self.results()
        yield from self.checkpoints()
        yield from self.snapshots()
        yield from self.statements()
        yield from self.openings_cases()
        yield from self.outside()
        yield from self.spelling()
        yield from self.structure()
        yield from self.flips()

    def acts(self):
        opened = self.seq_of("opened") + 1
        started = self.seq_of("vote_started")
        chats = [self.seq_of("chat_said", lambda e, h=h: e["holder"] == h)
                 for h in ("m3", "m4")]

        def bit(event):
            event["act"]["sig"] = flip_hex(event["act"]["sig"])
        for name in ("opened", "roll_confirmed", "chat_said", "vote_cast",
                     "hall_votes_entered", "vote_closed", "closed"):
            seq = self.seq_of(name)
            yield Case(f"a bit of the signature of {name}", INVALID, "act",
                       seq, events=self.changed(seq, bit))
            yield Case(f"{name} without its act", INVALID, "act", seq,
                       events=self.changed(seq, lambda e: e.update(act=None)))
        yield Case("the act of another chat", INVALID, "act", chats[1],
                   events=self.changed(chats[1], lambda e: e.update(
                       act=self.meeting.parsed(chats[0])["act"])))
        yield Case("another choice than the one signed", INVALID, "act", None,
                   events=self.changed(self.seq_of("vote_cast"), lambda e:
                                       e.update(choice="no")))
        yield Case("another text than the one signed", INVALID, "act",
                   chats[0], openings=[], events=self.changed(chats[0], lambda e: e.update(
                       text={"c": "ab" * 32})))
        yield Case("another voter than the signer", INVALID, "act", None,
                   events=self.changed(self.seq_of("vote_cast"), lambda e:
                                       e.update(member="m4")))

        # An act of a real device, at a place where it does not belong.
        again = self.meeting.parsed(chats[0])
        again["seq"] = chats[1] + 1
        again["at"] = self.meeting.parsed(chats[1])["at"]
        yield Case("an act that is used a second time", INVALID, "act_again",
                   chats[1] + 1, openings=[],
                   events=self.meeting.events[:chats[1] + 1] + [encode(again)])
        yield Case("a member adjourns the meeting", INVALID, "act_role",
                   opened, openings=[], events=self.forged(
                       opened, "adjourned", {}, op="adjourn_meeting",
                       holder="m4"))
        yield Case("the chair really adjourns it", SO_FAR, openings=[],
                   events=self.forged(opened, "adjourned", {},
                                      op="adjourn_meeting", holder="m1"))
        yield Case("a device votes that nobody vouched for", INVALID,
                   "act_vouched", started + 1, openings=[],
                   events=self.forged(
                       started + 1, "vote_cast",
                       {"vote": "v1", "member": "m5", "choice": "yes"},
                       op="vote", holder="m5"))
        yield Case("a vote that was signed before the vote began", INVALID,
                   "act_early", started + 1, openings=[],
                   events=self.forged(
                       started + 1, "vote_cast",
                       {"vote": "v1", "member": "m4", "choice": "yes"},
                       op="vote", holder="m4", seen=opened))
        yield Case("a revoked device speaks", INVALID, "act", None,
                   openings=[], events=self.forged(
                       self.seq_of("closed"), "chat_said",
                       {"holder": "m5", "text": "Tôi còn đây."}, op="chat",
                       holder="m5", texts=["text"]))
        yield Case("the device of another speaks", INVALID, "act", opened,
                   openings=[], events=self.forged(
                       opened, "chat_said", {"holder": "m3", "text": "Không."},
                       op="chat", holder="m3", device=self.devices["m4"],
                       texts=["text"]))
        # The signature is good, what it was given over is another history.
        yield Case("an act over another history", INVALID, "act_head", opened,
                   openings=[], events=self.forged(
                       opened, "adjourned", {}, op="adjourn_meeting",
                       holder="m1", head=bytes(32)))
        # Whatever no device signs is covered by those that come behind it.
        for name in ("connected", "hand_raised", "floor_ended", "knocked"):
            seq = self.seq_of(name)
            yield Case(f"{name} with another nonce", INVALID, "act_head", None,
                       events=self.changed(seq, lambda e: e.update(
                           n="11" * 16)))

    def results(self):
        seq = self.seq_of("vote_closed")

        def case(name, fault, **changes):
            return Case(name, INVALID, fault, seq, events=self.changed(
                seq, lambda e: e.update(changes)))
        event = self.meeting.parsed(seq)
        yield case("a vote more against", "state", no=event["no"] + 1)
        yield case("a vote more in favour, which makes it pass", "result",
                   yes=event["yes"] + 1)
        yield case("another number of members", "denominator",
                   denominator=event["denominator"] - 1)
        yield case("a result that does not follow", "result",
                   passed=not event["passed"])
        yield case("an easier test, with the old result", "result",
                   test="3*yes > D")
        hall = self.seq_of("hall_votes_entered")
        yield Case("more votes of a hall than members ticked", INVALID,
                   events=self.changed(hall, lambda e: e.update(no=2)))
        roll = self.seq_of("roll_confirmed")
        yield Case("a roll that was not there", INVALID, "state", roll,
                   events=self.changed(roll, lambda e: e.update(
                       official_present=e["official_present"] + 1)))

    def checkpoints(self):
        points = [e for e in map(json.loads, self.meeting.events)
                  if e["ev"] == "checkpoint"]
        first, second = points[0], points[1]
        for point in points:
            seq = point["seq"]
            yield Case(f"the server's signature at {seq} by a bit", INVALID,
                       "checkpoint_server", seq, events=self.changed(
                           seq, lambda e: e.update(sig=flip_hex(e["sig"]))))
            for row in range(len(point["signers"])):
                def turn(event, row=row):
                    entry = event["signers"][row]
                    entry["sig"] = flip_hex(entry["sig"])
                yield Case(f"signature {row} at {seq} by a bit", INVALID,
                           "checkpoint_signer", seq,
                           events=self.changed(seq, turn))
            yield Case(f"another head at {seq}", INVALID, "checkpoint_head",
                       seq, events=self.changed(seq, lambda e: e.update(
                           head=flip_hex(e["head"]))))
            yield Case(f"another place at {seq}", INVALID, "checkpoint_head",
                       seq, events=self.changed(seq, lambda e: e.update(
                           upto=e["upto"] - 1)))
            yield Case(f"another reason at {seq}", INVALID,
                       "checkpoint_server", seq, events=self.changed(
                           seq, lambda e: e.update(reason="periodic")))
        seq = second["seq"]
        yield Case("the server's signature of an earlier checkpoint", INVALID,
                   "checkpoint_server", seq, events=self.changed(
                       seq, lambda e: e.update(sig=first["sig"])))
        yield Case("a device's signature of an earlier checkpoint", INVALID,
                   "checkpoint_signer", seq, events=self.changed(
                       seq, lambda e: e["signers"][0].update(
                           sig=first["signers"][0]["sig"])))
        yield Case("a signature in the name of another", INVALID, None, seq,
                   events=self.changed(seq, lambda e: e["signers"][0].update(
                       holder="m3")))
        # Rightly signed, by whom may not say it.
        yield Case("a member signs as minute-taker", INVALID,
                   "checkpoint_role", seq, events=self.signed_again(
                       second, "m4", "minute-taker"))
        yield Case("a member signs as himself", INVALID, "act_head", None,
                   events=self.signed_again(second, "m4", "member",
                                            nonce="22" * 16))
        last = points[-1]
        dropped = self.devices["m5"]
        yield Case("a revoked device signs the closing", INVALID,
                   "checkpoint_revoked", last["seq"], events=self.changed(
                       last["seq"], lambda e: e["signers"].append(
                           self.signer(last, "m5", dropped, "member"))))
        yield Case("the closing checkpoint with a signer left out", INVALID,
                   "ended", None, events=self.changed(
                       last["seq"], lambda e: e["signers"].pop()))

    def signer(self, point, holder, device, role):
        sig = device.sign("checkpoint", self.meeting.id, text(role),
                          text(point["reason"]), forms.number(point["upto"]),
                          bytes.fromhex(point["head"]))
        return {"holder": holder, "device": device.key.hex(), "role": role,
                "sig": sig.hex()}

    def signed_again(self, point, holder, role, nonce=None):
        def change(event):
            rows = [r for r in event["signers"] if r["holder"] != holder]
            event["signers"] = rows + [self.signer(
                point, holder, self.devices[holder], role)]
            if nonce:
                event["n"] = nonce
        return self.changed(point["seq"], change)

    def snapshots(self):
        def swap(event):
            one, other = event["roster"][0], event["roster"][1]
            one["devices"], other["devices"] = (other["devices"],
                                                one["devices"])

        def genesis(name, change, words):
            return Case(name, INVALID, "snapshot", 0, snapshot=words,
                        openings=[], events=self.changed(0, change))
        yield genesis("two members' keys in each other's place", swap,
                      "a device is not this holder's, or was revoked")
        yield genesis("a key of nobody", lambda e: e["roster"][2]["devices"][
            0].update(device="ab" * 32),
            "a device is not this holder's, or was revoked")
        yield genesis("a device left out", lambda e: e["roster"][2].update(
            devices=[]), "a device is left out")
        yield genesis("a member left out", lambda e: e["roster"].pop(),
                      "somebody is left out")
        yield genesis("a voucher that was not", lambda e: e["roster"][4][
            "devices"][0].update(vouched_by="m1,m2"),
            "others vouched for the device")
        yield genesis("a founding device as any other", lambda e: e["roster"][
            0]["devices"][0].update(founding=False),
            "the device is marked founding, or not, against the register")
        yield genesis("another right to vote", lambda e: e["roster"][4].update(
            category="probationary"), "the category is another")
        yield genesis("another keeper of the hall", lambda e: e["sites"][
            0].update(keeper="m1"), "the keeper is another")
        yield genesis("another server", lambda e: e.update(server="ab" * 32),
                      "the server's key is another")
        yield genesis("another chair", lambda e: e.update(chair="m3"),
                      "the chair is another than called")
        yield genesis("another head of the register", lambda e: e.update(
            register_head=flip_hex(e["register_head"])),
            "the register's head is another")
        seq = self.seq_of("roster_changed", lambda e: any(
            not row["devices"] for row in e["roster"]))
        yield Case("a revocation that is left out", INVALID, "snapshot", seq,
                   snapshot="a device is not this holder's, or was revoked",
                   openings=[], events=self.changed(seq, lambda e: e.update(
                       roster=[])))
        yield Case("another nonce of the genesis", INVALID, None, openings=[],
                   events=self.changed(0, lambda e: e.update(n="00" * 16)))
        yield Case("only the genesis, and that another", INVALID, "began", 0,
                   openings=[], events=self.changed(0, lambda e: e.update(
                       n="00" * 16))[:1])

    def statements(self):
        def case(name, fault, seq, change):
            return Case(name, INVALID, fault, seq,
                        register=self.changed_register(seq, change))
        for name in ("device_enrolled", "device_vouched", "device_added",
                     "device_revoked"):
            seq = self.register_seq(name)
            yield case(f"a bit of the statement of {name}", "statement", seq,
                       lambda e: e.update(sig=flip_hex(e["sig"])))
            if name != "device_enrolled":
                yield case(f"{name} over another head", "statement_head", seq,
                           lambda e: e.update(head=flip_hex(e["head"])))
                yield case(f"{name} over a later head", "statement_head", seq,
                           lambda e: e.update(seen=e["seq"]))
        seq = self.register_seq("device_vouched")
        yield case("another way of comparing", "statement", seq,
                   lambda e: e.update(how="voice"))
        yield case("another voucher", "statement", seq,
                   lambda e: e.update(by="m3"))
        seq = self.register_seq("device_enrolled")
        yield case("an enrolment over another connection", "statement", seq,
                   lambda e: e.update(exporter="00" * 32))
        seq = self.register_seq("meeting_began")
        yield Case("another beginning in the register", INVALID, None,
                   register=self.changed_register(seq, lambda e: e.update(
                       head=flip_hex(e["head"]))))
        seq = self.register_seq("meeting_ended")
        yield Case("another end in the register", INVALID, "ended", None,
                   register=self.changed_register(seq, lambda e: e.update(
                       head=flip_hex(e["head"]))))
        seq = self.register_seq("member_added")
        yield Case("a register with an event changed", INVALID,
                   "statement_head", None, register_openings=[],
                   register=self.changed_register(seq, lambda e: e.update(
                       n="00" * 16)))
        yield Case("a register that ends too early", SO_FAR,
                   register=self.register.events[:10], register_openings=[])
        yield Case("a meeting for a register", UNUSABLE,
                   register=self.meeting.events, register_openings=[])

    def openings_cases(self):
        openings = self.meeting.openings

        def replaced(i, change):
            frame = json.loads(openings[i])
            change(frame)
            return openings[:i] + [encode(frame)] + openings[i + 1:]
        for i in range(len(openings)):
            yield Case(f"another text in opening {i}", INVALID, "opening",
                       openings=replaced(i, lambda f: f.update(
                           value=f["value"] + "!")))
        yield Case("another salt", INVALID, "opening", openings=replaced(
            3, lambda f: f.update(salt=flip_hex(f["salt"]))))
        yield Case("an opening of another field", INVALID, "opening",
                   openings=replaced(0, lambda f: f.update(field="place")))
        yield Case("an opening of no field", INVALID, "opening",
                   openings=replaced(0, lambda f: f.update(field="nichts")))
        yield Case("an opening of no event", INVALID, "opening",
                   openings=replaced(0, lambda f: f.update(open=9999)))
        yield Case("a line that is no opening", INVALID, "opening_line",
                   openings=openings + [b"{}"])
        yield Case("the same opening twice", COMPLETE,
                   openings=openings + openings[:1])
        yield Case("no openings", COMPLETE, openings=[])
        yield Case("half of the openings", COMPLETE, openings=openings[::2])

    def outside(self):
        heads = self.meeting.heads
        end = len(heads) - 1
        for seq in (0, end // 2, end):
            yield Case(f"the head at {seq}", COMPLETE,
                       arguments=["--head", f"{seq}:{heads[seq].hex()}"])
            yield Case(f"another head at {seq}", INVALID, "head", seq,
                       arguments=["--head", f"{seq}:{flip_hex(heads[seq].hex())}"])
        yield Case("a head behind the end", INVALID, "anchor_beyond", end + 1,
                   arguments=["--head", f"{end + 1}:{'ab' * 32}"])
        half = self.meeting.events[:end // 2]
        yield Case("a head behind a part", SO_FAR, openings=[], events=half,
                   arguments=["--head", f"{end}:{heads[end].hex()}"])
        good = self.anchors("good", [
            f"genesis {heads[0].hex()}", f"last {end} {heads[end].hex()}"])
        bad = self.anchors("bad", [
            f"genesis {heads[0].hex()}",
            f"last {end - 3} {flip_hex(heads[end - 3].hex())}"])
        yield Case("anchors that agree", COMPLETE, arguments=["--anchor", good])
        yield Case("anchors that contradict", INVALID, "anchor", end - 3,
                   arguments=["--anchor", bad])
        yield Case("one of both contradicts", INVALID, "anchor", end - 3,
                   arguments=["--anchor", good, "--anchor", bad])
        yield Case("anchors behind a part", SO_FAR, openings=[], events=half,
                   arguments=["--anchor", good])
        yield Case("anchors of another meeting", COMPLETE, arguments=[
            "--anchor", self.anchors("other", [f"genesis {'ab' * 32}"],
                                     scope="hop-khac.1")])
        root = pathlib.Path(__file__).resolve().parents[2]
        yield Case("another ruleset", INVALID, "rules", 0, arguments=[
            "--rules", root / "config/rules/interim.conf"])

    def anchors(self, name, lines, scope=None):
        """An anchors file of its own folder; its path."""
        body = "".join(line + "\n" for line in [
            "chibo-anchors 1", f"organisation {self.register.id}",
            f"log {scope or self.meeting.id}", *lines]).encode()
        path = self.directory / f"anchors-{name}"
        path.write_bytes(
            body + b"sum " + hashlib.sha256(body).hexdigest().encode() + b"\n")
        return path

    def spelling(self):
        seq = self.seq_of("chat_said")
        raw = self.meeting.events[seq]

        def case(name, fault, line):
            events = list(self.meeting.events)
            events[seq] = line
            return Case(name, INVALID, fault, seq, events=events)
        yield case("a space after a colon", "not_canonical",
                   raw.replace(b'"ev":', b'"ev": ', 1))
        yield case("a letter written as its number", "not_canonical",
                   raw.replace(b'"chat_said"', b'"chat_\\u0073aid"', 1))
        yield case("fields in another order", "not_canonical", encode(
            dict(reversed(json.loads(raw).items()))))
        yield case("capital digits", "line", raw.replace(
            b'"n":"' + self.meeting.parsed(seq)["n"].encode(),
            b'"n":"' + self.meeting.parsed(seq)["n"].upper().encode(), 1)
            if self.meeting.parsed(seq)["n"].upper()
            != self.meeting.parsed(seq)["n"] else raw + b"x")
        yield case("a field twice", "line", raw.replace(
            b'"ev":"chat_said"', b'"ev":"chat_said","ev":"chat_said"', 1))
        yield case("a number as a text", "line", raw.replace(
            b'"seq":%d' % seq, b'"seq":"%d"' % seq, 1))
        yield case("a space behind the event", "not_canonical", raw + b" ")
        yield case("something behind the event", "line", raw + b"{}")
        yield case("an empty line", "line", b"")
        yield case("no JSON", "line", b"xin chao")
        yield Case("an empty file", UNUSABLE, file_bytes=b"")
        yield Case("no record at all", UNUSABLE, file_bytes=b"\x89PNG\r\n\x1a\n")
        yield Case("a record with Windows line ends", (INVALID, UNUSABLE),
                   file_bytes=b"".join(e + b"\r\n"
                                       for e in self.meeting.events))

    def structure(self):
        events = self.meeting.events
        end = len(events) - 1
        yield Case("the whole record", COMPLETE)
        for i in range(len(events)):
            without = events[:i] + events[i + 1:]
            if i == 0:
                yield Case("without event 0", INVALID, "no_genesis", 0,
                           events=without, openings=[])
            elif i < end:
                yield Case(f"without event {i}", INVALID, "seq", i,
                           events=without, openings=[])
            yield Case(f"event {i} twice", INVALID, "seq", i + 1, openings=[],
                       events=events[:i + 1] + events[i:])
            if i < end:
                swapped = list(events)
                swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
                yield Case(f"events {i} and {i + 1} swapped", INVALID,
                           "seq" if i else "no_genesis", i, events=swapped,
                           openings=[])
                yield Case(f"nothing after event {i}", SO_FAR, openings=[],
                           events=events[:i + 1])
            cut = b"".join(e + b"\n" for e in events[:i]) + events[i][:-9]
            yield Case(f"cut short in event {i}", INVALID if i else UNUSABLE,
                       "line_cut" if i else None, openings=[], file_bytes=cut)
        yield Case("the last line feed is gone", INVALID, "line_cut", end,
                   openings=[], file_bytes=b"\n".join(events))

    def flips(self):
        """One bit at many places; every one of them is noticed."""
        for seq, raw in enumerate(self.meeting.events):
            for _ in range(FLIPS_PER_EVENT):
                at = self.random.randrange(len(raw))
                bit = 1 << self.random.randrange(8)
                line = raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1:]
                if b"\n" in line:
                    continue
                events = list(self.meeting.events)
                events[seq] = line
                yield Case(f"bit {bit} of byte {at} of event {seq}",
                           INVALID if seq else (INVALID, UNUSABLE),
                           events=events)


def flip_hex(digits):
    """The same digits with one bit turned."""
    return f"{int(digits[0], 16) ^ 1:x}" + digits[1:]

