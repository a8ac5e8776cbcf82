#include "protocol/verify/verify_json_parts.h"

#include "protocol/verify/verify_documents.h"
#include "protocol/verify/verify_json_build.h"
#include "protocol/verify/verify_words.h"

/* --- Secret ballots ------------------------------------------------------ */

json_t *verify_json_archives(const struct verify_archives *archives)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < archives->count; i++) {
        const struct verify_archive *row = &archives->rows[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "archive", json_string(row->name));
        verify_json_put(&builder, "ballot", json_string(row->ballot.text));
        verify_json_put(&builder, "status",
                        json_string(verify_archive_word(row->status)));
        verify_json_put(&builder, "fault",
                        json_string(ballot_fault_word(row->fault)));
        verify_json_put(&builder, "differs",
                        json_string(row->what ? row->what : ""));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

json_t *verify_json_objections(const struct verify_archives *archives)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < archives->objection_count; i++) {
        const struct verify_objection *objection = &archives->objections[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "ballot",
                        json_string(objection->ballot.text));
        verify_json_put(&builder, "seq",
                        verify_json_number(objection->row->seq));
        verify_json_put(&builder, "member",
                        json_string(objection->row->member.text));
        verify_json_put(&builder, "kind",
                        json_string(enum_word(&objection_kind_words,
                                              (int)objection->row->kind)));
        verify_json_put(&builder, "late",
                        json_boolean(objection->row->is_late));
        verify_json_put(&builder, "shown",
                        json_string(verify_shown_word(objection->shown)));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

json_t *verify_json_errata(const struct verify_errata *errata)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i, k;

    for (i = 0; i < errata->told.count && i < errata->count; i++) {
        const struct minutes_erratum *told = &errata->told.rows[i];
        struct verify_json_builder row = verify_json_begin();
        struct verify_json_builder signers = { json_array(), true };

        for (k = 0; k < told->signer_count; k++) {
            struct verify_json_builder one = verify_json_begin();

            verify_json_put(&one, "member",
                            json_string(told->signers[k].member.text));
            verify_json_put(&one, "role",
                            json_string(enum_word(&minutes_signer_words,
                                                  (int)told->signers[k].role)));
            verify_json_put(&one, "in_place",
                            json_boolean(errata->rows[i].standings[k] ==
                                         ERRATUM_STANDING_IN_PLACE));
            verify_json_append(&signers, signers.object,
                               verify_json_take(&one));
        }
        verify_json_put(&row, "number", verify_json_number(told->number));
        verify_json_put(&row, "seq", verify_json_number(told->seq));
        verify_json_put(&row, "in_force",
                        json_boolean(errata->rows[i].is_in_force));
        verify_json_put(&row, "opened", json_boolean(told->text.root != NULL));
        verify_json_put(&row, "signed_by", verify_json_take(&signers));
        verify_json_append(&outer, outer.object, verify_json_take(&row));
    }
    return verify_json_take(&outer);
}

/* --- The record ---------------------------------------------------------- */

json_t *verify_json_gaps(unsigned gaps)
{
    static const struct {
        enum verify_gap gap;
        const char *word;
    } rows[] = { { VERIFY_GAP_OPEN, "open" },
                 { VERIFY_GAP_UNCONFIRMED, "unconfirmed" },
                 { VERIFY_GAP_ANCHOR, "anchor" },
                 { VERIFY_GAP_REGISTER, "register" },
                 { VERIFY_GAP_REGISTER_END, "register_end" },
                 { VERIFY_GAP_UNSIGNED, "not_signed" },
                 { VERIFY_GAP_DOCUMENTS, "documents" },
                 { VERIFY_GAP_RULESET, "ruleset" } };
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (gaps & rows[i].gap)
            verify_json_append(&outer, outer.object, json_string(rows[i].word));
    return verify_json_take(&outer);
}

static const char *minutes_word(enum verify_minutes minutes)
{
    static const char *const words[] = {
        [VERIFY_MINUTES_NONE] = "none",
        [VERIFY_MINUTES_WHOLE] = "whole",
        [VERIFY_MINUTES_PARTLY] = "partly",
        [VERIFY_MINUTES_HIDDEN] = "hidden",
        [VERIFY_MINUTES_OTHERS] = "others",
        [VERIFY_MINUTES_UNKNOWN] = "unknown",
    };

    return words[minutes];
}

static json_t *json_of_other_templates(const struct verify_record *record)
{
    struct verify_json_builder list = { json_array(), true };
    size_t i;

    for (i = 0; i < record->zip.count; i++) {
        const struct record_zip_entry *entry = &record->zip.entries[i];

        if (verify_template_is_other(entry))
            verify_json_append(
                &list, list.object,
                json_string(verify_name_words(entry->name).text));
    }
    return verify_json_take(&list);
}

json_t *verify_json_record(const struct verify_record *record)
{
    struct verify_json_builder builder = verify_json_begin();
    struct verify_json_builder signers = { json_array(), true };
    struct verify_json_builder hidden = { json_array(), true };
    size_t i;

    for (i = 0; i < record->signer_count; i++) {
        struct verify_json_builder row = verify_json_begin();

        verify_json_put(&row, "role",
                        json_string(record_role_word(record->signers[i].role)));
        verify_json_put(&row, "holder",
                        json_string(record->signers[i].holder.text));
        verify_json_append(&signers, signers.object, verify_json_take(&row));
    }
    for (i = 0; i < record->redaction.file_count; i++)
        verify_json_append(
            &hidden, hidden.object,
            json_string(verify_name_words(record->redaction.files[i]).text));
    verify_json_put(&builder, "files", verify_json_number(record->file_count));
    verify_json_put(&builder, "attachments",
                    verify_json_number(record->attachment_count));
    verify_json_put(&builder, "recordings",
                    verify_json_number(record->recording_count));
    verify_json_put(&builder, "documents",
                    verify_json_number(record->document_count));
    verify_json_put(&builder, "documents_compared",
                    verify_json_number(record->compared.count));
    verify_json_put(&builder, "documents_unknown",
                    verify_json_number(record->compared.unknown));
    verify_json_put(&builder, "minutes_compared",
                    json_string(minutes_word(record->compared.minutes)));
    verify_json_put(&builder, "templates_other",
                    json_of_other_templates(record));
    verify_json_put(&builder, "signed_by", verify_json_take(&signers));
    verify_json_put(&builder, "signed_off",
                    json_boolean(record->is_signed_off));
    verify_json_put(&builder, "level",
                    json_string(record_level_word(record->redaction.level)));
    verify_json_put(&builder, "files_hidden", verify_json_take(&hidden));
    return verify_json_take(&builder);
}
