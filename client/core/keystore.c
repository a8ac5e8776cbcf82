#include "client/core/keystore.h"

#include "client/core/durable_file.h"
#include "protocol/base/byte_reader.h"
#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "CHIBOKEY"

enum {
    MAGIC_SIZE = 8,
    SCRYPT_LOG2_N = 16,
    SCRYPT_R = 8,
    SCRYPT_P = 1,
    SCRYPT_MEMORY_MAX = 128 * 1024 * 1024, /* it needs 64 MiB and a little */
    SCRYPT_SALT_SIZE = 16,
    GCM_KEY_SIZE = 32,
    GCM_NONCE_SIZE = 12,
    GCM_TAG_SIZE = 16,
    SALT_OFFSET = MAGIC_SIZE + 2 + 4,
    NONCE_OFFSET = SALT_OFFSET + SCRYPT_SALT_SIZE,
    SEALED_SIZE_OFFSET = NONCE_OFFSET + GCM_NONCE_SIZE,
    HEADER_SIZE = SEALED_SIZE_OFFSET + 4,
    OVERHEAD_SIZE = HEADER_SIZE + GCM_TAG_SIZE + HASH_SIZE,
    SEALED_SIZE_MAX = KEYSTORE_FILE_SIZE_MAX - OVERHEAD_SIZE
};

static const uint8_t parameters[] = { SCRYPT_LOG2_N, SCRYPT_R, SCRYPT_P, 0 };

void keystore_profile_wipe(struct keystore_profile *profile)
{
    OPENSSL_cleanse(profile, sizeof *profile);
}

/* --- The profile as bytes ------------------------------------------------ */

static bool is_text(const char *text, size_t capacity, size_t length_max)
{
    return memchr(text, '\0', capacity) != NULL &&
           text_check(text_view_of(text), length_max, false) == RESULT_OK;
}

static bool is_valid(const struct keystore_profile *profile)
{
    struct server_fingerprint server;
    struct identifier id;

    return server_fingerprint_parse(text_view_of(profile->server.text),
                                    &server) == RESULT_OK &&
           is_text(profile->host, KEYSTORE_HOST_SIZE, KEYSTORE_HOST_SIZE) &&
           profile->host[0] != '\0' && profile->port != 0 &&
           identifier_parse(identifier_view(&profile->organisation), &id) ==
               RESULT_OK &&
           identifier_parse(identifier_view(&profile->holder), &id) ==
               RESULT_OK &&
           is_text(profile->label, KEYSTORE_LABEL_SIZE, LIMIT_LABEL_LENGTH);
}

static void write_text(struct byte_writer *writer, const char *text)
{
    byte_writer_prefixed(writer, text, strlen(text));
}

/*
 * The seed comes last: a growing writer leaves copies of what it held before in
 * freed memory, and after the last write it does not grow.
 */
static void write_profile(struct byte_writer *writer,
                          const struct keystore_profile *profile)
{
    write_text(writer, profile->server.text);
    write_text(writer, profile->host);
    byte_writer_u16(writer, profile->port);
    write_text(writer, profile->organisation.text);
    write_text(writer, profile->holder.text);
    write_text(writer, profile->label);
    byte_writer_bytes(writer, profile->seed, SIGNING_KEY_SEED_SIZE);
}

/* A text without NUL that fits `capacity` with one. */
static enum result read_text(struct byte_reader *reader, char *out,
                             size_t capacity)
{
    const uint8_t *bytes = NULL;
    uint32_t size = 0;

    if (byte_reader_u32(reader, &size) || size >= capacity ||
        byte_reader_view(reader, size, &bytes) ||
        (size && memchr(bytes, '\0', size)))
        return RESULT_CORRUPT;
    if (size)
        memcpy(out, bytes, size);
    out[size] = '\0';
    return RESULT_OK;
}

static enum result read_profile(const uint8_t *bytes, size_t size,
                                struct keystore_profile *out)
{
    struct byte_reader reader;

    byte_reader_init(&reader, bytes, size);
    if (read_text(&reader, out->server.text, sizeof out->server.text) ||
        read_text(&reader, out->host, sizeof out->host) ||
        byte_reader_u16(&reader, &out->port) ||
        read_text(&reader, out->organisation.text,
                  sizeof out->organisation.text) ||
        read_text(&reader, out->holder.text, sizeof out->holder.text) ||
        read_text(&reader, out->label, sizeof out->label) ||
        byte_reader_copy(&reader, out->seed, SIGNING_KEY_SEED_SIZE) ||
        byte_reader_left(&reader) || !is_valid(out))
        return RESULT_CORRUPT;
    return RESULT_OK;
}

/* --- Sealing ------------------------------------------------------------- */

/* The key that this passphrase and the salt of `header` give. */
static enum result derive_key(const uint8_t *header,
                              struct text_view passphrase,
                              uint8_t key[GCM_KEY_SIZE])
{
    const char *secret = passphrase.size ? passphrase.data : "";

    if (EVP_PBE_scrypt(secret, passphrase.size, &header[SALT_OFFSET],
                       SCRYPT_SALT_SIZE, UINT64_C(1) << SCRYPT_LOG2_N, SCRYPT_R,
                       SCRYPT_P, SCRYPT_MEMORY_MAX, key, GCM_KEY_SIZE) != 1)
        return RESULT_CRYPTO;
    return RESULT_OK;
}

/* Sizes are bounded by KEYSTORE_FILE_SIZE_MAX, so they fit an int. */
static bool encrypt(EVP_CIPHER_CTX *context, const uint8_t *key,
                    const uint8_t *header, const uint8_t *plain, size_t size,
                    uint8_t *sealed)
{
    int written = 0;

    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key,
                              &header[NONCE_OFFSET]) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written, header, HEADER_SIZE) ==
               1 &&
           EVP_EncryptUpdate(context, sealed, &written, plain, (int)size) ==
               1 &&
           (size_t)written == size &&
           EVP_EncryptFinal_ex(context, &sealed[size], &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, GCM_TAG_SIZE,
                               &sealed[size]) == 1;
}

static bool begin_decrypt(EVP_CIPHER_CTX *context, const uint8_t *key,
                          const uint8_t *header)
{
    int written = 0;

    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key,
                              &header[NONCE_OFFSET]) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written, header, HEADER_SIZE) == 1;
}

/* `tag` is a copy, because the library asks for bytes it may write to. */
static enum result decrypt(EVP_CIPHER_CTX *context, const uint8_t *sealed,
                           size_t size, uint8_t *plain)
{
    uint8_t tag[GCM_TAG_SIZE];
    int written = 0;

    memcpy(tag, &sealed[size], sizeof tag);
    if (EVP_DecryptUpdate(context, plain, &written, sealed, (int)size) != 1 ||
        (size_t)written != size ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, GCM_TAG_SIZE, tag) !=
            1)
        return RESULT_CRYPTO;
    if (EVP_DecryptFinal_ex(context, &plain[size], &written) != 1)
        return RESULT_REFUSED;
    return RESULT_OK;
}

static enum result make_header(uint8_t header[HEADER_SIZE], size_t sealed_size)
{
    memcpy(header, MAGIC, MAGIC_SIZE);
    header[MAGIC_SIZE] = 0;
    header[MAGIC_SIZE + 1] = KEYSTORE_VERSION;
    memcpy(&header[MAGIC_SIZE + 2], parameters, sizeof parameters);
    header[SEALED_SIZE_OFFSET] = 0;
    header[SEALED_SIZE_OFFSET + 1] = 0;
    header[SEALED_SIZE_OFFSET + 2] = (uint8_t)(sealed_size >> 8);
    header[SEALED_SIZE_OFFSET + 3] = (uint8_t)sealed_size;
    if (RAND_bytes(&header[SALT_OFFSET], SCRYPT_SALT_SIZE + GCM_NONCE_SIZE) !=
        1)
        return RESULT_CRYPTO;
    return RESULT_OK;
}

/* Makes the file's bytes of a profile in `file`; their number goes to *size. */
static enum result seal(const uint8_t *plain, size_t plain_size,
                        struct text_view passphrase, uint8_t *file,
                        size_t *size)
{
    const size_t end = HEADER_SIZE + plain_size + GCM_TAG_SIZE;
    uint8_t key[GCM_KEY_SIZE];
    EVP_CIPHER_CTX *context = NULL;
    struct hash sum;
    enum result result = make_header(file, plain_size);

    if (!result)
        result = derive_key(file, passphrase, key);
    if (result)
        return result;
    context = EVP_CIPHER_CTX_new();
    if (!context ||
        !encrypt(context, key, file, plain, plain_size, &file[HEADER_SIZE]))
        result = RESULT_CRYPTO;
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(key, sizeof key);
    if (result)
        return result;
    sum = digest_sha256(file, end);
    memcpy(&file[end], sum.bytes, HASH_SIZE);
    *size = end + HASH_SIZE;
    return RESULT_OK;
}

/* Makes the file's bytes in `file`; their number goes to *size. */
static enum result write_file(const struct keystore_profile *profile,
                              struct text_view passphrase, uint8_t *file,
                              size_t *size)
{
    struct byte_writer writer;
    uint8_t *plain = NULL;
    size_t plain_size = 0;
    enum result result = RESULT_OK;

    if (!is_valid(profile))
        return RESULT_INVALID;
    byte_writer_init(&writer, SEALED_SIZE_MAX);
    write_profile(&writer, profile);
    result = byte_writer_take(&writer, &plain, &plain_size);
    byte_writer_release(&writer);
    if (result)
        return result;
    result = seal(plain, plain_size, passphrase, file, size);
    OPENSSL_cleanse(plain, plain_size);
    free(plain);
    return result;
}

enum result keystore_create(const char *path,
                            const struct keystore_profile *profile,
                            struct text_view passphrase)
{
    uint8_t file[KEYSTORE_FILE_SIZE_MAX];
    size_t size = 0;
    enum result result = write_file(profile, passphrase, file, &size);

    return result ? result : durable_file_create(path, file, size);
}

enum result keystore_replace(const char *path,
                             const struct keystore_profile *profile,
                             struct text_view passphrase)
{
    uint8_t file[KEYSTORE_FILE_SIZE_MAX];
    uint8_t *before = NULL;
    size_t size = 0;
    enum result result =
        durable_file_read(path, KEYSTORE_FILE_SIZE_MAX, &before, &size);

    free(before);
    if (!result)
        result = write_file(profile, passphrase, file, &size);
    return result ? result : durable_file_replace(path, file, size);
}

/* --- Opening ------------------------------------------------------------- */

/* Whole, of this version, undamaged? Gives the size of the sealed bytes. */
static enum result check_file(const uint8_t *file, size_t size,
                              size_t *sealed_size)
{
    struct byte_reader reader;
    const uint8_t *magic = NULL;
    uint16_t version = 0;
    struct hash sum;

    byte_reader_init(&reader, file, size);
    if (byte_reader_view(&reader, MAGIC_SIZE, &magic) ||
        memcmp(magic, MAGIC, MAGIC_SIZE) != 0 ||
        byte_reader_u16(&reader, &version))
        return RESULT_CORRUPT;
    if (version != KEYSTORE_VERSION)
        return RESULT_UNSUPPORTED;
    if (size < OVERHEAD_SIZE)
        return RESULT_CORRUPT;
    sum = digest_sha256(file, size - HASH_SIZE);
    if (memcmp(sum.bytes, &file[size - HASH_SIZE], HASH_SIZE) != 0)
        return RESULT_CORRUPT;
    /* Undamaged, so other parameters mean a file of another program. */
    if (memcmp(&file[MAGIC_SIZE + 2], parameters, sizeof parameters) != 0)
        return RESULT_UNSUPPORTED;
    *sealed_size = (size_t)file[SEALED_SIZE_OFFSET + 2] << 8 |
                   file[SEALED_SIZE_OFFSET + 3];
    if (file[SEALED_SIZE_OFFSET] || file[SEALED_SIZE_OFFSET + 1] ||
        *sealed_size != size - OVERHEAD_SIZE)
        return RESULT_CORRUPT;
    return RESULT_OK;
}

static enum result unseal(const uint8_t *file, size_t sealed_size,
                          struct text_view passphrase, uint8_t *plain)
{
    uint8_t key[GCM_KEY_SIZE];
    EVP_CIPHER_CTX *context = NULL;
    enum result result = derive_key(file, passphrase, key);

    if (result)
        return result;
    context = EVP_CIPHER_CTX_new();
    if (context && begin_decrypt(context, key, file))
        result = decrypt(context, &file[HEADER_SIZE], sealed_size, plain);
    else
        result = RESULT_CRYPTO;
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(key, sizeof key);
    return result;
}

enum result keystore_open(const char *path, struct text_view passphrase,
                          struct keystore_profile *out)
{
    struct keystore_profile profile = { .port = 0 };
    uint8_t plain[KEYSTORE_FILE_SIZE_MAX];
    uint8_t *file = NULL;
    size_t size = 0;
    size_t sealed_size = 0;
    enum result result =
        durable_file_read(path, KEYSTORE_FILE_SIZE_MAX, &file, &size);

    if (result)
        return result == RESULT_TOO_LARGE ? RESULT_CORRUPT : result;
    result = check_file(file, size, &sealed_size);
    if (!result)
        result = unseal(file, sealed_size, passphrase, plain);
    if (!result)
        result = read_profile(plain, sealed_size, &profile);
    if (!result)
        *out = profile;
    OPENSSL_cleanse(plain, sizeof plain);
    keystore_profile_wipe(&profile);
    free(file);
    return result;
}
