#include "protocol/ballot/ballot_share.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_signed.h"
#include "protocol/ballot/ballot_value.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

enum { KEY_BYTES = 32, NONCE_BYTES = 12, TAG_BYTES = 16 };

static const uint8_t zero_nonce[NONCE_BYTES];

/* --- What is under key and signature ------------------------------------- */

static void write_head(struct byte_writer *writer,
                       const struct ballot_share_box *box)
{
    ballot_json_write(writer, "{\"attempt\":");
    ballot_json_write_number(writer, box->route.attempt);
    ballot_json_write(writer, ",\"certs\":");
    ballot_json_write_hex(writer, box->route.certificates.bytes, HASH_SIZE);
    ballot_json_write(writer, ",\"sender\":");
    ballot_json_write_number(writer, box->route.sender);
    ballot_json_write(writer, ",\"recipient\":");
    ballot_json_write_number(writer, box->route.recipient);
    ballot_json_write(writer, ",\"alpha\":");
    ballot_value_write_element(writer, &box->alpha);
}

static void write_signed_part(struct byte_writer *writer,
                              const struct ballot_share_box *box)
{
    write_head(writer, box);
    ballot_json_write(writer, ",\"data\":");
    ballot_json_write_hex(writer, box->data, sizeof box->data);
}

static void write_message(struct byte_writer *writer,
                          const struct ballot_share_box *box)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "share|");
    write_signed_part(writer, box);
    ballot_json_write(writer, "}");
}

/* `common` is ek^r = alpha^dk, which only the two of them know. */
static enum result key_of(const struct ballot_share_box *box,
                          const struct ballot_element *common, struct hash *out)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    struct byte_writer head;
    struct digest digest;
    enum result result = RESULT_OK;

    byte_writer_init(&head, LIMIT_BALLOT_RECORD_SIZE);
    write_head(&head, box);
    result = head.result;
    if (result == RESULT_OK) {
        ballot_element_text(common, text);
        digest_begin(&digest);
        digest_domain(&digest, "ballot-share");
        digest_prefixed(&digest, head.data, head.size);
        digest_prefixed_text(&digest, text_view_of(text));
        *out = digest_finish(&digest);
        OPENSSL_cleanse(text, sizeof text);
    }
    byte_writer_release(&head);
    return result;
}

/* --- AES-256-GCM --------------------------------------------------------- */

static bool encrypt(EVP_CIPHER_CTX *context, const struct hash *key,
                    const struct ballot_scalar *share, uint8_t *data)
{
    int size = 0;

    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                              zero_nonce) == 1 &&
           EVP_EncryptUpdate(context, data, &size, share->bytes,
                             BALLOT_SCALAR_SIZE) == 1 &&
           size == BALLOT_SCALAR_SIZE &&
           EVP_EncryptFinal_ex(context, data + size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES,
                               data + BALLOT_SCALAR_SIZE) == 1;
}

static enum result seal(const struct hash *key,
                        const struct ballot_scalar *share, uint8_t *data)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const bool is_done = context && encrypt(context, key, share, data);

    EVP_CIPHER_CTX_free(context);
    if (!context)
        return RESULT_NO_MEMORY;
    return is_done ? RESULT_OK : RESULT_CRYPTO;
}

/* RESULT_REFUSED if the tag does not fit. */
static enum result decrypt(EVP_CIPHER_CTX *context, const struct hash *key,
                           const uint8_t *data, uint8_t *share)
{
    uint8_t tag[TAG_BYTES];
    int size = 0;

    memcpy(tag, data + BALLOT_SCALAR_SIZE, sizeof tag);
    if (EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes,
                           zero_nonce) != 1 ||
        EVP_DecryptUpdate(context, share, &size, data, BALLOT_SCALAR_SIZE) !=
            1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) != 1)
        return RESULT_CRYPTO;
    return EVP_DecryptFinal_ex(context, share + size, &size) == 1
               ? RESULT_OK
               : RESULT_REFUSED;
}

/* RESULT_REFUSED as well for a number that no share is. */
static enum result unseal(const struct hash *key, const uint8_t *data,
                          struct ballot_scalar *share)
{
    uint8_t bytes[BALLOT_SCALAR_SIZE];
    struct ballot_scalar reduced;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    enum result result = RESULT_NO_MEMORY;

    if (context)
        result = decrypt(context, key, data, bytes);
    EVP_CIPHER_CTX_free(context);
    if (result == RESULT_OK) {
        reduced = ballot_scalar_reduce(bytes);
        if (CRYPTO_memcmp(reduced.bytes, bytes, sizeof bytes) == 0)
            *share = reduced;
        else
            result = RESULT_REFUSED;
        ballot_scalar_wipe(&reduced);
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    return result;
}

/* --- Making and opening -------------------------------------------------- */

static enum result seal_data(const struct ballot_group *group,
                             const struct ballot_scalar *share,
                             const struct ballot_element *encryption,
                             const struct ballot_random *random,
                             struct ballot_share_box *box)
{
    struct ballot_scalar r = { { 0 } };
    struct ballot_element common = { { 0 } };
    struct hash key = { { 0 } };
    enum result result = ballot_scalar_random(random, &r);

    if (result == RESULT_OK)
        result = ballot_group_generate(group, &r, &box->alpha);
    if (result == RESULT_OK)
        result = ballot_group_power_secret(group, encryption, &r, &common);
    if (result == RESULT_OK)
        result = key_of(box, &common, &key);
    if (result == RESULT_OK)
        result = seal(&key, share, box->data);
    ballot_scalar_wipe(&r);
    ballot_element_wipe(&common);
    OPENSSL_cleanse(&key, sizeof key);
    return result;
}

enum result ballot_share_seal(const struct ballot_group *group,
                              const struct ballot_share_route *route,
                              const struct ballot_scalar *share,
                              const struct ballot_element *encryption,
                              const struct ballot_scalar *signing,
                              const struct ballot_random *random,
                              struct ballot_share_box *out)
{
    struct ballot_share_box box = { .route = *route };
    struct byte_writer message;
    enum result result = seal_data(group, share, encryption, random, &box);

    if (result != RESULT_OK)
        return result;
    write_message(&message, &box);
    result = message.result;
    if (result == RESULT_OK)
        result = ballot_signed_make(
            group, signing,
            (struct text_view){ (const char *)message.data, message.size },
            random, &box.signature);
    byte_writer_release(&message);
    if (result == RESULT_OK)
        *out = box;
    return result;
}

void ballot_share_write(struct byte_writer *writer,
                        const struct ballot_share_box *box)
{
    write_signed_part(writer, box);
    ballot_json_write(writer, ",\"signature\":");
    ballot_value_write_proof(writer, &box->signature);
    ballot_json_write(writer, "}");
}

static enum ballot_fault read_box(const struct ballot_group *group,
                                  struct text_view text,
                                  struct ballot_share_box *out)
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
    ballot_json_field(&json, "recipient");
    out->route.recipient = (uint32_t)ballot_json_number(&json, UINT32_MAX);
    ballot_json_field(&json, "alpha");
    out->alpha = ballot_value_element(&json, group);
    ballot_json_field(&json, "data");
    ballot_json_hex(&json, out->data, sizeof out->data);
    ballot_json_field(&json, "signature");
    out->signature = ballot_value_proof(&json);
    ballot_json_object_end(&json);
    return ballot_json_end(&json) == BALLOT_FAULT_NONE
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_SHARE_FORM;
}

static bool is_route(const struct ballot_share_route *a,
                     const struct ballot_share_route *b)
{
    return a->attempt == b->attempt && a->sender == b->sender &&
           a->recipient == b->recipient &&
           hash_equal(&a->certificates, &b->certificates);
}

enum ballot_fault ballot_share_take(const struct ballot_group *group,
                                    struct text_view text,
                                    const struct ballot_share_route *route,
                                    const struct ballot_element *verification,
                                    struct ballot_share_box *out)
{
    struct byte_writer message;
    enum ballot_fault fault = read_box(group, text, out);
    enum result result = RESULT_OK;

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    if (!is_route(&out->route, route))
        return BALLOT_FAULT_SHARE_ROUTE;
    write_message(&message, out);
    result = message.result;
    if (result == RESULT_OK)
        result = ballot_signed_check(
            group, verification,
            (struct text_view){ (const char *)message.data, message.size },
            &out->signature);
    byte_writer_release(&message);
    return ballot_value_fault(result, BALLOT_FAULT_SHARE_SIGNATURE);
}

enum ballot_fault ballot_share_open(const struct ballot_group *group,
                                    const struct ballot_share_box *box,
                                    const struct ballot_scalar *decryption,
                                    struct ballot_scalar *share)
{
    struct ballot_element common = { { 0 } };
    struct hash key = { { 0 } };
    enum result result = ballot_group_check_member(group, &box->alpha);

    /* An element outside the group would tell its maker of the secret. */
    if (result == RESULT_OK && ballot_element_is_identity(&box->alpha))
        result = RESULT_REFUSED;
    if (result == RESULT_OK)
        result =
            ballot_group_power_secret(group, &box->alpha, decryption, &common);
    if (result == RESULT_OK)
        result = key_of(box, &common, &key);
    if (result == RESULT_OK)
        result = unseal(&key, box->data, share);
    ballot_element_wipe(&common);
    OPENSSL_cleanse(&key, sizeof key);
    return ballot_value_fault(result, BALLOT_FAULT_SHARE_SEALED);
}
