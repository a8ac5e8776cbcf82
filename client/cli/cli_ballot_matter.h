/*
 * The paper that a matter has, made for the chair from what is already known:
 * the list of an election, those who are level, the forms of discipline, the
 * members who are rated. So nobody has to write it down, and it is the one that
 * the ruleset asks for. Main thread.
 *
 *   election [n1]                         the list that was closed
 *   again [b1]                            a second round among those level
 *   discipline NAME[, post][, votes]      the forms that the ruleset lists for
 *                                         her; she holds a post; she votes
 *   rating all | NAME, NAME, …            four levels each
 *   confidence NAME, NAME, …              three levels each
 *   opinions NUMBER: NAME, NAME, …        so many of these names
 *   admission NAME, recognition NAME      in favour, against, another opinion
 *
 * and in Vietnamese: baucu, vonghai, kyluat (giữ chức, được bỏ phiếu), xeploai,
 * tinnhiem, thamdo, ketnap, congnhan.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_MATTER_H
#define CLIENT_CLI_CLI_BALLOT_MATTER_H

#include "client/core/client.h"

#include <jansson.h>

enum { CLI_MATTER_PROBLEM_SIZE = 400 };

struct cli_ballot_matter {
    char *form;     /* canonical JSON; owned */
    json_t *fields; /* of draft_ballot: matter, seats, candidates…; owned */
    bool is_rating; /* then whoever is on the paper may count it */
};
void cli_ballot_matter_release(struct cli_ballot_matter *matter);

/* Does a matter's word stand in front? */
bool cli_ballot_is_matter(const char *typed);

/*
 * Reads such a text, which is cut up, and makes the paper. RESULT_OK, and the
 * caller releases `*out`; RESULT_INVALID with what is wrong in `problem`, as a
 * translated sentence; RESULT_NO_MEMORY.
 */
MUST_USE enum result
cli_ballot_matter_read(const struct meeting_view *view, char *typed,
                       char problem[CLI_MATTER_PROBLEM_SIZE],
                       struct cli_ballot_matter *out);

#endif
