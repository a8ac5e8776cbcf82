/* What is done about a line, over made-up seconds of lines. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_ladder.h"
#include "tests/support/line_seconds.h"

/* --- settings ------------------------------------------------------------ */

static void every_step_can_be_asked_for_and_costs_less_than_plain(void **state)
{
    int step;

    (void)state;
    for (step = LINE_PLAIN; step < LINE_STEPS; step++) {
        const struct line_setting *setting = line_setting(step);

        assert_true(line_wish_is_good(&setting->wish));
        assert_true(setting->load <= line_setting(LINE_PLAIN)->load);
        assert_true(setting->wish.rate == 0 ||
                    setting->wish.rate == setting->rate);
        assert_int_equal(setting->frame_ms, line_frame_ms(setting->rate));
    }
    assert_true(line_wish_is_plain(&line_setting(LINE_PLAIN)->wish));
}

/* --- up ------------------------------------------------------------------ */

static void a_good_line_is_left_alone_for_an_hour(void **state)
{
    const struct line_second heard = good_second(), spoken = spoken_second(0);
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    assert_int_equal(ladder_pass(&ladder, &heard, HOUR_S), 0);
    assert_int_equal(ladder_pass(&ladder, &spoken, HOUR_S), 0);
    assert_int_equal(ladder.step, LINE_PLAIN);
    assert_false(line_ladder_is_wary(&ladder));
}

static void a_line_that_loses_packets_becomes_rough_in_ten_seconds(void **state)
{
    const struct line_second lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
    assert_int_equal(ladder_pass(&ladder, &lossy, 5), 0);
}

static void a_single_bad_second_changes_nothing(void **state)
{
    const struct line_second good = good_second(), bad = lossy_second();
    struct line_ladder ladder;
    int i;

    (void)state;
    line_ladder_init(&ladder);
    for (i = 0; i < 60; i++) {
        assert_int_equal(ladder_pass(&ladder, &good, 20), 0);
        assert_int_equal(ladder_pass(&ladder, &bad, 1), 0);
        assert_true(line_ladder_is_wary(&ladder));
    }
}

static void a_speaker_whose_line_is_bad_does_not_change_ours(void **state)
{
    struct line_second late = lossy_second();
    struct line_ladder ladder;

    (void)state;
    late.disordered = 0;
    late.late = late.very_late = 25;
    late.lost = 3;
    late.standing_ms = 400;
    line_ladder_init(&ladder);
    assert_int_equal(ladder_pass(&ladder, &late, HOUR_S), 0);
    /* Where nothing is known of packets the doubt is on our side. */
    late.knows_packets = false;
    (void)ladder_await(&ladder, &late, LINE_ROUGH, 10);
}

static void who_has_to_say_much_again_speaks_over_a_rough_line(void **state)
{
    const struct line_second once = spoken_second(1), much = spoken_second(3);
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &once, LINE_ROUGH, 12);
    assert_int_equal(ladder_pass(&ladder, &once, 60), 0);
    (void)ladder_await(&ladder, &much, LINE_ROUGHER, 20);
}

static void on_a_short_line_saying_again_costs_nothing(void **state)
{
    struct line_second second = spoken_second(1);
    struct line_ladder ladder;

    (void)state;
    second.round_trip_ms = second.least_round_trip_ms = 10;
    line_ladder_init(&ladder);
    assert_int_equal(ladder_pass(&ladder, &second, HOUR_S), 0);
}

/* 1 % of 50 ms: of 28 packets a second one now and then, once three. */
static void on_a_short_line_one_copy_does(void **state)
{
    struct line_second second = spoken_second(3);
    struct line_ladder ladder;

    (void)state;
    second.round_trip_ms = 100;
    second.least_round_trip_ms = 65;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &second, LINE_ROUGH, 12);
    assert_int_equal(ladder_pass(&ladder, &second, HOUR_S), 0);
}

static void one_copy_that_does_not_do_becomes_two(void **state)
{
    struct line_second lossy = lossy_second(), lossier = lossy;
    struct line_ladder ladder;

    (void)state;
    lossy.very_late = 0; /* what is late is heard all the same */
    lossier.very_late = 3;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &lossier, LINE_ROUGH, 10);
    assert_int_equal(ladder_pass(&ladder, &lossy, 30), 0);
    (void)ladder_await(&ladder, &lossier, LINE_ROUGHER, 20);
    assert_int_equal(ladder_pass(&ladder, &lossier, HOUR_S), 0);
}

/* --- what it carries ----------------------------------------------------- */

static void a_line_of_64_kbit_that_loses_ends_with_two_copies(void **state)
{
    const struct line_second full = full_second(62000);
    struct line_second lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    lossy.very_late = 4;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_PAIRED, 5);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGHER, 20);
    assert_int_equal(ladder.capacity.rate, 62000);
}

static void a_line_of_40_kbit_is_filled_less(void **state)
{
    const struct line_second full = full_second(40000);
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_SLIM, 5);
    /* It is fuller than was thought. */
    (void)ladder_await(&ladder, &full, LINE_NARROW, 10);
}

static void copies_that_fill_the_line_are_given_up(void **state)
{
    const struct line_second lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    {
        const struct line_second full = full_second(45000);

        line_ladder_init(&ladder);
        (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
        (void)ladder_await(&ladder, &full, LINE_THIN, 10);
    }
    {
        const struct line_second full = full_second(18000);

        line_ladder_init(&ladder);
        (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
        (void)ladder_await(&ladder, &full, LINE_NARROW, 10);
    }
}

/* 24 kbit/s, as its listener saw it: what is too old is dropped at the server,
 * and what comes is late for the line is full. */
static void copies_that_fill_the_line_are_not_doubled(void **state)
{
    struct line_second second = lossy_second();
    struct line_ladder ladder;
    unsigned i;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &second, LINE_ROUGH, 10);
    (void)ladder_pass(&ladder, &second, 10);
    second.came = second.late = second.very_late = 50;
    second.round_trip_ms = 500;
    assert_int_equal(ladder_pass(&ladder, &second, 2), 0);
    second.came = 46;
    second.late = 12;
    second.very_late = 2;
    second.disordered = 1;
    second.standing_ms = 5;
    second.received_bits = 23000;
    for (i = 0; i < 30 && ladder.step == LINE_ROUGH; i++)
        (void)line_ladder_second(&ladder, &second);
    assert_int_equal(ladder.step, LINE_THIN);
}

static void a_grown_round_trip_alone_is_somebody_elses_traffic(void **state)
{
    struct line_second second = good_second();
    struct line_ladder ladder;

    (void)state;
    second.round_trip_ms = 500;
    line_ladder_init(&ladder);
    assert_int_equal(ladder_pass(&ladder, &second, HOUR_S), 0);
}

/* --- down ---------------------------------------------------------------- */

static void
a_line_that_is_good_again_is_believed_after_twenty_seconds(void **state)
{
    const struct line_second good = good_second(), lossy = lossy_second();
    const struct line_second silence = { .standing_ms = -1,
                                         .knows_packets = true };
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
    /* Silence says nothing of a line. */
    assert_int_equal(ladder_pass(&ladder, &silence, HOUR_S), 0);
    assert_in_range(ladder_await(&ladder, &good, LINE_PLAIN, 30), 20, 22);
}

static void who_comes_down_too_early_hesitates_twice_as_long(void **state)
{
    const struct line_second good = good_second(), lossy = lossy_second();
    unsigned waited_s = 0, i;
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    for (i = 0; i < 5; i++) {
        unsigned took_s;

        (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 30);
        took_s = ladder_await(&ladder, &good, LINE_PLAIN, 400);
        assert_true(took_s + 2 >= 2 * waited_s);
        waited_s = took_s;
    }
    assert_in_range(waited_s, 300, 330);
}

/* Where packets are not known copies hide what is wrong: each time that they
 * are left off it shows again. */
static void an_hour_of_hidden_faults_sees_few_changes(void **state)
{
    struct line_second good = good_second(), lossy = lossy_second();
    unsigned changes = 0, i;
    struct line_ladder ladder;

    (void)state;
    good.knows_packets = lossy.knows_packets = false;
    good.disordered = lossy.disordered = 0;
    line_ladder_init(&ladder);
    for (i = 0; i < HOUR_S; i++)
        changes += line_ladder_second(
            &ladder, ladder.step == LINE_ROUGH ? &good : &lossy);
    assert_in_range(changes, 2, 40);
}

static void what_did_not_fit_is_not_tried_again_at_once(void **state)
{
    const struct line_second full = full_second(15800), good = good_second();
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_NARROW, 5);
    assert_int_equal(ladder_pass(&ladder, &good, 110), 0);
    (void)ladder_await(&ladder, &good, LINE_SLIM, 30);
}

/* --- copies that bring nothing ------------------------------------------- */

/* The speaker's own line is far worse than ours. */
static struct line_second hopeless_second(void)
{
    struct line_second second = lossy_second();

    second.late = second.very_late = 15;
    second.sent_again = 0;
    return second;
}

static void copies_that_bring_nothing_are_given_up_for_a_while(void **state)
{
    const struct line_second hopeless = hopeless_second();
    unsigned taken_s, waited_s = 0, i;
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    for (i = 0; i < 7; i++) {
        taken_s = ladder_await(&ladder, &hopeless, LINE_ROUGH, 2000);
        assert_true(i == 0 || taken_s >= 2 * waited_s ||
                    taken_s >= TRIAL_LAST_WAIT);
        waited_s = i == 0 ? 0 : taken_s;
        (void)ladder_await(&ladder, &hopeless, LINE_PLAIN, 100);
    }
    assert_int_equal(ladder.trial.failures, 7);
}

static void copies_that_help_stay_for_an_hour(void **state)
{
    const struct line_second hopeless = hopeless_second();
    struct line_second helped = hopeless;
    struct line_ladder ladder;

    (void)state;
    helped.late = 1;
    helped.very_late = 0;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &hopeless, LINE_ROUGH, 10);
    assert_int_equal(ladder_pass(&ladder, &helped, HOUR_S), 0);
    assert_int_equal(ladder.trial.failures, 0);
}

static void copies_begin_again_where_it_is_worse_without_them(void **state)
{
    const struct line_second hopeless = hopeless_second();
    struct line_second worse = hopeless;
    struct line_ladder ladder;

    (void)state;
    worse.late = worse.very_late = 30;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &hopeless, LINE_ROUGH, 10);
    (void)ladder_await(&ladder, &hopeless, LINE_PLAIN, 100);
    (void)ladder_await(&ladder, &worse, LINE_ROUGH,
                       TRIAL_SETTLE + TRIAL_DOUBT_SECONDS + 5);
}

static void what_the_user_chose_is_not_tried_but_done(void **state)
{
    const struct line_second hopeless = hopeless_second();
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &hopeless, LINE_ROUGH, 10);
    (void)line_ladder_choose(&ladder, LINE_KEEP_ROUGH);
    assert_int_equal(ladder_pass(&ladder, &hopeless, HOUR_S), 0);
    assert_int_equal(ladder.step, LINE_ROUGH);
}

/* --- the user's choice --------------------------------------------------- */

static void what_the_user_chose_stays_until_he_lets_go(void **state)
{
    static const struct {
        enum line_choice choice;
        enum line_step step;
    } rows[] = { { LINE_KEEP_ROUGH, LINE_ROUGH },
                 { LINE_KEEP_NARROW, LINE_NARROW },
                 { LINE_KEEP_PLAIN, LINE_PLAIN } };
    const struct line_second lossy = lossy_second(), good = good_second();
    struct line_ladder ladder;
    size_t i;

    (void)state;
    line_ladder_init(&ladder);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(line_ladder_choose(&ladder, rows[i].choice));
        assert_false(line_ladder_choose(&ladder, rows[i].choice));
        assert_int_equal(ladder.step, rows[i].step);
        assert_int_equal(ladder_pass(&ladder, &lossy, 100), 0);
        assert_int_equal(ladder_pass(&ladder, &good, 500), 0);
    }
    assert_false(line_ladder_choose(&ladder, LINE_BY_ITSELF));
    (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 20);
}

/* After a cut all sound comes over the one connection that there is. */
static void
a_line_that_was_renewed_is_not_judged_before_it_is_whole(void **state)
{
    struct line_second lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGH, 10);
    lossy.very_late = 6;
    (void)ladder_pass(&ladder, &lossy, 2);
    line_ladder_renew(&ladder);
    assert_int_equal(ladder_pass(&ladder, &lossy, 7), 0);
    (void)ladder_await(&ladder, &lossy, LINE_ROUGHER, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_can_be_asked_for_and_costs_less_than_plain),
        cmocka_unit_test(a_good_line_is_left_alone_for_an_hour),
        cmocka_unit_test(
            a_line_that_loses_packets_becomes_rough_in_ten_seconds),
        cmocka_unit_test(a_single_bad_second_changes_nothing),
        cmocka_unit_test(
            a_line_that_was_renewed_is_not_judged_before_it_is_whole),
        cmocka_unit_test(a_speaker_whose_line_is_bad_does_not_change_ours),
        cmocka_unit_test(who_has_to_say_much_again_speaks_over_a_rough_line),
        cmocka_unit_test(on_a_short_line_saying_again_costs_nothing),
        cmocka_unit_test(on_a_short_line_one_copy_does),
        cmocka_unit_test(one_copy_that_does_not_do_becomes_two),
        cmocka_unit_test(a_line_of_64_kbit_that_loses_ends_with_two_copies),
        cmocka_unit_test(a_line_of_40_kbit_is_filled_less),
        cmocka_unit_test(copies_that_fill_the_line_are_given_up),
        cmocka_unit_test(copies_that_fill_the_line_are_not_doubled),
        cmocka_unit_test(a_grown_round_trip_alone_is_somebody_elses_traffic),
        cmocka_unit_test(
            a_line_that_is_good_again_is_believed_after_twenty_seconds),
        cmocka_unit_test(who_comes_down_too_early_hesitates_twice_as_long),
        cmocka_unit_test(an_hour_of_hidden_faults_sees_few_changes),
        cmocka_unit_test(what_did_not_fit_is_not_tried_again_at_once),
        cmocka_unit_test(copies_that_bring_nothing_are_given_up_for_a_while),
        cmocka_unit_test(copies_that_help_stay_for_an_hour),
        cmocka_unit_test(copies_begin_again_where_it_is_worse_without_them),
        cmocka_unit_test(what_the_user_chose_is_not_tried_but_done),
        cmocka_unit_test(what_the_user_chose_stays_until_he_lets_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
