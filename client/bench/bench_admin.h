/*
 * The administrator's socket of a server, used in blocking turns: one request,
 * its answer; or many requests under way, and all their answers.
 */
#ifndef CLIENT_BENCH_BENCH_ADMIN_H
#define CLIENT_BENCH_BENCH_ADMIN_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct bench_admin {
    char path[512];
    int fd;
    pid_t server; /* the process at the other end */
    char *buffer;
    size_t size, capacity;
    uint64_t next_id;
    size_t under_way; /* requests without an answer */
    bool has_failed;  /* one of them was refused */
    bool is_broken;   /* and that was told */
    uint64_t first_id;
    void (*on_made)(void *user, size_t place, const char *made);
    void *user;
    struct identifier organisation;
    struct key server_key;
    char host[256]; /* as the server calls itself */
    uint16_t port;
};

/* Connects to the socket at `path` and reads the hello; prints what is
 * wrong. */
MUST_USE enum result bench_admin_open(struct bench_admin *admin,
                                      const char *path);
void bench_admin_close(struct bench_admin *admin);

/*
 * Sends `request` (taken; "id" and "log" are added) and waits for its answer,
 * a new reference. NULL, with a line printed, when it was refused.
 */
json_t *bench_admin_ask(struct bench_admin *admin, json_t *request);
/* The same for what makes something; its id. */
MUST_USE enum result bench_admin_make(struct bench_admin *admin,
                                      json_t *request, struct identifier *made);

/*
 * Many requests: begin, send each (taken) without waiting for its answer, or
 * only for those of others when too many are under way, and wait for all that
 * are left. `on_made`, which may be NULL, is told the id of what the request in
 * that place made, counted from 0. A refusal is printed when it comes, and told
 * in the end.
 */
typedef void (*bench_made_fn)(void *user, size_t place, const char *made);
void bench_admin_begin(struct bench_admin *admin, bench_made_fn on_made,
                       void *user);
void bench_admin_push(struct bench_admin *admin, json_t *request);
MUST_USE enum result bench_admin_settle(struct bench_admin *admin);

/* Joins the register and hands on each line of it, whole, until all that is on
 * disk has come. */
MUST_USE enum result
bench_admin_read_register(struct bench_admin *admin,
                          void (*on_line)(void *user, const json_t *line),
                          void *user);

#endif
