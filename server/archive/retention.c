#include "server/archive/retention.h"

#include <string.h>

enum { DAY_MS = 86400000 };

const char *retention_word(enum retention_what what)
{
    static const char *const words[RETENTION_WHAT_COUNT] = { "", "attachments",
                                                             "texts", "meeting",
                                                             "record" };

    return words[what];
}

enum store_extent retention_extent(enum retention_what what)
{
    switch (what) {
    case RETENTION_ATTACHMENTS:
        return STORE_EXTENT_ATTACHMENTS;
    case RETENTION_TEXTS:
        return STORE_EXTENT_TEXTS;
    case RETENTION_MEETING:
        return STORE_EXTENT_ALL;
    case RETENTION_NOTHING:
    case RETENTION_RECORD:
    case RETENTION_WHAT_COUNT:
        break;
    }
    return STORE_EXTENT_NOTHING;
}

/* --- Kinds --------------------------------------------------------------- */

/* The next word of the text, empty at its end; moves behind it. */
static struct text_view next_word(const char **text)
{
    const char *begin = *text + strspn(*text, " ,");
    const size_t size = strcspn(begin, " ,");

    *text = begin + size;
    return (struct text_view){ begin, size };
}

bool retention_are_kinds(const char *text)
{
    struct text_view word = next_word(&text);

    for (; word.size > 0; word = next_word(&text))
        if (enum_value(&meeting_kind_words, word) <= 0)
            return false;
    return true;
}

static bool is_for_ever(const struct retention *retention,
                        enum meeting_kind kind)
{
    const char *text = retention->forever_kinds;
    struct text_view word = next_word(&text);

    for (; word.size > 0; word = next_word(&text))
        if (enum_value(&meeting_kind_words, word) == (int)kind)
            return true;
    return false;
}

/* --- Terms --------------------------------------------------------------- */

/* Days since 1970-01-01 of a day in the proleptic Gregorian calendar, and back;
 * both count years from March on, so that a leap day is the last of its year.
 */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year =
        (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

static void date_of(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t of_era = z - era * 146097;
    const int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year =
        of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t from_march = (5 * of_year + 2) / 153;

    *day = (unsigned)(of_year - (153 * from_march + 2) / 5 + 1);
    *month = (unsigned)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static unsigned days_in(int64_t year, unsigned month)
{
    const bool is_december = month == 12;

    return (unsigned)(days_of(is_december ? year + 1 : year,
                              is_december ? 1 : month + 1, 1) -
                      days_of(year, month, 1));
}

int64_t retention_add_months(int64_t at_ms, unsigned months)
{
    const int64_t days =
        (at_ms >= 0 ? at_ms : at_ms - (DAY_MS - 1)) / (int64_t)DAY_MS;
    const int64_t of_day = at_ms - days * DAY_MS;
    int64_t year, all;
    unsigned month, day, last;

    date_of(days, &year, &month, &day);
    all = year * 12 + (int64_t)month - 1 + (int64_t)months;
    year = all / 12;
    month = (unsigned)(all % 12) + 1;
    last = days_in(year, month);
    return days_of(year, month, day < last ? day : last) * DAY_MS + of_day;
}

static bool is_over(const struct archive_row *row, unsigned months,
                    int64_t now_ms, int64_t *due_ms)
{
    if (months == 0)
        return false;
    *due_ms = retention_add_months(row->meeting.starts_at_ms, months);
    return now_ms >= *due_ms;
}

enum retention_what retention_due(const struct retention *retention,
                                  const struct archive_row *row,
                                  enum store_extent extent, int64_t now_ms,
                                  int64_t *due_ms)
{
    if (!row->meeting.is_closed || is_for_ever(retention, row->meeting.kind))
        return RETENTION_NOTHING;
    if (row->source.origin == ARCHIVE_IMPORTED)
        return is_over(row, retention->imported_months, now_ms, due_ms)
                   ? RETENTION_RECORD
                   : RETENTION_NOTHING;
    if (extent < STORE_EXTENT_ALL &&
        is_over(row, retention->meetings_months, now_ms, due_ms))
        return RETENTION_MEETING;
    if (extent < STORE_EXTENT_TEXTS &&
        is_over(row, retention->texts_months, now_ms, due_ms))
        return RETENTION_TEXTS;
    if (extent < STORE_EXTENT_ATTACHMENTS &&
        is_over(row, retention->attachments_months, now_ms, due_ms))
        return RETENTION_ATTACHMENTS;
    return RETENTION_NOTHING;
}
