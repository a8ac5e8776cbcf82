"""A meeting of the real server, held over a bad line by two real clients."""
import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parents[0]))
sys.path.insert(0, str(HERE.parents[1] / "conformance"))
from bad_line import (READY_S, TOOLS, BadLine, CannotMeasure,  # noqa: E402
                      Settings, demand_means, dying, end, read_line, score)
from chibo_process import environment  # noqa: E402
from server_process import Cell, ServerProcess  # noqa: E402

ADDRESS = "10.77.0.1"
JOIN_S = 150
STRAGGLERS_S = 8
WARM_UP_S = 25  # in which a client finds out what its line is like


class World:
    """An organisation with a chair, one more member and a meeting that is
    called; made once, copied for each measurement."""

    def __init__(self, directory):
        demand_means()
        self.directory = pathlib.Path(directory) / "world"
        server = ServerProcess(self.directory).start()
        try:
            admin = server.admin()
            cell = Cell(server, admin)
            chair, guest = (cell.add_member(f"Đảng viên Mẫu {i:02}",
                                            office="none" if i else
                                            "cell_leader") for i in range(2))
            self.scene = {
                "server": admin.fingerprint, "meeting":
                cell.schedule(chair, guest),
                "organisation": admin.organisation,
                "chair": self.person(cell, chair),
                "guest": self.person(cell, guest)}
            server.stop()
        finally:
            server.close()

    @staticmethod
    def person(cell, holder):
        state = cell.enrol(holder).state()
        return {"holder": holder, "seed": state["seed"]}

    def copy(self, directory):
        shutil.copytree(self.directory, directory, symlinks=True,
                        ignore=shutil.ignore_patterns("*.sock", "*-shm"))
        return directory


@dataclasses.dataclass(frozen=True)
class Measurement:
    """`cut`: seconds after the speech begins, and its length."""
    settings: Settings
    direction: str = "down"
    seconds: int = 90
    warm_up: float = WARM_UP_S
    cut: tuple = None


def speak(command, measurement, line, folder):
    """The two lines of peer_main.c (or mumble_main.c): when the speech began,
    and how it ended."""
    log_path = folder / "peer.log"
    with open(log_path, "w") as log:
        process = subprocess.Popen(
            dying([*command, "--direction", measurement.direction, "--seconds",
                   measurement.seconds, "--trace", folder / "trace.csv"]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            text=True, env=environment())
    try:
        begun = read_line(process, JOIN_S, "the members")
        line.begin()
        ended = read_line(process, measurement.seconds + STRAGGLERS_S + JOIN_S,
                          "the members")
        process.wait(READY_S)
    except CannotMeasure as failed:
        raise CannotMeasure(f"{failed} {log_path.read_text()}") from None
    finally:
        code = end(process)
        process.stdout.close()
    if code != 0 or ended["false"]:
        raise CannotMeasure(f"the members: exit code {code}, {ended}, "
                            f"{log_path.read_text()}")
    return {**begun, **ended}


def judge(measurement, line, folder, said):
    """All that is known of a measurement whose line has just ended."""
    passed = line.end()
    if line.cut_ms:
        assert line.cut_ms[0] > said["begins_ms"] + 1000 * measurement.warm_up
    return {**said, "line": passed,
            **score(folder / "trace.csv", measurement.warm_up, line.cut_ms),
            **rates(passed, measurement.direction)}


def measure(world, measurement, folder, settings=(), arguments=()):
    """One meeting over one line; what came of it, as a dictionary. `settings`
    are the server's, `arguments` the members'."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    with BadLine(measurement.settings, measurement.cut) as line:
        server = ServerProcess(
            world.copy(folder / "server"), before=line.inside("near", []),
            settings=[f'listen_address = "{ADDRESS}";', *settings])
        try:
            server.start()
            scene = folder / "scene.json"
            scene.write_text(json.dumps({**world.scene, "port": server.port}))
            said = speak([TOOLS / "peer", "--scene", scene, "--near",
                          line.near, "--far", line.far, *arguments],
                         measurement, line, folder)
            server.stop()
        finally:
            server.kill()
        return judge(measurement, line, folder, said)


def rates(passed, direction):
    """Load of the line in the direction of the speech, and back, in kb/s."""
    back = "up" if direction == "down" else "down"
    return {name: passed[side]["bytes"] * 8 / passed["seconds"] / 1000
            for name, side in (("kbps", direction), ("kbps_back", back))}
