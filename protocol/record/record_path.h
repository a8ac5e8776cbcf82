/*
 * The names of files inside a record: "log/events.jsonl". What one system would
 * take for another name, or for a place outside the folder in which a record is
 * unpacked, is no such name. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_PATH_H
#define PROTOCOL_RECORD_RECORD_PATH_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * RESULT_OK for names of steps joined by "/": at most LIMIT_RECORD_PATH_SIZE
 * bytes of UTF-8 in NFC on one line, no step empty, "." or "..", none that ends
 * in a dot or a space, no backslash and none of : * ? " < > |. RESULT_MALFORMED
 * for any other.
 */
MUST_USE enum result record_path_check(struct text_view path);

/* Bytes below 0x80 only. */
bool record_path_is_ascii(struct text_view path);

/* By bytes, as qsort() asks: the order of a record. */
int record_path_compare(struct text_view a, struct text_view b);

/*
 * Would these names, in the order of a record, be so many files wherever they
 * are unpacked? RESULT_OK; RESULT_EXISTS with the place of one that is there
 * already, written in other letters (A and a), or as the folder of another;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result record_paths_are_apart(const struct text_view *paths,
                                            size_t count, size_t *place);

#endif
