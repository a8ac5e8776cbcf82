#include "protocol/verify/verify_fork.h"

#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct identifier scope = { AUTHOR_MEETING };

static struct hash head_of(uint8_t byte)
{
    struct hash head;

    memset(head.bytes, byte, sizeof head.bytes);
    return head;
}

/* A head that `name` signed as the server. */
static struct verify_signed_head
signed_head(enum verify_side side, const char *name, uint64_t seq, uint8_t byte)
{
    const struct signing_key key = author_key(name);
    const struct statement_checkpoint fields = {
        .role = TEXT_LITERAL("server"),
        .reason = TEXT_LITERAL("commit"),
        .seen = { seq, head_of(byte) },
    };
    struct verify_signed_head head = {
        .scope = scope,
        .head = { .seq = seq,
                  .head = head_of(byte),
                  .reason = CHECKPOINT_COMMIT,
                  .role = CHECKPOINT_SERVER,
                  .signer = key.public_key },
        .side = side,
    };
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_checkpoint(&key.public_key,
                                          identifier_view(&scope), &fields,
                                          &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(&key, bytes, size, &head.head.sig),
                     RESULT_OK);
    free(bytes);
    return head;
}

static void add(struct verify_fork *fork, struct verify_signed_head head)
{
    assert_int_equal(verify_fork_add(fork, &head), RESULT_OK);
}

static void expect(struct verify_fork *fork, enum result result,
                   struct verify_proof *proof)
{
    assert_int_equal(verify_fork_find(fork, proof), result);
}

static void two_heads_of_one_key_for_one_event_are_a_proof(void **state)
{
    struct verify_fork fork = { .heads = NULL };
    struct verify_proof proof;

    (void)state;
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 5, 1));
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 7, 3));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 7, 4));
    expect(&fork, RESULT_OK, &proof);
    assert_int_equal(proof.one.seq, 7);
    assert_int_equal(proof.other.seq, 7);
    assert_false(proof.is_by_chain);
    assert_false(proof.is_explained);
    assert_false(hash_equal(&proof.one.head, &proof.other.head));
    verify_fork_release(&fork);
}

static void the_server_weighs_more_than_a_device(void **state)
{
    const struct key server = author_key("server").public_key;
    struct verify_fork fork = { .heads = NULL };
    struct verify_proof proof;

    (void)state;
    assert_int_equal(verify_fork_know_server(&fork, &server), RESULT_OK);
    add(&fork, signed_head(VERIFY_SIDE_A, "m1", 3, 1));
    add(&fork, signed_head(VERIFY_SIDE_B, "m1", 3, 2));
    expect(&fork, RESULT_OK, &proof);
    assert_false(proof.is_server);
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 7, 3));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 7, 4));
    expect(&fork, RESULT_OK, &proof);
    assert_true(proof.is_server);
    assert_int_equal(proof.one.seq, 7);
    verify_fork_release(&fork);
}

static void what_is_no_contradiction_is_no_proof(void **state)
{
    struct verify_fork fork = { .heads = NULL };
    struct verify_signed_head head;
    struct verify_proof proof;

    (void)state;
    expect(&fork, RESULT_NOT_FOUND, &proof);
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 7, 3));
    /* The same head again, another event, another key, another log. */
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 7, 3));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 8, 4));
    add(&fork, signed_head(VERIFY_SIDE_B, "m1", 7, 4));
    head = signed_head(VERIFY_SIDE_B, "server", 7, 4);
    head.scope = (struct identifier){ "c1.2" };
    add(&fork, head);
    expect(&fork, RESULT_NOT_FOUND, &proof);
    /* A signature of nobody. */
    head = signed_head(VERIFY_SIDE_B, "server", 7, 4);
    head.head.sig.bytes[3] ^= 1;
    add(&fork, head);
    expect(&fork, RESULT_NOT_FOUND, &proof);
    verify_fork_release(&fork);
}

/* A history of ten events with the heads 1, 2, 3, ... */
static void give_history(struct verify_fork *fork, struct hash heads[10])
{
    uint8_t i;

    for (i = 0; i < 10; i++)
        heads[i] = head_of((uint8_t)(i + 1));
    fork->history[VERIFY_SIDE_B].scope = scope;
    fork->history[VERIFY_SIDE_B].heads = heads;
    fork->history[VERIFY_SIDE_B].count = 10;
}

static void a_chain_that_a_later_signature_covers_is_a_proof(void **state)
{
    struct verify_fork fork = { .heads = NULL };
    struct verify_proof proof;
    struct hash heads[10];

    (void)state;
    give_history(&fork, heads);
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 4, 77));
    expect(&fork, RESULT_NOT_FOUND, &proof); /* nothing covers the chain */
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 3, 4));
    add(&fork, signed_head(VERIFY_SIDE_B, "m1", 9, 10));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 9, 99));
    expect(&fork, RESULT_NOT_FOUND, &proof);
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 9, 10));
    /* 9 was signed in two ways, too: that is direct. */
    expect(&fork, RESULT_OK, &proof);
    assert_false(proof.is_by_chain);
    verify_fork_release(&fork);

    give_history(&fork, heads);
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 4, 77));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 9, 10));
    expect(&fork, RESULT_OK, &proof);
    assert_true(proof.is_by_chain);
    assert_int_equal(proof.one.seq, 4);
    assert_int_equal(proof.other.seq, 9);
    assert_int_equal(proof.head.bytes[0], 5);
    assert_int_equal(proof.chain_side, VERIFY_SIDE_B);
    verify_fork_release(&fork);
}

static void what_was_given_up_as_lost_explains_two_heads(void **state)
{
    struct verify_fork fork = { .heads = NULL };
    struct verify_signed_head lost =
        signed_head(VERIFY_SIDE_A, "server", 4, 77);
    struct verify_proof proof;
    struct hash heads[10];

    (void)state;
    give_history(&fork, heads);
    assert_int_equal(verify_history_lose(&fork.history[VERIFY_SIDE_B], 3, 6),
                     RESULT_OK);
    add(&fork, lost);
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 4, 5));
    expect(&fork, RESULT_OK, &proof);
    assert_true(proof.is_explained);
    /* One that nothing explains weighs more. */
    add(&fork, signed_head(VERIFY_SIDE_A, "server", 8, 77));
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 8, 9));
    expect(&fork, RESULT_OK, &proof);
    assert_false(proof.is_explained);
    assert_int_equal(proof.one.seq, 8);
    verify_fork_release(&fork);

    lost.is_lost = true; /* the anchors themselves say so */
    add(&fork, lost);
    add(&fork, signed_head(VERIFY_SIDE_B, "server", 4, 5));
    expect(&fork, RESULT_OK, &proof);
    assert_true(proof.is_explained);
    verify_fork_release(&fork);
}

static struct anchor_side side_of(const struct verify_signed_head *head)
{
    struct anchor_side side = { .head = head->head.head, .is_signed = true };

    assert_int_equal(anchor_word_parse(TEXT_LITERAL("commit"), &side.by.reason),
                     RESULT_OK);
    side.by.server = head->head.signer;
    side.by.sig = head->head.sig;
    return side;
}

static void an_alarm_that_a_device_kept_is_a_proof_by_itself(void **state)
{
    const struct identifier organisation = { AUTHOR_ORGANISATION };
    const struct verify_signed_head ours =
        signed_head(VERIFY_SIDE_A, "server", 4, 5);
    const struct verify_signed_head theirs =
        signed_head(VERIFY_SIDE_A, "server", 4, 77);
    struct anchor_alarm alarm = { .seq = 4,
                                  .ours = side_of(&ours),
                                  .theirs = side_of(&theirs) };
    struct verify_fork fork = { .heads = NULL };
    struct verify_proof proof;
    struct anchors anchors;

    (void)state;
    assert_int_equal(anchor_word_parse(TEXT_LITERAL("fork"), &alarm.reason),
                     RESULT_OK);
    anchors_init(&anchors, &organisation);
    assert_int_equal(anchors_add_alarm(&anchors, &scope, &alarm), RESULT_OK);
    assert_int_equal(verify_fork_add_anchors(&fork, VERIFY_SIDE_A, &anchors),
                     RESULT_OK);
    assert_int_equal(fork.head_count, 2);
    expect(&fork, RESULT_OK, &proof);
    assert_false(proof.is_explained);
    anchors_release(&anchors);
    verify_fork_release(&fork);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_heads_of_one_key_for_one_event_are_a_proof),
        cmocka_unit_test(the_server_weighs_more_than_a_device),
        cmocka_unit_test(what_is_no_contradiction_is_no_proof),
        cmocka_unit_test(a_chain_that_a_later_signature_covers_is_a_proof),
        cmocka_unit_test(what_was_given_up_as_lost_explains_two_heads),
        cmocka_unit_test(an_alarm_that_a_device_kept_is_a_proof_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
