/* Who led the meeting beside the chair, how the floor was held, who spoke how
 * long. */
#include "protocol/document/minutes_parts.h"

static void tell_holders(struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         enum minutes_phrase phrase, bool is_of_co_chairs)
{
    size_t i;

    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *person = &facts->state->people[i];

        if (is_of_co_chairs ? person->is_co_chair : person->is_moderator)
            minutes_say(
                writing, phrase,
                minutes_comrade(writing, facts, &person->holder.id).text);
    }
}

void minutes_tell_officers(struct minutes_writing *writing,
                           const struct minutes_facts *facts)
{
    tell_holders(writing, facts, PHRASE_CO_CHAIR, true);
    tell_holders(writing, facts, PHRASE_MODERATOR, false);
}

static void tell_mode(struct minutes_writing *writing, const char *at,
                      const struct event_floor_mode_set *body)
{
    minutes_say(
        writing,
        body->mode == FLOOR_FREE ? PHRASE_FLOOR_FREE : PHRASE_FLOOR_CALLED, at,
        minutes_phrase(writing, body->order == FLOOR_BY_TIME
                                    ? PHRASE_ORDER_TIME
                                    : PHRASE_ORDER_HAND));
}

static void tell_role(struct minutes_writing *writing,
                      const struct minutes_facts *facts, const char *at,
                      const struct identifier *member, int role,
                      bool is_appointed)
{
    static const enum minutes_phrase phrases[2][2] = {
        { PHRASE_MODERATOR_ENDS, PHRASE_MODERATOR_MADE },
        { PHRASE_CO_CHAIR_ENDS, PHRASE_CO_CHAIR_MADE }
    };

    minutes_say(writing, phrases[role == ROLE_OF_CO_CHAIR][is_appointed], at,
                minutes_comrade_first(writing, facts, member).text);
}

bool minutes_tell_floor(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_event *event)
{
    const struct minutes_short at = minutes_clock(writing, event->at_ms);

    switch ((int)event->kind) {
    case EVENT_FLOOR_MODE_SET_KIND:
        tell_mode(writing, at.text, &event->body.floor_mode_set);
        return true;
    case EVENT_POINT_OF_ORDER_RAISED_KIND:
        minutes_say(
            writing, PHRASE_POINT_OF_ORDER, at.text,
            minutes_comrade_first(writing, facts,
                                  &event->body.point_of_order_raised.member)
                .text);
        return true;
    case EVENT_OFFICER_APPOINTED_KIND:
        tell_role(writing, facts, at.text,
                  &event->body.officer_appointed.member,
                  event->body.officer_appointed.role, true);
        return true;
    case EVENT_OFFICER_DISMISSED_KIND:
        tell_role(writing, facts, at.text,
                  &event->body.officer_dismissed.member,
                  event->body.officer_dismissed.role, false);
        return true;
    case EVENT_CHAIR_GIVEN_KIND:
        minutes_say(writing, PHRASE_CHAIR_GIVEN, at.text,
                    minutes_comrade_first(writing, facts,
                                          &event->body.chair_given.member)
                        .text);
        return true;
    case EVENT_CHAIR_ELECTED_KIND:
        minutes_say(writing, PHRASE_CHAIR_ELECTED, at.text,
                    minutes_comrade_first(writing, facts,
                                          &event->body.chair_elected.member)
                        .text,
                    event->body.chair_elected.vote.text);
        return true;
    default:
        return false;
    }
}

void minutes_tell_times(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    bool is_told = false;
    size_t i;

    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *person = &facts->state->people[i];
        const unsigned long long seconds =
            (unsigned long long)person->spoken_ms / 1000;

        if (person->spoken_ms == 0)
            continue; /* at most has just begun */
        if (!is_told)
            minutes_say(writing, PHRASE_SPEAKING_TIMES);
        is_told = true;
        minutes_say(
            writing, PHRASE_SPEAKING_TIME,
            minutes_comrade_first(writing, facts, &person->holder.id).text,
            minutes_fill(writing, PHRASE_DURATION, seconds / 60, seconds % 60)
                .text,
            (unsigned long long)person->speeches);
    }
}
