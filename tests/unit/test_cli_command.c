/* What lines become that are typed into a meeting. */
#include "client/cli/cli_command.h"

#include "client/cli/cli_names.h"
#include "tests/support/cli_typing.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", NULL };

static void a_matter_may_be_typed_in_words_and_with_a_colon(void **state)
{
    static const char expected[] =
        "{\"op\":\"start_vote\",\"item\":\"\",\"motion\":\"Bổ sung: một\","
        "\"matter\":\"agenda\",\"subject\":\"\"}";
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_view view = { .log = { "org.1" } };

    (void)state;
    meeting_play_to_open(meeting, some);
    view.state = meeting->state;
    assert_typed(&view, "/vote-on agenda Bổ sung: một", expected);
    assert_typed(&view, "/vote-on agenda: Bổ sung: một", expected);
    assert_typed(&view, "/biểu-quyết-về chương trình: Bổ sung: một", expected);
    assert_typed(&view, "/bieu-quyet-ve chuong-trinh Bổ sung: một", expected);
    assert_typed(&view, "/bieu-quyet-ve kết nạp m8: Kết nạp",
                 "{\"op\":\"start_vote\",\"item\":\"\",\"motion\":\"Kết nạp\","
                 "\"matter\":\"admission\",\"subject\":\"m8\"}");
    assert_typed(&view, "/vote-on agenda:", NULL);
    assert_typed(&view, "/vote-on the weather", NULL);
    meeting_transcript_end(meeting);
}

/* m1 begins with a1: it cannot be moved any more. */
static void what_a_vote_is_for_stands_before_the_colon(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_view view = { .log = { "org.1" } };

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m1 start_item a1\n"
                 "2 m1 call_election - other 1 'Trưởng ban'",
                 NULL);
    view.state = meeting->state;
    assert_typed(&view, "/vote-on agenda 2: Để kỳ sau",
                 "{\"op\":\"start_vote\",\"item\":\"a2\",\"motion\":"
                 "\"Để kỳ sau\",\"matter\":\"agenda\",\"subject\":\"\"}");
    assert_typed(&view, "/bieu-quyet-ve thu-tuc n1: Chốt",
                 "{\"op\":\"start_vote\",\"item\":\"n1\",\"motion\":"
                 "\"Chốt\",\"matter\":\"procedure\",\"subject\":\"\"}");
    assert_typed(&view, "/vote-on agenda 1: Bỏ",
                 "{\"op\":\"start_vote\",\"item\":\"a1\",\"motion\":"
                 "\"1: Bỏ\",\"matter\":\"agenda\",\"subject\":\"\"}");
    assert_typed(&view, "/vote-on procedure n2: Chốt",
                 "{\"op\":\"start_vote\",\"item\":\"a1\",\"motion\":"
                 "\"n2: Chốt\",\"matter\":\"procedure\",\"subject\":\"\"}");
    meeting_transcript_end(meeting);
}

struct typing {
    struct meeting_transcript *meeting;
    struct meeting_view view;
};

static void begin(struct typing *typing, const char *script)
{
    typing->meeting = meeting_transcript_new();
    meeting_play_to_open(typing->meeting, some);
    meeting_play(typing->meeting, script, NULL);
    typing->view = (struct meeting_view){ .state = typing->meeting->state,
                                          .me = { "m1" },
                                          .log = { "org.1" } };
}

/* 31 December 2026, 23:59:59 at UTC+7 is 16:59:59 UTC: 1798736399. */
static void a_task_is_due_when_the_day_ends_where_the_meeting_is_held(void **s)
{
    static const char expected[] =
        "{\"op\":\"set_task\",\"item\":\"\",\"member\":\"m4\","
        "\"due_ms\":1798736399000,\"text\":\"Báo cáo\"}";
    struct typing typing;

    (void)s;
    begin(&typing, "");
    assert_string_equal(typing.view.state->zone, "Asia/Ho_Chi_Minh");
    assert_typed(&typing.view, "/task m4 31/12/2026 Báo cáo", expected);
    assert_typed(&typing.view, "/giao-việc m4 2026-12-31 Báo cáo", expected);
    assert_typed(&typing.view, "/task m4 31/11/2026 Báo cáo",
                 "{\"op\":\"set_task\",\"item\":\"\",\"member\":\"m4\","
                 "\"due_ms\":0,\"text\":\"31/11/2026 Báo cáo\"}");
    meeting_transcript_end(typing.meeting);
}

static void the_date_of_a_document_may_be_typed_as_people_write_it(void **s)
{
    static const char expected[] =
        "{\"op\":\"set_authority\",\"number\":\"05-CV/ĐU\","
        "\"date\":\"2026-07-30\",\"issuer\":\"Đảng ủy Mẫu\"}";
    struct typing typing;

    (void)s;
    begin(&typing, "");
    assert_typed(&typing.view, "/authority 05-CV/ĐU, 30/7/2026, Đảng ủy Mẫu",
                 expected);
    assert_typed(&typing.view, "/authority 05-CV/ĐU, 2026-07-30, Đảng ủy Mẫu",
                 expected);
    meeting_transcript_end(typing.meeting);
}

static void a_vote_that_is_named_is_the_one_that_is_cancelled(void **s)
{
    struct typing typing;

    (void)s;
    begin(&typing, "1 m1 start_vote - 'Một'\n2 m1 start_vote - 'Hai'");
    assert_typed(&typing.view, "/cancel-vote v1 Nhầm",
                 "{\"op\":\"cancel_vote\",\"vote\":\"v1\","
                 "\"reason\":\"Nhầm\"}");
    assert_typed(&typing.view, "/cancel-vote Nhầm rồi",
                 "{\"op\":\"cancel_vote\",\"vote\":\"v2\","
                 "\"reason\":\"Nhầm rồi\"}");
    assert_typed(&typing.view, "/cancel-vote v1", NULL);
    assert_typed(&typing.view, "/cancel-vote v9 Nhầm", NULL);
    meeting_transcript_end(typing.meeting);
}

static void a_matter_of_secret_ballots_is_told_to_be_one(void **s)
{
    char line[] = "/bieu-quyet-ve kỷ luật m4: Cảnh cáo";
    struct cli_typed typed;
    struct typing typing;

    (void)s;
    begin(&typing, "");
    cli_command_read(&typing.view, &typing.view.log, line, &typed);
    assert_string_equal(typed.problem, "that is voted on in secret: "
                                       "/draft-ballot; see /help elections");
    meeting_transcript_end(typing.meeting);
}

static void guests_go_by_their_names_alone(void **s)
{
    const struct identifier guest = meeting_id("m8");
    const struct identifier member = meeting_id("m4");
    struct typing typing;

    (void)s;
    begin(&typing, "");
    assert_int_equal(meeting_state_person(typing.view.state, &guest)->category,
                     CATEGORY_GUEST);
    assert_string_equal(cli_who(&typing.view, &guest).text, "m8");
    assert_string_equal(cli_who(&typing.view, &member).text, "comrade m4");
    meeting_transcript_end(typing.meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_go_by_their_names_alone),
        cmocka_unit_test(
            a_task_is_due_when_the_day_ends_where_the_meeting_is_held),
        cmocka_unit_test(
            the_date_of_a_document_may_be_typed_as_people_write_it),
        cmocka_unit_test(a_vote_that_is_named_is_the_one_that_is_cancelled),
        cmocka_unit_test(a_matter_of_secret_ballots_is_told_to_be_one),
        cmocka_unit_test(a_matter_may_be_typed_in_words_and_with_a_colon),
        cmocka_unit_test(what_a_vote_is_for_stands_before_the_colon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
