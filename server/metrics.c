#include "server/metrics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct page {
    char *out;
    size_t size, used;
    bool is_full;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *page,
                                                      const char *format, ...)
{
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vsnprintf(page->out + page->used, page->size - page->used, format,
                        arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= page->size - page->used)
        page->is_full = true;
    else
        page->used += (size_t)written;
}

static void put_type(struct page *page, const char *name, const char *type,
                     const char *help)
{
    put(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_number(struct page *page, const char *name, const char *type,
                       const char *help, uint64_t value)
{
    put_type(page, name, type, help);
    put(page, "%s %llu\n", name, (unsigned long long)value);
}

static void put_seconds(struct page *page, const char *name, const char *help,
                        double value)
{
    put_type(page, name, "gauge", help);
    put(page, "%s %.6f\n", name, value);
}

static void put_histogram(struct page *page, const char *name, const char *help,
                          const struct histogram *histogram)
{
    const size_t bounds = histogram->bound_count;
    size_t i;

    put_type(page, name, "histogram", help);
    for (i = 0; i < bounds; i++)
        put(page, "%s_bucket{le=\"%g\"} %llu\n", name,
            (double)histogram->bounds_us[i] / 1e6,
            (unsigned long long)histogram_until(histogram, i));
    put(page, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.6f\n%s_count %llu\n", name,
        (unsigned long long)histogram_until(histogram, bounds), name,
        (double)histogram->sum_us / 1e6, name,
        (unsigned long long)histogram_until(histogram, bounds));
}

static void put_rooms(struct page *page, const struct hub_figures *hub)
{
    static const char name[] = "chibo_room_sessions";
    size_t i, least = 1;

    put_number(page, "chibo_sessions", "gauge", "Connections that are open.",
               hub->sessions);
    put_number(page, "chibo_rooms", "gauge",
               "Logs in memory: the register, and meetings.", hub->rooms);
    put_type(page, name, "gauge",
             "Connections that follow meetings, by how many follow the same.");
    for (i = 0; i < ROOM_SIZE_COUNT - 1; i++) {
        put(page, "%s{size=\"%zu-%zu\"} %zu\n", name, least, hub_room_sizes[i],
            hub->room_sessions[i]);
        least = hub_room_sizes[i] + 1;
    }
    put(page, "%s{size=\"%zu-\"} %zu\n", name, least, hub->room_sessions[i]);
}

static void put_events(struct page *page, const struct metrics *metrics)
{
    const struct hub_figures *hub = &metrics->hub;
    const struct store_figures *store = &metrics->store;

    put_number(page, "chibo_logins_total", "counter", "Devices that logged in.",
               hub->logins);
    put_number(page, "chibo_events_total", "counter",
               "Events of all logs that are on disk.", hub->events);
    put_number(page, "chibo_refusals_total", "counter",
               "Requests that were refused.", hub->refusals);
    put_number(page, "chibo_ballots_checked_total", "counter",
               "Secret ballots whose proofs were looked at.",
               hub->ballots_checked);
    put_number(page, "chibo_ballots_recorded_total", "counter",
               "Secret ballots that are on disk.", hub->ballots_recorded);
    put_number(page, "chibo_ballots_waiting", "gauge",
               "Secret ballots whose proofs wait to be looked at.",
               hub->ballots_waiting);
    put_number(page, "chibo_store_commits_total", "counter",
               "Transactions of the database.", store->commits);
    put_number(page, "chibo_store_batches_total", "counter",
               "Batches of events written.", store->batches);
    put_number(page, "chibo_store_failures_total", "counter",
               "Batches that could not be written.", store->failures);
    put_number(page, "chibo_store_waiting", "gauge",
               "Batches that wait to be written.", store->waiting);
}

static void put_lines(struct page *page, const struct hub_figures *hub)
{
    static const char *const kinds[LINE_KIND_COUNT] = {
        [LINE_COPIES] = "copies",
        [LINE_BUNDLE] = "bundle",
        [LINE_OTHER] = "other"
    };
    static const char lines[] = "chibo_lines";
    size_t i;

    put_type(page, lines, "gauge",
             "Devices that are sent sound for bad lines, by what they asked.");
    for (i = 0; i < LINE_KIND_COUNT; i++)
        put(page, "%s{kind=\"%s\"} %zu\n", lines, kinds[i], hub->lines[i]);
    put_number(page, "chibo_lanes", "gauge",
               "Further connections of such devices.", hub->lanes);
    put_number(page, "chibo_audio_tight_messages_total", "counter",
               "Messages made for such devices.", hub->sound.tight_messages);
    put_number(page, "chibo_audio_copies_total", "counter",
               "Frames that such devices were sent again.", hub->sound.copies);
    put_number(page, "chibo_audio_duplicates_total", "counter",
               "Frames that such devices sent again.", hub->sound.duplicates);
}

static void put_sound(struct page *page, const struct hub_figures *hub)
{
    static const char *const why[SOUND_DROP_COUNT] = {
        [SOUND_QUEUE_FULL] = "queue_full",
        [SOUND_STALE] = "stale",
        [SOUND_NO_FLOOR] = "no_floor",
        [SOUND_TOO_MANY_SPEAKERS] = "too_many_speakers",
        [SOUND_RATE] = "rate",
        [SOUND_CLOSING] = "closing",
        [SOUND_ONE_VOICE] = "one_voice"
    };
    static const char dropped[] = "chibo_audio_dropped_total";
    const struct sound_figures *sound = &hub->sound;
    size_t i;

    put_number(page, "chibo_audio_received_total", "counter",
               "Frames of sound that speakers sent.", sound->received);
    put_number(page, "chibo_audio_delivered_total", "counter",
               "Frames of sound sent on, counted for each listener.",
               sound->delivered);
    put_number(page, "chibo_audio_messages_total", "counter",
               "Messages that carried them.", sound->messages);
    put_number(page, "chibo_audio_delivered_bytes_total", "counter",
               "Bytes of those messages.", sound->bytes);
    put_type(page, dropped, "counter", "Frames of sound not sent on, by why.");
    for (i = 0; i < SOUND_DROP_COUNT; i++)
        put(page, "%s{reason=\"%s\"} %llu\n", dropped, why[i],
            (unsigned long long)sound->dropped[i]);
    put_lines(page, hub);
    put_histogram(page, "chibo_audio_queue_age_seconds",
                  "Age of sound that a slow listener was sent.",
                  &sound->queue_age);
    put_seconds(page, "chibo_audio_bundle_window_seconds",
                "How long sound is held back to be sent with more.",
                (double)hub->bundle_window_ms / 1e3);
}

static void put_hearing(struct page *page, const struct hearing_figures *heard)
{
    put_number(page, "chibo_heard_played_total", "counter",
               "Blocks of 20 ms that devices heard as they were sent.",
               heard->played);
    put_number(page, "chibo_heard_concealed_total", "counter",
               "Blocks that they made up for sound that was lost or late.",
               heard->concealed);
    put_number(page, "chibo_heard_repaired_total", "counter",
               "Of these, as good as heard.", heard->repaired);
    put_number(page, "chibo_heard_late_total", "counter",
               "Frames that reached them after others had been heard.",
               heard->late);
    put_number(page, "chibo_heard_dropped_total", "counter",
               "Frames that they dropped lest they be heard too late.",
               heard->dropped);
    put_histogram(page, "chibo_heard_delay_seconds",
                  "From a frame's arrival at a device to the ear, as told.",
                  &heard->delay);
}

static void put_loop(struct page *page, const struct metrics *metrics)
{
    put_histogram(page, "chibo_loop_lag_seconds",
                  "Turns of the loop: for so long nobody else was heard.",
                  &metrics->hub.loop_lag);
    put_seconds(page, "chibo_loop_longest_turn_seconds",
                "Since the last request.",
                (double)metrics->longest_turn_ns / 1e9);
    put_seconds(page, "chibo_loop_longest_turn_cpu_seconds",
                "The same, in CPU time.",
                (double)metrics->longest_turn_cpu_ns / 1e9);
}

/* Named as monitors know them. */
static void put_process(struct page *page, const struct metrics *metrics)
{
    static const char cpu[] = "process_cpu_seconds_total";

    put_type(page, cpu, "counter", "Processor time of all threads.");
    put(page, "%s %.6f\n", cpu, (double)metrics->cpu_ns / 1e9);
    put_number(page, "process_resident_memory_bytes", "gauge",
               "Memory of the process.", metrics->resident_size);
}

size_t metrics_print(const struct metrics *metrics, char *out, size_t size)
{
    struct page page = { .out = out, .size = size };

    put_rooms(&page, &metrics->hub);
    put_events(&page, metrics);
    put_sound(&page, &metrics->hub);
    put_hearing(&page, &metrics->hub.hearing);
    put_loop(&page, metrics);
    put_process(&page, metrics);
    return page.is_full ? 0 : page.used;
}
