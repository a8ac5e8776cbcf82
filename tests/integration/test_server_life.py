"""What a server goes through in its life, seen from outside: slow disks, new
certificates, restarts, members who are there twice."""
import pathlib
import signal
import sqlite3
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from certificates import (await_certificate, shown_certificate,  # noqa: E402
                          write_certificate)
from server_process import (Cell, ServerProcess, open_meeting,  # noqa: E402
                            planted, slot_of, wait_until)
from wire_client import (Refused, audio_frame, http_get,  # noqa: E402
                         wait_all)

HELD_FRAMES = 80  # are said while a commit is held, in their own time
GOING_AWAY = 1001


class Meeting:
    """A server and an open meeting: the chair, the minute-taker and members,
    each with one device; a site too."""

    def __init__(self, directory, members=4, **options):
        self.server = ServerProcess(directory, **options).start()
        self.clients = []
        try:
            self.admin = self.server.admin()
            self.fingerprint = self.admin.fingerprint
            self.cell = Cell(self.server, self.admin)
            self.members = [self.cell.add_member(
                f"Đồng chí Mẫu {i:02}",
                office="cell_leader" if i == 1 else "none")
                for i in range(1, members + 1)]
            self.site = self.cell.add_site("Nhà văn hoá", self.members[1])
            self.id = self.cell.schedule(self.members[0], self.members[1])
            self.devices = [self.cell.enrol(m) for m in self.members]
        except BaseException:
            self.close()
            raise

    def open(self, *more):
        """Everybody comes in, and the devices of `more` with them."""
        self.clients = [self.server.login(d) for d in self.devices]
        others = [self.server.login(d) for d in more]
        open_meeting(self.id, self.clients[0], self.clients[1:] + others)
        self.clients += others
        return self.clients

    def login(self, device):
        client = self.server.login(device)
        assert client.join(self.id) == "joined"
        self.clients.append(client)
        return client

    def log(self):
        """As a fresh reader sees it now."""
        with self.server.login(self.cell.enrol(self.members[1])) as client:
            client.join(self.id)
            client.log(self.id).verify_acts()
            return client.log(self.id)

    def catch_up(self):
        """Everybody holds what the chair was told last."""
        self.clients[0].settle()
        count = len(self.clients[0].log(self.id).events)
        wait_all(self.clients, lambda: all(
            len(c.log(self.id).events) >= count for c in self.clients
            if not c.is_over), "the events")

    def refuses(self, client, op, **fields):
        with pytest.raises(Refused) as refused:
            client.do(op, self.id, **fields)
        return refused.value.code

    def close(self):
        for client in self.clients:
            client.close()
        self.server.close()


@pytest.fixture
def meeting(tmp_path):
    meeting = Meeting(tmp_path)
    yield meeting
    meeting.close()


# --- nobody is counted twice -------------------------------------------------------


def start_vote(meeting):
    vote = meeting.clients[0].do("start_vote", meeting.id,
                                 motion="Thông qua nghị quyết")["made"]
    meeting.catch_up()
    return vote


def close_vote(meeting, vote):
    meeting.catch_up()
    seq = meeting.clients[0].do("close_vote", meeting.id, vote=vote)["seq"]
    return meeting.clients[0].log(meeting.id).parsed(seq)


def roll(meeting):
    seq = meeting.clients[0].do("confirm_roll", meeting.id)["seq"]
    return meeting.clients[0].log(meeting.id).parsed(seq)


def test_two_devices_of_a_member_count_once_and_vote_once(meeting):
    second = meeting.cell.enrol(meeting.members[3])
    clients = meeting.open(second)
    first, other = clients[3], clients[4]
    counted = roll(meeting)
    assert (counted["official"], counted["official_present"]) == (4, 4)
    vote = start_vote(meeting)
    first.do("vote", meeting.id, vote=vote, choice="yes")
    meeting.catch_up()
    assert meeting.refuses(other, "vote", vote=vote,
                           choice="yes") == "voted_already"
    result = close_vote(meeting, vote)
    assert (result["yes"], result["denominator"]) == (1, 4)
    # One of the two goes: the member stays.
    first.do("leave", meeting.id)
    assert roll(meeting)["official_present"] == 4
    other.do("leave", meeting.id)
    assert roll(meeting)["official_present"] == 3


def test_two_devices_that_vote_at_the_same_time_vote_once(meeting):
    second = meeting.cell.enrol(meeting.members[3])
    clients = meeting.open(second)
    vote = start_vote(meeting)
    numbers = [(c, c.command("vote", meeting.id, vote=vote, choice=choice))
               for c, choice in ((clients[3], "yes"), (clients[4], "no"))]
    answers = []
    for client, number in numbers:
        try:
            answers.append(client.answer(number)["ok"])
        except Refused as refused:
            answers.append(refused.code)
    assert sorted(map(str, answers)) == ["True", "voted_already"]
    result = close_vote(meeting, vote)
    assert result["yes"] + result["no"] == 1


def test_device_and_tick_count_once_and_vote_in_the_hall(meeting):
    clients = meeting.open()
    minute_taker, member = clients[1], clients[3]
    minute_taker.do("tick", meeting.id, member=meeting.members[3],
                    mode="in_person", site="")
    meeting.catch_up()
    assert roll(meeting)["official_present"] == 4
    vote = start_vote(meeting)
    assert meeting.refuses(member, "vote", vote=vote,
                           choice="yes") == "other_channel"
    minute_taker.do("enter_hall_votes", meeting.id, vote=vote, site="", yes=1)
    assert meeting.refuses(minute_taker, "enter_hall_votes", vote=vote,
                           site="", yes=2) == "too_many_votes"
    assert close_vote(meeting, vote)["yes"] == 1


def test_device_and_site_count_once_and_vote_at_the_site(meeting):
    site_device = meeting.cell.enrol(meeting.site)
    clients = meeting.open(site_device)
    member, site = clients[3], clients[4]
    site.do("tick", meeting.id, member=meeting.members[3], mode="site",
            site=meeting.site)
    meeting.catch_up()
    assert roll(meeting)["official_present"] == 4
    vote = start_vote(meeting)
    assert meeting.refuses(member, "vote", vote=vote,
                           choice="no") == "other_channel"
    site.do("enter_hall_votes", meeting.id, vote=vote, site=meeting.site, no=1)
    meeting.catch_up()
    # A second entry takes the place of the first.
    site.do("enter_hall_votes", meeting.id, vote=vote, site=meeting.site,
            yes=1)
    result = close_vote(meeting, vote)
    assert (result["yes"], result["no"]) == (1, 0)


def test_who_has_voted_by_device_and_is_ticked_then_votes_once(meeting):
    clients = meeting.open()
    minute_taker, member = clients[1], clients[3]
    vote = start_vote(meeting)
    member.do("vote", meeting.id, vote=vote, choice="yes")
    meeting.catch_up()
    minute_taker.do("tick", meeting.id, member=meeting.members[3],
                    mode="in_person", site="")
    assert meeting.refuses(minute_taker, "enter_hall_votes", vote=vote,
                           site="", yes=1) == "too_many_votes"
    assert close_vote(meeting, vote)["yes"] == 1


def test_ticked_at_two_places_is_present_at_the_last_one(meeting):
    site_device = meeting.cell.enrol(meeting.site)
    clients = meeting.open(site_device)
    minute_taker, site = clients[1], clients[4]
    site.do("tick", meeting.id, member=meeting.members[3], mode="site",
            site=meeting.site)
    meeting.catch_up()
    minute_taker.do("tick", meeting.id, member=meeting.members[3],
                    mode="in_person", site="")
    meeting.catch_up()
    assert roll(meeting)["official_present"] == 4
    vote = start_vote(meeting)
    assert meeting.refuses(site, "enter_hall_votes", vote=vote,
                           site=meeting.site, yes=1) == "too_many_votes"
    minute_taker.do("enter_hall_votes", meeting.id, vote=vote, site="", yes=1)
    assert close_vote(meeting, vote)["yes"] == 1


def test_the_probationary_and_guests_do_not_vote(meeting):
    devices = [meeting.cell.enrol(meeting.cell.add_member(
        f"Đồng chí {category}", category=category))
        for category in ("probationary", "guest", "upper_delegate",
                         "temp_here")]
    clients = meeting.open(*devices)
    vote = start_vote(meeting)
    for client in clients[4:]:
        assert meeting.refuses(client, "vote", vote=vote,
                               choice="yes") == "cannot_vote"
    assert close_vote(meeting, vote)["yes"] == 0


# --- a commit that is held -----------------------------------------------------------


def test_a_commit_that_is_held_is_told_to_nobody_and_holds_up_nobody(tmp_path):
    meeting = Meeting(tmp_path)
    server = meeting.server
    clients = meeting.open()
    for client in clients:
        client.close()
    server.stop()
    held = tmp_path / "held"
    server.binary = planted("chibod_held_commit")
    server.before = ["env", f"CHIBO_HELD_BY={held}"]
    server.start()
    try:
        chair, _, member, listener = [
            server.login(d, logs=c.logs)
            for d, c in zip(meeting.devices, clients)]
        everybody = meeting.clients = [chair, member, listener]
        for client in everybody:
            log = client.log(meeting.id)
            client.request("join", log=meeting.id, head=log.head.hex(),
                           **{"from": len(log.events)})
        # All connected, and what that caused is told.
        wait_all(everybody, lambda: len({
            len(c.log(meeting.id).all("connected")) for c in everybody}) == 1
            and len(chair.log(meeting.id).all("connected")) >= 7, "everybody")
        for client in everybody:
            client.settle()
        slot = slot_of(chair, meeting.id)
        listener.audio.clear()
        known = [len(c.log(meeting.id).events) for c in everybody]
        held.touch()
        number = member.command("chat", meeting.id, text="Bao giờ mới tới?")
        due = time.monotonic()
        for sent in range(HELD_FRAMES):
            chair.send_binary(audio_frame(slot, sent))
            if sent % 20 == 19:
                assert http_get(server.port, "/healthz")[0] == 200
            due = max(due + 0.02, time.monotonic())
            wait_all(everybody, lambda: time.monotonic() >= due)
            assert [len(c.log(meeting.id).events)
                    for c in everybody] == known
            assert number not in member.answers
        wait_all(everybody, lambda: len(listener.audio) == HELD_FRAMES,
                 "the audio")
        assert number not in member.answers
        held.unlink()
        answer = member.answer(number)
        assert answer["seq"] == known[1]
        wait_all(everybody, lambda: all(
            len(c.log(meeting.id).events) > answer["seq"]
            for c in everybody), "the chat line")
    finally:
        held.unlink(missing_ok=True)
        meeting.close()


# --- certificates ---------------------------------------------------------------------


@pytest.fixture
def certified(tmp_path):
    (tmp_path / "tls").mkdir()
    first = write_certificate(tmp_path / "tls", "trước")
    meeting = Meeting(tmp_path / "server", settings=[
        f'tls_certificate = "{tmp_path}/tls/tls_certificate.pem";',
        f'tls_key = "{tmp_path}/tls/tls_key.pem";'])
    meeting.tls, meeting.first = tmp_path / "tls", first
    yield meeting
    meeting.close()


def test_a_new_certificate_needs_nothing_from_members(certified):
    clients = certified.open()
    server = certified.server
    assert shown_certificate(server.port) == certified.first
    second = write_certificate(certified.tls, "sau")
    server.signal(signal.SIGHUP)
    await_certificate(server.port, second)
    for client in clients:
        client.settle()
    clients[0].do("chat", certified.id, text="Vẫn nghe rõ")
    again = server.connect(certified.devices[3],
                           fingerprint=certified.fingerprint)
    again.login()
    assert again.join(certified.id) == "joined"
    again.close()


def test_a_certificate_that_does_not_fit_its_key_is_not_used(certified):
    clients = certified.open()
    server = certified.server
    other = certified.tls / "other"
    other.mkdir()
    write_certificate(other, "khác")
    (other / "tls_certificate.pem").replace(
        certified.tls / "tls_certificate.pem")
    before = len(server.log_text())
    server.signal(signal.SIGHUP)
    wait_until(lambda: any(level in server.log_text()[before:]
                           for level in ("error:", "warning:")), "a complaint")
    assert shown_certificate(server.port) == certified.first
    for client in clients:
        client.settle()


# --- going down and coming back --------------------------------------------------------


def test_a_server_that_goes_down_tells_everyone(meeting):
    clients = meeting.open()
    meeting.server.stop()
    for client in clients:
        assert client.wait_close() == GOING_AWAY
        assert {"note": "going_down"} in client.notes


def test_a_meeting_goes_on_after_a_clean_restart(meeting):
    clients = meeting.open()
    clients[3].do("chat", meeting.id, text="Trước")
    vote = start_vote(meeting)
    meeting.server.stop()
    meeting.server.start()
    again = [meeting.server.login(d, logs=c.logs)
             for d, c in zip(meeting.devices, clients)]
    meeting.clients = again
    for client in again:
        assert client.join(meeting.id) == "joined"
    meeting.catch_up()
    again[3].do("vote", meeting.id, vote=vote, choice="yes")
    assert close_vote(meeting, vote)["yes"] == 1
    assert again[0].log(meeting.id).all("server_restarted")
    assert roll(meeting)["official_present"] == 4


def test_a_broken_ruleset_is_refused_at_start_with_line_and_reason(tmp_path):
    server = ServerProcess(tmp_path / "server")
    path = server.directory / "rules/interim.conf"
    rules = path.read_text()
    path.write_text(rules.replace("k_min = 5", "k_min = 0"))
    line = rules[:rules.index("k_min = 5")].count("\n") + 1

    with pytest.raises(AssertionError):
        server.start()

    assert (f"interim.conf:{line}: ballot.k_min has to be from 1 to 1000"
            in server.log_text())
    path.write_text(rules)
    server.start()
    server.close()


def test_a_server_takes_over_the_database_of_an_older_one(tmp_path):
    server = ServerProcess(tmp_path / "server").start()
    try:
        admin = server.admin()
        member = Cell(server, admin).add_member("Đảng viên Mẫu 01")
        admin.close()
        server.stop()
        database = sqlite3.connect(server.data / "chibo.db")
        database.executescript("DROP TABLE held; DROP TABLE hall_pin; DROP TABLE destroyed; DROP TABLE destruction; PRAGMA user_version = 1;")
        database.close()
        server.start()
        admin = server.admin()
        cell = Cell(server, admin, "Chi bộ Mẫu 2")
        assert cell.add_member("Đảng viên Mẫu 02") != member
        admin.close()
        server.stop()
    finally:
        server.close()


def lose(meeting, member):
    """Its line breaks; the event of it."""
    chair = meeting.clients[0]
    start = len(chair.log(meeting.id).events)
    member.drop()
    lost = chair.wait_event(meeting.id, "connection_lost", start)
    assert lost["holder"] == member.device.holder
    return lost


def test_a_lost_connection_is_not_yet_a_leave(tmp_path):
    meeting = Meeting(tmp_path, settings=["grace_ms = 600000;"])
    try:
        chair, *_, member = meeting.open()
        lost = lose(meeting, member)
        assert roll(meeting)["official_present"] == 4
        meeting.login(meeting.devices[3])
        chair.wait_event(meeting.id, "connected", lost["seq"])
        for event in ("disconnected", "presence_ended"):
            assert chair.log(meeting.id).all(event) == []
        assert roll(meeting)["official_present"] == 4
    finally:
        meeting.close()


def test_a_lost_connection_is_a_leave_after_a_while(tmp_path):
    meeting = Meeting(tmp_path, settings=["grace_ms = 1000;"])
    try:
        chair, *_, member = meeting.open()
        lost = lose(meeting, member)
        gone = chair.wait_event(meeting.id, "disconnected", lost["seq"])
        assert gone["reason"] == "connection_lost"
        ended = chair.wait_event(meeting.id, "presence_ended", gone["seq"])
        assert ended["member"] == meeting.members[3]
        assert roll(meeting)["official_present"] == 3
    finally:
        meeting.close()


def test_a_chair_lost_before_joining_is_reported(meeting):
    """Opening the lobby connects the device; nothing else follows."""
    chair = meeting.server.login(meeting.devices[0])
    chair.do("open_lobby", meeting.id)
    chair.drop()
    taker = meeting.login(meeting.devices[1])
    lost = taker.wait_event(meeting.id, "connection_lost")
    assert lost["holder"] == meeting.members[0]


def test_the_deputy_takes_over_from_a_chair_who_is_away(tmp_path):
    meeting = Meeting(tmp_path)
    try:
        meeting.id = meeting.cell.schedule(
            meeting.members[0], meeting.members[1], deputy=meeting.members[2])
        clients = meeting.open()
        chair, deputy = clients[0], clients[2]
        assert meeting.refuses(deputy, "take_chair") == "chair_present"
        chair.drop()
        deputy.wait_event(meeting.id, "connection_lost")
        deputy.do("take_chair", meeting.id)
        deputy.do("start_vote", meeting.id, motion="Tiếp tục họp")
        again = meeting.login(meeting.devices[0])
        again.do("take_chair", meeting.id)
    finally:
        meeting.close()


def test_the_whole_log_is_the_same_to_everyone(meeting):
    guest = meeting.cell.enrol(meeting.cell.add_member("Khách mời",
                                                       category="guest"))
    clients = meeting.open(guest)
    clients[1].do("write_entry", meeting.id, text="Chi bộ khai mạc", item="")
    clients[3].do("chat", meeting.id, text="Lời riêng của đảng viên")
    clients[0].do("close_meeting", meeting.id)
    meeting.catch_up()
    for client in clients:
        client.settle()  # texts come behind their events
    logs = [c.log(meeting.id) for c in meeting.clients]
    assert len({log.head for log in logs}) == 1
    texts = set(logs[-1].opened.values())
    assert "Lời riêng của đảng viên" not in texts
    assert "Chi bộ khai mạc" not in texts
    assert "Lời riêng của đảng viên" in set(logs[3].opened.values())
    assert "Chi bộ khai mạc" not in set(logs[3].opened.values())
    assert "Chi bộ khai mạc" in set(logs[0].opened.values())
    logs[-1].verify_acts()
