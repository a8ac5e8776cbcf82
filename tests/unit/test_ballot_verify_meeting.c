/* The verifier over elections that our own code makes, bound to a meeting. */
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_verify.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"
#include "protocol/record/statement.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_dice.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { VOTERS = 3, FILE_MAX = 1024 * 1024, SECONDS = 1795168850 };

/* A lone trustee "server"; three voters; "Đồng ý" or not, or blank. */
struct world {
    struct ballot_group *group;
    struct ballot_dice dice;
    struct ballot_random random;
    struct text_view answers[2];
    struct ballot_question question;
    struct signing_key device;
    struct ballot_committee_member member;
    struct ballot_scalar secret; /* of the trustee */
    struct ballot_scalar voters[VOTERS];
    struct ballot_element credentials[VOTERS];
    struct ballot_election terms; /* what election.json is made of */

    struct byte_writer trustees, election, list, setup, file;
    struct ballot_election read;
    struct ballot_booth *booth;
    struct ballot_archive_end end;
    struct ballot_cipher tally[3];
};

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

static void make_trustee(struct world *world)
{
    struct text_view key = single_make(world->group, 5, &world->secret);
    const struct ballot_part_text part = { false, key };

    ballot_trustees_write(&world->trustees, &part, 1);
    assert_int_equal(world->trustees.result, RESULT_OK);
    assert_int_equal(ballot_group_generate(world->group, &world->secret,
                                           &world->terms.public_key),
                     RESULT_OK);
    text_free(key);
}

/* The terms, as a test may still change them. */
static void begin(struct world *world)
{
    uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 1 };
    size_t i;

    memset(world, 0, sizeof *world);
    byte_writer_init(&world->trustees, FILE_MAX);
    byte_writer_init(&world->election, FILE_MAX);
    byte_writer_init(&world->list, FILE_MAX);
    byte_writer_init(&world->setup, FILE_MAX);
    byte_writer_init(&world->file, FILE_MAX);
    world->dice.seed = 3;
    world->random = ballot_dice_random(&world->dice);
    assert_int_equal(ballot_group_new(&world->group), RESULT_OK);
    assert_int_equal(signing_key_init(&world->device, seed), RESULT_OK);
    world->answers[0] = TEXT_LITERAL("Đồng ý");
    world->answers[1] = TEXT_LITERAL("Không đồng ý");
    world->question =
        (struct ballot_question){ TEXT_LITERAL("Đảng viên Mẫu 01"),
                                  world->answers,
                                  2,
                                  true,
                                  1,
                                  1,
                                  BALLOT_FORM_CHOOSE };
    make_trustee(world);
    for (i = 0; i < VOTERS; i++) {
        assert_int_equal(
            ballot_scalar_random(&world->random, &world->voters[i]), RESULT_OK);
        assert_int_equal(ballot_group_generate(world->group, &world->voters[i],
                                               &world->credentials[i]),
                         RESULT_OK);
    }
    world->member =
        (struct ballot_committee_member){ .member = { "server" },
                                          .key = world->device.public_key };
    world->terms.name = TEXT_LITERAL("Hội nghị chi bộ");
    world->terms.description = TEXT_LITERAL("");
    world->terms.questions = &world->question;
    world->terms.question_count = 1;
    world->terms.uuid = TEXT_LITERAL("P95SQruW9N4q8N");
    world->terms.has_meeting = true;
    world->terms.meeting = (struct ballot_meeting){
        .meeting = { "m1" },
        .round = 1,
        .attempt = 1,
        .is_revote_allowed = true,
        .channels = { 2, 1, 0 },
        .trustees = digest_sha256(world->trustees.data, world->trustees.size),
        .committee = &world->member,
        .committee_count = 1,
    };
}

static void end_world(struct world *world)
{
    world->booth = ballot_booth_free(world->booth);
    ballot_election_release(&world->read);
    byte_writer_release(&world->trustees);
    byte_writer_release(&world->election);
    byte_writer_release(&world->list);
    byte_writer_release(&world->setup);
    byte_writer_release(&world->file);
    world->group = ballot_group_free(world->group);
}

/* The server's statement that the key is its own. */
static void sign_key(struct world *world)
{
    const struct ballot_meeting *meeting = &world->terms.meeting;
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    struct statement statement;
    struct hash key;
    uint8_t *bytes = NULL;
    size_t size = 0;

    ballot_element_text(&world->terms.public_key, text);
    key = digest_sha256(text, strlen(text));
    statement_begin(&statement, STATEMENT_TRUSTEES, &world->device.public_key,
                    identifier_view(&meeting->meeting));
    statement_add_text(&statement, TEXT_LITERAL("server"));
    statement_add_text(&statement, world->terms.uuid);
    statement_add_number(&statement, meeting->attempt);
    statement_add_number(&statement, 1);
    statement_add_hash(&statement, &key);
    statement_add_hash(&statement, &meeting->trustees);
    assert_int_equal(statement_finish(&statement, &bytes, &size), RESULT_OK);
    assert_int_equal(
        statement_sign(&world->device, bytes, size, &world->member.sig),
        RESULT_OK);
    free(bytes);
}

static void append(struct world *world, enum ballot_event_kind kind,
                   const struct text_view *records, size_t count)
{
    assert_int_equal(
        ballot_archive_append(&world->end, kind, records, count, &world->file),
        RESULT_OK);
}

static void set_up(struct world *world)
{
    struct ballot_setup setup;
    struct text_view records[4];

    assert_int_equal(
        ballot_election_write(world->group, &world->terms, &world->election),
        RESULT_OK);
    assert_int_equal(
        ballot_list_write(world->credentials, VOTERS, &world->list), RESULT_OK);
    setup.election = digest_sha256(world->election.data, world->election.size);
    setup.trustees = digest_sha256(world->trustees.data, world->trustees.size);
    setup.credentials = digest_sha256(world->list.data, world->list.size);
    ballot_setup_write(&setup, &world->setup);
    records[0] = view_of(&world->election);
    records[1] = view_of(&world->trustees);
    records[2] = view_of(&world->list);
    records[3] = view_of(&world->setup);
    assert_int_equal(ballot_archive_begin(SECONDS, &world->file, &world->end),
                     RESULT_OK);
    append(world, BALLOT_EVENT_SETUP, records, 4);
    assert_int_equal(
        ballot_election_read(world->group, records[0], false, &world->read),
        BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_booth_new(world->group, &world->read, &world->booth), RESULT_OK);
    ballot_tally_begin(world->tally, 3);
}

/* Position 0 is the blank. */
static void vote(struct world *world, size_t voter, size_t position)
{
    uint8_t marks[3] = { 0 };
    const struct ballot_choice choice = { marks, 3 };
    struct text_view ballot;
    char *text = NULL;
    size_t size = 0;

    marks[position] = 1;
    assert_int_equal(ballot_vote_make(world->booth, &world->voters[voter],
                                      &choice, 1, &world->random, &text, &size),
                     RESULT_OK);
    ballot = (struct text_view){ text, size };
    append(world, BALLOT_EVENT_BALLOT, &ballot, 1);
    free(text);
}

static struct ballot_verifier *verify(const struct world *world)
{
    struct ballot_verifier *verifier = NULL;
    struct ballot_archive_reader reader;

    assert_int_equal(ballot_verifier_new(world->group, false, &verifier),
                     RESULT_OK);
    ballot_archive_open(&reader, view_of(&world->file));
    while (ballot_verifier_step(verifier, &reader))
        ;
    return verifier;
}

static void assert_fault(const struct world *world, enum ballot_fault fault,
                         uint64_t event)
{
    struct ballot_verifier *verifier = verify(world);
    const struct ballot_facts *facts = ballot_verifier_facts(verifier);

    assert_string_equal(ballot_fault_word(facts->fault),
                        ballot_fault_word(fault));
    assert_int_equal(facts->fault == BALLOT_FAULT_NONE ? facts->event_count
                                                       : facts->fault_event,
                     event);
    (void)ballot_verifier_free(verifier);
}

/* --- All the way --------------------------------------------------------- */

static void write_tally(struct world *world,
                        const struct ballot_verifier *verifier)
{
    const struct ballot_facts *facts = ballot_verifier_facts(verifier);
    struct ballot_tally_size size = { facts->counted_count,
                                      facts->counted_weight,
                                      { { 0 } } };
    struct byte_writer tally, sized;
    struct text_view records[2];

    byte_writer_init(&tally, FILE_MAX);
    byte_writer_init(&sized, FILE_MAX);
    ballot_tally_write(&tally, &world->read, world->tally);
    size.tally = digest_sha256(tally.data, tally.size);
    ballot_tally_size_write(&sized, &size);
    records[0] = view_of(&tally);
    records[1] = view_of(&sized);
    append(world, BALLOT_EVENT_ENCRYPTED_TALLY, records, 2);
    byte_writer_release(&tally);
    byte_writer_release(&sized);
}

/* What a teller's device does: it decrypts the tally that it has computed. */
static void decrypt(struct world *world, const struct ballot_verifier *verifier)
{
    const struct ballot_opening opening = {
        .election = ballot_verifier_election(verifier),
        .tally = ballot_verifier_tally(verifier),
        .owner = 1,
        .public_key = world->terms.public_key,
    };
    struct ballot_decryption decryption;
    struct byte_writer payload, owned;
    struct text_view records[2];
    struct hash hash;

    assert_int_equal(ballot_decryption_make(world->group, &opening,
                                            &world->secret, &world->random,
                                            &decryption),
                     RESULT_OK);
    byte_writer_init(&payload, FILE_MAX);
    byte_writer_init(&owned, FILE_MAX);
    ballot_decryption_write(&payload, &world->read, &decryption);
    hash = digest_sha256(payload.data, payload.size);
    ballot_decryption_write_owner(&owned, 1, &hash);
    records[0] = view_of(&payload);
    records[1] = view_of(&owned);
    append(world, BALLOT_EVENT_PARTIAL_DECRYPTION, records, 2);
    ballot_decryption_release(&decryption);
    byte_writer_release(&payload);
    byte_writer_release(&owned);
}

static void publish(struct world *world, const uint64_t *counts,
                    const char *paper)
{
    struct byte_writer result;
    struct text_view record;

    byte_writer_init(&result, FILE_MAX);
    ballot_result_write(&result, &world->read, counts, text_view_of(paper));
    record = view_of(&result);
    append(world, BALLOT_EVENT_RESULT, &record, 1);
    byte_writer_release(&result);
}

/* Adds up what the archive holds of each credential, as the server does. */
static void count(struct world *world, const uint64_t *counts,
                  const char *paper)
{
    struct ballot_verifier *verifier = NULL;
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;

    append(world, BALLOT_EVENT_END_BALLOTS, NULL, 0);
    assert_int_equal(ballot_verifier_new(world->group, false, &verifier),
                     RESULT_OK);
    ballot_archive_open(&reader, view_of(&world->file));
    while (ballot_archive_next(&reader, &event)) {
        struct ballot_vote read;

        assert_int_equal(ballot_verifier_take(verifier, &event),
                         BALLOT_FAULT_NONE);
        if (event.kind != BALLOT_EVENT_BALLOT)
            continue;
        assert_int_equal(
            ballot_vote_read(world->booth, event.records[0], &read, NULL),
            BALLOT_FAULT_NONE);
        assert_int_equal(
            ballot_tally_add(world->group, world->tally, read.ciphers, 3, 1),
            RESULT_OK);
        ballot_vote_release(&read);
    }
    write_tally(world, verifier);
    ballot_archive_grown(&reader, view_of(&world->file));
    assert_true(ballot_verifier_step(verifier, &reader));
    decrypt(world, verifier);
    ballot_archive_grown(&reader, view_of(&world->file));
    assert_true(ballot_verifier_step(verifier, &reader));
    assert_true(ballot_verifier_can_finish(verifier));
    publish(world, counts, paper);
    (void)ballot_verifier_free(verifier);
}

static void an_election_of_our_own_is_complete(void **state)
{
    static const uint64_t counts[] = { 1, 2, 0 };
    struct ballot_verifier *verifier;
    struct world world;
    int i;

    (void)state;
    begin(&world);
    sign_key(&world);
    set_up(&world);
    vote(&world, 0, 1);
    vote(&world, 2, 0);
    vote(&world, 1, 1);
    count(&world, counts, "");
    verifier = verify(&world);
    assert_int_equal(ballot_verifier_facts(verifier)->fault, BALLOT_FAULT_NONE);
    assert_true(ballot_verifier_is_complete(verifier));
    for (i = 0; i < 3; i++)
        assert_int_equal(ballot_verifier_facts(verifier)->counts[i], counts[i]);
    assert_false(ballot_verifier_facts(verifier)->has_paper);
    (void)ballot_verifier_free(verifier);
    end_world(&world);
}

static void an_election_without_ballots_has_a_result_of_noughts(void **state)
{
    static const uint64_t counts[] = { 0, 0, 0 };
    struct ballot_verifier *verifier;
    struct world world;

    (void)state;
    begin(&world);
    sign_key(&world);
    set_up(&world);
    count(&world, counts, "{\"issued\":1}");
    verifier = verify(&world);
    assert_true(ballot_verifier_is_complete(verifier));
    assert_int_equal(ballot_verifier_facts(verifier)->counted_count, 0);
    assert_true(ballot_verifier_facts(verifier)->has_paper);
    (void)ballot_verifier_free(verifier);
    end_world(&world);
}

/* --- The meeting --------------------------------------------------------- */

static void a_key_that_its_owner_did_not_sign_is_refused(void **state)
{
    struct ballot_verifier *verifier;
    struct world world;

    (void)state;
    begin(&world);
    sign_key(&world);
    world.terms.meeting.attempt = 2; /* signed in another attempt */
    set_up(&world);
    verifier = verify(&world);
    assert_int_equal(ballot_verifier_facts(verifier)->fault,
                     BALLOT_FAULT_COMMITTEE_SIGNATURE);
    assert_int_equal(ballot_verifier_facts(verifier)->fault_owner, 1);
    assert_null(ballot_verifier_election(verifier));
    (void)ballot_verifier_free(verifier);
    end_world(&world);
}

static void a_committee_of_other_trustees_is_refused(void **state)
{
    struct ballot_committee_member two[2];
    struct world world;

    (void)state;
    begin(&world);
    world.terms.meeting.trustees.bytes[0] ^= 1;
    sign_key(&world);
    set_up(&world);
    assert_fault(&world, BALLOT_FAULT_MEETING_FIELDS, 0);
    end_world(&world);

    begin(&world);
    sign_key(&world);
    two[0] = world.member;
    two[1] = world.member;
    two[1].member = (struct identifier){ "m4" };
    two[1].key.bytes[0] ^= 1;
    world.terms.meeting.committee = two;
    world.terms.meeting.committee_count = 2;
    set_up(&world);
    assert_fault(&world, BALLOT_FAULT_MEETING_FIELDS, 0);
    end_world(&world);
}

static void the_list_may_be_shorter_than_the_roll_but_not_longer(void **state)
{
    static const struct {
        struct ballot_channels channels;
        enum ballot_fault fault;
    } rows[] = {
        { { 3, 0, 0 }, BALLOT_FAULT_NONE },
        { { 0, 3, 0 }, BALLOT_FAULT_NONE },
        { { 9, 9, 9 }, BALLOT_FAULT_NONE },
        { { 2, 0, 9 }, BALLOT_FAULT_CREDENTIAL_COUNT },
        { { 1, 1, 1 }, BALLOT_FAULT_CREDENTIAL_COUNT },
        { { 0, 0, 0 }, BALLOT_FAULT_CREDENTIAL_COUNT },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;

        begin(&world);
        sign_key(&world);
        world.terms.meeting.channels = rows[i].channels;
        set_up(&world);
        assert_fault(&world, rows[i].fault,
                     rows[i].fault == BALLOT_FAULT_NONE ? 1 : 0);
        end_world(&world);
    }
}

static void a_voter_votes_as_often_as_the_meeting_allows(void **state)
{
    struct world world;
    int i;

    (void)state;
    begin(&world);
    sign_key(&world);
    set_up(&world);
    for (i = 0; i < LIMIT_BALLOTS_PER_CREDENTIAL; i++)
        vote(&world, 0, 1);
    assert_fault(&world, BALLOT_FAULT_NONE, 1 + LIMIT_BALLOTS_PER_CREDENTIAL);
    vote(&world, 1, 1);
    vote(&world, 0, 2);
    assert_fault(&world, BALLOT_FAULT_TOO_OFTEN,
                 2 + LIMIT_BALLOTS_PER_CREDENTIAL);
    end_world(&world);

    begin(&world);
    world.terms.meeting.is_revote_allowed = false;
    sign_key(&world);
    set_up(&world);
    vote(&world, 0, 1);
    vote(&world, 1, 1);
    assert_fault(&world, BALLOT_FAULT_NONE, 3);
    vote(&world, 0, 1);
    assert_fault(&world, BALLOT_FAULT_TOO_OFTEN, 3);
    end_world(&world);
}

static void a_ballot_of_somebody_else_is_refused(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    sign_key(&world);
    set_up(&world);
    assert_int_equal(ballot_scalar_random(&world.random, &world.voters[1]),
                     RESULT_OK);
    vote(&world, 0, 1);
    vote(&world, 1, 1);
    assert_fault(&world, BALLOT_FAULT_NOT_IN_LIST, 2);
    end_world(&world);
}

static void a_key_that_is_not_the_trustees_is_refused(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    sign_key(&world);
    world.terms.public_key = ballot_group_generator(world.group);
    set_up(&world);
    assert_fault(&world, BALLOT_FAULT_ELECTION_KEY, 0);
    end_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_election_of_our_own_is_complete),
        cmocka_unit_test(an_election_without_ballots_has_a_result_of_noughts),
        cmocka_unit_test(a_key_that_its_owner_did_not_sign_is_refused),
        cmocka_unit_test(a_committee_of_other_trustees_is_refused),
        cmocka_unit_test(the_list_may_be_shorter_than_the_roll_but_not_longer),
        cmocka_unit_test(a_voter_votes_as_often_as_the_meeting_allows),
        cmocka_unit_test(a_ballot_of_somebody_else_is_refused),
        cmocka_unit_test(a_key_that_is_not_the_trustees_is_refused),
    };

    return cmocka_run_group_tests_name("ballot_verify_meeting", tests, NULL,
                                       NULL);
}
