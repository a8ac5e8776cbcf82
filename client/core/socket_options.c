#include "client/core/socket_options.h"

#include "protocol/base/limits.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/sockios.h>
#include <linux/tcp.h> /* the C library's knows less of tcp_info */
#include <sys/ioctl.h>
#else
#include <netinet/tcp.h>
#endif

enum {
    UNSENT_MAX = 1024,
    STATE_ESTABLISHED = 1, /* of Linux */
    HEADERS = 52,          /* of a packet, IP and TCP with time stamps */
};

void socket_options_for_speech(int fd)
{
    const int yes = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
#ifdef TCP_NOTSENT_LOWAT
    const int unsent_max = UNSENT_MAX;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_max,
                     sizeof unsent_max);
#endif
}

#ifdef __linux__
/* A connection that had little to send shows nothing of what it could. */
static unsigned rate_of(const struct tcp_info *info)
{
    uint64_t rate = 8 * info->tcpi_delivery_rate;

    if (info->tcpi_delivery_rate_app_limited)
        return 0;
    return rate > UINT32_MAX ? UINT32_MAX : (unsigned)rate;
}

static bool look_for_signs(int fd, struct line_signs *out)
{
    struct tcp_info info = { .tcpi_state = 0 };
    socklen_t size = sizeof info;
    int waiting = 0;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return false;
    if (ioctl(fd, SIOCOUTQ, &waiting) != 0 || waiting < 0)
        waiting = 0;
    *out = (struct line_signs){
        .round_trip_ms = info.tcpi_rtt / 1000,
        .wavering_ms = info.tcpi_rttvar / 1000,
        .wait_ms = info.tcpi_rto / 1000,
        .backoff = info.tcpi_backoff,
        .is_repairing =
            info.tcpi_ca_state >= TCP_CA_Recovery || info.tcpi_retransmits > 0,
        .answered_ms = info.tcpi_last_ack_recv,
        .waiting = (unsigned)waiting,
        .rate = rate_of(&info),
    };
    return true;
}
#else
static bool look_for_signs(int fd, struct line_signs *out)
{
    (void)fd;
    (void)out;
    return false;
}
#endif

void socket_options_be_patient(int fd, struct line_patience *patience,
                               int64_t now_ms)
{
#ifdef TCP_USER_TIMEOUT
    unsigned wait_ms = LIMIT_LANE_SILENCE_MS;
    struct line_signs signs;

    if (look_for_signs(fd, &signs))
        wait_ms = (unsigned)line_patience_look(patience, &signs, now_ms);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait_ms,
                     sizeof wait_ms);
#else
    (void)fd;
    (void)patience;
    (void)now_ms;
#endif
}

bool socket_options_look(int fd, struct line_figures *out)
{
#ifdef __linux__
    struct tcp_info info = { .tcpi_state = 0 };
    socklen_t size = sizeof info;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return false;
    out->is_established = info.tcpi_state == STATE_ESTABLISHED;
    out->heard_ms = info.tcpi_last_data_recv;
    out->answered_ms = info.tcpi_last_ack_recv;
    if (out->heard_ms < out->answered_ms)
        out->answered_ms = out->heard_ms;
    out->round_trip_ms = info.tcpi_rtt / 1000;
    out->least_round_trip_ms = info.tcpi_min_rtt / 1000;
    out->received = info.tcpi_data_segs_in;
    out->disordered = info.tcpi_rcv_ooopack;
    out->sent = info.tcpi_data_segs_out;
    out->sent_again = info.tcpi_total_retrans;
    out->received_bytes =
        info.tcpi_bytes_received + HEADERS * (uint64_t)info.tcpi_segs_in;
    out->sent_bytes =
        info.tcpi_bytes_acked + HEADERS * (uint64_t)info.tcpi_segs_out;
    /* Kernels before 5.4 say less. */
    out->knows_packets = size >= offsetof(struct tcp_info, tcpi_rcv_ooopack) +
                                     sizeof info.tcpi_rcv_ooopack;
    return true;
#else
    (void)fd;
    (void)out;
    return false;
#endif
}
