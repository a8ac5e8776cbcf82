/*
 * What an objection to a secret ballot shows, as everybody can see from the
 * log: a statement of the server (`receipt` or `issued`) that the log, or the
 * list that it names, contradicts. Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_BALLOT_OBJECTION_H
#define PROTOCOL_MEETING_BALLOT_OBJECTION_H

#include "protocol/base/text.h"
#include "protocol/meeting/meeting_state.h"

enum ballot_evidence {
    EVIDENCE_NONE,  /* nothing is shown: words only */
    EVIDENCE_FALSE, /* not the server's statement of this ballot and member */
    EVIDENCE_IDLE,  /* it is, and nothing contradicts it */
    EVIDENCE_PROOF, /* it is, and the log contradicts it */
    EVIDENCE_LIST   /* it is: proof if its credential is not in the list */
};

/*
 * Weighs an objection against the state before it. `*list`, of EVIDENCE_LIST:
 * SHA-256 of the list of credentials that has to hold the one of the statement
 * (the newest that names the member).
 *
 * A receipt is contradicted by another ballot at its height, or by an end
 * before it. An `issued` (record: SHA-256 of the credential's text S(g^s);
 * receipt: the signature) is contradicted by a list that names its member
 * without the credential, or by a list while its member neither is named nor
 * was dropped. Before there is a list it shows nothing.
 */
enum ballot_evidence ballot_objection_weigh(
    const struct meeting_state *state, const struct meeting_ballot *ballot,
    const struct event_ballot_objected *objection, struct hash *list);

/* Is the credential whose text has this SHA-256 in the list, an array of texts
 * as the record has it? Not behind a place where it is none. */
bool ballot_list_has(struct text_view list, const struct hash *credential);

#endif
