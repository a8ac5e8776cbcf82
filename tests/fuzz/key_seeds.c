#include "tests/fuzz/key_seeds.h"

#include "protocol/base/limits.h"
#include "protocol/ballot/ballot_share.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_counting.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* In the order of the target's checks. */
enum kind {
    CERTIFICATE,
    DEALING,
    KEY,
    BOX,
    COMPLAINT,
    MACHINE,
    GROUP,
    TRUSTEES,
    TALLY,
    TALLY_SIZE,
    DECRYPTION,
    OWNER,
    RESULT
};

static struct key_seed *next;

static void add(const char *name, enum kind kind, struct text_view text)
{
    uint8_t *bytes = malloc(text.size);

    assert_non_null(bytes);
    memcpy(bytes, text.data, text.size);
    *next++ = (struct key_seed){ name, (int)kind, bytes, text.size };
}

/* What was written so far; the writer is empty again. */
static void add_written(const char *name, enum kind kind,
                        struct byte_writer *writer)
{
    assert_int_equal(writer->result, RESULT_OK);
    add(name, kind,
        (struct text_view){ (const char *)writer->data, writer->size });
    byte_writer_reset(writer);
}

/* On the route and with the keys that the target expects. */
static void add_box(const struct ballot_group *group,
                    struct byte_writer *writer)
{
    const struct ballot_share_route route = { .attempt = 1,
                                              .sender = 1,
                                              .recipient = 2 };
    const struct ballot_scalar one = ballot_scalar_of_number(1);
    const struct ballot_element key = ballot_group_generator(group);
    struct ballot_dice dice = { .seed = 70 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_share_box box;

    assert_int_equal(
        ballot_share_seal(group, &route, &one, &key, &one, &random, &box),
        RESULT_OK);
    ballot_share_write(writer, &box);
    add_written("box", BOX, writer);
}

static void add_machine(const struct ballot_dkg *dkg)
{
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(ballot_dkg_encode(dkg, &bytes, &size), RESULT_OK);
    add("machine", MACHINE, (struct text_view){ (const char *)bytes, size });
    free(bytes);
}

static void add_group(const struct ballot_group *group,
                      struct byte_writer *writer)
{
    struct ballot_committee c;
    struct ballot_random random;
    struct ballot_part_text part = { .is_group = true };

    committee_begin(&c, group, 2, 2, 71);
    random = ballot_dice_random(&c.dice);
    add("certificate", CERTIFICATE, c.certificates[0]);
    committee_deal(&c);
    add("dealing", DEALING, c.dealings[0]);
    add_machine(c.members[0]);
    assert_int_equal(ballot_dkg_complain(c.members[0], group, 2, &random),
                     RESULT_OK);
    add("complaint", COMPLAINT, ballot_dkg_complaint(c.members[0]));
    committee_end(&c);
    committee_begin(&c, group, 2, 2, 71);
    committee_deal(&c);
    committee_receive(&c);
    add("key", KEY, c.keys[0]);
    part.text = committee_record(&c);
    add("group", GROUP, part.text);
    ballot_trustees_write(writer, &part, 1);
    add_written("trustees", TRUSTEES, writer);
    text_free(part.text);
    committee_end(&c);
}

static void add_counting(struct byte_writer *writer)
{
    static const struct hash payload;
    struct ballot_counting c;
    struct ballot_decryption decryption;

    counting_begin(&c);
    ballot_tally_write(writer, &c.election, c.tally);
    add_written("tally", TALLY, writer);
    ballot_tally_size_write(
        writer, &(struct ballot_tally_size){ .ballot_count = 7, .weight = 7 });
    add_written("tally_size", TALLY_SIZE, writer);
    decryption = counting_decrypt(&c, 1);
    ballot_decryption_write(writer, &c.election, &decryption);
    add_written("decryption", DECRYPTION, writer);
    ballot_decryption_release(&decryption);
    ballot_decryption_write_owner(writer, 3, &payload);
    add_written("owner", OWNER, writer);
    ballot_result_write(writer, &c.election, counting_counts,
                        (struct text_view){ NULL, 0 });
    add_written("result", RESULT, writer);
    ballot_result_write(writer, &c.election, counting_counts,
                        TEXT_LITERAL("{\"issued\":9}"));
    add_written("paper", RESULT, writer);
    counting_end(&c);
}

void key_seeds_make(struct key_seed out[KEY_SEED_COUNT])
{
    struct ballot_group *group = NULL;
    struct byte_writer writer;

    next = out;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    assert_int_equal(ballot_group_new(&group), RESULT_OK);
    add_group(group, &writer);
    add_box(group, &writer);
    add_counting(&writer);
    byte_writer_release(&writer);
    ballot_group_free(group);
    assert_ptr_equal(next, out + KEY_SEED_COUNT);
}
