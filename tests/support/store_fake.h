/*
 * The store of server/store/store.h in memory, for tests and the simulation:
 * the test decides when a batch is committed, when it fails and when the
 * machine dies. It refuses what the real one refuses, with the same results.
 *
 * Call-backs come from store_fake_run() only. One thread. Lack of memory ends
 * the test by an assertion.
 */
#ifndef TESTS_SUPPORT_STORE_FAKE_H
#define TESTS_SUPPORT_STORE_FAKE_H

#include "server/store/store.h"

struct store_fake;

/* `listener` is copied; store_fake_free() ends what is returned. */
struct store_fake *store_fake_new(const struct store_listener *listener);
struct store_fake *store_fake_free(struct store_fake *fake);
/* The port, which lives as long as the fake. */
struct store *store_fake_store(struct store_fake *fake);

/* Commits what waits: all of it, or the first `count` batches (fewer if fewer
 * wait; how many is returned). Each call is one transaction. */
void store_fake_commit_all(struct store_fake *fake);
size_t store_fake_commit_some(struct store_fake *fake, size_t count);
/* How many batches wait to be committed. */
size_t store_fake_waiting(const struct store_fake *fake);

/* Delivers what has ended, and what the call-backs make end; returns how many
 * call-backs there were. */
size_t store_fake_run(struct store_fake *fake);

/* The next batch that comes to be committed fails so, and with it all later
 * ones of its log until that is loaded again. */
void store_fake_fail_next(struct store_fake *fake, enum result result);
/* While full, everything is refused with RESULT_FULL. */
void store_fake_set_full(struct store_fake *fake, bool is_full);

/* The machine dies: what is not committed is forgotten, and nothing of what
 * was asked is answered any more. */
void store_fake_crash(struct store_fake *fake);
/* The server that starts after a crash. */
void store_fake_set_listener(struct store_fake *fake,
                             const struct store_listener *listener);

/* What is committed of a log, or NULL. Valid until the next commit. */
const struct store_log *store_fake_log(const struct store_fake *fake,
                                       const struct identifier *id);

#endif
