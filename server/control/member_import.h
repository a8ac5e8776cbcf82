/*
 * A list of members from a spreadsheet: which column is what, what its words
 * mean, and what is wrong in which line. Headers and words are Vietnamese or
 * English in any letter case, NFC or NFD. Pure; any thread.
 */
#ifndef SERVER_CONTROL_MEMBER_IMPORT_H
#define SERVER_CONTROL_MEMBER_IMPORT_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"
#include "protocol/rules/eligibility.h"

#include <stddef.h>

/* X(IDENTIFIER, English words; {} stands for the detail) */
#define IMPORT_PROBLEM_LIST(X)                                                 \
    X(NOT_CSV, "a quotation mark is not closed or stands where none may")      \
    X(TOO_MANY_COLUMNS, "too many columns")                                    \
    X(NO_NAME_COLUMN, "there is no column \"name\"")                           \
    X(NO_CATEGORY_COLUMN, "there is no column \"category\"")                   \
    X(DOUBLE_COLUMN, "the column \"{}\" stands there twice")                   \
    X(NO_NAME, "the name is missing")                                          \
    X(BAD_NAME, "the name is not clean UTF-8 text")                            \
    X(LONG_NAME, "the name is too long")                                       \
    X(NO_CATEGORY, "the category is missing")                                  \
    X(UNKNOWN_CATEGORY,                                                        \
      "unknown category: {}; known are official, probationary, exempt, "       \
      "temporarily away, temporarily here, suspended, upper delegate, guest, " \
      "technician")                                                            \
    X(UNKNOWN_OFFICE,                                                          \
      "unknown office: {}; known are leader, deputy, committee member, group " \
      "leader, or nothing")                                                    \
    X(UNKNOWN_GROUND,                                                          \
      "unknown ground for not coming: {}; known are mission_abroad, "          \
      "several_provinces, works_far, student_summer, on_duty, at_sea, "        \
      "circumstances, or nothing")                                             \
    X(UNKNOWN_DATE, "unknown date: {}; write it as 2026-11-15 or 15/11/2026")  \
    X(UNKNOWN_GROUP, "this cell has no party group {}")                        \
    X(DOUBTFUL_GROUP, "this cell has several party groups {}")                 \
    X(NO_OFFICE_ALLOWED, "nobody of this category holds an office")            \
    X(SECOND_LEADER, "the cell has a leader already")                          \
    X(NO_ROWS, "there are no members in the file")

enum import_problem {
    IMPORT_FINE,
#define IMPORT_PROBLEM_ENUM(NAME, words) IMPORT_##NAME,
    IMPORT_PROBLEM_LIST(IMPORT_PROBLEM_ENUM)
#undef IMPORT_PROBLEM_ENUM
        IMPORT_PROBLEM_COUNT
};

struct import_member {
    size_t line;
    char *name;  /* owned, NFC */
    char *group; /* owned, NFC; as it stands in the file, "" if none */
    enum category category;
    enum office office;
    enum ground ground;     /* 0: can come */
    uint64_t probation_end; /* 20261115; 0: not said, or of somebody else */
};
struct import_fault {
    size_t line;
    enum import_problem problem;
    char *detail; /* owned, never NULL */
};
struct member_import {
    struct import_member *members;
    size_t member_count;
    struct import_fault *faults; /* in the order of lines */
    size_t fault_count;
};

/*
 * RESULT_OK also when there are faults: the lines that have one are not among
 * the members. RESULT_MALFORMED: the file as a whole cannot be read, the one
 * fault says why. RESULT_NO_MEMORY. The caller releases `*out` in every case.
 */
MUST_USE enum result member_import_read(struct text_view text,
                                        struct member_import *out);
void member_import_release(struct member_import *import);

/* A fault found by the caller: member `index` leaves the list. RESULT_NO_MEMORY
 * changes nothing. */
MUST_USE enum result member_import_fault(struct member_import *import,
                                         size_t index,
                                         enum import_problem problem,
                                         const char *detail);

/* What people call a category or an office; the invalid 0 if nothing is called
 * so. "" is no office. */
enum category import_category(struct text_view text);
enum office import_office(struct text_view text);
/* Why somebody cannot come; "" and what means none is 0. False if nothing is
 * called so. */
bool import_ground(struct text_view text, enum ground *out);

/* A day, as 20261115: "2026-11-15", "15/11/2026", and with "." or "-" for "/";
 * "" and "-" are 0, no day. False for what is none. */
bool import_date(struct text_view text, uint64_t *out);

const char *import_problem_text(enum import_problem problem);

#endif
