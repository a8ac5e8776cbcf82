#include "protocol/verify/verify_report.h"

#include "protocol/program/result_words.h"
#include "protocol/verify/verify_documents.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_text.h"
#include "protocol/verify/verify_words.h"

#include <stdlib.h>
#include <string.h>

#define LLU(number) ((unsigned long long)(number))

void verify_report_heading(const char *heading, FILE *out)
{
    (void)fprintf(out, "\n%s\n", heading);
}

/* --- The verdict --------------------------------------------------------- */

static void report_gaps(unsigned gaps, FILE *out)
{
    static const struct {
        enum verify_gap gap;
        const char *sentence;
    } rows[] = {
        { VERIFY_GAP_OPEN, N_("the meeting is not closed in this record") },
        { VERIFY_GAP_UNCONFIRMED,
          N_("the confirmation of the closing is missing: the end may have "
             "been cut off") },
        { VERIFY_GAP_ANCHOR, N_("an anchor knows later events") },
        { VERIFY_GAP_REGISTER,
          N_("the register that was given is too short to compare all of it") },
        { VERIFY_GAP_REGISTER_END,
          N_("the register knows a later end of this meeting") },
        { VERIFY_GAP_UNSIGNED,
          N_("not signed: chair and minute-taker have not signed the minutes "
             "in this record") },
        { VERIFY_GAP_DOCUMENTS,
          N_("documents in it were made in a form that is not known here, and "
             "were not compared") },
        { VERIFY_GAP_RULESET,
          N_("the ruleset in it is the meeting's, but of another version of "
             "this program, which cannot read it: what follows from it alone "
             "was not computed again") },
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (gaps & rows[i].gap)
            (void)fprintf(out, "  - %s\n", _(rows[i].sentence));
}

static void report_verdict(const struct verify_findings *findings, FILE *out)
{
    switch (findings->verdict) {
    case VERIFY_COMPLETE:
        (void)fprintf(out, "%s\n",
                      findings->is_register ? _("VALID.")
                                            : _("VALID AND COMPLETE."));
        return;
    case VERIFY_SO_FAR:
        (void)fprintf(out, "%s\n", _("VALID SO FAR, not complete:"));
        report_gaps(findings->gaps, out);
        return;
    case VERIFY_INVALID:
    case VERIFY_UNUSABLE:
        break;
    }
    (void)fprintf(out, "%s\n  %s\n", _("NOT VALID."),
                  verify_failure_words(findings, &findings->failure).text);
}

/* --- Anchors ------------------------------------------------------------- */

static void report_anchor(const struct verify_anchor *anchor, FILE *out)
{
    (void)fprintf(out, "  %s: ", anchor->name);
    switch (anchor->status) {
    case VERIFY_ANCHOR_NOTHING:
        (void)fprintf(out, "%s\n", _("knows nothing of this record"));
        return;
    case VERIFY_ANCHOR_EQUAL:
        (void)fprintf(out, _("equal, %llu times, last at event %llu"),
                      LLU(anchor->equal_count), LLU(anchor->newest));
        break;
    case VERIFY_ANCHOR_BEYOND:
        (void)fprintf(
            out,
            _("equal so far, %llu times; it knows event %llu, which is "
              "behind the end of this record"),
            LLU(anchor->equal_count), LLU(anchor->beyond));
        break;
    case VERIFY_ANCHOR_CONTRADICTS:
        (void)fprintf(out, _("CONTRADICTS at event %llu: the head there is %s"),
                      LLU(anchor->seq), verify_hex(&anchor->head).text);
        if (anchor->is_signed)
            (void)fprintf(out, "; %s",
                          _("the server has signed it: see --fork"));
        break;
    }
    (void)fputc('\n', out);
    if (anchor->lost_count > 0)
        (void)fprintf(out,
                      _("    %llu heads lie in a stretch that was given up as "
                        "lost\n"),
                      LLU(anchor->lost_count));
    if (anchor->alarm_count > 0)
        (void)fprintf(out,
                      _("    this device has itself seen two histories, %llu "
                        "times\n"),
                      LLU(anchor->alarm_count));
}

static void report_anchors(const struct verify_findings *findings, FILE *out)
{
    size_t i;

    verify_report_heading(_("ANCHORS"), out);
    if (findings->anchor_count == 0)
        (void)fprintf(out, "  %s\n",
                      _("none given: whether this is the record that members "
                        "saw then, only an anchor shows"));
    for (i = 0; i < findings->anchor_count; i++)
        report_anchor(&findings->anchors[i], out);
}

/* --- What is not shown --------------------------------------------------- */

static void report_hidden_of(const struct verify_reader *reader,
                             const char *heading, FILE *out)
{
    uint64_t hidden = 0, total = 0;
    size_t i;

    for (i = 0; i < reader->text_count; i++) {
        hidden += reader->texts[i].total - reader->texts[i].opened;
        total += reader->texts[i].total;
    }
    verify_report_heading(heading, out);
    if (hidden == 0) {
        (void)fprintf(out,
                      _("  nothing: all %llu sealed texts were opened, "
                        "and are what was sealed\n"),
                      LLU(total));
    } else {
        (void)fprintf(out, _("  %llu of %llu sealed texts were not opened:\n"),
                      LLU(hidden), LLU(total));
        for (i = 0; i < reader->text_count; i++) {
            const struct verify_text_row *row = &reader->texts[i];

            if (row->opened < row->total)
                (void)fprintf(out, "    %s %s: %llu\n", row->kind, row->path,
                              LLU(row->total - row->opened));
        }
    }
    if (reader->unknown_count + reader->newer_count > 0)
        (void)fprintf(out,
                      _("  written by a later version: %llu events of unknown "
                        "kinds, %llu with unknown fields\n"),
                      LLU(reader->unknown_count), LLU(reader->newer_count));
}

static void report_hidden(const struct verify_findings *findings, FILE *out)
{
    if (findings->is_register) {
        report_hidden_of(&findings->registry.reader, _("HIDDEN"), out);
        return;
    }
    report_hidden_of(&findings->meeting.reader, _("HIDDEN"), out);
}

/* --- The file of the record ---------------------------------------------- */

static void report_signer(const struct verify_findings *findings,
                          const struct verify_record_signer *signer, FILE *out)
{
    switch (signer->role) {
    case RECORD_ROLE_SERVER:
        (void)fprintf(out, _("    the server, fingerprint %s\n"),
                      server_fingerprint_of(&signer->key).text);
        return;
    case RECORD_ROLE_CHAIR:
    case RECORD_ROLE_MINUTE_TAKER:
        (void)fprintf(out, "    %s\n",
                      verify_who(findings, &signer->holder).text);
        return;
    case RECORD_ROLE_NONE:
    case RECORD_ROLE_COUNT:
        break;
    }
}

static void report_left_out(const struct record_redaction *redaction, FILE *out)
{
    size_t i;

    switch (redaction->level) {
    case RECORD_LEVEL_FULL:
        (void)fprintf(out, "  %s\n", _("nothing was left out"));
        return;
    case RECORD_LEVEL_AS_KEPT:
        (void)fprintf(out, "  %s\n",
                      _("left out is what the server did not have any more"));
        break;
    case RECORD_LEVEL_MEMBER:
        (void)fprintf(out, "  %s\n",
                      _("left out, and signed for, at the level for members: "
                        "reasons of absence, the lobby, data of guests"));
        break;
    case RECORD_LEVEL_UPPER:
        (void)fprintf(out, "  %s\n",
                      _("left out, and signed for, at the level for the body "
                        "above: all that was said and written, too"));
        break;
    case RECORD_LEVEL_COUNT:
        break;
    }
    for (i = 0; i < redaction->file_count; i++)
        (void)fprintf(out, "    %s\n",
                      verify_name_words(redaction->files[i]).text);
}

static const char *minutes_words(enum verify_minutes minutes)
{
    switch (minutes) {
    case VERIFY_MINUTES_WHOLE:
        return _("the minutes say what the log says: drawn again, every letter "
                 "is the same");
    case VERIFY_MINUTES_PARTLY:
        return _("the minutes say what the log says, as far as its texts are "
                 "not hidden");
    case VERIFY_MINUTES_HIDDEN:
        return _("the minutes are hidden, and were not compared with the log");
    case VERIFY_MINUTES_OTHERS:
        return _(
            "the minutes also say what the logs of party groups have, which "
            "are hidden: not compared with the log");
    case VERIFY_MINUTES_UNKNOWN:
        return _("the minutes were not compared with the log");
    case VERIFY_MINUTES_NONE:
        break;
    }
    return _("no minutes were read back");
}

static void report_documents(const struct verify_record *record, FILE *out)
{
    const struct verify_compared *compared = &record->compared;

    (void)fprintf(out, "  %s\n", minutes_words(compared->minutes));
    if (compared->count > 0)
        (void)fprintf(out,
                      _("  %llu files of documents carry the text that the "
                        "record gives for them, drawn again\n"
                        "  the DOCX, CSV and plain text show no other; what a "
                        "PDF shows beside the text in it was not compared: "
                        "read the DOCX of the same name\n"),
                      LLU(compared->count));
    if (compared->unknown > 0)
        (void)fprintf(out, _("  %llu files of documents were not compared\n"),
                      LLU(compared->unknown));
}

/* Facts are ours to draw again; the words around them are the templates'. */
static void report_templates(const struct verify_record *record, FILE *out)
{
    bool is_said = false;
    size_t i;

    for (i = 0; i < record->zip.count; i++) {
        const struct record_zip_entry *entry = &record->zip.entries[i];

        if (!verify_template_is_other(entry))
            continue;
        if (!is_said)
            (void)fprintf(
                out, "  %s\n",
                _("ATTENTION: these templates are not those that this program "
                  "comes with; what stands in them stands in the documents, "
                  "and nothing proves it:"));
        is_said = true;
        (void)fprintf(out, "    %s\n", verify_name_words(entry->name).text);
    }
}

static void report_record(const struct verify_findings *findings, FILE *out)
{
    const struct verify_record *record = findings->record;
    size_t i;

    verify_report_heading(_("THE FILE"), out);
    (void)fprintf(out,
                  _("  %llu files are those that the manifest names; of these "
                    "%llu attachments and %llu documents\n"),
                  LLU(record->file_count), LLU(record->attachment_count),
                  LLU(record->document_count));
    if (record->recording_count > 0)
        (void)fprintf(out,
                      _("  %llu files are recordings of what was said; the log "
                        "names each by its SHA-256\n"),
                      LLU(record->recording_count));
    report_documents(record, out);
    report_templates(record, out);
    (void)fprintf(out, "  %s\n", _("the manifest is signed by"));
    for (i = 0; i < record->signer_count; i++)
        report_signer(findings, &record->signers[i], out);
    report_left_out(&record->redaction, out);
}

/* --- All of it ----------------------------------------------------------- */

void verify_report(const struct verify_findings *findings, FILE *out)
{
    const bool is_read = findings->history.heads != NULL;

    (void)fprintf(
        out, findings->is_register ? _("Register of %s\n") : _("Meeting %s\n"),
        findings->scope.text);
    report_verdict(findings, out);
    if (!is_read)
        return;
    if (findings->is_register)
        verify_report_register(findings, out);
    else
        verify_report_meeting(findings, out);
    if (findings->record)
        report_record(findings, out);
    report_anchors(findings, out);
    report_hidden(findings, out);
}

/* --- Two histories ------------------------------------------------------- */

static void report_statement(const struct verify_proof *proof,
                             const struct signed_head *head,
                             const char *file_name, FILE *out)
{
    char hex[HEX_SIZE(SIGNATURE_SIZE)];

    (void)fprintf(out, _("  from %s:\n"), file_name);
    (void)fprintf(out, "    checkpoint %s %s %s %llu\n", proof->scope.text,
                  enum_word(&checkpoint_role_words, (int)head->role),
                  enum_word(&checkpoint_reason_words, (int)head->reason),
                  LLU(head->seq));
    hex_encode(head->head.bytes, HASH_SIZE, hex);
    (void)fprintf(out, "    head %s\n", hex);
    hex_encode(head->sig.bytes, SIGNATURE_SIZE, hex);
    (void)fprintf(out, "    sig  %s\n", hex);
}

static const char *fork_sentence(const struct verify_proof *proof)
{
    if (proof->is_explained)
        return _("Two heads were signed for the same event, in a stretch that "
                 "was given up as lost: no contradiction.");
    return proof->is_server
               ? _("PROVEN: the server's key has signed two histories.")
               : _("PROVEN: one key has signed two histories.");
}

void verify_report_fork(const struct verify_proof *proof,
                        const char *const names[VERIFY_SIDE_COUNT], FILE *out)
{
    char hex[HEX_SIZE(KEY_SIZE)];

    if (!proof) {
        (void)fprintf(out, "%s\n",
                      _("No contradiction: no key has signed two heads for "
                        "the same event."));
        (void)fprintf(out, "%s\n",
                      _("A record holds the server's signatures of its "
                        "checkpoints only; --anchor adds those that devices "
                        "keep."));
        return;
    }
    hex_encode(proof->one.signer.bytes, KEY_SIZE, hex);
    (void)fprintf(out, "%s\n", fork_sentence(proof));
    (void)fprintf(out, _("  record %s, event %llu, key %s\n"),
                  proof->scope.text, LLU(proof->one.seq), hex);
    (void)fprintf(out, _("  fingerprint of this key: %s\n"),
                  server_fingerprint_of(&proof->one.signer).text);
    report_statement(proof, &proof->one, names[proof->one_side], out);
    report_statement(proof, &proof->other, names[proof->other_side], out);
    if (proof->is_by_chain) {
        hex_encode(proof->head.bytes, HASH_SIZE, hex);
        (void)fprintf(out,
                      _("  the chain in %s, which the second statement covers, "
                        "has at event %llu the head\n    %s\n"),
                      names[proof->chain_side], LLU(proof->one.seq), hex);
    }
    (void)fprintf(out, "%s\n",
                  _("Both signatures were verified. Whoever has both files "
                    "can do it again."));
}

/* --- For programs -------------------------------------------------------- */

bool verify_print_json(json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

    if (text)
        (void)puts(text);
    else
        verify_complain("%s", result_words(RESULT_NO_MEMORY));
    free(text);
    json_decref(object);
    return text != NULL;
}

enum verify_exit verify_exit_of(enum verify_verdict verdict)
{
    switch (verdict) {
    case VERIFY_COMPLETE:
        return VERIFY_EXIT_COMPLETE;
    case VERIFY_INVALID:
        return VERIFY_EXIT_INVALID;
    case VERIFY_SO_FAR:
        return VERIFY_EXIT_SO_FAR;
    case VERIFY_UNUSABLE:
        break;
    }
    return VERIFY_EXIT_UNUSABLE;
}
