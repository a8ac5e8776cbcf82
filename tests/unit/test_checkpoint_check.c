#include "protocol/meeting/checkpoint_check.h"

#include "tests/support/bad_keys.h"
#include "tests/support/log_author.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct identifier scope = { "c1.1" };

/* The bytes of a statement `checkpoint`, put together here once more, so that
 * each part can be another. */
struct parts {
    const char *tag, *scope, *role, *reason;
    uint64_t seq;
    uint8_t head_byte;
    bool are_texts_swapped, is_extended, is_cut;
    const struct key *named; /* signer in the bytes; NULL: who signs */
};

static struct parts usual(void)
{
    return (struct parts){ "checkpoint", "c1.1", "chair", "opened", 14, 9,
                           false,        false,  false,   NULL };
}

static struct hash head_of(uint8_t byte)
{
    struct hash head;

    memset(head.bytes, byte, sizeof head.bytes);
    return head;
}

static void write_text(struct byte_writer *writer, const char *text)
{
    byte_writer_prefixed(writer, text, strlen(text));
}

static struct signature sign(const struct signing_key *key, struct parts parts)
{
    struct byte_writer writer;
    struct signature sig;
    struct hash head = head_of(parts.head_byte);

    byte_writer_init(&writer, 4096);
    byte_writer_text(&writer, TEXT_LITERAL("chibo-v1:"));
    byte_writer_text(&writer, text_view_of(parts.tag));
    byte_writer_u8(&writer, 0);
    byte_writer_prefixed(
        &writer, parts.named ? parts.named->bytes : key->public_key.bytes,
        KEY_SIZE);
    write_text(&writer, parts.scope);
    write_text(&writer, parts.are_texts_swapped ? parts.reason : parts.role);
    write_text(&writer, parts.are_texts_swapped ? parts.role : parts.reason);
    byte_writer_u32(&writer, 8);
    byte_writer_u64(&writer, parts.seq);
    byte_writer_prefixed(&writer, head.bytes, HASH_SIZE);
    if (parts.is_extended)
        byte_writer_u8(&writer, 0);
    assert_int_equal(writer.result, RESULT_OK);
    assert_int_equal(signing_key_sign(key, writer.data,
                                      writer.size - (parts.is_cut ? 1 : 0),
                                      &sig),
                     RESULT_OK);
    byte_writer_release(&writer);
    return sig;
}

static struct signed_head head_with(struct parts parts)
{
    const struct signing_key key = author_key("m1");

    return (struct signed_head){ .seq = 14,
                                 .head = head_of(9),
                                 .reason = CHECKPOINT_OPENED,
                                 .role = CHECKPOINT_CHAIR,
                                 .signer = key.public_key,
                                 .sig = sign(&key, parts) };
}

static void expect(const struct signed_head *head, enum result result)
{
    assert_int_equal(signed_head_check(head, &scope, NULL), result);
}

static void a_head_that_was_signed_so_is_good(void **state)
{
    const struct signed_head head = head_with(usual());

    (void)state;
    expect(&head, RESULT_OK);
}

static void every_other_statement_of_the_same_key_is_refused(void **state)
{
    const struct signing_key other = author_key("m2");
    struct parts parts[11];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
        parts[i] = usual();
    parts[0].tag = "act";
    parts[1].tag = "Checkpoint";
    parts[2].scope = "c1.2";
    parts[3].role = "member";
    parts[4].reason = "closed";
    parts[5].seq = 15;
    parts[6].head_byte = 8;
    parts[7].are_texts_swapped = true;
    parts[8].is_extended = true;
    parts[9].is_cut = true;
    parts[10].named = &other.public_key;
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct signed_head head = head_with(parts[i]);

        expect(&head, RESULT_REFUSED);
    }
}

static void every_field_that_was_altered_after_signing_is_refused(void **state)
{
    const struct signed_head good = head_with(usual());
    struct signed_head head = good;

    (void)state;
    head.seq++;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.head.bytes[31] ^= 1;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.reason = CHECKPOINT_CLOSED;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.role = CHECKPOINT_SERVER;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.role = checkpoint_role_none_;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.reason = checkpoint_reason_count_;
    expect(&head, RESULT_REFUSED);
    head = good;
    head.signer = author_key("m2").public_key;
    expect(&head, RESULT_REFUSED);
}

static void a_signature_with_any_bit_turned_is_refused(void **state)
{
    const struct signed_head good = head_with(usual());
    unsigned bit;

    (void)state;
    for (bit = 0; bit < 8 * SIGNATURE_SIZE; bit++) {
        struct signed_head head = good;

        head.sig.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        expect(&head, RESULT_REFUSED);
    }
}

/* The fixture's signature is one that the bare equation takes. */
static void the_bare_library_takes_a_key_of_small_order(void **state)
{
    const struct key key = bad_key(0);
    const struct signature sig = bad_key_signature();
    EVP_PKEY *library_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                        key.bytes, KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    (void)state;
    assert_int_equal(
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, library_key), 1);
    assert_int_equal(EVP_DigestVerify(context, sig.bytes, SIGNATURE_SIZE,
                                      (const unsigned char *)"x", 1),
                     1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(library_key);
}

static void a_key_that_fits_every_message_signs_nothing(void **state)
{
    struct signed_head head = head_with(usual());
    unsigned i;

    (void)state;
    head.sig = bad_key_signature();
    for (i = 0; i < BAD_KEY_COUNT; i++) {
        head.signer = bad_key(i);
        expect(&head, RESULT_REFUSED);
    }
}

/* --- The event ----------------------------------------------------------- */

enum { SIGNERS = 4 };
struct event_world {
    struct signing_key server;
    struct checkpoint_signer signers[SIGNERS];
    struct event_checkpoint event;
};

static void make_event(struct event_world *world)
{
    static const struct {
        const char *holder;
        enum checkpoint_role role;
        const char *word;
    } rows[SIGNERS] = { { "m1", CHECKPOINT_CHAIR, "chair" },
                        { "m2", CHECKPOINT_MINUTE_TAKER, "minute-taker" },
                        { "m4", CHECKPOINT_MEMBER, "member" },
                        { "s1", CHECKPOINT_SITE, "site" } };
    struct parts parts = usual();
    size_t i;

    world->server = author_key("server");
    parts.role = "server";
    world->event = (struct event_checkpoint){
        .reason = CHECKPOINT_OPENED,
        .upto = 14,
        .head = head_of(9),
        .sig = sign(&world->server, parts),
        .signers = { world->signers, SIGNERS },
    };
    for (i = 0; i < SIGNERS; i++) {
        const struct signing_key key = author_key(rows[i].holder);

        parts.role = rows[i].word;
        world->signers[i] =
            (struct checkpoint_signer){ .device = key.public_key,
                                        .role = (int)rows[i].role,
                                        .sig = sign(&key, parts) };
    }
}

static enum result check(const struct event_world *world, int *row)
{
    return checkpoint_check(&world->event, &scope, &world->server.public_key,
                            NULL, row);
}

static void a_checkpoint_that_all_signed_is_good(void **state)
{
    struct event_world world;
    struct statement_cache *cache = calloc(1, sizeof *cache);
    int row = 77;

    (void)state;
    assert_non_null(cache);
    make_event(&world);
    assert_int_equal(check(&world, &row), RESULT_OK);
    assert_int_equal(check(&world, NULL), RESULT_OK);
    assert_int_equal(row, 77);
    assert_int_equal(checkpoint_check(&world.event, &scope,
                                      &world.server.public_key, cache, NULL),
                     RESULT_OK);
    world.event.upto++;
    assert_int_equal(checkpoint_check(&world.event, &scope,
                                      &world.server.public_key, cache, NULL),
                     RESULT_REFUSED);
    free(cache);
}

static void the_first_row_that_is_wrong_is_named(void **state)
{
    struct event_world world;
    int wrong;

    (void)state;
    for (wrong = CHECKPOINT_ROW_SERVER; wrong < SIGNERS; wrong++) {
        int row = 77;

        make_event(&world);
        if (wrong == CHECKPOINT_ROW_SERVER)
            world.event.sig.bytes[5] ^= 4;
        else
            world.signers[wrong].sig.bytes[5] ^= 4;
        world.signers[SIGNERS - 1].sig.bytes[0] ^= 1;
        assert_int_equal(check(&world, &row), RESULT_REFUSED);
        assert_int_equal(row, wrong);
    }
}

static void signatures_of_two_devices_cannot_change_places(void **state)
{
    struct event_world world;
    struct signature kept;
    int row = 77;

    (void)state;
    make_event(&world);
    kept = world.signers[1].sig;
    world.signers[1].sig = world.signers[2].sig;
    world.signers[2].sig = kept;
    assert_int_equal(check(&world, &row), RESULT_REFUSED);
    assert_int_equal(row, 1);
}

static void no_device_signs_in_the_role_of_the_server(void **state)
{
    struct event_world world;
    struct parts parts = usual();
    const struct signing_key key = author_key("m4");
    int row = 77;

    (void)state;
    make_event(&world);
    parts.role = "server";
    world.signers[2].role = CHECKPOINT_SERVER;
    world.signers[2].sig = sign(&key, parts);
    assert_int_equal(check(&world, &row), RESULT_REFUSED);
    assert_int_equal(row, 2);
}

static void the_key_of_another_server_is_refused(void **state)
{
    struct event_world world;
    int row = 77;

    (void)state;
    make_event(&world);
    world.server = author_key("m1");
    assert_int_equal(check(&world, &row), RESULT_REFUSED);
    assert_int_equal(row, CHECKPOINT_ROW_SERVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_that_was_signed_so_is_good),
        cmocka_unit_test(every_other_statement_of_the_same_key_is_refused),
        cmocka_unit_test(every_field_that_was_altered_after_signing_is_refused),
        cmocka_unit_test(a_signature_with_any_bit_turned_is_refused),
        cmocka_unit_test(the_bare_library_takes_a_key_of_small_order),
        cmocka_unit_test(a_key_that_fits_every_message_signs_nothing),
        cmocka_unit_test(a_checkpoint_that_all_signed_is_good),
        cmocka_unit_test(the_first_row_that_is_wrong_is_named),
        cmocka_unit_test(signatures_of_two_devices_cannot_change_places),
        cmocka_unit_test(no_device_signs_in_the_role_of_the_server),
        cmocka_unit_test(the_key_of_another_server_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
