#include "client/cli/cli_event_text.h"

#include "client/cli/cli_agenda_text.h"
#include "client/cli/cli_attendance_text.h"
#include "client/cli/cli_election_text.h"
#include "client/cli/cli_ballot_text.h"
#include "client/cli/cli_checkpoint.h"
#include "client/cli/cli_floor.h"
#include "client/cli/cli_kinds_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_minutes_text.h"
#include "client/cli/cli_recognition_text.h"
#include "client/cli/cli_recording_text.h"
#include "client/cli/cli_score_text.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_votes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { MS_PER_MINUTE = 60000, MS_PER_SECOND = 1000 };

void cli_text_write(struct text_view text, FILE *out)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        (void)fputc(text.data[i], out);
        if (text.data[i] == '\n')
            (void)fputs("          ", out);
    }
}

static const char *const awaited[MEETING_EVENT_COUNT] = {
    [EVENT_GENESIS_KIND] = "title",
    [EVENT_ITEM_ADDED_KIND] = "title",
    [EVENT_CHAT_SAID_KIND] = "text",
    [EVENT_ENTRY_WRITTEN_KIND] = "text",
    [EVENT_ENTRY_EDITED_KIND] = "text",
    [EVENT_OBJECTION_RAISED_KIND] = "text",
    [EVENT_OBJECTION_ANSWERED_KIND] = "text",
    [EVENT_VOTE_STARTED_KIND] = "motion",
    [EVENT_DECIDED_BY_GROUPS_KIND] = "motion",
    [EVENT_VOTE_CANCELLED_KIND] = "reason",
    [EVENT_ABSENCE_NOTED_KIND] = "reason",
    [EVENT_TURNED_AWAY_KIND] = "reason",
    [EVENT_DOCUMENT_ATTACHED_KIND] = "name",
    [EVENT_ITEM_DROPPED_KIND] = "reason",
    [EVENT_COMMENTED_KIND] = "text",
    [EVENT_TASK_SET_KIND] = "text",
    [EVENT_TASK_REPORTED_KIND] = "text",
    [EVENT_BALLOT_DRAFTED_KIND] = "form",
    [EVENT_BALLOT_OBJECTED_KIND] = "reason",
    [EVENT_BALLOT_VOIDED_KIND] = "reason",
};

const char *cli_event_awaits(const struct meeting_event *event)
{
    return awaited[event->kind];
}

bool cli_event_has_time(const struct meeting_event *event)
{
    return event->kind != EVENT_BALLOT_RECORDED_KIND;
}

/* What a sentence is made of. */
struct line {
    const struct meeting_view *view;
    const struct meeting_event *event;
    FILE *out;
};

#define WHO(line, id) (cli_who((line)->view, (id)).text)

static void put_sealed(const struct line *line, const char *field)
{
    struct text_view text =
        meeting_view_text(line->view, line->event->seq, field);

    if (text.data)
        cli_text_write(text, line->out);
    else
        (void)fputs(_("(not shown to you)"), line->out);
}

/* ": <reason>" if there is one that may be read. */
static void put_reason(const struct line *line)
{
    struct text_view reason =
        meeting_view_text(line->view, line->event->seq, "reason");

    if (!reason.data || reason.size == 0)
        return;
    (void)fputs(": ", line->out);
    cli_text_write(reason, line->out);
}

/* What is due of probationary members, where it is to be seen. */
static void put_recognitions(const struct line *line)
{
    const size_t count = cli_recognitions_open(line->view, cli_wall_ms());

    if (count > 0)
        (void)fprintf(line->out,
                      _("; recognitions to be decided on: %zu, see /tasks"),
                      count);
}

static void put_limit(const struct line *line, uint64_t limit_ms)
{
    if (limit_ms > 0 && limit_ms % MS_PER_MINUTE == 0)
        (void)fprintf(line->out, _(" for %" PRIu64 " min"),
                      limit_ms / MS_PER_MINUTE);
    else if (limit_ms > 0)
        (void)fprintf(line->out, _(" for %" PRIu64 " s"),
                      limit_ms / MS_PER_SECOND);
}

/* Of all that is spoken, what went before included. */
static void put_whole_limit(const struct line *line, uint64_t limit_ms)
{
    const uint64_t seconds = limit_ms / MS_PER_SECOND;

    if (limit_ms > 0 && limit_ms % MS_PER_MINUTE == 0)
        (void)fprintf(line->out, _(", %" PRIu64 " min in all"),
                      limit_ms / MS_PER_MINUTE);
    else if (limit_ms > 0)
        (void)fprintf(line->out, _(", %" PRIu64 " min %" PRIu64 " s in all"),
                      seconds / 60, seconds % 60);
    else
        (void)fputs(_(", without a limit"), line->out);
}

static void put_counts(const struct line *line, uint64_t yes, uint64_t no,
                       uint64_t other, uint64_t abstain)
{
    (void)fprintf(line->out,
                  _("in favour %" PRIu64 ", against %" PRIu64
                    ", other opinion %" PRIu64 ", not voting %" PRIu64),
                  yes, no, other, abstain);
}

/* --- people -------------------------------------------------------------- */

static void put_presence(const struct line *line)
{
    const struct event_presence_confirmed *body =
        &line->event->body.presence_confirmed;

    (void)fprintf(line->out, _("%s is present"), WHO(line, &body->member));
    if (body->mode == MODE_SITE)
        (void)fprintf(line->out, _(", at %s"), WHO(line, &body->site));
    else
        (void)fprintf(line->out, ", %s",
                      cli_word(&presence_mode_words, body->mode));
    if (body->source == SOURCE_CODE)
        (void)fputs(_(" (by the code)"), line->out);
    else if (body->source == SOURCE_PIN)
        (void)fputs(_(" (by PIN)"), line->out);
}

static void put_roll(const struct line *line)
{
    const struct event_roll_confirmed *roll = &line->event->body.roll_confirmed;

    (void)fprintf(line->out,
                  _("The roll is confirmed: %" PRIu64 " of %" PRIu64
                    " full members present, %" PRIu64 " of %" PRIu64
                    " probationary members"),
                  roll->official_present, roll->official,
                  roll->probationary_present, roll->probationary);
    (void)fprintf(line->out,
                  _("; absent with reason %" PRIu64 ", without %" PRIu64
                    "; in person %" PRIu64 ", at sites %" PRIu64
                    ", online %" PRIu64 ", by radio or telephone %" PRIu64),
                  roll->official_excused + roll->probationary_excused,
                  roll->official_unexcused + roll->probationary_unexcused,
                  roll->in_person, roll->at_site, roll->online,
                  roll->voice_relay);
}

static void put_absence(const struct line *line)
{
    const struct event_absence_noted *body = &line->event->body.absence_noted;

    (void)fprintf(line->out, "%s: %s", WHO(line, &body->member),
                  body->throughout
                      ? _("absent from the whole congress, accepted")
                      : cli_word(&absence_words, body->absence));
    put_reason(line);
}

static void put_presence_ended(const struct line *line)
{
    const struct event_presence_ended *body = &line->event->body.presence_ended;

    (void)fprintf(line->out, _("%s is no longer present (%s)"),
                  WHO(line, &body->member),
                  cli_word(&presence_end_words, body->reason));
}

/* Who left by will has a line of her own about it. */
static void put_gone(const struct line *line)
{
    const struct event_disconnected *body = &line->event->body.disconnected;

    if (body->reason == END_LEFT)
        (void)fprintf(line->out, _("%s has gone"), WHO(line, &body->holder));
    else
        (void)fprintf(line->out, _("%s has gone (%s)"),
                      WHO(line, &body->holder),
                      cli_word(&presence_end_words, body->reason));
}

/* --- floor --------------------------------------------------------------- */

static void put_hand(const struct line *line)
{
    const struct identifier *member = &line->event->body.hand_raised.member;
    size_t position =
        line->view->state ? meeting_state_hand(line->view->state, member) : 0;

    (void)fprintf(line->out, _("%s raises a hand"),
                  cli_speaker(line->view, member).text);
    if (position > 1)
        (void)fprintf(line->out, _(" (number %zu in the list)"), position);
}

static void put_floor_ended(const struct line *line)
{
    const struct event_floor_ended *body = &line->event->body.floor_ended;

    (void)fprintf(line->out,
                  _("%s no longer has the floor, after %" PRIu64 " s (%s)"),
                  WHO(line, &body->member), body->spoken_ms / MS_PER_SECOND,
                  cli_word(&floor_end_words, body->reason));
}

/* --- votes --------------------------------------------------------------- */

static void put_hall_votes(const struct line *line)
{
    const struct event_hall_votes_entered *body =
        &line->event->body.hall_votes_entered;

    (void)fprintf(line->out, _("%s enters the votes of %s for %s: "),
                  WHO(line, &body->by),
                  identifier_is_empty(&body->site) ? _("the meeting's place")
                                                   : WHO(line, &body->site),
                  body->vote.text);
    put_counts(line, body->yes, body->no, body->other, body->abstain);
}

static void put_vote_cast(const struct line *line)
{
    const struct event_vote_cast *body = &line->event->body.vote_cast;

    (void)fprintf(line->out, _("%s votes on %s: %s"), WHO(line, &body->member),
                  body->vote.text, cli_word(&choice_words, body->choice));
}

/* A sentence in two parts with the sealed text behind. */
static void put_with_text(const struct line *line, const char *beginning,
                          const char *field)
{
    (void)fprintf(line->out, "%s: ", beginning);
    put_sealed(line, field);
}

static void put_clock(const struct line *line)
{
    (void)fprintf(line->out, _("The server's clock jumped by %" PRId64 " s"),
                  line->event->body.clock_jumped.by_ms / MS_PER_SECOND);
}

#define SAY(format, ...) (void)fprintf(line->out, format, __VA_ARGS__)
#define SAY_PLAIN(text) (void)fputs(text, line->out)

static void put_checkpoint(const struct line *line)
{
    const struct event_checkpoint *body = &line->event->body.checkpoint;

    (void)fprintf(line->out, _("Confirmed by %zu of %zu devices"),
                  body->signers.count,
                  body->signers.count + body->missing.count);
    cli_checkpoint_lack_write(line->view, body, line->out);
}

static void put_restored(const struct line *line)
{
    (void)fprintf(line->out,
                  _("Events from number %" PRIu64 " on were lost with the "
                    "server; chair and minute-taker go on from here"),
                  line->event->body.restored.from);
}

/* A table written as a switch: a row a kind. */
/* NOLINTNEXTLINE(readability-function-size) */
static void put_line(const struct line *line)
{
    const struct meeting_event *e = line->event;

    switch (e->kind) {
    case MEETING_EVENT_UNKNOWN:
    case MEETING_EVENT_COUNT:
        SAY_PLAIN(_("Something that this program is too old to understand"));
        break;
    case EVENT_CHECKPOINT_KIND:
        put_checkpoint(line);
        break;
    case EVENT_RESTORED_KIND:
        put_restored(line);
        break;
    case EVENT_GENESIS_KIND:
        put_with_text(line, _("The record of the meeting begins"), "title");
        break;
    case EVENT_ROSTER_CHANGED_KIND:
        SAY_PLAIN(_("The list of members or their devices has changed"));
        break;
    case EVENT_LOBBY_OPENED_KIND:
        SAY_PLAIN(_("The lobby is open"));
        break;
    case EVENT_KNOCKED_KIND:
        SAY(_("%s is waiting in the lobby"),
            WHO(line, &e->body.knocked.holder));
        break;
    case EVENT_ADMITTED_KIND:
        SAY(_("%s is admitted"), WHO(line, &e->body.admitted.holder));
        break;
    case EVENT_TURNED_AWAY_KIND:
        SAY(_("%s is not admitted"), WHO(line, &e->body.turned_away.holder));
        put_reason(line);
        break;
    case EVENT_CONNECTED_KIND:
        SAY(_("%s is connected"), WHO(line, &e->body.connected.holder));
        break;
    case EVENT_CONNECTION_LOST_KIND:
        SAY(_("%s has lost the connection"),
            WHO(line, &e->body.connection_lost.holder));
        break;
    case EVENT_DISCONNECTED_KIND:
        put_gone(line);
        break;
    case EVENT_SERVER_RESTARTED_KIND:
        SAY_PLAIN(_("The server was restarted; the record is whole"));
        break;
    case EVENT_CLOCK_JUMPED_KIND:
        put_clock(line);
        break;
    case EVENT_PRESENCE_CONFIRMED_KIND:
        put_presence(line);
        break;
    case EVENT_PRESENCE_ENDED_KIND:
        put_presence_ended(line);
        break;
    case EVENT_ABSENCE_NOTED_KIND:
        put_absence(line);
        break;
    case EVENT_ROLL_CONFIRMED_KIND:
        put_roll(line);
        break;
    case EVENT_OPENED_KIND:
        SAY_PLAIN(_("The meeting is open"));
        put_recognitions(line);
        break;
    case EVENT_ADJOURNED_KIND:
        SAY_PLAIN(_("The meeting is adjourned"));
        break;
    case EVENT_RESUMED_KIND:
        SAY_PLAIN(_("The meeting goes on"));
        break;
    case EVENT_CLOSED_KIND:
        SAY_PLAIN(_("The meeting is closed"));
        break;
    case EVENT_CHAIR_TAKEN_KIND:
        SAY(_("%s takes the chair"), WHO(line, &e->body.chair_taken.member));
        break;
    case EVENT_MINUTES_HANDED_OVER_KIND:
        SAY(_("%s takes the minutes from now on"),
            WHO(line, &e->body.minutes_handed_over.member));
        break;
    case EVENT_HAND_RAISED_KIND:
        put_hand(line);
        break;
    case EVENT_HAND_LOWERED_KIND:
        SAY(_("%s has lowered the hand"),
            WHO(line, &e->body.hand_lowered.member));
        break;
    case EVENT_FLOOR_GIVEN_KIND:
        SAY(_("%s has the floor"),
            cli_speaker(line->view, &e->body.floor_given.member).text);
        put_limit(line, e->body.floor_given.limit_ms);
        break;
    case EVENT_FLOOR_EXTENDED_KIND:
        SAY(_("%s keeps the floor"), WHO(line, &e->body.floor_extended.member));
        put_whole_limit(line, e->body.floor_extended.limit_ms);
        break;
    case EVENT_FLOOR_ENDED_KIND:
        put_floor_ended(line);
        break;
    case EVENT_MUTED_KIND:
        SAY(_("%s is muted by %s"), WHO(line, &e->body.muted.holder),
            WHO(line, &e->body.muted.by));
        break;
    case EVENT_UNMUTED_KIND:
        SAY(_("%s is no longer muted"), WHO(line, &e->body.unmuted.holder));
        break;
    case EVENT_CHAT_SAID_KIND:
        put_with_text(line, WHO(line, &e->body.chat_said.holder), "text");
        break;
    case EVENT_RECORDING_SET_KIND:
        SAY_PLAIN(e->body.recording_set.allowed
                      ? _("The chair allows recording: others may record what "
                          "you say")
                      : _("The chair no longer allows recording"));
        break;
#define RECORDING_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_RECORDING_EVENT_LIST(RECORDING_CASE)
#undef RECORDING_CASE
        cli_recording_event_write(line->view, e, line->out);
        break;
    case EVENT_ITEM_STARTED_KIND:
        SAY_PLAIN(_("Agenda item: "));
        cli_item_title_write(line->view, &e->body.item_started.item, line->out);
        break;
    case EVENT_ITEM_ENDED_KIND:
        SAY_PLAIN(_("End of the agenda item: "));
        cli_item_title_write(line->view, &e->body.item_ended.item, line->out);
        break;
    case EVENT_VOTE_STARTED_KIND:
        cli_vote_started_write(line->view, &e->body.vote_started, line->out);
        put_with_text(line, "", "motion");
        break;
    case EVENT_VOTE_CAST_KIND:
        put_vote_cast(line);
        break;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        put_hall_votes(line);
        break;
    case EVENT_VOTE_CLOSED_KIND:
        cli_vote_closed_write(&e->body.vote_closed, line->out);
        break;
    case EVENT_VOTE_CANCELLED_KIND:
        SAY(_("Vote %s is cancelled"), e->body.vote_cancelled.vote.text);
        put_reason(line);
        break;
#define MINUTES_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_MINUTES_EVENT_LIST(MINUTES_CASE)
#undef MINUTES_CASE
        cli_minutes_event_write(line->view, e, line->out);
        break;
#define AGENDA_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_AGENDA_EVENT_LIST(AGENDA_CASE)
#undef AGENDA_CASE
        cli_agenda_event_write(line->view, e, line->out);
        break;
#define TERMS_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_TERMS_EVENT_LIST(TERMS_CASE)
#undef TERMS_CASE
        cli_terms_event_write(line->view, e, line->out);
        if (e->kind == EVENT_AUTHORITY_SET_KIND)
            put_with_text(line, "", "issuer");
        break;
#define ATTENDANCE_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_ATTENDANCE_EVENT_LIST(ATTENDANCE_CASE)
#undef ATTENDANCE_CASE
        cli_attendance_event_write(line->view, e, line->out);
        break;
    case EVENT_SCORE_COMPLETED_KIND:
        cli_score_event_write(line->view, e, line->out);
        break;
#define FLOOR_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_FLOOR_EVENT_LIST(FLOOR_CASE)
#undef FLOOR_CASE
        cli_floor_event_write(line->view, e, line->out);
        break;
#define KINDS_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_KINDS_EVENT_LIST(KINDS_CASE)
#undef KINDS_CASE
        cli_kinds_event_write(line->view, e, line->out);
        break;
#define ELECT_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_ELECT_EVENT_LIST(ELECT_CASE)
#undef ELECT_CASE
        (void)cli_election_event_write(line->view, e, line->out);
        break;
#define BALLOT_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_BALLOT_EVENT_LIST(BALLOT_CASE)
#undef BALLOT_CASE
        cli_ballot_event_write(line->view, e, line->out);
        break;
    }
}

void cli_capitalized_write(const char *text, size_t size, FILE *out)
{
    utf8proc_uint8_t first[4] = { 0 };
    utf8proc_int32_t code_point;
    utf8proc_ssize_t length = utf8proc_iterate(
        (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &code_point);

    if (length > 0) {
        (void)fwrite(
            first, 1,
            (size_t)utf8proc_encode_char(utf8proc_toupper(code_point), first),
            out);
        text += length;
        size -= (size_t)length;
    }
    (void)fwrite(text, 1, size, out);
}

void cli_event_write(const struct meeting_view *view,
                     const struct meeting_event *event, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    struct line line = { .view = view, .event = event };

    line.out = open_memstream(&text, &size);
    if (!line.out) {
        line.out = out; /* no memory: as it is */
        put_line(&line);
        return;
    }
    put_line(&line);
    if (fclose(line.out) == 0)
        cli_capitalized_write(text, size, out);
    free(text);
}
