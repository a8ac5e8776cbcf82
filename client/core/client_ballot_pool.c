/* A site's device: the credentials of its pool, issued and attested. */
#include "client/core/client_ballots.h"

#include "client/core/secret_memory.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"

#include <stdlib.h>
#include <string.h>

/* The vault's entries: client_ballot_hall.c. */

enum {
    CREDENTIAL_SIZE = BALLOT_CREDENTIAL_TEXT_SIZE,
    PUBLIC_SIZE = BALLOT_ELEMENT_TEXT_SIZE,
    POOL_MAX = 75 /* that fit one message with their signatures */
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct identifier *)a)->text,
                  ((const struct identifier *)b)->text);
}

/* --- Who votes here ------------------------------------------------------ */

/* Members of this site's channel, in ascending order; ended with free(). NULL
 * for want of memory. */
static struct identifier *members_of(const struct client_ballot *ballot,
                                     size_t *count)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_channel_row *rows = noted->channels.data;
    struct identifier *members =
        calloc(noted->channels.count + 1, sizeof *members);

    *count = 0;
    for (size_t i = 0; members && i < noted->channels.count; i++) {
        if (ballot_channel_has_site((enum ballot_channel)rows[i].channel) &&
            identifier_equal(&rows[i].site, &ballot->engine->view.me))
            members[(*count)++] = rows[i].member;
    }
    if (members)
        qsort(members, *count, sizeof *members, by_id);
    return members;
}

static json_t *rows_of(const struct identifier *members, size_t count)
{
    json_t *rows = json_array();

    for (size_t i = 0; rows && i < count; i++)
        (void)json_array_append_new(
            rows, json_pack("{s:s}", "member", members[i].text));
    return rows;
}

/* --- The pool ------------------------------------------------------------ */

size_t ballot_pool_size(const struct client_ballot *ballot)
{
    return ballot_vault_get(ballot->vault, "publics").size / PUBLIC_SIZE;
}

static const char *public_at(const struct client_ballot *ballot, size_t i)
{
    return ballot_vault_get(ballot->vault, "publics").data + i * PUBLIC_SIZE;
}

struct pool_job {
    struct ballot_job job; /* first */
    size_t count;
    char *credentials, *publics; /* owned; secret the first */
};

static enum result make_one(struct pool_job *pool, size_t i)
{
    struct ballot_credential_text credential;
    struct ballot_scalar secret;
    struct ballot_element element;
    enum result result =
        ballot_credential_random(&pool->job.random, &credential);

    if (result)
        return result;
    secret =
        ballot_credential_secret(text_view_of(pool->job.uuid), &credential);
    result = ballot_group_generate(pool->job.group, &secret, &element);
    memcpy(pool->credentials + i * CREDENTIAL_SIZE, credential.text,
           CREDENTIAL_SIZE);
    if (!result)
        ballot_element_text(&element, pool->publics + i * PUBLIC_SIZE);
    ballot_scalar_wipe(&secret);
    ballot_credential_wipe(&credential);
    return result;
}

static void work(struct ballot_job *job)
{
    struct pool_job *pool = (struct pool_job *)(void *)job;

    pool->credentials = secret_memory_new(pool->count * CREDENTIAL_SIZE);
    pool->publics = calloc(pool->count, PUBLIC_SIZE);
    if (!pool->credentials || !pool->publics)
        job->result = RESULT_NO_MEMORY;
    for (size_t i = 0; !job->result && i < pool->count; i++)
        job->result = make_one(pool, i);
}

static void release(struct ballot_job *job)
{
    struct pool_job *pool = (struct pool_job *)(void *)job;

    secret_memory_free(pool->credentials, pool->count * CREDENTIAL_SIZE);
    free(pool->publics);
    ballot_job_release(job);
    free(pool);
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    struct pool_job *pool = (struct pool_job *)(void *)job;

    if (!ballot_job_is_fine(ballot, job))
        return;
    if (ballot_vault_put(ballot->vault, "pool", pool->credentials,
                         pool->count * CREDENTIAL_SIZE))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "pool");
    else
        (void)ballot_keep_entry(ballot, "publics", pool->publics,
                                pool->count * PUBLIC_SIZE);
}

static void make_pool(struct client_ballot *ballot, size_t count)
{
    struct pool_job *pool = ballot_job_new(ballot, sizeof *pool, work, finish);

    if (!pool)
        return;
    pool->job.release = release;
    pool->count = count;
    ballot_job_run(ballot, &pool->job);
}

/* --- Asking for it ------------------------------------------------------- */

static struct statement_issue issue_of(const struct client_ballot *ballot,
                                       size_t i)
{
    const char *public = public_at(ballot, i);

    return (struct statement_issue){
        .member = identifier_view(&ballot->engine->view.me),
        .uuid = text_view_of(ballot->view.uuid),
        .election = ballot_noted(ballot)->election,
        .credential = digest_sha256(public, strlen(public)),
    };
}

/* The signature of one of the pool, added to `sigs`. */
static bool sign_one(const struct client_ballot *ballot, size_t i,
                     const struct statement_seen *seen, json_t *sigs)
{
    const struct client_engine *engine = ballot->engine;
    struct statement_issue fields = issue_of(ballot, i);
    char hex[HEX_SIZE(SIGNATURE_SIZE)];
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    fields.seen = *seen;
    result = statement_issue(&engine->key->public_key,
                             identifier_view(&engine->view.log), &fields,
                             &bytes, &size);
    if (!result)
        result = statement_sign(engine->key, bytes, size, &sig);
    free(bytes);
    if (result)
        return false;
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    return json_array_append_new(sigs, json_string(hex)) == 0;
}

static void ask_pool(struct client_ballot *ballot)
{
    json_t *credentials = json_array(), *sigs = json_array();
    struct statement_seen seen;
    char head[HEX_SIZE(HASH_SIZE)];
    bool is_made = credentials && sigs && ballot_seen(ballot, &seen);

    for (size_t i = 0; is_made && i < ballot_pool_size(ballot); i++)
        is_made = json_array_append_new(
                      credentials, json_string(public_at(ballot, i))) == 0 &&
                  sign_one(ballot, i, &seen, sigs);
    if (!is_made) {
        json_decref(credentials);
        json_decref(sigs);
        return; /* asked on the next connection */
    }
    hex_encode(seen.head.bytes, HASH_SIZE, head);
    ballot_ask(ballot, ASK_ISSUE, "take_pool",
               json_pack("{s:o, s:o, s:I, s:s}", "credentials", credentials,
                         "sigs", sigs, "seen", (json_int_t)seen.seq, "head",
                         head));
}

static bool issued_is_good(const struct client_ballot *ballot, size_t i,
                           const json_t *hex, struct signature *out)
{
    const struct client_engine *engine = ballot->engine;
    const struct statement_issue fields = issue_of(ballot, i);
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_MALFORMED;

    if (json_is_string(hex))
        result = hex_decode(text_view_of(json_string_value(hex)), out->bytes,
                            SIGNATURE_SIZE);
    if (!result)
        result = statement_issued(&engine->server,
                                  identifier_view(&engine->view.log), &fields,
                                  &bytes, &size);
    if (!result)
        result = statement_verify(&engine->server, bytes, size, out);
    free(bytes);
    return !result;
}

void ballot_hall_on_issued(struct client_ballot *ballot, const json_t *answer)
{
    const json_t *list = json_object_get(answer, "issued");
    const size_t count = ballot_pool_size(ballot);
    struct signature *sigs = calloc(count + 1, sizeof *sigs);
    bool is_good = sigs && json_array_size(list) == count;

    for (size_t i = 0; is_good && i < count; i++)
        is_good = issued_is_good(ballot, i, json_array_get(list, i), &sigs[i]);
    if (!is_good)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STATEMENT, "issued");
    else if (ballot_keep_entry(ballot, "issued", sigs, count * sizeof *sigs))
        ballot_tell(ballot, CLIENT_BALLOT_ISSUED_HERE);
    free(sigs);
}

void ballot_pump_pool(struct client_ballot *ballot)
{
    size_t count = 0;
    struct identifier *members;

    if (ballot_pool_size(ballot) == 0) {
        members = members_of(ballot, &count);
        free(members);
        if (count > POOL_MAX)
            ballot_halt(ballot, CLIENT_BALLOT_FAULT_LIST, "pool");
        else if (members && count > 0)
            make_pool(ballot, count);
        return;
    }
    if (!ballot->is_asked[ASK_ISSUE])
        ask_pool(ballot);
}

/* --- The list ------------------------------------------------------------ */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* SHA-256 of the texts in ascending order, each with a line feed behind it. */
static bool pool_hash(const struct client_ballot *ballot, struct hash *out)
{
    const size_t count = ballot_pool_size(ballot);
    const char **texts = calloc(count + 1, sizeof *texts);
    struct digest digest;

    if (!texts)
        return false;
    for (size_t i = 0; i < count; i++)
        texts[i] = public_at(ballot, i);
    qsort(texts, count, sizeof *texts, by_text);
    digest_begin(&digest);
    for (size_t i = 0; i < count; i++) {
        digest_bytes(&digest, texts[i], strlen(texts[i]));
        digest_bytes(&digest, "\n", 1);
    }
    *out = digest_finish(&digest);
    free(texts);
    return true;
}

static bool are_in_list(const struct client_ballot *ballot)
{
    const struct ballot_list *list =
        ballot_verifier_list(ballot_check_verifier(ballot->check));
    struct ballot_element key;
    size_t i = 0;

    while (list && i < ballot_pool_size(ballot) &&
           ballot_element_parse(ballot->engine->ballot_group,
                                text_view_of(public_at(ballot, i)),
                                &key) == RESULT_OK &&
           ballot_list_find(list, &key))
        i++;
    return list && list->count == ballot_noted(ballot)->length &&
           i == ballot_pool_size(ballot);
}

void ballot_attest_pool(struct client_ballot *ballot,
                        const struct noted_hall *row)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    char setup[HEX_SIZE(HASH_SIZE)], pool[HEX_SIZE(HASH_SIZE)];
    struct identifier *members;
    struct hash hash;
    size_t count = 0;

    if (!are_in_list(ballot) || row->k != ballot_pool_size(ballot)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_LIST, "pool");
        return;
    }
    if (!ballot_may_order(ballot, ORDER_ATTEST_HALL, &noted->setup) ||
        !pool_hash(ballot, &hash) ||
        !ballot_keep_entry(ballot, "attested", noted->setup.bytes, HASH_SIZE))
        return;
    members = members_of(ballot, &count);
    hex_encode(noted->setup.bytes, HASH_SIZE, setup);
    hex_encode(hash.bytes, HASH_SIZE, pool);
    if (members)
        ballot_order(ballot, ORDER_ATTEST_HALL,
                     json_pack("{s:s, s:I, s:s, s:o*}", "setup", setup, "k",
                               (json_int_t)ballot_pool_size(ballot), "pool",
                               pool, "members", rows_of(members, count)));
    free(members);
}
