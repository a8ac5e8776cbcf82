#include "server/audio/voice_order.h"

#include <assert.h>
#include <string.h>

/* How far `sequence` is after `other`; numbers wrap. */
static int32_t distance(uint32_t sequence, uint32_t other)
{
    const uint32_t ahead = sequence - other;

    return ahead <= INT32_MAX ? (int32_t)ahead
                              : -(int32_t)(UINT32_MAX - ahead) - 1;
}

static bool counts_anew(const struct voice_order *order,
                        const struct voice_frame *frame)
{
    const uint32_t first =
        order->has_given
            ? order->next
            : (order->count > 0 ? order->frames[0].sequence : frame->sequence);
    const int32_t ahead = distance(frame->sequence, first);

    return ahead < -VOICE_ORDER_BACK_MAX ||
           (order->has_given && ahead < 0 &&
            frame->at_ms - order->came_ms > VOICE_ORDER_SILENCE_MS);
}

/* Where it belongs; `*is_there`: one of its number stands there. */
static size_t place_of(const struct voice_order *order, uint32_t sequence,
                       bool *is_there)
{
    size_t place = order->count;

    *is_there = false;
    while (place > 0) {
        const int32_t ahead =
            distance(sequence, order->frames[place - 1].sequence);

        if (ahead == 0)
            *is_there = true;
        if (ahead >= 0)
            break;
        place--;
    }
    return place;
}

bool voice_order_take(struct voice_order *order,
                      const struct voice_frame *frame)
{
    bool is_there;
    size_t place;

    if (counts_anew(order, frame)) {
        if (order->count > 0)
            return false;
        order->has_given = false;
        order->is_anew = true;
    }
    if (order->has_given && distance(frame->sequence, order->next) < 0) {
        order->late_count++;
        return true;
    }
    place = place_of(order, frame->sequence, &is_there);
    if (is_there) {
        order->twice_count++;
        return true;
    }
    assert(order->count < VOICE_ORDER_PLACES);
    memmove(&order->frames[place + 1], &order->frames[place],
            (order->count - place) * sizeof order->frames[0]);
    order->frames[place] = *frame;
    order->count++;
    order->came_ms = frame->at_ms;
    return true;
}

/* The oldest has waited for those before it, or a later one has. */
static bool is_waited_for(const struct voice_order *order, int64_t now_ms)
{
    size_t i;

    for (i = 0; i < order->count; i++)
        if (now_ms - order->frames[i].at_ms >= VOICE_ORDER_WAIT_MS)
            return true;
    return order->count == VOICE_ORDER_PLACES;
}

bool voice_order_give(struct voice_order *order, int64_t now_ms,
                      bool is_flushed, struct voice_frame *out)
{
    if (order->count == 0)
        return false;
    if (!is_flushed &&
        !(order->has_given && order->frames[0].sequence == order->next) &&
        !is_waited_for(order, now_ms))
        return false;
    *out = order->frames[0];
    out->is_anew = order->is_anew;
    order->is_anew = false;
    order->has_given = true;
    order->next = out->sequence + 1;
    order->count--;
    memmove(&order->frames[0], &order->frames[1],
            order->count * sizeof order->frames[0]);
    return true;
}
