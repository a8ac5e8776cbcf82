/* Whose fault it is that keys came to nothing: the server says so in the log,
 * and every device finds out itself from the texts that it had before. */
#include "client/core/client_ballots.h"

#include "protocol/meeting/keys_judge.h"

#include <stdlib.h>

struct verdict_job {
    struct ballot_job job; /* first */
    uint64_t seq;          /* of the event */
    struct keys_case shown;
    struct keys_verdict told, own;
    bool is_true;
};

static struct noted_failure *next_of(const struct client_ballot *ballot)
{
    return noted_failure_from(ballot_noted(ballot), ballot->judged_next);
}

bool ballot_has_unjudged(const struct client_ballot *ballot)
{
    return next_of(ballot) != NULL;
}

void ballot_verdict_rewind(struct client_ballot *ballot, uint64_t next)
{
    if (ballot->judged_next > next)
        ballot->judged_next = next;
}

/* --- On a worker --------------------------------------------------------- */

static void work(struct ballot_job *job)
{
    struct verdict_job *verdict = (struct verdict_job *)(void *)job;

    job->result =
        keys_check_verdict(job->group, &verdict->shown, &verdict->told,
                           &verdict->is_true, &verdict->own);
}

static struct text_view keep(struct ballot_job *job,
                             const struct noted_text *text)
{
    return text->data ? ballot_job_keep(job, noted_view(text))
                      : (struct text_view){ NULL, 0 };
}

static void copy_case(struct verdict_job *verdict,
                      const struct noted_ballot *noted,
                      const struct noted_failure *failure)
{
    const struct noted_dispute *dispute = &failure->dispute;
    struct keys_case *shown = &verdict->shown;
    struct keys_texts *texts = &shown->texts;
    struct ballot_job *job = &verdict->job;

    texts->size = (uint32_t)noted->teller_count;
    texts->threshold = (uint32_t)noted->threshold;
    texts->attempt = (uint32_t)failure->attempt;
    texts->server_key = keep(job, &failure->server_key);
    for (size_t i = 0; i < noted->teller_count; i++) {
        texts->certificates[i] = keep(job, &failure->tellers[i].certificate);
        texts->deals[i] = keep(job, &failure->tellers[i].deal);
        texts->keys[i] = keep(job, &failure->tellers[i].key);
    }
    for (size_t i = 0; i <= noted->teller_count; i++) {
        const struct noted_owner *owner = &failure->owners[i];

        shown->signatures[i] =
            (struct keys_signature){ owner->is_there, owner->key,
                                     owner->trustees };
    }
    shown->is_disputed = dispute->is_open;
    shown->complaint = (struct keys_complaint){
        .complainer = (uint32_t)dispute->index,
        .against = (uint32_t)dispute->against,
        .evidence = keep(job, &dispute->evidence),
    };
    verdict->told =
        (struct keys_verdict){ failure->fault, (uint32_t)failure->guilty };
}

/* --- What is told -------------------------------------------------------- */

static json_t *line_of(const struct noted_failure *failure,
                       enum client_ballot_fault fault, const char *text,
                       uint64_t guilty)
{
    return json_pack(
        "{s:s, s:s, s:I, s:I, s:I}", "fault", client_ballot_fault_word(fault),
        "text", text, "count", (json_int_t)guilty, "attempt",
        (json_int_t)failure->attempt, "seq", (json_int_t)failure->seq);
}

/* `judged` is NULL where there was nothing to judge; taken. */
static void tell_failed(struct client_ballot *ballot,
                        const struct noted_failure *failure, json_t *judged)
{
    json_t *line = line_of(failure, CLIENT_BALLOT_FAULT_KEYS,
                           enum_word(&keys_fault_words, (int)failure->fault),
                           failure->guilty);

    if (judged && json_object_set_new(line, "judged", judged) != 0) {
        json_decref(line);
        line = NULL;
    }
    ballot->view.fault = CLIENT_BALLOT_FAULT_KEYS;
    ballot_tell_more(ballot, CLIENT_BALLOT_KEYS_FAILED, line);
}

/* The server has lied, in an event that it signs for in every later head: this
 * device does not let go of that event, and makes no keys with it. */
static void tell_false(struct client_ballot *ballot,
                       const struct noted_failure *failure,
                       const struct keys_verdict *own)
{
    const char *text =
        own->fault ? enum_word(&keys_fault_words, (int)own->fault) : "nobody";
    json_t *line =
        line_of(failure, CLIENT_BALLOT_FAULT_VERDICT, text, own->guilty);
    json_t *told = json_pack("{s:s, s:I}", "reason",
                             enum_word(&keys_fault_words, (int)failure->fault),
                             "guilty", (json_int_t)failure->guilty);

    (void)json_object_set_new(line, "told", told);
    ballot->is_misjudged = true;
    ballot->is_halted = true;
    ballot->view.fault = CLIENT_BALLOT_FAULT_VERDICT;
    ballot_refuse_marks(ballot,
                        client_ballot_fault_word(CLIENT_BALLOT_FAULT_VERDICT));
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED, line);
    (void)memory_bind(&ballot->engine->meeting, failure->seq + 1);
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    const struct verdict_job *verdict =
        (const struct verdict_job *)(const void *)job;
    struct noted_failure *failure = next_of(ballot);

    if (!failure || failure->seq != verdict->seq)
        return; /* the log went back meanwhile */
    ballot->judged_next = failure->seq + 1;
    if (!ballot_job_is_fine(ballot, job))
        tell_failed(ballot, failure, json_false());
    else if (verdict->is_true)
        tell_failed(ballot, failure, json_true());
    else
        tell_false(ballot, failure, &verdict->own);
    noted_failure_forget(failure);
}

/* --- What is next -------------------------------------------------------- */

static void start(struct client_ballot *ballot,
                  const struct noted_failure *failure)
{
    struct verdict_job *verdict =
        ballot_job_new(ballot, sizeof *verdict, work, finish);

    if (!verdict)
        return;
    verdict->job.is_of_past = true;
    verdict->seq = failure->seq;
    copy_case(verdict, ballot_noted(ballot), failure);
    ballot_job_run(ballot, &verdict->job);
}

bool ballot_pump_verdict(struct client_ballot *ballot)
{
    struct noted_failure *failure = next_of(ballot);

    while (failure && !ballot->job && failure->fault == KEYS_RESTARTED) {
        ballot->judged_next = failure->seq + 1;
        tell_failed(ballot, failure, NULL);
        noted_failure_forget(failure);
        failure = next_of(ballot);
    }
    if (failure && !ballot->job)
        start(ballot, failure);
    return failure != NULL;
}
