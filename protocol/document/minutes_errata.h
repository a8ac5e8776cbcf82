/*
 * Errata of one meeting's minutes as minutes and documents tell them, read from
 * the register's log: what is wrong, what should stand, who signed. Only those
 * that both have signed are in force, and only those are told; nothing here
 * checks a signature. Pure; any thread.
 *
 * Source: docs/trust.md, "The minutes": later corrections are signed errata,
 * never edits.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_ERRATA_H
#define PROTOCOL_DOCUMENT_MINUTES_ERRATA_H

#include "protocol/document/minutes_text.h"
#include "protocol/meeting/erratum_text.h"
#include "protocol/meeting/register_errata.h"

struct minutes_erratum_signer {
    enum minutes_signer role;
    struct identifier member;
    int64_t at_ms;
    uint64_t seq;
    char *name; /* owned; as the register had it then, NULL: not opened */
};
struct minutes_erratum {
    uint64_t number;
    uint64_t seq;             /* of the register's event with its text */
    struct erratum_text text; /* owned; root NULL: not opened, or no erratum */
    struct minutes_erratum_signer signers[ERRATUM_SIGNERS];
    size_t signer_count;
};
/* In the order of their numbers. All zeros: none. */
struct minutes_errata {
    struct minutes_erratum *rows; /* owned */
    size_t count;
};

/*
 * `registry`: events and openings of a register. RESULT_OK, RESULT_NO_MEMORY,
 * or RESULT_CORRUPT: it is no register, or contradicts itself about errata. The
 * caller ends `*out` with minutes_errata_release() in every case.
 */
MUST_USE enum result minutes_errata_read(const struct minutes_source *registry,
                                         const struct identifier *meeting,
                                         struct minutes_errata *out);
void minutes_errata_release(struct minutes_errata *errata);

/* Is it told: in force, and its text opened? `erratum` may be NULL. */
bool minutes_erratum_is_told(const struct minutes_erratum *erratum);
/* NULL: nobody signed in this role. */
const struct minutes_erratum_signer *
minutes_erratum_signer(const struct minutes_erratum *erratum,
                       enum minutes_signer role);
/* "1, 2": the numbers of those told that correct this line of the minutes; ""
 * if none does. An entry is known by its id or its event, else by the event
 * alone. `errata` may be NULL. */
enum { MINUTES_CORRECTED_SIZE = 600 };
void minutes_errata_of_line(const struct minutes_errata *errata,
                            const char *entry, uint64_t seq,
                            char out[MINUTES_CORRECTED_SIZE]);

#endif
