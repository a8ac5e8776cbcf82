/*
 * Brings the index up to date with what it is of: the imported records, and the
 * meetings in the server's database. Whatever did not change since is not read.
 * Blocks; one thread.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_REFRESH_H
#define SERVER_ARCHIVE_ARCHIVE_REFRESH_H

#include "server/archive/archive_folder.h"
#include "server/archive/archive_index.h"
#include "server/store/store_sqlite.h"

struct archive_refresh {
    const struct archive_folder *folder; /* borrowed, as are the next */
    struct archive_index *index;
    struct store_sqlite *sqlite; /* NULL: there is no database */
    /* A source that cannot be read: it is left out of the index, and the rest
     * goes on. */
    void (*on_unreadable)(const char *name, enum result result, void *user);
    void *user;
    size_t read_count; /* how many sources were read */
};

/* RESULT_OK; else as the index, the folder and the store. */
MUST_USE enum result archive_refresh_run(struct archive_refresh *refresh);

/* One record of the folder, whose bytes are at hand and were verified. */
MUST_USE enum result archive_refresh_record(struct archive_index *index,
                                            const struct archive_file *file,
                                            struct text_view bytes);

#endif
