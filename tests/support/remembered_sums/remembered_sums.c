/*
 * Preloaded, it lets the processes of a test remember what one of them has
 * computed: that an Ed25519 signature is right, and what a power of public
 * numbers is modulo one of 2048 bits. A hundred clients on one computer check
 * the same signatures and the same credentials; each still asks for every one.
 *
 * What is remembered stands in the file that CHIBO_REMEMBERED names, which is
 * as long as REMEMBERED_SIZE and begins with zeros; without it everything is
 * computed. All of it is a function of its arguments alone, and is kept under
 * their SHA-256. A place that two write at a time has a false sum, and counts
 * as empty. Only signatures that are right are remembered. Numbers marked as
 * secret are computed.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* OpenSSL's, whose headers a preloaded library does not need. */
typedef struct bignum_st BIGNUM;
typedef struct bignum_ctx BN_CTX;
typedef struct bn_mont_ctx_st BN_MONT_CTX;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;

enum {
    HASH = 32,
    MODULUS = 256, /* bytes of the numbers that are remembered */
    SIGNATURES = 1 << 15,
    POWERS = 1 << 13,
    ED25519 = 1087, /* EVP_PKEY_ED25519 */
    SECRET = 4      /* BN_FLG_CONSTTIME */
};

/* Under the sum of what was raised to what; `sum` is that of both others. */
struct power {
    uint8_t of[HASH];
    uint8_t value[MODULUS];
    uint8_t sum[HASH];
};

static struct memory {
    uint8_t signatures[SIGNATURES][HASH];
    struct power powers[POWERS];
} * memory;

/* SHA256_CTX has 112 bytes. */
struct sha {
    uint64_t state[24];
};

static struct {
    int (*sha_init)(struct sha *);
    int (*sha_update)(struct sha *, const void *, size_t);
    int (*sha_final)(uint8_t *, struct sha *);
    int (*num_bits)(const BIGNUM *);
    int (*get_flags)(const BIGNUM *, int);
    int (*write)(const BIGNUM *, uint8_t *, int);
    BIGNUM *(*read)(const uint8_t *, int, BIGNUM *);
    int (*exp_mont)(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *,
                    BN_CTX *, BN_MONT_CTX *);
    int (*exp2_mont)(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *,
                     const BIGNUM *, const BIGNUM *, BN_CTX *, BN_MONT_CTX *);
    int (*verify)(EVP_MD_CTX *, const uint8_t *, size_t, const uint8_t *,
                  size_t);
    EVP_PKEY_CTX *(*key_context)(EVP_MD_CTX *);
    EVP_PKEY *(*key_of)(EVP_PKEY_CTX *);
    int (*key_id)(const EVP_PKEY *);
    int (*raw_key)(const EVP_PKEY *, uint8_t *, size_t *);
} real;

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The library itself: where a program loads it late, as Python does, it is not
 * among those that come next. */
static void find(const char *name, void *function)
{
    static void *library;

    if (!library)
        library = dlopen("libcrypto.so.3", RTLD_LAZY);
    *(void **)function = library ? dlsym(library, name) : NULL;
    if (!*(void **)function)
        abort();
}

static void open_memory(void)
{
    const char *path = getenv("CHIBO_REMEMBERED");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat status;
    void *mapped;

    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && status.st_size >= (off_t)sizeof *memory) {
        mapped = mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_SHARED,
                      fd, 0);
        if (mapped != MAP_FAILED)
            memory = mapped;
    }
    (void)close(fd);
}

static void begin(void)
{
    find("SHA256_Init", &real.sha_init);
    find("SHA256_Update", &real.sha_update);
    find("SHA256_Final", &real.sha_final);
    find("BN_num_bits", &real.num_bits);
    find("BN_get_flags", &real.get_flags);
    find("BN_bn2binpad", &real.write);
    find("BN_bin2bn", &real.read);
    find("BN_mod_exp_mont", &real.exp_mont);
    find("BN_mod_exp2_mont", &real.exp2_mont);
    find("EVP_DigestVerify", &real.verify);
    find("EVP_MD_CTX_get_pkey_ctx", &real.key_context);
    find("EVP_PKEY_CTX_get0_pkey", &real.key_of);
    find("EVP_PKEY_get_id", &real.key_id);
    find("EVP_PKEY_get_raw_public_key", &real.raw_key);
    open_memory();
}

static bool is_remembering(void)
{
    (void)pthread_once(&once, begin);
    return memory != NULL;
}

static uint32_t place_of(const uint8_t *hash)
{
    return (uint32_t)hash[0] | (uint32_t)hash[1] << 8;
}

/* --- powers -----------------------------------------------------------------
 */

/* Are these `count` numbers, the last of them the modulus, to be remembered?
 * Then their sum. */
static bool sum_numbers(const BIGNUM *const *numbers, size_t count,
                        uint8_t *sum)
{
    uint8_t bytes[MODULUS];
    struct sha sha;

    if (!is_remembering() || real.num_bits(numbers[count - 1]) != 8 * MODULUS)
        return false;
    real.sha_init(&sha);
    real.sha_update(&sha, &count, sizeof count);
    for (size_t i = 0; i < count; i++) {
        if (real.get_flags(numbers[i], SECRET) ||
            real.write(numbers[i], bytes, sizeof bytes) < 0)
            return false;
        real.sha_update(&sha, bytes, sizeof bytes);
    }
    real.sha_final(sum, &sha);
    return true;
}

static void sum_power(struct power *power, uint8_t *sum)
{
    struct sha sha;

    real.sha_init(&sha);
    real.sha_update(&sha, power->of, sizeof power->of);
    real.sha_update(&sha, power->value, sizeof power->value);
    real.sha_final(sum, &sha);
}

static bool recall_power(const uint8_t *of, BIGNUM *result)
{
    struct power power = memory->powers[place_of(of) % POWERS];
    uint8_t sum[HASH];

    if (memcmp(power.of, of, HASH) != 0)
        return false;
    sum_power(&power, sum);
    return memcmp(power.sum, sum, HASH) == 0 &&
           real.read(power.value, sizeof power.value, result) != NULL;
}

static void remember_power(const uint8_t *of, const BIGNUM *result)
{
    struct power power;

    memcpy(power.of, of, HASH);
    if (real.write(result, power.value, sizeof power.value) < 0)
        return;
    sum_power(&power, power.sum);
    memory->powers[place_of(of) % POWERS] = power;
}

EXPORTED int BN_mod_exp_mont(BIGNUM *result, const BIGNUM *base,
                             const BIGNUM *exponent, const BIGNUM *modulus,
                             BN_CTX *context, BN_MONT_CTX *montgomery);
EXPORTED int BN_mod_exp2_mont(BIGNUM *result, const BIGNUM *a, const BIGNUM *x,
                              const BIGNUM *b, const BIGNUM *y,
                              const BIGNUM *modulus, BN_CTX *context,
                              BN_MONT_CTX *montgomery);

int BN_mod_exp_mont(BIGNUM *result, const BIGNUM *base, const BIGNUM *exponent,
                    const BIGNUM *modulus, BN_CTX *context,
                    BN_MONT_CTX *montgomery)
{
    const BIGNUM *const numbers[] = { base, exponent, modulus };
    uint8_t of[HASH];
    const bool is_public = sum_numbers(numbers, 3, of);

    if (is_public && recall_power(of, result))
        return 1;
    if (!real.exp_mont(result, base, exponent, modulus, context, montgomery))
        return 0;
    if (is_public)
        remember_power(of, result);
    return 1;
}

int BN_mod_exp2_mont(BIGNUM *result, const BIGNUM *a, const BIGNUM *x,
                     const BIGNUM *b, const BIGNUM *y, const BIGNUM *modulus,
                     BN_CTX *context, BN_MONT_CTX *montgomery)
{
    const BIGNUM *const numbers[] = { a, x, b, y, modulus };
    uint8_t of[HASH];
    const bool is_public = sum_numbers(numbers, 5, of);

    if (is_public && recall_power(of, result))
        return 1;
    if (!real.exp2_mont(result, a, x, b, y, modulus, context, montgomery))
        return 0;
    if (is_public)
        remember_power(of, result);
    return 1;
}

/* --- signatures -------------------------------------------------------------
 */

static bool sum_signature(EVP_MD_CTX *context, const uint8_t *signature,
                          size_t signature_size, const uint8_t *bytes,
                          size_t size, uint8_t *sum)
{
    EVP_PKEY_CTX *holder;
    EVP_PKEY *key;
    uint8_t raw[HASH];
    size_t raw_size = sizeof raw;
    struct sha sha;

    if (!is_remembering() || signature_size != 64)
        return false;
    holder = real.key_context(context);
    key = holder ? real.key_of(holder) : NULL;
    if (!key || real.key_id(key) != ED25519 ||
        real.raw_key(key, raw, &raw_size) != 1)
        return false;
    real.sha_init(&sha);
    real.sha_update(&sha, raw, sizeof raw);
    real.sha_update(&sha, signature, signature_size);
    real.sha_update(&sha, bytes, size);
    real.sha_final(sum, &sha);
    return true;
}

EXPORTED int EVP_DigestVerify(EVP_MD_CTX *context, const uint8_t *signature,
                              size_t signature_size, const uint8_t *bytes,
                              size_t size);

int EVP_DigestVerify(EVP_MD_CTX *context, const uint8_t *signature,
                     size_t signature_size, const uint8_t *bytes, size_t size)
{
    uint8_t sum[HASH];
    const bool is_known =
        sum_signature(context, signature, signature_size, bytes, size, sum);
    uint8_t *place =
        is_known ? memory->signatures[place_of(sum) % SIGNATURES] : NULL;
    int result;

    if (place && memcmp(place, sum, HASH) == 0)
        return 1;
    result = real.verify(context, signature, signature_size, bytes, size);
    if (place && result == 1)
        memcpy(place, sum, HASH);
    return result;
}
