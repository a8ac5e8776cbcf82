/*
 * What is done about a bad line: figures once a second go to the ladder, what
 * it decides is asked of the server (`line`), done upward alike, and told to
 * whoever owns the encoder.
 */
#include "client/core/client_lines.h"

#include <stdlib.h>
#include <string.h>

enum { SECOND_MS = 1000, GAUGE_PING_MS = 500 };

bool lines_are_on(const struct client_engine *engine)
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
    lines->tick_ms = lines->gauge_ms = INT64_MAX;
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

static void show_trial(struct client_engine *engine)
{
    const struct line_trial *trial = &engine->lines->ladder.trial;

    engine->view.speech_line.copies_given_up = trial->failures;
    engine->view.speech_line.copies_wait_s = trial->wait;
}

/* The step is another now. */
static void on_step(struct client_engine *engine)
{
    struct view_line *line = &engine->view.speech_line;

    line->step = engine->lines->ladder.step;
    line->choice = engine->lines->ladder.choice;
    show_trial(engine);
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
    const struct line_wish wish = line_ladder_wish(&lines->ladder);
    json_t *object;

    /* A full line keeps the answer back just where something else is to be
     * asked for; the newest counts. */
    if (lines->is_unknown || line_wish_equal(&wish, &lines->asked) ||
        (lines->request != 0 &&
         engine_now(engine) < lines->asked_ms + SECOND_MS))
        return;
    lines->asked_ms = engine_now(engine);
    lines->request = engine_next_id(engine);
    if (lines->request == 0)
        return; /* the line was dropped */
    lines->asked = wish;
    object =
        json_pack("{s:I, s:s}", "id", (json_int_t)lines->request, "op", "line");
    if (object && !line_wish_write(&wish, object)) {
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
    if (lines->has_token)
        lines_attach_proven(engine);
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
    lines->tick_ms = lines->gauge_ms = INT64_MAX;
    if (lines->plan)
        copy_plan_clear(lines->plan);
    arrival_judge_reset(&lines->judge);
    engine->view.speech_line.lanes = 0;
}

void lines_on_up(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;

    lines->tick_ms = engine_now(engine);
    line_ladder_renew(&lines->ladder);
    if (!engine->config.lanes.look)
        return;
    lines->gauge_ms = lines->gauge_ping_ms = lines->tick_ms;
    line_gauge_begin(&lines->gauge, lines->tick_ms);
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
    if (lines_are_on(engine))
        ask(engine);
    request_answer_locally(engine, tag, NULL);
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
    line->lanes = lines_count_up(engine->lines);
    show_trial(engine);
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

    if (second.came + second.spoken > 0)
        line_gauge_note_sound(&lines->gauge);
    lines->spoken = 0;
    for (lane = 0; lane <= LIMIT_LANES; lane++)
        add_lane(engine, lane, &second);
    second.is_opening =
        lines_count_up(lines) < line_setting(lines->ladder.step)->wish.lanes;
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

/* Whatever comes first says how much the line carries. */
static void gauge(struct client_engine *engine, int64_t now_ms)
{
    const struct client_lane_port *port = &engine->config.lanes;
    struct engine_lines *lines = engine->lines;
    struct line_figures figures;

    if (now_ms < lines->gauge_ms)
        return;
    if (port->look(port->user, 0, &figures))
        line_gauge_note(&lines->gauge, &figures, now_ms);
    lines->gauge_ms = line_gauge_next_ms(&lines->gauge);
    if (lines->gauge_ms <= now_ms)
        lines->gauge_ms = now_ms + GAUGE_LOOK_MS;
    if (line_gauge_is_curious(&lines->gauge) &&
        now_ms >= lines->gauge_ping_ms) {
        lines->gauge_ping_ms = now_ms + GAUGE_PING_MS;
        port->ping(port->user, 0);
    }
    if (line_gauge_rate(&lines->gauge) > lines->ladder.capacity.gauged &&
        line_ladder_gauge(&lines->ladder, line_gauge_rate(&lines->gauge)))
        on_step(engine);
}

int64_t lines_next_ms(const struct client_engine *engine)
{
    const struct engine_lines *lines = engine->lines;
    int64_t next_ms = lines->tick_ms;

    if (!lines_are_on(engine))
        return lines->gauge_ms;
    if (lines->gauge_ms < next_ms)
        next_ms = lines->gauge_ms;
    if (lines->is_planned && copy_plan_due_ms(lines->plan) < next_ms)
        next_ms = copy_plan_due_ms(lines->plan);
    return next_ms;
}

void lines_tick(struct client_engine *engine)
{
    struct engine_lines *lines = engine->lines;
    int64_t now_ms = engine_now(engine);

    gauge(engine, now_ms);
    if (!lines_are_on(engine))
        return;
    while (lines->is_planned && copy_plan_due_ms(lines->plan) <= now_ms)
        lines_send_planned(engine, now_ms);
    if (now_ms < lines->tick_ms)
        return;
    if (now_ms >= lines->second_ms) {
        lines->second_ms = now_ms + SECOND_MS;
        end_second(engine);
        ask(engine);
    }
    if (engine->phase != ENGINE_UP)
        return; /* asking has dropped the line */
    lines_tend_lanes(engine, now_ms);
    lines->tick_ms = lines->second_ms;
    if (lines->lane_ms > now_ms && lines->lane_ms < lines->tick_ms)
        lines->tick_ms = lines->lane_ms;
}
