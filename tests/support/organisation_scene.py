"""A server with a cell of three, whose identity changes: its key is changed by
chiboctl, or lost."""
import json
import os
import subprocess

from server_process import BUILD, Cell, ServerProcess, open_meeting
from wire_client import PATIENCE

KEPT = ".old-"


class Organisation:
    """A server with a cell of three, each with a device."""

    def __init__(self, directory):
        self.server = ServerProcess(directory, checkpoint_ms=500).start()
        self.key_file = self.server.data / "identity.key"
        admin = self.server.admin()
        self.fingerprint = admin.fingerprint
        self.id = admin.organisation
        self.cell = Cell(self.server, admin)
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}", office="cell_leader" if i == 1 else "none")
            for i in (1, 2, 3)]
        self.devices = [self.cell.enrol(m) for m in self.members]

    def start(self):
        self.server.start()
        self.cell.admin = self.server.admin()

    def ctl(self, *words, code=0, preload=(), data=None, **environment):
        """Runs chiboctl; its output."""
        environment = {**os.environ, "LANGUAGE": "en", **environment}
        if preload:
            environment["LD_PRELOAD"] = " ".join(map(str, preload))
            environment["ASAN_OPTIONS"] = ":".join(filter(None, [
                environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        done = subprocess.run(
            [BUILD / "bin/chiboctl", *map(str, words), "--config",
             self.server.config], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, env=environment)
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    def row(self, *words):
        return json.loads(self.ctl(*words, "--json").stdout)

    def show(self):
        shown = self.row("identity", "show")
        return shown["key_file"], [key["how"] for key in shown["history"]]

    def rotate(self, *words):
        """Stopped for that; the new fingerprint."""
        self.server.stop()
        made = self.row("identity", "rotate", *words)["fingerprint"]
        self.start()
        return made

    def lose(self):
        self.server.stop()
        self.key_file.unlink()
        made = self.row("identity", "lost", "--yes")["fingerprint"]
        self.start()
        return made

    def login(self, number=0, fingerprint=None, **options):
        client = self.server.connect(
            self.devices[number], fingerprint=fingerprint or self.fingerprint,
            **options)
        return client.login()

    def meet(self):
        return self.cell.schedule(self.members[0], self.members[1])

    def open(self, meeting):
        clients = [self.login(i) for i in range(3)]
        open_meeting(meeting, clients[0], clients[1:])
        return clients

    def close(self):
        self.server.close()
