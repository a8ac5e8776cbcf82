/* A session on a bad line: how it wants to be sent sound, and its lanes. What
 * goes to it is gathered by a plan and goes out when the plan says so; sessions
 * on good lines never come here. */
#include "server/room/room_types.h"

#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"
#include "server/platform/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGE_WINDOW_MS = 1000 };

/* --- life ---------------------------------------------------------------- */

static void set_bad(struct session *session, bool is_bad)
{
    if (session->phase != SESSION_CLOSING && session->transport->set_bad_line)
        session->transport->set_bad_line(session->connection, is_bad);
}

/* Before the system is told to keep little. */
static void give_ticket(struct session_line *line)
{
    struct session *session = line->session;

    if (line->has_ticket || session->phase == SESSION_CLOSING ||
        !session->transport->give_ticket)
        return;
    line->has_ticket = true;
    session->transport->give_ticket(session->connection);
}

static struct session_line *new_line(struct session *session)
{
    struct hub *hub = session->hub;
    struct session_line *line = calloc(1, sizeof *line);

    if (!line)
        return NULL;
    if (entropy_fill(hub->config.entropy, line->token, sizeof line->token) !=
        RESULT_OK) {
        free(line);
        return NULL;
    }
    line->session = session;
    line->wish = line_wish_plain();
    line->due_ms = INT64_MAX;
    line->new_tokens_ms = (int64_t)LIMIT_AUDIO_RATE_PER_S * 1000;
    line->new_at_ms = hub_monotonic_ms(hub);
    copy_plan_init(&line->plan, &line->wish);
    line->next = hub->lines;
    line->link = &hub->lines;
    if (hub->lines)
        hub->lines->link = &line->next;
    hub->lines = line;
    session->line = line;
    return line;
}

static void leave_owner(struct session *lane)
{
    struct session_line *line = lane->lane_of->line;
    size_t i = 0;

    lane->lane_of = NULL;
    while (line->lanes[i] != lane)
        i++;
    line->lane_count--;
    memmove(&line->lanes[i], &line->lanes[i + 1],
            (line->lane_count - i) * sizeof line->lanes[0]);
}

static void end_lanes(struct session_line *line, size_t kept,
                      const char *reason)
{
    while (line->lane_count > kept)
        session_end(line->lanes[line->lane_count - 1], CLOSE_POLICY, reason);
}

void session_line_end(struct session *session)
{
    struct session_line *line = session->line;

    if (session->lane_of)
        leave_owner(session);
    if (!line)
        return;
    end_lanes(line, 0, "its session is over");
    *line->link = line->next;
    if (line->next)
        line->next->link = line->link;
    session->line = NULL;
    session->plans_sound = false;
    OPENSSL_cleanse(line->token, sizeof line->token);
    free(line);
}

void session_line_clear(struct session *session)
{
    if (!session->line)
        return;
    copy_plan_clear(&session->line->plan);
    session->line->due_ms = INT64_MAX;
    session->line->voice = (struct one_voice){ .slot = 0 };
}

void session_forget_sound(struct session *session)
{
    size_t i;

    session_drop_sound(session);
    if (!session->line)
        return;
    session_line_clear(session);
    for (i = 0; i < session->line->lane_count; i++)
        session_drop_sound(session->line->lanes[i]);
}

/* --- to a listener ------------------------------------------------------- */

static struct frame *encode(const struct copy_message *message)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    struct frame *frame;
    size_t size = 0;

    if (tight_message_encode(message->frames, message->count, bytes,
                             sizeof bytes, &size) != RESULT_OK)
        return NULL;
    frame = frame_new(bytes, size, true);
    if (!frame)
        return NULL;
    frame->sound_count = (unsigned)message->count;
    frame->copy_count = (unsigned)(message->count - message->new_count);
    frame->born_ms = message->born_ms;
    return frame;
}

/* The message that is gathered goes to the lane whose turn it is, however far
 * behind that one is: steering around it makes its losses be found later. */
static void send_gathered(struct session_line *line, int64_t now_ms)
{
    struct sound_figures *figures = &line->session->hub->figures.sound;
    unsigned lanes = 1 + (unsigned)line->lane_count;
    struct copy_message message;
    struct session *carrier;
    struct frame *frame;

    if (!copy_plan_take(&line->plan, now_ms, lanes, &message))
        return;
    frame = encode(&message);
    if (!frame)
        return; /* as if the line had lost it */
    carrier = message.lane == 0 ? line->session : line->lanes[message.lane - 1];
    figures->tight_messages++;
    session_write_sound(carrier, frame);
    frame_unref(frame);
}

static void settle_due(struct session_line *line, int64_t now_ms)
{
    struct hub *hub = line->session->hub;

    while ((line->due_ms = copy_plan_due_ms(&line->plan)) <= now_ms)
        send_gathered(line, now_ms);
    if (line->due_ms < hub->lines_due_ms)
        hub->lines_due_ms = line->due_ms;
}

static bool is_wanted(struct session_line *line,
                      const struct audio_frame *frame, int64_t now_ms)
{
    struct session *session = line->session;

    if (!line->wish.one_voice ||
        one_voice_admit(
            &line->voice, frame->slot,
            room_sound_has_floor(session->meeting.room, frame->slot), now_ms))
        return true;
    session->hub->figures.sound.dropped[SOUND_ONE_VOICE]++;
    return false;
}

void session_line_deliver(struct session *listener, struct frame *frame)
{
    struct session_line *line = listener->line;
    int64_t now_ms = hub_monotonic_ms(listener->hub);
    struct audio_message message;
    struct audio_frame sound;

    /* What a room relays has been found good. */
    if (listener->phase == SESSION_CLOSING ||
        audio_message_open(&message, frame->data, frame->size) != RESULT_OK)
        return;
    while (audio_message_next(&message, &sound, NULL)) {
        if (!is_wanted(line, &sound, now_ms))
            continue;
        /* One that is gathered has room for any frame once it is sent. */
        while (copy_plan_add(&line->plan, &sound, frame->born_ms) ==
               RESULT_FULL)
            send_gathered(line, now_ms);
    }
    settle_due(line, now_ms);
}

int64_t hub_lines_turn(struct hub *hub, int64_t now_ms)
{
    struct session_line *line;

    if (hub->lines_due_ms <= now_ms) {
        hub->lines_due_ms = INT64_MAX;
        for (line = hub->lines; line; line = line->next)
            settle_due(line, now_ms);
    }
    return hub->lines_due_ms == INT64_MAX ? -1 : hub->lines_due_ms - now_ms;
}

/* --- what a speaker on a bad line sends ----------------------------------- */

/* Whoever repeats frames may send as many more of them, but not of others. */
static bool take_new_token(struct session_line *line, int64_t now_ms)
{
    const int64_t full_ms = (int64_t)LIMIT_AUDIO_RATE_PER_S * 1000;

    line->new_tokens_ms += (now_ms - line->new_at_ms) * LIMIT_AUDIO_RATE_PER_S;
    line->new_at_ms = now_ms;
    if (line->new_tokens_ms > full_ms)
        line->new_tokens_ms = full_ms;
    if (line->new_tokens_ms < 1000)
        return false;
    line->new_tokens_ms -= 1000;
    return true;
}

bool session_line_is_new(struct session *speaker, uint32_t sequence,
                         int64_t now_ms)
{
    struct sound_figures *figures = &speaker->hub->figures.sound;
    enum sequence_novelty novelty;

    if (!speaker->line)
        return true;
    novelty = sequence_window_note(&speaker->line->heard, sequence);
    if (novelty != SEQUENCE_NEW && novelty != SEQUENCE_ANOTHER) {
        figures->duplicates++;
        return false;
    }
    if (take_new_token(speaker->line, now_ms))
        return true;
    figures->dropped[SOUND_RATE]++;
    return false;
}

/* --- the operation `line` ------------------------------------------------ */

static bool is_too_often(struct session_line *line, int64_t now_ms)
{
    int64_t *oldest = &line->changed_ms[line->changes % LIMIT_LINE_CHANGES];

    if (line->changes >= LIMIT_LINE_CHANGES &&
        now_ms - *oldest < CHANGE_WINDOW_MS)
        return true;
    *oldest = now_ms;
    line->changes++;
    return false;
}

static bool needs_plan(const struct line_wish *wish)
{
    return wish->bundle > 1 || wish->copy_count > 0 || wish->one_voice ||
           wish->lanes > 0;
}

static void change(struct session_line *line, const struct line_wish *wish)
{
    struct session *session = line->session;
    int64_t now_ms = hub_monotonic_ms(session->hub);

    line->wish = *wish;
    copy_plan_set(&line->plan, wish);
    end_lanes(line, wish->lanes, "one lane less is wished for");
    session->plans_sound = needs_plan(wish);
    if (!session->plans_sound) {
        /* What was gathered goes before what is sent directly from now on. */
        if (line->due_ms != INT64_MAX)
            send_gathered(line, now_ms);
        session_line_clear(session);
    }
    settle_due(line, now_ms);
    if (!line_wish_is_plain(wish))
        give_ticket(line);
    set_bad(session, !line_wish_is_plain(wish));
}

static void answer_line(struct session_line *line, uint64_t request)
{
    json_t *answer = answer_ok(request);
    char token[HEX_SIZE(LINE_TOKEN_SIZE)];

    hex_encode(line->token, sizeof line->token, token);
    if (answer) {
        json_object_set_new(answer, "token", json_string(token));
        json_object_set_new(answer, "lanes",
                            json_integer((json_int_t)line->wish.lanes));
    }
    session_send_json(line->session, answer);
    OPENSSL_cleanse(token, sizeof token);
}

static void refuse_often(struct session *session, uint64_t request)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_TOO_OFTEN);
    refusal_add_number(&refusal, "seconds", 1);
    session_refuse(session, request, &refusal);
}

static void take_wish(struct session *session, uint64_t request,
                      const struct line_wish *wish)
{
    struct session_line *line =
        session->line ? session->line : new_line(session);

    if (!line) {
        session_refuse_code(session, request, REFUSAL_BUSY);
    } else if (is_too_often(line, hub_monotonic_ms(session->hub))) {
        refuse_often(session, request);
    } else {
        change(line, wish);
        answer_line(line, request);
    }
}

void session_line(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    struct line_wish wish;
    const char *fault;

    if (session->actor.kind != ACTOR_HOLDER) {
        session_refuse_who(session, id, "a member");
    } else {
        fault = line_wish_read(request->object, &wish);
        if (fault)
            session_refuse_field(session, id, fault, "missing or wrong");
        else
            take_wish(session, id, &wish);
    }
    request_free(request);
}

/* --- the operation `attach` ---------------------------------------------- */

/* All are looked at, each in the same time: nothing tells how near it was. */
static struct session *find_owner(const struct hub *hub, const uint8_t *token)
{
    struct session *owner = NULL;
    struct session_line *line;

    for (line = hub->lines; line; line = line->next)
        if (CRYPTO_memcmp(line->token, token, LINE_TOKEN_SIZE) == 0)
            owner = line->session;
    return owner;
}

/* Whoever wants to log in comes first: lanes leave a quarter of all places. */
static bool has_place(const struct hub *hub, const struct session_line *line)
{
    return line->lane_count < line->wish.lanes &&
           hub->session_count <=
               hub->config.session_max - hub->config.session_max / 4;
}

static void attach(struct session *lane, struct session *owner)
{
    struct session_line *line = owner->line;

    lane->lane_of = owner;
    lane->phase = SESSION_READY;
    line->lanes[line->lane_count++] = lane;
    set_bad(lane, true);
    log_debug("session %llu: lane %zu of session %llu",
              (unsigned long long)lane->id, line->lane_count,
              (unsigned long long)owner->id);
}

void session_attach_lane(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    uint8_t token[LINE_TOKEN_SIZE];
    struct session *owner = NULL;

    if (session->actor.kind != ACTOR_NONE || session->is_enrol_spent ||
        session->is_login_spent) {
        session_refuse_code(session, id, REFUSAL_ALREADY_LOGGED_IN);
        request_free(request);
        return;
    }
    if (json_read_hex(request->object, "token", token, sizeof token))
        owner = find_owner(session->hub, token);
    if (owner && has_place(session->hub, owner->line)) {
        attach(session, owner);
        session_send_json(session, answer_ok(id));
    } else {
        session_refuse_code(session, id, REFUSAL_ATTACH_FAILED);
        session_end(session, CLOSE_POLICY, "not attached");
    }
    OPENSSL_cleanse(token, sizeof token);
    request_free(request);
}
