#include "server/control/template_folder.h"

#include "tests/support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void write_template(const struct scratch_folder *scratch,
                           const char *name, size_t size)
{
    char file_name[64];
    struct scratch_path path;
    FILE *file;
    size_t i;

    (void)snprintf(file_name, sizeof file_name, "%s.mustache", name);
    path = scratch_folder_file(scratch, file_name);
    file = fopen(path.text, "wb");
    assert_non_null(file);
    for (i = 0; i < size; i++)
        assert_int_equal(fputc('a', file), 'a');
    assert_int_equal(fclose(file), 0);
}

static void the_templates_of_this_tree_are_read(void **state)
{
    struct template_folder folder;
    const char *name = NULL;
    size_t i;

    (void)state;
    assert_int_equal(
        template_folder_read("config/templates/documents", &folder, &name),
        RESULT_OK);
    for (i = 0; document_templates[i]; i++)
        assert_true(template_folder_find(&folder, document_templates[i]).size >
                    0);
    assert_memory_equal(template_folder_find(&folder, "tasks").data,
                        "{{! Danh mục nhiệm vụ được phân công. }}", 24);
    template_folder_release(&folder);
}

static void the_template_that_is_missing_is_named(void **state)
{
    struct scratch_folder scratch;
    struct template_folder folder;
    const char *name = NULL;

    (void)state;
    scratch_folder_make(&scratch);
    write_template(&scratch, document_templates[0], 3);
    assert_int_equal(template_folder_read(scratch.path, &folder, &name),
                     RESULT_NOT_FOUND);
    assert_string_equal(name, document_templates[1]);
    template_folder_release(&folder);
    scratch_folder_remove(&scratch);
}

static void a_template_above_the_limit_is_refused(void **state)
{
    struct scratch_folder scratch;
    struct template_folder folder;
    const char *name = NULL;

    (void)state;
    scratch_folder_make(&scratch);
    write_template(&scratch, document_templates[0], LIMIT_TEMPLATE_SIZE + 1);
    assert_int_equal(template_folder_read(scratch.path, &folder, &name),
                     RESULT_TOO_LARGE);
    template_folder_release(&folder);
    scratch_folder_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_templates_of_this_tree_are_read),
        cmocka_unit_test(the_template_that_is_missing_is_named),
        cmocka_unit_test(a_template_above_the_limit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
