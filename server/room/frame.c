#include "server/room/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct frame *make(size_t size, bool is_binary)
{
    struct frame *frame;

    if (size > SIZE_MAX - sizeof *frame)
        return NULL;
    frame = malloc(sizeof *frame + size);
    if (!frame)
        return NULL;
    frame->references = 1;
    frame->is_binary = is_binary;
    frame->size = size;
    frame->sound_count = frame->copy_count = 0;
    frame->born_ms = 0;
    memset(frame->headroom, 0, sizeof frame->headroom);
    return frame;
}

struct frame *frame_new(const void *bytes, size_t size, bool is_binary)
{
    struct frame *frame = make(size, is_binary);

    if (frame && size > 0)
        memcpy(frame->data, bytes, size);
    return frame;
}

struct frame *frame_join(struct frame *const *parts, size_t count,
                         size_t skipped)
{
    size_t i, size = 0;
    struct frame *frame;

    for (i = 0; i < count; i++)
        size += parts[i]->size - (i > 0 ? skipped : 0);
    frame = make(size, true);
    if (!frame)
        return NULL;
    size = 0;
    for (i = 0; i < count; i++) {
        size_t from = i > 0 ? skipped : 0;

        memcpy(frame->data + size, parts[i]->data + from,
               parts[i]->size - from);
        size += parts[i]->size - from;
        frame->sound_count += parts[i]->sound_count;
        frame->copy_count += parts[i]->copy_count;
        if (i == 0 || parts[i]->born_ms < frame->born_ms)
            frame->born_ms = parts[i]->born_ms;
    }
    return frame;
}

struct frame *frame_ref(struct frame *frame)
{
    assert(frame->references > 0);
    frame->references++;
    return frame;
}

struct frame *frame_unref(struct frame *frame)
{
    if (!frame)
        return NULL;
    assert(frame->references > 0);
    frame->references--;
    if (frame->references == 0)
        free(frame);
    return NULL;
}
