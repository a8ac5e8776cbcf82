#include "server/audio/ogg_opus.h"

#include "protocol/base/limits.h"

#include <ogg/ogg.h>

#include <stdlib.h>
#include <string.h>

struct ogg_opus {
    ogg_stream_state pages;
    bool has_pages; /* to be cleared */
    bool is_ended;
    struct byte_writer output;
    ogg_int64_t number; /* of the next packet */
    struct ogg_opus_figures figures;
};

struct ogg_opus *ogg_opus_free(struct ogg_opus *stream)
{
    if (!stream)
        return NULL;
    if (stream->has_pages)
        (void)ogg_stream_clear(&stream->pages); /* always 0 */
    byte_writer_release(&stream->output);
    free(stream);
    return NULL;
}

/* --- Pages --------------------------------------------------------------- */

static void put_page(struct ogg_opus *stream, const ogg_page *page)
{
    byte_writer_bytes(&stream->output, page->header, (size_t)page->header_len);
    byte_writer_bytes(&stream->output, page->body, (size_t)page->body_len);
    stream->figures.size += (uint64_t)(page->header_len + page->body_len);
}

static enum result put_packet(struct ogg_opus *stream, const void *bytes,
                              size_t size, bool is_last)
{
    /* libogg copies what it is given, through a pointer that is not const. */
    union {
        const void *given;
        unsigned char *taken;
    } packet_bytes = { bytes };
    ogg_packet packet = { .packet = packet_bytes.taken,
                          .bytes = (long)size,
                          .b_o_s = stream->number == 0,
                          .e_o_s = is_last,
                          .granulepos =
                              (ogg_int64_t)stream->figures.sample_count,
                          .packetno = stream->number };

    if (ogg_stream_packetin(&stream->pages, &packet) != 0)
        return RESULT_NO_MEMORY;
    stream->number++;
    return RESULT_OK;
}

static enum result put_full_pages(struct ogg_opus *stream)
{
    ogg_page page;

    while (ogg_stream_pageout(&stream->pages, &page) != 0)
        put_page(stream, &page);
    return stream->output.result;
}

enum result ogg_opus_flush(struct ogg_opus *stream)
{
    ogg_page page;

    while (ogg_stream_flush(&stream->pages, &page) != 0)
        put_page(stream, &page);
    return stream->output.result;
}

/* --- Headers ------------------------------------------------------------- */

static void put_u32_le(struct byte_writer *out, uint32_t value)
{
    unsigned i;

    for (i = 0; i < 32; i += 8)
        byte_writer_u8(out, (uint8_t)(value >> i));
}

static void put_u16_le(struct byte_writer *out, uint16_t value)
{
    byte_writer_u8(out, (uint8_t)value);
    byte_writer_u8(out, (uint8_t)(value >> 8));
}

static void write_head(struct byte_writer *out)
{
    byte_writer_bytes(out, "OpusHead", 8);
    byte_writer_u8(out, 1); /* version */
    byte_writer_u8(out, 1); /* channels */
    put_u16_le(out, OGG_OPUS_PRE_SKIP);
    put_u32_le(out, OGG_OPUS_RATE); /* of what was recorded */
    put_u16_le(out, 0);             /* gain */
    byte_writer_u8(out, 0);         /* mapping family: one stream */
}

static void write_tags(struct byte_writer *out,
                       const struct ogg_opus_comment *comments, size_t count)
{
    static const char vendor[] = "chibo";
    size_t i;

    byte_writer_bytes(out, "OpusTags", 8);
    put_u32_le(out, sizeof vendor - 1);
    byte_writer_bytes(out, vendor, sizeof vendor - 1);
    put_u32_le(out, (uint32_t)count);
    for (i = 0; i < count; i++) {
        const size_t key_size = strlen(comments[i].key);
        const size_t text_size = strlen(comments[i].text);

        put_u32_le(out, (uint32_t)(key_size + 1 + text_size));
        byte_writer_bytes(out, comments[i].key, key_size);
        byte_writer_u8(out, '=');
        byte_writer_bytes(out, comments[i].text, text_size);
    }
}

/* Each header has its page. */
static enum result put_header(struct ogg_opus *stream,
                              const struct byte_writer *header)
{
    enum result result = header->result;

    if (result == RESULT_OK)
        result = put_packet(stream, header->data, header->size, false);
    return result == RESULT_OK ? ogg_opus_flush(stream) : result;
}

static enum result put_headers(struct ogg_opus *stream,
                               const struct ogg_opus_comment *comments,
                               size_t count)
{
    struct byte_writer header;
    enum result result;

    byte_writer_init(&header, LIMIT_AUDIO_MESSAGE_SIZE);
    write_head(&header);
    result = put_header(stream, &header);
    byte_writer_reset(&header);
    write_tags(&header, comments, count);
    if (result == RESULT_OK)
        result = put_header(stream, &header);
    byte_writer_release(&header);
    return result;
}

enum result ogg_opus_new(struct ogg_opus **out, uint32_t serial,
                         const struct ogg_opus_comment *comments,
                         size_t comment_count)
{
    struct ogg_opus *stream;
    enum result result = RESULT_OK;
    size_t i;

    if (comment_count > OGG_OPUS_COMMENTS_MAX)
        return RESULT_INVALID;
    for (i = 0; i < comment_count; i++)
        if (strlen(comments[i].key) + 1 + strlen(comments[i].text) >
            OGG_OPUS_COMMENT_SIZE_MAX)
            return RESULT_INVALID;
    stream = calloc(1, sizeof *stream);
    if (!stream)
        return RESULT_NO_MEMORY;
    byte_writer_init(&stream->output, LIMIT_BLOB_SIZE);
    /* The bits of the serial, whatever their sign. */
    stream->has_pages = ogg_stream_init(&stream->pages, (int)serial) == 0;
    result = stream->has_pages ? put_headers(stream, comments, comment_count)
                               : RESULT_NO_MEMORY;
    if (result != RESULT_OK) {
        ogg_opus_free(stream);
        return result;
    }
    *out = stream;
    return RESULT_OK;
}

/* --- Packets ------------------------------------------------------------- */

enum result ogg_opus_packet(struct ogg_opus *stream, const void *packet,
                            size_t size, uint32_t sample_count, bool is_last)
{
    enum result result;

    if (stream->is_ended || size == 0 || size > LIMIT_OPUS_PAYLOAD_SIZE ||
        sample_count == 0 || sample_count > OGG_OPUS_PACKET_MAX ||
        sample_count % OGG_OPUS_STEP != 0)
        return RESULT_INVALID;
    stream->figures.sample_count += sample_count;
    stream->figures.packet_count++;
    stream->is_ended = is_last;
    result = put_packet(stream, packet, size, is_last);
    if (result != RESULT_OK)
        return result;
    return is_last ? ogg_opus_flush(stream) : put_full_pages(stream);
}

/*
 * Silence of the program's own making: packets of code 3 with frames of a fixed
 * size, in each of which an encoder says that nothing is to be heard (RFC 6716,
 * 4.3: the first bit of a CELT frame). In the order in which they are tried.
 */
enum { CODE_COUNTED = 3, FRAMES_MAX = 6, FRAME_SIZE = 2 };
static const uint8_t silent_frame[FRAME_SIZE] = { 0xff, 0xfe };
static const struct filling {
    uint32_t sample_count; /* of a frame */
    uint8_t toc;           /* full band, mono, CODE_COUNTED */
    unsigned frames_max;
} fillings[] = { { 960, 31 << 3 | CODE_COUNTED, FRAMES_MAX },
                 { 480, 30 << 3 | CODE_COUNTED, 1 },
                 { 240, 29 << 3 | CODE_COUNTED, 1 },
                 { 120, 28 << 3 | CODE_COUNTED, 1 } };
enum { FILLING_COUNT = sizeof fillings / sizeof fillings[0] };

static enum result fill(struct ogg_opus *stream, const struct filling *filling,
                        unsigned frame_count)
{
    uint8_t packet[2 + FRAMES_MAX * FRAME_SIZE] = { filling->toc,
                                                    (uint8_t)frame_count };
    enum result result;
    unsigned i;

    for (i = 0; i < frame_count; i++)
        memcpy(&packet[2 + i * FRAME_SIZE], silent_frame, FRAME_SIZE);
    stream->figures.sample_count +=
        (uint64_t)filling->sample_count * frame_count;
    stream->figures.filled_count++;
    result =
        put_packet(stream, packet, 2 + (size_t)frame_count * FRAME_SIZE, false);
    return result == RESULT_OK ? put_full_pages(stream) : result;
}

enum result ogg_opus_silence(struct ogg_opus *stream, uint64_t sample_count)
{
    enum result result = stream->is_ended ? RESULT_INVALID : RESULT_OK;
    size_t i;

    for (i = 0; i < FILLING_COUNT; i++) {
        const struct filling *filling = &fillings[i];

        while (result == RESULT_OK && sample_count >= filling->sample_count) {
            uint64_t frames = sample_count / filling->sample_count;

            if (frames > filling->frames_max)
                frames = filling->frames_max;
            result = fill(stream, filling, (unsigned)frames);
            sample_count -= frames * filling->sample_count;
        }
    }
    return result;
}

bool ogg_opus_is_filling(const uint8_t *packet, size_t size)
{
    size_t i, frame;

    for (i = 0; i < FILLING_COUNT; i++)
        if (size > 2 && packet[0] == fillings[i].toc)
            break;
    if (i == FILLING_COUNT || packet[1] == 0 ||
        packet[1] > fillings[i].frames_max ||
        size != 2 + (size_t)packet[1] * FRAME_SIZE)
        return false;
    for (frame = 0; frame < packet[1]; frame++)
        if (memcmp(&packet[2 + frame * FRAME_SIZE], silent_frame, FRAME_SIZE) !=
            0)
            return false;
    return true;
}

/* --- Output -------------------------------------------------------------- */

struct text_view ogg_opus_output(const struct ogg_opus *stream)
{
    return (struct text_view){ (const char *)stream->output.data,
                               stream->output.size };
}

void ogg_opus_taken(struct ogg_opus *stream)
{
    byte_writer_reset(&stream->output);
}

struct ogg_opus_figures ogg_opus_figures(const struct ogg_opus *stream)
{
    return stream->figures;
}
