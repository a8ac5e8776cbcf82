#include "server/room/hall_pin.h"

#include "server/room/room_types.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

/* Each scrypt takes 32 MiB and some tens of milliseconds. */
enum {
    SCRYPT_N = 1 << 15,
    SCRYPT_R = 8,
    SCRYPT_P = 1,
    SCRYPT_MEMORY_MAX = 64 * 1024 * 1024,
    JOBS_MAX = 64,
    PEPPER_SIZE = 32
};

enum pin_step {
    STEP_READ = 1, /* what is stored is read */
    STEP_PAY,      /* a try is taken away */
    STEP_HASH,
    STEP_WRITE /* the last change is written */
};

struct pin_job {
    struct pin_job *next; /* in hub->pins */
    struct hub *hub;
    uint64_t id; /* ticket of the step at the store */
    enum pin_step step;
    bool is_check, is_unlock; /* neither: it is set */
    uint64_t session, request;
    struct store_pin row;
    char pin[LIMIT_PIN_LENGTH + 1]; /* "" for unlocking */
    uint8_t hash[STORE_PIN_HASH_SIZE];
    bool is_hashed;
    hall_pin_fn then;
    void *user;
};

bool hall_pin_is_possible(struct text_view pin)
{
    size_t i;

    if (pin.size < HALL_PIN_LENGTH_MIN || pin.size > LIMIT_PIN_LENGTH)
        return false;
    for (i = 0; i < pin.size; i++)
        if (pin.data[i] < '0' || pin.data[i] > '9')
            return false;
    return true;
}

/* --- jobs ---------------------------------------------------------------- */

static void free_job(struct pin_job *job)
{
    OPENSSL_cleanse(job, sizeof *job);
    free(job);
}

static void end(struct pin_job *job, enum hall_pin_answer answer)
{
    struct pin_job **link = &job->hub->pins;

    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    job->hub->pin_count--;
    job->then(job->hub, job->session, job->request, &job->row.member, answer,
              job->row.tries, job->user);
    free_job(job);
}

static struct pin_job *find(struct hub *hub, uint64_t ticket)
{
    struct pin_job *job = hub->pins;

    while (job && job->id != ticket)
        job = job->next;
    return job;
}

void hall_pin_clear(struct hub *hub)
{
    while (hub->pins) {
        struct pin_job *job = hub->pins;

        hub->pins = job->next;
        free_job(job);
    }
    hub->pin_count = 0;
}

/* --- steps --------------------------------------------------------------- */

static bool read_row(struct pin_job *job)
{
    struct store *store = job->hub->store;

    job->step = STEP_READ;
    job->id = job->hub->next_ticket++;
    return store->ops->read_pin(store, job->id, &job->row.member) == RESULT_OK;
}

static bool write_row(struct pin_job *job, enum pin_step step)
{
    struct store *store = job->hub->store;
    struct store_batch *batch = NULL;

    job->step = step;
    job->id = job->hub->next_ticket++;
    if (store_batch_new(&batch, NULL, job->id) != RESULT_OK)
        return false;
    store_batch_set_pin(batch, &job->row);
    if (store->ops->append(store, batch) == RESULT_OK)
        return true;
    store_batch_free(batch);
    return false;
}

static void hash_pin(void *data)
{
    struct pin_job *job = data;
    uint8_t peppered[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    job->is_hashed =
        HMAC(EVP_sha256(), job->hub->config.hall_pepper, PEPPER_SIZE,
             (const uint8_t *)job->pin, strlen(job->pin), peppered, &size) &&
        EVP_PBE_scrypt((const char *)peppered, size, job->row.salt,
                       sizeof job->row.salt, SCRYPT_N, SCRYPT_R, SCRYPT_P,
                       SCRYPT_MEMORY_MAX, job->hash, sizeof job->hash) == 1;
    OPENSSL_cleanse(peppered, sizeof peppered);
}

static void on_hashed(void *data, enum result result)
{
    struct pin_job *job = data;

    if (result != RESULT_OK || !job->is_hashed || job->hub->is_going_down) {
        end(job, HALL_PIN_FAILED);
        return;
    }
    if (job->is_check &&
        CRYPTO_memcmp(job->hash, job->row.hash, sizeof job->hash) != 0) {
        end(job, HALL_PIN_WRONG);
        return;
    }
    memcpy(job->row.hash, job->hash, sizeof job->row.hash);
    job->row.tries = HALL_PIN_TRIES;
    if (!write_row(job, STEP_WRITE))
        end(job, HALL_PIN_FAILED);
}

static enum result start_hashing(struct pin_job *job)
{
    job->step = STEP_HASH;
    job->id = 0;
    return hub_work(job->hub, hash_pin, on_hashed, job);
}

void hall_pin_on_read(struct hub *hub, uint64_t ticket, enum result result,
                      const struct store_pin *pin)
{
    struct pin_job *job = find(hub, ticket);
    bool is_going_on;

    if (!job)
        return;
    if (result != RESULT_OK) {
        end(job, result == RESULT_NOT_FOUND ? HALL_PIN_NONE : HALL_PIN_FAILED);
        return;
    }
    job->row = *pin;
    if (job->is_check && job->row.tries == 0) {
        end(job, HALL_PIN_LOCKED);
        return;
    }
    if (job->is_unlock) {
        job->row.tries = HALL_PIN_TRIES;
        is_going_on = write_row(job, STEP_WRITE);
    } else {
        job->row.tries--;
        is_going_on = write_row(job, STEP_PAY);
    }
    if (!is_going_on)
        end(job, HALL_PIN_FAILED);
}

void hall_pin_on_written(struct hub *hub, uint64_t ticket, enum result result)
{
    struct pin_job *job = find(hub, ticket);

    if (!job)
        return;
    if (result != RESULT_OK)
        end(job, HALL_PIN_FAILED);
    else if (job->step == STEP_WRITE)
        end(job, HALL_PIN_DONE);
    else if (start_hashing(job) != RESULT_OK)
        end(job, HALL_PIN_FAILED);
}

/* --- beginning ----------------------------------------------------------- */

static bool is_under_way(const struct hub *hub, const struct identifier *member)
{
    const struct pin_job *job = hub->pins;

    while (job && !identifier_equal(&job->row.member, member))
        job = job->next;
    return job != NULL;
}

static struct pin_job *new_job(struct hub *hub, uint64_t session,
                               uint64_t request,
                               const struct identifier *member,
                               hall_pin_fn then, void *user)
{
    struct pin_job *job = calloc(1, sizeof *job);

    if (!job)
        return NULL;
    job->hub = hub;
    job->session = session;
    job->request = request;
    job->row.member = *member;
    job->then = then;
    job->user = user;
    return job;
}

/* Two at once about one member would share a try. */
static enum result may_begin(const struct hub *hub,
                             const struct identifier *member)
{
    if (!hub->config.hall_pepper)
        return RESULT_UNSUPPORTED;
    if (hub->pin_count >= JOBS_MAX || is_under_way(hub, member))
        return RESULT_BUSY;
    return RESULT_OK;
}

static enum result begin(struct pin_job *job, enum result result)
{
    if (result != RESULT_OK) {
        free_job(job);
        return result;
    }
    job->next = job->hub->pins;
    job->hub->pins = job;
    job->hub->pin_count++;
    return RESULT_OK;
}

enum result hall_pin_set(struct hub *hub, uint64_t session, uint64_t request,
                         const struct identifier *member, struct text_view pin,
                         hall_pin_fn then, void *user)
{
    enum result result = may_begin(hub, member);
    struct pin_job *job;

    if (result != RESULT_OK)
        return result;
    job = new_job(hub, session, request, member, then, user);
    if (!job)
        return RESULT_NO_MEMORY;
    memcpy(job->pin, pin.data, pin.size);
    result =
        entropy_fill(hub->config.entropy, job->row.salt, sizeof job->row.salt);
    if (result == RESULT_OK)
        result = start_hashing(job);
    return begin(job, result);
}

enum result hall_pin_check(struct hub *hub, uint64_t session, uint64_t request,
                           const struct identifier *member,
                           struct text_view pin, hall_pin_fn then, void *user)
{
    enum result result = may_begin(hub, member);
    struct pin_job *job;

    if (result != RESULT_OK)
        return result;
    job = new_job(hub, session, request, member, then, user);
    if (!job)
        return RESULT_NO_MEMORY;
    job->is_check = true;
    memcpy(job->pin, pin.data, pin.size);
    return begin(job, read_row(job) ? RESULT_OK : RESULT_BUSY);
}

enum result hall_pin_unlock(struct hub *hub, uint64_t session, uint64_t request,
                            const struct identifier *member, hall_pin_fn then,
                            void *user)
{
    enum result result = may_begin(hub, member);
    struct pin_job *job;

    if (result != RESULT_OK)
        return result;
    job = new_job(hub, session, request, member, then, user);
    if (!job)
        return RESULT_NO_MEMORY;
    job->is_unlock = true;
    return begin(job, read_row(job) ? RESULT_OK : RESULT_BUSY);
}
