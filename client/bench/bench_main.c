#include "client/bench/bench_address.h"
#include "client/bench/bench_scenarios.h"
#include "client/bench/bench_words.h"
#include "protocol/program/catalogue.h"
#include "protocol/program/folding_stream.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 100000, SOCKET_OPTION = 256, USAGE = 2 };

static void print_usage(FILE *out)
{
    fputs(
        _("Usage: chibo-bench [OPTIONS] URL --socket PATH\n"
          "What does this server hold? Test members are made through the\n"
          "administrator's socket; they enrol, come to meetings of their own,\n"
          "speak and listen; then they are removed. Not while a real meeting\n"
          "is on: it shares the machine.\n"
          "\n"
          "  URL                      where the server is: host:port\n"
          "  --socket PATH            its administrator's socket, as in its\n"
          "                           configuration (admin_socket)\n"
          "  --rooms R                meetings at once (5)\n"
          "  --members N              members of each (20)\n"
          "  --speakers S             who speak in each, 0 to 8 (1)\n"
          "  --seconds T              for so long (10)\n"
          "  --heard K                only one listener of K decrypts what\n"
          "                           it hears: for a slow machine (1)\n"
          "  --metrics-token-file FILE  metrics_token, if the server is\n"
          "                           another machine\n"),
        out);
    fputs(
        _("\n"
          "chibo-bench [OPTIONS] --links FILE --meeting ID [URL]\n"
          "The others of a meeting, for trials: each invitation link of FILE\n"
          "(\"chiboctl invite\" writes them; \"-\": standard input) becomes a\n"
          "member who comes in, for --seconds; the first --speakers speak.\n"
          "\n"
          "  --json                   for programs: one object\n"
          "  --language vi|en         Vietnamese or English\n"
          "  -h, --help               this text\n"
          "\n"
          "For developers, on a server started with \"chibod --bench DIR\":\n"
          "chibo-bench SCENARIO --server DIR, with the options above: joins,\n"
          "events (--rate), audio, knee (--begin), checkpoints, rooms,\n"
          "connections, first-join; see chibo-bench(1).\n"),
        out);
}

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
    { "knee",
      bench_knee,
      { .rooms = 200,
        .members = 20,
        .speakers = 1,
        .seconds = 3,
        .begin = 50 } },
    { "checkpoints",
      bench_checkpoints,
      { .rooms = 1, .members = 300, .seconds = 60 } },
    { "rooms", bench_rooms, { .rooms = 1000, .members = 2 } },
    { "connections", bench_connections, { .rooms = 1, .members = 200 } },
    { "first-join", bench_first_join, { .rooms = 1, .members = 1 } },
};

static const struct scenario capacity = {
    "",
    bench_capacity,
    { .rooms = 5, .members = 20, .speakers = 1, .seconds = 10 }
};

static const struct scenario guests = { "",
                                        bench_guests,
                                        { .speakers = 0, .seconds = 60 } };

static const struct scenario *find_scenario(const char *name)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    return NULL;
}

/* --- options ------------------------------------------------------------- */

struct given {
    struct bench_options options;
    char host[256];
    bool is_help;
};

/* `name` is the option's. */
static bool read_number(const char *name, const char *text, size_t least,
                        size_t *out)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || value < least ||
        value > NUMBER_MAX) {
        bench_say(_("--%s: %s is not a number of %zu to %d"), name, text, least,
                  NUMBER_MAX);
        return false;
    }
    *out = value;
    return true;
}

static bool take_option(struct given *given, int option, const char *name,
                        const char *value)
{
    struct bench_options *options = &given->options;

    if (option == 'd')
        options->target.directory = value;
    else if (option == SOCKET_OPTION)
        options->target.socket = value;
    else if (option == 'r')
        return read_number(name, value, 1, &options->rooms);
    else if (option == 'm')
        return read_number(name, value, 1, &options->members);
    else if (option == 'k')
        return read_number(name, value, 0, &options->speakers);
    else if (option == 'e')
        return read_number(name, value, 1, &options->rate);
    else if (option == 's')
        return read_number(name, value, 1, &options->seconds);
    else if (option == 'f')
        return read_number(name, value, 1, &options->heard);
    else if (option == 'p')
        return read_number(name, value, 2, &options->people);
    else if (option == 'b')
        return read_number(name, value, 1, &options->begin);
    else if (option == 'j')
        options->is_json = true;
    else if (option == 't')
        options->token_path = value;
    else if (option == 'l')
        options->links_path = value;
    else if (option == 'i')
        options->meeting = value;
    else if (option == 'h')
        given->is_help = true;
    else if (option == 'g' && !catalogue_speak(value))
        bench_say(_("--language: vi or en"));
    return option != '?' && (option != 'g' || catalogue_speak(value));
}

static bool read_url(struct given *given, const char *text)
{
    if (bench_address_parse(text, given->host, sizeof given->host,
                            &given->options.target.port) != RESULT_OK) {
        bench_say(_("%s is not where a server is; write host:port"), text);
        return false;
    }
    given->options.target.host = given->host;
    return true;
}

static bool read_options(int argument_count, char **arguments,
                         struct given *given)
{
    static const struct option names[] = {
        { "server", required_argument, NULL, 'd' },
        { "socket", required_argument, NULL, SOCKET_OPTION },
        { "rooms", required_argument, NULL, 'r' },
        { "members", required_argument, NULL, 'm' },
        { "speakers", required_argument, NULL, 'k' },
        { "rate", required_argument, NULL, 'e' },
        { "seconds", required_argument, NULL, 's' },
        { "heard", required_argument, NULL, 'f' },
        { "begin", required_argument, NULL, 'b' },
        { "people", required_argument, NULL, 'p' },
        { "metrics-token-file", required_argument, NULL, 't' },
        { "links", required_argument, NULL, 'l' },
        { "meeting", required_argument, NULL, 'i' },
        { "json", no_argument, NULL, 'j' },
        { "language", required_argument, NULL, 'g' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 }
    };
    int option, place = 0;

    while ((option = getopt_long(argument_count, arguments, "h", names,
                                 &place)) != -1)
        if (!take_option(given, option, names[place].name, optarg))
            return false;
    if (optind < argument_count && !read_url(given, arguments[optind++]))
        return false;
    if (optind < argument_count)
        bench_say(_("%s is too much: one server is measured"),
                  arguments[optind]);
    return optind == argument_count;
}

/* What is missing, in words; NULL: nothing. */
static const char *missing(const struct scenario *scenario,
                           const struct bench_options *options)
{
    if (scenario == &capacity && !options->target.socket)
        return _("give the administrator's socket with --socket, so that test "
                 "members can be made: admin.sock in the data directory, "
                 "unless chibod.conf says otherwise");
    if (scenario == &guests && !options->meeting)
        return _("give the meeting with --meeting; \"chiboctl meeting list\" "
                 "shows its id");
    if (scenario != &capacity && scenario != &guests &&
        !options->target.directory)
        return _("give the folder of \"chibod --bench\" with --server");
    if (scenario != &guests && options->speakers > options->members)
        return _("more speakers than members");
    return NULL;
}

/* The options are read twice: which of them say what is played. */
static const struct scenario *choose(int argument_count, char **arguments,
                                     int *first)
{
    const struct scenario *named =
        argument_count > 1 ? find_scenario(arguments[1]) : NULL;

    *first = named ? 1 : 0;
    if (named)
        return named;
    for (int i = 1; i < argument_count; i++)
        if (strncmp(arguments[i], "--links", 7) == 0)
            return &guests;
    return &capacity;
}

int main(int argument_count, char **arguments)
{
    const struct scenario *scenario;
    struct given given = { .is_help = false };
    const char *lacks;
    int first;

    /* A server that goes is told of by what is written to it. */
    (void)signal(SIGPIPE, SIG_IGN);
    catalogue_begin();
    folding_stream_begin();
    scenario = choose(argument_count, arguments, &first);
    given.options = scenario->defaults;
    given.options.heard = 1;
    if (argument_count < 2) {
        print_usage(stderr);
        return USAGE;
    }
    if (!read_options(argument_count - first, arguments + first, &given)) {
        bench_say(_("chibo-bench --help explains"));
        return USAGE;
    }
    if (given.is_help) {
        print_usage(stdout);
        return EXIT_SUCCESS;
    }
    lacks = missing(scenario, &given.options);
    if (lacks) {
        bench_say("%s", lacks);
        return USAGE;
    }
    return scenario->run(&given.options);
}
