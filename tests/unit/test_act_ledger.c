#include "protocol/meeting/act_ledger.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct meeting_event event_of(enum meeting_event_kind kind,
                                     uint8_t device, uint64_t request)
{
    struct meeting_event event = { .kind = kind };
    struct act act = { .is_present = true, .request = request };

    act.device.bytes[0] = device;
    act.sig.bytes[0] = (uint8_t)request;
    act.sig.bytes[1] = device;
    switch ((int)kind) {
    case EVENT_CHAT_SAID_KIND:
        event.body.chat_said.act = act;
        break;
    case EVENT_ADMITTED_KIND:
        event.body.admitted.act = act;
        break;
    case EVENT_ITEM_ENDED_KIND:
        event.body.item_ended.act = act;
        break;
    case EVENT_CLOSED_KIND:
        event.body.closed.act = act;
        break;
    case EVENT_TASK_SET_KIND:
        event.body.task_set.act = act;
        break;
    default:
        fail_msg("no such event in this test");
    }
    return event;
}

static enum result take(struct act_ledger *ledger, struct meeting_event event)
{
    return act_ledger_take(ledger, &event, NULL);
}

static void each_command_begins_once(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = event_of(EVENT_ITEM_ENDED_KIND, 1, 7);
    bool is_new = false;

    (void)state;
    assert_int_equal(act_ledger_take(&ledger, &event, &is_new), RESULT_OK);
    assert_true(is_new);
    event = event_of(EVENT_CLOSED_KIND, 1, 7);
    assert_int_equal(act_ledger_take(&ledger, &event, &is_new), RESULT_OK);
    assert_false(is_new);
    event = event_of(EVENT_CHAT_SAID_KIND, 1, 8);
    assert_int_equal(act_ledger_take(&ledger, &event, &is_new), RESULT_OK);
    assert_true(is_new);
    act_ledger_release(&ledger);
}

static void an_act_that_comes_again_later_is_refused(void **state)
{
    struct act_ledger ledger = { .slots = NULL };

    (void)state;
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 1, 7)),
                     RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 2, 7)),
                     RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 1, 7)),
                     RESULT_REFUSED);
    act_ledger_release(&ledger);
}

static void an_event_happens_once_in_a_command(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    const struct meeting_event silent = { .kind = EVENT_FLOOR_ENDED_KIND };

    (void)state;
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 1, 7)),
                     RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 1, 7)),
                     RESULT_REFUSED);
    /* Events without an act lie between those of a command. */
    assert_int_equal(take(&ledger, event_of(EVENT_ITEM_ENDED_KIND, 1, 8)),
                     RESULT_OK);
    assert_int_equal(take(&ledger, silent), RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CLOSED_KIND, 1, 8)),
                     RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CLOSED_KIND, 1, 8)),
                     RESULT_REFUSED);
    act_ledger_release(&ledger);
}

static void many_are_admitted_by_one_command(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    int i;

    (void)state;
    for (i = 0; i < 5; i++)
        assert_int_equal(take(&ledger, event_of(EVENT_ADMITTED_KIND, 1, 7)),
                         RESULT_OK);
    act_ledger_release(&ledger);
}

/* To post what was decided, and to complete each recognition. */
static void closing_sets_a_task_for_each_deadline(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = event_of(EVENT_TASK_SET_KIND, 1, 7);
    int i;

    (void)state;
    event.body.task_set.act.op = TEXT_LITERAL("close_meeting");
    for (i = 0; i < 3; i++)
        assert_int_equal(take(&ledger, event), RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CLOSED_KIND, 1, 7)),
                     RESULT_OK);
    event = event_of(EVENT_TASK_SET_KIND, 1, 8);
    event.body.task_set.act.op = TEXT_LITERAL("set_task");
    assert_int_equal(take(&ledger, event), RESULT_OK);
    assert_int_equal(take(&ledger, event), RESULT_REFUSED);
    act_ledger_release(&ledger);
}

static void another_command_of_the_same_id_is_refused(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = event_of(EVENT_CLOSED_KIND, 1, 7);

    (void)state;
    assert_int_equal(take(&ledger, event_of(EVENT_ITEM_ENDED_KIND, 1, 7)),
                     RESULT_OK);
    event.body.closed.act.sig.bytes[9] ^= 1;
    assert_int_equal(take(&ledger, event), RESULT_REFUSED);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 1, 0)),
                     RESULT_REFUSED);
    act_ledger_release(&ledger);
}

static void both_acts_of_a_restored_meeting_are_used_up(void **state)
{
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };

    (void)state;
    event.body.restored.act = event_of(EVENT_CLOSED_KIND, 1, 7).body.closed.act;
    event.body.restored.second =
        event_of(EVENT_CLOSED_KIND, 2, 9).body.closed.act;
    assert_int_equal(take(&ledger, event), RESULT_OK);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 2, 9)),
                     RESULT_REFUSED);
    assert_int_equal(take(&ledger, event_of(EVENT_CHAT_SAID_KIND, 2, 10)),
                     RESULT_OK);
    act_ledger_release(&ledger);
}

static void thousands_are_remembered(void **state)
{
    enum { DEVICES = 20, REQUESTS = 400 };
    struct act_ledger ledger = { .slots = NULL };
    uint8_t device;
    uint64_t request;

    (void)state;
    for (request = 1; request <= REQUESTS; request++)
        for (device = 1; device <= DEVICES; device++)
            assert_int_equal(
                take(&ledger, event_of(EVENT_CHAT_SAID_KIND, device, request)),
                RESULT_OK);
    for (request = 1; request <= REQUESTS; request++)
        for (device = 1; device < DEVICES; device++)
            assert_int_equal(
                take(&ledger, event_of(EVENT_CHAT_SAID_KIND, device, request)),
                RESULT_REFUSED);
    act_ledger_release(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_begins_once),
        cmocka_unit_test(an_act_that_comes_again_later_is_refused),
        cmocka_unit_test(an_event_happens_once_in_a_command),
        cmocka_unit_test(many_are_admitted_by_one_command),
        cmocka_unit_test(closing_sets_a_task_for_each_deadline),
        cmocka_unit_test(another_command_of_the_same_id_is_refused),
        cmocka_unit_test(both_acts_of_a_restored_meeting_are_used_up),
        cmocka_unit_test(thousands_are_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
