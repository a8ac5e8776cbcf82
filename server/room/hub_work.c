/* What takes long is done off the loop: work in order, and signatures. */
#include "server/room/room_types.h"

#include <stdlib.h>
#include <string.h>

/* --- work off the loop --------------------------------------------------- */

struct hub_job {
    struct hub *hub;
    void (*work)(void *data);
    void (*done)(void *data, enum result result);
    void *data;
    struct hub_job *next;
};

static void work_on(void *data)
{
    struct hub_job *job = data;

    job->work(job->data);
}

static void on_worked(void *data, enum result result);

static enum result start_job(struct hub *hub, struct hub_job *job)
{
    enum result result =
        hub->config.work.run(hub->config.work.user, work_on, on_worked, job);

    if (result == RESULT_OK)
        hub->job_count++;
    return result;
}

/* Hands waiting jobs to the workers until they take no more. */
static void start_waiting_jobs(struct hub *hub)
{
    while (hub->jobs) {
        struct hub_job *job = hub->jobs;
        enum result result = start_job(hub, job);

        if (result == RESULT_BUSY && hub->job_count > 0)
            return;
        hub->jobs = job->next;
        if (!hub->jobs)
            hub->jobs_end = &hub->jobs;
        if (result != RESULT_OK) {
            job->done(job->data, RESULT_CLOSED);
            free(job);
        }
    }
}

static void on_worked(void *data, enum result result)
{
    struct hub_job *job = data;
    struct hub *hub = job->hub;

    hub->job_count--;
    job->done(job->data, result);
    free(job);
    start_waiting_jobs(hub);
}

enum result hub_work(struct hub *hub, void (*work)(void *data),
                     void (*done)(void *data, enum result result), void *data)
{
    struct hub_job *job = calloc(1, sizeof *job);
    enum result result = RESULT_BUSY;

    if (!job)
        return RESULT_NO_MEMORY;
    job->hub = hub;
    job->work = work;
    job->done = done;
    job->data = data;
    if (!hub->jobs)
        result = start_job(hub, job);
    if (result == RESULT_BUSY && hub->job_count > 0) {
        *hub->jobs_end = job;
        hub->jobs_end = &job->next;
        return RESULT_OK;
    }
    if (result != RESULT_OK)
        free(job);
    return result;
}

/* --- signatures ---------------------------------------------------------- */

struct verification {
    struct hub *hub;
    uint64_t session;
    struct key signer;
    uint8_t *statement; /* owned */
    size_t size;
    struct signature sig;
    bool is_good;
    struct request *request; /* owned */
    void (*then)(struct session *session, struct request *request,
                 bool is_good);
};

static void verify(void *data)
{
    struct verification *job = data;

    job->is_good = statement_verify(&job->signer, job->statement, job->size,
                                    &job->sig) == RESULT_OK;
}

static void on_verified(void *data, enum result result)
{
    struct verification *job = data;
    struct session *session = hub_session(job->hub, job->session);

    if (!session || session->phase == SESSION_CLOSING) {
        request_free(job->request);
    } else {
        session->is_busy = false;
        job->then(session, job->request, result == RESULT_OK && job->is_good);
        session = hub_session(job->hub, job->session);
        if (session)
            session_resume_inbox(session);
    }
    free(job->statement);
    free(job);
}

enum result hub_verify(struct hub *hub, struct session *session,
                       const struct key *signer, uint8_t *statement,
                       size_t size, const struct signature *sig,
                       struct request *request,
                       void (*then)(struct session *session,
                                    struct request *request, bool is_good))
{
    struct verification *job = calloc(1, sizeof *job);
    enum result result;

    if (!job)
        return RESULT_NO_MEMORY;
    job->hub = hub;
    job->session = session->id;
    job->signer = *signer;
    job->statement = statement;
    job->size = size;
    job->sig = *sig;
    job->request = request;
    job->then = then;
    result = hub_work(hub, verify, on_verified, job);
    if (result != RESULT_OK) {
        free(job);
        return result;
    }
    session->is_busy = true;
    return RESULT_OK;
}
