"""Two hundred ballots are cast within five seconds, while others talk: how long
until the last one is verified and on disk, and what it costs the voices. Run by
bench.py on a server of its own. Forty voters cast five each, which is the same
to the server as two hundred who cast one, and less to this program."""
import pathlib
import select
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from ballot_play import BallotPlay, form_text  # noqa: E402
from ballot_reference import questions  # noqa: E402
from server_process import Cell, open_meeting, slot_of  # noqa: E402
from wire_client import (AdminClient, WireClient, audio_frame,  # noqa: E402
                         wait_all)

ANSWERS, MOST = 10, 5
CAST_S = 5.0
BALLOTS_EACH = 5
LISTENERS, FRAMES, FRAME_S = 19, 400, 0.02


class BenchServer:
    """What Cell wants of a server, of one that bench.py has started."""

    def __init__(self, port, directory):
        self.port = port
        self.directory = pathlib.Path(directory)

    def admin(self):
        return AdminClient(self.directory / "admin.sock")

    def connect(self, device=None, **options):
        return WireClient(self.port, device, **options)

    def login(self, device, **options):
        return self.connect(device, **options).login()


def prepare(server, voters):
    """A ballot that is open, and a ballot of every voter."""
    admin = server.admin()
    cell = Cell(server, admin)
    members = [cell.add_member(f"Đảng viên Mẫu {i + 1:03}",
                               office="none" if i else "cell_leader")
               for i in range(voters)]
    meeting = cell.schedule(members[0], members[1])
    clients = [server.login(cell.enrol(m)) for m in members]
    for i, client in enumerate(clients):
        client.cosigns_as = ["chair", "minute-taker", "member"][min(i, 2)]
    open_meeting(meeting, clients[0], clients[1:])
    for client in clients:
        client.do("confirm_presence", meeting)
    clients[0].settle()
    clients[0].do("confirm_roll", meeting)
    play = BallotPlay(server, meeting, clients, tellers=1, threshold=1)
    asked = questions.Question([f"Đảng viên Mẫu {i + 1:03}"
                                for i in range(ANSWERS)], 1, MOST,
                               "Bầu tối đa 5 đồng chí")
    play.draft(form_text(asked=[asked], drawn=["choose"]))
    play.run(since="adopt", upto="open")
    ready = []
    for n in range(BALLOTS_EACH):
        for voter in play.voters:
            marks = [int(i % 3 == n % 3) for i in range(ANSWERS)]
            ready.append((voter.client, voter.make([marks])))
            for client in clients:  # it is asked whether it is there
                client.pump()
    return play, ready


def cast_all(play, ready):
    """Seconds from the first ballot to each receipt, and how long each took."""
    begun = time.monotonic()
    gap = CAST_S / len(ready)
    sent, waiting, taken = 0, {}, []
    while len(taken) < len(ready):
        now = time.monotonic()
        while sent < len(ready) and now - begun >= sent * gap:
            client, data = ready[sent]
            number = client.request("cast", log=play.meeting,
                                    ballot=play.ballot, text=data.decode())
            waiting[client, number] = now
            sent += 1
        select.select(play.clients, [], [], gap / 4)
        for client in play.clients:
            client.pump()
        for client, number in list(waiting):
            if number in client.answers:
                answer = client.answers.pop(number)
                assert "error" not in answer, answer
                now = time.monotonic()
                taken.append((now - begun, now - waiting.pop(
                    (client, number))))
    return taken


# --- voices: a process of its own --------------------------------------------

def talk(port, directory):
    """One speaks and nineteen listen: prints "ready", then after so many frames
    the 99th percentile of the way from the speaker to a listener in ms."""
    server = BenchServer(port, directory)
    admin = server.admin()
    cell = Cell(server, admin, "Chi bộ nghe")
    members = [cell.add_member(f"Đảng viên Mẫu {i + 1:03}",
                               office="none" if i else "cell_leader")
               for i in range(LISTENERS + 1)]
    meeting = cell.schedule(members[0], members[1])
    clients = [server.login(cell.enrol(m)) for m in members]
    open_meeting(meeting, clients[0], clients[1:])
    slot = slot_of(clients[0], meeting)
    for client in clients:
        client.audio.clear()
    print("ready", flush=True)
    ways = speak(clients, slot)
    ways.sort()
    print(f"{1000 * ways[int(len(ways) * 0.99)]:.3f}", flush=True)


def speak(clients, slot):
    begun, sent, ways = time.monotonic(), [], []
    while len(ways) < FRAMES * LISTENERS:
        now = time.monotonic()
        assert now - begun < FRAMES * FRAME_S + 20, len(ways)
        if len(sent) < FRAMES and now - begun >= len(sent) * FRAME_S:
            clients[0].send_binary(audio_frame(slot, len(sent)))
            sent.append(time.monotonic())
        left = begun + len(sent) * FRAME_S - time.monotonic()
        ready, _, _ = select.select(clients, [], [], max(0, min(left, 0.02)))
        for client in ready:
            client.pump()
            now = time.monotonic()
            ways += [now - sent[sequence] for _, sequence, _ in client.audio]
            client.audio.clear()
    return ways


def start_talking(port, directory):
    process = subprocess.Popen(
        ["taskset", "-c", "1", sys.executable, __file__, str(port),
         str(directory)], stdout=subprocess.PIPE, text=True)
    return process


def line_of(process, clients):
    """Its next line; the clients stay connected meanwhile."""
    while True:
        ready, _, _ = select.select([process.stdout, *clients], [], [], 60)
        for client in clients:
            client.pump()
        if process.stdout in ready:
            return process.stdout.readline().strip()


def p99_of(process, clients):
    found = float(line_of(process, clients))
    process.stdout.close()
    process.wait()
    return found


def run(port, directory, voters=40):
    play, ready = prepare(BenchServer(port, directory), voters)
    talking = start_talking(port, directory)
    assert line_of(talking, play.clients) == "ready"
    alone = p99_of(talking, play.clients)
    talking = start_talking(port, directory)
    assert line_of(talking, play.clients) == "ready"
    taken = cast_all(play, ready)
    meanwhile = p99_of(talking, play.clients)
    size = len(ready[0][1])
    print(f"casting: {len(ready)} ballots of {ANSWERS} answers ({size} bytes) "
          f"within {CAST_S:.0f} s: the last one recorded after "
          f"{max(t for t, _ in taken):.2f} s, slowest receipt "
          f"{max(d for _, d in taken):.2f} s; p99 of voices {meanwhile:.2f} "
          f"ms, without ballots {alone:.2f} ms", flush=True)
    wait_all(play.clients, lambda: len(play.recorded()) == len(ready),
             "the ballots at the chair's")


if __name__ == "__main__":
    talk(int(sys.argv[1]), sys.argv[2])
