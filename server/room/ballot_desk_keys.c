/* Keys of a ballot: begun, looked at as the tellers make theirs, and put
 * together into the election that everybody will check. */
#include "server/room/ballot_desk.h"

#include "protocol/ballot/ballot_draft.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/record/statement_ballot.h"
#include "server/platform/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void desk_keys_forget(struct ballot_desk *desk)
{
    ballot_trustees_made_release(&desk->made);
    desk->is_made = false;
    desk->share = SHARE_UNKNOWN;
    desk->examined = 0;
}

static struct text_view view_of(const struct meeting_ballot_text *text)
{
    return (struct text_view){ text->data, text->size };
}

/* --- beginning ------------------------------------------------------------ */

struct begin_task {
    struct desk_task base;
    struct ballot_tools tools;
    uint64_t attempt;
    char uuid[BALLOT_UUID_TEXT_SIZE];
    struct work_text server_key;
};

static enum result begin(struct desk_task *base)
{
    struct begin_task *task = (struct begin_task *)base;

    return ballot_work_begin(&task->tools, task->uuid, &task->server_key);
}

static void on_begun(struct room *room, struct desk_task *base)
{
    struct begin_task *task = (struct begin_task *)base;
    struct meeting_event event = { .kind = EVENT_KEYS_BEGUN_KIND };

    if (base->result != RESULT_OK) {
        log_error("room %s: the keys of ballot %s cannot be begun (%s)",
                  room->id.text, room->desk->ballot.text,
                  result_text(base->result));
        desk_try_later(room);
        return;
    }
    event.body.keys_begun.ballot = room->desk->ballot;
    event.body.keys_begun.attempt = task->attempt;
    event.body.keys_begun.uuid = text_view_of(task->uuid);
    event.body.keys_begun.server_key = work_text_view(&task->server_key);
    if (!desk_report(room, &event, NULL, 0))
        desk_try_later(room);
}

static void release_begin(struct desk_task *base)
{
    work_text_release(&((struct begin_task *)base)->server_key);
}

static void begin_keys(struct room *room, const struct meeting_ballot *ballot)
{
    struct begin_task *task = calloc(1, sizeof *task);

    if (task) {
        task->tools = desk_tools(room);
        task->attempt = ballot->attempt + 1;
        task->base.work = begin;
        task->base.then = on_begun;
        task->base.release = release_begin;
    }
    desk_start_alone(room, task ? &task->base : NULL);
}

/* --- is the share there? -------------------------------------------------- */

struct share_task {
    struct desk_task base;
    struct ballot_tools tools;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct work_text server_key; /* the public side, as the log has it */
};

static enum result look_for_share(struct desk_task *base)
{
    struct share_task *task = (struct share_task *)base;

    return ballot_work_find_share(&task->tools, task->uuid,
                                  work_text_view(&task->server_key));
}

static bool is_lost(enum result result)
{
    return result == RESULT_NOT_FOUND || result == RESULT_REFUSED ||
           result == RESULT_MALFORMED;
}

static void on_share(struct room *room, struct desk_task *base)
{
    if (base->result == RESULT_OK) {
        room->desk->share = SHARE_THERE;
    } else if (is_lost(base->result)) {
        room->desk->share = SHARE_LOST;
        log_error("room %s: the server's share of ballot %s is lost (%s): "
                  "the ballot can only be declared void",
                  room->id.text, room->desk->ballot.text,
                  result_text(base->result));
        desk_tell_stuck(room);
    } else {
        desk_try_later(room);
    }
}

static void release_share(struct desk_task *base)
{
    work_text_release(&((struct share_task *)base)->server_key);
}

void desk_find_share(struct room *room, const struct meeting_ballot *ballot)
{
    const struct text_view uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    struct share_task *task = calloc(1, sizeof *task);

    if (task && work_text_set(&task->server_key,
                              view_of(&ballot->server_key)) != RESULT_OK) {
        free(task);
        task = NULL;
    }
    if (task) {
        task->tools = desk_tools(room);
        memcpy(task->uuid, uuid.data, uuid.size);
        task->base.work = look_for_share;
        task->base.then = on_share;
        task->base.release = release_share;
    }
    desk_start_alone(room, task ? &task->base : NULL);
}

/* --- what the tellers have sent ------------------------------------------- */

struct look_task {
    struct desk_task base;
    struct ballot_tools tools;
    struct work_committee committee;
    bool is_complete;
    bool is_dispute;
    uint32_t complainer, against;
    struct work_text evidence;
    struct ballot_trustees_made made;
    struct keys_verdict verdict;
};

static enum result look(struct desk_task *base)
{
    struct look_task *task = (struct look_task *)base;

    if (task->is_dispute)
        return ballot_work_judge(
            &task->tools, &task->committee, task->complainer, task->against,
            work_text_view(&task->evidence), &task->verdict);
    if (task->is_complete)
        return ballot_work_trustees(&task->tools, &task->committee, &task->made,
                                    &task->verdict);
    return ballot_work_examine(&task->tools, &task->committee, &task->verdict);
}

static void report_failure(struct room *room,
                           const struct keys_verdict *verdict)
{
    struct meeting_event event = { .kind = EVENT_KEYS_FAILED_KIND };

    event.body.keys_failed.ballot = room->desk->ballot;
    event.body.keys_failed.attempt = room->desk->attempt;
    event.body.keys_failed.reason = (int)verdict->fault;
    event.body.keys_failed.guilty = verdict->guilty;
    if (!desk_report(room, &event, NULL, 0))
        desk_try_later(room);
}

static uint32_t texts_of(const struct meeting_ballot *ballot)
{
    uint32_t count = 0;
    size_t i;

    for (i = 0; i < ballot->teller_count; i++)
        count += (uint32_t)(ballot->tellers[i].certificate.data != NULL) +
                 (uint32_t)(ballot->tellers[i].deal.data != NULL) +
                 (uint32_t)(ballot->tellers[i].key.data != NULL);
    return count;
}

static void on_looked(struct room *room, struct desk_task *base)
{
    struct look_task *task = (struct look_task *)base;
    struct ballot_desk *desk = room->desk;

    if (base->result != RESULT_OK) {
        log_error("room %s: the keys of ballot %s cannot be looked at (%s)",
                  room->id.text, desk->ballot.text, result_text(base->result));
        desk_try_later(room);
    } else if (task->committee.attempt != desk->attempt) {
        return; /* begun anew meanwhile */
    } else if (task->verdict.fault) {
        report_failure(room, &task->verdict);
    } else if (task->is_complete) {
        desk->made = task->made;
        desk->is_made = true;
        memset(&task->made, 0, sizeof task->made);
    }
}

static void release_look(struct desk_task *base)
{
    struct look_task *task = (struct look_task *)base;

    work_committee_release(&task->committee);
    ballot_trustees_made_release(&task->made);
    work_text_release(&task->evidence);
}

static enum result copy_text(struct work_text *out,
                             const struct meeting_ballot_text *text)
{
    return text->data ? work_text_set(out, view_of(text)) : RESULT_OK;
}

static enum result copy_committee(struct work_committee *out,
                                  const struct meeting_ballot *ballot)
{
    enum result result;
    size_t i;

    out->size = (uint32_t)ballot->teller_count;
    out->threshold = (uint32_t)ballot->threshold;
    out->attempt = (uint32_t)ballot->attempt;
    result = copy_text(&out->server_key, &ballot->server_key);
    for (i = 0; i < ballot->teller_count && result == RESULT_OK; i++) {
        const struct meeting_ballot_teller *teller = &ballot->tellers[i];

        result = copy_text(&out->certificates[i], &teller->certificate);
        if (result == RESULT_OK)
            result = copy_text(&out->deals[i], &teller->deal);
        if (result == RESULT_OK)
            result = copy_text(&out->keys[i], &teller->key);
    }
    return result;
}

static struct look_task *new_look(const struct meeting_ballot *ballot)
{
    struct look_task *task = calloc(1, sizeof *task);
    enum result result;

    if (!task)
        return NULL;
    result = copy_committee(&task->committee, ballot);
    if (result == RESULT_OK && ballot->dispute.is_open) {
        task->is_dispute = true;
        task->complainer = (uint32_t)ballot->dispute.index;
        task->against = (uint32_t)ballot->dispute.against;
        result = copy_text(&task->evidence, &ballot->dispute.evidence);
    }
    if (result != RESULT_OK) {
        release_look(&task->base);
        free(task);
        return NULL;
    }
    task->is_complete = work_committee_is_complete(&task->committee);
    return task;
}

static void look_at_keys(struct room *room, const struct meeting_ballot *ballot)
{
    struct look_task *task = new_look(ballot);

    if (task) {
        room->desk->examined = texts_of(ballot);
        task->tools = desk_tools(room);
        task->base.work = look;
        task->base.then = on_looked;
        task->base.release = release_look;
    }
    desk_start_alone(room, task ? &task->base : NULL);
}

/* --- the server's own signature --------------------------------------------
 */

struct sign_task {
    struct desk_task base;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    uint64_t attempt;
    struct hash key, trustees; /* SHA(S(X)), SHA(record) */
    struct signature sig;
};

/* The server stands by its own key, and by the trustees' record. */
static enum result sign_trustees(struct desk_task *base)
{
    struct sign_task *task = (struct sign_task *)base;
    const struct signing_key *identity = base->hub->config.identity;
    const struct statement_trustees fields = { .member = TEXT_LITERAL(
                                                   BALLOT_SERVER_ID),
                                               .uuid = text_view_of(task->uuid),
                                               .attempt = task->attempt,
                                               .owner = BALLOT_OWNER_SERVER,
                                               .key = task->key,
                                               .trustees = task->trustees };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_trustees(&identity->public_key, identifier_view(&base->log),
                           &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(identity, bytes, size, &task->sig);
    free(bytes);
    return result;
}

static void on_trustees_signed(struct room *room, struct desk_task *base)
{
    const struct sign_task *task = (const struct sign_task *)base;
    struct meeting_event event = { .kind = EVENT_TRUSTEES_SIGNED_KIND };
    struct event_trustees_signed *body = &event.body.trustees_signed;

    body->ballot = room->desk->ballot;
    body->attempt = task->attempt;
    body->owner = BALLOT_OWNER_SERVER;
    body->key = task->key;
    body->trustees = task->trustees;
    memcpy(body->member.text, BALLOT_SERVER_ID, sizeof BALLOT_SERVER_ID);
    body->device = room->hub->config.identity->public_key;
    body->sig = task->sig;
    if (base->result != RESULT_OK || !desk_report(room, &event, NULL, 0))
        desk_try_later(room);
}

static void start_signing(struct room *room,
                          const struct meeting_ballot *ballot)
{
    const struct text_view uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    struct sign_task *task = calloc(1, sizeof *task);

    if (task) {
        memcpy(task->uuid, uuid.data, uuid.size);
        task->attempt = ballot->attempt;
        task->key = room->desk->made.facts.keys[0];
        task->trustees = room->desk->made.facts.hash;
        task->base.work = sign_trustees;
        task->base.then = on_trustees_signed;
    }
    desk_start_alone(room, task ? &task->base : NULL);
}

/* --- the election --------------------------------------------------------- */

struct election_task {
    struct desk_task base;
    struct ballot_tools tools;
    struct work_text form;
    struct ballot_election election; /* what is not in the form */
    struct ballot_committee_member committee[BALLOT_OWNERS_MAX];
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct work_text trustees;
    struct work_text record; /* made here */
};

static enum result write_election(struct election_task *task)
{
    struct ballot_draft draft;
    struct byte_writer writer;
    enum ballot_fault fault =
        ballot_draft_read(work_text_view(&task->form), &draft);
    enum result result;

    if (fault != BALLOT_FAULT_NONE)
        return fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
                                               : RESULT_CORRUPT;
    task->election.name = draft.name;
    task->election.questions = draft.questions;
    task->election.question_count = draft.question_count;
    task->election.uuid = text_view_of(task->uuid);
    task->election.meeting.committee = task->committee;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result = ballot_election_write(task->tools.group, &task->election, &writer);
    if (result == RESULT_OK)
        result = work_text_take(&task->record, &writer);
    else
        byte_writer_release(&writer);
    ballot_draft_release(&draft);
    return result;
}

static enum result make_election(struct desk_task *base)
{
    return write_election((struct election_task *)base);
}

static void on_election(struct room *room, struct desk_task *base)
{
    struct election_task *task = (struct election_task *)base;
    struct meeting_event event = { .kind = EVENT_BALLOT_READY_KIND };
    const struct report_blob blobs[] = {
        { task->record.data, task->record.size },
        { task->trustees.data, task->trustees.size }
    };

    if (base->result != RESULT_OK) {
        log_error("room %s: the election of ballot %s cannot be made (%s)",
                  room->id.text, room->desk->ballot.text,
                  result_text(base->result));
        desk_try_later(room);
        return;
    }
    event.body.ballot_ready.ballot = room->desk->ballot;
    event.body.ballot_ready.attempt = task->election.meeting.attempt;
    event.body.ballot_ready.election = work_text_hash(&task->record);
    event.body.ballot_ready.election_size = task->record.size;
    event.body.ballot_ready.trustees = work_text_hash(&task->trustees);
    event.body.ballot_ready.trustees_size = task->trustees.size;
    if (!desk_report(room, &event, blobs, 2))
        desk_try_later(room);
}

static void release_election(struct desk_task *base)
{
    struct election_task *task = (struct election_task *)base;

    work_text_release(&task->form);
    work_text_release(&task->trustees);
    work_text_release(&task->record);
}

static void count_channels(const struct meeting_ballot *ballot,
                           struct ballot_channels *out)
{
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    out->own = numbers.by_channel[BALLOT_BY_OWN];
    out->hall = numbers.by_channel[BALLOT_BY_HALL] +
                numbers.by_channel[BALLOT_BY_TRANSCRIBED];
    out->paper = numbers.by_channel[BALLOT_BY_PAPER];
}

static enum result fill_meeting(const struct room *room,
                                const struct meeting_ballot *ballot,
                                struct election_task *task)
{
    const struct meeting_state *state = room->committed_meeting;
    struct ballot_meeting *meeting = &task->election.meeting;
    size_t i;

    task->election.has_meeting = true;
    task->election.public_key = room->desk->made.facts.public_key;
    task->election.description = TEXT_LITERAL("");
    meeting->meeting = state->meeting;
    meeting->genesis = room->history[0].head;
    meeting->round = ballot->round;
    meeting->attempt = ballot->attempt;
    meeting->is_revote_allowed = ballot->is_revote;
    meeting->trustees = room->desk->made.facts.hash;
    meeting->committee_count = ballot->teller_count + 1;
    count_channels(ballot, &meeting->channels);
    memcpy(task->committee[0].member.text, BALLOT_SERVER_ID,
           sizeof BALLOT_SERVER_ID);
    task->committee[0].key = room->hub->config.identity->public_key;
    task->committee[0].sig = ballot->owners[0].sig;
    for (i = 0; i < ballot->teller_count; i++) {
        struct ballot_committee_member *member = &task->committee[i + 1];

        member->member = ballot->tellers[i].member;
        member->key = ballot->tellers[i].device;
        member->sig = ballot->owners[i + 1].sig;
    }
    meeting->rules = state->ruleset_hash;
    return meeting_ballot_roll(ballot, &meeting->roll);
}

/* The opening of the form; the log has only its commitment. */
static enum result copy_form(const struct room *room,
                             const struct meeting_ballot *ballot,
                             struct work_text *out)
{
    const struct room_opening *opening =
        room_find_opening(room, ballot->drafted_seq, "form");

    return opening ? work_text_set(out, text_view_of(opening->value))
                   : RESULT_NOT_FOUND;
}

static struct election_task *new_election(const struct room *room,
                                          const struct meeting_ballot *ballot)
{
    const struct text_view uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    struct election_task *task = calloc(1, sizeof *task);
    enum result result;

    if (!task)
        return NULL;
    task->tools = desk_tools(room);
    memcpy(task->uuid, uuid.data, uuid.size);
    result = copy_form(room, ballot, &task->form);
    if (result == RESULT_OK)
        result = work_text_set(&task->trustees,
                               work_text_view(&room->desk->made.record));
    if (result == RESULT_OK)
        result = fill_meeting(room, ballot, task);
    if (result == RESULT_OK)
        return task;
    release_election(&task->base);
    free(task);
    return NULL;
}

static void start_election(struct room *room,
                           const struct meeting_ballot *ballot)
{
    struct election_task *task = new_election(room, ballot);

    if (task) {
        task->base.work = make_election;
        task->base.then = on_election;
        task->base.release = release_election;
    }
    desk_start_alone(room, task ? &task->base : NULL);
}

/* Whoever signed something else has seen other messages, or lies. */
static bool find_other_record(const struct room *room,
                              const struct meeting_ballot *ballot,
                              struct keys_verdict *verdict)
{
    const struct keys_case shown = keys_case_of(ballot);

    return keys_find_other_signature(&shown, &room->desk->made.facts, verdict);
}

/* --- what is due ---------------------------------------------------------- */

void desk_keys_act(struct room *room, const struct meeting_ballot *ballot)
{
    struct ballot_desk *desk = room->desk;
    struct keys_verdict verdict;

    if (ballot->attempt == 0 || ballot->is_failed)
        begin_keys(room, ballot);
    else if (desk->share == SHARE_UNKNOWN)
        desk_find_share(room, ballot);
    else if (desk->share == SHARE_LOST)
        return; /* it was said */
    else if (ballot->dispute.is_open)
        look_at_keys(room, ballot);
    else if (!desk->is_made && texts_of(ballot) != desk->examined)
        look_at_keys(room, ballot);
    else if (desk->is_made && find_other_record(room, ballot, &verdict))
        report_failure(room, &verdict);
    else if (desk->is_made && !ballot->owners[0].has_signed)
        start_signing(room, ballot);
    else if (desk->is_made && meeting_ballot_all_signed(ballot))
        start_election(room, ballot);
}
