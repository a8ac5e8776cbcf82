/* Is the own ballot in the count? A statement if it is, once in an election; an
 * objection with what proves it if it is not. */
#include "client/core/client_ballots.h"

#include <string.h>

/*
 * Entry of the vault: "included" (hash of EndBallots, then a byte: 1 cast, 2
 * none), before the statement leaves.
 */

enum finding {
    FIND_LATER, /* it cannot be said yet */
    FIND_CAST,
    FIND_NONE,
    FIND_NOT_COUNTED
};

/* At which height this ballot stands; 0: nowhere. */
static uint64_t height_of(const struct noted_ballot *noted,
                          const struct hash *tracker)
{
    uint64_t height = noted->trackers.count;

    while (height > 0 && !hash_equal(noted_tracker(noted, height), tracker))
        height--;
    return height;
}

/* How many ballots of the own credential there are, and whether the last of
 * them is this one. False: the record is not verified so far. */
static bool look_into_record(const struct client_ballot *ballot,
                             const struct hash *last, size_t *count,
                             bool *is_last)
{
    const struct text_view public = ballot_vault_get(ballot->vault, "public");
    const struct ballot_facts *facts;
    const struct ballot_list *list;
    const struct ballot_credential *row;
    struct ballot_element key;

    if (!ballot->check || !public.data)
        return false;
    facts = ballot_check_facts(ballot->check);
    list = ballot_verifier_list(ballot_check_verifier(ballot->check));
    if (facts->last < BALLOT_EVENT_END_BALLOTS ||
        ballot_element_parse(ballot->engine->ballot_group, public, &key))
        return false;
    row = ballot_list_find(list, &key);
    *count = 0;
    *is_last = false;
    for (size_t i = 0; row && i < facts->ballot_count; i++) {
        if (facts->ballots[i].voter != (size_t)(row - list->rows))
            continue;
        ++*count;
        *is_last = hash_equal(&facts->ballots[i].hash, last);
    }
    return true;
}

/* Its latest ballot at its receipt's height, none of its earlier ones after
 * it; `*out` is that ballot. A latest one that stands nowhere is not counted,
 * also where nobody signed for it: a server that loses votes and gives no
 * receipts must not have their devices' word that all is well. */
static enum finding look_for_cast(const struct client_ballot *ballot,
                                  struct ballot_own_vote *out)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const size_t count = ballot_own_count(ballot);
    struct ballot_own_vote own;
    uint64_t newest = 0, height;
    enum finding found = FIND_NONE;

    for (size_t i = 1; i <= count; i++) {
        if (!ballot_own(ballot, i, &own))
            continue;
        height = height_of(noted, &own.tracker);
        if (own.has_receipt && height != own.height) {
            *out = own;
            return FIND_NOT_COUNTED;
        }
        /* An earlier one may never have arrived. */
        if (height == 0 && i < count)
            continue;
        if (height == 0 || height < newest) {
            *out = own;
            return FIND_NOT_COUNTED;
        }
        newest = height;
        *out = own;
        found = FIND_CAST;
    }
    return found;
}

static enum finding look(const struct client_ballot *ballot,
                         struct ballot_own_vote *own)
{
    enum finding found = look_for_cast(ballot, own);
    size_t count = 0;
    bool is_last = false;

    if (found == FIND_NOT_COUNTED)
        return found;
    /* That nobody used the own credential shows in the ballots alone. */
    if (!look_into_record(ballot, &own->tracker, &count, &is_last))
        return found == FIND_NONE ? FIND_LATER : found;
    if (found == FIND_NONE)
        return count == 0 ? FIND_NONE : FIND_NOT_COUNTED;
    return is_last ? FIND_CAST : FIND_NOT_COUNTED;
}

/* --- The statement ------------------------------------------------------- */

static bool is_kept(const struct client_ballot *ballot, const char *name,
                    const void *bytes, size_t size)
{
    const struct text_view entry = ballot_vault_get(ballot->vault, name);

    return entry.data && entry.size == size &&
           memcmp(entry.data, bytes, size) == 0;
}

/* Once in an election: what was signed before is not signed differently. */
static bool keep_statement(struct client_ballot *ballot, enum finding found)
{
    uint8_t entry[HASH_SIZE + 1];

    memcpy(entry, ballot_noted(ballot)->end.bytes, HASH_SIZE);
    entry[HASH_SIZE] = found == FIND_CAST ? 1 : 2;
    if (is_kept(ballot, "included", entry, sizeof entry))
        return true;
    if (ballot_vault_get(ballot->vault, "included").data) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_CHAIN, "included");
        return false;
    }
    return ballot_keep_entry(ballot, "included", entry, sizeof entry);
}

static void include(struct client_ballot *ballot, enum finding found)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    char setup[HEX_SIZE(HASH_SIZE)], end[HEX_SIZE(HASH_SIZE)];

    if (!ballot_may_order(ballot, ORDER_INCLUDE, &noted->end) ||
        !keep_statement(ballot, found))
        return;
    hex_encode(noted->setup.bytes, HASH_SIZE, setup);
    hex_encode(noted->end.bytes, HASH_SIZE, end);
    ballot_order(
        ballot, ORDER_INCLUDE,
        json_pack("{s:s, s:s, s:I, s:s}", "setup", setup, "end", end, "count",
                  (json_int_t)noted->count, "what",
                  enum_word(&included_what_words,
                            (int)(found == FIND_CAST ? INCLUDED_CAST
                                                     : INCLUDED_NONE))));
}

/* --- The objection ------------------------------------------------------- */

/* Once, in a new run as well: it stands in the log, with as much proof. */
static bool has_objected(const struct client_ballot *ballot, bool is_proven)
{
    const struct noted_list *objectors = &ballot_noted(ballot)->objectors;
    const struct noted_objector *rows = objectors->data;

    for (size_t i = 0; i < objectors->count; i++) {
        if (identifier_equal(&rows[i].member, &ballot->engine->view.me) &&
            (rows[i].has_receipt || !is_proven))
            return true;
    }
    return false;
}

/* The receipt, and with it whose ballot it is, is shown only where it proves
 * something: the record has another ballot in its place. */
static bool is_proof(const struct noted_ballot *noted,
                     const struct ballot_own_vote *own)
{
    const struct hash *there =
        own->has_receipt ? noted_tracker(noted, own->height) : NULL;

    return own->has_receipt && !(there && hash_equal(there, &own->tracker));
}

static void object(struct client_ballot *ballot,
                   const struct ballot_own_vote *own)
{
    static const struct ballot_own_vote none;
    const struct noted_ballot *noted = ballot_noted(ballot);
    const bool is_shown = is_proof(noted, own);
    const struct ballot_own_vote *shown = is_shown ? own : &none;
    char tracker[HEX_SIZE(HASH_SIZE)], record[HEX_SIZE(HASH_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];

    if (!ballot->is_told[CLIENT_BALLOT_OBJECTION]) {
        ballot->view.fault = CLIENT_BALLOT_FAULT_NOT_COUNTED;
        ballot_tell_more(
            ballot, CLIENT_BALLOT_OBJECTION,
            json_pack("{s:s}", "fault",
                      client_ballot_fault_word(ballot->view.fault)));
    }
    if (has_objected(ballot, is_shown) ||
        !ballot_may_order(ballot, ORDER_OBJECT, &noted->end))
        return;
    hex_encode(shown->tracker.bytes, HASH_SIZE, tracker);
    hex_encode(shown->record.bytes, HASH_SIZE, record);
    hex_encode(shown->sig.bytes, SIGNATURE_SIZE, sig);
    ballot_order(
        ballot, ORDER_OBJECT,
        json_pack(
            "{s:s, s:I, s:s, s:I, s:s, s:s, s:s}", "kind",
            enum_word(&objection_kind_words,
                      (int)(is_shown ? OBJECTION_RECEIPT : OBJECTION_OTHER)),
            "height", (json_int_t)shown->height, "tracker", tracker, "at_ms",
            (json_int_t)shown->at_ms, "record", record, "receipt", sig,
            "reason",
            client_ballot_fault_word(CLIENT_BALLOT_FAULT_NOT_COUNTED)));
}

/* --- What is next -------------------------------------------------------- */

/* What the server says of the end follows from the ballots in the log: the
 * state has worked out the chain of the record's events, and holds its end. */
bool ballot_end_is_right(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct meeting_ballot *course = ballot_course(ballot);

    if (noted->count != course->record_count ||
        noted->trackers.count != course->record_count ||
        !hash_equal(&course->end, &noted->end))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_CHAIN, "end");
    return !ballot->is_halted;
}

void ballot_pump_include(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_voter *row =
        noted_voter_of(noted, &ballot->engine->view.me);
    struct ballot_own_vote own = { .has_receipt = false };
    enum finding found;

    if (!row || !ballot->view.has_attested || noted->phase < NOTED_ENDED ||
        noted->phase >= NOTED_DONE || !ballot->vault)
        return;
    ballot->view.has_confirmed = row->included != included_what_none_;
    if (ballot->view.has_confirmed)
        ballot_tell(ballot, CLIENT_BALLOT_INCLUDED);
    if (!ballot_end_is_right(ballot))
        return;
    found = look(ballot, &own);
    if (found == FIND_NOT_COUNTED)
        object(ballot, &own);
    else if (found != FIND_LATER && !ballot->view.has_confirmed)
        include(ballot, found);
}
