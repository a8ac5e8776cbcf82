/*
 * Ballots as they come. Nothing of the device or the request is kept: a session
 * is known until its answer has gone, and no line of the log says who or when.
 */
#include "server/room/ballot_desk.h"

#include "protocol/record/statement_ballot.h"

#include <stdlib.h>
#include <string.h>

/* Proofs take milliseconds each: so few at once leave workers for the
 * signatures of everybody else, and a core for the voices. */
enum { CHECKS_AT_ONCE = 2, CHECKS_WAITING_MAX = 1024 };

struct cast_check {
    struct desk_task base;
    struct cast_check *next;
    uint64_t session, request;
    struct desk_poll *poll; /* a reference, once it is begun */
    struct work_text text;
    struct hash tracker;
    enum ballot_fault fault;
    uint32_t row;
    struct identifier site; /* whose device sent it; "" of a member's */
};

static void release_check(struct desk_task *base)
{
    struct cast_check *check = (struct cast_check *)base;

    desk_poll_unref(check->poll);
    work_text_release(&check->text);
    desk_end_request(base->hub, check->session, check->request);
}

void desk_forget_checks(struct ballot_desk *desk)
{
    struct cast_check *first = desk->check_first;

    desk->check_first = NULL;
    desk->check_end = &desk->check_first;
    desk->checks = desk->checks_waiting = 0;
    while (first) {
        struct cast_check *check = first;

        first = check->next;
        release_check(&check->base);
        free(check);
    }
}

void desk_forget_ballots(struct ballot_desk *desk)
{
    size_t i;

    for (i = 0; i < desk->ballot_count; i++)
        work_text_release(&desk->ballots[i].text);
    free(desk->ballots);
    free(desk->last);
    free(desk->cast);
    for (i = 0; i < DESK_PARTS_MAX; i++)
        work_text_release(&desk->parts[i].text);
    memset(desk->parts, 0, sizeof desk->parts);
    desk->ballots = NULL;
    desk->last = desk->cast = NULL;
    desk->ballot_count = desk->ballot_capacity = desk->returned = 0;
    desk->poll = desk_poll_unref(desk->poll);
}

/* --- on a worker ---------------------------------------------------------- */

static enum result check_ballot(struct desk_task *base)
{
    struct cast_check *check = (struct cast_check *)base;
    struct ballot_vote vote = { .answers = NULL };

    check->tracker = work_text_hash(&check->text);
    check->fault = ballot_vote_read(check->poll->booth,
                                    work_text_view(&check->text), &vote, NULL);
    if (check->fault == BALLOT_FAULT_NONE)
        check->fault = desk_poll_row(check->poll, &vote, &check->row);
    if (check->fault == BALLOT_FAULT_NONE)
        check->fault = ballot_vote_check(check->poll->booth, &vote, NULL);
    ballot_vote_release(&vote);
    if (check->fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    return check->fault == BALLOT_FAULT_LIBRARY ? RESULT_CRYPTO : RESULT_OK;
}

/* --- the receipt ---------------------------------------------------------- */

struct receipt_task {
    struct desk_task base;
    uint64_t session, request;
    struct hash setup;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct meeting_ballot_record record;
    uint64_t height;
    int64_t at_ms;
    struct signature sig;
};

static enum result sign_receipt(struct desk_task *base)
{
    struct receipt_task *task = (struct receipt_task *)base;
    const struct signing_key *identity = base->hub->config.identity;
    const struct statement_receipt fields = { .uuid = text_view_of(task->uuid),
                                              .setup = task->setup,
                                              .ballot = task->record.tracker,
                                              .height = task->height,
                                              .record = task->record.event,
                                              .at_ms = (uint64_t)task->at_ms };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_receipt(&identity->public_key, identifier_view(&base->log),
                          &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(identity, bytes, size, &task->sig);
    free(bytes);
    return result;
}

static void on_receipt(struct room *room, struct desk_task *base)
{
    const struct receipt_task *task = (const struct receipt_task *)base;
    struct session *session = hub_session(room->hub, task->session);
    char hex[HEX_SIZE(SIGNATURE_SIZE)];
    json_t *answer;

    if (!session)
        return;
    if (base->result != RESULT_OK) {
        session_refuse_code(session, task->request, REFUSAL_BUSY);
        return;
    }
    answer = answer_ok(task->request);
    hex_encode(task->sig.bytes, SIGNATURE_SIZE, hex);
    if (answer) {
        json_object_set_new(answer, "height",
                            json_integer((json_int_t)task->height));
        json_object_set_new(answer, "ms",
                            json_integer((json_int_t)task->at_ms));
        json_object_set_new(answer, "sig", json_string(hex));
    }
    session_send_json(session, answer);
}

/* The ballot at this height is on disk: the voter may hold the server to it. */
static void give_receipt(struct room *room, struct session *session,
                         const struct waiting_answer *waiting)
{
    const struct meeting_ballot *ballot = desk_ballot(room);
    struct receipt_task *task = NULL;

    if (ballot && room->desk && waiting->number >= 1 &&
        waiting->number <= ballot->record_count)
        task = calloc(1, sizeof *task);
    if (task) {
        const struct text_view uuid =
            meeting_ballot_uuid(ballot, ballot->attempt);

        memcpy(task->uuid, uuid.data, uuid.size);
        task->session = session->id;
        task->request = waiting->request;
        task->setup = ballot->setup;
        task->record = ballot->records[waiting->number - 1];
        task->height = waiting->number;
        task->at_ms = clock_utc_ms(room->hub->config.clock);
        task->base.work = sign_receipt;
        task->base.then = on_receipt;
    }
    if (!task || !desk_start(room, &task->base))
        session_refuse_code(session, waiting->request, REFUSAL_BUSY);
}

/* --- on the loop ---------------------------------------------------------- */

static void set_fault(struct refusal *refusal, enum ballot_fault fault)
{
    refusal_set(refusal, REFUSAL_BAD_BALLOT);
    refusal_add_text(refusal, "problem",
                     text_view_of(ballot_fault_word(fault)));
}

/* May a ballot that came be recorded still? Those that came in time are looked
 * at and recorded, however long that takes. */
static bool takes_ballots(const struct room *room,
                          const struct meeting_ballot *ballot)
{
    return ballot && ballot->phase == BALLOT_PHASE_VOTING &&
           (!ballot->is_ending || room_now_ms(room) < ballot->closes_at_ms);
}

/* Ballot and event are one batch. */
static bool record_ballot(struct room *room, struct cast_check *check)
{
    struct ballot_desk *desk = room->desk;
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };
    struct event_ballot_recorded *body = &event.body.ballot_recorded;
    const struct report_blob blob = { check->text.data, check->text.size };

    body->ballot = desk->ballot;
    body->height = desk->ballot_count + 1;
    body->tracker = check->tracker;
    body->returned = desk->returned + (desk->last[check->row] == 0);
    return desk_reserve_ballot(desk) && desk_report(room, &event, &blob, 1) &&
           room->desk && room->phase == ROOM_READY;
}

/* The height of the ballot, new or known; 0: refused. */
static uint64_t decide(struct room *room, struct cast_check *check,
                       struct refusal *refusal)
{
    struct ballot_desk *desk = room->desk;
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    const uint64_t max =
        ballot->is_revote ? room_rules(room)->ballot_changes_max : 1;
    uint64_t height;

    if (check->fault != BALLOT_FAULT_NONE) {
        set_fault(refusal, check->fault);
        return 0;
    }
    height = meeting_ballot_height(ballot, &check->tracker);
    if (height > 0)
        return height;
    if (desk->cast[check->row] >= max) {
        set_fault(refusal, BALLOT_FAULT_TOO_OFTEN);
        return 0;
    }
    if (!identifier_is_empty(&check->site) &&
        !desk_use_unlock(desk, &check->site)) {
        refusal_set(refusal, REFUSAL_NOT_ALLOWED);
        refusal_add_text(refusal, "who",
                         TEXT_LITERAL("who unlocked a ballot there"));
        return 0;
    }
    if (!record_ballot(room, check)) {
        refusal_set(refusal, REFUSAL_STORE_FAILED);
        return 0;
    }
    desk_count_ballot(desk, check->row, &check->text);
    room->hub->figures.ballots_recorded++;
    return desk->ballot_count;
}

static void on_checked(struct room *room, struct desk_task *base)
{
    struct cast_check *check = (struct cast_check *)base;
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    struct session *session;
    struct refusal refusal;
    uint64_t height = 0;

    room->desk->checks--;
    room->hub->figures.ballots_checked++;
    refusal_set(&refusal, REFUSAL_BUSY);
    if (!ballot || ballot->phase != BALLOT_PHASE_VOTING)
        desk_refuse_state(room, &room->desk->ballot, &refusal);
    else if (base->result == RESULT_OK && room->phase == ROOM_READY)
        height = decide(room, check, &refusal);
    session = hub_session(room->hub, check->session);
    if (session && height > 0)
        room_await_call(room, session->id, check->request, give_receipt,
                        height);
    else if (session)
        session_refuse(session, check->request, &refusal);
    check->request = 0;
    if (room->desk)
        desk_start_checks(room);
}

void desk_start_checks(struct room *room)
{
    struct ballot_desk *desk = room->desk;

    while (desk->poll && desk->check_first && desk->checks < CHECKS_AT_ONCE) {
        struct cast_check *check = desk->check_first;

        desk->check_first = check->next;
        if (!desk->check_first)
            desk->check_end = &desk->check_first;
        desk->checks_waiting--;
        check->poll = desk->poll;
        check->poll->references++;
        desk->checks++;
        if (!desk_start(room, &check->base))
            desk->checks--;
    }
}

static bool add_check(struct room *room, struct session *session,
                      uint64_t request, struct text_view text)
{
    struct ballot_desk *desk = room->desk;
    struct cast_check *check;

    if (!desk || desk->checks_waiting >= CHECKS_WAITING_MAX)
        return false;
    check = calloc(1, sizeof *check);
    if (!check || work_text_set(&check->text, text) != RESULT_OK) {
        free(check);
        return false;
    }
    check->base.hub = room->hub;
    check->base.work = check_ballot;
    check->base.then = on_checked;
    check->base.release = release_check;
    check->session = session->id;
    check->request = request;
    if (meeting_state_site(room->head_meeting, &session->actor.holder))
        check->site = session->actor.holder;
    *desk->check_end = check;
    desk->check_end = &check->next;
    desk->checks_waiting++;
    session->is_busy = true; /* its next requests wait for this one */
    desk_start_checks(room);
    ballot_desk_act(room);
    return true;
}

/* --- a ballot in parts ------------------------------------------------------
 */

/* The place of this session's, or a free one; NULL: none is. */
static struct desk_parts *parts_of(struct hub *hub, struct ballot_desk *desk,
                                   uint64_t session)
{
    struct desk_parts *free_place = NULL;
    size_t i;

    for (i = 0; i < DESK_PARTS_MAX; i++) {
        struct desk_parts *parts = &desk->parts[i];

        if (parts->session == session)
            return parts;
        if (!free_place &&
            (parts->session == 0 || !hub_session(hub, parts->session)))
            free_place = parts;
    }
    if (free_place) {
        work_text_release(&free_place->text);
        free_place->have = 0;
        free_place->session = session;
    }
    return free_place;
}

static void end_parts(struct desk_parts *parts)
{
    work_text_release(&parts->text);
    memset(parts, 0, sizeof *parts);
}

static bool read_number(const json_t *object, const char *name, uint64_t max,
                        uint64_t *out)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

static bool begin_parts(struct desk_parts *parts, size_t size)
{
    work_text_release(&parts->text);
    parts->have = 0;
    parts->text.data = calloc(1, size + 1);
    parts->text.size = parts->text.data ? size : 0;
    return parts->text.data != NULL;
}

/* False: it does not fit what came before. */
static bool add_part(struct desk_parts *parts, const json_t *part)
{
    const json_t *text = json_object_get(part, "text");
    uint64_t offset = 0, size = 0;
    size_t length;

    if (!read_number(part, "offset", LIMIT_BALLOT_SIZE, &offset) ||
        !read_number(part, "size", LIMIT_BALLOT_SIZE, &size) || size == 0 ||
        !json_is_string(text))
        return false;
    length = json_string_length(text);
    if (offset == 0 && !begin_parts(parts, (size_t)size))
        return false;
    if (!parts->text.data || offset != parts->have ||
        size != parts->text.size || length == 0 ||
        length > parts->text.size - parts->have)
        return false;
    memcpy(parts->text.data + parts->have, json_string_value(text), length);
    parts->have += length;
    return true;
}

static void tell_have(struct session *session, uint64_t request, size_t have)
{
    json_t *answer = answer_ok(request);

    if (answer)
        json_object_set_new(answer, "have", json_integer((json_int_t)have));
    session_send_json(session, answer);
}

static void take_part(struct room *room, struct session *session, uint64_t id,
                      const json_t *part)
{
    struct desk_parts *parts = parts_of(room->hub, room->desk, session->id);

    if (!parts) {
        session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    if (!add_part(parts, part)) {
        end_parts(parts);
        session_refuse_field(session, id, "part",
                             "does not follow the one before");
        return;
    }
    if (parts->have < parts->text.size) {
        tell_have(session, id, parts->have);
        return;
    }
    if (!add_check(room, session, id, work_text_view(&parts->text)))
        session_refuse_code(session, id, REFUSAL_BUSY);
    end_parts(parts);
}

/* --- the operation ----------------------------------------------------------
 */

static bool may_cast(struct room *room, struct session *session,
                     const struct identifier *id, uint64_t request)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(room->head_meeting, id);
    struct refusal refusal;

    if (!takes_ballots(room, ballot) || !room->desk)
        desk_refuse_state(room, id, &refusal);
    else if (!desk_is_stuck(room, &refusal))
        return true;
    session_refuse(session, request, &refusal);
    return false;
}

static void take_whole(struct room *room, struct session *session, uint64_t id,
                       const json_t *text)
{
    const struct text_view view = { json_string_value(text),
                                    json_string_length(text) };
    struct refusal refusal;

    if (view.size > LIMIT_BALLOT_SIZE) {
        refusal_set(&refusal, REFUSAL_TOO_LONG);
        refusal_add_text(&refusal, "path", TEXT_LITERAL("text"));
        session_refuse(session, id, &refusal);
    } else if (!add_check(room, session, id, view)) {
        session_refuse_code(session, id, REFUSAL_BUSY);
    }
}

void session_cast(struct session *session, struct request *request)
{
    struct room *room = desk_room_of(session, request);
    const json_t *ballot = json_object_get(request->object, "ballot");
    const json_t *text = json_object_get(request->object, "text");
    const json_t *part = json_object_get(request->object, "part");
    const uint64_t id = request->command.request;
    struct identifier name;

    if (!room) {
        request_free(request);
        return;
    }
    if (!json_is_string(ballot) ||
        identifier_parse(text_view_of(json_string_value(ballot)), &name) !=
            RESULT_OK ||
        (!json_is_string(text) && !json_is_object(part)))
        session_refuse_field(session, id, "ballot, text", "missing or wrong");
    else if (!may_cast(room, session, &name, id))
        ; /* refused */
    else if (json_is_string(text))
        take_whole(room, session, id, text);
    else
        take_part(room, session, id, part);
    request_free(request);
}

/* --- what is due ------------------------------------------------------------
 */

/* Ballots that are being looked at came in time. */
static bool is_time_up(const struct room *room,
                       const struct meeting_ballot *ballot)
{
    return ballot->is_ending && room_now_ms(room) >= ballot->closes_at_ms &&
           room->desk->checks == 0 && room->desk->checks_waiting == 0;
}

static void end_ballots(struct room *room, const struct meeting_ballot *ballot)
{
    struct meeting_event event = { .kind = EVENT_BALLOTS_ENDED_KIND };
    struct event_ballots_ended *body = &event.body.ballots_ended;
    struct ballot_archive_end end = ballot->archive;

    if (ballot_archive_step(&end, BALLOT_EVENT_END_BALLOTS, NULL) !=
        RESULT_OK) {
        desk_try_later(room);
        return;
    }
    body->ballot = ballot->id;
    body->end = end.head;
    body->count = ballot->record_count;
    body->returned = ballot->returned;
    if (!desk_report(room, &event, NULL, 0))
        desk_try_later(room);
}

void desk_cast_act(struct room *room, const struct meeting_ballot *ballot)
{
    if (!room->desk->poll)
        desk_make_poll(room, ballot);
    else if (room->desk->share == SHARE_UNKNOWN)
        desk_find_share(room, ballot);
    else if (is_time_up(room, ballot))
        end_ballots(room, ballot);
}
