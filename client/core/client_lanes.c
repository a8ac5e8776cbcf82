/*
 * The lanes beside a client's line: opened, proved and attached one by one, and
 * given up when they stand still; and the sound that goes and comes over all of
 * them.
 */
#include "client/core/client_lines.h"

#include "protocol/wire/blob_piece.h"
#include "protocol/wire/tight_message.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECOND_MS = 1000,
    LANE_HANDSHAKE_MS = 10000,
    /* A thin line opens one after the other, for handshakes would choke it;
     * others so often, and so many at once. */
    LANE_PAUSE_MS = 500,
    LANES_COMING = 3,
    LANE_AGAIN_MS = 5000, /* after the server refused one */
    REQUEST_ATTACH = 4    /* of a connection that says nothing else */
};

unsigned lines_count_up(const struct engine_lines *lines)
{
    unsigned i, count = 0;

    for (i = 0; i < LIMIT_LANES; i++)
        count += lines->lanes[i].phase == LANE_ATTACHED;
    return count;
}

/* --- lanes --------------------------------------------------------------- */

static void leave_lane(struct client_engine *engine, unsigned lane)
{
    struct engine_lines *lines = engine->lines;

    lines->lanes[lane - 1].phase = LANE_LEAVING;
    engine->config.lanes.close(engine->config.lanes.user, lane);
}

static void open_lane(struct client_engine *engine, int64_t now_ms)
{
    struct engine_lines *lines = engine->lines;
    unsigned i = 0;

    while (i < LIMIT_LANES && lines->lanes[i].phase != LANE_FREE)
        i++;
    if (i == LIMIT_LANES)
        return;
    lines->lane_ms =
        now_ms + (lines->ladder.step == LINE_THIN ? SECOND_MS : LANE_PAUSE_MS);
    if (engine->config.lanes.open(engine->config.lanes.user, i + 1))
        return; /* tried again */
    lines->lanes[i].phase = LANE_CONNECTING;
    lines->lanes[i].deadline_ms = now_ms + LANE_HANDSHAKE_MS;
}

static bool is_under_way(const struct engine_lane *lane)
{
    return lane->phase == LANE_CONNECTING || lane->phase == LANE_PROVING ||
           lane->phase == LANE_PROVEN || lane->phase == LANE_ATTACHING;
}

/* One that stands still for good makes room; the system cannot know it of a
 * connection that only listens. What we say ourselves is answered, if only by
 * the other end's system: no ping beside it, five of which fill a thin line. */
static void look_after(struct client_engine *engine, unsigned lane,
                       int64_t now_ms)
{
    const struct client_lane_port *port = &engine->config.lanes;
    struct engine_lane *one = &engine->lines->lanes[lane - 1];
    struct line_figures figures;

    if (is_under_way(one) && now_ms >= one->deadline_ms)
        leave_lane(engine, lane);
    if (one->phase != LANE_ATTACHED || !port->look(port->user, lane, &figures))
        return;
    if (figures.answered_ms >= 2 * line_silence_ms(figures.round_trip_ms))
        leave_lane(engine, lane);
    else if (figures.answered_ms >= SECOND_MS)
        port->ping(port->user, lane);
}

/* Where lanes were granted before, as after a cut, their handshakes begin
 * beside the question; a thin line has no room for that. */
static unsigned count_wanted(const struct engine_lines *lines)
{
    if (lines->has_token)
        return lines->answered.lanes;
    return lines->request != 0 && lines->attached > 0 &&
                   lines->ladder.step != LINE_THIN
               ? lines->asked.lanes
               : 0;
}

void lines_tend_lanes(struct client_engine *engine, int64_t now_ms)
{
    struct engine_lines *lines = engine->lines;
    unsigned wanted = count_wanted(lines);
    unsigned most_coming = lines->ladder.step == LINE_THIN ? 1 : LANES_COMING;
    unsigned lane, there = 0, coming = 0;

    for (lane = 1; lane <= LIMIT_LANES; lane++) {
        const struct engine_lane *one = &lines->lanes[lane - 1];

        look_after(engine, lane, now_ms);
        if (one->phase != LANE_FREE && one->phase != LANE_LEAVING &&
            there >= wanted)
            leave_lane(engine, lane);
        there += one->phase == LANE_ATTACHED || is_under_way(one);
        coming += is_under_way(one);
    }
    if (there < wanted && coming < most_coming && now_ms >= lines->lane_ms)
        open_lane(engine, now_ms);
    engine->view.speech_line.lanes = lines_count_up(lines);
}

void client_engine_on_lane_open(struct client_engine *engine, unsigned lane,
                                const uint8_t *exporter)
{
    struct engine_lane *one = &engine->lines->lanes[lane - 1];

    if (one->phase != LANE_CONNECTING)
        return;
    memcpy(one->exporter.bytes, exporter, sizeof one->exporter.bytes);
    one->phase = LANE_PROVING;
}

/* The token goes to nobody but the server that the line goes to. */
static bool is_our_server(const struct client_engine *engine,
                          const struct engine_lane *lane, const json_t *object)
{
    struct hello hello = { .nonce = { { 0 } } };

    return object && handshake_read_hello(object, &hello) &&
           servers_judge(engine, &hello, &lane->exporter) ==
               CLIENT_REASON_NONE &&
           key_equal(&hello.server, &engine->server);
}

static bool attach(struct client_engine *engine, unsigned lane)
{
    const struct engine_lines *lines = engine->lines;
    const struct client_lane_port *port = &engine->config.lanes;
    char token[HEX_SIZE(LINE_TOKEN_SIZE)], *text = NULL;
    json_t *object;
    size_t size = 0;
    bool is_sent = false;

    hex_encode(lines->token, sizeof lines->token, token);
    object = json_pack("{s:i, s:s, s:s}", "id", REQUEST_ATTACH, "op", "attach",
                       "token", token);
    if (object && message_text(object, &text, &size) == RESULT_OK)
        is_sent =
            port->send(port->user, lane, LANE_CONTROL, text, size) == RESULT_OK;
    free(text);
    json_decref(object);
    return is_sent;
}

void lines_attach_proven(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    unsigned lane;

    for (lane = 1; lane <= LIMIT_LANES; lane++) {
        struct engine_lane *one = &lines->lanes[lane - 1];

        if (one->phase != LANE_PROVEN)
            continue;
        one->phase = LANE_ATTACHING;
        if (!attach(engine, lane))
            leave_lane(engine, lane);
    }
}

/* True: it may be attached, or is being. */
static bool prove(struct client_engine *engine, unsigned lane,
                  const json_t *frame)
{
    struct engine_lines *lines = engine->lines;
    struct engine_lane *one = &lines->lanes[lane - 1];

    if (!lines_are_on(engine) ||
        !is_our_server(engine, one, json_object_get(frame, "hello")))
        return false;
    one->phase = LANE_PROVEN;
    if (lines->has_token)
        lines_attach_proven(engine);
    return one->phase == LANE_ATTACHING ||
           (one->phase == LANE_PROVEN && lines->request != 0);
}

void client_engine_on_lane_text(struct client_engine *engine, unsigned lane,
                                const char *text, size_t size)
{
    struct engine_lines *lines = engine->lines;
    struct engine_lane *one = &lines->lanes[lane - 1];
    json_t *frame = NULL;
    uint64_t id = 0;
    bool is_good = false;

    if (one->phase != LANE_PROVING && one->phase != LANE_ATTACHING)
        return;
    if (size <= LIMIT_EVENT_SIZE &&
        message_parse(text, size, &frame) == RESULT_OK) {
        if (one->phase == LANE_PROVING) {
            is_good = prove(engine, lane, frame);
        } else {
            is_good = json_read_number(frame, "re", &id) &&
                      id == REQUEST_ATTACH && answer_is_ok(frame);
            one->phase = LANE_ATTACHED;
        }
    }
    json_decref(frame);
    if (!is_good) {
        lines->lane_ms = engine_now(engine) + LANE_AGAIN_MS;
        leave_lane(engine, lane);
        return;
    }
    if (one->phase == LANE_ATTACHED)
        one->order = ++lines->attached;
    engine->view.speech_line.lanes = lines_count_up(lines);
}

/* Before its server is proven, anybody may be at the other end. */
void client_engine_on_lane_binary(struct client_engine *engine, unsigned lane,
                                  const uint8_t *bytes, size_t size)
{
    const struct engine_lines *lines = engine->lines;

    if (lines->lanes[lane - 1].phase == LANE_ATTACHED && size > 0 &&
        bytes[0] != BLOB_PIECE_TYPE)
        client_engine_on_binary(engine, bytes, size);
}

void client_engine_on_lane_closed(struct client_engine *engine, unsigned lane)
{
    struct engine_lines *lines = engine->lines;

    lines->lanes[lane - 1].phase = LANE_FREE;
    engine->view.speech_line.lanes = lines_count_up(lines);
}

/* --- sound --------------------------------------------------------------- */

void lines_on_audio(struct client_engine *engine,
                    const struct audio_frame *frame)
{
    const struct client_engine_config *config = &engine->config;
    struct engine_lines *lines = engine->lines;
    unsigned bundle = lines->answered.bundle;
    int64_t held_ms = 0;

    if (bundle > 1)
        held_ms = (int64_t)bundle *
                  line_frame_ms(line_setting(lines->ladder.step)->rate);
    if (arrival_judge_note(&lines->judge, frame->slot, frame->sequence,
                           frame->timestamp, held_ms, engine_now(engine)) &&
        config->on_audio)
        config->on_audio(config->audio_user, frame->slot, frame->sequence,
                         frame->timestamp, frame->flags, frame->payload,
                         frame->payload_size);
}

/* The lanes that are up, in the order in which they were attached; 0 first. */
static unsigned list_up(const struct engine_lines *lines,
                        unsigned up[1 + LIMIT_LANES])
{
    unsigned count = 1, i, at;

    up[0] = 0;
    for (i = 1; i <= LIMIT_LANES; i++) {
        if (lines->lanes[i - 1].phase != LANE_ATTACHED)
            continue;
        for (at = count; at > 1 && lines->lanes[up[at - 1] - 1].order >
                                       lines->lanes[i - 1].order;
             at--)
            up[at] = up[at - 1];
        up[at] = i;
        count++;
    }
    return count;
}

void lines_send_planned(struct client_engine *engine, int64_t now_ms)
{
    struct engine_lines *lines = engine->lines;
    const struct client_lane_port *port = &engine->config.lanes;
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    unsigned up[1 + LIMIT_LANES], count = list_up(lines, up);
    struct copy_message message;
    size_t size;

    /* What a lane does not take is in its outbox no more, or too old: the next
     * message has the copy. */
    if (copy_plan_take(lines->plan, now_ms, count, &message) &&
        tight_message_encode(message.frames, message.count, bytes, sizeof bytes,
                             &size) == RESULT_OK)
        (void)port->send(port->user, up[message.lane], LANE_AUDIO, bytes, size);
}

bool lines_send_audio(struct client_engine *engine,
                      const struct audio_frame *frame)
{
    struct engine_lines *lines = engine->lines;
    int64_t now_ms = engine_now(engine);

    lines->spoken++;
    if (!lines->is_planned)
        return false;
    if (copy_plan_add(lines->plan, frame, now_ms) == RESULT_FULL) {
        lines_send_planned(engine, now_ms);
        if (copy_plan_add(lines->plan, frame, now_ms) != RESULT_OK)
            return true; /* it is no frame that could be sent */
    }
    if (copy_plan_due_ms(lines->plan) <= now_ms)
        lines_send_planned(engine, now_ms);
    return true;
}
