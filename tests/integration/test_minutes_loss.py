"""No text of the minutes that was acknowledged is ever lost.

A minute-taker's client and a server, both real; either is killed in the middle
of typing, and what no fsync had covered is undone on the server's disk. Then:
what the client said it keeps is in the log, once, or still kept as a conflict;
what it called saved is in the log with that very text. The same with a disk
that is full, a clock that is set, and two writers of one entry.

CHIBO_SEED=n repeats a run; CHIBO_MINUTES_ROUNDS=n makes it longer.
"""
import os
import pathlib
import random
import select
import subprocess
import sys
import time
from collections import Counter

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import chibo_process as play  # noqa: E402

ROUNDS = int(os.environ.get("CHIBO_MINUTES_ROUNDS", 6))
ROUNDS_TO_FIND = 60  # ends with the first loss
TEXTS_A_ROUND = 6
LONGEST_PAUSE_S = 0.03
FULL_BYTES = 2 * 1024 * 1024
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
UNDO_FS = play.BUILD / "tests/undo_fs.so"


class Loss(AssertionError):
    """A text that was acknowledged is not there, or is there twice."""


class Writer(play.Member):
    """Who writes, and what its client has said of each text."""

    def __init__(self, *words, **surroundings):
        super().__init__(*words, **surroundings)
        self.kept = set()  # texts that the client said it keeps
        self.by_number = {}  # of the client's store, in this life -> text
        self.saved = {}  # seq -> text
        self.refused = {}  # number -> text
        self.asked = []  # texts of this life, in order, not told yet
        self.open = set()  # numbers of what is on the way
        self.read = 0

    def come(self, meeting):
        self.asked, self.read, self.by_number, self.open = [], 0, {}, set()
        self.join(meeting, "--audio", "none")
        self.caught_up()
        self.take()
        texts = self.do("texts")["texts"]
        self.by_number = {kept["text"]: kept["command"]["text"]
                          for kept in texts}
        self.open = {kept["text"] for kept in texts
                     if kept["stage"] == "waiting"}
        return self

    def write(self, text, op="write_entry", **fields):
        self.asked.append(text)
        self.send(op, text=text, **fields)

    def take(self):
        """What the client has said since."""
        with self.output.changed:
            lines = self.output.lines[self.read:]
            self.read += len(lines)
        for line in lines:
            stage, number = line.get("stage"), line.get("text")
            if stage in ("kept", "unkept"):
                text = self.asked.pop(0)
                self.by_number[number] = text
                self.open.add(number)
                self.refused.pop(number, None)
                if stage == "kept":
                    self.kept.add(text)
            elif stage == "saved":
                # None: it died before it had told of this text.
                self.saved[line["seq"]] = self.by_number.get(number)
                self.open.discard(number)
            elif stage == "refused":
                self.refused[number] = self.by_number[number]
                self.open.discard(number)

    def has_seen_a_loss(self):
        """Has the server lost what this client had seen of it?"""
        with self.output.changed:
            return any(
                line.keys() & {"held", "trust_alarm", "tail_lost"}
                or (line.get("connection"), line.get("reason"))
                == ("refused", "login")
                or line.get("stage") == "delayed"
                and line["error"]["code"] == "held"
                for line in self.output.lines)

    def waits(self):
        """Texts that are on the way, as the client itself counts them."""
        return [kept["text"] for kept in self.do("texts")["texts"]
                if kept["stage"] == "waiting"]

    def all_saved(self):
        """Waits until nothing is on the way any more. What a loss holds up is
        tried again for ever, and said each time: that is no end."""
        end = time.monotonic() + play.PATIENCE_S
        self.take()
        while self.asked or self.open:
            what = f"the end of {self.asked} and {self.open}"
            if self.has_seen_a_loss():
                raise play.Failure(f"{self.name}: {what} waits for a loss")
            self.wait(lambda line: "stage" in line, what, self.read,
                      end - time.monotonic())
            self.take()


class Room:
    """Chair m1, minute-taker m2, and their server, the meeting open."""

    def __init__(self, directory, binary=None, client=None, undo=False,
                 **surroundings):
        self.directory = directory
        self.undo_log = directory / "undo.log" if undo else None
        if undo:
            surroundings.update(
                LD_PRELOAD=str(UNDO_FS), UNDO_FS_LOG=str(self.undo_log),
                UNDO_FS_DIR=str((directory / "server/data").resolve()))
        self.undone = 0
        self.server = play.Server(directory / "server", binary=binary,
                                  surroundings=surroundings).start()
        try:
            self.set_up(client)
        except BaseException:
            self.close()
            raise

    def set_up(self, client):
        people = self.directory / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2")[0]["made"]
        links = self.server.invite("m1", "m2")
        self.chair, self.taker = (
            Writer(self.directory / holder, holder, holder)
            for holder in ("m1", "m2"))
        for member in (self.chair, self.taker):
            member.enroll(links[member.holder])
        if client:
            self.taker.binary = client
        self.chair.join(self.meeting, "--audio", "none")
        self.chair.do("open_lobby")
        self.chair.caught_up()
        self.taker.come(self.meeting)
        self.chair.do("open_meeting")
        self.taker.event("opened")

    def close(self):
        for member in (getattr(self, "chair", None),
                       getattr(self, "taker", None)):
            if member:
                member.kill()
        if self.server.process and self.server.process.poll() is None:
            self.server.process.kill()
            self.server.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def has_seen_a_loss(self):
        return self.chair.has_seen_a_loss() or self.taker.has_seen_a_loss()

    def kill_server(self):
        """And the power with it: what no fsync covered is gone."""
        self.server.kill()
        if self.undo_log:
            done = subprocess.run(
                ["/usr/bin/python3", HERE.parent / "support/undo_fs/apply.py",
                 self.server.data, self.undo_log], capture_output=True,
                text=True, check=True)
            self.undone += int(done.stdout.split()[1])
            self.undo_log.unlink(missing_ok=True)

    def log(self):
        """All texts of entries by seq, as somebody who comes anew reads them."""
        self.chair.kill()
        self.chair.join(self.meeting, "--audio", "none")
        end = self.chair.caught_up()["caught_up"]
        written, texts = set(), {}
        with self.chair.output.changed:
            lines = list(self.chair.output.lines)
        for line in lines:
            if line.get("ev") in ("entry_written", "entry_edited"):
                written.add(line["seq"])
            elif line.get("open") in written and line["field"] == "text":
                texts[line["open"]] = line["value"]
        assert all(seq < end for seq in written)
        return texts

    def check(self, *writers):
        """All that was acknowledged is there, once."""
        texts = self.log()
        times = Counter(texts.values())
        twice = [text for text, count in times.items() if count > 1]
        if twice:
            raise Loss(f"in the log more than once: {twice}")
        for writer in writers:
            writer.take()
            for seq, text in writer.saved.items():
                if seq not in texts or text not in (None, texts[seq]):
                    raise Loss(f"{text!r} was called saved as event {seq}, "
                               f"which has {texts.get(seq)!r}")
            kept = {k["command"]["text"] for k in writer.do("texts")["texts"]}
            lost = [text for text in writer.kept
                    if text not in times and text not in kept]
            if lost:
                raise Loss(f"kept by the client, and gone: {lost}")
        return texts


def seed_of_this_run():
    seed = int(os.environ.get("CHIBO_SEED", random.randrange(2**32)))
    print(f"CHIBO_SEED={seed}")
    return seed


def pause(chance):
    # The moment is what is varied: nothing is waited for.
    select.select([], [], [], chance.random() * LONGEST_PAUSE_S)


def kill_one(room, chance):
    """Server, client or both, in the middle of it."""
    victim = chance.choice(("server", "client", "both"))
    if victim != "client":
        room.kill_server()
    if victim != "server":
        room.taker.take()
        room.taker.kill()
        room.taker.output.thread.join(play.PATIENCE_S)
        room.taker.take()
    if victim != "client":
        room.server.start()
    if victim != "server":
        room.taker.come(room.meeting)


def type_and_kill(room, rounds):
    chance = random.Random(seed_of_this_run())
    for n in range(rounds):
        for i in range(TEXTS_A_ROUND):
            room.taker.write(f"Ý kiến {n}.{i} của các đồng chí")
        told = chance.choice((None, "kept", "saved"))
        if told:  # some are told before the end comes
            room.taker.wait(lambda line: line.get("stage") == told,
                            f"the first text to be {told}", room.taker.read)
        pause(chance)
        kill_one(room, chance)
        if room.has_seen_a_loss():
            raise play.Failure("nothing more can come")
    room.taker.all_saved()
    texts = room.check(room.taker)
    assert len(room.taker.saved) > 0
    print(f"{len(texts)} texts, {room.undone} writes undone")


def play_on(directory, rounds, **faults):
    with Room(directory, undo=True, **faults) as room:
        try:
            type_and_kill(room, rounds)
        except play.Failure as failure:
            if room.has_seen_a_loss():
                raise Loss("a client misses what it had seen") from failure
            raise
        if room.has_seen_a_loss():
            raise Loss("a client missed what it had seen")


def test_no_text_is_lost_when_client_and_server_die(tmp_path):
    play_on(tmp_path, ROUNDS)


@pytest.mark.parametrize("server", ["chibod_early", "chibod_unsafe"])
def test_a_server_that_tells_before_it_has_saved_is_found_out(tmp_path, server):
    with pytest.raises(Loss) as found:
        play_on(tmp_path, ROUNDS_TO_FIND,
                binary=play.BUILD / "tests" / server)
    print(found.value)


def test_a_client_that_keeps_nothing_is_found_out(tmp_path):
    with pytest.raises(Loss) as found, \
            Room(tmp_path, client=play.BUILD / "tests/chibo_forgetful") as room:
        kept_while_the_server_is_away(room)
    print(found.value)


def kept_while_the_server_is_away(room):
    mark = room.taker.mark()
    room.server.kill()
    room.taker.wait(lambda line: line.get("connection") == "lost",
                    "the line to be lost", mark)
    room.taker.write("Ý kiến khi mất kết nối")
    room.taker.wait(lambda line: line.get("stage") == "kept", "it is kept",
                    mark)
    room.taker.take()
    room.taker.kill()
    room.server.start()
    room.taker.come(room.meeting)
    room.taker.all_saved()
    return room.check(room.taker)


def test_what_was_typed_in_an_outage_outlives_the_client(tmp_path):
    with Room(tmp_path) as room:
        texts = kept_while_the_server_is_away(room)
        assert list(texts.values()) == ["Ý kiến khi mất kết nối"]


# --- a disk that is full ---------------------------------------------------------


def fill(folder):
    """Until nothing more fits."""
    filler = folder / "filler"
    with open(filler, "wb") as out:
        for size in (65536, 4096, 1):
            try:
                while True:
                    os.write(out.fileno(), b"x" * size)
            except OSError:
                continue
    return filler


def mounted(folder):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o",
                    f"size={FULL_BYTES},mode=0700", "tmpfs", folder],
                   check=True)


def test_a_full_disk_of_the_server_loses_nothing(tmp_path):
    mounted(tmp_path / "server")
    try:
        with Room(tmp_path) as room:
            room.taker.write("Trước khi đầy")
            room.taker.all_saved()
            filler = fill(room.server.directory)
            mark = room.taker.mark()
            for n in range(40):
                room.taker.write(f"Ý kiến {n} khi đĩa đầy: " + "dài " * 1000)
            room.taker.wait(lambda line: line.get("stage") == "delayed",
                            "a text that cannot be saved", mark)
            assert room.taker.waits()
            room.kill_server()  # a restart does not help, nor lose anything
            filler.unlink()
            room.server.start()
            room.taker.all_saved()
            assert len(room.check(room.taker)) == 41
            assert not room.taker.refused
    finally:
        subprocess.run(["umount", "-l", tmp_path / "server"], check=True)


def test_a_full_disk_of_the_client_is_told_and_loses_nothing(tmp_path):
    with Room(tmp_path) as room:
        room.taker.write("Trước khi đầy")
        room.taker.all_saved()
        folder = room.taker.profile / "texts"
        mounted(folder)
        try:
            fill(folder)
            mark = room.taker.mark()
            room.taker.write("Khi đĩa đầy")
            room.taker.wait(lambda line: line.get("stage") == "unkept",
                            "that it cannot be kept", mark)
            room.taker.wait(lambda line: line.get("stage") == "saved",
                            "that the server has it", mark)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
        room.taker.take()
        assert list(room.check(room.taker).values()) == ["Trước khi đầy",
                                                         "Khi đĩa đầy"]


# --- a clock that is set ---------------------------------------------------------


def set_clock(clock, shift):
    """At once: a file half written would be another time."""
    beside = clock.with_suffix(".new")
    beside.write_text(shift + "\n")
    beside.replace(clock)


def test_a_clock_set_back_and_forward_loses_nothing(tmp_path):
    clock = tmp_path / "clock"
    set_clock(clock, "+0")
    with Room(tmp_path, LD_PRELOAD=str(FAKETIME), FAKETIME_NO_CACHE="1",
              FAKETIME_TIMESTAMP_FILE=str(clock),
              FAKETIME_DONT_FAKE_MONOTONIC="1") as room:
        for n, shift in enumerate(("-3h", "+9h", "-2d", "+0")):
            mark = room.taker.mark()
            set_clock(clock, shift)
            for i in range(TEXTS_A_ROUND):
                room.taker.write(f"Ý kiến {n}.{i}")
            if n % 2:
                room.kill_server()
                room.server.start()
            else:
                room.taker.wait(lambda line: line.get("ev") == "clock_jumped",
                                "the log to tell of the jump", mark)
            room.taker.all_saved()
        texts = room.check(room.taker)
        assert len(texts) == 4 * TEXTS_A_ROUND
        with room.chair.output.changed:
            at = [line["at"] for line in room.chair.output.lines
                  if "ev" in line]
        assert at == sorted(at)


# --- two writers -----------------------------------------------------------------


def test_two_writers_of_one_entry_lose_nothing(tmp_path):
    with Room(tmp_path) as room:
        writers = room.taker, room.chair
        room.taker.write("Bản đầu")
        room.taker.all_saved()
        for n in range(ROUNDS):
            version = room.chair.do("state")["state"]["next"]
            room.taker.state_with(lambda s: s["next"] >= version, "the same")
            newest = 1 + len(room.chair.saved) + len(room.taker.saved) - 1
            for writer in writers:
                writer.write(f"Bản của {writer.holder}, lượt {n}", "edit_entry",
                             entry="e1", version=newest)
            for writer in writers:
                writer.all_saved()
            losers = [w for w in writers if w.refused]
            assert len(losers) == 1, "one was first, the other was told so"
            loser, = losers
            (number, text), = loser.refused.items()
            assert text == f"Bản của {loser.holder}, lượt {n}"
            loser.write(text, "edit_entry", entry="e1", version=newest + 1,
                        kept=number)
            loser.all_saved()
            assert not loser.refused
        texts = room.check(room.taker)
        assert len(texts) == 1 + 2 * ROUNDS
