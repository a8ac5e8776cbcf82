/* chibo sign: papers signed with a personal certificate, in a file beside them,
 * and such signatures held against their papers. */
#include "client/cli/cli_profile.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/core/durable_file.h"
#include "client/signature/cms_signature.h"
#include "protocol/base/limits.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage_text[] = N_(
    "usage: chibo sign FILE --key PERSON.p12 [options]\n"
    "       chibo sign FILE --token URI [--module LIBRARY] [options]\n"
    "       chibo sign FILE --check --trusted ISSUERS.pem\n"
    "\n"
    "Signs a paper, such as the minutes as PDF, with a personal certificate.\n"
    "The signature stands in a file of its own, FILE.p7s (CMS, CAdES-BES);\n"
    "the paper stays as it is. With --check, holds it against the paper.\n"
    "\n"
    "  --key PERSON.p12     key and certificate, as issued (PKCS#12, .pfx)\n"
    "  --token URI          on a token: pkcs11:object=NAME\n"
    "  --module LIBRARY     the token's library (.so), if it is not known\n"
    "                       to the system\n"
    "  -o SIGNATURE         another file than FILE.p7s\n"
    "  --check              is SIGNATURE of FILE, and by whom?\n"
    "  --trusted ISSUERS.pem\n"
    "                       whom you trust to issue certificates\n"
    "  --passphrase-file FILE\n"
    "                       the passphrase of the key, or the PIN\n"
    "  --language vi|en\n");

struct sign_options {
    const char *key, *token, *module, *output, *trusted;
    bool is_check;
};

/* --- files --------------------------------------------------------------- */

static FILE *open_paper(const char *path)
{
    FILE *paper = fopen(path, "rbe");

    if (!paper)
        cli_complain(_("cannot read %s: %s"), path, system_words(errno));
    return paper;
}

/* Never over another signature. */
static bool write_signature(const char *path, const uint8_t *der, size_t size)
{
    FILE *file = fopen(path, "wxe");
    bool is_written;

    if (!file) {
        cli_complain(_("cannot write %s: %s"), path, system_words(errno));
        return false;
    }
    is_written = fwrite(der, 1, size, file) == size && fflush(file) == 0 &&
                 fsync(fileno(file)) == 0;
    is_written = fclose(file) == 0 && is_written;
    if (!is_written) {
        cli_complain(_("cannot write %s: %s"), path, system_words(errno));
        (void)unlink(path);
    }
    return is_written;
}

/* --- signing ------------------------------------------------------------- */

static const char *fault_words(enum personal_key_fault fault, bool is_token)
{
    switch (fault) {
    case PERSONAL_KEY_NO_PKCS12:
        return _("this is no PKCS#12 file (.p12, .pfx)");
    case PERSONAL_KEY_WRONG_PASSWORD:
        return is_token ? _("the token does not give the key: the PIN is wrong "
                            "or locked, or the key is not there")
                        : _("the passphrase is wrong");
    case PERSONAL_KEY_NO_KEY:
        return _("there is no private key in it");
    case PERSONAL_KEY_NO_CERTIFICATE:
        return is_token ? _("no such certificate is on the token, or its "
                            "library does not start; name it: --module LIBRARY")
                        : _("there is no certificate in it");
    case PERSONAL_KEY_NOT_OF_CERTIFICATE:
        return _("key and certificate do not belong together");
    case PERSONAL_KEY_OUT_OF_TIME:
        return _("the certificate has expired or is not valid yet");
    case PERSONAL_KEY_NO_ENGINE:
        return _("OpenSSL has nothing for tokens: install the package "
                 "libengine-pkcs11-openssl");
    case PERSONAL_KEY_NO_MODULE:
        return _("the token's library does not start; name it: --module "
                 "LIBRARY");
    case PERSONAL_KEY_FINE:
    case PERSONAL_KEY_FAILED:
        break;
    }
    return _("the system's cryptography fails");
}

static enum personal_key_fault read_key(const struct sign_options *options,
                                        const char *passphrase,
                                        struct personal_key *out)
{
    enum personal_key_fault fault;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (options->token)
        return personal_key_find(options->token, options->module, passphrase,
                                 out);
    result = durable_file_read_any(options->key, LIMIT_PERSONAL_KEY_SIZE,
                                   &bytes, &size);
    if (result != RESULT_OK)
        return PERSONAL_KEY_NO_PKCS12;
    fault = personal_key_read(bytes, size, passphrase, out);
    OPENSSL_cleanse(bytes, size);
    free(bytes);
    return fault;
}

static bool is_readable(const char *path)
{
    if (!path || access(path, R_OK) == 0)
        return true;
    cli_complain(_("cannot read %s: %s"), path, system_words(errno));
    return false;
}

static bool open_key(const struct sign_options *options,
                     const char *passphrase_file, struct personal_key *out)
{
    const char *place = options->token ? options->token : options->key;
    struct cli_passphrase passphrase = { .size = 0 };
    enum personal_key_fault fault;

    if (!is_readable(options->token ? options->module : options->key))
        return false;
    if (!cli_passphrase_ask(passphrase_file,
                            options->token ? _("PIN of the token: ")
                                           : _("Passphrase of the key: "),
                            &passphrase))
        return false;
    fault = read_key(options, passphrase.text, out);
    cli_passphrase_wipe(&passphrase);
    if (fault != PERSONAL_KEY_FINE)
        cli_complain("%s: %s", place, fault_words(fault, options->token));
    return fault == PERSONAL_KEY_FINE;
}

static bool sign(const struct personal_key *key, FILE *paper, const char *path)
{
    uint8_t *der = NULL;
    size_t size = 0;
    enum result result = cms_signature_make(key, paper, &der, &size);
    bool is_done;

    if (result != RESULT_OK)
        cli_complain(_("this cannot be signed: %s"), result_words(result));
    is_done = result == RESULT_OK && write_signature(path, der, size);
    OPENSSL_free(der);
    return is_done;
}

static enum cli_exit make(const struct sign_options *options,
                          const char *passphrase_file, const char *file)
{
    struct personal_key key = { .key = NULL };
    char subject[CMS_NAME_SIZE];
    FILE *paper = open_paper(file);
    bool is_done = false;

    if (!paper)
        return CLI_FAILED;
    if (open_key(options, passphrase_file, &key)) {
        cms_certificate_subject(key.certificate, subject);
        is_done = sign(&key, paper, options->output);
    }
    if (is_done)
        (void)printf(_("%s is signed in %s, by\n  %s\n"), file, options->output,
                     subject);
    personal_key_end(&key);
    (void)fclose(paper);
    return is_done ? CLI_DONE : CLI_FAILED;
}

/* --- checking ------------------------------------------------------------ */

static const char *verdict_words(enum cms_verdict verdict)
{
    switch (verdict) {
    case CMS_NO_SIGNATURE:
        return _("this is no detached signature by one person");
    case CMS_OTHER_CONTENT:
        return _("it is not of this file, or one of them was changed");
    case CMS_WEAK:
        return _("it rests on an old digest, for which two papers with one "
                 "signature can be made: have it signed anew");
    case CMS_NOT_TRUSTED:
        return _("it is of this file, but the certificate does not hold");
    case CMS_NO_TRUSTED:
        return _("the file of --trusted has no certificates in PEM");
    case CMS_GOOD:
    case CMS_FAILED:
        break;
    }
    return _("the system's cryptography fails");
}

static void show_signer(const struct cms_signer *signer)
{
    (void)printf(_("  signed by  %s\n"), signer->subject);
    (void)printf(_("  issued by  %s\n"), signer->issuer);
    if (signer->signed_at[0])
        (void)printf(_("  at         %s UTC, by the signer's clock\n"),
                     signer->signed_at);
}

static void show_verdict(enum cms_verdict verdict, const char *path,
                         const struct cms_signer *signer)
{
    if (verdict == CMS_GOOD) {
        (void)printf(_("%s is a good signature.\n"), path);
    } else {
        cli_complain("%s: %s", path, verdict_words(verdict));
        if (verdict == CMS_NOT_TRUSTED)
            cli_complain("%s", X509_verify_cert_error_string(signer->reason));
    }
    if (verdict == CMS_GOOD || verdict == CMS_NOT_TRUSTED)
        show_signer(signer);
}

static enum cli_exit check(const struct sign_options *options, const char *file)
{
    enum cms_verdict verdict = CMS_FAILED;
    struct cms_signer signer;
    uint8_t *der = NULL;
    size_t size = 0;
    enum result result = durable_file_read_any(
        options->output, LIMIT_PAPER_SIGNATURE_SIZE, &der, &size);
    FILE *paper;

    if (result != RESULT_OK) {
        cli_complain(_("cannot read %s: %s"), options->output,
                     result_words(result));
        return CLI_FAILED;
    }
    paper = open_paper(file);
    if (paper) {
        verdict =
            cms_signature_check(der, size, paper, options->trusted, &signer);
        show_verdict(verdict, options->output, &signer);
        (void)fclose(paper);
    }
    free(der);
    return verdict == CMS_GOOD ? CLI_DONE : CLI_FAILED;
}

/* --- the command --------------------------------------------------------- */

static bool is_sensible(const struct sign_options *options)
{
    if (options->is_check && !options->trusted)
        cli_complain(_("--check needs --trusted: the certificates of those "
                       "whom you trust to issue them"));
    else if (!options->is_check && !options->key == !options->token)
        cli_complain(_("say with what: --key PERSON.p12 or --token URI"));
    else
        return true;
    return false;
}

enum cli_exit cli_sign(int argc, char **argv)
{
    struct sign_options options = { .is_check = false };
    const struct cli_option list[] = {
        { "--key", &options.key, NULL },
        { "--token", &options.token, NULL },
        { "--module", &options.module, NULL },
        { "--output", &options.output, NULL },
        { "--trusted", &options.trusted, NULL },
        { "--check", NULL, &options.is_check },
    };
    const struct cli_usage usage = { usage_text, list, 6, 1, 1 };
    struct cli_common common = { NULL, NULL };
    const char *file = NULL;
    char beside[CLI_PATH_SIZE];
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, &file, &end))
        return end;
    if (!is_sensible(&options))
        return CLI_USAGE;
    if (!options.output) {
        if (snprintf(beside, sizeof beside, "%s.p7s", file) >=
            (int)sizeof beside) {
            cli_complain(_("cannot read %s: %s"), file,
                         system_words(ENAMETOOLONG));
            return CLI_FAILED;
        }
        options.output = beside;
    }
    return options.is_check ? check(&options, file)
                            : make(&options, common.passphrase_file, file);
}
