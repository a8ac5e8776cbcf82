#include "protocol/base/date.h"

#include <stdio.h>

static unsigned number_of(const char *digits, size_t count)
{
    unsigned value = 0;
    size_t i;

    for (i = 0; i < count; i++)
        value = value * 10 + (unsigned)(digits[i] - '0');
    return value;
}

static unsigned days_in(unsigned year, unsigned month)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30,
                                     31, 31, 30, 31, 30, 31 };
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && is_leap ? 29 : days[month - 1];
}

bool date_is_valid(struct text_view text)
{
    unsigned month, day;
    size_t i;

    if (text.size != 10)
        return false;
    for (i = 0; i < text.size; i++)
        if (i == 4 || i == 7 ? text.data[i] != '-'
                             : text.data[i] < '0' || text.data[i] > '9')
            return false;
    month = number_of(text.data + 5, 2);
    day = number_of(text.data + 8, 2);
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(number_of(text.data, 4), month);
}

/* --- As a number -----------------------------------------------------------
 */

enum { YEAR_MIN = 1000, YEAR_MAX = 9999 };

bool date_number_is_valid(uint64_t number)
{
    const uint64_t year = number / 10000, month = number / 100 % 100;
    const uint64_t day = number % 100;

    return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 &&
           day >= 1 && day <= days_in((unsigned)year, (unsigned)month);
}

uint64_t date_number(struct text_view text)
{
    uint64_t number;

    if (!date_is_valid(text))
        return 0;
    number = (uint64_t)number_of(text.data, 4) * 10000 +
             number_of(text.data + 5, 2) * 100U + number_of(text.data + 8, 2);
    return date_number_is_valid(number) ? number : 0;
}

void date_write(uint64_t number, char out[DATE_SIZE])
{
    (void)snprintf(out, DATE_SIZE, "%04u-%02u-%02u",
                   (unsigned)(number / 10000 % 10000),
                   (unsigned)(number / 100 % 100), (unsigned)(number % 100));
}

/* --- As a count of days ----------------------------------------------------
 */

/* Years are taken from March to February, so that the day a leap year has more
 * is its last; 400 years, an era, have the same number of days each. */
enum { ERA_DAYS = 146097, ERA_YEARS = 400, EPOCH_DAY = 719468 };

int64_t date_day(uint64_t number)
{
    const int64_t month = (int64_t)(number / 100 % 100);
    const int64_t year = (int64_t)(number / 10000) - (month <= 2);
    const int64_t era = year / ERA_YEARS, of_era = year % ERA_YEARS;
    const int64_t of_year =
        (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
        (int64_t)(number % 100) - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           EPOCH_DAY;
}

uint64_t date_of_day(int64_t day)
{
    const int64_t from = day + EPOCH_DAY;
    const int64_t era = from / ERA_DAYS, in_era = from % ERA_DAYS;
    const int64_t of_era =
        (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int64_t of_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
    const int64_t shifted = (5 * of_year + 2) / 153;
    const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    const int64_t year = era * ERA_YEARS + of_era + (month <= 2);

    return (uint64_t)(year * 10000 + month * 100 + of_year -
                      (153 * shifted + 2) / 5 + 1);
}
