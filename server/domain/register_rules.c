#include "server/domain/register_rules.h"

#include "protocol/record/signing_key.h"
#include "server/domain/register_rules_internal.h"

#include <stdlib.h>
#include <string.h>

/* Enough of an id is left for the "." and the number of a meeting. */
enum { ORGANISATION_ID_SIZE_MAX = 36, EVENTS_FIRST = 4 };

/* --- Decisions --------------------------------------------------------------
 */

void register_decision_release(struct register_decision *decision)
{
    free(decision->events);
    free(decision->agenda);
    free(decision->groups);
    *decision = (struct register_decision){ 0 };
}

void register_refuse(struct register_decision *out, enum refusal_code code)
{
    refusal_set(&out->refusal, code);
    out->count = 0;
    out->made = (struct identifier){ "" };
}

void register_refuse_id(struct register_decision *out, enum refusal_code code,
                        const struct identifier *id)
{
    register_refuse(out, code);
    refusal_add_text(&out->refusal, "id", identifier_view(id));
}

void register_refuse_many(struct register_decision *out, uint64_t max)
{
    register_refuse(out, REFUSAL_TOO_MANY);
    refusal_add_number(&out->refusal, "max", max);
}

void register_refuse_field(struct register_decision *out, const char *path,
                           const char *problem)
{
    register_refuse(out, REFUSAL_BAD_MESSAGE);
    refusal_add_text(&out->refusal, "path", text_view_of(path));
    refusal_add_text(&out->refusal, "problem", text_view_of(problem));
}

struct register_event *register_emit(struct register_decision *out,
                                     enum register_event_kind kind)
{
    struct register_event *event;

    if (out->count == out->capacity) {
        const size_t wanted = out->capacity ? 2 * out->capacity : EVENTS_FIRST;
        struct register_event *grown =
            realloc(out->events, wanted * sizeof *grown);

        if (!grown) {
            register_refuse(out, REFUSAL_BUSY);
            return NULL;
        }
        out->events = grown;
        out->capacity = wanted;
    }
    event = &out->events[out->count++];
    *event = (struct register_event){ .kind = kind };
    return event;
}

/* --- Who ---------------------------------------------------------------------
 */

/* Whose command this is, from the start: refusal is what is left. */
enum right {
    RIGHT_NOBODY,
    RIGHT_ADMINISTRATOR,
    RIGHT_OFFICER, /* asked again for the cell the command is about */
    RIGHT_HOLDER   /* whoever holds a device; asked again */
};

static enum right right_to(enum command_op op)
{
    static const enum right rights[COMMAND_OP_COUNT] = {
        [OP_ADD_UNIT] = RIGHT_ADMINISTRATOR,
        [OP_RENAME_UNIT] = RIGHT_ADMINISTRATOR,
        [OP_ADD_MEMBER] = RIGHT_ADMINISTRATOR,
        [OP_IMPORT_MEMBERS] = RIGHT_ADMINISTRATOR,
        [OP_CHANGE_MEMBER] = RIGHT_ADMINISTRATOR,
        [OP_REMOVE_MEMBER] = RIGHT_ADMINISTRATOR,
        [OP_ADD_SITE] = RIGHT_ADMINISTRATOR,
        [OP_CHANGE_SITE] = RIGHT_ADMINISTRATOR,
        [OP_INVITE] = RIGHT_HOLDER,
        [OP_WITHDRAW_INVITATION] = RIGHT_OFFICER,
        [OP_REVOKE_DEVICE] = RIGHT_HOLDER,
        [OP_ADD_DEVICE] = RIGHT_HOLDER,
        [OP_VOUCH_DEVICE] = RIGHT_HOLDER,
        [OP_MOVE_UNIT] = RIGHT_ADMINISTRATOR,
        [OP_ACCEPT_LOSS] = RIGHT_ADMINISTRATOR,
        [OP_SCHEDULE_MEETING] = RIGHT_OFFICER,
        [OP_CHANGE_MEETING] = RIGHT_OFFICER,
        [OP_CANCEL_MEETING] = RIGHT_OFFICER,
        [OP_HOLD_BY_GROUPS] = RIGHT_OFFICER,
        [OP_ASK_OPINIONS] = RIGHT_OFFICER,
        [OP_GIVE_OPINION] = RIGHT_HOLDER,
        [OP_PROPOSE_ERRATUM] = RIGHT_HOLDER,
        [OP_SIGN_ERRATUM] = RIGHT_HOLDER,
    };

    return op > COMMAND_UNKNOWN && op < COMMAND_OP_COUNT ? rights[op]
                                                         : RIGHT_NOBODY;
}

static void refuse_all_but(struct register_decision *out, const char *who)
{
    register_refuse(out, REFUSAL_NOT_ALLOWED);
    refusal_add_text(&out->refusal, "who", text_view_of(who));
}

/* Leader, deputy, or minute-taker of a meeting of the cell that is called. */
static bool is_officer(const struct register_state *state,
                       const struct identifier *holder,
                       const struct identifier *cell)
{
    const struct register_member *member = register_state_member(state, holder);

    if (!member || member->is_removed ||
        member->category == CATEGORY_SUSPENDED ||
        !identifier_equal(&member->unit, cell))
        return false;
    if (member->office == OFFICE_CELL_LEADER ||
        member->office == OFFICE_DEPUTY_LEADER)
        return true;
    for (size_t i = 0; i < state->meeting_count; i++) {
        const struct register_meeting *meeting = &state->meetings[i];

        if (identifier_equal(&meeting->minute_taker, holder) &&
            identifier_equal(&meeting->unit, cell) &&
            (meeting->phase == CALL_SCHEDULED || meeting->phase == CALL_BEGUN))
            return true;
    }
    return false;
}

bool register_check_officer(const struct register_case *c,
                            const struct identifier *cell)
{
    if (c->actor->kind == ACTOR_ADMINISTRATOR ||
        is_officer(c->state, &c->actor->holder, cell))
        return true;
    refuse_all_but(c->out, "the officers of the cell");
    return false;
}

/* Leads this party group. */
static bool is_group_leader(const struct register_state *state,
                            const struct identifier *holder,
                            const struct summons *summons)
{
    const struct register_member *member = register_state_member(state, holder);

    return member && !identifier_is_empty(&summons->group) &&
           member->office == OFFICE_GROUP_LEADER &&
           member->category != CATEGORY_SUSPENDED &&
           summons_has(summons, member);
}

bool register_check_caller(const struct register_case *c,
                           const struct summons *summons)
{
    return (c->actor->kind == ACTOR_HOLDER &&
            is_group_leader(c->state, &c->actor->holder, summons)) ||
           register_check_officer(c, &summons->cell);
}

struct identifier register_author(const struct register_case *c)
{
    return c->actor->kind == ACTOR_HOLDER ? c->actor->holder
                                          : (struct identifier){ "" };
}

/* The device was good when the command came in; it may be gone by now. */
static bool is_device_live(const struct register_state *state,
                           const struct actor *actor)
{
    const struct register_device *device =
        register_state_device(state, &actor->device);

    return device && !device->is_revoked &&
           identifier_equal(&device->holder, &actor->holder);
}

static bool check_actor(const struct register_case *c)
{
    const enum right right = right_to(c->command->op);

    if (right == RIGHT_NOBODY) {
        register_refuse(c->out, REFUSAL_UNKNOWN_OP);
        return false;
    }
    switch (c->actor->kind) {
    case ACTOR_ADMINISTRATOR:
        return true;
    case ACTOR_HOLDER:
        if (!is_device_live(c->state, c->actor)) {
            register_refuse(c->out, REFUSAL_DEVICE_REVOKED);
            return false;
        }
        if (right != RIGHT_ADMINISTRATOR)
            return true;
        break;
    case ACTOR_SERVER:
    case ACTOR_NONE:
        break;
    }
    refuse_all_but(c->out, "the administrator");
    return false;
}

/* --- Checks that several commands share --------------------------------------
 */

bool register_check_filled(struct register_decision *out, const char *path,
                           const struct sealed *text)
{
    for (size_t i = 0; text->has_value && i < text->value.size; i++)
        if (text->value.data[i] != ' ')
            return true;
    register_refuse_field(out, path, "is empty");
    return false;
}

bool register_check_unit(const struct register_case *c,
                         const struct identifier *unit, enum unit_kind kind)
{
    const struct register_unit *row = register_state_unit(c->state, unit);

    if (!row) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, unit);
        return false;
    }
    if (row->kind == kind)
        return true;
    register_refuse_id(c->out, REFUSAL_WRONG_UNIT_KIND, unit);
    refusal_add_text(&c->out->refusal, "kind",
                     text_view_of(enum_word(&unit_kind_words, (int)kind)));
    return false;
}

bool register_check_cell(const struct register_case *c,
                         const struct identifier *unit)
{
    return register_check_unit(c, unit, UNIT_CELL);
}

const struct register_member *
register_check_member(const struct register_case *c,
                      const struct identifier *id)
{
    const struct register_member *member = register_state_member(c->state, id);

    if (member && !member->is_removed)
        return member;
    register_refuse_id(c->out, REFUSAL_NO_SUCH_MEMBER, id);
    return NULL;
}

bool register_check_duty(const struct register_case *c,
                         const struct identifier *id,
                         const struct identifier *cell)
{
    const struct register_member *member = register_check_member(c, id);
    bool is_of_cell;

    if (!member)
        return false;
    is_of_cell = identifier_equal(&member->unit, cell);
    switch (member->category) {
    case CATEGORY_OFFICIAL:
    case CATEGORY_PROBATIONARY:
    case CATEGORY_EXEMPT:
    case CATEGORY_TEMP_HERE:
        if (is_of_cell)
            return true;
        break;
    case CATEGORY_TEMP_AWAY:
    case CATEGORY_SUSPENDED:
        if (!is_of_cell)
            break;
        register_refuse_id(c->out, REFUSAL_CANNOT_ATTEND, id);
        refusal_add_text(
            &c->out->refusal, "category",
            text_view_of(enum_word(&category_words, (int)member->category)));
        return false;
    case CATEGORY_UPPER_DELEGATE:
    case CATEGORY_GUEST:
    case CATEGORY_TECHNICIAN:
    case category_none_:
    case category_count_:
        break;
    }
    register_refuse_id(c->out, REFUSAL_NOT_IN_UNIT, id);
    refusal_add_text(&c->out->refusal, "unit", identifier_view(cell));
    return false;
}

const struct identifier *register_cell_of(const struct register_state *state,
                                          const struct identifier *holder)
{
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);

    if (member)
        return member->is_removed ? NULL : &member->unit;
    return site ? &site->unit : NULL;
}

/* --- Commands ------------------------------------------------------------ */

static void decide_op(const struct register_case *c)
{
    static void (*const deciders[COMMAND_OP_COUNT])(
        const struct register_case *) = {
#define DECIDER(NAME, name, is_signed) [OP_##NAME] = register_decide_##name,
        REGISTER_COMMAND_LIST(DECIDER)
#undef DECIDER
    };

    deciders[c->command->op](c);
}

/* The register has an end, so that nobody's zeal fills the disk; members reach
 * theirs first, and what the server itself has to write always fits. */
static void check_length(const struct register_case *c)
{
    const uint64_t max = c->actor->kind == ACTOR_HOLDER
                             ? LIMIT_REGISTER_EVENTS_OF_MEMBERS
                             : LIMIT_REGISTER_EVENTS;

    if (c->out->count && c->state->next_seq + c->out->count > max)
        register_refuse_many(c->out, max);
}

void register_rules_decide(const struct register_state *state,
                           const struct ruleset *rules,
                           const struct actor *actor,
                           const struct command *command, int64_t now_ms,
                           struct register_decision *out)
{
    register_rules_decide_of(state, NULL, rules, actor, command, now_ms, out);
}

void register_rules_decide_of(const struct register_state *state,
                              const struct meeting_state *meeting,
                              const struct ruleset *rules,
                              const struct actor *actor,
                              const struct command *command, int64_t now_ms,
                              struct register_decision *out)
{
    const struct register_case c = { state,  rules, actor,  command,
                                     now_ms, out,   meeting };

    *out = (struct register_decision){ 0 };
    if (!check_actor(&c))
        return;
    decide_op(&c);
    check_length(&c);
}

void register_rules_found(const struct register_state *state,
                          const struct identifier *organisation,
                          const struct key *server, struct text_view name,
                          struct register_decision *out)
{
    const struct sealed sealed_name = { .value = name, .has_value = true };
    struct register_event *event;

    *out = (struct register_decision){ 0 };
    if (state->next_seq != 0) {
        register_refuse(out, REFUSAL_EXISTS);
        return;
    }
    if (strlen(organisation->text) > ORGANISATION_ID_SIZE_MAX) {
        register_refuse(out, REFUSAL_TOO_LONG);
        refusal_add_text(&out->refusal, "path", TEXT_LITERAL("organisation"));
        return;
    }
    if (key_check(server) != RESULT_OK) {
        register_refuse(out, REFUSAL_BAD_KEY);
        return;
    }
    if (!register_check_filled(out, "name", &sealed_name))
        return;
    event = register_emit(out, REGISTER_GENESIS_KIND);
    if (!event)
        return;
    event->body.genesis = (struct register_genesis){
        .version = 1,
        .organisation = *organisation,
        .server = *server,
        .name = sealed_name,
    };
    out->made = *organisation;
}
