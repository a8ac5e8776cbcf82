#include "protocol/verify/verify_reader.h"

#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The author's log as the files of a record. */
struct world {
    struct log_author author;
    char *log, *openings; /* owned */
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    (void)log_author_chat(&world->author, "m4", "Tôi đồng ý.");
    world->log = log_author_lines(world->author.events, world->author.count);
    world->openings =
        log_author_lines(world->author.openings, world->author.opening_count);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    log_author_release(&world->author);
    free(world->log);
    free(world->openings);
    free(world);
    return 0;
}

/* Reads to the end; the result that ended it. */
static enum result read_all(struct verify_reader *reader, const char *log,
                            const char *openings)
{
    static const struct text_view none;
    enum result result = verify_reader_open(
        reader, text_view_of(log), openings ? text_view_of(openings) : none,
        VERIFY_IN_LOG);

    while (result == RESULT_OK) {
        struct verify_event event;

        result = verify_reader_next(reader, &event);
        if (result == RESULT_OK)
            verify_event_release(&event);
    }
    return result;
}

static void expect_fault(const char *log, const char *openings,
                         enum verify_fault fault, uint64_t line)
{
    struct verify_reader reader;

    assert_int_equal(read_all(&reader, log, openings), RESULT_REFUSED);
    assert_string_equal(verify_fault_word(reader.failure.fault),
                        verify_fault_word(fault));
    assert_int_equal(reader.failure.line, line);
    verify_reader_release(&reader);
}

static void an_honest_log_is_read_to_its_end(void **state)
{
    struct world *world = *state;
    const size_t count = world->author.count;
    struct verify_reader reader;

    assert_int_equal(read_all(&reader, world->log, world->openings),
                     RESULT_CLOSED);
    assert_int_equal(reader.count, count);
    assert_string_equal(reader.scope.text, AUTHOR_MEETING);
    assert_string_equal(reader.organisation.text, AUTHOR_ORGANISATION);
    assert_false(reader.is_register);
    assert_true(
        hash_equal(&reader.heads[count - 1], &world->author.heads[count - 1]));
    assert_int_equal(reader.unknown_count + reader.newer_count, 0);
    verify_reader_release(&reader);
}

static void texts_are_counted_by_their_kind(void **state)
{
    struct world *world = *state;
    struct verify_reader reader;
    size_t i, found = 0;

    assert_int_equal(read_all(&reader, world->log, world->openings),
                     RESULT_CLOSED);
    for (i = 0; i < reader.text_count; i++) {
        const struct verify_text_row *row = &reader.texts[i];

        assert_int_equal(row->opened, row->total);
        if (strcmp(row->kind, "genesis") == 0 &&
            strcmp(row->path, "roster.*.devices.*.label") == 0) {
            assert_int_equal(row->total, 4);
            assert_int_equal(row->audience, AUDIENCE_PRESIDING);
            found++;
        }
        if (strcmp(row->kind, "chat_said") == 0) {
            assert_string_equal(row->path, "text");
            assert_int_equal(row->total, 1);
            found++;
        }
    }
    assert_int_equal(found, 2);
    verify_reader_release(&reader);
    assert_int_equal(read_all(&reader, world->log, NULL), RESULT_CLOSED);
    for (i = 0; i < reader.text_count; i++)
        assert_int_equal(reader.texts[i].opened, 0);
    verify_reader_release(&reader);
}

static void what_is_no_log_is_told_apart(void **state)
{
    static const char *const bad[] = { "", "\n", "{}\n", "xin chào\n",
                                       "{\"seq\":0,\"ev\":\"genesis\"}\n" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct verify_reader reader;

        assert_int_equal(read_all(&reader, bad[i], NULL), RESULT_MALFORMED);
        verify_reader_release(&reader);
    }
}

static void a_log_that_begins_later_or_is_cut_is_refused(void **state)
{
    struct world *world = *state;

    expect_fault(strchr(world->log, '\n') + 1, NULL, VERIFY_FAULT_NO_GENESIS,
                 1);
    world->log[strlen(world->log) - 1] = '\0';
    expect_fault(world->log, NULL, VERIFY_FAULT_LINE_CUT, world->author.count);
}

/* The log with one of its lines replaced. */
static char *with_line(const struct world *world, size_t line, const char *text)
{
    char *lines[AUTHOR_EVENTS_MAX], *log;
    size_t i;

    for (i = 0; i < world->author.count; i++)
        lines[i] = world->author.events[i];
    lines[line] = strdup(text);
    assert_non_null(lines[line]);
    log = log_author_lines(lines, world->author.count);
    free(lines[line]);
    return log;
}

static void expect_line(const struct world *world, size_t line,
                        const char *text, enum verify_fault fault)
{
    char *log = with_line(world, line, text);

    expect_fault(log, NULL, fault, line + 1);
    free(log);
}

#define NONCE "\"n\":\"00112233445566778899aabbccddeeff\""

static void each_event_is_spelled_in_one_way(void **state)
{
    const struct world *world = *state;

    expect_line(world, 3, "{\"seq\":3," NONCE ",\"at\":1,\"ev\": \"x\"}",
                VERIFY_FAULT_NOT_CANONICAL);
    expect_line(world, 3, "{\"seq\":3," NONCE ",\"at\":1,\"ev\":\"\\u0078\"}",
                VERIFY_FAULT_NOT_CANONICAL);
    expect_line(world, 3,
                "{" NONCE ",\"seq\":3,\"at\":1,\"ev\":\"opened\",\"act\":null}",
                VERIFY_FAULT_NOT_CANONICAL);
    expect_line(world, 3, "{\"seq\":3," NONCE ",\"at\":1,\"ev\":\"opened\"}",
                VERIFY_FAULT_LINE);
    expect_line(world, 3, "", VERIFY_FAULT_LINE);
    expect_line(world, 3, world->author.events[4], VERIFY_FAULT_SEQ);
}

static void what_a_later_version_writes_is_read_and_counted(void **state)
{
    const struct world *world = *state;
    struct verify_reader reader;
    char *log = with_line(
        world, 3, "{\"seq\":3," NONCE ",\"at\":1,\"ev\":\"sung\",\"song\":1}");

    assert_int_equal(read_all(&reader, log, NULL), RESULT_CLOSED);
    assert_int_equal(reader.unknown_count, 1);
    verify_reader_release(&reader);
    free(log);
    log = with_line(world, 3,
                    "{\"seq\":3," NONCE
                    ",\"at\":1,\"ev\":\"unmuted\",\"holder\":\"m4\",\"by\":1}");
    assert_int_equal(read_all(&reader, log, NULL), RESULT_CLOSED);
    assert_int_equal(reader.newer_count, 1);
    verify_reader_release(&reader);
    free(log);
}

static void an_opening_fits_what_was_sealed(void **state)
{
    struct world *world = *state;
    char *place = strstr(world->openings, "Tôi đồng ý.");
    uint64_t line = 1;

    assert_non_null(place);
    for (const char *c = world->openings; c < place; c++)
        line += *c == '\n';
    place[0] = 't';
    expect_fault(world->log, world->openings, VERIFY_FAULT_OPENING, line);
    place[0] = 'T';
}

static void an_opening_of_an_event_that_is_not_there_is_refused(void **state)
{
    struct world *world = *state;
    char *lines[] = { world->author.events[0] };
    char *first = log_author_lines(lines, 1);

    expect_fault(first, strrchr(world->openings, '{'), VERIFY_FAULT_OPENING, 1);
    free(first);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_honest_log_is_read_to_its_end),
        TEST(texts_are_counted_by_their_kind),
        TEST(what_is_no_log_is_told_apart),
        TEST(a_log_that_begins_later_or_is_cut_is_refused),
        TEST(each_event_is_spelled_in_one_way),
        TEST(what_a_later_version_writes_is_read_and_counted),
        TEST(an_opening_fits_what_was_sealed),
        TEST(an_opening_of_an_event_that_is_not_there_is_refused),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
