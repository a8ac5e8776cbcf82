#include "client/cli/cli_speaking.h"

#include "client/cli/cli_floor.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_text.h"

/* Slots are counted from 1. */
enum { OWN_SLOT = 0, REFUSED_MS = 1500 };

void cli_speaking_init(struct cli_speaking *speaking)
{
    speaking->now = (struct speaking){ .count = 0 };
    speaking->is_refused = false;
    (void)pthread_mutex_init(&speaking->lock, NULL);
}

void cli_speaking_end(struct cli_speaking *speaking)
{
    (void)pthread_mutex_destroy(&speaking->lock);
}

static bool take(struct cli_speaking *speaking, uint16_t slot, uint8_t flags)
{
    bool is_new;

    pthread_mutex_lock(&speaking->lock);
    is_new = speaking_heard(&speaking->now, slot, flags, cli_now_ms());
    pthread_mutex_unlock(&speaking->lock);
    return is_new;
}

bool cli_speaking_on_audio(struct cli_speaking *speaking, uint16_t slot,
                           uint8_t flags)
{
    return slot != OWN_SLOT && take(speaking, slot, flags);
}

void cli_speaking_on_sent(struct cli_speaking *speaking, uint8_t flags)
{
    (void)take(speaking, OWN_SLOT, flags); /* looked at twice a second */
}

void cli_speaking_on_refused(struct cli_speaking *speaking)
{
    pthread_mutex_lock(&speaking->lock);
    speaking->refused_ms = cli_now_ms();
    speaking->is_refused = true;
    pthread_mutex_unlock(&speaking->lock);
}

bool cli_speaking_is_refused(struct cli_speaking *speaking)
{
    bool is_refused;

    pthread_mutex_lock(&speaking->lock);
    is_refused = speaking->is_refused &&
                 cli_now_ms() - speaking->refused_ms < REFUSED_MS;
    pthread_mutex_unlock(&speaking->lock);
    return is_refused;
}

bool cli_speakers_have(const struct cli_speakers *speakers,
                       const struct identifier *holder)
{
    for (size_t i = 0; i < speakers->count; i++)
        if (identifier_equal(&speakers->of[i], holder))
            return true;
    return false;
}

bool cli_speakers_equal(const struct cli_speakers *a,
                        const struct cli_speakers *b)
{
    if (a->count != b->count || a->am_heard != b->am_heard)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!identifier_equal(&a->of[i], &b->of[i]))
            return false;
    return true;
}

void cli_speaking_now(struct cli_speaking *speaking,
                      const struct meeting_view *view, bool may_be_heard,
                      struct cli_speakers *out)
{
    const int64_t now_ms = cli_now_ms();
    uint16_t slots[LIMIT_VOICE_SPEAKERS];
    size_t count;
    const bool is_refused = cli_speaking_is_refused(speaking);

    pthread_mutex_lock(&speaking->lock);
    count = speaking_now(&speaking->now, now_ms, slots);
    pthread_mutex_unlock(&speaking->lock);
    *out = (struct cli_speakers){ .count = 0 };
    for (size_t i = 0; i < count; i++) {
        const struct meeting_holder *sender =
            slots[i] != OWN_SLOT ? meeting_view_sender(view, slots[i]) : NULL;
        const struct identifier *holder = sender ? &sender->id : NULL;

        if (slots[i] == OWN_SLOT && may_be_heard && !is_refused) {
            out->am_heard = true;
            holder = &view->me;
        }
        if (holder && !cli_speakers_have(out, holder))
            out->of[out->count++] = *holder;
    }
}

/* --- words --------------------------------------------------------------- */

/* Whose voice comes from a site: that of the member there who has the floor. */
static struct cli_who name_of(const struct meeting_view *view,
                              const struct identifier *holder)
{
    const struct meeting_state *state = view->state;
    const struct meeting_person *person =
        state && state->has_floor
            ? meeting_state_person(state, &state->floor_member)
            : NULL;

    if (person && person->mode == MODE_SITE &&
        identifier_equal(&person->site, holder))
        return cli_speaker(view, &state->floor_member);
    return cli_who(view, holder);
}

void cli_speakers_write(const struct meeting_view *view,
                        const struct cli_speakers *speakers, FILE *out)
{
    if (speakers->count == 0) {
        (void)fputs(_("Nobody is speaking."), out);
        return;
    }
    (void)fputs(_("Speaking: "), out);
    for (size_t i = 0; i < speakers->count && i < CLI_SPEAKERS_NAMED; i++) {
        const bool is_me =
            speakers->am_heard && identifier_equal(&speakers->of[i], &view->me);

        (void)fprintf(out, "%s%s", i > 0 ? ", " : "",
                      is_me ? _("YOU (you are heard)")
                            : name_of(view, &speakers->of[i]).text);
    }
    if (speakers->count > CLI_SPEAKERS_NAMED)
        (void)fprintf(out, " +%zu", speakers->count - CLI_SPEAKERS_NAMED);
}

/* --- what is worth a line ------------------------------------------------ */

static bool was_told(const struct cli_speaking_told *told,
                     const struct identifier *holder)
{
    for (size_t i = 0; i < told->count; i++)
        if (identifier_equal(&told->of[i].holder, holder))
            return true;
    return false;
}

/* Forgets who has long been silent, but for who spoke last; notes who of them
 * goes on. */
static void keep(struct cli_speaking_told *told,
                 const struct cli_speakers *speakers, int64_t now_ms)
{
    int64_t newest_ms = 0;
    size_t kept = 0;

    for (size_t i = 0; i < told->count; i++)
        if (i == 0 || told->of[i].heard_ms > newest_ms)
            newest_ms = told->of[i].heard_ms;
    for (size_t i = 0; i < told->count; i++)
        if (told->of[i].heard_ms == newest_ms ||
            now_ms - told->of[i].heard_ms < CLI_SPEAKING_FORGET_MS)
            told->of[kept++] = told->of[i];
    told->count = kept;
    for (size_t i = 0; i < told->count; i++)
        if (cli_speakers_have(speakers, &told->of[i].holder))
            told->of[i].heard_ms = now_ms;
}

/* In the place of whoever has been silent longest, if there is none. */
static void add(struct cli_speaking_told *told, const struct identifier *holder,
                int64_t now_ms)
{
    size_t place = 0;

    if (was_told(told, holder))
        return;
    if (told->count < LIMIT_VOICE_SPEAKERS)
        place = told->count++;
    else
        for (size_t i = 1; i < told->count; i++)
            if (told->of[i].heard_ms < told->of[place].heard_ms)
                place = i;
    told->of[place].holder = *holder;
    told->of[place].heard_ms = now_ms;
}

bool cli_speaking_should_tell(struct cli_speaking_told *told,
                              const struct cli_speakers *speakers,
                              int64_t now_ms)
{
    bool is_news = false;

    keep(told, speakers, now_ms);
    for (size_t i = 0; i < speakers->count; i++)
        is_news = is_news || !was_told(told, &speakers->of[i]);
    if (!is_news ||
        (told->has_told && now_ms - told->told_ms < CLI_SPEAKING_EVERY_MS))
        return false;
    for (size_t i = 0; i < speakers->count; i++)
        add(told, &speakers->of[i], now_ms);
    told->told_ms = now_ms;
    told->has_told = true;
    return true;
}
