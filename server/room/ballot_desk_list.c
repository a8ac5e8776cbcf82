/* The list of all credentials that were issued, by value: closed, shortened by
 * whoever is dropped, and confirmed by the signatures of chair, minute-taker
 * and most devices. */
#include "server/room/ballot_desk.h"

#include "server/platform/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Signatures of the list are asked for again no sooner than this. */
enum { CHECKPOINT_AGAIN_MS = 3000 };

static void refuse_id(struct refusal *refusal, enum refusal_code code,
                      const struct identifier *id)
{
    refusal_set(refusal, code);
    refusal_add_text(refusal, "id", identifier_view(id));
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct member_id *)a)->member.text,
                  ((const struct member_id *)b)->member.text);
}

/* Those whose credential this memory lacks; the first, or NULL. */
static const struct identifier *
find_unknown(const struct ballot_desk *desk,
             const struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        if (voter->channel == BALLOT_BY_OWN && ballot_voter_is_listed(voter) &&
            !desk_find_claim(desk, &voter->member))
            return &voter->member;
    }
    for (i = 0; i < ballot->pool_count; i++)
        if (!ballot->pools[i].is_dropped &&
            !desk_find_claim(desk, &ballot->pools[i].site))
            return &ballot->pools[i].site;
    return NULL;
}

bool ballot_desk_may_close_issue(struct room *room, struct refusal *refusal)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    const struct identifier *unknown;

    if (!ballot || ballot->phase != BALLOT_PHASE_ISSUING)
        return true; /* the rules say what is wrong */
    if (!room->desk || room->desk->share != SHARE_THERE) {
        refuse_id(refusal, REFUSAL_BUSY, &ballot->id); /* it is looked for */
        return false;
    }
    unknown = find_unknown(room->desk, ballot);
    if (!unknown)
        return true;
    refusal_set(refusal, REFUSAL_WAITING_FOR);
    refusal_add_text(refusal, "ids", identifier_view(unknown));
    return false;
}

struct list_task {
    struct desk_task base;
    struct ballot_element *credentials; /* owned */
    size_t count;
    struct ballot_setup setup;
    struct work_text list, record;
};

static enum result make_list(struct desk_task *base)
{
    struct list_task *task = (struct list_task *)base;
    struct byte_writer writer;
    enum result result;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result = ballot_list_write(task->credentials, task->count, &writer);
    if (result != RESULT_OK) {
        byte_writer_release(&writer);
        return result;
    }
    result = work_text_take(&task->list, &writer);
    if (result != RESULT_OK)
        return result;
    task->setup.credentials = work_text_hash(&task->list);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_setup_write(&task->setup, &writer);
    return work_text_take(&task->record, &writer);
}

static size_t list_voters(const struct meeting_ballot *ballot,
                          struct member_id *rows)
{
    size_t i, count = 0;

    for (i = 0; i < ballot->voter_count; i++)
        if (ballot->voters[i].channel == BALLOT_BY_OWN &&
            ballot_voter_is_listed(&ballot->voters[i]))
            rows[count++].member = ballot->voters[i].member;
    qsort(rows, count, sizeof rows[0], compare_ids);
    return count;
}

static int compare_pools(const void *a, const void *b)
{
    return strcmp(((const struct hall_pool *)a)->site.text,
                  ((const struct hall_pool *)b)->site.text);
}

static size_t list_pools(const struct meeting_ballot *ballot,
                         struct hall_pool *rows)
{
    size_t i, count = 0;

    for (i = 0; i < ballot->pool_count; i++)
        if (!ballot->pools[i].is_dropped)
            rows[count++] = (struct hall_pool){ .site = ballot->pools[i].site,
                                                .k = ballot->pools[i].k };
    qsort(rows, count, sizeof rows[0], compare_pools);
    return count;
}

static bool report_list(struct room *room, const struct list_task *task)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    const struct report_blob blobs[] = { { task->list.data, task->list.size },
                                         { task->record.data,
                                           task->record.size } };
    struct meeting_event event = { .kind = EVENT_BALLOT_LISTED_KIND };
    struct event_ballot_listed *body = &event.body.ballot_listed;
    struct member_id *voters;
    struct hall_pool *halls;
    bool is_done = false;

    if (!ballot)
        return false;
    voters = calloc(ballot->voter_count + 1, sizeof *voters);
    halls = calloc(ballot->pool_count + 1, sizeof *halls);
    if (voters && halls) {
        body->ballot = ballot->id;
        body->setup = work_text_hash(&task->record);
        body->credentials = task->setup.credentials;
        body->length = task->count;
        body->voters.data = voters;
        body->voters.count = list_voters(ballot, voters);
        body->halls.data = halls;
        body->halls.count = list_pools(ballot, halls);
        is_done = desk_report(room, &event, blobs, 2);
    }
    free(voters);
    free(halls);
    return is_done;
}

static void on_listed(struct room *room, struct desk_task *base)
{
    const struct list_task *task = (const struct list_task *)base;

    if (base->result != RESULT_OK)
        log_error("room %s: the list of ballot %s cannot be made (%s)",
                  room->id.text, room->desk->ballot.text,
                  result_text(base->result));
    if (base->result != RESULT_OK || !report_list(room, task))
        desk_try_later(room);
}

static void release_list(struct desk_task *base)
{
    struct list_task *task = (struct list_task *)base;

    if (task->credentials)
        OPENSSL_cleanse(task->credentials,
                        task->count * sizeof task->credentials[0]);
    free(task->credentials);
    work_text_release(&task->list);
    work_text_release(&task->record);
}

static bool is_in_list(const struct meeting_ballot *ballot,
                       const struct identifier *holder)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, holder);

    return (voter && voter->channel == BALLOT_BY_OWN &&
            ballot_voter_is_listed(voter)) ||
           meeting_ballot_pool(ballot, holder);
}

static void start_list(struct room *room, const struct meeting_ballot *ballot)
{
    const struct ballot_desk *desk = room->desk;
    struct list_task *task = calloc(1, sizeof *task);
    size_t i, count = 0;

    for (i = 0; i < desk->claim_count; i++)
        count += desk->claims[i].count;
    if (task)
        task->credentials = calloc(count + 1, sizeof task->credentials[0]);
    if (!task || !task->credentials) {
        free(task);
        desk_start_alone(room, NULL);
        return;
    }
    for (i = 0; i < desk->claim_count; i++) {
        const struct desk_claim *claim = &desk->claims[i];

        if (!is_in_list(ballot, &claim->holder))
            continue;
        memcpy(&task->credentials[task->count], claim->credentials,
               claim->count * sizeof claim->credentials[0]);
        task->count += claim->count;
    }
    task->setup.election = ballot->election;
    task->setup.trustees = ballot->trustees;
    task->base.work = make_list;
    task->base.then = on_listed;
    task->base.release = release_list;
    desk_start_alone(room, &task->base);
}

/* Everybody has attested: the chair's side and most devices have to sign the
 * head that says so. It is asked for until they have. */
static void collect_signatures(struct room *room)
{
    const int64_t now_ms = hub_monotonic_ms(room->hub);
    struct ballot_desk *desk = room->desk;

    if (room_checkpoint_is_open(room, CHECKPOINT_LIST_ATTESTED) ||
        now_ms < desk->collect_ms)
        return;
    desk->collect_ms = now_ms + CHECKPOINT_AGAIN_MS;
    room_checkpoint_open(room, room->committed - 1, CHECKPOINT_LIST_ATTESTED,
                         room_rules(room)->checkpoint_wait_ms);
}

void desk_issue_act(struct room *room, const struct meeting_ballot *ballot)
{
    struct ballot_desk *desk = room->desk;

    if (desk->share == SHARE_UNKNOWN)
        desk_find_share(room, ballot);
    else if (desk->share == SHARE_LOST ||
             ballot->phase != BALLOT_PHASE_ATTESTING)
        return;
    else if (!ballot->is_listed && !find_unknown(desk, ballot))
        start_list(room, ballot);
    else if (ballot->is_listed && meeting_ballot_is_attested(ballot) &&
             !ballot->is_checkpointed)
        collect_signatures(room);
}
