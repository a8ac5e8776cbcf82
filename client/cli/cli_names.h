/*
 * What people type, matched against what there is: names with or without their
 * diacritics, in any normal form, whole or abbreviated. Main thread, under the
 * view's lock.
 */
#ifndef CLIENT_CLI_CLI_NAMES_H
#define CLIENT_CLI_CLI_NAMES_H

#include "client/core/client.h"

enum cli_match { CLI_MATCH_NONE, CLI_MATCH_ONE, CLI_MATCH_MANY };
enum cli_names_of {
    CLI_NAMES_NOBODY,
    CLI_NAMES_MEMBERS,
    CLI_NAMES_SITES,
    CLI_NAMES_BOTH,
    /* Members and sites of the register; of the meeting while the register is
     * not here. */
    CLI_NAMES_HOLDERS
};

/*
 * A member or site by its id, its name, the beginning of its name or some words
 * of it, the strictest reading first. On CLI_MATCH_ONE `*out` is its id.
 */
enum cli_match cli_names_find(const struct meeting_view *view,
                              enum cli_names_of whose, const char *typed,
                              struct identifier *out);

/*
 * The names that `typed` fits, of the same reading: "A, B". Whole names only,
 * with ", …" behind them if there is no room for all.
 */
void cli_names_fitting(const struct meeting_view *view, enum cli_names_of whose,
                       const char *typed, char *out, size_t size);

/*
 * A word without marks, case, "-" and "_": "Biểu-quyết" is "bieuquyet". Cut if
 * `size` is too small; "" if it is not UTF-8.
 */
void cli_plain_word(const char *word, char *out, size_t size);

/* "comrade <name>" or "site <name>", translated; the id if no name is known. */
struct cli_who {
    char text[600];
};
struct cli_who cli_who(const struct meeting_view *view,
                       const struct identifier *id);
/* The name as the meeting, else the register, has it; data is NULL if neither
 * has. */
struct text_view cli_holder_name(const struct meeting_view *view,
                                 const struct identifier *id);

#endif
