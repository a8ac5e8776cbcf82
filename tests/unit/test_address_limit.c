#include "server/net/address_limit.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <uv.h>

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage address = { 0 };

    if (uv_ip4_addr(text, 1, (struct sockaddr_in *)&address))
        assert_int_equal(uv_ip6_addr(text, 1, (struct sockaddr_in6 *)&address),
                         0);
    return address;
}

static enum result take(struct address_limit *limit, const char *text,
                        struct address_slot **slot)
{
    struct sockaddr_storage address = address_of(text);

    return address_limit_take(limit, (struct sockaddr *)&address, slot);
}

static struct address_limit *limit_of(size_t total, size_t per_address)
{
    struct address_limit *limit = NULL;

    assert_int_equal(address_limit_new(&limit, total, per_address), RESULT_OK);
    return limit;
}

static void connections_of_one_address_are_bounded(void **state)
{
    struct address_limit *limit = limit_of(10, 2);
    struct address_slot *first, *second, *other;

    (void)state;
    assert_int_equal(take(limit, "10.0.0.1", &first), RESULT_OK);
    assert_int_equal(take(limit, "10.0.0.1", &second), RESULT_OK);
    assert_int_equal(take(limit, "10.0.0.1", &other), RESULT_REFUSED);
    assert_int_equal(take(limit, "10.0.0.2", &other), RESULT_OK);
    assert_int_equal(address_limit_count(limit), 3);
    address_limit_give(limit, first);
    assert_int_equal(take(limit, "10.0.0.1", &first), RESULT_OK);
    address_limit_free(limit);
}

static void connections_in_all_are_bounded_and_places_used_again(void **state)
{
    static const char *const addresses[] = { "10.0.0.1", "10.0.0.2",
                                             "10.0.0.3" };
    struct address_limit *limit = limit_of(2, 2);
    struct address_slot *slots[2], *none;

    (void)state;
    for (int round = 0; round < 5; round++) {
        assert_int_equal(take(limit, addresses[round % 3], &slots[0]),
                         RESULT_OK);
        assert_int_equal(take(limit, addresses[(round + 1) % 3], &slots[1]),
                         RESULT_OK);
        assert_int_equal(take(limit, addresses[(round + 2) % 3], &none),
                         RESULT_FULL);
        address_limit_give(limit, slots[0]);
        address_limit_give(limit, slots[1]);
        assert_int_equal(address_limit_count(limit), 0);
    }
    address_limit_free(limit);
}

static void one_ipv6_network_is_one_address(void **state)
{
    struct address_limit *limit = limit_of(10, 1);
    struct address_slot *slot;

    (void)state;
    assert_int_equal(take(limit, "2001:db8:1:2::1", &slot), RESULT_OK);
    assert_int_equal(take(limit, "2001:db8:1:2:ffff::9", &slot),
                     RESULT_REFUSED);
    assert_int_equal(take(limit, "2001:db8:1:3::1", &slot), RESULT_OK);
    address_limit_free(limit);
}

static void both_ways_to_write_an_ipv4_address_are_one(void **state)
{
    struct address_limit *limit = limit_of(10, 1);
    struct address_slot *slot;

    (void)state;
    assert_int_equal(take(limit, "192.0.2.7", &slot), RESULT_OK);
    assert_int_equal(take(limit, "::ffff:192.0.2.7", &slot), RESULT_REFUSED);
    assert_int_equal(take(limit, "::ffff:192.0.2.8", &slot), RESULT_OK);
    address_limit_free(limit);
}

static void what_has_no_address_is_refused(void **state)
{
    const struct sockaddr address = { .sa_family = AF_UNIX };
    struct address_limit *limit = limit_of(1, 1);
    struct address_slot *slot;

    (void)state;
    assert_int_equal(address_limit_take(limit, &address, &slot),
                     RESULT_INVALID);
    address_limit_free(limit);
    assert_int_equal(address_limit_new(&limit, 0, 1), RESULT_INVALID);
    assert_int_equal(address_limit_new(&limit, 1, 0), RESULT_INVALID);
    assert_int_equal(address_limit_new(&limit, SIZE_MAX, 1), RESULT_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_of_one_address_are_bounded),
        cmocka_unit_test(connections_in_all_are_bounded_and_places_used_again),
        cmocka_unit_test(one_ipv6_network_is_one_address),
        cmocka_unit_test(both_ways_to_write_an_ipv4_address_are_one),
        cmocka_unit_test(what_has_no_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
