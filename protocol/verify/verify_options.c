#include "protocol/verify/verify_options.h"

#include "protocol/program/catalogue.h"
#include "protocol/verify/verify_text.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CHIBO_VERSION
#define CHIBO_VERSION "0.1"
#endif

static const char usage_text[] = N_(
    "usage: chibo-verify RECORD.chibo [options]\n"
    "       chibo-verify LOG [options]\n"
    "       chibo-verify --fork A B [options]\n"
    "       chibo-verify UUID.bel [options]\n"
    "       chibo-verify REPORT [--register FILE] [options]\n"
    "\n"
    "Holds the record of a meeting, or of the organisation's register,\n"
    "against itself and against what devices kept of it. RECORD.chibo is a\n"
    "file as \"chiboctl record export\" writes it, with all that belongs to\n"
    "it; LOG one as \"chibo log\" writes it. Nothing is sent anywhere.\n"
    "\n"
    "  --openings FILE   the opened texts; LOG.openings if it lies there\n"
    "  --register FILE   the register, to compare people and devices with\n"
    "  --register-openings FILE\n"
    "  --rules FILE      the ruleset that the meeting was held under, or a "
    "folder\n"
    "                    of rulesets among which it is\n"
    "  --anchor FILE     what a device kept (chibo anchors); more than one\n"
    "  --head SEQ:HEX    a head that somebody wrote down; more than one\n"
    "  --ballot FILE     the archive of a ballot of this meeting; more than\n"
    "                    one; those that lie beside LOG as UUID.bel, too\n"
    "  --fork A B        look for a key that signed two histories; A and B\n"
    "                    are records or anchors; --anchor adds heads that\n"
    "                    other devices keep: a record has only those of its\n"
    "                    checkpoints\n"
    "\n"
    "UUID.bel is the archive of a secret ballot: every ballot, the total and\n"
    "the result are computed and proven again.\n"
    "\n"
    "  --belenios        an election that another program made\n"
    "  --head HEX        the head that was announced; SEQ:HEX of an earlier\n"
    "                    event; more than one\n"
    "  --list HEX        the list of voters that was announced\n"
    "  --tracker TEXT    find your ballot by its tracker\n"
    "\n"
    "REPORT is a report on what was destroyed, as \"chiboctl record\n"
    "destroyed\" writes it: its signature is checked, and with --register,\n"
    "a register or a RECORD.chibo of the organisation, whose key it is.\n"
    "\n"
    "  --json            one JSON object\n"
    "  --language vi|en\n"
    "  --help  --version\n"
    "\n"
    "Ends with 0 if the record is valid and complete, 3 if it is valid so\n"
    "far, 1 if it is not valid or is contradicted, 2 if it cannot be used.\n"
    "With --fork: 1 if two histories are proven, 0 if not, 2 as above.\n");

void verify_complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("chibo-verify: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}

/* --- Options ------------------------------------------------------------- */

enum option_name {
    OPTION_HELP = 1000,
    OPTION_VERSION,
    OPTION_OPENINGS,
    OPTION_REGISTER,
    OPTION_REGISTER_OPENINGS,
    OPTION_RULES,
    OPTION_ANCHOR,
    OPTION_HEAD,
    OPTION_BALLOT,
    OPTION_FORK,
    OPTION_BELENIOS,
    OPTION_LIST,
    OPTION_TRACKER,
    OPTION_JSON,
    OPTION_LANGUAGE
};

static const struct option long_options[] = {
    { "help", no_argument, NULL, OPTION_HELP },
    { "version", no_argument, NULL, OPTION_VERSION },
    { "openings", required_argument, NULL, OPTION_OPENINGS },
    { "register", required_argument, NULL, OPTION_REGISTER },
    { "register-openings", required_argument, NULL, OPTION_REGISTER_OPENINGS },
    { "rules", required_argument, NULL, OPTION_RULES },
    { "anchor", required_argument, NULL, OPTION_ANCHOR },
    { "head", required_argument, NULL, OPTION_HEAD },
    { "ballot", required_argument, NULL, OPTION_BALLOT },
    { "fork", no_argument, NULL, OPTION_FORK },
    { "belenios", no_argument, NULL, OPTION_BELENIOS },
    { "list", required_argument, NULL, OPTION_LIST },
    { "tracker", required_argument, NULL, OPTION_TRACKER },
    { "json", no_argument, NULL, OPTION_JSON },
    { "language", required_argument, NULL, OPTION_LANGUAGE },
    { NULL, 0, NULL, 0 }
};

/* One more of an option that may come often; false if there are too many. */
static bool add(const char **list, size_t *count, const char *value)
{
    if (*count == VERIFY_GIVEN_MAX) {
        verify_complain(_("too many anchors, heads or ballots"));
        return false;
    }
    list[(*count)++] = value;
    return true;
}

/* False: it is wrong, which was said. */
static bool take_option(int option, struct verify_options *out)
{
    switch (option) {
    case 'h':
    case OPTION_HELP:
        out->is_help = true;
        return true;
    case OPTION_VERSION:
        out->is_version = true;
        return true;
    case OPTION_OPENINGS:
        out->openings = optarg;
        return true;
    case OPTION_REGISTER:
        out->registry = optarg;
        return true;
    case OPTION_REGISTER_OPENINGS:
        out->registry_openings = optarg;
        return true;
    case OPTION_RULES:
        out->rules = optarg;
        return true;
    case OPTION_ANCHOR:
        return add(out->anchors, &out->anchor_count, optarg);
    case OPTION_HEAD:
        return add(out->heads, &out->head_count, optarg);
    case OPTION_BALLOT:
        return add(out->archives, &out->archive_count, optarg);
    case OPTION_FORK:
        out->is_fork = true;
        return true;
    case OPTION_BELENIOS:
        out->is_belenios = true;
        return true;
    case OPTION_LIST:
        out->list = optarg;
        return true;
    case OPTION_TRACKER:
        out->tracker = optarg;
        return true;
    case OPTION_JSON:
        out->is_json = true;
        return true;
    case OPTION_LANGUAGE:
        if (catalogue_speak(optarg))
            return true;
        verify_complain(_("--language: vi or en"));
        return false;
    default: /* getopt has said what is wrong */
        return false;
    }
}

bool verify_options_read(int argc, char **argv, struct verify_options *out,
                         enum verify_exit *end)
{
    int option;
    int wanted;

    *out = (struct verify_options){ .log = NULL };
    *end = VERIFY_EXIT_UNUSABLE;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
        if (!take_option(option, out))
            return false;
    if (out->is_help || out->is_version) {
        if (out->is_help)
            (void)fputs(_(usage_text), stdout);
        else
            (void)printf("chibo-verify %s\n", CHIBO_VERSION);
        *end = VERIFY_EXIT_COMPLETE;
        return false;
    }
    wanted = out->is_fork ? 2 : 1;
    if (argc - optind != wanted) {
        verify_complain(out->is_fork ? _("--fork takes two files")
                                     : _("name one record"));
        return false;
    }
    out->log = argv[optind];
    out->other = out->is_fork ? argv[optind + 1] : NULL;
    return true;
}
