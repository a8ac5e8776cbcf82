/*
 * A site's device, at which members vote who have none of their own there: a
 * pool of credentials, of which each member who unlocks the device uses one. It
 * sees who votes how; that is said of it, and its operator is named.
 *
 * It keeps, sealed, who has voted, in the order of the ids: not in which order,
 * and not with which credential.
 *
 * Or the committee enters paper ballots at it, each with one credential. In
 * place of members stand "paper1", "paper2", ... then: how many there are.
 */
#include "client/core/client_ballots.h"

#include <openssl/crypto.h>
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

enum { CREDENTIAL_SIZE = BALLOT_CREDENTIAL_TEXT_SIZE };

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct identifier *)a)->text,
                  ((const struct identifier *)b)->text);
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

static enum result random_bytes(void *user, uint8_t *out, size_t size)
{
    const struct client_entropy *entropy = user;

    return entropy->fill(entropy->user, out, size);
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

static size_t voted_count(const struct client_ballot *ballot)
{
    return ballot_vault_get(ballot->vault, "voted").size /
           sizeof(struct identifier);
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
    else {
        /* Unlocked for one vote: a second order finds nobody. */
        ballot->casting = ballot->view.unlocked;
        ballot->view.unlocked = (struct identifier){ "" };
        ballot_start_vote(ballot,
                          text_view_of(pool.data + at * CREDENTIAL_SIZE));
    }
}

bool ballot_hall_on_made(struct client_ballot *ballot)
{
    const struct identifier member = ballot->casting;

    ballot->casting = (struct identifier){ "" };
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
    /* No vote was made of the choice: the same member may choose again. */
    if (!identifier_is_empty(&ballot->casting)) {
        ballot->view.unlocked = ballot->casting;
        ballot->casting = (struct identifier){ "" };
    }
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

/* Is the pool for paper ballots? All of a site vote in one way. */
static bool is_transcribed(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_channel_row *rows = noted->channels.data;

    for (size_t i = 0; i < noted->channels.count; i++) {
        if (rows[i].channel == BALLOT_BY_TRANSCRIBED &&
            identifier_equal(&rows[i].site, &ballot->engine->view.me))
            return true;
    }
    return false;
}

/* --- What is next -------------------------------------------------------- */

void ballot_pump_hall(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_hall *row;

    if (!ballot->is_of_site || noted->phase < NOTED_ISSUING ||
        noted->phase >= NOTED_DONE || !ballot_open_vault(ballot))
        return;
    ballot->view.pool_size = ballot_pool_size(ballot);
    ballot->view.has_credential = ballot->view.pool_size > 0;
    ballot->view.is_transcribed = is_transcribed(ballot);
    ballot->view.entered = voted_count(ballot);
    if (noted->phase <= NOTED_LISTED)
        ballot_pump_pool(ballot);
    row = own_row(ballot);
    if (ballot->job || ballot->is_halted || !row)
        return;
    ballot->view.has_attested = row->has_attested;
    if (noted->phase == NOTED_LISTED && noted->has_list && !row->has_attested &&
        ballot_setup_is_right(ballot) && ballot->check)
        ballot_attest_pool(ballot, row);
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

/*
 * One vote after the other: the next one would take the place of a vote that
 * has no receipt yet. While there is such a one, who has voted may unlock again
 * so that the server takes it: one that began anew has forgotten who did.
 */
static bool is_busy(const struct client_ballot *ballot,
                    const struct identifier *member)
{
    return ballot->asks[ASK_UNLOCK] != 0 || ballot->marks ||
           !identifier_is_empty(&ballot->casting) ||
           (ballot_pending(ballot) > 0 && !has_voted(ballot, member));
}

/* The fields of the request are taken. */
static void ask_unlock(struct client_ballot *ballot, uint64_t tag,
                       const struct identifier *member, json_t *fields)
{
    ballot->unlock_tag = tag;
    ballot->unlocking = *member;
    ballot_ask(ballot, ASK_UNLOCK, "unlock_hall", fields);
    if (ballot->asks[ASK_UNLOCK] == 0)
        refuse(ballot, tag, REFUSAL_BUSY, NULL);
}

/* "" in place of a member: the next paper ballot, or the last one once more
 * while it has no receipt. */
static bool is_of_paper(const struct client_ballot *ballot,
                        const json_t *command)
{
    const json_t *member = json_object_get(command, "member");

    return ballot->view.is_transcribed && json_is_string(member) &&
           json_string_length(member) == 0;
}

static void unlock_paper(struct client_ballot *ballot, uint64_t tag)
{
    const size_t number =
        voted_count(ballot) + (ballot_pending(ballot) > 0 ? 0 : 1);
    struct identifier paper;

    identifier_number(&paper, "paper", number);
    if (is_busy(ballot, &paper))
        refuse(ballot, tag, REFUSAL_BUSY, NULL);
    else if (number > ballot->view.pool_size)
        refuse(ballot, tag, REFUSAL_DONE_ALREADY, NULL);
    else
        ask_unlock(ballot, tag, &paper, json_pack("{s:s}", "member", ""));
}

static void unlock(struct client_ballot *ballot, uint64_t tag,
                   const json_t *command)
{
    const json_t *pin = json_object_get(command, "pin");
    struct identifier member;

    if (is_of_paper(ballot, command)) {
        unlock_paper(ballot, tag);
    } else if (!json_read_id(command, "member", &member) ||
               !json_is_string(pin)) {
        refuse(ballot, tag, REFUSAL_BAD_PIN, NULL);
    } else if (is_busy(ballot, &member)) {
        refuse(ballot, tag, REFUSAL_BUSY, NULL);
    } else if (has_voted(ballot, &member) && ballot_pending(ballot) == 0) {
        refuse(ballot, tag, REFUSAL_DONE_ALREADY, NULL);
    } else {
        ask_unlock(ballot, tag, &member,
                   json_pack("{s:s, s:s}", "member", member.text, "pin",
                             json_string_value(pin)));
    }
}

void ballot_on_unlocked(struct client_ballot *ballot, const json_t *answer,
                        const char *text, size_t size)
{
    if (answer_is_ok(answer) && ballot->vault &&
        has_voted(ballot, &ballot->unlocking))
        ballot->is_asked[ASK_CAST] = false; /* the vote is sent again */
    else if (answer_is_ok(answer))
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
