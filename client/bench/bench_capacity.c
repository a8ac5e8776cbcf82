/*
 * For an administrator: what does this machine hold? Members are made and
 * enrolled, come to their meetings, speak and listen; then what was made is
 * cleared away as far as a register can forget.
 */
#include "client/bench/bench_cells.h"
#include "client/bench/bench_scenarios.h"
#include "client/bench/bench_sound.h"
#include "client/bench/bench_stop.h"
#include "client/bench/bench_usage.h"
#include "client/bench/bench_words.h"
#include "protocol/base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_US = 1500000, TOKEN_MAX = 256, FIRST_MAX = 50 };

struct capacity {
    const struct bench_options *options;
    struct bench_load load;
    struct bench_sound sound;
    struct bench_usage few, logged_in, joined;
    size_t first_count; /* were logged in at `few` */
    struct bench_sound_figures figures;
    char token[TOKEN_MAX];
    bool has_usage, has_made, is_open;
    double preparing_s;
};

/* --- before and after ---------------------------------------------------- */

static bool read_token(struct capacity *capacity)
{
    const char *path = capacity->options->token_path;
    FILE *file;
    bool is_read;

    if (!path)
        return true;
    file = fopen(path, "r");
    is_read = file && fgets(capacity->token, TOKEN_MAX, file);
    if (file)
        (void)fclose(file); /* only read */
    capacity->token[strcspn(capacity->token, "\r\n")] = '\0';
    if (!is_read)
        bench_say(_("%s cannot be read"), path);
    return is_read;
}

static enum result look(struct capacity *capacity, struct bench_usage *out)
{
    if (!capacity->has_usage)
        return RESULT_OK;
    return bench_usage_read(&capacity->load,
                            capacity->token[0] ? capacity->token : NULL, out);
}

static enum result prepare(struct capacity *capacity)
{
    struct bench_load *load = &capacity->load;
    const uint64_t begun_us = bench_now_us();
    enum result result;

    /* Who may not see the figures is told so once, and gets the others; where
     * nobody answers nothing is made. */
    capacity->has_usage = true;
    result = look(capacity, &capacity->few);
    if (result == RESULT_IO || result == RESULT_BUSY)
        return result;
    capacity->has_usage = result == RESULT_OK;
    capacity->has_made = true;
    /* What the first ones have the server make once is not counted. */
    capacity->first_count =
        load->peer_count / 4 < FIRST_MAX ? load->peer_count / 4 : FIRST_MAX;
    result = bench_cells_make(load);
    if (result == RESULT_OK)
        result = bench_load_log_in(load, 0, capacity->first_count);
    if (result == RESULT_OK)
        result = look(capacity, &capacity->few);
    if (result == RESULT_OK)
        result =
            bench_load_log_in(load, capacity->first_count, load->peer_count);
    if (result == RESULT_OK)
        result = look(capacity, &capacity->logged_in);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(load);
    capacity->is_open = result == RESULT_OK;
    if (result == RESULT_OK && capacity->options->speakers > 1)
        result = bench_load_free_the_floor(load);
    if (result == RESULT_OK)
        result = look(capacity, &capacity->joined);
    capacity->preparing_s = (double)(bench_now_us() - begun_us) / 1e6;
    return result;
}

static enum result measure(struct capacity *capacity)
{
    const struct bench_options *options = capacity->options;
    enum result result = bench_sound_init(&capacity->sound, &capacity->load);

    capacity->sound.has_usage = capacity->has_usage;
    capacity->sound.token = capacity->token[0] ? capacity->token : NULL;
    if (result == RESULT_OK)
        result = bench_sound_run(&capacity->sound, options->rooms, WARM_US,
                                 options->seconds * UINT64_C(1000000));
    if (result == RESULT_OK)
        bench_sound_figures(&capacity->sound, &capacity->figures);
    return result;
}

/* Whatever happened, nobody made here can log in afterwards. */
static bool clear_away(struct capacity *capacity)
{
    bool is_clear = capacity->is_open;

    bench_stop_forget();
    if (is_clear)
        is_clear = bench_load_close_rooms(&capacity->load) == RESULT_OK;
    if (bench_cells_clear(&capacity->load) != RESULT_OK) {
        bench_say(_("not all test members were removed: the next run does, or "
                    "\"chiboctl member remove\""));
        return false;
    }
    return is_clear;
}

/* --- the report ---------------------------------------------------------- */

/* More than at `few`, of each who has come since. */
static double kib_each(const struct capacity *capacity,
                       const struct bench_usage *usage)
{
    return (usage->rss_kib - capacity->few.rss_kib) /
           (double)(capacity->load.peer_count - capacity->first_count);
}

static void print_usage_lines(const struct capacity *capacity)
{
    const struct bench_sound_figures *figures = &capacity->figures;

    if (!capacity->has_usage) {
        printf(_("  server's CPU and memory: not known, it shows its figures "
                 "to nobody here\n"));
        return;
    }
    printf(_("  server's CPU: %.1f %% of one core, %.2f µs a delivery; %.1f "
             "frames a message, held back for %.0f ms\n"),
           figures->cpu_percent, figures->cpu_us, figures->frames_per_message,
           figures->window_ms);
    printf(_("  server's memory: %.1f KiB a connection that is logged in, %.1f "
             "KiB with its share of the meeting\n"),
           kib_each(capacity, &capacity->logged_in),
           kib_each(capacity, &capacity->joined));
    if (figures->dropped > 0)
        printf(_("  the server left out %.0f frames for listeners who were "
                 "behind\n"),
               figures->dropped);
}

static void print_report(const struct capacity *capacity)
{
    const struct bench_options *options = capacity->options;
    const struct bench_sound_figures *figures = &capacity->figures;

    bench_progress_end();
    printf(_("%zu meetings of %zu members, %zu speaking in each, %zu s:\n"),
           options->rooms, options->members, options->speakers,
           options->seconds);
    printf(_("  ready after %.1f s: enrolled, logged in, admitted\n"),
           capacity->preparing_s);
    printf(_("  delivered: %.0f frames of sound a second, of %.0f\n"),
           figures->delivered_per_s, figures->offered_per_s);
    printf(_("  lost: %llu of %llu (%.4f %%)\n"),
           (unsigned long long)figures->lost,
           (unsigned long long)figures->expected,
           figures->expected
               ? 100.0 * (double)figures->lost / (double)figures->expected
               : 0.0);
    printf(_("  latency: median %.2f ms, 90 %% within %.2f, 99 %% within %.2f, "
             "longest %.1f\n"),
           figures->p50_ms, figures->p90_ms, figures->p99_ms, figures->max_ms);
    if (capacity->load.net.failures > 0)
        printf(_("  connections that were lost: %zu of %zu\n"),
               capacity->load.net.failures, capacity->load.peer_count);
    print_usage_lines(capacity);
}

static void print_left_behind(const struct capacity *capacity, bool is_clear)
{
    printf(_("Left on the server: %zu cells called \"%s\"; in the register %zu "
             "members, removed, none of whom can log in; %zu meetings, %s.\n"),
           capacity->load.room_count, BENCH_CELL_NAME,
           capacity->load.peer_count, capacity->load.room_count,
           is_clear ? _("closed") : _("not closed, with nobody in them"));
}

static void print_json(const struct capacity *capacity, bool is_clear)
{
    const struct bench_options *options = capacity->options;
    json_t *object = bench_sound_json(&capacity->figures);
    char *text;

    json_object_set_new(object, "rooms",
                        json_integer((json_int_t)options->rooms));
    json_object_set_new(object, "members",
                        json_integer((json_int_t)options->members));
    json_object_set_new(object, "speakers",
                        json_integer((json_int_t)options->speakers));
    json_object_set_new(object, "connections_lost",
                        json_integer((json_int_t)capacity->load.net.failures));
    json_object_set_new(object, "prepared_s", json_real(capacity->preparing_s));
    json_object_set_new(object, "has_server_figures",
                        json_boolean(capacity->has_usage));
    json_object_set_new(object, "kib_per_connection",
                        json_real(kib_each(capacity, &capacity->logged_in)));
    json_object_set_new(object, "kib_per_member_in_meeting",
                        json_real(kib_each(capacity, &capacity->joined)));
    json_object_set_new(object, "left_cells",
                        json_integer((json_int_t)options->rooms));
    json_object_set_new(object, "is_cleared", json_boolean(is_clear));
    text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(object);
}

/* --- all of it ----------------------------------------------------------- */

static const struct bench_peer_hooks hooks = { NULL, bench_load_hear };

static bool is_possible(const struct bench_options *options)
{
    if (options->rooms * options->members > LIMIT_MEMBERS)
        bench_say(_("an organisation has at most %d members"), LIMIT_MEMBERS);
    else if (options->members > LIMIT_ROSTER)
        bench_say(_("a meeting has at most %d people"), LIMIT_ROSTER);
    else if (options->speakers > LIMIT_ROOM_TALKERS)
        bench_say(_("at most %d may speak freely at once in a meeting"),
                  LIMIT_ROOM_TALKERS);
    else if (options->members < 2)
        bench_say(_("a meeting takes two: chair and minute-taker"));
    else
        return true;
    return false;
}

int bench_capacity(const struct bench_options *options)
{
    struct capacity capacity = { .options = options };
    bool is_clear;
    enum result result;

    if (!is_possible(options) || !read_token(&capacity))
        return 2;
    bench_stop_watch();
    result = bench_load_open(&capacity.load, &options->target, options->rooms,
                             options->members, &hooks);
    if (result != RESULT_OK) {
        bench_load_close(&capacity.load);
        return EXIT_FAILURE;
    }
    capacity.load.speakers = options->speakers;
    capacity.load.heard = options->heard;
    result = prepare(&capacity);
    if (result == RESULT_OK)
        result = measure(&capacity);
    is_clear = capacity.has_made && clear_away(&capacity);
    if (result != RESULT_OK)
        bench_say(_("it was not measured: %s"), bench_reason(result));
    else if (options->is_json)
        print_json(&capacity, is_clear);
    else
        print_report(&capacity);
    if (!options->is_json && capacity.has_made)
        print_left_behind(&capacity, is_clear);
    bench_sound_release(&capacity.sound);
    bench_load_close(&capacity.load);
    return result == RESULT_OK && is_clear ? EXIT_SUCCESS : EXIT_FAILURE;
}
