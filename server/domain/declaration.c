/* The word of whoever presides that nothing in the meeting is a state secret,
 * before which no seat opens that the ruleset names; and whether the cell may
 * meet online at all. */
#include "protocol/meeting/meeting_eligibility.h"
#include "server/domain/meeting_parts.h"

bool draft_waits_for_declaration(const struct draft *draft,
                                 enum presence_mode mode)
{
    return !draft->state->attendance.is_content_open &&
           ruleset_has(draft->rules, RULESET_DECLARATION) &&
           declaration_covers(&draft->rules->declaration, mode);
}

void draft_refuse_undeclared(struct draft *draft, enum presence_mode mode)
{
    draft_refuse(draft, REFUSAL_NOT_DECLARED);
    refusal_add_text(&draft->out->refusal, "mode",
                     text_view_of(enum_word(&presence_mode_words, (int)mode)));
    refusal_add_text(
        &draft->out->refusal, "rule",
        text_view_of(enum_word(&rule_id_words, RULE_ID_DECLARATION)));
}

/* Those who preside came in before: they are present from now on. One decision
 * may not have room for more than that; who is left over confirms herself. */
static void seat_connected(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    size_t i;

    for (i = 0; i < state->person_count && draft_room(draft) > 1; i++) {
        const struct meeting_person *person = &state->people[i];

        if (person->mode == presence_mode_none_ &&
            meeting_holder_connected(&person->holder) > 0 &&
            rights_may_attend(&draft->rules->rights, person->category))
            draft_add_present(draft, &person->holder.id, MODE_ONLINE, NULL,
                              SOURCE_CONNECTION);
    }
}

/* Nothing is refused for it: whoever presides is told, and the minutes say so.
 */
void draft_find_eligibility(struct draft *draft,
                            const struct event_roster_changed *changed)
{
    const struct meeting_eligibility *last =
        &draft->state->attendance.eligibility;
    struct eligibility found;
    struct event_eligibility_found *body;

    if (!ruleset_has(draft->rules, RULESET_ELIGIBILITY) ||
        meeting_state_eligibility(draft->state, &draft->rules->eligibility,
                                  changed, &found) != RESULT_OK)
        return;
    if (last->is_found && last->unable == found.outcome.yes &&
        last->members == found.outcome.d)
        return;
    body =
        &draft_add(draft, EVENT_ELIGIBILITY_FOUND_KIND)->body.eligibility_found;
    body->unable = found.outcome.yes;
    body->members = found.outcome.d;
    body->need = found.outcome.need;
    body->met = found.outcome.is_met;
}

void rule_declare_open_content(struct draft *draft)
{
    if (draft->state->attendance.is_content_open)
        return;
    draft_add(draft, EVENT_OPEN_CONTENT_DECLARED_KIND)
        ->body.open_content_declared.act = draft->command->act;
    draft_find_eligibility(draft, NULL);
    seat_connected(draft);
}
