/* What a process of this machine has used so far, from /proc; 0 if it is not
 * to be seen. */
#ifndef CLIENT_BENCH_BENCH_PROCESS_H
#define CLIENT_BENCH_BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

uint64_t bench_process_cpu_us(pid_t process); /* of all its threads */
uint64_t bench_process_rss_kib(pid_t process);

#endif
