/* The meetings that a holder may know of, as the register has them. */
#include "server/room/room_types.h"

#include "protocol/meeting/meeting_eligibility.h"

static json_t *row_of(const struct room *registry,
                      const struct register_meeting *meeting)
{
    static const char *const phases[] = { [CALL_SCHEDULED] = "scheduled",
                                          [CALL_BEGUN] = "begun",
                                          [CALL_ENDED] = "ended",
                                          [CALL_CANCELLED] = "cancelled" };
    const struct room_opening *title =
        room_find_opening(registry, meeting->seq, "title");

    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s}", "meeting",
                     meeting->id.text, "title", title ? title->value : "",
                     "kind", enum_word(&meeting_kind_words, (int)meeting->kind),
                     "starts_at", (json_int_t)meeting->starts_at_ms, "zone",
                     meeting->zone, "phase", phases[meeting->phase], "chair",
                     meeting->chair.text, "deputy", meeting->deputy.text,
                     "minute_taker", meeting->minute_taker.text);
}

/* Whether it may be held online, by the rules that it would begin under now. */
static void put_condition(json_t *row, const struct register_state *state,
                          const struct ruleset *rules,
                          const struct register_meeting *meeting)
{
    struct eligibility found;
    struct summons summons;

    if (!ruleset_has(rules, RULESET_ELIGIBILITY) ||
        !summons_of(state, &meeting->unit, meeting->kind, &summons) ||
        register_state_eligibility(state, &summons, &rules->eligibility,
                                   &found) != RESULT_OK)
        return;
    json_object_set_new(row, "online",
                        json_pack("{s:I, s:I, s:I, s:b}", "unable",
                                  (json_int_t)found.outcome.yes, "members",
                                  (json_int_t)found.outcome.d, "need",
                                  (json_int_t)found.outcome.need, "met",
                                  found.outcome.is_met));
}

enum { MEETINGS_LISTED_MAX = 50 };

/* May this holder see the meeting in the list: summoned, a site of the cell,
 * or who leads it? */
static bool is_listed(const struct register_state *state,
                      const struct identifier *holder,
                      const struct register_meeting *meeting)
{
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);
    struct summons summons;

    if (!summons_of(state, &meeting->unit, meeting->kind, &summons))
        return false;
    if (!member)
        return !site || identifier_equal(&site->unit, &summons.cell);
    return summons_has(&summons, member) ||
           (identifier_equal(&member->unit, &summons.cell) &&
            (member->office == OFFICE_CELL_LEADER ||
             member->office == OFFICE_DEPUTY_LEADER));
}

void session_meetings(struct session *session, struct request *request)
{
    const struct room *registry = session->hub->register_room;
    const struct register_state *state = registry->committed_register;
    json_t *answer = answer_ok(request->command.request);
    json_t *list = json_array();
    size_t i;

    for (i = state->meeting_count; i > 0; i--) {
        const struct register_meeting *meeting = &state->meetings[i - 1];
        json_t *row;

        if (!is_listed(state, &session->actor.holder, meeting))
            continue;
        if (json_array_size(list) == MEETINGS_LISTED_MAX)
            break;
        row = row_of(registry, meeting);
        if (row && meeting->phase == CALL_SCHEDULED)
            put_condition(row, state, session->hub->config.rules, meeting);
        json_array_append_new(list, row);
    }
    if (answer)
        json_object_set_new(answer, "meetings", list);
    else
        json_decref(list);
    session_send_json(session, answer);
    request_free(request);
}
