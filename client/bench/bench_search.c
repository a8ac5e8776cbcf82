#include "client/bench/bench_search.h"

struct bench_search bench_search_begin(size_t begin, size_t most)
{
    return (struct bench_search){ .rooms = begin < most ? begin : most,
                                  .most = most };
}

void bench_search_go_on(struct bench_search *search, bool is_too_many)
{
    const size_t tried = search->rooms;
    size_t next;

    if (is_too_many && !search->is_again) {
        search->is_again = true;
        return;
    }
    search->is_again = false;
    if (is_too_many) {
        search->over = tried;
        search->rooms = search->good > 0 ? 0 : tried / 2;
        return;
    }
    search->good = tried;
    next = tried * 11 / 10 + 1;
    if (next > search->most)
        next = search->most;
    search->rooms =
        next == tried || (search->over && next >= search->over) ? 0 : next;
}
