/* Sound from a session, and sound to it. Who may be heard is decided by the
 * committed state, nothing here looks into a payload. */
#include "server/room/room_types.h"

#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>

/* Frames that were under way when the floor ended are dropped in silence. */
enum { VOICE_TAIL_MS = 2000, VOICE_ERROR_EVERY_MS = 1000 };

/* --- to a listener ------------------------------------------------------- */

static void count_sent(struct session *session, const struct frame *frame)
{
    struct sound_figures *figures = &session->hub->figures.sound;

    figures->delivered += frame->sound_count - frame->copy_count;
    figures->copies += frame->copy_count;
    figures->messages++;
    figures->bytes += frame->size;
}

static void drop(struct session *session, struct frame *frame,
                 enum sound_drop why)
{
    session->hub->figures.sound.dropped[why] +=
        frame->sound_count - frame->copy_count;
    frame_unref(frame);
}

/* Events that it has not been sent have it wait for the line as well. */
static bool is_behind(const struct session *session)
{
    return session->is_waiting_writable || session->outbox ||
           session->audio.count > 0;
}

static void queue(struct session *session, struct frame *frame)
{
    struct frame *dropped =
        audio_queue_push(&session->audio, frame_ref(frame), frame->born_ms);

    if (dropped)
        drop(session, dropped, SOUND_QUEUE_FULL);
    if (session->is_waiting_writable)
        return;
    session->is_waiting_writable = true;
    if (session->blocked_ms == 0)
        session->blocked_ms = hub_monotonic_ms(session->hub);
    session->transport->want_writable(session->connection);
}

void session_write_sound(struct session *listener, struct frame *frame)
{
    enum result result = RESULT_BUSY;

    if (listener->phase == SESSION_CLOSING)
        result = RESULT_CLOSED;
    else if (!is_behind(listener))
        result = listener->transport->write(listener->connection, frame);
    if (result == RESULT_OK) {
        if (listener->blocked_ms != 0)
            listener->blocked_ms = 0;
        count_sent(listener, frame);
    } else if (result == RESULT_BUSY) {
        queue(listener, frame);
    } else {
        drop(listener, frame_ref(frame), SOUND_CLOSING);
    }
}

void session_deliver(struct session *listener, struct frame *frame)
{
    if (listener->plans_sound)
        session_line_deliver(listener, frame);
    else
        session_write_sound(listener, frame);
}

/* Several that waited go out as one message: one record, and no more bytes than
 * needed on a line that is slow already. */
struct frame *session_next_sound(struct session *session, unsigned *count)
{
    struct frame *parts[LIMIT_AUDIO_QUEUE];
    size_t sounds = 0, size = 0, sounds_max = LIMIT_AUDIO_FRAMES_PER_MESSAGE;
    struct frame *stale, *next, *joined;
    bool is_tight = false;
    unsigned n = 0;

    while ((stale = audio_queue_expire(&session->audio,
                                       hub_monotonic_ms(session->hub))))
        drop(session, stale, SOUND_STALE);
    while ((next = audio_queue_at(&session->audio, n))) {
        if (n == 0 && next->data[0] == TIGHT_MESSAGE_TYPE) {
            is_tight = true;
            sounds_max = LIMIT_TIGHT_FRAMES;
        }
        sounds += next->sound_count;
        size += next->size;
        if (n > 0 && (next->data[0] != parts[0]->data[0] ||
                      sounds > sounds_max || size > LIMIT_AUDIO_MESSAGE_SIZE))
            break;
        parts[n++] = next;
    }
    if (n == 0)
        return NULL;
    joined = n > 1 ? frame_join(parts, n, is_tight) : NULL;
    *count = joined ? n : 1;
    return joined ? joined : frame_ref(parts[0]);
}

void session_sound_sent(struct session *session, struct frame *message,
                        unsigned count)
{
    int64_t now_ms = hub_monotonic_ms(session->hub);

    count_sent(session, message);
    while (count-- > 0) {
        int64_t age_ms = 0;
        struct frame *frame = audio_queue_pop(&session->audio, now_ms, &age_ms);

        histogram_add(&session->hub->figures.sound.queue_age,
                      age_ms > 0 ? (uint64_t)age_ms * 1000 : 0);
        frame_unref(frame);
    }
}

void session_drop_sound(struct session *session)
{
    struct frame *frame;

    while ((frame = audio_queue_pop(&session->audio, 0, NULL)))
        drop(session, frame, SOUND_CLOSING);
}

/* --- from a speaker ------------------------------------------------------ */

/* What hangs on the committed state is looked up once for each state. */
static void look_up(struct session *session)
{
    const struct room *room = session->meeting.room;
    const struct meeting_state *state = room->committed_meeting;
    const struct identifier *id = &session->actor.holder;
    const struct meeting_holder *holder;
    bool was_heard = session->may_be_heard;

    if (session->voice_version == room->voice_version)
        return;
    holder = meeting_state_holder(state, id);
    session->voice_version = room->voice_version;
    session->may_be_heard = meeting_state_may_be_heard(state, id);
    session->is_called =
        (holder && holder->subroom > 0) || meeting_state_is_called(state, id);
    if (was_heard && !session->may_be_heard)
        session->heard_until_ms =
            hub_monotonic_ms(session->hub) + VOICE_TAIL_MS;
}

bool session_may_be_heard(struct session *session)
{
    look_up(session);
    return session->may_be_heard;
}

/* Said once a second, or its own refusals would fill a speaker's line. */
static bool is_time_to_refuse(struct session *session, int64_t now_ms)
{
    if (now_ms < session->heard_until_ms ||
        now_ms - session->voice_error_ms < VOICE_ERROR_EVERY_MS)
        return false;
    session->voice_error_ms = now_ms;
    return true;
}

static void refuse_voice(struct session *session, int64_t now_ms,
                         enum refusal_code code)
{
    if (is_time_to_refuse(session, now_ms))
        session_refuse_code(session, 0, code);
}

static void refuse_crowd(struct session *session, int64_t now_ms)
{
    struct refusal refusal;

    if (!is_time_to_refuse(session, now_ms))
        return;
    refusal_set(&refusal, REFUSAL_TOO_MANY_SPEAKERS);
    refusal_add_number(&refusal, "max", LIMIT_ROOM_TALKERS);
    session_refuse(session, 0, &refusal);
}

static bool is_own(const struct session *session,
                   const struct audio_frame *frames, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (!session->has_slot || frames[i].slot != session->slot)
            return false;
    return true;
}

/* What each frame costs of a thousandth of the rate: who repeats frames sends
 * as many more of them. */
static int64_t cost_of(const struct session *session)
{
    const struct session_line *line = session->line;

    return 1000 / (1 + (line ? (int64_t)line->wish.copy_count : 0));
}

/* More than any codec sends is lost, as on a bad line; who goes on with it is
 * closed: reading it costs the others their time. */
static bool take_audio_tokens(struct session *session, int64_t now_ms,
                              size_t frame_count)
{
    const int64_t full_ms = (int64_t)LIMIT_AUDIO_RATE_PER_S * 1000;
    const int64_t least_ms = -(int64_t)LIMIT_AUDIO_EXCESS * 1000;
    int64_t cost_ms = (int64_t)frame_count * cost_of(session);
    int64_t gained_ms =
        (now_ms - session->audio_at_ms) * LIMIT_AUDIO_RATE_PER_S;

    session->audio_at_ms = now_ms;
    session->audio_tokens_ms += gained_ms;
    if (session->audio_tokens_ms > full_ms)
        session->audio_tokens_ms = full_ms;
    session->audio_excess_ms += gained_ms;
    if (session->audio_excess_ms > 0)
        session->audio_excess_ms = 0;
    if (session->audio_tokens_ms >= cost_ms) {
        session->audio_tokens_ms -= cost_ms;
        return true;
    }
    session->hub->figures.sound.dropped[SOUND_RATE] += frame_count;
    session->audio_excess_ms -= cost_ms;
    if (session->audio_excess_ms < least_ms)
        session_cut_off(session, CUT_SOUND, "too much sound");
    return false;
}

/* A refusal may end the session, or bring it the last of its meeting: then
 * there is no room any more in which the rest could be heard. */
static void hear(struct session *session, const uint8_t *bytes, size_t size,
                 size_t frame_count, int64_t now_ms)
{
    struct sound_figures *figures = &session->hub->figures.sound;

    if (session->meeting.phase != SUBSCRIPTION_ACTIVE)
        return;
    figures->received += frame_count;
    if (!session_may_be_heard(session)) {
        figures->dropped[SOUND_NO_FLOOR] += frame_count;
        refuse_voice(session, now_ms, REFUSAL_NO_FLOOR);
    } else if (!session->is_called &&
               !talkers_admit(&session->meeting.room->talkers, session->slot,
                              now_ms)) {
        figures->dropped[SOUND_TOO_MANY_SPEAKERS] += frame_count;
        refuse_crowd(session, now_ms);
    } else if (!voice_budgets_take(&session->meeting.room->budgets,
                                   &session->actor.holder, &session->budget_at,
                                   size - frame_count * AUDIO_FRAME_HEADER_SIZE,
                                   now_ms)) {
        figures->dropped[SOUND_SIZE] += frame_count;
    } else {
        room_sound_relay(session, bytes, size, frame_count, now_ms);
        room_recording_hear_all(session, bytes, size);
    }
}

/* --- what came ----------------------------------------------------------- */

struct sound_in {
    struct audio_frame frames[LIMIT_TIGHT_FRAMES];
    size_t count;
    bool is_plain; /* 0x11: can be sent on as it is */
};

static_assert((int)LIMIT_TIGHT_FRAMES >= (int)LIMIT_AUDIO_FRAMES_PER_MESSAGE,
              "there is room for either kind of message");

static bool read_sound(const uint8_t *bytes, size_t size, struct sound_in *out)
{
    struct audio_message message;
    struct tight_message tight;

    out->count = 0;
    out->is_plain = size == 0 || bytes[0] != TIGHT_MESSAGE_TYPE;
    if (out->is_plain) {
        if (audio_message_open(&message, bytes, size) != RESULT_OK)
            return false;
        while (audio_message_next(&message, &out->frames[out->count], NULL))
            out->count++;
        return true;
    }
    if (tight_message_open(&tight, bytes, size) != RESULT_OK)
        return false;
    while (tight_message_next(&tight, &out->frames[out->count]))
        out->count++;
    return true;
}

/* On a lane nothing is said but sound: it is closed without a word. */
static void refuse_message(struct session *session, struct session *carrier,
                           enum refusal_code code, const char *reason)
{
    if (carrier == session)
        session_refuse_code(session, 0, code);
    session_end(carrier, CLOSE_POLICY, reason);
}

/* Frame by frame into messages that any listener takes, each frame once. */
static void hear_new(struct session *session, const struct sound_in *sound,
                     int64_t now_ms)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0, count = 0, i;

    for (i = 0; i < sound->count; i++) {
        const struct audio_frame *frame = &sound->frames[i];
        size_t written = 0;

        if (!session_line_is_new(session, frame->sequence, now_ms))
            continue;
        if (count == LIMIT_AUDIO_FRAMES_PER_MESSAGE ||
            audio_frame_encode(frame, bytes + size, sizeof bytes - size,
                               &written) != RESULT_OK) {
            hear(session, bytes, size, count, now_ms);
            size = count = 0;
            /* Any good frame fits an empty message. */
            if (audio_frame_encode(frame, bytes, sizeof bytes, &written) !=
                RESULT_OK)
                continue;
        }
        size += written;
        count++;
    }
    if (count > 0)
        hear(session, bytes, size, count, now_ms);
}

void session_on_audio(struct session *session, struct session *carrier,
                      const uint8_t *bytes, size_t size)
{
    int64_t now_ms = hub_monotonic_ms(session->hub);
    struct sound_in sound;

    if (!read_sound(bytes, size, &sound)) {
        refuse_message(session, carrier, REFUSAL_BAD_MESSAGE,
                       "not an audio message");
        return;
    }
    if (!take_audio_tokens(session, now_ms, sound.count))
        return;
    if (session->meeting.phase != SUBSCRIPTION_ACTIVE) {
        refuse_voice(session, now_ms, REFUSAL_NOT_JOINED);
        return;
    }
    if (!is_own(session, sound.frames, sound.count)) {
        refuse_message(session, carrier, REFUSAL_NOT_ALLOWED,
                       "audio with another's slot");
        return;
    }
    if (sound.is_plain && !session->line)
        hear(session, bytes, size, sound.count, now_ms);
    else
        hear_new(session, &sound, now_ms);
}
