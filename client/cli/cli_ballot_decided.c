#include "client/cli/cli_ballot_decided.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_percent.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/rule_words.h"

#include <inttypes.h>
#include <stdlib.h>

const char *cli_discipline_text(enum discipline form)
{
    switch (form) {
    case discipline_none_:
    case discipline_count_:
        break;
    case DISCIPLINE_REPRIMAND:
        return _("reprimand");
    case DISCIPLINE_WARNING:
        return _("warning");
    case DISCIPLINE_REMOVAL:
        return _("removal from the post");
    case DISCIPLINE_EXPULSION:
        return _("expulsion");
    }
    return "";
}

static const char *level_text(enum ballot_level level)
{
    switch (level) {
    case ballot_level_none_:
        return _("no level has enough votes");
    case LEVEL_KEPT:
        return _("nothing follows");
    case LEVEL_REPLAN:
        return _("out of planning, may resign");
    case LEVEL_REMOVE:
        return _("to be removed from the post");
    case LEVEL_EXCELLENT:
        return _("Duties fulfilled with distinction");
    case LEVEL_GOOD:
        return _("Duties fulfilled well");
    case LEVEL_FULFILLED:
        return _("Duties fulfilled");
    case LEVEL_NOT_FULFILLED:
        return _("Duties not fulfilled");
    case ballot_level_count_:
        break;
    }
    return "";
}

bool cli_ballot_is_told(const struct meeting_view *view,
                        const struct meeting_ballot *ballot)
{
    return ballot->matter.matter == matter_none_ ||
           ballot->matter.is_announced ||
           (view->state && meeting_state_is_presiding(view->state, &view->me));
}

void cli_ballot_matter_write(const struct meeting_view *view,
                             const struct meeting_ballot *ballot, FILE *out)
{
    const struct meeting_ballot_matter *matter = &ballot->matter;

    if (matter->matter == matter_none_)
        return;
    (void)fprintf(out, _("  About: %s"),
                  cli_word(&matter_words, (int)matter->matter));
    if (matter->seats > 0)
        (void)fprintf(out, _(", %" PRIu64 " to be chosen of %zu"),
                      matter->seats, ballot->candidate_count);
    if (!identifier_is_empty(&matter->subject))
        (void)fprintf(out, ", %s", cli_who(view, &matter->subject).text);
    if (matter->matter == MATTER_DISCIPLINE)
        (void)fputs(matter->subject_votes ? _(", who votes, too")
                                          : _(", who does not vote"),
                    out);
    if (!identifier_is_empty(&matter->again))
        (void)fprintf(out, _("; second round of ballot %s"),
                      matter->again.text);
    if (!matter->is_announced)
        (void)fputs(_("; the result is not announced"), out);
    (void)fputc('\n', out);
}

/* --- persons ---------------------------------------------------------------
 */

static const char *standing_text(const struct meeting_ballot *ballot,
                                 enum ballot_standing standing)
{
    const bool is_straw = ballot->matter.matter == MATTER_STRAW;

    switch (standing) {
    case STANDS_CHOSEN:
        return is_straw ? _("enough") : _("ELECTED");
    case STANDS_TIED:
        return _("level for the last seat");
    case STANDS_NOT_CHOSEN:
        return is_straw ? _("not enough") : _("not elected");
    case ballot_standing_none_:
    case ballot_standing_count_:
        break;
    }
    return "";
}

static void put_chosen(const struct meeting_view *view,
                       const struct meeting_ballot *ballot, FILE *out)
{
    const struct event_ballot_decided *decided = &ballot->decided;
    const struct chosen_row *row = decided->chosen.data;
    size_t i;

    for (i = 0; i < decided->chosen.count; i++)
        (void)fprintf(
            out, "  %2" PRIu64 ". %s: %" PRIu64 "/%" PRIu64 " (%s), %s\n",
            row[i].place, cli_who(view, &row[i].member).text, row[i].votes,
            decided->denominator,
            cli_percent(row[i].votes, decided->denominator).text,
            standing_text(ballot, (enum ballot_standing)row[i].standing));
}

/* With its numbers where the ruleset is here. */
static void put_cap(const struct meeting_view *view,
                    const struct meeting_ballot *ballot, FILE *out)
{
    const struct level_row *row = ballot->decided.levels.data;
    uint64_t excellent = 0, good = 0;
    struct rating_cap cap;
    size_t i;

    for (i = 0; i < ballot->decided.levels.count; i++) {
        excellent += row[i].level == LEVEL_EXCELLENT;
        good += row[i].level == LEVEL_GOOD;
    }
    (void)fputs(_("  Note: more with distinction than the ruleset says (a "
                  "reminder only)"),
                out);
    if (view->rules && rating_check_cap(&view->rules->rating, excellent, good,
                                        &cap) == RESULT_OK)
        (void)fprintf(out,
                      _(": %" PRIu64 " of the %" PRIu64
                        " with distinction or well, %" PRIu64 " at most"),
                      cap.excellent, cap.excellent + cap.good,
                      cap.excellent_max);
    (void)fputs(".\n", out);
}

static void put_levels(const struct meeting_view *view,
                       const struct meeting_ballot *ballot, FILE *out)
{
    const struct level_row *row = ballot->decided.levels.data;
    size_t i;

    for (i = 0; i < ballot->decided.levels.count; i++) {
        (void)fprintf(out, "  %s: %" PRIu64 " + %" PRIu64 " + %" PRIu64,
                      cli_who(view, &row[i].member).text, row[i].first,
                      row[i].second, row[i].third);
        if (ballot->matter.matter == MATTER_RATING)
            (void)fprintf(out, " + %" PRIu64, row[i].fourth);
        (void)fprintf(out, ": %s\n",
                      level_text((enum ballot_level)row[i].level));
    }
    if (ballot->decided.over_cap)
        put_cap(view, ballot, out);
}

static void put_forms(const struct meeting_ballot *ballot, FILE *out)
{
    const struct event_ballot_decided *decided = &ballot->decided;
    const struct form_row *row = decided->forms.data;
    size_t i;

    for (i = 0; i < decided->forms.count; i++)
        (void)fprintf(out,
                      _("  %s: %" PRIu64 "; with all harder forms %" PRIu64
                        "; needed %" PRIu64 " of %" PRIu64 "\n"),
                      cli_discipline_text((enum discipline)row[i].form),
                      row[i].votes, row[i].added, row[i].need,
                      decided->denominator);
    (void)fprintf(out, _("  no discipline: %" PRIu64 "\n"), decided->no);
}

/* --- the sentence ------------------------------------------------------------
 */

static void put_discipline(const struct event_ballot_decided *decided,
                           FILE *out)
{
    if (!decided->form) {
        (void)fputs(_("no form has enough votes: no discipline"), out);
        return;
    }
    (void)fprintf(out,
                  decided->proposal ? _("proposed to the body above: %s")
                                    : _("decided: %s"),
                  cli_discipline_text((enum discipline)decided->form));
    (void)fprintf(out,
                  decided->cumulated ? _(", by adding up: %" PRIu64
                                         " of %" PRIu64 ", needed %" PRIu64)
                                     : _(", by its own votes: %" PRIu64
                                         " of %" PRIu64 ", needed %" PRIu64),
                  decided->yes, decided->denominator, decided->need);
}

static void put_motion(const struct event_ballot_decided *decided, FILE *out)
{
    (void)fprintf(
        out,
        decided->end == BALLOT_END_PASSED
            ? _("PASSED: %" PRIu64 " in favour of %" PRIu64 ", needed %" PRIu64)
            : _("NOT PASSED: %" PRIu64 " in favour of %" PRIu64
                ", needed %" PRIu64),
        decided->yes, decided->denominator, decided->need);
    (void)fprintf(out, _("; against %" PRIu64 ", other opinion %" PRIu64),
                  decided->no, decided->other);
}

void cli_ballot_decided_line(const struct meeting_view *view,
                             const struct meeting_ballot *ballot, FILE *out)
{
    const struct event_ballot_decided *decided = &ballot->decided;

    if (!cli_ballot_is_told(view, ballot)) {
        (void)fputs(_("the result is not announced; whoever presides sees it"),
                    out);
        return;
    }
    switch ((enum ballot_end)decided->end) {
    case BALLOT_END_PASSED:
    case BALLOT_END_FAILED:
        if (ballot->matter.matter == MATTER_DISCIPLINE)
            put_discipline(decided, out);
        else
            put_motion(decided, out);
        break;
    case BALLOT_END_COMPLETE:
        (void)fprintf(out, _("all %" PRIu64 " seats are taken"),
                      ballot->matter.seats);
        break;
    case BALLOT_END_TIE:
        (void)fprintf(out,
                      _("%zu are level for %" PRIu64
                        " seats left: a second round among exactly them"),
                      meeting_ballot_tied(ballot), decided->open);
        break;
    case BALLOT_END_TOO_FEW:
        (void)fprintf(out,
                      _("%" PRIu64 " seats are left: the meeting decides "
                        "whether to vote again and whether to add names"),
                      decided->open);
        break;
    case BALLOT_END_COUNTED:
        (void)fputs(_("counted"), out);
        break;
    case ballot_end_none_:
    case ballot_end_count_:
        break;
    }
}

/* --- the whole ---------------------------------------------------------------
 */

void cli_ballot_decided_write(const struct meeting_view *view,
                              const struct meeting_ballot *ballot, size_t width,
                              FILE *out)
{
    const struct event_ballot_decided *decided = &ballot->decided;
    char *line = NULL;
    size_t size = 0;
    FILE *memory;

    if (!ballot->is_decided)
        return;
    (void)fprintf(out,
                  _("BY THE RULE %s: valid %" PRIu64 " of %" PRIu64
                    " ballots, not valid %" PRIu64 "\n"),
                  rule_words(rule_id_read(decided->rule), decided->rule.data),
                  decided->valid, decided->returned, decided->invalid);
    if (decided->need > 0)
        (void)fprintf(
            out, _("  at least %" PRIu64 " of %" PRIu64 " are needed (%s)\n"),
            decided->need, decided->denominator, decided->test.data);
    put_chosen(view, ballot, out);
    put_levels(view, ballot, out);
    if (ballot->matter.matter == MATTER_DISCIPLINE)
        put_forms(ballot, out);
    memory = open_memstream(&line, &size);
    if (memory) {
        (void)fputs("=> ", memory);
        cli_ballot_decided_line(view, ballot, memory);
        if (fclose(memory) == 0)
            fold_words(line, 0, 3, width, out);
    }
    free(line);
}

json_t *cli_ballot_decided_json(const struct meeting_ballot *ballot)
{
    json_t *object = ballot->is_decided ? json_object() : NULL;

    if (object && schema_encode(meeting_event_schema(EVENT_BALLOT_DECIDED_KIND),
                                &ballot->decided, false, object) == RESULT_OK)
        return object;
    json_decref(object);
    return json_null();
}
