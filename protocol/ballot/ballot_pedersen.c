#include "protocol/ballot/ballot_pedersen.h"

#include "protocol/ballot/ballot_value.h"

#include <stdlib.h>

enum result ballot_pedersen_new(struct ballot_pedersen **out)
{
    struct ballot_pedersen *record = calloc(1, sizeof *record);

    if (!record)
        return RESULT_NO_MEMORY;
    *out = record;
    return RESULT_OK;
}

struct ballot_pedersen *ballot_pedersen_free(struct ballot_pedersen *record)
{
    free(record);
    return NULL;
}

/* --- Bytes --------------------------------------------------------------- */

static void write_coefficients(struct byte_writer *writer,
                               const struct ballot_pedersen *record)
{
    ballot_json_write(writer, ",\"coefexps\":[");
    for (uint32_t i = 0; i < record->size; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        ballot_coefficients_write(writer, &record->coefficients[i]);
    }
    ballot_json_write(writer, "]");
    if (!record->is_bound)
        return;
    ballot_json_write(writer, ",\"signatures\":[");
    for (uint32_t i = 0; i < record->size; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        ballot_value_write_proof(writer,
                                 &record->coefficients[i].certs_signature);
    }
    ballot_json_write(writer, "]");
}

void ballot_pedersen_write(struct byte_writer *writer,
                           const struct ballot_pedersen *record)
{
    ballot_json_write(writer, "{\"threshold\":");
    ballot_json_write_number(writer, record->threshold);
    ballot_json_write(writer, ",\"certs\":");
    ballot_certificates_write(writer, record->certificates, record->size);
    write_coefficients(writer, record);
    ballot_json_write(writer, ",\"verification_keys\":[");
    for (uint32_t i = 0; i < record->size; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        ballot_trustee_key_write(writer, &record->keys[i]);
    }
    ballot_json_write(writer, "]}");
}

static void read_certificates(struct ballot_json *json,
                              const struct ballot_group *group, char *scratch,
                              struct ballot_pedersen *out)
{
    ballot_json_field(json, "certs");
    ballot_json_array(json);
    while (ballot_json_item(json)) {
        if (out->size == LIMIT_BALLOT_TRUSTEES) {
            ballot_json_fail(json, BALLOT_FAULT_TOO_LARGE);
            return;
        }
        ballot_certificate_read(json, group, scratch,
                                &out->certificates[out->size++]);
    }
}

/* Is there one more of a list that has as many as there are certificates?
 * `fault`: too few or too many. */
static bool has_next(struct ballot_json *json,
                     const struct ballot_pedersen *record, uint32_t i,
                     enum ballot_fault fault)
{
    const bool is_item = ballot_json_item(json);

    if (json->fault == BALLOT_FAULT_NONE && is_item != (i < record->size))
        ballot_json_fail(json, fault);
    return json->fault == BALLOT_FAULT_NONE && is_item;
}

static void read_coefficients(struct ballot_json *json,
                              const struct ballot_group *group, char *scratch,
                              struct ballot_pedersen *out)
{
    ballot_json_field(json, "coefexps");
    ballot_json_array(json);
    for (uint32_t i = 0; has_next(json, out, i, BALLOT_FAULT_COEFFICIENTS); i++)
        ballot_coefficients_read(json, group, scratch, &out->coefficients[i]);
}

static void read_signatures(struct ballot_json *json,
                            struct ballot_pedersen *out)
{
    if (!out->is_bound)
        return;
    ballot_json_field(json, "signatures");
    ballot_json_array(json);
    for (uint32_t i = 0; has_next(json, out, i, BALLOT_FAULT_CERTS_SIGNATURE);
         i++)
        out->coefficients[i].certs_signature = ballot_value_proof(json);
}

static void read_keys(struct ballot_json *json,
                      const struct ballot_group *group,
                      struct ballot_pedersen *out)
{
    ballot_json_field(json, "verification_keys");
    ballot_json_array(json);
    for (uint32_t i = 0; has_next(json, out, i, BALLOT_FAULT_VERIFICATION_KEY);
         i++)
        ballot_trustee_key_read(json, group, &out->keys[i]);
}

void ballot_pedersen_read(struct ballot_json *json,
                          const struct ballot_group *group, char *scratch,
                          struct ballot_pedersen *out)
{
    out->size = 0;
    ballot_json_object(json);
    ballot_json_field(json, "threshold");
    out->threshold = (uint32_t)ballot_json_number(json, UINT32_MAX);
    read_certificates(json, group, scratch, out);
    if (out->size == 0)
        ballot_json_fail(json, BALLOT_FAULT_THRESHOLD);
    /* One certificate tells the form; the check holds all to it. */
    out->is_bound = out->size > 0 && out->certificates[0].has_context;
    read_coefficients(json, group, scratch, out);
    read_signatures(json, out);
    read_keys(json, group, out);
    ballot_json_object_end(json);
}

enum ballot_fault ballot_pedersen_read_key(const struct ballot_group *group,
                                           struct text_view text,
                                           struct ballot_trustee_key *out)
{
    struct ballot_json json;

    ballot_json_init(&json, text);
    ballot_trustee_key_read(&json, group, out);
    return ballot_json_end(&json);
}

/* --- Checking ------------------------------------------------------------ */

static enum ballot_fault check_certificate(const struct ballot_group *group,
                                           const struct ballot_pedersen *record,
                                           uint32_t index)
{
    const struct ballot_certificate *certificate =
        &record->certificates[index - 1];
    const struct ballot_context wanted = { .size = record->size,
                                           .threshold = record->threshold,
                                           .index = index };

    if (certificate->has_context != record->is_bound)
        return BALLOT_FAULT_CERTIFICATE_CONTEXT;
    return ballot_certificate_check(group, certificate, &wanted);
}

static enum ballot_fault
check_coefficients(const struct ballot_group *group,
                   const struct ballot_pedersen *record, uint32_t index)
{
    const struct ballot_coefficients *coefficients =
        &record->coefficients[index - 1];
    enum ballot_fault fault =
        ballot_coefficients_check(group, coefficients, record->threshold,
                                  &record->certificates[index - 1]);

    if (fault == BALLOT_FAULT_NONE && record->is_bound)
        fault = ballot_coefficients_check_certs(
            group, coefficients, record->certificates, record->size, index);
    return fault;
}

static enum ballot_fault
check_key_signature(const struct ballot_group *group,
                    const struct ballot_pedersen *record, uint32_t index)
{
    const struct ballot_trustee_key *key = &record->keys[index - 1];

    if (!record->is_bound)
        return key->is_signed ? BALLOT_FAULT_KEY_SIGNATURE : BALLOT_FAULT_NONE;
    return ballot_trustee_key_check_signature(
        group, key, &record->certificates[index - 1].verification);
}

static enum ballot_fault check_key(const struct ballot_group *group,
                                   const struct ballot_pedersen *record,
                                   uint32_t index)
{
    const struct ballot_trustee_key *key = &record->keys[index - 1];
    struct ballot_element expected;
    enum ballot_fault fault = ballot_trustee_key_check(group, key);
    enum result result = RESULT_OK;

    if (fault == BALLOT_FAULT_NONE)
        fault = check_key_signature(group, record, index);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    result = ballot_coefficients_key(group, record->coefficients, record->size,
                                     index, &expected);
    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    return ballot_element_equal(&expected, &key->public_key)
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_VERIFICATION_KEY;
}

typedef enum ballot_fault member_check_fn(const struct ballot_group *group,
                                          const struct ballot_pedersen *record,
                                          uint32_t index);

static enum ballot_fault check_all(const struct ballot_group *group,
                                   const struct ballot_pedersen *record,
                                   member_check_fn *check, uint32_t *guilty)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (uint32_t i = 1; i <= record->size && fault == BALLOT_FAULT_NONE; i++) {
        fault = check(group, record, i);
        if (fault != BALLOT_FAULT_NONE)
            *guilty = i;
    }
    return fault;
}

static enum ballot_fault check_group_key(const struct ballot_group *group,
                                         const struct ballot_pedersen *record)
{
    struct ballot_element key;
    const enum result result = ballot_pedersen_key(group, record, &key);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    return ballot_element_is_identity(&key) ? BALLOT_FAULT_IDENTITY
                                            : BALLOT_FAULT_NONE;
}

enum ballot_fault ballot_pedersen_check(const struct ballot_group *group,
                                        const struct ballot_pedersen *record,
                                        uint32_t *guilty)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    *guilty = 0;
    if (record->threshold < 1 || record->threshold > record->size)
        return BALLOT_FAULT_THRESHOLD;
    fault = check_all(group, record, check_certificate, guilty);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_certificates_check_distinct(record->certificates,
                                                   record->size, guilty);
    if (fault == BALLOT_FAULT_NONE)
        fault = check_all(group, record, check_coefficients, guilty);
    if (fault == BALLOT_FAULT_NONE)
        fault = check_all(group, record, check_key, guilty);
    if (fault == BALLOT_FAULT_NONE)
        fault = check_group_key(group, record);
    return fault;
}

enum result ballot_pedersen_key(const struct ballot_group *group,
                                const struct ballot_pedersen *record,
                                struct ballot_element *out)
{
    return ballot_coefficients_key(group, record->coefficients, record->size, 0,
                                   out);
}

/* --- Putting together ---------------------------------------------------- */

static enum ballot_fault take_member(const struct ballot_group *group,
                                     const struct ballot_pedersen_parts *parts,
                                     struct ballot_pedersen *record,
                                     uint32_t index)
{
    const uint32_t i = index - 1;
    enum ballot_fault fault = ballot_coefficients_take(
        group, parts->dealings[i], record->certificates, record->size,
        record->threshold, index, &record->coefficients[i]);

    if (fault == BALLOT_FAULT_NONE)
        fault =
            ballot_pedersen_read_key(group, parts->keys[i], &record->keys[i]);
    return fault;
}

enum ballot_fault
ballot_pedersen_assemble(const struct ballot_group *group, uint32_t size,
                         uint32_t threshold,
                         const struct ballot_pedersen_parts *parts,
                         struct ballot_pedersen *out, uint32_t *guilty)
{
    const struct ballot_context context = { .size = size,
                                            .threshold = threshold,
                                            .index = 1 };
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    *guilty = 0;
    if (!ballot_context_is_possible(&context))
        return BALLOT_FAULT_THRESHOLD;
    out->size = size;
    out->threshold = threshold;
    out->is_bound = true;
    fault = ballot_certificates_take(group, &context, parts->certificates,
                                     out->certificates, guilty);
    for (uint32_t i = 1; i <= size && fault == BALLOT_FAULT_NONE; i++) {
        fault = take_member(group, parts, out, i);
        if (fault != BALLOT_FAULT_NONE)
            *guilty = i;
    }
    return fault == BALLOT_FAULT_NONE
               ? ballot_pedersen_check(group, out, guilty)
               : fault;
}
