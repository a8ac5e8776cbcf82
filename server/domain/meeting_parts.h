/*
 * The rules, one function a command, cut along what they are about. Whether
 * the meeting's phase admits the command and whether the actor's role does has
 * been checked by the table in meeting_rules.c; what is left is here.
 */
#ifndef SERVER_DOMAIN_MEETING_PARTS_H
#define SERVER_DOMAIN_MEETING_PARTS_H

#include "server/domain/draft.h"

#define RULE_FUNCTION(NAME, name, is_signed)                                   \
    void rule_##name(struct draft *draft);
MEETING_COMMAND_LIST(RULE_FUNCTION)
#undef RULE_FUNCTION

/* attendance.c: the member is present, by the act of the command unless the
 * source is a connection. `site` of mode site, else NULL. */
void draft_add_present(struct draft *draft, const struct identifier *member,
                       enum presence_mode mode, const struct identifier *site,
                       enum presence_source source);

/* check_in.c: she showed at that place what only who is there can know. */
void report_check_in(struct draft *draft, const struct meeting_report *report);

/* declaration.c: does a seat of this mode wait for the chair's word? */
bool draft_waits_for_declaration(const struct draft *draft,
                                 enum presence_mode mode);
void draft_refuse_undeclared(struct draft *draft, enum presence_mode mode);
/* Tells whether the cell may meet online, with the rows of `changed` if they
 * are not NULL, where the ruleset has the rule and the numbers are new. */
void draft_find_eligibility(struct draft *draft,
                            const struct event_roster_changed *changed);

/* minutes.c: were they read back, unchanged since, and every objection
 * answered? Else refuses. */
bool draft_may_vote_on_minutes(struct draft *draft);
/* Of a vote that passed in this decision: adopts the version it was on. */
void draft_adopt_minutes(struct draft *draft, const struct identifier *vote);

/* recording.c: the server records no more, if it did, by the command's act. */
void draft_stop_recording(struct draft *draft, enum recording_end reason);
void report_recording(struct draft *draft, const struct meeting_event *event);

/* groups.c: of gather_group, which was accepted. */
void draft_gather(struct draft *draft, const struct gathered_record *record);
/* subrooms.c: may this be done while sub-rooms are open? */
bool subrooms_admit(enum command_op op);
void draft_refuse_subrooms(struct draft *draft);

/* quorum.c: what the server records and does when somebody comes or leaves. */
void quorum_tick(struct draft *draft);
int64_t quorum_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules);

/* connections.c: what the server reports. */
void report_join(struct draft *draft, const struct meeting_report *report);
void report_lost(struct draft *draft, const struct meeting_report *report);
void report_revoked(struct draft *draft, const struct meeting_report *report);
void report_restarted(struct draft *draft);
void report_register(struct draft *draft, const struct meeting_report *report);
void report_tick(struct draft *draft);

/* floor.c: the categories that may speak by leave of nobody, a bit each. */
uint64_t floor_speakers_of(const struct ruleset *rules);

/* floor.c: time of the speaker. */
void floor_tick(struct draft *draft);
int64_t floor_next_tick_ms(const struct meeting_state *state,
                           const struct ruleset *rules);

/* agenda.c: what the meeting before left; deadlines that the ruleset sets when
 * a meeting closes. */
void report_carried(struct draft *draft, const struct meeting_event *event);
void agenda_add_deadlines(struct draft *draft);
/* agenda.c: the time that is planned for an item. */
void agenda_tick(struct draft *draft);
int64_t agenda_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules);

#endif
