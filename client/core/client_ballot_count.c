/*
 * A teller's decryption. A tally of few ballots would show who voted how, so
 * that a device decrypts one tally of an election and never another: only after
 * it has verified everything up to it, and the voters' own devices have said
 * that their ballots are in it, this one among them if its user votes by it;
 * otherwise it asks its user.
 */
#include "client/core/client_ballots.h"

#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/*
 * Entries of the vault: "triple" (hashes of EndBallots and tally; the uuid is
 * the vault's), before anything is computed; "payload" (the decryption), before
 * it is sent.
 */

enum {
    /* Where the ruleset of the meeting is not known: ballots below which a
     * count shows too much; so many of a hundred members may be silent. */
    K_MIN = 5,
    TOLERANCE_PERCENT = 10,
    TRIPLE_SIZE = 2 * HASH_SIZE
};

/* --- The rule ------------------------------------------------------------ */

struct numbers {
    uint64_t attested, included, cast; /* of own devices */
    uint64_t counted;                  /* ballots, without those of halls */
};

static struct numbers count(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_voter *voters = noted->voters.data;
    const struct noted_hall *halls = noted->halls.data;
    struct numbers n = {
        .counted = ballot_check_facts(ballot->check)->counted_count,
    };

    for (size_t i = 0; i < noted->voters.count; i++) {
        n.attested += voters[i].has_attested;
        n.included += voters[i].included != included_what_none_;
        n.cast += voters[i].included == INCLUDED_CAST;
    }
    for (size_t i = 0; i < noted->halls.count; i++)
        n.counted -= halls[i].own < n.counted ? halls[i].own : n.counted;
    return n;
}

static uint64_t less_silent(uint64_t number, const struct ruleset *rules)
{
    const uint64_t percent =
        rules ? rules->ballot_tolerance_percent : TOLERANCE_PERCENT;

    return number - number * percent / 100;
}

static bool suffices(const struct numbers *n, const struct ruleset *rules)
{
    const uint64_t min = rules ? rules->ballot_k_min : K_MIN;
    const uint64_t returned = less_silent(n->counted, rules);

    return n->included >= less_silent(n->attested, rules) &&
           n->cast >= (returned > min ? returned : min);
}

/* Ids of those who have not said anything, joined by ",". */
static json_t *missing(const struct noted_ballot *noted, uint64_t *number)
{
    const struct noted_voter *voters = noted->voters.data;
    char *names = calloc(noted->voters.count + 1, IDENTIFIER_SIZE + 1);
    json_t *text;
    size_t size = 0;

    *number = 0;
    if (!names)
        return NULL;
    for (size_t i = 0; i < noted->voters.count; i++) {
        const struct text_view id = identifier_view(&voters[i].member);

        if (voters[i].included != included_what_none_)
            continue;
        if (size > 0)
            names[size++] = ',';
        memcpy(names + size, id.data, id.size);
        size += id.size;
        ++*number;
    }
    text = json_stringn(names, size);
    free(names);
    return text;
}

/* Is the teller's own vote, by this device, where the log says that it is
 * counted? */
enum own_vote { OWN_NONE, OWN_INCLUDED, OWN_UNDER_WAY, OWN_NOT_INCLUDED };

static enum own_vote own_vote(const struct client_ballot *ballot)
{
    const struct noted_voter *row =
        noted_voter_of(ballot_noted(ballot), &ballot->engine->view.me);
    const enum order_state order = ballot->orders[ORDER_INCLUDE];
    const bool is_under_way = order == ORDER_UNDER_WAY ||
                              order == ORDER_LATER ||
                              order == ORDER_DONE; /* the event has to come */

    if (!row || !ballot_has_attested(ballot))
        return OWN_NONE;
    if (row->included != included_what_none_)
        return OWN_INCLUDED;
    return is_under_way ? OWN_UNDER_WAY : OWN_NOT_INCLUDED;
}

static void ask(struct client_ballot *ballot, const struct numbers *n,
                enum own_vote own)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    uint64_t number = 0;
    json_t *names = missing(noted, &number);

    if (ballot->view.is_asked && ballot->asked_count == number) {
        json_decref(names);
        return;
    }
    ballot->view.is_asked = true;
    ballot->asked_count = number;
    ballot_tell_more(
        ballot, CLIENT_BALLOT_ASKED,
        json_pack("{s:I, s:o*, s:I, s:I, s:I, s:I, s:b, s:b}", "count",
                  (json_int_t)number, "text", names, "attested",
                  (json_int_t)n->attested, "included", (json_int_t)n->included,
                  "cast", (json_int_t)n->cast, "counted",
                  (json_int_t)n->counted, "knowingly",
                  (int)(noted->counts_knowingly || noted->is_knowingly),
                  "own_missing", (int)(own == OWN_NOT_INCLUDED)));
}

/* --- On a worker --------------------------------------------------------- */

struct decrypt_job {
    struct ballot_job job; /* first */
    struct ballot_teller_terms terms;
    struct text_view machine, election, tally;
    struct ballot_element public_key;
    uint8_t *payload; /* owned */
    size_t size;
};

static enum result decrypt(struct decrypt_job *run,
                           const struct ballot_election *election,
                           const struct ballot_cipher *tally)
{
    const struct ballot_opening opening = {
        .election = election,
        .tally = tally,
        .owner = run->terms.index + 1,
        .public_key = run->public_key,
    };
    struct ballot_decryption decryption = { .position_count = 0 };
    struct ballot_scalar secret;
    struct byte_writer writer;
    enum result result = ballot_teller_secret(run->job.group, &run->terms,
                                              run->machine, &secret);

    if (result)
        return result;
    result = ballot_decryption_make(run->job.group, &opening, &secret,
                                    &run->job.random, &decryption);
    ballot_scalar_wipe(&secret);
    if (result)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_decryption_write(&writer, election, &decryption);
    result = byte_writer_take(&writer, &run->payload, &run->size);
    byte_writer_release(&writer);
    ballot_decryption_release(&decryption);
    return result;
}

static void work(struct ballot_job *job)
{
    struct decrypt_job *run = (struct decrypt_job *)(void *)job;
    struct ballot_election election;
    struct ballot_cipher *tally = NULL;

    job->result = RESULT_CORRUPT;
    if (ballot_election_read(job->group, run->election, false, &election) !=
        BALLOT_FAULT_NONE)
        return;
    tally = calloc(ballot_election_position_count(&election), sizeof *tally);
    if (!tally)
        job->result = RESULT_NO_MEMORY;
    else if (ballot_tally_read(job->group, run->tally, &election, false,
                               tally) == BALLOT_FAULT_NONE)
        job->result = decrypt(run, &election, tally);
    free(tally);
    ballot_election_release(&election);
}

static void release(struct ballot_job *job)
{
    struct decrypt_job *run = (struct decrypt_job *)(void *)job;

    free(run->payload);
    ballot_job_release(job);
    free(run);
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    struct decrypt_job *run = (struct decrypt_job *)(void *)job;

    if (ballot_job_is_fine(ballot, job))
        (void)ballot_keep_entry(ballot, "payload", run->payload, run->size);
}

static void start(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_verifier *verifier =
        ballot_check_verifier(ballot->check);
    struct decrypt_job *run = ballot_job_new(ballot, sizeof *run, work, finish);

    if (!run)
        return;
    run->job.release = release;
    run->terms = (struct ballot_teller_terms){
        .attempt = (uint32_t)noted->attempt,
        .index = (uint32_t)ballot->view.teller,
        .count = (uint32_t)noted->teller_count,
        .threshold = (uint32_t)noted->threshold,
    };
    run->public_key = ballot_trustees_owner(ballot_verifier_trustees(verifier),
                                            ballot->view.teller + 1)
                          ->public_key;
    run->machine =
        ballot_job_keep(&run->job, ballot_vault_get(ballot->vault, "machine"));
    run->election =
        ballot_job_keep(&run->job, ballot_record(ballot, &noted->election));
    run->tally =
        ballot_job_keep(&run->job, ballot_record(ballot, &noted->tally));
    ballot_job_run(ballot, &run->job);
}

/* --- Once, and never another --------------------------------------------- */

static bool keep_triple(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct text_view kept = ballot_vault_get(ballot->vault, "triple");
    uint8_t triple[TRIPLE_SIZE];

    memcpy(triple, noted->end.bytes, HASH_SIZE);
    memcpy(triple + HASH_SIZE, noted->tally.bytes, HASH_SIZE);
    if (!kept.data)
        return ballot_keep_entry(ballot, "triple", triple, sizeof triple);
    if (kept.size != sizeof triple ||
        memcmp(kept.data, triple, sizeof triple) != 0)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_OTHER_TALLY, NULL);
    return !ballot->is_halted;
}

static void give(struct client_ballot *ballot, const struct hash *hash,
                 struct text_view payload)
{
    uint8_t *copy;

    if (fetch_is_giving(ballot->engine, hash))
        return;
    copy = malloc(payload.size);
    if (copy)
        memcpy(copy, payload.data, payload.size);
    if (!copy || !fetch_give(ballot->engine, copy, payload.size))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, "payload");
}

void ballots_on_given(struct client_engine *engine, const struct hash *blob,
                      bool is_there)
{
    engine->has_ballot_news = true;
    for (size_t i = 0; i < engine->ballot_count; i++) {
        struct client_ballot *ballot = engine->ballots[i];
        struct text_view payload = { NULL, 0 };
        struct hash hash;

        if (ballot->vault)
            payload = ballot_vault_get(ballot->vault, "payload");
        hash = digest_sha256(payload.data, payload.size);
        if (!payload.data || !hash_equal(&hash, blob))
            continue;
        ballot->is_payload_given = is_there;
        ballot->is_payload_refused = !is_there;
    }
}

static void send(struct client_ballot *ballot, struct text_view payload)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct hash hash = digest_sha256(payload.data, payload.size);
    char end[HEX_SIZE(HASH_SIZE)], tally[HEX_SIZE(HASH_SIZE)];
    char name[HEX_SIZE(HASH_SIZE)];

    /* Others have decrypted enough meanwhile, as the log will show; else it is
     * offered on the next connection. */
    if (ballot->is_payload_refused)
        return;
    if (!ballot->is_payload_given) {
        give(ballot, &hash, payload);
        return;
    }
    if (!ballot_may_order(ballot, ORDER_DECRYPT, &hash))
        return;
    hex_encode(noted->end.bytes, HASH_SIZE, end);
    hex_encode(noted->tally.bytes, HASH_SIZE, tally);
    hex_encode(hash.bytes, HASH_SIZE, name);
    ballot_order(ballot, ORDER_DECRYPT,
                 json_pack("{s:I, s:s, s:s, s:s, s:I}", "owner",
                           (json_int_t)(ballot->view.teller + 1), "end", end,
                           "tally", tally, "payload", name, "size",
                           (json_int_t)payload.size));
}

/* --- What is next -------------------------------------------------------- */

/* Verified up to the tally and the server's decryption, which comes first; and
 * what was verified is what the log names. */
static bool is_ready(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_facts *facts;

    if (!ballot->check || !ballot_setup_is_right(ballot) ||
        !ballot->has_weighed)
        return false;
    facts = ballot_check_facts(ballot->check);
    return facts->fault == BALLOT_FAULT_NONE &&
           facts->last >= BALLOT_EVENT_PARTIAL_DECRYPTION &&
           (facts->owners & 1) && hash_equal(&facts->setup, &noted->setup) &&
           hash_equal(&facts->ballots_end, &noted->end) &&
           hash_equal(&facts->tally, &noted->tally) &&
           facts->ballot_count == noted->count &&
           noted_attested(noted) == noted->length;
}

static bool has_decrypted(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_decryption *rows = noted->decryptions.data;

    for (size_t i = 0; i < noted->decryptions.count; i++) {
        if (rows[i].owner == ballot->view.teller + 1)
            return true;
    }
    return false;
}

void ballot_pump_count(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct text_view payload;
    enum own_vote own;
    struct numbers n;

    if (ballot->view.teller == 0 || noted->phase != NOTED_COUNTING ||
        !ballot_open_vault(ballot) ||
        !ballot_vault_get(ballot->vault, "trustees").data)
        return;
    if (has_decrypted(ballot)) {
        ballot->view.is_asked = false;
        ballot_tell(ballot, CLIENT_BALLOT_DECRYPTED);
        return;
    }
    if (!is_ready(ballot))
        return;
    payload = ballot_vault_get(ballot->vault, "payload");
    n = count(ballot);
    own = own_vote(ballot);
    if (!payload.data && !ballot->may_decrypt && own == OWN_UNDER_WAY)
        return;
    if (!payload.data && !ballot->may_decrypt &&
        (own == OWN_NOT_INCLUDED ||
         !suffices(&n, ballot->engine->view.rules))) {
        ask(ballot, &n, own);
        return;
    }
    ballot->view.is_asked = false;
    if (!keep_triple(ballot))
        return;
    if (payload.data)
        send(ballot, payload);
    else
        start(ballot);
}
