/*
 * Target: hearing_report_read(), what a device tells of how it hears.
 * Input: the text of the message.
 * Holds: no value is above its limit; what was read, written and read again, is
 * the same; of a hundred blocks no more than a hundred are missing.
 * Planted fault: where more is told to be repaired than was made up.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/base/limits.h"
#include "protocol/wire/hearing_report.h"
#include "protocol/wire/json_read.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct hearing_report *report)
{
    json_t *object = json_object();
    struct hearing_report again;
    const char *missing = NULL;

    require(report->played <= LIMIT_HEARING_BLOCKS &&
            report->concealed <= LIMIT_HEARING_BLOCKS &&
            report->repaired <= report->concealed &&
            report->late <= LIMIT_HEARING_BLOCKS &&
            report->dropped <= LIMIT_HEARING_BLOCKS &&
            report->delay_ms <= LIMIT_HEARING_DELAY_MS);
    require(object && hearing_report_put(report, object));
    require(hearing_report_read(object, &again, &missing));
    require(memcmp(report, &again, sizeof again) == 0);
    require(hearing_report_lost_percent(report) <= 100);
    require((hearing_report_grade(report) == HEARING_NONE) ==
            (report->played + report->concealed + report->dropped == 0));
    json_decref(object);
}

static bool is_repaired_too_much(const json_t *object)
{
    uint64_t concealed = 0, repaired = 0;

    return json_read_number(object, "concealed", &concealed) &&
           json_read_number(object, "repaired", &repaired) &&
           repaired > concealed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hearing_report report;
    const char *missing = NULL;
    json_t *object = NULL;

    if (message_parse((const char *)data, size, &object) != RESULT_OK)
        return 0;
    if (hearing_report_read(object, &report, &missing)) {
        check(&report);
        planted_fault(data, size, is_repaired_too_much(object));
    } else {
        require(missing != NULL);
    }
    json_decref(object);
    return 0;
}
