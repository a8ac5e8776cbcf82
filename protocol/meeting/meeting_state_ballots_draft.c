/* Secret ballots: what is asked, who counts, and who votes how. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/meeting/vote_terms.h"

#include <stdlib.h>

/* --- Draft ---------------------------------------------------------------- */

static bool is_among(const struct items *members, size_t count,
                     const struct identifier *id)
{
    const struct member_id *row = members->data;
    size_t i;

    for (i = 0; i < count; i++)
        if (identifier_equal(&row[i].member, id))
            return true;
    return false;
}

static bool are_candidates(const struct meeting_state *state,
                           const struct items *candidates)
{
    const struct member_id *row = candidates->data;
    size_t i;

    for (i = 0; i < candidates->count; i++)
        if (!meeting_state_person(state, &row[i].member) ||
            is_among(candidates, i, &row[i].member))
            return false;
    return candidates->count <= LIMIT_BALLOT_CANDIDATES;
}

bool meeting_state_may_count(const struct meeting_state *state,
                             const struct identifier *member,
                             const struct items *candidates)
{
    const struct meeting_person *person = meeting_state_person(state, member);

    return person && person->category == CATEGORY_OFFICIAL &&
           !is_among(candidates, candidates->count, member);
}

const struct items *ballot_barred(int matter, const struct items *candidates)
{
    static const struct items nobody = { NULL, 0 };

    return matter == MATTER_RATING ? &nobody : candidates;
}

static bool are_tellers(const struct meeting_state *state,
                        const struct event_ballot_drafted *body)
{
    const struct member_id *row = body->tellers.data;
    const size_t count = body->tellers.count;
    size_t i;

    if (count < 1 || count > LIMIT_BALLOT_TELLERS)
        return false;
    for (i = 0; i < count; i++)
        if (!meeting_state_may_count(
                state, &row[i].member,
                ballot_barred(body->matter, &body->candidates)) ||
            identifier_equal(&row[i].member, &body->subject) ||
            is_among(&body->tellers, i, &row[i].member))
            return false;
    return body->threshold == 0 ||
           ballot_threshold_is_right(body->threshold, count);
}

/* Are these exactly the names that were level for the last seats? */
static bool is_of_tie(const struct meeting_state *state,
                      const struct event_ballot_drafted *body)
{
    const struct meeting_ballot *before =
        meeting_state_ballot(state, &body->again);
    const struct member_id *row = body->candidates.data;
    size_t i;

    if (!before || !before->is_decided ||
        before->decided.end != BALLOT_END_TIE ||
        body->seats != before->decided.open ||
        body->candidates.count != meeting_ballot_tied(before))
        return false;
    for (i = 0; i < body->candidates.count; i++)
        if (!meeting_ballot_is_tied(before, &row[i].member))
            return false;
    return true;
}

/* Is what it is about said in full, and nothing that does not belong there? */
static bool ballot_is_matter(const struct meeting_state *state,
                             const struct event_ballot_drafted *body)
{
    const bool has_subject = !identifier_is_empty(&body->subject);
    const bool has_seats =
        body->matter == MATTER_ELECTION || body->matter == MATTER_STRAW;
    const bool is_discipline = body->matter == MATTER_DISCIPLINE;

    if (body->matter < matter_none_ || body->matter >= matter_count_ ||
        (body->seats > 0) != has_seats ||
        (body->forms.count > 0) != is_discipline ||
        body->forms.count >= discipline_count_)
        return false;
    if (has_subject && !meeting_state_person(state, &body->subject))
        return false;
    if (is_discipline && !has_subject)
        return false;
    if (!identifier_is_empty(&body->again) &&
        (body->matter != MATTER_ELECTION || !is_of_tie(state, body)))
        return false;
    return !has_seats || body->candidates.count > 0;
}

enum result ballot_check_ballot_drafted(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_drafted *body = &event->body.ballot_drafted;

    (void)ballot;
    return state_fits(ballot_is_matter(state, body) &&
                      state->ballot_count < LIMIT_BALLOTS &&
                      !identifier_is_empty(&body->ballot) &&
                      !meeting_state_ballot(state, &body->ballot) &&
                      (identifier_is_empty(&body->item) ||
                       meeting_state_item(state, &body->item)) &&
                      are_candidates(state, &body->candidates) &&
                      are_tellers(state, body) && body->act.is_present);
}

static void set_matter(struct meeting_ballot *ballot,
                       const struct event_ballot_drafted *body)
{
    const struct discipline_form *row = body->forms.data;
    size_t i;

    ballot->matter =
        (struct meeting_ballot_matter){ .matter = (enum matter)body->matter,
                                        .seats = body->seats,
                                        .subject = body->subject,
                                        .has_post = body->post,
                                        .subject_votes = body->subject_votes,
                                        .election = body->election,
                                        .again = body->again,
                                        .is_announced = body->announced };
    for (i = 0; i < body->forms.count; i++)
        ballot->matter.forms |= 1U << row[i].form;
}

static void set_tellers(struct meeting_ballot *ballot,
                        const struct event_ballot_drafted *body)
{
    const struct member_id *row = body->tellers.data;
    size_t i;

    for (i = 0; i < body->tellers.count; i++)
        ballot->tellers[i].member = row[i].member;
    ballot->teller_count = body->tellers.count;
    ballot->threshold = body->threshold
                            ? body->threshold
                            : ballot_threshold_default(body->tellers.count);
}

enum result ballot_apply_ballot_drafted(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_drafted *body = &event->body.ballot_drafted;
    const struct member_id *row = body->candidates.data;
    void *grown =
        state_grow(state->ballots, state->ballot_count, sizeof *state->ballots);
    size_t i;

    if (!grown)
        return RESULT_NO_MEMORY;
    state->ballots = grown;
    ballot = &state->ballots[state->ballot_count];
    *ballot = (struct meeting_ballot){ .id = body->ballot,
                                       .item = body->item,
                                       .round = state->ballot_count + 1,
                                       .phase = BALLOT_PHASE_DRAFTED,
                                       .drafted_seq = event->seq,
                                       .form = body->form.commitment,
                                       .is_revote = body->revote,
                                       .has_halls = body->halls };
    ballot->candidates =
        calloc(body->candidates.count + 1, sizeof *ballot->candidates);
    if (!ballot->candidates)
        return RESULT_NO_MEMORY;
    state->ballot_count++;
    for (i = 0; i < body->candidates.count; i++)
        ballot->candidates[i] = row[i].member;
    ballot->candidate_count = body->candidates.count;
    set_tellers(ballot, body);
    set_matter(ballot, body);
    return RESULT_OK;
}

/* --- Who votes how ---------------------------------------------------------
 */

/* Has the site a device that was vouched for and is connected? */
bool meeting_state_has_hall(const struct meeting_state *state,
                            const struct meeting_ballot *ballot,
                            const struct identifier *site)
{
    const struct meeting_site *found = meeting_state_site(state, site);
    size_t i;

    if (!ballot->has_halls || !found)
        return false;
    for (i = 0; i < found->holder.device_count; i++) {
        const struct meeting_device *device = &found->holder.devices[i];

        if (device->is_enrolled && device->is_connected && !device->is_lost &&
            (meeting_device_is_vouched(device) || !state->is_vouching_required))
            return true;
    }
    return false;
}

void ballot_freeze(struct meeting_ballot *ballot,
                   const struct event_ballot_adopted *body)
{
    const struct vote_people *row = body->people.data;
    size_t i;

    ballot->denominator = body->denominator;
    ballot->present = body->present;
    ballot->measure = (enum measure)body->measure;
    ballot->is_remote = body->remote;
    for (i = 0; i < body->people.count; i++)
        if (row[i].category > category_none_ &&
            row[i].category < category_count_)
            ballot->people[row[i].category] = row[i];
}

/* Would the roll as it stands now count this person? */
static bool is_counted_now(const struct meeting_state *state,
                           const struct meeting_ballot *ballot,
                           const struct meeting_person *person)
{
    const struct roll_person row = meeting_roll_person(person);
    const struct roll roll = { .is_committee = state->kind == KIND_COMMITTEE };

    return vote_people_count(ballot->people, &roll, &row);
}

bool ballot_counts(const struct meeting_state *state,
                   const struct meeting_ballot *ballot,
                   const struct meeting_person *person)
{
    size_t place;

    if (!ballot->people[person->category].votes)
        return false;
    if (ballot->phase == BALLOT_PHASE_DRAFTED)
        return is_counted_now(state, ballot, person);
    place = identifier_index_find(&state->person_index, &person->holder.id);
    return place < ballot->counted_count && ballot->counted[place];
}

/* Whoever comes, is let off or counts otherwise from now on changes nothing. */
static enum result keep_counted(const struct meeting_state *state,
                                struct meeting_ballot *ballot)
{
    size_t i;

    ballot->counted = calloc(state->person_count, sizeof *ballot->counted);
    if (!ballot->counted)
        return RESULT_NO_MEMORY;
    ballot->counted_count = state->person_count;
    for (i = 0; i < state->person_count; i++)
        ballot->counted[i] = is_counted_now(state, ballot, &state->people[i]);
    return RESULT_OK;
}

bool meeting_state_may_vote_by(const struct meeting_state *state,
                               const struct meeting_ballot *ballot,
                               const struct meeting_person *person,
                               enum ballot_channel channel,
                               const struct identifier *site)
{
    if (!ballot_counts(state, ballot, person) ||
        (channel != BALLOT_BY_NONE &&
         meeting_ballot_is_barred(ballot, &person->holder.id)))
        return false;
    if (ballot_channel_has_site(channel) == identifier_is_empty(site))
        return false;
    switch (channel) {
    case BALLOT_BY_OWN:
        return person->mode == MODE_ONLINE && ballot->is_remote;
    case BALLOT_BY_HALL:
        return person->mode == MODE_SITE &&
               identifier_equal(&person->site, site) &&
               meeting_state_has_hall(state, ballot, site);
    case BALLOT_BY_TRANSCRIBED:
        return ((person->mode == MODE_ONLINE && ballot->is_remote) ||
                person->mode == MODE_IN_PERSON ||
                (person->mode == MODE_SITE &&
                 identifier_equal(&person->site, site))) &&
               meeting_state_has_hall(state, ballot, site);
    case BALLOT_BY_PAPER:
        return person->mode != presence_mode_none_;
    case BALLOT_BY_NONE:
        return true;
    case ballot_channel_none_:
    case ballot_channel_count_:
        break;
    }
    return false;
}

enum ballot_channel meeting_state_ballot_channel(
    const struct meeting_state *state, const struct meeting_ballot *ballot,
    const struct meeting_person *person, const struct identifier *entry)
{
    const bool is_entered = !identifier_is_empty(entry) &&
                            meeting_state_has_hall(state, ballot, entry);

    if (!ballot_counts(state, ballot, person) ||
        meeting_ballot_is_barred(ballot, &person->holder.id))
        return BALLOT_BY_NONE;
    switch (person->mode) {
    case MODE_ONLINE:
        return ballot->is_remote ? BALLOT_BY_OWN : BALLOT_BY_NONE;
    case MODE_SITE:
        if (is_entered && identifier_equal(&person->site, entry))
            return BALLOT_BY_TRANSCRIBED;
        return meeting_state_has_hall(state, ballot, &person->site)
                   ? BALLOT_BY_HALL
                   : BALLOT_BY_PAPER;
    case MODE_IN_PERSON:
        return is_entered ? BALLOT_BY_TRANSCRIBED : BALLOT_BY_PAPER;
    case MODE_VOICE_RELAY:
    case presence_mode_none_:
    case presence_mode_count_:
        break;
    }
    return BALLOT_BY_NONE;
}

struct identifier ballot_site_of(enum ballot_channel channel,
                                 const struct meeting_person *person,
                                 const struct identifier *entry)
{
    if (channel == BALLOT_BY_HALL)
        return person->site;
    if (channel == BALLOT_BY_TRANSCRIBED)
        return *entry;
    return (struct identifier){ "" };
}

static enum result add_voter(struct meeting_ballot *ballot,
                             const struct identifier *member,
                             struct meeting_ballot_voter **out)
{
    void *grown =
        state_grow(ballot->voters, ballot->voter_count, sizeof *ballot->voters);
    enum result result;

    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->voters = grown;
    result =
        identifier_index_add(&ballot->voter_index, member, ballot->voter_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    *out = &ballot->voters[ballot->voter_count++];
    **out = (struct meeting_ballot_voter){ .member = *member };
    return RESULT_OK;
}

/* Every member with a vote who is there has a row, as the rule gives it. */
static bool are_channels(const struct meeting_state *state,
                         const struct meeting_ballot *ballot,
                         const struct event_ballot_adopted *body)
{
    const struct items *channels = &body->channels;
    const struct ballot_channel_row *row = channels->data;
    struct meeting_ballot asked = *ballot;
    uint64_t online = 0;
    size_t i, next = 0;

    ballot_freeze(&asked, body);
    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        const enum ballot_channel channel = meeting_state_ballot_channel(
            state, &asked, person, &body->transcribed);
        const struct identifier site =
            ballot_site_of(channel, person, &body->transcribed);

        if (person->mode == presence_mode_none_ ||
            !ballot_counts(state, &asked, person))
            continue;
        if (next >= channels->count ||
            !identifier_equal(&row[next].member, &person->holder.id) ||
            row[next].channel != (int)channel ||
            !identifier_equal(&row[next].site, &site))
            return false;
        online += ballot_channel_is_listed(channel);
        next++;
    }
    return next == channels->count && !ballot_are_too_few(online);
}

enum result ballot_check_ballot_adopted(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_adopted *body = &event->body.ballot_adopted;
    const struct meeting_vote *vote = meeting_state_vote(state, &body->vote);

    return state_fits(
        !meeting_state_open_ballot(state) && state->is_roll_confirmed && vote &&
        vote->phase == VOTE_CLOSED && vote->is_passed &&
        identifier_is_empty(&vote->target) &&
        vote->started_seq > ballot->drafted_seq &&
        (identifier_is_empty(&body->transcribed) ||
         meeting_state_has_hall(state, ballot, &body->transcribed)) &&
        vote_people_fit(state, (enum measure)body->measure, &body->people,
                        body->denominator, body->present) &&
        are_channels(state, ballot, body));
}

enum result ballot_apply_ballot_adopted(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_adopted *body = &event->body.ballot_adopted;
    const struct ballot_channel_row *row = body->channels.data;
    enum result result;
    size_t i;

    ballot->vote = body->vote;
    ballot_freeze(ballot, body);
    result = keep_counted(state, ballot);
    if (result)
        return result;
    for (i = 0; i < body->channels.count; i++) {
        struct meeting_ballot_voter *voter = NULL;

        result = add_voter(ballot, &row[i].member, &voter);
        if (result)
            return result;
        voter->channel = (enum ballot_channel)row[i].channel;
        voter->site = row[i].site;
    }
    return RESULT_OK;
}

enum result ballot_check_ballot_channel_set(const struct meeting_state *state,
                                            const struct meeting_ballot *ballot,
                                            const struct meeting_event *event)
{
    const struct event_ballot_channel_set *body =
        &event->body.ballot_channel_set;
    const struct meeting_person *person =
        meeting_state_person(state, &body->member);
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);

    if (!person ||
        !meeting_state_may_vote_by(state, ballot, person,
                                   (enum ballot_channel)body->channel,
                                   &body->site) ||
        meeting_ballot_would_mix(ballot, &body->member,
                                 (enum ballot_channel)body->channel,
                                 &body->site))
        return RESULT_CORRUPT;
    return state_fits(ballot->phase == BALLOT_PHASE_KEYS ||
                      (body->channel == BALLOT_BY_PAPER &&
                       !(voter && ballot_voter_holds(voter))));
}

enum result ballot_apply_ballot_channel_set(struct meeting_state *state,
                                            struct meeting_ballot *ballot,
                                            const struct meeting_event *event)
{
    const struct event_ballot_channel_set *body =
        &event->body.ballot_channel_set;
    struct meeting_ballot_voter *voter = ballot_voter(ballot, &body->member);
    enum result result;

    (void)state;
    if (!voter) {
        result = add_voter(ballot, &body->member, &voter);
        if (result)
            return result;
    }
    voter->channel = (enum ballot_channel)body->channel;
    voter->site = body->site;
    return RESULT_OK;
}
