/* What a record's manifest and redaction say, held against its log. */
#include "protocol/record/digest.h"
#include "protocol/record/record_path.h"
#include "protocol/verify/verify_documents.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_recordings.h"
#include "protocol/verify/verify_signoff.h"

#include <stdlib.h>
#include <string.h>

static void fail(struct verify_findings *findings, enum verify_fault fault,
                 struct text_view name)
{
    if (findings->verdict == VERIFY_INVALID)
        return;
    findings->verdict = VERIFY_INVALID;
    findings->failure = (struct verify_failure){ .fault = fault,
                                                 .file = VERIFY_IN_RECORD,
                                                 .name = name };
}

/* --- The end that it names ----------------------------------------------- */

static void judge_end(const struct verify_record *record,
                      struct verify_findings *findings)
{
    const struct record_manifest *manifest = &record->manifest;
    const struct verify_history *history = &findings->history;

    if (!identifier_equal(&manifest->meeting, &findings->scope) ||
        !identifier_equal(&manifest->organisation, &findings->organisation) ||
        findings->is_register)
        fail(findings, VERIFY_FAULT_MANIFEST_END,
             TEXT_LITERAL(RECORD_MANIFEST_PATH));
    else if (findings->gaps & VERIFY_GAP_REGISTER_END || history->count == 0 ||
             manifest->seq != history->count - 1 ||
             !hash_equal(&manifest->head, &history->heads[history->count - 1]))
        fail(findings, VERIFY_FAULT_MANIFEST_END,
             TEXT_LITERAL(RECORD_MANIFEST_PATH));
}

/* --- Who signed ---------------------------------------------------------- */

static bool is_server_key(const struct register_state *state,
                          const struct key *key)
{
    size_t i;

    for (i = 0; i < state->server_key_count; i++)
        if (key_equal(&state->server_keys[i].key, key))
            return true;
    return false;
}

/* Whose device this is in the meeting; NULL: nobody's. */
static const struct identifier *holder_of(const struct verify_meeting *meeting,
                                          const struct key *key)
{
    size_t i;

    for (i = 0; i < meeting->devices_count; i++)
        if (key_equal(&meeting->devices[i].key, key))
            return &meeting->devices[i].holder;
    return NULL;
}

static bool held_office(const struct verify_meeting *meeting,
                        enum record_role role, const struct identifier *who)
{
    size_t i;

    for (i = 0; i < meeting->offices_count; i++) {
        const struct verify_office *office = &meeting->offices[i];

        if (identifier_equal(role == RECORD_ROLE_CHAIR ? &office->presiding
                                                       : &office->minute_taker,
                             who))
            return true;
    }
    return false;
}

static void judge_signers(struct verify_record *record,
                          struct verify_findings *findings)
{
    const struct register_state *state = findings->registry.state;
    bool has_server = false;
    size_t i;

    for (i = 0; i < record->signatures.count; i++) {
        const struct record_signature *row = &record->signatures.rows[i];
        struct verify_record_signer *signer = &record->signers[i];
        const struct identifier *holder =
            holder_of(&findings->meeting, &row->key);
        bool is_right =
            row->role == RECORD_ROLE_SERVER
                ? is_server_key(state, &row->key)
                : holder && held_office(&findings->meeting, row->role, holder);

        *signer =
            (struct verify_record_signer){ .role = row->role, .key = row->key };
        if (holder && row->role != RECORD_ROLE_SERVER)
            signer->holder = *holder;
        record->signer_count = i + 1;
        has_server |= is_right && row->role == RECORD_ROLE_SERVER;
        if (!is_right)
            fail(findings, VERIFY_FAULT_RECORD_SIGNER,
                 TEXT_LITERAL(RECORD_SIGNATURES_PATH));
    }
    if (!has_server)
        fail(findings, VERIFY_FAULT_RECORD_SIGNER,
             TEXT_LITERAL(RECORD_SIGNATURES_PATH));
    if (record->has_redaction && !is_server_key(state, &record->redaction.key))
        fail(findings, VERIFY_FAULT_RECORD_SIGNER,
             TEXT_LITERAL(RECORD_REDACTION_PATH));
}

/* --- The ruleset --------------------------------------------------------- */

static void judge_ruleset(const struct verify_record *record,
                          struct verify_findings *findings)
{
    if (record->rulesets.count > 0)
        return; /* it was chosen by its hash */
    if (hash_equal(&record->ruleset, &findings->meeting.ruleset_hash))
        findings->gaps |= VERIFY_GAP_RULESET;
    else
        fail(findings, VERIFY_FAULT_RULES, TEXT_LITERAL("ruleset/"));
}

/* --- What is left out ---------------------------------------------------- */

static enum result list_texts(const struct verify_reader *reader,
                              struct record_redaction *out)
{
    size_t i;

    out->texts = calloc(reader->text_count + 1, sizeof *out->texts);
    if (!out->texts)
        return RESULT_NO_MEMORY;
    for (i = 0; i < reader->text_count; i++) {
        const struct verify_text_row *row = &reader->texts[i];

        if (row->opened < row->total)
            out->texts[out->text_count++] =
                (struct record_hidden_text){ text_view_of(row->kind),
                                             text_view_of(row->path),
                                             row->total - row->opened };
    }
    return RESULT_OK;
}

enum result verify_record_missing(const struct verify_record *record,
                                  const struct verify_reader *reader,
                                  struct record_redaction *out)
{
    const struct record_manifest *manifest = &record->manifest;
    enum result result = list_texts(reader, out);
    size_t i;

    if (result != RESULT_OK)
        return result;
    out->files = calloc(manifest->hideable_count + 1, sizeof *out->files);
    if (!out->files)
        return RESULT_NO_MEMORY;
    for (i = 0; i < manifest->hideable_count; i++)
        if (!record_zip_find(&record->zip, manifest->hideable[i].path))
            out->files[out->file_count++] = manifest->hideable[i].path;
    record_redaction_sort(out);
    return RESULT_OK;
}

static bool is_as_said(const struct record_redaction *said,
                       const struct record_redaction *found)
{
    size_t i;

    if (said->text_count != found->text_count ||
        said->file_count != found->file_count)
        return false;
    for (i = 0; i < said->text_count; i++)
        if (!text_view_equal(said->texts[i].kind, found->texts[i].kind) ||
            !text_view_equal(said->texts[i].path, found->texts[i].path) ||
            said->texts[i].count != found->texts[i].count)
            return false;
    for (i = 0; i < said->file_count; i++)
        if (!text_view_equal(said->files[i], found->files[i]))
            return false;
    return true;
}

/* Lines that open nothing prove nothing. Those of unknown events may. */
static bool has_stray(const struct verify_reader *reader)
{
    uint64_t opened = 0;
    size_t i;

    for (i = 0; i < reader->text_count; i++)
        opened += reader->texts[i].opened;
    return reader->openings.next < reader->openings.count ||
           (reader->unknown_count == 0 && opened != reader->openings.count);
}

static enum result judge_missing(const struct verify_record *record,
                                 struct verify_findings *findings)
{
    const struct verify_reader *reader = &findings->meeting.reader;
    struct record_redaction found = { .root = NULL };
    const enum result result = verify_record_missing(record, reader, &found);

    if (result == RESULT_OK && !is_as_said(&record->redaction, &found))
        fail(findings, VERIFY_FAULT_REDACTION,
             TEXT_LITERAL(RECORD_REDACTION_PATH));
    record_redaction_release(&found);
    if (has_stray(reader))
        fail(findings, VERIFY_FAULT_OPENING_STRAY,
             TEXT_LITERAL(RECORD_OPENINGS_PATH));
    if (has_stray(&findings->registry.reader))
        fail(findings, VERIFY_FAULT_OPENING_STRAY,
             TEXT_LITERAL(RECORD_REGISTER_OPENINGS_PATH));
    return result;
}

/* --- Attachments --------------------------------------------------------- */

static bool is_in(struct text_view name, const char *folder)
{
    const size_t size = strlen(folder);

    return name.size > size && memcmp(name.data, folder, size) == 0;
}

/* Of the document whose id stands between the folder and the last dot. */
static const struct meeting_document *
document_of(const struct meeting_state *state, struct text_view name)
{
    const size_t start = strlen("attachments/");
    size_t end = name.size;
    struct identifier id;

    while (end > start && name.data[end - 1] != '.')
        end--;
    if (end <= start + 1 ||
        identifier_parse(
            (struct text_view){ &name.data[start], end - 1 - start }, &id) !=
            RESULT_OK)
        return NULL;
    return meeting_state_document(state, &id);
}

static void judge_attachment(const struct record_zip_entry *entry,
                             struct verify_findings *findings)
{
    const struct meeting_document *document =
        document_of(findings->meeting.state, entry->name);
    const struct hash hash = digest_sha256(entry->data.data, entry->data.size);

    if (!document || !hash_equal(&hash, &document->blob))
        fail(findings, VERIFY_FAULT_ATTACHMENT, entry->name);
}

/* --- Recordings ---------------------------------------------------------- */

static void judge_recording(const struct record_zip_entry *entry,
                            struct verify_findings *findings)
{
    if (!verify_recording_is_of(findings->meeting.state, entry))
        fail(findings, VERIFY_FAULT_RECORDING, entry->name);
}

static void judge_recordings(const struct verify_record *record,
                             struct verify_findings *findings)
{
    const struct recording_file *file =
        verify_recording_lacking(findings->meeting.state, &record->manifest);

    if (file)
        fail(findings, VERIFY_FAULT_RECORDING_MISSING,
             identifier_view(&file->holder));
}

/* --- The minutes --------------------------------------------------------- */

/* What the event says that minutes.json is, if that is opened. */
static enum result find_minutes(const struct verify_record *record,
                                const struct meeting_state *state,
                                struct hash *out, bool *is_found)
{
    struct verify_lines lines = { .lines = NULL };
    enum result result = verify_lines_split(record->openings, &lines);
    size_t i;

    *is_found = false;
    for (i = 0; i < lines.count && result == RESULT_OK && !*is_found; i++) {
        struct message_memory memory = { .root = NULL };
        struct opening opening;

        result = opening_parse(lines.lines[i].data, lines.lines[i].size,
                               &opening, &memory, NULL);
        *is_found = result == RESULT_OK &&
                    verify_signoff_is_file(state, opening.seq, opening.field,
                                           opening.value, out);
        message_memory_release(&memory);
    }
    verify_lines_release(&lines);
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

/* Minutes that were adopted are in it, unless they are hidden. */
static enum result judge_minutes(const struct verify_record *record,
                                 struct verify_findings *findings)
{
    const struct text_view path = TEXT_LITERAL(RECORD_MINUTES_PATH);
    const struct record_zip_entry *entry = record_zip_find(&record->zip, path);
    const struct meeting_state *state = findings->meeting.state;
    struct hash said, hash;
    bool is_said = false;
    enum result result = RESULT_OK;

    if (state->minutes.adopted_version > 0 &&
        !record_manifest_hideable(&record->manifest, path))
        fail(findings, VERIFY_FAULT_FILE_MISSING, path);
    if (!entry)
        return RESULT_OK;
    hash = digest_sha256(entry->data.data, entry->data.size);
    result = find_minutes(record, state, &said, &is_said);
    if (result == RESULT_OK && (!is_said || !hash_equal(&said, &hash)))
        fail(findings, VERIFY_FAULT_MINUTES, path);
    return result;
}

/* --- Secret ballots ------------------------------------------------------ */

/* "UUID" of "ballots/UUID.bel"; empty: it is no such name. */
static struct text_view uuid_of(struct text_view name)
{
    static const char folder[] = "ballots/", ending[] = ".bel";
    const size_t before = sizeof folder - 1, behind = sizeof ending - 1;
    struct text_view uuid = { NULL, 0 };

    if (name.size <= before + behind || !is_in(name, folder) ||
        memcmp(&name.data[name.size - behind], ending, behind) != 0)
        return uuid;
    uuid.data = &name.data[before];
    uuid.size = name.size - before - behind;
    return uuid;
}

static const struct meeting_ballot *ballot_of(const struct meeting_state *state,
                                              struct text_view uuid)
{
    size_t i;

    for (i = 0; i < state->ballot_count; i++) {
        const struct meeting_ballot *ballot = &state->ballots[i];

        if (uuid.size > 0 &&
            text_view_equal(meeting_ballot_uuid(ballot, ballot->attempt), uuid))
            return ballot;
    }
    return NULL;
}

/* Is it as far as the log is? One that ends earlier hides its ballots. */
static void judge_length(struct verify_findings *findings,
                         const struct meeting_ballot *ballot,
                         struct text_view name)
{
    const struct verify_archives *archives = &findings->archives;
    const struct verify_archive *row = &archives->rows[archives->count - 1];

    if (row->status == VERIFY_ARCHIVE_SO_FAR &&
        ballot->phase == BALLOT_PHASE_DONE)
        fail(findings, VERIFY_FAULT_ARCHIVE_SHORT, name);
}

static enum result judge_archive(const struct record_zip_entry *entry,
                                 struct verify_findings *findings)
{
    const struct meeting_ballot *ballot =
        ballot_of(findings->meeting.state, uuid_of(entry->name));
    enum result result;

    if (!ballot) {
        fail(findings, VERIFY_FAULT_ARCHIVE, entry->name);
        return RESULT_OK;
    }
    result = verify_archives_take(
        findings, meeting_ballot_uuid(ballot, ballot->attempt).data,
        entry->data, ballot);
    if (result == RESULT_OK)
        judge_length(findings, ballot, entry->name);
    return result;
}

static bool has_archive(const struct verify_findings *findings,
                        const struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < findings->archives.count; i++)
        if (identifier_equal(&findings->archives.rows[i].ballot, &ballot->id))
            return true;
    return false;
}

/* Whatever was voted in has its archive. */
static void judge_archives(struct verify_findings *findings)
{
    const struct meeting_state *state = findings->meeting.state;
    size_t i;

    for (i = 0; i < state->ballot_count; i++)
        if (state->ballots[i].opened_seq > 0 &&
            !has_archive(findings, &state->ballots[i]))
            fail(findings, VERIFY_FAULT_ARCHIVE_MISSING,
                 identifier_view(&state->ballots[i].id));
    verify_archives_judge(findings);
}

/* --- All of it ----------------------------------------------------------- */

static enum result judge_files(struct verify_record *record,
                               struct verify_findings *findings)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < record->zip.count && result == RESULT_OK; i++) {
        const struct record_zip_entry *entry = &record->zip.entries[i];

        if (is_in(entry->name, "attachments/")) {
            record->attachment_count++;
            judge_attachment(entry, findings);
        } else if (is_in(entry->name, RECORDINGS_FOLDER)) {
            record->recording_count++;
            judge_recording(entry, findings);
        } else if (is_in(entry->name, "documents/")) {
            record->document_count++;
        } else if (is_in(entry->name, "ballots/")) {
            result = judge_archive(entry, findings);
        }
    }
    return result;
}

enum result verify_record_judge(struct verify_record *record,
                                struct verify_findings *findings)
{
    enum result result;

    findings->record = record;
    if (!findings->history.heads)
        return RESULT_OK; /* the log is not valid, and that was said */
    judge_end(record, findings);
    if (findings->is_register)
        return RESULT_OK;
    judge_signers(record, findings);
    judge_ruleset(record, findings);
    result = judge_missing(record, findings);
    if (result == RESULT_OK)
        result = judge_files(record, findings);
    if (result != RESULT_OK)
        return result;
    judge_recordings(record, findings);
    judge_archives(findings);
    result = judge_minutes(record, findings);
    if (result != RESULT_OK)
        return result;
    if (!verify_signoff_read(findings->meeting.state, &record->manifest,
                             &record->is_signed_off))
        fail(findings, VERIFY_FAULT_MANIFEST_SIGNED,
             TEXT_LITERAL(RECORD_MANIFEST_PATH));
    result = verify_documents_judge(record, findings);
    if (result != RESULT_OK)
        return result;
    if (!record->is_signed_off)
        findings->gaps |= VERIFY_GAP_UNSIGNED;
    if (findings->verdict == VERIFY_COMPLETE && findings->gaps != 0)
        findings->verdict = VERIFY_SO_FAR;
    return RESULT_OK;
}
