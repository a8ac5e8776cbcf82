#include "client/bench/bench_scenarios.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    "Usage: chibo-bench SCENARIO --server DIR [options]\n"
    "Load for a server started with \"chibod --bench DIR\" (a new DIR each).\n"
    "\n"
    "Scenarios:\n"
    "  joins       --members N (200): all of one room come back at once\n"
    "  events      --rate N (500) --seconds N (10) --rooms N (1)\n"
    "              --members N (40): signed chat lines, each acknowledged\n"
    "  audio       --rooms N (50) --members N (20) --speakers N (1)\n"
    "              --seconds N (10): each speaks 50 frames of 80 bytes a\n"
    "              second\n"
    "  checkpoints --members N (300) --seconds N (60): all of one room sign\n"
    "              its head as often as the server's ruleset asks them\n"
    "  rooms       --rooms N (1000) --members N (2): opens them, leaves them\n"
    "              open\n"
    "  connections after one of these and a restart of the server:\n"
    "              --members N (200) of it log in, which costs memory\n"
    "  first-join  after \"rooms\" and a restart of the server\n"
    "\n"
    "  -h, --help  this text\n";

struct scenario {
    const char *name;
    int (*run)(const struct bench_options *options);
    struct bench_options defaults;
};

static const struct scenario scenarios[] = {
    { "joins", bench_joins, { .rooms = 1, .members = 200 } },
    { "events",
      bench_events,
      { .rooms = 1, .members = 40, .rate = 500, .seconds = 10 } },
    { "audio",
      bench_audio,
      { .rooms = 50, .members = 20, .speakers = 1, .seconds = 10 } },
    { "checkpoints",
      bench_checkpoints,
      { .rooms = 1, .members = 300, .seconds = 60 } },
    { "rooms", bench_rooms, { .rooms = 1000, .members = 2 } },
    { "connections", bench_connections, { .rooms = 1, .members = 200 } },
    { "first-join", bench_first_join, { .rooms = 1, .members = 1 } },
};

static const struct scenario *find_scenario(const char *name)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    return NULL;
}

static int read_number(const char *text, size_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*end || value == 0 || value > 100000) {
        fprintf(stderr, "chibo-bench: %s is not a number of 1 to 100000\n",
                text);
        return 2;
    }
    *out = value;
    return 0;
}

static int read_options(int argument_count, char **arguments,
                        struct bench_options *options)
{
    static const struct option names[] = {
        { "server", required_argument, NULL, 'd' },
        { "rooms", required_argument, NULL, 'r' },
        { "members", required_argument, NULL, 'm' },
        { "speakers", required_argument, NULL, 'k' },
        { "rate", required_argument, NULL, 'e' },
        { "seconds", required_argument, NULL, 's' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 }
    };
    int code = 0;
    int option;

    while (code == 0 && (option = getopt_long(argument_count, arguments, "h",
                                              names, NULL)) != -1) {
        if (option == 'd')
            options->directory = optarg;
        else if (option == 'r')
            code = read_number(optarg, &options->rooms);
        else if (option == 'm')
            code = read_number(optarg, &options->members);
        else if (option == 'k')
            code = read_number(optarg, &options->speakers);
        else if (option == 'e')
            code = read_number(optarg, &options->rate);
        else if (option == 's')
            code = read_number(optarg, &options->seconds);
        else
            code = 2;
    }
    return code;
}

int main(int argument_count, char **arguments)
{
    const struct scenario *scenario;
    struct bench_options options;

    if (argument_count > 1 && (strcmp(arguments[1], "--help") == 0 ||
                               strcmp(arguments[1], "-h") == 0)) {
        printf("%s", usage_text);
        return EXIT_SUCCESS;
    }
    scenario = argument_count > 1 ? find_scenario(arguments[1]) : NULL;
    if (!scenario) {
        fprintf(stderr, "%s", usage_text);
        return 2;
    }
    options = scenario->defaults;
    if (read_options(argument_count - 1, arguments + 1, &options) != 0 ||
        !options.directory) {
        fprintf(stderr, "%s", usage_text);
        return 2;
    }
    if (options.speakers > options.members) {
        fprintf(stderr, "chibo-bench: more speakers than members\n");
        return 2;
    }
    return scenario->run(&options);
}
