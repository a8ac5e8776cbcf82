#include "client/core/client_work.h"

#include <stdlib.h>

struct running {
    uv_work_t request;
    struct client_work *work;
    struct client_job *job;
};

void client_work_init(struct client_work *work, uv_loop_t *loop,
                      void (*on_done)(void *user, struct client_job *job),
                      void *user)
{
    *work =
        (struct client_work){ .loop = loop, .on_done = on_done, .user = user };
}

static void on_work(uv_work_t *request)
{
    struct running *running = request->data;

    running->job->work(running->job);
}

static void on_worked(uv_work_t *request, int status)
{
    struct running *running = request->data;
    struct client_work *work = running->work;
    struct client_job *job = running->job;

    (void)status; /* nothing is cancelled */
    free(running);
    work->count--;
    work->on_done(work->user, job);
}

static enum result run(void *user, struct client_job *job)
{
    struct client_work *work = user;
    struct running *running = calloc(1, sizeof *running);

    if (!running)
        return RESULT_NO_MEMORY;
    running->request.data = running;
    running->work = work;
    running->job = job;
    if (uv_queue_work(work->loop, &running->request, on_work, on_worked)) {
        free(running);
        return RESULT_IO;
    }
    work->count++;
    return RESULT_OK;
}

struct client_worker client_work_port(struct client_work *work)
{
    return (struct client_worker){ run, work };
}
