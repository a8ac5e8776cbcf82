/* Tokens by OpenSSL's engine for PKCS#11. Debian 12 has no provider for it yet,
 * so that the older interface of OpenSSL has to do; it stands in this file
 * alone. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "client/signature/personal_token.h"

#include <openssl/engine.h>
#include <stdbool.h>

/* What libp11's LOAD_CERT_CTRL takes and gives. */
struct wanted_certificate {
    const char *uri;
    X509 *certificate;
};

/* What is wrong is said here, in words, and not by the engine besides. */
static bool start(ENGINE *engine, const char *module)
{
    (void)ENGINE_ctrl_cmd(engine, "QUIET", 0, NULL, NULL, 1);
    return (!module ||
            ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module, 0) == 1) &&
           ENGINE_init(engine) == 1;
}

/* The certificate first, and without the PIN, since it is there for all to
 * read: so a wrong PIN and a token without what was named are told apart. */
static enum personal_key_fault load(ENGINE *engine, const char *uri,
                                    const char *pin, struct personal_key *out)
{
    struct wanted_certificate wanted = { uri, NULL };

    if (ENGINE_ctrl_cmd(engine, "LOAD_CERT_CTRL", 0, &wanted, NULL, 0) != 1 ||
        !wanted.certificate)
        return PERSONAL_KEY_NO_CERTIFICATE;
    out->certificate = wanted.certificate;
    if (ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0) != 1)
        return PERSONAL_KEY_FAILED;
    out->key = ENGINE_load_private_key(engine, uri, NULL, NULL);
    return out->key ? PERSONAL_KEY_FINE : PERSONAL_KEY_WRONG_PASSWORD;
}

enum personal_key_fault personal_token_find(const char *uri, const char *module,
                                            const char *pin,
                                            struct personal_key *out)
{
    ENGINE *engine = ENGINE_by_id("pkcs11");

    if (!engine)
        return PERSONAL_KEY_NO_ENGINE;
    if (!start(engine, module)) {
        (void)ENGINE_free(engine);
        return PERSONAL_KEY_NO_MODULE;
    }
    out->engine = engine;
    return load(engine, uri, pin, out);
}

void personal_token_end(void *engine)
{
    if (!engine)
        return;
    (void)ENGINE_finish(engine);
    (void)ENGINE_free(engine);
}
