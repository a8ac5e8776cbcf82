#include "protocol/meeting/ballot_small.h"

static bool is_voter_of(const struct meeting_ballot *ballot,
                        const struct identifier *member)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, member);

    return voter && ballot_voter_holds(voter);
}

static uint64_t voters_not_in(const struct meeting_ballot *ballot,
                              const struct meeting_ballot *other)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < ballot->voter_count; i++)
        count += ballot_voter_holds(&ballot->voters[i]) &&
                 !is_voter_of(other, &ballot->voters[i].member);
    return count;
}

/* Are both on the same? The questions are behind commitments, which differ even
 * where they do not: it is about the same people, in whatever order, at the
 * same item; or about nobody, at an item. */
static bool are_alike(const struct meeting_ballot *a,
                      const struct meeting_ballot *b)
{
    size_t i;

    if (hash_equal(&a->form, &b->form))
        return true;
    if (a->candidate_count != b->candidate_count ||
        !identifier_equal(&a->item, &b->item) ||
        (a->candidate_count == 0 && identifier_is_empty(&a->item)))
        return false;
    for (i = 0; i < a->candidate_count; i++)
        if (!meeting_ballot_has_candidate(b, &a->candidates[i]))
            return false;
    return true;
}

uint64_t ballot_small_difference(const struct meeting_ballot *a,
                                 const struct meeting_ballot *b)
{
    return voters_not_in(a, b) + voters_not_in(b, a);
}

/* By how many members the electorate differs from an earlier one on the same:
 * the least number above 0, or 0. */
static uint64_t difference(const struct meeting_state *state,
                           const struct meeting_ballot *ballot)
{
    uint64_t least = 0;
    size_t i;

    for (i = 0; i < state->ballot_count; i++) {
        const struct meeting_ballot *other = &state->ballots[i];
        uint64_t count;

        if (other == ballot || other->phase != BALLOT_PHASE_DONE ||
            !are_alike(ballot, other))
            continue;
        count = ballot_small_difference(ballot, other);
        if (count > 0 && (least == 0 || count < least))
            least = count;
    }
    return least;
}

static bool is_small(const char *part, uint64_t count, uint64_t k_min,
                     struct ballot_small *out)
{
    if (count >= k_min)
        return false;
    *out = (struct ballot_small){ part, count };
    return true;
}

bool ballot_small_list(const struct meeting_ballot *ballot, uint64_t k_min,
                       struct ballot_small *out)
{
    return ballot->length > 0 && is_small("list", ballot->length, k_min, out);
}

bool ballot_small_count(const struct meeting_state *state,
                        const struct meeting_ballot *ballot, uint64_t k_min,
                        struct ballot_small *out)
{
    const uint64_t apart = difference(state, ballot);
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    return (ballot->length > 0 &&
            is_small("online", ballot->returned, k_min, out)) ||
           (numbers.by_channel[BALLOT_BY_PAPER] > 0 &&
            is_small("paper", ballot->paper.returned, k_min, out)) ||
           (apart > 0 && is_small("difference", apart, k_min, out));
}
