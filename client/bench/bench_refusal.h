/*
 * A server's refusal in the reader's words. Main thread.
 */
#ifndef CLIENT_BENCH_BENCH_REFUSAL_H
#define CLIENT_BENCH_BENCH_REFUSAL_H

#include <jansson.h>
#include <stddef.h>

enum { BENCH_REFUSAL_SIZE = 512 };

/*
 * The sentence of the `error` of an answer: that of the catalogue, with the
 * arguments that the server gave put in; of a code that is not known here, the
 * server's own. What is too long is cut off between two characters. "?" if
 * there is neither.
 */
void bench_refusal_words(const json_t *error, char *out, size_t size);

#endif
