/*
 * Who confirmed the record: what a checkpoint lacks, and whose devices are
 * missing in the newest one. Main thread.
 */
#ifndef CLIENT_CLI_CLI_CHECKPOINT_H
#define CLIENT_CLI_CLI_CHECKPOINT_H

#include "client/core/client.h"

#include <stdio.h>

/* "; not enough: the chair is missing": nothing if the checkpoint is complete.
 * Under the view's lock. */
void cli_checkpoint_lack_write(const struct meeting_view *view,
                               const struct event_checkpoint *event, FILE *out);

/* The newest checkpoint as this session saw it. Zero-initialised: none. */
struct cli_checkpoint {
    bool is_known;
    int64_t at_ms;
    enum checkpoint_reason reason;
    size_t signer_count;
    struct checkpoint_missing *missing; /* owned */
    size_t missing_count;
};
void cli_checkpoint_release(struct cli_checkpoint *checkpoint);

/* Keeps it; true if it is worth a line: not one of time alone that says the
 * same as the last one. */
bool cli_checkpoint_take(struct cli_checkpoint *checkpoint,
                         const struct meeting_event *event);
/* The answer to /confirmed. Under the view's lock. */
void cli_checkpoint_show(const struct cli_checkpoint *checkpoint,
                         const struct meeting_view *view, FILE *out);

#endif
