#include "protocol/ballot/ballot_draft.h"

#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char sample[] =
    "{\"name\":\"Bầu chi ủy\",\"questions\":["
    "{\"answers\":[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"],\"blank\":true,"
    "\"min\":1,\"max\":2,\"question\":\"Bầu 2 đồng chí\"},"
    "{\"answers\":[\"Tán thành\",\"Không tán thành\"],"
    "\"min\":0,\"max\":1,\"question\":\"Đảng viên Mẫu 03\"},"
    "{\"answers\":[\"A\",\"B\",\"C\"],"
    "\"min\":1,\"max\":1,\"question\":\"Đảng viên Mẫu 04\"}],"
    "\"forms\":[\"choose\",\"agree\",\"level3\"]}";

static void a_draft_reads_and_writes_as_the_same_bytes(void **state)
{
    struct ballot_draft draft;
    struct byte_writer out;

    (void)state;
    assert_int_equal(ballot_draft_read(text_view_of(sample), &draft),
                     BALLOT_FAULT_NONE);
    assert_true(text_view_is(draft.name, "Bầu chi ủy"));
    assert_int_equal(draft.question_count, 3);
    assert_true(draft.questions[0].has_blank);
    assert_int_equal(draft.questions[0].form, BALLOT_FORM_CHOOSE);
    assert_int_equal(draft.questions[1].form, BALLOT_FORM_AGREE);
    assert_int_equal(draft.questions[1].min, 0);
    assert_int_equal(draft.questions[2].form, BALLOT_FORM_LEVEL3);
    assert_true(text_view_is(draft.questions[2].answers[2], "C"));
    byte_writer_init(&out, 10000);
    assert_int_equal(ballot_draft_write(&draft, &out), RESULT_OK);
    assert_int_equal(out.size, strlen(sample));
    assert_memory_equal(out.data, sample, out.size);
    byte_writer_release(&out);
    ballot_draft_release(&draft);
    assert_null(draft.memory);
}

static void the_same_questions_are_known_under_another_name(void **state)
{
    static const char other[] =
        "{\"name\":\"Bầu lại\",\"questions\":["
        "{\"answers\":[\"A\",\"B\"],\"min\":0,\"max\":1,"
        "\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}";
    static const char again[] =
        "{\"name\":\"Bầu\",\"questions\":["
        "{\"answers\":[\"A\",\"B\"],\"min\":0,\"max\":1,"
        "\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}";

    (void)state;
    assert_true(
        ballot_draft_asks_same(text_view_of(other), text_view_of(again)));
    assert_true(
        ballot_draft_asks_same(text_view_of(sample), text_view_of(sample)));
    assert_false(
        ballot_draft_asks_same(text_view_of(other), text_view_of(sample)));
    assert_false(
        ballot_draft_asks_same(text_view_of("{}"), text_view_of("{}")));
}

static void the_counts_of_a_result_are_known_before_it(void **state)
{
    (void)state;
    assert_int_equal(ballot_draft_position_count(TEXT_LITERAL(
                         "{\"name\":\"Phiếu\",\"questions\":["
                         "{\"answers\":[\"A\",\"B\",\"C\"],\"blank\":true,"
                         "\"min\":0,\"max\":2,\"question\":\"Ai?\"},"
                         "{\"answers\":[\"Có\",\"Không\"],\"min\":0,"
                         "\"max\":1,\"question\":\"Gì?\"}],"
                         "\"forms\":[\"choose\",\"choose\"]}")),
                     6);
    assert_int_equal(ballot_draft_position_count(TEXT_LITERAL("{}")), 0);
}

/* A table of so many people, with three levels for each. */
static enum ballot_fault read_table(size_t people)
{
    struct ballot_draft draft;
    struct byte_writer out;
    enum ballot_fault fault;

    byte_writer_init(&out, 100000);
    byte_writer_text(&out, TEXT_LITERAL("{\"name\":\"Phiếu\",\"questions\":["));
    for (size_t i = 0; i < people; i++)
        byte_writer_text(
            &out, text_view_of(i > 0 ? ",{\"answers\":[\"A\",\"B\",\"C\"],"
                                       "\"min\":0,\"max\":1,\"question\":\"M\"}"
                                     : "{\"answers\":[\"A\",\"B\",\"C\"],"
                                       "\"min\":0,\"max\":1,"
                                       "\"question\":\"M\"}"));
    byte_writer_text(&out, TEXT_LITERAL("],\"forms\":["));
    for (size_t i = 0; i < people; i++)
        byte_writer_text(&out,
                         text_view_of(i > 0 ? ",\"level3\"" : "\"level3\""));
    byte_writer_text(&out, TEXT_LITERAL("]}"));
    fault = ballot_draft_read(
        (struct text_view){ (const char *)out.data, out.size }, &draft);
    ballot_draft_release(&draft);
    byte_writer_release(&out);
    return fault;
}

static void a_form_whose_ballots_could_not_be_cast_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_table(1), BALLOT_FAULT_NONE);
    assert_int_equal(read_table(45), BALLOT_FAULT_NONE);
    assert_int_equal(read_table(100), BALLOT_FAULT_TOO_LARGE);
}

/* The sample with the first `from` replaced. */
static enum ballot_fault read_changed(const char *from, const char *to)
{
    const char *found = strstr(sample, from);
    struct ballot_draft draft;
    struct byte_writer changed;
    enum ballot_fault fault;

    if (!found)
        fail_msg("%s is not there", from);
    byte_writer_init(&changed, 10000);
    byte_writer_bytes(&changed, sample, (size_t)(found - sample));
    byte_writer_text(&changed, text_view_of(to));
    byte_writer_text(&changed, text_view_of(&found[strlen(from)]));
    fault = ballot_draft_read(
        (struct text_view){ (const char *)changed.data, changed.size }, &draft);
    ballot_draft_release(&draft);
    byte_writer_release(&changed);
    return fault;
}

static void every_misfit_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } rows[] = {
        { "Bầu chi ủy", "", BALLOT_FAULT_TEXT },
        { "Bầu 2 đồng chí", "", BALLOT_FAULT_TEXT },
        { "Đảng viên Mẫu 02", "", BALLOT_FAULT_TEXT },
        { "Bầu chi", "Bầu\\nchi", BALLOT_FAULT_TEXT },
        { "\"max\":2", "\"max\":3", BALLOT_FAULT_QUESTION },
        { "{\"name\"", "{\"title\"", BALLOT_FAULT_FIELD },
        { "\"choose\"", "\"rows\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"choose\"", "\"agree\"", BALLOT_FAULT_MEETING_FIELDS },
        { "\"level3\"", "\"level4\"", BALLOT_FAULT_MEETING_FIELDS },
        { ",\"level3\"", "", BALLOT_FAULT_MEETING_FIELDS },
        { "\"level3\"]", "\"level3\"],\"x\":1", BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"level3\"]}", "\"level3\"]} ", BALLOT_FAULT_JSON },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const enum ballot_fault fault = read_changed(rows[i].from, rows[i].to);

        if (fault != rows[i].fault)
            fail_msg("%s -> %s: %s", rows[i].from, rows[i].to,
                     ballot_fault_word(fault));
    }
}

static bool has_unseen(const char *from, const char *to)
{
    const char *found = strstr(sample, from);
    char changed[sizeof sample + 10];
    struct ballot_draft draft;
    bool has;

    assert_non_null(found);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(found - sample),
                   sample, to, &found[strlen(from)]);
    assert_int_equal(ballot_draft_read(text_view_of(changed), &draft),
                     BALLOT_FAULT_NONE);
    has = ballot_draft_has_unseen(&draft);
    ballot_draft_release(&draft);
    return has;
}

static void letters_that_nobody_sees_are_found_in_each_text(void **state)
{
    (void)state;
    assert_false(has_unseen("Mẫu 01", "Mẫu 01"));
    assert_true(has_unseen("Bầu chi", "Bầu\xe2\x80\x8b chi"));
    assert_true(has_unseen("Mẫu 01", "Mẫu\xc2\xad 01"));
    assert_true(has_unseen("Mẫu 02", "Mẫu 02\xe2\x81\xa0"));
    assert_true(has_unseen("2 đồng chí", "\xe2\x80\x8d 2 đồng chí"));
    /* The name of a row; the last column of the last table. */
    assert_true(has_unseen("Mẫu 04", "Mẫu\xe3\x85\xa4 04"));
    assert_true(has_unseen("\"C\"", "\"C\xcd\x8f\""));
}

static void what_would_be_refused_is_not_written(void **state)
{
    struct ballot_draft draft;
    struct byte_writer out;

    (void)state;
    assert_int_equal(ballot_draft_read(text_view_of(sample), &draft),
                     BALLOT_FAULT_NONE);
    draft.name = TEXT_LITERAL("");
    byte_writer_init(&out, 10000);
    assert_int_equal(ballot_draft_write(&draft, &out), RESULT_INVALID);
    byte_writer_release(&out);
    ballot_draft_release(&draft);
}

static void an_election_is_of_a_draft_to_the_last_letter(void **state)
{
    struct ballot_draft draft;
    struct ballot_election election = { .description = TEXT_LITERAL("") };
    struct ballot_question questions[3];

    (void)state;
    assert_int_equal(ballot_draft_read(text_view_of(sample), &draft),
                     BALLOT_FAULT_NONE);
    memcpy(questions, draft.questions, sizeof questions);
    election.name = draft.name;
    election.questions = questions;
    election.question_count = 3;
    assert_true(ballot_draft_is_of(&draft, &election));
    questions[0].max = 1;
    assert_false(ballot_draft_is_of(&draft, &election));
    questions[0] = draft.questions[0];
    questions[1].form = BALLOT_FORM_CHOOSE;
    assert_false(ballot_draft_is_of(&draft, &election));
    questions[1] = draft.questions[1];
    election.question_count = 2;
    assert_false(ballot_draft_is_of(&draft, &election));
    election.question_count = 3;
    election.description = TEXT_LITERAL("more");
    assert_false(ballot_draft_is_of(&draft, &election));
    ballot_draft_release(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_reads_and_writes_as_the_same_bytes),
        cmocka_unit_test(the_same_questions_are_known_under_another_name),
        cmocka_unit_test(the_counts_of_a_result_are_known_before_it),
        cmocka_unit_test(a_form_whose_ballots_could_not_be_cast_is_refused),
        cmocka_unit_test(every_misfit_is_refused_with_its_reason),
        cmocka_unit_test(letters_that_nobody_sees_are_found_in_each_text),
        cmocka_unit_test(what_would_be_refused_is_not_written),
        cmocka_unit_test(an_election_is_of_a_draft_to_the_last_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
