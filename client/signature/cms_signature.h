/*
 * A detached signature of a file in the Cryptographic Message Syntax (RFC 5652)
 * with the attributes of CAdES-BES (ETSI EN 319 122-1): what official papers
 * are signed with. Any program that knows CMS checks it:
 *
 *   openssl cms -verify -binary -inform DER -in FILE.p7s -content FILE \
 *           -CAfile ISSUERS.pem -purpose any -out /dev/null
 *
 * Main thread.
 */
#ifndef CLIENT_SIGNATURE_CMS_SIGNATURE_H
#define CLIENT_SIGNATURE_CMS_SIGNATURE_H

#include "client/signature/personal_key.h"

#include <stdio.h>

enum {
    CMS_NAME_SIZE = 512 /* of a certificate, as text */
};

/* Whom a certificate is for, as in RFC 2253, control characters escaped. */
void cms_certificate_subject(const X509 *certificate, char out[CMS_NAME_SIZE]);

/*
 * Signs what `content` has from its beginning on, SHA-256. The caller frees
 * `*der` by OPENSSL_free(). RESULT_IO, RESULT_CRYPTO (the token refuses).
 */
MUST_USE enum result cms_signature_make(const struct personal_key *key,
                                        FILE *content, uint8_t **der,
                                        size_t *size);

enum cms_verdict {
    CMS_GOOD,
    CMS_NO_SIGNATURE,  /* the bytes are none, or are of none or of several */
    CMS_OTHER_CONTENT, /* it is of another file, or was changed */
    CMS_WEAK,          /* its digest is one for which two files can be made */
    CMS_NOT_TRUSTED,   /* who issued the certificate is not among the trusted;
                          `reason` says why */
    CMS_NO_TRUSTED,    /* that file has no certificates in PEM */
    CMS_FAILED
};

/* What a signature says of itself; true only after CMS_GOOD. */
struct cms_signer {
    char
        subject[CMS_NAME_SIZE]; /* as in RFC 2253, control characters escaped */
    char issuer[CMS_NAME_SIZE];
    char signed_at[64]; /* as the signer's computer said it, UTC; "" if not */
    int reason;         /* X509_V_ERR_* */
};

/*
 * Holds a signature against `content`, and its certificate, at this moment,
 * against the file of PEM certificates `trusted`.
 */
enum cms_verdict cms_signature_check(const uint8_t *der, size_t size,
                                     FILE *content, const char *trusted,
                                     struct cms_signer *out);

#endif
