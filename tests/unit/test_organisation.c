#include "server/control/organisation.h"

#include "protocol/record/hash_chain.h"
#include "server/control/identity_file.h"
#include "server/control/register_book.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct scratch_folder *folder = calloc(1, sizeof *folder);

    assert_non_null(folder);
    scratch_folder_make(folder);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    scratch_folder_remove(*state);
    free(*state);
    return 0;
}

static void an_identity_key_is_read_as_it_was_written(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "identity");
    struct signing_key key;
    struct signing_key again;
    struct stat status;

    assert_int_equal(identity_file_read(path.text, &again), RESULT_NOT_FOUND);
    assert_int_equal(organisation_make_key(entropy_system(), &key), RESULT_OK);
    assert_int_equal(identity_file_write(path.text, &key), RESULT_OK);
    assert_int_equal(identity_file_read(path.text, &again), RESULT_OK);
    assert_memory_equal(&again, &key, sizeof key);
    assert_int_equal(stat(path.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    signing_key_wipe(&key);
    signing_key_wipe(&again);
}

static void a_damaged_identity_key_is_refused(void **state)
{
    static const char *const files[] = {
        "",
        "\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
        "000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
    };
    const struct scratch_path path = scratch_folder_file(*state, "identity");
    struct signing_key key;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(
            private_file_write(path.text, files[i], strlen(files[i])),
            RESULT_OK);
        assert_int_equal(identity_file_read(path.text, &key), RESULT_MALFORMED);
    }
}

static void ids_are_random_and_well_formed(void **state)
{
    struct identifier a;
    struct identifier b;
    struct identifier parsed;

    (void)state;
    assert_int_equal(organisation_make_id(entropy_system(), &a), RESULT_OK);
    assert_int_equal(organisation_make_id(entropy_system(), &b), RESULT_OK);
    assert_int_equal(strlen(a.text), 12);
    assert_int_equal(identifier_parse(identifier_view(&a), &parsed), RESULT_OK);
    assert_false(identifier_equal(&a, &b));
}

static void what_was_founded_stands_in_the_database(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "chibo.db");
    struct organisation organisation = { .name = TEXT_LITERAL("Đảng bộ Mẫu") };
    struct signing_key identity;
    struct refusal refusal = { 0 };
    struct store_sqlite *sqlite = NULL;
    struct store_log *log = NULL;
    struct register_book *book = NULL;
    struct hash head;

    assert_int_equal(organisation_make_key(entropy_system(), &identity),
                     RESULT_OK);
    organisation.identity = &identity;
    assert_int_equal(identifier_parse(TEXT_LITERAL("dbmau"), &organisation.id),
                     RESULT_OK);
    assert_int_equal(organisation_found(path.text, &organisation,
                                        clock_system(), entropy_system(),
                                        &refusal),
                     RESULT_OK);
    assert_int_equal(organisation_found(path.text, &organisation,
                                        clock_system(), entropy_system(),
                                        &refusal),
                     RESULT_EXISTS);
    assert_int_equal(store_sqlite_open(&sqlite, path.text, STORE_SQLITE_READ),
                     RESULT_OK);
    assert_int_equal(store_sqlite_load_log(sqlite, &organisation.id, &log),
                     RESULT_OK);
    assert_true(log->exists);
    assert_false(log->is_closed);
    assert_int_equal(log->event_count, 1);
    assert_int_equal(log->opening_count, 1);
    assert_string_equal(log->openings[0].field, "name");
    assert_memory_equal(log->openings[0].value, "Đảng bộ Mẫu",
                        strlen("Đảng bộ Mẫu"));
    assert_int_equal(register_book_new(&book, &organisation.id), RESULT_OK);
    assert_int_equal(register_book_add_event(book,
                                             (const char *)log->events[0].bytes,
                                             log->events[0].size),
                     RESULT_OK);
    head = register_book_head(book);
    assert_true(hash_equal(&head, &log->events[0].head));
    assert_true(
        key_equal(&register_book_state(book)->server, &identity.public_key));
    register_book_free(book);
    store_log_free(log);
    store_sqlite_close(sqlite);
    signing_key_wipe(&identity);
}

static void a_nameless_organisation_leaves_no_database(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "chibo.db");
    struct organisation organisation = { .name = TEXT_LITERAL(" ") };
    struct signing_key identity;
    struct refusal refusal = { 0 };

    assert_int_equal(organisation_make_key(entropy_system(), &identity),
                     RESULT_OK);
    organisation.identity = &identity;
    assert_int_equal(organisation_make_id(entropy_system(), &organisation.id),
                     RESULT_OK);
    assert_int_equal(organisation_found(path.text, &organisation,
                                        clock_system(), entropy_system(),
                                        &refusal),
                     RESULT_REFUSED);
    assert_int_equal(refusal.code, REFUSAL_BAD_MESSAGE);
    assert_int_equal(scratch_folder_count(*state), 0);
    signing_key_wipe(&identity);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(an_identity_key_is_read_as_it_was_written),
        IN_FOLDER(a_damaged_identity_key_is_refused),
        IN_FOLDER(ids_are_random_and_well_formed),
        IN_FOLDER(what_was_founded_stands_in_the_database),
        IN_FOLDER(a_nameless_organisation_leaves_no_database),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
