/*
 * A meeting played as a script, and what came of it as text.
 *
 *   meeting_play(m, "1.0 m4 join\n"
 *                   "2.0 m1 admit m4",
 *                "knocked m4 m4/a\n"
 *                "admitted m4\n");
 *
 * A line is: seconds, who acts, what, arguments in the order of the command's
 * table ("-" for an empty id or text, 'a text' for a sealed field, yes and no
 * for flags, "m4+m5" for a list of ids or numbers, a word for a text, a word or
 * what ballot_reports.h says for a hash, keys left out). Who: a holder of the
 * roster with its device a, or "m4/b"; "server" for reports without a holder.
 * "op@3": the act was signed when seq 3 was the newest seen; "op!": it is not
 * signed. Reports: join, lost, revoked, code SITE and pin SITE (checking in),
 * and by the server restarted, clock MS, tick, those of ballot_reports.h, and
 * "row MEMBER CATEGORY DEVICES [GROUND [20261115]]": the register's new row,
 * with "a", "ab" or "-". Blank lines and indentation are skipped.
 *
 * What comes out, a line each: the event's name and its fields in the order of
 * the table (acts left out); "nothing" when a command is accepted without
 * events; "refused CODE name=value …".
 *
 * A vote is on a resolution unless its script names another matter.
 *
 * Roster: chair m1, deputy m2, minute-taker m3, official m4, m5 and m14,
 * probationary m6, exempt m7, guest m8, upper_delegate m9, temp_here m10,
 * suspended m11, technician m12, temp_away m13; sites s1 (keeper m4), s2
 * (keeper m5); items a1, a2. Everyone has the devices a and b.
 */
#ifndef TESTS_SUPPORT_MEETING_TRANSCRIPT_H
#define TESTS_SUPPORT_MEETING_TRANSCRIPT_H

#include "protocol/meeting/meeting_state.h"
#include "server/domain/meeting_rules.h"
#include "tests/support/meeting_genesis.h"

struct meeting_transcript {
    struct meeting_state *state;
    struct ruleset rules;
    const struct ruleset_notes *notes; /* of the file; NULL: none was read */
    struct meeting_decision *decision; /* the newest */
    int64_t now_ms;
    bool is_live; /* before each line the server's ticks that are due by then */
    struct gathered_record record; /* what gather_group finds */
    struct text_view ballot_list;  /* on which objections rest; borrowed */
    json_t *log; /* array of [ev, at, body]: what a replay reads */
    char *text;  /* NUL-terminated, since the last comparison */
    size_t text_size;
};

/* A scheduled meeting: the genesis is applied, and is the first of what came
 * out. */
struct meeting_transcript *
meeting_transcript_called(const struct meeting_call *call);
/* The same as it is usually called; its genesis is forgotten. */
struct meeting_transcript *meeting_transcript_new(void);
/* With a roster of `extra` official members more: x1, x2, … */
struct meeting_transcript *meeting_transcript_of(unsigned extra);
/* A congress. */
struct meeting_transcript *meeting_transcript_congress(void);
struct meeting_transcript *meeting_transcript_congress_of(unsigned extra);
/* Whose genesis requires that devices are vouched for: all a are, no b is. */
struct meeting_transcript *meeting_transcript_vouching(void);
/* An event of this kind, empty, as the next one of the log. */
struct meeting_event
meeting_next_event(const struct meeting_transcript *meeting,
                   enum meeting_event_kind kind);
/* Asserts that a replay of the encoded log gives an equal state, and frees. */
void meeting_transcript_end(struct meeting_transcript *meeting);
/* Frees a meeting to whose state something was applied beside the script. */
void meeting_transcript_drop(struct meeting_transcript *meeting);

/* Held by the meetings org.2 of the party group u4 and org.3 of u5. */
struct meeting_transcript *meeting_transcript_by_groups(bool is_vouching);
/* Right after the genesis: the meeting is held by those of these groups. */
void meeting_transcript_hold_by_groups(struct meeting_transcript *meeting,
                                       const struct event_held_by_groups *held);
/* Plays lines and compares what came out; NULL: whatever it was. */
void meeting_play(struct meeting_transcript *meeting, const char *script,
                  const char *expected);
/* m1, m2 and m3 join, the lobby is opened, then the holders of the list (ended
 * by NULL) knock, are admitted and join, all with device a at second 0. Where
 * the ruleset asks for it, m1 declares before that nothing is a state secret.
 */
void meeting_play_to_lobby(struct meeting_transcript *meeting,
                           const char *const *joined);
void meeting_play_to_open(struct meeting_transcript *meeting,
                          const char *const *joined);

/* One command or report as its parts, for generated tests: decides, applies,
 * and asserts that what was decided applies. The refusal, or REFUSAL_NONE. */
enum refusal_code meeting_do(struct meeting_transcript *meeting,
                             const struct actor *actor,
                             struct command *command);
enum refusal_code meeting_tell(struct meeting_transcript *meeting,
                               const struct meeting_report *report);

#endif
