/* Which templates stand where one was looked for. */
#include "protocol/program/agenda_folder.h"

#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void put(const struct scratch_folder *folder, const char *name)
{
    FILE *file = fopen(scratch_folder_file(folder, name).text, "w");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void those_beside_it_are_listed_by_their_names(void **state)
{
    static const char *const files[] = { "thematic.conf", "congress.conf",
                                         "README", "regular.conf.old" };
    char names[AGENDA_TEMPLATE_NAMES_SIZE] = "left";
    struct scratch_folder folder;

    (void)state;
    scratch_folder_make(&folder);
    agenda_folder_list(scratch_folder_file(&folder, "none.conf").text, names);
    assert_string_equal(names, "");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        put(&folder, files[i]);
    agenda_folder_list(scratch_folder_file(&folder, "none.conf").text, names);
    assert_string_equal(names, "congress, thematic");
    scratch_folder_remove(&folder);
    agenda_folder_list(scratch_folder_file(&folder, "none.conf").text, names);
    assert_string_equal(names, "");
}

static void a_path_without_a_folder_has_none(void **state)
{
    char names[AGENDA_TEMPLATE_NAMES_SIZE] = "left";

    (void)state;
    agenda_folder_list("regular.conf", names);
    assert_string_equal(names, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_beside_it_are_listed_by_their_names),
        cmocka_unit_test(a_path_without_a_folder_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
