/*
 * One speaker's sound as Ogg Opus (RFC 3533, RFC 7845): packets go in as they
 * came, pages come out. Nothing here looks into a packet: how long it lasts is
 * said by whoever gives it. A place where nothing came is filled with packets
 * of silence, because the position of a page may only grow by what its packets
 * hold (RFC 7845, 4.1): a player then keeps time, and every packet that the
 * speaker sent is in the file byte for byte.
 *
 * libogg does the pages. No file, no clock; one thread at a time.
 */
#ifndef SERVER_AUDIO_OGG_OPUS_H
#define SERVER_AUDIO_OGG_OPUS_H

#include "protocol/base/byte_writer.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OGG_OPUS_RATE = 48000,
    OGG_OPUS_PER_MS = OGG_OPUS_RATE / 1000,
    OGG_OPUS_STEP = 120,       /* samples: all durations are multiples */
    OGG_OPUS_PACKET_MAX = 5760 /* samples: 120 ms */
};

/* What a decoder throws away at the beginning: as much as an ordinary encoder
 * is behind, so that second 0 of the file is the first packet's timestamp. */
enum { OGG_OPUS_PRE_SKIP = 312 };

struct ogg_opus;

/* A comment as it stands in the header: KEY=text. */
struct ogg_opus_comment {
    const char *key;
    const char *text;
};
enum { OGG_OPUS_COMMENTS_MAX = 8, OGG_OPUS_COMMENT_SIZE_MAX = 255 };

/*
 * Begins a stream and writes its two header pages into the output. The comments
 * are copied. RESULT_INVALID (too many or too long), RESULT_NO_MEMORY;
 * `*out` is untouched then. The caller ends it with ogg_opus_free().
 */
MUST_USE enum result ogg_opus_new(struct ogg_opus **out, uint32_t serial,
                                  const struct ogg_opus_comment *comments,
                                  size_t comment_count);
/* Takes NULL, returns NULL. */
struct ogg_opus *ogg_opus_free(struct ogg_opus *stream);

/*
 * A packet that lasts so many samples, a multiple of OGG_OPUS_STEP up to
 * OGG_OPUS_PACKET_MAX; is_last ends the stream, nothing follows. RESULT_INVALID
 * (a duration that cannot be, an empty packet, after the last),
 * RESULT_TOO_LARGE (the output's bound) or RESULT_NO_MEMORY: the stream is then
 * of no use any more.
 */
MUST_USE enum result ogg_opus_packet(struct ogg_opus *stream,
                                     const void *packet, size_t size,
                                     uint32_t sample_count, bool is_last);
/* Silence, of so many samples or what a whole number of steps is less. Errors
 * as above. */
MUST_USE enum result ogg_opus_silence(struct ogg_opus *stream,
                                      uint64_t sample_count);
/* Ends the page under way, so that all packets given are in the output. */
MUST_USE enum result ogg_opus_flush(struct ogg_opus *stream);

/* Whole pages that were not taken yet; ogg_opus_taken() forgets them. */
struct text_view ogg_opus_output(const struct ogg_opus *stream);
void ogg_opus_taken(struct ogg_opus *stream);

struct ogg_opus_figures {
    uint64_t sample_count; /* position: of all packets so far */
    uint64_t packet_count; /* given by ogg_opus_packet() */
    uint64_t filled_count; /* packets of silence beside them */
    uint64_t size;         /* bytes of all pages so far */
};
struct ogg_opus_figures ogg_opus_figures(const struct ogg_opus *stream);

/* Is this one of the packets of silence that are put where nothing came? No
 * encoder that is in use makes them so. */
bool ogg_opus_is_filling(const uint8_t *packet, size_t size);

#endif
