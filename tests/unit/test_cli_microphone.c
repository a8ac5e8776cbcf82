/* How a microphone is used: what is chosen, and what is usual for whom. */
#include "client/cli/cli_microphone.h"
#include "client/cli/cli_voice_options.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct cli_microphone nothing_chosen = { { "" } };

static void a_hall_needs_something_else_than_a_member(void **state)
{
    struct cli_microphone_use use = cli_microphone_use(&nothing_chosen, false);

    (void)state;
    assert_int_equal(use.mode, VOICE_PUSH_TO_TALK);
    assert_true(use.processing.cancels_echo && use.processing.reduces_noise &&
                use.processing.adjusts_gain && use.sends_only_activity);
    assert_int_equal(use.processing.echo_ms, 0);
    use = cli_microphone_use(&nothing_chosen, true);
    assert_int_equal(use.mode, VOICE_OPEN_MICROPHONE);
    assert_true(use.processing.cancels_echo && use.processing.reduces_noise &&
                use.processing.adjusts_gain && use.sends_only_activity);
    assert_int_equal(use.processing.echo_ms, VOICE_ECHO_HALL_MS);
}

static void choose(struct cli_microphone *microphone,
                   enum cli_microphone_field field, const char *word)
{
    assert_true(cli_microphone_choose(microphone, field, word));
}

static void what_is_chosen_holds_for_both(void **state)
{
    struct cli_microphone chosen = nothing_chosen;

    (void)state;
    choose(&chosen, CLI_MICROPHONE_MODE, "button");
    choose(&chosen, CLI_MICROPHONE_ECHO, "off");
    choose(&chosen, CLI_MICROPHONE_NOISE, "off");
    choose(&chosen, CLI_MICROPHONE_GAIN, "-6");
    choose(&chosen, CLI_MICROPHONE_SILENCE, "on");
    for (int is_site = 0; is_site < 2; is_site++) {
        const struct cli_microphone_use use =
            cli_microphone_use(&chosen, is_site);

        assert_int_equal(use.mode, VOICE_PUSH_TO_TALK);
        assert_false(use.processing.cancels_echo ||
                     use.processing.reduces_noise ||
                     use.processing.adjusts_gain || use.sends_only_activity);
        assert_int_equal(use.processing.boost_db, -6);
    }
    choose(&chosen, CLI_MICROPHONE_MODE, "default");
    choose(&chosen, CLI_MICROPHONE_ECHO, "hall");
    assert_int_equal(cli_microphone_use(&chosen, true).mode,
                     VOICE_OPEN_MICROPHONE);
    assert_int_equal(cli_microphone_use(&chosen, false).processing.echo_ms,
                     VOICE_ECHO_HALL_MS);
}

static void other_words_change_nothing(void **state)
{
    static const struct {
        enum cli_microphone_field field;
        const char *word;
    } wrong[] = {
        { CLI_MICROPHONE_MODE, "on" },  { CLI_MICROPHONE_MODE, "" },
        { CLI_MICROPHONE_ECHO, "on" },  { CLI_MICROPHONE_NOISE, "12" },
        { CLI_MICROPHONE_GAIN, "31" },  { CLI_MICROPHONE_GAIN, "-21" },
        { CLI_MICROPHONE_GAIN, "6dB" }, { CLI_MICROPHONE_GAIN, "on" },
        { CLI_MICROPHONE_GAIN, "+" },   { CLI_MICROPHONE_SILENCE, "auto" },
    };
    struct cli_microphone chosen = nothing_chosen;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(
            cli_microphone_choose(&chosen, wrong[i].field, wrong[i].word));
        assert_memory_equal(&chosen, &nothing_chosen, sizeof chosen);
    }
    /* More digits than there is room for. */
    assert_false(
        cli_microphone_choose(&chosen, CLI_MICROPHONE_GAIN, "00000006"));
}

static void what_is_kept_is_read_again(void **state)
{
    struct cli_microphone chosen = nothing_chosen;
    struct cli_microphone again = nothing_chosen;
    json_t *object;

    (void)state;
    choose(&chosen, CLI_MICROPHONE_MODE, "open");
    choose(&chosen, CLI_MICROPHONE_GAIN, "12");
    object = cli_microphone_json(&chosen);
    assert_int_equal(json_object_size(object), 2);
    assert_true(cli_microphone_read(object, &again));
    assert_memory_equal(&chosen, &again, sizeof chosen);
    (void)json_object_set_new(object, "echo", json_string("loud"));
    assert_false(cli_microphone_read(object, &again));
    json_decref(object);
    assert_memory_equal(&chosen, &again, sizeof chosen);
    assert_true(cli_microphone_read(NULL, &again));
    assert_memory_equal(&again, &nothing_chosen, sizeof again);
}

static void assert_sentence(const struct cli_microphone *chosen, bool is_site,
                            const char *expected)
{
    const struct cli_microphone_use use = cli_microphone_use(chosen, is_site);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    cli_microphone_write(&use, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void it_is_told_in_a_sentence(void **state)
{
    struct cli_microphone chosen = nothing_chosen;

    (void)state;
    assert_sentence(&chosen, true,
                    "open, switched on and off by /talk; echoes as long as a "
                    "hall's are taken out; noise is reduced; the loudness is "
                    "evened out");
    choose(&chosen, CLI_MICROPHONE_GAIN, "12");
    choose(&chosen, CLI_MICROPHONE_NOISE, "off");
    assert_sentence(&chosen, false,
                    "with a button, which is /talk; echoes as long as a "
                    "room's are taken out; noise stays; made louder by 12 dB");
}

/* --- the command line over it ----------------------------------------------
 */

static struct cli_voice_setting set(struct cli_voice_options options,
                                    bool is_site)
{
    struct cli_sound sound = { .names = { "mic", "speaker" } };
    struct cli_voice_plan plan;

    choose(&sound.microphone, CLI_MICROPHONE_GAIN, "12");
    assert_true(cli_voice_options_read(&options, "auto", &plan));
    return cli_voice_plan_setting(&plan, &sound, is_site);
}

static void the_command_line_has_the_last_word(void **state)
{
    struct cli_voice_setting setting =
        set((struct cli_voice_options){ 0 }, true);

    (void)state;
    assert_int_equal(setting.device, VOICE_DEVICE_AUTOMATIC);
    assert_int_equal(setting.mode, VOICE_OPEN_MICROPHONE);
    assert_int_equal(setting.processing.boost_db, 12);
    assert_string_equal(setting.sound.names[0], "mic");
    setting = set((struct cli_voice_options){ .is_button = true,
                                              .without = "gain,silence" },
                  true);
    assert_int_equal(setting.mode, VOICE_PUSH_TO_TALK);
    assert_int_equal(setting.processing.boost_db, 0);
    assert_true(setting.processing.cancels_echo);
    assert_false(setting.sends_only_activity);
    setting = set((struct cli_voice_options){ .is_open = true }, false);
    assert_int_equal(setting.mode, VOICE_OPEN_MICROPHONE);
}

static void files_are_left_as_they_are(void **state)
{
    const struct cli_voice_setting setting =
        set((struct cli_voice_options){ .audio = "null" }, true);

    (void)state;
    assert_int_equal(setting.mode, VOICE_OPEN_MICROPHONE);
    assert_false(setting.processing.cancels_echo);
    assert_int_equal(setting.processing.boost_db, 0);
    assert_string_equal(setting.sound.names[0], "");
}

static void what_is_no_option_is_refused(void **state)
{
    static const struct cli_voice_options wrong[] = {
        { .audio = "loud" },
        { .without = "echo,loudness" },
        { .is_open = true, .is_button = true },
    };
    struct cli_voice_plan plan;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(cli_voice_options_read(&wrong[i], "auto", &plan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hall_needs_something_else_than_a_member),
        cmocka_unit_test(what_is_chosen_holds_for_both),
        cmocka_unit_test(other_words_change_nothing),
        cmocka_unit_test(what_is_kept_is_read_again),
        cmocka_unit_test(it_is_told_in_a_sentence),
        cmocka_unit_test(the_command_line_has_the_last_word),
        cmocka_unit_test(files_are_left_as_they_are),
        cmocka_unit_test(what_is_no_option_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
