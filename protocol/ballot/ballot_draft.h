/*
 * What a meeting adopts before there is an election: the name of the paper, its
 * questions, and how each is drawn. One canonical text of these fields:
 *
 *   {"name":text,"questions":[…],"forms":[word…]}
 *
 * (ballot_question.h), whose bytes the chair's device commits itself to; the
 * election that is made of it has the very same name, questions and forms.
 * Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DRAFT_H
#define PROTOCOL_BALLOT_BALLOT_DRAFT_H

#include "protocol/ballot/ballot_election.h"

/* To be written, or as read: then views and arrays belong to it. */
struct ballot_draft {
    struct text_view name;
    const struct ballot_question *questions;
    size_t question_count;
    void *memory; /* owned, as read */
};

/*
 * The text, added to `out`. RESULT_INVALID if ballot_draft_read() would refuse
 * it; or the writer's failure.
 */
MUST_USE enum result ballot_draft_write(const struct ballot_draft *draft,
                                        struct byte_writer *out);

/*
 * BALLOT_FAULT_NONE, and the caller ends `*out` with ballot_draft_release();
 * else it is left empty. NO_MEMORY; JSON, FIELD, UNKNOWN_FIELD, NUMBER, TEXT;
 * QUESTION, NOT_HOMOMORPHIC; MEETING_FIELDS (forms); TOO_LARGE, also where a
 * ballot on it would be larger than one may be that is cast. The name is not
 * empty, nor is any question or answer (TEXT).
 */
MUST_USE enum ballot_fault ballot_draft_read(struct text_view text,
                                             struct ballot_draft *out);
void ballot_draft_release(struct ballot_draft *draft);

/* Has one of its texts letters that nobody sees (text_has_unseen())? Two names
 * on a paper would look like one. Drafts of before are read with them; who
 * takes a new one asks. */
bool ballot_draft_has_unseen(const struct ballot_draft *draft);

/* Has the election the name, questions and forms of this draft, and no
 * description beside them? Compares what both would write. */
bool ballot_draft_is_of(const struct ballot_draft *draft,
                        const struct ballot_election *election);

/* How many counts a result has of it, the blanks too; 0: the text is no draft,
 * or there is no memory to look. */
size_t ballot_draft_position_count(struct text_view text);

/* Do both texts ask the same questions, under whatever name? False if one of
 * them is no draft, or there is no memory to look. */
bool ballot_draft_asks_same(struct text_view a, struct text_view b);

#endif
