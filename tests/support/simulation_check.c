/* What has to agree when everything is delivered. */
#include "tests/support/simulation_internal.h"

#include "client/core/text_table.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state_digest.h"
#include "protocol/record/hash_chain.h"
#include "server/room/room_types.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct store_log *stored(const struct simulation *sim)
{
    const struct store_log *log = store_fake_log(sim->store, &sim->meeting);

    SIM_MUST(log != NULL);
    return log;
}

__attribute__((format(printf, 2, 3))) static void
disagree(struct simulation *sim, const char *format, ...)
{
    va_list arguments;

    if (sim->disagreement[0] != '\0')
        return; /* the first one is told */
    va_start(arguments, format);
    (void)vsnprintf(sim->disagreement, sizeof sim->disagreement, format,
                    arguments);
    va_end(arguments);
}

/* --- The log ------------------------------------------------------------- */

static struct meeting_state *replay(const struct store_log *log)
{
    struct meeting_state *state = NULL;
    size_t i;

    SIM_MUST(meeting_state_new(&state) == RESULT_OK);
    for (i = 0; i < log->event_count; i++) {
        struct message_memory memory = { NULL, NULL, 0 };
        struct meeting_event event;

        SIM_MUST(meeting_event_decode((const char *)log->events[i].bytes,
                                      log->events[i].size, &event, &memory,
                                      NULL) == RESULT_OK);
        SIM_MUST(meeting_state_apply(state, &event) == RESULT_OK);
        message_memory_release(&memory);
    }
    return state;
}

bool simulation_log_verifies(const struct simulation *sim, uint64_t flip)
{
    const struct store_log *log = stored(sim);
    struct hash head = { { 0 } };
    size_t i;

    for (i = 0; i < log->event_count; i++) {
        const struct store_event *event = &log->events[i];
        uint8_t *bytes = malloc(event->size);
        struct hash leaf;

        SIM_MUST(bytes != NULL);
        memcpy(bytes, event->bytes, event->size);
        if (i == flip)
            bytes[event->size / 2] ^= 1;
        leaf = hash_chain_leaf(bytes, event->size);
        head = hash_chain_link(i ? &head : NULL, i, &leaf);
        free(bytes);
    }
    return hash_equal(&head, &log->events[log->event_count - 1].head);
}

/* --- Everyone against the log -------------------------------------------- */

static void check_client(struct simulation *sim,
                         const struct sim_client *client,
                         const struct hash *head, const struct hash *digest)
{
    const struct meeting_view *view = sim_view(client);
    struct hash own;

    if (client->is_alarmed) {
        disagree(sim, "the device of %s gave the alarm", client->holder);
        return;
    }
    if (!view->state) {
        disagree(sim, "the device of %s holds nothing", client->holder);
        return;
    }
    own = meeting_state_digest(view->state);
    if (!hash_equal(&view->head, head))
        disagree(sim, "the device of %s holds another head at %llu",
                 client->holder, (unsigned long long)view->state->next_seq);
    if (!hash_equal(&own, digest))
        disagree(sim, "the device of %s folds another state", client->holder);
}

static void check_server(struct simulation *sim, const struct hash *digest)
{
    const struct room *room = hub_find_room(sim->hub, &sim->meeting);
    struct hash own;

    if (!room || !room->committed_meeting) {
        disagree(sim, "the server has no such room");
        return;
    }
    own = meeting_state_digest(room->committed_meeting);
    if (!hash_equal(&own, digest))
        disagree(sim, "the server's committed state is another");
    own = meeting_state_digest(room->head_meeting);
    if (!hash_equal(&own, digest))
        disagree(sim, "the server's head is another");
}

/* --- Texts --------------------------------------------------------------- */

static bool can_open(const struct meeting_state *state,
                     const struct sim_client *client, const char *field,
                     const struct meeting_event *event)
{
    const struct field *found = schema_find_path(
        meeting_event_schema(event->kind), text_view_of(field));
    struct identifier holder;

    SIM_MUST(found != NULL);
    SIM_MUST(identifier_parse(text_view_of(client->holder), &holder) ==
             RESULT_OK);
    return meeting_state_may_open(state, &holder, found->audience);
}

/* Who may know a text knows it, and nobody else does. */
static void check_opening(struct simulation *sim,
                          const struct meeting_state *state,
                          const struct store_opening *opening,
                          const struct meeting_event *event)
{
    size_t i;

    for (i = 0; i < SIM_CLIENTS; i++) {
        const struct sim_client *client = &sim->clients[i];
        const struct meeting_view *view = sim_view(client);
        struct text_view text =
            meeting_view_text(view, opening->seq, opening->field);
        bool may = can_open(state, client, opening->field, event);

        if (client->is_alarmed)
            continue;
        if (may && !text.data)
            disagree(sim, "%s lacks the text %s of event %llu", client->holder,
                     opening->field, (unsigned long long)opening->seq);
        if (text.data && (text.size != opening->value_size ||
                          memcmp(text.data, opening->value, text.size) != 0))
            disagree(sim, "%s holds another text of event %llu", client->holder,
                     (unsigned long long)opening->seq);
    }
}

static void check_texts(struct simulation *sim,
                        const struct meeting_state *state)
{
    const struct store_log *log = stored(sim);
    size_t i;

    for (i = 0; i < log->opening_count; i++) {
        const struct store_opening *opening = &log->openings[i];
        struct message_memory memory = { NULL, NULL, 0 };
        struct meeting_event event;

        SIM_MUST(
            meeting_event_decode((const char *)log->events[opening->seq].bytes,
                                 log->events[opening->seq].size, &event,
                                 &memory, NULL) == RESULT_OK);
        check_opening(sim, state, opening, &event);
        message_memory_release(&memory);
    }
}

/* --- Exactly once -------------------------------------------------------- */

/* The tag that stands in a chat text after "#"; 0 if there is none. */
static uint64_t tag_in(const struct store_opening *opening)
{
    const char *mark = memchr(opening->value, '#', opening->value_size);
    uint64_t tag = 0;

    if (!mark)
        return 0;
    for (mark++; *mark >= '0' && *mark <= '9'; mark++)
        tag = 10 * tag + (uint64_t)(*mark - '0');
    return tag;
}

static void check_once(struct simulation *sim)
{
    const struct store_log *log = stored(sim);
    uint8_t *said = calloc(SIM_TAGS_MAX, 1);
    uint64_t tag;
    size_t i;

    SIM_MUST(said != NULL);
    for (i = 0; i < log->opening_count; i++) {
        tag = tag_in(&log->openings[i]);
        if (tag > 0 && tag < SIM_TAGS_MAX && said[tag] < 2)
            said[tag]++;
    }
    for (tag = 1; tag < sim->next_tag; tag++) {
        enum sim_outcome outcome = (enum sim_outcome)sim->outcomes[tag];

        if (outcome == OUTCOME_ASKED || outcome == OUTCOME_TWICE)
            disagree(sim, "command %llu was answered %s",
                     (unsigned long long)tag,
                     outcome == OUTCOME_ASKED ? "never" : "twice");
        if (!sim->is_chat[tag])
            continue;
        if (said[tag] > 1 || (outcome == OUTCOME_DONE && said[tag] != 1) ||
            (outcome == OUTCOME_REFUSED && said[tag] != 0))
            disagree(sim, "chat %llu stands %u times, its answer was %d",
                     (unsigned long long)tag, said[tag], (int)outcome);
    }
    free(said);
}

const char *simulation_disagreement(struct simulation *sim)
{
    const struct store_log *log = stored(sim);
    struct meeting_state *state = replay(log);
    struct hash digest = meeting_state_digest(state);
    const struct hash *head = &log->events[log->event_count - 1].head;
    size_t i;

    sim->disagreement[0] = '\0';
    if (!simulation_log_verifies(sim, UINT64_MAX))
        disagree(sim, "the stored chain does not verify");
    for (i = 0; i < SIM_CLIENTS; i++)
        check_client(sim, &sim->clients[i], head, &digest);
    check_server(sim, &digest);
    check_texts(sim, state);
    check_once(sim);
    meeting_state_free(state);
    return sim->disagreement;
}

/* --- Looking ------------------------------------------------------------- */

size_t simulation_alarms(const struct simulation *sim)
{
    size_t count = 0, i;

    for (i = 0; i < SIM_CLIENTS; i++)
        count += sim->clients[i].is_alarmed;
    return count;
}

uint64_t simulation_event_count(const struct simulation *sim)
{
    return stored(sim)->event_count;
}

size_t simulation_commands_done(const struct simulation *sim)
{
    return sim->done;
}

size_t simulation_reconnections(const struct simulation *sim)
{
    return sim->reconnections;
}

static size_t number_of(const struct simulation *sim, const char *holder)
{
    size_t i;

    for (i = 0; i < SIM_CLIENTS; i++) {
        if (strcmp(sim->clients[i].holder, holder) == 0)
            return i;
    }
    sim_broken("a holder of this name", __FILE__, __LINE__);
}

void simulation_command(struct simulation *sim, const char *holder,
                        const char *json)
{
    sim_command(&sim->clients[number_of(sim, holder)], false, json);
}

struct hash simulation_head_of(const struct simulation *sim, const char *holder)
{
    return sim_view(&sim->clients[number_of(sim, holder)])->head;
}

bool simulation_knows_chat(const struct simulation *sim, const char *holder)
{
    const struct meeting_view *view =
        sim_view(&sim->clients[number_of(sim, holder)]);
    const struct store_log *log = stored(sim);
    size_t i;

    for (i = 0; i < log->opening_count; i++) {
        if (tag_in(&log->openings[i]) > 0 &&
            meeting_view_text(view, log->openings[i].seq,
                              log->openings[i].field)
                .data)
            return true;
    }
    return false;
}
