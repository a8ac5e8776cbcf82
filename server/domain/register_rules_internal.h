/*
 * What the parts of register_rules*.c share. Nobody else includes this header.
 *
 * A check returns true if all is well; otherwise it has put the refusal into
 * the decision, and its caller returns.
 */
#ifndef SERVER_DOMAIN_REGISTER_RULES_INTERNAL_H
#define SERVER_DOMAIN_REGISTER_RULES_INTERNAL_H

#include "protocol/meeting/meeting_summons.h"
#include "server/domain/register_rules.h"

/* One command under decision. */
struct register_case {
    const struct register_state *state;
    const struct ruleset *rules; /* of meetings that are called now */
    const struct actor *actor;
    const struct command *command;
    int64_t now_ms;
    struct register_decision *out;
    /* Whose minutes are corrected, at its end; NULL: of no other command. */
    const struct meeting_state *meeting;
};

/* Each drops the events made so far. */
void register_refuse(struct register_decision *out, enum refusal_code code);
void register_refuse_id(struct register_decision *out, enum refusal_code code,
                        const struct identifier *id);
void register_refuse_many(struct register_decision *out, uint64_t max);
/* REFUSAL_BAD_MESSAGE; both texts are static English. */
void register_refuse_field(struct register_decision *out, const char *path,
                           const char *problem);

/* A new zeroed event at the end of the decision; NULL (and refused) when
 * memory is out. Borrowed until the next one. */
struct register_event *register_emit(struct register_decision *out,
                                     enum register_event_kind kind);

/* Whom the events name as their author: "" for the administrator. */
struct identifier register_author(const struct register_case *c);

/* May the actor do what officers of this cell may? */
bool register_check_officer(const struct register_case *c,
                            const struct identifier *cell);
/* A text that people are to read: not empty, not only spaces. */
bool register_check_filled(struct register_decision *out, const char *path,
                           const struct sealed *text);
bool register_check_cell(const struct register_case *c,
                         const struct identifier *unit);
/* A unit that exists and is of this kind. */
bool register_check_unit(const struct register_case *c,
                         const struct identifier *unit, enum unit_kind kind);
/* May the actor call meetings of these people: an officer of the cell, or the
 * leader of the party group? */
bool register_check_caller(const struct register_case *c,
                           const struct summons *summons);
/* The current member, or NULL and refused. */
const struct register_member *
register_check_member(const struct register_case *c,
                      const struct identifier *id);
/* A current member of the cell whose category may take a duty in it. */
bool register_check_duty(const struct register_case *c,
                         const struct identifier *id,
                         const struct identifier *cell);
/* The cell of a member or a site; NULL if there is no such current holder. */
const struct identifier *register_cell_of(const struct register_state *state,
                                          const struct identifier *holder);

void register_decide_add_unit(const struct register_case *c);
void register_decide_rename_unit(const struct register_case *c);
void register_decide_add_member(const struct register_case *c);
void register_decide_import_members(const struct register_case *c);
void register_decide_change_member(const struct register_case *c);
void register_decide_remove_member(const struct register_case *c);
void register_decide_add_site(const struct register_case *c);
void register_decide_change_site(const struct register_case *c);
void register_decide_invite(const struct register_case *c);
void register_decide_withdraw_invitation(const struct register_case *c);
void register_decide_revoke_device(const struct register_case *c);
void register_decide_add_device(const struct register_case *c);
void register_decide_vouch_device(const struct register_case *c);
void register_decide_move_unit(const struct register_case *c);
void register_decide_accept_loss(const struct register_case *c);
void register_decide_schedule_meeting(const struct register_case *c);
void register_decide_change_meeting(const struct register_case *c);
void register_decide_cancel_meeting(const struct register_case *c);
void register_decide_hold_by_groups(const struct register_case *c);
/* NULL and refused unless the meeting is called and has not begun. */
const struct register_meeting *
register_check_scheduled(const struct register_state *state,
                         const struct identifier *id,
                         struct register_decision *out);
/* May the actor change this call, whoever made it? */
bool register_check_call_of(const struct register_case *c,
                            const struct register_meeting *meeting);
void register_decide_ask_opinions(const struct register_case *c);
void register_decide_give_opinion(const struct register_case *c);
void register_decide_propose_erratum(const struct register_case *c);
void register_decide_sign_erratum(const struct register_case *c);

#endif
