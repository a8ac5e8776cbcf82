#include "tests/support/line_seconds.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

struct line_second good_second(void)
{
    return (struct line_second){ .came = 50,
                                 .knows_packets = true,
                                 .received = 50,
                                 .received_bits = 61000,
                                 .round_trip_ms = 100,
                                 .least_round_trip_ms = 100 };
}

struct line_second lossy_second(void)
{
    struct line_second second = good_second();

    second.late = 6;
    second.disordered = 5;
    return second;
}

struct line_second spoken_second(unsigned sent_again)
{
    return (struct line_second){ .standing_ms = -1,
                                 .knows_packets = true,
                                 .spoken = 50,
                                 .sent = 50,
                                 .sent_again = sent_again,
                                 .sent_bits = 61000,
                                 .round_trip_ms = 200,
                                 .least_round_trip_ms = 200 };
}

struct line_second full_second(unsigned carried)
{
    struct line_second second = good_second();

    second.late = second.came = 30;
    second.very_late = 30;
    second.lost = 20;
    second.disordered = 10;
    second.standing_ms = 600;
    second.received_bits = carried;
    second.round_trip_ms = 700;
    return second;
}

unsigned ladder_pass(struct line_ladder *ladder,
                     const struct line_second *second, unsigned count)
{
    unsigned changes = 0;

    for (; count > 0; count--)
        changes += line_ladder_second(ladder, second);
    return changes;
}

unsigned ladder_await(struct line_ladder *ladder,
                      const struct line_second *second, enum line_step step,
                      unsigned most)
{
    unsigned count = 0;

    while (ladder->step != step) {
        assert_true(count++ < most);
        (void)line_ladder_second(ladder, second);
    }
    return count;
}

struct line_second thin_second(int64_t round_trip_ms, unsigned carried)
{
    return (struct line_second){ .standing_ms = -1,
                                 .knows_packets = true,
                                 .spoken = 17,
                                 .sent = 12,
                                 .sent_again = 1,
                                 .sent_bits = carried,
                                 .round_trip_ms = round_trip_ms,
                                 .least_round_trip_ms = 240 };
}
