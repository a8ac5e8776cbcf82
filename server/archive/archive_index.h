/*
 * The index of the archive: a row for each meeting, of this server's database
 * and of the imported records, and all that can be searched of it. Everything
 * in it follows from elsewhere: an index that is damaged, or of another
 * version, is begun anew, empty. It holds texts of meetings, so it is as secret
 * as they are. Blocks; one thread.
 *
 * Errors: RESULT_IO, RESULT_NO_MEMORY, RESULT_UNSUPPORTED (an SQLite without
 * FTS5); after one of writing nothing of that call is in it.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_INDEX_H
#define SERVER_ARCHIVE_ARCHIVE_INDEX_H

#include "server/archive/archive_meeting.h"

struct archive_index;

/* Makes the file (mode 0600). The caller ends `*out` with
 * archive_index_close(). */
MUST_USE enum result archive_index_open(struct archive_index **out,
                                        const char *path);
struct archive_index *archive_index_close(struct archive_index *index);
/* Removes the file, and what lies beside it. RESULT_IO: errno says why. */
MUST_USE enum result archive_index_remove(const char *path);

enum archive_origin { ARCHIVE_OF_SERVER = 1, ARCHIVE_IMPORTED };

/* What a row says beside what the meeting's log does. */
struct archive_source {
    enum archive_origin origin;
    const char *name;  /* of the log, or of the file; all borrowed */
    const char *stamp; /* differs once the source did */
    const char *level; /* how much of it is there: "full", "upper" */
    uint64_t size;     /* bytes */
    struct hash hash;  /* the head of the log, or SHA-256 of the file */
};

/* --- Keeping it ---------------------------------------------------------- */

/* Begins the row of a source, in the place of one that is there; texts follow
 * until archive_index_end(), with which all of it is there, or
 * archive_index_abandon(). */
MUST_USE enum result archive_index_begin(struct archive_index *index,
                                         enum archive_origin origin,
                                         const char *name);
MUST_USE enum result archive_index_text(struct archive_index *index,
                                        const struct archive_text *text);
MUST_USE enum result archive_index_end(struct archive_index *index,
                                       const struct archive_source *source,
                                       const struct archive_meeting *meeting);
void archive_index_abandon(struct archive_index *index);

MUST_USE enum result archive_index_drop(struct archive_index *index,
                                        enum archive_origin origin,
                                        const char *name);

/* Is a source there, as it is now? */
bool archive_index_has(struct archive_index *index, enum archive_origin origin,
                       const char *name, const char *stamp);
/* Hands over the name of every source of this origin; `visit` must not change
 * the index. */
typedef enum result (*archive_name_fn)(const char *name, void *user);
MUST_USE enum result archive_index_names(struct archive_index *index,
                                         enum archive_origin origin,
                                         archive_name_fn visit, void *user);

/* --- Asking it ----------------------------------------------------------- */

/* All borrowed for the call. */
struct archive_row {
    struct archive_source source;
    struct archive_meeting meeting;
};
typedef enum result (*archive_row_fn)(const struct archive_row *row,
                                      void *user);
/* By date, then by name. */
MUST_USE enum result archive_index_list(struct archive_index *index,
                                        archive_row_fn visit, void *user);

struct archive_hit {
    struct archive_row row;
    const char *place; /* word of an enum archive_place */
    uint64_t seq;
    const char *snippet; /* what was found between [ and ] */
};
typedef enum result (*archive_hit_fn)(const struct archive_hit *hit,
                                      void *user);
/*
 * `query` as archive_query_make() makes it: at most `limit` texts, the most
 * fitting first. `*total`: how many there are.
 */
MUST_USE enum result archive_index_search(struct archive_index *index,
                                          const char *query, uint64_t limit,
                                          archive_hit_fn visit, void *user,
                                          uint64_t *total);

#endif
