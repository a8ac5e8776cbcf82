#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_portaudio.h"
#include "client/audio/audio_listing.h"
#include "tests/support/pulse_daemon.h"
#include "tests/support/sound_cards.h"
#include "tests/support/sound_seen.h"

#include <string.h>
#include <time.h>

/*
 * PortAudio on cards made of nothing: "default", and "tai_nghe" (a headset),
 * which is chosen. What each says into its microphone tells it from the other.
 */
enum { USUAL = 7, CHOSEN = 100, SAID = 55, PATIENCE_S = 60 };

#define USUAL_CARD "pcm.default { type card state \"@/usual\" says 7 }\n"
#define CHOSEN_CARD "pcm.tai_nghe { type card state \"@/chosen\" says 100 }\n"

static int set_up(void **state)
{
    (void)state;
    sound_cards_set_up();
    sound_seen_reset(SAID);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sound_cards_tear_down();
    return 0;
}

static struct audio_device *new_device(const char *capture,
                                       const char *playback)
{
    struct audio_device *device = NULL;
    enum result result = audio_device_portaudio_new(&device, capture, playback);

    if (result == RESULT_UNSUPPORTED)
        skip(); /* built without it */
    assert_int_equal(result, RESULT_OK);
    return device;
}

static struct audio_device *start_chosen(void)
{
    struct audio_device *device = new_device("tai_nghe", "tai_nghe");

    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    return device;
}

/* Both cards, put in. */
static void use_two_cards(void)
{
    sound_cards_configure("$" CHOSEN_CARD USUAL_CARD);
    sound_cards_plug("usual", "free");
    sound_cards_plug("chosen", "free");
}

/* More of what is said comes to this card than had come. */
static void await_played(const char *card)
{
    const struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };
    struct timespec now;
    struct timespec begun;
    int16_t last = 0;
    const size_t before = sound_cards_played(card, &last);

    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        nanosleep(&moment, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (sound_cards_played(card, &last) == before &&
             now.tv_sec - begun.tv_sec < PATIENCE_S);
    assert_true(sound_cards_played(card, &last) > before);
    assert_int_equal(last, SAID);
}

static void sound_flows(int says, const char *card)
{
    sound_seen_await_captured(says);
    sound_seen_await_played();
    await_played(card);
}

/* --- what there is ----------------------------------------------------------
 */

static void without_hardware_there_is_no_device(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    sound_cards_configure("pcm.default { type hw card 77 }\n");
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_NOT_FOUND);
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_MISSING, "");
    device->stop(device);
    device->free(device);
}

/* There PortAudio ends the process. */
static void without_a_configuration_there_is_no_device(void **state)
{
    static const char *const texts[] = {
        NULL, "", "defaults.pcm.card 0\n",
        "pcm.tai_nghe { type card state \"@/chosen\" }\n", /* of what type? */
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct audio_device *device = new_device(NULL, NULL);
        static struct audio_listing listing;

        sound_seen_reset(SAID);
        if (texts[i])
            sound_cards_configure(texts[i]);
        else
            sound_cards_unconfigure();
        assert_int_equal(audio_listing_read_direct(&listing), RESULT_OK);
        assert_int_equal(listing.count, 0);
        assert_int_equal(device->start(device, sound_seen_handlers(true)),
                         RESULT_NOT_FOUND);
        sound_seen_expect(AUDIO_CAPTURE, AUDIO_MISSING, "");
        device->free(device);
    }
}

/* Here, too: all that there is can be opened. */
static void what_has_a_name_is_used_where_nothing_is_the_default(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    sound_cards_configure("$" CHOSEN_CARD);
    sound_cards_plug("chosen", "free");
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    sound_flows(CHOSEN, "chosen");
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
}

static void a_configuration_that_cannot_be_read_is_an_error(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);
    static struct audio_listing listing;

    (void)state;
    sound_cards_configure("pcm.default { type \n");
    assert_int_equal(audio_listing_read_direct(&listing), RESULT_IO);
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_IO);
    device->free(device);
}

static void the_devices_are_listed_with_the_default(void **state)
{
    static struct audio_listing listing;
    const struct audio_listed *found;
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    device->free(device);
    sound_cards_configure("$" CHOSEN_CARD USUAL_CARD "pcm.front { type null }\n"
                          "pcm.hong { type hw card 77 }\n");
    sound_cards_plug("usual", "free");
    sound_cards_plug("chosen", "free");
    assert_int_equal(audio_listing_read_direct(&listing), RESULT_OK);
    assert_int_equal(listing.count, 4);
    assert_int_equal(listing.devices[0].direction, AUDIO_CAPTURE);
    assert_int_equal(listing.devices[3].direction, AUDIO_PLAYBACK);
    for (unsigned i = 0; i < 2; i++) {
        const enum audio_direction direction = (enum audio_direction)i;

        found = audio_listing_find(&listing, direction, "portaudio:tai_nghe");
        assert_non_null(found);
        assert_string_equal(found->description, "tai_nghe");
        assert_false(found->is_default);
        found = audio_listing_find(&listing, direction, "portaudio:default");
        assert_non_null(found);
        assert_true(found->is_default);
    }
    sound_cards_plug("chosen", NULL);
    assert_int_equal(audio_listing_read_direct(&listing), RESULT_OK);
    assert_int_equal(listing.count, 2);
}

/* --- as every device of sound -----------------------------------------------
 */

static void a_device_that_does_not_exist_is_not_found(void **state)
{
    (void)state;
    use_two_cards();
    for (unsigned i = 0; i < 2; i++) {
        struct audio_device *device =
            new_device(i ? "không-có" : NULL, i ? NULL : "không-có");

        assert_int_equal(device->start(device, sound_seen_handlers(false)),
                         RESULT_NOT_FOUND);
        device->free(device);
    }
}

static void the_default_devices_play_and_capture(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    use_two_cards();
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    sound_flows(USUAL, "usual");
    device->stop(device);
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
}

static void named_devices_play_and_capture(void **state)
{
    struct audio_device *device;

    (void)state;
    use_two_cards();
    device = start_chosen();
    sound_flows(CHOSEN, "chosen");
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
}

static void what_is_pulled_out_ends_it_once_where_nobody_follows(void **state)
{
    struct audio_device *device = new_device("tai_nghe", "tai_nghe");

    (void)state;
    use_two_cards();
    assert_int_equal(device->start(device, sound_seen_handlers(false)),
                     RESULT_OK);
    sound_flows(CHOSEN, "chosen");
    sound_cards_plug("chosen", NULL);
    sound_seen_await_end(RESULT_IO);
    device->free(device);
    assert_int_equal(sound_seen_ends(), 1);
}

/* ALSA's own plugins: a server of PulseAudio's behind it, which ends, and then
 * a rate that is converted on top of its null device. */
static void sound_goes_through_other_plugins_of_alsa(void **state)
{
    struct audio_device *device = new_device("vong", "vong");

    (void)state;
    pulse_daemon_set_up(true);
    pulse_daemon_start("load-module module-null-sink norewinds=1 rate=48000 "
                       "channels=1 sink_name=loa\n");
    sound_cards_configure(
        "pcm.vong { type asym\n"
        "capture.pcm { type pulse device \"loa.monitor\" }\n"
        "playback.pcm { type pulse device \"loa\" } }\n"
        "pcm.default { type plug slave { pcm { type null } rate 44100 } }\n");
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    sound_seen_await_captured(SAID);
    assert_int_equal(sound_seen_changes(), 0);
    pulse_daemon_end();
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_STRAYED, "default");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_STRAYED, "default");
    sound_seen_await_captured(SOUND_SEEN_ANY);
    sound_seen_await_played();
    device->free(device);
    pulse_daemon_tear_down();
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
}

/* --- what comes and goes ----------------------------------------------------
 */

static void the_default_stands_in_until_the_chosen_one_is_back(void **state)
{
    struct audio_device *device;

    (void)state;
    use_two_cards();
    device = start_chosen();
    sound_flows(CHOSEN, "chosen");
    for (int turn = 0; turn < 2; turn++) {
        sound_cards_plug("chosen", NULL);
        sound_seen_expect(AUDIO_CAPTURE, AUDIO_STRAYED, "default");
        sound_seen_expect(AUDIO_PLAYBACK, AUDIO_STRAYED, "default");
        sound_flows(USUAL, "usual");
        sound_cards_plug("chosen", "free");
        sound_seen_expect(AUDIO_CAPTURE, AUDIO_RETURNED, "tai_nghe");
        sound_seen_expect(AUDIO_PLAYBACK, AUDIO_RETURNED, "tai_nghe");
        sound_flows(CHOSEN, "chosen");
    }
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
}

static void what_is_not_there_at_the_start_is_taken_when_it_comes(void **state)
{
    struct audio_device *device;

    (void)state;
    use_two_cards();
    sound_cards_plug("chosen", NULL);
    device = start_chosen();
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_STRAYED, "default");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_STRAYED, "default");
    sound_flows(USUAL, "usual");
    sound_cards_plug("chosen", "free");
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_RETURNED, "tai_nghe");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_RETURNED, "tai_nghe");
    sound_flows(CHOSEN, "chosen");
    device->free(device);
}

static void without_any_loudspeaker_it_ends(void **state)
{
    struct audio_device *device;

    (void)state;
    use_two_cards();
    sound_cards_plug("usual", NULL);
    device = start_chosen();
    sound_flows(CHOSEN, "chosen");
    sound_cards_plug("chosen", NULL);
    sound_seen_await_end(RESULT_NOT_FOUND);
    device->free(device);
    assert_int_equal(sound_seen_ends(), 1);
}

static void the_first_microphone_that_comes_is_taken(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    sound_cards_configure(
        "$ pcm.default { type asym\n"
        "capture.pcm tai_nghe playback.pcm loa }\n"
        "pcm.loa { type card state \"@/usual\" capture 0 }\n" CHOSEN_CARD);
    sound_cards_plug("usual", "free");
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_MISSING, "");
    await_played("usual");
    sound_cards_plug("chosen", "free");
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_MOVED, "default");
    sound_flows(CHOSEN, "usual");
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
}

/* --- what another program has ------------------------------------------------
 */

static void what_is_busy_is_taken_when_it_is_free(void **state)
{
    struct audio_device *device;

    (void)state;
    use_two_cards();
    sound_cards_plug("chosen", "busy");
    device = start_chosen();
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_BUSY, "default");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_BUSY, "default");
    sound_flows(USUAL, "usual");
    sound_cards_plug("chosen", "free");
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_RETURNED, "tai_nghe");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_RETURNED, "tai_nghe");
    sound_flows(CHOSEN, "chosen");
    device->free(device);
}

static void where_all_is_busy_that_is_said(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    use_two_cards();
    sound_cards_plug("usual", "busy");
    sound_cards_plug("chosen", "busy");
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_BUSY);
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_BUSY, "");
    device->free(device);
    device = new_device("tai_nghe", "tai_nghe");
    assert_int_equal(device->start(device, sound_seen_handlers(false)),
                     RESULT_BUSY);
    device->free(device);
}

/* --- what is unfit
 * ------------------------------------------------------------ */

/* This card takes no rate but 44.1 kHz. */
#define SLOW_CARD                                                              \
    "pcm.tai_nghe { type card state \"@/chosen\" says 100 rate 44100 }\n"
#define CONVERTER                                                              \
    "pcm.plug { @args [ SLAVE ] @args.SLAVE { type string }\n"                 \
    "type plug slave.pcm $SLAVE }\n"

static void another_rate_is_converted(void **state)
{
    struct audio_device *device;

    (void)state;
    sound_cards_configure("$" SLOW_CARD USUAL_CARD CONVERTER);
    sound_cards_plug("usual", "free");
    sound_cards_plug("chosen", "free");
    device = start_chosen();
    sound_flows(CHOSEN, "chosen");
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
}

/* A configuration without ALSA's converter. */
static void what_is_unfit_is_replaced_and_that_is_said(void **state)
{
    struct audio_device *device;

    (void)state;
    sound_cards_configure("$" SLOW_CARD USUAL_CARD);
    sound_cards_plug("usual", "free");
    sound_cards_plug("chosen", "free");
    device = start_chosen();
    sound_seen_expect(AUDIO_CAPTURE, AUDIO_UNFIT, "default");
    sound_seen_expect(AUDIO_PLAYBACK, AUDIO_UNFIT, "default");
    sound_flows(USUAL, "usual");
    device->free(device);
    sound_cards_plug("usual", NULL);
    device = new_device("tai_nghe", "tai_nghe");
    assert_int_equal(device->start(device, sound_seen_handlers(false)),
                     RESULT_REFUSED);
    device->free(device);
}

/* --- a list meanwhile --------------------------------------------------------
 */

static void a_list_shows_what_has_come_and_the_sound_goes_on(void **state)
{
    static struct audio_listing listing;
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    use_two_cards();
    sound_cards_plug("chosen", NULL);
    assert_int_equal(device->start(device, sound_seen_handlers(true)),
                     RESULT_OK);
    sound_flows(USUAL, "usual");
    sound_cards_plug("chosen", "free");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(audio_listing_read_direct(&listing), RESULT_OK);
        assert_int_equal(listing.count, 4);
        sound_flows(USUAL, "usual");
    }
    device->free(device);
    assert_int_equal(sound_seen_changes(), 0);
    assert_int_equal(sound_seen_ends(), 0);
    assert_int_equal(audio_listing_read_direct(&listing), RESULT_OK);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_hardware_there_is_no_device),
        TEST(without_a_configuration_there_is_no_device),
        TEST(what_has_a_name_is_used_where_nothing_is_the_default),
        TEST(a_configuration_that_cannot_be_read_is_an_error),
        TEST(the_devices_are_listed_with_the_default),
        TEST(a_device_that_does_not_exist_is_not_found),
        TEST(the_default_devices_play_and_capture),
        TEST(named_devices_play_and_capture),
        TEST(sound_goes_through_other_plugins_of_alsa),
        TEST(what_is_pulled_out_ends_it_once_where_nobody_follows),
        TEST(the_default_stands_in_until_the_chosen_one_is_back),
        TEST(what_is_not_there_at_the_start_is_taken_when_it_comes),
        TEST(without_any_loudspeaker_it_ends),
        TEST(the_first_microphone_that_comes_is_taken),
        TEST(what_is_busy_is_taken_when_it_is_free),
        TEST(where_all_is_busy_that_is_said),
        TEST(another_rate_is_converted),
        TEST(what_is_unfit_is_replaced_and_that_is_said),
        TEST(a_list_shows_what_has_come_and_the_sound_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
