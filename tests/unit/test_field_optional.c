/* Words that may be none, and fields that joined later. */
#include "protocol/meeting/vocabulary.h"
#include "protocol/wire/field.h"

#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static json_t *parsed(const char *text)
{
    json_t *object = NULL;

    assert_int_equal(message_parse(text, strlen(text), &object), RESULT_OK);
    return object;
}

/* --- words that may be none -------------------------------------------------
 */

#define LOOSE_FIELDS(X) X(OPTIONAL_ENUM, choice, choice_words, NONE)
struct loose {
    LOOSE_FIELDS(FIELD_MEMBER)
};
#define field_struct struct loose
static const struct field loose_rows[] = { LOOSE_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema loose_schema = { "loose", sizeof(struct loose),
                                            loose_rows, 1 };

static enum result read_loose(const char *text, bool is_command, int *out)
{
    struct message_memory memory = { 0 };
    struct loose loose = { 0 };
    json_t *object = parsed(text);
    const enum result result =
        schema_decode(&loose_schema, object, is_command, &loose, &memory, NULL);

    *out = loose.choice;
    message_memory_release(&memory);
    json_decref(object);
    return result;
}

static void a_word_that_may_be_none_is_empty_or_of_the_list(void **state)
{
    struct loose loose = { CHOICE_NO };
    json_t *object = json_object();
    int choice = 0;

    (void)state;
    assert_int_equal(read_loose("{\"choice\":\"no\"}", false, &choice),
                     RESULT_OK);
    assert_int_equal(choice, CHOICE_NO);
    assert_int_equal(read_loose("{\"choice\":\"\"}", false, &choice),
                     RESULT_OK);
    assert_int_equal(choice, 0);
    assert_int_equal(read_loose("{}", true, &choice), RESULT_OK);
    assert_int_equal(choice, 0);
    assert_int_equal(read_loose("{}", false, &choice), RESULT_MALFORMED);
    assert_int_equal(read_loose("{\"choice\":\"maybe\"}", false, &choice),
                     RESULT_MALFORMED);
    assert_int_equal(schema_encode(&loose_schema, &loose, false, object),
                     RESULT_OK);
    assert_string_equal(json_string_value(json_object_get(object, "choice")),
                        "no");
    loose.choice = 0;
    assert_int_equal(schema_encode(&loose_schema, &loose, false, object),
                     RESULT_OK);
    assert_string_equal(json_string_value(json_object_get(object, "choice")),
                        "");
    loose.choice = choice_count_;
    assert_int_equal(schema_encode(&loose_schema, &loose, false, object),
                     RESULT_INVALID);
    json_decref(object);
}

/* --- fields that joined later -----------------------------------------------
 */

#define GROWN_FIELDS(X)                                                        \
    X(NUMBER, count, 0, NONE)                                                  \
    X(LATER_NUMBER, due, 10, NONE)                                             \
    X(LATER_ENUM, choice, choice_words, NONE)
struct grown {
    GROWN_FIELDS(FIELD_MEMBER)
};
#define field_struct struct grown
static const struct field grown_rows[] = { GROWN_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema grown_schema = { "grown", sizeof(struct grown),
                                            grown_rows, 3 };

static enum result read_grown(const char *text, struct grown *out)
{
    struct message_memory memory = { 0 };
    json_t *object = parsed(text);
    const enum result result =
        schema_decode(&grown_schema, object, false, out, &memory, NULL);

    message_memory_release(&memory);
    json_decref(object);
    return result;
}

static void
a_field_that_joined_later_may_be_missing_and_is_never_zero(void **state)
{
    static const struct {
        const char *text;
        enum result result;
        uint64_t due;
        int choice;
    } rows[] = {
        { "{\"count\":3}", RESULT_OK, 0, 0 },
        { "{\"count\":3,\"due\":10,\"choice\":\"no\"}", RESULT_OK, 10,
          CHOICE_NO },
        { "{\"count\":3,\"due\":0}", RESULT_MALFORMED, 0, 0 },
        { "{\"count\":3,\"due\":-1}", RESULT_MALFORMED, 0, 0 },
        { "{\"count\":3,\"due\":11}", RESULT_TOO_LARGE, 0, 0 },
        { "{\"count\":3,\"due\":null}", RESULT_MALFORMED, 0, 0 },
        { "{\"count\":3,\"choice\":\"\"}", RESULT_MALFORMED, 0, 0 },
        { "{\"count\":3,\"choice\":\"maybe\"}", RESULT_MALFORMED, 0, 0 },
        { "{\"due\":1}", RESULT_MALFORMED, 0, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct grown grown = { 0 };
        json_t *object = json_object();
        char *text = NULL;
        size_t size = 0;

        assert_int_equal(read_grown(rows[i].text, &grown), rows[i].result);
        if (rows[i].result == RESULT_OK) {
            assert_int_equal(grown.due, rows[i].due);
            assert_int_equal(grown.choice, rows[i].choice);
            assert_int_equal(
                schema_encode(&grown_schema, &grown, false, object), RESULT_OK);
            assert_int_equal(message_text(object, &text, &size), RESULT_OK);
            assert_int_equal(size, strlen(rows[i].text));
            assert_memory_equal(text, rows[i].text, size);
            free(text);
        }
        json_decref(object);
    }
}

static void a_later_field_that_no_reader_would_take_is_not_written(void **state)
{
    const struct grown grown[] = { { .due = 11 },
                                   { .choice = choice_count_ },
                                   { .choice = -1 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof grown / sizeof grown[0]; i++) {
        json_t *object = json_object();

        assert_int_equal(schema_encode(&grown_schema, &grown[i], false, object),
                         RESULT_INVALID);
        json_decref(object);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_may_be_none_is_empty_or_of_the_list),
        cmocka_unit_test(
            a_field_that_joined_later_may_be_missing_and_is_never_zero),
        cmocka_unit_test(
            a_later_field_that_no_reader_would_take_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
