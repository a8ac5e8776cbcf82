#include "server/room/ballot_work.h"

#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_counting.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/fake_secrets.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct ballot_group *group;
static struct fake_entropy entropy;
static struct fake_secrets secrets;
static struct ballot_tools tools;

static int make_group(void **state)
{
    (void)state;
    return ballot_group_new(&group) == RESULT_OK ? 0 : -1;
}

static int free_group(void **state)
{
    (void)state;
    group = ballot_group_free(group);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    fake_entropy_init(&entropy, 11);
    fake_secrets_init(&secrets);
    tools = (struct ballot_tools){ group, &entropy.port, &secrets.port };
    return 0;
}

/* --- the server's own key ---------------------------------------------------
 */

static void a_begun_key_is_that_of_the_share_which_was_stored(void **state)
{
    char uuid[BALLOT_UUID_TEXT_SIZE];
    struct work_text key = { NULL, 0 };
    (void)state;

    assert_int_equal(ballot_work_begin(&tools, uuid, &key), RESULT_OK);

    assert_int_equal(strlen(uuid), BALLOT_UUID_LENGTH);
    assert_true(ballot_uuid_is_valid(text_view_of(uuid)));
    assert_int_equal(ballot_work_find_share(&tools, uuid, work_text_view(&key)),
                     RESULT_OK);
    work_text_release(&key);
}

static void without_random_bytes_nothing_is_begun(void **state)
{
    char uuid[BALLOT_UUID_TEXT_SIZE];
    struct work_text key = { NULL, 0 };
    (void)state;
    entropy.fails = true;

    assert_int_equal(ballot_work_begin(&tools, uuid, &key), RESULT_CRYPTO);

    assert_null(key.data);
    assert_int_equal(fake_secrets_count(&secrets), 0);
}

static void a_share_that_cannot_be_stored_gives_no_key(void **state)
{
    char uuid[BALLOT_UUID_TEXT_SIZE];
    struct work_text key = { NULL, 0 };
    (void)state;
    secrets.fails = true;

    assert_int_equal(ballot_work_begin(&tools, uuid, &key), RESULT_IO);

    assert_null(key.data);
}

static void a_share_of_another_key_is_no_share(void **state)
{
    char uuid[2][BALLOT_UUID_TEXT_SIZE];
    struct work_text key[2] = { { NULL, 0 }, { NULL, 0 } };
    (void)state;
    assert_int_equal(ballot_work_begin(&tools, uuid[0], &key[0]), RESULT_OK);
    assert_int_equal(ballot_work_begin(&tools, uuid[1], &key[1]), RESULT_OK);

    assert_int_equal(
        ballot_work_find_share(&tools, uuid[0], work_text_view(&key[1])),
        RESULT_REFUSED);
    assert_int_equal(
        ballot_work_find_share(&tools, "khong-co", work_text_view(&key[1])),
        RESULT_NOT_FOUND);
    work_text_release(&key[0]);
    work_text_release(&key[1]);
}

/* --- the committee
 * ------------------------------------------------------------ */

static void set(struct work_text *text, struct text_view value)
{
    assert_int_equal(work_text_set(text, value), RESULT_OK);
}

static void set_deal(const struct ballot_committee *committee, uint32_t index,
                     struct work_text *out)
{
    struct ballot_deal deal = { .dealing = committee->dealings[index - 1] };
    struct byte_writer writer;
    uint32_t i;

    for (i = 1; i <= committee->size; i++)
        if (i != index)
            deal.boxes[i - 1] = committee->boxes[i - 1][index - 1];
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_deal_write(&writer, &deal, committee->size);
    assert_int_equal(work_text_take(out, &writer), RESULT_OK);
}

/* What a committee of three has sent, all of it. */
static void fill(struct work_committee *out, struct ballot_committee *committee)
{
    char uuid[BALLOT_UUID_TEXT_SIZE];
    uint32_t i;

    memset(out, 0, sizeof *out);
    committee_begin(committee, group, 2, 3, 5);
    committee_deal(committee);
    committee_receive(committee);
    out->size = 3;
    out->threshold = 2;
    out->attempt = committee->attempt;
    assert_int_equal(ballot_work_begin(&tools, uuid, &out->server_key),
                     RESULT_OK);
    for (i = 1; i <= 3; i++) {
        set(&out->certificates[i - 1], committee->certificates[i - 1]);
        set_deal(committee, i, &out->deals[i - 1]);
        set(&out->keys[i - 1], committee->keys[i - 1]);
    }
}

static void
a_whole_committee_makes_a_record_that_everybody_can_read(void **state)
{
    struct ballot_committee committee;
    struct work_committee sent;
    struct ballot_trustees_made made;
    struct keys_verdict verdict;
    struct ballot_trustees read;
    uint32_t owner = 0;
    (void)state;
    fill(&sent, &committee);

    assert_true(work_committee_is_complete(&sent));
    assert_int_equal(ballot_work_trustees(&tools, &sent, &made, &verdict),
                     RESULT_OK);

    assert_int_equal(verdict.fault, 0);
    assert_int_equal(made.facts.owner_count, 4);
    assert_int_equal(ballot_trustees_read(group, work_text_view(&made.record),
                                          false, &read, &owner),
                     BALLOT_FAULT_NONE);
    assert_true(ballot_element_equal(&read.public_key, &made.facts.public_key));
    ballot_trustees_made_release(&made);
    work_committee_release(&sent);
    committee_end(&committee);
}

static void each_fault_of_what_was_sent_is_its_senders(void **state)
{
    static const struct {
        enum { CERTIFICATES, DEALS, KEYS } list;
        uint32_t sender;
        const char *from, *to;
        enum keys_fault fault;
    } rows[] = {
        { CERTIFICATES, 2, "\\\"index\\\":2", "\\\"index\\\":3",
          KEYS_BAD_CERTIFICATE },
        { DEALS, 3, "\"sender\":3", "\"sender\":1", KEYS_BAD_DEAL },
        { DEALS, 1, "{\"dealing\"", "{\"dealings\"", KEYS_BAD_DEAL },
        { KEYS, 2, "\"challenge\":\"", "\"challenge\":\"1", KEYS_BAD_KEY },
    };
    struct ballot_committee committee;
    struct work_committee sent;
    size_t i;
    (void)state;
    fill(&sent, &committee);

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct work_text *lists[] = { sent.certificates, sent.deals,
                                      sent.keys };
        struct work_text *text = &lists[rows[i].list][rows[i].sender - 1];
        struct text_view good = work_text_view(text), bad;
        struct work_text kept = *text;
        struct ballot_trustees_made made;
        struct keys_verdict verdict;

        bad = text_replaced(good, rows[i].from, rows[i].to);
        *text = (struct work_text){ NULL, 0 };
        set(text, bad);
        assert_int_equal(ballot_work_trustees(&tools, &sent, &made, &verdict),
                         RESULT_OK);
        assert_int_equal(verdict.fault, rows[i].fault);
        assert_int_equal(verdict.guilty, rows[i].sender);
        work_text_release(text);
        *text = kept;
        text_free(bad);
    }
    work_committee_release(&sent);
    committee_end(&committee);
}

static void a_complaint_without_cause_is_false(void **state)
{
    struct ballot_committee committee;
    struct work_committee sent;
    struct keys_verdict verdict;
    (void)state;
    fill(&sent, &committee);

    assert_int_equal(
        ballot_work_judge(&tools, &sent, 2, 1, TEXT_LITERAL(""), &verdict),
        RESULT_OK);
    assert_int_equal(verdict.fault, KEYS_FALSE_COMPLAINT);
    assert_int_equal(verdict.guilty, 2);

    assert_int_equal(ballot_work_judge(&tools, &sent, 3, 1,
                                       TEXT_LITERAL("{\"attempt\":1}"),
                                       &verdict),
                     RESULT_OK);
    assert_int_equal(verdict.fault, KEYS_FALSE_COMPLAINT);
    assert_int_equal(verdict.guilty, 3);
    work_committee_release(&sent);
    committee_end(&committee);
}

static void two_tellers_with_one_key_are_found(void **state)
{
    struct work_committee sent = { .size = 2, .threshold = 2, .attempt = 1 };
    struct ballot_scalar secret;
    struct text_view key = single_make(group, 3, &secret);
    struct keys_verdict verdict;
    char uuid[BALLOT_UUID_TEXT_SIZE];
    (void)state;
    assert_int_equal(ballot_work_begin(&tools, uuid, &sent.server_key),
                     RESULT_OK);
    set(&sent.certificates[0], key);
    set(&sent.certificates[1], key);

    assert_int_equal(ballot_work_examine(&tools, &sent, &verdict), RESULT_OK);

    assert_int_equal(verdict.fault, KEYS_SAME_KEY);
    assert_int_equal(verdict.guilty, 0);
    text_free(key);
    work_committee_release(&sent);
}

/* --- counting
 * ------------------------------------------------------------------ */

static struct work_text tally_of(const struct ballot_counting *counting)
{
    struct work_text record = { NULL, 0 };
    struct byte_writer writer;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_tally_write(&writer, &counting->election, counting->tally);
    assert_int_equal(work_text_take(&record, &writer), RESULT_OK);
    return record;
}

static void payload_of(struct ballot_counting *counting, uint64_t owner,
                       struct work_text *out)
{
    struct ballot_decryption decryption = counting_decrypt(counting, owner);
    struct byte_writer writer;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_decryption_write(&writer, &counting->election, &decryption);
    assert_int_equal(work_text_take(out, &writer), RESULT_OK);
    ballot_decryption_release(&decryption);
}

static void
the_counts_come_out_of_the_server_s_and_two_tellers_decryptions(void **state)
{
    struct ballot_counting counting;
    struct work_text payloads[COUNTING_OWNERS] = { { NULL, 0 } };
    struct work_text sized = { NULL, 0 }, record = { NULL, 0 }, tally;
    struct text_view views[LIMIT_BALLOT_TELLERS + 1] = { { NULL, 0 } };
    struct ballot_count_input input;
    uint64_t *counts = NULL;
    size_t count = 0, i;
    char uuid[BALLOT_UUID_SIZE_MAX + 1] = "";
    (void)state;
    counting_begin(&counting);
    counting.election.uuid = TEXT_LITERAL("BauThuNghiem1234567892");
    tally = tally_of(&counting);
    input = (struct ballot_count_input){ counting.group, &counting.election,
                                         &counting.trustees };
    memcpy(uuid, counting.election.uuid.data, counting.election.uuid.size);
    assert_int_equal(secrets.port.save(&secrets, uuid,
                                       counting.secrets[0].bytes,
                                       BALLOT_SCALAR_SIZE),
                     RESULT_OK);

    assert_int_equal(ballot_work_decrypt(&tools, &input, work_text_view(&tally),
                                         &payloads[0], &sized),
                     RESULT_OK);
    payload_of(&counting, 2, &payloads[1]);
    payload_of(&counting, 4, &payloads[3]);
    for (i = 0; i < COUNTING_OWNERS; i++)
        views[i] = work_text_view(&payloads[i]);
    for (i = 0; i < COUNTING_OWNERS; i++) {
        enum ballot_fault fault = BALLOT_FAULT_NONE;

        if (views[i].size == 0)
            continue;
        assert_int_equal(ballot_work_check_decryption(&input,
                                                      work_text_view(&tally),
                                                      i + 1, views[i], &fault),
                         RESULT_OK);
        assert_int_equal(fault, BALLOT_FAULT_NONE);
    }
    assert_int_equal(ballot_work_result(&input, work_text_view(&tally), views,
                                        100, TEXT_LITERAL(""), &record, &counts,
                                        &count),
                     RESULT_OK);

    assert_int_equal(count, COUNTING_POSITIONS);
    for (i = 0; i < count; i++)
        assert_int_equal(counts[i], counting_counts[i]);
    free(counts);
    for (i = 0; i < COUNTING_OWNERS; i++)
        work_text_release(&payloads[i]);
    work_text_release(&sized);
    work_text_release(&record);
    work_text_release(&tally);
    counting_end(&counting);
}

static void a_decryption_of_another_owner_is_false(void **state)
{
    struct ballot_counting counting;
    struct work_text payload = { NULL, 0 }, tally;
    struct ballot_count_input input;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    (void)state;
    counting_begin(&counting);
    counting.election.uuid = TEXT_LITERAL("BauThuNghiem1234567892");
    tally = tally_of(&counting);
    input = (struct ballot_count_input){ counting.group, &counting.election,
                                         &counting.trustees };
    payload_of(&counting, 2, &payload);

    assert_int_equal(
        ballot_work_check_decryption(&input, work_text_view(&tally), 3,
                                     work_text_view(&payload), &fault),
        RESULT_OK);

    assert_int_equal(fault, BALLOT_FAULT_DECRYPTION_PROOF);
    work_text_release(&payload);
    work_text_release(&tally);
    counting_end(&counting);
}

static void without_its_share_the_server_decrypts_nothing(void **state)
{
    struct ballot_counting counting;
    struct work_text payload = { NULL, 0 }, sized = { NULL, 0 }, tally;
    struct ballot_count_input input;
    (void)state;
    counting_begin(&counting);
    counting.election.uuid = TEXT_LITERAL("BauThuNghiem1234567892");
    tally = tally_of(&counting);
    input = (struct ballot_count_input){ counting.group, &counting.election,
                                         &counting.trustees };

    assert_int_equal(ballot_work_decrypt(&tools, &input, work_text_view(&tally),
                                         &payload, &sized),
                     RESULT_NOT_FOUND);

    assert_null(payload.data);
    work_text_release(&tally);
    counting_end(&counting);
}

static void without_random_bytes_the_server_decrypts_nothing(void **state)
{
    struct ballot_counting counting;
    struct work_text payload = { NULL, 0 }, sized = { NULL, 0 }, tally;
    struct ballot_count_input input;
    char uuid[BALLOT_UUID_SIZE_MAX + 1] = "";
    (void)state;
    counting_begin(&counting);
    counting.election.uuid = TEXT_LITERAL("BauThuNghiem1234567892");
    tally = tally_of(&counting);
    input = (struct ballot_count_input){ counting.group, &counting.election,
                                         &counting.trustees };
    memcpy(uuid, counting.election.uuid.data, counting.election.uuid.size);
    assert_int_equal(secrets.port.save(&secrets, uuid,
                                       counting.secrets[0].bytes,
                                       BALLOT_SCALAR_SIZE),
                     RESULT_OK);
    entropy.fails = true;

    assert_int_equal(ballot_work_decrypt(&tools, &input, work_text_view(&tally),
                                         &payload, &sized),
                     RESULT_CRYPTO);

    assert_null(payload.data);
    work_text_release(&sized);
    work_text_release(&tally);
    counting_end(&counting);
}

#define WORK_TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORK_TEST(a_begun_key_is_that_of_the_share_which_was_stored),
        WORK_TEST(without_random_bytes_nothing_is_begun),
        WORK_TEST(a_share_that_cannot_be_stored_gives_no_key),
        WORK_TEST(a_share_of_another_key_is_no_share),
        WORK_TEST(a_whole_committee_makes_a_record_that_everybody_can_read),
        WORK_TEST(each_fault_of_what_was_sent_is_its_senders),
        WORK_TEST(a_complaint_without_cause_is_false),
        WORK_TEST(two_tellers_with_one_key_are_found),
        WORK_TEST(
            the_counts_come_out_of_the_server_s_and_two_tellers_decryptions),
        WORK_TEST(a_decryption_of_another_owner_is_false),
        WORK_TEST(without_its_share_the_server_decrypts_nothing),
        WORK_TEST(without_random_bytes_the_server_decrypts_nothing),
    };
    return cmocka_run_group_tests(tests, make_group, free_group);
}
