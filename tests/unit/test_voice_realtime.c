#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/audio_device_file.h"
#include "client/audio/audio_pacer.h"
#include "client/audio/voice.h"
#include "client/audio/wav_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/sound_signal.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/*
 * The parts that have threads of their own, at the pace of the real clock. The
 * tests wait for what the threads report, never for a time to pass.
 */
enum {
    SPOKEN_COUNT = AUDIO_RATE * 3 / 2,
    HEARD_MAX = 4 * AUDIO_RATE,
    DELAY_MAX = 400 * AUDIO_COUNT_PER_MS,
    PIECE_COUNT = AUDIO_RATE * 3 / 10, /* a busy machine's delay changes */
    PATIENCE_S = 60, /* a thread that says nothing for so long is dead */
};

static struct scratch_folder folder;
static int16_t spoken[SPOKEN_COUNT];
static int16_t heard[HEARD_MAX];
static sem_t woken;

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_wakeup(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    assert_int_equal(sem_clockwait(&woken, CLOCK_MONOTONIC, &deadline), 0);
}

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    return sem_init(&woken, 0, 0);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&folder);
    return sem_destroy(&woken);
}

static void write_wav(const char *path, const int16_t *samples, size_t count)
{
    struct wav_writer *writer;

    assert_int_equal(wav_writer_new(&writer, path), RESULT_OK);
    assert_int_equal(wav_writer_write(writer, samples, count), RESULT_OK);
    assert_int_equal(wav_writer_close(writer), RESULT_OK);
}

static size_t read_wav(const char *path)
{
    struct wav_reader *reader;
    size_t n;

    assert_int_equal(wav_reader_new(&reader, path), RESULT_OK);
    n = wav_reader_read(reader, heard, HEARD_MAX);
    wav_reader_free(reader);
    return n;
}

/* --- the pacer ----------------------------------------------------------- */

static bool count_tick(void *user)
{
    _Atomic int *left = user;

    sem_post(&woken);
    return atomic_fetch_sub(left, 1) > 1;
}

static void a_pacer_ticks_in_time_without_drift(void **state)
{
    _Atomic int left = 50;
    struct audio_pacer *pacer;
    int64_t start_ms = clock_ms();
    int64_t took_ms;

    (void)state;
    assert_int_equal(audio_pacer_new(&pacer, 20, count_tick, &left), RESULT_OK);
    for (int i = 0; i < 50; i++)
        wait_for_wakeup();
    took_ms = clock_ms() - start_ms;
    audio_pacer_free(pacer);
    assert_int_equal(atomic_load(&left), 0);
    /* Never early; a busy machine may be late. */
    assert_in_range(took_ms, 999, PATIENCE_S * 1000);
}

static void a_pacer_stops_at_once(void **state)
{
    _Atomic int left = 50;
    struct audio_pacer *pacer;
    int64_t start_ms = clock_ms();

    (void)state;
    assert_int_equal(audio_pacer_new(&pacer, 60 * 1000, count_tick, &left),
                     RESULT_OK);
    audio_pacer_free(pacer);
    assert_true(clock_ms() - start_ms < 30 * 1000);
    assert_int_equal(atomic_load(&left), 50);
}

/* --- the file device ----------------------------------------------------- */

struct ears {
    int16_t *samples;
    size_t count;
    unsigned ends;
    enum result reason;
};

static void on_captured(const int16_t *samples, void *user)
{
    struct ears *ears = user;

    memcpy(&ears->samples[ears->count], samples,
           AUDIO_BLOCK_COUNT * sizeof *samples);
    ears->count += AUDIO_BLOCK_COUNT;
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = (int16_t)i;
}

static void on_ended(enum result reason, void *user)
{
    struct ears *ears = user;

    ears->ends++;
    ears->reason = reason;
}

static void a_stepped_file_is_captured_to_its_end(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "mic.wav");
    struct ears ears = { .samples = heard };
    const struct audio_device_handlers handlers = { .captured = on_captured,
                                                    .ended = on_ended,
                                                    .user = &ears };
    struct audio_device *device;
    const size_t count = 10 * AUDIO_BLOCK_COUNT + 1;

    (void)state;
    sound_signal_speech(spoken, count, 41);
    write_wav(path.text, spoken, count);
    assert_int_equal(
        audio_device_file_new(&device, path.text, NULL, AUDIO_PACE_STEP),
        RESULT_OK);
    assert_int_equal(device->start(device, &handlers), RESULT_OK);
    for (size_t i = 1; i <= 11; i++) {
        assert_true(audio_device_file_step(device));
        assert_int_equal(ears.count, i * AUDIO_BLOCK_COUNT);
    }
    assert_int_equal(ears.ends, 0);
    assert_false(audio_device_file_step(device));
    assert_false(audio_device_file_step(device));
    assert_int_equal(ears.ends, 1);
    assert_int_equal(ears.reason, RESULT_OK);
    /* The last block holds one sample and is filled up with silence. */
    for (size_t i = count; i < ears.count; i++)
        assert_int_equal(heard[i], 0);
    device->free(device);
}

static void what_a_file_device_plays_is_in_its_file(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "loa.wav");
    const struct audio_device_handlers handlers = { .play = on_play };
    struct audio_device *device;

    (void)state;
    assert_int_equal(
        audio_device_file_new(&device, NULL, path.text, AUDIO_PACE_STEP),
        RESULT_OK);
    assert_int_equal(device->start(device, &handlers), RESULT_OK);
    for (size_t i = 0; i < 5; i++)
        assert_true(audio_device_file_step(device));
    device->free(device);
    assert_int_equal(read_wav(path.text), 5 * AUDIO_BLOCK_COUNT);
    for (int i = 0; i < 5 * AUDIO_BLOCK_COUNT; i++)
        assert_in_range(i % AUDIO_BLOCK_COUNT - heard[i] + 1, 0, 2);
}

/* --- voices -------------------------------------------------------------- */

struct member {
    struct voice *voice;
    struct member *listener; /* who hears what this one sends */
    unsigned sent;
    unsigned finished;
    unsigned losses;
};

static void on_send(const struct voice_packet *packet, void *user)
{
    struct member *member = user;

    member->sent++;
    if (member->listener)
        voice_on_frame(member->listener->voice, 5, packet->sequence,
                       packet->timestamp, packet->flags, packet->payload,
                       packet->size, clock_ms());
}

static void on_wakeup(void *user)
{
    (void)user;
    sem_post(&woken);
}

static void on_finished(void *user)
{
    struct member *member = user;

    member->finished++;
}

static void on_device_lost(enum result reason, void *user)
{
    struct member *member = user;

    assert_int_equal(reason, RESULT_CLOSED);
    member->losses++;
}

/* Wanted, so that what is heard and captured goes between the threads. */
static void on_same_room(uint16_t slot, void *user)
{
    (void)slot;
    (void)user;
    fail_msg("%s", "nobody sits in the same room here");
}

static void open_member(struct member *member,
                        const struct voice_config *config)
{
    const struct voice_handlers handlers = { .send = on_send,
                                             .wakeup = on_wakeup,
                                             .speech_finished = on_finished,
                                             .device_lost = on_device_lost,
                                             .same_room = on_same_room,
                                             .user = member };

    assert_int_equal(voice_open(&member->voice, config, &handlers), RESULT_OK);
}

static const struct voice_config headless = { .device = VOICE_DEVICE_NULL,
                                              .mode = VOICE_PUSH_TO_TALK };

static void process_until_finished(struct member *member)
{
    while (member->finished == 0) {
        wait_for_wakeup();
        voice_process(member->voice);
    }
}

/* Until the listener has played all that is in its buffer. */
static void wait_until_heard(const struct member *member)
{
    const struct timespec moment = { .tv_nsec = 5 * 1000 * 1000 };
    int64_t deadline_ms = clock_ms() + PATIENCE_S * 1000;
    struct voice_statistics statistics;

    do {
        assert_true(clock_ms() < deadline_ms);
        nanosleep(&moment, NULL);
        voice_statistics(member->voice, &statistics);
    } while (statistics.played + statistics.late + statistics.stale <
             statistics.received);
}

static void a_spoken_file_is_found_in_the_recording_of_another(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct scratch_path record = scratch_folder_file(&folder, "ghi.wav");
    struct member lan = { 0 };
    struct member hoa = { 0 };
    struct sound_match match;
    int64_t start_ms;
    size_t n;

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT, 42);
    write_wav(speech.text, spoken, SPOKEN_COUNT);
    open_member(&lan, &headless);
    open_member(&hoa, &headless);
    lan.listener = &hoa;
    assert_int_equal(voice_record_file(hoa.voice, record.text), RESULT_OK);
    start_ms = clock_ms();
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_OK);
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_BUSY);
    assert_true(voice_is_talking(lan.voice));
    process_until_finished(&lan);
    assert_true(clock_ms() - start_ms >= 1500);
    assert_false(voice_is_talking(lan.voice));
    wait_until_heard(&hoa);
    assert_int_equal(voice_stop_recording(hoa.voice), RESULT_OK);
    n = read_wav(record.text);
    match = sound_signal_match_pieces(spoken, SPOKEN_COUNT, heard, n, DELAY_MAX,
                                      PIECE_COUNT);
    if (match.correlation <= 0.8)
        fail_msg("correlation %f at %ld", match.correlation, match.delay);
    lan.voice = voice_close(lan.voice);
    hoa.voice = voice_close(hoa.voice);
}

static void a_file_spoken_while_muted_is_not_sent(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct member lan = { 0 };

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT / 4, 43);
    write_wav(speech.text, spoken, SPOKEN_COUNT / 4);
    open_member(&lan, &headless);
    voice_set_muted(lan.voice, true);
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_OK);
    assert_false(voice_is_talking(lan.voice));
    process_until_finished(&lan);
    assert_int_equal(lan.sent, 0);
    lan.voice = voice_close(lan.voice);
}

static void a_file_can_be_stopped_and_spoken_again(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct member lan = { 0 };

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT / 4, 44);
    write_wav(speech.text, spoken, SPOKEN_COUNT / 4);
    open_member(&lan, &headless);
    assert_int_equal(voice_speak_file(lan.voice, "/nowhere/x.wav"),
                     RESULT_NOT_FOUND);
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_OK);
    while (lan.sent < 3) {
        wait_for_wakeup();
        voice_process(lan.voice);
    }
    voice_stop_speaking(lan.voice);
    assert_int_equal(lan.finished, 0);
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_OK);
    process_until_finished(&lan);
    assert_int_equal(lan.finished, 1);
    lan.voice = voice_close(lan.voice);
}

static void a_voice_of_files_ends_its_microphone_and_hears_on(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "mic.wav");
    struct scratch_path loud = scratch_folder_file(&folder, "loa.wav");
    struct voice_config config = { .device = VOICE_DEVICE_FILE,
                                   .capture_name = speech.text,
                                   .playback_name = loud.text,
                                   .mode = VOICE_OPEN_MICROPHONE };
    struct member lan = { 0 };
    struct sound_match match;
    size_t n;

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT / 2, 45);
    write_wav(speech.text, spoken, SPOKEN_COUNT / 2);
    open_member(&lan, &config);
    lan.listener = &lan; /* hears itself */
    while (lan.sent < SPOKEN_COUNT / 2 / AUDIO_BLOCK_COUNT - 10) {
        wait_for_wakeup();
        voice_process(lan.voice);
    }
    wait_until_heard(&lan);
    assert_int_equal(lan.losses, 0);
    lan.voice = voice_close(lan.voice);
    n = read_wav(loud.text);
    match = sound_signal_match_pieces(spoken, SPOKEN_COUNT / 3, heard, n,
                                      DELAY_MAX, PIECE_COUNT);
    assert_true(match.correlation > 0.8);
}

/* A device that is lost is followed by the null device: frames are played on
 * and the recording goes on. */
static void hearing_goes_on_without_a_device(void **state)
{
    struct voice_config config = { .device = VOICE_DEVICE_GIVEN,
                                   .mode = VOICE_OPEN_MICROPHONE };
    struct audio_device *device;
    struct member lan = { 0 };

    (void)state;
    assert_int_equal(audio_device_fake_new(&device), RESULT_OK);
    config.given = device;
    sound_signal_speech(spoken, AUDIO_RATE, 46);
    open_member(&lan, &config);
    lan.listener = &lan;
    for (size_t i = 0; i < 3; i++) {
        assert_true(
            audio_device_fake_capture(device, &spoken[i * AUDIO_BLOCK_COUNT]));
        voice_process(lan.voice);
    }
    assert_int_equal(lan.sent, 3);
    audio_device_fake_lose(device);
    voice_process(lan.voice);
    assert_int_equal(lan.losses, 1);
    wait_until_heard(&lan);
    lan.voice = voice_close(lan.voice);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_pacer_ticks_in_time_without_drift),
        TEST(a_pacer_stops_at_once),
        TEST(a_stepped_file_is_captured_to_its_end),
        TEST(what_a_file_device_plays_is_in_its_file),
        TEST(a_spoken_file_is_found_in_the_recording_of_another),
        TEST(a_file_spoken_while_muted_is_not_sent),
        TEST(a_file_can_be_stopped_and_spoken_again),
        TEST(a_voice_of_files_ends_its_microphone_and_hears_on),
        TEST(hearing_goes_on_without_a_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
