#include "protocol/ballot/ballot_complaint.h"

#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_signed.h"
#include "protocol/ballot/ballot_value.h"
#include "protocol/base/limits.h"

#include <stdlib.h>

struct complaint {
    struct ballot_share_route route;
    struct ballot_scalar decryption;
    struct ballot_proof signature;
};

/* All before the signature. */
static void write_signed_part(struct byte_writer *writer,
                              const struct ballot_share_route *route,
                              const struct ballot_scalar *decryption)
{
    ballot_json_write(writer, "{\"attempt\":");
    ballot_json_write_number(writer, route->attempt);
    ballot_json_write(writer, ",\"certs\":");
    ballot_json_write_hex(writer, route->certificates.bytes, HASH_SIZE);
    ballot_json_write(writer, ",\"sender\":");
    ballot_json_write_number(writer, route->sender);
    ballot_json_write(writer, ",\"complainer\":");
    ballot_json_write_number(writer, route->recipient);
    ballot_json_write(writer, ",\"decryption\":");
    ballot_value_write_scalar(writer, decryption);
}

static void write_message(struct byte_writer *writer,
                          const struct ballot_share_route *route,
                          const struct ballot_scalar *decryption)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "complaint|");
    write_signed_part(writer, route, decryption);
    ballot_json_write(writer, "}");
}

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

enum result ballot_complaint_write(const struct ballot_group *group,
                                   const struct ballot_share_route *route,
                                   const struct ballot_scalar *decryption,
                                   const struct ballot_scalar *signing,
                                   const struct ballot_random *random,
                                   struct byte_writer *out)
{
    struct ballot_proof signature;
    struct byte_writer message;
    enum result result = RESULT_OK;

    write_message(&message, route, decryption);
    result = message.result;
    if (result == RESULT_OK)
        result = ballot_signed_make(group, signing, view_of(&message), random,
                                    &signature);
    byte_writer_release(&message);
    if (result != RESULT_OK)
        return result;
    write_signed_part(out, route, decryption);
    ballot_json_write(out, ",\"signature\":");
    ballot_value_write_proof(out, &signature);
    ballot_json_write(out, "}");
    return out->result;
}

/* --- Judging ------------------------------------------------------------- */

static enum ballot_fault read_complaint(struct text_view text,
                                        struct complaint *out)
{
    struct ballot_json json;

    ballot_json_init(&json, text);
    ballot_json_object(&json);
    ballot_json_field(&json, "attempt");
    out->route.attempt = (uint32_t)ballot_json_number(&json, UINT32_MAX);
    ballot_json_field(&json, "certs");
    out->route.certificates = ballot_json_hash(&json);
    ballot_json_field(&json, "sender");
    out->route.sender = (uint32_t)ballot_json_number(&json, UINT32_MAX);
    ballot_json_field(&json, "complainer");
    out->route.recipient = (uint32_t)ballot_json_number(&json, UINT32_MAX);
    ballot_json_field(&json, "decryption");
    out->decryption = ballot_value_scalar(&json);
    ballot_json_field(&json, "signature");
    out->signature = ballot_value_proof(&json);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

/* Has that member complained of that box? */
static enum ballot_fault
take_complaint(const struct ballot_group *group,
               const struct ballot_complaint_case *shown,
               const struct ballot_share_route *route, struct complaint *out)
{
    struct byte_writer message;
    enum result result = RESULT_OK;

    if (read_complaint(shown->complaint, out) != BALLOT_FAULT_NONE ||
        out->route.attempt != route->attempt ||
        out->route.sender != route->sender ||
        out->route.recipient != route->recipient ||
        !hash_equal(&out->route.certificates, &route->certificates))
        return BALLOT_FAULT_COMPLAINT;
    write_message(&message, &out->route, &out->decryption);
    result = message.result;
    if (result == RESULT_OK)
        result = ballot_signed_check(
            group, &shown->certificates[shown->complainer - 1].verification,
            view_of(&message), &out->signature);
    byte_writer_release(&message);
    return ballot_value_fault(result, BALLOT_FAULT_COMPLAINT_SIGNATURE);
}

/* Is the key that was shown the one that others wrote to? */
static enum ballot_fault check_key(const struct ballot_group *group,
                                   const struct ballot_scalar *decryption,
                                   const struct ballot_certificate *certificate)
{
    struct ballot_element key;
    const enum result result = ballot_group_generate(group, decryption, &key);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    return ballot_element_equal(&key, &certificate->encryption)
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_COMPLAINT_KEY;
}

static enum ballot_fault
check_content(const struct ballot_group *group,
              const struct ballot_share_box *box,
              const struct ballot_scalar *decryption,
              const struct ballot_coefficients *coefficients)
{
    struct ballot_scalar share = { { 0 } };
    enum ballot_fault fault = ballot_share_open(group, box, decryption, &share);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_value_fault(
            ballot_coefficients_check_share(group, coefficients,
                                            box->route.recipient, &share),
            BALLOT_FAULT_SHARE);
    ballot_scalar_wipe(&share);
    return fault;
}

static enum ballot_verdict judge(const struct ballot_group *group,
                                 const struct ballot_complaint_case *shown,
                                 const struct ballot_share_route *route,
                                 struct ballot_coefficients *coefficients,
                                 enum ballot_fault *reason)
{
    const uint32_t sender = shown->sender - 1;
    struct complaint complaint;
    struct ballot_share_box box;

    *reason = take_complaint(group, shown, route, &complaint);
    if (*reason == BALLOT_FAULT_NONE)
        *reason = ballot_coefficients_take(
            group, shown->dealing, shown->certificates, shown->context.size,
            shown->context.threshold, shown->sender, coefficients);
    if (*reason == BALLOT_FAULT_NONE)
        *reason =
            ballot_share_take(group, shown->box, route,
                              &shown->certificates[sender].verification, &box);
    if (*reason != BALLOT_FAULT_NONE)
        return BALLOT_VERDICT_RELAY;
    *reason = check_key(group, &complaint.decryption,
                        &shown->certificates[shown->complainer - 1]);
    if (*reason != BALLOT_FAULT_NONE)
        return BALLOT_VERDICT_COMPLAINER;
    *reason = check_content(group, &box, &complaint.decryption, coefficients);
    if (*reason != BALLOT_FAULT_NONE)
        return BALLOT_VERDICT_SENDER;
    *reason = BALLOT_FAULT_COMPLAINT_FALSE;
    return BALLOT_VERDICT_COMPLAINER;
}

enum result ballot_complaint_judge(const struct ballot_group *group,
                                   const struct ballot_complaint_case *shown,
                                   enum ballot_verdict *verdict,
                                   enum ballot_fault *reason)
{
    const uint32_t size = shown->context.size;
    struct ballot_share_route route = { .attempt = shown->attempt,
                                        .sender = shown->sender,
                                        .recipient = shown->complainer };
    struct ballot_coefficients *coefficients = NULL;
    enum ballot_verdict found = BALLOT_VERDICT_NONE;
    enum ballot_fault why = BALLOT_FAULT_NONE;
    enum result result = RESULT_OK;

    if (shown->sender < 1 || shown->sender > size || shown->complainer < 1 ||
        shown->complainer > size || shown->sender == shown->complainer)
        return RESULT_INVALID;
    result = ballot_certificates_hash(shown->certificates, size,
                                      &route.certificates);
    if (result != RESULT_OK)
        return result;
    coefficients = calloc(1, sizeof *coefficients);
    if (!coefficients)
        return RESULT_NO_MEMORY;
    found = judge(group, shown, &route, coefficients, &why);
    free(coefficients);
    /* Nobody is named for what went wrong here. */
    if (why == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    if (why == BALLOT_FAULT_LIBRARY)
        return RESULT_CRYPTO;
    *verdict = found;
    *reason = why;
    return RESULT_OK;
}
