"""The same over Mumble: its server as Debian installs it, and two members of
mumble_main.c, whose sound goes through TLS ("tcp") or by datagrams ("udp")."""
import pathlib
import shutil
import socket
import subprocess
import time

from bad_line import (READY_S, TOOLS, BadLine, CannotMeasure, demand_means,
                      dying, end)
from meeting_over_line import ADDRESS, judge, speak

SERVER = pathlib.Path("/usr/sbin/murmurd")
PORT = 64738  # nobody else listens in a namespace of its own
SETTINGS = """database={folder}/murmur.sqlite
logfile=
pidfile=
host={host}
port={port}
bandwidth=558000
opusthreshold=0
autobanAttempts=0
allowping=false
bonjour=false
timeout=60
"""


def is_installed():
    return SERVER.exists()


class MumbleServer:
    def __init__(self, folder, host, port, before=()):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)  # it gives up what root may
        (folder / "murmur.ini").write_text(
            SETTINGS.format(folder=folder, host=host, port=port))
        self.log = open(folder / "murmur.log", "w")
        self.process = subprocess.Popen(
            [*map(str, before or dying([])), str(SERVER), "-fg", "-ini",
             str(folder / "murmur.ini")], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log)
        self.wait(folder / "murmur.log")

    def wait(self, log):
        """Until it says that it listens."""
        until = time.monotonic() + READY_S
        while "Server listening on" not in (text := log.read_text()):
            if time.monotonic() > until or self.process.poll() is not None:
                self.close()
                raise CannotMeasure(f"mumble-server does not serve: {text}")
            time.sleep(0.02)

    def close(self):
        end(self.process)
        self.log.close()


class MumbleWorld:
    """Its database with a key and a certificate, which takes it a while."""

    def __init__(self, directory):
        demand_means()
        self.folder = pathlib.Path(directory) / "mumble"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        MumbleServer(self.folder, "127.0.0.1", port).close()

    def copy(self, folder):
        folder.mkdir()
        for path in self.folder.glob("murmur.sqlite*"):
            shutil.copy(path, folder)
            (folder / path.name).chmod(0o666)


def measure(world, measurement, folder, way, frame_ms, size):
    """As meeting_over_line.measure(); frames of `size` bytes every frame_ms."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    world.copy(folder / "server")
    with BadLine(measurement.settings, measurement.cut) as line:
        server = MumbleServer(folder / "server", ADDRESS, PORT,
                              line.inside("near", []))
        try:
            said = speak([TOOLS / "mumble", "--port", PORT, "--near",
                          line.near, "--far", line.far, "--way", way,
                          "--frame", frame_ms, "--size", size],
                         measurement, line, folder)
        finally:
            server.close()
        return judge(measurement, line, folder, said)
