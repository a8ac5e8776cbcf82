#include "server/archive/archive_tokenizer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct vietnamese {
    fts5_tokenizer inner; /* unicode61 */
    Fts5Tokenizer *words; /* owned */
    char *folded;         /* owned; a word with đ in it */
    size_t folded_size;
};

/* Whom a word goes to, and who folds it. */
struct receiver {
    struct vietnamese *owner;
    void *context;
    int (*take)(void *context, int flags, const char *word, int size, int start,
                int end);
};

static void destroy(Fts5Tokenizer *tokenizer)
{
    struct vietnamese *own = (struct vietnamese *)tokenizer;

    if (own->words)
        own->inner.xDelete(own->words);
    free(own->folded);
    free(own);
}

static int create(void *context, const char **arguments, int count,
                  Fts5Tokenizer **out)
{
    static const char *options[] = { "remove_diacritics", "2" };
    fts5_api *api = context;
    void *inner_context = NULL;
    struct vietnamese *own = calloc(1, sizeof *own);
    int code = SQLITE_NOMEM;

    (void)arguments; /* it takes none */
    if (own && count == 0)
        code =
            api->xFindTokenizer(api, "unicode61", &inner_context, &own->inner);
    else if (own)
        code = SQLITE_ERROR;
    if (code == SQLITE_OK)
        code = own->inner.xCreate(inner_context, options, 2, &own->words);
    if (code != SQLITE_OK) {
        if (own)
            destroy((Fts5Tokenizer *)own);
        return code;
    }
    *out = (Fts5Tokenizer *)own;
    return SQLITE_OK;
}

/* U+0111 in UTF-8; unicode61 has made a small letter of U+0110. */
static bool is_d_with_stroke(const char *word, int left)
{
    return left >= 2 && (unsigned char)word[0] == 0xc4 &&
           (unsigned char)word[1] == 0x91;
}

static bool make_room(struct vietnamese *own, size_t size)
{
    char *grown;

    if (size <= own->folded_size)
        return true;
    grown = realloc(own->folded, size);
    if (!grown)
        return false;
    own->folded = grown;
    own->folded_size = size;
    return true;
}

static int on_word(void *context, int flags, const char *word, int size,
                   int start, int end)
{
    const struct receiver *receiver = context;
    struct vietnamese *own = receiver->owner;
    int from = 0, to = 0;

    if (!make_room(own, (size_t)size + 1))
        return SQLITE_NOMEM;
    while (from < size)
        if (is_d_with_stroke(&word[from], size - from)) {
            own->folded[to++] = 'd';
            from += 2;
        } else {
            own->folded[to++] = word[from++];
        }
    return receiver->take(receiver->context, flags, own->folded, to, start,
                          end);
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags,
                    const char *text, int size,
                    int (*take)(void *, int, const char *, int, int, int))
{
    struct vietnamese *own = (struct vietnamese *)tokenizer;
    struct receiver receiver = { own, context, take };

    return own->inner.xTokenize(own->words, &receiver, flags, text, size,
                                on_word);
}

/* The face of FTS5, as its documentation gets hold of it. */
static fts5_api *face_of(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    fts5_api *api = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) ==
        SQLITE_OK) {
        (void)sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
        (void)sqlite3_step(stmt); /* the pointer says whether it went well */
    }
    (void)sqlite3_finalize(stmt);
    return api;
}

enum result archive_tokenizer_register(sqlite3 *db)
{
    fts5_tokenizer own = { create, destroy, tokenize };
    fts5_api *api = face_of(db);

    if (!api)
        return RESULT_UNSUPPORTED;
    return api->xCreateTokenizer(api, "vietnamese", api, &own, NULL) ==
                   SQLITE_OK
               ? RESULT_OK
               : RESULT_NO_MEMORY;
}
