#include "protocol/verify/verify_names.h"

#include <stdlib.h>
#include <string.h>

void verify_names_release(struct verify_names *names)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    identifier_index_release(&names->index);
    *names = (struct verify_names){ .names = NULL };
}

/* The place of a new id. */
static enum result add(struct verify_names *names, const struct identifier *id)
{
    char **grown =
        realloc(names->names, (names->count + 1) * sizeof *names->names);
    enum result result;

    if (!grown)
        return RESULT_NO_MEMORY;
    names->names = grown;
    result = identifier_index_add(&names->index, id, names->count);
    if (result == RESULT_OK)
        grown[names->count++] = NULL;
    return result;
}

enum result verify_names_set(struct verify_names *names,
                             const struct identifier *id,
                             const struct sealed *sealed)
{
    size_t place = identifier_index_find(&names->index, id);
    char *copy;

    if (!sealed->has_value || sealed->value.size == 0 ||
        identifier_is_empty(id))
        return RESULT_OK;
    copy = strndup(sealed->value.data, sealed->value.size);
    if (!copy)
        return RESULT_NO_MEMORY;
    if (place == IDENTIFIER_NOWHERE) {
        if (add(names, id) != RESULT_OK) {
            free(copy);
            return RESULT_NO_MEMORY;
        }
        place = names->count - 1;
    }
    free(names->names[place]);
    names->names[place] = copy;
    return RESULT_OK;
}

const char *verify_names_find(const struct verify_names *names,
                              const struct identifier *id)
{
    const size_t place = identifier_index_find(&names->index, id);

    return place == IDENTIFIER_NOWHERE ? NULL : names->names[place];
}
