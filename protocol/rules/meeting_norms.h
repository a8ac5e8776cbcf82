/*
 * Norms of meetings: length, party groups, deadlines, the score sheet, which
 * are shown and scored and block nothing; and how an agenda is changed and what
 * documents it may have. Pure; any thread.
 *
 * Source: 42-HD/BTCTW (28/10/2025), Mục II; 03-HD/TW (27/12/2022) for party
 * groups; Điều lệ Đảng, Điều 5, for recognition.
 */
#ifndef PROTOCOL_RULES_MEETING_NORMS_H
#define PROTOCOL_RULES_MEETING_NORMS_H

#include "protocol/base/result.h"
#include "protocol/rules/rule_id.h"
#include "protocol/rules/working_days.h"

#include <stddef.h>

struct length_rule {
    uint64_t minutes; /* a regular meeting at least */
};

struct party_group_rule {
    unsigned counts;       /* categories that are members here */
    uint64_t members_min;  /* of a cell that may meet by groups */
    uint64_t per_year_max; /* such meetings instead of the plenary */
};

struct deadline_rules {
    uint64_t recognition_working_days; /* after probation, to consider one in */
    struct holidays holidays;          /* which are no working days */
    uint64_t documents_days;           /* before the meeting, at least */
    uint64_t posting_days;             /* after it, at most */
    uint64_t absence_months; /* of a year, without reason: is flagged */
};

/* Whether a meeting's results were posted in time, as far as the record tells:
 * it knows when somebody reported it done. */
#define POSTING_LIST(X)                                                        \
    X(POSTING_NONE, "none")                                                    \
    X(POSTING_IN_TIME, "in_time")                                              \
    X(POSTING_TOO_LATE, "too_late")                                            \
    X(POSTING_UNKNOWN, "unknown")
VOCABULARY_ENUM(posting, POSTING_LIST)

/* due_ms, done_ms: 0 for none; at the very moment that it is due is in time. */
enum posting posting_of(int64_t due_ms, int64_t done_ms);

/* Who decides on the agenda once the meeting is open. */
#define AGENDA_DECIDER_LIST(X)                                                 \
    X(AGENDA_BY_CHAIR, "chair")                                                \
    X(AGENDA_BY_VOTE, "vote")
VOCABULARY_ENUM(agenda_decider, AGENDA_DECIDER_LIST)

struct agenda_rules {
    enum agenda_decider add;   /* an item, or take one out */
    enum agenda_decider order; /* move one */
    bool carries_over;         /* what the meeting before left is taken over */
    unsigned types;            /* of documents: set of enum document_type */
    uint64_t document_kib_max; /* of one */
    int64_t
        warning_ms; /* before the planned time of an item is over; 0: none */
};

#define CRITERION_LIST(X)                                                      \
    X(CRITERION_TIME, "time")                                                  \
    X(CRITERION_ATTENDANCE, "attendance")                                      \
    X(CRITERION_PREPARATION, "preparation")                                    \
    X(CRITERION_CONDUCT, "conduct")                                            \
    X(CRITERION_PRINCIPLES, "principles")                                      \
    X(CRITERION_RESULTS, "results")                                            \
    X(CRITERION_CLOSING, "closing")
VOCABULARY_ENUM(criterion, CRITERION_LIST)

/* From the best; below the last is the fourth. */
#define GRADE_LIST(X)                                                          \
    X(GRADE_GOOD, "good")                                                      \
    X(GRADE_FAIR, "fair")                                                      \
    X(GRADE_AVERAGE, "average")                                                \
    X(GRADE_POOR, "poor")
VOCABULARY_ENUM(grade, GRADE_LIST)

/* At least so many per cent give so many points. */
struct score_band {
    uint64_t percent_min, points;
};
enum { SCORE_BANDS_MAX = 8, SCORE_TOTAL = 100 };
struct score_bands {
    struct score_band bands[SCORE_BANDS_MAX]; /* descending; the last is 0 */
    size_t count;
};

/* A meeting that is shorter than it has to be: so many minutes too short at
 * most give so many points, ascending; else half of the time, or less. */
enum { SCORE_SHORT_MAX = 4 };
struct score_length {
    struct {
        uint64_t minutes_max, points;
    } too_short[SCORE_SHORT_MAX];
    size_t count;
    uint64_t half, less; /* points */
};

struct score_rules {
    struct score_length time;
    uint64_t points_max[criterion_count_]; /* sum: SCORE_TOTAL */
    uint64_t grade_min[grade_count_];      /* of the total; descending */
    struct score_bands attendance;         /* of members who had to come */
    uint64_t attendance_unexcused;         /* points if anybody is absent so */
    uint64_t attendance_steady;  /* more if nobody is absent too often */
    uint64_t steady_times;       /* with reason running: more is too often */
    struct score_bands speakers; /* of those present */
};

/* Points of CRITERION_TIME for a meeting that has to last `minutes_min`. */
uint64_t score_of_length(const struct score_rules *rules, uint64_t minutes,
                         uint64_t minutes_min);

struct score_attendance {
    uint64_t present, summoned;
    bool has_unexcused;
    bool is_steady; /* nobody was excused too many times running */
};
/* Points of CRITERION_ATTENDANCE. */
uint64_t score_of_attendance(const struct score_rules *rules,
                             const struct score_attendance *attendance);

/* Points for `part` of `whole`; those of 0 per cent if there is no whole. */
uint64_t score_of_share(const struct score_bands *bands, uint64_t part,
                        uint64_t whole);

/* RESULT_INVALID, with `*out` untouched, for more points than there are. */
MUST_USE enum result score_grade(const struct score_rules *rules,
                                 const uint64_t points[criterion_count_],
                                 uint64_t *total, enum grade *out);

/* Is a meeting long enough? */
bool length_is_enough(const struct length_rule *rule, uint64_t minutes);

/* May the cell meet by party groups, after so many such meetings this year? */
enum party_group_refusal {
    PARTY_GROUPS_ACCEPTED,
    PARTY_GROUPS_TOO_FEW_MEMBERS,
    PARTY_GROUPS_OFTEN_ENOUGH
};
enum party_group_refusal party_groups_check(const struct party_group_rule *rule,
                                            uint64_t members,
                                            uint64_t meetings_this_year);

#endif
