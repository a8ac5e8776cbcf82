#include "client/cli/cli_voice_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int64_t cli_voice_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_voice_wake(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);

    (void)written; /* a full counter is readable all the same */
}

void cli_voice_empty(int fd)
{
    uint64_t count;
    ssize_t size = read(fd, &count, sizeof count);

    (void)size; /* nothing there is fine */
}

void cli_voice_copy_path(char *out, const char *path)
{
    size_t size = strlen(path);

    if (size >= CLI_VOICE_PATH_SIZE)
        size = CLI_VOICE_PATH_SIZE - 1;
    memcpy(out, path, size);
    out[size] = '\0';
}

/* --- on the core's thread ------------------------------------------------ */

void cli_voice_on_advice(struct cli_voice *voice, unsigned rate,
                         unsigned frame_ms, unsigned floor_ms)
{
    pthread_mutex_lock(&voice->lock);
    voice->wanted_quality.bit_rate = rate;
    voice->wanted_quality.frame_ms = frame_ms;
    voice->wanted_floor_ms = floor_ms;
    voice->has_wanted_quality = true;
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
}

void cli_voice_on_audio(struct cli_voice *voice,
                        const struct cli_voice_frame *frame,
                        const uint8_t *payload, size_t size)
{
    if (size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    pthread_mutex_lock(&voice->lock);
    if (!voice->is_stopping) {
        size_t at =
            (voice->frame_first + voice->frame_count) % CLI_VOICE_FRAME_MAX;

        if (voice->frame_count == CLI_VOICE_FRAME_MAX)
            voice->frame_first = (voice->frame_first + 1) % CLI_VOICE_FRAME_MAX;
        else
            voice->frame_count++;
        voice->frames[at].head = *frame;
        voice->frames[at].arrival_ms = cli_voice_now_ms();
        voice->frames[at].size = size;
        if (size > 0)
            memcpy(voice->frames[at].payload, payload, size);
    }
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
}

/* --- on the main thread -------------------------------------------------- */

enum result cli_voice_new(struct cli_voice **out,
                          const struct cli_voice_setting *setting)
{
    struct cli_voice *voice = calloc(1, sizeof *voice);

    if (!voice)
        return RESULT_NO_MEMORY;
    voice->setting = *setting;
    voice->wanted_quality = voice_quality_usual();
    voice->wanted_quality.is_constant = setting->is_constant;
    voice->has_wanted_quality = true;
    voice->work_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    voice->notice_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    (void)pthread_mutex_init(&voice->lock, NULL);
    if (voice->work_fd >= 0 && voice->notice_fd >= 0)
        voice->has_thread =
            pthread_create(&voice->thread, NULL, cli_voice_run, voice) == 0;
    if (!voice->has_thread) {
        (void)cli_voice_free(voice);
        return RESULT_IO;
    }
    *out = voice;
    return RESULT_OK;
}

void cli_voice_attach(struct cli_voice *voice, struct client *client)
{
    pthread_mutex_lock(&voice->lock);
    voice->client = client;
    pthread_mutex_unlock(&voice->lock);
}

void cli_voice_stop(struct cli_voice *voice)
{
    if (!voice || !voice->has_thread)
        return;
    pthread_mutex_lock(&voice->lock);
    voice->client = NULL;
    voice->is_stopping = true;
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
    (void)pthread_join(voice->thread, NULL);
    voice->has_thread = false;
}

struct cli_voice *cli_voice_free(struct cli_voice *voice)
{
    if (!voice)
        return NULL;
    cli_voice_stop(voice);
    if (voice->work_fd >= 0)
        (void)close(voice->work_fd);
    if (voice->notice_fd >= 0)
        (void)close(voice->notice_fd);
    (void)pthread_mutex_destroy(&voice->lock);
    free(voice);
    return NULL;
}

int cli_voice_fd(const struct cli_voice *voice) { return voice->notice_fd; }

bool cli_voice_next(struct cli_voice *voice, struct cli_voice_notice *out)
{
    bool is_taken = false;

    cli_voice_empty(voice->notice_fd);
    pthread_mutex_lock(&voice->lock);
    if (voice->notice_count > 0) {
        *out = voice->notices[0];
        voice->notice_count--;
        memmove(&voice->notices[0], &voice->notices[1],
                voice->notice_count * sizeof voice->notices[0]);
        is_taken = true;
    }
    pthread_mutex_unlock(&voice->lock);
    return is_taken;
}

static bool put_request(struct cli_voice *voice,
                        const struct cli_voice_request *request)
{
    bool is_taken = false;

    pthread_mutex_lock(&voice->lock);
    if (voice->request_count < CLI_VOICE_REQUEST_MAX) {
        voice->requests[voice->request_count++] = *request;
        is_taken = true;
    }
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
    return is_taken;
}

static bool request(struct cli_voice *voice, enum cli_voice_request_kind kind,
                    const char *path)
{
    struct cli_voice_request wanted = { .kind = kind };

    if (strlen(path) >= CLI_VOICE_PATH_SIZE)
        return false;
    cli_voice_copy_path(wanted.path, path);
    return put_request(voice, &wanted);
}

bool cli_voice_choose(struct cli_voice *voice, const struct cli_sound *sound)
{
    const struct cli_voice_request wanted = { .kind = REQUEST_CHOOSE,
                                              .sound = *sound };

    return put_request(voice, &wanted);
}

bool cli_voice_ask_statistics(struct cli_voice *voice)
{
    return request(voice, REQUEST_STATISTICS, "");
}

void cli_voice_set_constant(struct cli_voice *voice, bool is_constant)
{
    pthread_mutex_lock(&voice->lock);
    voice->wanted_quality.is_constant = is_constant;
    voice->has_wanted_quality = true;
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
}

bool cli_voice_ask_level(struct cli_voice *voice)
{
    return request(voice, REQUEST_LEVEL, "");
}

void cli_voice_set_gains(struct cli_voice *voice,
                         const struct cli_slot_gains *gains)
{
    pthread_mutex_lock(&voice->lock);
    voice->wanted_gains = *gains;
    voice->has_wanted_gains = true;
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
}

void cli_voice_set_talking(struct cli_voice *voice, bool is_talking)
{
    /* A button pressed sixteen times while the device opens may be lost. */
    (void)request(voice, is_talking ? REQUEST_TALK : REQUEST_BE_SILENT, "");
}

void cli_voice_expect_talk(struct cli_voice *voice, bool is_expected)
{
    pthread_mutex_lock(&voice->lock);
    voice->is_talk_expected = is_expected;
    pthread_mutex_unlock(&voice->lock);
    cli_voice_wake(voice->work_fd);
}

void cli_voice_set_round_trip(struct cli_voice *voice, int64_t round_trip_ms)
{
    pthread_mutex_lock(&voice->lock);
    voice->round_trip_ms = round_trip_ms;
    pthread_mutex_unlock(&voice->lock);
}

bool cli_voice_set_deaf(struct cli_voice *voice, bool is_deaf)
{
    return request(voice, is_deaf ? REQUEST_BE_DEAF : REQUEST_HEAR, "");
}

bool cli_voice_speak(struct cli_voice *voice, const char *path)
{
    return request(voice, REQUEST_SPEAK, path);
}

bool cli_voice_record(struct cli_voice *voice, const char *path)
{
    return request(voice, REQUEST_RECORD, path);
}

void cli_voice_sound_tone(struct cli_voice *voice, bool is_falling)
{
    (void)request(voice,
                  is_falling ? REQUEST_TONE_FALLING : REQUEST_TONE_RISING, "");
}

void cli_voice_stop_recording(struct cli_voice *voice)
{
    (void)request(voice, REQUEST_STOP_RECORDING, "");
}
