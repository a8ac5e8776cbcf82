/*
 * Who gives the commands of a secret ballot: each, at the place where it is
 * given, with all that it needs, by everybody who can be in the meeting, while
 * it is open and while it is adjourned. Written down by hand: the permission
 * table has no rows of them, as they depend on the ballot's own phase.
 */
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Chair m1; tellers: deputy m2, minute-taker m3 and m5; m4 the candidate, m6
 * probationary, m7 exempt, m8 guest, m9 upper_delegate, m10 temp_here, m11
 * suspended, s1 the site. */
static const char *const people[] = { "m1", "m2", "m3", "m4",  "m5",  "m6",
                                      "m7", "m8", "m9", "m10", "m11", "s1" };
enum { PEOPLE = sizeof people / sizeof people[0] };

struct row {
    enum ballot_phase phase;
    /* What comes before it; NULL with a line: nothing. */
    const char *before;
    /* Without the time and who; NULL: as the scene has it. */
    const char *line;
    const char *command;
    const char *who; /* from whom it is taken, each with a blank before */
    bool is_in_break;
    /* Of other members; guests, sites and whom the office forbids are never
     * refused in another way than by NOT_ALLOWED. */
    enum refusal_code members;
};

#define VOTERS " m1 m2 m3 m4 m5 m7"
#define TELLERS " m2 m3 m5"

static const struct row rows[] = {
    { BALLOT_PHASE_NONE, NULL, NULL, "draft_ballot", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_DRAFTED, NULL, NULL, "adopt_ballot", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_KEYS, NULL, "set_channel b1 m4 paper -", "set_channel",
      " m1", false, REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_KEYS, "13 server keys", "restart_keys b1", "restart_keys",
      " m1", false, REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_KEYS, NULL, NULL, "certify", " m2", true,
      REFUSAL_NOT_TELLER },
    { BALLOT_PHASE_KEYS, NULL, NULL, "deal", " m2", true, REFUSAL_NOT_TELLER },
    { BALLOT_PHASE_KEYS, NULL, NULL, "confirm_share", " m2", true,
      REFUSAL_NOT_TELLER },
    { BALLOT_PHASE_KEYS, NULL, NULL, "sign_trustees", " m2", true,
      REFUSAL_NOT_TELLER },
    { BALLOT_PHASE_KEYS, "13 server keys", "dispute_keys b1 1 1 2 -",
      "dispute_keys", " m2", true, REFUSAL_NOT_TELLER },
    { BALLOT_PHASE_ISSUING, NULL, NULL, "close_issue", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ISSUING, "20 server issue m4/a", "drop_voter b1 m4",
      "drop_voter", " m1", false, REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ATTESTING, NULL, NULL, "attest_ballot", VOTERS, true,
      REFUSAL_NOT_LISTED },
    { BALLOT_PHASE_ATTESTING, NULL, NULL, "attest_hall", " s1", true,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ATTESTING, NULL, NULL, "confirm_hall", TELLERS, true,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ATTESTING, NULL, NULL, "open_ballot", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_VOTING, NULL, NULL, "end_ballot", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_VOTING, NULL, "object_ballot b1 other 0 - 0 - - 'x'",
      "object_ballot", VOTERS " m6 m9 m10", true, REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ENDED, NULL, NULL, "include_ballot", VOTERS, true,
      REFUSAL_NOT_LISTED },
    { BALLOT_PHASE_ENDED, NULL, NULL, "include_hall", " s1", true,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ENDED, NULL, NULL, "enter_paper", TELLERS, true,
      REFUSAL_NOT_ALLOWED },
    /* m2 has entered it. */
    { BALLOT_PHASE_ENDED, NULL, NULL, "confirm_paper", " m3 m5", true,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ENDED, NULL, NULL, "count_ballot", " m1", false,
      REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_ENDED, NULL, "void_ballot b1 'x'", "void_ballot", " m1",
      true, REFUSAL_NOT_ALLOWED },
    { BALLOT_PHASE_COUNTING, NULL, NULL, "decrypt", " m5", true,
      REFUSAL_NOT_TELLER },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_one_of(const char *who, const char *person)
{
    char wanted[8];
    const char *at;

    (void)snprintf(wanted, sizeof wanted, " %s", person);
    at = strstr(who, wanted);
    return at && strchr(" ", at[strlen(wanted)]) != NULL;
}

/* Plays the scene on up to the line of the command, or nothing of it; gives
 * what is said there, without the time and who. */
static void lead_to(struct meeting_transcript *meeting, const struct row *row,
                    char *line, size_t size)
{
    const char *script = meeting_ballot_scene_script(row->phase);
    const char *at;
    char before[2048], wanted[64];

    if (row->line) {
        if (row->before)
            meeting_play(meeting, row->before, NULL);
        (void)snprintf(line, size, "%s", row->line);
        return;
    }
    (void)snprintf(wanted, sizeof wanted, " %s ", row->command);
    at = strstr(script, wanted);
    assert_non_null(at);
    (void)snprintf(line, size, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    while (at > script && at[-1] != '\n')
        at--;
    assert_true((size_t)(at - script) < sizeof before);
    memcpy(before, script, (size_t)(at - script));
    before[at - script] = '\0';
    meeting_play(meeting, before, NULL);
}

/* Whoever is not in the meeting yet; the suspended are not let in. */
static void let_in(struct meeting_transcript *meeting, const char *person)
{
    char script[128];

    (void)snprintf(script, sizeof script,
                   "89 %s join\n89 m1 admit %s\n89 %s join", person, person,
                   person);
    meeting_play(meeting, script, NULL);
}

static enum refusal_code expected(const struct row *row, const char *person,
                                  bool is_break)
{
    const bool is_member = person[0] == 'm' && strcmp(person, "m8") != 0;

    if (strcmp(person, "m11") == 0)
        return REFUSAL_NOT_JOINED;
    if (strcmp(row->command, "confirm_paper") == 0 && strcmp(person, "m2") == 0)
        return REFUSAL_OWN_ENTRY;
    if (!is_one_of(row->who, person))
        return is_member ? row->members : REFUSAL_NOT_ALLOWED;
    return is_break && !row->is_in_break ? REFUSAL_ADJOURNED : REFUSAL_NONE;
}

/* Says what was said and came of it, if it is to be told. */
static bool fits(const struct row *row, const char *person, bool is_break,
                 bool is_told)
{
    struct meeting_transcript *meeting = meeting_ballot_scene(row->phase);
    const enum refusal_code wanted = expected(row, person, is_break);
    enum refusal_code code;
    char line[512], said[600];

    lead_to(meeting, row, line, sizeof line);
    if (strcmp(person, "m9") == 0 || strcmp(person, "m10") == 0 ||
        strcmp(person, "m11") == 0)
        let_in(meeting, person);
    if (is_break)
        assert_int_equal(
            meeting_ballot_scene_say(meeting, "89 m1 adjourn_meeting"),
            REFUSAL_NONE);
    (void)snprintf(said, sizeof said, "90 %s %s", person, line);
    code = meeting_ballot_scene_say(meeting, said);
    if (code != wanted && is_told)
        print_error("%s%s: %s, not %s\n", said, is_break ? " in a break" : "",
                    refusal_code_text(code), refusal_code_text(wanted));
    meeting_transcript_end(meeting);
    return code == wanted;
}

static void a_command_of_a_ballot_is_taken_from_these_and_nobody_else(void **s)
{
    size_t row, person;
    unsigned wrong = 0;

    (void)s;
    for (row = 0; row < ROWS; row++) {
        for (person = 0; person < PEOPLE; person++) {
            wrong += !fits(&rows[row], people[person], false, true);
            wrong += !fits(&rows[row], people[person], true, true);
        }
    }
    assert_int_equal(wrong, 0);
}

static void somebody_more_or_less_in_the_table_is_found(void **s)
{
    struct row row = rows[0];

    (void)s;
    assert_string_equal(row.who, " m1");
    row.who = " m1 m2";
    assert_true(fits(&row, "m1", false, false));
    assert_false(fits(&row, "m2", false, false));
    row.who = " m10";
    assert_false(fits(&row, "m1", false, false));
    row.who = " m1";
    row.is_in_break = true;
    assert_false(fits(&row, "m1", true, false));
}

static void every_command_of_a_ballot_has_a_row(void **s)
{
    int op;

    (void)s;
    for (op = OP_DRAFT_BALLOT; op <= OP_DECRYPT; op++) {
        const char *name = command_name((enum command_op)op);
        size_t i, count = 0;

        for (i = 0; i < ROWS; i++)
            count += strcmp(rows[i].command, name) == 0;
        if (count != 1)
            fail_msg("%s stands in %zu rows", name, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_command_of_a_ballot_is_taken_from_these_and_nobody_else),
        cmocka_unit_test(somebody_more_or_less_in_the_table_is_found),
        cmocka_unit_test(every_command_of_a_ballot_has_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
