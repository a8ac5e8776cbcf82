/* When the server records, and what is told of it. */
#include "protocol/meeting/decision_check.h"
#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static struct meeting_transcript *open_meeting(void)
{
    static const char *const joined[] = { "m4", "m6", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting->text[0] = '\0';
    meeting->text_size = 0;
    return meeting;
}

static struct identifier id_of(const char *text)
{
    struct identifier id;

    assert_int_equal(identifier_parse(text_view_of(text), &id), RESULT_OK);
    return id;
}

static struct recording_file file_of(const char *holder, uint64_t slot)
{
    struct recording_file file = { .holder = id_of(holder),
                                   .slot = slot,
                                   .size = 4000,
                                   .packets = 50,
                                   .from = 1000,
                                   .to = 2000,
                                   .outcome = RECORDING_WHOLE };

    memset(file.blob.bytes, (int)slot, sizeof file.blob.bytes);
    return file;
}

static struct meeting_event kept_of(uint64_t recording,
                                    struct recording_file *files, size_t count)
{
    struct meeting_event event = { .kind = EVENT_RECORDING_KEPT_KIND };

    event.body.recording_kept.recording = recording;
    event.body.recording_kept.files.data = files;
    event.body.recording_kept.files.count = count;
    return event;
}

/* What the server reports; the number of events that came of it. */
static size_t tell(struct meeting_transcript *meeting,
                   const struct meeting_event *event)
{
    const struct meeting_report report = { .kind = REPORT_RECORDING,
                                           .event = event };

    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    return meeting->decision->count;
}

static void keep(struct meeting_transcript *meeting, uint64_t recording)
{
    const struct meeting_event kept = kept_of(recording, NULL, 0);

    assert_int_equal(tell(meeting, &kept), 1);
}

static void where_the_rules_are_silent_or_say_nobody_it_is_refused(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.recording = recording_by_none_;
    meeting_play(meeting, "1 m1 start_recording",
                 "refused no_recording ruleset=interim-2026-07\n");
    meeting->rules.recording = RECORDING_BY_NOBODY;
    meeting_play(meeting, "2 m1 start_recording",
                 "refused no_recording ruleset=interim-2026-07\n");
    assert_false(meeting_state_is_recorded(meeting->state));
    meeting_transcript_end(meeting);
}

static void the_chair_starts_it_and_stops_it(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 stop_recording\n"
                 "2 m1 start_recording\n"
                 "3 m1 start_recording",
                 "nothing\n"
                 "recording_started 1\n"
                 "nothing\n");
    assert_true(meeting_state_is_recorded(meeting->state));
    meeting_play(meeting,
                 "4 m2 stop_recording\n"
                 "5 m1 stop_recording\n"
                 "6 m1 stop_recording\n"
                 "7 m1 start_recording",
                 "refused not_allowed who=the chair\n"
                 "recording_stopped 1 chair\n"
                 "nothing\n"
                 "refused busy\n");
    assert_false(meeting_state_is_recorded(meeting->state));
    keep(meeting, 1);
    meeting->text[0] = '\0';
    meeting->text_size = 0;
    meeting_play(meeting, "8 m1 start_recording", "recording_started 2\n");
    meeting_transcript_end(meeting);
}

static void it_waits_for_the_word_that_nothing_is_secret(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.groups |= 1u << RULESET_DECLARATION;
    meeting->rules.declaration.seats |= 1u << MODE_ONLINE;
    meeting_play(meeting,
                 "1 m1 start_recording\n"
                 "2 m1 declare_open_content\n"
                 "3 m1 start_recording",
                 "refused not_declared mode=online rule=declaration\n"
                 "open_content_declared\n"
                 "recording_started 1\n");
    meeting_transcript_end(meeting);
}

static void a_break_the_end_and_a_restart_stop_it_first(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 start_recording\n"
                 "2 m1 adjourn_meeting",
                 "recording_started 1\n"
                 "recording_stopped 1 adjourned\n"
                 "adjourned\n");
    keep(meeting, 1);
    meeting->text[0] = '\0';
    meeting->text_size = 0;
    meeting_play(meeting,
                 "3 m1 resume_meeting\n"
                 "4 m1 start_recording\n"
                 "5 server restarted",
                 "resumed\n"
                 "recording_started 2\n"
                 "recording_stopped 2 restarted\n"
                 "server_restarted 5\n");
    keep(meeting, 2);
    meeting->text[0] = '\0';
    meeting->text_size = 0;
    meeting_play(meeting,
                 "6 m1 join\n"
                 "6 m1 start_recording\n"
                 "7 m1 close_meeting",
                 "connected m1 m1/a 1\n"
                 "recording_started 3\n"
                 "recording_stopped 3 closed\n"
                 "closed\n");
    assert_int_equal(meeting_state_unkept_recording(meeting->state), 3);
    keep(meeting, 3);
    assert_int_equal(meeting_state_unkept_recording(meeting->state), 0);
    meeting_transcript_end(meeting);
}

/* Nobody is recorded while a secret ballot is voted on or looked through. */
static void a_secret_ballot_stops_it_and_keeps_it_off(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);
    size_t i;

    (void)state;
    assert_int_equal(meeting_ballot_scene_say(meeting, "40 m1 start_recording"),
                     REFUSAL_NONE);
    assert_true(meeting_state_is_recorded(meeting->state));
    meeting_ballot_scene_go_on(meeting);
    assert_int_equal(meeting->state->ballots[0].phase, BALLOT_PHASE_VOTING);
    assert_false(meeting_state_is_recorded(meeting->state));
    assert_int_equal(meeting->state->recordings.rows[0].reason,
                     RECORDING_BALLOT);
    keep(meeting, 1);
    for (i = 0; i < 2; i++) {
        assert_int_equal(
            meeting_ballot_scene_say(meeting, "40 m1 start_recording"),
            REFUSAL_BALLOT_OPEN);
        meeting_ballot_scene_go_on(meeting);
    }
    assert_int_equal(meeting->state->ballots[0].phase, BALLOT_PHASE_COUNTING);
    assert_int_equal(meeting_ballot_scene_say(meeting, "40 m1 start_recording"),
                     REFUSAL_NONE);
    meeting_transcript_end(meeting);
}

static void what_the_server_reports_late_or_twice_makes_nothing(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event stopped = { .kind = EVENT_RECORDING_STOPPED_KIND };
    const struct meeting_event kept = kept_of(1, NULL, 0);

    (void)state;
    stopped.body.recording_stopped.recording = 1;
    stopped.body.recording_stopped.reason = RECORDING_FULL;
    assert_int_equal(tell(meeting, &stopped), 0);
    assert_int_equal(tell(meeting, &kept), 0);
    meeting_play(meeting, "1 m1 start_recording", NULL);
    assert_int_equal(tell(meeting, &kept), 0); /* it goes on */
    assert_int_equal(tell(meeting, &stopped), 1);
    assert_int_equal(meeting->state->recordings.rows[0].reason, RECORDING_FULL);
    assert_int_equal(tell(meeting, &stopped), 0);
    assert_int_equal(tell(meeting, &kept), 1);
    assert_int_equal(tell(meeting, &kept), 0);
    meeting_transcript_end(meeting);
}

static void files_fill_a_meeting_up(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct recording_file files[4];
    struct meeting_event kept;
    size_t i;

    (void)state;
    meeting_play(meeting, "1 m1 start_recording\n2 m1 stop_recording", NULL);
    for (i = 0; i < 4; i++) {
        files[i] = file_of("m4", i + 1);
        files[i].size = LIMIT_BLOB_SIZE;
    }
    kept = kept_of(1, files, 4);
    assert_int_equal(tell(meeting, &kept), 1);
    meeting->text[0] = '\0';
    meeting->text_size = 0;
    meeting_play(meeting, "3 m1 start_recording",
                 "refused recording_full max=256\n");
    meeting_transcript_end(meeting);
}

/* A log in which it cannot have been so. */
static void what_a_log_cannot_say_of_files_is_corrupt(void **state)
{
    static const struct hash none;
    size_t fault;

    (void)state;
    for (fault = 0; fault <= 9; fault++) {
        struct meeting_transcript *meeting = open_meeting();
        struct recording_file files[2] = { file_of("m4", 1), file_of("s1", 2) };
        struct meeting_event kept = kept_of(1, files, 2);
        enum result result;

        meeting_play(meeting, "1 m1 start_recording\n2 m1 stop_recording",
                     NULL);
        kept.seq = meeting->state->next_seq;
        kept.at_ms = meeting->state->at_ms;
        if (fault == 1)
            files[0].holder = id_of("m99");
        if (fault == 2)
            files[1].slot = 1;
        if (fault == 3)
            files[0].to = files[0].from - 1;
        if (fault == 4)
            files[0].outcome = RECORDING_LOST;
        if (fault == 5)
            files[0].size = 0;
        if (fault == 6)
            files[0].blob = none;
        if (fault == 7)
            kept.body.recording_kept.recording = 2;
        if (fault == 8)
            files[0].packets = 0;
        if (fault == 9)
            files[0].outcome = RECORDING_LEFT_OUT;
        result = meeting_state_apply(meeting->state, &kept);
        assert_int_equal(result, fault == 0 ? RESULT_OK : RESULT_CORRUPT);
        meeting_transcript_drop(meeting);
    }
}

/* So many with a file, then so many that were left out. */
static enum result keep_rows(struct meeting_transcript *meeting, size_t files,
                             size_t left_out)
{
    static struct recording_file
        rows[LIMIT_RECORDING_SPEAKERS + LIMIT_RECORDING_LEFT_OUT + 2];
    struct meeting_event kept = kept_of(1, rows, files + left_out);
    size_t i;

    for (i = 0; i < files + left_out; i++) {
        rows[i] = file_of("m4", i + 1);
        if (i < files)
            continue;
        rows[i].outcome = RECORDING_LEFT_OUT;
        rows[i].size = rows[i].packets = 0;
        memset(&rows[i].blob, 0, sizeof rows[i].blob);
    }
    kept.seq = meeting->state->next_seq;
    kept.at_ms = meeting->state->at_ms;
    return meeting_state_apply(meeting->state, &kept);
}

static void so_many_are_recorded_and_so_many_named_beside_them(void **state)
{
    enum { MOST = LIMIT_RECORDING_SPEAKERS, OUT = LIMIT_RECORDING_LEFT_OUT };
    static const struct {
        size_t files, left_out;
        enum result result;
    } table[] = {
        { MOST, 0, RESULT_OK },
        { MOST + 1, 0, RESULT_CORRUPT },
        { MOST, OUT, RESULT_OK },
        { MOST + 1, OUT, RESULT_CORRUPT },
        { MOST, OUT + 1, RESULT_CORRUPT },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct meeting_transcript *meeting = open_meeting();

        meeting_play(meeting, "1 m1 start_recording\n2 m1 stop_recording",
                     NULL);
        assert_int_equal(keep_rows(meeting, table[i].files, table[i].left_out),
                         table[i].result);
        meeting_transcript_drop(meeting);
    }
}

/* What an honest server refuses, nobody takes of another. */
static void a_log_that_records_against_its_rules_is_not_believed(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_RECORDING_STARTED_KIND };
    struct decision_result found;

    (void)state;
    assert_int_equal(
        decision_check_result(&event, meeting->state, &meeting->rules, &found),
        RESULT_OK);
    meeting->rules.recording = recording_by_none_;
    assert_int_equal(
        decision_check_result(&event, meeting->state, &meeting->rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_RESULT);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            where_the_rules_are_silent_or_say_nobody_it_is_refused),
        cmocka_unit_test(the_chair_starts_it_and_stops_it),
        cmocka_unit_test(it_waits_for_the_word_that_nothing_is_secret),
        cmocka_unit_test(a_break_the_end_and_a_restart_stop_it_first),
        cmocka_unit_test(a_secret_ballot_stops_it_and_keeps_it_off),
        cmocka_unit_test(what_the_server_reports_late_or_twice_makes_nothing),
        cmocka_unit_test(files_fill_a_meeting_up),
        cmocka_unit_test(what_a_log_cannot_say_of_files_is_corrupt),
        cmocka_unit_test(so_many_are_recorded_and_so_many_named_beside_them),
        cmocka_unit_test(a_log_that_records_against_its_rules_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
