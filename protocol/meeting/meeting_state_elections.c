/* The lists of names of elections: who proposed whom, support, the end. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>

/* --- Look-ups ------------------------------------------------------------- */

const struct meeting_election *
meeting_state_election(const struct meeting_state *state,
                       const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->election_count; i++)
        if (identifier_equal(&state->elections[i].id, id))
            return &state->elections[i];
    return NULL;
}

static struct meeting_election *open_election(struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->election_count; i++)
        if (identifier_equal(&state->elections[i].id, id))
            return state->elections[i].is_closed ? NULL : &state->elections[i];
    return NULL;
}

const struct meeting_nominee *
meeting_election_nominee(const struct meeting_election *election,
                         const struct identifier *member)
{
    size_t i;

    for (i = 0; i < election->nominee_count; i++)
        if (identifier_equal(&election->nominees[i].member, member))
            return &election->nominees[i];
    return NULL;
}

static struct meeting_nominee *nominee_of(struct meeting_election *election,
                                          const struct identifier *member)
{
    size_t i;

    for (i = 0; election && i < election->nominee_count; i++)
        if (identifier_equal(&election->nominees[i].member, member))
            return &election->nominees[i];
    return NULL;
}

size_t meeting_election_names(const struct meeting_election *election)
{
    size_t names = 0;
    size_t i;

    for (i = 0; i < election->nominee_count; i++)
        names += !election->nominees[i].is_withdrawn;
    return names;
}

bool meeting_nominee_is_unsupported(const struct meeting_nominee *nominee)
{
    return !nominee->is_withdrawn &&
           nominee->source != NOMINATED_BY_COMMITTEE && !nominee->is_supported;
}

bool meeting_election_is_list(const struct meeting_election *election,
                              const struct items *candidates)
{
    const struct member_id *row = candidates->data;
    size_t next = 0;
    size_t i;

    for (i = 0; i < election->nominee_count; i++) {
        if (election->nominees[i].is_withdrawn)
            continue;
        if (next >= candidates->count ||
            !identifier_equal(&row[next].member, &election->nominees[i].member))
            return false;
        next++;
    }
    return next == candidates->count;
}

void state_release_elections(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->election_count; i++)
        free(state->elections[i].nominees);
    free(state->elections);
}

/* --- Events --------------------------------------------------------------- */

enum result state_apply_election_called(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_election_called *body = &event->body.election_called;
    void *grown;

    if (state->election_count >= LIMIT_ELECTIONS || body->seats == 0 ||
        body->seats > LIMIT_BALLOT_CANDIDATES ||
        meeting_state_election(state, &body->election) ||
        (!identifier_is_empty(&body->item) &&
         !meeting_state_item(state, &body->item)))
        return RESULT_CORRUPT;
    grown = state_grow(state->elections, state->election_count,
                       sizeof *state->elections);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->elections = grown;
    state->elections[state->election_count++] =
        (struct meeting_election){ .id = body->election,
                                   .item = body->item,
                                   .post = (enum elected_post)body->post,
                                   .seats = body->seats,
                                   .called_seq = event->seq,
                                   .changed_seq = event->seq };
    return RESULT_OK;
}

/* A name that was withdrawn may be put there again, at the end of the list. */
static void take_out(struct meeting_election *election,
                     struct meeting_nominee *nominee)
{
    size_t at = (size_t)(nominee - election->nominees);

    for (; at + 1 < election->nominee_count; at++)
        election->nominees[at] = election->nominees[at + 1];
    election->nominee_count--;
}

enum result state_apply_nominated(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    const struct event_nominated *body = &event->body.nominated;
    struct meeting_election *election = open_election(state, &body->election);
    struct meeting_nominee *nominee = nominee_of(election, &body->member);
    struct meeting_holder *by = state_holder(state, &body->by);
    void *grown;

    if (!election || (nominee && !nominee->is_withdrawn) ||
        !meeting_state_person(state, &body->member) ||
        body->source <= nomination_source_none_ ||
        body->source >= nomination_source_count_)
        return RESULT_CORRUPT;
    if (nominee)
        take_out(election, nominee);
    if (election->nominee_count >= LIMIT_BALLOT_CANDIDATES)
        return RESULT_CORRUPT;
    grown = state_grow(election->nominees, election->nominee_count,
                       sizeof *election->nominees);
    if (!grown)
        return RESULT_NO_MEMORY;
    election->nominees = grown;
    election->nominees[election->nominee_count++] =
        (struct meeting_nominee){ .member = body->member,
                                  .source =
                                      (enum nomination_source)body->source,
                                  .by = body->by,
                                  .seq = event->seq };
    election->changed_seq = event->seq;
    if (by && body->source != NOMINATED_BY_COMMITTEE)
        by->nominations++;
    return RESULT_OK;
}

enum result state_apply_nomination_withdrawn(struct meeting_state *state,
                                             const struct meeting_event *event)
{
    const struct event_nomination_withdrawn *body =
        &event->body.nomination_withdrawn;
    struct meeting_election *election = open_election(state, &body->election);
    struct meeting_nominee *nominee = nominee_of(election, &body->member);

    if (!nominee || nominee->is_withdrawn)
        return RESULT_CORRUPT;
    nominee->is_withdrawn = true;
    election->changed_seq = event->seq;
    return RESULT_OK;
}

bool meeting_state_is_support(const struct meeting_state *state,
                              const struct meeting_nominee *nominee,
                              const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(state, id);

    return vote && vote->phase == VOTE_CLOSED &&
           vote->started_seq > nominee->seq &&
           identifier_equal(&vote->subject, &nominee->member);
}

/* Whether the need is right, the ruleset says: decision_check.h. */
enum result state_apply_support_shown(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_support_shown *body = &event->body.support_shown;
    struct meeting_election *election = open_election(state, &body->election);
    struct meeting_nominee *nominee = nominee_of(election, &body->member);
    const struct meeting_vote *vote = meeting_state_vote(state, &body->vote);

    if (!nominee || nominee->is_withdrawn ||
        !meeting_state_is_support(state, nominee, &body->vote) ||
        body->yes != vote->counts[CHOICE_YES] ||
        body->present != vote->present ||
        body->met != (body->need > 0 && body->yes >= body->need))
        return RESULT_CORRUPT;
    nominee->has_support = true;
    nominee->vote = body->vote;
    nominee->yes = body->yes;
    nominee->present = body->present;
    nominee->need = body->need;
    nominee->is_supported = body->met;
    return RESULT_OK;
}

/* Was no other list open when the vote was opened? */
static bool is_only_list(const struct meeting_state *state,
                         const struct meeting_election *election,
                         const struct meeting_vote *vote)
{
    size_t i;

    for (i = 0; i < state->election_count; i++) {
        const struct meeting_election *other = &state->elections[i];

        if (other != election && other->called_seq < vote->started_seq &&
            (!other->is_closed || other->closed_seq > vote->started_seq))
            return false;
    }
    return true;
}

static bool is_for_list(const struct meeting_state *state,
                        const struct meeting_election *election,
                        const struct meeting_vote *vote)
{
    return identifier_is_empty(&vote->target)
               ? is_only_list(state, election, vote)
               : identifier_equal(&vote->target, &election->id);
}

bool meeting_state_takes_list(const struct meeting_state *state,
                              const struct meeting_election *election,
                              const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(state, id);

    return vote && vote->phase == VOTE_CLOSED && vote->is_passed &&
           vote->matter == MATTER_PROCEDURE &&
           identifier_is_empty(&vote->subject) && !vote->is_spent &&
           vote->started_seq > election->changed_seq &&
           is_for_list(state, election, vote);
}

enum result state_apply_list_closed(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct event_list_closed *body = &event->body.list_closed;
    struct meeting_election *election = open_election(state, &body->election);

    if (!election || !meeting_state_takes_list(state, election, &body->vote) ||
        body->candidates.count == 0 ||
        !meeting_election_is_list(election, &body->candidates) ||
        state_spend_vote(state, &body->vote) != RESULT_OK)
        return RESULT_CORRUPT;
    election->is_closed = true;
    election->closed_seq = event->seq;
    election->vote = body->vote;
    return RESULT_OK;
}
