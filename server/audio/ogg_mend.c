#include "server/audio/ogg_mend.h"

#include <ogg/ogg.h>

#include <string.h>

enum { PAGE_HEADER_SIZE = 27, PAGE_FLAGS_AT = 5, PAGE_IS_LAST = 4 };
enum { CHUNK_SIZE = 64 * 1024 };
enum { HEADER_PACKETS = 2 };

struct mending {
    const uint8_t *bytes;
    size_t size, fed, at; /* at: behind the last whole page */
    size_t last_page;     /* where it begins */
    bool is_ended;
    ogg_sync_state pages;
    ogg_stream_state stream;
    bool has_stream;
    uint64_t packets; /* headers, too */
    struct ogg_found *found;
};

static enum result feed(struct mending *mending)
{
    size_t count = mending->size - mending->fed;
    char *buffer;

    if (count > CHUNK_SIZE)
        count = CHUNK_SIZE;
    buffer = ogg_sync_buffer(&mending->pages, (long)count);
    if (!buffer)
        return RESULT_NO_MEMORY;
    memcpy(buffer, &mending->bytes[mending->fed], count);
    mending->fed += count;
    return ogg_sync_wrote(&mending->pages, (long)count) == 0 ? RESULT_OK
                                                             : RESULT_NO_MEMORY;
}

/* RESULT_NOT_FOUND: no further whole page, or other bytes come before it. */
static enum result next_page(struct mending *mending, ogg_page *page)
{
    for (;;) {
        const long length = ogg_sync_pageseek(&mending->pages, page);

        if (length > 0) {
            mending->last_page = mending->at;
            mending->at += (size_t)length;
            return RESULT_OK;
        }
        if (length < 0 || mending->fed == mending->size)
            return RESULT_NOT_FOUND;
        if (feed(mending) != RESULT_OK)
            return RESULT_NO_MEMORY;
    }
}

static bool is_header(const struct mending *mending, const ogg_packet *packet)
{
    static const char *const names[HEADER_PACKETS] = { "OpusHead", "OpusTags" };
    const char *name = names[mending->packets];

    return packet->bytes >= 8 && memcmp(packet->packet, name, 8) == 0;
}

static enum result count_packets(struct mending *mending)
{
    ogg_packet packet;

    while (ogg_stream_packetout(&mending->stream, &packet) == 1) {
        if (mending->packets < HEADER_PACKETS) {
            if (!is_header(mending, &packet))
                return RESULT_MALFORMED;
        } else if (ogg_opus_is_filling(packet.packet, (size_t)packet.bytes)) {
            mending->found->filled_count++;
        } else {
            mending->found->packet_count++;
        }
        mending->packets++;
    }
    return RESULT_OK;
}

static enum result read_page(struct mending *mending, ogg_page *page)
{
    if (!mending->has_stream) {
        if (ogg_stream_init(&mending->stream, ogg_page_serialno(page)) != 0)
            return RESULT_NO_MEMORY;
        mending->has_stream = true;
    }
    /* Of another stream: not a page of ours. */
    if (ogg_stream_pagein(&mending->stream, page) != 0)
        return RESULT_MALFORMED;
    mending->is_ended = ogg_page_eos(page) != 0;
    if (mending->packets >= HEADER_PACKETS)
        mending->found->sample_count = (uint64_t)ogg_page_granulepos(page);
    return count_packets(mending);
}

static enum result read_pages(struct mending *mending)
{
    enum result result = RESULT_OK;
    ogg_page page;

    while (result == RESULT_OK && !mending->is_ended) {
        result = next_page(mending, &page);
        if (result == RESULT_OK)
            result = read_page(mending, &page);
    }
    if (result == RESULT_NOT_FOUND)
        result = RESULT_OK;
    if (result == RESULT_OK && mending->packets < HEADER_PACKETS)
        result = RESULT_MALFORMED;
    return result;
}

static void mark_last(uint8_t *bytes, size_t size)
{
    ogg_page page = { .header = bytes, .body = NULL };

    bytes[PAGE_FLAGS_AT] |= PAGE_IS_LAST;
    page.header_len = PAGE_HEADER_SIZE + bytes[PAGE_HEADER_SIZE - 1];
    page.body = bytes + page.header_len;
    page.body_len = (long)size - page.header_len;
    ogg_page_checksum_set(&page);
}

enum result ogg_mend(uint8_t *bytes, size_t size, struct ogg_found *out)
{
    struct ogg_found found = { .size = 0 };
    struct mending mending = { .bytes = bytes, .size = size, .found = &found };
    enum result result;

    if (ogg_sync_init(&mending.pages) != 0)
        return RESULT_NO_MEMORY;
    result = read_pages(&mending);
    if (mending.has_stream)
        (void)ogg_stream_clear(&mending.stream); /* always 0 */
    (void)ogg_sync_clear(&mending.pages);        /* always 0 */
    if (result == RESULT_OK && mending.packets == HEADER_PACKETS)
        result = RESULT_NOT_FOUND;
    if (result != RESULT_OK)
        return result;
    found.size = mending.at;
    found.was_cut = !mending.is_ended || mending.at < size;
    if (!mending.is_ended)
        mark_last(&bytes[mending.last_page], mending.at - mending.last_page);
    *out = found;
    return RESULT_OK;
}

/* --- Comments ------------------------------------------------------------ */

static bool read_u32_le(const uint8_t *bytes, size_t size, size_t *at,
                        uint32_t *out)
{
    unsigned i;

    if (size - *at < 4)
        return false;
    *out = 0;
    for (i = 0; i < 4; i++)
        *out |= (uint32_t)bytes[*at + i] << (8 * i);
    *at += 4;
    return true;
}

static bool copy_text(const uint8_t *text, size_t size, char *out,
                      size_t capacity)
{
    if (size >= capacity)
        return false;
    memcpy(out, text, size);
    out[size] = '\0';
    return true;
}

/* The tags are one packet of one page, as ogg_opus.c writes them. */
bool ogg_find_comment(const uint8_t *bytes, size_t size, const char *key,
                      char *out, size_t capacity)
{
    const uint8_t *tags =
        memmem(bytes, size < CHUNK_SIZE ? size : CHUNK_SIZE, "OpusTags", 8);
    const size_t key_size = strlen(key);
    size_t at = tags ? (size_t)(tags - bytes) + 8 : size;
    uint32_t count, length;

    if (!read_u32_le(bytes, size, &at, &length) || length > size - at)
        return false;
    at += length; /* the vendor */
    if (!read_u32_le(bytes, size, &at, &count))
        return false;
    for (; count > 0; count--) {
        if (!read_u32_le(bytes, size, &at, &length) || length > size - at)
            return false;
        if (length > key_size && memcmp(&bytes[at], key, key_size) == 0 &&
            bytes[at + key_size] == '=')
            return copy_text(&bytes[at + key_size + 1], length - key_size - 1,
                             out, capacity);
        at += length;
    }
    return false;
}
