#include "tests/support/desk_fixture.h"

#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/store/store_sqlite.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

int desk_fixture_set_up(void **state)
{
    struct desk_fixture *fixture = calloc(1, sizeof *fixture);
    struct organisation organisation = { .name = TEXT_LITERAL("Đảng bộ Mẫu"),
                                         .id = { "dbmau" } };
    struct refusal refusal = { 0 };

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->database = scratch_folder_file(&fixture->folder, "chibo.db");
    fixture->key_file = scratch_folder_file(&fixture->folder, "identity.key");
    assert_int_equal(organisation_make_key(entropy_system(), &fixture->first),
                     RESULT_OK);
    assert_int_equal(
        identity_file_write(fixture->key_file.text, &fixture->first),
        RESULT_OK);
    organisation.identity = &fixture->first;
    assert_int_equal(organisation_found(fixture->database.text, &organisation,
                                        clock_system(), entropy_system(),
                                        &refusal),
                     RESULT_OK);
    *state = fixture;
    return 0;
}

int desk_fixture_tear_down(void **state)
{
    struct desk_fixture *fixture = *state;

    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

struct register_desk *desk_fixture_open(const struct desk_fixture *fixture)
{
    struct register_desk *desk = NULL;

    assert_int_equal(register_desk_open(&desk, fixture->database.text),
                     RESULT_OK);
    return desk;
}

struct store_log *desk_fixture_log(const struct desk_fixture *fixture)
{
    const struct identifier organisation = { "dbmau" };
    struct store_sqlite *sqlite = NULL;
    struct store_log *log = NULL;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->database.text, STORE_SQLITE_READ),
        RESULT_OK);
    assert_int_equal(store_sqlite_load_log(sqlite, &organisation, &log),
                     RESULT_OK);
    store_sqlite_close(sqlite);
    return log;
}

static void write_batch(const struct desk_fixture *fixture,
                        struct store_batch *batch)
{
    struct store_sqlite *sqlite = NULL;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->database.text, STORE_SQLITE_WRITE),
        RESULT_OK);
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_append(sqlite, batch), RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    store_sqlite_close(sqlite);
    store_batch_free(batch);
}

void desk_fixture_hold(const struct desk_fixture *fixture)
{
    const struct identifier organisation = { "dbmau" };
    struct store_batch *batch = NULL;

    assert_int_equal(store_batch_new(&batch, &organisation, 1), RESULT_OK);
    store_batch_hold(batch);
    write_batch(fixture, batch);
}

void desk_fixture_begin_meeting(const struct desk_fixture *fixture,
                                const char *id)
{
    static const uint8_t room_key[32] = { 1 };
    static uint8_t bytes[] = "{\"seq\":0}";
    const struct store_event event = { .bytes = bytes,
                                       .size = sizeof bytes - 1 };
    struct store_batch *batch = NULL;
    struct identifier meeting;

    assert_int_equal(identifier_parse(text_view_of(id), &meeting), RESULT_OK);
    assert_int_equal(store_batch_new(&batch, &meeting, 1), RESULT_OK);
    assert_int_equal(store_batch_begin_log(batch, room_key), RESULT_OK);
    assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    write_batch(fixture, batch);
}
