#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/device_place.h"

enum { SILENT = -1 }; /* nothing is told */

enum step { CHOSEN, DEFAULT, OTHER, NOWHERE, END };

/* One step from where it is; what is told of it. */
static int told(struct device_place *place, enum step step,
                enum audio_change_kind why)
{
    enum audio_change_kind kind = AUDIO_UNMUTED;
    bool is_news = false;

    switch (step) {
    case CHOSEN:
        is_news = device_place_on_chosen(place, "chọn", &kind);
        break;
    case DEFAULT:
    case OTHER:
        is_news = device_place_on_default(
            place, step == DEFAULT ? "thường" : "khác", why, &kind);
        break;
    case NOWHERE:
        is_news = device_place_nowhere(place, why, &kind);
        break;
    case END:
        break;
    }
    return is_news ? (int)kind : SILENT;
}

static void what_is_told_follows_from_where_it_was(void **state)
{
    static const struct {
        bool is_chosen;
        struct {
            enum step step;
            enum audio_change_kind why;
            int told;
        } steps[6];
    } rows[] = {
        { true,
          { { CHOSEN, AUDIO_STRAYED, SILENT },
            { CHOSEN, AUDIO_STRAYED, SILENT },
            { DEFAULT, AUDIO_STRAYED, AUDIO_STRAYED },
            { DEFAULT, AUDIO_STRAYED, SILENT },
            { CHOSEN, AUDIO_STRAYED, AUDIO_RETURNED },
            { END, 0, 0 } } },
        { true,
          { { DEFAULT, AUDIO_BUSY, AUDIO_BUSY },
            { OTHER, AUDIO_STRAYED, AUDIO_STRAYED },
            { NOWHERE, AUDIO_MISSING, AUDIO_MISSING },
            { NOWHERE, AUDIO_MISSING, SILENT },
            { CHOSEN, AUDIO_STRAYED, AUDIO_RETURNED },
            { END, 0, 0 } } },
        { true,
          { { DEFAULT, AUDIO_UNFIT, AUDIO_UNFIT },
            { NOWHERE, AUDIO_BUSY, AUDIO_BUSY },
            { DEFAULT, AUDIO_UNFIT, AUDIO_UNFIT },
            { END, 0, 0 } } },
        { false,
          { { DEFAULT, AUDIO_STRAYED, SILENT },
            { OTHER, AUDIO_STRAYED, AUDIO_MOVED },
            { OTHER, AUDIO_STRAYED, SILENT },
            { NOWHERE, AUDIO_MISSING, AUDIO_MISSING },
            { OTHER, AUDIO_STRAYED, AUDIO_MOVED },
            { END, 0, 0 } } },
        { false,
          { { NOWHERE, AUDIO_UNFIT, AUDIO_UNFIT },
            { DEFAULT, AUDIO_STRAYED, AUDIO_MOVED },
            { END, 0, 0 } } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct device_place place = { .is_chosen = rows[i].is_chosen };

        for (size_t at = 0; rows[i].steps[at].step != END; at++) {
            const enum step step = rows[i].steps[at].step;

            assert_int_equal(told(&place, step, rows[i].steps[at].why),
                             rows[i].steps[at].told);
            assert_int_equal(place.is_absent, step == NOWHERE);
            assert_int_equal(place.is_strayed,
                             rows[i].is_chosen && step != CHOSEN);
        }
    }
}

static void what_is_nowhere_gives_no_sound(void **state)
{
    static const struct {
        enum audio_change_kind kind;
        const char *name;
        bool is_nowhere;
    } rows[] = {
        { AUDIO_STRAYED, "loa", false }, { AUDIO_RETURNED, "loa", false },
        { AUDIO_MOVED, "loa", false },   { AUDIO_MISSING, "", true },
        { AUDIO_BUSY, "loa", false },    { AUDIO_BUSY, "", true },
        { AUDIO_UNFIT, "loa", false },   { AUDIO_UNFIT, "", true },
        { AUDIO_MOVED, "", false }, /* a server may have no name for it */
        { AUDIO_MUTED, "loa", false },   { AUDIO_UNMUTED, "loa", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct audio_change change = { .kind = rows[i].kind };

        for (size_t at = 0; rows[i].name[at] != '\0'; at++)
            change.name[at] = rows[i].name[at];
        assert_int_equal(device_place_is_nowhere(&change), rows[i].is_nowhere);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_follows_from_where_it_was),
        cmocka_unit_test(what_is_nowhere_gives_no_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
