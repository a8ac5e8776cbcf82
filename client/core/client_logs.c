/* Which logs are followed: asking for them, and what is said of them. */
#include "client/core/client_engine_types.h"

#include "client/core/client_lines.h"

#include <stdlib.h>
#include <string.h>

/* --- Which logs ---------------------------------------------------------- */

struct followed *engine_followed(struct client_engine *engine,
                                 const struct identifier *log)
{
    struct followed *both[] = { &engine->meeting, &engine->registry };
    size_t i;

    for (i = 0; i < 2; i++) {
        if (both[i]->follower &&
            identifier_equal(log_follower_scope(both[i]->follower), log))
            return both[i];
    }
    return NULL;
}

static enum client_place place_of(const struct followed *followed)
{
    switch (followed->phase) {
    case FOLLOW_OFF:
        return PLACE_NONE;
    case FOLLOW_UNASKED:
    case FOLLOW_JOINING:
        return PLACE_ASKED;
    case FOLLOW_LOBBY:
        return PLACE_LOBBY;
    case FOLLOW_CATCHING_UP:
    case FOLLOW_GIVING:
    case FOLLOW_AGAIN:
        return PLACE_CATCHING_UP;
    case FOLLOW_LIVE:
        return PLACE_IN;
    case FOLLOW_REFUSED:
        break;
    }
    return PLACE_REFUSED;
}

/* Only while the log goes up to now: the slot may be another since, and the
 * server refuses sound of who has not joined again. */
static void find_slot(struct client_engine *engine)
{
    const struct meeting_state *state = engine->view.state;
    const struct meeting_device *device =
        state ? meeting_state_device(state, &engine->view.me,
                                     &engine->view.device)
              : NULL;

    engine->has_slot =
        device && device->has_slot && engine->meeting.phase == FOLLOW_LIVE;
    if (engine->has_slot)
        engine->slot = device->slot;
}

static struct view_signed confirmed_of(const struct followed *followed)
{
    const struct anchor_log *log =
        followed->follower ? memory_log(followed) : NULL;
    struct view_signed out = { .is_there = log && log->has_signed };

    if (out.is_there) {
        out.seq = log->newest.seq;
        out.head = log->newest.head;
    }
    return out;
}

static struct view_hold hold_of(const struct followed *followed)
{
    return followed->is_held ? followed->hold
                             : (struct view_hold){ .is_held = false };
}

static bool is_me_vouched(const struct meeting_view *view)
{
    const struct register_device *registered =
        view->org ? register_state_device(view->org, &view->device) : NULL;
    const struct meeting_device *device =
        view->state
            ? meeting_state_device(view->state, &view->me, &view->device)
            : NULL;

    return registered ? registered->is_vouched
                      : device && meeting_device_is_vouched(device);
}

void engine_update_view(struct client_engine *engine)
{
    const struct log_follower *meeting = engine->meeting.follower;
    const struct log_follower *registry = engine->registry.follower;
    struct meeting_view *view = &engine->view;
    static const struct hash zeros;

    view->place = place_of(&engine->meeting);
    view->log =
        meeting ? *log_follower_scope(meeting) : (struct identifier){ "" };
    view->state = meeting ? log_follower_meeting(meeting) : NULL;
    view->head = meeting ? log_follower_head(meeting) : zeros;
    view->texts = meeting ? log_follower_texts(meeting) : NULL;
    view->events = meeting;
    view->org = registry ? log_follower_register(registry) : NULL;
    view->register_head = registry ? log_follower_head(registry) : zeros;
    view->register_texts = registry ? log_follower_texts(registry) : NULL;
    view->hold = hold_of(&engine->meeting);
    view->register_hold = hold_of(&engine->registry);
    view->confirmed = confirmed_of(&engine->meeting);
    view->register_confirmed = confirmed_of(&engine->registry);
    view->is_me_vouched = is_me_vouched(view);
    find_slot(engine);
}

void logs_clear(struct client_engine *engine, struct followed *followed)
{
    *followed = (struct followed){ .engine = engine,
                                   .phase = FOLLOW_OFF,
                                   .void_from = UINT64_MAX,
                                   .ask_below = UINT64_MAX,
                                   .lacked_from = UINT64_MAX };
}

void logs_forget(struct client_engine *engine, struct followed *followed)
{
    struct identifier log;

    if (engine->current == followed)
        engine->current = NULL;
    if (followed->follower) {
        log = *log_follower_scope(followed->follower);
        requests_on_forgotten(engine, &log);
    }
    log_follower_free(followed->follower);
    logs_clear(engine, followed);
    roster_on_rewound(engine);
    ballots_on_rewound(engine);
    engine_update_view(engine);
}

/* --- Joining ------------------------------------------------------------- */

/* The newest head that the server signed, for a server that has less. */
static json_t *shown_head(const struct followed *followed)
{
    const struct anchor_log *log = memory_log(followed);
    char head[HEX_SIZE(HASH_SIZE)], server[HEX_SIZE(KEY_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];

    if (!log || !log->has_signed)
        return NULL;
    hex_encode(log->newest.head.bytes, HASH_SIZE, head);
    hex_encode(log->newest.by.server.bytes, KEY_SIZE, server);
    hex_encode(log->newest.by.sig.bytes, SIGNATURE_SIZE, sig);
    return json_pack("{s:I, s:s, s:s, s:s, s:s}", "seq",
                     (json_int_t)log->newest.seq, "head", head, "reason",
                     log->newest.by.reason.text, "server", server, "sig", sig);
}

static uint64_t place_to_ask(const struct followed *followed, struct hash *head)
{
    uint64_t from = log_follower_resume_from(followed->follower, head);

    if (followed->ask_below >= from)
        return from;
    from = followed->ask_below;
    *head = from ? log_follower_head_at(followed->follower, from - 1)
                 : (struct hash){ { 0 } };
    return from;
}

static void forget_asked(struct followed *followed)
{
    followed->is_held = followed->is_short = false;
    followed->giving = (struct giving){ .is_on = false };
    followed->asked_count = 0;
}

void logs_ask(struct client_engine *engine, struct followed *followed)
{
    const struct identifier *log = log_follower_scope(followed->follower);
    uint64_t id = alarms_recall(engine, followed) ? 0 : engine_next_id(engine);
    char hex[HEX_SIZE(HASH_SIZE)];
    struct hash head;

    if (id == 0)
        return;
    forget_asked(followed);
    followed->asked_from = place_to_ask(followed, &head);
    hex_encode(head.bytes, sizeof head.bytes, hex);
    followed->phase = FOLLOW_JOINING;
    followed->join_request = id;
    if (engine->current == followed)
        engine->current = NULL;
    engine_update_view(engine);
    engine_send(engine,
                json_pack("{s:I, s:s, s:s, s:I, s:s, s:o*, s:o*}", "id",
                          (json_int_t)id, "op", "join", "log", log->text,
                          "from", (json_int_t)followed->asked_from, "head", hex,
                          "signed", shown_head(followed), "recorded",
                          followed->knows_recorded ? json_true() : NULL));
}

static void answer_want(struct client_engine *engine, struct followed *followed,
                        uint64_t tag)
{
    /* The one who asked before is answered by whoever asks again. */
    if (followed->has_tag)
        request_answer_locally(engine, followed->tag, NULL);
    followed->has_tag = true;
    followed->tag = tag;
    if (followed->phase == FOLLOW_LIVE ||
        followed->phase == FOLLOW_CATCHING_UP ||
        followed->phase == FOLLOW_LOBBY) {
        request_answer_locally(engine, tag, NULL);
        followed->has_tag = false;
    } else if (followed->phase == FOLLOW_REFUSED ||
               followed->phase == FOLLOW_AGAIN) {
        followed->phase = FOLLOW_UNASKED;
    }
    if (followed->phase == FOLLOW_UNASKED && engine->phase == ENGINE_UP)
        logs_ask(engine, followed);
}

static enum result begin_following(struct client_engine *engine,
                                   struct followed *followed,
                                   const struct identifier *log)
{
    const struct log_follower_config config = {
        .scope = *log,
        .organisation = engine->profile->organisation,
        .me = engine->profile->holder,
        .cache = engine->config.act_cache,
        .keep_max = engine->config.follows_register ? LIMIT_KEPT_LOG_SIZE : 0,
        .allows = memory_allows,
        .user = followed,
    };
    enum result result = log_follower_new(&followed->follower, &config);

    if (result) {
        logs_forget(engine, followed);
        return result;
    }
    followed->phase = FOLLOW_UNASKED;
    followed->retry_ms = INT64_MAX;
    memory_recall(followed);
    roster_on_rewound(engine);
    ballots_on_rewound(engine);
    engine_update_view(engine);
    return RESULT_OK;
}

void logs_want(struct client_engine *engine, uint64_t tag,
               const struct identifier *log, bool knows_recorded)
{
    bool is_register = identifier_equal(log, &engine->profile->organisation);
    struct followed *followed =
        is_register ? &engine->registry : &engine->meeting;

    if (followed->follower &&
        !identifier_equal(log_follower_scope(followed->follower), log)) {
        if (followed->has_tag)
            request_answer_locally(engine, followed->tag, NULL);
        logs_forget(engine, followed);
    }
    if (!followed->follower && begin_following(engine, followed, log)) {
        struct refusal refusal = { .code = REFUSAL_BUSY };

        request_answer_locally(engine, tag, &refusal);
        return;
    }
    followed->knows_recorded |= knows_recorded;
    answer_want(engine, followed, tag);
}

void logs_on_up(struct client_engine *engine)
{
    struct followed *registry = &engine->registry;

    if (engine->config.follows_register && registry->phase == FOLLOW_OFF &&
        begin_following(engine, registry, &engine->profile->organisation)) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return;
    }
    if (registry->phase != FOLLOW_OFF)
        logs_ask(engine, registry);
    if (engine->meeting.phase != FOLLOW_OFF && engine->phase == ENGINE_UP)
        logs_ask(engine, &engine->meeting);
}

bool logs_ask_ahead(struct client_engine *engine)
{
    struct followed *registry = &engine->registry;

    if (engine->meeting.phase != FOLLOW_UNASKED ||
        (engine->config.follows_register && registry->phase != FOLLOW_UNASKED))
        return false;
    if (registry->phase != FOLLOW_OFF)
        logs_ask(engine, registry);
    /* That may have dropped the line. */
    if (engine->phase == ENGINE_LOGGING_IN)
        logs_ask(engine, &engine->meeting);
    return true;
}

static void pause(struct followed *followed)
{
    if (followed->phase == FOLLOW_OFF)
        return;
    followed->phase = FOLLOW_UNASKED;
    followed->is_repeating = false;
    followed->ask_below = UINT64_MAX;
    forget_asked(followed);
}

void logs_on_down(struct client_engine *engine)
{
    pause(&engine->registry);
    pause(&engine->meeting);
    engine->is_register_asked_again = false;
    engine_update_view(engine);
}

static void on_joined(struct client_engine *engine, struct followed *followed,
                      const json_t *answer)
{
    const json_t *state = json_object_get(answer, "state");
    bool is_waiting = json_is_string(state) &&
                      strcmp(json_string_value(state), "waiting") == 0;

    if (!json_read_number(answer, "next", &followed->news_from)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    followed->ask_below = UINT64_MAX;
    followed->phase = is_waiting ? FOLLOW_LOBBY : FOLLOW_CATCHING_UP;
    engine_update_view(engine);
    notice_of_log(engine, is_waiting ? CLIENT_WAITING : CLIENT_JOINED,
                  followed);
}

static void on_not_joined(struct client_engine *engine,
                          struct followed *followed, const json_t *answer)
{
    struct refusal refusal = refusal_of_answer(answer);
    struct client_notice *notice;

    followed->phase = FOLLOW_REFUSED;
    followed->retry_ms = INT64_MAX;
    if (refusal.code == REFUSAL_NOT_SCHEDULED || refusal.code == REFUSAL_BUSY ||
        refusal.code == REFUSAL_TOO_FAST || refusal.code == REFUSAL_HELD ||
        refusal.code == REFUSAL_STORE_FAILED)
        followed->retry_ms = engine_now(engine) + CLIENT_JOIN_RETRY_MS;
    engine_update_view(engine);
    notice = notice_new(CLIENT_JOIN_REFUSED);
    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->refusal = refusal;
    }
    notice_put(engine, notice);
}

bool logs_on_answer(struct client_engine *engine, uint64_t id,
                    const json_t *answer, const char *text, size_t size)
{
    struct followed *both[] = { &engine->meeting, &engine->registry };
    size_t i;

    for (i = 0; i < 2; i++) {
        struct followed *followed = both[i];

        if (followed->phase != FOLLOW_JOINING || followed->join_request != id)
            continue;
        /* Whoever wants the log is answered when that is settled. */
        if (!answer_is_ok(answer) &&
            recovery_on_refused(engine, followed, answer))
            return true;
        if (followed->has_tag)
            notice_answer(engine, followed->tag, answer, text, size);
        followed->has_tag = false;
        if (followed->is_repeating)
            requests_repeat(engine, log_follower_scope(followed->follower), id);
        followed->is_repeating = false;
        if (answer_is_ok(answer))
            on_joined(engine, followed, answer);
        else
            on_not_joined(engine, followed, answer);
        requests_pump(engine);
        blobs_on_joined(engine);
        return true;
    }
    return false;
}

void logs_on_turned_away(struct client_engine *engine,
                         struct followed *followed)
{
    followed->phase = FOLLOW_REFUSED;
    followed->retry_ms = INT64_MAX;
    engine_update_view(engine);
    notice_of_log(engine, CLIENT_TURNED_AWAY, followed);
    requests_pump(engine);
}

/* --- Frames of logs ------------------------------------------------------ */

void logs_on_switch(struct client_engine *engine, const json_t *frame)
{
    struct identifier log;

    engine->current = NULL;
    if (json_read_id(frame, "log", &log))
        engine->current = engine_followed(engine, &log);
}

/* Others may have given back events without the texts that are opened here. */
static void give_openings(struct client_engine *engine,
                          struct followed *followed)
{
    const uint64_t from = followed->lacked_from;

    if (followed->is_held || followed->is_short ||
        from >= log_follower_next(followed->follower))
        return;
    followed->lacked_from = UINT64_MAX;
    giving_begin_openings(engine, followed, from);
}

/* A server that started anew may have had events given back by whoever came
 * first, before we came: then it said nothing of a loss, and may still lack the
 * texts that only we and few others have. */
void logs_on_event(struct client_engine *engine, struct followed *followed,
                   const struct taken_event *event)
{
    if (event->is_register ||
        event->meeting.kind != EVENT_SERVER_RESTARTED_KIND ||
        followed->asked_from == 0 || event->meeting.seq < followed->asked_from)
        return;
    followed->lacked_from = 0;
    if (followed->phase == FOLLOW_LIVE && !followed->giving.is_on)
        give_openings(engine, followed);
}

bool logs_may_sign(const struct followed *followed)
{
    const struct client_engine *engine = followed->engine;

    return followed->phase == FOLLOW_LIVE && !followed->is_short &&
           !engine->is_alarmed &&
           (followed != &engine->meeting || engine->view.is_roster_checked);
}

void logs_on_caught_up(struct client_engine *engine, const json_t *frame)
{
    struct followed *followed;
    struct identifier log;
    uint64_t next;

    if (!json_read_id(frame, "log", &log) ||
        !json_read_number(frame, "caught_up", &next))
        return;
    followed = engine_followed(engine, &log);
    if (!events_are_awaited(followed))
        return;
    if (next > log_follower_next(followed->follower)) {
        events_complain(engine, followed, INTAKE_GAP, next);
        return;
    }
    log_follower_set_complete(followed->follower);
    followed->phase = FOLLOW_LIVE;
    engine->is_proven = true;
    engine_update_view(engine);
    if (!events_check_servers(engine))
        return;
    recovery_on_caught_up(engine, followed, next);
    if (!memory_save(engine))
        return;
    notice_of_log(engine, CLIENT_CAUGHT_UP, followed);
    give_openings(engine, followed);
    if (followed == &engine->registry)
        devices_on_caught_up(engine);
    roster_on_news(engine);
    if (followed == &engine->meeting)
        texts_on_caught_up(engine, followed);
    requests_pump(engine);
    checkpoints_pump(engine);
    blobs_on_up(engine);
    ballots_pump(engine);
}

static void on_admitted(struct client_engine *engine, struct followed *followed)
{
    if (followed->phase != FOLLOW_LOBBY)
        return;
    followed->phase = FOLLOW_CATCHING_UP;
    engine_update_view(engine);
    notice_of_log(engine, CLIENT_ADMITTED, followed);
}

void logs_on_note(struct client_engine *engine, const json_t *frame)
{
    const json_t *value = json_object_get(frame, "note");
    const char *note = json_is_string(value) ? json_string_value(value) : "";
    struct followed *followed = NULL;
    struct identifier log;

    if (strcmp(note, "going_down") == 0) {
        engine->is_going_down = true;
        return;
    }
    if (json_read_id(frame, "log", &log))
        followed = engine_followed(engine, &log);
    if (!followed || engine->phase != ENGINE_UP)
        return;
    if (strcmp(note, "admitted") == 0) {
        on_admitted(engine, followed);
    } else if (strcmp(note, "turned_away") == 0) {
        logs_on_turned_away(engine, followed);
    } else if (strcmp(note, "held") == 0) {
        recovery_on_held(engine, followed, frame);
    } else if (strcmp(note, "ballot_stuck") == 0) {
        ballots_on_stuck(engine, followed, frame);
    } else if (strcmp(note, "voice_rate") == 0) {
        lines_on_note(engine, frame);
    } else if (strcmp(note, "retry") == 0) {
        followed->is_repeating = true;
        logs_ask(engine, followed);
    }
}

/* --- Time ---------------------------------------------------------------- */

static bool is_waiting_to_ask(const struct followed *followed)
{
    return followed->phase == FOLLOW_REFUSED || followed->phase == FOLLOW_AGAIN;
}

int64_t logs_next_ms(const struct client_engine *engine)
{
    int64_t next_ms = engine->save_ms;

    if (is_waiting_to_ask(&engine->meeting) &&
        engine->meeting.retry_ms < next_ms)
        next_ms = engine->meeting.retry_ms;
    if (is_waiting_to_ask(&engine->registry) &&
        engine->registry.retry_ms < next_ms)
        next_ms = engine->registry.retry_ms;
    return next_ms;
}

void logs_tick(struct client_engine *engine)
{
    int64_t now_ms = engine_now(engine);

    if (now_ms >= engine->save_ms) {
        devices_tell_news(engine);
        if (!memory_save(engine))
            return;
    }
    if (is_waiting_to_ask(&engine->meeting) &&
        now_ms >= engine->meeting.retry_ms)
        logs_ask(engine, &engine->meeting);
    if (is_waiting_to_ask(&engine->registry) &&
        now_ms >= engine->registry.retry_ms)
        logs_ask(engine, &engine->registry);
}
