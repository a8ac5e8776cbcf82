/* The documents of an open meeting: as they are, and with one thing changed. */
#include "protocol/verify/verify_documents.h"

#include "protocol/document/document_facts.h"
#include "protocol/document/document_set.h"
#include "protocol/record/record_zip_write.h"
#include "protocol/verify/verify_source.h"
#include "server/control/record_documents.h"
#include "tests/support/log_author.h"
#include "tests/support/ruleset_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILES_MAX = 64 };

struct world {
    struct log_author author;
    char *log, *openings; /* owned */
    struct verify_findings findings;
    struct record_files files;
    struct record_zip_entry entries[FILES_MAX]; /* of the record, in order */
    size_t entry_count;
    char *zip; /* owned, once judge() was called */
    struct verify_record record;
};

/* As a server draws them. */
static void draw(struct world *world)
{
    const struct verify_meeting *meeting = &world->findings.meeting;
    struct template_folder templates;
    struct verify_source source;
    struct record_document_failure failure;
    const char *name = NULL;
    struct record_documents ask = {
        .source = &source.minutes,
        .templates = &templates,
        .created_ms = document_set_created_ms(meeting->state),
    };

    assert_int_equal(verify_source_make(&meeting->reader, NULL,
                                        &meeting->ruleset_hash, &source),
                     RESULT_OK);
    assert_int_equal(
        template_folder_read("config/templates/documents", &templates, &name),
        RESULT_OK);
    assert_int_equal(record_documents_add(&world->files, &ask, &failure),
                     RESULT_OK);
    template_folder_release(&templates);
    verify_source_release(&source);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct verify_input input = { .given_count = 0 };
    const struct text_view rules = ruleset_file_text("interim.conf");
    struct ruleset_faults faults;
    size_t i;

    assert_non_null(world);
    assert_int_equal(ruleset_shelf_add(&world->record.rulesets, rules.data,
                                       rules.size, &faults),
                     RESULT_OK);
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    world->log = log_author_lines(world->author.events, world->author.count);
    world->openings =
        log_author_lines(world->author.openings, world->author.opening_count);
    input.log = text_view_of(world->log);
    input.openings = text_view_of(world->openings);
    assert_int_equal(verify_run(&input, &world->findings), RESULT_OK);
    assert_int_equal(world->findings.verdict, VERIFY_SO_FAR);
    draw(world);
    assert_true(world->files.count < FILES_MAX);
    for (i = 0; i < world->files.count; i++)
        world->entries[world->entry_count++] =
            (struct record_zip_entry){ text_view_of(world->files.rows[i].path),
                                       { world->files.rows[i].bytes,
                                         world->files.rows[i].size } };
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    record_zip_release(&world->record.zip);
    ruleset_shelf_release(&world->record.rulesets);
    free(world->record.manifest.files);
    free(world->record.manifest.hideable);
    free(world->zip);
    record_files_release(&world->files);
    verify_findings_release(&world->findings);
    log_author_release(&world->author);
    free(world->log);
    free(world->openings);
    free(world);
    return 0;
}

static struct record_zip_entry *entry_of(struct world *world, const char *path)
{
    size_t i = 0;

    while (i < world->entry_count &&
           !text_view_is(world->entries[i].name, path))
        i++;
    if (i == world->entry_count)
        fail_msg("%s is not there", path);
    return &world->entries[i];
}

static bool is_document(struct text_view path)
{
    const struct text_view folder = TEXT_LITERAL(RECORD_DOCUMENTS_FOLDER);

    return path.size > folder.size &&
           memcmp(path.data, folder.data, folder.size) == 0;
}

/* A manifest that names what is there: documents may be hidden. */
static void name_files(struct verify_record *record)
{
    struct record_manifest *manifest = &record->manifest;
    size_t i;

    manifest->files = calloc(FILES_MAX, sizeof *manifest->files);
    manifest->hideable = calloc(FILES_MAX, sizeof *manifest->hideable);
    assert_true(manifest->files && manifest->hideable);
    for (i = 0; i < record->zip.count; i++) {
        const struct text_view path = record->zip.entries[i].name;

        if (is_document(path))
            manifest->hideable[manifest->hideable_count++].path = path;
        else
            manifest->files[manifest->file_count++].path = path;
    }
    record->document_count = manifest->hideable_count;
}

static void judge(struct world *world)
{
    struct record_zip_failure failure;
    size_t size = 0;

    assert_int_equal(record_zip_write(world->entries, world->entry_count,
                                      &world->zip, &size),
                     RESULT_OK);
    assert_int_equal(record_zip_open((struct text_view){ world->zip, size },
                                     &world->record.zip, &failure),
                     RESULT_OK);
    name_files(&world->record);
    assert_int_equal(verify_documents_judge(&world->record, &world->findings),
                     RESULT_OK);
}

static void assert_fault(const struct world *world, enum verify_fault fault,
                         const char *name)
{
    assert_int_equal(world->findings.verdict, VERIFY_INVALID);
    assert_string_equal(verify_fault_word(world->findings.failure.fault),
                        verify_fault_word(fault));
    assert_true(text_view_is(world->findings.failure.name, name));
}

static void what_was_drawn_of_the_log_is_found_again(void **state)
{
    struct world *world = *state;

    judge(world);
    assert_int_equal(world->findings.verdict, VERIFY_SO_FAR);
    assert_int_equal(world->findings.gaps & VERIFY_GAP_DOCUMENTS, 0);
    assert_int_equal(world->record.compared.count,
                     world->record.document_count);
    assert_int_equal(world->record.compared.unknown, 0);
    assert_int_equal(world->record.compared.minutes, VERIFY_MINUTES_NONE);
}

static void another_letter_of_the_plain_text_is_found(void **state)
{
    struct world *world = *state;
    struct record_zip_entry *entry = entry_of(world, "documents/minutes.txt");
    char *text = strndup(entry->data.data, entry->data.size);

    assert_non_null(text);
    text[0]++;
    entry->data.data = text;
    judge(world);
    assert_fault(world, VERIFY_FAULT_DOCUMENT, "documents/minutes.txt");
    free(text);
}

static void the_paper_of_another_name_is_found(void **state)
{
    struct world *world = *state;

    entry_of(world, "documents/minutes.pdf")->data =
        entry_of(world, "documents/attendance.pdf")->data;
    judge(world);
    assert_fault(world, VERIFY_FAULT_DOCUMENT, "documents/minutes.pdf");
}

static void a_file_that_is_no_paper_is_told_from_another_one(void **state)
{
    struct world *world = *state;

    entry_of(world, "documents/attendance.docx")->data = TEXT_LITERAL("PK");
    judge(world);
    assert_fault(world, VERIFY_FAULT_DOCUMENT_FORM,
                 "documents/attendance.docx");
}

static void a_document_that_the_meeting_has_not_is_found(void **state)
{
    struct world *world = *state;

    world->entries[world->entry_count++] =
        (struct record_zip_entry){ TEXT_LITERAL("documents/tally-b1.pdf"),
                                   TEXT_LITERAL("%PDF") };
    judge(world);
    assert_fault(world, VERIFY_FAULT_DOCUMENT_UNKNOWN,
                 "documents/tally-b1.pdf");
}

static void a_document_that_is_not_there_is_missed(void **state)
{
    struct world *world = *state;
    struct record_zip_entry *entry =
        entry_of(world, "documents/attendance.csv");

    *entry = world->entries[--world->entry_count];
    judge(world);
    assert_fault(world, VERIFY_FAULT_FILE_MISSING, "documents/attendance.csv");
}

static void a_template_with_a_slip_is_the_templates_fault(void **state)
{
    struct world *world = *state;

    entry_of(world, "templates/minutes.mustache")->data =
        TEXT_LITERAL("{{khong.co}}");
    judge(world);
    assert_fault(world, VERIFY_FAULT_TEMPLATE, "templates/minutes.mustache");
}

/* No vote was held, so no rule is told: the text is that of the former forms,
 * too. With rules they differ: tests/integration/test_record_documents.py. */
static void documents_of_the_former_form_are_drawn_again(void **state)
{
    struct world *world = *state;
    char text[40];

    (void)snprintf(text, sizeof text, RECORD_FORMAT_TEXT, DOCUMENT_FORMAT - 1);
    entry_of(world, RECORD_FORMAT_PATH)->data = text_view_of(text);
    judge(world);
    assert_int_equal(world->findings.verdict, VERIFY_SO_FAR);
    assert_false(world->findings.gaps & VERIFY_GAP_DOCUMENTS);
    assert_int_equal(world->record.compared.unknown, 0);
    assert_int_equal(world->record.compared.count,
                     world->record.document_count);
}

static void documents_of_a_form_to_come_are_a_gap(void **state)
{
    struct world *world = *state;
    char text[40];

    (void)snprintf(text, sizeof text, RECORD_FORMAT_TEXT, DOCUMENT_FORMAT + 1);
    entry_of(world, RECORD_FORMAT_PATH)->data = text_view_of(text);
    entry_of(world, "documents/minutes.txt")->data = TEXT_LITERAL("khác");
    judge(world);
    assert_int_equal(world->findings.verdict, VERIFY_SO_FAR);
    assert_true(world->findings.gaps & VERIFY_GAP_DOCUMENTS);
    assert_int_equal(world->record.compared.count, 0);
    assert_int_equal(world->record.compared.unknown,
                     world->record.document_count);
    assert_int_equal(world->record.compared.minutes, VERIFY_MINUTES_UNKNOWN);
}

static void documents_under_rules_that_cannot_be_read_are_a_gap(void **state)
{
    struct world *world = *state;

    ruleset_shelf_release(&world->record.rulesets);
    judge(world);
    assert_int_equal(world->findings.verdict, VERIFY_SO_FAR);
    assert_true(world->findings.gaps & VERIFY_GAP_DOCUMENTS);
    assert_int_equal(world->record.compared.count, 0);
}

static void a_form_in_another_spelling_is_refused(void **state)
{
    struct world *world = *state;

    entry_of(world, RECORD_FORMAT_PATH)->data =
        TEXT_LITERAL("{\"format\":2,\"v\":1}");
    judge(world);
    assert_fault(world, VERIFY_FAULT_FILE_FORM, RECORD_FORMAT_PATH);
}

static void what_is_invalid_already_keeps_its_reason(void **state)
{
    struct world *world = *state;

    world->findings.verdict = VERIFY_INVALID;
    world->findings.failure.fault = VERIFY_FAULT_ZIP;
    entry_of(world, "documents/minutes.txt")->data = TEXT_LITERAL("khác");
    judge(world);
    assert_int_equal(world->findings.failure.fault, VERIFY_FAULT_ZIP);
    assert_int_equal(world->record.compared.count, 0);
}

static void a_template_is_ours_to_the_letter(void **state)
{
    struct world *world = *state;
    struct record_zip_entry entry =
        *entry_of(world, "templates/minutes.mustache");

    assert_false(verify_template_is_other(&entry));
    entry.data.size--;
    assert_true(verify_template_is_other(&entry));
    entry.name = TEXT_LITERAL("templates/khac.mustache");
    assert_true(verify_template_is_other(&entry));
    entry.name = TEXT_LITERAL("templates/minutes.txt");
    assert_true(verify_template_is_other(&entry));
    entry.name = TEXT_LITERAL("documents/minutes.mustache");
    assert_false(verify_template_is_other(&entry));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_drawn_of_the_log_is_found_again),
        TEST(another_letter_of_the_plain_text_is_found),
        TEST(the_paper_of_another_name_is_found),
        TEST(a_file_that_is_no_paper_is_told_from_another_one),
        TEST(a_document_that_the_meeting_has_not_is_found),
        TEST(a_document_that_is_not_there_is_missed),
        TEST(a_template_with_a_slip_is_the_templates_fault),
        TEST(documents_of_the_former_form_are_drawn_again),
        TEST(documents_of_a_form_to_come_are_a_gap),
        TEST(documents_under_rules_that_cannot_be_read_are_a_gap),
        TEST(a_form_in_another_spelling_is_refused),
        TEST(what_is_invalid_already_keeps_its_reason),
        TEST(a_template_is_ours_to_the_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
