#include "protocol/verify/verify_fork.h"

#include <stdlib.h>
#include <string.h>

void verify_fork_release(struct verify_fork *fork)
{
    int side;

    free(fork->heads);
    free(fork->servers);
    for (side = 0; side < VERIFY_SIDE_COUNT; side++)
        verify_history_release(&fork->history[side]);
    *fork = (struct verify_fork){ .heads = NULL };
}

/* --- Gathering ----------------------------------------------------------- */

enum result verify_fork_add(struct verify_fork *fork,
                            const struct verify_signed_head *head)
{
    enum { STEP = 64 };
    struct verify_signed_head *grown = fork->heads;

    if (fork->head_count % STEP == 0)
        grown = realloc(grown, (fork->head_count + STEP) * sizeof *grown);
    if (!grown)
        return RESULT_NO_MEMORY;
    fork->heads = grown;
    grown[fork->head_count++] = *head;
    return RESULT_OK;
}

enum result verify_fork_know_server(struct verify_fork *fork,
                                    const struct key *key)
{
    struct key *grown =
        realloc(fork->servers, (fork->server_count + 1) * sizeof *grown);

    if (!grown)
        return RESULT_NO_MEMORY;
    fork->servers = grown;
    grown[fork->server_count++] = *key;
    return RESULT_OK;
}

static bool is_server(const struct verify_fork *fork, const struct key *key)
{
    size_t i;

    for (i = 0; i < fork->server_count; i++)
        if (key_equal(&fork->servers[i], key))
            return true;
    return false;
}

static enum result add_side(struct verify_fork *fork, enum verify_side side,
                            const struct identifier *scope, uint64_t seq,
                            const struct anchor_side *anchor, bool is_lost)
{
    struct verify_signed_head head = { .scope = *scope,
                                       .side = side,
                                       .is_lost = is_lost };

    if (!anchor->is_signed)
        return RESULT_OK;
    head.head = (struct signed_head){
        .seq = seq,
        .head = anchor->head,
        .reason = (enum checkpoint_reason)enum_value(
            &checkpoint_reason_words, text_view_of(anchor->by.reason.text)),
        .role = CHECKPOINT_SERVER,
        .signer = anchor->by.server,
        .sig = anchor->by.sig,
    };
    return verify_fork_add(fork, &head);
}

static enum result add_log(struct verify_fork *fork, enum verify_side side,
                           const struct anchor_log *log)
{
    const struct anchor_side newest = { log->newest.head, log->has_signed,
                                        log->newest.by };
    enum result result =
        add_side(fork, side, &log->scope, log->newest.seq, &newest, false);
    size_t i;

    for (i = 0; i < log->lost_count && result == RESULT_OK; i++)
        result = add_side(fork, side, &log->scope, log->lost[i].seq,
                          &log->lost[i].side, true);
    for (i = 0; i < log->alarms_count && result == RESULT_OK; i++) {
        const struct anchor_alarm *alarm = &log->alarms[i];

        result =
            add_side(fork, side, &log->scope, alarm->seq, &alarm->ours, false);
        if (result == RESULT_OK)
            result = add_side(fork, side, &log->scope, alarm->seq,
                              &alarm->theirs, false);
    }
    return result;
}

enum result verify_fork_add_anchors(struct verify_fork *fork,
                                    enum verify_side side,
                                    const struct anchors *anchors)
{
    enum result result = anchors->has_server
                             ? verify_fork_know_server(fork, &anchors->server)
                             : RESULT_OK;
    size_t i;

    for (i = 0; i < anchors->logs_count && result == RESULT_OK; i++)
        result = add_log(fork, side, anchors->logs[i]);
    return result;
}

static enum result add_checkpoint(struct verify_fork *fork,
                                  enum verify_side side,
                                  const struct identifier *scope,
                                  const struct event_checkpoint *event,
                                  const struct key *server)
{
    const int count = (int)event->signers.count; /* LIMIT_ITEMS at most */
    enum result result = RESULT_OK;
    int row;

    for (row = CHECKPOINT_ROW_SERVER; row < count && result == RESULT_OK;
         row++) {
        const struct verify_signed_head head = {
            .scope = *scope,
            .head = checkpoint_signed_head(event, server, row),
            .side = side,
        };

        result = verify_fork_add(fork, &head);
    }
    return result;
}

enum result verify_fork_add_meeting(struct verify_fork *fork,
                                    enum verify_side side,
                                    const struct verify_meeting *meeting)
{
    enum result result = verify_fork_know_server(fork, &meeting->state->server);
    size_t i;

    for (i = 0; i < meeting->checkpoints_count && result == RESULT_OK; i++) {
        const struct verify_checkpoint *row = &meeting->checkpoints[i];
        const struct text_view line = meeting->reader.lines.lines[row->seq];
        struct message_memory memory = { .root = NULL };
        struct meeting_event event;

        result =
            meeting_event_decode(line.data, line.size, &event, &memory, NULL);
        if (result == RESULT_OK)
            result =
                add_checkpoint(fork, side, &meeting->reader.scope,
                               &event.body.checkpoint, &meeting->state->server);
        message_memory_release(&memory);
    }
    return result;
}

/* --- Finding ------------------------------------------------------------- */

static int compare_heads(const void *left, const void *right)
{
    const struct verify_signed_head *a = left, *b = right;
    int order = strcmp(a->scope.text, b->scope.text);

    if (order == 0)
        order = memcmp(a->head.signer.bytes, b->head.signer.bytes, KEY_SIZE);
    if (order == 0)
        order = (a->head.seq > b->head.seq) - (a->head.seq < b->head.seq);
    return order;
}

/* Did both really sign? */
static enum result verify_both(const struct verify_proof *proof)
{
    enum result result = signed_head_check(&proof->one, &proof->scope, NULL);

    if (result == RESULT_OK)
        result = signed_head_check(&proof->other, &proof->scope, NULL);
    return result;
}

static bool is_given_up(const struct verify_fork *fork,
                        const struct identifier *scope, uint64_t seq)
{
    int side;

    for (side = 0; side < VERIFY_SIDE_COUNT; side++)
        if (identifier_equal(&fork->history[side].scope, scope) &&
            verify_history_has_lost(&fork->history[side], seq))
            return true;
    return false;
}

/* The server's contradictions weigh more than a device's, and those that a loss
 * explains the least. */
static int weight_of(const struct verify_proof *proof)
{
    if (proof->is_explained)
        return 1;
    return proof->is_server ? 3 : 2;
}

/* Takes the place of a proof that weighs less. */
static enum result offer(const struct verify_fork *fork,
                         struct verify_proof *proof, bool *has_any,
                         struct verify_proof *out)
{
    enum result result;

    proof->is_server = is_server(fork, &proof->one.signer);
    if (*has_any && weight_of(proof) <= weight_of(out))
        return RESULT_OK;
    result = verify_both(proof);
    if (result == RESULT_REFUSED)
        return RESULT_OK; /* no statement at all */
    if (result == RESULT_OK) {
        *out = *proof;
        *has_any = true;
    }
    return result;
}

/* Two statements at one seq. */
static enum result find_direct(const struct verify_fork *fork, bool *has_any,
                               struct verify_proof *out)
{
    enum result result = RESULT_OK;
    size_t i, j;

    for (i = 0; i < fork->head_count && result == RESULT_OK; i++) {
        const struct verify_signed_head *a = &fork->heads[i];

        for (j = i + 1; j < fork->head_count && result == RESULT_OK &&
                        compare_heads(a, &fork->heads[j]) == 0;
             j++) {
            const struct verify_signed_head *b = &fork->heads[j];
            struct verify_proof proof = { .scope = a->scope,
                                          .one = a->head,
                                          .other = b->head,
                                          .one_side = a->side,
                                          .other_side = b->side,
                                          .head = b->head.head };

            if (hash_equal(&a->head.head, &b->head.head))
                continue;
            proof.is_explained = a->is_lost || b->is_lost ||
                                 is_given_up(fork, &a->scope, a->head.seq);
            result = offer(fork, &proof, has_any, out);
        }
    }
    return result;
}

/* The first head of this key that covers `seq` in a history, whichever file it
 * comes from. */
static const struct verify_signed_head *
find_cover(const struct verify_fork *fork, const struct verify_history *history,
           const struct verify_signed_head *one)
{
    size_t i;

    for (i = 0; i < fork->head_count; i++) {
        const struct verify_signed_head *head = &fork->heads[i];

        if (!head->is_lost && identifier_equal(&head->scope, &history->scope) &&
            key_equal(&head->head.signer, &one->head.signer) &&
            head->head.seq >= one->head.seq &&
            head->head.seq < history->count &&
            hash_equal(&head->head.head, &history->heads[head->head.seq]) &&
            signed_head_check(&head->head, &head->scope, NULL) == RESULT_OK)
            return head;
    }
    return NULL;
}

/* A statement against the chain of a log, which a later statement covers. */
static enum result find_by_chain(const struct verify_fork *fork,
                                 enum verify_side side, bool *has_any,
                                 struct verify_proof *out)
{
    const struct verify_history *history = &fork->history[side];
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < fork->head_count && result == RESULT_OK; i++) {
        const struct verify_signed_head *one = &fork->heads[i], *cover;
        struct verify_proof proof;

        if (!identifier_equal(&one->scope, &history->scope) ||
            one->head.seq >= history->count ||
            hash_equal(&one->head.head, &history->heads[one->head.seq]))
            continue;
        cover = find_cover(fork, history, one);
        if (!cover)
            continue;
        proof = (struct verify_proof){
            .scope = one->scope,
            .one = one->head,
            .other = cover->head,
            .one_side = one->side,
            .other_side = cover->side,
            .is_by_chain = true,
            .chain_side = side,
            .head = history->heads[one->head.seq],
            .is_explained =
                one->is_lost || is_given_up(fork, &one->scope, one->head.seq),
        };
        result = offer(fork, &proof, has_any, out);
    }
    return result;
}

enum result verify_fork_find(struct verify_fork *fork, struct verify_proof *out)
{
    bool has_any = false;
    enum result result;
    int side;

    if (fork->head_count == 0)
        return RESULT_NOT_FOUND;
    qsort(fork->heads, fork->head_count, sizeof *fork->heads, compare_heads);
    result = find_direct(fork, &has_any, out);
    for (side = 0; side < VERIFY_SIDE_COUNT && result == RESULT_OK; side++)
        if (fork->history[side].heads)
            result = find_by_chain(fork, (enum verify_side)side, &has_any, out);
    if (result != RESULT_OK)
        return result;
    return has_any ? RESULT_OK : RESULT_NOT_FOUND;
}
