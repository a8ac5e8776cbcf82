#include "server/audio/lowest_rate.h"

#include "protocol/base/limits.h"

void lowest_rate_note(struct lowest_rate *lowest, const void *holder,
                      unsigned rate, bool is_guest)
{
    if (rate == 0)
        return;
    if (is_guest && rate < LIMIT_GUEST_RATE_MIN)
        rate = LIMIT_GUEST_RATE_MIN;
    if (lowest->rate == 0 || rate < lowest->rate) {
        if (lowest->holder != holder)
            lowest->second = lowest->rate;
        lowest->rate = rate;
        lowest->holder = holder;
    } else if (holder != lowest->holder &&
               (lowest->second == 0 || rate < lowest->second)) {
        lowest->second = rate;
    }
}

unsigned lowest_rate_for(const struct lowest_rate *lowest, const void *holder)
{
    return holder == lowest->holder ? lowest->second : lowest->rate;
}
