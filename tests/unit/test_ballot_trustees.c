#include "protocol/ballot/ballot_trustees.h"

#include "protocol/ballot/ballot_archive.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct ballot_group *group = NULL;

    assert_int_equal(ballot_group_new(&group), RESULT_OK);
    *state = group;
    return 0;
}

static int tear_down(void **state)
{
    ballot_group_free(*state);
    return 0;
}

static void expect(const struct ballot_group *group, struct text_view record,
                   bool is_lenient, enum ballot_fault fault, uint32_t owner)
{
    struct ballot_trustees trustees;
    uint32_t found = 99;

    assert_string_equal(ballot_fault_word(ballot_trustees_read(
                            group, record, is_lenient, &trustees, &found)),
                        ballot_fault_word(fault));
    assert_int_equal(found, owner);
}

static struct ballot_trustees read_good(const struct ballot_group *group,
                                        struct text_view record,
                                        bool is_lenient)
{
    struct ballot_trustees trustees;
    uint32_t owner = 0;

    assert_string_equal(ballot_fault_word(ballot_trustees_read(
                            group, record, is_lenient, &trustees, &owner)),
                        "");
    return trustees;
}

/* --- Records of other programs ------------------------------------------- */

/* The record of an archive among the samples; the file ends with
 * text_free(). */
static struct text_view record_of(struct text_view file)
{
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;

    ballot_archive_open(&reader, file);
    assert_true(ballot_archive_next(&reader, &event));
    assert_int_equal(event.kind, BALLOT_EVENT_SETUP);
    return event.records[1];
}

/* Is y in election.json? */
static void expect_election_key(const struct ballot_trustees *trustees,
                                struct text_view file)
{
    char key[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(&trustees->public_key, key);
    assert_non_null(memmem(file.data, file.size, key, strlen(key)));
}

static void the_samples_of_other_programs_are_read(void **state)
{
    static const struct {
        const char *file;
        bool is_strict; /* in our form */
        uint32_t owner_count, part_count, threshold;
    } samples[] = {
        { "threshold/P95SQruW9N4q8N.bel", true, 3, 1, 2 },
        { "profile.bel", true, 3, 1, 2 },
        { "weights.bel", true, 3, 1, 2 },
        { "tampered/00-good.bel", true, 3, 1, 2 },
        { "single.bel", true, 3, 3, 1 },
        { "single-made-by-2.0.bel", true, 3, 3, 1 },
    };

    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct text_view file = ballot_vector_load(samples[i].file);
        const struct text_view record = record_of(file);
        const struct ballot_trustees trustees =
            read_good(*state, record, !samples[i].is_strict);

        assert_int_equal(trustees.owner_count, samples[i].owner_count);
        assert_int_equal(trustees.part_count, samples[i].part_count);
        assert_int_equal(trustees.parts[0].threshold, samples[i].threshold);
        assert_int_equal(trustees.parts[0].is_group, samples[i].threshold > 1);
        expect_election_key(&trustees, file);
        text_free(file);
    }
}

/* One key and a group of two of three. */
static void the_form_of_belenios_2_is_read_where_it_may_be(void **state)
{
    const struct text_view file =
        ballot_vector_load("trustees-made-by-2.0.json");
    const struct text_view record = { file.data, file.size - 1 };
    const struct ballot_trustees trustees = read_good(*state, record, true);

    assert_int_equal(file.data[file.size - 1], '\n');
    assert_int_equal(trustees.owner_count, 4);
    assert_int_equal(trustees.part_count, 2);
    assert_false(trustees.parts[0].is_group);
    assert_int_equal(trustees.parts[1].first_owner, 2);
    assert_int_equal(trustees.parts[1].size, 3);
    assert_int_equal(trustees.parts[1].threshold, 2);
    assert_int_equal(trustees.owners[3].part, 1);
    assert_int_equal(trustees.owners[3].index, 3);
    expect(*state, record, false, BALLOT_FAULT_CERTIFICATE_CONTEXT, 0);
    expect(*state, file, true, BALLOT_FAULT_JSON, 0);
    text_free(file);
}

static void an_altered_signature_of_a_certificate_is_found(void **state)
{
    const struct text_view file =
        ballot_vector_load("tampered/C05-certificate-signature-altered.bel");
    struct ballot_trustees trustees;
    uint32_t owner = 0;

    assert_int_equal(
        ballot_trustees_read(*state, record_of(file), false, &trustees, &owner),
        BALLOT_FAULT_CERTIFICATE_SIGNATURE);
    assert_true(owner >= 1 && owner <= 3);
    text_free(file);
}

/* --- Records of our own -------------------------------------------------- */

struct parts {
    struct ballot_part_text texts[4];
    size_t count;
};

static struct text_view joined(const struct parts *parts)
{
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustees_write(&writer, parts->texts, parts->count);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

/* The server's key and two of three tellers. */
static void single_keys_and_groups_make_up_the_elections_key(void **state)
{
    struct ballot_scalar single, shares[3];
    struct ballot_element product;
    struct parts parts = { .count = 2 };
    struct text_view record;
    struct ballot_trustees trustees, alone;

    parts.texts[0].text = single_make(*state, 1, &single);
    parts.texts[1].text = committee_make(*state, 2, 3, 2, shares);
    parts.texts[1].is_group = true;
    record = joined(&parts);
    trustees = read_good(*state, record, false);
    text_free(record);
    assert_int_equal(trustees.owner_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct ballot_element key;

        assert_int_equal(ballot_group_generate(
                             *state, i == 0 ? &single : &shares[i - 1], &key),
                         RESULT_OK);
        assert_true(ballot_element_equal(&key, &trustees.owners[i].public_key));
        assert_ptr_equal(ballot_trustees_owner(&trustees, i + 1),
                         &trustees.owners[i]);
    }
    assert_null(ballot_trustees_owner(&trustees, 0));
    assert_null(ballot_trustees_owner(&trustees, 5));
    text_free(parts.texts[0].text);
    parts.texts[0] = parts.texts[1];
    parts.count = 1;
    record = joined(&parts);
    alone = read_good(*state, record, false);
    text_free(record);
    assert_int_equal(ballot_group_multiply(*state, &alone.public_key,
                                           &trustees.owners[0].public_key,
                                           &product),
                     RESULT_OK);
    assert_true(ballot_element_equal(&product, &trustees.public_key));
    text_free(parts.texts[1].text);
}

static void every_single_owner_and_as_many_of_a_group_suffice(void **state)
{
    const struct ballot_trustees trustees = {
        .owner_count = 4,
        .part_count = 2,
        .parts = { { .first_owner = 1, .size = 1, .threshold = 1 },
                   { .is_group = true,
                     .first_owner = 2,
                     .size = 3,
                     .threshold = 2 } }
    };
    /* By the bits of the owners 1 to 4. */
    static const uint64_t enough[] = { 7, 11, 13, 15 };
    size_t next = 0;

    (void)state;
    for (uint64_t owners = 0; owners < 16; owners++) {
        const bool is_enough = next < 4 && owners == enough[next];

        next += is_enough;
        assert_int_equal(ballot_trustees_suffice(&trustees, owners), is_enough);
    }
    assert_int_equal(next, 4);
}

static void of_a_key_that_stands_twice_no_owner_is_named(void **state)
{
    struct ballot_scalar single, shares[2];
    struct parts parts = { .count = 3 };
    struct text_view record;

    parts.texts[0].text = committee_make(*state, 2, 2, 3, shares);
    parts.texts[0].is_group = true;
    parts.texts[1].text = single_make(*state, 4, &single);
    parts.texts[2] = parts.texts[1];
    record = joined(&parts);
    expect(*state, record, false, BALLOT_FAULT_SAME_KEY, 0);
    expect(*state, record, true, BALLOT_FAULT_SAME_KEY, 0);
    text_free(record);
    parts.texts[1] = parts.texts[0];
    parts.count = 2;
    record = joined(&parts);
    expect(*state, record, false, BALLOT_FAULT_SAME_KEY, 0);
    text_free(record);
    text_free(parts.texts[0].text);
    text_free(parts.texts[2].text);
}

static void changed_parts_are_refused_and_their_owner_named(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
        uint32_t owner;
    } changes[] = {
        { "[\"Single\"", "[\"single\"", BALLOT_FAULT_FIELD, 0 },
        { "[\"Single\",", "[\"Single\",1,", BALLOT_FAULT_JSON, 1 },
        { "[\"Pedersen\"", "[ \"Pedersen\"", BALLOT_FAULT_JSON, 0 },
        { "{\"threshold\":2", "{\"threshold\":02", BALLOT_FAULT_NUMBER, 0 },
        { "{\"threshold\":2", "{\"threshold\":0", BALLOT_FAULT_THRESHOLD, 0 },
        { "{\"threshold\":2", "{\"threshold\":4", BALLOT_FAULT_THRESHOLD, 0 },
        { "{\"threshold\":2", "{\"threshold\":3",
          BALLOT_FAULT_CERTIFICATE_CONTEXT, 2 },
        { "\\\"size\\\":3,\\\"threshold\\\":2,\\\"index\\\":2",
          "\\\"size\\\":3,\\\"threshold\\\":2,\\\"index\\\":3",
          BALLOT_FAULT_CERTIFICATE_CONTEXT, 3 },
        { ",\"coefexps\":[", ",\"coefexps\":[[],", BALLOT_FAULT_JSON, 0 },
        { ",\"signatures\":[", ",\"signatures\":[0,", BALLOT_FAULT_JSON, 0 },
        { ",\"verification_keys\":[", ",\"verification_keys\":[{},",
          BALLOT_FAULT_FIELD, 0 },
        { ",\"certs\":[", ",\"certs\":[],\"x\":[", BALLOT_FAULT_THRESHOLD, 0 },
        { ",\"coefexps\":[", ",\"coefexps\":[],\"x\":[",
          BALLOT_FAULT_COEFFICIENTS, 0 },
        { ",\"signatures\":[", ",\"signatures\":[],\"x\":[",
          BALLOT_FAULT_CERTS_SIGNATURE, 0 },
        { ",\"verification_keys\":[", ",\"verification_keys\":[],\"x\":[",
          BALLOT_FAULT_VERIFICATION_KEY, 0 },
        { ",\"verification_keys\"", ",\"more\":1,\"verification_keys\"",
          BALLOT_FAULT_FIELD, 0 },
        { "}]}]]", "}],\"more\":1}]]", BALLOT_FAULT_UNKNOWN_FIELD, 0 },
        { "}]}]]", "}]},1]]", BALLOT_FAULT_JSON, 4 },
        { "}]}]]", "}]}]] ", BALLOT_FAULT_JSON, 0 },
        { "}]}]]", "}]}]", BALLOT_FAULT_JSON, 0 },
    };
    struct ballot_scalar single, shares[3];
    struct parts parts = { .count = 2 };
    struct text_view record;

    parts.texts[0].text = single_make(*state, 5, &single);
    parts.texts[1].text = committee_make(*state, 2, 3, 6, shares);
    parts.texts[1].is_group = true;
    record = joined(&parts);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct text_view changed =
            text_replaced(record, changes[i].from, changes[i].to);
        struct ballot_trustees trustees;
        uint32_t owner = 99;

        assert_string_equal(ballot_fault_word(ballot_trustees_read(
                                *state, changed, false, &trustees, &owner)),
                            ballot_fault_word(changes[i].fault));
        if (changes[i].fault != BALLOT_FAULT_JSON)
            assert_int_equal(owner, changes[i].owner);
        text_free(changed);
    }
    text_free(record);
    text_free(parts.texts[0].text);
    text_free(parts.texts[1].text);
}

static void a_record_without_trustees_is_refused(void **state)
{
    expect(*state, TEXT_LITERAL("[]"), false, BALLOT_FAULT_THRESHOLD, 0);
    expect(*state, TEXT_LITERAL(""), false, BALLOT_FAULT_JSON, 0);
    expect(*state, TEXT_LITERAL("{}"), false, BALLOT_FAULT_JSON, 0);
    expect(*state, TEXT_LITERAL("[1]"), false, BALLOT_FAULT_JSON, 0);
}

/* Whatever digit of a record is changed, something in it does not fit. */
static void no_digit_of_a_record_can_be_changed(void **state)
{
    struct ballot_scalar shares[2];
    struct parts parts = { .count = 1 };
    struct text_view record;
    char *changed = NULL;
    size_t tried = 0;

    parts.texts[0].text = committee_make(*state, 2, 2, 7, shares);
    parts.texts[0].is_group = true;
    record = joined(&parts);
    changed = malloc(record.size);
    assert_non_null(changed);
    memcpy(changed, record.data, record.size);
    for (size_t i = 0; i < record.size; i += 37) {
        struct ballot_trustees trustees;
        uint32_t owner = 0;

        if (changed[i] < '0' || changed[i] > '9')
            continue;
        changed[i] = changed[i] == '9' ? '8' : (char)(changed[i] + 1);
        assert_int_not_equal(
            ballot_trustees_read(*state,
                                 (struct text_view){ changed, record.size },
                                 true, &trustees, &owner),
            BALLOT_FAULT_NONE);
        changed[i] = record.data[i];
        tried++;
    }
    assert_true(tried > 100);
    free(changed);
    text_free(record);
    text_free(parts.texts[0].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_of_other_programs_are_read),
        cmocka_unit_test(the_form_of_belenios_2_is_read_where_it_may_be),
        cmocka_unit_test(an_altered_signature_of_a_certificate_is_found),
        cmocka_unit_test(single_keys_and_groups_make_up_the_elections_key),
        cmocka_unit_test(every_single_owner_and_as_many_of_a_group_suffice),
        cmocka_unit_test(of_a_key_that_stands_twice_no_owner_is_named),
        cmocka_unit_test(changed_parts_are_refused_and_their_owner_named),
        cmocka_unit_test(a_record_without_trustees_is_refused),
        cmocka_unit_test(no_digit_of_a_record_can_be_changed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
