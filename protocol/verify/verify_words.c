#include "protocol/verify/verify_words.h"

#include "protocol/base/limits.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/verify/verify_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_site(const struct verify_findings *findings,
                    const struct identifier *id)
{
    return (findings->meeting.state &&
            meeting_state_site(findings->meeting.state, id)) ||
           (findings->registry.state &&
            register_state_site(findings->registry.state, id));
}

/* Guests are not addressed so. */
static bool is_comrade(const struct verify_findings *findings,
                       const struct identifier *id)
{
    const struct meeting_person *person =
        findings->meeting.state
            ? meeting_state_person(findings->meeting.state, id)
            : NULL;

    return !person || person->category != CATEGORY_GUEST;
}

struct verify_words verify_who(const struct verify_findings *findings,
                               const struct identifier *id)
{
    const char *name = verify_names_find(&findings->meeting.names, id);
    struct verify_words words;

    if (!name)
        name = verify_names_find(&findings->registry.names, id);
    if (!name)
        name = id->text;
    if (is_site(findings, id))
        (void)snprintf(words.text, sizeof words.text, _("site %.*s"),
                       (int)strlen(name), name);
    else if (is_comrade(findings, id))
        (void)snprintf(words.text, sizeof words.text, _("comrade %.*s"),
                       (int)strlen(name), name);
    else
        (void)snprintf(words.text, sizeof words.text, "%s", name);
    return words;
}

struct verify_words verify_device_words(const struct key *key)
{
    const struct device_code code = device_code_of(key);
    struct verify_words words;

    (void)snprintf(words.text, sizeof words.text, "%s", code.text);
    return words;
}

struct verify_words verify_moment(int64_t at_ms)
{
    const time_t seconds = (time_t)(at_ms / 1000);
    struct verify_words words;
    struct tm parts;
    char text[64];

    if (!gmtime_r(&seconds, &parts) ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
        (void)snprintf(text, sizeof text, "%" PRId64 " ms", at_ms);
    (void)snprintf(words.text, sizeof words.text, "%s", text);
    return words;
}

struct verify_words verify_hex(const struct hash *hash)
{
    struct verify_words words = { "" };

    hex_encode(hash->bytes, HASH_SIZE, words.text);
    return words;
}

const char *verify_reason_words(enum checkpoint_reason reason)
{
    switch (reason) {
    case CHECKPOINT_COMMIT:
        return _("an act");
    case CHECKPOINT_PERIODIC:
        return _("after some time");
    case CHECKPOINT_OPENED:
        return _("opening");
    case CHECKPOINT_ROLL_CONFIRMED:
        return _("roll");
    case CHECKPOINT_VOTE_STARTED:
        return _("vote opened");
    case CHECKPOINT_VOTE_CLOSED:
        return _("vote closed");
    case CHECKPOINT_CLOSED:
        return _("closing");
    case CHECKPOINT_LIST_ATTESTED:
        return _("list of a ballot");
    case CHECKPOINT_BALLOT_OPENED:
        return _("ballot opened");
    case CHECKPOINT_BALLOTS_ENDED:
        return _("ballot ended");
    case CHECKPOINT_BALLOT_RESULT:
        return _("result of a ballot");
    case checkpoint_reason_none_:
    case checkpoint_reason_count_:
        break;
    }
    return "?";
}

/* --- What is wrong ------------------------------------------------------- */

static const char *file_words(enum verify_file file)
{
    switch (file) {
    case VERIFY_IN_OPENINGS:
        return _("openings");
    case VERIFY_IN_REGISTER:
        return _("register");
    case VERIFY_IN_REGISTER_OPENINGS:
        return _("openings of the register");
    case VERIFY_IN_LOG:
    case VERIFY_IN_RECORD:
    case VERIFY_FILE_COUNT:
        break;
    }
    return _("record");
}

__attribute__((format(printf, 2, 3))) static void
append(struct verify_words *words, const char *format, ...)
{
    const size_t used = strlen(words->text);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(&words->text[used], sizeof words->text - used, format,
                    arguments);
    va_end(arguments);
}

static void append_place(struct verify_words *words,
                         const struct verify_failure *failure)
{
    if (failure->has_seq && failure->kind[0] != '\0')
        append(words, _("%s, event %llu (%s): "), file_words(failure->file),
               (unsigned long long)failure->seq, failure->kind);
    else if (failure->has_seq)
        append(words, _("%s, event %llu: "), file_words(failure->file),
               (unsigned long long)failure->seq);
    else if (failure->line > 0)
        append(words, _("%s, line %llu: "), file_words(failure->file),
               (unsigned long long)failure->line);
}

static void append_who(struct verify_words *words,
                       const struct verify_findings *findings,
                       const struct verify_failure *failure)
{
    if (identifier_is_empty(&failure->who))
        return;
    append(words, " (%s", verify_who(findings, &failure->who).text);
    if (failure->has_device)
        append(words, _(", device %s"),
               verify_device_words(&failure->device).text);
    append(words, ")");
}

static const char *keys_words(enum keys_fault fault)
{
    return fault == keys_fault_none_ || fault == KEYS_RESTARTED
               ? _("nobody did anything wrong")
               : _(spoken_value(&keys_fault_words, (int)fault));
}

/* Why the file of a record is none, as it is written. */
static const char *zip_words(enum record_zip_fault fault)
{
    static const char *const sentences[RECORD_ZIP_FAULT_COUNT] = {
        [RECORD_ZIP_NO_ZIP] = N_("it is no ZIP file"),
        [RECORD_ZIP_CUT] = N_("it was cut short"),
        [RECORD_ZIP_TRAILING] = N_("bytes follow its end"),
        [RECORD_ZIP_COMMENT] = N_("it has a comment"),
        [RECORD_ZIP_DISKS] = N_("it is a part of several"),
        [RECORD_ZIP_ZIP64] = N_("it has fields of the large form (ZIP64)"),
        [RECORD_ZIP_TOO_LARGE] = N_("it is larger than a record may be"),
        [RECORD_ZIP_TOO_MANY] = N_("there are too many files in it"),
        [RECORD_ZIP_COUNT] =
            N_("its directory is not as long, or not where it says"),
        [RECORD_ZIP_HEADER] = N_("there is no file where it says"),
        [RECORD_ZIP_ENCRYPTED] = N_("a file is encrypted"),
        [RECORD_ZIP_COMPRESSED] = N_("a file is packed; it is not unpacked"),
        [RECORD_ZIP_FLAGS] = N_("a file has flags that no record has"),
        [RECORD_ZIP_ATTRIBUTES] = N_("it is a link, a folder or a program"),
        [RECORD_ZIP_EXTRA] = N_("a file has extra fields"),
        [RECORD_ZIP_TIME] = N_("a file has another time than all files have"),
        [RECORD_ZIP_NAME] = N_("a file has a name that plays tricks"),
        [RECORD_ZIP_ORDER] = N_("the files are not in order"),
        [RECORD_ZIP_DOUBLE] = N_("two files have one name"),
        [RECORD_ZIP_ALIKE] = N_("two names are one on some systems"),
        [RECORD_ZIP_SIZE] = N_("the size of a file is a lie"),
        [RECORD_ZIP_LOCAL] = N_("a file is told in two ways"),
        [RECORD_ZIP_OVERLAP] = N_("two files lie over each other"),
        [RECORD_ZIP_GAP] = N_("there are bytes that belong to no file"),
        [RECORD_ZIP_SUM] = N_("the bytes of a file are not those of its sum"),
        [RECORD_ZIP_OTHERS] = N_("other programs read something else in it"),
    };

    return sentences[fault] ? _(sentences[fault]) : "?";
}

struct verify_words verify_name_words(struct text_view name)
{
    struct verify_words words = { "" };
    bool is_text;
    size_t i;

    is_text = text_check(name, name.size, false) == RESULT_OK;
    for (i = 0; i < name.size && i < LIMIT_RECORD_PATH_SIZE; i++) {
        const unsigned char byte = (unsigned char)name.data[i];
        const bool is_shown =
            byte >= 0x80 ? is_text : byte >= 0x20 && byte != 0x7f;

        words.text[i] = is_shown ? name.data[i] : '?';
    }
    words.text[i] = '\0';
    if (is_text && i < name.size) /* a sign may have been cut through */
        while (i > 0 && (unsigned char)words.text[i - 1] >= 0x80)
            words.text[--i] = '\0';
    return words;
}

struct verify_words verify_failure_words(const struct verify_findings *findings,
                                         const struct verify_failure *failure)
{
    struct verify_words words = { "" };

    if (failure->name.size > 0)
        append(&words, "%s: ", verify_name_words(failure->name).text);
    append_place(&words, failure);
    append(&words, "%s", _(verify_fault_sentence(failure->fault)));
    if (failure->fault == VERIFY_FAULT_ZIP)
        append(&words, ": %s", zip_words(failure->zip));
    if (failure->fault == VERIFY_FAULT_SNAPSHOT)
        append(&words, ": %s", _(snapshot_fault_text(failure->snapshot)));
    if (failure->fault == VERIFY_FAULT_VERDICT)
        append(&words, _("; by the record %s"), keys_words(failure->keys));
    if (failure->field.reason)
        append(&words, ": %s %s", failure->field.path, failure->field.reason);
    append_who(&words, findings, failure);
    return words;
}
