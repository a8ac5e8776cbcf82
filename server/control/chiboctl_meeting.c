/* Calling meetings. */
#include "server/control/chiboctl.h"

#include "protocol/meeting/meeting_summons.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/rules/agenda_template.h"
#include "server/control/zone_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What schedule_meeting and change_meeting say alike. */
struct call {
    struct command_schedule_meeting body;
    struct agenda_title agenda[LIMIT_AGENDA_ITEMS];
    /* What is owned, of the items that were typed or stand in a template. */
    char *texts[LIMIT_AGENDA_ITEMS];
    const char *presenters[LIMIT_AGENDA_ITEMS]; /* as typed; borrowed */
    enum template_presenter duties[LIMIT_AGENDA_ITEMS];
    struct agenda_template template;
};

static void free_call(struct call *call)
{
    for (size_t i = 0; i < LIMIT_AGENDA_ITEMS; i++)
        free(call->texts[i]);
    agenda_template_release(&call->template);
    free(call);
}

/* --- Agenda items -------------------------------------------------------- */

static char *trim(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return text;
}

/* Cuts the text at a "|"; what follows it, or NULL. */
static char *cut(char *text)
{
    char *bar = text ? strchr(text, '|') : NULL;

    if (!bar)
        return NULL;
    *bar = '\0';
    return bar + 1;
}

/* "TITLE", "TITLE | MINUTES" or "TITLE | MINUTES | MEMBER". */
static bool read_item(struct call *call, size_t i, const char *typed)
{
    char *title = call->texts[i] = strdup(typed);
    char *minutes = cut(title);
    char *presenter = cut(minutes);
    char *end = NULL;
    unsigned long planned = 0;

    if (!title) {
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        return false;
    }
    if (minutes) {
        minutes = trim(minutes);
        planned = strtoul(minutes, &end, 10);
        if (*minutes < '0' || *minutes > '9' || *end ||
            planned > LIMIT_ITEM_MINUTES) {
            chiboctl_fail(CHIBOCTL_FAILED,
                          _("--item takes \"TITLE | MINUTES | MEMBER\", with "
                            "at most %d minutes"),
                          LIMIT_ITEM_MINUTES);
            return false;
        }
    }
    call->agenda[i] =
        (struct agenda_title){ .title = chiboctl_text(trim(title)),
                               .planned_min = planned };
    call->duties[i] = template_presenter_none_;
    call->presenters[i] = presenter ? trim(presenter) : NULL;
    return true;
}

/* Kind, title and items, as far as they are not given otherwise. */
static bool read_template(struct chiboctl *ctl, struct call *call)
{
    const char *name = chiboctl_option(ctl, "template");

    if (!name)
        return true;
    if (!chiboctl_read_template(ctl, name, &call->template))
        return false;
    call->body.kind = (int)call->template.kind;
    call->body.title = chiboctl_text(call->template.title);
    for (size_t i = 0; i < call->template.item_count; i++) {
        const struct agenda_template_item *item = &call->template.items[i];

        call->agenda[i] =
            (struct agenda_title){ .title = chiboctl_text(item->title),
                                   .planned_min = item->minutes,
                                   .kind = (int)item->kind };
        call->duties[i] = item->presenter;
    }
    call->body.agenda =
        (struct items){ call->agenda, call->template.item_count };
    return true;
}

/* Once cell and duties are known. */
static bool find_presenters(struct chiboctl *ctl, struct call *call)
{
    const struct command_schedule_meeting *body = &call->body;

    for (size_t i = 0; i < body->agenda.count; i++) {
        struct identifier *out = &call->agenda[i].presenter;

        if (call->duties[i] == TEMPLATE_BY_CHAIR)
            *out = body->chair;
        else if (call->duties[i] == TEMPLATE_BY_DEPUTY)
            *out = body->deputy;
        else if (call->duties[i] == TEMPLATE_BY_MINUTE_TAKER)
            *out = body->minute_taker;
        if (call->presenters[i] && *call->presenters[i] &&
            !chiboctl_find_member(ctl, &body->unit, call->presenters[i], out))
            return false;
    }
    return true;
}

/* --- Reading the options ------------------------------------------------- */

static int meeting_kind(const char *text)
{
    static const struct {
        const char *text;
        enum meeting_kind kind;
    } words[] = {
        { "thường kỳ", KIND_REGULAR },
        { "chuyên đề", KIND_THEMATIC },
        { "bất thường", KIND_EXTRAORDINARY },
        { "hội nghị đảng viên", KIND_MEMBERS_MEETING },
        { "đại hội", KIND_CONGRESS },
        { "chi ủy", KIND_COMMITTEE },
        { "tổ đảng", KIND_PARTY_GROUP },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].text, text) == 0)
            return (int)words[i].kind;
    return enum_value(&meeting_kind_words, text_view_of(text));
}

static bool read_texts(const struct chiboctl *ctl, struct call *call)
{
    const char *title = chiboctl_option(ctl, "title");
    const char *place = chiboctl_option(ctl, "place");
    const char *kind = chiboctl_option(ctl, "kind");
    const char *items[LIMIT_AGENDA_ITEMS];
    const size_t count = chiboctl_each(ctl, "item", items, LIMIT_AGENDA_ITEMS);

    if (title)
        call->body.title = chiboctl_text(title);
    if (place)
        call->body.place = chiboctl_text(place);
    if (kind)
        call->body.kind = meeting_kind(kind);
    if (!call->body.kind) {
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("--kind is regular, thematic, extraordinary, "
                        "members_meeting, congress, committee or "
                        "party_group"));
        return false;
    }
    if (count > LIMIT_AGENDA_ITEMS) {
        chiboctl_fail(CHIBOCTL_FAILED, _("no more than %d agenda items"),
                      LIMIT_AGENDA_ITEMS);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!read_item(call, i, items[i]))
            return false;
    if (count)
        call->body.agenda = (struct items){ call->agenda, count };
    return true;
}

static bool read_time(const struct chiboctl *ctl, struct call *call)
{
    const char *at = chiboctl_option(ctl, "at");
    const char *zone = chiboctl_option(ctl, "zone");
    char kept[ZONE_TIME_SIZE];
    enum result result;

    /* The zone alone changes: the clock on the wall stays. */
    if (!at && zone) {
        zone_time_format(call->body.starts_at, call->body.zone.data, kept);
        at = kept;
    }
    if (zone)
        call->body.zone = text_view_of(zone);
    if (!at)
        return true;
    result = zone_time_parse(at, call->body.zone.data, &call->body.starts_at);
    if (result == RESULT_OK)
        return true;
    if (result == RESULT_NOT_FOUND)
        chiboctl_fail(CHIBOCTL_FAILED, _("unknown time zone: %s"),
                      call->body.zone.data);
    else
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("--at takes a local time such as \"2026-11-25 19:30\", "
                        "not \"%s\""),
                      at);
    return false;
}

static bool read_role(struct chiboctl *ctl, const char *name,
                      const struct identifier *cell, struct identifier *out)
{
    const char *text = chiboctl_option(ctl, name);

    if (!text)
        return true;
    if (!*text) {
        *out = (struct identifier){ "" };
        return true;
    }
    return chiboctl_find_member(ctl, cell, text, out);
}

/* Chair and minute-taker are two members. */
static bool are_apart(const struct command_schedule_meeting *body)
{
    if (!identifier_equal(&body->chair, &body->minute_taker))
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("the chair cannot take the minutes too: name another "
                    "member with --minute-taker"));
    return false;
}

/* Of which unit: a cell, or a party group for a meeting of one. */
static bool find_unit(struct chiboctl *ctl, struct call *call)
{
    const char *group = chiboctl_option(ctl, "group");

    if ((call->body.kind == KIND_PARTY_GROUP) == (group != NULL))
        return group ? chiboctl_find_unit(ctl, group, &call->body.unit)
                     : chiboctl_find_cell(ctl, &call->body.unit);
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("--group names the party group of a meeting of the kind "
                    "party_group, and of no other"));
    return false;
}

static bool read_roles(struct chiboctl *ctl, struct call *call)
{
    const struct identifier *cell = &call->body.unit;
    struct summons summons;

    if (summons_of(register_book_state(ctl->book), cell,
                   (enum meeting_kind)call->body.kind, &summons))
        cell = &summons.cell;
    return read_role(ctl, "chair", cell, &call->body.chair) &&
           read_role(ctl, "deputy", cell, &call->body.deputy) &&
           read_role(ctl, "minute-taker", cell, &call->body.minute_taker) &&
           are_apart(&call->body);
}

/* --- Scheduling
 * ------------------------------------------------------------------------------
 */

static bool has_all(const struct chiboctl *ctl)
{
    static const char *const needed[] = { "title", "at", "chair",
                                          "minute-taker" };
    const bool has_template = chiboctl_has(ctl, "template");

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!chiboctl_has(ctl, needed[i]) && !(has_template && i == 0)) {
            chiboctl_fail(CHIBOCTL_FAILED, _("give --%s"), needed[i]);
            return false;
        }
    return true;
}

static int run_schedule(struct chiboctl *ctl)
{
    struct call *call = calloc(1, sizeof *call);
    struct command command = { .op = OP_SCHEDULE_MEETING };
    int code = CHIBOCTL_FAILED;

    if (!call)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    call->body.kind = KIND_REGULAR;
    call->body.zone = text_view_of(CHIBOCTL_ZONE);
    call->body.place = chiboctl_text("");
    if (has_all(ctl) && read_template(ctl, call) && read_texts(ctl, call) &&
        read_time(ctl, call) && chiboctl_connect(ctl) && find_unit(ctl, call) &&
        read_roles(ctl, call) && find_presenters(ctl, call)) {
        command.body.schedule_meeting = call->body;
        code = chiboctl_do(ctl, &command);
        if (code == CHIBOCTL_OK)
            chiboctl_note_online(ctl, &call->body.unit,
                                 (enum meeting_kind)call->body.kind);
    }
    free_call(call);
    return code;
}

/* The call as it stands in the register. */
static void recall(struct chiboctl *ctl, const struct register_meeting *meeting,
                   struct call *call)
{
    struct command_schedule_meeting *body = &call->body;

    body->unit = meeting->unit;
    body->kind = (int)meeting->kind;
    body->title =
        chiboctl_text(register_book_text(ctl->book, meeting->seq, "title"));
    body->place =
        chiboctl_text(register_book_text(ctl->book, meeting->seq, "place"));
    body->starts_at = meeting->starts_at_ms;
    body->zone = text_view_of(meeting->zone);
    body->chair = meeting->chair;
    body->deputy = meeting->deputy;
    body->minute_taker = meeting->minute_taker;
    for (size_t i = 0; i < meeting->agenda_count && i < LIMIT_AGENDA_ITEMS;
         i++) {
        char path[48];

        (void)snprintf(path, sizeof path, "agenda.%zu.title", i);
        call->agenda[i].title =
            chiboctl_text(register_book_text(ctl->book, meeting->seq, path));
        call->agenda[i].presenter = meeting->agenda[i].presenter;
        call->agenda[i].planned_min = meeting->agenda[i].planned_min;
        call->agenda[i].kind = (int)meeting->agenda[i].kind;
        body->agenda = (struct items){ call->agenda, i + 1 };
    }
}

static int run_change(struct chiboctl *ctl)
{
    struct call *call = calloc(1, sizeof *call);
    struct command command = { .op = OP_CHANGE_MEETING };
    const struct register_meeting *meeting;
    int code = CHIBOCTL_FAILED;

    if (!call)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_meeting(ctl, ctl->arguments[0], &meeting))
        goto done;
    recall(ctl, meeting, call);
    if (!read_texts(ctl, call) || !read_time(ctl, call) ||
        !read_roles(ctl, call) || !find_presenters(ctl, call))
        goto done;
    command.body.change_meeting = (struct command_change_meeting){
        .meeting = meeting->id,
        .unit = call->body.unit,
        .kind = call->body.kind,
        .title = call->body.title,
        .starts_at = call->body.starts_at,
        .zone = call->body.zone,
        .place = call->body.place,
        .chair = call->body.chair,
        .deputy = call->body.deputy,
        .minute_taker = call->body.minute_taker,
        .agenda = call->body.agenda,
    };
    code = chiboctl_do(ctl, &command);

done:
    free_call(call);
    return code;
}

static int run_cancel(struct chiboctl *ctl)
{
    struct command command = { .op = OP_CANCEL_MEETING };
    const struct register_meeting *meeting;

    command.body.cancel_meeting.reason =
        chiboctl_text(chiboctl_option(ctl, "reason"));
    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_meeting(ctl, ctl->arguments[0], &meeting))
        return CHIBOCTL_FAILED;
    command.body.cancel_meeting.meeting = meeting->id;
    return chiboctl_do(ctl, &command);
}

/* --- By party groups -------------------------------------------------------
 */

/* The year of the meeting's date where it is held. */
static uint64_t year_of(const struct register_meeting *meeting)
{
    char at[ZONE_TIME_SIZE];

    zone_time_format(meeting->starts_at_ms, meeting->zone, at);
    return strtoull(at, NULL, 10);
}

static int run_by_groups(struct chiboctl *ctl)
{
    const size_t count = ctl->argument_count - 1;
    struct command command = { .op = OP_HOLD_BY_GROUPS };
    struct command_hold_by_groups *body = &command.body.hold_by_groups;
    struct group_meeting parts[LIMIT_AGENDA_ITEMS];
    const struct register_meeting *whole, *part;

    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_meeting(ctl, ctl->arguments[0], &whole))
        return CHIBOCTL_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!chiboctl_find_meeting(ctl, ctl->arguments[i + 1], &part))
            return CHIBOCTL_FAILED;
        parts[i] = (struct group_meeting){ part->id };
    }
    body->meeting = whole->id;
    body->year = count > 0 ? year_of(whole) : 0;
    body->groups = (struct items){ count > 0 ? parts : NULL, count };
    return chiboctl_do(ctl, &command);
}

/* --- Listing
 * ----------------------------------------------------------------------------------
 */

static json_t *agenda_of(struct chiboctl *ctl,
                         const struct register_meeting *meeting)
{
    json_t *titles = json_array();

    for (size_t i = 0; i < meeting->agenda_count; i++) {
        char path[48];

        (void)snprintf(path, sizeof path, "agenda.%zu.title", i);
        json_array_append_new(titles, json_string(register_book_text(
                                          ctl->book, meeting->seq, path)));
    }
    return titles;
}

static void show_meeting(struct chiboctl *ctl,
                         const struct register_meeting *meeting, bool is_held)
{
    static const char *const phases[] = { "?", "scheduled", "begun", "ended",
                                          "cancelled" };
    static const int widths[] = { 16, 5, 16, 20, 14, 24, 40, 5, 5, 5, -1, -1 };
    const char *phase = phases[meeting->phase];
    const char *spoken = spoken_word(phase);
    json_t *row = json_pack("{s:s, s:s}", "meeting", meeting->id.text, "unit",
                            meeting->unit.text);

    json_object_set_new(
        row, "starts_at",
        chiboctl_time(ctl, meeting->starts_at_ms, meeting->zone));
    json_object_set_new(row, "zone", json_string(meeting->zone));
    if (!ctl->is_json)
        phase = is_held ? _("held") : spoken ? _(spoken) : phase;
    json_object_set_new(row, "state", json_string(phase));
    json_object_set_new(row, "kind",
                        json_string(chiboctl_word(ctl, &meeting_kind_words,
                                                  (int)meeting->kind)));
    json_object_set_new(
        row, "title",
        json_string(register_book_text(ctl->book, meeting->seq, "title")));
    json_object_set_new(row, "chair", json_string(meeting->chair.text));
    json_object_set_new(row, "deputy", json_string(meeting->deputy.text));
    json_object_set_new(row, "minute_taker",
                        json_string(meeting->minute_taker.text));
    json_object_set_new(
        row, "place",
        json_string(register_book_text(ctl->book, meeting->seq, "place")));
    json_object_set_new(row, "agenda", agenda_of(ctl, meeting));
    if (ctl->is_json && meeting->groups_year > 0)
        json_object_set_new(row, "groups_year",
                            json_integer((json_int_t)meeting->groups_year));
    if (ctl->is_json && !identifier_is_empty(&meeting->part_of))
        json_object_set_new(row, "part_of", json_string(meeting->part_of.text));
    if (ctl->is_json && is_held)
        json_object_set_new(row, "held", json_true());
    chiboctl_row(ctl, row, widths);
}

static int run_list(struct chiboctl *ctl)
{
    const char *cell = chiboctl_option(ctl, "cell");
    const bool shows_all = chiboctl_has(ctl, "all");
    const struct register_state *state;
    struct identifier unit;
    json_t *held;

    if (!chiboctl_connect(ctl) ||
        (cell && !chiboctl_find_unit(ctl, cell, &unit)))
        return CHIBOCTL_FAILED;
    held = chiboctl_held(ctl);
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->meeting_count; i++) {
        const struct register_meeting *meeting = &state->meetings[i];
        const bool is_over =
            meeting->phase == CALL_ENDED || meeting->phase == CALL_CANCELLED;

        if ((!is_over || shows_all) &&
            (!cell || register_state_is_within(state, &meeting->unit, &unit)))
            show_meeting(ctl, meeting, chiboctl_is_held(held, &meeting->id));
    }
    json_decref(held);
    return CHIBOCTL_OK;
}

/* --- The commands
 * ------------------------------------------------------------------------------
 */

#define CALL_OPTIONS                                                           \
    { "title", "TEXT", N_("what it is called") },                              \
        { "kind", "KIND",                                                      \
          N_("regular (default), thematic, extraordinary, members_meeting, "   \
             "congress, committee or party_group") },                          \
        { "at", "TIME", N_("when, there: \"2026-11-25 19:30\"") },             \
        { "zone", "ZONE", N_("time zone; default Asia/Ho_Chi_Minh") },         \
        { "place", "TEXT", N_("where") },                                      \
        { "chair", "MEMBER", N_("who presides") },                             \
        { "deputy", "MEMBER", N_("who takes over from an absent chair") },     \
        { "minute-taker", "MEMBER", N_("who takes the minutes") },             \
    {                                                                          \
        "item", "TEXT",                                                        \
            N_("an agenda item, \"TITLE | MINUTES | MEMBER\"; give it once "   \
               "for each; they take the place of the template's")              \
    }

static const struct chiboctl_option schedule_options[] = {
    { "template", "NAME",
      N_("kind, title and agenda from this file, or the template of this "
         "name: regular, thematic, extraordinary, committee, party_group, "
         "congress") },
    { "cell", "UNIT", N_("the cell; needed where there are several") },
    { "group", "UNIT", N_("the party group, of a meeting of one") },
    CALL_OPTIONS,
    { NULL, NULL, NULL }
};
static const struct chiboctl_option change_options[] = { CALL_OPTIONS,
                                                         { NULL, NULL, NULL } };
static const struct chiboctl_option cancel_options[] = {
    { "reason", "TEXT", N_("why; all who were called read it") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option list_options[] = {
    { "cell", "UNIT", N_("only of this unit") },
    { "all", NULL, N_("also those that are over") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_meeting_commands[] = {
    { "meeting", "schedule", "", N_("call a meeting of a cell"),
      schedule_options, 0, 0, run_schedule },
    { "meeting", "change", "MEETING",
      N_("change what is given, before the meeting begins"), change_options, 1,
      1, run_change },
    { "meeting", "cancel", "MEETING", N_("cancel a meeting before it begins"),
      cancel_options, 1, 1, run_cancel },
    { "meeting", "by-groups", "MEETING [PARTY-GROUP-MEETING ...]",
      N_("hold a meeting by those of its party groups; by none: as one"), NULL,
      1, 1 + LIMIT_AGENDA_ITEMS, run_by_groups },
    { "meeting", "list", "", N_("list meetings to come and under way"),
      list_options, 0, 0, run_list },
    { 0 }
};
