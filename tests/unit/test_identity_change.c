#include "server/control/identity_change.h"

#include "protocol/meeting/register_check.h"
#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/domain/register_rules.h"
#include "server/platform/clock.h"
#include "tests/support/desk_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <setjmp.h>
#include <cmocka.h>

/* 2100-01-01 02:30 in Viet Nam, still the day before in UTC. */
static const int64_t day_ms = INT64_C(4102428600000);
#define DAY "2100-01-01"

/* --- Files -----------------------------------------------------------------
 */

static struct scratch_path beside(const struct desk_fixture *fixture,
                                  const char *ending)
{
    char name[64];

    (void)snprintf(name, sizeof name, "identity.key%s", ending);
    return scratch_folder_file(&fixture->folder, name);
}

static bool is_there(struct scratch_path path)
{
    return access(path.text, F_OK) == 0;
}

static struct key key_in(struct scratch_path path)
{
    struct signing_key key;
    struct stat status;

    assert_int_equal(identity_file_read(path.text, &key), RESULT_OK);
    assert_int_equal(stat(path.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    return key.public_key;
}

static void move(struct scratch_path from, struct scratch_path to)
{
    assert_int_equal(rename(from.text, to.text), 0);
}

/* --- Doing it ----------------------------------------------------------------
 */

struct done {
    enum result result;
    struct identity_outcome outcome;
    struct key server; /* of the register, afterwards */
    size_t events;
    bool is_held;
};

static struct done look_back(const struct desk_fixture *fixture,
                             struct done done)
{
    struct register_desk *desk = desk_fixture_open(fixture);

    done.server = register_desk_state(desk)->server;
    done.events = register_desk_state(desk)->next_seq;
    done.is_held = register_desk_is_held(desk);
    register_desk_close(desk);
    return done;
}

static struct done rotate_with(const struct desk_fixture *fixture,
                               bool accepts_loss)
{
    struct register_desk *desk = desk_fixture_open(fixture);
    struct done done = { .events = 0 };

    done.result = identity_rotate(desk, fixture->key_file.text, accepts_loss,
                                  day_ms, entropy_system(), &done.outcome);
    register_desk_close(desk);
    return look_back(fixture, done);
}

static struct done rotate(const struct desk_fixture *fixture)
{
    return rotate_with(fixture, false);
}

static struct done lose(const struct desk_fixture *fixture)
{
    struct register_desk *desk = desk_fixture_open(fixture);
    struct done done = { .events = 0 };

    done.result = identity_lose(desk, fixture->key_file.text, day_ms,
                                entropy_system(), &done.outcome);
    register_desk_close(desk);
    return look_back(fixture, done);
}

static enum identity_state look(const struct desk_fixture *fixture)
{
    struct register_desk *desk = desk_fixture_open(fixture);
    const enum identity_state state =
        identity_look(register_desk_state(desk), fixture->key_file.text);

    register_desk_close(desk);
    return state;
}

static void expect_place(const struct desk_fixture *fixture,
                         const struct done *done)
{
    const struct key now = key_in(fixture->key_file);

    assert_int_equal(done->result, RESULT_OK);
    assert_true(key_equal(&now, &done->server));
    assert_false(key_equal(&now, &fixture->first.public_key));
    assert_false(is_there(beside(fixture, ".new")));
    assert_int_equal(look(fixture), IDENTITY_FITS);
}

static void expect_kept(const struct desk_fixture *fixture, struct done *done,
                        const char *ending, const struct key *key)
{
    const struct scratch_path path = beside(fixture, ending);
    const struct key kept = key_in(path);

    assert_non_null(done->outcome.kept_path);
    assert_string_equal(done->outcome.kept_path, path.text);
    assert_true(key_equal(&kept, key));
    identity_outcome_release(&done->outcome);
}

/* --- Rotating ----------------------------------------------------------------
 */

static void the_old_key_signs_the_new_one_and_is_kept(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done = rotate(fixture);
    struct register_desk *desk;
    struct succession succession;

    expect_place(fixture, &done);
    expect_kept(fixture, &done, ".old-" DAY, &fixture->first.public_key);
    assert_int_equal(done.outcome.before, IDENTITY_FITS);
    assert_int_equal(done.events, 2);
    desk = desk_fixture_open(fixture);
    register_state_succession(register_desk_state(desk), &succession);
    assert_int_equal(succession.count, 1);
    assert_true(
        key_equal(&succession.steps[0].from, &fixture->first.public_key));
    assert_int_equal(succession.steps[0].seen, 0);
    assert_int_equal(
        succession_verify(&succession, TEXT_LITERAL("dbmau"), &done.server),
        RESULT_OK);
    register_desk_close(desk);
}

static void the_change_names_the_head_before_it(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_desk *desk = desk_fixture_open(fixture);
    const struct hash head = register_desk_head(desk);
    struct succession succession;
    struct done done;

    register_desk_close(desk);
    done = rotate(fixture);
    identity_outcome_release(&done.outcome);
    desk = desk_fixture_open(fixture);
    register_state_succession(register_desk_state(desk), &succession);
    assert_true(hash_equal(&succession.steps[0].head, &head));
    register_desk_close(desk);
}

static void two_changes_of_one_day_keep_both_keys(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done first = rotate(fixture);
    struct done second = rotate(fixture);

    expect_place(fixture, &second);
    expect_kept(fixture, &first, ".old-" DAY, &fixture->first.public_key);
    expect_kept(fixture, &second, ".old-" DAY "-2", &first.server);
    assert_int_equal(second.events, 3);
}

static void a_key_that_was_made_before_the_crash_is_used(void **state)
{
    struct desk_fixture *fixture = *state;
    struct signing_key next;
    struct done done;

    assert_int_equal(organisation_make_key(entropy_system(), &next), RESULT_OK);
    assert_int_equal(identity_file_write(beside(fixture, ".new").text, &next),
                     RESULT_OK);
    assert_int_equal(look(fixture), IDENTITY_FITS);
    done = rotate(fixture);
    expect_place(fixture, &done);
    assert_true(key_equal(&done.server, &next.public_key));
    expect_kept(fixture, &done, ".old-" DAY, &fixture->first.public_key);
}

/* The files as they were just after the event was written. */
static struct done undo_switch(const struct desk_fixture *fixture)
{
    struct done done = rotate(fixture);

    assert_int_equal(done.result, RESULT_OK);
    identity_outcome_release(&done.outcome);
    move(fixture->key_file, beside(fixture, ".new"));
    move(beside(fixture, ".old-" DAY), fixture->key_file);
    return done;
}

static void a_change_that_ended_before_the_files_is_finished(void **state)
{
    struct desk_fixture *fixture = *state;
    const struct done half = undo_switch(fixture);
    struct done done;

    assert_int_equal(look(fixture), IDENTITY_HALFWAY);
    done = rotate(fixture);
    assert_int_equal(done.outcome.before, IDENTITY_HALFWAY);
    expect_place(fixture, &done);
    expect_kept(fixture, &done, ".old-" DAY, &fixture->first.public_key);
    assert_true(key_equal(&done.server, &half.server));
    assert_int_equal(done.events, 2);
}

static void a_change_that_ended_between_the_files_is_finished(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;

    (void)undo_switch(fixture);
    assert_int_equal(
        link(fixture->key_file.text, beside(fixture, ".old-" DAY).text), 0);
    done = rotate(fixture);
    expect_place(fixture, &done);
    expect_kept(fixture, &done, ".old-" DAY, &fixture->first.public_key);
    assert_false(is_there(beside(fixture, ".old-" DAY "-2")));
}

static void a_held_register_keeps_its_key(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;

    desk_fixture_hold(fixture);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_REFUSED);
    assert_int_equal(done.outcome.refusal.code, REFUSAL_HELD);
    done = rotate_with(fixture, true);
    assert_int_equal(done.outcome.refusal.code, REFUSAL_HELD);
    assert_int_equal(done.events, 1);
    assert_true(done.is_held);
    assert_false(is_there(beside(fixture, ".new")));
    assert_int_equal(look(fixture), IDENTITY_FITS);
}

/* Its log has begun, and the server stopped before the register knew. */
static void a_meeting_that_is_not_finished_is_named(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;

    desk_fixture_begin_meeting(fixture, "dbmau.7");
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_REFUSED);
    assert_int_equal(done.outcome.refusal.code, REFUSAL_MEETING_BEGUN);
    assert_string_equal(done.outcome.refusal.args[0].text, "dbmau.7");
    assert_int_equal(done.events, 1);
    assert_false(is_there(beside(fixture, ".new")));
}

static void without_the_old_key_nothing_is_changed(void **state)
{
    struct desk_fixture *fixture = *state;
    struct signing_key other;
    struct done done;

    move(fixture->key_file, beside(fixture, "-elsewhere"));
    assert_int_equal(look(fixture), IDENTITY_MISSING);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_NOT_FOUND);
    assert_int_equal(done.outcome.before, IDENTITY_MISSING);
    assert_int_equal(organisation_make_key(entropy_system(), &other),
                     RESULT_OK);
    assert_int_equal(identity_file_write(fixture->key_file.text, &other),
                     RESULT_OK);
    assert_int_equal(look(fixture), IDENTITY_OTHER);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_NOT_FOUND);
    assert_int_equal(truncate(fixture->key_file.text, 10), 0);
    assert_int_equal(look(fixture), IDENTITY_UNREADABLE);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_NOT_FOUND);
    assert_int_equal(done.events, 1);
    assert_false(is_there(beside(fixture, ".new")));
}

/* --- A register from before the change --------------------------------------
 */

/* The database is that of before the change, the files are those of after. */
static struct key fall_behind(struct desk_fixture *fixture)
{
    const struct scratch_path before =
        scratch_folder_file(&fixture->folder, "truoc.db");
    char command[3 * SCRATCH_PATH_SIZE];
    struct done done;

    (void)snprintf(command, sizeof command, "cp %s %s", fixture->database.text,
                   before.text);
    assert_int_equal(system(command), 0);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_OK);
    identity_outcome_release(&done.outcome);
    move(before, fixture->database);
    return done.server;
}

static void a_change_that_a_restore_took_back_is_signed_again(void **state)
{
    struct desk_fixture *fixture = *state;
    const struct key second = fall_behind(fixture);
    struct done done;

    assert_int_equal(look(fixture), IDENTITY_BEHIND);
    done = rotate(fixture);
    expect_place(fixture, &done);
    assert_true(key_equal(&done.server, &second));
    expect_kept(fixture, &done, ".old-" DAY, &fixture->first.public_key);
    assert_int_equal(done.events, 2);
}

static void a_held_register_gives_up_what_it_lacks_only_when_told(void **state)
{
    struct desk_fixture *fixture = *state;
    const struct key second = fall_behind(fixture);
    struct done done;

    desk_fixture_hold(fixture);
    done = rotate(fixture);
    assert_int_equal(done.result, RESULT_REFUSED);
    assert_int_equal(done.outcome.refusal.code, REFUSAL_HELD);
    identity_outcome_release(&done.outcome);
    done = rotate_with(fixture, true);
    expect_place(fixture, &done);
    assert_true(key_equal(&done.server, &second));
    assert_false(done.is_held);
    assert_int_equal(done.events, 3);
    identity_outcome_release(&done.outcome);
}

/* --- Losing
 * ------------------------------------------------------------------- */

static void a_lost_key_is_replaced_without_proof(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;
    struct register_desk *desk;
    struct succession succession;

    assert_int_equal(unlink(fixture->key_file.text), 0);
    done = lose(fixture);
    expect_place(fixture, &done);
    assert_null(done.outcome.kept_path);
    assert_int_equal(done.events, 2);
    desk = desk_fixture_open(fixture);
    register_state_succession(register_desk_state(desk), &succession);
    assert_int_equal(succession.count, 0);
    register_desk_close(desk);
}

static void a_key_that_is_there_is_not_lost(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done = lose(fixture);

    assert_int_equal(done.result, RESULT_EXISTS);
    assert_int_equal(done.outcome.before, IDENTITY_FITS);
    assert_int_equal(truncate(fixture->key_file.text, 10), 0);
    done = lose(fixture);
    assert_int_equal(done.result, RESULT_EXISTS);
    assert_int_equal(done.outcome.before, IDENTITY_UNREADABLE);
    assert_int_equal(done.events, 1);
    assert_false(is_there(beside(fixture, ".new")));
}

static void a_key_that_was_only_put_aside_is_not_lost(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;

    move(fixture->key_file, beside(fixture, ".old-2031-02-03"));
    done = lose(fixture);
    assert_int_equal(done.result, RESULT_EXISTS);
    expect_kept(fixture, &done, ".old-2031-02-03", &fixture->first.public_key);
    assert_int_equal(done.events, 1);
}

static void a_loss_that_was_interrupted_is_finished(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done half;
    struct done done;

    assert_int_equal(unlink(fixture->key_file.text), 0);
    half = lose(fixture);
    assert_int_equal(half.result, RESULT_OK);
    move(fixture->key_file, beside(fixture, ".new"));
    assert_int_equal(look(fixture), IDENTITY_HALFWAY);
    done = lose(fixture);
    expect_place(fixture, &done);
    assert_true(key_equal(&done.server, &half.server));
    assert_null(done.outcome.kept_path);
    assert_int_equal(done.events, 2);
    move(fixture->key_file, beside(fixture, ".new"));
    done = rotate(fixture);
    expect_place(fixture, &done);
    assert_int_equal(done.events, 2);
}

static void with_the_key_a_held_register_gives_up_what_it_lacks(void **state)
{
    struct desk_fixture *fixture = *state;
    struct done done;

    desk_fixture_hold(fixture);
    desk_fixture_begin_meeting(fixture, "dbmau.7");
    assert_int_equal(unlink(fixture->key_file.text), 0);
    done = lose(fixture);
    expect_place(fixture, &done);
    assert_false(done.is_held);
    assert_int_equal(done.events, 3);
}

static void a_changed_register_holds_before_whoever_checks_it(void **state)
{
    struct desk_fixture *fixture = *state;
    struct register_state *registry = NULL;
    struct done done = rotate(fixture);
    struct store_log *log;

    identity_outcome_release(&done.outcome);
    assert_int_equal(unlink(fixture->key_file.text), 0);
    done = lose(fixture);
    identity_outcome_release(&done.outcome);
    log = desk_fixture_log(fixture);
    assert_int_equal(log->event_count, 3);
    assert_int_equal(register_state_new(&registry), RESULT_OK);
    for (size_t i = 0; i < log->event_count; i++) {
        struct message_memory memory = { 0 };
        struct register_event event;

        assert_int_equal(
            register_event_decode((const char *)log->events[i].bytes,
                                  log->events[i].size, &event, &memory, NULL),
            RESULT_OK);
        if (i > 0)
            assert_int_equal(register_check(&event, registry, NULL, NULL),
                             RESULT_OK);
        assert_int_equal(register_state_apply(registry, &event), RESULT_OK);
        message_memory_release(&memory);
    }
    register_state_free(registry);
    store_log_free(log);
}

#define WITH_DESK(test)                                                        \
    cmocka_unit_test_setup_teardown(test, desk_fixture_set_up,                 \
                                    desk_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(the_old_key_signs_the_new_one_and_is_kept),
        WITH_DESK(the_change_names_the_head_before_it),
        WITH_DESK(two_changes_of_one_day_keep_both_keys),
        WITH_DESK(a_key_that_was_made_before_the_crash_is_used),
        WITH_DESK(a_change_that_ended_before_the_files_is_finished),
        WITH_DESK(a_change_that_ended_between_the_files_is_finished),
        WITH_DESK(a_held_register_keeps_its_key),
        WITH_DESK(a_meeting_that_is_not_finished_is_named),
        WITH_DESK(without_the_old_key_nothing_is_changed),
        WITH_DESK(a_change_that_a_restore_took_back_is_signed_again),
        WITH_DESK(a_held_register_gives_up_what_it_lacks_only_when_told),
        WITH_DESK(a_lost_key_is_replaced_without_proof),
        WITH_DESK(a_key_that_is_there_is_not_lost),
        WITH_DESK(a_key_that_was_only_put_aside_is_not_lost),
        WITH_DESK(a_loss_that_was_interrupted_is_finished),
        WITH_DESK(with_the_key_a_held_register_gives_up_what_it_lacks),
        WITH_DESK(a_changed_register_holds_before_whoever_checks_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
