#include "protocol/rules/ruleset.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char good[] =
    "name = \"thử-1\";\n"
    "valid_from = \"2026-07-26\";\n"
    "grace = { ms = 1000; source = \"a\"; unverified = true; };\n"
    "floor_limit = { ms = 0; source = \"b\"; unverified = false; };\n"
    "ordinary_motion = { numerator = 2; denominator = 3; strict = false;\n"
    "    source = \"Điều lệ\"; unverified = false; };\n"
    "denominator = { counts_suspended = true; source = \"c\";\n"
    "    unverified = true; };\n"
    "checkpoint = { wait_ms = 5; every_ms = 1000; source = \"d\";\n"
    "    unverified = false; };\n"
    "ballot = { k_min = 4; attest_ms = 2000; closing_ms = 0; changes_max = 2;\n"
    "    tolerance_percent = 10; source = \"e\"; unverified = false; };\n";

static enum result parse(const char *text, struct ruleset *out, int *line)
{
    return ruleset_parse(text, strlen(text), out, line);
}

static void a_ruleset_is_read_with_its_numbers_and_hash(void **state)
{
    struct hash hash = digest_sha256(good, strlen(good));
    struct ruleset ruleset;
    struct threshold majority;
    int line = -1;

    (void)state;
    assert_int_equal(parse(good, &ruleset, &line), RESULT_OK);
    assert_int_equal(line, 0);
    assert_string_equal(ruleset.name, "thử-1");
    assert_true(hash_equal(&ruleset.hash, &hash));
    assert_int_equal(ruleset.grace_ms, 1000);
    assert_int_equal(ruleset.floor_limit_ms, 0);
    assert_true(ruleset.is_suspended_counted);
    assert_int_equal(ruleset.unverified, RULE_GRACE | RULE_DENOMINATOR);
    assert_int_equal(ruleset.ballot_k_min, 4);
    assert_int_equal(ruleset.ballot_attest_ms, 2000);
    assert_int_equal(ruleset.ballot_closing_ms, 0);
    assert_int_equal(ruleset.ballot_changes_max, 2);
    assert_int_equal(ruleset.ballot_tolerance_percent, 10);
    majority = ruleset_majority(&ruleset);
    assert_true(threshold_is_met(&majority, 2, 3));
    assert_false(threshold_is_met(&majority, 1, 3));
}

static void the_interim_file_holds_what_the_domain_asks_for(void **state)
{
    FILE *file = fopen("config/rules/interim.conf", "rb");
    static char text[RULESET_SIZE_MAX];
    struct ruleset ruleset;
    struct threshold majority;
    size_t size;
    int line;

    (void)state;
    assert_non_null(file);
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    assert_int_equal(ruleset_parse(text, size, &ruleset, &line), RESULT_OK);
    assert_string_equal(ruleset.name, "interim-2026-11");
    assert_int_equal(ruleset.grace_ms, 30 * 1000);
    assert_int_equal(ruleset.floor_limit_ms, 5 * 60 * 1000);
    assert_false(ruleset.is_suspended_counted);
    assert_int_equal(ruleset.unverified,
                     RULE_GRACE | RULE_FLOOR_LIMIT | RULE_ORDINARY_MOTION |
                         RULE_DENOMINATOR | RULE_CHECKPOINT | RULE_BALLOT);
    assert_int_equal(ruleset.checkpoint_wait_ms, 10 * 1000);
    assert_int_equal(ruleset.checkpoint_every_ms, 10 * 60 * 1000);
    assert_int_equal(ruleset.ballot_k_min, 5);
    assert_int_equal(ruleset.ballot_attest_ms, 60 * 1000);
    assert_int_equal(ruleset.ballot_closing_ms, 30 * 1000);
    assert_int_equal(ruleset.ballot_changes_max, 5);
    assert_int_equal(ruleset.ballot_tolerance_percent, 10);
    majority = ruleset_majority(&ruleset);
    assert_false(threshold_is_met(&majority, 10, 20));
    assert_true(threshold_is_met(&majority, 11, 20));
}

/* `good` with the first `from` replaced by `to`. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    size_t before, size;
    char *text;

    assert_non_null(at);
    before = (size_t)(at - good);
    size = sizeof good + strlen(to);
    text = malloc(size);
    assert_non_null(text);
    (void)snprintf(text, size, "%.*s%s%s", (int)before, good, to,
                   at + strlen(from));
    return text;
}

static void every_fault_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *from, *to;
        int line;
    } faults[] = {
        { "name = \"thử-1\"", "name = 7", 1 },
        { "name = \"thử-1\"", "name = \"\"", 1 },
        { "name = \"thử-1\"", "name = \"thu\\u0309\"; x = 1", 1 },
        { "ms = 1000", "ms = -1", 3 },
        { "ms = 1000", "ms = 600001", 3 },
        { "ms = 1000", "ms = 1000L", 3 },
        { "ms = 1000", "seconds = 1", 3 },
        { "ms = 0", "ms = 86400001", 4 },
        { "unverified = false", "unverified = 0", 4 },
        { "numerator = 2", "numerator = 4", 5 },
        { "numerator = 2", "numerator = 0", 5 },
        { "denominator = 3", "denominator = 1001", 5 },
        { "strict = false", "strict = \"no\"", 5 },
        { "source = \"Điều lệ\"", "source = \"\"", 6 },
        { "counts_suspended = true", "counts_suspended = 1", 7 },
        { "denominator = { counts_suspended = true", "x = {", 7 },
        { "k_min = 4", "k_min = 0", 11 },
        { "changes_max = 2", "changes_max = 6", 11 },
        { "attest_ms = 2000", "attest_ms = 999", 11 },
        { "tolerance_percent = 10", "tolerance_percent = 101", 12 },
        { "grace = {", "grace = [", 3 },
        { "valid_from", "until", 2 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char *text = changed(faults[i].from, faults[i].to);
        struct ruleset ruleset = { .name = "untouched" };
        int line = -1;

        if (parse(text, &ruleset, &line) != RESULT_MALFORMED ||
            line != faults[i].line)
            fail_msg("%s: line %d", faults[i].to, line);
        assert_string_equal(ruleset.name, "untouched");
        free(text);
    }
}

static void a_missing_rule_is_refused(void **state)
{
    struct ruleset ruleset;
    int line;

    (void)state;
    assert_int_equal(
        parse("name = \"a\";\nvalid_from = \"b\";\n", &ruleset, &line),
        RESULT_MALFORMED);
    assert_int_equal(parse("", &ruleset, &line), RESULT_MALFORMED);
}

static void a_ruleset_cannot_read_other_files(void **state)
{
    struct ruleset ruleset;
    int line = -1;

    (void)state;
    assert_int_equal(parse("@include \"/etc/passwd\"\n", &ruleset, &line),
                     RESULT_MALFORMED);
    assert_int_equal(ruleset_parse("a\0b", 3, &ruleset, &line),
                     RESULT_MALFORMED);
}

static void a_file_too_large_is_not_read(void **state)
{
    static char text[RULESET_SIZE_MAX + 1];
    struct ruleset ruleset;
    int line;

    (void)state;
    memset(text, '\n', sizeof text);
    assert_int_equal(ruleset_parse(text, sizeof text, &ruleset, &line),
                     RESULT_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ruleset_is_read_with_its_numbers_and_hash),
        cmocka_unit_test(the_interim_file_holds_what_the_domain_asks_for),
        cmocka_unit_test(every_fault_is_refused_with_its_line),
        cmocka_unit_test(a_missing_rule_is_refused),
        cmocka_unit_test(a_ruleset_cannot_read_other_files),
        cmocka_unit_test(a_file_too_large_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
