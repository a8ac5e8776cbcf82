/*
 * The facts of one meeting, drawn from its log, for reports over many: how long
 * it was, who attended and how, who spoke, what was voted on, who took part
 * from afar, what went wrong. A projection: the same log gives the same facts.
 * Pure; any thread.
 *
 * Members are official and probationary; others are listed if they came, and
 * counted apart. Attended is who was present at some moment between opening and
 * closing; a tick taken back leaves no trace.
 */
#ifndef SERVER_REPORT_REPORT_MEETING_H
#define SERVER_REPORT_REPORT_MEETING_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset_shelf.h"
#include "protocol/document/zone_clock.h"
#include "server/store/store.h"

enum report_attendance {
    REPORT_PRESENT,
    REPORT_EXCUSED,
    REPORT_UNEXCUSED,
    REPORT_UNNOTED, /* absent, and nobody noted why */
    REPORT_ATTENDANCE_COUNT
};
/* "present", "absent_excused", "absent_unexcused", "absent_unnoted" */
const char *report_attendance_word(enum report_attendance attendance);

struct report_person {
    struct identifier member;
    char *name; /* owned; "" if its opening is missing */
    enum category category;
    enum office office;
    enum report_attendance attendance;
    enum presence_mode mode;  /* newest; of who attended */
    int64_t came_ms;          /* of who attended: not before the opening */
    int64_t left_ms;          /* 0: stayed to the end */
    bool is_late, left_early; /* by more than the ruleset passes over */
    uint64_t disconnections, speeches;
    int64_t spoken_ms;
};

/* Rows of the matrix. */
enum { REPORT_OFFICIAL, REPORT_PROBATIONARY, REPORT_ROWS };

struct report_meeting {
    struct identifier id, unit;
    struct identifier cell; /* the unit; whoever knows the register sets here of
                               which cell a party group is */
    enum meeting_kind kind;
    char *title, *unit_name; /* owned; "" if an opening is missing */
    char zone[257];
    char ruleset[401];
    const struct ruleset *rules; /* of the shelf; NULL: it has them not */
    int64_t starts_at_ms, opened_ms, closed_ms; /* 0: it was not */
    int64_t length_ms;      /* from opening to closing, without breaks */
    struct zone_moment day; /* of the opening, else as called; its own zone */

    struct report_person *people; /* owned; as on the roll */
    size_t person_count;
    uint64_t matrix[REPORT_ROWS][REPORT_ATTENDANCE_COUNT];
    uint64_t late, left_early;              /* of members who attended */
    uint64_t by_mode[presence_mode_count_]; /* the same by their newest mode */
    uint64_t others_present;

    uint64_t speakers; /* members who spoke */
    uint64_t speeches;
    int64_t spoken_ms;

    uint64_t votes_passed, votes_failed, votes_cancelled;
    uint64_t ballots_done, ballots_void;

    struct meeting_score_facts facts; /* at the closing, else at the end of the
                                         log: documents, tasks, and the rest */
    uint64_t documents;               /* attached and not withdrawn */
    uint64_t tasks_open;              /* set or carried over, and not over */

    /* Held by party groups: their meetings; is_part: this is one of those. */
    struct identifier *parts; /* owned */
    size_t part_count;
    bool is_part;

    struct meeting_score score; /* as it was completed last; seq 0: not */

    uint64_t connections_lost, people_lost; /* of whomever */
    uint64_t restarts, clock_jumps, restored;
};

/*
 * The log of a meeting that has begun, with its openings; the rulesets among
 * which is that of the meeting, or NULL. RESULT_OK: the caller ends `*out` with
 * report_meeting_free(), before the shelf. RESULT_CORRUPT (it is no meeting's
 * log), RESULT_NO_MEMORY.
 */
MUST_USE enum result report_meeting_read(const struct store_log *log,
                                         const struct ruleset_shelf *shelf,
                                         struct report_meeting **out);
/* Takes NULL, returns NULL. */
struct report_meeting *report_meeting_free(struct report_meeting *meeting);

/* Was it held: opened and closed? */
bool report_meeting_is_held(const struct report_meeting *meeting);
/* Was it held, and shorter than its ruleset asks? */
bool report_meeting_is_short(const struct report_meeting *meeting);
/* What a score sheet asks about, at the end of the meeting. */
struct meeting_score_facts
report_meeting_score_facts(const struct report_meeting *meeting);
/* A meeting of the whole cell, which its members are counted in: not of its
 * committee, nor of a party group. */
bool report_meeting_is_of_cell(const struct report_meeting *meeting);
/* Counts the people anew, once their rows were changed. */
void report_meeting_count(struct report_meeting *meeting);
/* Is this a person whose presence or absence is counted? */
bool report_person_is_member(const struct report_person *person);
/* Members of the matrix: how many of them, or with that attendance. */
uint64_t report_meeting_members(const struct report_meeting *meeting);
uint64_t report_meeting_members_of(const struct report_meeting *meeting,
                                   enum report_attendance attendance);
/* Members who attended from afar: online or by voice relay. */
uint64_t report_meeting_remote(const struct report_meeting *meeting);
/* NULL if this member is not on the roll. */
const struct report_person *
report_meeting_person(const struct report_meeting *meeting,
                      const struct identifier *member);

#endif
