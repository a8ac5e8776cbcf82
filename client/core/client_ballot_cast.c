/* Votes: made on a worker, kept as the encrypted bytes that they are, sent as
 * the same bytes until the server has signed where they stand. */
#include "client/core/client_ballots.h"

#include "protocol/base/byte_reader.h"
#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Entries of the vault, N from 1: "tracker.N" (the ballot's hash), "ballot.N"
 * (its bytes, until there is a receipt), "receipt.N" (u64 height, u64 ms, the
 * hash of its event in the record, the server's key and signature).
 */

enum {
    RECEIPT_SIZE = 8 + 8 + HASH_SIZE + KEY_SIZE + SIGNATURE_SIZE,
    PART_SIZE = 24 * 1024, /* of a ballot; escaped it fits a message */
    WHOLE_SIZE = 24 * 1024
};

struct entry_name {
    char text[40];
};

static struct entry_name name_of(const char *what, size_t number)
{
    struct entry_name name;

    (void)snprintf(name.text, sizeof name.text, "%s.%zu", what, number);
    return name;
}

static struct text_view entry_of(const struct client_ballot *ballot,
                                 const char *what, size_t number)
{
    const struct entry_name name = name_of(what, number);

    return ballot_vault_get(ballot->vault, name.text);
}

size_t ballot_own_count(const struct client_ballot *ballot)
{
    size_t count = 0;

    while (entry_of(ballot, "tracker", count + 1).data)
        count++;
    return count;
}

bool ballot_own(const struct client_ballot *ballot, size_t number,
                struct ballot_own_vote *out)
{
    const struct text_view tracker = entry_of(ballot, "tracker", number);
    const struct text_view receipt = entry_of(ballot, "receipt", number);
    struct byte_reader reader;
    uint64_t at_ms = 0;

    if (tracker.size != HASH_SIZE)
        return false;
    *out = (struct ballot_own_vote){ .has_receipt = false };
    memcpy(out->tracker.bytes, tracker.data, HASH_SIZE);
    byte_reader_init(&reader, (const uint8_t *)receipt.data, receipt.size);
    out->has_receipt =
        receipt.data && !byte_reader_u64(&reader, &out->height) &&
        !byte_reader_u64(&reader, &at_ms) &&
        !byte_reader_copy(&reader, out->record.bytes, HASH_SIZE) &&
        !byte_reader_copy(&reader, out->server.bytes, KEY_SIZE) &&
        !byte_reader_copy(&reader, out->sig.bytes, SIGNATURE_SIZE);
    out->at_ms = at_ms;
    return true;
}

static void show_trackers(struct client_ballot *ballot)
{
    struct client_ballot_view *view = &ballot->view;
    const size_t count = ballot_own_count(ballot);
    struct ballot_own_vote own;

    view->tracker_count = 0;
    for (size_t i = 1; i <= count && i <= CLIENT_BALLOT_TRACKERS_MAX; i++) {
        if (ballot_own(ballot, i, &own))
            view->trackers[view->tracker_count++] =
                (struct client_ballot_tracker){ .ballot = own.tracker,
                                                .has_receipt = own.has_receipt,
                                                .height = own.height,
                                                .at_ms = (int64_t)own.at_ms };
    }
}

/* --- Making one ---------------------------------------------------------- */

struct vote_job {
    struct ballot_job job; /* first */
    struct text_view election, credential, marks;
    uint64_t tag;
    char *ballot; /* owned */
    size_t size;
};

static enum result make(struct vote_job *vote,
                        const struct ballot_election *election)
{
    struct ballot_choice choices[LIMIT_BALLOT_QUESTIONS];
    struct ballot_credential_text credential;
    struct ballot_booth *booth = NULL;
    struct ballot_scalar secret;
    size_t at = 0;
    enum result result = ballot_credential_parse(vote->credential, &credential);

    if (result)
        return result;
    for (size_t i = 0; i < election->question_count; i++) {
        choices[i].marks = (const uint8_t *)vote->marks.data + at;
        choices[i].count =
            ballot_question_position_count(&election->questions[i]);
        at += choices[i].count;
    }
    secret = ballot_credential_secret(election->uuid, &credential);
    result = at == vote->marks.size
                 ? ballot_booth_new(vote->job.group, election, &booth)
                 : RESULT_INVALID;
    if (!result)
        result =
            ballot_vote_make(booth, &secret, choices, election->question_count,
                             &vote->job.random, &vote->ballot, &vote->size);
    ballot_booth_free(booth);
    ballot_scalar_wipe(&secret);
    ballot_credential_wipe(&credential);
    return result;
}

static void work(struct ballot_job *job)
{
    struct vote_job *vote = (struct vote_job *)(void *)job;
    struct ballot_election election;

    if (ballot_election_read(job->group, vote->election, false, &election) !=
        BALLOT_FAULT_NONE) {
        job->result = RESULT_CORRUPT;
        return;
    }
    job->result = make(vote, &election);
    ballot_election_release(&election);
}

static void release(struct ballot_job *job)
{
    struct vote_job *vote = (struct vote_job *)(void *)job;

    free(vote->ballot);
    ballot_job_release(job);
    free(vote);
}

static void refuse(struct client_ballot *ballot, uint64_t tag,
                   const char *problem)
{
    struct refusal refusal = { .code = REFUSAL_BAD_BALLOT };

    refusal_add_text(&refusal, "problem", text_view_of(problem));
    request_answer_locally(ballot->engine, tag, &refusal);
}

static bool keep_vote(struct client_ballot *ballot, const struct vote_job *vote)
{
    const size_t number = ballot_own_count(ballot) + 1;
    const struct hash tracker = digest_sha256(vote->ballot, vote->size);
    const struct entry_name text = name_of("ballot", number),
                            hash = name_of("tracker", number);

    if ((ballot->is_of_site && !ballot_hall_on_made(ballot)) ||
        ballot_vault_put(ballot->vault, text.text, vote->ballot, vote->size) ||
        ballot_vault_put(ballot->vault, hash.text, tracker.bytes, HASH_SIZE)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "ballot");
        return false;
    }
    return ballot_keep(ballot);
}

static void finish(struct client_ballot *ballot, struct ballot_job *job)
{
    struct vote_job *vote = (struct vote_job *)(void *)job;

    /* A choice that the questions do not allow is the user's to mend. */
    if (job->result == RESULT_INVALID) {
        refuse(ballot, vote->tag, "choice");
        return;
    }
    if (!ballot_job_is_fine(ballot, job) || !keep_vote(ballot, vote)) {
        refuse(ballot, vote->tag, client_ballot_fault_word(ballot->view.fault));
        return;
    }
    request_answer_locally(ballot->engine, vote->tag, NULL);
    ballot->is_told[CLIENT_BALLOT_CAST_PENDING] = false;
    ballot->is_told[CLIENT_BALLOT_RECEIPT] = false;
    ballot->is_asked[ASK_CAST] = false;
    ballot->is_not_taken = false;
    show_trackers(ballot);
}

/* The marks go to the job, which overwrites them. */
void ballot_start_vote(struct client_ballot *ballot,
                       struct text_view credential)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct vote_job *vote = ballot_job_new(ballot, sizeof *vote, work, finish);

    if (!vote)
        return;
    vote->job.release = release;
    vote->tag = ballot->marks_tag;
    vote->election =
        ballot_job_keep(&vote->job, ballot_record(ballot, &noted->election));
    vote->credential = ballot_job_keep(&vote->job, credential);
    vote->marks = ballot_job_keep(
        &vote->job,
        (struct text_view){ (const char *)ballot->marks, ballot->mark_count });
    ballot_forget_marks(ballot);
    ballot_job_run(ballot, &vote->job);
}

/* What the server would not take is not made: a vote that stands nowhere in the
 * end is one to object about. */
static void start(struct client_ballot *ballot)
{
    const size_t count = ballot_own_count(ballot);
    const char *problem = NULL;

    if (count > 0 && !ballot_noted(ballot)->is_revote_allowed)
        problem = "revote";
    else if (count >= LIMIT_BALLOTS_PER_CREDENTIAL)
        problem = ballot_fault_word(BALLOT_FAULT_TOO_OFTEN);
    if (!problem) {
        ballot_start_vote(ballot,
                          ballot_vault_get(ballot->vault, "credential"));
        return;
    }
    refuse(ballot, ballot->marks_tag, problem);
    ballot_forget_marks(ballot);
}

/* --- Sending ------------------------------------------------------------- */

static json_t *cast_fields(struct text_view text, size_t offset)
{
    const size_t left = text.size - offset;
    const size_t size = left < PART_SIZE ? left : PART_SIZE;

    if (text.size <= WHOLE_SIZE)
        return json_pack("{s:s%}", "text", text.data, text.size);
    return json_pack("{s:{s:I, s:I, s:s%}}", "part", "offset",
                     (json_int_t)offset, "size", (json_int_t)text.size, "text",
                     text.data + offset, size);
}

size_t ballot_pending(const struct client_ballot *ballot)
{
    const size_t number = ballot_own_count(ballot);
    struct ballot_own_vote own;

    return number > 0 && ballot_own(ballot, number, &own) && !own.has_receipt
               ? number
               : 0;
}

static void send_part(struct client_ballot *ballot, size_t number,
                      size_t offset)
{
    const struct text_view text = entry_of(ballot, "ballot", number);

    if (text.data && offset < text.size)
        ballot_ask(ballot, ASK_CAST, "cast", cast_fields(text, offset));
}

/* --- The receipt --------------------------------------------------------- */

static bool receipt_is_good(const struct client_ballot *ballot,
                            const struct ballot_own_vote *own)
{
    const struct client_engine *engine = ballot->engine;
    const struct statement_receipt fields = {
        .uuid = text_view_of(ballot->view.uuid),
        .setup = ballot_noted(ballot)->setup,
        .ballot = own->tracker,
        .height = own->height,
        .record = own->record,
        .at_ms = own->at_ms,
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_receipt(&engine->server, identifier_view(&engine->view.log),
                          &fields, &bytes, &size);

    if (!result)
        result = statement_verify(&engine->server, bytes, size, &own->sig);
    free(bytes);
    return !result;
}

static bool keep_receipt(struct client_ballot *ballot, size_t number,
                         const struct ballot_own_vote *own)
{
    const struct entry_name text = name_of("ballot", number),
                            receipt = name_of("receipt", number);
    struct byte_writer writer;
    enum result result;

    byte_writer_init(&writer, RECEIPT_SIZE);
    byte_writer_u64(&writer, own->height);
    byte_writer_u64(&writer, own->at_ms);
    byte_writer_bytes(&writer, own->record.bytes, HASH_SIZE);
    byte_writer_bytes(&writer, own->server.bytes, KEY_SIZE);
    byte_writer_bytes(&writer, own->sig.bytes, SIGNATURE_SIZE);
    result = writer.result ? writer.result
                           : ballot_vault_put(ballot->vault, receipt.text,
                                              writer.data, writer.size);
    byte_writer_release(&writer);
    if (result) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "receipt");
        return false;
    }
    ballot_vault_drop(ballot->vault, text.text);
    if (ballot->is_of_site && !ballot_hall_on_receipt(ballot)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "pool");
        return false;
    }
    return ballot_keep(ballot);
}

static void tell_receipt(struct client_ballot *ballot,
                         const struct ballot_own_vote *own)
{
    char hex[HEX_SIZE(HASH_SIZE)], tracker[CLIENT_BALLOT_TRACKER_SIZE];

    hex_encode(own->tracker.bytes, HASH_SIZE, hex);
    client_ballot_tracker_text(&own->tracker, tracker);
    ballot_tell_more(ballot, CLIENT_BALLOT_RECEIPT,
                     json_pack("{s:s, s:s, s:I, s:I}", "tracker", tracker,
                               "hash", hex, "height", (json_int_t)own->height,
                               "ms", (json_int_t)own->at_ms));
}

/* The own ballot without receipt that has this tracker, else the newest: a vote
 * may have been changed before the first one's receipt came. */
static size_t awaiting(const struct client_ballot *ballot,
                       const struct hash *tracker)
{
    struct ballot_own_vote own;

    for (size_t i = ballot_own_count(ballot); i > 0; i--) {
        if (ballot_own(ballot, i, &own) && !own.has_receipt &&
            hash_equal(&own.tracker, tracker))
            return i;
    }
    return ballot_pending(ballot);
}

/* The event of the record with which this ballot stands, or would stand, at a
 * height. False: what comes before it is not here. */
static bool event_at(const struct client_ballot *ballot, uint64_t height,
                     const struct hash *tracker, struct hash *out)
{
    const struct meeting_ballot *course = ballot_course(ballot);
    struct ballot_archive_end end = { .last = BALLOT_EVENT_NONE };

    if (height == 0 || height > course->record_count + 1 ||
        ballot_archive_step(&end, BALLOT_EVENT_SETUP, &course->setup))
        return false;
    if (height > 1) {
        end.head = course->records[height - 2].event;
        end.count = height;
        end.last = BALLOT_EVENT_BALLOT;
    }
    if (ballot_archive_step(&end, BALLOT_EVENT_BALLOT, tracker))
        return false;
    *out = end.head;
    return true;
}

/* What is kept of it proves at the end that the server broke its word. */
static void tell_not_counted(struct client_ballot *ballot)
{
    ballot->view.fault = CLIENT_BALLOT_FAULT_NOT_COUNTED;
    ballot_tell_more(ballot, CLIENT_BALLOT_OBJECTION,
                     json_pack("{s:s}", "fault",
                               client_ballot_fault_word(ballot->view.fault)));
}

/* A server that comes back without a ballot for which it gave a receipt has not
 * lost anything by a crash: from here on this device does not follow it there.
 * False: that could not be kept, and the line was dropped. */
static bool let_go_no_more(const struct client_ballot *ballot)
{
    struct statement_seen seen;

    return request_seen(&ballot->engine->meeting, &seen);
}

/* What came for a receipt is none. The device goes on: at the end it says for
 * itself whether its ballot is there. A hall device cannot; its next voter must
 * not vote before this one's ballot stands. */
static void refuse_receipt(struct client_ballot *ballot)
{
    if (ballot->is_of_site) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STATEMENT, "receipt");
        return;
    }
    ballot->is_not_taken = true;
    ballot->view.fault = CLIENT_BALLOT_FAULT_STATEMENT;
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED,
                     json_pack("{s:s, s:s}", "fault",
                               client_ballot_fault_word(ballot->view.fault),
                               "text", "receipt"));
}

/* Also what an earlier run of the program kept, and did not live to tell. */
static void hold_to_receipts(struct client_ballot *ballot)
{
    struct ballot_own_vote own;
    size_t count = 0;

    for (size_t i = ballot_own_count(ballot); i > 0; i--) {
        const struct hash *there =
            ballot_own(ballot, i, &own) && own.has_receipt
                ? noted_tracker(ballot_noted(ballot), own.height)
                : NULL;

        count += there && hash_equal(there, &own.tracker);
    }
    if (count > ballot->held_receipts && let_go_no_more(ballot))
        ballot->held_receipts = count;
}

/* A receipt is told once the log says the same. */
static void tell_kept_receipt(struct client_ballot *ballot)
{
    const struct hash *there;
    struct ballot_own_vote own;

    if (ballot->untold_receipt == 0 ||
        !ballot_own(ballot, ballot->untold_receipt, &own))
        return;
    there = noted_tracker(ballot_noted(ballot), own.height);
    if (!there)
        return;
    ballot->untold_receipt = 0;
    show_trackers(ballot);
    if (hash_equal(there, &own.tracker))
        tell_receipt(ballot, &own);
    else
        tell_not_counted(ballot);
}

/* A statement that is good is kept at once: also where the log says something
 * else, for then it is the proof. */
void ballot_take_receipt(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct ballot_own_vote *waiting = &ballot->waiting_receipt;
    const struct hash *tracker = noted_tracker(noted, waiting->height);
    const size_t number =
        tracker ? awaiting(ballot, tracker) : ballot_pending(ballot);
    struct ballot_own_vote own;

    hold_to_receipts(ballot);
    tell_kept_receipt(ballot);
    if (!ballot->has_waiting_receipt || number == 0 ||
        !ballot_own(ballot, number, &own) ||
        (waiting->height > noted->trackers.count + 1 &&
         noted->phase == NOTED_VOTING))
        return;
    ballot->has_waiting_receipt = false;
    own.height = waiting->height;
    own.at_ms = waiting->at_ms;
    own.sig = waiting->sig;
    own.server = ballot->engine->server;
    if (!event_at(ballot, own.height, &own.tracker, &own.record) ||
        !receipt_is_good(ballot, &own)) {
        refuse_receipt(ballot);
        return;
    }
    if (keep_receipt(ballot, number, &own)) {
        ballot->untold_receipt = number;
        hold_to_receipts(ballot);
        tell_kept_receipt(ballot);
    }
}

enum result ballot_keep_receipts(struct client_ballot *ballot)
{
    struct client_engine *engine = ballot->engine;
    const size_t count = ballot_own_count(ballot);
    struct ballot_own_vote own;
    enum result result = RESULT_OK;

    for (size_t i = 1; !result && i <= count; i++) {
        struct anchor_receipt receipt = { .height = 0 };

        if (!ballot_own(ballot, i, &own) || !own.has_receipt)
            continue;
        (void)snprintf(receipt.uuid, sizeof receipt.uuid, "%s",
                       ballot->view.uuid);
        receipt.setup = ballot_noted(ballot)->setup;
        receipt.ballot = own.tracker;
        receipt.height = own.height;
        receipt.record = own.record;
        receipt.at_ms = own.at_ms;
        receipt.server = own.server;
        receipt.sig = own.sig;
        result = anchors_add_receipt(memory_anchors(engine), &engine->view.log,
                                     &receipt);
        /* Those that find no place any more are the only ones let go. */
        if (result == RESULT_FULL)
            result = RESULT_OK;
    }
    return result ? result : anchor_store_save(engine->config.anchors);
}

static void on_not_taken(struct client_ballot *ballot, const json_t *answer)
{
    ballot->is_not_taken = true;
    ballot->view.fault = CLIENT_BALLOT_FAULT_REFUSED;
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED,
                     json_pack("{s:s, s:s, s:O*}", "fault",
                               client_ballot_fault_word(ballot->view.fault),
                               "text", "cast", "error",
                               json_object_get(answer, "error")));
}

void ballot_on_receipt(struct client_ballot *ballot, const json_t *answer)
{
    struct ballot_own_vote *waiting = &ballot->waiting_receipt;
    const size_t number = ballot_pending(ballot);
    uint64_t have = 0;

    if (!answer_is_ok(answer)) {
        on_not_taken(ballot, answer);
    } else if (json_read_number(answer, "have", &have)) {
        if (number > 0)
            send_part(ballot, number, (size_t)have);
    } else if (!json_read_number(answer, "height", &waiting->height) ||
               !json_read_number(answer, "ms", &waiting->at_ms) ||
               !json_read_hex(answer, "sig", waiting->sig.bytes,
                              SIGNATURE_SIZE)) {
        refuse_receipt(ballot);
    } else {
        ballot->has_waiting_receipt = true;
    }
}

/* --- What is next -------------------------------------------------------- */

/* Everybody who is in the list stands behind it, by this device's own count.
 * Whose devices these are was asked when their statements came. */
bool ballot_is_attested(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (!ballot_setup_is_right(ballot))
        return false;
    if (noted_attested(noted) != noted->length || noted->length < 3)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ATTESTATIONS, NULL);
    return !ballot->is_halted;
}

void ballot_send_pending(struct client_ballot *ballot)
{
    const size_t number = ballot_pending(ballot);

    if (number == 0)
        return;
    ballot_tell(ballot, CLIENT_BALLOT_CAST_PENDING);
    if (!ballot->is_asked[ASK_CAST])
        send_part(ballot, number, 0);
}

/* Is this own ballot, which has no receipt, in the log all the same? */
static bool is_recorded(const struct client_ballot *ballot, size_t number)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    struct ballot_own_vote own;
    uint64_t height = 1;

    if (!ballot_own(ballot, number, &own))
        return false;
    while (noted_tracker(noted, height) &&
           !hash_equal(noted_tracker(noted, height), &own.tracker))
        height++;
    return noted_tracker(noted, height) != NULL;
}

/* Voting is over: a vote that was on its way is not sent any more, and its
 * voter is told. */
static void give_up(struct client_ballot *ballot)
{
    const struct refusal refusal = ballot_out_of_place(ballot, "ended");
    const size_t number = ballot_pending(ballot);
    json_t *answer;

    if (number == 0 || ballot->is_not_taken || is_recorded(ballot, number))
        return;
    answer = json_pack("{s:o}", "error", refusal_to_json(&refusal));
    on_not_taken(ballot, answer);
    json_decref(answer);
}

void ballot_pump_cast(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (ballot->is_of_site)
        return;
    ballot->view.is_ready = false;
    if (!ballot->view.has_attested || noted->phase < NOTED_VOTING ||
        noted->phase == NOTED_VOID)
        return;
    show_trackers(ballot);
    ballot_take_receipt(ballot);
    if (ballot->is_halted)
        return;
    if (noted->phase != NOTED_VOTING) {
        give_up(ballot);
        return;
    }
    if (!ballot_is_attested(ballot))
        return;
    ballot->view.is_ready = true;
    ballot_tell(ballot, CLIENT_BALLOT_READY_TO_VOTE);
    if (ballot->marks)
        start(ballot);
    else
        ballot_send_pending(ballot);
}
