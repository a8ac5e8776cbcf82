/* The archive: the meetings that are in it, and what was said in them. */
#include "server/archive/archive_query.h"
#include "protocol/program/result_words.h"
#include "server/archive/archive_refresh.h"
#include "server/control/chiboctl_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- Opening ------------------------------------------------------------- */

static bool fail_at(const char *path, enum result result)
{
    if (result == RESULT_BUSY)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("%s: another chiboctl is at work on the archive"),
                      path);
    else
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path,
                      result == RESULT_IO && errno != 0 ? system_words(errno)
                                                        : result_words(result));
    return false;
}

/* The database may be missing: an archive can be kept without a server. */
static bool open_database(struct chiboctl *ctl, struct chiboctl_archive *out)
{
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    enum result result = store_sqlite_open(
        &out->sqlite, ctl->config.database_path, STORE_SQLITE_READ);

    if (result == RESULT_NOT_FOUND)
        return true;
    if (result == RESULT_OK)
        result = store_sqlite_list_logs(out->sqlite, &logs, &count);
    if (result == RESULT_OK && count > 0)
        out->organisation = logs[0].id;
    free(logs);
    return result == RESULT_OK ||
           chiboctl_fail_database(ctl->config.database_path,
                                  ctl->config.database_path,
                                  result) == CHIBOCTL_OK;
}

bool chiboctl_archive_open(struct chiboctl *ctl, struct chiboctl_archive *out)
{
    enum result result;

    *out = (struct chiboctl_archive){ .folder = NULL };
    if (!chiboctl_load_config(ctl) ||
        !chiboctl_become_owner(ctl->config.data_directory))
        return false;
    errno = 0;
    result = archive_folder_open(&out->folder, ctl->config.archive_directory);
    if (result != RESULT_OK)
        return fail_at(ctl->config.archive_directory, result);
    return open_database(ctl, out);
}

void chiboctl_archive_close(struct chiboctl_archive *archive)
{
    archive_index_close(archive->index);
    store_sqlite_close(archive->sqlite);
    archive_folder_close(archive->folder);
}

static void on_unreadable(const char *name, enum result result, void *user)
{
    (void)user;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("%s cannot be read (%s): see chiboctl "
                    "record verify --all"),
                  name, result_words(result));
}

static bool refresh(struct chiboctl_archive *archive, size_t *count)
{
    const char *path = archive_folder_index(archive->folder);
    struct archive_refresh work = { .folder = archive->folder,
                                    .sqlite = archive->sqlite,
                                    .on_unreadable = on_unreadable };
    enum result result = RESULT_OK;

    errno = 0;
    if (!archive->index)
        result = archive_index_open(&archive->index, path);
    work.index = archive->index;
    if (result == RESULT_OK)
        result = archive_refresh_run(&work);
    *count = work.read_count;
    return result == RESULT_OK || fail_at(path, result);
}

bool chiboctl_archive_refresh(struct chiboctl *ctl,
                              struct chiboctl_archive *archive)
{
    size_t count;

    (void)ctl; /* what is told needs no option */
    return refresh(archive, &count);
}

/* --- What can be read on a terminal -------------------------------------- */

char *chiboctl_archive_plain(const char *text)
{
    char *copy = strdup(text);
    size_t i;

    for (i = 0; copy && copy[i]; i++) {
        const unsigned char c = (unsigned char)copy[i];
        const bool is_c1 = c == 0xc2 && (unsigned char)copy[i + 1] >= 0x80 &&
                           (unsigned char)copy[i + 1] < 0xa0;

        if (c < ' ' || c == 0x7f)
            copy[i] = ' ';
        else if (is_c1)
            copy[i] = copy[i + 1] = '?';
    }
    return copy;
}

static const char *origin_word(enum archive_origin origin)
{
    return origin == ARCHIVE_IMPORTED ? N_("imported") : N_("of this server");
}

static const char *kind_word(enum meeting_kind kind)
{
    return enum_word(&meeting_kind_words, (int)kind);
}

static json_t *row_of(const struct chiboctl *ctl, const struct archive_row *row)
{
    const struct archive_meeting *meeting = &row->meeting;
    char hash[HEX_SIZE(HASH_SIZE)];

    hex_encode(row->source.hash.bytes, HASH_SIZE, hash);
    return json_pack(
        "{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I,"
        " s:s, s:s, s:s, s:o}",
        "meeting", meeting->id.text, "organisation", meeting->organisation.text,
        "starts_at", chiboctl_time(ctl, meeting->starts_at_ms, meeting->zone),
        "zone", meeting->zone, "cell", meeting->unit, "kind",
        kind_word(meeting->kind) ? kind_word(meeting->kind) : "", "title",
        meeting->title, "place", meeting->venue, "origin",
        row->source.origin == ARCHIVE_IMPORTED ? "imported" : "server",
        "closed", (int)meeting->is_closed, "signed", (int)meeting->is_signed,
        "events", (json_int_t)meeting->event_count, "size",
        (json_int_t)row->source.size, "level", row->source.level, "hash", hash,
        "name", row->source.name, "number",
        meeting->minutes_number > 0
            ? json_integer((json_int_t)meeting->minutes_number)
            : json_null());
}

/* --- Listing ------------------------------------------------------------- */

struct listing {
    const struct chiboctl *ctl;
    size_t count;
};

static enum result print_row(const struct chiboctl *ctl,
                             const struct archive_row *row)
{
    const struct archive_meeting *meeting = &row->meeting;
    static const int widths[] = { 16, 14, 22, 22, 12, 7, 9, 12, 14, 0 };
    char *unit = chiboctl_archive_plain(meeting->unit);
    char *title = chiboctl_archive_plain(meeting->title);
    const bool is_whole = unit && title;
    char hash[HEX_SIZE(HASH_SIZE)], number[32] = "";
    const char *kind = kind_word(meeting->kind);

    hex_encode(row->source.hash.bytes, HASH_SIZE, hash);
    hash[12] = '\0';
    if (meeting->minutes_number > 0)
        (void)snprintf(number, sizeof number, _("no. %02llu"),
                       (unsigned long long)meeting->minutes_number);
    if (is_whole)
        chiboctl_row(
            ctl,
            json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}",
                      "starts_at",
                      chiboctl_time(ctl, meeting->starts_at_ms, meeting->zone),
                      "origin", _(origin_word(row->source.origin)), "cell",
                      unit, "kind", kind ? _(kind) : "", "signed",
                      meeting->is_signed ? _("signed") : _("not signed"),
                      "number", number, "size", (json_int_t)row->source.size,
                      "hash", hash, "meeting", meeting->id.text, "title",
                      title),
            widths);
    free(unit);
    free(title);
    return is_whole ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result on_row(const struct archive_row *row, void *user)
{
    struct listing *listing = user;

    listing->count++;
    if (listing->ctl->is_json)
        chiboctl_row(listing->ctl, row_of(listing->ctl, row), NULL);
    else
        return print_row(listing->ctl, row);
    return RESULT_OK;
}

static int run_list(struct chiboctl *ctl)
{
    struct chiboctl_archive archive;
    struct listing listing = { .ctl = ctl };
    int code = CHIBOCTL_FAILED;
    enum result result;

    if (chiboctl_archive_open(ctl, &archive) &&
        chiboctl_archive_refresh(ctl, &archive)) {
        result = archive_index_list(archive.index, on_row, &listing);
        code = result == RESULT_OK ? CHIBOCTL_OK : CHIBOCTL_FAILED;
        if (result != RESULT_OK)
            fail_at(archive_folder_index(archive.folder), result);
        else if (listing.count == 0 && !ctl->is_json)
            (void)puts(_("There is no meeting in the archive."));
    }
    chiboctl_archive_close(&archive);
    return code;
}

/* --- Searching ----------------------------------------------------------- */

enum { LIMIT_USUAL = 50, LIMIT_MAX = 10000 };

struct search {
    const struct chiboctl *ctl;
    uint64_t shown;
};

static const char *place_words(const char *place)
{
    static const struct {
        const char *word, *words;
    } rows[] = {
        { "title", N_("title of the meeting") },
        { "venue", N_("place of the meeting") },
        { "agenda", N_("agenda") },
        { "document", N_("name of a document") },
        { "motion", N_("motion") },
        { "entry", N_("entry of the minutes") },
        { "minutes", N_("fact in the minutes") },
        { "task", N_("task") },
        { "objection", N_("objection") },
        { "election", N_("election") },
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].word, place) == 0)
            return _(rows[i].words);
    return place;
}

static enum result print_hit(const struct chiboctl *ctl,
                             const struct archive_hit *hit)
{
    const struct archive_meeting *meeting = &hit->row.meeting;
    json_t *when = chiboctl_time(ctl, meeting->starts_at_ms, meeting->zone);
    char *texts[] = { chiboctl_archive_plain(meeting->unit),
                      chiboctl_archive_plain(meeting->title),
                      chiboctl_archive_plain(meeting->venue),
                      chiboctl_archive_plain(hit->snippet) };
    bool is_whole = when != NULL;
    size_t i;

    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        is_whole = is_whole && texts[i];
    if (is_whole) {
        (void)printf("%s  %s  %s  (%s)\n", json_string_value(when), texts[0],
                     texts[1], meeting->id.text);
        (void)printf(_("    %s, event %llu, at: %s\n"), place_words(hit->place),
                     (unsigned long long)hit->seq, texts[2]);
        (void)printf("    %s\n", texts[3]);
    }
    json_decref(when);
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    return is_whole ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result on_hit(const struct archive_hit *hit, void *user)
{
    struct search *search = user;
    json_t *row;

    search->shown++;
    if (!search->ctl->is_json)
        return print_hit(search->ctl, hit);
    row = row_of(search->ctl, &hit->row);
    if (!row || json_object_set_new(row, "where", json_string(hit->place)) ||
        json_object_set_new(row, "event", json_integer((json_int_t)hit->seq)) ||
        json_object_set_new(row, "snippet", json_string(hit->snippet))) {
        json_decref(row);
        return RESULT_NO_MEMORY;
    }
    chiboctl_row(search->ctl, row, NULL);
    return RESULT_OK;
}

static bool make_query(struct chiboctl *ctl, char **out)
{
    size_t bad = 0;
    const enum result result = archive_query_make(
        (const char *const *)ctl->arguments, ctl->argument_count, out, &bad);

    if (result == RESULT_OK)
        return true;
    if (result == RESULT_INVALID)
        chiboctl_fail(CHIBOCTL_FAILED, _("\"%s\" has no word in it"),
                      ctl->arguments[bad]);
    else if (result == RESULT_TOO_LARGE)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("too many words: at most %d phrases, %d bytes"),
                      (int)ARCHIVE_QUERY_PHRASES, (int)ARCHIVE_QUERY_SIZE);
    else
        chiboctl_fail(CHIBOCTL_FAILED, "%s", result_words(result));
    return false;
}

static bool read_limit(const struct chiboctl *ctl, uint64_t *out)
{
    const char *text = chiboctl_option(ctl, "limit");
    uint64_t limit = 0;
    const char *c;

    *out = LIMIT_USUAL;
    if (!text)
        return true;
    for (c = text; *c >= '0' && *c <= '9' && limit <= LIMIT_MAX; c++)
        limit = 10 * limit + (uint64_t)(*c - '0');
    if (*c == '\0' && limit >= 1 && limit <= LIMIT_MAX) {
        *out = limit;
        return true;
    }
    chiboctl_fail(CHIBOCTL_FAILED, _("--limit takes 1 to %d"), (int)LIMIT_MAX);
    return false;
}

static void say_found(const struct search *search, uint64_t total)
{
    if (search->ctl->is_json)
        return;
    if (total == 0)
        (void)puts(_("Nothing was found."));
    else if (total > search->shown)
        (void)printf(_("%llu texts were found, the first %llu are shown: see "
                       "--limit\n"),
                     (unsigned long long)total,
                     (unsigned long long)search->shown);
    else
        (void)printf(_("%llu texts were found\n"), (unsigned long long)total);
}

static int run_search(struct chiboctl *ctl)
{
    struct chiboctl_archive archive = { .folder = NULL };
    struct search search = { .ctl = ctl };
    char *query = NULL;
    uint64_t limit, total = 0;
    int code = CHIBOCTL_FAILED;
    enum result result;

    if (make_query(ctl, &query) && read_limit(ctl, &limit) &&
        chiboctl_archive_open(ctl, &archive) &&
        chiboctl_archive_refresh(ctl, &archive)) {
        result = archive_index_search(archive.index, query, limit, on_hit,
                                      &search, &total);
        code = result == RESULT_OK ? CHIBOCTL_OK : CHIBOCTL_FAILED;
        if (result == RESULT_OK)
            say_found(&search, total);
        else
            fail_at(archive_folder_index(archive.folder), result);
    }
    free(query);
    chiboctl_archive_close(&archive);
    return code;
}

/* --- The index ----------------------------------------------------------- */

static int run_index(struct chiboctl *ctl)
{
    struct chiboctl_archive archive = { .folder = NULL };
    size_t count = 0;
    int code = CHIBOCTL_FAILED;

    errno = 0;
    if (chiboctl_archive_open(ctl, &archive)) {
        const char *path = archive_folder_index(archive.folder);
        const enum result result = archive_index_remove(path);

        if (result != RESULT_OK)
            fail_at(path, result);
        else if (refresh(&archive, &count))
            code = CHIBOCTL_OK;
    }
    chiboctl_archive_close(&archive);
    if (code == CHIBOCTL_OK && ctl->is_json)
        (void)printf("{\"meetings\":%zu}\n", count);
    else if (code == CHIBOCTL_OK)
        (void)printf(_("the index was made anew of %zu meetings\n"), count);
    return code;
}

/* --- The commands -------------------------------------------------------- */

static const struct chiboctl_option search_options[] = {
    { "limit", "N", N_("how many texts are shown (50)") }, { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_archive_commands[] = {
    { "record", "list", "",
      N_("the meetings of this server, and the records that were imported"),
      NULL, 0, 0, run_list },
    { "record", "search", "WORDS...",
      N_("find texts of meetings that have all words; words in quotes are a "
         "phrase"),
      search_options, 1, CHIBOCTL_ARGUMENTS_MAX, run_search },
    { "record", "index", "", N_("make the index of the search anew"), NULL, 0,
      0, run_index },
    { 0 }
};
