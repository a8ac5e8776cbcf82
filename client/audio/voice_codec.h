/*
 * Opus for speech: 48 kHz mono, silent while the speaker is silent (DTX), each
 * frame carrying a rough copy of the one before (in-band FEC). Encoder and
 * decoder belong to one thread each.
 */
#ifndef CLIENT_AUDIO_VOICE_CODEC_H
#define CLIENT_AUDIO_VOICE_CODEC_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What speech is encoded with. The usual is 24 kb/s in frames of 20 ms. A
 * narrow line wants longer frames, of which fewer carry headers: 40 ms below
 * 16 kb/s, 60 ms at 8 kb/s and less.
 *
 * Sizes and silences tell who speaks when, and something of what is said, to
 * who sees nothing but encrypted packets. In constant mode every packet has
 * one size, and they come while the speaker is silent, too.
 */
enum {
    VOICE_BIT_RATE_MIN = 6000, /* bits a second */
    VOICE_BIT_RATE_MAX = 32000,
    VOICE_FRAME_MS_MAX = 60,
    VOICE_FRAME_COUNT_MAX = VOICE_FRAME_MS_MAX * AUDIO_COUNT_PER_MS,
};
struct voice_quality {
    unsigned bit_rate;
    unsigned frame_ms;     /* 20, 40 or 60 */
    unsigned loss_percent; /* for which the copies are made: at most 50 */
    bool is_constant;
};
struct voice_quality voice_quality_usual(void);

struct voice_encoder;
struct voice_decoder;

/* Of the usual quality. The caller owns `*out`. RESULT_NO_MEMORY or
 * RESULT_UNSUPPORTED. */
MUST_USE enum result voice_encoder_new(struct voice_encoder **out);
/* Returns NULL; takes NULL. */
struct voice_encoder *voice_encoder_free(struct voice_encoder *encoder);
/* Forgets the past: the next frame begins a talkspurt. */
void voice_encoder_reset(struct voice_encoder *encoder);

/* From the next frame on. RESULT_INVALID: there is no such quality, and the
 * one before stays. */
MUST_USE enum result
voice_encoder_set_quality(struct voice_encoder *encoder,
                          const struct voice_quality *quality);

/*
 * Encodes a frame, as long as the quality says, into at most `size_max` bytes
 * and writes their number. A frame of at most VOICE_CODEC_EMPTY_SIZE bytes
 * holds no sound and need not be sent. `*is_silence`: the encoder has found
 * silence, this frame is empty or refreshes its background noise; never in
 * constant mode. RESULT_TOO_LARGE or RESULT_INVALID.
 */
enum { VOICE_CODEC_EMPTY_SIZE = 2 };
MUST_USE enum result voice_encoder_encode(struct voice_encoder *encoder,
                                          const int16_t *samples,
                                          uint8_t *payload, size_t size_max,
                                          size_t *size, bool *is_silence);

/* The caller owns `*out`. RESULT_NO_MEMORY or RESULT_UNSUPPORTED. */
MUST_USE enum result voice_decoder_new(struct voice_decoder **out);
/* Returns NULL; takes NULL. */
struct voice_decoder *voice_decoder_free(struct voice_decoder *decoder);
/* Forgets the past: the next frame is another speaker's. */
void voice_decoder_reset(struct voice_decoder *decoder);

/*
 * How many samples an Opus packet holds by its first bytes, if they are 20, 40
 * or 60 ms; else 0.
 */
size_t voice_payload_count(const uint8_t *payload, size_t size);

/* Does an Opus packet hold a copy of the one before? */
bool voice_payload_has_copy(const uint8_t *payload, size_t size);

/*
 * Each of these writes `count` samples, or fails and leaves them undefined.
 * decode: the next frame; RESULT_MALFORMED if it is not so much of Opus.
 * recover: the frame before `payload`, from the copy therein; without such a
 * copy it is concealed. conceal: sound of which nothing is known; `count` is
 * 20, 40 or 60 ms here.
 */
MUST_USE enum result voice_decoder_decode(struct voice_decoder *decoder,
                                          const uint8_t *payload, size_t size,
                                          int16_t *samples, size_t count);
MUST_USE enum result voice_decoder_recover(struct voice_decoder *decoder,
                                           const uint8_t *payload, size_t size,
                                           int16_t *samples, size_t count);
MUST_USE enum result voice_decoder_conceal(struct voice_decoder *decoder,
                                           int16_t *samples, size_t count);

#endif
