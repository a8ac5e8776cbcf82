#include "client/core/ballot_notes_internal.h"

#include <stdlib.h>
#include <string.h>

/* --- Small things -------------------------------------------------------- */

struct text_view noted_view(const struct noted_text *text)
{
    return (struct text_view){ text->data, text->size };
}

static void text_release(struct noted_text *text)
{
    free(text->data);
    *text = (struct noted_text){ NULL, 0 };
}

enum result noted_text_set(struct noted_text *text, struct text_view value)
{
    char *data = malloc(value.size + 1);

    if (!data)
        return RESULT_NO_MEMORY;
    if (value.size > 0)
        memcpy(data, value.data, value.size);
    data[value.size] = '\0';
    text_release(text);
    *text = (struct noted_text){ data, value.size };
    return RESULT_OK;
}

void noted_list_clear(struct noted_list *list)
{
    free(list->data);
    *list = (struct noted_list){ NULL, 0, 0 };
}

void *noted_list_add(struct noted_list *list, size_t size)
{
    uint8_t *data = list->data;

    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 8;

        data = realloc(list->data, capacity * size);
        if (!data)
            return NULL;
        list->data = data;
        list->capacity = capacity;
    }
    data += list->count++ * size;
    memset(data, 0, size);
    return data;
}

/* --- Ballots ------------------------------------------------------------- */

static void release_tellers(struct noted_teller *tellers)
{
    for (size_t i = 0; i < LIMIT_BALLOT_TELLERS; i++) {
        text_release(&tellers[i].certificate);
        text_release(&tellers[i].deal);
        text_release(&tellers[i].key);
    }
}

void noted_attempt_forget(struct noted_ballot *ballot)
{
    release_tellers(ballot->tellers);
    memset(ballot->owners, 0, sizeof ballot->owners);
    text_release(&ballot->server_key);
    text_release(&ballot->dispute.evidence);
    ballot->dispute = (struct noted_dispute){ .is_open = false };
}

void noted_failure_forget(struct noted_failure *failure)
{
    release_tellers(failure->tellers);
    text_release(&failure->server_key);
    text_release(&failure->dispute.evidence);
}

static void release_failures(struct noted_list *failures)
{
    struct noted_failure *rows = failures->data;

    for (size_t i = 0; i < failures->count; i++)
        noted_failure_forget(&rows[i]);
    noted_list_clear(failures);
}

static void ballot_release(struct noted_ballot *ballot)
{
    noted_attempt_forget(ballot);
    release_failures(&ballot->failures);
    noted_list_clear(&ballot->channels);
    noted_list_clear(&ballot->issued);
    noted_list_clear(&ballot->voters);
    noted_list_clear(&ballot->halls);
    noted_list_clear(&ballot->trackers);
    noted_list_clear(&ballot->decryptions);
    noted_list_clear(&ballot->objectors);
    noted_list_clear(&ballot->counts);
    free(ballot);
}

void ballot_notes_release(struct ballot_notes *notes)
{
    for (size_t i = 0; i < notes->ballots.count; i++)
        ballot_release(ballot_notes_at(notes, i));
    noted_list_clear(&notes->ballots);
    notes->next = 0;
}

size_t ballot_notes_count(const struct ballot_notes *notes)
{
    return notes->ballots.count;
}

struct noted_ballot *ballot_notes_at(const struct ballot_notes *notes, size_t i)
{
    struct noted_ballot **list = notes->ballots.data;

    return i < notes->ballots.count ? list[i] : NULL;
}

struct noted_ballot *ballot_notes_find(const struct ballot_notes *notes,
                                       const struct identifier *id)
{
    for (size_t i = 0; i < notes->ballots.count; i++) {
        struct noted_ballot *ballot = ballot_notes_at(notes, i);

        if (identifier_equal(&ballot->id, id))
            return ballot;
    }
    return NULL;
}

/* --- Asking -------------------------------------------------------------- */

struct ballot_channel_row *noted_channel_row(const struct noted_ballot *ballot,
                                             const struct identifier *member)
{
    struct ballot_channel_row *rows = ballot->channels.data;

    for (size_t i = 0; i < ballot->channels.count; i++) {
        if (identifier_equal(&rows[i].member, member))
            return &rows[i];
    }
    return NULL;
}

enum ballot_channel noted_channel(const struct noted_ballot *ballot,
                                  const struct identifier *member)
{
    const struct ballot_channel_row *row = noted_channel_row(ballot, member);

    return row ? (enum ballot_channel)row->channel : ballot_channel_none_;
}

uint64_t noted_channel_count(const struct noted_ballot *ballot,
                             enum ballot_channel channel)
{
    const struct ballot_channel_row *rows = ballot->channels.data;
    uint64_t count = 0;

    for (size_t i = 0; i < ballot->channels.count; i++)
        count += rows[i].channel == (int)channel;
    return count;
}

uint64_t noted_teller_index(const struct noted_ballot *ballot,
                            const struct identifier *member)
{
    for (size_t i = 0; i < ballot->teller_count; i++) {
        if (identifier_equal(&ballot->tellers[i].member, member))
            return i + 1;
    }
    return 0;
}

const struct noted_issue *noted_issue_of(const struct noted_ballot *ballot,
                                         const struct identifier *member)
{
    const struct noted_issue *rows = ballot->issued.data;

    for (size_t i = 0; i < ballot->issued.count; i++) {
        if (identifier_equal(&rows[i].member, member))
            return &rows[i];
    }
    return NULL;
}

struct noted_voter *noted_voter_row(const struct noted_ballot *ballot,
                                    const struct identifier *member)
{
    struct noted_voter *rows = ballot->voters.data;

    for (size_t i = 0; i < ballot->voters.count; i++) {
        if (identifier_equal(&rows[i].member, member))
            return &rows[i];
    }
    return NULL;
}

const struct noted_voter *noted_voter_of(const struct noted_ballot *ballot,
                                         const struct identifier *member)
{
    return noted_voter_row(ballot, member);
}

struct noted_hall *noted_hall_row(const struct noted_ballot *ballot,
                                  const struct identifier *site)
{
    struct noted_hall *rows = ballot->halls.data;

    for (size_t i = 0; i < ballot->halls.count; i++) {
        if (identifier_equal(&rows[i].site, site))
            return &rows[i];
    }
    return NULL;
}

uint64_t noted_attested(const struct noted_ballot *ballot)
{
    const struct noted_voter *voters = ballot->voters.data;
    const struct noted_hall *halls = ballot->halls.data;
    uint64_t count = 0;

    for (size_t i = 0; i < ballot->voters.count; i++)
        count += voters[i].has_attested;
    for (size_t i = 0; i < ballot->halls.count; i++) {
        if (halls[i].has_attested && halls[i].is_confirmed)
            count += halls[i].k;
    }
    return count;
}

struct noted_failure *noted_failure_from(const struct noted_ballot *ballot,
                                         uint64_t seq)
{
    struct noted_failure *rows = ballot->failures.data;

    for (size_t i = 0; i < ballot->failures.count; i++) {
        if (rows[i].seq >= seq)
            return &rows[i];
    }
    return NULL;
}

const struct hash *noted_tracker(const struct noted_ballot *ballot,
                                 uint64_t height)
{
    const struct hash *trackers = ballot->trackers.data;

    return height > 0 && height <= ballot->trackers.count
               ? &trackers[height - 1]
               : NULL;
}
