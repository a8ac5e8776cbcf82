#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

struct text_view ballot_vector_load(const char *name)
{
    char path[512];
    char *data;
    FILE *file;
    long size;

    (void)snprintf(path, sizeof path, "tests/vectors/ballot/%s", name);
    file = fopen(path, "re");
    if (!file)
        fail_msg("%s is missing", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    data = malloc((size_t)size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)size, file), (size_t)size);
    data[size] = '\0';
    (void)fclose(file); /* nothing was written */
    return (struct text_view){ data, (size_t)size };
}
