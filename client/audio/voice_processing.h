/*
 * What is done to a captured block before it is sent: the echo of the own
 * loudspeaker is taken out, noise is reduced, the loudness is evened out.
 *
 * Echo. A reference of what was given to the loudspeaker is laid beside what
 * is captured, sample by sample as both count on, and `delay_estimate` says by
 * how much the sound comes back later; speexdsp's adaptive filter, of 100 ms
 * in a room and 300 ms in a hall, stands where the echo is, and its
 * preprocessor takes out what is left over together with the noise. What is
 * captured while somebody is heard does not move the gain. While nobody is
 * heard the canceller is passed by.
 *
 * All times are those of the voice's clock, in milliseconds. One thread, the
 * owner's: what was played comes to it through a ring. Nothing is allocated
 * after voice_processing_new(). About 0.3 ms of a processor per block, a hall's
 * filter about 0.6 ms.
 */
#ifndef CLIENT_AUDIO_VOICE_PROCESSING_H
#define CLIENT_AUDIO_VOICE_PROCESSING_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct voice_processing;

struct voice_processing_settings {
    bool cancels_echo;
    /* How long an echo may last from where it begins: 0 as in a room,
     * VOICE_ECHO_ROOM_MS; at most VOICE_ECHO_MAX_MS. A longer one costs more
     * and takes longer to learn. */
    unsigned echo_ms;
    bool reduces_noise;
    bool adjusts_gain;
    /* The microphone is made so much louder or softer before all else, in dB
     * from VOICE_BOOST_MIN_DB to VOICE_BOOST_MAX_DB. */
    int boost_db;
};
enum {
    VOICE_ECHO_ROOM_MS = 100,
    VOICE_ECHO_HALL_MS = 300,
    VOICE_ECHO_MAX_MS = 400,
    VOICE_BOOST_MIN_DB = -20,
    VOICE_BOOST_MAX_DB = 30
};

/* The caller owns `*out`. RESULT_NO_MEMORY, RESULT_INVALID: no such settings.
 */
MUST_USE enum result
voice_processing_new(struct voice_processing **out,
                     const struct voice_processing_settings *settings);
/* Returns NULL; takes NULL. */
struct voice_processing *
voice_processing_free(struct voice_processing *processing);
/* From now on it is another device: what was learned of it is forgotten. */
void voice_processing_reset(struct voice_processing *processing);

/*
 * A block was given to the loudspeaker at `played_ms`; silence, too.
 * `position`: samples given to it before, so that blocks that did not get here
 * are missed.
 */
void voice_processing_played(struct voice_processing *processing,
                             const int16_t *samples, int64_t position,
                             int64_t played_ms);
/*
 * Changes a block captured at `captured_ms`. To come after all that was played
 * before it.
 */
void voice_processing_block(struct voice_processing *processing,
                            int16_t *samples, int64_t captured_ms);

/* Was the block before worth sending, and did somebody speak? As in
 * voice_activity.h. */
bool voice_processing_is_active(const struct voice_processing *processing);
bool voice_processing_is_speech(const struct voice_processing *processing);
/* The delay from the loudspeaker to the microphone in milliseconds; -1 while it
 * is not known. */
int64_t voice_processing_delay_ms(const struct voice_processing *processing);

#endif
