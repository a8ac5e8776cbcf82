#include "server/domain/meeting_rules.h"

#include "protocol/meeting/command_roles.h"
#include "server/domain/ballot_parts.h"

#define IN(phase) (1u << (phase))

enum {
    RUNNING = IN(MEETING_OPEN),
    BEGUN = IN(MEETING_OPEN) | IN(MEETING_ADJOURNED),
    ASSEMBLED = IN(MEETING_LOBBY) | BEGUN,
    NOT_OVER = IN(MEETING_SCHEDULED) | ASSEMBLED,
    EVER = NOT_OVER | IN(MEETING_CLOSED)
};

/* In which phase which command is taken, and whose it is in words; the roles
 * are command_roles(). Everything else is refused; what depends on more than
 * that stands in the rule itself. */
static const struct {
    void (*decide)(struct draft *draft);
    unsigned phases;
    const char *who;
} rows[COMMAND_OP_COUNT] = {
#define ROW(NAME, name, phases, who) [OP_##NAME] = { rule_##name, phases, who }
    ROW(OPEN_LOBBY, open_lobby, IN(MEETING_SCHEDULED),
        "the chair, the deputy or the minute-taker"),
    ROW(ADMIT, admit, ASSEMBLED, "the chair or the minute-taker"),
    ROW(ADMIT_ALL, admit_all, ASSEMBLED, "the chair or the minute-taker"),
    ROW(TURN_AWAY, turn_away, ASSEMBLED, "the chair or the minute-taker"),
    ROW(OPEN_MEETING, open_meeting, IN(MEETING_SCHEDULED) | IN(MEETING_LOBBY),
        "the chair"),
    ROW(ADJOURN_MEETING, adjourn_meeting, RUNNING, "the chair"),
    ROW(RESUME_MEETING, resume_meeting, IN(MEETING_ADJOURNED), "the chair"),
    ROW(CLOSE_MEETING, close_meeting, BEGUN, "the chair"),
    ROW(TAKE_CHAIR, take_chair, NOT_OVER,
        "the chair, the deputy and co-chairs"),
    ROW(HAND_OVER_MINUTES, hand_over_minutes, NOT_OVER,
        "the chair or the minute-taker"),

    ROW(LEAVE, leave, NOT_OVER, ""),
    ROW(CONFIRM_PRESENCE, confirm_presence, NOT_OVER, "a member"),
    ROW(TICK, tick, NOT_OVER, "the chair, the minute-taker or a site"),
    ROW(UNTICK, untick, NOT_OVER, "the chair, the minute-taker or a site"),
    ROW(NOTE_ABSENCE, note_absence, NOT_OVER, "the chair or the minute-taker"),
    ROW(SET_AUTHORITY, set_authority, NOT_OVER, "the chair"),
    ROW(CONFIRM_ROLL, confirm_roll, ASSEMBLED, "the chair or the minute-taker"),

    ROW(RAISE_HAND, raise_hand, RUNNING, ""),
    ROW(LOWER_HAND, lower_hand, BEGUN, ""),
    ROW(GIVE_FLOOR, give_floor, RUNNING, "the chair or a co-chair"),
    ROW(EXTEND_FLOOR, extend_floor, RUNNING, "the chair or a co-chair"),
    ROW(END_FLOOR, end_floor, RUNNING, ""),
    ROW(SET_FLOOR_MODE, set_floor_mode, ASSEMBLED, "the chair or a co-chair"),
    ROW(RAISE_POINT_OF_ORDER, raise_point_of_order, RUNNING, ""),
    ROW(APPOINT_OFFICER, appoint_officer, NOT_OVER, "the chair"),
    ROW(DISMISS_OFFICER, dismiss_officer, NOT_OVER, "the chair"),
    ROW(GIVE_CHAIR, give_chair, NOT_OVER, "the chair"),
    ROW(PROPOSE_CHAIR, propose_chair, RUNNING, "a member"),
    ROW(SETTLE_CHAIR, settle_chair, RUNNING, "a member"),
    ROW(MUTE, mute, ASSEMBLED, ""),
    ROW(RELEASE_MUTE, release_mute, ASSEMBLED,
        "the chair, a co-chair or a moderator"),
    ROW(UNMUTE, unmute, ASSEMBLED, ""),
    ROW(CHAT, chat, ASSEMBLED, "members and sites"),
    ROW(SET_RECORDING, set_recording, ASSEMBLED, "the chair"),
    ROW(START_RECORDING, start_recording, RUNNING, "the chair"),
    ROW(STOP_RECORDING, stop_recording, RUNNING, "the chair"),

    ROW(START_ITEM, start_item, RUNNING, "the chair"),
    ROW(END_ITEM, end_item, RUNNING, "the chair"),
    ROW(START_VOTE, start_vote, RUNNING, "the chair"),
    ROW(VOTE, vote, RUNNING, "a member"),
    ROW(ENTER_HALL_VOTES, enter_hall_votes, RUNNING,
        "the minute-taker or a site"),
    ROW(CLOSE_VOTE, close_vote, RUNNING, "the chair"),
    ROW(CANCEL_VOTE, cancel_vote, BEGUN, "the chair"),
    ROW(WRITE_ENTRY, write_entry, ASSEMBLED, "the minute-taker"),
    ROW(EDIT_ENTRY, edit_entry, ASSEMBLED, "the chair or the minute-taker"),
    ROW(REMOVE_ENTRY, remove_entry, ASSEMBLED, "the minute-taker"),
    ROW(SHARE_MINUTES, share_minutes, ASSEMBLED, "the chair"),
    ROW(HIDE_MINUTES, hide_minutes, ASSEMBLED, "the chair"),
    ROW(PRESENT_MINUTES, present_minutes, BEGUN, "the minute-taker"),
    ROW(RAISE_OBJECTION, raise_objection, BEGUN, "a member"),
    ROW(ANSWER_OBJECTION, answer_objection, BEGUN,
        "the chair, the minute-taker or whoever objected"),
    ROW(NUMBER_DOCUMENT, number_document, NOT_OVER,
        "the chair or the minute-taker"),
    ROW(SIGN_MINUTES, sign_minutes, BEGUN, "a member"),
    ROW(RESTORED, restored, EVER, "the chair or the minute-taker"),

    ROW(PREPARE_MEETING, prepare_meeting, IN(MEETING_SCHEDULED),
        "the chair, the deputy or the minute-taker"),
    ROW(ADD_ITEM, add_item, NOT_OVER, "the chair"),
    ROW(PLAN_ITEM, plan_item, NOT_OVER, "the chair"),
    ROW(MOVE_ITEM, move_item, NOT_OVER, "the chair"),
    ROW(DROP_ITEM, drop_item, NOT_OVER, "the chair"),
    ROW(ATTACH_DOCUMENT, attach_document, NOT_OVER,
        "the chair or the minute-taker"),
    ROW(WITHDRAW_DOCUMENT, withdraw_document, NOT_OVER,
        "the chair or the minute-taker"),
    ROW(READ_DOCUMENT, read_document, NOT_OVER, "a member"),
    ROW(SHOW_DOCUMENT, show_document, RUNNING,
        "the chair or who presents the item"),
    ROW(COMMENT, comment, NOT_OVER, "a member"),
    ROW(SET_TASK, set_task, NOT_OVER, "the chair or the minute-taker"),
    ROW(REPORT_TASK, report_task, NOT_OVER, "a member"),

    ROW(DECLARE_OPEN_CONTENT, declare_open_content, NOT_OVER, "the chair"),
    ROW(NOTE_LEFT, note_left, NOT_OVER,
        "the chair, the minute-taker or a site"),
    ROW(OPEN_CHECK_IN, open_check_in, NOT_OVER,
        "the chair, the minute-taker or a site"),
    ROW(CLOSE_CHECK_IN, close_check_in, NOT_OVER,
        "the chair, the minute-taker or a site"),
    ROW(COUNT_HEADS, count_heads, NOT_OVER,
        "the chair, the minute-taker, a site or its keeper"),

    ROW(COMPLETE_SCORE, complete_score, BEGUN, "the chair or the minute-taker"),
    ROW(GATHER_GROUP, gather_group, ASSEMBLED, "the chair or the minute-taker"),
    ROW(DECIDE_BY_GROUPS, decide_by_groups, RUNNING, "the chair"),
    ROW(OPEN_SUBROOMS, open_subrooms, RUNNING, "the chair"),
    ROW(MOVE_TO_SUBROOM, move_to_subroom, RUNNING, "the chair"),
    ROW(RETURN_ALL, return_all, RUNNING, "the chair"),

    ROW(CALL_ELECTION, call_election, RUNNING, "the chair"),
    ROW(NOMINATE, nominate, RUNNING, "a member"),
    ROW(WITHDRAW_NOMINATION, withdraw_nomination, RUNNING, "a member"),
    ROW(NOTE_SUPPORT, note_support, RUNNING, "the chair"),
    ROW(CLOSE_LIST, close_list, RUNNING, "the chair"),

    ROW(DRAFT_BALLOT, draft_ballot, RUNNING, "the chair"),
    ROW(ADOPT_BALLOT, adopt_ballot, RUNNING, "the chair"),
    ROW(SET_CHANNEL, set_channel, RUNNING, "the chair"),
    ROW(RESTART_KEYS, restart_keys, RUNNING, "the chair"),
    ROW(CLOSE_ISSUE, close_issue, RUNNING, "the chair"),
    ROW(DROP_VOTER, drop_voter, RUNNING, "the chair"),
    ROW(OPEN_BALLOT, open_ballot, RUNNING, "the chair"),
    ROW(END_BALLOT, end_ballot, RUNNING, "the chair"),
    ROW(COUNT_BALLOT, count_ballot, RUNNING, "the chair"),
    ROW(VOID_BALLOT, void_ballot, BEGUN, "the chair"),
    ROW(CERTIFY, certify, BEGUN, "a teller of this ballot"),
    ROW(DEAL, deal, BEGUN, "a teller of this ballot"),
    ROW(CONFIRM_SHARE, confirm_share, BEGUN, "a teller of this ballot"),
    ROW(DISPUTE_KEYS, dispute_keys, BEGUN, "a teller of this ballot"),
    ROW(SIGN_TRUSTEES, sign_trustees, BEGUN, "a teller of this ballot"),
    ROW(ATTEST_BALLOT, attest_ballot, BEGUN, "a member"),
    ROW(ATTEST_HALL, attest_hall, BEGUN, "a site"),
    ROW(CONFIRM_HALL, confirm_hall, BEGUN, "a teller of this ballot"),
    ROW(INCLUDE_BALLOT, include_ballot, BEGUN, "a member"),
    ROW(INCLUDE_HALL, include_hall, BEGUN, "a site"),
    ROW(OBJECT_BALLOT, object_ballot, BEGUN, "a member"),
    ROW(ENTER_PAPER, enter_paper, BEGUN, "a teller of this ballot"),
    ROW(CONFIRM_PAPER, confirm_paper, BEGUN, "a teller of this ballot"),
    ROW(DECRYPT, decrypt, BEGUN, "a teller of this ballot"),
#undef ROW
};

static bool is_vouched(const struct draft *draft)
{
    const struct meeting_device *device =
        meeting_state_device(draft->state, draft->holder, draft->device);

    return device && meeting_device_is_vouched(device);
}

/* What members do before anybody is let in, in a meeting that is prepared. */
static bool is_said_ahead(const struct draft *draft)
{
    const enum command_op op = draft->command->op;

    return (op == OP_READ_DOCUMENT || op == OP_COMMENT ||
            op == OP_REPORT_TASK) &&
           meeting_state_reads_ahead(draft->state, draft->holder) &&
           rights_may_attend(
               &draft->rules->rights,
               meeting_state_person(draft->state, draft->holder)->category);
}

/* Has the actor joined with this device? Else refuses. */
static bool has_joined(struct draft *draft)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, draft->holder);
    const struct meeting_device *device =
        holder ? meeting_holder_device(holder, draft->device) : NULL;
    enum refusal_code code = REFUSAL_NONE;

    if (!holder)
        code = REFUSAL_NOT_SUMMONED;
    else if (!device)
        code = REFUSAL_DEVICE_NOT_SUMMONED;
    else if (!device->is_enrolled)
        code = REFUSAL_DEVICE_REVOKED;
    else if (holder->admission == ADMISSION_REFUSED)
        code = REFUSAL_TURNED_AWAY;
    else if (is_said_ahead(draft))
        return true;
    else if (holder->admission == ADMISSION_WAITING)
        code = REFUSAL_NOT_ADMITTED;
    else if (holder->admission == ADMISSION_NONE || !device->is_connected ||
             device->is_lost)
        code = REFUSAL_NOT_JOINED;
    if (code != REFUSAL_NONE)
        draft_refuse(draft, code);
    return code == REFUSAL_NONE;
}

static enum refusal_code phase_refusal(enum meeting_phase phase,
                                       enum command_op op)
{
    switch (phase) {
    case MEETING_LOBBY:
        return op == OP_OPEN_LOBBY ? REFUSAL_LOBBY_OPEN : REFUSAL_NOT_OPEN;
    case MEETING_OPEN:
        return op == OP_RESUME_MEETING ? REFUSAL_NOT_ADJOURNED
                                       : REFUSAL_ALREADY_OPEN;
    case MEETING_ADJOURNED:
        return REFUSAL_ADJOURNED;
    case MEETING_CLOSED:
        return REFUSAL_CLOSED;
    case MEETING_SCHEDULED:
        return REFUSAL_NOT_OPEN;
    case MEETING_NOTHING:
    case MEETING_PHASE_COUNT:
        break;
    }
    return REFUSAL_NOT_SCHEDULED;
}

/* Only what the decision's reader looks at: its events are large. */
static void begin(struct meeting_decision *out)
{
    refusal_set(&out->refusal, REFUSAL_NONE);
    out->count = 0;
    out->made = (struct identifier){ "" };
    out->test[0] = '\0';
}

static struct draft draft_of(const struct meeting_state *state,
                             const struct ruleset *rules,
                             const struct actor *actor,
                             const struct command *command, int64_t now_ms,
                             struct meeting_decision *out)
{
    return (struct draft){ .state = state,
                           .rules = rules,
                           .command = command,
                           .holder = &actor->holder,
                           .device = &actor->device,
                           .now_ms = now_ms,
                           .out = out };
}

void meeting_rules_decide(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command, int64_t now_ms,
                          struct meeting_decision *out)
{
    struct draft draft = draft_of(state, rules, actor, command, now_ms, out);
    enum command_op op = command->op;

    begin(out);
    if (op >= COMMAND_OP_COUNT || !rows[op].decide)
        draft_refuse(&draft, REFUSAL_UNKNOWN_OP);
    else if (state->phase == MEETING_CLOSED)
        draft_refuse(&draft, REFUSAL_CLOSED);
    else if (actor->kind != ACTOR_HOLDER)
        draft_refuse_who(&draft, "who takes part in the meeting");
    else if (!has_joined(&draft))
        return;
    else if (!(command_roles(op) & meeting_state_roles(state, &actor->holder)))
        draft_refuse_who(&draft, rows[op].who);
    else if (!(rows[op].phases & IN(state->phase)))
        draft_refuse(&draft, phase_refusal(state->phase, op));
    else if (state->is_vouching_required && command_is_formal(op) &&
             !is_vouched(&draft))
        draft_refuse(&draft, REFUSAL_NOT_VOUCHED);
    else if (command_is_signed(op) && !command->act.is_present)
        draft_refuse(&draft, REFUSAL_NOT_SIGNED);
    else if (!subrooms_admit(op) && state->kinds.subroom_count > 0)
        draft_refuse_subrooms(&draft);
    else
        rows[op].decide(&draft);
    ballot_check_decision(&draft);
}

void meeting_rules_gather(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command,
                          const struct gathered_record *record, int64_t now_ms,
                          struct meeting_decision *out)
{
    struct draft draft = draft_of(state, rules, actor, command, now_ms, out);

    meeting_rules_decide(state, rules, actor, command, now_ms, out);
    if (out->refusal.code == REFUSAL_NONE)
        draft_gather(&draft, record);
}

void meeting_rules_decrypt(const struct meeting_state *state,
                           const struct ruleset *rules,
                           const struct actor *actor,
                           const struct command *command,
                           const struct decryption_verdict *verdict,
                           int64_t now_ms, struct meeting_decision *out)
{
    struct draft draft = draft_of(state, rules, actor, command, now_ms, out);

    /* All of it again: the state has moved on since. */
    meeting_rules_decide(state, rules, actor, command, now_ms, out);
    if (out->refusal.code != REFUSAL_NONE)
        return;
    ballot_decrypt(&draft, verdict);
    ballot_check_decision(&draft);
}

bool meeting_rules_needs_list(const struct meeting_state *state,
                              const struct command *command, struct hash *list)
{
    return command->op == OP_OBJECT_BALLOT &&
           ballot_objection_needs_list(state, command, list);
}

void meeting_rules_object(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct actor *actor,
                          const struct command *command, bool is_in_list,
                          int64_t now_ms, struct meeting_decision *out)
{
    struct draft draft = draft_of(state, rules, actor, command, now_ms, out);

    meeting_rules_decide(state, rules, actor, command, now_ms, out);
    if (out->refusal.code != REFUSAL_NONE || out->count > 0)
        return;
    ballot_object(&draft, is_in_list);
    ballot_check_decision(&draft);
}

void meeting_rules_report(const struct meeting_state *state,
                          const struct ruleset *rules,
                          const struct meeting_report *report, int64_t now_ms,
                          struct meeting_decision *out)
{
    struct draft draft = {
        .state = state, .rules = rules, .now_ms = now_ms, .out = out
    };

    begin(out);
    /* The closed are still let in to read, and sign how it ended. */
    if (state->phase == MEETING_CLOSED && report->kind != REPORT_JOIN &&
        ((report->kind != REPORT_CHECKPOINT &&
          report->kind != REPORT_RECORDING) ||
         state->is_ended)) {
        draft_refuse(&draft, REFUSAL_CLOSED);
        return;
    }
    switch (report->kind) {
    case REPORT_JOIN:
        report_join(&draft, report);
        return;
    case REPORT_LOST:
        report_lost(&draft, report);
        return;
    case REPORT_REVOKED:
        report_revoked(&draft, report);
        return;
    case REPORT_RESTARTED:
        report_restarted(&draft);
        return;
    case REPORT_CLOCK:
        draft_add(&draft, EVENT_CLOCK_JUMPED_KIND)->body.clock_jumped.by_ms =
            report->by_ms;
        return;
    case REPORT_REGISTER:
        report_register(&draft, report);
        return;
    case REPORT_CHECKPOINT:
        draft_add(&draft, EVENT_CHECKPOINT_KIND)->body.checkpoint =
            report->checkpoint;
        return;
    case REPORT_CARRIED:
        report_carried(&draft, report->event);
        return;
    case REPORT_TICK:
        quorum_tick(&draft);
        report_tick(&draft);
        agenda_tick(&draft);
        ballot_tick(&draft);
        return;
    case REPORT_BALLOT:
        report_ballot(&draft, report->event);
        ballot_check_decision(&draft);
        return;
    case REPORT_RECORDING:
        report_recording(&draft, report->event);
        return;
    case REPORT_CHECK_IN:
        report_check_in(&draft, report);
        return;
    case REPORT_NONE:
        break;
    }
    draft_refuse(&draft, REFUSAL_UNKNOWN_OP);
}
