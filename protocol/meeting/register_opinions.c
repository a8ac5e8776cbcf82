#include "protocol/meeting/register_opinions.h"

#include "protocol/meeting/register_state_index.h"
#include "protocol/meeting/register_state_internal.h"

#include <stdlib.h>

void register_opinions_release(struct register_opinions *opinions)
{
    free(opinions->questions);
    free(opinions->asked);
    free(opinions->given);
    *opinions = (struct register_opinions){ 0 };
}

/* --- Look-ups ------------------------------------------------------------ */

const struct register_question *
register_state_question(const struct register_state *state,
                        const struct identifier *id)
{
    const struct register_opinions *opinions = &state->opinions;
    size_t i;

    for (i = 0; i < opinions->question_count; i++)
        if (identifier_equal(&opinions->questions[i].id, id))
            return &opinions->questions[i];
    return NULL;
}

static bool may_answer(const struct register_member *member)
{
    return member && !member->is_removed &&
           member->category != CATEGORY_SUSPENDED &&
           member->category != CATEGORY_GUEST &&
           member->category != CATEGORY_TECHNICIAN;
}

const struct register_asked *
register_state_asked(const struct register_state *state,
                     const struct identifier *question,
                     const struct identifier *member)
{
    const struct register_member *row = register_state_member(state, member);
    const struct register_opinions *opinions = &state->opinions;
    size_t i;

    for (i = 0; may_answer(row) && i < opinions->asked_count; i++) {
        const struct register_asked *asked = &opinions->asked[i];

        if (identifier_equal(&asked->question, question) &&
            identifier_equal(&asked->unit, &row->unit) &&
            (identifier_is_empty(&asked->member) ||
             identifier_equal(&asked->member, member)))
            return asked;
    }
    return NULL;
}

size_t register_state_answers(const struct register_state *state,
                              const struct identifier *question,
                              const struct identifier *member)
{
    const struct register_opinions *opinions = &state->opinions;
    size_t i, count = 0;

    for (i = 0; i < opinions->given_count; i++)
        count += identifier_equal(&opinions->given[i].question, question) &&
                 identifier_equal(&opinions->given[i].member, member);
    return count;
}

bool register_state_is_last_answer(const struct register_state *state,
                                   const struct register_opinion *opinion)
{
    const struct register_opinions *opinions = &state->opinions;
    size_t i;

    for (i = opinions->given_count; i > 0; i--) {
        const struct register_opinion *given = &opinions->given[i - 1];

        if (identifier_equal(&given->question, &opinion->question) &&
            identifier_equal(&given->member, &opinion->member))
            return given->seq == opinion->seq;
    }
    return false;
}

/* --- Events -------------------------------------------------------------- */

static enum result add_question(struct register_opinions *opinions,
                                const struct register_event *event)
{
    const struct register_opinions_asked *body = &event->body.opinions_asked;
    struct register_question *rows =
        register_grow(opinions->questions, &opinions->question_capacity,
                      opinions->question_count, sizeof *rows);

    if (!rows)
        return RESULT_NO_MEMORY;
    opinions->questions = rows;
    rows[opinions->question_count++] = (struct register_question){
        .id = body->question,
        .seq = event->seq,
        .asked_ms = event->at_ms,
        .due_ms = body->due_at,
        .by = body->by,
    };
    return RESULT_OK;
}

/* Is this cell, or member, asked the same already? */
static bool is_there(const struct register_opinions *opinions,
                     const struct register_opinions_asked *body)
{
    size_t i;

    for (i = 0; i < opinions->asked_count; i++) {
        const struct register_asked *asked = &opinions->asked[i];

        if (identifier_equal(&asked->question, &body->question) &&
            identifier_equal(&asked->unit, &body->unit) &&
            identifier_equal(&asked->member, &body->member))
            return true;
    }
    return false;
}

static bool is_target_right(const struct register_state *state,
                            const struct register_opinions_asked *body)
{
    const struct register_unit *unit = register_state_unit(state, &body->unit);
    const struct register_member *member;

    if (!unit || unit->kind != UNIT_CELL)
        return false;
    if (identifier_is_empty(&body->member))
        return true;
    member = register_state_member(state, &body->member);
    return member && !member->is_removed &&
           identifier_equal(&member->unit, &body->unit);
}

enum result register_apply_opinions_asked(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_opinions_asked *body = &event->body.opinions_asked;
    struct register_opinions *opinions = &state->opinions;
    const struct register_question *question =
        register_state_question(state, &body->question);
    struct register_asked *rows;
    enum result result;

    if (!is_target_right(state, body) || is_there(opinions, body) ||
        (question && (question->due_ms != body->due_at ||
                      !identifier_equal(&question->by, &body->by))))
        return RESULT_CORRUPT;
    result = question ? RESULT_OK : add_question(opinions, event);
    if (result != RESULT_OK)
        return result;
    rows = register_grow(opinions->asked, &opinions->asked_capacity,
                         opinions->asked_count, sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    opinions->asked = rows;
    rows[opinions->asked_count++] =
        (struct register_asked){ body->question, body->unit, body->member,
                                 event->seq };
    return RESULT_OK;
}

enum result register_apply_opinion_given(struct register_state *state,
                                         const struct register_event *event)
{
    const struct register_opinion_given *body = &event->body.opinion_given;
    struct register_opinions *opinions = &state->opinions;
    const struct register_asked *asked =
        register_state_asked(state, &body->question, &body->member);
    struct register_opinion *rows;

    if (!asked || !identifier_equal(&asked->unit, &body->unit))
        return RESULT_CORRUPT;
    rows = register_grow(opinions->given, &opinions->given_capacity,
                         opinions->given_count, sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    opinions->given = rows;
    rows[opinions->given_count++] =
        (struct register_opinion){ body->question, body->unit, body->member,
                                   event->seq, event->at_ms };
    return RESULT_OK;
}
