#include "tests/support/scratch_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

void scratch_folder_make(struct scratch_folder *folder)
{
    const char *root = getenv("TMPDIR");
    const int length = snprintf(folder->path, sizeof folder->path,
                                "%s/chibo-test-XXXXXX", root ? root : "/tmp");

    assert_in_range(length, 1, SCRATCH_PATH_SIZE - 1);
    assert_non_null(mkdtemp(folder->path));
}

struct scratch_path scratch_folder_file(const struct scratch_folder *folder,
                                        const char *name)
{
    struct scratch_path path;
    const int length =
        snprintf(path.text, sizeof path.text, "%s/%s", folder->path, name);

    assert_in_range(length, 1, SCRATCH_PATH_SIZE - 1);
    return path;
}

/* Counts the files and, if asked, removes them. */
static int walk(const struct scratch_folder *folder, int is_removing)
{
    DIR *directory = opendir(folder->path);
    const struct dirent *entry = NULL;
    int count = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (is_removing)
            assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
    }
    assert_int_equal(closedir(directory), 0);
    return count;
}

int scratch_folder_count(const struct scratch_folder *folder)
{
    return walk(folder, 0);
}

void scratch_folder_remove(const struct scratch_folder *folder)
{
    (void)walk(folder, 1);
    assert_int_equal(rmdir(folder->path), 0);
}
