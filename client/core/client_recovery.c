/*
 * Where the server's history and ours part: a server that lost its end is given
 * it back, what nobody confirmed is given up, and what the people in charge
 * gave up is. Everything else is an alarm.
 */
#include "client/core/client_engine_types.h"

#include "protocol/base/text_fields.h"
#include "protocol/record/hash_chain.h"

#include <string.h>

/* --- What is known of a log ---------------------------------------------- */

/* How far this device, now or in an earlier run, has seen the log. */
static uint64_t seen_next(const struct followed *followed)
{
    const uint64_t next = log_follower_next(followed->follower);

    return next > followed->expected_next ? next : followed->expected_next;
}

/* Behind the newest head that the server signed; 0: it signed none. */
static uint64_t signed_next(const struct followed *followed)
{
    const struct anchor_log *log = memory_log(followed);

    return log && log->has_signed ? log->newest.seq + 1 : 0;
}

/* Below is what must not be lost without a word. */
static uint64_t bound_next(const struct followed *followed)
{
    const uint64_t acted = log_follower_acted_next(followed->follower);

    return acted > followed->bound_next ? acted : followed->bound_next;
}

/* Where nobody knows how much was lost, the place itself was at least. */
static struct loss_told with_an_end(struct loss_told told)
{
    if (told.lost_seq < told.from)
        told.lost_seq = told.from;
    return told;
}

bool loss_told_by(const struct taken_event *event, struct loss_told *out)
{
    if (event->is_register) {
        const struct register_restored *body = &event->registry.body.restored;

        if (event->registry.kind != REGISTER_RESTORED_KIND)
            return false;
        *out =
            (struct loss_told){ body->from, body->lost_seq, body->lost_head };
    } else {
        const struct event_restored *body = &event->meeting.body.restored;

        if (event->meeting.kind != EVENT_RESTORED_KIND)
            return false;
        *out =
            (struct loss_told){ body->from, body->lost_seq, body->lost_head };
    }
    *out = with_an_end(*out);
    return true;
}

static void ask_below(struct client_engine *engine, struct followed *followed,
                      uint64_t next)
{
    followed->ask_below = next;
    logs_ask(engine, followed);
}

/* --- Giving up what nobody confirmed ------------------------------------- */

/*
 * May what lies at `from` and behind it be lost? Only what the server has not
 * signed, and what holds nothing that anybody signed. Where this run does not
 * have the events, nobody can say at which of them both histories parted.
 */
static bool may_lose(const struct followed *followed, uint64_t from)
{
    const uint64_t confirmed = signed_next(followed);

    if (confirmed == 0 || from < confirmed)
        return false;
    return from < log_follower_next(followed->follower)
               ? bound_next(followed) <= from
               : bound_next(followed) <= confirmed;
}

/* Without the bytes the log is read anew, and has to lead to the same place. */
static enum result go_back(struct followed *followed, uint64_t count,
                           const struct hash *before)
{
    enum result result = RESULT_OK;

    if (count < log_follower_next(followed->follower))
        result = log_follower_rewind(followed->follower, count);
    if (result == RESULT_NOT_FOUND) {
        followed->expected_next = count;
        followed->expected_head = *before;
        result = log_follower_rewind(followed->follower, 0);
    }
    return result;
}

static void tell_tail_lost(struct client_engine *engine,
                           const struct followed *followed, uint64_t from,
                           uint64_t count)
{
    struct client_notice *notice = notice_new(CLIENT_TAIL_LOST);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = from;
        notice->count = count;
    }
    notice_put(engine, notice);
}

/* False: it failed, and the line is dropped or the alarm given. */
static bool lose_tail(struct client_engine *engine, struct followed *followed,
                      uint64_t from)
{
    const uint64_t count = seen_next(followed) - from;
    const struct hash before =
        log_follower_head_at(followed->follower, from - 1);
    enum result result = memory_lose_tail(followed, from, &before);

    if (result == RESULT_INVALID) {
        engine_alarm_at(engine, CLIENT_REASON_HEAD, followed, from);
        return false;
    }
    if (!result)
        result = go_back(followed, from, &before);
    if (result) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return false;
    }
    roster_on_rewound(engine);
    ballots_on_rewound(engine);
    engine_update_view(engine);
    tell_tail_lost(engine, followed, from, count);
    return memory_save(engine);
}

/* --- A server that is behind --------------------------------------------- */

static bool is_short(const struct followed *followed, uint64_t count)
{
    return count < seen_next(followed);
}

void recovery_on_caught_up(struct client_engine *engine,
                           struct followed *followed, uint64_t count)
{
    followed->is_short = !followed->is_held && is_short(followed, count);
    if (!followed->is_short)
        return;
    /* Whether the log is held may be said behind its events only. */
    followed->short_count = count;
    followed->short_request = engine_next_id(engine);
    if (followed->short_request)
        engine_send(engine, json_pack("{s:I, s:s}", "id",
                                      (json_int_t)followed->short_request, "op",
                                      "ping"));
}

static void settle_shortage(struct client_engine *engine,
                            struct followed *followed)
{
    const uint64_t count = followed->short_count;

    followed->is_short = false;
    if (followed->is_held || !is_short(followed, count))
        return;
    if (!may_lose(followed, count)) {
        engine_alarm_at(engine, CLIENT_REASON_HEAD, followed, count);
        return;
    }
    if (!lose_tail(engine, followed, count))
        return;
    if (log_follower_next(followed->follower) < count) {
        logs_ask(engine, followed);
        return;
    }
    roster_on_news(engine);
    requests_pump(engine);
    checkpoints_pump(engine);
}

/* The next place below `from` at which the server is asked whether it has the
 * same history. */
static uint64_t earlier_place(const struct followed *followed, uint64_t from)
{
    const struct meeting_state *state =
        log_follower_meeting(followed->follower);
    const uint64_t places[] = {
        signed_next(followed) > bound_next(followed) ? signed_next(followed)
                                                     : bound_next(followed),
        state && state->checkpoint_count ? state->checkpoint.upto + 1 : 0,
    };
    uint64_t best = 0;
    size_t i;

    for (i = 0; i < sizeof places / sizeof places[0]; i++)
        if (places[i] < from && places[i] > best)
            best = places[i];
    return best;
}

static void on_no_such_head(struct client_engine *engine,
                            struct followed *followed)
{
    if (followed->asked_from == 0)
        engine_alarm_at(engine, CLIENT_REASON_HEAD, followed,
                        log_follower_next(followed->follower));
    else
        ask_below(engine, followed,
                  earlier_place(followed, followed->asked_from));
}

static void tell_held(struct client_engine *engine,
                      const struct followed *followed)
{
    struct client_notice *notice = notice_new(CLIENT_HELD);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = followed->hold.next;
        notice->lost_seq = followed->hold.lost_seq;
        notice->lost_head = followed->hold.lost_head;
    }
    notice_put(engine, notice);
}

static void hold(struct client_engine *engine, struct followed *followed,
                 const struct view_hold *what)
{
    followed->is_held = true;
    followed->is_short = false;
    followed->hold = *what;
    if (what->next < followed->lacked_from)
        followed->lacked_from = what->next;
    engine_update_view(engine);
    tell_held(engine, followed);
}

static void on_behind(struct client_engine *engine, struct followed *followed,
                      uint64_t count)
{
    const struct anchor_log *log = memory_log(followed);

    if (!log || !log->has_signed || count >= followed->asked_from) {
        on_no_such_head(engine, followed);
        return;
    }
    if (log->newest.seq < count) {
        ask_below(engine, followed, count);
        return;
    }
    hold(engine, followed,
         &(struct view_hold){ .is_held = true,
                              .next = count,
                              .lost_seq = log->newest.seq,
                              .lost_head = log->newest.head });
    if (!giving_begin(engine, followed, count, log->newest.seq + 1))
        ask_below(engine, followed, count);
}

/* How many events the server has; arguments of refusals are texts. */
static bool read_count(const json_t *answer, uint64_t *out)
{
    const json_t *args =
        json_object_get(json_object_get(answer, "error"), "args");
    const char *text = json_string_value(json_object_get(args, "next"));

    return text && text_parse_number(text_view_of(text), out);
}

bool recovery_on_refused(struct client_engine *engine,
                         struct followed *followed, const json_t *answer)
{
    const struct refusal refusal = refusal_of_answer(answer);
    uint64_t count = 0;

    if (refusal.code == REFUSAL_NO_SUCH_HEAD)
        on_no_such_head(engine, followed);
    else if (refusal.code == REFUSAL_BEHIND && read_count(answer, &count))
        on_behind(engine, followed, count);
    else
        return false;
    return true;
}

void recovery_on_held(struct client_engine *engine, struct followed *followed,
                      const json_t *frame)
{
    struct view_hold what = { .is_held = true };

    if (!json_read_number(frame, "next", &what.next) ||
        !json_read_number(frame, "lost_seq", &what.lost_seq) ||
        !json_read_hex(frame, "lost_head", what.lost_head.bytes, HASH_SIZE))
        return;
    hold(engine, followed, &what);
}

bool recovery_on_answer(struct client_engine *engine, uint64_t id)
{
    struct followed *both[] = { &engine->meeting, &engine->registry };
    size_t i;

    for (i = 0; i < 2; i++) {
        if (!both[i]->is_short || both[i]->short_request != id)
            continue;
        settle_shortage(engine, both[i]);
        return true;
    }
    return false;
}

/* --- Another event than ours --------------------------------------------- */

/* h[seq] if this were the event there. */
static struct hash head_of(const struct followed *followed, uint64_t seq,
                           const char *text, size_t size)
{
    const struct hash leaf = hash_chain_leaf(text, size);
    struct hash before;

    if (seq == 0)
        return hash_chain_link(NULL, seq, &leaf);
    before = log_follower_head_at(followed->follower, seq - 1);
    return hash_chain_link(&before, seq, &leaf);
}

static void alarm_of_fork(struct client_engine *engine,
                          const struct followed *followed, uint64_t seq,
                          const char *text, size_t size)
{
    const struct hash theirs = head_of(followed, seq, text, size);
    struct trust_alarm alarm = { .reason = CLIENT_REASON_FORK,
                                 .log = *log_follower_scope(followed->follower),
                                 .seq = seq,
                                 .theirs = { .head = theirs } };
    const struct anchor_log *log = memory_log(followed);

    if (!log || anchor_log_check(log, seq, &theirs, &alarm.ours) !=
                    ANCHOR_CHECK_CONTRADICTS)
        alarm.ours = memory_own_side(followed, seq);
    engine_alarm(engine, &alarm);
}

bool recovery_on_parted(struct client_engine *engine, struct followed *followed,
                        uint64_t seq, const char *text, size_t size)
{
    if (!may_lose(followed, seq)) {
        alarm_of_fork(engine, followed, seq, text, size);
        return false;
    }
    if (!lose_tail(engine, followed, seq))
        return false;
    if (log_follower_next(followed->follower) == seq)
        return true;
    logs_ask(engine, followed);
    return false;
}

/* --- What was given up --------------------------------------------------- */

/* Where this device was before, with its head there. */
static struct anchor_position own_end(const struct followed *followed)
{
    const struct log_follower *follower = followed->follower;
    const uint64_t next = log_follower_next(follower);
    struct anchor_position end;

    if (followed->expected_next > next) {
        end.seq = followed->expected_next - 1;
        end.head = followed->expected_head;
    } else {
        end.seq = next - 1;
        end.head = log_follower_head(follower);
    }
    return end;
}

static void tell_restored(struct client_engine *engine,
                          const struct followed *followed, uint64_t from,
                          const struct anchor_position *end)
{
    struct client_notice *notice = notice_new(CLIENT_RESTORED);

    if (notice) {
        notice->log = *log_follower_scope(followed->follower);
        notice->seq = from;
        notice->lost_seq = end->seq;
        notice->lost_head = end->head;
    }
    notice_put(engine, notice);
}

/* The event is good: what it gives up is given up here, too. */
static enum result give_up(struct client_engine *engine,
                           struct followed *followed,
                           const struct anchor_position *end,
                           const struct taken_event *event)
{
    struct loss_told told = { .from = 0 };
    enum result result = RESULT_INVALID;
    struct hash before;

    if (!loss_told_by(event, &told))
        return result;
    before = log_follower_head_at(followed->follower, told.from - 1);
    result = memory_give_up(followed, &told, &before, end);
    if (!result)
        tell_restored(engine, followed, told.from, end);
    return result;
}

/* Reads the log anew as one of an earlier run, for want of its bytes. */
static void read_anew(struct client_engine *engine, struct followed *followed)
{
    const struct anchor_position end = own_end(followed);

    followed->bound_next = bound_next(followed);
    if (log_follower_rewind(followed->follower, 0)) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return;
    }
    followed->expected_next = end.seq + 1;
    followed->expected_head = end.head;
    roster_on_rewound(engine);
    ballots_on_rewound(engine);
    logs_ask(engine, followed);
}

static enum intake take_restored(struct followed *followed,
                                 struct log_follower *log, uint64_t from,
                                 const struct said *said,
                                 struct taken_event *out)
{
    enum intake intake;

    followed->void_from = from;
    intake = log_follower_take(log, said->text, said->size, said->object, out);
    followed->void_from = UINT64_MAX;
    return intake;
}

/* Takes the place of the log that was followed. */
static void replace(struct followed *followed, struct log_follower *log)
{
    if (followed->follower == log)
        return;
    log_follower_free(followed->follower);
    followed->follower = log;
}

static bool accept(struct client_engine *engine, struct followed *followed,
                   uint64_t from, const struct said *said,
                   struct taken_event *out)
{
    const struct anchor_position end = own_end(followed);
    struct log_follower *log = followed->follower;
    enum intake intake = INTAKE_NO_MEMORY;
    enum result result = RESULT_OK;

    if (from < log_follower_next(log))
        result = log_follower_copy(&log, followed->follower, from);
    if (result == RESULT_NOT_FOUND) {
        read_anew(engine, followed);
        return false;
    }
    if (!result)
        intake = take_restored(followed, log, from, said, out);
    if (intake == INTAKE_TAKEN)
        result = give_up(engine, followed, &end, out);
    if (intake != INTAKE_TAKEN || result) {
        if (log != followed->follower)
            log_follower_free(log);
        if (intake == INTAKE_TAKEN)
            taken_event_release(out);
        events_complain(engine, followed,
                        intake != INTAKE_TAKEN     ? intake
                        : result == RESULT_INVALID ? INTAKE_FORK
                                                   : INTAKE_NO_MEMORY,
                        from);
        return false;
    }
    replace(followed, log);
    roster_on_rewound(engine);
    ballots_on_rewound(engine);
    return true;
}

bool recovery_is_loss(const struct followed *followed, const json_t *object,
                      uint64_t seq, const char *text, size_t size)
{
    const json_t *name = json_object_get(object, "ev");
    struct loss_told told = { .from = seq };
    struct hash head, own;

    if (!json_is_string(name) ||
        strcmp(json_string_value(name), "restored") != 0 || seq == 0 ||
        seq > log_follower_next(followed->follower) ||
        seen_next(followed) <= seq)
        return false;
    if (seq < log_follower_next(followed->follower)) {
        head = head_of(followed, seq, text, size);
        own = log_follower_head_at(followed->follower, seq);
        return !hash_equal(&head, &own);
    }
    if (!json_read_number(object, "lost_seq", &told.lost_seq) ||
        !json_read_hex(object, "lost_head", told.lost_head.bytes, HASH_SIZE))
        return false;
    told = with_an_end(told);
    return !memory_knows_loss(followed, &told);
}

bool recovery_on_loss(struct client_engine *engine, struct followed *followed,
                      uint64_t seq, const struct said *said,
                      struct taken_event *out)
{
    const bool is_register = log_follower_is_register(followed->follower);

    if (is_register && !engine->accepts_loss) {
        engine_alarm_at(engine, CLIENT_REASON_LOSS, followed, seq);
        return false;
    }
    if (!accept(engine, followed, seq, said, out))
        return false;
    if (is_register)
        engine->accepts_loss = false;
    return true;
}

/* --- What was given back ------------------------------------------------- */

void recovery_on_given(struct client_engine *engine, struct followed *followed,
                       const json_t *answer)
{
    const bool is_of_openings = followed->giving.is_of_openings;

    /* Its beginning is not ours: only a loss that was given up explains it. */
    if (!is_of_openings &&
        refusal_of_answer(answer).code == REFUSAL_NO_SUCH_HEAD) {
        followed->giving.is_on = false;
        ask_below(engine, followed, 0);
        return;
    }
    giving_end(engine, followed);
}
