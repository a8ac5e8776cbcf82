#include "protocol/meeting/register_check.h"

#include "tests/support/bad_keys.h"
#include "tests/support/signed_register.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ENROLLED REGISTER_DEVICE_ENROLLED_KIND
#define ADDED REGISTER_DEVICE_ADDED_KIND
#define VOUCHED REGISTER_DEVICE_VOUCHED_KIND
#define REVOKED REGISTER_DEVICE_REVOKED_KIND
#define KEY_CHANGED REGISTER_SERVER_KEY_CHANGED_KIND
#define PROPOSED REGISTER_ERRATUM_PROPOSED_KIND
#define SECOND REGISTER_ERRATUM_SIGNED_KIND
static const enum register_event_kind signed_kinds[] = {
    ENROLLED, ADDED, VOUCHED, REVOKED, KEY_CHANGED, PROPOSED, SECOND
};
enum { SIGNED_KINDS = sizeof signed_kinds / sizeof signed_kinds[0] };

static int set_up(void **state)
{
    struct signed_register *world = calloc(1, sizeof *world);

    assert_non_null(world);
    signed_register_init(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    signed_register_release(*state);
    free(*state);
    return 0;
}

/* A good event of each kind, not yet applied. */
static struct register_event make(struct signed_register *world,
                                  enum register_event_kind kind)
{
    switch ((int)kind) {
    case ENROLLED:
        return signed_enrol(world, "m1", "m1.b");
    case ADDED:
        return signed_add(world, "m1", "m1.b", "m1");
    case VOUCHED:
        return signed_vouch(world, "s1", "s1", "m3", "m3");
    case REVOKED:
        return signed_revoke(world, "m3", "m3", NULL);
    case PROPOSED:
        return signed_erratum(world, "m1", SIGNER_CHAIR);
    case SECOND:
        return signed_second(world, "m2", SIGNER_MINUTE_TAKER);
    default:
        return signed_key_change(world, "server.b");
    }
}

static struct text_view text_for(enum register_event_kind kind)
{
    return kind == REVOKED ? TEXT_LITERAL(SIGNED_REASON)
                           : TEXT_LITERAL(SIGNED_LABEL);
}

static enum result check(const struct signed_register *world,
                         const struct register_event *event)
{
    const struct text_view text = text_for(event->kind);

    return register_check(event, world->state, &text, NULL);
}

static void expect(const struct signed_register *world,
                   const struct register_event *event, enum result result)
{
    assert_int_equal(check(world, event), result);
}

static struct signature *sig_of(struct register_event *event)
{
    switch ((int)event->kind) {
    case ENROLLED:
        return &event->body.device_enrolled.sig;
    case ADDED:
        return &event->body.device_added.sig;
    case VOUCHED:
        return &event->body.device_vouched.sig;
    case REVOKED:
        return &event->body.device_revoked.sig;
    case PROPOSED:
        return &event->body.erratum_proposed.sig;
    case SECOND:
        return &event->body.erratum_signed.sig;
    default:
        return &event->body.server_key_changed.sig;
    }
}

static void every_statement_of_an_honest_register_is_good(void **state)
{
    struct signed_register *world = *state;
    struct statement_cache *cache = calloc(1, sizeof *cache);
    size_t i;

    assert_non_null(cache);
    for (i = 0; i < SIGNED_KINDS; i++) {
        const struct register_event event = make(world, signed_kinds[i]);
        const struct text_view text = text_for(event.kind);

        expect(world, &event, RESULT_OK);
        assert_int_equal(register_check(&event, world->state, &text, cache),
                         RESULT_OK);
        assert_int_equal(register_check(&event, world->state, &text, cache),
                         RESULT_OK);
    }
    free(cache);
}

static void a_holder_may_revoke_a_device_of_her_own(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = signed_revoke(world, "m1", "m1", "m1");

    expect(world, &event, RESULT_OK);
    event = signed_revoke(world, "m3", "m3", "m1");
    expect(world, &event, RESULT_REFUSED);
}

static void events_without_a_statement_are_left_alone(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = { .seq = world->state->next_seq,
                                    .kind = REGISTER_RESTORED_KIND };
    struct statement_seen seen;

    assert_int_equal(register_check(&event, world->state, NULL, NULL),
                     RESULT_OK);
    assert_false(register_check_seen(&event, &seen));
    assert_null(register_check_text(event.kind));
    event.kind = REGISTER_EVENT_UNKNOWN;
    assert_int_equal(register_check(&event, world->state, NULL, NULL),
                     RESULT_OK);
}

static void nothing_is_said_where_the_text_is_not_known(void **state)
{
    struct signed_register *world = *state;
    size_t i;

    for (i = 0; i < SIGNED_KINDS; i++) {
        struct register_event event = make(world, signed_kinds[i]);
        const char *path = register_check_text(event.kind);

        sig_of(&event)->bytes[0] ^= 1;
        assert_int_equal(register_check(&event, world->state, NULL, NULL),
                         path ? RESULT_NOT_FOUND : RESULT_REFUSED);
    }
    assert_string_equal(register_check_text(ENROLLED), "label");
    assert_string_equal(register_check_text(ADDED), "label");
    assert_string_equal(register_check_text(REVOKED), "reason");
    assert_null(register_check_text(VOUCHED));
    assert_null(register_check_text(KEY_CHANGED));
    assert_null(register_check_text(PROPOSED));
    assert_null(register_check_text(SECOND));
}

static void another_text_than_the_one_signed_is_refused(void **state)
{
    struct signed_register *world = *state;
    const struct text_view texts[] = { TEXT_LITERAL("Máy của người khác"),
                                       TEXT_LITERAL(""),
                                       TEXT_LITERAL("hai\ndòng"),
                                       TEXT_LITERAL("\xff") };
    size_t i, j;

    for (i = 0; i < SIGNED_KINDS; i++) {
        const struct register_event event = make(world, signed_kinds[i]);

        for (j = 0; j < sizeof texts / sizeof texts[0]; j++)
            if (register_check_text(event.kind))
                assert_int_equal(
                    register_check(&event, world->state, &texts[j], NULL),
                    RESULT_REFUSED);
    }
}

static void a_signature_with_any_bit_turned_is_refused(void **state)
{
    struct signed_register *world = *state;
    unsigned bit;
    size_t i;

    for (i = 0; i < SIGNED_KINDS; i++) {
        const struct register_event good = make(world, signed_kinds[i]);

        for (bit = 0; bit < 8 * SIGNATURE_SIZE; bit += 3) {
            struct register_event event = good;

            sig_of(&event)->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            expect(world, &event, RESULT_REFUSED);
        }
    }
}

/* --- Fields altered after signing ------------------------------------------
 */

static void an_enrolment_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, ENROLLED);
    const struct register_event other = signed_enrol(world, "m1", "m1.c");
    struct register_event event = good;
    struct register_device_enrolled *body = &event.body.device_enrolled;

    expect(world, &event, RESULT_OK);
    body->holder = (struct identifier){ "m2" };
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->device = other.body.device_enrolled.device;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->exporter.bytes[7] ^= 1;
    expect(world, &event, RESULT_REFUSED);
    event = good; /* another link of the same holder */
    body->invitation = other.body.device_enrolled.invitation;
    expect(world, &event, RESULT_REFUSED);
    body->invitation = (struct identifier){ "i999" };
    expect(world, &event, RESULT_REFUSED);
}

static void an_enrolment_is_for_the_server_of_its_moment(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, ENROLLED);
    struct register_event change = signed_key_change(world, "server.b");

    expect(world, &good, RESULT_OK);
    signed_register_apply(world, &change);
    expect(world, &good, RESULT_REFUSED);
}

static void an_added_device_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, ADDED);
    struct register_event event = good;
    struct register_device_added *body = &event.body.device_added;

    body->holder = (struct identifier){ "m2" };
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->device = author_key("m1.c").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->signer = author_key("m2").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->seen--;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->head.bytes[0] ^= 1;
    expect(world, &event, RESULT_REFUSED);
}

/* As register_check() of the same event, long after its signer is gone. */
static void an_addition_can_be_checked_when_its_label_comes_late(void **state)
{
    struct signed_register *world = *state;
    const struct text_view scope = TEXT_LITERAL(AUTHOR_ORGANISATION);
    const struct text_view label = TEXT_LITERAL(SIGNED_LABEL);
    const struct register_event good = make(world, ADDED);
    struct register_device_added body = good.body.device_added;

    assert_int_equal(register_check_addition(&body, scope, label, NULL),
                     RESULT_OK);
    assert_int_equal(register_check_addition(&body, scope,
                                             TEXT_LITERAL("Máy của người khác"),
                                             NULL),
                     RESULT_REFUSED);
    assert_int_equal(
        register_check_addition(&body, scope, TEXT_LITERAL("hai\ndòng"), NULL),
        RESULT_REFUSED);
    assert_int_equal(
        register_check_addition(&body, TEXT_LITERAL("c1.1"), label, NULL),
        RESULT_REFUSED);
    body.device = author_key("m1.c").public_key;
    assert_int_equal(register_check_addition(&body, scope, label, NULL),
                     RESULT_REFUSED);
    body = good.body.device_added;
    body.seen--;
    assert_int_equal(register_check_addition(&body, scope, label, NULL),
                     RESULT_REFUSED);
    body = good.body.device_added;
    body.sig.bytes[0] ^= 1;
    assert_int_equal(register_check_addition(&body, scope, label, NULL),
                     RESULT_REFUSED);
}

static void a_vouch_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, VOUCHED);
    struct register_event event = good;
    struct register_device_vouched *body = &event.body.device_vouched;

    body->holder = (struct identifier){ "m7" };
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->holder = (struct identifier){ "m7" };
    body->device = author_key("m7").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->how = VOUCH_VOICE;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->by = (struct identifier){ "m1" };
    expect(world, &event, RESULT_REFUSED);
    body->signer = author_key("m1").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->seen--;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->head.bytes[31] ^= 0x80;
    expect(world, &event, RESULT_REFUSED);
}

static void an_erratum_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, PROPOSED);
    struct register_event event = good;
    struct register_erratum_proposed *body = &event.body.erratum_proposed;

    body->meeting = (struct identifier){ "c1.2" };
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->number = 2;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->minutes.bytes[0] ^= 1;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->erratum.commitment.bytes[0] ^= 1;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->role = SIGNER_MINUTE_TAKER;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->member = (struct identifier){ "m2" };
    expect(world, &event, RESULT_REFUSED);
    body->signer = author_key("m2").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->seen--;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->head.bytes[31] ^= 0x80;
    expect(world, &event, RESULT_REFUSED);
}

/* A signature of a proposal is over the same bytes as the second would be: it
 * is the device that makes it another's. */
static void a_second_signature_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, SECOND);
    struct register_event event = good;
    struct register_erratum_signed *body = &event.body.erratum_signed;

    body->number = 2;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->c.bytes[3] ^= 1;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->minutes.bytes[3] ^= 1;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->role = SIGNER_CHAIR;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->member = (struct identifier){ "m1" };
    expect(world, &event, RESULT_REFUSED);
    body->signer = author_key("m1").public_key;
    expect(world, &event, RESULT_REFUSED);
}

static void a_revocation_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, REVOKED);
    struct register_event event = good;
    struct register_device_revoked *body = &event.body.device_revoked;

    body->holder = (struct identifier){ "m2" };
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->device = author_key("m2").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->signer = author_key("m3").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->seen--;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->head.bytes[3] ^= 2;
    expect(world, &event, RESULT_REFUSED);
}

static void a_new_server_key_holds_for_its_own_words_only(void **state)
{
    struct signed_register *world = *state;
    const struct register_event good = make(world, KEY_CHANGED);
    struct register_event event = good;
    struct register_server_key_changed *body = &event.body.server_key_changed;

    body->server = author_key("server.c").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->signer = author_key("m1").public_key;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->seen--;
    expect(world, &event, RESULT_REFUSED);
    event = good;
    body->head.bytes[9] ^= 1;
    expect(world, &event, RESULT_REFUSED);
}

/* --- Who signs, where, as what ---------------------------------------------
 */

/* Lets `name` sign what `bytes` says; ends the bytes. */
static struct signature sign_as(const char *name, enum result result,
                                uint8_t *bytes, size_t size, size_t cut)
{
    const struct signing_key key = author_key(name);
    struct signature sig;

    assert_int_equal(result, RESULT_OK);
    assert_int_equal(signing_key_sign(&key, bytes, size - cut, &sig),
                     RESULT_OK);
    free(bytes);
    return sig;
}

/* `revoke`, `device-add` and `vouch` have the same fields: only the tag tells
 * them apart. */
static void a_statement_of_another_tag_is_refused(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = signed_add(world, "m1", "m1.b", "m1");
    struct register_device_added *body = &event.body.device_added;
    const struct text_view scope = TEXT_LITERAL(AUTHOR_ORGANISATION);
    const struct statement_seen seen = { body->seen, body->head };
    const struct statement_revoke revoke = { TEXT_LITERAL("m1"), body->device,
                                             TEXT_LITERAL(SIGNED_LABEL), seen };
    const struct statement_vouch vouch = { TEXT_LITERAL("m1"), body->device,
                                           TEXT_LITERAL(SIGNED_LABEL), seen };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    result = statement_revoke(&body->signer, scope, &revoke, &bytes, &size);
    body->sig = sign_as("m1", result, bytes, size, 0);
    expect(world, &event, RESULT_REFUSED);
    result = statement_vouch(&body->signer, scope, &vouch, &bytes, &size);
    body->sig = sign_as("m1", result, bytes, size, 0);
    expect(world, &event, RESULT_REFUSED);
}

static void
a_statement_of_another_scope_length_or_order_is_refused(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = signed_vouch(world, "s1", "s1", "m3", "m3");
    struct register_device_vouched *body = &event.body.device_vouched;
    struct statement_vouch fields = { TEXT_LITERAL("s1"),
                                      body->device,
                                      TEXT_LITERAL("sight"),
                                      { body->seen, body->head } };
    const struct text_view scope = TEXT_LITERAL(AUTHOR_ORGANISATION);
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    result = statement_vouch(&body->signer, scope, &fields, &bytes, &size);
    body->sig = sign_as("m3", result, bytes, size, 0);
    expect(world, &event, RESULT_OK);
    result = statement_vouch(&body->signer, scope, &fields, &bytes, &size);
    body->sig = sign_as("m3", result, bytes, size, 1);
    expect(world, &event, RESULT_REFUSED);
    result = statement_vouch(&body->signer, TEXT_LITERAL("c1.1"), &fields,
                             &bytes, &size);
    body->sig = sign_as("m3", result, bytes, size, 0);
    expect(world, &event, RESULT_REFUSED);
    /* The words of two fields in each other's place. */
    fields.member = TEXT_LITERAL("sight");
    fields.how = TEXT_LITERAL("s1");
    result = statement_vouch(&body->signer, scope, &fields, &bytes, &size);
    body->sig = sign_as("m3", result, bytes, size, 0);
    expect(world, &event, RESULT_REFUSED);
}

static void a_signer_who_may_not_say_it_is_refused(void **state)
{
    struct signed_register *world = *state;
    struct register_event event;

    /* The device of another holder, one that nobody knows, the server's. */
    event = signed_add(world, "m1", "m1.b", "m2");
    expect(world, &event, RESULT_REFUSED);
    event = signed_add(world, "m1", "m1.b", "m1.z");
    expect(world, &event, RESULT_REFUSED);
    event = signed_add(world, "m1", "m1.b", "server");
    expect(world, &event, RESULT_REFUSED);
    event = signed_vouch(world, "s1", "s1", "m1", "m3");
    expect(world, &event, RESULT_REFUSED);
    /* A device that is not of whom it is said to be. */
    event = signed_vouch(world, "s1", "m7", "m3", "m3");
    expect(world, &event, RESULT_REFUSED);
}

static void a_revoked_device_signs_nothing_more(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = signed_revoke(world, "m3", "m3", NULL);

    signed_register_apply(world, &event);
    event = signed_vouch(world, "s1", "s1", "m3", "m3");
    expect(world, &event, RESULT_REFUSED);
    event = signed_add(world, "m3", "m3.b", "m3");
    expect(world, &event, RESULT_REFUSED);
}

static void the_server_signs_with_the_key_of_the_moment(void **state)
{
    struct signed_register *world = *state;
    struct register_event event = signed_key_change(world, "server.b");

    signed_register_apply(world, &event);
    event = signed_revoke(world, "m3", "m3", NULL); /* by the old key */
    expect(world, &event, RESULT_REFUSED);
    world->server = author_key("server.b");
    event = signed_revoke(world, "m3", "m3", NULL);
    expect(world, &event, RESULT_OK);
}

static void nobody_has_seen_what_comes_later(void **state)
{
    struct signed_register *world = *state;
    size_t i;

    for (i = 0; i < SIGNED_KINDS; i++) {
        struct register_event event = make(world, signed_kinds[i]);
        struct statement_seen seen;

        assert_int_equal(register_check_seen(&event, &seen),
                         signed_kinds[i] != ENROLLED);
        if (signed_kinds[i] == ENROLLED) /* there is no history to see yet */
            continue;
        assert_int_equal(seen.seq, world->state->next_seq - 1);
        assert_true(hash_equal(&seen.head, &world->head));
        expect(world, &event, RESULT_OK);
        event.seq = seen.seq; /* as if it stood one place earlier */
        expect(world, &event, RESULT_REFUSED);
    }
}

static void a_key_that_fits_every_message_signs_nothing(void **state)
{
    struct signed_register *world = *state;
    unsigned i;

    for (i = 0; i < BAD_KEY_COUNT; i++) {
        struct register_event event = make(world, ENROLLED);

        event.body.device_enrolled.device = bad_key(i);
        event.body.device_enrolled.sig = bad_key_signature();
        expect(world, &event, RESULT_REFUSED);
        /* Nor does it come to stand in the register. */
        assert_int_equal(register_state_apply(world->state, &event),
                         RESULT_CORRUPT);
        event = signed_vouch(world, "s1", "s1", "m1", "m1");
        event.body.device_vouched.signer = bad_key(i);
        event.body.device_vouched.sig = bad_key_signature();
        expect(world, &event, RESULT_REFUSED);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_statement_of_an_honest_register_is_good),
        TEST(a_holder_may_revoke_a_device_of_her_own),
        TEST(events_without_a_statement_are_left_alone),
        TEST(nothing_is_said_where_the_text_is_not_known),
        TEST(another_text_than_the_one_signed_is_refused),
        TEST(a_signature_with_any_bit_turned_is_refused),
        TEST(an_enrolment_holds_for_its_own_words_only),
        TEST(an_enrolment_is_for_the_server_of_its_moment),
        TEST(an_added_device_holds_for_its_own_words_only),
        TEST(an_addition_can_be_checked_when_its_label_comes_late),
        TEST(a_vouch_holds_for_its_own_words_only),
        TEST(an_erratum_holds_for_its_own_words_only),
        TEST(a_second_signature_holds_for_its_own_words_only),
        TEST(a_revocation_holds_for_its_own_words_only),
        TEST(a_new_server_key_holds_for_its_own_words_only),
        TEST(a_statement_of_another_tag_is_refused),
        TEST(a_statement_of_another_scope_length_or_order_is_refused),
        TEST(a_signer_who_may_not_say_it_is_refused),
        TEST(a_revoked_device_signs_nothing_more),
        TEST(the_server_signs_with_the_key_of_the_moment),
        TEST(nobody_has_seen_what_comes_later),
        TEST(a_key_that_fits_every_message_signs_nothing),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
