#include "protocol/verify/verify_anchors.h"

#include "protocol/base/text_fields.h"

#include <stdlib.h>

void verify_history_release(struct verify_history *history)
{
    free(history->lost);
    *history = (struct verify_history){ .heads = NULL };
}

enum result verify_history_lose(struct verify_history *history, uint64_t from,
                                uint64_t to)
{
    struct verify_stretch *grown = realloc(
        history->lost, (history->lost_count + 1) * sizeof *history->lost);

    if (!grown)
        return RESULT_NO_MEMORY;
    history->lost = grown;
    grown[history->lost_count++] = (struct verify_stretch){ from, to };
    return RESULT_OK;
}

bool verify_history_has_lost(const struct verify_history *history, uint64_t seq)
{
    size_t i;

    for (i = 0; i < history->lost_count; i++)
        if (history->lost[i].from <= seq && seq <= history->lost[i].to)
            return true;
    return false;
}

static void compare(const struct verify_history *history, uint64_t seq,
                    const struct hash *head, struct verify_anchor *out)
{
    const bool is_equal =
        seq < history->count && hash_equal(head, &history->heads[seq]);

    if (is_equal) {
        out->equal_count++;
        if (seq > out->newest)
            out->newest = seq;
    } else if (verify_history_has_lost(history, seq)) {
        out->lost_count++;
    } else if (seq >= history->count) {
        if (out->status != VERIFY_ANCHOR_CONTRADICTS)
            out->status = VERIFY_ANCHOR_BEYOND;
        if (seq > out->beyond)
            out->beyond = seq;
    } else if (out->status != VERIFY_ANCHOR_CONTRADICTS || seq < out->seq) {
        out->status = VERIFY_ANCHOR_CONTRADICTS;
        out->seq = seq;
        out->head = *head;
    }
    if (out->status == VERIFY_ANCHOR_NOTHING &&
        out->equal_count + out->lost_count > 0)
        out->status = VERIFY_ANCHOR_EQUAL;
}

/* Did the server sign what contradicts, as far as the anchors hold that? */
static void find_signature(const struct anchor_log *log,
                           const struct identifier *scope,
                           struct verify_anchor *out)
{
    const struct anchor_position position = { out->seq, out->head };
    const struct anchor_side side = anchor_log_side(log, &position);

    out->is_signed =
        side.is_signed && anchor_signature_verify(scope, out->seq, &out->head,
                                                  &side.by) == RESULT_OK;
}

void verify_anchors_compare(const struct anchors *anchors,
                            const struct verify_history *history,
                            struct verify_anchor *out)
{
    const struct anchor_log *log = anchors_find(anchors, &history->scope);
    struct anchor_position position;
    size_t cursor = 0;

    if (!log ||
        !identifier_equal(&anchors->organisation, &history->organisation))
        return;
    while (anchor_log_next_position(log, &cursor, &position))
        compare(history, position.seq, &position.head, out);
    out->alarm_count = log->alarms_count;
    if (out->status == VERIFY_ANCHOR_CONTRADICTS)
        find_signature(log, &history->scope, out);
}

void verify_head_compare(uint64_t seq, const struct hash *head,
                         const struct verify_history *history,
                         struct verify_anchor *out)
{
    compare(history, seq, head, out);
}

enum result verify_head_parse(const char *text, uint64_t *seq,
                              struct hash *head)
{
    struct text_view rest = text_view_of(text), number;
    struct hash parsed = { { 0 } };
    uint64_t value;

    if (!text_cut(&rest, ':', &number) || !text_parse_number(number, &value) ||
        hex_decode(rest, parsed.bytes, HASH_SIZE) != RESULT_OK)
        return RESULT_MALFORMED;
    *seq = value;
    *head = parsed;
    return RESULT_OK;
}
