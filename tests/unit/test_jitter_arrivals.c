#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/jitter_listener.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/*
 * Whole lines: a speaker who speaks without a pause, a table of when his frames
 * come, a listener with a device of its own, all on one fake clock.
 */
enum {
    FRAME_MS = 20,
    MINUTE = 60 * 1000,
    NEVER = -1,
    ARRIVAL_MAX = 4 * 60 * 50,
    DEVICE_PHASE_MS = 11,
};

struct arrival {
    int64_t came_ms; /* NEVER: lost */
    uint32_t number;
};

/* What was heard from a time on. */
struct ears {
    int64_t from_ms;
    unsigned heard;
    unsigned made_up; /* samples */
    int64_t delay_ms; /* the sum, from complete to heard */
    int64_t delay_max_ms;
    int64_t first_heard_ms;
    int64_t last_heard_ms;
    int64_t last_delay_ms;
};

static struct arrival arrivals[ARRIVAL_MAX];
static size_t arrival_count;
static struct ears ears;
static uint32_t drawn;

/* --- faults that these tests must find ------------------------------------ */

enum fault {
    FAULT_NONE,
    FAULT_BASE,   /* the line's base is what it was first */
    FAULT_STALE,  /* it is thought to be 300 ms higher */
    FAULT_WISH,   /* the buffer never asks for scaling */
    FAULT_TARGET, /* the line always asks for the least */
};
static enum fault fault;
static int64_t first_base_ms;
static bool has_first_base;

int64_t __real_jitter_line_base_ms(const struct jitter_line *line);
int64_t __wrap_jitter_line_base_ms(const struct jitter_line *line);
int64_t __real_jitter_line_target_ms(const struct jitter_line *line);
int64_t __wrap_jitter_line_target_ms(const struct jitter_line *line);
enum jitter_wish __real_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max);
enum jitter_wish __wrap_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max);

int64_t __wrap_jitter_line_base_ms(const struct jitter_line *line)
{
    int64_t base_ms = __real_jitter_line_base_ms(line);

    if (!has_first_base) {
        has_first_base = true;
        first_base_ms = base_ms;
    }
    if (fault == FAULT_STALE)
        return base_ms + 300;
    return fault == FAULT_BASE ? first_base_ms : base_ms;
}

int64_t __wrap_jitter_line_target_ms(const struct jitter_line *line)
{
    return fault == FAULT_TARGET ? JITTER_DELAY_MIN_MS
                                 : __real_jitter_line_target_ms(line);
}

enum jitter_wish __wrap_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max)
{
    return fault == FAULT_WISH
               ? JITTER_KEEP
               : __real_jitter_buffer_wish(buffer, pending, count_max);
}

static int plant_nothing(void **state)
{
    (void)state;
    fault = FAULT_NONE;
    has_first_base = false;
    return 0;
}

/* --- lines ---------------------------------------------------------------- */

static int64_t draw(int64_t bound)
{
    drawn = drawn * 1664525u + 1013904223u;
    return (int64_t)(drawn >> 8) % bound;
}

static void on_heard(const struct jitter_heard *heard, void *user)
{
    int64_t delay_ms = heard->heard_ms - heard->sent_ms;

    (void)user;
    if (heard->heard_ms < ears.from_ms)
        return;
    if (ears.heard == 0)
        ears.first_heard_ms = heard->heard_ms;
    ears.made_up += ears.heard == 0 ? 0 : heard->made_up;
    ears.heard++;
    ears.delay_ms += delay_ms;
    ears.last_heard_ms = heard->heard_ms;
    ears.last_delay_ms = delay_ms;
    if (delay_ms > ears.delay_max_ms)
        ears.delay_max_ms = delay_ms;
}

static int64_t sent_of(uint32_t number)
{
    return (int64_t)(number + 1) * FRAME_MS;
}

/* So many seconds of speech over a line that takes `way_ms`. */
static void speak(uint32_t seconds, int64_t way_ms)
{
    drawn = 1;
    arrival_count = (size_t)seconds * 1000 / FRAME_MS;
    assert_true(arrival_count <= ARRIVAL_MAX);
    for (uint32_t i = 0; i < arrival_count; i++)
        arrivals[i] = (struct arrival){ sent_of(i) + way_ms, i };
}

static int by_time(const void *a, const void *b)
{
    const struct arrival *first = a;
    const struct arrival *second = b;

    if (first->came_ms != second->came_ms)
        return first->came_ms < second->came_ms ? -1 : 1;
    return first->number < second->number ? -1 : 1;
}

static void put(struct jitter_listener *listener, const struct arrival *arrival)
{
    jitter_listener_put(listener, arrival->number,
                        arrival->number * AUDIO_BLOCK_COUNT, AUDIO_BLOCK_COUNT,
                        arrival->number == 0 ? AUDIO_FLAG_TALKSPURT : 0,
                        sent_of(arrival->number), arrival->came_ms);
}

/* Listens to all of it; `ears` know what was heard from `from_ms` on. */
static struct jitter_statistics listen(int64_t from_ms)
{
    struct jitter_listener listener;
    struct jitter_statistics statistics;
    int64_t end_ms = sent_of((uint32_t)arrival_count - 1);
    size_t next = 0;

    qsort(arrivals, arrival_count, sizeof *arrivals, by_time);
    ears = (struct ears){ .from_ms = from_ms };
    jitter_listener_init(&listener, JITTER_DELAY_MIN_MS, on_heard, NULL);
    for (int64_t now_ms = DEVICE_PHASE_MS; now_ms < end_ms;
         now_ms += AUDIO_BLOCK_MS) {
        for (; next < arrival_count && arrivals[next].came_ms <= now_ms; next++)
            if (arrivals[next].came_ms != NEVER)
                put(&listener, &arrivals[next]);
        (void)jitter_listener_pull(&listener, now_ms);
    }
    jitter_buffer_statistics(listener.buffer, &statistics);
    if (listener.broken)
        fail_msg("%s", listener.broken);
    jitter_listener_release(&listener);
    return statistics;
}

static int64_t mean_delay(void)
{
    assert_true(ears.heard > 0);
    return ears.delay_ms / ears.heard;
}

static unsigned made_up_blocks(void)
{
    return ears.made_up / AUDIO_BLOCK_COUNT;
}

static void a_steady_line_is_heard_with_the_least_delay(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 3);
    statistics = listen(0);
    assert_int_equal(statistics.concealed, 0);
    assert_int_equal(statistics.stretched + statistics.shrunk, 0);
    assert_int_equal(ears.made_up, 0);
    assert_in_range(mean_delay(), 3 + 15, 3 + 40);
    assert_int_equal(statistics.target_ms, JITTER_DELAY_MIN_MS);
}

static void jitter_is_covered_soon(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 50);
    for (size_t i = 0; i < arrival_count; i++)
        arrivals[i].came_ms += draw(100);
    statistics = listen(5000);
    assert_in_range(made_up_blocks(), 0, 10);
    assert_in_range(mean_delay(), 50 + 85, 50 + 130);
    assert_in_range(statistics.target_ms, 85, 105);
}

static void frames_in_bundles_count_by_their_own_timestamps(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 30);
    for (size_t i = 0; i < arrival_count; i++)
        arrivals[i].came_ms = sent_of((uint32_t)i / 5 * 5 + 4) + 30;
    statistics = listen(2000);
    assert_int_equal(made_up_blocks(), 0);
    assert_in_range(statistics.target_ms, 80, 90);
    assert_in_range(mean_delay(), 30 + 75, 30 + 115);
}

static void bundles_may_overtake_each_other(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 30);
    for (uint32_t i = 0; i < arrival_count; i++) {
        uint32_t bundle = i / 3;
        uint32_t swapped = bundle % 2 == 0 ? bundle + 1 : bundle;

        /* An even bundle comes a moment after the odd one behind it. */
        arrivals[i].came_ms =
            sent_of(swapped * 3 + 2) + 30 + (bundle % 2 == 0 ? 1 : 0);
    }
    statistics = listen(5000);
    assert_int_equal(made_up_blocks(), 0);
    assert_in_range(ears.heard, (60000 - 5000) / FRAME_MS - 2,
                    (60000 - 5000) / FRAME_MS + 2);
    assert_in_range(statistics.target_ms, 100, 110);
}

/* 600 ms of nothing, then all of it at once. */
/* The next frame is there in time to repair the one that is lost. */
static void where_frames_are_lost_the_next_ones_are_waited_for(void **state)
{
    struct jitter_statistics statistics;
    uint64_t lost = 0;

    (void)state;
    speak(60, 30);
    for (size_t i = 1; i + 1 < arrival_count; i++)
        if (draw(100) < 3) {
            arrivals[i].came_ms = NEVER;
            lost++;
        }
    statistics = listen(5000);
    assert_in_range(statistics.concealed, lost - 5, lost);
    assert_in_range(statistics.repaired, lost * 4 / 5, lost);
    assert_in_range(mean_delay(), 30 + 30, 30 + 70);
}

static void after_a_stall_the_delay_is_soon_what_it_was(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 30);
    for (size_t i = 1500; i < 1530; i++)
        arrivals[i].came_ms = sent_of(1530) + 30;
    statistics = listen(sent_of(1530) + 30);
    /* Heard at once, and nothing that is older than 400 ms. */
    assert_in_range(ears.first_heard_ms - sent_of(1530) - 30, 0, 20);
    assert_in_range(ears.delay_max_ms, 350, 30 + 400);
    assert_in_range(statistics.stale, 10, 12);
    assert_int_equal(ears.made_up, 0);
    listen(sent_of(1530) + 5000);
    assert_in_range(ears.delay_max_ms, 30 + 15, 30 + 50);
}

/* A server that drops what is stale, or one that sends all of it. */
static void after_a_cut_of_ten_seconds_only_what_is_fresh_is_heard(void **state)
{
    (void)state;
    for (int is_flooded = 0; is_flooded < 2; is_flooded++) {
        struct jitter_statistics statistics;
        const uint32_t first = 1000;
        const uint32_t last = first + 500;
        int64_t back_ms = sent_of(last) + 30;

        speak(60, 30);
        for (uint32_t i = first; i < last; i++)
            arrivals[i].came_ms =
                is_flooded ? back_ms + (i - first) / 50 : NEVER;
        for (uint32_t i = last; i < last + 3; i++)
            arrivals[i].came_ms = back_ms + 10;
        statistics = listen(back_ms);
        assert_in_range(ears.first_heard_ms - back_ms, 0, 45);
        assert_in_range(ears.delay_max_ms, 45, 150);
        assert_int_equal(ears.made_up, 0);
        assert_in_range(statistics.stale, is_flooded ? 480 : 0, 500);
    }
}

static void a_line_that_became_slower_is_followed(void **state)
{
    (void)state;
    speak(60, 30);
    for (size_t i = 1000; i < arrival_count; i++)
        arrivals[i].came_ms += 150;
    listen(sent_of(1000) + 180);
    assert_int_equal(ears.made_up, 0);
    assert_in_range(ears.delay_max_ms, 180, 180 + 60);
    /* The base follows within ten seconds: the delay does not count twice. */
    listen(sent_of(1000) + 20000);
    assert_in_range(mean_delay(), 180 + 10, 180 + 50);
}

static void one_that_became_far_slower_is_followed_too(void **state)
{
    (void)state;
    speak(60, 30);
    for (size_t i = 1000; i < arrival_count; i++)
        arrivals[i].came_ms += 900;
    listen(sent_of(1000) + 930);
    assert_in_range(ears.first_heard_ms, sent_of(1000) + 930,
                    sent_of(1000) + 930 + 300);
    assert_int_equal(ears.made_up, 0);
    assert_in_range(mean_delay(), 930 + 10, 930 + 60);
}

static void a_line_that_became_faster_is_followed(void **state)
{
    (void)state;
    speak(60, 380);
    for (size_t i = 1000; i < arrival_count; i++)
        arrivals[i].came_ms -= 350;
    listen(sent_of(1000) + 10000);
    assert_int_equal(ears.made_up, 0);
    assert_in_range(mean_delay(), 30 + 10, 30 + 60);
}

static void one_late_frame_is_soon_forgotten(void **state)
{
    struct jitter_statistics statistics;

    (void)state;
    speak(60, 30);
    arrivals[1000].came_ms += 250;
    for (size_t i = 1001; i < 1013; i++)
        arrivals[i].came_ms = arrivals[1000].came_ms;
    statistics = listen(sent_of(1000));
    assert_in_range(made_up_blocks(), 10, 13);
    assert_int_equal(statistics.late + statistics.stale, 0);
    listen(sent_of(1000) + 6000);
    assert_in_range(mean_delay(), 30 + 10, 30 + 50);
}

/* --- clocks that drift --------------------------------------------------- */

struct drift {
    int64_t speaker_ppm;
    int64_t device_ppm;
};

/* When something happens for the i-th time that happens each 20 ms of a clock
 * that is slow by so much. */
static int64_t time_of(int64_t i, int64_t ppm)
{
    return i * AUDIO_BLOCK_MS + i * AUDIO_BLOCK_MS * ppm / 1000000;
}

static struct jitter_statistics speak_for_hours(const struct drift *drift,
                                                int64_t hours)
{
    struct jitter_listener listener;
    struct jitter_statistics statistics;
    uint32_t next = 0;
    int64_t now_ms = 0;

    drawn = 1;
    ears = (struct ears){ .from_ms = MINUTE };
    jitter_listener_init(&listener, JITTER_DELAY_MIN_MS, on_heard, NULL);
    for (int64_t i = 0; now_ms < hours * 60 * MINUTE; i++) {
        now_ms = DEVICE_PHASE_MS + time_of(i, drift->device_ppm);
        for (; time_of(next + 1, drift->speaker_ppm) + 20 <= now_ms; next++) {
            int64_t sent_ms = time_of(next + 1, drift->speaker_ppm);

            jitter_listener_put(&listener, next, next * AUDIO_BLOCK_COUNT,
                                AUDIO_BLOCK_COUNT,
                                next == 0 ? AUDIO_FLAG_TALKSPURT : 0, sent_ms,
                                sent_ms + 15 + draw(6));
        }
        (void)jitter_listener_pull(&listener, now_ms);
    }
    jitter_buffer_statistics(listener.buffer, &statistics);
    if (listener.broken)
        fail_msg("%s", listener.broken);
    jitter_listener_release(&listener);
    return statistics;
}

/* Eight hours, in which the clocks drift apart by six seconds. */
static void drifting_clocks_are_followed_for_hours(void **state)
{
    static const struct drift drifts[] = {
        { 200, 0 }, { -200, 0 }, { 0, 200 }, { 0, -200 }, { 100, -100 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof drifts / sizeof drifts[0]; i++) {
        struct jitter_statistics statistics = speak_for_hours(&drifts[i], 8);

        assert_in_range(statistics.concealed, 0, 5);
        assert_in_range(statistics.late + statistics.stale, 0, 5);
        assert_in_range(ears.delay_max_ms, 30, 90);
        assert_in_range(mean_delay(), 30, 65);
        assert_in_range(ears.last_delay_ms, 25, 90);
        assert_in_range((statistics.stretched + statistics.shrunk) /
                            AUDIO_COUNT_PER_MS,
                        5000, 20000);
    }
}

/* --- whatever comes ------------------------------------------------------ */

/* A line that changes its mind every few seconds. */
static void make_any_line(uint32_t seed)
{
    int64_t way_ms = 0;
    int64_t jitter_ms = 1;
    int64_t loss_percent = 0;
    int64_t not_before_ms = 0;
    int is_ordered = 0;

    speak(120, 0);
    drawn = seed * 2654435761u + 1u;
    for (uint32_t i = 0; i < arrival_count; i++) {
        int64_t came_ms;

        if (draw(100) == 0) {
            way_ms = draw(4) == 0 ? draw(3000) : draw(200);
            jitter_ms = draw(3) == 0 ? 1 + draw(600) : 1 + draw(40);
            loss_percent = draw(3) == 0 ? draw(60) : 0;
            is_ordered = draw(2) == 0;
        }
        came_ms = sent_of(i) + way_ms + draw(jitter_ms);
        if (draw(300) == 0)
            not_before_ms = came_ms + draw(3000);
        if (is_ordered && came_ms < not_before_ms)
            came_ms = not_before_ms;
        if (is_ordered)
            not_before_ms = came_ms;
        arrivals[i].came_ms = draw(100) < loss_percent ? NEVER : came_ms;
    }
}

/* A device that asks late, in pairs, or not at all for a while. */
static int64_t next_call(int64_t due_ms)
{
    int64_t kind = draw(400);

    if (kind == 0)
        return due_ms + draw(2000);
    return kind < 100 ? due_ms + draw(21) : due_ms;
}

static size_t memory_in_use(void) { return mallinfo2().uordblks; }

/* The promises hold, and where the line is good at last, so is what is heard.
 */
static void promises_hold_whatever_comes(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct jitter_listener listener;
        int64_t due_ms = DEVICE_PHASE_MS;
        int64_t now_ms = 0;
        size_t next = 0;
        size_t memory;
        int64_t good_ms = sent_of(4000);

        make_any_line(seed);
        for (uint32_t i = 4000; i < arrival_count; i++)
            arrivals[i].came_ms = sent_of(i) + 40;
        qsort(arrivals, arrival_count, sizeof *arrivals, by_time);
        ears = (struct ears){ .from_ms = good_ms + 30000 };
        jitter_listener_init(&listener, JITTER_DELAY_MIN_MS, on_heard, NULL);
        memory = memory_in_use();
        while (now_ms < sent_of((uint32_t)arrival_count - 1)) {
            due_ms += AUDIO_BLOCK_MS;
            if (due_ms < now_ms) /* the device stood still */
                due_ms = now_ms;
            now_ms = now_ms < good_ms ? next_call(due_ms) : due_ms;
            if (now_ms > due_ms + AUDIO_BLOCK_MS)
                due_ms = now_ms;
            for (; next < arrival_count && arrivals[next].came_ms <= now_ms;
                 next++) {
                if (arrivals[next].came_ms == NEVER)
                    continue;
                put(&listener, &arrivals[next]);
                if (draw(5) == 0) /* a copy */
                    put(&listener, &arrivals[next]);
            }
            (void)jitter_listener_pull(&listener, now_ms);
        }
        assert_int_equal(memory_in_use(), memory);
        if (listener.broken)
            fail_msg("line %u: %s", seed, listener.broken);
        jitter_listener_release(&listener);
        if (ears.made_up != 0 || mean_delay() > 40 + 90)
            fail_msg("line %u: %u samples made up, %d ms", seed, ears.made_up,
                     (int)mean_delay());
    }
}

/* --- the faults are found ------------------------------------------------- */

/* What drifting_clocks_are_followed_for_hours() asks for. */
static bool is_drift_followed(void)
{
    const struct drift drift = { 200, 0 };
    struct jitter_statistics statistics = speak_for_hours(&drift, 1);

    return statistics.concealed <= 5 && ears.delay_max_ms <= 90;
}

/* And after_a_stall_the_delay_is_soon_what_it_was(). */
static bool is_stall_forgotten(void)
{
    int64_t delay_max_ms;

    speak(60, 30);
    for (size_t i = 1500; i < 1530; i++)
        arrivals[i].came_ms = sent_of(1530) + 30;
    listen(sent_of(1530) + 30);
    delay_max_ms = ears.delay_max_ms;
    listen(sent_of(1530) + 5000);
    return delay_max_ms <= 30 + 400 && ears.delay_max_ms <= 30 + 50;
}

static bool is_jitter_covered(void)
{
    speak(60, 50);
    for (size_t i = 0; i < arrival_count; i++)
        arrivals[i].came_ms += draw(100);
    listen(5000);
    return made_up_blocks() <= 10;
}

static void faults_in_the_buffer_are_found(void **state)
{
    (void)state;
    assert_true(is_drift_followed());
    assert_true(is_stall_forgotten());
    assert_true(is_jitter_covered());
    fault = FAULT_BASE;
    assert_false(is_drift_followed());
    fault = FAULT_STALE;
    assert_false(is_stall_forgotten());
    fault = FAULT_WISH;
    assert_false(is_drift_followed());
    assert_false(is_stall_forgotten());
    fault = FAULT_TARGET;
    assert_false(is_jitter_covered());
}

/* One frame under two numbers; and one that is said to come later. */
static void broken_promises_are_found(void **state)
{
    struct jitter_heard heard = { .number = 7 };
    struct jitter_frame frame = { .flags = AUDIO_FLAG_TALKSPURT,
                                  .size = sizeof heard };

    (void)state;
    for (int is_early = 0; is_early < 2; is_early++) {
        struct jitter_listener listener;

        jitter_listener_init(&listener, 0, NULL, NULL);
        heard.came_ms = is_early ? 1000 : 0;
        memcpy(frame.payload, &heard, sizeof heard);
        for (uint32_t i = 0; i < 10; i++) {
            frame.sequence = i;
            frame.timestamp = i * AUDIO_BLOCK_COUNT;
            jitter_buffer_put(listener.buffer, &frame, i * FRAME_MS);
            (void)jitter_listener_pull(&listener, i * FRAME_MS);
            if (is_early && i == 3)
                break;
        }
        assert_string_equal(listener.broken,
                            is_early ? "heard before it came"
                                     : "heard twice, or out of order");
        jitter_listener_release(&listener);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, plant_nothing)
    const struct CMUnitTest tests[] = {
        TEST(a_steady_line_is_heard_with_the_least_delay),
        TEST(jitter_is_covered_soon),
        TEST(frames_in_bundles_count_by_their_own_timestamps),
        TEST(bundles_may_overtake_each_other),
        TEST(where_frames_are_lost_the_next_ones_are_waited_for),
        TEST(after_a_stall_the_delay_is_soon_what_it_was),
        TEST(after_a_cut_of_ten_seconds_only_what_is_fresh_is_heard),
        TEST(a_line_that_became_slower_is_followed),
        TEST(one_that_became_far_slower_is_followed_too),
        TEST(a_line_that_became_faster_is_followed),
        TEST(one_late_frame_is_soon_forgotten),
        TEST(drifting_clocks_are_followed_for_hours),
        TEST(promises_hold_whatever_comes),
        TEST(faults_in_the_buffer_are_found),
        TEST(broken_promises_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
