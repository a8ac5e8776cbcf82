/*
 * The permission table: every command by every kind of participant in every
 * phase, written down here a second time and compared with what is decided.
 */
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"
#include "tests/support/permission_page.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Letters of the table. */
static const struct {
    char letter;
    const char *holder;
} actors[] = { { 'C', "m1" },  { 'D', "m2" }, { 'M', "m3" },
               { 'B', "m4" },  { 'P', "m6" }, { 'K', "m7" },
               { 'R', "m10" }, { 'G', "m8" }, { 'S', "s1" } };
static const char *const joined[] = {
    "m4", "m6", "m7", "m8", "m10", "s1", NULL
};
static const char *const nobody[] = { NULL };
/* K is a co-chair, R a moderator. */
static const char appointed[] =
    "0 m1 appoint_officer m7 co_chair\n0 m1 appoint_officer m10 moderator";

/* Scheduled, lobby, open, adjourned, closed. */
static const char phases[] = "SLOAZ";

struct permission {
    const char *command; /* with arguments */
    const char *phases;  /* in which it is accepted */
    const char *actors;  /* from whom it is accepted */
    const char *setup;   /* what has to be so, played in each phase before */
    /* Who else is refused for a reason of his own, not for his role. */
    const char *others;
};

static const struct permission table[] = {
    { "open_lobby", "S", "CDM", "", "" },
    { "admit m5", "LOA", "CM", "0 m5 join", "" },
    { "admit_all", "LOA", "CM", "0 m5 join", "" },
    { "turn_away m5 'x'", "LOA", "CM", "0 m5 join", "" },
    { "open_meeting", "SL", "C", "", "" },
    { "adjourn_meeting", "O", "C", "", "" },
    { "resume_meeting", "A", "C", "", "" },
    { "close_meeting", "OA", "C", "", "" },
    { "take_chair", "SLOA", "DK", "0 m1 lost", "C" },
    { "hand_over_minutes m2", "SLOA", "CM", "", "" },
    { "leave", "SLOA", "CDMBPKRGS", "", "" },
    { "confirm_presence", "SLOA", "CDMBPKRG", "", "" },
    { "tick m14 site s1", "SLOA", "CMS", "", "" },
    { "untick m14", "SLOA", "CMS", "0 m3 tick m14 site s1", "" },
    { "note_absence m14 absent_excused 'x'", "SLOA", "CM", "", "" },
    { "confirm_roll", "LOA", "CM", "", "" },
    { "declare_open_content", "SLOA", "C", "", "" },
    { "set_authority 05 2026-07-30 'x'", "SLOA", "C", "", "" },
    { "complete_score 5 4 8 36 5 25 5 'Tốt'", "OA", "CM", "", "" },
    { "open_check_in s1", "SLOA", "CMS", "", "" },
    { "open_check_in -", "SLOA", "CM", "", "S" },
    { "close_check_in s1", "SLOA", "CMS", "0 m3 open_check_in s1", "" },
    { "count_heads s1 35", "SLOA", "CMBS", "", "" },
    { "count_heads - 35", "SLOA", "CM", "", "DBPS" },
    { "note_left m14", "SLOA", "CMS", "0 m3 tick m14 site s1", "" },
    { "gather_group org.2 40 end", "LOA", "CM", "", "" },
    { "decide_by_groups - 'x' resolution v1+v1", "O", "C",
      "0 m1 gather_group org.2 40 end\n0 m1 gather_group org.3 40 end", "" },
    { "open_subrooms 2 no", "O", "C", "", "" },
    { "move_to_subroom m4 0", "O", "C", "", "" },
    { "return_all", "O", "C", "", "" },
    { "raise_hand -", "O", "CDMBPKR", "", "GS" },
    { "raise_hand m14", "O", "S", "0 m3 tick m14 site s1", "" },
    { "lower_hand m4", "OA", "CKRB", "0 m4 raise_hand", "" },
    { "lower_hand m14", "OA", "CKRS",
      "0 m3 tick m14 site s1\n0 s1 raise_hand m14", "" },
    { "give_floor m4 0", "O", "CK", "", "" },
    { "extend_floor 1000", "O", "CK", "0 m1 give_floor m4 0", "" },
    { "end_floor", "O", "CKB", "0 m1 give_floor m4 0", "" },
    { "end_floor", "O", "CKS", "0 m3 tick m14 site s1\n0 m1 give_floor m14 0",
      "" },
    { "mute m4", "LOA", "CKRB", "", "" },
    { "mute m7", "LOA", "CK", "", "" },
    { "mute m1", "LOA", "C", "", "" },
    { "release_mute m4", "LOA", "CKR", "0 m1 mute m4", "" },
    { "unmute", "LOA", "CDMBPKRGS",
      "0 m1 mute m1\n0 m2 mute m2\n0 m3 mute m3\n0 m4 mute m4\n0 m6 mute m6\n"
      "0 m7 mute m7\n0 m8 mute m8\n0 m10 mute m10\n0 s1 mute s1",
      "" },
    { "raise_point_of_order -", "O", "CDMBPKR", "", "GS" },
    { "raise_point_of_order m14", "O", "S", "0 m3 tick m14 site s1", "" },
    { "set_floor_mode free least_spoken", "LOA", "CK", "", "" },
    { "appoint_officer m5 co_chair", "SLOA", "C", "", "" },
    { "dismiss_officer m7 co_chair", "SLOA", "C", "", "" },
    { "give_chair m2", "SLOA", "C", "", "" },
    { "propose_chair m4 'x'", "O", "MB", "0 m1 lost\n0 m2 lost\n0 m7 lost",
      "CDKPR" },
    { "settle_chair v1", "O", "MB",
      "0 m1 lost\n0 m2 lost\n0 m7 lost\n0 m4 propose_chair m3 'x'", "CDK" },
    { "chat 'Xin chào'", "LOA", "CDMBPKRS", "", "" },
    { "set_recording yes", "LOA", "C", "", "" },
    { "start_recording", "O", "C", "", "" },
    { "stop_recording", "O", "C", "0 m1 start_recording", "" },
    { "start_item a1", "O", "C", "", "" },
    { "end_item a1", "O", "C", "0 m1 start_item a1", "" },
    { "start_vote - 'x'", "O", "C", "", "" },
    { "vote v1 yes", "O", "CDMBK", "0 m1 start_vote - 'x'", "PRG" },
    { "enter_hall_votes v1 s1 0 0 0 0", "O", "MS", "0 m1 start_vote - 'x'",
      "" },
    { "enter_hall_votes v1 - 0 0 0 0", "O", "M", "0 m1 start_vote - 'x'", "" },
    { "close_vote v1", "O", "C", "0 m1 start_vote - 'x'", "" },
    { "cancel_vote v1 'x'", "OA", "C", "0 m1 start_vote - 'x'", "" },
    { "write_entry a1 - - 0 'x'", "LOA", "M", "", "" },
    { "edit_entry e1 1 'y'", "LOA", "CM", "0 m3 write_entry - - - 0 'x'", "" },
    { "remove_entry e1 1", "LOA", "M", "0 m3 write_entry - - - 0 'x'", "" },
    { "share_minutes", "LOA", "C", "", "" },
    { "hide_minutes", "LOA", "C", "0 m1 share_minutes", "" },
    { "number_document minutes - 5", "SLOA", "CM", "", "" },
    { "present_minutes 1 900 'x'", "OA", "M", "", "" },
    { "raise_objection reservation 1 - 0 'x'", "OA", "CDMBPKR",
      "0 m3 present_minutes 1 900 'x'", "" },
    { "answer_objection o1 declined 'x'", "OA", "CM",
      "0 m3 present_minutes 1 900 'x'\n"
      "0 m2 raise_objection objection 1 - 0 'x'",
      "DBPKR" },
    { "sign_minutes member 1 x", "OA", "CDMBPKR",
      "0 m3 present_minutes 1 900 'x'\n0 m1 start_vote - 'x' minutes\n"
      "0 m1 vote v1 yes\n0 m2 vote v1 yes\n0 m3 vote v1 yes\n"
      "0 m4 vote v1 yes\n0 m5 vote v1 yes\n0 m14 vote v1 yes\n"
      "0 m1 close_vote v1",
      "" },
    { "prepare_meeting", "S", "CDM", "", "" },
    { "add_item 'x'", "SLOA", "C", "", "" },
    { "plan_item a1 m4 15", "SLOA", "C", "", "" },
    { "move_item a2 a1", "SLOA", "C", "", "" },
    { "drop_item a2 - 'x'", "SLOA", "C", "", "" },
    { "attach_document tep.pdf 10 'Tệp' pdf", "SLOA", "CM", "", "" },
    { "withdraw_document d1", "SLOA", "CM",
      "0 m3 attach_document tep.pdf 10 'Tệp' pdf", "" },
    { "read_document d1", "SLOA", "CDMBPKR",
      "0 m3 attach_document tep.pdf 10 'Tệp' pdf", "" },
    { "show_document d1", "O", "CB",
      "0 m3 attach_document tep.pdf 10 'Tệp' pdf\n"
      "0 m1 plan_item a1 m4 15\n0 m1 start_item a1",
      "" },
    { "comment a1 - 'x'", "SLOA", "CDMBPKR", "", "" },
    { "set_task a1 m4 0 'x'", "SLOA", "CM", "", "" },
    { "report_task t1 done 'x'", "SLOA", "CMB", "0 m3 set_task a1 m4 0 'x'",
      "DPKR" },
    { "call_election - other 1 'x'", "O", "C", "", "" },
    { "nominate n1 m4 floor", "O", "CDMBK", "0 m1 call_election - other 1 'x'",
      "PR" },
    { "withdraw_nomination n1 m4", "O", "CB",
      "0 m1 call_election - other 1 'x'\n0 m4 nominate n1 m4 self", "DMPKR" },
    { "note_support n1 m4 v1", "O", "C",
      "0 m1 call_election - other 1 'x'\n0 m4 nominate n1 m4 self\n"
      "0 m1 start_vote - 'x' procedure m4\n0 m1 close_vote v1",
      "" },
    { "close_list n1 v1", "O", "C",
      "0 m1 call_election - other 1 'x'\n0 m1 nominate n1 m4 committee\n"
      "0 m1 start_vote - 'x' procedure\n0 m1 vote v1 yes\n0 m2 vote v1 yes\n"
      "0 m3 vote v1 yes\n0 m4 vote v1 yes\n0 m7 vote v1 yes\n"
      "0 m1 close_vote v1",
      "" },
};
enum { ROWS = sizeof table / sizeof table[0] };

/* A meeting, whose genesis asks for it or not, led to this phase. */
static struct meeting_transcript *lead_to(struct meeting_transcript *meeting,
                                          char phase,
                                          const struct permission *row)
{
    /* The one rule without which its command is taken from nobody. */
    meeting->rules.groups |= 1U << RULESET_SCORE_SHEET;
    meeting->rules.score = ruleset_file("party-2026.conf")->score;
    if (phase == 'Z') {
        meeting_play_to_open(meeting, joined);
        meeting_play(meeting, "0 m1 close_meeting", NULL);
        return meeting;
    }
    if (phase == 'S') {
        meeting_play(meeting, "0 m1 join\n0 m2 join\n0 m3 join", NULL);
        meeting_play(meeting, appointed, NULL);
        meeting_play(meeting, row->setup, NULL);
        return meeting;
    }
    meeting_play_to_lobby(meeting, joined);
    meeting_play(meeting, appointed, NULL);
    if (phase == 'L')
        meeting_play(meeting, row->setup, NULL);
    if (phase == 'O' || phase == 'A') {
        meeting_play(meeting, "0 m1 open_meeting", NULL);
        meeting_play(meeting, row->setup, NULL);
    }
    if (phase == 'A')
        meeting_play(meeting, "0 m1 join\n0 m1 adjourn_meeting", NULL);
    if (phase == 'A' && strstr(row->setup, "lost"))
        meeting_play(meeting, row->setup, NULL);
    return meeting;
}

/* A meeting in which the command can be about something. */
static struct meeting_transcript *meeting_for(const struct permission *row,
                                              bool is_vouching)
{
    if (row->command && (strncmp(row->command, "gather", 6) == 0 ||
                         strncmp(row->command, "decide_by", 9) == 0))
        return meeting_transcript_by_groups(is_vouching);
    return is_vouching ? meeting_transcript_vouching()
                       : meeting_transcript_new();
}

static struct meeting_transcript *meeting_in(char phase,
                                             const struct permission *row)
{
    return lead_to(meeting_for(row, false), phase, row);
}

/* The reason for which a phase refuses. */
static enum refusal_code phase_code(char phase, const char *command)
{
    switch (phase) {
    case 'L':
        return strcmp(command, "open_lobby") == 0 ? REFUSAL_LOBBY_OPEN
                                                  : REFUSAL_NOT_OPEN;
    case 'O':
        return strcmp(command, "resume_meeting") == 0 ? REFUSAL_NOT_ADJOURNED
                                                      : REFUSAL_ALREADY_OPEN;
    case 'A':
        return REFUSAL_ADJOURNED;
    case 'Z':
        return REFUSAL_CLOSED;
    default:
        return REFUSAL_NOT_OPEN;
    }
}

static void check(const struct permission *row, size_t actor, char phase)
{
    struct meeting_transcript *meeting = meeting_in(phase, row);
    char letter = actors[actor].letter;
    bool is_in_phase = strchr(row->phases, phase) != NULL;
    char script[128];
    enum refusal_code code;
    bool fits;

    (void)snprintf(script, sizeof script, "1 %s %s", actors[actor].holder,
                   row->command);
    meeting_play(meeting, script, NULL);
    code = meeting->decision->refusal.code;
    if (phase == 'Z')
        fits = code == REFUSAL_CLOSED;
    else if (phase == 'S' && strchr("BPKRGS", letter))
        fits = code == REFUSAL_NOT_JOINED;
    else if (strchr(row->others, letter))
        fits = code != REFUSAL_NONE;
    else if (!strchr(row->actors, letter))
        fits = code == REFUSAL_NOT_ALLOWED ||
               (!is_in_phase && code == phase_code(phase, row->command));
    else if (!is_in_phase)
        fits = code == phase_code(phase, row->command);
    else
        fits = code == REFUSAL_NONE;
    if (!fits)
        fail_msg("%s by %c in %c: %s", row->command, letter, phase,
                 refusal_code_text(code));
    meeting_transcript_end(meeting);
}

static void the_table_names_every_command_of_a_meeting(void **state)
{
    int op;

    (void)state;
    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        const char *name = command_name((enum command_op)op);
        size_t i, count = 0;

        if (op == OP_RESTORED)
            continue; /* of a held log: test_meeting_rules_loss */
        if (op >= OP_DRAFT_BALLOT && op <= OP_DECRYPT)
            continue; /* of a ballot's phase: test_permissions_ballot */

        for (i = 0; i < ROWS; i++)
            count += strncmp(table[i].command, name, strlen(name)) == 0 &&
                     strchr(" ", table[i].command[strlen(name)]) != NULL;
        if ((count > 0) == command_is_of_register((enum command_op)op))
            fail_msg("%s stands in %zu rows", name, count);
    }
}

static void every_command_is_open_to_these_and_nobody_else(void **state)
{
    size_t row, actor, phase;

    (void)state;
    for (row = 0; row < ROWS; row++) {
        for (actor = 0; actor < sizeof actors / sizeof actors[0]; actor++) {
            for (phase = 0; phase < sizeof phases - 1; phase++)
                check(&table[row], actor, phases[phase]);
        }
    }
}

static void a_signed_command_without_its_act_is_refused(void **state)
{
    size_t row;

    (void)state;
    for (row = 0; row < ROWS; row++) {
        const struct permission *p = &table[row];
        struct meeting_transcript *meeting = meeting_in(p->phases[0], p);
        size_t length = strcspn(p->command, " ");
        size_t actor = 0;
        char script[128];

        while (actors[actor].letter != p->actors[0])
            actor++;
        (void)snprintf(script, sizeof script, "1 %s %.*s!%s",
                       actors[actor].holder, (int)length, p->command,
                       p->command + length);
        meeting_play(meeting, script, NULL);
        (void)snprintf(script, sizeof script, "%.*s", (int)length, p->command);
        assert_int_equal(meeting->decision->refusal.code,
                         command_is_signed(command_op_of(text_view_of(script)))
                             ? REFUSAL_NOT_SIGNED
                             : REFUSAL_NONE);
        meeting_transcript_end(meeting);
    }
}

/* By somebody who comes in last, muted; the suspended are not let in. */
static enum refusal_code say_late(const struct permission *row, char phase,
                                  const char *person)
{
    struct meeting_transcript *meeting = meeting_in(phase, row);
    char script[256];
    enum refusal_code code;

    (void)snprintf(script, sizeof script,
                   "0 %s join\n0 m1 admit %s\n0 %s join\n0 %s mute %s\n1 %s %s",
                   person, person, person, person, person, person,
                   row->command);
    meeting_play(meeting, script, NULL);
    code = meeting->decision->refusal.code;
    meeting_transcript_end(meeting);
    return code;
}

/* Whatever brought them here. */
static void others_without_a_vote_are_as_the_probationary(void **state)
{
    size_t row, phase;

    (void)state;
    for (row = 0; row < ROWS; row++) {
        for (phase = 0; phase < sizeof phases - 1; phase++) {
            const struct permission *p = &table[row];
            const enum refusal_code late = say_late(p, phases[phase], "m9");
            const enum refusal_code never = say_late(p, phases[phase], "m11");
            const bool is_taken = strchr(p->actors, 'P') != NULL &&
                                  strchr(p->phases, phases[phase]) != NULL &&
                                  phases[phase] != 'S';

            if ((late == REFUSAL_NONE) != is_taken)
                fail_msg("%s by upper_delegate in %c: %s", p->command,
                         phases[phase], refusal_code_text(late));
            if (never !=
                (phases[phase] == 'Z' ? REFUSAL_CLOSED : REFUSAL_NOT_JOINED))
                fail_msg("%s by suspended in %c: %s", p->command, phases[phase],
                         refusal_code_text(never));
        }
    }
}

/* Formal votes, and what is done by office; lobby, ticks, hands, the floor and
 * what people say are not. A second list beside the server's. */
/* clang-format off */
static const char *const formal[] = {
    "open_meeting",   "adjourn_meeting",   "resume_meeting", "close_meeting",
    "take_chair",     "hand_over_minutes", "confirm_roll",   "set_recording",
    "add_item",       "start_item",        "end_item",       "start_vote",
    "vote",           "enter_hall_votes",  "close_vote",     "cancel_vote",
    "write_entry",    "edit_entry",        "remove_entry",   "share_minutes",
    "hide_minutes",   "number_document",
    "present_minutes", "raise_objection", "answer_objection", "sign_minutes",
    "attach_document",
    "declare_open_content", "set_authority", "complete_score",
    "set_floor_mode", "appoint_officer", "dismiss_officer", "give_chair",
    "propose_chair", "settle_chair",
    "gather_group", "decide_by_groups", "open_subrooms", "return_all",
    "call_election", "nominate", "withdraw_nomination", "note_support",
    "close_list",
    "plan_item", "move_item", "drop_item", "withdraw_document", "set_task",
    "show_document", "start_recording", "stop_recording",
};
/* clang-format on */

static bool is_formal(const char *command)
{
    for (size_t i = 0; i < sizeof formal / sizeof formal[0]; i++)
        if (strncmp(command, formal[i], strlen(formal[i])) == 0 &&
            strchr(" ", command[strlen(formal[i])]) != NULL)
            return true;
    return false;
}

/* A command in its first phase by this device of its first actor. */
static enum refusal_code code_of(const struct permission *row,
                                 struct meeting_transcript *meeting,
                                 char device)
{
    char script[128];
    enum refusal_code code;
    size_t actor = 0;

    while (actors[actor].letter != row->actors[0])
        actor++;
    lead_to(meeting, row->phases[0], row);
    (void)snprintf(script, sizeof script, "1 %s/%c join", actors[actor].holder,
                   device);
    meeting_play(meeting, script, NULL);
    (void)snprintf(script, sizeof script, "1 %s/%c %s", actors[actor].holder,
                   device, row->command);
    meeting_play(meeting, script, NULL);
    code = meeting->decision->refusal.code;
    meeting_transcript_end(meeting);
    return code;
}

static void formal_commands_ask_for_vouched_devices_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        const enum refusal_code unvouched =
            code_of(&table[i], meeting_for(&table[i], true), 'b');
        const enum refusal_code vouched =
            code_of(&table[i], meeting_for(&table[i], true), 'a');

        if (unvouched != (is_formal(table[i].command) ? REFUSAL_NOT_VOUCHED
                                                      : REFUSAL_NONE) ||
            vouched != REFUSAL_NONE)
            fail_msg("%s: %s, vouched for: %s", table[i].command,
                     refusal_code_text(unvouched), refusal_code_text(vouched));
    }
}

static void where_the_genesis_does_not_ask_every_device_will_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        if (code_of(&table[i], meeting_for(&table[i], false), 'b') !=
            REFUSAL_NONE)
            fail_msg("%s", table[i].command);
}

static void a_device_that_is_vouched_for_meanwhile_is_taken(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_vouching();

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "1 m1/b join\n"
                 "2 m1/b add_item 'x'\n"
                 "3 server row m1 official ab\n"
                 "4 m1/b add_item 'x'",
                 NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
    assert_int_equal(meeting->state->item_count, 3);
    meeting_transcript_end(meeting);
}

static void a_command_of_the_register_is_none_of_a_meeting(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct actor actor = { .kind = ACTOR_HOLDER, .holder = meeting_id("m1") };
    struct command command = { .op = OP_ADD_UNIT };
    struct meeting_report report = { .kind = REPORT_NONE };

    (void)state;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_UNKNOWN_OP);
    command.op = COMMAND_UNKNOWN;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_UNKNOWN_OP);
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_UNKNOWN_OP);
    meeting_transcript_end(meeting);
}

static void nobody_acts_in_a_meeting_without_a_device_that_joined(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting,
                 "1 m1/b open_meeting\n"
                 "2 m1 lost\n"
                 "3 m1 open_meeting",
                 "refused not_joined\n"
                 "connection_lost m1 m1/a\n"
                 "refused not_joined\n");
    meeting_transcript_end(meeting);
}

/* --- the page ------------------------------------------------------------ */

/* Every one of `actors`, for people. */
static const struct permission_column columns[] = {
    { 'C', "Chair (chủ trì)" },       { 'D', "Deputy (phó)" },
    { 'M', "Minute-taker (thư ký)" }, { 'K', "Co-chair (đồng chủ trì)" },
    { 'R', "Moderator (điều hành)" }, { 'B', "Member (chính thức)" },
    { 'P', "Probationary (dự bị)" },  { 'G', "Guest (khách mời)" },
    { 'S', "Site (điểm cầu)" },
};
_Static_assert(sizeof columns / sizeof columns[0] ==
                   sizeof actors / sizeof actors[0],
               "the page has a column for everybody who is asked");
static const char page_phases[] = "SLOA";

static enum command_op op_of_row(const struct permission *row)
{
    size_t length = strcspn(row->command, " ");

    return command_op_of((struct text_view){ row->command, length });
}

/* Is the command looked at here: neither the office nor the phase is wrong? */
static bool is_by_office_and_phase(enum refusal_code code, char phase,
                                   enum command_op op)
{
    return code != REFUSAL_NOT_ALLOWED && code != REFUSAL_NOT_JOINED &&
           code != phase_code(phase, command_name(op));
}

/* A command with nothing in it: of a ballot, or of a log that is held. */
static bool is_looked_at(enum command_op op, size_t actor, char phase)
{
    static const struct permission bare = { .setup = "" };
    struct meeting_transcript *meeting = meeting_in(phase, &bare);
    struct actor who = { .kind = ACTOR_HOLDER,
                         .holder = meeting_id(actors[actor].holder),
                         .device =
                             meeting_device_key(actors[actor].holder, 'a') };
    struct command command = { .op = op };
    enum refusal_code code;

    command.act.is_present = true;
    command.act.seen = meeting->state->next_seq - 1;
    meeting_rules_decide(meeting->state, &meeting->rules, &who, &command,
                         meeting->now_ms, meeting->decision);
    code = meeting->decision->refusal.code;
    meeting_transcript_drop(meeting);
    return is_by_office_and_phase(code, phase, op);
}

static bool is_taken(const struct permission *row, size_t actor, char phase)
{
    struct meeting_transcript *meeting = meeting_in(phase, row);
    char script[128];
    enum refusal_code code;

    (void)snprintf(script, sizeof script, "1 %s %s", actors[actor].holder,
                   row->command);
    meeting_play(meeting, script, NULL);
    code = meeting->decision->refusal.code;
    meeting_transcript_drop(meeting);
    return code == REFUSAL_NONE;
}

/* What the rules say of one cell: any of the rows of the command is taken. */
static bool ask(enum command_op op, size_t actor, char phase, bool *is_bare)
{
    size_t row;

    *is_bare = true;
    for (row = 0; row < ROWS; row++) {
        if (op_of_row(&table[row]) != op)
            continue;
        *is_bare = false;
        if (is_taken(&table[row], actor, phase))
            return true;
    }
    return *is_bare && is_looked_at(op, actor, phase);
}

static size_t actor_of(char letter)
{
    size_t actor = 0;

    while (actors[actor].letter != letter)
        assert_true(++actor < sizeof actors / sizeof actors[0]);
    return actor;
}

static struct permission_page *find_out(void)
{
    struct permission_page *page = calloc(1, sizeof *page);
    size_t column, phase;
    int op;

    assert_non_null(page);
    page->columns = columns;
    page->column_count = sizeof columns / sizeof columns[0];
    page->phases = page_phases;
    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        if (command_is_of_register((enum command_op)op))
            continue;
        for (column = 0; column < page->column_count; column++) {
            const size_t actor = actor_of(columns[column].letter);

            for (phase = 0; page_phases[phase] != '\0'; phase++)
                page->is_taken[op][column][phase] =
                    ask((enum command_op)op, actor, page_phases[phase],
                        &page->is_by_office[op]);
        }
    }
    return page;
}

static char *text_of(const struct permission_page *page)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    permission_page_write(page, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* `make permissions` writes it. */
static void the_page_of_permissions_is_what_the_rules_say(void **state)
{
    struct permission_page *page = find_out();
    char *kept = permission_page_kept();
    char *now = text_of(page);
    char *section = strstr(kept, "\n## The register\n");

    (void)state;
    assert_non_null(section);
    *section = '\0'; /* what follows is test_register_rules' */
    assert_string_equal(kept, now);
    free(now);

    /* One cell of another rule is another page. */
    page->is_taken[OP_GIVE_FLOOR][3][2] = !page->is_taken[OP_GIVE_FLOOR][3][2];
    now = text_of(page);
    assert_string_not_equal(kept, now);
    free(now);
    free(kept);
    free(page);
}

static int write_page(const char *path)
{
    struct permission_page *page = find_out();
    FILE *out = fopen(path, "wb");

    if (!out) {
        perror(path);
        return EXIT_FAILURE;
    }
    permission_page_write(page, out);
    free(page);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* With the path of a page: writes it. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_of_permissions_is_what_the_rules_say),
        cmocka_unit_test(the_table_names_every_command_of_a_meeting),
        cmocka_unit_test(every_command_is_open_to_these_and_nobody_else),
        cmocka_unit_test(others_without_a_vote_are_as_the_probationary),
        cmocka_unit_test(a_signed_command_without_its_act_is_refused),
        cmocka_unit_test(formal_commands_ask_for_vouched_devices_and_no_other),
        cmocka_unit_test(where_the_genesis_does_not_ask_every_device_will_do),
        cmocka_unit_test(a_device_that_is_vouched_for_meanwhile_is_taken),
        cmocka_unit_test(a_command_of_the_register_is_none_of_a_meeting),
        cmocka_unit_test(nobody_acts_in_a_meeting_without_a_device_that_joined),
    };

    if (argc > 1)
        return write_page(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
