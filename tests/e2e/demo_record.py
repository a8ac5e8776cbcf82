"""The end of the demo meeting: minutes read back, objected to, adopted and
signed; and what is left of it, one file and the papers in it, which chibo-verify
draws again and compares.
"""
import pathlib
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from pdf_words import difference  # noqa: E402
from record_file import heads_of  # noqa: E402

MOTION = "Thông qua biên bản"
RESERVATION = "Đề nghị ghi rõ thời hạn hoàn thành từng việc."
PAPERS = ("minutes", "attendance", "voting", "tasks", "notice", "tally-b1")


class DemoRecord:
    def __init__(self, demo):
        self.demo = demo
        self.people = demo.people
        self.chair, self.taker = demo.people["m1"], demo.people["m3"]

    # -- in the meeting --

    def read_back(self):
        drawn = self.taker.do("draw_minutes")
        self.taker.do("present_minutes", minutes=drawn["blob"],
                      size=drawn["size"], upto=drawn["upto"])
        for member in self.people.values():
            member.event("minutes_presented", version=1)
        raised = self.people["m4"].do(
            "raise_objection", kind="reservation", version=1, entry="",
            line=drawn["upto"], text=RESERVATION)["made"]
        self.chair.event("objection_raised", objection=raised)
        self.chair.do("answer_objection", objection=raised, answer="declined",
                      text="Chi bộ ghi nhận, giữ nguyên biên bản.")
        self.demo.check(True, "the minutes are read back; one member has a "
                        "reservation, which is answered and kept")

    def adopt(self):
        vote = self.chair.do("start_vote", matter="minutes",
                             motion=MOTION)["made"]
        for holder in ("m1", "m2", "m3", "m4"):
            self.people[holder].event("vote_started", vote=vote)
            self.people[holder].do("vote", vote=vote, choice="yes")
        self.people["s1"].event("vote_started", vote=vote)
        self.people["s1"].do("enter_hall_votes", vote=vote, site="s1", yes=2,
                             no=0, other=0, abstain=0)
        self.chair.do("close_vote", vote=vote)
        for member, role in ((self.taker, "minute-taker"),
                             (self.chair, "chair")):
            adopted = member.event("minutes_adopted", version=1)
            member.do("sign_minutes", role=role, version=1, c=adopted["c"])
        for member in self.people.values():
            self.signed = member.event("minutes_signed", role="chair")["seq"]
        self.demo.check(True, "they are adopted, and signed by minute-taker "
                        "and chair with their devices' keys")

    # -- afterwards --

    def export(self):
        demo = self.demo
        path = demo.directory / "meeting.chibo"
        row = demo.server.control("record", "export", demo.meeting, "--out",
                                  path)[0]
        demo.check(row["signed_off"] and row["level"] == "full",
                   f"the record is one file of {row['size']} bytes")
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.startswith("documents/") or name == "minutes.json":
                    (demo.directory / pathlib.Path(name).name).write_bytes(
                        packed.read(name))
        return path

    def look(self):
        directory = self.demo.directory
        code = self.code()
        for name in PAPERS:
            text = play.run(["pdftotext", "-raw", directory / f"{name}.pdf",
                             "-"], name)
            if code not in text:
                raise play.Failure(f"{name}.pdf has not the code {code}")
        for path in sorted(directory.glob("*.pdf")):
            papers = 2 if path.name.startswith("ballot_") else 1
            other = difference(path, papers)
            if other:
                raise play.Failure(f"{path.name} shows and carries {other}")
        text = play.run(["pdftotext", "-raw", directory / "minutes.pdf", "-"],
                        "minutes")
        told = " ".join(text.split())
        for wanted in ("BIÊN BẢN", "CHI BỘ MẪU", RESERVATION,
                       "thu đảng phí tháng 11", "Đảng viên Mẫu 01"):
            if wanted not in told:
                raise play.Failure(f"minutes.pdf does not say: {wanted}")
        if not (directory / "attendance.csv").read_text(
                "utf-8-sig").startswith("TT,"):
            raise play.Failure("attendance.csv has no headings")
        self.demo.check(True, "minutes, tally, attendance, votes and tasks are "
                        "printed, with the code of the head that both signed "
                        "at their foot; each page shows the text that its "
                        "file carries")

    def code(self):
        """The head that both had signed, as a member's device computed it."""
        log = self.demo.directory / "meeting.log"
        return heads_of(log.read_bytes().splitlines())[self.signed].hex()

    def verify(self, path):
        for language, name in (("vi", "record-verified.txt"), ("en", None)):
            done = subprocess.run(
                [play.BUILD / "bin/chibo-verify", path, "--anchor",
                 self.demo.directory / "anchors.txt", "--language", language],
                stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=60)
            if name:
                (self.demo.directory / name).write_text(done.stdout)
        self.demo.check(done.returncode == 0 and
                        "every letter is the same" in done.stdout,
                        "chibo-verify finds the record valid and complete, and "
                        "its minutes and documents as it draws them itself")
