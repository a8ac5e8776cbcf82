/*
 * Minutes and documents of a meeting whose every text is hostile: as long as it
 * may be, in the widest letters, full of markup, of tags of templates, of lines
 * that look like ours, of letters that run the other way. The documents have
 * the same paragraphs, tables and headings as with harmless texts.
 */
#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_text.h"
#include "protocol/document/mustache.h"
#include "protocol/document/paper.h"
#include "protocol/meeting/log_codec.h"
#include "tests/support/meeting_transcript.h"
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- The texts ------------------------------------------------------------ */

/* Filled up to the longest text of a field that way. */
struct hostile {
    const char *name;
    const char *piece;
    bool is_once;
};

/* First what is harmless. */
static const struct hostile hostiles[] = {
    { "harmless", "Mẫu", true },
    { "wide", "\xf0\xa0\xae\xb7", false }, /* four bytes */
    { "markup",
      "**đậm** __nghiêng__ | ! # = == - + ^ @title X [page] ----- \\& \\n ~ ",
      false },
    { "tags", "{{title}} {{#lines}} {{/lines}} {{{x}}} {{!x}} {{=| |=}} ",
      false },
    { "lines",
      "\n# Đầu\n= Loại\n== Việc\n| a | b |\n[page]\n[table 1l]\n! a |\n[/table]"
      "\n-----\n- mục\n@footer X\n{{#x}}\n\tthụt\n\\\n",
      false },
    { "formats", "%s%n%d%1000000c%*.*s ", false },
    { "right to left", "\xd7\x90\xd7\x91 12 \xd9\x85 ", false },
    { "marks", "a\xd2\x89\xd2\x89\xd2\x89", false },
    { "spaces", "\xc2\xa0 ", false },
};
enum { HOSTILE_COUNT = sizeof hostiles / sizeof hostiles[0] };

/* As much of it as the decoder takes; the caller ends it with free(). */
static char *text_of(const struct hostile *hostile, uint64_t length_max)
{
    const bool multi_line = length_max > LIMIT_TITLE_LENGTH;
    const size_t piece = strlen(hostile->piece);
    char *text = calloc((size_t)length_max * 4 + 1, 1);
    size_t size = 0, at = 0;
    uint64_t count = 0;

    assert_non_null(text);
    while (count < length_max && !(hostile->is_once && at == piece)) {
        const char *letter = &hostile->piece[at % piece];
        size_t bytes = 1;

        while (((unsigned char)letter[bytes] & 0xc0) == 0x80)
            bytes++;
        at += bytes;
        if (!multi_line && (*letter == '\n' || *letter == '\t'))
            continue;
        memcpy(&text[size], letter, bytes);
        size += bytes;
        count++;
    }
    assert_int_equal(text_check((struct text_view){ text, size },
                                (size_t)length_max, multi_line),
                     RESULT_OK);
    return text;
}

/* --- A meeting with every text -------------------------------------------- */

struct drawn {
    struct meeting_transcript *meeting;
    struct minutes_event *events;
    struct minutes_opening *openings;
    size_t event_count, opening_count, opening_capacity;
    const struct hostile *hostile;
    uint64_t seq;
};

static struct meeting_transcript *a_meeting(void)
{
    static const char *const joined[] = { "m4", "m5", "m6", "m8", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m3 note_absence m14 absent_excused 'x' no\n"
                 "1 m3 note_absence m10 absent_unexcused 'x' no\n"
                 "2 m1 confirm_roll\n"
                 "3 m1 start_item a1\n"
                 "4 m4 raise_hand -\n"
                 "5 m1 give_floor m4 0\n"
                 "9 m4 end_floor\n"
                 "10 m4 chat 'x'\n"
                 "11 m4 comment a1 - 'x'\n"
                 "12 m3 write_entry a1 opinion m4 0 'x'\n"
                 "13 m3 write_entry a1 conclusion - 0 'x'\n"
                 "14 m3 edit_entry e1 1 'x'\n"
                 "15 m1 start_vote a1 'x'\n"
                 "16 m1 vote v1 yes\n"
                 "16 m2 vote v1 yes\n"
                 "16 m3 vote v1 yes\n"
                 "16 m4 vote v1 yes\n"
                 "16 m5 vote v1 no\n"
                 "17 m1 close_vote v1\n"
                 "18 m1 start_vote a1 'x'\n"
                 "19 m1 cancel_vote v2 'x'\n"
                 "20 m1 set_task a1 m4 0 'x'\n"
                 "21 m4 report_task t1 partly 'x'\n"
                 "22 m1 turn_away m8 'x'\n"
                 "23 m1 set_authority 12-QĐ/TW 2026-07-26 'x'\n"
                 "24 m1 end_item a1\n"
                 "25 m1 close_meeting",
                 NULL);
    assert_int_equal(meeting->state->phase, MEETING_CLOSED);
    return meeting;
}

static enum result open_text(const char *path, struct sealed *sealed,
                             enum audience audience, uint64_t length_max,
                             void *user)
{
    struct drawn *drawn = user;
    struct minutes_opening *opening;

    (void)sealed;
    (void)audience;
    if (drawn->opening_count == drawn->opening_capacity) {
        drawn->opening_capacity = 2 * drawn->opening_capacity + 64;
        drawn->openings = realloc(drawn->openings, drawn->opening_capacity *
                                                       sizeof *drawn->openings);
        assert_non_null(drawn->openings);
    }
    opening = &drawn->openings[drawn->opening_count++];
    opening->seq = drawn->seq;
    opening->field = strdup(path);
    opening->value = text_of(drawn->hostile, length_max);
    assert_non_null(opening->field);
    return RESULT_OK;
}

static void begin(struct drawn *drawn, const struct hostile *hostile)
{
    *drawn = (struct drawn){ .meeting = a_meeting(), .hostile = hostile };
    drawn->event_count = json_array_size(drawn->meeting->log);
    drawn->events = calloc(drawn->event_count, sizeof *drawn->events);
    assert_non_null(drawn->events);
    for (; drawn->seq < drawn->event_count; drawn->seq++) {
        struct minutes_event *line = &drawn->events[drawn->seq];
        struct message_memory memory = { NULL, NULL, 0 };
        struct meeting_event event;

        line->bytes = transcript_line(
            json_array_get(drawn->meeting->log, drawn->seq), drawn->seq);
        line->size = strlen(line->bytes);
        assert_int_equal(meeting_event_decode(line->bytes, line->size, &event,
                                              &memory, NULL),
                         RESULT_OK);
        assert_int_equal(schema_visit_sealed(meeting_event_schema(event.kind),
                                             &event.body, open_text, drawn),
                         RESULT_OK);
        message_memory_release(&memory);
    }
}

static void end(struct drawn *drawn)
{
    size_t i;

    for (i = 0; i < drawn->event_count; i++)
        free((void *)(uintptr_t)drawn->events[i].bytes);
    for (i = 0; i < drawn->opening_count; i++) {
        free((void *)(uintptr_t)drawn->openings[i].field);
        free((void *)(uintptr_t)drawn->openings[i].value);
    }
    free(drawn->events);
    free(drawn->openings);
    meeting_transcript_end(drawn->meeting);
}

static struct minutes_source source_of(const struct drawn *drawn)
{
    return (struct minutes_source){ .events = drawn->events,
                                    .event_count = drawn->event_count,
                                    .openings = drawn->openings,
                                    .opening_count = drawn->opening_count,
                                    .rules = &drawn->meeting->rules,
                                    .notes = drawn->meeting->notes };
}

/* --- The minutes as text -------------------------------------------------- */

static void assert_clean(const struct hostile *hostile, const char *text,
                         size_t size)
{
    if (text_check((struct text_view){ text, size }, SIZE_MAX, true) !=
        RESULT_OK)
        fail_msg("%s: what was drawn is no clean text", hostile->name);
}

static void minutes_of_hostile_texts_are_clean_text(void **state)
{
    size_t i;
    int language;

    (void)state;
    for (i = 0; i < HOSTILE_COUNT; i++) {
        struct drawn drawn;
        struct minutes_source source;

        begin(&drawn, &hostiles[i]);
        source = source_of(&drawn);
        for (language = MINUTES_VIETNAMESE; language <= MINUTES_ENGLISH;
             language++) {
            char *text = NULL;
            size_t size = 0;

            assert_int_equal(
                minutes_text_render(&source, (enum minutes_language)language,
                                    &text, &size),
                RESULT_OK);
            assert_clean(&hostiles[i], text, size);
            free(text);
        }
        end(&drawn);
    }
}

/* --- Documents from templates --------------------------------------------- */

static char *read_template(const char *name, size_t *size)
{
    char path[128];
    char *text = malloc(LIMIT_TEMPLATE_SIZE);
    FILE *file;

    assert_non_null(text);
    (void)snprintf(path, sizeof path, "config/templates/documents/%s.mustache",
                   name);
    file = fopen(path, "re");
    assert_non_null(file);
    *size = fread(text, 1, LIMIT_TEMPLATE_SIZE, file);
    assert_int_equal(fclose(file), 0);
    return text;
}

/* A letter for each block, and for a table its rows and columns. */
static void put_shape(const struct paper *paper, char *shape, size_t room)
{
    size_t i, used = 0;

    shape[0] = '\0';
    for (i = 0; i < paper->block_count && used < room; i++) {
        const struct paper_block *block = &paper->blocks[i];

        used +=
            (size_t)snprintf(&shape[used], room - used, "%c%zu.%zu ",
                             (char)('A' + (int)block->kind),
                             block->grid.row_count, block->grid.column_count);
    }
    assert_true(used < room);
}

static void shape_of(const struct hostile *hostile, const char *name,
                     const json_t *facts, char *shape, size_t room)
{
    struct document_fault fault = { 0 };
    struct mustache *mustache = NULL;
    struct paper *paper = NULL;
    char *marked = NULL, *plain = NULL;
    size_t size = 0;
    char *text = read_template(name, &size);

    assert_int_equal(
        mustache_parse((struct text_view){ text, size }, &mustache, &fault),
        RESULT_OK);
    if (mustache_draw(mustache, facts, LIMIT_DOCUMENT_SIZE, &marked, &size,
                      &fault) != RESULT_OK)
        fail_msg("%s of %s: line %d is not drawn", name, hostile->name,
                 fault.line);
    if (paper_parse((struct text_view){ marked, size }, &paper, &fault) !=
        RESULT_OK)
        fail_msg("%s of %s: line %d is not read", name, hostile->name,
                 fault.line);
    assert_int_equal(paper_canonical_text(paper, &plain, &size), RESULT_OK);
    assert_clean(hostile, plain, size);
    put_shape(paper, shape, room);
    paper_free(paper);
    mustache_free(mustache);
    free(plain);
    free(marked);
    free(text);
}

static void documents_of_hostile_texts_have_the_same_shape(void **state)
{
    static const char *const names[] = { "minutes", "attendance", "voting",
                                         "tasks" };
    static char shapes[4][16384], shape[16384];
    size_t i, j;

    (void)state;
    for (i = 0; i < HOSTILE_COUNT; i++) {
        struct drawn drawn;
        struct minutes_source source;
        json_t *facts = NULL;

        begin(&drawn, &hostiles[i]);
        source = source_of(&drawn);
        assert_int_equal(document_facts_draw(&source, &facts), RESULT_OK);
        for (j = 0; j < 4; j++) {
            shape_of(&hostiles[i], names[j], facts, i == 0 ? shapes[j] : shape,
                     sizeof shape);
            if (i > 0 && strcmp(shapes[j], shape) != 0 &&
                strcmp(hostiles[i].name, "spaces") != 0)
                fail_msg("%s of %s:\n%s\nnot\n%s", names[j], hostiles[i].name,
                         shape, shapes[j]);
        }
        json_decref(facts);
        end(&drawn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_of_hostile_texts_are_clean_text),
        cmocka_unit_test(documents_of_hostile_texts_have_the_same_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
