/* Secret ballots: what is recorded while voting is open, and its end. Whose a
 * ballot is stands nowhere. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>

/* Each ballot is of a new credential, or where votes may be changed of one
 * that was seen before. */
static bool is_returned_right(const struct meeting_ballot *ballot,
                              uint64_t returned)
{
    const bool is_new = returned == ballot->returned + 1;
    const bool is_change = returned == ballot->returned && ballot->is_revote &&
                           ballot->returned > 0;

    return (is_new || is_change) && returned <= ballot->length;
}

enum result ballot_check_ballot_recorded(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_recorded *body = &event->body.ballot_recorded;

    (void)state;
    return event->at_ms == ballot->opened_ms &&
                   body->height == ballot->record_count + 1 &&
                   body->height <=
                       ballot->length * LIMIT_BALLOTS_PER_CREDENTIAL &&
                   is_returned_right(ballot, body->returned) &&
                   meeting_ballot_height(ballot, &body->tracker) == 0
               ? RESULT_OK
               : RESULT_CORRUPT;
}

enum result ballot_apply_ballot_recorded(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_recorded *body = &event->body.ballot_recorded;
    void *grown = state_grow(ballot->records, ballot->record_count,
                             sizeof *ballot->records);
    enum result result;

    (void)state;
    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->records = grown;
    result = ballot_archive_step(&ballot->archive, BALLOT_EVENT_BALLOT,
                                 &body->tracker);
    if (result)
        return result;
    ballot->records[ballot->record_count++] =
        (struct meeting_ballot_record){ body->tracker, ballot->archive.head };
    ballot->returned = body->returned;
    return RESULT_OK;
}

enum result ballot_check_ballot_ending(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_ending *body = &event->body.ballot_ending;

    /* The event is written a moment after it was decided. */
    return !ballot->is_ending && body->closes_at >= state->at_ms &&
                   body->act.is_present
               ? RESULT_OK
               : RESULT_CORRUPT;
}

enum result ballot_apply_ballot_ending(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    (void)state;
    ballot->is_ending = true;
    ballot->closes_at_ms = event->body.ballot_ending.closes_at;
    return RESULT_OK;
}

enum result ballot_check_ballots_ended(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballots_ended *body = &event->body.ballots_ended;
    struct ballot_archive_end end = ballot->archive;
    enum result result;

    (void)state;
    if (!ballot->is_ending ||
        (event->at_ms < ballot->closes_at_ms &&
         ballot->returned < ballot->length) ||
        body->count != ballot->record_count ||
        body->returned != ballot->returned)
        return RESULT_CORRUPT;
    result = ballot_archive_step(&end, BALLOT_EVENT_END_BALLOTS, NULL);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    return hash_equal(&end.head, &body->end) ? RESULT_OK : RESULT_CORRUPT;
}

enum result ballot_apply_ballots_ended(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    (void)state;
    ballot->end = event->body.ballots_ended.end;
    ballot->ended_ms = event->at_ms;
    return ballot_archive_step(&ballot->archive, BALLOT_EVENT_END_BALLOTS,
                               NULL);
}
