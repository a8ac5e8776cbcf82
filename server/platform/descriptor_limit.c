#include "server/platform/descriptor_limit.h"

#include <sys/resource.h>

size_t descriptor_limit_set(size_t wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return 0;
    rlim_t old = limit.rlim_cur;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    return (size_t)(setrlimit(RLIMIT_NOFILE, &limit) ? old : limit.rlim_cur);
}
