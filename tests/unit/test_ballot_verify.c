#include "protocol/ballot/ballot_verify.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { EVENTS_MAX = 32, FILE_MAX = 4 * 1024 * 1024 };

static struct ballot_group *group;

static int set_up(void **state)
{
    (void)state;
    return ballot_group_new(&group) == RESULT_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    group = ballot_group_free(group);
    return 0;
}

/* --- An archive taken apart, to be put together otherwise ---------------- */

struct parts {
    struct text_view file;
    uint64_t seconds;
    struct ballot_archive_event events[EVENTS_MAX];
    size_t count;
};

static void take_apart(struct parts *parts, const char *name)
{
    struct ballot_archive_reader reader;

    memset(parts, 0, sizeof *parts);
    parts->file = ballot_vector_load(name);
    ballot_archive_open(&reader, parts->file);
    parts->seconds = reader.end.seconds;
    while (ballot_archive_next(&reader, &parts->events[parts->count]))
        parts->count++;
    assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
}

static void end_parts(struct parts *parts)
{
    free((void *)(uintptr_t)parts->file.data);
}

/* The parts as an archive, all hashes made anew, as a dishonest server can. */
static void put_together(const struct parts *parts, struct byte_writer *out)
{
    struct ballot_archive_end end;
    size_t i;

    byte_writer_init(out, FILE_MAX);
    assert_int_equal(ballot_archive_begin(parts->seconds, out, &end),
                     RESULT_OK);
    for (i = 0; i < parts->count; i++)
        assert_int_equal(ballot_archive_append(&end, parts->events[i].kind,
                                               parts->events[i].records,
                                               parts->events[i].record_count,
                                               out),
                         RESULT_OK);
}

static struct ballot_verifier *verify(struct text_view file, bool is_lenient)
{
    struct ballot_verifier *verifier = NULL;
    struct ballot_archive_reader reader;

    assert_int_equal(ballot_verifier_new(group, is_lenient, &verifier),
                     RESULT_OK);
    ballot_archive_open(&reader, file);
    while (ballot_verifier_step(verifier, &reader))
        ;
    return verifier;
}

/* The same of ballots that are known to be good by themselves. */
static struct ballot_verifier *verify_rest(const struct byte_writer *file)
{
    struct ballot_verifier *verifier = NULL;
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;

    assert_int_equal(ballot_verifier_new(group, false, &verifier), RESULT_OK);
    ballot_archive_open(
        &reader, (struct text_view){ (const char *)file->data, file->size });
    while (ballot_archive_next(&reader, &event) &&
           ballot_verifier_take_checked(verifier, &event, BALLOT_FAULT_NONE) ==
               BALLOT_FAULT_NONE)
        ;
    assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
    return verifier;
}

static void assert_fault(struct ballot_verifier *verifier,
                         enum ballot_fault fault, uint64_t event,
                         enum ballot_event_kind kind)
{
    const struct ballot_facts *facts = ballot_verifier_facts(verifier);

    assert_string_equal(ballot_fault_word(facts->fault),
                        ballot_fault_word(fault));
    assert_int_equal(facts->fault_event, event);
    assert_int_equal(facts->fault_kind, kind);
    assert_false(ballot_verifier_is_complete(verifier));
    (void)ballot_verifier_free(verifier);
}

static void assert_parts(const struct parts *parts, enum ballot_fault fault,
                         uint64_t event, enum ballot_event_kind kind)
{
    struct byte_writer file;

    put_together(parts, &file);
    assert_fault(verify_rest(&file), fault, event, kind);
    byte_writer_release(&file);
}

/* A record with the first `from` replaced; the caller ends it with free(). */
static struct text_view changed(struct text_view record, const char *from,
                                const char *to)
{
    const char *found = memmem(record.data, record.size, from, strlen(from));
    const size_t before = found ? (size_t)(found - record.data) : 0;
    const size_t size = record.size - strlen(from) + strlen(to);
    char *data = malloc(size + 1);

    if (!found || !data)
        fail_msg("%s is not there", from);
    memcpy(data, record.data, before);
    memcpy(&data[before], to, strlen(to));
    memcpy(&data[before + strlen(to)], &found[strlen(from)],
           record.size - before - strlen(from));
    data[size] = '\0';
    return (struct text_view){ data, size };
}

/* --- Elections of other programs ----------------------------------------- */

static void assert_complete(const char *name, bool is_lenient,
                            const uint64_t *counts, size_t count)
{
    const struct text_view file = ballot_vector_load(name);
    struct ballot_verifier *verifier = verify(file, is_lenient);
    const struct ballot_facts *facts = ballot_verifier_facts(verifier);
    size_t i;

    if (facts->fault != BALLOT_FAULT_NONE)
        fail_msg("%s: %s at %llu", name, ballot_fault_word(facts->fault),
                 (unsigned long long)facts->fault_event);
    assert_true(ballot_verifier_is_complete(verifier));
    assert_non_null(facts->counts);
    assert_int_equal(
        ballot_election_position_count(ballot_verifier_election(verifier)),
        count);
    for (i = 0; i < count; i++)
        assert_int_equal(facts->counts[i], counts[i]);
    (void)ballot_verifier_free(verifier);
    free((void *)(uintptr_t)file.data);
}

static void the_profile_is_taken_with_its_result(void **state)
{
    static const uint64_t profile[] = { 2, 2, 1, 1, 4, 1, 0 };
    static const uint64_t good[] = { 1, 2, 1, 1, 2, 3, 1, 1, 1, 2, 1, 1 };

    (void)state;
    assert_complete("profile.bel", false, profile, 7);
    assert_complete("tampered/00-good.bel", false, good, 12);
    assert_complete("profile.bel", true, profile, 7);
}

static void elections_of_others_are_taken_leniently(void **state)
{
    /* All were voted in alike; with weights 3, 1, 2, 1 of those who voted. */
    static const uint64_t counts[] = { 1, 2, 1, 1, 2, 3, 1, 1, 1, 2, 1, 1 };
    struct ballot_verifier *verifier;
    struct text_view file;

    (void)state;
    assert_complete("single.bel", true, counts, 12);
    assert_complete("single-made-by-2.0.bel", true, counts, 12);
    assert_complete("threshold/P95SQruW9N4q8N.bel", true, counts, 12);
    file = ballot_vector_load("weights.bel");
    verifier = verify(file, true);
    assert_true(ballot_verifier_is_complete(verifier));
    assert_int_equal(ballot_verifier_facts(verifier)->counted_weight, 7);
    assert_int_equal(ballot_verifier_facts(verifier)->counted_count, 4);
    (void)ballot_verifier_free(verifier);
    free((void *)(uintptr_t)file.data);
}

static void elections_of_others_are_refused_strictly(void **state)
{
    static const struct {
        const char *name;
        enum ballot_fault fault;
        uint64_t event;
        enum ballot_event_kind kind;
    } rows[] = {
        { "single.bel", BALLOT_FAULT_STRONG_PROOF_MISSING, 8,
          BALLOT_EVENT_PARTIAL_DECRYPTION },
        { "single-made-by-2.0.bel", BALLOT_FAULT_STRONG_PROOF_MISSING, 8,
          BALLOT_EVENT_PARTIAL_DECRYPTION },
        { "threshold/P95SQruW9N4q8N.bel", BALLOT_FAULT_STRONG_PROOF_MISSING, 8,
          BALLOT_EVENT_PARTIAL_DECRYPTION },
        { "weights.bel", BALLOT_FAULT_CREDENTIAL, 0, BALLOT_EVENT_SETUP },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct text_view file = ballot_vector_load(rows[i].name);

        assert_fault(verify(file, false), rows[i].fault, rows[i].event,
                     rows[i].kind);
        free((void *)(uintptr_t)file.data);
    }
}

static void what_was_tampered_with_is_refused_either_way(void **state)
{
    static const struct {
        const char *name;
        enum ballot_fault fault;
        uint64_t event;
        enum ballot_event_kind kind;
    } rows[] = {
        { "A03-ballot-event-cut-out", BALLOT_FAULT_EVENT_HEIGHT, 2,
          BALLOT_EVENT_BALLOT },
        { "A12-ballot-after-EndBallots", BALLOT_FAULT_EVENT_ORDER, 2,
          BALLOT_EVENT_BALLOT },
        { "B05-two-votes-for-one-candidate", BALLOT_FAULT_INDIVIDUAL_PROOF, 1,
          BALLOT_EVENT_BALLOT },
        { "B10-ballot-copied-credential-replaced",
          BALLOT_FAULT_INDIVIDUAL_PROOF, 6, BALLOT_EVENT_BALLOT },
        { "B19-alpha-outside-group", BALLOT_FAULT_NOT_IN_GROUP, 1,
          BALLOT_EVENT_BALLOT },
        { "C05-certificate-signature-altered",
          BALLOT_FAULT_CERTIFICATE_SIGNATURE, 0, BALLOT_EVENT_SETUP },
        { "D06-decryption-factor-altered", BALLOT_FAULT_DECRYPTION_PROOF, 8,
          BALLOT_EVENT_PARTIAL_DECRYPTION },
        { "D12-result-changed", BALLOT_FAULT_RESULT_NUMBERS, 10,
          BALLOT_EVENT_RESULT },
    };
    char name[100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text_view file;

        (void)snprintf(name, sizeof name, "tampered/%s.bel", rows[i].name);
        file = ballot_vector_load(name);
        assert_fault(verify(file, false), rows[i].fault, rows[i].event,
                     rows[i].kind);
        assert_fault(verify(file, true), rows[i].fault, rows[i].event,
                     rows[i].kind);
        free((void *)(uintptr_t)file.data);
    }
}

/* --- What is known on the way -------------------------------------------- */

static void facts_grow_with_the_archive(void **state)
{
    struct ballot_verifier *verifier = NULL;
    const struct ballot_facts *facts;
    struct ballot_archive_reader reader;
    struct parts parts;
    size_t i;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    assert_int_equal(ballot_verifier_new(group, false, &verifier), RESULT_OK);
    facts = ballot_verifier_facts(verifier);
    assert_null(ballot_verifier_election(verifier));
    assert_null(ballot_verifier_list(verifier));
    ballot_archive_open(&reader, parts.file);
    for (i = 0; i < parts.count; i++) {
        assert_int_equal(facts->event_count, i);
        assert_true(ballot_verifier_step(verifier, &reader));
        assert_true(hash_equal(&facts->head, &parts.events[i].hash));
        assert_int_equal(facts->last, parts.events[i].kind);
        assert_int_equal(ballot_verifier_tally(verifier) != NULL, i >= 7);
        assert_int_equal(ballot_verifier_can_finish(verifier), i >= 9);
        assert_int_equal(facts->counts != NULL, i >= 10);
    }
    assert_false(ballot_verifier_step(verifier, &reader));
    assert_int_equal(facts->fault, BALLOT_FAULT_NONE);
    assert_true(hash_equal(&facts->setup, &parts.events[0].record_hashes[3]));
    assert_true(hash_equal(&facts->list, &parts.events[0].record_hashes[2]));
    assert_true(hash_equal(&facts->ballots_end, &parts.events[6].hash));
    assert_true(hash_equal(&facts->tally, &parts.events[7].record_hashes[0]));
    assert_int_equal(facts->owners, 1 << 0 | 1 << 2);
    (void)ballot_verifier_free(verifier);
    end_parts(&parts);
}

static void each_ballot_has_its_tracker_and_what_replaced_it(void **state)
{
    struct ballot_verifier *verifier;
    const struct ballot_facts *facts;
    const struct ballot_tracked *found;
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    verifier = verify(parts.file, false);
    facts = ballot_verifier_facts(verifier);
    assert_int_equal(facts->ballot_count, 5);
    assert_int_equal(facts->counted_count, 4);
    /* The second ballot and the last one are of the same credential. */
    assert_int_equal(facts->ballots[1].replaced_by, 5);
    assert_int_equal(facts->ballots[1].voter, facts->ballots[4].voter);
    assert_int_equal(facts->ballots[0].replaced_by, 0);
    assert_int_equal(facts->ballots[4].replaced_by, 0);
    /* Worked out with another program. */
    assert_string_equal(facts->ballots[0].tracker,
                        "CKgsypTAHZWSiggMZh5yt5KYLZ40qg9buI4N4EWn5+w");
    assert_string_equal(facts->ballots[4].tracker,
                        "CyW9CvZeGvgP58Lzjm3G7/ZmBl5dgPJlt1LoMIB5118");
    found =
        ballot_verifier_find(verifier, text_view_of(facts->ballots[3].tracker));
    assert_ptr_equal(found, &facts->ballots[3]);
    assert_true(hash_equal(&found->hash, &parts.events[4].record_hashes[0]));
    assert_null(ballot_verifier_find(verifier, TEXT_LITERAL("")));
    (void)ballot_verifier_free(verifier);
    end_parts(&parts);
}

static void ballots_may_be_checked_elsewhere(void **state)
{
    struct ballot_verifier *verifier = NULL;
    struct parts parts;
    size_t i;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    assert_int_equal(ballot_verifier_new(group, false, &verifier), RESULT_OK);
    assert_int_equal(
        ballot_verifier_check_ballot(verifier, parts.events[1].records[0]),
        BALLOT_FAULT_EVENT_ORDER);
    assert_int_equal(ballot_verifier_take(verifier, &parts.events[0]),
                     BALLOT_FAULT_NONE);
    for (i = 1; i <= 5; i++)
        assert_int_equal(
            ballot_verifier_check_ballot(verifier, parts.events[i].records[0]),
            BALLOT_FAULT_NONE);
    assert_int_equal(ballot_verifier_take_checked(verifier, &parts.events[1],
                                                  BALLOT_FAULT_NONE),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_verifier_facts(verifier)->ballot_count, 1);
    assert_int_equal(
        ballot_verifier_take_checked(verifier, &parts.events[2],
                                     BALLOT_FAULT_INDIVIDUAL_PROOF),
        BALLOT_FAULT_INDIVIDUAL_PROOF);
    /* The first fault stays. */
    assert_int_equal(ballot_verifier_take(verifier, &parts.events[2]),
                     BALLOT_FAULT_INDIVIDUAL_PROOF);
    assert_int_equal(ballot_verifier_facts(verifier)->ballot_count, 1);
    assert_fault(verifier, BALLOT_FAULT_INDIVIDUAL_PROOF, 2,
                 BALLOT_EVENT_BALLOT);
    end_parts(&parts);
}

/* --- Changes, with all hashes made anew ---------------------------------- */

static void put_event(struct parts *parts, size_t at,
                      const struct ballot_archive_event *event)
{
    const struct ballot_archive_event copy = *event;

    memmove(&parts->events[at + 1], &parts->events[at],
            (parts->count - at) * sizeof parts->events[0]);
    parts->events[at] = copy;
    parts->count++;
}

static void cut_event(struct parts *parts, size_t at)
{
    parts->count--;
    memmove(&parts->events[at], &parts->events[at + 1],
            (parts->count - at) * sizeof parts->events[0]);
}

static void a_ballot_that_was_there_is_refused(void **state)
{
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    put_event(&parts, 6, &parts.events[2]); /* takes the re-vote back */
    assert_parts(&parts, BALLOT_FAULT_REPLAY, 6, BALLOT_EVENT_BALLOT);
    end_parts(&parts);
}

static void ballots_left_out_or_exchanged_change_the_tally(void **state)
{
    struct ballot_archive_event first;
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    cut_event(&parts, 5);
    assert_parts(&parts, BALLOT_FAULT_TALLY, 6, BALLOT_EVENT_ENCRYPTED_TALLY);
    end_parts(&parts);
    take_apart(&parts, "tampered/00-good.bel");
    cut_event(&parts, 1);
    assert_parts(&parts, BALLOT_FAULT_TALLY, 6, BALLOT_EVENT_ENCRYPTED_TALLY);
    end_parts(&parts);
    take_apart(&parts, "tampered/00-good.bel");
    first = parts.events[2];
    parts.events[2] = parts.events[5];
    parts.events[5] = first;
    assert_parts(&parts, BALLOT_FAULT_TALLY, 7, BALLOT_EVENT_ENCRYPTED_TALLY);
    end_parts(&parts);
}

static void
a_replaced_ballot_may_be_missing_but_then_the_head_differs(void **state)
{
    struct ballot_verifier *verifier;
    struct byte_writer file;
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    cut_event(&parts, 2);
    put_together(&parts, &file);
    verifier = verify_rest(&file);
    assert_true(ballot_verifier_is_complete(verifier));
    assert_false(hash_equal(&ballot_verifier_facts(verifier)->head,
                            &parts.events[parts.count - 1].hash));
    (void)ballot_verifier_free(verifier);
    byte_writer_release(&file);
    end_parts(&parts);
}

/* The good election with one record's first `from` replaced. */
static void assert_changed(size_t event, size_t record, const char *from,
                           const char *to, enum ballot_fault fault)
{
    struct parts parts;
    struct text_view with;

    take_apart(&parts, "tampered/00-good.bel");
    with = changed(parts.events[event].records[record], from, to);
    parts.events[event].records[record] = with;
    assert_parts(&parts, fault, event, parts.events[event].kind);
    free((void *)(uintptr_t)with.data);
    end_parts(&parts);
}

static void records_that_the_setup_does_not_name_are_refused(void **state)
{
    (void)state;
    assert_changed(0, 0, "Tampered", "tampered", BALLOT_FAULT_SETUP_HASH);
    assert_changed(0, 1, "\"threshold\":2", "\"threshold\":3",
                   BALLOT_FAULT_SETUP_HASH);
    assert_changed(0, 2, "[\"", "[ \"", BALLOT_FAULT_SETUP_HASH);
    assert_changed(0, 3, "{", "{\"x\":1,", BALLOT_FAULT_FIELD);
}

static void numbers_and_references_are_held_against_the_ballots(void **state)
{
    (void)state;
    assert_changed(7, 1, "\"num_tallied\":4", "\"num_tallied\":5",
                   BALLOT_FAULT_TALLY_NUMBERS);
    assert_changed(7, 1, "\"total_weight\":4", "\"total_weight\":5",
                   BALLOT_FAULT_TALLY_NUMBERS);
    assert_changed(7, 1, "\"encrypted_tally\":\"d", "\"encrypted_tally\":\"e",
                   BALLOT_FAULT_TALLY_REFERENCE);
    assert_changed(8, 1, "\"payload\":\"e", "\"payload\":\"d",
                   BALLOT_FAULT_EVENT_PAYLOAD);
    assert_changed(8, 1, "\"owner\":1", "\"owner\":0", BALLOT_FAULT_OWNER);
    assert_changed(8, 1, "\"owner\":1", "\"owner\":4", BALLOT_FAULT_OWNER);
    assert_changed(9, 1, "\"owner\":3", "\"owner\":1",
                   BALLOT_FAULT_OWNER_TWICE);
    assert_changed(8, 1, "\"owner\":1", "\"owner\":2",
                   BALLOT_FAULT_DECRYPTION_PROOF);
    assert_changed(10, 0, "[1,2,1]", "[1,2,2]", BALLOT_FAULT_RESULT_NUMBERS);
    assert_changed(10, 0, "[[1,2,1]", "[[1,2]", BALLOT_FAULT_RESULT_SHAPE);
}

static void a_result_needs_enough_decryptions(void **state)
{
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    cut_event(&parts, 9);
    assert_parts(&parts, BALLOT_FAULT_TOO_FEW_DECRYPTIONS, 9,
                 BALLOT_EVENT_RESULT);
    end_parts(&parts);
}

static void an_archive_without_result_is_not_complete(void **state)
{
    struct ballot_verifier *verifier;
    struct byte_writer file;
    struct parts parts;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    while (--parts.count > 0) {
        put_together(&parts, &file);
        verifier = verify_rest(&file);
        assert_int_equal(ballot_verifier_facts(verifier)->fault,
                         BALLOT_FAULT_NONE);
        assert_false(ballot_verifier_is_complete(verifier));
        (void)ballot_verifier_free(verifier);
        byte_writer_release(&file);
    }
    end_parts(&parts);
}

static void the_fault_of_the_file_is_told_with_its_event(void **state)
{
    struct parts parts;
    struct text_view cut;

    (void)state;
    take_apart(&parts, "tampered/00-good.bel");
    cut = parts.file;
    cut.size -= 1;
    assert_fault(verify(cut, false), BALLOT_FAULT_TRUNCATED, 10,
                 BALLOT_EVENT_NONE);
    assert_fault(verify(TEXT_LITERAL("no archive"), false), BALLOT_FAULT_HEADER,
                 0, BALLOT_EVENT_NONE);
    end_parts(&parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_profile_is_taken_with_its_result),
        cmocka_unit_test(elections_of_others_are_taken_leniently),
        cmocka_unit_test(elections_of_others_are_refused_strictly),
        cmocka_unit_test(what_was_tampered_with_is_refused_either_way),
        cmocka_unit_test(facts_grow_with_the_archive),
        cmocka_unit_test(each_ballot_has_its_tracker_and_what_replaced_it),
        cmocka_unit_test(ballots_may_be_checked_elsewhere),
        cmocka_unit_test(a_ballot_that_was_there_is_refused),
        cmocka_unit_test(ballots_left_out_or_exchanged_change_the_tally),
        cmocka_unit_test(
            a_replaced_ballot_may_be_missing_but_then_the_head_differs),
        cmocka_unit_test(records_that_the_setup_does_not_name_are_refused),
        cmocka_unit_test(numbers_and_references_are_held_against_the_ballots),
        cmocka_unit_test(a_result_needs_enough_decryptions),
        cmocka_unit_test(an_archive_without_result_is_not_complete),
        cmocka_unit_test(the_fault_of_the_file_is_told_with_its_event),
    };

    return cmocka_run_group_tests_name("ballot_verify", tests, set_up,
                                       tear_down);
}
