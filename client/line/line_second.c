#include "client/line/line_second.h"

enum { FULL_MS = 150 };

bool line_second_is_grown_by(const struct line_second *second, int64_t grown_ms)
{
    int64_t least_ms = second->least_round_trip_ms;

    return least_ms > 0 &&
           second->round_trip_ms - least_ms >= grown_ms + least_ms / 4;
}

bool line_second_is_grown(const struct line_second *second)
{
    return line_second_is_grown_by(second, FULL_MS);
}

bool line_second_is_stalled(const struct line_second *second)
{
    return line_second_is_grown(second) && second->came == 0 &&
           second->disordered > 0;
}

unsigned line_second_carried(const struct line_second *second)
{
    return second->spoken > 0 ? second->sent_bits : second->received_bits;
}
