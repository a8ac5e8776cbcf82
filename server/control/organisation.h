/*
 * The foundation of an organisation: a new database with the first event of
 * the register. By the same rules and encoder as everything after it. Blocks:
 * for chiboctl and for a server that has not started its loop yet.
 */
#ifndef SERVER_CONTROL_ORGANISATION_H
#define SERVER_CONTROL_ORGANISATION_H

#include "protocol/meeting/refusal.h"
#include "protocol/record/signing_key.h"
#include "server/platform/clock.h"
#include "server/platform/entropy.h"

struct organisation {
    struct identifier id;
    struct text_view name;              /* borrowed */
    const struct signing_key *identity; /* borrowed; the server's own key */
};

/*
 * RESULT_REFUSED (`*refusal` says why), RESULT_EXISTS (the database holds an
 * organisation already), RESULT_BUSY (another process uses it), or as
 * store_sqlite.h and entropy.h say. On failure nothing is founded.
 */
MUST_USE enum result organisation_found(const char *database_path,
                                        const struct organisation *organisation,
                                        const struct clock *clock,
                                        const struct entropy *entropy,
                                        struct refusal *refusal);

/* A new id of 12 random letters and digits, and a new key. */
MUST_USE enum result organisation_make_id(const struct entropy *entropy,
                                          struct identifier *out);
MUST_USE enum result organisation_make_key(const struct entropy *entropy,
                                           struct signing_key *out);

#endif
