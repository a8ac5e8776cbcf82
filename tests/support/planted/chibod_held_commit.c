/*
 * chibod on a disk that ends no commit while there is a file of the name that
 * the variable CHIBO_HELD_BY says.
 */
#include "server/chibod.h"
#include "server/store/store_sqlite.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

MUST_USE enum result __real_store_sqlite_commit(struct store_sqlite *sqlite);
MUST_USE enum result __wrap_store_sqlite_commit(struct store_sqlite *sqlite);

/* On the thread that writes. */
enum result __wrap_store_sqlite_commit(struct store_sqlite *sqlite)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    const char *held_by = getenv("CHIBO_HELD_BY");

    while (held_by && access(held_by, F_OK) == 0)
        (void)nanosleep(&pause, NULL);
    return __real_store_sqlite_commit(sqlite);
}

int main(int argument_count, char **arguments)
{
    const struct chibod_faults none = { .commit_delay_ms = 0 };

    return chibod_main(argument_count, arguments, &none);
}
