#include "protocol/rules/form_of_vote.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct form_decision decide(enum matter matter, enum vote_form form,
                                   bool has_remote, bool has_authority)
{
    const struct form_asked asked = { matter, form, has_remote, has_authority };

    return form_decide(&ruleset_file("party-2026.conf")->forms, &asked);
}

static void
elections_and_discipline_are_secret_and_resolutions_open(void **state)
{
    (void)state;
    assert_int_equal(
        decide(MATTER_ELECTION, VOTE_FORM_OPEN, false, false).refusal,
        FORM_NOT_ALLOWED);
    assert_int_equal(
        decide(MATTER_DISCIPLINE, VOTE_FORM_OPEN, false, false).refusal,
        FORM_NOT_ALLOWED);
    assert_int_equal(
        decide(MATTER_ELECTION, VOTE_FORM_SECRET, false, false).refusal,
        FORM_ACCEPTED);
    assert_int_equal(
        decide(MATTER_RESOLUTION, VOTE_FORM_OPEN, false, false).refusal,
        FORM_ACCEPTED);
    assert_int_equal(
        decide(MATTER_ADMISSION, VOTE_FORM_SECRET, false, false).refusal,
        FORM_ACCEPTED);
}

/* The five formal matters need the document; no other does. */
static void remote_seats_need_a_document_for_formal_votes_only(void **state)
{
    static const bool formal[matter_count_] = {
        [MATTER_ADMISSION] = true,  [MATTER_RECOGNITION] = true,
        [MATTER_DISCIPLINE] = true, [MATTER_CONFIDENCE] = true,
        [MATTER_ELECTION] = true,
    };
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    int i;

    (void)state;
    for (i = 1; i < matter_count_; i++) {
        const enum vote_form usual = rules->forms.of[i].usual;
        const struct form_decision without =
            decide((enum matter)i, usual, true, false);

        assert_int_equal(without.refusal,
                         formal[i] ? FORM_REMOTE_UNAUTHORISED : FORM_ACCEPTED);
        assert_int_equal(without.rule, RULE_ID_REMOTE);
        assert_int_equal(decide((enum matter)i, usual, true, true).refusal,
                         FORM_ACCEPTED);
        assert_int_equal(decide((enum matter)i, usual, false, false).refusal,
                         FORM_ACCEPTED);
    }
}

static void where_remote_seats_never_vote_no_document_helps(void **state)
{
    struct form_rules rules = ruleset_file("party-2026.conf")->forms;
    const struct form_asked asked = { MATTER_ELECTION, VOTE_FORM_SECRET, true,
                                      true };

    (void)state;
    rules.of[MATTER_ELECTION].remote = REMOTE_NEVER;
    assert_int_equal(form_decide(&rules, &asked).refusal, FORM_REMOTE_NEVER);
}

static void what_a_ruleset_does_not_know_is_refused(void **state)
{
    const struct form_asked asked = { MATTER_DISCIPLINE, VOTE_FORM_SECRET,
                                      false, false };
    const struct form_asked none = { matter_count_, VOTE_FORM_SECRET, false,
                                     false };
    const struct ruleset *rules = ruleset_file("association.conf");

    (void)state;
    assert_false(ruleset_has_matter(rules, MATTER_DISCIPLINE));
    assert_int_equal(form_decide(&rules->forms, &asked).refusal,
                     FORM_NOT_ALLOWED);
    assert_int_equal(form_decide(&rules->forms, &none).refusal,
                     FORM_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            elections_and_discipline_are_secret_and_resolutions_open),
        cmocka_unit_test(remote_seats_need_a_document_for_formal_votes_only),
        cmocka_unit_test(where_remote_seats_never_vote_no_document_helps),
        cmocka_unit_test(what_a_ruleset_does_not_know_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
