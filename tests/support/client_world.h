/*
 * A member's engine on a fake line, the meeting it can join, and the register
 * behind it. For tests whose `*state` is a struct client_world.
 */
#ifndef TESTS_SUPPORT_CLIENT_WORLD_H
#define TESTS_SUPPORT_CLIENT_WORLD_H

#include "tests/support/fake_line.h"
#include "tests/support/register_author.h"
#include "tests/support/scratch_folder.h"

#define CLIENT_WORLD_JOIN "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"

struct client_world {
    struct fake_line line;        /* of m4; not started */
    struct log_author author;     /* of the open meeting */
    struct log_author registry;   /* of those set up with files */
    struct scratch_folder folder; /* likewise */
    bool has_files;
};

int client_world_set_up(void **state);
/* With journal and anchors on disk, and the register followed. */
int client_world_set_up_files(void **state);
int client_world_tear_down(void **state);
/* Opens journal and anchors again, as another run finds them; the engine is not
 * running. */
void client_world_open_files(struct client_world *world);
/* The engine ends, as by a crash, and nothing of it is left but the files. */
void client_world_crash(struct client_world *world);
/* The meeting's genesis names the register as it is now: before it is joined.
 */
void client_world_begin_again(struct client_world *world);

/* Starts, logs in, and is in the register, if it is followed, and in the
 * meeting. */
void client_world_enter(struct client_world *world);
/* Starts, logs in, and asks for the meeting. */
void client_world_ask(struct client_world *world);
/* The server says so of this log. */
void client_world_switch(struct client_world *world,
                         const struct log_author *author);
/* The line, which is down, comes up again, and all is in step. */
void client_world_come_back(struct client_world *world);
/* Answers a request: `rest` is what follows "re". */
void line_answer(struct fake_line *line, json_int_t id, const char *rest);

#endif
