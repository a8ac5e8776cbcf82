#include "client/core/text_store.h"

#include "client/core/durable_file.h"
#include "protocol/base/byte_reader.h"
#include "protocol/base/text_fields.h"
#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"
#include "protocol/wire/json_read.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "CHIBOTXT"
enum {
    STORE_VERSION = 1,
    MAGIC_SIZE = 8,
    NONCE_OFFSET = MAGIC_SIZE + 4,
    NONCE_SIZE_GCM = 12,
    SIZE_OFFSET = NONCE_OFFSET + NONCE_SIZE_GCM,
    HEADER_SIZE = SIZE_OFFSET + 4,
    TAG_SIZE = 16,
    NUMBER_SIZE = 8
};

struct text_store {
    char *folder; /* owned; NULL: in memory only */
    struct hash key;
    const struct client_entropy *entropy;
    struct kept_text *texts; /* owned, ascending by number */
    size_t count;
    uint64_t last; /* number given out, or found in the folder */
};

static const char *const stage_words[] = {
    [TEXT_TYPING] = "typing",
    [TEXT_WAITING] = "waiting",
    [TEXT_REFUSED] = "refused",
};

/* --- Texts --------------------------------------------------------------- */

static void release_text(struct kept_text *text)
{
    json_decref(text->command);
    json_decref(text->error);
    *text = (struct kept_text){ .number = 0 };
}

static enum result copy_text_into(struct kept_text *out,
                                  const struct kept_text *text)
{
    *out = (struct kept_text){ .number = text->number,
                               .stage = text->stage,
                               .log = text->log,
                               .id = text->id };
    out->command = json_deep_copy(text->command);
    out->error = text->error ? json_deep_copy(text->error) : NULL;
    if (out->command && !out->error == !text->error)
        return RESULT_OK;
    release_text(out);
    return RESULT_NO_MEMORY;
}

static json_t *encode(const struct kept_text *text)
{
    return json_pack("{s:s, s:s, s:O, s:I, s:O*}", "stage",
                     stage_words[text->stage], "log", text->log.text, "command",
                     text->command, "id", (json_int_t)text->id, "error",
                     text->error);
}

static bool read_stage(const json_t *object, enum text_stage *out)
{
    const char *word = json_string_value(json_object_get(object, "stage"));
    int stage;

    for (stage = TEXT_TYPING; word && stage <= TEXT_REFUSED; stage++)
        if (strcmp(word, stage_words[stage]) == 0) {
            *out = (enum text_stage)stage;
            return true;
        }
    return false;
}

/* Borrowed from `object`. */
static enum result decode(const json_t *object, uint64_t number,
                          struct kept_text *out)
{
    const struct kept_text text = { .number = number };

    *out = text;
    if (!read_stage(object, &out->stage) ||
        !json_read_id(object, "log", &out->log) ||
        !json_read_number(object, "id", &out->id))
        return RESULT_CORRUPT;
    out->command = json_object_get(object, "command");
    out->error = json_object_get(object, "error");
    return json_is_object(out->command) &&
                   (out->id > 0) == (out->stage != TEXT_TYPING)
               ? RESULT_OK
               : RESULT_CORRUPT;
}

/* --- Sealing ------------------------------------------------------------- */

static struct hash key_of(const uint8_t *seed)
{
    static const char domain[] = DIGEST_DOMAIN_PREFIX "text-store";

    return digest_hmac_sha256(seed, SIGNING_KEY_SEED_SIZE, domain,
                              sizeof domain);
}

static void put_number(uint8_t out[NUMBER_SIZE], uint64_t number)
{
    for (int i = 0; i < NUMBER_SIZE; i++)
        out[i] = (uint8_t)(number >> (8 * (NUMBER_SIZE - 1 - i)));
}

static void write_header(uint8_t *file, size_t sealed)
{
    memcpy(file, MAGIC, MAGIC_SIZE);
    memcpy(file + MAGIC_SIZE, (const uint8_t[]){ 0, STORE_VERSION, 0, 0 }, 4);
    for (int i = 0; i < 4; i++)
        file[SIZE_OFFSET + i] = (uint8_t)(sealed >> (24 - 8 * i));
}

/* Sizes are bounded by TEXT_STORE_SIZE_MAX, so they fit an int. */
static bool encrypt(EVP_CIPHER_CTX *context, const struct hash *key,
                    uint64_t number, const char *plain, size_t size,
                    uint8_t *file)
{
    uint8_t *sealed = file + HEADER_SIZE;
    uint8_t name[NUMBER_SIZE];
    int written = 0;

    put_number(name, number);
    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                              file + NONCE_OFFSET) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written, file, HEADER_SIZE) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written, name, NUMBER_SIZE) == 1 &&
           EVP_EncryptUpdate(context, sealed, &written, (const uint8_t *)plain,
                             (int)size) == 1 &&
           EVP_EncryptFinal_ex(context, sealed + size, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                               sealed + size) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct hash *key,
                    uint64_t number, const uint8_t *file, size_t size,
                    uint8_t *plain)
{
    const size_t sealed = size - HEADER_SIZE - TAG_SIZE;
    uint8_t tag[TAG_SIZE];
    uint8_t name[NUMBER_SIZE];
    int written = 0;

    put_number(name, number);
    memcpy(tag, file + size - TAG_SIZE, TAG_SIZE);
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                              file + NONCE_OFFSET) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written, file, HEADER_SIZE) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written, name, NUMBER_SIZE) == 1 &&
           EVP_DecryptUpdate(context, plain, &written, file + HEADER_SIZE,
                             (int)sealed) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) ==
               1 &&
           EVP_DecryptFinal_ex(context, plain + sealed, &written) == 1;
}

/* The file's bytes; the caller ends them with free(). */
static enum result seal(const struct text_store *store,
                        const struct kept_text *text, uint8_t **out,
                        size_t *size)
{
    json_t *object = encode(text);
    char *plain = object ? json_dumps(object, JSON_COMPACT) : NULL;
    const size_t plain_size = plain ? strlen(plain) : 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *file = NULL;
    enum result result = plain && context ? RESULT_OK : RESULT_NO_MEMORY;

    if (!result && plain_size > TEXT_STORE_SIZE_MAX)
        result = RESULT_TOO_LARGE;
    if (!result)
        file = malloc(HEADER_SIZE + plain_size + TAG_SIZE);
    if (!result && !file)
        result = RESULT_NO_MEMORY;
    if (!result) {
        write_header(file, plain_size);
        result = store->entropy->fill(store->entropy->user, file + NONCE_OFFSET,
                                      NONCE_SIZE_GCM);
    }
    if (!result &&
        !encrypt(context, &store->key, text->number, plain, plain_size, file))
        result = RESULT_CRYPTO;
    EVP_CIPHER_CTX_free(context);
    free(plain);
    json_decref(object);
    if (result) {
        free(file);
        return result;
    }
    *out = file;
    *size = HEADER_SIZE + plain_size + TAG_SIZE;
    return RESULT_OK;
}

static bool has_header(const uint8_t *file, size_t size)
{
    struct byte_reader reader;
    const uint8_t *magic = NULL, *nonce = NULL;
    uint16_t version = 0, zero = 0;
    uint32_t sealed = 0;

    byte_reader_init(&reader, file, size);
    return !byte_reader_view(&reader, MAGIC_SIZE, &magic) &&
           memcmp(magic, MAGIC, MAGIC_SIZE) == 0 &&
           !byte_reader_u16(&reader, &version) && version == STORE_VERSION &&
           !byte_reader_u16(&reader, &zero) && zero == 0 &&
           !byte_reader_view(&reader, NONCE_SIZE_GCM, &nonce) &&
           !byte_reader_u32(&reader, &sealed) &&
           byte_reader_left(&reader) == (size_t)sealed + TAG_SIZE;
}

/* RESULT_CORRUPT: it is damaged, or of another device. */
static enum result unseal(const struct text_store *store, uint64_t number,
                          const uint8_t *file, size_t size,
                          struct kept_text *out)
{
    EVP_CIPHER_CTX *context = NULL;
    struct kept_text text;
    uint8_t *plain = NULL;
    json_t *object = NULL;
    enum result result = RESULT_CORRUPT;

    if (!has_header(file, size))
        return RESULT_CORRUPT;
    plain = malloc(size);
    context = EVP_CIPHER_CTX_new();
    if (!plain || !context)
        result = RESULT_NO_MEMORY;
    else if (decrypt(context, &store->key, number, file, size, plain))
        object = json_loadb((char *)plain, size - HEADER_SIZE - TAG_SIZE,
                            JSON_REJECT_DUPLICATES, NULL);
    if (object)
        result = decode(object, number, &text);
    if (object && !result)
        result = copy_text_into(out, &text);
    json_decref(object);
    EVP_CIPHER_CTX_free(context);
    free(plain);
    return result;
}

/* --- Files --------------------------------------------------------------- */

static bool make_path(const struct text_store *store, uint64_t number,
                      char out[PATH_MAX])
{
    const int length =
        snprintf(out, PATH_MAX, "%s/%" PRIu64, store->folder, number);

    return length > 0 && length < PATH_MAX;
}

static enum result write_file(const struct text_store *store,
                              const struct kept_text *text)
{
    char path[PATH_MAX];
    uint8_t *file = NULL;
    size_t size = 0;
    enum result result;

    if (!store->folder)
        return RESULT_OK;
    if (!make_path(store, text->number, path))
        return RESULT_INVALID;
    if (mkdir(store->folder, S_IRWXU) != 0 && errno != EEXIST)
        return RESULT_IO;
    result = seal(store, text, &file, &size);
    if (!result)
        result = durable_file_replace(path, file, size);
    free(file);
    return result;
}

static enum result read_file(const struct text_store *store, uint64_t number,
                             struct kept_text *out)
{
    char path[PATH_MAX];
    uint8_t *file = NULL;
    size_t size = 0;
    enum result result;

    if (!make_path(store, number, path))
        return RESULT_INVALID;
    result = durable_file_read(
        path, HEADER_SIZE + TEXT_STORE_SIZE_MAX + TAG_SIZE, &file, &size);
    if (!result)
        result = unseal(store, number, file, size, out);
    free(file);
    return result == RESULT_TOO_LARGE || result == RESULT_INVALID
               ? RESULT_CORRUPT
               : result;
}

/* The place of the first one that is not below `number`. */
static size_t place_of(const struct text_store *store, uint64_t number)
{
    size_t i = 0;

    while (i < store->count && store->texts[i].number < number)
        i++;
    return i;
}

/* Takes what `text` owns. */
static enum result insert(struct text_store *store,
                          const struct kept_text *text)
{
    const size_t place = place_of(store, text->number);
    struct kept_text *grown =
        realloc(store->texts, (store->count + 1) * sizeof *grown);

    if (!grown)
        return RESULT_NO_MEMORY;
    store->texts = grown;
    memmove(&grown[place + 1], &grown[place],
            (store->count - place) * sizeof *grown);
    grown[place] = *text;
    store->count++;
    return RESULT_OK;
}

/* A file with another name than a number is not ours: one that was written
 * aside, and never put in place, was never said to be kept. */
static enum result take_file(struct text_store *store, const char *name,
                             size_t *unread)
{
    struct kept_text text;
    uint64_t number = 0;
    enum result result;

    if (!text_parse_number(text_view_of(name), &number) || number == 0 ||
        number >= UINT64_MAX / 2)
        return RESULT_OK;
    if (number > store->last)
        store->last = number;
    if (store->count == TEXT_STORE_MAX) {
        (*unread)++;
        return RESULT_OK;
    }
    result = read_file(store, number, &text);
    if (result == RESULT_CORRUPT) {
        (*unread)++;
        return RESULT_OK;
    }
    if (result)
        return result;
    result = insert(store, &text);
    if (result)
        release_text(&text);
    return result;
}

static enum result load(struct text_store *store, size_t *unread)
{
    DIR *folder = opendir(store->folder);
    const struct dirent *file;
    enum result result = RESULT_OK;

    if (!folder)
        return errno == ENOENT ? RESULT_OK : RESULT_IO;
    while (!result) {
        errno = 0;
        file = readdir(folder);
        if (!file)
            break;
        result = take_file(store, file->d_name, unread);
    }
    if (!result && errno != 0)
        result = RESULT_IO;
    /* Nothing was written through it. */
    (void)closedir(folder);
    return result;
}

/* --- Public -------------------------------------------------------------- */

enum result text_store_open(struct text_store **out, const char *folder,
                            const uint8_t *seed,
                            const struct client_entropy *entropy,
                            size_t *unread)
{
    struct text_store *store = calloc(1, sizeof *store);
    size_t left_alone = 0;
    enum result result = RESULT_OK;

    if (!store)
        return RESULT_NO_MEMORY;
    store->key = key_of(seed);
    store->entropy = entropy;
    if (folder) {
        store->folder = strdup(folder);
        result = store->folder ? load(store, &left_alone) : RESULT_NO_MEMORY;
    }
    if (result) {
        text_store_free(store);
        return result;
    }
    *out = store;
    *unread = left_alone;
    return RESULT_OK;
}

struct text_store *text_store_free(struct text_store *store)
{
    if (!store)
        return NULL;
    while (store->count > 0)
        release_text(&store->texts[--store->count]);
    free(store->texts);
    free(store->folder);
    OPENSSL_cleanse(&store->key, sizeof store->key);
    free(store);
    return NULL;
}

size_t text_store_count(const struct text_store *store) { return store->count; }

const struct kept_text *text_store_at(const struct text_store *store, size_t i)
{
    return &store->texts[i];
}

static struct kept_text *find(const struct text_store *store, uint64_t number)
{
    const size_t place = place_of(store, number);

    return place < store->count && store->texts[place].number == number
               ? &store->texts[place]
               : NULL;
}

const struct kept_text *text_store_find(const struct text_store *store,
                                        uint64_t number)
{
    return find(store, number);
}

const struct kept_text *text_store_of_request(const struct text_store *store,
                                              const struct identifier *log,
                                              uint64_t id)
{
    size_t i;

    for (i = 0; id > 0 && i < store->count; i++)
        if (store->texts[i].id == id &&
            identifier_equal(&store->texts[i].log, log))
            return &store->texts[i];
    return NULL;
}

enum result text_store_put(struct text_store *store,
                           const struct kept_text *text, uint64_t *number)
{
    struct kept_text *old = find(store, text->number), copy;
    enum result result;

    if (text->number > 0 && !old)
        return RESULT_NOT_FOUND;
    if (!old && store->count == TEXT_STORE_MAX)
        return RESULT_FULL;
    result = copy_text_into(&copy, text);
    if (result)
        return result;
    if (!old)
        copy.number = store->last + 1;
    result = write_file(store, &copy);
    if (!result && !old)
        result = insert(store, &copy);
    if (result) {
        release_text(&copy);
        return result;
    }
    if (old) {
        release_text(old);
        *old = copy;
    } else {
        store->last = copy.number;
    }
    *number = copy.number;
    return RESULT_OK;
}

enum result text_store_drop(struct text_store *store, uint64_t number)
{
    struct kept_text *text = find(store, number);
    char path[PATH_MAX];
    size_t place;

    if (!text)
        return RESULT_OK;
    place = place_of(store, number);
    release_text(text);
    memmove(text, text + 1, (store->count - place - 1) * sizeof *text);
    store->count--;
    if (!store->folder)
        return RESULT_OK;
    if (!make_path(store, number, path))
        return RESULT_INVALID;
    return unlink(path) == 0 || errno == ENOENT ? RESULT_OK : RESULT_IO;
}
