#include "tests/support/lying/event_book.h"

#include "tests/support/lying/must.h"

#include <stdlib.h>
#include <string.h>

struct volume {
    char *log;
    struct book_event *events;
    size_t capacity;
    struct volume *next;
};

static struct volume *volumes;

static struct volume *find(const char *log)
{
    struct volume *volume = volumes;

    while (volume && strcmp(volume->log, log) != 0)
        volume = volume->next;
    return volume;
}

static struct volume *find_or_add(const char *log)
{
    struct volume *volume = find(log);

    if (volume)
        return volume;
    volume = calloc(1, sizeof *volume);
    must(volume);
    volume->log = strdup(log);
    must(volume->log);
    volume->next = volumes;
    volumes = volume;
    return volume;
}

static void make_room(struct volume *volume, size_t needed)
{
    size_t capacity = volume->capacity ? volume->capacity : 64;

    while (capacity < needed)
        capacity *= 2;
    if (capacity == volume->capacity)
        return;
    volume->events = realloc(volume->events, capacity * sizeof *volume->events);
    must(volume->events);
    memset(volume->events + volume->capacity, 0,
           (capacity - volume->capacity) * sizeof *volume->events);
    volume->capacity = capacity;
}

void event_book_keep(const char *log, uint64_t seq, const void *bytes,
                     size_t size)
{
    struct volume *volume = find_or_add(log);
    struct book_event *event;

    make_room(volume, (size_t)seq + 1);
    event = &volume->events[seq];
    if (event->bytes)
        return;
    event->bytes = malloc(size + 1);
    must(event->bytes);
    memcpy(event->bytes, bytes, size);
    event->bytes[size] = '\0';
    event->size = size;
}

const struct book_event *event_book_find(const char *log, uint64_t seq)
{
    const struct volume *volume = find(log);

    return volume && seq < volume->capacity && volume->events[seq].bytes
               ? &volume->events[seq]
               : NULL;
}

void event_book_close(void)
{
    while (volumes) {
        struct volume *volume = volumes;
        size_t i;

        volumes = volume->next;
        for (i = 0; i < volume->capacity; i++)
            free(volume->events[i].bytes);
        free(volume->events);
        free(volume->log);
        free(volume);
    }
}
