/* Secret ballots: what they may be about by the ruleset, and what their results
 * come to. */
#include "server/domain/ballot_parts.h"
#include "server/domain/votes.h"

static void refuse_matter(struct draft *draft, enum refusal_code code,
                          int matter, enum rule_id rule)
{
    draft_refuse(draft, code);
    refusal_add_text(&draft->out->refusal, "matter",
                     text_view_of(enum_word(&matter_words, matter)));
    if (rule)
        draft_add_rule(draft, rule);
}

/* The first rule on persons: with one of these, a ballot says its matter. */
static enum rule_id rule_on_persons(const struct ruleset *rules)
{
    if (ruleset_has(rules, RULESET_ELECTION))
        return RULE_ID_FORM_ELECTION;
    if (ruleset_has(rules, RULESET_DISCIPLINE))
        return RULE_ID_DISCIPLINE;
    if (ruleset_has(rules, RULESET_CONFIDENCE))
        return RULE_ID_CONFIDENCE;
    return ruleset_has(rules, RULESET_RATING) ? RULE_ID_RATING : rule_id_none_;
}

/* --- the matter ------------------------------------------------------------
 */

static bool is_matter_known(struct draft *draft, int matter)
{
    const struct ruleset *rules = draft->rules;
    const enum rule_id rule = rule_on_persons(rules);

    if (matter == matter_none_ && rule) {
        draft_refuse(draft, REFUSAL_MATTER_WANTED);
        draft_add_rule(draft, rule);
        return false;
    }
    if (matter == matter_none_)
        return true;
    if (!ruleset_has_matter(rules, (enum matter)matter)) {
        refuse_matter(draft, REFUSAL_NO_MATTER, matter, rule_id_none_);
        return false;
    }
    if (!rule_set_has(rules->forms.of[matter].allowed, VOTE_FORM_SECRET)) {
        refuse_matter(draft, REFUSAL_OTHER_FORM, matter,
                      rules->forms.of[matter].rule);
        refusal_add_text(&draft->out->refusal, "form", text_view_of("secret"));
        return false;
    }
    return true;
}

/* The forms that the ballot lists, and whether the member concerned votes. */
static bool put_discipline(struct draft *draft,
                           const struct command_draft_ballot *command,
                           struct event_ballot_drafted *body)
{
    const struct discipline_rules *rules = &draft->rules->discipline;
    const struct meeting_person *person =
        draft_member(draft, &command->subject);
    struct discipline_form *rows = draft->out->forms;
    unsigned forms;
    size_t count = 0;
    int form;

    if (!person)
        return false;
    forms =
        ballot_discipline_forms(draft->rules, person->category, command->post);
    for (form = 1; form < discipline_count_; form++)
        if (rule_set_has(forms, form))
            rows[count++] = (struct discipline_form){ .form = form };
    body->forms = (struct items){ rows, count };
    if (rules->subject_votes == SUBJECT_VOTES_NO && command->subject_votes) {
        draft_refuse(draft, REFUSAL_SUBJECT_VOTE);
        draft_add_rule(draft, RULE_ID_DISCIPLINE);
        return false;
    }
    if (rules->subject_votes == SUBJECT_VOTES_YES)
        body->subject_votes = true;
    return true;
}

/* --- the list of an election ------------------------------------------------
 */

void ballot_refuse_surplus(struct draft *draft,
                           const struct election_list *list)
{
    draft_refuse(draft, REFUSAL_SURPLUS);
    draft_add_rule(draft, list->rule);
    refusal_add_number(&draft->out->refusal, "sum", list->candidates);
    refusal_add_number(&draft->out->refusal, "seats", list->seats);
    refusal_add_number(&draft->out->refusal, "have", list->surplus);
    refusal_add_number(&draft->out->refusal, "max", list->surplus_max);
}

/* Is the ballot on a list that was closed, and on exactly that? */
static bool is_on_list(struct draft *draft,
                       const struct command_draft_ballot *command)
{
    const struct meeting_election *election =
        meeting_state_election(draft->state, &command->election);

    if (!election) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ELECTION, &command->election);
        return false;
    }
    if (!election->is_closed) {
        draft_refuse_id(draft, REFUSAL_LIST_OPEN, &command->election);
        draft_add_rule(draft, RULE_ID_FORM_PROCEDURE);
        return false;
    }
    if (election->seats == command->seats &&
        meeting_election_is_list(election, &command->candidates))
        return true;
    draft_refuse_id(draft, REFUSAL_OTHER_LIST, &command->election);
    return false;
}

static bool is_list_right(struct draft *draft,
                          const struct command_draft_ballot *command)
{
    struct election_list list;

    if (!identifier_is_empty(&command->election) ||
        ruleset_has(draft->rules, RULESET_ELECTION))
        if (!is_on_list(draft, command))
            return false;
    if (!ruleset_has(draft->rules, RULESET_ELECTION))
        return true;
    if (election_check_list(&draft->rules->election, command->candidates.count,
                            command->seats, &list) != RESULT_OK)
        return true; /* told as a paper that does not fit */
    if (!list.is_accepted)
        ballot_refuse_surplus(draft, &list);
    return list.is_accepted;
}

static bool is_tie_right(struct draft *draft,
                         const struct command_draft_ballot *command)
{
    const struct meeting_ballot *before =
        meeting_state_ballot(draft->state, &command->again);
    const struct member_id *row = command->candidates.data;
    bool is_right;
    size_t i;

    if (before &&
        !identifier_equal(&before->matter.election, &command->election)) {
        draft_refuse_id(draft, REFUSAL_OTHER_LIST, &before->matter.election);
        return false;
    }
    if (!before) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_BALLOT, &command->again);
        return false;
    }
    is_right = before->is_decided && before->decided.end == BALLOT_END_TIE &&
               command->seats == before->decided.open &&
               command->candidates.count == meeting_ballot_tied(before);
    for (i = 0; i < command->candidates.count; i++)
        is_right = is_right && meeting_ballot_is_tied(before, &row[i].member);
    if (is_right)
        return true;
    draft_refuse_id(draft, REFUSAL_NOT_TIED, &command->again);
    draft_add_rule(draft, RULE_ID_ELECTION_SECOND_ROUND);
    refusal_add_number(&draft->out->refusal, "sum",
                       meeting_ballot_tied(before));
    refusal_add_number(&draft->out->refusal, "seats", before->decided.open);
    return false;
}

/* --- the paper --------------------------------------------------------------
 */

static enum rule_id validity_rule(const struct draft *draft,
                                  enum paper_kind paper)
{
    return draft->rules->validity.of[paper].rule;
}

static bool is_sheet_right(struct draft *draft,
                           const struct command_draft_ballot *command,
                           const struct ballot_draft *form,
                           const struct event_ballot_drafted *body)
{
    const struct discipline_form *row = body->forms.data;
    struct meeting_ballot_matter matter = { .matter =
                                                (enum matter)command->matter,
                                            .seats = command->seats };
    struct ballot_sheet sheet;
    enum sheet_fault fault;
    size_t i;

    for (i = 0; i < body->forms.count; i++)
        matter.forms |= 1U << row[i].form;
    if (!ballot_sheet_of(&matter, command->candidates.count, &sheet)) {
        refuse_matter(draft, REFUSAL_BAD_SHEET, command->matter,
                      rule_id_of_form(matter.matter));
        refusal_add_text(&draft->out->refusal, "problem",
                         text_view_of(command->candidates.count == 0
                                          ? "sheet_candidates"
                                          : "sheet_seats"));
        return false;
    }
    fault = ballot_sheet_check(&sheet,
                               draft->rules->validity.of[sheet.paper].names_min,
                               form->questions, form->question_count);
    if (fault == SHEET_RIGHT)
        return true;
    refuse_matter(draft, REFUSAL_BAD_SHEET, command->matter,
                  validity_rule(draft, sheet.paper));
    refusal_add_text(&draft->out->refusal, "problem",
                     text_view_of(sheet_fault_word(fault)));
    return false;
}

bool ballot_put_matter(struct draft *draft,
                       const struct command_draft_ballot *command,
                       const struct ballot_draft *form,
                       struct event_ballot_drafted *body)
{
    if (!is_matter_known(draft, command->matter))
        return false;
    body->matter = command->matter;
    body->announced = ballot_is_announced(draft->rules, command->matter);
    body->seats = command->seats;
    body->subject = command->subject;
    body->post = command->post;
    body->subject_votes = command->subject_votes;
    body->election = command->election;
    body->again = command->again;
    if (!identifier_is_empty(&command->subject) &&
        !draft_member(draft, &command->subject))
        return false;
    if (command->matter == MATTER_DISCIPLINE &&
        !put_discipline(draft, command, body))
        return false;
    if (command->matter == MATTER_ELECTION &&
        !(identifier_is_empty(&command->again) ? is_list_right(draft, command)
                                               : is_tie_right(draft, command)))
        return false;
    return command->matter == matter_none_ ||
           is_sheet_right(draft, command, form, body);
}

/* --- the result -------------------------------------------------------------
 */

void ballot_add_decision(struct draft *draft,
                         const struct meeting_ballot *ballot,
                         const struct event_ballot_result *result)
{
    const struct ballot_count *row = result->counts.data;
    uint64_t counts[LIMIT_BALLOT_POSITIONS];
    struct event_ballot_decided body;
    size_t i;

    if (result->counts.count > LIMIT_BALLOT_POSITIONS)
        return;
    for (i = 0; i < result->counts.count; i++)
        counts[i] = row[i].count;
    if (ballot_decide(draft->rules, ballot, counts, result->counts.count,
                      &draft->out->decided, &body) == RESULT_OK)
        draft_add(draft, EVENT_BALLOT_DECIDED_KIND)->body.ballot_decided = body;
}
