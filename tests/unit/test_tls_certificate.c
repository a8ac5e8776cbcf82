#include "server/platform/private_file.h"
#include "server/platform/tls_certificate.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t now_ms = INT64_C(1767225600000); /* 2026-01-01 */

struct fixture {
    struct scratch_folder folder;
    struct scratch_path certificate, key, other_certificate, other_key;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    scratch_folder_make(&fixture.folder);
    fixture.certificate = scratch_folder_file(&fixture.folder, "c.pem");
    fixture.key = scratch_folder_file(&fixture.folder, "k.pem");
    fixture.other_certificate = scratch_folder_file(&fixture.folder, "c2.pem");
    fixture.other_key = scratch_folder_file(&fixture.folder, "k2.pem");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    scratch_folder_remove(&((struct fixture *)*state)->folder);
    return 0;
}

static void make(const struct fixture *fixture, const char *host)
{
    assert_int_equal(tls_certificate_make(fixture->certificate.text,
                                          fixture->key.text, host, now_ms),
                     RESULT_OK);
}

static X509 *read_certificate(const struct fixture *fixture)
{
    FILE *file = fopen(fixture->certificate.text, "r");

    assert_non_null(file);
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    assert_non_null(certificate);
    return certificate;
}

static enum result load(const char *certificate, const char *key)
{
    struct tls_certificate *pair = NULL;
    enum result result = tls_certificate_load(&pair, certificate, key);

    assert_int_equal(!pair, result != RESULT_OK);
    tls_certificate_free(pair);
    return result;
}

static void a_certificate_is_made_for_its_host_and_ten_years(void **state)
{
    struct fixture *fixture = *state;
    time_t before = (time_t)(now_ms / 1000 - 2 * 86400);
    time_t start = (time_t)(now_ms / 1000);
    time_t last = start + (time_t)3649 * 86400;
    time_t after = start + (time_t)3651 * 86400;

    make(fixture, "chibo.vi-du.vn");
    X509 *certificate = read_certificate(fixture);
    assert_int_equal(X509_check_host(certificate, "chibo.vi-du.vn", 0, 0, NULL),
                     1);
    assert_int_equal(X509_check_host(certificate, "khac.vi-du.vn", 0, 0, NULL),
                     0);
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *to = X509_get0_notAfter(certificate);
    assert_true(X509_cmp_time(from, &before) > 0);
    assert_true(X509_cmp_time(from, &start) < 0);
    assert_true(X509_cmp_time(to, &last) > 0);
    assert_true(X509_cmp_time(to, &after) < 0);
    assert_int_equal(X509_get_version(certificate), X509_VERSION_3);
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    assert_int_equal(EVP_PKEY_get_base_id(key), EVP_PKEY_EC);
    assert_int_equal(EVP_PKEY_get_bits(key), 256);
    assert_int_equal(X509_verify(certificate, key), 1);
    X509_free(certificate);
}

static void a_numeric_host_becomes_an_address_in_the_certificate(void **state)
{
    struct fixture *fixture = *state;

    make(fixture, "127.0.0.1");
    X509 *certificate = read_certificate(fixture);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.2", 0), 0);
    X509_free(certificate);
}

static void both_files_are_for_the_servers_user_only(void **state)
{
    struct fixture *fixture = *state;
    struct stat status;

    make(fixture, "localhost");
    assert_int_equal(stat(fixture->certificate.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(fixture->key.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(scratch_folder_count(&fixture->folder), 2);
}

static void what_is_there_is_kept_and_half_a_pair_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char before[4096], after[4096];
    size_t before_size, after_size;

    make(fixture, "localhost");
    assert_int_equal(private_file_read(fixture->key.text, before, sizeof before,
                                       &before_size),
                     RESULT_OK);
    make(fixture, "localhost");
    assert_int_equal(
        private_file_read(fixture->key.text, after, sizeof after, &after_size),
        RESULT_OK);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);

    assert_int_equal(unlink(fixture->certificate.text), 0);
    assert_int_equal(tls_certificate_make(fixture->certificate.text,
                                          fixture->key.text, "localhost",
                                          now_ms),
                     RESULT_EXISTS);
}

static void a_pair_made_here_can_be_loaded(void **state)
{
    struct fixture *fixture = *state;
    struct tls_certificate *pair = NULL;
    char fingerprint[65];

    make(fixture, "localhost");
    assert_int_equal(tls_certificate_load(&pair, fixture->certificate.text,
                                          fixture->key.text),
                     RESULT_OK);
    tls_certificate_fingerprint(pair, fingerprint);
    assert_int_equal(strlen(fingerprint), 64);
    tls_certificate_free(pair);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;

    make(fixture, "localhost");
    assert_int_equal(tls_certificate_make(fixture->other_certificate.text,
                                          fixture->other_key.text, "localhost",
                                          now_ms),
                     RESULT_OK);
    assert_int_equal(load(fixture->certificate.text, fixture->other_key.text),
                     RESULT_CRYPTO);
}

static void write_text(const char *path, const char *text)
{
    assert_int_equal(private_file_write(path, text, strlen(text)), RESULT_OK);
}

static void files_that_are_no_pair_are_refused(void **state)
{
    struct fixture *fixture = *state;
    const char *certificate = fixture->certificate.text;
    const char *key = fixture->key.text;

    assert_int_equal(load("/khong/co.pem", key), RESULT_IO);
    make(fixture, "localhost");
    assert_int_equal(load(certificate, "/khong/co.pem"), RESULT_IO);
    assert_int_equal(load(key, key), RESULT_MALFORMED);
    assert_int_equal(load(certificate, certificate), RESULT_MALFORMED);
    write_text(fixture->other_certificate.text, "");
    assert_int_equal(load(fixture->other_certificate.text, key),
                     RESULT_MALFORMED);
}

static void rubbish_behind_a_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char text[4096];
    size_t size;

    make(fixture, "localhost");
    assert_int_equal(private_file_read(fixture->certificate.text, text,
                                       sizeof text - 128, &size),
                     RESULT_OK);
    text[size] = '\0';
    strncat(text,
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            sizeof text - size - 1);
    write_text(fixture->other_certificate.text, text);
    assert_int_equal(load(fixture->other_certificate.text, fixture->key.text),
                     RESULT_MALFORMED);
}

static void a_file_is_replaced_whole_and_read_within_its_limit(void **state)
{
    struct fixture *fixture = *state;
    char out[8];
    size_t size = 0;

    write_text(fixture->key.text, "một hai ba bốn");
    write_text(fixture->key.text, "12345678");
    assert_int_equal(
        private_file_read(fixture->key.text, out, sizeof out, &size),
        RESULT_OK);
    assert_int_equal(size, 8);
    assert_memory_equal(out, "12345678", 8);
    assert_int_equal(private_file_read(fixture->key.text, out, 7, &size),
                     RESULT_TOO_LARGE);
    assert_int_equal(private_file_read("/khong/co", out, 8, &size),
                     RESULT_NOT_FOUND);
    assert_int_equal(private_file_write("/khong/co", out, 8), RESULT_IO);
    assert_int_equal(scratch_folder_count(&fixture->folder), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_is_made_for_its_host_and_ten_years),
        TEST(a_numeric_host_becomes_an_address_in_the_certificate),
        TEST(both_files_are_for_the_servers_user_only),
        TEST(what_is_there_is_kept_and_half_a_pair_is_refused),
        TEST(a_pair_made_here_can_be_loaded),
        TEST(a_key_of_another_certificate_is_refused),
        TEST(files_that_are_no_pair_are_refused),
        TEST(rubbish_behind_a_certificate_is_refused),
        TEST(a_file_is_replaced_whole_and_read_within_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
