#include "server/document/minutes_text.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS_MAX = 200 };

/* Who attends by telephone, and in which row of the roster that is. */
#define RELAYED "x2"
#define RELAYED_NAME "Đảng viên Mẫu 16"

static char *line_of(const json_t *kept, size_t seq)
{
    json_t *event =
        json_pack("{s:I, s:s, s:O, s:O}", "seq", (json_int_t)seq, "n",
                  "00000000000000000000000000000000", "at",
                  json_array_get(kept, 1), "ev", json_array_get(kept, 0));
    char *text;

    assert_int_equal(json_object_update(event, json_array_get(kept, 2)), 0);
    text = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    assert_non_null(text);
    return text;
}

/* The minutes of the meeting so far; the caller ends them with free(). */
static char *minutes_of(const struct meeting_transcript *meeting,
                        enum minutes_language language)
{
    struct minutes_event events[EVENTS_MAX];
    const struct identifier id = meeting_id(RELAYED);
    const size_t row = (size_t)(meeting_state_person(meeting->state, &id) -
                                meeting->state->people);
    char field[40];
    const struct minutes_opening opening = { 0, field, RELAYED_NAME };
    const struct minutes_source source = { events,
                                           json_array_size(meeting->log),
                                           &opening, 1, NULL };
    char *text = NULL, *out;
    size_t size = 0, i;

    (void)snprintf(field, sizeof field, "roster.%zu.name", row);
    assert_true(source.event_count <= EVENTS_MAX);
    for (i = 0; i < source.event_count; i++) {
        events[i].bytes = line_of(json_array_get(meeting->log, i), i);
        events[i].size = strlen(events[i].bytes);
    }
    assert_int_equal(minutes_text_render(&source, language, &text, &size),
                     RESULT_OK);
    for (i = 0; i < source.event_count; i++)
        free((void *)(uintptr_t)events[i].bytes);
    out = strndup(text, size);
    free(text);
    /* Without the ends of lines, which its width makes. */
    for (char *at = out, *to = out;; at++) {
        if (*at == '\n' || (*at == ' ' && to > out && to[-1] == ' '))
            *at = ' ';
        if (*at != ' ' || to == out || to[-1] != ' ')
            *to++ = *at;
        if (*at == '\0')
            return out;
    }
}

static void has(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void who_attends_by_telephone_is_named_and_counted(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DONE);
    char *text = minutes_of(meeting, MINUTES_VIETNAMESE);

    (void)state;
    has(text, "Không bỏ phiếu kín được vì dự họp qua bộ đàm, điện thoại, vẫn "
              "tính trong mẫu số: đồng chí " RELAYED_NAME ".");
    free(text);
    text = minutes_of(meeting, MINUTES_ENGLISH);
    has(text, "Could not cast a secret ballot, attending by radio or phone, "
              "and counted in the denominator: comrade " RELAYED_NAME ".");
    free(text);
    /* As many as the motion was measured against: x2 is among them. */
    assert_int_equal(meeting->state->ballots[0].denominator, 9);
    meeting_transcript_end(meeting);
}

static void a_void_ballot_has_no_numbers(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOID);
    char *text = minutes_of(meeting, MINUTES_ENGLISH);

    (void)state;
    has(text, "Secret ballot b1:");
    has(text, "Void, nothing was opened: ");
    assert_null(strstr(text, "returned"));
    free(text);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_attends_by_telephone_is_named_and_counted),
        cmocka_unit_test(a_void_ballot_has_no_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
