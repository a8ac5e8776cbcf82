/*
 * Memory for what is secret for longer than a call: the device's key, what
 * vaults hold, credentials, marks, a teller's keys and shares. It is locked, so
 * that it never goes to a disk with swapped pages, is left out of core dumps,
 * lies between pages that nobody may touch, and is overwritten when it is given
 * back. It is OpenSSL's secure heap, where the library puts private keys of its
 * own, too; the library fails without it, so a quarter stays for it.
 *
 * It is small on purpose. Pieces that are larger than a secret ever is
 * (encrypted ballots, deals), and whatever does not fit any more, come from the
 * ordinary heap, and are overwritten just the same. Small is also what an
 * ordinary user may lock: 8 MiB on Debian 12, elsewhere 64 KiB, of which half
 * is tried when the whole cannot be had, and so on. If nothing can be locked
 * everything works on, and whoever runs the program is to be told once.
 *
 * secret_memory_begin() and _end() are called while there is one thread, the
 * others from any. Not for a child process after fork(): it has no lock on it.
 */
#ifndef CLIENT_CORE_SECRET_MEMORY_H
#define CLIENT_CORE_SECRET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* In bytes. */
enum {
    SECRET_MEMORY_SIZE = 256 * 1024,
    SECRET_MEMORY_SIZE_MIN = 32 * 1024,
    SECRET_MEMORY_PIECE_MAX = 16 * 1024
};

/*
 * Sets the memory up. Without it, secret_memory_new() takes from the ordinary
 * heap. Returns how many bytes are locked; 0: none can be.
 */
size_t secret_memory_begin(void);
/* What it returned; 0 before. */
size_t secret_memory_locked(void);
/* Gives it back if nothing lies in it any more; false: it stays. For tests. */
bool secret_memory_end(void);

/* Zeros, to be ended with secret_memory_free(). NULL: no memory at all. */
void *secret_memory_new(size_t size);
/*
 * Overwrites all `size` bytes and gives them back. Takes memory of malloc(),
 * too, and NULL; returns NULL.
 */
void *secret_memory_free(void *memory, size_t size);

/* Does it lie in the memory that was set up? */
bool secret_memory_holds(const void *memory);

#endif
