#include "client/cli/cli_booth.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char form[] =
    "{\"name\":\"B\",\"questions\":["
    "{\"answers\":[\"P\",\"Q\",\"R\"],\"blank\":true,\"min\":1,\"max\":2,"
    "\"question\":\"Who?\"},"
    "{\"answers\":[\"Yes\",\"No\"],\"min\":0,\"max\":1,\"question\":\"Well?\"}]"
    ",\"forms\":[\"choose\",\"agree\"]}";

static const struct cli_booth_facts usual = {
    .teller_count = 3,
    .threshold = 2,
    .length = 9,
    .own = 7,
    .hall = 2,
    .may_change = true,
    .cast_max = 5,
};

static struct cli_booth booth;

/* What is written in a step; the caller ends it with free(). */
static char *open_with(const struct cli_booth_facts *facts)
{
    struct cli_paper_copy copy;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(cli_paper_copy_of_draft(&copy, text_view_of(form)),
                     RESULT_OK);
    assert_int_equal(cli_booth_open(&booth, facts, &copy.paper, 1000, out),
                     RESULT_OK);
    cli_paper_copy_release(&copy);
    (void)fclose(out);
    return text;
}

static char *type(const char *line, enum cli_booth_wish expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(cli_booth_take(&booth, line, out), expected);
    (void)fclose(out);
    return text;
}

static void typed(const char *line, const char *part)
{
    char *text = type(line, CLI_BOOTH_STAY);

    if (!strstr(text, part))
        fail_msg("%s: %s", line, text);
    free(text);
}

static void opens(void) { free(open_with(&usual)); }

/* Lines are joined again, so that a width does not matter. */
static void says(const struct cli_booth_facts *facts, const char *part)
{
    char *text = open_with(facts);
    char *at;

    for (at = text; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    if (!strstr(text, part))
        fail_msg("%s", text);
    free(text);
    cli_booth_close(&booth);
}

static void the_promise_has_the_numbers_of_the_ballot(void **state)
{
    struct cli_booth_facts facts = usual;

    (void)state;
    says(&facts, "Neither the server nor fewer than 2 tellers, nor both "
                 "together, can open your vote. The server and 2 tellers "
                 "together can.");
    says(&facts, "A list of 9 entries: 7 signed by members' own devices, 2 by "
                 "hall devices.");
    says(&facts, "At most 5 times in all.");
    facts.teller_count = facts.threshold = 1;
    says(&facts, "Neither the server alone nor the teller alone");
    facts.cast_count = 2;
    says(&facts, "You have voted 2 of at most 5 times.");
    facts.may_change = false;
    says(&facts, "A ballot that was cast cannot be changed.");
    facts.is_knowing = true;
    says(&facts, "ATTENTION: with 9 entries");
    facts.is_hall = true;
    (void)snprintf(facts.voter, sizeof facts.voter, "comrade X");
    says(&facts, "Now votes: comrade X");
    says(&facts, "it sees your vote");
    facts.entered = 2;
    says(&facts,
         "Of these, 2 are paper ballots that the committee enters: only "
         "as good as a recount of the sealed paper.");
    facts.paper = 3;
    facts.papers = 4;
    says(&facts, "Paper ballot 3 of 4 is entered");
    says(&facts, "Mark exactly what the paper says");
}

static void a_ballot_is_marked_reviewed_and_cast(void **state)
{
    (void)state;
    opens();
    typed("", "Question 1. Who?");
    typed("1 2 3", "at most 2");
    typed("1 3", "Question 2. Well?");
    typed("B", "as it will be cast");
    assert_memory_equal(booth.marks, "\0\1\0\1\0\1", 6);
    typed("ok", "Type CAST");
    free(type("Bỏ phiếu", CLI_BOOTH_CAST));
    assert_int_equal(booth.mark_count, 6);
    assert_memory_equal(booth.marks, "\0\1\0\1\0\1", 6);
    cli_booth_close(&booth);
}

static void the_review_shows_every_mark(void **state)
{
    char *text;

    (void)state;
    opens();
    typed("", "Who?");
    typed("trắng", "Well?");
    text = type("A", CLI_BOOTH_STAY);
    assert_non_null(strstr(text, " [ ]  1. P\n"));
    assert_non_null(strstr(text, " [X]     Blank ballot\n"));
    assert_non_null(strstr(text, " [X]  A. Yes\n"));
    free(text);
    cli_booth_close(&booth);
}

static void one_question_or_all_are_marked_anew(void **state)
{
    (void)state;
    opens();
    typed("", "Who?");
    typed("1", "Well?");
    typed("A", "CAST");
    typed("sửa 2", "Question 2. Well?");
    assert_memory_equal(booth.marks, "\0\1\0\0\0\0", 6);
    typed("B", "CAST");
    typed("change 3", "There is no question 3");
    typed("sửa", "Question 1. Who?");
    assert_memory_equal(booth.marks, "\0\0\0\0\0\0", 6);
    typed("2", "Question 2. Well?");
    cli_booth_close(&booth);
}

static void leaving_wipes_the_marks_at_every_step(void **state)
{
    static const char *const lines[] = { "", "1", "A" };
    static const struct cli_booth empty;
    size_t count, i;

    (void)state;
    for (count = 0; count <= 3; count++) {
        opens();
        for (i = 0; i < count; i++)
            free(type(lines[i], CLI_BOOTH_STAY));
        free(type(count % 2 ? "HỦY" : "/cancel", CLI_BOOTH_LEAVE));
        assert_false(cli_booth_is_open(&booth));
        assert_memory_equal(booth.marks, empty.marks, sizeof empty.marks);
        assert_null(booth.copy.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_promise_has_the_numbers_of_the_ballot),
        cmocka_unit_test(a_ballot_is_marked_reviewed_and_cast),
        cmocka_unit_test(the_review_shows_every_mark),
        cmocka_unit_test(one_question_or_all_are_marked_anew),
        cmocka_unit_test(leaving_wipes_the_marks_at_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
