/*
 * A date as people write it into rules and references: 2026-07-26; the same as
 * one number, 20260726, as the register and rulesets keep it; and as a count of
 * days, to reckon with. A date is a day of the calendar, not a moment: it has
 * no time zone. Pure; any thread.
 */
#ifndef PROTOCOL_BASE_DATE_H
#define PROTOCOL_BASE_DATE_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* The form, and that there is such a day. */
bool date_is_valid(struct text_view text);

/* 20260726; 0 for what is no date. */
uint64_t date_number(struct text_view text);
/* Is there such a day, from the year 1000 to 9999? */
bool date_number_is_valid(uint64_t number);
/* A number that is valid, as "2026-07-26". */
enum { DATE_SIZE = 11 };
void date_write(uint64_t number, char out[DATE_SIZE]);

/* Days since 1970-01-01, of a number that is valid; and back. */
int64_t date_day(uint64_t number);
uint64_t date_of_day(int64_t day);

#endif
