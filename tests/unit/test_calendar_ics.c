#include "server/document/calendar_ics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-02-05T01:00:00Z, 08:00 in Vietnam */
static const int64_t STARTS_AT_MS = INT64_C(1770253200000);

static struct calendar_event usual(void)
{
    return (struct calendar_event){ .uid = "m1@chibo.example",
                                    .summary = "Sinh hoạt chi bộ",
                                    .description = "",
                                    .location = "",
                                    .url = "",
                                    .zone = "Asia/Ho_Chi_Minh",
                                    .starts_at_ms = STARTS_AT_MS,
                                    .length_min = 90,
                                    .made_at_ms =
                                        STARTS_AT_MS - INT64_C(86399000) };
}

static char *write_event(const struct calendar_event *event)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    char *text;

    assert_int_equal(calendar_ics_write(event, &bytes, &size), RESULT_OK);
    text = strndup((char *)bytes, size);
    free(bytes);
    assert_non_null(text);
    assert_int_equal(strlen(text), size);
    return text;
}

static void assert_has(const struct calendar_event *event, const char *lines)
{
    char *text = write_event(event);

    if (!strstr(text, lines))
        fail_msg("%s\nis not in\n%s", lines, text);
    free(text);
}

static void a_meeting_is_an_event_in_its_own_zone(void **state)
{
    const struct calendar_event event = usual();
    char *text = write_event(&event);

    (void)state;
    assert_string_equal(text,
                        "BEGIN:VCALENDAR\r\n"
                        "VERSION:2.0\r\n"
                        "PRODID:-//chibo//chibo//VI\r\n"
                        "METHOD:PUBLISH\r\n"
                        "BEGIN:VTIMEZONE\r\n"
                        "TZID:Asia/Ho_Chi_Minh\r\n"
                        "BEGIN:STANDARD\r\n"
                        "DTSTART:19700101T000000\r\n"
                        "TZOFFSETFROM:+0700\r\n"
                        "TZOFFSETTO:+0700\r\n"
                        "END:STANDARD\r\n"
                        "END:VTIMEZONE\r\n"
                        "BEGIN:VEVENT\r\n"
                        "UID:m1@chibo.example\r\n"
                        "DTSTAMP:20260204T010001Z\r\n"
                        "SEQUENCE:0\r\n"
                        "DTSTART;TZID=Asia/Ho_Chi_Minh:20260205T080000\r\n"
                        "DTEND;TZID=Asia/Ho_Chi_Minh:20260205T093000\r\n"
                        "SUMMARY:Sinh hoạt chi bộ\r\n"
                        "STATUS:CONFIRMED\r\n"
                        "END:VEVENT\r\n"
                        "END:VCALENDAR\r\n");
    free(text);
}

static void a_zone_may_be_behind_and_between_hours(void **state)
{
    struct calendar_event event = usual();

    (void)state;
    event.zone = "America/St_Johns"; /* 3 h 30 min behind in winter */
    assert_has(&event, "TZOFFSETTO:-0330\r\n");
    assert_has(&event, "DTSTART;TZID=America/St_Johns:20260204T213000\r\n");
    event.zone = "no such zone";
    assert_has(&event, "TZOFFSETTO:+0000\r\n");
    assert_has(&event, "DTSTART;TZID=UTC:20260205T010000\r\n");
}

static void what_a_text_contains_is_escaped(void **state)
{
    struct calendar_event event = usual();

    (void)state;
    event.description = "a; b, c\\d\nEND:VEVENT\r";
    event.location = "Nhà văn hóa thôn Mẫu";
    assert_has(&event, "DESCRIPTION:a\\; b\\, c\\\\d\\nEND:VEVENT\r\n"
                       "LOCATION:Nhà văn hóa thôn Mẫu\r\n");
}

static void a_long_line_is_folded_between_letters(void **state)
{
    struct calendar_event event = usual();
    char letters[200] = "";
    char *text, *line, *end;
    size_t count = 0, folded = 0;

    (void)state;
    for (size_t i = 0; i < 60; i++)
        memcpy(&letters[i * 3], "ế", 3);
    event.summary = letters;
    text = write_event(&event);
    for (line = text; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 75);
        if (line[0] == ' ') {
            folded++;
            count += (size_t)(end - line - 1) / 3;
            assert_int_equal((end - line - 1) % 3, 0);
        } else if (strncmp(line, "SUMMARY:", 8) == 0) {
            count += (size_t)(end - line - 8) / 3;
        }
    }
    assert_int_equal(count, 60);
    assert_int_equal(folded, 2);
    free(text);
}

static void a_cancelled_meeting_is_taken_out_of_calendars(void **state)
{
    struct calendar_event event = usual();

    (void)state;
    event.is_cancelled = true;
    event.sequence = 2;
    event.remind_min = 30;
    assert_has(&event, "METHOD:CANCEL\r\n");
    assert_has(&event, "SEQUENCE:2\r\n");
    assert_has(&event, "STATUS:CANCELLED\r\nEND:VEVENT\r\n");
}

static void a_reminder_and_a_link_are_told(void **state)
{
    struct calendar_event event = usual();

    (void)state;
    event.remind_min = 30;
    event.url = "https://chibo.example/m1";
    assert_has(&event, "URL:https://chibo.example/m1\r\n");
    assert_has(&event, "BEGIN:VALARM\r\nACTION:DISPLAY\r\n"
                       "DESCRIPTION:Sinh hoạt chi bộ\r\n"
                       "TRIGGER:-PT30M\r\nEND:VALARM\r\n");
}

static void what_is_no_event_is_refused(void **state)
{
    struct calendar_event events[7];
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    for (size_t i = 0; i < 7; i++)
        events[i] = usual();
    events[0].uid = "";
    events[1].summary = "";
    events[2].uid = "a\r\nb";
    events[3].url = "a\r\nATTENDEE:b";
    events[4].length_min = 0;
    events[5].starts_at_ms = -1;
    events[6].made_at_ms = INT64_MAX;
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(calendar_ics_write(&events[i], &bytes, &size),
                         RESULT_INVALID);
    assert_null(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meeting_is_an_event_in_its_own_zone),
        cmocka_unit_test(a_zone_may_be_behind_and_between_hours),
        cmocka_unit_test(what_a_text_contains_is_escaped),
        cmocka_unit_test(a_long_line_is_folded_between_letters),
        cmocka_unit_test(a_cancelled_meeting_is_taken_out_of_calendars),
        cmocka_unit_test(a_reminder_and_a_link_are_told),
        cmocka_unit_test(what_is_no_event_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
