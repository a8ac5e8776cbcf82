#include "client/core/anchor_store.h"

#include "client/core/durable_file.h"
#include "protocol/base/limits.h"
#include "protocol/record/anchor_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct anchor_paths {
    char file[PATH_MAX];
    char older[PATH_MAX];
    char damaged[PATH_MAX];
};

struct anchor_store {
    struct anchor_paths *paths; /* owned; NULL: in memory only */
    struct anchors anchors;
    uint8_t *in_place; /* owned: what the file holds; NULL: there is none */
    size_t in_place_size;
    bool is_damaged; /* what is in place could not be read */
    bool is_saved;   /* up to this state: */
    uint64_t saved_changes;
};

/* --- Reading ------------------------------------------------------------- */

/* A file as it was read. */
struct reading {
    uint8_t *bytes; /* owned */
    size_t size;
    struct anchors anchors;
};

typedef enum result (*read_fn)(const char *path, size_t size_max, uint8_t **out,
                               size_t *size);

/* On RESULT_OK both parts of `out` are the caller's. */
static enum result read_with(read_fn read, const char *path,
                             struct reading *out)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = read(path, LIMIT_ANCHOR_FILE_SIZE, &bytes, &size);

    if (result)
        return result;
    result = anchor_file_parse((struct text_view){ (const char *)bytes, size },
                               &out->anchors);
    if (result) {
        free(bytes);
        return result;
    }
    out->bytes = bytes;
    out->size = size;
    return RESULT_OK;
}

enum result anchor_store_read_file(const char *path, struct anchors *out)
{
    struct reading reading;
    const enum result result = read_with(durable_file_read_any, path, &reading);

    if (result)
        return result;
    free(reading.bytes);
    *out = reading.anchors;
    return RESULT_OK;
}

static bool join(char out[PATH_MAX], const char *path, const char *ending)
{
    const int length = snprintf(out, PATH_MAX, "%s%s", path, ending);

    return length > 0 && length < PATH_MAX;
}

static bool make_paths(struct anchor_paths *out, const char *path)
{
    return join(out->file, path, "") && join(out->older, path, ".old") &&
           join(out->damaged, path, ".damaged");
}

/* Could the file be read from its older version? What keeps us from looking,
 * and a later version, is no damage. */
static bool is_damage(enum result result)
{
    return result == RESULT_NOT_FOUND || result == RESULT_MALFORMED ||
           result == RESULT_TRUNCATED || result == RESULT_CORRUPT ||
           result == RESULT_TOO_LARGE;
}

/*
 * Reads the file, or the version before it; `*damage` says why not the file,
 * RESULT_OK if it was. RESULT_NOT_FOUND: there is neither.
 */
static enum result read_either(const struct anchor_paths *paths,
                               struct reading *out, enum result *damage)
{
    enum result result = read_with(durable_file_read, paths->file, out);

    *damage = result;
    if (!is_damage(result))
        return result;
    /* No more is known of what is too large. */
    if (result == RESULT_TOO_LARGE)
        *damage = RESULT_CORRUPT;
    result = read_with(durable_file_read, paths->older, out);
    if (result == RESULT_NOT_FOUND && *damage == RESULT_NOT_FOUND)
        return result;
    return is_damage(result) || result == RESULT_INVALID ? RESULT_CORRUPT
                                                         : result;
}

enum result anchor_store_read(const char *path, struct anchors *out,
                              bool *older)
{
    struct anchor_paths paths;
    struct reading reading;
    enum result damage = RESULT_OK;
    enum result result = RESULT_INVALID;

    if (!make_paths(&paths, path))
        return result;
    result = read_either(&paths, &reading, &damage);
    if (result)
        return result;
    free(reading.bytes);
    *out = reading.anchors;
    *older = damage != RESULT_OK;
    return RESULT_OK;
}

/* --- Opening ------------------------------------------------------------- */

enum result anchor_store_create(const char *path,
                                const struct identifier *organisation,
                                const struct key *device)
{
    struct identifier parsed;
    struct anchors anchors;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    if (identifier_parse(identifier_view(organisation), &parsed))
        return RESULT_INVALID;
    anchors_init(&anchors, organisation);
    result = anchors_note_device(&anchors, device, ANCHOR_DEVICE_ADDED);
    if (!result)
        result = anchor_file_encode(&anchors, &bytes, &size);
    if (!result)
        result = durable_file_create(path, bytes, size);
    free(bytes);
    anchors_release(&anchors);
    return result;
}

/* The journal keeps another head: one of the two files is of another story. */
static enum result raise_alarm(struct anchors *anchors,
                               const struct identifier *scope, uint64_t seq,
                               const struct hash *head,
                               const struct anchor_side *ours)
{
    const struct anchor_alarm alarm = { .reason = { ANCHOR_ALARM_FORK },
                                        .seq = seq,
                                        .ours = *ours,
                                        .theirs = { .head = *head } };
    const enum result result = anchors_add_alarm(anchors, scope, &alarm);

    /* All the alarms that it may have: it is in alarm. */
    return result == RESULT_FULL ? RESULT_OK : result;
}

/* Takes over one head that the journal remembers, or raises an alarm. */
static enum result compare_log(struct anchors *anchors,
                               const struct identifier *scope, uint64_t seq,
                               const struct hash *head,
                               struct anchor_store_report *report)
{
    const struct anchor_log *log = anchors_find(anchors, scope);
    struct anchor_side ours;
    enum result result = RESULT_OK;

    /* Where events were lost, a journal may lag behind on either side. */
    if (log && log->lost_count)
        return RESULT_OK;
    if (anchors_check_head(anchors, scope, seq, head, &ours) ==
        ANCHOR_CHECK_CONTRADICTS) {
        report->contradicting_count++;
        return raise_alarm(anchors, scope, seq, head, &ours);
    }
    if (log && log->has_last && log->last.seq >= seq)
        return RESULT_OK;
    report->behind_count++;
    result = anchors_note_last(anchors, scope, seq, head);
    /* What has no place is not kept; the journal still has it. */
    return result == RESULT_FULL ? RESULT_OK : result;
}

static enum result compare_with_journal(struct anchors *anchors,
                                        const struct journal *journal,
                                        struct anchor_store_report *report)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; !result && i < journal_log_count(journal); i++) {
        struct identifier scope;
        struct hash head;
        uint64_t seq = 0;

        journal_log_at(journal, i, &scope, &seq, &head);
        result = compare_log(anchors, &scope, seq, &head, report);
    }
    return result;
}

static enum result load(struct anchor_store *store,
                        const struct identifier *organisation, bool is_used,
                        struct anchor_store_report *report)
{
    struct reading reading;
    enum result result = read_either(store->paths, &reading, &report->damage);

    if (result == RESULT_NOT_FOUND) {
        report->origin = is_used ? ANCHOR_STORE_REMOVED : ANCHOR_STORE_FIRST;
        return RESULT_OK;
    }
    if (result)
        return result;
    anchors_release(&store->anchors);
    store->anchors = reading.anchors;
    store->in_place = reading.bytes;
    store->in_place_size = reading.size;
    if (!identifier_equal(&store->anchors.organisation, organisation))
        return RESULT_REFUSED;
    report->origin = report->damage ? ANCHOR_STORE_OLDER : ANCHOR_STORE_WHOLE;
    store->is_damaged = report->damage && report->damage != RESULT_NOT_FOUND;
    store->is_saved = report->damage == RESULT_OK;
    return RESULT_OK;
}

static enum result set_up(struct anchor_store *store, const char *path,
                          const struct journal *journal,
                          const struct identifier *organisation,
                          struct anchor_store_report *report)
{
    enum result result = RESULT_OK;

    if (path) {
        store->paths = malloc(sizeof *store->paths);
        if (!store->paths)
            return RESULT_NO_MEMORY;
        if (!make_paths(store->paths, path))
            return RESULT_INVALID;
        result = load(store, organisation,
                      journal && journal_log_count(journal) > 0, report);
    }
    if (!result && journal)
        result = compare_with_journal(&store->anchors, journal, report);
    return result;
}

enum result anchor_store_open(struct anchor_store **out, const char *path,
                              const struct journal *journal,
                              const struct identifier *organisation,
                              struct anchor_store_report *report)
{
    struct anchor_store_report made = { .origin = ANCHOR_STORE_FIRST };
    struct anchor_store *store = calloc(1, sizeof *store);
    enum result result = RESULT_OK;

    if (!store)
        return RESULT_NO_MEMORY;
    anchors_init(&store->anchors, organisation);
    result = set_up(store, path, journal, organisation, &made);
    if (result) {
        anchor_store_free(store);
        return result;
    }
    *out = store;
    *report = made;
    return RESULT_OK;
}

struct anchor_store *anchor_store_free(struct anchor_store *store)
{
    if (!store)
        return NULL;
    anchors_release(&store->anchors);
    free(store->in_place);
    free(store->paths);
    free(store);
    return NULL;
}

struct anchors *anchor_store_anchors(struct anchor_store *store)
{
    return &store->anchors;
}

/* --- A new device -------------------------------------------------------- */

static enum result welcome(struct anchors *anchors, const struct key *device)
{
    anchors_forget_server(anchors);
    return anchors_note_device(anchors, device, ANCHOR_DEVICE_ADDED);
}

enum result anchor_store_adopt(const char *path,
                               const struct identifier *organisation,
                               const struct key *device)
{
    struct anchor_store_report report;
    struct anchor_store *store = NULL;
    enum result result =
        anchor_store_open(&store, path, NULL, organisation, &report);

    if (!result && report.origin == ANCHOR_STORE_FIRST)
        result = RESULT_NOT_FOUND;
    if (!result)
        result = welcome(&store->anchors, device);
    if (!result)
        result = anchor_store_save(store);
    anchor_store_free(store);
    return result;
}

enum result anchor_store_inherit(const char *path, const char *from,
                                 const struct identifier *organisation,
                                 const struct key *device)
{
    struct anchors anchors;
    uint8_t *bytes = NULL;
    size_t size = 0;
    bool older = false;
    enum result result = anchor_store_read(from, &anchors, &older);

    if (result)
        return result;
    if (!identifier_equal(&anchors.organisation, organisation))
        result = RESULT_REFUSED;
    if (!result)
        result = welcome(&anchors, device);
    if (!result)
        result = anchor_file_encode(&anchors, &bytes, &size);
    if (!result)
        result = durable_file_create(path, bytes, size);
    free(bytes);
    anchors_release(&anchors);
    return result;
}

/* --- Saving -------------------------------------------------------------- */

/* Keeps what is in place from being written over. */
static enum result put_aside(struct anchor_store *store)
{
    if (store->is_damaged) {
        if (rename(store->paths->file, store->paths->damaged) != 0 &&
            errno != ENOENT)
            return RESULT_IO;
        store->is_damaged = false;
        return RESULT_OK;
    }
    if (!store->in_place)
        return RESULT_OK;
    return durable_file_replace(store->paths->older, store->in_place,
                                store->in_place_size);
}

enum result anchor_store_save(struct anchor_store *store)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    if (!store->paths ||
        (store->is_saved && store->saved_changes == store->anchors.changes))
        return RESULT_OK;
    result = anchor_file_encode(&store->anchors, &bytes, &size);
    if (!result)
        result = put_aside(store);
    if (!result)
        result = durable_file_replace(store->paths->file, bytes, size);
    if (result) {
        free(bytes);
        return result;
    }
    free(store->in_place);
    store->in_place = bytes;
    store->in_place_size = size;
    store->is_saved = true;
    store->saved_changes = store->anchors.changes;
    return RESULT_OK;
}
