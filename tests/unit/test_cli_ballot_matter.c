/* The papers that the chair's screen makes are those that the rules take. */
#include "client/cli/cli_ballot_matter.h"

#include "client/core/text_table.h"
#include "protocol/record/commitment.h"
#include "tests/support/elect_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TELLERS "m2+m3+m5 0 no no "

static struct cli_ballot_matter made;
static bool rules_here = true;
static struct text_table *names;
static char problem[CLI_MATTER_PROBLEM_SIZE];

static enum result make(const struct meeting_transcript *meeting,
                        const char *typed)
{
    const struct meeting_view view = { .state = meeting->state,
                                       .rules =
                                           rules_here ? &meeting->rules : NULL,
                                       .register_texts = names,
                                       .me = { "m1" } };
    char *copy = strdup(typed);
    enum result result;

    cli_ballot_matter_release(&made);
    assert_non_null(copy);
    assert_true(cli_ballot_is_matter(copy));
    result = cli_ballot_matter_read(&view, copy, problem, &made);
    free(copy);
    return result;
}

/* What the rules say to the paper that was made, with the fields beside it. */
static const char *draft(struct meeting_transcript *meeting)
{
    char rest[600] = "";
    char text[200];
    json_t *row;
    size_t i;

    json_array_foreach(json_object_get(made.fields, "candidates"), i, row)
    {
        (void)snprintf(text, sizeof text, "%s%s", i > 0 ? "+" : "",
                       json_string_value(json_object_get(row, "member")));
        strcat(rest, text);
    }
    if (rest[0] == '\0')
        strcat(rest, "-");
#define WORD(name)                                                             \
    (json_string_length(json_object_get(made.fields, name)) > 0                \
         ? json_string_value(json_object_get(made.fields, name))               \
         : "-")
#define SAYS(name)                                                             \
    (json_is_true(json_object_get(made.fields, name)) ? "yes" : "no")
    (void)snprintf(
        text, sizeof text, " " TELLERS "%s %d %s %s %s %s %s", WORD("matter"),
        (int)json_integer_value(json_object_get(made.fields, "seats")),
        WORD("subject"), SAYS("post"), SAYS("subject_votes"), WORD("election"),
        WORD("again"));
    strcat(rest, text);
    return elect_draft(meeting, made.form, rest);
}

static void each_matter_gets_a_paper_that_the_rules_take(void **state)
{
    static const char *const typed[] = {
        "discipline x5",
        "kyluat x5, giữ chức, được bỏ phiếu",
        "kyluat m6",
        "opinions 2: m4, m14, x1",
        "thamdo 3: m4, m14, x1",
        "confidence m4, m14",
        "rating m4, m2, x1",
        "recognition m6",
        "ketnap m6",
    };
    struct meeting_transcript *meeting = elect_scene();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        if (make(meeting, typed[i]) != RESULT_OK)
            fail_msg("%s: %s", typed[i], problem);
        assert_string_equal(draft(meeting), "");
    }
    cli_ballot_matter_release(&made);
    meeting_transcript_end(meeting);
}

/* The register knows the member by this name. */
static void call(const char *member, const char *name)
{
    const struct identifier id = { "to-chuc" };
    const struct opening opening = { .seq = 1,
                                     .field = "name",
                                     .value = text_view_of(name) };
    const struct hash commitment =
        commitment_of(identifier_view(&id), TEXT_LITERAL("name"), &opening.salt,
                      opening.value);
    struct identifier who;

    assert_int_equal(identifier_parse(text_view_of(member), &who), RESULT_OK);
    assert_int_equal(text_table_new(&names), RESULT_OK);
    assert_int_equal(text_table_expect(names, 1, "name", AUDIENCE_ALL,
                                       LIMIT_NAME_LENGTH, &commitment),
                     RESULT_OK);
    assert_int_equal(text_table_open(names, identifier_view(&id), &opening),
                     RESULT_OK);
    assert_int_equal(text_table_point(names, TEXT_NAME, &who, 1, "name"),
                     RESULT_OK);
}

static void what_nobody_sees_in_a_name_of_before_is_left_out(void **state)
{
    static const char *const typed[] = { "opinions 1: m4, m14, x1",
                                         "confidence m4, m14" };
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    call("m4", "Đảng viên\xe2\x80\x8b Mẫu 04");
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        if (make(meeting, typed[i]) != RESULT_OK)
            fail_msg("%s: %s", typed[i], problem);
        assert_non_null(strstr(made.form, "Đảng viên Mẫu 04\""));
        assert_string_equal(draft(meeting), "");
    }
    names = text_table_free(names);
    cli_ballot_matter_release(&made);
    meeting_transcript_end(meeting);
}

static void everybody_is_rated_and_may_count(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_int_equal(make(meeting, "xeploai tất cả"), RESULT_OK);
    assert_true(made.is_rating);
    assert_int_equal(
        json_array_size(json_object_get(made.fields, "candidates")), 25);
    cli_ballot_matter_release(&made);
    meeting_transcript_end(meeting);
}

static void the_forms_of_discipline_are_those_of_the_ruleset(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    struct discipline_rules *rules = &meeting->rules.discipline;

    (void)state;
    /* No ruleset that is shipped: expulsion is for holders of a post alone, and
     * a probationary member can be warned or removed. */
    rules->with_post = 1U << DISCIPLINE_EXPULSION;
    rules->probationary = 1U << DISCIPLINE_WARNING | 1U << DISCIPLINE_REMOVAL;
    assert_int_equal(make(meeting, "discipline x5"), RESULT_OK);
    assert_non_null(strstr(made.form, "\"reprimand\",\"warning\",\"removal "
                                      "from the post\",\"no discipline\""));
    assert_string_equal(draft(meeting), "");
    assert_int_equal(make(meeting, "kỷ luật m6, giữ chức"), RESULT_OK);
    assert_non_null(strstr(made.form, "[\"warning\",\"removal from "
                                      "the post\",\"no discipline\"]"));
    assert_string_equal(draft(meeting), "");
    rules->probationary = 0;
    assert_int_equal(make(meeting, "discipline m6"), RESULT_INVALID);
    assert_non_null(strstr(problem, "no form of discipline"));
    cli_ballot_matter_release(&made);
    meeting_transcript_end(meeting);
}

static void without_the_ruleset_no_paper_of_discipline_is_made(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    rules_here = false;
    assert_int_equal(make(meeting, "discipline x5"), RESULT_INVALID);
    rules_here = true;
    assert_non_null(strstr(problem, "not here yet"));
    meeting->rules.groups &= ~(1U << RULESET_DISCIPLINE);
    assert_int_equal(make(meeting, "discipline x5"), RESULT_INVALID);
    assert_non_null(strstr(problem, "no form of discipline"));
    meeting_transcript_end(meeting);
}

static void what_is_wrong_is_told(void **state)
{
    static const struct {
        const char *typed;
        const char *words;
    } rows[] = {
        { "discipline zz", "nobody called \"zz\"" },
        { "discipline x5, quickly", "not \"quickly\"" },
        { "opinions m4, m14", "how many, and of whom?" },
        { "rating m4, m4", "stands there twice" },
        { "confidence ", "a name is missing" },
        { "again", "no ballot ended with names that are level" },
    };
    struct meeting_transcript *meeting = elect_scene();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(make(meeting, rows[i].typed), RESULT_INVALID);
        if (!strstr(problem, rows[i].words))
            fail_msg("%s: %s", rows[i].typed, problem);
        assert_null(made.form);
    }
    assert_true(cli_ballot_is_matter("again; m2, m3"));
    assert_true(cli_ballot_is_matter("vòng hai; m2, m3"));
    assert_true(cli_ballot_is_matter("kỷ luật m5; m2, m3"));
    assert_false(cli_ballot_is_matter("\"Câu hỏi\""));
    assert_false(cli_ballot_is_matter("phieu.txt m2"));
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_matter_gets_a_paper_that_the_rules_take),
        cmocka_unit_test(what_nobody_sees_in_a_name_of_before_is_left_out),
        cmocka_unit_test(everybody_is_rated_and_may_count),
        cmocka_unit_test(the_forms_of_discipline_are_those_of_the_ruleset),
        cmocka_unit_test(without_the_ruleset_no_paper_of_discipline_is_made),
        cmocka_unit_test(what_is_wrong_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
