/*
 * The pace of talk: lines of chat and hands of one member or site, on whatever
 * devices and connections. LIMIT_TALK_BURST at once, then one in each interval,
 * so that nobody drowns the others. Kept in memory: a restart forgives. Pure;
 * belongs to one room.
 */
#ifndef SERVER_ROOM_ROOM_PACE_H
#define SERVER_ROOM_ROOM_PACE_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

/* Zeros: nobody has talked. */
struct room_pace {
    struct pace_row *rows; /* owned */
    size_t count;
};

void room_pace_release(struct room_pace *pace);

/* How long this holder has to wait, in ms; 0: it is in time. */
int64_t room_pace_wait_ms(const struct room_pace *pace,
                          const struct identifier *holder, int64_t now_ms,
                          int64_t interval_ms);

/* The holder has talked. RESULT_NO_MEMORY: it is not remembered. */
MUST_USE enum result room_pace_take(struct room_pace *pace,
                                    const struct identifier *holder,
                                    int64_t now_ms, int64_t interval_ms);

#endif
