/*
 * What a secret ballot came to, with its arithmetic: the elected in their
 * order, a tie, discipline, levels. The numbers are those of the event that the
 * server made and everybody recomputes.
 */
#include "protocol/document/minutes_parts.h"

#include <string.h>

struct telling {
    struct minutes_writing *writing;
    const struct minutes_facts *facts;
    const struct meeting_ballot *ballot;
    const struct event_ballot_decided *decided;
};

static unsigned long long number(uint64_t value) { return value; }

static struct minutes_short percent(const struct telling *t, uint64_t part)
{
    return minutes_percent(t->writing, part, t->decided->denominator);
}

static const char *comrade(const struct telling *t, struct minutes_short *name,
                           const struct identifier *member)
{
    *name = minutes_comrade(t->writing, t->facts, member);
    return name->text;
}

static void tell_valid(const struct telling *t)
{
    minutes_say(t->writing, PHRASE_DECIDED_VALID, number(t->decided->returned),
                number(t->decided->valid), number(t->decided->invalid));
}

static void tell_test(const struct telling *t)
{
    const struct minutes_short test =
        minutes_arithmetic(t->writing, t->decided->test,
                           minutes_phrase(t->writing, PHRASE_SO_MANY_VOTES),
                           t->decided->denominator);
    const struct text_view told = minutes_has_form(t->writing, 2)
                                      ? text_view_of(test.text)
                                      : t->decided->test;

    minutes_say(t->writing, PHRASE_DECIDED_TEST,
                number(t->decided->denominator), number(t->decided->need),
                (int)told.size, told.data);
}

/* --- elections and opinions -------------------------------------------------
 */

static void tell_chosen(const struct telling *t)
{
    static const enum minutes_phrase phrases[ballot_standing_count_] = {
        [STANDS_CHOSEN] = PHRASE_DECIDED_ELECTED,
        [STANDS_TIED] = PHRASE_DECIDED_TIED,
        [STANDS_NOT_CHOSEN] = PHRASE_DECIDED_NOT_ELECTED
    };
    const bool is_straw = t->ballot->matter.matter == MATTER_STRAW;
    const struct chosen_row *row = t->decided->chosen.data;
    struct minutes_short name;
    size_t i;

    for (i = 0; i < t->decided->chosen.count; i++) {
        enum minutes_phrase phrase = phrases[row[i].standing];

        if (is_straw)
            phrase = row[i].standing == STANDS_CHOSEN
                         ? PHRASE_DECIDED_SUPPORTED
                         : PHRASE_DECIDED_NOT_SUPPORTED;
        minutes_say(t->writing, phrase, number(row[i].place),
                    comrade(t, &name, &row[i].member), number(row[i].votes),
                    number(t->decided->denominator),
                    percent(t, row[i].votes).text);
    }
}

static void tell_seats(const struct telling *t)
{
    switch ((enum ballot_end)t->decided->end) {
    case BALLOT_END_COMPLETE:
        minutes_say(t->writing, PHRASE_DECIDED_COMPLETE,
                    number(t->ballot->matter.seats));
        break;
    case BALLOT_END_TIE:
        minutes_say(t->writing, PHRASE_DECIDED_TIE,
                    number(meeting_ballot_tied(t->ballot)),
                    number(t->decided->open));
        break;
    case BALLOT_END_TOO_FEW:
        minutes_say(t->writing, PHRASE_DECIDED_TOO_FEW,
                    number(t->decided->open));
        break;
    case BALLOT_END_PASSED:
    case BALLOT_END_FAILED:
    case BALLOT_END_COUNTED:
    case ballot_end_none_:
    case ballot_end_count_:
        break;
    }
}

/* --- discipline -------------------------------------------------------------
 */

const char *minutes_discipline(const struct minutes_writing *writing, int form)
{
    static const enum minutes_phrase phrases[discipline_count_] = {
        [DISCIPLINE_REPRIMAND] = PHRASE_REPRIMAND,
        [DISCIPLINE_WARNING] = PHRASE_WARNING,
        [DISCIPLINE_REMOVAL] = PHRASE_REMOVAL,
        [DISCIPLINE_EXPULSION] = PHRASE_EXPULSION
    };

    return minutes_phrase(writing, phrases[form]);
}

static void tell_form_decided(const struct telling *t)
{
    const struct event_ballot_decided *decided = t->decided;

    if (!decided->form)
        minutes_say(t->writing, PHRASE_DECIDED_NO_DISCIPLINE);
    else
        minutes_say(t->writing,
                    decided->proposal ? PHRASE_DECIDED_PROPOSAL
                                      : PHRASE_DECIDED_DISCIPLINE,
                    minutes_discipline(t->writing, decided->form),
                    minutes_phrase(t->writing, decided->cumulated
                                                   ? PHRASE_CUMULATED
                                                   : PHRASE_ALONE),
                    number(decided->yes), number(decided->denominator),
                    number(decided->need));
}

static void tell_forms(const struct telling *t)
{
    const struct event_ballot_decided *decided = t->decided;
    const struct form_row *row = decided->forms.data;
    struct minutes_short name;
    size_t i;

    minutes_say(t->writing, PHRASE_DECIDED_SUBJECT,
                comrade(t, &name, &t->ballot->matter.subject),
                minutes_phrase(t->writing, t->ballot->matter.subject_votes
                                               ? PHRASE_SUBJECT_VOTED
                                               : PHRASE_SUBJECT_DID_NOT));
    for (i = 0; i < decided->forms.count; i++)
        minutes_say(t->writing, PHRASE_DECIDED_FORM,
                    minutes_discipline(t->writing, row[i].form),
                    number(row[i].votes), number(row[i].added),
                    number(row[i].need), number(decided->denominator));
    minutes_say(t->writing, PHRASE_DECIDED_NO_FORM, number(decided->no));
}

/* --- levels -----------------------------------------------------------------
 */

static const char *level_word(const struct telling *t, int level)
{
    static const enum minutes_phrase phrases[ballot_level_count_] = {
        [ballot_level_none_] = PHRASE_LEVEL_NONE,
        [LEVEL_KEPT] = PHRASE_LEVEL_KEPT,
        [LEVEL_REPLAN] = PHRASE_LEVEL_REPLAN,
        [LEVEL_REMOVE] = PHRASE_LEVEL_REMOVE,
        [LEVEL_EXCELLENT] = PHRASE_LEVEL_EXCELLENT,
        [LEVEL_GOOD] = PHRASE_LEVEL_GOOD,
        [LEVEL_FULFILLED] = PHRASE_LEVEL_FULFILLED,
        [LEVEL_NOT_FULFILLED] = PHRASE_LEVEL_NOT_FULFILLED
    };

    return minutes_phrase(t->writing, phrases[level]);
}

static void tell_levels(const struct telling *t)
{
    const bool is_rating = t->ballot->matter.matter == MATTER_RATING;
    const struct level_row *row = t->decided->levels.data;
    struct minutes_short name;
    size_t i;

    for (i = 0; i < t->decided->levels.count; i++) {
        comrade(t, &name, &row[i].member);
        if (is_rating)
            minutes_say(t->writing, PHRASE_DECIDED_RATED, name.text,
                        number(row[i].first), number(row[i].second),
                        number(row[i].third), number(row[i].fourth),
                        level_word(t, row[i].level));
        else
            minutes_say(t->writing, PHRASE_DECIDED_CONFIDENCE, name.text,
                        number(row[i].first), number(row[i].second),
                        number(row[i].third), level_word(t, row[i].level));
    }
    if (t->decided->over_cap)
        minutes_say(t->writing, PHRASE_DECIDED_OVER_CAP);
}

/* --- the whole --------------------------------------------------------------
 */

static void tell_motion(const struct telling *t)
{
    const struct event_ballot_decided *decided = t->decided;

    minutes_say(t->writing,
                decided->end == BALLOT_END_PASSED ? PHRASE_DECIDED_PASSED
                                                  : PHRASE_DECIDED_NOT_PASSED,
                number(decided->yes), number(decided->denominator),
                percent(t, decided->yes).text, number(decided->no),
                number(decided->other));
}

/* By its matter: with all rows of the count, or only what follows from it. */
static void tell_matter(const struct telling *t, bool has_rows)
{
    switch (t->ballot->matter.matter) {
    case MATTER_ELECTION:
        if (has_rows)
            tell_chosen(t);
        tell_seats(t);
        break;
    case MATTER_STRAW:
        tell_chosen(t);
        break;
    case MATTER_DISCIPLINE:
        if (has_rows)
            tell_forms(t);
        tell_form_decided(t);
        break;
    case MATTER_CONFIDENCE:
    case MATTER_RATING:
        tell_levels(t);
        break;
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
        tell_motion(t);
        break;
    case matter_none_:
    case matter_count_:
        break;
    }
}

void minutes_tell_decided(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_ballot *ballot)
{
    const struct telling t = { writing, facts, ballot, &ballot->decided };

    if (!ballot->is_decided)
        return;
    tell_valid(&t);
    if (ballot->decided.need > 0 && ballot->matter.matter != MATTER_DISCIPLINE)
        tell_test(&t);
    minutes_tell_source(writing, rule_id_read(ballot->decided.rule));
    tell_matter(&t, true);
}

void minutes_tell_outcome(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_ballot *ballot)
{
    const struct telling t = { writing, facts, ballot, &ballot->decided };

    if (ballot->is_decided)
        tell_matter(&t, false);
}
