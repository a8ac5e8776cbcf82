/* The facts that documents are made of, against the minutes as text. */
#include "protocol/base/limits.h"
#include "protocol/document/mustache.h"
#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_text.h"

#include "tests/support/minutes_log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- the same as facts for documents -------------------------------------- */

static struct minutes_source source_of(const struct minutes_log *log)
{
    return (struct minutes_source){ .events = log->events,
                                    .event_count = log->event_count,
                                    .openings = log->openings,
                                    .opening_count = log->opening_count };
}

static char *minutes_json(const struct minutes_log *log, uint64_t upto)
{
    const struct minutes_source source = source_of(log);
    char *text = NULL;
    size_t size = 0;

    assert_int_equal(minutes_json_draw(&source, upto, &text, &size), RESULT_OK);
    assert_int_equal(strlen(text), size);
    return text;
}

/* A text folded into lines, as one: blanks and line feeds count alike. */
static char *unfolded(char *text)
{
    char *to = text;
    const char *from;

    for (from = text; *from; from++) {
        const char c = *from == '\n' ? ' ' : *from;

        if (c != ' ' || to == text || to[-1] != ' ')
            *to++ = c;
    }
    *to = '\0';
    return text;
}

/* How many locked lines; each is a sentence of the plain-text minutes. */
static size_t assert_lines_told(const json_t *lines, const char *minutes)
{
    const json_t *line;
    size_t i, count = 0;

    json_array_foreach(lines, i, line)
    {
        const char *fact = json_string_value(json_object_get(line, "fact"));
        char *one;

        if (!fact)
            continue;
        one = unfolded(strdup(fact));
        if (!strstr(minutes, one))
            fail_msg("not in the minutes: %s", one);
        free(one);
        count++;
    }
    return count;
}

static void
the_facts_have_the_sentences_of_the_minutes_in_their_place(void **state)
{
    struct minutes_log log = { 0 };
    struct minutes_source source;
    json_t *facts = NULL;
    const json_t *item;
    char *text;
    size_t i, facts_told;

    (void)state;
    minutes_log_hold(&log);
    source = source_of(&log);
    assert_int_equal(document_facts_draw(&source, &facts), RESULT_OK);
    text = unfolded(minutes_log_render(&log, MINUTES_VIETNAMESE));
    facts_told = assert_lines_told(json_object_get(facts, "opening"), text);
    json_array_foreach(json_object_get(facts, "items"), i, item)
    {
        const char *title = json_string_value(json_object_get(item, "title"));

        assert_non_null(strstr(text, title));
        facts_told += assert_lines_told(json_object_get(item, "lines"), text);
    }
    assert_true(facts_told > 5);
    assert_true(json_is_true(json_object_get(facts, "has_votes")));
    assert_true(json_is_true(json_object_get(facts, "is_draft")));
    assert_string_equal(
        json_string_value(json_object_get(
            json_object_get(facts, "organisation"), "name_caps")),
        "CHI BỘ MẪU");
    json_decref(facts);
    free(text);
    minutes_log_release(&log);
}

static void
minutes_json_is_the_same_whatever_was_recorded_afterwards(void **state)
{
    struct minutes_log log = { 0 };
    char *first, *again;

    (void)state;
    minutes_log_begin_in(&log, "Asia/Ho_Chi_Minh");
    minutes_log_assemble(&log);
    minutes_log_discuss(&log);
    first = minutes_json(&log, log.event_count - 1);
    again = minutes_json(&log, log.event_count - 1);
    assert_string_equal(first, again);
    free(again);
    minutes_log_decide(&log);
    again = minutes_json(&log, log.event_count - 1);
    assert_string_not_equal(first, again);
    free(again);
    minutes_log_release(&log);
    log = (struct minutes_log){ 0 };
    minutes_log_hold(&log);
    again =
        minutes_json(&log, strtoull(strstr(first, "\"upto\":") + 7, NULL, 10));
    assert_string_equal(first, again);
    free(again);
    free(first);
    minutes_log_release(&log);
}

static void minutes_json_lacks_what_is_not_for_all(void **state)
{
    struct minutes_log log = { 0 };
    const struct minutes_source *source = &(struct minutes_source){ 0 };
    char *with, *without;
    size_t size = 0;

    (void)state;
    minutes_log_hold(&log);
    with = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(with, "đi công tác"));
    assert_non_null(strstr(with, "Đảng viên Mẫu 01"));
    minutes_log_withhold(&log, "reason");
    without = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(without, "không công bố"));
    free(without);
    minutes_log_withhold(&log, "roster.0.name");
    minutes_log_withhold(&log, "text");
    without = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(without, "không công bố"));
    assert_null(strstr(without, "\\u001d"));
    assert_null(strstr(without, "Đảng viên Mẫu 01"));
    free(without);
    without = NULL;
    assert_int_equal(minutes_json_draw(source, 0, &without, &size),
                     RESULT_NOT_FOUND);
    free(with);
    minutes_log_release(&log);
}

/* What the template gives of the facts. */
static char *draw_document(const char *template, const json_t *facts)
{
    struct document_fault fault = { 0 };
    struct mustache *mustache = NULL;
    char path[128], text[65536];
    char *marked = NULL;
    size_t size;
    FILE *file;

    (void)snprintf(path, sizeof path, "config/templates/documents/%s.mustache",
                   template);
    file = fopen(path, "re");
    assert_non_null(file);
    size = fread(text, 1, sizeof text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(
        mustache_parse((struct text_view){ text, size }, &mustache, &fault),
        RESULT_OK);
    if (mustache_draw(mustache, facts, LIMIT_DOCUMENT_SIZE, &marked, &size,
                      &fault) != RESULT_OK)
        fail_msg("%s, line %d", path, fault.line);
    mustache_free(mustache);
    return marked;
}

static void the_templates_find_their_facts(void **state)
{
    static const char *const templates[] = { "minutes", "attendance", "voting",
                                             "tasks" };
    struct minutes_log log = { 0 };
    struct minutes_source source;
    json_t *facts = NULL;
    size_t i;

    (void)state;
    minutes_log_hold(&log);
    source = source_of(&log);
    assert_int_equal(document_facts_draw(&source, &facts), RESULT_OK);
    for (i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        char *text = draw_document(templates[i], facts);

        assert_non_null(strstr(text, "Đảng viên Mẫu 01"));
        assert_null(strstr(text, "đi công tác"));
        free(text);
    }
    json_decref(facts);
    minutes_log_release(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_facts_have_the_sentences_of_the_minutes_in_their_place),
        cmocka_unit_test(
            minutes_json_is_the_same_whatever_was_recorded_afterwards),
        cmocka_unit_test(minutes_json_lacks_what_is_not_for_all),
        cmocka_unit_test(the_templates_find_their_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
