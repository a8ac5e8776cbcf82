#include "protocol/ballot/ballot_certificate.h"

#include "protocol/ballot/ballot_signed.h"
#include "protocol/ballot/ballot_value.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <stdlib.h>

bool ballot_context_is_possible(const struct ballot_context *context)
{
    return context->size >= 1 && context->size <= LIMIT_BALLOT_TRUSTEES &&
           context->threshold <= context->size &&
           context->threshold >= (context->size == 1 ? 1 : 2) &&
           context->index >= 1 && context->index <= context->size;
}

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

static void write_context(struct byte_writer *writer,
                          const struct ballot_context *context)
{
    ballot_json_write(writer,
                      "\"context\":{\"group\":\"BELENIOS-2048\",\"size\":");
    ballot_json_write_number(writer, context->size);
    ballot_json_write(writer, ",\"threshold\":");
    ballot_json_write_number(writer, context->threshold);
    ballot_json_write(writer, ",\"index\":");
    ballot_json_write_number(writer, context->index);
    ballot_json_write(writer, "},");
}

/* M. Readers take no other spelling, so it is written anew where it is signed
 * or hashed. */
static void write_message(struct byte_writer *writer,
                          const struct ballot_certificate *certificate)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "{");
    if (certificate->has_context)
        write_context(writer, &certificate->context);
    ballot_json_write(writer, "\"verification\":");
    ballot_value_write_element(writer, &certificate->verification);
    ballot_json_write(writer, ",\"encryption\":");
    ballot_value_write_element(writer, &certificate->encryption);
    ballot_json_write(writer, "}");
}

enum result ballot_certificate_make(const struct ballot_group *group,
                                    const struct ballot_context *context,
                                    const struct ballot_scalar *signing,
                                    const struct ballot_scalar *decryption,
                                    const struct ballot_random *random,
                                    struct ballot_certificate *out)
{
    struct ballot_certificate certificate = { .has_context = true,
                                              .context = *context };
    struct byte_writer message;
    enum result result = RESULT_OK;

    if (!ballot_context_is_possible(context))
        return RESULT_INVALID;
    result = ballot_group_generate(group, signing, &certificate.verification);
    if (result == RESULT_OK)
        result =
            ballot_group_generate(group, decryption, &certificate.encryption);
    if (result != RESULT_OK)
        return result;
    write_message(&message, &certificate);
    result = message.result;
    if (result == RESULT_OK)
        result = ballot_signed_make(group, signing, view_of(&message), random,
                                    &certificate.signature);
    byte_writer_release(&message);
    if (result == RESULT_OK)
        *out = certificate;
    return result;
}

void ballot_certificate_write(struct byte_writer *writer,
                              const struct ballot_certificate *certificate)
{
    struct byte_writer message;

    write_message(&message, certificate);
    if (message.result == RESULT_OK)
        ballot_signed_write(writer, view_of(&message), &certificate->signature);
    else if (writer->result == RESULT_OK)
        writer->result = message.result;
    byte_writer_release(&message);
}

enum result ballot_certificate_id(const struct ballot_certificate *certificate,
                                  struct hash *out)
{
    struct byte_writer message;
    enum result result = RESULT_OK;

    write_message(&message, certificate);
    result = message.result;
    if (result == RESULT_OK)
        *out = digest_sha256(message.data, message.size);
    byte_writer_release(&message);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

static void read_context(struct ballot_json *json,
                         const struct ballot_group *group,
                         struct ballot_context *out)
{
    ballot_json_object(json);
    ballot_json_field(json, "group");
    ballot_json_exactly(json, ballot_group_name(group));
    ballot_json_field(json, "size");
    out->size = (uint32_t)ballot_json_number(json, UINT32_MAX);
    ballot_json_field(json, "threshold");
    out->threshold = (uint32_t)ballot_json_number(json, UINT32_MAX);
    ballot_json_field(json, "index");
    out->index = (uint32_t)ballot_json_number(json, UINT32_MAX);
    ballot_json_object_end(json);
}

/* What is signed is read strictly whoever made it, so that it can be written
 * anew from the values. */
static enum ballot_fault read_message(const struct ballot_group *group,
                                      struct text_view text, bool is_lenient,
                                      struct ballot_certificate *out)
{
    struct ballot_json json;

    ballot_json_init(&json, text);
    ballot_json_object(&json);
    out->has_context = ballot_json_optional(&json, "context");
    if (out->has_context)
        read_context(&json, group, &out->context);
    else if (!is_lenient)
        ballot_json_fail(&json, BALLOT_FAULT_CERTIFICATE_CONTEXT);
    ballot_json_field(&json, "verification");
    out->verification = ballot_value_element(&json, group);
    ballot_json_field(&json, "encryption");
    out->encryption = ballot_value_element(&json, group);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

void ballot_certificate_read(struct ballot_json *json,
                             const struct ballot_group *group, char *scratch,
                             struct ballot_certificate *out)
{
    struct ballot_certificate certificate = { .has_context = false };
    struct text_view message;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    ballot_signed_read(json, scratch, &message, &certificate.signature);
    if (json->fault == BALLOT_FAULT_NONE) {
        fault = read_message(group, message, json->is_lenient, &certificate);
        if (fault == BALLOT_FAULT_CERTIFICATE_CONTEXT)
            ballot_json_fail(json, fault);
        else if (fault != BALLOT_FAULT_NONE)
            ballot_json_fail(json, BALLOT_FAULT_CERTIFICATE);
    }
    *out = certificate;
}

/* --- Checking ------------------------------------------------------------ */

static bool is_context(const struct ballot_context *a,
                       const struct ballot_context *b)
{
    return a->size == b->size && a->threshold == b->threshold &&
           a->index == b->index;
}

static enum ballot_fault
check_signature(const struct ballot_group *group,
                const struct ballot_certificate *certificate)
{
    struct byte_writer message;
    enum result result = RESULT_OK;

    write_message(&message, certificate);
    result = message.result;
    if (result == RESULT_OK)
        result =
            ballot_signed_check(group, &certificate->verification,
                                view_of(&message), &certificate->signature);
    byte_writer_release(&message);
    return ballot_value_fault(result, BALLOT_FAULT_CERTIFICATE_SIGNATURE);
}

enum ballot_fault
ballot_certificate_check(const struct ballot_group *group,
                         const struct ballot_certificate *certificate,
                         const struct ballot_context *wanted)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    if (certificate->has_context && !is_context(&certificate->context, wanted))
        return BALLOT_FAULT_CERTIFICATE_CONTEXT;
    fault = ballot_value_check_key(group, &certificate->verification);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_value_check_key(group, &certificate->encryption);
    if (fault == BALLOT_FAULT_NONE)
        fault = check_signature(group, certificate);
    return fault;
}

static bool has_key(const struct ballot_certificate *certificate,
                    const struct ballot_element *key)
{
    return ballot_element_equal(&certificate->verification, key) ||
           ballot_element_equal(&certificate->encryption, key);
}

enum ballot_fault
ballot_certificates_check_distinct(const struct ballot_certificate *list,
                                   uint32_t count, uint32_t *guilty)
{
    *guilty = 0;
    for (uint32_t i = 0; i < count; i++)
        if (ballot_element_equal(&list[i].verification, &list[i].encryption)) {
            *guilty = i + 1;
            return BALLOT_FAULT_SAME_KEY;
        }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (has_key(&list[k], &list[i].verification) ||
                has_key(&list[k], &list[i].encryption))
                return BALLOT_FAULT_SAME_KEY;
    return BALLOT_FAULT_NONE;
}

static enum ballot_fault take_one(const struct ballot_group *group,
                                  const struct ballot_context *wanted,
                                  struct text_view text,
                                  struct ballot_certificate *out)
{
    struct ballot_json json;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    char *scratch = NULL;

    if (text.size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    scratch = malloc(text.size + 1);
    if (!scratch)
        return BALLOT_FAULT_NO_MEMORY;
    ballot_json_init(&json, text);
    ballot_certificate_read(&json, group, scratch, out);
    fault = ballot_json_end(&json);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_certificate_check(group, out, wanted);
    free(scratch);
    return fault;
}

enum ballot_fault ballot_certificates_take(const struct ballot_group *group,
                                           const struct ballot_context *wanted,
                                           const struct text_view *texts,
                                           struct ballot_certificate *out,
                                           uint32_t *guilty)
{
    struct ballot_context context = *wanted;

    for (uint32_t i = 0; i < wanted->size; i++) {
        enum ballot_fault fault = BALLOT_FAULT_NONE;

        context.index = i + 1;
        fault = take_one(group, &context, texts[i], &out[i]);
        if (fault != BALLOT_FAULT_NONE) {
            *guilty = i + 1;
            return fault;
        }
    }
    return ballot_certificates_check_distinct(out, wanted->size, guilty);
}

void ballot_certificates_write(struct byte_writer *writer,
                               const struct ballot_certificate *list,
                               uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ballot_json_write(writer, i == 0 ? "[" : ",");
        ballot_certificate_write(writer, &list[i]);
    }
    ballot_json_write(writer, "]");
}

enum result ballot_certificates_hash(const struct ballot_certificate *list,
                                     uint32_t count, struct hash *out)
{
    struct byte_writer writer;
    enum result result = RESULT_OK;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_certificates_write(&writer, list, count);
    result = writer.result;
    if (result == RESULT_OK)
        *out = digest_sha256(writer.data, writer.size);
    byte_writer_release(&writer);
    return result;
}
