/*
 * The file of a record, meeting-ID.chibo, as whoever got it from anywhere reads
 * it. The structure is taken strictly (record_zip_layout.h); then libzip, as an
 * ordinary program, has to find the same files with the same bytes, so that
 * what is verified is what others see. Time and memory are bounded by the size
 * of the file. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_ZIP_READ_H
#define PROTOCOL_RECORD_RECORD_ZIP_READ_H

#include "protocol/record/record_zip_layout.h"

/*
 * RESULT_OK, and the caller ends `*out` with record_zip_release(); `file`
 * outlives it. RESULT_REFUSED with `*failure`, whose name borrows from `file`;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result record_zip_open(struct text_view file,
                                     struct record_zip *out,
                                     struct record_zip_failure *failure);
void record_zip_release(struct record_zip *zip);

/* NULL: there is no such file. */
const struct record_zip_entry *record_zip_find(const struct record_zip *zip,
                                               struct text_view name);

#endif
