#include "client/cli/cli_pending.h"

#include <stdio.h>

uint64_t cli_pending_add(struct cli_pending *pending, const char *op,
                         json_t *mark)
{
    struct cli_request *request;

    if (pending->count == CLI_PENDING_MAX) {
        json_decref(mark);
        return 0;
    }
    request = &pending->requests[pending->count++];
    request->tag = ++pending->last_tag;
    request->mark = mark;
    (void)snprintf(request->op, sizeof request->op, "%s", op);
    return request->tag;
}

bool cli_pending_take(struct cli_pending *pending, uint64_t tag,
                      struct cli_request *out)
{
    size_t i;

    for (i = 0; i < pending->count; i++) {
        if (pending->requests[i].tag != tag)
            continue;
        *out = pending->requests[i];
        pending->requests[i] = pending->requests[--pending->count];
        return true;
    }
    return false;
}

void cli_pending_release(struct cli_pending *pending)
{
    while (pending->count > 0)
        json_decref(pending->requests[--pending->count].mark);
}
