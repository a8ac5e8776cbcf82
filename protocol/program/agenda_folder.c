#include "protocol/program/agenda_folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

void agenda_folder_list(const char *path, char out[AGENDA_TEMPLATE_NAMES_SIZE])
{
    struct dirent **entries = NULL;
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    int i, count = 0;

    out[0] = '\0';
    if (slash) {
        *slash = '\0';
        count = scandir(folder, &entries, NULL, alphasort);
    }
    for (i = 0; i < count; i++) {
        agenda_template_add_name(out, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(folder);
}
