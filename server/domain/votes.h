/*
 * What every vote asks for before it is opened, by a show of hands or secretly.
 * Used inside server/domain only.
 */
#ifndef SERVER_DOMAIN_VOTES_H
#define SERVER_DOMAIN_VOTES_H

#include "server/domain/draft.h"

#include "protocol/meeting/vote_terms.h"

/* Writes where the ground of a refusal stands in the ruleset, as "rule". */
void draft_add_rule(struct draft *draft, enum rule_id rule);

/* CANNOT_VOTE: what the category may not vote on, and by which rule. */
void draft_refuse_voter(struct draft *draft,
                        const struct meeting_person *person,
                        enum matter matter);

/* The rule that says who counts in a test: of those present the test's own; in
 * a file with the base only, `denominator`. */
enum rule_id draft_counting_rule(const struct draft *draft,
                                 const struct vote_test *test);

/*
 * The terms of a vote on `matter` that is opened now; false with the refusal
 * written if the ruleset does not have them.
 */
bool draft_terms(struct draft *draft, enum matter matter,
                 struct vote_terms *out);
/* The same for a test that is not the matter's own. */
bool draft_terms_by(struct draft *draft, enum matter matter,
                    const struct vote_test *test, struct vote_terms *out);

/* Opens a vote, or ends one with its result; false with the refusal written. */
bool draft_start_vote(struct draft *draft,
                      const struct command_start_vote *command);
bool draft_close_vote(struct draft *draft, const struct identifier *id);

/* Do remote seats take part in a vote on this matter? As the ruleset says, and
 * where it asks for that, once the document that allows it is named. */
bool draft_is_remote_on(const struct draft *draft, enum matter matter);

/* Are enough there for a vote on this matter, and was the roll taken anew where
 * the ruleset asks for that? False with the refusal written. */
bool draft_has_quorum(struct draft *draft, enum matter matter);
bool draft_has_roll(struct draft *draft, enum matter matter);

/*
 * May a vote on `matter` by `form` be opened now? Form, remote seats, roll and
 * quorum are asked for; false with the refusal written, its rule and its
 * arithmetic.
 */
bool draft_may_open_vote(struct draft *draft, enum matter matter,
                         enum vote_form form);

#endif
