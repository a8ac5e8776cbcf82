/*
 * What a server has used and done so far: from its /metrics, or, of a server
 * that is thrown away on this machine, its processor time from /proc, which
 * costs it nothing.
 */
#ifndef CLIENT_BENCH_BENCH_USAGE_H
#define CLIENT_BENCH_BENCH_USAGE_H

#include "client/bench/bench_load.h"

struct bench_usage {
    double cpu_us;
    double rss_kib;
    double delivered, messages; /* frames of sound to listeners */
    double dropped;             /* for listeners who are behind, or going */
    double window_ms;
};

/*
 * Asks for /metrics over a connection of its own while the loop goes on;
 * `token`: metrics_token, or NULL. Prints what is wrong: RESULT_REFUSED (the
 * server tells strangers nothing), RESULT_MALFORMED (it is too old for
 * this), RESULT_IO or RESULT_BUSY (nobody answers).
 */
MUST_USE enum result bench_usage_read(struct bench_load *load,
                                      const char *token,
                                      struct bench_usage *out);
/* What is in the text of /metrics. RESULT_MALFORMED: not all of it. */
MUST_USE enum result bench_usage_parse(const char *text,
                                       struct bench_usage *out);

#endif
