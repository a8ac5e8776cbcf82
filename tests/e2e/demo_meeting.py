#!/usr/bin/python3
"""A whole meeting, played by real processes.

    demo_meeting.py [DIRECTORY]

Seven sample members meet: five at their own computers, two in a hall. It is
their first meeting: they vouch for each other's devices in pairs. The chair
opens, the roll is taken, two speak, a motion is voted on; then the server is
killed and started again, and the meeting goes on. A secret ballot is held, the
minutes are read back, adopted and signed, the meeting is closed; their devices
confirm the record, and chibo-verify checks it, the ballot and the papers without
the server. What is claimed on the way is checked.
Everything is left in DIRECTORY (build/demo).
Exit code 0 if all of it was right, 1 if not.
"""
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import chibo_process as play  # noqa: E402
from demo_ballot import DemoBallot  # noqa: E402
from demo_record import DemoRecord  # noqa: E402
from demo_sound import DemoSound  # noqa: E402

CELL = "Chi bộ Mẫu"
SITE = "Hội trường khu phố Mẫu"
MOTION = "Nhất trí thông qua phương hướng, nhiệm vụ tháng 12"
AGENDA = ("Đánh giá kết quả thực hiện nhiệm vụ tháng 11",
          "Phương hướng, nhiệm vụ tháng 12")
TASK = "Theo dõi, đôn đốc việc thực hiện nhiệm vụ tháng 12"
DUE_MS = 1798650000000  # 2026-12-31 00:00 in Vietnam
AUTHORITY = {"number": "01-CV/MẪU", "date": "2026-08-01",
             "issuer": "Đảng ủy phường Mẫu (văn bản mẫu)"}


class Demo:
    def __init__(self, directory):
        self.directory = directory
        self.begun = time.monotonic()
        self.server = None
        self.people = {}  # by id of the holder
        self.meeting = ""
        self.checks = 0
        self.ballot = None  # the archive of the secret ballot
        self.sound = DemoSound(self)

    # --- telling and checking -------------------------------------------------

    def say(self, text):
        print(f"[{time.monotonic() - self.begun:5.1f} s] {text}", flush=True)

    def check(self, is_right, claim):
        if not is_right:
            raise play.Failure(f"this is not so: {claim}")
        self.checks += 1
        print(f"          ok: {claim}", flush=True)

    def everybody(self):
        return list(self.people.values())

    def others(self, *members):
        return [m for m in self.everybody() if m not in members]

    # --- before the meeting -----------------------------------------------------

    def found(self):
        self.say("a server with an empty database")
        self.server = play.Server(self.directory / "server",
                                  "Đảng bộ phường Mẫu", ruleset="party-2026",
                                  vouched="required").start()
        self.server.control("unit", "add", "cell", CELL)
        self.server.control("member", "import",
                            ROOT / "tests/e2e/sample/members-away.csv")
        members = self.server.control("member", "list")
        self.check(len(members) == 7, "seven sample members were imported")
        self.server.control("site", "add", SITE, "--keeper", members[3]["name"])
        self.say("five members and the hall enrol their devices")
        online = [m["member"] for m in members[:5]]
        links = self.server.invite(*online, "s1")
        names = {m["member"]: m["name"] for m in members} | {"s1": SITE}
        for holder, link in links.items():
            member = play.Member(self.directory / holder, holder, names[holder])
            text = member.enroll(link)
            if member.name not in text:
                raise play.Failure(f"the link of {holder} is for: {text}")
            self.people[holder] = member
        self.check(len(self.people) == 6, "six devices are enrolled")

    def call(self):
        made = self.server.control(
            "meeting", "schedule", "--title",
            "Sinh hoạt chi bộ thường kỳ tháng 11 năm 2026", "--at",
            "2026-11-25 19:30", "--place", SITE, "--chair", "m1", "--deputy",
            "m2", "--minute-taker", "m3", "--item", AGENDA[0], "--item",
            AGENDA[1])
        self.meeting = made[0]["made"]
        self.say(f"meeting {self.meeting} is called")

    # --- the meeting ------------------------------------------------------------

    def come_in(self):
        chair = self.people["m1"]
        for member in self.everybody():
            member.join(self.meeting, "--audio", "null", "--record",
                        member.recording)
        for member in self.everybody():
            member.wait(lambda l: l.get("connection") == "connected",
                        "a connection")
        chair.do("open_lobby")
        self.say("the lobby is open: six devices come")
        for member in self.everybody():
            member.wait(lambda l: "joined" in l or "waiting" in l, "a place")
        chair.event("knocked", holder="s1")
        self.check(chair.refusal("admit_all") == "not_declared",
                   "no seat outside the hall opens before the chair's "
                   "declaration")
        self.found_trust()
        chair.do("declare_open_content")
        chair.do("admit_all")
        for member in self.everybody():
            member.caught_up()
        self.vouch()
        chair.do("set_recording", allowed=True)
        for member in self.everybody():
            member.wait(lambda l: "recording" in l, "the recording to start")
        chair.do("open_meeting")
        self.say("the chair has opened the meeting")

    def compare_codes(self, *pairs):
        """Each calls the other and compares the code of the other's device."""
        for pair in pairs:
            for voucher, holder in (pair, pair[::-1]):
                member = self.people[voucher]
                device = self.devices_of(member, holder)[0]["device"]
                member.do("vouch_device", holder=holder, device=device,
                          how="voice")

    def found_trust(self):
        """Those who preside are there before anybody is admitted."""
        chair = self.people["m1"]
        for holder in ("m1", "m2", "m3"):
            self.people[holder].caught_up()
        self.check(chair.refusal("open_meeting") == "not_vouched",
                   "nobody presides by a device that is not vouched for")
        self.compare_codes(("m1", "m2"))
        chair.wait(lambda l: l.get("ev") == "roster_changed" and any(
            d["vouched_by"] for p in l["roster"] if p["member"] == "m1"
            for d in p["devices"]), "the chair's device to be vouched for")

    def vouch(self):
        chair = self.people["m1"]
        devices = {h: self.devices_of(chair, h)[0] for h in self.people}
        keys = {holder: d["device"] for holder, d in devices.items()}
        self.check(len({d["code"] for d in devices.values()}) == 6 and all(
            d["state"] == "new" for h, d in devices.items()
            if h not in ("m1", "m2")),
            "six devices, each with its code of 20 digits, the chair's "
            + devices["m1"]["code"])
        self.say("the founding: members compare the codes of their devices in "
                 "pairs")
        self.compare_codes(("m3", "m4"), ("m5", "m1"))
        # The hall's device cannot vouch itself: two members look at it.
        for voucher in ("m3", "m4"):
            self.people[voucher].do("vouch_device", holder="s1",
                                    device=keys["s1"], how="sight")
        for member in self.everybody():
            member.wait(lambda l: l.get("ev") == "roster_changed" and any(
                d["vouched_by"] == "m3,m4" for s in l["sites"]
                for d in s["devices"]), "the last vouch")
        states = {h: self.devices_of(self.people["m5"], h)[0]["state"]
                  for h in self.people}
        self.check(states.pop("s1") == "vouched" and
                   set(states.values()) == {"founding"},
                   "five devices are vouched for in pairs, the hall's by two")

    def devices_of(self, member, holder):
        return member.do("devices", holder=holder)["devices"]

    def call_the_roll(self):
        site, minutes = self.people["s1"], self.people["m3"]
        for member in ("m6", "m7"):
            site.do("tick", member=member, mode="site", site="s1")
        minutes.do("confirm_roll")
        state = play.settle(self.everybody())
        roll = state["roll"]
        self.check((roll["official_present"], roll["official"],
                    roll["probationary_present"]) == (6, 6, 1),
                   "the roll: 6 of 6 full members, 1 probationary")
        modes = {p["id"]: p["mode"] for p in state["people"]}
        self.check(modes == {"m1": "online", "m2": "online", "m3": "online",
                             "m4": "online", "m5": "online", "m6": "site",
                             "m7": "site"},
                   "five attend online, two at the site, each once")

    def discuss(self):
        chair, minutes = self.people["m1"], self.people["m3"]
        chair.do("start_item", item="a1")
        self.say("a member and the deputy speak, one after the other")
        self.sound.speak("m4", 1)
        self.sound.speak("m2", 2)
        self.say("a member without the floor and one who is muted try, too")
        self.sound.speak_in_vain("m5", 3)
        chair.do("give_floor", member="m3", limit_ms=60000)
        chair.do("mute", holder="m3")
        self.sound.speak_in_vain("m3", 4)
        chair.do("end_floor")
        minutes.do("write_entry", item="a1",
                   text="Đồng chí Đảng viên Mẫu 04 báo cáo kết quả thu đảng "
                        "phí; đồng chí Đảng viên Mẫu 02 bổ sung.")
        minutes.do("edit_entry", entry="e1", version=1,
                   text="Đồng chí Đảng viên Mẫu 04 báo cáo kết quả thu đảng phí "
                        "tháng 11; đồng chí Đảng viên Mẫu 02 bổ sung.")
        chair.do("end_item", item="a1")

    def vote(self):
        chair = self.people["m1"]
        chair.do("start_item", item="a2")
        # A sample, so that the minutes show where it stands.
        chair.do("set_authority", **AUTHORITY)
        chair.do("start_vote", item="a2", motion=MOTION)
        for holder, choice in (("m1", "yes"), ("m2", "yes"), ("m3", "yes"),
                               ("m4", "other")):
            self.people[holder].do("vote", vote="v1", choice=choice)
        self.check(self.people["m5"].refusal("vote", vote="v1", choice="yes") ==
                   "cannot_vote", "a probationary member has no vote")
        self.check(self.people["m2"].refusal("vote", vote="v1", choice="no") ==
                   "voted_already", "nobody votes twice")
        self.check(self.people["s1"].refusal(
            "enter_hall_votes", vote="v1", site="s1", yes=3, no=0, other=0,
            abstain=0) == "too_many_votes",
            "the hall has no more votes than members ticked there")
        self.people["s1"].do("enter_hall_votes", vote="v1", site="s1", yes=2,
                             no=0, other=0, abstain=0)

    def kill_the_server(self):
        self.say("the server is KILLED while the vote is open")
        before = play.settle(self.everybody())
        marks = {m: m.mark() for m in self.everybody()}
        self.server.kill()
        for member, mark in marks.items():
            member.wait(lambda l: l.get("connection") == "lost",
                        "the loss of the connection", since=mark)
        # Said while there is no server: done when there is one again.
        tag = self.people["m4"].send("chat", text="Mạng bên tôi vừa mất.")
        self.server.start()
        self.say("it is started again, on the same port")
        for member, mark in marks.items():
            member.event("server_restarted", since=mark)
            member.wait(lambda l: "caught_up" in l, "the rest of the record",
                        since=mark)
        self.people["m4"].wait(
            lambda l: l.get("tag") == tag and l.get("ok"),
            "the answer to what was said meanwhile", since=marks[
                self.people["m4"]])
        after = play.settle(self.everybody())
        self.check(after["next"] > before["next"] and
                   after["votes"][0]["yes"] == 5,
                   "all have resumed by themselves, no vote is lost")

    def go_on(self):
        self.say("the meeting goes on, with sound")
        self.sound.speak("m1", 5)

    def close_vote(self):
        self.people["m1"].do("close_vote", vote="v1")
        vote = play.settle(self.everybody())["votes"][0]
        self.check((vote["yes"], vote["no"], vote["other"], vote["abstain"],
                    vote["denominator"], vote["passed"]) ==
                   (5, 0, 1, 0, 6, True),
                   "the motion is adopted: 5 of 6 in favour, 1 other opinion")

    def finish(self):
        chair, minutes = self.people["m1"], self.people["m3"]
        minutes.do("write_entry", item="a2",
                   text="Chi bộ thống nhất phân công đồng chí Đảng viên Mẫu 02 "
                        "theo dõi việc thực hiện.")
        minutes.do("write_entry", item="a2", kind="conclusion",
                   text="Chi bộ nhất trí phương hướng, nhiệm vụ tháng 12.")
        chair.do("set_task", item="a2", member="m2", due_ms=DUE_MS, text=TASK)
        chair.do("end_item", item="a2")
        chair.do("share_minutes")
        self.record.read_back()
        self.record.adopt()
        chair.do("close_meeting")
        self.say("the meeting is closed")
        for member in self.everybody():
            end = member.event("checkpoint", reason="closed")
        self.check(len(end["signers"]) == 6 and not end["missing"],
                   "all six devices have confirmed the end")
        state = play.settle(self.everybody())
        self.check(state["phase"] == "closed",
                   "six devices hold the same record, head "
                   + state["head"][:16] + "...")
        for member in self.everybody():
            self.check(member.quit() == 0, f"{member.name} leaves")
        return state["head"]

    # --- afterwards -------------------------------------------------------------

    def read_minutes(self):
        # A server that has just begun holds no meeting in memory.
        self.server.stop()
        self.server.start()
        path = self.directory / "minutes.txt"
        self.people["m3"].chibo("minutes", self.meeting, "-o", path,
                                "--language", "vi")
        text = path.read_text(encoding="utf-8")
        for wanted in (CELL, MOTION, AGENDA[0], AGENDA[1],
                       "thu đảng phí tháng 11", "Đảng viên Mẫu 07", "5/6"):
            if wanted not in text:
                raise play.Failure(f"the minutes do not say: {wanted}\n{text}")
        self.check(True, "the minutes hold attendance, items, vote and entries")
        self.check("Văn bản cho phép biểu quyết từ xa: số 01-CV/MẪU, ngày "
                   "01/08/2026, của Đảng ủy phường Mẫu (văn bản mẫu)."
                   in " ".join(text.split()),
                   "and print the sample document that lets remote seats vote")
        self.people["m5"].chibo("minutes", self.meeting, "-o",
                                self.directory / "minutes-en.txt",
                                "--language", "en")
        self.check(True, "they are shared with every member")

    def verify(self, head):
        path = self.directory / "meeting.log"
        text = self.people["m4"].chibo("log", self.meeting, "-o", path,
                                       "--language", "en")
        self.check("The chain verifies from its first event" in text and
                   head in text, "the chain verifies from genesis")
        self.verify_offline()
        self.say("the record is exported: one file, and the papers in it")
        exported = self.record.export()
        self.record.look()
        self.record.verify(exported)
        self.server.stop()
        play.run([play.BUILD / "bin/chiboctl", "verify", "--config",
                  self.server.config], "chiboctl verify")
        self.check(True, "the database verifies, too")

    def verify_offline(self):
        """What any member can do years later, without the server."""
        member = self.people["m4"]
        record = self.directory / "meeting.log"
        register = self.directory / "register.log"
        anchors = self.directory / "anchors.txt"
        member.chibo("log", "register", "-o", register)
        member.chibo("anchors", "export", anchors)
        done = subprocess.run(
            [play.BUILD / "bin/chibo-verify", record, "--register", register,
             "--anchor", anchors, "--rules", ROOT / "config/rules",
             "--language", "vi"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60)
        (self.directory / "verified.txt").write_text(done.stdout)
        print(done.stdout + done.stderr, flush=True)
        self.check(done.returncode == 0, "chibo-verify finds the record valid "
                   "and complete")
        self.check(all(f"Đảng viên Mẫu 0{i}" in done.stdout
                       for i in range(1, 6)),
                   "and names those whose devices confirmed its head")

    def play(self):
        self.found()
        self.call()
        self.come_in()
        self.call_the_roll()
        self.discuss()
        self.vote()
        self.kill_the_server()
        self.go_on()
        self.close_vote()
        self.ballot = DemoBallot(self).play()
        self.record = DemoRecord(self)
        head = self.finish()
        self.say("what was spoken against what was recorded")
        self.sound.compare()
        self.read_minutes()
        self.verify(head)

    def clean_up(self):
        for member in self.everybody():
            member.kill()
        if self.server:
            self.server.stop()


def main():
    directory = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                             else ROOT / "build/demo").resolve()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    demo = Demo(directory)
    try:
        demo.play()
    except (play.Failure, play.Refused) as failure:
        print(f"\nThe demo FAILED: {failure}\nSee {directory}", flush=True)
        return 1
    finally:
        demo.clean_up()
    print(f"\nThe demo is over: {demo.checks} claims checked in "
          f"{time.monotonic() - demo.begun:.0f} s. Look at\n"
          f"  {directory}/minutes.pdf       the minutes, to be printed\n"
          f"  {directory}/minutes.docx      the same, to be edited\n"
          f"  {directory}/tally-b1.pdf      who was elected, and how it was counted\n"
          f"  {directory}/attendance.csv    who was there\n"
          f"  {directory}/meeting.chibo     the record, in one file\n"
          f"  {directory}/record-verified.txt  what chibo-verify says of it\n"
          f"  {directory}/*/heard.wav       what each member heard\n"
          f"  {directory}/meeting.log       the record, event by event\n"
          f"  {directory}/verified.txt      what chibo-verify says of it\n"
          f"  {demo.ballot}\n"
          f"                    the secret ballot, for chibo-verify and\n"
          f"                    belenios-tool\n"
          f"  {directory}/*/session.jsonl   what each client said and saw",
          flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
