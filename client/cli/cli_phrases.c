#include "client/cli/cli_phrases.h"

#include "client/cli/cli_options.h"
#include "client/cli/cli_text.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char key_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static const struct cli_phrase *find(const struct cli_phrases *phrases,
                                     const char *key, size_t size)
{
    size_t i;

    for (i = 0; i < phrases->count; i++)
        if (strlen(phrases->rows[i].key) == size &&
            strncmp(phrases->rows[i].key, key, size) == 0)
            return &phrases->rows[i];
    return NULL;
}

void cli_phrases_release(struct cli_phrases *phrases)
{
    size_t i;

    for (i = 0; i < phrases->count; i++)
        free(phrases->rows[i].text);
    free(phrases->rows);
    *phrases = (struct cli_phrases){ NULL, 0 };
}

/* --- the file ------------------------------------------------------------ */

static struct text_view trimmed(const char *text, size_t size)
{
    while (size > 0 && strchr(" \t\r", text[size - 1]))
        size--;
    while (size > 0 && strchr(" \t", text[0])) {
        text++;
        size--;
    }
    return (struct text_view){ text, size };
}

/* What is wrong with a key; NULL: nothing. */
static const char *key_fault(const struct cli_phrases *phrases,
                             struct text_view key)
{
    size_t i;

    if (key.size == 0 || key.size >= CLI_PHRASE_KEY_SIZE)
        return _("a key has 1 to 16 small letters a-z and digits");
    for (i = 0; i < key.size; i++)
        if (!strchr(key_letters, key.data[i]))
            return _("a key has 1 to 16 small letters a-z and digits");
    if (find(phrases, key.data, key.size))
        return _("this key was given before");
    return phrases->count == CLI_PHRASES_MAX ? _("there are too many phrases")
                                             : NULL;
}

/* Adds one row. NULL, or what is wrong with the line; `*result` is
 * RESULT_NO_MEMORY when memory is out. */
static const char *take_row(struct cli_phrases *phrases, struct text_view line,
                            enum result *result)
{
    const char *equals = memchr(line.data, '=', line.size);
    const size_t before = equals ? (size_t)(equals - line.data) : 0;
    struct text_view key, value;
    struct cli_phrase *rows;
    const char *fault;
    char *text = NULL;

    if (!equals)
        return _("this is not KEY = PHRASE");
    key = trimmed(line.data, before);
    value = trimmed(equals + 1, line.size - before - 1);
    fault = key_fault(phrases, key);
    if (fault)
        return fault;
    *result = text_to_nfc(value, &text);
    if (*result == RESULT_OK)
        *result =
            text_check(text_view_of(text), LIMIT_MINUTES_ENTRY_LENGTH, false);
    if (*result != RESULT_OK || value.size == 0) {
        free(text);
        return value.size == 0 ? _("the phrase is missing")
                               : _("the phrase is no text of one line, or too "
                                   "long");
    }
    rows = realloc(phrases->rows, (phrases->count + 1) * sizeof *rows);
    if (!rows) {
        free(text);
        *result = RESULT_NO_MEMORY;
        return NULL;
    }
    phrases->rows = rows;
    (void)snprintf(rows[phrases->count].key, CLI_PHRASE_KEY_SIZE, "%.*s",
                   (int)key.size, key.data);
    rows[phrases->count++].text = text;
    return NULL;
}

enum result cli_phrases_read(const char *text, size_t size,
                             struct cli_phrases *out, int *error_line,
                             const char **fault)
{
    enum result result = RESULT_OK;
    size_t at = 0;
    int line;

    *out = (struct cli_phrases){ NULL, 0 };
    *fault = NULL;
    for (line = 1; at < size && !*fault && result == RESULT_OK; line++) {
        const char *end = memchr(text + at, '\n', size - at);
        const size_t length = end ? (size_t)(end - text) - at : size - at;
        const struct text_view row = trimmed(text + at, length);

        *error_line = line;
        if (row.size > 0 && row.data[0] != '#')
            *fault = take_row(out, row, &result);
        at += length + 1;
    }
    if (!*fault && result == RESULT_OK)
        return RESULT_OK;
    cli_phrases_release(out);
    return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
}

/* That of the installation which this program is of. */
static bool beside_program(char path[PATH_MAX + 64])
{
    char program[PATH_MAX];
    const ssize_t size =
        readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (size <= 0)
        return false;
    program[size] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    (void)snprintf(path, PATH_MAX + 64, "%s/../share/chibo/templates/%s",
                   program, "phrases.conf");
    return true;
}

bool cli_phrases_load(const char *path, struct cli_phrases *out)
{
    static char text[CLI_PHRASES_SIZE_MAX + 1];
    char own[PATH_MAX + 64];
    const char *fault = NULL;
    enum result result;
    FILE *file;
    size_t size;
    int line = 0;

    *out = (struct cli_phrases){ NULL, 0 };
    if (!path && !beside_program(own))
        return true;
    file = fopen(path ? path : own, "rbe");
    if (!file && !path)
        return true;
    if (!file) {
        cli_complain(_("%s cannot be read: %s"), path, system_words(errno));
        return false;
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    if (size > CLI_PHRASES_SIZE_MAX) {
        cli_complain(_("%s is too large"), path ? path : own);
        return false;
    }
    result = cli_phrases_read(text, size, out, &line, &fault);
    if (result == RESULT_MALFORMED)
        cli_complain(_("%s, line %d: %s"), path ? path : own, line, fault);
    else if (result != RESULT_OK)
        cli_complain("%s", _("out of memory"));
    return result == RESULT_OK;
}

/* --- what is typed ------------------------------------------------------- */

/* The letters of a key that begins here; 0: none does. */
static size_t key_at(const char *text, const char *at)
{
    const bool is_word_begin = at == text || strchr(" \t\n(", at[-1]) != NULL;

    return at[0] == ';' && is_word_begin ? strspn(at + 1, key_letters) : 0;
}

char *cli_phrases_expand(const struct cli_phrases *phrases, const char *text,
                         char problem[CLI_PHRASES_PROBLEM_SIZE])
{
    char *expanded = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&expanded, &size);
    const struct cli_phrase *phrase;
    const char *at = text;
    bool is_good = out != NULL;

    problem[0] = '\0';
    while (is_good && *at != '\0') {
        const size_t key = key_at(text, at);

        if (at[0] == ';' && at[1] == ';') {
            (void)fputc(';', out);
            at += 2;
        } else if (key == 0) {
            (void)fputc(*at++, out);
        } else {
            phrase = find(phrases, at + 1, key);
            is_good = phrase != NULL;
            if (phrase)
                (void)fputs(phrase->text, out);
            else
                (void)snprintf(problem, CLI_PHRASES_PROBLEM_SIZE,
                               _("there is no phrase ;%.*s; see /phrases. A "
                                 "semicolon itself is typed as ;;"),
                               (int)(key < 40 ? key : 40), at + 1);
            at += key + 1;
        }
    }
    if (out && fclose(out) != 0)
        is_good = false;
    if (is_good)
        return expanded;
    free(expanded);
    return NULL;
}

void cli_phrases_show(const struct cli_phrases *phrases, FILE *out)
{
    size_t i;

    if (phrases->count == 0)
        (void)fprintf(out, "%s\n",
                      _("There are no phrases: see --phrases in chibo join "
                        "--help."));
    for (i = 0; i < phrases->count; i++)
        (void)fprintf(out, "  ;%-8s %s\n", phrases->rows[i].key,
                      phrases->rows[i].text);
}
