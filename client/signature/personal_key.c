/* Key and certificate of a person: reading a PKCS#12 file, and what both ways
 * have in common. The token: personal_token.c */
#include "client/signature/personal_key.h"

#include "client/signature/personal_token.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <stdbool.h>
#include <string.h>

/* Signatures with a certificate out of its time are worth nothing. */
static enum personal_key_fault judge_pair(const struct personal_key *key)
{
    if (!key->key)
        return PERSONAL_KEY_NO_KEY;
    if (!key->certificate)
        return PERSONAL_KEY_NO_CERTIFICATE;
    if (X509_check_private_key(key->certificate, key->key) != 1)
        return PERSONAL_KEY_NOT_OF_CERTIFICATE;
    if (X509_cmp_current_time(X509_get0_notBefore(key->certificate)) >= 0 ||
        X509_cmp_current_time(X509_get0_notAfter(key->certificate)) <= 0)
        return PERSONAL_KEY_OUT_OF_TIME;
    return PERSONAL_KEY_FINE;
}

/* PKCS#12 knows no password and the empty one as two things. */
static bool has_password(PKCS12 *file, const char **password)
{
    if (PKCS12_verify_mac(file, *password, -1) == 1)
        return true;
    if ((*password)[0] != '\0' || PKCS12_verify_mac(file, NULL, 0) != 1)
        return false;
    *password = NULL;
    return true;
}

static enum personal_key_fault open_file(PKCS12 *file, const char *password,
                                         struct personal_key *out)
{
    if (!PKCS12_mac_present(file))
        return PERSONAL_KEY_NO_PKCS12;
    if (!has_password(file, &password))
        return PERSONAL_KEY_WRONG_PASSWORD;
    if (PKCS12_parse(file, password, &out->key, &out->certificate,
                     &out->chain) != 1)
        return PERSONAL_KEY_NO_KEY;
    return judge_pair(out);
}

enum personal_key_fault personal_key_read(const uint8_t *bytes, size_t size,
                                          const char *password,
                                          struct personal_key *out)
{
    /* Named, for loading one ends the loading by itself of the other. RC2 and
     * such are in "legacy"; without it, newer files can still be read. */
    OSSL_PROVIDER *usual = OSSL_PROVIDER_load(NULL, "default");
    OSSL_PROVIDER *old = OSSL_PROVIDER_load(NULL, "legacy");
    enum personal_key_fault fault = PERSONAL_KEY_NO_PKCS12;
    const uint8_t *at = bytes;
    PKCS12 *file = NULL;

    memset(out, 0, sizeof *out);
    if (size <= LONG_MAX)
        file = d2i_PKCS12(NULL, &at, (long)size);
    if (file)
        fault = open_file(file, password, out);
    PKCS12_free(file);
    ERR_clear_error();
    if (old)
        (void)OSSL_PROVIDER_unload(old);
    /* "default" stays: from now on nothing else loads it. */
    (void)usual;
    if (fault != PERSONAL_KEY_FINE)
        personal_key_end(out);
    return fault;
}

enum personal_key_fault personal_key_find(const char *uri, const char *module,
                                          const char *pin,
                                          struct personal_key *out)
{
    enum personal_key_fault fault;

    memset(out, 0, sizeof *out);
    fault = personal_token_find(uri, module, pin, out);
    if (fault == PERSONAL_KEY_FINE)
        fault = judge_pair(out);
    ERR_clear_error();
    if (fault != PERSONAL_KEY_FINE)
        personal_key_end(out);
    return fault;
}

void personal_key_end(struct personal_key *key)
{
    EVP_PKEY_free(key->key);
    X509_free(key->certificate);
    sk_X509_pop_free(key->chain, X509_free);
    personal_token_end(key->engine);
    memset(key, 0, sizeof *key);
}
