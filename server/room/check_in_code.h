/*
 * The code by which people check in: shown in the hall, changed every
 * LIMIT_CHECK_IN_CODE_MS, entered on one's own device. Six digits of
 * HMAC-SHA-256(secret, place, window); the secret is in the room's memory only,
 * so a code proves that somebody saw that screen a moment ago, and nothing
 * after the server has stopped.
 *
 * Pure but for the secret, which the caller draws and wipes. Any thread.
 */
#ifndef SERVER_ROOM_CHECK_IN_CODE_H
#define SERVER_ROOM_CHECK_IN_CODE_H

#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { CHECK_IN_SECRET_SIZE = 32, CHECK_IN_DIGITS = 6 };

struct check_in_secret {
    uint8_t bytes[CHECK_IN_SECRET_SIZE];
};

/* The code of a place (a site's id, "": the meeting's own) at `now_ms`, of a
 * clock that does not go back. NUL-terminated. */
void check_in_code_at(const struct check_in_secret *secret,
                      const struct identifier *place, int64_t now_ms,
                      char out[CHECK_IN_DIGITS + 1]);
/* So long it is shown from now on. */
int64_t check_in_code_left_ms(int64_t now_ms);
/* Is this the code of the place, now or in the window before? */
bool check_in_code_is(const struct check_in_secret *secret,
                      const struct identifier *place, int64_t now_ms,
                      struct text_view code);

#endif
