#include "protocol/rules/validity.h"

#define WORD(name, word) [name] = word,
static const char *const paper_kind_list[] = { PAPER_LIST(WORD) };
const struct enum_words paper_kind_words = { paper_kind_list,
                                             paper_kind_count_ };
static const char *const bad_row_list[] = { BAD_ROW_LIST(WORD) };
const struct enum_words bad_row_words = { bad_row_list, bad_row_count_ };

/* Boxes of a row; 0: of one ballot as many as it needs. */
static const unsigned boxes[paper_kind_count_] = {
    [PAPER_LIST_SURPLUS] = 1, [PAPER_LIST_NO_SURPLUS] = 2, [PAPER_SINGLE] = 2,
    [PAPER_ONE_OF] = 8,       [PAPER_LEVELS] = 4,
};

/* The only box of a set, from 1; 0 for none or several. */
static unsigned only_box(unsigned set)
{
    unsigned box = 1;

    if (set == 0 || (set & (set - 1)) != 0)
        return 0;
    for (; set > 1; set >>= 1)
        box++;
    return box;
}

static bool is_possible(const struct paper_marks *marks)
{
    const bool has_one_row =
        marks->paper == PAPER_SINGLE || marks->paper == PAPER_ONE_OF;
    size_t i;

    if (marks->paper == paper_kind_none_ || marks->paper >= paper_kind_count_ ||
        marks->row_count == 0 || marks->row_count > VALIDITY_ROWS_MAX ||
        (has_one_row && marks->row_count != 1))
        return false;
    for (i = 0; i < marks->row_count; i++)
        if (marks->rows[i] >> boxes[marks->paper] != 0)
            return false;
    return true;
}

static void count_rows(const struct validity_rule *rule,
                       const struct paper_marks *marks,
                       struct validity_decision *decision)
{
    size_t i;

    for (i = 0; i < marks->row_count; i++) {
        decision->counted[i] = only_box(marks->rows[i]);
        if (marks->paper == PAPER_LIST_SURPLUS) {
            decision->names += decision->counted[i];
        } else if (decision->counted[i] == 0 &&
                   rule->bad_row == BAD_ROW_SPOILS_BALLOT &&
                   decision->validity == VALIDITY_VALID) {
            decision->validity = VALIDITY_BAD_ROW;
            decision->row = i;
        }
    }
    if (marks->paper != PAPER_LIST_SURPLUS)
        return;
    if (decision->names > marks->seats)
        decision->validity = VALIDITY_TOO_MANY;
    else if (decision->names < rule->names_min)
        decision->validity = VALIDITY_TOO_FEW;
}

enum result validity_decide(const struct validity_rules *rules,
                            const struct paper_marks *marks,
                            struct validity_decision *out)
{
    const struct validity_rule *rule;
    size_t i;

    if (!is_possible(marks))
        return RESULT_INVALID;
    rule = &rules->of[marks->paper];
    *out = (struct validity_decision){ .rule = rule->rule };
    if (!marks->is_issued)
        out->validity = VALIDITY_NOT_ISSUED;
    else if (marks->has_writing && !rule->writing_is_valid)
        out->validity = VALIDITY_WRITING;
    else if (marks->has_outsider)
        out->validity = VALIDITY_OUTSIDER;
    else
        count_rows(rule, marks, out);
    if (out->validity != VALIDITY_VALID)
        for (i = 0; i < marks->row_count; i++)
            out->counted[i] = 0;
    return RESULT_OK;
}
