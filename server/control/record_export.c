#include "server/control/record_export.h"

#include "protocol/base/limits.h"
#include "protocol/document/document_set.h"
#include "protocol/meeting/ballot_file.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/verify/verify_signoff.h"
#include "server/control/record_source.h"

#include <stdlib.h>
#include <string.h>

struct exporting {
    const struct record_export *ask;
    struct store_log *log, *registry; /* owned */
    struct meeting_state *state;      /* owned; at the end */
    struct record_files files;        /* owned */
    char *missing;                    /* owned */
    uint8_t *fetched;                 /* owned; the record fetched last */
    json_t *adopted;                  /* owned; minutes.json, if it was */
    struct record_source *source;     /* owned; of its documents */
    struct record_document_failure *document; /* which cannot be drawn */
};

static enum result lacks(struct exporting *exporting, const char *what)
{
    if (!exporting->missing)
        exporting->missing = strdup(what);
    return RESULT_NOT_FOUND;
}

/* --- Logs ---------------------------------------------------------------- */

static enum result load(struct exporting *exporting)
{
    const struct record_export *ask = exporting->ask;
    enum result result = store_sqlite_load_log(ask->sqlite, &ask->organisation,
                                               &exporting->registry);

    if (result == RESULT_OK)
        result =
            store_sqlite_load_log(ask->sqlite, &ask->meeting, &exporting->log);
    if (result == RESULT_OK &&
        (!exporting->log->exists || exporting->log->event_count == 0))
        result = lacks(exporting, ask->meeting.text);
    return result;
}

static enum result take_lines(struct exporting *exporting, const char *path,
                              const struct store_log *log, size_t count)
{
    struct byte_writer writer;
    enum result result;
    size_t i;

    byte_writer_init(&writer, LIMIT_RECORD_SIZE);
    for (i = 0; i < count; i++) {
        byte_writer_bytes(&writer, log->events[i].bytes, log->events[i].size);
        byte_writer_u8(&writer, '\n');
    }
    result = writer.result;
    if (result == RESULT_OK)
        result = record_files_add(&exporting->files, path, RECORD_FILE_PLAIN,
                                  writer.data, writer.size);
    byte_writer_release(&writer);
    return result;
}

static int by_place(const void *left, const void *right)
{
    const struct store_opening *a = *(const struct store_opening *const *)left;
    const struct store_opening *b = *(const struct store_opening *const *)right;

    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    return strcmp(a->field, b->field);
}

static enum result write_opening(const struct store_opening *row,
                                 struct byte_writer *out)
{
    struct opening opening = { .seq = row->seq,
                               .value = { row->value, row->value_size } };
    char *line = NULL;
    size_t size = 0;
    enum result result;

    if (strlen(row->field) > OPENING_FIELD_SIZE_MAX)
        return RESULT_CORRUPT;
    memcpy(opening.field, row->field, strlen(row->field) + 1);
    memcpy(opening.salt.bytes, row->salt, sizeof row->salt);
    result = opening_write(&opening, &line, &size);
    if (result != RESULT_OK)
        return result;
    byte_writer_bytes(out, line, size);
    byte_writer_u8(out, '\n');
    free(line);
    return out->result;
}

typedef bool (*keep_fn)(const struct exporting *exporting,
                        const struct store_opening *row);

/* Openings in one order, whichever they were stored in. */
static enum result write_openings(const struct exporting *exporting,
                                  const struct store_log *log, keep_fn keep,
                                  struct byte_writer *out)
{
    const struct store_opening **rows =
        calloc(log->opening_count + 1, sizeof *rows);
    enum result result = rows ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i, count = 0;

    for (i = 0; rows && i < log->opening_count; i++)
        if (!keep || keep(exporting, &log->openings[i]))
            rows[count++] = &log->openings[i];
    if (rows)
        qsort(rows, count, sizeof *rows, by_place);
    for (i = 0; i < count && result == RESULT_OK; i++)
        result = write_opening(rows[i], out);
    free(rows);
    return result;
}

/* One event of the meeting, decoded for as long as it runs. */
typedef enum result (*take_fn)(const struct meeting_event *event, void *user);

static enum result each_event(const struct store_log *log, take_fn take,
                              void *user)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < log->event_count && result == RESULT_OK; i++) {
        struct message_memory memory = { .root = NULL };
        struct meeting_event event;

        result =
            meeting_event_decode((const char *)log->events[i].bytes,
                                 log->events[i].size, &event, &memory, NULL);
        if (result == RESULT_OK)
            result = take(&event, user);
        message_memory_release(&memory);
    }
    return result;
}

static enum result apply(const struct meeting_event *event, void *user)
{
    return meeting_state_apply(user, event);
}

static enum result fold(struct exporting *exporting)
{
    enum result result = meeting_state_new(&exporting->state);

    if (result == RESULT_OK)
        result = each_event(exporting->log, apply, exporting->state);
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result
                                                             : RESULT_CORRUPT;
}

/* --- The register -------------------------------------------------------- */

/* One event of the register, decoded for as long as `look` runs. */
typedef bool (*look_fn)(const struct exporting *exporting,
                        const struct register_event *event);

static bool look_at(const struct exporting *exporting, size_t seq, look_fn look)
{
    const struct store_event *row = &exporting->registry->events[seq];
    struct message_memory memory = { .root = NULL };
    struct register_event event;
    bool answer = false;

    if (register_event_decode((const char *)row->bytes, row->size, &event,
                              &memory, NULL) == RESULT_OK)
        answer = look(exporting, &event);
    message_memory_release(&memory);
    return answer;
}

/* An erratum of this meeting's minutes. */
static bool is_erratum(const struct exporting *exporting,
                       const struct register_event *event)
{
    const struct identifier *meeting = &exporting->ask->meeting;

    return (event->kind == REGISTER_ERRATUM_PROPOSED_KIND &&
            identifier_equal(&event->body.erratum_proposed.meeting, meeting)) ||
           (event->kind == REGISTER_ERRATUM_SIGNED_KIND &&
            identifier_equal(&event->body.erratum_signed.meeting, meeting));
}

/* The end of this meeting, an erratum of it, or a key of the server: of these
 * the record tells, and signs with. */
static bool is_last_wanted(const struct exporting *exporting,
                           const struct register_event *event)
{
    return is_erratum(exporting, event) ||
           event->kind == REGISTER_SERVER_KEY_CHANGED_KIND ||
           event->kind == REGISTER_SERVER_KEY_LOST_KIND ||
           (event->kind == REGISTER_MEETING_ENDED_KIND &&
            identifier_equal(&event->body.meeting_ended.meeting,
                             &exporting->ask->meeting));
}

static bool is_end(const struct exporting *exporting,
                   const struct register_event *event)
{
    return event->kind == REGISTER_MEETING_ENDED_KIND &&
           is_last_wanted(exporting, event);
}

/* How many of its events belong to the record: later ones would make another
 * file of it each day. All while the meeting is on. */
static size_t extract_size(const struct exporting *exporting)
{
    size_t count = exporting->registry->event_count;
    bool has_ended = false;
    size_t i;

    for (i = 0; i < count && !has_ended; i++)
        has_ended = look_at(exporting, i, is_end);
    while (has_ended && count > 0 &&
           !look_at(exporting, count - 1, is_last_wanted))
        count--;
    return count;
}

static bool is_of_meeting(const struct exporting *exporting,
                          const struct identifier *holder)
{
    return meeting_state_person(exporting->state, holder) != NULL ||
           meeting_state_site(exporting->state, holder) != NULL ||
           record_source_has_signer(exporting->source, holder);
}

/* Texts that the record needs: names of its people and places, what statements
 * about devices are over, and what this meeting was called. */
static bool is_text_wanted(const struct exporting *exporting,
                           const struct register_event *event)
{
    const struct identifier *meeting = &exporting->ask->meeting;

    if (event->kind == REGISTER_MEMBER_ADDED_KIND ||
        event->kind == REGISTER_MEMBER_CHANGED_KIND)
        return is_of_meeting(exporting, &event->body.member_added.member);
    if (event->kind == REGISTER_SITE_ADDED_KIND ||
        event->kind == REGISTER_SITE_CHANGED_KIND)
        return is_of_meeting(exporting, &event->body.site_added.site);
    if (event->kind == REGISTER_MEETING_SCHEDULED_KIND ||
        event->kind == REGISTER_MEETING_CHANGED_KIND)
        return identifier_equal(&event->body.meeting_scheduled.meeting,
                                meeting);
    return is_erratum(exporting, event) ||
           event->kind == REGISTER_GENESIS_KIND ||
           event->kind == REGISTER_UNIT_ADDED_KIND ||
           event->kind == REGISTER_UNIT_RENAMED_KIND ||
           event->kind == REGISTER_DEVICE_ENROLLED_KIND ||
           event->kind == REGISTER_DEVICE_ADDED_KIND ||
           event->kind == REGISTER_DEVICE_REVOKED_KIND;
}

static bool is_opening_wanted(const struct exporting *exporting,
                              const struct store_opening *row)
{
    return row->seq < exporting->registry->event_count &&
           look_at(exporting, row->seq, is_text_wanted);
}

static enum result take_register(struct exporting *exporting)
{
    struct store_log *registry = exporting->registry;
    struct byte_writer writer;
    enum result result;
    size_t whole = registry->event_count;

    byte_writer_init(&writer, LIMIT_RECORD_SIZE);
    registry->event_count = extract_size(exporting);
    result = take_lines(exporting, RECORD_REGISTER_EVENTS_PATH, registry,
                        registry->event_count);
    if (result == RESULT_OK)
        result =
            write_openings(exporting, registry, is_opening_wanted, &writer);
    if (result == RESULT_OK)
        result =
            record_files_add(&exporting->files, RECORD_REGISTER_OPENINGS_PATH,
                             RECORD_FILE_OUTSIDE, writer.data, writer.size);
    registry->event_count = whole; /* they are owned */
    byte_writer_release(&writer);
    return result;
}

/* --- The ruleset --------------------------------------------------------- */

static enum result take_ruleset(struct exporting *exporting)
{
    const struct ruleset_book *book = ruleset_shelf_by_hash(
        exporting->ask->rulesets, &exporting->state->ruleset_hash);
    char path[LIMIT_RECORD_PATH_SIZE];

    if (!book)
        return lacks(exporting, exporting->state->ruleset);
    if (snprintf(path, sizeof path, "ruleset/%s.conf",
                 exporting->state->ruleset) >= (int)sizeof path)
        return RESULT_TOO_LARGE;
    return record_files_add(&exporting->files, path, RECORD_FILE_PLAIN,
                            book->text, book->size);
}

/* --- Attachments --------------------------------------------------------- */

static enum result read_blob(struct exporting *exporting,
                             const struct hash *name, const char *what,
                             size_t *size)
{
    uint64_t whole = 0;
    enum result result;

    free(exporting->fetched);
    exporting->fetched = NULL;
    result =
        store_sqlite_read_blob(exporting->ask->sqlite, name, 0, LIMIT_BLOB_SIZE,
                               &whole, &exporting->fetched, size);
    if (result == RESULT_OK && whole != *size)
        result = RESULT_CORRUPT;
    return result == RESULT_NOT_FOUND ? lacks(exporting, what) : result;
}

static enum result take_attachment(struct exporting *exporting,
                                   const struct meeting_document *document)
{
    char path[LIMIT_RECORD_PATH_SIZE];
    size_t size = 0;
    enum result result;

    if (document->is_withdrawn)
        return RESULT_OK;
    (void)snprintf(path, sizeof path, "attachments/%s.%s", document->id.text,
                   enum_word(&document_type_words, (int)document->type));
    result = read_blob(exporting, &document->blob, path, &size);
    if (result == RESULT_OK)
        result = record_files_add(&exporting->files, path, RECORD_FILE_HIDEABLE,
                                  exporting->fetched, size);
    return result;
}

static enum result take_attachments(struct exporting *exporting)
{
    const struct meeting_agenda *agenda = &exporting->state->agenda;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < agenda->document_count && result == RESULT_OK; i++)
        result = take_attachment(exporting, &agenda->documents[i]);
    return result;
}

/* --- Recordings ---------------------------------------------------------- */

static enum result take_recorded(struct exporting *exporting,
                                 uint64_t recording,
                                 const struct recording_file *file)
{
    char path[RECORDING_PATH_SIZE];
    size_t size = 0;
    enum result result;

    if (!recording_file_is_there(file))
        return RESULT_OK;
    recording_file_path(recording, file, path);
    result = read_blob(exporting, &file->blob, path, &size);
    if (result == RESULT_OK)
        result = record_files_add(&exporting->files, path, RECORD_FILE_HIDEABLE,
                                  exporting->fetched, size);
    return result;
}

static enum result take_recordings(struct exporting *exporting)
{
    const struct meeting_recordings *all = &exporting->state->recordings;
    enum result result = RESULT_OK;
    size_t i, j;

    for (i = 0; i < all->count; i++)
        for (j = 0; j < all->rows[i].file_count && result == RESULT_OK; j++)
            result = take_recorded(exporting, i + 1, &all->rows[i].files[j]);
    return result;
}

/* --- The minutes that were read back ---------------------------------------
 */

static enum result take_minutes_file(struct exporting *exporting)
{
    const struct store_log *log = exporting->log;
    struct hash name;
    bool is_found = false;
    size_t i, size = 0;
    enum result result;

    for (i = 0; i < log->opening_count && !is_found; i++) {
        const struct store_opening *row = &log->openings[i];

        is_found = verify_signoff_is_file(
            exporting->state, row->seq, row->field,
            (struct text_view){ row->value, row->value_size }, &name);
    }
    if (!is_found)
        return RESULT_OK; /* nobody presented them */
    result = read_blob(exporting, &name, RECORD_MINUTES_PATH, &size);
    if (result == RESULT_OK)
        result =
            record_files_add(&exporting->files, RECORD_MINUTES_PATH,
                             RECORD_FILE_HIDEABLE, exporting->fetched, size);
    if (result == RESULT_OK && exporting->state->minutes.adopted_version > 0) {
        exporting->adopted = json_loadb((const char *)exporting->fetched, size,
                                        JSON_REJECT_DUPLICATES, NULL);
        result = exporting->adopted ? RESULT_OK : RESULT_CORRUPT;
    }
    return result;
}

/* --- Secret ballots ------------------------------------------------------ */

static enum result fetch_record(void *user, const struct hash *name,
                                struct text_view *out)
{
    struct exporting *exporting = user;
    char hex[HEX_SIZE(HASH_SIZE)];
    size_t size = 0;
    enum result result;

    hex_encode(name->bytes, HASH_SIZE, hex);
    result = read_blob(exporting, name, hex, &size);
    if (result == RESULT_OK)
        *out = (struct text_view){ (const char *)exporting->fetched, size };
    return result;
}

struct gathering {
    struct exporting *exporting;
    struct ballot_file *file;
};

static enum result take_of_ballot(const struct meeting_event *event, void *user)
{
    const struct gathering *gathering = user;

    return ballot_file_take(gathering->file, event, fetch_record,
                            gathering->exporting);
}

static enum result gather_ballot(struct exporting *exporting,
                                 struct ballot_file *file)
{
    struct gathering gathering = { exporting, file };
    enum result result = each_event(exporting->log, take_of_ballot, &gathering);

    if (result == RESULT_OK)
        result = ballot_file_end(file, fetch_record, exporting);
    return result == RESULT_REFUSED ? RESULT_CORRUPT : result;
}

static enum result take_ballot(struct exporting *exporting,
                               const struct meeting_ballot *ballot)
{
    const struct text_view uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    char path[LIMIT_RECORD_PATH_SIZE];
    struct ballot_file file;
    enum result result;

    if (uuid.size == 0)
        return RESULT_OK; /* it has no keys yet */
    (void)snprintf(path, sizeof path, "ballots/%.*s.bel", (int)uuid.size,
                   uuid.data);
    ballot_file_begin(&file, ballot);
    result = gather_ballot(exporting, &file);
    if (result == RESULT_OK && file.is_begun)
        result = record_files_add(&exporting->files, path, RECORD_FILE_PLAIN,
                                  file.bytes.data, file.bytes.size);
    ballot_file_release(&file);
    return result;
}

static enum result take_ballots(struct exporting *exporting)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < exporting->state->ballot_count && result == RESULT_OK; i++)
        result = take_ballot(exporting, &exporting->state->ballots[i]);
    return result;
}

/* --- Documents ----------------------------------------------------------- */

static enum result take_group(struct exporting *exporting,
                              const struct store_log *log,
                              const struct identifier *meeting)
{
    char path[LIMIT_RECORD_PATH_SIZE];
    struct byte_writer openings;
    enum result result;

    byte_writer_init(&openings, LIMIT_RECORD_SIZE);
    (void)snprintf(path, sizeof path,
                   RECORD_GROUPS_FOLDER "%s" RECORD_GROUP_EVENTS,
                   meeting->text);
    result = take_lines(exporting, path, log, log->event_count);
    if (result == RESULT_OK)
        result = write_openings(exporting, log, NULL, &openings);
    (void)snprintf(path, sizeof path,
                   RECORD_GROUPS_FOLDER "%s" RECORD_GROUP_OPENINGS,
                   meeting->text);
    if (result == RESULT_OK)
        result = record_files_add(&exporting->files, path, RECORD_FILE_HIDEABLE,
                                  openings.data, openings.size);
    byte_writer_release(&openings);
    return result;
}

/* Of the party groups by which it was held, as its papers tell of them. */
static enum result take_groups(struct exporting *exporting,
                               const struct record_source *source)
{
    const struct meeting_kinds *kinds = &exporting->state->kinds;
    enum result result = RESULT_OK;
    size_t i, part = 0;

    for (i = 0; i < kinds->group_count && result == RESULT_OK; i++) {
        const struct store_log *log = kinds->groups[i].is_gathered
                                          ? record_source_part(source, part++)
                                          : NULL;

        if (log)
            result = take_group(exporting, log, &kinds->groups[i].meeting);
    }
    return result;
}

static enum result take_documents(struct exporting *exporting)
{
    const struct record_documents documents = {
        .minutes_json = exporting->adopted,
        .templates = exporting->ask->templates,
        .created_ms = document_set_created_ms(exporting->state),
        .source = record_source_minutes(exporting->source),
    };
    enum result result = take_groups(exporting, exporting->source);

    return result == RESULT_OK
               ? record_documents_add(&exporting->files, &documents,
                                      exporting->document)
               : result;
}

/* --- All of it ----------------------------------------------------------- */

static enum result seal(struct exporting *exporting, char **out, size_t *size)
{
    const struct record_export *ask = exporting->ask;
    const struct store_log *log = exporting->log;
    uint64_t signed_seqs[LIMIT_RECORD_SIGNATURES];
    const struct record_manifest about = {
        .meeting = ask->meeting,
        .organisation = ask->organisation,
        .seq = log->event_count - 1,
        .head = log->events[log->event_count - 1].head,
        .signed_seqs = signed_seqs,
        .signed_count = verify_signoff_seqs(exporting->state, signed_seqs),
    };
    struct record_seal seal = { .about = &about, .server = ask->server };
    struct byte_writer openings;
    enum result result;

    byte_writer_init(&openings, LIMIT_RECORD_SIZE);
    result = write_openings(exporting, log, NULL, &openings);
    seal.openings =
        (struct text_view){ (const char *)openings.data, openings.size };
    if (result == RESULT_OK)
        result = record_files_write(&exporting->files, &seal, out, size);
    byte_writer_release(&openings);
    return result;
}

static enum result collect(struct exporting *exporting)
{
    enum result result = load(exporting);

    if (result == RESULT_OK)
        result = fold(exporting);
    if (result == RESULT_OK)
        result = record_source_load(
            exporting->ask->sqlite, exporting->ask->rulesets, exporting->log,
            exporting->registry, exporting->state, &exporting->source);
    if (result == RESULT_OK)
        result = take_lines(exporting, RECORD_EVENTS_PATH, exporting->log,
                            exporting->log->event_count);
    if (result == RESULT_OK)
        result = take_register(exporting);
    if (result == RESULT_OK)
        result = take_ruleset(exporting);
    if (result == RESULT_OK)
        result = take_attachments(exporting);
    if (result == RESULT_OK)
        result = take_recordings(exporting);
    if (result == RESULT_OK)
        result = take_ballots(exporting);
    if (result == RESULT_OK)
        result = take_minutes_file(exporting);
    if (result == RESULT_OK)
        result = take_documents(exporting);
    return result;
}

enum result record_export(const struct record_export *export, char **out,
                          size_t *size, struct record_export_failure *failure)
{
    struct exporting exporting = { .ask = export,
                                   .document = &failure->document };
    enum result result;

    *failure = (struct record_export_failure){ .missing = NULL };
    result = collect(&exporting);

    if (result == RESULT_OK)
        result = seal(&exporting, out, size);
    failure->missing = exporting.missing;
    if (result == RESULT_OK)
        failure->document.name[0] = '\0';
    json_decref(exporting.adopted);
    record_source_free(exporting.source);
    record_files_release(&exporting.files);
    meeting_state_free(exporting.state);
    store_log_free(exporting.log);
    store_log_free(exporting.registry);
    free(exporting.fetched);
    return result;
}
