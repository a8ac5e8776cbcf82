#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/voice.h"
#include "client/audio/wav_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/sound_signal.h"
#include "tests/support/wav_samples.h"

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
    HEARING_PATIENCE_S = 240, /* until a busy machine has time to listen */
    SPOILT_MAX = 1,           /* blocks: as on a machine that has time */
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

static struct voice_statistics statistics_of(const struct member *member)
{
    struct voice_statistics statistics;

    voice_statistics(member->voice, &statistics);
    return statistics;
}

/* Until the listener has played all that is in its buffer. */
static void wait_until_heard(const struct member *member)
{
    const struct timespec moment = { .tv_nsec = 5 * 1000 * 1000 };
    int64_t deadline_ms = clock_ms() + PATIENCE_S * 1000;
    struct voice_statistics now;

    do {
        assert_true(clock_ms() < deadline_ms);
        nanosleep(&moment, NULL);
        now = statistics_of(member);
    } while (now.played + now.late + now.stale + now.receive_overruns <
             now.received);
}

/*
 * A machine that has no time for it loses sound, makes it longer or begins it
 * late, and it is known how much: of what was none of this all has to be heard.
 */
struct heard {
    double correlation;
    uint64_t spoilt; /* blocks */
};

/* `late_ms`: by how much it took longer than it sounds. */
static uint64_t spoilt_between(const struct member *speaker,
                               const struct member *listener, int64_t late_ms)
{
    const struct voice_statistics said = statistics_of(speaker);
    const struct voice_statistics found = statistics_of(listener);

    return said.capture_overruns + found.late + found.stale +
           found.receive_overruns + found.concealed +
           (found.stretched_ms + found.shrunk_ms + (uint64_t)late_ms) /
               AUDIO_BLOCK_MS;
}

static double correlation_of(size_t count, const char *path)
{
    return sound_signal_match_pieces(spoken, count, heard,
                                     wav_samples_read(path, heard, HEARD_MAX),
                                     DELAY_MAX, PIECE_COUNT)
        .correlation;
}

/* True once it was heard; what was not, although little was spoilt, is a fault.
 */
static bool is_heard(struct heard found, int64_t deadline_ms)
{
    print_message("correlation %f, %llu blocks spoilt\n", found.correlation,
                  (unsigned long long)found.spoilt);
    if (found.correlation > 0.8)
        return true;
    assert_true(found.spoilt > SPOILT_MAX);
    assert_true(clock_ms() < deadline_ms);
    return false;
}

static struct heard speak_a_file_to_another(const char *speech,
                                            const char *record)
{
    struct member lan = { 0 };
    struct member hoa = { 0 };
    struct heard found;
    const int64_t start_ms = clock_ms();
    int64_t late_ms;

    open_member(&lan, &headless);
    open_member(&hoa, &headless);
    lan.listener = &hoa;
    assert_int_equal(voice_record_file(hoa.voice, record), RESULT_OK);
    assert_int_equal(voice_speak_file(lan.voice, speech), RESULT_OK);
    assert_int_equal(voice_speak_file(lan.voice, speech), RESULT_BUSY);
    assert_true(voice_is_talking(lan.voice));
    process_until_finished(&lan);
    late_ms = clock_ms() - start_ms - 1500;
    assert_true(late_ms >= 0);
    assert_false(voice_is_talking(lan.voice));
    wait_until_heard(&hoa);
    assert_int_equal(voice_stop_recording(hoa.voice), RESULT_OK);
    found.spoilt = spoilt_between(&lan, &hoa, late_ms);
    found.correlation = correlation_of(SPOKEN_COUNT, record);
    lan.voice = voice_close(lan.voice);
    hoa.voice = voice_close(hoa.voice);
    return found;
}

static void a_spoken_file_is_found_in_the_recording_of_another(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct scratch_path record = scratch_folder_file(&folder, "ghi.wav");
    const int64_t deadline_ms = clock_ms() + HEARING_PATIENCE_S * 1000;

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT, 42);
    wav_samples_write(speech.text, spoken, SPOKEN_COUNT);
    while (!is_heard(speak_a_file_to_another(speech.text, record.text),
                     deadline_ms)) {
    }
}

static void a_file_spoken_while_muted_is_not_sent(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct member lan = { 0 };

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT / 4, 43);
    wav_samples_write(speech.text, spoken, SPOKEN_COUNT / 4);
    open_member(&lan, &headless);
    voice_set_muted(lan.voice, true);
    assert_int_equal(voice_speak_file(lan.voice, speech.text), RESULT_OK);
    assert_false(voice_is_talking(lan.voice));
    process_until_finished(&lan);
    assert_int_equal(lan.sent, 0);
    lan.voice = voice_close(lan.voice);
}

/* Longer than any machine takes to stop it. */
static void write_long_wav(const char *path)
{
    struct wav_writer *writer;

    assert_int_equal(wav_writer_new(&writer, path), RESULT_OK);
    for (int i = 0; i < PATIENCE_S * AUDIO_RATE / SPOKEN_COUNT; i++)
        assert_int_equal(wav_writer_write(writer, spoken, SPOKEN_COUNT),
                         RESULT_OK);
    assert_int_equal(wav_writer_close(writer), RESULT_OK);
}

static void a_file_can_be_stopped_and_spoken_again(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "lời.wav");
    struct scratch_path lengthy = scratch_folder_file(&folder, "dài.wav");
    struct member lan = { 0 };

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT, 44);
    wav_samples_write(speech.text, spoken, SPOKEN_COUNT / 4);
    write_long_wav(lengthy.text);
    open_member(&lan, &headless);
    assert_int_equal(voice_speak_file(lan.voice, "/nowhere/x.wav"),
                     RESULT_NOT_FOUND);
    assert_int_equal(voice_speak_file(lan.voice, lengthy.text), RESULT_OK);
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

/* Until each of so many blocks was sent, or lost. */
static void process_until_captured(struct member *member, uint64_t blocks)
{
    while (member->sent + statistics_of(member).capture_overruns < blocks) {
        wait_for_wakeup();
        voice_process(member->voice);
    }
}

static struct heard hear_a_microphone_of_a_file(const char *speech,
                                                const char *loud)
{
    const struct voice_config config = { .device = VOICE_DEVICE_FILE,
                                         .capture_name = speech,
                                         .playback_name = loud,
                                         .mode = VOICE_OPEN_MICROPHONE };
    struct member lan = { 0 };
    struct heard found;
    const int64_t start_ms = clock_ms();
    int64_t late_ms;

    open_member(&lan, &config);
    lan.listener = &lan; /* hears itself */
    process_until_captured(&lan, (SPOKEN_COUNT / 2 + AUDIO_BLOCK_COUNT - 1) /
                                     AUDIO_BLOCK_COUNT);
    late_ms = clock_ms() - start_ms - 750;
    assert_true(late_ms >= 0);
    wait_until_heard(&lan);
    assert_int_equal(lan.losses, 0);
    found.spoilt = spoilt_between(&lan, &lan, late_ms);
    lan.voice = voice_close(lan.voice);
    found.correlation = correlation_of(SPOKEN_COUNT / 3, loud);
    return found;
}

static void a_voice_of_files_ends_its_microphone_and_hears_on(void **state)
{
    struct scratch_path speech = scratch_folder_file(&folder, "mic.wav");
    struct scratch_path loud = scratch_folder_file(&folder, "loa.wav");
    const int64_t deadline_ms = clock_ms() + HEARING_PATIENCE_S * 1000;

    (void)state;
    sound_signal_speech(spoken, SPOKEN_COUNT / 2, 45);
    wav_samples_write(speech.text, spoken, SPOKEN_COUNT / 2);
    while (!is_heard(hear_a_microphone_of_a_file(speech.text, loud.text),
                     deadline_ms)) {
    }
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
    /* One that waits too long to be sent is none. */
    for (size_t i = 0; lan.sent < 3; i++) {
        assert_true(i < AUDIO_RATE / AUDIO_BLOCK_COUNT);
        assert_true(
            audio_device_fake_capture(device, &spoken[i * AUDIO_BLOCK_COUNT]));
        voice_process(lan.voice);
    }
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
        TEST(a_spoken_file_is_found_in_the_recording_of_another),
        TEST(a_file_spoken_while_muted_is_not_sent),
        TEST(a_file_can_be_stopped_and_spoken_again),
        TEST(a_voice_of_files_ends_its_microphone_and_hears_on),
        TEST(hearing_goes_on_without_a_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
