/*
 * Texts for people, in Vietnamese or English, and the bar of progress. _()
 * translates where it stands, N_() marks a text that is translated later. Main
 * thread.
 */
#ifndef CLIENT_BENCH_BENCH_WORDS_H
#define CLIENT_BENCH_BENCH_WORDS_H

#include "protocol/base/result.h"

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>

#define _(text) gettext(text)
#define N_(text) text

/* A line for people on standard error, behind the program's name; a bar that
 * stands there is cleared away. */
__attribute__((format(printf, 1, 2))) void bench_say(const char *format, ...);

/* Why something could not be done. */
const char *bench_reason(enum result result);

/*
 * How far something is. On a terminal a bar that is drawn over again; elsewhere
 * a line when something begins. `what` is in the reader's language and the same
 * pointer until it is over.
 */
void bench_progress(const char *what, size_t done, size_t total);
/* No bar stands there any more. */
void bench_progress_end(void);

#endif
