#include "tests/support/line/line_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICE "line0"
enum { MTU = 1500, CONGESTION_SIZE = 16 };

const char *const line_side_address[LINE_SIDES] = { "10.77.0.1", "10.77.0.2" };

static enum result complain(const char *what)
{
    fprintf(stderr, "line simulator: %s: %s\n", what, strerror(errno));
    return RESULT_IO;
}

enum result line_network_enter(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum result result = RESULT_OK;

    if (fd < 0 || setns(fd, CLONE_NEWNET) != 0)
        result = complain(path);
    if (fd >= 0)
        (void)close(fd); /* only a name */
    return result;
}

/* --- addresses ----------------------------------------------------------- */

static bool set_address(int control, unsigned long request, const char *address)
{
    struct ifreq interface = { .ifr_name = DEVICE };
    struct sockaddr_in inet = { .sin_family = AF_INET };

    return inet_pton(AF_INET, address, &inet.sin_addr) == 1 &&
           (memcpy(&interface.ifr_addr, &inet, sizeof inet), true) &&
           ioctl(control, request, &interface) == 0;
}

static bool bring_up(int control, const char *name)
{
    struct ifreq interface = { .ifr_flags = 0 };

    (void)snprintf(interface.ifr_name, sizeof interface.ifr_name, "%s", name);
    if (ioctl(control, SIOCGIFFLAGS, &interface) != 0)
        return false;
    interface.ifr_flags |= IFF_UP;
    return ioctl(control, SIOCSIFFLAGS, &interface) == 0;
}

static bool set_mtu(int control)
{
    struct ifreq interface = { .ifr_name = DEVICE, .ifr_mtu = MTU };

    return ioctl(control, SIOCSIFMTU, &interface) == 0;
}

/* --- the way to the other side ------------------------------------------- */

/* A route with one metric in it, as rtnetlink(7) wants it. */
struct route_request {
    struct nlmsghdr head;
    struct rtmsg route;
    struct rtattr to_head;
    struct in_addr to;
    struct rtattr device_head;
    int device;
    struct rtattr metrics_head;
    struct rtattr congestion_head;
    char congestion[CONGESTION_SIZE];
};

static enum result answer_of(int control)
{
    struct {
        struct nlmsghdr head;
        struct nlmsgerr error;
        char rest[1024];
    } answer;

    if (recv(control, &answer, sizeof answer, 0) <
            (ssize_t)NLMSG_LENGTH(sizeof answer.error) ||
        answer.head.nlmsg_type != NLMSG_ERROR)
        errno = EPROTO;
    else if (answer.error.error == 0)
        return RESULT_OK;
    else
        errno = -answer.error.error;
    return complain("the route with its congestion control");
}

/* By the route, because a namespace's default may only be what the host allows
 * for all its users. */
static enum result set_route(const char *to, const char *congestion)
{
    struct route_request request = {
        .head = { .nlmsg_len = sizeof request,
                  .nlmsg_type = RTM_NEWROUTE,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
                                 NLM_F_REPLACE },
        .route = { .rtm_family = AF_INET,
                   .rtm_dst_len = 32,
                   .rtm_table = RT_TABLE_MAIN,
                   .rtm_protocol = RTPROT_BOOT,
                   .rtm_scope = RT_SCOPE_LINK,
                   .rtm_type = RTN_UNICAST },
        .to_head = { RTA_LENGTH(sizeof request.to), RTA_DST },
        .device_head = { RTA_LENGTH(sizeof request.device), RTA_OIF },
        .metrics_head = { RTA_LENGTH(RTA_LENGTH(CONGESTION_SIZE)),
                          RTA_METRICS },
        .congestion_head = { RTA_LENGTH(CONGESTION_SIZE), RTAX_CC_ALGO },
    };
    int control = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    enum result result;

    if (control < 0)
        return complain("netlink");
    request.device = (int)if_nametoindex(DEVICE);
    (void)snprintf(request.congestion, sizeof request.congestion, "%s",
                   congestion);
    if (inet_pton(AF_INET, to, &request.to) != 1 ||
        send(control, &request, sizeof request, 0) != (ssize_t)sizeof request)
        result = complain("netlink");
    else
        result = answer_of(control);
    (void)close(control); /* nothing waits in it */
    return result;
}

/* --- a side -------------------------------------------------------------- */

static int open_tunnel(void)
{
    struct ifreq interface = { .ifr_name = DEVICE,
                               .ifr_flags = IFF_TUN | IFF_NO_PI };
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        (void)complain("/dev/net/tun (in a container it has to be given: "
                       "docker run --device /dev/net/tun)");
        return -1;
    }
    if (ioctl(fd, TUNSETIFF, &interface) != 0) {
        (void)complain("a TUN device");
        (void)close(fd); /* nothing was written */
        return -1;
    }
    return fd;
}

static enum result configure(enum line_side side, const char *congestion)
{
    const char *peer =
        line_side_address[side == LINE_NEAR ? LINE_FAR : LINE_NEAR];
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_set = control >= 0 &&
                  set_address(control, SIOCSIFADDR, line_side_address[side]) &&
                  set_address(control, SIOCSIFDSTADDR, peer) &&
                  set_mtu(control) && bring_up(control, "lo") &&
                  bring_up(control, DEVICE);

    if (!is_set)
        (void)complain("the addresses of a TUN device");
    if (control >= 0)
        (void)close(control); /* nothing waits in it */
    return is_set ? set_route(peer, congestion) : RESULT_IO;
}

static enum result open_side(struct line_network *network, enum line_side side,
                             const char *congestion)
{
    if (unshare(CLONE_NEWNET) != 0)
        return complain(errno == EPERM ? "network namespaces need root"
                                       : "a network namespace");
    network->namespaces[side] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (network->namespaces[side] < 0)
        return complain("/proc/self/ns/net");
    network->tunnels[side] = open_tunnel();
    if (network->tunnels[side] < 0)
        return RESULT_IO;
    return configure(side, congestion);
}

enum result line_network_open(struct line_network *network,
                              const char *congestion)
{
    enum result result;

    for (int side = 0; side < LINE_SIDES; side++) {
        network->namespaces[side] = -1;
        network->tunnels[side] = -1;
    }
    result = open_side(network, LINE_NEAR, congestion);
    if (result == RESULT_OK)
        result = open_side(network, LINE_FAR, congestion);
    return result;
}

void line_network_close(struct line_network *network)
{
    for (int side = 0; side < LINE_SIDES; side++) {
        if (network->tunnels[side] >= 0)
            (void)close(network->tunnels[side]); /* packets may be lost */
        if (network->namespaces[side] >= 0)
            (void)close(network->namespaces[side]); /* only a name */
        network->namespaces[side] = -1;
        network->tunnels[side] = -1;
    }
}
