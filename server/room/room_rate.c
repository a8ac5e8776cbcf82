/* The rate that lines of listeners ask of speakers. A lower one is told at
 * once, a higher one only when it has been so for a while: a listener who comes
 * and goes shall not make everybody's voice change with it. */
#include "server/room/room_types.h"

#include "server/audio/lowest_rate.h"

enum { RAISE_MS = 10000 };

/* Who has no say in what is decided: no member of the meeting, nor its hall. */
static bool is_guest(const struct room *room, const struct listener *listener)
{
    const struct meeting_person *person = meeting_state_person(
        room->committed_meeting, &listener->session->actor.holder);

    return person && (person->category == CATEGORY_GUEST ||
                      person->category == CATEGORY_TECHNICIAN);
}

static void note(struct lowest_rate *lowest, const struct room *room,
                 const struct listener *listener)
{
    const struct session_line *line = listener->session->line;

    if (line && line->wish.rate > 0)
        lowest_rate_note(lowest, listener->holder, line->wish.rate,
                         is_guest(room, listener));
}

static bool is_time(struct session *speaker, unsigned wanted, int64_t now_ms)
{
    const unsigned told = speaker->voice_rate;

    if (wanted == told) {
        speaker->voice_raise_ms = 0;
        return false;
    }
    if (wanted != 0 && (told == 0 || wanted < told))
        return true;
    if (speaker->voice_raise_ms == 0)
        speaker->voice_raise_ms = now_ms;
    return now_ms - speaker->voice_raise_ms >= RAISE_MS;
}

static void tell(const struct room *room, struct session *speaker,
                 unsigned wanted, int64_t now_ms)
{
    if (!is_time(speaker, wanted, now_ms) || !session_may_be_heard(speaker))
        return;
    speaker->voice_rate = wanted;
    speaker->voice_raise_ms = 0;
    session_send_json(speaker,
                      json_pack("{s:s, s:s, s:I}", "note", "voice_rate", "log",
                                room->id.text, "rate", (json_int_t)wanted));
}

static void tell_crowd(struct room *room, const struct crowd *crowd,
                       int64_t now_ms)
{
    const struct listener *first = &room->sound.listeners[crowd->first];
    struct lowest_rate lowest = { .rate = 0 };
    size_t i;

    for (i = 0; i < crowd->count; i++)
        note(&lowest, room, &first[i]);
    for (i = 0; i < crowd->count; i++) {
        tell(room, first[i].session, lowest_rate_for(&lowest, first[i].holder),
             now_ms);
        if (lowest.rate != 0 || first[i].session->voice_rate != 0)
            room->asks_rate = true;
    }
}

void room_rate_tick(struct room *room)
{
    size_t i;

    if (!room->asks_rate || !room_sound_prepare(room))
        return;
    room->asks_rate = false;
    for (i = 0; i < room->sound.crowd_count; i++)
        tell_crowd(room, &room->sound.crowds[i], hub_monotonic_ms(room->hub));
}

void hub_rates_tick(struct hub *hub)
{
    const struct session_line *line;

    for (line = hub->lines; line; line = line->next) {
        const struct subscription *meeting = &line->session->meeting;

        if (line->wish.rate != 0 && meeting->phase == SUBSCRIPTION_ACTIVE)
            meeting->room->asks_rate = true;
    }
}
