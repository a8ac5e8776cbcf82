#include "protocol/verify/verify_destruction_file.h"

#include "protocol/program/result_words.h"
#include "protocol/record/destruction_report.h"
#include "protocol/verify/verify_file.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_report.h"
#include "protocol/verify/verify_text.h"
#include "protocol/verify/verify_words.h"

#include <stdlib.h>
#include <string.h>

#define LLU(number) ((unsigned long long)(number))

enum known {
    KNOWN_NOTHING, /* no register was given */
    KNOWN_KEY,     /* it is the server's, and had this head */
    KNOWN_OTHER,   /* it is not, or had not */
    KNOWN_UNUSABLE /* the register cannot be used, which was said */
};

/* --- Whose key it is ----------------------------------------------------- */

/* A register that ends before the report may not know a later key. */
static enum known judge_key(const struct destruction_report *report,
                            const struct verify_register *registry)
{
    const struct register_state *state = registry->state;
    const bool reaches = report->seq < registry->reader.count;
    size_t i;

    if (!identifier_equal(&registry->reader.scope, &report->organisation) ||
        (reaches &&
         !hash_equal(&registry->reader.heads[report->seq], &report->head)))
        return KNOWN_OTHER;
    for (i = 0; i < state->server_key_count; i++)
        if (key_equal(&state->server_keys[i].key, &report->key))
            return KNOWN_KEY;
    return reaches ? KNOWN_OTHER : KNOWN_NOTHING;
}

static enum known compare(const struct destruction_report *report,
                          const char *path, struct text_view text)
{
    static const struct text_view none;
    struct verify_record record = { .has_redaction = false };
    struct verify_register registry = { .state = NULL };
    struct verify_failure failure;
    const bool is_record = verify_record_is(text);
    enum known known = KNOWN_UNUSABLE;
    enum result result = RESULT_OK;

    if (is_record)
        result = verify_record_open(text, &record, &failure);
    if (result == RESULT_OK)
        result = verify_register_read(
            &registry, is_record ? record.registry : text,
            is_record ? record.registry_openings : none, VERIFY_IN_REGISTER);
    if (result == RESULT_OK)
        known = judge_key(report, &registry);
    else
        verify_complain(_("%s: this is not the register of this organisation"),
                        path);
    verify_register_release(&registry);
    verify_record_release(&record);
    return known;
}

static enum known look_up(const struct destruction_report *report,
                          const char *path)
{
    struct verify_file_text text = { NULL, 0 };
    enum known known;

    if (!path)
        return KNOWN_NOTHING;
    if (verify_file_read(path, &text) != RESULT_OK) {
        verify_complain("%s: %s", path, result_words(RESULT_NOT_FOUND));
        return KNOWN_UNUSABLE;
    }
    known = compare(report, path, verify_file_view(&text));
    verify_file_release(&text);
    return known;
}

/* --- Telling ------------------------------------------------------------- */

static void print_text(const char *label, struct text_view text)
{
    (void)printf("  %s: %s\n", label, verify_name_words(text).text);
}

static void print_item(const struct destruction_item *item)
{
    (void)printf(_("  %s, meeting %s of %s: %s\n"),
                 verify_moment((int64_t)item->held_ms).text, item->meeting.text,
                 item->organisation.text, verify_name_words(item->title).text);
    (void)printf(_("    destroyed: %s, due since %s; %llu texts, %llu files, "
                   "%llu bytes\n"),
                 verify_name_words(item->what).text,
                 verify_moment((int64_t)item->due_ms).text, LLU(item->openings),
                 LLU(item->files), LLU(item->bytes));
    (void)printf("    %s %s\n", item->is_imported ? "SHA-256" : _("last head"),
                 verify_hex(&item->hash).text);
}

static void print_report(const struct destruction_report *report,
                         enum verify_exit end, enum known known)
{
    size_t i;

    (void)printf(_("Report %llu of %s on what was destroyed\n"),
                 LLU(report->number), report->organisation.text);
    if (end == VERIFY_EXIT_INVALID)
        (void)puts(known == KNOWN_OTHER
                       ? _("NOT VALID: the register knows another key, or "
                           "another history")
                       : _("NOT VALID: its signature is wrong"));
    else
        (void)puts(known == KNOWN_KEY
                       ? _("VALID: signed with a key of the server")
                       : _("VALID SO FAR: whose key signed it only a register "
                           "that reaches so far shows (--register)"));
    (void)printf("  %s, %s\n", verify_moment((int64_t)report->at_ms).text,
                 verify_device_words(&report->key).text);
    print_text(_("destroyed by"), report->administrator);
    print_text(_("decided by"), report->authority);
    for (i = 0; i < report->item_count; i++)
        print_item(&report->items[i]);
}

static bool print_json(const struct destruction_report *report,
                       enum verify_exit end, enum known known)
{
    char key[HEX_SIZE(KEY_SIZE)];

    hex_encode(report->key.bytes, KEY_SIZE, key);
    return verify_print_json(json_pack(
        "{s:s, s:I, s:s, s:b, s:b, s:s, s:s%, s:s%, s:I, s:O}", "kind",
        "destruction", "report", (json_int_t)report->number, "organisation",
        report->organisation.text, "valid", (int)(end != VERIFY_EXIT_INVALID),
        "register_given", (int)(known != KNOWN_NOTHING), "key", key,
        "administrator", report->administrator.data, report->administrator.size,
        "authority", report->authority.data, report->authority.size, "at",
        (json_int_t)report->at_ms, "items",
        json_object_get(report->root, "items")));
}

/* --- All of it ----------------------------------------------------------- */

static bool has_foreign_options(const struct verify_options *options)
{
    return options->openings || options->registry_openings || options->rules ||
           options->anchor_count > 0 || options->archive_count > 0 ||
           options->head_count > 0;
}

static enum verify_exit judge(const struct destruction_report *report,
                              enum known known, bool is_signed)
{
    if (known == KNOWN_UNUSABLE)
        return VERIFY_EXIT_UNUSABLE;
    if (!is_signed || known == KNOWN_OTHER || report->item_count == 0)
        return VERIFY_EXIT_INVALID;
    return known == KNOWN_KEY ? VERIFY_EXIT_COMPLETE : VERIFY_EXIT_SO_FAR;
}

enum verify_exit verify_destruction_file(const struct verify_options *options,
                                         struct text_view file)
{
    struct destruction_report report = { .number = 0 };
    enum verify_exit end = VERIFY_EXIT_UNUSABLE;
    enum known known;
    enum result result;

    if (has_foreign_options(options)) {
        verify_complain(_("a report on what was destroyed is compared with "
                          "--register only"));
        return end;
    }
    result = destruction_report_read(file, &report);
    if (result != RESULT_OK) {
        verify_complain("%s: %s", options->log, result_words(result));
        return result == RESULT_MALFORMED ? VERIFY_EXIT_INVALID : end;
    }
    result = destruction_report_verify(&report);
    known = look_up(&report, options->registry);
    if (result == RESULT_OK || result == RESULT_REFUSED)
        end = judge(&report, known, result == RESULT_OK);
    if (end != VERIFY_EXIT_UNUSABLE && !options->is_json)
        print_report(&report, end, known);
    else if (end != VERIFY_EXIT_UNUSABLE && !print_json(&report, end, known))
        end = VERIFY_EXIT_UNUSABLE;
    destruction_report_release(&report);
    return end;
}
