#include "protocol/meeting/command_roles.h"

/* Formal or not, and the roles. */
static const struct {
    bool is_formal;
    unsigned roles;
} rows[COMMAND_OP_COUNT] = {
    [OP_OPEN_LOBBY] = { false, ROLE_PRESIDING },
    [OP_ADMIT] = { false, ROLE_CHAIR | ROLE_MINUTES },
    [OP_ADMIT_ALL] = { false, ROLE_CHAIR | ROLE_MINUTES },
    [OP_TURN_AWAY] = { false, ROLE_CHAIR | ROLE_MINUTES },
    [OP_OPEN_MEETING] = { true, ROLE_CHAIR },
    [OP_ADJOURN_MEETING] = { true, ROLE_CHAIR },
    [OP_RESUME_MEETING] = { true, ROLE_CHAIR },
    [OP_CLOSE_MEETING] = { true, ROLE_CHAIR },
    /* Chair as called, deputy and co-chairs, as the rule itself says. */
    [OP_TAKE_CHAIR] = { true, ROLE_PERSON },
    [OP_HAND_OVER_MINUTES] = { true, ROLE_CHAIR | ROLE_MINUTES },

    [OP_LEAVE] = { false, ROLE_ANYONE },
    [OP_CONFIRM_PRESENCE] = { false, ROLE_PERSON },
    [OP_TICK] = { false, ROLE_CHAIR | ROLE_MINUTES | ROLE_SITE },
    [OP_UNTICK] = { false, ROLE_CHAIR | ROLE_MINUTES | ROLE_SITE },
    [OP_NOTE_ABSENCE] = { false, ROLE_CHAIR | ROLE_MINUTES },
    [OP_SET_AUTHORITY] = { true, ROLE_CHAIR },
    [OP_CONFIRM_ROLL] = { true, ROLE_CHAIR | ROLE_MINUTES },

    [OP_RAISE_HAND] = { false, ROLE_ANYONE },
    [OP_LOWER_HAND] = { false, ROLE_ANYONE },
    [OP_GIVE_FLOOR] = { false, ROLE_LEADING },
    [OP_EXTEND_FLOOR] = { false, ROLE_LEADING },
    [OP_END_FLOOR] = { false, ROLE_ANYONE },
    /* Oneself, and others as the rule itself says. */
    [OP_MUTE] = { false, ROLE_ANYONE },
    [OP_UNMUTE] = { false, ROLE_ANYONE },
    [OP_CHAT] = { false, ROLE_MEMBER | ROLE_SITE },
    [OP_SET_RECORDING] = { true, ROLE_CHAIR },
    [OP_START_RECORDING] = { true, ROLE_CHAIR },
    [OP_STOP_RECORDING] = { true, ROLE_CHAIR },

    [OP_SET_FLOOR_MODE] = { true, ROLE_LEADING },
    [OP_RAISE_POINT_OF_ORDER] = { false, ROLE_ANYONE },
    [OP_RELEASE_MUTE] = { false, ROLE_LEADING | ROLE_MODERATOR },
    [OP_APPOINT_OFFICER] = { true, ROLE_CHAIR },
    [OP_DISMISS_OFFICER] = { true, ROLE_CHAIR },
    [OP_GIVE_CHAIR] = { true, ROLE_CHAIR },
    [OP_PROPOSE_CHAIR] = { true, ROLE_MEMBER },
    [OP_SETTLE_CHAIR] = { true, ROLE_MEMBER },

    [OP_START_ITEM] = { true, ROLE_CHAIR },
    [OP_END_ITEM] = { true, ROLE_CHAIR },
    [OP_START_VOTE] = { true, ROLE_CHAIR },
    [OP_VOTE] = { true, ROLE_PERSON },
    [OP_ENTER_HALL_VOTES] = { true, ROLE_MINUTES | ROLE_SITE },
    [OP_CLOSE_VOTE] = { true, ROLE_CHAIR },
    [OP_CANCEL_VOTE] = { true, ROLE_CHAIR },
    [OP_WRITE_ENTRY] = { true, ROLE_MINUTES },
    /* Who presides may put a word right; who wrote which version is told. */
    [OP_EDIT_ENTRY] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_REMOVE_ENTRY] = { true, ROLE_MINUTES },
    [OP_SHARE_MINUTES] = { true, ROLE_CHAIR },
    [OP_HIDE_MINUTES] = { true, ROLE_CHAIR },
    [OP_PRESENT_MINUTES] = { true, ROLE_MINUTES },
    [OP_RAISE_OBJECTION] = { true, ROLE_MEMBER },
    /* Chair, minute-taker and whose objection it is, as the rule says. */
    [OP_ANSWER_OBJECTION] = { true, ROLE_MEMBER },
    [OP_NUMBER_DOCUMENT] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_SIGN_MINUTES] = { true, ROLE_MEMBER },
    /* Formal, too: the rule of going on asks for it. */
    [OP_RESTORED] = { true, ROLE_PRESIDING },

    [OP_DECLARE_OPEN_CONTENT] = { true, ROLE_CHAIR },
    [OP_NOTE_LEFT] = { false, ROLE_CHAIR | ROLE_MINUTES | ROLE_SITE },
    [OP_OPEN_CHECK_IN] = { false, ROLE_CHAIR | ROLE_MINUTES | ROLE_SITE },
    [OP_CLOSE_CHECK_IN] = { false, ROLE_CHAIR | ROLE_MINUTES | ROLE_SITE },
    /* Of members the keeper of the site, as the rule itself says. */
    [OP_COUNT_HEADS] = { false, ROLE_MEMBER | ROLE_SITE },

    [OP_COMPLETE_SCORE] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_GATHER_GROUP] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_DECIDE_BY_GROUPS] = { true, ROLE_CHAIR },
    [OP_OPEN_SUBROOMS] = { true, ROLE_CHAIR },
    [OP_MOVE_TO_SUBROOM] = { false, ROLE_CHAIR },
    [OP_RETURN_ALL] = { true, ROLE_CHAIR },
    [OP_PREPARE_MEETING] = { false, ROLE_PRESIDING },
    [OP_ADD_ITEM] = { true, ROLE_CHAIR },
    [OP_PLAN_ITEM] = { true, ROLE_CHAIR },
    [OP_MOVE_ITEM] = { true, ROLE_CHAIR },
    [OP_DROP_ITEM] = { true, ROLE_CHAIR },
    [OP_ATTACH_DOCUMENT] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_WITHDRAW_DOCUMENT] = { true, ROLE_CHAIR | ROLE_MINUTES },
    [OP_READ_DOCUMENT] = { false, ROLE_MEMBER },
    /* Who presents the item that is on, as the rule itself says. */
    [OP_SHOW_DOCUMENT] = { true, ROLE_PERSON },
    [OP_COMMENT] = { false, ROLE_MEMBER },
    [OP_SET_TASK] = { true, ROLE_CHAIR | ROLE_MINUTES },
    /* Chair, minute-taker and whose task it is, as the rule itself says. */
    [OP_REPORT_TASK] = { false, ROLE_MEMBER },

    [OP_CALL_ELECTION] = { true, ROLE_CHAIR },
    /* Who proposes what, the rules themselves say. */
    [OP_NOMINATE] = { true, ROLE_MEMBER },
    [OP_WITHDRAW_NOMINATION] = { true, ROLE_MEMBER },
    [OP_NOTE_SUPPORT] = { true, ROLE_CHAIR },
    [OP_CLOSE_LIST] = { true, ROLE_CHAIR },

    [OP_DRAFT_BALLOT] = { true, ROLE_CHAIR },
    [OP_ADOPT_BALLOT] = { true, ROLE_CHAIR },
    [OP_SET_CHANNEL] = { true, ROLE_CHAIR },
    [OP_RESTART_KEYS] = { true, ROLE_CHAIR },
    [OP_CLOSE_ISSUE] = { true, ROLE_CHAIR },
    [OP_DROP_VOTER] = { true, ROLE_CHAIR },
    [OP_OPEN_BALLOT] = { true, ROLE_CHAIR },
    [OP_END_BALLOT] = { true, ROLE_CHAIR },
    [OP_COUNT_BALLOT] = { true, ROLE_CHAIR },
    [OP_VOID_BALLOT] = { true, ROLE_CHAIR },
    /* A teller's of this ballot, as the rules themselves say. */
    [OP_CERTIFY] = { true, ROLE_MEMBER },
    [OP_DEAL] = { true, ROLE_MEMBER },
    [OP_CONFIRM_SHARE] = { true, ROLE_MEMBER },
    [OP_DISPUTE_KEYS] = { true, ROLE_MEMBER },
    [OP_SIGN_TRUSTEES] = { true, ROLE_MEMBER },
    [OP_CONFIRM_HALL] = { true, ROLE_MEMBER },
    [OP_ENTER_PAPER] = { true, ROLE_MEMBER },
    [OP_CONFIRM_PAPER] = { true, ROLE_MEMBER },
    [OP_DECRYPT] = { true, ROLE_MEMBER },
    /* A voter's. */
    [OP_ATTEST_BALLOT] = { true, ROLE_MEMBER },
    [OP_INCLUDE_BALLOT] = { true, ROLE_MEMBER },
    [OP_OBJECT_BALLOT] = { true, ROLE_MEMBER },
    [OP_ATTEST_HALL] = { true, ROLE_SITE },
    [OP_INCLUDE_HALL] = { true, ROLE_SITE },
};

unsigned command_roles(enum command_op op)
{
    return op < COMMAND_OP_COUNT ? rows[op].roles : 0;
}

bool command_is_formal(enum command_op op)
{
    return op < COMMAND_OP_COUNT && rows[op].is_formal;
}

unsigned meeting_state_roles(const struct meeting_state *state,
                             const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);
    unsigned roles;

    if (!person)
        return meeting_state_site(state, id) ? ROLE_SITE : 0;
    roles = person->category == CATEGORY_GUEST ? ROLE_GUEST : ROLE_MEMBER;
    if (identifier_equal(id, &state->presiding))
        roles |= ROLE_CHAIR;
    if (person->is_co_chair)
        roles |= ROLE_CO_CHAIR;
    if (person->is_moderator)
        roles |= ROLE_MODERATOR;
    if (identifier_equal(id, &state->minute_taker))
        roles |= ROLE_MINUTES;
    if (meeting_state_is_presiding(state, id))
        roles |= ROLE_PRESIDING;
    return roles;
}
