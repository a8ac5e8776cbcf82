#include "tests/support/long_meeting.h"

#include "client/audio/audio_device_fake.h"
#include "client/audio/voice.h"
#include "client/audio/voice_codec.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <assert.h>
#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VOICES = 4,
    LOOP_S = 20, /* each voice says this again and again */
    LOOP_FRAMES = LOOP_S * 50,
    LOOP_COUNT = LOOP_FRAMES * AUDIO_BLOCK_COUNT,
    SPEAKERS = 4, /* the reader is the first */
    IN_FLIGHT = 256,
    MARKS_MAX = 512,
    HOUR_S = 3600,
    READING_S = 2900,   /* of each hour */
    HUSH_S = 12,        /* around a mark only the reader is heard */
    MATCH_FRAMES = 150, /* 3 s of his are looked for */
    HEARD_FRAMES = 190,
    DELAY_MAX_MS = 700,
    PIECE_COUNT = AUDIO_RATE / 2, /* each is found for itself */
    LINE_MS = 40,
    TALK_EVERY_S = 60,
    TALK_S = 5,
    BEGIN_MS = 1000000,
};

static const double HEAP_RISE_MAX = 4096.0; /* all is allocated before */
static const double RESIDENT_RISE_MAX = 512.0;
static const double DELAY_RISE_MAX_MS = 25.0; /* little more than a frame */
static const double DELAY_MAX_GOOD_MS = 200.0;
static const double MADE_UP_MAX = 0.02;
static const double CORRELATION_MIN = 0.6;

struct encoded {
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
    size_t size;
};

struct speaker {
    uint16_t slot;
    unsigned voice;
    double pace;     /* of his clock: ms for a ms */
    double next_ms;  /* his next frame is complete */
    double until_ms; /* he speaks so long, */
    double again_ms; /* and again from then on */
    bool is_speaking;
    uint32_t sequence, timestamp;
    unsigned frame; /* of the loop */
};

struct flight {
    double due_ms;
    uint16_t slot;
    uint8_t flags;
    uint32_t sequence, timestamp;
    const struct encoded *frame;
};

struct hall {
    const struct long_meeting *meeting;
    uint32_t random;
    double now_ms; /* the true time */
    double pace;   /* of the listener's device */
    struct encoded *loops[VOICES];
    int16_t *sounds[VOICES]; /* the same, decoded */
    struct voice *voice;
    struct audio_device *device;
    struct speaker speakers[SPEAKERS];
    uint16_t last_slot;
    struct flight flights[IN_FLIGHT];
    size_t flight_count;
    uint64_t sent;

    double mark_ms; /* the next mark */
    bool is_matching;
    unsigned match_frame; /* of the loop, the first that is looked for */
    size_t heard_blocks;
    int16_t *heard;

    struct long_meeting_mark marks[MARKS_MAX];
    size_t mark_count;
};

static double next_random(struct hall *hall)
{
    hall->random = hall->random * 1664525u + 1013904223u;
    return (double)(hall->random >> 8) / (double)(1u << 24);
}

static void *make(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    assert(memory);
    return memory;
}

/* --- what is said -------------------------------------------------------- */

static void encode_loop(struct hall *hall, unsigned voice)
{
    int16_t *sound = make(LOOP_COUNT, sizeof *sound);
    struct encoded *loop = make(LOOP_FRAMES, sizeof *loop);
    struct voice_encoder *encoder;
    struct voice_decoder *decoder;
    enum result result = voice_encoder_new(&encoder);
    bool is_silence;

    assert(result == RESULT_OK);
    result = voice_decoder_new(&decoder);
    assert(result == RESULT_OK);
    sound_signal_speech(sound, LOOP_COUNT, hall->meeting->seed + voice);
    for (size_t i = 0; i < LOOP_FRAMES; i++) {
        int16_t *block = &sound[i * AUDIO_BLOCK_COUNT];

        result = voice_encoder_encode(encoder, block, loop[i].payload,
                                      sizeof loop[i].payload, &loop[i].size,
                                      &is_silence);
        assert(result == RESULT_OK);
        result = voice_decoder_decode(decoder, loop[i].payload, loop[i].size,
                                      block, AUDIO_BLOCK_COUNT);
        assert(result == RESULT_OK);
    }
    (void)result;
    voice_encoder_free(encoder);
    voice_decoder_free(decoder);
    hall->loops[voice] = loop;
    hall->sounds[voice] = sound;
}

static bool is_hushed(const struct hall *hall)
{
    return hall->mark_ms - hall->now_ms < HUSH_S * 1000.0;
}

/* Somebody begins: in a slot of his own, for which another had to go. */
static void begin(struct hall *hall, struct speaker *speaker)
{
    const double drift = hall->meeting->drift_ppm * 1e-6;
    bool is_reader = speaker == &hall->speakers[0];
    double seconds = is_reader ? READING_S : 5.0 + 40.0 * next_random(hall);

    if (!is_reader) {
        voice_forget_speaker(hall->voice, speaker->slot);
        hall->last_slot = (uint16_t)(hall->last_slot % 400 + 1);
        speaker->slot = hall->last_slot;
        speaker->voice = 1 + (unsigned)(next_random(hall) * (VOICES - 1));
        speaker->pace = 1.0 + drift * (2.0 * next_random(hall) - 1.0);
        speaker->sequence = (uint32_t)(next_random(hall) * 4e9);
        speaker->timestamp = (uint32_t)(next_random(hall) * 4e9);
    }
    /* The time passed for who was silent, too. */
    else if (speaker->next_ms > 0.0)
        speaker->timestamp +=
            (uint32_t)((hall->now_ms + AUDIO_BLOCK_MS - speaker->next_ms) *
                       AUDIO_COUNT_PER_MS);
    /* Against the listener's clock he is twice as wrong, or not at all. */
    if (is_reader)
        speaker->pace = 2.0 - speaker->pace;
    speaker->is_speaking = true;
    speaker->next_ms = hall->now_ms + AUDIO_BLOCK_MS;
    speaker->until_ms = hall->now_ms + 1000.0 * seconds;
    speaker->again_ms = is_reader
                            ? hall->now_ms + 1000.0 * HOUR_S
                            : speaker->until_ms + 30000.0 * next_random(hall);
}

static double line_ms(struct hall *hall)
{
    double late = -6.0 * log(1.0 - 0.999 * next_random(hall));

    return LINE_MS + (next_random(hall) < 0.005 ? 40.0 : 0.0) + late;
}

static void send_frame(struct hall *hall, struct speaker *speaker,
                       bool is_first, bool is_last)
{
    struct flight *flight = &hall->flights[hall->flight_count];
    const struct encoded *frame = &hall->loops[speaker->voice][speaker->frame];

    assert(hall->flight_count < IN_FLIGHT);
    *flight = (struct flight){
        .due_ms = speaker->next_ms + line_ms(hall),
        .slot = speaker->slot,
        .flags = (uint8_t)((is_first ? AUDIO_FLAG_TALKSPURT : 0) |
                           (is_last ? AUDIO_FLAG_SILENCE : 0)),
        .sequence = speaker->sequence++,
        .timestamp = speaker->timestamp,
        .frame = frame,
    };
    /* A five-hundredth is lost. */
    if (is_last || next_random(hall) >= 0.002)
        hall->flight_count++;
    hall->sent++;
}

static void look_for(struct hall *hall, const struct speaker *reader)
{
    if (hall->is_matching || hall->now_ms < hall->mark_ms)
        return;
    hall->is_matching = true;
    hall->match_frame = reader->frame;
    hall->heard_blocks = 0;
}

static void speak(struct hall *hall, struct speaker *speaker)
{
    bool is_reader = speaker == &hall->speakers[0];
    bool is_first = false;

    if (!speaker->is_speaking && hall->now_ms >= speaker->again_ms &&
        (is_reader || !is_hushed(hall))) {
        begin(hall, speaker);
        is_first = true;
    }
    while (speaker->is_speaking && speaker->next_ms <= hall->now_ms) {
        bool is_last = speaker->next_ms >= speaker->until_ms ||
                       (!is_reader && is_hushed(hall));

        if (is_reader)
            look_for(hall, speaker);
        send_frame(hall, speaker, is_first, is_last);
        is_first = false;
        speaker->is_speaking = !is_last;
        speaker->frame = (speaker->frame + 1) % LOOP_FRAMES;
        speaker->timestamp += AUDIO_BLOCK_COUNT;
        speaker->next_ms += AUDIO_BLOCK_MS * speaker->pace;
    }
}

static void arrive(struct hall *hall)
{
    size_t kept = 0;

    for (size_t i = 0; i < hall->flight_count; i++) {
        const struct flight *flight = &hall->flights[i];

        if (flight->due_ms > hall->now_ms)
            hall->flights[kept++] = *flight;
        else
            voice_on_frame(hall->voice, flight->slot, flight->sequence,
                           flight->timestamp, flight->flags,
                           flight->frame->payload, flight->frame->size,
                           (int64_t)flight->due_ms + BEGIN_MS);
    }
    hall->flight_count = kept;
}

/* --- measuring ----------------------------------------------------------- */

/* AddressSanitizer has a heap of its own, and keeps what was freed for a while:
 * what is resident grows with that. */
#ifdef __SANITIZE_ADDRESS__
enum { IS_FREED_MEMORY_KEPT = true };
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc has no header */
static size_t heap_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
enum { IS_FREED_MEMORY_KEPT = false };
static size_t heap_bytes(void) { return mallinfo2().uordblks; }
#endif

static long resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all = 0;
    long resident = -1;

    if (!file)
        return -1;
    if (fscanf(file, "%ld %ld", &all, &resident) != 2)
        resident = -1;
    (void)fclose(file);
    return resident < 0 ? -1 : resident * 4;
}

static void measure(struct hall *hall)
{
    const int16_t *loop = hall->sounds[0];
    int16_t *spoken = make(MATCH_FRAMES * AUDIO_BLOCK_COUNT, sizeof *spoken);
    struct long_meeting_mark *mark = &hall->marks[hall->mark_count++];
    struct voice_statistics statistics;
    struct sound_match match;

    for (size_t i = 0; i < MATCH_FRAMES; i++)
        memcpy(&spoken[i * AUDIO_BLOCK_COUNT],
               &loop[(hall->match_frame + i) % LOOP_FRAMES * AUDIO_BLOCK_COUNT],
               AUDIO_BLOCK_COUNT * sizeof *spoken);
    match = sound_signal_match_pieces(
        spoken, MATCH_FRAMES * AUDIO_BLOCK_COUNT, hall->heard,
        HEARD_FRAMES * AUDIO_BLOCK_COUNT, DELAY_MAX_MS * AUDIO_COUNT_PER_MS,
        PIECE_COUNT);
    free(spoken);
    voice_statistics(hall->voice, &statistics);
    *mark = (struct long_meeting_mark){
        .at_s = hall->mark_ms / 1000.0,
        .heap = heap_bytes(),
        .resident_kb = resident_kb(),
        .delay_ms = (double)match.delay / AUDIO_COUNT_PER_MS,
        .correlation = match.correlation,
        .played = statistics.played,
        .made_up = statistics.concealed,
    };
    if (hall->meeting->on_mark)
        hall->meeting->on_mark(mark, hall->meeting->user);
}

static void hear(struct hall *hall)
{
    int16_t block[AUDIO_BLOCK_COUNT];
    bool is_played = audio_device_fake_play(hall->device, block);

    assert(is_played);
    (void)is_played;
    if (!hall->is_matching)
        return;
    memcpy(&hall->heard[hall->heard_blocks * AUDIO_BLOCK_COUNT], block,
           sizeof block);
    if (++hall->heard_blocks < HEARD_FRAMES)
        return;
    measure(hall);
    hall->is_matching = false;
    hall->mark_ms += 1000.0 * hall->meeting->mark_s;
}

/* --- the meeting --------------------------------------------------------- */

static int64_t clock_of(void *user)
{
    const struct hall *hall = user;

    return (int64_t)hall->now_ms + BEGIN_MS;
}

static void on_send(const struct voice_packet *packet, void *user)
{
    (void)packet;
    (void)user;
}

static void on_wakeup(void *user) { (void)user; }

static void on_same_room(uint16_t slot, void *user)
{
    (void)slot;
    (void)user;
}

static void open_hall(struct hall *hall)
{
    const double drift = hall->meeting->drift_ppm * 1e-6;
    const struct voice_handlers handlers = { .send = on_send,
                                             .wakeup = on_wakeup,
                                             .same_room = on_same_room,
                                             .user = hall };
    struct voice_config config = { .device = VOICE_DEVICE_GIVEN,
                                   .mode = VOICE_PUSH_TO_TALK,
                                   .processing = { true, true, true },
                                   .now_ms = clock_of,
                                   .now_user = hall };
    enum result result = audio_device_fake_new(&hall->device);

    assert(result == RESULT_OK);
    config.given = hall->device;
    result = voice_open(&hall->voice, &config, &handlers);
    assert(result == RESULT_OK);
    (void)result;
    for (unsigned i = 0; i < VOICES; i++)
        encode_loop(hall, i);
    hall->heard = make(HEARD_FRAMES * AUDIO_BLOCK_COUNT, sizeof *hall->heard);
    hall->pace = 1.0 + drift;
    hall->speakers[0].pace = 1.0 + drift;
    for (unsigned i = 0; i < SPEAKERS; i++)
        hall->speakers[i].again_ms = 4000.0 * i;
    hall->mark_ms = 1000.0 * hall->meeting->mark_s;
}

static void close_hall(struct hall *hall)
{
    voice_close(hall->voice);
    for (unsigned i = 0; i < VOICES; i++) {
        free(hall->loops[i]);
        free(hall->sounds[i]);
    }
    free(hall->heard);
}

static void go_on(struct hall *hall, uint64_t block)
{
    unsigned second = (unsigned)(hall->now_ms / 1000.0);
    const int16_t *own =
        &hall->sounds[1][block % LOOP_FRAMES * AUDIO_BLOCK_COUNT];
    bool is_captured;

    for (size_t i = 0; i < SPEAKERS; i++)
        speak(hall, &hall->speakers[i]);
    arrive(hall);
    voice_set_talking(hall->voice, second % TALK_EVERY_S < TALK_S);
    is_captured = audio_device_fake_capture(hall->device, own);
    assert(is_captured);
    (void)is_captured;
    voice_process(hall->voice);
    hear(hall);
}

/* --- the verdict --------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return first < second ? -1 : first > second;
}

static double median_delay(const struct long_meeting_mark *marks, size_t count)
{
    double delays[MARKS_MAX];

    for (size_t i = 0; i < count; i++)
        delays[i] = marks[i].delay_ms;
    qsort(delays, count, sizeof *delays, by_value);
    return delays[count / 2];
}

static struct long_meeting_verdict judge(const struct hall *hall)
{
    const size_t skipped = hall->mark_count / 4;
    const struct long_meeting_mark *marks = &hall->marks[skipped];
    const size_t count = hall->mark_count - skipped;
    const size_t third = count / 3;
    struct long_meeting_verdict out = { .marks = count, .correlation = 1.0 };
    const struct long_meeting_mark *last = &marks[count - 1];

    if (third == 0) {
        out.wrong = "too few marks";
        return out;
    }
    for (size_t i = 0; i < count; i++) {
        out.delay_max_ms = fmax(out.delay_max_ms, marks[i].delay_ms);
        out.correlation = fmin(out.correlation, marks[i].correlation);
    }
    out.heap_rise = (double)last->heap - (double)marks[0].heap;
    out.resident_rise = (double)(last->resident_kb - marks[0].resident_kb);
    out.delay_early_ms = median_delay(marks, third);
    out.delay_late_ms = median_delay(&marks[count - third], third);
    out.made_up_part = (double)last->made_up / (double)(last->played + 1);
    if (out.heap_rise > HEAP_RISE_MAX)
        out.wrong = "the heap grows";
    else if (!IS_FREED_MEMORY_KEPT && out.resident_rise > RESIDENT_RISE_MAX)
        out.wrong = "memory grows";
    else if (out.correlation < CORRELATION_MIN)
        out.wrong = "what is heard is not what was said";
    else if (fabs(out.delay_late_ms - out.delay_early_ms) > DELAY_RISE_MAX_MS)
        out.wrong = "the delay drifts";
    else if (out.delay_late_ms > DELAY_MAX_GOOD_MS)
        out.wrong = "sound comes late";
    else if (out.made_up_part > MADE_UP_MAX)
        out.wrong = "too much is made up";
    return out;
}

struct long_meeting_verdict
long_meeting_hold(const struct long_meeting *meeting)
{
    struct hall *hall = make(1, sizeof *hall);
    struct long_meeting_verdict verdict;
    double end_ms = 1000.0 * meeting->seconds;

    hall->meeting = meeting;
    hall->random = meeting->seed;
    open_hall(hall);
    for (uint64_t block = 0; hall->now_ms < end_ms; block++) {
        go_on(hall, block);
        hall->now_ms += AUDIO_BLOCK_MS * hall->pace;
    }
    verdict = judge(hall);
    close_hall(hall);
    free(hall);
    return verdict;
}
