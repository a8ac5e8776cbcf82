#include "protocol/ballot/ballot_trustees.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_value.h"

#include <stdlib.h>

_Static_assert(LIMIT_BALLOT_TRUSTEES <= 64, "sets of owners are 64 bits");

/* While a record is read. */
struct reading {
    const struct ballot_group *group;
    struct ballot_json json;
    char *scratch;                   /* owned; as large as the record */
    struct ballot_pedersen *record;  /* owned */
    struct ballot_trustees trustees; /* so far */
    uint32_t owner;                  /* at fault */
};

/* --- Parts --------------------------------------------------------------- */

/* SAME_KEY if one of the first `other_count` owners has this key already: no
 * owner is at fault then, because either may have copied the other's. */
static enum ballot_fault add_owner(struct reading *reading,
                                   const struct ballot_element *key,
                                   uint32_t index, uint32_t other_count)
{
    struct ballot_trustees *trustees = &reading->trustees;

    reading->owner = trustees->owner_count + 1;
    if (trustees->owner_count == LIMIT_BALLOT_TRUSTEES)
        return BALLOT_FAULT_TOO_LARGE;
    for (uint32_t i = 0; i < other_count; i++)
        if (ballot_element_equal(&trustees->owners[i].public_key, key)) {
            reading->owner = 0;
            return BALLOT_FAULT_SAME_KEY;
        }
    trustees->owners[trustees->owner_count++] = (struct ballot_owner){
        .public_key = *key, .part = trustees->part_count, .index = index
    };
    return BALLOT_FAULT_NONE;
}

/* Ends a part whose owners have been added, and multiplies its key in. */
static enum ballot_fault end_part(struct reading *reading,
                                  const struct ballot_part *part,
                                  const struct ballot_element *key)
{
    struct ballot_trustees *trustees = &reading->trustees;
    const enum result result = ballot_group_multiply(
        reading->group, &trustees->public_key, key, &trustees->public_key);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    trustees->parts[trustees->part_count++] = *part;
    return BALLOT_FAULT_NONE;
}

static enum ballot_fault take_single(struct reading *reading)
{
    const struct ballot_part part = { .first_owner =
                                          reading->trustees.owner_count + 1,
                                      .size = 1,
                                      .threshold = 1 };
    struct ballot_trustee_key key;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    ballot_trustee_key_read(&reading->json, reading->group, &key);
    if (key.is_signed && !reading->json.is_lenient)
        ballot_json_fail(&reading->json, BALLOT_FAULT_UNKNOWN_FIELD);
    fault = reading->json.fault;
    reading->owner = part.first_owner;
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_trustee_key_check(reading->group, &key);
    if (fault == BALLOT_FAULT_NONE)
        fault = add_owner(reading, &key.public_key, 1,
                          reading->trustees.owner_count);
    if (fault == BALLOT_FAULT_NONE)
        fault = end_part(reading, &part, &key.public_key);
    return fault;
}

static enum ballot_fault add_members(struct reading *reading,
                                     const struct ballot_pedersen *record)
{
    const uint32_t before = reading->trustees.owner_count;
    /* Of a group of which any one is enough, all have the same key. We make no
     * such groups; others may. */
    const bool may_repeat = record->threshold == 1 && reading->json.is_lenient;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (uint32_t i = 0; i < record->size && fault == BALLOT_FAULT_NONE; i++)
        fault = add_owner(reading, &record->keys[i].public_key, i + 1,
                          may_repeat ? before : before + i);
    return fault;
}

static enum ballot_fault take_group(struct reading *reading)
{
    struct ballot_part part = { .is_group = true,
                                .first_owner =
                                    reading->trustees.owner_count + 1 };
    struct ballot_pedersen *record = reading->record;
    struct ballot_element key;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    uint32_t guilty = 0;
    enum result result = RESULT_OK;

    ballot_pedersen_read(&reading->json, reading->group, reading->scratch,
                         record);
    fault = reading->json.fault;
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_pedersen_check(reading->group, record, &guilty);
    if (fault != BALLOT_FAULT_NONE) {
        reading->owner = guilty == 0 ? 0 : part.first_owner + guilty - 1;
        return fault;
    }
    part.size = record->size;
    part.threshold = record->threshold;
    fault = add_members(reading, record);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    result = ballot_pedersen_key(reading->group, record, &key);
    return result == RESULT_OK ? end_part(reading, &part, &key)
                               : ballot_fault_of_failure(result);
}

static enum ballot_fault take_part(struct reading *reading)
{
    struct text_view kind;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    reading->owner = 0;
    ballot_json_array(&reading->json);
    ballot_json_next_item(&reading->json);
    kind = ballot_json_word(&reading->json);
    ballot_json_next_item(&reading->json);
    if (reading->json.fault != BALLOT_FAULT_NONE)
        return reading->json.fault;
    if (text_view_is(kind, "Single"))
        fault = take_single(reading);
    else if (text_view_is(kind, "Pedersen"))
        fault = take_group(reading);
    else
        fault = BALLOT_FAULT_FIELD;
    if (fault == BALLOT_FAULT_NONE)
        ballot_json_array_end(&reading->json);
    return fault;
}

/* --- The record ---------------------------------------------------------- */

static enum ballot_fault take_parts(struct reading *reading)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    reading->trustees.public_key = ballot_element_identity();
    ballot_json_array(&reading->json);
    while (fault == BALLOT_FAULT_NONE && ballot_json_item(&reading->json)) {
        fault = reading->trustees.part_count < LIMIT_BALLOT_TRUSTEES
                    ? take_part(reading)
                    : BALLOT_FAULT_TOO_LARGE;
        if (fault == BALLOT_FAULT_NONE)
            fault = reading->json.fault;
    }
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    reading->owner = 0;
    fault = ballot_json_end(&reading->json);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    if (reading->trustees.part_count == 0)
        return BALLOT_FAULT_THRESHOLD;
    return ballot_element_is_identity(&reading->trustees.public_key)
               ? BALLOT_FAULT_IDENTITY
               : BALLOT_FAULT_NONE;
}

static enum ballot_fault reading_begin(struct reading *reading,
                                       struct text_view record)
{
    if (record.size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    reading->scratch = malloc(record.size + 1);
    if (!reading->scratch || ballot_pedersen_new(&reading->record) != RESULT_OK)
        return BALLOT_FAULT_NO_MEMORY;
    return BALLOT_FAULT_NONE;
}

enum ballot_fault ballot_trustees_read(const struct ballot_group *group,
                                       struct text_view record, bool is_lenient,
                                       struct ballot_trustees *out,
                                       uint32_t *owner)
{
    struct reading reading = { .group = group };
    enum ballot_fault fault = reading_begin(&reading, record);

    ballot_json_init(&reading.json, record);
    reading.json.is_lenient = is_lenient;
    if (fault == BALLOT_FAULT_NONE)
        fault = take_parts(&reading);
    if (fault == BALLOT_FAULT_NONE)
        *out = reading.trustees;
    *owner = reading.owner;
    reading.record = ballot_pedersen_free(reading.record);
    free(reading.scratch);
    return fault;
}

void ballot_trustees_write(struct byte_writer *writer,
                           const struct ballot_part_text *parts, size_t count)
{
    ballot_json_write(writer, "[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        ballot_json_write(writer, parts[i].is_group ? "[\"Pedersen\","
                                                    : "[\"Single\",");
        byte_writer_text(writer, parts[i].text);
        ballot_json_write(writer, "]");
    }
    ballot_json_write(writer, "]");
}

/* --- Owners -------------------------------------------------------------- */

const struct ballot_owner *
ballot_trustees_owner(const struct ballot_trustees *trustees, uint64_t owner)
{
    return owner >= 1 && owner <= trustees->owner_count
               ? &trustees->owners[owner - 1]
               : NULL;
}

static uint32_t count_owners(const struct ballot_part *part, uint64_t owners)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < part->size; i++)
        count += (uint32_t)((owners >> (part->first_owner - 1 + i)) & 1);
    return count;
}

bool ballot_trustees_suffice(const struct ballot_trustees *trustees,
                             uint64_t owners)
{
    for (uint32_t i = 0; i < trustees->part_count; i++)
        if (count_owners(&trustees->parts[i], owners) <
            trustees->parts[i].threshold)
            return false;
    return trustees->part_count > 0;
}
