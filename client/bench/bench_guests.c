/*
 * The others of a meeting: each invitation link of a file becomes a member who
 * enrols, comes in, listens or speaks, and goes after a while. For trials with
 * real people, and for tests.
 */
#include "client/bench/bench_scenarios.h"
#include "client/bench/bench_sound.h"
#include "client/bench/bench_stop.h"
#include "client/bench/bench_words.h"

#include "protocol/record/invitation_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- links --------------------------------------------------------------- */

struct links {
    struct invitation_link *items; /* owned */
    size_t count, capacity;
};

/* A line may have more on it: as chiboctl writes them, also with --json. */
static bool read_link(const char *line, struct invitation_link *out)
{
    const char *begin = strstr(line, "chibo://");
    size_t size = begin ? strcspn(begin, " \t\r\n\"'<>") : 0;

    return begin && invitation_link_parse((struct text_view){ begin, size },
                                          out) == RESULT_OK;
}

static bool add_link(struct links *links, const struct invitation_link *link)
{
    if (links->count == links->capacity) {
        size_t wanted = links->capacity ? links->capacity * 2 : 64;
        struct invitation_link *grown =
            realloc(links->items, wanted * sizeof *grown);

        if (!grown)
            return false;
        links->items = grown;
        links->capacity = wanted;
    }
    links->items[links->count++] = *link;
    return true;
}

static bool read_links(struct links *links, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    struct invitation_link link;
    char *line = NULL;
    size_t size = 0;
    bool is_good = file != NULL;

    while (is_good && getline(&line, &size, file) > 0)
        if (read_link(line, &link))
            is_good = add_link(links, &link);
    free(line);
    if (file && file != stdin)
        (void)fclose(file); /* only read */
    if (!file)
        bench_say(_("%s cannot be read"), path);
    else if (links->count == 0)
        bench_say(_("there is no invitation link in %s; \"chiboctl invite\" "
                    "makes them"),
                  path);
    return is_good && links->count > 0;
}

/* --- coming and going ---------------------------------------------------- */

static bool are_all_in(const struct bench_load *load, void *user)
{
    size_t in = 0;

    for (size_t i = 0; i < load->peer_count; i++) {
        if (load->peers[i].phase == PEER_FAILED)
            return true;
        in += load->peers[i].phase == PEER_CAUGHT_UP;
    }
    bench_progress(user, in, load->peer_count);
    return in == load->peer_count;
}

static enum result come_in(struct bench_load *load, const struct links *links,
                           const struct bench_options *options)
{
    enum result result;

    for (size_t i = 0; i < load->peer_count; i++) {
        struct bench_peer *peer = &load->peers[i];

        memcpy(peer->token, links->items[i].token, sizeof peer->token);
        peer->server_fingerprint = links->items[i].server;
        peer->enrols = true;
        if (identifier_parse(text_view_of(options->meeting), &peer->log) !=
            RESULT_OK) {
            bench_say(_("%s is not the id of a meeting"), options->meeting);
            return RESULT_INVALID;
        }
    }
    result = bench_load_log_in(load, 0, load->peer_count);
    if (result == RESULT_OK)
        result = bench_wait(
            load, are_all_in,
            (void *)(uintptr_t)_("members come in; the chair admits them"));
    for (size_t i = 0; result == RESULT_OK && i < load->peer_count; i++)
        if (load->peers[i].phase == PEER_FAILED)
            result = RESULT_REFUSED;
    return result;
}

static void print_guests(const struct bench_options *options,
                         const struct bench_load *load,
                         const struct bench_sound *sound)
{
    struct bench_sound_figures figures;

    bench_sound_figures(sound, &figures);
    bench_progress_end();
    if (options->is_json) {
        json_t *object = bench_sound_json(&figures);
        char *text;

        json_object_set_new(object, "guests",
                            json_integer((json_int_t)load->peer_count));
        json_object_set_new(object, "heard_of_others",
                            json_integer((json_int_t)sound->speech.foreign));
        text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
        printf("%s\n", text ? text : "{}");
        free(text);
        json_decref(object);
        return;
    }
    printf(_("%zu members were there for %zu s: they heard %llu frames of "
             "sound from each other, %llu from others; latency: median %.2f "
             "ms, 99 %% within %.2f, longest %.1f\n"),
           load->peer_count, options->seconds,
           (unsigned long long)figures.received,
           (unsigned long long)sound->speech.foreign, figures.p50_ms,
           figures.p99_ms, figures.max_ms);
    printf(_("Their devices stay enrolled; \"chiboctl device revoke\" or "
             "\"chiboctl member remove\" ends that.\n"));
}

static const struct bench_peer_hooks hooks = { NULL, bench_load_hear };

int bench_guests(const struct bench_options *options)
{
    struct links links = { .items = NULL };
    struct bench_load load;
    struct bench_sound sound = { .load = NULL };
    enum result result;

    if (!read_links(&links, options->links_path)) {
        free(links.items);
        return EXIT_FAILURE;
    }
    bench_stop_watch();
    result = bench_load_open_guests(
        &load,
        options->target.host ? options->target.host : links.items[0].host,
        options->target.port ? options->target.port : links.items[0].port,
        links.count, &hooks);
    load.speakers =
        options->speakers < links.count ? options->speakers : links.count;
    if (result == RESULT_OK)
        result = come_in(&load, &links, options);
    free(links.items);
    if (result == RESULT_OK)
        result = bench_sound_init(&sound, &load);
    if (result == RESULT_OK) {
        printf("in\n");
        (void)fflush(stdout); /* a test goes on when they are there */
        result =
            bench_sound_run(&sound, 1, 0, options->seconds * UINT64_C(1000000));
    }
    if (result == RESULT_OK || bench_stop_wanted())
        print_guests(options, &load, &sound);
    else
        bench_say(_("they could not come in: %s"), bench_reason(result));
    bench_sound_release(&sound);
    bench_load_close(&load);
    return result == RESULT_OK || bench_stop_wanted() ? EXIT_SUCCESS
                                                      : EXIT_FAILURE;
}
