/*
 * A member's engine on a fake line, and the meeting it can join. For tests
 * whose `*state` is a struct client_world.
 */
#ifndef TESTS_SUPPORT_CLIENT_WORLD_H
#define TESTS_SUPPORT_CLIENT_WORLD_H

#include "tests/support/fake_line.h"

#define CLIENT_WORLD_JOIN "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"

struct client_world {
    struct fake_line line;    /* of m4; not started */
    struct log_author author; /* of the open meeting */
};

int client_world_set_up(void **state);
int client_world_tear_down(void **state);

/* Starts, logs in, and is in the meeting. */
void client_world_enter(struct client_world *world);
/* The line, which is down, comes up again, and all is in step. */
void client_world_come_back(struct client_world *world);
/* Answers a request: `rest` is what follows "re". */
void line_answer(struct fake_line *line, json_int_t id, const char *rest);

#endif
