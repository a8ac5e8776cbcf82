/* Destroying what is due of one meeting of the server: its events stay, and a
 * record of what is left is kept, as far as texts are left. */
#include "protocol/verify/verify_lines.h"
#include "protocol/program/result_words.h"
#include "protocol/verify/verify_redact.h"
#include "protocol/verify/verify_words.h"
#include "server/control/chiboctl_destroy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool fail(const struct destroy_item *item, enum result result)
{
    chiboctl_fail(CHIBOCTL_FAILED, _("meeting %s: %s"), item->meeting.text,
                  result_words(result));
    return false;
}

void destroy_item_release(struct destroy_item *item)
{
    size_t i;

    for (i = 0; i < item->opening_count; i++)
        free(item->openings[i].field);
    free(item->openings);
    free(item->title);
    free(item->name);
}

/* --- Which openings go --------------------------------------------------- */

static enum result doom(struct destroy_item *item, const struct identifier *log,
                        const struct store_opening *row)
{
    struct destroy_opening *grown =
        realloc(item->openings, (item->opening_count + 1) * sizeof *grown);
    struct destroy_opening *out;

    if (!grown)
        return RESULT_NO_MEMORY;
    item->openings = grown;
    out = &grown[item->opening_count];
    *out = (struct destroy_opening){ *log, row->seq, strdup(row->field) };
    if (!out->field)
        return RESULT_NO_MEMORY;
    item->opening_count++;
    return RESULT_OK;
}

/* Openings that stay, as lines of a record, in the order of the log. */
struct kept {
    struct verify_lines lines;
    size_t next;
};

/* Is it the next line that stays? Both are in the order of event and field. */
static enum result is_kept(struct kept *kept, const struct store_opening *row,
                           bool *out)
{
    struct message_memory memory = { .root = NULL };
    struct opening opening;
    enum result result = RESULT_OK;

    *out = false;
    if (kept->next == kept->lines.count)
        return RESULT_OK;
    result = opening_parse(kept->lines.lines[kept->next].data,
                           kept->lines.lines[kept->next].size, &opening,
                           &memory, NULL);
    if (result == RESULT_OK)
        *out =
            opening.seq == row->seq && strcmp(opening.field, row->field) == 0;
    kept->next += *out;
    message_memory_release(&memory);
    return result;
}

static enum result doom_but(struct destroy_item *item,
                            const struct store_log *log, struct text_view stays)
{
    struct kept kept = { .next = 0 };
    enum result result = verify_lines_split(stays, &kept.lines);
    size_t i;

    for (i = 0; i < log->opening_count && result == RESULT_OK; i++) {
        bool is_staying = false;

        result = is_kept(&kept, &log->openings[i], &is_staying);
        if (result == RESULT_OK && !is_staying)
            result = doom(item, &log->id, &log->openings[i]);
    }
    /* Each line that stays was met: else the orders differ, and texts that are
     * to stay would go. */
    if (result == RESULT_OK && kept.next != kept.lines.count)
        result = RESULT_CORRUPT;
    verify_lines_release(&kept.lines);
    return result;
}

/* What the register tells of the meeting: how it was called, and its errata. */
static bool is_of_meeting(const struct store_event *row,
                          const struct identifier *meeting)
{
    struct message_memory memory = { .root = NULL };
    struct event_head head;
    bool is_one = false;

    if (event_parse((const char *)row->bytes, row->size, &head, &memory,
                    NULL) == RESULT_OK) {
        const char *named =
            json_string_value(json_object_get(memory.root, "meeting"));

        is_one = named && identifier_is(meeting, named);
    }
    message_memory_release(&memory);
    return is_one;
}

/* All of it, or what is a text of its minutes: their errata. */
static enum result doom_of_register(struct destroy_item *item,
                                    const struct store_log *registry)
{
    const bool is_all = item->what == RETENTION_MEETING;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < registry->opening_count && result == RESULT_OK; i++) {
        const struct store_opening *row = &registry->openings[i];

        if (row->seq < registry->event_count &&
            (is_all || strcmp(row->field, "erratum") == 0) &&
            is_of_meeting(&registry->events[row->seq], &item->meeting))
            result = doom(item, &registry->id, row);
    }
    return result;
}

/* --- What is left -------------------------------------------------------- */

static bool is_in(const struct record_zip_entry *entry, const char *folder)
{
    return entry->name.size > strlen(folder) &&
           memcmp(entry->name.data, folder, strlen(folder)) == 0;
}

/* Without its attachments and recordings: they are left out of the list of
 * files, and then found missing. */
static enum result without_attachments(const struct chiboctl_record *whole,
                                       const struct signing_key *server,
                                       char **out, size_t *size)
{
    struct verify_record less = whole->record;
    struct record_zip_entry *entries =
        calloc(less.zip.count + 1, sizeof *entries);
    enum result result;
    size_t i;

    if (!entries)
        return RESULT_NO_MEMORY;
    less.zip = (struct record_zip){ entries, 0 };
    for (i = 0; i < whole->record.zip.count; i++) {
        const struct record_zip_entry *entry = &whole->record.zip.entries[i];

        if (!is_in(entry, "attachments/") && !is_in(entry, RECORDINGS_FOLDER))
            entries[less.zip.count++] = *entry;
    }
    result = verify_redact(&less, RECORD_LEVEL_AS_KEPT, server, out, size);
    free(entries);
    return result;
}

static bool leave(struct chiboctl_record *whole,
                  const struct destroy_item *item,
                  const struct signing_key *server)
{
    char *bytes = NULL;
    size_t size = 0;
    const enum result result =
        item->what == RETENTION_ATTACHMENTS
            ? without_attachments(whole, server, &bytes, &size)
            : verify_redact(&whole->record, RECORD_LEVEL_UPPER, server, &bytes,
                            &size);

    if (result != RESULT_OK)
        return fail(item, result);
    chiboctl_record_release(whole);
    whole->bytes = bytes;
    whole->size = size;
    return chiboctl_record_look(whole, item->meeting.text, NULL, 0) &&
           chiboctl_record_is_valid(whole, item->meeting.text);
}

static bool write_rest(const struct archive_folder *folder,
                       const struct destroy_item *item,
                       const struct chiboctl_record *whole)
{
    const struct archive_file_name name =
        archive_folder_rest(&item->organisation, &item->meeting);
    enum result result;

    errno = 0;
    result = archive_folder_write(folder, name.text, whole->bytes, whole->size);
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("%s cannot be written: %s; nothing was destroyed"),
                      name.text,
                      result == RESULT_IO && errno ? system_words(errno)
                                                   : result_words(result));
    return result == RESULT_OK;
}

static bool prepare_rest(struct chiboctl_export *exporting,
                         const struct archive_folder *folder,
                         struct destroy_item *item, const struct store_log *log)
{
    struct record_export_failure failure = { .missing = NULL };
    struct chiboctl_record whole = { .bytes = NULL };
    enum result result;
    bool is_ready;

    exporting->export.meeting = item->meeting;
    result = chiboctl_export_collect(exporting, &whole, &failure);
    is_ready = result == RESULT_OK || fail(item, result);
    free(failure.missing);
    is_ready = is_ready &&
               chiboctl_record_is_valid(&whole, item->meeting.text) &&
               leave(&whole, item, &exporting->server) &&
               write_rest(folder, item, &whole);
    if (is_ready && item->what == RETENTION_TEXTS) {
        result = doom_but(item, log, whole.record.openings);
        is_ready = result == RESULT_OK || fail(item, result);
    }
    chiboctl_record_release(&whole);
    return is_ready;
}

bool destroy_meeting_prepare(struct chiboctl_export *exporting,
                             const struct archive_folder *folder,
                             struct destroy_item *item)
{
    static const struct text_view none;
    struct store_log *log = NULL, *registry = NULL;
    bool is_ready = true;
    enum result result =
        store_sqlite_load_log(exporting->sqlite, &item->meeting, &log);

    if (result == RESULT_OK && item->what == RETENTION_MEETING)
        result = doom_but(item, log, none);
    else if (result == RESULT_OK)
        is_ready = prepare_rest(exporting, folder, item, log);
    if (result == RESULT_OK && is_ready &&
        item->what != RETENTION_ATTACHMENTS) {
        result = store_sqlite_load_log(
            exporting->sqlite, &exporting->export.organisation, &registry);
        if (result == RESULT_OK)
            result = doom_of_register(item, registry);
    }
    store_log_free(log);
    store_log_free(registry);
    return result == RESULT_OK ? is_ready : fail(item, result);
}

/* --- Destroying ---------------------------------------------------------- */

enum result destroy_meeting_run(struct store_sqlite *sqlite,
                                struct destroy_item *item)
{
    const enum store_extent extent = retention_extent(item->what);
    enum result result =
        store_sqlite_destroy_files(sqlite, &item->meeting, extent, &item->done);
    size_t i;

    for (i = 0; i < item->opening_count && result == RESULT_OK; i++)
        result = store_sqlite_destroy_opening(
            sqlite, &item->openings[i].log, item->openings[i].seq,
            item->openings[i].field, &item->done);
    if (result == RESULT_OK && extent >= STORE_EXTENT_TEXTS)
        result = store_sqlite_destroy_answers(sqlite, &item->meeting);
    return result;
}
