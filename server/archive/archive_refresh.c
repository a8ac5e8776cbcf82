#include "server/archive/archive_refresh.h"

#include "protocol/record/digest.h"
#include "protocol/verify/verify_lines.h"
#include "protocol/verify/verify_record.h"
#include "protocol/wire/event_codec.h"
#include "server/store/store_sqlite_destroy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A failure of the source, not of the index: the rest goes on. */
static bool is_of_source(enum result result)
{
    return result == RESULT_CORRUPT || result == RESULT_REFUSED ||
           result == RESULT_MALFORMED || result == RESULT_TOO_LARGE ||
           result == RESULT_NOT_FOUND;
}

static enum result put_text(const struct archive_text *text, void *user)
{
    return archive_index_text(user, text);
}

static enum result finish(struct archive_index *index, enum result result,
                          const struct archive_source *source,
                          struct archive_reading *reading)
{
    if (result == RESULT_OK)
        result =
            archive_index_end(index, source, archive_reading_meeting(reading));
    if (result != RESULT_OK)
        archive_index_abandon(index);
    archive_reading_free(reading);
    return result;
}

/* --- Records ------------------------------------------------------------- */

static enum result read_events(struct archive_reading *reading,
                               struct text_view log)
{
    struct verify_lines lines = { .lines = NULL };
    enum result result = verify_lines_split(log, &lines);
    size_t i;

    for (i = 0; i < lines.count && result == RESULT_OK; i++)
        result = archive_reading_event(reading, lines.lines[i]);
    verify_lines_release(&lines);
    return result;
}

static enum result read_openings(struct archive_reading *reading,
                                 struct text_view openings,
                                 struct archive_index *index)
{
    struct verify_lines lines = { .lines = NULL };
    enum result result = verify_lines_split(openings, &lines);
    size_t i;

    for (i = 0; i < lines.count && result == RESULT_OK; i++) {
        struct message_memory memory = { .root = NULL };
        struct opening opening;

        if (record_file_opening_is(lines.lines[i]))
            break; /* those of files come last */
        result = opening_parse(lines.lines[i].data, lines.lines[i].size,
                               &opening, &memory, NULL);
        if (result == RESULT_OK)
            result =
                archive_reading_opening(reading, opening.seq, opening.field,
                                        opening.value, put_text, index);
        message_memory_release(&memory);
    }
    verify_lines_release(&lines);
    return result;
}

static enum result read_record(struct archive_reading *reading,
                               const struct verify_record *record,
                               struct archive_index *index)
{
    const struct record_zip_entry *minutes =
        record_zip_find(&record->zip, TEXT_LITERAL(RECORD_MINUTES_PATH));
    enum result result = read_events(reading, record->log);

    if (result == RESULT_OK)
        result = read_openings(reading, record->openings, index);
    if (result == RESULT_OK && minutes)
        result = archive_reading_minutes(minutes->data, put_text, index);
    return result;
}

enum result archive_refresh_record(struct archive_index *index,
                                   const struct archive_file *file,
                                   struct text_view bytes)
{
    struct archive_source source = { .origin = ARCHIVE_IMPORTED,
                                     .name = file->name,
                                     .stamp = file->stamp,
                                     .size = file->size };
    struct archive_reading *reading = NULL;
    struct verify_failure failure;
    struct verify_record record = { .has_redaction = false };
    enum result result = verify_record_open(bytes, &record, &failure);

    if (result == RESULT_OK)
        result = archive_reading_new(&reading);
    if (result == RESULT_OK)
        result = archive_index_begin(index, ARCHIVE_IMPORTED, file->name);
    if (result == RESULT_OK)
        result = read_record(reading, &record, index);
    source.level = record_level_word(record.redaction.level);
    source.hash = digest_sha256(bytes.data, bytes.size);
    result = finish(index, result, &source, reading);
    verify_record_release(&record);
    return result;
}

static enum result refresh_file(struct archive_refresh *refresh,
                                const struct archive_file *file)
{
    char *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (archive_index_has(refresh->index, ARCHIVE_IMPORTED, file->name,
                          file->stamp))
        return RESULT_OK;
    result = archive_folder_read(refresh->folder, file->name, &bytes, &size);
    if (result == RESULT_OK)
        result = archive_refresh_record(refresh->index, file,
                                        (struct text_view){ bytes, size });
    free(bytes);
    refresh->read_count += result == RESULT_OK;
    if (!is_of_source(result))
        return result;
    refresh->on_unreadable(file->name, result, refresh->user);
    return archive_index_drop(refresh->index, ARCHIVE_IMPORTED, file->name);
}

/* --- Meetings of the server ---------------------------------------------- */

static enum result read_minutes(struct archive_refresh *refresh,
                                const struct archive_meeting *meeting)
{
    uint8_t *bytes = NULL;
    uint64_t whole = 0;
    size_t size = 0;
    enum result result;

    if (!meeting->has_minutes)
        return RESULT_OK;
    result = store_sqlite_read_blob(refresh->sqlite, &meeting->minutes, 0,
                                    LIMIT_BLOB_SIZE, &whole, &bytes, &size);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK; /* it is not here any more */
    if (result == RESULT_OK)
        result = archive_reading_minutes(
            (struct text_view){ (const char *)bytes, size }, put_text,
            refresh->index);
    free(bytes);
    return result;
}

static enum result read_log(struct archive_refresh *refresh,
                            const struct store_log *log,
                            struct archive_reading *reading, uint64_t *size)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < log->event_count && result == RESULT_OK; i++) {
        *size += log->events[i].size;
        result = archive_reading_event(
            reading, (struct text_view){ (const char *)log->events[i].bytes,
                                         log->events[i].size });
    }
    for (i = 0; i < log->opening_count && result == RESULT_OK; i++) {
        const struct store_opening *row = &log->openings[i];

        *size += row->value_size;
        result = archive_reading_opening(
            reading, row->seq, row->field,
            (struct text_view){ row->value, row->value_size }, put_text,
            refresh->index);
    }
    return result == RESULT_OK
               ? read_minutes(refresh, archive_reading_meeting(reading))
               : result;
}

/* How much of it is there. */
static const char *level_of(enum store_extent extent)
{
    switch (extent) {
    case STORE_EXTENT_ATTACHMENTS:
        return "no_attachments";
    case STORE_EXTENT_TEXTS:
        return "no_texts";
    case STORE_EXTENT_ALL:
        return "destroyed";
    case STORE_EXTENT_NOTHING:
        break;
    }
    return "full";
}

static enum result index_log(struct archive_refresh *refresh,
                             const struct store_log *log, const char *stamp,
                             enum store_extent extent)
{
    struct archive_source source = { .origin = ARCHIVE_OF_SERVER,
                                     .name = log->id.text,
                                     .stamp = stamp,
                                     .level = level_of(extent) };
    struct archive_reading *reading = NULL;
    enum result result = archive_reading_new(&reading);

    if (result == RESULT_OK)
        result =
            archive_index_begin(refresh->index, ARCHIVE_OF_SERVER, source.name);
    if (result == RESULT_OK)
        result = read_log(refresh, log, reading, &source.size);
    if (result == RESULT_OK)
        source.hash = log->events[log->event_count - 1].head;
    return finish(refresh->index, result, &source, reading);
}

static enum result refresh_log(struct archive_refresh *refresh,
                               const struct store_log_summary *summary)
{
    char stamp[48];
    struct store_log *log = NULL;
    enum store_extent extent = STORE_EXTENT_NOTHING;
    enum result result =
        store_sqlite_extent(refresh->sqlite, &summary->id, &extent);

    if (result != RESULT_OK)
        return result;
    (void)snprintf(stamp, sizeof stamp, "%llu:%d:%d",
                   (unsigned long long)summary->event_count, summary->is_closed,
                   (int)extent);
    if (summary->event_count == 0 ||
        archive_index_has(refresh->index, ARCHIVE_OF_SERVER, summary->id.text,
                          stamp))
        return RESULT_OK;
    result = store_sqlite_load_log(refresh->sqlite, &summary->id, &log);
    if (result == RESULT_OK && log->event_count == 0)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = index_log(refresh, log, stamp, extent);
    store_log_free(log);
    refresh->read_count += result == RESULT_OK;
    if (!is_of_source(result))
        return result;
    refresh->on_unreadable(summary->id.text, result, refresh->user);
    return archive_index_drop(refresh->index, ARCHIVE_OF_SERVER,
                              summary->id.text);
}

/* --- What is gone -------------------------------------------------------- */

struct names {
    char **rows; /* owned */
    size_t count;
};

static enum result keep_name(const char *name, void *user)
{
    struct names *names = user;
    char **grown =
        realloc(names->rows, (names->count + 1) * sizeof names->rows[0]);

    if (!grown)
        return RESULT_NO_MEMORY;
    names->rows = grown;
    names->rows[names->count] = strdup(name);
    return names->rows[names->count++] ? RESULT_OK : RESULT_NO_MEMORY;
}

static bool has_file(const void *files, const char *name)
{
    const struct archive_files *list = files;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].name, name) == 0)
            return true;
    return false;
}

struct logs {
    struct store_log_summary *rows; /* owned */
    size_t count;
};

static bool has_log(const void *logs, const char *name)
{
    const struct logs *list = logs;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (identifier_is(&list->rows[i].id, name))
            return true;
    return false;
}

static enum result
drop_gone(struct archive_index *index, enum archive_origin origin,
          bool (*is_there)(const void *list, const char *name),
          const void *list)
{
    struct names names = { NULL, 0 };
    enum result result = archive_index_names(index, origin, keep_name, &names);
    size_t i;

    for (i = 0; i < names.count && result == RESULT_OK; i++)
        if (!is_there(list, names.rows[i]))
            result = archive_index_drop(index, origin, names.rows[i]);
    for (i = 0; i < names.count; i++)
        free(names.rows[i]);
    free(names.rows);
    return result;
}

/* --- All of it ----------------------------------------------------------- */

static enum result refresh_files(struct archive_refresh *refresh)
{
    struct archive_files files = { NULL, 0 };
    enum result result = archive_folder_list(refresh->folder, &files);
    size_t i;

    if (result == RESULT_OK)
        result = drop_gone(refresh->index, ARCHIVE_IMPORTED, has_file, &files);
    for (i = 0; i < files.count && result == RESULT_OK; i++)
        result = refresh_file(refresh, &files.rows[i]);
    archive_files_release(&files);
    return result;
}

static enum result refresh_logs(struct archive_refresh *refresh)
{
    struct logs logs = { NULL, 0 };
    enum result result = RESULT_OK;
    size_t i;

    if (refresh->sqlite)
        result =
            store_sqlite_list_logs(refresh->sqlite, &logs.rows, &logs.count);
    if (result == RESULT_OK)
        result = drop_gone(refresh->index, ARCHIVE_OF_SERVER, has_log, &logs);
    /* The first is the register. */
    for (i = 1; i < logs.count && result == RESULT_OK; i++)
        result = refresh_log(refresh, &logs.rows[i]);
    free(logs.rows);
    return result;
}

enum result archive_refresh_run(struct archive_refresh *refresh)
{
    enum result result = refresh_files(refresh);

    return result == RESULT_OK ? refresh_logs(refresh) : result;
}
