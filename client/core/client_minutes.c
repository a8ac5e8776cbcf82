/* What chair and minute-taker answer for: the minutes that they read back and
 * sign are those of the record that this device has followed. */
#include "client/core/client_engine_types.h"

#include "client/core/minutes_check.h"
#include "protocol/wire/json_read.h"

#include <string.h>

/* Of minutes.json, and how far it goes. */
struct said_minutes {
    struct hash hash;
    uint64_t upto;
};

/* What the command itself names, or the version that was read back commits to,
 * as it was opened here. */
static bool find_said(const struct log_follower *follower, enum command_op op,
                      const json_t *command, struct said_minutes *out)
{
    const struct meeting_minutes *minutes =
        &log_follower_meeting(follower)->minutes;

    if (op == OP_PRESENT_MINUTES)
        return json_read_hex(command, "minutes", out->hash.bytes, HASH_SIZE) &&
               json_read_number(command, "upto", &out->upto);
    out->upto = minutes->upto;
    return hex_decode(text_table_find(log_follower_texts(follower),
                                      minutes->presented_seq, "minutes"),
                      out->hash.bytes, HASH_SIZE) == RESULT_OK;
}

/* Is it about another version than the one of the record? */
static bool is_other_version(const struct meeting_minutes *minutes,
                             const json_t *command)
{
    struct hash c;

    return !json_read_hex(command, "c", c.bytes, HASH_SIZE) ||
           !hash_equal(&c, &minutes->c);
}

/* A member signs what the meeting adopted, and may not have all of its texts;
 * minutes of party groups rest on their logs, too. */
static bool is_to_be_checked(const struct meeting_state *state,
                             enum command_op op, const json_t *command)
{
    const char *role = json_string_value(json_object_get(command, "role"));

    if (!state || state->kinds.group_count > 0 ||
        json_is_true(json_object_get(command, "unchecked")))
        return false;
    return op == OP_PRESENT_MINUTES ||
           (op == OP_SIGN_MINUTES && !(role && strcmp(role, "member") == 0));
}

/* Does the meeting name a ruleset that is not here? */
static bool lacks_rules(const struct client_engine *engine,
                        const struct meeting_state *state)
{
    static const struct hash none;

    return !engine->view.rules && !hash_equal(&state->ruleset_hash, &none);
}

enum refusal_code minutes_judge(const struct client_engine *engine,
                                const struct followed *followed,
                                enum command_op op, const json_t *command)
{
    const struct log_follower *follower = followed ? followed->follower : NULL;
    const struct meeting_state *state =
        follower ? log_follower_meeting(follower) : NULL;
    enum minutes_check check = MINUTES_CHECK_UNABLE;
    struct said_minutes said = { .upto = 0 };

    if (!is_to_be_checked(state, op, command))
        return REFUSAL_NONE;
    if (op == OP_SIGN_MINUTES && is_other_version(&state->minutes, command))
        return REFUSAL_MINUTES_DIFFER;
    if (lacks_rules(engine, state))
        return engine->rules.is_answered ? REFUSAL_MINUTES_UNCHECKED
                                         : REFUSAL_BUSY; /* it is on its way */
    if (find_said(follower, op, command, &said) &&
        minutes_check(follower, engine->view.rules, engine->view.rule_notes,
                      said.upto, &said.hash, &check) != RESULT_OK)
        return REFUSAL_BUSY;
    if (check == MINUTES_CHECK_UNABLE)
        return REFUSAL_MINUTES_UNCHECKED;
    return check == MINUTES_CHECK_SAME ? REFUSAL_NONE : REFUSAL_MINUTES_DIFFER;
}
