#include "server/net/silence_watch.h"

void silence_watch_begin(struct silence_watch *watch, int64_t now_ms)
{
    *watch = (struct silence_watch){ .heard_ms = now_ms };
}

void silence_watch_heard(struct silence_watch *watch, int64_t now_ms)
{
    watch->heard_ms = now_ms;
}

bool silence_watch_is_due(const struct silence_watch *watch, int64_t now_ms)
{
    return now_ms >= watch->check_ms;
}

/* What came after the ping makes the silence shorter than the time since then,
 * what did not leaves it longer by that before the ping. */
static bool has_not_answered(const struct silence_watch *watch,
                             int64_t silent_ms, int64_t now_ms)
{
    return watch->asked_ms != 0 &&
           silent_ms > now_ms - watch->asked_ms + SILENCE_PING_MS / 2;
}

enum silence_verdict silence_watch_look(struct silence_watch *watch,
                                        int64_t silent_ms, int64_t now_ms)
{
    if (silent_ms < 0)
        silent_ms = now_ms - watch->heard_ms;
    if (has_not_answered(watch, silent_ms, now_ms))
        return SILENCE_END;
    if (silent_ms >= SILENCE_PING_MS) {
        watch->asked_ms = now_ms;
        watch->check_ms = now_ms + SILENCE_ANSWER_MS;
        return SILENCE_ASK;
    }
    watch->asked_ms = 0;
    watch->check_ms = now_ms + SILENCE_PING_MS - silent_ms;
    return SILENCE_OF_NO_MATTER;
}
