/*
 * Which connection is the line, second by second, over connections whose other
 * end answers or not as the test says.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_race.h"

#include <string.h>

enum { START_MS = 50000, STEP_MS = 10 };

struct fake_link {
    bool is_dialling, is_up, is_closing;
    bool is_established; /* its system answers, the rest is under way */
    bool is_mute;        /* says nothing from now on */
    bool is_deaf;        /* its system does not answer either */
    int64_t heard_ms, answered_ms;
    unsigned pings;
};

struct scene {
    struct line_race race;
    struct fake_link links[RACE_LINKS];
    int64_t now_ms, round_trip_ms;
    bool is_unknown;   /* nothing is known of connections */
    bool cannot_begin; /* a dial fails at once */
    unsigned dials, opened, replaced, closed;
    uint16_t code;
};

static enum result dial(void *user, unsigned link)
{
    struct scene *scene = user;

    if (scene->cannot_begin)
        return RESULT_IO;
    assert_false(scene->links[link].is_dialling || scene->links[link].is_up);
    scene->links[link] =
        (struct fake_link){ .is_dialling = true,
                            .heard_ms = scene->now_ms - 1000000,
                            .answered_ms = scene->now_ms - 1000000 };
    scene->dials++;
    return RESULT_OK;
}

static void shut(void *user, unsigned link)
{
    ((struct scene *)user)->links[link].is_closing = true;
}

static void ping(void *user, unsigned link)
{
    struct scene *scene = user;
    struct fake_link *one = &scene->links[link];

    assert_true(one->is_up && !one->is_closing);
    one->pings++;
    if (!one->is_mute)
        one->heard_ms = scene->now_ms;
    if (!one->is_mute || !one->is_deaf)
        one->answered_ms = scene->now_ms;
}

static bool look(void *user, unsigned link, struct line_figures *out)
{
    const struct scene *scene = user;
    const struct fake_link *one = &scene->links[link];

    if (scene->is_unknown || (!one->is_dialling && !one->is_up))
        return false;
    *out =
        (struct line_figures){ .is_established =
                                   one->is_up || one->is_established,
                               .heard_ms = scene->now_ms - one->heard_ms,
                               .answered_ms = scene->now_ms - one->answered_ms,
                               .round_trip_ms = scene->round_trip_ms };
    return true;
}

static void on_open(void *user, const uint8_t *exporter)
{
    assert_int_equal(exporter[0], 7);
    ((struct scene *)user)->opened++;
}

static void on_replaced(void *user, const uint8_t *exporter)
{
    assert_int_equal(exporter[0], 7);
    ((struct scene *)user)->replaced++;
}

static void on_closed(void *user, uint16_t code)
{
    struct scene *scene = user;

    scene->closed++;
    scene->code = code;
}

static void begin(struct scene *scene)
{
    const struct race_port port = { dial, shut, ping, look, scene };
    const struct race_handlers handlers = { on_open, on_replaced, on_closed,
                                            scene };

    *scene = (struct scene){ .now_ms = START_MS, .round_trip_ms = 100 };
    line_race_init(&scene->race, &port, &handlers);
}

static void open_link(struct scene *scene, unsigned link)
{
    static const uint8_t exporter[32] = { 7 };
    struct fake_link *one = &scene->links[link];

    assert_true(one->is_dialling);
    one->is_dialling = false;
    one->is_up = one->is_established = true;
    one->heard_ms = one->answered_ms = scene->now_ms;
    line_race_on_open(&scene->race, link, exporter, scene->now_ms);
}

static void close_link(struct scene *scene, unsigned link, uint16_t code)
{
    scene->links[link] = (struct fake_link){ .is_up = false };
    line_race_on_closed(&scene->race, link, code);
}

/* Time goes on; what was asked to close has closed. */
static void pass(struct scene *scene, int64_t ms)
{
    const int64_t end_ms = scene->now_ms + ms;
    unsigned link;

    while (scene->now_ms < end_ms) {
        scene->now_ms += STEP_MS;
        if (line_race_next_ms(&scene->race, scene->now_ms) <= scene->now_ms)
            line_race_tick(&scene->race, scene->now_ms);
        for (link = 0; link < RACE_LINKS; link++)
            if (scene->links[link].is_closing)
                close_link(scene, link, 0);
    }
}

static unsigned current(const struct scene *scene)
{
    unsigned link = RACE_LINKS;

    assert_true(line_race_current(&scene->race, &link));
    return link;
}

/* Up on link 0, watched, and heard. */
static void be_up(struct scene *scene)
{
    begin(scene);
    assert_int_equal(line_race_connect(&scene->race, scene->now_ms), RESULT_OK);
    open_link(scene, 0);
    line_race_watch(&scene->race, true);
}

static void fall_silent(struct scene *scene, unsigned link)
{
    scene->links[link].is_mute = scene->links[link].is_deaf = true;
}

/* --- silence ------------------------------------------------------------- */

static void silence_is_longer_on_longer_lines(void **state)
{
    static const struct {
        int64_t round_trip_ms, silence_ms;
    } rows[] = { { 0, 1500 },   { 50, 1500 },  { 333, 1500 },
                 { 334, 1502 }, { 600, 2300 }, { 2000, 6500 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(line_silence_ms(rows[i].round_trip_ms),
                         rows[i].silence_ms);
}

static void a_line_that_says_nothing_is_asked_each_second(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    pass(&scene, 990);
    assert_int_equal(scene.links[0].pings, 0);
    pass(&scene, 4020);
    assert_in_range(scene.links[0].pings, 4, 5);
    assert_int_equal(scene.dials, 1);
    assert_false(line_race_is_silent(&scene.race));
}

static void a_line_that_speaks_is_not_asked(void **state)
{
    struct scene scene;
    int i;

    (void)state;
    be_up(&scene);
    for (i = 0; i < 100; i++) {
        scene.links[0].heard_ms = scene.links[0].answered_ms = scene.now_ms;
        pass(&scene, 60);
    }
    assert_int_equal(scene.links[0].pings, 0);
}

static void a_line_that_is_not_watched_may_be_silent(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    line_race_watch(&scene.race, false);
    fall_silent(&scene, 0);
    pass(&scene, 60000);
    assert_int_equal(scene.links[0].pings, 0);
    assert_int_equal(scene.dials, 1);
    assert_int_equal(line_race_next_ms(&scene.race, scene.now_ms), INT64_MAX);
}

static void nothing_is_judged_where_nothing_is_known(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    scene.is_unknown = true;
    fall_silent(&scene, 0);
    pass(&scene, 20000);
    assert_int_equal(scene.dials, 1);
}

/* --- the race ------------------------------------------------------------ */

static void a_silent_line_is_dialled_beside_four_times_in_a_second(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 1400);
    assert_int_equal(scene.dials, 1);
    pass(&scene, 200);
    assert_true(line_race_is_silent(&scene.race));
    assert_int_equal(scene.dials, 2);
    assert_int_equal(current(&scene), 0);
    pass(&scene, 300);
    assert_int_equal(scene.dials, 3);
    pass(&scene, 500);
    assert_int_equal(scene.dials, 5);
    pass(&scene, 900);
    assert_int_equal(scene.dials, 5);
    /* What the system repeats makes room. */
    pass(&scene, 2000);
    assert_in_range(scene.dials, 8, 10);
    assert_int_equal(scene.replaced + scene.closed, 0);
}

/* The oldest of the dials under way. */
static int64_t oldest_ms(const struct scene *scene)
{
    int64_t oldest_ms = 0;
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++) {
        const struct race_link *one = &scene->race.links[link];

        if (one->phase == RACE_DIALLING &&
            scene->now_ms - one->dialled_ms > oldest_ms)
            oldest_ms = scene->now_ms - one->dialled_ms;
    }
    return oldest_ms;
}

/* One whose first packet was repeated twice would be slow for seconds, if its
 * answer does not just need so long. */
static void dials_stay_young_where_the_round_trip_is_short(void **state)
{
    static const struct {
        int64_t round_trip_ms, least_ms, most_ms;
    } rows[] = { { 100, 1800, 2000 },
                 { 700, 1800, 2000 },
                 { 900, 3900, 4100 },
                 { 2000, 3900, 4100 } };
    struct scene scene;
    size_t i;
    int k;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t most_ms = 0;

        be_up(&scene);
        scene.round_trip_ms = rows[i].round_trip_ms;
        pass(&scene, 3000);
        fall_silent(&scene, 0);
        pass(&scene, 1000);
        for (k = 0; k < 2000; k++) {
            pass(&scene, STEP_MS);
            if (oldest_ms(&scene) > most_ms)
                most_ms = oldest_ms(&scene);
        }
        assert_in_range(most_ms, rows[i].least_ms, rows[i].most_ms);
    }
}

static void the_first_that_is_established_takes_the_place(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 3000);
    assert_true(scene.dials >= 3);
    open_link(&scene, 2);
    assert_int_equal(scene.replaced, 1);
    assert_int_equal(current(&scene), 2);
    assert_false(line_race_is_silent(&scene.race));
    assert_true(scene.links[0].is_closing && scene.links[1].is_closing);
    pass(&scene, 100);
    assert_int_equal(scene.closed, 0);
    scene.dials = 0;
    pass(&scene, 20000);
    assert_int_equal(scene.dials, 0);
    /* And once more, from there. */
    fall_silent(&scene, 2);
    pass(&scene, 3000);
    open_link(&scene, 0);
    assert_int_equal(scene.replaced, 2);
    assert_int_equal(current(&scene), 0);
}

static void a_line_that_speaks_again_stays(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 3000);
    assert_true(scene.links[1].is_dialling);
    scene.links[0].is_mute = scene.links[0].is_deaf = false;
    scene.links[0].heard_ms = scene.links[0].answered_ms = scene.now_ms;
    pass(&scene, 500);
    assert_false(line_race_is_silent(&scene.race));
    assert_false(scene.links[1].is_dialling || scene.links[2].is_dialling);
    assert_int_equal(scene.replaced + scene.closed, 0);
    assert_int_equal(current(&scene), 0);
}

static void a_dial_that_wins_after_the_line_spoke_again_is_dropped(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 2000);
    line_race_watch(&scene.race, false);
    assert_true(scene.links[1].is_closing);
    open_link(&scene, 1);
    assert_int_equal(scene.replaced, 0);
    assert_int_equal(current(&scene), 0);
}

static void a_dial_whose_other_end_answers_is_left_to_itself_until_it_is_silent(
    void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 2100);
    assert_int_equal(scene.dials, 4);
    scene.links[2].is_established = true;
    scene.links[2].answered_ms = scene.now_ms;
    pass(&scene, 100);
    assert_true(scene.links[2].is_dialling);
    assert_false(scene.links[1].is_dialling || scene.links[3].is_dialling);
    pass(&scene, 1300);
    assert_int_equal(scene.dials, 4);
    pass(&scene, 300);
    assert_true(scene.dials > 4);
}

static void a_server_that_is_held_up_gets_one_dial_and_only_late(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    scene.links[0].is_mute = true; /* but its system answers */
    pass(&scene, 4300);
    assert_int_equal(scene.dials, 1);
    pass(&scene, 700);
    assert_int_equal(scene.dials, 2);
    pass(&scene, 20000);
    assert_int_equal(scene.dials, 2);
    close_link(&scene, 1, 0);
    pass(&scene, 5100);
    assert_int_equal(scene.dials, 3);
}

static void who_slept_himself_asks_before_he_judges(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    scene.now_ms += 3600000; /* the lid was closed */
    pass(&scene, STEP_MS);
    assert_int_equal(scene.links[0].pings, 1);
    pass(&scene, 5000);
    assert_int_equal(scene.dials, 1);
}

/* --- beginnings and ends ------------------------------------------------- */

static void the_first_connection_is_raced_for_too(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_OK);
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_BUSY);
    pass(&scene, 3500);
    assert_int_equal(scene.dials, 4);
    close_link(&scene, 0, 0);
    assert_int_equal(scene.closed, 0);
    open_link(&scene, 3);
    assert_int_equal(scene.opened, 1);
    assert_int_equal(current(&scene), 3);
    pass(&scene, 100);
    assert_false(scene.links[1].is_dialling || scene.links[2].is_dialling);
    assert_int_equal(scene.closed, 0);
}

static void when_all_dials_fail_the_line_is_down(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_OK);
    close_link(&scene, 0, 0);
    assert_int_equal(scene.closed, 1);
    assert_true(line_race_is_over(&scene.race));
    scene.cannot_begin = true;
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_IO);
    scene.cannot_begin = false;
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_OK);
}

static void a_line_that_breaks_leaves_its_dials_to_the_next_one(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 1800);
    close_link(&scene, 0, 0);
    assert_int_equal(scene.closed, 1);
    assert_true(scene.links[1].is_dialling && !scene.links[1].is_closing);
    assert_int_equal(line_race_connect(&scene.race, scene.now_ms), RESULT_OK);
    assert_int_equal(scene.dials, 3);
    /* In the same haste as beside the old line. */
    pass(&scene, 600);
    assert_in_range(scene.dials, 5, 6);
    open_link(&scene, 1);
    assert_int_equal(scene.opened, 2);
}

static void a_line_that_the_server_closed_leaves_none(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 1800);
    close_link(&scene, 0, 4004);
    assert_int_equal(scene.code, 4004);
    pass(&scene, 100);
    assert_true(line_race_is_over(&scene.race));
}

static void who_closes_is_told_once_when_all_are_closed(void **state)
{
    struct scene scene;

    (void)state;
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 3000);
    line_race_close(&scene.race);
    close_link(&scene, 0, 0);
    assert_int_equal(scene.closed, 0);
    pass(&scene, 100);
    assert_int_equal(scene.closed, 1);
    assert_true(line_race_is_over(&scene.race));
    /* Dials that nobody waits for any more end, too. */
    be_up(&scene);
    fall_silent(&scene, 0);
    pass(&scene, 1800);
    close_link(&scene, 0, 0);
    line_race_close(&scene.race);
    pass(&scene, 100);
    assert_int_equal(scene.closed, 1);
    assert_true(line_race_is_over(&scene.race));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_longer_on_longer_lines),
        cmocka_unit_test(a_line_that_says_nothing_is_asked_each_second),
        cmocka_unit_test(a_line_that_speaks_is_not_asked),
        cmocka_unit_test(a_line_that_is_not_watched_may_be_silent),
        cmocka_unit_test(nothing_is_judged_where_nothing_is_known),
        cmocka_unit_test(
            a_silent_line_is_dialled_beside_four_times_in_a_second),
        cmocka_unit_test(dials_stay_young_where_the_round_trip_is_short),
        cmocka_unit_test(the_first_that_is_established_takes_the_place),
        cmocka_unit_test(a_line_that_speaks_again_stays),
        cmocka_unit_test(
            a_dial_that_wins_after_the_line_spoke_again_is_dropped),
        cmocka_unit_test(
            a_dial_whose_other_end_answers_is_left_to_itself_until_it_is_silent),
        cmocka_unit_test(a_server_that_is_held_up_gets_one_dial_and_only_late),
        cmocka_unit_test(who_slept_himself_asks_before_he_judges),
        cmocka_unit_test(the_first_connection_is_raced_for_too),
        cmocka_unit_test(when_all_dials_fail_the_line_is_down),
        cmocka_unit_test(a_line_that_breaks_leaves_its_dials_to_the_next_one),
        cmocka_unit_test(a_line_that_the_server_closed_leaves_none),
        cmocka_unit_test(who_closes_is_told_once_when_all_are_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
