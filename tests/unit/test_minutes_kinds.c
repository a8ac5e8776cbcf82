/* The minutes of a meeting in parts: its party groups, and sub-rooms. */
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "protocol/document/minutes_text.h"
#include "tests/support/transcript_minutes.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS_MAX = 60 };

static const char *const nobody[] = { NULL };

struct lines {
    struct minutes_event events[EVENTS_MAX];
    size_t count;
};

/* Puts other characters, as many, in the place of some. */
static void replace(char *text, const char *what, const char *with)
{
    char *at = strstr(text, what);

    assert_int_equal(strlen(what), strlen(with));
    if (at)
        memcpy(at, with, strlen(with));
}

static void take_log(const struct meeting_transcript *meeting,
                     struct lines *out)
{
    out->count = json_array_size(meeting->log);
    assert_true(out->count <= EVENTS_MAX);
    for (size_t i = 0; i < out->count; i++) {
        out->events[i].bytes =
            transcript_line(json_array_get(meeting->log, i), i);
        out->events[i].size = strlen(out->events[i].bytes);
    }
}

static void release(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free((void *)(uintptr_t)lines->events[i].bytes);
}

static struct minutes_source source_of(const struct lines *lines)
{
    return (struct minutes_source){ .events = lines->events,
                                    .event_count = lines->count };
}

/* Without the ends of lines, which its width makes; to be freed. */
static char *render(const struct minutes_source *source)
{
    char *text = NULL, *out;
    size_t size = 0;

    assert_int_equal(minutes_text_render(source, MINUTES_ENGLISH, &text, &size),
                     RESULT_OK);
    out = strndup(text, size);
    free(text);
    assert_non_null(out);
    for (char *at = out, *to = out;; at++) {
        if (*at == '\n')
            *at = ' ';
        if (*at != ' ' || to == out || to[-1] != ' ')
            *to++ = *at;
        if (*at == '\0')
            return out;
    }
}

static void expect(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("not there: %s\n%s", words, text);
}

/* A group's meeting, as org.2, with its head. */
static void take_part(struct lines *out, struct hash *head)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "5 m1 close_meeting", NULL);
    take_log(meeting, out);
    replace((char *)(uintptr_t)out->events[0].bytes, "org.1", "org.2");
    memset(head, 0, sizeof *head);
    for (size_t i = 0; i < out->count; i++) {
        struct hash leaf =
            hash_chain_leaf(out->events[i].bytes, out->events[i].size);

        *head = hash_chain_link(head, i, &leaf);
    }
    meeting_transcript_end(meeting);
}

/* The cell's meeting, whose group org.2 ends with this head. */
static void take_whole(struct lines *out, const struct hash *head)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    const struct hash played = digest_sha256("end", 3);
    char before[HEX_SIZE(HASH_SIZE)], after[HEX_SIZE(HASH_SIZE)];

    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "10 m1 gather_group org.2 40 end", NULL);
    take_log(meeting, out);
    hex_encode(played.bytes, HASH_SIZE, before);
    hex_encode(head->bytes, HASH_SIZE, after);
    for (size_t i = 0; i < out->count; i++)
        replace((char *)(uintptr_t)out->events[i].bytes, before, after);
    meeting_transcript_end(meeting);
}

static void the_minutes_of_a_group_stand_behind_those_of_the_cell(void **state)
{
    struct lines whole, part;
    struct minutes_source source, parts[1];
    struct hash head;
    char *text;

    (void)state;
    take_part(&part, &head);
    take_whole(&whole, &head);
    source = source_of(&whole);
    parts[0] = source_of(&part);
    source.parts = parts;
    source.part_count = 1;
    text = render(&source);
    expect(text, "Held by party groups, number 2 in 2026; the cell has 60 "
                 "members.");
    expect(text, "present 18 of 20 official, 2 of 3 probationary, 1 of 1 "
                 "exempt.");
    expect(text, "no record yet."); /* org.3 */
    expect(text, "All groups: present 18 of 20 official");
    expect(strstr(text, "ANNEX 1:"), "MINUTES");
    assert_null(strstr(text, "is not the one that was gathered"));
    free(text);
    release(&whole);
    release(&part);
}

static void a_record_that_is_another_than_gathered_is_not_printed(void **state)
{
    struct lines whole, part;
    struct minutes_source source, parts[1];
    struct hash head;
    char *text;

    (void)state;
    take_part(&part, &head);
    head.bytes[0] ^= 1;
    take_whole(&whole, &head);
    source = source_of(&whole);
    parts[0] = source_of(&part);
    source.parts = parts;
    source.part_count = 1;
    text = render(&source);
    expect(strstr(text, "ANNEX 1:"), "is not the one that was gathered");
    assert_null(strstr(strstr(text, "ANNEX 1:"), "MINUTES"));
    free(text);
    source.part_count = 0;
    text = render(&source);
    expect(strstr(text, "ANNEX 1:"), "is not the one that was gathered");
    free(text);
    release(&whole);
    release(&part);
}

static void sub_rooms_stand_in_the_course_of_the_meeting(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct minutes_source source;
    struct lines lines;
    char *text;

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "10 m1 open_subrooms 3 yes\n"
                 "20 m1 return_all",
                 NULL);
    take_log(meeting, &lines);
    source = source_of(&lines);
    text = render(&source);
    expect(text, "3 sub-rooms opened for discussion.");
    expect(text, "All back in the plenary.");
    free(text);
    release(&lines);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_minutes_of_a_group_stand_behind_those_of_the_cell),
        cmocka_unit_test(a_record_that_is_another_than_gathered_is_not_printed),
        cmocka_unit_test(sub_rooms_stand_in_the_course_of_the_meeting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
