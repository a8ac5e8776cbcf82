/*
 * Bytes of files, whole, and names that outlive a cut of power: what every
 * writer of durable files needs of the system. Blocks; any thread. Where a call
 * fails, errno says why.
 */
#ifndef PROTOCOL_PROGRAM_FILE_BYTES_H
#define PROTOCOL_PROGRAM_FILE_BYTES_H

#include "protocol/base/result.h"

#include <stddef.h>

/* Writes all of it where the file stands, however many calls it takes.
 * RESULT_OK or RESULT_IO: some of it may be written. */
MUST_USE enum result file_write_whole(int fd, const void *bytes, size_t size);

/* Reads exactly as much. RESULT_OK or RESULT_IO, also where the file ends
 * before (errno is 0 then). */
MUST_USE enum result file_read_whole(int fd, void *bytes, size_t size);

/* Makes the names in a folder durable: a new file, or one renamed, is there
 * after a cut of power only once its folder is. RESULT_OK or RESULT_IO. */
MUST_USE enum result file_sync_folder(const char *folder);

/* The same for the folder that holds `path`, which need not be there itself. */
MUST_USE enum result file_sync_folder_of(const char *path);

#endif
