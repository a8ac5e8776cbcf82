#include "server/room/room_recording.h"

#include "server/platform/log.h"
#include "server/room/recording_work.h"
#include "server/room/room_types.h"
#include "server/store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRITE_EVERY_MS = 1000,
    RETRY_MS = 5000,
    TRIES_MAX = 12,       /* then a file is lost */
    PIECES_PER_BATCH = 64 /* the store's other work goes between */
};

/*
 * PHASE_HEARING until the log says that it has stopped, and the writer has
 * ended the files. Then each file is read, put into the store in pieces, and
 * looked at there; then the event is made. Last the files are removed: that is
 * done beside the room, which may record again meanwhile.
 */
enum recording_phase {
    PHASE_HEARING = 1,
    PHASE_ENDING,
    PHASE_LISTING,
    PHASE_READING,
    PHASE_PUTTING,
    PHASE_LOOKING,
    PHASE_NAMING,
    PHASE_CLEARING
};

struct room_recording {
    struct room *room;
    struct recording_id id;
    const struct recording_store *store;
    enum recording_phase phase;
    bool is_working;                 /* a worker has it */
    enum result done;                /* of the work that has come back */
    int64_t due_ms;                  /* monotonic: not before */
    struct recording_writer *writer; /* owned; NULL: found on the disk */
    int64_t begun_ms;                /* monotonic */
    bool has_stopped;                /* that was reported by us */
    bool is_choked;                  /* the disk does not keep up */
    unsigned tries;
    struct recording_name *names; /* owned */
    size_t name_count, at;
    struct recording_kept kept; /* of names[at] */
    uint64_t put;               /* bytes of it that are in the store */
    uint64_t ticket;            /* of the store's answer; 0: none is awaited */
    struct recording_file
        rows[LIMIT_RECORDING_SPEAKERS + LIMIT_RECORDING_LEFT_OUT];
    size_t row_count;
    size_t told_count;           /* who was left out, told to the log */
    struct room_recording *next; /* in hub->recordings */
};

struct room_recording *room_recording_free(struct room_recording *recording)
{
    struct room_recording **link;

    if (!recording)
        return NULL;
    assert(!recording->is_working);
    link = &recording->room->hub->recordings;
    while (*link && *link != recording)
        link = &(*link)->next;
    if (*link)
        *link = recording->next;
    recording_writer_free(recording->writer);
    recording_kept_release(&recording->kept);
    free(recording->names);
    free(recording);
    return NULL;
}

static int64_t now_ms(const struct room_recording *recording)
{
    return hub_monotonic_ms(recording->room->hub);
}

/* --- Work ---------------------------------------------------------------- */

static void list_files(struct room_recording *recording)
{
    free(recording->names);
    recording->names = NULL;
    recording->name_count = 0;
    recording->done = recording_list(recording->store, &recording->id,
                                     &recording->names, &recording->name_count);
}

static void clear_files(struct room_recording *recording)
{
    const struct recording_store *store = recording->store;
    size_t i;

    for (i = 0; i < recording->name_count; i++) {
        const enum result result =
            store->remove(store->user, recording->names[i].text);

        if (result != RESULT_OK)
            recording->done = result;
    }
}

static void work(void *data)
{
    struct room_recording *recording = data;

    recording->done = RESULT_OK;
    switch (recording->phase) {
    case PHASE_HEARING:
    case PHASE_ENDING:
        recording_writer_work(recording->writer);
        break;
    case PHASE_LISTING:
        list_files(recording);
        break;
    case PHASE_READING:
        recording->done = recording_read(recording->store,
                                         recording->names[recording->at].text,
                                         &recording->kept);
        break;
    case PHASE_CLEARING:
        clear_files(recording);
        break;
    case PHASE_PUTTING:
    case PHASE_LOOKING:
    case PHASE_NAMING:
        break;
    }
}

static void on_worked(void *data, enum result result);

/* Without a worker it is tried again. */
static void start_work(struct room_recording *recording)
{
    recording->is_working =
        hub_work(recording->room->hub, work, on_worked, recording) == RESULT_OK;
    if (!recording->is_working)
        recording->due_ms = now_ms(recording) + WRITE_EVERY_MS;
}

static void try_again(struct room_recording *recording)
{
    recording->tries++;
    recording->due_ms = now_ms(recording) + RETRY_MS;
}

/* --- Hearing ------------------------------------------------------------- */

static void stop(struct room_recording *recording, enum recording_end reason)
{
    struct meeting_event event = { .kind = EVENT_RECORDING_STOPPED_KIND };
    const struct meeting_report report = { .kind = REPORT_RECORDING,
                                           .event = &event };

    event.body.recording_stopped.recording = recording->id.number;
    event.body.recording_stopped.reason = (int)reason;
    /* A room that is being loaded is told again. */
    recording->has_stopped = meeting_room_report(recording->room, &report);
}

static void tell_left_out(struct room_recording *recording)
{
    size_t count = 0;
    const struct recording_file *rows =
        recording_writer_left_out(recording->writer, &count);

    for (; recording->told_count < count; recording->told_count++)
        log_warning("room %s: %d devices are in recording %llu already, and a "
                    "device of %s is left out of it",
                    recording->id.meeting.text, LIMIT_RECORDING_SPEAKERS,
                    (unsigned long long)recording->id.number,
                    rows[recording->told_count].holder.text);
}

static void look_at_limits(struct room_recording *recording)
{
    const enum result result = recording_writer_result(recording->writer);

    tell_left_out(recording);
    if (recording->has_stopped)
        return;
    if (result == RESULT_FULL ||
        now_ms(recording) - recording->begun_ms > LIMIT_RECORDING_MS) {
        log_info("room %s: recording %llu is as long as it may be",
                 recording->id.meeting.text,
                 (unsigned long long)recording->id.number);
        stop(recording, RECORDING_FULL);
    } else if (result != RESULT_OK || recording->is_choked) {
        log_error("room %s: recording %llu cannot be written (%s)",
                  recording->id.meeting.text,
                  (unsigned long long)recording->id.number,
                  result_text(result));
        stop(recording, RECORDING_FAILED);
    }
}

static bool has_ended(const struct room_recording *recording)
{
    const struct meeting_recordings *all =
        &recording->room->committed_meeting->recordings;

    return recording->id.number <= all->count &&
           all->rows[recording->id.number - 1].reason != recording_end_none_;
}

static void write(struct room_recording *recording, bool is_end)
{
    recording_writer_hand_over(recording->writer, room_now_ms(recording->room),
                               is_end);
    recording->due_ms = now_ms(recording) + WRITE_EVERY_MS;
    start_work(recording);
    /* What could not be given to a worker is not lost, but there is no way
     * back for it: the recording has failed. */
    if (!recording->is_working)
        stop(recording, RECORDING_FAILED);
}

static void hear_on(struct room_recording *recording)
{
    if (has_ended(recording)) {
        recording->phase = PHASE_ENDING;
        recording->due_ms = 0;
        write(recording, true);
        return;
    }
    look_at_limits(recording);
    if (recording->due_ms == 0)
        recording->due_ms = now_ms(recording) + WRITE_EVERY_MS;
    else if (now_ms(recording) >= recording->due_ms ||
             recording_writer_is_pressed(recording->writer))
        write(recording, false);
}

static bool is_in_plenary(const struct session *speaker)
{
    const struct meeting_holder *holder = meeting_state_holder(
        speaker->meeting.room->committed_meeting, &speaker->actor.holder);

    return holder && holder->subroom == 0;
}

void room_recording_hear(struct session *speaker,
                         const struct audio_frame *frame)
{
    struct room *room = speaker->meeting.room;
    struct room_recording *recording = room->recording;
    struct recording_heard heard;

    /* The log may have said that it stopped while a worker still writes. */
    if (!recording || recording->phase != PHASE_HEARING ||
        recording->is_choked || recording->has_stopped ||
        has_ended(recording) || !is_in_plenary(speaker))
        return;
    memset(&heard, 0, sizeof heard);
    heard.holder = speaker->actor.holder;
    heard.slot = frame->slot;
    heard.flags = frame->flags;
    heard.sequence = frame->sequence;
    heard.timestamp = frame->timestamp;
    heard.at_ms = room_now_ms(room);
    heard.size = frame->payload_size;
    /* It is told with the next tick: a report may end the session. */
    recording->is_choked = recording_writer_hear(recording->writer, &heard,
                                                 frame->payload) != RESULT_OK;
}

void room_recording_hear_all(struct session *speaker, const uint8_t *bytes,
                             size_t size)
{
    struct audio_message message;
    struct audio_frame frame;

    if (!speaker->meeting.room->recording ||
        audio_message_open(&message, bytes, size) != RESULT_OK)
        return;
    while (audio_message_next(&message, &frame, NULL))
        room_recording_hear(speaker, &frame);
}

void room_recording_say_goodbye(struct hub *hub)
{
    struct room_recording *recording;

    for (recording = hub->recordings; recording; recording = recording->next)
        if (recording->phase == PHASE_HEARING && !recording->is_working &&
            recording_writer_has_any(recording->writer))
            write(recording, false);
}

/* --- Keeping ------------------------------------------------------------- */

static struct store *store_of(const struct room_recording *recording)
{
    return recording->room->hub->store;
}

static void next_file(struct room_recording *recording)
{
    recording_kept_release(&recording->kept);
    recording->kept = (struct recording_kept){ .is_there = false };
    recording->put = 0;
    recording->tries = 0;
    recording->due_ms = 0;
    recording->at++;
    recording->phase = PHASE_READING;
}

/* Of whom something was recorded stands in the log, whatever became of it. */
static void lose_file(struct room_recording *recording)
{
    const struct meeting_recordings *all =
        &recording->room->committed_meeting->recordings;
    struct recording_file *row = &recording->rows[recording->row_count++];
    struct recording_id id;

    memset(row, 0, sizeof *row);
    (void)recording_name_read(recording->names[recording->at].text, &id,
                              &row->slot, &row->holder);
    row->from = row->to = all->rows[recording->id.number - 1].started_ms;
    row->outcome = RECORDING_LOST;
    log_error("room %s: a file of recording %llu is lost",
              recording->id.meeting.text,
              (unsigned long long)recording->id.number);
    next_file(recording);
}

static bool has_given_up(struct room_recording *recording)
{
    if (recording->tries < TRIES_MAX)
        return false;
    lose_file(recording);
    return true;
}

static enum result add_pieces(const struct room_recording *recording,
                              struct store_batch *batch, uint64_t *end)
{
    const struct recording_file *row = &recording->kept.row;
    enum result result = RESULT_OK;
    size_t i;

    *end = recording->put;
    for (i = 0; i < PIECES_PER_BATCH && *end < row->size && result == RESULT_OK;
         i++) {
        const uint64_t left = row->size - *end;
        const struct store_blob_piece piece = {
            .blob = row->blob,
            .blob_size = row->size,
            .offset = *end,
            .bytes = &recording->kept.bytes[*end],
            .size = left < LIMIT_BLOB_PIECE_SIZE ? (size_t)left
                                                 : LIMIT_BLOB_PIECE_SIZE
        };

        result = store_batch_add_blob_piece(batch, &piece);
        *end += piece.size;
    }
    return result;
}

static void put_pieces(struct room_recording *recording)
{
    struct store *store = store_of(recording);
    const uint64_t ticket = recording->room->hub->next_ticket++;
    struct store_batch *batch = NULL;
    uint64_t end = 0;
    enum result result = store_batch_new(&batch, NULL, ticket);

    if (result == RESULT_OK)
        result = add_pieces(recording, batch, &end);
    if (result == RESULT_OK)
        result = store->ops->append(store, batch);
    if (result != RESULT_OK) {
        store_batch_free(batch);
        try_again(recording);
        return;
    }
    recording->ticket = ticket;
    recording->put = end;
}

/* Is it there as a whole, with its hash? */
static void look(struct room_recording *recording)
{
    struct store *store = store_of(recording);
    const uint64_t ticket = recording->room->hub->next_ticket++;

    if (store->ops->query_blob(store, ticket, &recording->kept.row.blob,
                               recording->kept.row.size) == RESULT_OK)
        recording->ticket = ticket;
    else
        try_again(recording);
}

static struct room_recording *awaiting(struct hub *hub, uint64_t ticket)
{
    struct room_recording *recording = hub->recordings;

    while (recording && recording->ticket != ticket)
        recording = recording->next;
    if (recording)
        recording->ticket = 0;
    return recording;
}

bool room_recording_on_stored(struct hub *hub, uint64_t ticket,
                              enum result result)
{
    struct room_recording *recording = awaiting(hub, ticket);

    if (!recording)
        return false;
    if (result != RESULT_OK) {
        recording->put = 0; /* pieces that are there are passed over */
        try_again(recording);
    } else if (recording->put == recording->kept.row.size) {
        recording->phase = PHASE_LOOKING;
    }
    room_recording_act(recording->room);
    return true;
}

bool room_recording_on_state(struct hub *hub, uint64_t ticket,
                             enum result result, bool is_complete)
{
    struct room_recording *recording = awaiting(hub, ticket);

    if (!recording)
        return false;
    if (result == RESULT_OK && is_complete) {
        recording->rows[recording->row_count++] = recording->kept.row;
        next_file(recording);
    } else {
        recording->put = 0;
        recording->phase = PHASE_PUTTING;
        try_again(recording);
    }
    room_recording_act(recording->room);
    return true;
}

static bool is_kept(const struct room_recording *recording)
{
    const struct meeting_recordings *all =
        &recording->room->committed_meeting->recordings;

    return recording->id.number <= all->count &&
           all->rows[recording->id.number - 1].kept_seq > 0;
}

/* Beside the room; takes the recording. Without a worker the files wait until
 * the room is loaded. */
static void clear(struct room_recording *recording)
{
    recording->phase = PHASE_CLEARING;
    start_work(recording);
    if (!recording->is_working)
        room_recording_free(recording);
}

/* Behind the files: of whom there is none. */
static void add_left_out(struct room_recording *recording)
{
    const struct recording_file *rows;
    size_t count = 0;

    if (!recording->writer)
        return; /* a server that stopped has told its log */
    rows = recording_writer_left_out(recording->writer, &count);
    memcpy(&recording->rows[recording->row_count], rows, count * sizeof *rows);
    recording->row_count += count;
}

static void name_files(struct room_recording *recording)
{
    struct meeting_event event = { .kind = EVENT_RECORDING_KEPT_KIND };
    const struct meeting_report report = { .kind = REPORT_RECORDING,
                                           .event = &event };

    if (is_kept(recording)) {
        recording->room->recording = NULL;
        clear(recording);
        return;
    }
    event.body.recording_kept.recording = recording->id.number;
    event.body.recording_kept.files.data =
        recording->row_count > 0 ? recording->rows : NULL;
    event.body.recording_kept.files.count = recording->row_count;
    /* Accepted without an event if it was said before, and not committed yet;
     * what a failure took back is said again. */
    (void)meeting_room_report(recording->room, &report);
    recording->due_ms = now_ms(recording) + WRITE_EVERY_MS;
}

/* Of a recording that is in the record, or in no log: not wanted any more. */
static bool is_left_over(const struct room_recording *recording,
                         const struct recording_name *name)
{
    const struct meeting_recordings *all =
        &recording->room->committed_meeting->recordings;
    struct recording_id id;
    struct identifier holder;
    uint64_t slot;

    return recording_name_read(name->text, &id, &slot, &holder) &&
           (id.number > all->count || all->rows[id.number - 1].kept_seq > 0);
}

/* Takes the recording. */
static void choose_left_over(struct room_recording *recording)
{
    size_t i, count = 0;

    for (i = 0; i < recording->name_count; i++)
        if (is_left_over(recording, &recording->names[i]))
            recording->names[count++] = recording->names[i];
    recording->name_count = count;
    if (count > 0 && recording->done == RESULT_OK)
        clear(recording);
    else
        room_recording_free(recording);
}

static void on_listed(struct room_recording *recording)
{
    if (recording->done != RESULT_OK) {
        /* Nothing can be said of files that cannot be seen, so the meeting
         * does not end before somebody has looked. */
        log_error("room %s: the folder of recordings cannot be read (%s)",
                  recording->id.meeting.text, result_text(recording->done));
        try_again(recording);
        return;
    }
    recording->at = 0;
    recording->tries = 0;
    recording->phase = PHASE_READING;
}

static void on_read(struct room_recording *recording)
{
    if (recording->done != RESULT_OK)
        try_again(recording);
    else if (recording->kept.is_there)
        recording->phase = PHASE_PUTTING;
    else
        next_file(recording);
}

static void on_cleared(struct room_recording *recording)
{
    if (recording->done != RESULT_OK)
        log_error("room %s: recordings cannot be removed from their folder",
                  recording->id.meeting.text);
    room_recording_free(recording);
}

static void on_worked(void *data, enum result result)
{
    struct room_recording *recording = data;

    recording->is_working = false;
    if (recording->phase == PHASE_CLEARING) {
        on_cleared(recording);
        return;
    }
    if (recording->id.number == 0) {
        choose_left_over(recording);
        return;
    }
    if (result != RESULT_OK) /* the server goes */
        return;
    switch (recording->phase) {
    case PHASE_HEARING:
        look_at_limits(recording);
        return;
    case PHASE_ENDING:
        recording->phase = PHASE_LISTING;
        break;
    case PHASE_LISTING:
        on_listed(recording);
        break;
    case PHASE_READING:
        on_read(recording);
        break;
    case PHASE_PUTTING:
    case PHASE_LOOKING:
    case PHASE_NAMING:
    case PHASE_CLEARING:
        break;
    }
    room_recording_act(recording->room);
}

/* --- What is due --------------------------------------------------------- */

static void read_next(struct room_recording *recording)
{
    if (recording->at == recording->name_count ||
        recording->row_count == LIMIT_RECORDING_SPEAKERS) {
        add_left_out(recording);
        recording->phase = PHASE_NAMING;
    } else if (!has_given_up(recording))
        start_work(recording);
}

static void act(struct room_recording *recording)
{
    switch (recording->phase) {
    case PHASE_HEARING:
        hear_on(recording);
        break;
    case PHASE_ENDING: /* no worker was free, or it is over already */
        recording->phase = PHASE_LISTING;
        break;
    case PHASE_LISTING:
        start_work(recording);
        break;
    case PHASE_READING:
        read_next(recording);
        break;
    case PHASE_PUTTING:
        if (!has_given_up(recording))
            put_pieces(recording);
        break;
    case PHASE_LOOKING:
        if (!has_given_up(recording))
            look(recording);
        break;
    case PHASE_NAMING:
        name_files(recording);
        break;
    case PHASE_CLEARING: /* not the room's any more */
        break;
    }
}

static uint64_t kept_size(const struct meeting_state *state)
{
    uint64_t size = 0;
    size_t i, j;

    for (i = 0; i < state->recordings.count; i++)
        for (j = 0; j < state->recordings.rows[i].file_count; j++)
            size += state->recordings.rows[i].files[j].size;
    return size;
}

/* `number` goes on, or has stopped and is not kept yet; 0: nothing is recorded,
 * and what lies in the folder is cleared away. */
static void begin(struct room *room, uint64_t number)
{
    struct hub *hub = room->hub;
    const struct meeting_state *state = room->committed_meeting;
    const uint64_t had = kept_size(state);
    struct room_recording *recording = calloc(1, sizeof *recording);
    const bool goes_on =
        number > 0 &&
        state->recordings.rows[number - 1].reason == recording_end_none_;

    if (!recording)
        return; /* tried again with the next tick */
    recording->room = room;
    recording->id = (struct recording_id){ room->id, number };
    recording->store = hub->config.recordings;
    recording->phase = goes_on ? PHASE_HEARING : PHASE_LISTING;
    recording->begun_ms = hub_monotonic_ms(hub);
    recording->next = hub->recordings;
    hub->recordings = recording;
    if (number == 0) {
        start_work(recording);
        if (!recording->is_working)
            room_recording_free(recording);
        return;
    }
    room->recording = recording;
    if (goes_on && recording_writer_new(
                       &recording->writer, &recording->id, recording->store,
                       had < LIMIT_RECORDING_SIZE ? LIMIT_RECORDING_SIZE - had
                                                  : 0) != RESULT_OK)
        room->recording = room_recording_free(recording);
}

/* What the head has stopped is not taken up any more. */
static bool is_to_begin(const struct room *room, uint64_t number)
{
    const struct meeting_state *state = room->committed_meeting;

    return state->recordings.rows[number - 1].reason != recording_end_none_ ||
           meeting_state_is_recorded(room->head_meeting);
}

static void look_for_work(struct room *room)
{
    const uint64_t number =
        meeting_state_unkept_recording(room->committed_meeting);

    if (!room->hub->config.recordings)
        return;
    if (number == 0 && !room->is_recording_swept) {
        room->is_recording_swept = true;
        begin(room, 0);
    } else if (number > 0 && is_to_begin(room, number)) {
        begin(room, number);
    }
}

bool room_recording_is_awaited(const struct room *room,
                               const struct meeting_state *state)
{
    return room->hub->config.recordings &&
           meeting_state_unkept_recording(state) > 0;
}

static bool is_at_hand(const struct room *room)
{
    return room->kind == ROOM_MEETING && room->phase == ROOM_READY &&
           !room->is_held && !room->is_fresh && room->committed > 0 &&
           !room->hub->is_going_down;
}

static bool is_waiting(const struct room_recording *recording)
{
    const bool has_to_pass =
        recording->phase != PHASE_HEARING &&
        !(recording->phase == PHASE_NAMING && is_kept(recording));

    return recording->is_working || recording->ticket != 0 ||
           (has_to_pass && now_ms(recording) < recording->due_ms);
}

void room_recording_act(struct room *room)
{
    struct room_recording *recording = room->recording;
    enum recording_phase before;

    if (!is_at_hand(room))
        return;
    if (!recording) {
        look_for_work(room);
        return;
    }
    /* From one phase to the next at once, until something is awaited. */
    do {
        if (is_waiting(recording))
            return;
        before = recording->phase;
        act(recording);
    } while (room->recording == recording && recording->phase != before &&
             room->phase == ROOM_READY);
    if (!room->recording)
        look_for_work(room);
}
