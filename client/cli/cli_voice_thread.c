/* The thread that owns the voice: it does what the others ask, feeds it with
 * what was heard, and tells what happens. */
#include "client/cli/cli_voice_internal.h"

#include <assert.h>
#include <poll.h>
#include <string.h>

/* When nobody fetches notices the newest are the ones that are lost. */
static void put_notice(struct cli_voice *mine,
                       const struct cli_voice_notice *notice)
{
    pthread_mutex_lock(&mine->lock);
    if (mine->notice_count < CLI_VOICE_NOTICE_MAX)
        mine->notices[mine->notice_count++] = *notice;
    pthread_mutex_unlock(&mine->lock);
    cli_voice_wake(mine->notice_fd);
}

static void tell(struct cli_voice *mine, enum cli_voice_notice_kind kind,
                 enum result result, const char *path)
{
    struct cli_voice_notice notice = { .kind = kind, .result = result };

    cli_voice_copy_path(notice.path, path);
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

    cli_voice_wake(mine->work_fd);
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

static void on_silent_microphone(void *user)
{
    tell(user, CLI_VOICE_SILENT_MICROPHONE, RESULT_OK, "");
}

/* Files and the null device may be silent. */
static bool has_real_microphone(const struct cli_voice *mine)
{
    return mine->setting.device == VOICE_DEVICE_AUTOMATIC ||
           mine->setting.device == VOICE_DEVICE_PULSE ||
           mine->setting.device == VOICE_DEVICE_PORTAUDIO;
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
        .microphone_silent =
            has_real_microphone(mine) ? on_silent_microphone : NULL,
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
        cli_voice_copy_path(mine->spoken, path);
    if (result == RESULT_OK && mine->setting.mode == VOICE_OPEN_MICROPHONE)
        voice_set_muted(mine->voice, false);
    if (result != RESULT_OK)
        tell(mine, CLI_VOICE_SPEAK_FAILED, result, path);
}

static void record(struct cli_voice *mine, const char *path)
{
    enum result result = voice_record_file(mine->voice, path);

    if (result == RESULT_OK) {
        cli_voice_copy_path(mine->recorded, path);
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

/* What holds until it is said otherwise. */
static void follow_setting(struct cli_voice *mine)
{
    struct voice_quality quality;
    unsigned floor_ms;
    int64_t round_trip_ms;
    bool is_new;
    bool is_expected;

    pthread_mutex_lock(&mine->lock);
    round_trip_ms = mine->round_trip_ms;
    is_expected = mine->is_talk_expected;
    is_new = mine->has_wanted_quality;
    mine->has_wanted_quality = false;
    quality = mine->wanted_quality;
    floor_ms = mine->wanted_floor_ms;
    pthread_mutex_unlock(&mine->lock);
    voice_set_round_trip(mine->voice, round_trip_ms);
    voice_expect_talk(mine->voice, is_expected);
    if (!is_new)
        return;
    /* What the core advises and the codec does not know stays as it was. */
    if (voice_set_quality(mine->voice, &quality) != RESULT_OK)
        return;
    voice_set_floor(mine->voice, floor_ms);
}

static void do_request(struct cli_voice *mine,
                       const struct cli_voice_request *request)
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

static bool take_request(struct cli_voice *mine, struct cli_voice_request *out)
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

static bool take_frame(struct cli_voice *mine, struct cli_voice_arrival *out)
{
    bool is_taken = false;

    pthread_mutex_lock(&mine->lock);
    if (mine->frame_count > 0) {
        *out = mine->frames[mine->frame_first];
        mine->frame_first = (mine->frame_first + 1) % CLI_VOICE_FRAME_MAX;
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
    if (!cli_hearing_next(&mine->hearing, &totals, cli_voice_now_ms(), &report))
        return;
    pthread_mutex_lock(&mine->lock);
    if (mine->client)
        client_report_hearing(mine->client, &report);
    pthread_mutex_unlock(&mine->lock);
}

static int64_t wait_ms(const struct cli_voice *mine)
{
    const int64_t voice_ms = voice_wait_ms(mine->voice);
    const int64_t hearing_ms =
        cli_hearing_wait_ms(&mine->hearing, cli_voice_now_ms());

    if (hearing_ms < 0 || (voice_ms >= 0 && voice_ms < hearing_ms))
        return voice_ms;
    return hearing_ms;
}

static void do_work(struct cli_voice *mine)
{
    struct cli_voice_request request;
    struct cli_voice_arrival frame;

    follow_setting(mine);
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

void *cli_voice_run(void *user)
{
    struct cli_voice *mine = user;

    if (!open_device(mine)) {
        tell(mine, CLI_VOICE_DEVICE_LOST, RESULT_NO_MEMORY, "");
        return NULL;
    }
    while (!is_stopping(mine)) {
        struct pollfd work = { .fd = mine->work_fd, .events = POLLIN };

        (void)poll(&work, 1, (int)wait_ms(mine));
        cli_voice_empty(mine->work_fd);
        do_work(mine);
    }
    stop_recording(mine);
    mine->voice = voice_close(mine->voice);
    return NULL;
}
