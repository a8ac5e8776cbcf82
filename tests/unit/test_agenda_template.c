/* Templates of agendas: those that are shipped, and what is refused. */
#include "protocol/rules/agenda_template.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *shipped(const char *name)
{
    static char text[AGENDA_TEMPLATE_SIZE_MAX + 1];
    char path[128];
    FILE *file;
    size_t size;

    (void)snprintf(path, sizeof path, "config/templates/agenda/%s.conf", name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[size] = '\0';
    return text;
}

static void every_shipped_template_is_of_its_kind(void **state)
{
    static const struct {
        const char *name;
        enum meeting_kind kind;
    } rows[] = { { "regular", KIND_REGULAR },
                 { "thematic", KIND_THEMATIC },
                 { "extraordinary", KIND_EXTRAORDINARY },
                 { "committee", KIND_COMMITTEE },
                 { "party_group", KIND_PARTY_GROUP },
                 { "congress", KIND_CONGRESS } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = shipped(rows[i].name);
        struct agenda_template agenda;
        int line;

        assert_int_equal(
            agenda_template_read(text, strlen(text), &agenda, &line),
            RESULT_OK);
        assert_int_equal(agenda.kind, rows[i].kind);
        assert_true(agenda.item_count >= 5);
        agenda_template_release(&agenda);
    }
}

/* 42-HD/BTCTW: at least 90 minutes, unless the meeting decides more. */
static void
a_regular_meeting_is_planned_for_ninety_minutes_at_least(void **state)
{
    const char *text = shipped("regular");
    struct agenda_template agenda;
    uint64_t minutes = 0;
    int line;

    (void)state;
    assert_int_equal(agenda_template_read(text, strlen(text), &agenda, &line),
                     RESULT_OK);
    for (size_t i = 0; i < agenda.item_count; i++)
        minutes += agenda.items[i].minutes;
    assert_true(minutes >= 90);
    assert_string_equal(agenda.items[0].title,
                        "Tuyên bố lý do, giới thiệu đại biểu");
    assert_int_equal(agenda.items[0].presenter, TEMPLATE_BY_CHAIR);
    agenda_template_release(&agenda);
}

/* Every kind of meeting has its own opening and end, and more than these. */
static void what_begins_and_ends_a_meeting_is_routine(void **state)
{
    static const char *const names[] = { "regular",       "thematic",
                                         "extraordinary", "committee",
                                         "party_group",   "congress" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = shipped(names[i]);
        struct agenda_template agenda;
        size_t business = 0;
        int line;

        assert_int_equal(
            agenda_template_read(text, strlen(text), &agenda, &line),
            RESULT_OK);
        assert_int_equal(agenda.items[0].kind, ITEM_KIND_ROUTINE);
        assert_int_equal(agenda.items[agenda.item_count - 1].kind,
                         ITEM_KIND_ROUTINE);
        for (size_t k = 0; k < agenda.item_count; k++)
            business += agenda.items[k].kind == item_kind_none_;
        assert_true(business >= 3);
        agenda_template_release(&agenda);
    }
}

static void a_fault_is_told_by_its_line(void **state)
{
    static const struct {
        const char *text;
        int line;
    } rows[] = {
        { "kind = \"regular\";\ntitle = \"x\";\nitems = (\n{ titel = \"a\"; "
          "}\n);",
          4 },
        { "kind = \"weekly\";\ntitle = \"x\";\nitems = ( { title = \"a\"; } );",
          1 },
        { "kind = \"regular\";\ntitle = \"x\";\nitems = ( { title = \"a\";\n"
          "minutes = 0; } );",
          4 },
        { "kind = \"regular\";\ntitle = \"x\";\nitems = ( { title = \"a\";\n"
          "presenter = \"guest\"; } );",
          4 },
        { "kind = \"regular\";\ntitle = \"x\";\nitems = ( { title = \"a\";\n"
          "kind = \"regular\"; } );",
          4 },
        { "kind = \"regular\";\ntitle = \"\";\nitems = ( { title = \"a\"; } );",
          2 },
        { "kind = \"regular\";\ntitle = \"x\";\nitems = (", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct agenda_template agenda;
        int line = -1;

        assert_int_equal(agenda_template_read(rows[i].text,
                                              strlen(rows[i].text), &agenda,
                                              &line),
                         RESULT_MALFORMED);
        assert_int_equal(line, rows[i].line);
    }
}

static void a_template_reads_no_other_file(void **state)
{
    static const char text[] = "@include \"/etc/passwd\"\n";
    struct agenda_template agenda;
    int line;

    (void)state;
    assert_int_equal(
        agenda_template_read(text, sizeof text - 1, &agenda, &line),
        RESULT_MALFORMED);
}

static void a_name_has_neither_folder_nor_ending(void **state)
{
    (void)state;
    assert_true(agenda_template_is_name("regular"));
    assert_true(agenda_template_is_name("party_group"));
    assert_false(agenda_template_is_name("regular.conf"));
    assert_false(agenda_template_is_name("mau/regular"));
    assert_false(agenda_template_is_name("./regular"));
}

static void names_are_those_of_template_files_alone(void **state)
{
    static const char *const files[] = {
        ".",         "..",    ".x.conf",      "committee.conf",
        "README.md", ".conf", "regular.conf", "regular.conf~"
    };
    char names[AGENDA_TEMPLATE_NAMES_SIZE] = "";
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++)
        agenda_template_add_name(names, files[i]);
    assert_string_equal(names, "committee, regular");
}

static void names_that_have_no_room_are_passed_over(void **state)
{
    char names[AGENDA_TEMPLATE_NAMES_SIZE] = "";
    char file[AGENDA_TEMPLATE_NAMES_SIZE + sizeof ".conf"];

    (void)state;
    memset(file, 'a', AGENDA_TEMPLATE_NAMES_SIZE - 3);
    memcpy(&file[AGENDA_TEMPLATE_NAMES_SIZE - 3], ".conf", sizeof ".conf");
    agenda_template_add_name(names, file);
    assert_int_equal(strlen(names), AGENDA_TEMPLATE_NAMES_SIZE - 3);
    agenda_template_add_name(names, "b.conf");
    assert_int_equal(strlen(names), AGENDA_TEMPLATE_NAMES_SIZE - 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_template_is_of_its_kind),
        cmocka_unit_test(
            a_regular_meeting_is_planned_for_ninety_minutes_at_least),
        cmocka_unit_test(what_begins_and_ends_a_meeting_is_routine),
        cmocka_unit_test(a_fault_is_told_by_its_line),
        cmocka_unit_test(a_template_reads_no_other_file),
        cmocka_unit_test(a_name_has_neither_folder_nor_ending),
        cmocka_unit_test(names_are_those_of_template_files_alone),
        cmocka_unit_test(names_that_have_no_room_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
