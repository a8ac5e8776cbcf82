/*
 * Ballots at hall devices: a member unlocks one with a PIN, or the operator the
 * next paper ballot that is entered; the site's device casts it with a
 * credential of its pool. Who was unlocked is in this memory only; which
 * credential serves whom is not even there.
 */
#include "server/room/ballot_desk.h"

#include "server/room/hall_pin.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void desk_forget_unlocks(struct ballot_desk *desk)
{
    free(desk->unlocks);
    desk->unlocks = NULL;
    desk->unlock_count = desk->unlock_capacity = 0;
}

static struct desk_unlock *find_unlock(const struct ballot_desk *desk,
                                       const struct identifier *member)
{
    size_t i;

    for (i = 0; i < desk->unlock_count; i++)
        if (identifier_equal(&desk->unlocks[i].member, member))
            return &desk->unlocks[i];
    return NULL;
}

bool desk_use_unlock(struct ballot_desk *desk, const struct identifier *site)
{
    size_t i;

    for (i = 0; i < desk->unlock_count; i++) {
        struct desk_unlock *unlock = &desk->unlocks[i];

        if (unlock->is_used || !identifier_equal(&unlock->site, site))
            continue;
        unlock->is_used = true;
        return true;
    }
    return false;
}

/* --- paper that is entered ---------------------------------------------------
 */

/* The paper ballots that the site may enter or has entered, by unlocks without
 * a member; `*is_open`: one of them is not cast yet. */
static uint64_t count_paper(const struct ballot_desk *desk,
                            const struct identifier *site, bool *is_open)
{
    uint64_t count = 0;
    size_t i;

    *is_open = false;
    for (i = 0; i < desk->unlock_count; i++) {
        const struct desk_unlock *unlock = &desk->unlocks[i];

        if (!identifier_is_empty(&unlock->member) ||
            !identifier_equal(&unlock->site, site))
            continue;
        count++;
        *is_open = *is_open || !unlock->is_used;
    }
    return count;
}

/* May the site's device enter one paper ballot more? */
static bool may_enter(const struct room *room, const struct identifier *site,
                      const struct identifier *id, struct refusal *refusal)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(room->committed_meeting, id);
    const struct meeting_ballot_pool *pool =
        ballot ? meeting_ballot_pool(ballot, site) : NULL;
    bool is_open = false;

    if (!ballot || ballot->phase != BALLOT_PHASE_VOTING || !room->desk) {
        desk_refuse_state(room, id, refusal);
    } else if (!pool || !pool->is_transcribed) {
        refusal_set(refusal, REFUSAL_NOT_LISTED);
        refusal_add_text(refusal, "id", identifier_view(site));
    } else if (count_paper(room->desk, site, &is_open) >= pool->k && !is_open) {
        refusal_set(refusal, REFUSAL_DONE_ALREADY);
    } else {
        return true;
    }
    return false;
}

/* --- may this member vote here? ---------------------------------------------
 */

static bool may_unlock(const struct room *room, const struct actor *actor,
                       const struct identifier *id,
                       const struct identifier *member, struct refusal *refusal)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(room->committed_meeting, id);
    const struct meeting_ballot_voter *voter =
        ballot ? meeting_ballot_voter(ballot, member) : NULL;
    const struct desk_unlock *unlock =
        room->desk ? find_unlock(room->desk, member) : NULL;

    if (!ballot || ballot->phase != BALLOT_PHASE_VOTING || !room->desk) {
        desk_refuse_state(room, id, refusal);
    } else if (!voter || voter->channel != BALLOT_BY_HALL ||
               !identifier_equal(&voter->site, &actor->holder)) {
        refusal_set(refusal, REFUSAL_OTHER_WAY);
        refusal_add_text(refusal, "id", identifier_view(member));
        refusal_add_text(refusal, "channel",
                         text_view_of(enum_word(&ballot_channel_words,
                                                voter ? (int)voter->channel
                                                      : (int)BALLOT_BY_NONE)));
    } else if (!voter->is_pooled || voter->is_dropped) {
        refusal_set(refusal, REFUSAL_NOT_LISTED);
        refusal_add_text(refusal, "id", identifier_view(member));
    } else if (unlock && unlock->is_used) {
        refusal_set(refusal, REFUSAL_DONE_ALREADY);
    } else {
        return true;
    }
    return false;
}

/* --- the operation
 * ------------------------------------------------------------ */

struct hall_wait {
    struct identifier log, ballot;
};

static bool add_unlock(struct ballot_desk *desk,
                       const struct identifier *member,
                       const struct identifier *site)
{
    if (!history_grow(&desk->unlocks, &desk->unlock_capacity,
                      desk->unlock_count, sizeof desk->unlocks[0]))
        return false;
    desk->unlocks[desk->unlock_count++] =
        (struct desk_unlock){ .member = *member, .site = *site };
    return true;
}

static bool keep_unlock(struct ballot_desk *desk,
                        const struct identifier *member,
                        const struct identifier *site)
{
    return find_unlock(desk, member) || add_unlock(desk, member, site);
}

static void settle_unlock(struct session *session, uint64_t request,
                          const struct identifier *member,
                          const struct hall_wait *wait)
{
    struct room *room = hub_find_room(session->hub, &wait->log);
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_BUSY);
    if (room && room->phase == ROOM_READY &&
        may_unlock(room, &session->actor, &wait->ballot, member, &refusal) &&
        keep_unlock(room->desk, member, &session->actor.holder))
        session_send_json(session, answer_ok(request));
    else
        session_refuse(session, request, &refusal);
}

static void on_checked(struct hub *hub, uint64_t session_id, uint64_t request,
                       const struct identifier *member,
                       enum hall_pin_answer answer, unsigned tries_left,
                       void *user)
{
    struct session *session = hub_session(hub, session_id);
    struct hall_wait *wait = user;

    if (session && session->phase != SESSION_CLOSING) {
        session->is_busy = false;
        if (answer == HALL_PIN_DONE)
            settle_unlock(session, request, member, wait);
        else
            session_refuse_pin(session, request, member, answer, tries_left);
        session_resume_inbox(session);
    }
    free(wait);
}

static bool read_id(const json_t *object, const char *name,
                    struct identifier *out)
{
    const json_t *id = json_object_get(object, name);

    return json_is_string(id) &&
           identifier_parse(text_view_of(json_string_value(id)), out) ==
               RESULT_OK;
}

static void check_pin(struct session *session, const struct request *request,
                      const struct identifier *ballot,
                      const struct identifier *member, struct text_view pin)
{
    const uint64_t id = request->command.request;
    struct hall_wait *wait = calloc(1, sizeof *wait);

    if (wait) {
        wait->log = request->command.log;
        wait->ballot = *ballot;
    }
    if (!wait || hall_pin_check(session->hub, session->id, id, member, pin,
                                on_checked, wait) != RESULT_OK) {
        free(wait);
        session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    session->is_busy = true;
}

/* "" in place of a member: the next paper ballot. */
static bool is_of_paper(const json_t *object)
{
    const json_t *member = json_object_get(object, "member");

    return json_is_string(member) && json_string_length(member) == 0;
}

static void unlock_paper(struct session *session, struct room *room,
                         const struct request *request)
{
    const struct identifier nobody = { "" };
    const struct identifier *site = &session->actor.holder;
    const uint64_t id = request->command.request;
    struct identifier ballot;
    struct refusal refusal;
    bool is_open = false;

    if (!read_id(request->object, "ballot", &ballot)) {
        session_refuse_field(session, id, "ballot", "missing or wrong");
    } else if (!may_enter(room, site, &ballot, &refusal)) {
        session_refuse(session, id, &refusal);
    } else {
        (void)count_paper(room->desk, site, &is_open);
        if (is_open || add_unlock(room->desk, &nobody, site))
            session_send_json(session, answer_ok(id));
        else
            session_refuse_code(session, id, REFUSAL_BUSY);
    }
}

void session_unlock_hall(struct session *session, struct request *request)
{
    struct room *room = desk_room_of(session, request);
    const uint64_t id = request->command.request;
    struct identifier ballot, member;
    struct refusal refusal;
    struct text_view pin;

    if (room && is_of_paper(request->object)) {
        unlock_paper(session, room, request);
    } else if (room && session_read_pin(session, request, &pin)) {
        if (!read_id(request->object, "ballot", &ballot) ||
            !read_id(request->object, "member", &member))
            session_refuse_field(session, id, "ballot, member",
                                 "missing or wrong");
        else if (!may_unlock(room, &session->actor, &ballot, &member, &refusal))
            session_refuse(session, id, &refusal);
        else
            check_pin(session, request, &ballot, &member, pin);
    }
    session_wipe_pin(request);
    request_free(request);
}
