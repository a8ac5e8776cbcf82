/*
 * A folder of its own for a test that needs files. Paths stay short, and the
 * folder goes with everything in it.
 */
#ifndef TESTS_SUPPORT_SCRATCH_FOLDER_H
#define TESTS_SUPPORT_SCRATCH_FOLDER_H

enum { SCRATCH_PATH_SIZE = 128 };

struct scratch_folder {
    char path[SCRATCH_PATH_SIZE];
};

struct scratch_path {
    char text[SCRATCH_PATH_SIZE];
};

/* Both fail the running test if the file system refuses. */
void scratch_folder_make(struct scratch_folder *folder);
void scratch_folder_remove(const struct scratch_folder *folder);

struct scratch_path scratch_folder_file(const struct scratch_folder *folder,
                                        const char *name);
/* The number of files in the folder. */
int scratch_folder_count(const struct scratch_folder *folder);

#endif
