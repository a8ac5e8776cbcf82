/*
 * The events of a meeting's log. What happened, in the past tense; nothing here
 * says who may do it. protocol/README.md describes each in words.
 *
 * The list of fields makes the struct, the codec and the document's check.
 */
#ifndef PROTOCOL_MEETING_MEETING_EVENT_H
#define PROTOCOL_MEETING_MEETING_EVENT_H

#include "protocol/meeting/meeting_agenda_event.h"
#include "protocol/meeting/meeting_attendance_event.h"
#include "protocol/meeting/meeting_ballot_event.h"
#include "protocol/meeting/meeting_elect_event.h"
#include "protocol/meeting/meeting_kinds_event.h"
#include "protocol/meeting/meeting_minutes_event.h"
#include "protocol/meeting/meeting_recording_event.h"
#include "protocol/meeting/meeting_score_event.h"
#include "protocol/meeting/meeting_floor_event.h"
#include "protocol/meeting/meeting_terms_event.h"
#include "protocol/meeting/meeting_votes_rows.h"
#include "protocol/meeting/roster.h"

/* The first event. seq 0. */
#define EVENT_GENESIS(X)                                                       \
    X(NUMBER, version, 1, NONE)                                                \
    X(ID, meeting, 0, NONE)                                                    \
    X(ID, organisation, 0, NONE)                                               \
    X(ID, unit, 0, NONE)                                                       \
    X(KEY, server, 0, NONE)                                                    \
    X(NUMBER, register_seq, 0, NONE)                                           \
    X(HASH, register_head, 0, NONE)                                            \
    X(TEXT, ruleset, 100, NONE)                                                \
    X(HASH, ruleset_hash, 0, NONE)                                             \
    X(ENUM, kind, meeting_kind_words, NONE)                                    \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(SEALED, unit_name, LIMIT_NAME_LENGTH, ALL)                               \
    X(SEALED, upper_name, LIMIT_NAME_LENGTH, ALL)                              \
    X(TIME, starts_at, 0, NONE)                                                \
    X(TEXT, zone, 64, NONE)                                                    \
    X(SEALED, place, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(ID, chair, 0, NONE)                                                      \
    X(OPTIONAL_ID, deputy, 0, NONE)                                            \
    X(ID, minute_taker, 0, NONE)                                               \
    X(OPTIONAL_ID, previous_meeting, 0, NONE)                                  \
    X(HASH, previous_head, 0, NONE)                                            \
    X(FLAG, vouching_required, 0, NONE)                                        \
    X(ITEMS, agenda, agenda_item_schema, NONE)                                 \
    X(ITEMS, roster, roster_person_schema, NONE)                               \
    X(ITEMS, sites, roster_site_schema, NONE)

/* The register changed while the meeting is on: full new rows of those changed.
 */
#define EVENT_ROSTER_CHANGED(X)                                                \
    X(NUMBER, register_seq, 0, NONE)                                           \
    X(HASH, register_head, 0, NONE)                                            \
    X(ITEMS, roster, roster_person_schema, NONE)                               \
    X(ITEMS, sites, roster_site_schema, NONE)

#define EVENT_LOBBY_OPENED(X) X(ACT, act, 0, NONE)
#define EVENT_KNOCKED(X)                                                       \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)
#define EVENT_ADMITTED(X)                                                      \
    X(ID, holder, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
#define EVENT_TURNED_AWAY(X)                                                   \
    X(ID, holder, 0, NONE)                                                     \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)                          \
    X(ACT, act, 0, NONE)

/* A device's first connection is up. slot: its sender number in audio frames.
 */
#define EVENT_CONNECTED(X)                                                     \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(NUMBER, slot, 65535, NONE)
#define EVENT_CONNECTION_LOST(X)                                               \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)
/* The device is gone: it said goodbye, or its grace period is over. */
#define EVENT_DISCONNECTED(X)                                                  \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(ENUM, reason, presence_end_words, NONE)
/* Every connection was lost with the server's process. */
#define EVENT_SERVER_RESTARTED(X) X(NUMBER, connections, 0, NONE)
#define EVENT_CLOCK_JUMPED(X) X(TIME, by_ms, 0, NONE)

#define EVENT_PRESENCE_CONFIRMED(X)                                            \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, mode, presence_mode_words, NONE)                                   \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(ENUM, source, presence_source_words, NONE)                               \
    X(ACT, act, 0, NONE)
#define EVENT_PRESENCE_ENDED(X)                                                \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, reason, presence_end_words, NONE)                                  \
    X(ACT, act, 0, NONE)
/* throughout: from the whole congress, for a reason that was accepted. */
#define EVENT_ABSENCE_NOTED(X)                                                 \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, absence, absence_words, NONE)                                      \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)                          \
    X(FLAG, throughout, 0, NONE)                                               \
    X(ACT, act, 0, NONE)
/* Of official and of probationary members: on the roll, present, absent with
 * reason, without, and the others not noted. Then who is present how. */
#define EVENT_ROLL_CONFIRMED(X)                                                \
    X(NUMBER, official, 0, NONE)                                               \
    X(NUMBER, official_present, 0, NONE)                                       \
    X(NUMBER, official_excused, 0, NONE)                                       \
    X(NUMBER, official_unexcused, 0, NONE)                                     \
    X(NUMBER, probationary, 0, NONE)                                           \
    X(NUMBER, probationary_present, 0, NONE)                                   \
    X(NUMBER, probationary_excused, 0, NONE)                                   \
    X(NUMBER, probationary_unexcused, 0, NONE)                                 \
    X(NUMBER, exempt_present, 0, NONE)                                         \
    X(NUMBER, others_present, 0, NONE)                                         \
    X(NUMBER, in_person, 0, NONE)                                              \
    X(NUMBER, at_site, 0, NONE)                                                \
    X(NUMBER, online, 0, NONE)                                                 \
    X(NUMBER, voice_relay, 0, NONE)                                            \
    X(ACT, act, 0, NONE)

#define EVENT_OPENED(X) X(ACT, act, 0, NONE)
#define EVENT_ADJOURNED(X) X(ACT, act, 0, NONE)
#define EVENT_RESUMED(X) X(ACT, act, 0, NONE)
#define EVENT_CLOSED(X) X(ACT, act, 0, NONE)
/* member presides from here on; the named chair comes back the same way. */
#define EVENT_CHAIR_TAKEN(X)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
#define EVENT_MINUTES_HANDED_OVER(X)                                           \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)

#define EVENT_HAND_RAISED(X) X(ID, member, 0, NONE)
#define EVENT_HAND_LOWERED(X)                                                  \
    X(ID, member, 0, NONE)                                                     \
    X(ID, by, 0, NONE)
/* limit_ms 0: no limit. by: who gave it. */
#define EVENT_FLOOR_GIVEN(X)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, limit_ms, 0, NONE)                                               \
    X(ID, by, 0, NONE)
#define EVENT_FLOOR_EXTENDED(X)                                                \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, limit_ms, 0, NONE)                                               \
    X(ID, by, 0, NONE)
#define EVENT_FLOOR_ENDED(X)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, spoken_ms, 0, NONE)                                              \
    X(ENUM, reason, floor_end_words, NONE)
#define EVENT_MUTED(X)                                                         \
    X(ID, holder, 0, NONE)                                                     \
    X(ID, by, 0, NONE)
#define EVENT_UNMUTED(X) X(ID, holder, 0, NONE)
#define EVENT_CHAT_SAID(X)                                                     \
    X(ID, holder, 0, NONE)                                                     \
    X(SEALED, text, LIMIT_CHAT_LENGTH, MEMBERS)                                \
    X(ACT, act, 0, NONE)
#define EVENT_RECORDING_SET(X)                                                 \
    X(FLAG, allowed, 0, NONE)                                                  \
    X(ACT, act, 0, NONE)

#define EVENT_ITEM_STARTED(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(ACT, act, 0, NONE)
#define EVENT_ITEM_ENDED(X)                                                    \
    X(ID, item, 0, NONE)                                                       \
    X(ACT, act, 0, NONE)

/* What it is held under does not change any more: `rule` sets the test, d is
 * what `measure` gives (of valid votes: who may vote at all), present are those
 * of them who are there, need votes in favour pass it (0: that depends), by
 * `people` it was counted. remote: seats that are neither in the hall nor at a
 * site take part. subject: whom it is about. */
#define EVENT_VOTE_STARTED(X)                                                  \
    X(ID, vote, 0, NONE)                                                       \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, motion, LIMIT_MOTION_LENGTH, ALL)                                \
    X(ENUM, matter, matter_words, NONE)                                        \
    X(OPTIONAL_ID, subject, 0, NONE)                                           \
    X(ENUM, form, vote_form_words, NONE)                                       \
    X(FLAG, remote, 0, NONE)                                                   \
    X(TEXT, rule, 60, NONE)                                                    \
    X(ENUM, measure, measure_words, NONE)                                      \
    X(TEXT, test, 40, NONE)                                                    \
    X(NUMBER, d, 0, NONE)                                                      \
    X(NUMBER, present, 0, NONE)                                                \
    X(NUMBER, need, 0, NONE)                                                   \
    X(ITEMS, people, vote_people_schema, NONE)                                 \
    X(ACT, act, 0, NONE)
#define EVENT_VOTE_CAST(X)                                                     \
    X(ID, vote, 0, NONE)                                                       \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, choice, choice_words, NONE)                                        \
    X(ACT, act, 0, NONE)
/* site "": the meeting's own place. ticked: entitled there at that moment. */
#define EVENT_HALL_VOTES_ENTERED(X)                                            \
    X(ID, vote, 0, NONE)                                                       \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, no, 0, NONE)                                                     \
    X(NUMBER, other, 0, NONE)                                                  \
    X(NUMBER, abstain, 0, NONE)                                                \
    X(NUMBER, ticked, 0, NONE)                                                 \
    X(ID, by, 0, NONE)                                                         \
    X(ACT, act, 0, NONE)
/* denominator: what yes was measured against; need: the fewest votes that would
 * have done; rule: by which it was decided. */
#define EVENT_VOTE_CLOSED(X)                                                   \
    X(ID, vote, 0, NONE)                                                       \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, no, 0, NONE)                                                     \
    X(NUMBER, other, 0, NONE)                                                  \
    X(NUMBER, abstain, 0, NONE)                                                \
    X(NUMBER, denominator, 0, NONE)                                            \
    X(TEXT, test, 40, NONE)                                                    \
    X(TEXT, rule, 60, NONE)                                                    \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, passed, 0, NONE)                                                   \
    X(ACT, act, 0, NONE)
#define EVENT_VOTE_CANCELLED(X)                                                \
    X(ID, vote, 0, NONE)                                                       \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)                                \
    X(ACT, act, 0, NONE)

/* The head at `upto`, signed by the server and by the devices that were
 * connected then; `missing` are those that did not sign in time. Each sig is
 * the statement `checkpoint` over role, reason, upto and head; the server's
 * role is "server". */
#define EVENT_CHECKPOINT(X)                                                    \
    X(ENUM, reason, checkpoint_reason_words, NONE)                             \
    X(NUMBER, upto, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)                                                 \
    X(ITEMS, signers, checkpoint_signer_schema, NONE)                          \
    X(ITEMS, missing, checkpoint_missing_schema, NONE)
/* The meeting goes on although its events from `from` on were lost, up to at
 * least lost_seq, whose head is known from somebody's device (zeros: nobody
 * knows). act is the chair's, second the minute-taker's: null if who presides
 * takes the minutes. */
#define EVENT_RESTORED(X)                                                      \
    X(NUMBER, from, 0, NONE)                                                   \
    X(NUMBER, lost_seq, 0, NONE)                                               \
    X(HASH, lost_head, 0, NONE)                                                \
    X(ACT, act, 0, NONE)                                                       \
    X(ACT, second, 0, NONE)

/* X(IDENTIFIER, wire name): of the meeting itself. */
#define MEETING_COURSE_EVENT_LIST(X)                                           \
    X(GENESIS, genesis)                                                        \
    X(ROSTER_CHANGED, roster_changed)                                          \
    X(LOBBY_OPENED, lobby_opened)                                              \
    X(KNOCKED, knocked)                                                        \
    X(ADMITTED, admitted)                                                      \
    X(TURNED_AWAY, turned_away)                                                \
    X(CONNECTED, connected)                                                    \
    X(CONNECTION_LOST, connection_lost)                                        \
    X(DISCONNECTED, disconnected)                                              \
    X(SERVER_RESTARTED, server_restarted)                                      \
    X(CLOCK_JUMPED, clock_jumped)                                              \
    X(PRESENCE_CONFIRMED, presence_confirmed)                                  \
    X(PRESENCE_ENDED, presence_ended)                                          \
    X(ABSENCE_NOTED, absence_noted)                                            \
    X(ROLL_CONFIRMED, roll_confirmed)                                          \
    X(OPENED, opened)                                                          \
    X(ADJOURNED, adjourned)                                                    \
    X(RESUMED, resumed)                                                        \
    X(CLOSED, closed)                                                          \
    X(CHAIR_TAKEN, chair_taken)                                                \
    X(MINUTES_HANDED_OVER, minutes_handed_over)                                \
    X(HAND_RAISED, hand_raised)                                                \
    X(HAND_LOWERED, hand_lowered)                                              \
    X(FLOOR_GIVEN, floor_given)                                                \
    X(FLOOR_EXTENDED, floor_extended)                                          \
    X(FLOOR_ENDED, floor_ended)                                                \
    X(MUTED, muted)                                                            \
    X(UNMUTED, unmuted)                                                        \
    X(CHAT_SAID, chat_said)                                                    \
    X(RECORDING_SET, recording_set)                                            \
    X(ITEM_STARTED, item_started)                                              \
    X(ITEM_ENDED, item_ended)                                                  \
    X(VOTE_STARTED, vote_started)                                              \
    X(VOTE_CAST, vote_cast)                                                    \
    X(HALL_VOTES_ENTERED, hall_votes_entered)                                  \
    X(VOTE_CLOSED, vote_closed)                                                \
    X(VOTE_CANCELLED, vote_cancelled)                                          \
    X(CHECKPOINT, checkpoint)                                                  \
    X(RESTORED, restored)                                                      \
    MEETING_ATTENDANCE_EVENT_LIST(X)                                           \
    MEETING_TERMS_EVENT_LIST(X)                                                \
    MEETING_SCORE_EVENT_LIST(X)                                                \
    MEETING_MINUTES_EVENT_LIST(X)                                              \
    MEETING_KINDS_EVENT_LIST(X)                                                \
    MEETING_RECORDING_EVENT_LIST(X)

/* And of the floor's order, its agenda and its secret ballots. */
#define MEETING_EVENT_LIST(X)                                                  \
    MEETING_COURSE_EVENT_LIST(X)                                               \
    MEETING_FLOOR_EVENT_LIST(X)                                                \
    MEETING_AGENDA_EVENT_LIST(X)                                               \
    MEETING_ELECT_EVENT_LIST(X)                                                \
    MEETING_BALLOT_EVENT_LIST(X)

#define MEETING_EVENT_STRUCT(NAME, name)                                       \
    struct event_##name {                                                      \
        EVENT_##NAME(FIELD_MEMBER)                                             \
    };
MEETING_EVENT_LIST(MEETING_EVENT_STRUCT)

enum meeting_event_kind {
    MEETING_EVENT_UNKNOWN, /* carried, chained, not understood */
#define MEETING_EVENT_ENUM(NAME, name) EVENT_##NAME##_KIND,
    MEETING_EVENT_LIST(MEETING_EVENT_ENUM)
#undef MEETING_EVENT_ENUM
        MEETING_EVENT_COUNT
};

struct meeting_event {
    uint64_t seq;
    int64_t at_ms;
    enum meeting_event_kind kind;
    union {
#define MEETING_EVENT_UNION(NAME, name) struct event_##name name;
        MEETING_EVENT_LIST(MEETING_EVENT_UNION)
#undef MEETING_EVENT_UNION
    } body;
};

/* The schema of a kind, NULL for MEETING_EVENT_UNKNOWN. Its name is "ev". */
const struct schema *meeting_event_schema(enum meeting_event_kind kind);
/* MEETING_EVENT_UNKNOWN if no kind has this wire name. */
enum meeting_event_kind meeting_event_kind_of(struct text_view name);

#endif
