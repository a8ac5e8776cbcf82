#include "protocol/line/copy_plan.h"

#include "protocol/line/sequence_window.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>
#include <string.h>

enum {
    SAMPLES_PER_MS = 48,
    FRAME_MS_USUAL = 20,
    FRAME_MS_MIN = 5,
    FRAME_MS_MAX = 60
};

static_assert((int)COPY_PLAN_FRAMES_MAX <= (int)LIMIT_TIGHT_FRAMES,
              "new frames and all copies fit a message");

/* The batch of this number; NULL: it is none of those remembered. */
static const struct copy_batch *find(const struct copy_plan *plan,
                                     uint64_t number)
{
    const struct copy_batch *batch =
        &plan->batches[number % COPY_PLAN_MESSAGES];

    return batch->number == number && batch->count > 0 ? batch : NULL;
}

static struct copy_batch *gathered(struct copy_plan *plan)
{
    return &plan->batches[plan->number % COPY_PLAN_MESSAGES];
}

static void begin_batch(struct copy_plan *plan)
{
    struct copy_batch *batch = gathered(plan);

    batch->number = plan->number;
    batch->count = batch->size = 0;
}

void copy_plan_set(struct copy_plan *plan, const struct line_wish *wish)
{
    size_t i;

    plan->bundle = wish->bundle;
    plan->copy_count = wish->copy_count;
    for (i = 0; i < wish->copy_count; i++)
        plan->copies[i] = wish->copies[i];
}

void copy_plan_clear(struct copy_plan *plan)
{
    size_t i;

    for (i = 0; i < COPY_PLAN_MESSAGES; i++)
        plan->batches[i].count = plan->batches[i].size = 0;
    begin_batch(plan);
}

void copy_plan_init(struct copy_plan *plan, const struct line_wish *wish)
{
    plan->number = 0;
    plan->frame_ms = FRAME_MS_USUAL;
    plan->sent_ms = 0;
    plan->lane_count = 1;
    copy_plan_set(plan, wish);
    copy_plan_clear(plan);
}

/* --- in ------------------------------------------------------------------ */

static const struct audio_frame *find_before(const struct copy_batch *batch,
                                             const struct audio_frame *frame)
{
    size_t i = batch ? batch->count : 0;

    while (i-- > 0)
        if (batch->frames[i].slot == frame->slot &&
            batch->frames[i].sequence + 1 == frame->sequence)
            return &batch->frames[i];
    return NULL;
}

/* A talkspurt that begins later says nothing of how long frames are. */
static void learn_length(struct copy_plan *plan,
                         const struct audio_frame *frame)
{
    const struct audio_frame *before = find_before(gathered(plan), frame);
    int64_t frame_ms;

    if (!before && plan->number > 0)
        before = find_before(find(plan, plan->number - 1), frame);
    if (!before || frame->flags & AUDIO_FRAME_TALKSPURT)
        return;
    frame_ms = (frame->timestamp - before->timestamp) / SAMPLES_PER_MS;
    if (frame_ms >= FRAME_MS_MIN && frame_ms <= FRAME_MS_MAX)
        plan->frame_ms = frame_ms;
}

enum result copy_plan_add(struct copy_plan *plan,
                          const struct audio_frame *frame, int64_t now_ms)
{
    struct copy_batch *batch = gathered(plan);
    size_t place = 0, i;

    if (frame->payload_size < 1 ||
        frame->payload_size > LIMIT_OPUS_PAYLOAD_SIZE)
        return RESULT_INVALID;
    if (batch->count == COPY_PLAN_NEW_MAX ||
        1 + batch->size + TIGHT_FRAME_OVERHEAD_MAX + frame->payload_size >
            LIMIT_AUDIO_MESSAGE_SIZE)
        return RESULT_FULL;
    learn_length(plan, frame);
    for (i = 0; i < batch->count; i++)
        place += batch->frames[i].payload_size;
    memcpy(&batch->bytes[place], frame->payload, frame->payload_size);
    batch->frames[batch->count] = *frame;
    batch->frames[batch->count].payload = &batch->bytes[place];
    batch->added_ms[batch->count] = now_ms;
    batch->count++;
    batch->size += TIGHT_FRAME_OVERHEAD_MAX + (size_t)frame->payload_size;
    return RESULT_OK;
}

/* --- when ---------------------------------------------------------------- */

/* New frames of whoever has most of them. */
static size_t most_of_one(const struct copy_batch *batch)
{
    size_t most = 0, i, k;

    for (i = 0; i < batch->count; i++) {
        size_t of_one = 0;

        for (k = 0; k <= i; k++)
            of_one += batch->frames[k].slot == batch->frames[i].slot;
        if (of_one > most)
            most = of_one;
    }
    return most;
}

static bool is_copied(const struct copy_plan *plan, size_t i)
{
    return plan->copies[i] < plan->lane_count;
}

/* Are there frames whose copies are not all out yet? */
static bool owes_copies(const struct copy_plan *plan)
{
    unsigned i, last = 0;

    for (i = 0; i < plan->copy_count && is_copied(plan, i); i++)
        last = plan->copies[i];
    for (i = 1; i <= last && i <= plan->number; i++)
        if (find(plan, plan->number - i))
            return true;
    return false;
}

int64_t copy_plan_due_ms(const struct copy_plan *plan)
{
    const struct copy_batch *batch = find(plan, plan->number);
    int64_t wait_ms = plan->bundle * plan->frame_ms;

    if (batch)
        return most_of_one(batch) >= plan->bundle
                   ? batch->added_ms[0]
                   : batch->added_ms[0] + wait_ms;
    /* A frame more, or what is only a little late would miss its message. */
    return owes_copies(plan) ? plan->sent_ms + wait_ms + plan->frame_ms
                             : INT64_MAX;
}

/* --- out ----------------------------------------------------------------- */

static bool is_before(const struct audio_frame *a, const struct audio_frame *b)
{
    return a->slot != b->slot ? a->slot < b->slot
                              : sequence_distance(b->sequence, a->sequence) < 0;
}

static void insert(struct copy_message *out, const struct audio_frame *frame)
{
    size_t i = out->count++;

    for (; i > 0 && is_before(frame, &out->frames[i - 1]); i--)
        out->frames[i] = out->frames[i - 1];
    out->frames[i] = *frame;
}

/* What is not too old of a batch, as far as it fits. */
static void collect(const struct copy_batch *batch, int64_t now_ms,
                    struct copy_message *out, size_t *size)
{
    size_t i;

    for (i = 0; batch && i < batch->count; i++) {
        const struct audio_frame *frame = &batch->frames[i];
        size_t needed = TIGHT_FRAME_OVERHEAD_MAX + (size_t)frame->payload_size;

        if (now_ms - batch->added_ms[i] > LIMIT_AUDIO_AGE_MS ||
            out->count == COPY_PLAN_FRAMES_MAX ||
            *size + needed > LIMIT_AUDIO_MESSAGE_SIZE)
            continue;
        if (batch->added_ms[i] < out->born_ms)
            out->born_ms = batch->added_ms[i];
        insert(out, frame);
        *size += needed;
    }
}

bool copy_plan_take(struct copy_plan *plan, int64_t now_ms, unsigned lane_count,
                    struct copy_message *out)
{
    size_t size = 1, i;
    int64_t new_born_ms;

    assert(lane_count > 0);
    plan->lane_count = lane_count;
    out->count = 0;
    out->born_ms = INT64_MAX;
    collect(find(plan, plan->number), now_ms, out, &size);
    out->new_count = out->count;
    new_born_ms = out->born_ms;
    for (i = 0; i < plan->copy_count; i++)
        if (is_copied(plan, i) && plan->copies[i] <= plan->number)
            collect(find(plan, plan->number - plan->copies[i]), now_ms, out,
                    &size);
    if (out->new_count > 0)
        out->born_ms = new_born_ms;
    out->lane = (unsigned)(plan->number % lane_count);
    plan->number++;
    plan->sent_ms = now_ms;
    begin_batch(plan);
    return out->count > 0;
}
