/* The agenda: how it is planned and changed, its documents, comments, tasks. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>

static const char *const joined[] = { "m4", "m5", "m6", "m8", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "", NULL);
    return meeting;
}

/* The chair may not change the agenda alone, and only small texts are taken. */
static struct meeting_transcript *strict_meeting(void)
{
    struct meeting_transcript *meeting = open_meeting();

    meeting->rules.groups |= 1U << RULESET_AGENDA;
    meeting->rules.agenda =
        (struct agenda_rules){ .add = AGENDA_BY_VOTE,
                               .order = AGENDA_BY_VOTE,
                               .types = 1U << DOCUMENT_PDF | 1U << DOCUMENT_TXT,
                               .document_kib_max = 2 };
    return meeting;
}

static void assert_order(const struct meeting_transcript *meeting,
                         const char *expected)
{
    char order[256] = "";
    size_t i;

    for (i = 0; i < meeting->state->item_count; i++) {
        (void)strcat(order, i > 0 ? " " : "");
        (void)strcat(order, meeting->state->items[i].id.text);
    }
    assert_string_equal(order, expected);
}

/* --- items --------------------------------------------------------------- */

static void an_item_has_a_presenter_and_its_minutes(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 add_item 'Việc khác' m4 10\n"
                 "2 m1 plan_item a1 m5 45\n"
                 "3 m1 plan_item a1 m77 45\n"
                 "4 m1 plan_item a9 m5 45\n"
                 "5 m1 start_item a1\n"
                 "6 m1 plan_item a1 m5 60\n"
                 "7 m1 end_item a1\n"
                 "8 m1 plan_item a1 m5 90\n",
                 "item_added a3 'Việc khác' m4 10 -\n"
                 "item_planned a1 m5 45\n"
                 "refused no_such_member id=m77\n"
                 "refused no_such_item id=a9\n"
                 "item_started a1\n"
                 "item_planned a1 m5 60\n"
                 "item_ended a1\n"
                 "refused item_state id=a1 state=ended\n");
    assert_int_equal(meeting->state->items[0].planned_min, 60);
    meeting_transcript_end(meeting);
}

static void the_chair_puts_items_in_another_order(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 add_item 'Ba'\n"
                 "1 m1 add_item 'Bốn'\n"
                 "2 m1 move_item a4 a1\n"
                 "3 m1 move_item a1 -\n",
                 NULL);
    assert_order(meeting, "a4 a2 a3 a1");
    meeting_play(meeting,
                 "4 m1 move_item a3 a3\n"
                 "5 m1 move_item a3 a9\n"
                 "6 m1 start_item a4\n"
                 "7 m1 move_item a4 -\n"
                 "8 m1 move_item a1 a4\n"
                 "9 m1 move_item a1 a2\n",
                 "refused item_place id=a3\n"
                 "refused item_place id=a3\n"
                 "item_started a4\n"
                 "refused item_state id=a4 state=started\n"
                 "refused item_place id=a1\n"
                 "item_moved a1 a2 -\n");
    assert_order(meeting, "a4 a1 a2 a3");
    meeting_transcript_end(meeting);
}

static void an_item_that_is_taken_off_cannot_be_dealt_with(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 drop_item a2 - 'Chuyển sang kỳ sau'\n"
                 "2 m1 start_item a2\n"
                 "3 m1 drop_item a2\n",
                 "item_dropped a2 - 'Chuyển sang kỳ sau'\n"
                 "refused item_state id=a2 state=dropped\n"
                 "refused item_state id=a2 state=dropped\n");
    meeting_transcript_end(meeting);
}

static void where_the_rules_say_so_the_meeting_changes_its_agenda(void **state)
{
    struct meeting_transcript *meeting = strict_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 add_item 'Việc khác'\n"
                 "2 m1 move_item a2 a1\n"
                 "3 m1 start_vote - 'Thêm nội dung: Việc khác' agenda\n"
                 "4 m1 add_item 'Việc khác' - 0 v1\n"
                 "5 m1 vote v1 yes\n"
                 "5 m2 vote v1 yes\n"
                 "5 m3 vote v1 yes\n"
                 "5 m4 vote v1 yes\n"
                 "6 m1 close_vote v1\n",
                 NULL);
    assert_true(meeting->state->votes[0].is_passed);
    assert_int_equal(meeting->state->item_count, 2);
    meeting_play(meeting,
                 "7 m1 add_item 'Việc khác' - 0 v1\n"
                 "9 m1 start_vote - 'Việc khác nữa' agenda\n"
                 "10 m1 close_vote v2\n"
                 "11 m1 drop_item a1 v1\n"
                 "12 m1 drop_item a1 v2\n",
                 NULL);
    assert_order(meeting, "a1 a2 a3");
    meeting_play(meeting,
                 "13 m1 drop_item a1 v1\n"
                 "14 m1 drop_item a1 v2\n"
                 "15 m1 drop_item a1\n",
                 "refused vote_spent id=v1\n"
                 "refused agenda_vote rule=agenda.changes\n"
                 "refused agenda_vote rule=agenda.changes\n");
    meeting_transcript_end(meeting);
}

/* v1, which names this item, or none. */
static void pass_on_agenda(struct meeting_transcript *meeting,
                           const char *named)
{
    char line[80];

    (void)snprintf(line, sizeof line, "1 m1 start_vote %s 'Đổi' agenda", named);
    meeting_play(meeting, line, NULL);
    meeting_play(meeting,
                 "2 m1 vote v1 yes\n2 m2 vote v1 yes\n"
                 "2 m3 vote v1 yes\n2 m4 vote v1 yes\n"
                 "3 m1 close_vote v1",
                 NULL);
}

static void a_vote_changes_what_it_names_and_nothing_else(void **state)
{
    static const struct {
        const char *named, *expected;
    } rows[] = {
        { "-", "refused vote_names_nothing id=a2 vote=v1\n"
               "refused vote_names_nothing id=a2 vote=v1\n"
               "item_added a3 'Việc khác' - 0 v1\n" },
        { "a1", "refused vote_for_other id=a1 vote=v1\n"
                "refused vote_for_other id=a1 vote=v1\n"
                "refused vote_for_other id=a1 vote=v1\n" },
        { "a2", "item_moved a2 a1 v1\n"
                "refused vote_spent id=v1\n"
                "refused vote_spent id=v1\n" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = strict_meeting();

        pass_on_agenda(meeting, rows[i].named);
        meeting_play(meeting,
                     "4 m1 move_item a2 a1 v1\n"
                     "5 m1 drop_item a2 v1\n"
                     "6 m1 add_item 'Việc khác' - 0 v1",
                     rows[i].expected);
        meeting_transcript_end(meeting);
    }
}

/* The item that is dealt with cannot be moved or taken off: it stands there as
 * the place of the vote. */
static void a_vote_while_an_item_is_dealt_with_is_for_a_new_one(void **state)
{
    struct meeting_transcript *meeting = strict_meeting();

    (void)state;
    meeting_play(meeting, "0 m1 start_item a1", NULL);
    pass_on_agenda(meeting, "a1");
    assert_string_equal(meeting->state->votes[0].item.text, "a1");
    assert_string_equal(meeting->state->votes[0].target.text, "");
    meeting_play(meeting, "6 m1 add_item 'Việc khác' - 0 v1",
                 "item_added a3 'Việc khác' - 0 v1\n");
    meeting_transcript_end(meeting);
}

/* Each of the three, after each of them. */
static void one_vote_is_for_one_change_of_the_agenda(void **state)
{
    static const struct {
        const char *named, *first;
    } rows[] = { { "-", "add_item 'x' - 0 v1" },
                 { "a2", "move_item a2 a1 v1" },
                 { "a2", "drop_item a2 v1" } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = strict_meeting();
        char line[64];

        pass_on_agenda(meeting, rows[i].named);
        assert_false(meeting->state->votes[0].is_spent);
        (void)snprintf(line, sizeof line, "4 m1 %s", rows[i].first);
        meeting_play(meeting, line, NULL);
        assert_true(meeting->state->votes[0].is_spent);
        meeting_play(meeting,
                     "5 m1 add_item 'y' - 0 v1\n"
                     "5 m1 move_item a1 - v1\n"
                     "5 m1 drop_item a1 v1",
                     "refused vote_spent id=v1\n"
                     "refused vote_spent id=v1\n"
                     "refused vote_spent id=v1\n");
        meeting_transcript_end(meeting);
    }
}

static void before_the_opening_the_chair_prepares_the_agenda(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting->rules.groups |= 1U << RULESET_AGENDA;
    meeting->rules.agenda.add = AGENDA_BY_VOTE;
    meeting->rules.agenda.order = AGENDA_BY_VOTE;
    meeting_play_to_lobby(meeting, joined);
    meeting_play(meeting, "", NULL);
    meeting_play(meeting,
                 "1 m1 add_item 'Việc khác'\n"
                 "2 m1 move_item a3 a1\n",
                 "item_added a3 'Việc khác' - 0 -\n"
                 "item_moved a3 a1 -\n");
    meeting_transcript_end(meeting);
}

static void the_log_says_when_the_time_of_an_item_is_over(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 plan_item a1 - 2\n"
                 "10 m1 start_item a1\n"
                 "129 server tick\n"
                 "130 server tick\n"
                 "131 server tick\n"
                 "132 m1 plan_item a1 - 3\n"
                 "189 server tick\n"
                 "190 server tick\n",
                 "item_planned a1 - 2\n"
                 "item_started a1\n"
                 "nothing\n"
                 "item_overran a1 2\n"
                 "nothing\n"
                 "item_planned a1 - 3\n"
                 "nothing\n"
                 "item_overran a1 3\n");
    meeting_transcript_end(meeting);
}

static void
everybody_is_warned_once_before_the_time_of_an_item_is_over(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.agenda.warning_ms = 60000;
    meeting_play(meeting, "1 m1 plan_item a1 - 3\n10 m1 start_item a1", NULL);
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 130000);
    meeting_play(meeting,
                 "129 server tick\n"
                 "130 server tick\n"
                 "131 server tick\n"
                 "190 server tick\n"
                 "191 m1 plan_item a1 - 5\n"
                 "250 server tick\n",
                 "nothing\n"
                 "item_warned a1 60000\n"
                 "nothing\n"
                 "item_overran a1 3\n"
                 "item_planned a1 - 5\n"
                 "item_warned a1 60000\n");
    meeting_transcript_end(meeting);
}

static void
an_item_shorter_than_the_warning_takes_is_not_warned_of(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.agenda.warning_ms = 120000;
    meeting_play(meeting,
                 "1 m1 plan_item a1 - 2\n"
                 "10 m1 start_item a1\n"
                 "11 server tick\n"
                 "130 server tick\n",
                 "item_planned a1 - 2\n"
                 "item_started a1\n"
                 "nothing\n"
                 "item_overran a1 2\n");
    meeting_transcript_end(meeting);
}

static void the_next_tick_is_when_the_planned_time_is_over(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "1 m1 plan_item a1 - 2\n10 m1 start_item a1", NULL);
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 130000);
    meeting_play(meeting, "130 server tick", NULL);
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules), INT64_MAX);
    meeting_transcript_end(meeting);
}

/* --- documents and comments ---------------------------------------------- */

static void documents_are_read_once_by_each(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct identifier m4 = meeting_id("m4");

    (void)state;
    meeting_play(meeting,
                 "1 m3 attach_document tep 1234 'Dự thảo.pdf' pdf a2\n"
                 "2 m4 read_document d1\n"
                 "3 m4 read_document d1\n"
                 "4 m6 read_document d1\n"
                 "5 m8 read_document d1\n"
                 "6 m4 read_document d2\n",
                 "document_attached d1 a2 1234 pdf 'Dự thảo.pdf'\n"
                 "document_read d1 m4\n"
                 "nothing\n"
                 "document_read d1 m6\n"
                 "refused not_allowed who=a member\n"
                 "refused no_such_document id=d2\n");
    assert_int_equal(meeting->state->agenda.documents[0].reader_count, 2);
    assert_true(meeting_state_has_read(
        meeting->state, &meeting->state->agenda.documents[0], &m4));
    meeting_play(meeting,
                 "7 m3 withdraw_document d1\n"
                 "8 m5 read_document d1\n"
                 "9 m3 withdraw_document d1\n",
                 "document_withdrawn d1\n"
                 "refused no_such_document id=d1\n"
                 "refused no_such_document id=d1\n");
    meeting_transcript_end(meeting);
}

static void documents_are_shown_by_the_chair_and_who_presents(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 attach_document tep 1234 'Dự thảo.pdf' pdf a2\n"
                 "2 m1 plan_item a1 m4 30\n"
                 "3 m1 show_document d1\n"
                 "4 m4 show_document d1\n"
                 "5 m1 start_item a1\n"
                 "6 m4 show_document d1\n"
                 "7 m4 show_document d1\n"
                 "8 m3 show_document d1\n"
                 "9 m4 show_document d2\n"
                 "10 m1 end_item a1\n"
                 "11 m4 show_document d1\n"
                 "12 m3 withdraw_document d1\n"
                 "13 m1 show_document d1\n",
                 "document_attached d1 a2 1234 pdf 'Dự thảo.pdf'\n"
                 "item_planned a1 m4 30\n"
                 "document_shown d1 m1\n"
                 "refused not_allowed who=the chair or who presents the item\n"
                 "item_started a1\n"
                 "document_shown d1 m4\n"
                 "document_shown d1 m4\n"
                 "refused not_allowed who=the chair or who presents the item\n"
                 "refused no_such_document id=d2\n"
                 "item_ended a1\n"
                 "refused not_allowed who=the chair or who presents the item\n"
                 "document_withdrawn d1\n"
                 "refused no_such_document id=d1\n");
    meeting_transcript_end(meeting);
}

static void the_rules_say_what_files_are_taken(void **state)
{
    struct meeting_transcript *meeting = strict_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 attach_document tep 2048 'Dự thảo' pdf\n"
                 "2 m3 attach_document tep 2049 'Dự thảo' pdf\n"
                 "3 m3 attach_document tep 10 'Bảng tính' xlsx\n"
                 "4 m3 attach_document tep 10 'Ghi chép' txt a7\n",
                 "document_attached d1 - 2048 pdf 'Dự thảo'\n"
                 "refused document_size rule=agenda.documents max=2 have=3\n"
                 "refused document_type rule=agenda.documents type=xlsx\n"
                 "refused no_such_item id=a7\n");
    meeting_transcript_end(meeting);
}

static void members_comment_on_items_and_documents(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 attach_document tep 9 'Dự thảo' pdf a1\n"
                 "2 m4 comment a1 - 'Nên nêu rõ thời hạn'\n"
                 "3 m5 comment - d1 'Trang 2 thiếu số liệu'\n"
                 "4 m8 comment a1 - 'Khách mời'\n"
                 "5 m4 comment - d9 'Không có'\n",
                 "document_attached d1 a1 9 pdf 'Dự thảo'\n"
                 "commented c1 m4 a1 - 'Nên nêu rõ thời hạn'\n"
                 "commented c2 m5 - d1 'Trang 2 thiếu số liệu'\n"
                 "refused not_allowed who=a member\n"
                 "refused no_such_document id=d9\n");
    meeting_transcript_end(meeting);
}

static void one_member_does_not_use_up_the_comments_of_all(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    int i;

    (void)state;
    for (i = 1; i <= LIMIT_COMMENTS_EACH; i++) {
        char command[60], event[80];

        (void)snprintf(command, sizeof command, "1 m4 comment a1 - 'Lại'\n");
        (void)snprintf(event, sizeof event, "commented c%d m4 a1 - 'Lại'\n", i);
        meeting_play(meeting, command, event);
    }
    meeting_play(meeting,
                 "2 m4 comment a2 - 'Thêm nữa'\n"
                 "3 m5 comment a1 - 'Một ý khác'\n",
                 "refused comments_used max=100\n"
                 "commented c101 m5 a1 - 'Một ý khác'\n");
    meeting_transcript_end(meeting);
}

/* --- tasks --------------------------------------------------------------- */

static void a_task_is_given_and_its_result_told(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 set_task a1 m4 5000000 'Soạn báo cáo quý'\n"
                 "2 m3 set_task - - 0 'Rà soát hồ sơ'\n"
                 "3 m5 report_task t1 done 'Không phải việc của tôi'\n"
                 "4 m4 report_task t1 dropped 'Không cần nữa'\n"
                 "5 m4 report_task t1 partly 'Còn phần số liệu'\n"
                 "6 m4 report_task t1 done 'Đã gửi'\n"
                 "7 m1 report_task t2 dropped 'Không cần nữa'\n"
                 "8 m1 report_task t2 open ''\n"
                 "9 m1 report_task t3 done ''\n"
                 "10 m5 set_task - m4 0 'x'\n",
                 "task_set t1 a1 m4 5000000 assigned 'Soạn báo cáo quý'\n"
                 "task_set t2 - - 0 assigned 'Rà soát hồ sơ'\n"
                 "refused not_your_task id=t1\n"
                 "refused task_result\n"
                 "task_reported t1 m4 partly 'Còn phần số liệu'\n"
                 "task_reported t1 m4 done 'Đã gửi'\n"
                 "task_reported t2 m1 dropped 'Không cần nữa'\n"
                 "refused task_result\n"
                 "refused no_such_task id=t3\n"
                 "refused not_allowed who=the chair or the minute-taker\n");
    assert_true(meeting_task_is_over(&meeting->state->agenda.tasks[0]));
    assert_true(meeting_task_is_over(&meeting->state->agenda.tasks[1]));
    meeting_transcript_end(meeting);
}

/* --- before the lobby, and at the end ------------------------------------ */

static void members_read_and_comment_before_the_lobby_opens(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct identifier m4 = meeting_id("m4"), m8 = meeting_id("m8");

    (void)state;
    meeting_play(meeting,
                 "0 m1 join\n0 m3 join\n0 m4 join\n"
                 "1 m4 comment a1 - 'Sớm quá'\n"
                 "2 m3 prepare_meeting\n"
                 "3 m3 prepare_meeting\n"
                 "4 m3 attach_document tep 9 'Dự thảo' pdf a1\n",
                 NULL);
    assert_true(meeting_state_may_open(meeting->state, &m4, AUDIENCE_MEMBERS));
    assert_false(meeting_state_may_open(meeting->state, &m8, AUDIENCE_ALL));
    meeting_play(meeting, "", NULL);
    meeting_play(meeting,
                 "5 m4 join\n"
                 "6 m4 read_document d1\n"
                 "7 m4 comment - d1 'Thiếu số liệu'\n"
                 "8 m4 chat 'Chào'\n"
                 "9 m8 join\n"
                 "9 s1 join\n"
                 "10 m8 comment a1 - 'Khách'\n"
                 "11 m1 open_lobby\n"
                 "12 m4 comment a1 - 'Chưa vào'\n"
                 "13 m4 join\n",
                 "nothing\n"
                 "document_read d1 m4\n"
                 "commented c1 m4 - d1 'Thiếu số liệu'\n"
                 "refused not_joined\n"
                 "refused not_scheduled\n"
                 "refused not_scheduled\n"
                 "refused not_joined\n"
                 "lobby_opened\n"
                 "refused not_joined\n"
                 "knocked m4 m4/a\n");
    meeting_transcript_end(meeting);
}

static void closing_sets_the_deadlines_of_the_ruleset(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.groups |= 1U << RULESET_DEADLINES;
    meeting->rules.deadlines.posting_days = 2;
    meeting_play(meeting, "1 m1 set_task - m4 0 'Việc'\n100 m1 close_meeting",
                 "task_set t1 - m4 0 assigned 'Việc'\n"
                 "task_set t2 - m3 173900000 posting ''\n"
                 "closed\n");
    meeting_transcript_end(meeting);
}

/* The rule counts from the end of probation, up to the vote: once that is held
 * there is no day to name, on whichever day of the week the meeting closes. */
static void a_recognition_that_passed_is_completed_without_a_day(void **state)
{
    static const struct {
        int day_of_week; /* later than the meeting is played on */
        const char *votes, *tasks;
    } rows[] = {
        { 0, "", "" },
        { 0, "5 m4 vote v1 no\n", "" },
        { 0, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 1, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 2, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 3, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 4, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 5, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
        { 6, "5 m4 vote v1 yes\n", "task_set t2 - m1 0 recognition ''\n" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = open_meeting();
        const long at_s = 100 + 24 * 3600L * rows[i].day_of_week;
        char close[64], expected[256];

        meeting->rules.groups |= 1U << RULESET_DEADLINES;
        meeting->rules.deadlines.posting_days = 2;
        meeting->rules.deadlines.recognition_working_days = 30;
        meeting_play(meeting,
                     "3 m1 start_vote - 'Công nhận m6' recognition\n"
                     "5 m1 vote v1 yes\n5 m2 vote v1 yes\n"
                     "5 m3 vote v1 yes\n",
                     NULL);
        meeting_play(meeting, rows[i].votes, NULL);
        meeting_play(meeting, "6 m1 close_vote v1\n", NULL);
        assert_int_equal(meeting->state->votes[0].is_passed,
                         rows[i].tasks[0] != '\0');
        (void)snprintf(close, sizeof close, "%ld m1 close_meeting", at_s);
        (void)snprintf(expected, sizeof expected,
                       "task_set t1 - m3 %ld000 posting ''\n%sclosed\n",
                       at_s + 2 * 24 * 3600L + 1000, rows[i].tasks);
        meeting_play(meeting, close, expected);
        meeting_transcript_end(meeting);
    }
}

static void what_was_left_comes_over_once(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct carried_item item = { .item = meeting_id("p1"),
                                 .from = meeting_id("a2") };
    struct carried_task task = { .task = meeting_id("t1"),
                                 .from = meeting_id("t4"),
                                 .member = meeting_id("m4"),
                                 .ground = TASK_ASSIGNED,
                                 .result = TASK_PARTLY };
    struct meeting_event event = { .kind = EVENT_CARRIED_OVER_KIND };
    const struct meeting_report report = { .kind = REPORT_CARRIED,
                                           .event = &event };

    (void)state;
    event.body.carried_over =
        (struct event_carried_over){ .meeting = meeting_id("org.0"),
                                     .items = { &item, 1 },
                                     .tasks = { &task, 1 } };
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    meeting_play(meeting, "", NULL);
    assert_order(meeting, "a1 a2 p1");
    meeting_play(meeting,
                 "1 m4 report_task t1 done 'Đã gửi'\n"
                 "2 m1 start_item p1\n"
                 "3 m1 set_task - m5 0 'Việc mới'\n",
                 "task_reported t1 m4 done 'Đã gửi'\n"
                 "item_started p1\n"
                 "task_set t2 - m5 0 assigned 'Việc mới'\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_has_a_presenter_and_its_minutes),
        cmocka_unit_test(the_chair_puts_items_in_another_order),
        cmocka_unit_test(an_item_that_is_taken_off_cannot_be_dealt_with),
        cmocka_unit_test(one_vote_is_for_one_change_of_the_agenda),
        cmocka_unit_test(a_vote_changes_what_it_names_and_nothing_else),
        cmocka_unit_test(a_vote_while_an_item_is_dealt_with_is_for_a_new_one),
        cmocka_unit_test(where_the_rules_say_so_the_meeting_changes_its_agenda),
        cmocka_unit_test(before_the_opening_the_chair_prepares_the_agenda),
        cmocka_unit_test(the_log_says_when_the_time_of_an_item_is_over),
        cmocka_unit_test(
            everybody_is_warned_once_before_the_time_of_an_item_is_over),
        cmocka_unit_test(
            an_item_shorter_than_the_warning_takes_is_not_warned_of),
        cmocka_unit_test(the_next_tick_is_when_the_planned_time_is_over),
        cmocka_unit_test(documents_are_read_once_by_each),
        cmocka_unit_test(documents_are_shown_by_the_chair_and_who_presents),
        cmocka_unit_test(the_rules_say_what_files_are_taken),
        cmocka_unit_test(members_comment_on_items_and_documents),
        cmocka_unit_test(one_member_does_not_use_up_the_comments_of_all),
        cmocka_unit_test(a_task_is_given_and_its_result_told),
        cmocka_unit_test(members_read_and_comment_before_the_lobby_opens),
        cmocka_unit_test(closing_sets_the_deadlines_of_the_ruleset),
        cmocka_unit_test(a_recognition_that_passed_is_completed_without_a_day),
        cmocka_unit_test(what_was_left_comes_over_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
