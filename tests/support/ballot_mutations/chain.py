"""The events: their form, their chain, their order."""
from . import base
from .base import (AGAIN, BALLOT, END, ENDED, FIRST, LAST, OPENED_1, PUBLISHED,
                   RESULT, SECOND, SETUP, TALLIED, TALLY, Step, archive, made,
                   mutation, records, register)

OTHER = "00" * 32


def _event(at, change):
    """One event changed; what follows hangs on what it has become."""
    def make(scene):
        def edit(height, event):
            if height != at:
                return event
            made_of = change(dict(event))
            return event if made_of is None else made_of
        return scene.chained(edit)
    return make


def _with(**more):
    return lambda event: {**event, **more}


def _without(name):
    return lambda event: {k: v for k, v in event.items() if k != name}


def _bytes(change):
    return lambda event: change(records.write(event))


for _name, _change, _fault in (
        ("another_parent", _with(parent=OTHER), "event_parent"),
        ("no_parent", _without("parent"), "event_parent"),
        ("a_height_too_high", _with(height=3), "event_height"),
        ("a_height_again", _with(height=1), "event_height"),
        ("another_payload", _with(payload=OTHER), "event_payload"),
        ("no_payload", _without("payload"), "event_payload")):
    register(f"event_with_{_name}", _event(SECOND, _change), _fault, SECOND)
register("first_event_with_a_parent", _event(0, lambda e: {
    "parent": OTHER, **e}), "event_parent", 0)
register("end_of_ballots_with_a_payload", _event(ENDED, _with(payload=OTHER)),
         "event_payload", ENDED)
register("event_that_names_the_payload_of_the_one_before",
         lambda scene: _event(SECOND, _with(payload=records.hex_hash(
             scene.record(FIRST))))(scene), "event_payload", SECOND)

for _name, _change, _fault in (
        ("another_field", _with(note="x"), "unknown_field"),
        ("its_fields_in_another_order", lambda e: {
            "height": e["height"], "parent": e["parent"], "type": e["type"],
            "payload": e["payload"]}, "wrong_field"),
        ("no_height", _without("height"), "wrong_field"),
        ("no_type", _without("type"), "wrong_field"),
        ("a_height_as_text", _with(height="2"), "bad_number"),
        ("a_height_below_zero", _with(height=-1), "bad_number"),
        ("a_height_with_a_zero_before", _bytes(
            lambda b: b.replace(b'"height":2', b'"height":02')), "bad_number"),
        ("a_height_with_a_point", _bytes(
            lambda b: b.replace(b'"height":2', b'"height":2.0')),
         "bad_number"),
        ("a_parent_in_capitals", lambda e: {
            **e, "parent": e["parent"].upper()}, "wrong_field"),
        ("a_short_parent", lambda e: {**e, "parent": e["parent"][:-2]},
         "wrong_field"),
        ("a_field_twice", _bytes(
            lambda b: b.replace(b'"height":2,', b'"height":2,"height":2,')),
         "wrong_field"),
        ("its_last_field_twice", _bytes(
            lambda b: b[:-1] + b[b.rindex(b',"payload"'):]), "unknown_field"),
        ("a_space", _bytes(lambda b: b.replace(b",", b", ", 1)),
         "not_canonical"),
        ("a_line_end", _bytes(lambda b: b + b"\n"), "not_canonical"),
        ("a_type_spelled_with_escapes", _bytes(
            lambda b: b.replace(b'"Ballot"', b'"\\u0042allot"')),
         "not_canonical"),
        ("its_end_cut_off", _bytes(lambda b: b[:-1]), "not_canonical")):
    register(f"event_with_{_name}", _event(SECOND, _change), _fault, SECOND,
             None)
register("event_of_an_unknown_type", _event(SECOND, _with(type="Note")),
         "event_order", SECOND, None)
register("event_of_a_shuffle", _event(TALLIED + 1, _with(type="Shuffle")),
         "not_homomorphic", TALLIED + 1, None)


# -- order, chained anew --

def _ordered(change):
    def make(scene):
        steps = scene.steps
        return archive.write(change(steps) or steps, made.TIME)
    return make


def _moved(steps, source, to):
    steps.insert(to, steps.pop(source))


for _name, _change, _event_at, _kind in (
        ("ballots_ended_before_the_last_ballot",
         lambda s: _moved(s, ENDED, LAST), LAST + 1, BALLOT),
        ("a_ballot_behind_the_end_of_ballots",
         lambda s: s.insert(ENDED + 1, Step(BALLOT, *s[FIRST].data)),
         ENDED + 1, BALLOT),
        ("a_ballot_behind_the_tally",
         lambda s: s.insert(TALLIED + 1, Step(BALLOT, *s[FIRST].data)),
         TALLIED + 1, BALLOT),
        ("a_ballot_before_the_setup", lambda s: _moved(s, 0, 1), 0, BALLOT),
        ("the_setup_twice", lambda s: s.insert(1, s[0].copy()), 1, SETUP),
        ("the_end_of_ballots_twice",
         lambda s: s.insert(ENDED, Step(END)), ENDED + 1, END),
        ("no_end_of_ballots", lambda s: s.pop(ENDED) and None, ENDED, TALLY),
        ("the_tally_twice", lambda s: s.insert(TALLIED, s[TALLIED].copy()),
         TALLIED + 1, TALLY),
        ("no_tally", lambda s: s.pop(TALLIED) and None, TALLIED,
         base.DECRYPTION),
        ("a_decryption_before_the_tally",
         lambda s: _moved(s, OPENED_1, TALLIED), TALLIED, base.DECRYPTION),
        ("the_result_before_all_decryptions",
         lambda s: _moved(s, PUBLISHED, OPENED_1), OPENED_1, RESULT),
        ("nothing_but_the_setup_and_a_result",
         lambda s: [s[0], s[PUBLISHED]], 1, RESULT)):
    register(_name, _ordered(_change), "event_order", _event_at, _kind)
for _name, _change, _kind in (
        ("two_results", lambda s: s.append(s[PUBLISHED].copy()), RESULT),
        ("a_ballot_behind_the_result",
         lambda s: s.append(s[FIRST].copy()), BALLOT),
        ("a_decryption_behind_the_result",
         lambda s: s.append(s[OPENED_1].copy()), base.DECRYPTION),
        ("a_setup_behind_the_result", lambda s: s.append(s[0].copy()),
         SETUP)):
    register(_name, _ordered(_change), "more_after_result", PUBLISHED + 1,
             _kind)


@mutation("event_height", FIRST)
def the_first_ballot_cut_out(scene):
    """As whoever cannot chain anew would do it."""
    entries = scene.entries()
    return base.pack(entries[:6] + entries[8:])


# What an archive alone can tell of ballots that are missing: the tally.

@mutation("tally", TALLIED - 1, TALLY)
def the_last_ballot_cut_out_and_chained_anew(scene):
    steps = scene.steps
    del steps[LAST]
    return archive.write(steps, made.TIME)


@mutation("tally", TALLIED)
def two_votes_of_one_voter_in_the_other_order(scene):
    steps = scene.steps
    steps[FIRST], steps[AGAIN] = steps[AGAIN], steps[FIRST]
    return archive.write(steps, made.TIME)
