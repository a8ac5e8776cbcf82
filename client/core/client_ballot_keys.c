/* A teller's part in making the keys: each state is in the vault before what
 * comes of it is sent. */
#include "client/core/client_ballots.h"

#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/*
 * Entries of the vault: "machine" (ballot_teller.h), "certificate", "message",
 * "deal", "key", "complaint" (texts as they are sent), "certificates" and
 * "deals" (hashes of what the next step was taken with), "trustees" (hash of
 * the record, then of the own key's text).
 */

enum keys_step {
    STEP_BEGIN,
    STEP_DEAL,
    STEP_RECEIVE,
    STEP_COMPLAIN,
    STEP_RECORD
};

struct keys_job {
    struct ballot_job job; /* first */
    enum keys_step step;
    struct ballot_teller_terms terms;
    struct text_view machine, server_key;
    struct text_view certificates[LIMIT_BALLOT_TELLERS];
    struct text_view deals[LIMIT_BALLOT_TELLERS];
    struct text_view keys[LIMIT_BALLOT_TELLERS];
    uint32_t against;  /* of a complaint */
    struct hash about; /* of what the step is taken with */
    struct ballot_blame blame;
    struct ballot_teller_given given;
    struct ballot_teller_bytes record;
    struct hash key;
};

static struct ballot_teller_terms terms_of(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    return (struct ballot_teller_terms){
        .attempt = (uint32_t)noted->attempt,
        .index = (uint32_t)ballot->view.teller,
        .count = (uint32_t)noted->teller_count,
        .threshold = (uint32_t)noted->threshold,
    };
}

/* --- On a worker --------------------------------------------------------- */

static enum result run_record(struct keys_job *keys)
{
    const bool is_group = ballot_teller_is_group(&keys->terms);
    const struct ballot_teller_parts parts = {
        .server_key = keys->server_key,
        .certificates = keys->certificates,
        .deals = is_group ? keys->deals : NULL,
        .keys = is_group ? keys->keys : NULL,
    };

    return ballot_teller_record(keys->job.group, &keys->terms, &parts,
                                &keys->record, &keys->key, &keys->blame);
}

static void work(struct ballot_job *job)
{
    struct keys_job *keys = (struct keys_job *)(void *)job;
    const struct ballot_group *group = job->group;

    switch (keys->step) {
    case STEP_BEGIN:
        job->result = ballot_teller_begin(group, &keys->terms, &job->random,
                                          &keys->given);
        break;
    case STEP_DEAL:
        job->result = ballot_teller_deal(group, &keys->terms, keys->machine,
                                         keys->certificates, &job->random,
                                         &keys->given, &keys->blame);
        break;
    case STEP_RECEIVE:
        job->result = ballot_teller_receive(group, &keys->terms, keys->machine,
                                            keys->deals, &job->random,
                                            &keys->given, &keys->blame);
        break;
    case STEP_COMPLAIN:
        job->result =
            ballot_teller_complain(group, &keys->terms, keys->machine,
                                   keys->against, &job->random, &keys->given);
        break;
    case STEP_RECORD:
        job->result = run_record(keys);
        break;
    }
}

static void release(struct ballot_job *job)
{
    struct keys_job *keys = (struct keys_job *)(void *)job;

    ballot_teller_given_free(&keys->given);
    ballot_teller_bytes_free(&keys->record);
    ballot_job_release(job);
    free(keys);
}

/* --- Starting ------------------------------------------------------------ */

static void finish(struct client_ballot *ballot, struct ballot_job *job);

/* Everything that the log has of this attempt goes along: it is little. */
static struct keys_job *new_job(struct client_ballot *ballot,
                                enum keys_step step)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct keys_job *keys = ballot_job_new(ballot, sizeof *keys, work, finish);

    if (!keys)
        return NULL;
    keys->job.release = release;
    keys->step = step;
    keys->terms = terms_of(ballot);
    keys->machine =
        ballot_job_keep(&keys->job, ballot_vault_get(ballot->vault, "machine"));
    keys->server_key =
        ballot_job_keep(&keys->job, noted_view(&noted->server_key));
    for (size_t i = 0; i < noted->teller_count; i++) {
        const struct noted_teller *teller = &noted->tellers[i];

        keys->certificates[i] =
            ballot_job_keep(&keys->job, noted_view(&teller->certificate));
        keys->deals[i] = ballot_job_keep(&keys->job, noted_view(&teller->deal));
        keys->keys[i] = ballot_job_keep(&keys->job, noted_view(&teller->key));
    }
    return keys;
}

static void start(struct client_ballot *ballot, enum keys_step step,
                  const struct hash *about)
{
    struct keys_job *keys = new_job(ballot, step);

    if (!keys)
        return;
    if (about)
        keys->about = *about;
    ballot_job_run(ballot, &keys->job);
}

/* --- Coming back --------------------------------------------------------- */

static bool put_bytes(struct client_ballot *ballot, const char *name,
                      const struct ballot_teller_bytes *bytes)
{
    return ballot_vault_put(ballot->vault, name, bytes->data, bytes->size) ==
           RESULT_OK;
}

/* Machine and text of a step are kept in one save. */
static void keep_step(struct client_ballot *ballot, const struct keys_job *keys,
                      const char *text, const char *about)
{
    bool is_put = put_bytes(ballot, "machine", &keys->given.machine) &&
                  put_bytes(ballot, text, &keys->given.text);

    if (is_put && about)
        is_put = ballot_vault_put(ballot->vault, about, keys->about.bytes,
                                  HASH_SIZE) == RESULT_OK;
    if (is_put && keys->step == STEP_BEGIN)
        is_put =
            ballot_vault_put(ballot->vault, "message",
                             keys->given.message.bytes, HASH_SIZE) == RESULT_OK;
    if (is_put)
        (void)ballot_keep(ballot); /* halts, if it cannot */
    else
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, text);
}

static void dispute(struct client_ballot *ballot, uint32_t against,
                    struct text_view evidence)
{
    const struct hash about = digest_sha256(evidence.data, evidence.size);

    if (!ballot_may_order(ballot, ORDER_DISPUTE, &about))
        return;
    ballot_order(ballot, ORDER_DISPUTE,
                 json_pack("{s:I, s:I, s:I, s:s%}", "attempt",
                           (json_int_t)ballot->attempt, "index",
                           (json_int_t)ballot->view.teller, "against",
                           (json_int_t)against, "evidence",
                           evidence.data ? evidence.data : "", evidence.size));
}

/* Somebody has broken the rules. What only the recipient of a share sees needs
 * a complaint, which is made, and kept, first. */
static void blame(struct client_ballot *ballot, const struct keys_job *keys)
{
    const uint32_t member = keys->blame.member;
    struct keys_job *complaint;

    if (keys->blame.is_for_complaint) {
        complaint = new_job(ballot, STEP_COMPLAIN);
        if (complaint) {
            complaint->against = member;
            ballot_job_run(ballot, &complaint->job);
        }
        return;
    }
    ballot->view.fault = CLIENT_BALLOT_FAULT_KEYS;
    if (member > 0 && member != ballot->view.teller)
        dispute(ballot, member, (struct text_view){ "", 0 });
    ballot_halt(ballot, CLIENT_BALLOT_FAULT_KEYS,
                ballot_fault_word(keys->blame.fault));
}

static void finish_complaint(struct client_ballot *ballot,
                             const struct keys_job *keys)
{
    const uint8_t against = (uint8_t)keys->against;

    if (ballot_vault_put(ballot->vault, "against", &against, 1) == RESULT_OK)
        keep_step(ballot, keys, "complaint", NULL);
    else
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "against");
}

static void finish_record(struct client_ballot *ballot,
                          const struct keys_job *keys)
{
    const struct hash record =
        digest_sha256(keys->record.data, keys->record.size);
    uint8_t both[2 * HASH_SIZE];

    memcpy(both, record.bytes, HASH_SIZE);
    memcpy(both + HASH_SIZE, keys->key.bytes, HASH_SIZE);
    (void)ballot_keep_entry(ballot, "trustees", both, sizeof both);
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    struct keys_job *keys = (struct keys_job *)(void *)job;

    if (job->result == RESULT_REFUSED) {
        blame(ballot, keys);
        return;
    }
    if (!ballot_job_is_fine(ballot, job))
        return;
    switch (keys->step) {
    case STEP_BEGIN:
        keep_step(ballot, keys, "certificate", NULL);
        break;
    case STEP_DEAL:
        keep_step(ballot, keys, "deal", "certificates");
        break;
    case STEP_RECEIVE:
        keep_step(ballot, keys, "key", "deals");
        break;
    case STEP_COMPLAIN:
        finish_complaint(ballot, keys);
        break;
    case STEP_RECORD:
        finish_record(ballot, keys);
        break;
    }
}

/* --- What is next -------------------------------------------------------- */

/* What all tellers have sent of one kind, as one hash; false: not all have. */
static bool hash_of_all(const struct noted_ballot *noted, size_t offset,
                        struct hash *out)
{
    struct digest digest;

    digest_begin(&digest);
    for (size_t i = 0; i < noted->teller_count; i++) {
        const struct noted_text *text =
            (const struct noted_text
                 *)(const void *)((const uint8_t *)&noted->tellers[i] + offset);

        if (!text->data) {
            digest_abandon(&digest);
            return false;
        }
        digest_prefixed(&digest, text->data, text->size);
    }
    *out = digest_finish(&digest);
    return true;
}

static bool is_entry(const struct client_ballot *ballot, const char *name,
                     const void *bytes, size_t size)
{
    const struct text_view entry = ballot_vault_get(ballot->vault, name);

    return entry.data && entry.size == size &&
           memcmp(entry.data, bytes, size) == 0;
}

/* The text is in the log as it was sent; false: it is on its way, or another
 * one is there, and then this device goes no further. */
static bool is_sent(struct client_ballot *ballot, const char *name,
                    const struct noted_text *noted)
{
    if (!noted->data)
        return false;
    if (!is_entry(ballot, name, noted->data, noted->size))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_KEYS_REUSED, name);
    return !ballot->is_halted;
}

static void send(struct client_ballot *ballot, enum ballot_order order,
                 const char *entry, const char *field)
{
    const struct text_view text = ballot_vault_get(ballot->vault, entry);
    const struct hash about = digest_sha256(text.data, text.size);
    json_t *fields;

    if (!ballot_may_order(ballot, order, &about))
        return;
    fields = json_pack(
        "{s:I, s:I, s:s%}", "attempt", (json_int_t)ballot->attempt, "index",
        (json_int_t)ballot->view.teller, field, text.data, text.size);
    if (fields && order == ORDER_CERTIFY) {
        const struct text_view message =
            ballot_vault_get(ballot->vault, "message");
        char hex[HEX_SIZE(HASH_SIZE)];

        hex_encode((const uint8_t *)message.data, message.size, hex);
        (void)json_object_set_new(fields, "message", json_string(hex));
    }
    ballot_order(ballot, order, fields);
}

/* The same step is not taken with other texts than before. */
static bool is_same(struct client_ballot *ballot, const char *entry,
                    const struct hash *hash)
{
    if (!is_entry(ballot, entry, hash->bytes, HASH_SIZE))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_KEYS_REUSED, entry);
    return !ballot->is_halted;
}

static void sign_trustees(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct text_view entry = ballot_vault_get(ballot->vault, "trustees");
    const struct noted_owner *own = &noted->owners[ballot->view.teller];
    char trustees[HEX_SIZE(HASH_SIZE)], key[HEX_SIZE(HASH_SIZE)];
    struct hash about;

    if (!entry.data) {
        start(ballot, STEP_RECORD, NULL);
        return;
    }
    if (own->is_there) {
        ballot_tell(ballot, CLIENT_BALLOT_KEYS_SIGNED);
        return;
    }
    memcpy(about.bytes, entry.data, HASH_SIZE);
    if (!ballot_may_order(ballot, ORDER_SIGN_TRUSTEES, &about))
        return;
    hex_encode((const uint8_t *)entry.data, HASH_SIZE, trustees);
    hex_encode((const uint8_t *)entry.data + HASH_SIZE, HASH_SIZE, key);
    ballot_order(ballot, ORDER_SIGN_TRUSTEES,
                 json_pack("{s:I, s:I, s:s, s:s}", "attempt",
                           (json_int_t)ballot->attempt, "owner",
                           (json_int_t)(ballot->view.teller + 1), "key", key,
                           "trustees", trustees));
}

static void send_complaint(struct client_ballot *ballot)
{
    const struct text_view against = ballot_vault_get(ballot->vault, "against");

    if (against.data && !ballot_noted(ballot)->dispute.is_open)
        dispute(ballot, (uint8_t)against.data[0],
                ballot_vault_get(ballot->vault, "complaint"));
}

static void go_on_as_group(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_teller *own = &noted->tellers[ballot->view.teller - 1];
    struct hash certificates, deals, keys;

    if (ballot_vault_get(ballot->vault, "complaint").data) {
        send_complaint(ballot);
        return;
    }
    if (!hash_of_all(noted, offsetof(struct noted_teller, certificate),
                     &certificates))
        return;
    if (!ballot_vault_get(ballot->vault, "deal").data) {
        start(ballot, STEP_DEAL, &certificates);
        return;
    }
    if (!is_same(ballot, "certificates", &certificates))
        return;
    if (!is_sent(ballot, "deal", &own->deal)) {
        if (!ballot->is_halted)
            send(ballot, ORDER_DEAL, "deal", "deal");
        return;
    }
    if (!hash_of_all(noted, offsetof(struct noted_teller, deal), &deals))
        return;
    if (!ballot_vault_get(ballot->vault, "key").data) {
        start(ballot, STEP_RECEIVE, &deals);
        return;
    }
    if (!is_same(ballot, "deals", &deals))
        return;
    if (!is_sent(ballot, "key", &own->key)) {
        if (!ballot->is_halted)
            send(ballot, ORDER_CONFIRM_SHARE, "key", "key");
        return;
    }
    if (hash_of_all(noted, offsetof(struct noted_teller, key), &keys))
        sign_trustees(ballot);
}

static void go_on(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_teller *own = &noted->tellers[ballot->view.teller - 1];
    const struct ballot_teller_terms terms = terms_of(ballot);
    struct hash certificates;

    /* Another device of the same teller was first: it is the committee's. */
    if (own->certificate.data &&
        !key_equal(&own->device, &ballot->engine->view.device))
        return;
    ballot_tell(ballot, CLIENT_BALLOT_KEYS_WANTED);
    if (!ballot_vault_get(ballot->vault, "machine").data) {
        /* Keys that went to the log and are not here: they are gone. */
        if (own->certificate.data)
            ballot_halt(ballot, CLIENT_BALLOT_FAULT_VAULT, "machine");
        else
            start(ballot, STEP_BEGIN, NULL);
        return;
    }
    if (!is_sent(ballot, "certificate", &own->certificate)) {
        if (!ballot->is_halted)
            send(ballot, ORDER_CERTIFY, "certificate", "certificate");
        return;
    }
    if (ballot_teller_is_group(&terms))
        go_on_as_group(ballot);
    else if (hash_of_all(noted, offsetof(struct noted_teller, certificate),
                         &certificates))
        sign_trustees(ballot);
}

void ballot_pump_keys(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (noted->phase == NOTED_KEYS && ballot->view.teller > 0 &&
        ballot_open_vault(ballot))
        go_on(ballot);
}
