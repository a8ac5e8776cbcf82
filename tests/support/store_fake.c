#include "tests/support/store_fake.h"

#include "protocol/base/limits.h"
#include "server/store/store_batch.h"
#include "server/store/store_job.h"

#include <openssl/evp.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct fake_blob {
    struct fake_blob *next;
    struct hash name;
    uint64_t size;
    uint64_t durable_size;
    bool is_complete;
    uint8_t *bytes;
};

struct fake_pin {
    struct fake_pin *next;
    struct store_pin pin;
};

struct fake_log {
    struct fake_log *next;
    struct store_log *log;
    size_t event_capacity;
    size_t opening_capacity;
    size_t request_capacity;
};

struct store_fake {
    struct store base;
    struct store_listener listener;
    struct store_job_list waiting; /* batches and loads, as they came */
    size_t load_count;             /* loads in it */
    struct store_job_list done;
    struct fake_log *logs;
    struct fake_blob *blobs;
    struct fake_pin *pins;
    struct store_failed_log *failed;
    enum result next_result;
    bool is_full;
    struct store_figures figures;
};

static struct store_fake *fake_of(struct store *store)
{
    return (struct store_fake *)store;
}

/* ---- What is committed -------------------------------------------------- */

static struct fake_log *find_log(const struct store_fake *fake,
                                 const struct identifier *id)
{
    struct fake_log *log = fake->logs;
    while (log && !identifier_equal(&log->log->id, id))
        log = log->next;
    return log;
}

static struct fake_blob *find_blob(const struct store_fake *fake,
                                   const struct hash *name, uint64_t size)
{
    struct fake_blob *blob = fake->blobs;
    while (blob && (!hash_equal(&blob->name, name) || blob->size != size))
        blob = blob->next;
    return blob;
}

static struct store_failed_log **find_failed(struct store_fake *fake,
                                             const struct identifier *id)
{
    struct store_failed_log **place = &fake->failed;
    while (*place && !identifier_equal(&(*place)->id, id))
        place = &(*place)->next;
    return place;
}

static void note_failure(struct store_fake *fake, const struct identifier *id,
                         enum result result)
{
    struct store_failed_log **place = find_failed(fake, id);
    if (*place)
        return;
    *place = calloc(1, sizeof **place);
    assert(*place);
    (*place)->id = *id;
    (*place)->result = result;
}

static void forget_failure(struct store_fake *fake, const struct identifier *id)
{
    struct store_failed_log **place = find_failed(fake, id);
    struct store_failed_log *found = *place;
    if (found)
        *place = found->next;
    free(found);
}

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
    void *grown = store_grow(items, count, capacity, size);
    assert(grown);
    return grown;
}

/* ---- Checking a batch --------------------------------------------------- */

static enum result check_events(const struct store_log *log,
                                const struct store_batch *batch)
{
    uint64_t next = log ? log->event_count : 0;
    for (size_t i = 0; i < batch->event_count; i++)
        if (batch->events[i].seq != next++)
            return RESULT_INVALID;
    return RESULT_OK;
}

static bool is_same_opening(const struct store_opening *a,
                            const struct store_opening *b)
{
    return a->seq == b->seq && strcmp(a->field, b->field) == 0;
}

static enum result check_openings(const struct store_log *log,
                                  const struct store_batch *batch)
{
    const size_t event_count =
        (log ? log->event_count : 0) + batch->event_count;
    for (size_t i = 0; i < batch->opening_count; i++) {
        const struct store_opening *opening = &batch->openings[i];
        if (opening->seq >= event_count)
            return RESULT_INVALID;
        for (size_t k = 0; k < i; k++)
            if (is_same_opening(opening, &batch->openings[k]))
                return RESULT_EXISTS;
        if (!log || opening->seq >= log->event_count)
            continue; /* of an event of this batch */
        for (size_t k = 0; k < log->opening_count; k++)
            if (is_same_opening(opening, &log->openings[k]))
                return RESULT_EXISTS;
    }
    return RESULT_OK;
}

static bool is_same_request(const struct store_request *a,
                            const struct store_request *b)
{
    return a->id == b->id && key_equal(&a->device, &b->device);
}

static enum result check_requests(const struct store_log *log,
                                  const struct store_batch *batch)
{
    for (size_t i = 0; i < batch->request_count; i++) {
        const struct store_request *request = &batch->requests[i];
        for (size_t k = 0; k < i; k++)
            if (is_same_request(request, &batch->requests[k]))
                return RESULT_EXISTS;
        for (size_t k = 0; log && k < log->request_count; k++)
            if (is_same_request(request, &log->requests[k]))
                return RESULT_EXISTS;
    }
    return RESULT_OK;
}

static enum result check_pieces(const struct store_fake *fake,
                                const struct store_batch *batch)
{
    for (size_t i = 0; i < batch->piece_count; i++) {
        const struct store_blob_piece *piece = &batch->pieces[i];
        const struct fake_blob *blob =
            find_blob(fake, &piece->blob, piece->blob_size);
        uint64_t durable_size = blob ? blob->durable_size : 0;
        for (size_t k = 0; k < i; k++) {
            const struct store_blob_piece *before = &batch->pieces[k];
            if (before->blob_size == piece->blob_size &&
                hash_equal(&before->blob, &piece->blob) &&
                before->offset + before->size > durable_size)
                durable_size = before->offset + before->size;
        }
        if (piece->offset > durable_size)
            return RESULT_INVALID;
    }
    return RESULT_OK;
}

static enum result check_batch(const struct store_fake *fake,
                               const struct store_batch *batch)
{
    const struct fake_log *found =
        batch->has_log ? find_log(fake, &batch->log) : NULL;
    const struct store_log *log = found ? found->log : NULL;
    if (batch->begins_log && log)
        return RESULT_EXISTS;
    if (batch->has_log && !batch->begins_log && !log)
        return RESULT_NOT_FOUND;
    if (!batch->has_log &&
        (batch->closes_log || batch->mark != STORE_BATCH_MARK_KEPT))
        return RESULT_INVALID;
    enum result result = check_events(log, batch);
    if (result == RESULT_OK)
        result = check_openings(log, batch);
    if (result == RESULT_OK)
        result = check_requests(log, batch);
    if (result == RESULT_OK)
        result = check_pieces(fake, batch);
    return result;
}

/* ---- Writing a checked batch -------------------------------------------- */

static struct fake_log *begin_log(struct store_fake *fake,
                                  const struct store_batch *batch)
{
    struct fake_log *log = calloc(1, sizeof *log);
    assert(log);
    log->log = calloc(1, sizeof *log->log);
    assert(log->log);
    log->log->id = batch->log;
    log->log->exists = true;
    memcpy(log->log->room_key, batch->room_key, sizeof log->log->room_key);
    log->next = fake->logs;
    fake->logs = log;
    return log;
}

static void add_event(struct store_log *log, size_t *capacity,
                      const struct store_event *event)
{
    log->events =
        grow(log->events, log->event_count, capacity, sizeof *log->events);
    enum result result =
        store_event_copy(&log->events[log->event_count++], event);
    assert(result == RESULT_OK);
}

static void add_opening(struct store_log *log, size_t *capacity,
                        const struct store_opening *opening)
{
    log->openings = grow(log->openings, log->opening_count, capacity,
                         sizeof *log->openings);
    enum result result =
        store_opening_copy(&log->openings[log->opening_count++], opening);
    assert(result == RESULT_OK);
}

static void add_request(struct store_log *log, size_t *capacity,
                        const struct store_request *request)
{
    log->requests = grow(log->requests, log->request_count, capacity,
                         sizeof *log->requests);
    enum result result =
        store_request_copy(&log->requests[log->request_count++], request);
    assert(result == RESULT_OK);
}

static void write_log(struct store_fake *fake, const struct store_batch *batch)
{
    struct fake_log *log = batch->begins_log ? begin_log(fake, batch)
                                             : find_log(fake, &batch->log);
    for (size_t i = 0; i < batch->event_count; i++)
        add_event(log->log, &log->event_capacity, &batch->events[i]);
    for (size_t i = 0; i < batch->opening_count; i++)
        add_opening(log->log, &log->opening_capacity, &batch->openings[i]);
    for (size_t i = 0; i < batch->request_count; i++)
        add_request(log->log, &log->request_capacity, &batch->requests[i]);
    if (batch->closes_log) {
        log->log->is_closed = true;
        memset(log->log->room_key, 0, sizeof log->log->room_key);
    }
    if (batch->mark != STORE_BATCH_MARK_KEPT)
        log->log->is_held = batch->mark == STORE_BATCH_MARK_HELD;
}

static void write_piece(struct store_fake *fake,
                        const struct store_blob_piece *piece)
{
    struct fake_blob *blob = find_blob(fake, &piece->blob, piece->blob_size);
    if (!blob) {
        blob = calloc(1, sizeof *blob);
        assert(blob);
        blob->name = piece->blob;
        blob->size = piece->blob_size;
        blob->bytes = calloc(1, (size_t)blob->size + 1);
        assert(blob->bytes);
        blob->next = fake->blobs;
        fake->blobs = blob;
    }
    const uint64_t end = piece->offset + piece->size;
    if (end <= blob->durable_size)
        return;
    const size_t known = (size_t)(blob->durable_size - piece->offset);
    memcpy(&blob->bytes[blob->durable_size], &piece->bytes[known],
           piece->size - known);
    blob->durable_size = end;
}

static void write_blob(struct store_fake *fake,
                       const struct store_whole_blob *whole)
{
    struct fake_blob *blob = find_blob(fake, &whole->name, whole->size);
    if (!blob) {
        blob = calloc(1, sizeof *blob);
        assert(blob);
        blob->name = whole->name;
        blob->size = whole->size;
        blob->next = fake->blobs;
        fake->blobs = blob;
    }
    free(blob->bytes);
    blob->bytes = store_bytes_copy(whole->bytes, whole->size);
    assert(blob->bytes);
    blob->durable_size = whole->size;
    blob->is_complete = true;
}

static struct fake_pin *find_pin(const struct store_fake *fake,
                                 const struct identifier *member)
{
    struct fake_pin *pin = fake->pins;
    while (pin && !identifier_equal(&pin->pin.member, member))
        pin = pin->next;
    return pin;
}

static void write_pin(struct store_fake *fake, const struct store_pin *pin)
{
    struct fake_pin *row = find_pin(fake, &pin->member);
    if (!row) {
        row = calloc(1, sizeof *row);
        assert(row);
        row->next = fake->pins;
        fake->pins = row;
    }
    row->pin = *pin;
}

static enum result write_batch(struct store_fake *fake,
                               const struct store_batch *batch)
{
    if (batch->has_log && *find_failed(fake, &batch->log))
        return (*find_failed(fake, &batch->log))->result;
    if (fake->next_result != RESULT_OK) {
        enum result result = fake->next_result;
        fake->next_result = RESULT_OK;
        return result;
    }
    enum result result = check_batch(fake, batch);
    if (result != RESULT_OK)
        return result;
    if (batch->has_log)
        write_log(fake, batch);
    for (size_t i = 0; i < batch->piece_count; i++)
        write_piece(fake, &batch->pieces[i]);
    for (size_t i = 0; i < batch->blob_count; i++)
        write_blob(fake, &batch->blobs[i]);
    if (batch->has_pin)
        write_pin(fake, &batch->pin);
    return RESULT_OK;
}

/* ---- Loading ------------------------------------------------------------ */

static struct store_log *copy_log(const struct store_fake *fake,
                                  const struct identifier *id)
{
    const struct fake_log *found = find_log(fake, id);
    struct store_log *copy = calloc(1, sizeof *copy);
    assert(copy);
    copy->id = *id;
    if (!found)
        return copy;
    const struct store_log *log = found->log;
    size_t capacity[3] = { 0 };
    copy->exists = true;
    copy->is_closed = log->is_closed;
    copy->is_held = log->is_held;
    memcpy(copy->room_key, log->room_key, sizeof copy->room_key);
    for (size_t i = 0; i < log->event_count; i++)
        add_event(copy, &capacity[0], &log->events[i]);
    for (size_t i = 0; i < log->opening_count; i++)
        add_opening(copy, &capacity[1], &log->openings[i]);
    for (size_t i = 0; i < log->request_count; i++)
        add_request(copy, &capacity[2], &log->requests[i]);
    return copy;
}

static bool has_batch_of(const struct store_job_list *jobs,
                         const struct identifier *log)
{
    for (const struct store_job *job = jobs->first; job; job = job->next)
        if (job->kind == STORE_JOB_BATCH && job->batch->has_log &&
            identifier_equal(&job->batch->log, log))
            return true;
    return false;
}

/* Loads whose log has no batch before them in the queue. */
static void settle_loads(struct store_fake *fake)
{
    struct store_job_list kept = { 0 };
    struct store_job *job;
    if (fake->load_count == 0)
        return;
    while ((job = store_job_list_take(&fake->waiting))) {
        if (job->kind != STORE_JOB_LOAD || has_batch_of(&kept, &job->log_id)) {
            store_job_list_add(&kept, job);
            continue;
        }
        forget_failure(fake, &job->log_id);
        job->log = copy_log(fake, &job->log_id);
        fake->load_count--;
        store_job_list_add(&fake->done, job);
    }
    fake->waiting = kept;
}

/* ---- The port ----------------------------------------------------------- */

static struct store_job *new_job(enum store_job_kind kind)
{
    struct store_job *job = store_job_new(kind);
    assert(job);
    return job;
}

static enum result fake_append(struct store *store, struct store_batch *batch)
{
    struct store_fake *fake = fake_of(store);
    if (fake->is_full)
        return RESULT_FULL;
    struct store_job *job = new_job(STORE_JOB_BATCH);
    job->batch = batch;
    store_job_list_add(&fake->waiting, job);
    return RESULT_OK;
}

static enum result fake_load(struct store *store, const struct identifier *log)
{
    struct store_fake *fake = fake_of(store);
    if (fake->is_full)
        return RESULT_FULL;
    struct store_job *job = new_job(STORE_JOB_LOAD);
    job->log_id = *log;
    store_job_list_add(&fake->waiting, job);
    fake->load_count++;
    settle_loads(fake);
    return RESULT_OK;
}

static enum result fake_read_blob(struct store *store, uint64_t ticket,
                                  const struct hash *name, uint64_t offset,
                                  size_t size_max)
{
    struct store_fake *fake = fake_of(store);
    if (fake->is_full)
        return RESULT_FULL;
    struct store_job *job = new_job(STORE_JOB_READ_BLOB);
    job->ticket = ticket;
    job->result = RESULT_NOT_FOUND;
    const struct fake_blob *blob = fake->blobs;
    while (blob && !(blob->is_complete && hash_equal(&blob->name, name)))
        blob = blob->next;
    if (blob) {
        const uint64_t left = offset < blob->size ? blob->size - offset : 0;
        job->size = left < size_max ? (size_t)left : size_max;
        job->bytes = store_bytes_copy(
            &blob->bytes[offset < blob->size ? offset : 0], job->size);
        assert(job->bytes);
        job->blob_size = blob->size;
        job->result = RESULT_OK;
    }
    store_job_list_add(&fake->done, job);
    return RESULT_OK;
}

static bool is_right(const struct fake_blob *blob)
{
    struct hash digest;
    int is_hashed = EVP_Digest(blob->bytes, (size_t)blob->size, digest.bytes,
                               NULL, EVP_sha256(), NULL);
    assert(is_hashed == 1);
    return hash_equal(&digest, &blob->name);
}

static void throw_away(struct store_fake *fake, struct fake_blob *blob)
{
    struct fake_blob **place = &fake->blobs;
    while (*place != blob)
        place = &(*place)->next;
    *place = blob->next;
    free(blob->bytes);
    free(blob);
}

static enum result fake_query_blob(struct store *store, uint64_t ticket,
                                   const struct hash *name, uint64_t size)
{
    struct store_fake *fake = fake_of(store);
    if (size > LIMIT_BLOB_SIZE)
        return RESULT_TOO_LARGE;
    if (fake->is_full)
        return RESULT_FULL;
    struct store_job *job = new_job(STORE_JOB_QUERY_BLOB);
    job->ticket = ticket;
    job->blob = *name;
    struct fake_blob *blob = find_blob(fake, name, size);
    if (blob && blob->durable_size == size && !is_right(blob)) {
        job->result = RESULT_MALFORMED;
        throw_away(fake, blob);
    } else if (blob) {
        blob->is_complete = blob->durable_size == size;
        job->durable_size = blob->durable_size;
        job->is_complete = blob->is_complete;
    }
    store_job_list_add(&fake->done, job);
    return RESULT_OK;
}

/* Sees what is committed. */
static enum result fake_read_pin(struct store *store, uint64_t ticket,
                                 const struct identifier *member)
{
    struct store_fake *fake = fake_of(store);
    if (fake->is_full)
        return RESULT_FULL;
    struct store_job *job = new_job(STORE_JOB_READ_PIN);
    const struct fake_pin *found = find_pin(fake, member);
    job->ticket = ticket;
    job->result = found ? RESULT_OK : RESULT_NOT_FOUND;
    if (found)
        job->pin = found->pin;
    store_job_list_add(&fake->done, job);
    return RESULT_OK;
}

static void fake_figures(const struct store *store, struct store_figures *out)
{
    const struct store_fake *fake = (const struct store_fake *)store;
    *out = fake->figures;
    out->waiting = store_fake_waiting(fake);
}

static const struct store_ops fake_ops = {
    .append = fake_append,
    .load = fake_load,
    .read_blob = fake_read_blob,
    .query_blob = fake_query_blob,
    .read_pin = fake_read_pin,
    .figures = fake_figures,
};

/* ---- For the test ------------------------------------------------------- */

struct store_fake *store_fake_new(const struct store_listener *listener)
{
    struct store_fake *fake = calloc(1, sizeof *fake);
    assert(fake);
    fake->base.ops = &fake_ops;
    fake->listener = *listener;
    return fake;
}

struct store_fake *store_fake_free(struct store_fake *fake)
{
    if (!fake)
        return NULL;
    store_fake_crash(fake);
    while (fake->logs) {
        struct fake_log *next = fake->logs->next;
        store_log_free(fake->logs->log);
        free(fake->logs);
        fake->logs = next;
    }
    while (fake->blobs)
        throw_away(fake, fake->blobs);
    while (fake->pins) {
        struct fake_pin *next = fake->pins->next;
        free(fake->pins);
        fake->pins = next;
    }
    free(fake);
    return NULL;
}

struct store *store_fake_store(struct store_fake *fake) { return &fake->base; }

static void commit_batch(struct store_fake *fake, struct store_job *job)
{
    job->result = write_batch(fake, job->batch);
    if (job->result == RESULT_OK) {
        fake->figures.batches++;
        fake->figures.events += job->batch->event_count;
    } else {
        fake->figures.failures++;
        if (job->batch->has_log)
            note_failure(fake, &job->batch->log, job->result);
    }
    store_job_list_add(&fake->done, job);
}

size_t store_fake_commit_some(struct store_fake *fake, size_t count)
{
    size_t committed = 0;
    const uint64_t batches = fake->figures.batches;
    while (committed < count && fake->waiting.first) {
        /* A load at the front has nothing before it, and is settled. */
        commit_batch(fake, store_job_list_take(&fake->waiting));
        committed++;
        settle_loads(fake);
    }
    if (fake->figures.batches > batches)
        fake->figures.commits++;
    return committed;
}

void store_fake_commit_all(struct store_fake *fake)
{
    (void)store_fake_commit_some(fake, SIZE_MAX); /* however many */
}

size_t store_fake_waiting(const struct store_fake *fake)
{
    size_t count = 0;
    for (const struct store_job *job = fake->waiting.first; job;
         job = job->next)
        count += job->kind == STORE_JOB_BATCH;
    return count;
}

static void report(struct store_fake *fake, struct store_job *job)
{
    const struct store_listener *listener = &fake->listener;
    struct store_log *log = job->log;
    switch (job->kind) {
    case STORE_JOB_BATCH:
        listener->on_committed(listener->user, store_batch_log(job->batch),
                               job->batch->ticket, job->result);
        break;
    case STORE_JOB_LOAD:
        job->log = NULL; /* now the listener's */
        listener->on_loaded(listener->user, &job->log_id, job->result, log);
        break;
    case STORE_JOB_READ_BLOB:
        listener->on_blob(listener->user, job->ticket, job->result,
                          job->blob_size, job->bytes, job->size);
        break;
    case STORE_JOB_QUERY_BLOB:
        listener->on_blob_state(listener->user, job->ticket, job->result,
                                &job->blob, job->durable_size,
                                job->is_complete);
        break;
    case STORE_JOB_READ_PIN:
        listener->on_pin(listener->user, job->ticket, job->result, &job->pin);
        break;
    }
}

size_t store_fake_run(struct store_fake *fake)
{
    size_t count = 0;
    struct store_job *job;
    while ((job = store_job_list_take(&fake->done))) {
        report(fake, job);
        store_job_free(job);
        count++;
    }
    return count;
}

void store_fake_fail_next(struct store_fake *fake, enum result result)
{
    fake->next_result = result;
}

void store_fake_set_full(struct store_fake *fake, bool is_full)
{
    fake->is_full = is_full;
}

void store_fake_crash(struct store_fake *fake)
{
    store_job_list_clear(&fake->waiting);
    fake->load_count = 0;
    store_job_list_clear(&fake->done);
    while (fake->failed)
        forget_failure(fake, &fake->failed->id);
    fake->next_result = RESULT_OK;
}

void store_fake_set_listener(struct store_fake *fake,
                             const struct store_listener *listener)
{
    fake->listener = *listener;
}

const struct store_log *store_fake_log(const struct store_fake *fake,
                                       const struct identifier *id)
{
    const struct fake_log *log = find_log(fake, id);
    return log ? log->log : NULL;
}
