#include "protocol/ballot/ballot_value.h"

struct ballot_element ballot_value_element(struct ballot_json *json,
                                           const struct ballot_group *group)
{
    struct ballot_element element = { { 0 } };
    const struct text_view word = ballot_json_word(json);

    if (json->fault == BALLOT_FAULT_NONE &&
        ballot_element_parse(group, word, &element) != RESULT_OK)
        ballot_json_fail(json, BALLOT_FAULT_NUMBER);
    return element;
}

struct ballot_scalar ballot_value_scalar(struct ballot_json *json)
{
    struct ballot_scalar scalar = { { 0 } };
    const struct text_view word = ballot_json_word(json);

    if (json->fault == BALLOT_FAULT_NONE &&
        ballot_scalar_parse(word, &scalar) != RESULT_OK)
        ballot_json_fail(json, BALLOT_FAULT_NUMBER);
    return scalar;
}

struct ballot_proof ballot_value_proof(struct ballot_json *json)
{
    struct ballot_proof proof;

    ballot_json_object(json);
    ballot_json_field(json, "challenge");
    proof.challenge = ballot_value_scalar(json);
    ballot_json_field(json, "response");
    proof.response = ballot_value_scalar(json);
    ballot_json_object_end(json);
    return proof;
}

struct ballot_cipher ballot_value_cipher(struct ballot_json *json,
                                         const struct ballot_group *group)
{
    struct ballot_cipher cipher;

    ballot_json_object(json);
    ballot_json_field(json, "alpha");
    cipher.alpha = ballot_value_element(json, group);
    ballot_json_field(json, "beta");
    cipher.beta = ballot_value_element(json, group);
    ballot_json_object_end(json);
    return cipher;
}

static void write_quoted(struct byte_writer *writer, const char *digits)
{
    byte_writer_u8(writer, '"');
    ballot_json_write(writer, digits);
    byte_writer_u8(writer, '"');
}

void ballot_value_write_element(struct byte_writer *writer,
                                const struct ballot_element *element)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(element, text);
    write_quoted(writer, text);
}

void ballot_value_write_scalar(struct byte_writer *writer,
                               const struct ballot_scalar *scalar)
{
    char text[BALLOT_SCALAR_TEXT_SIZE];

    ballot_scalar_text(scalar, text);
    write_quoted(writer, text);
}

void ballot_value_write_proof(struct byte_writer *writer,
                              const struct ballot_proof *proof)
{
    ballot_json_write(writer, "{\"challenge\":");
    ballot_value_write_scalar(writer, &proof->challenge);
    ballot_json_write(writer, ",\"response\":");
    ballot_value_write_scalar(writer, &proof->response);
    ballot_json_write(writer, "}");
}

void ballot_value_write_cipher(struct byte_writer *writer,
                               const struct ballot_cipher *cipher)
{
    ballot_json_write(writer, "{\"alpha\":");
    ballot_value_write_element(writer, &cipher->alpha);
    ballot_json_write(writer, ",\"beta\":");
    ballot_value_write_element(writer, &cipher->beta);
    ballot_json_write(writer, "}");
}

enum ballot_fault
ballot_value_check_member(const struct ballot_group *group,
                          const struct ballot_element *element)
{
    return ballot_value_fault(ballot_group_check_member(group, element),
                              BALLOT_FAULT_NOT_IN_GROUP);
}

enum ballot_fault ballot_value_check_key(const struct ballot_group *group,
                                         const struct ballot_element *key)
{
    const enum ballot_fault fault = ballot_value_check_member(group, key);

    if (fault == BALLOT_FAULT_NONE && ballot_element_is_identity(key))
        return BALLOT_FAULT_IDENTITY;
    return fault;
}

enum ballot_fault ballot_value_fault(enum result result,
                                     enum ballot_fault refused)
{
    if (result == RESULT_OK)
        return BALLOT_FAULT_NONE;
    return result == RESULT_REFUSED ? refused : ballot_fault_of_failure(result);
}
