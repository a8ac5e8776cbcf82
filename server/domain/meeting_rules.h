/*
 * Who may do what, when, in a meeting. Both functions are pure and change
 * nothing but `out`; views in its events borrow from `command`, `state` and the
 * decision itself.
 *
 * The caller has checked signature, `seen` and commitments already: an act in
 * command->act is genuine. What the caller cannot know, whether the signer had
 * seen enough, is decided here.
 */
#ifndef SERVER_DOMAIN_MEETING_RULES_H
#define SERVER_DOMAIN_MEETING_RULES_H

#include "protocol/meeting/meeting_state.h"
#include "server/domain/decision.h"

/* A command of a peer. state->phase is MEETING_SCHEDULED or later. */
void meeting_rules_decide(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command, int64_t now_ms,
                          struct meeting_decision *out);

/* What the server itself reports to the meeting. */
enum meeting_report_kind {
    REPORT_NONE,
    REPORT_JOIN,       /* holder, device: logged in and asks to come in */
    REPORT_LOST,       /* holder, device: its last connection is gone */
    REPORT_REVOKED,    /* holder, device */
    REPORT_RESTARTED,  /* the room was loaded after a stop of the server */
    REPORT_CLOCK,      /* by_ms: the wall clock jumped */
    REPORT_REGISTER,   /* roster, sites: rows that changed */
    REPORT_CHECKPOINT, /* checkpoint: what was signed, and by whom not */
    REPORT_CARRIED,    /* event: what the meeting before left, complete */
    REPORT_TICK,       /* time passed */
    REPORT_BALLOT,     /* event: what the server did in a secret ballot */
    REPORT_RECORDING,  /* event: the server records no more, or has kept it */
    REPORT_CHECK_IN    /* holder, site, source: by code or PIN at that place */
};
struct meeting_report {
    enum meeting_report_kind kind;
    struct identifier holder;
    struct key device;
    struct identifier site; /* "": the meeting's own place */
    enum presence_source source;
    int64_t by_ms;
    struct event_roster_changed changed;
    struct event_checkpoint checkpoint;
    const struct meeting_event *event; /* borrowed */
};

/*
 * The meeting goes on although events were lost: the act `restored` of the
 * chair's side and of the minute-taker over the same words. `first` is what
 * the other of them has signed already, or not present. Accepted without
 * event: the other one has to sign, too; `act` of the command is then to be
 * kept (also where `first` is of other words, or of the same side). Who
 * presides and takes the minutes signs alone. lost: what the server knows to
 * have been lost; another is refused.
 */
struct meeting_loss {
    uint64_t from, lost_seq;
    struct hash lost_head;
};
void meeting_rules_go_on(const struct meeting_state *state,
                         const struct actor *actor,
                         const struct command *command,
                         const struct meeting_loss *lost,
                         const struct act *first, struct meeting_decision *out);
/*
 * REPORT_JOIN: knocks (accepted with events `knocked`, or none if it waits
 * already), or connects (events `connected`, `presence_confirmed`), or is
 * refused. Presiding holders are admitted without knocking, and so is who was
 * admitted before.
 * REPORT_TICK ends grace periods and speaking times that are over, and drops
 * from the list of a secret ballot whose devices have not attested it in time.
 */
void meeting_rules_report(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct meeting_report *report, int64_t now_ms,
                          struct meeting_decision *out);

/*
 * A teller's decryption, whose proofs somebody has looked at: the command was
 * accepted by meeting_rules_decide(), which makes no event of it, and is
 * decided on again. `sized` is the SHA-256 of the record that names its owner.
 */
struct decryption_verdict {
    bool is_good;
    enum decryption_fault reason; /* if it is not */
    struct hash sized;            /* if it is */
};
void meeting_rules_decrypt(const struct meeting_state *state,
                           const struct ruleset *rules,
                           const struct actor *actor,
                           const struct command *command,
                           const struct decryption_verdict *verdict,
                           int64_t now_ms, struct meeting_decision *out);

/*
 * An objection that shows the server's statement `issued`, and rests on a list:
 * the command was accepted by meeting_rules_decide(), which makes no event of
 * it (meeting_rules_needs_list() says which list), and is decided on again when
 * somebody has looked whether the credential is there.
 */
bool meeting_rules_needs_list(const struct meeting_state *state,
                              const struct command *command, struct hash *list);
void meeting_rules_object(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command, bool is_in_list,
                          int64_t now_ms, struct meeting_decision *out);

/*
 * The record of a party group's meeting, as the server has it: the command
 * gather_group was accepted by meeting_rules_decide(), which makes no event of
 * it, and is decided on again.
 */
struct gathered_record {
    bool is_over;
    uint64_t final_seq;
    struct hash head;
    int64_t opened_ms, closed_ms;
    struct group_attendance attendance;
    const struct group_vote *votes; /* borrowed; LIMIT_VOTES at most */
    size_t vote_count;
};
void meeting_rules_gather(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command,
                          const struct gathered_record *record, int64_t now_ms,
                          struct meeting_decision *out);

/*
 * REPORT_BALLOT: an event of a secret ballot that the server makes by itself,
 * complete but for what the state says: height 0 is the next one, returned of a
 * ballot that is recorded is as given. Taken if it fits the log, else refused
 * with ballot_state.
 */

/* When REPORT_TICK has something to do next: UTC ms, INT64_MAX if never. */
int64_t meeting_rules_next_tick_ms(const struct meeting_state *state,
                                   const struct ruleset *rules);

#endif
