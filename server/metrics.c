#include "server/metrics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
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

/* --- single figures ------------------------------------------------------ */

enum figure_kind {
    FIGURE_TOTAL = 1, /* uint64_t that only grows */
    FIGURE_COUNT,     /* uint64_t */
    FIGURE_SIZE,      /* size_t */
    FIGURE_MS,        /* int64_t, told in seconds */
    FIGURE_NS,        /* uint64_t, told in seconds */
    FIGURE_TOTAL_NS,  /* the same, and only grows */
    FIGURE_HISTOGRAM  /* struct histogram, of µs, told in seconds */
};

struct figure {
    const char *name;
    const char *help;
    enum figure_kind kind;
    size_t offset; /* in struct metrics */
};
#define FIGURE(name, kind, member, help)                                       \
    {                                                                          \
        name, help, kind, offsetof(struct metrics, member)                     \
    }

/* clang-format off */
static const struct figure figures[] = {
    FIGURE("chibo_sessions", FIGURE_SIZE, hub.sessions,
           "Connections that are open."),
    FIGURE("chibo_rooms", FIGURE_SIZE, hub.rooms,
           "Logs in memory: the register, and meetings."),
    FIGURE("chibo_logins_total", FIGURE_TOTAL, hub.logins,
           "Devices that logged in."),
    FIGURE("chibo_connections_held_total", FIGURE_TOTAL, connections_held,
           "Connections that waited: one of their address was cut off."),
    FIGURE("chibo_events_total", FIGURE_TOTAL, hub.events,
           "Events of all logs that are on disk."),
    FIGURE("chibo_refusals_total", FIGURE_TOTAL, hub.refusals,
           "Requests that were refused."),
    FIGURE("chibo_ballots_checked_total", FIGURE_TOTAL, hub.ballots_checked,
           "Secret ballots whose proofs were looked at."),
    FIGURE("chibo_ballots_recorded_total", FIGURE_TOTAL, hub.ballots_recorded,
           "Secret ballots that are on disk."),
    FIGURE("chibo_ballots_waiting", FIGURE_SIZE, hub.ballots_waiting,
           "Secret ballots whose proofs wait to be looked at."),
    FIGURE("chibo_store_commits_total", FIGURE_TOTAL, store.commits,
           "Transactions of the database."),
    FIGURE("chibo_store_batches_total", FIGURE_TOTAL, store.batches,
           "Batches of events written."),
    FIGURE("chibo_store_failures_total", FIGURE_TOTAL, store.failures,
           "Batches that could not be written."),
    FIGURE("chibo_store_waiting", FIGURE_SIZE, store.waiting,
           "Batches that wait to be written."),
    FIGURE("chibo_audio_received_total", FIGURE_TOTAL, hub.sound.received,
           "Frames of sound that speakers sent."),
    FIGURE("chibo_audio_delivered_total", FIGURE_TOTAL, hub.sound.delivered,
           "Frames of sound sent on, counted for each listener."),
    FIGURE("chibo_audio_messages_total", FIGURE_TOTAL, hub.sound.messages,
           "Messages that carried them."),
    FIGURE("chibo_audio_delivered_bytes_total", FIGURE_TOTAL, hub.sound.bytes,
           "Bytes of those messages."),
    FIGURE("chibo_lanes", FIGURE_SIZE, hub.lanes,
           "Further connections of devices on bad lines."),
    FIGURE("chibo_audio_tight_messages_total", FIGURE_TOTAL,
           hub.sound.tight_messages, "Messages made for such devices."),
    FIGURE("chibo_audio_copies_total", FIGURE_TOTAL, hub.sound.copies,
           "Frames that such devices were sent again."),
    FIGURE("chibo_audio_duplicates_total", FIGURE_TOTAL, hub.sound.duplicates,
           "Frames that such devices sent again."),
    FIGURE("chibo_audio_queue_age_seconds", FIGURE_HISTOGRAM,
           hub.sound.queue_age, "Age of sound that a slow listener was sent."),
    FIGURE("chibo_audio_bundle_window_seconds", FIGURE_MS,
           hub.bundle_window_ms,
           "How long sound is held back to be sent with more."),
    FIGURE("chibo_heard_played_total", FIGURE_TOTAL, hub.hearing.played,
           "Blocks of 20 ms that devices heard as they were sent."),
    FIGURE("chibo_heard_concealed_total", FIGURE_TOTAL, hub.hearing.concealed,
           "Blocks that they made up for sound that was lost or late."),
    FIGURE("chibo_heard_repaired_total", FIGURE_TOTAL, hub.hearing.repaired,
           "Of these, as good as heard."),
    FIGURE("chibo_heard_late_total", FIGURE_TOTAL, hub.hearing.late,
           "Frames that reached them after others had been heard."),
    FIGURE("chibo_heard_dropped_total", FIGURE_TOTAL, hub.hearing.dropped,
           "Frames that they dropped lest they be heard too late."),
    FIGURE("chibo_heard_delay_seconds", FIGURE_HISTOGRAM, hub.hearing.delay,
           "From a frame's arrival at a device to the ear, as told."),
    FIGURE("chibo_loop_lag_seconds", FIGURE_HISTOGRAM, hub.loop_lag,
           "Turns of the loop: for so long nobody else was heard."),
    FIGURE("chibo_loop_longest_turn_seconds", FIGURE_NS, longest_turn_ns,
           "Since the last request."),
    FIGURE("chibo_loop_longest_turn_cpu_seconds", FIGURE_NS,
           longest_turn_cpu_ns, "The same, in CPU time."),
    /* Named as monitors know them. */
    FIGURE("process_cpu_seconds_total", FIGURE_TOTAL_NS, cpu_ns,
           "Processor time of all threads."),
    FIGURE("process_resident_memory_bytes", FIGURE_COUNT, resident_size,
           "Memory of the process."),
};
/* clang-format on */

static void put_histogram(struct page *page, const char *name,
                          const struct histogram *histogram)
{
    const size_t bounds = histogram->bound_count;
    size_t i;

    for (i = 0; i < bounds; i++)
        put(page, "%s_bucket{le=\"%g\"} %llu\n", name,
            (double)histogram->bounds_us[i] / 1e6,
            (unsigned long long)histogram_until(histogram, i));
    put(page, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.6f\n%s_count %llu\n", name,
        (unsigned long long)histogram_until(histogram, bounds), name,
        (double)histogram->sum_us / 1e6, name,
        (unsigned long long)histogram_until(histogram, bounds));
}

static const char *type_of(enum figure_kind kind)
{
    switch (kind) {
    case FIGURE_TOTAL:
    case FIGURE_TOTAL_NS:
        return "counter";
    case FIGURE_HISTOGRAM:
        return "histogram";
    case FIGURE_COUNT:
    case FIGURE_SIZE:
    case FIGURE_MS:
    case FIGURE_NS:
        break;
    }
    return "gauge";
}

static void put_figure(struct page *page, const struct figure *figure,
                       const struct metrics *metrics)
{
    const void *at = (const char *)metrics + figure->offset;
    const char *name = figure->name;

    put_type(page, name, type_of(figure->kind), figure->help);
    switch (figure->kind) {
    case FIGURE_TOTAL:
    case FIGURE_COUNT:
        put(page, "%s %llu\n", name, (unsigned long long)*(const uint64_t *)at);
        break;
    case FIGURE_SIZE:
        put(page, "%s %zu\n", name, *(const size_t *)at);
        break;
    case FIGURE_MS:
        put(page, "%s %.6f\n", name, (double)*(const int64_t *)at / 1e3);
        break;
    case FIGURE_NS:
    case FIGURE_TOTAL_NS:
        put(page, "%s %.6f\n", name, (double)*(const uint64_t *)at / 1e9);
        break;
    case FIGURE_HISTOGRAM:
        put_histogram(page, name, at);
        break;
    }
}

/* --- figures of several values ------------------------------------------- */

static void put_room_sizes(struct page *page, const struct hub_figures *hub)
{
    static const char name[] = "chibo_room_sessions";
    size_t i, least = 1;

    put_type(page, name, "gauge",
             "Connections that follow meetings, by how many follow the same.");
    for (i = 0; i < ROOM_SIZE_COUNT - 1; i++) {
        put(page, "%s{size=\"%zu-%zu\"} %zu\n", name, least, hub_room_sizes[i],
            hub->room_sessions[i]);
        least = hub_room_sizes[i] + 1;
    }
    put(page, "%s{size=\"%zu-\"} %zu\n", name, least, hub->room_sessions[i]);
}

static void put_lines(struct page *page, const struct hub_figures *hub)
{
    static const char *const kinds[LINE_KIND_COUNT] = {
        [LINE_COPIES] = "copies",
        [LINE_BUNDLE] = "bundle",
        [LINE_OTHER] = "other"
    };
    static const char name[] = "chibo_lines";
    size_t i;

    put_type(page, name, "gauge",
             "Devices that are sent sound for bad lines, by what they asked.");
    for (i = 0; i < LINE_KIND_COUNT; i++)
        put(page, "%s{kind=\"%s\"} %zu\n", name, kinds[i], hub->lines[i]);
}

/* Of an enum's words, in its order. */
static void put_reasons(struct page *page, const char *name, const char *help,
                        const char *const *words, size_t count,
                        const uint64_t *values)
{
    size_t i;

    put_type(page, name, "counter", help);
    for (i = 0; i < count; i++)
        put(page, "%s{reason=\"%s\"} %llu\n", name, words[i],
            (unsigned long long)values[i]);
}

static void put_cut_off(struct page *page, const struct hub_figures *hub)
{
    static const char *const cuts[CUT_REASON_COUNT] = {
        [CUT_REQUESTS] = "requests",
        [CUT_WAITING] = "waiting",
        [CUT_SOUND] = "sound",
        [CUT_UPLOAD] = "upload"
    };
    static const char *const logins[LOGIN_REFUSAL_COUNT] = {
        [LOGIN_FAILED] = "failed",
        [LOGIN_REVOKED] = "revoked",
        [LOGIN_PAUSED] = "paused"
    };

    put_reasons(page, "chibo_cut_off_total",
                "Devices that were cut off, by what they sent too much of.",
                cuts, CUT_REASON_COUNT, hub->cut_off);
    put_reasons(page, "chibo_logins_refused_total",
                "Logins that were refused, by why.", logins,
                LOGIN_REFUSAL_COUNT, hub->logins_refused);
}

static void put_dropped(struct page *page, const struct hub_figures *hub)
{
    static const char *const why[SOUND_DROP_COUNT] = {
        [SOUND_QUEUE_FULL] = "queue_full",
        [SOUND_STALE] = "stale",
        [SOUND_NO_FLOOR] = "no_floor",
        [SOUND_TOO_MANY_SPEAKERS] = "too_many_speakers",
        [SOUND_RATE] = "rate",
        [SOUND_CLOSING] = "closing",
        [SOUND_ONE_VOICE] = "one_voice",
        [SOUND_SIZE] = "size"
    };

    put_reasons(page, "chibo_audio_dropped_total",
                "Frames of sound not sent on, by why.", why, SOUND_DROP_COUNT,
                hub->sound.dropped);
}

size_t metrics_print(const struct metrics *metrics, char *out, size_t size)
{
    struct page page = { .out = out, .size = size };
    size_t i;

    for (i = 0; i < sizeof figures / sizeof figures[0]; i++)
        put_figure(&page, &figures[i], metrics);
    put_room_sizes(&page, &metrics->hub);
    put_lines(&page, &metrics->hub);
    put_cut_off(&page, &metrics->hub);
    put_dropped(&page, &metrics->hub);
    return page.is_full ? 0 : page.used;
}
