/*
 * Who may change the organisation's register, and how. Pure; as
 * meeting_rules.h. Member ids are given in order: m1, m2, …; units u1, sites
 * s1, invitations i1, meetings <organisation>.1, …
 */
#ifndef SERVER_DOMAIN_REGISTER_RULES_H
#define SERVER_DOMAIN_REGISTER_RULES_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/register_state.h"
#include "server/domain/decision.h"

/* The first event of a register; state must be empty. */
void register_rules_found(const struct register_state *state,
                          const struct identifier *organisation,
                          const struct key *server, struct text_view name,
                          struct register_decision *out);

/*
 * A command of the administrator (everything) or of a cell's leader, deputy or
 * the minute-taker of a scheduled meeting of the cell (invitations,
 * revocations, meetings of their own cell); a member may revoke her own
 * devices. revoke_device: the caller adds signer, seen, head and sig to the
 * event. invite: expires at now + valid_ms. rules: of meetings that are called
 * now.
 */
void register_rules_decide(const struct register_state *state,
                           const struct ruleset *rules,
                           const struct actor *actor,
                           const struct command *command, int64_t now_ms,
                           struct register_decision *out);

/*
 * The same of a command that is about the minutes of one meeting
 * (propose_erratum, sign_erratum): `meeting` is the meeting's own state, or
 * NULL where it could not be read.
 */
void register_rules_decide_of(const struct register_state *state,
                              const struct meeting_state *meeting,
                              const struct ruleset *rules,
                              const struct actor *actor,
                              const struct command *command, int64_t now_ms,
                              struct register_decision *out);

/*
 * The enrolment of a new device with the token behind `token` (the statement
 * `enrol` is verified already).
 */
void register_rules_enrol(const struct register_state *state,
                          const struct hash *token,
                          const struct identifier *holder,
                          const struct key *device, const struct sealed *label,
                          const struct hash *exporter,
                          const struct signature *sig, int64_t now_ms,
                          struct register_decision *out);

/*
 * The server takes another key, while it is stopped. The caller adds signer,
 * seen, head and sig to the event `server_key_changed`, the last one. Refused
 * while a meeting has begun and not ended: its record names one key.
 */
void register_rules_change_key(const struct register_state *state,
                               const struct key *key,
                               struct register_decision *out);
/*
 * The same where the server has that key already, and the register was restored
 * from a backup of before: meetings do not matter any more. `is_held`: it goes
 * on without what it lacks, and says so first.
 */
void register_rules_change_key_late(const struct register_state *state,
                                    const struct key *key, bool is_held,
                                    struct register_decision *out);
/* The key before is gone. A register that is held goes on without what it
 * lacks: no device that could give it back takes the new key. */
void register_rules_lose_key(const struct register_state *state,
                             const struct key *key, bool is_held,
                             struct register_decision *out);

/* A meeting's log began or ended. held: the meeting as it ended, for what it
 * decided of members; NULL: nothing of the kind. */
void register_rules_meeting_began(const struct register_state *state,
                                  const struct identifier *meeting,
                                  const struct hash *head,
                                  struct register_decision *out);
void register_rules_meeting_ended(const struct register_state *state,
                                  const struct identifier *meeting,
                                  uint64_t final_seq, const struct hash *head,
                                  const struct meeting_state *held,
                                  struct register_decision *out);

#endif
