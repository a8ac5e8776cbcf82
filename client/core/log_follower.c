#include "client/core/log_follower_internal.h"

#include "client/core/text_pointers.h"
#include "protocol/record/hash_chain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum result log_follower_new(struct log_follower **out,
                             const struct log_follower_config *config)
{
    struct log_follower *follower = calloc(1, sizeof *follower);
    enum result result = RESULT_NO_MEMORY;

    if (!follower)
        return RESULT_NO_MEMORY;
    follower->config = *config;
    follower->is_keeping = config->keep_max > 0;
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

static void release_link(struct link *link)
{
    free(link->bytes);
    while (link->openings) {
        struct kept_opening *opening = link->openings;

        link->openings = opening->next;
        free(opening);
    }
}

struct log_follower *log_follower_free(struct log_follower *follower)
{
    size_t i;

    if (!follower)
        return NULL;
    for (i = 0; i < follower->count; i++)
        release_link(&follower->links[i]);
    meeting_state_free(follower->meeting);
    register_state_free(follower->registry);
    text_table_free(follower->texts);
    act_ledger_release(&follower->ledger);
    free(follower->additions);
    free(follower->links);
    free(follower);
    return NULL;
}

/* --- Reading ------------------------------------------------------------- */

void log_follower_set_rules(struct log_follower *follower,
                            const struct ruleset *rules)
{
    follower->rules = rules;
}

bool log_follower_is_right_by_rules(const struct log_follower *follower)
{
    return follower->is_register || !follower->rules ||
           decision_check_past(follower->meeting, follower->rules) == RESULT_OK;
}

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
    enum intake intake = follower_check_event(follower, event);
    enum result result;

    if (intake == INTAKE_TAKEN)
        intake = follower_check_decision(follower, event);
    if (intake != INTAKE_TAKEN)
        return intake;
    result = event->is_register
                 ? register_state_apply(follower->registry, &event->registry)
                 : meeting_state_apply(follower->meeting, &event->meeting);
    if (!result && event->is_register)
        result = follower_note_addition(follower, &event->registry);
    if (!result)
        result = note_texts(follower, event);
    return result ? follower_intake_of(result, INTAKE_BAD_EVENT) : INTAKE_TAKEN;
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

static void append_link(struct log_follower *follower, struct link link,
                        const struct taken_event *event)
{
    unsigned audiences;

    if (event->is_register) {
        link.is_unknown = event->registry.kind == REGISTER_EVENT_UNKNOWN;
        link.is_of_call = event->registry.kind == REGISTER_MEETING_BEGAN_KIND ||
                          event->registry.kind == REGISTER_MEETING_ENDED_KIND;
    } else {
        link.is_unknown = event->meeting.kind == MEETING_EVENT_UNKNOWN;
        link.is_roster = event->meeting.kind == EVENT_GENESIS_KIND ||
                         event->meeting.kind == EVENT_ROSTER_CHANGED_KIND;
    }
    follower->links[follower->count++] = link;
    follower->kept_size += link.size;
    if (follower_is_act(event))
        follower->acted_next = follower->count;
    /* Whoever may open more is sent older texts, too. */
    audiences = audiences_of(follower);
    if (audiences & ~follower->audiences)
        follower->complete_below = 0;
    follower->audiences = audiences;
}

/* What is kept has no hole: after one that does not fit nothing is kept. */
static enum result keep_bytes(struct log_follower *follower, const char *bytes,
                              size_t size, struct link *link)
{
    follower->is_keeping &=
        size <= follower->config.keep_max - follower->kept_size;
    if (!follower->is_keeping)
        return RESULT_OK;
    link->bytes = malloc(size);
    if (!link->bytes)
        return RESULT_NO_MEMORY;
    memcpy(link->bytes, bytes, size);
    link->size = size;
    return RESULT_OK;
}

static enum intake take_next(struct log_follower *follower, const char *bytes,
                             size_t size, const struct hash *head,
                             struct taken_event *event)
{
    const struct log_follower_config *config = &follower->config;
    struct link link = { .head = *head };
    enum intake intake;

    if (config->allows && !follower->is_copying &&
        !config->allows(config->user, follower->count, head))
        return INTAKE_PARTED;
    if (!make_room(follower) || keep_bytes(follower, bytes, size, &link))
        return INTAKE_NO_MEMORY;
    intake = fold(follower, event);
    if (intake == INTAKE_TAKEN)
        append_link(follower, link, event);
    else
        release_link(&link);
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
        return follower_intake_of(result, INTAKE_BAD_EVENT);
    }
    seq = event.is_register ? event.registry.seq : event.meeting.seq;
    if (seq > follower->count) {
        taken_event_release(&event);
        return INTAKE_GAP;
    }
    head = link_of(follower, seq, bytes, size);
    if (seq < follower->count)
        intake = hash_equal(&head, &follower->links[seq].head) ? INTAKE_KNOWN
                                                               : INTAKE_PARTED;
    else
        intake = take_next(follower, bytes, size, &head, &event);
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

/* An opening is kept behind its event, and only with it. */
static enum result keep_opening(struct log_follower *follower, uint64_t seq,
                                const char *text, size_t size)
{
    struct link *link = &follower->links[seq];
    struct kept_opening *opening;

    if (!link->bytes || size > follower->config.keep_max - follower->kept_size)
        return RESULT_OK;
    opening = malloc(sizeof *opening + size);
    if (!opening)
        return RESULT_NO_MEMORY;
    opening->next = NULL;
    opening->size = size;
    memcpy(opening->text, text, size);
    if (link->last_opening)
        link->last_opening->next = opening;
    else
        link->openings = opening;
    link->last_opening = opening;
    follower->kept_size += size;
    return RESULT_OK;
}

enum intake log_follower_open(struct log_follower *follower,
                              const struct opening *opening, const char *text,
                              size_t size)
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
    if (result)
        return follower_intake_of(result, INTAKE_BAD_OPENING);
    result = follower_check_label(follower, opening);
    if (result)
        return follower_intake_of(result, INTAKE_BAD_ACT);
    result = keep_opening(follower, opening->seq, text, size);
    return result ? INTAKE_NO_MEMORY : INTAKE_TAKEN;
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

/* --- What is kept -------------------------------------------------------- */

bool log_follower_event(const struct log_follower *follower, uint64_t seq,
                        struct text_view *out)
{
    if (seq >= follower->count || !follower->links[seq].bytes)
        return false;
    *out = (struct text_view){ follower->links[seq].bytes,
                               follower->links[seq].size };
    return true;
}

const struct kept_opening *
log_follower_openings(const struct log_follower *follower, uint64_t seq)
{
    return seq < follower->count ? follower->links[seq].openings : NULL;
}

uint64_t log_follower_acted_next(const struct log_follower *follower)
{
    return follower->acted_next;
}

bool log_follower_is_roster(const struct log_follower *follower, uint64_t seq)
{
    return seq < follower->count && follower->links[seq].is_roster;
}

bool log_follower_is_of_call(const struct log_follower *follower, uint64_t seq)
{
    return seq < follower->count && follower->links[seq].is_of_call;
}

static enum result copy_opening(struct log_follower *copy,
                                const struct kept_opening *kept)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct opening opening;
    enum result result =
        opening_parse(kept->text, kept->size, &opening, &memory, NULL);
    enum intake intake = INTAKE_NO_MEMORY;

    if (!result)
        intake = log_follower_open(copy, &opening, kept->text, kept->size);
    message_memory_release(&memory);
    return intake == INTAKE_TAKEN ? RESULT_OK : RESULT_NO_MEMORY;
}

/* What was taken in once can only fail for want of memory. */
static enum result copy_event(struct log_follower *copy,
                              const struct link *link)
{
    const struct kept_opening *opening = link->openings;
    struct taken_event event;
    enum intake intake = INTAKE_NO_MEMORY;
    json_t *object = NULL;
    enum result result;

    if (!link->bytes)
        return RESULT_NOT_FOUND;
    result = message_parse(link->bytes, link->size, &object);
    if (!result) {
        intake =
            log_follower_take(copy, link->bytes, link->size, object, &event);
        taken_event_release(&event);
    }
    json_decref(object);
    result = intake == INTAKE_TAKEN ? RESULT_OK : RESULT_NO_MEMORY;
    for (; opening && !result; opening = opening->next)
        result = copy_opening(copy, opening);
    return result;
}

enum result log_follower_copy(struct log_follower **out,
                              const struct log_follower *follower,
                              uint64_t count)
{
    struct log_follower *copy = NULL;
    enum result result = RESULT_INVALID;
    uint64_t i;

    if (count > follower->count)
        return result;
    result = log_follower_new(&copy, &follower->config);
    if (result)
        return result;
    copy->is_copying = true;
    for (i = 0; i < count && !result; i++)
        result = copy_event(copy, &follower->links[i]);
    if (result) {
        log_follower_free(copy);
        return result;
    }
    copy->is_copying = false;
    copy->complete_below =
        follower->complete_below < count ? follower->complete_below : count;
    *out = copy;
    return RESULT_OK;
}

enum result log_follower_rewind(struct log_follower *follower, uint64_t count)
{
    struct log_follower *copy = NULL;
    struct log_follower swapped;
    enum result result = log_follower_copy(&copy, follower, count);

    if (result)
        return result;
    swapped = *follower;
    *follower = *copy;
    *copy = swapped;
    log_follower_free(copy);
    return RESULT_OK;
}
