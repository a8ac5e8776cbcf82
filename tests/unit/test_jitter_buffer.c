#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/jitter_buffer.h"

#include <string.h>

/*
 * A scenario is a table of arrivals and the transcript of one get() every 20
 * ms from time 0 on: the name of the frame that is played, 'x' for a lost
 * block, '+' for a lost block whose next frame is at hand, '.' for silence.
 * The delay is 80 ms or more.
 */
enum { ARRIVAL_MAX = 48, TRANSCRIPT_MAX = 128, FLOOR_MS = 80 };

struct arrival {
    char name; /* 0 ends the table */
    uint32_t sequence;
    uint32_t block; /* timestamp in blocks of 20 ms */
    int64_t arrival_ms;
    uint8_t flags;
};

#define S AUDIO_FLAG_SILENCE
#define T AUDIO_FLAG_TALKSPURT

struct scenario {
    const char *what;
    struct arrival arrivals[ARRIVAL_MAX]; /* by time */
    const char *transcript;
    struct jitter_statistics statistics;
};

static const struct scenario scenarios[] = {
    { .what = "an even line plays everything 80 ms after it came",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 40, 0 },
                    { 'd', 3, 3, 60, 0 },
                    { 'e', 4, 4, 80, S } },
      .transcript = "....abcde...",
      .statistics = { .played = 5 } },
    { .what = "jitter below the delay is not heard",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 95, 0 },
                    { 'c', 2, 2, 96, 0 },
                    { 'd', 3, 3, 97, 0 },
                    { 'e', 4, 4, 150, 0 },
                    { 'f', 5, 5, 151, S } },
      .transcript = "....abcdef..",
      .statistics = { .played = 6 } },
    { .what = "order on the line does not matter",
      .arrivals = { { 'b', 1, 1, 0, 0 },
                    { 'a', 0, 0, 1, T },
                    { 'd', 3, 3, 40, 0 },
                    { 'c', 2, 2, 41, 0 },
                    { 'e', 4, 4, 80, S } },
      /* 'b' fixes that it is due at 80; 'a' is due 20 ms before. */
      .transcript = "...abcde....",
      .statistics = { .played = 5 } },
    { .what = "copies are played once",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'a', 0, 0, 5, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'a', 0, 0, 20, T },
                    { 'c', 2, 2, 40, 0 },
                    { 'b', 1, 1, 40, 0 },
                    { 'd', 3, 3, 60, S },
                    { 'c', 2, 2, 200, 0 } },
      .transcript = "....abcd......",
      .statistics = { .played = 4, .duplicate = 4 } },
    { .what = "a copy comes in time where the first was lost",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'c', 2, 2, 40, 0 },
                    { 'b', 1, 1, 41, 0 },
                    { 'd', 3, 3, 60, S } },
      .transcript = "....abcd..",
      .statistics = { .played = 4 } },
    { .what = "a lost frame is concealed with the help of the next",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'd', 3, 3, 60, 0 },
                    { 'e', 4, 4, 80, S } },
      .transcript = "....ab+de...",
      .statistics = { .played = 4, .concealed = 1 } },
    { .what = "of two lost frames the second has a helper",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'd', 3, 3, 60, 0 },
                    { 'e', 4, 4, 80, S } },
      .transcript = "....ax+de...",
      .statistics = { .played = 3, .concealed = 2 } },
    { .what = "a frame that comes after its time is not played",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'c', 2, 2, 40, 0 },
                    { 'd', 3, 3, 60, 0 },
                    { 'b', 1, 1, 101, 0 },
                    { 'e', 4, 4, 102, S } },
      .transcript = "....a+cde...",
      .statistics = { .played = 4, .concealed = 1, .late = 1 } },
    { .what = "a speaker who vanishes is concealed for 100 ms only",
      .arrivals = { { 'a', 0, 0, 0, T }, { 'b', 1, 1, 20, 0 } },
      .transcript = "....abxxxxx......",
      .statistics = { .played = 2, .concealed = 5 } },
    { .what = "announced silence is neither loss nor delay",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, S },
                    { 'c', 2, 9, 180, T },
                    { 'd', 3, 10, 200, S } },
      .transcript = "....ab.......cd...",
      .statistics = { .played = 4 } },
    { .what = "a comfort frame amid silence keeps its time",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, S },
                    { 'c', 2, 4, 100, S },
                    { 'd', 3, 7, 140, S } },
      .transcript = "....ab..c..d...",
      .statistics = { .played = 4 } },
    { .what = "a pause shows in the numbers even if not announced",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 4, 80, T },
                    { 'd', 3, 5, 100, S } },
      .transcript = "....ab..cd...",
      .statistics = { .played = 4 } },
    { .what = "a frame that is waited for is heard when it comes",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 155, 0 },
                    { 'd', 3, 3, 156, 0 },
                    { 'e', 4, 4, 157, S } },
      .transcript = "....abxxcde...",
      /* 'd' was due at 140 as well, 'e' at 160 was not. */
      .statistics = { .played = 5, .concealed = 2, .awaited = 2 } },
    { .what = "what was made up while waiting counts for what is lost",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'e', 4, 4, 150, 0 },
                    { 'f', 5, 5, 151, S } },
      .transcript = "....abxxef...",
      .statistics = { .played = 4, .concealed = 2 } },
    { .what = "waiting goes on when nothing more is made up",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 230, 0 },
                    { 'd', 3, 3, 231, 0 },
                    { 'e', 4, 4, 232, 0 },
                    { 'f', 5, 5, 233, S } },
      .transcript = "....abxxxxx.cdef...",
      .statistics = { .played = 6, .concealed = 5, .awaited = 4 } },
    { .what = "after a stall nothing is heard that is older than 400 ms",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 640, 0 },
                    { 'd', 3, 3, 641, 0 },
                    { 'e', 4, 10, 642, 0 },
                    { 'f', 5, 14, 643, 0 },
                    { 'g', 6, 15, 644, 0 },
                    { 'h', 7, 16, 645, S } },
      /* 'f' is due at 660 if the delay is 380 ms. */
      .transcript = "....abxxxxx......................fgh...",
      .statistics = { .played = 5, .concealed = 5, .awaited = 3, .stale = 3 } },
    { .what = "a talkspurt that began in a stall is not heard late either",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, S },
                    { 'c', 2, 20, 800, T },
                    { 'd', 3, 21, 801, 0 },
                    { 'e', 4, 36, 802, 0 },
                    { 'f', 5, 37, 803, 0 },
                    { 'g', 6, 38, 804, S } },
      /* 'c' would be heard with a delay of 400 ms, 'e' with the usual. */
      .transcript = "....ab...................................efg.",
      .statistics = { .played = 5, .stale = 2 } },
    { .what = "a line that became slower is followed at once",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 340, 0 },
                    { 'd', 3, 3, 360, 0 },
                    { 'e', 4, 4, 380, 0 },
                    { 'f', 5, 5, 400, S } },
      .transcript = "....abxxxxx......cdef...",
      .statistics = { .played = 6, .concealed = 5, .awaited = 1 } },
    { .what = "one that became far slower for good, after 200 ms",
      .arrivals = { { 'a', 0, 0, 0, T },
                    { 'b', 1, 1, 20, 0 },
                    { 'c', 2, 2, 540, 0 },
                    { 'd', 3, 3, 560, 0 },
                    { 'e', 4, 4, 580, 0 },
                    { 'f', 5, 5, 600, 0 },
                    { 'g', 6, 6, 620, 0 },
                    { 'h', 7, 7, 640, 0 },
                    { 'i', 8, 8, 660, 0 },
                    { 'j', 9, 9, 680, 0 },
                    { 'k', 10, 10, 700, 0 },
                    { 'l', 11, 11, 720, 0 },
                    { 'm', 12, 12, 740, 0 },
                    { 'n', 13, 13, 760, S } },
      .transcript = "....abxxxxx..............................mn..",
      .statistics = { .played = 4, .concealed = 5, .stale = 10 } },
    { .what = "a sender that began anew is heard at once",
      .arrivals = { { 'a', 900000, 0, 0, T },
                    { 'b', 900001, 1, 20, S },
                    { 'c', 0, 500000, 200, T },
                    { 'd', 1, 500001, 220, S } },
      .transcript = "....ab........cd...",
      .statistics = { .played = 4 } },
    { .what = "an answer of another age is late, not a new stream",
      .arrivals = { { 'a', 1000, 0, 0, T },
                    { 'b', 1001, 1, 20, 0 },
                    { 'z', 930, 2, 21, 0 },
                    { 'c', 1002, 2, 40, S } },
      .transcript = "....abc....",
      .statistics = { .played = 3, .late = 1 } },
    { .what = "numbers and timestamps may wrap",
      .arrivals = { { 'a', UINT32_MAX, 4473923, 0, T },
                    { 'b', 0, 4473924, 20, 0 },
                    { 'c', 1, 4473925, 40, 0 },
                    { 'e', 3, 4473927, 80, S } },
      .transcript = "....abc+e...",
      .statistics = { .played = 4, .concealed = 1 } },
};

static void put(struct jitter_buffer *buffer, const struct arrival *arrival)
{
    struct jitter_frame frame = { .sequence = arrival->sequence,
                                  .timestamp =
                                      arrival->block * AUDIO_BLOCK_COUNT,
                                  .flags = arrival->flags,
                                  .size = 1 };

    frame.payload[0] = (uint8_t)arrival->name;
    jitter_buffer_put(buffer, &frame, arrival->arrival_ms);
}

static char get(struct jitter_buffer *buffer, int64_t now_ms)
{
    struct jitter_output output;

    jitter_buffer_tick(buffer, now_ms, 0);
    jitter_buffer_get(buffer, 0, &output);
    switch (output.kind) {
    case JITTER_PACKET:
        return (char)output.frame->payload[0];
    case JITTER_LOST:
        return output.frame ? '+' : 'x';
    case JITTER_SILENCE:
        return '.';
    case JITTER_NONE:
        break;
    }
    return '?';
}

static void run(const struct scenario *scenario)
{
    const struct arrival *next = scenario->arrivals;
    char transcript[TRANSCRIPT_MAX] = "";
    struct jitter_buffer *buffer;
    struct jitter_statistics statistics;

    assert_int_equal(jitter_buffer_new(&buffer, FLOOR_MS), RESULT_OK);
    for (size_t i = 0; scenario->transcript[i]; i++) {
        int64_t now_ms = (int64_t)i * AUDIO_BLOCK_MS;

        for (; next->name && next->arrival_ms <= now_ms; next++)
            put(buffer, next);
        transcript[i] = get(buffer, now_ms);
    }
    jitter_buffer_statistics(buffer, &statistics);
    print_message("  %s\n", scenario->what);
    assert_string_equal(transcript, scenario->transcript);
    assert_int_equal(statistics.played, scenario->statistics.played);
    assert_int_equal(statistics.concealed, scenario->statistics.concealed);
    assert_int_equal(statistics.late, scenario->statistics.late);
    assert_int_equal(statistics.awaited, scenario->statistics.awaited);
    assert_int_equal(statistics.stale, scenario->statistics.stale);
    assert_int_equal(statistics.duplicate, scenario->statistics.duplicate);
    jitter_buffer_free(buffer);
}

static void arrivals_become_an_even_stream(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        run(&scenarios[i]);
}

/* --- devices that are not even ------------------------------------------- */

static struct jitter_buffer *full_buffer(uint32_t block_count)
{
    struct jitter_buffer *buffer;

    assert_int_equal(jitter_buffer_new(&buffer, FLOOR_MS), RESULT_OK);
    for (uint32_t i = 0; i < block_count; i++)
        put(buffer, &(struct arrival){ .name = (char)('a' + i),
                                       .sequence = i,
                                       .block = i,
                                       .arrival_ms = (int64_t)i * 20,
                                       .flags = i == 0 ? T : 0 });
    return buffer;
}

static void a_device_may_ask_in_pairs(void **state)
{
    struct jitter_buffer *buffer = full_buffer(6);

    (void)state;
    assert_int_equal(get(buffer, 80), 'a');
    assert_int_equal(get(buffer, 80), 'b');
    assert_int_equal(get(buffer, 120), 'c');
    assert_int_equal(get(buffer, 120), 'd');
    assert_int_equal(get(buffer, 159), 'e');
    assert_int_equal(get(buffer, 161), 'f');
    jitter_buffer_free(buffer);
}

static void a_device_that_runs_ahead_is_held_back(void **state)
{
    struct jitter_buffer *buffer = full_buffer(6);

    (void)state;
    assert_int_equal(get(buffer, 80), 'a');
    assert_int_equal(get(buffer, 80), 'b');
    assert_int_equal(get(buffer, 80), 'c');
    /* 'd' is due at 140, more than 40 ms away. */
    assert_int_equal(get(buffer, 80), 'x');
    assert_int_equal(get(buffer, 100), 'd');
    jitter_buffer_free(buffer);
}

static void a_device_that_stood_still_skips_what_is_stale(void **state)
{
    struct jitter_buffer *buffer = full_buffer(9);

    (void)state;
    assert_int_equal(get(buffer, 80), 'a');
    /* 'b' was due at 100; now 'g' is, at 200. */
    assert_int_equal(get(buffer, 201), 'g');
    assert_int_equal(get(buffer, 220), 'h');
    assert_int_equal(get(buffer, 240), 'i');
    jitter_buffer_free(buffer);
}

static void nothing_is_made_up_after_a_standstill(void **state)
{
    struct jitter_buffer *buffer = full_buffer(3);

    (void)state;
    assert_int_equal(get(buffer, 80), 'a');
    assert_int_equal(get(buffer, 1000), '.');
    assert_true(jitter_buffer_is_idle(buffer));
    jitter_buffer_free(buffer);
}

static void a_talkspurt_missed_by_the_device_is_not_played(void **state)
{
    struct jitter_buffer *buffer = full_buffer(4);
    struct jitter_statistics statistics;

    (void)state;
    assert_int_equal(get(buffer, 1000), '.');
    assert_true(jitter_buffer_is_idle(buffer));
    jitter_buffer_statistics(buffer, &statistics);
    assert_int_equal(statistics.stale, 4);
    jitter_buffer_free(buffer);
}

/* --- bounds and the rest ------------------------------------------------- */

static void frames_of_impossible_size_are_ignored(void **state)
{
    struct jitter_buffer *buffer = full_buffer(0);
    struct jitter_frame frame = { .flags = T };

    (void)state;
    jitter_buffer_put(buffer, &frame, 0);
    frame.size = LIMIT_OPUS_PAYLOAD_SIZE + 1;
    jitter_buffer_put(buffer, &frame, 0);
    assert_true(jitter_buffer_is_idle(buffer));
    jitter_buffer_free(buffer);
}

/* Whatever a peer sends, the buffer neither grows nor goes on for ever. */
static void a_flood_of_nonsense_ends_in_silence(void **state)
{
    struct jitter_buffer *buffer = full_buffer(0);
    uint32_t random = 1;
    int64_t now_ms = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        struct jitter_frame frame = { .size = 1 };

        random = random * 1664525u + 1013904223u;
        frame.sequence = random >> (random >> 28);
        random = random * 1664525u + 1013904223u;
        frame.timestamp = random >> (random >> 28);
        random = random * 1664525u + 1013904223u;
        frame.flags = (uint8_t)(random >> 24);
        jitter_buffer_put(buffer, &frame, now_ms);
        if (i % 3 == 0) {
            assert_int_not_equal(get(buffer, now_ms), '?');
            now_ms += (int64_t)(random >> 20 & 31);
        }
    }
    for (int i = 0; i < 60; i++, now_ms += AUDIO_BLOCK_MS)
        (void)get(buffer, now_ms);
    assert_int_equal(get(buffer, now_ms), '.');
    assert_true(jitter_buffer_is_idle(buffer));
    jitter_buffer_free(buffer);
}

static void another_floor_holds_at_once(void **state)
{
    struct jitter_buffer *buffer = full_buffer(2);
    size_t count_max;

    (void)state;
    assert_int_equal(get(buffer, 80), 'a');
    assert_int_equal(jitter_buffer_wish(buffer, AUDIO_BLOCK_COUNT, &count_max),
                     JITTER_KEEP);
    jitter_buffer_set_floor(buffer, 200);
    assert_int_equal(jitter_buffer_wish(buffer, AUDIO_BLOCK_COUNT, &count_max),
                     JITTER_STRETCH);
    jitter_buffer_set_floor(buffer, 0);
    assert_int_equal(jitter_buffer_wish(buffer, AUDIO_BLOCK_COUNT, &count_max),
                     JITTER_SHRINK);
    jitter_buffer_free(buffer);
}

/* What is lost anyway is left out where the delay is too long. */
static void of_a_long_loss_no_more_is_made_up_than_need_be(void **state)
{
    struct jitter_buffer *buffer = full_buffer(0);
    char transcript[] = "..............";

    (void)state;
    jitter_buffer_set_floor(buffer, 200);
    put(buffer, &(struct arrival){ 'a', 0, 0, 0, T });
    put(buffer, &(struct arrival){ 'b', 6, 6, 120, 0 });
    put(buffer, &(struct arrival){ 'c', 7, 7, 140, S });
    for (int64_t i = 0; i < 14; i++) {
        transcript[i] = get(buffer, i * AUDIO_BLOCK_MS);
        if (i == 10)
            jitter_buffer_set_floor(buffer, 0);
    }
    assert_string_equal(transcript, "..........a+bc");
    jitter_buffer_free(buffer);
}

/* --- frames of several blocks -------------------------------------------- */

static struct jitter_frame long_frame(uint32_t sequence, uint16_t count)
{
    return (struct jitter_frame){ .sequence = sequence,
                                  .timestamp = sequence * count,
                                  .count = count,
                                  .flags = sequence == 0 ? T : 0,
                                  .size = 1 };
}

/* Pulls all that is there; a letter for each time that something was got: 'p'
 * a packet, 'x' and '+' as above. */
static void pull(struct jitter_buffer *buffer, int64_t now_ms, size_t *pending,
                 char **transcript)
{
    struct jitter_output output = { .kind = JITTER_NONE };

    jitter_buffer_tick(buffer, now_ms, *pending);
    while (*pending < AUDIO_BLOCK_COUNT && output.kind != JITTER_SILENCE) {
        jitter_buffer_get(buffer, *pending, &output);
        *pending += output.count;
        if (output.kind == JITTER_PACKET)
            *(*transcript)++ = 'p';
        else if (output.kind == JITTER_LOST)
            *(*transcript)++ = output.frame ? '+' : 'x';
    }
    *pending -= *pending < AUDIO_BLOCK_COUNT ? *pending : AUDIO_BLOCK_COUNT;
}

/* Frames of 40 and of 60 ms; of nine the fourth and the last but one are lost.
 * A lost frame is repaired as a whole. */
static void frames_of_several_blocks_are_played_and_repaired(void **state)
{
    (void)state;
    for (uint16_t blocks = 1; blocks <= 3; blocks++) {
        struct jitter_buffer *buffer;
        struct jitter_statistics statistics;
        char transcript[TRANSCRIPT_MAX] = "";
        char *end = transcript;
        size_t pending = 0;
        uint32_t next = 0;
        int64_t span_ms = blocks * AUDIO_BLOCK_MS;

        assert_int_equal(jitter_buffer_new(&buffer, FLOOR_MS), RESULT_OK);
        for (int64_t now_ms = 0; now_ms < 20 * span_ms;
             now_ms += AUDIO_BLOCK_MS) {
            struct jitter_frame frame =
                long_frame(next, (uint16_t)(blocks * AUDIO_BLOCK_COUNT));

            if (next < 9 && now_ms == next * span_ms) {
                if (next == 8)
                    frame.flags = S;
                if (next != 3 && next != 7)
                    jitter_buffer_put(buffer, &frame, now_ms);
                next++;
            }
            pull(buffer, now_ms, &pending, &end);
        }
        assert_string_equal(transcript, "ppp+ppp+p");
        jitter_buffer_statistics(buffer, &statistics);
        assert_int_equal(statistics.played, 7);
        assert_int_equal(statistics.played_blocks, 7 * blocks);
        assert_int_equal(statistics.concealed, 2 * blocks);
        assert_int_equal(statistics.repaired, 2 * blocks);
        assert_int_equal(statistics.stale + statistics.late, 0);
        jitter_buffer_free(buffer);
    }
}

/* Who writes an impossible length is heard by blocks. */
static void a_length_that_cannot_be_is_a_block(void **state)
{
    static const uint16_t lengths[] = { 0, 1, 959, 961, 3840, UINT16_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct jitter_frame frame = long_frame(0, lengths[i]);
        struct jitter_buffer *buffer;
        struct jitter_output output;

        assert_int_equal(jitter_buffer_new(&buffer, FLOOR_MS), RESULT_OK);
        jitter_buffer_put(buffer, &frame, 0);
        jitter_buffer_tick(buffer, 80, 0);
        jitter_buffer_get(buffer, 0, &output);
        assert_int_equal(output.kind, JITTER_PACKET);
        assert_int_equal(output.count, AUDIO_BLOCK_COUNT);
        jitter_buffer_free(buffer);
    }
}

static void a_reset_buffer_knows_nothing(void **state)
{
    struct jitter_buffer *buffer = full_buffer(3);
    struct jitter_statistics statistics;

    (void)state;
    jitter_buffer_reset(buffer);
    assert_true(jitter_buffer_is_idle(buffer));
    put(buffer, &(struct arrival){ 'b', 0, 0, 500, T });
    assert_int_equal(get(buffer, 560), '.');
    assert_int_equal(get(buffer, 580), 'b');
    jitter_buffer_statistics(buffer, &statistics);
    assert_int_equal(statistics.duplicate, 0);
    jitter_buffer_free(buffer);
}

static void a_delay_that_cannot_be_is_refused(void **state)
{
    struct jitter_buffer *buffer = NULL;

    (void)state;
    assert_int_equal(jitter_buffer_new(&buffer, -1), RESULT_INVALID);
    assert_int_equal(jitter_buffer_new(&buffer, JITTER_DELAY_MAX_MS + 1),
                     RESULT_INVALID);
    assert_null(buffer);
}

/* Two hours of speech without a pause: due times neither drift nor wrap. */
static void long_speech_stays_in_time(void **state)
{
    struct jitter_buffer *buffer = full_buffer(0);
    struct jitter_statistics statistics;
    const uint32_t count = 2 * 3600 * 50;

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        int64_t now_ms = (int64_t)i * AUDIO_BLOCK_MS;

        put(buffer, &(struct arrival){ 'a', i, i, now_ms, i == 0 ? T : 0 });
        assert_int_equal(get(buffer, now_ms), i < 4 ? '.' : 'a');
    }
    jitter_buffer_statistics(buffer, &statistics);
    assert_int_equal(statistics.played, count - 4);
    jitter_buffer_free(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_become_an_even_stream),
        cmocka_unit_test(a_device_may_ask_in_pairs),
        cmocka_unit_test(a_device_that_runs_ahead_is_held_back),
        cmocka_unit_test(a_device_that_stood_still_skips_what_is_stale),
        cmocka_unit_test(nothing_is_made_up_after_a_standstill),
        cmocka_unit_test(a_talkspurt_missed_by_the_device_is_not_played),
        cmocka_unit_test(frames_of_impossible_size_are_ignored),
        cmocka_unit_test(a_flood_of_nonsense_ends_in_silence),
        cmocka_unit_test(another_floor_holds_at_once),
        cmocka_unit_test(of_a_long_loss_no_more_is_made_up_than_need_be),
        cmocka_unit_test(frames_of_several_blocks_are_played_and_repaired),
        cmocka_unit_test(a_length_that_cannot_be_is_a_block),
        cmocka_unit_test(a_reset_buffer_knows_nothing),
        cmocka_unit_test(a_delay_that_cannot_be_is_refused),
        cmocka_unit_test(long_speech_stays_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
