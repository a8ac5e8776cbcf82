#include "server/room/room_sound.h"

#include "server/room/room_types.h"

#include <stdlib.h>

/* So many who speak at once are worth holding back for: two while the loop is
 * busy, three always, of whom ten milliseconds gather two frames. */
enum { EXCHANGE_COUNT = 2, CHORUS_COUNT = 3, VOICE_FRAME_MS = 20 };

/* --- who hears whom ------------------------------------------------------ */

static void add_listener(struct room_sound *sound, struct session *session)
{
    const struct room *room = session->meeting.room;
    const struct meeting_holder *holder =
        meeting_state_holder(room->committed_meeting, &session->actor.holder);

    sound->listeners[sound->listener_count++] =
        (struct listener){ session, session->connection, holder,
                           holder ? holder->subroom : 0 };
}

static bool find_listeners(struct room *room)
{
    struct room_sound *sound = &room->sound;
    const struct subscription *subscription;

    sound->listener_count = 0;
    for (subscription = room->subscribers; subscription;
         subscription = subscription->next) {
        if (subscription->phase != SUBSCRIPTION_ACTIVE ||
            subscription->session->phase == SESSION_CLOSING)
            continue;
        if (!history_grow(&sound->listeners, &sound->listener_capacity,
                          sound->listener_count, sizeof *sound->listeners))
            return false;
        add_listener(sound, subscription->session);
    }
    return true;
}

static int by_subroom(const void *a, const void *b)
{
    const struct listener *left = a, *right = b;

    return (left->subroom > right->subroom) - (left->subroom < right->subroom);
}

static bool is_sorted(const struct room_sound *sound)
{
    size_t i;

    for (i = 1; i < sound->listener_count; i++)
        if (sound->listeners[i - 1].subroom > sound->listeners[i].subroom)
            return false;
    return true;
}

static bool divide(struct room_sound *sound)
{
    struct crowd *crowd = NULL;
    size_t i;

    sound->crowd_count = 0;
    for (i = 0; i < sound->listener_count; i++) {
        uint64_t subroom = sound->listeners[i].subroom;

        if (!crowd || crowd->subroom != subroom) {
            if (!history_grow(&sound->crowds, &sound->crowd_capacity,
                              sound->crowd_count, sizeof *sound->crowds))
                return false;
            crowd = &sound->crowds[sound->crowd_count++];
            *crowd = (struct crowd){ .subroom = subroom, .first = i };
        }
        crowd->count++;
        sound->listeners[i].session->crowd = sound->crowd_count - 1;
        sound->listeners[i].session->sound_holder = sound->listeners[i].holder;
    }
    return true;
}

bool room_sound_prepare(struct room *room)
{
    struct room_sound *sound = &room->sound;

    if (sound->is_ready)
        return true;
    if (!find_listeners(room))
        return false;
    if (!is_sorted(sound))
        qsort(sound->listeners, sound->listener_count, sizeof *sound->listeners,
              by_subroom);
    sound->is_ready = divide(sound);
    sound->has_floor_slots = false;
    return sound->is_ready;
}

/* --- who has the floor --------------------------------------------------- */

/* The member's own devices, or those of the site where the member is. */
static bool is_of_floor(const struct meeting_state *state,
                        const struct identifier *holder)
{
    const struct meeting_person *speaker;

    if (!state->has_floor)
        return false;
    if (identifier_equal(holder, &state->floor_member))
        return true;
    speaker = meeting_state_person(state, &state->floor_member);
    return speaker && speaker->mode == MODE_SITE &&
           identifier_equal(&speaker->site, holder);
}

static void find_floor_slots(struct room *room)
{
    struct room_sound *sound = &room->sound;
    size_t i;

    sound->floor_slot_count = 0;
    for (i = 0; i < sound->listener_count &&
                sound->floor_slot_count < LIMIT_DEVICES_PER_HOLDER;
         i++) {
        const struct session *session = sound->listeners[i].session;

        if (session->has_slot &&
            is_of_floor(room->committed_meeting, &session->actor.holder))
            sound->floor_slots[sound->floor_slot_count++] = session->slot;
    }
    sound->has_floor_slots = true;
}

bool room_sound_has_floor(struct room *room, uint16_t slot)
{
    struct room_sound *sound = &room->sound;
    size_t i;

    if (!sound->has_floor_slots)
        find_floor_slots(room);
    for (i = 0; i < sound->floor_slot_count; i++)
        if (sound->floor_slots[i] == slot)
            return true;
    return false;
}

/* --- out ----------------------------------------------------------------- */

static bool has_spoken(const struct crowd *crowd,
                       const struct meeting_holder *holder)
{
    size_t i;

    for (i = 0; i < crowd->held_count; i++)
        if (crowd->speakers[i] == holder)
            return true;
    return false;
}

/* What this one has not said; NULL: nothing, or no memory. */
static struct frame *join_others(const struct crowd *crowd,
                                 const struct meeting_holder *holder)
{
    struct frame *parts[LIMIT_AUDIO_FRAMES_PER_MESSAGE];
    size_t i, count = 0;

    for (i = 0; i < crowd->held_count; i++)
        if (crowd->speakers[i] != holder)
            parts[count++] = crowd->held[i];
    if (count == 1)
        return frame_ref(parts[0]);
    return count > 0 ? frame_join(parts, count, 0) : NULL;
}

/* Between two frames everything else has been through the processor's caches:
 * what the next deliveries look at is fetched while this one goes on. */
static void fetch_next(const struct listener *next, const struct listener *end)
{
    if (end - next > 1) {
        __builtin_prefetch(next[1].session);
        __builtin_prefetch(&next[1].session->audio);
        __builtin_prefetch(next[1].connection);
    }
    if (end - next > 0 && next->session->transport->expect)
        next->session->transport->expect(next->connection);
}

/* Nobody hears what they say themselves, on none of their devices. */
static void send_held(struct room *room, struct crowd *crowd)
{
    const struct listener *listener = &room->sound.listeners[crowd->first];
    const struct listener *end = listener + crowd->count;
    struct frame *all = join_others(crowd, NULL);

    for (; listener < end; listener++) {
        struct frame *own;

        fetch_next(listener + 1, end);
        if (!has_spoken(crowd, listener->holder)) {
            if (all)
                session_deliver(listener->session, all);
            continue;
        }
        own = join_others(crowd, listener->holder);
        if (own)
            session_deliver(listener->session, own);
        frame_unref(own);
    }
    frame_unref(all);
    while (crowd->held_count > 0)
        frame_unref(crowd->held[--crowd->held_count]);
    crowd->held_sounds = crowd->held_size = 0;
}

static void send_one(struct room *room, const struct crowd *crowd,
                     const struct meeting_holder *speaker, struct frame *frame)
{
    const struct listener *listener = &room->sound.listeners[crowd->first];
    const struct listener *end = listener + crowd->count;

    for (; listener < end; listener++) {
        fetch_next(listener + 1, end);
        if (listener->holder != speaker)
            session_deliver(listener->session, frame);
    }
}

void room_sound_flush(struct room *room)
{
    struct room_sound *sound = &room->sound;
    size_t i;

    if (!sound->held_link)
        return;
    *sound->held_link = sound->next_held;
    if (sound->next_held)
        sound->next_held->sound.held_link = sound->held_link;
    else
        room->hub->held_end = sound->held_link;
    sound->next_held = NULL;
    sound->held_link = NULL;
    for (i = 0; i < sound->crowd_count; i++)
        if (sound->crowds[i].held_count > 0)
            send_held(room, &sound->crowds[i]);
}

void room_sound_settle(struct room *room)
{
    room_sound_flush(room);
    room->sound.is_ready = false;
}

/* --- in ------------------------------------------------------------------ */

/* A window shorter than a frame gathers nothing from one who speaks alone. */
static bool is_worth_holding(const struct bundle_window *window,
                             unsigned speakers)
{
    return window->window_ms > VOICE_FRAME_MS ||
           (window->window_ms > 0 && speakers >= EXCHANGE_COUNT) ||
           (window->max_ms > 0 && speakers >= CHORUS_COUNT);
}

static void hold(struct room *room, struct crowd *crowd,
                 const struct meeting_holder *speaker, struct frame *frame,
                 int64_t now_ms)
{
    struct hub *hub = room->hub;
    struct room_sound *sound = &room->sound;

    crowd->speakers[crowd->held_count] = speaker;
    crowd->held[crowd->held_count++] = frame_ref(frame);
    crowd->held_sounds += frame->sound_count;
    crowd->held_size += frame->size;
    if (sound->held_link)
        return;
    sound->held_ms = now_ms;
    sound->held_link = hub->held_end;
    *hub->held_end = room;
    hub->held_end = &sound->next_held;
}

void room_sound_relay(struct session *speaker, const uint8_t *bytes,
                      size_t size, size_t frame_count, int64_t now_ms)
{
    struct room *room = speaker->meeting.room;
    struct frame *frame;
    struct crowd *crowd;
    unsigned speakers;

    if (!room_sound_prepare(room))
        return; /* as if the line had lost it */
    frame = frame_new(bytes, size, true);
    if (!frame)
        return;
    frame->sound_count = (unsigned)frame_count;
    frame->born_ms = now_ms;
    crowd = &room->sound.crowds[speaker->crowd];
    speakers = chorus_hear(&crowd->chorus, speaker->sound_holder, now_ms);
    if (crowd->held_sounds + frame_count > LIMIT_AUDIO_FRAMES_PER_MESSAGE ||
        crowd->held_size + size > LIMIT_AUDIO_MESSAGE_SIZE)
        send_held(room, crowd);
    if (is_worth_holding(&room->hub->window, speakers)) {
        hold(room, crowd, speaker->sound_holder, frame, now_ms);
    } else {
        if (crowd->held_count > 0)
            send_held(room, crowd);
        send_one(room, crowd, speaker->sound_holder, frame);
    }
    frame_unref(frame);
}

void room_sound_release(struct room *room)
{
    struct room_sound *sound = &room->sound;
    size_t i;

    for (i = 0; i < sound->crowd_count; i++)
        while (sound->crowds[i].held_count > 0)
            frame_unref(sound->crowds[i].held[--sound->crowds[i].held_count]);
    free(sound->listeners);
    free(sound->crowds);
    *sound = (struct room_sound){ .is_ready = false };
}
