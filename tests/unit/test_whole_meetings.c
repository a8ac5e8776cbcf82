/* Meetings under the rules of the Party from the call to the close, every event
 * as text. The server does in its time what it does by itself. */
#include "tests/support/meeting_transcript.h"

#include "protocol/meeting/meeting_punctuality.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Called for second 100000 with the agenda of the template. */
static struct meeting_transcript *called(enum meeting_kind kind,
                                         const char *agenda, unsigned extra)
{
    struct meeting_transcript *meeting = meeting_transcript_called(
        &(struct meeting_call){ .kind = kind,
                                .rules = "party-2026.conf",
                                .agenda = agenda,
                                .starts_s = 100000,
                                .extra = extra });

    meeting->is_live = true;
    return meeting;
}

static const struct meeting_person *
person(const struct meeting_transcript *meeting, const char *name)
{
    const struct identifier id = meeting_id(name);
    const struct meeting_person *found =
        meeting_state_person(meeting->state, &id);

    assert_non_null(found);
    return found;
}

static void assert_late(const struct meeting_transcript *meeting,
                        const char *name, bool late, bool early)
{
    const struct meeting_person *who = person(meeting, name);

    assert_int_equal(
        meeting_person_is_late(meeting->state, &meeting->rules, who), late);
    assert_int_equal(
        meeting_person_left_early(meeting->state, &meeting->rules, who), early);
}

/* Items that were dealt with, "a1 a2", and behind "|" those that wait. */
static void assert_items(const struct meeting_transcript *meeting,
                         const char *expected)
{
    char text[256] = "";
    int waits;
    size_t i;

    for (waits = 0; waits < 2; waits++) {
        (void)strcat(text, waits ? "|" : "");
        for (i = 0; i < meeting->state->item_count; i++) {
            const struct meeting_item *item = &meeting->state->items[i];

            if ((item->phase == ITEM_WAITING) != (waits == 1))
                continue;
            assert_true(waits || item->phase == ITEM_ENDED);
            (void)strcat(text, " ");
            (void)strcat(text, item->id.text);
        }
    }
    assert_string_equal(text, expected);
}

/* --- regular --------------------------------------------------------------
 *
 * Official: chair m1, deputy m2, minute-taker m3, m4, m5, m14, x1, x2, x3;
 * probationary m6, exempt m7.
 */

static void call_in(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "99100 m1 join\n"
                 "99110 m2 join\n"
                 "99120 m3 join\n"
                 "99130 m1 prepare_meeting\n"
                 "99140 m3 attach_document tep.pdf 20480 'Dự thảo nghị "
                 "quyết' pdf a11\n"
                 "99150 m1 open_lobby\n"
                 "99160 m4 join\n"
                 "99170 m1 declare_open_content\n"
                 "99180 m1 admit m4\n"
                 "99190 m4 join\n"
                 "99200 m6 join\n"
                 "99205 m3 admit m6\n"
                 "99210 m6 join\n"
                 "99220 m4 read_document d1\n"
                 "99300 m3 tick m1 in_person -\n"
                 "99310 m3 tick m2 in_person -\n"
                 "99320 m3 tick m3 in_person -\n"
                 "99330 m3 tick x1 in_person -\n"
                 "99340 m3 tick m9 in_person -\n"
                 "99350 m3 note_absence m14 absent_excused 'Đi công tác'",
                 "connected m1 m1/a 1\n"
                 "connected m2 m2/a 2\n"
                 "connected m3 m3/a 3\n"
                 "prepared\n"
                 "document_attached d1 a11 20480 pdf 'Dự thảo nghị quyết'\n"
                 "lobby_opened\n"
                 "knocked m4 m4/a\n"
                 "open_content_declared\n"
                 "eligibility_found 0 10 6 no\n"
                 "presence_confirmed m1 online - connection\n"
                 "presence_confirmed m2 online - connection\n"
                 "presence_confirmed m3 online - connection\n"
                 "admitted m4\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "knocked m6 m6/a\n"
                 "admitted m6\n"
                 "connected m6 m6/a 5\n"
                 "presence_confirmed m6 online - connection\n"
                 "document_read d1 m4\n"
                 "presence_confirmed m1 in_person - tick\n"
                 "presence_confirmed m2 in_person - tick\n"
                 "presence_confirmed m3 in_person - tick\n"
                 "presence_confirmed x1 in_person - tick\n"
                 "presence_confirmed m9 in_person - tick\n"
                 "absence_noted m14 absent_excused 'Đi công tác' no\n");
}

/* Of D = 9 five are there, and six are needed: it opens all the same, by a rule
 * that does not block. m3 hands the minutes over, and writes no more. */
static void open_below_quorum(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "99990 m2 open_meeting\n"
                 "100000 m1 open_meeting\n"
                 "100060 m1 start_item a1\n"
                 "100120 m3 tick x2 in_person -\n"
                 "100240 m3 tick x3 in_person -\n"
                 "100300 m1 end_item a1\n"
                 "100310 m1 start_item a2\n"
                 "100320 m1 hand_over_minutes m2\n"
                 "100330 m3 write_entry a2 - - 0 'Ghi thay'\n"
                 "100340 m1 end_item a2",
                 "refused not_allowed who=the chair\n"
                 "opened\n"
                 "quorum_changed 5 9 6 no 0 \"quorum.meeting\" opened -\n"
                 "item_started a1\n"
                 "presence_confirmed x2 in_person - tick\n"
                 "quorum_changed 6 9 6 yes 0 \"quorum.meeting\" came x2\n"
                 "presence_confirmed x3 in_person - tick\n"
                 "quorum_changed 7 9 6 yes 1 \"quorum.meeting\" came x3\n"
                 "item_warned a1 60000\n"
                 "item_ended a1\n"
                 "item_started a2\n"
                 "minutes_handed_over m2\n"
                 "refused not_allowed who=the minute-taker\n"
                 "item_ended a2\n");
}

/* Seven of nine, one excused, m5 not noted yet; two online, one of them
 * probationary. */
static void call_the_roll(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "100350 m1 start_item a3\n"
                 "100360 m2 confirm_roll\n"
                 "100370 m2 write_entry a3 - - 0 'Có mặt 7/9 đảng viên chính "
                 "thức'\n"
                 "100380 m1 end_item a3\n"
                 "100390 m1 start_item a4\n"
                 "100400 m1 end_item a4",
                 "item_started a3\n"
                 "roll_confirmed 9 7 1 0 1 1 0 0 0 1 6 0 2 0\n"
                 "entry_written e1 a3 - - 0 'Có mặt 7/9 đảng viên chính thức'\n"
                 "item_ended a3\n"
                 "item_started a4\n"
                 "item_ended a4\n");
}

/* What is put on the agenda the meeting decides, its order the chair: 2*6 > 9.
 */
static void take_the_agenda(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "100410 m1 start_item a5\n"
                 "100420 m1 add_item 'Việc khác'\n"
                 "100430 m1 start_vote a5 'Thông qua chương trình, thêm "
                 "một nội dung' agenda\n"
                 "100440 m4 vote v1 yes\n"
                 "100450 m2 enter_hall_votes v1 - 5 1 0 0\n"
                 "100460 m1 close_vote v1\n"
                 "100470 m1 add_item 'Việc khác' m1 10 v1\n"
                 "100480 m1 move_item a14 a12\n"
                 "100490 m1 end_item a5",
                 "item_started a5\n"
                 "refused agenda_vote rule=agenda.changes\n"
                 "vote_started v1 a5 'Thông qua chương trình, thêm một nội "
                 "dung' agenda - open yes \"thresholds.agenda\" meeting "
                 "\"2*yes > D\" 9 7 5\n"
                 "vote_cast v1 m4 yes\n"
                 "hall_votes_entered v1 - 5 1 0 0 6 m2\n"
                 "vote_closed v1 6 1 0 0 9 \"2*yes > D\" \"thresholds.agenda\" "
                 "5 yes\n"
                 "item_added a14 'Việc khác' m1 10 v1\n"
                 "item_moved a14 a12 -\n"
                 "item_ended a5\n");
}

/* m5 comes 20 minutes after the opening. */
static void hear_reports(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "100500 m1 start_item a6\n"
                 "100600 m1 end_item a6\n"
                 "100610 m1 start_item a7\n"
                 "101200 m5 join\n"
                 "101210 m2 admit m5\n"
                 "101215 m5 join\n"
                 "101600 m1 end_item a7\n"
                 "101610 m1 start_item a8\n"
                 "102200 m1 end_item a8",
                 "item_started a6\n"
                 "item_ended a6\n"
                 "item_started a7\n"
                 "knocked m5 m5/a\n"
                 "admitted m5\n"
                 "connected m5 m5/a 6\n"
                 "presence_confirmed m5 online - connection\n"
                 "item_warned a7 60000\n"
                 "item_overran a7 15\n"
                 "item_ended a7\n"
                 "item_started a8\n"
                 "item_warned a8 60000\n"
                 "item_ended a8\n");
}

/* One is warned and given more, one runs out of time, one is a delegate who
 * speaks by leave; who is not there does not. */
static void discuss(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "102210 m1 start_item a9\n"
                 "102220 m4 raise_hand\n"
                 "102230 m6 raise_hand\n"
                 "102240 m6 raise_hand\n"
                 "102250 m1 give_floor m4 60000\n"
                 "102285 m1 extend_floor 30000\n"
                 "102310 m4 end_floor\n"
                 "102330 m1 give_floor m6 30000\n"
                 "102400 m1 give_floor m9 0\n"
                 "102650 m1 end_floor\n"
                 "102710 m1 give_floor m14 0\n"
                 "103400 m1 end_item a9",
                 "item_started a9\n"
                 "hand_raised m4\n"
                 "hand_raised m6\n"
                 "refused hand_up position=2\n"
                 "floor_given m4 60000 m1\n"
                 "floor_warned m4 30000\n"
                 "floor_extended m4 90000 m1\n"
                 "floor_warned m4 30000\n"
                 "floor_ended m4 60000 yielded\n"
                 "floor_given m6 30000 m1\n"
                 "floor_ended m6 30000 time_up\n"
                 "floor_given m9 300000 m1\n"
                 "floor_ended m9 250000 withdrawn\n"
                 "refused not_present id=m14\n"
                 "item_warned a9 60000\n"
                 "item_ended a9\n");
}

static void conclude(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "103410 m1 start_item a10\n"
                 "103420 m1 set_task a10 m4 700000000 'Báo cáo kết quả rà "
                 "soát'\n"
                 "103430 m5 set_task a10 m5 600000000 'Việc khác'\n"
                 "103440 m1 end_item a10\n"
                 "103600 m2 note_left x3\n"
                 "103900 m2 tick m7 in_person -",
                 "item_started a10\n"
                 "task_set t1 a10 m4 700000000 assigned 'Báo cáo kết quả "
                 "rà soát'\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "item_ended a10\n"
                 "presence_ended x3 left\n"
                 "presence_confirmed m7 in_person - tick\n");
}

/* m7, exempt, has come, and counts: D = 10, and six are just enough. */
static void vote_on_the_resolution(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "104000 m1 start_item a11\n"
                 "104010 m1 start_vote a11 'Thông qua nghị quyết'\n"
                 "104020 m4 vote v2 yes\n"
                 "104030 m5 vote v2 no\n"
                 "104040 m6 vote v2 yes\n"
                 "104050 m4 vote v2 no\n"
                 "104060 m1 vote v2 yes\n"
                 "104070 m2 enter_hall_votes v2 - 6 1 0 0\n"
                 "104080 m2 enter_hall_votes v2 - 5 1 0 0\n"
                 "104090 m1 close_meeting\n"
                 "104100 m1 close_vote v2\n"
                 "104110 m1 end_item a11",
                 "quorum_changed 8 10 7 yes 1 \"quorum.meeting\" came m7\n"
                 "item_started a11\n"
                 "vote_started v2 a11 'Thông qua nghị quyết' resolution - "
                 "open yes \"thresholds.resolution\" meeting \"2*yes > D\" 10 "
                 "8 6\n"
                 "vote_cast v2 m4 yes\n"
                 "vote_cast v2 m5 no\n"
                 "refused cannot_vote category=probationary "
                 "matter=resolution rule=categories.probationary\n"
                 "refused voted_already\n"
                 "refused other_channel mode=in_person\n"
                 "refused too_many_votes sum=7 ticked=6\n"
                 "hall_votes_entered v2 - 5 1 0 0 6 m2\n"
                 "refused votes_open vote=v2\n"
                 "vote_closed v2 6 2 0 0 10 \"2*yes > D\" "
                 "\"thresholds.resolution\" 6 yes\n"
                 "item_ended a11\n");
}

/* 90 minutes after the opening the sheet has all points for time. Posting
 * within two days is a task of whoever keeps the minutes. */
static void finish(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "105420 m1 start_item a12\n"
                 "105430 m2 complete_score 5 4 9 38 5 26 6 'Tốt'\n"
                 "105440 m2 complete_score 5 4 9 38 5 26 5 'Tốt'\n"
                 "105450 m1 end_item a12\n"
                 "105460 m1 start_item a13\n"
                 "105470 m1 share_minutes\n"
                 "105475 m1 start_vote a13 'Thông qua biên bản' minutes\n"
                 "105478 m2 present_minutes 60 900 'bienban'\n"
                 "105480 m1 start_vote a13 'Thông qua biên bản' minutes\n"
                 "105490 m4 vote v3 yes\n"
                 "105500 m5 vote v3 abstain\n"
                 "105510 m2 enter_hall_votes v3 - 6 0 0 0\n"
                 "105520 m1 close_vote v3\n"
                 "105522 m2 sign_minutes minute-taker 1 bienban\n"
                 "105523 m1 sign_minutes chair 1 bienban\n"
                 "105530 m1 end_item a13\n"
                 "105700 m1 close_meeting\n"
                 "105710 m1 start_item a14",
                 "item_started a12\n"
                 "refused too_many_points criterion=closing points=6 max=5 "
                 "rule=score_sheet\n"
                 "score_completed 5 4 9 38 5 26 5 'Tốt' 92 good 90 90 10 9 "
                 "0 2 1 0 0 0 5 4 2 none 0 0\n"
                 "item_ended a12\n"
                 "item_started a13\n"
                 "minutes_shared\n"
                 "refused minutes_stale changed=41 upto=0\n"
                 "minutes_presented 1 60 900 'bienban'\n"
                 "vote_started v3 a13 'Thông qua biên bản' minutes - open "
                 "yes \"thresholds.minutes\" meeting \"2*yes > D\" 10 8 6\n"
                 "vote_cast v3 m4 yes\n"
                 "vote_cast v3 m5 abstain\n"
                 "hall_votes_entered v3 - 6 0 0 0 6 m2\n"
                 "vote_closed v3 7 0 0 1 10 \"2*yes > D\" "
                 "\"thresholds.minutes\" 6 yes\n"
                 "minutes_adopted 1 v3\n"
                 "minutes_signed minute-taker 1 m2 m2/a 104\n"
                 "minutes_signed chair 1 m1 m1/a 105\n"
                 "item_ended a13\n"
                 "task_set t2 - m2 279500000 posting ''\n"
                 "closed\n"
                 "refused closed\n");
}

static void a_regular_meeting_from_its_call_to_its_close(void **state)
{
    struct meeting_transcript *meeting = called(KIND_REGULAR, "regular", 3);

    (void)state;
    meeting_play(meeting, "",
                 "genesis 1 org.1 org u2 ? 0 \"party-2026-07\" regular "
                 "'Sinh hoạt chi bộ thường kỳ' '' '' 101000000 "
                 "\"Asia/Ho_Chi_Minh\" '' m1 m2 m3 - no\n");
    call_in(meeting);
    open_below_quorum(meeting);
    call_the_roll(meeting);
    take_the_agenda(meeting);
    hear_reports(meeting);
    discuss(meeting);
    conclude(meeting);
    vote_on_the_resolution(meeting);
    finish(meeting);
    /* One late, one excused, one who left early; nobody else. */
    assert_late(meeting, "m5", true, false);
    assert_late(meeting, "x3", false, true);
    assert_late(meeting, "x2", false, false);
    assert_int_equal(person(meeting, "m14")->absence, ABSENT_EXCUSED);
    /* What was added last is left to the next meeting. */
    assert_items(meeting, " a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13| a14");
    assert_string_equal(meeting->state->minute_taker.text, "m2");
    meeting_transcript_end(meeting);
}

/* --- thematic -------------------------------------------------------------
 *
 * The same, with x1 and x2; m8 is a guest, s1 a site.
 */

/* More than a day before: preparation counts. */
static void called_in_time(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "13000 m1 join\n"
                 "13010 m2 join\n"
                 "13020 m3 join\n"
                 "13030 m1 prepare_meeting\n"
                 "13040 m1 plan_item a7 m8 30\n"
                 "13050 m3 attach_document tep.pdf 2048 'Chuyên đề' pdf a7\n"
                 "13070 m3 attach_document tep.pdf 30000000 'Chuyên đề' "
                 "pdf a7\n"
                 "13080 m1 leave\n"
                 "13090 m2 leave\n"
                 "13100 m3 leave",
                 "connected m1 m1/a 1\n"
                 "connected m2 m2/a 2\n"
                 "connected m3 m3/a 3\n"
                 "prepared\n"
                 "item_planned a7 m8 30\n"
                 "document_attached d1 a7 2048 pdf 'Chuyên đề'\n"
                 "refused document_size rule=agenda.documents max=20480 "
                 "have=29297\n"
                 "disconnected m1 m1/a left\n"
                 "disconnected m2 m2/a left\n"
                 "disconnected m3 m3/a left\n");
}

/* A hall, a site with two heads more than names, and three online. */
static void gathered_at_two_places(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "99100 m1 join\n"
                 "99110 m2 join\n"
                 "99120 m3 join\n"
                 "99130 m1 declare_open_content\n"
                 "99140 m1 open_lobby\n"
                 "99150 m4 join\n"
                 "99160 s1 join\n"
                 "99170 m3 admit_all\n"
                 "99175 m4 join\n"
                 "99180 s1 join\n"
                 "99190 s1 tick m14 site s1\n"
                 "99200 s1 tick x1 site s1\n"
                 "99205 s1 tick x2 in_person -\n"
                 "99210 s1 count_heads s1 3\n"
                 "99220 m3 tick m3 in_person -\n"
                 "99230 m3 tick x2 in_person -\n"
                 "99235 m8 join\n"
                 "99236 m3 admit m8\n"
                 "99237 m8 join\n"
                 "99240 m4 comment a7 d1 'Đề nghị bổ sung số liệu'\n"
                 "99250 m4 read_document d1\n"
                 "100000 m1 open_meeting",
                 "connected m1 m1/a 1\n"
                 "connected m2 m2/a 2\n"
                 "connected m3 m3/a 3\n"
                 "open_content_declared\n"
                 "eligibility_found 0 9 5 no\n"
                 "presence_confirmed m1 online - connection\n"
                 "presence_confirmed m2 online - connection\n"
                 "presence_confirmed m3 online - connection\n"
                 "lobby_opened\n"
                 "knocked m4 m4/a\n"
                 "knocked s1 s1/a\n"
                 "admitted m4\n"
                 "admitted s1\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "connected s1 s1/a 5\n"
                 "presence_confirmed m14 site s1 tick\n"
                 "presence_confirmed x1 site s1 tick\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "heads_counted s1 3\n"
                 "presence_confirmed m3 in_person - tick\n"
                 "presence_confirmed x2 in_person - tick\n"
                 "knocked m8 m8/a\n"
                 "admitted m8\n"
                 "connected m8 m8/a 6\n"
                 "presence_confirmed m8 online - connection\n"
                 "commented c1 m4 a7 d1 'Đề nghị bổ sung số liệu'\n"
                 "document_read d1 m4\n"
                 "opened\n");
}

static void opened_and_counted(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "100010 m1 start_item a1\n"
                 "100060 m1 end_item a1\n"
                 "100070 m1 start_item a3\n"
                 "100080 m1 confirm_roll\n"
                 "100090 m1 end_item a3\n"
                 "100100 m1 start_item a5\n"
                 "100110 m1 start_vote a5 'Thông qua chương trình' agenda\n"
                 "100120 m1 vote v1 yes\n"
                 "100125 m2 vote v1 yes\n"
                 "100130 m4 vote v1 yes\n"
                 "100140 s1 enter_hall_votes v1 s1 2 0 0 0\n"
                 "100150 m3 enter_hall_votes v1 - 2 0 0 0\n"
                 "100160 m1 close_vote v1\n"
                 "100170 m1 end_item a5",
                 "quorum_changed 7 8 6 yes 1 \"quorum.meeting\" opened -\n"
                 "item_started a1\n"
                 "item_ended a1\n"
                 "item_started a3\n"
                 "roll_confirmed 8 7 0 0 1 0 0 0 0 1 2 2 3 0\n"
                 "item_ended a3\n"
                 "item_started a5\n"
                 "vote_started v1 a5 'Thông qua chương trình' agenda - "
                 "open yes \"thresholds.agenda\" meeting \"2*yes > D\" 8 7 5\n"
                 "vote_cast v1 m1 yes\n"
                 "vote_cast v1 m2 yes\n"
                 "vote_cast v1 m4 yes\n"
                 "hall_votes_entered v1 s1 2 0 0 0 2 s1\n"
                 "hall_votes_entered v1 - 2 0 0 0 2 m3\n"
                 "vote_closed v1 7 0 0 0 8 \"2*yes > D\" \"thresholds.agenda\" "
                 "5 yes\n"
                 "item_ended a5\n");
}

/* A guest has no hand to raise: the chair gives her the floor. While sub-rooms
 * are open nothing is decided, nor closed. */
static void presented_and_discussed(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "100200 m1 start_item a7\n"
                 "100210 m8 raise_hand\n"
                 "100220 m1 give_floor m8 1500000\n"
                 "101600 m1 end_floor\n"
                 "101610 m1 end_item a7\n"
                 "101620 m1 start_item a8\n"
                 "101630 m1 open_subrooms 2 no\n"
                 "101640 m4 move_to_subroom m4 1\n"
                 "101650 m1 move_to_subroom m4 1\n"
                 "101655 m1 move_to_subroom s1 2\n"
                 "101660 m1 start_vote a8 'Trong nhóm' procedure\n"
                 "101670 m1 close_meeting\n"
                 "102800 m1 return_all\n"
                 "102810 s1 raise_hand m14\n"
                 "102815 m4 raise_hand\n"
                 "102820 m1 give_floor m14 0\n"
                 "102900 s1 end_floor\n"
                 "102910 m1 give_floor m4 0",
                 "item_started a7\n"
                 "refused cannot_speak id=m8 category=guest\n"
                 "floor_given m8 1500000 m1\n"
                 "floor_ended m8 1380000 withdrawn\n"
                 "item_ended a7\n"
                 "item_started a8\n"
                 "subrooms_opened 2 no 87\n"
                 "refused not_allowed who=the chair\n"
                 "subroom_entered m4 1 m1\n"
                 "subroom_entered s1 2 m1\n"
                 "refused subrooms_open count=2\n"
                 "refused subrooms_open count=2\n"
                 "subrooms_closed\n"
                 "hand_raised m14\n"
                 "hand_raised m4\n"
                 "floor_given m14 300000 m1\n"
                 "floor_ended m14 80000 yielded\n"
                 "floor_given m4 300000 m1\n");
}

/* The chair's line breaks; the deputy goes on and opens the vote, which stays
 * open as the chair comes back and closes it. D = 8 as when it was opened. */
static void led_on_by_the_deputy(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "103000 m1 lost\n"
                 "103005 m2 take_chair\n"
                 "103010 m2 start_item a9\n"
                 "103060 m2 end_item a8\n"
                 "103070 m2 take_chair\n"
                 "103080 m2 end_item a8\n"
                 "103100 m2 start_item a9\n"
                 "103110 m2 start_vote a9 'Kết luận chuyên đề'\n"
                 "103120 m1 join\n"
                 "103130 m1 take_chair\n"
                 "103140 m2 vote v2 yes\n"
                 "103150 m4 vote v2 yes\n"
                 "103160 s1 enter_hall_votes v2 s1 1 1 0 0\n"
                 "103170 m3 enter_hall_votes v2 - 1 0 1 0\n"
                 "103180 m1 vote v2 yes\n"
                 "103190 m1 close_vote v2",
                 "connection_lost m1 m1/a\n"
                 "chair_taken m2\n"
                 "item_ended a8\n"
                 "item_started a9\n"
                 "disconnected m1 m1/a connection_lost\n"
                 "presence_ended m1 connection_lost\n"
                 "quorum_changed 6 8 6 yes 0 \"quorum.meeting\" "
                 "connection_lost m1\n"
                 "refused item_state id=a8 state=ended\n"
                 "refused already_chair\n"
                 "refused item_state id=a8 state=ended\n"
                 "refused item_state id=a9 state=started\n"
                 "vote_started v2 a9 'Kết luận chuyên đề' resolution - "
                 "open yes \"thresholds.resolution\" meeting \"2*yes > D\" 8 6 "
                 "5\n"
                 "connected m1 m1/a 1\n"
                 "presence_confirmed m1 online - connection\n"
                 "quorum_changed 7 8 6 yes 1 \"quorum.meeting\" came m1\n"
                 "chair_taken m1\n"
                 "vote_cast v2 m2 yes\n"
                 "vote_cast v2 m4 yes\n"
                 "hall_votes_entered v2 s1 1 1 0 0 2 s1\n"
                 "hall_votes_entered v2 - 1 0 1 0 2 m3\n"
                 "floor_warned m4 30000\n"
                 "vote_cast v2 m1 yes\n"
                 "vote_closed v2 5 1 1 0 8 \"2*yes > D\" "
                 "\"thresholds.resolution\" 5 yes\n");
}

static void concluded_and_closed(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "103200 m1 set_task a9 m2 1000000000 'Triển khai kết "
                 "luận'\n"
                 "103210 m1 end_item a9\n"
                 "103220 m2 report_task t1 done 'Đã triển khai'\n"
                 "103230 m1 start_item a11\n"
                 "103240 m3 write_entry a11 - - 0 'Kết luận chuyên đề'\n"
                 "103250 m3 edit_entry e1 1 'Kết luận chuyên đề: sáu ý'\n"
                 "103260 m4 edit_entry e1 2 'Khác'\n"
                 "103270 m1 end_item a11\n"
                 "105500 m3 complete_score 5 5 10 38 5 26 5 ''\n"
                 "105600 m1 close_meeting\n"
                 "105610 m3 complete_score 5 5 10 38 5 26 5 ''",
                 "task_set t1 a9 m2 1000000000 assigned 'Triển khai kết "
                 "luận'\n"
                 "floor_ended m4 300000 time_up\n"
                 "item_ended a9\n"
                 "task_reported t1 m2 done 'Đã triển khai'\n"
                 "item_started a11\n"
                 "entry_written e1 a11 - - 0 'Kết luận chuyên đề'\n"
                 "entry_edited e1 2 'Kết luận chuyên đề: sáu ý'\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "item_ended a11\n"
                 "score_completed 5 5 10 38 5 26 5 '' 94 good 91 90 9 7 0 "
                 "2 1 1 0 0 5 3 2 none 0 0\n"
                 "task_set t2 - m3 279400000 posting ''\n"
                 "closed\n"
                 "refused closed\n");
}

static void a_thematic_meeting_from_its_call_to_its_close(void **state)
{
    struct meeting_transcript *meeting = called(KIND_THEMATIC, "thematic", 2);

    (void)state;
    meeting_play(meeting, "",
                 "genesis 1 org.1 org u2 ? 0 \"party-2026-07\" thematic "
                 "'Sinh hoạt chi bộ chuyên đề' '' '' 101000000 "
                 "\"Asia/Ho_Chi_Minh\" '' m1 m2 m3 - no\n");
    called_in_time(meeting);
    gathered_at_two_places(meeting);
    opened_and_counted(meeting);
    presented_and_discussed(meeting);
    led_on_by_the_deputy(meeting);
    concluded_and_closed(meeting);
    assert_string_equal(meeting->state->presiding.text, "m1");
    assert_items(meeting, " a1 a3 a5 a7 a8 a9 a11| a2 a4 a6 a10");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regular_meeting_from_its_call_to_its_close),
        cmocka_unit_test(a_thematic_meeting_from_its_call_to_its_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
