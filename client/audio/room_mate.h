/*
 * Whether one whom we hear over the line sits in our room: then our microphone
 * heard what he sends before his sound was even given to our loudspeaker.
 *
 * What is sent by each speaker is laid on the time line of its own timestamps,
 * what is captured on that of the microphone's samples, so that neither an
 * uneven line nor a jitter buffer moves one against the other. Both are
 * brought to 4 kHz, their differences are taken and each 20 ms are brought to
 * one loudness; the correlation of each lag is summed up and forgotten in some
 * seconds of speech. What stands far above all other lags, stays where it is
 * and lies *before* the moment in which the loudspeaker got it, is no echo.
 *
 * What else could be alike is told apart so:
 * - the echo of our own loudspeaker comes after that moment;
 * - a third one's voice, which comes out of the loudspeakers of two rooms, is
 *   an echo with us, too: while such a one is heard nothing is believed;
 * - our own voice that comes back from the loudspeaker of another room has been
 *   to and fro: while our microphone is sent, only what came straight counts.
 *
 * Pure; one thread, the owner's. Nothing is allocated after room_mate_new().
 * Times are milliseconds of the voice's clock.
 */
#ifndef CLIENT_AUDIO_ROOM_MATE_H
#define CLIENT_AUDIO_ROOM_MATE_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct room_mate;

/*
 * While our own microphone is sent, the sound of somebody in our room comes no
 * later behind it than this, or than the line's round trip and a little: the
 * way to another loudspeaker and back takes the line twice, and buffers.
 */
enum { ROOM_MATE_STRAIGHT_MS = 100, ROOM_MATE_BESIDE_MS = 70 };

/* The caller owns `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result room_mate_new(struct room_mate **out);
/* Returns NULL; takes NULL. */
struct room_mate *room_mate_free(struct room_mate *mate);
/* Another microphone or loudspeaker: nothing is known any more. */
void room_mate_reset(struct room_mate *mate);
/* The slot belongs to somebody else from now on. */
void room_mate_forget(struct room_mate *mate, uint16_t slot);

/* The shortest that was seen from us to the server and back; 0: not known. */
void room_mate_set_round_trip(struct room_mate *mate, int64_t round_trip_ms);

/* A frame of `count` samples came over the line. */
void room_mate_arrived(struct room_mate *mate, uint16_t slot,
                       uint32_t timestamp, size_t count, int64_t arrival_ms);
/* It was decoded, and is given to the loudspeaker not before `heard_ms`.
 * `count` is a multiple of AUDIO_BLOCK_COUNT, else nothing is learned. */
void room_mate_heard(struct room_mate *mate, uint16_t slot, uint32_t timestamp,
                     const int16_t *samples, size_t count, int64_t heard_ms);
/* The next AUDIO_BLOCK_COUNT samples of the microphone as it is; `is_sent`: it
 * is on for others. Whoever leaves out blocks is taken to have paused. */
void room_mate_captured(struct room_mate *mate, const int16_t *samples,
                        int64_t captured_ms, bool is_sent);

/* Somebody was recognised: true once for each, with his slot. */
bool room_mate_next(struct room_mate *mate, uint16_t *slot);

#endif
