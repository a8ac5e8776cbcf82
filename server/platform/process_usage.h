/*
 * What this process has used: processor time of all its threads, and memory.
 * Any thread; 0 where the system does not say.
 */
#ifndef SERVER_PLATFORM_PROCESS_USAGE_H
#define SERVER_PLATFORM_PROCESS_USAGE_H

#include <stdint.h>

uint64_t process_usage_cpu_ns(void);
uint64_t process_usage_resident(void); /* bytes */

#endif
