/*
 * Text files that end in a hash of themselves, so that one that was cut short
 * or damaged is not taken for a whole one:
 *
 *   ... lines ...
 *   sum <SHA-256 of the lines above, with their line feeds>
 *
 * The sum tells damage; it proves nothing. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_SUMMED_TEXT_H
#define PROTOCOL_RECORD_SUMMED_TEXT_H

#include "protocol/base/byte_writer.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

/* Ends what was written with its sum; nothing if the writer has failed. */
void summed_text_end(struct byte_writer *writer);

/*
 * Cuts the sum off the end of a whole file. RESULT_TRUNCATED (no sum stands at
 * the end) or RESULT_CORRUPT (it is the sum of something else) leave `text` as
 * it was.
 */
MUST_USE enum result summed_text_check(struct text_view *text);

#endif
