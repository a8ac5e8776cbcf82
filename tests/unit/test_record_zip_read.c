/* Every trick that a ZIP file can play, each refused for its own reason. */
#include "protocol/record/record_zip_read.h"

#include "protocol/base/limits.h"

#include "tests/support/raw_zip.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { FILES_MAX = 4 };

/* Two honest files, of which a test makes what it needs. */
struct world {
    struct raw_zip_file files[FILES_MAX];
    size_t count;
    struct byte_writer zip;
    struct record_zip read;
    struct record_zip_failure failure;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    world->files[0] = raw_zip_file("log/events.jsonl", "{\"seq\":0}\n");
    world->files[1] = raw_zip_file("manifest.json", "{}");
    world->count = 2;
    byte_writer_init(&world->zip, 64 * 1024 * 1024);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    record_zip_release(&world->read);
    byte_writer_release(&world->zip);
    free(world);
    return 0;
}

static struct text_view bytes(const struct world *world)
{
    return (struct text_view){ (const char *)world->zip.data, world->zip.size };
}

static void write_all(struct world *world)
{
    byte_writer_reset(&world->zip);
    raw_zip_write(&world->zip, world->files, world->count);
    assert_int_equal(world->zip.result, RESULT_OK);
}

static enum record_zip_fault read_part(struct world *world, size_t size)
{
    /* A copy that ends where it ends, for the sanitizer. */
    char *copy = malloc(size ? size : 1);
    struct text_view file = { copy, size };
    enum result result;

    assert_non_null(copy);
    memcpy(copy, world->zip.data, size);
    record_zip_release(&world->read);
    world->failure = (struct record_zip_failure){ RECORD_ZIP_SOUND, { 0 } };
    result = record_zip_open(file, &world->read, &world->failure);
    record_zip_release(&world->read);
    free(copy);
    assert_true(result == RESULT_OK || result == RESULT_REFUSED);
    assert_int_equal(result == RESULT_OK,
                     world->failure.fault == RECORD_ZIP_SOUND);
    return world->failure.fault;
}

static void assert_read(struct world *world, enum record_zip_fault fault)
{
    write_all(world);
    assert_string_equal(
        record_zip_fault_word(read_part(world, world->zip.size)),
        record_zip_fault_word(fault));
}

/* A number at a place from the end, little-endian. */
static void poke(struct world *world, size_t from_end, uint32_t value,
                 size_t size)
{
    uint8_t *at = &world->zip.data[world->zip.size - from_end];

    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

/* --- What is taken ------------------------------------------------------- */

static void test_an_honest_file_is_read_without_a_copy(void **state)
{
    struct world *world = *state;
    const struct record_zip_entry *entry;

    write_all(world);
    assert_true(record_zip_is(bytes(world)));
    assert_int_equal(
        record_zip_open(bytes(world), &world->read, &world->failure),
        RESULT_OK);
    assert_int_equal(world->read.count, 2);
    entry = record_zip_find(&world->read, TEXT_LITERAL("manifest.json"));
    assert_non_null(entry);
    assert_true(text_view_is(entry->data, "{}"));
    assert_ptr_equal(entry->data.data,
                     &world->zip.data[30 + 16 + 10 + 30 + 13]);
    assert_null(record_zip_find(&world->read, TEXT_LITERAL("manifest")));
}

static void test_a_vietnamese_name_in_nfc_is_taken(void **state)
{
    struct world *world = *state;

    world->files[1] = raw_zip_file("templates/biên-bản.txt", "");
    world->files[1].flags = 1 << 11;
    assert_read(world, RECORD_ZIP_SOUND);
}

/* --- The file as a whole ------------------------------------------------- */

static void test_what_is_no_zip_is_told_from_one_that_is_cut(void **state)
{
    struct world *world = *state;
    size_t size;

    byte_writer_text(&world->zip, TEXT_LITERAL("{\"seq\":0,\"n\":\"0011\"}"));
    assert_false(record_zip_is(bytes(world)));
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_NO_ZIP);
    write_all(world);
    for (size = 0; size < world->zip.size; size++)
        assert_int_equal(read_part(world, size),
                         size < 4 ? RECORD_ZIP_NO_ZIP : RECORD_ZIP_CUT);
}

static void test_nothing_may_follow_the_end_record(void **state)
{
    struct world *world = *state;

    write_all(world);
    byte_writer_text(&world->zip, TEXT_LITERAL("x"));
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_TRAILING);
}

static void test_a_comment_is_refused(void **state)
{
    struct world *world = *state;

    world->files[0].comment = TEXT_LITERAL("ghi chú");
    assert_read(world, RECORD_ZIP_COMMENT);
    world->files[0].comment = (struct text_view){ NULL, 0 };
    write_all(world);
    poke(world, 2, 1, 2);
    byte_writer_text(&world->zip, TEXT_LITERAL("x"));
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_COMMENT);
}

static void test_bytes_in_front_are_refused(void **state)
{
    struct world *world = *state;
    struct byte_writer *zip = &world->zip;
    size_t start;

    byte_writer_text(zip, TEXT_LITERAL("#!/bin/sh\n"));
    raw_zip_begin_file(zip, &world->files[0]);
    start = zip->size;
    raw_zip_central(zip, &world->files[0]);
    raw_zip_end(zip, 1, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, zip->size), RECORD_ZIP_GAP);
}

static void test_a_part_of_several_disks_is_refused(void **state)
{
    struct world *world = *state;

    world->files[1].disk = 1;
    assert_read(world, RECORD_ZIP_DISKS);
    world->files[1].disk = 0;
    write_all(world);
    poke(world, 18, 1, 2);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_DISKS);
}

static void
test_the_large_form_is_refused_wherever_it_is_hinted_at(void **state)
{
    static const struct {
        size_t from_end, size;
    } full[] = { { 14, 2 }, { 12, 2 }, { 10, 4 }, { 6, 4 } };
    struct world *world = *state;
    size_t i, start;

    for (i = 0; i < sizeof full / sizeof full[0]; i++) {
        write_all(world);
        poke(world, full[i].from_end, 0xffffffff, full[i].size);
        assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_ZIP64);
    }
    world->files[0].size = world->files[0].packed_size = 0xffffffff;
    assert_read(world, RECORD_ZIP_ZIP64);
    world->files[0] = raw_zip_file("a", "");
    byte_writer_reset(&world->zip);
    raw_zip_begin_file(&world->zip, &world->files[0]);
    start = world->zip.size;
    world->files[0].place = 0xffffffff;
    raw_zip_central(&world->zip, &world->files[0]);
    raw_zip_end(&world->zip, 1, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_ZIP64);
}

static void test_a_locator_of_the_large_form_is_refused(void **state)
{
    static const char locator[] = "PK\6\7zzzzzzzzzzzzzzzz";
    struct world *world = *state;
    size_t start;

    raw_zip_begin_file(&world->zip, &world->files[0]);
    start = world->zip.size;
    raw_zip_central(&world->zip, &world->files[0]);
    byte_writer_bytes(&world->zip, locator, 20);
    raw_zip_end(&world->zip, 1, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_ZIP64);
}

static void test_another_number_of_files_is_refused(void **state)
{
    struct world *world = *state;

    write_all(world);
    poke(world, 14, 1, 2);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_COUNT);
    poke(world, 12, 1, 2);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_COUNT);
    poke(world, 14, 3, 2);
    poke(world, 12, 3, 2);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_COUNT);
    write_all(world);
    poke(world, 10, 1, 4);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_COUNT);
}

static void test_too_many_files_are_refused_before_memory_is_taken(void **state)
{
    struct world *world = *state;

    write_all(world);
    poke(world, 14, LIMIT_RECORD_FILES + 1, 2);
    poke(world, 12, LIMIT_RECORD_FILES + 1, 2);
    assert_int_equal(read_part(world, world->zip.size), RECORD_ZIP_TOO_MANY);
}

/* --- One file ------------------------------------------------------------ */

static void test_what_is_packed_is_refused_not_unpacked(void **state)
{
    struct world *world = *state;

    world->files[0].method = 8;
    world->files[0].size = world->files[0].local_size = 0xfffffffe;
    assert_read(world, RECORD_ZIP_COMPRESSED);
    world->files[0].method = 93;
    assert_read(world, RECORD_ZIP_COMPRESSED);
}

static void test_what_is_encrypted_is_refused(void **state)
{
    struct world *world = *state;

    world->files[0].flags = 1;
    assert_read(world, RECORD_ZIP_ENCRYPTED);
    world->files[0].flags = 1 << 13;
    assert_read(world, RECORD_ZIP_ENCRYPTED);
}

static void test_sizes_that_lie_are_refused(void **state)
{
    struct world *world = *state;

    world->files[1].size = world->files[1].local_size = 3;
    assert_read(world, RECORD_ZIP_SIZE);
    world->files[1].packed_size = 3;
    assert_read(world, RECORD_ZIP_SIZE);
    world->files[1].size = world->files[1].packed_size = 0x7fffffff;
    world->files[1].local_size = 0x7fffffff;
    assert_read(world, RECORD_ZIP_SIZE);
    world->files[1].size = world->files[1].packed_size = 1;
    world->files[1].local_size = 1;
    assert_read(world, RECORD_ZIP_GAP);
}

static void test_headers_that_differ_are_refused(void **state)
{
    struct world *world = *state;

    world->files[0].local_size = 4;
    assert_read(world, RECORD_ZIP_LOCAL);
    world->files[0] = raw_zip_file("log/events.jsonl", "{}");
    world->files[0].local_name = TEXT_LITERAL("log/events.jsonX");
    assert_read(world, RECORD_ZIP_LOCAL);
    world->files[0] = raw_zip_file("log/events.jsonl", "{}");
    world->files[0].local_flags = 1 << 3;
    assert_read(world, RECORD_ZIP_LOCAL);
}

static void test_a_data_descriptor_is_refused(void **state)
{
    struct world *world = *state;

    world->files[0].flags = 1 << 3;
    assert_read(world, RECORD_ZIP_FLAGS);
}

static void test_the_flag_of_utf_8_stands_where_a_name_needs_it(void **state)
{
    struct world *world = *state;

    world->files[0].flags = 1 << 11;
    assert_read(world, RECORD_ZIP_FLAGS);
    world->files[0] = raw_zip_file("biên-bản", "");
    assert_read(world, RECORD_ZIP_FLAGS);
}

static void test_links_folders_and_programs_are_refused(void **state)
{
    static const uint32_t modes[] = { 0120777, 0040755, 0100755, 0100600, 0 };
    struct world *world = *state;
    size_t i;

    for (i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        world->files[0].attributes = modes[i] << 16;
        assert_read(world, RECORD_ZIP_ATTRIBUTES);
    }
    world->files[0].attributes = 0100644u << 16 | 0x10;
    assert_read(world, RECORD_ZIP_ATTRIBUTES);
    world->files[0].attributes = 0100644u << 16;
    world->files[0].made_by = 63;
    assert_read(world, RECORD_ZIP_ATTRIBUTES);
}

static void test_extra_fields_are_refused_in_both_headers(void **state)
{
    struct world *world = *state;

    world->files[0].extra = TEXT_LITERAL("\x01\0\x04\0abcd");
    assert_read(world, RECORD_ZIP_EXTRA);
    world->files[0].extra = (struct text_view){ NULL, 0 };
    world->files[0].local_extra = TEXT_LITERAL("\x01\0\x04\0abcd");
    assert_read(world, RECORD_ZIP_EXTRA);
}

static void test_another_time_is_refused(void **state)
{
    struct world *world = *state;

    world->files[0].date = 0x5b7d;
    assert_read(world, RECORD_ZIP_TIME);
    world->files[0].date = 0x21;
    world->files[0].time = 1;
    assert_read(world, RECORD_ZIP_TIME);
}

static void test_a_later_version_is_refused(void **state)
{
    struct world *world = *state;

    world->files[0].version = 45;
    assert_read(world, RECORD_ZIP_HEADER);
}

static void test_bytes_that_are_not_those_of_the_sum_are_refused(void **state)
{
    struct world *world = *state;

    world->files[1].sum ^= 1;
    assert_read(world, RECORD_ZIP_SUM);
    assert_true(text_view_is(world->failure.name, "") == false);
}

/* --- Names --------------------------------------------------------------- */

static void test_paths_that_play_tricks_are_refused(void **state)
{
    static const char *const names[] = {
        "../manifest.json",
        "log/../../x",
        "/etc/passwd",
        "log\\events",
        "C:/x",
        "log//events",
        "log/",
        "./manifest.json",
        "log/./x",
        "a\nb",
        "a\x1b[2J",
        "a:stream",
        "log/events.",
        "log/events ",
        " log/x",
        "..",
        "\xc3",
        "\xe2\x80\xaex",
    };
    struct world *world = *state;
    size_t i;

    world->count = 1;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        world->files[0] = raw_zip_file(names[i], "");
        if ((unsigned char)names[i][0] >= 0x80)
            world->files[0].flags = 1 << 11;
        assert_read(world, RECORD_ZIP_NAME);
    }
}

static void test_a_name_with_a_nul_in_it_is_refused(void **state)
{
    struct world *world = *state;
    const struct text_view name = { "a.pdf\0.exe", 10 };

    world->count = 1;
    world->files[0].name = world->files[0].local_name = name;
    assert_read(world, RECORD_ZIP_NAME);
}

static void test_a_name_that_is_not_in_nfc_is_refused(void **state)
{
    struct world *world = *state;

    world->count = 1;
    world->files[0] = raw_zip_file("bie\xcc\x82n", "");
    world->files[0].flags = 1 << 11;
    assert_read(world, RECORD_ZIP_NAME);
}

static void test_a_name_that_is_too_long_is_refused(void **state)
{
    struct world *world = *state;
    char name[LIMIT_RECORD_PATH_SIZE + 2];

    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    world->count = 1;
    world->files[0] = raw_zip_file(name, "");
    assert_read(world, RECORD_ZIP_NAME);
}

static void test_a_name_stands_there_once(void **state)
{
    struct world *world = *state;

    world->files[1] = raw_zip_file("log/events.jsonl", "{}");
    assert_read(world, RECORD_ZIP_DOUBLE);
}

static void test_names_that_differ_by_case_alone_are_refused(void **state)
{
    struct world *world = *state;

    world->files[0] = raw_zip_file("Manifest.json", "{}");
    assert_read(world, RECORD_ZIP_ALIKE);
    world->files[0] = raw_zip_file("Đơn", "");
    world->files[1] = raw_zip_file("đơn", "");
    world->files[0].flags = world->files[1].flags = 1 << 11;
    assert_read(world, RECORD_ZIP_ALIKE);
}

static void test_a_file_is_no_folder_of_another(void **state)
{
    struct world *world = *state;

    world->files[0] = raw_zip_file("log", "");
    world->files[1] = raw_zip_file("log-x", "");
    world->files[2] = raw_zip_file("log/events.jsonl", "");
    world->count = 3;
    assert_read(world, RECORD_ZIP_ALIKE);
}

static void test_files_stand_in_the_order_of_names(void **state)
{
    struct world *world = *state;

    world->files[0] = raw_zip_file("z", "");
    assert_read(world, RECORD_ZIP_ORDER);
}

/* --- Places -------------------------------------------------------------- */

static void test_files_that_lie_over_each_other_are_refused(void **state)
{
    struct world *world = *state;
    struct byte_writer *zip = &world->zip;
    size_t start;

    raw_zip_begin_file(zip, &world->files[0]);
    world->files[1] = world->files[0];
    world->files[1].name = TEXT_LITERAL("manifest.json");
    start = zip->size;
    raw_zip_central(zip, &world->files[0]);
    raw_zip_central(zip, &world->files[1]);
    raw_zip_end(zip, 2, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, zip->size), RECORD_ZIP_OVERLAP);
}

static void test_a_file_that_no_directory_names_is_refused(void **state)
{
    struct world *world = *state;
    struct byte_writer *zip = &world->zip;
    size_t start;

    raw_zip_begin_file(zip, &world->files[0]);
    raw_zip_begin_file(zip, &world->files[1]);
    start = zip->size;
    raw_zip_central(zip, &world->files[0]);
    raw_zip_end(zip, 1, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, zip->size), RECORD_ZIP_GAP);
}

static void test_a_directory_that_points_elsewhere_is_refused(void **state)
{
    struct world *world = *state;
    struct byte_writer *zip = &world->zip;
    size_t start;

    raw_zip_begin_file(zip, &world->files[0]);
    start = zip->size;
    memcpy(zip->data, "QK", 2);
    raw_zip_central(zip, &world->files[0]);
    raw_zip_end(zip, 1, start, TEXT_LITERAL(""));
    assert_int_equal(read_part(world, zip->size), RECORD_ZIP_HEADER);
}

/* --- Anything at all ----------------------------------------------------- */

static void test_no_byte_can_be_changed(void **state)
{
    struct world *world = *state;
    size_t i;

    write_all(world);
    for (i = 0; i < world->zip.size; i++) {
        world->zip.data[i] ^= 0x01;
        /* Whoever made it may have been of any version. */
        if (read_part(world, world->zip.size) == RECORD_ZIP_SOUND)
            assert_true(world->zip.data[i] == (63 ^ 1) &&
                        world->zip.data[i + 1] == 3);
        world->zip.data[i] ^= 0x01;
    }
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_honest_file_is_read_without_a_copy),
        T(a_vietnamese_name_in_nfc_is_taken),
        T(what_is_no_zip_is_told_from_one_that_is_cut),
        T(nothing_may_follow_the_end_record),
        T(a_comment_is_refused),
        T(bytes_in_front_are_refused),
        T(a_part_of_several_disks_is_refused),
        T(the_large_form_is_refused_wherever_it_is_hinted_at),
        T(a_locator_of_the_large_form_is_refused),
        T(another_number_of_files_is_refused),
        T(too_many_files_are_refused_before_memory_is_taken),
        T(what_is_packed_is_refused_not_unpacked),
        T(what_is_encrypted_is_refused),
        T(sizes_that_lie_are_refused),
        T(headers_that_differ_are_refused),
        T(a_data_descriptor_is_refused),
        T(the_flag_of_utf_8_stands_where_a_name_needs_it),
        T(links_folders_and_programs_are_refused),
        T(extra_fields_are_refused_in_both_headers),
        T(another_time_is_refused),
        T(a_later_version_is_refused),
        T(bytes_that_are_not_those_of_the_sum_are_refused),
        T(paths_that_play_tricks_are_refused),
        T(a_name_with_a_nul_in_it_is_refused),
        T(a_name_that_is_not_in_nfc_is_refused),
        T(a_name_that_is_too_long_is_refused),
        T(a_name_stands_there_once),
        T(names_that_differ_by_case_alone_are_refused),
        T(a_file_is_no_folder_of_another),
        T(files_stand_in_the_order_of_names),
        T(files_that_lie_over_each_other_are_refused),
        T(a_file_that_no_directory_names_is_refused),
        T(a_directory_that_points_elsewhere_is_refused),
        T(no_byte_can_be_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
