/* What follows from the counts of a secret ballot, by its matter. */
#include "protocol/meeting/ballot_matter_internal.h"

/* --- The decision --------------------------------------------------------- */

/* One ballot's counts, devices and paper together, as they are weighed. */
struct weighing {
    const struct ruleset *rules;
    const struct meeting_ballot *ballot;
    struct ballot_sheet sheet;
    uint64_t totals[LIMIT_BALLOT_POSITIONS];
    size_t each; /* positions of one question */
    struct ballot_decision_memory *memory;
    struct event_ballot_decided out;
};

static bool is_paper_counted(const struct meeting_ballot *ballot)
{
    return ballot->paper.is_entered && ballot->paper.is_confirmed;
}

/* Ballots by device whose only mark is missing. */
static uint64_t unmarked(const struct weighing *w, const uint64_t *counts)
{
    uint64_t sum;

    if (w->sheet.has_blank)
        return counts[0];
    if (w->sheet.paper != PAPER_SINGLE ||
        !ballot_sheet_sum(counts, w->each, &sum) || sum > w->ballot->returned)
        return 0;
    return w->ballot->returned - sum;
}

/* Is a ballot without any mark valid by the ruleset? */
static bool is_unmarked_valid(const struct weighing *w)
{
    const unsigned rows[VALIDITY_ROWS_MAX] = { 0 };
    const struct paper_marks marks = {
        .paper = w->sheet.paper,
        .is_issued = true,
        .seats = w->ballot->matter.seats,
        .rows = rows,
        .row_count = w->sheet.paper == PAPER_LIST_SURPLUS
                         ? w->ballot->candidate_count
                         : w->sheet.question_count,
    };
    struct validity_decision decision;

    return validity_decide(&w->rules->validity, &marks, &decision) ==
               RESULT_OK &&
           decision.validity == VALIDITY_VALID;
}

static bool add_up(struct weighing *w, const uint64_t *counts, size_t count)
{
    const struct meeting_ballot *ballot = w->ballot;
    const struct meeting_ballot_paper *paper = &ballot->paper;
    const uint64_t bad = unmarked(w, counts);
    const uint64_t blank =
        is_paper_counted(ballot) && w->sheet.has_blank ? paper->counts[0] : 0;
    size_t i;

    if (is_paper_counted(ballot) &&
        (paper->count_count != count ||
         !ballot_sheet_adds_up(&w->sheet, paper->valid, paper->counts, count)))
        return false;
    /* A row alone without a mark is taken off first: the rest is valid. */
    if (!ballot_sheet_adds_up(&w->sheet,
                              ballot->returned - (w->sheet.has_blank ? 0 : bad),
                              counts, count))
        return false;
    for (i = 0; i < count; i++)
        w->totals[i] =
            counts[i] + (is_paper_counted(ballot) ? paper->counts[i] : 0);
    w->out.returned = ballot->returned;
    w->out.invalid = is_unmarked_valid(w) ? 0 : bad + blank;
    if (is_paper_counted(ballot)) {
        w->out.returned += paper->returned;
        w->out.invalid += paper->invalid;
    }
    w->out.valid = w->out.returned - w->out.invalid;
    return true;
}

static void set_rule(struct weighing *w, enum rule_id rule)
{
    w->out.rule = text_view_of(enum_word(&rule_id_words, (int)rule));
}

static void set_test(struct weighing *w, const struct outcome *outcome)
{
    threshold_text(&outcome->test, w->memory->test);
    w->out.test = text_view_of(w->memory->test);
    set_rule(w, outcome->rule);
    w->out.need = outcome->need;
}

/* Votes for each candidate, in their order. */
static void votes_of(const struct weighing *w, uint64_t *votes)
{
    const bool is_list = w->sheet.paper == PAPER_LIST_SURPLUS;
    size_t i;

    for (i = 0; i < w->ballot->candidate_count; i++)
        votes[i] = w->totals[is_list ? i + 1 : i * w->each];
}

static void add_chosen(struct weighing *w, size_t candidate, uint64_t votes,
                       size_t place, enum ballot_standing standing)
{
    const bool has_against = w->sheet.paper != PAPER_LIST_SURPLUS;

    w->memory->chosen[place] = (struct chosen_row){
        .member = w->ballot->candidates[candidate],
        .votes = votes,
        .against = has_against ? w->totals[candidate * w->each + 1] : 0,
        .place = place + 1,
        .standing = (int)standing
    };
    w->out.chosen = (struct items){ w->memory->chosen, place + 1 };
}

static enum ballot_standing standing_of(enum election_standing standing)
{
    switch (standing) {
    case STANDING_NOT_ELECTED:
        break;
    case STANDING_ELECTED:
        return STANDS_CHOSEN;
    case STANDING_TIED:
        return STANDS_TIED;
    }
    return STANDS_NOT_CHOSEN;
}

static enum result decide_election(struct weighing *w)
{
    static const enum ballot_end ends[] = { [ELECTION_COMPLETE] =
                                                BALLOT_END_COMPLETE,
                                            [ELECTION_TIE] = BALLOT_END_TIE,
                                            [ELECTION_TOO_FEW] =
                                                BALLOT_END_TOO_FEW };
    const struct meeting_ballot *ballot = w->ballot;
    uint64_t votes[LIMIT_BALLOT_CANDIDATES];
    const struct election_count count = { .round = identifier_is_empty(
                                                       &ballot->matter.again)
                                                       ? ELECTION_ROUND_FULL
                                                       : ELECTION_ROUND_TIE,
                                          .seats = ballot->matter.seats,
                                          .d = ballot->denominator,
                                          .votes = votes,
                                          .count = ballot->candidate_count };
    struct election_result result;
    size_t i;

    votes_of(w, votes);
    if (election_decide(&w->rules->election, &count, &result) != RESULT_OK)
        return RESULT_INVALID;
    set_test(w, &result.tests[0]);
    set_rule(w, result.rule);
    w->out.end = (int)ends[result.end];
    w->out.open = result.open;
    for (i = 0; i < count.count; i++)
        add_chosen(w, result.order[i], votes[result.order[i]], i,
                   standing_of(result.standing[result.order[i]]));
    return RESULT_OK;
}

/* Opinions only: whoever reaches the test, by votes; nobody has a seat. */
static enum result decide_straw(struct weighing *w)
{
    const struct vote_test *test = &w->rules->thresholds[MATTER_STRAW];
    const size_t count = w->ballot->candidate_count;
    uint64_t votes[LIMIT_BALLOT_CANDIDATES];
    size_t order[LIMIT_BALLOT_CANDIDATES];
    struct outcome outcome;
    size_t i, j;

    votes_of(w, votes);
    for (i = 0; i < count; i++) {
        for (j = i; j > 0 && votes[order[j - 1]] < votes[i]; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
    for (i = 0; i < count; i++) {
        if (outcome_of(test, votes[order[i]], w->ballot->denominator,
                       &outcome) != RESULT_OK)
            return RESULT_INVALID;
        add_chosen(w, order[i], votes[order[i]], i,
                   outcome.is_met ? STANDS_CHOSEN : STANDS_NOT_CHOSEN);
    }
    set_test(w, &outcome);
    w->out.end = BALLOT_END_COUNTED;
    return RESULT_OK;
}

static enum result decide_discipline(struct weighing *w)
{
    struct discipline_count count = { .listed = w->ballot->matter.forms,
                                      .d = w->ballot->denominator };
    struct discipline_result result;
    size_t position = 1; /* behind the blank */
    size_t rows = 0;
    int form;

    for (form = 1; form < discipline_count_; form++)
        if (rule_set_has(count.listed, form))
            count.votes[form] = w->totals[position++];
    count.none = w->totals[position];
    if (discipline_decide(&w->rules->discipline, &count, &result) != RESULT_OK)
        return RESULT_INVALID;
    for (form = 1; form < discipline_count_; form++)
        if (rule_set_has(count.listed, form))
            w->memory->forms[rows++] =
                (struct form_row){ .form = form,
                                   .votes = result.alone[form].yes,
                                   .added = result.added[form].yes,
                                   .need = result.alone[form].need,
                                   .reached = result.alone[form].is_met };
    w->out.forms = (struct items){ w->memory->forms, rows };
    w->out.end = result.form ? BALLOT_END_PASSED : BALLOT_END_FAILED;
    set_rule(w, RULE_ID_DISCIPLINE);
    w->out.no = count.none;
    if (result.form) {
        const struct outcome *outcome = result.is_cumulated
                                            ? &result.added[result.form]
                                            : &result.alone[result.form];

        set_test(w, outcome);
        set_rule(w, result.rule);
        w->out.yes = outcome->yes;
    }
    w->out.form = (int)result.form;
    w->out.cumulated = result.is_cumulated;
    w->out.proposal = result.is_proposal;
    return RESULT_OK;
}

/* The row of a table of levels, as far as it goes. */
static struct level_row *add_levels(struct weighing *w, size_t candidate)
{
    const uint64_t *marks = &w->totals[candidate * w->each];
    struct level_row *row = &w->memory->levels[candidate];

    *row = (struct level_row){ .member = w->ballot->candidates[candidate],
                               .first = marks[0],
                               .second = marks[1],
                               .third = marks[2],
                               .fourth = w->each > 3 ? marks[3] : 0 };
    w->out.levels = (struct items){ w->memory->levels, candidate + 1 };
    return row;
}

static enum result decide_confidence(struct weighing *w)
{
    static const enum ballot_level ends[] = { [CONFIDENCE_KEPT] = LEVEL_KEPT,
                                              [CONFIDENCE_REPLAN] =
                                                  LEVEL_REPLAN,
                                              [CONFIDENCE_REMOVE] =
                                                  LEVEL_REMOVE };
    const struct confidence_rules *rules = &w->rules->confidence;
    struct confidence_result result;
    size_t i;
    int level;

    for (i = 0; i < w->ballot->candidate_count; i++) {
        struct confidence_count count = { .d = rules->replan.of == MEASURE_VALID
                                                   ? w->out.valid
                                                   : w->ballot->denominator };

        for (level = 1; level < confidence_level_count_; level++)
            count.votes[level] = w->totals[i * w->each + (size_t)level - 1];
        if (confidence_decide(rules, &count, &result) != RESULT_OK)
            return RESULT_INVALID;
        add_levels(w, i)->level = (int)ends[result.end];
    }
    set_test(w, &result.replan);
    set_rule(w, RULE_ID_CONFIDENCE);
    w->out.end = BALLOT_END_COUNTED;
    return RESULT_OK;
}

static enum result decide_rating(struct weighing *w)
{
    struct rating_result result = { .level = 0 };
    struct rating_cap cap;
    uint64_t excellent = 0, good = 0;
    size_t i;
    int level;

    for (i = 0; i < w->ballot->candidate_count; i++) {
        struct rating_count count = { .d = w->ballot->denominator };

        for (level = 1; level < rating_level_count_; level++)
            count.votes[level] = w->totals[i * w->each + (size_t)level - 1];
        if (rating_decide(&w->rules->rating, &count, &result) != RESULT_OK)
            return RESULT_INVALID;
        add_levels(w, i)->level =
            result.level ? (int)LEVEL_EXCELLENT + (int)result.level - 1 : 0;
        excellent += result.level == RATING_EXCELLENT;
        good += result.level == RATING_GOOD;
    }
    set_test(w, &result.outcomes[RATING_EXCELLENT]);
    if (rating_check_cap(&w->rules->rating, excellent, good, &cap) != RESULT_OK)
        return RESULT_INVALID;
    w->out.over_cap = cap.is_exceeded;
    w->out.end = BALLOT_END_COUNTED;
    return RESULT_OK;
}

static enum result decide_motion(struct weighing *w)
{
    const struct vote_test *test =
        &w->rules->thresholds[w->ballot->matter.matter];
    struct outcome outcome;

    if (outcome_of(test, w->totals[0], w->ballot->denominator, &outcome) !=
        RESULT_OK)
        return RESULT_INVALID;
    set_test(w, &outcome);
    w->out.yes = w->totals[0];
    w->out.no = w->totals[1];
    w->out.other = w->each > 2 ? w->totals[2] : 0;
    w->out.end = outcome.is_met ? BALLOT_END_PASSED : BALLOT_END_FAILED;
    return RESULT_OK;
}

static enum result decide(struct weighing *w)
{
    switch (w->ballot->matter.matter) {
    case MATTER_ELECTION:
        return decide_election(w);
    case MATTER_STRAW:
        return decide_straw(w);
    case MATTER_DISCIPLINE:
        return decide_discipline(w);
    case MATTER_CONFIDENCE:
        return decide_confidence(w);
    case MATTER_RATING:
        return decide_rating(w);
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
        return decide_motion(w);
    case matter_none_:
    case matter_count_:
        break;
    }
    return RESULT_NOT_FOUND;
}

enum result ballot_decide(const struct ruleset *rules,
                          const struct meeting_ballot *ballot,
                          const uint64_t *counts, size_t count,
                          struct ballot_decision_memory *memory,
                          struct event_ballot_decided *out)
{
    struct weighing w = { .rules = rules,
                          .ballot = ballot,
                          .memory = memory,
                          .out = { .ballot = ballot->id,
                                   .denominator = ballot->denominator,
                                   .test = TEXT_LITERAL("") } };
    enum result result;

    if (!ballot_sheet_of(&ballot->matter, ballot->candidate_count, &w.sheet) ||
        !ruleset_has_matter(rules, ballot->matter.matter))
        return RESULT_NOT_FOUND;
    if (count > LIMIT_BALLOT_POSITIONS)
        return RESULT_INVALID;
    w.each = ballot_sheet_positions(&w.sheet, count);
    if (w.each == 0 || !add_up(&w, counts, count))
        return RESULT_INVALID;
    result = decide(&w);
    if (result == RESULT_OK)
        *out = w.out;
    return result;
}
