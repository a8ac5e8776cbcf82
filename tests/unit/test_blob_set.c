#include "server/room/blob_set.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static struct hash hash_number(size_t i) { return digest_sha256(&i, sizeof i); }

static void thousands_of_hashes_are_found_and_no_other(void **state)
{
    struct blob_set set = { .slots = NULL };
    struct hash hash;
    size_t i;

    (void)state;
    for (i = 0; i < 5000; i++) {
        hash = hash_number(i);
        assert_int_equal(blob_set_add(&set, &hash), RESULT_OK);
        assert_int_equal(blob_set_add(&set, &hash), RESULT_OK);
    }
    assert_int_equal(set.used, 5000);
    for (i = 0; i < 5000; i++) {
        hash = hash_number(i);
        assert_true(blob_set_has(&set, &hash));
    }
    hash = hash_number(5000);
    assert_false(blob_set_has(&set, &hash));
    blob_set_release(&set);
    assert_false(blob_set_has(&set, &hash));
}

static void no_hash_is_no_file(void **state)
{
    struct blob_set set = { .slots = NULL };
    struct hash zeros = { { 0 } };

    (void)state;
    assert_int_equal(blob_set_add(&set, &zeros), RESULT_OK);
    assert_int_equal(set.used, 0);
    assert_false(blob_set_has(&set, &zeros));
    blob_set_release(&set);
}

static void what_a_member_claims_names_no_file(void **state)
{
    struct blob_set set = { .slots = NULL };
    struct hash heard = hash_number(7);
    struct meeting_event event;

    (void)state;
    memset(&event, 0, sizeof event);
    event.kind = EVENT_DECRYPTION_REFUSED_KIND;
    event.body.decryption_refused.payload = heard;
    assert_int_equal(blob_set_add_event(&set, &event), RESULT_OK);
    memset(&event, 0, sizeof event);
    event.kind = EVENT_BALLOT_OBJECTED_KIND;
    event.body.ballot_objected.record = heard;
    event.body.ballot_objected.tracker = heard;
    assert_int_equal(blob_set_add_event(&set, &event), RESULT_OK);
    memset(&event, 0, sizeof event);
    event.kind = EVENT_PAPER_ENTERED_KIND;
    event.body.paper_entered.record = heard;
    assert_int_equal(blob_set_add_event(&set, &event), RESULT_OK);
    assert_false(blob_set_has(&set, &heard));
    memset(&event, 0, sizeof event);
    event.kind = EVENT_DOCUMENT_ATTACHED_KIND;
    event.body.document_attached.blob = heard;
    assert_int_equal(blob_set_add_event(&set, &event), RESULT_OK);
    assert_true(blob_set_has(&set, &heard));
    blob_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thousands_of_hashes_are_found_and_no_other),
        cmocka_unit_test(no_hash_is_no_file),
        cmocka_unit_test(what_a_member_claims_names_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
