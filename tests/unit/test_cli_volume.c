/* How loud whom: kept by holder, given to slots. */
#include "client/cli/cli_command.h"
#include "client/cli/cli_volume.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", "m7", "s1", NULL };

static void set(struct cli_volumes *volumes, const char *holder,
                unsigned percent)
{
    const struct identifier id = meeting_id(holder);

    assert_int_equal(cli_volume_set(volumes, &id, percent), RESULT_OK);
}

static unsigned of(const struct cli_volumes *volumes, const char *holder)
{
    const struct identifier id = meeting_id(holder);

    return cli_volume_of(volumes, &id);
}

static void what_is_usual_needs_no_place(void **state)
{
    struct cli_volumes volumes = { .count = 0 };
    const struct identifier m9 = { "m9" };
    struct identifier id;

    (void)state;
    assert_int_equal(of(&volumes, "m5"), 100);
    for (unsigned i = 0; i < LIMIT_VOICE_GAINS; i++) {
        identifier_number(&id, "m", 100 + i);
        assert_int_equal(cli_volume_set(&volumes, &id, i), RESULT_OK);
    }
    assert_int_equal(cli_volume_set(&volumes, &m9, 10), RESULT_FULL);
    assert_int_equal(cli_volume_set(&volumes, &m9, 100), RESULT_OK);
    assert_int_equal(cli_volume_set(&volumes, &m9, 401), RESULT_INVALID);
    set(&volumes, "m103", 100);
    set(&volumes, "m9", 400);
    assert_int_equal(of(&volumes, "m9"), 400);
    assert_int_equal(of(&volumes, "m103"), 100);
    assert_int_equal(of(&volumes, "m104"), 4);
}

static void what_is_kept_is_read_again(void **state)
{
    struct cli_volumes volumes = { .count = 0 };
    struct cli_volumes again = { .count = 0 };
    json_t *object;

    (void)state;
    set(&volumes, "m5", 0);
    set(&volumes, "s1", 250);
    object = cli_volumes_json(&volumes);
    assert_true(cli_volumes_read(object, &again));
    json_decref(object);
    assert_int_equal(again.count, 2);
    assert_int_equal(of(&again, "m5"), 0);
    assert_int_equal(of(&again, "s1"), 250);
    assert_true(cli_volumes_read(NULL, &again));
    assert_int_equal(again.count, 0);
}

static void what_cannot_be_read_changes_nothing(void **state)
{
    static const char *const wrong[] = { "[]", "{\"m5\":-1}", "{\"m5\":401}",
                                         "{\"m5\":\"10\"}", "{\"M 5\":10}" };
    struct cli_volumes volumes = { .count = 0 };

    (void)state;
    set(&volumes, "m7", 30);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        json_t *object = json_loads(wrong[i], JSON_DECODE_ANY, NULL);

        assert_non_null(object);
        assert_false(cli_volumes_read(object, &volumes));
        json_decref(object);
        assert_int_equal(volumes.count, 1);
    }
}

static void a_slot_has_the_loudness_of_its_holder(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct cli_volumes volumes = { .count = 0 };
    struct cli_slot_gains gains;
    struct meeting_view view = { .me = { "m4" } };

    (void)state;
    set(&volumes, "m5", 50);
    set(&volumes, "m9", 300); /* who is not there */
    set(&volumes, "s1", 0);
    cli_volumes_slots(&volumes, &view, &gains);
    assert_int_equal(gains.count, 0);
    meeting_play_to_open(meeting, some);
    view.state = meeting->state;
    cli_volumes_slots(&volumes, &view, &gains);
    assert_int_equal(gains.count, 2);
    for (size_t i = 0; i < gains.count; i++) {
        const struct meeting_holder *sender =
            meeting_view_sender(&view, gains.of[i].slot);

        assert_non_null(sender);
        assert_true(gains.of[i].gain ==
                    (identifier_is(&sender->id, "m5") ? 0.5F : 0.0F));
        assert_true(identifier_is(&sender->id, "m5") ||
                    identifier_is(&sender->id, "s1"));
    }
    meeting_transcript_end(meeting);
}

/* --- as it is typed ------------------------------------------------------ */

static void type(const char *line, struct cli_typed *typed)
{
    static char changed[200];
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_view view = { .me = { "m4" }, .log = { "org.1" } };

    meeting_play_to_open(meeting, some);
    view.state = meeting->state;
    (void)snprintf(changed, sizeof changed, "%s", line);
    cli_command_read(&view, &view.log, changed, typed);
    meeting_transcript_end(meeting);
}

static void assert_volume(const char *line, const char *holder,
                          unsigned percent)
{
    struct cli_typed typed;

    type(line, &typed);
    assert_string_equal(typed.problem, "");
    assert_int_equal(typed.action, CLI_ACTION_VOLUME);
    assert_string_equal(typed.holder.text, holder);
    assert_int_equal(typed.percent, percent);
}

static void assert_typed_as(const char *line, enum cli_action action)
{
    struct cli_typed typed;

    type(line, &typed);
    assert_int_equal(typed.action, action);
    assert_int_equal(typed.problem[0] != '\0', action == CLI_ACTION_NONE);
}

static void it_is_typed_in_either_language(void **state)
{
    (void)state;
    assert_volume("/volume m5 150", "m5", 150);
    assert_volume("/volume m5 150%", "m5", 150);
    assert_volume("/âm-lượng  s1  tắt", "s1", 0);
    assert_volume("/volume m5 mute", "m5", 0);
    assert_volume("/am-luong m5 lại", "m5", 100);
    assert_volume("/volume m5 reset", "m5", 100);
    assert_volume("/volume 0", "", 0);
    assert_volume("/volume 400", "", 400);
    assert_typed_as("/volume", CLI_ACTION_VOLUMES);
    assert_typed_as("/volume reset", CLI_ACTION_RESET_VOLUMES);
    assert_typed_as("/volume 401", CLI_ACTION_NONE);
    assert_typed_as("/volume m5", CLI_ACTION_NONE);
    assert_typed_as("/volume m5 loud", CLI_ACTION_NONE);
    assert_typed_as("/volume nobody 50", CLI_ACTION_NONE);
    assert_typed_as("/speaking", CLI_ACTION_SPEAKING);
    assert_typed_as("/ai-đang-nói tắt", CLI_ACTION_SPEAKING);
    assert_typed_as("/speaking loud", CLI_ACTION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_usual_needs_no_place),
        cmocka_unit_test(what_is_kept_is_read_again),
        cmocka_unit_test(what_cannot_be_read_changes_nothing),
        cmocka_unit_test(a_slot_has_the_loudness_of_its_holder),
        cmocka_unit_test(it_is_typed_in_either_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
