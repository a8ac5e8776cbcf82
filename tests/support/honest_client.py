"""A client that believes nothing which it can check, written from the text of
the protocol only.

It follows the register beside its meeting and holds one against the other. A
lie is a WireError at once; what a user is only told of is a warning:

    ("foreign_device", key, label)   a device of one's own that one did not add
    ("left_out", seq)                one's own confirmation is not in it
"""
import json

import record_forms as forms
from wire_client import (NO_HEAD, Refused, WireClient, WireError, act_terms, text,
                         verify)

# Events that are the very thing a command asks for, and which command.
COMMANDS = {
    "lobby_opened": "open_lobby", "turned_away": "turn_away",
    "opened": "open_meeting", "closed": "close_meeting",
    "roll_confirmed": "confirm_roll", "chat_said": "chat",
    "recording_set": "set_recording", "vote_cast": "vote",
    "vote_cancelled": "cancel_vote", "group_gathered": "gather_group",
}
# Taken from vouched devices only, where the meeting asks for it. (There are
# more; a vote is what a lie would be about.)
FORMAL = {"vote", "start_vote", "close_vote", "confirm_roll", "open_meeting",
          "close_meeting"}
OF_THE_CHAIR = {"open_meeting", "close_meeting", "set_recording"}
ACTORS = {"chat_said": "holder", "vote_cast": "member"}
ROW_FIELDS = ("category", "office", "group", "ground", "keeper")


def raw(value):
    return bytes.fromhex(value)


def position(event):
    return [forms.number(event["seen"]), raw(event["head"])]


class Register:
    """The first `count` events of a register, folded."""

    def __init__(self, log, count):
        self.log = log
        self.holders = {}  # id -> the newest row, with its unit
        self.considered = set()  # members whose recognition was decided on
        self.devices = {}  # key -> [holder, is it enrolled?]
        self.vouches = {}  # key -> ids of those who vouched
        self.added = set()  # keys that an own device added
        self.tokens = {}  # invitation -> hash of its token
        self.meetings = {}
        self.server = None
        for seq in range(count):
            self.apply(log.parsed(seq))

    def apply(self, event):
        name = event["ev"]
        if name in ("genesis", "server_key_changed", "server_key_lost"):
            self.server = event["server"]
        elif name in ("member_added", "member_changed"):
            known = self.holders.get(event["member"], {})
            if event.get("probation_end", 0) != known.get("probation_end", 0):
                self.considered.discard(event["member"])
            self.holders[event["member"]] = event
        elif name == "recognition_considered":
            self.considered.add(event["member"])
        elif name in ("site_added", "site_changed"):
            self.holders[event["site"]] = event
        elif name == "member_removed":
            self.holders.pop(event["member"])
            for row in self.devices.values():
                row[1] = row[1] and row[0] != event["member"]
        elif name == "invitation_made":
            self.tokens[event["invitation"]] = event["token"]
        elif name in ("device_enrolled", "device_added"):
            self.devices[event["device"]] = [event["holder"], True]
            if name == "device_added":
                self.added.add(event["device"])
        elif name == "device_vouched":
            self.vouches.setdefault(event["device"], []).append(event["by"])
        elif name == "device_revoked":
            self.devices[event["device"]][1] = False
        elif name in ("meeting_scheduled", "meeting_changed"):
            self.meetings[event["meeting"]] = event

    def keys_of(self, holder):
        return {key for key, (whose, is_enrolled) in self.devices.items()
                if whose == holder and is_enrolled}

    def of_unit(self, unit):
        return {holder for holder, row in self.holders.items()
                if row["unit"] == unit}

    def is_of(self, key, holder):
        return self.devices.get(key) == [holder, True]

    # -- statements --

    def check(self, event, label):
        """Raises WireError unless what is signed in the event is what its
        signer signed; `self` is the state before it. `label`: the opened text
        that it is about, None: not known."""
        check = getattr(self, "check_" + event["ev"], None)
        if check:
            check(event, label)

    def check_seen(self, event):
        if event["seen"] >= event["seq"] or \
                self.log.heads[event["seen"]] != raw(event["head"]):
            raise WireError(f"{event['ev']} was signed over another register")

    def verify(self, key, tag, event, *fields):
        verify(raw(key), tag, self.log.id, fields, raw(event["sig"]))

    def check_device_enrolled(self, event, label):
        if label is not None:
            self.verify(event["device"], "enrol", event, raw(self.server),
                        raw(event["exporter"]),
                        raw(self.tokens[event["invitation"]]),
                        text(event["holder"]), text(label))

    def check_device_added(self, event, label):
        self.check_seen(event)
        if not self.is_of(event["signer"], event["holder"]):
            raise WireError("a device was added by none of its holder")
        if label is not None:
            self.verify(event["signer"], "device-add", event,
                        text(event["holder"]), raw(event["device"]),
                        text(label), *position(event))

    def check_device_vouched(self, event, _):
        self.check_seen(event)
        if not self.is_of(event["signer"], event["by"]) or \
                event["by"] == event["holder"]:
            raise WireError("a device was vouched for by nobody else's")
        self.verify(event["signer"], "vouch", event, text(event["holder"]),
                    raw(event["device"]), text(event["how"]), *position(event))

    def check_device_revoked(self, event, reason):
        self.check_seen(event)
        if event["signer"] != self.server and \
                not self.is_of(event["signer"], event["holder"]):
            raise WireError("a device was revoked by nobody who may")
        if reason is not None:
            self.verify(event["signer"], "revoke", event,
                        text(event["holder"]), raw(event["device"]),
                        text(reason), *position(event))

    def check_server_key_changed(self, event, _):
        self.check_seen(event)
        if event["signer"] != self.server:
            raise WireError("the server's key was changed by another")
        self.verify(event["signer"], "server-key", event,
                    raw(event["server"]), *position(event))

    # -- a meeting's snapshot --

    def check_rows(self, rows, unit, is_all):
        """The rows of people and sites that a meeting took from here."""
        listed = [row.get("member", row.get("site")) for row in rows]
        if len(set(listed)) != len(listed) or \
                is_all and set(listed) != self.of_unit(unit):
            raise WireError("the meeting has other people than the register")
        for holder, row in zip(listed, rows):
            self.check_row(holder, row, unit)

    def check_row(self, holder, row, unit):
        known = self.holders.get(holder)
        if not known or known["unit"] != unit or any(
                row[f] != known[f] for f in ROW_FIELDS if f in row):
            raise WireError(f"{holder} is another than in the register")
        end = 0 if holder in self.considered else known.get("probation_end", 0)
        if row.get("probation_end", 0) != end:
            raise WireError(f"the probation of {holder} is another than in the "
                            "register")
        keys = [device["device"] for device in row["devices"]]
        if len(set(keys)) != len(keys) or set(keys) != self.keys_of(holder):
            raise WireError(f"the devices of {holder} are not those of the "
                            "register")
        for device in row["devices"]:
            self.check_vouchers(holder, device)

    def check_vouchers(self, holder, device):
        names = list(filter(None, device["vouched_by"].split(",")))
        if names == [holder]:
            is_so = device["device"] in self.added
        else:
            is_so = set(names) <= set(self.vouches.get(device["device"], []))
        if not is_so:
            raise WireError(f"nobody vouched for a device of {holder}")


class HonestClient(WireClient):
    """`knows`: keys of its own holder's devices that its user knows. Between
    connections `logs` and `kept` are kept, as a device keeps them."""

    def __init__(self, *arguments, knows=(), kept=None, **options):
        self.knows = {key.hex() for key in knows}
        self.kept = {} if kept is None else kept  # log -> count, acts, signed
        self.warnings = []
        self.cosigned = {}  # request -> what it confirmed
        self.unchecked = {}  # log -> rosters that await the register
        super().__init__(*arguments, **options)

    # -- who is there --

    def check_hello(self, fingerprint=None):
        """The newest key of the server that was ever accepted is what it is
        known by from then on."""
        known = self.kept.get("server_key")
        super().check_hello(forms.fingerprint(raw(known)) if known
                            else fingerprint)
        self.kept["server_key"] = self.hello["server"]

    # -- what comes --

    def _take_text(self, data):
        super()._take_text(data)
        message = json.loads(data)
        if message.get("ok") and message["re"] in self.cosigned:
            asked = self.cosigned[message["re"]]
            self.memory(asked["log"])["signed"].add(asked["seq"])
        elif "ev" in message:
            self.check_event(self._log(), message)
        elif "open" in message:
            self.check_opening(self._log(), message)
        elif "caught_up" in message:
            self.check_age()

    def _take_signed(self, said):
        if said["server"] != self.hello["server"]:
            raise WireError("a head was signed by another server")
        super()._take_signed(said)

    def cosign(self, asked, role=None, head=None):
        number = super().cosign(asked, role, head)
        self.cosigned[number] = asked
        return number

    def join(self, log_id, **options):
        held = len(self.log(log_id).events)
        number = self.device.last_request + 1
        try:
            state = super().join(log_id, **options)
        except Refused as refused:
            if refused.code == "no_such_head":
                raise WireError("the server denies our history") from None
            raise
        if self.next_of.pop(number, held) < held:
            raise WireError("the server has less than it told")
        return state

    def answer(self, number, patience=20):
        answer = super().answer(number, patience)
        if "next" in answer:
            self.next_of[number] = answer["next"]
        return answer

    @property
    def next_of(self):
        return self.kept.setdefault("next", {})

    def memory(self, log_id):
        return self.kept.setdefault(log_id, {"acts": set(), "signed": set()})

    # -- events of a meeting --

    def check_event(self, log, event):
        if log.id == self.organisation:
            self.check_register(log, event)
            return
        if event["ev"] in ("genesis", "roster_changed"):
            self.check_identity(log, event)
            self.unchecked.setdefault(log.id, []).append(event["seq"])
            self.check_rosters()
        elif event["ev"] == "checkpoint":
            self.check_checkpoint(log, event)
        elif event["ev"] == "vote_closed":
            self.check_result(log, event)
        for name in ("act", "second"):
            if event.get(name):
                self.check_act(log, event, event[name])
        if event["ev"] == "group_gathered":
            self.check_gathered(event)

    def check_gathered(self, gathered):
        """The register, or what was seen of the group's log, knows its end."""
        register = self.logs.get(self.organisation)
        ends = [(e["final_seq"], e["head"])
                for e in (register.all("meeting_ended") if register else [])
                if e["meeting"] == gathered["meeting"]]
        seen = self.logs.get(gathered["meeting"])
        if seen and len(seen.heads) > gathered["final_seq"]:
            ends.append((len(seen.heads) - 1,
                         seen.heads[gathered["final_seq"]].hex()))
        if any(end != (gathered["final_seq"], gathered["head"])
               for end in ends):
            raise WireError("another end of a group's record was gathered")

    def check_identity(self, log, event):
        if event["ev"] == "genesis" and (
                event["server"] not in self.server_keys()
                or event["meeting"] != log.id
                or event["organisation"] != self.organisation):
            raise WireError("the log of another server or meeting")

    def server_keys(self):
        return [step["server"] for step in self.hello.get("succession", [])] + \
            [self.hello["server"]]

    def check_act(self, log, event, act):
        head = raw(act["head"])
        is_first = act["op"] == "open_lobby" and head == NO_HEAD
        if not is_first and (act["seen"] >= event["seq"]
                             or log.heads[act["seen"]] != head):
            raise WireError(f"act {act['op']} saw another history")
        verify(raw(act["device"]), "act", log.id,
               [text(act["member"]), text(act["op"]),
                forms.number(act["request"]), text(act["subject"]),
                text(act["value"]), forms.number(act["seen"]), head],
               raw(act["sig"]))
        device = self.devices_of(log, act["member"]).get(act["device"])
        if not device:
            raise WireError(f"no device of {act['member']} did that")
        if act["op"] in FORMAL and log.parsed(0)["vouching_required"] and \
                not device["vouched_by"]:
            raise WireError(f"{act['op']} from a device that nobody vouched "
                            "for")
        self.check_terms(log, event, act)

    @staticmethod
    def chair_of(log):
        taken = log.all("chair_taken")
        return taken[-1]["member"] if taken else log.parsed(0)["chair"]

    @staticmethod
    def check_result(log, event):
        """Of votes by devices; `test` reads "2*yes > D"."""
        cast = {e["member"]: e["choice"] for e in log.all("vote_cast")
                if e["vote"] == event["vote"]}
        if not log.all("hall_votes_entered") and any(
                event[choice] != list(cast.values()).count(choice)
                for choice in ("yes", "no", "other")):
            raise WireError("a vote was counted wrong")
        factor, rest = event["test"].split("*yes ")
        relation, total = rest.split(" ")
        total = int(total.removesuffix("D").removesuffix("*") or 1) \
            * event["denominator"]
        yes = int(factor) * event["yes"]
        if event["passed"] != (yes > total or relation == ">=" and
                               yes == total):
            raise WireError("a result does not follow from its numbers")

    def check_terms(self, log, event, act):
        op = COMMANDS.get(event["ev"])
        if op in OF_THE_CHAIR and act["member"] != self.chair_of(log):
            raise WireError(f"{act['op']} of who has no office for it")
        if op and (op, *act_terms(op, log.id, event)) != (
                act["op"], act["subject"], act["value"]):
            raise WireError(f"{event['ev']} is not what was signed")
        actor = ACTORS.get(event["ev"])
        if actor and event[actor] != act["member"]:
            raise WireError(f"{event['ev']} is said to be somebody else's")
        once = (act["device"], act["request"], event["ev"])
        if op and once in self.memory(log.id)["acts"]:
            raise WireError(f"act {act['op']} was used twice")
        self.memory(log.id)["acts"].add(once)

    @staticmethod
    def devices_of(log, holder):
        """Its row of devices, by key, as the meeting has it now."""
        devices = {}
        for event in log.all("genesis") + log.all("roster_changed"):
            for row in event["roster"] + event["sites"]:
                if row.get("member", row.get("site")) == holder:
                    devices = {d["device"]: d for d in row["devices"]}
        return devices

    def check_checkpoint(self, log, event):
        head = log.heads[event["upto"]]
        if event["upto"] >= event["seq"] or event["head"] != head.hex():
            raise WireError("a checkpoint of another history")
        rest = [text(event["reason"]), forms.number(event["upto"]), head]
        verify(raw(log.parsed(0)["server"]), "checkpoint", log.id,
               [b"server", *rest], raw(event["sig"]))
        for row in event["signers"]:
            verify(raw(row["device"]), "checkpoint", log.id,
                   [text(row["role"]), *rest], raw(row["sig"]))
            if row["device"] not in self.devices_of(log, row["holder"]):
                raise WireError(f"no device of {row['holder']} confirmed that")
        if event["upto"] in self.memory(log.id)["signed"] and \
                self.device.key.hex() not in (
                    row["device"] for row in event["signers"]):
            self.warnings.append(("left_out", event["upto"]))

    # -- the meeting against the register --

    def check_age(self):
        """All that there is of the register was shown: is it enough?"""
        self.check_labels()
        self.check_rosters()
        if self.unchecked and self.log(self.organisation).caught_up:
            raise WireError("the register shown is older than the meeting")

    def check_rosters(self):
        register = self.logs.get(self.organisation)
        for log_id in list(self.unchecked):
            log = self.log(log_id)
            while self.unchecked[log_id]:
                event = log.parsed(self.unchecked[log_id][0])
                if not register or \
                        event["register_seq"] >= len(register.events):
                    break
                self.check_roster(register, log, event)
                self.unchecked[log_id].pop(0)
            else:
                del self.unchecked[log_id]

    def check_roster(self, register, log, event):
        at = event["register_seq"]
        if register.heads[at] != raw(event["register_head"]):
            raise WireError("the meeting was made of another register")
        state = Register(register, at + 1)
        genesis = log.parsed(0)
        if event["ev"] == "genesis":
            call = state.meetings.get(log.id)
            if event["server"] != state.server:
                raise WireError("the meeting names another server")
            if not call or any(call[f] != event[f] for f in (
                    "unit", "kind", "chair", "deputy", "minute_taker",
                    "starts_at")):
                raise WireError("the meeting is not the one that was called")
        state.check_rows(event["roster"] + event["sites"], genesis["unit"],
                         event["ev"] == "genesis")

    # -- events of the register --

    def check_register(self, log, event):
        if event["seq"] == 0 and (event["organisation"] != log.id or
                                  event["server"] not in self.server_keys()):
            raise WireError("the register of another organisation")
        Register(log, event["seq"]).check(event, None)
        if event["ev"] in ("device_enrolled", "device_added") and \
                event["holder"] == self.device.holder and \
                event["device"] not in self.knows | {self.device.key.hex()} \
                and event.get("signer") not in \
                self.knows | {self.device.key.hex()}:
            self.warnings.append(("foreign_device", event["device"]))
        elif event["ev"] in ("meeting_began", "meeting_ended"):
            seq = event.get("final_seq", 0)
            held = self.logs.get(event["meeting"])
            if held and seq < len(held.heads) and \
                    held.heads[seq].hex() != event["head"]:
                raise WireError("the register knows another meeting")

    def check_labels(self):
        """Everybody is told at once what an added device is called: the
        statement that makes it a vouched one is over this text."""
        log = self.log(self.organisation)
        for event in log.all("device_added") if log.caught_up else ():
            if (event["seq"], "label") not in log.opened:
                raise WireError("a device that was added cannot be checked")

    def check_opening(self, log, message):
        if log.id == self.organisation and \
                message["field"] in ("label", "reason"):
            Register(log, message["open"]).check(log.parsed(message["open"]),
                                                 message["value"])
