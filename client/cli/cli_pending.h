/*
 * Commands that were sent and not yet answered, so that an answer finds who
 * asked. Bounded. Main thread.
 */
#ifndef CLIENT_CLI_CLI_PENDING_H
#define CLIENT_CLI_CLI_PENDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLI_PENDING_MAX = 256 };

struct cli_request {
    uint64_t tag; /* of the core */
    json_t *mark; /* what the asker wants to see again; owned, may be NULL */
    char op[40];
};

/* Zero-initialised is empty. */
struct cli_pending {
    struct cli_request requests[CLI_PENDING_MAX];
    size_t count;
    uint64_t last_tag;
};

/* A new tag for this command; `mark` is taken. 0 if too many are waiting. */
uint64_t cli_pending_add(struct cli_pending *pending, const char *op,
                         json_t *mark);
/* Takes a request out; the caller drops its mark. False if there is none. */
bool cli_pending_take(struct cli_pending *pending, uint64_t tag,
                      struct cli_request *out);
void cli_pending_release(struct cli_pending *pending);

#endif
