/*
 * chibod that loses some memory with each frame of sound that it passes on: as
 * many bytes as the variable CHIBO_LEAK_BYTES says, 256 without it. A long
 * meeting has to find out.
 */
#include "server/audio/chorus.h"
#include "server/chibod.h"

#include <stdlib.h>
#include <string.h>

unsigned __real_chorus_hear(struct chorus *chorus, const void *who,
                            int64_t now_ms);
unsigned __wrap_chorus_hear(struct chorus *chorus, const void *who,
                            int64_t now_ms);

/* A chain: lost to the server, not to a checker of memory. */
static void **kept;

unsigned __wrap_chorus_hear(struct chorus *chorus, const void *who,
                            int64_t now_ms)
{
    const char *bytes = getenv("CHIBO_LEAK_BYTES");
    size_t size = bytes ? strtoul(bytes, NULL, 10) : 256;
    void **link = size >= sizeof *link ? malloc(size) : NULL;

    if (link) {
        memset(link, 1, size);
        *link = kept;
        kept = link;
    }
    return __real_chorus_hear(chorus, who, now_ms);
}

int main(int argument_count, char **arguments)
{
    const struct chibod_faults none = { .commit_delay_ms = 0 };

    return chibod_main(argument_count, arguments, &none);
}
