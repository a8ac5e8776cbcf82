/*
 * Writing the file of a record: the same files give the same bytes, in whatever
 * order they are handed over. What is written is what record_zip_layout.h
 * describes. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_ZIP_WRITE_H
#define PROTOCOL_RECORD_RECORD_ZIP_WRITE_H

#include "protocol/record/record_zip_layout.h"

/*
 * RESULT_OK, and the caller ends `*out` with free(). RESULT_INVALID: a name
 * that record_path_check() refuses; RESULT_EXISTS: two names that are not
 * apart; RESULT_TOO_LARGE: above LIMIT_RECORD_FILES or LIMIT_RECORD_SIZE;
 * RESULT_NO_MEMORY. The files are borrowed for the call.
 */
MUST_USE enum result record_zip_write(const struct record_zip_entry *files,
                                      size_t count, char **out, size_t *size);

#endif
