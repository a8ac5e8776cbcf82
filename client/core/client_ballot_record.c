/* The record of a ballot: fetched, put together as the log says, verified as
 * far as it goes on a worker, and held against the log. */
#include "client/core/client_ballots.h"

#include "client/core/durable_file.h"
#include "protocol/ballot/ballot_draft.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

enum {
    FETCH_AHEAD = 32,   /* records asked for before they are needed */
    STEPS_AT_A_TIME = 8 /* events verified between two looks at the rest */
};

/* --- What is voted on ---------------------------------------------------- */

static char *copy_view(struct text_view text)
{
    return copy_text(text.data ? text.data : "", text.size);
}

static bool show_question(struct client_ballot_question *out,
                          const struct ballot_question *question)
{
    out->text = copy_view(question->question);
    out->form = copy_view(text_view_of(ballot_form_word(question->form)));
    out->has_blank = question->has_blank;
    out->min = question->min;
    out->max = question->max;
    out->answers = calloc(question->answer_count, sizeof(char *));
    if (!out->text || !out->form || !out->answers)
        return false;
    for (size_t i = 0; i < question->answer_count; i++) {
        out->answers[i] = copy_view(question->answers[i]);
        if (!out->answers[i])
            return false;
        out->answer_count++;
    }
    return true;
}

static bool show_election(struct client_ballot *ballot)
{
    struct client_ballot_view *view = &ballot->view;
    const struct ballot_election *election = &ballot->election;

    view->name = copy_view(election->name);
    view->questions = calloc(election->question_count, sizeof *view->questions);
    if (!view->name || !view->questions)
        return false;
    for (size_t i = 0; i < election->question_count; i++) {
        view->question_count++;
        if (!show_question(&view->questions[i], &election->questions[i]))
            return false;
    }
    view->has_election = true;
    return true;
}

/* The form that was adopted, as it was opened to this device. False: it is not
 * known yet. */
static bool is_adopted(struct client_ballot *ballot, bool *is_known)
{
    const struct text_view form = meeting_view_text(
        &ballot->engine->view, ballot_noted(ballot)->drafted_seq, "form");
    struct ballot_draft draft;
    bool is_so = false;

    *is_known = form.data != NULL;
    if (*is_known && ballot_draft_read(form, &draft) == BALLOT_FAULT_NONE) {
        is_so = ballot_draft_is_of(&draft, &ballot->election);
        ballot_draft_release(&draft);
    }
    return is_so;
}

/* Shown texts come from these bytes alone, and are those that were adopted. */
static void read_election(struct client_ballot *ballot)
{
    const struct ballot_group *group = ballot_group_of(ballot);
    const struct text_view record =
        ballot_record(ballot, &ballot_noted(ballot)->election);
    bool is_known = false, is_so = false;

    if (!group || !record.data || ballot->has_election)
        return;
    if (ballot_election_read(group, record, false, &ballot->election) !=
        BALLOT_FAULT_NONE) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ELECTION, "election.json");
        return;
    }
    is_so = is_adopted(ballot, &is_known);
    if (!is_known) {
        ballot_election_release(&ballot->election);
        return; /* asked again when the text has come */
    }
    ballot->has_election = true;
    if (!is_so)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ELECTION, "questions");
    else if (!show_election(ballot))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
}

/* --- Against the log ----------------------------------------------------- */

/* A Setup that verifies by itself: is it the one of this log? */
static enum client_ballot_fault judge_setup(const struct client_ballot *ballot)
{
    const struct ballot_verifier *verifier =
        ballot_check_verifier(ballot->check);
    const struct ballot_election *election = ballot_verifier_election(verifier);
    const struct ballot_facts *facts = ballot_check_facts(ballot->check);
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (!hash_equal(&facts->setup, &noted->setup) ||
        !hash_equal(&facts->list, &noted->credentials) ||
        !hash_equal(&election->hash, &noted->election))
        return CLIENT_BALLOT_FAULT_RECORD;
    if (!ballot_meeting_is_right(ballot, election))
        return CLIENT_BALLOT_FAULT_ELECTION;
    if (!ballot_committee_is_right(ballot, election))
        return CLIENT_BALLOT_FAULT_COMMITTEE;
    if (!ballot_trustees_are_right(ballot, ballot_verifier_trustees(verifier)))
        return CLIENT_BALLOT_FAULT_TRUSTEES;
    if (ballot_verifier_list(verifier)->count != noted->length)
        return CLIENT_BALLOT_FAULT_LIST;
    return CLIENT_BALLOT_FAULT_NONE;
}

/* --- Verifying ----------------------------------------------------------- */

struct check_job {
    struct ballot_job job;      /* first */
    struct ballot_check *check; /* owned while it runs */
};

static void work(struct ballot_job *job)
{
    struct check_job *run = (struct check_job *)(void *)job;
    int steps = 0;

    while (steps < STEPS_AT_A_TIME && ballot_check_step(run->check))
        steps++;
}

static void release(struct ballot_job *job)
{
    struct check_job *run = (struct check_job *)(void *)job;

    ballot_check_free(run->check);
    ballot_job_release(job);
    free(run);
}

static uint64_t event_count(const struct noted_ballot *noted)
{
    return 1 + noted->trackers.count + (noted->phase >= NOTED_ENDED) +
           noted->has_tally + noted->decryptions.count +
           (noted->phase == NOTED_DONE);
}

static void show_check(struct client_ballot *ballot)
{
    struct client_ballot_view *view = &ballot->view;
    const struct ballot_facts *facts = ballot_check_facts(ballot->check);
    const uint64_t all = event_count(ballot_noted(ballot));

    view->check_done = facts->event_count;
    view->check_size = all;
    view->archive_head = facts->head;
    if (facts->fault != BALLOT_FAULT_NONE)
        view->check = CLIENT_BALLOT_BAD;
    else if (facts->event_count == all)
        view->check = CLIENT_BALLOT_GOOD;
    else if (facts->event_count < ballot_check_end(ballot->check)->count)
        view->check = CLIENT_BALLOT_CHECKING;
    else
        view->check = CLIENT_BALLOT_FETCHING;
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    struct check_job *run = (struct check_job *)(void *)job;
    const struct ballot_facts *facts = ballot_check_facts(run->check);
    enum client_ballot_fault fault;

    ballot->check = run->check;
    run->check = NULL;
    show_check(ballot);
    if (facts->fault != BALLOT_FAULT_NONE) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ARCHIVE,
                    ballot_fault_word(facts->fault));
        return;
    }
    if (ballot->is_setup_right || facts->event_count == 0 ||
        !hash_equal(&ballot->check_setup, &ballot_noted(ballot)->setup))
        return;
    fault = judge_setup(ballot);
    if (fault)
        ballot_halt(ballot, fault, "setup");
    ballot->is_setup_right = fault == CLIENT_BALLOT_FAULT_NONE;
}

static void verify(struct client_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_check_facts(ballot->check);
    struct check_job *run;

    if (facts->fault != BALLOT_FAULT_NONE ||
        facts->event_count == ballot_check_end(ballot->check)->count)
        return;
    run = ballot_job_new(ballot, sizeof *run, work, finish);
    if (!run)
        return;
    run->job.release = release;
    run->check = ballot->check;
    ballot->check = NULL;
    ballot_job_run(ballot, &run->job);
}

/* --- Putting it together ------------------------------------------------- */

/* All records of an event; false: one is not here, and was asked for. */
static bool gather(struct client_ballot *ballot, const struct hash *hashes,
                   size_t count, struct text_view *out)
{
    bool are_here = true;

    for (size_t i = 0; i < count; i++) {
        out[i] = ballot_record(ballot, &hashes[i]);
        are_here = are_here && out[i].data;
    }
    return are_here;
}

static bool append(struct client_ballot *ballot, enum ballot_event_kind kind,
                   const struct hash *hashes, size_t count)
{
    struct text_view records[BALLOT_EVENT_RECORDS_MAX];
    enum result result;

    if (!gather(ballot, hashes, count, records))
        return false;
    result = ballot_check_append(ballot->check, kind, records, count);
    if (result)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_RECORD, result_text(result));
    return !result;
}

static bool append_setup(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct hash hashes[] = { noted->election, noted->trustees,
                                   noted->credentials, noted->setup };

    return append(ballot, BALLOT_EVENT_SETUP, hashes, 4);
}

/* Does this device carry all ballots by now? Tellers from the beginning. */
static bool wants_ballots(const struct client_ballot *ballot)
{
    return ballot->view.teller > 0 ||
           ballot_noted(ballot)->phase >= NOTED_ENDED;
}

static bool append_ballot(struct client_ballot *ballot, uint64_t height)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (!wants_ballots(ballot))
        return false;
    for (uint64_t ahead = height; ahead < height + FETCH_AHEAD; ahead++) {
        const struct hash *tracker = noted_tracker(noted, ahead);

        if (tracker)
            (void)ballot_record(ballot, tracker);
    }
    return append(ballot, BALLOT_EVENT_BALLOT, noted_tracker(noted, height), 1);
}

/* What comes behind the ballots: the end, the tally, decryptions, the result;
 * `i` counts from 0 there. */
static bool append_later(struct client_ballot *ballot, uint64_t i)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_decryption *rows = noted->decryptions.data;
    struct hash hashes[2];

    if (i == 0)
        return noted->phase >= NOTED_ENDED &&
               append(ballot, BALLOT_EVENT_END_BALLOTS, NULL, 0);
    if (i == 1) {
        hashes[0] = noted->tally;
        hashes[1] = noted->sized;
        return noted->has_tally &&
               append(ballot, BALLOT_EVENT_ENCRYPTED_TALLY, hashes, 2);
    }
    if (i - 2 < noted->decryptions.count) {
        hashes[0] = rows[i - 2].payload;
        hashes[1] = rows[i - 2].sized;
        return append(ballot, BALLOT_EVENT_PARTIAL_DECRYPTION, hashes, 2);
    }
    return noted->phase == NOTED_DONE && i - 2 == noted->decryptions.count &&
           append(ballot, BALLOT_EVENT_RESULT, &noted->result, 1);
}

static bool append_next(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_archive_end *end = ballot_check_end(ballot->check);

    if (end->count == 0)
        return append_setup(ballot);
    if (!ballot->is_setup_right)
        return false;
    if (end->count <= noted->trackers.count)
        return append_ballot(ballot, end->count);
    return append_later(ballot, end->count - 1 - noted->trackers.count);
}

bool ballot_setup_is_right(const struct client_ballot *ballot)
{
    return ballot->is_setup_right &&
           hash_equal(&ballot->check_setup, &ballot_noted(ballot)->setup);
}

/* Another list begins another record. */
static bool begin(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_group *group = ballot_group_of(ballot);

    if (!noted->has_list || !group)
        return false;
    if (ballot->check && hash_equal(&ballot->check_setup, &noted->setup) &&
        ballot->check_opened_at_ms == noted->opened_at_ms)
        return true;
    ballot->check = ballot_check_free(ballot->check);
    ballot->is_setup_right = false;
    if (!hash_equal(&ballot->check_setup, &noted->setup)) {
        ballot->is_told[CLIENT_BALLOT_ATTESTED] = false;
        ballot->is_told[CLIENT_BALLOT_NOT_LISTED] = false;
    }
    ballot->check_setup = noted->setup;
    ballot->check_opened_at_ms = noted->opened_at_ms;
    if (ballot_check_new(&ballot->check, group,
                         (uint64_t)noted->opened_at_ms / 1000))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
    return !ballot->is_halted;
}

void ballot_pump_record(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (noted->phase < NOTED_ISSUING || noted->phase == NOTED_VOID)
        return;
    (void)ballot_record(ballot, &noted->trustees);
    read_election(ballot);
    if (ballot->is_halted || !ballot->has_election || !begin(ballot))
        return;
    while (!ballot->is_halted && append_next(ballot)) {
        /* Setup is held against the log before anything comes behind it. */
    }
    show_check(ballot);
    if (!ballot->is_halted)
        verify(ballot);
}

/* --- Export -------------------------------------------------------------- */

struct export_job {
    struct ballot_job job; /* first */
    struct text_view path, file;
    uint64_t tag;
};

static void work_export(struct ballot_job *job)
{
    struct export_job *run = (struct export_job *)(void *)job;

    job->result = durable_file_create(
        run->path.data, (const uint8_t *)run->file.data, run->file.size);
}

static void finish_export(struct client_ballot *ballot, struct ballot_job *job)
{
    struct export_job *run = (struct export_job *)(void *)job;
    struct refusal refusal = { .code = REFUSAL_STORE_FAILED };

    if (job->result) {
        refusal_add_text(&refusal, "path", run->path);
        refusal_add_text(&refusal, "problem",
                         text_view_of(result_text(job->result)));
    }
    request_answer_locally(ballot->engine, run->tag,
                           job->result ? &refusal : NULL);
}

void ballot_export(struct client_ballot *ballot, uint64_t tag,
                   const json_t *command)
{
    const json_t *path = json_object_get(command, "path");
    struct refusal refusal = { .code = REFUSAL_BUSY };
    struct export_job *run;

    if (!json_is_string(path) || !ballot->check || ballot->job) {
        refusal.code =
            json_is_string(path) ? REFUSAL_BUSY : REFUSAL_BAD_MESSAGE;
        request_answer_locally(ballot->engine, tag, &refusal);
        return;
    }
    run = ballot_job_new(ballot, sizeof *run, work_export, finish_export);
    if (!run) {
        request_answer_locally(ballot->engine, tag, &refusal);
        return;
    }
    run->tag = tag;
    run->path = ballot_job_keep(&run->job,
                                (struct text_view){ json_string_value(path),
                                                    json_string_length(path) });
    run->file = ballot_job_keep(&run->job, ballot_check_file(ballot->check));
    ballot_job_run(ballot, &run->job);
}
