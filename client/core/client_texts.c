/* Texts for the minutes: on this device's disk until they are found in the log.
 *
 * A text has its request id from the moment that it is to be sent, and keeps it
 * through every repetition and every start: the server does one id once, and an
 * event with this device's act of that id is the text in the log. Nothing else
 * counts as saved, not even the server's answer. */
#include "client/core/client_engine_types.h"

#include "protocol/meeting/refusal.h"

#include <stdlib.h>
#include <string.h>

enum result texts_open(struct client_engine *engine)
{
    enum result result;

    if (engine->texts)
        return RESULT_OK;
    result = text_store_open(&engine->texts, engine->config.texts_path,
                             engine->profile->seed, &engine->config.entropy,
                             &engine->view.unread_text_count);
    engine->view.kept = engine->texts;
    return result;
}

void texts_close(struct client_engine *engine)
{
    engine->view.kept = NULL;
    engine->texts = text_store_free(engine->texts);
}

bool texts_are_of(enum command_op op)
{
    return op == OP_WRITE_ENTRY || op == OP_EDIT_ENTRY;
}

/* --- What is told --------------------------------------------------------- */

static struct client_notice *notice_of(const struct identifier *log,
                                       uint64_t tag, uint64_t number,
                                       enum client_text_stage stage)
{
    struct client_notice *notice = notice_new(CLIENT_TEXT);

    if (notice) {
        notice->log = *log;
        notice->tag = tag;
        notice->text_number = number;
        notice->text_stage = stage;
    }
    return notice;
}

static void tell(struct client_engine *engine, const struct request *request,
                 enum client_text_stage stage, const struct refusal *refusal)
{
    struct client_notice *notice =
        notice_of(&request->log, request->tag, request->text_number, stage);

    if (notice && refusal)
        notice->refusal = *refusal;
    notice_put(engine, notice);
}

/* --- Before it is sent ---------------------------------------------------- */

/* Of a command as it comes here: the text that it takes the place of. Of a kept
 * one: the text that it goes on from, which is on its way. */
static const char kept_member[] = "kept";
static const char follows_member[] = "follows";

json_t *texts_plain(const json_t *command)
{
    json_t *plain = json_copy((json_t *)(uintptr_t)command);

    if (!plain)
        return NULL;
    (void)json_object_del(plain, kept_member); /* they need not be there */
    (void)json_object_del(plain, follows_member);
    return plain;
}

void texts_begin(struct client_engine *engine, struct request *request,
                 const json_t *command, json_t *plain)
{
    struct kept_text text = { .stage = TEXT_WAITING,
                              .log = request->log,
                              .command = plain,
                              .id = request->id };
    enum result result;

    if (!json_read_number(command, kept_member, &text.number))
        text.number = 0;
    result = text_store_put(engine->texts, &text, &request->text_number);
    if (result == RESULT_NOT_FOUND) {
        text.number = 0;
        result = text_store_put(engine->texts, &text, &request->text_number);
    }
    /* A full disk here is no reason not to save it there. */
    if (result)
        request->text_number = text.number;
    request->is_text = true;
    tell(engine, request, result ? CLIENT_TEXT_UNKEPT : CLIENT_TEXT_KEPT, NULL);
}

/* --- What became of it ---------------------------------------------------- */

static bool is_of_entry(const struct meeting_event *event,
                        struct client_notice *notice)
{
    if (event->kind == EVENT_ENTRY_WRITTEN_KIND) {
        notice->entry = event->body.entry_written.entry;
        notice->version = 1;
    } else if (event->kind == EVENT_ENTRY_EDITED_KIND) {
        notice->entry = event->body.entry_edited.entry;
        notice->version = event->body.entry_edited.version;
    } else {
        return false;
    }
    notice->seq = event->seq;
    return true;
}

/* What was typed behind the text of this number is an edit of its entry. */
static void settle_followers(struct client_engine *engine, uint64_t number,
                             const struct client_notice *saved)
{
    size_t i;

    for (i = 0; number > 0 && i < text_store_count(engine->texts); i++) {
        struct kept_text text = *text_store_at(engine->texts, i);
        enum result result = RESULT_NO_MEMORY;
        uint64_t follows = 0;

        if (text.stage != TEXT_TYPING ||
            !json_read_number(text.command, follows_member, &follows) ||
            follows != number)
            continue;
        text.command =
            json_pack("{s:s, s:s, s:I, s:O}", "op", "edit_entry", "entry",
                      saved->entry.text, "version", (json_int_t)saved->version,
                      "text", json_object_get(text.command, "text"));
        if (text.command)
            result = text_store_put(engine->texts, &text, &text.number);
        (void)result; /* as it was it can be sent, too, as another entry */
        json_decref(text.command);
    }
}

/* It is in the log: the text of this number is kept there from now on. */
static void on_saved(struct client_engine *engine, const struct identifier *log,
                     uint64_t tag, uint64_t number,
                     const struct meeting_event *event)
{
    struct client_notice *notice =
        notice_of(log, tag, number, CLIENT_TEXT_SAVED);

    const enum result dropped = text_store_drop(engine->texts, number);

    (void)dropped; /* a file that stays is found in the log at the next start */
    if (notice && !is_of_entry(event, notice)) {
        (void)client_notice_free(notice);
        return;
    }
    if (notice)
        settle_followers(engine, number, notice);
    notice_put(engine, notice);
}

void texts_on_event(struct client_engine *engine,
                    const struct followed *followed,
                    const struct taken_event *event)
{
    const struct identifier *log = log_follower_scope(followed->follower);
    const struct kept_text *text;
    const struct request *request;
    const struct act *act;

    if (event->is_register || !engine->texts)
        return;
    act = act_of_event(&event->meeting);
    if (!act || !act->is_present ||
        !key_equal(&act->device, &engine->view.device))
        return;
    request = request_find(engine, act->request);
    if (request && request->is_text && identifier_equal(&request->log, log)) {
        on_saved(engine, log, request->tag, request->text_number,
                 &event->meeting);
        return;
    }
    text = text_store_of_request(engine->texts, log, act->request);
    if (text)
        on_saved(engine, log, 0, text->number, &event->meeting);
}

/* Nothing was done, and the same may be asked again as it is. */
static bool is_passing(enum refusal_code code)
{
    return code == REFUSAL_BUSY || code == REFUSAL_STORE_FAILED ||
           code == REFUSAL_HELD || code == REFUSAL_TOO_FAST;
}

bool texts_on_refused(struct client_engine *engine, struct request *request,
                      const json_t *answer)
{
    const struct refusal refusal = refusal_of_answer(answer);
    const struct kept_text *old =
        text_store_find(engine->texts, request->text_number);
    enum result result = RESULT_OK;
    struct kept_text text;

    if (is_passing(refusal.code)) {
        request->is_sent = false;
        request->retry_ms = engine_now(engine) + CLIENT_TEXT_RETRY_MS;
        tell(engine, request, CLIENT_TEXT_DELAYED, &refusal);
        return true;
    }
    if (old) {
        text = *old;
        text.stage = TEXT_REFUSED;
        text.error = json_object_get(answer, "error");
        result = text_store_put(engine->texts, &text, &request->text_number);
    }
    (void)result; /* without room for the reason it is asked again at the next
                     start, and refused again */
    tell(engine, request, CLIENT_TEXT_REFUSED, &refusal);
    return false;
}

/* --- After a start, or a time away --------------------------------------- */

void texts_on_caught_up(struct client_engine *engine,
                        const struct followed *followed)
{
    const struct identifier *log = log_follower_scope(followed->follower);
    size_t i;

    for (i = 0; engine->texts && i < text_store_count(engine->texts); i++) {
        const struct kept_text *text = text_store_at(engine->texts, i);
        struct request *request;

        if (text->stage != TEXT_WAITING || !identifier_equal(&text->log, log) ||
            request_find(engine, text->id))
            continue;
        request = request_again(engine, text);
        if (request)
            tell(engine, request, CLIENT_TEXT_AGAIN, NULL);
    }
}

/* --- The user's own part -------------------------------------------------- */

static void refuse(struct client_engine *engine, uint64_t tag,
                   enum refusal_code code)
{
    const struct refusal refusal = { .code = code };

    request_answer_locally(engine, tag, &refusal);
}

static void answer_number(struct client_engine *engine, uint64_t tag,
                          uint64_t number)
{
    json_t *answer =
        json_pack("{s:b, s:I}", "ok", 1, "text", (json_int_t)number);
    char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

    if (text)
        notice_answer(engine, tag, answer, text, strlen(text));
    else
        notice_put(engine, NULL);
    free(text);
    json_decref(answer);
}

static bool is_text_command(const json_t *command)
{
    const char *op = json_string_value(json_object_get(command, "op"));

    return op && texts_are_of(command_op_of(text_view_of(op))) &&
           json_is_string(json_object_get(command, "text"));
}

/* {"op":"keep_text","text":n,"command":{…}}: it is typed, not to be sent yet.
 * The command may have "follows":n. */
static void keep(struct client_engine *engine, uint64_t tag,
                 const json_t *command)
{
    struct kept_text text = { .stage = TEXT_TYPING, .log = engine->view.log };
    const struct kept_text *old;
    uint64_t number = 0;
    enum result result;

    text.command = json_object_get(command, "command");
    if (!json_read_number(command, "text", &text.number))
        text.number = 0;
    old = text_store_find(engine->texts, text.number);
    if (identifier_is_empty(&text.log)) {
        refuse(engine, tag, REFUSAL_NOT_JOINED);
        return;
    }
    if (!is_text_command(text.command)) {
        refuse(engine, tag, REFUSAL_BAD_MESSAGE);
        return;
    }
    if (old && old->stage == TEXT_WAITING) {
        refuse(engine, tag, REFUSAL_BUSY);
        return;
    }
    if (!old)
        text.number = 0;
    result = text_store_put(engine->texts, &text, &number);
    if (result)
        refuse(engine, tag, REFUSAL_STORE_FAILED);
    else
        answer_number(engine, tag, number);
}

/* {"op":"drop_text","text":n}: the user does not want it any more. */
static void drop(struct client_engine *engine, uint64_t tag,
                 const json_t *command)
{
    const struct kept_text *text = NULL;
    uint64_t number = 0;

    if (json_read_number(command, "text", &number))
        text = text_store_find(engine->texts, number);
    if (!text)
        refuse(engine, tag, REFUSAL_NO_SUCH_ENTRY);
    else if (text->stage == TEXT_WAITING)
        refuse(engine, tag, REFUSAL_BUSY);
    else if (text_store_drop(engine->texts, number))
        refuse(engine, tag, REFUSAL_STORE_FAILED);
    else
        answer_number(engine, tag, number);
}

bool texts_command(struct client_engine *engine, uint64_t tag,
                   const json_t *command, const char *op)
{
    if (strcmp(op, "keep_text") == 0)
        keep(engine, tag, command);
    else if (strcmp(op, "drop_text") == 0)
        drop(engine, tag, command);
    else
        return false;
    return true;
}
