#include "server/room/upload_proof.h"

#include <stdlib.h>
#include <string.h>

struct upload_proof {
    struct key device;
    struct hash blob;
    uint64_t size, sent;
    struct digest digest; /* of what was sent; while that is not all */
    bool is_hashing, is_proved;
    uint64_t used; /* when it was begun last; 0: free */
};

struct upload_proofs {
    struct upload_proof *rows; /* owned */
    size_t row_max;
    uint64_t turn;
};

enum result upload_proofs_new(struct upload_proofs **out, size_t row_max)
{
    struct upload_proofs *proofs;

    if (row_max == 0)
        return RESULT_INVALID;
    proofs = calloc(1, sizeof *proofs);
    if (proofs)
        proofs->rows = calloc(row_max, sizeof proofs->rows[0]);
    if (!proofs || !proofs->rows) {
        upload_proofs_free(proofs);
        return RESULT_NO_MEMORY;
    }
    proofs->row_max = row_max;
    *out = proofs;
    return RESULT_OK;
}

static void clear(struct upload_proof *row)
{
    if (row->is_hashing)
        digest_abandon(&row->digest);
    *row = (struct upload_proof){ .used = 0 };
}

struct upload_proofs *upload_proofs_free(struct upload_proofs *proofs)
{
    size_t i;

    for (i = 0; proofs && i < proofs->row_max; i++)
        clear(&proofs->rows[i]);
    if (proofs)
        free(proofs->rows);
    free(proofs);
    return NULL;
}

static struct upload_proof *find(const struct upload_proofs *proofs,
                                 const struct key *device,
                                 const struct hash *blob)
{
    size_t i;

    for (i = 0; i < proofs->row_max; i++)
        if (proofs->rows[i].used > 0 &&
            hash_equal(&proofs->rows[i].blob, blob) &&
            memcmp(proofs->rows[i].device.bytes, device->bytes, KEY_SIZE) == 0)
            return &proofs->rows[i];
    return NULL;
}

static struct upload_proof *oldest(const struct upload_proofs *proofs)
{
    struct upload_proof *row = &proofs->rows[0];
    size_t i;

    for (i = 1; i < proofs->row_max; i++)
        if (proofs->rows[i].used < row->used)
            row = &proofs->rows[i];
    return row;
}

void upload_proofs_begin(struct upload_proofs *proofs, const struct key *device,
                         const struct hash *blob, uint64_t size)
{
    struct upload_proof *row = find(proofs, device, blob);

    if (!row || row->size != size) {
        if (!row)
            row = oldest(proofs);
        clear(row);
        digest_begin(&row->digest);
        row->is_hashing = true;
        row->device = *device;
        row->blob = *blob;
        row->size = size;
    }
    row->used = ++proofs->turn;
}

static void finish(struct upload_proof *row)
{
    const struct hash hash = digest_finish(&row->digest);

    row->is_hashing = false;
    row->is_proved = hash_equal(&hash, &row->blob);
    if (!row->is_proved)
        clear(row);
}

void upload_proofs_take(struct upload_proofs *proofs, const struct key *device,
                        const struct hash *blob, uint64_t offset,
                        const uint8_t *bytes, size_t size)
{
    struct upload_proof *row = find(proofs, device, blob);
    size_t known;

    if (!row || row->is_proved || offset > row->sent || size > row->size ||
        offset > row->size - size || row->sent - offset >= size)
        return;
    known = (size_t)(row->sent - offset);
    digest_bytes(&row->digest, &bytes[known], size - known);
    row->sent += size - known;
    if (row->sent == row->size)
        finish(row);
}

uint64_t upload_proofs_sent(const struct upload_proofs *proofs,
                            const struct key *device, const struct hash *blob)
{
    const struct upload_proof *row = find(proofs, device, blob);

    return row ? row->sent : 0;
}

bool upload_proofs_has(const struct upload_proofs *proofs,
                       const struct key *device, const struct hash *blob)
{
    const struct upload_proof *row = find(proofs, device, blob);

    return row && row->is_proved;
}

void upload_proofs_forget(struct upload_proofs *proofs,
                          const struct key *device, const struct hash *blob)
{
    struct upload_proof *row = find(proofs, device, blob);

    if (row)
        clear(row);
}
