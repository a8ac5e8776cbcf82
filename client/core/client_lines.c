/*
 * What is done about a bad line: figures once a second go to the ladder, what
 * it decides is asked of the server (`line`), done upward alike, and told to
 * whoever owns the encoder; lanes are opened, proved and attached one by one.
 */
#include "client/core/client_lines.h"

#include "protocol/wire/blob_piece.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECOND_MS = 1000,
    LANE_HANDSHAKE_MS = 10000,
    LANE_AGAIN_MS = 5000, /* after the server refused one */
    REQUEST_ATTACH = 4    /* of a connection that says nothing else */
};

static bool are_on(const struct client_engine *engine)
{
    return engine->lines && engine->config.lanes.look &&
           engine->phase == ENGINE_UP && engine->meeting.phase != FOLLOW_OFF &&
           engine->meeting.phase != FOLLOW_REFUSED;
}

/* --- life ---------------------------------------------------------------- */

enum result lines_open(struct client_engine *engine)
{
    struct engine_lines *lines = calloc(1, sizeof *lines);

    if (!lines)
        return RESULT_NO_MEMORY;
    line_ladder_init(&lines->ladder);
    lines->asked = lines->answered = line_wish_plain();
    lines->tick_ms = INT64_MAX;
    engine->lines = lines;
    return RESULT_OK;
}

void lines_free(struct client_engine *engine)
{
    if (engine->lines)
        free(engine->lines->plan);
    free(engine->lines);
    engine->lines = NULL;
}

/* --- what is told -------------------------------------------------------- */

enum line_state client_line_state(const struct view_line *line)
{
    if (line->is_silent)
        return LINE_STATE_SILENT;
    switch (line->step) {
    case LINE_PLAIN:
        return LINE_STATE_GOOD;
    case LINE_PAIRED:
    case LINE_SLIM:
        return LINE_STATE_SLOW;
    case LINE_ROUGH:
    case LINE_ROUGHER:
    case LINE_THIN:
        return LINE_STATE_ROUGH;
    case LINE_NARROW:
        return LINE_STATE_NARROW;
    case LINE_STEPS:
        break;
    }
    return LINE_STATE_GOOD;
}

const char *client_line_state_word(enum line_state state)
{
    static const char *const words[] = { [LINE_STATE_GOOD] = "good",
                                         [LINE_STATE_SLOW] = "slow",
                                         [LINE_STATE_ROUGH] = "rough",
                                         [LINE_STATE_NARROW] = "narrow",
                                         [LINE_STATE_SILENT] = "silent" };

    return words[state];
}

static void tell(struct client_engine *engine)
{
    struct client_notice *notice = notice_new(CLIENT_LINE);

    if (notice)
        notice->line = engine->view.speech_line;
    notice_put(engine, notice);
}

static void advise(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    const struct line_setting *setting = line_setting(lines->ladder.step);
    struct view_line *line = &engine->view.speech_line;
    unsigned rate = setting->rate;

    if (lines->voice_rate > 0 && lines->voice_rate < rate)
        rate = lines->voice_rate;
    line->rate = rate;
    line->floor_ms = setting->floor_ms;
    if (rate == lines->advised_rate &&
        setting->floor_ms == lines->advised_floor)
        return;
    lines->advised_rate = rate;
    lines->advised_floor = setting->floor_ms;
    if (engine->config.on_voice_advice)
        engine->config.on_voice_advice(engine->config.audio_user, rate,
                                       line_frame_ms(rate), setting->floor_ms);
}

static unsigned count_up(const struct engine_lines *lines)
{
    unsigned i, count = 0;

    for (i = 0; i < LIMIT_LANES; i++)
        count += lines->lanes[i].phase == LANE_ATTACHED;
    return count;
}

/* The step is another now. */
static void on_step(struct client_engine *engine)
{
    struct view_line *line = &engine->view.speech_line;

    line->step = engine->lines->ladder.step;
    line->choice = engine->lines->ladder.choice;
    advise(engine);
    tell(engine);
}

void client_engine_note_silence(struct client_engine *engine, bool is_silent)
{
    if (engine->view.speech_line.is_silent == is_silent)
        return;
    engine->view.speech_line.is_silent = is_silent;
    tell(engine);
}

/* --- asking -------------------------------------------------------------- */

static void ask(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    const struct line_wish *wish = &line_setting(lines->ladder.step)->wish;
    json_t *object;

    /* A full line keeps the answer back just where something else is to be
     * asked for; the newest counts. */
    if (lines->is_unknown || line_wish_equal(wish, &lines->asked) ||
        (lines->request != 0 &&
         engine_now(engine) < lines->asked_ms + SECOND_MS))
        return;
    lines->asked_ms = engine_now(engine);
    lines->request = engine_next_id(engine);
    if (lines->request == 0)
        return; /* the line was dropped */
    lines->asked = *wish;
    object =
        json_pack("{s:I, s:s}", "id", (json_int_t)lines->request, "op", "line");
    if (object && !line_wish_write(wish, object)) {
        json_decref(object);
        object = NULL;
    }
    engine_send(engine, object);
}

static bool make_plan(struct engine_lines *lines)
{
    bool is_plain =
        lines->answered.bundle <= 1 && lines->answered.copy_count == 0;

    lines->is_planned = false;
    if (is_plain)
        return true;
    if (lines->plan) {
        copy_plan_set(lines->plan, &lines->answered);
    } else {
        lines->plan = malloc(sizeof *lines->plan);
        if (!lines->plan)
            return false;
        copy_plan_init(lines->plan, &lines->answered);
    }
    lines->is_planned = true;
    return true;
}

bool lines_on_answer(struct client_engine *engine, uint64_t id,
                     const json_t *answer)
{
    struct engine_lines *lines = engine->lines;

    if (id == 0 || id != lines->request)
        return false;
    lines->request = 0;
    if (!answer_is_ok(answer)) {
        enum refusal_code code = refusal_of_answer(answer).code;

        /* One that was only too much now is asked again in a second; a server
         * that knows nothing of it is left alone. */
        lines->is_unknown = code != REFUSAL_TOO_OFTEN && code != REFUSAL_BUSY;
        lines->asked = lines->answered;
        return true;
    }
    lines->has_token =
        json_read_hex(answer, "token", lines->token, sizeof lines->token);
    lines->answered = lines->asked;
    /* Without memory sound goes up as it always did. */
    (void)make_plan(lines);
    lines->lane_ms = engine_now(engine);
    if (lines->lane_ms < lines->tick_ms)
        lines->tick_ms = lines->lane_ms;
    ask(engine);
    return true;
}

void lines_on_note(struct client_engine *engine, const json_t *frame)
{
    uint64_t rate = 0;

    if (!json_read_number(frame, "rate", &rate) || rate > LIMIT_LINE_RATE_MAX ||
        (rate != 0 && rate < LIMIT_LINE_RATE_MIN))
        return;
    engine->lines->voice_rate = (unsigned)rate;
    advise(engine);
}

void lines_on_down(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    unsigned i;

    for (i = 0; i < LIMIT_LANES; i++)
        if (lines->lanes[i].phase != LANE_FREE &&
            lines->lanes[i].phase != LANE_LEAVING) {
            lines->lanes[i].phase = LANE_LEAVING;
            engine->config.lanes.close(engine->config.lanes.user, i + 1);
        }
    lines->request = 0;
    lines->has_token = lines->is_unknown = lines->is_planned = false;
    lines->is_counted = false;
    lines->asked = lines->answered = line_wish_plain();
    lines->voice_rate = 0;
    lines->tick_ms = INT64_MAX;
    if (lines->plan)
        copy_plan_clear(lines->plan);
    arrival_judge_reset(&lines->judge);
    engine->view.speech_line.lanes = 0;
}

void lines_on_up(struct client_engine *engine)
{
    engine->lines->tick_ms = engine_now(engine);
}

/* {"op":"use_line","line":"auto"|"plain"|"rough"|"narrow"} */
bool lines_command(struct client_engine *engine, uint64_t tag,
                   const json_t *command, const char *op)
{
    struct refusal refusal = { .code = REFUSAL_BAD_MESSAGE };
    const char *word = json_string_value(json_object_get(command, "line"));
    enum line_choice choice;

    if (strcmp(op, "use_line") != 0)
        return false;
    if (!word || !line_choice_of(word, &choice)) {
        refusal_add_text(&refusal, "path", text_view_of("line"));
        request_answer_locally(engine, tag, &refusal);
        return true;
    }
    if (line_ladder_choose(&engine->lines->ladder, choice))
        on_step(engine);
    engine->view.speech_line.choice = choice;
    if (are_on(engine))
        ask(engine);
    request_answer_locally(engine, tag, NULL);
    return true;
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
    lines->lane_ms = now_ms + SECOND_MS;
    if (engine->config.lanes.open(engine->config.lanes.user, i + 1))
        return; /* tried again in a second */
    lines->lanes[i].phase = LANE_CONNECTING;
    lines->lanes[i].deadline_ms = now_ms + LANE_HANDSHAKE_MS;
}

static bool is_under_way(const struct engine_lane *lane)
{
    return lane->phase == LANE_CONNECTING || lane->phase == LANE_PROVING ||
           lane->phase == LANE_ATTACHING;
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

static void tend_lanes(struct client_engine *engine, int64_t now_ms)
{
    struct engine_lines *lines = engine->lines;
    unsigned wanted = lines->has_token ? lines->answered.lanes : 0;
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
    /* One after the other: handshakes would choke a thin line. */
    if (there < wanted && coming == 0 && now_ms >= lines->lane_ms)
        open_lane(engine, now_ms);
    engine->view.speech_line.lanes = count_up(lines);
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
            is_good =
                are_on(engine) && lines->has_token &&
                is_our_server(engine, one, json_object_get(frame, "hello")) &&
                attach(engine, lane);
            one->phase = LANE_ATTACHING;
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
    engine->view.speech_line.lanes = count_up(lines);
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
    engine->view.speech_line.lanes = count_up(lines);
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

static void send_planned(struct client_engine *engine, int64_t now_ms)
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
        send_planned(engine, now_ms);
        if (copy_plan_add(lines->plan, frame, now_ms) != RESULT_OK)
            return true; /* it is no frame that could be sent */
    }
    if (copy_plan_due_ms(lines->plan) <= now_ms)
        send_planned(engine, now_ms);
    return true;
}

/* --- seconds ------------------------------------------------------------- */

/* What has come to be since the second before; a connection that is new has
 * counted from nothing. */
static uint64_t grown(uint64_t before, uint64_t now)
{
    return now >= before ? now - before : now;
}

static void add_lane(struct client_engine *engine, unsigned lane,
                     struct line_second *second)
{
    const struct client_lane_port *port = &engine->config.lanes;
    struct line_figures *before = &engine->lines->before[lane];
    struct line_figures now;

    if (!port->look(port->user, lane, &now)) {
        *before = (struct line_figures){ .heard_ms = 0 };
        return;
    }
    second->received += (unsigned)grown(before->received, now.received);
    second->disordered += (unsigned)grown(before->disordered, now.disordered);
    second->sent += (unsigned)grown(before->sent, now.sent);
    second->sent_again += (unsigned)grown(before->sent_again, now.sent_again);
    second->received_bits +=
        8 * (unsigned)grown(before->received_bytes, now.received_bytes);
    second->sent_bits +=
        8 * (unsigned)grown(before->sent_bytes, now.sent_bytes);
    second->dropped += (unsigned)grown(before->stale, now.stale);
    if (lane == 0) {
        second->knows_packets = now.knows_packets;
        second->round_trip_ms = now.round_trip_ms;
        second->least_round_trip_ms = now.least_round_trip_ms;
    }
    *before = now;
}

static void show(struct client_engine *engine, const struct line_second *second)
{
    struct view_line *line = &engine->view.speech_line;

    line->round_trip_ms = second->round_trip_ms;
    line->came += second->came;
    line->late += second->late;
    line->lost += second->lost;
    line->dropped += second->dropped;
    line->lanes = count_up(engine->lines);
}

static void end_second(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    const struct arrival_count count = arrival_judge_take(&lines->judge);
    struct line_second second = { .came = count.came,
                                  .late = count.late,
                                  .very_late = count.very_late,
                                  .lost = count.lost,
                                  .standing_ms = count.standing_ms,
                                  .spoken = lines->spoken };
    unsigned lane;

    lines->spoken = 0;
    for (lane = 0; lane <= LIMIT_LANES; lane++)
        add_lane(engine, lane, &second);
    second.is_opening =
        count_up(lines) < line_setting(lines->ladder.step)->wish.lanes;
    show(engine, &second);
    /* A connection that has just come to be has nothing to compare with. */
    if (lines->is_counted && line_ladder_second(&lines->ladder, &second))
        on_step(engine);
    lines->is_counted = true;
    if (line_ladder_is_buried(&lines->ladder))
        engine->config.lanes.close(engine->config.lanes.user, 0);
    else if (line_ladder_is_wary(&lines->ladder))
        engine->config.lanes.ping(engine->config.lanes.user, 0);
}

int64_t lines_next_ms(const struct client_engine *engine)
{
    const struct engine_lines *lines = engine->lines;
    int64_t next_ms = lines->tick_ms;

    if (!are_on(engine))
        return INT64_MAX;
    if (lines->is_planned && copy_plan_due_ms(lines->plan) < next_ms)
        next_ms = copy_plan_due_ms(lines->plan);
    return next_ms;
}

void lines_tick(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    int64_t now_ms = engine_now(engine);

    if (!are_on(engine))
        return;
    while (lines->is_planned && copy_plan_due_ms(lines->plan) <= now_ms)
        send_planned(engine, now_ms);
    if (now_ms < lines->tick_ms)
        return;
    if (now_ms >= lines->second_ms) {
        lines->second_ms = now_ms + SECOND_MS;
        end_second(engine);
        ask(engine);
    }
    if (engine->phase != ENGINE_UP)
        return; /* asking has dropped the line */
    tend_lanes(engine, now_ms);
    lines->tick_ms = lines->second_ms;
}
