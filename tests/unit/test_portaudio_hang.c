#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_portaudio.h"
#include "client/audio/audio_listing.h"
#include "tests/support/sound_cards.h"
#include "tests/support/sound_seen.h"

#include <stdlib.h>

/*
 * A card that fails between being opened and being begun: PortAudio 19.6 waits
 * for ever then, later versions say so. chibo is not to wait with it. One test
 * only, for what hangs hangs until the program ends.
 */
static void a_portaudio_that_hangs_is_left_alone(void **state)
{
    static struct audio_listing listing;
    struct audio_device *device;
    const enum result made = audio_device_portaudio_new(&device, NULL, NULL);
    enum result result;

    (void)state;
    if (made == RESULT_UNSUPPORTED)
        skip(); /* built without it */
    assert_int_equal(made, RESULT_OK);
    sound_cards_set_up();
    sound_seen_reset(1);
    sound_cards_configure("$ pcm.default { type card state \"@/usual\" }\n");
    sound_cards_plug("usual", "broken");
    result = device->start(device, sound_seen_handlers(true));
    if (result == RESULT_OK)
        sound_seen_await_end(RESULT_IO);
    else
        assert_true(result == RESULT_IO || result == RESULT_REFUSED);
    device->stop(device);
    device->free(device);
    assert_true(sound_seen_ends() <= 1);
    /* At the second time without waiting: it is known. */
    result = audio_listing_read_direct(&listing);
    assert_true(result == RESULT_IO || result == RESULT_OK);
    assert_int_equal(audio_listing_read_direct(&listing), result);
    sound_cards_tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_portaudio_that_hangs_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
