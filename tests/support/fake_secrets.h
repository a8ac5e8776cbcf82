/* The secret_store of server/platform/secret_store.h in memory, for tests. */
#ifndef TESTS_SUPPORT_FAKE_SECRETS_H
#define TESTS_SUPPORT_FAKE_SECRETS_H

#include "server/platform/secret_store.h"

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_SECRETS_MAX = 16, FAKE_SECRET_SIZE = 64 };

struct fake_secrets {
    struct secret_store port; /* give &fake.port to what wants one */
    struct {
        char name[64]; /* "": free */
        uint8_t secret[FAKE_SECRET_SIZE];
        size_t size;
    } rows[FAKE_SECRETS_MAX];
    bool fails; /* every save says RESULT_IO */
};

/* Stays where it is in memory from now on: the port points to it. */
void fake_secrets_init(struct fake_secrets *fake);
/* How many secrets there are. */
size_t fake_secrets_count(const struct fake_secrets *fake);

#endif
