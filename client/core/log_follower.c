#include "client/core/log_follower.h"

#include "client/core/text_pointers.h"
#include "protocol/record/hash_chain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct link {
    struct hash head;
    bool is_unknown; /* of a kind not known here: its texts are passed over */
};

struct log_follower {
    struct log_follower_config config;
    bool is_register;
    struct link *links; /* owned; one an event */
    size_t count, capacity;
    struct meeting_state *meeting;   /* owned; NULL in a register */
    struct register_state *registry; /* owned; NULL in a meeting */
    struct text_table *texts;        /* owned */
    bool is_head_expected;
    uint64_t expected_seq;
    struct hash expected_head;
    uint64_t complete_below; /* texts of events below are not waited for */
    unsigned audiences;      /* bit per audience that may be opened now */
};

enum result log_follower_new(struct log_follower **out,
                             const struct log_follower_config *config)
{
    struct log_follower *follower = calloc(1, sizeof *follower);
    enum result result = RESULT_NO_MEMORY;

    if (!follower)
        return RESULT_NO_MEMORY;
    follower->config = *config;
    follower->is_register =
        identifier_equal(&config->scope, &config->organisation);
    if (follower->is_register)
        result = register_state_new(&follower->registry);
    else
        result = meeting_state_new(&follower->meeting);
    if (!result)
        result = text_table_new(&follower->texts);
    if (result) {
        log_follower_free(follower);
        return result;
    }
    *out = follower;
    return RESULT_OK;
}

struct log_follower *log_follower_free(struct log_follower *follower)
{
    if (!follower)
        return NULL;
    meeting_state_free(follower->meeting);
    register_state_free(follower->registry);
    text_table_free(follower->texts);
    free(follower->links);
    free(follower);
    return NULL;
}

/* --- Reading ------------------------------------------------------------- */

bool log_follower_is_register(const struct log_follower *follower)
{
    return follower->is_register;
}

const struct identifier *log_follower_scope(const struct log_follower *follower)
{
    return &follower->config.scope;
}

uint64_t log_follower_next(const struct log_follower *follower)
{
    return follower->count;
}

struct hash log_follower_head(const struct log_follower *follower)
{
    struct hash zeros = { { 0 } };

    return follower->count ? follower->links[follower->count - 1].head : zeros;
}

struct hash log_follower_head_at(const struct log_follower *follower,
                                 uint64_t seq)
{
    assert(seq < follower->count);
    return follower->links[seq].head;
}

const struct meeting_state *
log_follower_meeting(const struct log_follower *follower)
{
    return follower->count ? follower->meeting : NULL;
}

const struct register_state *
log_follower_register(const struct log_follower *follower)
{
    return follower->count ? follower->registry : NULL;
}

const struct text_table *log_follower_texts(const struct log_follower *follower)
{
    return follower->texts;
}

enum result log_follower_expect_head(struct log_follower *follower,
                                     uint64_t seq, const struct hash *head)
{
    if (seq < follower->count && !hash_equal(&follower->links[seq].head, head))
        return RESULT_INVALID;
    follower->is_head_expected = true;
    follower->expected_seq = seq;
    follower->expected_head = *head;
    return RESULT_OK;
}

uint64_t log_follower_expected_next(const struct log_follower *follower)
{
    return follower->is_head_expected ? follower->expected_seq + 1 : 0;
}

/* --- Taking events in ---------------------------------------------------- */

static bool make_room(struct log_follower *follower)
{
    size_t capacity = follower->capacity ? 2 * follower->capacity : 64;
    struct link *links;

    if (follower->count < follower->capacity)
        return true;
    links = realloc(follower->links, capacity * sizeof *links);
    if (!links)
        return false;
    follower->links = links;
    follower->capacity = capacity;
    return true;
}

static struct hash link_of(const struct log_follower *follower, uint64_t seq,
                           const char *bytes, size_t size)
{
    struct hash leaf = hash_chain_leaf(bytes, size);

    return hash_chain_link(seq ? &follower->links[seq - 1].head : NULL, seq,
                           &leaf);
}

static enum intake intake_of(enum result result, enum intake bad)
{
    return result == RESULT_NO_MEMORY ? INTAKE_NO_MEMORY : bad;
}

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

/* Every act carries the head that another device saw; it has to be ours. */
static bool is_head_shared(const struct log_follower *follower,
                           const struct meeting_event *event)
{
    static const struct hash zeros;
    const struct act *act = act_of_event(event);

    if (!act || !act->is_present)
        return true;
    if (event->kind == EVENT_LOBBY_OPENED_KIND && act->seen == 0 &&
        hash_equal(&act->head, &zeros))
        return true;
    return act->seen < follower->count &&
           hash_equal(&act->head, &follower->links[act->seen].head);
}

static enum intake check_meeting_event(const struct log_follower *follower,
                                       const struct meeting_event *event)
{
    enum result result;

    if (!is_head_shared(follower, event))
        return INTAKE_FORK;
    result = act_check(event, &follower->config.scope, follower->meeting,
                       follower->config.cache);
    return result ? intake_of(result, INTAKE_BAD_ACT) : INTAKE_TAKEN;
}

/* The old key of the server signed the new one. */
static enum intake check_register_event(const struct log_follower *follower,
                                        const struct register_event *event)
{
    const struct register_server_key_changed *body =
        &event->body.server_key_changed;
    struct succession_step step;
    enum result result;

    if (event->kind != REGISTER_SERVER_KEY_CHANGED_KIND)
        return INTAKE_TAKEN;
    step = (struct succession_step){ .from = body->signer,
                                     .to = body->server,
                                     .seen = body->seen,
                                     .head = body->head,
                                     .sig = body->sig };
    result =
        succession_step_verify(&step, identifier_view(&follower->config.scope));
    return result ? intake_of(result, INTAKE_BAD_ACT) : INTAKE_TAKEN;
}

struct expectation {
    struct log_follower *follower;
    uint64_t seq;
};

static enum result expect_text(const char *path, struct sealed *sealed,
                               enum audience audience, uint64_t length_max,
                               void *user)
{
    const struct expectation *expectation = user;

    return text_table_expect(expectation->follower->texts, expectation->seq,
                             path, audience, length_max, &sealed->commitment);
}

static enum result note_texts(struct log_follower *follower,
                              struct taken_event *event)
{
    struct expectation expectation = { follower, follower->count };
    const struct schema *schema =
        event->is_register ? register_event_schema(event->registry.kind)
                           : meeting_event_schema(event->meeting.kind);
    void *body = event->is_register ? (void *)&event->registry.body
                                    : (void *)&event->meeting.body;
    enum result result;

    if (!schema)
        return RESULT_OK;
    result = schema_visit_sealed(schema, body, expect_text, &expectation);
    if (result)
        return result;
    return event->is_register
               ? text_pointers_of_register(follower->texts, &event->registry)
               : text_pointers_of_meeting(follower->texts, &event->meeting);
}

static enum intake fold(struct log_follower *follower,
                        struct taken_event *event)
{
    enum intake intake = INTAKE_TAKEN;
    enum result result;

    if (follower->count == 0 && !is_own_genesis(follower, event))
        return INTAKE_BAD_IDENTITY;
    intake = event->is_register
                 ? check_register_event(follower, &event->registry)
                 : check_meeting_event(follower, &event->meeting);
    if (intake != INTAKE_TAKEN)
        return intake;
    result = event->is_register
                 ? register_state_apply(follower->registry, &event->registry)
                 : meeting_state_apply(follower->meeting, &event->meeting);
    if (!result)
        result = note_texts(follower, event);
    return result ? intake_of(result, INTAKE_BAD_EVENT) : INTAKE_TAKEN;
}

static enum result read_event(const struct log_follower *follower,
                              json_t *object, struct taken_event *out)
{
    enum result result;

    *out = (struct taken_event){ .is_register = follower->is_register };
    result =
        out->is_register
            ? register_event_read(object, &out->registry, &out->memory, NULL)
            : meeting_event_read(object, &out->meeting, &out->memory, NULL);
    /* The event borrows from the object: they have to live equally long. */
    if (!result && !out->memory.root)
        out->memory.root = json_incref(object);
    return result;
}

static unsigned audiences_of(const struct log_follower *follower)
{
    unsigned audiences = 1u << AUDIENCE_ALL;
    int audience;

    if (!follower->meeting)
        return audiences;
    for (audience = AUDIENCE_ALL; audience <= AUDIENCE_MINUTES; audience++) {
        if (meeting_state_may_open(follower->meeting, &follower->config.me,
                                   (enum audience)audience))
            audiences |= 1u << audience;
    }
    return audiences;
}

static void append_link(struct log_follower *follower, const struct hash *head,
                        const struct taken_event *event)
{
    struct link *link = &follower->links[follower->count++];
    unsigned audiences = audiences_of(follower);

    link->head = *head;
    link->is_unknown = event->is_register
                           ? event->registry.kind == REGISTER_EVENT_UNKNOWN
                           : event->meeting.kind == MEETING_EVENT_UNKNOWN;
    /* Whoever may open more is sent older texts, too. */
    if (audiences & ~follower->audiences)
        follower->complete_below = 0;
    follower->audiences = audiences;
}

static enum intake take_next(struct log_follower *follower,
                             const struct hash *head, struct taken_event *event)
{
    enum intake intake;

    if (follower->is_head_expected &&
        follower->expected_seq == follower->count &&
        !hash_equal(&follower->expected_head, head))
        return INTAKE_FORK;
    if (!make_room(follower))
        return INTAKE_NO_MEMORY;
    intake = fold(follower, event);
    if (intake == INTAKE_TAKEN)
        append_link(follower, head, event);
    return intake;
}

enum intake log_follower_take(struct log_follower *follower, const char *bytes,
                              size_t size, json_t *object,
                              struct taken_event *out)
{
    struct taken_event event;
    enum result result = read_event(follower, object, &event);
    enum intake intake;
    struct hash head;
    uint64_t seq;

    *out = (struct taken_event){ .is_register = follower->is_register };
    if (result) {
        taken_event_release(&event);
        return intake_of(result, INTAKE_BAD_EVENT);
    }
    seq = event.is_register ? event.registry.seq : event.meeting.seq;
    if (seq > follower->count) {
        taken_event_release(&event);
        return INTAKE_GAP;
    }
    head = link_of(follower, seq, bytes, size);
    if (seq < follower->count)
        intake = hash_equal(&head, &follower->links[seq].head) ? INTAKE_KNOWN
                                                               : INTAKE_FORK;
    else
        intake = take_next(follower, &head, &event);
    if (intake == INTAKE_TAKEN)
        *out = event;
    else
        taken_event_release(&event);
    return intake;
}

void taken_event_release(struct taken_event *event)
{
    message_memory_release(&event->memory);
    event->memory = (struct message_memory){ NULL, NULL, 0 };
}

/* --- Texts --------------------------------------------------------------- */

enum intake log_follower_open(struct log_follower *follower,
                              const struct opening *opening)
{
    enum result result;

    if (opening->seq >= follower->count)
        return INTAKE_BAD_OPENING;
    if (follower->links[opening->seq].is_unknown)
        return INTAKE_KNOWN;
    result = text_table_open(follower->texts,
                             identifier_view(&follower->config.scope), opening);
    if (result == RESULT_EXISTS)
        return INTAKE_KNOWN;
    return result ? intake_of(result, INTAKE_BAD_OPENING) : INTAKE_TAKEN;
}

static bool is_audience_open(const void *user, enum audience audience)
{
    const struct log_follower *follower = user;

    return (follower->audiences & 1u << audience) != 0;
}

uint64_t log_follower_resume_from(const struct log_follower *follower,
                                  struct hash *head)
{
    uint64_t from = text_table_first_missing(
        follower->texts, follower->complete_below, is_audience_open, follower);

    if (from > follower->count)
        from = follower->count;
    *head = from ? follower->links[from - 1].head : (struct hash){ { 0 } };
    return from;
}

void log_follower_set_complete(struct log_follower *follower)
{
    follower->complete_below = follower->count;
}
