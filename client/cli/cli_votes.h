/*
 * What votes are held under, as sentences: whom they are about, who counts,
 * what it takes, by which rule. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_VOTES_H
#define CLIENT_CLI_CLI_VOTES_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

/* "Vote v1 by show of hands, on an admission; 10 of 14 are needed": no line
 * end, the motion comes behind it. */
void cli_vote_started_write(const struct meeting_view *view,
                            const struct event_vote_started *body, FILE *out);
/* The result with its arithmetic, without a line end. */
void cli_vote_closed_write(const struct event_vote_closed *body, FILE *out);

/* The sentence of an event about quorum, or the document that lets remote seats
 * vote (whose issuer comes behind it). */
void cli_terms_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out);
/* Lines on quorum and that document, as far as there is anything to say. */
void cli_terms_show(const struct meeting_view *view, FILE *out);
/* What to do about a refusal, as lines; nothing for one of something else. */
void cli_terms_advise(enum refusal_code code);
/* The same as an object; NULL when memory is out. */
json_t *cli_terms_json(const struct meeting_state *state);

/* The ruleset of the meeting, and each of its rules that is not verified, with
 * its source. */
void cli_rules_show(const struct meeting_view *view, FILE *out);
/* Behind an event that asks for it, to whoever presides: how many rules are not
 * verified. */
void cli_rules_hint(const struct meeting_view *view,
                    const struct meeting_event *event, FILE *out);

/* A line on what an open or closed vote is measured against. */
void cli_vote_terms_show(const struct meeting_view *view,
                         const struct meeting_vote *vote, FILE *out);

/* Adds what was frozen to the vote's object. False when memory is out. */
bool cli_vote_terms_json(const struct meeting_vote *vote, json_t *object);

#endif
