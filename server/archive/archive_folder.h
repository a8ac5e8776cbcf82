/*
 * The records that were imported: one file a meeting in a folder of their own,
 * "<meeting>_<organisation>.chibo", mode 0600. A file appears, is replaced and
 * goes in one step, durably; it is never changed. Beside them lies the index,
 * which can be made again from them. One process at a time works on the
 * folder. Blocks; one thread.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_FOLDER_H
#define SERVER_ARCHIVE_ARCHIVE_FOLDER_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive_file {
    char *name;     /* owned; without the folder */
    char stamp[96]; /* differs once the file was replaced */
    uint64_t size;  /* bytes */
};

struct archive_files {
    struct archive_file *rows; /* owned; in the order of names */
    size_t count;
};

struct archive_folder;

/*
 * Makes the folder at `path` if it is not there, takes the right to work on it,
 * and removes what an import left that did not come to its end. RESULT_OK, and
 * the caller ends `*out` with archive_folder_close(); RESULT_BUSY: another
 * process works on it; RESULT_IO (errno says why), RESULT_NO_MEMORY.
 */
MUST_USE enum result archive_folder_open(struct archive_folder **out,
                                         const char *path);
struct archive_folder *archive_folder_close(struct archive_folder *folder);

/* Where the index lies; borrowed. */
const char *archive_folder_index(const struct archive_folder *folder);

/* RESULT_OK, and the caller ends `*out` with archive_files_release(). */
MUST_USE enum result archive_folder_list(const struct archive_folder *folder,
                                         struct archive_files *out);
void archive_files_release(struct archive_files *files);

/* The name of the file of this meeting. */
struct archive_file_name {
    char text[2 * IDENTIFIER_SIZE + 16];
};
struct archive_file_name
archive_folder_name(const struct identifier *organisation,
                    const struct identifier *meeting);

/* Of the record of what is left of a meeting of the server after something of
 * it was destroyed; not in the list. */
struct archive_file_name
archive_folder_rest(const struct identifier *organisation,
                    const struct identifier *meeting);

/* RESULT_OK, and the caller ends `*out` with free(); RESULT_NOT_FOUND,
 * RESULT_TOO_LARGE, RESULT_IO, RESULT_NO_MEMORY. */
MUST_USE enum result archive_folder_read(const struct archive_folder *folder,
                                         const char *name, char **out,
                                         size_t *size);
/* In the place of what was there, whole and durable, or not at all.
 * RESULT_IO: errno says why. */
MUST_USE enum result archive_folder_write(const struct archive_folder *folder,
                                          const char *name, const void *bytes,
                                          size_t size);
bool archive_folder_has(const struct archive_folder *folder, const char *name);
/* It need not be there. RESULT_IO: errno says why. */
MUST_USE enum result archive_folder_remove(const struct archive_folder *folder,
                                           const char *name);

#endif
