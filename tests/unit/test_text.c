#include "protocol/base/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* "Mẫu": ẫ as one code point; as a, circumflex, tilde; as â, tilde. */
#define MAU_NFC "M\xe1\xba\xabu"
#define MAU_NFD "Ma\xcc\x82\xcc\x83u"
#define MAU_HALF "M\xc3\xa2\xcc\x83u"

static enum result check(struct text_view text)
{
    return text_check(text, 1000, false);
}

static void vietnamese_in_nfc_is_fit(void **state)
{
    (void)state;
    assert_int_equal(check(TEXT_LITERAL("Đảng viên Mẫu 01")), RESULT_OK);
    assert_int_equal(check(TEXT_LITERAL(MAU_NFC)), RESULT_OK);
    assert_int_equal(check(TEXT_LITERAL("")), RESULT_OK);
    assert_int_equal(check((struct text_view){ NULL, 0 }), RESULT_OK);
    assert_int_equal(check(TEXT_LITERAL("Biểu quyết \xf0\x9f\x97\xb3")),
                     RESULT_OK);
}

static void another_spelling_than_nfc_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check(TEXT_LITERAL(MAU_NFD)), RESULT_MALFORMED);
    assert_int_equal(check(TEXT_LITERAL(MAU_HALF)), RESULT_MALFORMED);
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* continuation alone */
        "\xc3",             /* cut */
        "\xc3(",            /* no continuation */
        "\xe1\xba",         /* cut */
        "\xf0\x9f\x97",     /* cut */
        "\xc0\xaf",         /* overlong */
        "\xe0\x80\xaf",     /* overlong */
        "\xf0\x80\x80\xaf", /* overlong */
        "\xed\xa0\x80",     /* surrogate */
        "\xed\xbf\xbf",     /* surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc4\x90\x90", /* Đ and one byte too many */
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *out = NULL;

        assert_int_equal(check(text_view_of(bad[i])), RESULT_MALFORMED);
        assert_int_equal(text_to_nfc(text_view_of(bad[i]), &out),
                         RESULT_MALFORMED);
        assert_int_equal(text_fold(text_view_of(bad[i]), &out),
                         RESULT_MALFORMED);
        assert_null(out);
    }
}

static void code_points_that_hide_something_are_refused(void **state)
{
    static const struct text_view bad[] = {
        { "a\0b", 3 },
        { "\x1b[31m", 5 },
        { "\x7f", 1 },
        { "\xc2\x80", 2 },
        { "\xc2\x9f", 2 },
        { "\xd8\x9c", 2 },     /* U+061C */
        { "\xe2\x80\x8e", 3 }, /* U+200E */
        { "\xe2\x80\x8f", 3 }, /* U+200F */
        { "\xe2\x80\xa8", 3 }, /* U+2028 */
        { "\xe2\x80\xa9", 3 }, /* U+2029 */
        { "\xe2\x80\xaa", 3 },
        { "\xe2\x80\xae", 3 },
        { "\xe2\x81\xa6", 3 },
        { "\xe2\x81\xa9", 3 },
        { "\xe2\x81\xaa", 3 },     /* U+206A */
        { "\xe2\x81\xaf", 3 },     /* U+206F */
        { "\xf3\xa0\x80\x80", 4 }, /* U+E0000 */
        { "\xf3\xa0\x81\xbf", 4 }, /* U+E007F */
        { "\xef\xbb\xbf", 3 },
        { "\xef\xb7\x90", 3 },
        { "\xef\xb7\xaf", 3 },
        { "\xef\xbf\xbe", 3 },
        { "\xef\xbf\xbf", 3 },
        { "\xf0\x9f\xbf\xbe", 4 },
        { "\xf4\x8f\xbf\xbf", 4 },
        { "a\rb", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(check(bad[i]), RESULT_MALFORMED);
        assert_int_equal(text_check(bad[i], 1000, true), RESULT_MALFORMED);
    }
}

static void neighbours_of_forbidden_code_points_are_fit(void **state)
{
    static const char *const good[] = {
        " ",
        "~",
        "\xc2\xa0",         /* U+00A0 */
        "\xd8\x9b",         /* U+061B */
        "\xd8\x9d",         /* U+061D */
        "\xe2\x80\x8d",     /* U+200D */
        "\xe2\x80\x90",     /* U+2010 */
        "\xe2\x80\xa7",     /* U+2027 */
        "\xe2\x80\xaf",     /* U+202F */
        "\xe2\x81\xa5",     /* U+2065 */
        "\xe2\x81\xb0",     /* U+2070 */
        "\xf3\xa0\x82\x80", /* U+E0080 */
        "\xef\xb7\x8f",     /* U+FDCF */
        "\xef\xb7\xb0",     /* U+FDF0 */
        "\xef\xbf\xbd",     /* U+FFFD */
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(check(text_view_of(good[i])), RESULT_OK);
}

static void
letters_that_nobody_sees_are_found_and_make_no_other_name(void **state)
{
    static const char *const unseen[] = {
        "\xc2\xad",     /* U+00AD */
        "\xcd\x8f",     /* U+034F */
        "\xe1\x85\x9f", /* U+115F */
        "\xe1\x85\xa0", /* U+1160 */
        "\xe1\xa0\x8e", /* U+180E */
        "\xe2\x80\x8b", /* U+200B */
        "\xe2\x80\x8c", /* U+200C */
        "\xe2\x80\x8d", /* U+200D */
        "\xe2\x81\xa0", /* U+2060 */
        "\xe2\x81\xa4", /* U+2064 */
        "\xe3\x85\xa4", /* U+3164 */
        "\xef\xbe\xa0", /* U+FFA0 */
    };
    static const char *const seen[] = {
        "",
        "Đảng viên " MAU_NFC " 01",
        "Hà-Nội",
        "\xc2\xac",         /* U+00AC */
        "\xc2\xae",         /* U+00AE */
        "\xe2\x80\x8a",     /* U+200A */
        "\xe2\x80\x90",     /* U+2010 */
        "\xe2\x81\x9f",     /* U+205F */
        "\xe2\x81\xa5",     /* U+2065 */
        "\xf0\x9f\x97\xb3", /* an emoji */
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        char text[64];
        char *folded = NULL, *shown = NULL;

        (void)snprintf(text, sizeof text, "%sĐảng vi%sên 01%s", unseen[i],
                       unseen[i], unseen[i]);
        assert_true(text_has_unseen(text_view_of(text)));
        assert_true(text_has_unseen(text_view_of(unseen[i])));
        assert_int_equal(text_fold(text_view_of(text), &folded), RESULT_OK);
        assert_string_equal(folded, "đảng viên 01");
        free(folded);
        assert_int_equal(text_to_seen(text_view_of(text), &shown), RESULT_OK);
        assert_string_equal(shown, "Đảng viên 01");
        free(shown);
        assert_int_equal(text_fold(text_view_of(unseen[i]), &folded),
                         RESULT_OK);
        assert_string_equal(folded, "");
        free(folded);
    }
    for (i = 0; i < sizeof seen / sizeof seen[0]; i++)
        assert_false(text_has_unseen(text_view_of(seen[i])));
    assert_false(text_has_unseen((struct text_view){ NULL, 0 }));
    assert_false(text_has_unseen(TEXT_LITERAL("\xe2\x80"))); /* cut */
}

static void line_feed_and_tab_belong_to_texts_of_several_lines(void **state)
{
    (void)state;
    assert_int_equal(text_check(TEXT_LITERAL("một\n\thai"), 100, true),
                     RESULT_OK);
    assert_int_equal(text_check(TEXT_LITERAL("một\nhai"), 100, false),
                     RESULT_MALFORMED);
    assert_int_equal(text_check(TEXT_LITERAL("một\thai"), 100, false),
                     RESULT_MALFORMED);
}

static void length_counts_code_points_and_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(text_check(TEXT_LITERAL("Đồng ý"), 6, false), RESULT_OK);
    assert_int_equal(text_check(TEXT_LITERAL("Đồng ý"), 5, false),
                     RESULT_TOO_LARGE);
    assert_int_equal(text_check(TEXT_LITERAL("\xf0\x9f\x97\xb3"), 1, false),
                     RESULT_OK);
    assert_int_equal(text_check(TEXT_LITERAL("a"), 0, false), RESULT_TOO_LARGE);
    assert_int_equal(text_check(TEXT_LITERAL(""), 0, false), RESULT_OK);
    /* Far above the limit, the bytes are not looked at. */
    assert_int_equal(
        text_check(TEXT_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff"), 1, false),
        RESULT_TOO_LARGE);
}

static void assert_nfc(struct text_view text, const char *expected)
{
    char *out = NULL;

    assert_int_equal(text_to_nfc(text, &out), RESULT_OK);
    assert_string_equal(out, expected);
    free(out);
}

static void all_spellings_have_one_nfc(void **state)
{
    (void)state;
    assert_nfc(TEXT_LITERAL(MAU_NFC), MAU_NFC);
    assert_nfc(TEXT_LITERAL(MAU_NFD), MAU_NFC);
    assert_nfc(TEXT_LITERAL(MAU_HALF), MAU_NFC);
    assert_nfc(TEXT_LITERAL(""), "");
    assert_nfc((struct text_view){ NULL, 0 }, "");
    /* Dot below and circumflex in the other order: "ộ". */
    assert_nfc(TEXT_LITERAL("o\xcc\x82\xcc\xa3"), "\xe1\xbb\x99");
    assert_nfc(TEXT_LITERAL("o\xcc\xa3\xcc\x82"), "\xe1\xbb\x99");
}

static void a_nul_cannot_hide_the_end_of_a_text(void **state)
{
    char *out = NULL;

    (void)state;
    assert_int_equal(text_to_nfc((struct text_view){ "a\0b", 3 }, &out),
                     RESULT_MALFORMED);
    assert_int_equal(text_fold((struct text_view){ "a\0b", 3 }, &out),
                     RESULT_MALFORMED);
    assert_null(out);
}

static void assert_folds(const char *text, const char *expected)
{
    char *out = NULL;

    assert_int_equal(text_fold(text_view_of(text), &out), RESULT_OK);
    assert_string_equal(out, expected);
    free(out);
}

static void one_name_typed_in_several_ways_folds_to_one(void **state)
{
    (void)state;
    assert_folds("Đảng viên " MAU_NFC " 01", "đảng viên m\xe1\xba\xabu 01");
    assert_folds("ĐẢNG VIÊN " MAU_NFD " 01", "đảng viên m\xe1\xba\xabu 01");
    assert_folds("  đảng\t viên \n" MAU_HALF "\xc2\xa0 01 ",
                 "đảng viên m\xe1\xba\xabu 01");
    assert_folds("", "");
    assert_folds(" \t\n", "");
    assert_folds("\xe3\x80\x80"
                 "a"
                 "\xe2\x80\xa8"
                 "b",
                 "a b");
    assert_folds("Straße", "strasse");
    /* What nobody sees keeps no letters apart, nor spaces. */
    assert_folds("Ma\xcc\x82\xe2\x80\x8b\xcc\x83u", "m\xe1\xba\xabu");
    assert_folds("a \xe2\x80\x8b b", "a b");
}

static void different_names_stay_different(void **state)
{
    char *a = NULL;
    char *b = NULL;

    (void)state;
    /* Tone marks are letters of the name. */
    assert_int_equal(text_fold(TEXT_LITERAL("Hoà"), &a), RESULT_OK);
    assert_int_equal(text_fold(TEXT_LITERAL("Hoa"), &b), RESULT_OK);
    assert_string_not_equal(a, b);
    free(a);
    free(b);
}

static void folding_twice_changes_nothing_more(void **state)
{
    static const char *const texts[] = { "ĐẢNG  Viên",  "Đảng\xe2\x81\xa0 Viên",
                                         "Straße",      "ǅ",
                                         "İ",           "ΑΣ",
                                         "\xef\xac\x81" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *once = NULL;

        assert_int_equal(text_fold(text_view_of(texts[i]), &once), RESULT_OK);
        assert_folds(once, once);
        free(once);
    }
}

static void views_are_equal_by_their_bytes(void **state)
{
    const struct text_view none = { NULL, 0 };

    (void)state;
    assert_true(text_view_equal(none, TEXT_LITERAL("")));
    assert_true(text_view_equal(text_view_of(NULL), none));
    assert_true(text_view_is(TEXT_LITERAL("Huế"), "Huế"));
    assert_false(text_view_is(TEXT_LITERAL("Huế"), "Hu"));
    assert_false(text_view_is((struct text_view){ "a\0", 2 }, "a"));
    assert_int_equal(text_view_of("Huế").size, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vietnamese_in_nfc_is_fit),
        cmocka_unit_test(another_spelling_than_nfc_is_refused),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
        cmocka_unit_test(code_points_that_hide_something_are_refused),
        cmocka_unit_test(neighbours_of_forbidden_code_points_are_fit),
        cmocka_unit_test(
            letters_that_nobody_sees_are_found_and_make_no_other_name),
        cmocka_unit_test(line_feed_and_tab_belong_to_texts_of_several_lines),
        cmocka_unit_test(length_counts_code_points_and_not_bytes),
        cmocka_unit_test(all_spellings_have_one_nfc),
        cmocka_unit_test(a_nul_cannot_hide_the_end_of_a_text),
        cmocka_unit_test(one_name_typed_in_several_ways_folds_to_one),
        cmocka_unit_test(different_names_stay_different),
        cmocka_unit_test(folding_twice_changes_nothing_more),
        cmocka_unit_test(views_are_equal_by_their_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
