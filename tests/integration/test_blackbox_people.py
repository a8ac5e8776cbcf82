"""Who may say what to the real server: logins, invitations, signatures, rights."""
import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from blackbox_hall import (LOGIN_FAILED, POLICY, REPLACED,  # noqa: E402,F401
                           ask_refused, command_table, do_refused, first_error,
                           good_value, hall, refusal, running_hall)
from server_process import wait_until  # noqa: E402
from wire_client import (Device, Refused, audio_frame, seal,  # noqa: E402
                         text)


# --- who is there ------------------------------------------------------------------


def test_nothing_is_done_before_login(hall):
    commands, lists = command_table()
    ops = [(c["name"], {f["name"]: good_value(f, lists) for f in c["fields"]})
           for c in commands]
    ops += [("join", {}), ("meetings", {}), ("minutes", {"language": "vi"}),
            ("put_blob", {"blob": "ab" * 32, "size": 1}),
            ("get_blob", {"blob": "ab" * 32, "offset": 0}), ("unknown", {})]
    for op, fields in ops:
        client = hall.connect()
        assert ask_refused(client, op, log=hall.meeting,
                           **fields) == "not_logged_in", op
        assert client.wait_close() == POLICY, op


@pytest.mark.parametrize("message", [audio_frame(1, 1), b"\x21" + bytes(60),
                                     b"\0"])
def test_bytes_before_login_end_with_1008(hall, message):
    client = hall.connect()
    client.send_binary(message)
    assert first_error(client) == "not_logged_in"
    assert client.wait_close() == POLICY


def assert_login_fails(client, fields):
    assert ask_refused(client, "login", **fields) == "login_failed"
    assert client.wait_close() == LOGIN_FAILED


def test_a_login_is_good_for_its_own_connection_only(hall):
    first = hall.connect(hall.member)
    fields = first.login_fields()
    assert_login_fails(hall.connect(hall.member), fields)
    first.ask("login", **fields)
    assert_login_fails(hall.connect(hall.member), fields)
    first.close()


def test_a_login_is_good_once(hall):
    with hall.connect(hall.member) as client:
        fields = client.login_fields()
        client.ask("login", **fields)
        assert ask_refused(client, "login", **fields) == "already_logged_in"


def test_a_login_signed_over_another_connection_fails(hall):
    """The nonce is right, the channel is not: what a relay would do."""
    other = hall.connect()
    client = hall.connect(hall.member)
    device = hall.member
    sig = device.sign("login", client.organisation,
                      bytes.fromhex(client.hello["server"]),
                      other.stream.exporter,
                      bytes.fromhex(client.hello["nonce"]),
                      text(device.holder))
    assert_login_fails(client, {"member": device.holder,
                                "device": device.key.hex(),
                                "sig": sig.hex()})
    other.close()


def test_a_login_in_another_name_fails(hall):
    client = hall.connect(hall.member)
    stranger = Device(hall.members[0])
    stranger.private, stranger.key = hall.member.private, hall.member.key
    assert_login_fails(client, client.login_fields(stranger))


def test_an_unknown_device_fails(hall):
    client = hall.connect(Device(hall.members[0]))
    assert_login_fails(client, client.login_fields())


def login_as(client, device, tag, **changes):
    fields = {"server": bytes.fromhex(client.hello["server"]),
              "exporter": client.stream.exporter,
              "nonce": bytes.fromhex(client.hello["nonce"]),
              "member": text(device.holder), **changes}
    return {"member": device.holder, "device": device.key.hex(),
            "sig": device.sign(tag, fields.pop("scope", client.organisation),
                               *fields.values()).hex()}


@pytest.mark.parametrize("tag", ["enrol", "hello", "act", "revoke",
                                 "device-add", "checkpoint"])
def test_another_statement_is_no_login(hall, tag):
    client = hall.connect(hall.member)
    assert_login_fails(client, login_as(client, hall.member, tag))


@pytest.mark.parametrize("changes", [
    {"scope": "another"}, {"server": bytes(32)}, {"exporter": bytes(32)},
    {"nonce": bytes(32)}, {"member": b"m1"}, {"member": b""}])
def test_a_login_over_other_fields_fails(hall, changes):
    client = hall.connect(hall.member)
    assert_login_fails(client, login_as(client, hall.member, "login",
                                        **changes))


def test_a_second_connection_of_a_device_closes_the_first(hall):
    first = hall.login()
    with hall.login() as second:
        assert first.wait_close() == REPLACED
        second.settle()


# --- invitations -------------------------------------------------------------------


def test_an_invitation_serves_once(hall):
    member = hall.other_cell.add_member("Đỗ Thị Hai")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(member)) as client:
        assert client.ask("invitation", token=token.hex())["member"] == member
        client.enrol(token)
        client.login()
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "invitation",
                           token=token.hex()) == "invitation_unknown"
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"
        assert ask_refused(client, "login", **client.login_fields()
                           ) == "login_failed"


def test_an_invitation_expires(hall):
    member = hall.other_cell.add_member("Đỗ Thị Ba")
    token = hall.other_cell.invite(member, valid_ms=1)

    def expired():
        with hall.connect() as client:
            try:
                client.ask("invitation", token=token.hex())
            except Refused as refused:
                return refused.code == "invitation_expired"
        return False

    wait_until(expired, "the end of the invitation")
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_expired"


def test_an_invitation_is_for_its_holder_only(hall):
    member = hall.other_cell.add_member("Đỗ Thị Tư")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(hall.members[0])) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"


def test_an_invitation_that_nobody_made_is_unknown(hall):
    with hall.connect(Device(hall.members[0])) as client:
        assert ask_refused(client, "invitation",
                           token="ab" * 16) == "invitation_unknown"
        assert ask_refused(client, "enrol", **client.enrol_fields(
            b"\xab" * 16)) == "invitation_unknown"


def test_a_login_is_no_enrolment(hall):
    member = hall.other_cell.add_member("Đỗ Thị Năm")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(member)) as client:
        fields = client.enrol_fields(token)
        fields["sig"] = client.login_fields()["sig"]
        assert ask_refused(client, "enrol", **fields) == "bad_signature"
    with hall.connect(Device(member)) as client:
        client.enrol(token)


def test_a_device_that_is_known_is_not_enrolled_again(hall):
    token = hall.cell.invite(hall.member.holder)
    with hall.connect(hall.member) as client:
        assert ask_refused(client, "enrol",
                           **client.enrol_fields(token)) == "bad_key"


def test_a_withdrawn_invitation_is_worthless(hall):
    member = hall.other_cell.add_member("Đỗ Thị Sáu")
    token = os.urandom(16)
    made = hall.admin.do("invite", holder=member, valid_ms=0,
                         token=forms.sha256(token).hex())["made"]
    hall.admin.do("withdraw_invitation", invitation=made)
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"


# --- signatures of acts -------------------------------------------------------------


def forged(client, message, tag="act", scope=None, **changes):
    """`message`, a command, with its statement signed over something else."""
    log = client.log(message["log"])
    act = message["act"]
    fields = {"member": client.device.holder, "op": message["op"],
              "request": message["id"], "subject": message["log"], "value": "",
              "seen": act["seen"], "head": bytes.fromhex(act["head"]),
              **changes}
    parts = [v if isinstance(v, bytes) else forms.number(v)
             if isinstance(v, int) else text(v) for v in fields.values()]
    sig = client.device.sign(tag, scope or log.id, *parts)
    return {**message, "act": {**act, "sig": sig.hex()}}


@pytest.mark.parametrize("changes", [
    {"tag": "login"}, {"tag": "checkpoint"}, {"tag": "revoke"},
    {"scope": "another"}, {"member": "m1"}, {"op": "open_meeting"},
    {"request": 10**9}, {"subject": "m1"}, {"value": "yes"},
    {"seen": 10**6}, {"head": bytes(32)}])
def test_an_act_over_something_else_is_refused(hall, changes):
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        client.send(forged(client, message, **changes))
        assert refusal(client, message["id"]) == "bad_signature"


def test_the_statement_forged_for_nothing_is_good(hall):
    """The helper of the test above changes what it says and nothing else."""
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        assert forged(client, message) == message
        client.send(message)
        client.answer(message["id"])


def test_an_act_of_another_device_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        client.device, own = hall.outsider, client.device
        message = forged(client, message, member=own.holder)
        client.device = own
        client.send(message)
        assert refusal(client, message["id"]) == "bad_signature"


def test_a_choice_other_than_the_one_signed_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("vote", hall.meeting, vote="v1",
                                         choice="yes")
        client.send({**message, "choice": "no"})
        assert refusal(client, message["id"]) == "bad_signature"


def test_an_act_without_a_signature_is_refused(hall):
    with hall.joined() as client:
        assert ask_refused(client, "confirm_presence",
                           log=hall.meeting) == "not_signed"
        assert ask_refused(client, "confirm_presence", log=hall.meeting,
                           act=None) == "not_signed"


def test_a_text_that_is_not_sealed_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Kính chào")
        client.send({**message, "text": "Kính chào"})
        assert refusal(client, message["id"]) == "not_sealed"


@pytest.mark.parametrize("change", [{"value": "Lời khác"}, {"c": "ab" * 32},
                                    {"salt": "ab" * 32}])
def test_a_text_that_does_not_fit_its_commitment_is_refused(hall, change):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Kính chào")
        client.send({**message, "text": {**message["text"], **change}})
        assert refusal(client, message["id"]) == "bad_commitment"


def test_a_text_sealed_for_another_meeting_is_refused(hall):
    with hall.joined() as client:
        sealed = seal("another.1", "text", "Kính chào")
        assert do_refused(client, "chat", hall.meeting,
                          text=sealed) == "bad_commitment"


def test_an_act_that_saw_another_history_is_refused(hall):
    with hall.joined() as client:
        log = client.log(hall.meeting)
        heads = list(log.heads)
        log.heads[-1] = bytes(32)
        code = do_refused(client, "confirm_presence", hall.meeting)
        log.heads[:] = heads
        assert code == "seen_wrong"


def test_a_signed_request_sent_by_another_device_is_refused(hall):
    """Taken off the wire, and sent again from a connection of one's own."""
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Của tôi")
    with hall.login(hall.outsider) as thief:
        thief.send(message)
        assert refusal(thief, message["id"]) == "bad_signature"


# --- rights ---------------------------------------------------------------------------


def test_a_member_of_another_cell_has_no_part(hall):
    with hall.login(hall.outsider) as client:
        assert ask_refused(client, "join", log=hall.meeting,
                           **{"from": 0}) == "not_summoned"
        assert ask_refused(client, "minutes", log=hall.meeting,
                           language="vi") in ("not_summoned", "not_allowed")
        assert ask_refused(client, "raise_hand",
                           log=hall.meeting) == "not_summoned"
        listed = client.ask("meetings")["meetings"]
        assert hall.meeting not in [m["meeting"] for m in listed]
        client.send_binary(audio_frame(1, 1))
        assert first_error(client) == "not_joined"
        assert client.logs == {}


def test_an_officer_of_another_cell_has_no_power_here(hall):
    with hall.login(hall.outsider) as client:
        for op, fields in {
            "invite": {"holder": hall.members[0], "token": "cd" * 32,
                       "valid_ms": 0},
            "revoke_device": {"device": hall.member.key.hex(), "reason": "x"},
            "cancel_meeting": {"meeting": hall.meeting, "reason": "x"},
            "schedule_meeting": {
                "unit": hall.cell.unit, "kind": "regular", "title": "Họp",
                "starts_at": 1800000000000, "zone": "Asia/Ho_Chi_Minh",
                "place": "", "chair": hall.members[0],
                "minute_taker": hall.members[1], "agenda": []},
        }.items():
            assert do_refused(client, op, hall.organisation, **fields) in (
                "not_allowed", "meeting_begun"), op


def test_the_register_shows_no_officer_the_devices_of_another_cell(hall):
    with hall.login(hall.outsider) as client:
        client.join(hall.organisation)
        texts = set(client.log(hall.organisation).opened.values())
        assert "Máy của Khác" in texts
        assert "Máy của Dự" not in texts


ADMINISTRATORS = {
    "add_unit": {"kind": "cell", "parent": "", "name": "Chi bộ lạ"},
    "rename_unit": {"unit": "u1", "name": "Chi bộ lạ"},
    "add_member": {"unit": "u1", "category": "official", "office": "none",
                   "name": "Người lạ"},
    "import_members": {"unit": "u1", "rows": []},
    "change_member": {"member": "m1", "unit": "u1", "category": "official",
                      "office": "cell_leader", "name": "Người lạ"},
    "remove_member": {"member": "m1", "reason": "x"},
    "add_site": {"unit": "u1", "keeper": "m1", "name": "Hội trường lạ"},
    "change_site": {"site": "s1", "unit": "u1", "keeper": "m1", "name": "x"},
}


@pytest.mark.parametrize("op", ADMINISTRATORS)
def test_only_the_administrator_writes_the_register(hall, op):
    for device in (hall.member, hall.outsider):
        with hall.login(device) as client:
            assert do_refused(client, op, hall.organisation,
                              **ADMINISTRATORS[op]) == "not_allowed"


NOT_A_MEMBERS = {
    "admit": {"holder": "m1"}, "admit_all": {},
    "turn_away": {"holder": "m1", "reason": "x"}, "open_lobby": {},
    "open_meeting": {}, "adjourn_meeting": {}, "resume_meeting": {},
    "close_meeting": {}, "take_chair": {}, "hand_over_minutes": {"member": "m4"},
    "tick": {"member": "m4", "mode": "in_person", "site": ""},
    "untick": {"member": "m4"},
    "note_absence": {"member": "m4", "absence": "absent_excused",
                     "reason": "ốm"},
    "confirm_roll": {}, "declare_open_content": {},
    "set_authority": {"number": "05-CV/ĐU", "date": "2026-07-30",
                      "issuer": "Đảng ủy Mẫu"},
    "complete_score": {"time": 5, "attendance": 4, "preparation": 8,
                       "conduct": 36, "principles": 5, "results": 25,
                       "closing": 5, "note": "Tốt"},
    "note_left": {"member": "m4"},
    "open_check_in": {"site": ""}, "close_check_in": {"site": ""},
    "count_heads": {"site": "", "count": 5},
    "give_floor": {"member": "m4", "limit_ms": 0},
    "gather_group": {"meeting": "c1.1", "final_seq": 1, "head": "ab" * 32},
    "open_subrooms": {"count": 2, "spread": False}, "return_all": {},
    "move_to_subroom": {"holder": "m1", "room": 0},
    "extend_floor": {"limit_ms": 0}, "mute": {"holder": "m1"},
    "release_mute": {"holder": "m1"}, "give_chair": {"member": "m4"},
    "set_floor_mode": {"mode": "free", "order": "raised"},
    "appoint_officer": {"member": "m4", "role": "co_chair"},
    "dismiss_officer": {"member": "m4", "role": "moderator"},
    "set_recording": {"allowed": True}, "add_item": {"title": "Việc khác"},
    "start_item": {"item": "a1"}, "end_item": {"item": "a1"},
    "start_vote": {"motion": "Thông qua"}, "close_vote": {"vote": "v1"},
    "cancel_vote": {"vote": "v1", "reason": "x"},
    "enter_hall_votes": {"vote": "v1", "site": "", "yes": 1},
    "write_entry": {"text": "Ghi"}, "share_minutes": {}, "hide_minutes": {},
    "edit_entry": {"entry": "e1", "version": 1, "text": "Sửa"},
    "remove_entry": {"entry": "e1", "version": 1},
    "plan_item": {"item": "a1", "planned_min": 10},
    "move_item": {"item": "a1"}, "drop_item": {"item": "a1", "reason": "x"},
    "withdraw_document": {"document": "d1"},
    "show_document": {"document": "d1"},
    "set_task": {"member": "m4", "text": "Soạn báo cáo"},
    "call_election": {"post": "other", "seats": 1, "title": "Chức danh"},
    "note_support": {"election": "n1", "member": "m4", "vote": "v1"},
    "close_list": {"election": "n1", "vote": "v1"},
}


@pytest.mark.parametrize("op", NOT_A_MEMBERS)
def test_an_ordinary_member_may_not_lead(hall, op):
    with hall.joined() as client:
        assert do_refused(client, op, hall.meeting,
                          **NOT_A_MEMBERS[op]) == "not_allowed"


def test_a_member_cannot_attach_a_file_that_somebody_else_sent(hall):
    data = "Dự thảo".encode()
    with hall.login(hall.outsider) as other:
        blob = other.put_blob(data)
    with hall.joined() as client:
        assert do_refused(client, "attach_document", hall.meeting, blob=blob,
                          size=len(data), name="du_thao.txt",
                          type="txt") == "no_such_blob"


def test_who_has_not_joined_may_do_nothing(hall):
    with hall.login() as client:
        assert do_refused(client, "raise_hand", hall.meeting) == "not_joined"


def test_who_waits_in_the_lobby_sees_and_does_nothing(hall):
    device = hall.new_member()
    with hall.login(device) as client:
        assert client.join(hall.meeting) == "waiting"
        for op in ("raise_hand", "unmute"):
            assert do_refused(client, op, hall.meeting) == "not_admitted"
        client.send_binary(audio_frame(1, 1))
        assert first_error(client) == "not_joined"
        assert ask_refused(client, "minutes", log=hall.meeting,
                           language="vi") in ("not_admitted", "not_allowed")
        client.settle()
        assert client.log(hall.meeting).events == []
        assert client.audio == []
