/* What a device tells of how it hears: reading, cutting, judging. */
#include "protocol/wire/hearing_report.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct hearing_report good = { .played = 480,
                                            .concealed = 20,
                                            .repaired = 5,
                                            .late = 3,
                                            .dropped = 2,
                                            .delay_ms = 120 };

static json_t *message_of(const struct hearing_report *report)
{
    json_t *object = json_object();

    assert_true(hearing_report_put(report, object));
    return object;
}

static void assert_same(const struct hearing_report *one,
                        const struct hearing_report *other)
{
    assert_memory_equal(one, other, sizeof *one);
}

static void a_report_is_read_as_it_was_written(void **state)
{
    json_t *object = message_of(&good);
    struct hearing_report out;
    const char *missing = NULL;

    (void)state;
    assert_int_equal(json_object_size(object), 6);
    assert_int_equal(json_integer_value(json_object_get(object, "concealed")),
                     20);
    assert_true(hearing_report_read(object, &out, &missing));
    assert_same(&out, &good);
    json_decref(object);
}

static void each_value_is_cut_to_its_limit(void **state)
{
    static const struct hearing_report limit = {
        LIMIT_HEARING_BLOCKS, LIMIT_HEARING_BLOCKS, LIMIT_HEARING_BLOCKS,
        LIMIT_HEARING_BLOCKS, LIMIT_HEARING_BLOCKS, LIMIT_HEARING_DELAY_MS
    };
    static const json_int_t more[] = { 1, 1000000, INT64_MAX / 2, INT64_MAX };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof more / sizeof more[0]; i++) {
        static const char *const names[] = {
            "played", "concealed", "repaired", "late", "dropped", "delay_ms"
        };
        json_t *object = json_object();
        struct hearing_report out;
        const char *missing = NULL;
        size_t k;

        for (k = 0; k < sizeof names / sizeof names[0]; k++)
            json_object_set_new(
                object, names[k],
                json_integer(more[i] < 100000 ? LIMIT_HEARING_BLOCKS + more[i]
                                              : more[i]));
        assert_true(hearing_report_read(object, &out, &missing));
        assert_same(&out, &limit);
        json_decref(object);
    }
}

static void no_more_is_repaired_than_was_made_up(void **state)
{
    const struct hearing_report liar = { .played = 10,
                                         .concealed = 3,
                                         .repaired = 900 };
    json_t *object = message_of(&liar);
    struct hearing_report out;
    const char *missing = NULL;

    (void)state;
    assert_true(hearing_report_read(object, &out, &missing));
    assert_int_equal(out.repaired, 3);
    assert_int_equal(hearing_report_lost_percent(&out), 0);
    json_decref(object);
}

static void a_value_that_is_no_count_is_named(void **state)
{
    static const char *const names[] = { "played", "concealed", "repaired",
                                         "late",   "dropped",   "delay_ms" };
    static const char *const wrong[] = { "-1",   "1.0", "\"1\"", "null",
                                         "true", "[]",  "{}" };
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (k = 0; k <= sizeof wrong / sizeof wrong[0]; k++) {
            json_t *object = message_of(&good);
            struct hearing_report out = { .played = 77 };
            const char *missing = NULL;

            if (k == 0)
                json_object_del(object, names[i]);
            else
                json_object_set_new(
                    object, names[i],
                    json_loads(wrong[k - 1], JSON_DECODE_ANY, NULL));
            assert_false(hearing_report_read(object, &out, &missing));
            assert_string_equal(missing, names[i]);
            assert_int_equal(out.played, 77);
            json_decref(object);
        }
    }
}

static void how_well_is_told_by_what_was_missing(void **state)
{
    static const struct {
        struct hearing_report report;
        enum hearing_grade grade;
        unsigned lost;
    } rows[] = {
        { { .played = 0 }, HEARING_NONE, 0 },
        { { .late = 50, .delay_ms = 90 }, HEARING_NONE, 0 },
        { { .played = 500 }, HEARING_WELL, 0 },
        /* 9 of 500, then 10: 2 of 100. */
        { { .played = 491, .concealed = 9 }, HEARING_WELL, 2 },
        { { .played = 490, .concealed = 10 }, HEARING_GAPS, 2 },
        /* 49 of 500, then 50: 10 of 100. */
        { { .played = 451, .concealed = 49 }, HEARING_GAPS, 10 },
        { { .played = 450, .concealed = 50 }, HEARING_BADLY, 10 },
        /* What was repaired was heard; what was dropped was not. */
        { { .played = 450, .concealed = 50, .repaired = 50 }, HEARING_WELL, 0 },
        { { .played = 450, .dropped = 50 }, HEARING_BADLY, 10 },
        { { .concealed = 1 }, HEARING_BADLY, 100 },
        /* A long delay alone is no gap. */
        { { .played = 500, .delay_ms = 9000 }, HEARING_WELL, 0 },
        { { .played = LIMIT_HEARING_BLOCKS,
            .concealed = LIMIT_HEARING_BLOCKS,
            .dropped = LIMIT_HEARING_BLOCKS },
          HEARING_BADLY,
          67 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(hearing_report_grade(&rows[i].report), rows[i].grade);
        assert_int_equal(hearing_report_lost_percent(&rows[i].report),
                         rows[i].lost);
    }
    assert_string_equal(enum_word(&hearing_grade_words, HEARING_WELL), "well");
    assert_string_equal(enum_word(&hearing_grade_words, HEARING_BADLY),
                        "badly");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_read_as_it_was_written),
        cmocka_unit_test(each_value_is_cut_to_its_limit),
        cmocka_unit_test(no_more_is_repaired_than_was_made_up),
        cmocka_unit_test(a_value_that_is_no_count_is_named),
        cmocka_unit_test(how_well_is_told_by_what_was_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
