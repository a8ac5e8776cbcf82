/*
 * A date as people write it into rules and references: 2026-07-26. Pure; any
 * thread.
 */
#ifndef PROTOCOL_BASE_DATE_H
#define PROTOCOL_BASE_DATE_H

#include "protocol/base/text.h"

#include <stdbool.h>

/* The form, and that there is such a day. */
bool date_is_valid(struct text_view text);

#endif
