/* The plan is given frames as several speakers send them, and asked as a loop
 * asks it. What comes out is held against the rules of its header by counting,
 * frame by frame; a second copy of the counting with a fault planted in what
 * comes out has to complain. */
#include "protocol/line/copy_plan.h"

#include "protocol/wire/tight_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t dice(uint32_t *random, uint32_t below)
{
    *random = *random * 1664525u + 1013904223u;
    return (*random >> 8) % below;
}

static struct line_wish wish_of(unsigned bundle, size_t count, unsigned first,
                                unsigned second)
{
    struct line_wish wish = line_wish_plain();

    wish.bundle = bundle;
    wish.copy_count = count;
    wish.copies[0] = first;
    wish.copies[1] = second;
    return wish;
}

static struct copy_plan *new_plan(const struct line_wish *wish)
{
    struct copy_plan *plan = malloc(sizeof *plan);

    assert_non_null(plan);
    copy_plan_init(plan, wish);
    return plan;
}

static uint8_t payload_of(uint16_t slot, uint32_t sequence)
{
    return (uint8_t)(slot * 31 + sequence);
}

static enum result add(struct copy_plan *plan, uint16_t slot, uint32_t sequence,
                       unsigned frame_ms, uint16_t size, int64_t now_ms)
{
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE + 1];
    const struct audio_frame frame = { .slot = slot,
                                       .sequence = sequence,
                                       .timestamp = sequence * frame_ms * 48,
                                       .payload = payload,
                                       .payload_size = size };

    memset(payload, payload_of(slot, sequence), size);
    return copy_plan_add(plan, &frame, now_ms);
}

/* --- examples ------------------------------------------------------------ */

static void assert_message(struct copy_plan *plan, int64_t now_ms,
                           const uint32_t *sequences, size_t count,
                           size_t new_count)
{
    struct copy_message message;
    size_t i;

    assert_true(copy_plan_take(plan, now_ms, 6, &message));
    assert_int_equal(message.count, count);
    assert_int_equal(message.new_count, new_count);
    for (i = 0; i < count; i++)
        assert_int_equal(message.frames[i].sequence, sequences[i]);
}

static void a_good_line_is_sent_each_frame_at_once(void **state)
{
    const struct line_wish wish = line_wish_plain();
    struct copy_plan *plan = new_plan(&wish);

    (void)state;
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    assert_int_equal(add(plan, 1, 5, 20, 10, 100), RESULT_OK);
    assert_int_equal(copy_plan_due_ms(plan), 100);
    assert_message(plan, 100, (uint32_t[]){ 5 }, 1, 1);
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    free(plan);
}

static void two_frames_go_together_as_soon_as_the_second_is_there(void **state)
{
    const struct line_wish wish = wish_of(2, 0, 0, 0);
    struct copy_plan *plan = new_plan(&wish);

    (void)state;
    assert_int_equal(add(plan, 1, 5, 20, 10, 100), RESULT_OK);
    assert_int_equal(copy_plan_due_ms(plan), 140);
    assert_int_equal(add(plan, 1, 6, 20, 10, 119), RESULT_OK);
    assert_true(copy_plan_due_ms(plan) <= 119);
    assert_message(plan, 119, (uint32_t[]){ 5, 6 }, 2, 2);
    free(plan);
}

static void a_frame_waits_for_no_other_longer_than_the_bundle(void **state)
{
    const struct line_wish wish = wish_of(3, 0, 0, 0);
    struct copy_plan *plan = new_plan(&wish);

    (void)state;
    assert_int_equal(add(plan, 1, 5, 20, 10, 100), RESULT_OK);
    assert_int_equal(add(plan, 2, 77, 20, 10, 110), RESULT_OK);
    assert_int_equal(copy_plan_due_ms(plan), 160);
    free(plan);
}

static void the_wait_follows_the_length_of_frames(void **state)
{
    const struct line_wish wish = wish_of(2, 0, 0, 0);
    struct copy_plan *plan = new_plan(&wish);

    (void)state;
    assert_int_equal(add(plan, 1, 5, 60, 10, 100), RESULT_OK);
    assert_int_equal(copy_plan_due_ms(plan), 140);
    assert_message(plan, 140, (uint32_t[]){ 5 }, 1, 1);
    assert_int_equal(add(plan, 1, 6, 60, 10, 160), RESULT_OK);
    assert_int_equal(copy_plan_due_ms(plan), 280);
    free(plan);
}

static void
each_message_repeats_the_one_before_and_the_third_before(void **state)
{
    const struct line_wish wish = wish_of(1, 2, 1, 3);
    struct copy_plan *plan = new_plan(&wish);
    static const struct {
        uint32_t sequences[3];
        size_t count;
    } wanted[] = { { { 0 }, 1 },
                   { { 0, 1 }, 2 },
                   { { 1, 2 }, 2 },
                   { { 0, 2, 3 }, 3 },
                   { { 1, 3, 4 }, 3 } };
    uint32_t i;

    (void)state;
    for (i = 0; i < 5; i++) {
        assert_int_equal(add(plan, 1, i, 20, 10, 20 * i), RESULT_OK);
        assert_message(plan, 20 * i, wanted[i].sequences, wanted[i].count, 1);
    }
    /* Silence: what is owed follows by itself, then nothing. */
    assert_int_equal(copy_plan_due_ms(plan), 120);
    assert_message(plan, 120, (uint32_t[]){ 2, 4 }, 2, 0);
    assert_message(plan, 160, (uint32_t[]){ 3 }, 1, 0);
    assert_int_equal(copy_plan_due_ms(plan), 200);
    assert_message(plan, 200, (uint32_t[]){ 4 }, 1, 0);
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    free(plan);
}

static void a_message_that_would_be_empty_is_none(void **state)
{
    const struct line_wish wish = wish_of(1, 1, 2, 0);
    struct copy_plan *plan = new_plan(&wish);
    struct copy_message message;

    (void)state;
    assert_int_equal(add(plan, 1, 0, 20, 10, 0), RESULT_OK);
    assert_message(plan, 0, (uint32_t[]){ 0 }, 1, 1);
    assert_int_equal(copy_plan_due_ms(plan), 40);
    assert_false(copy_plan_take(plan, 40, 6, &message));
    assert_int_equal(copy_plan_due_ms(plan), 80);
    assert_message(plan, 80, (uint32_t[]){ 0 }, 1, 0);
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    free(plan);
}

static void what_is_too_old_is_not_sent(void **state)
{
    const struct line_wish wish = wish_of(1, 1, 1, 0);
    struct copy_plan *plan = new_plan(&wish);
    struct copy_message message;

    (void)state;
    assert_int_equal(add(plan, 1, 0, 20, 10, 0), RESULT_OK);
    assert_message(plan, 0, (uint32_t[]){ 0 }, 1, 1);
    assert_int_equal(add(plan, 1, 1, 20, 10, 500), RESULT_OK);
    assert_message(plan, 500, (uint32_t[]){ 0, 1 }, 2, 1);
    assert_int_equal(add(plan, 1, 2, 20, 10, 1000), RESULT_OK);
    assert_false(copy_plan_take(plan, 1501, 6, &message));
    assert_false(copy_plan_take(plan, 1502, 6, &message));
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    free(plan);
}

static void a_message_ages_from_its_oldest_new_frame(void **state)
{
    const struct line_wish wish = wish_of(2, 1, 1, 0);
    struct copy_plan *plan = new_plan(&wish);
    struct copy_message message;

    (void)state;
    assert_int_equal(add(plan, 1, 0, 20, 10, 0), RESULT_OK);
    assert_true(copy_plan_take(plan, 40, 6, &message));
    assert_int_equal(message.born_ms, 0);
    assert_int_equal(add(plan, 1, 1, 20, 10, 50), RESULT_OK);
    assert_int_equal(add(plan, 1, 2, 20, 10, 60), RESULT_OK);
    assert_true(copy_plan_take(plan, 60, 6, &message));
    assert_int_equal(message.count, 3);
    assert_int_equal(message.born_ms, 50);
    assert_true(copy_plan_take(plan, 100, 6, &message));
    assert_int_equal(message.new_count, 0);
    assert_int_equal(message.born_ms, 50);
    free(plan);
}

static void what_does_not_fit_waits_for_the_next_message(void **state)
{
    const struct line_wish wish = wish_of(6, 2, 1, 2);
    struct copy_plan *plan = new_plan(&wish);
    struct copy_message message;

    (void)state;
    assert_int_equal(add(plan, 1, 0, 20, 1275, 0), RESULT_OK);
    assert_int_equal(add(plan, 1, 1, 20, 1275, 0), RESULT_OK);
    assert_int_equal(add(plan, 1, 2, 20, 1275, 0), RESULT_OK);
    assert_int_equal(add(plan, 1, 3, 20, 1275, 0), RESULT_FULL);
    assert_true(copy_plan_take(plan, 0, 6, &message));
    assert_int_equal(message.new_count, 3);
    assert_int_equal(add(plan, 1, 3, 20, 1275, 0), RESULT_OK);
    assert_int_equal(add(plan, 1, 4, 20, 1276, 0), RESULT_INVALID);
    assert_int_equal(add(plan, 1, 4, 20, 0, 0), RESULT_INVALID);
    /* New frames first, then copies as far as there is room. */
    assert_true(copy_plan_take(plan, 0, 6, &message));
    assert_int_equal(message.new_count, 1);
    assert_int_equal(message.count, 3);
    free(plan);
}

static void a_copy_never_goes_over_the_lane_of_its_original(void **state)
{
    static const size_t copies[] = { 0, 1, 1, 2, 2 }; /* of 1 to 5 lanes */
    const struct line_wish wish = wish_of(1, 2, 1, 3);
    unsigned lanes;

    (void)state;
    for (lanes = 1; lanes <= 5; lanes++) {
        struct copy_plan *plan = new_plan(&wish);
        struct copy_message message = { .count = 0 };
        uint32_t i;

        for (i = 0; i < 10; i++) {
            assert_int_equal(add(plan, 1, i, 20, 10, 20 * i), RESULT_OK);
            assert_true(copy_plan_take(plan, 20 * i, lanes, &message));
        }
        assert_int_equal(message.count, 1 + copies[lanes - 1]);
        if (lanes == 1)
            assert_true(copy_plan_due_ms(plan) == INT64_MAX);
        free(plan);
    }
}

static void another_wish_keeps_what_was_gathered(void **state)
{
    struct line_wish wish = wish_of(4, 0, 0, 0);
    struct copy_plan *plan = new_plan(&wish);

    (void)state;
    assert_int_equal(add(plan, 1, 0, 20, 10, 0), RESULT_OK);
    wish = wish_of(1, 1, 1, 0);
    copy_plan_set(plan, &wish);
    assert_int_equal(copy_plan_due_ms(plan), 0);
    assert_message(plan, 0, (uint32_t[]){ 0 }, 1, 1);
    assert_message(plan, 20, (uint32_t[]){ 0 }, 1, 0);
    assert_int_equal(add(plan, 1, 1, 20, 10, 40), RESULT_OK);
    copy_plan_clear(plan);
    assert_true(copy_plan_due_ms(plan) == INT64_MAX);
    free(plan);
}

/* --- whatever is said ---------------------------------------------------- */

enum { SPEAKERS = 5, NUMBERS = 3000, END_MS = 20000 };

/* Of each frame: how often it came as what, and in which message. */
struct seen {
    int64_t added_ms;
    bool is_added;
    unsigned as_new, as_copy;
    uint64_t first_message;
    bool copied_at[LIMIT_LINE_OFFSET + 1];
};

struct run {
    struct line_wish wish;
    unsigned lanes;
    unsigned frame_ms;
    bool is_late; /* the loop is, at times: what is too old is lost */
    uint64_t messages;
    struct seen seen[SPEAKERS][NUMBERS];
};

/* What may be planted, to see that the counting finds it. */
enum plant {
    PLANT_NOTHING,
    PLANT_LOST_NEW,
    PLANT_LOST_COPY,
    PLANT_TWICE,
    PLANT_LANE,
    PLANT_STALE,
    PLANT_LATE
};

/* The rule that is broken, or NULL. */
static const char *check_frame(struct run *run, struct seen *seen,
                               int64_t now_ms)
{
    uint64_t behind;

    if (!seen->is_added)
        return "a frame that nobody sent";
    if (now_ms - seen->added_ms > LIMIT_AUDIO_AGE_MS)
        return "a stale frame";
    if (seen->as_new == 0) {
        seen->as_new = 1;
        seen->first_message = run->messages;
        return NULL;
    }
    behind = run->messages - seen->first_message;
    seen->as_copy++;
    if (behind > LIMIT_LINE_OFFSET || seen->copied_at[behind])
        return "a copy that is not due";
    seen->copied_at[behind] = true;
    return NULL;
}

static const char *check_message(struct run *run,
                                 const struct copy_message *message,
                                 int64_t now_ms)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0, i;

    if (message->lane != run->messages % run->lanes)
        return "another lane's turn";
    if (tight_message_encode(message->frames, message->count, bytes,
                             sizeof bytes, &size) != RESULT_OK)
        return "it does not fit a message";
    for (i = 0; i < message->count; i++) {
        const struct audio_frame *frame = &message->frames[i];
        const char *fault;

        if (i > 0 && (frame->slot < frame[-1].slot ||
                      (frame->slot == frame[-1].slot &&
                       frame->sequence <= frame[-1].sequence)))
            return "not in order";
        if (frame->payload[frame->payload_size - 1] !=
            payload_of(frame->slot, frame->sequence))
            return "another payload";
        fault =
            check_frame(run, &run->seen[frame->slot][frame->sequence], now_ms);
        if (fault)
            return fault;
    }
    return NULL;
}

/* Those below the number of lanes. */
static size_t count_offsets(const struct run *run)
{
    size_t count = 0;

    while (count < run->wish.copy_count && run->wish.copies[count] < run->lanes)
        count++;
    return count;
}

/* At the end each frame was new once, and a copy at each offset. */
static const char *check_all(const struct run *run)
{
    size_t slot, number, i;

    for (slot = 0; slot < SPEAKERS; slot++) {
        for (number = 0; number < NUMBERS; number++) {
            const struct seen *seen = &run->seen[slot][number];

            if (!seen->is_added || run->is_late)
                continue;
            if (seen->as_new != 1)
                return "a frame was not sent";
            if (seen->as_copy != count_offsets(run))
                return "a copy was not sent";
            for (i = 0; i < count_offsets(run); i++)
                if (!seen->copied_at[run->wish.copies[i]])
                    return "a copy at another offset";
        }
    }
    return NULL;
}

static const char *take(struct run *run, struct copy_plan *plan, int64_t now_ms,
                        enum plant plant)
{
    struct copy_message message;
    const bool is_one = copy_plan_take(plan, now_ms, run->lanes, &message);
    const char *fault = NULL;

    if (is_one && run->messages == 100) {
        if (plant == PLANT_LANE)
            message.lane++;
        if (plant == PLANT_LOST_NEW)
            message.count = 0;
        if (plant == PLANT_LOST_COPY && message.count > 1)
            message.count--;
        if (plant == PLANT_TWICE && message.count > 1)
            message.frames[1] = message.frames[0];
        if (plant == PLANT_STALE)
            now_ms += LIMIT_AUDIO_AGE_MS + 100;
    }
    if (is_one && message.count > 0)
        fault = check_message(run, &message, now_ms);
    run->messages++;
    return fault;
}

/* Speakers begin and stop; frames of 5 ms of uncertainty. */
static const char *play(struct run *run, struct copy_plan *plan,
                        uint32_t *random, enum plant plant)
{
    uint32_t next[SPEAKERS] = { 0 };
    int64_t next_ms[SPEAKERS] = { 0 };
    const char *fault = NULL;
    int64_t now_ms, late_until_ms = 0;

    for (now_ms = 0; now_ms < END_MS + 4000 && !fault; now_ms++) {
        int64_t due_ms = copy_plan_due_ms(plan);
        size_t slot;

        if (run->is_late && dice(random, 3000) == 0)
            late_until_ms = now_ms + dice(random, 900);
        if (due_ms < now_ms - (plant == PLANT_LATE ? -1 : 0) &&
            now_ms > late_until_ms && !run->is_late)
            return "it is overdue";
        for (slot = 0; slot < SPEAKERS && now_ms < END_MS; slot++) {
            if (now_ms < next_ms[slot])
                continue;
            next_ms[slot] = now_ms + run->frame_ms - 2 + dice(random, 5);
            if (dice(random, 60) == 0)
                next_ms[slot] += dice(random, 1500);
            if (dice(random, 10) < 2 * slot)
                continue; /* not all speak all the time */
            run->seen[slot][next[slot]].is_added = true;
            run->seen[slot][next[slot]].added_ms = now_ms;
            while (!fault &&
                   add(plan, (uint16_t)slot, next[slot], run->frame_ms,
                       (uint16_t)(1 + dice(random, 90)), now_ms) == RESULT_FULL)
                fault = take(run, plan, now_ms, plant);
            next[slot]++;
        }
        while (!fault && now_ms >= late_until_ms &&
               copy_plan_due_ms(plan) <= now_ms)
            fault = take(run, plan, now_ms, plant);
    }
    if (!fault && copy_plan_due_ms(plan) != INT64_MAX)
        return "it never ends";
    return fault ? fault : check_all(run);
}

static const char *play_anew(const struct line_wish *wish, unsigned lanes,
                             unsigned frame_ms, uint32_t seed, bool is_late,
                             enum plant plant)
{
    struct run *run = calloc(1, sizeof *run);
    struct copy_plan *plan = new_plan(wish);
    const char *fault;

    assert_non_null(run);
    run->wish = *wish;
    run->lanes = lanes;
    run->frame_ms = frame_ms;
    run->is_late = is_late;
    fault = play(run, plan, &seed, plant);
    free(plan);
    free(run);
    return fault;
}

/* Copies that are older than 500 ms by their turn are left out by rule. A
 * message waits for its bundle from a frame on that may come as late as the
 * message would have gone without it: twice the time, and a frame. */
static bool is_in_time(const struct line_wish *wish, unsigned frame_ms)
{
    unsigned last =
        wish->copy_count > 0 ? wish->copies[wish->copy_count - 1] : 0;

    return ((2 * last + 1) * wish->bundle + last) * frame_ms <=
           LIMIT_AUDIO_AGE_MS;
}

static void every_frame_goes_out_once_and_once_for_each_copy(void **state)
{
    static const unsigned offsets[][2] = { { 0, 0 }, { 1, 0 }, { 4, 0 },
                                           { 1, 2 }, { 1, 3 }, { 3, 4 } };
    static const unsigned lengths[] = { 20, 40, 60 };
    unsigned bundle, i, k, lanes = 1;
    unsigned played = 0;

    (void)state;
    for (bundle = 1; bundle <= LIMIT_LINE_BUNDLE; bundle++) {
        for (i = 0; i < 6; i++) {
            for (k = 0; k < 3; k++) {
                const struct line_wish wish = wish_of(
                    bundle, (offsets[i][0] > 0) + (size_t)(offsets[i][1] > 0),
                    offsets[i][0], offsets[i][1]);
                const char *fault;

                if (!is_in_time(&wish, lengths[k]))
                    continue;
                lanes = lanes % (1 + LIMIT_LANES) + 1;
                fault = play_anew(&wish, lanes, lengths[k], bundle * 97 + i,
                                  false, PLANT_NOTHING);
                if (fault)
                    fail_msg("bundle %u, copies %u %u, %u ms, %u lanes: %s",
                             bundle, offsets[i][0], offsets[i][1], lengths[k],
                             lanes, fault);
                played++;
            }
        }
    }
    assert_true(played >= 35);
}

static void nothing_stale_is_sent_however_late_the_loop_is(void **state)
{
    uint32_t seed;

    (void)state;
    for (seed = 1; seed <= 30; seed++) {
        const struct line_wish wish =
            wish_of(1 + seed % LIMIT_LINE_BUNDLE, 2, 1, 2 + seed % 3);
        const char *fault =
            play_anew(&wish, 1 + seed % 6, 20, seed, true, PLANT_NOTHING);

        if (fault)
            fail_msg("seed %u: %s", seed, fault);
    }
}

static void each_planted_fault_is_found(void **state)
{
    static const char *const found[] = {
        [PLANT_LOST_NEW] = "a frame was not sent",
        [PLANT_LOST_COPY] = "a copy was not sent",
        [PLANT_TWICE] = "not in order",
        [PLANT_LANE] = "another lane's turn",
        [PLANT_STALE] = "a stale frame",
        [PLANT_LATE] = "it is overdue",
    };
    const struct line_wish plain = wish_of(2, 0, 0, 0);
    const struct line_wish wish = wish_of(2, 1, 1, 0);
    int plant;

    (void)state;
    for (plant = PLANT_LOST_NEW; plant <= PLANT_LATE; plant++) {
        const char *fault = play_anew(plant == PLANT_LOST_NEW ? &plain : &wish,
                                      3, 20, 7, false, (enum plant)plant);

        assert_non_null(fault);
        if (strcmp(fault, found[plant]) != 0)
            fail_msg("%d: %s", plant, fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_line_is_sent_each_frame_at_once),
        cmocka_unit_test(two_frames_go_together_as_soon_as_the_second_is_there),
        cmocka_unit_test(a_frame_waits_for_no_other_longer_than_the_bundle),
        cmocka_unit_test(the_wait_follows_the_length_of_frames),
        cmocka_unit_test(
            each_message_repeats_the_one_before_and_the_third_before),
        cmocka_unit_test(a_message_that_would_be_empty_is_none),
        cmocka_unit_test(what_is_too_old_is_not_sent),
        cmocka_unit_test(a_message_ages_from_its_oldest_new_frame),
        cmocka_unit_test(what_does_not_fit_waits_for_the_next_message),
        cmocka_unit_test(a_copy_never_goes_over_the_lane_of_its_original),
        cmocka_unit_test(another_wish_keeps_what_was_gathered),
        cmocka_unit_test(every_frame_goes_out_once_and_once_for_each_copy),
        cmocka_unit_test(nothing_stale_is_sent_however_late_the_loop_is),
        cmocka_unit_test(each_planted_fault_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
