/* What a device gives back: chained on as it comes, whatever its portions. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/hash_chain.h"
#include "server/room/giving.h"

#include <stdio.h>
#include <string.h>

enum { EVENTS = 1000, FIRST = 7 };

static const struct hash before = { { 1, 2, 3 } };

static struct giving *begin(void)
{
    struct giving *giving = NULL;

    assert_int_equal(giving_new(&giving, 4, FIRST, &before), RESULT_OK);
    return giving;
}

static void write_event(char out[60], size_t seq)
{
    (void)snprintf(out, 60, "{\"seq\":%zu,\"ev\":\"mẫu\"}", seq);
}

static struct hash next_head(const struct hash *head, size_t seq)
{
    struct hash leaf;
    char text[60];

    write_event(text, seq);
    leaf = hash_chain_leaf(text, strlen(text));
    return hash_chain_link(head, seq, &leaf);
}

static enum result take(struct giving *giving, json_t *message)
{
    const enum result result = giving_take(giving, message);

    json_decref(message);
    return result;
}

static enum result take_events(struct giving *giving, size_t from, size_t count)
{
    json_t *events = json_array();
    char text[60];
    size_t i;

    for (i = 0; i < count; i++) {
        write_event(text, from + i);
        json_array_append_new(events, json_string(text));
    }
    return take(giving, json_pack("{s:I, s:o}", "from", (json_int_t)from,
                                  "events", events));
}

static enum result take_part(struct giving *giving, json_int_t seq,
                             json_int_t offset, json_int_t size,
                             const char *text)
{
    return take(giving,
                json_pack("{s:{s:I, s:I, s:I, s:s}}", "part", "seq", seq,
                          "offset", offset, "size", size, "text", text));
}

static void events_are_chained_on_in_portions_of_any_size(void **state)
{
    static const size_t portions[] = { 1, 63, 64, 65, 3, 500, EVENTS };
    struct giving *giving = begin();
    struct hash head = before;
    size_t i, seq = FIRST;

    (void)state;
    for (i = 0; i < sizeof portions / sizeof portions[0]; i++) {
        const size_t left = FIRST + EVENTS - seq;
        const size_t count = portions[i] < left ? portions[i] : left;

        assert_int_equal(take_events(giving, seq, count), RESULT_OK);
        seq += count;
        assert_int_equal(giving_next(giving), seq);
    }
    assert_int_equal(giving->count, EVENTS);
    for (i = 0; i < EVENTS; i++) {
        head = next_head(&head, FIRST + i);
        assert_memory_equal(&giving->events[i].head, &head, sizeof head);
    }
    giving_free(giving);
}

static void an_event_in_pieces_is_the_same_event(void **state)
{
    const struct hash head = next_head(&before, FIRST);
    struct giving *giving = begin();
    char text[60], piece[60];
    size_t at, size;

    (void)state;
    write_event(text, FIRST);
    size = strlen(text);
    /* In the midst of one it may be begun anew. */
    assert_int_equal(take_part(giving, FIRST, 0, 50, "{\"seq\""), RESULT_OK);
    for (at = 0; at < size; at += 13) {
        (void)snprintf(piece, sizeof piece, "%.13s", &text[at]);
        assert_int_equal(
            take_part(giving, FIRST, (json_int_t)at, (json_int_t)size, piece),
            RESULT_OK);
    }
    assert_int_equal(giving->count, 1);
    assert_memory_equal(&giving->events[0].head, &head, sizeof head);
    assert_int_equal(take_events(giving, FIRST, 3), RESULT_OK);
    assert_int_equal(giving->count, 3);
    giving_free(giving);
}

static void pieces_that_do_not_fit_together_are_refused(void **state)
{
    static const struct {
        json_int_t seq, offset, size;
        enum result result;
    } bad[] = {
        { FIRST + 1, 0, 20, RESULT_MALFORMED },
        { FIRST, 1, 20, RESULT_MALFORMED },
        { FIRST, 9, 20, RESULT_MALFORMED },
        { FIRST, 4, 21, RESULT_MALFORMED },
        { FIRST, 4, 7, RESULT_MALFORMED },
        { FIRST, INT64_MAX, 20, RESULT_MALFORMED },
        { FIRST, 4, INT64_MAX, RESULT_MALFORMED },
        { FIRST, -1, 20, RESULT_MALFORMED },
        { FIRST, 4, -1, RESULT_MALFORMED },
        { -1, 4, 20, RESULT_MALFORMED },
        { FIRST, 0, 0, RESULT_TOO_LARGE },
        { FIRST, 0, 3, RESULT_MALFORMED },
        { FIRST, 0, INT64_MAX, RESULT_TOO_LARGE },
        { FIRST, 0, (json_int_t)LIMIT_EVENT_SIZE + 1, RESULT_TOO_LARGE },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct giving *giving = begin();

        assert_int_equal(take_part(giving, FIRST, 0, 20, "abcd"), RESULT_OK);
        assert_int_equal(
            take_part(giving, bad[i].seq, bad[i].offset, bad[i].size, "efgh"),
            bad[i].result);
        giving_free(giving);
    }
}

static void a_gap_is_refused(void **state)
{
    struct giving *giving = begin();

    (void)state;
    assert_int_equal(take_events(giving, 0, FIRST), RESULT_OK);
    assert_int_equal(giving->count, 0);
    assert_int_equal(take_events(giving, FIRST + 1, 1), RESULT_MALFORMED);
    giving_free(giving);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_chained_on_in_portions_of_any_size),
        cmocka_unit_test(an_event_in_pieces_is_the_same_event),
        cmocka_unit_test(pieces_that_do_not_fit_together_are_refused),
        cmocka_unit_test(a_gap_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
