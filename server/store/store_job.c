#include "server/store/store_job.h"

#include <openssl/crypto.h>

#include <stdlib.h>

struct store_job *store_job_new(enum store_job_kind kind)
{
    struct store_job *job = calloc(1, sizeof *job);
    if (job)
        job->kind = kind;
    return job;
}

struct store_job *store_job_free(struct store_job *job)
{
    if (!job)
        return NULL;
    store_batch_free(job->batch);
    store_log_free(job->log);
    free(job->failed);
    free(job->bytes);
    OPENSSL_cleanse(&job->pin, sizeof job->pin);
    free(job);
    return NULL;
}

void store_job_list_add(struct store_job_list *list, struct store_job *job)
{
    job->next = NULL;
    if (list->last)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}

struct store_job *store_job_list_take(struct store_job_list *list)
{
    struct store_job *job = list->first;
    if (!job)
        return NULL;
    list->first = job->next;
    if (!list->first)
        list->last = NULL;
    job->next = NULL;
    return job;
}

void store_job_list_move(struct store_job_list *to, struct store_job_list *from)
{
    if (!from->first)
        return;
    if (to->last)
        to->last->next = from->first;
    else
        to->first = from->first;
    to->last = from->last;
    *from = (struct store_job_list){ 0 };
}

void store_job_list_clear(struct store_job_list *list)
{
    struct store_job *job;
    while ((job = store_job_list_take(list)))
        store_job_free(job);
}
