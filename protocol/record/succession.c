#include "protocol/record/succession.h"

#include "protocol/record/statement.h"

#include <stdlib.h>

enum result succession_step_verify(const struct succession_step *step,
                                   struct text_view scope)
{
    const struct statement_server_key fields = {
        .server = step->to, .seen = { .seq = step->seen, .head = step->head }
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_server_key(&step->from, scope, &fields, &bytes, &size);

    if (result != RESULT_OK)
        return result;
    result = statement_verify(&step->from, bytes, size, &step->sig);
    free(bytes);
    return result;
}

/* A key that comes back would let an old one follow a new one. */
static bool is_new(const struct succession *succession, size_t place)
{
    const struct key *to = &succession->steps[place].to;

    for (size_t i = 0; i <= place; i++)
        if (key_equal(&succession->steps[i].from, to))
            return false;
    return true;
}

static bool is_in_order(const struct succession *succession,
                        const struct key *server)
{
    const size_t count = succession->count;

    if (count > LIMIT_SUCCESSION_STEPS)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct key *next =
            i + 1 < count ? &succession->steps[i + 1].from : server;

        if (!key_equal(&succession->steps[i].to, next) ||
            !is_new(succession, i))
            return false;
    }
    return true;
}

enum result succession_verify(const struct succession *succession,
                              struct text_view scope, const struct key *server)
{
    if (!is_in_order(succession, server))
        return RESULT_INVALID;
    for (size_t i = 0; i < succession->count; i++) {
        const enum result result =
            succession_step_verify(&succession->steps[i], scope);

        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

bool succession_has(const struct succession *succession,
                    const struct key *server, const struct key *key)
{
    for (size_t i = 0; i < succession->count; i++)
        if (key_equal(&succession->steps[i].from, key))
            return true;
    return key_equal(server, key);
}

bool succession_has_fingerprint(const struct succession *succession,
                                const struct key *server,
                                const struct server_fingerprint *fingerprint)
{
    for (size_t i = 0; i < succession->count; i++)
        if (server_fingerprint_is(fingerprint, &succession->steps[i].from))
            return true;
    return server_fingerprint_is(fingerprint, server);
}
