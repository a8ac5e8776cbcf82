#include "client/bench/bench_process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first number of /proc/PID/task/TASK/schedstat: ns on a processor. */
static uint64_t task_ns(int process, const char *task)
{
    char path[300];
    char line[128];
    unsigned long long ns = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", process,
                   task);
    file = fopen(path, "r");
    if (!file)
        return 0;
    if (fgets(line, sizeof line, file))
        ns = strtoull(line, NULL, 10);
    (void)fclose(file); /* only read */
    return ns;
}

uint64_t bench_process_cpu_us(pid_t process)
{
    char path[64];
    const struct dirent *entry;
    uint64_t ns = 0;
    DIR *tasks;

    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks)))
        if (entry->d_name[0] != '.')
            ns += task_ns((int)process, entry->d_name);
    if (tasks)
        (void)closedir(tasks); /* only read */
    return ns / 1000;
}

uint64_t bench_process_rss_kib(pid_t process)
{
    char path[64];
    char line[256];
    unsigned long long kib = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    if (file)
        (void)fclose(file); /* only read */
    return kib;
}
