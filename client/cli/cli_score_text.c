#include "client/cli/cli_score_text.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_percent.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"

#include <inttypes.h>

static const char *grade_text(int grade)
{
    return grade > grade_none_ && grade < grade_count_
               ? cli_word(&grade_words, grade)
               : "";
}

void cli_score_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out)
{
    const struct event_score_completed *body = &event->body.score_completed;

    (void)fprintf(
        out, _("%s completes the score sheet: %" PRIu64 " points of 100, %s"),
        cli_who(view, &body->act.member).text, body->total,
        grade_text(body->grade));
}

static void show_facts(const struct meeting_score_facts *facts, FILE *out)
{
    (void)fprintf(out, _("  Length:       %" PRIu64 " minutes\n"),
                  facts->minutes);
    (void)fprintf(out,
                  _("  Attendance:   %" PRIu64 " of %" PRIu64
                    " members (%s), absent without reason: %" PRIu64 "\n"),
                  facts->present, facts->summoned,
                  cli_percent(facts->present, facts->summoned).text,
                  facts->unexcused);
    (void)fprintf(out, _("  Spoke:        %" PRIu64 " of %" PRIu64 " (%s)\n"),
                  facts->speakers, facts->present,
                  cli_percent(facts->speakers, facts->present).text);
    if (facts->documents > 0)
        (void)fprintf(out,
                      _("  Documents:    %" PRIu64
                        " before the opening, the last "
                        "of them %" PRIu64 " whole days before\n"),
                      facts->documents, facts->documents_days);
    else
        (void)fputs(_("  Documents:    none before the opening\n"), out);
    if (facts->tasks > 0)
        (void)fprintf(out,
                      _("  Tasks:        %" PRIu64 " of %" PRIu64
                        " of the meeting before are done\n"),
                      facts->tasks_done, facts->tasks);
}

static const char *posting_text(enum posting posting)
{
    return posting == posting_none_ || posting == POSTING_NONE
               ? NULL
               : cli_word(&posting_words, (int)posting);
}

/* Where the rule of the deadline was taken from, as its file says. */
static void show_posting_source(const struct meeting_view *view, FILE *out)
{
    const char *source =
        view->rules && view->rule_notes
            ? view->rule_notes->of[RULE_ID_DEADLINE_POSTING].source
            : NULL;

    if (!source)
        return;
    (void)fprintf(out, _("                within %" PRIu64 " days, by "),
                  view->rules->deadlines.posting_days);
    cli_text_write(text_view_of(source), out);
    if (ruleset_is_unverified(view->rules, RULE_ID_DEADLINE_POSTING))
        (void)fputs(_(" (not compared with the official text)"), out);
    (void)fputc('\n', out);
}

/* The deadline that the closing of the meeting before set. */
static void show_posting(const struct meeting_view *view,
                         const struct meeting_score_facts *facts, FILE *out)
{
    char due[CLI_ZONE_TIME_SIZE], done[CLI_ZONE_TIME_SIZE];

    if (facts->posting_due_ms == 0)
        return;
    cli_zone_time_write(facts->posting_due_ms, view->state->zone, NULL, due);
    (void)fprintf(out, _("  Posting:      of the meeting before, due %s: %s\n"),
                  due, posting_text(facts->posting));
    if (facts->posting_done_ms != 0) {
        cli_zone_time_write(facts->posting_done_ms, view->state->zone, NULL,
                            done);
        (void)fprintf(out, _("                reported done %s\n"), done);
    }
    show_posting_source(view, out);
}

static bool has_sheet(const struct meeting_view *view)
{
    return view->rules && ruleset_has(view->rules, RULESET_SCORE_SHEET);
}

bool cli_score_propose(const struct meeting_view *view,
                       struct meeting_score_proposal *out)
{
    struct meeting_score_facts facts;

    if (!has_sheet(view))
        return false;
    meeting_score_facts_of(view->state, cli_wall_ms(), &facts);
    meeting_score_propose(view->rules, &facts, out);
    return true;
}

/* What the record proposes for a criterion; false: nothing. */
static bool proposal_of(const struct meeting_score_proposal *proposal,
                        int criterion, uint64_t *points)
{
    if (criterion == CRITERION_TIME)
        *points = proposal->time;
    else if (criterion == CRITERION_ATTENDANCE)
        *points = proposal->attendance;
    else
        return false;
    return true;
}

static void show_given(const struct meeting_score *score, int criterion,
                       FILE *out)
{
    if (score->seq > 0)
        (void)fprintf(out, "  %3" PRIu64, score->points[criterion]);
    else
        (void)fputs("    –", out);
}

/* The criteria with their points, beside what the record proposes. */
static void show_sheet(const struct meeting_view *view,
                       const struct meeting_score_facts *facts, FILE *out)
{
    struct meeting_score_proposal proposal;
    uint64_t points;
    int i;

    meeting_score_propose(view->rules, facts, &proposal);
    for (i = 1; i < criterion_count_; i++) {
        show_given(&view->state->score, i, out);
        (void)fprintf(out, " / %2" PRIu64 "  %s",
                      view->rules->score.points_max[i],
                      cli_word(&criterion_words, i));
        if (proposal_of(&proposal, i, &points))
            (void)fprintf(out, _(" (by the record: %" PRIu64 ")"), points);
        if (i == CRITERION_CONDUCT)
            (void)fprintf(out,
                          _(" (of these for the share of speakers, by the "
                            "record: %" PRIu64 ")"),
                          proposal.speakers);
        if (i == CRITERION_CLOSING && posting_text(facts->posting))
            (void)fprintf(out,
                          _(" (posting of the meeting before, by the record: "
                            "%s)"),
                          posting_text(facts->posting));
        (void)fputc('\n', out);
    }
    if (ruleset_is_unverified(view->rules, RULE_ID_SCORE_SHEET))
        (void)fprintf(out, "  %s\n",
                      _("This score sheet was not compared with the official "
                        "text."));
}

void cli_score_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_score *score = &view->state->score;
    struct meeting_score_facts facts = score->facts;

    if (score->seq == 0)
        meeting_score_facts_of(view->state, cli_wall_ms(), &facts);
    show_facts(&facts, out);
    show_posting(view, &facts, out);
    if (has_sheet(view))
        show_sheet(view, &facts, out);
    if (score->seq == 0)
        (void)fprintf(out, "  %s\n",
                      _("The score sheet is not completed yet."));
    else
        (void)fprintf(out, _("  %3" PRIu64 "  points of 100: %s (%s)\n"),
                      score->total, grade_text((int)score->grade),
                      cli_who(view, &score->by).text);
}

json_t *cli_score_json(const struct meeting_state *state)
{
    const struct meeting_score *score = &state->score;
    json_t *points = json_array();
    int i;

    if (score->seq == 0) {
        json_decref(points);
        return json_null();
    }
    for (i = 1; i < criterion_count_; i++)
        (void)json_array_append_new(points,
                                    json_integer((json_int_t)score->points[i]));
    return json_pack(
        "{s:o, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:I, s:I}", "points",
        points, "total", (json_int_t)score->total, "grade",
        grade_words.words[score->grade], "by", score->by.text, "minutes",
        (json_int_t)score->facts.minutes, "summoned",
        (json_int_t)score->facts.summoned, "present",
        (json_int_t)score->facts.present, "speakers",
        (json_int_t)score->facts.speakers, "posting",
        score->facts.posting != posting_none_
            ? posting_words.words[score->facts.posting]
            : "",
        "posting_due_ms", (json_int_t)score->facts.posting_due_ms,
        "posting_done_ms", (json_int_t)score->facts.posting_done_ms);
}
