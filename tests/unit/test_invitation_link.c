/*
 * Invitation links as people paste them: chibo://host:port/i/TOKEN#FPR, the
 * token 16 bytes and the fingerprint 32, both in base64url without padding.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/invitation_link.h"

#include <stdio.h>
#include <string.h>

/* 16 and 32 zero bytes; 22 and 43 digits. */
#define TOKEN "AAAAAAAAAAAAAAAAAAAAAA"
#define FPR "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct {
    const char *text;
    const char *host; /* NULL: refused */
    uint16_t port;
} table[] = {
    { "chibo://hop.example:7443/i/" TOKEN "#" FPR, "hop.example", 7443 },
    { "chibo://192.0.2.7:1/i/" TOKEN "#" FPR, "192.0.2.7", 1 },
    { "chibo://[2001:db8::7]:65535/i/" TOKEN "#" FPR, "2001:db8::7", 65535 },
    { "chibo://[::1]:7443/i/" TOKEN "#" FPR, "::1", 7443 },
    { "  chibo://a:9/i/" TOKEN "#" FPR "\r\n", "a", 9 },
    /* Other schemes, and none. */
    { "https://hop.example:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "CHIBO://hop.example:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "hop.example:7443/i/" TOKEN "#" FPR, NULL, 0 },
    /* Hosts. */
    { "chibo://:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://2001:db8::7:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://[2001:db8::7:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://[]:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://[hop.example]:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h p:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://user@h:7443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://họp.vn:7443/i/" TOKEN "#" FPR, NULL, 0 },
    /* Ports. */
    { "chibo://h/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:0/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:65536/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:07443/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:7443x/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:100000/i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:-1/i/" TOKEN "#" FPR, NULL, 0 },
    /* Paths. */
    { "chibo://h:7443/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:7443/j/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:7443//i/" TOKEN "#" FPR, NULL, 0 },
    { "chibo://h:7443/i/" TOKEN, NULL, 0 },
    /* Tokens: one digit short, one too many, not canonical, another alphabet.
     */
    { "chibo://h:7443/i/AAAAAAAAAAAAAAAAAAAAA#" FPR, NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "A#" FPR, NULL, 0 },
    { "chibo://h:7443/i/AAAAAAAAAAAAAAAAAAAAAB#" FPR, NULL, 0 },
    { "chibo://h:7443/i/AAAAAAAAAAAAAAAAAAAA+A#" FPR, NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "==#" FPR, NULL, 0 },
    /* Fingerprints. */
    { "chibo://h:7443/i/" TOKEN "#", NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "#" FPR "A", NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "#" FPR "#", NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
      NULL, 0 },
    { "chibo://h:7443/i/" TOKEN "#" FPR " x", NULL, 0 },
    { "", NULL, 0 },
    { "chibo://", NULL, 0 },
};

static void links_are_taken_in_their_exact_form_only(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct invitation_link link = { .port = 4242 };
        enum result result =
            invitation_link_parse(text_view_of(table[i].text), &link);

        if (!table[i].host) {
            if (result != RESULT_MALFORMED)
                print_error("taken: %s\n", table[i].text);
            assert_int_equal(result, RESULT_MALFORMED);
            assert_int_equal(link.port, 4242);
            continue;
        }
        if (result)
            print_error("not taken: %s\n", table[i].text);
        assert_int_equal(result, RESULT_OK);
        assert_string_equal(link.host, table[i].host);
        assert_int_equal(link.port, table[i].port);
        assert_string_equal(link.server.text, FPR);
    }
}

static void what_is_written_is_read_again(void **state)
{
    const char *hosts[] = { "hop.example", "2001:db8::7" };
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct invitation_link link = { .port = 7443 }, again;
        char text[INVITATION_LINK_SIZE_MAX];

        (void)snprintf(link.host, sizeof link.host, "%s", hosts[i]);
        memset(link.token, 0xfb, sizeof link.token);
        memcpy(link.server.text, FPR, sizeof FPR);
        assert_int_equal(invitation_link_write(&link, text, sizeof text),
                         RESULT_OK);
        assert_int_equal(invitation_link_parse(text_view_of(text), &again),
                         RESULT_OK);
        assert_string_equal(again.host, link.host);
        assert_memory_equal(again.token, link.token, sizeof link.token);
        assert_int_equal(again.port, 7443);
    }
}

static void the_longest_host_fits_and_a_longer_one_is_refused(void **state)
{
    struct invitation_link link = { .port = 65535 };
    char text[INVITATION_LINK_SIZE_MAX], longer[500];

    (void)state;
    memset(link.host, 'a', INVITATION_HOST_SIZE - 1);
    memcpy(link.server.text, FPR, sizeof FPR);
    assert_int_equal(invitation_link_write(&link, text, sizeof text),
                     RESULT_OK);
    assert_int_equal(invitation_link_parse(text_view_of(text), &link),
                     RESULT_OK);
    (void)snprintf(longer, sizeof longer, "chibo://a%s", text + 8);
    assert_int_equal(invitation_link_parse(text_view_of(longer), &link),
                     RESULT_MALFORMED);
    assert_int_equal(invitation_link_write(&link, text, 40), RESULT_FULL);
}

static void a_link_without_host_or_port_is_not_written(void **state)
{
    struct invitation_link link = { .host = "h", .port = 0 };
    char text[INVITATION_LINK_SIZE_MAX];

    (void)state;
    memcpy(link.server.text, FPR, sizeof FPR);
    assert_int_equal(invitation_link_write(&link, text, sizeof text),
                     RESULT_INVALID);
    link.port = 1;
    link.host[0] = '\0';
    assert_int_equal(invitation_link_write(&link, text, sizeof text),
                     RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_taken_in_their_exact_form_only),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(the_longest_host_fits_and_a_longer_one_is_refused),
        cmocka_unit_test(a_link_without_host_or_port_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
