/* Ogg Opus as it is written, and as a torn file of it is ended. The expected
 * bytes follow RFC 3533 and RFC 7845; what is written is read back by libogg,
 * and its silence by libopus. */
#include "server/audio/ogg_mend.h"

#include "protocol/base/limits.h"

#include <ogg/ogg.h>
#include <opus.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct ogg_opus_comment comments[] = { { "MEETING", "m.1" },
                                                    { "STARTED_MS", "17" } };
enum { COMMENT_COUNT = sizeof comments / sizeof comments[0] };

static struct ogg_opus *stream_of(uint32_t serial)
{
    struct ogg_opus *stream = NULL;

    assert_int_equal(ogg_opus_new(&stream, serial, comments, COMMENT_COUNT),
                     RESULT_OK);
    return stream;
}

static uint8_t *copy_output(const struct ogg_opus *stream, size_t *size)
{
    const struct text_view output = ogg_opus_output(stream);
    uint8_t *bytes = malloc(output.size + 16);

    assert_non_null(bytes);
    memcpy(bytes, output.data, output.size);
    *size = output.size;
    return bytes;
}

/* RFC 3533, 6: polynomial 0x04c11db7, nothing reflected, from 0. */
static uint32_t crc_of(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0;
    size_t i;
    unsigned bit;

    for (i = 0; i < size; i++) {
        crc ^= (uint32_t)bytes[i] << 24;
        for (bit = 0; bit < 8; bit++)
            crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
    }
    return crc;
}

/* A page of one packet, by hand. */
static size_t page_by_hand(uint8_t *out, uint8_t flags, uint8_t granule,
                           uint8_t serial, uint8_t number, const uint8_t *body,
                           uint8_t size)
{
    uint32_t crc;
    unsigned i;

    memset(out, 0, 28);
    memcpy(out, "OggS", 4);
    out[5] = flags;
    out[6] = granule;
    out[14] = serial;
    out[18] = number;
    out[26] = 1;
    out[27] = size;
    memcpy(&out[28], body, size);
    crc = crc_of(out, 28 + (size_t)size);
    for (i = 0; i < 4; i++)
        out[22 + i] = (uint8_t)(crc >> (8 * i));
    return 28 + (size_t)size;
}

static void the_bytes_are_those_of_the_standards(void **state)
{
    static const uint8_t head[] = { 'O',  'p',  'u', 's', 'H',
                                    'e',  'a',  'd', 1,   1,
                                    56,   1, /* 312 */
                                    0x80, 0xbb, 0,   0,   /* 48000 */ 0,
                                    0,    0 };
    static const uint8_t tags[] = "OpusTags\5\0\0\0chibo\2\0\0\0"
                                  "\013\0\0\0MEETING=m.1"
                                  "\015\0\0\0STARTED_MS=17";
    static const uint8_t sound[] = { 0x08, 0xaa, 0xbb };
    struct ogg_opus *stream = stream_of(7);
    uint8_t expected[300];
    size_t size = 0, got_size;
    uint8_t *got;

    (void)state;
    assert_int_equal(ogg_opus_packet(stream, sound, sizeof sound, 120, true),
                     RESULT_OK);
    size += page_by_hand(expected, 2, 0, 7, 0, head, sizeof head);
    size += page_by_hand(&expected[size], 0, 0, 7, 1, tags, sizeof tags - 1);
    size += page_by_hand(&expected[size], 4, 120, 7, 2, sound, sizeof sound);
    got = copy_output(stream, &got_size);
    assert_int_equal(got_size, size);
    assert_memory_equal(got, expected, size);
    assert_int_equal(ogg_opus_figures(stream).size, size);
    free(got);
    ogg_opus_free(stream);
}

/* --- Read back by libogg ---------------------------------------------------
 */

struct reading {
    ogg_sync_state pages;
    ogg_stream_state stream;
    ogg_int64_t granule; /* of the newest page */
    bool is_begun, is_ended;
};

static void reading_begin(struct reading *reading, const uint8_t *bytes,
                          size_t size)
{
    memset(reading, 0, sizeof *reading);
    ogg_sync_init(&reading->pages);
    memcpy(ogg_sync_buffer(&reading->pages, (long)size), bytes, size);
    ogg_sync_wrote(&reading->pages, (long)size);
}

static bool next_packet(struct reading *reading, ogg_packet *packet)
{
    ogg_page page;

    while (!reading->is_begun ||
           ogg_stream_packetout(&reading->stream, packet) != 1) {
        if (ogg_sync_pageout(&reading->pages, &page) != 1)
            return false;
        if (!reading->is_begun)
            ogg_stream_init(&reading->stream, ogg_page_serialno(&page));
        reading->is_begun = true;
        assert_int_equal(ogg_stream_pagein(&reading->stream, &page), 0);
        reading->granule = ogg_page_granulepos(&page);
        reading->is_ended = ogg_page_eos(&page) != 0;
    }
    return true;
}

static void reading_end(struct reading *reading)
{
    ogg_stream_clear(&reading->stream);
    ogg_sync_clear(&reading->pages);
}

static void every_silence_lasts_as_long_as_was_asked_and_is_one(void **state)
{
    uint64_t samples;

    (void)state;
    for (samples = 120; samples < 3 * 5760; samples += 120) {
        struct ogg_opus *stream = stream_of(1);
        OpusDecoder *decoder = opus_decoder_create(48000, 1, NULL);
        int16_t sound[5760];
        struct reading reading;
        ogg_packet packet;
        uint64_t decoded = 0;
        size_t size;
        uint8_t *bytes;
        int headers = 2, i, count;

        assert_int_equal(ogg_opus_silence(stream, samples + 119), RESULT_OK);
        assert_int_equal(ogg_opus_flush(stream), RESULT_OK);
        bytes = copy_output(stream, &size);
        reading_begin(&reading, bytes, size);
        while (next_packet(&reading, &packet)) {
            if (headers-- > 0)
                continue;
            assert_true(
                ogg_opus_is_filling(packet.packet, (size_t)packet.bytes));
            count = opus_decode(decoder, packet.packet,
                                (opus_int32)packet.bytes, sound, 5760, 0);
            assert_true(count > 0);
            for (i = 0; i < count; i++)
                assert_in_range(sound[i] + 1, 0, 2);
            decoded += (uint64_t)count;
        }
        assert_int_equal(decoded, samples);
        assert_int_equal(reading.granule, (ogg_int64_t)samples);
        reading_end(&reading);
        opus_decoder_destroy(decoder);
        free(bytes);
        ogg_opus_free(stream);
    }
}

static void what_an_encoder_makes_is_no_filling(void **state)
{
    int16_t silence[960] = { 0 };
    uint8_t packet[LIMIT_OPUS_PAYLOAD_SIZE];
    OpusEncoder *encoder =
        opus_encoder_create(48000, 1, OPUS_APPLICATION_VOIP, NULL);
    int i, size;

    (void)state;
    for (i = 0; i < 50; i++) {
        size = opus_encode(encoder, silence, 960, packet, sizeof packet);
        assert_true(size > 0);
        assert_false(ogg_opus_is_filling(packet, (size_t)size));
    }
    opus_encoder_destroy(encoder);
    assert_false(ogg_opus_is_filling((const uint8_t *)"\xfb\x01\xff\xff", 4));
    assert_false(ogg_opus_is_filling((const uint8_t *)"\xfb\x00", 2));
    assert_true(ogg_opus_is_filling((const uint8_t *)"\xfb\x01\xff\xfe", 4));
}

static void packets_come_back_as_they_were(void **state)
{
    struct ogg_opus *stream = stream_of(3);
    struct reading reading;
    ogg_packet packet;
    uint8_t sent[LIMIT_OPUS_PAYLOAD_SIZE];
    uint8_t *bytes;
    size_t size, i;

    (void)state;
    for (i = 1; i <= LIMIT_OPUS_PAYLOAD_SIZE; i++) {
        memset(sent, (int)i, i);
        assert_int_equal(ogg_opus_packet(stream, sent, i,
                                         (uint32_t)(120 * (1 + i % 48)),
                                         i == LIMIT_OPUS_PAYLOAD_SIZE),
                         RESULT_OK);
    }
    bytes = copy_output(stream, &size);
    reading_begin(&reading, bytes, size);
    assert_true(next_packet(&reading, &packet));
    assert_true(next_packet(&reading, &packet));
    for (i = 1; next_packet(&reading, &packet); i++) {
        memset(sent, (int)i, i);
        assert_int_equal(packet.bytes, i);
        assert_memory_equal(packet.packet, sent, i);
    }
    assert_int_equal(i - 1, LIMIT_OPUS_PAYLOAD_SIZE);
    assert_true(reading.is_ended);
    assert_int_equal(reading.granule, ogg_opus_figures(stream).sample_count);
    reading_end(&reading);
    free(bytes);
    ogg_opus_free(stream);
}

static void what_cannot_be_a_packet_is_refused(void **state)
{
    struct ogg_opus *stream = stream_of(1);
    static const struct ogg_opus_comment many[OGG_OPUS_COMMENTS_MAX + 1] = {
        { "A", "b" }
    };
    uint8_t bytes[LIMIT_OPUS_PAYLOAD_SIZE + 1] = { 0 };
    struct ogg_opus *none = NULL;

    (void)state;
    assert_int_equal(ogg_opus_packet(stream, bytes, 0, 960, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_packet(stream, bytes, sizeof bytes, 960, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_packet(stream, bytes, 1, 0, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_packet(stream, bytes, 1, 5880, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_packet(stream, bytes, 1, 961, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_packet(stream, bytes, 1, 960, true), RESULT_OK);
    assert_int_equal(ogg_opus_packet(stream, bytes, 1, 960, false),
                     RESULT_INVALID);
    assert_int_equal(ogg_opus_silence(stream, 960), RESULT_INVALID);
    assert_int_equal(ogg_opus_new(&none, 1, many, OGG_OPUS_COMMENTS_MAX + 1),
                     RESULT_INVALID);
    assert_null(none);
    ogg_opus_free(stream);
}

/* --- A torn file -----------------------------------------------------------
 */

/* Packets of one byte, a page each; its whole bytes and where pages end. */
enum { TORN_PAGES = 4 };
static uint8_t *torn_file(size_t *size, size_t ends[TORN_PAGES + 1])
{
    struct ogg_opus *stream = stream_of(9);
    uint8_t *bytes;
    size_t i;

    ends[0] = ogg_opus_output(stream).size;
    for (i = 1; i <= TORN_PAGES; i++) {
        if (i == 2)
            assert_int_equal(ogg_opus_silence(stream, 5760), RESULT_OK);
        assert_int_equal(ogg_opus_packet(stream, "\x08", 1, 960, false),
                         RESULT_OK);
        assert_int_equal(ogg_opus_flush(stream), RESULT_OK);
        ends[i] = ogg_opus_output(stream).size;
    }
    bytes = copy_output(stream, size);
    ogg_opus_free(stream);
    return bytes;
}

static void check_mended(uint8_t *bytes, const struct ogg_found *found,
                         size_t pages)
{
    struct reading reading;
    struct ogg_found again;
    ogg_packet packet;
    size_t count = 0;

    reading_begin(&reading, bytes, found->size);
    while (next_packet(&reading, &packet))
        count++;
    assert_true(reading.is_ended);
    assert_int_equal(reading.granule, found->sample_count);
    assert_int_equal(count, 2 + found->packet_count + found->filled_count);
    reading_end(&reading);
    assert_int_equal(found->packet_count, pages);
    assert_int_equal(found->sample_count, 960 * pages + (pages > 1 ? 5760 : 0));
    assert_int_equal(ogg_mend(bytes, found->size, &again), RESULT_OK);
    assert_false(again.was_cut);
    assert_int_equal(again.size, found->size);
}

static void a_file_cut_at_any_byte_ends_with_its_last_whole_page(void **state)
{
    size_t ends[TORN_PAGES + 1], whole, size;

    (void)state;
    free(torn_file(&whole, ends));
    for (size = 0; size <= whole; size++) {
        uint8_t *bytes = torn_file(&whole, ends);
        struct ogg_found found = { .size = 1 };
        const enum result result = ogg_mend(bytes, size, &found);
        size_t pages = 0;

        while (pages < TORN_PAGES && size >= ends[pages + 1])
            pages++;
        if (size < ends[0]) {
            assert_int_equal(result, RESULT_MALFORMED);
        } else if (pages == 0) {
            assert_int_equal(result, RESULT_NOT_FOUND);
        } else {
            assert_int_equal(result, RESULT_OK);
            assert_true(found.was_cut);
            assert_int_equal(found.size, ends[pages]);
            check_mended(bytes, &found, pages);
        }
        free(bytes);
    }
}

static void a_changed_byte_cuts_the_file_before_its_page(void **state)
{
    size_t ends[TORN_PAGES + 1], whole, at;

    (void)state;
    free(torn_file(&whole, ends));
    for (at = ends[1]; at < whole; at++) {
        uint8_t *bytes = torn_file(&whole, ends);
        struct ogg_found found;
        size_t pages = 1;

        while (at >= ends[pages + 1])
            pages++;
        bytes[at] ^= 0x10;
        assert_int_equal(ogg_mend(bytes, whole, &found), RESULT_OK);
        assert_int_equal(found.size, ends[pages]);
        check_mended(bytes, &found, pages);
        free(bytes);
    }
}

static void what_follows_the_end_is_cut_off(void **state)
{
    struct ogg_opus *stream = stream_of(9);
    struct ogg_found found;
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(ogg_opus_packet(stream, "\x08", 1, 960, true), RESULT_OK);
    bytes = copy_output(stream, &size);
    memcpy(&bytes[size], "OggS", 4);
    assert_int_equal(ogg_mend(bytes, size + 4, &found), RESULT_OK);
    assert_true(found.was_cut);
    assert_int_equal(found.size, size);
    assert_int_equal(ogg_mend(bytes, size, &found), RESULT_OK);
    assert_false(found.was_cut);
    free(bytes);
    ogg_opus_free(stream);
}

static void comments_are_found(void **state)
{
    struct ogg_opus *stream = stream_of(9);
    char text[8];
    uint8_t *bytes;
    size_t size, i;

    (void)state;
    bytes = copy_output(stream, &size);
    assert_true(ogg_find_comment(bytes, size, "STARTED_MS", text, sizeof text));
    assert_string_equal(text, "17");
    assert_true(ogg_find_comment(bytes, size, "MEETING", text, 4));
    assert_string_equal(text, "m.1");
    assert_false(ogg_find_comment(bytes, size, "MEETING", text, 3));
    assert_false(ogg_find_comment(bytes, size, "MEET", text, sizeof text));
    for (i = 0; i < size; i++)
        assert_false(
            ogg_find_comment(bytes, i, "STARTED_MS", text, sizeof text));
    free(bytes);
    ogg_opus_free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_those_of_the_standards),
        cmocka_unit_test(every_silence_lasts_as_long_as_was_asked_and_is_one),
        cmocka_unit_test(what_an_encoder_makes_is_no_filling),
        cmocka_unit_test(packets_come_back_as_they_were),
        cmocka_unit_test(what_cannot_be_a_packet_is_refused),
        cmocka_unit_test(a_file_cut_at_any_byte_ends_with_its_last_whole_page),
        cmocka_unit_test(a_changed_byte_cuts_the_file_before_its_page),
        cmocka_unit_test(what_follows_the_end_is_cut_off),
        cmocka_unit_test(comments_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
