/*
 * A cell of fifty that meets by its two party groups, from the calls in the
 * register over the meetings of the groups to the decision and the close of the
 * cell's, every event as text. By the rules of the Party.
 */
#include "tests/support/groups_scene.h"
#include "tests/support/meeting_transcript.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EXTRA = 40, FIRST_OF_SECOND = 22, VOTES_MAX = 8 };

/* --- the register ----------------------------------------------------------
 */

/* The newest events of the register, as far as this is about. */
static const char *newest(const struct groups_scene *scene, size_t count)
{
    static char text[1000];
    size_t used = 0, i, g;

    text[0] = '\0';
    for (i = scene->world.event_count - count; i < scene->world.event_count;
         i++) {
        const struct register_event *event = &scene->world.events[i];
        const struct register_held_by_groups *held =
            &event->body.held_by_groups;
        const struct group_call *rows = held->groups.data;

        used += (size_t)snprintf(text + used, sizeof text - used, "%s",
                                 register_event_schema(event->kind)->name);
        if (event->kind == REGISTER_HELD_BY_GROUPS_KIND) {
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     " %s %llu %llu %llu", held->meeting.text,
                                     (unsigned long long)held->year,
                                     (unsigned long long)held->members,
                                     (unsigned long long)held->before);
            for (g = 0; g < held->groups.count; g++)
                used +=
                    (size_t)snprintf(text + used, sizeof text - used, " %s=%s",
                                     rows[g].group.text, rows[g].meeting.text);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "\n");
        assert_true(used < sizeof text);
    }
    return text;
}

static const char *refused(const struct groups_scene *scene)
{
    static char text[300];
    const struct refusal *refusal = &scene->world.last.refusal;
    size_t used = (size_t)snprintf(text, sizeof text, "%s",
                                   refusal_code_text(refusal->code));
    int i;

    for (i = 0; i < refusal->arg_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, " %s=%s",
                                 refusal->args[i].name, refusal->args[i].text);
    return text;
}

/* Twice this year it was held so before. */
static struct groups_scene *called_for_the_third_time(void)
{
    struct groups_scene *scene = groups_scene_new(50);
    struct identifier whole;
    int i;

    for (i = 0; i < 3; i++) {
        whole = groups_scene_call_all(scene);
        groups_scene_must(
            scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
    }
    assert_string_equal(newest(scene, 4),
                        "meeting_scheduled\n"
                        "meeting_scheduled\n"
                        "meeting_scheduled\n"
                        "held_by_groups dbmau.9 2025 50 2 u4=dbmau.7 "
                        "u5=dbmau.8\n");
    return scene;
}

static void a_fourth_time_is_refused(struct groups_scene *scene)
{
    const struct identifier whole = groups_scene_call_all(scene);
    const struct command command =
        groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS);

    assert_int_equal(
        register_world_ask(&scene->world, administrator(), &command),
        REFUSAL_GROUPS_TOO_OFTEN);
    assert_string_equal(refused(scene),
                        "groups_too_often have=3 max=3 rule=party_groups");
}

/* --- the meeting of a group ------------------------------------------------
 */

/* "m1 m3 x1 x2 …" */
static const char *people(const char *some, unsigned from, unsigned to)
{
    static char text[400];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", some);

    for (; from <= to; from++)
        used += (size_t)snprintf(text + used, sizeof text - used, " x%u", from);
    assert_true(used < sizeof text);
    return text;
}

static struct meeting_transcript *
group_meeting(const char *id, const char *unit, const char *chair,
              const char *minute_taker, const char *who)
{
    struct meeting_transcript *meeting = meeting_transcript_called(
        &(struct meeting_call){ .kind = KIND_PARTY_GROUP,
                                .meeting = id,
                                .unit = unit,
                                .rules = "party-2026.conf",
                                .agenda = "party_group",
                                .leaders = { chair, "", minute_taker },
                                .people = who,
                                .extra = EXTRA });

    meeting->is_live = true;
    return meeting;
}

/* The minute-taker ticks them, one by one. */
static void tick(struct meeting_transcript *meeting, const char *by,
                 unsigned from, unsigned to)
{
    char line[64], expected[64];

    for (; from <= to; from++) {
        (void)snprintf(line, sizeof line, "40 %s tick x%u in_person -", by,
                       from);
        (void)snprintf(expected, sizeof expected,
                       "presence_confirmed x%u in_person - tick\n", from);
        meeting_play(meeting, line, expected);
    }
}

/* What the server finds in a record that is closed. */
static struct gathered_record record_of(const struct meeting_state *state,
                                        struct group_vote votes[VOTES_MAX])
{
    struct gathered_record record = {
        .is_over = state->phase == MEETING_CLOSED,
        .final_seq = state->next_seq - 1,
        .head = digest_sha256(state->meeting.text, strlen(state->meeting.text)),
        .opened_ms = state->opened_ms,
        .closed_ms = state->closed_ms,
        .attendance = meeting_state_came(state),
        .votes = votes,
    };
    size_t i;

    for (i = 0; i < state->vote_count; i++) {
        const struct meeting_vote *vote = &state->votes[i];

        assert_true(record.vote_count < VOTES_MAX);
        if (vote->phase != VOTE_CLOSED)
            continue;
        votes[record.vote_count++] = (struct group_vote){
            .vote = vote->id,
            .matter = (int)vote->matter,
            .yes = vote->counts[CHOICE_YES],
            .no = vote->counts[CHOICE_NO],
            .other = vote->counts[CHOICE_OTHER],
            .abstain = vote->counts[CHOICE_ABSTAIN],
            .d = vote->d,
            .present = vote->present,
        };
    }
    return record;
}

/* 23 official members: 20 have come, one is excused. Ten of 23 are too few in
 * the group itself. */
static struct meeting_transcript *the_first_group_meets(void)
{
    struct meeting_transcript *meeting = group_meeting(
        "dbmau.7", "u4", "m3", "m1", people("m1 m3", 1, FIRST_OF_SECOND - 1));

    meeting_play(meeting,
                 "10 m3 join\n"
                 "11 m1 join\n"
                 "12 m3 declare_open_content\n"
                 "13 m3 open_lobby\n"
                 "14 m1 tick m3 in_person -\n"
                 "15 m1 tick m1 in_person -\n"
                 "16 m1 tick m2 in_person -\n"
                 "17 m1 note_absence x19 absent_excused 'Đi công tác'",
                 "genesis 1 dbmau.7 org u4 ? 0 \"party-2026-07\" "
                 "party_group 'Sinh hoạt tổ đảng' '' '' 0 "
                 "\"Asia/Ho_Chi_Minh\" '' m3 - m1 - no\n"
                 "connected m3 m3/a 1\n"
                 "connected m1 m1/a 2\n"
                 "open_content_declared\n"
                 "eligibility_found 0 23 12 no\n"
                 "presence_confirmed m1 online - connection\n"
                 "presence_confirmed m3 online - connection\n"
                 "lobby_opened\n"
                 "presence_confirmed m3 in_person - tick\n"
                 "presence_confirmed m1 in_person - tick\n"
                 "refused no_such_member id=m2\n"
                 "absence_noted x19 absent_excused 'Đi công tác' no\n");
    tick(meeting, "m1", 1, 18);
    meeting_play(meeting,
                 "50 m3 open_meeting\n"
                 "60 m3 start_item a1\n"
                 "70 m1 confirm_roll\n"
                 "80 m3 end_item a1\n"
                 "90 m3 start_item a3\n"
                 "100 m3 give_floor x1 0\n"
                 "200 m3 end_floor\n"
                 "210 m3 start_vote a3 'Nghị quyết'\n"
                 "220 m1 enter_hall_votes v1 - 10 8 1 1\n"
                 "230 m3 close_vote v1\n"
                 "240 m3 end_item a3\n"
                 "250 m3 close_meeting",
                 "opened\n"
                 "quorum_changed 20 23 16 yes 4 \"quorum.meeting\" "
                 "opened -\n"
                 "item_started a1\n"
                 "roll_confirmed 23 20 1 0 0 0 0 0 0 0 20 0 0 0\n"
                 "item_ended a1\n"
                 "item_started a3\n"
                 "floor_given x1 300000 m3\n"
                 "floor_ended x1 100000 withdrawn\n"
                 "vote_started v1 a3 'Nghị quyết' resolution - open yes "
                 "\"thresholds.resolution\" meeting \"2*yes > D\" 23 20 "
                 "12\n"
                 "hall_votes_entered v1 - 10 8 1 1 20 m1\n"
                 "vote_closed v1 10 8 1 1 23 \"2*yes > D\" "
                 "\"thresholds.resolution\" 12 no\n"
                 "item_ended a3\n"
                 "task_set t1 - m1 174050000 posting ''\n"
                 "closed\n");
    return meeting;
}

/* 23 official members and the exempt m7, who is there and counts: D = 24. The
 * first vote is called off. */
static struct meeting_transcript *the_second_group_meets(void)
{
    struct meeting_transcript *meeting =
        group_meeting("dbmau.8", "u5", "m2", "m4",
                      people("m2 m4 m5 m6 m7 m14", FIRST_OF_SECOND, EXTRA));

    meeting_play(meeting,
                 "10 m2 join\n"
                 "11 m4 join\n"
                 "12 m2 declare_open_content\n"
                 "13 m2 open_lobby\n"
                 "14 m4 tick m2 in_person -\n"
                 "15 m4 tick m4 in_person -\n"
                 "15 m4 tick m5 in_person -\n"
                 "15 m4 tick m14 in_person -\n"
                 "16 m4 tick m6 in_person -\n"
                 "17 m4 tick m7 in_person -\n"
                 "18 m4 note_absence x40 absent_unexcused ''",
                 "genesis 1 dbmau.8 org u5 ? 0 \"party-2026-07\" "
                 "party_group 'Sinh hoạt tổ đảng' '' '' 0 "
                 "\"Asia/Ho_Chi_Minh\" '' m2 - m4 - no\n"
                 "connected m2 m2/a 1\n"
                 "connected m4 m4/a 2\n"
                 "open_content_declared\n"
                 "eligibility_found 0 24 13 no\n"
                 "presence_confirmed m2 online - connection\n"
                 "presence_confirmed m4 online - connection\n"
                 "lobby_opened\n"
                 "presence_confirmed m2 in_person - tick\n"
                 "presence_confirmed m4 in_person - tick\n"
                 "presence_confirmed m5 in_person - tick\n"
                 "presence_confirmed m14 in_person - tick\n"
                 "presence_confirmed m6 in_person - tick\n"
                 "presence_confirmed m7 in_person - tick\n"
                 "absence_noted x40 absent_unexcused '' no\n");
    tick(meeting, "m4", FIRST_OF_SECOND, 36);
    meeting_play(meeting,
                 "50 m2 open_meeting\n"
                 "60 m2 start_item a1\n"
                 "70 m4 confirm_roll\n"
                 "80 m2 end_item a1\n"
                 "90 m2 start_item a3\n"
                 "100 m2 give_floor m6 0\n"
                 "200 m2 end_floor\n"
                 "210 m2 start_vote a3 'Thứ tự' procedure\n"
                 "215 m2 cancel_vote v1 'Nhầm'\n"
                 "220 m2 start_vote a3 'Nghị quyết'\n"
                 "230 m4 enter_hall_votes v2 - 14 4 0 2\n"
                 "240 m2 close_vote v2\n"
                 "250 m2 end_item a3\n"
                 "260 m2 close_meeting",
                 "opened\n"
                 "quorum_changed 20 24 16 yes 4 \"quorum.meeting\" "
                 "opened -\n"
                 "item_started a1\n"
                 "roll_confirmed 23 19 0 1 1 1 0 0 1 0 20 0 0 0\n"
                 "item_ended a1\n"
                 "item_started a3\n"
                 "floor_given m6 300000 m2\n"
                 "floor_ended m6 100000 withdrawn\n"
                 "vote_started v1 a3 'Thứ tự' procedure - open yes "
                 "\"thresholds.procedure\" meeting \"2*yes > D\" 24 20 "
                 "13\n"
                 "vote_cancelled v1 'Nhầm'\n"
                 "vote_started v2 a3 'Nghị quyết' resolution - open yes "
                 "\"thresholds.resolution\" meeting \"2*yes > D\" 24 20 "
                 "13\n"
                 "hall_votes_entered v2 - 14 4 0 2 20 m4\n"
                 "vote_closed v2 14 4 0 2 24 \"2*yes > D\" "
                 "\"thresholds.resolution\" 13 yes\n"
                 "item_ended a3\n"
                 "task_set t1 - m4 174060000 posting ''\n"
                 "closed\n");
    return meeting;
}

/* --- the cell's ------------------------------------------------------------
 */

static struct meeting_transcript *the_cell_is_called(void)
{
    struct meeting_transcript *meeting = meeting_transcript_called(
        &(struct meeting_call){ .kind = KIND_REGULAR,
                                .meeting = "dbmau.9",
                                .rules = "party-2026.conf",
                                .agenda = "regular",
                                .leaders = { "m1", "", "m2" },
                                .extra = EXTRA });
    struct group_of_meeting rows[] = {
        { .group = meeting_id("u4"), .meeting = meeting_id("dbmau.7") },
        { .group = meeting_id("u5"), .meeting = meeting_id("dbmau.8") },
    };

    meeting_transcript_hold_by_groups(
        meeting,
        &(struct event_held_by_groups){
            .year = 2025, .members = 50, .before = 2, .groups = { rows, 2 } });
    meeting->is_live = true;
    return meeting;
}

/* 10 of 23 and 14 of 24 are 24 of 47: just enough, although one group alone had
 * too few. A record is gathered once, and as it ends. */
static void the_cell_decides(struct meeting_transcript *meeting,
                             const struct meeting_state *first,
                             const struct meeting_state *second)
{
    struct group_vote votes[VOTES_MAX];

    meeting_play(meeting,
                 "500 m1 join\n"
                 "501 m2 join\n"
                 "502 m1 open_meeting\n"
                 "510 m1 start_item a11\n"
                 "520 m1 decide_by_groups a11 'Nghị quyết' resolution v1+v2",
                 "genesis 1 dbmau.9 org u2 ? 0 \"party-2026-07\" regular "
                 "'Sinh hoạt chi bộ thường kỳ' '' '' 0 "
                 "\"Asia/Ho_Chi_Minh\" '' m1 - m2 - no\n"
                 "held_by_groups 2025 50 2\n"
                 "connected m1 m1/a 1\n"
                 "connected m2 m2/a 2\n"
                 "opened\n"
                 "quorum_changed 0 46 31 no 0 \"quorum.meeting\" opened "
                 "-\n"
                 "item_started a11\n"
                 "refused not_gathered id=dbmau.7\n");
    meeting->record = record_of(first, votes);
    meeting_play(meeting,
                 "530 m1 gather_group dbmau.7 42 khác\n"
                 "540 m1 gather_group dbmau.7 42 dbmau.7\n"
                 "550 m1 gather_group dbmau.7 42 dbmau.7\n"
                 "560 m1 decide_by_groups a11 'Nghị quyết' resolution v1+v2",
                 "refused other_end id=dbmau.7\n"
                 "group_gathered dbmau.7 42 1050000 1250000 23 20 0 0 0 "
                 "0 1 0 1\n"
                 "refused gathered_already id=dbmau.7\n"
                 "refused not_gathered id=dbmau.8\n");
    meeting->record = record_of(second, votes);
    meeting_play(meeting,
                 "570 m2 gather_group dbmau.8 45 dbmau.8\n"
                 "580 m1 decide_by_groups a11 'Nghị quyết' resolution v1+v1\n"
                 "590 m1 decide_by_groups a11 'Kết nạp' admission v1+v2\n"
                 "600 m1 decide_by_groups a11 'Nghị quyết' resolution v1+v2\n"
                 "610 m1 end_item a11\n"
                 "620 m1 close_meeting\n"
                 "630 m1 decide_by_groups - 'Khác' resolution v1+v2",
                 "group_gathered dbmau.8 45 1050000 1260000 23 19 1 1 1 "
                 "1 0 1 1\n"
                 "refused no_group_vote id=dbmau.8\n"
                 "refused other_matter id=dbmau.7\n"
                 "decided_by_groups a11 'Nghị quyết' resolution 24 12 1 "
                 "3 47 \"2*yes > D\" \"thresholds.resolution\" 24 yes\n"
                 "item_ended a11\n"
                 "task_set t1 - m2 174420000 posting ''\n"
                 "closed\n"
                 "refused closed\n");
}

static void a_cell_meets_by_its_groups_for_the_last_time_this_year(void **state)
{
    struct groups_scene *scene = called_for_the_third_time();
    struct meeting_transcript *first = the_first_group_meets();
    struct meeting_transcript *second = the_second_group_meets();
    struct meeting_transcript *cell = the_cell_is_called();

    (void)state;
    the_cell_decides(cell, first->state, second->state);
    a_fourth_time_is_refused(scene);
    groups_scene_free(scene);
    meeting_transcript_end(first);
    meeting_transcript_end(second);
    meeting_transcript_end(cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_cell_meets_by_its_groups_for_the_last_time_this_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
