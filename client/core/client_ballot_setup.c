/* Is the Setup of a record that of this log: its meeting, its committee, its
 * keys? */
#include "client/core/client_ballots.h"

#include <string.h>

bool ballot_meeting_is_right(const struct client_ballot *ballot,
                             const struct ballot_election *election)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_meeting *meeting = &election->meeting;
    const struct log_follower *follower = ballot->engine->meeting.follower;
    const struct hash genesis = log_follower_head_at(follower, 0);

    return election->has_meeting &&
           election->uuid.size == strlen(noted->uuid) &&
           memcmp(election->uuid.data, noted->uuid, election->uuid.size) == 0 &&
           identifier_equal(&meeting->meeting, log_follower_scope(follower)) &&
           hash_equal(&meeting->genesis, &genesis) &&
           hash_equal(&meeting->rules, &ballot->engine->ballot_notes.rules) &&
           meeting->round == noted->number &&
           meeting->attempt == noted->attempt &&
           meeting->is_revote_allowed == noted->is_revote_allowed &&
           meeting->channels.own == noted->ready.own &&
           meeting->channels.hall == noted->ready.hall &&
           meeting->channels.paper == noted->ready.paper &&
           hash_equal(&meeting->roll, &noted->ready.roll) &&
           hash_equal(&meeting->trustees, &noted->trustees);
}

/* Owner by owner: the device that the log has, and what it signed. */
bool ballot_committee_is_right(const struct client_ballot *ballot,
                               const struct ballot_election *election)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct meeting_state *state = ballot->engine->view.state;
    const struct ballot_committee_member *rows = election->meeting.committee;

    if (election->meeting.committee_count != noted->teller_count + 1 ||
        !identifier_is(&rows[0].member, "server") ||
        !key_equal(&rows[0].key, &state->server))
        return false;
    for (size_t i = 0; i <= noted->teller_count; i++) {
        const struct noted_owner *owner = &noted->owners[i];

        if (!owner->is_there ||
            (i > 0 && !identifier_equal(&rows[i].member,
                                        &noted->tellers[i - 1].member)) ||
            !identifier_equal(&owner->member, &rows[i].member) ||
            !key_equal(&rows[i].key, &owner->device) ||
            memcmp(rows[i].sig.bytes, owner->sig.bytes, SIGNATURE_SIZE) != 0)
            return false;
    }
    return true;
}

/* The server's single key, then all of a small committee, or one group. */
bool ballot_trustees_are_right(const struct client_ballot *ballot,
                               const struct ballot_trustees *trustees)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_part *parts = trustees->parts;

    if (trustees->owner_count != noted->teller_count + 1 || parts[0].is_group)
        return false;
    if (noted->teller_count >= 3)
        return trustees->part_count == 2 && parts[1].is_group &&
               parts[1].size == noted->teller_count &&
               parts[1].threshold == noted->threshold;
    for (size_t i = 0; i < trustees->part_count; i++) {
        if (parts[i].is_group)
            return false;
    }
    return noted->threshold == noted->teller_count;
}
