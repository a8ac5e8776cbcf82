#include "protocol/document/minutes_facts.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/hash_chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- tables that grow with the state ------------------------------------- */

/* The rows with zeroed ones up to `needed`; NULL when memory is out, with the
 * rows as they were. */
static void *grow(void *rows, size_t *count, size_t needed, size_t row_size)
{
    void *grown = realloc(rows, (needed > 0 ? needed : 1) * row_size);

    if (!grown)
        return NULL;
    memset((char *)grown + *count * row_size, 0, (needed - *count) * row_size);
    *count = needed;
    return grown;
}

static bool keep_up(struct minutes_facts *facts)
{
    const struct meeting_state *state = facts->state;
    void *grown;

    if (facts->person_count < state->person_count) {
        grown = grow(facts->people, &facts->person_count, state->person_count,
                     sizeof facts->people[0]);
        if (!grown)
            return false;
        facts->people = grown;
    }
    if (facts->site_count < state->site_count) {
        grown = grow((void *)facts->sites, &facts->site_count,
                     state->site_count, sizeof facts->sites[0]);
        if (!grown)
            return false;
        facts->sites = grown;
    }
    if (facts->item_count < state->item_count) {
        grown = grow((void *)facts->items, &facts->item_count,
                     state->item_count, sizeof facts->items[0]);
        if (!grown)
            return false;
        facts->items = grown;
    }
    if (facts->ballot_count < state->ballot_count) {
        grown = grow(facts->counted_ms, &facts->ballot_count,
                     state->ballot_count, sizeof facts->counted_ms[0]);
        if (!grown)
            return false;
        facts->counted_ms = grown;
    }
    return true;
}

static struct minutes_person *find_person(struct minutes_facts *facts,
                                          const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(facts->state, id);

    return person ? &facts->people[person - facts->state->people] : NULL;
}

/* --- names --------------------------------------------------------------- */

static void learn_rows(struct minutes_facts *facts,
                       const struct minutes_writing *writing, uint64_t seq,
                       const struct items *people, const struct items *sites)
{
    const struct roster_person *person = people->data;
    const struct roster_site *site = sites->data;
    char field[64];
    size_t i;

    for (i = 0; i < people->count; i++) {
        struct minutes_person *found = find_person(facts, &person[i].member);

        (void)snprintf(field, sizeof field, "roster.%zu.name", i);
        if (found)
            found->name = minutes_opening(writing, seq, field);
    }
    for (i = 0; i < sites->count; i++) {
        const struct meeting_site *found =
            meeting_state_site(facts->state, &site[i].site);

        (void)snprintf(field, sizeof field, "sites.%zu.name", i);
        if (found)
            facts->sites[found - facts->state->sites] =
                minutes_opening(writing, seq, field);
    }
}

const char *minutes_name(const struct minutes_facts *facts,
                         const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(facts->state, id);
    const struct meeting_site *site = meeting_state_site(facts->state, id);
    const char *name = NULL;

    if (person)
        name = facts->people[person - facts->state->people].name;
    else if (site)
        name = facts->sites[site - facts->state->sites];
    return name ? name : id->text;
}

const char *minutes_site_name(const struct minutes_facts *facts,
                              const struct identifier *site)
{
    static const char *const words[] = { "Điểm cầu ", "điểm cầu " };
    const char *name = minutes_name(facts, site);
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(name, words[i], strlen(words[i])) == 0)
            return name + strlen(words[i]);
    return name;
}

/* --- duties and halls ---------------------------------------------------- */

static enum result add_duty(struct minutes_facts *facts, int64_t since_ms,
                            const struct identifier *member, bool is_chair)
{
    size_t at = facts->duty_count;
    void *grown = grow(facts->duties, &facts->duty_count, at + 1,
                       sizeof facts->duties[0]);

    if (!grown)
        return RESULT_NO_MEMORY;
    facts->duties = grown;
    facts->duties[at] = (struct minutes_duty){ since_ms, *member, is_chair };
    return RESULT_OK;
}

static enum result add_hall(struct minutes_facts *facts,
                            const struct event_hall_votes_entered *body)
{
    size_t at = facts->hall_count;
    void *grown =
        grow(facts->halls, &facts->hall_count, at + 1, sizeof facts->halls[0]);

    if (!grown)
        return RESULT_NO_MEMORY;
    facts->halls = grown;
    facts->halls[at] =
        (struct minutes_hall){ body->vote, body->site, body->by, body->ticked };
    return RESULT_OK;
}

const struct minutes_hall *minutes_hall_of(const struct minutes_facts *facts,
                                           const struct identifier *vote,
                                           const struct identifier *site)
{
    size_t i;

    for (i = facts->hall_count; i > 0; i--)
        if (identifier_equal(&facts->halls[i - 1].vote, vote) &&
            identifier_equal(&facts->halls[i - 1].site, site))
            return &facts->halls[i - 1];
    return NULL;
}

/* --- presence ------------------------------------------------------------ */

bool minutes_person_came(const struct minutes_person *person)
{
    return person->is_present || person->was_present;
}

static void note_presence(struct minutes_facts *facts,
                          const struct meeting_event *event)
{
    const struct event_presence_confirmed *body =
        &event->body.presence_confirmed;
    struct minutes_person *person = find_person(facts, &body->member);

    if (!person)
        return;
    if (!minutes_person_came(person))
        person->came_ms = event->at_ms;
    person->is_present = true;
    person->mode = (enum presence_mode)body->mode;
    person->site = body->site;
    person->source = (enum presence_source)body->source;
    person->ticked_by = (struct identifier){ "" };
    if (body->source == SOURCE_TICK)
        person->ticked_by = body->act.member;
}

/* A tick taken back was a mistake: it leaves no trace of presence. */
static void note_leave(struct minutes_facts *facts,
                       const struct meeting_event *event)
{
    const struct event_presence_ended *body = &event->body.presence_ended;
    struct minutes_person *person = find_person(facts, &body->member);

    if (!person)
        return;
    person->is_present = false;
    if (body->reason == END_UNTICKED)
        return;
    person->was_present = true;
    person->left_ms = event->at_ms;
}

/* Whoever came and went before the opening was not at the meeting. */
static void note_opening(struct minutes_facts *facts)
{
    size_t i;

    for (i = 0; i < facts->person_count; i++)
        facts->people[i].was_present = false;
}

static void note_absence(struct minutes_facts *facts,
                         const struct meeting_event *event)
{
    struct minutes_person *person =
        find_person(facts, &event->body.absence_noted.member);

    if (person)
        person->absence_seq = event->seq;
}

static void note_result(struct minutes_facts *facts,
                        const struct meeting_event *event)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(facts->state, &event->body.ballot_result.ballot);

    if (ballot)
        facts->counted_ms[ballot - facts->state->ballots] = event->at_ms;
}

/* --- the pass ------------------------------------------------------------ */

static enum result learn_genesis(struct minutes_facts *facts,
                                 const struct minutes_writing *writing,
                                 const struct event_genesis *body)
{
    enum result result;

    learn_rows(facts, writing, 0, &body->roster, &body->sites);
    result = add_duty(facts, 0, &body->chair, true);
    return result ? result : add_duty(facts, 0, &body->minute_taker, false);
}

static enum result learn(struct minutes_facts *facts,
                         const struct minutes_writing *writing,
                         const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        return learn_genesis(facts, writing, &event->body.genesis);
    case EVENT_ROSTER_CHANGED_KIND:
        learn_rows(facts, writing, event->seq,
                   &event->body.roster_changed.roster,
                   &event->body.roster_changed.sites);
        return RESULT_OK;
    case EVENT_PRESENCE_CONFIRMED_KIND:
        note_presence(facts, event);
        return RESULT_OK;
    case EVENT_PRESENCE_ENDED_KIND:
        note_leave(facts, event);
        return RESULT_OK;
    case EVENT_ABSENCE_NOTED_KIND:
        note_absence(facts, event);
        return RESULT_OK;
    case EVENT_OPENED_KIND:
        note_opening(facts);
        return RESULT_OK;
    case EVENT_CHAIR_GIVEN_KIND:
        return add_duty(facts, event->at_ms, &event->body.chair_given.member,
                        true);
    case EVENT_CHAIR_ELECTED_KIND:
        return add_duty(facts, event->at_ms, &event->body.chair_elected.member,
                        true);
    case EVENT_CHAIR_TAKEN_KIND:
        return add_duty(facts, event->at_ms, &event->body.chair_taken.member,
                        true);
    case EVENT_MINUTES_HANDED_OVER_KIND:
        return add_duty(facts, event->at_ms,
                        &event->body.minutes_handed_over.member, false);
    case EVENT_BALLOT_RESULT_KIND:
        note_result(facts, event);
        return RESULT_OK;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        return add_hall(facts, &event->body.hall_votes_entered);
    default:
        return RESULT_OK;
    }
}

static enum result learn_one(struct minutes_facts *facts,
                             const struct minutes_writing *writing,
                             const struct minutes_event *source)
{
    struct meeting_event event;
    struct message_memory memory = { 0 };
    struct field_error error;
    enum result result = meeting_event_decode(source->bytes, source->size,
                                              &event, &memory, &error);

    if (result == RESULT_OK)
        result = meeting_state_apply(facts->state, &event);
    if (result == RESULT_OK && !keep_up(facts))
        result = RESULT_NO_MEMORY;
    if (result == RESULT_OK)
        result = learn(facts, writing, &event);
    message_memory_release(&memory);
    return result;
}

/* In the order in which the items stand in the end. */
static void learn_titles(struct minutes_facts *facts,
                         const struct minutes_writing *writing)
{
    size_t i;

    for (i = 0; i < facts->item_count; i++) {
        const struct meeting_item *item = &facts->state->items[i];
        char field[AGENDA_FIELD_SIZE];

        meeting_item_title_field(item, field);
        facts->items[i] = minutes_opening(writing, item->seq, field);
    }
}

enum result minutes_facts_learn(struct minutes_facts *out,
                                const struct minutes_writing *writing)
{
    const struct minutes_source *source = writing->source;
    enum result result = meeting_state_new(&out->state);
    size_t i;

    for (i = 0; result == RESULT_OK && i < source->event_count; i++) {
        const struct minutes_event *event = &source->events[i];
        struct hash leaf = hash_chain_leaf(event->bytes, event->size);

        out->head = hash_chain_link(i > 0 ? &out->head : NULL, i, &leaf);
        result = learn_one(out, writing, event);
        if (i == 0)
            out->called_ms = out->state->at_ms;
    }
    if (result == RESULT_OK)
        learn_titles(out, writing);
    if (result == RESULT_OK && out->state->phase == MEETING_NOTHING)
        result = RESULT_CORRUPT;
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result
                                                             : RESULT_CORRUPT;
}

void minutes_facts_release(struct minutes_facts *facts)
{
    meeting_state_free(facts->state);
    free(facts->people);
    free((void *)facts->sites);
    free((void *)facts->items);
    free(facts->counted_ms);
    free(facts->duties);
    free(facts->halls);
    *facts = (struct minutes_facts){ 0 };
}
