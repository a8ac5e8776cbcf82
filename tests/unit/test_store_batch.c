#include "protocol/base/limits.h"
#include "server/store/store_batch.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void a_batch_keeps_copies_of_what_it_is_given(void **state)
{
    (void)state;
    char field[] = "text";
    char value[] = "Đồng ý";
    uint8_t bytes[] = "{\"seq\":0}";
    struct store_batch *batch = store_fixture_batch("chi-bo", 5, 0, 0);
    assert_int_equal(
        store_batch_add_event(
            batch, &(struct store_event){ .bytes = bytes, .size = 9 }),
        RESULT_OK);
    assert_int_equal(
        store_batch_add_opening(
            batch, &(struct store_opening){ .field = field,
                                            .value = value,
                                            .value_size = strlen(value) }),
        RESULT_OK);
    memset(field, 'x', sizeof field);
    memset(value, 'x', sizeof value);
    memset(bytes, 'x', sizeof bytes);
    assert_memory_equal(batch->events[0].bytes, "{\"seq\":0}", 9);
    assert_string_equal(batch->openings[0].field, "text");
    assert_string_equal(batch->openings[0].value, "Đồng ý");
    assert_int_equal(batch->ticket, 5);
    assert_true(identifier_is(store_batch_log(batch), "chi-bo"));
    store_batch_free(batch);
}

static void a_batch_grows_with_what_is_added(void **state)
{
    (void)state;
    struct store_batch *batch = store_fixture_batch("a", 1, 0, 1000);
    assert_int_equal(batch->event_count, 1000);
    assert_int_equal(batch->opening_count, 1000);
    assert_int_equal(batch->events[999].seq, 999);
    store_batch_free(batch);
}

static void a_batch_without_a_log_takes_pieces_only(void **state)
{
    (void)state;
    const uint8_t key[32] = { 0 };
    char text[] = "x";
    struct store_batch *batch = store_fixture_batch(NULL, 1, 0, 0);
    assert_null(store_batch_log(batch));
    assert_int_equal(store_batch_add_event(batch, &(struct store_event){ 0 }),
                     RESULT_INVALID);
    assert_int_equal(
        store_batch_add_opening(
            batch, &(struct store_opening){ .field = text, .value = text }),
        RESULT_INVALID);
    assert_int_equal(
        store_batch_add_request(batch, &(struct store_request){ 0 }),
        RESULT_INVALID);
    assert_int_equal(store_batch_begin_log(batch, key), RESULT_INVALID);
    assert_int_equal(
        store_batch_add_blob_piece(batch, &(struct store_blob_piece){ 0 }),
        RESULT_OK);
    store_batch_free(batch);
}

static void what_is_over_a_limit_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint64_t blob_size;
        uint64_t offset;
        size_t size;
        enum result result;
    } pieces[] = {
        { 10, 0, 11, RESULT_INVALID },
        { 10, 10, 1, RESULT_INVALID },
        { 10, 11, 0, RESULT_INVALID },
        { 10, UINT64_MAX, 2, RESULT_INVALID },
        { 10, 9, 1, RESULT_OK },
        { LIMIT_BLOB_SIZE, 0, LIMIT_BLOB_PIECE_SIZE, RESULT_OK },
        { LIMIT_BLOB_SIZE, 0, LIMIT_BLOB_PIECE_SIZE + 1, RESULT_TOO_LARGE },
        { (uint64_t)LIMIT_BLOB_SIZE + 1, 0, 1, RESULT_TOO_LARGE },
    };
    static uint8_t bytes[LIMIT_BLOB_PIECE_SIZE + 1];
    struct store_batch *batch = store_fixture_batch("a", 1, 0, 0);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const struct store_blob_piece piece = { .blob_size =
                                                    pieces[i].blob_size,
                                                .offset = pieces[i].offset,
                                                .bytes = bytes,
                                                .size = pieces[i].size };
        assert_int_equal(store_batch_add_blob_piece(batch, &piece),
                         pieces[i].result);
    }
    assert_int_equal(batch->piece_count, 2);
    assert_int_equal(
        store_batch_add_event(
            batch, &(struct store_event){ .bytes = bytes,
                                          .size = LIMIT_EVENT_SIZE + 1 }),
        RESULT_TOO_LARGE);
    assert_int_equal(
        store_batch_add_event(
            batch, &(struct store_event){ .seq = UINT64_MAX, .bytes = bytes }),
        RESULT_INVALID);
    store_batch_free(batch);
}

static void freeing_nothing_is_allowed(void **state)
{
    (void)state;
    assert_null(store_batch_free(NULL));
    assert_null(store_log_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_keeps_copies_of_what_it_is_given),
        cmocka_unit_test(a_batch_grows_with_what_is_added),
        cmocka_unit_test(a_batch_without_a_log_takes_pieces_only),
        cmocka_unit_test(what_is_over_a_limit_is_refused),
        cmocka_unit_test(freeing_nothing_is_allowed),
    };
    return cmocka_run_group_tests_name("store_batch", tests, NULL, NULL);
}
