#include "client/line/line_race.h"

#include <assert.h>

enum {
    DIALS_MAX = RACE_LINKS - 1,
    LOOK_MS = 250,          /* between two looks at a line that was asked */
    CLOSE_LOOK_MS = 50,     /* the same while it is silent */
    HELD_UP_DIAL_MS = 5000, /* a server that is held up gets no more of them */
};

int64_t line_silence_ms(int64_t round_trip_ms)
{
    int64_t by_round_trip_ms = 3 * round_trip_ms + 500;

    return by_round_trip_ms > RACE_SILENCE_MS ? by_round_trip_ms
                                              : RACE_SILENCE_MS;
}

void line_race_init(struct line_race *race, const struct race_port *port,
                    const struct race_handlers *handlers)
{
    *race = (struct line_race){ .port = *port, .handlers = *handlers };
}

/* --- dials --------------------------------------------------------------- */

static unsigned count_dials(const struct line_race *race)
{
    unsigned link, count = 0;

    for (link = 0; link < RACE_LINKS; link++)
        count += race->links[link].phase == RACE_DIALLING;
    return count;
}

static int64_t dial_pause_ms(const struct line_race *race)
{
    if (race->is_held_up)
        return HELD_UP_DIAL_MS;
    return race->is_urgent ? RACE_SILENT_DIAL_MS : RACE_DIAL_MS;
}

/* One whose other end answers: a second one would only be in its way. */
static bool has_living_dial(const struct line_race *race)
{
    struct line_figures figures;
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase == RACE_DIALLING &&
            race->port.look(race->port.user, link, &figures) &&
            figures.is_established &&
            figures.answered_ms < line_silence_ms(figures.round_trip_ms))
            return true;
    return false;
}

static enum result dial(struct line_race *race, int64_t now_ms)
{
    enum result result = RESULT_IO;
    unsigned link = 0;

    while (link < RACE_LINKS && race->links[link].phase != RACE_FREE)
        link++;
    race->dial_ms = now_ms + dial_pause_ms(race);
    if (link == RACE_LINKS)
        return RESULT_FULL;
    result = race->port.dial(race->port.user, link);
    if (result == RESULT_OK) {
        race->links[link].phase = RACE_DIALLING;
        race->links[link].dialled_ms = now_ms;
    }
    return result;
}

static void shut(struct line_race *race, unsigned link)
{
    race->links[link].phase = RACE_CLOSING;
    race->port.close(race->port.user, link);
}

static void drop_dials(struct line_race *race)
{
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase == RACE_DIALLING)
            shut(race, link);
}

/* --- what the owner asks ------------------------------------------------- */

enum result line_race_connect(struct line_race *race, int64_t now_ms)
{
    if (race->phase != RACE_DOWN)
        return RESULT_BUSY;
    /* One that was begun while the line before fell silent goes on. */
    if (count_dials(race) == 0 && dial(race, now_ms) != RESULT_OK)
        return RESULT_IO;
    race->phase = RACE_BEGUN;
    race->look_ms = now_ms + LOOK_MS;
    return RESULT_OK;
}

bool line_race_is_over(const struct line_race *race)
{
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase != RACE_FREE)
            return false;
    return race->phase == RACE_DOWN;
}

void line_race_close(struct line_race *race)
{
    if (race->phase == RACE_ON)
        shut(race, race->current);
    drop_dials(race);
    if (race->phase != RACE_DOWN)
        race->phase = RACE_ENDING;
    race->is_silent = false;
}

static void be_heard(struct line_race *race)
{
    if (race->is_silent)
        drop_dials(race);
    race->is_silent = race->is_held_up = false;
}

void line_race_watch(struct line_race *race, bool is_watched)
{
    if (race->is_watched == is_watched)
        return;
    race->is_watched = is_watched;
    race->is_asked = false;
    if (race->phase == RACE_ON && !is_watched)
        be_heard(race);
}

bool line_race_current(const struct line_race *race, unsigned *link)
{
    if (race->phase != RACE_ON)
        return false;
    *link = race->current;
    return true;
}

bool line_race_is_silent(const struct line_race *race)
{
    return race->phase == RACE_ON && race->is_silent;
}

/* --- time ---------------------------------------------------------------- */

int64_t line_race_next_ms(const struct line_race *race, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    if (race->phase == RACE_BEGUN)
        next_ms = race->look_ms;
    else if (race->phase == RACE_ON && race->is_watched)
        next_ms = race->look_ms;
    return next_ms < now_ms ? now_ms : next_ms;
}

static void ask(struct line_race *race, int64_t now_ms)
{
    if (!race->is_asked)
        race->asked_ms = now_ms;
    race->is_asked = true;
    race->pinged_ms = now_ms;
    race->port.ping(race->port.user, race->current);
}

static void judge(struct line_race *race, const struct line_figures *figures,
                  int64_t now_ms)
{
    int64_t silence_ms = line_silence_ms(figures->round_trip_ms);
    int64_t held_up_ms = RACE_HELD_UP * silence_ms;
    bool is_dead, is_held_up;
    int64_t asked_ms;

    if (!race->is_silent)
        race->round_trip_ms = figures->round_trip_ms;
    if (race->is_asked && now_ms - figures->heard_ms > race->asked_ms)
        race->is_asked = false;
    if (figures->heard_ms >= RACE_QUIET_MS &&
        (!race->is_asked || now_ms - race->pinged_ms >= RACE_QUIET_MS))
        ask(race, now_ms);
    /* Who was held up himself has to ask before he judges. */
    asked_ms = now_ms - race->asked_ms;
    is_dead = race->is_asked && asked_ms >= silence_ms - RACE_QUIET_MS &&
              figures->answered_ms >= silence_ms;
    is_held_up = race->is_asked && asked_ms >= held_up_ms - RACE_QUIET_MS &&
                 figures->heard_ms >= held_up_ms;
    if (!is_dead && !is_held_up) {
        be_heard(race);
        return;
    }
    if (!race->is_silent)
        race->dial_ms = now_ms;
    race->is_silent = race->is_urgent = true;
    race->is_held_up = !is_dead;
}

static void look(struct line_race *race, int64_t now_ms)
{
    struct line_figures figures;

    race->look_ms = now_ms + RACE_QUIET_MS;
    if (!race->port.look(race->port.user, race->current, &figures))
        return;
    judge(race, &figures, now_ms);
    if (race->is_asked)
        race->look_ms = now_ms + (race->is_silent ? CLOSE_LOOK_MS : LOOK_MS);
    else if (figures.heard_ms < RACE_QUIET_MS)
        race->look_ms = now_ms + RACE_QUIET_MS - figures.heard_ms;
}

static void drop_unanswered(struct line_race *race)
{
    struct line_figures figures;
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase == RACE_DIALLING &&
            race->port.look(race->port.user, link, &figures) &&
            !figures.is_established)
            shut(race, link);
}

static int64_t dial_life_ms(const struct line_race *race)
{
    bool is_short = race->is_urgent && race->round_trip_ms > 0 &&
                    race->round_trip_ms <= RACE_SHORT_MS;

    return is_short ? RACE_SILENT_DIAL_LIFE_MS : RACE_DIAL_LIFE_MS;
}

/* The system repeats a dial's first packet once a second at first, then more
 * and more seldom: an old dial makes room for a new one. */
static void drop_old(struct line_race *race, int64_t now_ms)
{
    struct line_figures figures;
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase == RACE_DIALLING &&
            now_ms - race->links[link].dialled_ms >= dial_life_ms(race) &&
            race->port.look(race->port.user, link, &figures) &&
            !figures.is_established) {
            shut(race, link);
            return;
        }
}

static void dial_another(struct line_race *race, int64_t now_ms)
{
    unsigned most = race->is_held_up ? 1 : DIALS_MAX;

    if (has_living_dial(race)) {
        drop_unanswered(race);
        return;
    }
    /* What makes room needs a moment for it. */
    if (!race->is_held_up && count_dials(race) >= most)
        drop_old(race, now_ms);
    if (now_ms < race->dial_ms)
        return;
    race->dial_ms = now_ms + dial_pause_ms(race);
    if (count_dials(race) < most)
        (void)dial(race, now_ms); /* what fails is tried again in a while */
}

void line_race_tick(struct line_race *race, int64_t now_ms)
{
    if (race->phase == RACE_BEGUN) {
        race->look_ms = now_ms + (race->is_urgent ? CLOSE_LOOK_MS : LOOK_MS);
        dial_another(race, now_ms);
        return;
    }
    if (race->phase != RACE_ON || !race->is_watched || now_ms < race->look_ms)
        return;
    look(race, now_ms);
    if (race->is_silent)
        dial_another(race, now_ms);
}

/* --- what happens to connections ----------------------------------------- */

void line_race_on_open(struct line_race *race, unsigned link,
                       const uint8_t *exporter, int64_t now_ms)
{
    bool is_first = race->phase == RACE_BEGUN;
    unsigned before = race->current;

    assert(link < RACE_LINKS);
    if (race->links[link].phase != RACE_DIALLING)
        return;
    if (!is_first && !line_race_is_silent(race)) {
        shut(race, link);
        return;
    }
    race->links[link].phase = RACE_UP;
    race->current = link;
    race->phase = RACE_ON;
    race->is_silent = race->is_held_up = race->is_asked = false;
    race->is_urgent = false;
    race->look_ms = now_ms + RACE_QUIET_MS;
    drop_dials(race);
    if (is_first) {
        race->handlers.on_open(race->handlers.user, exporter);
        return;
    }
    shut(race, before);
    race->replaced++;
    race->handlers.on_replaced(race->handlers.user, exporter);
}

/* The line as a whole is down: dials for it go on only if it broke. */
static void go_down(struct line_race *race, uint16_t code)
{
    if (code != 0 || race->phase == RACE_ENDING)
        drop_dials(race);
    race->phase = RACE_DOWN;
    race->is_silent = race->is_held_up = race->is_asked = false;
    race->handlers.on_closed(race->handlers.user, code);
}

static bool is_any_left(const struct line_race *race)
{
    unsigned link;

    for (link = 0; link < RACE_LINKS; link++)
        if (race->links[link].phase != RACE_FREE)
            return true;
    return false;
}

void line_race_on_closed(struct line_race *race, unsigned link, uint16_t code)
{
    bool was_up = race->links[link].phase == RACE_UP;

    assert(link < RACE_LINKS);
    if (race->links[link].phase == RACE_FREE)
        return;
    race->links[link].phase = RACE_FREE;
    if ((race->phase == RACE_ON && was_up) ||
        (race->phase == RACE_BEGUN && count_dials(race) == 0) ||
        (race->phase == RACE_ENDING && !is_any_left(race)))
        go_down(race, code);
}
