"""chibod as a process of its own, and the people of a sample cell."""
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import time

import chibo_process
import record_forms as forms
from wire_client import (PATIENCE, AdminClient, Device, WireClient, wait_all)

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CHIBO_BUILD", "build/release")
UNDO_FS = BUILD / "tests/undo_fs.so"
ORGANISATION = "Đảng bộ phường Mẫu"


def planted(name):
    """A server with a fault in it (tests/support/planted)."""
    return BUILD / "tests" / name


class ServerProcess:
    """A server over the data in `directory`, which it founds if need be.

    Unless a test is about them, devices need no vouching and heads are not
    co-signed: `vouched` and `checkpoint_ms` (how long devices have to sign)
    turn that on. Everybody talks as fast as he likes. `rules`: other values of
    the ruleset's whole numbers; `recording`: by whom meetings are recorded.
    """

    def __init__(self, directory, *, binary=None, settings=(), undo_log=None,
                 vouched="optional", checkpoint_ms=0, checkpoint_every_ms=None,
                 rules=None, before=(), recording=None):
        self.directory = pathlib.Path(directory).resolve()
        self.binary = binary or BUILD / "bin/chibod"
        self.before = before
        self.undo_log = undo_log
        self.process = None
        self.port = None
        self.directory.mkdir(parents=True, exist_ok=True)
        self.data = self.directory / "data"
        self.config = self.directory / "chibod.conf"
        self.log_path = self.directory / "chibod.log"
        self.write_rules(checkpoint_ms, checkpoint_every_ms, rules or {},
                         recording)
        self.config.write_text(
            'listen_port = 0; data_directory = "data"; log_level = "debug";\n'
            f'rules_directory = "rules"; vouched_devices = "{vouched}";\n'
            + ("" if any("talk_pace_ms" in s for s in settings)
               else "talk_pace_ms = 0;\n")
            + "\n".join(settings) + "\n")
        if not (self.data / "chibo.db").exists():
            self.found()

    def write_rules(self, checkpoint_ms, checkpoint_every_ms, numbers=(),
                    recording=None):
        rules = (ROOT / "config/rules/interim.conf").read_text()
        changed = rules.replace("wait_ms = 10000;",
                                f"wait_ms = {checkpoint_ms};")
        assert changed != rules
        if checkpoint_every_ms:
            changed = changed.replace("every_ms = 600000;",
                                      f"every_ms = {checkpoint_every_ms};")
        for name, value in dict(numbers).items():
            changed, count = re.subn(rf"\b{name} = \d+;",
                                     f"{name} = {value};", changed)
            assert count == 1, name
        if recording:
            changed += (f'recording = {{ by = "{recording}"; source = "mẫu"; '
                        'certainty = "low"; '
                        'unverified = true; };\n')
        folder = self.directory / "rules"
        folder.mkdir(exist_ok=True)
        (folder / "interim.conf").write_text(changed)
        beside = self.directory / "templates"
        if not beside.exists():
            beside.symlink_to(ROOT / "config/templates")

    def found(self):
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "init", "--name", ORGANISATION,
             "--config", self.config], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr

    def environment(self):
        if not self.undo_log:
            return chibo_process.environment()
        return chibo_process.environment(
            LD_PRELOAD=str(UNDO_FS), UNDO_FS_DIR=str(self.data.resolve()),
            UNDO_FS_LOG=str(self.undo_log))

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.before, self.binary, "--config", self.config],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, env=self.environment())
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith("chibod: ready on port "):
            self.kill()
            raise AssertionError(f"chibod said {line!r}\n" + self.log_text())
        self.port = int(line.split()[-1])
        return self

    def log_text(self):
        return self.log_path.read_text(errors="replace")

    def admin(self):
        return AdminClient(self.data / "admin.sock")

    def connect(self, device=None, *, client=WireClient, **options):
        return client(self.port, device, **options)

    def login(self, device, **options):
        return self.connect(device, **options).login()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Ends it with SIGTERM, and asks that nothing was left over."""
        self.signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        text = self.log_text()
        assert code == 0, f"exit code {code}\n" + text
        assert "uv_loop_close() == 0" in text.splitlines()[-1], text

    def kill(self):
        """SIGKILL, if it still runs."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process:
            self.process.stdout.close()

    def close(self):
        """For a fixture's end: clean if it still runs."""
        try:
            if self.process and self.process.poll() is None:
                self.stop()
        finally:
            self.kill()


def copy_data(source, target):
    """A founded data directory for another server; both must be stopped."""
    shutil.copytree(source, target,
                    ignore=shutil.ignore_patterns("*.sock", "*-shm"))


# --- people -------------------------------------------------------------------


class Cell:
    """A cell with its people, made through the admin socket."""

    def __init__(self, server, admin, name="Chi bộ Mẫu", unit=None):
        """`unit`: one that is there already."""
        self.server = server
        self.admin = admin
        self.unit = unit or admin.do("add_unit", kind="cell", name=name)["made"]

    def add_member(self, name, category="official", office="none", group=None):
        more = {"group": group} if group else {}
        return self.admin.do("add_member", unit=self.unit, category=category,
                             office=office, name=name, **more)["made"]

    def add_site(self, name, keeper):
        return self.admin.do("add_site", unit=self.unit, keeper=keeper,
                             name=name)["made"]

    def invite(self, holder, valid_ms=0):
        """The 16 bytes of a new one-time link."""
        token = os.urandom(16)
        self.admin.do("invite", holder=holder, valid_ms=valid_ms,
                      token=forms.sha256(token).hex())
        return token

    def enrol(self, holder, label="Máy thử"):
        """A device that is registered and known to the running meetings."""
        device = Device(holder, label)
        with self.server.connect(device) as client:
            client.enrol(self.invite(holder))
        return device

    def revoke(self, device):
        return self.admin.do("revoke_device", device=device.key.hex(),
                             reason="mất máy")

    def schedule(self, chair, minute_taker, deputy="",
                 title="Sinh hoạt chi bộ thường kỳ", agenda=()):
        return self.admin.do(
            "schedule_meeting", unit=self.unit, kind="regular", title=title,
            starts_at=int(time.time() * 1000), zone="Asia/Ho_Chi_Minh",
            place="Nhà văn hoá khu phố 3", chair=chair, deputy=deputy,
            minute_taker=minute_taker,
            agenda=[{"title": item} for item in agenda])["made"]


def open_meeting(meeting, chair, others, extra=()):
    """`chair` opens lobby and meeting, `others` (WireClients) come in."""
    chair.do("open_lobby", meeting) if not chair.log(meeting).events else None
    chair.join(meeting)
    waiting = [c for c in others if c.join(meeting) == "waiting"]
    if waiting:
        chair.settle()
        chair.do("admit_all", meeting)
        wait_all(waiting + [chair], lambda: all(
            c.log(meeting).caught_up for c in waiting), "admission")
    chair.settle()
    chair.do("open_meeting", meeting)
    end = chair.log(meeting)
    wait_all([chair, *others], lambda: all(
        len(c.log(meeting).events) >= len(end.events) for c in others),
        "the opening")


def slot_of(client, meeting):
    """The sender number of this client's device in audio frames."""
    slots = [e["slot"] for e in client.log(meeting).all("connected")
             if e["device"] == client.device.key.hex()]
    return slots[-1]


def wait_until(condition, what="it", patience=PATIENCE):
    end = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < end, f"waited for {what} in vain"
        select.select([], [], [], 0.01)
    return value
