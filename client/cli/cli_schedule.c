/* chibo schedule: a meeting is called from a template, by leader, deputy or
 * minute-taker of the cell. */
#include "client/cli/cli_attendance_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/agenda_folder.h"
#include "protocol/program/result_words.h"
#include "protocol/rules/agenda_template.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage_text[] = N_(
    "usage: chibo schedule TEMPLATE --at TIME --minute-taker MEMBER [options]\n"
    "\n"
    "Calls a meeting of your cell, with the agenda of a template: regular,\n"
    "thematic, extraordinary, committee, party_group, congress, or a file.\n"
    "For leader, deputies and minute-taker of the cell.\n"
    "\n"
    "  --at TIME              when, there: \"2026-11-25 19:30\"\n"
    "  --minute-taker MEMBER  who takes the minutes\n"
    "  --chair MEMBER         who presides (you)\n"
    "  --deputy MEMBER        who takes over from an absent chair\n"
    "  --title TEXT           what it is called (as in the template)\n"
    "  --place TEXT           where\n"
    "  --zone ZONE            time zone (Asia/Ho_Chi_Minh)\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

struct given {
    const char *template, *at, *minute_taker, *chair, *deputy, *title, *place,
        *zone;
};

/* --- the template -------------------------------------------------------- */

/* Why the file of a template could not be opened. */
static void complain_unread(const char *name, const char *path, int reason)
{
    char known[AGENDA_TEMPLATE_NAMES_SIZE] = "";

    if (agenda_template_is_name(name) && reason == ENOENT)
        agenda_folder_list(path, known);
    if (known[0])
        cli_complain(_("no template is called %s; there are: %s"), name, known);
    else
        cli_complain(_("%s cannot be read: %s"),
                     agenda_template_is_name(name) ? path : name,
                     system_words(reason));
}

/* Of this very program, unless it is a file's name. */
static bool find_template(const char *name, char path[PATH_MAX + 128])
{
    char program[PATH_MAX];
    const ssize_t size =
        readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (!agenda_template_is_name(name)) {
        (void)snprintf(path, PATH_MAX + 128, "%s", name);
        return true;
    }
    if (size <= 0)
        return false;
    program[size] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    (void)snprintf(path, PATH_MAX + 128,
                   "%s/../share/chibo/templates/agenda/%s.conf", program, name);
    return true;
}

static bool read_template(const char *name, struct agenda_template *out)
{
    static char text[AGENDA_TEMPLATE_SIZE_MAX + 1];
    char path[PATH_MAX + 128] = "";
    FILE *file = find_template(name, path) ? fopen(path, "rb") : NULL;
    enum result result;
    size_t size;
    int line;

    if (!file) {
        complain_unread(name, path, errno);
        return false;
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    result = agenda_template_read(text, size, out, &line);
    if (result != RESULT_OK)
        cli_complain(_("%s, line %d: this is no template of an agenda"), path,
                     line);
    return result == RESULT_OK;
}

/* --- when and who -------------------------------------------------------- */

/* Does the clock there show what was typed? "19:30" */
static bool is_hour_of(GDateTime *at, const char *typed)
{
    char shown[sizeof "19:30"];

    (void)snprintf(shown, sizeof shown, "%02u:%02u",
                   (unsigned)g_date_time_get_hour(at) % 100,
                   (unsigned)g_date_time_get_minute(at) % 100);
    return strcmp(shown, typed) == 0;
}

/* "2026-11-25 19:30" there. An hour that the clock leaves out is none. */
static bool read_time(const char *typed, const char *zone, int64_t *out)
{
    GTimeZone *there = g_time_zone_new_identifier(zone);
    GDateTime *at = NULL;
    char iso[sizeof "2026-11-25T19:30:00"] = "";

    if (!there) {
        cli_complain(_("unknown time zone: %s"), zone);
        return false;
    }
    if (strlen(typed) == strlen("2026-11-25 19:30") && typed[10] == ' ') {
        (void)snprintf(iso, sizeof iso, "%.10sT%s:00", typed, typed + 11);
        at = g_date_time_new_from_iso8601(iso, there);
    }
    if (at && !is_hour_of(at, typed + 11)) {
        g_date_time_unref(at);
        at = NULL;
    }
    if (at)
        *out = (int64_t)g_date_time_to_unix(at) * 1000;
    else
        cli_complain(_("--at takes a local time such as \"2026-11-25 19:30\", "
                       "not \"%s\""),
                     typed);
    g_time_zone_unref(there);
    if (!at)
        return false;
    g_date_time_unref(at);
    return true;
}

/* Who has the duties of this meeting. */
struct duties {
    struct identifier chair, deputy, minute_taker;
};

static bool read_duties(struct cli_session *session, const struct given *given,
                        struct duties *out)
{
    *out = (struct duties){ .chair = session->holder };
    return (!given->chair ||
            cli_register_name(session, given->chair, &out->chair)) &&
           (!given->deputy ||
            cli_register_name(session, given->deputy, &out->deputy)) &&
           cli_register_name(session, given->minute_taker, &out->minute_taker);
}

/* --- the command --------------------------------------------------------- */

static const char *presenter_of(const struct agenda_template_item *item,
                                const struct duties *duties)
{
    switch (item->presenter) {
    case TEMPLATE_BY_CHAIR:
        return duties->chair.text;
    case TEMPLATE_BY_DEPUTY:
        return duties->deputy.text;
    case TEMPLATE_BY_MINUTE_TAKER:
        return duties->minute_taker.text;
    case template_presenter_none_:
    case template_presenter_count_:
        break;
    }
    return "";
}

static json_t *agenda_of(const struct agenda_template *template,
                         const struct duties *duties)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < template->item_count; i++) {
        const struct agenda_template_item *item = &template->items[i];

        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:I, s:s}", "title", item->title, "presenter",
                      presenter_of(item, duties), "planned_min",
                      (json_int_t)item->minutes, "kind",
                      item->kind == item_kind_none_
                          ? ""
                          : enum_word(&item_kind_words, (int)item->kind)));
    }
    return list;
}

static json_t *command_of(struct cli_session *session,
                          const struct given *given,
                          const struct agenda_template *template,
                          const struct duties *duties, int64_t at_ms)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_member *me =
        view->org ? register_state_member(view->org, &view->me) : NULL;
    json_t *command = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:o}", "op",
        "schedule_meeting", "log", view->organisation.text, "unit",
        me ? me->unit.text : "", "kind",
        enum_word(&meeting_kind_words, (int)template->kind), "title",
        given->title ? given->title : template->title, "starts_at",
        (json_int_t)at_ms, "zone", given->zone, "place",
        given->place ? given->place : "", "chair", duties->chair.text, "deputy",
        duties->deputy.text, "minute_taker", duties->minute_taker.text,
        "agenda", agenda_of(template, duties));

    client_view_unlock(session->client);
    return command;
}

static uint64_t number_of(const json_t *object, const char *name)
{
    const json_int_t number = json_integer_value(json_object_get(object, name));

    return number > 0 ? (uint64_t)number : 0;
}

/* Whether it may be held online; nothing where the rules do not ask, or the
 * meeting is not one for the caller. */
static void say_condition(struct cli_session *session, const char *meeting)
{
    json_t *meetings = cli_meetings_ask(session);
    size_t i;

    for (i = 0; i < json_array_size(meetings); i++) {
        const json_t *row = json_array_get(meetings, i);
        const json_t *online = json_object_get(row, "online");
        const char *id = json_string_value(json_object_get(row, "meeting"));

        if (!id || strcmp(id, meeting) != 0 || !json_is_object(online))
            continue;
        cli_eligibility_write(
            number_of(online, "unable"), number_of(online, "members"),
            number_of(online, "need"),
            json_is_true(json_object_get(online, "met")), stdout);
        (void)putchar('\n');
    }
    json_decref(meetings);
}

static bool schedule(struct cli_session *session, const struct given *given,
                     const struct agenda_template *template, int64_t at_ms)
{
    struct client_notice *answer;
    struct duties duties;
    const char *made;
    json_t *object;

    if (!read_duties(session, given, &duties))
        return false;
    answer = cli_register_send(
        session, command_of(session, given, template, &duties, at_ms));
    if (!answer)
        return false;
    object = json_loadb(answer->json, answer->json_size, 0, NULL);
    made = json_string_value(json_object_get(object, "made"));
    (void)printf(_("The meeting %s is called: %s.\n"), made ? made : "",
                 given->title ? given->title : template->title);
    if (made)
        say_condition(session, made);
    json_decref(object);
    (void)client_notice_free(answer);
    return true;
}

enum cli_exit cli_schedule(int argc, char **argv)
{
    struct given given = { .zone = "Asia/Ho_Chi_Minh" };
    const struct cli_option options[] = {
        { "--at", &given.at, NULL },
        { "--minute-taker", &given.minute_taker, NULL },
        { "--chair", &given.chair, NULL },
        { "--deputy", &given.deputy, NULL },
        { "--title", &given.title, NULL },
        { "--place", &given.place, NULL },
        { "--zone", &given.zone, NULL },
    };
    const struct cli_usage usage = { usage_text, options,
                                     sizeof options / sizeof options[0], 1, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    struct agenda_template template = { .items = NULL };
    int64_t at_ms;
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, &given.template, &end))
        return end;
    if (!given.at || !given.minute_taker) {
        cli_complain(_("give --%s"), given.at ? "minute-taker" : "at");
        return CLI_USAGE;
    }
    is_done = read_template(given.template, &template) &&
              read_time(given.at, given.zone, &at_ms) &&
              cli_register_open(&session, &common) &&
              schedule(&session, &given, &template, at_ms);
    cli_session_close(&session);
    agenda_template_release(&template);
    return is_done ? CLI_DONE : CLI_FAILED;
}
