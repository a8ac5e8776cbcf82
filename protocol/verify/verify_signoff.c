#include "protocol/verify/verify_signoff.h"

#include <string.h>

size_t verify_signoff_seqs(const struct meeting_state *state,
                           uint64_t seqs[LIMIT_RECORD_SIGNATURES])
{
    const struct meeting_minutes *minutes = &state->minutes;
    size_t i, count = 0;

    for (i = 0; i < minutes->signature_count; i++) {
        const struct meeting_signature *row = &minutes->signatures[i];

        if (row->role == SIGNER_MEMBER || count == LIMIT_RECORD_SIGNATURES)
            continue;
        seqs[count++] = row->seq;
    }
    return count;
}

bool verify_signoff_read(const struct meeting_state *state,
                         const struct record_manifest *manifest, bool *is_done)
{
    uint64_t seqs[LIMIT_RECORD_SIGNATURES];
    const size_t count = verify_signoff_seqs(state, seqs);

    *is_done = state->minutes.signed_seq > 0;
    return manifest->signed_count == count &&
           (count == 0 ||
            memcmp(manifest->signed_seqs, seqs, count * sizeof seqs[0]) == 0);
}

bool verify_signoff_is_file(const struct meeting_state *state, uint64_t seq,
                            const char *field, struct text_view value,
                            struct hash *out)
{
    return state->minutes.version > 0 && seq == state->minutes.presented_seq &&
           strcmp(field, "minutes") == 0 &&
           hex_decode(value, out->bytes, HASH_SIZE) == RESULT_OK;
}
