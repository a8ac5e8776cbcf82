/* Notices keep their order; what is dropped can be read again, and is told. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/notice_queue.h"

enum { SIZE = 8 };

static void put(struct notice_queue *queue, enum client_notice_kind kind,
                uint64_t tag)
{
    struct client_notice *notice = notice_new(kind);

    assert_non_null(notice);
    notice->tag = tag;
    notice_queue_put(queue, notice);
}

static enum client_notice_kind take(struct notice_queue *queue, uint64_t *tag)
{
    struct client_notice *notice = notice_queue_take(queue);
    enum client_notice_kind kind = notice ? notice->kind : CLIENT_NOTHING;

    if (notice && tag)
        *tag = notice->tag;
    client_notice_free(notice);
    return kind;
}

static struct notice_queue *new_queue(void)
{
    struct notice_queue *queue = NULL;

    assert_int_equal(notice_queue_new(&queue, SIZE), RESULT_OK);
    return queue;
}

static void notices_come_out_in_their_order(void **state)
{
    struct notice_queue *queue = new_queue();
    uint64_t tag = 0, i;

    (void)state;
    for (i = 0; i < 20; i++) {
        put(queue, CLIENT_ANSWER, 2 * i);
        put(queue, CLIENT_ANSWER, 2 * i + 1);
        assert_int_equal(take(queue, &tag), CLIENT_ANSWER);
        assert_int_equal(tag, 2 * i);
        assert_int_equal(take(queue, &tag), CLIENT_ANSWER);
        assert_int_equal(tag, 2 * i + 1);
    }
    assert_int_equal(take(queue, NULL), CLIENT_NOTHING);
    notice_queue_free(queue);
}

static void
a_full_queue_drops_events_says_so_once_and_keeps_answers(void **state)
{
    struct notice_queue *queue = new_queue();
    uint64_t tag = 0;
    int i, resyncs = 0, answers = 0;
    enum client_notice_kind kind;

    (void)state;
    put(queue, CLIENT_ANSWER, 5);
    for (i = 0; i < 10; i++)
        put(queue, CLIENT_EVENT, 0);
    put(queue, CLIENT_ANSWER, 6);
    while ((kind = take(queue, &tag)) != CLIENT_NOTHING) {
        resyncs += kind == CLIENT_RESYNC;
        answers += kind == CLIENT_ANSWER;
    }
    assert_int_equal(resyncs, 1);
    assert_int_equal(answers, 2);
    notice_queue_free(queue);
}

static void a_lost_notice_is_told_by_the_next(void **state)
{
    struct notice_queue *queue = new_queue();

    (void)state;
    notice_queue_put(queue, NULL);
    assert_int_equal(take(queue, NULL), CLIENT_RESYNC);
    assert_int_equal(take(queue, NULL), CLIENT_NOTHING);
    notice_queue_free(queue);
}

static void a_reader_that_has_stopped_loses_the_oldest(void **state)
{
    struct notice_queue *queue = new_queue();
    uint64_t tag = 0, last = 0;
    int i, count = 0;

    (void)state;
    for (i = 0; i < 3 * SIZE; i++)
        put(queue, CLIENT_ANSWER, (uint64_t)i);
    while (take(queue, &tag) != CLIENT_NOTHING) {
        count++;
        last = tag;
    }
    assert_in_range(count, SIZE - 1, SIZE);
    assert_int_equal(last, 3 * SIZE - 1);
    notice_queue_free(queue);
}

static void news_is_told_once(void **state)
{
    struct notice_queue *queue = new_queue();

    (void)state;
    assert_false(notice_queue_has_news(queue));
    put(queue, CLIENT_ANSWER, 1);
    put(queue, CLIENT_ANSWER, 2);
    assert_true(notice_queue_has_news(queue));
    assert_false(notice_queue_has_news(queue));
    notice_queue_free(queue);
}

static void a_queue_too_small_to_say_anything_is_not_made(void **state)
{
    struct notice_queue *queue = NULL;

    (void)state;
    assert_int_equal(notice_queue_new(&queue, 1), RESULT_INVALID);
    assert_null(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices_come_out_in_their_order),
        cmocka_unit_test(
            a_full_queue_drops_events_says_so_once_and_keeps_answers),
        cmocka_unit_test(a_lost_notice_is_told_by_the_next),
        cmocka_unit_test(a_reader_that_has_stopped_loses_the_oldest),
        cmocka_unit_test(news_is_told_once),
        cmocka_unit_test(a_queue_too_small_to_say_anything_is_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
