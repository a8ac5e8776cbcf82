#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/voice.h"
#include "client/audio/wav_file.h"
#include "protocol/base/limits.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/sound_signal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * Three members in one process, whose devices and clock the test drives: what
 * "lan" and "minh" speak travels over a line to "hoa". The devices are fakes,
 * so that seconds of speech pass in milliseconds.
 */
enum {
    SECONDS_MAX = 6,
    BLOCK_MAX = SECONDS_MAX * 50,
    COUNT_MAX = BLOCK_MAX * AUDIO_BLOCK_COUNT,
    LINE_MAX = 2048,
    DELAY_MAX = 250 * AUDIO_COUNT_PER_MS,
};

struct parcel {
    int64_t arrival_ms;
    uint16_t slot;
    uint32_t sequence;
    uint32_t timestamp;
    uint8_t flags;
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

struct member {
    struct voice *voice;
    struct audio_device *device; /* the voice's */
    uint16_t slot;
    unsigned wakeups;
    unsigned losses;
    enum result loss_reason;
};

static _Atomic int64_t now_ms; /* the null device reads it on its thread */
static struct parcel line[LINE_MAX];
static size_t line_count;
static uint32_t line_random;
static int64_t line_jitter_ms;
static unsigned line_loss_percent;
static unsigned line_copy_percent;

static struct parcel sent[LINE_MAX]; /* by anybody, in order */
static size_t sent_count;

static struct member lan;
static struct member minh;
static struct member hoa;
static struct scratch_folder folder;

static int16_t spoken[COUNT_MAX];
static int16_t spoken_too[COUNT_MAX];
static int16_t heard[COUNT_MAX];

static int64_t read_now(void *user)
{
    (void)user;
    return atomic_load(&now_ms);
}

static unsigned draw(unsigned bound)
{
    line_random = line_random * 1664525u + 1013904223u;
    return (line_random >> 8) % bound;
}

static void post(const struct parcel *parcel)
{
    assert_true(line_count < LINE_MAX);
    line[line_count] = *parcel;
    line[line_count].arrival_ms =
        now_ms + 10 + (int64_t)draw((unsigned)line_jitter_ms + 1);
    line_count++;
}

static void on_send(const struct voice_packet *packet, void *user)
{
    const struct member *member = user;
    struct parcel parcel = { .slot = member->slot,
                             .sequence = packet->sequence,
                             .timestamp = packet->timestamp,
                             .flags = packet->flags,
                             .size = packet->size };

    assert_in_range(packet->size, 1, LIMIT_OPUS_PAYLOAD_SIZE);
    memcpy(parcel.payload, packet->payload, packet->size);
    assert_true(sent_count < LINE_MAX);
    sent[sent_count++] = parcel;
    if (draw(100) >= line_loss_percent)
        post(&parcel);
    if (draw(100) < line_copy_percent)
        post(&parcel);
}

static void on_wakeup(void *user)
{
    struct member *member = user;

    member->wakeups++;
}

static void on_device_lost(enum result reason, void *user)
{
    struct member *member = user;

    member->losses++;
    member->loss_reason = reason;
}

static void open_member(struct member *member, uint16_t slot,
                        enum voice_mode mode, bool is_muted)
{
    const struct voice_handlers handlers = { .send = on_send,
                                             .wakeup = on_wakeup,
                                             .device_lost = on_device_lost,
                                             .user = member };
    struct voice_config config = { .device = VOICE_DEVICE_GIVEN,
                                   .mode = mode,
                                   .is_muted = is_muted,
                                   .now_ms = read_now };

    *member = (struct member){ .slot = slot };
    assert_int_equal(audio_device_fake_new(&member->device), RESULT_OK);
    config.given = member->device;
    assert_int_equal(voice_open(&member->voice, &config, &handlers), RESULT_OK);
}

static int set_up(void **state)
{
    (void)state;
    now_ms = 1000000;
    line_count = 0;
    line_random = 1;
    line_jitter_ms = 0;
    line_loss_percent = 0;
    line_copy_percent = 0;
    sent_count = 0;
    scratch_folder_make(&folder);
    open_member(&lan, 1, VOICE_OPEN_MICROPHONE, false);
    open_member(&minh, 2, VOICE_PUSH_TO_TALK, false);
    open_member(&hoa, 3, VOICE_PUSH_TO_TALK, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lan.voice = voice_close(lan.voice);
    minh.voice = voice_close(minh.voice);
    hoa.voice = voice_close(hoa.voice);
    scratch_folder_remove(&folder);
    return 0;
}

static void deliver(const struct parcel *parcel)
{
    voice_on_frame(hoa.voice, parcel->slot, parcel->sequence, parcel->timestamp,
                   parcel->flags, parcel->payload, parcel->size,
                   parcel->arrival_ms);
}

/* Delivers what is due by now; the line does not keep the order. */
static void deliver_due(void)
{
    for (size_t i = 0; i < line_count;) {
        if (line[i].arrival_ms > now_ms) {
            i++;
            continue;
        }
        deliver(&line[i]);
        line[i] = line[--line_count];
    }
}

static void speak(struct member *member, const int16_t *block)
{
    assert_true(audio_device_fake_capture(member->device, block));
    voice_process(member->voice);
}

/* 20 ms pass: lan and minh speak a block (NULL: their microphone gives
 * silence), hoa hears one. */
static void pass_block(const int16_t *of_lan, const int16_t *of_minh,
                       int16_t *of_hoa)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];

    speak(&lan, of_lan ? of_lan : silence);
    speak(&minh, of_minh ? of_minh : silence);
    now_ms += AUDIO_BLOCK_MS;
    deliver_due();
    assert_true(audio_device_fake_play(hoa.device, of_hoa));
}

static void pass_speech(size_t block_count)
{
    for (size_t i = 0; i < block_count; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT],
                   &spoken_too[i * AUDIO_BLOCK_COUNT],
                   &heard[i * AUDIO_BLOCK_COUNT]);
}

static long peak_of(const int16_t *samples, size_t count)
{
    long peak = 0;

    for (size_t i = 0; i < count; i++)
        peak = labs((long)samples[i]) > peak ? labs((long)samples[i]) : peak;
    return peak;
}

static struct voice_statistics statistics_of(const struct member *member)
{
    struct voice_statistics statistics;

    voice_statistics(member->voice, &statistics);
    return statistics;
}

static void assert_heard(const int16_t *what, size_t count)
{
    struct sound_match match =
        sound_signal_match(what, count, heard, count, DELAY_MAX);

    if (match.correlation <= 0.8)
        fail_msg("correlation %f at %ld", match.correlation, match.delay);
}

/* The same by pieces, between which the delay may have changed. */
static void assert_heard_in_pieces(const int16_t *what, size_t count)
{
    struct sound_match match = sound_signal_match_pieces(
        what, count - DELAY_MAX, heard, count, DELAY_MAX, AUDIO_RATE / 2);

    if (match.correlation <= 0.8)
        fail_msg("correlation %f of the middle piece", match.correlation);
}

/* --- hearing ------------------------------------------------------------- */

static void a_good_line_carries_speech(void **state)
{
    struct sound_match match;
    const size_t count = 4 * AUDIO_RATE;

    (void)state;
    sound_signal_speech(spoken, count, 11);
    memset(spoken_too, 0, sizeof spoken_too);
    pass_speech(200);
    match = sound_signal_match(spoken, count, heard, count, DELAY_MAX);
    assert_true(match.correlation > 0.85);
    /* Up to 20 ms to the next block, 20 to 45 ms buffer, the codec. */
    assert_in_range(match.delay / AUDIO_COUNT_PER_MS, 20, 72);
    assert_in_range(statistics_of(&hoa).delay_ms, 15, 45);
    assert_in_range(statistics_of(&hoa).target_ms, 20, 25);
    assert_int_equal(statistics_of(&hoa).stretched_ms, 0);
    assert_int_equal(statistics_of(&hoa).shrunk_ms, 0);
    assert_int_equal(statistics_of(&hoa).stale, 0);
    assert_int_equal(statistics_of(&hoa).concealed, 0);
    assert_int_equal(statistics_of(&hoa).late, 0);
}

static void who_is_told_to_wait_waits_until_he_is_told_not_to(void **state)
{
    struct sound_match match;
    const size_t count = 4 * AUDIO_RATE;

    (void)state;
    sound_signal_speech(spoken, count, 11);
    memset(spoken_too, 0, sizeof spoken_too);
    voice_set_floor(hoa.voice, 160);
    pass_speech(200);
    match = sound_signal_match(spoken, count, heard, count, DELAY_MAX);
    assert_true(match.correlation > 0.85);
    assert_in_range(match.delay / AUDIO_COUNT_PER_MS, 150, 210);
    assert_in_range(statistics_of(&hoa).target_ms, 160, 170);
    voice_set_floor(hoa.voice, 20);
    pass_speech(200);
    assert_in_range(statistics_of(&hoa).target_ms, 20, 25);
    assert_int_equal(statistics_of(&hoa).late, 0);
}

static void a_bad_line_carries_speech(void **state)
{
    const size_t count = SECONDS_MAX * AUDIO_RATE;
    struct voice_statistics statistics;

    (void)state;
    line_jitter_ms = 60;
    line_loss_percent = 3;
    line_copy_percent = 15;
    sound_signal_speech(spoken, count, 12);
    memset(spoken_too, 0, sizeof spoken_too);
    pass_speech(BLOCK_MAX);
    assert_heard_in_pieces(spoken, count);
    statistics = statistics_of(&hoa);
    assert_in_range(statistics.duplicate, 10, 80);
    assert_in_range(statistics.concealed, 1, 30);
    assert_true(statistics.played > 230);
    /* Frames of 20 ms. */
    assert_int_equal(statistics.played_blocks, statistics.played);
    assert_int_equal(statistics.receive_overruns, 0);
}

static void two_speakers_are_heard_together(void **state)
{
    const size_t count = 4 * AUDIO_RATE;
    static int16_t both[COUNT_MAX];

    (void)state;
    sound_signal_speech(spoken, count, 13);
    sound_signal_speech(spoken_too, count, 14);
    for (size_t i = 0; i < count; i++)
        both[i] = (int16_t)((spoken[i] + spoken_too[i]) / 2);
    voice_set_talking(minh.voice, true);
    pass_speech(200);
    assert_heard(both, count);
}

static void a_speaker_turned_down_is_not_heard(void **state)
{
    const size_t count = 3 * AUDIO_RATE;

    (void)state;
    sound_signal_speech(spoken, count, 15);
    sound_signal_speech(spoken_too, count, 16);
    voice_set_talking(minh.voice, true);
    assert_int_equal(voice_set_speaker_gain(hoa.voice, lan.slot, 0.0f),
                     RESULT_OK);
    pass_speech(150);
    assert_heard(spoken_too, count);
    assert_true(
        sound_signal_match(spoken, count, heard, count, DELAY_MAX).correlation <
        0.3);
}

/* Else a long meeting with many devices would run out of places. */
static void who_is_heard_as_sent_again_needs_no_place(void **state)
{
    (void)state;
    for (uint16_t slot = 1; slot <= 3 * LIMIT_VOICE_GAINS; slot++) {
        assert_int_equal(voice_set_speaker_gain(hoa.voice, slot, 0.5f),
                         RESULT_OK);
        assert_int_equal(voice_set_speaker_gain(hoa.voice, slot, 1.0f),
                         RESULT_OK);
    }
}

static void only_so_many_speakers_have_a_loudness(void **state)
{
    (void)state;
    for (uint16_t slot = 0; slot < LIMIT_VOICE_GAINS; slot++)
        assert_int_equal(voice_set_speaker_gain(hoa.voice, slot, 0.5f),
                         RESULT_OK);
    assert_int_equal(voice_set_speaker_gain(hoa.voice, 1000, 0.5f),
                     RESULT_FULL);
    voice_forget_speaker(hoa.voice, 7);
    assert_int_equal(voice_set_speaker_gain(hoa.voice, 1000, 0.5f), RESULT_OK);
}

static void a_slot_of_another_speaker_starts_anew(void **state)
{
    (void)state;
    sound_signal_speech(spoken, 2 * AUDIO_RATE, 17);
    memset(spoken_too, 0, sizeof spoken_too);
    pass_speech(50);
    voice_forget_speaker(hoa.voice, lan.slot);
    /* The same numbers again are no copies: they are somebody else's. */
    for (size_t i = 0; i < 10; i++) {
        sent[i].arrival_ms = now_ms;
        deliver(&sent[i]);
    }
    assert_true(audio_device_fake_play(hoa.device, heard));
    assert_int_equal(statistics_of(&hoa).duplicate, 0);
}

static void more_speakers_than_places_are_counted_and_bounded(void **state)
{
    int16_t block[AUDIO_BLOCK_COUNT];

    (void)state;
    sound_signal_speech(spoken, AUDIO_RATE, 18);
    pass_block(spoken, NULL, block);
    for (uint16_t slot = 100; slot < 100 + 2 * LIMIT_VOICE_SPEAKERS; slot++) {
        sent[0].slot = slot;
        sent[0].arrival_ms = now_ms;
        deliver(&sent[0]);
    }
    assert_true(audio_device_fake_play(hoa.device, block));
    /* Lan holds one place. */
    assert_int_equal(statistics_of(&hoa).receive_overruns,
                     LIMIT_VOICE_SPEAKERS + 1);
}

static void rubbish_in_a_frame_harms_nobody(void **state)
{
    static const uint8_t rubbish[LIMIT_OPUS_PAYLOAD_SIZE + 1] = { 0x7b, 0xff };

    (void)state;
    sound_signal_speech(spoken, 2 * AUDIO_RATE, 19);
    memset(spoken_too, 0, sizeof spoken_too);
    for (uint32_t i = 0; i < 100; i++) {
        size_t size = i * 13 % (LIMIT_OPUS_PAYLOAD_SIZE + 2);

        voice_on_frame(hoa.voice, 77, i, i * AUDIO_BLOCK_COUNT, (uint8_t)i,
                       rubbish, size, now_ms);
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT], NULL,
                   &heard[i * AUDIO_BLOCK_COUNT]);
    }
    assert_heard(spoken, 2 * AUDIO_RATE);
}

/* --- talking ------------------------------------------------------------- */

static void while_muted_nothing_is_sent(void **state)
{
    int16_t block[AUDIO_BLOCK_COUNT];
    size_t before;

    (void)state;
    sound_signal_speech(spoken, 4 * AUDIO_RATE, 21);
    for (size_t i = 0; i < 20; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT], NULL, block);
    assert_true(sent_count >= 20);
    /* Captured, but not yet processed when the button is pressed. */
    assert_true(audio_device_fake_capture(lan.device, spoken));
    voice_set_muted(lan.voice, true);
    assert_true(voice_is_muted(lan.voice));
    before = sent_count;
    lan.wakeups = 0;
    for (size_t i = 0; i < 100; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT], NULL, block);
    assert_int_equal(sent_count, before);
    assert_int_equal(lan.wakeups, 0);
    /* The last frame has said that silence follows: nothing is concealed. */
    assert_int_equal(sent[before - 1].flags, AUDIO_FLAG_SILENCE);
    assert_int_equal(sent[before - 1].size, 1);
    assert_int_equal(statistics_of(&hoa).concealed, 0);
    assert_int_equal(peak_of(block, AUDIO_BLOCK_COUNT), 0);
}

static void who_starts_muted_is_heard_once_unmuted(void **state)
{
    (void)state;
    voice_set_talking(hoa.voice, true);
    assert_false(voice_is_talking(hoa.voice));
    assert_true(audio_device_fake_capture(hoa.device, spoken));
    voice_process(hoa.voice);
    assert_int_equal(sent_count, 0);
    voice_set_muted(hoa.voice, false);
    assert_true(voice_is_talking(hoa.voice));
    speak(&hoa, spoken);
    assert_int_equal(sent_count, 1);
    assert_int_equal(sent[0].flags, AUDIO_FLAG_TALKSPURT);
}

static void the_button_opens_and_ends_a_talkspurt(void **state)
{
    (void)state;
    sound_signal_speech(spoken, AUDIO_RATE, 22);
    speak(&minh, spoken);
    assert_int_equal(sent_count, 0);
    voice_set_talking(minh.voice, true);
    for (size_t i = 0; i < 3; i++) {
        now_ms += AUDIO_BLOCK_MS;
        speak(&minh, &spoken[i * AUDIO_BLOCK_COUNT]);
    }
    voice_set_talking(minh.voice, false);
    /* A second passes before the button is pressed again. */
    for (size_t i = 0; i < 50; i++) {
        now_ms += AUDIO_BLOCK_MS;
        speak(&minh, &spoken[i * AUDIO_BLOCK_COUNT]);
    }
    assert_int_equal(sent_count, 4);
    voice_set_talking(minh.voice, true);
    now_ms += AUDIO_BLOCK_MS;
    speak(&minh, spoken);
    assert_int_equal(sent_count, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(sent[i].sequence, i);
    assert_int_equal(sent[0].flags, AUDIO_FLAG_TALKSPURT);
    assert_int_equal(sent[1].flags, 0);
    assert_int_equal(sent[3].flags, AUDIO_FLAG_SILENCE);
    assert_int_equal(sent[4].flags, AUDIO_FLAG_TALKSPURT);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(sent[i].timestamp, i * AUDIO_BLOCK_COUNT);
    /* The timestamp went on with the clock. */
    assert_in_range(sent[4].timestamp, 52 * AUDIO_BLOCK_COUNT,
                    54 * AUDIO_BLOCK_COUNT);
}

static void
an_open_microphone_in_a_silent_room_sends_next_to_nothing(void **state)
{
    int16_t block[AUDIO_BLOCK_COUNT];
    size_t before;

    (void)state;
    sound_signal_speech(spoken, AUDIO_RATE, 23);
    for (size_t i = 0; i < 50; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT], NULL, block);
    for (size_t i = 0; i < 50; i++)
        pass_block(NULL, NULL, block);
    before = sent_count;
    for (size_t i = 0; i < 200; i++)
        pass_block(NULL, NULL, block);
    /* 4 s: at most one refreshment each 400 ms. */
    assert_in_range(sent_count - before, 0, 10);
    for (size_t i = before; i < sent_count; i++)
        assert_int_equal(sent[i].flags, AUDIO_FLAG_SILENCE);
    assert_int_equal(statistics_of(&hoa).concealed, 0);
    /* And speech afterwards is a new talkspurt. */
    before = sent_count;
    pass_block(&spoken[10 * AUDIO_BLOCK_COUNT], NULL, block);
    pass_block(&spoken[11 * AUDIO_BLOCK_COUNT], NULL, block);
    assert_true(sent_count > before);
    assert_int_equal(sent[before].flags, AUDIO_FLAG_TALKSPURT);
}

/* The owner stood still: what waited is either fresh or not sent. */
static void stale_captured_sound_is_not_sent(void **state)
{
    (void)state;
    sound_signal_speech(spoken, 3 * AUDIO_RATE, 24);
    speak(&lan, spoken);
    for (size_t i = 0; i < 100; i++) {
        now_ms += AUDIO_BLOCK_MS;
        assert_true(audio_device_fake_capture(lan.device,
                                              &spoken[i * AUDIO_BLOCK_COUNT]));
    }
    voice_process(lan.voice);
    /* 500 ms are 26 blocks, the youngest being new. */
    assert_int_equal(sent_count, 1 + 26);
    assert_int_equal(sent[26].timestamp, 100 * AUDIO_BLOCK_COUNT);
    /* Those for which the ring had no room, and those that were too old. */
    assert_int_equal(statistics_of(&lan).capture_overruns, 100 - 26);
}

/* --- devices ------------------------------------------------------------- */

static void the_loss_of_the_device_is_told_once(void **state)
{
    (void)state;
    audio_device_fake_lose(lan.device);
    assert_int_equal(lan.losses, 0);
    voice_process(lan.voice);
    assert_int_equal(lan.losses, 1);
    assert_int_equal(lan.loss_reason, RESULT_CLOSED);
    voice_process(lan.voice);
    assert_int_equal(lan.losses, 1);
    assert_int_equal(voice_reopen_device(lan.voice), RESULT_INVALID);
}

static void configurations_that_cannot_be_are_refused(void **state)
{
    const struct voice_handlers handlers = { .send = on_send,
                                             .wakeup = on_wakeup };
    const struct voice_handlers deaf = { .send = on_send };
    const struct voice_config good = { .device = VOICE_DEVICE_NULL,
                                       .mode = VOICE_PUSH_TO_TALK };
    struct voice_config config = good;
    struct voice *voice = NULL;

    (void)state;
    config.mode = VOICE_MODE_NONE;
    assert_int_equal(voice_open(&voice, &config, &handlers), RESULT_INVALID);
    config = good;
    config.device = VOICE_DEVICE_NONE;
    assert_int_equal(voice_open(&voice, &config, &handlers), RESULT_INVALID);
    config.device = VOICE_DEVICE_GIVEN;
    assert_int_equal(voice_open(&voice, &config, &handlers), RESULT_INVALID);
    assert_int_equal(voice_open(&voice, &good, &deaf), RESULT_INVALID);
    config.device = VOICE_DEVICE_FILE;
    config.capture_name = "/nowhere/mic.wav";
    assert_int_equal(voice_open(&voice, &config, &handlers), RESULT_NOT_FOUND);
    assert_null(voice);
    assert_null(voice_close(NULL));
}

/* --- recording ----------------------------------------------------------- */

static size_t read_recording(const char *path)
{
    struct wav_reader *reader;
    size_t n;

    assert_int_equal(wav_reader_new(&reader, path), RESULT_OK);
    n = wav_reader_read(reader, heard, COUNT_MAX);
    wav_reader_free(reader);
    return n;
}

static void a_recording_runs_with_the_clock(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "ghi-âm.wav");
    int16_t block[AUDIO_BLOCK_COUNT];
    struct sound_match match;
    size_t n;

    (void)state;
    sound_signal_speech(spoken, 2 * AUDIO_RATE, 31);
    voice_set_muted(lan.voice, true);
    assert_int_equal(voice_record_file(hoa.voice, path.text), RESULT_OK);
    assert_int_equal(voice_record_file(hoa.voice, path.text), RESULT_BUSY);
    /* One second of silence, two of speech, one in which the device stands
     * still, and one of silence. */
    for (size_t i = 0; i < 50; i++)
        pass_block(NULL, NULL, block);
    voice_set_muted(lan.voice, false);
    for (size_t i = 0; i < 100; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT], NULL, block);
    voice_set_muted(lan.voice, true);
    now_ms += 1000;
    for (size_t i = 0; i < 50; i++)
        pass_block(NULL, NULL, block);
    assert_int_equal(voice_stop_recording(hoa.voice), RESULT_OK);
    assert_int_equal(voice_stop_recording(hoa.voice), RESULT_NOT_FOUND);
    n = read_recording(path.text);
    assert_in_range(n, 5 * AUDIO_RATE, 5 * AUDIO_RATE + AUDIO_BLOCK_COUNT);
    assert_int_equal(peak_of(heard, AUDIO_RATE), 0);
    assert_int_equal(peak_of(&heard[4 * AUDIO_RATE], AUDIO_RATE), 0);
    match = sound_signal_match(spoken, 2 * AUDIO_RATE - DELAY_MAX, heard, n,
                               AUDIO_RATE + DELAY_MAX);
    assert_true(match.correlation > 0.85);
    /* Where it was heard: a second and the way from mouth to ear. */
    assert_in_range(match.delay, AUDIO_RATE + 20 * AUDIO_COUNT_PER_MS,
                    AUDIO_RATE + 72 * AUDIO_COUNT_PER_MS);
}

static void a_recording_is_completed_by_closing(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "đóng.wav");
    int16_t block[AUDIO_BLOCK_COUNT];

    (void)state;
    assert_int_equal(voice_record_file(hoa.voice, path.text), RESULT_OK);
    for (size_t i = 0; i < 25; i++)
        pass_block(NULL, NULL, block);
    hoa.voice = voice_close(hoa.voice);
    assert_in_range(read_recording(path.text), AUDIO_RATE / 2,
                    AUDIO_RATE / 2 + AUDIO_BLOCK_COUNT);
}

static void a_recording_that_cannot_be_written_is_refused(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "a/b.wav");

    (void)state;
    assert_int_equal(voice_record_file(hoa.voice, path.text), RESULT_IO);
    assert_int_equal(voice_stop_recording(hoa.voice), RESULT_NOT_FOUND);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_good_line_carries_speech),
        TEST(who_is_told_to_wait_waits_until_he_is_told_not_to),
        TEST(a_bad_line_carries_speech),
        TEST(two_speakers_are_heard_together),
        TEST(a_speaker_turned_down_is_not_heard),
        TEST(who_is_heard_as_sent_again_needs_no_place),
        TEST(only_so_many_speakers_have_a_loudness),
        TEST(a_slot_of_another_speaker_starts_anew),
        TEST(more_speakers_than_places_are_counted_and_bounded),
        TEST(rubbish_in_a_frame_harms_nobody),
        TEST(while_muted_nothing_is_sent),
        TEST(who_starts_muted_is_heard_once_unmuted),
        TEST(the_button_opens_and_ends_a_talkspurt),
        TEST(an_open_microphone_in_a_silent_room_sends_next_to_nothing),
        TEST(stale_captured_sound_is_not_sent),
        TEST(the_loss_of_the_device_is_told_once),
        TEST(configurations_that_cannot_be_are_refused),
        TEST(a_recording_runs_with_the_clock),
        TEST(a_recording_is_completed_by_closing),
        TEST(a_recording_that_cannot_be_written_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
