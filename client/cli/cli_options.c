#include "client/cli/cli_options.h"

#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/catalogue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* On a terminal it is folded between words. */
void cli_complain(const char *format, ...)
{
    static const char program[] = "chibo: ";
    va_list list;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    FILE *out = memory ? memory : stderr;

    (void)fputs(program, stderr);
    va_start(list, format);
    (void)vfprintf(out, format, list);
    va_end(list);
    (void)fputc('\n', out);
    if (memory && fclose(memory) == 0 && isatty(STDERR_FILENO))
        cli_lines_write(text, sizeof program - 1, stderr);
    else if (memory && text)
        (void)fputs(text, stderr);
    free(text);
}

/* The value if `argument` is the option `name` or begins with "name=". */
static bool is_option(const char *argument, const char *name,
                      const char **value)
{
    size_t size = strlen(name);

    if (strncmp(argument, name, size) != 0)
        return false;
    *value = argument[size] == '=' ? argument + size + 1 : NULL;
    return argument[size] == '\0' || argument[size] == '=';
}

static const struct cli_option *find_option(const struct cli_option *options,
                                            size_t count, const char *argument,
                                            const char **value)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (is_option(argument, options[i].name, value))
            return &options[i];
    }
    return NULL;
}

static const char *long_form(const char *argument)
{
    if (strcmp(argument, "-o") == 0)
        return "--output";
    if (strcmp(argument, "-h") == 0)
        return "--help";
    return argument;
}

/* Takes the option at argv[*at], and the argument behind it if it has one. */
static bool take_option(const struct cli_option *option, const char *value,
                        int argc, char **argv, int *at)
{
    if (option->flag) {
        if (value) {
            cli_complain(_("option %s takes no value"), option->name);
            return false;
        }
        *option->flag = true;
        return true;
    }
    if (!value) {
        if (*at + 1 >= argc) {
            cli_complain(_("option %s needs a value"), option->name);
            return false;
        }
        value = argv[++*at];
    }
    *option->text = value;
    return true;
}

static bool read_arguments(const struct cli_usage *usage,
                           const struct cli_option *common, size_t common_count,
                           int argc, char **argv, const char **words,
                           int *word_count)
{
    bool only_words = false;
    int at;

    for (at = 2; at < argc; at++) {
        const char *argument = long_form(argv[at]);
        const char *value = NULL;
        const struct cli_option *option;

        if (!only_words && strcmp(argument, "--") == 0) {
            only_words = true;
            continue;
        }
        if (only_words || argument[0] != '-' || argument[1] == '\0') {
            if (*word_count == usage->word_max) {
                cli_complain(_("too many arguments: %s"), argv[at]);
                return false;
            }
            words[(*word_count)++] = argv[at];
            continue;
        }
        option =
            find_option(usage->options, usage->option_count, argument, &value);
        if (!option)
            option = find_option(common, common_count, argument, &value);
        if (!option) {
            cli_complain(_("unknown option %s"), argv[at]);
            return false;
        }
        if (!take_option(option, value, argc, argv, &at))
            return false;
    }
    return true;
}

bool cli_options_read(const struct cli_usage *usage, int argc, char **argv,
                      struct cli_common *common, const char **words,
                      enum cli_exit *end)
{
    const char *language = NULL;
    bool wants_help = false;
    int word_count = 0;
    const struct cli_option shared[] = {
        { "--profile", &common->profile, NULL },
        { "--passphrase-file", &common->passphrase_file, NULL },
        { "--language", &language, NULL },
        { "--help", NULL, &wants_help },
    };

    *end = CLI_USAGE;
    if (!read_arguments(usage, shared, sizeof shared / sizeof shared[0], argc,
                        argv, words, &word_count)) {
        cli_complain(_("see: chibo %s --help"), argv[1]);
        return false;
    }
    if (language && !catalogue_speak(language)) {
        cli_complain(_("--language is vi or en"));
        return false;
    }
    if (wants_help) {
        (void)fputs(gettext(usage->text), stdout);
        *end = CLI_DONE;
        return false;
    }
    if (word_count < usage->word_min) {
        cli_complain(_("something is missing; see: chibo %s --help"), argv[1]);
        return false;
    }
    *end = CLI_DONE;
    return true;
}
