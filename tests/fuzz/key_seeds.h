/*
 * Seeds of the target ballot_keys: what the trustees of one small election send
 * and what is recorded of it. The same ones in every run.
 */
#ifndef TESTS_FUZZ_KEY_SEEDS_H
#define TESTS_FUZZ_KEY_SEEDS_H

#include <stddef.h>
#include <stdint.h>

struct key_seed {
    const char *name;
    int kind; /* the first byte: which check of the target takes it */
    uint8_t *bytes;
    size_t size;
};

enum { KEY_SEED_COUNT = 14 };

/* Fills all of `out`; the caller ends each one's bytes with free(). */
void key_seeds_make(struct key_seed out[KEY_SEED_COUNT]);

#endif
