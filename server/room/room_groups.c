/* A meeting that is held by party groups, and the records of theirs: rooms of
 * their own, which may have to be loaded first. */
#include "protocol/meeting/group_votes.h"
#include "server/room/room_types.h"

#include <stdlib.h>

bool room_groups_await(const struct room *room, const struct identifier *only,
                       struct session *session, struct request *request,
                       request_again_fn again)
{
    const struct meeting_state *state = room->committed_meeting;
    size_t i;

    for (i = 0; state && i < state->kinds.group_count; i++) {
        const struct meeting_group *group = &state->kinds.groups[i];
        struct room *part;

        if (only ? !identifier_equal(&group->meeting, only)
                 : !group->is_gathered)
            continue;
        part = hub_room(room->hub, &group->meeting);
        if (!part)
            continue; /* no memory: it is as one that cannot be read */
        room_retry(part);
        if (part->phase != ROOM_LOADING && part->phase != ROOM_SETTLING)
            continue;
        request->again = again;
        room_enqueue(part, session, request);
        return true;
    }
    return false;
}

static struct gathered_record record_of(const struct room *part)
{
    const struct meeting_state *state = part->committed_meeting;
    struct gathered_record record = { .is_over = false };

    if (part->phase != ROOM_READY || part->committed == 0 || part->is_held ||
        !room_is_over(part, state))
        return record;
    record.is_over = true;
    record.final_seq = part->committed - 1;
    record.head = part->history[part->committed - 1].head;
    record.opened_ms = state->opened_ms;
    record.closed_ms = state->closed_ms;
    record.attendance = meeting_state_came(state);
    return record;
}

void room_groups_gather(struct room *room, const struct session *session,
                        const struct command *command)
{
    struct hub *hub = room->hub;
    const struct room *part =
        hub_find_room(hub, &command->body.gather_group.meeting);
    struct gathered_record record = { .is_over = false };
    struct group_vote *votes = NULL;
    bool is_short = false;

    if (part && part->kind == ROOM_MEETING)
        record = record_of(part);
    if (record.is_over) {
        votes = calloc(part->committed_meeting->vote_count + 1, sizeof *votes);
        is_short = !votes;
    }
    if (votes)
        record.vote_count = group_votes_closed(part->committed_meeting, votes);
    record.votes = votes;
    if (is_short) {
        refusal_set(&hub->decision->refusal, REFUSAL_BUSY);
        hub->decision->count = 0;
        return;
    }
    meeting_rules_gather(room->head_meeting, room_rules(room), &session->actor,
                         command, &record, room_now_ms(room), hub->decision);
    free(votes);
}
