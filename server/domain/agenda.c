/* The agenda: items and their order, documents, comments, tasks. */
#include "protocol/meeting/agenda_check.h"
#include "server/domain/meeting_parts.h"

enum { BYTES_PER_KIB = 1024, MS_PER_DAY = 24 * 3600 * 1000 };

/* --- who decides on it --------------------------------------------------- */

/* item "": a new one. */
static bool may_change(struct draft *draft, enum agenda_decider decider,
                       const struct identifier *vote,
                       const struct identifier *item)
{
    if (agenda_may_change(draft->state, draft->rules, decider, vote, item))
        return true;
    if (draft_refuse_spent(draft, vote) ||
        draft_refuse_other(draft, vote, MATTER_AGENDA, item))
        return false;
    draft_refuse(draft, REFUSAL_AGENDA_VOTE);
    refusal_add_text(
        &draft->out->refusal, "rule",
        text_view_of(enum_word(&rule_id_words, RULE_ID_AGENDA_CHANGES)));
    return false;
}

/* A member on the roll, or nobody; else refuses. */
static bool is_person_or_none(struct draft *draft, const struct identifier *id)
{
    return identifier_is_empty(id) || draft_member(draft, id);
}

/* An item of the agenda, or none; else refuses. */
static bool is_item_or_none(struct draft *draft, const struct identifier *id)
{
    if (identifier_is_empty(id) || meeting_state_item(draft->state, id))
        return true;
    draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, id);
    return false;
}

void rule_prepare_meeting(struct draft *draft)
{
    if (!draft->state->agenda.is_prepared)
        draft_add(draft, EVENT_PREPARED_KIND)->body.prepared.act =
            draft->command->act;
}

/* --- items --------------------------------------------------------------- */

void rule_add_item(struct draft *draft)
{
    const struct command_add_item *command = &draft->command->body.add_item;
    const struct meeting_state *state = draft->state;
    const struct identifier nothing = { "" };
    uint64_t number = state->item_count + 1;
    struct event_item_added *body;

    if (state->item_count >= LIMIT_AGENDA_ITEMS) {
        draft_refuse_max(draft, LIMIT_AGENDA_ITEMS);
        return;
    }
    if (!is_person_or_none(draft, &command->presenter) ||
        !may_change(draft, draft->rules->agenda.add, &command->vote, &nothing))
        return;
    /* The invitation's items were named by the register. */
    do
        identifier_number(&draft->out->made, "a", number++);
    while (meeting_state_item(state, &draft->out->made));
    body = &draft_add(draft, EVENT_ITEM_ADDED_KIND)->body.item_added;
    body->item = draft->out->made;
    body->title = command->title;
    body->presenter = command->presenter;
    body->planned_min = command->planned_min;
    body->vote = command->vote;
    body->act = draft->command->act;
}

/* The item if it is in this phase; else refuses. */
static const struct meeting_item *
item_in(struct draft *draft, const struct identifier *id, enum item_phase phase)
{
    static const char *const words[] = { [ITEM_WAITING] = "waiting",
                                         [ITEM_STARTED] = "started",
                                         [ITEM_ENDED] = "ended",
                                         [ITEM_DROPPED] = "dropped" };
    const struct meeting_item *item = meeting_state_item(draft->state, id);

    if (!item) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, id);
        return NULL;
    }
    if (item->phase != phase) {
        draft_refuse_id(draft, REFUSAL_ITEM_STATE, id);
        refusal_add_text(&draft->out->refusal, "state",
                         text_view_of(words[item->phase]));
        return NULL;
    }
    return item;
}

static void add_item_ended(struct draft *draft, const struct identifier *id)
{
    struct event_item_ended *body =
        &draft_add(draft, EVENT_ITEM_ENDED_KIND)->body.item_ended;

    body->item = *id;
    body->act = draft->command->act;
}

void rule_start_item(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.start_item.item;
    const struct meeting_item *running =
        meeting_state_started_item(draft->state);
    struct event_item_started *body;

    if (!item_in(draft, id, ITEM_WAITING))
        return;
    if (running)
        add_item_ended(draft, &running->id);
    body = &draft_add(draft, EVENT_ITEM_STARTED_KIND)->body.item_started;
    body->item = *id;
    body->act = draft->command->act;
}

void rule_end_item(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.end_item.item;

    if (item_in(draft, id, ITEM_STARTED))
        add_item_ended(draft, id);
}

void rule_plan_item(struct draft *draft)
{
    const struct command_plan_item *command = &draft->command->body.plan_item;
    const struct meeting_item *item =
        meeting_state_item(draft->state, &command->item);
    struct event_item_planned *body;

    if (item && item->phase == ITEM_STARTED) {
        /* More time, or another speaker, while it is dealt with. */
    } else if (!item_in(draft, &command->item, ITEM_WAITING)) {
        return;
    }
    if (!is_person_or_none(draft, &command->presenter))
        return;
    body = &draft_add(draft, EVENT_ITEM_PLANNED_KIND)->body.item_planned;
    body->item = command->item;
    body->presenter = command->presenter;
    body->planned_min = command->planned_min;
    body->act = draft->command->act;
}

void rule_move_item(struct draft *draft)
{
    const struct command_move_item *command = &draft->command->body.move_item;
    const struct meeting_item *before =
        meeting_state_item(draft->state, &command->before);
    struct event_item_moved *body;

    if (!item_in(draft, &command->item, ITEM_WAITING))
        return;
    if (!identifier_is_empty(&command->before) &&
        (!before || before->phase != ITEM_WAITING ||
         identifier_equal(&command->before, &command->item))) {
        draft_refuse_id(draft, REFUSAL_ITEM_PLACE, &command->item);
        return;
    }
    if (!may_change(draft, draft->rules->agenda.order, &command->vote,
                    &command->item))
        return;
    body = &draft_add(draft, EVENT_ITEM_MOVED_KIND)->body.item_moved;
    body->item = command->item;
    body->before = command->before;
    body->vote = command->vote;
    body->act = draft->command->act;
}

void rule_drop_item(struct draft *draft)
{
    const struct command_drop_item *command = &draft->command->body.drop_item;
    struct event_item_dropped *body;

    if (!item_in(draft, &command->item, ITEM_WAITING) ||
        !may_change(draft, draft->rules->agenda.add, &command->vote,
                    &command->item))
        return;
    body = &draft_add(draft, EVENT_ITEM_DROPPED_KIND)->body.item_dropped;
    body->item = command->item;
    body->vote = command->vote;
    body->reason = command->reason;
    body->act = draft->command->act;
}

/* When all are told that the item's time is nearly over; INT64_MAX: they are
 * not. What has less time than the warning takes needs none. */
static int64_t warning_ms(const struct meeting_state *state,
                          const struct ruleset *rules)
{
    const struct meeting_item *item = meeting_state_started_item(state);
    const int64_t over_ms = meeting_state_item_over_ms(state);
    const int64_t before_ms = rules->agenda.warning_ms;

    return over_ms != INT64_MAX && before_ms > 0 && !item->is_warned &&
                   over_ms - item->started_ms > before_ms
               ? over_ms - before_ms
               : INT64_MAX;
}

/* Time passes while the meeting is adjourned, but not the item's. */
int64_t agenda_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules)
{
    int64_t warning, over;

    if (state->phase != MEETING_OPEN)
        return INT64_MAX;
    warning = warning_ms(state, rules);
    over = meeting_state_item_over_ms(state);
    return warning < over ? warning : over;
}

static void warn_of_end(struct draft *draft, const struct meeting_item *item)
{
    struct event_item_warned *body =
        &draft_add(draft, EVENT_ITEM_WARNED_KIND)->body.item_warned;

    body->item = item->id;
    body->left_ms =
        (uint64_t)(meeting_state_item_over_ms(draft->state) - draft->now_ms);
}

void agenda_tick(struct draft *draft)
{
    const struct meeting_item *item = meeting_state_started_item(draft->state);
    struct event_item_overran *body;

    /* Where there is no room left, the next tick tells it. */
    if (!item || draft_room(draft) == 0 ||
        draft->now_ms < agenda_next_tick_ms(draft->state, draft->rules))
        return;
    if (draft->now_ms < meeting_state_item_over_ms(draft->state)) {
        warn_of_end(draft, item);
        return;
    }
    body = &draft_add(draft, EVENT_ITEM_OVERRAN_KIND)->body.item_overran;
    body->item = item->id;
    body->planned_min = item->planned_min;
}

/* --- documents ----------------------------------------------------------- */

static void name_document_rule(struct draft *draft)
{
    refusal_add_text(
        &draft->out->refusal, "rule",
        text_view_of(enum_word(&rule_id_words, RULE_ID_AGENDA_DOCUMENTS)));
}

/* What the ruleset takes, if it says so; the wire's own limit holds anyway. */
static bool is_taken(struct draft *draft,
                     const struct command_attach_document *command)
{
    switch (agenda_takes_file(draft->rules, command->type, command->size)) {
    case AGENDA_FILE_TAKEN:
        return true;
    case AGENDA_FILE_TYPE:
        draft_refuse(draft, REFUSAL_DOCUMENT_TYPE);
        name_document_rule(draft);
        refusal_add_text(
            &draft->out->refusal, "type",
            text_view_of(enum_word(&document_type_words, command->type)));
        return false;
    case AGENDA_FILE_SIZE:
        break;
    }
    draft_refuse(draft, REFUSAL_DOCUMENT_SIZE);
    name_document_rule(draft);
    refusal_add_number(&draft->out->refusal, "max",
                       draft->rules->agenda.document_kib_max);
    refusal_add_number(&draft->out->refusal, "have",
                       (command->size + BYTES_PER_KIB - 1) / BYTES_PER_KIB);
    return false;
}

/* Whether the file is complete on the server is the caller's to check. */
void rule_attach_document(struct draft *draft)
{
    const struct command_attach_document *command =
        &draft->command->body.attach_document;
    struct event_document_attached *body;

    if (!is_item_or_none(draft, &command->item) || !is_taken(draft, command))
        return;
    if (draft->state->agenda.document_count >= LIMIT_DOCUMENTS) {
        draft_refuse_max(draft, LIMIT_DOCUMENTS);
        return;
    }
    identifier_number(&draft->out->made, "d",
                      draft->state->agenda.document_count + 1);
    body =
        &draft_add(draft, EVENT_DOCUMENT_ATTACHED_KIND)->body.document_attached;
    body->document = draft->out->made;
    body->item = command->item;
    body->blob = command->blob;
    body->size = command->size;
    body->type = command->type;
    body->name = command->name;
    body->act = draft->command->act;
}

/* The document if it is there and was not withdrawn; else refuses. */
static const struct meeting_document *document_of(struct draft *draft,
                                                  const struct identifier *id)
{
    const struct meeting_document *document =
        meeting_state_document(draft->state, id);

    if (document && !document->is_withdrawn)
        return document;
    draft_refuse_id(draft, REFUSAL_NO_SUCH_DOCUMENT, id);
    return NULL;
}

void rule_withdraw_document(struct draft *draft)
{
    const struct identifier *id =
        &draft->command->body.withdraw_document.document;
    struct event_document_withdrawn *body;

    if (!document_of(draft, id))
        return;
    body = &draft_add(draft, EVENT_DOCUMENT_WITHDRAWN_KIND)
                ->body.document_withdrawn;
    body->document = *id;
    body->act = draft->command->act;
}

/* Said once; a second time it is nothing new. */
void rule_read_document(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.read_document.document;
    const struct meeting_document *document = document_of(draft, id);
    struct event_document_read *body;

    if (!document ||
        meeting_state_has_read(draft->state, document, draft->holder))
        return;
    body = &draft_add(draft, EVENT_DOCUMENT_READ_KIND)->body.document_read;
    body->document = *id;
    body->member = *draft->holder;
    body->act = draft->command->act;
}

/* Each time it is shown is a fact of its own. */
void rule_show_document(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.show_document.document;
    const struct meeting_item *item = meeting_state_started_item(draft->state);
    struct event_document_shown *body;

    if (!draft_is_chair(draft) &&
        !(item && identifier_equal(&item->presenter, draft->holder))) {
        draft_refuse_who(draft, "the chair or who presents the item");
        return;
    }
    if (!document_of(draft, id))
        return;
    body = &draft_add(draft, EVENT_DOCUMENT_SHOWN_KIND)->body.document_shown;
    body->document = *id;
    body->member = *draft->holder;
    body->act = draft->command->act;
}

static size_t comments_of(const struct meeting_agenda *agenda,
                          const struct identifier *member)
{
    size_t i, count = 0;

    for (i = 0; i < agenda->comment_count; i++)
        count += identifier_equal(&agenda->comments[i].member, member);
    return count;
}

void rule_comment(struct draft *draft)
{
    const struct command_comment *command = &draft->command->body.comment;
    const struct meeting_state *state = draft->state;
    struct event_commented *body;

    if (!is_item_or_none(draft, &command->item) ||
        (!identifier_is_empty(&command->document) &&
         !document_of(draft, &command->document)))
        return;
    /* One member leaves room for the others. */
    if (comments_of(&state->agenda, draft->holder) >= LIMIT_COMMENTS_EACH) {
        draft_refuse(draft, REFUSAL_COMMENTS_USED);
        refusal_add_number(&draft->out->refusal, "max", LIMIT_COMMENTS_EACH);
        return;
    }
    if (state->agenda.comment_count >= LIMIT_COMMENTS) {
        draft_refuse_max(draft, LIMIT_COMMENTS);
        return;
    }
    identifier_number(&draft->out->made, "c", state->agenda.comment_count + 1);
    body = &draft_add(draft, EVENT_COMMENTED_KIND)->body.commented;
    body->comment = draft->out->made;
    body->member = *draft->holder;
    body->item = command->item;
    body->document = command->document;
    body->text = command->text;
    body->act = draft->command->act;
}

/* --- tasks --------------------------------------------------------------- */

void rule_set_task(struct draft *draft)
{
    const struct command_set_task *command = &draft->command->body.set_task;
    const struct meeting_state *state = draft->state;
    struct event_task_set *body;

    if (!is_item_or_none(draft, &command->item) ||
        !is_person_or_none(draft, &command->member))
        return;
    if (state->agenda.task_count >= LIMIT_TASKS) {
        draft_refuse_max(draft, LIMIT_TASKS);
        return;
    }
    identifier_number(&draft->out->made, "t", state->agenda.task_count + 1);
    body = &draft_add(draft, EVENT_TASK_SET_KIND)->body.task_set;
    body->task = draft->out->made;
    body->item = command->item;
    body->member = command->member;
    body->due_ms = command->due_ms;
    body->ground = TASK_ASSIGNED;
    body->text = command->text;
    body->act = draft->command->act;
}

/* Corrected by a second report, if need be: the newest one holds. */
void rule_report_task(struct draft *draft)
{
    const struct command_report_task *command =
        &draft->command->body.report_task;
    const struct meeting_task *task =
        meeting_state_task(draft->state, &command->task);
    const bool leads = draft_is_chair(draft) || draft_is_minute_taker(draft);
    struct event_task_reported *body;

    if (!task) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_TASK, &command->task);
        return;
    }
    if (!leads && !identifier_equal(&task->member, draft->holder)) {
        draft_refuse_id(draft, REFUSAL_NOT_YOUR_TASK, &command->task);
        return;
    }
    /* Only who leads says that nobody need do it any more. */
    if (command->result == TASK_OPEN ||
        (command->result == TASK_DROPPED && !leads)) {
        draft_refuse(draft, REFUSAL_TASK_RESULT);
        return;
    }
    if (!draft_has_share(draft, task->reports, LIMIT_TASK_REPORTS))
        return;
    body = &draft_add(draft, EVENT_TASK_REPORTED_KIND)->body.task_reported;
    body->task = command->task;
    body->by = *draft->holder;
    body->result = command->result;
    body->text = command->text;
    body->act = draft->command->act;
}

/* --- deadlines ----------------------------------------------------------- */

static void add_deadline(struct draft *draft, uint64_t number,
                         enum task_ground ground,
                         const struct identifier *member, int64_t due_ms)
{
    struct event_task_set *body;

    if (number > LIMIT_TASKS)
        return; /* whoever has given so many knows of this one, too */
    body = &draft_add(draft, EVENT_TASK_SET_KIND)->body.task_set;
    identifier_number(&body->task, "t", number);
    body->member = *member;
    body->due_ms = (uint64_t)due_ms;
    body->ground = (int)ground;
    body->text.has_value = true;
    body->act = draft->command->act;
}

/* How many recognitions passed, openly or in secret. */
static uint64_t count_recognitions(const struct meeting_state *state)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < state->vote_count; i++)
        count += state->votes[i].phase == VOTE_CLOSED &&
                 state->votes[i].is_passed &&
                 state->votes[i].matter == MATTER_RECOGNITION;
    for (i = 0; i < state->ballot_count; i++)
        count += state->ballots[i].is_decided &&
                 state->ballots[i].matter.matter == MATTER_RECOGNITION &&
                 state->ballots[i].decided.end == BALLOT_END_PASSED;
    return count;
}

/* The minute-taker posts what there is; the chair sees to each recognition. For
 * that no day is given: the rule of so many working days asks for the vote that
 * the meeting has held already (meeting_recognition.h). */
void agenda_add_deadlines(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    const struct deadline_rules *rules = &draft->rules->deadlines;
    uint64_t number = state->agenda.task_count + 1;
    uint64_t i;

    if (!ruleset_has(draft->rules, RULESET_DEADLINES))
        return;
    add_deadline(draft, number++, TASK_POSTING, &state->minute_taker,
                 draft->now_ms + (int64_t)rules->posting_days * MS_PER_DAY);
    for (i = count_recognitions(state); i > 0 && draft_room(draft) > 1; i--)
        add_deadline(draft, number++, TASK_RECOGNITION, &state->chair, 0);
}

/* --- from the meeting before --------------------------------------------- */

/* Once, and before it is over; the event is complete. */
void report_carried(struct draft *draft, const struct meeting_event *event)
{
    const struct event_carried_over *body = &event->body.carried_over;
    const struct meeting_state *state = draft->state;

    if (!identifier_is_empty(&state->agenda.previous) ||
        state->item_count + body->items.count > LIMIT_AGENDA_ITEMS ||
        state->agenda.task_count + body->tasks.count > LIMIT_TASKS)
        return;
    draft_add(draft, EVENT_CARRIED_OVER_KIND)->body.carried_over = *body;
}
