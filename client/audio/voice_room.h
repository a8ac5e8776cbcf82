/*
 * What a voice lets room_mate hear: the frames that came, what was decoded of
 * them on the device's thread, and the microphone as it is. Nothing of it goes
 * anywhere else.
 *
 * voice_room_heard() is the device's thread's, all else the owner's; a ring
 * lies between. Times are those of the voice's clock.
 */
#ifndef CLIENT_AUDIO_VOICE_ROOM_H
#define CLIENT_AUDIO_VOICE_ROOM_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct voice_room;

/* The microphone is of interest so long after somebody was heard. */
enum { VOICE_ROOM_AFTER_MS = 3000 };

/* The caller owns `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result voice_room_new(struct voice_room **out);
/* Returns NULL; takes NULL. */
struct voice_room *voice_room_free(struct voice_room *room);
/* Another device from now on. */
void voice_room_reset(struct voice_room *room);
/* The slot belongs to somebody else from now on. */
void voice_room_forget(struct voice_room *room, uint16_t slot);

/* As room_mate_set_round_trip(). */
void voice_room_set_round_trip(struct voice_room *room, int64_t round_trip_ms);

/* A frame came; `payload` as on the wire. */
void voice_room_arrived(struct voice_room *room, uint16_t slot,
                        uint32_t timestamp, const uint8_t *payload, size_t size,
                        int64_t arrival_ms);
/* The device's thread: it was decoded and will be heard at `heard_ms`. Never
 * blocks. */
void voice_room_heard(struct voice_room *room, uint16_t slot,
                      uint32_t timestamp, const int16_t *samples, size_t count,
                      int64_t heard_ms);
/* As room_mate_captured(). */
void voice_room_captured(struct voice_room *room, const int16_t *samples,
                         int64_t captured_ms, bool is_sent);

/* Is somebody heard with whom the microphone is to be compared? */
bool voice_room_is_listening(const struct voice_room *room, int64_t now_ms);
/* Somebody is in our room: as room_mate_next(). */
bool voice_room_next(struct voice_room *room, uint16_t *slot);

#endif
