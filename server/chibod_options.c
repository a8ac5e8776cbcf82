#include "server/chibod_options.h"

#include "protocol/program/catalogue.h"

#include <getopt.h>
#include <libintl.h>
#include <stdio.h>

#ifndef CHIBO_VERSION
#define CHIBO_VERSION "0.1"
#endif

/* Help, and what keeps it from starting, is translated; the log speaks
 * English. */
#define _(text) gettext(text)
#define N_(text) text

static const char usage_text[] = N_(
    "Usage: chibod [--config FILE]\n"
    "       chibod --bench DIR\n"
    "The meeting server.\n"
    "\n"
    "  -c, --config FILE  settings (see chibod.conf); without it the\n"
    "                     defaults, with data in ./chibo-data\n"
    "      --bench DIR    a server for chibo-bench on a throw-away database\n"
    "                     in DIR, which must be new or empty\n"
    "      --language vi|en\n"
    "                     of this text, and of what is wrong with the\n"
    "                     settings: Vietnamese or English\n"
    "  -h, --help         this text\n"
    "  -V, --version      the version\n"
    "\n"
    "The organisation is founded once with \"chiboctl init\".\n"
    "SIGHUP reads the certificate again; SIGTERM stops cleanly.\n");

static bool read_options(int argument_count, char **arguments,
                         struct chibod_arguments *out)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' },
        { "bench", required_argument, NULL, 'b' },
        { "language", required_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 }
    };
    int option;

    while ((option = getopt_long(argument_count, arguments, "c:hV", options,
                                 NULL)) != -1) {
        if (option == 'c')
            out->config_path = optarg;
        else if (option == 'b')
            out->bench_path = optarg;
        else if (option == 'l')
            out->language = optarg;
        else if (option == 'h')
            out->wants_help = true;
        else if (option == 'V')
            out->wants_version = true;
        else
            return false;
    }
    return true;
}

/* In the language that was named, else that of the environment. */
static int say_help(const struct chibod_arguments *arguments, bool is_right)
{
    catalogue_begin();
    if (arguments->language && !catalogue_speak(arguments->language)) {
        fprintf(stderr, "chibod: %s\n", _("--language is vi or en"));
        return 2;
    }
    if (is_right) {
        fprintf(arguments->wants_help ? stdout : stderr, "%s", _(usage_text));
        return arguments->wants_help ? 0 : 2;
    }
    fputs(_("Try \"chibod --help\".\n"), stderr);
    return 2;
}

int chibod_read_arguments(int argument_count, char **arguments,
                          struct chibod_arguments *out)
{
    if (!read_options(argument_count, arguments, out))
        return say_help(out, false);
    if (out->wants_version && !out->wants_help) {
        printf("chibod %s\n", CHIBO_VERSION);
        return 0;
    }
    if (out->wants_help || optind < argument_count ||
        (out->config_path && out->bench_path))
        return say_help(out, true);
    return -1;
}
