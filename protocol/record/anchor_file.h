/*
 * The anchors of a device as a file, for the client that keeps them and for
 * whoever holds a record against them. Text, with fields one space apart:
 *
 *   chibo-anchors 1
 *   organisation <id>
 *   server <key>                          none until one was accepted
 *   device <key> <added|seen|accepted>    own member's devices
 *   log <scope>                           begins what is kept of one log
 *   genesis <h[0]>
 *   checkpoint <upto> <head> <reason> <seq> <event head> <confirmed> <asked>
 *       <stands|event-lost|lost>
 *   signed <seq> <head> <reason> <server key> <signature>
 *   last <seq> <head>
 *   lost <from> <seq> <head> <signed by>
 *   alarm <open|forgotten> <reason> <seq> <our head> <signed by> <their head>
 *       <signed by>
 *   receipt <uuid> <setup> <ballot> <height> <record> <ms> <server key>
 *       <signature>
 *   sum <SHA-256 of the lines above>
 *
 * Each is one line. "checkpoint" has the seq that was signed, the head there,
 * then its own seq, the head there, and how many devices signed of how many
 * that were connected. <signed by> is "-" or <reason> <server key> <signature>.
 * Words are explained in anchors.h.
 *
 * A later version may add kinds of lines: those that are not known are kept as
 * they are, within the log behind whose first line they stand, or above all
 * logs. What changes the meaning of a known line needs another number in the
 * first line; the last line stays a sum.
 *
 * Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_ANCHOR_FILE_H
#define PROTOCOL_RECORD_ANCHOR_FILE_H

#include "protocol/record/anchors.h"

#include <stddef.h>

/*
 * Reads a whole file. On RESULT_OK the caller ends `*out` with
 * anchors_release(); else it is untouched, and the result is RESULT_MALFORMED
 * (no anchors file at all), RESULT_TRUNCATED (it was cut short),
 * RESULT_CORRUPT (damaged: the sum is wrong, or a line is no such line),
 * RESULT_UNSUPPORTED (whole, and of another version), RESULT_TOO_LARGE or
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result anchor_file_parse(struct text_view text,
                                       struct anchors *out);

/*
 * The bytes of the file; the caller ends `*bytes` with free(). The same anchors
 * always give the same bytes. RESULT_NO_MEMORY; never too large, because what
 * does not fit was not added.
 */
MUST_USE enum result anchor_file_encode(const struct anchors *anchors,
                                        uint8_t **bytes, size_t *size);

#endif
