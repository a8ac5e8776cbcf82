/*
 * The key and certificate with which a person signs papers outside this
 * program: out of a PKCS#12 file, or on a token that has a PKCS#11 module
 * (smart card, USB token). They have nothing to do with a device's key of this
 * program. Main thread: OpenSSL's engines are one for the process.
 */
#ifndef CLIENT_SIGNATURE_PERSONAL_KEY_H
#define CLIENT_SIGNATURE_PERSONAL_KEY_H

#include "protocol/base/result.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

/* What stands between a person and the key. */
enum personal_key_fault {
    PERSONAL_KEY_FINE,
    PERSONAL_KEY_NO_PKCS12,          /* the file is none, or cut short */
    PERSONAL_KEY_WRONG_PASSWORD,     /* of the file, or the PIN */
    PERSONAL_KEY_NO_KEY,             /* none in the file, or on the token */
    PERSONAL_KEY_NO_CERTIFICATE,     /* the same */
    PERSONAL_KEY_NOT_OF_CERTIFICATE, /* key and certificate are no pair */
    PERSONAL_KEY_OUT_OF_TIME,        /* expired, or not valid yet */
    PERSONAL_KEY_NO_ENGINE,          /* OpenSSL has none for PKCS#11 */
    PERSONAL_KEY_NO_MODULE,          /* the token's library does not start */
    PERSONAL_KEY_FAILED,             /* no memory, or OpenSSL fails */
};

/* Empty when zeroed; ended by personal_key_end() in any state. */
struct personal_key {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * chain; /* of who issued it, as far as known; or NULL */
    void *engine;           /* of the token, until the key is ended */
};

/*
 * Reads a PKCS#12 file, old ciphers included, as issuers still give them out.
 * `password` is UTF-8, ended by a zero, "" for none; the caller wipes it.
 */
enum personal_key_fault personal_key_read(const uint8_t *bytes, size_t size,
                                          const char *password,
                                          struct personal_key *out);

/*
 * Finds key and certificate on a token, by a PKCS#11 URI (RFC 7512) such as
 * "pkcs11:object=Signature". `module` is the path of the token's library, NULL
 * for the system's (p11-kit); `pin` is wiped by the caller.
 */
enum personal_key_fault personal_key_find(const char *uri, const char *module,
                                          const char *pin,
                                          struct personal_key *out);

void personal_key_end(struct personal_key *key);

#endif
