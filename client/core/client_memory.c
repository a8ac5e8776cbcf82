/* What outlasts a run: how far this device has verified each log, what it holds
 * of it for good, and what it signed. Journal and anchors of one profile. */
#include "client/core/client_engine_types.h"

#include "protocol/meeting/checkpoint_check.h"

#include <string.h>

enum result memory_open(struct client_engine *engine)
{
    struct client_engine_config *config = &engine->config;
    struct anchor_store_report report;
    enum result result = RESULT_OK;

    if (!config->journal) {
        result = journal_open(&engine->own_journal, NULL);
        config->journal = engine->own_journal;
    }
    if (!result && !config->anchors) {
        result = anchor_store_open(&engine->own_anchors, NULL, config->journal,
                                   &engine->profile->organisation, &report);
        config->anchors = engine->own_anchors;
    }
    return result;
}

void memory_close(struct client_engine *engine)
{
    engine->own_journal = journal_free(engine->own_journal);
    engine->own_anchors = anchor_store_free(engine->own_anchors);
}

struct anchors *memory_anchors(struct client_engine *engine)
{
    return anchor_store_anchors(engine->config.anchors);
}

const struct anchor_log *memory_log(const struct followed *followed)
{
    return anchors_find(memory_anchors(followed->engine),
                        log_follower_scope(followed->follower));
}

/* What has no place in the anchors any more is in the journal still. */
static enum result kept(enum result result)
{
    return result == RESULT_FULL ? RESULT_OK : result;
}

/* --- What was seen before ------------------------------------------------ */

static void expect(struct followed *followed, uint64_t seq,
                   const struct hash *head, uint64_t bound)
{
    if (seq < followed->expected_next)
        return;
    followed->expected_next = seq + 1;
    followed->expected_head = *head;
    if (bound > followed->bound_next)
        followed->bound_next = bound;
}

/* A crash between two saves may leave the journal at what was lost since. */
static void recall_journal(struct followed *followed)
{
    struct journal *journal = followed->engine->config.journal;
    const struct identifier *scope = log_follower_scope(followed->follower);
    const struct anchor_log *log = memory_log(followed);
    struct hash head;
    uint64_t seq;

    if (journal_recall(journal, scope, &seq, &head) != RESULT_OK)
        return;
    if (log && log->has_last && log->last.seq < seq &&
        anchor_log_check(log, seq, &head, NULL) == ANCHOR_CHECK_LOST &&
        journal_rewind(journal, scope, log->last.seq, &log->last.head) ==
            RESULT_OK)
        return;
    expect(followed, seq, &head, journal_bound(journal, scope));
}

void memory_recall(struct followed *followed)
{
    const struct anchor_log *log = memory_log(followed);
    struct anchor_position position;
    size_t cursor = 0;

    followed->expected_next = followed->bound_next = 0;
    recall_journal(followed);
    /* What the journal does not know may hold anything. */
    while (log && anchor_log_next_position(log, &cursor, &position))
        expect(followed, position.seq, &position.head, position.seq + 1);
    followed->new_from = followed->expected_next;
}

bool memory_allows(const void *user, uint64_t seq, const struct hash *head)
{
    const struct followed *followed = user;
    const struct anchor_log *log = memory_log(followed);

    if (seq >= followed->void_from)
        return true;
    if (seq + 1 == followed->expected_next &&
        !hash_equal(head, &followed->expected_head))
        return false;
    return !log ||
           anchor_log_check(log, seq, head, NULL) != ANCHOR_CHECK_CONTRADICTS;
}

/* --- What is kept -------------------------------------------------------- */

struct anchor_side memory_own_side(const struct followed *followed,
                                   uint64_t seq)
{
    const struct anchor_log *log = memory_log(followed);
    struct anchor_side side = { .is_signed = false };
    struct anchor_position position = { .seq = seq };

    if (seq < log_follower_next(followed->follower))
        position.head = log_follower_head_at(followed->follower, seq);
    else if (seq + 1 == followed->expected_next)
        position.head = followed->expected_head;
    else
        return side;
    side.head = position.head;
    return log ? anchor_log_side(log, &position) : side;
}

enum result memory_note_signed(struct followed *followed,
                               const struct signed_head *head)
{
    struct anchor_signed newest = { .seq = head->seq, .head = head->head };
    const char *word = enum_word(&checkpoint_reason_words, (int)head->reason);
    enum result result =
        anchor_word_parse(text_view_of(word), &newest.by.reason);

    if (result)
        return result;
    newest.by.server = head->signer;
    newest.by.sig = head->sig;
    return kept(anchors_note_signed(memory_anchors(followed->engine),
                                    log_follower_scope(followed->follower),
                                    &newest));
}

static enum result note_checkpoint(struct followed *followed,
                                   const struct meeting_event *event)
{
    const struct event_checkpoint *body = &event->body.checkpoint;
    const struct key *server =
        &log_follower_meeting(followed->follower)->server;
    struct signed_head head =
        checkpoint_signed_head(body, server, CHECKPOINT_ROW_SERVER);
    struct anchor_checkpoint checkpoint = {
        .upto = body->upto,
        .head = body->head,
        .seq = event->seq,
        .event_head = log_follower_head_at(followed->follower, event->seq),
        .confirmed = (uint32_t)body->signers.count,
        .asked = (uint32_t)(body->signers.count + body->missing.count),
        .standing = ANCHOR_STANDS,
    };
    const char *word = enum_word(&checkpoint_reason_words, body->reason);
    enum result result =
        anchor_word_parse(text_view_of(word), &checkpoint.reason);

    if (!result)
        result = kept(anchors_add_checkpoint(
            memory_anchors(followed->engine),
            log_follower_scope(followed->follower), &checkpoint));
    return result ? result : memory_note_signed(followed, &head);
}

/* What the event says was lost is known from here on, so that it is not taken
 * for news when the log is read again. */
static enum result note_restored(struct followed *followed,
                                 const struct loss_told *told)
{
    const struct anchor_lost lost = { .from = told->from,
                                      .seq = told->lost_seq,
                                      .side = { .head = told->lost_head } };

    return kept(anchors_keep_lost(memory_anchors(followed->engine),
                                  log_follower_scope(followed->follower),
                                  &lost));
}

bool memory_knows_loss(const struct followed *followed,
                       const struct loss_told *told)
{
    const struct anchor_log *log = memory_log(followed);
    size_t i;

    for (i = 0; log && i < log->lost_count; i++)
        if (log->lost[i].from == told->from &&
            log->lost[i].seq == told->lost_seq &&
            hash_equal(&log->lost[i].side.head, &told->lost_head))
            return true;
    return false;
}

enum result memory_note_event(struct followed *followed,
                              const struct taken_event *event)
{
    const uint64_t seq = log_follower_next(followed->follower) - 1;
    const struct hash head = log_follower_head(followed->follower);
    struct loss_told told;

    followed->is_unsaved = true;
    if (seq == 0)
        return kept(anchors_note_genesis(memory_anchors(followed->engine),
                                         log_follower_scope(followed->follower),
                                         &head));
    if (loss_told_by(event, &told))
        return note_restored(followed, &told);
    if (!event->is_register && event->meeting.kind == EVENT_CHECKPOINT_KIND)
        return note_checkpoint(followed, &event->meeting);
    return RESULT_OK;
}

enum result memory_note_alarm(struct client_engine *engine,
                              const struct identifier *log,
                              const struct anchor_alarm *alarm)
{
    /* One that finds no place leaves the log in alarm by an earlier one. */
    const enum result result =
        kept(anchors_add_alarm(memory_anchors(engine), log, alarm));

    return result ? result : anchor_store_save(engine->config.anchors);
}

/* --- On disk ------------------------------------------------------------- */

static enum result remember(struct followed *followed)
{
    struct client_engine *engine = followed->engine;
    const struct log_follower *follower = followed->follower;
    const uint64_t next = follower ? log_follower_next(follower) : 0;
    const struct identifier *scope;
    struct hash head;
    enum result result;

    /* Before an earlier run's place is reached there is nothing to add. */
    if (!followed->is_unsaved || next == 0 || next < followed->expected_next)
        return RESULT_OK;
    scope = log_follower_scope(follower);
    head = log_follower_head(follower);
    result =
        kept(anchors_note_last(memory_anchors(engine), scope, next - 1, &head));
    if (!result)
        result =
            journal_remember(engine->config.journal, scope, next - 1, &head);
    if (!result)
        result = journal_bind(engine->config.journal, scope,
                              log_follower_acted_next(follower));
    if (!result)
        followed->is_unsaved = false;
    return result;
}

/* Anchors first: a journal that is behind is mended by them. */
static enum result save(struct client_engine *engine)
{
    enum result result = anchor_store_save(engine->config.anchors);

    return result ? result : journal_save(engine->config.journal);
}

static bool is_fine(struct client_engine *engine, enum result result)
{
    if (result)
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
    return !result;
}

bool memory_save(struct client_engine *engine)
{
    enum result result;

    engine->save_ms = INT64_MAX;
    if (!engine->config.journal)
        return true;
    result = remember(&engine->meeting);
    if (!result)
        result = remember(&engine->registry);
    return is_fine(engine, result ? result : save(engine));
}

void memory_save_later(struct client_engine *engine)
{
    if (engine->save_ms == INT64_MAX)
        engine->save_ms = engine_now(engine) + CLIENT_SAVE_MS;
}

bool memory_bind(struct followed *followed, uint64_t next)
{
    struct client_engine *engine = followed->engine;
    enum result result = remember(followed);

    if (!result)
        result = journal_bind(engine->config.journal,
                              log_follower_scope(followed->follower), next);
    if (next > followed->bound_next)
        followed->bound_next = next;
    return is_fine(engine, result) && memory_save(engine);
}

bool memory_confirm(struct followed *followed, uint64_t seq)
{
    struct client_engine *engine = followed->engine;
    const struct identifier *scope = log_follower_scope(followed->follower);
    const struct hash head = log_follower_head_at(followed->follower, seq);
    enum result result = remember(followed);

    if (!result)
        result = journal_confirm(engine->config.journal, scope, seq, &head);
    if (result == RESULT_INVALID)
        return false;
    return is_fine(engine, result) && memory_bind(followed, seq + 1);
}

/* --- Going back ---------------------------------------------------------- */

/* What was expected of an earlier run lies behind `next` no more. */
static enum result go_back(struct followed *followed, uint64_t next,
                           const struct hash *before)
{
    struct journal *journal = followed->engine->config.journal;
    const struct identifier *scope = log_follower_scope(followed->follower);
    enum result result = journal_rewind(journal, scope, next - 1, before);

    followed->expected_next = 0;
    followed->is_unsaved = true;
    if (followed->bound_next > next)
        followed->bound_next = next;
    if (followed->new_from > next)
        followed->new_from = next;
    /* The journal may know nothing of this log, or not so much. */
    if (result == RESULT_NOT_FOUND || result == RESULT_INVALID)
        result = RESULT_OK;
    return result;
}

enum result memory_lose_tail(struct followed *followed, uint64_t next,
                             const struct hash *before)
{
    enum result result = anchors_rewind(memory_anchors(followed->engine),
                                        log_follower_scope(followed->follower),
                                        next - 1, before);

    if (result == RESULT_NOT_FOUND)
        result = RESULT_OK;
    return result ? result : go_back(followed, next, before);
}

enum result memory_give_up(struct followed *followed,
                           const struct loss_told *told,
                           const struct hash *before,
                           const struct anchor_position *own)
{
    static const struct hash zeros;
    const struct anchor_position named = { told->lost_seq, told->lost_head };
    const bool is_named = !hash_equal(&told->lost_head, &zeros);
    enum result result =
        anchors_give_up(memory_anchors(followed->engine),
                        log_follower_scope(followed->follower), told->from,
                        before, is_named ? &named : own);

    return result ? result : go_back(followed, told->from, before);
}
