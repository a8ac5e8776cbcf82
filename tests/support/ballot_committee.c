#include "tests/support/ballot_committee.h"

#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

void committee_begin(struct ballot_committee *committee,
                     const struct ballot_group *group, uint32_t threshold,
                     uint32_t size, uint64_t seed)
{
    struct ballot_random random;

    assert_true(size <= COMMITTEE_MAX);
    *committee = (struct ballot_committee){ .group = group,
                                            .dice = { .seed = seed },
                                            .size = size,
                                            .threshold = threshold,
                                            .attempt = 1 };
    random = ballot_dice_random(&committee->dice);
    for (uint32_t i = 0; i < size; i++) {
        const struct ballot_context context = { .size = size,
                                                .threshold = threshold,
                                                .index = i + 1 };

        assert_int_equal(ballot_dkg_begin(group, &context, committee->attempt,
                                          &random, &committee->members[i]),
                         RESULT_OK);
        committee->certificates[i] =
            ballot_dkg_certificate(committee->members[i]);
    }
}

void committee_end(struct ballot_committee *committee)
{
    for (uint32_t i = 0; i < committee->size; i++)
        committee->members[i] = ballot_dkg_free(committee->members[i]);
}

enum result committee_member_deals(struct ballot_committee *committee,
                                   uint32_t number, struct ballot_blame *blame)
{
    const struct ballot_random random = ballot_dice_random(&committee->dice);

    return ballot_dkg_deal(committee->members[number - 1], committee->group,
                           committee->certificates, &random, blame);
}

enum result committee_member_receives(struct ballot_committee *committee,
                                      uint32_t number,
                                      struct ballot_blame *blame)
{
    const struct ballot_random random = ballot_dice_random(&committee->dice);

    return ballot_dkg_receive(committee->members[number - 1], committee->group,
                              committee->dealings, committee->boxes[number - 1],
                              &random, blame);
}

void committee_deal(struct ballot_committee *committee)
{
    struct ballot_blame blame;

    for (uint32_t i = 0; i < committee->size; i++) {
        const struct ballot_dkg *member = committee->members[i];

        assert_int_equal(committee_member_deals(committee, i + 1, &blame),
                         RESULT_OK);
        committee->dealings[i] = ballot_dkg_dealing(member);
        for (uint32_t j = 0; j < committee->size; j++)
            committee->boxes[j][i] = ballot_dkg_box(member, j + 1);
    }
}

void committee_receive(struct ballot_committee *committee)
{
    struct ballot_blame blame;

    for (uint32_t i = 0; i < committee->size; i++) {
        assert_int_equal(committee_member_receives(committee, i + 1, &blame),
                         RESULT_OK);
        committee->keys[i] = ballot_dkg_key(committee->members[i]);
    }
}

static struct text_view taken(struct byte_writer *writer)
{
    uint8_t *data = NULL;
    size_t size = 0;

    assert_int_equal(byte_writer_take(writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

struct text_view committee_record(const struct ballot_committee *committee)
{
    const struct ballot_pedersen_parts parts = { .certificates =
                                                     committee->certificates,
                                                 .dealings =
                                                     committee->dealings,
                                                 .keys = committee->keys };
    struct ballot_pedersen *record = NULL;
    struct byte_writer writer;
    uint32_t guilty = 0;

    assert_int_equal(ballot_pedersen_new(&record), RESULT_OK);
    assert_int_equal(ballot_pedersen_assemble(committee->group, committee->size,
                                              committee->threshold, &parts,
                                              record, &guilty),
                     BALLOT_FAULT_NONE);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_pedersen_write(&writer, record);
    ballot_pedersen_free(record);
    return taken(&writer);
}

struct text_view committee_make(const struct ballot_group *group,
                                uint32_t threshold, uint32_t size,
                                uint64_t seed, struct ballot_scalar *secrets)
{
    struct ballot_committee committee;
    struct text_view record;

    committee_begin(&committee, group, threshold, size, seed);
    committee_deal(&committee);
    committee_receive(&committee);
    record = committee_record(&committee);
    for (uint32_t i = 0; i < size; i++)
        secrets[i] = *ballot_dkg_secret(committee.members[i]);
    committee_end(&committee);
    return record;
}

struct text_view single_make(const struct ballot_group *group, uint64_t seed,
                             struct ballot_scalar *secret)
{
    struct ballot_dice dice = { .seed = seed };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_trustee_key key;
    struct byte_writer writer;

    assert_int_equal(ballot_trustee_key_make(group, &random, secret, &key),
                     RESULT_OK);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    return taken(&writer);
}

struct text_view text_replaced(struct text_view text, const char *from,
                               const char *to)
{
    const size_t from_size = strlen(from);
    const char *at = memmem(text.data, text.size, from, from_size);
    struct byte_writer writer;

    assert_non_null(at);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    byte_writer_bytes(&writer, text.data, (size_t)(at - text.data));
    byte_writer_text(&writer, text_view_of(to));
    byte_writer_bytes(&writer, at + from_size,
                      text.size - (size_t)(at - text.data) - from_size);
    return taken(&writer);
}

void text_free(struct text_view text) { free((void *)(uintptr_t)text.data); }
