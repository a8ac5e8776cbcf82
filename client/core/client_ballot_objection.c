/* Objections that rest on the list of credentials: the own one, and whether
 * those of others are right. */
#include "client/core/client_ballots.h"

#include "protocol/meeting/ballot_objection.h"
#include "protocol/record/digest.h"

#include <string.h>

/* --- The own credential ---------------------------------------------------
 */

/* Which list has to hold the own credential; false: none has to. `*is_missing`:
 * there is a list, and this member is not named in it, or ever was. */
static bool own_list(const struct client_ballot *ballot, struct hash *list,
                     bool *is_missing)
{
    const struct meeting_ballot *course = ballot_course(ballot);
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(course, &ballot->engine->view.me);

    *is_missing = false;
    if (!voter)
        return false;
    *list = voter->named_in;
    if (voter->is_named)
        return true;
    *is_missing = course->listed_seq > 0 && !voter->is_dropped;
    return *is_missing;
}

/* Does the newest list that this device could look at lack the credential for
 * which it has the server's word? */
static bool is_left_out(struct client_ballot *ballot)
{
    const struct text_view public = ballot_vault_get(ballot->vault, "public");
    const struct hash credential = digest_sha256(public.data, public.size);
    struct text_view record;
    struct hash list;
    bool is_missing;

    if (!own_list(ballot, &list, &is_missing))
        return false;
    if (is_missing)
        return true;
    if (ballot->has_seen_list && hash_equal(&ballot->seen_list, &list))
        return ballot->is_left_out;
    record = ballot_record(ballot, &list);
    if (!record.data)
        return false;
    ballot->has_seen_list = true;
    ballot->seen_list = list;
    return !ballot_list_has(record, &credential);
}

static bool has_objected(const struct client_ballot *ballot)
{
    const struct meeting_ballot *course = ballot_course(ballot);

    for (size_t i = 0; i < course->evidence_count; i++) {
        if (course->objections[i].kind == OBJECTION_ISSUED &&
            identifier_equal(&course->objections[i].member,
                             &ballot->engine->view.me))
            return true;
    }
    return false;
}

void ballot_object_left_out(struct client_ballot *ballot)
{
    const struct text_view public = ballot_vault_get(ballot->vault, "public");
    const struct text_view issued = ballot_vault_get(ballot->vault, "issued");
    const struct hash credential = digest_sha256(public.data, public.size);
    static const struct hash none;
    char record[HEX_SIZE(HASH_SIZE)], zeros[HEX_SIZE(HASH_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];

    if (has_objected(ballot) ||
        !ballot_may_order(ballot, ORDER_OBJECT, &credential))
        return;
    hex_encode(credential.bytes, HASH_SIZE, record);
    hex_encode(none.bytes, HASH_SIZE, zeros);
    hex_encode((const uint8_t *)issued.data, SIGNATURE_SIZE, sig);
    ballot_order(ballot, ORDER_OBJECT,
                 json_pack("{s:s, s:I, s:s, s:I, s:s, s:s, s:s}", "kind",
                           enum_word(&objection_kind_words, OBJECTION_ISSUED),
                           "height", (json_int_t)0, "tracker", zeros, "at_ms",
                           (json_int_t)0, "record", record, "receipt", sig,
                           "reason",
                           client_ballot_fault_word(CLIENT_BALLOT_FAULT_LIST)));
}

static void look_for_own(struct client_ballot *ballot)
{
    if (!ballot->view.is_voter || !ballot_open_vault(ballot) ||
        !ballot_vault_get(ballot->vault, "public").data ||
        ballot_vault_get(ballot->vault, "issued").size != SIGNATURE_SIZE)
        return;
    ballot->is_left_out = is_left_out(ballot);
    if (!ballot->is_left_out)
        return;
    if (!ballot->is_told[CLIENT_BALLOT_OBJECTION]) {
        ballot->view.fault = CLIENT_BALLOT_FAULT_LIST;
        ballot_tell_more(
            ballot, CLIENT_BALLOT_OBJECTION,
            json_pack("{s:s}", "fault",
                      client_ballot_fault_word(CLIENT_BALLOT_FAULT_LIST)));
    }
    ballot_object_left_out(ballot);
    ballot_halt(ballot, CLIENT_BALLOT_FAULT_LIST, NULL);
}

/* --- Those of everybody ---------------------------------------------------
 */

enum look { LOOK_LATER, LOOK_IN_LIST, LOOK_PROVEN };

/* An honest server makes the ballot void with the very next event. */
static enum look proven(const struct client_ballot *ballot,
                        const struct meeting_ballot_objection *objection)
{
    return ballot->engine->view.state->next_seq > objection->seq + 1
               ? LOOK_PROVEN
               : LOOK_LATER;
}

static enum look look_at(struct client_ballot *ballot,
                         const struct meeting_ballot_objection *objection)
{
    struct text_view record;

    if (objection->is_proven)
        return proven(ballot, objection);
    record = ballot_record(ballot, &objection->list);
    if (!record.data)
        return LOOK_LATER;
    return ballot_list_has(record, &objection->credential)
               ? LOOK_IN_LIST
               : proven(ballot, objection);
}

/* The first one that proves a fault in time, or that cannot be looked at yet;
 * LOOK_IN_LIST: no such one. */
static enum look look_at_all(struct client_ballot *ballot)
{
    const struct meeting_ballot *course = ballot_course(ballot);
    enum look found = LOOK_IN_LIST;

    for (size_t i = 0; i < course->evidence_count; i++) {
        const enum look look = course->objections[i].is_late
                                   ? LOOK_IN_LIST
                                   : look_at(ballot, &course->objections[i]);

        if (look == LOOK_PROVEN)
            return look;
        if (look == LOOK_LATER)
            found = look;
    }
    return found;
}

void ballot_pump_objections(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    ballot->has_weighed = false;
    if (noted->phase < NOTED_ISSUING || noted->phase >= NOTED_DONE)
        return;
    if (noted->phase < NOTED_COUNTING)
        look_for_own(ballot);
    if (ballot->is_halted)
        return;
    switch (look_at_all(ballot)) {
    case LOOK_IN_LIST:
        ballot->has_weighed = true;
        return;
    case LOOK_LATER:
        return;
    case LOOK_PROVEN:
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_OBJECTION, "not_void");
        return;
    }
}

bool ballot_void_is_weighed(struct client_ballot *ballot)
{
    enum look look;

    if (ballot_noted(ballot)->void_reason != VOID_OBJECTION ||
        ballot->is_halted)
        return true;
    look = look_at_all(ballot);
    if (look == LOOK_IN_LIST)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_OBJECTION, "void");
    return look != LOOK_LATER || ballot->is_halted;
}
