/*
 * Several members in one room: who was recognised in ours, what was said of it,
 * and what this user chose. Main thread.
 */
#ifndef CLIENT_CLI_CLI_ROOM_H
#define CLIENT_CLI_CLI_ROOM_H

#include "client/core/client.h"
#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Nobody sits in a room with more; further ones are not told. */
enum { CLI_ROOM_MAX = 32 };
/* Whoever is recognised again after so long, and was not to be ignored, is told
 * again: in the meantime he may have come into another room, and back. */
enum { CLI_ROOM_AGAIN_MS = 600000 };

struct cli_room {
    struct {
        struct identifier holder;
        int64_t told_ms;
        bool is_ignored;
    } of[CLI_ROOM_MAX];
    size_t count;
    bool is_deaf;          /* the loudspeaker is off */
    int64_t round_trip_ms; /* the line's shortest; 0: not known */
};

/* Is it news that this holder is in our room? Then it is told now. */
bool cli_room_should_tell(struct cli_room *room,
                          const struct identifier *holder, int64_t now_ms);
/* None of those told so far is told again in this meeting. False if there was
 * none. */
bool cli_room_ignore(struct cli_room *room);

/* The line's round trip was this, or is not known (0); true if it is the
 * shortest so far. */
bool cli_room_note_round_trip(struct cli_room *room, int64_t round_trip_ms);

bool cli_room_is_site(const struct meeting_view *view,
                      const struct identifier *holder);
/* Who is here, and which device had better be the one that is on. Under the
 * view's lock. */
void cli_room_write(const struct meeting_view *view,
                    const struct identifier *holder, FILE *out);

#endif
