#include "client/audio/audio_ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_SIZE = sizeof(uint64_t) };

/*
 * `head` counts what was ever pushed, `tail` what was ever popped or lost; a
 * message lives in slot (count % message_max). The consumer copies a message
 * first and then claims it by moving `tail`; if the producer has meanwhile
 * thrown it away by moving `tail` itself, the claim fails and the copy, which
 * may be half of one message and half of another, is forgotten. That is why
 * the words are atomic: such a copy must not be undefined behaviour.
 */
struct audio_ring {
    size_t message_max;
    size_t size_max;
    size_t word_count; /* of a slot; the first word is the size */
    _Atomic uint64_t head;
    _Atomic uint64_t tail;
    _Atomic uint64_t overruns;
    _Atomic uint64_t words[];
};

enum result audio_ring_new(struct audio_ring **out, size_t message_max,
                           size_t size_max)
{
    struct audio_ring *ring;
    size_t word_count;
    size_t size;

    if (message_max == 0 || size_max == 0 || size_max > SIZE_MAX / 2)
        return RESULT_INVALID;
    word_count = 1 + (size_max + WORD_SIZE - 1) / WORD_SIZE;
    if (__builtin_mul_overflow(word_count, message_max, &size) ||
        __builtin_mul_overflow(size, sizeof ring->words[0], &size) ||
        __builtin_add_overflow(size, sizeof *ring, &size))
        return RESULT_INVALID;
    ring = calloc(1, size);
    if (!ring)
        return RESULT_NO_MEMORY;
    ring->message_max = message_max;
    ring->size_max = size_max;
    ring->word_count = word_count;
    *out = ring;
    return RESULT_OK;
}

struct audio_ring *audio_ring_free(struct audio_ring *ring)
{
    free(ring);
    return NULL;
}

static _Atomic uint64_t *slot_of(struct audio_ring *ring, uint64_t count)
{
    size_t index = (size_t)(count % ring->message_max);

    return &ring->words[index * ring->word_count];
}

/* Makes room for one message, throwing away the oldest if it must. */
static void make_room(struct audio_ring *ring, uint64_t head)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

    if (head - tail < ring->message_max)
        return;
    if (atomic_compare_exchange_strong_explicit(&ring->tail, &tail, tail + 1,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
        atomic_fetch_add_explicit(&ring->overruns, 1, memory_order_relaxed);
}

void audio_ring_push(struct audio_ring *ring, const void *message, size_t size)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    const uint8_t *bytes = message;
    _Atomic uint64_t *slot;

    assert(size <= ring->size_max);
    make_room(ring, head);
    slot = slot_of(ring, head);
    atomic_store_explicit(&slot[0], size, memory_order_relaxed);
    for (size_t at = 0, i = 1; at < size; at += WORD_SIZE, i++) {
        size_t part = size - at < WORD_SIZE ? size - at : WORD_SIZE;
        uint64_t word = 0;

        memcpy(&word, &bytes[at], part);
        atomic_store_explicit(&slot[i], word, memory_order_relaxed);
    }
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

/* The size read may be of another message than `tail` says: it is bounded. */
static size_t copy_out(struct audio_ring *ring, uint64_t tail, uint8_t *out)
{
    _Atomic uint64_t *slot = slot_of(ring, tail);
    uint64_t stored = atomic_load_explicit(&slot[0], memory_order_relaxed);
    size_t size = stored <= ring->size_max ? (size_t)stored : ring->size_max;

    for (size_t at = 0, i = 1; at < size; at += WORD_SIZE, i++) {
        size_t part = size - at < WORD_SIZE ? size - at : WORD_SIZE;
        uint64_t word = atomic_load_explicit(&slot[i], memory_order_relaxed);

        memcpy(&out[at], &word, part);
    }
    return size;
}

bool audio_ring_pop(struct audio_ring *ring, void *out, size_t *size)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

    for (;;) {
        uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
        size_t copied;

        if (tail == head)
            return false;
        copied = copy_out(ring, tail, out);
        /* A failed claim leaves the producer's newer tail in `tail`. */
        if (atomic_compare_exchange_strong_explicit(
                &ring->tail, &tail, tail + 1, memory_order_acq_rel,
                memory_order_acquire)) {
            *size = copied;
            return true;
        }
    }
}

void audio_ring_clear(struct audio_ring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

    /* The producer only ever moves the tail forwards, and never past head. */
    while (tail < head && !atomic_compare_exchange_weak_explicit(
                              &ring->tail, &tail, head, memory_order_acq_rel,
                              memory_order_acquire))
        ;
}

uint64_t audio_ring_overruns(const struct audio_ring *ring)
{
    return atomic_load_explicit(&ring->overruns, memory_order_relaxed);
}
