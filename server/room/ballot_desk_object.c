/* An objection that shows a statement `issued`: is its credential in the list
 * that names the member? The list is a record beside the log. */
#include "server/room/ballot_desk.h"

#include "protocol/meeting/ballot_objection.h"

#include <stdlib.h>
#include <string.h>

/* The command, with copies of what it borrows from the request. */
struct object_wait {
    uint64_t session, request;
    struct command command;
    struct work_text reason, subject, value;
};

struct object_task {
    struct desk_task base;
    struct object_wait *wait; /* owned */
    struct work_text list;
    bool is_in_list;
};

static void release_wait(struct hub *hub, struct object_wait *wait)
{
    if (!wait)
        return;
    desk_end_request(hub, wait->session, wait->request);
    work_text_release(&wait->reason);
    work_text_release(&wait->subject);
    work_text_release(&wait->value);
    free(wait);
}

static bool own(struct work_text *copy, struct text_view *view)
{
    if (!view->data)
        return true;
    if (work_text_set(copy, *view) != RESULT_OK)
        return false;
    *view = work_text_view(copy);
    return true;
}

/* NULL: no memory. */
static struct object_wait *keep(const struct command *command)
{
    struct object_wait *wait = calloc(1, sizeof *wait);
    struct act *act;

    if (!wait)
        return NULL;
    wait->command = *command;
    act = &wait->command.act;
    act->op = text_view_of(command_name(command->op));
    if (own(&wait->reason, &wait->command.body.object_ballot.reason.value) &&
        own(&wait->subject, &act->subject) && own(&wait->value, &act->value))
        return wait;
    work_text_release(&wait->reason);
    work_text_release(&wait->subject);
    work_text_release(&wait->value);
    free(wait);
    return NULL;
}

static enum result look(struct desk_task *base)
{
    struct object_task *task = (struct object_task *)base;

    task->is_in_list =
        ballot_list_has(work_text_view(&task->list),
                        &task->wait->command.body.object_ballot.record);
    return RESULT_OK;
}

static void on_looked(struct room *room, struct desk_task *base)
{
    const struct object_task *task = (const struct object_task *)base;
    struct object_wait *wait = task->wait;
    struct session *session = hub_session(room->hub, wait->session);

    if (base->result != RESULT_OK || !session || room->phase != ROOM_READY)
        return; /* told with its release */
    meeting_room_object(room, session, &wait->command, task->is_in_list);
    wait->request = 0;
}

static void release_task(struct desk_task *base)
{
    struct object_task *task = (struct object_task *)base;

    work_text_release(&task->list);
    release_wait(base->hub, task->wait);
}

static void on_list(struct room *room, struct desk_record *records,
                    size_t count, void *user)
{
    struct object_wait **holder = user;
    struct object_task *task = calloc(1, sizeof *task);

    (void)count;
    if (!task)
        return; /* told with its release */
    task->list = records[0].text;
    records[0].text = (struct work_text){ NULL, 0 };
    task->wait = *holder;
    *holder = NULL;
    task->base.work = look;
    task->base.then = on_looked;
    task->base.release = release_task;
    (void)desk_start(room, &task->base); /* told with its release */
}

static void on_no_list(struct room *room, enum result result, void *user)
{
    (void)room;
    (void)result;
    (void)user; /* told with its release */
}

static void release_holder(struct hub *hub, void *user)
{
    struct object_wait **holder = user;

    release_wait(hub, *holder);
    free(holder);
}

bool ballot_desk_check_objection(struct room *room, struct session *session,
                                 const struct command *command,
                                 const struct hash *list)
{
    struct desk_record *records = calloc(1, sizeof *records);
    struct object_wait **holder = calloc(1, sizeof *holder);
    struct object_wait *wait =
        room->desk && records && holder ? keep(command) : NULL;

    if (!wait) {
        free(records);
        free(holder);
        return false;
    }
    wait->session = session->id;
    wait->request = command->request;
    *holder = wait;
    records[0].name = *list;
    session->is_busy = true;
    desk_gather(room, &(struct desk_reading){ .records = records,
                                              .count = 1,
                                              .then = on_list,
                                              .failed = on_no_list,
                                              .release = release_holder,
                                              .user = holder });
    return true;
}
