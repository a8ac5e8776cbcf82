/*
 * Records and verdicts of ballots that the server makes otherwise than its
 * rules say, for everybody: {"id":n,"op":"lie","forged":{…}} over the
 * administrator's socket, until it is told the truth again. The linker puts
 * this in the place of the functions that write them (--wrap in the Makefile).
 *
 *   "election":{path:value}   other values in election.json
 *   "list":{"keep":[text,…],  credentials: only these of the voters' ones,
 *           "without":[text,…],  not these,
 *           "add":[text,…]}   and these besides
 *   "verdict":{"reason","guilty"}  on every complaint about keys
 *   "finding":{"reason","guilty"}  when it looks at keys next, once
 *   "paper":{…}               what the result says of paper ballots
 */
#ifndef TESTS_SUPPORT_LYING_FORGED_H
#define TESTS_SUPPORT_LYING_FORGED_H

#include <jansson.h>

/* Loop thread; refers to `terms`, NULL: nothing is. */
void forged_set(json_t *terms);

#endif
