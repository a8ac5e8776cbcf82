/*
 * The voice of a terminal client: a thread of its own that owns the sound
 * devices, so that neither a slow terminal nor a slow line makes it stutter.
 * Requests go in, notices come out, frames pass both ways.
 *
 * Threads: cli_voice_on_audio() and _on_advice() are the core's, everything
 * else the main thread's.
 */
#ifndef CLIENT_CLI_CLI_VOICE_H
#define CLIENT_CLI_CLI_VOICE_H

#include "client/audio/voice.h"
#include "client/cli/cli_sound.h"
#include "client/cli/cli_speaking.h"
#include "client/core/client.h"

struct cli_voice;

struct cli_voice_frame {
    uint16_t slot;
    uint32_t sequence;
    uint32_t timestamp;
    uint8_t flags;
};

enum cli_voice_notice_kind {
    CLI_VOICE_NOTHING,
    CLI_VOICE_SPOKEN,         /* `path` was spoken to its end */
    CLI_VOICE_SPEAK_FAILED,   /* `path`, `result` */
    CLI_VOICE_RECORDING,      /* into `path` from now on */
    CLI_VOICE_RECORDED,       /* `path` is complete; `result` if it is not */
    CLI_VOICE_DEVICE_LOST,    /* `result`: no sound from here on */
    CLI_VOICE_NO_DEVICE,      /* `result`: there was no sound from the start */
    CLI_VOICE_DEVICE_BACK,    /* after one of these two: there is sound */
    CLI_VOICE_DEVICE_USED,    /* `used`: of those there may be, this one */
    CLI_VOICE_DEVICE_CHANGED, /* `change`: another device, the sound goes on */
    CLI_VOICE_CHOSEN,         /* the chosen devices are open, or `result` */
    CLI_VOICE_LEVEL, /* `levels`, of the last three seconds, as asked for */
    CLI_VOICE_STATISTICS,        /* `statistics`, as asked for */
    CLI_VOICE_UNHEARD_TALK,      /* somebody talks into one that is off */
    CLI_VOICE_SILENT_MICROPHONE, /* it is on, and gives nothing */
    CLI_VOICE_SAME_ROOM,         /* `slot` is heard by our own microphone */
};
enum { CLI_VOICE_PATH_SIZE = 4096 };
struct cli_voice_notice {
    enum cli_voice_notice_kind kind;
    enum result result;
    enum voice_device used;
    uint16_t slot;
    struct audio_change change;
    struct level_summary levels[2]; /* by direction */
    struct voice_statistics statistics;
    char path[CLI_VOICE_PATH_SIZE];
};

struct cli_voice_setting {
    enum voice_device device;
    struct cli_sound sound;
    enum voice_mode mode;
    /* As in voice_config. */
    struct voice_processing_settings processing;
    bool sends_only_activity;
    bool is_constant;              /* as cli_voice_set_constant() */
    bool finds_room_mates;         /* tells CLI_VOICE_SAME_ROOM */
    struct cli_speaking *speaking; /* learns what was sent; borrowed */
};
/*
 * Starts the thread, which opens the device; while it cannot be opened the null
 * device stands in. An open microphone starts muted. RESULT_IO or
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result cli_voice_new(struct cli_voice **out,
                                   const struct cli_voice_setting *setting);
/* From now on frames are sent by this client. */
void cli_voice_attach(struct cli_voice *voice, struct client *client);
/* Completes a recording, ends the thread; frames are thrown away after this.
 * To be called before the client is closed. Takes NULL. */
void cli_voice_stop(struct cli_voice *voice);
/* After the client was closed. Takes NULL and returns NULL. */
struct cli_voice *cli_voice_free(struct cli_voice *voice);

/* Readable when there may be notices. */
int cli_voice_fd(const struct cli_voice *voice);
/* The next one; false if there is none. */
bool cli_voice_next(struct cli_voice *voice, struct cli_voice_notice *out);

/* The talk button, or an open microphone. */
void cli_voice_set_talking(struct cli_voice *voice, bool is_talking);
/* Has this user the floor? Then it is told if he speaks without the button. */
void cli_voice_expect_talk(struct cli_voice *voice, bool is_expected);
/* The loudspeaker is silent, or not any more. */
bool cli_voice_set_deaf(struct cli_voice *voice, bool is_deaf);
/* False if the path is too long or too much waits. */
bool cli_voice_speak(struct cli_voice *voice, const char *path);
bool cli_voice_record(struct cli_voice *voice, const char *path);
void cli_voice_stop_recording(struct cli_voice *voice);
/* A short signal in what is heard. */
void cli_voice_sound_tone(struct cli_voice *voice, bool is_falling);
/* Other devices from now on. */
bool cli_voice_choose(struct cli_voice *voice, const struct cli_sound *sound);
bool cli_voice_ask_level(struct cli_voice *voice);
bool cli_voice_ask_statistics(struct cli_voice *voice);
/* Every packet has one size from now on, and an open microphone sends silence,
 * too: who sees only packets does not learn who speaks. */
void cli_voice_set_constant(struct cli_voice *voice, bool is_constant);
/* How loud which senders are heard from now on; all others as they were sent.
 */
void cli_voice_set_gains(struct cli_voice *voice,
                         const struct cli_slot_gains *gains);

/* As voice_set_round_trip(). */
void cli_voice_set_round_trip(struct cli_voice *voice, int64_t round_trip_ms);

/* As client_hooks' on_voice_advice(), on the core's thread. */
void cli_voice_on_advice(struct cli_voice *voice, unsigned rate,
                         unsigned frame_ms, unsigned floor_ms);
void cli_voice_on_audio(struct cli_voice *voice,
                        const struct cli_voice_frame *frame,
                        const uint8_t *payload, size_t size);

#endif
