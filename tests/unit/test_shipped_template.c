#include "protocol/document/shipped_template.h"

#include "protocol/base/limits.h"
#include "protocol/document/document_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The template of this name in the source tree. */
static struct text_view read_template(const char *name,
                                      char text[LIMIT_TEMPLATE_SIZE])
{
    char path[128];
    FILE *file;
    size_t size;

    (void)snprintf(path, sizeof path, "config/templates/documents/%s.mustache",
                   name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, LIMIT_TEMPLATE_SIZE, file);
    (void)fclose(file);
    return (struct text_view){ text, size };
}

static void every_template_that_comes_with_the_program_is_ours(void **state)
{
    static char text[LIMIT_TEMPLATE_SIZE];
    size_t i;

    (void)state;
    for (i = 0; document_templates[i]; i++)
        if (!shipped_template_is(document_templates[i],
                                 read_template(document_templates[i], text)))
            fail_msg("%s", document_templates[i]);
}

static void one_letter_makes_it_another(void **state)
{
    static char text[LIMIT_TEMPLATE_SIZE];
    const struct text_view read = read_template("minutes", text);

    (void)state;
    assert_false(shipped_template_is(
        "minutes", (struct text_view){ read.data, read.size - 1 }));
    text[read.size / 2] ^= 1;
    assert_false(shipped_template_is("minutes", read));
}

static void ours_of_another_name_is_another(void **state)
{
    static char text[LIMIT_TEMPLATE_SIZE];
    const struct text_view read = read_template("minutes", text);

    (void)state;
    assert_false(shipped_template_is("voting", read));
    assert_false(shipped_template_is("khac", read));
    assert_false(shipped_template_is("minutes", text_view_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_template_that_comes_with_the_program_is_ours),
        cmocka_unit_test(one_letter_makes_it_another),
        cmocka_unit_test(ours_of_another_name_is_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
