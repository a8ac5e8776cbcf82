/* What a meeting's record tells: who signed, what was entered by whom, which
 * heads were confirmed. */
#include "protocol/verify/verify_meeting.h"

#include "protocol/meeting/act_check.h"

#include <stdlib.h>
#include <string.h>

#define GROW(meeting, list)                                                    \
    verify_list_grow((meeting)->list, (meeting)->list##_count,                 \
                     sizeof *(meeting)->list)

static struct verify_signer *signer_of(struct verify_meeting *meeting,
                                       const struct identifier *id)
{
    struct verify_signer *grown;
    size_t i;

    for (i = 0; i < meeting->signers_count; i++)
        if (identifier_equal(&meeting->signers[i].id, id))
            return &meeting->signers[i];
    grown = GROW(meeting, signers);
    if (!grown)
        return NULL;
    meeting->signers = grown;
    grown[meeting->signers_count] = (struct verify_signer){ .id = *id };
    return &grown[meeting->signers_count++];
}

static struct verify_device *device_of(struct verify_meeting *meeting,
                                       const struct act *act)
{
    struct verify_device *grown;
    size_t i;

    for (i = 0; i < meeting->devices_count; i++)
        if (key_equal(&meeting->devices[i].key, &act->device))
            return &meeting->devices[i];
    grown = GROW(meeting, devices);
    if (!grown)
        return NULL;
    meeting->devices = grown;
    grown[meeting->devices_count] =
        (struct verify_device){ .holder = act->member, .key = act->device };
    return &grown[meeting->devices_count++];
}

enum result verify_meeting_note_act(struct verify_meeting *meeting,
                                    const struct act *act)
{
    const struct meeting_device *known =
        meeting_state_device(meeting->state, &act->member, &act->device);
    struct verify_signer *signer = signer_of(meeting, &act->member);
    struct verify_device *device = device_of(meeting, act);
    const bool is_unvouched = !known || !meeting_device_is_vouched(known);
    const bool is_founding = known && known->is_founding;

    if (!signer || !device)
        return RESULT_NO_MEMORY;
    device->is_unvouched = is_unvouched;
    device->is_unproven =
        meeting->registry &&
        verify_register_is_unproven(meeting->registry, &act->device);
    device->is_founding = is_founding;
    device->unvouched_acts += is_unvouched;
    device->acts++;
    signer->acts++;
    signer->unvouched += is_unvouched;
    signer->founding += is_founding;
    meeting->act_count++;
    return RESULT_OK;
}

/* --- What was entered for others ----------------------------------------- */

static enum result keep_hall(struct verify_meeting *meeting,
                             const struct event_hall_votes_entered *body)
{
    struct verify_hall hall = { .vote = body->vote,
                                .site = body->site,
                                .by = body->by,
                                .ticked = body->ticked };
    struct verify_hall *grown;
    size_t i;

    hall.counts[CHOICE_YES] = body->yes;
    hall.counts[CHOICE_NO] = body->no;
    hall.counts[CHOICE_OTHER] = body->other;
    hall.counts[CHOICE_ABSTAIN] = body->abstain;
    for (i = 0; i < meeting->halls_count; i++)
        if (identifier_equal(&meeting->halls[i].vote, &hall.vote) &&
            identifier_equal(&meeting->halls[i].site, &hall.site)) {
            meeting->halls[i] = hall;
            return RESULT_OK;
        }
    grown = GROW(meeting, halls);
    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->halls = grown;
    grown[meeting->halls_count++] = hall;
    return RESULT_OK;
}

static enum result keep_entered(struct verify_meeting *meeting,
                                const struct meeting_event *event)
{
    const struct act *act = act_of_event(event);
    struct verify_signer *signer =
        act && act->is_present ? signer_of(meeting, &act->member) : NULL;

    if (!signer)
        return act && act->is_present ? RESULT_NO_MEMORY : RESULT_OK;
    switch ((int)event->kind) {
    case EVENT_PRESENCE_CONFIRMED_KIND:
        signer->ticks += event->body.presence_confirmed.source == SOURCE_TICK;
        return RESULT_OK;
    case EVENT_PRESENCE_ENDED_KIND:
        signer->ticks += event->body.presence_ended.reason == END_UNTICKED;
        return RESULT_OK;
    case EVENT_ABSENCE_NOTED_KIND:
        signer->absences++;
        return RESULT_OK;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        signer->hall_entries++;
        return keep_hall(meeting, &event->body.hall_votes_entered);
    default:
        return RESULT_OK;
    }
}

/* --- Names --------------------------------------------------------------- */

static enum result keep_text(const struct sealed *sealed, char **out)
{
    if (!sealed->has_value || sealed->value.size == 0)
        return RESULT_OK;
    free(*out);
    *out = strndup(sealed->value.data, sealed->value.size);
    return *out ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result keep_names(struct verify_meeting *meeting,
                              const struct items *people,
                              const struct items *sites)
{
    const struct roster_person *person = people->data;
    const struct roster_site *site = sites->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < people->count && result == RESULT_OK; i++)
        result = verify_names_set(&meeting->names, &person[i].member,
                                  &person[i].name);
    for (i = 0; i < sites->count && result == RESULT_OK; i++)
        result =
            verify_names_set(&meeting->names, &site[i].site, &site[i].name);
    return result;
}

static enum result keep_genesis(struct verify_meeting *meeting,
                                const struct event_genesis *body)
{
    enum result result = keep_text(&body->title, &meeting->title);

    meeting->ruleset_hash = body->ruleset_hash;
    if (result == RESULT_OK)
        result = keep_text(&body->unit_name, &meeting->unit_name);
    return result == RESULT_OK
               ? keep_names(meeting, &body->roster, &body->sites)
               : result;
}

static enum result note_dropped(struct verify_meeting *meeting,
                                const struct meeting_holder *holder,
                                uint64_t seq)
{
    size_t i, j;

    for (i = 0; i < holder->device_count; i++) {
        struct verify_dropped *grown;

        if (holder->devices[i].is_enrolled)
            continue;
        for (j = 0; j < meeting->dropped_count; j++)
            if (key_equal(&meeting->dropped[j].device, &holder->devices[i].key))
                break;
        if (j < meeting->dropped_count)
            continue;
        grown = GROW(meeting, dropped);
        if (!grown)
            return RESULT_NO_MEMORY;
        meeting->dropped = grown;
        grown[meeting->dropped_count++] =
            (struct verify_dropped){ holder->devices[i].key, seq };
    }
    return RESULT_OK;
}

static enum result keep_changes(struct verify_meeting *meeting,
                                const struct meeting_event *event)
{
    const struct event_roster_changed *body = &event->body.roster_changed;
    enum result result = keep_names(meeting, &body->roster, &body->sites);
    size_t i;

    for (i = 0; i < meeting->state->person_count && result == RESULT_OK; i++)
        result = note_dropped(meeting, &meeting->state->people[i].holder,
                              event->seq);
    for (i = 0; i < meeting->state->site_count && result == RESULT_OK; i++)
        result =
            note_dropped(meeting, &meeting->state->sites[i].holder, event->seq);
    return result;
}

/* --- Votes, checkpoints, losses ------------------------------------------ */

static enum result keep_vote(struct verify_meeting *meeting,
                             const struct meeting_event *event)
{
    const struct event_vote_started *body = &event->body.vote_started;
    struct verify_vote *grown = GROW(meeting, votes);

    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->votes = grown;
    grown[meeting->votes_count] = (struct verify_vote){
        .id = body->vote, .seq = event->seq, .opened_by = body->act.member
    };
    return keep_text(&body->motion, &grown[meeting->votes_count++].motion);
}

static enum result keep_decision(struct verify_meeting *meeting,
                                 const struct meeting_event *event)
{
    const struct event_decided_by_groups *body = &event->body.decided_by_groups;
    struct verify_group_decision *grown = GROW(meeting, decisions);
    struct verify_group_decision *kept;

    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->decisions = grown;
    kept = &grown[meeting->decisions_count++];
    *kept = (struct verify_group_decision){
        .seq = event->seq,
        .by = body->act.member,
        .counts = { [CHOICE_YES] = body->yes,
                    [CHOICE_NO] = body->no,
                    [CHOICE_OTHER] = body->other,
                    [CHOICE_ABSTAIN] = body->abstain },
        .denominator = body->d,
        .is_passed = body->passed,
        .is_by_rules = meeting->rules != NULL,
    };
    if (body->test.size > 0 && body->test.size < sizeof kept->test)
        memcpy(kept->test, body->test.data, body->test.size);
    return keep_text(&body->motion, &kept->motion);
}

struct verify_vote *verify_meeting_vote(struct verify_meeting *meeting,
                                        const struct identifier *id)
{
    size_t i;

    for (i = 0; i < meeting->votes_count; i++)
        if (identifier_equal(&meeting->votes[i].id, id))
            return &meeting->votes[i];
    return NULL;
}

static void keep_closed(struct verify_meeting *meeting,
                        const struct event_vote_closed *body)
{
    struct verify_vote *vote = verify_meeting_vote(meeting, &body->vote);

    if (!vote)
        return;
    vote->ended_by = body->act.member;
    if (body->test.size < sizeof vote->test) {
        memcpy(vote->test, body->test.data, body->test.size);
        vote->test[body->test.size] = '\0';
    }
}

/* Whose devices signed the newest one. */
static enum result keep_confirmed(struct verify_meeting *meeting,
                                  const struct event_checkpoint *body)
{
    const struct checkpoint_signer *rows = body->signers.data;
    size_t i;

    meeting->confirmed_count = 0;
    for (i = 0; i < body->signers.count; i++) {
        struct verify_asked *grown = GROW(meeting, confirmed);

        if (!grown)
            return RESULT_NO_MEMORY;
        meeting->confirmed = grown;
        grown[meeting->confirmed_count++] =
            (struct verify_asked){ rows[i].holder, rows[i].device };
    }
    return RESULT_OK;
}

static enum result keep_checkpoint(struct verify_meeting *meeting,
                                   const struct event_checkpoint *body)
{
    const struct checkpoint_missing *rows = body->missing.data;
    struct verify_checkpoint *kept =
        &meeting->checkpoints[meeting->checkpoints_count - 1];
    size_t i;

    kept->signer_count = body->signers.count;
    kept->asked_count = meeting->state->checkpoint.asked_count;
    kept->is_complete = meeting->state->checkpoint.is_complete;
    meeting->missing_count = 0;
    for (i = 0; i < body->missing.count; i++) {
        struct verify_asked *grown = GROW(meeting, missing);

        if (!grown)
            return RESULT_NO_MEMORY;
        meeting->missing = grown;
        grown[meeting->missing_count++] =
            (struct verify_asked){ rows[i].holder, rows[i].device };
    }
    return keep_confirmed(meeting, body);
}

static enum result keep_loss(struct verify_meeting *meeting,
                             const struct meeting_event *event)
{
    const struct event_restored *body = &event->body.restored;
    struct verify_loss *grown = GROW(meeting, losses);

    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->losses = grown;
    grown[meeting->losses_count++] =
        (struct verify_loss){ .seq = event->seq,
                              .lost_seq = body->lost_seq,
                              .lost_head = body->lost_head,
                              .by = body->act.member,
                              .second = body->second.member };
    return RESULT_OK;
}

/* Offices are written down whenever they have changed. */
static enum result keep_offices(struct verify_meeting *meeting, uint64_t seq)
{
    const struct meeting_state *state = meeting->state;
    const struct verify_office *last =
        meeting->offices_count ? &meeting->offices[meeting->offices_count - 1]
                               : NULL;
    struct verify_office *grown;

    if (last && identifier_equal(&last->presiding, &state->presiding) &&
        identifier_equal(&last->minute_taker, &state->minute_taker))
        return RESULT_OK;
    grown = GROW(meeting, offices);
    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->offices = grown;
    grown[meeting->offices_count++] = (struct verify_office){
        .since = seq,
        .presiding = state->presiding,
        .minute_taker = state->minute_taker,
    };
    return RESULT_OK;
}

static enum result keep_kind(struct verify_meeting *meeting,
                             const struct meeting_event *event)
{
    struct verify_vote *vote;

    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        return keep_genesis(meeting, &event->body.genesis);
    case EVENT_ROSTER_CHANGED_KIND:
        return keep_changes(meeting, event);
    case EVENT_VOTE_STARTED_KIND:
        return keep_vote(meeting, event);
    case EVENT_VOTE_CAST_KIND:
        vote = verify_meeting_vote(meeting, &event->body.vote_cast.vote);
        if (vote)
            vote->own_count++;
        return RESULT_OK;
    case EVENT_VOTE_CLOSED_KIND:
        keep_closed(meeting, &event->body.vote_closed);
        return RESULT_OK;
    case EVENT_VOTE_CANCELLED_KIND:
        vote = verify_meeting_vote(meeting, &event->body.vote_cancelled.vote);
        if (vote)
            vote->ended_by = event->body.vote_cancelled.act.member;
        return RESULT_OK;
    case EVENT_CHECKPOINT_KIND:
        return keep_checkpoint(meeting, &event->body.checkpoint);
    case EVENT_DECIDED_BY_GROUPS_KIND:
        return keep_decision(meeting, event);
    case EVENT_RESTORED_KIND:
        return keep_loss(meeting, event);
    default:
        return RESULT_OK;
    }
}

enum result verify_meeting_keep(struct verify_meeting *meeting,
                                const struct verify_event *event)
{
    enum result result = keep_kind(meeting, &event->meeting);

    if (event->seq == 0)
        meeting->first_ms = event->at_ms;
    meeting->last_ms = event->at_ms;
    meeting->kinds[event->meeting.kind]++;
    if (result == RESULT_OK)
        result = keep_entered(meeting, &event->meeting);
    return result == RESULT_OK ? keep_offices(meeting, event->seq) : result;
}
