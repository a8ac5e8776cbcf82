#include "tests/support/line/line_recorder.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct unit {
    atomic_int_least64_t sent_ns; /* 0: not */
    atomic_int_least64_t came_ns; /* 0: not */
    uint64_t sum;                 /* of the payload; 0: a frame goes on */
};

struct line_recorder {
    size_t unit_max;
    atomic_size_t sent, came, false_count;
    size_t end; /* of what was sent */
    struct unit units[];
};

int64_t line_clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail */
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* FNV-1a; never 0. */
static uint64_t sum_of(const void *payload, size_t size)
{
    const uint8_t *bytes = payload;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    return sum ? sum : 1;
}

enum result line_recorder_new(struct line_recorder **out, size_t unit_max)
{
    struct line_recorder *recorder =
        calloc(1, sizeof *recorder + unit_max * sizeof recorder->units[0]);

    if (!recorder)
        return RESULT_NO_MEMORY;
    recorder->unit_max = unit_max;
    *out = recorder;
    return RESULT_OK;
}

struct line_recorder *line_recorder_free(struct line_recorder *recorder)
{
    free(recorder);
    return NULL;
}

enum result line_recorder_sent(struct line_recorder *recorder, size_t first,
                               size_t count, const void *payload, size_t size)
{
    int64_t now_ns = line_clock_ns();

    if (count == 0 || first < recorder->end ||
        count > recorder->unit_max - first)
        return RESULT_FULL;
    recorder->units[first].sum = sum_of(payload, size);
    for (size_t i = 0; i < count; i++)
        atomic_store(&recorder->units[first + i].sent_ns, now_ns);
    recorder->end = first + count;
    (void)atomic_fetch_add(&recorder->sent, count);
    return RESULT_OK;
}

void line_recorder_came(struct line_recorder *recorder, size_t first,
                        const void *payload, size_t size)
{
    int64_t now_ns = line_clock_ns();
    int64_t sent_ns = first < recorder->unit_max
                          ? atomic_load(&recorder->units[first].sent_ns)
                          : 0;

    if (sent_ns == 0 || recorder->units[first].sum != sum_of(payload, size)) {
        (void)atomic_fetch_add(&recorder->false_count, 1);
        return;
    }
    /* The parts of a frame have its time, and no sum of their own. */
    do {
        if (atomic_load(&recorder->units[first].came_ns) == 0) {
            atomic_store(&recorder->units[first].came_ns, now_ns);
            (void)atomic_fetch_add(&recorder->came, 1);
        }
        first++;
    } while (first < recorder->unit_max &&
             atomic_load(&recorder->units[first].sent_ns) == sent_ns &&
             recorder->units[first].sum == 0);
}

size_t line_recorder_missing(struct line_recorder *recorder)
{
    return atomic_load(&recorder->sent) - atomic_load(&recorder->came);
}

size_t line_recorder_false(struct line_recorder *recorder)
{
    return atomic_load(&recorder->false_count);
}

static void write_ms(FILE *file, int64_t ns)
{
    if (ns != 0)
        (void)fprintf(file, "%.3f", (double)ns / 1e6);
}

enum result line_recorder_write(struct line_recorder *recorder, FILE *file)
{
    (void)fprintf(file, "sent_ms,came_ms\n");
    for (size_t i = 0; i < recorder->end; i++) {
        int64_t sent_ns = atomic_load(&recorder->units[i].sent_ns);

        if (sent_ns == 0)
            continue; /* the speaker was silent */
        write_ms(file, sent_ns);
        (void)fputc(',', file);
        write_ms(file, atomic_load(&recorder->units[i].came_ns));
        (void)fputc('\n', file);
    }
    return fflush(file) == 0 && !ferror(file) ? RESULT_OK : RESULT_IO;
}
