"""A chibo.v1 client that shares nothing with the C sources.

One connection is a WireClient; it never starts a thread. Whoever waits pumps:
`wait()` and `wait_all()` read what has come until a condition holds, and fail
after PATIENCE seconds. Every event is chained, every opening held against its
commitment, as it comes: a misfit is a WireError at once.
"""
import concurrent.futures
import contextlib
import functools
import hashlib
import http.client
import json
import pathlib
import select
import socket
import ssl
import struct
import sys
import time
from collections import deque

import OpenSSL.SSL
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.client import ClientConnection
from websockets.exceptions import InvalidHandshake
from websockets.frames import Opcode
from websockets.uri import parse_uri

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402

PATIENCE = 60  # seconds until a thing that should happen counts as not happening
EXPORTER = b"EXPORTER-Channel-Binding"
AUDIO_TYPE, TIGHT_TYPE, PIECE_TYPE = 0x11, 0x12, 0x21
AUDIO_HEADER = struct.Struct("!BBHIIH")
RUN_HEADER = struct.Struct("!BBHII")
TIGHT_UNIT = 120  # samples
PIECE_HEADER = struct.Struct("!B32sQQ")
PIECE_SIZE = 4096
UPLOAD_WINDOW = 64 * 1024
NO_HEAD = bytes(32)

# The signed commands: their fields in the order of the statement. "*" marks a
# first field that is the act's subject, "~" a text that its author seals, "?"
# a yes or no, "#" a text that stands by its hash, "+" a list of members.
SIGNED = {
    "open_lobby": "", "admit": "*holder", "admit_all": "",
    "turn_away": "*holder ~reason", "open_meeting": "", "adjourn_meeting": "",
    "resume_meeting": "", "close_meeting": "", "take_chair": "",
    "hand_over_minutes": "*member", "confirm_presence": "",
    "tick": "*member mode site", "untick": "*member",
    "note_absence": "*member absence ~reason ?throughout",
    "confirm_roll": "", "open_check_in": "*site", "close_check_in": "*site",
    "count_heads": "*site count",
    "declare_open_content": "", "set_authority": "#number #date ~issuer",
    "set_floor_mode": "mode order",
    "appoint_officer": "*member role", "dismiss_officer": "*member role",
    "give_chair": "*member", "propose_chair": "*subject ~motion",
    "settle_chair": "*vote",
    "complete_score": "time attendance preparation conduct principles results "
                      "closing ~note",
    "note_left": "*member",
    "gather_group": "*meeting final_seq head",
    "decide_by_groups": "*item ~motion matter +votes",
    "open_subrooms": "count ?spread", "return_all": "",
    "chat": "~text", "set_recording": "?allowed",
    "start_recording": "", "stop_recording": "",
    "start_item": "*item", "end_item": "*item", "start_vote": "*item ~motion matter subject",
    "vote": "*vote choice",
    "enter_hall_votes": "*vote site yes no other abstain",
    "close_vote": "*vote", "cancel_vote": "*vote ~reason",
    "write_entry": "*item kind member behind ~text",
    "edit_entry": "*entry version ~text",
    "remove_entry": "*entry version", "share_minutes": "",
    "hide_minutes": "", "number_document": "paper *ballot number",
    "present_minutes": "upto size ~minutes",
    "raise_objection": "kind version *entry line ~text",
    "answer_objection": "*objection answer ~text",
    "restored": "from lost_seq lost_head",
    "prepare_meeting": "", "add_item": "~title presenter planned_min vote",
    "plan_item": "*item presenter planned_min", "move_item": "*item before vote",
    "drop_item": "*item vote ~reason",
    "attach_document": "blob size ~name type item",
    "withdraw_document": "*document", "read_document": "*document",
    "show_document": "*document",
    "comment": "*item document ~text", "set_task": "*item member due_ms ~text",
    "report_task": "*task result ~text",
    "call_election": "*item post seats ~title",
    "nominate": "*election member source",
    "withdraw_nomination": "*election member",
    "note_support": "*election member vote", "close_list": "*election vote",
    "draft_ballot":
        "*item ~form +candidates +tellers threshold ?revote ?halls matter "
        "seats subject ?post ?subject_votes election again",
    "adopt_ballot": "*ballot vote transcribed",
    "set_channel": "*ballot member channel site", "restart_keys": "*ballot",
    "close_issue": "*ballot", "drop_voter": "*ballot member",
    "open_ballot": "*ballot ?knowingly", "end_ballot": "*ballot",
    "count_ballot": "*ballot ?knowingly", "void_ballot": "*ballot ~reason",
    "deal": "*ballot attempt index #deal",
    "confirm_share": "*ballot attempt index #key",
    "dispute_keys": "*ballot attempt index against #evidence",
    "object_ballot":
        "*ballot kind height tracker at_ms record receipt ~reason",
}
# Commands with a statement of their own: what their sealed texts are.
STATEMENTS = {"add_device": "~label", "vouch_device": "", "revoke_device": "",
              "sign_minutes": "", "propose_erratum": "~erratum",
              "sign_erratum": ""}
# Of the register, over the minutes of a meeting, which is their scope.
ERRATA = ("propose_erratum", "sign_erratum")
# Those about a ballot: the tag, and the fields after the member and the uuid of
# its election (of which "$" ones are its own: how many tellers, and how many of
# them are needed). "=" is a fixed text before the uuid.
BALLOT_STATEMENTS = {
    "certify": ("trustee", "attempt index $tellers $threshold message"),
    "sign_trustees": ("trustees", "attempt owner key trustees"),
    "attest_ballot": ("attest", "setup length"),
    "attest_hall": ("attest-hall", "setup k pool ,members"),
    "confirm_hall": ("hall-confirm", "setup k pool ,members"),
    "include_ballot": ("included", "setup end count what"),
    "include_hall": ("included-hall", "setup end count own"),
    "enter_paper": ("paper", "=enter end record"),
    "confirm_paper": ("paper", "=confirm end record"),
    "decrypt": ("decrypt", "owner end tally payload"),
}
NUMBERS = {"yes", "no", "other", "abstain", "version", "size", "from",
           "behind", "upto", "line", "number",
           "lost_seq", "threshold", "seats", "attempt", "index", "against",
           "height", "at_ms", "planned_min", "due_ms", "owner", "length", "k", "count", "own",
           "$tellers", "$threshold", "time", "attendance", "preparation",
           "conduct", "principles", "results", "closing", "final_seq"}
HASHES = {"message", "key", "trustees", "setup", "pool", "end", "record",
          "tally", "payload"}


class WireError(AssertionError):
    """The server did what the protocol forbids."""


class Disconnected(Exception):
    """The connection is over; `code` is the close code, or None."""

    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        super().__init__(json.dumps(error, ensure_ascii=False))
        self.error = error
        self.code = error["code"]


# --- who and what -------------------------------------------------------------


class Device:
    """A key, whose it is, and the request ids it has used."""

    def __init__(self, holder="", label="Máy thử"):
        self.private = Ed25519PrivateKey.generate()
        self.key = self.private.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        self.holder = holder
        self.label = label
        self.last_request = 0

    def next_request(self):
        self.last_request += 1
        return self.last_request

    def sign(self, tag, scope, *fields):
        return self.private.sign(forms.statement(tag, self.key, scope, fields))

    def state(self):
        """What another process needs to be this device from now on."""
        return {"seed": self.private.private_bytes_raw().hex()
                if hasattr(self.private, "private_bytes_raw")
                else _raw_private(self.private).hex(),
                "holder": self.holder, "last_request": self.last_request}

    @classmethod
    def of_state(cls, state):
        device = cls(state["holder"])
        device.private = Ed25519PrivateKey.from_private_bytes(
            bytes.fromhex(state["seed"]))
        device.key = device.private.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        device.last_request = state["last_request"]
        return device


def _raw_private(private):
    from cryptography.hazmat.primitives.serialization import (
        NoEncryption, PrivateFormat)
    return private.private_bytes(Encoding.Raw, PrivateFormat.Raw,
                                 NoEncryption())


def verify(key, tag, scope, fields, signature):
    """Raises WireError unless `key` made this signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, forms.statement(tag, key, scope, fields))
    except InvalidSignature:
        raise WireError(f"a bad signature of {tag}") from None


def walk(succession, scope, server):
    """The keys of a server, oldest first; WireError unless each of them signed
    the next."""
    keys = [bytes.fromhex(step["server"]) for step in succession] + [server]
    for i, step in enumerate(succession):
        new = bytes.fromhex(step["new"])
        if new != keys[i + 1]:
            raise WireError("a gap in the succession of the server's keys")
        verify(keys[i], "server-key", scope,
               [new, forms.number(step["seen"]), bytes.fromhex(step["head"])],
               bytes.fromhex(step["sig"]))
    if len(set(keys)) != len(keys) or len(succession) > 64:
        raise WireError("no succession of keys")
    return keys


def text(value):
    return value.encode("utf-8")


@functools.lru_cache(maxsize=100_000)
def kind_of(raw):
    """Remembered: whoever waits asks it of every event again and again."""
    return json.loads(raw)["ev"]


class Log:
    """A log as one client holds it: chained, openings checked."""

    def __init__(self, log_id):
        self.id = log_id
        self.events = []  # exact bytes
        self.heads = []
        self.opened = {}  # (seq, path) -> text
        self.opening_frames = []  # the messages, as they came
        self.caught_up = False

    @property
    def head(self):
        return self.heads[-1] if self.heads else NO_HEAD

    def parsed(self, seq):
        return json.loads(self.events[seq])

    def all(self, name=None):
        return [json.loads(raw) for raw in self.events
                if name is None or kind_of(raw) == name]

    def add(self, raw):
        event = json.loads(raw)
        if event.get("seq") != len(self.events):
            raise WireError(f"event {event.get('seq')} of {self.id} came, "
                            f"{len(self.events)} was due")
        self.heads.append(forms.link(self.heads[-1] if self.heads else None,
                                     len(self.events), forms.leaf(raw)))
        self.events.append(raw)

    def open(self, message):
        seq, path = message["open"], message["field"]
        if seq >= len(self.events):
            raise WireError(f"the opening of {seq} came before the event")
        sealed = self.parsed(seq)
        try:
            for step in path.split("."):
                sealed = sealed[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            raise WireError(f"there is no {path} in {seq}") from None
        if bytes.fromhex(sealed["c"]) != forms.commitment(
                self.id, path, bytes.fromhex(message["salt"]),
                message["value"]):
            raise WireError(f"the opening of {path} in {seq} does not fit")
        if (seq, path) not in self.opened:
            self.opening_frames.append(message)
        self.opened[seq, path] = message["value"]

    def verify_acts(self):
        """Every signed act holds, and was signed over this very history."""
        for raw in self.events:
            act = json.loads(raw).get("act")
            if not act:
                continue
            head = bytes.fromhex(act["head"])
            if act["seen"] < json.loads(raw)["seq"]:
                first = act["op"] == "open_lobby" and head == NO_HEAD
                if not first and self.heads[act["seen"]] != head:
                    raise WireError(f"act {act['op']} saw another history")
            verify(bytes.fromhex(act["device"]), "act", self.id,
                   [text(act["member"]), text(act["op"]),
                    forms.number(act["request"]), text(act["subject"]),
                    text(act["value"]), forms.number(act["seen"]), head],
                   bytes.fromhex(act["sig"]))


def seal(scope, field, value):
    salt = hashlib.sha256(str(time.monotonic_ns()).encode()
                          + text(value)).digest()
    return {"c": forms.commitment(scope, field, salt, value).hex(),
            "salt": salt.hex(), "value": value}


def act_terms(op, scope, fields):
    """Subject and value of the statement; `fields` are sealed already."""
    names = SIGNED[op].split()
    subject = scope
    if names and names[0][0] == "*":
        subject = fields.get(names.pop(0)[1:], "")
    values = []
    for name in names:
        kind, plain = (name[0], name[1:]) if name[0] in "~?#+" else ("", name)
        if kind == "~":
            values.append(fields[plain]["c"])
        elif kind == "?":
            values.append("1" if fields.get(plain) else "0")
        elif kind == "#":
            values.append(forms.sha256(text(fields.get(plain, ""))).hex())
        elif kind == "+":
            values.append("+".join("".join(m.values())
                                   for m in fields.get(plain, [])))
        elif plain in NUMBERS:
            values.append(str(fields.get(plain, 0)))
        else:
            values.append(fields.get(plain, ""))
    return subject, ",".join(values)


def ballot_terms(log, fields):
    """What a ballot's statement says beside the command: the uuid of the
    attempt, the number of tellers, how many of them are needed."""
    ballot = fields["ballot"]
    draft = next(e for e in log.all("ballot_drafted") if e["ballot"] == ballot)
    begun = [e for e in log.all("keys_begun") if e["ballot"] == ballot
             and fields.get("attempt", e["attempt"]) == e["attempt"]]
    tellers = len(draft["tellers"])
    default = tellers if tellers < 3 else tellers // 2 + 1
    return {"uuid": begun[-1]["uuid"], "$tellers": tellers,
            "$threshold": draft["threshold"] or default}


def ballot_statement(op, log, holder, fields):
    terms = ballot_terms(log, fields)
    tag, names = BALLOT_STATEMENTS[op]
    names = names.split()
    first = fields["site"] if op == "confirm_hall" else holder
    signed = [text(first)]
    if names[0][0] == "=":
        signed.append(text(names.pop(0)[1:]))
    signed.append(text(terms["uuid"]))
    for name in names:
        value = terms.get(name, fields.get(name))
        if name in NUMBERS:
            signed.append(forms.number(value))
        elif name == ",members":
            signed.append(text(",".join(m["member"]
                                        for m in fields["members"])))
        elif name in HASHES:
            signed.append(bytes.fromhex(value))
        else:
            signed.append(text(value))
    return tag, signed


def statement_of(op, scope, number, holder, fields):
    """Tag and fields, up to seen, of what the sender of a command signs."""
    if op == "add_device":
        return "device-add", (text(holder), bytes.fromhex(fields["device"]),
                              text(fields["label"]["value"]))
    if op == "vouch_device":
        return "vouch", (text(fields["holder"]),
                         bytes.fromhex(fields["device"]), text(fields["how"]))
    if op == "revoke_device":
        return "revoke", (text(holder), bytes.fromhex(fields["device"]),
                          text(fields.get("reason", "")))
    if op == "sign_minutes":
        return "minutes", (text(holder), text(fields["role"]),
                           forms.number(fields["version"]),
                           bytes.fromhex(fields["c"]))
    if op in ERRATA:
        erratum = (fields["erratum"]["c"] if op == "propose_erratum"
                   else fields["c"])
        return "erratum", (text(holder), text(fields["role"]),
                           forms.number(fields["number"]),
                           bytes.fromhex(fields["minutes"]),
                           bytes.fromhex(erratum))
    subject, value = act_terms(op, scope, fields)
    return "act", (text(holder), text(op), forms.number(number),
                   text(subject), text(value))


def audio_frame(slot, sequence, payload=b"\xf8\xff\xfe", flags=0):
    return AUDIO_HEADER.pack(AUDIO_TYPE, flags, slot, sequence & 0xffffffff,
                             sequence * 960 & 0xffffffff,
                             len(payload)) + payload


def audio_frames(message):
    """[(slot, sequence, payload)] of a message."""
    frames, at = [], 0
    while at < len(message):
        _, _, slot, sequence, _, size = AUDIO_HEADER.unpack_from(message, at)
        at += AUDIO_HEADER.size
        frames.append((slot, sequence, message[at:at + size]))
        at += size
    return frames


def tight_message(frames):
    """Frames (slot, sequence, payload) of 20 ms, each in a run of its own but
    for those that follow the one before."""
    out = bytes([TIGHT_TYPE])
    for at, (slot, sequence, payload) in enumerate(frames):
        if at == 0 or frames[at - 1][:2] != (slot, sequence - 1):
            count = 1
            while (at + count < len(frames) and
                   frames[at + count][:2] == (slot, sequence + count)):
                count += 1
            out += RUN_HEADER.pack(count, 8, slot, sequence & 0xffffffff,
                                   sequence * 960 & 0xffffffff)
        size = len(payload)
        length = (bytes([size]) if size < 252 else
                  bytes([252 + size % 4, (size - 252) // 4]))
        out += b"\0" + length + payload
    return out


def tight_frames(message):
    """[(slot, sequence, payload)] of a message of type 0x12."""
    frames, at = [], 1
    while at < len(message):
        count, step, slot, sequence, timestamp = RUN_HEADER.unpack_from(
            message, at)
        at += RUN_HEADER.size
        for index in range(count):
            head = message[at]
            at += 1
            numbers, units = (1, step) if index else (0, 0)
            if head & 4:
                numbers, units = message[at:at + 2]
                at += 2
            sequence += numbers
            timestamp += units * TIGHT_UNIT
            size = message[at]
            at += 1
            if size >= 252:
                size += 4 * message[at]
                at += 1
            payload = message[at:at + size]
            if len(payload) < size or head & ~7 or (head & 4 and not index):
                raise WireError(f"a broken tight message: {message.hex()}")
            frames.append((slot, sequence & 0xffffffff, payload))
            at += size
    return frames


# --- one connection --------------------------------------------------------------


class TlsStream:
    """A TLS 1.3 connection that never blocks longer than asked to."""

    def __init__(self, port, patience=PATIENCE, receive_buffer=None,
                 ticket=None, address="127.0.0.1"):
        context = OpenSSL.SSL.Context(OpenSSL.SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(OpenSSL.SSL.TLS1_3_VERSION)
        self.socket = socket.socket()
        try:
            if receive_buffer:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                       receive_buffer)
            self.socket.settimeout(patience)
            self.socket.connect((address, port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            self.tls = OpenSSL.SSL.Connection(context, self.socket)
            self.tls.set_connect_state()
            if ticket:
                self.tls.set_session(ticket)
            self._until(self.tls.do_handshake, patience)
        except (OSError, OpenSSL.SSL.Error):
            self.socket.close()
            raise Disconnected(None) from None
        self.exporter = self.tls.export_keying_material(EXPORTER, 32)

    def fileno(self):
        return self.socket.fileno()

    @property
    def ticket(self):
        """For another connection's handshake; None: the server gave none."""
        session = self.tls.get_session()
        has_ticket = OpenSSL.SSL._lib.SSL_SESSION_has_ticket(session._session)
        return session if has_ticket else None

    @property
    def is_resumed(self):
        return OpenSSL.SSL._lib.SSL_session_reused(self.tls._ssl) == 1

    def _until(self, act, patience):
        end = time.monotonic() + patience
        while True:
            try:
                return act()
            except OpenSSL.SSL.WantReadError:
                ready = [self.socket], []
            except OpenSSL.SSL.WantWriteError:
                ready = [], [self.socket]
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the server takes nothing")
            select.select(*ready, [], left)

    def send(self, data, patience=PATIENCE):
        view = memoryview(data)
        while view:
            try:
                sent = self._until(lambda: self.tls.send(bytes(view[:16384])),
                                   patience)
            except (OSError, OpenSSL.SSL.Error):
                raise Disconnected(None) from None
            view = view[sent:]

    def receive(self):
        """What is there: bytes, b"" for nothing now, None for the end."""
        try:
            return self.tls.recv(65536)
        except (OpenSSL.SSL.WantReadError, OpenSSL.SSL.WantWriteError):
            return b""
        except (OSError, OpenSSL.SSL.Error):
            return None

    def close(self):
        self.socket.close()


class Company:
    """Clients that one thread plays. A server gives up a peer that has not
    answered its ping for 15 s, so while one of them is waited for the others
    are read, too. Whoever is cut off nevertheless is an error at once."""

    INTERVAL = 1  # seconds

    def __init__(self):
        self.clients = []
        self.attended = 0

    def add(self, client):
        client.company = self
        self.clients.append(client)
        return client

    def attend(self):
        if time.monotonic() - self.attended >= self.INTERVAL:
            self._pump()

    def _pump(self):
        had_some = False
        for client in self.clients:
            had_some = client.pump() or had_some
            if client.is_over:
                raise Disconnected(client.close_code)
        self.attended = time.monotonic()
        return had_some

    def wait(self, condition, what="it", patience=PATIENCE):
        """Reads all of them until the condition holds."""
        end = time.monotonic() + patience
        while not condition():
            if time.monotonic() > end:
                raise WireError(f"waited for {what} in vain")
            if not self._pump():
                select.select(self.clients, [], [], self.INTERVAL)

    def close(self):
        for client in self.clients:
            client.company = None
        for client in self.clients:
            client.close()


class WireClient:
    """`device` None: nobody in particular. `logs` are held over connections:
    give the same dictionary to the next one and it resumes from there."""

    def __init__(self, port, device=None, *, fingerprint=None, logs=None,
                 subprotocols=("chibo.v1",), wait_for_hello=True,
                 receive_buffer=None, ticket=None, address="127.0.0.1"):
        self.port = port
        self.device = device
        self.logs = {} if logs is None else logs
        self.current_log = None
        self.answers = {}
        self.repeated = []  # answers that came again before they were taken
        self.errors = []  # of no request
        self.notes = []
        self.blob_states = []
        self.audio = []  # (slot, sequence, payload)
        self.tight = []  # the same of each message for bad lines
        self.pieces = {}  # blob -> bytes so far
        self.pongs = []
        self.signs = []  # heads that this device was asked to sign
        self.signed = {}  # log -> the newest head that the server signed
        self.cosigns_as = None  # the role in which it answers by itself
        self.hello = None
        self.close_code = None
        self.is_over = False
        self.company = None  # who is read while this one waits
        self.on_event = None  # (log, raw bytes)
        self.frames_in = 0
        self.stream = TlsStream(port, receive_buffer=receive_buffer,
                                ticket=ticket, address=address)
        self.socket = ClientConnection(
            parse_uri(f"wss://localhost:{port}/"),
            subprotocols=list(subprotocols) or None, max_size=2**24)
        self.is_upgraded = False
        self.socket.send_request(self.socket.connect())
        self._flush()
        if wait_for_hello:
            self.wait(lambda: self.hello, "the server's hello")
            self.check_hello(fingerprint)

    # -- reading --

    def fileno(self):
        return self.stream.fileno()

    def _flush(self):
        for data in self.socket.data_to_send():
            if data:
                self.stream.send(data)

    def pump(self):
        """Takes in everything that is there; True if something was."""
        had_some = False
        while not self.is_over:
            data = self.stream.receive()
            if data == b"":
                return had_some
            had_some = True
            if data is None:
                self._end()
                return True
            self.socket.receive_data(data)
            for event in self.socket.events_received():
                self._take(event)
            if self.socket.handshake_exc:
                self._end()
                raise self.socket.handshake_exc
            try:
                self._flush()
            except Disconnected:
                pass  # the answer to a close frame may come too late
        return had_some

    def _end(self):
        self.is_over = True
        self.stream.close()

    def _take(self, event):
        if not self.is_upgraded:
            self.is_upgraded = True
            if event.status_code != 101:
                raise InvalidHandshake(str(event.status_code))
            return
        self.frames_in += 1
        if event.opcode is Opcode.TEXT:
            self._take_text(bytes(event.data))
        elif event.opcode is Opcode.BINARY:
            self._take_binary(bytes(event.data))
        elif event.opcode is Opcode.CLOSE:
            self.close_code = (struct.unpack("!H", event.data[:2])[0]
                               if len(event.data) >= 2 else 1005)
        elif event.opcode is Opcode.PONG:
            self.pongs.append(bytes(event.data))

    def _take_text(self, raw):
        message = json.loads(raw)
        if "ev" in message:
            self._log().add(raw)
            if self.on_event:
                self.on_event(self._log(), raw)
        elif "open" in message:
            self._log().open(message)
        elif "re" in message:
            earlier = self.answers.setdefault(message["re"], message)
            if earlier is not message:
                self.repeated.append(message)
            if earlier != message:
                raise WireError(f"another answer than before: {raw!r}")
        elif "hello" in message:
            self.hello = message["hello"]
        elif "error" in message:
            self.errors.append(message["error"])
        elif "note" in message:
            self.notes.append(message)
        elif "caught_up" in message:
            log = self.log(message["log"])
            if message["caught_up"] != len(log.events):
                raise WireError(f"caught up at {message['caught_up']}, but "
                                f"{len(log.events)} events are here")
            log.caught_up = True
        elif "durable" in message:
            self.blob_states.append(message)
        elif "signed" in message:
            self._take_signed(message["signed"])
        elif "sign" in message:
            self.signs.append(message["sign"])
            if self.cosigns_as:
                with contextlib.suppress(Disconnected):  # told when it is read
                    self.cosign(message["sign"])
        elif set(message) == {"log"}:
            self.current_log = message["log"]
        else:
            raise WireError(f"not a message of the protocol: {raw!r}")

    def _take_binary(self, raw):
        if raw[:1] == bytes([AUDIO_TYPE]):
            self.audio += audio_frames(raw)
        elif raw[:1] == bytes([TIGHT_TYPE]):
            self.tight.append(tight_frames(raw))
            self.audio += self.tight[-1]
        elif raw[:1] == bytes([PIECE_TYPE]):
            _, blob, _, offset = PIECE_HEADER.unpack_from(raw)
            have = self.pieces.setdefault(blob.hex(), b"")
            if offset != len(have):
                raise WireError("a piece of a file out of order")
            self.pieces[blob.hex()] = have + raw[PIECE_HEADER.size:]
        else:
            raise WireError(f"not a binary message: {raw[:20]!r}")

    def _take_signed(self, said):
        log = self.log(said["log"])
        if said["seq"] >= len(log.heads):
            raise WireError("a head was signed before its event was told")
        if log.heads[said["seq"]].hex() != said["head"]:
            raise WireError("the server signed another head than ours")
        verify(bytes.fromhex(said["server"]), "checkpoint", said["log"],
               [b"server", text(said["reason"]), forms.number(said["seq"]),
                bytes.fromhex(said["head"])], bytes.fromhex(said["sig"]))
        self.signed[said["log"]] = said

    def cosign(self, asked, role=None, head=None):
        """Answers a request for a signature; the id of the answer."""
        log = self.log(asked["log"])
        role = role or self.cosigns_as
        sig = self.device.sign(
            "checkpoint", asked["log"], text(role), text(asked["reason"]),
            forms.number(asked["seq"]), head or log.heads[asked["seq"]])
        return self.request("checkpoint", log=asked["log"], seq=asked["seq"],
                            reason=asked["reason"], role=role, sig=sig.hex())

    def _log(self):
        if self.current_log is None:
            raise WireError("an event of no log")
        return self.log(self.current_log)

    def log(self, log_id):
        return self.logs.setdefault(log_id, Log(log_id))

    # -- waiting --

    def wait(self, condition, what="it", patience=PATIENCE):
        """The condition's value. Disconnected if the connection ends first."""
        end = time.monotonic() + patience
        while True:
            value = condition()
            if value:
                return value
            if self.is_over:
                raise Disconnected(self.close_code)
            left = end - time.monotonic()
            if left <= 0:
                raise WireError(f"waited for {what} in vain")
            if self.company:
                self.company.attend()
                left = min(left, Company.INTERVAL)
            if not self.pump():
                select.select([self], [], [], left)

    def wait_close(self, patience=PATIENCE):
        """Reads to the end; the close code, or None if there was none."""
        try:
            self.wait(lambda: False, "the end of the connection", patience)
        except (Disconnected, InvalidHandshake):
            return self.close_code

    def settle(self):
        """All that the server had to say before now is in."""
        self.ask("ping")

    # -- writing --

    def _must_be_open(self):
        if self.is_over or self.close_code is not None:
            raise Disconnected(self.close_code)

    def raw(self, data):
        self.stream.send(data)

    def send_text(self, value):
        self._must_be_open()
        self.socket.send_text(value if isinstance(value, bytes)
                              else value.encode())
        self._flush()

    def send_binary(self, data):
        self._must_be_open()
        self.socket.send_binary(data)
        self._flush()

    def send(self, message):
        self.send_text(json.dumps(message, ensure_ascii=False,
                                  separators=(",", ":")))

    def request(self, op, **fields):
        """Sends a request as it is given; returns its id."""
        number = fields.pop("id", None) or self.device.next_request()
        self.send({"id": number, "op": op, **fields})
        return number

    def answer(self, number, patience=PATIENCE):
        """The answer to a request sent before; Refused if it is an error."""
        self.wait(lambda: number in self.answers, f"the answer to {number}",
                  patience)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise Refused(answer["error"])
        if answer.get("ok") is not True:
            raise WireError(f"neither ok nor an error: {answer}")
        return answer

    def ask(self, op, **fields):
        return self.answer(self.request(op, **fields))

    # -- who is there --

    def check_hello(self, fingerprint=None):
        hello = self.hello
        key = bytes.fromhex(hello["server"])
        if hello["v"] != "chibo.v1":
            raise WireError("another protocol")
        keys = walk(hello.get("succession", []), hello["organisation"], key)
        if fingerprint is not None and fingerprint not in map(
                forms.fingerprint, keys):
            raise WireError("another server")
        verify(key, "hello", hello["organisation"],
               [self.stream.exporter, bytes.fromhex(hello["nonce"]),
                b"chibo.v1"], bytes.fromhex(hello["sig"]))

    @property
    def organisation(self):
        return self.hello["organisation"]

    def login_fields(self, device=None):
        device = device or self.device
        sig = device.sign("login", self.organisation,
                          bytes.fromhex(self.hello["server"]),
                          self.stream.exporter,
                          bytes.fromhex(self.hello["nonce"]),
                          text(device.holder))
        return {"member": device.holder, "device": device.key.hex(),
                "sig": sig.hex()}

    def login(self):
        self.ask("login", **self.login_fields())
        return self

    def enrol_fields(self, token, device=None):
        device = device or self.device
        sig = device.sign("enrol", self.organisation,
                          bytes.fromhex(self.hello["server"]),
                          self.stream.exporter, forms.sha256(token),
                          text(device.holder), text(device.label))
        return {"token": token.hex(), "member": device.holder,
                "device": device.key.hex(), "label": device.label,
                "sig": sig.hex()}

    def enrol(self, token):
        return self.ask("enrol", **self.enrol_fields(token))

    # -- logs --

    def join(self, log_id, wait_for_all=True, shows=None, recorded=False):
        """Joins from what is held; returns "joined" or "waiting". `shows`: a
        head signed by the server, as its frame had it. `recorded`: knowing
        that the meeting may be recorded."""
        log = self.log(log_id)
        log.caught_up = False
        more = {"recorded": True} if recorded else {}
        if shows:
            more["signed"] = {k: v for k, v in shows.items() if k != "log"}
        state = self.ask("join", log=log_id, **{"from": len(log.events)},
                         head=log.head.hex(), **more)["state"]
        if state == "joined" and wait_for_all:
            self.wait_caught_up(log_id)
        return state

    def wait_caught_up(self, log_id):
        self.wait(lambda: self.log(log_id).caught_up, "the log")
        return self.log(log_id)

    def wait_seq(self, log_id, seq):
        self.wait(lambda: len(self.log(log_id).events) > seq, f"event {seq}")

    def wait_event(self, log_id, name, since=0, where=lambda event: True):
        """The first such event at or after `since`."""
        seen = since

        def found():
            nonlocal seen
            log = self.log(log_id)
            while seen < len(log.events):
                event = log.parsed(seen)
                seen += 1
                if event["ev"] == name and where(event):
                    return event
            return None

        return self.wait(found, f"the event {name}")

    def signed_fields(self, op, log_id, number, fields):
        """`fields` with texts sealed, and the act over them. A vote is on a
        resolution unless its matter is named."""
        fields = dict(fields)
        if op == "start_vote":
            fields.setdefault("matter", "resolution")
        if op == "write_entry":
            for name, value in (("item", ""), ("kind", ""), ("member", ""),
                                ("behind", 0)):
                fields.setdefault(name, value)
        for name in SIGNED.get(op, STATEMENTS.get(op, "")).split():
            if name[0] == "~" and isinstance(fields.get(name[1:], ""), str):
                fields[name[1:]] = seal(log_id, name[1:],
                                        fields.get(name[1:], ""))
        log = self.log(log_id)
        seen = len(log.events) - 1 if log.events else 0
        if op in BALLOT_STATEMENTS:
            tag, signed = ballot_statement(op, log, self.device.holder, fields)
        else:
            tag, signed = statement_of(op, log_id, number, self.device.holder,
                                       fields)
        if op != "sign_trustees":  # which stands in the election, without
            signed = [*signed, forms.number(seen), log.head]
        scope = fields["meeting"] if op in ERRATA else log_id
        sig = self.device.sign(tag, scope, *signed)
        fields["act"] = {"seen": seen, "head": log.head.hex(),
                         "sig": sig.hex()}
        return fields

    def command_message(self, op, log_id, **fields):
        """A command as it goes over the wire, signed where it has to be."""
        number = fields.pop("id", None) or self.device.next_request()
        if op in SIGNED or op in BALLOT_STATEMENTS or op in (
                "add_device", "vouch_device", "sign_minutes", *ERRATA):
            fields = self.signed_fields(op, log_id, number, fields)
        return {"id": number, "op": op, "log": log_id, **fields}

    def command(self, op, log_id, **fields):
        """Sends a command; returns its id."""
        message = self.command_message(op, log_id, **fields)
        self.send(message)
        return message["id"]

    def do(self, op, log_id, **fields):
        """A command and its answer, with the events it caused."""
        answer = self.answer(self.command(op, log_id, **fields))
        log = self.log(log_id)
        if (op != "leave" and log.caught_up
                and len(log.events) <= answer.get("seq", -1)):
            raise WireError("the answer came before the event")
        return answer

    def give_back(self, log_id, first, last, portion=50):
        """Sends events first to last, with their openings, as they came."""
        log = self.log(log_id)
        openings = {}
        for message in log.opening_frames:
            openings.setdefault(message["open"], []).append(message)
        answer, at = None, first
        while at <= last:
            end = min(at + portion, last + 1)
            fields = {"from": at}
            if len(log.events[at]) > 30000:
                self._give_part(log_id, at)
                end = at + 1
            else:
                fields["events"] = [e.decode() for e in log.events[at:end]]
            fields["openings"] = [m for seq in range(at, end)
                                  for m in openings.get(seq, [])]
            answer = self.ask("give_events", log=log_id, **fields)
            at = end
        return answer

    def _give_part(self, log_id, seq):
        text_of = self.log(log_id).events[seq].decode()
        size, offset = len(text_of.encode()), 0
        while text_of:
            piece, text_of = text_of[:20000], text_of[20000:]
            self.ask("give_events", log=log_id, part={
                "seq": seq, "offset": offset, "size": size, "text": piece})
            offset += len(piece.encode())

    # -- files --

    def put_blob(self, data):
        name = hashlib.sha256(data).hexdigest()
        state = self.ask("put_blob", blob=name, size=len(data))
        durable = sent = state["durable"]
        is_complete = state["complete"]
        while not is_complete:
            while sent < len(data) and sent - durable + PIECE_SIZE <= UPLOAD_WINDOW:
                piece = data[sent:sent + PIECE_SIZE]
                self.send_binary(PIECE_HEADER.pack(
                    PIECE_TYPE, bytes.fromhex(name), len(data), sent) + piece)
                sent += len(piece)
            self.wait(lambda: self.blob_states, "a durable piece")
            state = self.blob_states.pop(0)
            if state["blob"] != name:
                continue  # pieces of the file before, told of twice
            durable, is_complete = state["durable"], state["complete"]
        return name

    def get_blob(self, name):
        self.pieces[name] = b""
        size = self.ask("get_blob", blob=name, offset=0)["size"]
        self.wait(lambda: len(self.pieces[name]) >= size, "the file")
        data = self.pieces.pop(name)
        if hashlib.sha256(data).hexdigest() != name:
            raise WireError("another file")
        return data

    # -- the end --

    def close(self):
        """Says goodbye and goes."""
        if not self.is_over:
            try:
                if self.close_code is None:
                    self.socket.send_close(1000)
                    self._flush()
            except (Disconnected, OSError):
                pass
            self._end()

    def drop(self):
        """Goes without a word."""
        self._end()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_all(clients, condition, what="it", patience=PATIENCE):
    """Pumps many clients until the condition holds."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        left = end - time.monotonic()
        if left <= 0:
            raise WireError(f"waited for {what} in vain")
        live = [c for c in clients if not c.is_over]
        if not any([c.pump() for c in live]):
            select.select(live, [], [], min(left, 0.5))


def read_beside(clients, act):
    """What `act`, which another thread does, gives: a program, say, that is
    waited for. Meanwhile the clients are read, so that the server, which gives
    up a peer that is silent for 15 s, has its answers."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        done = thread.submit(act)
        while not done.done():
            live = [c for c in clients if not c.is_over]
            if not any([c.pump() for c in live]):
                select.select(live, [], [], 0.05)
    return done.result()


# --- other ways in ----------------------------------------------------------------


class AdminClient:
    """The admin socket: the same messages, one a line, no login."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.reader = self.socket.makefile("rb")
        self.numbers = 0
        self.other = deque(maxlen=10000)
        self.hello = json.loads(self.reader.readline())["hello"]

    @property
    def organisation(self):
        return self.hello["organisation"]

    @property
    def fingerprint(self):
        return self.hello["fingerprint"]

    def ask(self, op, **fields):
        self.numbers += 1
        number = self.numbers
        self.socket.sendall(json.dumps(
            {"id": number, "op": op, **fields}).encode() + b"\n")
        while True:
            line = self.reader.readline()
            if not line:
                raise Disconnected(None)
            message = json.loads(line)
            if message.get("re") == number:
                break
            self.other.append(message)
        if "error" in message:
            raise Refused(message["error"])
        return message

    def do(self, op, **fields):
        """A command of the register; returns its answer."""
        return self.ask(op, log=self.organisation, **fields)

    def close(self):
        self.reader.close()
        self.socket.close()


def http_get(port, path, headers=None, timeout=PATIENCE):
    """(status, body) of a plain HTTPS request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port,
                                             context=context, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
