"""A chibo.v1 client that shares nothing with the C sources.

One connection is a WireClient; it never starts a thread. Whoever waits pumps:
`wait()` and `wait_all()` read what has come until a condition holds, and fail
after PATIENCE seconds. Every event is chained, every opening held against its
commitment, as it comes: a misfit is a WireError at once.
"""
import concurrent.futures
import contextlib
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

from websockets.client import ClientConnection
from websockets.exceptions import InvalidHandshake
from websockets.frames import Opcode
from websockets.uri import parse_uri

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402
# Those who use a client take what belongs to it from here, too.
from wire_audio import (AUDIO_HEADER, AUDIO_TYPE, TIGHT_TYPE,  # noqa: E402,F401
                        audio_frame, audio_frames, tight_frames, tight_message)
from wire_errors import (PATIENCE, Disconnected, Refused,  # noqa: E402,F401
                         WireError)
from wire_log import NO_HEAD, Log  # noqa: E402,F401
from wire_statements import (BALLOT_STATEMENTS, ERRATA, SIGNED,  # noqa: E402,F401
                             STATEMENTS, Device, act_terms, ballot_statement,
                             seal, statement_of, text, verify, walk)
from wire_stream import TlsStream  # noqa: E402,F401

PIECE_TYPE = 0x21
PIECE_HEADER = struct.Struct("!B32sQQ")
PIECE_SIZE = 4096
UPLOAD_WINDOW = 64 * 1024


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
