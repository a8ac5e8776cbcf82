#include "server/control/invitation_link.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct server_fingerprint some_fingerprint(void)
{
    struct server_fingerprint fingerprint;

    memcpy(fingerprint.text, "-JhGlPEZTrwyFjGlhKNNo7kRCwzvnAsnzrm0gGu_bWw", 44);
    return fingerprint;
}

/* Bytes 00 01 … 0f in base64url, by RFC 4648. */
static void a_link_has_host_port_token_and_fingerprint(void **state)
{
    static const struct {
        const char *host;
        uint16_t port;
        const char *link;
    } cases[] = {
        { "chibo.example.vn", 7443,
          "chibo://chibo.example.vn:7443/i/AAECAwQFBgcICQoLDA0ODw#"
          "-JhGlPEZTrwyFjGlhKNNo7kRCwzvnAsnzrm0gGu_bWw" },
        { "127.0.0.1", 65535,
          "chibo://127.0.0.1:65535/i/AAECAwQFBgcICQoLDA0ODw#"
          "-JhGlPEZTrwyFjGlhKNNo7kRCwzvnAsnzrm0gGu_bWw" },
        { "::1", 1,
          "chibo://[::1]:1/i/AAECAwQFBgcICQoLDA0ODw#"
          "-JhGlPEZTrwyFjGlhKNNo7kRCwzvnAsnzrm0gGu_bWw" },
    };
    const struct server_fingerprint fingerprint = some_fingerprint();
    uint8_t token[INVITATION_TOKEN_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof token; i++)
        token[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *link = NULL;

        assert_int_equal(invitation_link(cases[i].host, cases[i].port, token,
                                         &fingerprint, &link),
                         RESULT_OK);
        assert_string_equal(link, cases[i].link);
        free(link);
    }
}

/* A version 1 code has 21 modules and a border of 4: 29 columns, 15 lines. The
 * finder pattern of the first corner is the same in every code: seven dark,
 * then dark, five light, dark. */
static void a_qr_code_is_drawn_with_its_border(void **state)
{
    char *drawn = NULL;
    const char *line;
    size_t lines = 0;
    const char *full = "█";

    (void)state;
    assert_int_equal(qr_text("CHIBO", &drawn), RESULT_OK);
    for (const char *at = drawn; *at; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 15);
    for (size_t i = 0; i < 29; i++)
        assert_memory_equal(drawn + 3 * i, full, 3);
    assert_int_equal(drawn[3 * 29], '\n');
    line = drawn + 2 * (3 * 29 + 1); /* modules rows 0 and 1 */
    assert_memory_equal(line, "████ ▄▄▄▄▄ █", 3 * 4 + 1 + 3 * 5 + 1 + 3);
    free(drawn);
}

static void a_text_too_long_for_a_code_is_refused(void **state)
{
    char text[4001];
    char *drawn = NULL;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(qr_text(text, &drawn), RESULT_TOO_LARGE);
    assert_null(drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_has_host_port_token_and_fingerprint),
        cmocka_unit_test(a_qr_code_is_drawn_with_its_border),
        cmocka_unit_test(a_text_too_long_for_a_code_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
