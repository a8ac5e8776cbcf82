#include "server/chibod.h"

int main(int argument_count, char **arguments)
{
    static const struct chibod_faults none;

    return chibod_main(argument_count, arguments, &none);
}
