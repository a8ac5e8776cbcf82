/* Refusals as people read them: what is wrong with a ballot, a form or
 * evidence, in words. Without a catalogue, in English. */
#include "client/cli/cli_refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static void expect(enum refusal_code code, const char *name, const char *value,
                   const char *sentence)
{
    struct refusal refusal = { .code = code };
    char text[400];

    refusal_add_text(&refusal, name, text_view_of(value));
    cli_refusal_sentence(&refusal, NULL, text, sizeof text);
    assert_string_equal(text, sentence);
}

static void a_fault_of_a_ballot_or_form_is_said_in_words(void **state)
{
    (void)state;
    expect(REFUSAL_BAD_BALLOT, "problem", "individual_proof",
           "the ballot is not valid: the ballot does not prove that each mark "
           "is a mark or none (rule: secret ballot)");
    expect(REFUSAL_BAD_BALLOT, "problem", "revote",
           "the ballot is not valid: a vote in this ballot cannot be changed "
           "(rule: secret ballot)");
    expect(REFUSAL_BAD_FORM, "problem", "unseen_letters",
           "the questions of the ballot are not well-formed: a text has "
           "letters that nobody sees: type it anew instead of copying it "
           "(rule: secret ballot)");
    expect(REFUSAL_BAD_BALLOT, "problem", "input or output failed",
           "the ballot is not valid: the disk or the folder refuses (rule: "
           "secret ballot)");
    expect(REFUSAL_BAD_EVIDENCE, "problem", "in_list",
           "what is shown proves nothing: the credential is in the list "
           "(rule: secret ballot)");
}

static void a_wrong_sum_of_paper_ballots_is_said_with_its_numbers(void **state)
{
    struct refusal refusal = { .code = REFUSAL_PAPER_SUMS };
    char text[400];

    (void)state;
    refusal_add_text(&refusal, "problem",
                     TEXT_LITERAL("more issued than members vote on paper"));
    refusal_add_number(&refusal, "have", 19);
    refusal_add_number(&refusal, "max", 18);
    cli_refusal_sentence(&refusal, NULL, text, sizeof text);
    assert_string_equal(
        text, "the numbers of the paper ballots contradict each other: more "
              "issued than members vote on paper (19 against 18) (rule: secret "
              "ballot)");
}

static void a_word_of_a_later_server_is_shown_as_it_is(void **state)
{
    (void)state;
    expect(REFUSAL_BAD_BALLOT, "problem", "moon_phase",
           "the ballot is not valid: moon_phase (rule: secret ballot)");
}

static void the_rule_is_said_by_its_name_or_in_words(void **s)
{
    (void)s;
    expect(REFUSAL_NOT_ALLOWED, "who", "the chair",
           "only the chair may do this (rule: who may do what)");
    expect(REFUSAL_BAD_DATE, "rule", "remote",
           "{date} is no date such as 2026-07-26 (rule “remote votes”)");
    expect(REFUSAL_SUBJECT_VOTE, "rule", "discipline",
           "the member whom it is about does not vote (rule “discipline”)");
    expect(REFUSAL_SUBJECT_VOTE, "rule", "moon.phase",
           "the member whom it is about does not vote (rule moon.phase)");
}

static void who_has_no_ballot_is_told_so_and_not_of_a_way(void **state)
{
    (void)state;
    expect(REFUSAL_OTHER_WAY, "channel", "none",
           "{id} does not vote in this ballot (rule: secret ballot)");
    expect(REFUSAL_OTHER_WAY, "channel", "hall",
           "{id} votes by the device of a site in this ballot (rule: secret "
           "ballot)");
}

static void the_server_is_no_comrade(void **state)
{
    struct meeting_view view = { .log = { "org.1" } };
    struct refusal refusal = { .code = REFUSAL_WAITING_FOR };
    char text[400];

    (void)state;
    refusal_add_text(&refusal, "ids", TEXT_LITERAL("server,m4"));
    cli_refusal_sentence(&refusal, &view, text, sizeof text);
    assert_string_equal(
        text, "this waits for the server, comrade m4 (rule: secret ballot)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_of_a_ballot_or_form_is_said_in_words),
        cmocka_unit_test(a_wrong_sum_of_paper_ballots_is_said_with_its_numbers),
        cmocka_unit_test(who_has_no_ballot_is_told_so_and_not_of_a_way),
        cmocka_unit_test(the_server_is_no_comrade),
        cmocka_unit_test(a_word_of_a_later_server_is_shown_as_it_is),
        cmocka_unit_test(the_rule_is_said_by_its_name_or_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
