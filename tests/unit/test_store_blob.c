#include "protocol/base/limits.h"
#include "server/store/store_batch.h"
#include "server/store/store_thread.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include <string.h>

enum { FILE_SIZE = 3 * LIMIT_BLOB_PIECE_SIZE + 100 };

static uint8_t file[FILE_SIZE];
static struct hash file_name;

static int make_file(void **state)
{
    (void)state; /* the file is the same for all tests */
    for (size_t i = 0; i < FILE_SIZE; i++)
        file[i] = (uint8_t)(i * 31 + i / 256);
    assert_int_equal(
        EVP_Digest(file, FILE_SIZE, file_name.bytes, NULL, EVP_sha256(), NULL),
        1);
    return 0;
}

static enum result write_piece(struct store_fixture *fixture,
                               const struct hash *name, size_t offset,
                               size_t size)
{
    struct store_batch *batch = store_fixture_batch(NULL, 1, 0, 0);
    store_fixture_add_piece(batch, name, file, FILE_SIZE, offset, size);
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    const struct store_heard *heard = &fixture->heard[fixture->heard_count - 1];
    assert_int_equal(heard->kind, HEARD_COMMIT);
    assert_true(identifier_is_empty(&heard->log));
    return heard->result;
}

static void write_file(struct store_fixture *fixture, const struct hash *name)
{
    for (size_t offset = 0; offset < FILE_SIZE;
         offset += LIMIT_BLOB_PIECE_SIZE) {
        const size_t left = FILE_SIZE - offset;
        assert_int_equal(write_piece(fixture, name, offset,
                                     left < LIMIT_BLOB_PIECE_SIZE
                                         ? left
                                         : LIMIT_BLOB_PIECE_SIZE),
                         RESULT_OK);
    }
}

static const struct store_heard *query(struct store_fixture *fixture,
                                       const struct hash *name, uint64_t size)
{
    assert_int_equal(
        fixture->store->ops->query_blob(fixture->store, 77, name, size),
        RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    const struct store_heard *heard = &fixture->heard[fixture->heard_count - 1];
    assert_int_equal(heard->kind, HEARD_BLOB_STATE);
    assert_int_equal(heard->ticket, 77);
    return heard;
}

static const struct store_heard *read_back(struct store_fixture *fixture,
                                           const struct hash *name,
                                           uint64_t offset, size_t size_max)
{
    assert_int_equal(fixture->store->ops->read_blob(fixture->store, 88, name,
                                                    offset, size_max),
                     RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    const struct store_heard *heard = &fixture->heard[fixture->heard_count - 1];
    assert_int_equal(heard->kind, HEARD_BLOB);
    assert_int_equal(heard->ticket, 88);
    return heard;
}

static void a_blob_is_read_as_it_was_written(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    write_file(fixture, &file_name);
    const struct store_heard *heard = query(fixture, &file_name, FILE_SIZE);
    assert_int_equal(heard->result, RESULT_OK);
    assert_true(heard->is_complete);
    assert_int_equal(heard->durable_size, FILE_SIZE);

    heard = read_back(fixture, &file_name, 0, SIZE_MAX);
    assert_int_equal(heard->result, RESULT_OK);
    assert_int_equal(heard->blob_size, FILE_SIZE);
    assert_int_equal(fixture->size, FILE_SIZE);
    assert_memory_equal(fixture->bytes, file, FILE_SIZE);
}

static void any_part_of_a_blob_can_be_read(void **state)
{
    static const struct {
        uint64_t offset;
        size_t size_max;
        size_t size;
    } parts[] = { { 0, 1, 1 },
                  { 4095, 2, 2 },
                  { 4096, 4096, 4096 },
                  { 100, 9000, 9000 },
                  { FILE_SIZE - 1, 4096, 1 },
                  { FILE_SIZE, 10, 0 },
                  { UINT64_MAX, 10, 0 },
                  { 5, 0, 0 } };
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    write_file(fixture, &file_name);
    assert_true(query(fixture, &file_name, FILE_SIZE)->is_complete);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct store_heard *heard =
            read_back(fixture, &file_name, parts[i].offset, parts[i].size_max);
        assert_int_equal(heard->result, RESULT_OK);
        assert_int_equal(fixture->size, parts[i].size);
        if (parts[i].size > 0)
            assert_memory_equal(fixture->bytes, &file[parts[i].offset],
                                parts[i].size);
    }
}

static void an_upload_goes_on_where_it_stopped_after_a_restart(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(query(fixture, &file_name, FILE_SIZE)->durable_size, 0);
    assert_int_equal(write_piece(fixture, &file_name, 0, 4096), RESULT_OK);
    assert_int_equal(write_piece(fixture, &file_name, 4096, 1000), RESULT_OK);
    store_fixture_close(fixture);

    store_fixture_open(fixture, NULL);
    const struct store_heard *heard = query(fixture, &file_name, FILE_SIZE);
    assert_int_equal(heard->result, RESULT_OK);
    assert_int_equal(heard->durable_size, 5096);
    assert_false(heard->is_complete);
    assert_int_equal(read_back(fixture, &file_name, 0, 10)->result,
                     RESULT_NOT_FOUND);

    /* The last piece is repeated, and the next one overlaps it. */
    assert_int_equal(write_piece(fixture, &file_name, 4096, 1000), RESULT_OK);
    assert_int_equal(write_piece(fixture, &file_name, 4096, 4096), RESULT_OK);
    assert_int_equal(write_piece(fixture, &file_name, 8192, 4096), RESULT_OK);
    assert_int_equal(write_piece(fixture, &file_name, 12288, 100), RESULT_OK);
    assert_true(query(fixture, &file_name, FILE_SIZE)->is_complete);
    (void)read_back(fixture, &file_name, 0, FILE_SIZE);
    assert_int_equal(fixture->size, FILE_SIZE);
    assert_memory_equal(fixture->bytes, file, FILE_SIZE);
}

static void a_piece_behind_a_gap_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(write_piece(fixture, &file_name, 4096, 4096),
                     RESULT_INVALID);
    assert_int_equal(write_piece(fixture, &file_name, 0, 4096), RESULT_OK);
    assert_int_equal(write_piece(fixture, &file_name, 4097, 100),
                     RESULT_INVALID);
    assert_int_equal(query(fixture, &file_name, FILE_SIZE)->durable_size, 4096);
}

static void a_blob_with_another_hash_is_thrown_away(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash wrong = file_name;
    wrong.bytes[31] ^= 1;
    store_fixture_open(fixture, NULL);
    write_file(fixture, &wrong);
    const struct store_heard *heard = query(fixture, &wrong, FILE_SIZE);
    assert_int_equal(heard->result, RESULT_MALFORMED);
    assert_false(heard->is_complete);
    assert_int_equal(heard->durable_size, 0);
    assert_int_equal(read_back(fixture, &wrong, 0, 10)->result,
                     RESULT_NOT_FOUND);

    heard = query(fixture, &wrong, FILE_SIZE);
    assert_int_equal(heard->result, RESULT_OK);
    assert_int_equal(heard->durable_size, 0);
}

static void a_lie_about_the_size_does_not_spoil_the_blob(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    struct store_batch *lie = store_fixture_batch(NULL, 1, 0, 0);
    store_fixture_add_piece(lie, &file_name, file, 10, 0, 10);
    assert_int_equal(fixture->store->ops->append(fixture->store, lie),
                     RESULT_OK);
    store_fixture_wait(fixture, 1);
    write_file(fixture, &file_name);
    assert_int_equal(query(fixture, &file_name, 10)->result, RESULT_MALFORMED);
    assert_true(query(fixture, &file_name, FILE_SIZE)->is_complete);
}

static void an_empty_blob_is_complete_once_it_was_written(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash empty;
    assert_int_equal(EVP_Digest("", 0, empty.bytes, NULL, EVP_sha256(), NULL),
                     1);
    store_fixture_open(fixture, NULL);
    assert_false(query(fixture, &empty, 0)->is_complete);
    struct store_batch *batch = store_fixture_batch(NULL, 1, 0, 0);
    store_fixture_add_piece(batch, &empty, file, 0, 0, 0);
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    store_fixture_wait(fixture, 2);
    assert_true(query(fixture, &empty, 0)->is_complete);
    assert_int_equal(read_back(fixture, &empty, 0, 10)->result, RESULT_OK);
    assert_int_equal(fixture->size, 0);
}

static void
pieces_may_share_a_batch_with_the_event_that_names_them(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    struct store_batch *batch =
        store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1);
    store_fixture_add_piece(batch, &file_name, file, FILE_SIZE, 0, 4096);
    store_fixture_add_piece(batch, &file_name, file, FILE_SIZE, 4096, 4096);
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    store_fixture_wait(fixture, 1);
    assert_int_equal(query(fixture, &file_name, FILE_SIZE)->durable_size, 8192);
    store_fixture_assert_log(store_fixture_load(fixture, "a"), 1);
}

static void a_failing_piece_does_not_stop_later_uploads(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(write_piece(fixture, &file_name, 100, 10), RESULT_INVALID);
    assert_int_equal(write_piece(fixture, &file_name, 0, 10), RESULT_OK);
}

static void a_query_for_too_large_a_blob_is_refused_at_once(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(fixture->store->ops->query_blob(
                         fixture->store, 1, &file_name, LIMIT_BLOB_SIZE + 1),
                     RESULT_TOO_LARGE);
}

static void a_blob_query_that_is_under_way_is_answered_at_closing(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    write_file(fixture, &file_name);
    const size_t before = fixture->heard_count;
    assert_int_equal(fixture->store->ops->query_blob(fixture->store, 1,
                                                     &file_name, FILE_SIZE),
                     RESULT_OK);
    store_fixture_close(fixture);
    assert_int_equal(fixture->heard_count, before + 1);
    assert_true(fixture->heard[before].is_complete);
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

static struct store_batch *whole_file(const uint8_t *bytes, size_t size,
                                      struct hash *name)
{
    struct store_batch *batch = store_fixture_batch(NULL, 5, 0, 0);
    assert_int_equal(store_batch_add_blob(batch, bytes, size, name), RESULT_OK);
    return batch;
}

static void append(struct store_fixture *fixture, struct store_batch *batch)
{
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    assert_int_equal(fixture->heard[fixture->heard_count - 1].result,
                     RESULT_OK);
}

static void assert_file_is_there(struct store_fixture *fixture)
{
    const struct store_heard *heard =
        read_back(fixture, &file_name, 0, SIZE_MAX);
    assert_int_equal(heard->result, RESULT_OK);
    assert_int_equal(fixture->size, FILE_SIZE);
    assert_memory_equal(fixture->bytes, file, FILE_SIZE);
}

static void a_whole_blob_is_readable_with_its_batch(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash name;
    store_fixture_open(fixture, NULL);

    append(fixture, whole_file(file, FILE_SIZE, &name));

    assert_memory_equal(name.bytes, file_name.bytes, HASH_SIZE);
    assert_file_is_there(fixture);
}

static void a_whole_blob_may_be_written_twice(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    append(fixture, whole_file(file, FILE_SIZE, NULL));

    append(fixture, whole_file(file, FILE_SIZE, NULL));

    assert_file_is_there(fixture);
}

static void a_whole_blob_replaces_pieces_that_lie(void **state)
{
    static const uint8_t wrong[LIMIT_BLOB_PIECE_SIZE];
    struct store_fixture *fixture = *state;
    struct store_batch *batch = store_fixture_batch(NULL, 1, 0, 0);
    store_fixture_open(fixture, NULL);
    store_fixture_add_piece(batch, &file_name, wrong, FILE_SIZE, 0,
                            sizeof wrong);
    append(fixture, batch);

    append(fixture, whole_file(file, FILE_SIZE, NULL));

    assert_file_is_there(fixture);
}

static void a_batch_that_fails_leaves_no_blob(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_batch *batch = store_fixture_batch("missing", 1, 0, 1);
    store_fixture_open(fixture, NULL);
    assert_int_equal(store_batch_add_blob(batch, file, FILE_SIZE, NULL),
                     RESULT_OK);

    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);

    assert_int_equal(fixture->heard[fixture->heard_count - 1].result,
                     RESULT_NOT_FOUND);
    assert_int_equal(read_back(fixture, &file_name, 0, 1)->result,
                     RESULT_NOT_FOUND);
}

static void an_empty_or_too_large_whole_blob_is_refused(void **state)
{
    struct store_batch *batch = store_fixture_batch(NULL, 1, 0, 0);
    (void)state; /* nothing is stored */

    assert_int_equal(store_batch_add_blob(batch, file, 0, NULL),
                     RESULT_INVALID);
    assert_int_equal(
        store_batch_add_blob(batch, file, (size_t)LIMIT_BLOB_SIZE + 1, NULL),
        RESULT_TOO_LARGE);
    store_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_blob_is_read_as_it_was_written),
        STORE_TEST(any_part_of_a_blob_can_be_read),
        STORE_TEST(an_upload_goes_on_where_it_stopped_after_a_restart),
        STORE_TEST(a_piece_behind_a_gap_is_refused),
        STORE_TEST(a_blob_with_another_hash_is_thrown_away),
        STORE_TEST(a_lie_about_the_size_does_not_spoil_the_blob),
        STORE_TEST(an_empty_blob_is_complete_once_it_was_written),
        STORE_TEST(pieces_may_share_a_batch_with_the_event_that_names_them),
        STORE_TEST(a_failing_piece_does_not_stop_later_uploads),
        STORE_TEST(a_query_for_too_large_a_blob_is_refused_at_once),
        STORE_TEST(a_blob_query_that_is_under_way_is_answered_at_closing),
        STORE_TEST(a_whole_blob_is_readable_with_its_batch),
        STORE_TEST(a_whole_blob_may_be_written_twice),
        STORE_TEST(a_whole_blob_replaces_pieces_that_lie),
        STORE_TEST(a_batch_that_fails_leaves_no_blob),
        STORE_TEST(an_empty_or_too_large_whole_blob_is_refused),
    };
    return cmocka_run_group_tests_name("store_blob", tests, make_file, NULL);
}
