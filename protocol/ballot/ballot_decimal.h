/*
 * Large numbers as the records hold them: decimal, canonical, that is "0" or
 * digits of which the first is not 0. Numbers are big-endian bytes. Pure; any
 * thread. Not for secrets: the time depends on the number.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DECIMAL_H
#define PROTOCOL_BALLOT_BALLOT_DECIMAL_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stddef.h>
#include <stdint.h>

/* The largest number that is written or read, in bytes. */
enum { BALLOT_DECIMAL_SIZE = 256 };

/*
 * Writes the digits and a NUL; 618 bytes are enough for 256 bytes, 79 for 32.
 * Asserts that `size` is a multiple of 4, at most BALLOT_DECIMAL_SIZE.
 */
void ballot_decimal_write(const uint8_t *bytes, size_t size, char *out);

/*
 * RESULT_MALFORMED unless `text` is canonical and fits `size` bytes (as above);
 * `out` is then left as it was.
 */
MUST_USE enum result ballot_decimal_parse(struct text_view text, uint8_t *out,
                                          size_t size);

#endif
