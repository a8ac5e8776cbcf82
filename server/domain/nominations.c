/* Elections: the list of names, before there is a ballot on it. */
#include "server/domain/ballot_parts.h"

#include "server/domain/votes.h"

/* The election, if its list is open; else NULL with the refusal written. */
static const struct meeting_election *open_list(struct draft *draft,
                                                const struct identifier *id)
{
    const struct meeting_election *election =
        meeting_state_election(draft->state, id);

    if (!election) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ELECTION, id);
        return NULL;
    }
    if (election->is_closed) {
        draft_refuse_id(draft, REFUSAL_LIST_CLOSED, id);
        return NULL;
    }
    return draft_has_seen(draft, election->called_seq) ? election : NULL;
}

/* Full members of the cell, present or not. */
static uint64_t members_of(const struct draft *draft)
{
    uint64_t members = 0;
    size_t i;

    for (i = 0; i < draft->state->person_count; i++) {
        const enum category category = draft->state->people[i].category;

        members += category == CATEGORY_OFFICIAL ||
                   category == CATEGORY_EXEMPT ||
                   category == CATEGORY_TEMP_AWAY;
    }
    return members;
}

/* A small cell elects its leader, and no committee. */
static bool may_elect(struct draft *draft, int post)
{
    const struct election_rules *rules = &draft->rules->election;
    const uint64_t members = members_of(draft);

    if (post != POST_COMMITTEE ||
        !ruleset_has(draft->rules, RULESET_ELECTION) ||
        election_has_committee(rules, members))
        return true;
    draft_refuse(draft, REFUSAL_NO_COMMITTEE);
    draft_add_rule(draft, RULE_ID_ELECTION_COMMITTEE);
    refusal_add_number(&draft->out->refusal, "have", members);
    refusal_add_number(&draft->out->refusal, "need",
                       rules->committee_members_min);
    return false;
}

void rule_call_election(struct draft *draft)
{
    const struct command_call_election *command =
        &draft->command->body.call_election;
    struct event_election_called *body;

    if (!identifier_is_empty(&command->item) &&
        !meeting_state_item(draft->state, &command->item)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, &command->item);
        return;
    }
    if (draft->state->election_count >= LIMIT_ELECTIONS) {
        draft_refuse_max(draft, LIMIT_ELECTIONS);
        return;
    }
    if (command->seats == 0) {
        draft_refuse(draft, REFUSAL_NO_SEATS);
        return;
    }
    if (!may_elect(draft, command->post))
        return;
    identifier_number(&draft->out->made, "n", draft->state->election_count + 1);
    body = &draft_add(draft, EVENT_ELECTION_CALLED_KIND)->body.election_called;
    body->election = draft->out->made;
    body->item = command->item;
    body->post = command->post;
    body->seats = command->seats;
    body->title = command->title;
    body->act = draft->command->act;
}

/* --- names -----------------------------------------------------------------
 */

/* Who elects may be elected. */
static bool may_stand(struct draft *draft, const struct meeting_person *person)
{
    if (rights_has_vote(&draft->rules->rights, person->category,
                        MATTER_ELECTION))
        return true;
    draft_refuse_category(draft, REFUSAL_CANNOT_STAND, person);
    draft_add_rule(draft, rule_id_of_category(person->category));
    return false;
}

/* Leader and deputy come from the committee, where this meeting elected one. */
static bool is_of_committee(struct draft *draft,
                            const struct meeting_election *election,
                            const struct identifier *member)
{
    const struct meeting_ballot *committee = NULL;
    bool is_chosen = false;
    size_t i, j;

    if (election->post != POST_LEADER && election->post != POST_DEPUTY)
        return true;
    for (i = 0; i < draft->state->ballot_count; i++) {
        const struct meeting_ballot *ballot = &draft->state->ballots[i];
        const struct meeting_election *list =
            meeting_state_election(draft->state, &ballot->matter.election);
        const struct chosen_row *row = ballot->decided.chosen.data;

        if (!ballot->is_decided || !list || list->post != POST_COMMITTEE)
            continue;
        committee = ballot;
        for (j = 0; j < ballot->decided.chosen.count; j++)
            is_chosen = is_chosen || (row[j].standing == STANDS_CHOSEN &&
                                      identifier_equal(&row[j].member, member));
    }
    if (!committee || is_chosen)
        return true;
    draft_refuse_id(draft, REFUSAL_NOT_ELECTED, member);
    refusal_add_text(&draft->out->refusal, "ballot",
                     identifier_view(&committee->id));
    return false;
}

static bool may_propose(struct draft *draft,
                        const struct command_nominate *command)
{
    const struct meeting_person *person = draft_person(draft);

    switch ((enum nomination_source)command->source) {
    case NOMINATED_BY_COMMITTEE:
        if (draft_is_chair(draft))
            return true;
        draft_refuse_who(draft, "the chair");
        return false;
    case NOMINATED_SELF:
        if (identifier_equal(&command->member, draft->holder))
            return true;
        draft_refuse_who(draft, "the member");
        return false;
    case NOMINATED_FROM_FLOOR:
    case nomination_source_none_:
    case nomination_source_count_:
        break;
    }
    if (person && rights_has_vote(&draft->rules->rights, person->category,
                                  MATTER_ELECTION))
        return true;
    draft_refuse_who(draft, "a member with a vote");
    return false;
}

/* A list of the committee has as many names as it needs. */
static bool has_share(struct draft *draft,
                      const struct command_nominate *command)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, draft->holder);

    return command->source == NOMINATED_BY_COMMITTEE ||
           draft_has_share(draft, holder->nominations, LIMIT_NOMINATIONS_EACH);
}

void rule_nominate(struct draft *draft)
{
    const struct command_nominate *command = &draft->command->body.nominate;
    const struct meeting_election *election =
        open_list(draft, &command->election);
    const struct meeting_person *person =
        election ? draft_member(draft, &command->member) : NULL;
    const struct meeting_nominee *nominee;
    struct event_nominated *body;

    if (!person || !may_propose(draft, command) || !may_stand(draft, person) ||
        !is_of_committee(draft, election, &command->member))
        return;
    nominee = meeting_election_nominee(election, &command->member);
    if (nominee && !nominee->is_withdrawn) {
        draft_refuse_id(draft, REFUSAL_NOMINATED, &command->member);
        return;
    }
    /* Withdrawn names are kept, but for one that is put up again. */
    if (election->nominee_count - (nominee ? 1 : 0) >=
        LIMIT_BALLOT_CANDIDATES) {
        draft_refuse_max(draft, LIMIT_BALLOT_CANDIDATES);
        return;
    }
    if (!has_share(draft, command))
        return;
    body = &draft_add(draft, EVENT_NOMINATED_KIND)->body.nominated;
    body->election = command->election;
    body->member = command->member;
    body->source = command->source;
    body->by = *draft->holder;
    body->act = draft->command->act;
}

/* The name, if it stands in the list; else refuses. */
static const struct meeting_nominee *
standing(struct draft *draft, const struct meeting_election *election,
         const struct identifier *member)
{
    const struct meeting_nominee *nominee =
        election ? meeting_election_nominee(election, member) : NULL;

    if (!election || (nominee && !nominee->is_withdrawn))
        return nominee;
    draft_refuse_id(draft, REFUSAL_NOT_NOMINATED, member);
    return NULL;
}

void rule_withdraw_nomination(struct draft *draft)
{
    const struct command_withdraw_nomination *command =
        &draft->command->body.withdraw_nomination;
    const struct meeting_nominee *nominee =
        standing(draft, open_list(draft, &command->election), &command->member);
    struct event_nomination_withdrawn *body;

    if (!nominee)
        return;
    if (!draft_is_chair(draft) &&
        !identifier_equal(&nominee->member, draft->holder) &&
        !identifier_equal(&nominee->by, draft->holder)) {
        draft_refuse_who(draft, "the member, who proposed, or the chair");
        return;
    }
    body = &draft_add(draft, EVENT_NOMINATION_WITHDRAWN_KIND)
                ->body.nomination_withdrawn;
    body->election = command->election;
    body->member = command->member;
    body->by = *draft->holder;
    body->act = draft->command->act;
}

/* --- support ----------------------------------------------------------------
 */

void rule_note_support(struct draft *draft)
{
    const struct command_note_support *command =
        &draft->command->body.note_support;
    const struct meeting_nominee *nominee =
        standing(draft, open_list(draft, &command->election), &command->member);
    const struct meeting_vote *vote =
        nominee ? draft_vote(draft, &command->vote) : NULL;
    struct event_support_shown *body;

    if (!vote)
        return;
    if (!meeting_state_is_support(draft->state, nominee, &command->vote)) {
        draft_refuse_id(draft, REFUSAL_OTHER_SUPPORT, &command->member);
        refusal_add_text(&draft->out->refusal, "vote",
                         identifier_view(&command->vote));
        return;
    }
    body = &draft_add(draft, EVENT_SUPPORT_SHOWN_KIND)->body.support_shown;
    body->election = command->election;
    body->member = command->member;
    body->vote = command->vote;
    body->yes = vote->counts[CHOICE_YES];
    body->present = vote->present;
    body->need = election_support_need(draft->rules, vote->present);
    body->met = body->need > 0 && body->yes >= body->need;
    body->act = draft->command->act;
}

/* --- the end of the list -----------------------------------------------------
 */

static bool are_supported(struct draft *draft,
                          const struct meeting_election *election)
{
    size_t i;

    if (!ruleset_has(draft->rules, RULESET_ELECTION))
        return true;
    for (i = 0; i < election->nominee_count; i++) {
        const struct meeting_nominee *nominee = &election->nominees[i];

        if (!meeting_nominee_is_unsupported(nominee))
            continue;
        draft_refuse_id(draft, REFUSAL_UNSUPPORTED, &nominee->member);
        draft_add_rule(draft, RULE_ID_ELECTION_OUTSIDE);
        refusal_add_number(&draft->out->refusal, "have", nominee->yes);
        refusal_add_number(&draft->out->refusal, "need", nominee->need);
        refusal_add_number(&draft->out->refusal, "of", nominee->present);
        return false;
    }
    return true;
}

static bool is_list_short(struct draft *draft,
                          const struct meeting_election *election)
{
    struct election_list list;

    if (meeting_election_names(election) == 0) {
        draft_refuse_id(draft, REFUSAL_NO_NAMES, &election->id);
        return false;
    }
    if (!ruleset_has(draft->rules, RULESET_ELECTION) ||
        election_check_list(&draft->rules->election,
                            meeting_election_names(election), election->seats,
                            &list) != RESULT_OK ||
        list.is_accepted)
        return true;
    ballot_refuse_surplus(draft, &list);
    return false;
}

/* A vote about somebody, or from before the list's last change, is refused for
 * that. */
static bool is_for_other(struct draft *draft,
                         const struct meeting_election *election,
                         const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);

    return vote && identifier_is_empty(&vote->subject) &&
           vote->started_seq > election->changed_seq &&
           draft_refuse_other(draft, id, MATTER_PROCEDURE, &election->id);
}

static bool is_closed_by(struct draft *draft,
                         const struct meeting_election *election,
                         const struct identifier *id)
{
    if (!draft_vote(draft, id))
        return false;
    if (meeting_state_takes_list(draft->state, election, id))
        return true;
    if (draft_refuse_spent(draft, id) || is_for_other(draft, election, id))
        return false;
    draft_refuse_id(draft, REFUSAL_LIST_NOT_TAKEN, &election->id);
    refusal_add_text(&draft->out->refusal, "vote", identifier_view(id));
    return false;
}

void rule_close_list(struct draft *draft)
{
    const struct command_close_list *command = &draft->command->body.close_list;
    const struct meeting_election *election =
        open_list(draft, &command->election);
    struct member_id *rows = draft->out->names;
    struct event_list_closed *body;
    size_t count = 0;
    size_t i;

    if (!election || !is_list_short(draft, election) ||
        !are_supported(draft, election) ||
        !is_closed_by(draft, election, &command->vote))
        return;
    for (i = 0; i < election->nominee_count; i++)
        if (!election->nominees[i].is_withdrawn)
            rows[count++].member = election->nominees[i].member;
    body = &draft_add(draft, EVENT_LIST_CLOSED_KIND)->body.list_closed;
    body->election = command->election;
    body->vote = command->vote;
    body->candidates = (struct items){ rows, count };
    body->act = draft->command->act;
}
