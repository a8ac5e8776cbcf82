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
    return attempt == ballot->attempt && !ballot->is_failed;
}

/* The teller of this number if the device may speak for it: the one that
 * certified. NULL if not. */
static struct meeting_ballot_teller *teller_by(struct meeting_ballot *ballot,
                                               uint64_t index,
                                               const struct identifier *member,
                                               const struct key *device)
{
    struct meeting_ballot_teller *teller;

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

static bool is_uuid_new(const struct meeting_state *state, const char *uuid)
{
    size_t i;
    uint64_t attempt;

    for (i = 0; i < state->ballot_count; i++)
        for (attempt = 0; attempt < state->ballots[i].attempt; attempt++)
            if (strcmp(state->ballots[i].uuids[attempt], uuid) == 0)
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

static enum result add_uuid(struct meeting_state *state,
                            struct meeting_ballot *ballot,
                            struct text_view uuid)
{
    char text[LIMIT_BALLOT_UUID_LENGTH + 1] = { 0 };
    void *grown;

    if (uuid.size != LIMIT_BALLOT_UUID_LENGTH || !is_base58(uuid))
        return RESULT_CORRUPT;
    memcpy(text, uuid.data, uuid.size);
    if (!is_uuid_new(state, text))
        return RESULT_CORRUPT;
    grown = state_grow(ballot->uuids, ballot->attempt, sizeof *ballot->uuids);
    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->uuids = grown;
    memcpy(ballot->uuids[ballot->attempt], text, sizeof text);
    return RESULT_OK;
}

enum result ballot_apply_keys_begun(struct meeting_state *state,
                                    struct meeting_ballot *ballot,
                                    const struct meeting_event *event)
{
    const struct event_keys_begun *body = &event->body.keys_begun;
    enum result result;
    size_t i;

    if (body->attempt != ballot->attempt + 1 ||
        (ballot->attempt > 0 && !ballot->is_failed) ||
        body->attempt > LIMIT_BALLOT_ATTEMPTS || body->server_key.size == 0)
        return RESULT_CORRUPT;
    result = add_uuid(state, ballot, body->uuid);
    if (result == RESULT_OK)
        result = ballot_text_set(&ballot->server_key, body->server_key);
    if (result)
        return result;
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

enum result ballot_apply_keys_failed(struct meeting_state *state,
                                     struct meeting_ballot *ballot,
                                     const struct meeting_event *event)
{
    const struct event_keys_failed *body = &event->body.keys_failed;

    (void)state;
    if (!is_current(ballot, body->attempt) || ballot->attempt == 0 ||
        body->guilty > ballot->teller_count ||
        body->act.is_present != (body->reason == KEYS_RESTARTED) ||
        (body->reason == KEYS_RESTARTED && body->guilty != 0))
        return RESULT_CORRUPT;
    ballot_forget_attempt(ballot);
    ballot->is_failed = true;
    ballot->failed_seq = event->seq;
    return RESULT_OK;
}

/* --- The tellers' messages --------------------------------------------------
 */

enum result ballot_apply_teller_certified(struct meeting_state *state,
                                          struct meeting_ballot *ballot,
                                          const struct meeting_event *event)
{
    const struct event_teller_certified *body = &event->body.teller_certified;
    struct meeting_ballot_teller *teller;
    enum result result;

    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        body->index < 1 || body->index > ballot->teller_count ||
        body->certificate.size == 0)
        return RESULT_CORRUPT;
    teller = &ballot->tellers[body->index - 1];
    if (teller->has_certified ||
        !identifier_equal(&teller->member, &body->member) ||
        !state_valid_device(state, &body->member, &body->device))
        return RESULT_CORRUPT;
    result = ballot_text_set(&teller->certificate, body->certificate);
    if (result)
        return result;
    teller->has_certified = true;
    teller->device = body->device;
    teller->message = body->message;
    return RESULT_OK;
}

enum result ballot_apply_shares_dealt(struct meeting_state *state,
                                      struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_shares_dealt *body = &event->body.shares_dealt;
    struct meeting_ballot_teller *teller =
        teller_by(ballot, body->index, &body->act.member, &body->act.device);

    (void)state;
    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        !teller || teller->deal.data || ballot->teller_count <= 2 ||
        !meeting_ballot_all_certified(ballot) || body->deal.size == 0)
        return RESULT_CORRUPT;
    return ballot_text_set(&teller->deal, body->deal);
}

enum result ballot_apply_share_confirmed(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_share_confirmed *body = &event->body.share_confirmed;
    struct meeting_ballot_teller *teller =
        teller_by(ballot, body->index, &body->act.member, &body->act.device);

    (void)state;
    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        !teller || teller->key.data || !meeting_ballot_all_dealt(ballot) ||
        body->key.size == 0)
        return RESULT_CORRUPT;
    return ballot_text_set(&teller->key, body->key);
}

/* By any device of the teller while it has not certified. */
enum result ballot_apply_keys_disputed(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_keys_disputed *body = &event->body.keys_disputed;
    const struct meeting_ballot_teller *teller;
    enum result result;

    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        body->index < 1 || body->index > ballot->teller_count ||
        body->against < 1 || body->against > ballot->teller_count ||
        body->against == body->index)
        return RESULT_CORRUPT;
    teller = &ballot->tellers[body->index - 1];
    if (!identifier_equal(&teller->member, &body->act.member) ||
        !state_valid_device(state, &body->act.member, &body->act.device) ||
        (teller->has_certified &&
         !key_equal(&teller->device, &body->act.device)))
        return RESULT_CORRUPT;
    result = ballot_text_set(&ballot->dispute.evidence, body->evidence);
    if (result)
        return result;
    ballot->dispute.is_open = true;
    ballot->dispute.index = body->index;
    ballot->dispute.against = body->against;
    return RESULT_OK;
}

/* --- Signatures over the record ---------------------------------------------
 */

static bool is_owner(const struct meeting_state *state,
                     struct meeting_ballot *ballot,
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

enum result ballot_apply_trustees_signed(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_trustees_signed *body = &event->body.trustees_signed;

    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        !meeting_ballot_all_keys(ballot) || !is_owner(state, ballot, body) ||
        ballot->owners[body->owner - 1].has_signed ||
        (has_anybody_signed(ballot) &&
         !hash_equal(&ballot->trustees, &body->trustees)))
        return RESULT_CORRUPT;
    ballot->trustees = body->trustees;
    ballot->owners[body->owner - 1] = (struct meeting_ballot_part){
        .has_signed = true, .key = body->key, .sig = body->sig
    };
    return RESULT_OK;
}

enum result ballot_apply_ballot_ready(struct meeting_state *state,
                                      struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    const struct event_ballot_ready *body = &event->body.ballot_ready;

    (void)state;
    if (!is_current(ballot, body->attempt) || ballot->dispute.is_open ||
        !meeting_ballot_all_signed(ballot) ||
        !hash_equal(&ballot->trustees, &body->trustees))
        return RESULT_CORRUPT;
    ballot->election = body->election;
    ballot->election_size = body->election_size;
    ballot->trustees_size = body->trustees_size;
    ballot_forget_attempt(ballot);
    return RESULT_OK;
}
