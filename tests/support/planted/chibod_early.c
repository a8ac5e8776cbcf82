/* chibod that tells events before they are committed, on a disk that takes ten
 * milliseconds: the loss test has to find out. */
#include "server/chibod.h"

int main(int argument_count, char **arguments)
{
    const struct chibod_faults faults = { .releases_early = true,
                                          .commit_delay_ms = 10 };

    return chibod_main(argument_count, arguments, &faults);
}
