"""What a lying server may say: each lie, when it is told, and what an honest
client finds."""
import dataclasses

from honest_client import HonestClient
from wire_client import Device, Log, WireClient, act_terms, seal


def nothing(_):
    pass


@dataclasses.dataclass
class Lie:
    name: str
    tell: callable  # (hall): has the server tell it
    wire: str  # what the client of honest_client.py says
    chibo: str  # the reason that chibo gives
    verifier: str = None  # what chibo-verify finds in the files, if they show
    when: str = "late"  # or "live", "resumed"
    before: callable = nothing  # true events that it needs
    is_strict: bool = False  # votes ask for vouched devices
    is_by_groups: bool = False  # the meeting is held by party groups

    def title(self):
        rule = ", vouched" if self.is_strict else ""
        rule += ", by groups" if self.is_by_groups else ""
        return f"{self.when}, {self.before.__name__}{rule}"


def play(lie, hall, victims, is_true=False):
    """The victims come late, are there, or come back; the server lies, or tells
    the truth with the same machinery."""
    hall.open()
    lie.before(hall)
    if lie.when != "late":
        victims.come()
    if lie.when == "resumed":
        hall.talk()
        victims.stay()
        victims.leave()
        hall.wait_for("connection_lost")
        hall.clients[2].do("lower_hand", hall.id, member="m3")
        hall.settle()
    if lie.when == "late":
        hall.talk()
    if is_true:
        hall.lie(hall.register)
        hall.lie(beside=hall.register)
    else:
        lie.tell(hall)
    if lie.when == "live":
        hall.talk()
    else:
        victims.come()
    if lie.when == "resumed":
        hall.clients[0].do("chat", hall.id, text="Tiếp tục")
    if not is_true:
        victims.await_lie()
    victims.stay()


# --- a meeting's history -----------------------------------------------------------


def edit(event, **fate):
    return {"seq": event["seq"], **fate}


def unsent(client, log, op, **fields):
    """The act of a command that the server was never sent."""
    number = client.device.next_request()
    signed = client.signed_fields(op, log, number, fields)
    subject, value = act_terms(op, log, signed)
    return {"member": client.device.holder, "device": client.device.key.hex(),
            "op": op, "request": number, "subject": subject, "value": value,
            **signed["act"]}


def cast(client, log, vote):
    """The event of a vote that the server was never sent."""
    return {"ev": "vote_cast", "vote": vote, "member": client.device.holder,
            "choice": "yes",
            "act": unsent(client, log, "vote", vote=vote, choice="yes")}


def a_vote_is_altered(hall):
    hall.lie(edits=[edit(hall.find("vote_cast"), set={"choice": "yes"})])


def a_hand_is_altered(hall):
    hall.lie(edits=[edit(hall.find("hand_raised", member="m3"),
                         set={"member": "m2"})])


def a_hand_will_be_altered(hall):
    hall.lie(edits=[{"ev": "hand_raised", "where": {"member": "m3"},
                     "set": {"member": "m2"}}])


def what_was_missed_is_altered(hall):
    """What happened while the victim was away; and no head is signed."""
    hall.lie(withholds=["signed"], edits=[
        edit(hall.find("hand_lowered", member="m3"), set={"by": "m1"})])


def words_are_hidden(hall):
    hall.lie(edits=[edit(hall.find("chat_said", holder="m4"), drop=True)])


def a_hand_is_hidden(hall):
    hall.lie(edits=[edit(hall.find("hand_raised", member="m3"), drop=True)])


def a_number_is_left_out(hall):
    hall.lie(edits=[edit(hall.find("hand_raised", member="m3"), gap=True)])


def hands_are_exchanged(hall):
    hall.lie(edits=[edit(hall.find("hand_raised", member="m3"), swap=True)])


def words_are_said_twice(hall):
    said = hall.find("chat_said", holder="m4")
    hall.lie(edits=[edit(said, after=[said])])


def words_are_anothers(hall):
    said = hall.find("chat_said", holder="m4")
    hall.lie(edits=[edit(said, set={"holder": "m2", "act.member": "m2"})])


def a_confirmation_becomes_an_act(hall):
    """m3's device confirmed a head: its signature under words never said."""
    said = hall.find("chat_said", holder="m4")
    point = hall.find("checkpoint", reason="vote_closed")
    row = [r for r in point["signers"] if r["holder"] == "m3"][0]
    act = dict(said["act"], member="m3", device=row["device"], sig=row["sig"],
               seen=point["upto"], head=point["head"])
    hall.lie(edits=[edit(said, before=[dict(said, holder="m3", act=act)])])


def an_act_becomes_a_confirmation(hall):
    said = hall.find("chat_said", holder="m4")
    point = hall.find("checkpoint", reason="vote_closed")
    row = [i for i, r in enumerate(point["signers"]) if r["holder"] == "m4"][0]
    hall.lie(edits=[edit(point,
                         set={f"signers.{row}.sig": said["act"]["sig"]})])


def a_text_is_altered(hall):
    said = hall.find("chat_said", holder="m4")
    hall.lie(openings=[{"open": said["seq"], "field": "text",
                        "set": {"value": "Tôi không đồng ý"}}])


def another_head_is_signed(hall):
    hall.lie(signed={"head": "ab" * 32})


def a_head_is_signed_by_nobody(hall):
    hall.lie(signed={"sig": "ab" * 64})


def a_vote_is_counted_wrong(hall):
    """The last thing that the victim is shown: nothing was signed after it."""
    closed = hall.find("vote_closed")
    hall.lie(until=closed["seq"] + 1, edits=[edit(closed, set={"yes": 1})])


def a_result_does_not_follow(hall):
    closed = hall.find("vote_closed")
    hall.lie(until=closed["seq"] + 1, edits=[edit(closed, set={"passed": True})])


def an_act_without_office(hall):
    """m4 and the server together: the chair alone may allow recordings."""
    act = unsent(hall.clients[3], hall.id, "set_recording", allowed=True)
    hall.lie(edits=[edit(hall.log().parsed(-1), after=[
        {"ev": "recording_set", "allowed": True, "act": act}])])


# --- people and devices --------------------------------------------------------------


def strange_key():
    return Device().key.hex()


def a_key_is_swapped_in_the_genesis(hall):
    hall.lie(edits=[{"seq": 0,
                     "set": {"roster.2.devices.0.device": strange_key()}}])


def a_key_is_added_to_the_genesis(hall):
    device = dict(hall.log().parsed(0)["roster"][2]["devices"][0],
                  device=strange_key())
    hall.lie(edits=[{"seq": 0, "set": {"roster.2.devices.1": device}}])


def a_member_is_left_out_of_the_genesis(hall):
    roster = hall.log().parsed(0)["roster"]
    moved = [f"roster.{i}.name" for i in (3, 4)] + [
        f"roster.{i}.devices.{k}.label" for i in (3, 4)
        for k in range(len(roster[i]["devices"]))]
    hall.lie(edits=[{"seq": 0, "set": {"roster": roster[:3] + roster[4:]}}],
             openings=[{"open": 0, "field": f, "drop": True} for f in moved])


def the_genesis_names_another_server(hall):
    hall.lie(edits=[{"seq": 0, "set": {"server": strange_key()}}])


def the_genesis_names_another_chair(hall):
    hall.lie(edits=[{"seq": 0, "set": {"chair": "m2"}}])


def a_device_changes_hands(hall):
    """A further device of m4, while the meeting is on."""
    hall.cell.enrol("m4", "Máy thứ hai")
    hall.wait_for("roster_changed")


def a_key_is_swapped_in_a_change(hall):
    changed = hall.find("roster_changed")
    hall.lie(edits=[edit(changed, set={
        "roster.0.devices.1.device": strange_key()})])


# --- the register ---------------------------------------------------------------------


def a_device_is_revoked(hall):
    """m4 loses one of two devices."""
    lost = hall.cell.enrol("m4", "Máy thứ hai")
    hall.wait_for("roster_changed")
    hall.cell.revoke(lost)
    hall.wait_for("roster_changed", register_seq=hall.find(
        "roster_changed")["register_seq"] + 1)


def a_revocation_is_hidden(hall):
    """The register ends before it; the meeting has to know nothing, too."""
    revoked = hall.find("device_revoked", hall.register)
    hall.lie(hall.register, until=revoked["seq"])


def a_revocation_is_hidden_in_both(hall):
    revoked = hall.find("device_revoked", hall.register)
    hall.lie(hall.register, edits=[edit(revoked, drop=True)])
    hall.lie(beside=hall.register, edits=[edit(hall.find(
        "roster_changed", register_seq=revoked["seq"]), drop=True)])


def a_revocation_is_left_out(hall):
    revoked = hall.find("device_revoked", hall.register)
    hall.lie(hall.register, edits=[edit(revoked, drop=True)])


def a_device_is_vouched_for(hall):
    """m1 and m2 vouch for each other's devices while the meeting is on."""
    for one, other in ((0, 1), (1, 0)):
        hall.clients[one].do(
            "vouch_device", hall.register, holder=hall.members[other],
            device=hall.devices[other].key.hex(), how="sight")
    hall.settle()
    hall.wait_for("roster_changed", register_seq=len(
        hall.log(hall.register).events) - 1)


def a_vouch_is_hidden(hall):
    vouched = hall.find("device_vouched", hall.register)
    hall.lie(hall.register, until=vouched["seq"])


def a_vouch_is_anothers(hall):
    vouched = hall.find("device_vouched", hall.register)
    hall.lie(hall.register, edits=[edit(vouched, set={
        "holder": "m3", "device": hall.devices[2].key.hex()})])


def addition(hall, device, like, label, **more):
    """A device that m1 added, as the server would have it: signed by what is
    `like` it."""
    return {"ev": "device_added", "holder": "m1", "device": device,
            "label": {"c": label["c"]},
            **{f: like[f] for f in ("signer", "seen", "head", "sig")}, **more}


def a_vouch_becomes_an_addition(hall):
    """What m1 signed of m2's device, as if m1 had added a device."""
    vouched = hall.find("device_vouched", hall.register)
    label = seal(hall.register, "label", "Máy thử")
    added = addition(hall, vouched["device"], vouched, label, openings=[
        {"field": "label", "salt": label["salt"], "value": label["value"]}])
    hall.lie(hall.register, edits=[edit(vouched, drop=True, after=[added])])


def open_vote(hall):
    vote = hall.clients[0].do("start_vote", hall.id, motion="Thông qua")["made"]
    hall.wait_for("checkpoint", reason="vote_started", upto=hall.find(
        "vote_started", vote=vote)["seq"])
    hall.settle()
    return vote


class Forger(WireClient):
    """A device that signs, and is not connected."""

    def __init__(self, device, logs):
        self.device = device
        self.logs = logs


def a_thief_votes(hall):
    """A device enrolled for m4, which nobody vouched for; the server takes its
    vote against the rules."""
    thief = hall.cell.enrol("m4", "Máy lạ")
    vote = open_vote(hall)
    forger = Forger(thief, hall.clients[0].logs)
    hall.lie(edits=[edit(hall.log().parsed(-1),
                         after=[cast(forger, hall.id, vote)])])


def a_device_is_added(hall):
    """m3 adds a second device as it should be, and it votes."""
    second = hall.cell.enrol("m3", "Máy thứ hai")
    hall.settle()
    hall.clients[2].do("add_device", hall.register, device=second.key.hex(),
                       label="Máy thứ hai")
    hall.settle()
    hall.wait_for("roster_changed", register_seq=hall.find(
        "device_added", hall.register)["seq"])
    vote = open_vote(hall)
    with hall.server.login(second, client=HonestClient) as client:
        client.join(hall.register)
        client.join(hall.id)
        client.do("vote", hall.id, vote=vote, choice="yes")
    hall.clients[0].do("close_vote", hall.id, vote=vote)
    hall.wait_for("checkpoint", reason="vote_closed")
    hall.wait_for("connection_lost")


def an_addition_votes(hall):
    """The server says that m4 added a device, never what it is called, and has
    it vote; the meeting agrees with the register."""
    device = Device("m4")
    vote = open_vote(hall)
    last = hall.log(hall.register).parsed(-1)
    vouched = hall.find("device_vouched", hall.register, by="m4")
    added = dict(addition(hall, device.key.hex(), vouched,
                          seal(hall.register, "label", "Máy thử")), holder="m4")
    row = hall.log().parsed(0)["roster"][3]
    row["devices"].append(dict(row["devices"][0], device=device.key.hex(),
                               vouched_by="m4", founding=False))
    changed = {"ev": "roster_changed", "register_seq": last["seq"] + 1,
               "register_head": "00" * 32, "roster": [row], "sites": []}
    forger = Forger(device, hall.clients[0].logs)
    hall.lie(hall.register, edits=[edit(last, after=[added])])
    hall.lie(beside=hall.register, edits=[edit(
        hall.log().parsed(-1), after=[changed, cast(forger, hall.id, vote)])])


# --- party groups -----------------------------------------------------------------------


def the_groups_are_gathered(hall):
    """What the register says of their ends; the chair signs it."""
    chair = hall.clients[0]
    for part in hall.ground.parts:
        ended = hall.find("meeting_ended", hall.register, meeting=part)
        chair.do("gather_group", hall.id, meeting=part,
                 final_seq=ended["final_seq"], head=ended["head"])
        hall.wait_for("group_gathered", meeting=part)
    hall.settle()


def first_gathered(hall):
    return hall.find("group_gathered", meeting=hall.ground.parts[0])


def a_gathered_end_is_altered(hall):
    gathered = first_gathered(hall)
    hall.lie(until=gathered["seq"] + 1,
             edits=[edit(gathered, set={"head": "ab" * 32})])


def a_gathered_end_is_anothers(hall):
    """The chair and the server together: she signs another end."""
    gathered = first_gathered(hall)
    named = {"meeting": gathered["meeting"], "head": "ab" * 32,
             "final_seq": gathered["final_seq"]}
    chair = hall.clients[0]
    log, whole = hall.log(), hall.log().events
    signed = Log(log.id)
    for event in whole[:gathered["seq"]]:
        signed.add(event)
    forger = Forger(chair.device, {log.id: signed})
    act = unsent(forger, hall.id, "gather_group", **named)
    hall.lie(until=gathered["seq"] + 1,
             edits=[edit(gathered, set={"head": named["head"], "act": act})])


def a_gathered_roll_is_altered(hall):
    """Nobody of the group came, as it is told to the victim alone."""
    hall.lie(edits=[edit(first_gathered(hall), set={
        "official_came": 0, "speakers": 0})])


# --- all of them ------------------------------------------------------------------------


HISTORY = "saw another history"
OLD = "older than the meeting"
#     what, how it is told, what honest_client.py says, chibo's reason, the
#     verifier's fault
LIES = [
    # The history of a meeting.
    Lie("a vote that is altered", a_vote_is_altered,
        "not what was signed", "act", "act"),
    Lie("a hand that is altered", a_hand_is_altered,
        HISTORY, "fork", "act_head"),
    Lie("a hand that is hidden", a_hand_is_hidden,
        HISTORY, "fork", "act_head"),
    Lie("words that are hidden", words_are_hidden,
        HISTORY, "fork", "act_head"),
    Lie("a number that is left out", a_number_is_left_out,
        "was due", "gap", "seq"),
    Lie("hands that are exchanged", hands_are_exchanged,
        HISTORY, "fork", "act_head"),
    Lie("a text that is altered", a_text_is_altered,
        "does not fit", "opening", "opening"),
    Lie("another head that is signed", another_head_is_signed,
        "signed another head", "fork"),
    Lie("a head that nobody signed", a_head_is_signed_by_nobody,
        "bad signature of checkpoint", "unsigned"),
    Lie("a hand that is altered before one's eyes", a_hand_will_be_altered,
        "nother h", "fork", "act_head", when="live"),
    Lie("another history at a resume", a_hand_is_altered,
        "signed another head", "fork", when="resumed"),
    Lie("another history since the line was cut", what_was_missed_is_altered,
        HISTORY, "fork", when="resumed"),
    Lie("another head at a resume", another_head_is_signed,
        "signed another head", "fork", when="resumed"),
    # What was signed, as something else.
    Lie("words that are said twice", words_are_said_twice,
        "used twice", "act", "act_again"),
    Lie("words that are anothers", words_are_anothers,
        "bad signature of act", "act", "act"),
    Lie("a confirmation used as an act", a_confirmation_becomes_an_act,
        "bad signature of act", "act", "act"),
    Lie("an act used as a confirmation", an_act_becomes_a_confirmation,
        "bad signature of checkpoint", "act", "checkpoint_signer"),
    Lie("a vouch for another device", a_vouch_is_anothers,
        "bad signature of vouch", "act", "statement",
        before=a_device_is_vouched_for),
    Lie("a vouch used as an addition", a_vouch_becomes_an_addition,
        "bad signature of device-add", "event", "statement",
        before=a_device_is_vouched_for),
    # What follows from what was signed.
    Lie("a vote that is counted wrong", a_vote_is_counted_wrong,
        "counted wrong", "event", "state"),
    Lie("a result that does not follow", a_result_does_not_follow,
        "does not follow", "event", "result"),
    Lie("an act of who has no office for it", an_act_without_office,
        "no office", "act", "act_role"),
    # People and devices.
    Lie("a key swapped in the genesis", a_key_is_swapped_in_the_genesis,
        "devices of m3", "snapshot", "snapshot"),
    Lie("a key added to the genesis", a_key_is_added_to_the_genesis,
        "devices of m3", "snapshot", "snapshot"),
    Lie("a member left out of the genesis", a_member_is_left_out_of_the_genesis,
        "other people", "snapshot", "snapshot"),
    Lie("another server in the genesis", the_genesis_names_another_server,
        "another server", "identity", "snapshot"),
    Lie("another chair in the genesis", the_genesis_names_another_chair,
        "not the one that was called", "snapshot", "snapshot"),
    Lie("a key swapped in a change", a_key_is_swapped_in_a_change,
        "devices of m4", "snapshot", "snapshot", before=a_device_changes_hands),
    # The register. One that is only older contradicts nothing in a file.
    Lie("a revocation that is hidden", a_revocation_is_hidden,
        OLD, "old_register", before=a_device_is_revoked),
    Lie("a revocation that is left out", a_revocation_is_left_out,
        OLD, "old_register", before=a_device_is_revoked),
    Lie("a revocation that is hidden in both", a_revocation_is_hidden_in_both,
        HISTORY, "fork", "act_head", before=a_device_is_revoked),
    Lie("a revocation denied to who knows it", a_revocation_is_hidden,
        "caught up at", "head", when="resumed", before=a_device_is_revoked),
    Lie("a vouch that is hidden", a_vouch_is_hidden,
        OLD, "old_register", before=a_device_is_vouched_for),
    # The records of party groups.
    Lie("another end of a group's record", a_gathered_end_is_altered,
        "not what was signed", "act", "act", before=the_groups_are_gathered,
        is_by_groups=True),
    Lie("another end of a group's record that was signed",
        a_gathered_end_is_anothers, "another end of a group", "fork",
        "snapshot", before=the_groups_are_gathered, is_by_groups=True),
    Lie("another roll of a group's record", a_gathered_roll_is_altered,
        HISTORY, "fork", "act_head", before=the_groups_are_gathered,
        is_by_groups=True),
    # Where votes ask for vouched devices.
    Lie("a vote of a device that nobody vouched for", a_thief_votes,
        "nobody vouched", "act", "act_vouched", is_strict=True),
    Lie("a vote of an addition that cannot be checked", an_addition_votes,
        "cannot be checked", "act", before=a_device_is_added, is_strict=True),
]
# One lie for each different scene: those are played truly, too.
SCENES = list({lie.title(): lie for lie in LIES}.values())
