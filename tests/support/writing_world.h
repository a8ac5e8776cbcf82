/*
 * client_world.h with the device of the minute-taker, m2, which keeps texts on
 * disk; and a server that writes entries to the log. For tests whose `*state`
 * is a struct client_world.
 */
#ifndef TESTS_SUPPORT_WRITING_WORLD_H
#define TESTS_SUPPORT_WRITING_WORLD_H

#include "tests/support/client_world.h"

int writing_world_set_up(void **state);
int writing_world_tear_down(void **state);

/* The folder of the texts; of the newest world. */
const char *writing_world_folder(void);
/* The server writes a note e1 of m2, for the request of this id (0: any), or a
 * new version of it by a member; the log holds it, and nobody is told. */
void writing_world_write(struct client_world *world, json_int_t id,
                         const char *text);
void writing_world_edit(struct client_world *world, const char *member,
                        uint64_t version, const char *text);

#endif
