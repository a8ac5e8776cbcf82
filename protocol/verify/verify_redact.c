#include "protocol/verify/verify_redact.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/record/record_zip_write.h"

#include <stdlib.h>
#include <string.h>

/* --- What is left out ---------------------------------------------------- */

/* A step into a list, as openings are read: digits, not many. */
static size_t index_of(const char *step)
{
    size_t index = 0;

    for (; *step >= '0' && *step <= '9' && index <= LIMIT_ITEMS; step++)
        index = 10 * index + (size_t)(*step - '0');
    return index;
}

/* The object that has the field, in an event: "roster.3.name" is in its fourth
 * row; NULL if there is none. */
static const json_t *owner_of(const json_t *event, const char *path)
{
    const json_t *owner = event;
    const char *dot;

    for (; (dot = strchr(path, '.')) != NULL && owner; path = dot + 1) {
        char step[OPENING_FIELD_SIZE_MAX + 1];
        const size_t size = (size_t)(dot - path);

        if (size >= sizeof step)
            return NULL;
        memcpy(step, path, size);
        step[size] = '\0';
        owner = json_is_array(owner) ? json_array_get(owner, index_of(step))
                                     : json_object_get(owner, step);
    }
    return owner;
}

static bool is_of_guest(const json_t *event, const char *path)
{
    const char *category =
        json_string_value(json_object_get(owner_of(event, path), "category"));

    return category && strcmp(category, "guest") == 0;
}

static const char *last_step(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot ? dot + 1 : path;
}

/* What a body above may read: what is not named here is left out. */
static bool is_for_upper(const json_t *event, const char *path)
{
    static const char *const kept[] = { "title",      "name",  "unit_name",
                                        "upper_name", "place", "motion",
                                        "form",       "issuer" };
    const char *kind = json_string_value(json_object_get(event, "ev"));
    size_t i;

    if (!kind || strcmp(kind, "document_attached") == 0)
        return false;
    for (i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (strcmp(last_step(path), kept[i]) == 0)
            return true;
    return false;
}

bool verify_redact_hides(enum record_level level, const json_t *event,
                         const char *path, enum audience audience)
{
    switch (level) {
    case RECORD_LEVEL_UPPER:
        if (!is_for_upper(event, path))
            return true;
        return audience == AUDIENCE_PRESIDING || is_of_guest(event, path);
    case RECORD_LEVEL_MEMBER:
        return audience == AUDIENCE_PRESIDING || is_of_guest(event, path);
    case RECORD_LEVEL_FULL:
    case RECORD_LEVEL_AS_KEPT:
    case RECORD_LEVEL_COUNT:
        break;
    }
    return false;
}

static bool is_in(struct text_view path, const char *folder)
{
    const size_t size = strlen(folder);

    return path.size > size && memcmp(path.data, folder, size) == 0;
}

bool verify_redact_hides_file(enum record_level level, struct text_view path)
{
    if (level < RECORD_LEVEL_MEMBER)
        return false;
    return is_in(path, RECORD_DOCUMENTS_FOLDER) ||
           is_in(path, RECORD_GROUPS_FOLDER) ||
           is_in(path, RECORDINGS_FOLDER) ||
           text_view_is(path, RECORD_MINUTES_PATH) ||
           (level == RECORD_LEVEL_UPPER && is_in(path, "attachments/"));
}

/* --- Openings ------------------------------------------------------------ */

struct redacting {
    enum record_level level;
    bool is_register;
    struct verify_lines events;
    struct byte_writer kept; /* owned */
};

static enum result audience_at(const struct redacting *redacting,
                               const json_t *event, const char *path,
                               enum audience *out)
{
    const struct text_view name =
        text_view_of(json_string_value(json_object_get(event, "ev")));
    const struct schema *schema =
        redacting->is_register
            ? register_event_schema(register_event_kind_of(name))
            : meeting_event_schema(meeting_event_kind_of(name));
    const struct field *field =
        schema ? schema_find_path(schema, text_view_of(path)) : NULL;

    if (!field)
        return RESULT_NOT_FOUND;
    *out = field->audience;
    return RESULT_OK;
}

/* What cannot be judged is left out. */
static enum result is_hidden(const struct redacting *redacting,
                             const struct opening *opening, bool *out)
{
    struct message_memory memory = { .root = NULL };
    struct event_head head;
    struct text_view line;
    enum audience audience = AUDIENCE_NONE;
    enum result result;

    *out = true;
    if (opening->seq >= redacting->events.count)
        return RESULT_OK;
    line = redacting->events.lines[opening->seq];
    result = event_parse(line.data, line.size, &head, &memory, NULL);
    if (result == RESULT_OK &&
        audience_at(redacting, memory.root, opening->field, &audience) ==
            RESULT_OK)
        *out = verify_redact_hides(redacting->level, memory.root,
                                   opening->field, audience);
    message_memory_release(&memory);
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

static enum result take_line(struct redacting *redacting, struct text_view line)
{
    struct message_memory memory = { .root = NULL };
    struct opening opening;
    bool is_out = true;
    enum result result =
        opening_parse(line.data, line.size, &opening, &memory, NULL);

    if (result == RESULT_OK)
        result = is_hidden(redacting, &opening, &is_out);
    message_memory_release(&memory);
    if (result != RESULT_OK)
        return result;
    if (!is_out) {
        byte_writer_text(&redacting->kept, line);
        byte_writer_u8(&redacting->kept, '\n');
    }
    return redacting->kept.result;
}

/* The openings of a log that are left; the caller ends `kept`. */
static enum result keep_openings(enum record_level level, bool is_register,
                                 struct text_view events,
                                 struct text_view openings,
                                 struct redacting *out)
{
    struct verify_lines lines = { .lines = NULL };
    enum result result;
    size_t i;

    *out = (struct redacting){ .level = level, .is_register = is_register };
    byte_writer_init(&out->kept, LIMIT_RECORD_SIZE);
    result = verify_lines_split(events, &out->events);
    if (result == RESULT_OK)
        result = verify_lines_split(openings, &lines);
    for (i = 0; i < lines.count && result == RESULT_OK; i++)
        result = take_line(out, lines.lines[i]);
    verify_lines_release(&lines);
    verify_lines_release(&out->events);
    return result;
}

/* --- The new record ------------------------------------------------------ */

struct fresh {
    struct record_zip_entry *entries; /* owned */
    size_t count;
    struct redacting log, registry;
    char *redaction; /* owned */
    size_t redaction_size;
};

static bool is_dropped(const struct verify_record *record,
                       enum record_level level, struct text_view name)
{
    return record_manifest_hideable(&record->manifest, name) &&
           verify_redact_hides_file(level, name);
}

static struct text_view written(const struct redacting *part)
{
    return (struct text_view){ (const char *)part->kept.data, part->kept.size };
}

/* Openings of files stand behind those of events; those of files that go, go.
 */
static enum result keep_file_openings(const struct verify_record *record,
                                      enum record_level level,
                                      struct redacting *log)
{
    const struct record_zip_entry *file =
        record_zip_find(&record->zip, TEXT_LITERAL(RECORD_OPENINGS_PATH));
    const struct text_view rest = { &file->data.data[record->openings.size],
                                    file->data.size - record->openings.size };
    struct verify_lines lines = { .lines = NULL };
    enum result result = verify_lines_split(rest, &lines);
    size_t i;

    for (i = 0; i < lines.count && result == RESULT_OK; i++) {
        struct record_file_opening opening = { .path = { NULL, 0 } };
        json_t *memory = NULL;

        result = record_file_opening_read(lines.lines[i], &opening, &memory);
        if (result == RESULT_OK && !is_dropped(record, level, opening.path) &&
            record_zip_find(&record->zip, opening.path)) {
            byte_writer_text(&log->kept, lines.lines[i]);
            byte_writer_u8(&log->kept, '\n');
            result = log->kept.result;
        }
        json_decref(memory);
    }
    verify_lines_release(&lines);
    return result;
}

static void gather(const struct verify_record *record, enum record_level level,
                   struct fresh *fresh)
{
    size_t i;

    for (i = 0; i < record->zip.count; i++) {
        struct record_zip_entry entry = record->zip.entries[i];

        if (is_dropped(record, level, entry.name) ||
            text_view_is(entry.name, RECORD_REDACTION_PATH))
            continue;
        if (text_view_is(entry.name, RECORD_OPENINGS_PATH))
            entry.data = written(&fresh->log);
        if (text_view_is(entry.name, RECORD_REGISTER_OPENINGS_PATH))
            entry.data = written(&fresh->registry);
        fresh->entries[fresh->count++] = entry;
    }
}

/* What is missing is found as the verifier will find it. */
static enum result list_missing(const struct verify_record *record,
                                enum record_level level,
                                const struct signing_key *server,
                                struct fresh *fresh)
{
    struct verify_record less = *record;
    struct redacting *log = &fresh->log;
    struct verify_reader reader = { .texts = NULL };
    struct record_redaction redaction = { .root = NULL };
    struct verify_event event;
    enum result result;

    less.zip = (struct record_zip){ fresh->entries, fresh->count };
    result =
        verify_reader_open(&reader, record->log, written(log), VERIFY_IN_LOG);
    while (result == RESULT_OK) {
        result = verify_reader_next(&reader, &event);
        if (result == RESULT_OK)
            verify_event_release(&event);
    }
    if (result == RESULT_CLOSED)
        result = verify_record_missing(&less, &reader, &redaction);
    redaction.level = level;
    if (result == RESULT_OK)
        result = record_redaction_sign(&redaction, &record->manifest,
                                       record->manifest_text, server);
    if (result == RESULT_OK)
        result = record_redaction_write(&redaction, &fresh->redaction,
                                        &fresh->redaction_size);
    record_redaction_release(&redaction);
    verify_reader_release(&reader);
    return result;
}

static void release(struct fresh *fresh)
{
    byte_writer_release(&fresh->log.kept);
    byte_writer_release(&fresh->registry.kept);
    free(fresh->entries);
    free(fresh->redaction);
}

static enum result make(const struct verify_record *record,
                        enum record_level level,
                        const struct signing_key *server, struct fresh *fresh)
{
    enum result result =
        keep_openings(level, true, record->registry, record->registry_openings,
                      &fresh->registry);

    if (result == RESULT_OK)
        result = keep_openings(level, false, record->log, record->openings,
                               &fresh->log);
    fresh->entries = calloc(record->zip.count + 1, sizeof *fresh->entries);
    if (result == RESULT_OK && !fresh->entries)
        result = RESULT_NO_MEMORY;
    if (result != RESULT_OK)
        return result;
    gather(record, level, fresh);
    /* Only now the openings of files join those of events, whose bytes move. */
    result = list_missing(record, level, server, fresh);
    if (result == RESULT_OK)
        result = keep_file_openings(record, level, &fresh->log);
    if (result != RESULT_OK)
        return result;
    fresh->count = 0;
    gather(record, level, fresh);
    fresh->entries[fresh->count++] = (struct record_zip_entry){
        TEXT_LITERAL(RECORD_REDACTION_PATH),
        { fresh->redaction, fresh->redaction_size },
    };
    return RESULT_OK;
}

enum result verify_redact(const struct verify_record *record,
                          enum record_level level,
                          const struct signing_key *server, char **out,
                          size_t *size)
{
    struct fresh fresh = { .entries = NULL };
    enum result result;

    if (record->redaction.level > level)
        return RESULT_EXISTS;
    result = make(record, level, server, &fresh);
    if (result == RESULT_OK)
        result = record_zip_write(fresh.entries, fresh.count, out, size);
    release(&fresh);
    return result;
}
