/* An election as ballots are checked against it: made of its records, when
 * voting begins and whenever the server comes back. */
#include "server/room/ballot_desk.h"

#include "protocol/ballot/ballot_vote.h"

#include <stdlib.h>
#include <string.h>

/* The records before the ballots. */
enum { RECORD_ELECTION, RECORD_TRUSTEES, RECORD_CREDENTIALS, RECORDS_FIRST };

struct poll_task {
    struct desk_task base;
    const struct ballot_group *group;
    struct desk_poll *poll; /* made here; then the desk's */
    struct work_text credentials;
    struct desk_record *ballots; /* owned, with their texts */
    uint32_t *rows;              /* owned; of the ballots, from the worker */
    size_t count;
};

struct desk_poll *desk_poll_unref(struct desk_poll *poll)
{
    if (!poll || --poll->references > 0)
        return NULL;
    ballot_booth_free(poll->booth);
    if (poll->has_election)
        ballot_election_release(&poll->election);
    ballot_list_release(&poll->list);
    work_text_release(&poll->record);
    work_text_release(&poll->trustees_record);
    free(poll);
    return NULL;
}

/* --- on a worker ---------------------------------------------------------- */

static enum result failure_of(enum ballot_fault fault)
{
    return fault == BALLOT_FAULT_NONE        ? RESULT_OK
           : fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
           : fault == BALLOT_FAULT_LIBRARY   ? RESULT_CRYPTO
                                             : RESULT_CORRUPT;
}

static enum result read_records(struct poll_task *task)
{
    struct desk_poll *poll = task->poll;
    uint32_t owner = 0;
    enum result result = failure_of(ballot_election_read(
        task->group, work_text_view(&poll->record), false, &poll->election));

    if (result != RESULT_OK)
        return result;
    poll->has_election = true;
    result = ballot_booth_new(task->group, &poll->election, &poll->booth);
    if (result == RESULT_REFUSED)
        return RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = failure_of(ballot_trustees_read(
            task->group, work_text_view(&poll->trustees_record), false,
            &poll->trustees, &owner));
    if (result == RESULT_OK)
        result = failure_of(ballot_list_read(task->group,
                                             work_text_view(&task->credentials),
                                             false, &poll->list));
    return result;
}

enum ballot_fault desk_poll_row(const struct desk_poll *poll,
                                const struct ballot_vote *vote, uint32_t *row)
{
    const struct ballot_credential *found =
        ballot_list_find(&poll->list, &vote->credential);

    if (!found)
        return BALLOT_FAULT_NOT_IN_LIST;
    *row = (uint32_t)(found - poll->list.rows);
    return BALLOT_FAULT_NONE;
}

static enum result read_ballot(struct poll_task *task, size_t place)
{
    struct ballot_vote vote = { .answers = NULL };
    enum ballot_fault fault = ballot_vote_read(
        task->poll->booth, work_text_view(&task->ballots[place].text), &vote,
        NULL);

    if (fault == BALLOT_FAULT_NONE)
        fault = desk_poll_row(task->poll, &vote, &task->rows[place]);
    ballot_vote_release(&vote);
    return failure_of(fault);
}

static enum result make_poll(struct desk_task *base)
{
    struct poll_task *task = (struct poll_task *)base;
    enum result result = read_records(task);
    size_t i;

    for (i = 0; i < task->count && result == RESULT_OK; i++)
        result = read_ballot(task, i);
    return result;
}

/* --- on the loop ---------------------------------------------------------- */

bool desk_reserve_ballot(struct ballot_desk *desk)
{
    return history_grow(&desk->ballots, &desk->ballot_capacity,
                        desk->ballot_count, sizeof desk->ballots[0]);
}

void desk_count_ballot(struct ballot_desk *desk, uint32_t row,
                       struct work_text *text)
{
    struct desk_ballot *ballot = &desk->ballots[desk->ballot_count++];

    ballot->row = row;
    ballot->text = *text;
    *text = (struct work_text){ NULL, 0 };
    if (desk->last[row] == 0)
        desk->returned++;
    else
        work_text_release(&desk->ballots[desk->last[row] - 1].text);
    desk->last[row] = (uint32_t)desk->ballot_count;
    desk->cast[row]++;
}

static bool take_poll(struct ballot_desk *desk, struct poll_task *task)
{
    const size_t rows = task->poll->list.count;
    size_t i;

    desk_forget_ballots(desk);
    desk->last = calloc(rows + 1, sizeof desk->last[0]);
    desk->cast = calloc(rows + 1, sizeof desk->cast[0]);
    if (!desk->last || !desk->cast)
        return false;
    for (i = 0; i < task->count; i++) {
        if (!desk_reserve_ballot(desk))
            return false;
        desk_count_ballot(desk, task->rows[i], &task->ballots[i].text);
    }
    desk->poll = task->poll;
    task->poll = NULL;
    return true;
}

static void on_made(struct room *room, struct desk_task *base)
{
    struct poll_task *task = (struct poll_task *)base;

    if (base->result == RESULT_CORRUPT) {
        desk_lose_records(room, "contradicts the others");
        return;
    }
    if (base->result != RESULT_OK || !take_poll(room->desk, task)) {
        desk_try_later(room);
        return;
    }
    desk_start_checks(room);
}

static void release_task(struct desk_task *base)
{
    struct poll_task *task = (struct poll_task *)base;
    size_t i;

    desk_poll_unref(task->poll);
    work_text_release(&task->credentials);
    for (i = 0; i < task->count; i++)
        work_text_release(&task->ballots[i].text);
    free(task->ballots);
    free(task->rows);
}

static void take_text(struct work_text *to, struct desk_record *from)
{
    *to = from->text;
    from->text = (struct work_text){ NULL, 0 };
}

static bool fill_task(struct poll_task *task, struct desk_record *records,
                      size_t count)
{
    size_t i;

    task->poll = calloc(1, sizeof *task->poll);
    task->ballots = calloc(count + 1, sizeof task->ballots[0]);
    task->rows = calloc(count + 1, sizeof task->rows[0]);
    if (task->poll)
        task->poll->references = 1;
    if (!task->poll || !task->ballots || !task->rows)
        return false;
    take_text(&task->poll->record, &records[RECORD_ELECTION]);
    take_text(&task->poll->trustees_record, &records[RECORD_TRUSTEES]);
    take_text(&task->credentials, &records[RECORD_CREDENTIALS]);
    task->count = count - RECORDS_FIRST;
    for (i = 0; i < task->count; i++)
        take_text(&task->ballots[i].text, &records[RECORDS_FIRST + i]);
    return true;
}

static void on_gathered(struct room *room, struct desk_record *records,
                        size_t count, void *user)
{
    struct poll_task *task = calloc(1, sizeof *task);

    (void)user;
    if (!task || !fill_task(task, records, count)) {
        if (task)
            release_task(&task->base);
        free(task);
        desk_try_later(room);
        return;
    }
    task->group = room->hub->ballot_tools.group;
    task->base.work = make_poll;
    task->base.then = on_made;
    task->base.release = release_task;
    desk_start_alone(room, &task->base);
}

void desk_make_poll(struct room *room, const struct meeting_ballot *ballot)
{
    const size_t count = RECORDS_FIRST + ballot->record_count;
    struct desk_record *records = calloc(count, sizeof *records);
    size_t i;

    if (records) {
        records[RECORD_ELECTION].name = ballot->election;
        records[RECORD_TRUSTEES].name = ballot->trustees;
        records[RECORD_CREDENTIALS].name = ballot->credentials;
        for (i = 0; i < ballot->record_count; i++)
            records[RECORDS_FIRST + i].name = ballot->records[i].tracker;
    }
    desk_gather(room, &(struct desk_reading){ .records = records,
                                              .count = count,
                                              .is_alone = true,
                                              .then = on_gathered });
}
