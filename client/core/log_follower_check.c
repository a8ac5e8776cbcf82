/* Is an event, or a text, what it claims to be? */
#include "client/core/log_follower_internal.h"

#include "protocol/meeting/checkpoint_check.h"
#include "protocol/meeting/register_check.h"
#include "protocol/meeting/signed_check.h"

#include <stdlib.h>
#include <string.h>

enum intake follower_intake_of(enum result result, enum intake bad)
{
    return result == RESULT_NO_MEMORY ? INTAKE_NO_MEMORY : bad;
}

/* --- Events -------------------------------------------------------------- */

/* The genesis is what was asked for: this log's. Whether its server is ours is
 * for the owner to say. */
static bool is_own_genesis(const struct log_follower *follower,
                           const struct taken_event *event)
{
    const struct log_follower_config *config = &follower->config;

    if (event->is_register) {
        const struct register_genesis *genesis = &event->registry.body.genesis;

        return event->registry.kind == REGISTER_GENESIS_KIND &&
               identifier_equal(&genesis->organisation, &config->organisation);
    }
    return event->meeting.kind == EVENT_GENESIS_KIND &&
           identifier_equal(&event->meeting.body.genesis.meeting,
                            &config->scope) &&
           identifier_equal(&event->meeting.body.genesis.organisation,
                            &config->organisation);
}

static bool is_shared(const struct log_follower *follower, uint64_t seen,
                      const struct hash *head)
{
    return seen < follower->count &&
           hash_equal(head, &follower->links[seen].head);
}

/* Every act carries the head that another device saw; it has to be ours. */
static bool is_head_shared(const struct log_follower *follower,
                           const struct meeting_event *event)
{
    static const struct hash zeros;
    const struct act *act = act_of_event(event);
    const struct act *second = second_act_of_event(event);
    struct act statement;

    if (event->kind == EVENT_CHECKPOINT_KIND)
        return is_shared(follower, event->body.checkpoint.upto,
                         &event->body.checkpoint.head);
    if (signed_of_event(event, &statement))
        return !signed_has_seen(event->kind) ||
               is_shared(follower, statement.seen, &statement.head);
    if (second && !is_shared(follower, second->seen, &second->head))
        return false;
    if (!act || !act->is_present)
        return true;
    if ((event->kind == EVENT_LOBBY_OPENED_KIND ||
         event->kind == EVENT_PREPARED_KIND) &&
        act->seen == 0 && hash_equal(&act->head, &zeros))
        return true;
    return is_shared(follower, act->seen, &act->head);
}

static enum intake check_meeting_event(const struct log_follower *follower,
                                       const struct meeting_event *event)
{
    enum result result;

    if (!is_head_shared(follower, event))
        return INTAKE_FORK;
    result = act_check(event, &follower->config.scope, follower->meeting,
                       follower->config.cache);
    if (!result && event->kind == EVENT_CHECKPOINT_KIND)
        result = checkpoint_check(
            &event->body.checkpoint, &follower->config.scope,
            &follower->meeting->server, follower->config.cache, NULL);
    return result ? follower_intake_of(result, INTAKE_BAD_ACT) : INTAKE_TAKEN;
}

/* Who adds a device, or vouches for one, has to be proven herself. */
static bool is_by_unproven(const struct log_follower *follower,
                           const struct register_event *event)
{
    if (event->kind == REGISTER_DEVICE_ADDED_KIND)
        return log_follower_is_unproven(follower,
                                        &event->body.device_added.signer);
    return event->kind == REGISTER_DEVICE_VOUCHED_KIND &&
           log_follower_is_unproven(follower,
                                    &event->body.device_vouched.signer);
}

/* What was signed in a register is checked as far as its texts are known: the
 * opening comes later. */
static enum intake check_register_event(const struct log_follower *follower,
                                        const struct register_event *event)
{
    struct statement_seen seen;
    enum result result;

    if (is_by_unproven(follower, event))
        return INTAKE_BAD_ACT;
    if (register_check_seen(event, &seen) &&
        !is_shared(follower, seen.seq, &seen.head))
        return INTAKE_FORK;
    result =
        register_check(event, follower->registry, NULL, follower->config.cache);
    return result && result != RESULT_NOT_FOUND
               ? follower_intake_of(result, INTAKE_BAD_ACT)
               : INTAKE_TAKEN;
}

enum intake follower_check_event(const struct log_follower *follower,
                                 const struct taken_event *event)
{
    if (follower->is_copying)
        return INTAKE_TAKEN;
    if (follower->count == 0 && !is_own_genesis(follower, event))
        return INTAKE_BAD_IDENTITY;
    return event->is_register ? check_register_event(follower, &event->registry)
                              : check_meeting_event(follower, &event->meeting);
}

enum intake follower_check_decision(struct log_follower *follower,
                                    const struct taken_event *event)
{
    enum result result;

    if (event->is_register)
        return INTAKE_TAKEN;
    result = decision_check_act(&follower->ledger, &event->meeting,
                                follower->meeting, NULL);
    if (result)
        return follower_intake_of(result, INTAKE_BAD_ACT);
    result = decision_check_result(&event->meeting, follower->meeting,
                                   follower->rules, NULL);
    return result ? INTAKE_BAD_EVENT : INTAKE_TAKEN;
}

/* Was it done by somebody who signed it? */
bool follower_is_act(const struct taken_event *event)
{
    const struct act *act;

    if (!event->is_register) {
        act = act_of_event(&event->meeting);
        return act && act->is_present;
    }
    return register_check_is_signed(event->registry.kind);
}

/* --- Texts --------------------------------------------------------------- */

enum result follower_note_addition(struct log_follower *follower,
                                   const struct register_event *event)
{
    struct follower_addition *grown;

    if (event->kind != REGISTER_DEVICE_ADDED_KIND)
        return RESULT_OK;
    grown = realloc(follower->additions,
                    (follower->addition_count + 1) * sizeof *grown);
    if (!grown)
        return RESULT_NO_MEMORY;
    follower->additions = grown;
    grown += follower->addition_count++;
    *grown = (struct follower_addition){
        .seq = event->seq,
        .event = event->body.device_added,
    };
    memset(&grown->event.label, 0, sizeof grown->event.label);
    return RESULT_OK;
}

static struct follower_addition *find_addition(struct log_follower *follower,
                                               uint64_t seq)
{
    size_t i;

    for (i = 0; i < follower->addition_count; i++)
        if (follower->additions[i].seq == seq)
            return &follower->additions[i];
    return NULL;
}

static enum result settle_addition(struct log_follower *follower,
                                   struct follower_addition *addition,
                                   const struct text_view *label)
{
    enum result result = RESULT_OK;

    /* That the signer might say so was seen when the event was applied. */
    if (!follower->is_copying)
        result = register_check_addition(
            &addition->event, identifier_view(&follower->config.scope), *label,
            follower->config.cache);
    if (!result)
        *addition = follower->additions[--follower->addition_count];
    return result;
}

static enum result check_statement(const struct log_follower *follower,
                                   const struct register_event *event,
                                   const struct text_view *text)
{
    struct register_state then = *follower->registry;
    const struct register_server_key *server =
        event->seq ? register_state_server_at(&then, event->seq - 1) : NULL;

    if (!server || event->kind != REGISTER_DEVICE_ENROLLED_KIND)
        return RESULT_OK;
    then.server = server->key;
    return register_check(event, &then, text, follower->config.cache);
}

/* With its label the statement about a device can be checked. */
enum result follower_check_label(struct log_follower *follower,
                                 const struct opening *opening)
{
    const struct link *link = &follower->links[opening->seq];
    struct follower_addition *addition = find_addition(follower, opening->seq);
    struct message_memory memory = { NULL, NULL, 0 };
    struct register_event event;
    enum result result;

    if (addition && strcmp(opening->field, "label") == 0)
        return settle_addition(follower, addition, &opening->value);
    if (!follower->is_register || follower->is_copying || !link->bytes ||
        strcmp(opening->field, "label") != 0)
        return RESULT_OK;
    result =
        register_event_decode(link->bytes, link->size, &event, &memory, NULL);
    if (!result)
        result = check_statement(follower, &event, &opening->value);
    message_memory_release(&memory);
    return result;
}

bool log_follower_is_unproven(const struct log_follower *follower,
                              const struct key *device)
{
    static const struct identifier any_unit;
    size_t i;

    for (i = 0; i < follower->addition_count; i++)
        if (key_equal(&follower->additions[i].event.device, device))
            return register_state_may_open(follower->registry,
                                           &follower->config.me, &any_unit,
                                           AUDIENCE_ALL);
    return false;
}
