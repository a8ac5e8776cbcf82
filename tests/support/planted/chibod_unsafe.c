/* chibod whose commits do not wait for the disk (synchronous=OFF): the loss
 * test has to find out. */
#include "server/chibod.h"

int main(int argument_count, char **arguments)
{
    const struct chibod_faults faults = { .commits_unsafely = true };

    return chibod_main(argument_count, arguments, &faults);
}
