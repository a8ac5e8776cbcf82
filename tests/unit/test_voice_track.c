/* Where packets stand in a speaker's file: tables of headers, and speech over
 * a line that loses, doubles and delays, held against a model. */
#include "server/audio/ogg_mend.h"
#include "server/audio/voice_track.h"

#include <ogg/ogg.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { COMFORT = 1, TALKSPURT = 2 };
enum { PACKETS_MAX = 4000 };

/* What stands in the file: packets of the speaker with their places, as a
 * player finds them that goes by how long packets are. The second byte of the
 * test's packets says that, in 2.5 ms. */
struct content {
    size_t count;
    struct {
        uint8_t mark;       /* the packet's first byte */
        int64_t begin, end; /* samples */
    } packets[PACKETS_MAX];
    int64_t end;
};

static struct voice_frame frame_of(uint32_t sequence, uint32_t timestamp,
                                   uint8_t flags, int64_t at_ms, uint8_t mark,
                                   int64_t length_ms)
{
    struct voice_frame frame = { .sequence = sequence,
                                 .timestamp = timestamp,
                                 .flags = flags,
                                 .at_ms = at_ms,
                                 .size = 2 };

    frame.payload[0] = mark;
    frame.payload[1] = (uint8_t)(length_ms * 2 / 5);
    return frame;
}

/* The duration of a packet of silence, from its bytes. */
static int64_t filled(const ogg_packet *packet)
{
    const int64_t lengths[4] = { 120, 240, 480, 960 };

    return lengths[(packet->packet[0] >> 3) - 28] * packet->packet[1];
}

static void read_page(struct content *content, ogg_stream_state *stream,
                      int64_t granule)
{
    ogg_packet packet;

    while (ogg_stream_packetout(stream, &packet) == 1) {
        const bool is_filling =
            ogg_opus_is_filling(packet.packet, (size_t)packet.bytes);
        const int64_t length = is_filling
                                   ? filled(&packet)
                                   : (int64_t)packet.packet[1] * OGG_OPUS_STEP;

        if (!is_filling) {
            assert_true(content->count < PACKETS_MAX);
            content->packets[content->count].mark = packet.packet[0];
            content->packets[content->count].begin = content->end;
            content->packets[content->count++].end = content->end + length;
        }
        content->end += length;
    }
    assert_int_equal(content->end, granule);
}

static void read_content(const uint8_t *bytes, size_t size,
                         struct content *content)
{
    ogg_sync_state pages;
    ogg_stream_state stream;
    ogg_page page;
    int headers = 2;
    bool is_ended = false;

    content->count = 0;
    content->end = 0;
    ogg_sync_init(&pages);
    memcpy(ogg_sync_buffer(&pages, (long)size), bytes, size);
    ogg_sync_wrote(&pages, (long)size);
    while (ogg_sync_pageout(&pages, &page) == 1) {
        ogg_packet packet;

        if (headers == 2)
            ogg_stream_init(&stream, ogg_page_serialno(&page));
        assert_int_equal(ogg_stream_pagein(&stream, &page), 0);
        is_ended = ogg_page_eos(&page) != 0;
        if (headers-- > 0)
            assert_int_equal(ogg_stream_packetout(&stream, &packet), 1);
        else
            read_page(content, &stream, ogg_page_granulepos(&page));
    }
    assert_true(is_ended);
    ogg_stream_clear(&stream);
    ogg_sync_clear(&pages);
}

struct fixture {
    struct voice_track *track;
    struct byte_writer file;
    struct content content;
};

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    byte_writer_init(&fixture->file, 1 << 24);
    *state = fixture;
    return voice_track_new(&fixture->track, 1, 1000, NULL, 0) == RESULT_OK ? 0
                                                                           : -1;
}

static int end(void **state)
{
    struct fixture *fixture = *state;

    voice_track_free(fixture->track);
    byte_writer_release(&fixture->file);
    free(fixture);
    return 0;
}

static void save(struct fixture *fixture)
{
    byte_writer_text(&fixture->file, voice_track_output(fixture->track));
    voice_track_taken(fixture->track);
}

static void take_long(struct fixture *fixture, uint32_t sequence,
                      uint32_t timestamp, uint8_t flags, int64_t at_ms,
                      uint8_t mark, int64_t length_ms)
{
    const struct voice_frame frame =
        frame_of(sequence, timestamp, flags, at_ms, mark, length_ms);

    assert_int_equal(voice_track_take(fixture->track, &frame), RESULT_OK);
    assert_int_equal(voice_track_pass(fixture->track, at_ms), RESULT_OK);
    save(fixture);
}

static void take(struct fixture *fixture, uint32_t sequence, uint32_t timestamp,
                 uint8_t flags, int64_t at_ms, uint8_t mark)
{
    take_long(fixture, sequence, timestamp, flags, at_ms, mark, 20);
}

static void finish(struct fixture *fixture)
{
    assert_int_equal(voice_track_end(fixture->track), RESULT_OK);
    save(fixture);
    assert_int_equal(fixture->file.result, RESULT_OK);
    read_content(fixture->file.data, fixture->file.size, &fixture->content);
}

static void assert_packet(const struct fixture *fixture, size_t i, uint8_t mark,
                          int64_t begin_ms, int64_t length_ms)
{
    assert_true(i < fixture->content.count);
    assert_int_equal(fixture->content.packets[i].mark, mark);
    assert_int_equal(fixture->content.packets[i].begin, begin_ms * 48);
    assert_int_equal(fixture->content.packets[i].end,
                     (begin_ms + length_ms) * 48);
}

/* The first packet, alone after its wait, so that later ones are not held. */
static void begin_speech(struct fixture *fixture, uint32_t timestamp)
{
    take(fixture, 0, timestamp, TALKSPURT, 1000, 'a');
    assert_int_equal(
        voice_track_pass(fixture->track, 1000 + VOICE_ORDER_WAIT_MS),
        RESULT_OK);
}

static void
a_packet_lasts_until_the_next_and_the_last_as_those_before(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, 7);
    take_long(fixture, 1, 7 + 20 * 48, 0, 1020, 'b', 40);
    take_long(fixture, 2, 7 + 60 * 48, 0, 1060, 'c', 60);
    take_long(fixture, 3, 7 + 120 * 48, 0, 1120, 'd', 60);
    finish(fixture);
    assert_int_equal(fixture->content.count, 4);
    assert_packet(fixture, 0, 'a', 0, 20);
    assert_packet(fixture, 1, 'b', 20, 40);
    assert_packet(fixture, 2, 'c', 60, 60);
    assert_packet(fixture, 3, 'd', 120, 60);
}

static void a_single_packet_lasts_20_ms(void **state)
{
    struct fixture *fixture = *state;

    take(fixture, 0, 5, TALKSPURT, 1000, 'a');
    finish(fixture);
    assert_packet(fixture, 0, 'a', 0, 20);
    assert_int_equal(fixture->content.end, 960);
}

static void a_pause_is_silence_of_its_length(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, UINT32_MAX - 100);
    /* A pause of 5 ms that a packet could last, and one of an hour. */
    take(fixture, 1, UINT32_MAX - 100 + 25 * 48, TALKSPURT, 1025, 'b');
    take(fixture, 2, UINT32_MAX - 100 + 3600025u * 48, TALKSPURT, 3601025, 'c');
    finish(fixture);
    assert_packet(fixture, 0, 'a', 0, 20);
    assert_packet(fixture, 1, 'b', 25, 20);
    assert_packet(fixture, 2, 'c', 3600025, 20);
}

static void what_was_lost_is_silence_of_its_length(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, 0);
    take(fixture, 1, 20 * 48, 0, 1020, 'b');
    take(fixture, 4, 80 * 48, 0, 1080, 'e');
    finish(fixture);
    assert_packet(fixture, 1, 'b', 20, 20);
    assert_packet(fixture, 2, 'e', 80, 20);
}

static void what_follows_a_loss_says_how_long_packets_are(void **state)
{
    struct fixture *fixture = *state;

    take_long(fixture, 0, 0, TALKSPURT, 1000, 'a', 60);
    take_long(fixture, 3, 180 * 48, 0, 1180, 'd', 60);
    finish(fixture);
    assert_packet(fixture, 0, 'a', 0, 60);
    assert_packet(fixture, 1, 'd', 180, 60);
}

static void comfort_lasts_as_the_packets_before_it(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, 0);
    take(fixture, 1, 20 * 48, COMFORT, 1020, 'b');
    take(fixture, 2, 100 * 48, COMFORT, 1100, 'c');
    take(fixture, 3, 120 * 48, TALKSPURT, 1120, 'd');
    finish(fixture);
    assert_packet(fixture, 1, 'b', 20, 20);
    assert_packet(fixture, 2, 'c', 100, 20);
    assert_packet(fixture, 3, 'd', 120, 20);
}

static void timestamps_that_cannot_be_are_not_believed(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, 0);
    /* Ten hours in a second; backwards; and not at all. */
    take(fixture, 1, 36000u * 48000, TALKSPURT, 2000, 'b');
    take(fixture, 2, 35000u * 48000, 0, 3000, 'c');
    take(fixture, 3, 35000u * 48000, 0, 4000, 'd');
    finish(fixture);
    assert_packet(fixture, 0, 'a', 0, 20);
    assert_packet(fixture, 1, 'b', 1000, 20);
    assert_packet(fixture, 2, 'c', 2000, 20);
    assert_packet(fixture, 3, 'd', 3000, 20);
}

static void a_sender_that_counts_anew_stands_where_it_came(void **state)
{
    struct fixture *fixture = *state;

    begin_speech(fixture, 4000000);
    take(fixture, 1, 4000960, 0, 1020, 'b');
    take(fixture, 0, 17, TALKSPURT, 9000, 'c');
    take(fixture, 1, 17 + 960, 0, 9020, 'd');
    finish(fixture);
    assert_packet(fixture, 1, 'b', 20, 20);
    assert_packet(fixture, 2, 'c', 8000, 20);
    assert_packet(fixture, 3, 'd', 8020, 20);
}

static void a_step_is_never_split(void **state)
{
    struct fixture *fixture = *state;
    const int64_t odd = 961;

    begin_speech(fixture, 0);
    take(fixture, 1, (uint32_t)odd, 0, 1020, 'b');
    take(fixture, 2, (uint32_t)odd * 130, TALKSPURT, 3603, 'c');
    finish(fixture);
    assert_int_equal(fixture->content.packets[1].begin, 960);
    assert_in_range(odd * 130 - fixture->content.packets[2].begin, 0,
                    OGG_OPUS_STEP - 1);
}

/* --- Any line ------------------------------------------------------------ */

struct said {
    uint32_t sequence, timestamp;
    uint8_t flags;
    int64_t position; /* samples from the first */
    uint32_t length;
    bool came;
};

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % sides;
}

static void speak(struct said *said, size_t count, uint32_t length,
                  uint32_t *seed)
{
    const uint32_t first = dice(seed, UINT32_MAX);
    int64_t position = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        const bool is_pause = i > 2 && dice(seed, 40) == 0;

        if (is_pause)
            position += (int64_t)120 * dice(seed, 4000);
        said[i] = (struct said){ (uint32_t)(first + i),
                                 (uint32_t)(first * 3 + position),
                                 is_pause || i == 0 ? TALKSPURT : 0,
                                 position,
                                 length,
                                 false };
        position += length;
    }
}

/* Each comes 0 to 2 times, up to 400 ms late. In the order of arrival. */
struct arrival {
    int64_t at_ms;
    size_t which;
};
static int by_time(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;

    if (left->at_ms != right->at_ms)
        return left->at_ms < right->at_ms ? -1 : 1;
    return (left->which > right->which) - (left->which < right->which);
}

static void any_line_gives_what_came_in_its_order_at_its_place(void **state)
{
    enum { SAID = 600, ROUNDS = 60 };
    static const uint32_t lengths[] = { 960, 1920, 2880 };
    static struct said said[SAID];
    static struct arrival arrivals[2 * SAID];
    uint32_t seed = 4711;
    int round;

    (void)state;
    for (round = 0; round < ROUNDS; round++) {
        struct fixture *fixture = NULL;
        void *made = NULL;
        const size_t count = SAID;
        size_t arrived = 0, i, seen = 0;
        int64_t origin = -1;

        speak(said, count, lengths[round % 3], &seed);
        assert_int_equal(begin(&made), 0);
        fixture = made;
        for (i = 0; i < count; i++) {
            uint32_t times = i < 2 ? 1 : dice(&seed, 10) / 3;

            times = times > 2 ? 1 : times;
            said[i].came = times > 0;
            for (; times > 0; times--)
                arrivals[arrived++] = (struct arrival){
                    1000 + said[i].position / 48 + dice(&seed, 400), i
                };
        }
        qsort(arrivals, arrived, sizeof arrivals[0], by_time);
        for (i = 0; i < arrived; i++) {
            const struct said *one = &said[arrivals[i].which];

            take_long(fixture, one->sequence, one->timestamp, one->flags,
                      arrivals[i].at_ms, (uint8_t)arrivals[i].which,
                      one->length / 48);
        }
        finish(fixture);
        for (i = 0; i < count; i++) {
            int64_t begins;

            if (!said[i].came)
                continue;
            assert_true(seen < fixture->content.count);
            assert_int_equal(fixture->content.packets[seen].mark, (uint8_t)i);
            begins = fixture->content.packets[seen].begin;
            if (origin < 0)
                origin = said[i].position - begins;
            assert_int_equal(begins, said[i].position - origin);
            seen++;
        }
        assert_int_equal(seen, fixture->content.count);
        end(&made);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_packet_lasts_until_the_next_and_the_last_as_those_before),
        TEST(a_single_packet_lasts_20_ms),
        TEST(a_pause_is_silence_of_its_length),
        TEST(what_was_lost_is_silence_of_its_length),
        TEST(what_follows_a_loss_says_how_long_packets_are),
        TEST(comfort_lasts_as_the_packets_before_it),
        TEST(timestamps_that_cannot_be_are_not_believed),
        TEST(a_sender_that_counts_anew_stands_where_it_came),
        TEST(a_step_is_never_split),
        cmocka_unit_test(any_line_gives_what_came_in_its_order_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
