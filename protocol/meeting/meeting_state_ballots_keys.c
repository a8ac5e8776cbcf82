/* Secret ballots: how the tellers' devices and the server make the keys. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

void ballot_forget_attempt(struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < ballot->teller_count; i++) {
        ballot_text_release(&ballot->tellers[i].certificate);
        ballot_text_release(&ballot->tellers[i].deal);
        ballot_text_release(&ballot->tellers[i].key);
    }
    ballot_text_release(&ballot->dispute.evidence);
}

/* Is a message of this attempt still awaited? */
static bool is_current(const struct meeting_ballot *ballot, uint64_t attempt)
{
    return attempt > 0 && attempt == ballot->attempt && !ballot->is_failed;
}

/* And nobody disputes it? */
static bool is_awaited(const struct meeting_ballot *ballot, uint64_t attempt)
{
    return is_current(ballot, attempt) && !ballot->dispute.is_open;
}

/* The teller of this number if the device may speak for it: the one that
 * certified. NULL if not. */
static const struct meeting_ballot_teller *
teller_by(const struct meeting_ballot *ballot, uint64_t index,
          const struct identifier *member, const struct key *device)
{
    const struct meeting_ballot_teller *teller;

    if (index < 1 || index > ballot->teller_count)
        return NULL;
    teller = &ballot->tellers[index - 1];
    return identifier_equal(&teller->member, member) && teller->has_certified &&
                   key_equal(&teller->device, device)
               ? teller
               : NULL;
}

/* --- Begin and fail ---------------------------------------------------------
 */

static bool is_uuid_new(const struct meeting_state *state,
                        struct text_view uuid)
{
    size_t i;
    uint64_t attempt;

    for (i = 0; i < state->ballot_count; i++)
        for (attempt = 0; attempt < state->ballots[i].attempt; attempt++)
            if (text_view_is(uuid, state->ballots[i].uuids[attempt]))
                return false;
    return true;
}

static bool is_base58(struct text_view text)
{
    static const char digits[] =
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!memchr(digits, text.data[i], sizeof digits - 1))
            return false;
    return true;
}

enum result ballot_check_keys_begun(const struct meeting_state *state,
                                    const struct meeting_ballot *ballot,
                                    const struct meeting_event *event)
{
    const struct event_keys_begun *body = &event->body.keys_begun;

    return state_fits(body->attempt == ballot->attempt + 1 &&
                      (ballot->attempt == 0 || ballot->is_failed) &&
                      body->attempt <= LIMIT_BALLOT_ATTEMPTS &&
                      body->server_key.size > 0 &&
                      body->uuid.size == LIMIT_BALLOT_UUID_LENGTH &&
                      is_base58(body->uuid) && is_uuid_new(state, body->uuid));
}

enum result ballot_apply_keys_begun(struct meeting_state *state,
                                    struct meeting_ballot *ballot,
                                    const struct meeting_event *event)
{
    const struct event_keys_begun *body = &event->body.keys_begun;
    void *grown =
        state_grow(ballot->uuids, ballot->attempt, sizeof *ballot->uuids);
    enum result result;
    size_t i;

    (void)state;
    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->uuids = grown;
    result = ballot_text_set(&ballot->server_key, body->server_key);
    if (result)
        return result;
    memset(ballot->uuids[ballot->attempt], 0, sizeof *ballot->uuids);
    memcpy(ballot->uuids[ballot->attempt], body->uuid.data, body->uuid.size);
    for (i = 0; i < ballot->teller_count; i++)
        ballot->tellers[i] =
            (struct meeting_ballot_teller){ .member =
                                                ballot->tellers[i].member };
    for (i = 0; i < BALLOT_OWNERS_MAX; i++)
        ballot->owners[i] = (struct meeting_ballot_part){ .has_signed = false };
    ballot->dispute = (struct meeting_ballot_dispute){ .is_open = false };
    ballot->trustees = (struct hash){ { 0 } };
    ballot->attempt = body->attempt;
    ballot->is_failed = false;
    return RESULT_OK;
}

enum result ballot_check_keys_failed(const struct meeting_state *state,
                                     const struct meeting_ballot *ballot,
                                     const struct meeting_event *event)
{
    const struct event_keys_failed *body = &event->body.keys_failed;

    (void)state;
    return state_fits(
        is_current(ballot, body->attempt) &&
        body->guilty <= ballot->teller_count &&
        body->reason > keys_fault_none_ && body->reason < keys_fault_count_ &&
        body->act.is_present == (body->reason == KEYS_RESTARTED) &&
        (body->reason != KEYS_RESTARTED || body->guilty == 0));
}

enum result ballot_apply_keys_failed(struct meeting_state *state,
                                     struct meeting_ballot *ballot,
                                     const struct meeting_event *event)
{
    (void)state;
    ballot_forget_attempt(ballot);
    ballot->is_failed = true;
    ballot->failed_seq = event->seq;
    return RESULT_OK;
}

/* --- The tellers' messages --------------------------------------------------
 */

enum result ballot_check_teller_certified(const struct meeting_state *state,
                                          const struct meeting_ballot *ballot,
                                          const struct meeting_event *event)
{
    const struct event_teller_certified *body = &event->body.teller_certified;
    const struct meeting_ballot_teller *teller;

    if (!is_awaited(ballot, body->attempt) || body->index < 1 ||
        body->index > ballot->teller_count || body->certificate.size == 0)
        return RESULT_CORRUPT;
    teller = &ballot->tellers[body->index - 1];
    return state_fits(!teller->has_certified &&
                      identifier_equal(&teller->member, &body->member) &&
                      state_valid_device(state, &body->member, &body->device));
}

enum result ballot_apply_teller_certified(struct meeting_state *state,
                                          struct meeting_ballot *ballot,
                                          const struct meeting_event *event)
{
    const struct event_teller_certified *body = &event->body.teller_certified;
    struct meeting_ballot_teller *teller = &ballot->tellers[body->index - 1];

    (void)state;
    teller->has_certified = true;
    teller->device = body->device;
    teller->message = body->message;
    return ballot_text_set(&teller->certificate, body->certificate);
}

enum result ballot_check_shares_dealt(const struct meeting_state *state,
                                      const struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_shares_dealt *body = &event->body.shares_dealt;
    const struct meeting_ballot_teller *teller =
        teller_by(ballot, body->index, &body->act.member, &body->act.device);

    (void)state;
    return state_fits(is_awaited(ballot, body->attempt) && teller &&
                      !teller->deal.data && ballot->teller_count > 2 &&
                      meeting_ballot_all_certified(ballot) &&
                      body->deal.size > 0);
}

enum result ballot_apply_shares_dealt(struct meeting_state *state,
                                      struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_shares_dealt *body = &event->body.shares_dealt;

    (void)state;
    return ballot_text_set(&ballot->tellers[body->index - 1].deal, body->deal);
}

enum result ballot_check_share_confirmed(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_share_confirmed *body = &event->body.share_confirmed;
    const struct meeting_ballot_teller *teller =
        teller_by(ballot, body->index, &body->act.member, &body->act.device);

    (void)state;
    return state_fits(is_awaited(ballot, body->attempt) && teller &&
                      !teller->key.data && meeting_ballot_all_dealt(ballot) &&
                      body->key.size > 0);
}

enum result ballot_apply_share_confirmed(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_share_confirmed *body = &event->body.share_confirmed;

    (void)state;
    return ballot_text_set(&ballot->tellers[body->index - 1].key, body->key);
}

/* By any device of the teller while it has not certified. */
enum result ballot_check_keys_disputed(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_keys_disputed *body = &event->body.keys_disputed;
    const struct meeting_ballot_teller *teller;

    if (!is_awaited(ballot, body->attempt) || body->index < 1 ||
        body->index > ballot->teller_count || body->against < 1 ||
        body->against > ballot->teller_count || body->against == body->index)
        return RESULT_CORRUPT;
    teller = &ballot->tellers[body->index - 1];
    return state_fits(
        identifier_equal(&teller->member, &body->act.member) &&
        state_valid_device(state, &body->act.member, &body->act.device) &&
        (!teller->has_certified ||
         key_equal(&teller->device, &body->act.device)));
}

enum result ballot_apply_keys_disputed(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_keys_disputed *body = &event->body.keys_disputed;

    (void)state;
    ballot->dispute.is_open = true;
    ballot->dispute.index = body->index;
    ballot->dispute.against = body->against;
    return ballot_text_set(&ballot->dispute.evidence, body->evidence);
}

/* --- Signatures over the record ---------------------------------------------
 */

static bool is_owner(const struct meeting_state *state,
                     const struct meeting_ballot *ballot,
                     const struct event_trustees_signed *body)
{
    const struct meeting_ballot_teller *teller;

    if (body->owner == BALLOT_OWNER_SERVER)
        return identifier_is(&body->member, BALLOT_SERVER_ID) &&
               key_equal(&body->device, &state->server);
    if (body->owner < 1 || body->owner > ballot->teller_count + 1)
        return false;
    teller = teller_by(ballot, body->owner - 1, &body->member, &body->device);
    /* Of one or two the certificate was the key itself. */
    return teller && (ballot->teller_count > 2 ||
                      hash_equal(&teller->message, &body->key));
}

static bool has_anybody_signed(const struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i <= ballot->teller_count; i++)
        if (ballot->owners[i].has_signed)
            return true;
    return false;
}

enum result ballot_check_trustees_signed(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_trustees_signed *body = &event->body.trustees_signed;

    return state_fits(is_awaited(ballot, body->attempt) &&
                      meeting_ballot_all_keys(ballot) &&
                      is_owner(state, ballot, body) &&
                      !ballot->owners[body->owner - 1].has_signed &&
                      (!has_anybody_signed(ballot) ||
                       hash_equal(&ballot->trustees, &body->trustees)));
}

enum result ballot_apply_trustees_signed(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_trustees_signed *body = &event->body.trustees_signed;

    (void)state;
    ballot->trustees = body->trustees;
    ballot->owners[body->owner - 1] = (struct meeting_ballot_part){
        .has_signed = true, .key = body->key, .sig = body->sig
    };
    return RESULT_OK;
}

enum result ballot_check_ballot_ready(const struct meeting_state *state,
                                      const struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_ballot_ready *body = &event->body.ballot_ready;

    (void)state;
    return state_fits(is_awaited(ballot, body->attempt) &&
                      meeting_ballot_all_signed(ballot) &&
                      hash_equal(&ballot->trustees, &body->trustees));
}

enum result ballot_apply_ballot_ready(struct meeting_state *state,
                                      struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_ballot_ready *body = &event->body.ballot_ready;

    (void)state;
    ballot->election = body->election;
    ballot->election_size = body->election_size;
    ballot->trustees_size = body->trustees_size;
    ballot_forget_attempt(ballot);
    return RESULT_OK;
}
