#include "protocol/meeting/act_check.h"

#include "protocol/meeting/event_command.h"
#include "protocol/meeting/signed_check.h"

#include <stdlib.h>
#include <string.h>

/*
 * Which acts an event can come from. The first `own_count` name the very thing
 * that happened and are compared field by field; the others bring it about on
 * their way (opening another item ends this one).
 */
enum { OPS_MAX = 4 };
struct origin {
    enum meeting_event_kind kind;
    bool is_required;
    const char *actor; /* field that names who signed, or NULL */
    size_t own_count;
    enum command_op ops[OPS_MAX];
};

static const struct origin origins[] = {
    { EVENT_LOBBY_OPENED_KIND, true, NULL, 1, { OP_OPEN_LOBBY } },
    { EVENT_ADMITTED_KIND, false, NULL, 2, { OP_ADMIT, OP_ADMIT_ALL } },
    { EVENT_TURNED_AWAY_KIND, true, NULL, 1, { OP_TURN_AWAY } },
    { EVENT_PRESENCE_CONFIRMED_KIND,
      false,
      NULL,
      2,
      { OP_CONFIRM_PRESENCE, OP_TICK } },
    { EVENT_PRESENCE_ENDED_KIND,
      false,
      NULL,
      2,
      { OP_UNTICK, OP_NOTE_LEFT, OP_TURN_AWAY, OP_TICK } },
    { EVENT_ABSENCE_NOTED_KIND, true, NULL, 1, { OP_NOTE_ABSENCE } },
    { EVENT_ROLL_CONFIRMED_KIND, true, NULL, 1, { OP_CONFIRM_ROLL } },
    { EVENT_OPENED_KIND, true, NULL, 1, { OP_OPEN_MEETING } },
    { EVENT_ADJOURNED_KIND, true, NULL, 1, { OP_ADJOURN_MEETING } },
    { EVENT_RESUMED_KIND, true, NULL, 1, { OP_RESUME_MEETING } },
    { EVENT_CLOSED_KIND, true, NULL, 1, { OP_CLOSE_MEETING } },
    { EVENT_CHAIR_TAKEN_KIND, true, "member", 1, { OP_TAKE_CHAIR } },
    { EVENT_MINUTES_HANDED_OVER_KIND, true, NULL, 1, { OP_HAND_OVER_MINUTES } },
    { EVENT_FLOOR_MODE_SET_KIND, true, NULL, 1, { OP_SET_FLOOR_MODE } },
    { EVENT_OFFICER_APPOINTED_KIND, true, NULL, 1, { OP_APPOINT_OFFICER } },
    { EVENT_OFFICER_DISMISSED_KIND, true, NULL, 1, { OP_DISMISS_OFFICER } },
    { EVENT_CHAIR_GIVEN_KIND, true, NULL, 1, { OP_GIVE_CHAIR } },
    /* The vote beside it says whom the act proposes. */
    { EVENT_CHAIR_PROPOSED_KIND, true, NULL, 0, { OP_PROPOSE_CHAIR } },
    { EVENT_CHAIR_ELECTED_KIND, true, NULL, 1, { OP_SETTLE_CHAIR } },
    { EVENT_CHAT_SAID_KIND, true, "holder", 1, { OP_CHAT } },
    { EVENT_RECORDING_SET_KIND, true, NULL, 1, { OP_SET_RECORDING } },
    { EVENT_RECORDING_STARTED_KIND, true, NULL, 1, { OP_START_RECORDING } },
    /* By what follows, or by the server itself. */
    { EVENT_RECORDING_STOPPED_KIND,
      false,
      NULL,
      1,
      { OP_STOP_RECORDING, OP_ADJOURN_MEETING, OP_CLOSE_MEETING,
        OP_OPEN_BALLOT } },
    { EVENT_ITEM_ADDED_KIND, true, NULL, 1, { OP_ADD_ITEM } },
    { EVENT_PREPARED_KIND, true, NULL, 1, { OP_PREPARE_MEETING } },
    { EVENT_ITEM_PLANNED_KIND, true, NULL, 1, { OP_PLAN_ITEM } },
    { EVENT_ITEM_MOVED_KIND, true, NULL, 1, { OP_MOVE_ITEM } },
    { EVENT_ITEM_DROPPED_KIND, true, NULL, 1, { OP_DROP_ITEM } },
    { EVENT_DOCUMENT_WITHDRAWN_KIND, true, NULL, 1, { OP_WITHDRAW_DOCUMENT } },
    { EVENT_DOCUMENT_READ_KIND, true, "member", 1, { OP_READ_DOCUMENT } },
    { EVENT_DOCUMENT_SHOWN_KIND, true, "member", 1, { OP_SHOW_DOCUMENT } },
    { EVENT_COMMENTED_KIND, true, "member", 1, { OP_COMMENT } },
    { EVENT_TASK_SET_KIND, true, NULL, 1, { OP_SET_TASK, OP_CLOSE_MEETING } },
    { EVENT_TASK_REPORTED_KIND, true, "by", 1, { OP_REPORT_TASK } },
    { EVENT_ITEM_STARTED_KIND, true, NULL, 1, { OP_START_ITEM } },
    { EVENT_ITEM_ENDED_KIND,
      true,
      NULL,
      1,
      { OP_END_ITEM, OP_START_ITEM, OP_CLOSE_MEETING } },
    { EVENT_VOTE_STARTED_KIND,
      true,
      NULL,
      2,
      { OP_START_VOTE, OP_PROPOSE_CHAIR } },
    { EVENT_VOTE_CAST_KIND, true, "member", 1, { OP_VOTE } },
    { EVENT_HALL_VOTES_ENTERED_KIND, true, "by", 1, { OP_ENTER_HALL_VOTES } },
    { EVENT_VOTE_CLOSED_KIND,
      true,
      NULL,
      2,
      { OP_CLOSE_VOTE, OP_SETTLE_CHAIR } },
    { EVENT_VOTE_CANCELLED_KIND, true, NULL, 1, { OP_CANCEL_VOTE } },
    { EVENT_ENTRY_WRITTEN_KIND, true, NULL, 1, { OP_WRITE_ENTRY } },
    { EVENT_ENTRY_EDITED_KIND, true, NULL, 1, { OP_EDIT_ENTRY } },
    { EVENT_ENTRY_REMOVED_KIND, true, NULL, 1, { OP_REMOVE_ENTRY } },
    { EVENT_MINUTES_SHARED_KIND, true, NULL, 1, { OP_SHARE_MINUTES } },
    { EVENT_MINUTES_HIDDEN_KIND, true, NULL, 1, { OP_HIDE_MINUTES } },
    { EVENT_DOCUMENT_NUMBERED_KIND, true, NULL, 1, { OP_NUMBER_DOCUMENT } },
    { EVENT_MINUTES_PRESENTED_KIND, true, NULL, 1, { OP_PRESENT_MINUTES } },
    { EVENT_OBJECTION_RAISED_KIND, true, "member", 1, { OP_RAISE_OBJECTION } },
    { EVENT_OBJECTION_ANSWERED_KIND, true, NULL, 1, { OP_ANSWER_OBJECTION } },
    { EVENT_DOCUMENT_ATTACHED_KIND, true, NULL, 1, { OP_ATTACH_DOCUMENT } },
    { EVENT_RESTORED_KIND, true, NULL, 1, { OP_RESTORED } },
    { EVENT_AUTHORITY_SET_KIND, true, NULL, 1, { OP_SET_AUTHORITY } },
    { EVENT_OPEN_CONTENT_DECLARED_KIND,
      true,
      NULL,
      1,
      { OP_DECLARE_OPEN_CONTENT } },
    { EVENT_CHECK_IN_OPENED_KIND, true, NULL, 1, { OP_OPEN_CHECK_IN } },
    { EVENT_CHECK_IN_CLOSED_KIND, true, NULL, 1, { OP_CLOSE_CHECK_IN } },
    { EVENT_HEADS_COUNTED_KIND, true, NULL, 1, { OP_COUNT_HEADS } },
    { EVENT_SCORE_COMPLETED_KIND, true, NULL, 1, { OP_COMPLETE_SCORE } },
    { EVENT_GROUP_GATHERED_KIND, true, NULL, 1, { OP_GATHER_GROUP } },
    { EVENT_DECIDED_BY_GROUPS_KIND, true, NULL, 1, { OP_DECIDE_BY_GROUPS } },
    { EVENT_SUBROOMS_OPENED_KIND, true, NULL, 1, { OP_OPEN_SUBROOMS } },
    { EVENT_SUBROOMS_CLOSED_KIND, true, NULL, 1, { OP_RETURN_ALL } },
    { EVENT_ELECTION_CALLED_KIND, true, NULL, 1, { OP_CALL_ELECTION } },
    { EVENT_NOMINATED_KIND, true, "by", 1, { OP_NOMINATE } },
    { EVENT_NOMINATION_WITHDRAWN_KIND,
      true,
      "by",
      1,
      { OP_WITHDRAW_NOMINATION } },
    { EVENT_SUPPORT_SHOWN_KIND, true, NULL, 1, { OP_NOTE_SUPPORT } },
    { EVENT_LIST_CLOSED_KIND, true, NULL, 1, { OP_CLOSE_LIST } },
    { EVENT_BALLOT_DRAFTED_KIND, true, NULL, 1, { OP_DRAFT_BALLOT } },
    { EVENT_BALLOT_ADOPTED_KIND, true, NULL, 1, { OP_ADOPT_BALLOT } },
    { EVENT_BALLOT_CHANNEL_SET_KIND, true, NULL, 1, { OP_SET_CHANNEL } },
    { EVENT_SHARES_DEALT_KIND, true, NULL, 1, { OP_DEAL } },
    { EVENT_SHARE_CONFIRMED_KIND, true, NULL, 1, { OP_CONFIRM_SHARE } },
    { EVENT_KEYS_DISPUTED_KIND, true, NULL, 1, { OP_DISPUTE_KEYS } },
    { EVENT_KEYS_FAILED_KIND, false, NULL, 1, { OP_RESTART_KEYS } },
    { EVENT_ISSUE_CLOSED_KIND, true, NULL, 1, { OP_CLOSE_ISSUE } },
    { EVENT_VOTER_DROPPED_KIND, false, NULL, 1, { OP_DROP_VOTER } },
    { EVENT_BALLOT_OPENED_KIND, true, NULL, 1, { OP_OPEN_BALLOT } },
    { EVENT_BALLOT_ENDING_KIND, true, NULL, 1, { OP_END_BALLOT } },
    { EVENT_BALLOT_OBJECTED_KIND, true, NULL, 1, { OP_OBJECT_BALLOT } },
    { EVENT_COUNTING_BEGUN_KIND, true, NULL, 1, { OP_COUNT_BALLOT } },
    { EVENT_BALLOT_VOIDED_KIND, false, NULL, 1, { OP_VOID_BALLOT } },
};

static const struct origin *find_origin(enum meeting_event_kind kind)
{
    size_t i;

    for (i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        if (origins[i].kind == kind)
            return &origins[i];
    }
    return NULL;
}

static const struct field *find_field(const struct schema *schema,
                                      const char *name)
{
    size_t i;

    for (i = 0; i < schema->field_count; i++) {
        if (strcmp(schema->fields[i].name, name) == 0)
            return &schema->fields[i];
    }
    return NULL;
}

const struct act *act_of_event(const struct meeting_event *event)
{
    const struct schema *schema = meeting_event_schema(event->kind);
    const struct field *field = schema ? find_field(schema, "act") : NULL;

    if (!field || field->type != FIELD_ACT)
        return NULL;
    return (const struct act *)(const void *)((const uint8_t *)&event->body +
                                              field->offset);
}

const struct act *second_act_of_event(const struct meeting_event *event)
{
    const struct act *second = &event->body.restored.second;

    return event->kind == EVENT_RESTORED_KIND && second->is_present ? second
                                                                    : NULL;
}

/* --- What it says -------------------------------------------------------- */

static enum result check_terms(const struct meeting_event *event,
                               enum command_op op,
                               const struct identifier *scope,
                               const struct act *act)
{
    struct command command;
    char *subject = NULL, *value = NULL;
    enum result result;

    if (!event_command(event, op, scope, &command))
        return RESULT_REFUSED;
    result = command_act_terms(&command, &subject, &value);
    if (!result && !(text_view_is(act->subject, subject) &&
                     text_view_is(act->value, value)))
        result = RESULT_REFUSED;
    free(subject);
    free(value);
    return result;
}

/* --- The signature ------------------------------------------------------- */

static enum result check_signature(const struct act *act,
                                   const struct identifier *scope,
                                   struct statement_cache *cache)
{
    const struct statement_act fields = {
        .member = identifier_view(&act->member),
        .op = act->op,
        .request_id = act->request,
        .subject = act->subject,
        .value = act->value,
        .seen = { act->seen, act->head },
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    result = statement_act(&act->device, identifier_view(scope), &fields,
                           &bytes, &size);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_REFUSED;
    result =
        statement_cache_verify(cache, &act->device, bytes, size, &act->sig);
    free(bytes);
    return result;
}

/* --- All of it ----------------------------------------------------------- */

static bool is_missing_allowed(const struct origin *origin,
                               const struct meeting_event *event)
{
    if (!origin)
        return true;
    if (event->kind == EVENT_PRESENCE_CONFIRMED_KIND)
        return event->body.presence_confirmed.source != SOURCE_TICK &&
               event->body.presence_confirmed.source != SOURCE_OWN_ACT;
    return !origin->is_required;
}

static bool is_actor(const struct origin *origin,
                     const struct meeting_event *event, const struct act *act)
{
    const struct field *field;
    struct identifier actor;

    if (!origin->actor)
        return true;
    field = find_field(meeting_event_schema(event->kind), origin->actor);
    if (!field)
        return false;
    memcpy(&actor, (const uint8_t *)&event->body + field->offset, sizeof actor);
    return identifier_equal(&actor, &act->member);
}

/* Whose presence ends on the way is who was ticked or turned away. */
static enum result check_side_effect(const struct meeting_event *event,
                                     const struct act *act)
{
    const bool is_other =
        event->kind == EVENT_PRESENCE_ENDED_KIND &&
        !text_view_equal(act->subject,
                         identifier_view(&event->body.presence_ended.member));

    return is_other ? RESULT_REFUSED : RESULT_OK;
}

static enum result check_origin(const struct origin *origin,
                                const struct meeting_event *event,
                                const struct identifier *scope,
                                const struct act *act)
{
    enum command_op op = command_op_of(act->op);
    size_t i;

    for (i = 0; i < OPS_MAX && origin->ops[i] != COMMAND_UNKNOWN; i++) {
        if (origin->ops[i] != op)
            continue;
        return i < origin->own_count ? check_terms(event, op, scope, act)
                                     : check_side_effect(event, act);
    }
    return RESULT_REFUSED;
}

static enum result
check_act(const struct origin *origin, const struct meeting_event *event,
          const struct act *act, const struct identifier *scope,
          const struct meeting_state *before, struct statement_cache *cache)
{
    const struct meeting_device *device =
        meeting_state_device(before, &act->member, &act->device);
    enum result result;

    if (!origin || !is_actor(origin, event, act) || !device ||
        !device->is_enrolled)
        return RESULT_REFUSED;
    result = check_origin(origin, event, scope, act);
    return result ? result : check_signature(act, scope, cache);
}

enum result act_check(const struct meeting_event *event,
                      const struct identifier *scope,
                      const struct meeting_state *before,
                      struct statement_cache *cache)
{
    const struct origin *origin = find_origin(event->kind);
    const struct act *act = act_of_event(event);
    const struct act *second = second_act_of_event(event);
    enum result result = signed_check(event, scope, before, cache);

    if (result)
        return result;
    if (!act || !act->is_present)
        return is_missing_allowed(origin, event) ? RESULT_OK : RESULT_REFUSED;
    result = check_act(origin, event, act, scope, before, cache);
    if (!result && second)
        result = check_act(origin, event, second, scope, before, cache);
    return result;
}
