/* Audio from a session to all others of its room: who may be heard is decided
 * by the committed state, nothing here looks into a payload. */
#include "server/room/room_types.h"

#include "protocol/wire/audio_frame.h"

/* Frames that were under way when the floor ended are dropped in silence. */
enum { VOICE_TAIL_MS = 2000, VOICE_ERROR_EVERY_MS = 1000 };

/* What hangs on the committed state is looked up once for each state. */
static void look_up(struct session *session)
{
    const struct room *room = session->meeting.room;
    const struct meeting_holder *holder;
    bool was_heard = session->may_be_heard;

    if (session->voice_version == room->voice_version)
        return;
    holder =
        meeting_state_holder(room->committed_meeting, &session->actor.holder);
    session->voice_version = room->voice_version;
    session->subroom = holder ? holder->subroom : 0;
    session->may_be_heard = meeting_state_may_be_heard(room->committed_meeting,
                                                       &session->actor.holder);
    session->is_called =
        session->subroom > 0 || meeting_state_is_called(room->committed_meeting,
                                                        &session->actor.holder);
    if (was_heard && !session->may_be_heard)
        session->heard_until_ms =
            hub_monotonic_ms(session->hub) + VOICE_TAIL_MS;
}

static bool may_be_heard(struct session *session)
{
    look_up(session);
    return session->may_be_heard;
}

/* Are both in the plenary, or in the same sub-room? */
static bool are_together(struct session *listener,
                         const struct session *speaker)
{
    look_up(listener);
    return listener->subroom == speaker->subroom;
}

static void refuse_voice(struct session *session, int64_t now_ms,
                         enum refusal_code code)
{
    if (now_ms < session->heard_until_ms ||
        now_ms - session->voice_error_ms < VOICE_ERROR_EVERY_MS)
        return;
    session->voice_error_ms = now_ms;
    session_refuse_code(session, 0, code);
}

/* Straight to who is not behind; the others get the newest few. */
static void deliver(struct session *listener, struct frame *frame)
{
    struct hub *hub = listener->hub;
    struct frame *dropped;

    hub->figures.audio_out++;
    if (!listener->is_waiting_writable && !listener->outbox &&
        !audio_queue_first(&listener->audio) &&
        listener->meeting.cursor >= listener->meeting.room->committed &&
        listener->transport->write(listener->connection, frame) == RESULT_OK) {
        listener->blocked_ms = 0;
        return;
    }
    dropped = audio_queue_push(&listener->audio, frame_ref(frame));
    if (dropped) {
        hub->figures.audio_dropped++;
        frame_unref(dropped);
    }
    if (!listener->is_waiting_writable) {
        listener->is_waiting_writable = true;
        if (listener->blocked_ms == 0)
            listener->blocked_ms = hub_monotonic_ms(hub);
        listener->transport->want_writable(listener->connection);
    }
}

static void relay(struct session *speaker, const uint8_t *bytes, size_t size)
{
    struct subscription *subscription = speaker->meeting.room->subscribers;
    struct frame *frame = frame_new(bytes, size, true);

    if (!frame)
        return; /* as if the line had lost it */
    while (subscription) {
        struct subscription *next = subscription->next;
        struct session *listener = subscription->session;

        if (subscription->phase == SUBSCRIPTION_ACTIVE &&
            listener->phase != SESSION_CLOSING &&
            !identifier_equal(&listener->actor.holder,
                              &speaker->actor.holder) &&
            are_together(listener, speaker))
            deliver(listener, frame);
        subscription = next;
    }
    frame_unref(frame);
}

static bool is_own(const struct session *session, struct audio_message *message)
{
    struct audio_frame frame;
    size_t offset;

    while (audio_message_next(message, &frame, &offset))
        if (!session->has_slot || frame.slot != session->slot)
            return false;
    return true;
}

static bool take_audio_tokens(struct session *session, int64_t now_ms,
                              size_t frame_count)
{
    int64_t full_ms = (int64_t)LIMIT_AUDIO_RATE_PER_S * 1000;
    int64_t cost_ms = (int64_t)frame_count * 1000;

    session->audio_tokens_ms +=
        (now_ms - session->audio_at_ms) * LIMIT_AUDIO_RATE_PER_S;
    session->audio_at_ms = now_ms;
    if (session->audio_tokens_ms > full_ms)
        session->audio_tokens_ms = full_ms;
    if (session->audio_tokens_ms < cost_ms)
        return false;
    session->audio_tokens_ms -= cost_ms;
    return true;
}

void session_on_audio(struct session *session, const uint8_t *bytes,
                      size_t size)
{
    int64_t now_ms = hub_monotonic_ms(session->hub);
    struct audio_message message;
    size_t frame_count;

    if (audio_message_open(&message, bytes, size) != RESULT_OK) {
        session_refuse_code(session, 0, REFUSAL_BAD_MESSAGE);
        session_end(session, CLOSE_POLICY, "not an audio message");
        return;
    }
    frame_count = message.frame_count;
    if (session->meeting.phase != SUBSCRIPTION_ACTIVE) {
        refuse_voice(session, now_ms, REFUSAL_NOT_JOINED);
        return;
    }
    if (!is_own(session, &message)) {
        session_refuse_code(session, 0, REFUSAL_NOT_ALLOWED);
        session_end(session, CLOSE_POLICY, "audio with another's slot");
        return;
    }
    if (!take_audio_tokens(session, now_ms, frame_count))
        return; /* more than any codec sends: lost, as on a bad line */
    session->hub->figures.audio_in++;
    if (!may_be_heard(session))
        refuse_voice(session, now_ms, REFUSAL_NO_FLOOR);
    else if (session->is_called ||
             talkers_admit(&session->meeting.room->talkers, session->slot,
                           now_ms))
        relay(session, bytes, size);
}
