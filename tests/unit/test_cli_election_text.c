/* Lists of names on the screen, and how they are typed. */
#include "client/cli/cli_election_text.h"

#include "tests/support/cli_screen_scene.h"
#include "tests/support/cli_typing.h"
#include "tests/support/elect_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* In a meeting with the open list n1 of m4, from the floor, and of m14; m5 has
 * withdrawn. */
static void begin(struct screen *screen, const char *me)
{
    struct meeting_transcript *meeting = elect_scene();

    meeting_play(meeting,
                 "3 m1 call_election - leader 1 'Bí thư'\n"
                 "3 m5 nominate n1 m4 floor\n"
                 "3 m1 nominate n1 m14 committee\n"
                 "3 m5 nominate n1 m5 self\n"
                 "3 m5 withdraw_nomination n1 m5\n"
                 "4 m1 start_vote - 'Ủng hộ' procedure m4\n"
                 "4 m3 enter_hall_votes v1 - 7 18 0 0\n"
                 "4 m1 close_vote v1\n"
                 "5 m1 note_support n1 m4 v1",
                 NULL);
    screen_begin(screen, meeting, me);
}

static void has(const struct screen *screen, const char *words)
{
    if (!strstr(screen->text, words))
        fail_msg("\"%s\" is not in: %s", words, screen->text);
}

static void an_election_is_called_in_either_language(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, "m1");
    assert_typed(
        &screen.view, "/call-election committee 3 Bầu chi ủy",
        "{\"op\":\"call_election\",\"item\":\"\",\"post\":\"committee\","
        "\"seats\":3,\"title\":\"Bầu chi ủy\"}");
    assert_typed(&screen.view, "/bau-cu bithu 1 Bầu bí thư",
                 "{\"op\":\"call_election\",\"item\":\"\",\"post\":\"leader\","
                 "\"seats\":1,\"title\":\"Bầu bí thư\"}");
    assert_typed(&screen.view, "/call-election committee many Bầu", NULL);
    assert_typed(&screen.view, "/call-election king 1 Bầu", NULL);
    screen_end(&screen);
}

static void names_are_proposed_and_taken_back(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, "m1");
    assert_typed(&screen.view, "/nominate x2 committee",
                 "{\"op\":\"nominate\",\"election\":\"n1\",\"member\":\"x2\","
                 "\"source\":\"committee\"}");
    assert_typed(&screen.view, "/de-cu n1 x2",
                 "{\"op\":\"nominate\",\"election\":\"n1\",\"member\":\"x2\","
                 "\"source\":\"floor\"}");
    assert_typed(&screen.view, "/nominate m1",
                 "{\"op\":\"nominate\",\"election\":\"n1\",\"member\":\"m1\","
                 "\"source\":\"self\"}");
    assert_typed(&screen.view, "/withdraw-name",
                 "{\"op\":\"withdraw_nomination\",\"election\":\"n1\","
                 "\"member\":\"m1\"}");
    assert_typed(&screen.view, "/nominate n7 x2", NULL);
    assert_typed(&screen.view, "/nominate x2 gladly", NULL);
    screen_end(&screen);
}

static void support_and_end_name_their_vote(void **state)
{
    struct screen screen;

    (void)state;
    begin(&screen, "m1");
    assert_typed(
        &screen.view, "/support m4 v1",
        "{\"op\":\"note_support\",\"election\":\"n1\",\"member\":\"m4\","
        "\"vote\":\"v1\"}");
    assert_typed(&screen.view, "/chot-danh-sach v1",
                 "{\"op\":\"close_list\",\"election\":\"n1\",\"vote\":\"v1\"}");
    assert_typed(&screen.view, "/close-list", NULL);
    assert_typed(&screen.view, "/close-list v9", NULL);
    screen_end(&screen);
}

static void where_each_name_stands_is_shown(void **state)
{
    struct screen screen;
    FILE *out;

    (void)state;
    begin(&screen, "m1");
    out = screen_paper(&screen);
    cli_elections_show(&screen.view, out);
    screen_close(out);
    has(&screen, "n1: the leader of the cell, 1 to be elected; the list is "
                 "open\n");
    has(&screen, "comrade m4: proposed here, support 7 of 25, needed 8\n");
    has(&screen, "comrade m14: proposed by who convened\n");
    has(&screen, "comrade m5: stands by own wish, withdrawn\n");
    screen_end(&screen);
}

static void
what_happened_is_a_sentence_and_the_chair_told_what_follows(void **state)
{
    struct meeting_event event = { .kind = EVENT_SUPPORT_SHOWN_KIND };
    struct screen screen;
    FILE *out;

    (void)state;
    begin(&screen, "m1");
    event.body.support_shown =
        (struct event_support_shown){ .election = meeting_id("n1"),
                                      .member = meeting_id("m4"),
                                      .yes = 7,
                                      .present = 25,
                                      .need = 8 };
    out = screen_paper(&screen);
    assert_true(cli_election_event_write(&screen.view, &event, out));
    screen_close(out);
    has(&screen, "comrade m4 has the support of 7 of 25 present, needed 8: "
                 "not enough");
    event = (struct meeting_event){ .kind = EVENT_NOMINATED_KIND };
    event.body.nominated.source = NOMINATED_FROM_FLOOR;
    assert_non_null(
        strstr(cli_election_hint(&screen.view, &event), "/support NAME"));
    event.body.nominated.source = NOMINATED_BY_COMMITTEE;
    assert_null(cli_election_hint(&screen.view, &event));
    event.kind = EVENT_LIST_CLOSED_KIND;
    assert_non_null(strstr(cli_election_hint(&screen.view, &event),
                           "/draft-ballot election"));
    screen.view.me = meeting_id("m4");
    assert_null(cli_election_hint(&screen.view, &event));
    event.kind = EVENT_OPENED_KIND;
    out = screen_paper(&screen);
    assert_false(cli_election_event_write(&screen.view, &event, out));
    screen_close(out);
    screen_end(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_election_is_called_in_either_language),
        cmocka_unit_test(names_are_proposed_and_taken_back),
        cmocka_unit_test(support_and_end_name_their_vote),
        cmocka_unit_test(where_each_name_stands_is_shown),
        cmocka_unit_test(
            what_happened_is_a_sentence_and_the_chair_told_what_follows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
