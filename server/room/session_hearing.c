/* How devices hear: what each tells of itself, and who may look it up. */
#include "server/room/room_types.h"

#include <stdlib.h>

enum { LISTED_MAX = 500 };

/* --- what a device tells ------------------------------------------------- */

/* Two may come at once: a line that stood still lets go of both. */
static int64_t wait_ms(const struct session_hearing *hearing, int64_t now_ms)
{
    const int64_t wait = hearing->due_ms - LIMIT_HEARING_MS - now_ms;

    return wait > 0 ? wait : 0;
}

static void take(struct session *session, const struct hearing_report *report,
                 int64_t now_ms)
{
    struct hearing_figures *figures = &session->hub->figures.hearing;
    struct session_hearing *hearing = &session->hearing;

    if (hearing->due_ms < now_ms)
        hearing->due_ms = now_ms;
    hearing->due_ms += LIMIT_HEARING_MS;
    hearing->is_told = true;
    hearing->last = *report;
    hearing->told_ms = now_ms;
    figures->played += report->played;
    figures->concealed += report->concealed;
    figures->repaired += report->repaired;
    figures->late += report->late;
    figures->dropped += report->dropped;
    histogram_add(&figures->delay, report->delay_ms * 1000);
}

static void refuse_often(struct session *session, uint64_t request,
                         int64_t left_ms)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_TOO_OFTEN);
    refusal_add_number(&refusal, "seconds", (uint64_t)(left_ms + 999) / 1000);
    session_refuse(session, request, &refusal);
}

static bool is_in(const struct session *session, const struct request *request)
{
    const struct subscription *meeting = &session->meeting;

    return meeting->phase == SUBSCRIPTION_ACTIVE &&
           identifier_equal(&meeting->room->id, &request->command.log);
}

void session_hearing(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    const int64_t now_ms = hub_monotonic_ms(session->hub);
    const int64_t left_ms = wait_ms(&session->hearing, now_ms);
    struct hearing_report report;
    const char *missing = NULL;

    if (!is_in(session, request)) {
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
    } else if (!hearing_report_read(request->object, &report, &missing)) {
        session_refuse_field(session, id, missing, "missing or wrong");
    } else if (left_ms > 0) {
        refuse_often(session, id, left_ms);
    } else {
        take(session, &report, now_ms);
        session_send_json(session, answer_ok(id));
    }
    request_free(request);
}

void session_hearing_clear(struct session *session)
{
    session->hearing.is_told = false;
}

/* --- who looks it up ----------------------------------------------------- */

/* Who hears nothing of what should be heard comes first, who has told nothing
 * last. */
static unsigned badness(const struct session *session)
{
    const struct session_hearing *hearing = &session->hearing;

    return hearing->is_told ? 1 + hearing_report_lost_percent(&hearing->last)
                            : 0;
}

static int worst_first(const void *left, const void *right)
{
    const struct session *const *a = left, *const *b = right;
    const unsigned bad_a = badness(*a), bad_b = badness(*b);
    const uint64_t late_a = (*a)->hearing.last.delay_ms;
    const uint64_t late_b = (*b)->hearing.last.delay_ms;

    if (bad_a != bad_b)
        return bad_a > bad_b ? -1 : 1;
    if (bad_a > 0 && late_a != late_b)
        return late_a > late_b ? -1 : 1;
    return (*a)->id < (*b)->id ? -1 : 1;
}

static size_t count_in(const struct room *room)
{
    const struct subscription *next;
    size_t count = 0;

    for (next = room->subscribers; next; next = next->next)
        count += next->phase == SUBSCRIPTION_ACTIVE;
    return count;
}

/* Those in the meeting, `count` of them; NULL for want of memory. */
static struct session **sorted(const struct room *room, size_t count)
{
    struct session **list = malloc((count + 1) * sizeof(struct session *));
    const struct subscription *next;
    size_t i = 0;

    if (!list)
        return NULL;
    for (next = room->subscribers; next; next = next->next)
        if (next->phase == SUBSCRIPTION_ACTIVE)
            list[i++] = next->session;
    qsort(list, count, sizeof(struct session *), worst_first);
    return list;
}

static json_t *row_of(const struct session *session, int64_t now_ms)
{
    const struct session_hearing *hearing = &session->hearing;
    const struct hearing_report *last = &hearing->last;
    const enum hearing_grade grade = hearing_report_grade(last);
    char device[HEX_SIZE(KEY_SIZE)];

    hex_encode(session->actor.device.bytes, KEY_SIZE, device);
    if (!hearing->is_told || grade == HEARING_NONE)
        return json_pack("{s:s, s:s, s:s}", "holder",
                         session->actor.holder.text, "device", device, "hears",
                         "");
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "holder",
                     session->actor.holder.text, "device", device, "hears",
                     enum_word(&hearing_grade_words, (int)grade), "lost",
                     (json_int_t)hearing_report_lost_percent(last), "delay_ms",
                     (json_int_t)last->delay_ms, "ago_ms",
                     (json_int_t)(now_ms - hearing->told_ms));
}

static void answer_list(struct session *session, uint64_t request,
                        const struct room *room)
{
    const int64_t now_ms = hub_monotonic_ms(session->hub);
    const size_t count = room ? count_in(room) : 0;
    struct session **list = room ? sorted(room, count) : NULL;
    json_t *answer = answer_ok(request), *rows = json_array();
    size_t i;

    for (i = 0; list && i < count && i < LISTED_MAX; i++)
        json_array_append_new(rows, row_of(list[i], now_ms));
    free(list);
    if (answer) {
        json_object_set_new(answer, "devices", rows);
        json_object_set_new(answer, "count", json_integer((json_int_t)count));
    } else {
        json_decref(rows);
    }
    session_send_json(session, answer);
}

/* The meeting that the administrator names: one that is not in memory has
 * nobody in it. False: there is no such meeting. */
static bool find_named(const struct hub *hub, const struct identifier *log,
                       const struct room **out)
{
    const struct room *room = hub_find_room(hub, log);

    *out = room && room->kind == ROOM_MEETING ? room : NULL;
    return register_state_meeting(hub->register_room->committed_register,
                                  log) != NULL;
}

static bool may_look(const struct session *session)
{
    const struct meeting_state *state =
        session->meeting.room->committed_meeting;
    const struct identifier *holder = &session->actor.holder;

    return state && (meeting_state_leads(state, holder) ||
                     identifier_equal(&state->minute_taker, holder));
}

void session_who_hears(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    const struct room *room = NULL;

    if (session->actor.kind == ACTOR_ADMINISTRATOR) {
        if (find_named(session->hub, &request->command.log, &room))
            answer_list(session, id, room);
        else
            session_refuse_code(session, id, REFUSAL_UNKNOWN_LOG);
    } else if (!is_in(session, request)) {
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
    } else if (!may_look(session)) {
        session_refuse_who(session, id,
                           "the chair, a co-chair or the minute-taker");
    } else {
        answer_list(session, id, session->meeting.room);
    }
    request_free(request);
}
