"""The server's identity over time: its key changed, lost, restored from before a
change."""
import pathlib
import sqlite3
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from organisation_scene import KEPT, Organisation  # noqa: E402
from server_process import wait_until  # noqa: E402
from wire_client import Device, Refused, WireError, verify, walk  # noqa: E402


@pytest.fixture
def organisation(tmp_path):
    organisation = Organisation(tmp_path / "server")
    yield organisation
    organisation.close()


def signed_head(client, organisation, name):
    """A new event's head, signed by the server."""
    log = register_of(client)
    organisation.cell.add_member(name)
    client.settle()
    client.wait(lambda: client.signed.get(organisation.id, {}).get(
        "seq") == len(log.events) - 1, "the signed head")
    return client.signed[organisation.id]


def register_of(client):
    client.join(client.organisation)
    client.wait(lambda: client.log(client.organisation).caught_up)
    return client.log(client.organisation)


def finish(client, meeting):
    """Closes a meeting; the register has its end once devices confirmed it."""
    client.do("close_meeting", meeting)
    log = register_of(client)
    client.wait(lambda: any(event["meeting"] == meeting
                            for event in log.all("meeting_ended")),
                "the end of the meeting")


# --- changing -------------------------------------------------------------------


def test_whoever_knows_an_earlier_key_walks_to_the_newest(organisation):
    first = organisation.fingerprint
    second = organisation.rotate()
    third = organisation.rotate()
    assert len({first, second, third}) == 3
    for known in (first, second, third):
        organisation.login(fingerprint=known).close()
    with pytest.raises(WireError, match="another server"):
        organisation.login(fingerprint=forms.fingerprint(bytes(range(32))))


def test_the_register_holds_the_change_with_the_old_keys_signature(organisation):
    organisation.rotate()
    with organisation.login() as client:
        log = register_of(client)
        keys = walk(client.hello["succession"], organisation.id,
                    bytes.fromhex(client.hello["server"]))
        genesis, = log.all("genesis")
        change, = log.all("server_key_changed")
        assert [genesis["server"], change["server"]] == [k.hex() for k in keys]
        assert change["signer"] == genesis["server"]
        assert change["seen"] == change["seq"] - 1
        assert log.heads[change["seen"]].hex() == change["head"]
        verify(keys[0], "server-key", organisation.id,
               [keys[1], forms.number(change["seen"]),
                bytes.fromhex(change["head"])], bytes.fromhex(change["sig"]))
        step, = client.hello["succession"]
        assert step == {"server": change["signer"], "new": change["server"],
                        **{k: change[k] for k in ("seen", "head", "sig")}}


def test_a_key_that_never_changed_has_no_succession(organisation):
    with organisation.login() as client:
        assert not client.hello.get("succession")


def test_a_link_of_before_a_change_is_still_good(organisation):
    token = organisation.cell.invite(organisation.members[2])
    organisation.rotate()
    device = Device(organisation.members[2], "Máy thứ hai")
    with organisation.server.connect(
            device, fingerprint=organisation.fingerprint) as client:
        client.enrol(token)
        client.login()
        log = register_of(client)
        enrolled = log.all("device_enrolled")[-1]
        assert enrolled["device"] == device.key.hex()
        verify(device.key, "enrol", organisation.id,
               [bytes.fromhex(client.hello["server"]),
                bytes.fromhex(enrolled["exporter"]), forms.sha256(token),
                organisation.members[2].encode(), "Máy thứ hai".encode()],
               bytes.fromhex(enrolled["sig"]))


def test_meetings_before_and_after_name_the_key_of_their_time(organisation):
    before = organisation.meet()
    clients = organisation.open(before)
    finish(clients[0], before)
    for client in clients:
        client.close()
    organisation.rotate()
    after = organisation.meet()
    clients = organisation.open(after)
    keys = walk(clients[0].hello["succession"], organisation.id,
                bytes.fromhex(clients[0].hello["server"]))
    assert clients[0].log(after).parsed(0)["server"] == keys[1].hex()
    clients[0].join(before)
    assert clients[0].log(before).parsed(0)["server"] == keys[0].hex()
    for client in clients:
        client.close()


def test_the_old_key_is_kept_and_the_new_one_is_private(organisation):
    old = organisation.key_file.read_text()
    organisation.server.stop()
    said = organisation.ctl("identity", "rotate").stdout
    kept, = organisation.server.data.glob("identity.key" + KEPT + "*")
    assert str(kept.name) in said and "destroy" in said
    assert kept.read_text() == old != organisation.key_file.read_text()
    for path in (kept, organisation.key_file):
        assert path.stat().st_mode & 0o777 == 0o600
    assert organisation.show() == ("fits", ["founded", "changed"])
    assert organisation.row("verify")["logs"] == 1


def test_a_change_waits_for_the_end_of_a_meeting(organisation):
    meeting = organisation.meet()
    clients = organisation.open(meeting)
    for client in clients:
        client.close()
    organisation.server.stop()
    assert meeting in organisation.ctl("identity", "rotate", code=1).stderr
    assert organisation.show() == ("fits", ["founded"])
    organisation.start()
    with organisation.login() as chair:
        chair.join(meeting)
        finish(chair, meeting)
    organisation.rotate()


def test_a_change_needs_a_register_that_is_whole(organisation):
    backup = organisation.server.directory / "copy.db"
    organisation.ctl("backup", backup)
    organisation.server.stop()
    organisation.ctl("restore", backup)
    assert "held" in organisation.ctl("identity", "rotate", code=1).stderr
    organisation.start()
    organisation.cell.admin.do("accept_loss")
    organisation.rotate()


def test_a_change_needs_the_server_to_be_stopped(organisation):
    for words in (("rotate",), ("lost",), ("lost", "--yes")):
        assert "stop chibod first" in organisation.ctl(
            "identity", *words, code=2).stderr
    assert organisation.show() == ("fits", ["founded"])


def test_a_server_does_not_start_under_another_key(organisation):
    organisation.server.stop()
    organisation.key_file.write_text("11" * 32 + "\n")
    with pytest.raises(AssertionError, match="chiboctl identity show"):
        organisation.server.start()
    assert organisation.show() == ("other", ["founded"])


# --- a register from before a change -----------------------------------------------


def give_back(client, log, shows):
    """The server asks this device for what it lacks, and gets it."""
    with pytest.raises(Refused) as refused:
        client.join(log, shows=shows)
    assert refused.value.code == "behind"
    client.give_back(log, int(refused.value.error["args"]["next"]),
                     shows["seq"])
    wait_until(lambda: comes_in(client, log, shows), "the register to be whole")


def comes_in(client, log, shows):
    try:
        return client.join(log, shows=shows) == "joined"
    except Refused as refused:
        assert refused.code in ("behind", "busy"), refused
        return False


class Restored:
    """The register is that of before a change of key, and is held."""

    def __init__(self, organisation):
        self.organisation = organisation
        backup = organisation.server.directory / "copy.db"
        organisation.ctl("backup", backup)
        self.at_backup = organisation.row("status")["events"]
        self.fingerprint = organisation.rotate()
        self.logs = {}
        with organisation.login(logs=self.logs) as client:
            self.shows = signed_head(client, organisation, "Đảng viên Mẫu 04")
        organisation.server.stop()
        organisation.ctl("restore", backup)


def test_a_device_gives_the_change_back(organisation):
    restored = Restored(organisation)
    organisation.start()
    with pytest.raises(WireError, match="another server"):
        organisation.login()  # nothing leads there from the old key
    with organisation.login(fingerprint=restored.fingerprint,
                            logs=restored.logs) as client:
        give_back(client, organisation.id, restored.shows)
    organisation.login().close()
    organisation.server.stop()
    assert organisation.show() == ("fits", ["founded", "changed"])
    organisation.start()


def test_a_head_that_the_old_key_signed_is_the_servers_too(organisation):
    """And giving back up to there does not end the hold: the change is still
    missing."""
    backup = organisation.server.directory / "copy.db"
    organisation.ctl("backup", backup)
    logs = {}
    with organisation.login(logs=logs) as client:
        shows = signed_head(client, organisation, "Đảng viên Mẫu 04")
    fingerprint = organisation.rotate()
    organisation.server.stop()
    organisation.ctl("restore", backup)
    organisation.start()
    with organisation.login(fingerprint=fingerprint, logs=logs) as client:
        give_back(client, organisation.id, shows)
        client.wait(lambda: [n for n in client.notes if n["note"] == "held"],
                    "the hold")
    with pytest.raises(Refused) as refused:
        organisation.cell.admin.do("accept_loss")
    assert refused.value.code == "other_key"
    organisation.server.stop()
    assert organisation.show() == ("behind", ["founded"])
    with pytest.raises(AssertionError, match="chiboctl identity show"):
        organisation.server.start()
    organisation.ctl("identity", "rotate")
    assert organisation.show() == ("fits", ["founded", "changed"])
    organisation.start()
    organisation.login().close()


def test_a_loss_that_nobody_makes_good_is_accepted_with_the_old_key(organisation):
    restored = Restored(organisation)
    organisation.start()
    with pytest.raises(Refused) as refused:
        organisation.cell.admin.do("accept_loss")
    assert refused.value.code == "other_key"
    organisation.server.stop()
    assert "--accept-loss" in organisation.ctl("identity", "rotate",
                                               code=1).stderr
    made = organisation.row("identity", "rotate", "--accept-loss")
    assert made["fingerprint"] == restored.fingerprint
    assert made["found"] == "behind"
    organisation.start()
    with organisation.login() as client:
        log = register_of(client)
        assert [e["ev"] for e in log.all()[restored.at_backup:]] == [
            "restored", "server_key_changed"]
        assert not client.notes
    organisation.cell.add_member("Đảng viên Mẫu 04")


# --- losing ---------------------------------------------------------------------


def test_a_loss_is_explained_before_it_is_made_final(organisation):
    meeting = organisation.meet()
    for client in organisation.open(meeting):
        client.close()
    organisation.server.stop()
    kept = organisation.key_file.read_text()
    assert "not lost" in organisation.ctl("identity", "lost", "--yes",
                                          code=1).stderr
    organisation.key_file.unlink()
    said = organisation.ctl("identity", "lost", code=1).stdout
    for word in (meeting, "--yes", "invited", "telephone", "revoke"):
        assert word in said
    assert organisation.show() == ("missing", ["founded"])
    organisation.key_file.write_text(kept)
    organisation.key_file.chmod(0o600)
    organisation.start()
    organisation.login().close()


def test_after_a_loss_nothing_leads_from_the_old_key(organisation):
    token = organisation.cell.invite(organisation.members[2])
    made = organisation.lose()
    with pytest.raises(WireError, match="another server"):
        organisation.login()
    with organisation.server.connect(Device(organisation.members[2]),
                                     fingerprint=made) as client:
        with pytest.raises(Refused) as refused:
            client.enrol(token)
        assert refused.value.code == "invitation_unknown"


def test_after_a_loss_new_links_enrol_and_old_devices_are_revoked(organisation):
    old = organisation.devices[1]
    made = organisation.lose()
    device = organisation.cell.enrol(organisation.members[1], "Máy mới")
    with organisation.server.connect(device, fingerprint=made) as client:
        client.login()
        log = register_of(client)
        assert log.all("server_key_lost")[0]["server"] == client.hello["server"]
        assert not client.hello.get("succession")
    # Until somebody revokes it, an old device is one still.
    organisation.server.login(old).close()
    organisation.cell.revoke(old)
    with pytest.raises(Refused) as refused:
        organisation.server.login(old)
    assert refused.value.code == "device_revoked"


def test_a_loss_and_a_change_after_it(organisation):
    lost = organisation.lose()
    device = organisation.cell.enrol(organisation.members[1], "Máy mới")
    newest = organisation.rotate()
    for known in (lost, newest):
        with organisation.server.connect(device, fingerprint=known) as client:
            client.login()
    with pytest.raises(WireError, match="another server"):
        organisation.login()
    organisation.server.stop()
    assert organisation.show() == ("fits", ["founded", "lost", "changed"])
    organisation.start()


def test_a_held_register_goes_on_with_the_new_key(organisation):
    backup = organisation.server.directory / "copy.db"
    organisation.ctl("backup", backup)
    organisation.server.stop()
    organisation.ctl("restore", backup)
    organisation.key_file.unlink()
    assert "held" in organisation.ctl("identity", "lost", code=1).stdout
    organisation.ctl("identity", "lost", "--yes")
    with sqlite3.connect(organisation.server.data / "chibo.db") as db:
        assert db.execute("SELECT count(*) FROM held").fetchone() == (0,)
    db.close()
    organisation.start()
    organisation.cell.add_member("Đảng viên Mẫu 04")
