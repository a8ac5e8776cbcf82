/*
 * The administrator's socket of a bench server, used in blocking turns: one
 * request, its answer.
 */
#ifndef CLIENT_BENCH_BENCH_ADMIN_H
#define CLIENT_BENCH_BENCH_ADMIN_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <jansson.h>
#include <sys/types.h>

struct bench_admin {
    int fd;
    pid_t server; /* the process at the other end */
    char *buffer;
    size_t size, capacity;
    uint64_t next_id;
    struct identifier organisation;
    struct key server_key;
    uint16_t port;
};

/* Connects to DIR/admin.sock and reads the hello; prints what is wrong. */
MUST_USE enum result bench_admin_open(struct bench_admin *admin,
                                      const char *directory);
void bench_admin_close(struct bench_admin *admin);

/*
 * Sends `request` (taken; "id" and "log" are added) and waits for its answer,
 * a new reference. NULL, with a line printed, when it was refused.
 */
json_t *bench_admin_ask(struct bench_admin *admin, json_t *request);
/* The same for what makes something; its id. */
MUST_USE enum result bench_admin_make(struct bench_admin *admin,
                                      json_t *request, struct identifier *made);

#endif
