/*
 * What the archive knows of a meeting, from its log and openings: what its row
 * in a list says, and the texts that can be searched. What was removed, or
 * written anew, is not among them, nor are names of people, chat, comments,
 * and reasons. Pure; one thread.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_MEETING_H
#define SERVER_ARCHIVE_ARCHIVE_MEETING_H

#include "protocol/meeting/meeting_state.h"

/* X(IDENTIFIER, word): where in a meeting a text stands. */
#define ARCHIVE_PLACE_LIST(X)                                                  \
    X(TITLE, "title")                                                          \
    X(VENUE, "venue")                                                          \
    X(AGENDA, "agenda")                                                        \
    X(DOCUMENT, "document") /* the name of one */                              \
    X(MOTION, "motion")                                                        \
    X(ENTRY, "entry")     /* of the minute-taker, the newest version */        \
    X(MINUTES, "minutes") /* what the log says in them */                      \
    X(TASK, "task")                                                            \
    X(OBJECTION, "objection")                                                  \
    X(ELECTION, "election")

enum archive_place {
    ARCHIVE_NOWHERE,
#define ARCHIVE_PLACE_ENUM(name, word) ARCHIVE_##name,
    ARCHIVE_PLACE_LIST(ARCHIVE_PLACE_ENUM)
#undef ARCHIVE_PLACE_ENUM
        ARCHIVE_PLACE_COUNT
};
/* "" for ARCHIVE_NOWHERE. */
const char *archive_place_word(enum archive_place place);

struct archive_text {
    enum archive_place place;
    uint64_t seq;
    struct text_view text; /* owned by whoever hands it over */
};
typedef enum result (*archive_text_fn)(const struct archive_text *text,
                                       void *user);

struct archive_meeting {
    struct identifier organisation, id;
    const char *title, *venue, *unit; /* of the reading; "": not opened */
    enum meeting_kind kind;
    int64_t starts_at_ms;
    char zone[257];
    uint64_t event_count;
    bool is_closed, is_signed; /* by chair and minute-taker */
    uint64_t minutes_number;   /* "Số 05-BB/CB" is 5; 0: none was given */
    struct hash minutes;       /* of minutes.json, as it was presented last */
    bool has_minutes;
};

struct archive_reading;

/* RESULT_OK, and the caller ends `*out` with archive_reading_free(). */
MUST_USE enum result archive_reading_new(struct archive_reading **out);
struct archive_reading *archive_reading_free(struct archive_reading *reading);

/* Every event in order, then every opening. RESULT_CORRUPT: no log of a
 * meeting; RESULT_NO_MEMORY. What `take` returns ends the reading. */
MUST_USE enum result archive_reading_event(struct archive_reading *reading,
                                           struct text_view bytes);
MUST_USE enum result archive_reading_opening(struct archive_reading *reading,
                                             uint64_t seq, const char *field,
                                             struct text_view value,
                                             archive_text_fn take, void *user);
/* The text of minutes.json; one that is none is passed over. */
MUST_USE enum result archive_reading_minutes(struct text_view json,
                                             archive_text_fn take, void *user);
/* What was found; it belongs to the reading. */
const struct archive_meeting *
archive_reading_meeting(struct archive_reading *reading);

#endif
