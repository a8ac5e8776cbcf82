#include "server/control/qr_text.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

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
        cmocka_unit_test(a_qr_code_is_drawn_with_its_border),
        cmocka_unit_test(a_text_too_long_for_a_code_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
