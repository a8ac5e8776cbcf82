/* Which texts and files each level leaves out. Records of real meetings:
 * tests/integration/test_record_less.py. */
#include "protocol/verify/verify_redact.h"

#include "protocol/meeting/log_codec.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

/* Is it left out of an event "KIND PATH" with this row in it? */
static bool hides(enum record_level level, const char *kind, const char *path,
                  enum audience audience, const char *category)
{
    json_t *event = json_pack("{s:s, s:[{s:s}, {s:s}]}", "ev", kind, "roster",
                              "category", "official", "category", category);
    const bool is_hidden = verify_redact_hides(level, event, path, audience);

    json_decref(event);
    return is_hidden;
}

static void test_members_see_no_texts_of_those_who_preside(void **state)
{
    (void)state;
    assert_true(hides(RECORD_LEVEL_MEMBER, "absence_noted", "reason",
                      AUDIENCE_PRESIDING, "official"));
    assert_false(hides(RECORD_LEVEL_MEMBER, "chat_said", "text",
                       AUDIENCE_MEMBERS, "official"));
    assert_false(hides(RECORD_LEVEL_MEMBER, "entry_written", "text",
                       AUDIENCE_MINUTES, "official"));
    assert_false(hides(RECORD_LEVEL_FULL, "absence_noted", "reason",
                       AUDIENCE_PRESIDING, "official"));
}

static void test_names_of_guests_are_left_out_and_of_members_not(void **state)
{
    (void)state;
    assert_true(hides(RECORD_LEVEL_MEMBER, "genesis", "roster.1.name",
                      AUDIENCE_ALL, "guest"));
    assert_false(hides(RECORD_LEVEL_MEMBER, "genesis", "roster.0.name",
                       AUDIENCE_ALL, "guest"));
    assert_true(hides(RECORD_LEVEL_UPPER, "genesis", "roster.1.name",
                      AUDIENCE_ALL, "guest"));
    assert_false(hides(RECORD_LEVEL_UPPER, "genesis", "roster.1.name",
                       AUDIENCE_ALL, "official"));
    assert_false(hides(RECORD_LEVEL_MEMBER, "genesis",
                       "roster.99999999999999999999.name", AUDIENCE_ALL,
                       "guest"));
}

static void test_the_body_above_sees_what_is_named_and_no_more(void **state)
{
    (void)state;
    assert_false(hides(RECORD_LEVEL_UPPER, "vote_started", "motion",
                       AUDIENCE_ALL, "official"));
    assert_false(hides(RECORD_LEVEL_UPPER, "item_added", "title", AUDIENCE_ALL,
                       "official"));
    assert_true(hides(RECORD_LEVEL_UPPER, "chat_said", "text", AUDIENCE_MEMBERS,
                      "official"));
    assert_true(hides(RECORD_LEVEL_UPPER, "document_attached", "name",
                      AUDIENCE_ALL, "official"));
    assert_true(hides(RECORD_LEVEL_UPPER, "of_a_later_version", "thing",
                      AUDIENCE_ALL, "official"));
}

static enum result look_at_text(const char *path, struct sealed *sealed,
                                enum audience audience, uint64_t length_max,
                                void *user)
{
    json_t *event = json_pack("{s:s}", "ev", (const char *)user);

    (void)sealed;
    (void)length_max;
    /* What one level leaves out, the next one does. */
    assert_true(
        !verify_redact_hides(RECORD_LEVEL_MEMBER, event, path, audience) ||
        verify_redact_hides(RECORD_LEVEL_UPPER, event, path, audience));
    json_decref(event);
    return RESULT_OK;
}

static void test_levels_leave_out_more_and_more(void **state)
{
    int kind;

    (void)state;
    for (kind = MEETING_EVENT_UNKNOWN + 1; kind < MEETING_EVENT_COUNT; kind++) {
        struct meeting_event event = { .kind = (enum meeting_event_kind)kind };
        const struct schema *schema = meeting_event_schema(event.kind);

        assert_int_equal(schema_visit_sealed(schema, &event.body, look_at_text,
                                             (void *)(uintptr_t)schema->name),
                         RESULT_OK);
    }
}

static void test_papers_go_before_attachments(void **state)
{
    const struct text_view paper = TEXT_LITERAL("documents/minutes.txt");
    const struct text_view attached = TEXT_LITERAL("attachments/d1.pdf");

    (void)state;
    assert_true(verify_redact_hides_file(RECORD_LEVEL_MEMBER, paper));
    assert_true(verify_redact_hides_file(RECORD_LEVEL_MEMBER,
                                         TEXT_LITERAL("minutes.json")));
    assert_false(verify_redact_hides_file(RECORD_LEVEL_MEMBER, attached));
    assert_true(verify_redact_hides_file(RECORD_LEVEL_UPPER, attached));
    assert_false(verify_redact_hides_file(RECORD_LEVEL_AS_KEPT, paper));
    assert_false(verify_redact_hides_file(RECORD_LEVEL_UPPER,
                                          TEXT_LITERAL("log/events.jsonl")));
}

static void test_what_is_no_record_is_not_valid_for_a_reason(void **state)
{
    static const char *const files[] = { "", "x", "PK\3\4" };
    const struct verify_input input = { .given_count = 0 };
    struct verify_record record;
    struct verify_findings findings;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(verify_record_run(text_view_of(files[i]), &input,
                                           &record, &findings),
                         RESULT_OK);
        assert_int_equal(findings.verdict, VERIFY_INVALID);
        assert_int_equal(findings.failure.fault, VERIFY_FAULT_ZIP);
        assert_true(findings.failure.zip != RECORD_ZIP_SOUND);
        verify_findings_release(&findings);
        verify_record_release(&record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_see_no_texts_of_those_who_preside),
        cmocka_unit_test(test_names_of_guests_are_left_out_and_of_members_not),
        cmocka_unit_test(test_the_body_above_sees_what_is_named_and_no_more),
        cmocka_unit_test(test_levels_leave_out_more_and_more),
        cmocka_unit_test(test_papers_go_before_attachments),
        cmocka_unit_test(test_what_is_no_record_is_not_valid_for_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
