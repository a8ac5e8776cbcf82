#include "protocol/meeting/meeting_ballot.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/encoding.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

const char *ballot_phase_word(enum ballot_phase phase)
{
    static const char *const words[BALLOT_PHASE_COUNT] = {
        [BALLOT_PHASE_NONE] = "?",
#define BALLOT_PHASE_WORD(NAME, word) [BALLOT_PHASE_##NAME] = word,
        BALLOT_PHASE_LIST(BALLOT_PHASE_WORD)
#undef BALLOT_PHASE_WORD
    };

    return phase < BALLOT_PHASE_COUNT ? words[phase] : words[0];
}

/* --- Look-ups ------------------------------------------------------------- */

const struct meeting_ballot_voter *
meeting_ballot_voter(const struct meeting_ballot *ballot,
                     const struct identifier *id)
{
    size_t position = identifier_index_find(&ballot->voter_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &ballot->voters[position];
}

const struct meeting_ballot_pool *
meeting_ballot_pool(const struct meeting_ballot *ballot,
                    const struct identifier *site)
{
    size_t i;

    for (i = 0; i < ballot->pool_count; i++)
        if (!ballot->pools[i].is_dropped &&
            identifier_equal(&ballot->pools[i].site, site))
            return &ballot->pools[i];
    return NULL;
}

uint64_t meeting_ballot_teller(const struct meeting_ballot *ballot,
                               const struct identifier *member)
{
    size_t i;

    for (i = 0; i < ballot->teller_count; i++)
        if (identifier_equal(&ballot->tellers[i].member, member))
            return i + 1;
    return 0;
}

uint64_t meeting_ballot_height(const struct meeting_ballot *ballot,
                               const struct hash *tracker)
{
    size_t i;

    for (i = 0; i < ballot->record_count; i++)
        if (hash_equal(&ballot->records[i].tracker, tracker))
            return i + 1;
    return 0;
}

struct text_view meeting_ballot_uuid(const struct meeting_ballot *ballot,
                                     uint64_t attempt)
{
    if (attempt == 0 || attempt > ballot->attempt)
        return TEXT_LITERAL("");
    return text_view_of(ballot->uuids[attempt - 1]);
}

bool meeting_ballot_is_open(const struct meeting_ballot *ballot)
{
    return ballot->phase >= BALLOT_PHASE_KEYS &&
           ballot->phase <= BALLOT_PHASE_COUNTING;
}

bool meeting_ballot_is_decrypting(const struct meeting_ballot *ballot)
{
    return ballot->decrypted_count > 0;
}

bool meeting_ballot_is_barred(const struct meeting_ballot *ballot,
                              const struct identifier *member)
{
    return ballot->matter.matter == MATTER_DISCIPLINE &&
           !ballot->matter.subject_votes &&
           identifier_equal(&ballot->matter.subject, member);
}

bool meeting_ballot_is_tied(const struct meeting_ballot *ballot,
                            const struct identifier *member)
{
    const struct chosen_row *row = ballot->decided.chosen.data;
    size_t i;

    for (i = 0; i < ballot->decided.chosen.count; i++)
        if (identifier_equal(&row[i].member, member))
            return row[i].standing == STANDS_TIED;
    return false;
}

size_t meeting_ballot_tied(const struct meeting_ballot *ballot)
{
    const struct chosen_row *row = ballot->decided.chosen.data;
    size_t tied = 0;
    size_t i;

    for (i = 0; i < ballot->decided.chosen.count; i++)
        tied += row[i].standing == STANDS_TIED;
    return tied;
}

bool ballot_voter_is_listed(const struct meeting_ballot_voter *voter)
{
    return voter->channel == BALLOT_BY_OWN && voter->is_issued &&
           !voter->is_dropped;
}

bool meeting_ballot_has_candidate(const struct meeting_ballot *ballot,
                                  const struct identifier *member)
{
    size_t i;

    for (i = 0; i < ballot->candidate_count; i++)
        if (identifier_equal(&ballot->candidates[i], member))
            return true;
    return false;
}

bool ballot_voter_holds(const struct meeting_ballot_voter *voter)
{
    return (voter->is_issued || voter->is_pooled) && !voter->is_dropped;
}

bool meeting_ballot_is_refuted(const struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < ballot->evidence_count; i++)
        if (ballot->objections[i].is_proven && !ballot->objections[i].is_late)
            return true;
    return false;
}

bool ballot_may_object(const struct meeting_ballot *ballot,
                       const struct identifier *member)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, member);

    return voter ? voter->objections < LIMIT_BALLOT_OBJECTIONS_EACH
                 : ballot->other_objections < LIMIT_BALLOT_OBJECTIONS;
}

bool ballot_channel_has_site(enum ballot_channel channel)
{
    return channel == BALLOT_BY_HALL || channel == BALLOT_BY_TRANSCRIBED;
}

bool ballot_channel_is_listed(enum ballot_channel channel)
{
    return channel == BALLOT_BY_OWN || ballot_channel_has_site(channel);
}

bool meeting_ballot_would_mix(const struct meeting_ballot *ballot,
                              const struct identifier *member,
                              enum ballot_channel channel,
                              const struct identifier *site)
{
    size_t i;

    for (i = 0; ballot_channel_has_site(channel) && i < ballot->voter_count;
         i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        if (ballot_channel_has_site(voter->channel) &&
            voter->channel != channel && identifier_equal(&voter->site, site) &&
            !identifier_equal(&voter->member, member))
            return true;
    }
    return false;
}

bool ballot_are_too_few(uint64_t online)
{
    return online > 0 && online < BALLOT_VOTERS_MIN;
}

uint64_t ballot_threshold_default(size_t teller_count)
{
    return teller_count <= 2 ? teller_count : teller_count / 2 + 1;
}

bool ballot_threshold_is_right(uint64_t threshold, size_t teller_count)
{
    if (teller_count <= 2)
        return threshold == teller_count;
    return threshold >= 2 && threshold <= teller_count;
}

/* --- Numbers -------------------------------------------------------------- */

void meeting_ballot_numbers(const struct meeting_ballot *ballot,
                            struct meeting_ballot_numbers *out)
{
    size_t i;

    *out = (struct meeting_ballot_numbers){ .issued = 0 };
    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        out->by_channel[voter->channel]++;
        if (!ballot_voter_is_listed(voter))
            continue;
        out->issued++;
        out->attested += voter->has_attested;
        out->included += voter->included != included_what_none_;
        out->included_cast += voter->included == INCLUDED_CAST;
    }
    for (i = 0; i < ballot->pool_count; i++) {
        const struct meeting_ballot_pool *pool = &ballot->pools[i];

        if (pool->is_dropped)
            continue;
        out->pooled += pool->k;
        if (pool->has_attested && pool->is_confirmed)
            out->confirmed += pool->k;
        if (pool->is_included)
            out->hall_cast += pool->own;
    }
}

uint64_t meeting_ballot_tellers_decrypted(const struct meeting_ballot *ballot)
{
    uint64_t count = 0;
    size_t i;

    for (i = 1; i <= ballot->teller_count; i++)
        count += ballot->owners[i].has_decrypted;
    return count;
}

bool meeting_ballot_is_attested(const struct meeting_ballot *ballot)
{
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    return ballot->is_listed && numbers.attested == numbers.issued &&
           numbers.confirmed == numbers.pooled;
}

static bool is_dealt_out(const struct meeting_ballot *ballot)
{
    return ballot->teller_count > 2;
}

bool meeting_ballot_all_certified(const struct meeting_ballot *ballot)
{
    size_t i, count = 0;

    for (i = 0; i < ballot->teller_count; i++)
        count += ballot->tellers[i].has_certified;
    return count == ballot->teller_count;
}

bool meeting_ballot_all_dealt(const struct meeting_ballot *ballot)
{
    size_t i, count = 0;

    for (i = 0; i < ballot->teller_count; i++)
        count += ballot->tellers[i].deal.data != NULL;
    return is_dealt_out(ballot) && count == ballot->teller_count;
}

bool meeting_ballot_all_keys(const struct meeting_ballot *ballot)
{
    size_t i, count = 0;

    if (!is_dealt_out(ballot))
        return meeting_ballot_all_certified(ballot);
    for (i = 0; i < ballot->teller_count; i++)
        count += ballot->tellers[i].key.data != NULL;
    return count == ballot->teller_count;
}

bool meeting_ballot_all_signed(const struct meeting_ballot *ballot)
{
    size_t i, count = 0;

    for (i = 0; i <= ballot->teller_count; i++)
        count += ballot->owners[i].has_signed;
    return count == ballot->teller_count + 1;
}

/* --- What both sides compute ---------------------------------------------- */

static int compare_voters(const void *a, const void *b)
{
    const struct meeting_ballot_voter *const *left = a;
    const struct meeting_ballot_voter *const *right = b;

    return strcmp((*left)->member.text, (*right)->member.text);
}

enum result meeting_ballot_roll(const struct meeting_ballot *ballot,
                                struct hash *out)
{
    const struct meeting_ballot_voter **sorted =
        calloc(ballot->voter_count + 1, sizeof *sorted);
    struct digest digest;
    size_t i;

    if (!sorted)
        return RESULT_NO_MEMORY;
    for (i = 0; i < ballot->voter_count; i++)
        sorted[i] = &ballot->voters[i];
    qsort(sorted, ballot->voter_count, sizeof *sorted, compare_voters);
    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (i = 0; i < ballot->voter_count; i++) {
        digest_prefixed_text(&digest, identifier_view(&sorted[i]->member));
        digest_prefixed_text(&digest,
                             text_view_of(enum_word(&ballot_channel_words,
                                                    (int)sorted[i]->channel)));
    }
    *out = digest_finish(&digest);
    free(sorted);
    return RESULT_OK;
}

static void add_text(struct digest *digest, const char *text)
{
    digest_bytes(digest, text, strlen(text));
}

static void add_number(struct digest *digest, uint64_t number)
{
    char digits[24];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    digest_bytes(digest, &digits[at], sizeof digits - at);
}

struct hash ballot_paper_record(uint64_t issued, uint64_t returned,
                                uint64_t valid, uint64_t invalid,
                                const struct items *counts)
{
    const struct ballot_count *row = counts->data;
    struct digest digest;
    size_t i;

    digest_begin(&digest);
    add_text(&digest, "{\"issued\":");
    add_number(&digest, issued);
    add_text(&digest, ",\"returned\":");
    add_number(&digest, returned);
    add_text(&digest, ",\"valid\":");
    add_number(&digest, valid);
    add_text(&digest, ",\"invalid\":");
    add_number(&digest, invalid);
    add_text(&digest, ",\"counts\":[");
    for (i = 0; i < counts->count; i++) {
        if (i > 0)
            add_text(&digest, ",");
        add_number(&digest, row[i].count);
    }
    add_text(&digest, "]}");
    return digest_finish(&digest);
}

struct hash ballot_sized_decryption(uint64_t owner, const struct hash *payload)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    struct digest digest;

    hex_encode(payload->bytes, HASH_SIZE, hex);
    digest_begin(&digest);
    add_text(&digest, "{\"owner\":");
    add_number(&digest, owner);
    add_text(&digest, ",\"payload\":\"");
    add_text(&digest, hex);
    add_text(&digest, "\"}");
    return digest_finish(&digest);
}

enum result ballot_archive_step(struct ballot_archive_end *end,
                                enum ballot_event_kind kind,
                                const struct hash *payload)
{
    enum { EVENT_SIZE_MAX = 1024 };
    struct byte_writer writer;
    enum result result;

    if (!ballot_event_may_follow(end->last, kind))
        return RESULT_REFUSED;
    byte_writer_init(&writer, EVENT_SIZE_MAX);
    ballot_archive_event_text(end, kind, payload, &writer);
    result = writer.result;
    if (result == RESULT_OK) {
        end->head = digest_sha256(writer.data, writer.size);
        end->last = kind;
        end->count++;
    }
    byte_writer_release(&writer);
    return result;
}
