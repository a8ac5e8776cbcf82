/* Whoever sent too much is cut off, and comes back after a pause. */
#include "server/room/room_types.h"

#include "server/platform/log.h"

enum { MS_PER_S = 1000 };

static void refuse(struct session *session, uint64_t request,
                   enum refusal_code code, int64_t pause_ms)
{
    struct refusal refusal;

    refusal_set(&refusal, code);
    refusal_add_number(&refusal, "seconds",
                       (uint64_t)((pause_ms + MS_PER_S - 1) / MS_PER_S));
    session_refuse(session, request, &refusal);
}

/* Who has not logged in has no device that could be turned away: only the
 * address, by the transport. */
static int64_t begin_pause(struct session *session)
{
    struct hub *hub = session->hub;
    struct pause_key device;

    if (session->actor.kind != ACTOR_HOLDER)
        return LIMIT_PAUSE_MS;
    device = pause_key_of(session->actor.device.bytes, KEY_SIZE);
    return pause_book_cut(hub->pauses, &device, 0, hub_monotonic_ms(hub));
}

void session_cut_off(struct session *session, enum cut_reason why,
                     const char *reason)
{
    int64_t pause_ms = begin_pause(session);

    session->hub->figures.cut_off[why]++;
    log_info("session %llu: cut off for %lld ms, %s",
             (unsigned long long)session->id, (long long)pause_ms, reason);
    refuse(session, 0, REFUSAL_TOO_FAST, pause_ms);
    session_end(session, CLOSE_TOO_FAST, reason);
}

bool session_is_turned_away(struct session *session, uint64_t request,
                            const struct key *device)
{
    struct hub *hub = session->hub;
    const struct pause_key who = pause_key_of(device->bytes, KEY_SIZE);
    int64_t left_ms =
        pause_book_left_ms(hub->pauses, &who, hub_monotonic_ms(hub));

    if (left_ms == 0)
        return false;
    hub->figures.logins_refused[LOGIN_PAUSED]++;
    refuse(session, request, REFUSAL_PAUSED, left_ms);
    session_end(session, CLOSE_TOO_FAST, "this device has to pause");
    return true;
}
