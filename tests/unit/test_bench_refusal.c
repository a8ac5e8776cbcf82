#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_refusal.h"
#include "protocol/base/text.h"

#include <string.h>

static const char *words_of(const char *error, size_t size)
{
    static char words[BENCH_REFUSAL_SIZE];
    json_t *object = json_loads(error, 0, NULL);

    assert_non_null(object);
    bench_refusal_words(object, words, size);
    json_decref(object);
    return words;
}

static void a_known_code_is_said_with_its_arguments(void **state)
{
    (void)state;
    assert_string_equal(
        words_of("{\"code\":\"not_declared\",\"message\":\"no\",\"args\":"
                 "{\"mode\":\"online\",\"rule\":\"declaration\"}}",
                 BENCH_REFUSAL_SIZE),
        "before anybody takes part online, the chair has to declare that "
        "nothing in this meeting is a state secret (rule “declaration that "
        "nothing "
        "is a state secret”)");
}

static void an_argument_that_is_missing_leaves_no_brace(void **state)
{
    (void)state;
    assert_string_equal(
        words_of("{\"code\":\"no_score_sheet\"}", BENCH_REFUSAL_SIZE),
        "the ruleset ? has no score sheet");
}

static void what_only_the_server_knows_it_says_itself(void **state)
{
    (void)state;
    assert_string_equal(
        words_of("{\"code\":\"from_the_future\",\"message\":\"chờ đã\"}",
                 BENCH_REFUSAL_SIZE),
        "chờ đã");
    assert_string_equal(words_of("{}", BENCH_REFUSAL_SIZE), "?");
    assert_string_equal(words_of("[]", BENCH_REFUSAL_SIZE), "?");
}

/* "chờ": of the last letter both halves, or none. */
static void what_is_cut_off_is_whole_characters(void **state)
{
    const char *error = "{\"message\":\"chờ đã\"}";

    (void)state;
    for (size_t size = 1; size <= strlen("chờ đã") + 1; size++) {
        const char *words = words_of(error, size);

        assert_true(strlen(words) < size);
        assert_int_equal(strncmp("chờ đã", words, strlen(words)), 0);
        assert_int_equal(text_check(text_view_of(words), 100, true), RESULT_OK);
    }
    assert_string_equal(words_of(error, strlen("chờ đã") + 1), "chờ đã");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_code_is_said_with_its_arguments),
        cmocka_unit_test(an_argument_that_is_missing_leaves_no_brace),
        cmocka_unit_test(what_only_the_server_knows_it_says_itself),
        cmocka_unit_test(what_is_cut_off_is_whole_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
