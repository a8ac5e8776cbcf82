#include "protocol/rules/agenda_template.h"

#include "protocol/base/text.h"

#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#define WORD(name, word) [name] = word,
static const char *const template_presenter_list[] = { TEMPLATE_PRESENTER_LIST(
    WORD) };
const struct enum_words template_presenter_words = {
    template_presenter_list, template_presenter_count_
};

/* The first fault; what is read after it is not used. */
struct reading {
    enum result result;
    int line;
};

static void fail(struct reading *reading, const config_setting_t *at)
{
    if (reading->result != RESULT_OK)
        return;
    reading->result = RESULT_MALFORMED;
    reading->line = at ? (int)config_setting_source_line(at) : 0;
}

/* A line in NFC of at least one character; NULL where it may be missing. */
static const char *read_text(struct reading *reading,
                             const config_setting_t *group, const char *name)
{
    const config_setting_t *setting = config_setting_get_member(group, name);
    const char *text = setting ? config_setting_get_string(setting) : NULL;

    if (!text || text[0] == '\0' ||
        text_check(text_view_of(text), LIMIT_TITLE_LENGTH, false) !=
            RESULT_OK) {
        fail(reading, setting ? setting : group);
        return "";
    }
    return text;
}

/* A word of a list, 0 if it is not there. */
static int read_word(struct reading *reading, const config_setting_t *group,
                     const char *name, const struct enum_words *words)
{
    const config_setting_t *setting = config_setting_get_member(group, name);
    const char *word = setting ? config_setting_get_string(setting) : NULL;
    int value;

    if (!setting)
        return 0;
    value = word ? enum_value(words, text_view_of(word)) : 0;
    if (!value)
        fail(reading, setting);
    return value;
}

static uint64_t read_minutes(struct reading *reading,
                             const config_setting_t *group)
{
    const config_setting_t *setting =
        config_setting_get_member(group, "minutes");
    int minutes;

    if (!setting)
        return 0;
    minutes = config_setting_get_int(setting);
    if (config_setting_type(setting) != CONFIG_TYPE_INT || minutes < 1 ||
        minutes > LIMIT_ITEM_MINUTES) {
        fail(reading, setting);
        return 0;
    }
    return (uint64_t)minutes;
}

/* Anything else is misspelt. */
static void refuse_others(struct reading *reading,
                          const config_setting_t *group,
                          const char *const *names)
{
    int i;
    size_t j;

    for (i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting =
            config_setting_get_elem(group, (unsigned)i);

        for (j = 0; names[j]; j++)
            if (strcmp(names[j], config_setting_name(setting)) == 0)
                break;
        if (!names[j])
            fail(reading, setting);
    }
}

static void copy_text(char *to, const char *from)
{
    const size_t size = strlen(from);

    memcpy(to, from, size + 1);
}

static void read_item(struct reading *reading, const config_setting_t *group,
                      struct agenda_template_item *out)
{
    static const char *const names[] = { "title", "minutes", "presenter",
                                         "kind", NULL };

    if (!config_setting_is_group(group)) {
        fail(reading, group);
        return;
    }
    refuse_others(reading, group, names);
    copy_text(out->title, read_text(reading, group, "title"));
    out->minutes = read_minutes(reading, group);
    out->presenter = (enum template_presenter)read_word(
        reading, group, "presenter", &template_presenter_words);
    out->kind =
        (enum item_kind)read_word(reading, group, "kind", &item_kind_words);
}

static void read_items(struct reading *reading, const config_setting_t *root,
                       struct agenda_template *out)
{
    const config_setting_t *list = config_setting_get_member(root, "items");
    const int count = list ? config_setting_length(list) : 0;
    int i;

    if (!list || !config_setting_is_list(list) || count < 1 ||
        count > LIMIT_AGENDA_ITEMS) {
        fail(reading, list);
        return;
    }
    out->items = calloc((size_t)count, sizeof *out->items);
    if (!out->items) {
        reading->result = RESULT_NO_MEMORY;
        return;
    }
    out->item_count = (size_t)count;
    for (i = 0; i < count && reading->result == RESULT_OK; i++)
        read_item(reading, config_setting_get_elem(list, (unsigned)i),
                  &out->items[i]);
}

static void read_root(struct reading *reading, const config_setting_t *root,
                      struct agenda_template *out)
{
    static const char *const names[] = { "kind", "title", "items", NULL };

    refuse_others(reading, root, names);
    out->kind = (enum meeting_kind)read_word(reading, root, "kind",
                                             &meeting_kind_words);
    if (out->kind == meeting_kind_none_)
        fail(reading, NULL);
    copy_text(out->title, read_text(reading, root, "title"));
    read_items(reading, root, out);
}

enum result agenda_template_read(const char *text, size_t size,
                                 struct agenda_template *out, int *error_line)
{
    struct reading reading = { .result = RESULT_OK };
    struct agenda_template read = { .items = NULL };
    config_t config;
    char *copy;

    *error_line = 0;
    if (size > AGENDA_TEMPLATE_SIZE_MAX)
        return RESULT_TOO_LARGE;
    /* An include would make this function read files. */
    if (memchr(text, '\0', size) || memmem(text, size, "@include", 8))
        return RESULT_MALFORMED;
    copy = strndup(text, size);
    if (!copy)
        return RESULT_NO_MEMORY;
    config_init(&config);
    if (config_read_string(&config, copy))
        read_root(&reading, config_root_setting(&config), &read);
    else
        reading =
            (struct reading){ RESULT_MALFORMED, config_error_line(&config) };
    config_destroy(&config);
    free(copy);
    *error_line = reading.line;
    if (reading.result == RESULT_OK)
        *out = read;
    else
        agenda_template_release(&read);
    return reading.result;
}

void agenda_template_release(struct agenda_template *agenda)
{
    free(agenda->items);
    *agenda = (struct agenda_template){ .items = NULL };
}

/* --- names --------------------------------------------------------------- */

static const char ending[] = ".conf";

bool agenda_template_is_name(const char *name)
{
    return !strchr(name, '/') && !strstr(name, ending);
}

void agenda_template_add_name(char names[AGENDA_TEMPLATE_NAMES_SIZE],
                              const char *file)
{
    const size_t used = strlen(names), whole = strlen(file);
    const char *between = used > 0 ? ", " : "";
    const size_t gap = strlen(between), behind = sizeof ending - 1;
    const size_t size = whole > behind ? whole - behind : 0;

    if (file[0] == '.' || size == 0 || strcmp(&file[size], ending) != 0 ||
        gap + size >= AGENDA_TEMPLATE_NAMES_SIZE - used)
        return;
    memcpy(&names[used], between, gap);
    memcpy(&names[used + gap], file, size);
    names[used + gap + size] = '\0';
}
