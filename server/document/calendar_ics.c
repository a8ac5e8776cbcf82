#include "server/document/calendar_ics.h"

#include "protocol/base/byte_writer.h"
#include "protocol/document/zone_clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ICS_SIZE_MAX = 1024 * 1024,
    LINE_SIZE_MAX = 75, /* bytes without the line's end, 3.1 */
    LENGTH_MIN_MAX = 7 * 24 * 60,
    SHORT_SIZE = 64
};
/* The years 1970 to 9999, which four digits tell. */
static const int64_t TIME_MS_MAX = INT64_C(253402214400000);

static const int64_t MINUTE_MS = 60000;

/* --- lines ---------------------------------------------------------------- */

/* A property, folded. */
struct ics_line {
    struct byte_writer *out;
    size_t size; /* bytes on the line so far */
};

static bool begins_letter(char c) { return ((uint8_t)c & 0xc0) != 0x80; }

static size_t letter_size(const char *letter)
{
    size_t size = 1;

    while (letter[size] && !begins_letter(letter[size]))
        size++;
    return size;
}

/* Letters that stay on one line together. */
static void put_together(struct ics_line *line, const char *bytes, size_t size)
{
    if (line->size + size > LINE_SIZE_MAX) {
        byte_writer_bytes(line->out, "\r\n ", 3);
        line->size = 1;
    }
    byte_writer_bytes(line->out, bytes, size);
    line->size += size;
}

static void put(struct ics_line *line, const char *text)
{
    while (*text) {
        const size_t size = letter_size(text);

        put_together(line, text, size);
        text += size;
    }
}

/* A value of type TEXT, 3.3.11. */
static void put_escaped(struct ics_line *line, const char *text)
{
    while (*text) {
        const size_t size = letter_size(text);

        if (*text == '\n') {
            put_together(line, "\\n", 2);
        } else if (strchr("\\;,", *text)) {
            const char escaped[] = { '\\', *text };

            put_together(line, escaped, 2);
        } else if ((uint8_t)*text >= 0x20 || *text == '\t') {
            put_together(line, text, size);
        }
        text += size;
    }
}

static void put_line(struct byte_writer *out, const char *name,
                     const char *value)
{
    struct ics_line line = { out, 0 };

    put(&line, name);
    put(&line, value);
    byte_writer_bytes(out, "\r\n", 2);
}

static void put_text(struct byte_writer *out, const char *name,
                     const char *text)
{
    struct ics_line line = { out, 0 };

    if (text[0] == '\0')
        return;
    put(&line, name);
    put_escaped(&line, text);
    byte_writer_bytes(out, "\r\n", 2);
}

/* --- times ---------------------------------------------------------------- */

/* Days since 1970 of a date of our calendar: years begin in March, so that the
 * leap day is the last. */
static int64_t days_of(int year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = y / 400, of_era = y - era * 400;
    const int64_t of_year =
        (153 * (int64_t)(month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

/* Minutes that the zone is ahead of UTC at that time. */
static int64_t offset_min(const struct zone_clock *clock, int64_t at_ms)
{
    const struct zone_moment at = zone_clock_at(clock, at_ms);

    return (days_of(at.year, at.month, at.day) * 24 + at.hour) * 60 +
           at.minute - at_ms / MINUTE_MS;
}

static void format_local(char text[SHORT_SIZE], const struct zone_clock *clock,
                         int64_t at_ms)
{
    const struct zone_moment at = zone_clock_at(clock, at_ms);

    (void)snprintf(text, SHORT_SIZE, "%04d%02d%02dT%02d%02d00", at.year,
                   at.month, at.day, at.hour, at.minute);
}

static void put_utc(struct byte_writer *out, const char *name, int64_t at_ms)
{
    struct zone_clock *utc = zone_clock_new("UTC");
    char text[SHORT_SIZE] = "";

    if (utc) {
        const struct zone_moment at = zone_clock_at(utc, at_ms);

        (void)snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02dZ", at.year,
                       at.month, at.day, at.hour, at.minute,
                       (int)(at_ms / 1000 % 60));
    }
    zone_clock_free(utc);
    put_line(out, name, text);
}

static void put_zone(struct byte_writer *out, const struct zone_clock *clock,
                     int64_t at_ms)
{
    const int64_t offset = offset_min(clock, at_ms);
    const int64_t ahead = offset < 0 ? -offset : offset;
    char text[SHORT_SIZE];

    (void)snprintf(text, sizeof text, "%c%02d%02d", offset < 0 ? '-' : '+',
                   (int)(ahead / 60), (int)(ahead % 60));
    put_line(out, "BEGIN:", "VTIMEZONE");
    put_line(out, "TZID:", zone_clock_name(clock));
    put_line(out, "BEGIN:", "STANDARD");
    put_line(out, "DTSTART:", "19700101T000000");
    put_line(out, "TZOFFSETFROM:", text);
    put_line(out, "TZOFFSETTO:", text);
    put_line(out, "END:", "STANDARD");
    put_line(out, "END:", "VTIMEZONE");
}

static void put_local(struct byte_writer *out, const char *name,
                      const struct zone_clock *clock, int64_t at_ms)
{
    struct ics_line line = { out, 0 };
    char text[SHORT_SIZE];

    format_local(text, clock, at_ms);
    put(&line, name);
    put(&line, ";TZID=");
    put(&line, zone_clock_name(clock));
    put(&line, ":");
    put(&line, text);
    byte_writer_bytes(out, "\r\n", 2);
}

/* --- the event ------------------------------------------------------------ */

static void put_alarm(struct byte_writer *out,
                      const struct calendar_event *event)
{
    char text[SHORT_SIZE];

    if (event->remind_min == 0 || event->is_cancelled)
        return;
    (void)snprintf(text, sizeof text, "-PT%" PRIu32 "M", event->remind_min);
    put_line(out, "BEGIN:", "VALARM");
    put_line(out, "ACTION:", "DISPLAY");
    put_text(out, "DESCRIPTION:", event->summary);
    put_line(out, "TRIGGER:", text);
    put_line(out, "END:", "VALARM");
}

static void put_event(struct byte_writer *out,
                      const struct calendar_event *event,
                      const struct zone_clock *clock)
{
    char number[SHORT_SIZE];

    (void)snprintf(number, sizeof number, "%" PRIu32, event->sequence);
    put_line(out, "BEGIN:", "VEVENT");
    put_text(out, "UID:", event->uid);
    put_utc(out, "DTSTAMP:", event->made_at_ms);
    put_line(out, "SEQUENCE:", number);
    put_local(out, "DTSTART", clock, event->starts_at_ms);
    put_local(out, "DTEND", clock,
              event->starts_at_ms + event->length_min * MINUTE_MS);
    put_text(out, "SUMMARY:", event->summary);
    put_text(out, "DESCRIPTION:", event->description);
    put_text(out, "LOCATION:", event->location);
    if (event->url[0])
        put_line(out, "URL:", event->url);
    put_line(out, "STATUS:", event->is_cancelled ? "CANCELLED" : "CONFIRMED");
    put_alarm(out, event);
    put_line(out, "END:", "VEVENT");
}

static bool is_one_line(const char *text)
{
    for (; *text; text++)
        if ((uint8_t)*text < 0x20)
            return false;
    return true;
}

static bool is_time(int64_t at_ms) { return at_ms >= 0 && at_ms < TIME_MS_MAX; }

static bool is_right(const struct calendar_event *event)
{
    return event->uid[0] && event->summary[0] && is_one_line(event->uid) &&
           is_one_line(event->url) && event->length_min > 0 &&
           event->length_min <= LENGTH_MIN_MAX &&
           is_time(event->starts_at_ms) && is_time(event->made_at_ms);
}

enum result calendar_ics_write(const struct calendar_event *event,
                               uint8_t **out, size_t *size)
{
    struct zone_clock *clock;
    struct byte_writer writer;
    enum result result;

    if (!is_right(event))
        return RESULT_INVALID;
    clock = zone_clock_new(event->zone);
    if (!clock)
        return RESULT_NO_MEMORY;
    byte_writer_init(&writer, ICS_SIZE_MAX);
    put_line(&writer, "BEGIN:", "VCALENDAR");
    put_line(&writer, "VERSION:", "2.0");
    put_line(&writer, "PRODID:", "-//chibo//chibo//VI");
    put_line(&writer, "METHOD:", event->is_cancelled ? "CANCEL" : "PUBLISH");
    put_zone(&writer, clock, event->starts_at_ms);
    put_event(&writer, event, clock);
    put_line(&writer, "END:", "VCALENDAR");
    zone_clock_free(clock);
    result = byte_writer_take(&writer, out, size);
    byte_writer_release(&writer);
    return result;
}
