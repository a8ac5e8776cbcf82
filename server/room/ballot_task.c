/* Long work of a ballot's desk, and records read from the store for it. */
#include "server/room/ballot_desk.h"

#include <stdlib.h>
#include <string.h>

/* What failed for want of memory, space or a worker is tried again so late. */
enum { RETRY_MS = 1000 };

void desk_try_later(struct room *room)
{
    if (!room->desk)
        return; /* the room is being loaded again */
    room->desk->is_working = false;
    room->desk->retry_ms = hub_monotonic_ms(room->hub) + RETRY_MS;
}

/* The room, if it has still the desk that asked. A hub that goes down has no
 * store any more to write to. */
static struct room *room_of(struct hub *hub, const struct identifier *log,
                            uint64_t generation)
{
    struct room *room = hub->is_going_down ? NULL : hub_find_room(hub, log);

    return room && room->desk && room->desk->generation == generation ? room
                                                                      : NULL;
}

/* --- tasks --------------------------------------------------------------- */

static void do_work(void *data)
{
    struct desk_task *task = data;

    task->result = task->work(task);
}

static void end_task(struct desk_task *task)
{
    if (task->release)
        task->release(task);
    free(task);
}

static void on_done(void *data, enum result result)
{
    struct desk_task *task = data;
    struct hub *hub = task->hub;
    const struct identifier log = task->log;
    const uint64_t generation = task->generation;
    struct room *room = room_of(hub, &log, generation);

    if (result != RESULT_OK)
        task->result = result;
    if (room && task->is_alone)
        room->desk->is_working = false;
    if (room)
        task->then(room, task);
    end_task(task);
    room = room_of(hub, &log, generation);
    if (room)
        ballot_desk_act(room);
}

bool desk_start(struct room *room, struct desk_task *task)
{
    task->hub = room->hub;
    task->log = room->id;
    task->generation = room->desk->generation;
    task->result = RESULT_CLOSED;
    if (hub_work(room->hub, do_work, on_done, task) == RESULT_OK)
        return true;
    end_task(task);
    return false;
}

void desk_start_alone(struct room *room, struct desk_task *task)
{
    room->desk->is_working = true;
    if (task)
        task->is_alone = true;
    if (!task || !desk_start(room, task))
        desk_try_later(room);
}

/* --- records ------------------------------------------------------------- */

struct desk_gathering {
    struct hub *hub;
    struct identifier log;
    uint64_t generation;
    struct desk_reading reading;
    size_t have;
};

static void free_gathering(struct desk_gathering *gathering)
{
    struct desk_reading *reading = &gathering->reading;
    size_t i;

    for (i = 0; i < reading->count; i++)
        work_text_release(&reading->records[i].text);
    free(reading->records);
    if (reading->release)
        reading->release(gathering->hub, reading->user);
    free(gathering);
}

struct desk_gathering *desk_gathering_free(struct desk_gathering *gathering)
{
    if (gathering)
        free_gathering(gathering);
    return NULL;
}

static bool read_next(struct desk_gathering *gathering)
{
    struct hub *hub = gathering->hub;
    const struct hash *name = &gathering->reading.records[gathering->have].name;
    struct ticket *ticket = hub_ticket(hub, TICKET_RECORD, 0, 0);

    if (!ticket)
        return false;
    if (hub->store->ops->read_blob(hub->store, ticket->id, name, 0,
                                   LIMIT_BALLOT_RECORD_SIZE) != RESULT_OK) {
        ticket_free(hub_take_ticket(hub, ticket->id));
        return false;
    }
    ticket->gathering = gathering;
    return true;
}

/* Hands over what was read, or that it could not be. */
static void end_gathering(struct desk_gathering *gathering, enum result result)
{
    struct hub *hub = gathering->hub;
    const struct identifier log = gathering->log;
    const uint64_t generation = gathering->generation;
    struct desk_reading *reading = &gathering->reading;
    struct room *room = room_of(hub, &log, generation);

    if (room && reading->is_alone)
        room->desk->is_working = false;
    if (room && result == RESULT_OK)
        reading->then(room, reading->records, reading->count, reading->user);
    else if (room && reading->failed)
        reading->failed(room, result, reading->user);
    else if (room && result == RESULT_NOT_FOUND)
        desk_lose_records(room, "is not in the store");
    else if (room)
        desk_try_later(room);
    free_gathering(gathering);
    room = room_of(hub, &log, generation);
    if (room)
        ballot_desk_act(room);
}

static enum result keep_record(struct desk_gathering *gathering,
                               uint64_t blob_size, const uint8_t *bytes,
                               size_t size)
{
    const struct text_view view = { (const char *)bytes, size };
    enum result result;

    if (blob_size != size)
        return RESULT_TOO_LARGE;
    result =
        work_text_set(&gathering->reading.records[gathering->have].text, view);
    if (result == RESULT_OK)
        gathering->have++;
    return result;
}

void ballot_desk_on_record(struct ticket *ticket, enum result result,
                           uint64_t blob_size, const uint8_t *bytes,
                           size_t size)
{
    struct desk_gathering *gathering = ticket->gathering;

    ticket->gathering = NULL;
    if (result == RESULT_OK)
        result = keep_record(gathering, blob_size, bytes, size);
    if (result != RESULT_OK || gathering->have == gathering->reading.count)
        end_gathering(gathering, result);
    else if (!read_next(gathering))
        end_gathering(gathering, RESULT_BUSY);
}

void desk_gather(struct room *room, const struct desk_reading *reading)
{
    struct desk_gathering *gathering = calloc(1, sizeof *gathering);

    if (reading->is_alone)
        room->desk->is_working = true;
    if (!gathering || !reading->records) {
        free(gathering);
        free(reading->records);
        if (reading->failed)
            reading->failed(room, RESULT_NO_MEMORY, reading->user);
        else
            desk_try_later(room);
        if (reading->release)
            reading->release(room->hub, reading->user);
        return;
    }
    gathering->hub = room->hub;
    gathering->log = room->id;
    gathering->generation = room->desk->generation;
    gathering->reading = *reading;
    if (!read_next(gathering))
        end_gathering(gathering, RESULT_BUSY);
}
