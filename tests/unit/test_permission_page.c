/*
 * docs/permissions.md read as text, against a few cells that were written down
 * by hand from docs/meeting.md: columns that were filled from somebody else are
 * found here, which the comparison with what writes the page cannot do.
 */
#include "tests/support/permission_page.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* In the order of the hand-written cells below, not that of the page. */
static const char *const people[] = {
    "Chair ", "Deputy ",       "Minute-taker ", "Co-chair ", "Moderator ",
    "Member", "Probationary ", "Guest ",        "Site ",
};
enum { PEOPLE = sizeof people / sizeof people[0], CELL_MAX = 80 };

/* A cell for each of the people; NULL: not looked at. */
struct expected {
    const char *command;
    const char *cells[PEOPLE];
};

#define SLOA "S L O A"
#define LOA "L O A"
#define NO "–"

/* clang-format off */
static const struct expected expected[] = {
    /*                  chair deputy minutes co-chair moderator member
                        probationary guest site */
    { "open_meeting",     { "S L", NO, NO, NO, NO, NO, NO, NO, NO } },
    { "open_lobby",       { "S", "S", "S", NO, NO, NO, NO, NO, NO } },
    { "admit",            { LOA, NO, LOA, NO, NO, NO, NO, NO, NO } },
    { "take_chair",       { NULL, SLOA, NO, LOA, NO, NO, NO, NO, NO } },
    { "vote",             { "O", "O", "O", "O", NULL, "O", NO, NO, NO } },
    { "nominate",         { "O", "O", "O", "O", NULL, "O", NO, NO, NO } },
    { "raise_hand",       { "O", "O", "O", "O", "O", "O", "O", NO, "O" } },
    { "give_floor",       { "O", NO, NO, "O", NO, NO, NO, NO, NO } },
    { "set_floor_mode",   { LOA, NO, NO, LOA, NO, NO, NO, NO, NO } },
    /* The member whose microphone it is may, too. */
    { "mute",             { LOA, NO, NO, LOA, LOA, LOA, NO, NO, NO } },
    { "release_mute",     { LOA, NO, NO, LOA, LOA, NO, NO, NO, NO } },
    { "leave",            { SLOA, SLOA, SLOA, LOA, LOA, LOA, LOA, LOA, LOA } },
    { "chat",             { LOA, LOA, LOA, LOA, LOA, LOA, LOA, NO, LOA } },
    { "confirm_presence", { SLOA, SLOA, SLOA, LOA, LOA, LOA, LOA, LOA, NO } },
    { "tick",             { SLOA, NO, SLOA, NO, NO, NO, NO, NO, LOA } },
    { "enter_hall_votes", { NO, NO, "O", NO, NO, NO, NO, NO, "O" } },
    { "write_entry",      { NO, NO, LOA, NO, NO, NO, NO, NO, NO } },
    { "sign_minutes",     { "O A", "O A", "O A", "O A", "O A", "O A", "O A", NO,
                            NO } },
    { "give_chair",       { SLOA, NO, NO, NO, NO, NO, NO, NO, NO } },
    { "attest_hall",      { NO, NO, NO, NO, NO, NO, NO, NO, "O A" } },
};
/* clang-format on */

/* The cell of this number, without its spaces; asserts that it is there. */
static void cell_of(const char *row, size_t number, char out[CELL_MAX])
{
    size_t size;

    for (; number > 0; number--) {
        row = strpbrk(row + 1, "|\n");
        assert_true(row && *row == '|');
    }
    row += strspn(row, "| ");
    size = strcspn(row, "|\n");
    while (size > 0 && row[size - 1] == ' ')
        size--;
    assert_true(size < CELL_MAX);
    memcpy(out, row, size);
    out[size] = '\0';
}

/* The number of the column of one of the people in the page's first table. */
static size_t column_of(const char *page, const char *name)
{
    const char *head = strstr(page, "\n| Command |");
    size_t column = 0;
    char cell[CELL_MAX] = "";

    assert_non_null(head);
    while (strncmp(cell, name, strlen(name)) != 0)
        cell_of(head + 1, ++column, cell);
    return column;
}

static const char *row_of(const char *page, const char *command)
{
    char start[CELL_MAX];
    const char *row;

    (void)snprintf(start, sizeof start, "\n| `%s` ", command);
    row = strstr(page, start);
    if (!row)
        fail_msg("no row of %s", command);
    return row + 1;
}

/* How many cells are others than expected, where the columns of `one` and
 * `other` have changed places; what, if it is to be said. */
static unsigned count_wrong(const char *page, size_t one, size_t other,
                            bool is_said)
{
    unsigned wrong = 0;
    size_t i, j;

    for (i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *row = row_of(page, expected[i].command);

        for (j = 0; j < PEOPLE; j++) {
            const size_t who = j == one ? other : j == other ? one : j;
            char cell[CELL_MAX];

            if (!expected[i].cells[j])
                continue;
            cell_of(row, column_of(page, people[who]), cell);
            if (strcmp(cell, expected[i].cells[j]) == 0)
                continue;
            wrong++;
            if (is_said)
                print_error("%s by %s: %s, not %s\n", expected[i].command,
                            people[j], cell, expected[i].cells[j]);
        }
    }
    return wrong;
}

static void the_page_says_what_everybody_would_expect(void **state)
{
    char *page = permission_page_kept();

    (void)state;
    assert_int_equal(count_wrong(page, 0, 0, true), 0);
    free(page);
}

static void any_two_columns_that_change_places_are_found(void **state)
{
    char *page = permission_page_kept();
    size_t one, other;

    (void)state;
    for (one = 0; one < PEOPLE; one++)
        for (other = one + 1; other < PEOPLE; other++)
            if (count_wrong(page, one, other, false) == 0)
                fail_msg("%sand %slook the same", people[one], people[other]);
    free(page);
}

static void every_column_of_the_page_is_looked_at(void **state)
{
    enum { BEFORE = 3 }; /* command, signed, vouched */
    char *page = permission_page_kept();
    bool is_seen[PEOPLE] = { false };
    const char *head = strstr(page, "\n| Command |") + 1;
    size_t i, bars = 0;

    (void)state;
    for (i = 0; head[i] != '\n'; i++)
        bars += head[i] == '|';
    assert_int_equal(bars - 1, BEFORE + PEOPLE);
    for (i = 0; i < PEOPLE; i++) {
        const size_t at = column_of(page, people[i]) - BEFORE;

        assert_true(at < PEOPLE && !is_seen[at]);
        is_seen[at] = true;
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_says_what_everybody_would_expect),
        cmocka_unit_test(any_two_columns_that_change_places_are_found),
        cmocka_unit_test(every_column_of_the_page_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
