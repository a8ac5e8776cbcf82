#include "protocol/verify/verify_recordings.h"

#include "protocol/record/digest.h"

static const struct recording_file *find(const struct meeting_state *state,
                                         struct text_view name)
{
    const struct meeting_recordings *all = &state->recordings;
    char path[RECORDING_PATH_SIZE];
    size_t i, j;

    for (i = 0; i < all->count; i++)
        for (j = 0; j < all->rows[i].file_count; j++) {
            recording_file_path(i + 1, &all->rows[i].files[j], path);
            if (text_view_is(name, path))
                return &all->rows[i].files[j];
        }
    return NULL;
}

bool verify_recording_is_of(const struct meeting_state *state,
                            const struct record_zip_entry *entry)
{
    const struct recording_file *file = find(state, entry->name);
    const struct hash hash = digest_sha256(entry->data.data, entry->data.size);

    return file && recording_file_is_there(file) &&
           file->size == entry->data.size && hash_equal(&hash, &file->blob);
}

const struct recording_file *
verify_recording_lacking(const struct meeting_state *state,
                         const struct record_manifest *manifest)
{
    const struct meeting_recordings *all = &state->recordings;
    char path[RECORDING_PATH_SIZE];
    size_t i, j;

    for (i = 0; i < all->count; i++)
        for (j = 0; j < all->rows[i].file_count; j++) {
            const struct recording_file *file = &all->rows[i].files[j];

            recording_file_path(i + 1, file, path);
            if (recording_file_is_there(file) &&
                !record_manifest_hideable(manifest, text_view_of(path)))
                return file;
        }
    return NULL;
}
