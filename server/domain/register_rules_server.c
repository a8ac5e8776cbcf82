/* The server's own key: another one takes its place while the server is
 * stopped. */
#include "server/domain/register_rules_internal.h"

#include "protocol/record/signing_key.h"

/* A key that may become the server's: nobody has or had it. */
static bool check_key(const struct register_state *state, const struct key *key,
                      struct register_decision *out)
{
    if (key_check(key) != RESULT_OK || register_state_server_key(state, key) ||
        register_state_device(state, key)) {
        register_refuse(out, REFUSAL_BAD_KEY);
        return false;
    }
    if (state->server_key_count >= LIMIT_SERVER_KEYS) {
        register_refuse_many(out, LIMIT_SERVER_KEYS);
        return false;
    }
    return true;
}

/* The record of a meeting names one key of the server, for all of it. */
static bool check_no_meeting(const struct register_state *state,
                             struct register_decision *out)
{
    for (size_t i = 0; i < state->meeting_count; i++)
        if (state->meetings[i].phase == CALL_BEGUN) {
            register_refuse_id(out, REFUSAL_MEETING_BEGUN,
                               &state->meetings[i].id);
            return false;
        }
    return true;
}

/* A register that is held goes on without what it lacks. */
static bool go_on(const struct register_state *state, bool is_held,
                  struct register_decision *out)
{
    struct register_event *event;

    if (!is_held)
        return true;
    event = register_emit(out, REGISTER_RESTORED_KIND);
    if (!event)
        return false;
    event->body.restored.from = state->next_seq;
    event->body.restored.lost_seq = state->next_seq;
    return true;
}

static void change_key(const struct key *key, struct register_decision *out)
{
    struct register_event *event =
        register_emit(out, REGISTER_SERVER_KEY_CHANGED_KIND);

    if (event)
        event->body.server_key_changed.server = *key;
}

void register_rules_change_key(const struct register_state *state,
                               const struct key *key,
                               struct register_decision *out)
{
    *out = (struct register_decision){ 0 };
    if (check_key(state, key, out) && check_no_meeting(state, out))
        change_key(key, out);
}

void register_rules_change_key_late(const struct register_state *state,
                                    const struct key *key, bool is_held,
                                    struct register_decision *out)
{
    *out = (struct register_decision){ 0 };
    if (check_key(state, key, out) && go_on(state, is_held, out))
        change_key(key, out);
}

void register_rules_lose_key(const struct register_state *state,
                             const struct key *key, bool is_held,
                             struct register_decision *out)
{
    struct register_event *event;

    *out = (struct register_decision){ 0 };
    if (!check_key(state, key, out) || !go_on(state, is_held, out))
        return;
    event = register_emit(out, REGISTER_SERVER_KEY_LOST_KIND);
    if (event)
        event->body.server_key_lost.server = *key;
}
