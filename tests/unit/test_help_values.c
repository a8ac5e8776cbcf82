#include "server/control/help_values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *in_vietnamese(const char *word)
{
    if (strcmp(word, "UNIT") == 0)
        return "ĐƠN-VỊ";
    if (strcmp(word, "PARTY-GROUP-MEETING") == 0)
        return "CUỘC-HỌP-TỔ";
    return word;
}

static void words_in_capitals_are_translated_one_by_one(void **state)
{
    static const struct {
        const char *values, *out;
    } rows[] = {
        { "", "" },
        { "UNIT", "ĐƠN-VỊ" },
        { "UNIT NAME", "ĐƠN-VỊ NAME" },
        { "[UNIT|FILE...]", "[ĐƠN-VỊ|FILE...]" },
        { "UNIT [PARTY-GROUP-MEETING ...]", "ĐƠN-VỊ [CUỘC-HỌP-TỔ ...]" },
        { "vi|en", "vi|en" },
        { "UNITS", "UNITS" },
        { "-UNIT-", "-ĐƠN-VỊ-" },
    };
    char out[64], cut[5];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        help_values(rows[i].values, in_vietnamese, out, sizeof out);
        assert_string_equal(out, rows[i].out);
    }
    help_values("NAME NAME", in_vietnamese, cut, sizeof cut);
    assert_string_equal(cut, "NAME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_in_capitals_are_translated_one_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
