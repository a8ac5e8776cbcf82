/* Secret ballots: the machine of their phases, and how they become void. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/meeting/command.h"

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
    ROW(BALLOT_DECIDED, ballot_decided, IN(DONE), NONE, false),
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
    free(ballot->counted);
    free(ballot->voters);
    free(ballot->uuids);
    free(ballot->records);
    free(ballot->objections);
    free(ballot->paper.counts);
    free(ballot->counts);
    ballot_forget_decision(ballot);
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
    if (meeting_ballot_is_refuted(ballot) &&
        event->kind != EVENT_BALLOT_VOIDED_KIND)
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

/* Was something shown in time that may prove a fault? */
static bool is_contested(const struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < ballot->evidence_count; i++)
        if (!ballot->objections[i].is_late)
            return true;
    return false;
}

enum result ballot_check_ballot_voided(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_voided *body = &event->body.ballot_voided;
    const bool is_too_late = body->why == VOID_BY_CHAIR
                                 ? meeting_ballot_is_decrypted(ballot)
                                 : meeting_ballot_is_decrypting(ballot);

    (void)state;
    if (body->why == VOID_OBJECTION && !is_contested(ballot))
        return RESULT_CORRUPT;
    return state_fits(
        !is_too_late && body->act.is_present == (body->why == VOID_BY_CHAIR) &&
        body->why > void_reason_none_ && body->why < void_reason_count_ &&
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
