"""chibod, chiboctl and chibo as processes, for tests that play with real ones.

Needs the standard library only. Nothing sleeps: whoever waits, waits for a
condition, and fails after a time that should never be needed.
"""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CHIBO_BUILD", "build/release")
PATIENCE_S = 90


class Failure(AssertionError):
    """Something did not happen as it should; the message says what."""


class Refused(Exception):
    """The server, or the client, refused a command."""

    def __init__(self, error):
        super().__init__(json.dumps(error, ensure_ascii=False))
        self.error = error
        self.code = error.get("code")


preloaded = []  # libraries that every process has before its own


def environment(LD_PRELOAD="", **more):
    """Of a process that is to see nothing of the user's own profiles."""
    kept = {k: v for k, v in os.environ.items()
            if k not in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")}
    kept.update(LANG="en_US.UTF-8", **more)
    libraries = [*map(str, preloaded), *LD_PRELOAD.split(":")]
    if any(libraries):
        kept.update(
            LD_PRELOAD=":".join(filter(None, dict.fromkeys(libraries))),
            ASAN_OPTIONS=":".join(filter(None, [
                kept.get("ASAN_OPTIONS"), "verify_asan_link_order=0"])))
    return kept


def run(command, what, **options):
    """Runs a command to its end; its standard output."""
    done = subprocess.run([str(part) for part in command], text=True,
                          stdin=options.pop("stdin", subprocess.DEVNULL),
                          capture_output=True, timeout=PATIENCE_S,
                          env=options.pop("env", environment()), **options)
    if done.returncode != 0:
        raise Failure(f"{what}: exit code {done.returncode}\n"
                      f"{done.stdout}{done.stderr}")
    return done.stdout


class Lines:
    """Lines of a stream, read by a thread, to be waited for."""

    def __init__(self, stream, parse, copy_to=None):
        self.lines = []
        self.is_over = False
        self.changed = threading.Condition()
        self.copy = open(copy_to, "a", encoding="utf-8") if copy_to else None
        self.thread = threading.Thread(target=self._read, args=(stream, parse),
                                       daemon=True)
        self.thread.start()

    def _read(self, stream, parse):
        for text in stream:
            if not text.endswith("\n"):
                break  # half a line: its writer was killed
            if self.copy:
                self.copy.write(text)
                self.copy.flush()
            with self.changed:
                self.lines.append(parse(text))
                self.changed.notify_all()
        with self.changed:
            self.is_over = True
            self.changed.notify_all()
        stream.close()
        if self.copy:
            self.copy.close()

    def wait(self, condition, what, timeout_s=PATIENCE_S, since=0):
        """The first line from number `since` on that `condition` is true of."""
        end = time.monotonic() + timeout_s
        at = since
        with self.changed:
            while True:
                while at < len(self.lines):
                    if condition(self.lines[at]):
                        return self.lines[at]
                    at += 1
                left = end - time.monotonic()
                if left <= 0 or self.is_over:
                    why = "it ended" if self.is_over else f"{timeout_s} s"
                    raise Failure(f"waited in vain for {what} ({why})")
                self.changed.wait(left)

    def mark(self):
        """A place to wait from: what comes later lies behind it."""
        with self.changed:
            return len(self.lines)


# --- the server ----------------------------------------------------------------


class Server:
    """A server with its data in `directory`, on one port for all its life.

    `binary`: another chibod, as one with a fault planted. `ruleset`: the file
    of config/rules that new meetings are held under; `rules`: numbers of it
    that are others here, by name. `surroundings`: further environment variables
    of the server.
    """

    def __init__(self, directory, organisation="Đảng bộ Mẫu", port=0,
                 language="vi", vouched="optional", binary=None, rules=None,
                 surroundings=None, ruleset="interim"):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.ruleset = ruleset
        self.config = self.directory / "chibod.conf"
        self.log = self.directory / "chibod.log"
        self.data = self.directory / "data"
        self.vouched = vouched
        self.binary = binary or BUILD / "bin/chibod"
        self.surroundings = surroundings or {}
        self.rules_directory = self._write_rules(rules or {})
        self.port = port or self._port_so_far()
        self.held_port = self._hold_port()
        self.process = None
        self.output = None
        self._write_config()
        if not self.data.exists():
            run([BUILD / "bin/chiboctl", "init", "--name", organisation,
                 "--config", self.config], "chiboctl init")

    def _port_so_far(self):
        """The port that devices enrolled earlier know, 0 if there is none."""
        if not self.config.exists():
            return 0
        found = re.search(r"listen_port = (\d+);", self.config.read_text())
        return int(found.group(1)) if found else 0

    def _hold_port(self):
        """A socket that keeps others from its port while it does not run."""
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # a server runs there already
            held.bind(("127.0.0.1", self.port))
            self.port = held.getsockname()[1]
        return held

    def _write_rules(self, numbers):
        shared = ROOT / "config/rules"
        if not numbers:
            return shared
        own = self.directory / "rules"
        own.mkdir(exist_ok=True)
        text = self.ruleset_text()
        for name, number in numbers.items():
            text, count = re.subn(rf"\b{name} = \d+;", f"{name} = {number};",
                                  text)
            assert count == 1, f"{count} numbers {name} in the ruleset"
        (own / f"{self.ruleset}.conf").write_text(text, encoding="utf-8")
        beside = self.directory / "templates"
        if not beside.exists():
            beside.symlink_to(ROOT / "config/templates")
        return own

    def ruleset_text(self):
        return (ROOT / f"config/rules/{self.ruleset}.conf").read_text(
            encoding="utf-8")

    def ruleset_name(self):
        """As the file calls itself."""
        return re.search(r'^name = "(.+)";', self.ruleset_text(),
                         re.MULTILINE).group(1)

    def _write_config(self):
        self.config.write_text(
            "# Written for one run; config/chibod.conf explains the settings.\n"
            f'listen_port = {self.port};\npublic_host = "127.0.0.1";\n'
            f'data_directory = "data";\n'
            f'vouched_devices = "{self.vouched}";\n'
            f'ruleset = "{self.ruleset_name()}";\n'
            f'rules_directory = "{self.rules_directory}";\n', encoding="utf-8")

    def start(self, **options):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(self.binary), "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, env=environment(**self.surroundings), **options)
        self.output = Lines(self.process.stdout, str)
        try:
            line = self.output.wait(lambda l: "ready on port" in l,
                                    "the server's ready line")
        except Failure as failure:
            raise Failure(f"{failure}\n{self.log.read_text()}") from None
        self.port = int(line.split()[-1])
        # The links of members name this port: it stays through a restart.
        self._write_config()
        return self

    def kill(self):
        """SIGKILL: no goodbye, nothing is flushed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def control(self, *words):
        """Runs chiboctl; the JSON objects it printed."""
        text = run([BUILD / "bin/chiboctl", *words, "--config", self.config,
                    "--json"], "chiboctl " + " ".join(map(str, words)))
        return [json.loads(line) for line in text.splitlines()
                if line.startswith("{")]

    def invite(self, *holders):
        """Links by holder's id."""
        return {made["holder"]: made["link"]
                for made in self.control("invite", *holders)}


# --- clients -------------------------------------------------------------------


class Member:
    """A device of a member or a site, with its profile in `directory`.

    `surroundings` are further environment variables of its processes, `binary`
    is the client of its meetings, where that is another one than chibo.
    """

    binary = BUILD / "bin/chibo"

    def __init__(self, directory, holder, name, **surroundings):
        self.directory = pathlib.Path(directory)
        self.surroundings = surroundings
        self.profile = self.directory / "profile"
        self.holder = holder
        self.name = name
        self.recording = self.directory / "heard.wav"
        self.process = None
        self.output = None
        self.tag = 0

    def chibo(self, *words):
        """Runs a subcommand to its end; its standard output."""
        return run(
            [BUILD / "bin/chibo", *words, "--profile", self.profile],
            f"{self.name}: chibo {words[0]}",
            env=environment(**self.surroundings))

    def begin(self, *words, language="vi"):
        """Starts a subcommand that asks: lines go in and out as in a meeting."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / "chibo.err", "ab") as errors:
            self.process = subprocess.Popen(
                [str(BUILD / "bin/chibo"), *map(str, words), "--profile",
                 str(self.profile), "--language", language],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, encoding="utf-8", env=environment())
        self.output = Lines(self.process.stdout, lambda line: line.rstrip("\n"),
                            self.directory / "session.txt")
        return self

    def enroll(self, link, label="Máy mẫu"):
        self.directory.mkdir(parents=True, exist_ok=True)
        return self.chibo("enroll", link, "--label", label,
                          "--insecure-empty-passphrase")

    def join(self, meeting, *options):
        with open(self.directory / "chibo.err", "ab") as errors:
            self.process = subprocess.Popen(
                [str(self.binary), "join", meeting, "--json",
                 "--profile", str(self.profile), *map(str, options)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, encoding="utf-8",
                env=environment(**self.surroundings))
        self.output = Lines(self.process.stdout, self.read_line,
                            self.directory / "session.jsonl")
        return self

    def read_line(self, text):
        """A line of a meeting in JSON as it is kept, on the reader's thread."""
        return json.loads(text)

    def join_lines(self, meeting, *options):
        """Takes part as people do: readable lines, in Vietnamese. `meeting`
        may be None: the one that there is."""
        with open(self.directory / "chibo.err", "ab") as errors:
            self.process = subprocess.Popen(
                [str(BUILD / "bin/chibo"), "join",
                 *([meeting] if meeting else []), "--profile",
                 str(self.profile), "--audio", "none", "--language", "vi",
                 *map(str, options)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, encoding="utf-8",
                env=environment(**self.surroundings))
        self.output = Lines(self.process.stdout, lambda line: line.rstrip("\n"),
                            self.directory / "session.txt")
        return self

    def type(self, text):
        """A Failure where the client has ended; what it said before is read."""
        process, output = self.process, self.output  # a reviver's may follow
        try:
            process.stdin.write(text + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            code = process.wait(PATIENCE_S)
            output.thread.join(PATIENCE_S)
            raise Failure(f"{self.name}: the client had ended with {code} "
                          f"before it was told {text}") from None

    def sees(self, words, since=0, timeout_s=PATIENCE_S):
        """Waits for a line that has these words in it."""
        return self.wait(lambda line: words in line, repr(words), since,
                         timeout_s)

    def types_until(self, text, words):
        """Types a question until its answer has these words: what it asks for
        comes by another way, and may be later. Never again before something
        was said, for it may be no question alone."""
        end = time.monotonic() + PATIENCE_S
        mark = self.mark()
        while True:
            asked = self.mark()
            self.type(text)
            self.wait(lambda line: True, f"an answer to {text}", asked)
            try:
                return self.sees(words, since=mark, timeout_s=0.5)
            except Failure:
                if time.monotonic() > end or self.output.is_over:
                    raise

    def send(self, op, **fields):
        """Sends a command; its tag. A vote is on a resolution unless its matter
        is named."""
        if op == "start_vote":
            fields.setdefault("matter", "resolution")
        self.tag += 1
        self.type(json.dumps(dict(fields, op=op, tag=self.tag),
                             ensure_ascii=False))
        return self.tag

    def do(self, op, **fields):
        """Sends a command and waits for its answer. Refused if it is one."""
        mark = self.output.mark()
        tag = self.send(op, **fields)
        answer = self.output.wait(lambda line: line.get("tag") == tag,
                                  f"{self.name}: the answer to {op}",
                                  since=mark)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def refusal(self, op, **fields):
        """The code with which this command is refused."""
        try:
            self.do(op, **fields)
        except Refused as refused:
            return refused.code
        raise Failure(f"{self.name}: {op} was not refused")

    def state(self):
        return self.do("state")["state"]

    def state_with(self, condition, what):
        """The first state that `condition` is true of: openings come behind
        their events."""
        end = time.monotonic() + PATIENCE_S
        while True:
            mark = self.mark()
            state = self.state()
            if condition(state):
                return state
            left = end - time.monotonic()
            self.wait(lambda line: "tag" not in line, f"{what}, not {state}",
                      mark, left)

    def mark(self):
        return self.output.mark()

    def wait(self, condition, what, since=0, timeout_s=PATIENCE_S):
        return self.output.wait(condition, f"{self.name}: {what}", timeout_s,
                                since)

    def event(self, ev, since=0, timeout_s=PATIENCE_S, **fields):
        """Waits for an event of this kind with these fields."""
        return self.wait(
            lambda line: line.get("ev") == ev and all(
                line.get(name) == value for name, value in fields.items()),
            f"{ev} {fields or ''}", since, timeout_s)

    def caught_up(self, since=0):
        return self.wait(lambda line: "caught_up" in line, "the whole record",
                         since)

    def quit(self):
        """Leaves; the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        # The end of input is a goodbye, too.
        self.process.stdin.close()
        code = self.process.wait(PATIENCE_S)
        self.output.thread.join(PATIENCE_S)
        return code

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def let_in(members, chair):
    """All who have begun to join come into the meeting, which `chair` leads."""
    for member in members:
        member.wait(lambda l: l.get("connection") == "connected", "a line")
    chair.do("open_lobby")
    for member in members:
        member.wait(lambda l: "joined" in l or "waiting" in l, "a place")
    chair.do("admit_all")
    for member in members:
        member.caught_up()


def settle(members, head=None):
    """Waits until all have folded the same record; that state."""
    end = time.monotonic() + PATIENCE_S
    while True:
        states = [member.state() for member in members]
        digests = {state.get("digest") for state in states}
        if len(digests) == 1 and None not in digests and \
                head in (None, states[0]["head"]):
            return states[0]
        if time.monotonic() > end:
            raise Failure("the members do not see the same record: " + ", ".join(
                f"{m.name} at {s['next']}" for m, s in zip(members, states)))
