#include "server/control/record_documents.h"

#include "protocol/document/document_facts.h"
#include "protocol/record/record_manifest.h"
#include "tests/support/log_author.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An open meeting without texts, and templates of one line. */
struct world {
    struct log_author author;
    struct minutes_event events[AUTHOR_EVENTS_MAX];
    struct minutes_source source;
    struct template_folder templates; /* its texts are ours */
    struct record_files files;
    struct record_document_failure failure;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    size_t i;

    assert_non_null(world);
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    for (i = 0; i < world->author.count; i++)
        world->events[i] =
            (struct minutes_event){ world->author.events[i],
                                    strlen(world->author.events[i]) };
    world->source.events = world->events;
    world->source.event_count = world->author.count;
    for (i = 0; document_templates[i]; i++)
        world->templates.texts[i] = TEXT_LITERAL("Văn bản mẫu.\n");
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    record_files_release(&world->files);
    log_author_release(&world->author);
    free(world);
    return 0;
}

static enum result add(struct world *world)
{
    const struct record_documents ask = { .source = &world->source,
                                          .templates = &world->templates,
                                          .created_ms = 1770257400000 };

    return record_documents_add(&world->files, &ask, &world->failure);
}

static void use(struct world *world, const char *name, const char *text)
{
    size_t i = 0;

    while (strcmp(document_templates[i], name) != 0)
        i++;
    world->templates.texts[i] = text_view_of(text);
}

/* Where it stands, or past the last. */
static size_t place_of(const struct world *world, const char *path)
{
    size_t i = 0;

    while (i < world->files.count &&
           strcmp(world->files.rows[i].path, path) != 0)
        i++;
    return i;
}

static bool has(const struct world *world, const char *path)
{
    return place_of(world, path) < world->files.count;
}

static void assert_begins(const struct world *world, const char *path,
                          const char *bytes, enum record_file_kind kind)
{
    const size_t i = place_of(world, path);

    if (i == world->files.count)
        fail_msg("%s is not there", path);
    assert_true(world->files.rows[i].size >= strlen(bytes));
    assert_memory_equal(world->files.rows[i].bytes, bytes, strlen(bytes));
    assert_int_equal(world->files.rows[i].kind, kind);
}

static void each_document_is_there_as_pdf_and_docx(void **state)
{
    static const char *const names[] = { "minutes", "attendance",
                                         "attendance_form" };
    struct world *world = *state;
    size_t i;

    assert_int_equal(add(world), RESULT_OK);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[64];

        (void)snprintf(path, sizeof path, "documents/%s.pdf", names[i]);
        assert_begins(world, path, "%PDF", RECORD_FILE_HIDEABLE);
        (void)snprintf(path, sizeof path, "documents/%s.docx", names[i]);
        assert_begins(world, path, "PK", RECORD_FILE_HIDEABLE);
    }
    assert_true(has(world, "documents/attendance.csv"));
    assert_true(has(world, "documents/minutes.txt"));
    assert_false(has(world, "documents/minutes.csv"));
    assert_false(has(world, "documents/voting.pdf"));
}

static void templates_and_form_stand_beside_them_unhidden(void **state)
{
    struct world *world = *state;
    char text[40];
    size_t i, templates = 0;

    assert_int_equal(add(world), RESULT_OK);
    (void)snprintf(text, sizeof text, RECORD_FORMAT_TEXT, DOCUMENT_FORMAT);
    assert_begins(world, RECORD_FORMAT_PATH, text, RECORD_FILE_PLAIN);
    assert_begins(world, "templates/minutes.mustache", "Văn bản mẫu.\n",
                  RECORD_FILE_PLAIN);
    for (i = 0; i < world->files.count; i++)
        templates += strncmp(world->files.rows[i].path, "templates/", 10) == 0;
    /* Of what was drawn, each once. */
    assert_int_equal(templates, 4);
    assert_true(has(world, "templates/notice.mustache"));
    assert_false(has(world, "templates/tally.mustache"));
}

static void the_same_meeting_gives_the_same_files(void **state)
{
    struct world *world = *state;
    const struct record_files once = { NULL, 0 };
    struct record_files first;
    size_t i;

    assert_int_equal(add(world), RESULT_OK);
    first = world->files;
    world->files = once;
    assert_int_equal(add(world), RESULT_OK);
    assert_int_equal(first.count, world->files.count);
    for (i = 0; i < first.count; i++) {
        assert_string_equal(first.rows[i].path, world->files.rows[i].path);
        assert_int_equal(first.rows[i].size, world->files.rows[i].size);
        assert_memory_equal(first.rows[i].bytes, world->files.rows[i].bytes,
                            first.rows[i].size);
    }
    record_files_release(&first);
}

static void a_slip_in_a_template_is_told_with_its_document(void **state)
{
    struct world *world = *state;

    use(world, "attendance", "a\n{{khong.co}}\n");
    assert_int_not_equal(add(world), RESULT_OK);
    assert_string_equal(world->failure.name, "attendance");
    assert_int_equal(world->failure.fault.kind, DOCUMENT_FAULT_NAME_UNKNOWN);
    assert_int_equal(world->failure.fault.line, 2);
}

static void ballot_papers_that_are_too_long_are_no_failure(void **state)
{
    struct world *world = *state;
    static char text[4096];
    size_t i;

    (void)strncat(text, "[papers 8]\n", sizeof text - strlen(text) - 1);
    for (i = 0; i < 200; i++)
        (void)strncat(text, "^ PHIẾU\n", sizeof text - strlen(text) - 1);
    (void)strncat(text, "[/papers]\n", sizeof text - strlen(text) - 1);
    use(world, "attendance", text);
    assert_int_equal(add(world), RESULT_OK);
    assert_true(has(world, "documents/attendance.docx"));
}

static void what_is_no_log_of_a_meeting_is_corrupt(void **state)
{
    struct world *world = *state;

    world->source.event_count = 0;
    assert_int_equal(add(world), RESULT_CORRUPT);
    assert_string_equal(world->failure.name, "minutes");
    assert_int_equal(world->failure.fault.kind, DOCUMENT_FAULT_NONE);
}

static void minutes_that_are_none_are_malformed(void **state)
{
    struct world *world = *state;
    json_t *none = json_pack("{s:i}", "format", 2);
    const struct record_documents ask = { .source = &world->source,
                                          .minutes_json = none,
                                          .templates = &world->templates,
                                          .created_ms = 1 };

    assert_int_equal(record_documents_add(&world->files, &ask, &world->failure),
                     RESULT_MALFORMED);
    json_decref(none);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_document_is_there_as_pdf_and_docx),
        TEST(templates_and_form_stand_beside_them_unhidden),
        TEST(the_same_meeting_gives_the_same_files),
        TEST(a_slip_in_a_template_is_told_with_its_document),
        TEST(ballot_papers_that_are_too_long_are_no_failure),
        TEST(what_is_no_log_of_a_meeting_is_corrupt),
        TEST(minutes_that_are_none_are_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
