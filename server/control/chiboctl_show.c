#include "server/control/chiboctl.h"

#include "protocol/meeting/spoken_words.h"
#include "protocol/program/fold.h"
#include "server/control/zone_time.h"
#include "server/store/store_sqlite.h"

#include <stdlib.h>
#include <string.h>

enum { FILL_WIDTH = 79 }; /* columns of a line of help */

/* --- Looking up ---------------------------------------------------------- */

static bool is_found(enum result result, const char *text)
{
    if (result == RESULT_OK)
        return true;
    if (result == RESULT_EXISTS)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("several are called \"%s\": give the id"), text);
    else
        chiboctl_fail(CHIBOCTL_FAILED, _("nothing here is called \"%s\""),
                      text);
    return false;
}

bool chiboctl_find_unit(struct chiboctl *ctl, const char *text,
                        struct identifier *out)
{
    return is_found(register_book_find_unit(ctl->book, text, out), text);
}

bool chiboctl_find_cell(struct chiboctl *ctl, struct identifier *out)
{
    const struct register_state *state = register_book_state(ctl->book);
    const char *text = chiboctl_option(ctl, "cell");
    size_t count = 0;

    if (text)
        return chiboctl_find_unit(ctl, text, out);
    for (size_t i = 0; i < state->unit_count; i++)
        if (state->units[i].kind == UNIT_CELL) {
            *out = state->units[i].id;
            count++;
        }
    if (count == 1)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  count ? _("which cell? Give --cell")
                        : _("there is no cell yet: add one with \"chiboctl "
                            "unit add cell NAME\""));
    return false;
}

bool chiboctl_find_group(struct chiboctl *ctl, const struct identifier *cell,
                         const char *text, struct identifier *out)
{
    return is_found(register_book_find_group(ctl->book, cell, text, out), text);
}

bool chiboctl_find_member(struct chiboctl *ctl, const struct identifier *cell,
                          const char *text, struct identifier *out)
{
    return is_found(register_book_find_member(ctl->book, cell, text, out),
                    text);
}

bool chiboctl_find_site(struct chiboctl *ctl, const char *text,
                        struct identifier *out)
{
    return is_found(register_book_find_site(ctl->book, text, out), text);
}

bool chiboctl_find_holder(struct chiboctl *ctl, const char *text,
                          struct identifier *out)
{
    return is_found(register_book_find_holder(ctl->book, text, out), text);
}

bool chiboctl_find_meeting(struct chiboctl *ctl, const char *text,
                           const struct register_meeting **out)
{
    struct identifier id;

    *out = NULL;
    if (identifier_parse(text_view_of(text), &id) == RESULT_OK)
        *out = register_state_meeting(register_book_state(ctl->book), &id);
    return is_found(*out ? RESULT_OK : RESULT_NOT_FOUND, text);
}

const char *chiboctl_holder_name(struct chiboctl *ctl,
                                 const struct identifier *holder)
{
    const struct register_state *state = register_book_state(ctl->book);
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);

    if (member)
        return register_book_name(ctl->book, member->name_seq);
    return site ? register_book_name(ctl->book, site->name_seq) : "";
}

struct sealed chiboctl_text(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

/* --- What is held --------------------------------------------------------- */

json_t *chiboctl_held(struct chiboctl *ctl)
{
    struct store_sqlite *sqlite = NULL;
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    json_t *held = NULL;

    if (!ctl->has_config)
        return NULL;
    if (store_sqlite_open(&sqlite, ctl->config.database_path,
                          STORE_SQLITE_READ) == RESULT_OK &&
        store_sqlite_list_logs(sqlite, &logs, &count) == RESULT_OK)
        held = json_array();
    for (size_t i = 0; held && i < count; i++)
        if (logs[i].is_held)
            json_array_append_new(held, json_string(logs[i].id.text));
    free(logs);
    store_sqlite_close(sqlite);
    return held;
}

bool chiboctl_is_held(const json_t *held, const struct identifier *log)
{
    for (size_t i = 0; i < json_array_size(held); i++)
        if (strcmp(json_string_value(json_array_get(held, i)), log->text) == 0)
            return true;
    return false;
}

/* --- Showing ------------------------------------------------------------- */

int chiboctl_width(const char *text)
{
    return (int)fold_columns(text, strlen(text));
}

void chiboctl_fill(const char *text, int indent, FILE *out)
{
    fold_words(text, (size_t)indent, (size_t)indent, FILL_WIDTH, out);
}

void chiboctl_entry(const char *left, int column, const char *text, FILE *out)
{
    int used = 2 + chiboctl_width(left);

    (void)fprintf(out, "  %s", left);
    if (used >= column) { /* no room behind it */
        (void)fputc('\n', out);
        used = 0;
    }
    (void)fprintf(out, "%*s", column - used, "");
    chiboctl_fill(text, column, out);
}

static void print_cell(const json_t *value, int width, bool is_last)
{
    char number[32];
    const char *text = json_string_value(value);
    int left;

    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                       json_integer_value(value));
        text = number;
    }
    text = text ? text : "";
    (void)fputs(text, stdout);
    if (is_last)
        return;
    for (left = width - chiboctl_width(text); left > 0; left--)
        (void)fputc(' ', stdout);
    (void)fputs("  ", stdout);
}

void chiboctl_row(const struct chiboctl *ctl, json_t *row, const int *widths)
{
    size_t count = row ? json_object_size(row) : 0;
    const char *key;
    json_t *value;
    size_t i = 0;

    if (!row)
        return;
    if (ctl->is_json) {
        char *text = json_dumps(row, JSON_COMPACT);

        (void)printf("%s\n", text ? text : "");
        free(text);
    } else {
        json_object_foreach(row, key, value)
        {
            if (widths[i] >= 0)
                print_cell(value, widths[i], i + 1 == count);
            i++;
        }
        (void)fputc('\n', stdout);
    }
    json_decref(row);
}

const char *chiboctl_word(const struct chiboctl *ctl,
                          const struct enum_words *words, int value)
{
    if (value == 0)
        return "";
    return ctl->is_json ? enum_word(words, value)
                        : _(spoken_value(words, value));
}

json_t *chiboctl_time(const struct chiboctl *ctl, int64_t utc_ms,
                      const char *zone)
{
    char local[ZONE_TIME_SIZE];

    if (ctl->is_json)
        return json_integer(utc_ms);
    zone_time_format(utc_ms, zone, local);
    return json_string(local);
}
