/* Who is asked whether it lives, and who is given up, over made-up peers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/net/silence_watch.h"

enum { START_MS = 90000, STEP_MS = 500, MINUTE_MS = 60000, NEVER = 1 << 30 };

struct peer {
    int64_t says_every_ms;     /* what we are told of; NEVER */
    int64_t whispers_every_ms; /* what only the system knows of; NEVER */
    int64_t answers_after_ms;  /* a ping; NEVER */
    bool is_seen;              /* the system says what it knows */
};

struct outcome {
    unsigned asked;
    int64_t ended_ms; /* since the start; 0: it was kept */
};

static bool is_time(int64_t every_ms, int64_t now_ms)
{
    return now_ms > START_MS && (now_ms - START_MS) % every_ms == 0;
}

/* Four minutes, or until it is given up. */
static struct outcome play(const struct peer *peer)
{
    struct outcome outcome = { 0 };
    struct silence_watch watch;
    int64_t now_ms, last_ms = START_MS, answer_ms = 0;

    silence_watch_begin(&watch, START_MS);
    for (now_ms = START_MS; now_ms <= START_MS + 4 * MINUTE_MS;
         now_ms += STEP_MS) {
        bool is_said = is_time(peer->says_every_ms, now_ms);

        if (answer_ms > 0 && now_ms >= answer_ms) {
            answer_ms = 0;
            is_said = true; /* an answer to a ping is told */
        }
        if (is_said)
            silence_watch_heard(&watch, now_ms);
        if (is_said || is_time(peer->whispers_every_ms, now_ms))
            last_ms = now_ms;
        if (!silence_watch_is_due(&watch, now_ms))
            continue;
        switch (silence_watch_look(
            &watch, peer->is_seen ? now_ms - last_ms : -1, now_ms)) {
        case SILENCE_OF_NO_MATTER:
            break;
        case SILENCE_ASK:
            outcome.asked++;
            answer_ms = now_ms + peer->answers_after_ms;
            break;
        case SILENCE_END:
            outcome.ended_ms = now_ms - START_MS;
            return outcome;
        }
    }
    return outcome;
}

static void who_is_there_is_kept_and_who_is_not_is_given_up(void **state)
{
    static const struct {
        struct peer peer;
        unsigned least, most; /* pings */
        bool is_ended;
    } rows[] = {
        /* It speaks by itself. */
        { { 1000, NEVER, 500, true }, 0, 0, false },
        { { 1000, NEVER, 500, false }, 0, 0, false },
        { { 1000, NEVER, NEVER, false }, 0, 0, false },
        /* It says nothing, but answers. */
        { { NEVER, NEVER, 500, true }, 10, 24, false },
        { { NEVER, NEVER, 500, false }, 10, 24, false },
        { { NEVER, NEVER, 4500, false }, 10, 24, false },
        /* What it says is not told to us. */
        { { NEVER, 1000, 500, true }, 0, 0, false },
        { { NEVER, 1000, 500, false }, 10, 24, false },
        /* It is gone. */
        { { NEVER, NEVER, NEVER, true }, 1, 1, true },
        { { NEVER, NEVER, NEVER, false }, 1, 1, true },
        /* It speaks seldom, and answers nothing. */
        { { 30000, NEVER, NEVER, true }, 1, 1, true },
        { { 30000, NEVER, NEVER, false }, 1, 1, true },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct outcome outcome = play(&rows[i].peer);

        assert_in_range(outcome.asked, rows[i].least, rows[i].most);
        assert_int_equal(outcome.ended_ms > 0, rows[i].is_ended);
        /* Not before it could have answered, and soon after. */
        if (rows[i].is_ended)
            assert_in_range(outcome.ended_ms,
                            SILENCE_PING_MS + SILENCE_ANSWER_MS,
                            SILENCE_PING_MS + SILENCE_ANSWER_MS + STEP_MS);
    }
}

/* The system stops saying it in the middle, or begins to. */
static void what_the_system_says_may_come_and_go(void **state)
{
    struct silence_watch watch;
    int64_t now_ms = START_MS;

    (void)state;
    silence_watch_begin(&watch, now_ms);
    now_ms += 9000;
    assert_int_equal(silence_watch_look(&watch, 9000, now_ms),
                     SILENCE_OF_NO_MATTER);
    now_ms += 1000;
    assert_int_equal(silence_watch_look(&watch, -1, now_ms), SILENCE_ASK);
    silence_watch_heard(&watch, now_ms + 200);
    now_ms += SILENCE_ANSWER_MS;
    assert_int_equal(silence_watch_look(&watch, -1, now_ms),
                     SILENCE_OF_NO_MATTER);
    now_ms += 6000;
    assert_int_equal(silence_watch_look(&watch, 10800, now_ms), SILENCE_ASK);
    now_ms += SILENCE_ANSWER_MS;
    assert_int_equal(silence_watch_look(&watch, -1, now_ms), SILENCE_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_there_is_kept_and_who_is_not_is_given_up),
        cmocka_unit_test(what_the_system_says_may_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
