#include "server/platform/process_usage.h"

#include <stddef.h>
#include <time.h>
#include <uv.h>

uint64_t process_usage_cpu_ns(void)
{
    struct timespec time;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0)
        return 0;
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t process_usage_resident(void)
{
    size_t size = 0;

    return uv_resident_set_memory(&size) == 0 ? size : 0;
}
