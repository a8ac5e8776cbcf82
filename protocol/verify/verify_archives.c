#include "protocol/verify/verify_archives.h"

#include "protocol/meeting/ballot_paper.h"
#include "protocol/record/digest.h"
#include "protocol/verify/verify_ballot.h"
#include "protocol/verify/verify_run.h"

#include <stdlib.h>
#include <string.h>

void verify_archives_release(struct verify_archives *archives)
{
    free(archives->rows);
    free(archives->objections);
    *archives = (struct verify_archives){ .rows = NULL };
}

const char *verify_archive_word(enum verify_archive_status status)
{
    static const char *const words[] = {
        [VERIFY_ARCHIVE_EQUAL] = "equal",
        [VERIFY_ARCHIVE_SO_FAR] = "so_far",
        [VERIFY_ARCHIVE_INVALID] = "invalid",
        [VERIFY_ARCHIVE_DIFFERS] = "differs",
    };

    return words[status];
}

const char *verify_shown_word(enum verify_shown shown)
{
    static const char *const words[] = {
        [VERIFY_SHOWN_UNKNOWN] = "unknown",
        [VERIFY_SHOWN_PROVEN] = "proven",
        [VERIFY_SHOWN_NOTHING] = "nothing",
    };

    return words[shown];
}

/* --- Objections ----------------------------------------------------------- */

enum result verify_archives_begin(struct verify_findings *findings)
{
    const struct meeting_state *state = findings->meeting.state;
    struct verify_archives *archives = &findings->archives;
    size_t i, k, count = 0;

    for (i = 0; i < state->ballot_count; i++)
        count += state->ballots[i].evidence_count;
    archives->objections = calloc(count + 1, sizeof *archives->objections);
    if (!archives->objections)
        return RESULT_NO_MEMORY;
    for (i = 0; i < state->ballot_count; i++) {
        const struct meeting_ballot *ballot = &state->ballots[i];

        for (k = 0; k < ballot->evidence_count; k++)
            archives->objections[archives->objection_count++] =
                (struct verify_objection){
                    .ballot = ballot->id,
                    .row = &ballot->objections[k],
                    .shown = ballot->objections[k].is_proven
                                 ? VERIFY_SHOWN_PROVEN
                                 : VERIFY_SHOWN_UNKNOWN,
                };
    }
    return RESULT_OK;
}

static bool has_credential(const struct ballot_list *list,
                           const struct hash *credential)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    struct hash hash;
    size_t i;

    for (i = 0; i < list->count; i++) {
        ballot_element_text(&list->rows[i].key, text);
        hash = digest_sha256(text, strlen(text));
        if (hash_equal(&hash, credential))
            return true;
    }
    return false;
}

/* Looks into the list of an archive for those that rest on it. */
static void search_list(struct verify_archives *archives,
                        const struct ballot_verifier *verifier)
{
    const struct hash *list = &ballot_verifier_facts(verifier)->list;
    size_t i;

    for (i = 0; i < archives->objection_count; i++) {
        struct verify_objection *objection = &archives->objections[i];

        if (objection->row->is_proven ||
            !hash_equal(&objection->row->list, list))
            continue;
        objection->shown = has_credential(ballot_verifier_list(verifier),
                                          &objection->row->credential)
                               ? VERIFY_SHOWN_NOTHING
                               : VERIFY_SHOWN_PROVEN;
    }
}

/* --- An archive ----------------------------------------------------------- */

static const struct meeting_ballot *
find_ballot(const struct meeting_state *state, struct text_view uuid)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++) {
        const struct meeting_ballot *ballot = &state->ballots[i];
        const struct text_view own =
            meeting_ballot_uuid(ballot, ballot->attempt);

        if (own.size > 0 && own.size == uuid.size &&
            memcmp(own.data, uuid.data, uuid.size) == 0)
            return ballot;
    }
    return NULL;
}

static bool are_ballots_right(const struct verify_ballot *archive,
                              const struct ballot_facts *facts,
                              const struct meeting_ballot *ballot)
{
    size_t i;

    if (facts->ballot_count > ballot->record_count)
        return false;
    for (i = 0; i < facts->ballot_count; i++)
        if (!hash_equal(&archive->heads[i + 1], &ballot->records[i].event))
            return false;
    return true;
}

/* The end of both, if they are equally long. */
static bool is_end_right(const struct ballot_facts *facts,
                         const struct meeting_ballot *ballot)
{
    /* Before voting is opened only the list is known. */
    if (ballot->opened_seq == 0)
        return facts->event_count == 1;
    if (facts->event_count != ballot->archive.count)
        return facts->event_count < ballot->archive.count;
    return hash_equal(&facts->head, &ballot->archive.head);
}

static bool are_counts_right(const struct verify_ballot *archive,
                             const struct ballot_facts *facts,
                             const struct meeting_ballot *ballot)
{
    const size_t positions = ballot_election_position_count(
        ballot_verifier_election(archive->verifier));

    return hash_equal(&facts->result, &ballot->result) &&
           facts->counted_count == ballot->returned &&
           ballot->count_count == positions &&
           memcmp(facts->counts, ballot->counts,
                  positions * sizeof ballot->counts[0]) == 0;
}

/* What is another; NULL: nothing. */
static const char *difference(const struct verify_ballot *archive,
                              const struct ballot_facts *facts,
                              const struct meeting_ballot *ballot)
{
    if (!hash_equal(&facts->setup, &ballot->setup) ||
        !hash_equal(&facts->list, &ballot->credentials))
        return "setup";
    if (!are_ballots_right(archive, facts, ballot))
        return "ballots";
    if (facts->last >= BALLOT_EVENT_END_BALLOTS &&
        !hash_equal(&facts->ballots_end, &ballot->end))
        return "end";
    if (facts->last >= BALLOT_EVENT_ENCRYPTED_TALLY &&
        !hash_equal(&facts->tally, &ballot->tally))
        return "tally";
    if (facts->last == BALLOT_EVENT_RESULT &&
        ballot_paper_compare(&ballot->paper, facts->has_paper, &facts->paper) !=
            RESULT_OK)
        return "paper";
    if (facts->last == BALLOT_EVENT_RESULT &&
        !are_counts_right(archive, facts, ballot))
        return "result";
    return is_end_right(facts, ballot) ? NULL : "head";
}

static void compare(const struct verify_ballot *archive,
                    const struct meeting_ballot *ballot,
                    struct verify_archive *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(archive->verifier);

    out->ballot = ballot->id;
    out->fault = facts->fault;
    if (facts->fault != BALLOT_FAULT_NONE) {
        out->status = VERIFY_ARCHIVE_INVALID;
        return;
    }
    out->what = difference(archive, facts, ballot);
    if (out->what)
        out->status = VERIFY_ARCHIVE_DIFFERS;
    else
        out->status = facts->last == BALLOT_EVENT_RESULT
                          ? VERIFY_ARCHIVE_EQUAL
                          : VERIFY_ARCHIVE_SO_FAR;
}

static enum result add(struct verify_findings *findings,
                       const struct verify_ballot *archive, const char *name,
                       const struct meeting_ballot *ballot)
{
    const struct ballot_election *election =
        ballot_verifier_election(archive->verifier);
    struct verify_archives *archives = &findings->archives;
    struct verify_archive *row, *grown;

    if (!ballot && election)
        ballot = find_ballot(findings->meeting.state, election->uuid);
    if (!ballot)
        return RESULT_NOT_FOUND;
    grown = realloc(archives->rows, (archives->count + 1) * sizeof *grown);
    if (!grown)
        return RESULT_NO_MEMORY;
    archives->rows = grown;
    row = &grown[archives->count++];
    *row = (struct verify_archive){ .name = name };
    compare(archive, ballot, row);
    search_list(archives, archive->verifier);
    if (row->status >= VERIFY_ARCHIVE_INVALID)
        verify_findings_fail(findings, VERIFY_FAULT_ARCHIVE,
                             ballot->drafted_seq);
    return RESULT_OK;
}

enum result verify_archives_take(struct verify_findings *findings,
                                 const char *name, struct text_view file,
                                 const struct meeting_ballot *ballot)
{
    const struct verify_ballot_input input = { .file = file };
    struct verify_ballot archive;
    enum result result = verify_ballot_run(&input, &archive);

    if (result != RESULT_OK)
        return result;
    result = add(findings, &archive, name, ballot);
    verify_ballot_release(&archive);
    return result;
}

/* --- What the server made of them ----------------------------------------- */

/* Is it void by objections of which none in time shows anything? */
static bool is_void_for_nothing(const struct verify_archives *archives,
                                const struct meeting_ballot *ballot)
{
    size_t i;

    if (ballot->phase != BALLOT_PHASE_VOID ||
        ballot->void_reason != VOID_OBJECTION)
        return false;
    for (i = 0; i < archives->objection_count; i++) {
        const struct verify_objection *objection = &archives->objections[i];

        if (identifier_equal(&objection->ballot, &ballot->id) &&
            !objection->row->is_late &&
            objection->shown != VERIFY_SHOWN_NOTHING)
            return false;
    }
    return true;
}

void verify_archives_judge(struct verify_findings *findings)
{
    const struct meeting_state *state = findings->meeting.state;
    const struct verify_archives *archives = &findings->archives;
    size_t i;

    for (i = 0; i < archives->objection_count; i++) {
        const struct verify_objection *objection = &archives->objections[i];
        const struct meeting_ballot *ballot =
            meeting_state_ballot(state, &objection->ballot);

        if (objection->shown == VERIFY_SHOWN_PROVEN &&
            !objection->row->is_late && ballot->phase != BALLOT_PHASE_VOID &&
            state->next_seq > objection->row->seq + 1)
            verify_findings_fail(findings, VERIFY_FAULT_OBJECTION,
                                 objection->row->seq);
    }
    for (i = 0; i < state->ballot_count; i++)
        if (is_void_for_nothing(archives, &state->ballots[i]))
            verify_findings_fail(findings, VERIFY_FAULT_OBJECTION,
                                 state->ballots[i].drafted_seq);
}
