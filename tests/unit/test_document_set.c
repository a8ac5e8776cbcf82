#include "protocol/document/document_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The example that the templates are shown with. */
static json_t *example(void)
{
    json_error_t error;
    json_t *facts =
        json_load_file("tests/vectors/documents/meeting.json", 0, &error);

    assert_non_null(facts);
    return facts;
}

/* "name name" of a set, in its order. */
static void assert_names(const struct document_set *set, const char *expected)
{
    char names[512] = "";
    size_t i;

    for (i = 0; i < set->count; i++) {
        const size_t used = strlen(names);

        (void)snprintf(&names[used], sizeof names - used, "%s%s",
                       used > 0 ? " " : "", set->rows[i].name);
    }
    assert_string_equal(names, expected);
}

static json_t *facts_of(const char *text)
{
    json_t *facts = json_loads(text, 0, NULL);

    assert_non_null(facts);
    return facts;
}

static void a_document_is_there_if_its_facts_are(void **state)
{
    struct document_set set;
    json_t *facts =
        facts_of("{\"has_votes\":false,\"has_tasks\":true,\"subject\":\"\","
                 "\"recipient\":null,\"sites\":[],\"ballots\":[]}");

    (void)state;
    assert_int_equal(document_set_draw(facts, NULL, &set), RESULT_OK);
    assert_names(&set, "minutes attendance attendance_form tasks");
    document_set_release(&set);
    json_decref(facts);
    facts = facts_of("{\"has_votes\":true,\"has_tasks\":false,\"subject\":"
                     "\"A\",\"recipient\":\"B\",\"sites\":[{},{}]}");
    assert_int_equal(document_set_draw(facts, NULL, &set), RESULT_OK);
    assert_names(&set, "minutes attendance attendance_form voting resolution "
                       "notice attendance_form-1 attendance_form-2");
    document_set_release(&set);
    json_decref(facts);
}

static void each_ballot_has_its_tally_and_its_paper(void **state)
{
    json_t *facts = facts_of(
        "{\"ballots\":["
        "{\"id\":\"b1\",\"counted\":{},\"signed\":{},"
        "\"paper\":\"ballot_surplus\",\"candidates\":[{}]},"
        "{\"id\":\"b2\",\"counted\":{},\"signed\":null,"
        "\"paper\":\"ballot_choice\",\"candidates\":[],\"choices\":[{}]},"
        "{\"id\":\"b3\",\"counted\":{},\"signed\":{},\"paper\":\"unknown\","
        "\"candidates\":[{}]},"
        "{\"id\":\"b4\",\"paper\":\"ballot_agree\",\"candidates\":[]},"
        "{\"counted\":{},\"signed\":{}}]}");
    struct document_set set;
    const struct document *tally;

    (void)state;
    assert_int_equal(document_set_draw(facts, NULL, &set), RESULT_OK);
    assert_names(&set, "minutes attendance attendance_form tally-b1 "
                       "ballot_surplus-b1 ballot_choice-b2 tally-b3");
    tally = document_set_find(&set, TEXT_LITERAL("tally-b3"));
    assert_non_null(tally);
    assert_string_equal(tally->template, "tally");
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(tally->values, "ballot"), "id")),
                        "b3");
    assert_null(document_set_find(&set, TEXT_LITERAL("tally")));
    document_set_release(&set);
    json_decref(facts);
}

static const char *mark_of(const json_t *lines, size_t at)
{
    return json_string_value(
        json_object_get(json_array_get(lines, at), "corrected"));
}

static void
errata_stand_beside_their_lines_and_leave_the_text_alone(void **state)
{
    json_t *facts = facts_of(
        "{\"meeting\":{\"closed\":null,\"minutes\":9},\"number\":\"1\","
        "\"footer\":\"F\",\"is_signed\":true,\"is_draft\":false,"
        "\"adopted\":{},\"has_reservations\":false,\"reservations\":[],"
        "\"has_errata\":true,\"errata\":[{\"number\":1,\"entry\":\"e1\","
        "\"line\":0},{\"number\":2,\"entry\":\"\",\"line\":30},"
        "{\"number\":3,\"entry\":\"e1\",\"line\":0}]}");
    json_t *adopted = facts_of(
        "{\"meeting\":{},\"opening\":[{\"fact\":\"a\",\"seq\":29},"
        "{\"entry\":\"b\",\"id\":\"e1\",\"seq\":30}],\"items\":[{\"lines\":["
        "{\"vote\":{\"id\":\"v1\",\"seq\":30}},{\"fact\":\"c\",\"seq\":31}]}]"
        "}");
    json_t *before = json_deep_copy(adopted);
    struct document_set set;
    const json_t *opening, *lines;

    (void)state;
    assert_int_equal(document_set_draw(facts, adopted, &set), RESULT_OK);
    opening = json_object_get(set.rows[0].values, "opening");
    lines = json_object_get(
        json_array_get(json_object_get(set.rows[0].values, "items"), 0),
        "lines");
    assert_null(mark_of(opening, 0));
    assert_string_equal(mark_of(opening, 1), "1, 2, 3");
    assert_string_equal(mark_of(lines, 0), "2");
    assert_null(mark_of(lines, 1));
    assert_int_equal(
        json_array_size(json_object_get(set.rows[0].values, "errata")), 3);
    assert_true(json_equal(adopted, before));
    document_set_release(&set);
    json_decref(before);
    json_decref(adopted);
    json_decref(facts);
}

static const char *text_at(const json_t *values, const char *outer,
                           const char *inner)
{
    return json_string_value(
        json_object_get(json_object_get(values, outer), inner));
}

static void
minutes_say_what_was_adopted_and_when_the_meeting_ended(void **state)
{
    json_t *facts = facts_of(
        "{\"number\":\"1\",\"footer\":\"F\",\"is_signed\":true,\"is_draft\":"
        "false,\"adopted\":{},"
        "\"has_reservations\":false,\"reservations\":[],\"place\":\"later\","
        "\"meeting\":{\"closed\":{\"time\":\"x\"},\"minutes\":9,"
        "\"form\":\"later\"}}");
    json_t *adopted =
        facts_of("{\"place\":\"read\",\"meeting\":{\"closed\":null,"
                 "\"minutes\":8,\"form\":\"read\"}}");
    struct document_set set;
    const json_t *values;

    (void)state;
    assert_int_equal(document_set_draw(facts, adopted, &set), RESULT_OK);
    values = set.rows[0].values;
    assert_string_equal(json_string_value(json_object_get(values, "place")),
                        "read");
    assert_string_equal(json_string_value(json_object_get(values, "footer")),
                        "F");
    assert_string_equal(text_at(values, "meeting", "form"), "read");
    assert_int_equal(json_integer_value(json_object_get(
                         json_object_get(values, "meeting"), "minutes")),
                     9);
    assert_true(json_is_object(
        json_object_get(json_object_get(values, "meeting"), "closed")));
    assert_string_equal(
        json_string_value(json_object_get(set.rows[1].values, "place")),
        "later");
    assert_true(json_is_null(
        json_object_get(json_object_get(adopted, "meeting"), "closed")));
    document_set_release(&set);
    json_decref(adopted);
    json_decref(facts);
}

static void what_is_no_text_of_minutes_is_refused(void **state)
{
    json_t *facts = facts_of("{\"meeting\":{}}");
    json_t *adopted = facts_of("{\"meeting\":7}");
    struct document_set set;

    (void)state;
    assert_int_equal(document_set_draw(facts, adopted, &set), RESULT_MALFORMED);
    document_set_release(&set);
    json_decref(adopted);
    json_decref(facts);
}

/* --- drawing -------------------------------------------------------------- */

static void every_template_is_drawn_over_the_example(void **state)
{
    json_t *facts = example();
    size_t i;

    (void)state;
    for (i = 0; document_templates[i]; i++) {
        struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
        struct paper *paper = NULL;
        static char text[LIMIT_TEMPLATE_SIZE];
        char path[128];
        FILE *file;
        size_t size;

        (void)snprintf(path, sizeof path,
                       "config/templates/documents/%s.mustache",
                       document_templates[i]);
        file = fopen(path, "rb");
        assert_non_null(file);
        size = fread(text, 1, sizeof text, file);
        (void)fclose(file);
        assert_int_equal(document_paper((struct text_view){ text, size }, facts,
                                        &paper, &fault),
                         RESULT_OK);
        assert_true(paper->block_count > 0);
        paper_free(paper);
    }
    assert_int_equal(i, 13);
    json_decref(facts);
}

static void a_slip_in_a_template_is_told_with_its_line(void **state)
{
    json_t *facts = example();
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct paper *paper = NULL;

    (void)state;
    assert_int_equal(
        document_paper(TEXT_LITERAL("= A\n{{palce}}\n"), facts, &paper, &fault),
        RESULT_NOT_FOUND);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_NAME_UNKNOWN);
    assert_int_equal(fault.line, 2);
    json_decref(facts);
}

static void lists_are_tables_for_spreadsheets(void **state)
{
    json_t *facts = example();
    struct document_set set;
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *expected =
        "\xef\xbb\xbfTT,Việc,Người thực hiện,Thời hạn,Tình trạng\r\n"
        "1,Tu sửa kênh mương đoạn qua xóm Đông,Đảng viên Mẫu 03,20/02/2026,"
        "mới giao\r\n";

    (void)state;
    assert_int_equal(document_set_draw(facts, NULL, &set), RESULT_OK);
    assert_int_equal(
        document_csv(document_set_find(&set, TEXT_LITERAL("tasks")), NULL,
                     &bytes, &size),
        RESULT_OK);
    assert_true(size > strlen(expected));
    assert_memory_equal(bytes, expected, strlen(expected));
    free(bytes);
    assert_int_equal(
        document_csv(document_set_find(&set, TEXT_LITERAL("minutes")), NULL,
                     &bytes, &size),
        RESULT_NOT_FOUND);
    document_set_release(&set);
    json_decref(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_there_if_its_facts_are),
        cmocka_unit_test(each_ballot_has_its_tally_and_its_paper),
        cmocka_unit_test(
            minutes_say_what_was_adopted_and_when_the_meeting_ended),
        cmocka_unit_test(what_is_no_text_of_minutes_is_refused),
        cmocka_unit_test(every_template_is_drawn_over_the_example),
        cmocka_unit_test(a_slip_in_a_template_is_told_with_its_line),
        cmocka_unit_test(
            errata_stand_beside_their_lines_and_leave_the_text_alone),
        cmocka_unit_test(lists_are_tables_for_spreadsheets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
