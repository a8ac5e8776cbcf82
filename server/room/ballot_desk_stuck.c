/*
 * What ends a ballot before its time: the server has come back from an older
 * backup, the log was given back by those who had it, and records that it names
 * were not; or the server's share is gone. Nothing brings them back, so it is
 * said once, to the server's log and to chair and minute-taker, and whatever
 * would lead on is refused: the people declare the ballot void.
 */
#include "server/room/ballot_desk.h"

#include "server/platform/log.h"

#include <stdlib.h>

/* NONE: nothing stands in the way. */
static enum refusal_code obstacle(const struct room *room)
{
    const struct ballot_desk *desk = room->desk;
    const struct meeting_ballot *ballot = desk_head_ballot(room);

    if (!desk || !ballot || !identifier_equal(&ballot->id, &desk->ballot))
        return REFUSAL_NONE;
    if (desk->has_lost_records)
        return REFUSAL_NO_RECORDS;
    /* Before, keys can be begun anew. */
    return desk->share == SHARE_LOST && ballot->phase > BALLOT_PHASE_KEYS
               ? REFUSAL_NO_SHARE
               : REFUSAL_NONE;
}

bool desk_is_stuck(const struct room *room, struct refusal *refusal)
{
    const enum refusal_code code = obstacle(room);

    if (code == REFUSAL_NONE)
        return false;
    refusal_set(refusal, code);
    refusal_add_text(refusal, "id", identifier_view(&room->desk->ballot));
    return true;
}

/* The ballot that the command would lead on; NULL: none. */
static const struct identifier *led_on_by(const struct command *command)
{
    switch ((int)command->op) {
    case OP_CLOSE_ISSUE:
        return &command->body.close_issue.ballot;
    case OP_OPEN_BALLOT:
        return &command->body.open_ballot.ballot;
    case OP_END_BALLOT:
        return &command->body.end_ballot.ballot;
    case OP_COUNT_BALLOT:
        return &command->body.count_ballot.ballot;
    case OP_DECRYPT:
        return &command->body.decrypt.ballot;
    default:
        return NULL;
    }
}

bool ballot_desk_may_lead_on(const struct room *room,
                             const struct command *command,
                             struct refusal *refusal)
{
    const struct identifier *id = led_on_by(command);

    return !id || !room->desk || !identifier_equal(id, &room->desk->ballot) ||
           !desk_is_stuck(room, refusal);
}

void ballot_desk_tell_stuck(struct room *room, struct session *session)
{
    struct refusal refusal;

    if (session->meeting.phase != SUBSCRIPTION_ACTIVE ||
        !meeting_state_is_presiding(room->committed_meeting,
                                    &session->actor.holder) ||
        !desk_is_stuck(room, &refusal))
        return;
    session_send_json(session, json_pack("{s:s, s:s, s:s, s:o}", "note",
                                         "ballot_stuck", "log", room->id.text,
                                         "ballot", room->desk->ballot.text,
                                         "why", refusal_to_json(&refusal)));
}

void desk_tell_stuck(struct room *room)
{
    struct subscription *subscription = room->subscribers;

    while (subscription) {
        struct subscription *next = subscription->next;

        ballot_desk_tell_stuck(room, subscription->session);
        subscription = next;
    }
}

void desk_lose_records(struct room *room, const char *why)
{
    struct ballot_desk *desk = room->desk;

    desk->has_lost_records = true;
    log_error("room %s: a record of ballot %s %s: it cannot be counted any "
              "more, and can only be declared void",
              room->id.text, desk->ballot.text, why);
    desk_tell_stuck(room);
    if (!desk->poll)
        desk_forget_checks(desk); /* who waits asks again, and is refused */
}

/* --- are they there? ------------------------------------------------------ */

/* Records that the log names by now, but for the ballots, which are read for
 * the poll. */
enum { NAMES_MAX = 6 + 2 * BALLOT_OWNERS_MAX };

static size_t names_of(const struct meeting_ballot *ballot,
                       struct desk_record *records)
{
    size_t i, count = 0;

    records[count++].name = ballot->election;
    records[count++].name = ballot->trustees;
    if (ballot->is_listed) {
        records[count++].name = ballot->credentials;
        records[count++].name = ballot->setup;
    }
    if (ballot->is_tallied) {
        records[count++].name = ballot->tally;
        records[count++].name = ballot->sized;
    }
    for (i = 0; i < BALLOT_OWNERS_MAX; i++) {
        if (!ballot->owners[i].has_decrypted)
            continue;
        records[count++].name = ballot->owners[i].payload;
        records[count++].name = ballot->owners[i].sized;
    }
    return count;
}

static void on_there(struct room *room, struct desk_record *records,
                     size_t count, void *user)
{
    (void)records;
    (void)count;
    (void)user;
    room->desk->has_records = true;
}

bool desk_look_for_records(struct room *room,
                           const struct meeting_ballot *ballot)
{
    struct desk_record *records;

    if (room->desk->has_lost_records)
        return false;
    if (room->desk->has_records)
        return true;
    records = calloc(NAMES_MAX, sizeof *records);
    desk_gather(room, &(struct desk_reading){
                          .records = records,
                          .count = records ? names_of(ballot, records) : 0,
                          .is_alone = true,
                          .then = on_there });
    return false;
}
