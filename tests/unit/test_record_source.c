#include "server/control/record_source.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/digest.h"
#include "server/store/store_batch.h"
#include "tests/support/log_author.h"
#include "tests/support/ruleset_file.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GROUP_MEETING "c1.2"

/* Without events: nothing was mended. */
static const struct store_log no_register;

/* A log as the store hands it over, its bytes the author's, and its state. */
struct held {
    struct store_event events[AUTHOR_EVENTS_MAX];
    struct store_opening openings[2];
    struct store_log log;
    struct meeting_state *state; /* owned */
};

static void take(struct held *out, const struct log_author *author)
{
    size_t i;

    memset(out, 0, sizeof *out);
    assert_int_equal(meeting_state_new(&out->state), RESULT_OK);
    for (i = 0; i < author->count; i++) {
        struct message_memory memory = { .root = NULL };
        struct meeting_event event;

        out->events[i] =
            (struct store_event){ .seq = i,
                                  .at_ms = 1,
                                  .head = author->heads[i],
                                  .bytes = (uint8_t *)author->events[i],
                                  .size = strlen(author->events[i]) };
        assert_int_equal(meeting_event_decode(author->events[i],
                                              out->events[i].size, &event,
                                              &memory, NULL),
                         RESULT_OK);
        assert_int_equal(meeting_state_apply(out->state, &event), RESULT_OK);
        message_memory_release(&memory);
    }
    out->log.events = out->events;
    out->log.event_count = author->count;
}

/* A database with the log of a group's meeting, or an empty one. */
static struct store_sqlite *database(const struct store_fixture *fixture,
                                     const struct log_author *group)
{
    const struct identifier id = store_fixture_id(GROUP_MEETING);
    struct store_sqlite *sqlite = NULL;
    struct store_batch *batch = NULL;
    size_t i;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    if (!group)
        return sqlite;
    assert_int_equal(store_batch_new(&batch, &id, 1), RESULT_OK);
    for (i = 0; i < group->count; i++) {
        const struct store_event event = { .seq = i,
                                           .at_ms = 1,
                                           .head = group->heads[i],
                                           .bytes = (uint8_t *)group->events[i],
                                           .size = strlen(group->events[i]) };

        assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    }
    (void)store_fixture_begin(batch, 1);
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_append(sqlite, batch), RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    store_batch_free(batch);
    return sqlite;
}

static void a_meeting_is_its_events_and_opened_texts(void **state)
{
    struct store_fixture *fixture = *state;
    const struct ruleset_shelf none = { .count = 0 };
    char field[] = "text";
    /* The store's texts have no NUL behind them. */
    char value[] = "Tôi!?";
    struct store_sqlite *sqlite = database(fixture, NULL);
    struct record_source *source = NULL;
    const struct minutes_source *minutes;
    struct log_author author;
    struct held held;

    log_author_init(&author);
    log_author_open_meeting(&author);
    take(&held, &author);
    held.openings[0] = (struct store_opening){
        .seq = 3, .field = field, .value = value, .value_size = sizeof value - 2
    };
    held.log.openings = held.openings;
    held.log.opening_count = 1;
    assert_int_equal(record_source_load(sqlite, &none, &held.log, &no_register,
                                        held.state, &source),
                     RESULT_OK);
    minutes = record_source_minutes(source);
    assert_int_equal(minutes->event_count, author.count);
    assert_ptr_equal(minutes->events[2].bytes, author.events[2]);
    assert_int_equal(minutes->opening_count, 1);
    assert_int_equal(minutes->openings[0].seq, 3);
    assert_string_equal(minutes->openings[0].value, "Tôi!");
    assert_int_equal(minutes->part_count, 0);
    assert_null(minutes->rules);
    assert_null(record_source_free(source));
    assert_null(record_source_free(NULL));
    meeting_state_free(held.state);
    log_author_release(&author);
    store_sqlite_close(sqlite);
}

static void its_rules_are_those_of_its_first_event(void **state)
{
    struct store_fixture *fixture = *state;
    const struct text_view text = ruleset_file_text("interim.conf");
    struct store_sqlite *sqlite = database(fixture, NULL);
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;
    struct record_source *source = NULL;
    struct log_author author;
    struct held held;

    assert_int_equal(ruleset_shelf_add(&shelf, text.data, text.size, &faults),
                     RESULT_OK);
    log_author_init(&author);
    author.ruleset = digest_sha256(text.data, text.size);
    log_author_open_meeting(&author);
    take(&held, &author);
    assert_int_equal(record_source_load(sqlite, &shelf, &held.log, &no_register,
                                        held.state, &source),
                     RESULT_OK);
    assert_ptr_equal(record_source_minutes(source)->rules,
                     &shelf.books[0]->rules);
    assert_ptr_equal(record_source_minutes(source)->notes,
                     &shelf.books[0]->notes);
    record_source_free(source);
    meeting_state_free(held.state);
    log_author_release(&author);
    ruleset_shelf_release(&shelf);
    store_sqlite_close(sqlite);
}

/* A cell's meeting that was held by a group's, which it gathered. */
static struct record_source *
load_by_groups(const struct store_fixture *fixture, bool has_group,
               struct log_author *cell, struct log_author *group,
               struct held *held, struct store_sqlite **sqlite)
{
    const struct ruleset_shelf none = { .count = 0 };
    struct record_source *source = NULL;

    log_author_init(group);
    group->scope = store_fixture_id(GROUP_MEETING);
    log_author_open_meeting(group);
    log_author_init(cell);
    log_author_open_by_groups(cell, "g1", GROUP_MEETING);
    (void)log_author_gathered(cell, GROUP_MEETING, group->count - 1,
                              &group->heads[group->count - 1]);
    take(held, cell);
    *sqlite = database(fixture, has_group ? group : NULL);
    assert_int_equal(record_source_load(*sqlite, &none, &held->log,
                                        &no_register, held->state, &source),
                     RESULT_OK);
    assert_int_equal(record_source_minutes(source)->part_count, 1);
    return source;
}

static void a_group_that_was_gathered_is_a_part(void **state)
{
    struct log_author cell, group;
    struct store_sqlite *sqlite;
    struct held held;
    struct record_source *source =
        load_by_groups(*state, true, &cell, &group, &held, &sqlite);
    const struct minutes_source *part =
        &record_source_minutes(source)->parts[0];

    assert_int_equal(part->event_count, group.count);
    assert_memory_equal(part->events[0].bytes, group.events[0],
                        part->events[0].size);
    assert_non_null(record_source_part(source, 0));
    assert_int_equal(record_source_part(source, 0)->event_count, group.count);
    record_source_free(source);
    meeting_state_free(held.state);
    store_sqlite_close(sqlite);
    log_author_release(&cell);
    log_author_release(&group);
}

static void a_group_that_the_database_lacks_is_an_empty_part(void **state)
{
    struct log_author cell, group;
    struct store_sqlite *sqlite;
    struct held held;
    struct record_source *source =
        load_by_groups(*state, false, &cell, &group, &held, &sqlite);

    assert_int_equal(record_source_minutes(source)->parts[0].event_count, 0);
    assert_null(record_source_part(source, 0));
    record_source_free(source);
    meeting_state_free(held.state);
    store_sqlite_close(sqlite);
    log_author_release(&cell);
    log_author_release(&group);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_meeting_is_its_events_and_opened_texts),
        TEST(its_rules_are_those_of_its_first_event),
        TEST(a_group_that_was_gathered_is_a_part),
        TEST(a_group_that_the_database_lacks_is_an_empty_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
