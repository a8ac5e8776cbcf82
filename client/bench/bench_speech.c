#include "client/bench/bench_speech.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WAIT_MAX_US = 1000 };

/* What a payload begins with. */
struct stamp {
    uint64_t sent_us;
    uint32_t room;
    uint32_t speaker;
    uint32_t sequence;
};

uint64_t bench_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail */
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

enum result bench_speech_init(struct bench_speech *speech, size_t rooms,
                              size_t members, size_t speakers)
{
    memset(speech, 0, sizeof *speech);
    speech->rooms = rooms;
    speech->members = members;
    speech->speakers = speakers;
    speech->is_deaf = calloc(members, sizeof *speech->is_deaf);
    speech->last =
        calloc(rooms * members * (speakers + 1), sizeof *speech->last);
    if (!speech->is_deaf || !speech->last) {
        bench_speech_release(speech);
        return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

void bench_speech_release(struct bench_speech *speech)
{
    free(speech->is_deaf);
    free(speech->last);
    speech->is_deaf = NULL;
    speech->last = NULL;
}

/* How many hear a speaker, which is the same in each room. */
static size_t count_hearing(const struct bench_speech *speech)
{
    size_t count = 0;

    for (size_t i = 0; i < speech->members; i++)
        count += !speech->is_deaf[i];
    return count;
}

void bench_speech_begin(struct bench_speech *speech, size_t rooms,
                        uint64_t warm_us, uint64_t measured_us)
{
    const uint64_t now_us = bench_now_us();

    memset(speech->last, 0,
           speech->rooms * speech->members * (speech->speakers + 1) *
               sizeof *speech->last);
    memset(&speech->latency, 0, sizeof speech->latency);
    speech->expected = speech->received = speech->in_time = 0;
    speech->offered = speech->backwards = speech->foreign = speech->turn = 0;
    speech->hearing = count_hearing(speech);
    speech->speaking_rooms = rooms;
    speech->begun_us = now_us;
    speech->measured_from_us = now_us + warm_us;
    speech->measured_until_us = speech->measured_from_us + measured_us;
    /* To the end of what is measured others speak on. */
    speech->until_us = speech->measured_until_us + 10 * BENCH_FRAME_US;
}

static bool is_within(const struct bench_speech *speech, uint64_t at_us)
{
    return at_us >= speech->measured_from_us &&
           at_us < speech->measured_until_us;
}

static void say(struct bench_speech *speech, uint64_t now_us)
{
    const uint64_t voices = speech->speaking_rooms * speech->speakers;
    const uint64_t turn = speech->turn % voices;
    struct stamp stamp = { .sent_us = now_us };
    uint8_t payload[BENCH_PAYLOAD_SIZE] = { 0 };
    /* A speaker hears the others. */
    const uint64_t listeners = speech->hearing - 1;

    stamp.room = (uint32_t)(turn % speech->speaking_rooms);
    stamp.speaker = (uint32_t)(turn / speech->speaking_rooms);
    stamp.sequence = (uint32_t)(speech->turn / voices) + 1;
    memcpy(payload, &stamp, sizeof stamp);
    speech->turn++;
    speech->expected += listeners;
    if (is_within(speech, now_us))
        speech->offered += listeners;
    speech->say(speech->user, stamp.room, stamp.speaker, stamp.sequence,
                payload, sizeof payload);
}

void bench_speech_tick(struct bench_speech *speech)
{
    const uint64_t voices = speech->speaking_rooms * speech->speakers;
    /* Whoever is late catches up, but listens in between. */
    const uint64_t most = speech->turn + voices;
    uint64_t now_us = bench_now_us();

    while (voices > 0 && speech->turn < most && now_us < speech->until_us &&
           now_us >=
               speech->begun_us + speech->turn * BENCH_FRAME_US / voices) {
        say(speech, now_us);
        now_us = bench_now_us();
    }
}

uint64_t bench_speech_wait_us(const struct bench_speech *speech)
{
    const uint64_t voices = speech->speaking_rooms * speech->speakers;
    const uint64_t now_us = bench_now_us();
    uint64_t due_us;

    if (voices == 0 || now_us >= speech->until_us)
        return WAIT_MAX_US;
    due_us = speech->begun_us + speech->turn * BENCH_FRAME_US / voices;
    if (due_us <= now_us)
        return 0;
    return due_us - now_us < WAIT_MAX_US ? due_us - now_us : WAIT_MAX_US;
}

void bench_speech_hear(struct bench_speech *speech, size_t room, size_t member,
                       const uint8_t *payload, size_t size)
{
    const uint64_t now_us = bench_now_us();
    struct stamp stamp;
    uint32_t *last;

    if (size < sizeof stamp || speech->is_deaf[member])
        return;
    memcpy(&stamp, payload, sizeof stamp);
    if (stamp.room != room || stamp.speaker >= speech->speakers ||
        stamp.sent_us < speech->begun_us || stamp.sent_us > now_us) {
        speech->foreign++;
        return;
    }
    last =
        &speech
             ->last[(room * speech->members + member) * (speech->speakers + 1) +
                    stamp.speaker];
    if (stamp.sequence <= *last) {
        speech->backwards++;
        return;
    }
    *last = stamp.sequence;
    speech->received++;
    speech->in_time += is_within(speech, now_us);
    if (is_within(speech, stamp.sent_us))
        bench_latency_add(&speech->latency, now_us - stamp.sent_us);
}
