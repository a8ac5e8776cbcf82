#include "protocol/meeting/ballot_matter_internal.h"

/* --- The paper ------------------------------------------------------------ */

static struct ballot_sheet table_of(enum paper_kind paper,
                                    enum ballot_form form, size_t rows,
                                    size_t answers)
{
    return (struct ballot_sheet){ .paper = paper,
                                  .form = form,
                                  .question_count = rows,
                                  .answers_min = answers,
                                  .answers_max = answers,
                                  .max = 1 };
}

static struct ballot_sheet choice_of(enum paper_kind paper, size_t answers,
                                     uint64_t max)
{
    return (struct ballot_sheet){ .paper = paper,
                                  .form = BALLOT_FORM_CHOOSE,
                                  .question_count = 1,
                                  .answers_min = answers,
                                  .answers_max = answers,
                                  .has_blank = true,
                                  .max = max };
}

static struct ballot_sheet names_of(size_t candidates, uint64_t seats)
{
    const enum paper_kind paper = election_paper(candidates, seats);

    return paper == PAPER_LIST_SURPLUS
               ? choice_of(paper, candidates, seats)
               : table_of(paper, BALLOT_FORM_AGREE, candidates, 2);
}

static size_t form_count(unsigned forms)
{
    size_t count = 0;
    int form;

    for (form = 1; form < discipline_count_; form++)
        count += rule_set_has(forms, form);
    return count;
}

bool ballot_sheet_of(const struct meeting_ballot_matter *matter,
                     size_t candidate_count, struct ballot_sheet *out)
{
    struct ballot_sheet sheet = { 0 };

    switch (matter->matter) {
    case MATTER_ELECTION:
    case MATTER_STRAW:
        if (candidate_count == 0 || matter->seats == 0)
            return false;
        sheet = names_of(candidate_count, matter->seats);
        break;
    case MATTER_DISCIPLINE:
        if (form_count(matter->forms) == 0)
            return false;
        sheet = choice_of(PAPER_ONE_OF, form_count(matter->forms) + 1, 1);
        break;
    case MATTER_CONFIDENCE:
        sheet = table_of(PAPER_LEVELS, BALLOT_FORM_LEVEL3, candidate_count, 3);
        break;
    case MATTER_RATING:
        sheet = table_of(PAPER_LEVELS, BALLOT_FORM_LEVEL4, candidate_count, 4);
        break;
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
        sheet = table_of(PAPER_SINGLE, BALLOT_FORM_AGREE, 1, 2);
        sheet.answers_max = 3;
        break;
    case matter_none_:
    case matter_count_:
        return false;
    }
    if (sheet.question_count == 0)
        return false;
    *out = sheet;
    return true;
}

const char *sheet_fault_word(enum sheet_fault fault)
{
    switch (fault) {
    case SHEET_RIGHT:
        break;
    case SHEET_QUESTIONS:
        return "sheet_questions";
    case SHEET_FORM:
        return "sheet_form";
    case SHEET_ANSWERS:
        return "sheet_answers";
    case SHEET_BLANK:
        return "sheet_blank";
    case SHEET_MARKS:
        return "sheet_marks";
    }
    return "";
}

static enum sheet_fault check_question(const struct ballot_sheet *sheet,
                                       uint64_t names_min,
                                       const struct ballot_question *question)
{
    /* Who has to mark a row cannot leave it out, as on paper. */
    const uint64_t least = sheet->paper == PAPER_LIST_SURPLUS ? names_min : 0;
    const uint64_t most = !sheet->has_blank ? 0 : least > 1 ? least : 1;

    if (question->form != sheet->form)
        return SHEET_FORM;
    if (question->answer_count < sheet->answers_min ||
        question->answer_count > sheet->answers_max)
        return SHEET_ANSWERS;
    if (question->has_blank != sheet->has_blank)
        return SHEET_BLANK;
    return question->min >= least && question->min <= most &&
                   question->max == sheet->max
               ? SHEET_RIGHT
               : SHEET_MARKS;
}

enum sheet_fault ballot_sheet_check(const struct ballot_sheet *sheet,
                                    uint64_t names_min,
                                    const struct ballot_question *questions,
                                    size_t count)
{
    enum sheet_fault fault = SHEET_RIGHT;
    size_t i;

    if (count != sheet->question_count)
        return SHEET_QUESTIONS;
    for (i = 0; i < count && fault == SHEET_RIGHT; i++)
        fault = check_question(sheet, names_min, &questions[i]);
    return fault;
}

size_t ballot_sheet_positions(const struct ballot_sheet *sheet, size_t count)
{
    const size_t blank = sheet->has_blank ? 1 : 0;
    const size_t each = count / sheet->question_count;

    return count % sheet->question_count == 0 &&
                   each >= sheet->answers_min + blank &&
                   each <= sheet->answers_max + blank
               ? each
               : 0;
}

bool ballot_sheet_sum(const uint64_t *counts, size_t count, uint64_t *out)
{
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < count; i++)
        if (__builtin_add_overflow(sum, counts[i], &sum))
            return false;
    *out = sum;
    return true;
}

/* What a row may have together: of list_surplus a name from each of as many as
 * there are seats, else one mark of each ballot. */
static bool row_adds_up(const struct ballot_sheet *sheet, uint64_t valid,
                        const uint64_t *row, size_t count)
{
    const size_t blank = sheet->has_blank ? 1 : 0;
    uint64_t sum, most;
    size_t i;

    if (blank && row[0] > valid)
        return false;
    valid -= blank ? row[0] : 0;
    if (!ballot_sheet_sum(row + blank, count - blank, &sum) ||
        __builtin_mul_overflow(valid, sheet->max, &most) || sum > most)
        return false;
    for (i = blank; i < count; i++)
        if (row[i] > valid)
            return false;
    /* One mark on the whole ballot: a ballot without it is not valid. */
    return (sheet->paper != PAPER_SINGLE && sheet->paper != PAPER_ONE_OF) ||
           sum == valid;
}

bool ballot_sheet_adds_up(const struct ballot_sheet *sheet, uint64_t valid,
                          const uint64_t *counts, size_t count)
{
    const size_t each = ballot_sheet_positions(sheet, count);
    size_t i;

    if (each == 0)
        return false;
    for (i = 0; i < sheet->question_count; i++)
        if (!row_adds_up(sheet, valid, &counts[i * each], each))
            return false;
    return true;
}

/* --- Discipline ----------------------------------------------------------- */

unsigned ballot_discipline_forms(const struct ruleset *rules,
                                 enum category category, bool has_post)
{
    return discipline_forms(&rules->discipline,
                            category == CATEGORY_PROBATIONARY, has_post);
}

uint64_t election_support_need(const struct ruleset *rules, uint64_t present)
{
    return ruleset_has(rules, RULESET_ELECTION)
               ? threshold_need(&rules->election.outside.test, present)
               : 1;
}

bool ballot_is_announced(const struct ruleset *rules, int matter)
{
    return matter == matter_none_ || rules->forms.of[matter].is_published;
}

/* --- The draft ------------------------------------------------------------ */

static bool are_forms_right(const struct ruleset *rules,
                            const struct meeting_state *state,
                            const struct event_ballot_drafted *drafted)
{
    const struct discipline_form *row = drafted->forms.data;
    const struct meeting_person *person =
        meeting_state_person(state, &drafted->subject);
    unsigned forms = 0;
    size_t i;

    for (i = 0; i < drafted->forms.count; i++)
        forms |= 1U << row[i].form;
    if (drafted->matter != MATTER_DISCIPLINE)
        return forms == 0;
    return person &&
           forms == ballot_discipline_forms(rules, person->category,
                                            drafted->post) &&
           (rules->discipline.subject_votes == SUBJECT_VOTES_ASK ||
            drafted->subject_votes ==
                (rules->discipline.subject_votes == SUBJECT_VOTES_YES));
}

static bool is_closed_list(const struct meeting_state *state,
                           const struct event_ballot_drafted *drafted)
{
    const struct meeting_election *election =
        meeting_state_election(state, &drafted->election);

    return election && election->is_closed &&
           election->seats == drafted->seats &&
           meeting_election_is_list(election, &drafted->candidates);
}

bool ballot_matter_is_right(const struct ruleset *rules,
                            const struct meeting_state *state,
                            const struct event_ballot_drafted *drafted)
{
    struct election_list list;

    if (drafted->announced != ballot_is_announced(rules, drafted->matter))
        return false;
    if (drafted->matter == matter_none_)
        return true;
    if (!rule_set_has(rules->forms.of[drafted->matter].allowed,
                      VOTE_FORM_SECRET) ||
        !are_forms_right(rules, state, drafted))
        return false;
    /* Of a tie the fold asks for exactly the tied. */
    return drafted->matter != MATTER_ELECTION ||
           !ruleset_has(rules, RULESET_ELECTION) ||
           !identifier_is_empty(&drafted->again) ||
           (is_closed_list(state, drafted) &&
            election_check_list(&rules->election, drafted->candidates.count,
                                drafted->seats, &list) == RESULT_OK &&
            list.is_accepted);
}

/* --- Who counts ----------------------------------------------------------- */

static const struct vote_test *hardest_of(const struct ruleset *rules,
                                          unsigned forms)
{
    int form = discipline_count_ - 1;

    while (form > 1 && !rule_set_has(forms, form))
        form--;
    return &rules->discipline.tests[form];
}

enum result ballot_vote_terms(const struct meeting_state *state,
                              const struct ruleset *rules,
                              const struct meeting_ballot *ballot,
                              struct vote_terms *out)
{
    const enum matter matter = ballot->matter.matter == matter_none_
                                   ? MATTER_RESOLUTION
                                   : ballot->matter.matter;
    const struct vote_test *test =
        matter == MATTER_DISCIPLINE   ? hardest_of(rules, ballot->matter.forms)
        : matter == MATTER_CONFIDENCE ? &rules->thresholds[MATTER_RESOLUTION]
                                      : &rules->thresholds[matter];

    return vote_terms_by(state, rules, matter, test, out);
}
