/*
 * What a profile keeps besides its key: the journal, whose lock keeps other
 * programs out, and the anchors. Opened together, so that what is wrong with
 * them is said in words. Main thread.
 */
#ifndef CLIENT_CLI_CLI_KEEPING_H
#define CLIENT_CLI_CLI_KEEPING_H

#include "client/cli/cli_profile.h"
#include "client/core/anchor_store.h"

/* Ended with cli_keeping_close(), also after a failure. */
struct cli_keeping {
    struct journal *journal;
    struct anchor_store *anchors;
};

/*
 * False after a complaint. True: both are open, and whatever the user has to
 * know of the anchors' origin was said.
 */
bool cli_keeping_open(struct cli_keeping *keeping,
                      const struct cli_profile *profile,
                      const struct identifier *organisation);
/* False after a complaint: the anchors could not be written. */
bool cli_keeping_save(struct cli_keeping *keeping,
                      const struct cli_profile *profile);
void cli_keeping_close(struct cli_keeping *keeping);

/*
 * The anchors of a profile that may be in use, without its passphrase. On
 * success the caller ends `*out` with anchors_release(). False after a
 * complaint.
 */
bool cli_keeping_read(const struct cli_profile *profile, struct anchors *out);
/* Says why the anchors of a profile could not be opened or read. */
void cli_keeping_complain_of_anchors(const struct cli_profile *profile,
                                     enum result result);

#endif
