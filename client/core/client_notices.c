/* What the engine tells to the outside. */
#include "client/core/client_engine_types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reason_words[] = {
    [CLIENT_REASON_NONE] = "none",
    [CLIENT_REASON_LINE] = "line",
    [CLIENT_REASON_TIMEOUT] = "timeout",
    [CLIENT_REASON_GOING_DOWN] = "going_down",
    [CLIENT_REASON_TRY_LATER] = "try_later",
    [CLIENT_REASON_PAUSED] = "paused",
    [CLIENT_REASON_CLOSED] = "closed",
    [CLIENT_REASON_NOT_THE_SERVER] = "not_the_server",
    [CLIENT_REASON_OTHER_KEY] = "other_key",
    [CLIENT_REASON_BAD_MESSAGE] = "bad_message",
    [CLIENT_REASON_INVITATION] = "invitation",
    [CLIENT_REASON_LOGIN] = "login",
    [CLIENT_REASON_REVOKED] = "revoked",
    [CLIENT_REASON_REPLACED] = "replaced",
    [CLIENT_REASON_STORAGE] = "storage",
    [CLIENT_REASON_GAP] = "gap",
    [CLIENT_REASON_HEAD] = "head",
    [CLIENT_REASON_FORK] = "fork",
    [CLIENT_REASON_EVENT] = "event",
    [CLIENT_REASON_ACT] = "act",
    [CLIENT_REASON_OPENING] = "opening",
    [CLIENT_REASON_IDENTITY] = "identity",
    [CLIENT_REASON_UNSIGNED] = "unsigned",
    [CLIENT_REASON_SNAPSHOT] = "snapshot",
    [CLIENT_REASON_OLD_REGISTER] = "old_register",
    [CLIENT_REASON_LOSS] = "loss",
};

const char *client_reason_word(enum client_reason reason)
{
    size_t i = (size_t)reason;

    return i < sizeof reason_words / sizeof reason_words[0] ? reason_words[i]
                                                            : "?";
}

const char *client_text_stage_word(enum client_text_stage stage)
{
    static const char *const words[] = {
        [CLIENT_TEXT_KEPT] = "kept",   [CLIENT_TEXT_UNKEPT] = "unkept",
        [CLIENT_TEXT_AGAIN] = "again", [CLIENT_TEXT_DELAYED] = "delayed",
        [CLIENT_TEXT_SAVED] = "saved", [CLIENT_TEXT_REFUSED] = "refused",
    };
    const size_t i = (size_t)stage;

    return i < sizeof words / sizeof words[0] && words[i] ? words[i] : "?";
}

char *copy_text(const char *text, size_t size)
{
    char *copy = malloc(size + 1);

    if (!copy)
        return NULL;
    if (size > 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

void notice_put(struct client_engine *engine, struct client_notice *notice)
{
    if (notice)
        notice->received_ms = engine_now(engine);
    notice_queue_put(engine->config.notices, notice);
}

void notice_simple(struct client_engine *engine, enum client_notice_kind kind)
{
    notice_put(engine, notice_new(kind));
}

void notice_of_log(struct client_engine *engine, enum client_notice_kind kind,
                   const struct followed *followed)
{
    struct client_notice *notice = notice_new(kind);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = log_follower_next(followed->follower);
    }
    notice_put(engine, notice);
}

void notice_answer(struct client_engine *engine, uint64_t tag,
                   const json_t *answer, const char *text, size_t size)
{
    struct client_notice *notice = notice_new(CLIENT_ANSWER);

    if (notice) {
        notice->tag = tag;
        notice->is_ok = answer_is_ok(answer);
        if (!notice->is_ok)
            notice->refusal = refusal_of_answer(answer);
        notice->json = copy_text(text, size);
        notice->json_size = notice->json ? size : 0;
    }
    notice_put(engine, notice);
}

bool answer_is_ok(const json_t *answer)
{
    return json_is_true(json_object_get(answer, "ok"));
}

static void add_argument(struct refusal *refusal, const char *name,
                         const json_t *value)
{
    const char *known = refusal_argument(name);

    if (!known)
        return;
    if (json_is_string(value))
        refusal_add_text(refusal, known,
                         (struct text_view){ json_string_value(value),
                                             json_string_length(value) });
    else if (json_is_integer(value) && json_integer_value(value) >= 0)
        refusal_add_number(refusal, known, (uint64_t)json_integer_value(value));
}

struct refusal refusal_of_answer(const json_t *answer)
{
    const json_t *error = json_object_get(answer, "error");
    const json_t *code = json_object_get(error, "code");
    json_t *args = json_object_get(error, "args"), *value;
    struct refusal refusal = { .code = REFUSAL_NONE };
    const char *name;

    if (json_is_string(code))
        refusal_set(&refusal,
                    refusal_code_of(text_view_of(json_string_value(code))));
    json_object_foreach(args, name, value) add_argument(&refusal, name, value);
    return refusal;
}

void request_answer_locally(struct client_engine *engine, uint64_t tag,
                            const struct refusal *refusal)
{
    json_t *error = refusal ? refusal_to_json(refusal) : NULL;
    json_t *answer = refusal ? json_pack("{s:o}", "error", error)
                             : json_pack("{s:b}", "ok", 1);
    char *text = NULL;
    size_t size = 0;

    if (!answer || message_text(answer, &text, &size)) {
        notice_put(engine, NULL);
    } else {
        notice_answer(engine, tag, answer, text, size);
    }
    free(text);
    json_decref(answer);
}
