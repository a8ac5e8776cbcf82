#include "protocol/ballot/ballot_trustee_key.h"

#include "protocol/ballot/ballot_signed.h"
#include "protocol/ballot/ballot_value.h"

#include <stdio.h>

enum { PREFIX_SIZE = BALLOT_ELEMENT_TEXT_SIZE + 64 };

/* "pok|" + group + "|" + S(X) + "|" */
static struct text_view pok_prefix(const struct ballot_group *group,
                                   const struct ballot_element *public_key,
                                   char *out)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(public_key, text);
    (void)snprintf(out, PREFIX_SIZE, "pok|%s|%s|", ballot_group_name(group),
                   text); /* fits: the name is a short constant */
    return text_view_of(out);
}

enum result ballot_trustee_key_of_secret(const struct ballot_group *group,
                                         const struct ballot_scalar *secret,
                                         const struct ballot_random *random,
                                         struct ballot_trustee_key *out)
{
    char prefix[PREFIX_SIZE];
    struct ballot_trustee_key key = { .is_signed = false };
    enum result result = ballot_group_generate(group, secret, &key.public_key);

    if (result == RESULT_OK)
        result = ballot_proof_make(group, secret,
                                   pok_prefix(group, &key.public_key, prefix),
                                   random, &key.pok);
    if (result == RESULT_OK)
        *out = key;
    return result;
}

enum result ballot_trustee_key_make(const struct ballot_group *group,
                                    const struct ballot_random *random,
                                    struct ballot_scalar *secret,
                                    struct ballot_trustee_key *out)
{
    struct ballot_scalar drawn = { { 0 } };
    enum result result = ballot_scalar_random(random, &drawn);

    /* Zero never comes from a source that is random. */
    if (result == RESULT_OK && ballot_scalar_is_zero(&drawn))
        result = RESULT_CRYPTO;
    if (result == RESULT_OK)
        result = ballot_trustee_key_of_secret(group, &drawn, random, out);
    if (result == RESULT_OK)
        *secret = drawn;
    ballot_scalar_wipe(&drawn);
    return result;
}

enum result ballot_trustee_key_sign(const struct ballot_group *group,
                                    const struct ballot_scalar *signing,
                                    const struct ballot_random *random,
                                    struct ballot_trustee_key *key)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    enum result result = RESULT_OK;

    ballot_element_text(&key->public_key, text);
    result = ballot_signed_make(group, signing, text_view_of(text), random,
                                &key->signature);
    if (result == RESULT_OK)
        key->is_signed = true;
    return result;
}

void ballot_trustee_key_write(struct byte_writer *writer,
                              const struct ballot_trustee_key *key)
{
    ballot_json_write(writer, "{\"pok\":");
    ballot_value_write_proof(writer, &key->pok);
    ballot_json_write(writer, ",\"public_key\":");
    ballot_value_write_element(writer, &key->public_key);
    if (key->is_signed) {
        ballot_json_write(writer, ",\"signature\":");
        ballot_value_write_proof(writer, &key->signature);
    }
    ballot_json_write(writer, "}");
}

void ballot_trustee_key_read(struct ballot_json *json,
                             const struct ballot_group *group,
                             struct ballot_trustee_key *out)
{
    *out = (struct ballot_trustee_key){ .is_signed = false };
    ballot_json_object(json);
    ballot_json_field(json, "pok");
    out->pok = ballot_value_proof(json);
    ballot_json_field(json, "public_key");
    out->public_key = ballot_value_element(json, group);
    if (ballot_json_optional(json, "signature")) {
        out->signature = ballot_value_proof(json);
        out->is_signed = true;
    }
    ballot_json_object_end(json);
}

enum ballot_fault ballot_trustee_key_check(const struct ballot_group *group,
                                           const struct ballot_trustee_key *key)
{
    char prefix[PREFIX_SIZE];
    const enum ballot_fault fault =
        ballot_value_check_key(group, &key->public_key);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    return ballot_value_fault(
        ballot_proof_check(group, &key->public_key,
                           pok_prefix(group, &key->public_key, prefix),
                           &key->pok),
        BALLOT_FAULT_KEY_PROOF);
}

enum ballot_fault
ballot_trustee_key_check_signature(const struct ballot_group *group,
                                   const struct ballot_trustee_key *key,
                                   const struct ballot_element *verification)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    if (!key->is_signed)
        return BALLOT_FAULT_KEY_SIGNATURE;
    ballot_element_text(&key->public_key, text);
    return ballot_value_fault(ballot_signed_check(group, verification,
                                                  text_view_of(text),
                                                  &key->signature),
                              BALLOT_FAULT_KEY_SIGNATURE);
}

enum ballot_fault ballot_trustee_key_take(const struct ballot_group *group,
                                          struct text_view text,
                                          struct ballot_trustee_key *out)
{
    struct ballot_json json;
    struct ballot_trustee_key key;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    ballot_json_init(&json, text);
    ballot_trustee_key_read(&json, group, &key);
    if (key.is_signed) /* nobody's certificate stands beside a single key */
        ballot_json_fail(&json, BALLOT_FAULT_UNKNOWN_FIELD);
    fault = ballot_json_end(&json);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_trustee_key_check(group, &key);
    if (fault == BALLOT_FAULT_NONE)
        *out = key;
    return fault;
}
