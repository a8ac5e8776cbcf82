#include "protocol/rules/election.h"

/* Twice the width of what is multiplied. */
__extension__ typedef unsigned __int128 wide;

enum result election_check_list(const struct election_rules *rules,
                                uint64_t candidates, uint64_t seats,
                                struct election_list *out)
{
    const struct election_surplus_rule *rule = &rules->surplus;
    struct election_list list = { .rule = RULE_ID_ELECTION_SURPLUS,
                                  .candidates = candidates,
                                  .seats = seats };

    if (seats == 0 || candidates == 0 || rule->denominator == 0)
        return RESULT_INVALID;
    list.surplus = candidates > seats ? candidates - seats : 0;
    list.is_small = seats >= rule->small_from && seats <= rule->small_to;
    if (list.is_small)
        list.surplus_max = rule->small_extra;
    else
        list.surplus_max =
            (uint64_t)((wide)rule->numerator * seats / rule->denominator);
    list.is_accepted = list.surplus <= list.surplus_max;
    *out = list;
    return RESULT_OK;
}

enum paper_kind election_paper(uint64_t candidates, uint64_t seats)
{
    if (candidates > seats)
        return PAPER_LIST_SURPLUS;
    return candidates == 1 ? PAPER_SINGLE : PAPER_LIST_NO_SURPLUS;
}

bool election_has_committee(const struct election_rules *rules,
                            uint64_t members)
{
    return members >= rules->committee_members_min;
}

/* Insertion keeps equal ones as they stand on the ballot. */
static void sort_by_votes(const struct election_count *count, size_t *order)
{
    size_t i, j;

    for (i = 0; i < count->count; i++) {
        for (j = i; j > 0 && count->votes[order[j - 1]] < count->votes[i]; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

static bool qualifies(const struct election_result *result, size_t candidate)
{
    if (result->is_tested)
        return result->tests[candidate].is_met;
    return result->tests[candidate].yes > 0;
}

/*
 * Seats from the top for those who qualify. If there are more than seats,
 * whoever has more votes than the first one without a seat is elected; if that
 * leaves seats, they lie between those who are level with that one.
 */
static void give_seats(const struct election_count *count,
                       struct election_result *result)
{
    size_t qualified = 0, i;
    uint64_t bound = 0;

    /* The order is by votes, so whoever qualifies stands in front. */
    while (qualified < count->count &&
           qualifies(result, result->order[qualified]))
        qualified++;
    if (qualified > count->seats)
        bound = count->votes[result->order[count->seats]];
    for (i = 0; i < qualified; i++)
        if (qualified <= count->seats ||
            count->votes[result->order[i]] > bound) {
            result->standing[result->order[i]] = STANDING_ELECTED;
            result->elected++;
        }
    result->open = count->seats - result->elected;
    if (qualified <= count->seats || result->open == 0)
        return;
    for (i = 0; i < qualified; i++)
        if (count->votes[result->order[i]] == bound) {
            result->standing[result->order[i]] = STANDING_TIED;
            result->tied++;
        }
}

enum result election_decide(const struct election_rules *rules,
                            const struct election_count *count,
                            struct election_result *out)
{
    struct election_result result = {
        .is_tested = count->round == ELECTION_ROUND_FULL || rules->is_tie_tested
    };
    size_t i;

    if (count->seats == 0 || count->count == 0 ||
        count->count > LIMIT_BALLOT_CANDIDATES)
        return RESULT_INVALID;
    for (i = 0; i < count->count; i++)
        if (outcome_of(&rules->elected, count->votes[i], count->d,
                       &result.tests[i]) != RESULT_OK)
            return RESULT_INVALID;
    result.rule =
        result.is_tested ? rules->elected.rule : RULE_ID_ELECTION_SECOND_ROUND;
    sort_by_votes(count, result.order);
    give_seats(count, &result);
    if (result.open == 0)
        result.end = ELECTION_COMPLETE;
    else
        result.end = result.tied > 0 ? ELECTION_TIE : ELECTION_TOO_FEW;
    *out = result;
    return RESULT_OK;
}
