#include "client/cli/cli_ballot_show.h"

#include "client/cli/cli_ballot_decided.h"
#include "client/cli/cli_ballot_dialogue.h"
#include "client/cli/cli_ballot_text.h"
#include "client/cli/cli_event_text.h"
#include "client/core/client.h"
#include "tests/support/elect_scene.h"
#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HOUR_MS INT64_C(3600000)

/* A screen in a meeting whose ballot b1 is in some phase, and the register in
 * which device 1 was enrolled. */
struct screen {
    struct meeting_transcript *meeting;
    struct register_world world;
    struct client_ballot_view own;
    const struct client_ballot_view *list[1];
    struct meeting_view view;
    struct meeting_ballot *ballot;
    char *text;
    size_t size;
};

static void begin(struct screen *screen, enum ballot_phase phase)
{
    memset(screen, 0, sizeof *screen);
    screen->meeting = meeting_ballot_scene(phase);
    register_world_settle(&screen->world);
    screen->ballot = &screen->meeting->state->ballots[0];
    screen->own.ballot = screen->ballot->id;
    screen->list[0] = &screen->own;
    screen->view = (struct meeting_view){ .state = screen->meeting->state,
                                          .org = screen->world.state,
                                          .log = { "o.1" },
                                          .ballots = screen->list,
                                          .ballot_count = 1 };
}

static void end(struct screen *screen)
{
    free(screen->text);
    register_world_release(&screen->world);
    meeting_transcript_drop(screen->meeting);
}

static FILE *paper_of(struct screen *screen)
{
    FILE *out;

    free(screen->text);
    screen->text = NULL;
    out = open_memstream(&screen->text, &screen->size);
    assert_non_null(out);
    return out;
}

static void has(const struct screen *screen, const char *words)
{
    if (!strstr(screen->text, words))
        fail_msg("\"%s\" is not in: %s", words, screen->text);
}

static void has_not(const struct screen *screen, const char *words)
{
    if (strstr(screen->text, words))
        fail_msg("\"%s\" is in: %s", words, screen->text);
}

/* --- what it comes to ------------------------------------------------------
 */

static void begin_election(struct screen *screen)
{
    memset(screen, 0, sizeof *screen);
    screen->meeting = elect_scene();
    register_world_settle(&screen->world);
    (void)elect_list(screen->meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(
        elect_draft(screen->meeting, elect_choice("A+B+C+D", 1, 3),
                    "m4+m14+x1+x2 m2+m3+m5 0 no no election 3 - no no n1"),
        "");
    elect_count(screen->meeting, 25, 0, "1+18+17+14+14");
    screen->ballot = &screen->meeting->state->ballots[0];
    screen->view = (struct meeting_view){ .state = screen->meeting->state,
                                          .org = screen->world.state,
                                          .log = { "o.1" },
                                          .me = { "m1" } };
}

static void the_elected_stand_in_their_order_with_the_tie(void **state)
{
    const struct meeting_event event = {
        .kind = EVENT_BALLOT_DECIDED_KIND,
        .body.ballot_decided = { .ballot = { "b1" }, .end = BALLOT_END_TIE }
    };
    struct screen screen;
    FILE *out;

    (void)state;
    begin_election(&screen);
    out = paper_of(&screen);
    cli_ballot_matter_write(&screen.view, screen.ballot, out);
    cli_ballot_decided_write(&screen.view, screen.ballot, 80, out);
    assert_int_equal(fclose(out), 0);
    has(&screen, "About: an election, 3 to be chosen of 4");
    has(&screen, "valid 24 of 25 ballots, not valid 1");
    has(&screen, "at least 13 of 25 are needed (2*yes > D)");
    has(&screen, " 1. comrade m4: 18/25 (72.00");
    has(&screen, "ELECTED\n");
    has(&screen, "level for the last seat\n");
    has(&screen, "=> 2 are level for 1 seats left");
    assert_non_null(
        strstr(cli_ballot_hint(&screen.view, &event), "/draft-ballot again"));
    end(&screen);
}

static void what_is_not_announced_is_shown_to_who_presides(void **state)
{
    struct screen screen;
    FILE *out;

    (void)state;
    begin_election(&screen);
    screen.ballot->matter.is_announced = false;
    assert_true(cli_ballot_is_told(&screen.view, screen.ballot));
    screen.view.me = (struct identifier){ "m4" };
    assert_false(cli_ballot_is_told(&screen.view, screen.ballot));
    out = paper_of(&screen);
    cli_ballot_result_show(&screen.view, screen.ballot, 80, out);
    assert_int_equal(fclose(out), 0);
    has(&screen, "the result is not announced");
    has_not(&screen, "18");
    end(&screen);
}

/* --- the result ----------------------------------------------------------- */

static void show_result(struct screen *screen)
{
    FILE *out = paper_of(screen);

    cli_ballot_result_show(&screen->view, screen->ballot, 80, out);
    assert_int_equal(fclose(out), 0);
}

static void a_result_that_this_device_has_not_checked_says_so(void **state)
{
    static const enum client_ballot_check unfinished[] = {
        CLIENT_BALLOT_UNCHECKED, CLIENT_BALLOT_FETCHING, CLIENT_BALLOT_CHECKING
    };
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_DONE);
    for (size_t i = 0; i < sizeof unfinished / sizeof unfinished[0]; i++) {
        screen.own.check = unfinished[i];
        show_result(&screen);
        has(&screen, "RESULT: checked by the server, not yet by this device\n");
        has_not(&screen, "RESULT: checked by this device");
    }
    /* Nor where this device knows nothing of the ballot. */
    screen.view.ballot_count = 0;
    show_result(&screen);
    has(&screen, "RESULT: checked by the server, not yet by this device\n");
    end(&screen);
}

static void what_this_device_checked_is_its_own_word(void **state)
{
    uint64_t counts[] = { 4, 2 };
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_DONE);
    screen.own.check = CLIENT_BALLOT_GOOD;
    screen.own.counts = counts;
    screen.own.count_count = 2;
    show_result(&screen);
    has(&screen, "RESULT: checked by this device\n");
    has_not(&screen, "not yet by this device");
    end(&screen);
}

static void a_record_that_does_not_hold_is_no_result(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_DONE);
    screen.own.check = CLIENT_BALLOT_BAD;
    show_result(&screen);
    has(&screen, "RESULT: FALSE.");
    has_not(&screen, "checked by the server");
    end(&screen);
}

static void a_result_keeps_its_parts_apart(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_DONE);
    show_result(&screen);
    has(&screen, "By device: issued 7, returned 6\n");
    has(&screen, "of these 1 ballots made on the hall device of ");
    has(&screen, "not proven; the device saw them\n");
    has(&screen, "On paper: issued 1, returned 1, valid 1, invalid 0\n");
    has(&screen, "sealed: witnessed, not proven\n");
    /* Everybody official counts, also who attends by telephone. */
    has(&screen, "9 members count.");
    end(&screen);
}

/* --- the list ------------------------------------------------------------- */

static void show_list(struct screen *screen)
{
    FILE *out = paper_of(screen);

    cli_ballot_list_show(&screen->view, screen->ballot, out);
    assert_int_equal(fclose(out), 0);
}

/* Gives m1's ballot to device 1 of the register, known for that long. */
static void hold_since(struct screen *screen, int64_t hours)
{
    const struct key device = device_key(1);
    const struct register_device *known =
        register_state_device(screen->world.state, &device);

    assert_non_null(known);
    screen->meeting->state->at_ms = known->enrolled_ms + hours * HOUR_MS;
    screen->world.state->at_ms = known->enrolled_ms;
    for (size_t i = 0; i < screen->ballot->voter_count; i++)
        if (identifier_is(&screen->ballot->voters[i].member, "m1"))
            screen->ballot->voters[i].device = device;
}

static void
the_list_shows_how_each_votes_and_how_old_the_device_is(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_ATTESTING);
    hold_since(&screen, 0);
    show_list(&screen);
    has(&screen, ", NEW: known for less than an hour");
    hold_since(&screen, 5);
    show_list(&screen);
    has(&screen, ", NEW: known for 5 hours");
    hold_since(&screen, 12 * 24);
    show_list(&screen);
    has(&screen, ", known for 12 days");
    has_not(&screen, "NEW: known for 12");
    has(&screen, "by the device of ");
    has(&screen, "x1: on paper\n");
    has(&screen, "x2: not at all\n");
    end(&screen);
}

static void whoever_takes_a_ballot_is_told_of_with_the_device(void **state)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ISSUED_KIND };
    struct screen screen;
    FILE *out;

    (void)state;
    begin(&screen, BALLOT_PHASE_ISSUING);
    hold_since(&screen, 3);
    event.body.ballot_issued.ballot = screen.ballot->id;
    event.body.ballot_issued.member = id_of("m1");
    event.body.ballot_issued.device = device_key(1);
    out = paper_of(&screen);
    cli_ballot_event_write(&screen.view, &event, out);
    assert_int_equal(fclose(out), 0);
    has(&screen, "m1 takes part in secret ballot b1: device ");
    has(&screen, ", NEW: known for 3 hours");
    end(&screen);
}

static void the_list_is_shown_before_it_is_closed(void **state)
{
    struct cli_ballot_dialogue dialogue = { CLI_BALLOT_ASKS_NOTHING };
    struct screen screen;
    json_t *command;
    FILE *out;

    (void)state;
    begin(&screen, BALLOT_PHASE_ISSUING);
    out = paper_of(&screen);
    cli_ballot_dialogue_close_issue(&dialogue, &screen.view, &screen.ballot->id,
                                    out);
    assert_null(cli_ballot_dialogue_take(&dialogue, &screen.view, "?", out));
    command = cli_ballot_dialogue_take(&dialogue, &screen.view, "yes", out);
    assert_int_equal(fclose(out), 0);
    has(&screen, "m1: no ballot taken yet\n");
    has(&screen, "Close this list?");
    assert_string_equal(json_string_value(json_object_get(command, "op")),
                        "close_issue");
    assert_false(cli_ballot_dialogue_is_open(&dialogue));
    json_decref(command);
    end(&screen);
}

/* The whole way from the typed line to what the core is asked for. */
static void a_pin_on_ones_own_device_names_nobody(void **state)
{
    struct cli_ballot_dialogue dialogue = { CLI_BALLOT_ASKS_NOTHING };
    struct cli_typed typed;
    struct screen screen;
    char line[] = "/pin";
    FILE *out;

    (void)state;
    begin(&screen, BALLOT_PHASE_ISSUING);
    out = paper_of(&screen);
    screen.view.me = (struct identifier){ .text = "m4" };
    cli_command_read(&screen.view, &screen.view.log, line, &typed);
    assert_int_equal(typed.action, CLI_ACTION_PIN);
    cli_ballot_dialogue_pin(&dialogue, &typed.holder, out);
    assert_true(cli_ballot_dialogue_is_secret(&dialogue));
    assert_null(cli_ballot_dialogue_take(&dialogue, &screen.view, "123", out));
    assert_null(
        cli_ballot_dialogue_take(&dialogue, &screen.view, "246810", out));
    assert_false(dialogue.is_pin_ready);
    assert_null(
        cli_ballot_dialogue_take(&dialogue, &screen.view, "246810", out));
    assert_true(dialogue.is_pin_ready);
    assert_null(cli_ballot_dialogue_member(&dialogue));
    cli_ballot_dialogue_end(&dialogue);
    assert_int_equal(fclose(out), 0);
    has(&screen, "A PIN has 6 to ");
    end(&screen);
}

static void a_pin_at_a_site_names_the_member(void **state)
{
    struct cli_ballot_dialogue dialogue = { CLI_BALLOT_ASKS_NOTHING };
    const struct identifier member = { .text = "m4" };
    struct screen screen;
    FILE *out;

    (void)state;
    begin(&screen, BALLOT_PHASE_ISSUING);
    out = paper_of(&screen);
    cli_ballot_dialogue_pin(&dialogue, &member, out);
    assert_true(
        identifier_equal(cli_ballot_dialogue_member(&dialogue), &member));
    cli_ballot_dialogue_end(&dialogue);
    assert_int_equal(fclose(out), 0);
    end(&screen);
}

/* --- how far it is -------------------------------------------------------- */

static void show_ballot(struct screen *screen)
{
    FILE *out = paper_of(screen);

    cli_ballot_show(&screen->view, screen->ballot, 80, out);
    assert_int_equal(fclose(out), 0);
}

static void
a_ballot_is_asked_to_be_taken_while_they_are_handed_out(void **state)
{
    static const char asked[] = "This device has no ballot yet: /take-ballot\n";
    struct screen screen;

    (void)state;
    begin(&screen, BALLOT_PHASE_ISSUING);
    screen.own.is_voter = true;
    show_ballot(&screen);
    has(&screen, asked);
    screen.own.has_credential = true;
    show_ballot(&screen);
    has_not(&screen, "/take-ballot");
    has(&screen, "This device has a ballot for you.\n");
    screen.own = (struct client_ballot_view){ .ballot = screen.ballot->id };
    show_ballot(&screen);
    has_not(&screen, "/take-ballot"); /* of no voter */
    end(&screen);
}

static void once_issuing_is_over_no_ballot_is_asked_to_be_taken(void **state)
{
    static const enum ballot_phase later[] = {
        BALLOT_PHASE_ATTESTING, BALLOT_PHASE_VOTING, BALLOT_PHASE_ENDED,
        BALLOT_PHASE_COUNTING,  BALLOT_PHASE_DONE,
    };

    (void)state;
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        struct screen screen;

        begin(&screen, later[i]);
        screen.own.is_voter = true;
        show_ballot(&screen);
        has_not(&screen, "/take-ballot");
        end(&screen);
    }
}

/* --- ballots as they come back -------------------------------------------- */

/* An event has the time of the opening, and its line none: nobody learns when
 * a ballot came. */
static void of_returned_ballots_only_their_number_is_told(void **state)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };
    struct screen screen;
    FILE *out;

    (void)state;
    begin(&screen, BALLOT_PHASE_VOTING);
    event.at_ms = 12 * HOUR_MS;
    event.body.ballot_recorded.ballot = screen.ballot->id;
    event.body.ballot_recorded.height = 3;
    event.body.ballot_recorded.returned = 3;
    assert_false(cli_event_has_time(&event));
    out = paper_of(&screen);
    cli_event_write(&screen.view, &event, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(screen.text,
                        "Secret ballot b1: 3 of 7 ballots are returned");
    event.kind = EVENT_BALLOT_ENDING_KIND;
    assert_true(cli_event_has_time(&event));
    event.kind = EVENT_BALLOTS_ENDED_KIND;
    assert_true(cli_event_has_time(&event));
    end(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_that_this_device_has_not_checked_says_so),
        cmocka_unit_test(a_pin_on_ones_own_device_names_nobody),
        cmocka_unit_test(a_pin_at_a_site_names_the_member),
        cmocka_unit_test(what_this_device_checked_is_its_own_word),
        cmocka_unit_test(a_record_that_does_not_hold_is_no_result),
        cmocka_unit_test(a_result_keeps_its_parts_apart),
        cmocka_unit_test(
            the_list_shows_how_each_votes_and_how_old_the_device_is),
        cmocka_unit_test(whoever_takes_a_ballot_is_told_of_with_the_device),
        cmocka_unit_test(the_list_is_shown_before_it_is_closed),
        cmocka_unit_test(
            a_ballot_is_asked_to_be_taken_while_they_are_handed_out),
        cmocka_unit_test(once_issuing_is_over_no_ballot_is_asked_to_be_taken),
        cmocka_unit_test(the_elected_stand_in_their_order_with_the_tie),
        cmocka_unit_test(what_is_not_announced_is_shown_to_who_presides),
        cmocka_unit_test(of_returned_ballots_only_their_number_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
