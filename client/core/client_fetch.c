/*
 * Files that the engine itself wants or gives: records of ballots. One after
 * the other, behind what the user asks for, and not so fast that the server
 * would find this device a nuisance: it allows LIMIT_REQUEST_RATE_PER_S
 * requests a second, of which the user keeps some.
 */
#include "client/core/client_engine_types.h"

#include "protocol/record/digest.h"

#include <stdlib.h>

enum {
    FETCH_RATE_PER_S = LIMIT_REQUEST_RATE_PER_S / 2,
    FETCH_BURST = LIMIT_REQUEST_BURST / 2,
    FETCH_COST_MS = 1000 / FETCH_RATE_PER_S,
    FETCH_FULL_MS = FETCH_BURST * FETCH_COST_MS
};

static struct fetch *fetch_new(const struct hash *blob)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);

    if (fetch)
        fetch->blob = *blob;
    return fetch;
}

static struct fetch *fetch_drop(struct fetch *fetch)
{
    if (!fetch)
        return NULL;
    free(fetch->bytes);
    free(fetch);
    return NULL;
}

static struct fetch **find(struct fetch **link, const struct hash *blob)
{
    while (*link && !hash_equal(&(*link)->blob, blob))
        link = &(*link)->next;
    return link;
}

/* Takes one out of a list; NULL if it is not in it. The caller owns it. */
static struct fetch *detach(struct fetch **list, const struct hash *blob)
{
    struct fetch **link = find(list, blob), *fetch = *link;

    if (fetch)
        *link = fetch->next;
    return fetch;
}

void fetch_free(struct client_engine *engine)
{
    struct fetches *fetches = &engine->fetches;

    while (fetches->wanted)
        fetch_drop(detach(&fetches->wanted, &fetches->wanted->blob));
    while (fetches->given)
        fetch_drop(detach(&fetches->given, &fetches->given->blob));
}

void fetch_want(struct client_engine *engine, const struct identifier *ballot,
                const struct hash *blob)
{
    struct fetch **link = find(&engine->fetches.wanted, blob);

    if (*link)
        return;
    /* Without memory it is wanted again at the next occasion. */
    *link = fetch_new(blob);
    if (*link)
        (*link)->ballot = *ballot;
    fetch_pump(engine);
}

bool fetch_give(struct client_engine *engine, uint8_t *bytes, size_t size)
{
    const struct hash blob = digest_sha256(bytes, size);
    struct fetch **link = find(&engine->fetches.given, &blob);
    struct fetch *fetch = *link ? NULL : fetch_new(&blob);

    if (*link || !fetch) {
        free(bytes);
        return *link != NULL;
    }
    fetch->bytes = bytes;
    fetch->size = size;
    *link = fetch;
    fetch_pump(engine);
    return true;
}

bool fetch_is_giving(const struct client_engine *engine,
                     const struct hash *blob)
{
    const struct upload *upload = &engine->upload;
    const struct fetch *fetch = engine->fetches.given;

    while (fetch && !hash_equal(&fetch->blob, blob))
        fetch = fetch->next;
    return fetch ||
           (upload->bytes && upload->is_own && hash_equal(&upload->blob, blob));
}

void fetch_on_got(struct client_engine *engine, const struct hash *blob,
                  uint8_t *bytes, size_t size)
{
    struct fetch *fetch = detach(&engine->fetches.wanted, blob);

    if (fetch && identifier_is_empty(&fetch->ballot))
        rules_on_got(engine, bytes, size);
    else if (fetch)
        ballots_on_record(engine, &fetch->ballot, blob, bytes, size);
    fetch_drop(fetch);
    free(bytes);
}

void fetch_on_given(struct client_engine *engine, const struct hash *blob,
                    bool is_there)
{
    ballots_on_given(engine, blob, is_there);
}

/* --- Pace ---------------------------------------------------------------- */

static int64_t tokens_at(const struct fetches *fetches, int64_t now_ms)
{
    const int64_t tokens_ms =
        fetches->tokens_ms + (now_ms - fetches->tokens_at_ms);

    return tokens_ms > FETCH_FULL_MS ? FETCH_FULL_MS : tokens_ms;
}

static bool may_ask(struct client_engine *engine)
{
    struct fetches *fetches = &engine->fetches;
    const int64_t now_ms = engine_now(engine);

    fetches->tokens_ms = tokens_at(fetches, now_ms);
    fetches->tokens_at_ms = now_ms;
    if (fetches->tokens_ms < FETCH_COST_MS)
        return false;
    fetches->tokens_ms -= FETCH_COST_MS;
    return true;
}

int64_t fetch_next_ms(const struct client_engine *engine)
{
    const struct fetches *fetches = &engine->fetches;

    if (!fetches->wanted || engine->download.is_on || engine->has_waiting_get)
        return INT64_MAX;
    return fetches->tokens_at_ms + FETCH_COST_MS - fetches->tokens_ms;
}

void fetch_pump(struct client_engine *engine)
{
    struct fetches *fetches = &engine->fetches;
    struct fetch *fetch;

    if (engine->phase != ENGINE_UP)
        return;
    if (fetches->given && !engine->upload.bytes) {
        fetch = detach(&fetches->given, &fetches->given->blob);
        if (blobs_put_own(engine, fetch->bytes, fetch->size))
            fetch->bytes = NULL;
        fetch_drop(fetch);
    }
    if (fetches->wanted && !engine->download.is_on &&
        !engine->has_waiting_get && may_ask(engine))
        (void)blobs_get_own(engine, &fetches->wanted->blob);
}
