#include "client/cli/cli_voice.h"

#include "client/cli/cli_hearing.h"
#include "protocol/base/limits.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    FRAME_MAX = 256,  /* received, not yet given to the voice */
    REQUEST_MAX = 16, /* main thread's, not yet done */
    NOTICE_MAX = 16
};

struct frame {
    struct cli_voice_frame head;
    int64_t arrival_ms;
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

enum request_kind {
    REQUEST_NOTHING,
    REQUEST_TALK,
    REQUEST_BE_SILENT,
    REQUEST_SPEAK,
    REQUEST_RECORD,
    REQUEST_STOP_RECORDING,
    REQUEST_TONE_RISING,
    REQUEST_TONE_FALLING,
    REQUEST_CHOOSE,
    REQUEST_LEVEL,
    REQUEST_STATISTICS,
    REQUEST_BE_DEAF,
    REQUEST_HEAR
};
struct request {
    enum request_kind kind;
    struct cli_sound sound;
    char path[CLI_VOICE_PATH_SIZE];
};

struct cli_voice {
    struct cli_voice_setting setting; /* its sound: the thread's */
    pthread_t thread;
    bool has_thread;
    int work_fd;   /* wakes the thread */
    int notice_fd; /* wakes the main thread */

    pthread_mutex_t lock;  /* guards all from here to `has_wanted_quality` */
    struct client *client; /* borrowed; NULL before attach and after stop */
    bool is_stopping;
    struct frame frames[FRAME_MAX];
    size_t frame_first, frame_count;
    struct request requests[REQUEST_MAX];
    size_t request_count;
    struct cli_voice_notice notices[NOTICE_MAX];
    size_t notice_count;
    struct cli_slot_gains wanted_gains;
    bool has_wanted_gains;
    int64_t round_trip_ms; /* 0: not known */
    struct voice_quality wanted_quality;
    unsigned wanted_floor_ms;
    bool has_wanted_quality;

    /* Of the thread alone. */
    struct voice *voice;
    struct cli_hearing hearing;
    bool is_talking;    /* as the main thread asked last */
    bool has_processed; /* the start is over */
    bool has_spoken;    /* a file is over, what it opened is still open */
    char spoken[CLI_VOICE_PATH_SIZE];
    char recorded[CLI_VOICE_PATH_SIZE]; /* "": nothing is being recorded */
    struct cli_slot_gains gains;        /* as the voice has them */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);

    (void)written; /* a full counter is readable all the same */
}

static void empty(int fd)
{
    uint64_t count;
    ssize_t size = read(fd, &count, sizeof count);

    (void)size; /* nothing there is fine */
}

static void copy_path(char *out, const char *path)
{
    size_t size = strlen(path);

    if (size >= CLI_VOICE_PATH_SIZE)
        size = CLI_VOICE_PATH_SIZE - 1;
    memcpy(out, path, size);
    out[size] = '\0';
}

/* --- on the voice's thread ----------------------------------------------- */

/* When nobody fetches notices the newest are the ones that are lost. */
static void put_notice(struct cli_voice *mine,
                       const struct cli_voice_notice *notice)
{
    pthread_mutex_lock(&mine->lock);
    if (mine->notice_count < NOTICE_MAX)
        mine->notices[mine->notice_count++] = *notice;
    pthread_mutex_unlock(&mine->lock);
    wake(mine->notice_fd);
}

static void tell(struct cli_voice *mine, enum cli_voice_notice_kind kind,
                 enum result result, const char *path)
{
    struct cli_voice_notice notice = { .kind = kind, .result = result };

    copy_path(notice.path, path);
    put_notice(mine, &notice);
}

/* The client cannot go away under the lock: cli_voice_stop() takes it. */
static void on_send(const struct voice_packet *packet, void *user)
{
    struct cli_voice *mine = user;

    pthread_mutex_lock(&mine->lock);
    if (mine->client)
        client_send_audio(mine->client, packet->flags, packet->sequence,
                          packet->timestamp, packet->payload, packet->size);
    pthread_mutex_unlock(&mine->lock);
    if (mine->setting.speaking)
        cli_speaking_on_sent(mine->setting.speaking, packet->flags);
}

static void on_work(void *user)
{
    const struct cli_voice *mine = user;

    wake(mine->work_fd);
}

static void on_spoken(void *user)
{
    struct cli_voice *mine = user;

    mine->has_spoken = true;
    tell(mine, CLI_VOICE_SPOKEN, RESULT_OK, mine->spoken);
}

static void on_lost(enum result reason, void *user)
{
    struct cli_voice *mine = user;

    tell(mine,
         mine->has_processed ? CLI_VOICE_DEVICE_LOST : CLI_VOICE_NO_DEVICE,
         reason, "");
}

static void on_back(void *user)
{
    tell(user, CLI_VOICE_DEVICE_BACK, RESULT_OK, "");
}

static void on_used(enum voice_device used, void *user)
{
    const struct cli_voice_notice notice = { .kind = CLI_VOICE_DEVICE_USED,
                                             .used = used };

    put_notice(user, &notice);
}

static void on_changed(const struct audio_change *change, void *user)
{
    const struct cli_voice_notice notice = { .kind = CLI_VOICE_DEVICE_CHANGED,
                                             .change = *change };

    put_notice(user, &notice);
}

static void on_unheard_talk(void *user)
{
    tell(user, CLI_VOICE_UNHEARD_TALK, RESULT_OK, "");
}

static void on_same_room(uint16_t slot, void *user)
{
    const struct cli_voice_notice notice = { .kind = CLI_VOICE_SAME_ROOM,
                                             .slot = slot };

    put_notice(user, &notice);
}

static bool open_device(struct cli_voice *mine)
{
    const struct voice_config config = {
        .device = mine->setting.device,
        .capture_name = cli_sound_name(&mine->setting.sound, AUDIO_CAPTURE),
        .playback_name = cli_sound_name(&mine->setting.sound, AUDIO_PLAYBACK),
        .mode = mine->setting.mode,
        .is_muted = mine->setting.mode == VOICE_OPEN_MICROPHONE,
        .is_device_awaited = true,
        .processing = mine->setting.processing,
        .sends_only_activity = mine->setting.sends_only_activity,
    };
    const struct voice_handlers handlers = {
        .send = on_send,
        .wakeup = on_work,
        .speech_finished = on_spoken,
        .device_lost = on_lost,
        .device_back = on_back,
        .device_used = on_used,
        .device_changed = on_changed,
        .talking_while_muted = on_unheard_talk,
        .same_room = mine->setting.finds_room_mates ? on_same_room : NULL,
        .user = mine
    };

    return voice_open(&mine->voice, &config, &handlers) == RESULT_OK;
}

static void stop_recording(struct cli_voice *mine)
{
    enum result result;

    if (mine->recorded[0] == '\0')
        return;
    result = voice_stop_recording(mine->voice);
    tell(mine, CLI_VOICE_RECORDED, result, mine->recorded);
    mine->recorded[0] = '\0';
}

static void set_talking(struct cli_voice *mine, bool is_talking)
{
    mine->is_talking = is_talking;
    if (mine->setting.mode == VOICE_OPEN_MICROPHONE)
        voice_set_muted(mine->voice, !is_talking);
    else
        voice_set_talking(mine->voice, is_talking);
}

/*
 * A file is spoken as if the talk button were held. An open microphone that is
 * off would hold it back, so it is switched on until the file is over.
 */
static void speak(struct cli_voice *mine, const char *path)
{
    enum result result = voice_speak_file(mine->voice, path);

    if (result == RESULT_OK)
        copy_path(mine->spoken, path);
    if (result == RESULT_OK && mine->setting.mode == VOICE_OPEN_MICROPHONE)
        voice_set_muted(mine->voice, false);
    if (result != RESULT_OK)
        tell(mine, CLI_VOICE_SPEAK_FAILED, result, path);
}

static void record(struct cli_voice *mine, const char *path)
{
    enum result result = voice_record_file(mine->voice, path);

    if (result == RESULT_OK) {
        copy_path(mine->recorded, path);
        tell(mine, CLI_VOICE_RECORDING, RESULT_OK, path);
    } else {
        tell(mine, CLI_VOICE_RECORDED, result, path);
    }
}

static void choose(struct cli_voice *mine, const struct cli_sound *sound)
{
    enum result result;

    mine->setting.sound = *sound;
    result =
        voice_choose_device(mine->voice, cli_sound_name(sound, AUDIO_CAPTURE),
                            cli_sound_name(sound, AUDIO_PLAYBACK));
    tell(mine, CLI_VOICE_CHOSEN, result, "");
}

static void tell_level(struct cli_voice *mine)
{
    const struct cli_voice_notice notice = {
        .kind = CLI_VOICE_LEVEL,
        .levels = { [AUDIO_CAPTURE] = voice_level(mine->voice, AUDIO_CAPTURE),
                    [AUDIO_PLAYBACK] =
                        voice_level(mine->voice, AUDIO_PLAYBACK) },
    };

    put_notice(mine, &notice);
}

static void tell_statistics(struct cli_voice *mine)
{
    struct cli_voice_notice notice = { .kind = CLI_VOICE_STATISTICS };

    voice_statistics(mine->voice, &notice.statistics);
    put_notice(mine, &notice);
}

static void follow_quality(struct cli_voice *mine)
{
    struct voice_quality quality;
    unsigned floor_ms;
    int64_t round_trip_ms;
    bool is_new;

    pthread_mutex_lock(&mine->lock);
    round_trip_ms = mine->round_trip_ms;
    is_new = mine->has_wanted_quality;
    mine->has_wanted_quality = false;
    quality = mine->wanted_quality;
    floor_ms = mine->wanted_floor_ms;
    pthread_mutex_unlock(&mine->lock);
    voice_set_round_trip(mine->voice, round_trip_ms);
    if (!is_new)
        return;
    /* What the core advises and the codec does not know stays as it was. */
    if (voice_set_quality(mine->voice, &quality) != RESULT_OK)
        return;
    voice_set_floor(mine->voice, floor_ms);
}

static void do_request(struct cli_voice *mine, const struct request *request)
{
    switch (request->kind) {
    case REQUEST_NOTHING:
        break;
    case REQUEST_TALK:
    case REQUEST_BE_SILENT:
        set_talking(mine, request->kind == REQUEST_TALK);
        break;
    case REQUEST_SPEAK:
        speak(mine, request->path);
        break;
    case REQUEST_RECORD:
        stop_recording(mine);
        record(mine, request->path);
        break;
    case REQUEST_STOP_RECORDING:
        stop_recording(mine);
        break;
    case REQUEST_TONE_RISING:
    case REQUEST_TONE_FALLING:
        voice_sound_tone(mine->voice, request->kind == REQUEST_TONE_FALLING);
        break;
    case REQUEST_CHOOSE:
        choose(mine, &request->sound);
        break;
    case REQUEST_LEVEL:
        tell_level(mine);
        break;
    case REQUEST_STATISTICS:
        tell_statistics(mine);
        break;
    case REQUEST_BE_DEAF:
    case REQUEST_HEAR:
        voice_set_deaf(mine->voice, request->kind == REQUEST_BE_DEAF);
        break;
    }
}

static bool take_request(struct cli_voice *mine, struct request *out)
{
    bool is_taken = false;

    pthread_mutex_lock(&mine->lock);
    if (mine->request_count > 0) {
        *out = mine->requests[0];
        mine->request_count--;
        memmove(&mine->requests[0], &mine->requests[1],
                mine->request_count * sizeof mine->requests[0]);
        is_taken = true;
    }
    pthread_mutex_unlock(&mine->lock);
    return is_taken;
}

static bool has_gain(const struct cli_slot_gains *gains, uint16_t slot)
{
    for (size_t i = 0; i < gains->count; i++)
        if (gains->of[i].slot == slot)
            return true;
    return false;
}

static void set_gain(struct cli_voice *mine, uint16_t slot, float gain)
{
    const enum result result = voice_set_speaker_gain(mine->voice, slot, gain);

    /* It has room for as many as there can be. */
    assert(result == RESULT_OK);
    (void)result;
}

/* Before a new frame is taken, so that no slot's next owner inherits one. */
static void follow_gains(struct cli_voice *mine)
{
    struct cli_slot_gains wanted;
    bool has_wanted;

    pthread_mutex_lock(&mine->lock);
    has_wanted = mine->has_wanted_gains;
    mine->has_wanted_gains = false;
    wanted = mine->wanted_gains;
    pthread_mutex_unlock(&mine->lock);
    if (!has_wanted)
        return;
    for (size_t i = 0; i < mine->gains.count; i++)
        if (!has_gain(&wanted, mine->gains.of[i].slot))
            set_gain(mine, mine->gains.of[i].slot, 1.0F);
    for (size_t i = 0; i < wanted.count; i++)
        set_gain(mine, wanted.of[i].slot, wanted.of[i].gain);
    mine->gains = wanted;
}

static bool take_frame(struct cli_voice *mine, struct frame *out)
{
    bool is_taken = false;

    pthread_mutex_lock(&mine->lock);
    if (mine->frame_count > 0) {
        *out = mine->frames[mine->frame_first];
        mine->frame_first = (mine->frame_first + 1) % FRAME_MAX;
        mine->frame_count--;
        is_taken = true;
    }
    pthread_mutex_unlock(&mine->lock);
    return is_taken;
}

static bool is_stopping(struct cli_voice *mine)
{
    bool answer;

    pthread_mutex_lock(&mine->lock);
    answer = mine->is_stopping;
    pthread_mutex_unlock(&mine->lock);
    return answer;
}

static void report_hearing(struct cli_voice *mine)
{
    struct voice_statistics totals;
    struct hearing_report report;

    voice_statistics(mine->voice, &totals);
    if (!cli_hearing_next(&mine->hearing, &totals, now_ms(), &report))
        return;
    pthread_mutex_lock(&mine->lock);
    if (mine->client)
        client_report_hearing(mine->client, &report);
    pthread_mutex_unlock(&mine->lock);
}

static int64_t wait_ms(const struct cli_voice *mine)
{
    const int64_t voice_ms = voice_wait_ms(mine->voice);
    const int64_t hearing_ms = cli_hearing_wait_ms(&mine->hearing, now_ms());

    if (hearing_ms < 0 || (voice_ms >= 0 && voice_ms < hearing_ms))
        return voice_ms;
    return hearing_ms;
}

static void do_work(struct cli_voice *mine)
{
    struct request request;
    struct frame frame;

    follow_quality(mine);
    while (take_request(mine, &request))
        do_request(mine, &request);
    follow_gains(mine);
    while (take_frame(mine, &frame))
        voice_on_frame(mine->voice, frame.head.slot, frame.head.sequence,
                       frame.head.timestamp, frame.head.flags, frame.payload,
                       frame.size, frame.arrival_ms);
    voice_process(mine->voice);
    report_hearing(mine);
    mine->has_processed = true;
    if (mine->has_spoken)
        set_talking(mine, mine->is_talking);
    mine->has_spoken = false;
}

static void *run(void *user)
{
    struct cli_voice *mine = user;

    if (!open_device(mine)) {
        tell(mine, CLI_VOICE_DEVICE_LOST, RESULT_NO_MEMORY, "");
        return NULL;
    }
    while (!is_stopping(mine)) {
        struct pollfd work = { .fd = mine->work_fd, .events = POLLIN };

        (void)poll(&work, 1, (int)wait_ms(mine));
        empty(mine->work_fd);
        do_work(mine);
    }
    stop_recording(mine);
    mine->voice = voice_close(mine->voice);
    return NULL;
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
    wake(voice->work_fd);
}

void cli_voice_on_audio(struct cli_voice *voice,
                        const struct cli_voice_frame *frame,
                        const uint8_t *payload, size_t size)
{
    if (size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    pthread_mutex_lock(&voice->lock);
    if (!voice->is_stopping) {
        size_t at = (voice->frame_first + voice->frame_count) % FRAME_MAX;

        if (voice->frame_count == FRAME_MAX)
            voice->frame_first = (voice->frame_first + 1) % FRAME_MAX;
        else
            voice->frame_count++;
        voice->frames[at].head = *frame;
        voice->frames[at].arrival_ms = now_ms();
        voice->frames[at].size = size;
        if (size > 0)
            memcpy(voice->frames[at].payload, payload, size);
    }
    pthread_mutex_unlock(&voice->lock);
    wake(voice->work_fd);
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
            pthread_create(&voice->thread, NULL, run, voice) == 0;
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
    wake(voice->work_fd);
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

    empty(voice->notice_fd);
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

static bool put_request(struct cli_voice *voice, const struct request *request)
{
    bool is_taken = false;

    pthread_mutex_lock(&voice->lock);
    if (voice->request_count < REQUEST_MAX) {
        voice->requests[voice->request_count++] = *request;
        is_taken = true;
    }
    pthread_mutex_unlock(&voice->lock);
    wake(voice->work_fd);
    return is_taken;
}

static bool request(struct cli_voice *voice, enum request_kind kind,
                    const char *path)
{
    struct request wanted = { .kind = kind };

    if (strlen(path) >= CLI_VOICE_PATH_SIZE)
        return false;
    copy_path(wanted.path, path);
    return put_request(voice, &wanted);
}

bool cli_voice_choose(struct cli_voice *voice, const struct cli_sound *sound)
{
    const struct request wanted = { .kind = REQUEST_CHOOSE, .sound = *sound };

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
    wake(voice->work_fd);
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
    wake(voice->work_fd);
}

void cli_voice_set_talking(struct cli_voice *voice, bool is_talking)
{
    /* A button pressed sixteen times while the device opens may be lost. */
    (void)request(voice, is_talking ? REQUEST_TALK : REQUEST_BE_SILENT, "");
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
