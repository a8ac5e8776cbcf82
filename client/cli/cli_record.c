#include "client/cli/cli_record.h"

#include "client/cli/cli_options.h"
#include "client/cli/cli_text.h"
#include "protocol/base/limits.h"
#include "protocol/program/result_words.h"
#include "protocol/record/hash_chain.h"
#include "protocol/wire/field.h"
#include "protocol/wire/json_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool cli_record_is_one(const char *path)
{
    FILE *file = fopen(path, "re");
    int first = EOF;

    if (!file)
        return false;
    first = getc(file);
    (void)fclose(file);
    return first == '{';
}

/* --- Which log? ---------------------------------------------------------- */

static bool read_scope(const json_t *genesis, struct identifier *out)
{
    const json_t *ev = json_object_get(genesis, "ev");
    const json_t *scope = json_object_get(genesis, "meeting");

    if (!scope)
        scope = json_object_get(genesis, "organisation");
    return json_is_string(ev) && json_is_string(scope) &&
           strcmp(json_string_value(ev), "genesis") == 0 &&
           identifier_parse(text_view_of(json_string_value(scope)), out) ==
               RESULT_OK;
}

/* The first event names the log. */
static bool take_genesis(const char *line, size_t size, struct identifier *out)
{
    json_t *genesis = NULL;
    bool is_good = false;

    if (message_parse(line, size, &genesis))
        return false;
    is_good = read_scope(genesis, out);
    json_decref(genesis);
    return is_good;
}

/* --- Event by event ------------------------------------------------------ */

static const struct anchor_lost *
find_lost(const struct anchor_log *log, uint64_t seq, const struct hash *head)
{
    for (size_t i = 0; i < log->lost_count; i++)
        if (log->lost[i].seq == seq &&
            hash_equal(&log->lost[i].side.head, head))
            return &log->lost[i];
    return NULL;
}

static void take_contradiction(struct cli_record_check *check, uint64_t seq,
                               const struct hash *head,
                               const struct anchor_side *ours)
{
    if (check->has_contradiction)
        return;
    check->has_contradiction = true;
    check->seq = seq;
    check->ours = *ours;
    check->theirs = (struct anchor_side){ .head = *head };
}

static void take_head(struct cli_record_check *check,
                      const struct anchor_log *log, uint64_t seq,
                      const struct hash *head)
{
    struct anchor_side ours;
    const struct anchor_lost *lost = NULL;

    switch (anchor_log_check(log, seq, head, &ours)) {
    case ANCHOR_CHECK_UNKNOWN:
        break;
    case ANCHOR_CHECK_AGREES:
        check->has_agreed = true;
        check->agreed_seq = seq;
        break;
    case ANCHOR_CHECK_LOST:
        lost = find_lost(log, seq, head);
        if (lost) {
            check->has_lost = true;
            check->lost_from = lost->from;
        }
        break;
    case ANCHOR_CHECK_CONTRADICTS:
        take_contradiction(check, seq, head, &ours);
        break;
    }
}

/* The leaf of a line: of its bytes, or the one that stands for a hidden event.
 */
static bool read_leaf(const char *line, size_t size, uint64_t seq,
                      struct hash *out)
{
    static const char hidden[] = "{\"hidden\":";
    uint64_t number = 0;
    json_t *object = NULL;
    bool is_good = false;

    if (size < sizeof hidden || memcmp(line, hidden, sizeof hidden - 1) != 0) {
        *out = hash_chain_leaf(line, size);
        return true;
    }
    if (message_parse(line, size, &object))
        return false;
    is_good = json_read_number(object, "hidden", &number) && number == seq &&
              json_read_hex(object, "leaf", out->bytes, HASH_SIZE);
    json_decref(object);
    return is_good;
}

static bool is_event(const char *line, size_t size)
{
    return line[size] == '\n' && size > 0 && size <= LIMIT_EVENT_SIZE &&
           line[0] == '{';
}

/* Computes the chain; false if a line is no event. */
static bool take_lines(FILE *file, const struct anchors *anchors,
                       struct cli_record_check *check)
{
    const struct anchor_log *log = NULL;
    struct hash head;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t read = 0;
    bool is_good = true;

    while (is_good && (read = getline(&line, &capacity, file)) > 0) {
        const size_t size = (size_t)read - 1;
        struct hash leaf;

        is_good = is_event(line, size) &&
                  read_leaf(line, size, check->count, &leaf) &&
                  (check->count || take_genesis(line, size, &check->log));
        if (!is_good)
            break;
        if (check->count == 0)
            log = anchors_find(anchors, &check->log);
        head =
            hash_chain_link(check->count ? &head : NULL, check->count, &leaf);
        if (log)
            take_head(check, log, check->count, &head);
        check->count++;
    }
    free(line);
    return is_good && check->count > 0 && !ferror(file);
}

/* What was seen of both stories, put together. */
static void conclude(const struct anchors *anchors,
                     struct cli_record_check *check)
{
    const struct anchor_log *log = anchors_find(anchors, &check->log);
    struct anchor_position position;
    size_t cursor = 0;

    if (!log)
        return;
    check->is_known = true;
    /* It ends in what was lost, so it need not be what came instead. */
    if (check->has_lost && check->has_contradiction &&
        check->seq >= check->lost_from)
        check->has_contradiction = false;
    while (anchor_log_next_position(log, &cursor, &position)) {
        if (position.seq < check->count || position.seq <= check->last_seq)
            continue;
        check->is_short = true;
        check->last_seq = position.seq;
    }
}

bool cli_record_check(const char *path, const struct anchors *anchors,
                      struct cli_record_check *out)
{
    struct cli_record_check check = { .count = 0 };
    struct stat status;
    FILE *file = fopen(path, "re");
    bool is_good = false;

    if (!file) {
        cli_complain(_("cannot read %s: %s"), path, system_words(errno));
        return false;
    }
    is_good = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) &&
              take_lines(file, anchors, &check);
    (void)fclose(file);
    if (!is_good) {
        cli_complain(_("%s is no whole record: event %llu is no event"), path,
                     (unsigned long long)check.count);
        return false;
    }
    conclude(anchors, &check);
    *out = check;
    return true;
}
