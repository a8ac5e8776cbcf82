#include "server/platform/tls_certificate.h"

#include "protocol/base/encoding.h"
#include "server/platform/private_file.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DAYS_BEFORE = 1,
    DAYS_AFTER = 3650,
    SERIAL_BITS = 127,   /* positive, and at most 20 octets as RFC 5280 asks */
    COMMON_NAME_MAX = 64 /* ub-common-name of RFC 5280 */
};

struct tls_certificate {
    X509 *leaf;
    STACK_OF(X509) * chain; /* above the leaf; may be empty */
    EVP_PKEY *key;
};

/* --- making -------------------------------------------------------------- */

static bool add_extension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension)
        return false;
    bool is_added = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_added;
}

static bool is_numeric(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET, host, &address) == 1 ||
           inet_pton(AF_INET6, host, &address) == 1;
}

static bool set_names(X509 *certificate, const char *host)
{
    const char *common = strlen(host) <= COMMON_NAME_MAX ? host : "chibo";
    X509_NAME *name = X509_get_subject_name(certificate);
    char alternative[300];

    snprintf(alternative, sizeof alternative, "%s:%s",
             is_numeric(host) ? "IP" : "DNS", host);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)common, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 &&
           add_extension(certificate, NID_basic_constraints,
                         "critical,CA:FALSE") &&
           add_extension(certificate, NID_key_usage,
                         "critical,digitalSignature") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_alt_name, alternative);
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *serial = BN_new();
    bool is_set =
        serial &&
        BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
        BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate));

    BN_free(serial);
    return is_set;
}

static X509 *make_certificate(EVP_PKEY *key, const char *host,
                              int64_t now_utc_ms)
{
    time_t now = (time_t)(now_utc_ms / 1000);
    X509 *certificate = X509_new();

    if (certificate && X509_set_version(certificate, X509_VERSION_3) == 1 &&
        set_serial(certificate) &&
        X509_time_adj_ex(X509_getm_notBefore(certificate), -DAYS_BEFORE, 0,
                         &now) &&
        X509_time_adj_ex(X509_getm_notAfter(certificate), DAYS_AFTER, 0,
                         &now) &&
        X509_set_pubkey(certificate, key) == 1 &&
        set_names(certificate, host) &&
        X509_sign(certificate, key, EVP_sha256()) > 0)
        return certificate;
    X509_free(certificate);
    return NULL;
}

static enum result write_memory(const char *path, BIO *memory)
{
    char *bytes;
    long size = BIO_get_mem_data(memory, &bytes);

    return size > 0 ? private_file_write(path, bytes, (size_t)size)
                    : RESULT_CRYPTO;
}

static enum result write_pair(const char *certificate_path,
                              const char *key_path, X509 *certificate,
                              EVP_PKEY *key)
{
    enum result result = RESULT_CRYPTO;
    BIO *certificate_text = BIO_new(BIO_s_mem());
    BIO *key_text = BIO_new(BIO_s_secmem());

    if (certificate_text && key_text &&
        PEM_write_bio_X509(certificate_text, certificate) == 1 &&
        PEM_write_bio_PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) == 1)
        result = write_memory(key_path, key_text);
    if (!result)
        result = write_memory(certificate_path, certificate_text);
    BIO_free(certificate_text);
    BIO_free(key_text);
    return result;
}

enum result tls_certificate_make(const char *certificate_path,
                                 const char *key_path, const char *host,
                                 int64_t now_utc_ms)
{
    bool has_certificate = !access(certificate_path, F_OK);
    bool has_key = !access(key_path, F_OK);

    if (has_certificate && has_key)
        return RESULT_OK;
    if (has_certificate || has_key)
        return RESULT_EXISTS;

    enum result result = RESULT_CRYPTO;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? make_certificate(key, host, now_utc_ms) : NULL;
    if (certificate)
        result = write_pair(certificate_path, key_path, certificate, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return result;
}

/* --- reading ------------------------------------------------------------- */

/* A key behind a pass phrase is refused: nobody is there to type it. */
static int refuse_pass_phrase(char *out, int size, int is_writing, void *user)
{
    (void)out;
    (void)size;
    (void)is_writing;
    (void)user;
    return -1;
}

static enum result read_chain(struct tls_certificate *pair, const char *path)
{
    X509 *above;
    BIO *file = BIO_new_file(path, "r");

    if (!file)
        return RESULT_IO;
    pair->leaf = PEM_read_bio_X509_AUX(file, NULL, refuse_pass_phrase, NULL);
    while (pair->leaf &&
           (above = PEM_read_bio_X509(file, NULL, refuse_pass_phrase, NULL)))
        if (!sk_X509_push(pair->chain, above)) {
            X509_free(above);
            break;
        }
    /* After the last certificate only "no further start line" may stand. */
    unsigned long error = ERR_peek_last_error();
    BIO_free(file);
    return pair->leaf && ERR_GET_REASON(error) == PEM_R_NO_START_LINE
               ? RESULT_OK
               : RESULT_MALFORMED;
}

static enum result read_key(struct tls_certificate *pair, const char *path)
{
    BIO *file = BIO_new_file(path, "r");

    if (!file)
        return RESULT_IO;
    pair->key = PEM_read_bio_PrivateKey(file, NULL, refuse_pass_phrase, NULL);
    BIO_free(file);
    return pair->key ? RESULT_OK : RESULT_MALFORMED;
}

static enum result try_pair(const struct tls_certificate *pair)
{
    enum result result = RESULT_NO_MEMORY;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *connection = context ? SSL_new(context) : NULL;

    if (connection)
        result = tls_certificate_use(pair, connection);
    SSL_free(connection);
    SSL_CTX_free(context);
    return result;
}

enum result tls_certificate_load(struct tls_certificate **out,
                                 const char *certificate_path,
                                 const char *key_path)
{
    enum result result = RESULT_NO_MEMORY;
    struct tls_certificate *pair = calloc(1, sizeof *pair);

    ERR_clear_error();
    if (!pair)
        return RESULT_NO_MEMORY;
    pair->chain = sk_X509_new_null();
    if (pair->chain)
        result = read_chain(pair, certificate_path);
    if (!result)
        result = read_key(pair, key_path);
    if (!result)
        result = try_pair(pair);
    ERR_clear_error();
    if (result) {
        tls_certificate_free(pair);
        return result;
    }
    *out = pair;
    return RESULT_OK;
}

enum result tls_certificate_use(const struct tls_certificate *pair,
                                SSL *connection)
{
    SSL_certs_clear(connection);
    bool is_used = X509_check_private_key(pair->leaf, pair->key) == 1 &&
                   SSL_use_cert_and_key(connection, pair->leaf, pair->key,
                                        pair->chain, 1) == 1;

    ERR_clear_error();
    return is_used ? RESULT_OK : RESULT_CRYPTO;
}

void tls_certificate_fingerprint(const struct tls_certificate *pair,
                                 char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    out[0] = '\0';
    if (X509_digest(pair->leaf, EVP_sha256(), digest, &size) == 1)
        hex_encode(digest, size, out);
}

struct tls_certificate *tls_certificate_free(struct tls_certificate *pair)
{
    if (!pair)
        return NULL;
    X509_free(pair->leaf);
    sk_X509_pop_free(pair->chain, X509_free);
    EVP_PKEY_free(pair->key);
    free(pair);
    return NULL;
}
