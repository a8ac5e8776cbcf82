#include "client/core/socket_options.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/tcp.h> /* the C library's knows less of tcp_info */
#else
#include <netinet/tcp.h>
#endif

enum {
    UNSENT_MAX = 1024,
    UNANSWERED_MS = 3000,
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
#ifdef TCP_USER_TIMEOUT
    const unsigned unanswered_ms = UNANSWERED_MS;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms,
                     sizeof unanswered_ms);
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
