#include "server/room/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct frame *frame_new(const void *bytes, size_t size, bool is_binary)
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
    memset(frame->headroom, 0, sizeof frame->headroom);
    if (size > 0)
        memcpy(frame->data, bytes, size);
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
