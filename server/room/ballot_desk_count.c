/* Counting: the tally when the ballots have ended, the server's decryption when
 * the count was begun, those of the tellers as they come, the result. */
#include "server/room/ballot_desk.h"

#include "protocol/meeting/ballot_paper.h"
#include "protocol/record/statement_ballot.h"
#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

static struct ballot_count_input input_of(const struct ballot_tools *tools,
                                          const struct desk_poll *poll)
{
    return (struct ballot_count_input){ .group = tools->group,
                                        .election = &poll->election,
                                        .trustees = &poll->trustees };
}

/* What all tasks of this file begin with. */
struct count_task {
    struct desk_task base;
    struct ballot_tools tools;
    struct desk_poll *poll; /* a reference */
};

static void begin_task(struct count_task *task, const struct room *room)
{
    task->tools = desk_tools(room);
    task->poll = room->desk->poll;
    task->poll->references++;
}

static void take_text(struct work_text *to, struct desk_record *from)
{
    *to = from->text;
    from->text = (struct work_text){ NULL, 0 };
}

static void say_failed(const struct room *room, const char *what,
                       enum result result)
{
    log_error("room %s: %s of ballot %s failed (%s)", room->id.text, what,
              room->desk->ballot.text, result_text(result));
}

/* --- the tally ---------------------------------------------------------------
 */

struct tally_task {
    struct count_task count;
    struct work_text *ballots; /* owned */
    struct text_view *views;   /* owned */
    size_t ballot_count;
    struct work_text tally, sized;
};

static enum result make_tally(struct desk_task *base)
{
    struct tally_task *task = (struct tally_task *)base;
    const struct ballot_count_input input =
        input_of(&task->count.tools, task->count.poll);
    size_t i;

    for (i = 0; i < task->ballot_count; i++)
        task->views[i] = work_text_view(&task->ballots[i]);
    return ballot_work_tally(&input, task->views, task->ballot_count,
                             &task->tally, &task->sized);
}

static void on_tally(struct room *room, struct desk_task *base)
{
    const struct tally_task *task = (const struct tally_task *)base;
    struct meeting_event event = { .kind = EVENT_BALLOT_TALLIED_KIND };
    const struct report_blob blobs[] = { { task->tally.data, task->tally.size },
                                         { task->sized.data,
                                           task->sized.size } };

    if (base->result != RESULT_OK)
        say_failed(room, "the tally", base->result);
    event.body.ballot_tallied.ballot = room->desk->ballot;
    event.body.ballot_tallied.returned = task->ballot_count;
    if (base->result == RESULT_OK) {
        event.body.ballot_tallied.tally = work_text_hash(&task->tally);
        event.body.ballot_tallied.sized = work_text_hash(&task->sized);
    }
    if (base->result != RESULT_OK || !desk_report(room, &event, blobs, 2))
        desk_try_later(room);
}

static void release_tally(struct desk_task *base)
{
    struct tally_task *task = (struct tally_task *)base;
    size_t i;

    for (i = 0; i < task->ballot_count; i++)
        work_text_release(&task->ballots[i]);
    free(task->ballots);
    free(task->views);
    work_text_release(&task->tally);
    work_text_release(&task->sized);
    desk_poll_unref(task->count.poll);
}

static struct tally_task *new_tally(const struct room *room)
{
    const struct ballot_desk *desk = room->desk;
    struct tally_task *task = calloc(1, sizeof *task);
    enum result result = RESULT_OK;
    size_t i;

    if (!task)
        return NULL;
    begin_task(&task->count, room);
    task->ballots = calloc(desk->returned + 1, sizeof task->ballots[0]);
    task->views = calloc(desk->returned + 1, sizeof task->views[0]);
    if (!task->ballots || !task->views)
        result = RESULT_NO_MEMORY;
    for (i = 0; i < desk->poll->list.count && result == RESULT_OK; i++)
        if (desk->last[i] > 0)
            result = work_text_set(
                &task->ballots[task->ballot_count++],
                work_text_view(&desk->ballots[desk->last[i] - 1].text));
    if (result == RESULT_OK)
        return task;
    release_tally(&task->count.base);
    free(task);
    return NULL;
}

static void start_tally(struct room *room)
{
    struct tally_task *task = new_tally(room);

    if (task) {
        task->count.base.work = make_tally;
        task->count.base.then = on_tally;
        task->count.base.release = release_tally;
    }
    desk_start_alone(room, task ? &task->count.base : NULL);
}

/* --- the server's decryption -------------------------------------------------
 */

struct decrypt_task {
    struct count_task count;
    struct work_text tally, payload, sized;
    struct identifier ballot;
    struct hash end, tally_hash;
    uint64_t seen; /* what the server's statement says it has seen */
    struct hash head;
    struct signature sig;
};

static enum result sign_decryption(struct decrypt_task *task)
{
    const struct desk_task *base = &task->count.base;
    const struct signing_key *identity = base->hub->config.identity;
    const struct statement_decrypt fields = {
        .member = TEXT_LITERAL(BALLOT_SERVER_ID),
        .uuid = task->count.poll->election.uuid,
        .owner = BALLOT_OWNER_SERVER,
        .end = task->end,
        .tally = task->tally_hash,
        .payload = work_text_hash(&task->payload),
        .seen = { task->seen, task->head }
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_decrypt(&identity->public_key, identifier_view(&base->log),
                          &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(identity, bytes, size, &task->sig);
    free(bytes);
    return result;
}

static enum result decrypt(struct desk_task *base)
{
    struct decrypt_task *task = (struct decrypt_task *)base;
    const struct ballot_count_input input =
        input_of(&task->count.tools, task->count.poll);
    enum result result = ballot_work_decrypt(&task->count.tools, &input,
                                             work_text_view(&task->tally),
                                             &task->payload, &task->sized);

    return result == RESULT_OK ? sign_decryption(task) : result;
}

static void fill_decrypted(const struct room *room,
                           const struct decrypt_task *task,
                           struct event_ballot_decrypted *body)
{
    body->ballot = task->ballot;
    body->owner = BALLOT_OWNER_SERVER;
    body->end = task->end;
    body->tally = task->tally_hash;
    body->payload = work_text_hash(&task->payload);
    body->size = task->payload.size;
    body->sized = work_text_hash(&task->sized);
    memcpy(body->member.text, BALLOT_SERVER_ID, sizeof BALLOT_SERVER_ID);
    body->device = room->hub->config.identity->public_key;
    body->seen = task->seen;
    body->head = task->head;
    body->sig = task->sig;
}

static void on_decrypted(struct room *room, struct desk_task *base)
{
    const struct decrypt_task *task = (const struct decrypt_task *)base;
    struct meeting_event event = { .kind = EVENT_BALLOT_DECRYPTED_KIND };
    const struct report_blob blobs[] = {
        { task->payload.data, task->payload.size },
        { task->sized.data, task->sized.size }
    };

    if (base->result != RESULT_OK) {
        say_failed(room, "the server's decryption", base->result);
        room->desk->share = SHARE_UNKNOWN;
        desk_try_later(room);
        return;
    }
    fill_decrypted(room, task, &event.body.ballot_decrypted);
    if (!desk_report(room, &event, blobs, 2))
        desk_try_later(room);
}

static void release_decrypt(struct desk_task *base)
{
    struct decrypt_task *task = (struct decrypt_task *)base;

    work_text_release(&task->tally);
    work_text_release(&task->payload);
    work_text_release(&task->sized);
    desk_poll_unref(task->count.poll);
}

static void on_tally_read(struct room *room, struct desk_record *records,
                          size_t count, void *user)
{
    const struct meeting_ballot *ballot = desk_ballot(room);
    struct decrypt_task *task = calloc(1, sizeof *task);

    (void)count;
    (void)user;
    if (!task || !ballot || !room->desk->poll) {
        free(task);
        desk_try_later(room);
        return;
    }
    begin_task(&task->count, room);
    take_text(&task->tally, &records[0]);
    task->ballot = ballot->id;
    task->end = ballot->end;
    task->tally_hash = ballot->tally;
    task->seen = room->committed - 1;
    task->head = room->history[task->seen].head;
    task->count.base.work = decrypt;
    task->count.base.then = on_decrypted;
    task->count.base.release = release_decrypt;
    desk_start_alone(room, &task->count.base);
}

static void start_decrypting(struct room *room,
                             const struct meeting_ballot *ballot)
{
    struct desk_record *records = calloc(1, sizeof *records);

    if (records)
        records[0].name = ballot->tally;
    desk_gather(room, &(struct desk_reading){ .records = records,
                                              .count = 1,
                                              .is_alone = true,
                                              .then = on_tally_read });
}

/* --- a teller's decryption ---------------------------------------------------
 */

/* A command whose proofs are being looked at. */
struct teller_wait {
    uint64_t session, request;
    struct actor actor;
    struct command command; /* nothing in it is borrowed */
};

struct teller_task {
    struct count_task count;
    struct teller_wait *wait; /* owned */
    struct work_text tally, payload, sized;
    enum ballot_fault fault;
};

static void release_wait(struct hub *hub, void *user)
{
    struct teller_wait *wait = user;

    if (wait)
        desk_end_request(hub, wait->session, wait->request);
    free(wait);
}

static enum result check_teller(struct desk_task *base)
{
    struct teller_task *task = (struct teller_task *)base;
    const struct ballot_count_input input =
        input_of(&task->count.tools, task->count.poll);
    const uint64_t owner = task->wait->command.body.decrypt.owner;
    enum result result = ballot_work_check_decryption(
        &input, work_text_view(&task->tally), owner,
        work_text_view(&task->payload), &task->fault);

    if (result != RESULT_OK || task->fault != BALLOT_FAULT_NONE)
        return result;
    return ballot_work_sized(owner, &task->wait->command.body.decrypt.payload,
                             &task->sized);
}

/* The proofs of the form are false, or it has none. */
static enum decryption_fault reason_of(enum ballot_fault fault)
{
    return fault == BALLOT_FAULT_DECRYPTION_PROOF ||
                   fault == BALLOT_FAULT_STRONG_PROOF
               ? DECRYPTION_FALSE
               : DECRYPTION_MALFORMED;
}

static void on_teller(struct room *room, struct desk_task *base)
{
    struct teller_task *task = (struct teller_task *)base;
    struct teller_wait *wait = task->wait;
    struct session *session = hub_session(room->hub, wait->session);
    const bool is_good = task->fault == BALLOT_FAULT_NONE;
    const struct report_blob blob = { task->sized.data, task->sized.size };
    struct decryption_verdict verdict = { .is_good = is_good };

    if (base->result != RESULT_OK || !session || room->phase != ROOM_READY)
        return; /* told with its release */
    if (is_good)
        verdict.sized = work_text_hash(&task->sized);
    else
        verdict.reason = reason_of(task->fault);
    meeting_room_decrypt(room, session, &wait->command, &verdict,
                         is_good ? &blob : NULL, is_good);
    wait->request = 0;
}

static void release_teller(struct desk_task *base)
{
    struct teller_task *task = (struct teller_task *)base;

    work_text_release(&task->tally);
    work_text_release(&task->payload);
    work_text_release(&task->sized);
    desk_poll_unref(task->count.poll);
    release_wait(base->hub, task->wait);
}

static void on_payload(struct room *room, struct desk_record *records,
                       size_t count, void *user)
{
    struct teller_wait **wait = user;
    struct teller_task *task = calloc(1, sizeof *task);

    (void)count;
    if (!task || !room->desk->poll) {
        free(task);
        return; /* told with its release */
    }
    begin_task(&task->count, room);
    take_text(&task->tally, &records[0]);
    take_text(&task->payload, &records[1]);
    task->wait = *wait;
    *wait = NULL;
    task->count.base.work = check_teller;
    task->count.base.then = on_teller;
    task->count.base.release = release_teller;
    (void)desk_start(room, &task->count.base); /* told with its release */
}

static void on_no_payload(struct room *room, enum result result, void *user)
{
    struct teller_wait **wait = user;
    struct session *session = hub_session(room->hub, (*wait)->session);

    if (!session || result != RESULT_NOT_FOUND)
        return;
    session_refuse_code(session, (*wait)->request, REFUSAL_NO_SUCH_BLOB);
    (*wait)->request = 0;
}

static void release_holder(struct hub *hub, void *user)
{
    struct teller_wait **wait = user;

    release_wait(hub, *wait);
    free(wait);
}

/* The rules have accepted the command; the proofs are still to be seen. */
bool ballot_desk_check_decryption(struct room *room, struct session *session,
                                  const struct command *command)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    struct desk_record *records = calloc(2, sizeof *records);
    struct teller_wait **holder = calloc(1, sizeof *holder);
    struct teller_wait *wait = calloc(1, sizeof *wait);

    if (!ballot || !room->desk || !room->desk->poll || !records || !holder ||
        !wait) {
        free(records);
        free(holder);
        free(wait);
        return false;
    }
    wait->session = session->id;
    wait->request = command->request;
    wait->actor = session->actor;
    wait->command = *command;
    *holder = wait;
    records[0].name = ballot->tally;
    records[1].name = command->body.decrypt.payload;
    session->is_busy = true;
    desk_gather(room, &(struct desk_reading){ .records = records,
                                              .count = 2,
                                              .then = on_payload,
                                              .failed = on_no_payload,
                                              .release = release_holder,
                                              .user = holder });
    return true;
}

/* --- the result
 * --------------------------------------------------------------- */

struct result_task {
    struct count_task count;
    struct work_text tally, paper, record;
    struct work_text payloads[BALLOT_OWNERS_MAX];
    uint64_t returned;
    uint64_t *counts; /* owned */
    size_t count_count;
};

static enum result make_result(struct desk_task *base)
{
    struct result_task *task = (struct result_task *)base;
    const struct ballot_count_input input =
        input_of(&task->count.tools, task->count.poll);
    struct text_view payloads[BALLOT_OWNERS_MAX];
    size_t i;

    for (i = 0; i < BALLOT_OWNERS_MAX; i++)
        payloads[i] = work_text_view(&task->payloads[i]);
    return ballot_work_result(&input, work_text_view(&task->tally), payloads,
                              task->returned, work_text_view(&task->paper),
                              &task->record, &task->counts, &task->count_count);
}

static bool report_result(struct room *room, const struct result_task *task)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    const struct report_blob blob = { task->record.data, task->record.size };
    struct meeting_event event = { .kind = EVENT_BALLOT_RESULT_KIND };
    struct event_ballot_result *body = &event.body.ballot_result;
    struct ballot_count *counts;
    struct ballot_archive_end end;
    size_t i;
    bool is_done = false;

    if (!ballot)
        return false;
    counts = calloc(task->count_count + 1, sizeof *counts);
    end = ballot->archive;
    body->ballot = ballot->id;
    body->result = work_text_hash(&task->record);
    body->size = task->record.size;
    if (counts && ballot_archive_step(&end, BALLOT_EVENT_RESULT,
                                      &body->result) == RESULT_OK) {
        for (i = 0; i < task->count_count; i++)
            counts[i].count = task->counts[i];
        body->head = end.head;
        body->issued = ballot->length;
        body->returned = ballot->returned;
        body->counts.data = counts;
        body->counts.count = task->count_count;
        is_done = desk_report(room, &event, &blob, 1);
    }
    free(counts);
    return is_done;
}

static void on_result(struct room *room, struct desk_task *base)
{
    if (base->result != RESULT_OK)
        say_failed(room, "the result", base->result);
    if (base->result != RESULT_OK ||
        !report_result(room, (const struct result_task *)base))
        desk_try_later(room);
}

static void release_result(struct desk_task *base)
{
    struct result_task *task = (struct result_task *)base;
    size_t i;

    for (i = 0; i < BALLOT_OWNERS_MAX; i++)
        work_text_release(&task->payloads[i]);
    work_text_release(&task->tally);
    work_text_release(&task->paper);
    work_text_release(&task->record);
    free(task->counts);
    desk_poll_unref(task->count.poll);
}

static enum result write_paper(const struct meeting_ballot_paper *paper,
                               struct work_text *out)
{
    struct byte_writer writer;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    writer.result = ballot_paper_write(&writer, paper);
    return work_text_take(out, &writer);
}

static void on_payloads(struct room *room, struct desk_record *records,
                        size_t count, void *user)
{
    const struct meeting_ballot *ballot = desk_ballot(room);
    struct result_task *task = calloc(1, sizeof *task);
    size_t i, place = 1;

    (void)user;
    if (!task || !ballot || !room->desk->poll ||
        write_paper(&ballot->paper, &task->paper) != RESULT_OK) {
        free(task);
        desk_try_later(room);
        return;
    }
    begin_task(&task->count, room);
    task->returned = ballot->returned;
    take_text(&task->tally, &records[0]);
    for (i = 0; i < BALLOT_OWNERS_MAX && place < count; i++)
        if (ballot->owners[i].has_decrypted)
            take_text(&task->payloads[i], &records[place++]);
    task->count.base.work = make_result;
    task->count.base.then = on_result;
    task->count.base.release = release_result;
    desk_start_alone(room, &task->count.base);
}

static void start_result(struct room *room, const struct meeting_ballot *ballot)
{
    struct desk_record *records =
        calloc(BALLOT_OWNERS_MAX + 1, sizeof *records);
    size_t i, count = 0;

    if (records) {
        records[count++].name = ballot->tally;
        for (i = 0; i < BALLOT_OWNERS_MAX; i++)
            if (ballot->owners[i].has_decrypted)
                records[count++].name = ballot->owners[i].payload;
    }
    desk_gather(room, &(struct desk_reading){ .records = records,
                                              .count = count,
                                              .is_alone = true,
                                              .then = on_payloads });
}

/* --- what is due
 * ---------------------------------------------------------------
 */

static void act_on_count(struct room *room, const struct meeting_ballot *ballot)
{
    struct ballot_desk *desk = room->desk;

    if (!ballot->owners[0].has_decrypted && desk->share == SHARE_UNKNOWN)
        desk_find_share(room, ballot);
    else if (!ballot->owners[0].has_decrypted && desk->share == SHARE_THERE)
        start_decrypting(room, ballot);
    else if (meeting_ballot_is_decrypted(ballot))
        start_result(room, ballot);
}

void desk_count_act(struct room *room, const struct meeting_ballot *ballot)
{
    if (!room->desk->poll)
        desk_make_poll(room, ballot);
    else if (ballot->phase == BALLOT_PHASE_COUNTING)
        act_on_count(room, ballot);
    else if (!ballot->is_tallied)
        start_tally(room);
}
