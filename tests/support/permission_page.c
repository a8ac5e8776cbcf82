#include "tests/support/permission_page.h"

#include "protocol/meeting/command_roles.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

static const char head[] =
    "# Who may do what, when\n"
    "\n"
    "Every command of a meeting, by whom it is taken in which phase. This page "
    "is written by\n"
    "`make permissions`, which asks the rules themselves; do not edit it.\n"
    "\n"
    "Phases: **S** called (chưa mở phòng chờ), **L** lobby (phòng chờ), **O** "
    "open (đang họp),\n"
    "**A** adjourned (tạm nghỉ). A meeting that is closed takes nothing. A "
    "letter in a column says that\n"
    "the command is taken from them in that phase, if what it asks for fits; "
    "`–` that it never is.\n"
    "Before the lobby opens only chair, deputy and minute-taker are in. The "
    "co-chair who was asked is a\n"
    "member with a vote (exempt, được miễn sinh hoạt), the moderator one "
    "without "
    "(temporarily here, sinh hoạt\n"
    "tạm thời): an office neither gives nor takes a vote.\n"
    "\n"
    "*Signed*: the command carries its device's signature. *Vouched*: where "
    "the meeting asks for vouched\n"
    "devices, it is taken from those only. A star marks commands that also "
    "depend on a phase of their own\n"
    "(a secret ballot, a loss), or on being a teller: the columns say by which "
    "office and when they are\n"
    "looked at.\n"
    "\n";

static void put_cell(const struct permission_page *page, int op, size_t column,
                     FILE *out)
{
    bool is_any = false;
    size_t i;

    (void)fputs(" |", out);
    for (i = 0; page->phases[i] != '\0'; i++) {
        if (!page->is_taken[op][column][i])
            continue;
        (void)fprintf(out, " %c", page->phases[i]);
        is_any = true;
    }
    if (!is_any)
        (void)fputs(" –", out);
}

static void put_row(const struct permission_page *page, int op, FILE *out)
{
    enum command_op command = (enum command_op)op;
    size_t column;

    (void)fprintf(out, "| `%s`%s | %s | %s", command_name(command),
                  page->is_by_office[op] ? " *" : "",
                  command_is_signed(command) ? "yes" : "no",
                  command_is_formal(command) ? "yes" : "no");
    for (column = 0; column < page->column_count; column++)
        put_cell(page, op, column, out);
    (void)fputs(" |\n", out);
}

void permission_page_write(const struct permission_page *page, FILE *out)
{
    size_t column;
    int op;

    (void)fputs(head, out);
    (void)fputs("| Command | Signed | Vouched", out);
    for (column = 0; column < page->column_count; column++)
        (void)fprintf(out, " | %s", page->columns[column].name);
    (void)fputs(" |\n|---|---|---", out);
    for (column = 0; column < page->column_count; column++)
        (void)fputs("|---", out);
    (void)fputs("|\n", out);
    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        if (!command_is_of_register((enum command_op)op))
            put_row(page, op, out);
    }
    assert_int_equal(fflush(out), 0);
    assert_false(ferror(out));
}

static const char section_head[] =
    "\n"
    "## The register\n"
    "\n"
    "The organisation's own commands have no phases. `yes`: taken from them; "
    "everybody else may not. Whose\n"
    "device somebody may vouch for (`vouch_device`, `add_device`), and who was "
    "asked for an opinion, is no\n"
    "question of office. Errata (`propose_erratum`, `sign_erratum`) are taken "
    "from who presided and who took\n"
    "the minutes when the meeting was closed, each in that role alone; where "
    "one of them has left the cell\n"
    "or is suspended, from its leader or deputy leader.\n"
    "\n";

void permission_section_write(const struct permission_section *section,
                              FILE *out)
{
    size_t column;
    int op;

    (void)fputs(section_head, out);
    (void)fputs("| Command", out);
    for (column = 0; column < section->column_count; column++)
        (void)fprintf(out, " | %s", section->columns[column]);
    (void)fputs(" |\n|---", out);
    for (column = 0; column < section->column_count; column++)
        (void)fputs("|---", out);
    (void)fputs("|\n", out);
    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        if (!section->is_listed[op])
            continue;
        (void)fprintf(out, "| `%s`", command_name((enum command_op)op));
        for (column = 0; column < section->column_count; column++)
            (void)fputs(section->is_taken[op][column] ? " | yes" : " | –", out);
        (void)fputs(" |\n", out);
    }
    assert_int_equal(fflush(out), 0);
    assert_false(ferror(out));
}

char *permission_page_kept(void)
{
    enum { PAGE_SIZE_MAX = 1 << 20 };
    FILE *file = fopen("docs/permissions.md", "rb");
    char *text = calloc(1, PAGE_SIZE_MAX);

    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, PAGE_SIZE_MAX - 1, file) > 0);
    assert_int_equal(fclose(file), 0);
    return text;
}
