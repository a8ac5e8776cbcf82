/* The fold of secret ballots: what contradicts the log before it is refused,
 * and what is taken shows in the state. */
#include "protocol/meeting/meeting_state_digest.h"

#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

/* The log of a ballot from its draft to its result. */
struct played {
    struct meeting_transcript *meeting;
    size_t count;
};

static int set_up(void **state)
{
    static struct played played;

    played.meeting = meeting_ballot_scene(BALLOT_PHASE_DONE);
    meeting_play(played.meeting, "90 m4 object_ballot b1 other 0 - 0 - - 'x'",
                 NULL);
    played.count = json_array_size(played.meeting->log);
    *state = &played;
    return 0;
}

static int tear_down(void **state)
{
    struct played *played = *state;

    meeting_transcript_end(played->meeting);
    return 0;
}

static void read_event(const struct played *played, size_t i,
                       struct meeting_event *event,
                       struct message_memory *memory)
{
    const json_t *line = json_array_get(played->meeting->log, i);

    *event = (struct meeting_event){ .seq = i };
    *memory = (struct message_memory){ .root = NULL };
    event->kind = meeting_event_kind_of(
        text_view_of(json_string_value(json_array_get(line, 0))));
    event->at_ms = json_integer_value(json_array_get(line, 1));
    assert_int_equal(schema_decode(meeting_event_schema(event->kind),
                                   json_array_get(line, 2), false, &event->body,
                                   memory, NULL),
                     RESULT_OK);
}

/* The state before event `count`. */
static struct meeting_state *fold(const struct played *played, size_t count)
{
    struct meeting_state *state = NULL;
    size_t i;

    assert_int_equal(meeting_state_new(&state), RESULT_OK);
    for (i = 0; i < count; i++) {
        struct message_memory memory;
        struct meeting_event event;

        read_event(played, i, &event, &memory);
        assert_int_equal(meeting_state_apply(state, &event), RESULT_OK);
        message_memory_release(&memory);
    }
    return state;
}

static bool is_of_ballot(enum meeting_event_kind kind)
{
    return kind >= EVENT_BALLOT_DRAFTED_KIND &&
           kind <= EVENT_BALLOT_VOIDED_KIND;
}

/* --- prefixes and repetitions -----------------------------------------------
 */

static void every_beginning_folds_and_says_what_would_fit(void **state)
{
    const struct played *played = *state;
    struct meeting_state *fresh = fold(played, 0);
    size_t i;

    for (i = 0; i < played->count; i++) {
        struct message_memory memory;
        struct meeting_event event;

        read_event(played, i, &event, &memory);
        if (is_of_ballot(event.kind))
            assert_int_equal(meeting_state_check_ballot(fresh, &event),
                             RESULT_OK);
        assert_int_equal(meeting_state_apply(fresh, &event), RESULT_OK);
        message_memory_release(&memory);
    }
    meeting_state_free(fresh);
}

/* Kinds that may come again as they are: a later entry replaces an earlier
 * one, and two objections or false decryptions are two. */
static bool may_repeat(enum meeting_event_kind kind)
{
    return kind == EVENT_BALLOT_CHANNEL_SET_KIND ||
           kind == EVENT_PAPER_ENTERED_KIND ||
           kind == EVENT_BALLOT_OBJECTED_KIND ||
           kind == EVENT_DECRYPTION_REFUSED_KIND;
}

static void nothing_happens_twice(void **state)
{
    const struct played *played = *state;
    size_t i;

    for (i = 0; i < played->count; i++) {
        struct message_memory memory;
        struct meeting_event event;
        struct meeting_state *fresh;

        read_event(played, i, &event, &memory);
        if (is_of_ballot(event.kind)) {
            fresh = fold(played, i + 1);
            event.seq++;
            if ((meeting_state_apply(fresh, &event) == RESULT_OK) !=
                may_repeat(event.kind))
                fail_msg("%s comes twice",
                         meeting_event_schema(event.kind)->name);
            meeting_state_free(fresh);
        }
        message_memory_release(&memory);
    }
}

/* --- every field
 * -------------------------------------------------------------- */

/* What the signature over the event binds, not the state. */
static bool is_signatures(const char *name)
{
    static const char *const names[] = { "seen", "head", "sig", "act" };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Another value of the same type; false if a field has none that is worth a
 * try. */
static bool change(const struct field *field, void *value)
{
    struct identifier *id = value;
    struct text_view *text = value;
    struct items *items = value;

    switch (field->type) {
    case FIELD_NUMBER:
    case FIELD_LATER_NUMBER:
        ++*(uint64_t *)value;
        return true;
    case FIELD_TIME:
        --*(int64_t *)value;
        return true;
    case FIELD_FLAG:
        *(bool *)value = !*(bool *)value;
        return true;
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        *id = meeting_id(identifier_is(id, "m1") ? "m2" : "m1");
        return true;
    case FIELD_KEY:
    case FIELD_HASH:
        *(uint8_t *)value ^= 1;
        return true;
    case FIELD_TEXT:
        *text = TEXT_LITERAL("khác");
        return true;
    case FIELD_ENUM:
    case FIELD_OPTIONAL_ENUM:
    case FIELD_LATER_ENUM:
        *(int *)value = *(int *)value == 1 ? 2 : 1;
        return true;
    case FIELD_SEALED:
        ((struct sealed *)value)->commitment.bytes[0] ^= 1;
        return true;
    case FIELD_ITEMS:
        if (items->count == 0)
            return false;
        items->count--;
        return true;
    case FIELD_SIGNATURE:
    case FIELD_ACT:
    case FIELD_NONE:
        break;
    }
    return false;
}

/* Fields that nothing follows from, and which are shown as they are. */
static bool is_only_shown(enum meeting_event_kind kind, const char *name)
{
    return kind == EVENT_BALLOT_OBJECTED_KIND ||
           (kind == EVENT_DECRYPTION_REFUSED_KIND &&
            (strcmp(name, "payload") == 0 || strcmp(name, "size") == 0 ||
             strcmp(name, "reason") == 0));
}

static void check_field(const struct played *played, size_t i,
                        const struct field *field)
{
    struct meeting_state *right = fold(played, i);
    struct meeting_state *wrong = fold(played, i);
    struct message_memory memory, changed_memory;
    struct meeting_event event, changed;

    read_event(played, i, &event, &memory);
    read_event(played, i, &changed, &changed_memory);
    assert_int_equal(meeting_state_apply(right, &event), RESULT_OK);
    if (change(field, (uint8_t *)&changed.body + field->offset)) {
        const enum result result = meeting_state_apply(wrong, &changed);

        assert_true(result == RESULT_OK || result == RESULT_CORRUPT);
        if (result == RESULT_OK && !is_only_shown(event.kind, field->name)) {
            const struct hash a = meeting_state_digest(right);
            const struct hash b = meeting_state_digest(wrong);

            if (hash_equal(&a, &b))
                fail_msg("%s of %s is not looked at", field->name,
                         meeting_event_schema(event.kind)->name);
        }
    }
    message_memory_release(&memory);
    message_memory_release(&changed_memory);
    meeting_state_free(right);
    meeting_state_free(wrong);
}

static void every_field_is_checked_or_kept(void **state)
{
    const struct played *played = *state;
    bool is_seen[MEETING_EVENT_COUNT] = { false };
    size_t i, f;

    for (i = 0; i < played->count; i++) {
        struct message_memory memory;
        struct meeting_event event;
        const struct schema *schema;

        read_event(played, i, &event, &memory);
        message_memory_release(&memory);
        if (!is_of_ballot(event.kind) || is_seen[event.kind])
            continue;
        is_seen[event.kind] = true;
        schema = meeting_event_schema(event.kind);
        for (f = 0; f < schema->field_count; f++)
            if (!is_signatures(schema->fields[f].name))
                check_field(played, i, &schema->fields[f]);
    }
    assert_true(is_seen[EVENT_BALLOT_RESULT_KIND]);
}

/* --- single contradictions
 * ----------------------------------------------------- */

static enum result apply_to(struct meeting_transcript *meeting,
                            struct meeting_event event)
{
    event.seq = meeting->state->next_seq;
    if (event.at_ms == 0)
        event.at_ms = meeting->state->at_ms;
    return meeting_state_check_ballot(meeting->state, &event);
}

static void a_ballot_is_recorded_at_the_time_of_the_opening_alone(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };

    (void)state;
    event.body.ballot_recorded.ballot = ballot->id;
    event.body.ballot_recorded.height = 1;
    event.body.ballot_recorded.returned = 1;
    event.at_ms = ballot->opened_ms;
    assert_int_equal(apply_to(meeting, event), RESULT_OK);
    event.at_ms = ballot->opened_ms + 1;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    event.at_ms = ballot->opened_ms - 1;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    meeting_transcript_end(meeting);
}

static void the_chairs_own_acts_are_not_the_servers_to_make(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);
    struct meeting_event event = { .kind = EVENT_BALLOT_VOIDED_KIND };

    (void)state;
    event.body.ballot_voided.ballot = ballot_newest(meeting)->id;
    event.body.ballot_voided.why = VOID_BY_CHAIR;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    event.body.ballot_voided.why = VOID_RESTORED;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    event.body.ballot_voided.why = VOID_KEYS;
    assert_int_equal(apply_to(meeting, event), RESULT_OK);
    event.body.ballot_voided.act.is_present = true;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    event = (struct meeting_event){ .kind = EVENT_VOTER_DROPPED_KIND };
    event.body.voter_dropped.ballot = ballot_newest(meeting)->id;
    event.body.voter_dropped.member = meeting_id("m4");
    event.body.voter_dropped.reason = DROP_BY_CHAIR;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    event.body.voter_dropped.reason = DROP_NOT_ATTESTED;
    assert_int_equal(apply_to(meeting, event), RESULT_OK);
    meeting_transcript_end(meeting);
}

static void who_has_attested_is_not_dropped_for_not_having_done_so(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);
    struct meeting_event event = { .kind = EVENT_VOTER_DROPPED_KIND };

    (void)state;
    meeting_play(meeting, "22 server list L\n23 m4 attest_ballot b1 L 7", NULL);
    event.body.voter_dropped.ballot = ballot_newest(meeting)->id;
    event.body.voter_dropped.member = meeting_id("m4");
    event.body.voter_dropped.reason = DROP_NOT_ATTESTED;
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    meeting_transcript_end(meeting);
}

static void an_election_id_is_never_used_again(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    struct meeting_event event = { .kind = EVENT_KEYS_BEGUN_KIND };
    struct event_keys_begun *body = &event.body.keys_begun;

    (void)state;
    meeting_play(meeting, "13 server keys\n14 m1 restart_keys b1", NULL);
    body->ballot = ballot_newest(meeting)->id;
    body->attempt = 2;
    body->server_key = TEXT_LITERAL("{}");
    body->uuid = TEXT_LITERAL("BAAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    body->uuid = TEXT_LITERAL("BBAAAAAAAAAAAAAAAAAAA0"); /* not Base58 */
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    body->uuid = TEXT_LITERAL("BBAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(apply_to(meeting, event), RESULT_CORRUPT);
    body->uuid = TEXT_LITERAL("BBAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(apply_to(meeting, event), RESULT_OK);
    meeting_transcript_end(meeting);
}

/* --- terms -------------------------------------------------------------------
 */

static void a_statement_gets_its_terms_from_the_log(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    struct command command = { .op = OP_ATTEST_BALLOT };
    struct ballot_terms terms;

    (void)state;
    command.body.attest_ballot.ballot = meeting_id("b1");
    assert_int_equal(
        meeting_state_ballot_terms(meeting->state, &command, &terms),
        RESULT_NOT_FOUND);
    meeting_play(meeting,
                 "13 server keys\n14 m1 restart_keys b1\n15 server keys", NULL);
    assert_int_equal(
        meeting_state_ballot_terms(meeting->state, &command, &terms),
        RESULT_OK);
    assert_true(text_view_is(terms.uuid, "BBAAAAAAAAAAAAAAAAAAAA"));
    assert_int_equal(terms.teller_count, 3);
    assert_int_equal(terms.threshold, 2);
    /* A certificate says of which attempt it is. */
    command.op = OP_CERTIFY;
    command.body.certify.attempt = 1;
    assert_int_equal(
        meeting_state_ballot_terms(meeting->state, &command, &terms),
        RESULT_OK);
    assert_true(text_view_is(terms.uuid, "BAAAAAAAAAAAAAAAAAAAAA"));
    command.body.certify.attempt = 3;
    assert_int_equal(
        meeting_state_ballot_terms(meeting->state, &command, &terms),
        RESULT_NOT_FOUND);
    command.op = OP_OPEN_BALLOT;
    assert_int_equal(
        meeting_state_ballot_terms(meeting->state, &command, &terms),
        RESULT_NOT_FOUND);
    meeting_transcript_end(meeting);
}

/* What everybody who folds the log says of paper that is entered so. */
static enum result enter(const struct meeting_transcript *meeting,
                         const uint64_t numbers[4], uint64_t first,
                         uint64_t second)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct ballot_count counts[2] = { { first }, { second } };
    struct meeting_event event = { .seq = meeting->state->next_seq,
                                   .at_ms = meeting->state->at_ms,
                                   .kind = EVENT_PAPER_ENTERED_KIND };
    struct event_paper_entered *body = &event.body.paper_entered;

    body->ballot = ballot->id;
    body->end = ballot->end;
    body->issued = numbers[0];
    body->returned = numbers[1];
    body->valid = numbers[2];
    body->invalid = numbers[3];
    body->counts = (struct items){ counts, 2 };
    body->record = ballot_paper_record(numbers[0], numbers[1], numbers[2],
                                       numbers[3], &body->counts);
    body->member = meeting_id("m2");
    body->device = meeting_device_key("m2", 'a');
    return meeting_state_check_ballot(meeting->state, &event);
}

/* One votes on paper. */
static void a_log_whose_paper_does_not_add_up_is_refused(void **state)
{
    static const uint64_t most = UINT64_MAX;
    const struct {
        uint64_t numbers[4]; /* issued, returned, valid, invalid */
        uint64_t counts[2];
    } hostile[] = {
        { { 2, 1, 1, 0 }, { 1, 0 } },
        { { most, most, most, 0 }, { 1, 0 } },
        { { 1, most, most, 0 }, { 1, 0 } },
        { { 1, 1, most, 2 }, { 1, 0 } }, /* most + 2 is 1 */
        { { 1, 1, 2, most }, { 1, 0 } },
        { { 1, 0, 1, most }, { 1, 0 } },
        { { 0, 1, 1, 0 }, { 1, 0 } },
        { { 1, 1, 1, 0 }, { 2, 0 } },
        { { 1, 1, 1, 0 }, { most, 2 } },
        { { 1, 1, 0, 1 }, { 1, 0 } },
    };
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);
    size_t i;

    (void)state;
    assert_int_equal(enter(meeting, (const uint64_t[]){ 1, 1, 1, 0 }, 1, 0),
                     RESULT_OK);
    assert_int_equal(enter(meeting, (const uint64_t[]){ 1, 1, 0, 1 }, 0, 0),
                     RESULT_OK);
    for (i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        if (enter(meeting, hostile[i].numbers, hostile[i].counts[0],
                  hostile[i].counts[1]) != RESULT_CORRUPT)
            fail_msg("row %zu was taken", i);
    meeting_transcript_end(meeting);
}

int main(void)
{
#define PLAYED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLAYED(every_beginning_folds_and_says_what_would_fit),
        PLAYED(nothing_happens_twice),
        PLAYED(every_field_is_checked_or_kept),
        cmocka_unit_test(a_ballot_is_recorded_at_the_time_of_the_opening_alone),
        cmocka_unit_test(the_chairs_own_acts_are_not_the_servers_to_make),
        cmocka_unit_test(
            who_has_attested_is_not_dropped_for_not_having_done_so),
        cmocka_unit_test(an_election_id_is_never_used_again),
        cmocka_unit_test(a_log_whose_paper_does_not_add_up_is_refused),
        cmocka_unit_test(a_statement_gets_its_terms_from_the_log),
    };
#undef PLAYED

    return cmocka_run_group_tests(tests, NULL, NULL);
}
