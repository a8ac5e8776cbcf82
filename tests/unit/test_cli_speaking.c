/* Who speaks, as it is told. */
#include "client/cli/cli_speaking.h"
#include "client/cli/cli_show.h"
#include "tests/support/cli_screen_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct cli_speakers those(const char *first, ...)
{
    struct cli_speakers speakers = { .count = 0 };
    va_list list;

    va_start(list, first);
    for (const char *id = first; id; id = va_arg(list, const char *))
        speakers.of[speakers.count++] = meeting_id(id);
    va_end(list);
    return speakers;
}

static void assert_line(struct screen *screen,
                        const struct cli_speakers *speakers,
                        const char *expected)
{
    FILE *out = screen_paper(screen);

    cli_speakers_write(&screen->view, speakers, out);
    screen_close(out);
    assert_string_equal(screen->text, expected);
}

static void three_are_named_and_the_rest_is_counted(void **state)
{
    struct screen screen;
    struct cli_speakers speakers = those("m7", "m4", "s1", "m5", "m1", NULL);

    (void)state;
    screen_begin_open(&screen, "1 s1 tick m14 site s1\n"
                               "1 m1 give_floor m14 0");
    assert_line(&screen, &speakers,
                "Speaking: comrade m7, comrade m4, site s1 – comrade m14 +2");
    speakers.am_heard = true;
    assert_line(&screen, &speakers,
                "Speaking: comrade m7, YOU (you are heard), site s1 – comrade "
                "m14 +2");
    speakers = those("s1", NULL);
    assert_line(&screen, &speakers, "Speaking: site s1 – comrade m14");
    speakers = those(NULL);
    assert_line(&screen, &speakers, "Nobody is speaking.");
    screen_end(&screen);
}

/* Frames that came so long ago that somebody speaks now. */
static void hear(struct cli_speaking *speaking, uint16_t slot)
{
    int64_t begin_ms = 0;

    (void)cli_speaking_on_audio(speaking, slot, 0);
    for (size_t i = 0; i < speaking->now.count; i++)
        if (speaking->now.places[i].slot == slot) {
            begin_ms = speaking->now.places[i].begun_ms;
            speaking->now.places[i].begun_ms = begin_ms - SPEAKING_BEGIN_MS;
        }
}

static uint16_t slot_of(const struct screen *screen, const char *holder)
{
    const struct identifier id = meeting_id(holder);
    const struct meeting_holder *found =
        meeting_state_holder(screen->view.state, &id);

    assert_non_null(found);
    for (size_t i = 0; i < found->device_count; i++)
        if (found->devices[i].has_slot)
            return found->devices[i].slot;
    fail_msg("%s has no slot", holder);
    return 0;
}

static void senders_are_found_by_their_slots(void **state)
{
    struct cli_speaking speaking;
    struct cli_speakers speakers;
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "");
    cli_speaking_init(&speaking);
    hear(&speaking, slot_of(&screen, "m7"));
    hear(&speaking, 60000); /* nobody's */
    hear(&speaking, slot_of(&screen, "s1"));
    cli_speaking_now(&speaking, &screen.view, true, &speakers);
    assert_false(speakers.am_heard);
    assert_int_equal(speakers.count, 2);
    assert_string_equal(speakers.of[0].text, "m7");
    assert_string_equal(speakers.of[1].text, "s1");
    cli_speaking_end(&speaking);
    screen_end(&screen);
}

static void own_frames_count_if_the_server_passes_them_on(void **state)
{
    struct cli_speaking speaking;
    struct cli_speakers speakers;
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "");
    cli_speaking_init(&speaking);
    cli_speaking_on_sent(&speaking, 0);
    speaking.now.places[0].begun_ms -= SPEAKING_BEGIN_MS;
    cli_speaking_now(&speaking, &screen.view, false, &speakers);
    assert_int_equal(speakers.count, 0);
    cli_speaking_now(&speaking, &screen.view, true, &speakers);
    assert_true(speakers.am_heard);
    assert_true(speakers.count == 1 && identifier_is(&speakers.of[0], "m4"));
    cli_speaking_on_refused(&speaking);
    cli_speaking_now(&speaking, &screen.view, true, &speakers);
    assert_int_equal(speakers.count, 0);
    /* Nor is what somebody sends under a slot that is nobody's. */
    assert_false(cli_speaking_on_audio(&speaking, 0, 0));
    cli_speaking_end(&speaking);
    screen_end(&screen);
}

/* --- what is worth a line ------------------------------------------------ */

static bool tells(struct cli_speaking_told *told, int64_t now_ms,
                  struct cli_speakers speakers)
{
    return cli_speaking_should_tell(told, &speakers, now_ms);
}

static void another_speaker_is_told_and_pauses_are_not(void **state)
{
    struct cli_speaking_told told = { .count = 0 };

    (void)state;
    assert_false(tells(&told, 0, those(NULL)));
    assert_true(tells(&told, 1000, those("m5", NULL)));
    assert_false(tells(&told, 3000, those("m5", NULL)));
    assert_false(tells(&told, 4000, those(NULL)));
    assert_false(tells(&told, 99000, those("m5", NULL)));
    assert_true(tells(&told, 99100, those("m7", NULL)));
    assert_true(tells(&told, 120000, those("m5", NULL)));
}

static void who_say_turns_to_each_other_are_told_once(void **state)
{
    struct cli_speaking_told told = { .count = 0 };
    int64_t ms;

    (void)state;
    assert_true(tells(&told, 1000, those("m5", NULL)));
    assert_true(tells(&told, 4000, those("m5", "m7", NULL)));
    for (ms = 5000; ms < 60000; ms += 2000) {
        assert_false(tells(&told, ms, those("m7", NULL)));
        assert_false(tells(&told, ms + 1000, those("m5", NULL)));
    }
    /* m7 has long said nothing while m5 went on. */
    for (; ms < 80000; ms += 1000)
        assert_false(tells(&told, ms, those("m5", NULL)));
    assert_true(tells(&told, ms, those("m5", "m7", NULL)));
}

static void a_crowd_is_told_at_a_bearable_pace(void **state)
{
    struct cli_speaking_told told = { .count = 0 };
    int lines = 0;

    (void)state;
    for (int64_t ms = 0; ms < 20000; ms += 100) {
        char id[8];

        (void)snprintf(id, sizeof id, "m%d", (int)(ms / 100 % 150));
        lines += tells(&told, ms, those(id, NULL));
    }
    assert_in_range(lines, 9, 20000 / CLI_SPEAKING_EVERY_MS);
}

static void what_came_too_soon_is_told_later(void **state)
{
    struct cli_speaking_told told = { .count = 0 };

    (void)state;
    assert_true(tells(&told, 1000, those("m5", NULL)));
    assert_false(tells(&told, 1500, those("m7", NULL)));
    assert_true(tells(&told, 1000 + CLI_SPEAKING_EVERY_MS, those("m7", NULL)));
}

/* --- the roll ------------------------------------------------------------ */

static void the_roll_shows_who_speaks_and_how_loud(void **state)
{
    struct screen screen;
    const struct cli_speakers speakers = those("m5", "s1", NULL);
    struct cli_volumes volumes = { .count = 0 };
    const struct cli_roll_sound sound = { &speakers, &volumes };
    const struct identifier loud = { "m5" };
    const struct identifier unheard = { "m7" };
    FILE *out;

    (void)state;
    screen_begin_open(&screen, "");
    assert_int_equal(cli_volume_set(&volumes, &loud, 150), RESULT_OK);
    assert_int_equal(cli_volume_set(&volumes, &unheard, 0), RESULT_OK);
    out = screen_paper(&screen);
    cli_show_roll(&screen.view, &sound, out);
    screen_close(out);
    assert_non_null(strstr(screen.text, ", is speaking, loudness 150 %\n"));
    assert_non_null(strstr(screen.text, ", not heard by you\n"));
    assert_non_null(strstr(screen.text, "connected, is speaking\n"));
    screen_end(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_are_named_and_the_rest_is_counted),
        cmocka_unit_test(senders_are_found_by_their_slots),
        cmocka_unit_test(own_frames_count_if_the_server_passes_them_on),
        cmocka_unit_test(another_speaker_is_told_and_pauses_are_not),
        cmocka_unit_test(who_say_turns_to_each_other_are_told_once),
        cmocka_unit_test(a_crowd_is_told_at_a_bearable_pace),
        cmocka_unit_test(what_came_too_soon_is_told_later),
        cmocka_unit_test(the_roll_shows_who_speaks_and_how_loud),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
