/* Work on ballots that takes longer than a loop may: on a worker, on copies. */
#include "client/core/client_ballots.h"

#include "client/core/secret_memory.h"

#include <stdlib.h>
#include <string.h>

struct ballot_kept {
    struct ballot_kept *next;
    size_t size;
    char bytes[];
};

static enum result fill(void *user, uint8_t *out, size_t size)
{
    struct ballot_job *job = user;
    const enum result result = job->entropy.fill(job->entropy.user, out, size);

    job->is_random_failed |= result != RESULT_OK;
    return result;
}

static void on_work(struct client_job *port)
{
    struct ballot_job *job = (struct ballot_job *)(void *)port;

    if (!job->result)
        job->work(job);
}

static void on_done(struct client_job *port, void *user)
{
    struct ballot_job *job = (struct ballot_job *)(void *)port;
    struct client_engine *engine = user;
    struct client_ballot *ballot =
        engine ? ballots_find(engine, &job->ballot) : NULL;

    if (ballot && ballot->job == job) {
        ballot->job = NULL;
        if (job->is_of_past || ballot_noted(ballot)->attempt == ballot->attempt)
            job->finish(ballot, job);
    }
    job->release(job);
    if (engine)
        ballots_pump(engine);
}

void ballot_job_release(struct ballot_job *job)
{
    while (job->kept) {
        struct ballot_kept *kept = job->kept;

        job->kept = kept->next;
        secret_memory_free(kept, sizeof *kept + kept->size + 1);
    }
}

static void release_plain(struct ballot_job *job)
{
    ballot_job_release(job);
    free(job);
}

void *ballot_job_new(struct client_ballot *ballot, size_t size,
                     void (*work)(struct ballot_job *job),
                     void (*finish)(struct client_ballot *ballot,
                                    struct ballot_job *job))
{
    const struct ballot_group *group = ballot_group_of(ballot);
    struct ballot_job *job = group ? calloc(1, size) : NULL;

    if (!job) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
        return NULL;
    }
    job->port = (struct client_job){ on_work, on_done };
    job->ballot = ballot->view.ballot;
    memcpy(job->uuid, ballot->view.uuid, sizeof job->uuid);
    job->group = group;
    job->entropy = ballot->engine->config.entropy;
    job->random = (struct ballot_random){ fill, job };
    job->work = work;
    job->finish = finish;
    job->release = release_plain;
    return job;
}

struct text_view ballot_job_keep(struct ballot_job *job, struct text_view text)
{
    struct ballot_kept *kept = secret_memory_new(sizeof *kept + text.size + 1);

    if (!kept) {
        job->result = RESULT_NO_MEMORY;
        return (struct text_view){ NULL, 0 };
    }
    kept->next = job->kept;
    kept->size = text.size;
    if (text.size > 0)
        memcpy(kept->bytes, text.data, text.size);
    kept->bytes[text.size] = '\0';
    job->kept = kept;
    return (struct text_view){ kept->bytes, text.size };
}

void ballot_job_run(struct client_ballot *ballot, struct ballot_job *job)
{
    const struct client_worker *worker = &ballot->engine->config.worker;

    ballot->job = job;
    if (worker->run && worker->run(worker->user, &job->port) == RESULT_OK)
        return;
    ballot->job = NULL;
    job->release(job);
    ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
}

bool ballot_job_is_fine(struct client_ballot *ballot,
                        const struct ballot_job *job)
{
    if (job->result == RESULT_OK)
        return true;
    ballot_halt(ballot,
                job->is_random_failed ? CLIENT_BALLOT_FAULT_RANDOM
                                      : CLIENT_BALLOT_FAULT_MACHINE,
                result_text(job->result));
    return false;
}
