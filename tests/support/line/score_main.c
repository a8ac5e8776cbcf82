/*
 * Judges a trace from standard input (below: read_trace()); what
 * line_score.h says of it goes to standard output as one line of JSON.
 *
 *     score [--frame MS] [--warm-up SECONDS] [--cut BEGIN_MS:END_MS]
 *
 * Frames of the first 25 seconds are left out unless another warm-up is told. A
 * time that there is not is null.
 */
#include "tests/support/line/line_score.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 128, FRAMES_MAX = 1 << 20 };

static double sent_ms[FRAMES_MAX];
static double came_ms[FRAMES_MAX];

/* "SENT,CAME" in milliseconds, CAME empty if it never did; a head is passed
 * over. False: more than fits, or no such lines. */
static bool read_trace(struct line_trace *trace)
{
    char line[LINE_SIZE];

    while (fgets(line, sizeof line, stdin)) {
        char *rest;
        double sent = strtod(line, &rest);

        if (rest == line && trace->count == 0)
            continue;
        if (rest == line || *rest != ',' || trace->count == FRAMES_MAX)
            return false;
        sent_ms[trace->count] = sent;
        came_ms[trace->count] =
            rest[1] >= '0' ? strtod(rest + 1, NULL) : INFINITY;
        trace->count++;
    }
    trace->sent_ms = sent_ms;
    trace->came_ms = came_ms;
    return trace->count > 0;
}

static void say(const char *name, double value)
{
    if (isfinite(value))
        printf(",\"%s\":%.3f", name, value);
    else
        printf(",\"%s\":null", name);
}

static void say_score(const struct line_score *score, bool is_cut)
{
    char name[32];

    printf("{\"frames\":%zu", score->count);
    say("lost", score->lost);
    say("least_ms", score->least_ms);
    say("p50_ms", score->median_ms);
    say("p99_ms", score->p99_ms);
    say("most_ms", score->most_ms);
    for (size_t i = 0; i < LINE_BUFFER_COUNT; i++) {
        (void)snprintf(name, sizeof name, "concealed_%.0f", line_buffer_ms[i]);
        say(name, score->concealed[i]);
    }
    say("defects", score->ideal.defects);
    say("delay_ms", score->ideal.delay_ms);
    say("J", ideal_worth(score->ideal));
    say("fixed_J", ideal_worth(score->fixed));
    if (is_cut) {
        say("first_s", score->cut.first_ms / 1000);
        say("live_s", score->cut.live_ms / 1000);
        say("stale", (double)score->cut.stale_count);
        say("cut_lost", (double)score->cut.lost_count);
    }
    printf("}\n");
}

int main(int count, char **arguments)
{
    static const struct option options[] = {
        { "frame", required_argument, NULL, 'f' },
        { "warm-up", required_argument, NULL, 'w' },
        { "cut", required_argument, NULL, 'c' },
        { NULL, 0, NULL, 0 },
    };
    struct line_trace trace = { .frame_ms = 20,
                                .cut_begin_ms = NAN,
                                .cut_end_ms = NAN };
    struct line_score score;
    double warm_up_s = 25;
    int option;

    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        char *rest = NULL;

        if (option == 'f')
            trace.frame_ms = (unsigned)strtoul(optarg, &rest, 10);
        else if (option == 'w')
            warm_up_s = strtod(optarg, &rest);
        else if (option == 'c')
            trace.cut_begin_ms = strtod(optarg, &rest);
        if (option == 'c' && *rest == ':')
            trace.cut_end_ms = strtod(rest + 1, &rest);
        if (!rest || *rest != '\0' || trace.frame_ms == 0) {
            fprintf(stderr, "usage: score [--frame MS] [--warm-up SECONDS] "
                            "[--cut BEGIN_MS:END_MS] < TRACE\n");
            return EXIT_FAILURE;
        }
    }
    if (!read_trace(&trace) || !line_score(&trace, warm_up_s * 1000, &score)) {
        fprintf(stderr, "score: this is no trace, or too little came\n");
        return EXIT_FAILURE;
    }
    say_score(&score, !isnan(trace.cut_begin_ms));
    return EXIT_SUCCESS;
}
