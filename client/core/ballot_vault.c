#include "client/core/ballot_vault.h"

#include "client/core/durable_file.h"
#include "client/core/secret_memory.h"
#include "protocol/base/byte_reader.h"
#include "protocol/base/byte_writer.h"
#include "protocol/program/file_bytes.h"
#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "CHIBOBAL"
enum {
    VAULT_VERSION = 1,
    MAGIC_SIZE = 8,
    NONCE_OFFSET = MAGIC_SIZE + 4,
    NONCE_SIZE_GCM = 12,
    SIZE_OFFSET = NONCE_OFFSET + NONCE_SIZE_GCM,
    HEADER_SIZE = SIZE_OFFSET + 4,
    TAG_SIZE = 16,
    UUID_SIZE_MAX = 64,
    NAME_SIZE_MAX = 64
};

struct entry {
    struct entry *next;
    char name[NAME_SIZE_MAX];
    size_t size;
    uint8_t bytes[];
};

struct ballot_vault {
    char *folder; /* owned; NULL: in memory only */
    char uuid[UUID_SIZE_MAX];
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    const struct client_entropy *entropy;
    uint8_t salt[BALLOT_VAULT_SALT_SIZE];
    bool has_salt; /* in its file */
    struct entry *entries;
    size_t size; /* of all of them, sealed */
    bool is_changed;
};

/* --- Paths --------------------------------------------------------------- */

static bool uuid_is_fit(const char *uuid)
{
    const size_t size = strlen(uuid);
    size_t i;

    for (i = 0; i < size; i++) {
        const char c = uuid[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
              (c >= 'a' && c <= 'z')))
            return false;
    }
    return size > 0 && size < UUID_SIZE_MAX;
}

static bool make_path(char out[PATH_MAX], const char *folder, const char *uuid,
                      const char *ending)
{
    const int length = snprintf(out, PATH_MAX, "%s/%s%s", folder, uuid, ending);

    return length > 0 && length < PATH_MAX;
}

bool ballot_vault_is_there(const char *folder, const char *uuid)
{
    char path[PATH_MAX];
    struct stat status;

    return folder && uuid_is_fit(uuid) && make_path(path, folder, uuid, "") &&
           lstat(path, &status) == 0;
}

/* --- Entries ------------------------------------------------------------- */

static size_t sealed_size_of(const char *name, size_t size)
{
    return 4 + strlen(name) + 4 + size;
}

static struct entry *entry_free(struct entry *entry)
{
    if (!entry)
        return NULL;
    return secret_memory_free(entry, sizeof *entry + entry->size);
}

static struct entry **find(struct entry **link, const char *name)
{
    while (*link && strcmp((*link)->name, name) != 0)
        link = &(*link)->next;
    return link;
}

static void remove_at(struct ballot_vault *vault, struct entry **link)
{
    struct entry *entry = *link;

    if (!entry)
        return;
    *link = entry->next;
    vault->size -= sealed_size_of(entry->name, entry->size);
    vault->is_changed = true;
    entry_free(entry);
}

static void forget(struct ballot_vault *vault)
{
    while (vault->entries)
        remove_at(vault, &vault->entries);
}

struct text_view ballot_vault_get(const struct ballot_vault *vault,
                                  const char *name)
{
    const struct entry *entry = vault->entries;

    while (entry && strcmp(entry->name, name) != 0)
        entry = entry->next;
    if (!entry)
        return (struct text_view){ NULL, 0 };
    return (struct text_view){ (const char *)entry->bytes, entry->size };
}

static bool is_same(const struct entry *entry, const void *bytes, size_t size)
{
    return entry && entry->size == size &&
           (size == 0 || CRYPTO_memcmp(entry->bytes, bytes, size) == 0);
}

enum result ballot_vault_put(struct ballot_vault *vault, const char *name,
                             const void *bytes, size_t size)
{
    struct entry **link = find(&vault->entries, name), *entry;
    const size_t before =
        *link ? sealed_size_of((*link)->name, (*link)->size) : 0;

    if (strlen(name) >= NAME_SIZE_MAX || size > BALLOT_VAULT_SIZE_MAX ||
        vault->size - before + sealed_size_of(name, size) >
            BALLOT_VAULT_SIZE_MAX)
        return RESULT_TOO_LARGE;
    if (is_same(*link, bytes, size))
        return RESULT_OK;
    entry = secret_memory_new(sizeof *entry + size);
    if (!entry)
        return RESULT_NO_MEMORY;
    entry->size = size;
    (void)snprintf(entry->name, sizeof entry->name, "%s", name);
    if (size > 0)
        memcpy(entry->bytes, bytes, size);
    remove_at(vault, link);
    entry->next = *link;
    *link = entry;
    vault->size += sealed_size_of(name, size);
    vault->is_changed = true;
    return RESULT_OK;
}

void ballot_vault_drop(struct ballot_vault *vault, const char *name)
{
    remove_at(vault, find(&vault->entries, name));
}

static enum result read_entries(struct ballot_vault *vault,
                                const uint8_t *plain, size_t size)
{
    struct byte_reader reader;
    enum result result = RESULT_OK;

    byte_reader_init(&reader, plain, size);
    while (!result && byte_reader_left(&reader) > 0) {
        char name[NAME_SIZE_MAX] = "";
        const uint8_t *bytes = NULL;
        uint32_t name_size = 0, entry_size = 0;

        if (byte_reader_u32(&reader, &name_size) ||
            name_size >= NAME_SIZE_MAX ||
            byte_reader_copy(&reader, (uint8_t *)name, name_size) ||
            byte_reader_u32(&reader, &entry_size) ||
            byte_reader_view(&reader, entry_size, &bytes))
            return RESULT_CORRUPT;
        result = ballot_vault_put(vault, name, bytes, entry_size);
    }
    vault->is_changed = false;
    return result;
}

/* --- Sealing ------------------------------------------------------------- */

static struct hash key_of(const struct ballot_vault *vault)
{
    static const char domain[] = DIGEST_DOMAIN_PREFIX "ballot-vault";
    uint8_t bytes[sizeof domain + BALLOT_VAULT_SALT_SIZE];

    memcpy(bytes, domain, sizeof domain);
    memcpy(bytes + sizeof domain, vault->salt, BALLOT_VAULT_SALT_SIZE);
    return digest_hmac_sha256(vault->seed, sizeof vault->seed, bytes,
                              sizeof bytes);
}

/* Sizes are bounded by BALLOT_VAULT_SIZE_MAX, so they fit an int. */
static bool encrypt(EVP_CIPHER_CTX *context, const struct ballot_vault *vault,
                    const struct hash *key, const struct byte_writer *plain,
                    uint8_t *file)
{
    uint8_t *sealed = file + HEADER_SIZE;
    int written = 0;

    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                              file + NONCE_OFFSET) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written, file, HEADER_SIZE) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written,
                             (const uint8_t *)vault->uuid,
                             (int)strlen(vault->uuid)) == 1 &&
           EVP_EncryptUpdate(context, sealed, &written, plain->data,
                             (int)plain->size) == 1 &&
           EVP_EncryptFinal_ex(context, sealed + plain->size, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                               sealed + plain->size) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct ballot_vault *vault,
                    const struct hash *key, const uint8_t *file, size_t size,
                    uint8_t *plain)
{
    const size_t sealed = size - HEADER_SIZE - TAG_SIZE;
    uint8_t tag[TAG_SIZE];
    int written = 0;

    memcpy(tag, file + size - TAG_SIZE, TAG_SIZE);
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                              file + NONCE_OFFSET) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written, file, HEADER_SIZE) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written,
                             (const uint8_t *)vault->uuid,
                             (int)strlen(vault->uuid)) == 1 &&
           EVP_DecryptUpdate(context, plain, &written, file + HEADER_SIZE,
                             (int)sealed) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) ==
               1 &&
           EVP_DecryptFinal_ex(context, plain + sealed, &written) == 1;
}

static void write_header(uint8_t *file, size_t sealed)
{
    memcpy(file, MAGIC, MAGIC_SIZE);
    memcpy(file + MAGIC_SIZE, (const uint8_t[]){ 0, VAULT_VERSION, 0, 0 }, 4);
    for (int i = 0; i < 4; i++)
        file[SIZE_OFFSET + i] = (uint8_t)(sealed >> (24 - 8 * i));
}

/* The file's bytes of these entries; the caller ends them with free(). */
static enum result seal(const struct ballot_vault *vault,
                        const struct byte_writer *plain, uint8_t **out,
                        size_t *size)
{
    const size_t total = HEADER_SIZE + plain->size + TAG_SIZE;
    uint8_t *file = malloc(total);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    struct hash key = key_of(vault);
    enum result result = file && context ? RESULT_OK : RESULT_NO_MEMORY;

    if (!result) {
        write_header(file, plain->size);
        result = vault->entropy->fill(vault->entropy->user, file + NONCE_OFFSET,
                                      NONCE_SIZE_GCM);
    }
    if (!result && !encrypt(context, vault, &key, plain, file))
        result = RESULT_CRYPTO;
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(key.bytes, sizeof key.bytes);
    if (result) {
        free(file);
        return result;
    }
    *out = file;
    *size = total;
    return RESULT_OK;
}

static enum result unseal(struct ballot_vault *vault, const uint8_t *file,
                          size_t size)
{
    const size_t sealed = size - HEADER_SIZE - TAG_SIZE;
    uint8_t *plain = secret_memory_new(sealed + 1);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    struct hash key = key_of(vault);
    enum result result = plain && context ? RESULT_OK : RESULT_NO_MEMORY;

    if (!result && !decrypt(context, vault, &key, file, size, plain))
        result = RESULT_CORRUPT;
    if (!result)
        result = read_entries(vault, plain, sealed);
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(key.bytes, sizeof key.bytes);
    secret_memory_free(plain, sealed + 1);
    return result;
}

/* --- Opening ------------------------------------------------------------- */

static enum result check_header(const uint8_t *file, size_t size)
{
    struct byte_reader reader;
    const uint8_t *magic = NULL, *nonce = NULL;
    uint16_t version = 0, zero = 0;
    uint32_t sealed = 0;

    byte_reader_init(&reader, file, size);
    if (byte_reader_view(&reader, MAGIC_SIZE, &magic) ||
        memcmp(magic, MAGIC, MAGIC_SIZE) != 0 ||
        byte_reader_u16(&reader, &version))
        return RESULT_CORRUPT;
    if (version != VAULT_VERSION)
        return RESULT_UNSUPPORTED;
    if (byte_reader_u16(&reader, &zero) || zero != 0 ||
        byte_reader_view(&reader, NONCE_SIZE_GCM, &nonce) ||
        byte_reader_u32(&reader, &sealed) ||
        byte_reader_left(&reader) != (size_t)sealed + TAG_SIZE)
        return RESULT_CORRUPT;
    return RESULT_OK;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    size_t i = 0;

    while (i < size && bytes[i] == 0)
        i++;
    return i == size;
}

static enum result read_salt(struct ballot_vault *vault)
{
    char path[PATH_MAX];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!make_path(path, vault->folder, vault->uuid, ".salt"))
        return RESULT_INVALID;
    result = durable_file_read(path, BALLOT_VAULT_SALT_SIZE, &bytes, &size);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    if (!result && size != BALLOT_VAULT_SALT_SIZE)
        result = RESULT_CORRUPT;
    if (!result) {
        memcpy(vault->salt, bytes, sizeof vault->salt);
        vault->has_salt = !is_zero(bytes, size);
    }
    free(bytes);
    return result == RESULT_TOO_LARGE ? RESULT_CORRUPT : result;
}

/* Where nothing was ever kept there is nothing to lose. */
static enum result sync_vault(const struct ballot_vault *vault)
{
    const enum result result = file_sync_folder(vault->folder);

    return result && errno == ENOENT ? RESULT_OK : result;
}

static enum result load(struct ballot_vault *vault)
{
    char path[PATH_MAX];
    uint8_t *file = NULL;
    size_t size = 0;
    enum result result = read_salt(vault);

    /* Without its salt, or with zeros for it, it was being wiped. */
    if (result || !vault->has_salt)
        return result;
    if (!make_path(path, vault->folder, vault->uuid, ""))
        return RESULT_INVALID;
    result = durable_file_read(
        path, HEADER_SIZE + BALLOT_VAULT_SIZE_MAX + TAG_SIZE, &file, &size);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    if (!result)
        result = check_header(file, size);
    if (!result)
        result = unseal(vault, file, size);
    /* The run that wrote it may have died before its name was durable. */
    if (!result)
        result = sync_vault(vault);
    free(file);
    return result == RESULT_TOO_LARGE ? RESULT_CORRUPT : result;
}

enum result ballot_vault_open(struct ballot_vault **out, const char *folder,
                              const char *uuid, const uint8_t *seed,
                              const struct client_entropy *entropy)
{
    struct ballot_vault *vault;
    enum result result = RESULT_OK;

    if (!uuid_is_fit(uuid))
        return RESULT_INVALID;
    vault = secret_memory_new(sizeof *vault);
    if (!vault)
        return RESULT_NO_MEMORY;
    (void)snprintf(vault->uuid, sizeof vault->uuid, "%s", uuid);
    memcpy(vault->seed, seed, sizeof vault->seed);
    vault->entropy = entropy;
    if (folder) {
        vault->folder = strdup(folder);
        result = vault->folder ? load(vault) : RESULT_NO_MEMORY;
    }
    if (result) {
        ballot_vault_free(vault);
        return result;
    }
    *out = vault;
    return RESULT_OK;
}

struct ballot_vault *ballot_vault_free(struct ballot_vault *vault)
{
    if (!vault)
        return NULL;
    forget(vault);
    free(vault->folder);
    return secret_memory_free(vault, sizeof *vault);
}

/* --- Saving -------------------------------------------------------------- */

static enum result make_folder(const char *folder)
{
    return mkdir(folder, S_IRWXU) == 0 || errno == EEXIST ? RESULT_OK
                                                          : RESULT_IO;
}

static enum result make_salt(struct ballot_vault *vault)
{
    uint8_t salt[BALLOT_VAULT_SALT_SIZE];
    char path[PATH_MAX];
    enum result result = make_folder(vault->folder);

    if (!result && !make_path(path, vault->folder, vault->uuid, ".salt"))
        result = RESULT_INVALID;
    if (!result)
        result = vault->entropy->fill(vault->entropy->user, salt, sizeof salt);
    if (!result)
        result = durable_file_replace(path, salt, sizeof salt);
    if (!result) {
        memcpy(vault->salt, salt, sizeof vault->salt);
        vault->has_salt = true;
    }
    OPENSSL_cleanse(salt, sizeof salt);
    return result;
}

static enum result write_file(const struct ballot_vault *vault,
                              const struct byte_writer *plain)
{
    char path[PATH_MAX];
    uint8_t *file = NULL;
    size_t size = 0;
    enum result result = RESULT_INVALID;

    if (make_path(path, vault->folder, vault->uuid, ""))
        result = seal(vault, plain, &file, &size);
    if (!result)
        result = durable_file_replace(path, file, size);
    free(file);
    return result;
}

enum result ballot_vault_save(struct ballot_vault *vault)
{
    /* As large as it will be from the start: growing would leave copies. */
    uint8_t *plain = NULL;
    struct byte_writer writer;
    const struct entry *entry;
    enum result result = RESULT_OK;

    if (!vault->folder || !vault->is_changed)
        return RESULT_OK;
    if (!vault->has_salt)
        result = make_salt(vault);
    if (result)
        return result;
    plain = secret_memory_new(vault->size + 1);
    if (!plain)
        return RESULT_NO_MEMORY;
    writer = (struct byte_writer){ .data = plain,
                                   .capacity = vault->size + 1,
                                   .size_max = vault->size + 1 };
    for (entry = vault->entries; entry; entry = entry->next) {
        byte_writer_prefixed(&writer, entry->name, strlen(entry->name));
        byte_writer_prefixed(&writer, entry->bytes, entry->size);
    }
    result = writer.result ? writer.result : write_file(vault, &writer);
    secret_memory_free(plain, vault->size + 1);
    if (!result)
        vault->is_changed = false;
    return result;
}

/* --- Wiping -------------------------------------------------------------- */

static bool overwrite(int fd, size_t size)
{
    static const uint8_t zeros[4096];
    size_t done = 0;

    while (done < size) {
        const size_t piece =
            size - done < sizeof zeros ? size - done : sizeof zeros;
        const ssize_t n = write(fd, zeros, piece);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

static enum result destroy(const struct ballot_vault *vault, const char *ending)
{
    char path[PATH_MAX];
    struct stat status;
    bool is_done = false;
    int fd;

    if (!make_path(path, vault->folder, vault->uuid, ending))
        return RESULT_INVALID;
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? RESULT_OK : RESULT_IO;
    is_done = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
              overwrite(fd, (size_t)status.st_size);
    is_done = close(fd) == 0 && is_done;
    return is_done && unlink(path) == 0 ? RESULT_OK : RESULT_IO;
}

enum result ballot_vault_wipe(struct ballot_vault *vault)
{
    enum result result = RESULT_OK, other;

    forget(vault);
    vault->is_changed = false;
    OPENSSL_cleanse(vault->salt, sizeof vault->salt);
    vault->has_salt = false;
    if (!vault->folder)
        return RESULT_OK;
    /* The salt first: without it the rest is noise. */
    result = destroy(vault, ".salt");
    other = destroy(vault, "");
    if (!result)
        result = other;
    other = sync_vault(vault);
    return result ? result : other;
}
