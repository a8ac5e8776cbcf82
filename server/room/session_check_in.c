/* Checking in: the code for a screen, the code that a member enters, and the
 * PIN that she enters at a device of the place. */
#include "server/room/ballot_desk.h"
#include "server/room/hall_pin.h"
#include "server/room/room_types.h"

#include "server/platform/entropy.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void room_check_in_clear(struct room *room)
{
    free(room->check_in.tries);
    OPENSSL_cleanse(&room->check_in, sizeof room->check_in);
}

static bool has_secret(struct room *room)
{
    struct room_check_in *check_in = &room->check_in;

    if (!check_in->has_secret)
        check_in->has_secret =
            entropy_fill(room->hub->config.entropy, check_in->secret.bytes,
                         sizeof check_in->secret.bytes) == RESULT_OK;
    return check_in->has_secret;
}

/* The site of the field, or "" for the meeting's own place. */
static bool read_place(struct session *session, const struct request *request,
                       struct identifier *out)
{
    const json_t *site = json_object_get(request->object, "site");

    *out = (struct identifier){ "" };
    if (!site || (json_is_string(site) && json_string_length(site) == 0))
        return true;
    if (json_is_string(site) &&
        identifier_parse(text_view_of(json_string_value(site)), out) ==
            RESULT_OK)
        return true;
    session_refuse_field(session, request->command.request, "site", "wrong");
    return false;
}

static bool keeps_roll(const struct room *room, const struct actor *actor)
{
    const struct meeting_state *state = room->committed_meeting;

    return identifier_equal(&actor->holder, &state->presiding) ||
           identifier_equal(&actor->holder, &state->minute_taker);
}

/* --- the code for the screen -----------------------------------------------
 */

void session_check_in_code(struct session *session, struct request *request)
{
    struct room *room = desk_room_of(session, request);
    const uint64_t id = request->command.request;
    const int64_t now_ms = hub_monotonic_ms(session->hub);
    char code[CHECK_IN_DIGITS + 1];
    struct identifier place;

    if (!room || !read_place(session, request, &place)) {
        request_free(request);
        return;
    }
    if (!keeps_roll(room, &session->actor) &&
        !identifier_equal(&place, &session->actor.holder)) {
        session_refuse_who(session, id,
                           "the chair, the minute-taker or a site");
    } else if (room->committed_meeting->phase == MEETING_CLOSED) {
        session_refuse_code(session, id, REFUSAL_CLOSED);
    } else if (!meeting_state_is_check_in_open(room->committed_meeting,
                                               &place)) {
        session_refuse_code(session, id, REFUSAL_NO_CHECK_IN);
    } else if (!has_secret(room)) {
        session_refuse_code(session, id, REFUSAL_BUSY);
    } else {
        check_in_code_at(&room->check_in.secret, &place, now_ms, code);
        session_send_json(
            session, json_pack("{s:I, s:b, s:s, s:I}", "re", (json_int_t)id,
                               "ok", 1, "code", code, "left_ms",
                               (json_int_t)check_in_code_left_ms(now_ms)));
        OPENSSL_cleanse(code, sizeof code);
    }
    request_free(request);
}

/* --- the code that is entered ----------------------------------------------
 */

/* Whose tries these are; NULL when memory is out. */
static struct check_in_try *tries_of(struct room *room,
                                     const struct identifier *holder)
{
    struct room_check_in *check_in = &room->check_in;
    size_t i;

    for (i = 0; i < check_in->try_count; i++)
        if (identifier_equal(&check_in->tries[i].holder, holder))
            return &check_in->tries[i];
    if (!history_grow(&check_in->tries, &check_in->try_capacity,
                      check_in->try_count, sizeof check_in->tries[0]))
        return NULL;
    check_in->tries[check_in->try_count] =
        (struct check_in_try){ .holder = *holder };
    return &check_in->tries[check_in->try_count++];
}

static void report(struct room *room, struct session *session, uint64_t request,
                   const struct identifier *member,
                   const struct identifier *place, enum presence_source source)
{
    const struct meeting_report seen = { .kind = REPORT_CHECK_IN,
                                         .holder = *member,
                                         .site = *place,
                                         .source = source };

    meeting_room_answer_report(room, session, request, &seen);
}

/* Counts the try; false, with the refusal sent, if the code is not right. A
 * right one takes no wrong one back: who can read the code of one place would
 * guess at another for ever. */
static bool is_right(struct room *room, struct session *session,
                     uint64_t request, const struct identifier *place,
                     struct text_view code)
{
    struct check_in_try *tries = tries_of(room, &session->actor.holder);
    struct refusal refusal;

    if (!tries || !has_secret(room)) {
        session_refuse_code(session, request, REFUSAL_BUSY);
        return false;
    }
    if (tries->wrong >= LIMIT_CHECK_IN_TRIES) {
        session_refuse_code(session, request, REFUSAL_CODE_LOCKED);
        return false;
    }
    if (check_in_code_is(&room->check_in.secret, place,
                         hub_monotonic_ms(session->hub), code))
        return true;
    tries->wrong++;
    refusal_set(&refusal, REFUSAL_WRONG_CODE);
    refusal_add_number(&refusal, "sum", LIMIT_CHECK_IN_TRIES - tries->wrong);
    session_refuse(session, request, &refusal);
    return false;
}

void session_check_in(struct session *session, struct request *request)
{
    struct room *room = desk_room_of(session, request);
    const uint64_t id = request->command.request;
    const json_t *code = json_object_get(request->object, "code");
    struct identifier place;

    if (!room || !read_place(session, request, &place)) {
        request_free(request);
        return;
    }
    if (!meeting_state_person(room->committed_meeting, &session->actor.holder))
        session_refuse_who(session, id, "a member");
    else if (!json_is_string(code))
        session_refuse_field(session, id, "code", "missing or wrong");
    else if (!meeting_state_is_check_in_open(room->committed_meeting, &place))
        session_refuse_code(session, id, REFUSAL_NO_CHECK_IN);
    else if (is_right(room, session, id, &place,
                      (struct text_view){ json_string_value(code),
                                          json_string_length(code) }))
        report(room, session, id, &session->actor.holder, &place, SOURCE_CODE);
    request_free(request);
}

/* --- the PIN at a device of the place --------------------------------------
 */

struct pin_wait {
    struct identifier log, place;
};

static void on_checked(struct hub *hub, uint64_t session_id, uint64_t request,
                       const struct identifier *member,
                       enum hall_pin_answer answer, unsigned tries_left,
                       void *user)
{
    struct session *session = hub_session(hub, session_id);
    struct pin_wait *wait = user;
    struct room *room = session ? hub_find_room(hub, &wait->log) : NULL;

    if (session && session->phase != SESSION_CLOSING) {
        session->is_busy = false;
        if (answer != HALL_PIN_DONE)
            session_refuse_pin(session, request, member, answer, tries_left);
        else if (!room || room->phase != ROOM_READY || room->is_held)
            session_refuse_code(session, request, REFUSAL_BUSY);
        else
            report(room, session, request, member, &wait->place, SOURCE_PIN);
        session_resume_inbox(session);
    }
    free(wait);
}

/* Of the member of this meeting that the field names; false: refused. */
static bool read_member(struct session *session, const struct request *request,
                        const struct room *room, struct identifier *out)
{
    struct refusal refusal;

    if (!session_read_id(session, request, "member", out))
        return false;
    if (meeting_state_person(room->committed_meeting, out))
        return true;
    refusal_set(&refusal, REFUSAL_NO_SUCH_MEMBER);
    refusal_add_text(&refusal, "id", identifier_view(out));
    session_refuse(session, request->command.request, &refusal);
    return false;
}

static void check_pin(struct session *session, const struct request *request,
                      const struct identifier *place,
                      const struct identifier *member, struct text_view pin)
{
    const uint64_t id = request->command.request;
    struct pin_wait *wait = calloc(1, sizeof *wait);

    if (wait)
        *wait = (struct pin_wait){ request->command.log, *place };
    if (!wait || hall_pin_check(session->hub, session->id, id, member, pin,
                                on_checked, wait) != RESULT_OK) {
        free(wait);
        session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    session->is_busy = true;
}

/* A site's device stands at the site; that of chair or minute-taker at the
 * meeting's own place. */
void session_check_in_pin(struct session *session, struct request *request)
{
    struct room *room = desk_room_of(session, request);
    const struct identifier *holder = &session->actor.holder;
    const struct meeting_site *site =
        room ? meeting_state_site(room->committed_meeting, holder) : NULL;
    const struct identifier place = site ? *holder : (struct identifier){ "" };
    struct identifier member;
    struct text_view pin;

    if (room && !site && !keeps_roll(room, &session->actor))
        session_refuse_who(session, request->command.request,
                           "the chair, the minute-taker or a site");
    else if (room && read_member(session, request, room, &member) &&
             session_read_pin(session, request, &pin))
        check_pin(session, request, &place, &member, pin);
    session_wipe_pin(request);
    request_free(request);
}
