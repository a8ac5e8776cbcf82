#include "protocol/ballot/ballot_tally.h"

#include "protocol/ballot/ballot_shape.h"
#include "protocol/ballot/ballot_value.h"

#include <stdlib.h>

/* Larger numbers stand in strings. */
#define NUMBER_MAX ((UINT64_C(1) << 30) - 1)

void ballot_tally_begin(struct ballot_cipher *tally, size_t position_count)
{
    for (size_t i = 0; i < position_count; i++)
        tally[i] = ballot_cipher_identity();
}

/* Both parts to the power of the weight. */
static enum result weigh(const struct ballot_group *group, uint64_t weight,
                         struct ballot_cipher *cipher)
{
    const struct ballot_scalar exponent = ballot_scalar_of_number(weight);
    enum result result = RESULT_OK;

    if (weight == 1)
        return RESULT_OK;
    result =
        ballot_group_power(group, &cipher->alpha, &exponent, &cipher->alpha);
    if (result == RESULT_OK)
        result =
            ballot_group_power(group, &cipher->beta, &exponent, &cipher->beta);
    return result;
}

enum result ballot_tally_add(const struct ballot_group *group,
                             struct ballot_cipher *tally,
                             const struct ballot_cipher *ballot,
                             size_t position_count, uint64_t weight)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < position_count && result == RESULT_OK; i++) {
        struct ballot_cipher cipher = ballot[i];

        result = weigh(group, weight, &cipher);
        if (result == RESULT_OK)
            result =
                ballot_cipher_multiply(group, &tally[i], &cipher, &tally[i]);
    }
    return result;
}

/* --- The tally's record -------------------------------------------------- */

static void write_cipher(struct byte_writer *writer, size_t position,
                         const void *user)
{
    const struct ballot_cipher *tally = user;

    ballot_value_write_cipher(writer, &tally[position]);
}

void ballot_tally_write(struct byte_writer *writer,
                        const struct ballot_election *election,
                        const struct ballot_cipher *tally)
{
    ballot_shape_write(writer, election, write_cipher, tally);
}

struct reading {
    const struct ballot_group *group;
    struct ballot_cipher *tally;
};

static void read_cipher(struct ballot_json *json, size_t position, void *user)
{
    const struct reading *reading = user;

    reading->tally[position] = ballot_value_cipher(json, reading->group);
}

enum ballot_fault ballot_tally_read(const struct ballot_group *group,
                                    struct text_view record,
                                    const struct ballot_election *election,
                                    bool is_lenient,
                                    struct ballot_cipher *tally)
{
    struct reading reading = { .group = group, .tally = tally };
    struct ballot_json json;

    ballot_json_init(&json, record);
    json.is_lenient = is_lenient;
    ballot_shape_read(&json, election, BALLOT_FAULT_TALLY, read_cipher,
                      &reading);
    return ballot_json_end(&json);
}

static bool is_same(const struct ballot_cipher *a,
                    const struct ballot_cipher *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!ballot_element_equal(&a[i].alpha, &b[i].alpha) ||
            !ballot_element_equal(&a[i].beta, &b[i].beta))
            return false;
    return true;
}

enum ballot_fault ballot_tally_check(const struct ballot_group *group,
                                     struct text_view record,
                                     const struct ballot_election *election,
                                     bool is_lenient,
                                     const struct ballot_cipher *tally)
{
    const size_t count = ballot_election_position_count(election);
    struct ballot_cipher *found = calloc(count, sizeof *found);
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    if (!found)
        return BALLOT_FAULT_NO_MEMORY;
    fault = ballot_tally_read(group, record, election, is_lenient, found);
    if (fault == BALLOT_FAULT_NONE && !is_same(found, tally, count))
        fault = BALLOT_FAULT_TALLY;
    free(found);
    return fault;
}

/* --- The sized tally ----------------------------------------------------- */

void ballot_tally_size_write(struct byte_writer *writer,
                             const struct ballot_tally_size *size)
{
    const char *quote = size->weight > NUMBER_MAX ? "\"" : "";

    ballot_json_write(writer, "{\"num_tallied\":");
    ballot_json_write_number(writer, size->ballot_count);
    ballot_json_write(writer, ",\"total_weight\":");
    ballot_json_write(writer, quote);
    ballot_json_write_number(writer, size->weight);
    ballot_json_write(writer, quote);
    ballot_json_write(writer, ",\"encrypted_tally\":");
    ballot_json_write_hex(writer, size->tally.bytes, HASH_SIZE);
    ballot_json_write(writer, "}");
}

/* The number in a string: what it holds is read as if it stood alone. */
static uint64_t read_long_number(struct ballot_json *json)
{
    const struct text_view word = ballot_json_word(json);
    struct ballot_json inner;
    uint64_t number = 0;

    ballot_json_init(&inner, word);
    number = ballot_json_number(&inner, UINT64_MAX);
    if (ballot_json_end(&inner) != BALLOT_FAULT_NONE || number <= NUMBER_MAX)
        ballot_json_fail(json, BALLOT_FAULT_NUMBER);
    return number;
}

static uint64_t read_weight(struct ballot_json *json)
{
    if (json->fault == BALLOT_FAULT_NONE && json->position < json->text.size &&
        json->text.data[json->position] == '"')
        return read_long_number(json);
    return ballot_json_number(json, NUMBER_MAX);
}

enum ballot_fault ballot_tally_size_read(struct text_view record,
                                         bool is_lenient,
                                         struct ballot_tally_size *out)
{
    struct ballot_json json;

    ballot_json_init(&json, record);
    json.is_lenient = is_lenient;
    ballot_json_object(&json);
    ballot_json_field(&json, "num_tallied");
    out->ballot_count = ballot_json_number(&json, NUMBER_MAX);
    ballot_json_field(&json, "total_weight");
    out->weight = read_weight(&json);
    ballot_json_field(&json, "encrypted_tally");
    out->tally = ballot_json_hash(&json);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

enum ballot_fault
ballot_tally_size_check(struct text_view record, bool is_lenient,
                        const struct ballot_tally_size *wanted)
{
    struct ballot_tally_size found;
    const enum ballot_fault fault =
        ballot_tally_size_read(record, is_lenient, &found);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    if (!hash_equal(&found.tally, &wanted->tally))
        return BALLOT_FAULT_TALLY_REFERENCE;
    return found.ballot_count == wanted->ballot_count &&
                   found.weight == wanted->weight
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_TALLY_NUMBERS;
}
