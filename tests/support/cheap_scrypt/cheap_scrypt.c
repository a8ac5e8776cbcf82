/*
 * Preloaded, it makes passphrases cost nothing: scrypt is computed with N = 2,
 * whatever is asked for. For tests with a hundred devices on one computer.
 * Keystores made under it open under it only.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int EVP_PBE_scrypt(const char *passphrase, size_t passphrase_size,
                            const unsigned char *salt, size_t salt_size,
                            uint64_t n, uint64_t r, uint64_t p,
                            uint64_t memory_max, unsigned char *key,
                            size_t key_size);

int EVP_PBE_scrypt(const char *passphrase, size_t passphrase_size,
                   const unsigned char *salt, size_t salt_size, uint64_t n,
                   uint64_t r, uint64_t p, uint64_t memory_max,
                   unsigned char *key, size_t key_size)
{
    int (*real)(const char *, size_t, const unsigned char *, size_t, uint64_t,
                uint64_t, uint64_t, uint64_t, unsigned char *, size_t);

    (void)n;
    *(void **)&real = dlsym(RTLD_NEXT, "EVP_PBE_scrypt");
    return real(passphrase, passphrase_size, salt, salt_size, 2, r, p,
                memory_max, key, key_size);
}
