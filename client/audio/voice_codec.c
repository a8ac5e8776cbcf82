#include "client/audio/voice_codec.h"

#include "protocol/base/limits.h"

#include <opus/opus.h>

#include <stdlib.h>

enum {
    COMPLEXITY = 5,
    LOSS_PERCENT_MAX = 50,
};

struct voice_encoder {
    OpusEncoder *opus;
    struct voice_quality quality;
};

struct voice_decoder {
    OpusDecoder *opus;
};

static enum result result_of(int opus_error)
{
    if (opus_error >= 0)
        return RESULT_OK;
    if (opus_error == OPUS_ALLOC_FAIL)
        return RESULT_NO_MEMORY;
    if (opus_error == OPUS_BUFFER_TOO_SMALL)
        return RESULT_TOO_LARGE;
    if (opus_error == OPUS_INVALID_PACKET)
        return RESULT_MALFORMED;
    if (opus_error == OPUS_BAD_ARG)
        return RESULT_INVALID;
    return RESULT_UNSUPPORTED;
}

struct voice_quality voice_quality_usual(void)
{
    return (struct voice_quality){ .bit_rate = 24000,
                                   .frame_ms = AUDIO_BLOCK_MS,
                                   .loss_percent = 10 };
}

static bool is_valid(const struct voice_quality *quality)
{
    return quality->bit_rate >= VOICE_BIT_RATE_MIN &&
           quality->bit_rate <= VOICE_BIT_RATE_MAX &&
           (quality->frame_ms == 20 || quality->frame_ms == 40 ||
            quality->frame_ms == 60) &&
           quality->loss_percent <= LOSS_PERCENT_MAX;
}

static int set_quality(OpusEncoder *opus, const struct voice_quality *quality)
{
    opus_int32 varies = quality->is_constant ? 0 : 1;
    int err =
        opus_encoder_ctl(opus, OPUS_SET_BITRATE((opus_int32)quality->bit_rate));

    if (err == OPUS_OK)
        err = opus_encoder_ctl(opus, OPUS_SET_VBR(varies));
    if (err == OPUS_OK)
        err = opus_encoder_ctl(opus, OPUS_SET_DTX(varies));
    if (err == OPUS_OK)
        err = opus_encoder_ctl(
            opus, OPUS_SET_PACKET_LOSS_PERC((opus_int32)quality->loss_percent));
    return err;
}

static int configure(OpusEncoder *opus)
{
    int err = opus_encoder_ctl(opus, OPUS_SET_INBAND_FEC(1));

    if (err == OPUS_OK)
        err = opus_encoder_ctl(opus, OPUS_SET_COMPLEXITY(COMPLEXITY));
    if (err == OPUS_OK)
        err = opus_encoder_ctl(opus, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
    return err;
}

enum result voice_encoder_new(struct voice_encoder **out)
{
    struct voice_encoder *encoder;
    int err = OPUS_OK;

    encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return RESULT_NO_MEMORY;
    encoder->opus =
        opus_encoder_create(AUDIO_RATE, 1, OPUS_APPLICATION_VOIP, &err);
    if (encoder->opus)
        err = configure(encoder->opus);
    encoder->quality = voice_quality_usual();
    if (err == OPUS_OK)
        err = set_quality(encoder->opus, &encoder->quality);
    if (err != OPUS_OK) {
        voice_encoder_free(encoder);
        return result_of(err);
    }
    *out = encoder;
    return RESULT_OK;
}

struct voice_encoder *voice_encoder_free(struct voice_encoder *encoder)
{
    if (!encoder)
        return NULL;
    if (encoder->opus)
        opus_encoder_destroy(encoder->opus);
    free(encoder);
    return NULL;
}

enum result voice_encoder_set_quality(struct voice_encoder *encoder,
                                      const struct voice_quality *quality)
{
    if (!is_valid(quality))
        return RESULT_INVALID;
    encoder->quality = *quality;
    return result_of(set_quality(encoder->opus, quality));
}

void voice_encoder_reset(struct voice_encoder *encoder)
{
    /* A reset keeps the settings and cannot fail. */
    (void)opus_encoder_ctl(encoder->opus, OPUS_RESET_STATE);
}

enum result voice_encoder_encode(struct voice_encoder *encoder,
                                 const int16_t *samples, uint8_t *payload,
                                 size_t size_max, size_t *size,
                                 bool *is_silence)
{
    opus_int32 room = size_max > LIMIT_OPUS_PAYLOAD_SIZE
                          ? LIMIT_OPUS_PAYLOAD_SIZE
                          : (opus_int32)size_max;
    opus_int32 in_dtx = 0;
    int err;
    opus_int32 n = opus_encode(
        encoder->opus, samples,
        (int)encoder->quality.frame_ms * AUDIO_COUNT_PER_MS, payload, room);

    if (n < 0)
        return result_of(n);
    err = opus_encoder_ctl(encoder->opus, OPUS_GET_IN_DTX(&in_dtx));
    if (err != OPUS_OK)
        return result_of(err);
    *size = (size_t)n;
    *is_silence = !encoder->quality.is_constant &&
                  (in_dtx != 0 || n <= VOICE_CODEC_EMPTY_SIZE);
    return RESULT_OK;
}

enum result voice_decoder_new(struct voice_decoder **out)
{
    struct voice_decoder *decoder;
    int err = OPUS_OK;

    decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return RESULT_NO_MEMORY;
    decoder->opus = opus_decoder_create(AUDIO_RATE, 1, &err);
    if (!decoder->opus) {
        voice_decoder_free(decoder);
        return result_of(err);
    }
    *out = decoder;
    return RESULT_OK;
}

struct voice_decoder *voice_decoder_free(struct voice_decoder *decoder)
{
    if (!decoder)
        return NULL;
    if (decoder->opus)
        opus_decoder_destroy(decoder->opus);
    free(decoder);
    return NULL;
}

void voice_decoder_reset(struct voice_decoder *decoder)
{
    /* A reset cannot fail. */
    (void)opus_decoder_ctl(decoder->opus, OPUS_RESET_STATE);
}

size_t voice_payload_count(const uint8_t *payload, size_t size)
{
    int n =
        size > 0 && size <= LIMIT_OPUS_PAYLOAD_SIZE
            ? opus_packet_get_nb_samples(payload, (opus_int32)size, AUDIO_RATE)
            : 0;

    return n == AUDIO_BLOCK_COUNT || n == 2 * AUDIO_BLOCK_COUNT ||
                   n == 3 * AUDIO_BLOCK_COUNT
               ? (size_t)n
               : 0;
}

/* RFC 6716, 4.2.3 and 4.2.4: behind a bit of voice activity for each 20 ms. */
bool voice_payload_has_copy(const uint8_t *payload, size_t size)
{
    enum { CELT_ONLY = 0x80, FRAMES_MAX = 48 };
    const unsigned char *frames[FRAMES_MAX];
    opus_int16 sizes[FRAMES_MAX];
    const size_t blocks =
        voice_payload_count(payload, size) / AUDIO_BLOCK_COUNT;

    if (blocks == 0 || payload[0] & CELT_ONLY ||
        opus_packet_parse(payload, (opus_int32)size, NULL, frames, sizes,
                          NULL) < 1 ||
        sizes[0] == 0)
        return false;
    const int per_frame =
        opus_packet_get_samples_per_frame(payload, AUDIO_RATE) /
        AUDIO_BLOCK_COUNT;
    return per_frame > 0 && (frames[0][0] >> (7 - per_frame) & 1);
}

static enum result decode(struct voice_decoder *decoder, const uint8_t *payload,
                          size_t size, int16_t *samples, size_t count,
                          int use_copy)
{
    int n = opus_decode(decoder->opus, payload, (opus_int32)size, samples,
                        (int)count, use_copy);

    /* A longer frame does not fit: as wrong as a shorter one. */
    if (n == OPUS_BUFFER_TOO_SMALL)
        return RESULT_MALFORMED;
    if (n < 0)
        return result_of(n);
    return n == (int)count ? RESULT_OK : RESULT_MALFORMED;
}

enum result voice_decoder_decode(struct voice_decoder *decoder,
                                 const uint8_t *payload, size_t size,
                                 int16_t *samples, size_t count)
{
    if (size == 0 || size > LIMIT_OPUS_PAYLOAD_SIZE)
        return RESULT_MALFORMED;
    return decode(decoder, payload, size, samples, count, 0);
}

enum result voice_decoder_recover(struct voice_decoder *decoder,
                                  const uint8_t *payload, size_t size,
                                  int16_t *samples, size_t count)
{
    if (size == 0 || size > LIMIT_OPUS_PAYLOAD_SIZE)
        return RESULT_MALFORMED;
    return decode(decoder, payload, size, samples, count, 1);
}

enum result voice_decoder_conceal(struct voice_decoder *decoder,
                                  int16_t *samples, size_t count)
{
    return decode(decoder, NULL, 0, samples, count, 0);
}
