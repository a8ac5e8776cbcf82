/* The ruleset of the meeting: a file that is fetched from the server, and is
 * what the first event names by its hash. */
#include "client/core/client_engine_types.h"

#include <stdlib.h>

static bool is_named(const struct meeting_state *state)
{
    static const struct hash nothing;

    return state && state->phase != MEETING_NOTHING &&
           !hash_equal(&state->ruleset_hash, &nothing);
}

static bool is_at_hand(const struct client_engine *engine,
                       const struct hash *hash)
{
    return engine->rules.is_known &&
           hash_equal(&engine->rules.ruleset.hash, hash);
}

/* The view and the follower have the ruleset of the meeting, or none. */
static void show(struct client_engine *engine, bool is_of_meeting)
{
    struct client_rules *rules = &engine->rules;

    engine->view.rules = is_of_meeting ? &rules->ruleset : NULL;
    engine->view.rule_notes = is_of_meeting ? &rules->notes : NULL;
    if (engine->meeting.follower)
        log_follower_set_rules(engine->meeting.follower, engine->view.rules);
}

void rules_pump(struct client_engine *engine)
{
    static const struct identifier no_ballot;
    const struct meeting_state *state = engine->view.state;
    const struct hash *hash = state ? &state->ruleset_hash : NULL;
    struct client_rules *rules = &engine->rules;

    if (!is_named(state)) {
        show(engine, false);
        return;
    }
    show(engine, is_at_hand(engine, hash));
    if (engine->view.rules ||
        (rules->is_asked && hash_equal(&rules->asked, hash)))
        return;
    rules->is_asked = true;
    rules->is_answered = false;
    rules->asked = *hash;
    fetch_want(engine, &no_ballot, hash);
}

/* The events that came while the file was on its way were not held against it.
 */
static void check_past(struct client_engine *engine)
{
    struct followed *followed = &engine->meeting;

    if (followed->follower && engine->view.rules &&
        !log_follower_is_right_by_rules(followed->follower))
        events_complain(engine, followed, INTAKE_BAD_EVENT,
                        log_follower_next(followed->follower));
}

void rules_on_got(struct client_engine *engine, const uint8_t *bytes,
                  size_t size)
{
    struct client_rules *rules = &engine->rules;
    struct ruleset_faults faults;
    struct ruleset_notes notes;
    struct ruleset ruleset;

    rules->is_answered = true;
    /* A server that does not give it, or a program that is too old for it: the
     * meeting goes on without. */
    if (!bytes || ruleset_read((const char *)bytes, size, &ruleset, &notes,
                               &faults) != RESULT_OK)
        return;
    show(engine, false);
    rules_free(engine);
    rules->is_known = true;
    rules->ruleset = ruleset;
    rules->notes = notes;
    rules_pump(engine);
    check_past(engine);
}

void rules_free(struct client_engine *engine)
{
    ruleset_notes_release(&engine->rules.notes);
    engine->rules.is_known = false;
}
