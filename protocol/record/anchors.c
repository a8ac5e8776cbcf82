#include "protocol/record/anchors_internal.h"

#include "protocol/base/limits.h"
#include "protocol/record/statement.h"

#include <stdlib.h>
#include <string.h>

/* --- Words and signatures ------------------------------------------------ */

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

enum result anchor_word_parse(struct text_view text, struct anchor_word *out)
{
    struct anchor_word word = { "" };

    if (text.size == 0 || text.size >= ANCHOR_WORD_SIZE ||
        text_view_is(text, "-"))
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++)
        if (!is_word_character(text.data[i]))
            return RESULT_MALFORMED;
    memcpy(word.text, text.data, text.size);
    *out = word;
    return RESULT_OK;
}

bool anchors_is_word(const struct anchor_word *word)
{
    struct anchor_word parsed;

    return memchr(word->text, '\0', sizeof word->text) &&
           !anchor_word_parse(text_view_of(word->text), &parsed);
}

static bool is_scope(const struct identifier *scope)
{
    struct identifier parsed;

    return !identifier_parse(identifier_view(scope), &parsed);
}

enum result anchor_signature_verify(const struct identifier *scope,
                                    uint64_t seq, const struct hash *head,
                                    const struct anchor_signature *signature)
{
    const struct statement_checkpoint fields = {
        .role = TEXT_LITERAL("server"),
        .reason = text_view_of(signature->reason.text),
        .seen = { seq, *head },
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_checkpoint(
        &signature->server, identifier_view(scope), &fields, &bytes, &size);

    if (result)
        return result;
    result = statement_verify(&signature->server, bytes, size, &signature->sig);
    free(bytes);
    return result;
}

/* --- Lists --------------------------------------------------------------- */

/* Room for so many in all; NULL, with nothing changed, without memory. */
void *anchors_grown(void *items, size_t needed, size_t *capacity, size_t size)
{
    size_t wanted = *capacity ? *capacity : 4;
    void *larger = NULL;

    if (needed <= *capacity)
        return items;
    while (wanted < needed)
        wanted *= 2;
    larger = realloc(items, wanted * size);
    if (larger)
        *capacity = wanted;
    return larger;
}

bool anchors_have_room(const struct anchors *anchors, size_t bytes)
{
    return bytes <= LIMIT_ANCHOR_FILE_SIZE - anchors->reserved;
}

static void free_unknown(struct anchor_unknown *unknown, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(unknown[i].text);
    free(unknown);
}

static void free_log(struct anchor_log *log)
{
    free(log->checkpoints);
    free(log->lost);
    free(log->alarms);
    free(log->receipts);
    free_unknown(log->unknown, log->unknown_count);
    free(log);
}

void anchors_init(struct anchors *anchors,
                  const struct identifier *organisation)
{
    *anchors = (struct anchors){ .organisation = *organisation,
                                 .reserved = FILE_RESERVE };
}

void anchors_release(struct anchors *anchors)
{
    for (size_t i = 0; i < anchors->logs_count; i++)
        free_log(anchors->logs[i]);
    free(anchors->logs);
    free(anchors->devices);
    free_unknown(anchors->unknown, anchors->unknown_count);
    *anchors = (struct anchors){ .reserved = FILE_RESERVE };
}

/* --- Logs ---------------------------------------------------------------- */

/* The place of the first log whose scope is not below this one. */
static size_t log_place(const struct anchors *anchors,
                        const struct identifier *scope)
{
    size_t low = 0;
    size_t high = anchors->logs_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (strcmp(anchors->logs[middle]->scope.text, scope->text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct anchor_log *anchors_find_log(const struct anchors *anchors,
                                    const struct identifier *scope)
{
    const size_t place = log_place(anchors, scope);

    if (place == anchors->logs_count ||
        !identifier_equal(&anchors->logs[place]->scope, scope))
        return NULL;
    return anchors->logs[place];
}

static enum result make_log(struct anchors *anchors,
                            const struct identifier *scope,
                            struct anchor_log **out)
{
    const size_t place = log_place(anchors, scope);
    struct anchor_log **logs = NULL;
    struct anchor_log *log = NULL;

    if (anchors->logs_count == LIMIT_ANCHOR_LOGS ||
        !anchors_have_room(anchors, LOG_RESERVE))
        return RESULT_FULL;
    logs = anchors_grown(anchors->logs, anchors->logs_count + 1,
                         &anchors->logs_capacity, sizeof(struct anchor_log *));
    if (!logs)
        return RESULT_NO_MEMORY;
    anchors->logs = logs;
    log = calloc(1, sizeof *log);
    if (!log)
        return RESULT_NO_MEMORY;
    log->scope = *scope;
    memmove(&logs[place + 1], &logs[place],
            (anchors->logs_count - place) * sizeof(struct anchor_log *));
    logs[place] = log;
    anchors->logs_count++;
    anchors->reserved += LOG_RESERVE;
    *out = log;
    return RESULT_OK;
}

static bool is_empty(const struct anchor_log *log)
{
    return !log->has_genesis && !log->has_signed && !log->has_last &&
           log->checkpoints_count == 0 && log->lost_count == 0 &&
           log->alarms_count == 0 && log->receipts_count == 0 &&
           log->unknown_count == 0;
}

static void remove_log(struct anchors *anchors, struct anchor_log *log)
{
    const size_t place = log_place(anchors, &log->scope);

    anchors->logs_count--;
    anchors->reserved -= LOG_RESERVE;
    memmove(&anchors->logs[place], &anchors->logs[place + 1],
            (anchors->logs_count - place) * sizeof(struct anchor_log *));
    free_log(log);
}

/* Finds the log, or takes it up. */
enum result anchors_take_log(struct anchors *anchors,
                             const struct identifier *scope,
                             struct anchor_log **out)
{
    struct anchor_log *log = anchors_find_log(anchors, scope);

    if (!log)
        return is_scope(scope) ? make_log(anchors, scope, out) : RESULT_INVALID;
    *out = log;
    return RESULT_OK;
}

/* A log that was taken up for something that then failed goes again. */
enum result anchors_settle(struct anchors *anchors, struct anchor_log *log,
                           enum result result)
{
    if (result && is_empty(log))
        remove_log(anchors, log);
    return result;
}

/* --- Asking -------------------------------------------------------------- */

const struct anchor_log *anchors_find(const struct anchors *anchors,
                                      const struct identifier *scope)
{
    return anchors_find_log(anchors, scope);
}

/* What the cursor stands for: 0 genesis, 1 the newest signed, 2 the last, then
 * two for each checkpoint. False if there is no such position. */
static bool position_at(const struct anchor_log *log, size_t cursor,
                        struct anchor_position *out)
{
    const struct anchor_checkpoint *checkpoint = NULL;

    if (cursor == 0) {
        *out = (struct anchor_position){ 0, log->genesis };
        return log->has_genesis;
    }
    if (cursor == 1) {
        *out = (struct anchor_position){ log->newest.seq, log->newest.head };
        return log->has_signed;
    }
    if (cursor == 2) {
        *out = log->last;
        return log->has_last;
    }
    checkpoint = &log->checkpoints[(cursor - 3) / 2];
    if (cursor % 2) {
        *out = (struct anchor_position){ checkpoint->upto, checkpoint->head };
        return checkpoint->standing != ANCHOR_LOST;
    }
    *out = (struct anchor_position){ checkpoint->seq, checkpoint->event_head };
    return checkpoint->standing == ANCHOR_STANDS;
}

bool anchor_log_next_position(const struct anchor_log *log, size_t *cursor,
                              struct anchor_position *out)
{
    const size_t end = 3 + 2 * log->checkpoints_count;
    struct anchor_position position;

    while (*cursor < end) {
        if (!position_at(log, (*cursor)++, &position))
            continue;
        *out = position;
        return true;
    }
    return false;
}

bool anchors_is_at(uint64_t a_seq, const struct hash *a, uint64_t b_seq,
                   const struct hash *b)
{
    return a_seq == b_seq && hash_equal(a, b);
}

static bool is_lost_position(const struct anchor_log *log, uint64_t seq,
                             const struct hash *head)
{
    for (size_t i = 0; i < log->lost_count; i++)
        if (anchors_is_at(log->lost[i].seq, &log->lost[i].side.head, seq, head))
            return true;
    for (size_t i = 0; i < log->checkpoints_count; i++) {
        const struct anchor_checkpoint *one = &log->checkpoints[i];

        if ((one->standing == ANCHOR_LOST &&
             anchors_is_at(one->upto, &one->head, seq, head)) ||
            (one->standing != ANCHOR_STANDS &&
             anchors_is_at(one->seq, &one->event_head, seq, head)))
            return true;
    }
    return false;
}

const struct anchor_alarm *anchor_log_alarm(const struct anchor_log *log)
{
    for (size_t i = log->alarms_count; i > 0; i--)
        if (!log->alarms[i - 1].is_forgotten)
            return &log->alarms[i - 1];
    return NULL;
}

struct anchor_side anchor_log_side(const struct anchor_log *log,
                                   const struct anchor_position *position)
{
    struct anchor_side side = { .head = position->head };

    if (log->has_signed && anchors_is_at(log->newest.seq, &log->newest.head,
                                         position->seq, &position->head)) {
        side.is_signed = true;
        side.by = log->newest.by;
    }
    return side;
}

enum anchor_check anchor_log_check(const struct anchor_log *log, uint64_t seq,
                                   const struct hash *head,
                                   struct anchor_side *ours)
{
    struct anchor_position other = { 0 };
    struct anchor_position position;
    bool has_other = false;
    size_t cursor = 0;

    while (anchor_log_next_position(log, &cursor, &position)) {
        if (position.seq != seq)
            continue;
        if (hash_equal(&position.head, head))
            return ANCHOR_CHECK_AGREES;
        other = position;
        has_other = true;
    }
    if (is_lost_position(log, seq, head))
        return ANCHOR_CHECK_LOST;
    if (!has_other)
        return ANCHOR_CHECK_UNKNOWN;
    if (ours)
        *ours = anchor_log_side(log, &other);
    return ANCHOR_CHECK_CONTRADICTS;
}

enum anchor_check anchors_check_head(const struct anchors *anchors,
                                     const struct identifier *scope,
                                     uint64_t seq, const struct hash *head,
                                     struct anchor_side *ours)
{
    const struct anchor_log *log = anchors_find_log(anchors, scope);

    return log ? anchor_log_check(log, seq, head, ours) : ANCHOR_CHECK_UNKNOWN;
}

bool anchors_contradicts(const struct anchor_log *log, uint64_t seq,
                         const struct hash *head)
{
    return anchor_log_check(log, seq, head, NULL) == ANCHOR_CHECK_CONTRADICTS;
}

struct anchor_device *anchors_find_device(const struct anchors *anchors,
                                          const struct key *device)
{
    for (size_t i = 0; i < anchors->devices_count; i++)
        if (key_equal(&anchors->devices[i].key, device))
            return &anchors->devices[i];
    return NULL;
}

enum anchor_device_how anchors_device(const struct anchors *anchors,
                                      const struct key *device)
{
    const struct anchor_device *known = anchors_find_device(anchors, device);

    return known ? known->how : ANCHOR_DEVICE_UNKNOWN;
}
