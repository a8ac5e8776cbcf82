/* A voter's credential, and the list of all that its device attests. */
#include "client/core/client_ballots.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/*
 * Entries of the vault: "credential" (its text), "public" (S(g^s)), "issued"
 * (the server's signature), "attested" (hash of the setup).
 */

/* --- The credential ------------------------------------------------------ */

static enum result random_bytes(void *user, uint8_t *out, size_t size)
{
    const struct client_entropy *entropy = user;

    return entropy->fill(entropy->user, out, size);
}

/* A hundred microseconds: not worth a worker. */
static enum result make_credential(struct client_ballot *ballot,
                                   const struct ballot_group *group,
                                   struct ballot_credential_text *credential,
                                   char public[BALLOT_ELEMENT_TEXT_SIZE])
{
    const struct ballot_random random = { random_bytes,
                                          &ballot->engine->config.entropy };
    struct ballot_scalar secret;
    struct ballot_element element;
    enum result result = ballot_credential_random(&random, credential);

    if (result)
        return result;
    secret =
        ballot_credential_secret(text_view_of(ballot->view.uuid), credential);
    result = ballot_group_generate(group, &secret, &element);
    ballot_scalar_wipe(&secret);
    if (!result)
        ballot_element_text(&element, public);
    return result;
}

static void take_credential(struct client_ballot *ballot)
{
    const struct ballot_group *group = ballot_group_of(ballot);
    struct ballot_credential_text credential;
    char public[BALLOT_ELEMENT_TEXT_SIZE];
    enum result result;

    ballot->wants_credential = false;
    if (!group)
        return;
    result = make_credential(ballot, group, &credential, public);
    if (result) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_RANDOM, result_text(result));
        return;
    }
    result = ballot_vault_put(ballot->vault, "credential", credential.text,
                              strlen(credential.text));
    ballot_credential_wipe(&credential);
    if (result)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, result_text(result));
    else
        (void)ballot_keep_entry(ballot, "public", public, strlen(public));
}

/* --- Asking for it ------------------------------------------------------- */

static struct statement_issue issue_of(const struct client_ballot *ballot)
{
    const struct text_view public = ballot_vault_get(ballot->vault, "public");

    return (struct statement_issue){
        .member = identifier_view(&ballot->engine->view.me),
        .uuid = text_view_of(ballot->view.uuid),
        .election = ballot_noted(ballot)->election,
        .credential = digest_sha256(public.data, public.size),
    };
}

static void ask_issue(struct client_ballot *ballot)
{
    struct client_engine *engine = ballot->engine;
    const struct text_view public = ballot_vault_get(ballot->vault, "public");
    struct statement_issue fields = issue_of(ballot);
    char head[HEX_SIZE(HASH_SIZE)], sig[HEX_SIZE(SIGNATURE_SIZE)];
    struct signature signature;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!ballot_seen(ballot, &fields.seen))
        return;
    result = statement_issue(&engine->key->public_key,
                             identifier_view(&engine->view.log), &fields,
                             &bytes, &size);
    if (!result)
        result = statement_sign(engine->key, bytes, size, &signature);
    free(bytes);
    if (result) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, "issue");
        return;
    }
    hex_encode(fields.seen.head.bytes, HASH_SIZE, head);
    hex_encode(signature.bytes, SIGNATURE_SIZE, sig);
    ballot_ask(ballot, ASK_ISSUE, "take_ballot",
               json_pack("{s:s%, s:I, s:s, s:s}", "credential", public.data,
                         public.size, "seen", (json_int_t)fields.seen.seq,
                         "head", head, "sig", sig));
}

/* The server's statement over what it took. */
static bool issued_is_good(const struct client_ballot *ballot,
                           const struct signature *sig)
{
    const struct client_engine *engine = ballot->engine;
    const struct statement_issue fields = issue_of(ballot);
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_issued(&engine->server, identifier_view(&engine->view.log),
                         &fields, &bytes, &size);

    if (!result)
        result = statement_verify(&engine->server, bytes, size, sig);
    free(bytes);
    return !result;
}

static void tell_elsewhere(struct client_ballot *ballot,
                           const struct key *device)
{
    char hex[HEX_SIZE(KEY_SIZE)] = "";

    if (device)
        hex_encode(device->bytes, KEY_SIZE, hex);
    if (!ballot->is_told[CLIENT_BALLOT_ISSUED_ELSEWHERE])
        ballot_tell_more(ballot, CLIENT_BALLOT_ISSUED_ELSEWHERE,
                         json_pack("{s:s}", "device", hex));
}

static void on_not_issued(struct client_ballot *ballot, const json_t *answer)
{
    const struct refusal refusal = refusal_of_answer(answer);
    const struct noted_issue *issue =
        noted_issue_of(ballot_noted(ballot), &ballot->engine->view.me);

    if (refusal.code == REFUSAL_BALLOT_ELSEWHERE) {
        tell_elsewhere(ballot, issue ? &issue->device : NULL);
        return;
    }
    ballot->view.fault = CLIENT_BALLOT_FAULT_REFUSED;
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED,
                     json_pack("{s:s, s:s, s:O*}", "fault",
                               client_ballot_fault_word(ballot->view.fault),
                               "text", "take_ballot", "error",
                               json_object_get(answer, "error")));
}

void ballot_on_issued(struct client_ballot *ballot, const json_t *answer)
{
    struct signature sig;

    if (!answer_is_ok(answer)) {
        on_not_issued(ballot, answer);
        return;
    }
    if (ballot->is_of_site) {
        ballot_hall_on_issued(ballot, answer);
        return;
    }
    if (!json_read_hex(answer, "issued", sig.bytes, SIGNATURE_SIZE) ||
        !issued_is_good(ballot, &sig)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STATEMENT, "issued");
        return;
    }
    if (ballot_keep_entry(ballot, "issued", sig.bytes, SIGNATURE_SIZE))
        ballot_tell(ballot, CLIENT_BALLOT_ISSUED_HERE);
}

static bool is_before_voting(enum noted_phase phase)
{
    return phase == NOTED_ISSUING || phase == NOTED_LISTED;
}

static void pump_issue(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_issue *issue =
        noted_issue_of(noted, &ballot->engine->view.me);

    if (!ballot_open_vault(ballot))
        return;
    ballot->view.has_credential =
        ballot_vault_get(ballot->vault, "public").data != NULL;
    if (issue && !key_equal(&issue->device, &ballot->engine->view.device)) {
        tell_elsewhere(ballot, &issue->device);
        return;
    }
    if (!ballot->view.has_credential) {
        if (ballot->wants_credential)
            take_credential(ballot);
        else if (noted->phase == NOTED_ISSUING)
            ballot_tell(ballot, CLIENT_BALLOT_ISSUE_WANTED);
        ballot->view.has_credential =
            !ballot->is_halted &&
            ballot_vault_get(ballot->vault, "public").data != NULL;
    }
    if (ballot->view.has_credential && !ballot->is_asked[ASK_ISSUE])
        ask_issue(ballot);
}

/* --- The list ------------------------------------------------------------ */

/* Is the own credential in the list that this setup has? */
static bool is_in_list(const struct client_ballot *ballot,
                       const struct ballot_list *list)
{
    const struct text_view public = ballot_vault_get(ballot->vault, "public");
    struct ballot_element key;

    return public.data &&
           ballot_element_parse(ballot->engine->ballot_group, public, &key) ==
               RESULT_OK &&
           ballot_list_find(list, &key) != NULL;
}

/* Everybody whom the list counts is somebody: known, of that channel, and there
 * once: they stand in ascending order. */
static bool names_are_right(const struct client_ballot *ballot)
{
    const struct meeting_state *state = ballot->engine->view.state;
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_voter *voters = noted->voters.data;
    const struct noted_hall *halls = noted->halls.data;
    uint64_t length = noted->voters.count;

    for (size_t i = 0; i < noted->voters.count; i++) {
        if (!meeting_state_person(state, &voters[i].member) ||
            noted_channel(noted, &voters[i].member) != BALLOT_BY_OWN ||
            (i > 0 &&
             strcmp(voters[i - 1].member.text, voters[i].member.text) >= 0))
            return false;
    }
    for (size_t i = 0; i < noted->halls.count; i++) {
        if (!meeting_state_site(state, &halls[i].site))
            return false;
        length += halls[i].k;
    }
    return length == noted->length;
}

static void attest(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_list *list;
    char setup[HEX_SIZE(HASH_SIZE)];

    /* Not while a worker has it: then this is asked again. */
    if (!ballot_setup_is_right(ballot) || !ballot->check ||
        !ballot_may_order(ballot, ORDER_ATTEST, &noted->setup))
        return;
    list = ballot_verifier_list(ballot_check_verifier(ballot->check));
    if (!list || list->count != noted->length || !names_are_right(ballot) ||
        !is_in_list(ballot, list)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_LIST, NULL);
        return;
    }
    if (!ballot_keep_entry(ballot, "attested", noted->setup.bytes, HASH_SIZE))
        return;
    hex_encode(noted->setup.bytes, HASH_SIZE, setup);
    ballot_order(ballot, ORDER_ATTEST,
                 json_pack("{s:s, s:I}", "setup", setup, "length",
                           (json_int_t)noted->length));
}

bool ballot_has_attested(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_voter *own =
        noted_voter_of(noted, &ballot->engine->view.me);
    struct text_view entry;

    if (!own || !own->has_attested || !ballot->vault ||
        !key_equal(&own->device, &ballot->engine->view.device))
        return false;
    entry = ballot_vault_get(ballot->vault, "attested");
    return entry.size == HASH_SIZE &&
           memcmp(entry.data, noted->setup.bytes, HASH_SIZE) == 0;
}

static void pump_attest(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_voter *own =
        noted_voter_of(noted, &ballot->engine->view.me);

    ballot->view.is_listed = own != NULL && ballot->view.has_credential;
    if (!own) {
        ballot_tell(ballot, CLIENT_BALLOT_NOT_LISTED);
        return;
    }
    if (own->has_attested)
        return;
    attest(ballot);
}

void ballot_pump_list(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (!ballot->view.is_voter || noted->phase < NOTED_ISSUING ||
        noted->phase == NOTED_VOID)
        return;
    if (is_before_voting(noted->phase))
        pump_issue(ballot);
    else if (!ballot_open_vault(ballot))
        return;
    ballot->view.has_credential =
        ballot->vault && ballot_vault_get(ballot->vault, "public").data != NULL;
    if (noted->phase == NOTED_LISTED && noted->has_list &&
        ballot->view.has_credential && !ballot->is_halted)
        pump_attest(ballot);
    ballot->view.has_attested = ballot_has_attested(ballot);
    ballot->view.is_listed |= ballot->view.has_attested;
    if (ballot->view.has_attested)
        ballot_tell(ballot, CLIENT_BALLOT_ATTESTED);
}
