#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *transcript_line(const json_t *kept, size_t seq)
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

static void join_lines(char *text)
{
    char *at = text, *to = text;

    for (; *at != '\0'; at++) {
        const char c = *at == '\n' ? ' ' : *at;

        if (c != ' ' || to == text || to[-1] != ' ')
            *to++ = c;
    }
    *to = '\0';
}

char *transcript_minutes(const struct meeting_transcript *meeting,
                         enum minutes_language language)
{
    const size_t count = json_array_size(meeting->log);
    struct minutes_event *events = calloc(count, sizeof *events);
    const struct minutes_source source = { .events = events,
                                           .event_count = count,
                                           .rules = &meeting->rules,
                                           .notes = meeting->notes };
    char *text = NULL, *out;
    size_t size = 0, i;

    assert_non_null(events);
    for (i = 0; i < count; i++) {
        events[i].bytes = transcript_line(json_array_get(meeting->log, i), i);
        events[i].size = strlen(events[i].bytes);
    }
    assert_int_equal(minutes_text_render(&source, language, &text, &size),
                     RESULT_OK);
    for (i = 0; i < count; i++)
        free((void *)(uintptr_t)events[i].bytes);
    free(events);
    out = strndup(text, size);
    free(text);
    assert_non_null(out);
    join_lines(out);
    return out;
}

void assert_minutes_have(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in: %s", words, text);
}

void assert_minutes_lack(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("\"%s\" is in: %s", words, text);
}
