/* Destroying what need not be kept any more, after a list of it and with a
 * signed report on it. */
#include "server/control/chiboctl_destroy.h"

#include "protocol/program/result_words.h"
#include "protocol/record/destruction_report.h"
#include "protocol/record/digest.h"
#include "server/platform/clock.h"
#include "server/platform/recording_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODE_SIZE = 13 }; /* twelve digits that stand for a list */

struct destroy {
    struct chiboctl *ctl;
    struct chiboctl_archive archive;
    struct destroy_item *items; /* owned */
    size_t count;
    int64_t now_ms;
    char code[CODE_SIZE];
    uint64_t seq; /* of the register, and its head there */
    struct hash head;
};

static void release(struct destroy *work)
{
    size_t i;

    for (i = 0; i < work->count; i++)
        destroy_item_release(&work->items[i]);
    free(work->items);
    chiboctl_archive_close(&work->archive);
}

static bool fail(const char *name, enum result result)
{
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", name,
                  result == RESULT_IO && errno ? system_words(errno)
                                               : result_words(result));
    return false;
}

/* --- What is due --------------------------------------------------------- */

static enum result add_item(struct destroy *work, const struct archive_row *row,
                            enum retention_what what, int64_t due_ms)
{
    struct destroy_item *grown =
        realloc(work->items, (work->count + 1) * sizeof *grown);
    struct destroy_item *item;

    if (!grown)
        return RESULT_NO_MEMORY;
    work->items = grown;
    item = &grown[work->count++];
    *item = (struct destroy_item){ .organisation = row->meeting.organisation,
                                   .meeting = row->meeting.id,
                                   .title = strdup(row->meeting.title),
                                   .name = strdup(row->source.name),
                                   .what = what,
                                   .held_ms = row->meeting.starts_at_ms,
                                   .due_ms = due_ms,
                                   .hash = row->source.hash,
                                   .size = row->source.size };
    memcpy(item->zone, row->meeting.zone, sizeof item->zone);
    return item->title && item->name ? RESULT_OK : RESULT_NO_MEMORY;
}

/* What an earlier destruction, which was killed, left of a meeting. */
static enum result remove_rest(const struct destroy *work,
                               const struct archive_row *row)
{
    const struct archive_file_name rest =
        archive_folder_rest(&row->meeting.organisation, &row->meeting.id);

    return archive_folder_has(work->archive.folder, rest.text)
               ? archive_folder_remove(work->archive.folder, rest.text)
               : RESULT_OK;
}

static enum result on_row(const struct archive_row *row, void *user)
{
    struct destroy *work = user;
    const struct config *config = &work->ctl->config;
    const struct retention retention = {
        .attachments_months = config->keep_attachments_months,
        .texts_months = config->keep_texts_months,
        .meetings_months = config->keep_meetings_months,
        .imported_months = config->keep_imported_months,
        .forever_kinds = config->keep_forever_kinds,
    };
    enum store_extent extent = STORE_EXTENT_NOTHING;
    enum retention_what what;
    enum result result = RESULT_OK;
    int64_t due_ms = 0;

    if (row->source.origin == ARCHIVE_OF_SERVER)
        result = store_sqlite_extent(work->archive.sqlite, &row->meeting.id,
                                     &extent);
    if (result == RESULT_OK && extent == STORE_EXTENT_ALL)
        result = remove_rest(work, row);
    if (result != RESULT_OK)
        return result;
    what = retention_due(&retention, row, extent, work->now_ms, &due_ms);
    return what == RETENTION_NOTHING ? RESULT_OK
                                     : add_item(work, row, what, due_ms);
}

/* The list in twelve digits: what is confirmed is what was listed. */
static void make_code(struct destroy *work)
{
    struct digest digest;
    struct hash hash;
    char hex[HEX_SIZE(HASH_SIZE)];
    size_t i;

    digest_begin(&digest);
    for (i = 0; i < work->count; i++) {
        const struct destroy_item *item = &work->items[i];

        digest_prefixed_text(&digest, text_view_of(item->name));
        digest_prefixed_text(&digest, text_view_of(retention_word(item->what)));
        digest_bytes(&digest, item->hash.bytes, HASH_SIZE);
    }
    hash = digest_finish(&digest);
    hex_encode(hash.bytes, HASH_SIZE, hex);
    memcpy(work->code, hex, CODE_SIZE - 1);
    work->code[CODE_SIZE - 1] = '\0';
}

static bool find_due(struct destroy *work)
{
    enum result result;

    if (!chiboctl_archive_open(work->ctl, &work->archive))
        return false;
    if (!retention_are_kinds(work->ctl->config.keep_forever_kinds)) {
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("keep_forever_kinds: \"%s\" are no kinds of meeting"),
                      work->ctl->config.keep_forever_kinds);
        return false;
    }
    if (!chiboctl_archive_refresh(work->ctl, &work->archive))
        return false;
    if (!work->archive.sqlite) {
        chiboctl_fail(CHIBOCTL_FAILED, _("%s: there is no database"),
                      work->ctl->config.database_path);
        return false;
    }
    work->now_ms = clock_utc_ms(clock_system());
    result = archive_index_list(work->archive.index, on_row, work);
    make_code(work);
    return result == RESULT_OK ||
           fail(archive_folder_index(work->archive.folder), result);
}

/* --- The list ------------------------------------------------------------ */

static const char *what_words(enum retention_what what)
{
    switch (what) {
    case RETENTION_ATTACHMENTS:
        return _("attachments");
    case RETENTION_TEXTS:
        return _("texts and attachments");
    case RETENTION_MEETING:
        return _("all but the chain of events");
    case RETENTION_RECORD:
        return _("the imported record");
    case RETENTION_NOTHING:
    case RETENTION_WHAT_COUNT:
        break;
    }
    return "";
}

static void print_item(const struct chiboctl *ctl,
                       const struct destroy_item *item)
{
    static const int widths[] = { 16, 16, 30, 16, 0 };
    char *plain = ctl->is_json ? NULL : chiboctl_archive_plain(item->title);

    chiboctl_row(ctl,
                 json_pack("{s:o, s:o, s:s, s:s, s:s}", "held",
                           chiboctl_time(ctl, item->held_ms, item->zone), "due",
                           chiboctl_time(ctl, item->due_ms, item->zone), "what",
                           ctl->is_json ? retention_word(item->what)
                                        : what_words(item->what),
                           "meeting", item->meeting.text, "title",
                           plain ? plain : item->title),
                 widths);
    free(plain);
}

static int print_list(const struct destroy *work)
{
    size_t i;

    for (i = 0; i < work->count; i++)
        print_item(work->ctl, &work->items[i]);
    if (work->ctl->is_json)
        chiboctl_row(work->ctl,
                     json_pack("{s:I, s:s}", "due", (json_int_t)work->count,
                               "code", work->count ? work->code : ""),
                     NULL);
    else if (work->count == 0)
        (void)puts(_("Nothing is due."));
    else
        (void)printf(_("Nothing was destroyed yet. To destroy all of this for "
                       "good, stop "
                       "chibod and run\n  chiboctl record destroy --confirm %s "
                       "--administrator NAME --authority DECISION\n"),
                     work->code);
    return CHIBOCTL_OK;
}

/* --- The report ---------------------------------------------------------- */

static struct destruction_item said_of(const struct destroy_item *item)
{
    return (struct destruction_item){
        .organisation = item->organisation,
        .meeting = item->meeting,
        .title = text_view_of(item->title),
        .held_ms = (uint64_t)item->held_ms,
        .due_ms = (uint64_t)item->due_ms,
        .is_imported = item->what == RETENTION_RECORD,
        .what = text_view_of(retention_word(item->what)),
        .hash = item->hash,
        .openings = item->done.openings,
        .files = item->done.files,
        .bytes = item->done.bytes,
    };
}

static enum result link_report(struct store_sqlite *sqlite,
                               struct destruction_report *report)
{
    char *before = NULL;
    size_t size = 0;
    uint64_t last = 0;
    enum result result = store_sqlite_last_report(sqlite, &last);

    report->number = last + 1;
    if (result == RESULT_OK && last > 0) {
        result = store_sqlite_read_report(sqlite, last, &before, &size);
        if (result == RESULT_OK)
            report->previous = digest_sha256(before, size);
    }
    free(before);
    return result;
}

/* Where the register stands; the lock is held, so that it stays there. */
static enum result find_place(struct destroy *work)
{
    struct store_log *registry = NULL;
    enum result result = store_sqlite_load_log(
        work->archive.sqlite, &work->archive.organisation, &registry);

    if (result == RESULT_OK && registry->event_count == 0)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK) {
        work->seq = registry->event_count - 1;
        work->head = registry->events[work->seq].head;
    }
    store_log_free(registry);
    return result;
}

static enum result add_report(const struct destroy *work,
                              struct store_sqlite *sqlite,
                              const struct signing_key *server,
                              uint64_t *number)
{
    struct destruction_report report = {
        .organisation = work->archive.organisation,
        .seq = work->seq,
        .head = work->head,
        .at_ms = (uint64_t)work->now_ms,
        .administrator =
            text_view_of(chiboctl_option(work->ctl, "administrator")),
        .authority = text_view_of(chiboctl_option(work->ctl, "authority")),
        .items = calloc(work->count + 1, sizeof *report.items),
        .item_count = work->count,
    };
    char *text = NULL;
    size_t i, size = 0;
    enum result result = report.items ? RESULT_OK : RESULT_NO_MEMORY;

    for (i = 0; result == RESULT_OK && i < work->count; i++)
        report.items[i] = said_of(&work->items[i]);
    if (result == RESULT_OK)
        result = link_report(sqlite, &report);
    if (result == RESULT_OK)
        result = destruction_report_sign(&report, server);
    if (result == RESULT_OK)
        result = destruction_report_write(&report, &text, &size);
    if (result == RESULT_OK)
        result = store_sqlite_add_report(sqlite, report.number, text, size);
    *number = report.number;
    free(text);
    destruction_report_release(&report);
    return result;
}

/* --- Destroying ---------------------------------------------------------- */

static bool is_of_server(const struct destroy_item *item)
{
    return item->what != RETENTION_RECORD;
}

/* All of the database and the report on it, or nothing. */
static enum result destroy_in(struct destroy *work, struct store_sqlite *sqlite,
                              const struct signing_key *server,
                              uint64_t *number)
{
    enum result result = store_sqlite_begin(sqlite);
    size_t i;

    for (i = 0; i < work->count && result == RESULT_OK; i++) {
        struct destroy_item *item = &work->items[i];

        if (is_of_server(item))
            result = destroy_meeting_run(sqlite, item);
        else
            item->done =
                (struct store_destroyed){ .files = 1, .bytes = item->size };
    }
    if (result == RESULT_OK)
        result = add_report(work, sqlite, server, number);
    for (i = 0; i < work->count && result == RESULT_OK; i++)
        if (is_of_server(&work->items[i]))
            result = store_sqlite_set_extent(
                sqlite, &work->items[i].meeting,
                retention_extent(work->items[i].what), *number);
    if (result == RESULT_OK)
        return store_sqlite_commit(sqlite);
    store_sqlite_rollback(sqlite);
    return result;
}

static enum result remove_files(const struct destroy *work)
{
    const struct archive_folder *folder = work->archive.folder;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < work->count && result == RESULT_OK; i++) {
        const struct destroy_item *item = &work->items[i];
        const struct archive_file_name rest =
            archive_folder_rest(&item->organisation, &item->meeting);

        if (item->what == RETENTION_RECORD)
            result = archive_folder_remove(folder, item->name);
        else if (item->what == RETENTION_MEETING)
            result = archive_folder_remove(folder, rest.text);
    }
    return result;
}

struct removing {
    const struct recording_store *store;
    enum result result;
};

static void remove_recorded(void *data, const char *name)
{
    struct removing *removing = data;

    if (removing->result == RESULT_OK)
        removing->result = removing->store->remove(removing->store->user, name);
}

/* What a server that was stopped between a record's end and the emptying of
 * its folder has left there: the sound of what is destroyed. */
static enum result remove_recordings(const struct destroy *work)
{
    const char *path = work->ctl->config.recording_directory;
    const struct recording_store store = recording_folder_store(path);
    struct removing removing = { &store, RESULT_OK };
    char prefix[IDENTIFIER_SIZE + sizeof "_"];
    size_t i;

    if (access(path, F_OK) != 0)
        return errno == ENOENT ? RESULT_OK : RESULT_IO; /* nothing recorded */
    for (i = 0; i < work->count && removing.result == RESULT_OK; i++) {
        enum result result;

        if (!is_of_server(&work->items[i]))
            continue;
        (void)snprintf(prefix, sizeof prefix, "%s_",
                       work->items[i].meeting.text);
        result = store.each(store.user, prefix, remove_recorded, &removing);
        if (result != RESULT_OK)
            return result;
    }
    return removing.result;
}

/* The index has the texts: it goes first, and is made anew of what is left. */
static bool forget(struct destroy *work)
{
    const char *path = archive_folder_index(work->archive.folder);

    work->archive.index = archive_index_close(work->archive.index);
    return archive_index_remove(path) == RESULT_OK || fail(path, RESULT_IO);
}

static bool prepare(struct destroy *work, struct chiboctl_export *exporting)
{
    size_t i;

    for (i = 0; i < work->count; i++)
        if (is_of_server(&work->items[i]) &&
            !destroy_meeting_prepare(exporting, work->archive.folder,
                                     &work->items[i]))
            return false;
    return true;
}

static bool destroy_all(struct destroy *work, struct chiboctl_export *exporting,
                        uint64_t *number)
{
    const char *path = work->ctl->config.database_path;
    struct store_sqlite *sqlite = NULL;
    enum result result;

    if (!prepare(work, exporting) || !forget(work))
        return false;
    errno = 0;
    result = find_place(work);
    if (result == RESULT_OK)
        result = store_sqlite_open(&sqlite, path, STORE_SQLITE_WRITE);
    if (result == RESULT_OK)
        result = destroy_in(work, sqlite, &exporting->server, number);
    if (result == RESULT_OK)
        result = store_sqlite_wipe(sqlite);
    store_sqlite_close(sqlite);
    if (result != RESULT_OK)
        return fail(path, result);
    result = remove_recordings(work);
    if (result != RESULT_OK)
        return fail(work->ctl->config.recording_directory, result);
    result = remove_files(work);
    return (result == RESULT_OK ||
            fail(work->ctl->config.archive_directory, result)) &&
           chiboctl_archive_refresh(work->ctl, &work->archive);
}

static bool is_text(const struct chiboctl *ctl, const char *name)
{
    const char *text = chiboctl_option(ctl, name);

    if (text && *text &&
        text_check(text_view_of(text), LIMIT_TITLE_LENGTH, false) == RESULT_OK)
        return true;
    chiboctl_fail(
        CHIBOCTL_FAILED,
        _("the report names who destroys, and by whose decision: give "
          "--administrator and --authority"));
    return false;
}

static bool is_confirmed(const struct destroy *work)
{
    if (strcmp(chiboctl_option(work->ctl, "confirm"), work->code) == 0 &&
        work->count > 0)
        return true;
    chiboctl_fail(CHIBOCTL_REFUSED,
                  _("this confirms another list: look at what is due now, and "
                    "confirm that"));
    return false;
}

static int run_confirmed(struct destroy *work)
{
    struct chiboctl_export exporting = { .sqlite = NULL };
    struct store_lock *lock = NULL;
    uint64_t number = 0;
    int code = CHIBOCTL_FAILED;

    if (!is_text(work->ctl, "administrator") ||
        !is_text(work->ctl, "authority"))
        return code;
    if (!is_confirmed(work))
        return CHIBOCTL_REFUSED;
    lock = chiboctl_lock(work->ctl);
    if (lock && chiboctl_export_open(work->ctl, &exporting) &&
        destroy_all(work, &exporting, &number))
        code = CHIBOCTL_OK;
    chiboctl_export_close(&exporting);
    store_lock_release(lock);
    if (code == CHIBOCTL_OK && work->ctl->is_json)
        chiboctl_row(work->ctl,
                     json_pack("{s:I, s:I}", "report", (json_int_t)number,
                               "destroyed", (json_int_t)work->count),
                     NULL);
    else if (code == CHIBOCTL_OK)
        (void)printf(
            _("Destroyed: %zu. Report %llu says so: chiboctl record destroyed "
              "%llu --out FILE. Backups from before still hold it.\n"),
            work->count, (unsigned long long)number,
            (unsigned long long)number);
    return code;
}

static int run_destroy(struct chiboctl *ctl)
{
    struct destroy work = { .ctl = ctl };
    int code = CHIBOCTL_FAILED;

    if (find_due(&work))
        code = chiboctl_has(ctl, "confirm") ? run_confirmed(&work)
                                            : print_list(&work);
    release(&work);
    return code;
}

/* --- The commands -------------------------------------------------------- */

static const struct chiboctl_option destroy_options[] = {
    { "confirm", "CODE", N_("destroy the list that has this code, for good") },
    { "administrator", "NAME", N_("who destroys it, for the report") },
    { "authority", "DECISION", N_("by whose decision, for the report") },
    { NULL, NULL, NULL }
};
const struct chiboctl_command chiboctl_destroy_commands[] = {
    { "record", "destroy", "",
      N_("list what need not be kept any more by the settings; with --confirm "
         "(then chibod is stopped) destroy it, and sign a report on it"),
      destroy_options, 0, 0, run_destroy },
    { 0 }
};
