#include "protocol/document/mustache.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE_MAX_HERE = 10000 };

static enum result draw(const char *text, const char *values, char **out,
                        struct document_fault *fault)
{
    json_t *json = json_loads(values, JSON_ALLOW_NUL, NULL);
    struct mustache *template = NULL;
    size_t size = 0;
    enum result result;

    assert_non_null(json);
    memset(fault, 0, sizeof *fault);
    result = mustache_parse(text_view_of(text), &template, fault);
    if (result == RESULT_OK)
        result =
            mustache_draw(template, json, SIZE_MAX_HERE, out, &size, fault);
    if (result == RESULT_OK)
        assert_int_equal(size, strlen(*out));
    mustache_free(template);
    json_decref(json);
    return result;
}

static void assert_drawn(const char *text, const char *values,
                         const char *expected)
{
    struct document_fault fault;
    char *out = NULL;

    assert_int_equal(draw(text, values, &out, &fault), RESULT_OK);
    assert_string_equal(out, expected);
    free(out);
}

static void assert_fault(const char *text, const char *values,
                         enum document_fault_kind kind, int line)
{
    struct document_fault fault;
    char *out = NULL;

    assert_int_not_equal(draw(text, values, &out, &fault), RESULT_OK);
    assert_int_equal(fault.kind, kind);
    assert_int_equal(fault.line, line);
    assert_null(out);
}

static void a_text_without_tags_is_drawn_as_it_is(void **state)
{
    (void)state;
    assert_drawn("", "{}", "");
    assert_drawn("Số {1} }} | *\n", "{}", "Số {1} }} | *\n");
}

static void a_value_is_text_a_whole_number_or_nothing(void **state)
{
    (void)state;
    assert_drawn("{{ name }}, {{n}}, {{none}}.",
                 "{\"name\":\"Đảng viên Mẫu 01\",\"n\":-12,\"none\":null}",
                 "\\&Đảng viên Mẫu 01, \\&-12, \\&.");
    assert_fault("\n{{x}}", "{\"x\":true}", DOCUMENT_FAULT_VALUE_KIND, 2);
    assert_fault("{{x}}", "{\"x\":1.5}", DOCUMENT_FAULT_VALUE_KIND, 1);
    assert_fault("{{x}}", "{\"x\":[]}", DOCUMENT_FAULT_VALUE_KIND, 1);
    assert_fault("{{x}}", "{\"x\":{}}", DOCUMENT_FAULT_VALUE_KIND, 1);
}

static void a_name_that_is_nowhere_is_a_fault_with_its_line(void **state)
{
    struct document_fault fault;
    char *out = NULL;

    (void)state;
    assert_int_equal(
        draw("a\n\n{{cell.nam}}", "{\"cell\":{\"name\":\"\"}}", &out, &fault),
        RESULT_NOT_FOUND);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_NAME_UNKNOWN);
    assert_int_equal(fault.line, 3);
    assert_string_equal(fault.detail, "cell.nam");
}

static void a_section_is_drawn_for_each_element_of_a_list(void **state)
{
    (void)state;
    assert_drawn("{{#people}}- {{name}}\n{{/people}}.",
                 "{\"people\":[{\"name\":\"A\"},{\"name\":\"B\"}]}",
                 "- \\&A\n- \\&B\n.");
    assert_drawn("{{#lines}}{{.}};{{/lines}}", "{\"lines\":[\"a\",2]}",
                 "\\&a;\\&2;");
}

static void a_section_is_left_out_without_a_value(void **state)
{
    static const char *const nothing[] = { "{}",           "{\"x\":false}",
                                           "{\"x\":null}", "{\"x\":0}",
                                           "{\"x\":\"\"}", "{\"x\":[]}" };
    static const char *const something[] = { "{\"x\":true}", "{\"x\":{}}",
                                             "{\"x\":1}", "{\"x\":\"0\"}",
                                             "{\"x\":[null]}" };

    (void)state;
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        assert_drawn("{{#x}}yes{{/x}}{{^x}}no{{/x}}", nothing[i], "no");
    for (size_t i = 0; i < sizeof something / sizeof something[0]; i++)
        assert_drawn("{{#x}}yes{{/x}}{{^x}}no{{/x}}", something[i], "yes");
}

static void a_name_is_looked_for_from_the_inside_to_the_outside(void **state)
{
    (void)state;
    assert_drawn("{{#a}}{{x}}{{y}}{{b.x}}{{/a}}",
                 "{\"x\":1,\"y\":2,\"a\":{\"x\":3,\"b\":{\"x\":4}}}",
                 "\\&3\\&2\\&4");
    /* The first part decides where: the outer b has a y, the inner has not. */
    assert_fault("{{#a}}{{b.y}}{{/a}}",
                 "{\"b\":{\"y\":1},\"a\":{\"b\":{\"x\":2}}}",
                 DOCUMENT_FAULT_NAME_UNKNOWN, 1);
}

static void comments_are_nothing_and_lines_are_counted_in_them(void **state)
{
    (void)state;
    assert_drawn("a{{! {x\n y }}b{{!}}", "{}", "ab");
    assert_fault("{{! \n\n }}\n{{x}}", "{}", DOCUMENT_FAULT_NAME_UNKNOWN, 4);
}

static void a_value_can_not_become_markup_or_a_tag(void **state)
{
    (void)state;
    assert_drawn("{{x}}",
                 "{\"x\":\"- **a** __b__ |c\\\\ {{y}}\\n[page]\\t@title\"}",
                 "\\&- \\*\\*a\\*\\* \\_\\_b\\_\\_ \\|c\\\\ {{y}}\\n[page] "
                 "@title");
}

static void values_that_are_no_proper_text_are_refused(void **state)
{
    (void)state;
    assert_fault("{{x}}", "{\"x\":\"a\\u0000b\"}", DOCUMENT_FAULT_TEXT, 1);
    assert_fault("{{x}}", "{\"x\":\"a\\u202eb\"}", DOCUMENT_FAULT_TEXT, 1);
    assert_fault("{{x}}", "{\"x\":\"\\u0007\"}", DOCUMENT_FAULT_TEXT, 1);
    /* NFD */
    assert_fault("{{x}}", "{\"x\":\"e\\u0302\"}", DOCUMENT_FAULT_TEXT, 1);
}

static void a_template_may_come_from_any_editor(void **state)
{
    (void)state;
    assert_drawn("\xef\xbb\xbf"
                 "a\r\n{{x}}\r\n"
                 "e\xcc\x82",
                 "{\"x\":1}", "a\n\\&1\n\xc3\xaa");
    assert_fault("a\xff", "{}", DOCUMENT_FAULT_TEXT, 0);
    assert_fault("a\rb", "{}", DOCUMENT_FAULT_TEXT, 0);
}

static void tags_that_are_not_of_the_subset_are_faults(void **state)
{
    (void)state;
    assert_fault("\n{{x", "{}", DOCUMENT_FAULT_TAG_OPEN, 2);
    assert_fault("{{{x}}}", "{}", DOCUMENT_FAULT_TAG_KIND, 1);
    assert_fault("{{&x}}", "{}", DOCUMENT_FAULT_TAG_KIND, 1);
    assert_fault("{{>x}}", "{}", DOCUMENT_FAULT_TAG_KIND, 1);
    assert_fault("{{=< >=}}", "{}", DOCUMENT_FAULT_TAG_KIND, 1);
    assert_fault("{{}}", "{}", DOCUMENT_FAULT_TAG_NAME, 1);
    assert_fault("{{A}}", "{}", DOCUMENT_FAULT_TAG_NAME, 1);
    assert_fault("{{a..b}}", "{}", DOCUMENT_FAULT_TAG_NAME, 1);
    assert_fault("{{a.}}", "{}", DOCUMENT_FAULT_TAG_NAME, 1);
    assert_fault("{{#.}}x{{/ .}}{{.a}}", "{}", DOCUMENT_FAULT_TAG_NAME, 1);
}

static void sections_have_to_close_in_their_order(void **state)
{
    (void)state;
    assert_fault("{{#a}}\n{{#b}}\n{{/a}}", "{}", DOCUMENT_FAULT_SECTION_CLOSE,
                 3);
    assert_fault("{{/a}}", "{}", DOCUMENT_FAULT_SECTION_CLOSE, 1);
    assert_fault("\n{{^a}}\n", "{}", DOCUMENT_FAULT_SECTION_OPEN, 2);
}

static void sections_nest_as_deep_as_the_limit(void **state)
{
    char text[(LIMIT_DOCUMENT_DEPTH + 1) * 12 + 1] = "";
    int i;

    (void)state;
    for (i = 0; i < LIMIT_DOCUMENT_DEPTH; i++)
        memcpy(&text[i * 6], "{{#a}}", 6);
    for (i = 0; i < LIMIT_DOCUMENT_DEPTH; i++)
        memcpy(&text[(LIMIT_DOCUMENT_DEPTH + i) * 6], "{{/a}}", 6);
    assert_drawn(text, "{\"a\":true}", "");
    for (i = 0; i <= LIMIT_DOCUMENT_DEPTH; i++) {
        memcpy(&text[i * 6], "{{#a}}", 6);
        memcpy(&text[(LIMIT_DOCUMENT_DEPTH + 1 + i) * 6], "{{/a}}", 6);
    }
    assert_fault(text, "{\"a\":true}", DOCUMENT_FAULT_DEPTH, 1);
}

static void what_would_take_for_ever_is_stopped(void **state)
{
    char list[2 * 1000 + 20] = "{\"a\":[";
    size_t size = strlen(list);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        memcpy(&list[size], "1,", 2);
        size += 2;
    }
    memcpy(&list[size - 1], "]}", 3);
    assert_fault("{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}", list,
                 DOCUMENT_FAULT_STEPS, 1);
    assert_fault("{{#a}}0123456789-{{/a}}", list, DOCUMENT_FAULT_SIZE, 1);
}

static void a_template_larger_than_the_limit_is_refused(void **state)
{
    char *text = calloc(LIMIT_TEMPLATE_SIZE + 1, 1);
    struct mustache *template = NULL;
    struct document_fault fault;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LIMIT_TEMPLATE_SIZE + 1);
    assert_int_equal(
        mustache_parse((struct text_view){ text, LIMIT_TEMPLATE_SIZE + 1 },
                       &template, &fault),
        RESULT_TOO_LARGE);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_SIZE);
    assert_null(template);
    assert_int_equal(
        mustache_parse((struct text_view){ text, LIMIT_TEMPLATE_SIZE },
                       &template, &fault),
        RESULT_OK);
    mustache_free(template);
    free(text);
}

static void a_long_detail_of_a_fault_is_cut_between_letters(void **state)
{
    struct document_fault fault;
    const char *text = "aĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐĐ";

    (void)state;
    assert_int_equal(
        document_fault_set(&fault, DOCUMENT_FAULT_ROW, 7, text_view_of(text)),
        RESULT_MALFORMED);
    assert_int_equal(strlen(fault.detail), DOCUMENT_FAULT_DETAIL_SIZE - 1);
    assert_int_equal(text_check(text_view_of(fault.detail), SIZE_MAX, false),
                     RESULT_OK);
    assert_int_equal(fault.line, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_without_tags_is_drawn_as_it_is),
        cmocka_unit_test(a_value_is_text_a_whole_number_or_nothing),
        cmocka_unit_test(a_name_that_is_nowhere_is_a_fault_with_its_line),
        cmocka_unit_test(a_section_is_drawn_for_each_element_of_a_list),
        cmocka_unit_test(a_section_is_left_out_without_a_value),
        cmocka_unit_test(a_name_is_looked_for_from_the_inside_to_the_outside),
        cmocka_unit_test(comments_are_nothing_and_lines_are_counted_in_them),
        cmocka_unit_test(a_value_can_not_become_markup_or_a_tag),
        cmocka_unit_test(values_that_are_no_proper_text_are_refused),
        cmocka_unit_test(a_template_may_come_from_any_editor),
        cmocka_unit_test(tags_that_are_not_of_the_subset_are_faults),
        cmocka_unit_test(sections_have_to_close_in_their_order),
        cmocka_unit_test(sections_nest_as_deep_as_the_limit),
        cmocka_unit_test(what_would_take_for_ever_is_stopped),
        cmocka_unit_test(a_template_larger_than_the_limit_is_refused),
        cmocka_unit_test(a_long_detail_of_a_fault_is_cut_between_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
