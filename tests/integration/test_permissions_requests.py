"""The last section of docs/permissions.md, which request of a session is taken
from whom in which phase: a real server says the same, so does a table written
by hand from protocol/README.md, and no request is left out."""
import pathlib
import re
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "support"))
import request_permissions as asked  # noqa: E402

ALL, LATER, NO = "S L O A C", "L O A C", "–"
ON, ON_LATER, BALLOT = "S L O A", "L O A", "O A"
# chair, deputy, minute-taker, co-chair, moderator, member, probationary, guest,
# site
BY_HAND = {
    # Sites and guests come in once the lobby is open.
    "join": [ALL] * 7 + [LATER] * 2,
    "put_blob": [ON] * 3 + [NO] * 6,
    # Nothing is signed before the lobby.
    "checkpoint": [LATER] * 9,
    "minutes": [ALL] * 3 + [NO] * 6,
    "draw_minutes": [ALL] * 3 + [NO] * 6,
    "check_in_code": [ON, NO, ON] + [NO] * 5 + [ON_LATER],
    "check_in": [ON] * 7 + [ON_LATER, NO],
    "check_in_pin": [ON, NO, ON] + [NO] * 5 + [ON_LATER],
    "set_pin": [ALL] * 8 + [NO],
    "set_pin (member)": [NO] * 8 + [ON],
    "allow_pin": [NO, NO, ON] + [NO] * 6,
    "unlock_pin": [NO, NO, ON] + [NO] * 6,
    "take_ballot *": [BALLOT] * 4 + [NO, BALLOT] + [NO] * 3,
    "take_pool *": [NO] * 8 + [BALLOT],
    "cast *": [BALLOT] * 9,
    "unlock_hall *": [NO] * 8 + [BALLOT],
    "hearing": [ALL] * 7 + [LATER] * 2,
    "who_hears": [ALL, NO, ALL, LATER] + [NO] * 5,
}


def kept():
    page = (ROOT / "docs/permissions.md").read_text()
    return asked.HEADING + page.split(asked.HEADING)[1]


def rows(section):
    """Request -> its cells, in the order of the page."""
    lines = [line.strip("|").split("|") for line in section.splitlines()
             if line.startswith("| `")]
    return {cells[0].replace("`", "").strip(): [c.strip() for c in cells[1:]]
            for cells in lines}


def test_the_page_says_what_a_server_does():
    found = asked.find_out()
    assert kept() == asked.section(found)
    found["allow_pin"][asked.CO_CHAIR] = "O"
    assert kept() != asked.section(found)


def test_the_page_says_what_was_written_by_hand():
    assert rows(kept()) == BY_HAND


@pytest.mark.parametrize("one, other", [(0, 1), (1, 2), (3, 4), (4, 5), (6, 7),
                                        (7, 8), (0, 8)])
def test_columns_that_change_places_are_found(one, other):
    table = rows(kept())
    for cells in table.values():
        cells[one], cells[other] = cells[other], cells[one]
    assert table != BY_HAND


def test_no_request_is_left_out():
    """Those of the code, of the protocol's text, of the page."""
    code = (ROOT / "server/room/session_request.c").read_text()
    table = code.split("session_ops[] = {")[1].split("};")[0]
    ops = set(re.findall(r'{ "(\w+)",', table))
    text = (ROOT / "protocol/README.md").read_text()
    assert ops == set(re.findall(r"^### Operation `(\w+)`", text, re.M))
    in_table = {name.split()[0] for name in rows(kept())}
    in_words = set(re.findall(r"`(\w+)`", kept().split("No question of office")
                              [1].split("| Request")[0]))
    assert in_table | in_words == ops
    assert not in_table & in_words
