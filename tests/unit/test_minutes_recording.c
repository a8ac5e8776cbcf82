/* What the minutes tell of recordings: each beginning, each end with its
 * reason, in both languages. */
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

static void tell(struct meeting_transcript *meeting, enum recording_end reason)
{
    const uint64_t recording = meeting->state->recordings.count;
    struct meeting_event stopped = { .kind = EVENT_RECORDING_STOPPED_KIND };
    struct meeting_event kept = { .kind = EVENT_RECORDING_KEPT_KIND };
    struct meeting_report report = { .kind = REPORT_RECORDING,
                                     .event = &stopped };

    stopped.body.recording_stopped.recording = recording;
    stopped.body.recording_stopped.reason = (int)reason;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    kept.body.recording_kept.recording = recording;
    report.event = &kept;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
}

static void each_end_is_told_with_its_reason(void **state)
{
    static const struct {
        enum recording_end reason;
        const char *vietnamese, *english;
    } rows[] = {
        { RECORDING_BY_CHAIR, "Theo lệnh của chủ trì, máy chủ thôi ghi âm.",
          "By order of the chair the server records no more." },
        { RECORDING_ADJOURNED, "vì cuộc họp tạm nghỉ.",
          "records no more: the meeting is adjourned." },
        { RECORDING_CLOSED, "vì cuộc họp kết thúc.",
          "records no more: the meeting ends." },
        { RECORDING_BALLOT, "thôi ghi âm trước khi bỏ phiếu kín.",
          "records no more: a secret ballot begins." },
        { RECORDING_FULL, "đã dài hết mức cho phép.",
          "the recording is as long as it may be." },
        { RECORDING_FAILED, "vì không ghi được vào ổ đĩa.",
          "its disk took nothing." },
        { RECORDING_RESTARTED, "bị ngắt vì máy chủ khởi động lại.",
          "was cut off: the server restarted." },
    };
    size_t i;

    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], recording_end_count_ - 1);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static const char *const some[] = { "m4", NULL };
        struct meeting_transcript *meeting = meeting_transcript_new();
        char *text;

        meeting_play_to_open(meeting, some);
        meeting_play(meeting, "1 m1 start_recording", NULL);
        tell(meeting, rows[i].reason);
        text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
        assert_minutes_have(
            text, "Theo lệnh của chủ trì, máy chủ bắt đầu ghi âm cuộc họp.");
        assert_minutes_have(text, rows[i].vietnamese);
        free(text);
        text = transcript_minutes(meeting, MINUTES_ENGLISH);
        assert_minutes_have(text, "the server begins to record the meeting.");
        assert_minutes_have(text, rows[i].english);
        free(text);
        meeting_transcript_end(meeting);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_end_is_told_with_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
