/* Secret ballots: the machine of their phases, what is asked and who votes how,
 * and how they become void. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/meeting/command.h"
#include "protocol/rules/denominator.h"

#include <stdlib.h>
#include <string.h>

#define IN(phase) (1u << BALLOT_PHASE_##phase)

enum {
    LISTING = IN(ISSUING) | IN(ATTESTING),
    AFTER_END = IN(ENDED) | IN(COUNTING) | IN(DONE),
    NOT_OVER =
        IN(DRAFTED) | IN(KEYS) | LISTING | IN(VOTING) | IN(ENDED) | IN(COUNTING)
};

/*
 * The whole rule book of a ballot's phases: in which an event may stand, and
 * which it leads to (NONE: it stays). is_running: not while the meeting is
 * adjourned.
 */
static const struct {
    enum result (*check)(const struct meeting_state *state,
                         const struct meeting_ballot *ballot,
                         const struct meeting_event *event);
    enum result (*apply)(struct meeting_state *state,
                         struct meeting_ballot *ballot,
                         const struct meeting_event *event);
    unsigned phases;
    enum ballot_phase next;
    bool is_running;
} rows[MEETING_EVENT_COUNT] = {
#define ROW(NAME, name, phases, next, is_running)                              \
    [EVENT_##NAME##_KIND] = { ballot_check_##name, ballot_apply_##name,        \
                              phases, BALLOT_PHASE_##next, is_running }
    ROW(BALLOT_DRAFTED, ballot_drafted, 0, NONE, true),
    ROW(BALLOT_ADOPTED, ballot_adopted, IN(DRAFTED), KEYS, true),
    ROW(BALLOT_CHANNEL_SET, ballot_channel_set, IN(KEYS) | LISTING, NONE, true),
    ROW(KEYS_BEGUN, keys_begun, IN(KEYS), NONE, false),
    ROW(TELLER_CERTIFIED, teller_certified, IN(KEYS), NONE, false),
    ROW(SHARES_DEALT, shares_dealt, IN(KEYS), NONE, false),
    ROW(SHARE_CONFIRMED, share_confirmed, IN(KEYS), NONE, false),
    ROW(KEYS_DISPUTED, keys_disputed, IN(KEYS), NONE, false),
    ROW(KEYS_FAILED, keys_failed, IN(KEYS), NONE, false),
    ROW(TRUSTEES_SIGNED, trustees_signed, IN(KEYS), NONE, false),
    ROW(BALLOT_READY, ballot_ready, IN(KEYS), ISSUING, false),
    ROW(BALLOT_ISSUED, ballot_issued, IN(ISSUING), NONE, false),
    ROW(POOL_ISSUED, pool_issued, IN(ISSUING), NONE, false),
    ROW(ISSUE_CLOSED, issue_closed, IN(ISSUING), ATTESTING, true),
    ROW(BALLOT_LISTED, ballot_listed, IN(ATTESTING), NONE, false),
    ROW(VOTER_DROPPED, voter_dropped, LISTING, NONE, false),
    ROW(BALLOT_ATTESTED, ballot_attested, IN(ATTESTING), NONE, false),
    ROW(HALL_ATTESTED, hall_attested, IN(ATTESTING), NONE, false),
    ROW(HALL_CONFIRMED, hall_confirmed, IN(ATTESTING), NONE, false),
    ROW(BALLOT_OPENED, ballot_opened, IN(ATTESTING), VOTING, true),
    ROW(BALLOT_RECORDED, ballot_recorded, IN(VOTING), NONE, true),
    ROW(BALLOT_ENDING, ballot_ending, IN(VOTING), NONE, true),
    ROW(BALLOTS_ENDED, ballots_ended, IN(VOTING), ENDED, false),
    ROW(BALLOT_INCLUDED, ballot_included, AFTER_END, NONE, false),
    ROW(HALL_INCLUDED, hall_included, AFTER_END, NONE, false),
    ROW(BALLOT_OBJECTED, ballot_objected, LISTING | IN(VOTING) | AFTER_END,
        NONE, false),
    ROW(PAPER_ENTERED, paper_entered, IN(ENDED), NONE, false),
    ROW(PAPER_CONFIRMED, paper_confirmed, IN(ENDED), NONE, false),
    ROW(BALLOT_TALLIED, ballot_tallied, IN(ENDED), NONE, false),
    ROW(COUNTING_BEGUN, counting_begun, IN(ENDED), COUNTING, true),
    ROW(BALLOT_DECRYPTED, ballot_decrypted, IN(COUNTING), NONE, false),
    ROW(DECRYPTION_REFUSED, decryption_refused, IN(COUNTING), NONE, false),
    ROW(BALLOT_RESULT, ballot_result, IN(COUNTING), DONE, false),
    ROW(BALLOT_VOIDED, ballot_voided, NOT_OVER, NONE, false),
#undef ROW
};

/* --- Look-ups ------------------------------------------------------------- */

const struct meeting_ballot *
meeting_state_ballot(const struct meeting_state *state,
                     const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++)
        if (identifier_equal(&state->ballots[i].id, id))
            return &state->ballots[i];
    return NULL;
}

static struct meeting_ballot *find_ballot(struct meeting_state *state,
                                          const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++)
        if (identifier_equal(&state->ballots[i].id, id))
            return &state->ballots[i];
    return NULL;
}

const struct meeting_ballot *
meeting_state_open_ballot(const struct meeting_state *state)
{
    size_t i;

    for (i = state->ballot_count; i > 0; i--)
        if (meeting_ballot_is_open(&state->ballots[i - 1]))
            return &state->ballots[i - 1];
    return NULL;
}

struct meeting_ballot_voter *ballot_voter(struct meeting_ballot *ballot,
                                          const struct identifier *member)
{
    size_t position = identifier_index_find(&ballot->voter_index, member);

    return position == IDENTIFIER_NOWHERE ? NULL : &ballot->voters[position];
}

struct meeting_ballot_pool *ballot_pool(struct meeting_ballot *ballot,
                                        const struct identifier *site)
{
    size_t i;

    for (i = 0; i < ballot->pool_count; i++)
        if (!ballot->pools[i].is_dropped &&
            identifier_equal(&ballot->pools[i].site, site))
            return &ballot->pools[i];
    return NULL;
}

const struct meeting_device *
state_valid_device(const struct meeting_state *state,
                   const struct identifier *holder, const struct key *device)
{
    const struct meeting_device *found =
        meeting_state_device(state, holder, device);

    return found && found->is_enrolled ? found : NULL;
}

enum result meeting_state_ballot_terms(const struct meeting_state *state,
                                       const struct command *command,
                                       struct ballot_terms *out)
{
    const struct meeting_ballot *ballot;
    struct identifier id;
    uint64_t attempt;

    if (!command_needs_ballot(command->op))
        return RESULT_NOT_FOUND;
    /* The first field of each of them. */
    memcpy(&id, &command->body, sizeof id);
    ballot = meeting_state_ballot(state, &id);
    if (!ballot)
        return RESULT_NOT_FOUND;
    attempt = ballot->attempt;
    if (command->op == OP_CERTIFY)
        attempt = command->body.certify.attempt;
    if (command->op == OP_SIGN_TRUSTEES)
        attempt = command->body.sign_trustees.attempt;
    if (attempt == 0 || attempt > ballot->attempt)
        return RESULT_NOT_FOUND;
    *out = (struct ballot_terms){ .uuid = meeting_ballot_uuid(ballot, attempt),
                                  .teller_count = ballot->teller_count,
                                  .threshold = ballot->threshold };
    return RESULT_OK;
}

int64_t meeting_state_event_time(const struct meeting_state *state,
                                 const struct meeting_event *event,
                                 int64_t now_ms)
{
    const struct meeting_ballot *ballot;

    if (event->kind == EVENT_BALLOT_RECORDED_KIND) {
        ballot =
            meeting_state_ballot(state, &event->body.ballot_recorded.ballot);
        if (ballot)
            return ballot->opened_ms;
    }
    return now_ms > state->at_ms ? now_ms : state->at_ms;
}

/* --- Memory --------------------------------------------------------------- */

enum result ballot_text_set(struct meeting_ballot_text *text,
                            struct text_view value)
{
    char *data = malloc(value.size + 1);

    if (!data)
        return RESULT_NO_MEMORY;
    if (value.size > 0)
        memcpy(data, value.data, value.size);
    data[value.size] = '\0';
    ballot_text_release(text);
    text->data = data;
    text->size = value.size;
    return RESULT_OK;
}

void ballot_text_release(struct meeting_ballot_text *text)
{
    free(text->data);
    *text = (struct meeting_ballot_text){ NULL, 0 };
}

static void release(struct meeting_ballot *ballot)
{
    size_t i;

    ballot_forget_attempt(ballot);
    ballot_text_release(&ballot->server_key);
    for (i = 0; i < ballot->pool_count; i++)
        free(ballot->pools[i].members);
    free(ballot->pools);
    free(ballot->candidates);
    free(ballot->voters);
    free(ballot->uuids);
    free(ballot->records);
    free(ballot->paper.counts);
    free(ballot->counts);
    identifier_index_release(&ballot->voter_index);
}

void state_release_ballots(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++)
        release(&state->ballots[i]);
    free(state->ballots);
}

/* --- The machine ---------------------------------------------------------- */

/* What every event of a ballot names first. */
static struct identifier ballot_of(const struct meeting_event *event)
{
    struct identifier id;

    memcpy(&id, &event->body, sizeof id);
    return id;
}

bool meeting_state_ballot_admits(const struct meeting_state *state,
                                 const struct meeting_ballot *ballot,
                                 enum meeting_event_kind kind)
{
    return kind < MEETING_EVENT_COUNT && rows[kind].check &&
           rows[kind].phases & 1u << ballot->phase &&
           (state->phase == MEETING_OPEN ||
            (state->phase == MEETING_ADJOURNED && !rows[kind].is_running));
}

enum result meeting_state_check_ballot(const struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct identifier id = ballot_of(event);
    const struct meeting_ballot *ballot = meeting_state_ballot(state, &id);

    if (event->kind == EVENT_BALLOT_DRAFTED_KIND)
        return state->phase == MEETING_OPEN
                   ? ballot_check_ballot_drafted(state, ballot, event)
                   : RESULT_CORRUPT;
    if (!ballot || !meeting_state_ballot_admits(state, ballot, event->kind))
        return RESULT_CORRUPT;
    return rows[event->kind].check(state, ballot, event);
}

enum result state_apply_ballot(struct meeting_state *state,
                               const struct meeting_event *event)
{
    const struct identifier id = ballot_of(event);
    struct meeting_ballot *ballot = find_ballot(state, &id);
    enum result result = meeting_state_check_ballot(state, event);

    if (result == RESULT_OK)
        result = rows[event->kind].apply(state, ballot, event);
    if (result == RESULT_OK && rows[event->kind].next != BALLOT_PHASE_NONE)
        ballot->phase = rows[event->kind].next;
    return result;
}

void ballot_void(struct meeting_ballot *ballot, enum void_reason reason)
{
    ballot_forget_attempt(ballot);
    ballot->phase = BALLOT_PHASE_VOID;
    ballot->void_reason = reason;
}

void state_void_lost_ballots(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++) {
        struct meeting_ballot *ballot = &state->ballots[i];

        if (meeting_ballot_is_open(ballot) &&
            !meeting_ballot_is_decrypting(ballot))
            ballot_void(ballot, VOID_RESTORED);
    }
}

enum result ballot_check_ballot_voided(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_voided *body = &event->body.ballot_voided;

    (void)state;
    return state_fits(!meeting_ballot_is_decrypting(ballot) &&
                      body->act.is_present == (body->why == VOID_BY_CHAIR) &&
                      body->why > void_reason_none_ &&
                      body->why < void_reason_count_ &&
                      body->why != VOID_RESTORED);
}

enum result ballot_apply_ballot_voided(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    (void)state;
    ballot_void(ballot, (enum void_reason)event->body.ballot_voided.why);
    return RESULT_OK;
}

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

static bool are_tellers(const struct meeting_state *state,
                        const struct event_ballot_drafted *body)
{
    const struct member_id *row = body->tellers.data;
    const size_t count = body->tellers.count;
    size_t i;

    if (count < 1 || count > LIMIT_BALLOT_TELLERS)
        return false;
    for (i = 0; i < count; i++)
        if (!meeting_state_may_count(state, &row[i].member,
                                     &body->candidates) ||
            is_among(&body->tellers, i, &row[i].member))
            return false;
    return body->threshold == 0 ||
           ballot_threshold_is_right(body->threshold, count);
}

enum result ballot_check_ballot_drafted(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_drafted *body = &event->body.ballot_drafted;

    (void)ballot;
    return state_fits(state->ballot_count < LIMIT_BALLOTS &&
                      !identifier_is_empty(&body->ballot) &&
                      !meeting_state_ballot(state, &body->ballot) &&
                      (identifier_is_empty(&body->item) ||
                       meeting_state_item(state, &body->item)) &&
                      are_candidates(state, &body->candidates) &&
                      are_tellers(state, body) && body->act.is_present);
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
    return RESULT_OK;
}

/* --- Who votes how ---------------------------------------------------------
 */

/* Has the site a device that was vouched for and is connected? */
static bool is_hall_ready(const struct meeting_state *state,
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

bool meeting_state_may_vote_by(const struct meeting_state *state,
                               const struct meeting_ballot *ballot,
                               const struct meeting_person *person,
                               enum ballot_channel channel,
                               const struct identifier *site)
{
    if (!category_has_vote(person->category))
        return false;
    if ((channel == BALLOT_BY_HALL) == identifier_is_empty(site))
        return false;
    switch (channel) {
    case BALLOT_BY_OWN:
        return person->mode == MODE_ONLINE;
    case BALLOT_BY_HALL:
        return person->mode == MODE_SITE &&
               identifier_equal(&person->site, site) &&
               is_hall_ready(state, ballot, site);
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

enum ballot_channel
meeting_state_ballot_channel(const struct meeting_state *state,
                             const struct meeting_ballot *ballot,
                             const struct meeting_person *person)
{
    if (!category_has_vote(person->category))
        return BALLOT_BY_NONE;
    switch (person->mode) {
    case MODE_ONLINE:
        return BALLOT_BY_OWN;
    case MODE_SITE:
        return is_hall_ready(state, ballot, &person->site) ? BALLOT_BY_HALL
                                                           : BALLOT_BY_PAPER;
    case MODE_IN_PERSON:
        return BALLOT_BY_PAPER;
    case MODE_VOICE_RELAY:
    case presence_mode_none_:
    case presence_mode_count_:
        break;
    }
    return BALLOT_BY_NONE;
}

uint64_t meeting_state_ballot_denominator(const struct meeting_state *state,
                                          bool is_suspended_counted)
{
    struct denominator_terms terms = { 0 };
    uint64_t d = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        const bool is_exempt = person->category == CATEGORY_EXEMPT;
        const bool is_away = person->category == CATEGORY_TEMP_AWAY;
        const bool is_suspended = person->category == CATEGORY_SUSPENDED;

        terms.members += person->category == CATEGORY_OFFICIAL || is_exempt ||
                         is_away || is_suspended;
        terms.exempt += is_exempt;
        terms.exempt_present +=
            is_exempt && person->mode != presence_mode_none_;
        terms.temp_away += is_away;
        terms.suspended += is_suspended;
    }
    /* Counted from one roll, they cannot contradict each other. */
    return denominator_of_meeting(&terms, is_suspended_counted, &d) ? 0 : d;
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
                         const struct items *channels)
{
    const struct ballot_channel_row *row = channels->data;
    uint64_t online = 0;
    size_t i, next = 0;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        const enum ballot_channel channel =
            meeting_state_ballot_channel(state, ballot, person);

        if (person->mode == presence_mode_none_ ||
            !category_has_vote(person->category))
            continue;
        if (next >= channels->count ||
            !identifier_equal(&row[next].member, &person->holder.id) ||
            row[next].channel != (int)channel ||
            (channel == BALLOT_BY_HALL
                 ? !identifier_equal(&row[next].site, &person->site)
                 : !identifier_is_empty(&row[next].site)))
            return false;
        online += channel == BALLOT_BY_OWN || channel == BALLOT_BY_HALL;
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

    return state_fits(!meeting_state_open_ballot(state) &&
                      state->is_roll_confirmed && vote &&
                      vote->phase == VOTE_CLOSED && vote->is_passed &&
                      vote->started_seq > ballot->drafted_seq &&
                      are_channels(state, ballot, &body->channels));
}

enum result ballot_apply_ballot_adopted(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_adopted *body = &event->body.ballot_adopted;
    const struct ballot_channel_row *row = body->channels.data;
    size_t i;

    (void)state;
    ballot->vote = body->vote;
    ballot->denominator = body->denominator;
    for (i = 0; i < body->channels.count; i++) {
        struct meeting_ballot_voter *voter = NULL;
        const enum result result = add_voter(ballot, &row[i].member, &voter);

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

    if (!person || !meeting_state_may_vote_by(
                       state, ballot, person,
                       (enum ballot_channel)body->channel, &body->site))
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
