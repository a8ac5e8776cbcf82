/*
 * Errata of a meeting's minutes in the register that was given with its record:
 * over which minutes, by whom, in which standing. That each is the next one, by
 * a device of who is named, and that its signature is good, was found when the
 * register was read. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_ERRATA_H
#define PROTOCOL_VERIFY_VERIFY_ERRATA_H

#include "protocol/document/minutes_errata.h"
#include "protocol/verify/verify_meeting.h"

struct verify_erratum {
    uint64_t number;
    bool is_in_force;                                 /* both have signed */
    enum erratum_standing standings[ERRATUM_SIGNERS]; /* of its signatures */
};

struct verify_errata {
    struct verify_erratum *rows; /* owned; beside those of `told` */
    size_t count;
    struct minutes_errata told; /* owned; what they say, and who signed */
};

/*
 * Of a meeting and a register that were read to their ends. RESULT_OK;
 * RESULT_REFUSED with `*failure` set: one is over other minutes, or signed by
 * somebody who may not; RESULT_NO_MEMORY. The caller ends `*out` with
 * verify_errata_release() in every case.
 */
MUST_USE enum result verify_errata_read(const struct verify_meeting *meeting,
                                        struct verify_register *registry,
                                        struct verify_errata *out,
                                        struct verify_failure *failure);
void verify_errata_release(struct verify_errata *errata);

#endif
