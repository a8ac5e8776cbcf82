/*
 * A meeting of four on fakes (room_fixture.h), whose members ask for lines, say
 * frames of sound and are sent some: for tests of sound in rooms. One thread;
 * what cannot be ends the test.
 */
#ifndef TESTS_SUPPORT_ROOM_HALL_H
#define TESTS_SUPPORT_ROOM_HALL_H

#include "protocol/wire/audio_frame.h"
#include "tests/support/room_fixture.h"

#define HALL_MEETING FIXTURE_ORGANISATION ".1"

struct sound_figures;

struct hall {
    struct room_fixture *fixture;                         /* owned */
    struct fixture_peer *chair, *deputy, *taker, *member; /* m1 to m4 */
};

/* All four are in; where it is open, all may speak. Ended by
 * room_fixture_free(). */
void hall_gather(struct hall *hall, bool is_open);
/* For cmocka: an open one. */
int hall_set_up(void **state);
int hall_tear_down(void **state);
/* Another device of this holder. */
struct fixture_peer *hall_come_in(struct hall *hall, const char *holder);

const struct sound_figures *hall_sound(const struct hall *hall);
/* The server's sound, a millisecond at a time. */
void hall_pass(const struct hall *hall, int64_t ms);

/* --- asking --------------------------------------------------------------- */

/* Gives the id of the request. */
uint64_t hall_ask_line(struct fixture_peer *peer, const char *fields);
/* The session's token, after a line that must be granted. */
const char *hall_get_line(struct fixture_peer *peer, const char *fields);
/* A connection that asks to be a lane, by its first request. */
struct fixture_peer *hall_try_attach(struct hall *hall, const char *token);
/* And must be one. */
struct fixture_peer *hall_attach(struct hall *hall, const char *token);
/* Ends it. */
void assert_not_attached(struct fixture_peer *lane);

/* --- saying and hearing --------------------------------------------------- */

void hall_say(struct fixture_peer *speaker, uint32_t sequence);
/* Over `connection`, frames of the speaker in one tight message. */
void hall_say_tight(struct fixture_peer *connection,
                    const struct fixture_peer *speaker,
                    const uint32_t *sequences, size_t count);
/* The newest message that this connection was sent holds just these. */
void assert_tight(const struct fixture_peer *peer,
                  const struct fixture_peer *speaker, const uint32_t *sequences,
                  size_t count);
void assert_plain(const struct fixture_peer *peer, const uint32_t *sequences,
                  size_t count);

#endif
