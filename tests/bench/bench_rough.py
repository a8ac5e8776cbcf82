"""What a listener on a bad line costs the server, beside one on a good line:
one speaks, twenty listen, now plainly and now by six connections with two
copies of everything. The loop's own processor time is counted, less that of
reading a speaker whom nobody hears. Run by bench.py on a server of its own."""
import pathlib
import select
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from bench_casting import BenchServer  # noqa: E402
from server_process import Cell, open_meeting, slot_of  # noqa: E402
from wire_client import Device, audio_frame  # noqa: E402

LISTENERS, SPEECH_S, FRAME_S, ROUNDS = 20, 6.0, 0.02, 3
PAYLOAD = bytes(40)  # of 20 ms at 16 kbit/s
LANES = 5
WISHES = {
    "two frames a message": {"bundle": 2},
    "the same, six connections": {"bundle": 2, "lanes": LANES},
    "the same, a copy": {"bundle": 2, "copies": [1], "lanes": LANES},
    "the same, two copies": {"bundle": 2, "copies": [1, 3], "lanes": LANES},
}


class Room:
    def __init__(self, server, pid):
        self.server = server
        self.stat = pathlib.Path(f"/proc/{pid}/schedstat")
        cell = Cell(server, server.admin(), "Chi bộ đường truyền xấu")
        members = [cell.add_member(f"Đảng viên Mẫu {i + 1:03}",
                                   office="none" if i else "cell_leader")
                   for i in range(LISTENERS + 1)]
        self.meeting = cell.schedule(members[0], members[1])
        self.clients = [server.login(cell.enrol(m)) for m in members]
        self.lanes = []
        open_meeting(self.meeting, self.clients[0], [])
        self.slot = slot_of(self.clients[0], self.meeting)
        self.said = 0

    def fill(self):
        """The listeners come in."""
        chair, *others = self.clients
        for client in others:
            client.join(self.meeting)
        chair.settle()
        chair.do("admit_all", self.meeting)
        for client in others:
            client.wait(lambda: client.log(self.meeting).caught_up,
                        "admission")

    def set_line(self, wish):
        for client in self.clients[1:]:
            token = client.ask("line", **wish)["token"]
            for _ in range(wish.get("lanes", 0)):
                lane = self.server.connect(Device())
                lane.ask("attach", token=token)
                self.lanes.append(lane)
        if not wish:
            for lane in self.lanes:
                lane.wait(lambda: lane.is_over, "the end of a lane")
            self.lanes = []

    def pump(self, seconds):
        everybody = self.clients + self.lanes
        ready, _, _ = select.select(everybody, [], [], max(0, seconds))
        for client in ready:
            client.pump()

    def speak(self):
        """(µs of the server's time a second, frames heard, messages)"""
        for client in self.clients + self.lanes:
            client.audio.clear()
            client.frames_in = 0
        begun = time.monotonic()
        before = self.cpu_ns()
        for n in range(int(SPEECH_S / FRAME_S)):
            while (left := begun + n * FRAME_S - time.monotonic()) > 0:
                self.pump(left)
            self.clients[0].send_binary(
                audio_frame(self.slot, self.said, PAYLOAD))
            self.said += 1
        end = time.monotonic() + 0.5
        while (left := end - time.monotonic()) > 0:
            self.pump(left)
        spent = (self.cpu_ns() - before) / 1000
        everybody = self.clients + self.lanes
        return (spent / (time.monotonic() - begun),
                sum(len(c.audio) for c in everybody),
                sum(c.frames_in for c in everybody))

    def cpu_ns(self):
        return int(self.stat.read_text().split()[0])


def middle(values):
    return sorted(values)[len(values) // 2]


def run(port, directory, pid):
    room = Room(BenchServer(port, directory), pid)
    alone = middle([room.speak()[0] for _ in range(ROUNDS)])
    room.fill()
    good, found = [], {name: [] for name in WISHES}
    for _ in range(ROUNDS):
        for name, wish in WISHES.items():
            room.set_line({})
            plain = room.speak()
            room.set_line(wish)
            rough = room.speak()
            good.append((plain[0] - alone) / LISTENERS)
            found[name].append(
                ((rough[0] - alone) / (plain[0] - alone),
                 (rough[0] - alone) / LISTENERS, *rough[1:]))
    frames = int(SPEECH_S / FRAME_S)
    print(f"rough: a good line costs {middle(good):.0f} us a second; "
          f"a speaker whom nobody hears {alone:.0f}", flush=True)
    for name, rows in found.items():
        ratio, cost, heard, messages = map(middle, zip(*rows))
        print(f"rough: {name}: {ratio:.2f} times a good line ({cost:.0f} us a "
              f"second), {heard / LISTENERS / frames:.2f} of each frame in "
              f"{messages / LISTENERS / SPEECH_S:.0f} messages a second",
              flush=True)
    for client in room.clients + room.lanes:
        client.stream.close()
