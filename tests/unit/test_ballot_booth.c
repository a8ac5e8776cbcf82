#include "protocol/ballot/ballot_booth.h"

#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    static struct ballot_scene scene;

    ballot_scene_init(&scene);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    ballot_scene_release(*state);
    return 0;
}

static enum result open_with(struct ballot_scene *scene,
                             const struct ballot_element *key)
{
    struct ballot_election election = scene->election;
    struct ballot_booth *booth = NULL;
    enum result result;

    election.public_key = *key;
    result = ballot_booth_new(scene->group, &election, &booth);
    assert_int_equal(booth != NULL, result == RESULT_OK);
    assert_null(ballot_booth_free(booth));
    return result;
}

static void a_key_under_which_nothing_is_secret_is_refused(void **state)
{
    struct ballot_scene *scene = *state;
    struct ballot_element key = ballot_element_identity();

    assert_int_equal(open_with(scene, &key), RESULT_REFUSED);
    key.bytes[BALLOT_ELEMENT_SIZE - 1] = 2; /* 2^q is not 1 */
    assert_int_equal(open_with(scene, &key), RESULT_REFUSED);
    memset(key.bytes, 0, sizeof key.bytes);
    assert_int_equal(open_with(scene, &key), RESULT_REFUSED);
    assert_int_equal(open_with(scene, &scene->credential), RESULT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_under_which_nothing_is_secret_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
