/* The floor as people see it, and what they type about it. */
#include "client/cli/cli_floor.h"
#include "client/cli/cli_show.h"
#include "client/core/client.h"
#include "tests/support/cli_screen_scene.h"
#include "tests/support/cli_typing.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void show(struct screen *screen,
                 void (*list)(const struct meeting_view *, FILE *))
{
    FILE *out = screen_paper(screen);

    list(&screen->view, out);
    screen_close(out);
}

static void the_queue_shows_who_comes_how_and_from_where(void **state)
{
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "1 s1 tick m14 site s1\n"
                               "1 m1 give_floor m5 0\n"
                               "66 m5 end_floor\n"
                               "70 m5 raise_hand\n"
                               "71 s1 raise_hand m14\n"
                               "72 m7 raise_point_of_order");
    show(&screen, cli_show_hands);
    assert_string_equal(
        screen.text,
        "   1. comrade m7 (point of order) (speaks for the first "
        "time)\n"
        "   2. comrade m5 (1 min 05 s)\n"
        "   3. site s1 – comrade m14 (speaks for the first time)\n");
    show(&screen, cli_show_times);
    assert_string_equal(screen.text,
                        "  comrade m5: 1 min 05 s, had the floor 1 times\n");
    meeting_play(screen.meeting, "80 m1 give_floor m5 0", NULL);
    show(&screen, cli_show_times);
    assert_string_equal(screen.text,
                        "  comrade m5: 1 min 05 s, had the floor 2 times; "
                        "speaks now, which is not counted yet\n");
    screen_end(&screen);
}

static void who_leads_beside_the_chair_is_shown(void **state)
{
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "1 m1 appoint_officer m7 co_chair\n"
                               "2 m1 appoint_officer m2 co_chair\n"
                               "3 m1 appoint_officer m5 moderator");
    show(&screen, cli_floor_officers_write);
    assert_string_equal(screen.text, "  Co-chairs:    comrade m2, comrade m7\n"
                                     "  Moderators:   comrade m5\n");
    screen_end(&screen);
}

static void say(struct screen *screen, const struct meeting_event *event,
                const char *sentence)
{
    FILE *out = screen_paper(screen);

    cli_floor_event_write(&screen->view, event, out);
    screen_close(out);
    assert_string_equal(screen->text, sentence);
}

static void the_speaker_is_told_by_you(void **state)
{
    struct screen screen;
    struct meeting_event event = { .kind = EVENT_FLOOR_WARNED_KIND };

    (void)state;
    screen_begin_open(&screen, "");
    event.body.floor_warned.member = meeting_id("m4");
    event.body.floor_warned.left_ms = 30000;
    say(&screen, &event, "YOUR speaking time ends in 30 s");
    event.body.floor_warned.member = meeting_id("m5");
    say(&screen, &event, "comrade m5 has 30 s left to speak");
    event = (struct meeting_event){ .kind = EVENT_MUTE_RELEASED_KIND };
    event.body.mute_released.holder = meeting_id("m4");
    say(&screen, &event, "YOU may switch the sound on again: /unmute");
    screen_end(&screen);
}

static void modes_and_orders_are_typed_alone_or_together(void **state)
{
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "");
    assert_typed(
        &screen.view, "/floor-mode free",
        "{\"op\":\"set_floor_mode\",\"mode\":\"free\",\"order\":\"raised\"}");
    assert_typed(&screen.view, "/che-do-phat-bieu it-noi",
                 "{\"op\":\"set_floor_mode\",\"mode\":\"called\","
                 "\"order\":\"least_spoken\"}");
    assert_typed(&screen.view, "/floor-mode tự-do ít-nói",
                 "{\"op\":\"set_floor_mode\",\"mode\":\"free\","
                 "\"order\":\"least_spoken\"}");
    assert_typed(&screen.view, "/floor-mode", NULL);
    assert_typed(&screen.view, "/floor-mode free always", NULL);
    screen_end(&screen);
}

static void officers_are_named_and_dismissed_from_what_they_are(void **state)
{
    struct screen screen;

    (void)state;
    screen_begin_open(&screen, "1 m1 appoint_officer m5 moderator");
    assert_typed(&screen.view, "/co-chair m7",
                 "{\"op\":\"appoint_officer\",\"member\":\"m7\","
                 "\"role\":\"co_chair\"}");
    assert_typed(&screen.view, "/điều-hành m7",
                 "{\"op\":\"appoint_officer\",\"member\":\"m7\","
                 "\"role\":\"moderator\"}");
    assert_typed(&screen.view, "/dismiss m5",
                 "{\"op\":\"dismiss_officer\",\"member\":\"m5\","
                 "\"role\":\"moderator\"}");
    assert_typed(&screen.view, "/dismiss m7", NULL);
    assert_typed(&screen.view, "/give-chair m7",
                 "{\"op\":\"give_chair\",\"member\":\"m7\"}");
    assert_typed(&screen.view, "/release m5",
                 "{\"op\":\"release_mute\",\"holder\":\"m5\"}");
    assert_typed(&screen.view, "/point",
                 "{\"op\":\"raise_point_of_order\",\"member\":\"\"}");
    screen_end(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_shows_who_comes_how_and_from_where),
        cmocka_unit_test(who_leads_beside_the_chair_is_shown),
        cmocka_unit_test(the_speaker_is_told_by_you),
        cmocka_unit_test(modes_and_orders_are_typed_alone_or_together),
        cmocka_unit_test(officers_are_named_and_dismissed_from_what_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
