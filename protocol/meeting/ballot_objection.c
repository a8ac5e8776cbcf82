#include "protocol/meeting/ballot_objection.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"

#include <stdlib.h>

/* Did the server sign this? Takes the bytes. */
static bool is_signed(const struct meeting_state *state, enum result made,
                      uint8_t *bytes, size_t size, const struct signature *sig)
{
    const bool is_genuine =
        made == RESULT_OK &&
        statement_verify(&state->server, bytes, size, sig) == RESULT_OK;

    free(bytes);
    return is_genuine;
}

/* --- Receipts ------------------------------------------------------------- */

static bool is_receipt(const struct meeting_state *state,
                       const struct meeting_ballot *ballot,
                       const struct event_ballot_objected *objection)
{
    const struct statement_receipt fields = {
        .uuid = meeting_ballot_uuid(ballot, ballot->attempt),
        .setup = ballot->setup,
        .ballot = objection->tracker,
        .height = objection->height,
        .record = objection->record,
        .at_ms = objection->at_ms,
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result made =
        statement_receipt(&state->server, identifier_view(&state->meeting),
                          &fields, &bytes, &size);

    return is_signed(state, made, bytes, size, &objection->receipt);
}

static enum ballot_evidence
weigh_receipt(const struct meeting_state *state,
              const struct meeting_ballot *ballot,
              const struct event_ballot_objected *objection)
{
    const uint64_t height = objection->height;
    const struct meeting_ballot_record *there;

    if (height == 0 || !is_receipt(state, ballot, objection))
        return EVIDENCE_FALSE;
    if (height > ballot->record_count)
        return ballot->phase >= BALLOT_PHASE_ENDED ? EVIDENCE_PROOF
                                                   : EVIDENCE_IDLE;
    there = &ballot->records[height - 1];
    return hash_equal(&there->tracker, &objection->tracker) &&
                   hash_equal(&there->event, &objection->record)
               ? EVIDENCE_IDLE
               : EVIDENCE_PROOF;
}

/* --- Credentials that were taken ------------------------------------------ */

static bool is_issued(const struct meeting_state *state,
                      const struct meeting_ballot *ballot,
                      const struct event_ballot_objected *objection)
{
    const struct statement_issue fields = {
        .member = identifier_view(&objection->act.member),
        .uuid = meeting_ballot_uuid(ballot, ballot->attempt),
        .election = ballot->election,
        .credential = objection->record,
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result made =
        statement_issued(&state->server, identifier_view(&state->meeting),
                         &fields, &bytes, &size);

    return is_signed(state, made, bytes, size, &objection->receipt);
}

static enum ballot_evidence
weigh_issued(const struct meeting_state *state,
             const struct meeting_ballot *ballot,
             const struct event_ballot_objected *objection, struct hash *list)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &objection->act.member);

    if (!is_issued(state, ballot, objection))
        return EVIDENCE_FALSE;
    if (voter && voter->is_named) {
        *list = voter->named_in;
        return EVIDENCE_LIST;
    }
    if (ballot->listed_seq == 0 || (voter && voter->is_dropped))
        return EVIDENCE_IDLE;
    return EVIDENCE_PROOF;
}

/* --- Both ----------------------------------------------------------------- */

enum ballot_evidence ballot_objection_weigh(
    const struct meeting_state *state, const struct meeting_ballot *ballot,
    const struct event_ballot_objected *objection, struct hash *list)
{
    *list = (struct hash){ { 0 } };
    if (objection->kind == OBJECTION_RECEIPT)
        return weigh_receipt(state, ballot, objection);
    return objection->kind == OBJECTION_ISSUED
               ? weigh_issued(state, ballot, objection, list)
               : EVIDENCE_NONE;
}

bool ballot_list_has(struct text_view list, const struct hash *credential)
{
    struct ballot_json json;
    bool has = false;

    ballot_json_init(&json, list);
    ballot_json_array(&json);
    while (!has && ballot_json_item(&json)) {
        const struct text_view text = ballot_json_word(&json);
        const struct hash hash = digest_sha256(text.data, text.size);

        has = json.fault == BALLOT_FAULT_NONE && hash_equal(&hash, credential);
    }
    return has;
}
