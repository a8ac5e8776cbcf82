/*
 * What the files of meeting_state share: look-ups that may write, and one
 * function an event. Each of them returns RESULT_CORRUPT, with the state half
 * changed at most, for an event that contradicts the log before it; whether
 * the phase of the meeting admits the event has been checked already.
 */
#ifndef PROTOCOL_MEETING_MEETING_STATE_INTERNAL_H
#define PROTOCOL_MEETING_MEETING_STATE_INTERNAL_H

#include "protocol/meeting/meeting_state.h"

#define STATE_APPLY(NAME, name)                                                \
    MUST_USE enum result state_apply_##name(                                   \
        struct meeting_state *state, const struct meeting_event *event);
MEETING_COURSE_EVENT_LIST(STATE_APPLY)
MEETING_FLOOR_EVENT_LIST(STATE_APPLY)
MEETING_AGENDA_EVENT_LIST(STATE_APPLY)
MEETING_ELECT_EVENT_LIST(STATE_APPLY)
#undef STATE_APPLY

/* What a score sheet asks about, of any event that was applied. */
void state_note_score(struct meeting_state *state,
                      const struct meeting_event *event);

/* Any event of a secret ballot: the table of its phases and what it does stand
 * in meeting_state_ballots.c. */
MUST_USE enum result state_apply_ballot(struct meeting_state *state,
                                        const struct meeting_event *event);
/*
 * Two functions a kind. `ballot` is the one that the event names, in a phase
 * that admits it; NULL for ballot_drafted. The first says whether the event
 * fits the log before it: RESULT_OK, RESULT_CORRUPT or RESULT_NO_MEMORY. The
 * second takes in one that does, and fails for lack of memory alone.
 */
#define BALLOT_FUNCTIONS(NAME, name)                                           \
    MUST_USE enum result ballot_check_##name(                                  \
        const struct meeting_state *state,                                     \
        const struct meeting_ballot *ballot,                                   \
        const struct meeting_event *event);                                    \
    MUST_USE enum result ballot_apply_##name(                                  \
        struct meeting_state *state, struct meeting_ballot *ballot,            \
        const struct meeting_event *event);
MEETING_BALLOT_EVENT_LIST(BALLOT_FUNCTIONS)
#undef BALLOT_FUNCTIONS
/* How such a check ends. */
static inline enum result state_fits(bool fits)
{
    return fits ? RESULT_OK : RESULT_CORRUPT;
}

/* A complete checkpoint over a list that is attested makes it fit to open. */
void state_note_checkpoint(struct meeting_state *state,
                           const struct event_checkpoint *checkpoint);
/* Events were lost: a ballot that nobody has decrypted yet is void. */
void state_void_lost_ballots(struct meeting_state *state);
void ballot_void(struct meeting_ballot *ballot, enum void_reason reason);
/* Ends what the keys' making needed: texts of the attempt. */
void ballot_forget_attempt(struct meeting_ballot *ballot);
void ballot_forget_decision(struct meeting_ballot *ballot);
MUST_USE enum result ballot_text_set(struct meeting_ballot_text *text,
                                     struct text_view value);
void ballot_text_release(struct meeting_ballot_text *text);
/* The device if it is enrolled and the holder's; NULL if not. */
const struct meeting_device *
state_valid_device(const struct meeting_state *state,
                   const struct identifier *holder, const struct key *device);
/* As the look-ups of meeting_ballot.h, to be written to. */
struct meeting_ballot_voter *ballot_voter(struct meeting_ballot *ballot,
                                          const struct identifier *member);
struct meeting_ballot_pool *ballot_pool(struct meeting_ballot *ballot,
                                        const struct identifier *site);
void state_release_ballots(struct meeting_state *state);
void state_release_elections(struct meeting_state *state);
void state_release_minutes(struct meeting_state *state);
/* A vote on the minutes begins: on the version presented last. */
void state_note_minutes_vote(struct meeting_state *state,
                             const struct identifier *vote);
/* What was decided by the vote is done now, once: RESULT_CORRUPT for a vote
 * that there is not, or of which it was done before. */
MUST_USE enum result state_spend_vote(struct meeting_state *state,
                                      const struct identifier *vote);

/*
 * Room for one more behind `count` items of `item_size` bytes: the array, moved
 * perhaps, or NULL when memory is out and the old one is still good. Capacity
 * is the next power of two, so it need not be kept.
 */
MUST_USE void *state_grow(void *items, size_t count, size_t item_size);

/* As the look-ups of meeting_state.h, to be written to. */
struct meeting_person *state_person(struct meeting_state *state,
                                    const struct identifier *id);
struct meeting_holder *state_holder(struct meeting_state *state,
                                    const struct identifier *id);
struct meeting_device *state_device(struct meeting_holder *holder,
                                    const struct key *key);
struct meeting_item *state_item(struct meeting_state *state,
                                const struct identifier *id);

/* Takes the member's hand down; false if it was not up. */
bool state_take_hand_down(struct meeting_state *state,
                          const struct identifier *member);

/*
 * Brings the member's row in every open vote into line with presence and
 * category: called after each change of either.
 */
void state_settle_ballots(struct meeting_state *state,
                          const struct meeting_person *person);

/* Who is there or counts has changed; `member` may be NULL. The roll was taken.
 */
void state_note_change(struct meeting_state *state, uint64_t seq,
                       enum quorum_reason reason,
                       const struct identifier *member);
void state_note_roll(struct meeting_state *state, uint64_t seq);
/* The vote ends without a result. */
MUST_USE enum result state_void_vote(struct meeting_state *state,
                                     const struct identifier *id);

void state_release_votes(struct meeting_state *state);
void state_release_kinds(struct meeting_state *state);
void state_release_recordings(struct meeting_state *state);
void state_release_agenda(struct meeting_state *state);

#endif
