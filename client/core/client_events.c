/* What is said in logs: events and openings. */
#include "client/core/client_engine_types.h"

#include "protocol/meeting/command_roles.h"

#include <stdlib.h>
#include <string.h>

bool events_are_awaited(const struct followed *followed)
{
    return followed && (followed->phase == FOLLOW_CATCHING_UP ||
                        followed->phase == FOLLOW_LIVE);
}

void events_complain(struct client_engine *engine, struct followed *followed,
                     enum intake intake, uint64_t seq)
{
    static const enum client_reason reasons[] = {
        [INTAKE_TAKEN] = CLIENT_REASON_NONE,
        [INTAKE_KNOWN] = CLIENT_REASON_NONE,
        [INTAKE_GAP] = CLIENT_REASON_GAP,
        [INTAKE_PARTED] = CLIENT_REASON_FORK,
        [INTAKE_FORK] = CLIENT_REASON_FORK,
        [INTAKE_BAD_EVENT] = CLIENT_REASON_EVENT,
        [INTAKE_BAD_ACT] = CLIENT_REASON_ACT,
        [INTAKE_BAD_OPENING] = CLIENT_REASON_OPENING,
        [INTAKE_BAD_IDENTITY] = CLIENT_REASON_IDENTITY,
        [INTAKE_NO_MEMORY] = CLIENT_REASON_NONE,
    };

    if (intake == INTAKE_NO_MEMORY) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return;
    }
    /* A line that lost something is asked once more; then it is no accident. */
    if (intake == INTAKE_GAP && followed->gap_count++ == 0) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    engine_alarm_at(engine, reasons[intake], followed, seq);
}

static void tell_event(struct client_engine *engine,
                       const struct followed *followed,
                       struct taken_event *event, const char *text, size_t size)
{
    struct client_notice *notice = notice_new(CLIENT_EVENT);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = log_follower_next(followed->follower) - 1;
        notice->json = copy_text(text, size);
        notice->json_size = notice->json ? size : 0;
        if (event->is_register)
            notice->register_event = malloc(sizeof *notice->register_event);
        else
            notice->meeting_event = malloc(sizeof *notice->meeting_event);
        if (notice->register_event)
            *notice->register_event = event->registry;
        if (notice->meeting_event)
            *notice->meeting_event = event->meeting;
        notice->memory = event->memory;
        event->memory = (struct message_memory){ NULL, NULL, 0 };
    }
    notice_put(engine, notice);
}

/* Who was in and is put out sees that in the log, and nothing after it. */
static bool is_own_end(const struct client_engine *engine,
                       const struct followed *followed,
                       const struct taken_event *event)
{
    const struct event_disconnected *body = &event->meeting.body.disconnected;

    return !event->is_register &&
           event->meeting.kind == EVENT_DISCONNECTED_KIND &&
           event->meeting.seq >= followed->news_from &&
           body->reason == END_TURNED_AWAY &&
           key_equal(&body->device, &engine->view.device);
}

static void note_origin(struct followed *followed,
                        const struct taken_event *event)
{
    const struct event_genesis *genesis = &event->meeting.body.genesis;

    if (event->is_register || event->meeting.kind != EVENT_GENESIS_KIND)
        return;
    followed->origin = (struct meeting_origin){
        .is_known = true,
        .server = genesis->server,
        .register_seq = genesis->register_seq,
        .register_head = genesis->register_head,
    };
}

/* False: one of the logs is not of our server, and the alarm was given. */
bool events_check_servers(struct client_engine *engine)
{
    struct followed *wrong = !servers_fit_register(engine)  ? &engine->registry
                             : !servers_fit_meeting(engine) ? &engine->meeting
                                                            : NULL;

    if (wrong)
        events_complain(engine, wrong, INTAKE_BAD_IDENTITY,
                        log_follower_next(wrong->follower) - 1);
    return !wrong;
}

/* False: what is kept contradicts it, or the line was dropped. */
static bool note(struct client_engine *engine, struct followed *followed,
                 const struct taken_event *event)
{
    const enum result result = memory_note_event(followed, event);

    note_origin(followed, event);
    if (result) {
        events_complain(engine, followed,
                        result == RESULT_INVALID ? INTAKE_FORK
                                                 : INTAKE_NO_MEMORY,
                        log_follower_next(followed->follower) - 1);
        return false;
    }
    return events_check_servers(engine);
}

static void on_taken(struct client_engine *engine, struct followed *followed,
                     const struct said *said, struct taken_event *event)
{
    const bool is_out = is_own_end(engine, followed, event);

    followed->gap_count = 0;
    memory_save_later(engine);
    engine_update_view(engine);
    logs_on_event(engine, followed, event);
    checkpoints_on_event(engine, followed, event);
    devices_on_event(engine, followed, event);
    rules_pump(engine);
    ballots_on_event(engine, followed, event);
    texts_on_event(engine, followed, event);
    tell_event(engine, followed, event, said->text, said->size);
    roster_on_news(engine);
    if (is_out && !engine->is_alarmed)
        logs_on_turned_away(engine, followed);
    checkpoints_pump(engine);
    ballots_pump(engine);
}

static bool is_unproven(const struct client_engine *engine,
                        const struct act *act)
{
    return act && act->is_present &&
           command_is_formal(command_op_of(act->op)) &&
           log_follower_is_unproven(engine->registry.follower, &act->device);
}

/* A meeting that asks for vouched devices, and a formal act of one of which the
 * register cannot prove it. */
static bool rests_on_unproven(const struct client_engine *engine,
                              const struct taken_event *event)
{
    const struct meeting_event *meeting = &event->meeting;

    return !event->is_register && engine->registry.follower &&
           log_follower_meeting(engine->meeting.follower)
               ->is_vouching_required &&
           (is_unproven(engine, act_of_event(meeting)) ||
            is_unproven(engine, second_act_of_event(meeting)));
}

/* Takes an event in, also where histories part. */
static enum intake take(struct client_engine *engine, struct followed *followed,
                        const struct said *said, struct taken_event *out)
{
    enum intake intake;
    uint64_t seq = 0;

    if (!json_read_number(said->object, "seq", &seq))
        seq = log_follower_next(followed->follower);
    if (recovery_is_loss(followed, said->object, seq, said->text, said->size))
        return recovery_on_loss(engine, followed, seq, said, out)
                   ? INTAKE_TAKEN
                   : INTAKE_KNOWN;
    intake = log_follower_take(followed->follower, said->text, said->size,
                               said->object, out);
    if (intake == INTAKE_PARTED) {
        if (!recovery_on_parted(engine, followed, seq, said->text, said->size))
            return INTAKE_KNOWN;
        intake = log_follower_take(followed->follower, said->text, said->size,
                                   said->object, out);
    }
    if (intake == INTAKE_TAKEN && rests_on_unproven(engine, out)) {
        taken_event_release(out);
        intake = INTAKE_BAD_ACT;
    }
    if (intake != INTAKE_TAKEN && intake != INTAKE_KNOWN)
        events_complain(engine, followed, intake, seq);
    return intake;
}

void events_on_event(struct client_engine *engine, json_t *frame,
                     const char *text, size_t size)
{
    struct followed *followed = engine->current;
    const struct said said = { frame, text, size };
    struct taken_event event;

    if (!events_are_awaited(followed) ||
        take(engine, followed, &said, &event) != INTAKE_TAKEN)
        return;
    if (note(engine, followed, &event))
        on_taken(engine, followed, &said, &event);
    taken_event_release(&event);
}

static void tell_opening(struct client_engine *engine,
                         const struct followed *followed,
                         const struct opening *opening)
{
    struct client_notice *notice = notice_new(CLIENT_OPENING);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = opening->seq;
        notice->field = copy_text(opening->field, strlen(opening->field));
        notice->text = copy_text(opening->value.data, opening->value.size);
        /* Without memory for it the opening is told without its frame. */
        if (opening_write(opening, &notice->json, &notice->json_size))
            notice->json_size = 0;
    }
    notice_put(engine, notice);
}

void events_on_opening(struct client_engine *engine, const json_t *frame,
                       const char *text, size_t size)
{
    struct followed *followed = engine->current;
    struct opening opening;
    enum intake intake = INTAKE_BAD_OPENING;

    if (!events_are_awaited(followed))
        return;
    opening.seq = 0;
    if (opening_read(frame, &opening, NULL) == RESULT_OK)
        intake = log_follower_open(followed->follower, &opening, text, size);
    if (intake == INTAKE_TAKEN) {
        devices_on_opening(engine, followed, &opening);
        tell_opening(engine, followed, &opening);
    } else if (intake != INTAKE_KNOWN) {
        events_complain(engine, followed, intake, opening.seq);
    }
}
