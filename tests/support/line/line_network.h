/*
 * Two network namespaces joined by nothing but a pair of TUN devices, whose
 * packets a program carries from one to the other. They belong to the process
 * that makes them and are gone with it, however it ends; others enter by the
 * path of a file descriptor under /proc. Linux only; needs CAP_SYS_ADMIN and
 * CAP_NET_ADMIN (root), and /dev/net/tun.
 */
#ifndef TESTS_SUPPORT_LINE_LINE_NETWORK_H
#define TESTS_SUPPORT_LINE_LINE_NETWORK_H

#include "protocol/base/result.h"

#include <stdbool.h>

/* The server's side is near, the side behind the bad line far. */
enum line_side { LINE_NEAR, LINE_FAR, LINE_SIDES };

/* Address of each side, as both sides see it. */
extern const char *const line_side_address[LINE_SIDES];

struct line_network {
    int namespaces[LINE_SIDES]; /* file descriptors, or -1 */
    int tunnels[LINE_SIDES];    /* likewise; not blocking, one IP packet each */
};

/*
 * Makes both; the process is left in the far one. `congestion` names the TCP
 * congestion control of both sides. RESULT_OK, or RESULT_IO after saying on
 * stderr what is missing; line_network_close() in both cases.
 */
MUST_USE enum result line_network_open(struct line_network *network,
                                       const char *congestion);
void line_network_close(struct line_network *network);

/* The thread that calls, and those it makes later, live in the namespace of
 * this path from now on. RESULT_IO after saying why. */
MUST_USE enum result line_network_enter(const char *path);

#endif
