/* Members, one by one and from a spreadsheet. */
#include "server/control/chiboctl.h"

#include "protocol/base/date.h"
#include "protocol/program/result_words.h"
#include "server/control/member_import.h"
#include "server/domain/register_rules.h"
#include "server/platform/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { IMPORT_FILE_MAX = 4 * 1024 * 1024 };

/* --- One member ---------------------------------------------------------- */

/* What is wrong with a word, as the import of a list says it. */
static bool refuse_word(enum import_problem problem, const char *word)
{
    const char *text = _(import_problem_text(problem));
    const char *gap = strstr(text, "{}");

    if (gap)
        chiboctl_fail(CHIBOCTL_FAILED, "%.*s%s%s", (int)(gap - text), text,
                      word, gap + 2);
    else
        chiboctl_fail(CHIBOCTL_FAILED, "%s", text);
    return false;
}

static bool read_category(const char *text, int *out)
{
    *out = (int)import_category(text_view_of(text));
    return *out != 0 || refuse_word(IMPORT_UNKNOWN_CATEGORY, text);
}

static bool read_office(const char *text, int *out)
{
    *out = (int)import_office(text_view_of(text));
    return *out != 0 || refuse_word(IMPORT_UNKNOWN_OFFICE, text);
}

static bool read_ground(const char *text, int *out)
{
    enum ground ground;

    if (!import_ground(text_view_of(text), &ground))
        return refuse_word(IMPORT_UNKNOWN_GROUND, text);
    *out = (int)ground;
    return true;
}

static bool read_date(const char *text, uint64_t *out)
{
    return import_date(text_view_of(text), out) ||
           refuse_word(IMPORT_UNKNOWN_DATE, text);
}

/* The register refuses it too, in words of programs. */
static bool check_probation(int category, uint64_t end)
{
    if (register_probation_is_right((enum category)category, end))
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("only a probationary member has an end of probation"));
    return false;
}

static int run_add(struct chiboctl *ctl)
{
    struct command command = { .op = OP_ADD_MEMBER };
    struct command_add_member *body = &command.body.add_member;
    const char *category = chiboctl_option(ctl, "category");
    const char *office = chiboctl_option(ctl, "office");
    const char *group = chiboctl_option(ctl, "group");
    const char *ground = chiboctl_option(ctl, "ground");
    const char *end = chiboctl_option(ctl, "probation-end");

    if (!category)
        return chiboctl_fail(CHIBOCTL_FAILED, _("give --category CATEGORY"));
    if (!read_category(category, &body->category) ||
        !read_office(office ? office : "", &body->office) ||
        !read_ground(ground ? ground : "", &body->ground) ||
        !read_date(end ? end : "", &body->probation_end) ||
        !check_probation(body->category, body->probation_end))
        return CHIBOCTL_FAILED;
    body->name = chiboctl_text(ctl->arguments[0]);
    if (!chiboctl_connect(ctl) || !chiboctl_find_cell(ctl, &body->unit) ||
        (group && !chiboctl_find_group(ctl, &body->unit, group, &body->group)))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static int run_change(struct chiboctl *ctl)
{
    struct command command = { .op = OP_CHANGE_MEMBER };
    struct command_change_member *body = &command.body.change_member;
    const char *cell = chiboctl_option(ctl, "cell");
    const char *category = chiboctl_option(ctl, "category");
    const char *office = chiboctl_option(ctl, "office");
    const char *group = chiboctl_option(ctl, "group");
    const char *ground = chiboctl_option(ctl, "ground");
    const char *end = chiboctl_option(ctl, "probation-end");
    const char *name = chiboctl_option(ctl, "name");
    const struct register_member *member;

    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_member(ctl, NULL, ctl->arguments[0], &body->member))
        return CHIBOCTL_FAILED;
    member =
        register_state_member(register_book_state(ctl->book), &body->member);
    body->unit = member->unit;
    body->group = member->group;
    body->category = (int)member->category;
    body->office = (int)member->office;
    body->ground = (int)member->ground;
    body->probation_end = member->probation_end;
    body->name = chiboctl_text(
        name ? name : register_book_name(ctl->book, member->name_seq));
    if (cell && !chiboctl_find_unit(ctl, cell, &body->unit))
        return CHIBOCTL_FAILED;
    /* Who moves leaves her party group behind; "" leaves it too. */
    if (cell || group)
        body->group = (struct identifier){ "" };
    if ((category && !read_category(category, &body->category)) ||
        (office && !read_office(office, &body->office)) ||
        (ground && !read_ground(ground, &body->ground)) ||
        (end && !read_date(end, &body->probation_end)) ||
        (group && *group &&
         !chiboctl_find_group(ctl, &body->unit, group, &body->group)))
        return CHIBOCTL_FAILED;
    /* Who is no longer probationary has no end of it before her. */
    if (!end && body->category != CATEGORY_PROBATIONARY)
        body->probation_end = 0;
    if (!check_probation(body->category, body->probation_end))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static int run_remove(struct chiboctl *ctl)
{
    struct command command = { .op = OP_REMOVE_MEMBER };
    struct command_remove_member *body = &command.body.remove_member;

    body->reason = chiboctl_text(chiboctl_option(ctl, "reason"));
    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_member(ctl, NULL, ctl->arguments[0], &body->member))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static size_t live_devices(const struct register_state *state,
                           const struct identifier *holder)
{
    size_t count = 0;

    for (size_t i = 0; i < state->device_count; i++)
        if (!state->devices[i].is_revoked &&
            identifier_equal(&state->devices[i].holder, holder))
            count++;
    return count;
}

/* What is shown of a probation: when it ends, and the meeting that decided on
 * the recognition. */
static const char *probation_text(const struct register_member *member,
                                  char out[DATE_SIZE])
{
    out[0] = '\0';
    if (member->probation_end != 0)
        date_write(member->probation_end, out);
    return out;
}

static int run_list(struct chiboctl *ctl)
{
    static const int widths[] = { 5, 28, 5, 5, 22, 20, 20, 10, 12, 0 };
    const char *cell = chiboctl_option(ctl, "cell");
    const struct register_state *state;
    struct identifier unit;

    if (!chiboctl_connect(ctl) ||
        (cell && !chiboctl_find_unit(ctl, cell, &unit)))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];
        /* Most have none: a list of people says so by silence. */
        const int office = ctl->is_json || member->office != OFFICE_NONE
                               ? (int)member->office
                               : office_none_;
        char end[DATE_SIZE];

        if (member->is_removed ||
            (cell && !register_state_is_within(state, &member->unit, &unit)))
            continue;
        chiboctl_row(
            ctl,
            json_pack(
                "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "member",
                member->id.text, "name",
                register_book_name(ctl->book, member->name_seq), "unit",
                member->unit.text, "group", member->group.text, "category",
                chiboctl_word(ctl, &category_words, (int)member->category),
                "office", chiboctl_word(ctl, &office_words, office), "ground",
                chiboctl_word(ctl, &ground_words, (int)member->ground),
                "probation_end", probation_text(member, end), "considered",
                member->considered.text, "devices",
                (json_int_t)live_devices(state, &member->id)),
            widths);
    }
    return CHIBOCTL_OK;
}

/* --- Import
 * ------------------------------------------------------------------------------
 */

static char *read_file(const char *path, size_t *size)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char *text = malloc(IMPORT_FILE_MAX + 1);

    if (!file || !text) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
        goto fail;
    }
    *size = fread(text, 1, IMPORT_FILE_MAX + 1, file);
    if (ferror(file) || *size > IMPORT_FILE_MAX) {
        chiboctl_fail(CHIBOCTL_FAILED,
                      ferror(file) ? _("%s: cannot be read")
                                   : _("%s: is larger than 4 MiB"),
                      path);
        goto fail;
    }
    if (!is_stdin)
        (void)fclose(file); /* only read */
    return text;

fail:
    if (file && !is_stdin)
        (void)fclose(file); /* only read */
    free(text);
    return NULL;
}

static void print_fault(const char *path, const struct import_fault *fault)
{
    const char *text = _(import_problem_text(fault->problem));
    const char *gap = strstr(text, "{}");

    (void)fprintf(stderr, _("%s: line %zu: "), path, fault->line);
    if (gap)
        (void)fprintf(stderr, "%.*s%s%s\n", (int)(gap - text), text,
                      fault->detail, gap + 2);
    else
        (void)fprintf(stderr, "%s\n", text);
}

/* What only the register knows: party groups, and who leads the cell. */
static enum import_problem check_member(struct chiboctl *ctl,
                                        const struct identifier *cell,
                                        const struct import_member *member,
                                        bool has_leader,
                                        struct identifier *group)
{
    enum result result = RESULT_OK;

    *group = (struct identifier){ "" };
    if (*member->group)
        result =
            register_book_find_group(ctl->book, cell, member->group, group);
    if (result != RESULT_OK)
        return result == RESULT_EXISTS ? IMPORT_DOUBTFUL_GROUP
                                       : IMPORT_UNKNOWN_GROUP;
    if (member->office != OFFICE_NONE &&
        (member->category == CATEGORY_GUEST ||
         member->category == CATEGORY_TECHNICIAN ||
         member->category == CATEGORY_UPPER_DELEGATE))
        return IMPORT_NO_OFFICE_ALLOWED;
    if (member->office == OFFICE_CELL_LEADER && has_leader)
        return IMPORT_SECOND_LEADER;
    return IMPORT_FINE;
}

static bool has_leader(const struct register_state *state,
                       const struct identifier *cell)
{
    for (size_t i = 0; i < state->member_count; i++)
        if (!state->members[i].is_removed &&
            state->members[i].office == OFFICE_CELL_LEADER &&
            identifier_equal(&state->members[i].unit, cell))
            return true;
    return false;
}

/* Moves members with a fault among the faults, and makes rows of the others. */
static enum result make_rows(struct chiboctl *ctl,
                             const struct identifier *cell,
                             struct member_import *import,
                             struct import_row *rows)
{
    bool is_led = has_leader(register_book_state(ctl->book), cell);
    size_t i = 0;

    while (i < import->member_count) {
        const struct import_member *member = &import->members[i];
        struct identifier group;
        const enum import_problem problem =
            check_member(ctl, cell, member, is_led, &group);

        if (problem != IMPORT_FINE) {
            const bool is_group = problem == IMPORT_UNKNOWN_GROUP ||
                                  problem == IMPORT_DOUBTFUL_GROUP;
            char *detail = strdup(is_group ? member->group : "");
            const enum result result =
                detail ? member_import_fault(import, i, problem, detail)
                       : RESULT_NO_MEMORY;

            free(detail);
            if (result != RESULT_OK)
                return result;
            continue;
        }
        is_led = is_led || member->office == OFFICE_CELL_LEADER;
        rows[i] = (struct import_row){ .group = group,
                                       .category = (int)member->category,
                                       .office = (int)member->office,
                                       .ground = (int)member->ground,
                                       .probation_end = member->probation_end,
                                       .name = chiboctl_text(member->name) };
        i++;
    }
    return RESULT_OK;
}

static int send_import(struct chiboctl *ctl, const struct identifier *cell,
                       struct member_import *import, struct import_row *rows,
                       const char *path)
{
    const bool skips = chiboctl_has(ctl, "skip-bad");
    struct command command = { .op = OP_IMPORT_MEMBERS };
    int code;

    if (make_rows(ctl, cell, import, rows) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    for (size_t i = 0; i < import->fault_count; i++)
        print_fault(path, &import->faults[i]);
    if (import->fault_count && (!skips || import->member_count == 0))
        return chiboctl_fail(CHIBOCTL_REFUSED, _("nothing was imported"));
    command.body.import_members.unit = *cell;
    command.body.import_members.rows =
        (struct items){ rows, import->member_count };
    code = chiboctl_send(ctl, &command, NULL);
    if (code != CHIBOCTL_OK)
        return code;
    if (ctl->is_json)
        (void)printf("{\"imported\":%zu,\"skipped\":%zu}\n",
                     import->member_count, import->fault_count);
    else
        (void)printf(_("%zu members imported, %zu lines skipped\n"),
                     import->member_count, import->fault_count);
    return CHIBOCTL_OK;
}

static int run_import(struct chiboctl *ctl)
{
    const char *path = ctl->arguments[0];
    struct member_import import = { 0 };
    struct import_row *rows = NULL;
    struct identifier cell;
    size_t size = 0;
    char *text = read_file(path, &size);
    enum result result;
    int code = CHIBOCTL_FAILED;

    if (!text)
        return CHIBOCTL_FAILED;
    result = member_import_read((struct text_view){ text, size }, &import);
    free(text);
    if (result == RESULT_MALFORMED) {
        for (size_t i = 0; i < import.fault_count; i++)
            print_fault(path, &import.faults[i]);
        code = chiboctl_fail(CHIBOCTL_REFUSED, _("nothing was imported"));
        goto done;
    }
    rows = calloc(import.member_count + 1, sizeof *rows);
    if (result != RESULT_OK || !rows) {
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        goto done;
    }
    if (chiboctl_connect(ctl) && chiboctl_find_cell(ctl, &cell))
        code = send_import(ctl, &cell, &import, rows, path);

done:
    free(rows);
    member_import_release(&import);
    return code;
}

/* --- The commands -------------------------------------------------------- */

#define MEMBER_OPTIONS                                                         \
    { "category", "CATEGORY",                                                  \
      N_("official, probationary, exempt, temp_away, temp_here, suspended, "   \
         "upper_delegate, guest or technician") },                             \
        { "office", "OFFICE",                                                  \
          N_("none, cell_leader, deputy_leader, committee_member or "          \
             "group_leader") },                                                \
        { "group", "UNIT", N_("her party group; \"\": none") },                \
        { "ground", "GROUND",                                                  \
          N_("why she cannot come to where the cell meets: "                   \
             "mission_abroad, several_provinces, works_far, "                  \
             "student_summer, on_duty, at_sea or circumstances; \"\": she "    \
             "can") },                                                         \
    {                                                                          \
        "probation-end", "DATE",                                               \
            N_("the last day of her twelve months as a probationary member, "  \
               "2026-11-15; \"\": not said")                                   \
    }

static const struct chiboctl_option add_options[] = {
    { "cell", "UNIT", N_("the cell; needed where there are several") },
    MEMBER_OPTIONS,
    { NULL, NULL, NULL }
};
static const struct chiboctl_option change_options[] = {
    { "cell", "UNIT", N_("the cell she moves to") },
    MEMBER_OPTIONS,
    { "name", "NAME", N_("her name, written anew") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option remove_options[] = {
    { "reason", "TEXT", N_("why; only the cell's officers read it") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option import_options[] = {
    { "cell", "UNIT", N_("the cell; needed where there are several") },
    { "skip-bad", NULL, N_("import the good lines although others are bad") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option list_options[] = {
    { "cell", "UNIT", N_("only of this unit") }, { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_member_commands[] = {
    { "member", "add", "NAME", N_("add a member to a cell"), add_options, 1, 1,
      run_add },
    { "member", "import", "FILE",
      N_("import members from a CSV file (name, category, office, "
         "party_group, ground, probation_end); \"-\" reads standard input"),
      import_options, 1, 1, run_import },
    { "member", "change", "MEMBER", N_("change what is given of a member"),
      change_options, 1, 1, run_change },
    { "member", "remove", "MEMBER",
      N_("remove a member with her devices and links"), remove_options, 1, 1,
      run_remove },
    { "member", "list", "", N_("list members"), list_options, 0, 0, run_list },
    { 0 }
};
