#include "protocol/base/date.h"

static unsigned number(const char *digits, size_t count)
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
    month = number(text.data + 5, 2);
    day = number(text.data + 8, 2);
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(number(text.data, 4), month);
}
