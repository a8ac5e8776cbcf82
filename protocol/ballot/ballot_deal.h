/*
 * What a member of a threshold group of trustees sends when it deals, in one
 * text (ballot_dkg.h has its parts):
 *
 *   {"dealing":{…},"boxes":[box or "",…]}
 *
 * The boxes are in the order of the members' numbers, with "" in the place of
 * the sender, who writes nothing to itself. A form of our own, which stands in
 * no record of an election. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DEAL_H
#define PROTOCOL_BALLOT_BALLOT_DEAL_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

#include <stdint.h>

/* Borrowed from the text that was read. */
struct ballot_deal {
    struct text_view dealing;
    struct text_view boxes[LIMIT_BALLOT_TRUSTEES]; /* number - 1; own: empty */
};

/* Of a group of `size` members. The parts are canonical JSON. */
void ballot_deal_write(struct byte_writer *writer,
                       const struct ballot_deal *deal, uint32_t size);
/*
 * The deal of member number `sender`. The form and the number of the boxes; the
 * parts are looked at by whoever takes them. JSON, FIELD, or none; `*out` is
 * filled when there is none.
 */
enum ballot_fault ballot_deal_read(struct text_view text, uint32_t size,
                                   uint32_t sender, struct ballot_deal *out);

#endif
