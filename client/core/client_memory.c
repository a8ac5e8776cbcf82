/* What outlasts a run: how far this device has verified each log. */
#include "client/core/client_engine_types.h"

void memory_recall(struct followed *followed)
{
    const struct client_engine_config *config = &followed->engine->config;
    uint64_t seq;

    followed->expected_next = 0;
    if (config->journal &&
        journal_recall(config->journal, log_follower_scope(followed->follower),
                       &seq, &followed->expected_head) == RESULT_OK)
        followed->expected_next = seq + 1;
}

bool memory_allows(const void *user, uint64_t seq, const struct hash *head)
{
    const struct followed *followed = user;

    return seq + 1 != followed->expected_next ||
           hash_equal(head, &followed->expected_head);
}

static enum result remember(struct client_engine *engine,
                            struct followed *followed)
{
    uint64_t next =
        followed->follower ? log_follower_next(followed->follower) : 0;
    struct hash head;
    enum result result;

    /* Before an earlier run's place is reached there is nothing to add. */
    if (!followed->is_unsaved || next == 0 || next < followed->expected_next)
        return RESULT_OK;
    head = log_follower_head(followed->follower);
    result = journal_remember(engine->config.journal,
                              log_follower_scope(followed->follower), next - 1,
                              &head);
    if (!result)
        followed->is_unsaved = false;
    return result;
}

bool memory_save(struct client_engine *engine)
{
    enum result result;

    engine->save_ms = INT64_MAX;
    if (!engine->config.journal)
        return true;
    result = remember(engine, &engine->meeting);
    if (!result)
        result = remember(engine, &engine->registry);
    if (!result)
        result = journal_save(engine->config.journal);
    if (result)
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
    return !result;
}
