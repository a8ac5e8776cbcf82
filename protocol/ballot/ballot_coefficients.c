#include "protocol/ballot/ballot_coefficients.h"

#include "protocol/ballot/ballot_signed.h"
#include "protocol/ballot/ballot_value.h"

#include <stdlib.h>

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

static void write_elements(struct byte_writer *writer,
                           const struct ballot_coefficients *coefficients)
{
    ballot_json_write(writer, "\"coefexps\":[");
    for (uint32_t k = 0; k < coefficients->count; k++) {
        if (k > 0)
            ballot_json_write(writer, ",");
        ballot_value_write_element(writer, &coefficients->elements[k]);
    }
    ballot_json_write(writer, "]}");
}

static void write_message(struct byte_writer *writer,
                          const struct ballot_coefficients *coefficients)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "{");
    write_elements(writer, coefficients);
}

static void write_certs_message(struct byte_writer *writer,
                                const struct ballot_coefficients *coefficients,
                                const struct ballot_certificate *certificates,
                                uint32_t size)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "certs_sig|{\"certs\":");
    ballot_certificates_write(writer, certificates, size);
    ballot_json_write(writer, ",");
    write_elements(writer, coefficients);
}

/* --- Making -------------------------------------------------------------- */

static enum result sign(const struct ballot_group *group,
                        const struct ballot_scalar *signing,
                        const struct byte_writer *message,
                        const struct ballot_random *random,
                        struct ballot_proof *out)
{
    return message->result != RESULT_OK
               ? message->result
               : ballot_signed_make(group, signing, view_of(message), random,
                                    out);
}

static enum result sign_both(const struct ballot_group *group,
                             const struct ballot_scalar *signing,
                             const struct ballot_certificate *certificates,
                             uint32_t size, const struct ballot_random *random,
                             struct ballot_coefficients *coefficients)
{
    struct byte_writer message;
    enum result result = RESULT_OK;

    write_message(&message, coefficients);
    result = sign(group, signing, &message, random, &coefficients->signature);
    byte_writer_release(&message);
    if (result != RESULT_OK)
        return result;
    write_certs_message(&message, coefficients, certificates, size);
    result =
        sign(group, signing, &message, random, &coefficients->certs_signature);
    byte_writer_release(&message);
    return result;
}

enum result ballot_coefficients_make(
    const struct ballot_group *group, const struct ballot_scalar *polynomial,
    uint32_t count, const struct ballot_scalar *signing,
    const struct ballot_certificate *certificates, uint32_t size,
    const struct ballot_random *random, struct ballot_coefficients *out)
{
    enum result result = RESULT_OK;

    if (count < 1 || count > LIMIT_BALLOT_TRUSTEES)
        return RESULT_INVALID;
    out->count = count;
    for (uint32_t k = 0; k < count && result == RESULT_OK; k++)
        result =
            ballot_group_generate(group, &polynomial[k], &out->elements[k]);
    if (result == RESULT_OK)
        result = sign_both(group, signing, certificates, size, random, out);
    return result;
}

struct ballot_scalar
ballot_coefficients_share(const struct ballot_scalar *polynomial,
                          uint32_t count, uint32_t j)
{
    const struct ballot_scalar at = ballot_scalar_of_number(j);
    struct ballot_scalar sum = ballot_scalar_of_number(0);

    for (uint32_t k = count; k > 0; k--) {
        sum = ballot_scalar_multiply(&sum, &at);
        sum = ballot_scalar_add(&sum, &polynomial[k - 1]);
    }
    return sum;
}

/* --- Bytes --------------------------------------------------------------- */

void ballot_coefficients_write(struct byte_writer *writer,
                               const struct ballot_coefficients *coefficients)
{
    struct byte_writer message;

    write_message(&message, coefficients);
    if (message.result == RESULT_OK)
        ballot_signed_write(writer, view_of(&message),
                            &coefficients->signature);
    else if (writer->result == RESULT_OK)
        writer->result = message.result;
    byte_writer_release(&message);
}

void ballot_coefficients_write_dealing(
    struct byte_writer *writer, const struct ballot_coefficients *coefficients)
{
    ballot_json_write(writer, "{\"coefexps\":");
    ballot_coefficients_write(writer, coefficients);
    ballot_json_write(writer, ",\"signature\":");
    ballot_value_write_proof(writer, &coefficients->certs_signature);
    ballot_json_write(writer, "}");
}

static enum ballot_fault read_message(const struct ballot_group *group,
                                      struct text_view text,
                                      struct ballot_coefficients *out)
{
    struct ballot_json json;

    ballot_json_init(&json, text);
    ballot_json_object(&json);
    ballot_json_field(&json, "coefexps");
    ballot_json_array(&json);
    out->count = 0;
    while (ballot_json_item(&json)) {
        if (out->count == LIMIT_BALLOT_TRUSTEES)
            ballot_json_fail(&json, BALLOT_FAULT_COEFFICIENTS);
        else
            out->elements[out->count++] = ballot_value_element(&json, group);
    }
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

void ballot_coefficients_read(struct ballot_json *json,
                              const struct ballot_group *group, char *scratch,
                              struct ballot_coefficients *out)
{
    struct text_view message;

    out->count = 0;
    ballot_signed_read(json, scratch, &message, &out->signature);
    if (json->fault == BALLOT_FAULT_NONE &&
        read_message(group, message, out) != BALLOT_FAULT_NONE)
        ballot_json_fail(json, BALLOT_FAULT_COEFFICIENTS);
}

/* --- Checking ------------------------------------------------------------ */

static enum ballot_fault check(const struct ballot_group *group,
                               const struct ballot_element *key,
                               const struct byte_writer *message,
                               const struct ballot_proof *signature,
                               enum ballot_fault refused)
{
    const enum result result =
        message->result != RESULT_OK
            ? message->result
            : ballot_signed_check(group, key, view_of(message), signature);

    return ballot_value_fault(result, refused);
}

enum ballot_fault
ballot_coefficients_check(const struct ballot_group *group,
                          const struct ballot_coefficients *coefficients,
                          uint32_t threshold,
                          const struct ballot_certificate *owner)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    struct byte_writer message;

    if (coefficients->count != threshold)
        return BALLOT_FAULT_COEFFICIENTS;
    for (uint32_t k = 0; k < threshold && fault == BALLOT_FAULT_NONE; k++)
        fault = ballot_value_check_key(group, &coefficients->elements[k]);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    write_message(&message, coefficients);
    fault =
        check(group, &owner->verification, &message, &coefficients->signature,
              BALLOT_FAULT_COEFFICIENTS_SIGNATURE);
    byte_writer_release(&message);
    return fault;
}

enum ballot_fault
ballot_coefficients_check_certs(const struct ballot_group *group,
                                const struct ballot_coefficients *coefficients,
                                const struct ballot_certificate *certificates,
                                uint32_t size, uint32_t index)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    struct byte_writer message;

    write_certs_message(&message, coefficients, certificates, size);
    fault = check(group, &certificates[index - 1].verification, &message,
                  &coefficients->certs_signature, BALLOT_FAULT_CERTS_SIGNATURE);
    byte_writer_release(&message);
    return fault;
}

static enum ballot_fault read_dealing(const struct ballot_group *group,
                                      struct text_view text,
                                      struct ballot_coefficients *out)
{
    struct ballot_json json;
    char *scratch = NULL;

    if (text.size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    scratch = malloc(text.size + 1);
    if (!scratch)
        return BALLOT_FAULT_NO_MEMORY;
    ballot_json_init(&json, text);
    ballot_json_object(&json);
    ballot_json_field(&json, "coefexps");
    ballot_coefficients_read(&json, group, scratch, out);
    ballot_json_field(&json, "signature");
    out->certs_signature = ballot_value_proof(&json);
    ballot_json_object_end(&json);
    free(scratch);
    return ballot_json_end(&json);
}

enum ballot_fault ballot_coefficients_take(
    const struct ballot_group *group, struct text_view dealing,
    const struct ballot_certificate *certificates, uint32_t size,
    uint32_t threshold, uint32_t index, struct ballot_coefficients *out)
{
    enum ballot_fault fault = read_dealing(group, dealing, out);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_coefficients_check(group, out, threshold,
                                          &certificates[index - 1]);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_coefficients_check_certs(group, out, certificates, size,
                                                index);
    return fault;
}

/* --- Values -------------------------------------------------------------- */

enum result
ballot_coefficients_at(const struct ballot_group *group,
                       const struct ballot_coefficients *coefficients,
                       uint32_t j, struct ballot_element *out)
{
    const struct ballot_scalar at = ballot_scalar_of_number(j);
    struct ballot_element product = ballot_element_identity();
    enum result result = RESULT_OK;

    for (uint32_t k = coefficients->count; k > 0 && result == RESULT_OK; k--) {
        result = ballot_group_power(group, &product, &at, &product);
        if (result == RESULT_OK)
            result = ballot_group_multiply(
                group, &product, &coefficients->elements[k - 1], &product);
    }
    if (result == RESULT_OK)
        *out = product;
    return result;
}

enum result ballot_coefficients_key(const struct ballot_group *group,
                                    const struct ballot_coefficients *list,
                                    uint32_t size, uint32_t j,
                                    struct ballot_element *out)
{
    struct ballot_element product = ballot_element_identity();
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < size && result == RESULT_OK; i++) {
        struct ballot_element part;

        result = ballot_coefficients_at(group, &list[i], j, &part);
        if (result == RESULT_OK)
            result = ballot_group_multiply(group, &product, &part, &product);
    }
    if (result == RESULT_OK)
        *out = product;
    return result;
}

enum result
ballot_coefficients_check_share(const struct ballot_group *group,
                                const struct ballot_coefficients *coefficients,
                                uint32_t j, const struct ballot_scalar *share)
{
    struct ballot_element owed;
    struct ballot_element given;
    enum result result = ballot_coefficients_at(group, coefficients, j, &owed);

    if (result == RESULT_OK)
        result = ballot_group_generate(group, share, &given);
    if (result != RESULT_OK)
        return result;
    return ballot_element_equal(&owed, &given) ? RESULT_OK : RESULT_REFUSED;
}
