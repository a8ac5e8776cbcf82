/*
 * The administrator's way in: a unix socket that speaks the messages of
 * chibo.v1, one JSON object a line, to the same sessions as everybody else.
 * Who may open the socket (mode 0600) is the administrator. Loop thread only.
 */
#ifndef SERVER_CONTROL_CONTROL_SERVER_H
#define SERVER_CONTROL_CONTROL_SERVER_H

#include "protocol/base/result.h"

#include <uv.h>

struct hub;
struct control_server;

/* Replaces a socket left behind. The caller ends `*out` with
 * control_server_stop(), the loop's return, control_server_free(). */
MUST_USE enum result control_server_open(struct control_server **out,
                                         uv_loop_t *loop, const char *path,
                                         struct hub *hub);
/* Ends all connections and removes the socket. Takes NULL. */
void control_server_stop(struct control_server *server);
/* After the loop has returned. Takes NULL, returns NULL. */
struct control_server *control_server_free(struct control_server *server);

#endif
