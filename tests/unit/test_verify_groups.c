#include "protocol/verify/verify_groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char events_path[] = "groups/t.2/events.jsonl";
static const char openings_path[] = "groups/t.2/openings.jsonl";

/* What is said of a meeting with one group, whose meeting is t.2, gathered or
 * not, and of a record with these files. */
static enum result read_groups(bool is_gathered, struct record_zip_entry *files,
                               size_t count, bool *is_whole,
                               struct text_view *name)
{
    struct meeting_group group = { .is_gathered = is_gathered };
    const struct meeting_kinds kinds = { .groups = &group, .group_count = 1 };
    const struct verify_record record = { .zip = { files, count } };
    struct verify_groups groups;
    enum result result;

    assert_int_equal(identifier_parse(TEXT_LITERAL("t.2"), &group.meeting),
                     RESULT_OK);
    result = verify_groups_read(&record, &kinds, &groups, name);
    *is_whole = groups.is_whole;
    verify_groups_release(&groups);
    return result;
}

static void a_group_that_was_not_gathered_has_no_log(void **state)
{
    struct text_view name = { NULL, 0 };
    bool is_whole = false;

    (void)state;
    assert_int_equal(read_groups(false, NULL, 0, &is_whole, &name), RESULT_OK);
    assert_true(is_whole);
}

static void a_log_that_is_hidden_is_no_fault(void **state)
{
    struct record_zip_entry files[] = { { TEXT_LITERAL(events_path),
                                          TEXT_LITERAL("x\n") } };
    struct text_view name = { NULL, 0 };
    bool is_whole = true;

    (void)state;
    assert_int_equal(read_groups(true, files, 1, &is_whole, &name), RESULT_OK);
    assert_false(is_whole);
}

static void a_log_that_is_none_is_refused_by_name(void **state)
{
    struct record_zip_entry files[] = {
        { TEXT_LITERAL(events_path), TEXT_LITERAL("{}\n") },
        { TEXT_LITERAL(openings_path), { "", 0 } }
    };
    struct text_view name = { NULL, 0 };
    bool is_whole = true;

    (void)state;
    assert_int_equal(read_groups(true, files, 2, &is_whole, &name),
                     RESULT_REFUSED);
    assert_true(text_view_is(name, events_path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_that_was_not_gathered_has_no_log),
        cmocka_unit_test(a_log_that_is_hidden_is_no_fault),
        cmocka_unit_test(a_log_that_is_none_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
