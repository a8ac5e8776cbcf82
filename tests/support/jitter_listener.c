#include "tests/support/jitter_listener.h"

#include <assert.h>
#include <string.h>

enum { SHRINK_COUNT = 1440, PERIOD_COUNT = 288, DENIED_OF_TEN = 4 };

void jitter_listener_init(struct jitter_listener *listener, int64_t floor_ms,
                          void (*on_heard)(const struct jitter_heard *heard,
                                           void *user),
                          void *user)
{
    *listener = (struct jitter_listener){
        .on_heard = on_heard, .user = user, .period = PERIOD_COUNT, .random = 1
    };
    if (jitter_buffer_new(&listener->buffer, floor_ms) != RESULT_OK)
        assert(!"a buffer");
}

void jitter_listener_release(struct jitter_listener *listener)
{
    listener->buffer = jitter_buffer_free(listener->buffer);
}

void jitter_listener_put(struct jitter_listener *listener, uint32_t number,
                         uint32_t timestamp, uint16_t count, uint8_t flags,
                         int64_t sent_ms, int64_t came_ms)
{
    const struct jitter_heard heard = { .number = number,
                                        .sent_ms = sent_ms,
                                        .came_ms = came_ms };
    struct jitter_frame frame = { .sequence = number,
                                  .timestamp = timestamp,
                                  .count = count,
                                  .flags = flags,
                                  .size = sizeof heard };

    memcpy(frame.payload, &heard, sizeof heard);
    jitter_buffer_put(listener->buffer, &frame, came_ms);
}

static void break_promise(struct jitter_listener *listener, const char *what)
{
    if (!listener->broken)
        listener->broken = what;
}

static void hear(struct jitter_listener *listener,
                 const struct jitter_frame *frame, int64_t now_ms)
{
    struct jitter_heard heard;

    memcpy(&heard, frame->payload, sizeof heard);
    heard.heard_ms = now_ms + (int64_t)listener->pending / AUDIO_COUNT_PER_MS;
    heard.made_up = listener->made_up;
    if (listener->has_heard &&
        (int32_t)(heard.number - listener->last_number) <= 0)
        break_promise(listener, "heard twice, or out of order");
    if (heard.heard_ms < heard.came_ms)
        break_promise(listener, "heard before it came");
    listener->has_heard = true;
    listener->last_number = heard.number;
    listener->made_up = 0;
    if (listener->on_heard)
        listener->on_heard(&heard, listener->user);
}

static enum jitter_kind append(struct jitter_listener *listener, int64_t now_ms)
{
    struct jitter_output output;

    jitter_buffer_get(listener->buffer, listener->pending, &output);
    if (output.kind == JITTER_SILENCE)
        return output.kind;
    if (output.kind == JITTER_PACKET)
        hear(listener, output.frame, now_ms);
    else
        listener->made_up += (unsigned)output.count;
    listener->pending += output.count;
    return output.kind;
}

/* Not every sound can be scaled. */
static bool is_denied(struct jitter_listener *listener)
{
    listener->random = listener->random * 1664525u + 1013904223u;
    return (listener->random >> 8) % 10 < DENIED_OF_TEN;
}

static void scale(struct jitter_listener *listener, int64_t now_ms)
{
    size_t count_max;
    enum jitter_wish wish =
        jitter_buffer_wish(listener->buffer, listener->pending, &count_max);
    size_t count = listener->period < count_max ? listener->period : count_max;

    if (wish == JITTER_KEEP || is_denied(listener))
        return;
    if (wish == JITTER_STRETCH) {
        listener->pending += count;
    } else {
        if (listener->pending < SHRINK_COUNT &&
            jitter_buffer_is_ready(listener->buffer))
            (void)append(listener, now_ms);
        listener->pending -= count;
    }
    jitter_buffer_scaled(listener->buffer, wish, count);
}

enum jitter_kind jitter_listener_pull(struct jitter_listener *listener,
                                      int64_t now_ms)
{
    enum jitter_kind kind = JITTER_PACKET;
    struct jitter_statistics statistics;

    jitter_buffer_tick(listener->buffer, now_ms, listener->pending);
    jitter_buffer_statistics(listener->buffer, &statistics);
    if (statistics.delay_ms > listener->delay_max_ms)
        listener->delay_max_ms = statistics.delay_ms;
    if (statistics.delay_ms > JITTER_DELAY_MAX_MS)
        break_promise(listener, "a delay above the highest");
    if (statistics.delay_ms < 0)
        break_promise(listener, "a delay below nothing");
    while (kind != JITTER_SILENCE && listener->pending < AUDIO_BLOCK_COUNT)
        kind = append(listener, now_ms);
    if (listener->pending >= AUDIO_BLOCK_COUNT)
        scale(listener, now_ms);
    while (kind != JITTER_SILENCE && listener->pending < AUDIO_BLOCK_COUNT)
        kind = append(listener, now_ms);
    if (listener->pending < AUDIO_BLOCK_COUNT) {
        listener->made_up += AUDIO_BLOCK_COUNT - (unsigned)listener->pending;
        listener->pending = 0;
    } else {
        listener->pending -= AUDIO_BLOCK_COUNT;
    }
    return kind;
}
