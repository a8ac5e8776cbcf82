"""The servers that are measured, each on processor 0, and their loads on 1."""
import getpass
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 30


def find_program(*names):
    """A daemon lies where only root's shell looks."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    return None


def on(processor, command):
    return ["taskset", "-c", str(processor), *map(str, command)]


def wait_for_port(port, process):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"relay: nothing listens on port {port}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A process that is ended by its own id."""

    process = None

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Chibod(Server):
    """Started with --bench: every setting of sound is the one it ships with."""

    name = "chibod"

    def __init__(self, build, folder):
        self.build = build
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "d"
        self.start(["--bench", self.directory])

    def start(self, arguments):
        self.process = subprocess.Popen(
            on(0, [self.build / "bin/chibod", *arguments]), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if "ready" not in line:
            raise SystemExit(f"relay: chibod did not start: {line}")
        self.port = int(line.split()[-1])

    def start_again(self):
        """The same data with nothing loaded."""
        self.stop()
        config = self.directory / "again.conf"
        config.write_text(f'data_directory = "{self.directory}";\n'
                          f'rules_directory = "{ROOT}/config/rules";\n'
                          'vouched_devices = "optional";\n'
                          'connection_max_per_address = 20000;\n'
                          'connection_max = 20000;\n'
                          'listen_port = 0;\nlog_level = "warning";\n')
        self.start(["--config", config])

    @property
    def certificate(self):
        return (self.directory / "tls_certificate.pem",
                self.directory / "tls_key.pem")

    def load(self, scenario, rooms, members, speakers, seconds, heard=1,
             begin=None, people=None):
        more = ["--begin", begin] if begin else []
        more += ["--people", people] if people else []
        return on(1, [self.build / "bin/chibo-bench", scenario, "--server",
                      self.directory, "--rooms", rooms, "--members", members,
                      "--speakers", speakers, "--seconds", seconds, "--heard",
                      heard, "--json", *more])


class Peer(Server):
    def load(self, scenario, rooms, members, speakers, seconds, heard=1,
             begin=None):
        return on(1, [self.build / "tests/bench/peer_load", self.protocol,
                      self.port, self.process.pid, scenario, rooms, members,
                      speakers, seconds, heard, begin or rooms])


class Murmur(Peer):
    name, protocol = "mumble-server", "mumble"

    @staticmethod
    def program():
        return find_program("murmurd", "mumble-server")

    def __init__(self, build, folder, certificate, rooms):
        self.build, self.port = build, free_port()
        directory = pathlib.Path(tempfile.mkdtemp(dir=folder))
        ini, database = directory / "murmur.ini", directory / "murmur.sqlite"
        ini.write_text(
            f"database={database}\nlogfile=\npidfile=\nwelcometext=\n"
            f"host=127.0.0.1\nport={self.port}\nserverpassword=\n"
            "bandwidth=558000\nusers=10000\nusersperchannel=0\n"
            "opusthreshold=0\n"
            f"sslCert={certificate[0]}\nsslKey={certificate[1]}\n"
            "sendversion=true\nautobanAttempts=0\nallowping=false\n"
            f"uname={getpass.getuser()}\nbonjour=false\ntimeout=60\nrememberchannel=false\n")
        self.start(ini)
        self.stop()
        store = sqlite3.connect(database)
        with store:
            store.execute("delete from channels where channel_id > 0")
            store.executemany(
                "insert into channels values (1, ?, 0, ?, 1)",
                [(i + 1, f"r{i}") for i in range(rooms)])
        store.close()
        self.start(ini)

    def start(self, ini):
        self.process = subprocess.Popen(
            on(0, [self.program(), "-fg", "-ini", ini]),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)


class Mosquitto(Peer):
    name, protocol = "mosquitto", "mqtt"

    @staticmethod
    def program():
        return find_program("mosquitto")

    def __init__(self, build, folder, certificate, rooms):
        del rooms  # topics need no preparing
        self.build, self.port = build, free_port()
        config = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "mosquitto.conf"
        config.write_text(
            f"user {getpass.getuser()}\nlog_type error\npersistence false\n"
            "allow_anonymous true\nset_tcp_nodelay true\n"
            "max_queued_messages 100000\n"
            # Without one that is no WebSocket, 2.0.11 does not start.
            f"listener {free_port()} 127.0.0.1\n"
            f"listener {self.port} 127.0.0.1\n"
            f"protocol websockets\ncertfile {certificate[0]}\n"
            f"keyfile {certificate[1]}\n")
        self.process = subprocess.Popen(
            on(0, [self.program(), "-c", config]), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)


class Bare(Server):
    """tests/bench/bare_relay.c: it and its own load pin themselves."""

    def __init__(self, build, certificate, rooms, members, speakers):
        self.process = subprocess.Popen(
            [build / "tests/bench/bare_relay", *certificate,
             *map(str, (rooms, members, speakers))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        line = self.process.stdout.readline()
        if "ready" not in line:
            raise SystemExit(f"relay: bare_relay did not start: {line}")

    def begin(self):
        self.process.stdin.write("begin\n")

    def end(self):
        self.process.stdin.write("end\n")
        # It says so when its queues are empty, which they may never be.
        if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
            raise SystemExit("relay: the bare relay does not get through its "
                             "load: the machine is too busy to measure on")
        numbers = self.process.stdout.readline().split()
        names = ("cpu_us_per_delivery", "p50_ms", "p99_ms", "memory_kib")
        return dict(zip(names, map(float, numbers)))

    def stop(self):
        # Its child ends with it once it is measured; else it is ended here.
        if self.process.poll() is None:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run_load(command, on_begun=lambda: None, on_ended=lambda: None):
    """The figures of each thing that was measured, in order."""
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as load:
        for line in load.stdout:
            if line.startswith("audio: begun"):
                on_begun()
            elif line.startswith("audio: ended"):
                on_ended()
            elif line.startswith("{"):
                found.append(json.loads(line))
        errors = load.stderr.read()
    if load.returncode or not found:
        raise SystemExit(f"relay: {' '.join(map(str, command))}: {errors}")
    return found
