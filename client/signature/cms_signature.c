/* Detached CMS signatures, made and checked. */
#include "client/signature/cms_signature.h"

#include "protocol/base/text.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <string.h>

enum { SIGN_FLAGS = CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES };

/* --- making -------------------------------------------------------------- */

static bool add_signer(CMS_ContentInfo *cms, const struct personal_key *key)
{
    int i;

    if (!CMS_add1_signer(cms, key->certificate, key->key, EVP_sha256(),
                         SIGN_FLAGS))
        return false;
    for (i = 0; i < sk_X509_num(key->chain); i++)
        if (CMS_add1_cert(cms, sk_X509_value(key->chain, i)) != 1)
            return false;
    return true;
}

static enum result finish(CMS_ContentInfo *cms, FILE *content, uint8_t **der,
                          size_t *size)
{
    BIO *in = BIO_new_fp(content, BIO_NOCLOSE);
    enum result result = RESULT_CRYPTO;
    int length;

    if (in && CMS_final(cms, in, NULL, SIGN_FLAGS) == 1)
        result = ferror(content) ? RESULT_IO : RESULT_OK;
    BIO_free(in);
    if (result != RESULT_OK)
        return result;
    *der = NULL;
    length = i2d_CMS_ContentInfo(cms, der);
    if (length <= 0)
        return RESULT_CRYPTO;
    *size = (size_t)length;
    return RESULT_OK;
}

enum result cms_signature_make(const struct personal_key *key, FILE *content,
                               uint8_t **der, size_t *size)
{
    CMS_ContentInfo *cms;
    enum result result = RESULT_CRYPTO;

    if (fseek(content, 0, SEEK_SET) != 0)
        return RESULT_IO;
    cms =
        CMS_sign(NULL, NULL, NULL, NULL, SIGN_FLAGS | CMS_PARTIAL | CMS_STREAM);
    if (cms && add_signer(cms, key))
        result = finish(cms, content, der, size);
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return result;
}

/* --- what a signature says ----------------------------------------------- */

static void name_text(const X509_NAME *name, unsigned long flags, char *out)
{
    BIO *memory = BIO_new(BIO_s_mem());
    int size = 0;

    if (memory && X509_NAME_print_ex(memory, name, 0, flags) >= 0)
        size = BIO_read(memory, out, CMS_NAME_SIZE - 1);
    out[size > 0 ? size : 0] = '\0';
    BIO_free(memory);
}

/* Names come from whoever made the certificate: what could move the cursor or
 * turn a line round is escaped, with all that is not ASCII. */
static void show_name(const X509_NAME *name, char *out)
{
    name_text(name, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB,
              out);
    if (text_check(text_view_of(out), CMS_NAME_SIZE, false) != RESULT_OK)
        name_text(name, XN_FLAG_RFC2253, out);
}

void cms_certificate_subject(const X509 *certificate, char out[CMS_NAME_SIZE])
{
    show_name(X509_get_subject_name(certificate), out);
}

static void show_time(CMS_SignerInfo *signer, char *out, size_t size)
{
    const int index =
        CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
    X509_ATTRIBUTE *attribute =
        index >= 0 ? CMS_signed_get_attr(signer, index) : NULL;
    const ASN1_TYPE *value =
        attribute ? X509_ATTRIBUTE_get0_type(attribute, 0) : NULL;
    struct tm at;

    out[0] = '\0';
    if (value &&
        (value->type == V_ASN1_UTCTIME ||
         value->type == V_ASN1_GENERALIZEDTIME) &&
        ASN1_TIME_to_tm(value->value.utctime, &at) == 1)
        (void)strftime(out, size, "%Y-%m-%d %H:%M:%S", &at);
}

/* --- checking ------------------------------------------------------------ */

/* Is it a detached signature by one, over this content? */
static enum cms_verdict check_content(CMS_ContentInfo *cms, FILE *content)
{
    STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
    enum cms_verdict verdict = CMS_FAILED;
    BIO *in;

    if (!signers || sk_CMS_SignerInfo_num(signers) != 1 ||
        CMS_is_detached(cms) != 1)
        return CMS_NO_SIGNATURE;
    if (fseek(content, 0, SEEK_SET) != 0)
        return CMS_FAILED;
    in = BIO_new_fp(content, BIO_NOCLOSE);
    if (in)
        verdict = CMS_verify(cms, NULL, NULL, in, NULL,
                             CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1
                      ? CMS_GOOD
                      : CMS_OTHER_CONTENT;
    BIO_free(in);
    return ferror(content) ? CMS_FAILED : verdict;
}

/* Of SHA-1 and before, two papers can be made that have one signature. */
static bool is_strong(CMS_SignerInfo *signer)
{
    static const int strong[] = { NID_sha256,   NID_sha384,   NID_sha512,
                                  NID_sha3_256, NID_sha3_384, NID_sha3_512 };
    X509_ALGOR *digest = NULL;
    const ASN1_OBJECT *name = NULL;
    size_t i;

    CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, NULL);
    X509_ALGOR_get0(&name, NULL, NULL, digest);
    for (i = 0; i < sizeof strong / sizeof strong[0]; i++)
        if (OBJ_obj2nid(name) == strong[i])
            return true;
    return false;
}

static enum cms_verdict check_issuer(X509_STORE *trusted, X509 *certificate,
                                     STACK_OF(X509) * others,
                                     struct cms_signer *out)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    enum cms_verdict verdict = CMS_FAILED;

    if (context &&
        X509_STORE_CTX_init(context, trusted, certificate, others) == 1) {
        verdict = X509_verify_cert(context) == 1 ? CMS_GOOD : CMS_NOT_TRUSTED;
        out->reason = X509_STORE_CTX_get_error(context);
    }
    X509_STORE_CTX_free(context);
    return verdict;
}

static enum cms_verdict check_trust(CMS_ContentInfo *cms, X509 *certificate,
                                    const char *trusted, struct cms_signer *out)
{
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *others = CMS_get1_certs(cms);
    enum cms_verdict verdict = CMS_FAILED;

    if (store) {
        verdict = X509_STORE_load_file(store, trusted) == 1
                      ? check_issuer(store, certificate, others, out)
                      : CMS_NO_TRUSTED;
    }
    sk_X509_pop_free(others, X509_free);
    X509_STORE_free(store);
    return verdict;
}

enum cms_verdict cms_signature_check(const uint8_t *der, size_t size,
                                     FILE *content, const char *trusted,
                                     struct cms_signer *out)
{
    const uint8_t *at = der;
    enum cms_verdict verdict = CMS_NO_SIGNATURE;
    CMS_ContentInfo *cms = NULL;
    CMS_SignerInfo *signer;
    X509 *certificate = NULL;

    memset(out, 0, sizeof *out);
    if (size <= LONG_MAX)
        cms = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    if (cms && at == der + size)
        verdict = check_content(cms, content);
    if (verdict == CMS_GOOD) {
        signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
        CMS_SignerInfo_get0_algs(signer, NULL, &certificate, NULL, NULL);
        cms_certificate_subject(certificate, out->subject);
        show_name(X509_get_issuer_name(certificate), out->issuer);
        show_time(signer, out->signed_at, sizeof out->signed_at);
        verdict = is_strong(signer)
                      ? check_trust(cms, certificate, trusted, out)
                      : CMS_WEAK;
    }
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return verdict;
}
