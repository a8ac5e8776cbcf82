"""An open meeting of two: the chair on a good line, the minute-taker behind a
relay. Real chibo and chibod; for tests of what happens to a line."""
import chibo_process as play
from relay import Relay

CHAIR, FAR = "m1", "m2"


class RelayedScene:
    """`options` are those with which FAR joins; `host` is what it takes for
    the server's name; `surroundings` are further variables of its
    environment."""

    def __init__(self, folder, *options, host=None, **surroundings):
        self.folder = folder
        self.server = play.Server(folder / "server").start()
        people = folder / "members.csv"
        people.write_text("name,category,office\nĐảng viên Mẫu 01,official,"
                          "none\nĐảng viên Mẫu 02,official,none\n",
                          encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.relay = Relay(self.server.port)
        links = self.server.invite(CHAIR, FAR)
        links[FAR] = links[FAR].replace(f":{self.server.port}/",
                                        f":{self.relay.port}/")
        if host:
            links[FAR] = links[FAR].replace("//127.0.0.1:", f"//{host}:")
            assert f"//{host}:" in links[FAR], links[FAR]
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--chair", CHAIR, "--minute-taker",
            FAR)[0]["made"]
        self.chair, self.far = (
            play.Member(folder / holder, holder, holder,
                        **(surroundings if holder == FAR else {}))
            for holder in (CHAIR, FAR))
        for member in (self.chair, self.far):
            member.enroll(links[member.holder])
            member.join(self.meeting,
                        *(options if member is self.far else ()))
            member.wait(lambda line: line.get("connection") == "connected",
                        "a line")
        self.chair.do("open_lobby")
        for member in (self.chair, self.far):
            member.wait(lambda line: "joined" in line or "waiting" in line,
                        "a place")
        self.chair.do("admit_all")
        for member in (self.chair, self.far):
            member.caught_up()
        self.chair.do("open_meeting")
        play.settle([self.chair, self.far])

    def close(self):
        for member in (self.chair, self.far):
            member.kill()
        self.relay.close()
        self.server.stop()
