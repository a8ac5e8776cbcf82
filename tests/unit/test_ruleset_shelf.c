#include "protocol/rules/ruleset_shelf.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A ruleset of this name and k_min. */
static const char *text_of(const char *name, int k_min)
{
    static char text[1024];

    (void)snprintf(
        text, sizeof text,
        "name = \"%s\"; valid_from = \"2026-07-26\";\n"
        "grace = { ms = 1000; source = \"a\"; unverified = true; };\n"
        "floor_limit = { ms = 0; source = \"b\"; unverified = false; };\n"
        "ordinary_motion = { numerator = 1; denominator = 2; strict = true;\n"
        "    source = \"c\"; unverified = false; };\n"
        "denominator = { counts_suspended = true; source = \"d\";\n"
        "    unverified = true; };\n"
        "checkpoint = { wait_ms = 5; every_ms = 1000; source = \"e\";\n"
        "    unverified = false; };\n"
        "ballot = { k_min = %d; attest_ms = 2000; closing_ms = 0;\n"
        "    changes_max = 2; tolerance_percent = 10; source = \"g\";\n"
        "    unverified = false; };\n",
        name, k_min);
    return text;
}

static enum result add(struct ruleset_shelf *shelf, const char *name, int k_min,
                       struct ruleset_faults *faults)
{
    const char *text = text_of(name, k_min);

    return ruleset_shelf_add(shelf, text, strlen(text), faults);
}

static void a_ruleset_is_found_by_name_and_by_hash_with_its_text(void **state)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;
    const struct ruleset_book *book;

    (void)state;
    assert_int_equal(add(&shelf, "một", 4, &faults), RESULT_OK);
    assert_int_equal(add(&shelf, "hai", 5, &faults), RESULT_OK);
    book = ruleset_shelf_by_name(&shelf, "hai");
    assert_non_null(book);
    assert_int_equal(book->rules.ballot_k_min, 5);
    assert_ptr_equal(ruleset_shelf_by_hash(&shelf, &book->rules.hash), book);
    assert_memory_equal(book->text, text_of("hai", 5), book->size);
    assert_null(ruleset_shelf_by_name(&shelf, "ba"));
    ruleset_shelf_release(&shelf);
}

static void a_changed_file_is_another_ruleset(void **state)
{
    struct ruleset_shelf shelf = { .count = 0 }, other = { .count = 0 };
    struct ruleset_faults faults;

    (void)state;
    assert_int_equal(add(&shelf, "một", 4, &faults), RESULT_OK);
    assert_int_equal(add(&other, "một", 5, &faults), RESULT_OK);
    assert_null(ruleset_shelf_by_hash(&shelf, &other.books[0]->rules.hash));
    ruleset_shelf_release(&shelf);
    ruleset_shelf_release(&other);
}

static void two_of_the_same_name_and_broken_ones_are_refused(void **state)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;

    (void)state;
    assert_int_equal(add(&shelf, "một", 4, &faults), RESULT_OK);
    assert_int_equal(add(&shelf, "một", 5, &faults), RESULT_EXISTS);
    assert_int_equal(faults.count, 0);
    assert_int_equal(add(&shelf, "hai", 0, &faults), RESULT_MALFORMED);
    assert_int_equal(faults.faults[0].line, 10);
    assert_int_equal(shelf.count, 1);
    ruleset_shelf_release(&shelf);
}

static void no_more_are_kept_than_the_limit(void **state)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;
    int i;

    (void)state;
    for (i = 0; i <= LIMIT_RULESETS; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "r%d", i);
        assert_int_equal(add(&shelf, name, 4, &faults),
                         i < LIMIT_RULESETS ? RESULT_OK : RESULT_FULL);
    }
    ruleset_shelf_release(&shelf);
    assert_int_equal(shelf.count, 0);
}

static void a_kept_ruleset_is_found_by_its_hash_alone(void **state)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;
    struct hash old;
    const char *text;

    (void)state;
    assert_int_equal(add(&shelf, "một", 5, &faults), RESULT_OK);
    text = text_of("một", 6);
    assert_int_equal(ruleset_shelf_keep(&shelf, text, strlen(text), &faults),
                     RESULT_OK);
    assert_int_equal(ruleset_shelf_keep(&shelf, text, strlen(text), &faults),
                     RESULT_EXISTS);
    text = text_of("hai", 6);
    assert_int_equal(ruleset_shelf_keep(&shelf, text, strlen(text), &faults),
                     RESULT_OK);
    old = shelf.books[1]->rules.hash;
    assert_int_equal(ruleset_shelf_by_hash(&shelf, &old)->rules.ballot_k_min,
                     6);
    assert_int_equal(ruleset_shelf_by_name(&shelf, "một")->rules.ballot_k_min,
                     5);
    assert_null(ruleset_shelf_by_name(&shelf, "hai"));
    assert_int_equal(add(&shelf, "hai", 7, &faults), RESULT_OK);
    ruleset_shelf_release(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ruleset_is_found_by_name_and_by_hash_with_its_text),
        cmocka_unit_test(a_changed_file_is_another_ruleset),
        cmocka_unit_test(two_of_the_same_name_and_broken_ones_are_refused),
        cmocka_unit_test(no_more_are_kept_than_the_limit),
        cmocka_unit_test(a_kept_ruleset_is_found_by_its_hash_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
