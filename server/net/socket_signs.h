/*
 * What the system says of a connection's socket, and for how long it is to wait
 * for answers on a bad line. Loop thread.
 */
#ifndef SERVER_NET_SOCKET_SIGNS_H
#define SERVER_NET_SOCKET_SIGNS_H

#include "protocol/line/line_patience.h"

#include <stdbool.h>
#include <stdint.h>

/* How long nothing with something in it has come, be it a frame of which
 * libwebsockets tells us nothing. Below 0: the system does not say. */
int64_t socket_silence_ms(int socket);
/*
 * The system ends the connection when it has gone unanswered for as long as its
 * line asks for; to be called about once a second. Where the system says
 * nothing of the line that is LIMIT_LANE_SILENCE_MS; where it cannot be told so
 * the connection lasts longer, and nothing else is worse.
 */
void socket_be_patient(int socket, struct line_patience *patience,
                       int64_t now_ms);
/* It ends no connection any more by itself. */
void socket_forget_patience(int socket);

#endif
