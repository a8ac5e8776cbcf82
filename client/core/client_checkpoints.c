/* Signed heads: the server's, those that this device is asked for, and those in
 * checkpoint events. */
#include "client/core/client_engine_types.h"

#include "protocol/meeting/checkpoint_check.h"

#include <stdlib.h>
#include <string.h>

/* --- The server's own ---------------------------------------------------- */

static bool read_reason(const json_t *object, enum checkpoint_reason *out)
{
    const json_t *value = json_object_get(object, "reason");

    if (!json_is_string(value))
        return false;
    *out = (enum checkpoint_reason)enum_value(
        &checkpoint_reason_words, text_view_of(json_string_value(value)));
    return *out != checkpoint_reason_none_;
}

static bool read_signed(const json_t *object, struct signed_head *out)
{
    out->role = CHECKPOINT_SERVER;
    return json_read_number(object, "seq", &out->seq) &&
           json_read_hex(object, "head", out->head.bytes, HASH_SIZE) &&
           json_read_hex(object, "server", out->signer.bytes, KEY_SIZE) &&
           json_read_hex(object, "sig", out->sig.bytes, SIGNATURE_SIZE);
}

static struct anchor_side side_of(const struct signed_head *head)
{
    struct anchor_side side = { .head = head->head,
                                .is_signed = true,
                                .by = { .server = head->signer,
                                        .sig = head->sig } };

    (void)snprintf(side.by.reason.text, sizeof side.by.reason.text, "%s",
                   enum_word(&checkpoint_reason_words, (int)head->reason));
    return side;
}

static void take_signed(struct client_engine *engine, struct followed *followed,
                        const struct signed_head *head)
{
    const struct hash own = log_follower_head_at(followed->follower, head->seq);

    if (hash_equal(&own, &head->head)) {
        if (memory_note_signed(followed, head) == RESULT_NO_MEMORY)
            engine_drop(engine, CLIENT_REASON_STORAGE, true);
        memory_save_later(engine);
        engine_update_view(engine);
        return;
    }
    engine_alarm(engine, &(struct trust_alarm){
                             .reason = CLIENT_REASON_FORK,
                             .log = *log_follower_scope(followed->follower),
                             .seq = head->seq,
                             .ours = memory_own_side(followed, head->seq),
                             .theirs = side_of(head) });
}

/* RESULT_REFUSED: another key, or the key did not sign this. */
static enum result check_signed(const struct client_engine *engine,
                                const struct followed *followed,
                                const struct signed_head *head)
{
    if (!key_equal(&head->signer, &engine->server))
        return RESULT_REFUSED;
    return signed_head_check(head, log_follower_scope(followed->follower),
                             engine->config.act_cache);
}

void checkpoints_on_signed(struct client_engine *engine, const json_t *object)
{
    struct followed *followed = NULL;
    struct signed_head head = { .seq = 0 };
    struct identifier log;
    enum result result;

    if (engine->phase == ENGINE_UP && json_read_id(object, "log", &log))
        followed = engine_followed(engine, &log);
    /* A reason without a word here is of a newer server. */
    if (!followed || !events_are_awaited(followed) ||
        !read_reason(object, &head.reason))
        return;
    result = read_signed(object, &head) ? check_signed(engine, followed, &head)
                                        : RESULT_MALFORMED;
    if (result == RESULT_REFUSED)
        engine_alarm_at(engine, CLIENT_REASON_UNSIGNED, followed, head.seq);
    else if (result)
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
    else if (head.seq < log_follower_next(followed->follower))
        take_signed(engine, followed, &head);
}

/* --- Our own ------------------------------------------------------------- */

void checkpoints_on_sign(struct client_engine *engine, const json_t *object)
{
    struct followed *followed = NULL;
    struct asked_head asked;
    struct identifier log;
    size_t i;

    if (engine->phase == ENGINE_UP && json_read_id(object, "log", &log))
        followed = engine_followed(engine, &log);
    if (followed != &engine->meeting ||
        !json_read_number(object, "seq", &asked.seq) ||
        !read_reason(object, &asked.reason))
        return;
    for (i = 0; i < followed->asked_count; i++)
        if (followed->asked[i].seq == asked.seq)
            return;
    if (followed->asked_count == ASKED_MAX) {
        followed->asked_count--;
        memmove(&followed->asked[0], &followed->asked[1],
                followed->asked_count * sizeof followed->asked[0]);
    }
    followed->asked[followed->asked_count++] = asked;
    checkpoints_pump(engine);
}

/* The role at that place: it may have passed on since. */
static enum checkpoint_role role_at(const struct followed *followed,
                                    uint64_t seq)
{
    return seq >= followed->role_since ? followed->role : followed->role_before;
}

static bool sign(struct client_engine *engine, const struct followed *followed,
                 const struct asked_head *asked, struct signature *out)
{
    const struct key *device = &engine->key->public_key;
    const struct statement_checkpoint fields = {
        .role = text_view_of(enum_word(&checkpoint_role_words,
                                       (int)role_at(followed, asked->seq))),
        .reason = text_view_of(
            enum_word(&checkpoint_reason_words, (int)asked->reason)),
        .seen = { asked->seq,
                  log_follower_head_at(followed->follower, asked->seq) },
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_checkpoint(
        device, identifier_view(log_follower_scope(followed->follower)),
        &fields, &bytes, &size);

    if (!result)
        result = statement_sign(engine->key, bytes, size, out);
    free(bytes);
    return !result;
}

/* What is confirmed is on disk before; two heads are not at one place. */
static void confirm(struct client_engine *engine, struct followed *followed,
                    const struct asked_head *asked)
{
    struct signature sig;
    char hex[HEX_SIZE(SIGNATURE_SIZE)];
    uint64_t id;

    if (!memory_confirm(followed, asked->seq) ||
        !sign(engine, followed, asked, &sig))
        return;
    id = engine_next_id(engine);
    if (id == 0)
        return;
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    engine_send(engine, json_pack("{s:I, s:s, s:s, s:I, s:s}", "id",
                                  (json_int_t)id, "op", "checkpoint", "log",
                                  log_follower_scope(followed->follower)->text,
                                  "seq", (json_int_t)asked->seq, "sig", hex));
}

void checkpoints_pump(struct client_engine *engine)
{
    struct followed *followed = &engine->meeting;
    size_t i = 0;

    while (i < followed->asked_count && engine->phase == ENGINE_UP &&
           logs_may_sign(followed)) {
        const struct asked_head asked = followed->asked[i];

        if (asked.seq >= log_follower_next(followed->follower)) {
            i++;
            continue;
        }
        followed->asked_count--;
        memmove(&followed->asked[i], &followed->asked[i + 1],
                (followed->asked_count - i) * sizeof followed->asked[0]);
        confirm(engine, followed, &asked);
    }
}

/* --- Events -------------------------------------------------------------- */

static bool is_among(const struct client_engine *engine,
                     const struct event_checkpoint *event)
{
    const struct checkpoint_signer *signer = event->signers.data;
    size_t i;

    for (i = 0; i < event->signers.count; i++)
        if (key_equal(&signer[i].device, &engine->view.device))
            return true;
    return false;
}

static void look_for_own(struct client_engine *engine,
                         const struct followed *followed,
                         const struct meeting_event *event)
{
    const struct event_checkpoint *body = &event->body.checkpoint;
    const struct identifier *scope = log_follower_scope(followed->follower);
    struct client_notice *notice;

    /* What an earlier run saw was told by it. */
    if (event->seq < followed->new_from || is_among(engine, body) ||
        !journal_has_confirmed(engine->config.journal, scope, body->upto))
        return;
    notice = notice_new(CLIENT_UNCONFIRMED);
    if (notice) {
        notice->log = *scope;
        notice->seq = body->upto;
    }
    notice_put(engine, notice);
}

static void note_role(const struct client_engine *engine,
                      struct followed *followed, uint64_t seq)
{
    const enum checkpoint_role role = meeting_state_checkpoint_role(
        log_follower_meeting(followed->follower), &engine->view.me);

    if (role == followed->role)
        return;
    followed->role_before = followed->role;
    followed->role = role;
    followed->role_since = seq;
}

void checkpoints_on_event(struct client_engine *engine,
                          struct followed *followed,
                          const struct taken_event *event)
{
    if (event->is_register)
        return;
    note_role(engine, followed, event->meeting.seq);
    if (event->meeting.kind == EVENT_CHECKPOINT_KIND)
        look_for_own(engine, followed, &event->meeting);
    if (log_follower_meeting(followed->follower)->is_ended)
        journal_end_confirming(engine->config.journal,
                               log_follower_scope(followed->follower));
}
