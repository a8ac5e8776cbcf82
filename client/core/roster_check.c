#include "client/core/roster_check.h"

#include <stdlib.h>

/* A head of the meeting that the register names. */
struct named_head {
    bool is_known;
    uint64_t seq;
    struct hash head;
};

struct roster_check {
    uint64_t next;          /* events of the meeting looked at */
    uint64_t register_next; /* and of the register, for its calls */
    struct named_head first, last;
    struct meeting_state *meeting;   /* owned, or NULL: not begun */
    struct register_state *registry; /* owned, or NULL: not begun */
};

enum result roster_check_new(struct roster_check **out)
{
    struct roster_check *check = calloc(1, sizeof *check);

    if (!check)
        return RESULT_NO_MEMORY;
    *out = check;
    return RESULT_OK;
}

struct roster_check *roster_check_free(struct roster_check *check)
{
    if (check)
        roster_check_reset(check);
    free(check);
    return NULL;
}

void roster_check_reset(struct roster_check *check)
{
    check->next = check->register_next = 0;
    check->first.is_known = check->last.is_known = false;
    check->meeting = meeting_state_free(check->meeting);
    check->registry = register_state_free(check->registry);
}

/* --- Folding once more --------------------------------------------------- */

/* RESULT_NOT_FOUND: its bytes are not kept. The caller releases `memory`. */
static enum result read_meeting(const struct log_follower *log, uint64_t seq,
                                struct meeting_event *out,
                                struct message_memory *memory)
{
    struct text_view bytes;

    return log_follower_event(log, seq, &bytes)
               ? meeting_event_decode(bytes.data, bytes.size, out, memory, NULL)
               : RESULT_NOT_FOUND;
}

static enum result fold_meeting(struct roster_check *check,
                                const struct log_follower *log, uint64_t count)
{
    enum result result = RESULT_OK;

    if (!check->meeting)
        result = meeting_state_new(&check->meeting);
    while (!result && check->meeting->next_seq < count) {
        struct message_memory memory = { NULL, NULL, 0 };
        struct meeting_event event;

        result = read_meeting(log, check->meeting->next_seq, &event, &memory);
        if (!result)
            result = meeting_state_apply(check->meeting, &event);
        message_memory_release(&memory);
    }
    return result;
}

static enum result fold_register_event(struct register_state *state,
                                       const struct log_follower *log)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct register_event event;
    struct text_view bytes;
    enum result result = RESULT_NOT_FOUND;

    if (log_follower_event(log, state->next_seq, &bytes))
        result = register_event_decode(bytes.data, bytes.size, &event, &memory,
                                       NULL);
    if (!result)
        result = register_state_apply(state, &event);
    message_memory_release(&memory);
    return result;
}

/* A meeting that names an earlier place than before begins anew. */
static enum result fold_register(struct roster_check *check,
                                 const struct log_follower *log, uint64_t count)
{
    enum result result = RESULT_OK;

    if (check->registry && check->registry->next_seq > count)
        check->registry = register_state_free(check->registry);
    if (!check->registry)
        result = register_state_new(&check->registry);
    while (!result && check->registry->next_seq < count)
        result = fold_register_event(check->registry, log);
    return result;
}

/* --- Comparing ----------------------------------------------------------- */

static void name_place(const struct meeting_event *event,
                       struct roster_report *out)
{
    out->seq = event->seq;
    if (event->kind == EVENT_GENESIS_KIND) {
        out->register_seq = event->body.genesis.register_seq;
        out->register_head = event->body.genesis.register_head;
    } else if (event->kind == EVENT_ROSTER_CHANGED_KIND) {
        out->register_seq = event->body.roster_changed.register_seq;
        out->register_head = event->body.roster_changed.register_head;
    }
}

/* The event after the genesis says whether party groups hold the meeting: by
 * the place that the genesis names, to which the register is folded still. */
static enum result compare_groups(struct roster_check *check,
                                  const struct log_follower *meeting,
                                  const struct meeting_event *event,
                                  struct roster_report *out)
{
    enum result result = fold_meeting(check, meeting, event->seq);

    if (!result && (!check->registry || check->registry->next_seq !=
                                            check->meeting->register_seq + 1))
        result = RESULT_NOT_FOUND;
    if (result)
        return result;
    out->register_seq = check->meeting->register_seq;
    out->register_head = check->meeting->register_head;
    return snapshot_check_groups(&check->meeting->meeting,
                                 event->kind == EVENT_HELD_BY_GROUPS_KIND
                                     ? &event->body.held_by_groups
                                     : NULL,
                                 check->registry, &out->difference);
}

static enum result compare(struct roster_check *check,
                           const struct log_follower *meeting,
                           const struct log_follower *registry,
                           const struct meeting_event *event,
                           struct roster_report *out)
{
    const struct hash head = log_follower_head_at(registry, out->register_seq);
    enum result result = fold_register(check, registry, out->register_seq + 1);

    if (!result && event->kind != EVENT_GENESIS_KIND)
        result = fold_meeting(check, meeting, event->seq);
    if (result)
        return result;
    return event->kind == EVENT_GENESIS_KIND
               ? snapshot_check_genesis(&event->body.genesis, check->registry,
                                        &head, &out->difference)
               : snapshot_check_changed(&event->body.roster_changed,
                                        check->meeting, check->registry, &head,
                                        &out->difference);
}

/* One event that says who takes part. */
static enum result check_event(struct roster_check *check,
                               const struct log_follower *meeting,
                               const struct log_follower *registry,
                               struct roster_report *out)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct meeting_event event;
    enum result result = read_meeting(meeting, check->next, &event, &memory);

    out->seq = check->next;
    if (!result && event.seq == 1 && event.kind != EVENT_ROSTER_CHANGED_KIND) {
        result = compare_groups(check, meeting, &event, out);
    } else if (!result) {
        name_place(&event, out);
        if (!registry || out->register_seq >= log_follower_next(registry))
            out->verdict = ROSTER_WAITS;
        else
            result = compare(check, meeting, registry, &event, out);
    }
    message_memory_release(&memory);
    if (result == RESULT_REFUSED)
        out->verdict = ROSTER_DIFFERS;
    else if (result)
        out->verdict = ROSTER_UNKNOWN;
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

/* --- The meeting as the register knows it --------------------------------- */

static enum result note_call(struct roster_check *check,
                             const struct identifier *meeting,
                             const struct log_follower *registry, uint64_t seq)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct register_event event;
    struct text_view bytes;
    enum result result = RESULT_NOT_FOUND;

    if (log_follower_event(registry, seq, &bytes))
        result = register_event_decode(bytes.data, bytes.size, &event, &memory,
                                       NULL);
    if (!result && event.kind == REGISTER_MEETING_BEGAN_KIND &&
        identifier_equal(&event.body.meeting_began.meeting, meeting))
        check->first =
            (struct named_head){ true, 0, event.body.meeting_began.head };
    if (!result && event.kind == REGISTER_MEETING_ENDED_KIND &&
        identifier_equal(&event.body.meeting_ended.meeting, meeting))
        check->last =
            (struct named_head){ true, event.body.meeting_ended.final_seq,
                                 event.body.meeting_ended.head };
    message_memory_release(&memory);
    /* What is not kept is not compared. */
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

static bool is_another(const struct log_follower *meeting,
                       const struct named_head *named,
                       struct roster_report *out)
{
    struct hash head;

    if (!named->is_known || named->seq >= log_follower_next(meeting))
        return false;
    head = log_follower_head_at(meeting, named->seq);
    if (hash_equal(&head, &named->head))
        return false;
    out->verdict = ROSTER_FORKED;
    out->seq = named->seq;
    out->head = named->head;
    return true;
}

static enum result compare_ends(struct roster_check *check,
                                const struct log_follower *meeting,
                                const struct log_follower *registry,
                                struct roster_report *out)
{
    enum result result = RESULT_OK;

    while (!result && registry &&
           check->register_next < log_follower_next(registry)) {
        if (log_follower_is_of_call(registry, check->register_next))
            result = note_call(check, log_follower_scope(meeting), registry,
                               check->register_next);
        if (!result)
            check->register_next++;
    }
    if (!result && !is_another(meeting, &check->first, out))
        (void)is_another(meeting, &check->last, out);
    return result;
}

static enum result compare_rosters(struct roster_check *check,
                                   const struct log_follower *meeting,
                                   const struct log_follower *registry,
                                   struct roster_report *out)
{
    while (check->next < log_follower_next(meeting)) {
        enum result result = RESULT_OK;

        if (log_follower_is_roster(meeting, check->next) || check->next == 1)
            result = check_event(check, meeting, registry, out);
        if (result || out->verdict != ROSTER_AGREES)
            return result;
        check->next++;
    }
    return RESULT_OK;
}

enum result roster_check_run(struct roster_check *check,
                             const struct log_follower *meeting,
                             const struct log_follower *registry,
                             struct roster_report *out)
{
    enum result result;

    *out = (struct roster_report){ .verdict = ROSTER_AGREES };
    result = compare_rosters(check, meeting, registry, out);
    if (!result && out->verdict == ROSTER_AGREES)
        result = compare_ends(check, meeting, registry, out);
    /* A fold that broke off is of no use any more. */
    if (result)
        roster_check_reset(check);
    return result;
}
