/*
 * A ballot's vault through its life, for a test that cuts the power at any
 * step: vault_steps FOLDER writes one line to stdout after each save that is
 * said to be durable ("credential", "ballot", "receipt", then "wiped").
 * vault_steps FOLDER read prints what is there, an entry a line, or "damaged".
 */
#include "client/core/ballot_vault.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#define UUID "8Zq3fGm1xPw7Kd5tRv2NbY"
static const char *const names[] = { "credential", "ballot", "receipt" };
enum { NAME_COUNT = 3 };

static enum result fill(void *user, void *out, size_t size)
{
    (void)user;
    return RAND_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

static void say(const char *word)
{
    (void)printf("%s\n", word);
    (void)fflush(stdout);
}

static int live(struct ballot_vault *vault)
{
    uint8_t bytes[3000];

    for (int i = 0; i < NAME_COUNT; i++) {
        memset(bytes, 'a' + i, sizeof bytes);
        if (ballot_vault_put(vault, names[i], bytes, sizeof bytes) ||
            ballot_vault_save(vault))
            return 1;
        say(names[i]);
    }
    if (ballot_vault_wipe(vault))
        return 1;
    say("wiped");
    return 0;
}

static int show(const struct ballot_vault *vault)
{
    for (int i = 0; i < NAME_COUNT; i++) {
        const struct text_view entry = ballot_vault_get(vault, names[i]);

        if (entry.data)
            say(entry.size == 3000 && entry.data[0] == 'a' + i ? names[i]
                                                               : "wrong");
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const uint8_t seed[32] = { 7 };
    const struct client_entropy entropy = { fill, NULL };
    struct ballot_vault *vault = NULL;
    int status;

    if (argc < 2)
        return 2;
    if (ballot_vault_open(&vault, argv[1], UUID, seed, &entropy)) {
        say("damaged");
        return 1;
    }
    status = argc > 2 ? show(vault) : live(vault);
    ballot_vault_free(vault);
    return status;
}
