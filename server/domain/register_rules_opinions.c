/* Who is asked for an opinion on a draft, and who gives one. */
#include "server/domain/register_rules_internal.h"

/* 2100-01-01, UTC. */
static const int64_t due_end_ms = 4102444800000;

static bool check_draft(const struct register_case *c,
                        const struct command_ask_opinions *command)
{
    if (!register_check_filled(c->out, "title", &command->title) ||
        !register_check_filled(c->out, "text", &command->text))
        return false;
    if (command->due_at <= c->now_ms || command->due_at >= due_end_ms) {
        register_refuse_field(c->out, "due_at", "is not ahead");
        return false;
    }
    if (c->state->opinions.question_count < LIMIT_QUESTIONS)
        return true;
    register_refuse_many(c->out, LIMIT_QUESTIONS);
    return false;
}

/* Is the cell, or the member in it, asked by an event made already? */
static bool is_asked(const struct register_decision *out,
                     const struct identifier *unit,
                     const struct identifier *member)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct register_opinions_asked *body =
            &out->events[i].body.opinions_asked;

        if (identifier_equal(&body->unit, unit) &&
            (identifier_is_empty(&body->member) ||
             identifier_equal(&body->member, member)))
            return true;
    }
    return false;
}

/* False: refused. */
static bool add_target(const struct register_case *c,
                       const struct identifier *question,
                       const struct identifier *unit,
                       const struct identifier *member)
{
    const struct command_ask_opinions *command = &c->command->body.ask_opinions;
    struct register_event *event;

    if (!register_check_officer(c, unit))
        return false;
    if (is_asked(c->out, unit, member))
        return true;
    if (c->out->count == LIMIT_QUESTION_TARGETS) {
        register_refuse_many(c->out, LIMIT_QUESTION_TARGETS);
        return false;
    }
    event = register_emit(c->out, REGISTER_OPINIONS_ASKED_KIND);
    if (!event)
        return false;
    event->body.opinions_asked = (struct register_opinions_asked){
        .question = *question,
        .unit = *unit,
        .member = *member,
        .title = command->title,
        .text = command->text,
        .due_at = command->due_at,
        .by = register_author(c),
    };
    return true;
}

/* A cell, or all cells below a party organisation. */
static bool add_unit(const struct register_case *c,
                     const struct identifier *question,
                     const struct identifier *id)
{
    static const struct identifier everybody = { "" };
    const struct register_unit *unit = register_state_unit(c->state, id);

    if (!unit || unit->kind == UNIT_PARTY_GROUP) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, id);
        return false;
    }
    for (size_t i = 0; i < c->state->unit_count; i++) {
        const struct register_unit *cell = &c->state->units[i];

        if (cell->kind == UNIT_CELL &&
            register_state_is_within(c->state, &cell->id, id) &&
            !add_target(c, question, &cell->id, &everybody))
            return false;
    }
    return true;
}

static bool add_member(const struct register_case *c,
                       const struct identifier *question,
                       const struct identifier *id)
{
    const struct register_member *member = register_check_member(c, id);

    return member && add_target(c, question, &member->unit, id);
}

void register_decide_ask_opinions(const struct register_case *c)
{
    const struct command_ask_opinions *command = &c->command->body.ask_opinions;
    const struct asked_unit *units = command->units.data;
    const struct member_id *members = command->members.data;
    struct identifier question;

    if (!check_draft(c, command))
        return;
    identifier_number(&question, "q", c->state->opinions.question_count + 1);
    for (size_t i = 0; i < command->units.count; i++)
        if (!add_unit(c, &question, &units[i].unit))
            return;
    for (size_t i = 0; i < command->members.count; i++)
        if (!add_member(c, &question, &members[i].member))
            return;
    if (c->out->count == 0)
        register_refuse_field(c->out, "units", "is nobody who could answer");
    else
        c->out->made = question;
}

void register_decide_give_opinion(const struct register_case *c)
{
    const struct command_give_opinion *command = &c->command->body.give_opinion;
    const struct identifier *me = &c->actor->holder;
    const struct register_question *question =
        register_state_question(c->state, &command->question);
    const struct register_asked *asked =
        c->actor->kind == ACTOR_HOLDER
            ? register_state_asked(c->state, &command->question, me)
            : NULL;
    struct register_event *event;

    if (!question || !asked)
        register_refuse_id(c->out, REFUSAL_NOT_ASKED_FOR, &command->question);
    else if (c->now_ms > question->due_ms)
        register_refuse_id(c->out, REFUSAL_TIME_OVER, &command->question);
    else if (register_state_answers(c->state, &command->question, me) >=
             LIMIT_OPINIONS_EACH)
        register_refuse_many(c->out, LIMIT_OPINIONS_EACH);
    else if (register_check_filled(c->out, "text", &command->text) &&
             (event = register_emit(c->out, REGISTER_OPINION_GIVEN_KIND)))
        event->body.opinion_given =
            (struct register_opinion_given){ command->question, asked->unit,
                                             *me, command->text };
}
