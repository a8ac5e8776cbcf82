#include "server/room/room_types.h"

#include "server/platform/log.h"
#include "server/room/hall_pin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A wall clock that is off by more than this has jumped. */
enum { CLOCK_TOLERANCE_MS = 2000, BLOCKED_MAX_MS = 20000 };
/* Bytes that one turn of the loop writes to all sessions: about a
 * millisecond's work. */
enum { TURN_SIZE_MAX = 512 * 1024 };
/* So long a loaded room waits for a device that is ahead of it. */
enum { FRESH_MS = 1000 };

/* Of the histograms, in µs. */
static const uint64_t queue_age_bounds[] = { 10000,  20000,  50000, 100000,
                                             200000, 350000, 500000 };
static const uint64_t hearing_delay_bounds[] = { 60000,   100000,  150000,
                                                 200000,  300000,  500000,
                                                 1000000, 2000000, 5000000 };
static const uint64_t loop_lag_bounds[] = { 100,   250,    500,    1000,
                                            2000,  5000,   10000,  20000,
                                            50000, 100000, 250000, 1000000 };
const size_t hub_room_sizes[ROOM_SIZE_COUNT - 1] = { 2, 10, 25, 50, 100, 250 };
/* Of the sessions a tick looks at a part of them all and a few more. */
enum { CHECK_PARTS = 8, CHECKED_MIN = 64 };
/* Devices that were cut off and are remembered. */
enum { PAUSES_MAX = 1024 };
/* So many rooms at most send their sound before the loop is asked again. */
enum { FLUSHED_ROOMS_MAX = 32 };

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static size_t bucket_of(const char *text, size_t buckets)
{
    uint64_t hash = 1469598103934665603u;

    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 1099511628211u;
    return (size_t)(hash % buckets);
}

enum result hub_new(struct hub **out, const struct hub_config *config)
{
    struct hub *hub = calloc(1, sizeof *hub);

    if (!hub)
        return RESULT_NO_MEMORY;
    hub->config = *config;
    if (hub->config.log_events_max == 0)
        hub->config.log_events_max = LIMIT_LOG_EVENTS;
    hub->state = RESULT_BUSY;
    hub->next_session = 1;
    hub->next_ticket = 1;
    hub->jobs_end = &hub->jobs;
    hub->held_end = &hub->held;
    hub->lines_due_ms = INT64_MAX;
    hub->window.max_ms = config->bundle_window_max_ms;
    histogram_init(&hub->figures.sound.queue_age, queue_age_bounds,
                   COUNT_OF(queue_age_bounds));
    histogram_init(&hub->figures.hearing.delay, hearing_delay_bounds,
                   COUNT_OF(hearing_delay_bounds));
    histogram_init(&hub->figures.loop_lag, loop_lag_bounds,
                   COUNT_OF(loop_lag_bounds));
    hub->decision = calloc(1, sizeof *hub->decision);
    hub->public_host = strdup(config->public_host);
    if (!hub->decision || !hub->public_host ||
        ballot_group_new(&hub->ballot_group) != RESULT_OK ||
        pause_book_new(&hub->pauses, PAUSES_MAX) != RESULT_OK ||
        upload_proofs_new(&hub->uploads, LIMIT_UPLOADS) != RESULT_OK)
        goto fail;
    hub->ballot_tools =
        (struct ballot_tools){ hub->ballot_group, config->entropy,
                               config->shares };
    hub->fingerprint = server_fingerprint_of(&config->identity->public_key);
    hub->clock_offset_ms =
        clock_utc_ms(config->clock) - clock_monotonic_ms(config->clock);
    *out = hub;
    return RESULT_OK;

fail:
    hub_free(hub);
    return RESULT_NO_MEMORY;
}

struct hub *hub_free(struct hub *hub)
{
    size_t i;

    if (!hub)
        return NULL;
    assert(!hub->sessions && hub->job_count == 0);
    for (i = 0; i < ROOM_BUCKETS; i++) {
        while (hub->rooms[i]) {
            struct room *room = hub->rooms[i];

            hub->rooms[i] = room->next;
            room_free(room);
        }
    }
    while (hub->tickets) {
        struct ticket *ticket = hub->tickets;

        hub->tickets = ticket->next;
        ticket_free(ticket);
    }
    hall_pin_clear(hub);
    ballot_group_free(hub->ballot_group);
    hub->uploads = upload_proofs_free(hub->uploads);
    hub->pauses = pause_book_free(hub->pauses);
    json_decref(hub->succession);
    free(hub->decision);
    free(hub->public_host);
    free(hub);
    return NULL;
}

int64_t hub_monotonic_ms(const struct hub *hub)
{
    return clock_monotonic_ms(hub->config.clock);
}

void hub_turn(struct hub *hub)
{
    hub->takes_turns = true;
    hub->turn_written = 0;
}

bool hub_has_turn(const struct hub *hub)
{
    return !hub->takes_turns || hub->turn_written < TURN_SIZE_MAX;
}

static int64_t send_held(struct hub *hub, int64_t now_ms)
{
    int64_t hold_ms = bundle_window_hold_ms(&hub->window);
    int flushed = 0;

    while (hub->held) {
        int64_t due_ms = hub->held->sound.held_ms + hold_ms;

        if (due_ms > now_ms)
            return due_ms - now_ms;
        if (flushed++ == FLUSHED_ROOMS_MAX)
            return 0;
        room_sound_flush(hub->held);
    }
    return -1;
}

int64_t hub_sound_turn(struct hub *hub, uint64_t passed_us, uint64_t worked_us)
{
    int64_t now_ms = hub_monotonic_ms(hub);
    int64_t held_ms, line_ms;

    histogram_add(&hub->figures.loop_lag, worked_us);
    bundle_window_count(&hub->window,
                        hub->figures.sound.delivered - hub->counted_frames,
                        hub->figures.sound.messages - hub->counted_messages);
    hub->counted_frames = hub->figures.sound.delivered;
    hub->counted_messages = hub->figures.sound.messages;
    bundle_window_turn(&hub->window, passed_us, worked_us);
    held_ms = send_held(hub, now_ms);
    line_ms = hub_lines_turn(hub, now_ms);
    if (held_ms < 0 || (line_ms >= 0 && line_ms < held_ms))
        return line_ms;
    return held_ms;
}

void hub_set_public_port(struct hub *hub, uint16_t port)
{
    hub->config.public_port = port;
}

bool hub_has_had_key(const struct hub *hub, const struct key *key)
{
    const struct register_state *state = hub->register_room->committed_register;
    struct succession succession;

    if (key_equal(&hub->config.identity->public_key, key))
        return true;
    register_state_succession(state, &succession);
    return succession_has(&succession, &state->server, key);
}

bool hub_is_of_register(const struct hub *hub)
{
    return key_equal(&hub->config.identity->public_key,
                     &hub->register_room->committed_register->server);
}

bool hub_is_ready(const struct hub *hub) { return hub->state == RESULT_OK; }

enum result hub_state(const struct hub *hub) { return hub->state; }

void hub_plant_early_release(struct hub *hub)
{
    hub->plants_early_release = true;
}

struct room *hub_find_room(const struct hub *hub, const struct identifier *id)
{
    struct room *room = hub->rooms[bucket_of(id->text, ROOM_BUCKETS)];

    while (room && !identifier_equal(&room->id, id))
        room = room->next;
    return room;
}

static struct room *make_room(struct hub *hub, const struct identifier *id,
                              enum room_kind kind)
{
    size_t bucket = bucket_of(id->text, ROOM_BUCKETS);
    struct room *room = NULL;

    if (room_new(&room, hub, id, kind) != RESULT_OK)
        return NULL;
    if (hub->store->ops->load(hub->store, id) != RESULT_OK)
        return room_free(room);
    room->next = hub->rooms[bucket];
    hub->rooms[bucket] = room;
    hub->room_count++;
    return room;
}

struct room *hub_room(struct hub *hub, const struct identifier *id)
{
    struct room *room = hub_find_room(hub, id);

    return room ? room : make_room(hub, id, ROOM_MEETING);
}

void hub_settle_closed(struct hub *hub, const struct identifier *log)
{
    const struct register_meeting *call =
        register_state_meeting(hub->register_room->committed_register, log);

    if (call && call->phase != CALL_ENDED)
        (void)hub_room(hub, log); /* what is loaded settles itself */
}

void hub_load(struct hub *hub, const struct identifier *log)
{
    if (register_state_meeting(hub->register_room->committed_register, log))
        (void)hub_room(hub, log); /* without memory, whoever joins loads it */
}

struct session *hub_session(const struct hub *hub, uint64_t id)
{
    struct session *session = hub->session_buckets[id % SESSION_BUCKETS];

    while (session && session->id != id)
        session = session->bucket_next;
    return session;
}

struct ticket *hub_ticket(struct hub *hub, enum ticket_kind kind,
                          uint64_t session, uint64_t request)
{
    struct ticket *ticket = calloc(1, sizeof *ticket);

    if (!ticket)
        return NULL;
    ticket->id = hub->next_ticket++;
    ticket->kind = kind;
    ticket->session = session;
    ticket->request = request;
    ticket->next = hub->tickets;
    hub->tickets = ticket;
    return ticket;
}

/* --- store ------------------------------------------------------------------
 */

static void on_committed(void *user, const struct identifier *log,
                         uint64_t ticket, enum result result)
{
    struct hub *hub = user;
    struct room *room;

    if (!log || identifier_is_empty(log)) {
        hub_on_piece_committed(hub, ticket, result);
        return;
    }
    room = hub_find_room(hub, log);
    if (room)
        room_on_committed(room, ticket, result);
}

/*
 * It is kept while the register is loaded again: a hello without it would turn
 * away for good whoever knows an older key. A register that lacks the newest
 * key has none to show: it would end at another key than the hello's.
 */
static enum result take_succession(struct hub *hub,
                                   const struct register_state *state)
{
    struct succession succession;
    json_t *list;

    register_state_succession(state, &succession);
    if (succession.count == 0 || !hub_is_of_register(hub))
        return RESULT_OK;
    list = succession_encode(&succession);
    if (!list)
        return hub->succession ? RESULT_OK : RESULT_NO_MEMORY;
    json_decref(hub->succession);
    hub->succession = list;
    return RESULT_OK;
}

static void on_loaded(void *user, const struct identifier *id,
                      enum result result, struct store_log *log)
{
    struct hub *hub = user;
    struct room *room = hub_find_room(hub, id);

    if (!room) {
        store_log_free(log);
        return;
    }
    room_on_loaded(room, result, log);
    if (room == hub->register_room && room->phase != ROOM_LOADING)
        hub->state = room->phase == ROOM_READY
                         ? take_succession(hub, room->committed_register)
                         : RESULT_CORRUPT;
}

static void on_pin(void *user, uint64_t ticket, enum result result,
                   const struct store_pin *pin)
{
    hall_pin_on_read(user, ticket, result, pin);
}

struct store_listener hub_store_listener(struct hub *hub)
{
    struct store_listener listener = { .user = hub,
                                       .on_committed = on_committed,
                                       .on_loaded = on_loaded,
                                       .on_blob = hub_on_blob,
                                       .on_blob_state = hub_on_blob_state,
                                       .on_pin = on_pin };
    return listener;
}

enum result hub_start(struct hub *hub, struct store *store)
{
    hub->store = store;
    hub->register_room =
        make_room(hub, &hub->config.organisation, ROOM_REGISTER);
    return hub->register_room ? RESULT_OK : RESULT_NO_MEMORY;
}

/* --- time --------------------------------------------------------------------
 */

/* It follows from the state alone, and is asked again when that has moved on:
 * counting the quorum of every open room ten times a second would cost. */
static int64_t next_tick_ms(struct room *room)
{
    const struct meeting_state *head = room->head_meeting;

    if (head->next_seq == 0 || room->ticked_seq != head->next_seq) {
        room->next_tick_ms = meeting_rules_next_tick_ms(head, room_rules(room));
        room->ticked_seq = head->next_seq;
    }
    return room->next_tick_ms;
}

static void tick_room(struct room *room)
{
    struct meeting_report report = { .kind = REPORT_TICK };
    int guard = 8; /* a decision makes a portion; the rest waits a tick */

    if (room->is_fresh &&
        hub_monotonic_ms(room->hub) - room->loaded_ms >= FRESH_MS)
        meeting_room_wake(room);
    room_heads_tick(room);
    room_loss_tick(room);
    room_rate_tick(room);
    if (room->is_held || room->is_fresh)
        return;
    if (room->kind == ROOM_MEETING)
        room_carry_act(room);
    while (guard-- > 0 && room->phase == ROOM_READY && room->head_meeting &&
           next_tick_ms(room) <= room_now_ms(room))
        (void)meeting_room_report(room, &report);
    ballot_desk_act(room);
    room_recording_act(room);
}

static void report_clock(struct hub *hub, int64_t by_ms)
{
    struct meeting_report report = { .kind = REPORT_CLOCK, .by_ms = by_ms };
    size_t i;

    log_warning("the wall clock jumped by %lld ms", (long long)by_ms);
    for (i = 0; i < ROOM_BUCKETS; i++) {
        struct room *room;

        for (room = hub->rooms[i]; room; room = room->next)
            if (room->kind == ROOM_MEETING && room->phase == ROOM_READY)
                (void)meeting_room_report(room, &report);
    }
}

static void check_session(struct session *session, int64_t now_ms)
{
    if (session->phase == SESSION_CLOSING)
        return;
    if (session->actor.kind == ACTOR_NONE && !session->lane_of &&
        now_ms - session->opened_ms > LIMIT_LOGIN_MS)
        session_end(session, CLOSE_LOGIN_LATE, "no login in time");
    else if (session->blocked_ms > 0 &&
             now_ms - session->blocked_ms >
                 (session->lane_of ? LIMIT_LANE_SILENCE_MS : BLOCKED_MAX_MS))
        session_end(session, CLOSE_TOO_SLOW, "nothing could be sent");
}

/* A part of them each time, from where the last time ended: to look at five
 * thousand at once would hold up the sound. */
static void tick_sessions(struct hub *hub)
{
    int64_t now_ms = hub_monotonic_ms(hub);
    size_t count = hub->session_count / CHECK_PARTS + CHECKED_MIN;

    if (!hub->next_checked)
        hub->next_checked = hub->sessions;
    while (count-- > 0 && hub->next_checked) {
        struct session *session = hub->next_checked;

        hub->next_checked = session->next;
        check_session(session, now_ms);
    }
}

void hub_tick(struct hub *hub)
{
    int64_t offset_ms = clock_utc_ms(hub->config.clock) - hub_monotonic_ms(hub);
    int64_t jump_ms = offset_ms - hub->clock_offset_ms;
    size_t i;

    if (jump_ms > CLOCK_TOLERANCE_MS || jump_ms < -CLOCK_TOLERANCE_MS)
        report_clock(hub, jump_ms);
    hub->clock_offset_ms = offset_ms;
    hub_rates_tick(hub);
    room_retry(hub->register_room);
    room_heads_tick(hub->register_room);
    room_loss_tick(hub->register_room);
    for (i = 0; i < ROOM_BUCKETS; i++) {
        struct room *room;

        for (room = hub->rooms[i]; room; room = room->next)
            if (room->kind == ROOM_MEETING)
                tick_room(room);
    }
    tick_sessions(hub);
}

/* --- sessions ------------------------------------------------------------ */

void hub_end_device(struct hub *hub, const struct key *device, uint16_t code,
                    const char *reason, const struct session *except)
{
    struct session *session;

    for (session = hub->sessions; session; session = session->next)
        if (session != except && session->phase != SESSION_CLOSING &&
            session->actor.kind == ACTOR_HOLDER &&
            key_equal(&session->actor.device, device))
            session_end(session, code, reason);
}

void hub_say_goodbye(struct hub *hub)
{
    struct session *session;

    room_recording_say_goodbye(hub);
    hub->is_going_down = true;
    for (session = hub->sessions; session; session = session->next) {
        if (session->phase == SESSION_CLOSING)
            continue;
        if (!session->lane_of)
            session_send_json(session,
                              json_pack("{s:s}", "note", "going_down"));
        session_end(session, CLOSE_GOING_AWAY, "the server goes down");
    }
}

static void count_room(const struct room *room, struct hub_figures *out)
{
    const struct subscription *subscription;
    size_t count = 0, i = 0;

    if (room->kind != ROOM_MEETING)
        return;
    for (subscription = room->subscribers; subscription;
         subscription = subscription->next)
        count++;
    while (i < ROOM_SIZE_COUNT - 1 && count > hub_room_sizes[i])
        i++;
    out->room_sessions[i] += count;
}

static void count_line(const struct session_line *line, struct hub_figures *out)
{
    out->lanes += line->lane_count;
    if (line->wish.copy_count > 0)
        out->lines[LINE_COPIES]++;
    else if (line->wish.bundle > 1)
        out->lines[LINE_BUNDLE]++;
    else if (!line_wish_is_plain(&line->wish))
        out->lines[LINE_OTHER]++;
}

void hub_read_figures(const struct hub *hub, struct hub_figures *out)
{
    const struct session_line *line;
    size_t i;

    *out = hub->figures;
    out->sessions = hub->session_count;
    out->rooms = hub->room_count;
    out->bundle_window_ms = hub->window.window_ms;
    for (line = hub->lines; line; line = line->next)
        count_line(line, out);
    for (i = 0; i < ROOM_BUCKETS; i++) {
        const struct room *room;

        for (room = hub->rooms[i]; room; room = room->next) {
            out->ballots_waiting += ballot_desk_waiting(room);
            count_room(room, out);
        }
    }
}
