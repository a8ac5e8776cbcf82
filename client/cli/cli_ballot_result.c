/* The result of a secret ballot, with its parts apart. */
#include "client/cli/cli_ballot_decided.h"
#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_percent.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <inttypes.h>
#include <string.h>

/* What is shown and from where. */
struct shown {
    const struct meeting_view *view;
    const struct meeting_ballot *ballot;
    const struct cli_paper *paper;
    const uint64_t *counts;   /* online, by position */
    const uint64_t *on_paper; /* likewise; NULL: nobody voted on paper */
    bool is_verified;         /* by this device */
    size_t width;
    FILE *out;
};

static bool has_paper(const struct meeting_ballot *ballot)
{
    return ballot->paper.is_entered && ballot->paper.is_confirmed;
}

/* --- the head ------------------------------------------------------------- */

static void put_standing(const struct shown *r,
                         const struct client_ballot_view *own)
{
    if (own && own->check == CLIENT_BALLOT_BAD)
        (void)fputs(_("RESULT: FALSE. This device has checked the record, and "
                      "it does not hold. Do not announce it.\n"),
                    r->out);
    else if (r->is_verified)
        (void)fputs(_("RESULT: checked by this device\n"), r->out);
    else
        (void)fputs(
            _("RESULT: checked by the server, not yet by this device\n"),
            r->out);
}

/* Paper that was entered at a site's device. */
static void put_entered(const struct shown *r,
                        const struct meeting_ballot_pool *pool,
                        const struct meeting_site *site)
{
    (void)fprintf(r->out,
                  _("    of these %" PRIu64 " paper ballots entered by the "
                    "committee on the device of %s, entered by %s, "),
                  pool->is_included ? pool->own : pool->k,
                  cli_who(r->view, &pool->site).text,
                  site ? cli_who(r->view, &site->keeper).text : "?");
    (void)fprintf(r->out,
                  _("confirmed by %s: only as good as a recount of the sealed "
                    "paper\n"),
                  cli_who(r->view, &pool->confirmed_by).text);
}

static void put_halls(const struct shown *r)
{
    const struct meeting_ballot *ballot = r->ballot;
    size_t i;

    for (i = 0; i < ballot->pool_count; i++) {
        const struct meeting_ballot_pool *pool = &ballot->pools[i];
        const struct meeting_site *site =
            meeting_state_site(r->view->state, &pool->site);

        if (pool->is_dropped)
            continue;
        if (pool->is_transcribed) {
            put_entered(r, pool, site);
            continue;
        }
        (void)fprintf(r->out,
                      _("    of these %" PRIu64 " ballots made on the hall "
                        "device of %s, operator %s, "),
                      pool->is_included ? pool->own : pool->k,
                      cli_who(r->view, &pool->site).text,
                      site ? cli_who(r->view, &site->keeper).text : "?");
        (void)fprintf(r->out,
                      _("confirmed by %s: not proven; the device saw them\n"),
                      cli_who(r->view, &pool->confirmed_by).text);
    }
}

static void put_paper(const struct shown *r)
{
    const struct meeting_ballot_paper *paper = &r->ballot->paper;

    if (!has_paper(r->ballot))
        return;
    (void)fprintf(r->out,
                  _("  On paper: issued %" PRIu64 ", returned %" PRIu64
                    ", valid %" PRIu64 ", invalid %" PRIu64 "\n"),
                  paper->issued, paper->returned, paper->valid, paper->invalid);
    (void)fprintf(r->out, _("    counted by %s, "),
                  cli_who(r->view, &paper->entered_by).text);
    (void)fprintf(r->out, _("confirmed by %s, sealed: witnessed, not proven\n"),
                  cli_who(r->view, &paper->confirmed_by).text);
}

static void put_head(const struct shown *r)
{
    const struct meeting_ballot *ballot = r->ballot;
    char text[600];

    (void)fprintf(r->out,
                  _("  By device: issued %" PRIu64 ", returned %" PRIu64 "\n"),
                  ballot->length, ballot->returned);
    put_halls(r);
    put_paper(r);
    (void)snprintf(text, sizeof text,
                   _("%" PRIu64
                     " members count. Percentages are of these, rounded to two "
                     "decimals, halves up; what is decided is decided by the "
                     "numbers."),
                   ballot->denominator);
    (void)fputs("  ", r->out);
    fold_words(text, 2, 2, r->width, r->out);
}

/* --- a question ----------------------------------------------------------- */

/* "5" or "5 by device + 2 on paper = 7", then of all and in percent. */
static void put_count(const struct shown *r, size_t position)
{
    const uint64_t online = r->counts[position];
    const uint64_t paper = r->on_paper ? r->on_paper[position] : 0;
    const uint64_t sum = online + paper;

    if (r->on_paper)
        (void)fprintf(
            r->out,
            _("%" PRIu64 " by device + %" PRIu64 " on paper = %" PRIu64),
            online, paper, sum);
    else
        (void)fprintf(r->out, "%" PRIu64, online);
    (void)fprintf(r->out, "/%" PRIu64 " (%s)\n", r->ballot->denominator,
                  cli_percent(sum, r->ballot->denominator).text);
}

static void put_answers(const struct shown *r,
                        const struct client_ballot_question *question,
                        size_t position, size_t indent)
{
    const size_t first = question->has_blank ? 1 : 0;
    size_t i;

    for (i = 0; i < question->answer_count; i++) {
        if (cli_paper_is_table(question))
            (void)fprintf(r->out, "%*s%s: ", (int)indent, "",
                          question->answers[i]);
        else
            (void)fprintf(r->out, "%*s%2zu. %s: ", (int)indent, "", i + 1,
                          question->answers[i]);
        put_count(r, position + first + i);
    }
}

static uint64_t sum_of(const uint64_t *counts, size_t count)
{
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < count; i++)
        sum += counts[i];
    return sum;
}

/* Ballots that say nothing to this row: what is left of those that returned. */
static void put_unmarked(const struct shown *r,
                         const struct client_ballot_question *question,
                         size_t position)
{
    const size_t count = question->answer_count;
    const struct meeting_ballot_paper *paper = &r->ballot->paper;
    uint64_t online = r->ballot->returned - sum_of(r->counts + position, count);

    if (question->min > 0)
        return;
    if (r->on_paper)
        (void)fprintf(r->out,
                      _("      without a mark: %" PRIu64 " by device + %" PRIu64
                        " on paper\n"),
                      online,
                      paper->valid - sum_of(r->on_paper + position, count));
    else
        (void)fprintf(r->out, _("      without a mark: %" PRIu64 "\n"), online);
}

static void put_valid(const struct shown *r,
                      const struct client_ballot_question *question,
                      size_t position)
{
    const uint64_t blank = question->has_blank ? r->counts[position] : 0;

    if (!question->has_blank)
        return;
    (void)fprintf(r->out, _("  By device: valid %" PRIu64 ", blank %" PRIu64),
                  r->ballot->returned - blank, blank);
    if (r->on_paper)
        (void)fprintf(r->out, _("; on paper: blank %" PRIu64),
                      r->on_paper[position]);
    (void)fputc('\n', r->out);
}

/* Does the heading above this row stand above the row before already? */
static bool has_heading_before(const struct shown *r, size_t index)
{
    const struct client_ballot_question *at = &r->paper->questions[index];
    const size_t size = (size_t)(cli_paper_row(at) - at->text);

    return index > 0 && size > 0 && cli_paper_is_table(at - 1) &&
           (size_t)(cli_paper_row(at - 1) - at[-1].text) == size &&
           memcmp(at->text, at[-1].text, size) == 0;
}

static void put_question(const struct shown *r, size_t index)
{
    const struct client_ballot_question *question = &r->paper->questions[index];
    const size_t position = cli_paper_position(r->paper, index);

    if (cli_paper_is_table(question)) {
        if (has_heading_before(r, index)) {
            (void)fputs("  ", r->out);
            fold_words(cli_paper_row(question), 2, 2, r->width, r->out);
        } else {
            fold_words(question->text, 0, 2, r->width, r->out);
        }
        put_answers(r, question, position, 6);
        put_unmarked(r, question, position);
    } else {
        fold_words(question->text, 0, 0, r->width, r->out);
        put_valid(r, question, position);
        put_answers(r, question, position, 2);
    }
}

/* --- the whole ------------------------------------------------------------ */

void cli_ballot_result_show(const struct meeting_view *view,
                            const struct meeting_ballot *ballot, size_t width,
                            FILE *out)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &ballot->id);
    struct cli_paper_copy copy;
    struct shown r = { .view = view,
                       .ballot = ballot,
                       .counts = ballot->counts,
                       .width = width > CLI_WIDTH_MAX ? CLI_WIDTH_MAX : width,
                       .out = out };
    size_t i;

    if (own && own->count_count == ballot->count_count &&
        own->check == CLIENT_BALLOT_GOOD) {
        r.counts = own->counts;
        r.is_verified = true;
    }
    put_standing(&r, own);
    put_head(&r);
    if (!cli_ballot_is_told(view, ballot)) {
        (void)fputs("  ", out);
        cli_ballot_decided_line(view, ballot, out);
        (void)fputc('\n', out);
        return;
    }
    if (cli_ballot_paper_of(view, ballot, &copy) != RESULT_OK)
        return;
    r.paper = &copy.paper;
    if (has_paper(ballot) && ballot->paper.count_count == ballot->count_count)
        r.on_paper = ballot->paper.counts;
    if (cli_paper_position_count(r.paper) == ballot->count_count)
        for (i = 0; i < copy.paper.question_count; i++)
            put_question(&r, i);
    cli_paper_copy_release(&copy);
    cli_ballot_decided_write(view, ballot, r.width, out);
}
