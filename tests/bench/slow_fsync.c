/* Preloaded: every fsync takes FSYNC_US microseconds (10000) more, as on a
 * plain disk. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_for_the_platter(void)
{
    const char *text = getenv("FSYNC_US");
    long us = text ? atol(text) : 10000;
    struct timespec pause = { us / 1000000, us % 1000000 * 1000 };

    (void)nanosleep(&pause, NULL);
}

int fsync(int fd)
{
    (void)fd;
    wait_for_the_platter();
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    wait_for_the_platter();
    return 0;
}
