#include "server/control/organisation.h"

#include "server/control/register_desk.h"
#include "server/domain/register_rules.h"
#include "server/store/store_sqlite.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

enum { ID_LENGTH = 12 };

enum result organisation_make_id(const struct entropy *entropy,
                                 struct identifier *out)
{
    /* 32 signs, so that every random byte serves; none that look alike. */
    static const char signs[] = "abcdefghjkmnpqrstuvwxyz023456789";
    uint8_t bytes[ID_LENGTH];
    struct identifier id = { "" };
    const enum result result = entropy_fill(entropy, bytes, sizeof bytes);

    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < ID_LENGTH; i++)
        id.text[i] = signs[bytes[i] % 32];
    *out = id;
    return RESULT_OK;
}

enum result organisation_make_key(const struct entropy *entropy,
                                  struct signing_key *out)
{
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    enum result result = entropy_fill(entropy, seed, sizeof seed);

    if (result == RESULT_OK)
        result = signing_key_init(out, seed);
    OPENSSL_cleanse(seed, sizeof seed);
    return result;
}

/* The batch of the first event. */
static enum result make_batch(const struct organisation *organisation,
                              struct register_event *event,
                              const struct room_key *key,
                              struct store_batch **out)
{
    struct event_encoding encoding;
    struct store_batch *batch = NULL;
    struct hash head;
    enum result result = register_event_encode(
        event, identifier_view(&organisation->id), key, &encoding);

    if (result != RESULT_OK)
        return result;
    result = store_batch_new(&batch, &organisation->id, 1);
    if (result == RESULT_OK)
        result = store_batch_begin_log(batch, key->bytes);
    if (result == RESULT_OK)
        result = register_batch_add(batch, event, &encoding, NULL, &head);
    event_encoding_release(&encoding);
    if (result == RESULT_OK)
        *out = batch;
    else
        store_batch_free(batch);
    return result;
}

static enum result write_batch(const char *path,
                               const struct store_batch *batch)
{
    struct store_lock *lock = NULL;
    struct store_sqlite *sqlite = NULL;
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    enum result result = store_sqlite_lock(&lock, path);

    if (result == RESULT_OK)
        result = store_sqlite_open(&sqlite, path, STORE_SQLITE_WRITE);
    if (result == RESULT_OK)
        result = store_sqlite_list_logs(sqlite, &logs, &count);
    if (result == RESULT_OK && count > 0)
        result = RESULT_EXISTS;
    if (result == RESULT_OK)
        result = store_sqlite_write(sqlite, batch);
    free(logs);
    store_sqlite_close(sqlite);
    store_lock_release(lock);
    return result;
}

enum result organisation_found(const char *database_path,
                               const struct organisation *organisation,
                               const struct clock *clock,
                               const struct entropy *entropy,
                               struct refusal *refusal)
{
    struct register_state *state = NULL;
    struct register_decision decision = { 0 };
    struct store_batch *batch = NULL;
    struct room_key key;
    enum result result = register_state_new(&state);

    if (result != RESULT_OK)
        return result;
    register_rules_found(state, &organisation->id,
                         &organisation->identity->public_key,
                         organisation->name, &decision);
    if (decision.refusal.code != REFUSAL_NONE) {
        *refusal = decision.refusal;
        result = RESULT_REFUSED;
    }
    if (result == RESULT_OK)
        result = entropy_fill(entropy, key.bytes, sizeof key.bytes);
    if (result == RESULT_OK) {
        decision.events[0].seq = 0;
        decision.events[0].at_ms = clock_utc_ms(clock);
        result = make_batch(organisation, &decision.events[0], &key, &batch);
    }
    if (result == RESULT_OK)
        result = write_batch(database_path, batch);
    OPENSSL_cleanse(&key, sizeof key);
    store_batch_free(batch);
    register_decision_release(&decision);
    register_state_free(state);
    return result;
}
