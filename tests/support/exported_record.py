"""A meeting that was played, the file of its record at each level, exported from
a real server while it runs, and what is done to such a file: what chibo-verify
says of it, and what can be changed in it, as (record, exported) -> None."""
import io
import json
import os
import pathlib
import subprocess
import zipfile

import played_record
from record_file import RecordFile
from server_process import BUILD

COMPLETE, INVALID, UNUSABLE, SO_FAR = 0, 1, 2, 3
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# Of a meeting with a hall, an open vote and no tasks.
PAPERS = ["attendance", "attendance_form", "attendance_form-1", "minutes",
          "notice", "voting"]
DOCUMENTS = sorted(
    [f"documents/{name}.{kind}" for name in PAPERS for kind in
     ("docx", "pdf")] + ["documents/attendance.csv", "documents/minutes.txt",
                         "documents/voting.csv"])
TEMPLATES = [f"templates/{name}.mustache" for name in PAPERS if "-" not in name]
TEMPLATE = "templates/minutes.mustache"
ATTACHED = "Dự thảo nghị quyết\n".encode()


def verify(*arguments, without=None):
    name = f"tests/chibo-verify_without_{without}" if without else \
        "bin/chibo-verify"
    done = subprocess.run([BUILD / name, *map(str, arguments), "--json"],
                          capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


def report(path, language="en"):
    return subprocess.run(
        [BUILD / "bin/chibo-verify", path, "--language", language],
        capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL).stdout


def chiboctl(server, *words, code=0, **environment):
    done = subprocess.run([BUILD / "bin/chiboctl", *map(str, words),
                           "--config", server.config, "--language", "en"],
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment},
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


class Exported:
    """A meeting that was played, and its record at each level."""

    def __init__(self, directory):
        self.directory = directory
        play = self.play = played_record.Play(
            directory / "server", silent=(),
            binary=BUILD / "tests/chibod_undrawn")
        try:
            play.found()
            play.come()
            play.call_the_roll()
            chair = play.clients["m1"]
            blob = chair.put_blob(ATTACHED)
            play.do("m1", "attach_document", blob=blob, size=len(ATTACHED),
                    name="du_thao.txt", type="txt", item="a2")
            play.discuss()
            play.vote()
            self.running = self.export("running")
            self.falsify()
            self.adopt()
            play.change_devices()
            play.end()
            self.meeting = play.meeting_record()
            self.register = play.register_record()
            self.full = self.export("full")
            play.cell.add_member("Đảng viên Mẫu 08")
            self.again = self.export(
                "again", LD_PRELOAD=str(FAKETIME), TZ="Asia/Tokyo",
                FAKETIME="@2031-07-01 12:00:00", LANG="C",
                ASAN_OPTIONS="verify_asan_link_order=0")
        finally:
            play.close()
        self.member = self.redact("member", self.full)
        self.upper = self.redact("upper", self.full)

    def falsify(self):
        """m3 reads back minutes with one word that is not the log's."""
        play, author = self.play, self.play.clients["m3"]
        drawn = author.ask("draw_minutes", log=play.meeting)
        text = author.get_blob(drawn["blob"])
        false = text.replace("Hội trường Mẫu".encode(),
                             "Hội trường khác".encode())
        assert false != text
        play.do("m3", "present_minutes", minutes=author.put_blob(false),
                size=len(false), upto=drawn["upto"])
        path = self.directory / "false.chibo"
        self.refused = play.beside(lambda: chiboctl(
            play.server, "record", "export", play.meeting, "--out", path,
            code=1))
        assert not path.exists()
        later = false.replace(b'"format":4,', b'"format":5,')
        assert later != false
        play.do("m3", "present_minutes", minutes=author.put_blob(later),
                size=len(later), upto=drawn["upto"])
        self.later = self.export("later")

    def signed_head(self):
        """In hex, as the chair's device computed it."""
        last = [seq for seq, event in enumerate(self.meeting.events)
                if b'"ev":"minutes_signed"' in event][-1]
        return self.meeting.heads[last].hex()

    def adopt(self):
        """m3, who has the minutes by now, reads them back; they are adopted
        and signed by both."""
        play, author = self.play, self.play.clients["m3"]
        drawn = author.ask("draw_minutes", log=play.meeting)
        play.do("m3", "present_minutes", minutes=drawn["blob"],
                size=drawn["size"], upto=drawn["upto"])
        self.minutes = play.clients["m2"].get_blob(drawn["blob"])
        play.do("m1", "start_vote", matter="minutes", motion="Thông qua")
        play.confirmed("vote_started", 3)
        for holder in ("m1", "m2", "m3", "m4"):
            play.do(holder, "vote", vote="v3", choice="yes")
        play.do("m1", "close_vote", vote="v3")
        play.confirmed("vote_closed", 2)
        for holder, role in (("m3", "minute-taker"), ("m1", "chair")):
            log = play.clients[holder].log(play.meeting)
            adopted = log.all("minutes_adopted")[0]
            play.do(holder, "sign_minutes", role=role,
                    version=adopted["version"], c=adopted["c"])
        play.settle()

    def export(self, name, **environment):
        path = self.directory / f"{name}.chibo"
        self.play.beside(lambda: chiboctl(
            self.play.server, "record", "export", self.play.meeting, "--out",
            path, **environment))
        return path

    def redact(self, level, path, code=0):
        out = self.directory / f"{level}-{path.name}"
        self.said = chiboctl(self.play.server, "record", "redact", "--level",
                             level, path, out, code=code)
        return out

    @property
    def seed(self):
        """What only the server has."""
        return bytes.fromhex((self.play.server.data / "identity.key")
                             .read_text().strip())

    def file(self, level="full"):
        return RecordFile(getattr(self, level).read_bytes())


def carried(record, name):
    """The canonical text in a DOCX."""
    import xml.etree.ElementTree
    with zipfile.ZipFile(io.BytesIO(record.files[name])) as docx:
        part = docx.read("customXml/item1.xml")
    return xml.etree.ElementTree.fromstring(part).text


# --- changes ----------------------------------------------------------------------


def flip(name):
    def do(record, _):
        data = bytearray(record.files[name])
        data[len(data) // 2] ^= 1
        record.files[name] = bytes(data)
    return do


def drop(name):
    return lambda record, _: record.files.pop(name)


def add(name, data=b"x"):
    return lambda record, _: record.files.update({name: data})


def other_ruleset(record, _):
    name = "ruleset/interim-2026-11.conf"
    record.files[name] = record.files[name].replace(b"k_min = 5",
                                                    b"k_min = 4")
