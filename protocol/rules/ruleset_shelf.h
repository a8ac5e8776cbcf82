/*
 * The rulesets that a program has: the files as they are, and what was read
 * from them. A meeting names the one that it is held under by hash. Beside the
 * files stand those that were kept with the meetings held under them: they are
 * found by hash alone. Filled once, then only read; any thread may read.
 */
#ifndef PROTOCOL_RULES_RULESET_SHELF_H
#define PROTOCOL_RULES_RULESET_SHELF_H

#include "protocol/base/limits.h"
#include "protocol/rules/ruleset.h"

struct ruleset_book {
    struct ruleset rules;
    struct ruleset_notes notes;
    char *text; /* the file's bytes; owned */
    size_t size;
    bool is_kept; /* of a meeting, no file */
};

/* All zeros: empty. */
struct ruleset_shelf {
    /* Owned; they do not move. */
    struct ruleset_book *books[LIMIT_RULESETS + LIMIT_RULESETS_KEPT];
    size_t count;
};

/*
 * Reads a file's text and keeps a copy. RESULT_EXISTS for a name or a file that
 * is there already, RESULT_FULL for too many, else as ruleset_read(); the shelf
 * is unchanged then.
 */
MUST_USE enum result ruleset_shelf_add(struct ruleset_shelf *shelf,
                                       const char *text, size_t size,
                                       struct ruleset_faults *faults);
/*
 * The same of a ruleset that a meeting was held under: others may have its
 * name. RESULT_EXISTS: these very bytes are there already.
 */
MUST_USE enum result ruleset_shelf_keep(struct ruleset_shelf *shelf,
                                        const char *text, size_t size,
                                        struct ruleset_faults *faults);
void ruleset_shelf_release(struct ruleset_shelf *shelf);

/* NULL if there is none. Borrowed as long as the shelf stands. */
const struct ruleset_book *ruleset_shelf_by_hash(const struct ruleset_shelf *,
                                                 const struct hash *hash);
/* Among the files alone. */
const struct ruleset_book *ruleset_shelf_by_name(const struct ruleset_shelf *,
                                                 const char *name);

#endif
