/*
 * Secrets of ballots that are of no use any more are destroyed: the server's
 * share and what is kept of claims, of attempts that came to nothing and of a
 * ballot that is over; claims already when voting begins.
 */
#include "server/room/ballot_desk.h"

#include "server/platform/log.h"
#include "server/room/ballot_claim.h"

#include <stdlib.h>
#include <string.h>

/* What could not be destroyed is tried again so late. */
enum { AGAIN_MS = 1000 };

struct destroy_task {
    struct desk_task base;
    struct secret_store secrets;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    bool has_share;             /* destroy that as well */
    struct identifier *holders; /* owned; whose claims may be kept */
    size_t count;
    size_t place; /* of the ballot in the meeting */
};

/* Everybody who was ever issued one, dropped or not. False: no memory. */
static bool find_holders(struct destroy_task *task,
                         const struct meeting_ballot *ballot)
{
    size_t i;

    task->holders = calloc(ballot->voter_count + ballot->pool_count + 1,
                           sizeof task->holders[0]);
    if (!task->holders)
        return false;
    for (i = 0; i < ballot->voter_count; i++)
        if (ballot->voters[i].is_issued)
            task->holders[task->count++] = ballot->voters[i].member;
    for (i = 0; i < ballot->pool_count; i++)
        task->holders[task->count++] = ballot->pools[i].site;
    return true;
}

static enum result destroy(struct desk_task *base)
{
    const struct destroy_task *task = (const struct destroy_task *)base;
    enum result result =
        task->has_share ? task->secrets.destroy(task->secrets.user, task->uuid)
                        : RESULT_OK;
    size_t i;

    for (i = 0; i < task->count; i++) {
        const struct ballot_claim claim = { .store = &task->secrets,
                                            .uuid = task->uuid,
                                            .holder = &task->holders[i] };
        const enum result each = ballot_claim_destroy(&claim);

        if (each != RESULT_OK)
            result = each; /* the others are destroyed all the same */
    }
    return result;
}

static void release_destroy(struct desk_task *base)
{
    free(((struct destroy_task *)base)->holders);
}

/* NULL: no memory. */
static struct destroy_task *new_destroy(const struct room *room,
                                        const struct meeting_ballot *ballot,
                                        uint64_t attempt)
{
    struct destroy_task *task = calloc(1, sizeof *task);
    const struct text_view uuid = meeting_ballot_uuid(ballot, attempt);

    /* Ballots are issued in the last attempt only. */
    if (task && attempt == ballot->attempt && !find_holders(task, ballot)) {
        free(task);
        return NULL;
    }
    if (!task)
        return NULL;
    task->secrets = *room->hub->config.shares;
    memcpy(task->uuid, uuid.data, uuid.size);
    task->base.work = destroy;
    task->base.release = release_destroy;
    return task;
}

/* --- attempts that are over ------------------------------------------------
 */

static void on_destroyed(struct room *room, struct desk_task *base)
{
    const struct destroy_task *task = (const struct destroy_task *)base;

    if (base->result == RESULT_OK) {
        room->desk->destroyed[task->place]++;
        return;
    }
    log_error("room %s: a share of ballot %zu could not be destroyed (%s)",
              room->id.text, task->place + 1, result_text(base->result));
    desk_try_later(room);
}

/* Attempts that came to nothing, and all of a ballot that is over. */
static uint64_t spent_attempts(const struct meeting_ballot *ballot)
{
    if (!meeting_ballot_is_open(ballot) || ballot->is_failed)
        return ballot->attempt;
    return ballot->attempt > 0 ? ballot->attempt - 1 : 0;
}

bool desk_destroy_spent(struct room *room)
{
    const struct meeting_state *state = room->committed_meeting;
    struct ballot_desk *desk = room->desk;
    struct destroy_task *task;
    size_t i = 0;

    while (i < state->ballot_count && i < LIMIT_BALLOTS &&
           desk->destroyed[i] >= spent_attempts(&state->ballots[i]))
        i++;
    if (i == state->ballot_count || i == LIMIT_BALLOTS)
        return false;
    task = new_destroy(room, &state->ballots[i], desk->destroyed[i] + 1);
    if (task) {
        task->has_share = true;
        task->place = i;
        task->base.then = on_destroyed;
    }
    desk_start_alone(room, task ? &task->base : NULL);
    return true;
}

/* --- claims, when voting has begun -----------------------------------------
 */

static void on_wiped(struct room *room, struct desk_task *base)
{
    if (base->result == RESULT_OK)
        return;
    log_error("room %s: what is kept of who asked for ballot %s could not be "
              "destroyed (%s)",
              room->id.text, room->desk->ballot.text,
              result_text(base->result));
    room->desk->wipe_ms = hub_monotonic_ms(room->hub) + AGAIN_MS;
}

void desk_wipe_claims(struct room *room, const struct meeting_ballot *ballot)
{
    struct ballot_desk *desk = room->desk;
    const int64_t now_ms = hub_monotonic_ms(room->hub);
    struct destroy_task *task;

    if (now_ms < desk->wipe_ms)
        return;
    desk->wipe_ms = INT64_MAX; /* before anything can call back */
    task = new_destroy(room, ballot, ballot->attempt);
    if (task)
        task->base.then = on_wiped;
    if (!task || !desk_start(room, &task->base))
        desk->wipe_ms = now_ms + AGAIN_MS;
}

void desk_claims_kept(struct room *room)
{
    const struct meeting_ballot *ballot = desk_ballot(room);

    if (ballot && ballot->phase >= BALLOT_PHASE_VOTING)
        room->desk->wipe_ms = 0;
}
