#include "server/store/store_thread.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static size_t waiting; /* batches that were appended and not yet told */

static void set_pin(struct store_fixture *fixture, const char *member,
                    uint8_t byte, unsigned tries)
{
    struct store_batch *batch = store_fixture_batch(NULL, 7, 0, 0);
    struct store_pin pin = { .member = store_fixture_id(member),
                             .tries = tries };
    memset(pin.salt, byte, sizeof pin.salt);
    memset(pin.hash, byte, sizeof pin.hash);
    store_batch_set_pin(batch, &pin);
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
    waiting++;
}

static enum result read_pin(struct store_fixture *fixture, const char *member)
{
    const struct identifier id = store_fixture_id(member);
    const struct store_heard *heard;
    /* What was appended before is told first. */
    const size_t count = fixture->heard_count + waiting + 1;
    assert_int_equal(fixture->store->ops->read_pin(fixture->store, 99, &id),
                     RESULT_OK);
    store_fixture_wait(fixture, count);
    heard = &fixture->heard[count - 1];
    waiting = 0;
    assert_int_equal(heard->kind, HEARD_PIN);
    assert_int_equal(heard->ticket, 99);
    return heard->result;
}

static void a_pin_is_read_as_it_was_written_last(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t expected[STORE_PIN_HASH_SIZE];
    store_fixture_open(fixture, NULL);
    set_pin(fixture, "m1", 1, 5);
    set_pin(fixture, "m2", 2, 5);
    set_pin(fixture, "m1", 3, 4);

    assert_int_equal(read_pin(fixture, "m1"), RESULT_OK);

    memset(expected, 3, sizeof expected);
    assert_memory_equal(fixture->pin.hash, expected, sizeof expected);
    assert_memory_equal(fixture->pin.salt, expected, sizeof fixture->pin.salt);
    assert_int_equal(fixture->pin.tries, 4);
    assert_string_equal(fixture->pin.member.text, "m1");
}

static void a_member_without_pin_has_none(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    set_pin(fixture, "m1", 1, 5);

    assert_int_equal(read_pin(fixture, "m2"), RESULT_NOT_FOUND);
}

static void a_replaced_pin_is_in_no_file_after_the_store_is_closed(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    set_pin(fixture, "m1", 0xa5, 5);
    set_pin(fixture, "m1", 0x5a, 5);
    assert_int_equal(read_pin(fixture, "m1"), RESULT_OK);

    store_fixture_close(fixture);

    assert_true(store_fixture_folder_has(fixture, 0x5a, STORE_PIN_HASH_SIZE));
    assert_false(store_fixture_folder_has(fixture, 0xa5, STORE_PIN_HASH_SIZE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pin_is_read_as_it_was_written_last,
                                        store_fixture_setup,
                                        store_fixture_teardown),
        cmocka_unit_test_setup_teardown(a_member_without_pin_has_none,
                                        store_fixture_setup,
                                        store_fixture_teardown),
        cmocka_unit_test_setup_teardown(
            a_replaced_pin_is_in_no_file_after_the_store_is_closed,
            store_fixture_setup, store_fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
