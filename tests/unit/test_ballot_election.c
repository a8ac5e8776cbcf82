#include "protocol/ballot/ballot_election.h"

#include "protocol/ballot/ballot_archive.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"
#include "protocol/record/statement.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

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

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

/* --- Elections of others ------------------------------------------------- */

/* The election record of a sample, and its fingerprint as the first ballot of
 * that sample, made elsewhere, says it. */
static void assert_sample(const char *name, bool is_profile)
{
    const struct text_view file = ballot_vector_load(name);
    struct ballot_archive_reader reader;
    struct ballot_archive_event setup, ballot;
    struct ballot_election election;
    struct ballot_setup hashes;
    struct byte_writer out, phi;

    ballot_archive_open(&reader, file);
    assert_true(ballot_archive_next(&reader, &setup));
    assert_true(ballot_archive_next(&reader, &ballot));
    assert_int_equal(
        ballot_election_read(group, setup.records[0], false, &election),
        BALLOT_FAULT_NONE);
    assert_false(election.has_meeting);
    assert_int_equal(election.administrator.data == NULL, is_profile);
    assert_true(hash_equal(&election.hash, &setup.record_hashes[0]));
    byte_writer_init(&phi, 100);
    byte_writer_text(&phi, TEXT_LITERAL("\"election_hash\":\""));
    byte_writer_text(&phi, text_view_of(election.fingerprint));
    byte_writer_text(&phi, TEXT_LITERAL("\","));
    byte_writer_u8(&phi, 0);
    assert_non_null(strstr(ballot.records[0].data, (const char *)phi.data));
    byte_writer_init(&out, 10000);
    assert_int_equal(ballot_election_write(group, &election, &out), RESULT_OK);
    assert_int_equal(out.size, setup.records[0].size);
    assert_memory_equal(out.data, setup.records[0].data, out.size);
    assert_int_equal(ballot_setup_read(setup.records[3], &hashes),
                     BALLOT_FAULT_NONE);
    assert_true(hash_equal(&hashes.election, &setup.record_hashes[0]));
    assert_true(hash_equal(&hashes.trustees, &setup.record_hashes[1]));
    assert_true(hash_equal(&hashes.credentials, &setup.record_hashes[2]));
    byte_writer_reset(&out);
    ballot_setup_write(&hashes, &out);
    assert_int_equal(out.size, setup.records[3].size);
    assert_memory_equal(out.data, setup.records[3].data, out.size);
    ballot_election_release(&election);
    byte_writer_release(&out);
    byte_writer_release(&phi);
    free((void *)(uintptr_t)file.data);
}

static void elections_of_other_programs_are_read_and_written_alike(void **state)
{
    (void)state;
    assert_sample("profile.bel", true);
    assert_sample("tampered/00-good.bel", true);
    assert_sample("single.bel", false);
    assert_sample("single-made-by-2.0.bel", false);
    assert_sample("weights.bel", false);
    assert_sample("threshold/P95SQruW9N4q8N.bel", false);
}

/* --- Our own ------------------------------------------------------------- */

/* 1 and 2 trustees of seeds 1.. and 2..; two lines of a table, one choice. */
struct world {
    struct text_view columns[3], names[2];
    struct ballot_question questions[3];
    struct ballot_committee_member committee[2];
    struct signing_key keys[2];
    struct ballot_election election;
    struct byte_writer text;
};

static void fill_meeting(struct world *world)
{
    struct ballot_meeting *meeting = &world->election.meeting;
    size_t i;

    world->election.has_meeting = true;
    assert_int_equal(identifier_parse(TEXT_LITERAL("m7"), &meeting->meeting),
                     RESULT_OK);
    memset(meeting->genesis.bytes, 0x11, HASH_SIZE);
    meeting->round = 2;
    meeting->attempt = 3;
    memset(meeting->roll.bytes, 0x22, HASH_SIZE);
    memset(meeting->rules.bytes, 0x33, HASH_SIZE);
    meeting->is_revote_allowed = true;
    meeting->channels = (struct ballot_channels){ 20, 4, 1 };
    memset(meeting->trustees.bytes, 0x44, HASH_SIZE);
    for (i = 0; i < 2; i++) {
        uint8_t seed[SIGNING_KEY_SEED_SIZE];

        memset(seed, (int)i + 1, sizeof seed);
        assert_int_equal(signing_key_init(&world->keys[i], seed), RESULT_OK);
        world->committee[i].key = world->keys[i].public_key;
        memset(world->committee[i].sig.bytes, 0x55, SIGNATURE_SIZE);
    }
    assert_int_equal(
        identifier_parse(TEXT_LITERAL("server"), &world->committee[0].member),
        RESULT_OK);
    assert_int_equal(
        identifier_parse(TEXT_LITERAL("u1"), &world->committee[1].member),
        RESULT_OK);
    meeting->committee = world->committee;
    meeting->committee_count = 2;
}

static void fill(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->columns[0] = TEXT_LITERAL("Đồng ý");
    world->columns[1] = TEXT_LITERAL("Không đồng ý");
    world->columns[2] = TEXT_LITERAL("Không có ý kiến");
    world->names[0] = TEXT_LITERAL("Đảng viên Mẫu 01");
    world->names[1] = TEXT_LITERAL("Đảng viên Mẫu 02");
    world->questions[0] =
        (struct ballot_question){ TEXT_LITERAL("Đảng viên Mẫu 01"),
                                  world->columns,
                                  3,
                                  false,
                                  1,
                                  1,
                                  BALLOT_FORM_AGREE };
    world->questions[1] = world->questions[0];
    world->questions[1].question = TEXT_LITERAL("Đảng viên Mẫu 02");
    world->questions[2] =
        (struct ballot_question){ TEXT_LITERAL("Bầu \"bí thư\""),
                                  world->names,
                                  2,
                                  true,
                                  0,
                                  1,
                                  BALLOT_FORM_CHOOSE };
    world->election = (struct ballot_election){
        .description = TEXT_LITERAL(""),
        .name = TEXT_LITERAL("Hội nghị chi bộ (thử)"),
        .public_key = ballot_group_generator(group),
        .questions = world->questions,
        .question_count = 3,
        .uuid = TEXT_LITERAL("P95SQruW9N4q8N"),
    };
    fill_meeting(world);
    byte_writer_init(&world->text, 100000);
}

static void write_world(struct world *world)
{
    byte_writer_reset(&world->text);
    assert_int_equal(
        ballot_election_write(group, &world->election, &world->text),
        RESULT_OK);
    byte_writer_u8(&world->text, 0);
    world->text.size--;
}

#define HEX32(digits)                                                          \
    digits digits digits digits digits digits digits digits digits digits      \
        digits digits digits digits digits digits
#define HEX64(digits) HEX32(digits) HEX32(digits) HEX32(digits) HEX32(digits)

static void what_is_written_has_the_fields_in_their_order(void **state)
{
    struct world world;
    const char *text;

    (void)state;
    fill(&world);
    write_world(&world);
    text = (const char *)world.text.data;
    assert_non_null(strstr(text, "{\"version\":1,\"description\":\"\",\"name\":"
                                 "\"Hội nghị chi bộ (thử)\",\"group\":"
                                 "\"BELENIOS-2048\",\"public_key\":\"240235267"
                                 "7501852"));
    assert_non_null(strstr(
        text, "\",\"questions\":[{\"answers\":[\"Đồng ý\",\"Không đồng ý\","
              "\"Không có ý kiến\"],\"min\":1,\"max\":1,\"question\":\"Đảng "
              "viên Mẫu 01\"},"));
    assert_non_null(strstr(
        text, "{\"answers\":[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"],"
              "\"blank\":true,\"min\":0,\"max\":1,\"question\":\"Bầu \\\"bí "
              "thư\\\"\"}],\"uuid\":\"P95SQruW9N4q8N\",\"meeting\":{\"v\":1,"
              "\"meeting\":\"m7\",\"genesis\":\"1111"));
    assert_non_null(
        strstr(text, "1111\",\"round\":2,\"attempt\":3,\"roll\":\"" HEX32("22")
                         HEX32("22") "\",\"rules\":\"3333"));
    assert_non_null(strstr(
        text, "3333\",\"revote\":true,\"channels\":{\"own\":20,\"hall\":4,"
              "\"paper\":1},\"trustees\":\"4444"));
    assert_non_null(strstr(
        text, "4444\",\"committee\":[{\"owner\":1,\"member\":\"server\","
              "\"key\":\"8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf374"
              "8801b40f6f5c\",\"sig\":\"" HEX64(
                  "55") "\"},{\"owner\":2,"
                        "\"member\":\"u1\",\"key\":"
                        "\"8139770ea87d175f56a35466c34c7ecccb8"
                        "d8a91b4ee37a25df60f5b8fc9b394\",\"sig\":\""));
    assert_non_null(
        strstr(text, "55\"}],\"forms\":[\"agree\",\"agree\",\"choose\"]}}"));
    byte_writer_release(&world.text);
}

static void what_was_written_is_read_back(void **state)
{
    struct ballot_election read;
    struct byte_writer again;
    struct world world;

    (void)state;
    fill(&world);
    world.election.administrator = TEXT_LITERAL("Ban kiểm phiếu");
    world.election.authority = TEXT_LITERAL("Ban tổ chức");
    write_world(&world);
    assert_int_equal(
        ballot_election_read(group, view_of(&world.text), false, &read),
        BALLOT_FAULT_NONE);
    assert_int_equal(ballot_election_position_count(&read), 9);
    assert_int_equal(read.questions[1].form, BALLOT_FORM_AGREE);
    assert_int_equal(read.questions[2].form, BALLOT_FORM_CHOOSE);
    assert_true(text_view_is(read.questions[2].answers[1], "Đảng viên Mẫu 02"));
    assert_int_equal(read.meeting.channels.hall, 4);
    assert_true(identifier_is(&read.meeting.committee[1].member, "u1"));
    byte_writer_init(&again, 100000);
    assert_int_equal(ballot_election_write(group, &read, &again), RESULT_OK);
    assert_int_equal(again.size, world.text.size);
    assert_memory_equal(again.data, world.text.data, again.size);
    byte_writer_release(&again);
    ballot_election_release(&read);
    byte_writer_release(&world.text);
}

/* The election's text with the first `from` replaced. */
static enum ballot_fault read_changed(const char *text, const char *from,
                                      const char *to, bool is_lenient)
{
    const char *found = strstr(text, from);
    struct ballot_election election;
    struct byte_writer changed;
    enum ballot_fault fault;

    if (!found)
        fail_msg("%s is not there", from);
    byte_writer_init(&changed, 100000);
    byte_writer_bytes(&changed, text, (size_t)(found - text));
    byte_writer_text(&changed, text_view_of(to));
    byte_writer_text(&changed, text_view_of(&found[strlen(from)]));
    fault =
        ballot_election_read(group, view_of(&changed), is_lenient, &election);
    ballot_election_release(&election);
    byte_writer_release(&changed);
    return fault;
}

static void every_change_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } rows[] = {
        { "\"version\":1", "\"version\":2", BALLOT_FAULT_ELECTION },
        { "\"version\":1", "\"version\":01", BALLOT_FAULT_NUMBER },
        { "{\"version\":1,", "{", BALLOT_FAULT_FIELD },
        { "BELENIOS-2048", "RFC-3526-2048", BALLOT_FAULT_GROUP },
        { "\"public_key\":\"2", "\"public_key\":\"02", BALLOT_FAULT_NUMBER },
        { "\"public_key\":\"2", "\"public_key\":\"99", BALLOT_FAULT_NUMBER },
        { "P95SQruW9N4q8N", "P95SQruW9N4q8", BALLOT_FAULT_ELECTION },
        { "P95SQruW9N4q8N", "P95SQruW9N4q80", BALLOT_FAULT_ELECTION },
        { "P95SQruW9N4q8N", "P95SQruW9N4q8 ", BALLOT_FAULT_ELECTION },
        { "thử", "th\\n", BALLOT_FAULT_TEXT },
        { "thử", "th\xff", BALLOT_FAULT_TEXT },
        { "thử", "th\xe2\x80\xae", BALLOT_FAULT_TEXT },
        { "\"min\":1", "\"min\":2", BALLOT_FAULT_QUESTION },
        { "\"max\":1", "\"max\":4", BALLOT_FAULT_QUESTION },
        { "\"max\":1", "\"max\":4294967297", BALLOT_FAULT_NUMBER },
        { "\"min\":0,\"max\":1", "\"min\":0,\"max\":0", BALLOT_FAULT_QUESTION },
        { "[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"]", "[]",
          BALLOT_FAULT_QUESTION },
        { "\"blank\":true", "\"blank\":false", BALLOT_FAULT_FIELD },
        { "{\"answers\"", "{\"type\":\"NonHomomorphic\",\"value\":{\"answers\"",
          BALLOT_FAULT_NOT_HOMOMORPHIC },
        { "\"question\":\"Đ", "\"extra\":1,\"question\":\"Đ",
          BALLOT_FAULT_FIELD },
        { "{\"v\":1", "{\"v\":2", BALLOT_FAULT_MEETING_FIELDS },
        { "\"m7\"", "\"M7\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"genesis\":\"11", "\"genesis\":\"1", BALLOT_FAULT_FIELD },
        { "\"owner\":2", "\"owner\":3", BALLOT_FAULT_MEETING_FIELDS },
        { "\"member\":\"u1\"", "\"member\":\"server\"",
          BALLOT_FAULT_MEETING_FIELDS },
        { "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
          "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
          BALLOT_FAULT_MEETING_FIELDS },
        { "\"revote\":true,", "", BALLOT_FAULT_FIELD },
        { "\"agree\",\"agree\"", "\"agree\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"agree\",\"agree\"", "\"agree\",\"agree\",\"agree\"",
          BALLOT_FAULT_MEETING_FIELDS },
        { "\"choose\"", "\"strike\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"choose\"", "\"agree\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"choose\"]", "\"choose\"],\"more\":1", BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"choose\"]}}", "\"choose\"]},\"more\":1}",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"choose\"]}}", "\"choose\"]}}\n", BALLOT_FAULT_JSON },
    };
    struct world world;
    size_t i;

    (void)state;
    fill(&world);
    write_world(&world);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const enum ballot_fault fault = read_changed(
            (const char *)world.text.data, rows[i].from, rows[i].to, false);

        if (fault != rows[i].fault)
            fail_msg("%s -> %s: %s", rows[i].from, rows[i].to,
                     ballot_fault_word(fault));
    }
    byte_writer_release(&world.text);
}

static void texts_in_nfd_are_only_for_elections_of_others(void **state)
{
    struct world world;
    const char *text;

    (void)state;
    fill(&world);
    write_world(&world);
    text = (const char *)world.text.data;
    assert_int_equal(
        read_changed(text, "Mẫu 01", "Ma\xcc\x82\xcc\x83u 01", false),
        BALLOT_FAULT_TEXT);
    assert_int_equal(
        read_changed(text, "Mẫu 01", "Ma\xcc\x82\xcc\x83u 01", true),
        BALLOT_FAULT_NONE);
    assert_int_equal(read_changed(text, "thử", "th\xe2\x80\xae", true),
                     BALLOT_FAULT_TEXT);
    byte_writer_release(&world.text);
}

static void others_have_fields_of_their_own_but_ours_only_once(void **state)
{
    struct world world;
    const char *text;

    (void)state;
    fill(&world);
    write_world(&world);
    text = (const char *)world.text.data;
    assert_int_equal(read_changed(text, "]}}", "]},\"language\":\"vi\"}", true),
                     BALLOT_FAULT_NONE);
    assert_int_equal(read_changed(text, "]}}", "]},\"uuid\":\"x\"}", true),
                     BALLOT_FAULT_FIELD);
    assert_int_equal(read_changed(text, "\"min\":1", "\"min\":2", true),
                     BALLOT_FAULT_QUESTION);
    byte_writer_release(&world.text);
}

static void what_would_be_refused_is_not_written(void **state)
{
    struct world world;

    (void)state;
    fill(&world);
    world.questions[0].max = 4;
    assert_int_equal(ballot_election_write(group, &world.election, &world.text),
                     RESULT_INVALID);
    byte_writer_release(&world.text);
    fill(&world);
    world.election.uuid = TEXT_LITERAL("kurz");
    assert_int_equal(ballot_election_write(group, &world.election, &world.text),
                     RESULT_INVALID);
    byte_writer_release(&world.text);
    fill(&world);
    world.election.question_count = 0;
    assert_int_equal(ballot_election_write(group, &world.election, &world.text),
                     RESULT_INVALID);
    byte_writer_release(&world.text);
    fill(&world);
    world.text.size_max = 100;
    assert_int_equal(ballot_election_write(group, &world.election, &world.text),
                     RESULT_TOO_LARGE);
    byte_writer_release(&world.text);
}

/* --- Whose keys ---------------------------------------------------------- */

/* Signs, as owner 2 would, that S(X) is its key. */
static void sign(struct world *world, const char *key, uint64_t owner)
{
    const struct hash hash = digest_sha256(key, strlen(key));
    struct statement statement;
    uint8_t *bytes = NULL;
    size_t size = 0;

    statement_begin(&statement, STATEMENT_TRUSTEES, &world->keys[1].public_key,
                    TEXT_LITERAL("m7"));
    statement_add_text(&statement, TEXT_LITERAL("u1"));
    statement_add_text(&statement, TEXT_LITERAL("P95SQruW9N4q8N"));
    statement_add_number(&statement, 3);
    statement_add_number(&statement, owner);
    statement_add_hash(&statement, &hash);
    statement_add_hash(&statement, &world->election.meeting.trustees);
    assert_int_equal(statement_finish(&statement, &bytes, &size), RESULT_OK);
    assert_int_equal(
        statement_sign(&world->keys[1], bytes, size, &world->committee[1].sig),
        RESULT_OK);
    free(bytes);
}

static void an_owner_signs_its_own_key_and_no_other(void **state)
{
    const struct ballot_element one = ballot_element_identity();
    const struct ballot_element g = ballot_group_generator(group);
    struct world world;

    (void)state;
    fill(&world);
    sign(&world, "1", 2);
    assert_int_equal(ballot_election_check_owner(&world.election, 2, &one),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_election_check_owner(&world.election, 2, &g),
                     BALLOT_FAULT_COMMITTEE_SIGNATURE);
    assert_int_equal(ballot_election_check_owner(&world.election, 1, &one),
                     BALLOT_FAULT_COMMITTEE_SIGNATURE);
    assert_int_equal(ballot_election_check_owner(&world.election, 0, &one),
                     BALLOT_FAULT_MEETING_FIELDS);
    assert_int_equal(ballot_election_check_owner(&world.election, 3, &one),
                     BALLOT_FAULT_MEETING_FIELDS);
    world.election.meeting.attempt = 4;
    assert_int_equal(ballot_election_check_owner(&world.election, 2, &one),
                     BALLOT_FAULT_COMMITTEE_SIGNATURE);
    world.election.meeting.attempt = 3;
    sign(&world, "1", 1);
    assert_int_equal(ballot_election_check_owner(&world.election, 2, &one),
                     BALLOT_FAULT_COMMITTEE_SIGNATURE);
    byte_writer_release(&world.text);
}

static void a_setup_has_one_spelling(void **state)
{
    static const char good[] = "{\"election\":\"" HEX32("1a")
        HEX32("1a") "\",\"trustees\":\"" HEX32("2b")
            HEX32("2b") "\",\"credentials\":\"" HEX32("3c") HEX32("3c") "\"}";
    struct ballot_setup setup;
    char text[sizeof good];
    size_t i;

    (void)state;
    assert_int_equal(ballot_setup_read(text_view_of(good), &setup),
                     BALLOT_FAULT_NONE);
    assert_int_equal(setup.trustees.bytes[31], 0x2b);
    for (i = 0; i + 1 < sizeof good; i++) {
        memcpy(text, good, sizeof good);
        text[i] = ' ';
        assert_int_not_equal(ballot_setup_read(text_view_of(text), &setup),
                             BALLOT_FAULT_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            elections_of_other_programs_are_read_and_written_alike),
        cmocka_unit_test(what_is_written_has_the_fields_in_their_order),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(every_change_is_refused_with_its_reason),
        cmocka_unit_test(texts_in_nfd_are_only_for_elections_of_others),
        cmocka_unit_test(others_have_fields_of_their_own_but_ours_only_once),
        cmocka_unit_test(what_would_be_refused_is_not_written),
        cmocka_unit_test(an_owner_signs_its_own_key_and_no_other),
        cmocka_unit_test(a_setup_has_one_spelling),
    };

    return cmocka_run_group_tests_name("ballot_election", tests, set_up,
                                       tear_down);
}
