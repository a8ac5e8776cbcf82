/* Quorum: whether a vote may be opened, and what the server records and does by
 * itself when somebody comes or leaves. */
#include "server/domain/votes.h"

#include "server/domain/meeting_parts.h"

/* That of a vote on the matter now; false if the ruleset asks for none. */
static bool count_quorum(const struct meeting_state *state,
                         const struct ruleset *rules, enum matter matter,
                         struct quorum *out)
{
    struct roll_person people[LIMIT_ROSTER];
    const struct quorum_rule *rule;
    struct roll roll;

    if (!ruleset_has(rules, RULESET_QUORUM))
        return false;
    meeting_state_roll_of(state, people, &roll);
    rule = quorum_rule_for(&rules->quorum, matter, &roll);
    return rule->test.rule != rule_id_none_ &&
           quorum_count(rule, &rules->electorate, &roll, out) == RESULT_OK;
}

bool draft_has_quorum(struct draft *draft, enum matter matter)
{
    struct quorum quorum;

    if (!count_quorum(draft->state, draft->rules, matter, &quorum) ||
        quorum_allows(&quorum))
        return true;
    draft_refuse(draft, REFUSAL_BELOW_QUORUM);
    refusal_add_number(&draft->out->refusal, "have", quorum.outcome.yes);
    refusal_add_number(&draft->out->refusal, "of", quorum.outcome.d);
    refusal_add_number(&draft->out->refusal, "need", quorum.outcome.need);
    draft_add_rule(draft, quorum.outcome.rule);
    return false;
}

bool draft_has_roll(struct draft *draft, enum matter matter)
{
    if (!rule_set_has(draft->rules->roll_call, (int)matter) ||
        meeting_state_has_fresh_roll(draft->state))
        return true;
    draft_refuse(draft, REFUSAL_ROLL_STALE);
    refusal_add_text(&draft->out->refusal, "matter",
                     text_view_of(enum_word(&matter_words, (int)matter)));
    draft_add_rule(draft, RULE_ID_ROLL_CALL);
    return false;
}

/* --- recorded by the server ---------------------------------------------- */

/* Is it told again: met or not, the next leaving matters, another number
 * needed? */
static bool is_news(const struct meeting_quorum *last,
                    const struct quorum *quorum)
{
    const bool matters = quorum->outcome.is_met && quorum->spare == 0;

    return !last->is_known || last->is_met != quorum->outcome.is_met ||
           last->need != quorum->outcome.need ||
           (last->is_met && last->spare == 0) != matters;
}

static bool voids_votes(const struct meeting_state *state,
                        const struct quorum *quorum)
{
    return !quorum->outcome.is_met && quorum->voids_vote &&
           state->open_vote_count > 0;
}

/* The secret ballot in which votes are being given, or about to be: those that
 * were given before the end stay; NULL if it does not fall. */
static const struct meeting_ballot *
falling_ballot(const struct meeting_state *state, const struct ruleset *rules)
{
    const struct meeting_ballot *ballot = meeting_state_open_ballot(state);
    struct quorum quorum;

    return ballot && ballot->phase <= BALLOT_PHASE_VOTING &&
                   count_quorum(state, rules, ballot->matter.matter, &quorum) &&
                   !quorum.outcome.is_met && quorum.voids_vote
               ? ballot
               : NULL;
}

static void void_ballot(struct draft *draft)
{
    const struct meeting_ballot *ballot =
        falling_ballot(draft->state, draft->rules);
    struct event_ballot_voided *body;

    if (!ballot || draft_room(draft) == 0)
        return;
    body = &draft_add(draft, EVENT_BALLOT_VOIDED_KIND)->body.ballot_voided;
    body->ballot = ballot->id;
    body->why = VOID_QUORUM;
    body->reason.value = TEXT_LITERAL("");
    body->reason.has_value = true;
}

static void record(struct draft *draft, const struct quorum *quorum)
{
    const struct meeting_terms *terms = &draft->state->terms;
    struct event_quorum_changed *body =
        &draft_add(draft, EVENT_QUORUM_CHANGED_KIND)->body.quorum_changed;

    body->present = quorum->outcome.yes;
    body->d = quorum->outcome.d;
    body->need = quorum->outcome.need;
    body->met = quorum->outcome.is_met;
    body->spare = quorum->spare;
    body->rule = rule_id_place(quorum->outcome.rule);
    body->reason = QUORUM_OPENED;
    if (!terms->quorum.is_known || terms->change == quorum_reason_none_)
        return;
    body->reason = (int)terms->change;
    body->member = terms->changed;
}

static void void_votes(struct draft *draft, const struct quorum *quorum)
{
    size_t i;

    for (i = 0; i < draft->state->vote_count && draft_room(draft) > 0; i++) {
        struct event_vote_voided *body;

        if (draft->state->votes[i].phase != VOTE_OPEN)
            continue;
        body = &draft_add(draft, EVENT_VOTE_VOIDED_KIND)->body.vote_voided;
        body->vote = draft->state->votes[i].id;
        body->rule = rule_id_place(quorum->outcome.rule);
        body->present = quorum->outcome.yes;
        body->d = quorum->outcome.d;
        body->need = quorum->outcome.need;
    }
}

void quorum_tick(struct draft *draft)
{
    struct quorum quorum;

    if (draft->state->phase != MEETING_OPEN ||
        !count_quorum(draft->state, draft->rules, MATTER_RESOLUTION, &quorum))
        return;
    if (is_news(&draft->state->terms.quorum, &quorum))
        record(draft, &quorum);
    if (voids_votes(draft->state, &quorum))
        void_votes(draft, &quorum);
    void_ballot(draft);
}

int64_t quorum_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules)
{
    struct quorum quorum;

    if (state->phase != MEETING_OPEN ||
        !count_quorum(state, rules, MATTER_RESOLUTION, &quorum) ||
        (!is_news(&state->terms.quorum, &quorum) &&
         !voids_votes(state, &quorum) && !falling_ballot(state, rules)))
        return INT64_MAX;
    return state->at_ms;
}
