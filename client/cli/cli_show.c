#include "client/cli/cli_show.h"

#include "client/cli/cli_attendance_text.h"
#include "client/cli/cli_floor.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_kinds_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_votes.h"
#include "client/cli/cli_zone.h"
#include "protocol/meeting/meeting_punctuality.h"

#include <inttypes.h>

static const char *phase_text(enum meeting_phase phase)
{
    switch (phase) {
    case MEETING_NOTHING:
    case MEETING_SCHEDULED:
    case MEETING_PHASE_COUNT:
        break;
    case MEETING_LOBBY:
        return _("the lobby is open");
    case MEETING_OPEN:
        return _("the meeting is open");
    case MEETING_ADJOURNED:
        return _("the meeting is adjourned");
    case MEETING_CLOSED:
        return _("the meeting is closed");
    }
    return _("not yet begun");
}

static void put_text(struct text_view text, FILE *out)
{
    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
    (void)fputc('\n', out);
}

void cli_show_meeting(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    char time[CLI_ZONE_TIME_SIZE];
    struct roll_count roll;

    cli_zone_time_write(state->starts_at_ms, state->zone, NULL, time);
    meeting_state_roll(state, &roll);
    put_text(meeting_view_text(view, 0, "title"), out);
    (void)fprintf(out, "  %s, %s: %s\n",
                  cli_word(&meeting_kind_words, (int)state->kind), time,
                  phase_text(state->phase));
    (void)fprintf(out, _("  In the chair: %s\n"),
                  cli_who(view, &state->presiding).text);
    cli_floor_officers_write(view, out);
    (void)fprintf(out, _("  Minutes:      %s\n"),
                  cli_who(view, &state->minute_taker).text);
    (void)fprintf(out,
                  _("  Present:      %" PRIu64 " of %" PRIu64
                    " full members, %" PRIu64 " of %" PRIu64
                    " probationary members\n"),
                  roll.official_present, roll.official,
                  roll.probationary_present, roll.probationary);
    cli_attendance_show(view, out);
    cli_terms_show(view, out);
    if (state->kinds.group_count + state->kinds.subroom_count > 0)
        cli_kinds_show(view, out);
}

static void put_state_of(const struct meeting_view *view,
                         const struct meeting_person *person, FILE *out)
{
    if (person->mode == MODE_SITE)
        (void)fputs(cli_who(view, &person->site).text, out);
    else if (person->mode)
        (void)fputs(cli_word(&presence_mode_words, (int)person->mode), out);
    else if (person->holder.admission == ADMISSION_WAITING)
        (void)fputs(_("waiting in the lobby"), out);
    else if (person->is_absent_throughout)
        (void)fputs(_("absent from the whole congress, accepted"), out);
    else if (person->absence)
        (void)fputs(cli_word(&absence_words, (int)person->absence), out);
    else
        (void)fputs(_("not here"), out);
    if (meeting_person_is_late(view->state, view->rules, person))
        (void)fputs(_(", came late"), out);
    if (meeting_person_left_early(view->state, view->rules, person))
        (void)fputs(_(", left early"), out);
    if (person->holder.subroom > 0)
        (void)fprintf(out, _(", in sub-room %" PRIu64), person->holder.subroom);
    if (person->is_co_chair)
        (void)fputs(_(", co-chair"), out);
    if (person->is_moderator)
        (void)fputs(_(", moderator"), out);
    if (person->holder.is_blocked)
        (void)fputs(_(", muted by the chair's side"), out);
    else if (person->holder.is_muted)
        (void)fputs(_(", muted"), out);
    if (view->state->has_floor &&
        identifier_equal(&view->state->floor_member, &person->holder.id))
        (void)fputs(_(", has the floor"), out);
}

static void put_sound_of(const struct cli_roll_sound *sound,
                         const struct identifier *holder, FILE *out)
{
    if (cli_speakers_have(sound->speakers, holder))
        (void)fputs(_(", is speaking"), out);
    cli_volume_write(cli_volume_of(sound->volumes, holder), out);
}

void cli_show_roll(const struct meeting_view *view,
                   const struct cli_roll_sound *sound, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        struct text_view name = meeting_view_name(view, &person->holder.id);

        (void)fprintf(out, "  %-6s %.*s (%s): ", person->holder.id.text,
                      (int)name.size, name.data ? name.data : "",
                      cli_word(&category_words, (int)person->category));
        put_state_of(view, person, out);
        put_sound_of(sound, &person->holder.id, out);
        (void)fputc('\n', out);
    }
    for (i = 0; i < state->site_count; i++) {
        (void)fprintf(out, "  %-6s %s: %s", state->sites[i].holder.id.text,
                      cli_who(view, &state->sites[i].holder.id).text,
                      meeting_holder_is_live(&state->sites[i].holder)
                          ? _("connected")
                          : _("not connected"));
        cli_attendance_site_write(view, &state->sites[i], out);
        put_sound_of(sound, &state->sites[i].holder.id, out);
        (void)fputc('\n', out);
    }
    cli_attendance_table(view, out);
    cli_terms_show(view, out);
}

static void put_vote(const struct meeting_view *view,
                     const struct meeting_vote *vote, FILE *out)
{
    uint64_t counts[choice_count_];

    meeting_vote_count(vote, counts);
    (void)fprintf(out, "  %s: ", vote->id.text);
    put_text(meeting_view_motion(view, &vote->id), out);
    cli_vote_terms_show(view, vote, out);
    (void)fprintf(out,
                  _("      in favour %" PRIu64 ", against %" PRIu64
                    ", other opinion %" PRIu64 ", not voting %" PRIu64 ": "),
                  counts[CHOICE_YES], counts[CHOICE_NO], counts[CHOICE_OTHER],
                  counts[CHOICE_ABSTAIN]);
    (void)fprintf(out, "%s\n",
                  vote->phase == VOTE_OPEN        ? _("open")
                  : vote->phase == VOTE_CANCELLED ? _("cancelled")
                  : vote->is_passed               ? _("ADOPTED")
                                                  : _("NOT adopted"));
}

void cli_show_votes(const struct meeting_view *view, FILE *out)
{
    size_t i;

    if (view->state->vote_count == 0)
        (void)fprintf(out, "  %s\n", _("There was no vote yet."));
    for (i = 0; i < view->state->vote_count; i++)
        put_vote(view, &view->state->votes[i], out);
}

void cli_show_notes(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t shown = 0;
    size_t i;

    for (i = 0; i < state->entry_count; i++) {
        if (state->entries[i].is_removed)
            continue;
        (void)fprintf(out, "  %s (%" PRIu64 "): ", state->entries[i].id.text,
                      state->entries[i].version);
        put_text(meeting_view_entry_text(view, &state->entries[i].id), out);
        shown++;
    }
    if (shown == 0)
        (void)fprintf(out, "  %s\n", _("The minutes have no entry yet."));
}
