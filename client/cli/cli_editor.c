#include "client/cli/cli_editor.h"

#include "client/cli/cli_text.h"

#include "protocol/base/limits.h"
#include "protocol/wire/json_read.h"

#include <stdlib.h>
#include <string.h>

bool cli_editor_is_busy(const struct cli_editor *editor)
{
    return editor->send_tag != 0 || editor->keep_tag != 0 ||
           (editor->has_news && !editor->is_stopped) ||
           (editor->is_stopped && editor->is_unkept);
}

void cli_editor_release(struct cli_editor *editor)
{
    json_decref(editor->fields);
    free(editor->text);
    *editor = (struct cli_editor){ .is_open = false };
}

void cli_editor_done(struct cli_editor *editor)
{
    editor->is_open = false;
    if (!cli_editor_is_busy(editor))
        cli_editor_release(editor);
}

/* --- beginning ------------------------------------------------------------ */

static bool begin(struct cli_editor *editor, json_t *fields,
                  struct text_view text)
{
    cli_editor_release(editor);
    editor->fields = fields;
    editor->text =
        fields ? strndup(text.size ? text.data : "", text.size) : NULL;
    editor->is_open = editor->text != NULL;
    if (!editor->is_open)
        cli_editor_release(editor);
    return editor->is_open;
}

bool cli_editor_begin(struct cli_editor *editor, json_t *fields)
{
    return begin(editor, fields, TEXT_LITERAL(""));
}

bool cli_editor_edit(struct cli_editor *editor,
                     const struct meeting_entry *entry, struct text_view text)
{
    if (!begin(editor, json_pack("{s:s}", "item", entry->item.text), text))
        return false;
    editor->entry = entry->id;
    editor->version = entry->version;
    return true;
}

/* What a write_entry needs beside its text. */
static json_t *fields_of(const json_t *command)
{
    static const char *const names[] = { "item", "kind", "member", "behind" };
    json_t *fields = json_object();
    size_t i;

    for (i = 0; fields && i < sizeof names / sizeof names[0]; i++) {
        json_t *value = json_object_get(command, names[i]);

        if (value && json_object_set(fields, names[i], value))
            fields = (json_decref(fields), NULL);
    }
    return fields;
}

bool cli_editor_resume(struct cli_editor *editor,
                       const struct meeting_state *state,
                       const struct kept_text *kept)
{
    const json_t *text = json_object_get(kept->command, "text");
    const struct meeting_entry *entry = NULL;
    struct identifier id;

    if (json_read_id(kept->command, "entry", &id))
        entry = meeting_state_entry(state, &id);
    if (!begin(editor, fields_of(kept->command),
               (struct text_view){ json_string_value(text),
                                   json_string_length(text) }))
        return false;
    if (entry && !entry->is_removed) {
        editor->entry = entry->id;
        editor->version = entry->version;
    }
    /* Whoever was not shown the newest version does not write over it. */
    if (entry && kept->stage == TEXT_TYPING)
        (void)json_read_number(kept->command, "version", &editor->version);
    editor->draft = kept->number;
    editor->has_news = true;
    return true;
}

/* --- lines ---------------------------------------------------------------- */

/* Limits of texts count code points. */
static bool fits(const char *text)
{
    size_t length = 0;

    for (; *text; text++)
        length += ((unsigned char)*text & 0xC0) != 0x80;
    return length <= LIMIT_MINUTES_ENTRY_LENGTH;
}

/* Takes `text`. */
static bool put(struct cli_editor *editor, char *text)
{
    if (!text || !fits(text)) {
        free(text);
        return false;
    }
    free(editor->text);
    editor->text = text;
    editor->has_news = editor->is_unkept = true;
    return true;
}

/* The three parts, one behind the other; to be freed, or NULL. */
static char *joined(const char *before, size_t before_size, const char *line,
                    const char *behind)
{
    const size_t line_size = strlen(line);
    const size_t behind_size = strlen(behind);
    char *text = malloc(before_size + line_size + behind_size + 1);

    if (!text)
        return NULL;
    memcpy(text, before, before_size);
    memcpy(text + before_size, line, line_size);
    memcpy(text + before_size + line_size, behind, behind_size + 1);
    return text;
}

bool cli_editor_add(struct cli_editor *editor, const char *line)
{
    const size_t size = strlen(editor->text);
    char *begun;
    bool is_put;

    if (size == 0)
        return put(editor, strdup(line));
    begun = joined(editor->text, size, "\n", "");
    is_put = begun && put(editor, joined(begun, size + 1, line, ""));
    free(begun);
    return is_put;
}

bool cli_editor_set(struct cli_editor *editor, size_t number, const char *line)
{
    char *start = editor->text;
    const char *behind;

    if (number == 0 || start[0] == '\0')
        return false;
    while (--number > 0) {
        start = strchr(start, '\n');
        if (!start)
            return false;
        start++;
    }
    behind = start + strcspn(start, "\n");
    if (!line) {
        line = "";
        if (*behind == '\n')
            behind++;
        else if (start > editor->text)
            start--; /* the last one goes with the line feed before it */
    }
    return put(editor, joined(editor->text, (size_t)(start - editor->text),
                              line, behind));
}

void cli_editor_show(const struct cli_editor *editor, FILE *out)
{
    const char *at = editor->text ? editor->text : "";
    int number = 1;

    while (*at) {
        const size_t size = strcspn(at, "\n");

        (void)fprintf(out, "  %2d  %.*s\n", number++, (int)size, at);
        at += size + (at[size] == '\n');
    }
}

/* --- what is sent --------------------------------------------------------- */

/* The entry as it stands here. */
static json_t *command_of(const struct cli_editor *editor)
{
    json_t *command;

    if (!identifier_is_empty(&editor->entry))
        return json_pack("{s:s, s:s, s:I, s:s}", "op", "edit_entry", "entry",
                         editor->entry.text, "version",
                         (json_int_t)editor->version, "text", editor->text);
    command = json_copy(editor->fields);
    if (command &&
        (json_object_set_new(command, "op", json_string("write_entry")) ||
         json_object_set_new(command, "text", json_string(editor->text)))) {
        json_decref(command);
        return NULL;
    }
    return command;
}

json_t *cli_editor_next(struct cli_editor *editor)
{
    const bool may_send = !editor->is_stopped && editor->send_tag == 0;
    json_t *command;

    editor->gives_send = editor->gives_keep = false;
    if (!editor->text || editor->text[0] == '\0' || editor->keep_tag != 0)
        return NULL;
    if (editor->has_news && may_send) {
        command = command_of(editor);
        if (command && editor->draft != 0)
            (void)json_object_set_new(command, "kept",
                                      json_integer((json_int_t)editor->draft));
        editor->gives_send = command != NULL;
        return command;
    }
    if (!editor->has_news || !editor->is_unkept)
        return NULL;
    command = command_of(editor);
    if (command && editor->send_tag != 0 && editor->send_number != 0)
        (void)json_object_set_new(
            command, "follows", json_integer((json_int_t)editor->send_number));
    command = json_pack("{s:s, s:I, s:o}", "op", "keep_text", "text",
                        (json_int_t)editor->draft, "command", command);
    editor->gives_keep = command != NULL;
    return command;
}

void cli_editor_sent(struct cli_editor *editor, uint64_t tag)
{
    if (tag == 0) {
        editor->is_stopped = true;
        editor->is_unkept = false;
    } else if (editor->gives_send) {
        editor->send_tag = tag;
        editor->send_number = 0;
        editor->has_news = editor->is_unkept = false;
        editor->draft = 0;
    } else if (editor->gives_keep) {
        editor->keep_tag = tag;
        editor->is_unkept = false;
    }
}

/* --- what comes of it ----------------------------------------------------- */

static void stop(struct cli_editor *editor)
{
    editor->send_tag = 0;
    editor->is_stopped = true;
    editor->is_open = false;
}

static void on_text(struct cli_editor *editor,
                    const struct client_notice *notice)
{
    if (notice->tag != editor->send_tag)
        return;
    if (notice->text_stage == CLIENT_TEXT_KEPT)
        editor->send_number = notice->text_number;
    if (notice->text_stage == CLIENT_TEXT_SAVED) {
        editor->send_tag = 0;
        editor->entry = notice->entry;
        editor->version = notice->version;
    } else if (notice->text_stage == CLIENT_TEXT_REFUSED) {
        stop(editor);
    }
}

static void on_answer(struct cli_editor *editor,
                      const struct client_notice *notice)
{
    json_t *answer;

    if (notice->tag == editor->send_tag && !notice->is_ok)
        stop(editor);
    if (notice->tag != editor->keep_tag)
        return;
    editor->keep_tag = 0;
    answer = notice->json ? json_loadb(notice->json, notice->json_size, 0, NULL)
                          : NULL;
    if (!notice->is_ok || !json_read_number(answer, "text", &editor->draft))
        editor->draft = 0;
    json_decref(answer);
}

void cli_editor_on_notice(struct cli_editor *editor,
                          const struct client_notice *notice)
{
    if (notice->tag == 0 || !editor->text)
        return;
    if (notice->kind == CLIENT_TEXT)
        on_text(editor, notice);
    else if (notice->kind == CLIENT_ANSWER)
        on_answer(editor, notice);
    if (!editor->is_open && !cli_editor_is_busy(editor))
        cli_editor_release(editor);
}
