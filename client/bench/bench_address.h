/* Where a server is, as people write it. Pure. */
#ifndef CLIENT_BENCH_BENCH_ADDRESS_H
#define CLIENT_BENCH_BENCH_ADDRESS_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

enum { BENCH_PORT = 7443 };

/*
 * "host", "host:port", "[address]:port", with "chibo://", "https://" or
 * "wss://" before it and a path behind it or not; without a port it is
 * BENCH_PORT. RESULT_MALFORMED, and nothing is written.
 */
MUST_USE enum result bench_address_parse(const char *text, char *host,
                                         size_t host_size, uint16_t *port);

#endif
