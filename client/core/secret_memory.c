#include "client/core/secret_memory.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* Pieces are rounded up to a power of two, and to this. */
enum { PIECE_MIN = 32 };

static size_t heap_size; /* 0: not set up */
static size_t locked_size;

/* Of OpenSSL's answers 1 is "all is well", 2 "there, but not locked, or without
 * its guards". */
enum { HEAP_GOOD = 1 };

size_t secret_memory_begin(void)
{
    size_t size;

    for (size = SECRET_MEMORY_SIZE; size >= SECRET_MEMORY_SIZE_MIN; size /= 2) {
        if (CRYPTO_secure_malloc_init(size, PIECE_MIN) == HEAP_GOOD) {
            heap_size = locked_size = size;
            return size;
        }
        (void)CRYPTO_secure_malloc_done();
    }
    /* Its guards, and no core dumps, are something still. */
    if (CRYPTO_secure_malloc_init(SECRET_MEMORY_SIZE, PIECE_MIN) != 0)
        heap_size = SECRET_MEMORY_SIZE;
    return 0;
}

bool secret_memory_end(void)
{
    if (!CRYPTO_secure_malloc_done())
        return false;
    heap_size = locked_size = 0;
    return true;
}

size_t secret_memory_locked(void) { return locked_size; }

static bool has_room(size_t size)
{
    return size <= SECRET_MEMORY_PIECE_MAX &&
           CRYPTO_secure_used() + size <= heap_size - heap_size / 4;
}

void *secret_memory_new(size_t size)
{
    void *memory = NULL;

    if (heap_size > 0 && has_room(size))
        memory = OPENSSL_secure_zalloc(size);
    return memory ? memory : calloc(1, size > 0 ? size : 1);
}

void *secret_memory_free(void *memory, size_t size)
{
    if (!memory)
        return NULL;
    if (CRYPTO_secure_allocated(memory)) {
        OPENSSL_secure_clear_free(memory, size);
        return NULL;
    }
    OPENSSL_cleanse(memory, size);
    free(memory);
    return NULL;
}

bool secret_memory_holds(const void *memory)
{
    return CRYPTO_secure_allocated(memory) == 1;
}
