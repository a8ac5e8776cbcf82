/*
 * The port behind which sound devices stand. A device gives captured blocks
 * and asks for blocks to play, each of AUDIO_BLOCK_COUNT samples, on a thread
 * of its own at the pace of its own clock.
 */
#ifndef CLIENT_AUDIO_AUDIO_DEVICE_H
#define CLIENT_AUDIO_AUDIO_DEVICE_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdint.h>

enum { AUDIO_NAME_SIZE = 256 }; /* of a device's name, with its end */

enum audio_direction {
    AUDIO_CAPTURE,  /* microphone */
    AUDIO_PLAYBACK, /* loudspeaker */
};

enum audio_change_kind {
    AUDIO_STRAYED,  /* the chosen one is not there: `name` stands in */
    AUDIO_RETURNED, /* the chosen one, `name`, is used again */
    AUDIO_MOVED,    /* none was chosen, and now it is `name` */
    AUDIO_MISSING,  /* there is none at all; `name` is empty */
    AUDIO_BUSY,     /* another program has the chosen one, or if `name` is empty
                       all there is; else `name` stands in */
    AUDIO_UNFIT,    /* as AUDIO_BUSY: it cannot give sound as we need it */
    AUDIO_MUTED,    /* `name` is, in the settings of sound: nothing passes */
    AUDIO_UNMUTED,  /* and is not any more */
};

/* What happened to one direction while the sound goes on. */
struct audio_change {
    enum audio_direction direction;
    enum audio_change_kind kind;
    char name[AUDIO_NAME_SIZE]; /* for people (audio_name.h) */
};

/* Called on the device's thread; none of them may stop the device. */
struct audio_device_handlers {
    /* A block was captured. NULL: capture is not opened. */
    void (*captured)(const int16_t *samples, void *user);
    /* Fill a block to be played. NULL: playback is not opened. */
    void (*play)(int16_t *samples, void *user);
    /*
     * RESULT_OK: what it captures is at its end, playback goes on;
     * RESULT_CLOSED: its server is gone; RESULT_IO: it failed. After the last
     * two nothing else is called. May be NULL.
     */
    void (*ended)(enum result reason, void *user);
    /*
     * The sound comes from or goes to another device than before. Also called
     * before `start` returns, if the chosen device is not there. NULL:
     * then a device that vanishes ends it all, and one that is not there is
     * not replaced. `change` is borrowed for the call.
     */
    void (*changed)(const struct audio_change *change, void *user);
    void *user;
};

struct audio_device {
    /*
     * Starts what `handlers` (copied) ask for. A device is started once.
     * RESULT_CLOSED without a server, RESULT_NOT_FOUND without such a device,
     * RESULT_BUSY where another program has it, RESULT_REFUSED where it cannot
     * give sound as we need it, RESULT_IO, RESULT_NO_MEMORY.
     */
    enum result (*start)(struct audio_device *device,
                         const struct audio_device_handlers *handlers);
    /* After it returns no handler runs. Also before start and twice. */
    void (*stop)(struct audio_device *device);
    /* Stops and frees. Returns NULL. */
    struct audio_device *(*free)(struct audio_device *device);
};

#endif
