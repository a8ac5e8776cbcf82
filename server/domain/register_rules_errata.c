/* Who corrects minutes that were adopted: chair and minute-taker, both. */
#include "server/domain/register_rules_internal.h"

#include "protocol/meeting/erratum_text.h"
#include "protocol/meeting/meeting_state.h"

static const char *const signers =
    "the chair and the minute-taker of that meeting, or leader and deputy in "
    "place of one who has left";

/* The meeting has ended, and its minutes were adopted; else refused. */
static bool check_minutes(const struct register_case *c,
                          const struct identifier *id,
                          const struct hash *minutes)
{
    const struct register_meeting *call = register_state_meeting(c->state, id);
    const struct meeting_state *meeting = c->meeting;

    if (!call)
        register_refuse_id(c->out, REFUSAL_NO_SUCH_MEETING, id);
    else if (call->phase != CALL_ENDED)
        register_refuse_id(c->out, REFUSAL_MEETING_NOT_ENDED, id);
    else if (!meeting || meeting->phase != MEETING_CLOSED ||
             !identifier_equal(&meeting->meeting, id))
        register_refuse(c->out, REFUSAL_BUSY);
    else if (meeting->minutes.adopted_version == 0)
        register_refuse(c->out, REFUSAL_MINUTES_NOT_ADOPTED);
    else if (!hash_equal(minutes, &meeting->minutes.c)) {
        register_refuse(c->out, REFUSAL_BAD_COMMITMENT);
        refusal_add_text(&c->out->refusal, "path", TEXT_LITERAL("minutes"));
    } else {
        return true;
    }
    return false;
}

/* May the actor sign in this role, with this device? Else refused. */
static bool check_signer(const struct register_case *c,
                         const struct register_erratum *erratum, int role)
{
    const struct register_device *device =
        register_state_device(c->state, &c->actor->device);

    if (c->actor->kind != ACTOR_HOLDER ||
        erratum_standing(c->state, c->meeting, erratum, &c->actor->holder,
                         (enum minutes_signer)role) == ERRATUM_STANDING_NONE) {
        register_refuse(c->out, REFUSAL_NOT_ALLOWED);
        refusal_add_text(&c->out->refusal, "who", text_view_of(signers));
        return false;
    }
    if (c->meeting->is_vouching_required && !(device && device->is_vouched)) {
        register_refuse(c->out, REFUSAL_NOT_VOUCHED);
        return false;
    }
    return true;
}

static bool check_text(const struct register_case *c,
                       const struct sealed *erratum)
{
    struct erratum_text text = { .root = NULL };
    const enum result result = erratum->has_value
                                   ? erratum_text_read(erratum->value, &text)
                                   : RESULT_MALFORMED;

    if (result == RESULT_OK) {
        erratum_text_release(&text);
        return true;
    }
    if (result == RESULT_NO_MEMORY)
        register_refuse(c->out, REFUSAL_BUSY);
    else
        register_refuse_field(c->out, "erratum", "is no erratum");
    return false;
}

/* What the event says of its command and of who signed it, alike for whoever
 * proposes an erratum and for whoever signs it after that. */
#define SIGNED_BY(c, command)                                                  \
    .meeting = (command)->meeting, .number = (command)->number,                \
    .minutes = (command)->minutes, .role = (command)->role,                    \
    .member = (c)->actor->holder, .signer = (c)->actor->device,                \
    .seen = (c)->command->act.seen, .head = (c)->command->act.head,            \
    .sig = (c)->command->act.sig

void register_decide_propose_erratum(const struct register_case *c)
{
    const struct command_propose_erratum *command =
        &c->command->body.propose_erratum;
    const uint64_t count = register_state_errata(c->state, &command->meeting);
    struct register_event *event;

    if (!check_minutes(c, &command->meeting, &command->minutes) ||
        !check_signer(c, NULL, command->role) ||
        !check_text(c, &command->erratum))
        return;
    if (count >= LIMIT_ERRATA) {
        register_refuse_many(c->out, LIMIT_ERRATA);
        return;
    }
    if (command->number != count + 1) {
        register_refuse(c->out, REFUSAL_ERRATUM_NUMBER);
        refusal_add_number(&c->out->refusal, "next", count + 1);
        return;
    }
    event = register_emit(c->out, REGISTER_ERRATUM_PROPOSED_KIND);
    if (event)
        event->body.erratum_proposed =
            (struct register_erratum_proposed){ SIGNED_BY(c, command),
                                                .erratum = command->erratum };
}

/* The one of this number and text, not signed in this role; else refused. */
static const struct register_erratum *
check_erratum(const struct register_case *c,
              const struct command_sign_erratum *command)
{
    const struct register_erratum *erratum =
        register_state_erratum(c->state, &command->meeting, command->number);

    if (!erratum) {
        register_refuse(c->out, REFUSAL_NO_SUCH_ERRATUM);
        refusal_add_number(&c->out->refusal, "number", command->number);
        return NULL;
    }
    if (!hash_equal(&erratum->c, &command->c)) {
        register_refuse(c->out, REFUSAL_BAD_COMMITMENT);
        refusal_add_text(&c->out->refusal, "path", TEXT_LITERAL("c"));
        return NULL;
    }
    if (!register_erratum_signature(erratum,
                                    (enum minutes_signer)command->role))
        return erratum;
    register_refuse(c->out, REFUSAL_SIGNED_ALREADY);
    refusal_add_text(
        &c->out->refusal, "role",
        text_view_of(enum_word(&minutes_signer_words, command->role)));
    return NULL;
}

void register_decide_sign_erratum(const struct register_case *c)
{
    const struct command_sign_erratum *command = &c->command->body.sign_erratum;
    const struct register_erratum *erratum;
    struct register_event *event;

    if (!check_minutes(c, &command->meeting, &command->minutes))
        return;
    erratum = check_erratum(c, command);
    if (!erratum || !check_signer(c, erratum, command->role))
        return;
    event = register_emit(c->out, REGISTER_ERRATUM_SIGNED_KIND);
    if (event)
        event->body.erratum_signed =
            (struct register_erratum_signed){ SIGNED_BY(c, command),
                                              .c = command->c };
}
