/* What documents say of secret ballots, of party groups and of resolutions. */
#include "protocol/base/limits.h"
#include "protocol/document/document_facts.h"
#include "protocol/document/mustache.h"
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "tests/support/ballot_reports.h"
#include "tests/support/elect_scene.h"
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS_MAX = 300, OPENINGS_MAX = 60 };

#define TELLERS " m2+m3+m5 0 no no "

/* The log of a transcript, with names for its roster. */
struct told {
    struct minutes_event events[EVENTS_MAX];
    size_t event_count;
    struct minutes_opening openings[OPENINGS_MAX];
    char fields[OPENINGS_MAX][40], names[OPENINGS_MAX][48];
    size_t opening_count;
};

static void open_names(struct told *told, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        (void)snprintf(told->fields[i], sizeof told->fields[i],
                       "roster.%zu.name", i);
        (void)snprintf(told->names[i], sizeof told->names[i],
                       "Đảng viên Mẫu %02zu", i + 1);
        told->openings[i] =
            (struct minutes_opening){ 0, told->fields[i], told->names[i] };
    }
    told->opening_count = count;
}

/* Openings are sorted by seq: this one comes last. */
static void open_text(struct told *told, uint64_t seq, const char *field,
                      const char *value)
{
    assert_true(told->opening_count < OPENINGS_MAX);
    told->openings[told->opening_count++] =
        (struct minutes_opening){ seq, field, value };
}

static void take_log(const struct meeting_transcript *meeting,
                     struct told *told)
{
    size_t i;

    told->event_count = json_array_size(meeting->log);
    assert_true(told->event_count <= EVENTS_MAX);
    for (i = 0; i < told->event_count; i++) {
        told->events[i].bytes =
            transcript_line(json_array_get(meeting->log, i), i);
        told->events[i].size = strlen(told->events[i].bytes);
    }
    open_names(told, meeting->state->person_count);
}

static void release(struct told *told)
{
    size_t i;

    for (i = 0; i < told->event_count; i++)
        free((void *)(uintptr_t)told->events[i].bytes);
}

static struct minutes_source source_of(const struct told *told)
{
    return (struct minutes_source){ .events = told->events,
                                    .event_count = told->event_count,
                                    .openings = told->openings,
                                    .opening_count = told->opening_count };
}

static json_t *facts_of(const struct minutes_source *source)
{
    json_t *facts = NULL;

    assert_int_equal(document_facts_draw(source, &facts), RESULT_OK);
    return facts;
}

/* One ballot's facts, as JSON; the caller ends them with json_decref(). */
static json_t *ballot_facts(const struct meeting_transcript *meeting,
                            const char *form)
{
    struct told told = { .event_count = 0 };
    struct minutes_source source;
    json_t *facts, *ballot;

    take_log(meeting, &told);
    open_text(&told, ballot_newest(meeting)->drafted_seq, "form", form);
    source = source_of(&told);
    source.rules = &meeting->rules;
    source.notes = meeting->notes;
    facts = facts_of(&source);
    assert_int_equal(document_facts_choose_ballot(facts, 9), RESULT_NOT_FOUND);
    assert_int_equal(document_facts_choose_ballot(facts, 0), RESULT_OK);
    ballot = json_incref(json_object_get(facts, "ballot"));
    json_decref(facts);
    release(&told);
    return ballot;
}

static void says(const json_t *object, const char *name, const char *expected)
{
    char *text = json_dumps(json_object_get(object, name),
                            JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* --- secret ballots --------------------------------------------------------
 */

#define ELECTION_FORM                                                              \
    "{\"name\":\"Bầu chi ủy\",\"questions\":[{\"answers\":[\"A\",\"B\",\"C\"," \
    "\"D\"],\"blank\":true,\"min\":1,\"max\":3,\"question\":\"?\"}],"              \
    "\"forms\":[\"choose\"]}"

static json_t *election(void)
{
    struct meeting_transcript *meeting = elect_scene();
    json_t *ballot;

    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, ELECTION_FORM,
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 24, 1, "0+15+17+18+15");
    ballot = ballot_facts(meeting, ELECTION_FORM);
    meeting_transcript_end(meeting);
    return ballot;
}

static void a_tally_has_the_numbers_of_the_papers(void **state)
{
    json_t *ballot = election();

    (void)state;
    says(ballot, "subject", "\"Bầu chi ủy\"");
    says(ballot, "seats", "3");
    says(ballot, "number", "\"......-BB/CB\"");
    says(ballot, "count", "4");
    says(ballot, "summoned", "25");
    says(ballot, "present", "25");
    says(ballot, "absent", "0");
    says(ballot, "issued", "25");
    says(ballot, "returned", "25");
    says(ballot, "valid", "24");
    says(ballot, "invalid", "1");
    says(ballot, "invalid_reason",
         "\"1 phiếu giấy do người kiểm phiếu xác định\"");
    says(ballot, "ways", "{\"hall\":0,\"own\":0,\"paper\":25}");
    says(ballot, "percent_of", "\"đảng viên chính thức\"");
    says(ballot, "is_done", "true");
    json_decref(ballot);
}

static void names_stand_as_on_the_paper_and_the_elected_by_votes(void **state)
{
    json_t *ballot = election();

    (void)state;
    says(ballot, "rows",
         "[{\"name\":\"Đảng viên Mẫu 04\",\"number\":1,\"percent\":\"60,00 "
         "%\",\"votes\":15},{\"name\":\"Đảng viên Mẫu "
         "14\",\"number\":2,\"percent\":\"68,00 "
         "%\",\"votes\":17},{\"name\":\"Đảng viên Mẫu "
         "15\",\"number\":3,\"percent\":\"72,00 "
         "%\",\"votes\":18},{\"name\":\"Đảng viên Mẫu "
         "16\",\"number\":4,\"percent\":\"60,00 %\",\"votes\":15}]");
    says(ballot, "elected",
         "[{\"end\":\";\",\"name\":\"Đảng viên Mẫu 15\",\"percent\":\"72,00 "
         "%\",\"votes\":18},{\"end\":\".\",\"name\":\"Đảng viên Mẫu "
         "14\",\"percent\":\"68,00 %\",\"votes\":17}]");
    says(ballot, "conclusion",
         "[\"2 đồng chí bằng phiếu cho 1 vị trí còn lại: bầu vòng hai trong "
         "đúng số đồng chí đó.\"]");
    json_decref(ballot);
}

static void a_tally_names_who_counted_and_how(void **state)
{
    json_t *ballot = election();

    (void)state;
    says(ballot, "board_name", "\"ban kiểm phiếu\"");
    says(ballot, "board",
         "[{\"end\":\";\",\"name\":\"Đảng viên Mẫu 02\",\"role\":\"Trưởng "
         "ban\"},{\"end\":\";\",\"name\":\"Đảng viên Mẫu 03\",\"role\":\"ủy "
         "viên\"},{\"end\":\",\",\"name\":\"Đảng viên Mẫu "
         "05\",\"role\":\"ủy viên\"}]");
    says(ballot, "head",
         "{\"name\":\"Đảng viên Mẫu 02\",\"role_caps\":\"TRƯỞNG BAN\"}");
    says(ballot, "method",
         "[\"Phiếu giấy được đếm bằng tay: đồng chí Đảng viên Mẫu 02 nhập kết "
         "quả, đồng chí Đảng viên Mẫu 03 xác nhận; phiếu đã niêm phong.\"]");
    json_decref(ballot);
}

static void each_matter_has_its_paper(void **state)
{
    static const struct {
        const char *form, *draft, *paper, *head;
    } rows[] = {
        { "choose", "m4+m14+x2" TELLERS "straw 2", "\"ballot_surplus\"",
          "\"PHIẾU XIN Ý KIẾN\"" },
        { "choose", "-" TELLERS "discipline 0 x2", "\"ballot_choice\"",
          "\"PHIẾU BIỂU QUYẾT\"" },
        { "level3", "m4+m14" TELLERS "confidence", "\"ballot_confidence\"",
          "\"PHIẾU TÍN NHIỆM\"" },
        { "level4", "m4+m14" TELLERS "rating", "\"ballot_rating\"",
          "\"PHIẾU ĐÁNH GIÁ, XẾP LOẠI\"" },
        { "agree", "-" TELLERS "admission", "\"ballot_choice\"",
          "\"PHIẾU BIỂU QUYẾT\"" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = elect_scene();
        const bool is_table = strcmp(rows[i].form, "choose") != 0;
        const char *written =
            strcmp(rows[i].form, "agree") == 0 ? elect_table("agree", 1, 3)
            : is_table
                ? elect_table(rows[i].form, 2, rows[i].form[5] == '3' ? 3 : 4)
            : i == 0 ? elect_choice("A+B+C", 1, 2)
                     : elect_choice("K+C+X+0", 1, 1);
        char *form = strdup(written);
        json_t *ballot;

        assert_string_equal(elect_draft(meeting, form, rows[i].draft), "");
        ballot = ballot_facts(meeting, form);
        says(ballot, "paper", rows[i].paper);
        says(ballot, "paper_caps", rows[i].head);
        says(ballot, "is_done", "false");
        says(ballot, "counted", "null");
        says(ballot, "rows", "[]");
        json_decref(ballot);
        free(form);
        meeting_transcript_end(meeting);
    }
}

static void a_result_that_is_not_announced_is_in_no_tally(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    char *form = strdup(elect_choice("A+B+C", 1, 2));
    json_t *ballot;
    char *text;

    (void)state;
    assert_string_equal(
        elect_draft(meeting, form, "m4+m14+x2" TELLERS "straw 2"), "");
    elect_count(meeting, 25, 0, "0+9+21+14");
    ballot = ballot_facts(meeting, form);
    says(ballot, "is_done", "true");
    says(ballot, "rows", "[]");
    says(ballot, "valid", "null");
    says(ballot, "conclusion",
         "[\"Kết quả không công bố tại hội nghị; người chủ trì được biết.\"]");
    text = json_dumps(ballot, 0);
    assert_null(strstr(text, "21"));
    free(text);
    json_decref(ballot);
    free(form);
    meeting_transcript_end(meeting);
}

static void discipline_is_counted_by_forms(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    char *form = strdup(elect_choice("K+C+X+0", 1, 1));
    json_t *ballot;

    (void)state;
    assert_string_equal(
        elect_draft(meeting, form, "-" TELLERS "discipline 0 x2"), "");
    elect_count(meeting, 24, 0, "0+7+5+8+4");
    ballot = ballot_facts(meeting, form);
    says(json_array_get(json_object_get(ballot, "rows"), 1), "name",
         "\"cảnh cáo\"");
    says(json_array_get(json_object_get(ballot, "rows"), 3), "name",
         "\"không kỷ luật\"");
    says(json_array_get(json_object_get(ballot, "rows"), 3), "votes", "4");
    says(ballot, "conclusion",
         "[\"Quyết định kỷ luật: cảnh cáo (bằng cộng dồn, 13/25 phiếu, cần "
         "13).\"]");
    json_decref(ballot);
    free(form);
    meeting_transcript_end(meeting);
}

static void a_ballot_whose_form_is_withheld_has_no_paper(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    json_t *ballot;

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x2"),
                        "");
    ballot = ballot_facts(meeting, "\035");
    says(ballot, "paper", "null");
    says(ballot, "subject", "\"\"");
    says(ballot, "choices", "[]");
    json_decref(ballot);
    meeting_transcript_end(meeting);
}

/* --- party groups ----------------------------------------------------------
 */

static const char *const nobody[] = { NULL };

/* Puts other characters, as many, in the place of some. */
static void replace(struct told *told, size_t i, const char *what,
                    const char *with)
{
    char *at = strstr((char *)(uintptr_t)told->events[i].bytes, what);

    assert_int_equal(strlen(what), strlen(with));
    if (at)
        memcpy(at, with, strlen(with));
}

/* A group's meeting, as org.2, with its head. */
static void take_group(struct told *told, struct hash *head)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    size_t i;

    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "4 m3 write_entry - conclusion - 0 'a'\n"
                 "5 m1 close_meeting",
                 NULL);
    take_log(meeting, told);
    replace(told, 0, "org.1", "org.2");
    memset(head, 0, sizeof *head);
    for (i = 0; i < told->event_count; i++) {
        const struct hash leaf =
            hash_chain_leaf(told->events[i].bytes, told->events[i].size);

        *head = hash_chain_link(head, i, &leaf);
    }
    for (i = 0; i < meeting->state->entry_count; i++)
        open_text(told, meeting->state->entries[i].seq, "text",
                  "Tổ nhất trí với dự thảo.");
    meeting_transcript_end(meeting);
}

/* The cell's meeting, whose group org.2 ends with this head. */
static void take_cell(struct told *told, const struct hash *head)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    const struct hash played = digest_sha256("end", 3);
    char before[HEX_SIZE(HASH_SIZE)], after[HEX_SIZE(HASH_SIZE)];
    size_t i;

    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "10 m1 gather_group org.2 40 end", NULL);
    take_log(meeting, told);
    hex_encode(played.bytes, HASH_SIZE, before);
    hex_encode(head->bytes, HASH_SIZE, after);
    for (i = 0; i < told->event_count; i++)
        replace(told, i, before, after);
    meeting_transcript_end(meeting);
}

static void a_gathered_group_has_its_roll_and_its_conclusions(void **state)
{
    struct told cell = { .event_count = 0 }, part = { .event_count = 0 };
    struct minutes_source source, parts[1];
    struct hash head;
    json_t *facts, *groups, *group;

    (void)state;
    take_group(&part, &head);
    take_cell(&cell, &head);
    parts[0] = source_of(&part);
    source = source_of(&cell);
    source.parts = parts;
    source.part_count = 1;
    facts = facts_of(&source);
    groups = json_object_get(facts, "groups");
    group = json_array_get(groups, 0);
    says(facts, "has_groups", "true");
    says(group, "has_minutes", "true");
    says(group, "conclusions", "[\"Tổ nhất trí với dự thảo.\"]");
    assert_true(json_array_size(json_object_get(group, "people")) > 3);
    assert_int_equal(json_array_size(json_object_get(facts, "people")),
                     json_array_size(json_object_get(group, "people")));
    says(json_array_get(groups, 1), "is_gathered", "false");
    says(json_array_get(groups, 1), "attendance", "null");
    json_decref(facts);
    release(&cell);
    release(&part);
}

static void a_group_of_another_record_is_counted_as_gathered(void **state)
{
    struct told cell = { .event_count = 0 }, part = { .event_count = 0 };
    struct minutes_source source, parts[1];
    struct hash head;
    json_t *facts, *group;

    (void)state;
    take_group(&part, &head);
    head.bytes[0] ^= 1;
    take_cell(&cell, &head);
    parts[0] = source_of(&part);
    source = source_of(&cell);
    source.parts = parts;
    source.part_count = 1;
    facts = facts_of(&source);
    group = json_array_get(json_object_get(facts, "groups"), 0);
    says(group, "has_minutes", "false");
    assert_null(json_object_get(group, "conclusions"));
    says(json_object_get(facts, "attendance"), "present_official", "18");
    says(json_object_get(facts, "attendance"), "official", "20");
    says(json_object_get(facts, "attendance"), "present_probationary", "2");
    says(facts, "people", "[]");
    json_decref(facts);
    release(&cell);
    release(&part);
}

/* --- resolutions and notices -----------------------------------------------
 */

static void a_resolution_is_drawn_if_one_was_carried(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    struct told told = { .event_count = 0 };
    struct minutes_source source;
    json_t *facts;

    (void)state;
    take_log(meeting, &told);
    source = source_of(&told);
    facts = facts_of(&source);
    says(facts, "subject", "null");
    says(facts, "number", "\"......-BB/CB\"");
    says(facts, "resolution", "null");
    says(facts, "recipient", "\"Các đồng chí đảng viên trong chi bộ\"");
    says(json_object_get(facts, "signer"), "name", "\"Đảng viên Mẫu 01\"");
    json_decref(facts);
    release(&told);

    meeting_play(meeting,
                 "30 m1 start_vote a1 'Thông qua nghị quyết' resolution\n"
                 "31 m3 enter_hall_votes v1 - 24 1 0 0\n"
                 "32 m1 close_vote v1\n"
                 "33 m3 number_document minutes - 5\n"
                 "33 m3 number_document resolution - 12\n",
                 NULL);
    take_log(meeting, &told);
    open_text(&told, meeting->state->votes[0].started_seq, "motion",
              "Thông qua nghị quyết");
    source = source_of(&told);
    source.rules = &meeting->rules;
    facts = facts_of(&source);
    says(facts, "subject", "\"Lãnh đạo thực hiện nhiệm vụ tháng 01 năm 1970\"");
    says(facts, "resolution",
         "{\"motion\":\"Thông qua nghị quyết\",\"percent\":\"96,00 "
         "%\",\"total\":25,\"yes\":24}");
    says(facts, "number", "\"05-BB/CB\"");
    says(facts, "numbers",
         "{\"notice\":\"......-TB/CB\",\"resolution\":\"12-NQ/CB\"}");
    says(json_object_get(facts, "meeting"), "kind", "\"sinh hoạt thường kỳ\"");
    json_decref(facts);
    release(&told);
    meeting_transcript_end(meeting);
}

/* --- the templates ---------------------------------------------------------
 */

/* What the template gives of the facts; the caller ends it with free(). */
static char *drawn(const char *template, const json_t *facts)
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
        fail_msg("%s, line %d: %s", path, fault.line, fault.detail);
    mustache_free(mustache);
    return marked;
}

static void every_template_finds_its_facts(void **state)
{
    static const struct {
        const char *template, *says;
    } rows[] = {
        { "minutes", "BIÊN BẢN" },
        { "attendance", "Đảng viên Mẫu" },
        { "attendance_form", "Đảng viên Mẫu" },
        { "voting", "Kết quả" },
        { "tasks", "PHÂN CÔNG" },
        { "notice", "Các đồng chí đảng viên trong chi bộ" },
        { "resolution", "NGHỊ QUYẾT" },
        { "tally", "đúng số đồng chí đó." },
        { "ballot_surplus", "\\&Đảng viên Mẫu 16" },
        { "ballot_agree", "\\&Đảng viên Mẫu 16" },
        { "ballot_choice", "\\&D |" },
        { "ballot_confidence", "\\&Đảng viên Mẫu 16" },
        { "ballot_rating", "\\&Đảng viên Mẫu 16" },
    };
    struct meeting_transcript *meeting = elect_scene();
    struct told told = { .event_count = 0 };
    struct minutes_source source;
    json_t *facts;
    size_t i;

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, ELECTION_FORM,
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 24, 1, "0+15+17+18+15");
    take_log(meeting, &told);
    open_text(&told, ballot_newest(meeting)->drafted_seq, "form",
              ELECTION_FORM);
    source = source_of(&told);
    facts = facts_of(&source);
    assert_int_equal(document_facts_choose_ballot(facts, 0), RESULT_OK);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = drawn(rows[i].template, facts);

        if (!strstr(text, rows[i].says))
            fail_msg("%s: %s", rows[i].template, text);
        free(text);
    }
    json_decref(facts);
    release(&told);
    meeting_transcript_end(meeting);
}

/* Annexes of the minutes: one for each group whose record was gathered. */
static void the_minutes_have_an_annex_for_a_group(void **state)
{
    struct told cell = { .event_count = 0 }, part = { .event_count = 0 };
    struct minutes_source source, parts[1];
    struct hash head;
    json_t *facts;
    char *text;

    (void)state;
    take_group(&part, &head);
    take_cell(&cell, &head);
    parts[0] = source_of(&part);
    source = source_of(&cell);
    source.parts = parts;
    source.part_count = 1;
    facts = facts_of(&source);
    text = drawn("minutes", facts);
    assert_non_null(strstr(text, "PHỤ LỤC \\&1"));
    assert_non_null(strstr(text, "Tổ nhất trí với dự thảo."));
    assert_null(strstr(text, "PHỤ LỤC \\&2"));
    free(text);
    json_decref(facts);
    release(&cell);
    release(&part);
}

/* --- in a former form ------------------------------------------------------
 */

/* The text that is adopted of a counted election, at which somebody named what
 * allows it online. */
static char *minutes_in_form(int format)
{
    struct meeting_transcript *meeting = elect_scene();
    struct told told = { .event_count = 0 };
    struct minutes_source source;
    char *text = NULL;
    size_t size = 0;

    meeting_play(meeting, "23 m1 set_authority 12-CV/ĐU 2026-07-26 'x'", NULL);
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, ELECTION_FORM,
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 24, 1, "0+15+17+18+15");
    take_log(meeting, &told);
    open_text(&told, meeting->state->terms.authority.seq, "issuer",
              "Đảng ủy xã Mẫu");
    open_text(&told, ballot_newest(meeting)->drafted_seq, "form",
              ELECTION_FORM);
    source = source_of(&told);
    source.format = format;
    assert_int_equal(
        minutes_json_draw(&source, told.event_count - 1, &text, &size),
        RESULT_OK);
    release(&told);
    meeting_transcript_end(meeting);
    return text;
}

static void minutes_of_a_former_form_are_drawn_in_it(void **state)
{
    char *first = minutes_in_form(1);
    char *second = minutes_in_form(2);
    char *third = minutes_in_form(3);
    char *newest = minutes_in_form(0);

    (void)state;
    assert_non_null(strstr(first, "\"format\":1,"));
    assert_non_null(strstr(first, "số 12-CV/ĐU, ngày 2026-07-26,"));
    assert_non_null(strstr(first, "phiếu (2*yes > D)."));
    assert_null(strstr(first, "\"called\""));
    assert_non_null(strstr(second, "\"format\":2,"));
    assert_non_null(strstr(second, "số 12-CV/ĐU, ngày 26/07/2026,"));
    assert_non_null(strstr(second, "phiếu (2 × số phiếu > 25)."));
    assert_non_null(strstr(second, "\"called\":{\"day\":"));
    /* Errata change nothing of what was adopted. */
    assert_string_equal(strstr(third, "\"format\":3,") + strlen("\"format\":3"),
                        strstr(second, "\"format\":2,") +
                            strlen("\"format\":2"));
    assert_non_null(strstr(third, "(mục thresholds.procedure của quy tắc"));
    assert_non_null(strstr(newest, "\"format\":4,"));
    assert_non_null(strstr(newest, "(mục “số phiếu cần về thủ tục, cách điều "
                                   "hành” của quy tắc"));
    assert_null(strstr(newest, "thresholds."));
    free(third);
    free(first);
    free(second);
    free(newest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_has_the_numbers_of_the_papers),
        cmocka_unit_test(names_stand_as_on_the_paper_and_the_elected_by_votes),
        cmocka_unit_test(a_tally_names_who_counted_and_how),
        cmocka_unit_test(each_matter_has_its_paper),
        cmocka_unit_test(a_result_that_is_not_announced_is_in_no_tally),
        cmocka_unit_test(discipline_is_counted_by_forms),
        cmocka_unit_test(a_ballot_whose_form_is_withheld_has_no_paper),
        cmocka_unit_test(a_gathered_group_has_its_roll_and_its_conclusions),
        cmocka_unit_test(a_group_of_another_record_is_counted_as_gathered),
        cmocka_unit_test(a_resolution_is_drawn_if_one_was_carried),
        cmocka_unit_test(every_template_finds_its_facts),
        cmocka_unit_test(the_minutes_have_an_annex_for_a_group),
        cmocka_unit_test(minutes_of_a_former_form_are_drawn_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
