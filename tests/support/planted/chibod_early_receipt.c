/*
 * chibod that gives the receipt of a ballot while the commit is under way, on a
 * disk that takes twenty milliseconds: ballot_sweep has to find a receipt whose
 * ballot is lost.
 */
#include "server/chibod.h"
#include "server/room/ballot_desk.h"

void __real_room_await_call(struct room *room, uint64_t session,
                            uint64_t request, room_answer_fn then,
                            uint64_t number);
void __wrap_room_await_call(struct room *room, uint64_t session,
                            uint64_t request, room_answer_fn then,
                            uint64_t number);
const struct meeting_ballot *__real_desk_ballot(const struct room *room);
const struct meeting_ballot *__wrap_desk_ballot(const struct room *room);

static bool is_early;

/* What is on disk; too early, what is only on its way there. */
const struct meeting_ballot *__wrap_desk_ballot(const struct room *room)
{
    return is_early ? desk_head_ballot(room) : __real_desk_ballot(room);
}

void __wrap_room_await_call(struct room *room, uint64_t session,
                            uint64_t request, room_answer_fn then,
                            uint64_t number)
{
    const struct waiting_answer waiting = { .session = session,
                                            .request = request,
                                            .number = number };

    if (number == 0) { /* what was issued, not a height */
        __real_room_await_call(room, session, request, then, number);
        return;
    }
    is_early = true;
    then(room, hub_session(room->hub, session), &waiting);
    is_early = false;
}

int main(int argument_count, char **arguments)
{
    const struct chibod_faults faults = { .commit_delay_ms = 20 };

    return chibod_main(argument_count, arguments, &faults);
}
