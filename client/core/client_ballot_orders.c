/* Commands that the engine gives by itself, what it asks beside the log, and
 * what the user decides. */
#include "client/core/client_ballots.h"

#include "client/core/durable_file.h"
#include "client/core/secret_memory.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_MS = 1000 };

/* --- Orders -------------------------------------------------------------- */

static const enum command_op order_ops[ORDER_COUNT] = {
    [ORDER_CERTIFY] = OP_CERTIFY,
    [ORDER_DEAL] = OP_DEAL,
    [ORDER_CONFIRM_SHARE] = OP_CONFIRM_SHARE,
    [ORDER_DISPUTE] = OP_DISPUTE_KEYS,
    [ORDER_SIGN_TRUSTEES] = OP_SIGN_TRUSTEES,
    [ORDER_ATTEST] = OP_ATTEST_BALLOT,
    [ORDER_INCLUDE] = OP_INCLUDE_BALLOT,
    [ORDER_OBJECT] = OP_OBJECT_BALLOT,
    [ORDER_DECRYPT] = OP_DECRYPT,
    [ORDER_ATTEST_HALL] = OP_ATTEST_HALL,
    [ORDER_INCLUDE_HALL] = OP_INCLUDE_HALL,
};

bool ballot_may_order(struct client_ballot *ballot, enum ballot_order order,
                      const struct hash *about)
{
    if (!hash_equal(&ballot->order_about[order], about)) {
        ballot->order_about[order] = *about;
        ballot->orders[order] = ORDER_NONE;
    }
    return ballot->orders[order] == ORDER_NONE;
}

void ballot_order(struct client_ballot *ballot, enum ballot_order order,
                  json_t *fields)
{
    const enum command_op op = order_ops[order];
    const bool is_made =
        fields &&
        !json_object_set_new(fields, "op", json_string(command_name(op))) &&
        !json_object_set_new(fields, "ballot",
                             json_string(ballot->view.ballot.text));

    ballot->orders[order] = ORDER_UNDER_WAY;
    ballot->order_turns[order]++;
    if (!is_made || request_own_command(
                        ballot->engine, fields, op, &ballot->view.ballot,
                        ballot->order_turns[order] * ORDER_COUNT + (int)order))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, command_name(op));
    json_decref(fields);
}

/* It was about a list that there is no more, or that this device is not in:
 * what is to be done now stands in the log. */
static bool is_overtaken(const struct client_ballot *ballot,
                         enum ballot_order order)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    return order == ORDER_ATTEST &&
           (!noted->has_list ||
            !hash_equal(&ballot->order_about[order], &noted->setup) ||
            !noted_voter_of(noted, &ballot->engine->view.me));
}

/* The server does not take it. What was done already, also by another device
 * of the same holder, and what the ballot has gone past, shows in the log. */
static void on_refused(struct client_ballot *ballot, enum ballot_order order,
                       const json_t *answer)
{
    const struct refusal refusal = refusal_of_answer(answer);

    if (refusal.code == REFUSAL_DONE_ALREADY ||
        refusal.code == REFUSAL_BALLOT_STATE ||
        refusal.code == REFUSAL_OTHER_ATTEMPT || is_overtaken(ballot, order))
        return;
    ballot->view.fault = CLIENT_BALLOT_FAULT_REFUSED;
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED,
                     json_pack("{s:s, s:s, s:O*}", "fault",
                               client_ballot_fault_word(ballot->view.fault),
                               "text", command_name(order_ops[order]), "error",
                               json_object_get(answer, "error")));
}

bool ballot_is_for_now(struct client_ballot *ballot, const json_t *answer)
{
    const enum refusal_code code = refusal_of_answer(answer).code;

    if (code != REFUSAL_BUSY && code != REFUSAL_TOO_FAST &&
        code != REFUSAL_STORE_FAILED && code != REFUSAL_HELD)
        return false;
    ballot->retry_ms = engine_now(ballot->engine) + RETRY_MS;
    return true;
}

static void ask_again(struct client_ballot *ballot)
{
    ballot->retry_ms = 0;
    for (int order = 0; order < ORDER_COUNT; order++) {
        if (ballot->orders[order] == ORDER_LATER)
            ballot->orders[order] = ORDER_NONE;
    }
    for (int ask = 0; ask < ASK_COUNT; ask++) {
        if (ballot->is_later[ask])
            ballot->is_asked[ask] = ballot->is_later[ask] = false;
    }
}

int64_t ballots_next_ms(const struct client_engine *engine)
{
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < engine->ballot_count; i++) {
        const int64_t retry_ms = engine->ballots[i]->retry_ms;

        if (retry_ms != 0 && retry_ms < next_ms)
            next_ms = retry_ms;
    }
    return next_ms;
}

void ballots_tick(struct client_engine *engine)
{
    const int64_t now_ms = engine_now(engine);

    for (size_t i = 0; i < engine->ballot_count; i++) {
        struct client_ballot *ballot = engine->ballots[i];

        if (ballot->retry_ms == 0 || ballot->retry_ms > now_ms)
            continue;
        ask_again(ballot);
        engine->has_ballot_news = true;
    }
    if (engine->has_ballot_news)
        ballots_pump(engine);
}

void ballots_on_order(struct client_engine *engine, const struct identifier *id,
                      int number, const json_t *answer)
{
    struct client_ballot *ballot = ballots_find(engine, id);
    const int order = number % ORDER_COUNT;

    engine->has_ballot_news = true;
    if (!ballot || ballot->orders[order] != ORDER_UNDER_WAY ||
        ballot->order_turns[order] != number / ORDER_COUNT)
        return; /* it is about one that was given before */
    if (answer_is_ok(answer)) {
        ballot->orders[order] = ORDER_DONE;
    } else if (ballot_is_for_now(ballot, answer)) {
        ballot->orders[order] = ORDER_LATER;
    } else {
        ballot->orders[order] = ORDER_REFUSED;
        on_refused(ballot, (enum ballot_order)order, answer);
    }
}

/* --- Asking beside the log ----------------------------------------------- */

void ballot_ask(struct client_ballot *ballot, enum ballot_ask ask,
                const char *op, json_t *fields)
{
    struct client_engine *engine = ballot->engine;
    const uint64_t id = engine_next_id(engine);

    if (id == 0 || !fields ||
        json_object_set_new(fields, "id", json_integer((json_int_t)id)) ||
        json_object_set_new(fields, "op", json_string(op)) ||
        json_object_set_new(fields, "log",
                            json_string(engine->view.log.text)) ||
        json_object_set_new(fields, "ballot",
                            json_string(ballot->view.ballot.text))) {
        json_decref(fields);
        return; /* asked on the next connection */
    }
    ballot->asks[ask] = id;
    ballot->is_asked[ask] = true;
    engine_send(engine, fields);
}

static void on_asked(struct client_ballot *ballot, enum ballot_ask ask,
                     const json_t *answer, const char *text, size_t size)
{
    switch (ask) {
    case ASK_ISSUE:
        ballot_on_issued(ballot, answer);
        break;
    case ASK_CAST:
        ballot_on_receipt(ballot, answer);
        break;
    case ASK_UNLOCK:
        ballot_on_unlocked(ballot, answer, text, size);
        break;
    case ASK_COUNT:
        break;
    }
}

bool ballots_on_answer(struct client_engine *engine, uint64_t id,
                       const json_t *answer, const char *text, size_t size)
{
    for (size_t i = 0; i < engine->ballot_count; i++) {
        struct client_ballot *ballot = engine->ballots[i];

        for (int ask = 0; ask < ASK_COUNT; ask++) {
            if (ballot->asks[ask] != id)
                continue;
            ballot->asks[ask] = 0;
            engine->has_ballot_news = true;
            ballot->is_later[ask] = ask != ASK_UNLOCK &&
                                    !answer_is_ok(answer) &&
                                    ballot_is_for_now(ballot, answer);
            if (!ballot->is_later[ask])
                on_asked(ballot, (enum ballot_ask)ask, answer, text, size);
            return true;
        }
    }
    return false;
}

/* --- The user's decisions ------------------------------------------------ */

static void refuse(struct client_ballot *ballot, uint64_t tag,
                   struct refusal refusal)
{
    if (refusal.code == REFUSAL_NO_SUCH_BALLOT ||
        refusal.code == REFUSAL_BALLOT_STATE)
        refusal_add_text(&refusal, "id", identifier_view(&ballot->view.ballot));
    request_answer_locally(ballot->engine, tag, &refusal);
}

static void refuse_state(struct client_ballot *ballot, uint64_t tag)
{
    struct refusal refusal = { .code = REFUSAL_BALLOT_STATE };

    refusal_add_text(
        &refusal, "state",
        text_view_of(client_ballot_stage_word(ballot->view.stage)));
    refuse(ballot, tag, refusal);
}

void ballot_drop_late_marks(struct client_ballot *ballot)
{
    if (!ballot->marks || ballot_noted(ballot)->phase == NOTED_VOTING)
        return;
    ballot_forget_marks(ballot);
    refuse_state(ballot, ballot->marks_tag);
}

static void take(struct client_ballot *ballot, uint64_t tag)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct noted_issue *issue =
        noted_issue_of(noted, &ballot->engine->view.me);

    if (!ballot->view.is_voter) {
        struct refusal refusal = { .code = REFUSAL_OTHER_WAY };
        enum ballot_channel channel =
            noted_channel(noted, &ballot->engine->view.me);

        /* Whoever is not counted in it has no row of it. */
        if (channel == ballot_channel_none_)
            channel = BALLOT_BY_NONE;

        refusal_add_text(&refusal, "id",
                         identifier_view(&ballot->engine->view.me));
        refusal_add_text(
            &refusal, "channel",
            text_view_of(enum_word(&ballot_channel_words, (int)channel)));
        refuse(ballot, tag, refusal);
    } else if (issue &&
               !key_equal(&issue->device, &ballot->engine->view.device)) {
        refuse(ballot, tag,
               (struct refusal){ .code = REFUSAL_BALLOT_ELSEWHERE });
    } else if (noted->phase != NOTED_ISSUING || ballot->is_halted) {
        refuse_state(ballot, tag);
    } else {
        ballot->wants_credential = true;
        request_answer_locally(ballot->engine, tag, NULL);
    }
}

/* Marks in one list, or a list for each question. */
static bool read_marks(const json_t *value, uint8_t *out, size_t *count,
                       size_t max)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *mark = json_array_get(value, i);

        if (json_is_array(mark)) {
            if (!read_marks(mark, out, count, max))
                return false;
        } else if (!json_is_integer(mark) || *count >= max ||
                   json_integer_value(mark) < 0 ||
                   json_integer_value(mark) > 1) {
            return false;
        } else {
            out[(*count)++] = (uint8_t)json_integer_value(mark);
        }
    }
    return json_is_array(value);
}

void ballot_cast_command(struct client_ballot *ballot, uint64_t tag,
                         const json_t *command)
{
    struct refusal refusal = { .code = REFUSAL_BAD_BALLOT };
    size_t max = 0, count = 0;
    uint8_t *marks = NULL;

    if (!ballot->view.is_ready || ballot->is_halted) {
        refuse_state(ballot, tag);
        return;
    }
    if (ballot->marks) {
        refusal.code = REFUSAL_BUSY;
        refuse(ballot, tag, refusal);
        return;
    }
    max = ballot_election_position_count(&ballot->election);
    marks = secret_memory_new(max + 1);
    if (!marks ||
        !read_marks(json_object_get(command, "marks"), marks, &count, max) ||
        count != max) {
        secret_memory_free(marks, max + 1);
        refusal_add_text(&refusal, "problem", TEXT_LITERAL("marks"));
        refuse(ballot, tag, refusal);
        return;
    }
    ballot->marks = marks;
    ballot->mark_count = count;
    ballot->marks_tag = tag;
}

static void decrypt_anyway(struct client_ballot *ballot, uint64_t tag)
{
    if (!ballot->view.is_asked) {
        refuse_state(ballot, tag);
        return;
    }
    ballot->may_decrypt = true;
    request_answer_locally(ballot->engine, tag, NULL);
}

static void decide(struct client_ballot *ballot, uint64_t tag,
                   const json_t *command, const char *op)
{
    /* What is kept for the user would be of an attempt that is over. */
    if (ballot_has_unjudged(ballot))
        refuse(ballot, tag, (struct refusal){ .code = REFUSAL_BUSY });
    else if (strcmp(op, "ballot_take") == 0)
        take(ballot, tag);
    else if (strcmp(op, "ballot_cast") == 0)
        ballot_cast_command(ballot, tag, command);
    else if (strcmp(op, "ballot_decrypt") == 0)
        decrypt_anyway(ballot, tag);
    else if (strcmp(op, "ballot_export") == 0)
        ballot_export(ballot, tag, command);
    else
        ballot_hall_command(ballot, tag, command, op);
    ballot->engine->has_ballot_news = true;
}

bool ballots_command(struct client_engine *engine, uint64_t tag,
                     const json_t *command, const char *op)
{
    static const char *const ops[] = { "ballot_take",    "ballot_cast",
                                       "ballot_decrypt", "ballot_export",
                                       "hall_unlock",    "hall_cast" };
    struct refusal refusal = { .code = REFUSAL_NO_SUCH_BALLOT };
    struct client_ballot *ballot = NULL;
    struct identifier id = { "" };
    size_t i = 0;

    while (i < sizeof ops / sizeof ops[0] && strcmp(ops[i], op) != 0)
        i++;
    if (i == sizeof ops / sizeof ops[0])
        return false;
    if (json_read_id(command, "ballot", &id))
        ballot = ballots_find(engine, &id);
    if (ballot) {
        decide(ballot, tag, command, op);
        ballots_pump(engine);
    } else {
        refusal_add_text(&refusal, "id", identifier_view(&id));
        request_answer_locally(engine, tag, &refusal);
    }
    return true;
}
