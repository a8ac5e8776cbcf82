/* What waits before a connection: its order, its bounds, its age. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_outbox.h"
#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 16, NOON_MS = 43200000 };

static void put(struct line_outbox *outbox, enum client_lane lane,
                const char *text, int64_t now_ms)
{
    assert_int_equal(line_outbox_put(outbox, lane, text, strlen(text), now_ms),
                     RESULT_OK);
}

/* The next message is this one; NULL: there is none. */
static void expect(struct line_outbox *outbox, const char *text, int64_t now_ms)
{
    struct line_message *message = line_outbox_take(outbox, now_ms);

    if (!text) {
        assert_null(message);
        return;
    }
    assert_non_null(message);
    assert_int_equal(message->size, strlen(text));
    assert_memory_equal(message->data + ROOM, text, message->size);
    free(message);
}

static void control_goes_before_sound_and_sound_before_files(void **state)
{
    struct line_outbox outbox;

    (void)state;
    line_outbox_init(&outbox, ROOM);
    put(&outbox, LANE_BLOB, "f1", NOON_MS);
    put(&outbox, LANE_AUDIO, "s1", NOON_MS);
    put(&outbox, LANE_AUDIO, "s2", NOON_MS);
    put(&outbox, LANE_CONTROL, "c1", NOON_MS);
    put(&outbox, LANE_CONTROL, "c2", NOON_MS);
    expect(&outbox, "c1", NOON_MS);
    expect(&outbox, "c2", NOON_MS);
    expect(&outbox, "s1", NOON_MS);
    expect(&outbox, "s2", NOON_MS);
    assert_false(line_outbox_is_empty(&outbox));
    expect(&outbox, "f1", NOON_MS);
    assert_true(line_outbox_is_empty(&outbox));
    expect(&outbox, NULL, NOON_MS);
}

static void sound_that_has_become_old_is_not_sent(void **state)
{
    struct line_outbox outbox;

    (void)state;
    line_outbox_init(&outbox, ROOM);
    put(&outbox, LANE_AUDIO, "old", NOON_MS);
    put(&outbox, LANE_CONTROL, "said", NOON_MS);
    put(&outbox, LANE_AUDIO, "new", NOON_MS + 1);
    expect(&outbox, "said", NOON_MS + LIMIT_AUDIO_AGE_MS + 1);
    expect(&outbox, "new", NOON_MS + LIMIT_AUDIO_AGE_MS + 1);
    expect(&outbox, NULL, NOON_MS + LIMIT_AUDIO_AGE_MS + 1);
    assert_int_equal(outbox.stale, 1);
}

static void of_too_much_sound_the_oldest_goes(void **state)
{
    struct line_outbox outbox;
    char text[2] = "a";
    int i;

    (void)state;
    line_outbox_init(&outbox, ROOM);
    for (i = 0; i <= LIMIT_AUDIO_QUEUE; i++) {
        text[0] = (char)('a' + i);
        put(&outbox, LANE_AUDIO, text, NOON_MS + i);
    }
    for (i = 1; i <= LIMIT_AUDIO_QUEUE; i++) {
        text[0] = (char)('a' + i);
        expect(&outbox, text, NOON_MS + LIMIT_AUDIO_QUEUE);
    }
    expect(&outbox, NULL, NOON_MS);
    assert_int_equal(outbox.stale, 1);
}

static void a_line_that_is_far_behind_takes_no_more_control(void **state)
{
    static char text[LIMIT_OUTBOX_SIZE];
    struct line_outbox outbox;
    int i;

    (void)state;
    line_outbox_init(&outbox, ROOM);
    for (i = 0; i < 4; i++)
        assert_int_equal(
            line_outbox_put(&outbox, LANE_CONTROL, text, sizeof text, NOON_MS),
            RESULT_OK);
    assert_int_equal(line_outbox_put(&outbox, LANE_CONTROL, text, 1, NOON_MS),
                     RESULT_FULL);
    put(&outbox, LANE_AUDIO, "s", NOON_MS);
    line_outbox_clear(&outbox);
    assert_true(line_outbox_is_empty(&outbox));
    put(&outbox, LANE_CONTROL, "c", NOON_MS);
    expect(&outbox, "c", NOON_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_goes_before_sound_and_sound_before_files),
        cmocka_unit_test(sound_that_has_become_old_is_not_sent),
        cmocka_unit_test(of_too_much_sound_the_oldest_goes),
        cmocka_unit_test(a_line_that_is_far_behind_takes_no_more_control),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
