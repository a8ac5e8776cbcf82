#include "tests/support/ballot_counting.h"

#include "protocol/base/limits.h"
#include "tests/support/ballot_committee.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

const uint64_t counting_counts[COUNTING_POSITIONS] = { 3, 4, 1, 0, 7 };

static struct ballot_trustees make_trustees(struct ballot_counting *counting)
{
    struct ballot_part_text parts[2] = { { .is_group = false },
                                         { .is_group = true } };
    struct ballot_trustees trustees;
    struct byte_writer writer;
    uint32_t owner = 0;

    parts[0].text = single_make(counting->group, 51, &counting->secrets[0]);
    parts[1].text =
        committee_make(counting->group, 2, 3, 52, &counting->secrets[1]);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustees_write(&writer, parts, 2);
    assert_int_equal(
        ballot_trustees_read(
            counting->group,
            (struct text_view){ (const char *)writer.data, writer.size }, false,
            &trustees, &owner),
        BALLOT_FAULT_NONE);
    byte_writer_release(&writer);
    text_free(parts[0].text);
    text_free(parts[1].text);
    return trustees;
}

struct ballot_cipher counting_encrypt(struct ballot_counting *counting,
                                      uint64_t number)
{
    const struct ballot_random random = ballot_dice_random(&counting->dice);
    const struct ballot_scalar plain = ballot_scalar_of_number(number);
    struct ballot_base *key = NULL;
    struct ballot_cipher cipher;
    struct ballot_scalar r;

    assert_int_equal(
        ballot_base_new(counting->group, &counting->trustees.public_key, &key),
        RESULT_OK);
    assert_int_equal(ballot_scalar_random(&random, &r), RESULT_OK);
    assert_int_equal(
        ballot_cipher_encrypt(counting->group, key, &r, &plain, &cipher),
        RESULT_OK);
    ballot_base_free(key);
    return cipher;
}

void counting_begin(struct ballot_counting *counting)
{
    memset(counting, 0, sizeof *counting);
    counting->dice.seed = 50;
    assert_int_equal(ballot_group_new(&counting->group), RESULT_OK);
    counting->trustees = make_trustees(counting);
    counting->questions[0].answer_count = 2;
    counting->questions[1].answer_count = 2;
    counting->questions[1].has_blank = true;
    counting->election.questions = counting->questions;
    counting->election.question_count = 2;
    counting->election.public_key = counting->trustees.public_key;
    ballot_hash_digest_text("election", 8, counting->election.fingerprint);
    for (size_t i = 0; i < COUNTING_POSITIONS; i++)
        counting->tally[i] = counting_encrypt(counting, counting_counts[i]);
}

void counting_end(struct ballot_counting *counting)
{
    counting->group = ballot_group_free(counting->group);
}

struct ballot_opening counting_opening(const struct ballot_counting *counting,
                                       uint64_t owner)
{
    return (struct ballot_opening){
        .election = &counting->election,
        .tally = counting->tally,
        .owner = owner,
        .public_key = counting->trustees.owners[owner - 1].public_key
    };
}

struct ballot_decryption counting_decrypt(struct ballot_counting *counting,
                                          uint64_t owner)
{
    const struct ballot_random random = ballot_dice_random(&counting->dice);
    const struct ballot_opening opening = counting_opening(counting, owner);
    struct ballot_decryption decryption;

    assert_int_equal(ballot_decryption_make(counting->group, &opening,
                                            &counting->secrets[owner - 1],
                                            &random, &decryption),
                     RESULT_OK);
    return decryption;
}
