#include "server/net/library_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE = 16384 };

/* In pages of its own, none of which is in memory until it is written to: a
 * buffer that shared its first and last page with others would cost 4 kB. */
static void *allocate_large(size_t size)
{
    const size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    const size_t whole = (size + page_size - 1) / page_size * page_size;
    void *fresh = whole < size ? NULL : aligned_alloc(page_size, whole);

    /* If that fails, the buffer serves as well, and is only larger. */
    if (fresh)
        (void)madvise(fresh, whole, MADV_DONTNEED);
    return fresh;
}

void *library_memory_allocate(void *old, size_t size, const char *reason)
{
    (void)reason;
    if (!size) {
        free(old);
        return NULL;
    }
    return !old && size >= LARGE ? allocate_large(size) : realloc(old, size);
}
