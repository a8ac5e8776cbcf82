/*
 * Opinions on drafts, as the register keeps them: who was asked what until
 * when, and who has answered. The texts are where their events are. Written by
 * register_opinions.c alone; pure; belongs to the register's state.
 */
#ifndef PROTOCOL_MEETING_REGISTER_OPINIONS_H
#define PROTOCOL_MEETING_REGISTER_OPINIONS_H

#include "protocol/meeting/register_event.h"

struct register_question {
    struct identifier id;
    uint64_t seq; /* first event that asks it */
    int64_t asked_ms;
    int64_t due_ms;
    struct identifier by;
};
/* A cell, or one member of it, that is asked. */
struct register_asked {
    struct identifier question;
    struct identifier unit;
    struct identifier member; /* "": everybody of the cell */
    uint64_t seq;             /* whose texts this cell may open */
};
struct register_opinion {
    struct identifier question;
    struct identifier unit;
    struct identifier member;
    uint64_t seq;
    int64_t at_ms;
};

/* All zeros: empty. Arrays are in the order of the log. */
struct register_opinions {
    struct register_question *questions;
    size_t question_count, question_capacity;
    struct register_asked *asked;
    size_t asked_count, asked_capacity;
    struct register_opinion *given;
    size_t given_count, given_capacity;
};

struct register_state;

void register_opinions_release(struct register_opinions *opinions);

/* NULL if there is none. Borrowed until the next apply. */
const struct register_question *
register_state_question(const struct register_state *state,
                        const struct identifier *id);
/* By which row is this current member asked; NULL: not at all. Guests and
 * technicians are not, nor who is suspended. */
const struct register_asked *
register_state_asked(const struct register_state *state,
                     const struct identifier *question,
                     const struct identifier *member);
/* How often a member has answered; the last answer counts. */
size_t register_state_answers(const struct register_state *state,
                              const struct identifier *question,
                              const struct identifier *member);
/* Is this answer the last one of its member? */
bool register_state_is_last_answer(const struct register_state *state,
                                   const struct register_opinion *opinion);

#endif
