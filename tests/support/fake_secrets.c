#include "tests/support/fake_secrets.h"

#include <string.h>

static size_t find(const struct fake_secrets *fake, const char *name)
{
    size_t i = 0;

    while (i < FAKE_SECRETS_MAX && strcmp(fake->rows[i].name, name) != 0)
        i++;
    return i;
}

static enum result save(void *user, const char *name, const void *secret,
                        size_t size)
{
    struct fake_secrets *fake = user;
    size_t place = find(fake, name);

    if (fake->fails)
        return RESULT_IO;
    if (place == FAKE_SECRETS_MAX)
        place = find(fake, "");
    if (place == FAKE_SECRETS_MAX || size > FAKE_SECRET_SIZE ||
        strlen(name) >= sizeof fake->rows[0].name)
        return RESULT_INVALID;
    memcpy(fake->rows[place].name, name, strlen(name) + 1);
    memcpy(fake->rows[place].secret, secret, size);
    fake->rows[place].size = size;
    return RESULT_OK;
}

static enum result load(void *user, const char *name, void *out, size_t size)
{
    const struct fake_secrets *fake = user;
    const size_t place = find(fake, name);

    if (place == FAKE_SECRETS_MAX)
        return RESULT_NOT_FOUND;
    if (fake->rows[place].size != size)
        return RESULT_MALFORMED;
    memcpy(out, fake->rows[place].secret, size);
    return RESULT_OK;
}

static enum result destroy(void *user, const char *name)
{
    struct fake_secrets *fake = user;
    const size_t place = find(fake, name);

    if (place < FAKE_SECRETS_MAX)
        memset(&fake->rows[place], 0, sizeof fake->rows[place]);
    return RESULT_OK;
}

void fake_secrets_init(struct fake_secrets *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->port = (struct secret_store){
        .save = save, .load = load, .destroy = destroy, .user = fake
    };
}

size_t fake_secrets_count(const struct fake_secrets *fake)
{
    size_t i, count = 0;

    for (i = 0; i < FAKE_SECRETS_MAX; i++)
        count += fake->rows[i].name[0] != '\0';
    return count;
}
