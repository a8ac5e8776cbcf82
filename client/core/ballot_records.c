#include "client/core/ballot_records.h"

#include "client/core/durable_file.h"
#include "protocol/base/byte_reader.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FIRST_SLOTS = 64, FILE_SIZE_MAX = 512 * 1024 * 1024 };

struct record {
    struct hash hash;
    size_t size;
    uint8_t bytes[];
};

struct ballot_records {
    char *folder; /* owned; NULL: in memory only */
    char path[PATH_MAX];
    struct record **slots; /* owned; open addressing, a power of two */
    size_t slot_count;
    size_t count;
    bool is_broken; /* the file cannot be written: memory goes on */
};

/* --- In memory ----------------------------------------------------------- */

/* SHA-256 is as good a spread as any. */
static size_t first_slot(const struct hash *hash, size_t slot_count)
{
    size_t value = 0;

    memcpy(&value, hash->bytes, sizeof value);
    return value & (slot_count - 1);
}

static struct record **find(struct record **slots, size_t slot_count,
                            const struct hash *hash)
{
    size_t i = first_slot(hash, slot_count);

    while (slots[i] && !hash_equal(&slots[i]->hash, hash))
        i = (i + 1) & (slot_count - 1);
    return &slots[i];
}

static enum result grow(struct ballot_records *records)
{
    const size_t slot_count =
        records->slot_count ? 2 * records->slot_count : FIRST_SLOTS;
    struct record **slots = calloc(slot_count, sizeof(struct record *));
    size_t i;

    if (!slots)
        return RESULT_NO_MEMORY;
    for (i = 0; i < records->slot_count; i++) {
        if (records->slots[i])
            *find(slots, slot_count, &records->slots[i]->hash) =
                records->slots[i];
    }
    free(records->slots);
    records->slots = slots;
    records->slot_count = slot_count;
    return RESULT_OK;
}

/* RESULT_EXISTS if it is here. */
static enum result remember(struct ballot_records *records, const void *bytes,
                            size_t size)
{
    const struct hash hash = digest_sha256(bytes, size);
    struct record **slot, *record;

    if (2 * (records->count + 1) > records->slot_count && grow(records))
        return RESULT_NO_MEMORY;
    slot = find(records->slots, records->slot_count, &hash);
    if (*slot)
        return RESULT_EXISTS;
    record = malloc(sizeof *record + size);
    if (!record)
        return RESULT_NO_MEMORY;
    record->hash = hash;
    record->size = size;
    if (size > 0)
        memcpy(record->bytes, bytes, size);
    *slot = record;
    records->count++;
    return RESULT_OK;
}

struct text_view ballot_records_get(const struct ballot_records *records,
                                    const struct hash *hash)
{
    const struct record *record;

    if (records->slot_count == 0)
        return (struct text_view){ NULL, 0 };
    record = *find(records->slots, records->slot_count, hash);
    if (!record)
        return (struct text_view){ NULL, 0 };
    return (struct text_view){ (const char *)record->bytes, record->size };
}

size_t ballot_records_count(const struct ballot_records *records)
{
    return records->count;
}

/* --- On disk ------------------------------------------------------------- */

/* Takes in what the file holds; what is cut short at its end is taken off, so
 * that what comes next is not joined to it. */
static enum result load(struct ballot_records *records)
{
    struct byte_reader reader;
    uint8_t *file = NULL;
    const uint8_t *bytes = NULL;
    size_t size = 0, good = 0;
    uint32_t record_size = 0;
    enum result result =
        durable_file_read(records->path, FILE_SIZE_MAX, &file, &size);

    if (result) {
        records->is_broken = result != RESULT_NOT_FOUND;
        return RESULT_OK;
    }
    byte_reader_init(&reader, file, size);
    while (!result && !byte_reader_u32(&reader, &record_size) &&
           !byte_reader_view(&reader, record_size, &bytes)) {
        result = remember(records, bytes, record_size);
        if (result == RESULT_EXISTS)
            result = RESULT_OK;
        good = reader.position;
    }
    if (!result && good < size && truncate(records->path, (off_t)good) != 0)
        records->is_broken = true;
    free(file);
    return result;
}

static void append(struct ballot_records *records, const void *bytes,
                   size_t size)
{
    const uint8_t head[] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16),
                             (uint8_t)(size >> 8), (uint8_t)size };
    /* writev() takes what it only reads as if it could write to it. */
    const struct iovec parts[] = {
        { (void *)(uintptr_t)head, sizeof head },
        { (void *)(uintptr_t)bytes, size },
    };
    int fd;

    if (!records->folder || records->is_broken)
        return;
    if (mkdir(records->folder, S_IRWXU) != 0 && errno != EEXIST) {
        records->is_broken = true;
        return;
    }
    fd = open(records->path,
              O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
              S_IRUSR | S_IWUSR);
    records->is_broken =
        fd < 0 || writev(fd, parts, 2) != (ssize_t)(sizeof head + size);
    if (fd >= 0)
        (void)close(fd); /* what is lost is fetched again */
}

enum result ballot_records_put(struct ballot_records *records,
                               const void *bytes, size_t size)
{
    const enum result result = remember(records, bytes, size);

    if (result == RESULT_OK)
        append(records, bytes, size);
    return result == RESULT_EXISTS ? RESULT_OK : result;
}

void ballot_records_remove(struct ballot_records *records)
{
    if (records->folder)
        (void)unlink(records->path); /* public, and may be gone already */
    records->is_broken = true;
}

/* --- Life ---------------------------------------------------------------- */

enum result ballot_records_open(struct ballot_records **out, const char *folder,
                                const char *uuid)
{
    struct ballot_records *records = calloc(1, sizeof *records);
    enum result result = RESULT_OK;
    int length;

    if (!records)
        return RESULT_NO_MEMORY;
    if (folder) {
        length = snprintf(records->path, sizeof records->path, "%s/%s.records",
                          folder, uuid);
        if (length < 0 || length >= (int)sizeof records->path)
            result = RESULT_INVALID;
        records->folder = result ? NULL : strdup(folder);
        if (!result && !records->folder)
            result = RESULT_NO_MEMORY;
        if (!result)
            result = load(records);
    }
    if (result) {
        ballot_records_free(records);
        return result;
    }
    *out = records;
    return RESULT_OK;
}

struct ballot_records *ballot_records_free(struct ballot_records *records)
{
    if (!records)
        return NULL;
    for (size_t i = 0; i < records->slot_count; i++)
        free(records->slots[i]);
    free(records->slots);
    free(records->folder);
    free(records);
    return NULL;
}
