/*
 * The lies in force: what about which log is told to whom. They come over the
 * administrator's socket, so that a test knows from when on they are told:
 *
 *   {"id":n,"op":"lie","log":id,"to":[holder,…],
 *    "edits":[…], "until":n       the false history (false_log.h)
 *    "beside":id                  the lie about this register, told to the same
 *                                 people before, is kept up in the meeting
 *    "openings":[{"open":n,"field":path, then "set":{…} or "drop":true},…]
 *    "withholds":[name,…]         frames that are not sent: "signed", "sign"
 *    "swallows":[op,…]            requests that are answered ok and not done
 *    "holds":[op,…]               requests that are kept (held.h)
 *    "signed":{…}                 other values in a signed head; it is signed
 *                                 anew unless they hold a "sig"
 *    "denies":true}               a join is decided by the true history
 *   {"id":n,"op":"lie","hello":{path:value}}   in everybody's hello
 *   {"id":n,"op":"lie","unchecked":[…]}        checks left out (unchecked.h)
 *   {"id":n,"op":"lie","forged":{…}}           other records (forged.h)
 *   {"id":n,"op":"lie","gathered":{…}}         other numbers (gathered.h)
 *   {"id":n,"op":"truth"}         no lie any more
 *
 * All but log and to may be left out: a lie without any is the truth, told by
 * the same machinery. A device that resumes is taken at its word where it
 * stands, and sent the false history from there on.
 */
#ifndef TESTS_SUPPORT_LYING_LIES_H
#define TESTS_SUPPORT_LYING_LIES_H

#include "tests/support/lying/false_log.h"

struct lie {
    json_t *terms;             /* owned; the operation */
    struct false_log *history; /* owned */
    struct lie *next;
};

/* Takes an operation in; false if it is not one of these. */
bool lies_take(json_t *operation);
void lies_forget(void);
/* The newest lie about this log to this holder; NULL: the truth. */
const struct lie *lies_find(const char *log, const char *holder);
/* Values for the hello; NULL: as it is. */
json_t *lies_hello(void);

bool lie_withholds(const struct lie *lie, const char *frame);
bool lie_swallows(const struct lie *lie, const char *op);
bool lie_holds(const struct lie *lie, const char *op);
bool lie_denies(const struct lie *lie);

#endif
