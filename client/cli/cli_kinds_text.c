#include "client/cli/cli_kinds_text.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <inttypes.h>

/* The name of the group behind a row of `groups`; its id if it is not known. */
static const char *group_name(const struct meeting_view *view, size_t at,
                              char *out, size_t size)
{
    struct text_view name;
    char field[48];

    (void)snprintf(field, sizeof field, "groups.%zu.name", at);
    name = meeting_view_text(view, 1, field);
    (void)snprintf(out, size, "%.*s", (int)name.size,
                   name.data ? name.data : "");
    return out[0] ? out : view->state->kinds.groups[at].group.text;
}

/* --- events --------------------------------------------------------------- */

static void put_gathered(const struct meeting_view *view,
                         const struct meeting_event *event, FILE *out)
{
    const struct event_group_gathered *body = &event->body.group_gathered;
    const struct meeting_group *group =
        meeting_state_group(view->state, &body->meeting);
    char name[LIMIT_NAME_LENGTH * 4 + 1] = "";

    if (!group)
        return;
    (void)fprintf(out,
                  _("The record of %s is gathered: %" PRIu64 " of %" PRIu64
                    " full members came, %" PRIu64 " of %" PRIu64
                    " probationary members"),
                  group_name(view, (size_t)(group - view->state->kinds.groups),
                             name, sizeof name),
                  body->official_came, body->official, body->probationary_came,
                  body->probationary);
}

static void put_decided(const struct meeting_view *view,
                        const struct meeting_event *event, FILE *out)
{
    const struct event_decided_by_groups *body = &event->body.decided_by_groups;
    struct text_view motion = meeting_view_text(view, event->seq, "motion");

    (void)fprintf(out,
                  _("All groups together: %.*s: in favour %" PRIu64
                    " of %" PRIu64 ", needed %" PRIu64 ", against %" PRIu64
                    ", other opinion %" PRIu64 ", not voting %" PRIu64 ": %s"),
                  (int)motion.size, motion.data ? motion.data : "", body->yes,
                  body->d, body->need, body->no, body->other, body->abstain,
                  body->passed ? _("carried") : _("not carried"));
}

static void put_entered(const struct meeting_view *view,
                        const struct event_subroom_entered *body, FILE *out)
{
    const char *who = cli_who(view, &body->holder).text;

    if (body->room == 0)
        (void)fprintf(out, _("%s is back in the plenary"), who);
    else
        (void)fprintf(out, _("%s is in sub-room %" PRIu64), who, body->room);
}

void cli_kinds_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out)
{
    switch ((int)event->kind) {
    case EVENT_HELD_BY_GROUPS_KIND:
        (void)fprintf(
            out,
            _("This meeting is held by %zu party groups; it is number %" PRIu64
              " of its kind in %" PRIu64),
            event->body.held_by_groups.groups.count,
            event->body.held_by_groups.before + 1,
            event->body.held_by_groups.year);
        return;
    case EVENT_GROUP_GATHERED_KIND:
        put_gathered(view, event, out);
        return;
    case EVENT_DECIDED_BY_GROUPS_KIND:
        put_decided(view, event, out);
        return;
    case EVENT_SUBROOMS_OPENED_KIND:
        (void)fprintf(out, _("%" PRIu64 " sub-rooms are open"),
                      event->body.subrooms_opened.count);
        return;
    case EVENT_SUBROOM_ENTERED_KIND:
        put_entered(view, &event->body.subroom_entered, out);
        return;
    case EVENT_SUBROOMS_CLOSED_KIND:
        (void)fputs(_("All are back in the plenary"), out);
        return;
    default:
        return;
    }
}

void cli_kinds_advise(enum refusal_code code)
{
    if (code == REFUSAL_SUBROOMS_OPEN)
        cli_paragraph_write(_("  What to do: type /return-all."), stdout);
}

/* --- what there is -------------------------------------------------------- */

/* How far the meeting of a group is, by the register as it is known here. */
static const char *group_phase(const struct meeting_view *view,
                               const struct meeting_group *group)
{
    const struct register_meeting *row =
        view->org ? register_state_meeting(view->org, &group->meeting) : NULL;

    if (group->is_gathered)
        return _("gathered");
    if (row && row->phase == CALL_ENDED)
        return _("its meeting is over, not gathered yet");
    return _("not gathered yet");
}

static void show_groups(const struct meeting_view *view, FILE *out)
{
    const struct meeting_kinds *kinds = &view->state->kinds;
    size_t i;

    if (kinds->group_count == 0)
        return;
    (void)fprintf(out,
                  _("  By groups:    number %" PRIu64 " in %" PRIu64
                    "; members: %" PRIu64 "\n"),
                  kinds->groups_before + 1, kinds->groups_year,
                  kinds->groups_members);
    for (i = 0; i < kinds->group_count; i++) {
        const struct meeting_group *group = &kinds->groups[i];
        char name[LIMIT_NAME_LENGTH * 4 + 1];

        (void)fprintf(out, "    %zu. %s (%s): %s\n", i + 1,
                      group_name(view, i, name, sizeof name),
                      group->meeting.text, group_phase(view, group));
    }
}

static void show_room(const struct meeting_view *view, uint64_t room, FILE *out)
{
    const struct meeting_state *state = view->state;
    const char *mark = "";
    size_t i;

    (void)fprintf(out, _("    Sub-room %" PRIu64 ": "), room);
    for (i = 0; i < state->person_count + state->site_count; i++) {
        const struct meeting_holder *holder =
            i < state->person_count
                ? &state->people[i].holder
                : &state->sites[i - state->person_count].holder;

        if (holder->subroom != room)
            continue;
        (void)fprintf(out, "%s%s", mark, cli_who(view, &holder->id).text);
        mark = ", ";
    }
    (void)fputs(*mark ? "\n" : _("(empty)\n"), out);
}

void cli_kinds_show(const struct meeting_view *view, FILE *out)
{
    const uint64_t count = view->state->kinds.subroom_count;
    uint64_t room;

    if (count + view->state->kinds.group_count == 0)
        (void)fprintf(out, "  %s\n",
                      _("A plenary: no party groups, no sub-rooms."));
    show_groups(view, out);
    if (count > 0)
        (void)fprintf(out, _("  Sub-rooms:    %" PRIu64 "\n"), count);
    for (room = 1; room <= count; room++)
        show_room(view, room, out);
}

/* --- for programs --------------------------------------------------------- */

static json_t *group_json(const struct meeting_group *group)
{
    char head[HEX_SIZE(HASH_SIZE)] = "";

    if (group->is_gathered)
        hex_encode(group->head.bytes, HASH_SIZE, head);
    return json_pack("{s:s, s:s, s:b, s:I, s:s, s:I, s:I}", "group",
                     group->group.text, "meeting", group->meeting.text,
                     "gathered", (int)group->is_gathered, "final_seq",
                     (json_int_t)group->final_seq, "head", head, "official",
                     (json_int_t)group->attendance.official, "official_came",
                     (json_int_t)group->attendance.official_came);
}

void cli_kinds_json(const struct meeting_state *state, json_t *object)
{
    json_t *groups = json_array();
    size_t i;

    for (i = 0; i < state->kinds.group_count; i++)
        (void)json_array_append_new(groups,
                                    group_json(&state->kinds.groups[i]));
    (void)json_object_set_new(object, "groups", groups);
    (void)json_object_set_new(
        object, "groups_year",
        json_integer((json_int_t)state->kinds.groups_year));
    (void)json_object_set_new(
        object, "subrooms",
        json_integer((json_int_t)state->kinds.subroom_count));
}
