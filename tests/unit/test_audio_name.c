#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_name.h"

#include <string.h>

static void what_a_terminal_would_obey_is_shown_as_a_mark(void **state)
{
    static const struct {
        const char *name;
        const char *shown;
    } rows[] = {
        { "Tai nghe của bác Mẫu", "Tai nghe của bác Mẫu" },
        { "Tai nghe cu\xCC\x89"
          "a",
          "Tai nghe cu\xCC\x89"
          "a" }, /* NFD */
        { "\x1B[2JTai nghe\a", "?[2JTai nghe?" },
        { "hai\ndòng\t", "hai?dòng?" },
        { "C1 \xC2\x9B"
          "2J",
          "C1 ?2J" },
        { "ngược \xE2\x80\xAEgnot", "ngược ?gnot" }, /* U+202E */
        { "cụt \xE1\xBB", "cụt ??" },
        { "sai \xFF\xC0\xAF", "sai ??" },
        { "cao \xF4\x90\x80\x80", "cao ?" }, /* beyond U+10FFFF */
        { "🎧", "🎧" },
        { "", "" },
    };
    char shown[AUDIO_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(shown, 'x', sizeof shown);
        audio_name_copy(shown, rows[i].name);
        assert_string_equal(shown, rows[i].shown);
    }
    audio_name_copy(shown, NULL);
    assert_string_equal(shown, "");
}

static void a_long_name_is_cut_behind_a_whole_character(void **state)
{
    /* 254 bytes, then letters of three: one does not fit any more. */
    char name[AUDIO_NAME_SIZE + 8];
    char shown[AUDIO_NAME_SIZE];

    (void)state;
    memset(name, 'a', sizeof name);
    memcpy(&name[AUDIO_NAME_SIZE - 2], "ẫẫ", sizeof "ẫẫ");
    audio_name_copy(shown, name);
    assert_int_equal(strlen(shown), AUDIO_NAME_SIZE - 2);
    memcpy(&name[AUDIO_NAME_SIZE - 4], "ẫẫ", sizeof "ẫẫ");
    audio_name_copy(shown, name);
    assert_int_equal(strlen(shown), AUDIO_NAME_SIZE - 1);
    assert_string_equal(&shown[AUDIO_NAME_SIZE - 4], "ẫ");
}

static void only_the_servers_own_stand_in_leads_nowhere(void **state)
{
    (void)state;
    assert_true(audio_name_is_dummy("auto_null"));
    assert_false(audio_name_is_dummy("auto_null.2"));
    assert_false(audio_name_is_dummy("alsa_output.pci-0000_00_1f.3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_as_a_mark),
        cmocka_unit_test(a_long_name_is_cut_behind_a_whole_character),
        cmocka_unit_test(only_the_servers_own_stand_in_leads_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
