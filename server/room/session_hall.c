/* PINs of members at hall devices: setting one, allowing it to be set at a
 * site, giving its tries back. */
#include "server/room/hall_pin.h"
#include "server/room/room_types.h"

#include <openssl/crypto.h>
#include <string.h>

/* So long a member may set a PIN at a site after the minute-taker allowed it.
 */
enum { GRANT_MS = 10 * 60 * 1000 };

/* The text is in the request's memory until that ends: it is wiped there. */
void session_wipe_pin(const struct request *request)
{
    json_t *pin = json_object_get(request->object, "pin");

    if (json_is_string(pin))
        OPENSSL_cleanse((char *)(uintptr_t)json_string_value(pin),
                        json_string_length(pin));
}

bool session_read_pin(struct session *session, const struct request *request,
                      struct text_view *out)
{
    const json_t *pin = json_object_get(request->object, "pin");
    struct refusal refusal;

    if (!json_is_string(pin)) {
        session_refuse_field(session, request->command.request, "pin",
                             "missing or wrong");
        return false;
    }
    *out =
        (struct text_view){ json_string_value(pin), json_string_length(pin) };
    if (hall_pin_is_possible(*out))
        return true;
    refusal_set(&refusal, REFUSAL_BAD_PIN);
    refusal_add_number(&refusal, "min", HALL_PIN_LENGTH_MIN);
    session_refuse(session, request->command.request, &refusal);
    return false;
}

/* The meeting that the session takes part in. */
static struct room *joined_room(const struct session *session)
{
    return session->meeting.phase == SUBSCRIPTION_ACTIVE ? session->meeting.room
                                                         : NULL;
}

/* --- answers -------------------------------------------------------------- */

void session_refuse_pin(struct session *session, uint64_t request,
                        const struct identifier *member,
                        enum hall_pin_answer answer, unsigned tries_left)
{
    struct refusal refusal;

    switch (answer) {
    case HALL_PIN_WRONG:
        refusal_set(&refusal, REFUSAL_WRONG_PIN);
        refusal_add_number(&refusal, "sum", tries_left);
        break;
    case HALL_PIN_LOCKED:
        refusal_set(&refusal, REFUSAL_PIN_LOCKED);
        refusal_add_text(&refusal, "id", identifier_view(member));
        break;
    case HALL_PIN_NONE:
        refusal_set(&refusal, REFUSAL_NO_PIN);
        refusal_add_text(&refusal, "id", identifier_view(member));
        break;
    case HALL_PIN_FAILED:
    case HALL_PIN_DONE:
        refusal_set(&refusal, REFUSAL_STORE_FAILED);
        break;
    }
    session_refuse(session, request, &refusal);
}

static void on_answer(struct hub *hub, uint64_t session_id, uint64_t request,
                      const struct identifier *member,
                      enum hall_pin_answer answer, unsigned tries_left,
                      void *user)
{
    struct session *session = hub_session(hub, session_id);

    (void)user;
    if (!session || session->phase == SESSION_CLOSING)
        return;
    session->is_busy = false;
    if (answer == HALL_PIN_DONE)
        session_send_json(session, answer_ok(request));
    else
        session_refuse_pin(session, request, member, answer, tries_left);
    session_resume_inbox(session);
}

static void begun(struct session *session, uint64_t request, enum result result)
{
    if (result == RESULT_OK)
        session->is_busy = true;
    else
        session_refuse_code(session, request,
                            result == RESULT_UNSUPPORTED ? REFUSAL_STORE_FAILED
                                                         : REFUSAL_BUSY);
}

/* --- set_pin, allow_pin, unlock_pin ----------------------------------------
 */

/* Takes the permission back: it serves once. */
static bool take_grant(struct hub *hub, const struct identifier *member,
                       const struct identifier *site)
{
    size_t i;

    for (i = 0; i < PIN_GRANTS_MAX; i++) {
        struct pin_grant *grant = &hub->pin_grants[i];

        if (grant->until_ms <= hub_monotonic_ms(hub) ||
            !identifier_equal(&grant->member, member) ||
            !identifier_equal(&grant->site, site))
            continue;
        memset(grant, 0, sizeof *grant);
        return true;
    }
    return false;
}

/* Whose PIN this session may set: its own member's, or with "member" that of
 * one whom the minute-taker allowed here. */
static bool find_member(struct session *session, const struct request *request,
                        struct identifier *member)
{
    const struct register_state *state =
        session->hub->register_room->committed_register;
    const struct identifier *holder = &session->actor.holder;

    if (!json_object_get(request->object, "member")) {
        *member = *holder;
        if (session->actor.kind == ACTOR_HOLDER &&
            register_state_member(state, holder))
            return true;
        session_refuse_who(session, request->command.request, "a member");
        return false;
    }
    if (!session_read_id(session, request, "member", member))
        return false;
    if (take_grant(session->hub, member, holder))
        return true;
    session_refuse_who(session, request->command.request,
                       "whom the minute-taker has allowed to");
    return false;
}

void session_set_pin(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    struct identifier member;
    struct text_view pin;

    if (session_read_pin(session, request, &pin) &&
        find_member(session, request, &member))
        begun(session, id,
              hall_pin_set(session->hub, session->id, id, &member, pin,
                           on_answer, NULL));
    session_wipe_pin(request);
    request_free(request);
}

/* The minute-taker of this meeting, in it while it is not over; else refused.
 */
static bool is_minute_taker(struct session *session,
                            const struct request *request)
{
    const struct room *room = joined_room(session);

    if (!room || !identifier_equal(&room->id, &request->command.log)) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_NOT_JOINED);
        return false;
    }
    if (!identifier_equal(&room->committed_meeting->minute_taker,
                          &session->actor.holder)) {
        session_refuse_who(session, request->command.request,
                           "the minute-taker");
        return false;
    }
    /* A PIN outlasts the meeting: who took the minutes of one that is over has
     * no say in it any more. */
    if (room->committed_meeting->phase != MEETING_CLOSED)
        return true;
    session_refuse_code(session, request->command.request, REFUSAL_CLOSED);
    return false;
}

static bool is_of_meeting(struct session *session,
                          const struct request *request,
                          const struct identifier *member,
                          const struct identifier *site)
{
    /* Its minute-taker has been found: it is joined. */
    const struct meeting_state *state =
        session->meeting.room->committed_meeting;
    struct refusal refusal;

    if (!meeting_state_person(state, member)) {
        refusal_set(&refusal, REFUSAL_NO_SUCH_MEMBER);
        refusal_add_text(&refusal, "id", identifier_view(member));
    } else if (site && !meeting_state_site(state, site)) {
        refusal_set(&refusal, REFUSAL_NO_SUCH_SITE);
        refusal_add_text(&refusal, "id", identifier_view(site));
    } else {
        return true;
    }
    session_refuse(session, request->command.request, &refusal);
    return false;
}

void session_allow_pin(struct session *session, struct request *request)
{
    struct hub *hub = session->hub;
    struct identifier member, site;
    size_t i, place = 0;

    if (is_minute_taker(session, request) &&
        session_read_id(session, request, "member", &member) &&
        session_read_id(session, request, "site", &site) &&
        is_of_meeting(session, request, &member, &site)) {
        /* The oldest gives way. */
        for (i = 1; i < PIN_GRANTS_MAX; i++)
            if (hub->pin_grants[i].until_ms < hub->pin_grants[place].until_ms)
                place = i;
        hub->pin_grants[place] =
            (struct pin_grant){ .member = member,
                                .site = site,
                                .until_ms = hub_monotonic_ms(hub) + GRANT_MS };
        session_send_json(session, answer_ok(request->command.request));
    }
    request_free(request);
}

void session_unlock_pin(struct session *session, struct request *request)
{
    const uint64_t id = request->command.request;
    struct identifier member;

    if (is_minute_taker(session, request) &&
        session_read_id(session, request, "member", &member) &&
        is_of_meeting(session, request, &member, NULL))
        begun(session, id,
              hall_pin_unlock(session->hub, session->id, id, &member, on_answer,
                              NULL));
    request_free(request);
}
