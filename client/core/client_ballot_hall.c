/*
 * A site's device, at which members vote who have none of their own there: a
 * pool of credentials, of which each member who unlocks the device uses one. It
 * sees who votes how; that is said of it, and its operator is named.
 *
 * It keeps, sealed, who has voted, in the order of the ids: not in which order,
 * and not with which credential.
 */
#include "client/core/client_ballots.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Entries of the vault: "pool" (credentials, BALLOT_CREDENTIAL_TEXT_SIZE bytes
 * each with their NUL, zeros where one was used up), "publics" (their S(g^s),
 * BALLOT_ELEMENT_TEXT_SIZE each), "issued" (the server's signatures), "voted"
 * (ids in ascending order, IDENTIFIER_SIZE each), "in-use" (place of the one
 * that a vote on its way was made with, u16), "attested", "included" as for a
 * voter.
 */

enum {
    CREDENTIAL_SIZE = BALLOT_CREDENTIAL_TEXT_SIZE,
    PUBLIC_SIZE = BALLOT_ELEMENT_TEXT_SIZE,
    POOL_MAX = 75 /* that fit one message with their signatures */
};

/* --- Who votes here ------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct identifier *)a)->text,
                  ((const struct identifier *)b)->text);
}

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
        if (rows[i].channel == BALLOT_BY_HALL &&
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

static size_t pool_size(const struct client_ballot *ballot)
{
    return ballot_vault_get(ballot->vault, "publics").size / PUBLIC_SIZE;
}

static const char *public_at(const struct client_ballot *ballot, size_t i)
{
    return ballot_vault_get(ballot->vault, "publics").data + i * PUBLIC_SIZE;
}

static enum result random_bytes(void *user, uint8_t *out, size_t size)
{
    const struct client_entropy *entropy = user;

    return entropy->fill(entropy->user, out, size);
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

    pool->credentials = calloc(pool->count, CREDENTIAL_SIZE);
    pool->publics = calloc(pool->count, PUBLIC_SIZE);
    if (!pool->credentials || !pool->publics)
        job->result = RESULT_NO_MEMORY;
    for (size_t i = 0; !job->result && i < pool->count; i++)
        job->result = make_one(pool, i);
}

static void release(struct ballot_job *job)
{
    struct pool_job *pool = (struct pool_job *)(void *)job;

    if (pool->credentials)
        OPENSSL_cleanse(pool->credentials, pool->count * CREDENTIAL_SIZE);
    free(pool->credentials);
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
    result = statement_issue(&engine->key.public_key,
                             identifier_view(&engine->view.log), &fields,
                             &bytes, &size);
    if (!result)
        result = statement_sign(&engine->key, bytes, size, &sig);
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

    for (size_t i = 0; is_made && i < pool_size(ballot); i++)
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
    const size_t count = pool_size(ballot);
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

static void pump_issue(struct client_ballot *ballot)
{
    size_t count = 0;
    struct identifier *members;

    if (pool_size(ballot) == 0) {
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
    const size_t count = pool_size(ballot);
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

    while (list && i < pool_size(ballot) &&
           ballot_element_parse(ballot->engine->ballot_group,
                                text_view_of(public_at(ballot, i)),
                                &key) == RESULT_OK &&
           ballot_list_find(list, &key))
        i++;
    return list && list->count == ballot_noted(ballot)->length &&
           i == pool_size(ballot);
}

static struct noted_hall *own_row(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct noted_hall *rows = noted->halls.data;

    for (size_t i = 0; i < noted->halls.count; i++) {
        if (identifier_equal(&rows[i].site, &ballot->engine->view.me))
            return &rows[i];
    }
    return NULL;
}

static void attest(struct client_ballot *ballot, const struct noted_hall *row)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    char setup[HEX_SIZE(HASH_SIZE)], pool[HEX_SIZE(HASH_SIZE)];
    struct identifier *members;
    struct hash hash;
    size_t count = 0;

    if (!are_in_list(ballot) || row->k != pool_size(ballot)) {
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
                               (json_int_t)pool_size(ballot), "pool", pool,
                               "members", rows_of(members, count)));
    free(members);
}

/* --- Voting -------------------------------------------------------------- */

static bool has_voted(const struct client_ballot *ballot,
                      const struct identifier *member)
{
    const struct text_view voted = ballot_vault_get(ballot->vault, "voted");
    struct identifier id;

    for (size_t at = 0; at + sizeof id <= voted.size; at += sizeof id) {
        memcpy(&id, voted.data + at, sizeof id);
        if (identifier_equal(&id, member))
            return true;
    }
    return false;
}

/* In its place by the order of the ids. */
static bool put_voted(struct client_ballot *ballot,
                      const struct identifier *member)
{
    const struct text_view voted = ballot_vault_get(ballot->vault, "voted");
    const size_t count = voted.size / sizeof *member;
    struct identifier *list = calloc(count + 1, sizeof *list);
    bool is_put;

    if (!list)
        return false;
    if (voted.size > 0)
        memcpy(list, voted.data, voted.size);
    list[count] = *member;
    qsort(list, count + 1, sizeof *list, by_id);
    is_put = ballot_vault_put(ballot->vault, "voted", list,
                              (count + 1) * sizeof *list) == RESULT_OK;
    OPENSSL_cleanse(list, (count + 1) * sizeof *list);
    free(list);
    return is_put;
}

/* One that is left, whichever: which of them shows nothing of its order. */
static bool draw(struct client_ballot *ballot, size_t *out)
{
    const struct text_view pool = ballot_vault_get(ballot->vault, "pool");
    const size_t count = pool.size / CREDENTIAL_SIZE;
    const struct ballot_random random = { random_bytes,
                                          &ballot->engine->config.entropy };
    uint8_t bytes[8];
    size_t i, at = 0;

    if (count == 0 ||
        ballot_random_fill(&random, bytes, sizeof bytes) != RESULT_OK)
        return false;
    for (i = 0; i < sizeof bytes; i++)
        at = (at * 256 + bytes[i]) % count;
    for (i = 0; i < count; i++) {
        const size_t place = (at + i) % count;

        if (pool.data[place * CREDENTIAL_SIZE] != '\0') {
            *out = place;
            return true;
        }
    }
    return false;
}

static void start_vote(struct client_ballot *ballot)
{
    const struct text_view pool = ballot_vault_get(ballot->vault, "pool");
    uint8_t place[2];
    size_t at = 0;

    if (!draw(ballot, &at)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_RANDOM, "pool");
        return;
    }
    place[0] = (uint8_t)(at >> 8);
    place[1] = (uint8_t)at;
    if (ballot_vault_put(ballot->vault, "in-use", place, sizeof place))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "in-use");
    else
        ballot_start_vote(ballot,
                          text_view_of(pool.data + at * CREDENTIAL_SIZE));
}

bool ballot_hall_on_made(struct client_ballot *ballot)
{
    const struct identifier member = ballot->view.unlocked;

    ballot->view.unlocked = (struct identifier){ "" };
    return put_voted(ballot, &member);
}

bool ballot_hall_on_receipt(struct client_ballot *ballot)
{
    const struct text_view pool = ballot_vault_get(ballot->vault, "pool");
    const struct text_view place = ballot_vault_get(ballot->vault, "in-use");
    char *left = NULL;
    size_t at;
    bool is_put = false;

    if (place.size != 2)
        return true;
    at = ((size_t)(uint8_t)place.data[0] << 8 | (uint8_t)place.data[1]) *
         CREDENTIAL_SIZE;
    left = malloc(pool.size + 1);
    if (left && at + CREDENTIAL_SIZE <= pool.size) {
        memcpy(left, pool.data, pool.size);
        OPENSSL_cleanse(left + at, CREDENTIAL_SIZE);
        is_put = ballot_vault_put(ballot->vault, "pool", left, pool.size) ==
                 RESULT_OK;
    }
    if (left)
        OPENSSL_cleanse(left, pool.size);
    free(left);
    ballot_vault_drop(ballot->vault, "in-use");
    return is_put;
}

static void pump_voting(struct client_ballot *ballot)
{
    ballot_take_receipt(ballot);
    if (ballot->is_halted)
        return;
    ballot->view.is_ready = ballot_is_attested(ballot);
    if (!ballot->view.is_ready)
        return;
    ballot_tell(ballot, CLIENT_BALLOT_READY_TO_VOTE);
    if (ballot->marks)
        start_vote(ballot);
    else
        ballot_send_pending(ballot);
}

/* --- Is all of it in the count ------------------------------------------- */

static bool votes_are_counted(const struct client_ballot *ballot,
                              uint64_t *number)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct ballot_own_vote own;
    const struct hash *tracker;

    *number = 0;
    for (size_t i = 1; ballot_own(ballot, i, &own); i++) {
        tracker = own.has_receipt ? noted_tracker(noted, own.height) : NULL;
        if (own.has_receipt && (!tracker || !hash_equal(tracker, &own.tracker)))
            return false;
        *number += own.has_receipt;
    }
    return true;
}

static void include(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    char setup[HEX_SIZE(HASH_SIZE)], end[HEX_SIZE(HASH_SIZE)];
    const struct text_view kept = ballot_vault_get(ballot->vault, "included");
    uint64_t number = 0;

    if (!votes_are_counted(ballot, &number)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_NOT_COUNTED, NULL);
        return;
    }
    if (kept.data && (kept.size != HASH_SIZE ||
                      memcmp(kept.data, noted->end.bytes, HASH_SIZE) != 0)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_CHAIN, "included");
        return;
    }
    if (!ballot_may_order(ballot, ORDER_INCLUDE_HALL, &noted->end) ||
        !ballot_keep_entry(ballot, "included", noted->end.bytes, HASH_SIZE))
        return;
    hex_encode(noted->setup.bytes, HASH_SIZE, setup);
    hex_encode(noted->end.bytes, HASH_SIZE, end);
    ballot_order(ballot, ORDER_INCLUDE_HALL,
                 json_pack("{s:s, s:s, s:I, s:I}", "setup", setup, "end", end,
                           "count", (json_int_t)noted->count, "own",
                           (json_int_t)number));
}

static void pump_end(struct client_ballot *ballot, const struct noted_hall *row)
{
    ballot_take_receipt(ballot);
    ballot->view.has_confirmed = row->is_included;
    if (ballot->view.has_confirmed)
        ballot_tell(ballot, CLIENT_BALLOT_INCLUDED);
    else if (!ballot->is_halted && ballot_end_is_right(ballot))
        include(ballot);
}

/* --- What is next -------------------------------------------------------- */

void ballot_pump_hall(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_hall *row;

    if (!ballot->is_of_site || noted->phase < NOTED_ISSUING ||
        noted->phase >= NOTED_DONE || !ballot_open_vault(ballot))
        return;
    ballot->view.pool_size = pool_size(ballot);
    ballot->view.has_credential = ballot->view.pool_size > 0;
    if (noted->phase <= NOTED_LISTED)
        pump_issue(ballot);
    row = own_row(ballot);
    if (ballot->job || ballot->is_halted || !row)
        return;
    ballot->view.has_attested = row->has_attested;
    if (noted->phase == NOTED_LISTED && noted->has_list && !row->has_attested &&
        ballot->is_setup_right && ballot->check)
        attest(ballot, row);
    else if (noted->phase == NOTED_VOTING)
        pump_voting(ballot);
    else if (noted->phase >= NOTED_ENDED)
        pump_end(ballot, row);
}

/* --- The user's decisions ------------------------------------------------ */

static void refuse(struct client_ballot *ballot, uint64_t tag,
                   enum refusal_code code, const char *who)
{
    struct refusal refusal = { .code = code };

    if (who)
        refusal_add_text(&refusal, "id", text_view_of(who));
    request_answer_locally(ballot->engine, tag, &refusal);
}

static void unlock(struct client_ballot *ballot, uint64_t tag,
                   const json_t *command)
{
    const json_t *pin = json_object_get(command, "pin");
    struct identifier member;

    if (!json_read_id(command, "member", &member) || !json_is_string(pin)) {
        refuse(ballot, tag, REFUSAL_BAD_PIN, NULL);
    } else if (has_voted(ballot, &member)) {
        refuse(ballot, tag, REFUSAL_DONE_ALREADY, NULL);
    } else if (ballot->asks[ASK_UNLOCK] != 0 || ballot->marks) {
        refuse(ballot, tag, REFUSAL_BUSY, NULL);
    } else {
        ballot->unlock_tag = tag;
        ballot->unlocking = member;
        ballot_ask(ballot, ASK_UNLOCK, "unlock_hall",
                   json_pack("{s:s, s:s}", "member", member.text, "pin",
                             json_string_value(pin)));
        if (ballot->asks[ASK_UNLOCK] == 0)
            refuse(ballot, tag, REFUSAL_BUSY, NULL);
    }
}

void ballot_on_unlocked(struct client_ballot *ballot, const json_t *answer,
                        const char *text, size_t size)
{
    if (answer_is_ok(answer))
        ballot->view.unlocked = ballot->unlocking;
    notice_answer(ballot->engine, ballot->unlock_tag, answer, text, size);
}

void ballot_hall_command(struct client_ballot *ballot, uint64_t tag,
                         const json_t *command, const char *op)
{
    if (!ballot->is_of_site || !ballot->view.is_ready || !ballot->vault)
        refuse(ballot, tag, REFUSAL_BALLOT_STATE, ballot->view.ballot.text);
    else if (strcmp(op, "hall_unlock") == 0)
        unlock(ballot, tag, command);
    else if (identifier_is_empty(&ballot->view.unlocked))
        refuse(ballot, tag, REFUSAL_NO_PIN, "");
    else
        ballot_cast_command(ballot, tag, command);
}
