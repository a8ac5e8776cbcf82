#include "protocol/meeting/checkpoint_check.h"

#include <stdlib.h>

enum result signed_head_check(const struct signed_head *head,
                              const struct identifier *scope,
                              struct statement_cache *cache)
{
    struct statement_checkpoint fields = { .seen = { head->seq, head->head } };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (head->role <= checkpoint_role_none_ ||
        head->role >= checkpoint_role_count_ ||
        head->reason <= checkpoint_reason_none_ ||
        head->reason >= checkpoint_reason_count_)
        return RESULT_REFUSED;
    fields.role =
        text_view_of(enum_word(&checkpoint_role_words, (int)head->role));
    fields.reason =
        text_view_of(enum_word(&checkpoint_reason_words, (int)head->reason));
    result = statement_checkpoint(&head->signer, identifier_view(scope),
                                  &fields, &bytes, &size);
    if (result == RESULT_OK)
        result = statement_cache_verify(cache, &head->signer, bytes, size,
                                        &head->sig);
    free(bytes);
    if (result == RESULT_NO_MEMORY || result == RESULT_CRYPTO)
        return result;
    return result == RESULT_OK ? RESULT_OK : RESULT_REFUSED;
}

struct signed_head checkpoint_signed_head(const struct event_checkpoint *event,
                                          const struct key *server, int row)
{
    struct signed_head head = { .seq = event->upto,
                                .head = event->head,
                                .reason =
                                    (enum checkpoint_reason)event->reason };

    if (row == CHECKPOINT_ROW_SERVER) {
        head.role = CHECKPOINT_SERVER;
        head.signer = *server;
        head.sig = event->sig;
    } else {
        const struct checkpoint_signer *signer = event->signers.data;

        head.role = (enum checkpoint_role)signer[row].role;
        head.signer = signer[row].device;
        head.sig = signer[row].sig;
    }
    return head;
}

enum result checkpoint_check(const struct event_checkpoint *event,
                             const struct identifier *scope,
                             const struct key *server,
                             struct statement_cache *cache, int *row)
{
    const int count = (int)event->signers.count; /* LIMIT_ITEMS at most */
    int i;

    for (i = CHECKPOINT_ROW_SERVER; i < count; i++) {
        const struct signed_head head =
            checkpoint_signed_head(event, server, i);
        enum result result = signed_head_check(&head, scope, cache);

        /* No device speaks for the server. */
        if (i != CHECKPOINT_ROW_SERVER && head.role == CHECKPOINT_SERVER)
            result = RESULT_REFUSED;
        if (result == RESULT_OK)
            continue;
        if (row)
            *row = i;
        return result;
    }
    return RESULT_OK;
}
