/*
 * The sending half of a voice: captured blocks become numbered, stamped and
 * flagged packets. Silence is not sent: a frame flagged AUDIO_FLAG_SILENCE
 * says that it begins, one flagged AUDIO_FLAG_TALKSPURT that it is over.
 * Pure but for the handler; one thread.
 */
#ifndef CLIENT_AUDIO_VOICE_TRANSMIT_H
#define CLIENT_AUDIO_VOICE_TRANSMIT_H

#include "client/audio/voice.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_transmit;

/* `send` and `user` as in struct voice_handlers. The caller owns `*out`.
 * RESULT_NO_MEMORY or RESULT_UNSUPPORTED. */
MUST_USE enum result
voice_transmit_new(struct voice_transmit **out,
                   void (*send)(const struct voice_packet *packet, void *user),
                   void *user);
/* Returns NULL; takes NULL. */
struct voice_transmit *voice_transmit_free(struct voice_transmit *transmit);

/* From the next frame on; RESULT_INVALID as voice_encoder_set_quality(). */
MUST_USE enum result
voice_transmit_set_quality(struct voice_transmit *transmit,
                           const struct voice_quality *quality);
/* Are packets sent while the speaker is silent, too? */
bool voice_transmit_is_constant(const struct voice_transmit *transmit);

/* A block captured at `now_ms`; a frame is sent when its last block has come.
 * The first one begins a talkspurt. */
void voice_transmit_block(struct voice_transmit *transmit,
                          const int16_t *samples, int64_t now_ms);
/*
 * The speaker stopped. If sound was sent last, a frame that holds none is sent
 * to say so, lest the listeners take the silence for loss; in constant mode it
 * is of the same size as all the others.
 */
void voice_transmit_end(struct voice_transmit *transmit);
/* Packets sent so far. */
uint64_t voice_transmit_count(const struct voice_transmit *transmit);

#endif
