/*
 * Who meets over the line: a JSON file that the driver of the tests writes,
 * with a server, a meeting that is called, its chair and one more member.
 */
#ifndef TESTS_SUPPORT_LINE_PEER_SCENE_H
#define TESTS_SUPPORT_LINE_PEER_SCENE_H

#include "client/core/keystore.h"

struct peer_scene {
    struct keystore_profile chair; /* near: on the server's side of the line */
    struct keystore_profile guest; /* far: behind it */
    struct identifier meeting;
};

/* RESULT_IO, RESULT_MALFORMED or RESULT_INVALID, with a word on stderr. */
MUST_USE enum result peer_scene_read(struct peer_scene *scene,
                                     const char *path);

#endif
