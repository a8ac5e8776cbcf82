#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/device_keeper.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned captured;
static unsigned wakeups;

static void on_captured(const int16_t *samples, void *user)
{
    (void)samples;
    (void)user;
    captured++;
}

/* The null device calls it on its thread. */
static void on_play(int16_t *samples, void *user)
{
    (void)user;
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = 0;
}

static void on_wakeup(void *user)
{
    (void)user;
    wakeups++;
}

/* --- a computer that may have PortAudio ---------------------------------- */

static enum result portaudio; /* what comes of making its device */
static struct audio_device *portaudio_device;
static char asked_for[2][AUDIO_NAME_SIZE]; /* by direction; "": the default */

enum result __wrap_audio_device_portaudio_new(struct audio_device **out,
                                              const char *capture_name,
                                              const char *playback_name);
enum result __wrap_audio_device_portaudio_new(struct audio_device **out,
                                              const char *capture_name,
                                              const char *playback_name)
{
    snprintf(asked_for[AUDIO_CAPTURE], AUDIO_NAME_SIZE, "%s",
             capture_name ? capture_name : "");
    snprintf(asked_for[AUDIO_PLAYBACK], AUDIO_NAME_SIZE, "%s",
             playback_name ? playback_name : "");
    if (portaudio != RESULT_OK)
        return portaudio;
    assert_int_equal(audio_device_fake_new(out), RESULT_OK);
    portaudio_device = *out;
    return RESULT_OK;
}

static struct device_keeper *make_keeper(enum voice_device kind,
                                         bool is_awaited)
{
    const struct device_keeper_config config = {
        .kind = kind,
        .handlers = { .captured = on_captured, .play = on_play },
        .wakeup = on_wakeup,
        .is_awaited = is_awaited,
    };
    struct device_keeper *keeper;

    captured = 0;
    wakeups = 0;
    /* Nobody's server. */
    assert_int_equal(setenv("PULSE_SERVER", "unix:/nonexistent/native", 1), 0);
    assert_int_equal(device_keeper_new(&keeper, &config), RESULT_OK);
    return keeper;
}

static void what_is_captured_is_passed_on(void **state)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_GIVEN, false);
    struct audio_device *fake;

    (void)state;
    assert_int_equal(audio_device_fake_new(&fake), RESULT_OK);
    assert_int_equal(device_keeper_open(keeper, fake, 0), RESULT_OK);
    assert_true(audio_device_fake_capture(fake, silence));
    assert_int_equal(captured, 1);
    device_keeper_free(keeper);
}

static void
a_given_device_that_is_lost_is_told_and_not_tried_again(void **state)
{
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_GIVEN, false);
    struct audio_device *fake;
    struct device_news news;

    (void)state;
    assert_int_equal(audio_device_fake_new(&fake), RESULT_OK);
    assert_int_equal(device_keeper_open(keeper, fake, 0), RESULT_OK);
    assert_false(device_keeper_next(keeper, 0, &news));
    audio_device_fake_lose(fake);
    assert_int_equal(wakeups, 1);
    assert_true(device_keeper_next(keeper, 0, &news));
    assert_int_equal(news.kind, DEVICE_GONE);
    assert_int_equal(news.reason, RESULT_CLOSED);
    assert_false(device_keeper_next(keeper, 100000, &news));
    assert_int_equal(device_keeper_wait_ms(keeper, 0), -1);
    assert_int_equal(device_keeper_reopen(keeper, 0), RESULT_INVALID);
    device_keeper_free(keeper);
}

static void what_cannot_be_opened_is_an_error_unless_awaited(void **state)
{
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_PULSE, false);

    (void)state;
    assert_int_equal(device_keeper_open(keeper, NULL, 0), RESULT_CLOSED);
    device_keeper_free(keeper);
}

static void what_is_awaited_is_tried_less_and_less_often(void **state)
{
    static const int64_t waits_ms[] = { 250, 500, 1000, 2000, 4000, 4000 };
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_PULSE, true);
    struct device_news news;
    int64_t now_ms = 1000;

    (void)state;
    assert_int_equal(device_keeper_open(keeper, NULL, now_ms), RESULT_OK);
    assert_int_equal(wakeups, 1);
    assert_true(device_keeper_next(keeper, now_ms, &news));
    assert_int_equal(news.kind, DEVICE_GONE);
    assert_int_equal(news.reason, RESULT_CLOSED);
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(device_keeper_wait_ms(keeper, now_ms), waits_ms[i]);
        now_ms += waits_ms[i];
        assert_int_equal(device_keeper_wait_ms(keeper, now_ms), 0);
        assert_false(device_keeper_next(keeper, now_ms, &news));
    }
    device_keeper_free(keeper);
}

static void without_a_sound_server_portaudio_is_used(void **state)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_AUTOMATIC, true);
    struct device_news news;

    (void)state;
    portaudio = RESULT_OK;
    assert_int_equal(device_keeper_open(keeper, NULL, 0), RESULT_OK);
    assert_int_equal(wakeups, 1);
    assert_true(device_keeper_next(keeper, 0, &news));
    assert_int_equal(news.kind, DEVICE_USED);
    assert_int_equal(news.used, VOICE_DEVICE_PORTAUDIO);
    assert_false(device_keeper_next(keeper, 0, &news));
    assert_true(audio_device_fake_capture(portaudio_device, silence));
    assert_int_equal(captured, 1);
    device_keeper_free(keeper);
}

static void each_is_asked_for_its_own_names(void **state)
{
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_AUTOMATIC, true);

    (void)state;
    portaudio = RESULT_OK;
    assert_int_equal(device_keeper_choose(keeper, "tai-nghe", "loa", 0),
                     RESULT_OK);
    assert_string_equal(asked_for[AUDIO_CAPTURE], "");
    assert_string_equal(asked_for[AUDIO_PLAYBACK], "");
    assert_int_equal(
        device_keeper_choose(keeper, "portaudio:tai nghe (hw:1,0)", "loa", 0),
        RESULT_OK);
    assert_string_equal(asked_for[AUDIO_CAPTURE], "tai nghe (hw:1,0)");
    assert_string_equal(asked_for[AUDIO_PLAYBACK], "");
    device_keeper_free(keeper);
}

static void what_portaudio_loses_is_tried_again_both_ways(void **state)
{
    struct device_keeper *keeper = make_keeper(VOICE_DEVICE_AUTOMATIC, true);
    struct device_news news;

    (void)state;
    portaudio = RESULT_OK;
    assert_int_equal(device_keeper_open(keeper, NULL, 0), RESULT_OK);
    assert_true(device_keeper_next(keeper, 0, &news));
    portaudio = RESULT_NOT_FOUND;
    audio_device_fake_lose(portaudio_device);
    assert_true(device_keeper_next(keeper, 0, &news));
    assert_int_equal(news.kind, DEVICE_GONE);
    assert_false(device_keeper_next(keeper, 250, &news));
    portaudio = RESULT_OK;
    assert_true(device_keeper_next(keeper, 750, &news));
    assert_int_equal(news.kind, DEVICE_BACK);
    assert_false(device_keeper_next(keeper, 750, &news));
    device_keeper_free(keeper);
}

/* The reason is that of the sound server, which can be started, unless what is
 * there is in use or unfit. */
static void without_either_the_server_is_missing(void **state)
{
    static const struct {
        enum result of_portaudio;
        enum result told;
    } rows[] = { { RESULT_UNSUPPORTED, RESULT_CLOSED },
                 { RESULT_NOT_FOUND, RESULT_CLOSED },
                 { RESULT_IO, RESULT_CLOSED },
                 { RESULT_BUSY, RESULT_BUSY },
                 { RESULT_REFUSED, RESULT_REFUSED } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct device_keeper *keeper =
            make_keeper(VOICE_DEVICE_AUTOMATIC, true);
        struct device_news news;

        portaudio = rows[i].of_portaudio;
        assert_int_equal(device_keeper_open(keeper, NULL, 0), RESULT_OK);
        assert_true(device_keeper_next(keeper, 0, &news));
        assert_int_equal(news.kind, DEVICE_GONE);
        assert_int_equal(news.reason, rows[i].told);
        assert_false(device_keeper_next(keeper, 0, &news));
        device_keeper_free(keeper);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_captured_is_passed_on),
        cmocka_unit_test(
            a_given_device_that_is_lost_is_told_and_not_tried_again),
        cmocka_unit_test(what_cannot_be_opened_is_an_error_unless_awaited),
        cmocka_unit_test(what_is_awaited_is_tried_less_and_less_often),
        cmocka_unit_test(without_a_sound_server_portaudio_is_used),
        cmocka_unit_test(each_is_asked_for_its_own_names),
        cmocka_unit_test(what_portaudio_loses_is_tried_again_both_ways),
        cmocka_unit_test(without_either_the_server_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
