#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_name.h"
#include "client/audio/portaudio_name.h"

#include <string.h>

static void a_device_has_a_name_for_people_and_two_for_alsa(void **state)
{
    static const struct {
        const char *name;
        const char *people;
        const char *alsa;
        const char *converted;
    } rows[] = {
        { "Tai nghe USB: - (hw:1,0)", "Tai nghe USB", "hw:1,0", "plughw:1,0" },
        { "HDA Intel PCH: ALC257 Analog (hw:0,0)",
          "HDA Intel PCH: ALC257 Analog", "hw:0,0", "plughw:0,0" },
        { "Loa (hw:0,0) cũ: - (hw:12,3)", "Loa (hw:0,0) cũ", "hw:12,3",
          "plughw:12,3" },
        { "tai_nghe", "tai_nghe", "tai_nghe", "plug:'tai_nghe'" },
        { "loa phòng họp", "loa phòng họp", "loa phòng họp",
          "plug:'loa phòng họp'" },
        { "default", "default", "default", "plug:'default'" },
        { "a'b", "a'b", "a'b", "" },
        { "a\\b", "a\\b", "a\\b", "" },
        /* none of a card */
        { "x (hw:1,0) ", "x (hw:1,0) ", "x (hw:1,0) ", "plug:'x (hw:1,0) '" },
        { "x (hw:,0)", "x (hw:,0)", "x (hw:,0)", "plug:'x (hw:,0)'" },
        { "x (hw:1)", "x (hw:1)", "x (hw:1)", "plug:'x (hw:1)'" },
        { "x (hw:1,)", "x (hw:1,)", "x (hw:1,)", "plug:'x (hw:1,)'" },
        { "\x1B[2J: - (hw:1,0)", "?[2J", "hw:1,0", "plughw:1,0" },
        { "", "", "", "plug:''" },
    };
    char text[AUDIO_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        portaudio_name_describe(text, rows[i].name);
        assert_string_equal(text, rows[i].people);
        portaudio_name_for_alsa(text, rows[i].name);
        assert_string_equal(text, rows[i].alsa);
        portaudio_name_converted(text, rows[i].name);
        assert_string_equal(text, rows[i].converted);
    }
}

static void a_name_that_is_too_long_is_none_of_alsas(void **state)
{
    char name[AUDIO_NAME_SIZE + 1];
    char text[AUDIO_NAME_SIZE];

    (void)state;
    memset(name, 'a', sizeof name);
    name[AUDIO_NAME_SIZE] = '\0';
    portaudio_name_for_alsa(text, name);
    assert_string_equal(text, "");
    portaudio_name_converted(text, name);
    assert_string_equal(text, "");
    portaudio_name_describe(text, name);
    assert_int_equal(strlen(text), AUDIO_NAME_SIZE - 1);
}

static void a_card_is_found_by_its_name_whatever_its_number(void **state)
{
    static const char *const names[] = {
        "Loa: - (hw:0,0)",
        "Loa: - (hw:0,1)",
        "Tai nghe: - (hw:1,0)",
        NULL,
        "Tai nghe: - (hw:3,0)",
        "Míc: - (hw:4,0)",
        "tai_nghe",
    };
    static const struct {
        const char *wanted;
        int found;
    } rows[] = {
        { "Loa: - (hw:0,0)", 0 },
        { "Loa: - (hw:0,1)", 1 },
        { "Loa: - (hw:7,1)", 1 },       /* put in elsewhere */
        { "Loa: - (hw:0,2)", -1 },      /* another device of it */
        { "Tai nghe: - (hw:3,0)", 4 },  /* this one of two */
        { "Tai nghe: - (hw:5,0)", -1 }, /* which of them? */
        { "Míc: - (hw:1,0)", 5 },
        { "Míc: USB (hw:4,0)", -1 },
        { "tai_nghe", 6 },
        { "tai", -1 },
        { "Loa", -1 },
        { "", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(portaudio_name_find(names,
                                             sizeof names / sizeof names[0],
                                             rows[i].wanted),
                         rows[i].found);
}

static void what_every_configuration_has_is_not_for_people(void **state)
{
    static const char *const shown[] = { "default", "pulse", "pipewire",
                                         "tai_nghe", "Loa: - (hw:0,0)" };
    static const char *const hidden[] = { "dmix",       "sysdefault", "front",
                                          "surround51", "iec958",     "upmix",
                                          "samplerate", "null" };

    (void)state;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        assert_true(portaudio_name_is_for_people(shown[i]));
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_false(portaudio_name_is_for_people(hidden[i]));
}

static void a_choice_says_whose_name_it_is(void **state)
{
    char kept[AUDIO_NAME_SIZE];
    char name[AUDIO_NAME_SIZE];

    (void)state;
    assert_true(audio_name_keep_direct(kept, "Loa: - (hw:0,0)"));
    assert_string_equal(kept, "portaudio:Loa: - (hw:0,0)");
    assert_string_equal(audio_name_direct(kept), "Loa: - (hw:0,0)");
    assert_null(audio_name_direct("alsa_output.pci-0000"));
    assert_null(audio_name_direct("portaudio"));
    assert_null(audio_name_direct(NULL));
    memset(name, 'a', sizeof name);
    name[AUDIO_NAME_SIZE - sizeof "portaudio:"] = '\0';
    assert_true(audio_name_keep_direct(kept, name));
    name[AUDIO_NAME_SIZE - sizeof "portaudio:"] = 'a';
    name[AUDIO_NAME_SIZE - 1] = '\0';
    assert_false(audio_name_keep_direct(kept, name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_has_a_name_for_people_and_two_for_alsa),
        cmocka_unit_test(a_name_that_is_too_long_is_none_of_alsas),
        cmocka_unit_test(a_card_is_found_by_its_name_whatever_its_number),
        cmocka_unit_test(what_every_configuration_has_is_not_for_people),
        cmocka_unit_test(a_choice_says_whose_name_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
