/* chiboctl: finds the command that is meant, reads its options, runs it. */
#include "server/control/chiboctl.h"

#include "server/control/help_values.h"
#include "protocol/program/catalogue.h"
#include "protocol/program/folding_stream.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#ifndef CHIBO_VERSION
#define CHIBO_VERSION "0.1"
#endif
enum { LONG_OPTIONS_MAX = 32, FIRST_OWN = 1000 };

static const struct chiboctl_command *const parts[] = {
    chiboctl_offline_commands,   chiboctl_backup_commands,
    chiboctl_loss_commands,      chiboctl_verify_commands,
    chiboctl_identity_commands,  chiboctl_unit_commands,
    chiboctl_member_commands,    chiboctl_site_commands,
    chiboctl_access_commands,    chiboctl_meeting_commands,
    chiboctl_online_commands,    chiboctl_ruleset_commands,
    chiboctl_report_commands,    chiboctl_opinions_commands,
    chiboctl_record_commands,    chiboctl_archive_commands,
    chiboctl_import_commands,    chiboctl_reverify_commands,
    chiboctl_folder_commands,    chiboctl_destroy_commands,
    chiboctl_destroyed_commands, chiboctl_hearing_commands
};
enum { PART_COUNT = sizeof parts / sizeof parts[0] };

static const struct chiboctl_option common_options[] = {
    { "config", "FILE", N_("the server's settings") },
    { "socket", "PATH", N_("the server's admin socket") },
    { "json", NULL, N_("one JSON object a line") },
    { "language", "vi|en", N_("Vietnamese or English") },
    { "help", NULL, N_("this text") },
    { NULL, NULL, NULL }
};

/* --- Help
 * --------------------------------------------------------------------------------------
 */

/* What stands for a value, in the help; by words, so that one translation does
 * for all. */
static const char *const values[] = {
    N_("CATEGORY"),   N_("CELL"),    N_("COMMAND"),
    N_("DATE"),       N_("DEVICE"),  N_("DRAFT"),
    N_("FILE"),       N_("FOLDER"),  N_("GROUND"),
    N_("HOLDER"),     N_("ID"),      N_("IN"),
    N_("INVITATION"), N_("KIND"),    N_("LANGUAGE"),
    N_("MEETING"),    N_("MEMBER"),  N_("NAME"),
    N_("OFFICE"),     N_("OUT"),     N_("PARTY-GROUP-MEETING"),
    N_("PATH"),       N_("RECORD"),  N_("REPORT"),
    N_("SITE"),       N_("TEXT"),    N_("TIME"),
    N_("TITLE"),      N_("UNIT"),    N_("WORDS"),
    N_("YEAR"),       N_("YYYY-MM"), N_("ZONE"),
};

static const char *say_value(const char *word)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(values[i], word) == 0)
            return _(word);
    return word;
}

enum { LEFT_SIZE = 160, OPTION_COLUMN = 25, COMMAND_COLUMN = 31 };

static void print_options(const struct chiboctl_option *options)
{
    for (; options && options->name; options++) {
        char value[LEFT_SIZE / 2], left[LEFT_SIZE];

        help_values(options->value ? options->value : "", say_value, value,
                    sizeof value);
        (void)snprintf(left, sizeof left, "--%s%s%s", options->name,
                       *value ? " " : "", value);
        chiboctl_entry(left, OPTION_COLUMN, _(options->help), stdout);
    }
}

/* "meeting change MEETING", as it is typed. */
static void write_usage(const struct chiboctl_command *command,
                        char out[LEFT_SIZE])
{
    char arguments[LEFT_SIZE / 2];

    help_values(command->arguments, say_value, arguments, sizeof arguments);
    (void)snprintf(out, LEFT_SIZE, "%s%s%s%s%s", command->noun,
                   command->verb ? " " : "", command->verb ? command->verb : "",
                   *arguments ? " " : "", arguments);
}

static void print_usage(void)
{
    (void)printf("%s\n\n", _("Usage: chiboctl COMMAND [ARGUMENTS] [OPTIONS]\n"
                             "Administer an organisation on a chibo server."));
    for (size_t i = 0; i < PART_COUNT; i++)
        for (const struct chiboctl_command *c = parts[i]; c->noun; c++) {
            char left[LEFT_SIZE];

            write_usage(c, left);
            chiboctl_entry(left, COMMAND_COLUMN, _(c->help), stdout);
        }
    (void)printf("\n%s\n", _("Options of every command:"));
    print_options(common_options);
    (void)printf(
        "\n%s\n",
        _("chiboctl COMMAND --help says more.\nThings are named by their id "
          "or, where only one is called so, by their name."));
}

static void print_command_help(const struct chiboctl_command *command)
{
    char usage[LEFT_SIZE];

    write_usage(command, usage);
    (void)printf(_("Usage: chiboctl %s [OPTIONS]\n"), usage);
    chiboctl_fill(_(command->help), 0, stdout);
    (void)fputc('\n', stdout);
    print_options(command->options);
    print_options(common_options);
}

/* --- Finding the command ------------------------------------------------- */

static const struct chiboctl_command *find_command(const char *noun,
                                                   const char *verb)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        for (const struct chiboctl_command *c = parts[i]; c->noun; c++)
            if (strcmp(c->noun, noun) == 0 &&
                (!c->verb || (verb && strcmp(c->verb, verb) == 0)))
                return c;
    return NULL;
}

static int print_verbs(const char *noun, FILE *out)
{
    bool is_known = false;

    for (size_t i = 0; i < PART_COUNT; i++)
        for (const struct chiboctl_command *c = parts[i]; c->noun; c++)
            if (strcmp(c->noun, noun) == 0) {
                char usage[LEFT_SIZE];

                write_usage(c, usage);
                (void)fprintf(out, "  chiboctl %s\n", usage);
                is_known = true;
            }
    if (is_known)
        return CHIBOCTL_FAILED;
    return chiboctl_fail(CHIBOCTL_FAILED,
                         _("there is no command \"%s\": see chiboctl --help"),
                         noun);
}

/* --- Options
 * ------------------------------------------------------------------------------------
 */

static size_t add_long_options(const struct chiboctl_option *options,
                               struct option *out, size_t count)
{
    for (; options && options->name && count + 1 < LONG_OPTIONS_MAX; options++)
        out[count++] = (struct option){
            options->name,
            options->value ? required_argument : no_argument,
            NULL,
            FIRST_OWN,
        };
    return count;
}

static bool keep_option(struct chiboctl *ctl, const char *name,
                        const char *value)
{
    if (ctl->option_count == CHIBOCTL_OPTIONS_MAX) {
        chiboctl_fail(CHIBOCTL_FAILED, _("too many options"));
        return false;
    }
    ctl->options[ctl->option_count++] = (struct chiboctl_given){ name, value };
    return true;
}

/* Reads options until the end, or (`stops` true) until the first argument. */
static bool read_options(struct chiboctl *ctl,
                         const struct chiboctl_option *own, int argc,
                         char **argv, bool stops)
{
    struct option options[LONG_OPTIONS_MAX] = { { 0 } };
    size_t count = add_long_options(common_options, options, 0);
    int place = 0;
    int found;

    (void)add_long_options(own, options, count);
    while ((found = getopt_long(argc, argv, stops ? "+hc:" : "hc:", options,
                                &place)) != -1) {
        const char *name = found == 'h'   ? "help"
                           : found == 'c' ? "config"
                           : found == '?' ? NULL
                                          : options[place].name;

        if (!name) {
            (void)fputs(_("see chiboctl --help\n"), stderr);
            return false;
        }
        if (strcmp(name, "language") == 0 && !catalogue_speak(optarg)) {
            chiboctl_fail(CHIBOCTL_FAILED, _("--language is vi or en"));
            return false;
        }
        if (!keep_option(ctl, name, optarg))
            return false;
    }
    return true;
}

/* --- Running
 * ------------------------------------------------------------------------------------
 */

static int run_command(struct chiboctl *ctl)
{
    const struct chiboctl_command *command = ctl->command;
    int code;

    if (chiboctl_has(ctl, "help")) {
        print_command_help(command);
        return CHIBOCTL_OK;
    }
    if (ctl->argument_count < command->argument_min ||
        ctl->argument_count > command->argument_max) {
        print_command_help(command);
        return CHIBOCTL_FAILED;
    }
    ctl->is_json = chiboctl_has(ctl, "json");
    code = command->run(ctl);
    chiboctl_disconnect(ctl);
    if (ctl->has_config)
        config_file_release(&ctl->config);
    if (fflush(stdout) != 0 || ferror(stdout))
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("the output cannot be written"));
    return code;
}

static int dispatch(struct chiboctl *ctl, int argc, char **argv)
{
    const char *noun;
    int first;

    if (!read_options(ctl, NULL, argc, argv, true))
        return CHIBOCTL_FAILED;
    if (optind >= argc) {
        print_usage();
        return chiboctl_has(ctl, "help") ? CHIBOCTL_OK : CHIBOCTL_FAILED;
    }
    noun = argv[optind];
    ctl->command =
        find_command(noun, optind + 1 < argc ? argv[optind + 1] : NULL);
    if (!ctl->command)
        return print_verbs(noun, stderr);
    first = optind + (ctl->command->verb ? 2 : 1);
    /* getopt_long() skips what stands in the place of the program's name. */
    argv[first - 1] = argv[0];
    argc -= first - 1;
    argv += first - 1;
    optind = 0;
    if (!read_options(ctl, ctl->command->options, argc, argv, false))
        return CHIBOCTL_FAILED;
    ctl->arguments = argv + optind;
    ctl->argument_count = (size_t)(argc - optind);
    return run_command(ctl);
}

/* --- Arguments ----------------------------------------------------------- */

/* Every argument in NFC, whichever way it was typed; NULL: said why. */
static char **normalise(int argc, char **argv)
{
    char **normal = calloc((size_t)argc + 1, sizeof *normal);

    for (int i = 0; normal && i < argc; i++)
        if (text_to_nfc(text_view_of(argv[i]), &normal[i]) != RESULT_OK) {
            chiboctl_fail(CHIBOCTL_FAILED, _("argument %d is not UTF-8"), i);
            for (int j = 0; j < i; j++)
                free(normal[j]);
            free(normal);
            return NULL;
        }
    return normal;
}

int main(int argc, char **argv)
{
    static struct chiboctl ctl;
    char **arguments;
    char **order;
    int code = CHIBOCTL_FAILED;

    catalogue_begin();
    folding_stream_begin();
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)printf("chiboctl %s\n", CHIBO_VERSION);
        return CHIBOCTL_OK;
    }
    arguments = normalise(argc, argv);
    if (!arguments)
        return CHIBOCTL_FAILED;
    /* getopt_long() changes the order, and what is owned must be found again.
     */
    order = calloc((size_t)argc + 1, sizeof *order);
    if (order) {
        memcpy(order, arguments, (size_t)argc * sizeof *order);
        code = dispatch(&ctl, argc, order);
    }
    free(order);
    for (int i = 0; i < argc; i++)
        free(arguments[i]);
    free(arguments);
    return code;
}
