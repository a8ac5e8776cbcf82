/* chibod on a disk that takes two seconds for every commit. */
#include "server/chibod.h"

int main(int argument_count, char **arguments)
{
    const struct chibod_faults faults = { .commit_delay_ms = 2000 };

    return chibod_main(argument_count, arguments, &faults);
}
