#include "client/core/journal.h"

#include "client/core/durable_file.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/encoding.h"
#include "protocol/base/text_fields.h"
#include "protocol/record/summed_text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FIRST_LINE "chibo-journal 2\n"
#define FIRST_LINE_1 "chibo-journal 1\n"
#define FIRST_WORD "chibo-journal "

/* The largest integer that every reader of JSON holds exactly. */
#define REQUEST_ID_END (UINT64_C(1) << 53)

enum {
    LINE_SIZE_MAX = 160,
    FILE_SIZE_MAX =
        (JOURNAL_LOG_MAX * (JOURNAL_SIGNED_MAX + 2) + 3) * LINE_SIZE_MAX
};

struct confirmed_head {
    uint64_t seq;
    struct hash head;
};

struct remembered_log {
    struct identifier scope;
    uint64_t seq;
    struct hash head;
    uint64_t bound;
    struct confirmed_head *confirmed; /* owned; ascending; NULL: none */
    size_t confirmed_count;
    uint64_t ended; /* nothing below is confirmed any more */
};

struct journal {
    char *path;  /* owned; NULL: in memory only */
    int lock_fd; /* holds the lock as long as it is open; -1: none */
    bool is_dirty;
    bool is_of_version_1; /* what was read */
    uint64_t next_id;
    uint64_t block_end;          /* durable: no id from here on was given out */
    struct remembered_log *logs; /* owned */
    size_t log_count;
    size_t log_capacity;
};

/* --- Writing ------------------------------------------------------------- */

static void write_line(struct byte_writer *writer, const char *line)
{
    byte_writer_text(writer, text_view_of(line));
}

static void write_log(struct byte_writer *writer,
                      const struct remembered_log *log)
{
    char line[LINE_SIZE_MAX];
    char head[HEX_SIZE(HASH_SIZE)];

    hex_encode(log->head.bytes, HASH_SIZE, head);
    (void)snprintf(line, sizeof line, "log %s %" PRIu64 " %s %" PRIu64 "\n",
                   log->scope.text, log->seq, head, log->bound);
    write_line(writer, line);
    if (log->ended) {
        (void)snprintf(line, sizeof line, "ended %s %" PRIu64 "\n",
                       log->scope.text, log->ended);
        write_line(writer, line);
    }
    for (size_t i = 0; i < log->confirmed_count; i++) {
        hex_encode(log->confirmed[i].head.bytes, HASH_SIZE, head);
        (void)snprintf(line, sizeof line, "signed %s %" PRIu64 " %s\n",
                       log->scope.text, log->confirmed[i].seq, head);
        write_line(writer, line);
    }
}

/* The file's bytes for `block_end` and the logs; ended with free(). */
static enum result encode(const struct journal *journal, uint64_t block_end,
                          uint8_t **bytes, size_t *size)
{
    struct byte_writer writer;
    char line[LINE_SIZE_MAX];
    enum result result = RESULT_OK;

    byte_writer_init(&writer, FILE_SIZE_MAX);
    write_line(&writer, FIRST_LINE);
    (void)snprintf(line, sizeof line, "request %" PRIu64 "\n", block_end);
    write_line(&writer, line);
    for (size_t i = 0; i < journal->log_count; i++)
        write_log(&writer, &journal->logs[i]);
    summed_text_end(&writer);
    result = byte_writer_take(&writer, bytes, size);
    byte_writer_release(&writer);
    return result;
}

/* Ids count as free for a new block only once this has succeeded. */
static enum result save(struct journal *journal, uint64_t block_end)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    if (journal->path)
        result = encode(journal, block_end, &bytes, &size);
    if (journal->path && !result)
        result = durable_file_replace(journal->path, bytes, size);
    free(bytes);
    if (result)
        return result;
    journal->block_end = block_end;
    journal->is_dirty = false;
    return RESULT_OK;
}

enum result journal_create(const char *path)
{
    const struct journal empty = { .lock_fd = -1 };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = encode(&empty, 1, &bytes, &size);

    if (!result)
        result = durable_file_create(path, bytes, size);
    free(bytes);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_log(struct journal *journal, struct text_fields *fields)
{
    struct identifier scope;
    struct hash head;
    uint64_t seq, bound;
    enum result result;

    if (identifier_parse(text_fields_next(fields), &scope))
        return RESULT_CORRUPT;
    seq = text_fields_number(fields);
    text_fields_hex(fields, head.bytes, HASH_SIZE);
    /* What is not known to be free is bound. */
    bound = journal->is_of_version_1 ? seq + 1 : text_fields_number(fields);
    if (!text_fields_end(fields) || bound > seq + 1)
        return RESULT_CORRUPT;
    result = journal_remember(journal, &scope, seq, &head);
    return result ? result : journal_bind(journal, &scope, bound);
}

static enum result read_confirmed(struct journal *journal,
                                  struct text_fields *fields)
{
    struct identifier scope;
    struct hash head;
    uint64_t seq;
    enum result result;

    if (identifier_parse(text_fields_next(fields), &scope))
        return RESULT_CORRUPT;
    seq = text_fields_number(fields);
    text_fields_hex(fields, head.bytes, HASH_SIZE);
    if (!text_fields_end(fields))
        return RESULT_CORRUPT;
    result = journal_confirm(journal, &scope, seq, &head);
    return result == RESULT_NO_MEMORY || !result ? result : RESULT_CORRUPT;
}

static struct remembered_log *find_log(const struct journal *journal,
                                       const struct identifier *scope);

static enum result read_ended(struct journal *journal,
                              struct text_fields *fields)
{
    struct remembered_log *log = NULL;
    struct identifier scope;
    uint64_t ended;

    if (identifier_parse(text_fields_next(fields), &scope))
        return RESULT_CORRUPT;
    ended = text_fields_number(fields);
    if (text_fields_end(fields))
        log = find_log(journal, &scope);
    if (!log || ended == 0)
        return RESULT_CORRUPT;
    log->ended = ended;
    return RESULT_OK;
}

static enum result read_line(struct journal *journal, struct text_view line)
{
    struct text_fields fields;
    struct text_view word;

    text_fields_init(&fields, line);
    word = text_fields_next(&fields);
    if (text_view_is(word, "log") && journal->block_end)
        return read_log(journal, &fields);
    if (text_view_is(word, "signed") && !journal->is_of_version_1)
        return read_confirmed(journal, &fields);
    if (text_view_is(word, "ended") && !journal->is_of_version_1)
        return read_ended(journal, &fields);
    /* Id 0 is never given out, so 0 says that the line has not come yet. */
    if (!text_view_is(word, "request") || journal->block_end)
        return RESULT_CORRUPT;
    journal->block_end = text_fields_number(&fields);
    return text_fields_end(&fields) && journal->block_end ? RESULT_OK
                                                          : RESULT_CORRUPT;
}

static bool is_line(struct text_view line, const char *with_end)
{
    return line.size == strlen(with_end) - 1 &&
           memcmp(line.data, with_end, line.size) == 0;
}

static enum result read_text(struct journal *journal, struct text_view text)
{
    struct text_view line = { NULL, 0 };
    enum result result = summed_text_check(&text);

    if (result || !text_cut(&text, '\n', &line))
        return RESULT_CORRUPT;
    journal->is_of_version_1 = is_line(line, FIRST_LINE_1);
    if (!journal->is_of_version_1 && !is_line(line, FIRST_LINE)) {
        const size_t size = sizeof FIRST_WORD - 1;

        return line.size > size && memcmp(line.data, FIRST_WORD, size) == 0
                   ? RESULT_UNSUPPORTED
                   : RESULT_CORRUPT;
    }
    while (!result && text_cut(&text, '\n', &line))
        result = read_line(journal, line);
    if (result == RESULT_NO_MEMORY)
        return result;
    if (result || text.size || !journal->block_end)
        return RESULT_CORRUPT;
    return RESULT_OK;
}

static enum result load(struct journal *journal)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        durable_file_read(journal->path, FILE_SIZE_MAX, &bytes, &size);

    if (result)
        return result == RESULT_TOO_LARGE ? RESULT_CORRUPT : result;
    result = read_text(journal, (struct text_view){ (char *)bytes, size });
    free(bytes);
    /* The rest of the block that was open is lost on purpose. */
    journal->next_id = journal->block_end;
    journal->is_dirty = false;
    return result;
}

/*
 * The lock lies on a file of its own, because saving puts another file in the
 * journal's place. It stays behind: removing it would let two in.
 */
static enum result take_lock(struct journal *journal)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s.lock", journal->path);

    if (length < 0 || length >= PATH_MAX)
        return RESULT_INVALID;
    journal->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (journal->lock_fd < 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    if (flock(journal->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return RESULT_OK;
    return errno == EWOULDBLOCK ? RESULT_BUSY : RESULT_IO;
}

enum result journal_open(struct journal **out, const char *path)
{
    struct journal *journal = calloc(1, sizeof *journal);
    enum result result = RESULT_NO_MEMORY;

    if (!journal)
        return result;
    journal->lock_fd = -1;
    journal->next_id = journal->block_end = 1;
    if (!path) {
        *out = journal;
        return RESULT_OK;
    }
    journal->block_end = 0;
    journal->path = strdup(path);
    if (!journal->path)
        goto fail;
    result = take_lock(journal);
    if (result)
        goto fail;
    result = load(journal);
    if (result)
        goto fail;
    *out = journal;
    return RESULT_OK;

fail:
    journal_free(journal);
    return result;
}

struct journal *journal_free(struct journal *journal)
{
    if (!journal)
        return NULL;
    /* Nothing is written through this descriptor; closing it unlocks. */
    if (journal->lock_fd >= 0)
        (void)close(journal->lock_fd);
    for (size_t i = 0; i < journal->log_count; i++)
        free(journal->logs[i].confirmed);
    free(journal->logs);
    free(journal->path);
    free(journal);
    return NULL;
}

/* --- Ids and heads ------------------------------------------------------- */

enum result journal_next_request_id(struct journal *journal, uint64_t *out)
{
    if (journal->next_id >= REQUEST_ID_END - JOURNAL_BLOCK_SIZE)
        return RESULT_FULL;
    if (journal->next_id == journal->block_end) {
        const enum result result =
            save(journal, journal->next_id + JOURNAL_BLOCK_SIZE);

        if (result)
            return result;
    }
    assert(journal->next_id < journal->block_end);
    *out = journal->next_id++;
    return RESULT_OK;
}

static struct remembered_log *find_log(const struct journal *journal,
                                       const struct identifier *scope)
{
    for (size_t i = 0; i < journal->log_count; i++)
        if (identifier_equal(&journal->logs[i].scope, scope))
            return &journal->logs[i];
    return NULL;
}

static enum result append_log(struct journal *journal,
                              const struct remembered_log *log)
{
    if (journal->log_count == JOURNAL_LOG_MAX)
        return RESULT_FULL;
    if (journal->log_count == journal->log_capacity) {
        const size_t capacity =
            journal->log_capacity ? 2 * journal->log_capacity : 8;
        struct remembered_log *grown =
            realloc(journal->logs, capacity * sizeof *grown);

        if (!grown)
            return RESULT_NO_MEMORY;
        journal->logs = grown;
        journal->log_capacity = capacity;
    }
    journal->logs[journal->log_count++] = *log;
    return RESULT_OK;
}

enum result journal_remember(struct journal *journal,
                             const struct identifier *scope, uint64_t seq,
                             const struct hash *head)
{
    const struct remembered_log log = { .scope = *scope,
                                        .seq = seq,
                                        .head = *head };
    struct remembered_log *known = find_log(journal, scope);

    if (!known) {
        const enum result result = append_log(journal, &log);

        if (!result)
            journal->is_dirty = true;
        return result;
    }
    if (seq < known->seq ||
        (seq == known->seq && !hash_equal(head, &known->head)))
        return RESULT_INVALID;
    if (seq > known->seq) {
        known->seq = seq;
        known->head = *head;
        journal->is_dirty = true;
    }
    return RESULT_OK;
}

enum result journal_recall(const struct journal *journal,
                           const struct identifier *scope, uint64_t *seq,
                           struct hash *head)
{
    const struct remembered_log *known = find_log(journal, scope);

    if (!known)
        return RESULT_NOT_FOUND;
    *seq = known->seq;
    *head = known->head;
    return RESULT_OK;
}

enum result journal_rewind(struct journal *journal,
                           const struct identifier *scope, uint64_t seq,
                           const struct hash *head)
{
    struct remembered_log *known = find_log(journal, scope);

    if (!known)
        return RESULT_NOT_FOUND;
    if (seq > known->seq ||
        (seq == known->seq && !hash_equal(head, &known->head)))
        return RESULT_INVALID;
    if (seq < known->seq) {
        known->seq = seq;
        known->head = *head;
        if (known->bound > seq + 1)
            known->bound = seq + 1;
        journal->is_dirty = true;
    }
    return RESULT_OK;
}

/* --- What is bound, and what this device confirmed ------------------------ */

enum result journal_bind(struct journal *journal,
                         const struct identifier *scope, uint64_t next)
{
    struct remembered_log *known = find_log(journal, scope);

    if (!known)
        return RESULT_NOT_FOUND;
    if (next > known->bound) {
        known->bound = next;
        journal->is_dirty = true;
    }
    return RESULT_OK;
}

uint64_t journal_bound(const struct journal *journal,
                       const struct identifier *scope)
{
    const struct remembered_log *known = find_log(journal, scope);

    return known ? known->bound : 0;
}

/* The place of the first one at `seq` or behind it. */
static size_t confirmed_place(const struct remembered_log *log, uint64_t seq)
{
    size_t place = 0;

    while (place < log->confirmed_count && log->confirmed[place].seq < seq)
        place++;
    return place;
}

static bool is_confirmed(const struct remembered_log *log, uint64_t seq)
{
    const size_t place = confirmed_place(log, seq);

    return place < log->confirmed_count && log->confirmed[place].seq == seq;
}

static enum result insert_confirmed(struct remembered_log *log, uint64_t seq,
                                    const struct hash *head)
{
    size_t place = confirmed_place(log, seq);

    if (!log->confirmed) {
        log->confirmed = calloc(JOURNAL_SIGNED_MAX, sizeof *log->confirmed);
        if (!log->confirmed)
            return RESULT_NO_MEMORY;
    }
    if (log->confirmed_count == JOURNAL_SIGNED_MAX) {
        if (place == 0)
            return RESULT_INVALID;
        place--;
        log->confirmed_count--;
        memmove(&log->confirmed[0], &log->confirmed[1],
                log->confirmed_count * sizeof *log->confirmed);
    }
    memmove(&log->confirmed[place + 1], &log->confirmed[place],
            (log->confirmed_count - place) * sizeof *log->confirmed);
    log->confirmed[place] = (struct confirmed_head){ seq, *head };
    log->confirmed_count++;
    return RESULT_OK;
}

enum result journal_confirm(struct journal *journal,
                            const struct identifier *scope, uint64_t seq,
                            const struct hash *head)
{
    struct remembered_log *known = find_log(journal, scope);
    enum result result;

    if (!known)
        return RESULT_NOT_FOUND;
    if (is_confirmed(known, seq))
        return hash_equal(&known->confirmed[confirmed_place(known, seq)].head,
                          head)
                   ? RESULT_OK
                   : RESULT_INVALID;
    if (seq < known->ended)
        return RESULT_INVALID;
    result = insert_confirmed(known, seq, head);
    if (!result)
        journal->is_dirty = true;
    return result;
}

bool journal_has_confirmed(const struct journal *journal,
                           const struct identifier *scope, uint64_t seq)
{
    const struct remembered_log *known = find_log(journal, scope);

    return known && is_confirmed(known, seq);
}

void journal_end_confirming(struct journal *journal,
                            const struct identifier *scope)
{
    struct remembered_log *known = find_log(journal, scope);

    if (!known || known->confirmed_count == 0)
        return;
    if (known->confirmed[known->confirmed_count - 1].seq >= known->ended)
        known->ended = known->confirmed[known->confirmed_count - 1].seq + 1;
    free(known->confirmed);
    known->confirmed = NULL;
    known->confirmed_count = 0;
    journal->is_dirty = true;
}

size_t journal_log_count(const struct journal *journal)
{
    return journal->log_count;
}

void journal_log_at(const struct journal *journal, size_t i,
                    struct identifier *scope, uint64_t *seq, struct hash *head)
{
    assert(i < journal->log_count);
    *scope = journal->logs[i].scope;
    *seq = journal->logs[i].seq;
    *head = journal->logs[i].head;
}

enum result journal_save(struct journal *journal)
{
    return journal->is_dirty ? save(journal, journal->block_end) : RESULT_OK;
}
