/*
 * Who hears whom in a room, ready for the next frame: the listeners in arrays,
 * one part for the plenary and for each sub-room, made anew when the committed
 * state or the sessions that follow the room have changed; and the frames that
 * are held back for a moment, so that one message carries several of them.
 * Loop thread only.
 */
#ifndef SERVER_ROOM_ROOM_SOUND_H
#define SERVER_ROOM_ROOM_SOUND_H

#include "protocol/base/limits.h"
#include "server/audio/chorus.h"
#include "server/room/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct room;
struct session;
struct meeting_holder;

struct listener {
    struct session *session;
    const struct transport_connection *connection; /* its; only addressed */
    const struct meeting_holder *holder; /* compared, never looked into */
    uint64_t subroom;
};

/* Those who hear each other. */
struct crowd {
    uint64_t subroom;     /* 0: the plenary */
    size_t first, count;  /* of the room's listeners */
    struct chorus chorus; /* of their holders */
    /* Held back, oldest first. */
    struct frame *held[LIMIT_AUDIO_FRAMES_PER_MESSAGE];
    const struct meeting_holder *speakers[LIMIT_AUDIO_FRAMES_PER_MESSAGE];
    size_t held_count, held_sounds, held_size;
};

struct room_sound {
    bool is_ready; /* the arrays are of the present state and sessions */
    struct listener *listeners; /* by sub-room */
    size_t listener_count, listener_capacity;
    struct crowd *crowds; /* by sub-room */
    size_t crowd_count, crowd_capacity;
    /* Of who has the floor, once somebody has asked. */
    bool has_floor_slots;
    uint16_t floor_slots[LIMIT_DEVICES_PER_HOLDER];
    size_t floor_slot_count;
    int64_t held_ms; /* monotonic since when something is held back */
    struct room *next_held, **held_link; /* in hub->held; link NULL: nothing */
};

/* Makes the arrays ready; false: no memory. */
bool room_sound_prepare(struct room *room);
/* Is this slot of a device of whoever has the floor? The arrays are ready. */
bool room_sound_has_floor(struct room *room, uint16_t slot);
/* Sends a good message of so many frames to all who hear this session, now or
 * a moment later. */
void room_sound_relay(struct session *speaker, const uint8_t *bytes,
                      size_t size, size_t frame_count, int64_t now_ms);
/* What is held back goes out, to those who heard it being said. */
void room_sound_flush(struct room *room);
/* The same, and the arrays are made anew for the next frame: call it before a
 * session goes, and when the state has changed. */
void room_sound_settle(struct room *room);
void room_sound_release(struct room *room);

#endif
