#include "server/room/upload_proof.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint8_t file[] = "Dự thảo nghị quyết";
static const struct key one = { { 1 } }, other = { { 2 } };

static int set_up(void **state)
{
    struct upload_proofs *proofs = NULL;

    assert_int_equal(upload_proofs_new(&proofs, 2), RESULT_OK);
    *state = proofs;
    return 0;
}

static int tear_down(void **state)
{
    *state = upload_proofs_free(*state);
    return 0;
}

static struct hash name(void) { return digest_sha256(file, sizeof file); }

static void who_sent_every_byte_has_the_file(void **state)
{
    struct upload_proofs *proofs = *state;
    const struct hash blob = name();

    upload_proofs_begin(proofs, &one, &blob, sizeof file);
    upload_proofs_take(proofs, &one, &blob, 0, file, 5);
    upload_proofs_begin(proofs, &one, &blob, sizeof file); /* after a cut */
    upload_proofs_take(proofs, &one, &blob, 3, &file[3], 4);
    assert_int_equal(upload_proofs_sent(proofs, &one, &blob), 7);
    assert_false(upload_proofs_has(proofs, &one, &blob));
    upload_proofs_take(proofs, &one, &blob, 7, &file[7], sizeof file - 7);
    assert_true(upload_proofs_has(proofs, &one, &blob));
    assert_false(upload_proofs_has(proofs, &other, &blob));
}

static void a_gap_and_another_file_prove_nothing(void **state)
{
    struct upload_proofs *proofs = *state;
    const struct hash blob = name();
    uint8_t false_file[sizeof file] = { 0 };

    upload_proofs_take(proofs, &one, &blob, 0, file, sizeof file);
    assert_false(upload_proofs_has(proofs, &one, &blob)); /* not begun */
    upload_proofs_begin(proofs, &one, &blob, sizeof file);
    upload_proofs_take(proofs, &one, &blob, 1, &file[1], sizeof file - 1);
    assert_int_equal(upload_proofs_sent(proofs, &one, &blob), 0);
    upload_proofs_take(proofs, &one, &blob, 0, false_file, sizeof file);
    assert_false(upload_proofs_has(proofs, &one, &blob));
    assert_int_equal(upload_proofs_sent(proofs, &one, &blob), 0);
}

static void a_piece_beyond_the_end_is_not_taken(void **state)
{
    struct upload_proofs *proofs = *state;
    const struct hash blob = name();

    upload_proofs_begin(proofs, &one, &blob, 4);
    upload_proofs_take(proofs, &one, &blob, 0, file, 5);
    upload_proofs_take(proofs, &one, &blob, UINT64_MAX, file, 2);
    assert_int_equal(upload_proofs_sent(proofs, &one, &blob), 0);
}

static void the_oldest_upload_gives_way(void **state)
{
    struct upload_proofs *proofs = *state;
    const struct hash blob = name(), second = digest_sha256("b", 1),
                      third = digest_sha256("c", 1);

    upload_proofs_begin(proofs, &one, &blob, sizeof file);
    upload_proofs_take(proofs, &one, &blob, 0, file, sizeof file);
    upload_proofs_begin(proofs, &one, &second, 1);
    upload_proofs_begin(proofs, &one, &third, 1);
    assert_false(upload_proofs_has(proofs, &one, &blob));
    upload_proofs_take(proofs, &one, &third, 0, (const uint8_t *)"c", 1);
    assert_true(upload_proofs_has(proofs, &one, &third));
    upload_proofs_forget(proofs, &one, &third);
    assert_false(upload_proofs_has(proofs, &one, &third));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_sent_every_byte_has_the_file,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_and_another_file_prove_nothing,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_piece_beyond_the_end_is_not_taken,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_upload_gives_way, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
