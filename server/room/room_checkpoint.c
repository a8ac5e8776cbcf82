/*
 * Signed heads: the server's own over what it has told, and those of the
 * devices at the moments that ask for them. A collection gathers signatures of
 * one head; when all have come, or time is up, it becomes an event.
 */
#include "server/room/room_types.h"

#include "protocol/meeting/act_check.h"
#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

/* A head that nothing urgent rests on is signed at most so often. */
enum { SIGN_EVERY_MS = 1000 };
/* How often room_heads_tick() is called, and how many devices are asked for
 * their signature in one of these turns at least. */
enum { TICK_MS = 100, ASKED_AT_ONCE = 16 };

static bool is_on(const struct room *room)
{
    return room_rules(room)->checkpoint_wait_ms > 0;
}

bool room_is_over(const struct room *room, const struct meeting_state *state)
{
    return state->phase == MEETING_CLOSED &&
           (state->is_ended ||
            (!is_on(room) && !room_recording_is_awaited(room, state)));
}

/* --- The server's signature, made by a worker ----------------------------- */

struct head_signing {
    struct hub *hub;
    struct identifier log;
    uint64_t seq;
    struct hash head;
    enum checkpoint_reason reason;
    uint8_t *bytes; /* the statement; owned */
    size_t size;
    struct signature sig;
    bool is_good;
    void (*then)(struct room *room, const struct head_signing *job);
};

static void sign_head(void *data)
{
    struct head_signing *job = data;

    job->is_good = statement_sign(job->hub->config.identity, job->bytes,
                                  job->size, &job->sig) == RESULT_OK;
}

static void on_head_signed(void *data, enum result result)
{
    struct head_signing *job = data;
    struct room *room = hub_find_room(job->hub, &job->log);

    if (result != RESULT_OK)
        job->is_good = false;
    if (room)
        job->then(room, job);
    free(job->bytes);
    free(job);
}

static bool
start_signing(struct room *room, uint64_t seq, enum checkpoint_reason reason,
              void (*then)(struct room *room, const struct head_signing *job))
{
    const struct key *server = &room->hub->config.identity->public_key;
    struct statement_checkpoint fields = { .role = TEXT_LITERAL("server") };
    struct head_signing *job = calloc(1, sizeof *job);

    if (!job)
        return false;
    job->hub = room->hub;
    job->log = room->id;
    job->seq = seq;
    job->head = room->history[seq].head;
    job->reason = reason;
    job->then = then;
    fields.reason =
        text_view_of(enum_word(&checkpoint_reason_words, (int)reason));
    fields.seen.seq = seq;
    fields.seen.head = job->head;
    if (statement_checkpoint(server, identifier_view(&room->id), &fields,
                             &job->bytes, &job->size) == RESULT_OK &&
        hub_work(room->hub, sign_head, on_head_signed, job) == RESULT_OK)
        return true;
    free(job->bytes);
    free(job);
    return false;
}

/* --- The newest head, told to everybody ----------------------------------- */

static struct frame *signed_frame(const struct room *room,
                                  const struct head_signing *job)
{
    char head[HEX_SIZE(HASH_SIZE)], server[HEX_SIZE(KEY_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(job->head.bytes, HASH_SIZE, head);
    hex_encode(room->hub->config.identity->public_key.bytes, KEY_SIZE, server);
    hex_encode(job->sig.bytes, SIGNATURE_SIZE, sig);
    return answer_frame(json_pack(
        "{s:{s:s, s:I, s:s, s:s, s:s, s:s}}", "signed", "log", room->id.text,
        "seq", (json_int_t)job->seq, "head", head, "reason",
        enum_word(&checkpoint_reason_words, (int)job->reason), "server", server,
        "sig", sig));
}

static void tell_signed(struct room *room, const struct head_signing *job)
{
    struct room_heads *heads = &room->heads;
    struct subscription *subscription;
    struct frame *frame = NULL;

    heads->is_signing = false;
    /* The room may have been loaded again meanwhile, and be shorter. */
    if (job->is_good && job->seq < room->committed &&
        hash_equal(&job->head, &room->history[job->seq].head))
        frame = signed_frame(room, job);
    if (!frame)
        return; /* the next tick tries again */
    frame_unref(heads->newest);
    heads->newest = frame;
    heads->signed_count = job->seq + 1;
    heads->signed_ms = hub_monotonic_ms(room->hub);
    for (subscription = room->subscribers; subscription;) {
        struct subscription *next = subscription->next;

        session_pump(subscription->session);
        subscription = next;
    }
    room_heads_settle(room);
}

void room_heads_settle(struct room *room)
{
    struct room_heads *heads = &room->heads;

    if (!is_on(room) || !room_is_live(room) || heads->is_signing ||
        room->committed <= heads->signed_count)
        return;
    if (!heads->is_urgent && hub_monotonic_ms(room->hub) - heads->signed_ms <
                                 (heads->signed_ms ? SIGN_EVERY_MS : 0))
        return;
    heads->is_urgent = false;
    heads->is_signing = start_signing(room, room->committed - 1,
                                      CHECKPOINT_COMMIT, tell_signed);
}

/* --- Collections -----------------------------------------------------------
 */

static void drop_collection(struct room_heads *heads, size_t place)
{
    free(heads->collections[place].rows);
    heads->count--;
    memmove(&heads->collections[place], &heads->collections[place + 1],
            (heads->count - place) * sizeof heads->collections[0]);
}

void room_heads_clear(struct room *room)
{
    struct room_heads *heads = &room->heads;

    while (heads->count > 0)
        drop_collection(heads, heads->count - 1);
    frame_unref(heads->newest);
    memset(heads, 0, sizeof *heads);
}

static struct collection *find_collection(struct room *room, uint64_t seq)
{
    size_t i;

    for (i = 0; i < room->heads.count; i++)
        if (room->heads.collections[i].seq == seq)
            return &room->heads.collections[i];
    return NULL;
}

static size_t devices_of_all(const struct meeting_state *state)
{
    size_t i, count = 0;

    for (i = 0; i < state->person_count; i++)
        count += state->people[i].holder.device_count;
    for (i = 0; i < state->site_count; i++)
        count += state->sites[i].holder.device_count;
    return count;
}

/* Those whose line is up, for a closed meeting those who were there last. */
static void add_rows(struct collection *collection,
                     const struct meeting_state *state,
                     const struct meeting_holder *holder)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        const struct meeting_device *device = &holder->devices[i];
        struct collection_row *row = &collection->rows[collection->row_count];

        if (!device->is_connected || device->is_lost || !device->is_enrolled)
            continue;
        row->holder = holder->id;
        row->device = device->key;
        row->role = meeting_state_checkpoint_role(state, &holder->id);
        collection->row_count++;
    }
}

static void ask(struct session *session, const struct room *room,
                const struct collection *collection)
{
    session_send_json(session, json_pack("{s:{s:s, s:I, s:s}}", "sign", "log",
                                         room->id.text, "seq",
                                         (json_int_t)collection->seq, "reason",
                                         enum_word(&checkpoint_reason_words,
                                                   (int)collection->reason)));
}

static struct collection_row *find_row(struct collection *collection,
                                       const struct actor *actor)
{
    size_t i;

    for (i = 0; i < collection->row_count; i++)
        if (key_equal(&collection->rows[i].device, &actor->device) &&
            identifier_equal(&collection->rows[i].holder, &actor->holder))
            return &collection->rows[i];
    return NULL;
}

static struct session *session_of(struct room *room,
                                  const struct collection_row *row)
{
    struct subscription *subscription = room->subscribers;

    while (subscription &&
           (subscription->phase != SUBSCRIPTION_ACTIVE ||
            !key_equal(&subscription->session->actor.device, &row->device)))
        subscription = subscription->next;
    return subscription ? subscription->session : NULL;
}

/* Hundreds of devices answer at once if they are asked at once, and the loop
 * would do nothing else for a while: they are asked by and by, all of them in
 * the first half of their time. */
static void ask_next(struct room *room, struct collection *collection)
{
    const int64_t wait_ms = room_rules(room)->checkpoint_wait_ms;
    const size_t turns = (size_t)(wait_ms / 2 / TICK_MS) + 1;
    size_t left = collection->row_count / turns + 1;

    if (left < ASKED_AT_ONCE)
        left = ASKED_AT_ONCE;
    for (; left > 0 && collection->asked < collection->row_count; left--) {
        const struct collection_row *row =
            &collection->rows[collection->asked++];
        struct session *session = session_of(room, row);

        if (session)
            ask(session, room, collection);
    }
}

static void finish_ready(struct room *room);

static void keep_server_signature(struct room *room,
                                  const struct head_signing *job)
{
    struct collection *collection = find_collection(room, job->seq);

    if (!collection || collection->reason != job->reason ||
        !hash_equal(&collection->head, &job->head))
        return;
    collection->is_signing = false;
    collection->has_sig = job->is_good;
    collection->sig = job->sig;
    finish_ready(room);
}

static void sign_collection(struct room *room, struct collection *collection)
{
    if (!collection->has_sig && !collection->is_signing)
        collection->is_signing = start_signing(
            room, collection->seq, collection->reason, keep_server_signature);
}

void room_checkpoint_open(struct room *room, uint64_t seq,
                          enum checkpoint_reason reason, int64_t wait_ms)
{
    const struct meeting_state *state = room->committed_meeting;
    struct room_heads *heads = &room->heads;
    struct collection *collection;
    size_t i;

    if (!is_on(room) || find_collection(room, seq))
        return;
    if (heads->count == COLLECTIONS_MAX) {
        log_warning("room %s: too many checkpoints at once", room->id.text);
        return;
    }
    collection = &heads->collections[heads->count];
    memset(collection, 0, sizeof *collection);
    collection->rows =
        calloc(devices_of_all(state) + 1, sizeof collection->rows[0]);
    if (!collection->rows) {
        log_error("room %s: no memory for a checkpoint", room->id.text);
        return;
    }
    heads->count++;
    collection->seq = seq;
    collection->head = room->history[seq].head;
    collection->reason = reason;
    collection->due_ms = hub_monotonic_ms(room->hub) + wait_ms;
    for (i = 0; i < state->person_count; i++)
        add_rows(collection, state, &state->people[i].holder);
    for (i = 0; i < state->site_count; i++)
        add_rows(collection, state, &state->sites[i].holder);
    heads->periodic_ms =
        hub_monotonic_ms(room->hub) + room_rules(room)->checkpoint_every_ms;
    sign_collection(room, collection);
    ask_next(room, collection);
}

bool room_checkpoint_is_open(const struct room *room,
                             enum checkpoint_reason reason)
{
    size_t i;

    for (i = 0; i < room->heads.count; i++)
        if (room->heads.collections[i].reason == reason)
            return true;
    return false;
}

void room_checkpoint_ask(struct room *room, struct session *session)
{
    size_t i;

    for (i = 0; i < room->heads.count; i++) {
        struct collection_row *row =
            find_row(&room->heads.collections[i], &session->actor);

        if (row && !row->has_signed)
            ask(session, room, &room->heads.collections[i]);
    }
}

/* --- From a collection to its event ----------------------------------------
 */

static bool is_ready(const struct room *room,
                     const struct collection *collection)
{
    return collection->has_sig &&
           (collection->signed_count == collection->row_count ||
            hub_monotonic_ms(room->hub) >= collection->due_ms);
}

/* Both lists share one array each; their memory is the caller's. */
static void list_rows(const struct collection *collection,
                      struct checkpoint_signer *signers,
                      struct checkpoint_missing *missing,
                      struct event_checkpoint *out)
{
    size_t i;

    for (i = 0; i < collection->row_count; i++) {
        const struct collection_row *row = &collection->rows[i];

        if (row->has_signed)
            signers[out->signers.count++] =
                (struct checkpoint_signer){ row->holder, row->device,
                                            (int)row->role, row->sig };
        else
            missing[out->missing.count++] =
                (struct checkpoint_missing){ row->holder, row->device };
    }
    out->signers.data = out->signers.count > 0 ? signers : NULL;
    out->missing.data = out->missing.count > 0 ? missing : NULL;
}

/* False: it could not be written now. */
static bool finish(struct room *room, const struct collection *collection)
{
    struct meeting_report report = { .kind = REPORT_CHECKPOINT };
    size_t count = collection->row_count + 1;
    struct checkpoint_signer *signers = calloc(count, sizeof *signers);
    struct checkpoint_missing *missing = calloc(count, sizeof *missing);
    bool is_done = false;

    if (signers && missing) {
        report.checkpoint.reason = (int)collection->reason;
        report.checkpoint.upto = collection->seq;
        report.checkpoint.head = collection->head;
        report.checkpoint.sig = collection->sig;
        list_rows(collection, signers, missing, &report.checkpoint);
        is_done = meeting_room_report(room, &report);
    }
    free(signers);
    free(missing);
    return is_done;
}

/* The closing checkpoint ends the log: what is collected besides goes first,
 * and what is still to be said of recordings. */
static bool is_last_of_all(const struct room *room,
                           const struct collection *collection)
{
    return collection->reason != CHECKPOINT_CLOSED ||
           (room->heads.count == 1 &&
            !room_recording_is_awaited(room, room->head_meeting));
}

static void finish_ready(struct room *room)
{
    size_t i = 0;

    while (i < room->heads.count && room->phase == ROOM_READY) {
        struct collection collection = room->heads.collections[i];

        if (!is_ready(room, &collection) ||
            !is_last_of_all(room, &collection)) {
            i++;
            continue;
        }
        if (!finish(room, &collection))
            return; /* the room is loaded again, or memory is short */
        drop_collection(&room->heads, i);
        i = 0;
    }
}

/* --- A device signs ---------------------------------------------------------
 */

void room_checkpoint_signed(struct room *room, const struct actor *actor,
                            uint64_t seq, const struct signature *sig)
{
    struct collection *collection = find_collection(room, seq);
    struct collection_row *row =
        collection ? find_row(collection, actor) : NULL;

    if (!row || row->has_signed)
        return;
    row->has_signed = true;
    row->sig = *sig;
    collection->signed_count++;
    finish_ready(room);
}

bool room_checkpoint_find(struct room *room, const struct actor *actor,
                          uint64_t seq, struct hash *head,
                          enum checkpoint_reason *reason,
                          enum checkpoint_role *role)
{
    struct collection *collection = find_collection(room, seq);
    const struct collection_row *row =
        collection ? find_row(collection, actor) : NULL;

    if (!row)
        return false;
    *head = collection->head;
    *reason = collection->reason;
    *role = row->role;
    return true;
}

/* --- What the log and time bring -------------------------------------------
 */

void room_heads_on_event(struct room *room, const struct meeting_event *event)
{
    const enum checkpoint_reason reason = meeting_event_checkpoint(event->kind);
    const struct act *act = act_of_event(event);

    if (act && act->is_present)
        room->heads.is_urgent = true;
    if (reason)
        room_checkpoint_open(room, event->seq, reason,
                             room_rules(room)->checkpoint_wait_ms);
}

static void open_periodic(struct room *room)
{
    const struct meeting_state *state = room->committed_meeting;

    if (state->phase != MEETING_OPEN && state->phase != MEETING_ADJOURNED)
        return;
    if (room->heads.periodic_ms == 0) /* loaded in the midst of a meeting */
        room->heads.periodic_ms =
            hub_monotonic_ms(room->hub) + room_rules(room)->checkpoint_every_ms;
    if (hub_monotonic_ms(room->hub) >= room->heads.periodic_ms)
        room_checkpoint_open(room, room->committed - 1, CHECKPOINT_PERIODIC,
                             room_rules(room)->checkpoint_wait_ms);
}

void room_heads_tick(struct room *room)
{
    size_t i;

    if (!is_on(room) || room->phase != ROOM_READY || room->is_held)
        return;
    room_heads_settle(room);
    if (room->kind != ROOM_MEETING || room->committed == 0)
        return;
    for (i = 0; i < room->heads.count; i++) {
        sign_collection(room, &room->heads.collections[i]);
        ask_next(room, &room->heads.collections[i]);
    }
    finish_ready(room);
    open_periodic(room);
}

/* The server stopped between the end of a meeting and its last signatures:
 * those who come back in their grace period still sign. */
void room_heads_loaded(struct room *room)
{
    const struct meeting_state *state = room->committed_meeting;
    const struct ruleset *rules = room_rules(room);
    uint64_t seq = room->committed;

    if (state->phase != MEETING_CLOSED || room_is_over(room, state))
        return;
    while (seq > 0) {
        struct event_head head;
        struct message_memory memory = { 0 };
        const struct frame *frame = room->history[--seq].frame;
        bool is_end = event_parse((const char *)frame->data, frame->size, &head,
                                  &memory, NULL) == RESULT_OK &&
                      text_view_is(head.name, "closed");

        message_memory_release(&memory);
        if (is_end)
            break;
    }
    room_checkpoint_open(room, seq, CHECKPOINT_CLOSED,
                         rules->grace_ms + rules->checkpoint_wait_ms);
}
