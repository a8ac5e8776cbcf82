#include "protocol/meeting/event_command.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static const struct identifier scope = { "hop-1" };

static void the_command_has_the_fields_of_its_event(void **state)
{
    struct member_id member = { { "m14" } };
    struct meeting_event event = { .kind = EVENT_HALL_CONFIRMED_KIND };
    struct command command;

    (void)state;
    event.body.hall_confirmed =
        (struct event_hall_confirmed){ .ballot = { "b1" },
                                       .site = { "s1" },
                                       .setup = { { 1 } },
                                       .k = 1,
                                       .pool = { { 2 } },
                                       .members = { &member, 1 },
                                       .member = { "m2" } };
    assert_true(event_command(&event, OP_CONFIRM_HALL, &scope, &command));
    assert_int_equal(command.op, OP_CONFIRM_HALL);
    assert_string_equal(command.log.text, "hop-1");
    assert_string_equal(command.body.confirm_hall.site.text, "s1");
    assert_int_equal(command.body.confirm_hall.k, 1);
    assert_int_equal(command.body.confirm_hall.pool.bytes[0], 2);
    assert_ptr_equal(command.body.confirm_hall.members.data, &member);
    assert_false(command.act.is_present);
}

static void an_edited_entry_was_a_version_younger(void **state)
{
    struct meeting_event event = { .kind = EVENT_ENTRY_EDITED_KIND };
    struct command command;

    (void)state;
    event.body.entry_edited.version = 3;
    event.body.entry_edited.text.commitment.bytes[0] = 9;
    assert_true(event_command(&event, OP_EDIT_ENTRY, &scope, &command));
    assert_int_equal(command.body.edit_entry.version, 2);
    /* What the log holds of a text is what its author committed to. */
    assert_true(command.body.edit_entry.text.is_authored);
    assert_int_equal(command.body.edit_entry.text.commitment.bytes[0], 9);
}

static void a_field_that_the_event_has_not_makes_no_command(void **state)
{
    const struct meeting_event event = { .kind = EVENT_OPENED_KIND };
    struct command command;

    (void)state;
    assert_false(event_command(&event, OP_CHAT, &scope, &command));
    assert_true(event_command(&event, OP_OPEN_MEETING, &scope, &command));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_command_has_the_fields_of_its_event),
        cmocka_unit_test(an_edited_entry_was_a_version_younger),
        cmocka_unit_test(a_field_that_the_event_has_not_makes_no_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
