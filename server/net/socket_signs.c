#include "server/net/socket_signs.h"

#include "protocol/base/limits.h"

#include <linux/sockios.h>
#include <linux/tcp.h> /* the C library's knows less of tcp_info */
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { US_PER_MS = 1000, BITS = 8 };

static bool look(int socket, struct tcp_info *out)
{
    socklen_t size = sizeof *out;

    *out = (struct tcp_info){ .tcpi_state = 0 };
    return getsockopt(socket, IPPROTO_TCP, TCP_INFO, out, &size) == 0;
}

int64_t socket_silence_ms(int socket)
{
    struct tcp_info info;

    return look(socket, &info) ? (int64_t)info.tcpi_last_data_recv : -1;
}

/* A connection that had little to send shows nothing of what it could. */
static unsigned rate_of(const struct tcp_info *info)
{
    uint64_t rate = info->tcpi_delivery_rate * BITS;

    if (info->tcpi_delivery_rate_app_limited)
        return 0;
    return rate > UINT32_MAX ? UINT32_MAX : (unsigned)rate;
}

static struct line_signs signs_of(int socket, const struct tcp_info *info)
{
    int waiting = 0;

    if (ioctl(socket, SIOCOUTQ, &waiting) != 0 || waiting < 0)
        waiting = 0;
    return (struct line_signs){
        .round_trip_ms = info->tcpi_rtt / US_PER_MS,
        .wavering_ms = info->tcpi_rttvar / US_PER_MS,
        .wait_ms = info->tcpi_rto / US_PER_MS,
        .backoff = info->tcpi_backoff,
        .is_repairing = info->tcpi_ca_state >= TCP_CA_Recovery ||
                        info->tcpi_retransmits > 0,
        .answered_ms = info->tcpi_last_ack_recv,
        .waiting = (unsigned)waiting,
        .rate = rate_of(info),
    };
}

static void set_wait(int socket, unsigned wait_ms)
{
    /* It only makes it better: a kernel without it serves as well. */
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait_ms,
                     sizeof wait_ms);
}

void socket_be_patient(int socket, struct line_patience *patience,
                       int64_t now_ms)
{
    int64_t wait_ms = LIMIT_LANE_SILENCE_MS;
    struct line_signs signs;
    struct tcp_info info;

    if (look(socket, &info)) {
        signs = signs_of(socket, &info);
        wait_ms = line_patience_look(patience, &signs, now_ms);
    }
    set_wait(socket, (unsigned)wait_ms);
}

void socket_forget_patience(int socket) { set_wait(socket, 0); }
