/* Which keys are our server's: its newest one, and those that came before. */
#include "client/core/client_engine_types.h"

#include "protocol/record/statement.h"

#include <stdlib.h>

/* --- The hello ----------------------------------------------------------- */

/* It signed for this very TLS channel. */
static bool is_signed(const struct hello *hello, const struct hash *exporter)
{
    const struct statement_hello fields = { *exporter, hello->nonce };
    uint8_t *bytes = NULL;
    size_t size = 0;
    bool is_good;

    if (statement_hello(&hello->server, identifier_view(&hello->organisation),
                        &fields, &bytes, &size))
        return false;
    is_good =
        statement_verify(&hello->server, bytes, size, &hello->sig) == RESULT_OK;
    free(bytes);
    return is_good;
}

/* The newest key that was accepted counts; before there is one, the key of the
 * link. */
static bool is_known_key(const struct client_engine *engine,
                         const struct hello *hello)
{
    return engine->has_accepted ? key_equal(&engine->accepted, &hello->server)
                                : server_fingerprint_is(
                                      &engine->profile->server, &hello->server);
}

static bool follows_known_key(const struct client_engine *engine,
                              const struct hello *hello)
{
    return engine->has_accepted
               ? succession_has(&hello->succession, &hello->server,
                                &engine->accepted)
               : succession_has_fingerprint(&hello->succession, &hello->server,
                                            &engine->profile->server);
}

enum client_reason servers_judge(const struct client_engine *engine,
                                 const struct hello *hello,
                                 const struct hash *exporter)
{
    const bool is_known = is_known_key(engine, hello);

    if (engine->has_identity &&
        !identifier_equal(&engine->profile->organisation, &hello->organisation))
        return CLIENT_REASON_NOT_THE_SERVER;
    if (!is_signed(hello, exporter))
        return CLIENT_REASON_NOT_THE_SERVER;
    if (succession_verify(&hello->succession,
                          identifier_view(&hello->organisation),
                          &hello->server) != RESULT_OK)
        return is_known ? CLIENT_REASON_NOT_THE_SERVER
                        : CLIENT_REASON_OTHER_KEY;
    return is_known || follows_known_key(engine, hello)
               ? CLIENT_REASON_NONE
               : CLIENT_REASON_OTHER_KEY;
}

static enum result keep_earlier(struct client_engine *engine,
                                const struct succession *succession)
{
    struct key *earlier = NULL;

    if (succession->count) {
        earlier = calloc(succession->count, sizeof *earlier);
        if (!earlier)
            return RESULT_NO_MEMORY;
    }
    for (size_t i = 0; i < succession->count; i++)
        earlier[i] = succession->steps[i].from;
    free(engine->earlier);
    engine->earlier = earlier;
    engine->earlier_count = succession->count;
    return RESULT_OK;
}

enum result servers_accept(struct client_engine *engine,
                           const struct hello *hello)
{
    enum result result = keep_earlier(engine, &hello->succession);

    engine->server = hello->server;
    if (result != RESULT_OK ||
        (engine->has_accepted && key_equal(&engine->accepted, &hello->server)))
        return result;
    if (engine->config.on_server_key)
        result = engine->config.on_server_key(engine->config.server_key_user,
                                              &hello->server);
    if (result != RESULT_OK)
        return result;
    engine->accepted = hello->server;
    engine->has_accepted = true;
    return RESULT_OK;
}

/* --- Logs ---------------------------------------------------------------- */

static bool is_earlier_or_now(const struct client_engine *engine,
                              const struct key *key)
{
    for (size_t i = 0; i < engine->earlier_count; i++)
        if (key_equal(&engine->earlier[i], key))
            return true;
    return key_equal(&engine->server, key);
}

/* NULL unless all of the register is here, and nothing is missing in it. */
static const struct register_state *
whole_register(const struct client_engine *engine)
{
    const struct followed *registry = &engine->registry;

    return registry->phase == FOLLOW_LIVE && !registry->is_held
               ? log_follower_register(registry->follower)
               : NULL;
}

bool servers_fit_register(const struct client_engine *engine)
{
    const struct register_state *state = whole_register(engine);

    return !state || key_equal(&state->server, &engine->server);
}

bool servers_fit_meeting(const struct client_engine *engine)
{
    const struct register_state *state = whole_register(engine);
    const struct log_follower *registry = engine->registry.follower;
    const struct meeting_origin *origin = &engine->meeting.origin;
    const struct register_server_key *key;
    struct hash head;

    if (!origin->is_known)
        return true;
    if (!state)
        return is_earlier_or_now(engine, &origin->server) ||
               (registry && engine->registry.phase != FOLLOW_REFUSED);
    key = register_state_server_key(state, &origin->server);
    if (!key || key->since > origin->register_seq)
        return false;
    if (origin->register_seq >= log_follower_next(registry))
        return true;
    /* In a register that lost events that place is another one. */
    head = log_follower_head_at(registry, origin->register_seq);
    return !hash_equal(&head, &origin->register_head) ||
           key == register_state_server_at(state, origin->register_seq);
}
