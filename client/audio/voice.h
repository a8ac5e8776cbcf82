/*
 * The whole path of sound behind one header: a microphone (or a file) becomes
 * encoded frames, received frames become one mixed stream in a loudspeaker
 * (or a recording). It knows nothing of meetings or connections: whoever owns
 * it carries the frames.
 *
 * Threads. A voice belongs to one thread, the owner's (the network thread of
 * the client core); every function here is called on it, and the handlers
 * but `wakeup` run on it, inside voice_process() (`send` also inside
 * voice_set_talking() and voice_set_muted(), for the frame that ends a
 * talkspurt). The one handler that runs on a device's thread is `wakeup`: it
 * asks the owner to call voice_process() soon (uv_async_send() fits), must not
 * block and must not call back into the voice. Wake-ups may merge. Of the
 * others `send` must not call back either; the rest may call anything but
 * voice_close().
 *
 * Time is in milliseconds of one clock that never runs backwards; unless the
 * configuration names another it is CLOCK_MONOTONIC, which uv_hrtime() reads
 * too.
 *
 * Talking and muting are kept here, so that they outlive a connection: after a
 * reconnect the voice is muted if it was muted before, and sequence numbers go
 * on where they stopped.
 */
#ifndef CLIENT_AUDIO_VOICE_H
#define CLIENT_AUDIO_VOICE_H

#include "client/audio/audio_block.h"
#include "client/audio/audio_device.h"
#include "client/audio/level_meter.h"
#include "client/audio/voice_codec.h"
#include "client/audio/voice_processing.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct voice;

enum voice_mode {
    VOICE_MODE_NONE,       /* not a mode */
    VOICE_PUSH_TO_TALK,    /* heard while voice_set_talking() says so */
    VOICE_OPEN_MICROPHONE, /* heard whenever not muted */
};

enum voice_device {
    VOICE_DEVICE_NONE,      /* not a device */
    VOICE_DEVICE_NULL,      /* no microphone, no loudspeaker: a clock only */
    VOICE_DEVICE_PULSE,     /* PulseAudio, or PipeWire in its place */
    VOICE_DEVICE_PORTAUDIO, /* the hardware, where there is neither */
    VOICE_DEVICE_AUTOMATIC, /* PulseAudio; without its server PortAudio */
    VOICE_DEVICE_FILE,      /* a WAV as microphone, a WAV as loudspeaker */
    VOICE_DEVICE_GIVEN,     /* `given`, for tests */
};

/* An encoded frame to be sent; `payload` is borrowed for the call. */
struct voice_packet {
    uint32_t sequence;  /* one more than the packet before */
    uint32_t timestamp; /* of its first sample, at 48 kHz */
    uint8_t flags;      /* AUDIO_FLAG_* */
    const uint8_t *payload;
    size_t size;
};

struct voice_handlers {
    void (*send)(const struct voice_packet *packet, void *user);
    void (*wakeup)(void *user); /* on a device's thread */
    /* The file of voice_speak_file() is at its end. May be NULL. */
    void (*speech_finished)(void *user);
    /*
     * The device is gone (RESULT_CLOSED: its server ended; RESULT_IO: it
     * failed). The voice goes on with the null device, so that recordings
     * and positions stay right, and tries again by itself (voice_wait_ms());
     * voice_reopen_device() tries at once. May be NULL.
     */
    void (*device_lost)(enum result reason, void *user);
    /* The device that was lost, or awaited, is there. May be NULL. */
    void (*device_back)(void *user);
    /* VOICE_DEVICE_AUTOMATIC opened this one: told when it is another than
     * before, the first time, too. May be NULL. */
    void (*device_used)(enum voice_device used, void *user);
    /* A microphone or a loudspeaker went or came, and the sound goes on: as
     * `changed` of audio_device.h. May be NULL. */
    void (*device_changed)(const struct audio_change *change, void *user);
    /*
     * Somebody speaks into a microphone that is muted, or whose button is not
     * pressed although he is expected to speak; once in 20 s, and not for
     * noise. May be NULL: then such a microphone is not listened to.
     */
    void (*talking_while_muted)(void *user);
    /*
     * The microphone is on, and nothing at all has come from it for some
     * seconds: it is muted by a switch, or not the one that is spoken into
     * (microphone_watch.h). May be NULL; for devices whose silence is no fault,
     * as files, it should be.
     */
    void (*microphone_silent)(void *user);
    /*
     * Our microphone hears, before our loudspeaker could, what this speaker
     * sends: he sits in the same room. Once for each. For this the microphone
     * is listened to while somebody is heard, muted or not; nothing of it is
     * kept or sent. May be NULL: then it is not.
     */
    void (*same_room)(uint16_t slot, void *user);
    void *user;
};

struct voice_config {
    enum voice_device device;
    /* Names of devices as audio_listing.h gives them, of which those of the
     * other kind count as none, or paths of WAV files; NULL: default device, or
     * no file. Copied. */
    const char *capture_name;
    const char *playback_name;
    struct audio_device *given; /* taken on success; VOICE_DEVICE_GIVEN only */
    enum voice_mode mode;
    bool is_muted;          /* at the start */
    bool is_device_awaited; /* cannot be opened: as if it were lost */
    /* What is done to the sound of the microphone. All off: it is sent as it
     * was captured. A file that is spoken is always sent as it is. */
    struct voice_processing_settings processing;
    /* An open microphone sends only while somebody speaks into it. */
    bool sends_only_activity;
    int64_t (*now_ms)(void *user); /* NULL: CLOCK_MONOTONIC; any thread */
    void *now_user;
};

/* Totals since voice_open(). */
struct voice_statistics {
    uint64_t sent;             /* frames given to `send` */
    uint64_t received;         /* frames given to voice_on_frame() */
    uint64_t played;           /* received frames that were heard */
    uint64_t played_blocks;    /* the same in blocks of 20 ms */
    uint64_t concealed;        /* blocks made up for lost or late frames */
    uint64_t repaired;         /* of these from the next frame, well */
    uint64_t late;             /* frames that came after others were heard */
    uint64_t awaited;          /* frames that came late and were heard */
    uint64_t stale;            /* frames dropped lest they be heard too late */
    uint64_t duplicate;        /* frames that had come before */
    uint64_t stretched_ms;     /* sound that was made longer by so much, */
    uint64_t shrunk_ms;        /* and shorter: the delay followed the line */
    int64_t delay_ms;          /* from arrival to ear, of who speaks or spoke
                                * last; of several the longest */
    int64_t target_ms;         /* the delay that the line asks for */
    uint64_t capture_overruns; /* captured blocks lost: owner too slow */
    uint64_t receive_overruns; /* received frames lost: device too slow */
};

/*
 * Opens the devices and starts. On RESULT_OK the caller owns `*out` and ends
 * it with voice_close(). Fails with RESULT_INVALID, RESULT_NO_MEMORY,
 * RESULT_NOT_FOUND (no such file), RESULT_MALFORMED (not a sound file),
 * RESULT_CLOSED (no PulseAudio server) or RESULT_IO.
 */
MUST_USE enum result voice_open(struct voice **out,
                                const struct voice_config *config,
                                const struct voice_handlers *handlers);
/* Stops the devices, finishes a recording. Returns NULL; takes NULL. */
struct voice *voice_close(struct voice *voice);

/*
 * After a wake-up: encodes and sends what was captured, reports the end of a
 * spoken file and the loss of a device. Costs nothing if there is nothing.
 */
void voice_process(struct voice *voice);

/* How speech is encoded from now on (voice_codec.h). In constant mode an open
 * microphone sends silence, too. RESULT_INVALID: no such quality. */
MUST_USE enum result voice_set_quality(struct voice *voice,
                                       const struct voice_quality *quality);

/* How long frames wait at least before they are heard, from the first that the
 * line could bring, whatever the line seems to ask for (at most 400 ms). */
void voice_set_floor(struct voice *voice, int64_t floor_ms);

/* The line's shortest round trip to the server so far, for `same_room`: with it
 * a neighbour is recognised over a long line, too, while both are on. */
void voice_set_round_trip(struct voice *voice, int64_t round_trip_ms);

/* The talk button. Has no effect on an open microphone. */
void voice_set_talking(struct voice *voice, bool is_talking);
/* Do others wait for this one to speak? Then the microphone is listened to also
 * while the button is not pressed, for `talking_while_muted` alone. */
void voice_expect_talk(struct voice *voice, bool is_expected);
/* While muted nothing is encoded and nothing is sent, not even from a file. */
void voice_set_muted(struct voice *voice, bool is_muted);
bool voice_is_muted(const struct voice *voice);
/* The loudspeaker is silent; recordings go on as if it were not. */
void voice_set_deaf(struct voice *voice, bool is_deaf);
/* Would a captured block be sent now? */
bool voice_is_talking(const struct voice *voice);

/*
 * A frame that arrived for us at `arrival_ms`. Anything may be wrong with it
 * but `size`, which is at most LIMIT_OPUS_PAYLOAD_SIZE (larger: ignored).
 */
void voice_on_frame(struct voice *voice, uint16_t slot, uint32_t sequence,
                    uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                    size_t size, int64_t arrival_ms);
/* The slot belongs to somebody else from now on, or to nobody. */
void voice_forget_speaker(struct voice *voice, uint16_t slot);
/*
 * How loud a speaker is heard: 1.0 as sent, 0.0 not at all, at most 4.0.
 * RESULT_FULL if too many speakers have a loudness of their own already.
 */
MUST_USE enum result voice_set_speaker_gain(struct voice *voice, uint16_t slot,
                                            float gain);

/*
 * Speaks a sound file of any rate as if it came from the microphone, 20 ms
 * every 20 ms, holding the talk button meanwhile. The microphone itself is
 * not heard until the end. RESULT_BUSY while another file is spoken, else as
 * voice_open().
 */
MUST_USE enum result voice_speak_file(struct voice *voice, const char *path);
/* Ends it early; `speech_finished` is not called. */
void voice_stop_speaking(struct voice *voice);

/*
 * Records what is heard into a WAV of mono 48 kHz: one second of file for
 * each second that passes, silence where nobody speaks. An existing file is
 * replaced. RESULT_BUSY while recording, RESULT_IO.
 */
MUST_USE enum result voice_record_file(struct voice *voice, const char *path);
/*
 * Completes the file. RESULT_IO if anything of it could not be written,
 * RESULT_NOT_FOUND if nothing is being recorded.
 */
MUST_USE enum result voice_stop_recording(struct voice *voice);

/* A short signal in what is played: rising, or falling (audio_tone.h). */
void voice_sound_tone(struct voice *voice, bool is_falling);

/* Opens the configured device again after `device_lost`. Errors as
 * voice_open(); the null device then stays. */
MUST_USE enum result voice_reopen_device(struct voice *voice);
/* Opens the devices of these names in place of those in use; NULL: the
 * default. As voice_reopen_device(). */
MUST_USE enum result voice_choose_device(struct voice *voice,
                                         const char *capture_name,
                                         const char *playback_name);
/* How long until voice_process() is due without a wake-up, to look whether a
 * lost device is back or the microphone gives nothing: milliseconds, or -1 for
 * never. */
int64_t voice_wait_ms(const struct voice *voice);

/* How loud the microphone, as it is, or what is heard was in the last three
 * seconds. */
struct level_summary voice_level(const struct voice *voice,
                                 enum audio_direction direction);

void voice_statistics(const struct voice *voice, struct voice_statistics *out);

#endif
