/* Units and sites. */
#include "server/control/chiboctl.h"

#include "server/control/zone_time.h"
#include "server/platform/clock.h"

#include <stdio.h>
#include <string.h>

/* --- Units --------------------------------------------------------------- */

static int unit_kind(const char *text)
{
    static const struct {
        const char *text;
        enum unit_kind kind;
    } words[] = {
        { "đảng bộ", UNIT_PARTY_ORG },
        { "chi bộ", UNIT_CELL },
        { "tổ đảng", UNIT_PARTY_GROUP },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].text, text) == 0)
            return (int)words[i].kind;
    return enum_value(&unit_kind_words, text_view_of(text));
}

static int run_add(struct chiboctl *ctl)
{
    struct command command = { .op = OP_ADD_UNIT };
    struct command_add_unit *body = &command.body.add_unit;
    const char *under = chiboctl_option(ctl, "under");

    body->kind = unit_kind(ctl->arguments[0]);
    body->name = chiboctl_text(ctl->arguments[1]);
    if (!body->kind)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("KIND is party_org, cell or party_group"));
    if (!chiboctl_connect(ctl) ||
        (under && !chiboctl_find_unit(ctl, under, &body->parent)))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static int run_rename(struct chiboctl *ctl)
{
    struct command command = { .op = OP_RENAME_UNIT };
    struct command_rename_unit *body = &command.body.rename_unit;

    body->name = chiboctl_text(ctl->arguments[1]);
    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_unit(ctl, ctl->arguments[0], &body->unit))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

/* The tree, depth first; in JSON the same order with the parent named. */
static void list_under(struct chiboctl *ctl, const struct identifier *parent,
                       int depth)
{
    static const char indent[] = "                                ";
    const struct register_state *state = register_book_state(ctl->book);
    const int shown = depth * 2 < 32 ? depth * 2 : 32;

    for (size_t i = 0; i < state->unit_count; i++) {
        const struct register_unit *unit = &state->units[i];
        const char *name = register_book_name(ctl->book, unit->name_seq);
        const char *kind =
            chiboctl_word(ctl, &unit_kind_words, (int)unit->kind);

        if (!identifier_equal(&unit->parent, parent))
            continue;
        if (ctl->is_json)
            chiboctl_row(ctl,
                         json_pack("{s:s, s:s, s:s, s:s}", "unit",
                                   unit->id.text, "kind", kind, "parent",
                                   parent->text, "name", name),
                         NULL);
        else
            (void)printf("%-5s %.*s%s (%s)\n", unit->id.text, shown, indent,
                         name, kind);
        list_under(ctl, &unit->id, depth + 1);
    }
}

static int run_list(struct chiboctl *ctl)
{
    const struct identifier top = { "" };

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    if (!ctl->is_json)
        (void)printf("%s\n", register_book_name(ctl->book, 0));
    list_under(ctl, &top, 0);
    return CHIBOCTL_OK;
}

/* "2026-12-01": that day's beginning in the zone; without: now. */
static bool read_since(struct chiboctl *ctl, int64_t *out)
{
    const char *date = chiboctl_option(ctl, "since");
    const char *zone = chiboctl_option(ctl, "zone");
    char moment[32];

    *out = clock_utc_ms(clock_system());
    if (!date)
        return true;
    if (snprintf(moment, sizeof moment, "%s 00:00", date) <
            (int)sizeof moment &&
        zone_time_parse(moment, zone ? zone : "Asia/Ho_Chi_Minh", out) ==
            RESULT_OK)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("write the day as 2026-12-01: %s will not do"), date);
    return false;
}

static int run_move(struct chiboctl *ctl)
{
    struct command command = { .op = OP_MOVE_UNIT };
    struct command_move_unit *body = &command.body.move_unit;
    const char *under = chiboctl_option(ctl, "under");

    if (!read_since(ctl, &body->since) || !chiboctl_connect(ctl) ||
        !chiboctl_find_unit(ctl, ctl->arguments[0], &body->unit) ||
        (under && !chiboctl_find_unit(ctl, under, &body->parent)))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static const struct chiboctl_option move_options[] = {
    { "under", "UNIT", N_("the unit above it; without: the organisation") },
    { "since", "DATE", N_("from which day on, as 2026-12-01; without: now") },
    { "zone", "ZONE", N_("time zone of that day (Asia/Ho_Chi_Minh)") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option add_options[] = {
    { "under", "UNIT", N_("the unit above it; without: the organisation") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_unit_commands[] = {
    { "unit", "add", "KIND NAME",
      N_("add a party organisation, a cell or a party group"), add_options, 2,
      2, run_add },
    { "unit", "rename", "UNIT NAME", N_("rename a unit"), NULL, 2, 2,
      run_rename },
    { "unit", "move", "UNIT", N_("put a unit under another one, from a day on"),
      move_options, 1, 1, run_move },
    { "unit", "list", "", N_("show the tree of units"), NULL, 0, 0, run_list },
    { 0 }
};

/* --- Sites --------------------------------------------------------------- */

static int run_site_add(struct chiboctl *ctl)
{
    struct command command = { .op = OP_ADD_SITE };
    struct command_add_site *body = &command.body.add_site;
    const char *keeper = chiboctl_option(ctl, "keeper");

    if (!keeper)
        return chiboctl_fail(CHIBOCTL_FAILED, _("give --keeper MEMBER"));
    body->name = chiboctl_text(ctl->arguments[0]);
    if (!chiboctl_connect(ctl) || !chiboctl_find_cell(ctl, &body->unit) ||
        !chiboctl_find_member(ctl, &body->unit, keeper, &body->keeper))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static int run_site_change(struct chiboctl *ctl)
{
    struct command command = { .op = OP_CHANGE_SITE };
    struct command_change_site *body = &command.body.change_site;
    const char *cell = chiboctl_option(ctl, "cell");
    const char *keeper = chiboctl_option(ctl, "keeper");
    const char *name = chiboctl_option(ctl, "name");
    const struct register_site *site;

    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_site(ctl, ctl->arguments[0], &body->site))
        return CHIBOCTL_FAILED;
    site = register_state_site(register_book_state(ctl->book), &body->site);
    body->unit = site->unit;
    body->keeper = site->keeper;
    body->name = chiboctl_text(
        name ? name : register_book_name(ctl->book, site->name_seq));
    if ((cell && !chiboctl_find_unit(ctl, cell, &body->unit)) ||
        (keeper &&
         !chiboctl_find_member(ctl, &body->unit, keeper, &body->keeper)))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

static int run_site_list(struct chiboctl *ctl)
{
    static const int widths[] = { 5, 30, 5, 5, 0 };
    const struct register_state *state;

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->site_count; i++) {
        const struct register_site *site = &state->sites[i];
        json_t *row =
            json_pack("{s:s, s:s, s:s, s:s}", "site", site->id.text, "name",
                      register_book_name(ctl->book, site->name_seq), "unit",
                      site->unit.text, "keeper", site->keeper.text);

        json_object_set_new(
            row, "keeper_name",
            json_string(chiboctl_holder_name(ctl, &site->keeper)));
        chiboctl_row(ctl, row, widths);
    }
    return CHIBOCTL_OK;
}

static const struct chiboctl_option site_add_options[] = {
    { "cell", "UNIT", N_("the cell; needed where there are several") },
    { "keeper", "MEMBER", N_("the member who answers for the site") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option site_change_options[] = {
    { "cell", "UNIT", N_("the cell it moves to") },
    { "keeper", "MEMBER", N_("the member who answers for the site") },
    { "name", "NAME", N_("its new name") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_site_commands[] = {
    { "site", "add", "NAME", N_("add a hall in which several attend"),
      site_add_options, 1, 1, run_site_add },
    { "site", "change", "SITE", N_("change a site's keeper, name or cell"),
      site_change_options, 1, 1, run_site_change },
    { "site", "list", "", N_("list all sites"), NULL, 0, 0, run_site_list },
    { 0 }
};
