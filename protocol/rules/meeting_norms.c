#include "protocol/rules/meeting_norms.h"

#define WORD(name, word) [name] = word,
static const char *const criterion_list[] = { CRITERION_LIST(WORD) };
const struct enum_words criterion_words = { criterion_list, criterion_count_ };
static const char *const grade_list[] = { GRADE_LIST(WORD) };
const struct enum_words grade_words = { grade_list, grade_count_ };
static const char *const posting_list[] = { POSTING_LIST(WORD) };
const struct enum_words posting_words = { posting_list, posting_count_ };
static const char *const agenda_decider_list[] = { AGENDA_DECIDER_LIST(WORD) };
const struct enum_words agenda_decider_words = { agenda_decider_list,
                                                 agenda_decider_count_ };

enum posting posting_of(int64_t due_ms, int64_t done_ms)
{
    if (due_ms == 0)
        return POSTING_NONE;
    if (done_ms == 0)
        return POSTING_UNKNOWN;
    return done_ms <= due_ms ? POSTING_IN_TIME : POSTING_TOO_LATE;
}

/* Twice the width of what is multiplied. */
__extension__ typedef unsigned __int128 wide;

uint64_t score_of_share(const struct score_bands *bands, uint64_t part,
                        uint64_t whole)
{
    size_t i;

    for (i = 0; i < bands->count; i++)
        if (bands->bands[i].percent_min == 0 ||
            (whole > 0 &&
             (wide)100 * part >= (wide)bands->bands[i].percent_min * whole))
            return bands->bands[i].points;
    return 0;
}

uint64_t score_of_length(const struct score_rules *rules, uint64_t minutes,
                         uint64_t minutes_min)
{
    const struct score_length *time = &rules->time;
    size_t i;

    if (minutes >= minutes_min)
        return rules->points_max[CRITERION_TIME];
    for (i = 0; i < time->count; i++)
        if (minutes_min - minutes <= time->too_short[i].minutes_max)
            return time->too_short[i].points;
    return minutes >= minutes_min - minutes ? time->half : time->less;
}

uint64_t score_of_attendance(const struct score_rules *rules,
                             const struct score_attendance *attendance)
{
    uint64_t points =
        attendance->has_unexcused
            ? rules->attendance_unexcused
            : score_of_share(&rules->attendance, attendance->present,
                             attendance->summoned);

    if (attendance->is_steady)
        points += rules->attendance_steady;
    return points < rules->points_max[CRITERION_ATTENDANCE]
               ? points
               : rules->points_max[CRITERION_ATTENDANCE];
}

enum result score_grade(const struct score_rules *rules,
                        const uint64_t points[criterion_count_],
                        uint64_t *total, enum grade *out)
{
    uint64_t sum = 0;
    int i, grade = 1;

    for (i = 1; i < criterion_count_; i++) {
        if (points[i] > rules->points_max[i])
            return RESULT_INVALID;
        sum += points[i];
    }
    while (grade < GRADE_POOR && sum < rules->grade_min[grade])
        grade++;
    *total = sum;
    *out = (enum grade)grade;
    return RESULT_OK;
}

bool length_is_enough(const struct length_rule *rule, uint64_t minutes)
{
    return minutes >= rule->minutes;
}

enum party_group_refusal party_groups_check(const struct party_group_rule *rule,
                                            uint64_t members,
                                            uint64_t meetings_this_year)
{
    if (members < rule->members_min)
        return PARTY_GROUPS_TOO_FEW_MEMBERS;
    if (meetings_this_year >= rule->per_year_max)
        return PARTY_GROUPS_OFTEN_ENOUGH;
    return PARTY_GROUPS_ACCEPTED;
}
