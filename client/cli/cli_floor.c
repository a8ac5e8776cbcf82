#include "client/cli/cli_floor.h"

#include "client/cli/cli_refusal.h"
#include "client/cli/cli_show.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>

enum { MS_PER_SECOND = 1000, SECONDS_PER_MINUTE = 60 };

struct cli_who cli_speaker(const struct meeting_view *view,
                           const struct identifier *member)
{
    const struct meeting_person *person =
        view->state ? meeting_state_person(view->state, member) : NULL;
    struct cli_who who = cli_who(view, member);
    struct cli_who site;
    struct cli_who both;

    if (!person || person->mode != MODE_SITE)
        return who;
    site = cli_who(view, &person->site);
    /* Both names are far shorter than half of the room each. */
    (void)snprintf(both.text, sizeof both.text, "%.290s – %.290s", site.text,
                   who.text);
    return both;
}

/* --- sentences ------------------------------------------------------------ */

static void put_mode(const struct event_floor_mode_set *body, FILE *out)
{
    (void)fputs(body->mode == FLOOR_FREE
                    ? _("Everybody who may speak is heard now")
                    : _("Only those who are called are heard now"),
                out);
    if (body->order == FLOOR_BY_TIME)
        (void)fputs(_("; who has spoken least is called first"), out);
}

static void put_point_of_order(const struct meeting_view *view,
                               const struct identifier *member, FILE *out)
{
    (void)fprintf(out, _("%s raises a POINT OF ORDER"),
                  cli_speaker(view, member).text);
}

static void put_warning(const struct meeting_view *view,
                        const struct event_floor_warned *body, FILE *out)
{
    const uint64_t seconds = body->left_ms / MS_PER_SECOND;

    if (identifier_equal(&body->member, &view->me))
        (void)fprintf(out, _("YOUR speaking time ends in %" PRIu64 " s"),
                      seconds);
    else
        (void)fprintf(out, _("%s has %" PRIu64 " s left to speak"),
                      cli_speaker(view, &body->member).text, seconds);
}

static void put_release(const struct meeting_view *view,
                        const struct event_mute_released *body, FILE *out)
{
    if (identifier_equal(&body->holder, &view->me))
        (void)fputs(_("YOU may switch the sound on again: /unmute"), out);
    else
        (void)fprintf(out, _("%s may switch the sound on again"),
                      cli_who(view, &body->holder).text);
}

static void put_appointed(const struct meeting_view *view,
                          const struct event_officer_appointed *body, FILE *out)
{
    (void)fprintf(out, _("%s is made %s"), cli_who(view, &body->member).text,
                  cli_word(&officer_role_words, body->role));
}

static void put_dismissed(const struct meeting_view *view,
                          const struct event_officer_dismissed *body, FILE *out)
{
    (void)fprintf(out, _("%s is no longer %s"),
                  cli_who(view, &body->member).text,
                  cli_word(&officer_role_words, body->role));
}

void cli_floor_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out)
{
    switch ((int)event->kind) {
    case EVENT_FLOOR_MODE_SET_KIND:
        put_mode(&event->body.floor_mode_set, out);
        return;
    case EVENT_POINT_OF_ORDER_RAISED_KIND:
        put_point_of_order(view, &event->body.point_of_order_raised.member,
                           out);
        return;
    case EVENT_FLOOR_WARNED_KIND:
        put_warning(view, &event->body.floor_warned, out);
        return;
    case EVENT_MUTE_RELEASED_KIND:
        put_release(view, &event->body.mute_released, out);
        return;
    case EVENT_OFFICER_APPOINTED_KIND:
        put_appointed(view, &event->body.officer_appointed, out);
        return;
    case EVENT_OFFICER_DISMISSED_KIND:
        put_dismissed(view, &event->body.officer_dismissed, out);
        return;
    case EVENT_CHAIR_GIVEN_KIND:
        (void)fprintf(out, _("%s is given the chair"),
                      cli_who(view, &event->body.chair_given.member).text);
        return;
    case EVENT_CHAIR_PROPOSED_KIND:
        (void)fprintf(out,
                      _("The chair is away. Vote %s is on %s as chair: /vote"),
                      event->body.chair_proposed.vote.text,
                      cli_who(view, &event->body.chair_proposed.member).text);
        return;
    case EVENT_CHAIR_ELECTED_KIND:
        (void)fprintf(out, _("%s is elected to the chair"),
                      cli_who(view, &event->body.chair_elected.member).text);
        return;
    default:
        return;
    }
}

/* --- lists -----------------------------------------------------------------
 */

static void put_officers(const struct meeting_view *view, bool is_of_co_chairs,
                         const char *heading, FILE *out)
{
    const struct meeting_state *state = view->state;
    bool is_first = true;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];

        if (!(is_of_co_chairs ? person->is_co_chair : person->is_moderator))
            continue;
        (void)fprintf(out, "%s%s", is_first ? heading : ", ",
                      cli_who(view, &person->holder.id).text);
        is_first = false;
    }
    if (!is_first)
        (void)fputc('\n', out);
}

void cli_floor_officers_write(const struct meeting_view *view, FILE *out)
{
    put_officers(view, true, _("  Co-chairs:    "), out);
    put_officers(view, false, _("  Moderators:   "), out);
}

static void put_time(int64_t spoken_ms, FILE *out)
{
    const int64_t seconds = spoken_ms / MS_PER_SECOND;

    (void)fprintf(out, _("%" PRId64 " min %02" PRId64 " s"),
                  seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE);
}

static void put_hand(const struct meeting_view *view, size_t i, FILE *out)
{
    const struct meeting_hand *hand = &view->state->hands[i];
    const struct meeting_person *person =
        meeting_state_person(view->state, &hand->member);

    (void)fprintf(out, "  %2zu. %s", i + 1,
                  cli_speaker(view, &hand->member).text);
    if (hand->is_point_of_order)
        (void)fputs(_(" (point of order)"), out);
    if (person && meeting_person_is_first_time(person)) {
        (void)fputs(_(" (speaks for the first time)"), out);
    } else {
        (void)fputs(" (", out);
        put_time(hand->spoken_ms, out);
        (void)fputc(')', out);
    }
    (void)fputc('\n', out);
}

void cli_show_hands(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t i;

    if (state->floor_mode == FLOOR_FREE)
        (void)fprintf(out, "  %s\n", _("Everybody who may speak is heard."));
    if (state->has_floor)
        (void)fprintf(out, _("  %s has the floor\n"),
                      cli_speaker(view, &state->floor_member).text);
    if (state->hand_count == 0)
        (void)fprintf(out, "  %s\n", _("Nobody has a hand up."));
    for (i = 0; i < state->hand_count; i++)
        put_hand(view, i, out);
}

void cli_show_times(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    bool is_any = false;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];

        if (person->speeches == 0)
            continue;
        (void)fprintf(out, "  %s: ", cli_who(view, &person->holder.id).text);
        put_time(person->spoken_ms, out);
        (void)fprintf(out, _(", had the floor %" PRIu64 " times"),
                      person->speeches);
        if (state->has_floor &&
            identifier_equal(&state->floor_member, &person->holder.id))
            (void)fputs(_("; speaks now, which is not counted yet"), out);
        (void)fputc('\n', out);
        is_any = true;
    }
    if (!is_any)
        (void)fprintf(out, "  %s\n", _("Nobody has had the floor yet."));
}
