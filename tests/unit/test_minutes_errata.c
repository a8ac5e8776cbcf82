#include "protocol/document/minutes_errata.h"

#include "tests/support/register_author.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ERRATUM(entry, line)                                                   \
    "{\"date\":\"2026-11-29\",\"entry\":\"" entry "\",\"line\":" line          \
    ",\"reason\":\"Ghi nhầm\",\"should\":\"12 triệu\","                    \
    "\"stands\":\"21 triệu\",\"v\":1}"

enum { LINES_MAX = 64 };

/* A register as whoever draws minutes has it. */
struct lines {
    struct log_author author;
    struct minutes_event events[LINES_MAX];
    struct minutes_opening openings[LINES_MAX];
    size_t opening_count;
};

static void open_text(struct lines *lines, const char *field, const char *value)
{
    lines->openings[lines->opening_count++] =
        (struct minutes_opening){ lines->author.count - 1, field, value };
}

static void propose(struct lines *lines, const char *meeting, uint64_t number,
                    const char *member, int role, const char *text)
{
    struct register_event event = { .kind = REGISTER_ERRATUM_PROPOSED_KIND };
    struct register_erratum_proposed *body = &event.body.erratum_proposed;

    assert_int_equal(identifier_parse(text_view_of(meeting), &body->meeting),
                     RESULT_OK);
    assert_int_equal(identifier_parse(text_view_of(member), &body->member),
                     RESULT_OK);
    body->number = number;
    body->role = role;
    body->erratum =
        (struct sealed){ .value = text_view_of(text), .has_value = true };
    (void)log_author_add_register(&lines->author, &event);
    open_text(lines, "erratum", text);
}

static void sign(struct lines *lines, uint64_t number, const char *member,
                 int role)
{
    struct register_event event = { .kind = REGISTER_ERRATUM_SIGNED_KIND };
    struct register_erratum_signed *body = &event.body.erratum_signed;

    body->meeting = (struct identifier){ AUTHOR_MEETING };
    assert_int_equal(identifier_parse(text_view_of(member), &body->member),
                     RESULT_OK);
    body->number = number;
    body->role = role;
    (void)log_author_add_register(&lines->author, &event);
}

static void rename_member(struct lines *lines, const char *member,
                          const char *name)
{
    struct register_event event = { .kind = REGISTER_MEMBER_CHANGED_KIND };
    struct register_member_changed *body = &event.body.member_changed;

    assert_int_equal(identifier_parse(text_view_of(member), &body->member),
                     RESULT_OK);
    body->unit = (struct identifier){ "u2" };
    body->category = CATEGORY_OFFICIAL;
    body->office = OFFICE_NONE;
    body->name =
        (struct sealed){ .value = text_view_of(name), .has_value = true };
    (void)log_author_add_register(&lines->author, &event);
    open_text(lines, "name", name);
}

static enum result read_of(struct lines *lines, struct minutes_errata *out)
{
    const struct identifier meeting = { AUTHOR_MEETING };
    struct minutes_source source = { .events = lines->events,
                                     .openings = lines->openings,
                                     .opening_count = lines->opening_count };

    for (; source.event_count < lines->author.count; source.event_count++)
        lines->events[source.event_count] = (struct minutes_event){
            lines->author.events[source.event_count],
            strlen(lines->author.events[source.event_count])
        };
    return minutes_errata_read(&source, &meeting, out);
}

static int setup(void **state)
{
    struct lines *lines = calloc(1, sizeof *lines);

    assert_non_null(lines);
    register_author_init(&lines->author);
    register_author_call_meeting(&lines->author);
    *state = lines;
    return 0;
}

static int teardown(void **state)
{
    struct lines *lines = *state;

    log_author_release(&lines->author);
    free(lines);
    return 0;
}

static void one_that_both_signed_is_told_with_their_names_of_then(void **state)
{
    struct lines *lines = *state;
    struct minutes_errata errata;

    rename_member(lines, "m1", "Đảng viên Mẫu 01");
    propose(lines, AUTHOR_MEETING, 1, "m2", SIGNER_MINUTE_TAKER,
            ERRATUM("e3", "0"));
    sign(lines, 1, "m1", SIGNER_CHAIR);
    rename_member(lines, "m1", "Đảng viên Mẫu 11");
    assert_int_equal(read_of(lines, &errata), RESULT_OK);
    assert_int_equal(errata.count, 1);
    assert_true(minutes_erratum_is_told(&errata.rows[0]));
    assert_string_equal(
        minutes_erratum_signer(&errata.rows[0], SIGNER_CHAIR)->name,
        "Đảng viên Mẫu 01");
    assert_null(
        minutes_erratum_signer(&errata.rows[0], SIGNER_MINUTE_TAKER)->name);
    assert_true(text_view_is(errata.rows[0].text.should, "12 triệu"));
    minutes_errata_release(&errata);
}

static void what_waits_or_is_hidden_is_not_told(void **state)
{
    struct lines *lines = *state;
    struct minutes_errata errata;
    char numbers[MINUTES_CORRECTED_SIZE];

    propose(lines, AUTHOR_MEETING, 1, "m1", SIGNER_CHAIR, ERRATUM("e3", "0"));
    assert_int_equal(read_of(lines, &errata), RESULT_OK);
    assert_false(minutes_erratum_is_told(&errata.rows[0]));
    minutes_errata_release(&errata);
    sign(lines, 1, "m2", SIGNER_MINUTE_TAKER);
    lines->opening_count = 0;
    assert_int_equal(read_of(lines, &errata), RESULT_OK);
    assert_false(minutes_erratum_is_told(&errata.rows[0]));
    minutes_errata_of_line(&errata, "e3", 7, numbers);
    assert_string_equal(numbers, "");
    minutes_errata_release(&errata);
}

static void lines_are_known_by_their_entry_or_their_event(void **state)
{
    static const char *const texts[] = { ERRATUM("e3", "0"), ERRATUM("", "41"),
                                         ERRATUM("e3", "0"), ERRATUM("", "0") };
    struct lines *lines = *state;
    struct minutes_errata errata;
    char numbers[MINUTES_CORRECTED_SIZE];
    size_t i;

    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        propose(lines, AUTHOR_MEETING, i + 1, "m1", SIGNER_CHAIR, texts[i]);
        sign(lines, i + 1, "m2", SIGNER_MINUTE_TAKER);
    }
    assert_int_equal(read_of(lines, &errata), RESULT_OK);
    minutes_errata_of_line(&errata, "e3", 12, numbers);
    assert_string_equal(numbers, "1, 3");
    minutes_errata_of_line(&errata, NULL, 41, numbers);
    assert_string_equal(numbers, "2");
    minutes_errata_of_line(&errata, "e4", 0, numbers);
    assert_string_equal(numbers, "");
    minutes_errata_release(&errata);
    minutes_errata_of_line(NULL, "e3", 12, numbers);
    assert_string_equal(numbers, "");
}

static void those_of_other_meetings_are_left_out(void **state)
{
    struct lines *lines = *state;
    struct minutes_errata errata;

    propose(lines, "c1.2", 1, "m1", SIGNER_CHAIR, ERRATUM("e1", "0"));
    assert_int_equal(read_of(lines, &errata), RESULT_OK);
    assert_int_equal(errata.count, 0);
    minutes_errata_release(&errata);
}

static void a_register_that_contradicts_itself_is_corrupt(void **state)
{
    struct lines *lines = *state;
    struct minutes_errata errata;

    propose(lines, AUTHOR_MEETING, 2, "m1", SIGNER_CHAIR, ERRATUM("e1", "0"));
    assert_int_equal(read_of(lines, &errata), RESULT_CORRUPT);
    minutes_errata_release(&errata);
    lines->author.count--;
    sign(lines, 1, "m1", SIGNER_CHAIR);
    assert_int_equal(read_of(lines, &errata), RESULT_CORRUPT);
    minutes_errata_release(&errata);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_that_both_signed_is_told_with_their_names_of_then),
        TEST(what_waits_or_is_hidden_is_not_told),
        TEST(lines_are_known_by_their_entry_or_their_event),
        TEST(those_of_other_meetings_are_left_out),
        TEST(a_register_that_contradicts_itself_is_corrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
