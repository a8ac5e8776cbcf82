/* Counting: the tally, decryptions, the result. */
#include "server/room/ballot_work.h"

#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

static enum result failure_of(enum ballot_fault fault)
{
    return fault == BALLOT_FAULT_NONE        ? RESULT_OK
           : fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
           : fault == BALLOT_FAULT_LIBRARY   ? RESULT_CRYPTO
                                             : RESULT_CORRUPT;
}

/* --- the tally ------------------------------------------------------------ */

static enum result add_ballot(const struct ballot_count_input *input,
                              const struct ballot_booth *booth,
                              struct text_view ballot,
                              struct ballot_cipher *tally, size_t positions)
{
    struct ballot_vote vote = { .answers = NULL };
    enum result result =
        failure_of(ballot_vote_read(booth, ballot, &vote, NULL));

    if (result == RESULT_OK)
        result =
            ballot_tally_add(input->group, tally, vote.ciphers, positions, 1);
    ballot_vote_release(&vote);
    return result;
}

static enum result write_tally(const struct ballot_count_input *input,
                               const struct ballot_cipher *tally,
                               uint64_t ballot_count, struct work_text *record,
                               struct work_text *sized)
{
    struct ballot_tally_size size = { .ballot_count = ballot_count,
                                      .weight = ballot_count };
    struct byte_writer writer;
    enum result result;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_tally_write(&writer, input->election, tally);
    result = work_text_take(record, &writer);
    if (result != RESULT_OK)
        return result;
    size.tally = work_text_hash(record);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_tally_size_write(&writer, &size);
    return work_text_take(sized, &writer);
}

enum result ballot_work_tally(const struct ballot_count_input *input,
                              const struct text_view *ballots, size_t count,
                              struct work_text *tally, struct work_text *sized)
{
    const size_t positions = ballot_election_position_count(input->election);
    struct ballot_cipher *sum = calloc(positions + 1, sizeof *sum);
    struct ballot_booth *booth = NULL;
    enum result result =
        sum ? ballot_booth_new(input->group, input->election, &booth)
            : RESULT_NO_MEMORY;
    size_t i;

    if (result == RESULT_OK)
        ballot_tally_begin(sum, positions);
    for (i = 0; i < count && result == RESULT_OK; i++)
        result = add_ballot(input, booth, ballots[i], sum, positions);
    if (result == RESULT_OK)
        result = write_tally(input, sum, count, tally, sized);
    ballot_booth_free(booth);
    free(sum);
    return result;
}

/* --- decryptions ---------------------------------------------------------- */

static enum result read_tally(const struct ballot_count_input *input,
                              struct text_view record,
                              struct ballot_cipher **tally)
{
    const size_t positions = ballot_election_position_count(input->election);
    enum result result;

    *tally = calloc(positions + 1, sizeof **tally);
    if (!*tally)
        return RESULT_NO_MEMORY;
    result = failure_of(ballot_tally_read(input->group, record, input->election,
                                          false, *tally));
    if (result != RESULT_OK) {
        free(*tally);
        *tally = NULL;
    }
    return result;
}

static enum result opening_of(const struct ballot_count_input *input,
                              const struct ballot_cipher *tally, uint64_t owner,
                              struct ballot_opening *out)
{
    const struct ballot_owner *found =
        ballot_trustees_owner(input->trustees, owner);

    if (!found)
        return RESULT_INVALID;
    *out = (struct ballot_opening){ .election = input->election,
                                    .tally = tally,
                                    .owner = owner,
                                    .public_key = found->public_key };
    return RESULT_OK;
}

static enum result fill(void *user, uint8_t *out, size_t size)
{
    return entropy_fill(user, out, size);
}

static enum result make_decryption(const struct ballot_tools *tools,
                                   const struct ballot_count_input *input,
                                   const struct ballot_cipher *tally,
                                   struct ballot_decryption *out)
{
    const struct ballot_random random = {
        .fill = fill, .user = (void *)(uintptr_t)tools->entropy
    };
    char uuid[BALLOT_UUID_SIZE_MAX + 1] = "";
    struct ballot_opening opening;
    struct ballot_scalar secret = { { 0 } };
    enum result result = opening_of(input, tally, 1, &opening);

    if (result != RESULT_OK)
        return result;
    memcpy(uuid, input->election->uuid.data, input->election->uuid.size);
    result = tools->shares->load(tools->shares->user, uuid, secret.bytes,
                                 sizeof secret.bytes);
    if (result == RESULT_OK)
        result = ballot_decryption_make(input->group, &opening, &secret,
                                        &random, out);
    ballot_scalar_wipe(&secret);
    return result;
}

enum result ballot_work_sized(uint64_t owner, const struct hash *payload,
                              struct work_text *out)
{
    struct byte_writer writer;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_decryption_write_owner(&writer, owner, payload);
    return work_text_take(out, &writer);
}

enum result ballot_work_decrypt(const struct ballot_tools *tools,
                                const struct ballot_count_input *input,
                                struct text_view tally_record,
                                struct work_text *payload,
                                struct work_text *sized)
{
    struct ballot_decryption decryption = { .factors = NULL };
    struct ballot_cipher *tally = NULL;
    struct byte_writer writer;
    struct hash name;
    enum result result = read_tally(input, tally_record, &tally);

    if (result == RESULT_OK)
        result = make_decryption(tools, input, tally, &decryption);
    if (result == RESULT_OK) {
        byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
        ballot_decryption_write(&writer, input->election, &decryption);
        result = work_text_take(payload, &writer);
    }
    if (result == RESULT_OK) {
        name = work_text_hash(payload);
        result = ballot_work_sized(1, &name, sized);
    }
    ballot_decryption_release(&decryption);
    free(tally);
    return result;
}

enum result ballot_work_check_decryption(const struct ballot_count_input *input,
                                         struct text_view tally_record,
                                         uint64_t owner,
                                         struct text_view payload,
                                         enum ballot_fault *fault)
{
    struct ballot_decryption decryption = { .factors = NULL };
    struct ballot_opening opening;
    struct ballot_cipher *tally = NULL;
    enum result result = read_tally(input, tally_record, &tally);

    if (result == RESULT_OK)
        result = opening_of(input, tally, owner, &opening);
    if (result == RESULT_OK) {
        *fault = ballot_decryption_read(input->group, payload, input->election,
                                        false, &decryption);
        if (*fault == BALLOT_FAULT_NONE)
            *fault =
                ballot_decryption_check(input->group, &opening, &decryption);
        if (*fault == BALLOT_FAULT_NO_MEMORY || *fault == BALLOT_FAULT_LIBRARY)
            result = failure_of(*fault);
    }
    ballot_decryption_release(&decryption);
    free(tally);
    return result;
}

/* --- the result ----------------------------------------------------------- */

/* Factors of one owner, into its row. Looked at before: only the form is read
 * again. */
static enum result read_factors(const struct ballot_count_input *input,
                                struct text_view payload, size_t positions,
                                struct ballot_element *row)
{
    struct ballot_decryption decryption = { .factors = NULL };
    enum result result = failure_of(ballot_decryption_read(
        input->group, payload, input->election, false, &decryption));

    if (result == RESULT_OK)
        memcpy(row, decryption.factors, positions * sizeof row[0]);
    ballot_decryption_release(&decryption);
    return result;
}

static enum result combine(const struct ballot_count_input *input,
                           const struct text_view *payloads, size_t positions,
                           struct ballot_element *combined)
{
    const uint32_t owners = input->trustees->owner_count;
    struct ballot_element *rows = calloc(owners * positions + 1, sizeof *rows);
    struct ballot_factors factors = { .factors = rows };
    enum result result = rows ? RESULT_OK : RESULT_NO_MEMORY;
    uint32_t i;

    for (i = 0; i < owners && result == RESULT_OK; i++) {
        if (payloads[i].size == 0)
            continue;
        factors.owners |= UINT64_C(1) << i;
        result =
            read_factors(input, payloads[i], positions, &rows[i * positions]);
    }
    if (result == RESULT_OK)
        result = ballot_result_combine(input->group, input->trustees, &factors,
                                       positions, combined);
    free(rows);
    return result;
}

enum result ballot_work_result(const struct ballot_count_input *input,
                               struct text_view tally_record,
                               const struct text_view *payloads,
                               uint64_t ballot_count, struct text_view paper,
                               struct work_text *result_record,
                               uint64_t **counts, size_t *count)
{
    const size_t positions = ballot_election_position_count(input->election);
    struct ballot_element *combined = calloc(positions + 1, sizeof *combined);
    uint64_t *found = calloc(positions + 1, sizeof *found);
    struct ballot_cipher *tally = NULL;
    struct byte_writer writer;
    enum result result = combined && found ? RESULT_OK : RESULT_NO_MEMORY;

    if (result == RESULT_OK)
        result = read_tally(input, tally_record, &tally);
    if (result == RESULT_OK)
        result = combine(input, payloads, positions, combined);
    if (result == RESULT_OK)
        result = ballot_result_count(input->group, tally, combined, positions,
                                     ballot_count, found);
    if (result == RESULT_OK) {
        byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
        ballot_result_write(&writer, input->election, found, paper);
        result = work_text_take(result_record, &writer);
    }
    free(tally);
    free(combined);
    if (result != RESULT_OK) {
        free(found);
        return result;
    }
    *counts = found;
    *count = positions;
    return RESULT_OK;
}
