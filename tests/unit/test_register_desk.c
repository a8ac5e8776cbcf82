#include "server/control/register_desk.h"

#include "server/domain/register_rules.h"
#include "tests/support/desk_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <setjmp.h>
#include <cmocka.h>

static const int64_t later_ms = INT64_C(4000000000000);

static struct register_decision add_unit(const struct register_desk *desk,
                                         const char *name)
{
    const struct actor administrator = { .kind = ACTOR_ADMINISTRATOR };
    struct command command = { .op = OP_ADD_UNIT };
    static const struct ruleset base;
    struct register_decision decision;

    command.body.add_unit.kind = UNIT_CELL;
    command.body.add_unit.name =
        (struct sealed){ .value = text_view_of(name), .has_value = true };
    register_rules_decide(register_desk_state(desk), &base, &administrator,
                          &command, later_ms, &decision);
    assert_int_equal(decision.refusal.code, REFUSAL_NONE);
    return decision;
}

static void what_is_appended_is_read_again_by_the_next_one(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    struct register_decision decision = add_unit(desk, "Chi bộ Mẫu 1");
    struct hash head;
    struct hash again;

    assert_int_equal(register_desk_state(desk)->next_seq, 1);
    assert_int_equal(register_desk_append(desk, &decision, false, later_ms),
                     RESULT_OK);
    register_decision_release(&decision);
    assert_int_equal(register_desk_state(desk)->unit_count, 1);
    head = register_desk_head(desk);
    register_desk_close(desk);
    desk = desk_fixture_open(fixture);
    assert_int_equal(register_desk_state(desk)->next_seq, 2);
    assert_int_equal(register_desk_state(desk)->at_ms, later_ms);
    again = register_desk_head(desk);
    assert_true(hash_equal(&head, &again));
    register_desk_close(desk);
}

static void an_opening_is_stored_with_its_event(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    struct register_decision decision = add_unit(desk, "Chi bộ Mẫu 1");
    struct store_log *log;

    assert_int_equal(register_desk_append(desk, &decision, false, later_ms),
                     RESULT_OK);
    register_decision_release(&decision);
    register_desk_close(desk);
    log = desk_fixture_log(fixture);
    assert_int_equal(log->opening_count, 2);
    assert_int_equal(log->openings[1].seq, 1);
    assert_string_equal(log->openings[1].field, "name");
    assert_memory_equal(log->openings[1].value, "Chi bộ Mẫu 1",
                        strlen("Chi bộ Mẫu 1"));
    store_log_free(log);
}

static void time_in_a_log_does_not_go_back(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    const int64_t founded_ms = register_desk_state(desk)->at_ms;
    struct register_decision decision = add_unit(desk, "Chi bộ Mẫu 1");

    assert_int_equal(register_desk_append(desk, &decision, false, 5),
                     RESULT_OK);
    register_decision_release(&decision);
    assert_int_equal(register_desk_state(desk)->at_ms, founded_ms);
    register_desk_close(desk);
}

static void a_desk_keeps_a_second_one_out(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    struct register_desk *second = NULL;

    assert_int_equal(register_desk_open(&second, fixture->database.text),
                     RESULT_BUSY);
    assert_int_equal(register_desk_look(&second, fixture->database.text),
                     RESULT_OK);
    assert_int_equal(register_desk_state(second)->next_seq, 1);
    register_desk_close(second);
    register_desk_close(desk);
    desk = desk_fixture_open(fixture);
    register_desk_close(desk);
}

static void who_only_looks_writes_nothing(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = NULL;
    struct register_decision decision;

    assert_int_equal(register_desk_look(&desk, fixture->database.text),
                     RESULT_OK);
    decision = add_unit(desk, "Chi bộ Mẫu 1");
    assert_int_equal(register_desk_append(desk, &decision, false, later_ms),
                     RESULT_INVALID);
    register_decision_release(&decision);
    register_desk_close(desk);
}

static void where_nothing_is_nothing_is_made(void **state)
{
    struct desk_fixture *fixture = *state;
    const struct scratch_path other =
        scratch_folder_file(&fixture->folder, "khac.db");
    struct register_desk *desk = NULL;
    struct stat status;

    assert_int_equal(register_desk_look(&desk, other.text), RESULT_NOT_FOUND);
    assert_int_equal(register_desk_open(&desk, other.text), RESULT_NOT_FOUND);
    assert_null(desk);
    assert_int_not_equal(stat(other.text, &status), 0);
    assert_null(register_desk_close(NULL));
}

static void marks_of_the_logs_are_told(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    const struct identifier *meeting;

    assert_false(register_desk_is_held(desk));
    assert_null(register_desk_open_meeting(desk));
    register_desk_close(desk);
    desk_fixture_hold(fixture);
    desk_fixture_begin_meeting(fixture, "dbmau.1");
    desk = desk_fixture_open(fixture);
    assert_true(register_desk_is_held(desk));
    meeting = register_desk_open_meeting(desk);
    assert_non_null(meeting);
    assert_string_equal(meeting->text, "dbmau.1");
    register_desk_close(desk);
}

static void a_hold_ends_with_the_events_that_end_it(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk;
    struct register_decision decision;

    desk_fixture_hold(fixture);
    desk = desk_fixture_open(fixture);
    decision = add_unit(desk, "Chi bộ Mẫu 1");
    assert_int_equal(register_desk_append(desk, &decision, true, later_ms),
                     RESULT_OK);
    register_decision_release(&decision);
    assert_false(register_desk_is_held(desk));
    register_desk_close(desk);
    desk = desk_fixture_open(fixture);
    assert_false(register_desk_is_held(desk));
    assert_int_equal(register_desk_state(desk)->next_seq, 2);
    register_desk_close(desk);
}

static void a_register_with_one_changed_byte_is_not_opened(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = NULL;
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(fixture->database.text, &database),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(database,
                     "DROP TRIGGER event_is_never_changed;"
                     "UPDATE event SET head = zeroblob(32) WHERE seq = 0",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(database);
    assert_int_equal(register_desk_open(&desk, fixture->database.text),
                     RESULT_CORRUPT);
    assert_null(desk);
}

#define WITH_DESK(test)                                                        \
    cmocka_unit_test_setup_teardown(test, desk_fixture_set_up,                 \
                                    desk_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(what_is_appended_is_read_again_by_the_next_one),
        WITH_DESK(an_opening_is_stored_with_its_event),
        WITH_DESK(time_in_a_log_does_not_go_back),
        WITH_DESK(a_desk_keeps_a_second_one_out),
        WITH_DESK(who_only_looks_writes_nothing),
        WITH_DESK(where_nothing_is_nothing_is_made),
        WITH_DESK(marks_of_the_logs_are_told),
        WITH_DESK(a_hold_ends_with_the_events_that_end_it),
        WITH_DESK(a_register_with_one_changed_byte_is_not_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
