#include "server/net/library_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE = 16384 };

/* Gives back the pages that lie wholly inside. */
static void give_pages_back(uint8_t *bytes, size_t size)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t skipped = (page_size - (uintptr_t)bytes % page_size) % page_size;

    if (size <= skipped)
        return;
    size_t whole = (size - skipped) / page_size * page_size;
    /* Without it the buffer serves as well, and is only larger. */
    if (whole)
        (void)madvise(bytes + skipped, whole, MADV_DONTNEED);
}

void *library_memory_allocate(void *old, size_t size, const char *reason)
{
    (void)reason;
    if (!size) {
        free(old);
        return NULL;
    }

    void *fresh = realloc(old, size);
    if (fresh && !old && size >= LARGE)
        give_pages_back(fresh, size);
    return fresh;
}
