/*
 * Files for chibo-verify: read whole, never written. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_FILE_H
#define PROTOCOL_VERIFY_VERIFY_FILE_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { VERIFY_FILE_SIZE_MAX = 1024 * 1024 * 1024 };

struct verify_file_text {
    char *data; /* owned; not NULL, not NUL-terminated */
    size_t size;
};

/* RESULT_OK, and the caller ends `*out` with verify_file_release();
 * RESULT_NOT_FOUND; RESULT_IO with errno; RESULT_TOO_LARGE (above
 * VERIFY_FILE_SIZE_MAX); RESULT_NO_MEMORY. */
MUST_USE enum result verify_file_read(const char *path,
                                      struct verify_file_text *out);
/* The files of a folder whose names end so, in the order of their names. False
 * if it is no folder that can be read. Ended by verify_folder_release(). */
struct verify_folder {
    char **paths;
    size_t count;
};
bool verify_folder_read(const char *path, const char *ending,
                        struct verify_folder *out);
void verify_folder_release(struct verify_folder *folder);

void verify_file_release(struct verify_file_text *text);
/* data is NULL if nothing was read. */
struct text_view verify_file_view(const struct verify_file_text *text);

#endif
