#include "tests/support/ballot_reports.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MEMBERS_MAX = 64 };

const struct meeting_ballot *
ballot_newest(const struct meeting_transcript *meeting)
{
    const struct meeting_state *state = meeting->state;

    return state->ballot_count ? &state->ballots[state->ballot_count - 1]
                               : NULL;
}

struct hash ballot_word_hash(const struct meeting_transcript *meeting,
                             const char *word)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);

    if (word[0] != '=')
        return digest_sha256(word, strlen(word));
    if (strcmp(word, "=paper1") == 0) {
        /* One issued, returned and valid, for the first answer. */
        struct ballot_count counts[] = { { 1 }, { 0 } };

        return ballot_paper_record(1, 1, 1, 0, &(struct items){ counts, 2 });
    }
    assert_non_null(ballot);
    if (strcmp(word, "=setup") == 0)
        return ballot->setup;
    if (strcmp(word, "=end") == 0)
        return ballot->end;
    if (strcmp(word, "=tally") == 0)
        return ballot->tally;
    if (strcmp(word, "=trustees") == 0)
        return ballot->trustees;
    if (strcmp(word, "=paper") == 0)
        return ballot->paper.record;
    fail_msg("no such hash: %s", word);
    return (struct hash){ { 0 } };
}

struct items ballot_word_list(const struct field *field, const char *word,
                              void *memory, size_t max)
{
    const struct schema *schema = field->items;
    struct items items = { memory, 0 };

    assert_int_equal(schema->field_count, 1);
    while (strcmp(word, "-") != 0 && *word) {
        const size_t size = strcspn(word, "+");
        char *element = (char *)memory + items.count * schema->size;
        char text[48];

        assert_true(items.count < max && size < sizeof text);
        memcpy(text, word, size);
        text[size] = '\0';
        memset(element, 0, schema->size);
        if (schema->fields[0].type == FIELD_ID) {
            const struct identifier id = meeting_id(text);

            memcpy(element, &id, sizeof id);
        } else {
            const uint64_t number = strtoull(text, NULL, 10);

            memcpy(element, &number, sizeof number);
        }
        items.count++;
        word += size + (word[size] == '+');
    }
    return items;
}

/* "m4/a": the holder, and the key of that device. */
static struct identifier read_device(const char *word, struct key *device)
{
    char holder[48];
    const size_t size = strcspn(word, "/");

    assert_true(size < sizeof holder);
    memcpy(holder, word, size);
    holder[size] = '\0';
    *device = meeting_device_key(holder, word[size] ? word[size + 1] : 'a');
    return meeting_id(holder);
}

static void tell(struct meeting_transcript *meeting,
                 const struct meeting_event *event)
{
    (void)meeting_tell(meeting, &(struct meeting_report){ .kind = REPORT_BALLOT,
                                                          .event = event });
}

/* An election id of its own for each attempt. */
static struct text_view uuid_of(const struct meeting_ballot *ballot)
{
    static const char digits[] =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
    static char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];

    memset(uuid, 'A', LIMIT_BALLOT_UUID_LENGTH);
    uuid[0] = digits[ballot->round % 58];
    uuid[1] = digits[ballot->attempt % 58];
    uuid[2] = digits[ballot->attempt / 58 % 58];
    return text_view_of(uuid);
}

/* --- keys ----------------------------------------------------------------- */

static bool keys_line(struct meeting_transcript *meeting, const char *what,
                      char *const *args, int count)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct meeting_event event = { .kind = MEETING_EVENT_UNKNOWN };

    if (strcmp(what, "keys") == 0) {
        event.kind = EVENT_KEYS_BEGUN_KIND;
        event.body.keys_begun =
            (struct event_keys_begun){ .ballot = ballot->id,
                                       .attempt = ballot->attempt + 1,
                                       .uuid = uuid_of(ballot),
                                       .server_key =
                                           TEXT_LITERAL("{server key}") };
    } else if (strcmp(what, "failed") == 0 && count == 2) {
        event.kind = EVENT_KEYS_FAILED_KIND;
        event.body.keys_failed = (struct event_keys_failed){
            .ballot = ballot->id,
            .attempt = ballot->attempt,
            .reason = enum_value(&keys_fault_words, text_view_of(args[0])),
            .guilty = strtoull(args[1], NULL, 10)
        };
    } else if (strcmp(what, "sign") == 0 && count == 1) {
        event.kind = EVENT_TRUSTEES_SIGNED_KIND;
        event.body.trustees_signed = (struct event_trustees_signed){
            .ballot = ballot->id,
            .attempt = ballot->attempt,
            .owner = BALLOT_OWNER_SERVER,
            .key = ballot_word_hash(meeting, "server key"),
            .trustees = ballot_word_hash(meeting, args[0]),
            .member = meeting_id(BALLOT_SERVER_ID),
            .device = meeting->state->server
        };
    } else if (strcmp(what, "ready") == 0) {
        event.kind = EVENT_BALLOT_READY_KIND;
        event.body.ballot_ready = (struct event_ballot_ready){
            .ballot = ballot->id,
            .attempt = ballot->attempt,
            .election = ballot_word_hash(meeting, "election"),
            .election_size = 1000,
            .trustees = ballot->trustees,
            .trustees_size = 500
        };
    } else {
        return false;
    }
    tell(meeting, &event);
    return true;
}

/* --- the list ------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct identifier *)a)->text,
                  ((const struct identifier *)b)->text);
}

static void report_list(struct meeting_transcript *meeting, const char *setup)
{
    static struct member_id voters[MEMBERS_MAX];
    static struct hall_pool halls[MEMBERS_MAX];
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct meeting_event event = { .kind = EVENT_BALLOT_LISTED_KIND };
    struct event_ballot_listed *body = &event.body.ballot_listed;
    size_t i;

    body->ballot = ballot->id;
    body->setup = ballot_word_hash(meeting, setup);
    body->voters.data = voters;
    body->halls.data = halls;
    for (i = 0; i < ballot->voter_count; i++)
        if (ballot_voter_is_listed(&ballot->voters[i]))
            voters[body->voters.count++].member = ballot->voters[i].member;
    qsort(voters, body->voters.count, sizeof voters[0], compare);
    for (i = 0; i < ballot->pool_count; i++) {
        if (ballot->pools[i].is_dropped)
            continue;
        halls[body->halls.count++] =
            (struct hall_pool){ ballot->pools[i].site, ballot->pools[i].k };
        body->length += ballot->pools[i].k;
    }
    qsort(halls, body->halls.count, sizeof halls[0], compare);
    body->length += body->voters.count;
    tell(meeting, &event);
}

/* A checkpoint over the newest event, for the list. */
static void report_heads(struct meeting_transcript *meeting,
                         const char *signers, const char *missing)
{
    static struct checkpoint_signer signer[MEMBERS_MAX];
    static struct checkpoint_missing lacking[MEMBERS_MAX];
    static struct member_id ids[MEMBERS_MAX];
    const struct field field = { .items = &member_id_schema };
    struct meeting_report report = { .kind = REPORT_CHECKPOINT };
    struct items list = ballot_word_list(&field, signers, ids, MEMBERS_MAX);
    size_t i;

    report.checkpoint.reason = CHECKPOINT_LIST_ATTESTED;
    report.checkpoint.upto = meeting->state->next_seq - 1;
    for (i = 0; i < list.count; i++)
        signer[i] = (struct checkpoint_signer){
            .holder = ids[i].member,
            .device = meeting_device_key(ids[i].member.text, 'a'),
            .role = (int)meeting_state_checkpoint_role(meeting->state,
                                                       &ids[i].member)
        };
    report.checkpoint.signers = (struct items){ signer, list.count };
    list = ballot_word_list(&field, missing, ids, MEMBERS_MAX);
    for (i = 0; i < list.count; i++)
        lacking[i] = (struct checkpoint_missing){
            ids[i].member, meeting_device_key(ids[i].member.text, 'a')
        };
    report.checkpoint.missing = (struct items){ lacking, list.count };
    (void)meeting_tell(meeting, &report);
}

static bool list_line(struct meeting_transcript *meeting, const char *what,
                      char *const *args, int count)
{
    static struct member_id members[MEMBERS_MAX];
    const struct field field = { .items = &member_id_schema };
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct meeting_event event = { .kind = MEETING_EVENT_UNKNOWN };

    if (strcmp(what, "list") == 0 && count == 1) {
        report_list(meeting, args[0]);
        return true;
    }
    if (strcmp(what, "heads") == 0 && count == 2) {
        report_heads(meeting, args[0], args[1]);
        return true;
    }
    if (strcmp(what, "issue") == 0 && count == 1) {
        struct event_ballot_issued *body = &event.body.ballot_issued;

        event.kind = EVENT_BALLOT_ISSUED_KIND;
        body->ballot = ballot->id;
        body->member = read_device(args[0], &body->device);
    } else if (strcmp(what, "pool") == 0 && count == 2) {
        struct event_pool_issued *body = &event.body.pool_issued;

        event.kind = EVENT_POOL_ISSUED_KIND;
        body->ballot = ballot->id;
        body->member = read_device(args[0], &body->device);
        body->members = ballot_word_list(&field, args[1], members, MEMBERS_MAX);
        body->k = body->members.count;
    } else if (strcmp(what, "drop") == 0 && count == 1) {
        event.kind = EVENT_VOTER_DROPPED_KIND;
        event.body.voter_dropped =
            (struct event_voter_dropped){ .ballot = ballot->id,
                                          .member = meeting_id(args[0]),
                                          .reason = DROP_NOT_ATTESTED };
    } else {
        return false;
    }
    tell(meeting, &event);
    return true;
}

/* --- voting and the count --------------------------------------------------
 */

static void fill_ended(const struct meeting_ballot *ballot,
                       struct event_ballots_ended *body)
{
    struct ballot_archive_end end = ballot->archive;
    const enum result result =
        ballot_archive_step(&end, BALLOT_EVENT_END_BALLOTS, NULL);

    *body = (struct event_ballots_ended){ .ballot = ballot->id,
                                          .end = end.head,
                                          .count = ballot->record_count,
                                          .returned = ballot->returned };
    /* Out of order it is a hash of nothing, and refused by the phase. */
    assert_true(result == RESULT_OK || result == RESULT_REFUSED);
}

static void fill_result(const struct meeting_transcript *meeting,
                        const struct meeting_ballot *ballot, const char *counts,
                        struct event_ballot_result *body)
{
    static struct ballot_count rows[MEMBERS_MAX];
    const struct field field = { .items = &ballot_count_schema };
    struct ballot_archive_end end = ballot->archive;
    enum result result;

    *body = (struct event_ballot_result){
        .ballot = ballot->id,
        .result = ballot_word_hash(meeting, "result"),
        .size = 30,
        .issued = ballot->length,
        .returned = ballot->returned,
        .counts = ballot_word_list(&field, counts, rows, MEMBERS_MAX)
    };
    result = ballot_archive_step(&end, BALLOT_EVENT_RESULT, &body->result);
    assert_true(result == RESULT_OK || result == RESULT_REFUSED);
    body->head = end.head;
}

static void fill_decrypted(const struct meeting_transcript *meeting,
                           const struct meeting_ballot *ballot,
                           struct event_ballot_decrypted *body)
{
    *body = (struct event_ballot_decrypted){
        .ballot = ballot->id,
        .owner = BALLOT_OWNER_SERVER,
        .end = ballot->end,
        .tally = ballot->tally,
        .payload = ballot_word_hash(meeting, "server part"),
        .size = 700,
        .member = meeting_id(BALLOT_SERVER_ID),
        .device = meeting->state->server
    };
    body->sized = ballot_sized_decryption(body->owner, &body->payload);
}

static bool count_line(struct meeting_transcript *meeting, const char *what,
                       char *const *args, int count)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct meeting_event event = { .kind = MEETING_EVENT_UNKNOWN };

    if (strcmp(what, "record") == 0 && count == 2) {
        event.kind = EVENT_BALLOT_RECORDED_KIND;
        event.body.ballot_recorded = (struct event_ballot_recorded){
            .ballot = ballot->id,
            .tracker = ballot_word_hash(meeting, args[0]),
            .returned = ballot->returned + (strcmp(args[1], "new") == 0)
        };
    } else if (strcmp(what, "end") == 0) {
        event.kind = EVENT_BALLOTS_ENDED_KIND;
        fill_ended(ballot, &event.body.ballots_ended);
    } else if (strcmp(what, "tally") == 0) {
        event.kind = EVENT_BALLOT_TALLIED_KIND;
        event.body.ballot_tallied = (struct event_ballot_tallied){
            .ballot = ballot->id,
            .tally = ballot_word_hash(meeting, "tally"),
            .sized = ballot_word_hash(meeting, "sized tally"),
            .returned = ballot->returned
        };
    } else if (strcmp(what, "decrypt") == 0) {
        event.kind = EVENT_BALLOT_DECRYPTED_KIND;
        fill_decrypted(meeting, ballot, &event.body.ballot_decrypted);
    } else if (strcmp(what, "result") == 0 && count == 1) {
        event.kind = EVENT_BALLOT_RESULT_KIND;
        fill_result(meeting, ballot, args[0], &event.body.ballot_result);
    } else if (strcmp(what, "void") == 0 && count == 1) {
        event.kind = EVENT_BALLOT_VOIDED_KIND;
        event.body.ballot_voided = (struct event_ballot_voided){
            .ballot = ballot->id,
            .why = enum_value(&void_reason_words, text_view_of(args[0])),
            .reason = { .has_value = true, .value = TEXT_LITERAL("") }
        };
    } else {
        return false;
    }
    tell(meeting, &event);
    return true;
}

bool ballot_report_line(struct meeting_transcript *meeting, const char *what,
                        char *const *args, int count)
{
    if (!ballot_newest(meeting))
        return false;
    return keys_line(meeting, what, args, count) ||
           list_line(meeting, what, args, count) ||
           count_line(meeting, what, args, count);
}
