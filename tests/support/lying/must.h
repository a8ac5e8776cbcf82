/* What a test program needs to go on: short of it, it ends. */
#ifndef TESTS_SUPPORT_LYING_MUST_H
#define TESTS_SUPPORT_LYING_MUST_H

#include <stdbool.h>
#include <stdlib.h>

static inline void must(bool is_there)
{
    if (!is_there)
        abort();
}

#endif
