/* What people are told about commands: those that they type wrongly, too. */
#include "client/cli/cli_usage.h"

#include "client/cli/cli_command.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", "s1", NULL };

struct screen {
    struct meeting_transcript *meeting;
    struct meeting_view view;
    struct cli_typed typed;
    char line[100];
    char *usage;
    size_t size;
};

static void type(struct screen *screen, const char *line)
{
    FILE *out;

    memset(screen, 0, sizeof *screen);
    screen->meeting = meeting_transcript_new();
    meeting_play_to_open(screen->meeting, some);
    screen->view = (struct meeting_view){ .state = screen->meeting->state,
                                          .me = { "m4" },
                                          .log = { "org.1" } };
    (void)snprintf(screen->line, sizeof screen->line, "%s", line);
    cli_command_read(&screen->view, &screen->view.log, screen->line,
                     &screen->typed);
    assert_int_equal(screen->typed.action, CLI_ACTION_NONE);
    out = open_memstream(&screen->usage, &screen->size);
    assert_non_null(out);
    if (screen->typed.words)
        (void)cli_usage_write(screen->typed.words, out);
    assert_int_equal(fclose(out), 0);
}

static void end(struct screen *screen)
{
    free(screen->usage);
    meeting_transcript_end(screen->meeting);
}

static void assert_told(const char *line, const char *problem,
                        const char *usage)
{
    struct screen screen;

    type(&screen, line);
    assert_string_equal(screen.typed.problem, problem);
    assert_string_equal(screen.usage, usage);
    end(&screen);
}

static void a_command_typed_alone_is_told_with_its_forms(void **state)
{
    (void)state;
    assert_told("/check-in", "a code is missing, or a name",
                "  /check-in CODE [SITE]        I am at the place whose screen "
                "shows it\n"
                "  /check-in NAME               a member, who enters the PIN "
                "here\n");
}

static void a_form_among_others_in_a_line_is_told_alone(void **state)
{
    (void)state;
    assert_told("/floor", "a name is missing", "  /floor NAME [MINUTES]\n");
    assert_told("/thêm-giờ", "how many minutes?", "  /extend MINUTES\n");
}

static void
what_is_told_about_a_command_may_go_on_in_further_lines(void **state)
{
    struct screen screen;

    (void)state;
    type(&screen, "/left");
    assert_string_equal(screen.typed.problem, "a name is missing");
    assert_string_equal(
        screen.usage,
        "  /left NAME                   who was ticked has left (/untick "
        "takes\n"
        "                               back a mistake); sites, too\n");
    end(&screen);
}

static void
who_is_unknown_is_told_by_the_name_and_not_by_what_follows(void **state)
{
    struct screen screen;

    (void)state;
    type(&screen, "/absent mau 99 excused ill");
    assert_string_equal(
        screen.typed.problem,
        "there is nobody called \"mau 99\" here: type the name, a "
        "part of it, or the code, as /roll shows them (m7)");
    assert_string_equal(screen.usage, ""); /* it was typed as it should be */
    end(&screen);
    type(&screen, "/vang");
    assert_string_equal(screen.typed.problem, "a name is missing");
    assert_non_null(strstr(screen.usage, "/absent NAME excused|unexcused"));
    end(&screen);
}

static void
a_command_that_does_not_exist_is_told_with_those_that_begin_so(void **state)
{
    (void)state;
    assert_told("/lef mau 08",
                "there is no command /lef; did you mean /left? See /help", "");
    assert_told("/xyz", "there is no command /xyz; see /help", "");
}

static void a_line_with_an_arrow_or_esc_is_not_sent_and_said_why(void **state)
{
    static const char problem[] =
        "in this line is a key that writes nothing, such as an arrow or Esc: "
        "nothing was sent; please type it anew";

    (void)state;
    assert_told("xin ch\x1b[A\xc3\xa0o", problem, "");
    assert_told("/note M\x02\x7f", problem, "");
}

static char *shown(const char *topic, unsigned roles)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    cli_usage_show(topic, roles, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void help_about_a_command_shows_its_lines(void **state)
{
    char *text = shown("/tick", 0);

    (void)state;
    assert_string_equal(text, "  /tick NAME [SITE|radio]\n");
    free(text);
    text = shown("bieuquyet", 0); /* a topic */
    assert_string_equal(text, cli_usage_help("votes"));
    free(text);
}

static void the_list_shows_the_parts_of_whoever_asks(void **state)
{
    char *text = shown("", 0);

    (void)state;
    assert_non_null(strstr(text, "/hand "));
    assert_non_null(strstr(text, "/cast "));
    assert_null(strstr(text, "/lobby"));
    assert_null(strstr(text, "/tick"));
    free(text);
    text = shown("nothing of this kind", CLI_USAGE_LEADING);
    assert_non_null(strstr(text, "/lobby"));
    assert_null(strstr(text, "/tick"));
    free(text);
    text = shown("tất cả", 0);
    assert_non_null(strstr(text, "/lobby"));
    assert_non_null(strstr(text, "/tick"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_typed_alone_is_told_with_its_forms),
        cmocka_unit_test(a_form_among_others_in_a_line_is_told_alone),
        cmocka_unit_test(
            what_is_told_about_a_command_may_go_on_in_further_lines),
        cmocka_unit_test(
            who_is_unknown_is_told_by_the_name_and_not_by_what_follows),
        cmocka_unit_test(
            a_command_that_does_not_exist_is_told_with_those_that_begin_so),
        cmocka_unit_test(a_line_with_an_arrow_or_esc_is_not_sent_and_said_why),
        cmocka_unit_test(help_about_a_command_shows_its_lines),
        cmocka_unit_test(the_list_shows_the_parts_of_whoever_asks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
