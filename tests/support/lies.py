"""What a lying server may say: each lie, when it is told, and what an honest
client finds."""
import dataclasses

from wire_client import Device, seal


def nothing(_):
    pass


@dataclasses.dataclass
class Lie:
    name: str
    tell: callable  # (hall): has the server tell it
    wire: str  # what the client of honest_client.py says
    when: str = "late"  # or "live", "resumed"
    before: callable = nothing  # true events that it needs

    def title(self):
        return f"{self.when}, {self.before.__name__}"


def play(lie, hall, victim, is_true=False):
    """The victim comes late, is there, or comes back; the server lies, or
    tells the truth with the same machinery."""
    hall.open()
    lie.before(hall)
    if lie.when != "late":
        victim.come()
    if lie.when == "resumed":
        hall.talk()
        victim.stay()
        victim.leave()
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
        victim.come()
    if lie.when == "resumed":
        hall.clients[0].do("chat", hall.id, text="Tiếp tục")
    victim.stay()


# --- a meeting's history -----------------------------------------------------------


def edit(event, **fate):
    return {"seq": event["seq"], **fate}


def a_vote_is_altered(hall):
    hall.lie(edits=[edit(hall.find("vote_cast"), set={"choice": "yes"})])


def a_hand_is_altered(hall):
    hall.lie(edits=[edit(hall.find("hand_raised", member="m3"),
                         set={"member": "m2"})])


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
    hall.lie(edits=[{"seq": 0, "set": {"roster": roster[:3] + roster[4:]}}])


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
    """m1 vouches for m2's device while the meeting is on."""
    hall.clients[0].do("vouch_device", hall.register, holder="m2",
                       device=hall.devices[1].key.hex(), how="sight")
    hall.wait_for("roster_changed")


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


def an_addition_cannot_be_checked(hall):
    """The server says that m1 added a device, and never what it is called; the
    meeting agrees. Nothing was signed afterwards that could part from it."""
    vouched = hall.find("device_vouched", hall.register)
    last = hall.log(hall.register).parsed(-1)
    device = strange_key()
    label = seal(hall.register, "label", "Máy thử")
    row = dict(hall.log().parsed(0)["roster"][0])
    row["devices"] = row["devices"] + [
        dict(row["devices"][0], device=device, vouched_by="m1")]
    hall.lie(hall.register, edits=[edit(last, after=[
        addition(hall, device, vouched, label)])])
    hall.lie(beside=hall.register, edits=[edit(hall.log().parsed(-1), after=[
        {"ev": "roster_changed", "register_seq": last["seq"],
         "register_head": "00" * 32, "roster": [row], "sites": []}])])


# --- all of them ------------------------------------------------------------------------


HISTORY = "saw another history"
LIES = [
    Lie("a vote that is altered", a_vote_is_altered, "not what was signed"),
    Lie("a hand that is altered", a_hand_is_altered, HISTORY),
    Lie("a hand that is hidden", a_hand_is_hidden, HISTORY),
    Lie("words that are hidden", words_are_hidden, HISTORY),
    Lie("a number that is left out", a_number_is_left_out, "was due"),
    Lie("hands that are exchanged", hands_are_exchanged, HISTORY),
    Lie("words that are said twice", words_are_said_twice, "used twice"),
    Lie("words that are anothers", words_are_anothers, "bad signature of act"),
    Lie("a confirmation used as an act", a_confirmation_becomes_an_act,
        "bad signature of act"),
    Lie("an act used as a confirmation", an_act_becomes_a_confirmation,
        "bad signature of checkpoint"),
    Lie("a text that is altered", a_text_is_altered, "does not fit"),
    Lie("another head that is signed", another_head_is_signed,
        "signed another head"),
    Lie("a head that nobody signed", a_head_is_signed_by_nobody,
        "bad signature of checkpoint"),
    Lie("another history at a resume", a_hand_is_altered,
        "signed another head", "resumed"),
    Lie("another history since the line was cut", what_was_missed_is_altered,
        HISTORY, "resumed"),
    Lie("another head at a resume", another_head_is_signed,
        "signed another head", "resumed"),
    Lie("a key swapped in the genesis", a_key_is_swapped_in_the_genesis,
        "devices of m3"),
    Lie("a key added to the genesis", a_key_is_added_to_the_genesis,
        "devices of m3"),
    Lie("a member left out of the genesis", a_member_is_left_out_of_the_genesis,
        "other people"),
    Lie("another server in the genesis", the_genesis_names_another_server,
        "another server"),
    Lie("another chair in the genesis", the_genesis_names_another_chair,
        "not the one that was called"),
    Lie("a key swapped in a change", a_key_is_swapped_in_a_change,
        "devices of m4", before=a_device_changes_hands),
    Lie("a revocation that is hidden", a_revocation_is_hidden,
        "older than the meeting", before=a_device_is_revoked),
    Lie("a revocation that is left out", a_revocation_is_left_out,
        "older than the meeting", before=a_device_is_revoked),
    Lie("a revocation denied to who knows it", a_revocation_is_hidden,
        "caught up at", "resumed", a_device_is_revoked),
    Lie("a revocation that is hidden in both", a_revocation_is_hidden_in_both,
        HISTORY, before=a_device_is_revoked),
    Lie("a vouch that is hidden", a_vouch_is_hidden, "older than the meeting",
        before=a_device_is_vouched_for),
    Lie("a vouch for another device", a_vouch_is_anothers,
        "bad signature of vouch", before=a_device_is_vouched_for),
    Lie("a vouch used as an addition", a_vouch_becomes_an_addition,
        "bad signature of device-add", before=a_device_is_vouched_for),
    Lie("an addition that cannot be checked", an_addition_cannot_be_checked,
        "cannot be checked", before=a_device_is_vouched_for),
]
# One lie for each different scene: those are played truly, too.
SCENES = list({lie.title(): lie for lie in LIES}.values())
