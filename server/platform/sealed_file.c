#include "server/platform/sealed_file.h"

#include "server/platform/private_file.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC_SIZE = 16,
    GCM_NONCE_SIZE = 12,
    TAG_SIZE = 16,
    HEADER_SIZE = MAGIC_SIZE + GCM_NONCE_SIZE,
    FILE_SIZE_MAX = HEADER_SIZE + SEALED_FILE_SECRET_MAX + TAG_SIZE
};

static const uint8_t magic[MAGIC_SIZE] = "chibo-sealed-1\n";

/* --- The key ------------------------------------------------------------- */

static enum result make_key(const char *path, const struct entropy *entropy,
                            struct sealed_file_key *out)
{
    enum result result = entropy_fill(entropy, out->bytes, sizeof out->bytes);

    if (result == RESULT_OK)
        result = private_file_write(path, out->bytes, sizeof out->bytes);
    return result;
}

enum result sealed_file_load_key(const char *path,
                                 const struct entropy *entropy,
                                 struct sealed_file_key *out)
{
    size_t size = 0;
    enum result result =
        private_file_read(path, out->bytes, sizeof out->bytes, &size);

    if (result == RESULT_NOT_FOUND)
        result = make_key(path, entropy, out);
    else if (result == RESULT_TOO_LARGE ||
             (result == RESULT_OK && size != sizeof out->bytes))
        result = RESULT_MALFORMED;
    if (result != RESULT_OK)
        sealed_file_wipe_key(out);
    return result;
}

void sealed_file_wipe_key(struct sealed_file_key *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}

/* --- Sealing ------------------------------------------------------------- */

static bool begin(EVP_CIPHER_CTX *context, bool is_sealing,
                  const struct sealed_file_key *key, const uint8_t *nonce,
                  const char *label)
{
    const int label_size = (int)strlen(label);
    int size = 0;

    return EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                             nonce, is_sealing) == 1 &&
           EVP_CipherUpdate(context, NULL, &size, magic, MAGIC_SIZE) == 1 &&
           EVP_CipherUpdate(context, NULL, &size, (const uint8_t *)label,
                            label_size) == 1;
}

/* `file` holds magic and nonce; ciphertext and tag are written behind them. */
static bool seal(uint8_t *file, const struct sealed_file_key *key,
                 const char *label, const void *secret, size_t size)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *sealed = file + HEADER_SIZE;
    int written = 0, rest = 0;
    bool is_done =
        context && begin(context, true, key, file + MAGIC_SIZE, label) &&
        EVP_CipherUpdate(context, sealed, &written, secret, (int)size) == 1 &&
        EVP_CipherFinal_ex(context, sealed + written, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                            sealed + size) == 1;

    EVP_CIPHER_CTX_free(context);
    return is_done && (size_t)written + (size_t)rest == size;
}

static bool unseal(const uint8_t *file, const struct sealed_file_key *key,
                   const char *label, void *out, size_t size)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t tag[TAG_SIZE];
    int written = 0, rest = 0;
    bool is_done;

    memcpy(tag, file + HEADER_SIZE + size, TAG_SIZE);
    is_done = context && begin(context, false, key, file + MAGIC_SIZE, label) &&
              EVP_CipherUpdate(context, out, &written, file + HEADER_SIZE,
                               (int)size) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE,
                                  tag) == 1 &&
              EVP_CipherFinal_ex(context, (uint8_t *)out + written, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    return is_done && (size_t)written + (size_t)rest == size;
}

enum result sealed_file_write(const char *path,
                              const struct sealed_file_key *key,
                              const char *label, const void *secret,
                              size_t size, const struct entropy *entropy)
{
    uint8_t file[FILE_SIZE_MAX];
    enum result result;

    if (size == 0 || size > SEALED_FILE_SECRET_MAX ||
        strlen(label) > SEALED_FILE_LABEL_MAX)
        return RESULT_INVALID;
    memcpy(file, magic, MAGIC_SIZE);
    result = entropy_fill(entropy, file + MAGIC_SIZE, GCM_NONCE_SIZE);
    if (result == RESULT_OK && !seal(file, key, label, secret, size))
        result = RESULT_CRYPTO;
    if (result == RESULT_OK)
        result = private_file_write(path, file, HEADER_SIZE + size + TAG_SIZE);
    OPENSSL_cleanse(file, sizeof file);
    return result;
}

enum result sealed_file_read(const char *path,
                             const struct sealed_file_key *key,
                             const char *label, void *out, size_t size)
{
    uint8_t file[FILE_SIZE_MAX];
    size_t file_size = 0;
    enum result result;

    if (size == 0 || size > SEALED_FILE_SECRET_MAX ||
        strlen(label) > SEALED_FILE_LABEL_MAX)
        return RESULT_INVALID;
    result = private_file_read(path, file, sizeof file, &file_size);
    if (result == RESULT_TOO_LARGE ||
        (result == RESULT_OK && (file_size != HEADER_SIZE + size + TAG_SIZE ||
                                 memcmp(file, magic, MAGIC_SIZE) != 0)))
        result = RESULT_MALFORMED;
    if (result == RESULT_OK && !unseal(file, key, label, out, size))
        result = RESULT_REFUSED;
    if (result != RESULT_OK)
        OPENSSL_cleanse(out, size);
    return result;
}

/* --- Destroying ---------------------------------------------------------- */

/* On a file system that writes in place nothing is left; on another one the
 * key that lies elsewhere still stands before what is. */
static bool overwrite(int fd, size_t size)
{
    static const uint8_t zeros[FILE_SIZE_MAX];

    while (size > 0) {
        size_t part = size < sizeof zeros ? size : sizeof zeros;
        ssize_t written = write(fd, zeros, part);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        size -= (size_t)written;
    }
    return fsync(fd) == 0;
}

enum result sealed_file_destroy(const char *path)
{
    struct stat status;
    bool is_done;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return errno == ENOENT ? RESULT_OK : RESULT_IO;
    is_done = fstat(fd, &status) == 0 && status.st_size >= 0 &&
              overwrite(fd, (size_t)status.st_size);
    (void)close(fd); /* it is synchronised, or has failed already */
    if (unlink(path) != 0 || !is_done)
        return RESULT_IO;
    return private_directory_sync(path);
}
