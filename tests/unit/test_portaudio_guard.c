#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_listing.h"
#include "tests/support/sound_cards.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAS_PORTAUDIO
#include <portaudio.h>

/* The first that does not end the process there. */
enum { MENDED_IN = 19 << 16 | 7 << 8 };

static const struct {
    const char *text; /* NULL: no file */
    size_t count;     /* of what is listed */
} configurations[] = {
    { NULL, 0 },
    { "", 0 },
    { "pcm.loa { type null }\n", 2 },
    { "$ pcm.loa { type card state \"@/loa\" }\n", 2 },
};

/* In a child, as the code of its exit, or the signal. */
static int ask(enum result (*question)(void))
{
    int status = 0;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = { 0, 0 };

        (void)setrlimit(RLIMIT_CORE, &none);
        _exit((int)question());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static enum result list(void)
{
    static struct audio_listing listing;
    const enum result result = audio_listing_read_direct(&listing);

    return result == RESULT_OK ? (enum result)listing.count : RESULT_COUNT;
}

static enum result begin_without_guard(void)
{
    return Pa_Initialize() == paNoError ? RESULT_OK : RESULT_IO;
}

static void configure(size_t i)
{
    if (configurations[i].text)
        sound_cards_configure(configurations[i].text);
    else
        sound_cards_unconfigure();
}

static void what_ends_portaudio_does_not_end_chibo(void **state)
{
    (void)state;
    sound_cards_set_up();
    sound_cards_plug("loa", "free");
    for (size_t i = 0; i < sizeof configurations / sizeof configurations[0];
         i++) {
        configure(i);
        assert_int_equal(ask(list), configurations[i].count);
    }
    sound_cards_tear_down();
}

/* Else the test before would show nothing. */
static void without_the_guard_each_of_them_is_deadly(void **state)
{
    (void)state;
    sound_cards_set_up();
    sound_cards_plug("loa", "free");
    for (size_t i = 0; i < sizeof configurations / sizeof configurations[0];
         i++) {
        configure(i);
        if (Pa_GetVersion() < MENDED_IN)
            assert_int_equal(ask(begin_without_guard), -SIGABRT);
    }
    sound_cards_tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_portaudio_does_not_end_chibo),
        cmocka_unit_test(without_the_guard_each_of_them_is_deadly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void without_portaudio_nothing_is_listed(void **state)
{
    static struct audio_listing listing;

    (void)state;
    assert_int_equal(audio_listing_read_direct(&listing), RESULT_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_portaudio_nothing_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
