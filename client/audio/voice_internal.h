/*
 * Inside of voice.h: what voice.c (opening, hearing, devices) and
 * voice_talking.c (from the microphone, or a file, to what is sent) share.
 * Threads as in voice.h; owner's unless said.
 */
#ifndef CLIENT_AUDIO_VOICE_INTERNAL_H
#define CLIENT_AUDIO_VOICE_INTERNAL_H

#include "client/audio/audio_ring.h"
#include "client/audio/audio_tone.h"
#include "client/audio/device_keeper.h"
#include "client/audio/microphone_watch.h"
#include "client/audio/voice.h"
#include "client/audio/voice_capture.h"
#include "client/audio/voice_playout.h"
#include "client/audio/voice_recorder.h"
#include "client/audio/voice_room.h"
#include "client/audio/voice_transmit.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CAPTURE_RING_COUNT = 64 }; /* blocks: the owner may be busy for 1.3 s */

struct captured_block {
    int64_t captured_ms;
    int16_t samples[AUDIO_BLOCK_COUNT];
};

/* Where captured blocks come from: the ring to the owner and, of a file that is
 * spoken, the device. */
struct source {
    struct audio_device *device;
    struct audio_ring *ring;
    _Atomic int end_reason; /* an enum result, or NO_REASON */
};

enum tone_wanted { TONE_NONE, TONE_RISING, TONE_FALLING };

struct voice {
    enum voice_mode mode;
    struct voice_handlers handlers;
    int64_t (*now_ms)(void *user);
    void *now_user;

    bool is_muted;
    bool is_talking;  /* the button */
    bool is_expected; /* to press it */
    bool is_speaking; /* a file */
    bool was_sent;    /* what the microphone captured last */

    struct device_keeper *keeper; /* microphone and loudspeaker */
    struct source sound;          /* the microphone */
    struct microphone_watch watch;
    struct source speech; /* the file that is spoken; no device: none */
    /* Tells the device's thread whether captured blocks are wanted, so that
     * an idle microphone wakes nobody. */
    _Atomic bool wants_capture;
    _Atomic bool is_deaf;

    struct voice_capture *capture; /* NULL: blocks are sent as they are */
    struct voice_room *room;       /* NULL: nobody wants to know */
    bool sends_only_activity;
    struct voice_transmit *transmit;
    struct voice_playout *playout;
    uint64_t received;
    uint64_t capture_overruns; /* of speech rings that are gone; stale ones */

    _Atomic int tone_wanted; /* enum tone_wanted */
    struct audio_tone tone;  /* of the device's thread */

    pthread_mutex_t recorder_mutex; /* guards `recorder` */
    struct voice_recorder *recorder;
};

int64_t voice_now_ms(const struct voice *voice);

/* The device's thread: the microphone's next block. */
void voice_on_captured(const int16_t *samples, void *user);
/* What was captured is sent, or looked at. */
void voice_take_captured(struct voice *voice);
/* The same of the file that is spoken; its end is told. */
void voice_take_speech(struct voice *voice);
/* Ends the file's device; nothing if there is none. */
void voice_close_speech(struct voice *voice);
/* After every change of what decides over talking. */
void voice_update_talking(struct voice *voice);
/* Tells of a microphone that is on and gives nothing. */
void voice_watch_microphone(struct voice *voice);
/* The device's thread drops what nobody wants. */
void voice_update_wanted(struct voice *voice);

#endif
