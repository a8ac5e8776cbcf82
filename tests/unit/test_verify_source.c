#include "protocol/verify/verify_source.h"

#include "protocol/document/document_facts.h"
#include "protocol/record/digest.h"
#include "tests/support/log_author.h"
#include "tests/support/ruleset_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The author's log, read to its end. */
struct world {
    struct log_author author;
    char *log, *openings; /* owned */
    struct verify_reader reader;
    struct verify_source source;
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

    verify_source_release(&world->source);
    verify_reader_release(&world->reader);
    log_author_release(&world->author);
    free(world->log);
    free(world->openings);
    free(world);
    return 0;
}

static void read_log(struct world *world, const char *openings)
{
    enum result result = verify_reader_open(
        &world->reader, text_view_of(world->log),
        openings ? text_view_of(openings) : (struct text_view){ NULL, 0 },
        VERIFY_IN_LOG);

    while (result == RESULT_OK) {
        struct verify_event event;

        result = verify_reader_next(&world->reader, &event);
        if (result == RESULT_OK)
            verify_event_release(&event);
    }
    assert_int_equal(result, RESULT_CLOSED);
}

static const struct minutes_source *make(struct world *world,
                                         const struct ruleset_shelf *shelf,
                                         const struct hash *hash)
{
    assert_int_equal(
        verify_source_make(&world->reader, shelf, hash, &world->source),
        RESULT_OK);
    return &world->source.minutes;
}

static void events_are_the_lines_of_the_log(void **state)
{
    struct world *world = *state;
    const struct minutes_source *source;
    size_t i;

    read_log(world, world->openings);
    source = make(world, NULL, &(struct hash){ { 0 } });
    assert_int_equal(source->event_count, world->author.count);
    for (i = 0; i < source->event_count; i++) {
        assert_int_equal(source->events[i].size,
                         strlen(world->author.events[i]));
        assert_memory_equal(source->events[i].bytes, world->author.events[i],
                            source->events[i].size);
    }
    assert_int_equal(source->part_count, 0);
}

static void opened_texts_stand_in_the_order_of_their_events(void **state)
{
    struct world *world = *state;
    const struct minutes_source *source;
    const struct minutes_opening *last;
    size_t i;

    read_log(world, world->openings);
    source = make(world, NULL, &(struct hash){ { 0 } });
    assert_int_equal(source->opening_count, world->author.opening_count);
    for (i = 1; i < source->opening_count; i++)
        assert_true(source->openings[i - 1].seq <= source->openings[i].seq);
    last = &source->openings[source->opening_count - 1];
    assert_int_equal(last->seq, world->author.count - 1);
    assert_string_equal(last->field, "text");
    assert_string_equal(last->value, "Tôi đồng ý.");
}

static void a_log_without_openings_has_no_texts_and_is_drawn(void **state)
{
    struct world *world = *state;
    const struct minutes_source *source;
    json_t *facts = NULL;
    char *text;

    read_log(world, NULL);
    source = make(world, NULL, &(struct hash){ { 0 } });
    assert_int_equal(source->opening_count, 0);
    assert_int_equal(document_facts_draw(source, &facts), RESULT_OK);
    text = json_dumps(facts, 0);
    assert_null(strstr(text, "Tôi đồng ý."));
    free(text);
    json_decref(facts);
}

static void the_ruleset_is_that_of_the_hash_if_the_shelf_has_it(void **state)
{
    struct world *world = *state;
    const struct text_view text = ruleset_file_text("interim.conf");
    const struct hash hash = digest_sha256(text.data, text.size);
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;
    const struct minutes_source *source;

    assert_int_equal(ruleset_shelf_add(&shelf, text.data, text.size, &faults),
                     RESULT_OK);
    read_log(world, world->openings);
    source = make(world, &shelf, &hash);
    assert_ptr_equal(source->rules, &shelf.books[0]->rules);
    assert_ptr_equal(source->notes, &shelf.books[0]->notes);
    verify_source_release(&world->source);
    source = make(world, &shelf, &(struct hash){ { 7 } });
    assert_null(source->rules);
    assert_null(source->notes);
    ruleset_shelf_release(&shelf);
}

static void a_source_that_was_ended_is_empty(void **state)
{
    struct world *world = *state;

    read_log(world, world->openings);
    (void)make(world, NULL, &(struct hash){ { 0 } });
    verify_source_release(&world->source);
    assert_null(world->source.events);
    assert_int_equal(world->source.text_count, 0);
    verify_source_release(&world->source);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_are_the_lines_of_the_log),
        TEST(opened_texts_stand_in_the_order_of_their_events),
        TEST(a_log_without_openings_has_no_texts_and_is_drawn),
        TEST(the_ruleset_is_that_of_the_hash_if_the_shelf_has_it),
        TEST(a_source_that_was_ended_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
