/*
 * A meeting's log, event by event, with its openings: what minutes and
 * documents are drawn from. What cannot be ends the test.
 */
#ifndef TESTS_SUPPORT_MINUTES_LOG_H
#define TESTS_SUPPORT_MINUTES_LOG_H

#include "protocol/document/minutes_text.h"
#include "protocol/meeting/meeting_state.h"

enum { MINUTES_LOG_EVENTS_MAX = 128, MINUTES_LOG_OPENINGS_MAX = 128 };

struct minutes_log {
    struct minutes_event events[MINUTES_LOG_EVENTS_MAX];
    struct minutes_opening openings[MINUTES_LOG_OPENINGS_MAX];
    size_t event_count, opening_count;
    struct hash head;
    struct meeting_state *state; /* holds that the log is one */
};

/* 05/02/2026, 00:00 in Viet Nam. */
#define MINUTES_MIDNIGHT_MS INT64_C(1770224400000)
#define MINUTES_AT(hour, minute)                                               \
    (MINUTES_MIDNIGHT_MS + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

struct identifier minutes_log_id(const char *text);
struct sealed minutes_log_sealed(const char *text);
/* Of the only device of this holder. */
struct key minutes_log_key(const char *holder);
/* Signed by that device; what it signed is not looked at. */
struct act minutes_log_act(const char *member);

/* The next event, as the log of a meeting has it. */
void minutes_log_add(struct minutes_log *log, int64_t at_ms,
                     struct meeting_event event);
#define MINUTES_ADD(log, at_ms, NAME, name, ...)                               \
    minutes_log_add(log, at_ms,                                                \
                    (struct meeting_event){ .kind = EVENT_##NAME##_KIND,       \
                                            .body.name = { __VA_ARGS__ } })
void minutes_log_release(struct minutes_log *log);

/* The genesis: ten people and a site, of which the place and the site are
 * called so. */
void minutes_log_begin_at(struct minutes_log *log, const char *zone,
                          const char *place, const char *site_name);
void minutes_log_begin_in(struct minutes_log *log, const char *zone);
/* A holder's only device comes up; who does not preside is let in first. */
void minutes_log_connect(struct minutes_log *log, int64_t at_ms,
                         const char *holder, uint64_t slot);
void minutes_log_come(struct minutes_log *log, int64_t at_ms,
                      const char *member);
void minutes_log_tick(struct minutes_log *log, int64_t at_ms,
                      const char *member, const char *site, const char *by);
void minutes_log_cast(struct minutes_log *log, int64_t at_ms, const char *vote,
                      const char *member, enum choice choice);
/* Lobby, opening, roll. */
void minutes_log_assemble(struct minutes_log *log);
void minutes_log_discuss(struct minutes_log *log);
void minutes_log_start_vote(struct minutes_log *log, int64_t at_ms,
                            const char *vote, const char *item,
                            const char *motion);
void minutes_log_decide(struct minutes_log *log);
/* A whole meeting, to its end. */
void minutes_log_hold(struct minutes_log *log);

/* All openings of this field are gone. */
void minutes_log_withhold(struct minutes_log *log, const char *field);
/* The minutes as text; ended with free(). */
char *minutes_log_render(const struct minutes_log *log,
                         enum minutes_language language);

#endif
