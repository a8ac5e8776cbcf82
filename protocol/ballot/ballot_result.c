#include "protocol/ballot/ballot_result.h"

#include "protocol/ballot/ballot_shape.h"

#include <stdlib.h>

/* --- Putting together ---------------------------------------------------- */

/* The members of a part that are taken, as their numbers in it. */
struct chosen {
    uint32_t numbers[LIMIT_BALLOT_TRUSTEES];
    uint32_t count;
};

static struct chosen choose(const struct ballot_part *part, uint64_t owners)
{
    struct chosen chosen = { .count = 0 };

    for (uint32_t i = 0; i < part->size && chosen.count < part->threshold; i++)
        if ((owners >> (part->first_owner - 1 + i)) & 1)
            chosen.numbers[chosen.count++] = i + 1;
    return chosen;
}

/* The product of k/(k - j) over the chosen k other than j. */
static enum result share_of(const struct chosen *chosen, uint32_t j,
                            struct ballot_scalar *out)
{
    const struct ballot_scalar own = ballot_scalar_of_number(j);
    struct ballot_scalar above = ballot_scalar_of_number(1);
    struct ballot_scalar below = ballot_scalar_of_number(1);

    for (uint32_t i = 0; i < chosen->count; i++) {
        const struct ballot_scalar other =
            ballot_scalar_of_number(chosen->numbers[i]);
        const struct ballot_scalar distance =
            ballot_scalar_subtract(&other, &own);

        if (chosen->numbers[i] == j)
            continue;
        above = ballot_scalar_multiply(&above, &other);
        below = ballot_scalar_multiply(&below, &distance);
    }
    if (ballot_scalar_invert(&below, &below) != RESULT_OK)
        return RESULT_CRYPTO; /* numbers differ, so this is not zero */
    *out = ballot_scalar_multiply(&above, &below);
    return RESULT_OK;
}

/* Multiplies one owner's factors in, raised to its share. */
static enum result add_owner(const struct ballot_group *group,
                             const struct ballot_element *factors,
                             const struct ballot_scalar *share, bool is_alone,
                             size_t position_count, struct ballot_element *out)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < position_count && result == RESULT_OK; i++) {
        struct ballot_element factor = factors[i];

        if (!is_alone)
            result = ballot_group_power(group, &factor, share, &factor);
        if (result == RESULT_OK)
            result = ballot_group_multiply(group, &out[i], &factor, &out[i]);
    }
    return result;
}

static enum result add_part(const struct ballot_group *group,
                            const struct ballot_part *part,
                            const struct ballot_factors *factors,
                            size_t position_count, struct ballot_element *out)
{
    const struct chosen chosen = choose(part, factors->owners);
    enum result result = RESULT_OK;

    if (chosen.count < part->threshold)
        return RESULT_REFUSED;
    for (uint32_t i = 0; i < chosen.count && result == RESULT_OK; i++) {
        const size_t owner = part->first_owner + chosen.numbers[i] - 1;
        struct ballot_scalar share;

        result = share_of(&chosen, chosen.numbers[i], &share);
        if (result == RESULT_OK)
            result = add_owner(group,
                               &factors->factors[(owner - 1) * position_count],
                               &share, chosen.count == 1, position_count, out);
    }
    return result;
}

enum result ballot_result_combine(const struct ballot_group *group,
                                  const struct ballot_trustees *trustees,
                                  const struct ballot_factors *factors,
                                  size_t position_count,
                                  struct ballot_element *out)
{
    enum result result = RESULT_OK;

    if (!ballot_trustees_suffice(trustees, factors->owners))
        return RESULT_REFUSED;
    for (size_t i = 0; i < position_count; i++)
        out[i] = ballot_element_identity();
    for (uint32_t i = 0; i < trustees->part_count && result == RESULT_OK; i++)
        result =
            add_part(group, &trustees->parts[i], factors, position_count, out);
    return result;
}

/* --- Counting ------------------------------------------------------------ */

/* Notes `count` wherever g^count is what is left. */
static size_t note(const struct ballot_element *left,
                   const struct ballot_element *power, size_t position_count,
                   uint64_t count, bool *is_found, uint64_t *counts)
{
    size_t found = 0;

    for (size_t i = 0; i < position_count; i++) {
        if (is_found[i] || !ballot_element_equal(&left[i], power))
            continue;
        is_found[i] = true;
        counts[i] = count;
        found++;
    }
    return found;
}

static enum result search(const struct ballot_group *group,
                          const struct ballot_element *left,
                          size_t position_count, uint64_t most, bool *is_found,
                          uint64_t *counts)
{
    const struct ballot_element g = ballot_group_generator(group);
    struct ballot_element power = ballot_element_identity();
    size_t found = note(left, &power, position_count, 0, is_found, counts);

    for (uint64_t count = 1; count <= most && found < position_count; count++) {
        const enum result result =
            ballot_group_multiply(group, &power, &g, &power);

        if (result != RESULT_OK)
            return result;
        found += note(left, &power, position_count, count, is_found, counts);
    }
    return found == position_count ? RESULT_OK : RESULT_REFUSED;
}

enum result ballot_result_count(const struct ballot_group *group,
                                const struct ballot_cipher *tally,
                                const struct ballot_element *combined,
                                size_t position_count, uint64_t most,
                                uint64_t *counts)
{
    struct ballot_element *left = calloc(position_count, sizeof *left);
    bool *is_found = calloc(position_count, sizeof *is_found);
    enum result result = left && is_found ? RESULT_OK : RESULT_NO_MEMORY;

    for (size_t i = 0; i < position_count && result == RESULT_OK; i++)
        result =
            ballot_group_divide(group, &tally[i].beta, &combined[i], &left[i]);
    if (result == RESULT_OK)
        result = search(group, left, position_count, most, is_found, counts);
    free(left);
    free(is_found);
    return result;
}

static enum ballot_fault check_one(const struct ballot_group *group,
                                   const struct ballot_element *beta,
                                   const struct ballot_element *combined,
                                   uint64_t count)
{
    const struct ballot_scalar exponent = ballot_scalar_of_number(count);
    struct ballot_element expected;
    enum result result = ballot_group_generate(group, &exponent, &expected);

    if (result == RESULT_OK)
        result = ballot_group_multiply(group, &expected, combined, &expected);
    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    return ballot_element_equal(&expected, beta) ? BALLOT_FAULT_NONE
                                                 : BALLOT_FAULT_RESULT_NUMBERS;
}

enum ballot_fault ballot_result_check(const struct ballot_group *group,
                                      const struct ballot_cipher *tally,
                                      const struct ballot_element *combined,
                                      size_t position_count, uint64_t most,
                                      const uint64_t *counts)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (size_t i = 0; i < position_count && fault == BALLOT_FAULT_NONE; i++)
        fault = counts[i] > most
                    ? BALLOT_FAULT_RESULT_NUMBERS
                    : check_one(group, &tally[i].beta, &combined[i], counts[i]);
    return fault;
}

/* --- Bytes --------------------------------------------------------------- */

static void write_count(struct byte_writer *writer, size_t position,
                        const void *user)
{
    const uint64_t *counts = user;

    ballot_json_write_number(writer, counts[position]);
}

void ballot_result_write(struct byte_writer *writer,
                         const struct ballot_election *election,
                         const uint64_t *counts, struct text_view paper)
{
    ballot_json_write(writer, "{\"result\":");
    ballot_shape_write(writer, election, write_count, counts);
    if (paper.size > 0) {
        ballot_json_write(writer, ",\"paper\":");
        byte_writer_text(writer, paper);
    }
    ballot_json_write(writer, "}");
}

static void read_count(struct ballot_json *json, size_t position, void *user)
{
    uint64_t *counts = user;

    counts[position] = ballot_json_number(json, UINT64_MAX);
}

enum ballot_fault ballot_result_read(struct text_view record,
                                     const struct ballot_election *election,
                                     bool is_lenient, uint64_t *counts,
                                     struct text_view *paper)
{
    struct ballot_json json;

    *paper = (struct text_view){ NULL, 0 };
    ballot_json_init(&json, record);
    json.is_lenient = is_lenient;
    ballot_json_object(&json);
    ballot_json_field(&json, "result");
    ballot_shape_read(&json, election, BALLOT_FAULT_RESULT_SHAPE, read_count,
                      counts);
    if (ballot_json_optional(&json, "paper")) {
        *paper = ballot_json_skip(&json);
        if (json.fault == BALLOT_FAULT_NONE && paper->data[0] != '{')
            ballot_json_fail(&json, BALLOT_FAULT_PAPER_FIELDS);
    }
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}
