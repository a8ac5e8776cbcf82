#include "protocol/wire/hearing_report.h"

#include "protocol/base/limits.h"
#include "protocol/wire/json_read.h"

#include <stddef.h>

enum { GAPS_FROM_PERCENT = 2, BADLY_FROM_PERCENT = 10 };

static const char *const grades[] = { NULL,
#define X(name, word) word,
                                      HEARING_GRADE_LIST(X)
#undef X
};
const struct enum_words hearing_grade_words = {
    grades, (int)(sizeof grades / sizeof grades[0])
};

static const struct {
    const char *name;
    size_t offset;
    uint64_t max;
} values[] = {
    { "played", offsetof(struct hearing_report, played), LIMIT_HEARING_BLOCKS },
    { "concealed", offsetof(struct hearing_report, concealed),
      LIMIT_HEARING_BLOCKS },
    { "repaired", offsetof(struct hearing_report, repaired),
      LIMIT_HEARING_BLOCKS },
    { "late", offsetof(struct hearing_report, late), LIMIT_HEARING_BLOCKS },
    { "dropped", offsetof(struct hearing_report, dropped),
      LIMIT_HEARING_BLOCKS },
    { "delay_ms", offsetof(struct hearing_report, delay_ms),
      LIMIT_HEARING_DELAY_MS },
};
enum { VALUES = sizeof values / sizeof values[0] };

bool hearing_report_read(const json_t *object, struct hearing_report *out,
                         const char **missing)
{
    struct hearing_report report;
    size_t i;

    for (i = 0; i < VALUES; i++) {
        uint64_t *value =
            (uint64_t *)(void *)((char *)&report + values[i].offset);

        if (!json_read_number(object, values[i].name, value)) {
            *missing = values[i].name;
            return false;
        }
        if (*value > values[i].max)
            *value = values[i].max;
    }
    if (report.repaired > report.concealed)
        report.repaired = report.concealed;
    *out = report;
    return true;
}

bool hearing_report_put(const struct hearing_report *report, json_t *object)
{
    size_t i;

    for (i = 0; i < VALUES; i++) {
        const uint64_t value =
            *(const uint64_t *)(const void *)((const char *)report +
                                              values[i].offset);

        if (json_object_set_new(object, values[i].name,
                                json_integer((json_int_t)value)))
            return false;
    }
    return true;
}

static uint64_t missing_of(const struct hearing_report *report)
{
    return report->concealed - report->repaired + report->dropped;
}

static uint64_t total_of(const struct hearing_report *report)
{
    return report->played + report->concealed + report->dropped;
}

unsigned hearing_report_lost_percent(const struct hearing_report *report)
{
    const uint64_t total = total_of(report);

    return total == 0
               ? 0
               : (unsigned)((missing_of(report) * 100 + total / 2) / total);
}

enum hearing_grade hearing_report_grade(const struct hearing_report *report)
{
    const uint64_t total = total_of(report);
    const uint64_t missing = missing_of(report) * 100;

    if (total == 0)
        return HEARING_NONE;
    if (missing < GAPS_FROM_PERCENT * total)
        return HEARING_WELL;
    return missing < BADLY_FROM_PERCENT * total ? HEARING_GAPS : HEARING_BADLY;
}
