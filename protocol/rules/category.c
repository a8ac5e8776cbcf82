#include "protocol/rules/category.h"

static const struct {
    bool may_attend;
    bool may_speak;
    bool has_vote;
} rights[category_count_] = {
    [CATEGORY_OFFICIAL] = { true, true, true },
    [CATEGORY_PROBATIONARY] = { true, true, false },
    [CATEGORY_EXEMPT] = { true, true, true },
    [CATEGORY_TEMP_AWAY] = { false, false, false },
    [CATEGORY_TEMP_HERE] = { true, true, false },
    [CATEGORY_SUSPENDED] = { false, false, false },
    [CATEGORY_UPPER_DELEGATE] = { true, true, false },
    /* By leave only: the chair gives the floor, a hand is not raised. */
    [CATEGORY_GUEST] = { true, false, false },
    [CATEGORY_TECHNICIAN] = { false, false, false },
};

bool category_has_vote(enum category category)
{
    return category < category_count_ && rights[category].has_vote;
}

bool category_may_attend(enum category category)
{
    return category < category_count_ && rights[category].may_attend;
}

bool category_may_speak(enum category category)
{
    return category < category_count_ && rights[category].may_speak;
}
