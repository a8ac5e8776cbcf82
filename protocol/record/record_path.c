#include "protocol/record/record_path.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* --- One name ------------------------------------------------------------ */

static bool is_step(const char *step, size_t size)
{
    if (size == 0 || step[size - 1] == '.' || step[size - 1] == ' ')
        return false;
    return step[0] != ' ';
}

enum result record_path_check(struct text_view path)
{
    static const char refused[] = "\\:*?\"<>|";
    size_t i, start = 0;

    if (path.size == 0 || path.size > LIMIT_RECORD_PATH_SIZE ||
        text_check(path, path.size, false) != RESULT_OK)
        return RESULT_MALFORMED;
    for (i = 0; i <= path.size; i++) {
        if (i < path.size && path.data[i] != '/') {
            if (strchr(refused, path.data[i]))
                return RESULT_MALFORMED;
            continue;
        }
        if (!is_step(&path.data[start], i - start))
            return RESULT_MALFORMED;
        start = i + 1;
    }
    return RESULT_OK;
}

bool record_path_is_ascii(struct text_view path)
{
    size_t i;

    for (i = 0; i < path.size; i++)
        if ((unsigned char)path.data[i] >= 0x80)
            return false;
    return true;
}

int record_path_compare(struct text_view a, struct text_view b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* --- All names ----------------------------------------------------------- */

struct folded {
    char *text; /* owned */
    size_t place;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct folded *)a)->text,
                  ((const struct folded *)b)->text);
}

/* Is one the other, or a folder of it? */
static bool is_at_or_above(const char *above, const char *below)
{
    const size_t size = strlen(above);

    return strncmp(above, below, size) == 0 &&
           (below[size] == '\0' || below[size] == '/');
}

/*
 * Names below "a/" need not stand right behind "a": "a-b" lies between them. So
 * each is held against its folders by searching for them.
 */
static bool has_folder(struct folded *rows, size_t count, char *text)
{
    char *slash;

    for (slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct folded wanted = { text, 0 };
        bool is_there;

        *slash = '\0';
        is_there = bsearch(&wanted, rows, count, sizeof *rows, by_text) != NULL;
        *slash = '/';
        if (is_there)
            return true;
    }
    return false;
}

/* The count if all are apart. */
static size_t find_double(struct folded *rows, size_t count)
{
    char text[4 * LIMIT_RECORD_PATH_SIZE + 1];
    size_t i;

    for (i = 1; i < count; i++)
        if (is_at_or_above(rows[i - 1].text, rows[i].text))
            return i;
    for (i = 0; i < count; i++) {
        const size_t size = strlen(rows[i].text);

        /* Folding makes no text four times as long. */
        if (size >= sizeof text)
            return i;
        memcpy(text, rows[i].text, size + 1);
        if (has_folder(rows, count, text))
            return i;
    }
    return count;
}

enum result record_paths_are_apart(const struct text_view *paths, size_t count,
                                   size_t *place)
{
    struct folded *rows = calloc(count + 1, sizeof *rows);
    enum result result = rows ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i, found;

    for (i = 0; i < count && result == RESULT_OK; i++) {
        rows[i].place = i;
        result = text_fold(paths[i], &rows[i].text);
    }
    if (result == RESULT_OK) {
        qsort(rows, count, sizeof *rows, by_text);
        found = find_double(rows, count);
        if (found < count) {
            *place = rows[found].place;
            result = RESULT_EXISTS;
        }
    }
    for (i = 0; rows && i < count; i++)
        free(rows[i].text);
    free(rows);
    return result;
}
