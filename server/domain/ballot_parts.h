/*
 * What the rules of secret ballots share: the ballot in a phase that admits
 * what is asked, who may speak for a teller, and refusals with their reasons.
 * Used inside server/domain only.
 */
#ifndef SERVER_DOMAIN_BALLOT_PARTS_H
#define SERVER_DOMAIN_BALLOT_PARTS_H

#include "protocol/ballot/ballot_draft.h"
#include "protocol/meeting/ballot_small.h"
#include "server/domain/meeting_parts.h"

/* The ballot of this id if an event of this kind may stand now; else NULL with
 * the refusal written (no_such_ballot, ballot_state). */
const struct meeting_ballot *ballot_in(struct draft *draft,
                                       const struct identifier *id,
                                       enum meeting_event_kind kind);
void ballot_refuse_state(struct draft *draft,
                         const struct meeting_ballot *ballot);
/* OTHER_RECORD: what the sender signed is about another `what` (static). */
void ballot_refuse_record(struct draft *draft, const char *what);
/* TOO_FEW_ONLINE with their number. */
void ballot_refuse_few(struct draft *draft, uint64_t online);
/* BELOW_K_MIN of a part. */
void ballot_refuse_small(struct draft *draft, const struct ballot_small *small);
/* WAITING_FOR with an id. */
void ballot_refuse_waiting(struct draft *draft, struct text_view ids);

/*
 * Is who acts teller number `index` of the ballot? Else refuses (not_teller).
 */
bool ballot_is_teller(struct draft *draft, const struct meeting_ballot *ballot,
                      uint64_t index);
/* Does who acts count at all? Else refuses. */
bool ballot_is_any_teller(struct draft *draft,
                          const struct meeting_ballot *ballot);
/* Is the device that acts this one? Else refuses (ballot_elsewhere). */
bool ballot_is_device(struct draft *draft, const struct key *device);

/* Fills in who signed the statement that an event carries. */
#define BALLOT_SIGNED_BY(draft, body)                                          \
    do {                                                                       \
        (body)->member = *(draft)->holder;                                     \
        (body)->device = *(draft)->device;                                     \
        (body)->seen = (draft)->command->act.seen;                             \
        (body)->head = (draft)->command->act.head;                             \
        (body)->sig = (draft)->command->act.sig;                               \
    } while (0)

/*
 * ballot_matter_rules.c. May the ballot be about this, so, by the ruleset?
 * Fills in what the event says of it. Else refuses.
 */
bool ballot_put_matter(struct draft *draft,
                       const struct command_draft_ballot *command,
                       const struct ballot_draft *form,
                       struct event_ballot_drafted *body);
/* SURPLUS with its arithmetic. */
void ballot_refuse_surplus(struct draft *draft,
                           const struct election_list *list);
/* Behind the result of a ballot: what it comes to, if it decides anything. */
void ballot_add_decision(struct draft *draft,
                         const struct meeting_ballot *ballot,
                         const struct event_ballot_result *result);

/* ballot_report.c */
void report_ballot(struct draft *draft, const struct meeting_event *event);
/* Drops whose devices did not attest the list in time. */
void ballot_tick(struct draft *draft);
/* When that has something to do; INT64_MAX if never. */
int64_t ballot_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules);
/*
 * The last word on a decision that holds events of a ballot: what would not fit
 * the log is refused, with ballot_state.
 */
void ballot_check_decision(struct draft *draft);

/* ballot_count.c */
void ballot_decrypt(struct draft *draft,
                    const struct decryption_verdict *verdict);
void ballot_object(struct draft *draft, bool is_in_list);
/* Does the command rest on a list, and on which? */
bool ballot_objection_needs_list(const struct meeting_state *state,
                                 const struct command *command,
                                 struct hash *list);

#endif
