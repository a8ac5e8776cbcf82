#include "protocol/meeting/decision_check.h"

#include "protocol/meeting/act_check.h"
#include "protocol/meeting/agenda_check.h"
#include "protocol/meeting/ballot_matter.h"
#include "protocol/meeting/ballot_small.h"
#include "protocol/meeting/command_roles.h"
#include "protocol/meeting/group_votes.h"
#include "protocol/meeting/meeting_eligibility.h"
#include "protocol/meeting/signed_check.h"
#include "protocol/meeting/vote_terms.h"

#include <stdlib.h>

/* --- Acts ---------------------------------------------------------------- */

static enum decision_fault find_fault(const struct meeting_state *state,
                                      const struct act *act)
{
    const enum command_op op = command_op_of(act->op);
    const struct meeting_device *device =
        meeting_state_device(state, &act->member, &act->device);

    if (!(command_roles(op) & meeting_state_roles(state, &act->member)))
        return DECISION_ACT_ROLE;
    if (state->is_vouching_required && command_is_formal(op) &&
        !(device && meeting_device_is_vouched(device)))
        return DECISION_ACT_VOUCHED;
    return DECISION_GOOD;
}

/* Is this command its members' to give? */
static enum result check_command(const struct meeting_event *event,
                                 const struct meeting_state *before,
                                 struct decision_act *out)
{
    const struct act *second = second_act_of_event(event);

    out->fault = find_fault(before, out->whose);
    if (out->fault == DECISION_GOOD && second) {
        out->whose = second;
        out->fault = find_fault(before, second);
    }
    return out->fault == DECISION_GOOD ? RESULT_OK : RESULT_REFUSED;
}

/* A statement of its own is used once because what it says happens once. */
static enum result check_statement(const struct meeting_state *before,
                                   struct decision_act *found,
                                   struct decision_act *out)
{
    struct decision_act *result = out ? out : found;

    *result = *found;
    result->whose = &result->statement;
    result->begins = true;
    if (!identifier_is(&result->statement.member, BALLOT_SERVER_ID))
        result->fault = find_fault(before, &result->statement);
    return result->fault == DECISION_GOOD ? RESULT_OK : RESULT_REFUSED;
}

enum result decision_check_act(struct act_ledger *ledger,
                               const struct meeting_event *event,
                               const struct meeting_state *before,
                               struct decision_act *out)
{
    struct decision_act found = { .whose = act_of_event(event) };
    enum result result = RESULT_OK;

    if (signed_of_event(event, &found.statement))
        return check_statement(before, &found, out);

    if (found.whose && found.whose->is_present) {
        result = act_ledger_take(ledger, event, &found.begins);
        if (result == RESULT_REFUSED)
            found.fault = DECISION_ACT_AGAIN;
        if (result == RESULT_OK && found.begins)
            result = check_command(event, before, &found);
    }
    if (out)
        *out = found;
    return result;
}

/* --- Results of votes ---------------------------------------------------- */

static bool is_test_of(const struct vote_test *test, struct text_view text)
{
    char own[THRESHOLD_TEXT_SIZE];

    threshold_text(&test->test, own);
    return text_view_is(text, own);
}

static bool are_people_of(const struct vote_terms *terms,
                          const struct items *people)
{
    const struct vote_people *row = people->data;
    size_t i;

    if (people->count != terms->count)
        return false;
    for (i = 0; i < people->count; i++)
        if (row[i].category != terms->people[i].category ||
            row[i].counts != terms->people[i].counts ||
            row[i].votes != terms->people[i].votes ||
            row[i].people != terms->people[i].people ||
            row[i].present != terms->people[i].present ||
            row[i].counted != terms->people[i].counted)
            return false;
    return true;
}

static bool is_form_allowed(const struct event_vote_started *event,
                            const struct meeting_state *before,
                            const struct ruleset *rules)
{
    const struct form_asked asked = { .matter = (enum matter)event->matter,
                                      .form = (enum vote_form)event->form,
                                      .has_remote = event->remote,
                                      .has_authority =
                                          before->terms.authority.is_named };

    return form_decide(&rules->forms, &asked).refusal == FORM_ACCEPTED;
}

/* Is the vote held under what the ruleset says of its matter, and measured
 * against those whom it counts? That the numbers fit the roll is
 * meeting_state_apply()'s to say. */
static enum decision_fault check_terms(const struct event_vote_started *event,
                                       const struct meeting_state *before,
                                       const struct ruleset *rules)
{
    const enum matter matter = (enum matter)event->matter;
    const struct vote_test *test =
        vote_test_by_rule(rules, matter, rule_id_read(event->rule));
    struct vote_terms terms;

    if (!test || !is_test_of(test, event->test) ||
        !is_form_allowed(event, before, rules))
        return DECISION_RESULT;
    if (vote_terms_by(before, rules, matter, test, &terms) != RESULT_OK ||
        event->measure != (int)terms.test.of || event->d != terms.d ||
        event->present != terms.present ||
        !are_people_of(&terms, &event->people))
        return DECISION_DENOMINATOR;
    return event->need == terms.need ? DECISION_GOOD : DECISION_RESULT;
}

/* The result from what was frozen when the vote was opened. */
static enum decision_fault measure(const struct event_vote_closed *event,
                                   const struct meeting_state *before)
{
    const struct meeting_vote *vote = meeting_state_vote(before, &event->vote);
    const struct motion_count count = { .votes = {
                                            [CHOICE_YES] = event->yes,
                                            [CHOICE_NO] = event->no,
                                            [CHOICE_OTHER] = event->other,
                                            [CHOICE_ABSTAIN] = event->abstain,
                                        } };
    struct motion_result decided;

    if (!vote)
        return DECISION_NO_VOTE;
    if (vote_decide(vote, &count, &decided) != RESULT_OK ||
        event->denominator != decided.outcome.d)
        return DECISION_DENOMINATOR;
    return event->passed == decided.outcome.is_met &&
                   event->need == decided.outcome.need &&
                   rule_id_read(event->rule) == decided.outcome.rule &&
                   is_test_of(&vote->test, event->test)
               ? DECISION_GOOD
               : DECISION_RESULT;
}

static enum decision_fault
measure_ballot(const struct event_ballot_adopted *event,
               const struct meeting_state *before, const struct ruleset *rules)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(before, &event->ballot);
    struct vote_terms terms;

    return ballot &&
                   ballot_vote_terms(before, rules, ballot, &terms) ==
                       RESULT_OK &&
                   event->measure == (int)terms.test.of &&
                   event->denominator == terms.d &&
                   event->present == terms.present &&
                   are_people_of(&terms, &event->people)
               ? DECISION_GOOD
               : DECISION_DENOMINATOR;
}

/* Was a ballot opened or counted with fewer than the rules allow, without a
 * word? Other events are good. */
static enum decision_fault check_size(const struct meeting_event *event,
                                      const struct meeting_state *before,
                                      const struct ruleset *rules)
{
    const struct event_ballot_opened *opened = &event->body.ballot_opened;
    const struct event_counting_begun *begun = &event->body.counting_begun;
    const struct meeting_ballot *ballot;
    struct ballot_small small;
    bool is_small = false;

    if (event->kind == EVENT_BALLOT_OPENED_KIND && !opened->knowingly) {
        ballot = meeting_state_ballot(before, &opened->ballot);
        is_small =
            ballot && ballot_small_list(ballot, rules->ballot_k_min, &small);
    }
    if (event->kind == EVENT_COUNTING_BEGUN_KIND && !begun->knowingly) {
        ballot = meeting_state_ballot(before, &begun->ballot);
        is_small = ballot && ballot_small_count(before, ballot,
                                                rules->ballot_k_min, &small);
    }
    return is_small ? DECISION_TOO_FEW : DECISION_GOOD;
}

/* Whether the meeting may be held online, as the grounds on its roll say. */
static enum decision_fault
check_eligibility(const struct event_eligibility_found *event,
                  const struct meeting_state *before,
                  const struct ruleset *rules)
{
    struct eligibility found;

    if (!ruleset_has(rules, RULESET_ELIGIBILITY) ||
        meeting_state_eligibility(before, &rules->eligibility, NULL, &found) !=
            RESULT_OK)
        return DECISION_RESULT;
    return event->unable == found.outcome.yes &&
                   event->members == found.outcome.d &&
                   event->need == found.outcome.need &&
                   event->met == found.outcome.is_met
               ? DECISION_GOOD
               : DECISION_RESULT;
}

/* Both in the form in which they stand in the log. */
static bool are_decided_alike(const struct event_ballot_decided *a,
                              const struct event_ballot_decided *b)
{
    const struct schema *schema =
        meeting_event_schema(EVENT_BALLOT_DECIDED_KIND);
    json_t *first = json_object();
    json_t *second = json_object();
    const bool are_alike =
        first && second &&
        schema_encode(schema, a, false, first) == RESULT_OK &&
        schema_encode(schema, b, false, second) == RESULT_OK &&
        json_equal(first, second);

    json_decref(first);
    json_decref(second);
    return are_alike;
}

/* Is it what the counts come to? */
static enum decision_fault
check_decided(const struct event_ballot_decided *event,
              const struct meeting_state *before, const struct ruleset *rules)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(before, &event->ballot);
    struct ballot_decision_memory *memory = malloc(sizeof *memory);
    struct event_ballot_decided right;
    const bool is_right =
        ballot && memory &&
        ballot_decide(rules, ballot, ballot->counts, ballot->count_count,
                      memory, &right) == RESULT_OK &&
        are_decided_alike(event, &right);

    free(memory);
    return is_right ? DECISION_GOOD : DECISION_RESULT;
}

/* A counted ballot that comes to something, of which nothing is said. */
static bool is_undecided(const struct meeting_ballot *ballot,
                         const struct ruleset *rules)
{
    struct ballot_decision_memory *memory;
    struct event_ballot_decided right;
    bool is_open;

    if (ballot->phase != BALLOT_PHASE_DONE || ballot->is_decided ||
        ballot->matter.matter == matter_none_)
        return false;
    memory = malloc(sizeof *memory);
    is_open = !memory ||
              ballot_decide(rules, ballot, ballot->counts, ballot->count_count,
                            memory, &right) == RESULT_OK;
    free(memory);
    return is_open;
}

/* Of what came before the rules were at hand. */
static bool is_past_omitted(const struct meeting_ballot *ballot,
                            const struct meeting_state *state,
                            const struct ruleset *rules)
{
    return state->next_seq > ballot->result_seq + 1 &&
           is_undecided(ballot, rules);
}

/* The server says it in one breath with the result. */
static enum decision_fault check_omitted(const struct meeting_event *event,
                                         const struct meeting_state *before,
                                         const struct ruleset *rules)
{
    size_t i;

    for (i = 0; i < before->ballot_count; i++)
        if (is_undecided(&before->ballots[i], rules) &&
            (event->kind != EVENT_BALLOT_DECIDED_KIND ||
             !identifier_equal(&event->body.ballot_decided.ballot,
                               &before->ballots[i].id)))
            return DECISION_OMITTED;
    return DECISION_GOOD;
}

/* That the numbers of the groups add up is meeting_state_apply()'s to say. */
static enum decision_fault
check_groups(const struct event_decided_by_groups *event,
             const struct meeting_state *before, const struct ruleset *rules)
{
    const enum matter matter = (enum matter)event->matter;
    struct motion_result decided;
    struct identifier which;
    struct group_sum sum;

    if (group_votes_add(before, matter, &event->votes, &sum, &which) !=
        GROUP_SUM_GOOD)
        return DECISION_GOOD;
    return group_votes_decide(rules, matter, &sum, &decided) == RESULT_OK &&
                   event->passed == decided.outcome.is_met &&
                   event->need == decided.outcome.need &&
                   rule_id_read(event->rule) == decided.outcome.rule &&
                   is_test_of(&rules->thresholds[matter], event->test)
               ? DECISION_GOOD
               : DECISION_RESULT;
}

static bool is_vote_rightly_tested(const struct meeting_vote *vote,
                                   const struct ruleset *rules)
{
    const struct vote_test *right =
        vote_test_by_rule(rules, vote->matter, vote->test.rule);
    char own[THRESHOLD_TEXT_SIZE];

    threshold_text(&vote->test.test, own);
    return right && is_test_of(right, text_view_of(own));
}

enum result decision_check_past(const struct meeting_state *state,
                                const struct ruleset *rules)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++)
        if (!is_vote_rightly_tested(&state->votes[i], rules))
            return RESULT_REFUSED;
    for (i = 0; i < state->ballot_count; i++)
        if (is_past_omitted(&state->ballots[i], state, rules) ||
            (state->ballots[i].is_decided &&
             check_decided(&state->ballots[i].decided, state, rules) !=
                 DECISION_GOOD))
            return RESULT_REFUSED;
    return RESULT_OK;
}

/* What an officer or the chair laid down by a rule that gives one answer. */
static bool is_laid_down_right(const struct meeting_event *event,
                               const struct meeting_state *before,
                               const struct ruleset *rules)
{
    switch ((int)event->kind) {
    case EVENT_SUPPORT_SHOWN_KIND:
        return event->body.support_shown.need ==
               election_support_need(rules, event->body.support_shown.present);
    case EVENT_BALLOT_DRAFTED_KIND:
        return ballot_matter_is_right(rules, before,
                                      &event->body.ballot_drafted);
    case EVENT_SCORE_COMPLETED_KIND:
        return meeting_score_is_right(rules, &event->body.score_completed);
    default:
        return agenda_is_right(rules, before, event);
    }
}

enum result decision_check_result(const struct meeting_event *event,
                                  const struct meeting_state *before,
                                  const struct ruleset *rules,
                                  struct decision_result *out)
{
    struct decision_result found = { .fault = DECISION_GOOD };

    if (event->kind == EVENT_VOTE_STARTED_KIND && rules)
        found.fault = check_terms(&event->body.vote_started, before, rules);
    if (event->kind == EVENT_VOTE_CLOSED_KIND) {
        found.fault = measure(&event->body.vote_closed, before);
        found.is_denominator_certain = rules != NULL;
    }
    if (event->kind == EVENT_BALLOT_ADOPTED_KIND) {
        found.is_denominator_certain = rules != NULL;
        if (rules)
            found.fault =
                measure_ballot(&event->body.ballot_adopted, before, rules);
    }
    if (rules && event->kind == EVENT_ELIGIBILITY_FOUND_KIND)
        found.fault =
            check_eligibility(&event->body.eligibility_found, before, rules);
    if (event->kind == EVENT_BALLOT_DECIDED_KIND && rules)
        found.fault = check_decided(&event->body.ballot_decided, before, rules);
    if (event->kind == EVENT_DECIDED_BY_GROUPS_KIND && rules)
        found.fault =
            check_groups(&event->body.decided_by_groups, before, rules);
    if (rules && event->kind == EVENT_RECORDING_STARTED_KIND &&
        rules->recording != RECORDING_BY_ITS_CHAIR)
        found.fault = DECISION_RESULT;
    if (rules && !is_laid_down_right(event, before, rules))
        found.fault = DECISION_RESULT;
    if (rules && found.fault == DECISION_GOOD)
        found.fault = check_omitted(event, before, rules);
    if (rules && found.fault == DECISION_GOOD)
        found.fault = check_size(event, before, rules);
    if (out)
        *out = found;
    return found.fault == DECISION_GOOD ? RESULT_OK : RESULT_REFUSED;
}
