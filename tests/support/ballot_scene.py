"""A meeting in which secret ballots are held, with chibod and one chibo a member.

A Scene is a server, a cell and its devices, in an open meeting whose roll is
confirmed; ballot_held.py holds a ballot in it. Accidents are methods: servers
and devices that are killed and come back, lines that are cut.
"""
import chibo_process as play
from ballot_device import PATIENCE_S, Device, side_by_side
from chibo_process import BUILD
from relay import Relay

SITE = "Hội trường Mẫu"
FALSE = BUILD / "tests/chibo_false"
QUICK = {"closing_ms": 500}  # nobody has to be waited for here


class Scene:
    """Official members: `size` with a device of their own, m1 in the chair and
    m2 taking the minutes, then `paper_size` in the room without one, then
    `hall_size` at the sites, as many at each, then `away_size` who do not come.

    By holder: `false` names what a member's planted chibo_false does wrong,
    `options` are surroundings of a member's processes. The lines of those in
    `relayed` can be cut (cut_line)."""

    def __init__(self, directory, size=7, hall_size=0, paper_size=0,
                 vouched="optional", binary=None, rules=None,
                 surroundings=None, false=None, options=None, relayed=(),
                 ruleset="interim", site_count=1, away_size=0):
        self.directory = directory
        self.size, self.hall_size = size, hall_size
        self.paper_size, self.away_size = paper_size, away_size
        self.sites = [f"s{i + 1}" for i in range(site_count if hall_size else 0)]
        self.false = false or {}
        self.options = options or {}
        self.relays = dict.fromkeys(relayed)
        self.devices = {}
        self.meeting = None
        self.server = play.Server(directory / "server", vouched=vouched,
                                  binary=binary, rules=QUICK | (rules or {}),
                                  surroundings=surroundings, ruleset=ruleset)

    # -- who there is --

    @property
    def chair(self):
        return self.devices["m1"]

    @property
    def member_count(self):
        return (self.size + self.paper_size + self.hall_size
                + self.away_size)

    def holders_from(self, first, count):
        return [f"m{i}" for i in range(first + 1, first + count + 1)]

    @property
    def by_device(self):
        return self.holders_from(0, self.size)

    @property
    def on_paper(self):
        return self.holders_from(self.size, self.paper_size)

    @property
    def at_hall(self):
        return self.holders_from(self.size + self.paper_size, self.hall_size)

    @property
    def away(self):
        return self.holders_from(self.member_count - self.away_size,
                                 self.away_size)

    def at_site(self, site):
        share = self.hall_size // len(self.sites)
        first = self.sites.index(site) * share
        return self.at_hall[first:first + share]

    def site_of(self, holder):
        return next(s for s in self.sites if holder in self.at_site(s))

    def everybody(self):
        return [d for d in self.devices.values() if d.is_running]

    # -- before the meeting --

    def found(self):
        """The server, its cell, and a device for everybody."""
        people = self.directory / "members.csv"
        people.write_text("name,category,office,party_group\n" + "".join(
            f"Đảng viên Mẫu {i:02},official,"
            f"{'cell_leader' if i == 1 else 'none'},\n"
            for i in range(1, self.member_count + 1)), encoding="utf-8")
        self.server.start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        holders = list(self.by_device)
        for site in self.sites:
            self.server.control(
                "site", "add", SITE if site == "s1" else f"{SITE} {site[1:]}",
                "--keeper", "Đảng viên Mẫu 02")
            holders.append(site)
        links = self.server.invite(*holders)
        side_by_side(lambda holder: self.enrol(holder, links[holder]), holders)
        # In the order of the list, whoever was ready first.
        self.devices = {holder: self.devices[holder] for holder in holders}

    def enrol(self, holder, link, name=None):
        name = name or holder
        device = Device(self.directory / name, holder, name,
                        **self.options.get(name, {}))
        if name in self.false:
            device.binary = FALSE
            device.surroundings |= {"CHIBO_FALSE": self.false[name]}
        if name in self.relays:
            self.relays[name] = Relay(self.server.port)
            link = link.replace(f":{self.server.port}/",
                                f":{self.relays[name].port}/")
        device.enroll(link)
        self.devices[name] = device
        return device

    def add_device(self, holder, name):
        """One more of this member, which comes in at once."""
        link = self.server.invite(holder)[holder]
        device = self.enrol(holder, link, name).join(self.meeting)
        self.wait_caught_up(device)
        return device

    def call(self):
        made = self.server.control(
            "meeting", "schedule", "--title", "Đại hội chi bộ", "--at",
            "2026-11-25 19:30", "--place", SITE, "--chair", "m1",
            "--minute-taker", "m2", "--item", "Bầu chi uỷ")
        self.meeting = made[0]["made"]

    # -- the meeting --

    def come_in(self):
        for device in self.devices.values():
            device.join(self.meeting)
        for device in self.devices.values():
            device.wait(lambda l: l.get("connection") == "connected",
                        "a connection", timeout_s=PATIENCE_S)
        self.chair.do("open_lobby")
        for device in self.devices.values():
            device.wait(lambda l: "joined" in l or "waiting" in l, "a place",
                        timeout_s=PATIENCE_S)
        self.before_admission()
        if len(self.devices) > 2:
            self.chair.do("admit_all")
        for device in self.devices.values():
            self.wait_caught_up(device)

    def before_admission(self):
        """What the chair says first, where rules ask for something."""

    def wait_caught_up(self, device, since=0):
        device.wait(lambda l: l.get("log") == self.meeting
                    and "caught_up" in l, "the record", since, PATIENCE_S)

    def open(self):
        self.chair.do("open_meeting")
        self.seat()
        side_by_side(lambda h: self.devices[h].do("confirm_presence"),
                     self.by_device)
        self.chair.until(lambda: len(self.chair.events("presence_confirmed"))
                         >= len(self.by_device), "everybody's presence")
        self.chair.do("confirm_roll")
        self.chair.until_event("checkpoint", reason="roll_confirmed")

    def seat(self):
        """Those who have no device of their own are seen and ticked."""
        for holder in self.on_paper:
            self.devices["m2"].do("tick", member=holder, mode="in_person")
        for holder in self.at_hall:
            site = self.site_of(holder)
            self.devices[site].do("tick", member=holder, mode="site",
                                  site=site)

    def choose_pins(self, pin):
        """Everybody at the hall does, and the minute-taker looks on."""
        for holder in self.at_hall:
            site = self.site_of(holder)
            self.devices["m2"].do("allow_pin", member=holder, site=site)
            self.devices[site].do("set_pin", member=holder, pin=pin)

    def begin(self):
        """All of the above."""
        self.found()
        self.call()
        self.come_in()
        self.open()
        return self

    # -- accidents --

    def stop_server(self):
        """Kills it; every device notices."""
        running = self.everybody()
        marks = [d.mark() for d in running]
        self.server.kill()
        for device, mark in zip(running, marks):
            device.wait(lambda l: l.get("connection") == "lost", "the loss",
                        since=mark)

    def start_server(self):
        running = self.everybody()
        marks = [d.mark() for d in running]
        self.server.start()
        for device, mark in zip(running, marks):
            self.wait_caught_up(device, mark)

    def restart_server(self):
        self.stop_server()
        self.start_server()

    def leave(self, name):
        """A device is gone from one moment to the next."""
        self.devices[name].kill()

    def come_back(self, name, **surroundings):
        device = self.devices[name]
        device.surroundings = dict(device.surroundings, **surroundings)
        device.join(self.meeting)
        self.wait_caught_up(device)
        return device

    def cut_line(self, name):
        """Nothing gets through until mend_line()."""
        device = self.devices[name]
        mark = device.mark()
        self.relays[name].cut()
        device.wait(lambda l: l.get("connection") == "lost", "the loss", mark)

    def mend_line(self, name):
        device = self.devices[name]
        mark = device.mark()
        self.relays[name].lead(self.server.port)
        self.wait_caught_up(device, mark)

    def close(self):
        for device in self.devices.values():
            device.kill()
        for relay in self.relays.values():
            if relay:
                relay.close()
        self.server.stop()
