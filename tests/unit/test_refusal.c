#include "protocol/meeting/refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void every_code_is_found_by_its_text(void **state)
{
    unsigned code;

    (void)state;
    for (code = REFUSAL_NONE + 1; code < REFUSAL_COUNT; code++) {
        enum refusal_code c = (enum refusal_code)code;

        assert_int_equal(refusal_code_of(text_view_of(refusal_code_text(c))),
                         c);
        assert_true(strlen(refusal_rule(c)) > 0);
        assert_true(strlen(refusal_message(c)) > 0);
    }
    assert_int_equal(refusal_code_of(TEXT_LITERAL("none")), REFUSAL_NONE);
    assert_int_equal(refusal_code_of(TEXT_LITERAL("nonsense")), REFUSAL_NONE);
    assert_string_equal(refusal_code_text(REFUSAL_COUNT), "none");
}

static void an_error_carries_code_rule_arguments_and_plain_english(void **state)
{
    struct refusal refusal;
    json_t *json, *args;

    (void)state;
    refusal_set(&refusal, REFUSAL_TOO_MANY_VOTES);
    refusal_add_number(&refusal, "sum", 18446744073709551615u);
    refusal_add_number(&refusal, "ticked", 2);
    json = refusal_to_json(&refusal);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "code")),
                        "too_many_votes");
    assert_string_equal(json_string_value(json_object_get(json, "rule")),
                        "vote");
    args = json_object_get(json, "args");
    assert_int_equal(json_object_size(args), 2);
    assert_string_equal(json_string_value(json_object_get(args, "ticked")),
                        "2");
    assert_string_equal(json_string_value(json_object_get(json, "message")),
                        "18446744073709551615 votes entered, but 2 entitled "
                        "members are ticked there (rule: show of hands)");
    json_decref(json);
}

static void a_rule_that_the_message_does_not_say_stands_behind_it(void **state)
{
    struct refusal refusal;
    json_t *json;

    (void)state;
    refusal_set(&refusal, REFUSAL_CANNOT_VOTE);
    refusal_add_text(&refusal, "category", TEXT_LITERAL("probationary"));
    refusal_add_text(&refusal, "matter", TEXT_LITERAL("procedure"));
    assert_string_equal(refusal_suffix(&refusal), REFUSAL_WORDS_SUFFIX);
    refusal_add_text(&refusal, "rule", TEXT_LITERAL("categories.probationary"));
    assert_string_equal(refusal_suffix(&refusal), REFUSAL_RULE_SUFFIX);
    json = refusal_to_json(&refusal);
    assert_string_equal(json_string_value(json_object_get(json, "message")),
                        "probationary members have no vote on this matter "
                        "(procedure) (rule “rights of probationary members”)");
    json_decref(json);
}

/* By the place in the ruleset or by a section of a document, whichever code it
 * is: nobody is refused without being told by what. */
static void every_refusal_names_its_rule_and_where_it_stands(void **state)
{
    unsigned code;

    (void)state;
    for (code = REFUSAL_NONE + 1; code < REFUSAL_COUNT; code++) {
        struct refusal refusal = { .code = (enum refusal_code)code };
        const bool says =
            strstr(refusal_message(refusal.code), "{rule}") != NULL;
        char end[200];
        const char *text;
        json_t *json;

        assert_true(strlen(refusal_rule_words(refusal.code)) > 0);
        assert_non_null(strstr(refusal_rule_place(refusal.code), ".md, "));
        (void)snprintf(end, sizeof end, " (rule: %s)",
                       refusal_rule_words(refusal.code));
        json = refusal_to_json(&refusal);
        text = json_string_value(json_object_get(json, "message"));
        assert_string_equal(text + strlen(text) - strlen(end), end);
        json_decref(json);

        refusal_add_text(&refusal, "rule", TEXT_LITERAL("quorum.meeting"));
        json = refusal_to_json(&refusal);
        text = json_string_value(json_object_get(json, "message"));
        assert_non_null(strstr(text, "“quorum of meetings”"));
        assert_true(says == (refusal_suffix(&refusal) == NULL));
        json_decref(json);
    }
    assert_null(refusal_suffix(&(struct refusal){ .code = REFUSAL_NONE }));
    assert_string_equal(refusal_rule_words(REFUSAL_NONE), "");
}

static void an_argument_that_is_missing_stays_in_the_message(void **state)
{
    struct refusal refusal;
    json_t *json;

    (void)state;
    refusal_set(&refusal, REFUSAL_NO_SUCH_MEMBER);
    json = refusal_to_json(&refusal);
    assert_string_equal(json_string_value(json_object_get(json, "message")),
                        "there is no member {id} on the roll (rule: the roll)");
    json_decref(json);
}

static void a_long_argument_is_cut_between_code_points(void **state)
{
    struct refusal refusal;
    char text[200];
    size_t i;
    json_t *json;

    (void)state;
    /* Each "ạ" is three bytes; 95 is not a multiple of three. */
    for (i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "ạ", 3);
    text[i] = '\0';
    refusal_set(&refusal, REFUSAL_TOO_LONG);
    refusal_add_text(&refusal, "path", text_view_of(text));
    assert_int_equal(strlen(refusal.args[0].text), 93);
    json = refusal_to_json(&refusal);
    assert_non_null(json);
    json_decref(json);
}

static void
a_seventh_argument_is_dropped_and_a_new_code_clears_all(void **state)
{
    struct refusal refusal;

    (void)state;
    refusal_set(&refusal, REFUSAL_BUSY);
    refusal_add_text(&refusal, "a", TEXT_LITERAL("1"));
    refusal_add_text(&refusal, "b", TEXT_LITERAL(""));
    refusal_add_text(&refusal, "c", TEXT_LITERAL("3"));
    refusal_add_text(&refusal, "d", TEXT_LITERAL("4"));
    refusal_add_text(&refusal, "e", TEXT_LITERAL("5"));
    refusal_add_text(&refusal, "f", TEXT_LITERAL("6"));
    refusal_add_text(&refusal, "g", TEXT_LITERAL("7"));
    assert_int_equal(refusal.arg_count, REFUSAL_ARGS_MAX);
    refusal_set(&refusal, REFUSAL_CLOSED);
    assert_int_equal(refusal.arg_count, 0);
}

/* Gives each argument that the message names a text as long as they come. */
static void fill_arguments(struct refusal *refusal, const char *message)
{
    static char names[REFUSAL_ARGS_MAX][32];
    char full[96];
    size_t count = 0;

    memset(full, 'x', sizeof full - 1);
    full[sizeof full - 1] = '\0';
    while ((message = strchr(message, '{')) != NULL) {
        size_t size = strcspn(++message, "}");

        assert_true(count < REFUSAL_ARGS_MAX);
        assert_true(size < sizeof names[0]);
        memcpy(names[count], message, size);
        names[count][size] = '\0';
        refusal_add_text(refusal, names[count++], text_view_of(full));
    }
}

/* Else the client would show the braces. */
static void every_argument_of_a_message_is_known_to_who_reads_it(void **state)
{
    unsigned code;

    (void)state;
    for (code = REFUSAL_NONE + 1; code < REFUSAL_COUNT; code++) {
        const char *at = refusal_message((enum refusal_code)code);

        while ((at = strchr(at, '{')) != NULL) {
            char name[32] = "";
            const size_t size = strcspn(++at, "}");

            assert_true(size < sizeof name);
            memcpy(name, at, size);
            if (!refusal_argument(name))
                fail_msg("{%s} of %s", name,
                         refusal_code_text((enum refusal_code)code));
        }
    }
    assert_null(refusal_argument("nobody"));
}

static void the_longest_message_with_full_arguments_is_whole(void **state)
{
    unsigned code;

    (void)state;
    for (code = REFUSAL_NONE + 1; code < REFUSAL_COUNT; code++) {
        const char *message = refusal_message((enum refusal_code)code);
        struct refusal refusal;
        const char *end = message + strlen(message) - 1;
        const char *text;
        json_t *json;

        refusal_set(&refusal, (enum refusal_code)code);
        fill_arguments(&refusal, message);
        if (refusal_suffix(&refusal))
            end = strrchr(REFUSAL_WORDS_SUFFIX, ')');
        json = refusal_to_json(&refusal);
        text = json_string_value(json_object_get(json, "message"));
        /* Nothing was cut off at the end, and no braces are left. */
        assert_null(strchr(text, '{'));
        if (*end != '}')
            assert_int_equal(text[strlen(text) - 1], *end);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_found_by_its_text),
        cmocka_unit_test(
            an_error_carries_code_rule_arguments_and_plain_english),
        cmocka_unit_test(a_rule_that_the_message_does_not_say_stands_behind_it),
        cmocka_unit_test(every_refusal_names_its_rule_and_where_it_stands),
        cmocka_unit_test(an_argument_that_is_missing_stays_in_the_message),
        cmocka_unit_test(a_long_argument_is_cut_between_code_points),
        cmocka_unit_test(
            a_seventh_argument_is_dropped_and_a_new_code_clears_all),
        cmocka_unit_test(every_argument_of_a_message_is_known_to_who_reads_it),
        cmocka_unit_test(the_longest_message_with_full_arguments_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
