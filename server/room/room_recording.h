/*
 * What the server records of a meeting. While the log says that it does, the
 * frames of those who speak in the plenary go, by way of a worker, into a file
 * for each sender. When it has stopped each file is looked through, put into
 * the store and named in the log, and goes from the folder. What a stopped
 * server leaves in the folder is taken up when the room is loaded. Sub-rooms
 * are not recorded.
 *
 * Loop thread only; nothing here waits for a disk.
 */
#ifndef SERVER_ROOM_ROOM_RECORDING_H
#define SERVER_ROOM_ROOM_RECORDING_H

#include "protocol/base/result.h"
#include "protocol/wire/audio_frame.h"

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct meeting_state;
struct room;
struct room_recording;
struct session;

/* A frame that is relayed. What cannot be recorded ends the recording. */
void room_recording_hear(struct session *speaker,
                         const struct audio_frame *frame);
/* The same of all frames of a message. */
void room_recording_hear_all(struct session *speaker, const uint8_t *bytes,
                             size_t size);
/* Is something still to be said of a recording, as of this state? */
bool room_recording_is_awaited(const struct room *room,
                               const struct meeting_state *state);
/* Does what is due: after events, and as time passes. */
void room_recording_act(struct room *room);
/* The server goes: what was heard is on its way to the disk. */
void room_recording_say_goodbye(struct hub *hub);
/* The store has done this; false: it is nothing of a recording. */
bool room_recording_on_stored(struct hub *hub, uint64_t ticket,
                              enum result result);
bool room_recording_on_state(struct hub *hub, uint64_t ticket,
                             enum result result, bool is_complete);
/* Takes NULL, returns NULL. No worker has it any more. */
struct room_recording *room_recording_free(struct room_recording *recording);

#endif
